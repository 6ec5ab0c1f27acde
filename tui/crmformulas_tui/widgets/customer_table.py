"""The customers of a log, line by line: blocks of them come from the engine when in sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType

from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, term, translate
from crmformulas_tui.widgets.line_table import Column, LineTable

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customer
    from crmformulas.orders.selections.attributes import Attribute

__all__ = ["BLOCK", "HEADS", "CustomerTable", "customer_cells"]

BLOCK = 200
"""Customers that are fetched at a time."""

KEPT = 60
"""Blocks in memory; the ones out of sight for longest go."""

HEADS: dict[str, tuple[Translated, int]] = {
    "customer": (Translated("customer", "kund"), 0),
    "status": (Translated("status", "status"), 1),
    "f12_tier": (Translated("F12", "F12"), 2),
    "s12_tier": (Translated("S12", "S12"), 2),
    "orders": (Translated("orders", "köp"), 3),
    "revenue": (Translated("revenue", "omsättning"), 3),
    "s12_orders": (Translated("S12 orders", "köp S12"), 6),
    "s12_revenue": (Translated("S12 revenue", "omsättn. S12"), 5),
    "f12_revenue": (Translated("F12 revenue", "omsättn. F12"), 6),
    "first_order": (Translated("first order", "första köp"), 5),
    "last_order": (Translated("last order", "senaste köp"), 4),
    "recency_days": (Translated("days since", "dagar sedan"), 7),
}
"""How each column is headed, and the rank by which it is left out where room is scarce."""

TEXTS = ("customer", "status", "f12_tier", "s12_tier")


def customer_cells(one: Customer, figures: NumberFormat) -> list[str]:
    """The cells of a customer."""
    lang = figures.lang
    tiers = [
        UNKNOWN if t is None else printable(translate(term(t), lang))
        for t in (one.f12_tier, one.s12_tier)
    ]
    return [
        printable(one.customer),
        UNKNOWN if one.status is None else translate(term(one.status), lang),
        *tiers,
        figures.whole(one.orders),
        figures.whole(one.revenue),
        figures.whole(one.s12_orders),
        figures.whole(one.s12_revenue),
        figures.whole(one.f12_revenue),
        one.first_order.isoformat(),
        one.last_order.isoformat(),
        figures.whole(one.recency_days),
    ]


class CustomerTable(LineTable):
    """A table of customers, whose lines come in blocks.

    It knows what it shows and what it lacks (:meth:`lacks`); its pane fetches that and hands it
    over (:meth:`put`). What is not there yet is a quiet line of dots.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "first", show=False),
        Binding("left", "point(-1)", show=False),
        Binding("right", "point(1)", show=False),
    ]

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.figures = NumberFormat(lang)
        self._further: tuple[Attribute, ...] = ()
        self.choose(tuple(HEADS), ())
        self._blocks: OrderedDict[int, list[tuple[Customer, list[str]]]] = OrderedDict()

    def choose(self, names: Sequence[str], further: Sequence[Attribute]) -> None:
        """Have these columns.

        Args:
            names: Those of :data:`HEADS` that are wanted; the id always is.
            further: Attributes that have a column behind them.
        """
        lang = self.figures.lang
        self._names = [key for key in HEADS if key in names or key == "customer"]
        self._further = tuple(further)
        own = [
            Column(
                key, translate(HEADS[key][0], lang), text=key in TEXTS, rank=HEADS[key][1], least=4
            )
            for key in self._names
        ]
        # Whoever asked for a column wants to see it.
        more = [
            Column(a.name, translate(a.label, lang), text=not a.kind.counted, rank=1, least=4)
            for a in further
        ]
        self.columns = (*own, *more)
        if self.pointed not in [column.key for column in self.columns]:
            self.pointed = None

    def action_point(self, step: int) -> None:
        """Point at the next column: s orders by it."""
        keys = [column.key for column in self.columns]
        now = self.pointed or (self.sorted_by[0] if self.sorted_by else keys[0])
        place = keys.index(now) if now in keys else 0
        self.pointed = keys[min(max(place + step, 0), len(keys) - 1)]
        self._arrange()
        self.refresh()

    def begin(self, count: int, sorted_by: tuple[str, bool], place: int) -> None:
        """Show so many customers in this order; all of them are still to come.

        Args:
            count: How many.
            sorted_by: The column, and whether the largest comes first.
            place: Where the cursor stands.
        """
        self._blocks.clear()
        self._seen = {}
        self.sorted_by = sorted_by
        self.resize(count)
        self.cursor = min(place, max(count - 1, 0))
        self.show_cursor()

    def put(
        self,
        block: int,
        customers: Sequence[Customer],
        values: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        """Take the customers of a block, and by id the values of the further columns."""
        lines = [(one, self._cells_of(one, values or {})) for one in customers]
        self._blocks[block] = lines
        self._blocks.move_to_end(block)
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)
        wider = [self._note(cells) for _, cells in lines]
        if any(wider):
            self._arrange()
        self.refresh()

    def _cells_of(self, one: Customer, values: Mapping[str, Sequence[Any]]) -> list[str]:
        cells = dict(zip(HEADS, customer_cells(one, self.figures), strict=True))
        own = [cells[name] for name in self._names]
        if not self._further:
            return own
        from crmformulas.orders.selections.attributes import cell_text

        found = values.get(one.customer, (None,) * len(self._further))
        lang = self.figures.lang
        return own + [cell_text(a, v, lang) for a, v in zip(self._further, found, strict=True)]

    def lacks(self) -> int | None:
        """A block that is in sight or nearly so and not there; None if nothing is missing."""
        seen = self.in_sight()
        if not len(seen):
            return None
        near = (seen[0], seen[-1], seen[-1] + BLOCK // 2, seen[0] - BLOCK // 2)
        wanted = [place // BLOCK for place in near if 0 <= place < self.count]
        return next((block for block in wanted if block not in self._blocks), None)

    def lacks_last(self) -> int | None:
        """The last block, if it is not there: who goes to the end need not wait."""
        last = (self.count - 1) // BLOCK
        return last if self.count and last not in self._blocks else None

    def customer(self, place: int) -> Customer | None:
        """The customer of a line; None if not there yet."""
        block, within = divmod(place, BLOCK)
        lines = self._blocks.get(block, [])
        return lines[within][0] if within < len(lines) else None

    def cells(self, place: int) -> Sequence[str] | None:
        """The cells of a line; None if they are not there yet."""
        block, within = divmod(place, BLOCK)
        lines = self._blocks.get(block, [])
        return lines[within][1] if within < len(lines) else None
