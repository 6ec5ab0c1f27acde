"""The scores of RFM in the engine: where quintiles are cut, and what a customer is called by them.

Nobody need be ranked: how many do better than a value follows from a running sum over the values
there are, and a score is as many cuts as the customer's value reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from crmformulas.formulas.segment import RFM_SEGMENTS, RFM_WORDS
from crmformulas.orders.reading.expressions import _, ibis
from crmformulas.orders.selections.attributes import Attribute, Kind, Scope, Source, column
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["RFM_LABELS", "RFM_NAMES", "SCORES"]

RFM_NAMES = (
    "lost",
    "hibernating",
    "about to sleep",
    "at risk",
    "cannot lose",
    "need attention",
    "promising",
    "new",
    "potential loyalists",
    "loyal",
    "champions",
)
"""The segments of RFM, from those that are furthest away to the best."""

RFM_LABELS = {name: Translated(name, RFM_WORDS[name]) for name in RFM_NAMES}
"""What the segments are called in both languages."""

BEST = 5
COLUMNS = {"r": "last", "f": "orders", "m": "revenue"}
"""What each score ranks: who bought last, most often, for most."""


def learn(scope: Scope, customers: Any) -> None:
    """Find the values from which each score is given."""
    count = int(scope.ask(customers.aggregate(n=_.count()))["n"][0])
    scope.known["scores"] = {
        score: [ends[0] for ends in scope.ask(_cuts(customers, column, count)).values() if ends]
        for score, column in COLUMNS.items()
    }


def _cuts(customers: Any, column: str, count: int) -> ir.Table:
    """The least value that has each score from 2 on: score = 5 - ⌊5 × (rank - 1) / n⌋."""
    sizes = customers.group_by(worth=customers[column]).agg(tied=_.count())
    upto = sizes.tied.sum().over(ibis.cumulative_window(order_by=sizes.worth.desc()))
    running = sizes.mutate(better=upto - sizes.tied)
    return running.aggregate(
        **{
            f"from_{score}": running.worth.min(
                where=running.better * BEST < (BEST + 1 - score) * count
            )
            for score in range(2, BEST + 1)
        }
    )


def _score(scope: Scope, score: str) -> Callable[[Any], Any]:
    def expression(table: Any) -> Any:
        cuts = [cut for cut in scope.known["scores"][score] if cut is not None]
        reached = [(table[COLUMNS[score]] >= cut).cast("int32") for cut in cuts]
        return reduce(add, reached, ibis.literal(1, "int32"))

    return expression


def columns(scope: Scope, table: Any) -> dict[str, Any]:
    """The scores of each customer, and the place of the segment among the names."""
    r, f, m = (_score(scope, score)(table).cast("int8") for score in COLUMNS)
    # Half of an odd sum is rounded up.
    cell = r.cast("int32") * 16 + f + m + 1
    codes: dict[int, list[int]] = {}
    for recency, row in enumerate(RFM_SEGMENTS, 1):
        for total in range(2, 2 * BEST + 1):
            name = row[(total + 1) // 2 - 1]
            codes.setdefault(RFM_NAMES.index(name), []).append(recency * 16 + total + 1)
    whole = [(cell.isin(here), ibis.literal(place, "int32")) for place, here in codes.items()]
    return {"r": r, "f": f, "m": m, "rfm": ibis.cases(*whole)}


def attributes(scope: Scope) -> list[Attribute]:
    """The three scores, and the segment."""

    def attribute(name: str, en: str, sv: str) -> Attribute:
        return Attribute(
            f"{name}_score",
            Translated(name.upper(), name.upper()),
            Kind.WHOLE,
            Translated(f"score of {en}, 1 to 5, 5 is best", f"poäng för {sv}, 1 till 5, 5 är bäst"),
            lambda table: table[name].cast("int64"),
            aliases=(name,),
            source="scores",
        )

    return [
        attribute("r", "recency", "tid sedan köp"),
        attribute("f", "frequency", "antal köp"),
        attribute("m", "monetary value", "omsättning"),
        Attribute(
            "rfm",
            Translated("RFM segment", "RFM-segment"),
            Kind.CHOICE,
            Translated("by the scores of RFM, one of eleven", "efter RFM-poängen, ett av elva"),
            column("rfm"),
            aliases=("rfm_segment",),
            choices=RFM_NAMES,
            labels=RFM_LABELS,
            source="scores",
        ),
    ]


SCORES = Source("scores", attributes, learn=learn, columns=columns)
