"""Small questions: each is a modal screen that returns what was answered, or None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from crmformulas import translations
from crmformulas.printable import printable_lines
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.dialogs.dialog import ENTER, Choices, Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

__all__ = ["AskChoice", "AskText", "TextDialog", "questioned"]

T = TypeVar("T")


class AskText(Dialog):
    """Ask for a text; what ``check`` raises a ValueError for is asked for again.

    The answer is what ``check`` makes of the text: a number, a day, a path.
    """

    def __init__(
        self,
        lang: Lang,
        question: translations.Label,
        check: Callable[[str], Any] = str,
        value: str = "",
        note: translations.Label = "",
    ) -> None:
        super().__init__(lang)
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
            self.query_one("#wrong", Label).update(printable_lines(str(error)))
            return
        self.dismiss(answer)


def questioned(
    check: Callable[[str], T], strange: Callable[[T], translations.Label | None], lang: Lang
) -> Callable[[str], T]:
    """A check that asks once more where an answer is strange, and takes it when it is said twice.

    Args:
        check: What makes the answer of a text.
        strange: Why an answer is strange; None where it is not.
        lang: The language.
    """
    asked: list[T] = []

    def twice(text: str) -> T:
        answer = check(text)
        why = strange(answer)
        if why is not None and answer not in asked:
            asked.append(answer)
            again = Translated("{}: press ⏎ again if so", "{}: tryck ⏎ igen om det stämmer")
            raise ValueError(translate(again.format(why), lang))
        return answer

    return twice


class AskChoice(Dialog):
    """Ask for one of several things; the answer is its place."""

    def __init__(
        self,
        lang: Lang,
        question: translations.Label,
        choices: Sequence[translations.Label],
        chosen: int = 0,
    ) -> None:
        super().__init__(lang)
        self._question, self._choices, self._chosen = question, choices, chosen

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical():
            yield Label(self.translate(self._question), classes="question", markup=False)
            # As content, not as text: what stands in brackets is no markup.
            yield Choices(*(Option(Content(self.translate(c))) for c in self._choices))
            yield Label(self.translate(ENTER), classes="note")

    def on_mount(self) -> None:
        """Begin at what is chosen."""
        self.query_one(OptionList).highlighted = self._chosen

    def choose(self, place: int) -> None:
        """Take it."""
        self.dismiss(place)


class TextDialog(Dialog):
    """A text at length; any of escape and enter leaves it."""

    BINDINGS = [("escape,enter,question_mark,q", "dismiss", "")]  # noqa: RUF012

    def __init__(self, lang: Lang, title: translations.Label, text: Any) -> None:
        super().__init__(lang)
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """The title and the text."""
        with Vertical(classes="tall"):
            yield Label(self.translate(self._title), classes="question", markup=False)
            with VerticalScroll():
                yield Static(self._text, markup=False)
            yield Label(self.translate(Translated("esc back", "esc tillbaka")), classes="note")
