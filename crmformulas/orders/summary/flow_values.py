"""Value of the movement of customers: each flow, and the bridge between two portfolios."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmformulas.formulas import migration
from crmformulas.formulas.migration import LOST, OUTSIDE
from crmformulas.formulas.value import flow_value
from crmformulas.orders.counting.counts import FlowCount, money
from crmformulas.orders.summary.model import FlowRow, FlowValue, PortfolioBridge, PortfolioRow
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = [
    "NO_YEAR_BEFORE_F12",
    "TRAPS",
    "bridge_as_told",
    "flow_values",
    "move_value",
    "portfolio_bridge",
    "why_not_told",
]

TRAPS = (
    Translated(
        "What the lost are worth does not depend on how many left: the fewer leave, the longer "
        "customers stay and the more each is worth. Compare years at one year's CLV alone.",
        "Vad de förlorade är värda beror inte på hur många som försvann: ju färre som går, desto "
        "längre stannar kunder och desto mer är var och en värd. Jämför år med ett och samma års "
        "livstidsintäkt.",
    ),
    Translated(
        "Tiers are shares of the customers, so ups and downs offset each other: all flows together "
        "are the growth of the base. Rank the single flows, not their sum.",
        "Nivåerna är andelar av kunderna, så upp och ned tar ut varandra: alla flöden tillsammans "
        "är basens tillväxt. Rangordna de enskilda flödena, inte summan.",
    ),
)
"""What the values of flows are easily taken for."""

NO_YEAR_BEFORE_F12 = Translated(
    "history does not hold the year before F12", "historiken omfattar inte året före F12"
)
TIERS_DIFFER = Translated(
    "the tiers were others a year before", "nivåerna var andra för ett år sedan"
)
CLV_UNKNOWN = Translated(
    "the CLV of a tier is unknown, now or a year before",
    "en nivås livstidsintäkt är okänd, nu eller för ett år sedan",
)


def flow_values(flows: Sequence[FlowRow], tiers: Sequence[PortfolioRow]) -> tuple[FlowValue, ...]:
    """The value of each flow at the CLV of S12, in the order of the flow table.

    Who comes from outside was worth nothing before, and who is lost is so now.
    """
    clvs = {row.tier: row.clv for row in tiers}
    places = {row.tier: place for place, row in enumerate(tiers)}
    rows = []
    for flow in flows:
        origin, target = str(flow.origin), flow.target
        value = move_value(flow.customers, origin, target, clvs)
        outside = origin in OUTSIDE
        wanted = outside or (target != LOST and places[target] < places[origin])
        rows.append(
            FlowValue(origin, target, flow.customers, value, None if origin == target else wanted)
        )
    return tuple(rows)


def move_value(
    customers: int, origin: str, target: str, clvs: Mapping[str, float | None]
) -> float | None:
    """Value of a flow: customers × (CLV of where they are − CLV of where they were).

    Args:
        customers: How many.
        origin: Their tier before; of what is no tier the CLV is 0.
        target: Their tier now, or lost.
        clvs: CLV by tier; None where unknown.
    """
    if origin == target:
        # They are where they were, whatever they are worth there.
        return 0.0
    before, now = clvs.get(origin, 0.0), clvs.get(target, 0.0)
    return None if before is None or now is None else float(flow_value(customers, before, now))


def portfolio_bridge(
    flows: Sequence[FlowCount], tiers: Sequence[PortfolioRow]
) -> PortfolioBridge | None:
    """The bridge from the portfolio of F12 to that of S12; None where a CLV is unknown.

    A single year tells the losses of that year alone. So the CLV of F12 is what its customers
    brought in it, times the duration that they turned out to have: F12 revenue / lost.
    """
    count = len(tiers)
    if any(row.clv is None and (row.customers or row.f12_customers) for row in tiers):
        return None
    table = [[0] * (count + 1) for _ in range(count + 2)]
    revenue = [0] * count
    for cell in flows:
        table[cell.origin][cell.target] = cell.customers
        if cell.origin < count:
            revenue[cell.origin] += cell.f12_revenue
    before = [
        money(units) / row.lost if row.lost else 0.0
        for units, row in zip(revenue, tiers, strict=True)
    ]
    now = [row.clv or 0.0 for row in tiers]
    return _bridge(table, before, now)


def bridge_as_told(summary: Summary, before: Summary | None) -> PortfolioBridge | None:
    """The bridge from the portfolio as it was told a year before, to that of now.

    Its opening has that year's own durations, where :func:`portfolio_bridge` has those of now.
    None where history holds no two whole years before, or a CLV is unknown: see
    :func:`why_not_told`.
    """
    if before is None or why_not_told(summary, before) is not None:
        return None
    now, then = ([row.clv for row in one.portfolio_records] for one in (summary, before))
    names = summary.rules.tier_names
    cells = {(row.origin, row.target): row.customers for row in summary.flow_records}
    origins, targets = (*names, "reactivated", "new"), (*names, LOST)
    table = [[cells.get((origin, target), 0) for target in targets] for origin in origins]
    return _bridge(table, [clv or 0.0 for clv in then], [clv or 0.0 for clv in now])


def why_not_told(summary: Summary, before: Summary | None) -> Translated | None:
    """Why there is no bridge from the portfolio as it was told; None where there is one."""
    if before is None or not (summary.f12_covered and before.f12_covered):
        return NO_YEAR_BEFORE_F12
    if summary.rules.tiers != before.rules.tiers:
        return TIERS_DIFFER
    years = (summary, before)
    if any(row.clv is None for year in years for row in year.portfolio_records):
        return CLV_UNKNOWN
    return None


def _bridge(
    table: Sequence[Sequence[int]], before: Sequence[float], now: Sequence[float]
) -> PortfolioBridge:
    lines = migration.bridge_lines(table, before, now)
    opening, new, reactivated, upgrade, downgrade, lost, changed, closing = lines
    moved = new + reactivated + upgrade + downgrade + lost
    return PortfolioBridge(
        opening, new, reactivated, upgrade, downgrade, lost, moved, changed, closing
    )
