"""The two lines at the top: the name of the orders, and the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.screens import screen_key

__all__ = ["TabBar", "TopLine"]


class TopLine(Widget):
    """The name of the orders and the as-of day; or what is being done and how far it is."""

    name_of: reactive[str] = reactive("")
    as_of: reactive[date | None] = reactive(None)
    doing: reactive[str] = reactive("")
    share: reactive[float | None] = reactive(None)
    lang: reactive[Lang] = reactive("en")

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.set_reactive(TopLine.lang, lang)

    def show_source(self, name: str, as_of: date | None = None) -> None:
        """Show the name of the orders and the as-of day."""
        self.name_of, self.as_of = name, as_of

    def show_progress(self, doing: str, share: float | None) -> None:
        """Show what is being done and how far it is; nothing when the engine rests."""
        self.doing, self.share = doing, share

    def render(self) -> Content:
        """One line, the right part at the right edge."""
        lang = self.lang
        left = f" crmf ─ {printable(self.name_of)}"
        if self.as_of is not None:
            left += translate(Translated(" ─ to ", " ─ till "), lang) + self.as_of.isoformat()
        right = f"{lang} "
        if self.doing:
            far = "" if self.share is None else f" {self.share:.0%}"
            stop = translate(Translated("esc stops", "esc avbryter"), lang)
            right = f"{self.doing}{far} · {stop} "
        room = max(self.size.width - len(right), 0)
        return Content(left[:room].ljust(room) + right)


MOST_CUT = 4
"""No title of a tab is shorter than this where there is no room for all."""


class TabBar(Widget):
    """The tabs in one line: a number, which is the key, and the title."""

    chosen: reactive[int] = reactive(0)
    lang: reactive[Lang] = reactive("en")

    class Chose(Message):
        """A tab was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, titles: Sequence[Translated], lang: Lang) -> None:
        super().__init__()
        self._titles = titles
        self.set_reactive(TabBar.lang, lang)

    def _labels(self) -> list[str]:
        titles = [translate(title, self.lang) for title in self._titles]
        for form in (" {} {} ", "{} {} ", "{}{} "):
            labels = [form.format(screen_key(i), title) for i, title in enumerate(titles)]
            if sum(map(len, labels)) <= self.size.width:
                return labels
        # Only the longest are cut, and no more than they have to be.
        longest = max(map(len, titles))
        for most in range(longest, MOST_CUT, -1):
            labels = [f"{screen_key(i)}{title[:most]} " for i, title in enumerate(titles)]
            if sum(map(len, labels)) <= self.size.width:
                return labels
        return [f"{screen_key(i)}{title[:MOST_CUT]} " for i, title in enumerate(titles)]

    def render(self) -> Content:
        """The labels; that of the chosen one is set off without colour, too."""
        parts: list[Any] = [
            (label, "reverse bold" if i == self.chosen else "")
            for i, label in enumerate(self._labels())
        ]
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Find the label that was clicked."""
        reached = 0
        for place, label in enumerate(self._labels()):
            reached += len(label)
            if event.x < reached:
                self.post_message(self.Chose(place))
                return
