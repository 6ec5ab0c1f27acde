"""The formula bar at the bottom of every screen: ``=CLV(5, 500, 2.5)`` and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.suggester import Suggester
from textual.widgets import Input, Label

from crmformulas.terms import Lang, Text, say

if TYPE_CHECKING:
    from textual.app import ComposeResult

__all__ = ["FormulaBar"]


class _Names(Suggester):
    """Completes the name of a formula that is being typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=True, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The text with the first name that begins as its last word does."""
        import re

        from crmformulas.catalog import load

        found = re.search(r"[A-Za-z_]+$", value)
        if not found or len(found[0]) < 2:
            return None
        begun = found[0].upper()
        for formula in sorted(load().values(), key=lambda f: f.spreadsheet_name):
            name = formula.spreadsheet_name
            if name.startswith(begun) and name != begun:
                return value + name[len(begun) :] + "("
        return None


class _Field(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "history(-1)", show=False),
        Binding("down", "history(1)", show=False),
        Binding("escape", "leave", show=False),
    ]

    def action_history(self, step: int) -> None:
        """An earlier or later formula."""
        bar = self.parent
        assert isinstance(bar, FormulaBar)
        bar.recall(step)

    def action_leave(self) -> None:
        """Back to the pane."""
        bar = self.parent
        assert isinstance(bar, FormulaBar)
        bar.leave()


class FormulaBar(Horizontal):
    """A field for formulas, with history and completion; the result stands at the right."""

    DEFAULT_CSS = """
    FormulaBar > Label { width: auto; max-width: 50%; text-style: bold; padding: 0 1; }
    FormulaBar > Label.wrong { color: $error; }
    FormulaBar > _Field, FormulaBar > _Field:focus {
        width: 1fr; border: none; height: 1; padding: 0; background: $surface;
    }
    """

    lang: reactive[Lang] = reactive("en")

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.set_reactive(FormulaBar.lang, lang)
        self._history: list[str] = []
        self._place = 0

    def compose(self) -> ComposeResult:
        """The field and the result."""
        yield _Field(
            placeholder=self._hint(), suggester=_Names(), id="formula", select_on_focus=False
        )
        yield Label("", id="result", markup=False)

    def _hint(self) -> str:
        hint = Text(
            " =CLV(5, 500, 2.5)   press = to calculate",
            " =CLV(5, 500, 2.5)   tryck = för att räkna",
        )
        return str(say(hint, self.lang))

    def watch_lang(self) -> None:
        """The hint in the other language."""
        if self.is_mounted:
            self.query_one(_Field).placeholder = self._hint()

    def enter(self, text: str = "=") -> None:
        """Begin to type; a formula that stands there can be edited."""
        field = self.query_one(_Field)
        if text != "=" or not field.value:
            field.value = text
        field.cursor_position = len(field.value)
        field.focus()

    def leave(self) -> None:
        """Give the keys back to the pane."""
        app: Any = self.app
        self.screen.set_focus(None)
        app._focus_pane()

    def recall(self, step: int) -> None:
        """An earlier or later formula of the history."""
        if self._history:
            self._place = min(max(self._place + step, 0), len(self._history))
            field = self.query_one(_Field)
            field.value = ([*self._history, "="])[self._place]
            field.cursor_position = len(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Calculate; what can't be read is said, never raised."""
        event.stop()
        text = event.value.strip()
        result = self.query_one("#result", Label)
        if text in ("", "="):
            result.update("")
            self.leave()
            return
        from crmformulas.calc import evaluate
        from crmformulas.cells import render
        from crmformulas.errors import CrmError, FormulaError

        try:
            value = evaluate(text)
        except CrmError as error:
            result.update(str(error))
            result.set_class(True, "wrong")
            return
        self._history = [h for h in self._history if h != text] + [text]
        self._place = len(self._history)
        wrong = isinstance(value, FormulaError)
        result.update(str(value) if wrong else " ".join(render(value).split("\n")))
        result.set_class(wrong, "wrong")
