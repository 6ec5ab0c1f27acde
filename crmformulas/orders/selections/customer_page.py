"""One customer: what is known, the orders and their lines, tiers by year, and segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.reading.time_zones import local_time
from crmformulas.orders.selections.attributes import Attribute
from crmformulas.orders.selections.conditions import quoted
from crmformulas.translations import Label, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.analysis.customer_history import Event
    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.selections.cross_sell import AlsoBought
    from crmformulas.orders.selections.segments import Segments

__all__ = ["MOST_LINES", "CustomerPage", "known_of", "lines_of", "segments_of"]

MOST_LINES = 1_000
"""Order lines of a customer that are fetched."""


@dataclass(frozen=True)
class CustomerPage:
    """All that is known of a customer at an as-of day.

    Attributes:
        customer: The id.
        known: The attributes and their values.
        segments: What the segments are called that the customer is in.
        tiers: The last day of each 12 months, newest first, and the value tier in them.
        orders: Orders and returns, the first first.
        lines: The rows of the file that the orders are made of, by the names of their columns.
        also_bought: What those alike buy and the customer does not, what most of them buy first.
    """

    customer: str
    known: Sequence[tuple[Attribute, Any]]
    segments: Sequence[Label]
    tiers: Sequence[tuple[date, str | None]]
    orders: Sequence[Event]
    lines: Sequence[Mapping[str, Any]]
    also_bought: Sequence[AlsoBought] = ()

    def to_dict(self) -> dict[str, Any]:
        """The page as plain values, for JSON."""
        return {
            "customer": self.customer,
            "known": {attribute.name: value for attribute, value in self.known},
            "segments": [translate(label, "en") for label in self.segments],
            "tiers": [{"to": day, "tier": tier} for day, tier in self.tiers],
            "orders": [event._asdict() for event in self.orders],
            "lines": list(self.lines),
            "also_bought": [one._asdict() for one in self.also_bought],
        }


def known_of(customers: Customers, customer: str) -> list[tuple[Attribute, Any]]:
    """The attributes of a customer and their values.

    Raises:
        InputError: if there is no such customer.
    """
    people = customers.people
    attributes = []
    for attribute in people.attributes.values():
        # Columns stand in the lines, and each takes another reading of the file; the page has what
        # is usual for the customer instead of the step.
        if attribute.source.startswith("column ") or attribute.source == "steps":
            continue
        with suppress(InputError):  # such as a forecast that history is too short for
            people.need([attribute])
            attributes.append(attribute)
    rows = people.rows(people.where(f"customer = {quoted(customer)}"), attributes)
    if not rows:
        raise InputError(
            Translated(
                f"no customer {customer!r} has bought up to {customers.windows.as_of}: look "
                "for part "
                f"of the id with crmf customers --where 'customer contains …'",
                f"ingen kund {customer!r} har köpt till och med "
                f"{customers.windows.as_of}: sök en del av id med crmf customers --where "
                "'customer contains …'",
            )
        )
    return list(zip(attributes, rows[0], strict=True))


def segments_of(customers: Customers, segments: Segments, customer: str) -> list[Label]:
    """Names of the segments that a customer is in."""
    people, labels = customers.people, []
    for name in segments:
        try:
            condition = segments[name]
        except InputError:
            continue
        if people.count(f"customer = {quoted(customer)} and ({condition})"):
            labels.append(segments.words(name)[0])
    return labels


def lines_of(typed: Sequence[Any], ask: Any, customer: str) -> list[dict[str, Any]]:
    """The rows of the source that are a customer's, as they are written."""
    lines: list[dict[str, Any]] = []
    for one in typed:
        part = one.part
        theirs = part.table.filter(one.customer() == ibis.literal(customer, "string"))
        cells = {f"column_{i}": theirs[part.table.columns[i]] for i in range(len(part.names))}
        # Instants as the clock on the wall shows them, of which no library of zones is asked.
        zoned = {f"column_{i}": zone for i, zone in part.zones.items()}
        cells |= {name: local_time(cells[name], zone) for name, zone in zoned.items()}
        for row in ask(theirs.select(**cells).limit(MOST_LINES - len(lines))):
            lines.append(dict(zip(part.names, row.values(), strict=True)))
        if len(lines) >= MOST_LINES:
            break
    return lines
