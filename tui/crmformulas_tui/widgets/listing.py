"""Which customers are listed, and the columns of the orders of one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from crmformulas.translations import Label, Translated
from crmformulas_tui.widgets.customer_table import BLOCK
from crmformulas_tui.widgets.line_table import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmformulas.orders.counting.customer_list import Customer, Customers, Filters
    from crmformulas_tui.session import Session

__all__ = ["EVENTS", "EVENT_HEADS", "ListPosition", "Listing", "Rows"]

EVENTS = (
    Column("day", "", text=True, least=10),
    Column("step", "", least=4),
    Column("amount", "", least=10),
    Column("gap_days", "", least=10),
    Column("revenue", "", least=12),
)
EVENT_HEADS = {
    "day": Translated("day", "dag"),
    "step": Translated("step", "steg"),
    "amount": Translated("amount", "belopp"),
    "gap_days": Translated("days since", "dagar sedan"),
    "revenue": Translated("revenue so far", "omsättning hittills"),
}


JOINED = 2_000
"""Customers whose contacts are looked up at a time."""


@dataclass(frozen=True)
class Listing:
    """Which customers, in which order.

    Attributes:
        filters: What lets them through.
        sort: The column that orders.
        descending: Whether the largest come first.
    """

    filters: Filters
    sort: str = "revenue"
    descending: bool = True

    def page(self, customers: Customers, block: int) -> list[Customer]:
        """The customers of a block."""
        return customers.page(
            block * BLOCK, BLOCK, sort=self.sort, descending=self.descending, filters=self.filters
        )


@dataclass(frozen=True)
class ListPosition:
    """Where the user is in a list of customers.

    Attributes:
        listing: Which customers, in which order.
        words: What they are called.
        place: Where the cursor stands.
        customer: The one that is opened; None for the list.
        base: The condition that the list began with, which the user's narrows down.
        typed: The condition that the user typed.
    """

    listing: Listing
    words: Label
    place: int = 0
    customer: Customer | None = None
    base: str = ""
    typed: str = ""


class Rows:
    """The customers of a listing, fetched from the engine as they are read, in its thread."""

    def __init__(self, session: Session, listing: Listing, further: Sequence[str] = ()) -> None:
        self._session, self._listing, self._further = session, listing, further

    def __iter__(self) -> Any:
        """All customers in their order, each with its contact and the further columns."""
        one, customers = self._listing, self._session.customers()
        rows = customers.rows(sort=one.sort, descending=one.descending, filters=one.filters)
        columns = (*customers.contact_columns, *self._further)
        if not columns:
            yield from rows
            return
        nothing = (None,) * len(columns)
        while some := list(islice(rows, JOINED)):
            texts = customers.values_of([row.customer for row in some], columns)
            yield from ((*row, *texts.get(row.customer, nothing)) for row in some)
