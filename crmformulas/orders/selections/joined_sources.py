"""Sources that join the list of customers: further columns of the file, the forecast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.column_roles import FURTHER, normalised, words
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.selections.attributes import (
    Attribute,
    Kind,
    Scope,
    Source,
    column,
    share_of,
)
from crmformulas.translations import Translated

__all__ = [
    "NEXT",
    "Ends",
    "discount_source",
    "forecast_sources",
    "further_sources",
    "slug",
    "tells_of_discounts",
]

Ends = Callable[[str], Any]
"""Makes a table of ``customer``, ``first`` and ``last``: the texts of a column's ends."""


def slug(name: str) -> str:
    """A column's name as part of an attribute's.

    Examples:
        >>> slug("Lineitem name"), slug("Försäljningskanal"), slug("%")
        ('lineitem_name', 'försäljningskanal', '')
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def further_sources(names: Iterable[str], ends: Ends) -> dict[str, Source]:
    """A source for each further column of the file: its value on the first and last purchase.

    Args:
        names: The columns, as the file names them.
        ends: Makes the table of one.
    """
    sources: dict[str, Source] = {}
    for name in names:
        short = slug(name)
        if short and f"column {short}" not in sources:
            sources[f"column {short}"] = _further(name, short, ends)
    return sources


def _further(name: str, short: str, ends: Ends) -> Source:
    source = f"column {short}"
    first, last = f"first_{short}", f"last_{short}"

    def attributes(scope: Scope) -> list[Attribute]:
        return [
            Attribute(
                first,
                Translated(f"first {name}", f"första {name}"),
                Kind.TEXT,
                Translated(f"{name} of the first purchase", f"{name} på första köpet"),
                column(f"{source} first"),
                source=source,
            ),
            Attribute(
                last,
                Translated(f"last {name}", f"senaste {name}"),
                Kind.TEXT,
                Translated(f"{name} of the last purchase", f"{name} på senaste köpet"),
                column(f"{source} last"),
                source=source,
            ),
        ]

    def table(scope: Scope, customers: Any) -> Any:
        first_and_last = ends(name)
        columns = {
            f"{source} first": first_and_last["first"],
            f"{source} last": first_and_last["last"],
        }
        return first_and_last.select("customer", **columns)

    return Source(source, attributes, table)


NEXT = "next_expected"
"""The day of the next order by the forecast."""

# name, aliases, kind, label, what it is
EXPECTED: Sequence[tuple[str, tuple[str, ...], Kind, Translated, Translated]] = (
    (
        "p_buy",
        ("probability", "expected_to_buy"),
        Kind.SHARE,
        Translated("buys within 12 months", "köper inom 12 månader"),
        Translated(
            "probability of an order in the next 12 months",
            "sannolikhet för ett köp de kommande 12 månaderna",
        ),
    ),
    (
        "expected_orders",
        (),
        Kind.NUMBER,
        Translated("expected orders", "väntade köp"),
        Translated("purchase days of the next 12 months", "köpdagar de kommande 12 månaderna"),
    ),
    (
        "expected_revenue",
        ("expected_value",),
        Kind.MONEY,
        Translated("expected revenue", "väntad omsättning"),
        Translated(
            "revenue of the next 12 months, before returns; never CLV",
            "omsättning de kommande 12 månaderna, före returer; aldrig CLV",
        ),
    ),
    (
        "at_stake",
        (),
        Kind.MONEY,
        Translated("at stake", "står på spel"),
        Translated(
            "what is expected of a customer who may have left: worth saving",
            "vad som väntas av en kund i riskzonen",
        ),
    ),
)


# name, the column of the forecast, kind, label, what it is
INTERVALS: Sequence[tuple[str, str, Kind, Translated, Translated]] = (
    (
        "expected_orders_low",
        "orders_low",
        Kind.NUMBER,
        Translated("expected orders, from", "väntade köp, från"),
        Translated("the low end in 80 %", "nedre gränsen i 80 %"),
    ),
    (
        "expected_orders_high",
        "orders_high",
        Kind.NUMBER,
        Translated("expected orders, to", "väntade köp, till"),
        Translated("the high end in 80 %", "övre gränsen i 80 %"),
    ),
    (
        "expected_revenue_low",
        "revenue_low",
        Kind.MONEY,
        Translated("expected revenue, from", "väntad omsättning, från"),
        Translated("the low end in 80 %", "nedre gränsen i 80 %"),
    ),
    (
        "expected_revenue_high",
        "revenue_high",
        Kind.MONEY,
        Translated("expected revenue, to", "väntad omsättning, till"),
        Translated("the high end in 80 %", "övre gränsen i 80 %"),
    ),
    (
        NEXT,
        "next_order_days",
        Kind.DAY,
        Translated("next order expected", "nästa köp väntas"),
        Translated(
            "day by which the next order has come with 50 %; none where it more likely never comes",
            "dagen då nästa köp har kommit med 50 %; ingen om det troligare aldrig kommer",
        ),
    ),
    (
        f"{NEXT}_from",
        "next_order_days_low",
        Kind.DAY,
        Translated("next order, from", "nästa köp, från"),
        Translated("the same with 10 %", "detsamma med 10 %"),
    ),
    (
        f"{NEXT}_to",
        "next_order_days_high",
        Kind.DAY,
        Translated("next order, to", "nästa köp, till"),
        Translated("the same with 90 %", "detsamma med 90 %"),
    ),
)


def forecast_sources(table: Callable[[], Any]) -> dict[str, Source]:
    """The attributes of the forecast; it is made when one of them is first asked for.

    Its intervals join by themselves, as most questions are of what is expected alone.

    Args:
        table: Makes the table of the forecast's customers, in currency units.
    """

    def expected(scope: Scope) -> list[Attribute]:
        return [
            Attribute(
                name, label, kind, about, _expected(name, kind), aliases=aliases, source="forecast"
            )
            for name, aliases, kind, label, about in EXPECTED
        ]

    def intervals(scope: Scope) -> list[Attribute]:
        return [
            Attribute(
                name,
                label,
                kind,
                about,
                _expected(read, kind, scope.as_of),
                source="forecast intervals",
            )
            for name, read, kind, label, about in INTERVALS
        ]

    def joining(columns: Iterable[str]) -> Callable[[Scope, Any], Any]:
        def joined(scope: Scope, customers: Any) -> Any:
            forecasts = table()
            return forecasts.select(
                "customer", **{f"forecast {name}": forecasts[name] for name in columns}
            )

        return joined

    return {
        "forecast": Source("forecast", expected, joining([row[0] for row in EXPECTED])),
        "forecast intervals": Source(
            "forecast intervals", intervals, joining([row[1] for row in INTERVALS])
        ),
    }


def _expected(name: str, kind: Kind, as_of: int = 0) -> Callable[[Any], Any]:
    def expression(people: Any) -> Any:
        value = people[f"forecast {name}"].cast("float64")
        if kind is Kind.DAY:
            # What lies centuries ahead is no day of a calendar, and never for a reader.
            near = ibis.cases((value <= FAR, value))
            return ibis.literal(as_of, "int32") + near.ceil().cast("int32")
        return value * UNITS if kind is Kind.MONEY else value

    return expression


FAR = 36_525
"""Days ahead beyond which a day is not told: a century."""


def tells_of_discounts(names: Iterable[str]) -> bool:
    """Whether the name of a column says that it tells of discounts."""
    discount_names = {
        word
        for role in ("discount", "discount_percent", "discount_code")
        for rank in FURTHER[role]
        for word in words(rank)
    }
    return any(normalised(name) in discount_names for name in names)


# name, the counts that it divides, label, what it is
DISCOUNTS = (
    (
        "discount_share",
        ("discounted", "purchases"),
        Translated("discount share", "rabattandel"),
        Translated("share of the purchases with a discount", "andel av köpen med rabatt"),
    ),
    (
        "s12_discount_share",
        ("s12_discounted", "s12_purchases"),
        Translated("S12 discount share", "rabattandel S12"),
        Translated("the same of the last twelve months", "detsamma de senaste tolv månaderna"),
    ),
)


def discount_source(table: Callable[[], Any]) -> Source:
    """The shares of orders with a discount, where the file has a column of discounts.

    Args:
        table: Makes a table of ``customer`` and the counts that the shares divide.
    """

    def attributes(scope: Scope) -> list[Attribute]:
        return [
            Attribute(name, label, Kind.SHARE, about, _divided(*counts), source="discounts")
            for name, counts, label, about in DISCOUNTS
        ]

    def joined(scope: Scope, customers: Any) -> Any:
        discounts = table()
        names = [name for _, counts, _, _ in DISCOUNTS for name in counts]
        return discounts.select(
            "customer", **{f"discounts {name}": discounts[name] for name in names}
        )

    return Source("discounts", attributes, joined)


def _divided(part: str, whole: str) -> Callable[[Any], Any]:
    return lambda people: share_of(people[f"discounts {part}"], people[f"discounts {whole}"])
