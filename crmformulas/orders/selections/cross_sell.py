"""Products that customers alike buy and a customer doesn't, and what they are worth at most.

Those alike are the customers of one value tier of S12. A product, or category, is usual among them
where at least :data:`LEAST_SHARE` of them, and :data:`FEWEST`, paid for a line of it in a purchase
of S12. What a customer of the tier did not buy of these is the potential: it counts with what the
tier's customers, buyers or not, spent on it on average. Lines count before returns.

Who buys a product is not who would: the potential is the most that may be hoped for, as those alike
may have bought the one in place of the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.orders.counting.counts import money
from crmformulas.orders.reading.expressions import _, ibis, total
from crmformulas.orders.reading.further_columns import BLANK, OTHER, SEVERAL
from crmformulas.orders.selections.attributes import (
    Attribute,
    Kind,
    Scope,
    Source,
    by_cell,
    share_of,
)
from crmformulas.orders.summary.model import Row, frame
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from crmformulas.orders.reading.further_columns import FurtherColumn

__all__ = [
    "ATTRIBUTES",
    "FEWEST",
    "LEAST_SHARE",
    "AlsoBought",
    "Bought",
    "CrossSell",
    "TierShare",
    "UsualProduct",
    "also_bought",
    "cross_sell_of",
    "cross_sell_source",
]

LEAST_SHARE = 0.2
"""Share of those alike who buy what is usual among them."""

FEWEST = 30
"""Of those alike who buy what is usual among them; of fewer no mean is told."""

ATTRIBUTES = ("share_bought", "not_bought", "potential")
"""The attributes of a customer."""

CAVEAT = Translated(
    "At most: who buys a product is not who would, and one may have been bought in place of "
    "another. Test with a control group.",
    "Som mest: den som köper en vara är inte den som skulle köpa den, och den ena kan ha köpts i "
    "stället för den andra. Pröva med en kontrollgrupp.",
)
"""Said beside every table."""


class Bought(NamedTuple):
    """Purchases of S12 by customer and product.

    Attributes:
        column: The column of products.
        pairs: ``customer``, the code of the product as ``value``, and ``spent`` on it.
        priced: Whether lines have amounts of their own.
    """

    column: FurtherColumn
    pairs: ir.Table
    priced: bool


class _Usual(NamedTuple):
    """The usual products of a tier: its customers, and buyers and money of each product by code."""

    customers: int
    products: dict[int, tuple[str, int, int]]

    @property
    def spent(self) -> int:
        return sum(spent for _, _, spent in self.products.values())


@dataclass(frozen=True, slots=True)
class UsualProduct(Row):
    """A product that is usual in a value tier.

    Attributes:
        tier: Of S12.
        product: As the file writes it.
        buyers: Customers of the tier who paid for it in S12.
        share: Their share of the tier.
        spent_each: What they spent on it on average; None where lines have no amounts.
    """

    tier: str
    product: str
    buyers: int
    share: float
    spent_each: float | None


@dataclass(frozen=True, slots=True)
class TierShare(Row):
    """Share of the usual products that the customers of a tier buy.

    Attributes:
        tier: Of S12.
        customers: How many.
        products: How many products are usual.
        bought_each: How many of these a customer buys, on average; None where none is usual.
        share_bought: That as a share of them.
        potential: What the others come to for all customers of the tier, at most; None where lines
            have no amounts, too.
    """

    tier: str
    customers: int
    products: int
    bought_each: float | None
    share_bought: float | None
    potential: float | None


@dataclass(frozen=True)
class CrossSell:
    """Usual products of customers alike, and how much of them each tier buys.

    Attributes:
        column: Of products or categories, as the file names it.
        as_of: The last day that counts.
        least_share: Of a tier that buys what is usual in it.
        tiers: A row a tier, the highest first.
        products: What is usual in each, what most buy first.
    """

    column: str
    as_of: date
    least_share: float
    tiers: tuple[TierShare, ...]
    products: tuple[UsualProduct, ...]

    def to_frame(self) -> pd.DataFrame:
        """The tiers as a frame."""
        return frame(self.tiers)

    def records(self) -> list[dict[str, Any]]:
        """A record a tier and product; blank ones where nothing is usual in a tier."""
        return [
            {"tier": tier.tier, "customers": tier.customers}
            | {name: value for name, value in row.items() if name != "tier"}
            for tier in self.tiers
            for row in [p.as_dict() for p in self.products if p.tier == tier.tier]
            or [dict.fromkeys(("product", "buyers", "share", "spent_each"))]
        ]

    def to_dict(self) -> dict[str, Any]:
        """The tables as JSON has them."""
        return {
            "column": self.column,
            "as_of": self.as_of.isoformat(),
            "least_share": self.least_share,
            "fewest": FEWEST,
            "tiers": [row.as_dict() for row in self.tiers],
            "products": [row.as_dict() for row in self.products],
            "note": CAVEAT.en,
        }

    def to_json(self) -> str:
        """The tables as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)


class AlsoBought(NamedTuple):
    """A product that those alike buy and a customer does not.

    Attributes:
        product: As the file writes it.
        share: The share of those alike who buy it.
        buyers: How many they are.
        spent_each: What they spent on it on average; None where lines have no amounts.
    """

    product: str
    share: float
    buyers: int
    spent_each: float | None


# What is usual


def _tiers(scope: Scope, customers: Any) -> Any:
    """The place of each customer's S12 tier, highest first; null for who has none."""
    names = scope.rules.tier_names
    places = {c: names.index(words[2]) for c, words in scope.cells.items() if words[2]}
    return by_cell(customers.cell, places)


def _usual(
    scope: Scope, customers: Any, column: FurtherColumn, pairs: Any, least_share: float
) -> list[_Usual]:
    """The usual products of each tier, the highest first."""
    tiered = customers.select(buyer=customers.customer, tier=_tiers(scope, customers))
    tiered = tiered.filter(tiered.tier.notnull())
    sizes = scope.ask(tiered.group_by("tier").agg(n=_.count()))
    counted = pairs.inner_join(tiered, pairs.customer == tiered.buyer)
    cells = scope.ask(
        counted.group_by("tier", "value").agg(n=_.count(), spent=total(counted.spent))
    )
    usual = [_Usual(0, {}) for _ in scope.rules.tier_names]
    for tier, n in zip(sizes["tier"], sizes["n"], strict=True):
        usual[int(tier)] = _Usual(int(n), {})
    for tier, code, n, spent in zip(*cells.values(), strict=True):
        label = column.labels[column.position(int(code))]
        here = usual[int(tier)]
        few = n < FEWEST or n / here.customers < least_share
        if not few and label not in (BLANK, OTHER, SEVERAL):
            here.products[int(code)] = label, int(n), int(spent)
    return usual


def _sorted(usual: _Usual) -> list[tuple[int, tuple[str, int, int]]]:
    """The products by code, what most buy first."""
    return sorted(usual.products.items(), key=lambda item: (-item[1][1], item[1][0]))


def _each(spent: int, n: int, priced: bool) -> float | None:
    return money(spent) / n if priced else None


def cross_sell_of(
    scope: Scope, customers: Any, bought: Bought, least_share: float = LEAST_SHARE
) -> CrossSell:
    """Tell what is usual in each tier, and how much of it its customers buy.

    Args:
        scope: What the list of customers is made from.
        customers: The list.
        bought: What was paid for.
        least_share: Of a tier that buys what is usual in it.
    """
    usual = _usual(scope, customers, bought.column, bought.pairs, least_share)
    names = scope.rules.tier_names
    products = tuple(
        UsualProduct(tier, label, n, n / one.customers, _each(spent, n, bought.priced))
        for tier, one in zip(names, usual, strict=True)
        for _code, (label, n, spent) in _sorted(one)
    )
    tiers = tuple(_share(tier, one, bought.priced) for tier, one in zip(names, usual, strict=True))
    return CrossSell(bought.column.name, scope.windows.as_of, least_share, tiers, products)


def _share(tier: str, usual: _Usual, priced: bool) -> TierShare:
    if not usual.products:
        return TierShare(tier, usual.customers, 0, None, None, None)
    n = usual.customers
    bought = sum(buyers for _, buyers, _ in usual.products.values())
    # Each product misses those who did not buy it, at what one of the tier spent on it.
    missed = sum(spent * (n - buyers) for _, buyers, spent in usual.products.values())
    return TierShare(
        tier,
        n,
        len(usual.products),
        bought / n,
        bought / (n * len(usual.products)),
        _each(missed, n, priced),
    )


def also_bought(scope: Scope, customers: Any, bought: Bought, customer: str) -> list[AlsoBought]:
    """The products those alike buy and a customer does not, those that most of them buy first.

    Args:
        scope: What the list of customers is made from.
        customers: The list, once it has been asked for one of :data:`ATTRIBUTES`.
        bought: What was paid for.
        customer: The id.
    """
    one = customers.filter(customers.customer == ibis.literal(customer, "string"))
    tiers = scope.ask(one.select(tier=_tiers(scope, one)))["tier"]
    if not tiers or tiers[0] is None:
        return []
    usual: _Usual = scope.known["cross-sell"][int(tiers[0])]
    own = bought.pairs.filter(bought.pairs.customer == ibis.literal(customer, "string"))
    held = {int(code) for code in scope.ask(own.select("value"))["value"]}
    return [
        AlsoBought(label, n / usual.customers, n, _each(spent, n, bought.priced))
        for code, (label, n, spent) in _sorted(usual)
        if code not in held
    ]


# The attributes


def cross_sell_source(
    name: str, bought: Callable[[], Bought], local: Callable[[Any], Any], unpriced: Translated | str
) -> Source:
    """The source of what a customer buys of what is usual among those alike.

    Args:
        name: The column of products.
        bought: Tells what was paid for.
        local: Makes a table of the engine of a small one.
        unpriced: Why lines have no amounts; empty if they have.
    """

    def table(scope: Scope, customers: Any) -> Any:
        column, lines, _priced = bought()
        # It is asked twice, and takes a reading of the file.
        scope.known["cross-sell lines"] = pairs = lines.cache()
        usual = scope.known["cross-sell"] = _usual(scope, customers, column, pairs, LEAST_SHARE)
        tiered = customers.select(buyer=customers.customer, tier=_tiers(scope, customers))
        theirs = pairs.inner_join(tiered, pairs.customer == tiered.buyer)
        kept = local(_arrow(usual))
        held = theirs.inner_join(
            kept, (theirs.tier == kept.in_tier) & (theirs["value"] == kept.product)
        )
        return held.group_by("customer").agg(
            **{"cross-sell bought": _.count(), "cross-sell spent": total(held.of_tier)}
        )

    def learn(scope: Scope, customers: Any) -> None:
        scope.known.pop("cross-sell lines").release()

    return Source("cross-sell", lambda scope: _attributes(scope, name, unpriced), table, learn)


def _arrow(usual: Iterable[_Usual]) -> Any:
    """The table of what is usual, and what each tier spent on it."""
    import pyarrow as pa

    rows = [
        (tier, code, spent)
        for tier, one in enumerate(usual)
        for code, (_, _, spent) in one.products.items()
    ]
    tiers, codes, sums = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "in_tier": pa.array(tiers, pa.int32()),
            "product": pa.array(codes, pa.int32()),
            "of_tier": pa.array(sums, pa.int64()),
        }
    )


def _attributes(scope: Scope, name: str, unpriced: Translated | str) -> list[Attribute]:
    def of_tier(table: Any, figure: Callable[[_Usual], int]) -> Any:
        """A figure of the customer's tier; null where nothing is usual in it."""
        tier, usual = _tiers(scope, table), enumerate(scope.known["cross-sell"])
        cases = [
            (tier == place, ibis.literal(figure(one), "int64"))
            for place, one in usual
            if one.products
        ]
        return ibis.cases(*cases) if cases else ibis.null("int64")

    def bought(table: Any) -> Any:
        return table["cross-sell bought"].fill_null(0)

    def share(table: Any) -> Any:
        return share_of(bought(table), of_tier(table, lambda one: len(one.products)))

    def lacking(table: Any) -> Any:
        return of_tier(table, lambda one: len(one.products)) - bought(table)

    def potential(table: Any) -> Any:
        missed = of_tier(table, lambda one: one.spent) - table["cross-sell spent"].fill_null(0)
        return share_of(missed, of_tier(table, lambda one: one.customers))

    alike = Translated("those of the same S12 tier", "de på samma nivå i S12")
    return [
        Attribute(
            "share_bought",
            Translated("share bought", "andel köpt"),
            Kind.SHARE,
            Translated(
                "share of what {} buy in S12, by {}, that the customer buys",
                "andel av vad {} köper i S12, per {}, som kunden köper",
            ).format(alike, name),
            share,
            source="cross-sell",
        ),
        Attribute(
            "not_bought",
            Translated("not bought", "ej köpt"),
            Kind.WHOLE,
            Translated(
                "how much of that the customer does not buy",
                "hur mycket av det som kunden inte köper",
            ),
            lacking,
            source="cross-sell",
        ),
        Attribute(
            "potential",
            Translated("potential, at most", "potential, som mest"),
            Kind.MONEY,
            Translated(
                "what one of the tier spends on that in S12, on average",
                "vad en på nivån lägger på det i S12, i snitt",
            ),
            potential,
            aliases=("cross_sell",),
            source="cross-sell",
            unknown=unpriced,
        ),
    ]
