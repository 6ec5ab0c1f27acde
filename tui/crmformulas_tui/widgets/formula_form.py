"""A formula as a form: its arguments as fields, and at once what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from crmformulas.catalog.formula import Formula, Parameter, Shape, load
from crmformulas.errors import FormulaError
from crmformulas.formats import NumberFormat
from crmformulas.spreadsheet.cell_text import (
    as_rows,
    cell_text,
    is_table,
    render,
    result_text,
)
from crmformulas.spreadsheet.form_fields import Filled, fill
from crmformulas.translations import Lang, Translated, counted, translate
from crmformulas_tui.argument_words import argument_text, unit_text
from crmformulas_tui.formula_words import equation_of, summary_of
from crmformulas_tui.widgets.formula_bar import DECIMALS
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Paste

__all__ = ["FieldInput", "FormulaForm"]

MOST_LINES = 60
"""Lines of a table that came out; the export has them all."""

LONGEST = 400
"""Characters of a call that are shown; all of it is copied."""


class FieldInput(Input):
    """A field: up and down go to the others, and pasted cells become a list or a table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "go(-1)", show=False),
        Binding("down", "go(1)", show=False),
    ]

    class Go(Message):
        """Another field is asked for."""

        def __init__(self, field: FieldInput, step: int) -> None:
            super().__init__()
            self.field = field
            self.step = step

    def action_go(self, step: int) -> None:
        """The next field, or the one before."""
        self.post_message(self.Go(self, step))

    def on_paste(self, event: Paste) -> None:
        """Cells of a spreadsheet come as lines with tabs; the field has one line."""
        rows = [" ".join(line.split("\t")) for line in event.text.strip().splitlines()]
        event.text = "; ".join(row.strip() for row in rows)


class FieldRow(Vertical):
    """An argument: its name, its field, its unit; and what is wrong with it."""

    def compose(self) -> ComposeResult:
        """Name, field and unit in a line, the error below."""
        with Horizontal():
            yield Label(classes="name", markup=False)
            yield FieldInput(compact=True)
            yield Label(classes="unit", markup=False)
        yield Static(classes="wrong", markup=False)

    @property
    def field(self) -> FieldInput:
        """The field."""
        return self.query_one(FieldInput)

    def show(self, parameter: Parameter, text: str, lang: Lang) -> None:
        """Be the field of an argument."""
        self.query_one(".name", Label).update(parameter.name)
        shape = {
            Shape.ELEMENT: "",
            Shape.COLUMN: translate(Translated("list", "lista"), lang),
            Shape.TABLE: translate(Translated("table", "tabell"), lang),
        }[parameter.shape]
        unit = unit_text(parameter, lang)
        unit = f"{shape} · {unit}" if shape else unit
        self.query_one(".unit", Label).update(unit)
        default = parameter.default
        number = default if isinstance(default, (int, float)) else None
        self.field.placeholder = (
            ""
            if not parameter.optional
            else (
                translate(Translated("optional", "valfri"), lang)
                if number is None
                else cell_text(number)
            )
        )
        self.field.value = text
        self.field.cursor_position = len(text)

    def wrong(self, words: str) -> None:
        """Say what is wrong, or nothing."""
        line = self.query_one(".wrong", Static)
        line.update(f"✗ {words}" if words else "")
        line.display = bool(words)


class FormulaForm(VerticalScroll, can_focus=False):
    """The form of one formula, which may be another one at any time."""

    class Typed(Message):
        """The message that what stands in the fields has changed."""

        def __init__(self, form: FormulaForm) -> None:
            super().__init__()
            self.form = form

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.formula: Formula | None = None
        self.filled = Filled()
        self.lang: Lang = "en"

    def compose(self) -> ComposeResult:
        """Compose the summary, the fields, the result, the text for a sheet, and the equation."""
        yield Static(id="syntax", classes="message", markup=False)
        yield Static(id="summary", markup=False)
        with Vertical(id="fields"):
            # As many as any formula has: they are filled anew, never made anew.
            for _ in range(max(len(formula.parameters) for formula in load().values())):
                yield FieldRow()
        yield Static(id="result", markup=False)
        yield Static(id="call", markup=False)
        yield Static(id="argument", markup=False)
        yield Static(id="equation", markup=False)

    @property
    def rows(self) -> list[FieldRow]:
        """The fields of the formula."""
        count = len(self.formula.parameters) if self.formula else 0
        return list(self.query(FieldRow))[:count]

    @property
    def texts(self) -> dict[str, str]:
        """The texts in the fields, by the names of the arguments."""
        if self.formula is None:
            return {}
        pairs = zip(self.formula.parameters, self.rows, strict=True)
        return {parameter.name: row.field.value for parameter, row in pairs}

    def translate(self, words: Translated | str) -> str:
        """Return the label in the language of the screen."""
        shown: str = translate(words, self.lang)
        return shown

    def show(self, formula: Formula, texts: Mapping[str, str], lang: Lang) -> None:
        """Be the form of a formula."""
        self.formula, self.lang = formula, lang
        self.query_one("#syntax", Static).update(f"={self._syntax(formula)}")
        self.query_one("#summary", Static).update(summary_of(formula, self.lang))
        with self.prevent(Input.Changed):
            for i, row in enumerate(self.query(FieldRow)):
                row.display = i < len(formula.parameters)
                if row.display:
                    parameter = formula.parameters[i]
                    row.show(parameter, texts.get(parameter.name, ""), lang)
        self.query_one("#argument", Static).update("")
        self.query_one("#equation", Static).update(self._about(formula))
        self.scroll_home(animate=False)
        self.calculate()

    def _syntax(self, formula: Formula) -> str:
        return formula.syntax if self.lang == "en" else formula.syntax.replace(", ", "; ")

    def _about(self, formula: Formula) -> Content:
        sections = formula.sections
        parts: list[Any] = []
        for head, key in (
            (Translated("Equation", "Ekvation"), "Equation"),
            (Translated("Result", "Resultat"), "Returns"),
            (Translated("About", "Om"), "description"),
            (Translated("Source", "Källa"), "References"),
        ):
            # What the docstring tells at length has one language; the screen has one, too.
            if key in sections and (self.lang == "en" or key in ("Equation", "References")):
                text = result_text(formula) if key == "Returns" else sections[key]
                text = " ".join(text.replace("``", "").split())
                if key == "Equation":
                    text = equation_of(formula, self.lang)
                parts += ["\n" if parts else "", (f"{self.translate(head)}  ", "bold"), text, "\n"]
        return Content.assemble(*parts[:-1])

    # Calculating

    def on_input_changed(self, event: Input.Changed) -> None:
        """Calculate at once."""
        event.stop()
        self.calculate()
        self.post_message(self.Typed(self))

    def calculate(self) -> None:
        """Say what comes out, or what is wrong with a field."""
        if self.formula is None:
            return
        self.filled = filled = fill(self.formula, self.texts, self.lang)
        for parameter, row in zip(self.formula.parameters, self.rows, strict=True):
            row.wrong(in_application(filled.wrong.get(parameter.name, ""), self.lang))
        self.query_one("#result", Static).update(self._result(filled))
        call = self.query_one("#call", Static)
        label = self.translate(Translated("In Excel", "I Excel"))
        text = filled.call if len(filled.call) <= LONGEST else f"{filled.call[:LONGEST]}…"
        copy = ("   ^y", "$text-muted")
        call.update(
            Content.assemble((f"{label}  ", "bold"), f"={text}", copy) if filled.call else ""
        )

    def _result(self, filled: Filled) -> Content:
        value, figures = filled.value, NumberFormat(self.lang)
        if filled.wrong:
            return Content.assemble(("= –", "bold"))
        if isinstance(value, FormulaError):
            return Content.assemble(
                ("= ", "bold"),
                (f"{value.code} {in_application(value, self.lang)}", "bold $text-error"),
            )
        rows = as_rows(value) if is_table(value) or hasattr(value, "columns") else [[value]]
        if len(rows) == 1 and len(rows[0]) == 1:
            return Content.assemble((f"= {figures.cell(rows[0][0])}", "bold"))
        lines = render(value, lambda cell: figures.cell(cell, DECIMALS)).splitlines()
        if len(lines) > MOST_LINES:
            more = len(lines) - MOST_LINES
            left = counted(more, "more row"), counted(more, "row", lang="sv")
            rest = Translated(f"… {left[0]}", f"… {left[1]} till")
            lines = [*lines[:MOST_LINES], self.translate(rest)]
        return Content.assemble(
            ("= ", "bold"), ("\n".join([lines[0], *("  " + line for line in lines[1:])]), "bold")
        )

    # Moving about

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Describe the argument whose field it is."""
        if self.formula is None:
            return
        for parameter, row in zip(self.formula.parameters, self.rows, strict=True):
            if row.field is event.widget:
                text = argument_text(self.formula, parameter, self.lang)
                bounds = str(translate(parameter.kind.limits, self.lang))
                if parameter.kind.content == "number" and bounds not in text:
                    text = f"{text} ({bounds})"
                self.query_one("#argument", Static).update(
                    Content.assemble((f"{parameter.name}  ", "bold"), text)
                )

    def on_field_input_go(self, event: FieldInput.Go) -> None:
        """Up or down."""
        fields = [row.field for row in self.rows]
        place = fields.index(event.field) + event.step
        fields[place % len(fields)].focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        event.stop()
        if isinstance(event.input, FieldInput):
            event.input.action_go(1)
