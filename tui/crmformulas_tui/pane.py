"""The base of every screen: a pane with keys, what it shows, and the tables it exports."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Lang, Translated
from crmformulas_tui.keys import Key, bindings
from crmformulas_tui.workspace import ScreenState, Workspace, reporting

if TYPE_CHECKING:
    from textual.widget import Widget

    from crmformulas.orders.counting.customer_list import Filters
    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.export import ExportTable
    from crmformulas_tui.session import View

__all__ = ["Pane"]

S = TypeVar("S", bound=ScreenState)

ROOMY = 100, 34
"""Columns and lines of the screen from which on panels have frames, two of them side by side."""

WIDE = 160
"""Columns from which on three columns stand side by side."""


class Pane(VerticalScroll, can_focus=False):
    """A screen between the tabs and the formula bar.

    A pane is made when its screen is first visited. :meth:`show` is then called with the open
    orders, and again whenever they change; while nothing is open it is not called, and the pane is
    blank. It gets its data handed down, posts messages upwards, and holds no arithmetic: figures
    come from the summary and from the formulas.
    """

    KEYS: ClassVar[tuple[Key, ...]] = ()
    NAME: ClassVar[Translated]
    ABOUT: ClassVar[Translated] = Translated("", "")

    class GoTo(Message):
        """Ask for another screen."""

        def __init__(self, screen: str) -> None:
            super().__init__()
            self.screen = screen

    def __init_subclass__(cls, **options: Any) -> None:
        """Bind the keys of the class."""
        cls.BINDINGS = list(bindings(cls.KEYS))
        super().__init_subclass__(**options)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(id=type(self).__name__.removesuffix("Pane").lower())
        self.workspace = workspace
        self.shown_view: View | None = None

    @property
    def lang(self) -> Lang:
        """The language of the screen."""
        return self.workspace.lang

    @property
    def numbers(self) -> NumberFormat:
        """How numbers are written in the language of the screen."""
        return self.workspace.numbers

    def signed_amount(self, value: float | None) -> str:
        """An amount with its sign."""
        if value is None:
            return self.numbers.amount(None)
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{self.numbers.amount(abs(value))}"

    def translate(self, label: Label) -> str:
        """Return the label in the language of the screen."""
        return self.workspace.translate(label)

    def state(self, kind: type[S]) -> S:
        """What the user set in this screen for the orders that are shown."""
        assert self.shown_view is not None
        return self.workspace.state(kind, self.shown_view.source)

    def reporting(self) -> AbstractContextManager[None]:
        """Show what goes wrong within as a notification, and go on."""
        return reporting(self, self.lang)

    @property
    def roomy(self) -> bool:
        """Whether there is room for frames around the panels."""
        width, height = self.app.size
        return width >= ROOMY[0] and height >= ROOMY[1]

    def on_resize(self) -> None:
        """Frames around the panels and columns side by side where there is room for them."""
        self.set_class(self.roomy, "roomy")
        width = self.app.size.width
        self.set_class(width >= WIDE, "broad")

    def update_view(self, view: View) -> None:
        """Show a view, unless it is shown already."""
        if view is not self.shown_view:
            self.shown_view = view
            self.show(view)

    def margin_changed(self) -> None:
        """The margin is another one: a pane that tells CLV at it does so anew."""

    def compared(self, now: float | None, then: float | None, *, points: bool = False) -> str:
        """How much a figure changed, with a mark that reads without colour; a dash if unknown.

        Args:
            now: The figure.
            then: What it was.
            points: Whether both are fractions whose change is told in percentage points.
        """
        f = self.numbers
        if now is None or then is None:
            return f.whole(None)
        mark = "▲" if now > then else "▼" if now < then else "="
        if points:
            unit = self.translate(Translated("pp", "pe"))
            return f"{mark} {f.signed((now - then) * 100, 1)} {unit}"
        return f"{mark} {f.signed_percent(now / then - 1) if then else f.signed(now - then)}"

    def show_incomplete(self, summary: Summary, what: Label) -> None:
        """Say beside the figures that rest on the year before that it is not wholly there.

        Args:
            summary: What is shown.
            what: The figures that rest on it.
        """
        line = self.query_one("#incomplete", Static)
        line.display = summary.f12_known and not summary.f12_covered
        if line.display:
            note = Translated(
                "! The year before holds {} of 12 months: {} rest on it.",
                "! Året innan omfattar {} av 12 månader: {} bygger på det.",
            )
            line.update(self.translate(note.format(str(summary.f12_months), what)))

    async def list_customers(self, filters: Filters, label: Label) -> None:
        """List the customers that filters let through; escape leads back here."""
        await self.workspace.list_customers(filters, label)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of a screen work where there is something to show."""
        return self.shown_view is not None or not any(
            key.action.partition("(")[0] == action for key in self.KEYS
        )

    def show(self, view: View) -> None:
        """Show the open orders."""
        raise NotImplementedError

    def export_tables(self) -> list[ExportTable]:
        """What is shown, as tables."""
        return []

    def first_focus(self) -> Widget | None:
        """The widget that has the keys when the screen is visited."""
        return next((w for w in self.query("*") if w.focusable), None)
