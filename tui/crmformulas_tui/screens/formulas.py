"""The formulas: a catalogue to search, and a form for each that calculates at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from crmformulas.errors import FormulaError
from crmformulas.spreadsheet.cell_text import as_rows, is_table
from crmformulas.spreadsheet.completion import CATEGORY_LABELS
from crmformulas.spreadsheet.form_fields import example_texts, in_language
from crmformulas.translations import Lang, Translated
from crmformulas_tui.export import ExportTable
from crmformulas_tui.formula_words import found_by, summary_of
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.formula_form import FormulaForm
from crmformulas_tui.widgets.line_table import Column, LineTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from crmformulas.catalog.formula import Formula
    from crmformulas_tui.session import View

__all__ = ["FormulasPane"]

WIDE = 130
"""Columns from which the form stands beside the catalogue."""

NAME_WIDTH, CATEGORY_WIDTH = 25, 12


@dataclass
class FormulasState:
    """The state of the screen: what the user looked for and typed.

    Attributes:
        lang: The language in which it was typed.
        query: What the catalogue is filtered by.
        cursor: The line of the catalogue.
        opened: Whether the form is open.
        texts: What stands in the fields, by the name of the formula.
    """

    lang: Lang
    query: str = ""
    cursor: int = 0
    opened: bool = False
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


class SearchField(Input):
    """Filters the catalogue; enter and down go to the list, esc forgets the filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "leave(False)", show=False),
        Binding("escape", "leave(True)", show=False),
    ]

    def action_leave(self, forget: bool) -> None:
        """Back to the list."""
        pane = next(one for one in self.ancestors if isinstance(one, FormulasPane))
        assert isinstance(pane, FormulasPane)
        if forget:
            self.value = ""
        pane.leave_search()


class FormulasPane(Pane):
    """Every formula there is."""

    NAME = Translated("Formulas", "Formler")
    ABOUT = Translated(
        "Every formula with its equation. Open one and type its arguments: lists as {1;2;3} or "
        "with spaces between, tables with ; between the rows, or cells pasted from a spreadsheet. "
        "The same formulas can be typed in the bar at the bottom, on every screen.",
        "Alla formler med sin ekvation. Öppna en och skriv dess argument: listor som {1;2;3} eller "
        "med mellanslag emellan, tabeller med ; mellan raderna, eller celler inklistrade från ett "
        "kalkylark. Samma formler kan skrivas i raden längst ned, på varje skärm.",
    )
    KEYS = (
        Key("enter", "form", Translated("form", "formulär")),
        Key("slash", "search", Translated("filter", "filtrera")),
        Key("ctrl+y", "copy", Translated("copy for Excel", "kopiera till Excel")),
        Key("escape", "back", Translated("back", "tillbaka")),
    )

    def compose(self) -> ComposeResult:
        """The catalogue and the form."""
        with Horizontal(id="both"):
            with Vertical(id="catalogue"):
                yield Static(id="count", classes="message", markup=False)
                yield SearchField(id="search", compact=True)
                yield LineTable(id="formula-list")
            yield FormulaForm(id="form")

    def on_mount(self) -> None:
        """The catalogue is there before any orders are."""
        field = self.query_one(SearchField)
        field.placeholder = self.translate(
            Translated("name, category or a word", "namn, kategori eller ord")
        )
        state = self._state
        with self.prevent(Input.Changed):
            field.value = state.query
        field.display = bool(state.query)
        table = self.query_one(LineTable)
        table.columns = (Column("formula", self._line("Formula", "Formel"), text=True),)
        self._list()
        table.cursor = state.cursor
        self._form()
        self._arrange()

    @property
    def _state(self) -> FormulasState:
        lang, state = self.lang, self.workspace.setting(FormulasState)
        if not isinstance(state, FormulasState):
            state = FormulasState(lang)
            self.workspace.remember(state)
        if state.lang != lang:
            for texts in state.texts.values():
                texts.update({name: in_language(text, lang) for name, text in texts.items()})
            state.lang = lang
        return state

    def show(self, view: View) -> None:
        """Formulas don't depend on orders."""

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self._arrange()

    def first_focus(self) -> Widget | None:
        """The catalogue, or the first field of the form that is open."""
        form = self.query_one(FormulaForm)
        return form.rows[0].field if self._state.opened and form.rows else self.query_one(LineTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the form the keys of the catalogue are letters; out of it there is no way back."""
        if not self.is_mounted:
            return True
        typing = isinstance(self.app.focused, Input)
        return {"search": not typing, "form": not typing, "back": self._state.opened}.get(
            action, True
        )

    # The catalogue

    @property
    def found(self) -> list[Formula]:
        """The formulas that are listed."""
        return found_by(self._state.query, self.lang)

    @property
    def here(self) -> Formula | None:
        """The formula under the cursor."""
        formulas, place = self.found, self.query_one(LineTable).cursor
        return formulas[place] if place < len(formulas) else None

    def _line(self, name: str, category: str, summary: str = "") -> str:
        if not summary:
            words = (
                Translated("Formula", "Formel"),
                Translated("category", "kategori"),
                Translated("what", "vad"),
            )
            name, category, summary = (self.translate(one) for one in words)
        return f"{name:<{NAME_WIDTH}}{category:<{CATEGORY_WIDTH}}{summary}"

    def _list(self) -> None:
        formulas = self.found
        self.query_one("#count", Static).update(
            self.translate(Translated(f"Formulas: {len(formulas)}", f"Formler: {len(formulas)}"))
            if formulas
            else self.translate(
                Translated(
                    f"No formula has {self._state.query!r}",
                    f"Ingen formel har {self._state.query!r}",
                )
            )
        )
        self.query_one(LineTable).show_data(
            [
                [
                    self._line(
                        f.spreadsheet_name,
                        self.translate(CATEGORY_LABELS[f.category]),
                        summary_of(f, self.lang),
                    )
                ]
                for f in formulas
            ]
        )

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        """The form is that of the formula under the cursor."""
        if self.is_mounted and event.table.id == "formula-list":
            self._state.cursor = event.table.cursor
            self._form()

    def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        self.action_form()

    def action_search(self) -> None:
        """Filter the catalogue."""
        self._open(False)
        field = self.query_one(SearchField)
        field.display = True
        field.focus()

    def leave_search(self) -> None:
        """To the list; the field stays where it filters."""
        field = self.query_one(SearchField)
        field.display = bool(field.value)
        self.query_one(LineTable).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if isinstance(event.input, SearchField):
            self._state.query, self._state.cursor = event.value, 0
            self._list()
            self.query_one(LineTable).cursor = 0
            self._form()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """To the list."""
        if isinstance(event.input, SearchField):
            self.leave_search()

    # The form

    def _form(self) -> None:
        formula, lang = self.here, self.lang
        form = self.query_one(FormulaForm)
        form.visible = formula is not None
        if formula is not None:
            texts = self._state.texts.get(formula.name) or example_texts(formula, lang)
            form.show(formula, texts, lang)

    def on_formula_form_typed(self, event: FormulaForm.Typed) -> None:
        """Remember what was typed."""
        if event.form.formula is not None:
            self._state.texts[event.form.formula.name] = event.form.texts

    def _arrange(self) -> None:
        wide, opened = self.app.size.width >= WIDE, self._state.opened
        self.set_class(wide, "wide")
        self.query_one("#catalogue").display = wide or not opened
        self.query_one("#form").display = wide or opened

    def _open(self, opened: bool) -> None:
        self._state.opened = opened
        self._arrange()

    def action_form(self) -> None:
        """Open the form of the formula under the cursor."""
        here = self.here
        if here is None:
            return
        if self.query_one(FormulaForm).formula is not here:
            self._form()
        self._open(True)
        self.query_one(FormulaForm).rows[0].field.focus()

    def action_back(self) -> None:
        """From the form to the catalogue."""
        if not self._state.opened:
            raise SkipAction
        self._open(False)
        self.query_one(LineTable).focus()

    def action_copy(self) -> None:
        """Copy the call, as it is pasted into Excel."""
        call = self.query_one(FormulaForm).filled.call
        if self.here is None or not call:
            self.notify(
                self.translate(Translated("A field is not right yet", "Ett fält är inte rätt än"))
            )
            return
        self.app.copy_to_clipboard(f"={call}")
        self.notify(
            self.translate(Translated(f"Copied: ={call}", f"Kopierat: ={call}")),
            timeout=4,
            markup=False,
        )

    def export_tables(self) -> list[ExportTable]:
        """The result of the form that is open; else the catalogue as it is listed."""
        form = self.query_one(FormulaForm)
        if self._state.opened and form.formula is not None and form.filled.call:
            return [_result(form.formula, form.filled.call, form.filled.value)]
        return [
            ExportTable(
                self.file_word,
                ("name", "category", "syntax", "summary"),
                [
                    (f.spreadsheet_name, f.category, f.syntax, summary_of(f, self.lang))
                    for f in self.found
                ],
            )
        ]


def _result(formula: Formula, call: str, value: Any) -> ExportTable:
    """The result as a table: unrounded, errors by their code."""
    if hasattr(value, "columns"):
        heads = ["", *map(str, value.columns)]
        rows = [
            [str(name), *map(_cell, row)]
            for name, row in zip(value.index, as_rows(value), strict=True)
        ]
    elif is_table(value):
        cells = as_rows(value)
        heads = [str(i) for i in range(1, len(cells[0]) + 1)] if cells else []
        rows = [list(map(_cell, row)) for row in cells]
    else:
        heads, rows = ["formula", "result"], [[f"={call}", _cell(value)]]
    return ExportTable(formula.name.replace("_", "-"), heads, rows)


def _cell(value: Any) -> Any:
    return value.code if isinstance(value, FormulaError) else value
