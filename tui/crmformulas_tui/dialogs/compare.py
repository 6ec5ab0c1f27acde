"""The choice of what to compare with: the year before, a day, another file, or customers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from crmformulas import translations
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated
from crmformulas_tui.dialogs.counting import parse_day
from crmformulas_tui.dialogs.dialog import ENTER, Choices, Dialog
from crmformulas_tui.shorthand import written_out

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.selections.attributes import Attribute
    from crmformulas_tui.session import Session, View

__all__ = ["CompareDialog", "Compared", "known_words"]


@dataclass(frozen=True)
class Compared:
    """The choice of the user what to compare with.

    Attributes:
        kind: The year before, a day, another file (which one is asked next), or customers.
        day: The day.
        name: What the customers are called.
        condition: What selects them.
    """

    kind: Literal["before", "day", "file", "segment"]
    day: date | None = None
    name: str = ""
    condition: str = ""


KnownWords = tuple[Mapping[str, "Attribute"], Sequence[tuple[str, translations.Label]]]


def known_words(session: Session) -> KnownWords:
    """The attributes of a condition, and the segments by name, in the engine's thread."""
    customers = session.customers()
    segments: Any = customers.people.segments
    return customers.attributes, [(name, segments.words(name)[0]) for name in segments]


class _Field(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(-1)", show=False),
        Binding("down", "screen.step(1)", show=False),
        Binding("pageup", "screen.step(-10)", show=False),
        Binding("pagedown", "screen.step(10)", show=False),
    ]


class CompareDialog(Dialog):
    """Type a day, a part of a segment's name or a condition; the answer is :class:`Compared`."""

    def __init__(
        self,
        lang: Lang,
        view: View,
        attributes: Mapping[str, Attribute],
        segments: Sequence[tuple[str, translations.Label]],
    ) -> None:
        super().__init__(lang)
        self._view, self._attributes, self._segments = view, attributes, segments
        self._offered: list[tuple[str, Compared]] = []

    def compose(self) -> ComposeResult:
        """The field, and what may be compared with below it."""
        first, last = self._view.span
        with Vertical():
            question = Translated("Compare with", "Jämför med")
            yield Label(self.translate(question), classes="question", markup=False)
            hint = Translated(
                "day, segment, or condition: orders >= 4",
                "dag, segment eller villkor: orders >= 4",
            )
            yield _Field(placeholder=self.translate(hint))
            yield Choices()
            note = Translated("Orders from {} to {}", "Köp från {} till {}")
            told = self.translate(note.format(first.isoformat(), last.isoformat()))
            yield Label(told, classes="note", markup=False)
            yield Label("", id="wrong", markup=False)
            yield Label(self.translate(ENTER), classes="note")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(OptionList).can_focus = False
        self.set_focus(self.query_one(Input))
        self._offer("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits."""
        event.stop()
        self._offer(event.value.strip())

    def _offer(self, text: str) -> None:
        self._offered = list(self._fitting(text))
        choices = self.query_one(Choices)
        choices.clear_options()
        # As content, not as text: what stands in brackets is no markup.
        choices.add_options([Option(Content(printable(told))) for told, _ in self._offered])
        if self._offered:
            choices.highlighted = 0

    def _fitting(self, text: str) -> Iterator[tuple[str, Compared]]:
        """The choices that may be meant by a text, the most likely first."""
        from crmformulas.orders.selections.completion import looks_like_condition
        from crmformulas.orders.selections.conditions import quoted

        first, last = self._view.span
        day = parse_day(text)
        if day is not None and first <= day <= last:
            yield day.isoformat(), Compared("day", day)
        condition = written_out(text) or text
        if text and (condition != text or looks_like_condition(text, self._attributes)):
            yield condition, Compared("segment", name=condition, condition=condition)
        before = Translated("The year before", "Året innan")
        file = Translated("Another file…", "En annan fil…")
        plain = [(before, Compared("before"))] if self._view.before else []
        for label, answer in (*plain, (file, Compared("file"))):
            if text.casefold() in self.translate(label).casefold():
                yield self.translate(label), answer
        for name, words in self._segments:
            told = self.translate(words)
            if text.casefold() in f"{name} {told}".casefold():
                yield told, Compared("segment", name=told, condition=f"segment = {quoted(name)}")

    def action_step(self, step: int) -> None:
        """To another choice."""
        choices = self.query_one(Choices)
        if choices.option_count:
            now = choices.highlighted or 0
            choices.highlighted = min(max(now + step, 0), choices.option_count - 1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the choice under the cursor."""
        event.stop()
        place = self.query_one(Choices).highlighted
        if place is not None and self._offered:
            self.choose(place)
            return
        why = Translated(
            "No day of these orders, no segment and no condition",
            "Ingen dag i köpen, inget segment och inget villkor",
        )
        self.query_one("#wrong", Label).update(self.translate(why))

    def choose(self, place: int) -> None:
        """Take it."""
        self.dismiss(self._offered[place][1])
