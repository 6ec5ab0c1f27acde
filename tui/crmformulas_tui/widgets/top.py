"""The two lines at the top: the name of the orders, and the tabs."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from crmformulas.formats import NumberFormat
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.screens import DIRECT, GROUPS, SCREENS, group_of, screen_place

__all__ = ["TabBar", "TopLine"]


class TopLine(Widget):
    """The name of the orders and the as-of day; or what is being done and how far it is."""

    name_of: reactive[str] = reactive("")
    as_of: reactive[date | None] = reactive(None)
    doing: reactive[str] = reactive("")
    share: reactive[float | None] = reactive(None)
    currency: reactive[str] = reactive("")
    margin: reactive[float | None] = reactive(None)
    then: reactive[str] = reactive("")
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
        if self.currency:
            left += f" ─ {printable(self.currency)}"
        if self.then:
            left += translate(Translated(" ─ against ", " ─ mot "), lang) + printable(self.then)
        if self.margin is not None:
            share = NumberFormat(lang).percent(self.margin, 0)
            left += f" ─ {translate(Translated('margin', 'marginal'), lang)} {share}"
        right = f"{lang} "
        if self.doing:
            far = "" if self.share is None else f" {self.share:.0%}"
            stop = translate(Translated("esc stops", "esc avbryter"), lang)
            right = f"{self.doing}{far} · {stop} "
        room = max(self.size.width - len(right), 0)
        return Content(left[:room].ljust(room) + right)


class TabBar(Widget):
    """The tabs in one line, a number, which is the key, and the title; below it their screens."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tab-bar--chosen", "tab-bar--screen", "tab-bar--here"}
    DEFAULT_CSS = """
    TabBar {
        height: 2;
        & > .tab-bar--chosen {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }
        & > .tab-bar--screen { color: $foreground; background: $background; }
        & > .tab-bar--here {
            color: $text-primary; background: $background; text-style: bold underline;
        }
    }
    """

    chosen: reactive[int] = reactive(0)
    """The place of the screen among all."""
    lang: reactive[Lang] = reactive("en")

    class Chose(Message):
        """A tab or a screen was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.set_reactive(TabBar.lang, lang)

    @property
    def group(self) -> int:
        """The tab that is chosen."""
        return group_of(SCREENS[self.chosen].name)

    def _labels(self) -> list[str]:
        """The tabs, with as much room around each as there is."""
        titles = [translate(group.title, self.lang) for group in GROUPS]
        for form in ("  {} {}  ", " {} {} ", "{} {} "):
            labels = [form.format(i, title) for i, title in enumerate(titles, 1)]
            if sum(map(len, labels)) <= self.size.width:
                return labels
        return [f"{i}{title} " for i, title in enumerate(titles, 1)]

    def _screens(self) -> list[str]:
        """The screens of the tab; where there is one alone, it needs no line of names."""
        screens = GROUPS[self.group].screens
        if len(screens) == 1:
            return []
        names = [translate(entry.title, self.lang) for entry in screens]
        keys = [f"{DIRECT[e.name]} " if e.name in DIRECT else "" for e in screens]
        return [f"  {key}{name}  " for key, name in zip(keys, names, strict=True)]

    def render_line(self, y: int) -> Strip:
        """The tabs, that of the screen set off without colour, too; then its screens."""
        width, plain = self.size.width, self.rich_style
        muted = plain + self.get_component_rich_style("tab-bar--screen", partial=True)
        here = plain + self.get_component_rich_style("tab-bar--here", partial=True)
        if y == 0:
            chosen = plain + self.get_component_rich_style("tab-bar--chosen", partial=True)
            segments = [
                Segment(label, chosen if i == self.group else plain)
                for i, label in enumerate(self._labels())
            ]
            return Strip(segments).adjust_cell_length(width, plain)
        first = screen_place(GROUPS[self.group].screens[0].name)
        labels = self._screens()
        segments = [
            Segment(label, here if first + i == self.chosen else muted)
            for i, label in enumerate(labels)
        ]
        if labels:
            more = translate(Translated("{} next ", "{} nästa "), self.lang)
            text = more.format(self.group + 1)
            room = width - sum(map(len, labels)) - len(text)
            if room >= 0:
                segments += [Segment(" " * room, muted), Segment(text, muted)]
        return Strip(segments).adjust_cell_length(width, muted)

    def on_click(self, event: Click) -> None:
        """Find the tab or the screen that was clicked."""
        labels = self._labels() if event.y == 0 else self._screens()
        reached = 0
        for place, label in enumerate(labels):
            reached += len(label)
            if event.x < reached:
                group = place if event.y == 0 else self.group
                first = screen_place(GROUPS[group].screens[0].name)
                self.post_message(self.Chose(first if event.y == 0 else first + place))
                return
