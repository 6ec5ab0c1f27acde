"""Small questions: each is a modal screen that returns what was answered, or None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from crmformulas.translations import Translated

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas_tui.app import BrowseApp

__all__ = ["AskChoice", "AskText", "Choices", "Dialog", "Tell"]

ENTER = Translated("⏎ take   esc back", "⏎ ok   esc tillbaka")


class Dialog(ModalScreen[Any]):
    """A box in the middle of the screen; escape leaves it without an answer."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS = [("escape", "dismiss", "")]  # noqa: RUF012

    def on_mount(self) -> None:
        """Have the keys before the next one comes."""
        if self.focused is None:
            self.set_focus(next((w for w in self.query("*") if w.focusable), None))

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave, once: what would leave a second time would leave what is below."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def chose(self, place: int) -> None:
        """One of :class:`Choices` was chosen."""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One was clicked."""
        event.stop()
        self.chose(event.option_index)

    @property
    def crm(self) -> BrowseApp:
        """The application."""
        from crmformulas_tui.app import BrowseApp

        assert isinstance(self.app, BrowseApp)
        return self.app

    def translate(self, words: Translated | str) -> str:
        """The words in the language of the screen."""
        return self.crm.translate(words)


class Choices(OptionList):
    """A list in a dialog. Its choice is taken at once, so that the next key meets what follows."""

    def action_select(self) -> None:
        """Take the choice under the cursor."""
        place, dialog = self.highlighted, self.screen
        assert isinstance(dialog, Dialog)
        if place is not None and not self.get_option_at_index(place).disabled:
            dialog.chose(place)


class AskText(Dialog):
    """Ask for a text; what ``check`` raises a ValueError for is asked for again.

    The answer is what ``check`` makes of the text: a number, a day, a path.
    """

    def __init__(
        self,
        question: Translated | str,
        check: Callable[[str], Any] = str,
        value: str = "",
        note: Translated | str = "",
    ) -> None:
        super().__init__()
        self._question, self._check, self._value, self._note = question, check, value, note

    def compose(self) -> ComposeResult:
        """The question, a field, and room for what is wrong."""
        with Vertical():
            yield Label(self.translate(self._question), classes="question", markup=False)
            if self._note:
                yield Label(self.translate(self._note), classes="note", markup=False)
            yield Input(self._value)
            yield Label("", id="wrong", markup=False)
            yield Label(self.translate(ENTER), classes="note")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Check the answer."""
        try:
            answer = self._check(event.value.strip())
        except ValueError as error:
            self.query_one("#wrong", Label).update(str(error))
            return
        self.dismiss(answer)


class AskChoice(Dialog):
    """Ask for one of several things; the answer is its place."""

    def __init__(
        self, question: Translated | str, choices: Sequence[Translated | str], chosen: int = 0
    ) -> None:
        super().__init__()
        self._question, self._choices, self._chosen = question, choices, chosen

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical():
            yield Label(self.translate(self._question), classes="question", markup=False)
            # As content, not as text: what stands in brackets is no markup.
            from textual.content import Content

            yield Choices(*(Option(Content(self.translate(c))) for c in self._choices))
            yield Label(self.translate(ENTER), classes="note")

    def on_mount(self) -> None:
        """Begin at what is chosen."""
        self.query_one(OptionList).highlighted = self._chosen

    def chose(self, place: int) -> None:
        """Take it."""
        self.dismiss(place)


class Tell(Dialog):
    """Tell something at length; any of escape and enter leaves it."""

    BINDINGS = [("escape,enter,question_mark,q", "dismiss", "")]  # noqa: RUF012

    def __init__(self, title: Translated | str, text: Any) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """The title and the text."""
        with Vertical(classes="tall"):
            yield Label(self.translate(self._title), classes="question", markup=False)
            with VerticalScroll():
                yield Static(self._text, markup=False)
            yield Label(self.translate(Translated("esc back", "esc tillbaka")), classes="note")
