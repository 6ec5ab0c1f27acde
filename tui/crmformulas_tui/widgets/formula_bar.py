"""The formula bar at the bottom of every screen: ``=CLV(5, 500, 2.5)`` and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static

from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, counted, translate
from crmformulas_tui.keys import Key, bindings
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import DescendantBlur, DescendantFocus
    from textual.widget import Widget

    from crmformulas.orders.summary.model import Summary
    from crmformulas.spreadsheet.cell_text import Value
    from crmformulas.spreadsheet.completion import Call

__all__ = ["DECIMALS", "FormulaBar"]

MOST_LINES = 8
"""Lines of a table that are shown above the bar."""

COLUMN = 60
"""Values of a column that are shown there."""

DECIMALS = 4
"""Of a number in a table."""

HISTORY = 200
"""Formulas that are remembered."""


class _Names(Suggester):
    """Shows the rest of a name that is being typed."""

    def __init__(self, bar: FormulaBar) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._bar = bar

    async def get_suggestion(self, value: str) -> str | None:
        """The text with the first name that begins as its last word does."""
        from crmformulas.spreadsheet.completion import begun, complete

        suggestions = self._bar.tiers(value) if not value.endswith("(") else []
        suggestions = suggestions or (complete(value) if len(begun(value)) > 1 else [])
        return value + suggestions[0][len(value) :] if suggestions else None


class FormulaField(Input):
    """The field of the bar: up and down for what was typed before, tab for names, esc leaves."""

    KEYS = (
        Key("enter", "submit", Translated("calculate", "räkna")),
        Key("tab", "complete", Translated("complete", "komplettera")),
        Key("up", "history(-1)", Translated("history", "historik")),
        Key("down", "history(1)", Translated("later", "senare"), show=False),
        Key("escape", "leave", Translated("back", "tillbaka")),
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        # As in every field of a dialog: else what is typed next would be put before the rest.
        Binding("ctrl+a", "select_all", show=False),
        *bindings(KEYS),
    ]

    @property
    def bar(self) -> FormulaBar:
        """The bar it belongs to."""
        bar = next(one for one in self.ancestors if isinstance(one, FormulaBar))
        assert isinstance(bar, FormulaBar)
        return bar

    def action_history(self, step: int) -> None:
        """An earlier or later formula."""
        self.bar.recall(step)

    def action_complete(self) -> None:
        """Complete the name at the cursor; the next one at the next press."""
        self.bar.complete()

    def action_leave(self) -> None:
        """Back to the pane."""
        self.bar.leave()

    def watch_selection(self) -> None:
        """Describe the argument at the cursor."""
        if self.is_mounted and self.has_focus:
            self.bar.refresh_tip()


class FormulaBar(Vertical):
    """A field for formulas, with history and completion; the result stands at the right.

    While it has the keys a line above it tells the names that fit or the signature of the call at
    the cursor; after enter a table that came out, or why nothing did.
    """

    DEFAULT_CSS = """
    FormulaBar { height: auto; }
    FormulaBar > #tip {
        height: auto; max-height: 10; padding: 0 1; background: $panel; color: $foreground;
        display: none;
    }
    FormulaBar > #tip.wrong { color: $text-error; }
    FormulaBar > Horizontal { height: 1; }
    FormulaBar #result { width: auto; max-width: 50%; text-style: bold; padding: 0 1; }
    FormulaBar #result.wrong { color: $text-error; }
    FormulaBar FormulaField { width: 1fr; background: $surface; }
    """

    class Left(Message):
        """The bar gives the keys back, and what had them before is gone."""

    lang: reactive[Lang] = reactive("en")

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.set_reactive(FormulaBar.lang, lang)
        self._history: list[str] = []
        self._place = 0
        self._draft = ""
        self._previous: Widget | None = None
        self._offered: list[str] = []
        self.summary_of: Callable[[], Summary | None] = lambda: None
        """The open orders, whose value tiers may be named in a formula."""
        self._told = ""
        """The text of which a result is shown: until it is changed no name is offered."""

    def compose(self) -> ComposeResult:
        """The tip, the field and the result."""
        yield Static(id="tip", markup=False)
        with Horizontal():
            yield FormulaField(
                placeholder=self._hint(),
                suggester=_Names(self),
                id="formula",
                select_on_focus=False,
                compact=True,
            )
            yield Label("", id="result", markup=False)

    @property
    def field(self) -> FormulaField:
        """The field that is typed into."""
        return self.query_one(FormulaField)

    def translate(self, words: Translated) -> str:
        """Return the label in the language of the screen."""
        shown: str = translate(words, self.lang)
        return shown

    def _hint(self) -> str:
        return self.translate(
            Translated(
                " =CLV(5, 500, 2.5)   press = to calculate",
                " =CLV(5; 500; 2,5)   tryck = för att räkna",
            )
        )

    def watch_lang(self) -> None:
        """Hint and keys in the other language; a result stays away until the next enter."""
        if self.is_mounted:
            self.field.placeholder = self._hint()
            self._result("")

    # Moving about

    def enter(self, text: str = "=") -> None:
        """Begin to type; a formula that stands there can be edited."""
        field = self.field
        if not field.has_focus:
            self._previous = self.screen.focused
        if text != "=" or not field.value:
            field.value = text
        field.focus()
        field.cursor_position = len(field.value)

    def leave(self) -> None:
        """Give the keys back to the pane."""
        if self.field.value == "=":
            self.field.value = ""
        previous, self._previous = self._previous, None
        if previous is not None and previous.is_on_screen and previous.focusable:
            self.screen.set_focus(previous)
        else:
            self.screen.set_focus(None)
            self.post_message(self.Left())

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show what can be typed."""
        self.refresh_tip()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """The tip makes room; the result stays."""
        self._tip("")

    def recall(self, step: int) -> None:
        """An earlier or later formula of the history; below the last is what was being typed."""
        if self._place == len(self._history):
            self._draft = self.field.value
        self._place = min(max(self._place + step, 0), len(self._history))
        self._put(([*self._history, self._draft])[self._place])

    def tiers(self, before: str) -> list[str]:
        """The texts that a begun name of a value tier may become; none where none may stand."""
        summary = self.summary_of()
        if summary is None or "(" not in before:
            return []
        from crmformulas_tui.file_figures import names_that_fit

        return names_that_fit(before, summary)

    def complete(self) -> None:
        """Complete the name before the cursor; pressed again, the next one that fits."""
        from crmformulas.spreadsheet.completion import complete

        field = self.field
        before, after = field.value[: field.cursor_position], field.value[field.cursor_position :]
        if before in self._offered:
            offered = self._offered
            chosen = offered[(offered.index(before) + 1) % len(offered)]
        else:
            offered = self._offered = self.tiers(before) or complete(before)
            chosen = offered[0] if offered else before
        self._put(chosen + after, len(chosen))

    def _put(self, text: str, cursor: int | None = None) -> None:
        self.field.value = text
        self.field.cursor_position = len(text) if cursor is None else cursor

    # Telling

    def on_input_changed(self, event: Input.Changed) -> None:
        """Clear the result, which was that of another text."""
        event.stop()
        if event.value != self._told:
            self._told = ""
            self._result("")
            self.refresh_tip()

    def refresh_tip(self) -> None:
        """The signature of the call at the cursor, or the names that fit what is begun."""
        if self._told or not self.has_focus_within:
            return
        from crmformulas.spreadsheet.completion import begun, call_at, complete

        before = self.field.value[: self.field.cursor_position]
        fit = [text[len(before) - len(begun(before)) : -1] for text in complete(before)]
        if before in self._offered and len(self._offered) > 1:
            fit = [begun(text[:-1]) for text in self._offered]
        elif not fit and (call := call_at(before)):
            self._tip(self._signature(call, self.tiers(before)))
            return
        tab = self.translate(Translated("tab completes", "tabb kompletterar"))
        room = max(self.size.width - len(tab) - 5, 10)
        shown = "  ".join(fit)
        if len(shown) > room:
            shown = shown[: room - 1] + "…"
        self._tip(f"{shown}   {tab}" if fit else "")

    def _signature(self, call: Call, tiers: list[str]) -> Content:
        from crmformulas_tui.argument_words import argument_text

        formula = call.formula
        parts: list[Any] = [f"{formula.spreadsheet_name}("]
        for i, parameter in enumerate(formula.parameters):
            name = f"[{parameter.name}]" if parameter.optional else parameter.name
            parts += ["; " if i and self.lang == "sv" else ", " if i else ""]
            parts += [(name, "bold underline") if i == call.place else name]
        parts.append(")")
        if call.place < len(formula.parameters):
            here = formula.parameters[call.place]
            parts += [
                "\n",
                (f"{here.name}: {argument_text(formula, here, self.lang)}", "$text-muted"),
            ]
        if tiers:
            words = Translated("or the figures of: {}", "eller talen för: {}")
            names = "  ".join(printable(text.rpartition("(")[2]) for text in tiers)
            parts += ["\n", (self.translate(words.format(names)), "$text-muted")]
        return Content.assemble(*parts)

    def _tip(self, text: str | Content, *, wrong: bool = False) -> None:
        tip = self.query_one("#tip", Static)
        tip.update(text)
        tip.display = bool(str(text))
        tip.set_class(wrong, "wrong")

    def _result(self, text: str, *, wrong: bool = False) -> None:
        result = self.query_one("#result", Label)
        result.update(text)
        result.set_class(wrong, "wrong")

    # Calculating

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Calculate; what can't be read is said, never raised."""
        event.stop()
        text = event.value.strip()
        if text in ("", "="):
            self.field.value = ""
            self.leave()
            return
        from crmformulas.errors import CrmError, FormulaError
        from crmformulas.spreadsheet.evaluator import ParseError, evaluate

        self._history = [*(h for h in self._history[1 - HISTORY :] if h != text), text]
        self._place = len(self._history)
        self._told = event.value
        filled = text
        try:
            filled = self._filled(text)
            value = evaluate(filled, self.lang)
        except CrmError as error:
            self._result("")
            self._tip(f"✗ {in_application(error, self.lang)}", wrong=True)
            if isinstance(error, ParseError):
                before = len(event.value) - len(event.value.lstrip())
                self.field.cursor_position = before + error.position
            return
        if isinstance(value, FormulaError):
            self._result(value.code, wrong=True)
            self._tip(f"✗ {value.code} {in_application(value, self.lang)}", wrong=True)
            return
        self._show(value)
        if filled != text and not self.query_one("#tip", Static).display:
            # Where the figure is from: the formula with its numbers.
            self._tip(filled)

    def _filled(self, text: str) -> str:
        """The formula with the figures of the tiers that it names."""
        summary = self.summary_of()
        if summary is None:
            return text
        from crmformulas_tui.file_figures import filled_in

        return filled_in(text, summary, self.lang)

    def _show(self, value: Value) -> None:
        """One value at the right; a table above the bar, as much of it as there is room for."""
        from crmformulas.formats import NumberFormat
        from crmformulas.spreadsheet.cell_text import as_rows, is_table, render

        figures = NumberFormat(self.lang)
        rows = as_rows(value) if is_table(value) or hasattr(value, "columns") else [[value]]
        if len(rows) == 1 and len(rows[0]) == 1:
            self._result(figures.cell(rows[0][0]))
            self._tip("")
            return
        self._result(f"{len(rows)} × {len(rows[0])}" if rows else "0")
        lines = render(value, lambda cell: figures.cell(cell, DECIMALS)).splitlines()
        if len(rows[0]) == 1 and len(lines) == len(rows):
            # A column needs no lines of its own.
            self._tip(
                "  ".join(line.strip() for line in lines[:COLUMN])
                + ("  …" if len(lines) > COLUMN else "")
            )
            return
        width = max(self.size.width - 2, 10)
        shown = [line if len(line) <= width else line[: width - 1] + "…" for line in lines]
        if len(shown) > MOST_LINES:
            more = len(shown) - MOST_LINES + 1
            left = counted(more, "more row"), counted(more, "row", lang="sv")
            rest = self.translate(Translated(f"… {left[0]}", f"… {left[1]} till"))
            shown = [*shown[: MOST_LINES - 1], rest]
        self._tip("\n".join(shown))
