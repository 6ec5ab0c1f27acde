"""The customers of a log, one by one: a table in the engine that is paged, sorted and filtered.

The first rows of an order are found by looking for them alone; for pages further down the numbers
of all customers are put in order once, which makes every page cheap.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.dates import add_months, day_number, from_number
from crmformulas.errors import InputError
from crmformulas.orders.counting.counts import money
from crmformulas.orders.counting.listing import COUNTED, contains, storable
from crmformulas.orders.keywords import names_fields, names_keywords
from crmformulas.orders.reading.expressions import _, ibis
from crmformulas.orders.reading.kept_sql import of_everybody
from crmformulas.orders.selections.attributes import STATUSES, Attribute, f12_reason, find
from crmformulas.orders.selections.person_table import PersonTable
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["COLUMNS", "STATUSES", "Customer", "Customers", "Filters"]

SHALLOW = 1_000
"""Rows down to which looking for them costs less than putting all customers in order."""

BATCH = 10_000
"""Rows that are fetched at a time when many are wanted."""

KEPT = 4
"""Orders that are kept, at 16 bytes a customer."""


class Customer(NamedTuple):
    """A customer at the as-of day T. S12 are the 12 months up to T, F12 those before.

    Attributes:
        customer: The id, as in the log.
        status: One of :data:`STATUSES`; None where history holds too little of F12 to tell.
        f12_tier: The value tier in F12; None if not active then, or where that can't be told.
        s12_tier: The value tier in S12; None if not active then.
        orders: Purchases up to T, which is the step of the F-ladder that the customer stands on.
        revenue: Net revenue up to T in currency units, less returns unless they are ignored.
        s12_orders: Purchases in S12.
        s12_revenue: Net revenue of S12, in currency units.
        f12_revenue: Net revenue of F12, in currency units.
        first_order: The day of the first purchase.
        last_order: The day of the last purchase.
        recency_days: Days from the last purchase to T.
    """

    customer: str
    status: str | None
    f12_tier: str | None
    s12_tier: str | None
    orders: int
    revenue: float
    s12_orders: int
    s12_revenue: float
    f12_revenue: float
    first_order: date
    last_order: date
    recency_days: int


COLUMNS = Customer._fields
"""The columns, by each of which the table can be sorted."""


@names_fields
@dataclass(frozen=True, kw_only=True)
class Filters:
    """Filters of customers: those that every one given lets through. All are optional.

    Attributes:
        status: A status, or several of which any will do.
        f12_tier: A value tier of F12, or several; the others were not active then.
        s12_tier: A value tier of S12, or several.
        text: What the id contains, whether in upper or lower case. Nothing in it is a wildcard.
        least_orders: Purchases up to T, at least: the step of the F-ladder.
        cohort: The month of the first purchase, as ``2026-10``.
        where: A condition, as ``orders 4..5 and days_since > 90``; see
            :mod:`crmformulas.orders.selections.conditions`.

    Examples:
        >>> Filters(status="lost", f12_tier=["super", "top"]).f12_tier
        ('super', 'top')
    """

    status: str | Collection[str] = ()
    f12_tier: str | Collection[str] = ()
    s12_tier: str | Collection[str] = ()
    text: str = ""
    least_orders: int = 0
    cohort: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        """Take one word for a choice of one, so that equal filters are equal."""
        for field in fields(self)[:3]:
            wanted = getattr(self, field.name)
            words = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            object.__setattr__(self, field.name, words)


EVERYBODY = Filters()


class Customers:
    """The customers of a log at an as-of day, to be paged through. Made by `Orders.customers`.

    It is of use until the log is closed, by one thread at a time like the log. Whatever the order,
    who ties in it stands by id, ascending by code point, and who has no tier stands last.

    Attributes:
        windows: The as-of day and the two windows of 12 months.
        rules: How was counted.
    """

    def __init__(self, people: PersonTable, orders: ir.Table) -> None:
        self.windows = people.scope.windows
        self.rules = people.scope.rules
        self.people = people
        self._orders = orders
        self._ask = people.scope.ask
        self._cells = people.scope.cells
        self._order: OrderedDict[tuple[str, bool, Filters], ir.CachedTable] = OrderedDict()
        self._always = ""

    def _repr_html_(self) -> str:
        # By name: counting knows no face.
        html: str = import_module("crmformulas.charts.notebook").customers_html(self)
        return html

    @property
    def closed(self) -> bool:
        """Whether the log has been closed."""
        return self.people.closed

    @property
    def attributes(self) -> dict[str, Attribute]:
        """Attributes of each customer by name: in conditions, columns and orders."""
        return self.people.attributes

    @property
    def f12_reason(self) -> Label:
        """Why status and F12 tier are not told; empty if they are."""
        return f12_reason(self.people.scope)

    def close(self) -> None:
        """Remove what is stored temporarily, as closing the log does. Safe to call twice."""
        if not self.people.closed:
            for order in self._order.values():
                order.release()
            self._order.clear()
            self.people.release()

    def where(self, condition: str) -> Customers:
        """Take those for whom a condition holds, of these.

        Args:
            condition: As ``orders 4..5 and days_since > 90 and tier = super``.

        Returns:
            The same list, of fewer customers.

        Raises:
            InputError: if the condition can't be read; the message says where.

        Examples:
            >>> import pandas as pd
            >>> from crmformulas.orders import read
            >>> log = {"customer": ["a", "b", "a"], "amount": [10, 30, 20]}
            >>> days = ["2026-03-01", "2026-03-01", "2026-03-09"]
            >>> with read(pd.DataFrame({**log, "date": days})) as orders:
            ...     again = orders.customers().where("orders >= 2 or revenue < 30")
            ...     [one.customer for one in again.page()]
            ['a']
        """
        self.people.check(condition)
        narrowed = copy(self)
        narrowed._always = f"({self._always}) and ({condition})" if self._always else condition
        return narrowed

    @names_keywords
    def count(self, filters: Filters = EVERYBODY) -> int:
        """Count the customers that the filters let through.

        Raises:
            InputError: if there is no such status or tier, or the log is closed.
        """
        with self._said(filters):
            customers = self._filtered(filters)
            return int(self._ask(customers.aggregate(n=_.count()))["n"][0])

    @names_keywords
    def page(
        self,
        offset: int = 0,
        limit: int = 50,
        *,
        sort: str = "revenue",
        descending: bool = True,
        filters: Filters = EVERYBODY,
    ) -> list[Customer]:
        """Page through the customers in an order: those from a position on.

        Args:
            offset: How many stand before.
            limit: How many at most.
            sort: The column that orders, one of :data:`COLUMNS`. Tiers order by value and statuses
                as in :data:`STATUSES`.
            descending: The largest, the latest or the highest tier first.
            filters: Which customers stand in the order at all.

        Returns:
            The customers: fewer than ``limit`` at the end, none beyond it.

        Raises:
            InputError: if there is no such column, status or tier, or the log is closed.

        Examples:
            >>> import pandas as pd
            >>> from crmformulas.orders import read
            >>> day, log = "2026-03-01", {"customer": ["a", "b", "c"], "amount": [10, 30, 20]}
            >>> with read(pd.DataFrame({**log, "date": day})) as orders:
            ...     customers = orders.customers()
            ...     [one.customer for one in customers.page(1, 2)]
            ...     [one.revenue for one in customers.page(filters=Filters(text="A"))]
            ['c', 'a']
            [10.0]
        """
        for name, number in (("offset", offset), ("limit", limit)):
            if number < 0:
                raise InputError(
                    Translated(
                        f"{name} must be at least 0, got {number}",
                        f"{name} måste vara minst 0, fick {number}",
                    )
                )
        with self._said(filters):
            return self._page(offset, limit, sort, descending, filters)

    def _said(self, filters: Filters) -> AbstractContextManager[None]:
        """Of nobody who it is, where nothing is typed that says whom somebody looks for."""
        return of_everybody() if filters == EVERYBODY and not self._always else nullcontext()

    def _page(
        self, offset: int, limit: int, sort: str, descending: bool, filters: Filters
    ) -> list[Customer]:
        # What orders joins the table before who is selected from it is found.
        self.people.need([self._sorting(sort)])
        customers = self._filtered(filters)
        key = (sort, descending, replace(filters, where=self._condition(filters)))
        by = self._sort_keys(customers, sort, descending)
        if key not in self._order and offset + limit <= SHALLOW:
            selected = customers.order_by(by).limit(limit, offset=offset)
        else:
            order = self._places(key, customers, by)
            here = order.filter((order.place >= offset) & (order.place < offset + limit))
            selected = here.inner_join(self._open, "number").order_by("place")
        return self._customers_of(self._ask(selected.select("customer", "cell", *COUNTED)))

    @names_keywords
    def rows(
        self,
        limit: int | None = None,
        *,
        sort: str = "revenue",
        descending: bool = True,
        filters: Filters = EVERYBODY,
    ) -> Iterator[Customer]:
        """Iterate over the first customers of an order, or all; they are fetched in batches.

        Args:
            limit: How many at most.
            sort: The column that orders, as for :meth:`page`.
            descending: The largest, the latest or the highest tier first.
            filters: Which customers stand in the order at all.

        Yields:
            The customers.

        Raises:
            InputError: if there is no such column, status or tier, or the log is closed.
        """
        offset = 0
        while limit is None or offset < limit:
            wanted = BATCH if limit is None else min(BATCH, limit - offset)
            page = self.page(offset, wanted, sort=sort, descending=descending, filters=filters)
            yield from page
            if len(page) < wanted:
                break
            offset += wanted

    @property
    def contact_columns(self) -> tuple[str, ...]:
        """Columns of the contact list, as e-mail; none without such a list."""
        listed = self.people.attributes.values()
        return tuple(
            a.name for a in listed if a.source == "contacts" and (a.hidden or a.name == "consent")
        )

    def values_of(
        self, customers: Sequence[str], names: Sequence[str]
    ) -> dict[str, tuple[Any, ...]]:
        """Attributes of some customers, by id: a value for each name.

        Args:
            customers: Their ids, as the table has them.
            names: Of attributes.
        """
        wanted = [self.people.attribute(name) for name in ("customer", *names)]
        table = self.people.need(wanted)
        rows = self.people.rows(table.filter(table.customer.isin(list(customers))), wanted)
        return {row[0]: row[1:] for row in rows}

    def orders_of(self, customer: str) -> list[tuple[date, float]]:
        """List the orders of a customer up to the as-of day, and the returns unless ignored.

        Args:
            customer: The id, as the table has it.

        Returns:
            Day and amount in currency units of each, the first first, larger amounts first on one
            day; none if there is no such customer.

        Raises:
            InputError: if the log is closed.

        Examples:
            >>> import pandas as pd
            >>> from crmformulas.orders import read
            >>> log = {"customer": ["a", "b", "a"], "amount": [10, 30, -4]}
            >>> days = ["2026-03-01", "2026-03-01", "2026-03-09"]
            >>> with read(pd.DataFrame({**log, "date": days})) as orders:
            ...     orders.customers().orders_of("a")
            [(datetime.date(2026, 3, 1), 10.0), (datetime.date(2026, 3, 9), -4.0)]
        """
        if not storable(customer, self._open.get_backend().name):
            return []
        theirs = self._orders.filter(self._orders.customer == ibis.literal(customer, "string"))
        columns = self._ask(theirs.select("day", "amount").order_by(_.day, _.amount.desc()))
        return [
            (from_number(day), money(amount))
            for day, amount in zip(columns["day"], columns["amount"], strict=True)
        ]

    @property
    def _open(self) -> ir.CachedTable:
        return self.people.table

    def _condition(self, filters: Filters) -> str:
        parts = [part for part in (self._always, filters.where) if part.strip()]
        return " and ".join(f"({part})" for part in parts)

    def _filtered(self, filters: Filters) -> ir.Table:
        customers = self.people.where(self._condition(filters))
        tiers = self.rules.tier_names
        choices = {"status": STATUSES, "f12_tier": tiers, "s12_tier": tiers}
        chosen = self._cells
        for place, (name, names) in enumerate(choices.items()):
            if wanted := getattr(filters, name):
                if name != "s12_tier" and self.f12_reason:
                    untold = Translated("{} can't be told: {}", "{} är okänt: {}")
                    raise InputError(untold.format(name, self.f12_reason))
                if unknown := [str(word) for word in wanted if word not in names]:
                    raise InputError(
                        Translated(
                            f"{name} must be of {', '.join(names)}, got {', '.join(unknown)}",
                            f"{name} måste vara bland {', '.join(names)}, fick "
                            f"{', '.join(unknown)}",
                        )
                    )
                chosen = {c: words for c, words in chosen.items() if words[place] in wanted}
        if len(chosen) < len(self._cells):
            here = customers.cell.isin(list(chosen)) if chosen else ibis.literal(False)
            customers = customers.filter(here)
        if filters.least_orders > 1:
            customers = customers.filter(customers.orders >= filters.least_orders)
        if filters.cohort:
            first, last = _month(filters.cohort)
            customers = customers.filter(
                (customers["first"] >= first) & (customers["first"] <= last)
            )
        if filters.text:
            customers = customers.filter(contains(customers.customer, filters.text))
        return customers

    def _sort_keys(self, customers: ir.Table, sort: str, descending: bool) -> list[ir.Value]:
        """Build the keys that order the customers."""
        return self.people.sort_keys(customers, self._sorting(sort), descending)

    def _sorting(self, sort: str) -> Attribute:
        attribute = find(sort, self.attributes)
        if attribute is None:
            raise InputError(
                Translated(
                    f"no column {sort!r} to sort by; there are {', '.join(self.attributes)}",
                    f"ingen kolumn {sort!r} att sortera på; det finns {', '.join(self.attributes)}",
                )
            )
        return attribute

    def _places(
        self, key: tuple[str, bool, Filters], customers: ir.Table, by: list[ir.Value]
    ) -> ir.CachedTable:
        """Number the places of the customers in an order, once for each order."""
        if key not in self._order:
            while len(self._order) >= KEPT:
                self._order.popitem(last=False)[1].release()
            place = ibis.row_number().over(ibis.window(order_by=by))
            self._order[key] = customers.select("number", place=place).cache()
        self._order.move_to_end(key)
        return self._order[key]

    def _customers_of(self, columns: dict[str, list[Any]]) -> list[Customer]:
        until = self.windows.as_of
        by_cell: Mapping[int, tuple[str | None, str | None, str | None]] = self._cells
        if self.f12_reason:
            by_cell = {cell: (None, None, s12_tier) for cell, (_, _, s12_tier) in by_cell.items()}
        return [
            Customer(
                customer,
                *by_cell[cell],
                orders,
                money(revenue),
                s12_orders,
                money(s12_revenue),
                money(f12_revenue),
                from_number(first),
                last_day := from_number(last),
                (until - last_day).days,
            )
            for (
                customer,
                cell,
                orders,
                revenue,
                s12_orders,
                s12_revenue,
                f12_revenue,
                first,
                last,
            ) in zip(*columns.values(), strict=True)
        ]


def _month(cohort: str) -> tuple[int, int]:
    """The numbers of the first and the last day of a month."""
    try:
        first = date.fromisoformat(f"{cohort}-01")
    except ValueError:
        raise InputError(
            Translated(
                f"cohort must be a month like 2026-10, got {cohort!r}",
                f"cohort måste vara en månad som 2026-10, fick {cohort!r}",
            )
        ) from None
    return day_number(first), day_number(add_months(first, 1)) - 1
