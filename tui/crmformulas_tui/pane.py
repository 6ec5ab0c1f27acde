"""What every screen is: a pane with keys, what it shows, and what can be exported of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.containers import VerticalScroll
from textual.message import Message

from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Translated, translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.dom import DOMNode
    from textual.widget import Widget

    from crmformulas_tui.app import BrowseApp
    from crmformulas_tui.session import View

__all__ = ["PATIENCE", "Key", "Pane", "Shown", "bind"]

PATIENCE = 0.2
"""Seconds after which what is being done is told."""


class Key(NamedTuple):
    """A key of a pane, a widget or the application: what it does, in both languages."""

    keys: str
    action: str
    words: Translated
    show: bool = True


def bind(node: DOMNode, keys: Iterable[Key], lang: Any) -> None:
    """Give a widget or the application its keys, described in the language of the screen."""
    for key in keys:
        node._bindings.bind(key.keys, key.action, translate(key.words, lang), show=key.show)


@dataclass(frozen=True)
class Shown:
    """A table as it is shown, to be exported: unrounded values, None for unknown.

    Attributes:
        name: Of the sheet and the file, without a suffix.
        heads: The heads of its columns.
        rows: Its rows.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


class Pane(VerticalScroll, can_focus=False):
    """A screen between the tabs and the formula bar.

    A pane is made when it is first looked at. :meth:`show` is then called with what there is, and
    again whenever that changes; while nothing is open it is not called, and the pane is blank.
    It posts messages upwards and holds no arithmetic: figures come from the summary and from the
    formulas.
    """

    KEYS: ClassVar[tuple[Key, ...]] = ()
    NAME: ClassVar[Translated]
    ABOUT: ClassVar[Translated] = Translated("", "")

    class DrillDown(Message):
        """Ask for the customers that filters let through (``crmformulas.orders.Filters``)."""

        def __init__(self, filters: Any, words: Label) -> None:
            super().__init__()
            self.filters = filters
            self.words = words

    def __init__(self) -> None:
        super().__init__(id=type(self).__name__.removesuffix("Pane").lower())
        self.shown_view: View | None = None

    def on_mount(self) -> None:
        """Give the pane its keys, as the language is known only now."""
        bind(self, self.KEYS, self.crm.lang)

    @property
    def crm(self) -> BrowseApp:
        """The application."""
        from crmformulas_tui.app import BrowseApp

        assert isinstance(self.app, BrowseApp)
        return self.app

    @property
    def figures(self) -> NumberFormat:
        """How figures are told in the language of the screen."""
        return NumberFormat(self.crm.lang)

    def translate(self, words: Label) -> str:
        """The words in the language of the screen."""
        shown: str = translate(words, self.crm.lang)
        return shown

    def update_view(self, view: View) -> None:
        """Show a view, unless it is shown already."""
        if view is not self.shown_view:
            self.shown_view = view
            self.show(view)

    async def drill_down(self, filters: Any, words: Label) -> None:
        """List the customers that filters let through; esc leads back here.

        Unlike the message :class:`DrillDown` it is there when the next key comes.
        """
        await self.crm.drill_down(filters, words)

    def show(self, view: View) -> None:
        """Show what there is."""
        raise NotImplementedError

    def exported(self) -> list[Shown]:
        """What is shown, as tables."""
        return []

    def first_focus(self) -> Widget | None:
        """What has the keys when the pane is come to."""
        return next((w for w in self.query("*") if w.focusable), None)
