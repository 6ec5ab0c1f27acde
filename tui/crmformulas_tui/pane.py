"""The base of every screen: a pane with keys, what it shows, and the tables it exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from crmformulas.formats import NumberFormat
from crmformulas.orders.summary.who_buys import who_buys_by_subject
from crmformulas.translations import Label, Lang, Translated
from crmformulas_tui.keys import Key, bindings
from crmformulas_tui.widgets.line_table import Column
from crmformulas_tui.workspace import ScreenState, Workspace, reporting

if TYPE_CHECKING:
    from textual.widget import Widget

    from crmformulas.orders.counting.customer_list import Filters
    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.export import ExportTable
    from crmformulas_tui.session import View

__all__ = ["Pane"]

S = TypeVar("S", bound=ScreenState)

Head = tuple[str, Label, int]
"""The key of a column, its head, and the rank by which it is left out where room is scarce."""

ROOMY = 100, 34
"""Columns and lines of the screen from which on panels have frames, two of them side by side."""

MULTIPLE = 10
"""From so many times as much on a change is told as a multiple, not as per cent."""

WIDE = 160
"""Columns from which on three columns stand side by side."""

HIGH = 48
"""Lines from which on there is room below the tables of a wide screen."""


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
        """The format of numbers in the language of the screen."""
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
        """The state that the user set in this screen for the orders that are shown."""
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

    @property
    def broad(self) -> bool:
        """Whether plots have room beside the columns of a table."""
        return self.app.size.width >= WIDE

    @property
    def spacious(self) -> bool:
        """Whether months and details have room beside and below the tables."""
        return self.broad and self.app.size.height >= HIGH

    def on_resize(self) -> None:
        """Frames around the panels and columns side by side where there is room for them."""
        self.set_class(self.roomy, "roomy")
        self.set_class(self.broad, "broad")
        self.set_class(self.spacious, "spacious")

    def update_view(self, view: View) -> None:
        """Show a view, unless it is shown already."""
        if view is not self.shown_view:
            self.shown_view = view
            self.show(view)

    def margin_changed(self) -> None:
        """The margin is another one: a pane that tells CLV at it does so anew."""

    def compared(self, now: float | None, then: float | None, *, points: bool = False) -> str:
        """The change of a figure, with a mark that reads without colour; a dash if unknown.

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
        if then > 0 and now / then >= MULTIPLE:
            return f"{mark} × {f.whole(now / then)}"
        return f"{mark} {f.signed_percent(now / then - 1) if then else f.signed(now - then)}"

    def columns_of(self, heads: Iterable[Head], texts: Mapping[str, int]) -> list[Column]:
        """The columns of a table.

        Args:
            heads: The key, the head and the rank of each.
            texts: By key the least width of those that are text.
        """
        return [
            Column(key, self.translate(head), key in texts, rank, texts.get(key, 0))
            for key, head, rank in heads
        ]

    def put_then(
        self,
        columns: list[Column],
        lines: list[list[str]],
        after: str,
        pairs: Sequence[tuple[float | None, float | None] | None],
        told: Callable[[float | None], str],
        *,
        points: bool = False,
        rank: int = 1,
    ) -> None:
        """Put what a figure was, and by how much it changed, beside it while the user compares.

        Args:
            columns: The columns of a table; two more come among them.
            lines: Its lines; two cells more come into each.
            after: The key of the column beside which they stand.
            pairs: What the figure of each line is and was; None for a line that has none.
            told: How the figure is written.
            points: Whether it is a fraction, whose change is told in percentage points.
            rank: The higher the sooner the columns are left out where room is scarce.
        """
        view = self.shown_view
        if view is None or view.then is None:
            return
        place = [column.key for column in columns].index(after) + 1
        columns[place:place] = [
            Column(f"{after}_then", self.translate(view.then_head), rank=rank, least=6),
            Column(f"{after}_change", self.translate(view.change_head), rank=rank, least=6),
        ]
        for line, pair in zip(lines, pairs, strict=True):
            beside = ["", ""]
            if pair is not None:
                beside = [told(pair[1]), self.compared(*pair, points=points)]
            line[place:place] = beside

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

    def show_existing(self, summary: Summary) -> None:
        """Tell what existing customers brought, this year and the year before."""
        line, told = self.query_one("#existing", Static), who_buys_by_subject(summary)
        line.set_class("existing" in told, "told")
        line.update(self.translate(told.get("existing", "")))

    @property
    def file_word(self) -> str:
        """What the screen is called in the name of a file."""
        return self.translate(self.NAME).lower().replace(" ", "-")

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

    def explained(self) -> Sequence[Explained]:
        """Where the figures under the cursor come from; nothing where there is none."""
        return ()

    def export_tables(self) -> list[ExportTable]:
        """The tables of what is shown."""
        return []

    def first_focus(self) -> Widget | None:
        """The widget that has the keys when the screen is visited."""
        return next((w for w in self.query("*") if w.focusable), None)
