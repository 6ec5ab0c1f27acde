"""The figures that a report must show, from the JSON of its summary: key of a place to figure.

The JSON may be that of ``crmf summary --format json``, or the oracle's.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any, TypeAlias

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.orders.rules import LTV_AGES
from tests.excel.recalculate import Cells, Value, errors

__all__ = ["cell", "differences", "expected"]

Figures: TypeAlias = "dict[tuple[str, int, int], Any]"
"""Expected by key, row and column within the place of the key; None is unknown, a dash."""

MONEY = 0.000_051
"""JSON tells money with four decimals."""

MOST_MONTHS = 36


def expected(told: dict[str, Any]) -> Figures:
    """Every figure of the JSON that a report shows."""
    made: Figures = {}
    for part in (_flows, _flows_before, _portfolio, _outcome, _ladder, _cohorts, _ltv, _kpis):
        for key, value in part(told):
            place = (key, 0, 0) if isinstance(key, str) else key
            assert place not in made
            made[place] = value
    return made


Told: TypeAlias = "Iterator[tuple[str | tuple[str, int, int], Any]]"


def f12_known(told: dict[str, Any]) -> bool:
    """Whether at least six of F12's twelve months lie wholly in history."""
    months: int = told["windows"]["f12_months"]
    return months >= 6


RESTS_ON_F12 = ("f12_customers", "lost", "retention", "duration", "clv", "clv_index",
                "portfolio_value")  # fmt: skip


def _unknown_flows(told: dict[str, Any]) -> Told:
    """Of who came, stayed and left nothing is told; the customers of each tier of S12 are."""
    flows = told["flows"]
    for key in ("opening", "new", "reactivated", "lost", "retention", "duration", "net_duration"):
        yield f"flows.{key}", None
    yield "flows.closing", flows["closing"]
    for line in told["portfolio"]:
        for column in ("customers", "orders", "revenue"):
            yield f"flow.untold.{line['tier']}.{column}", line[column]
    for tier in told["migration"]["from"]:
        for target in told["migration"]["to"]:
            yield f"migration.{tier}.{target}", None
            yield f"rate.{tier}.{target}", None
    for kind in ("new", "upgrade", "reactivated", "downgrade", "lost", "total"):
        yield f"flow_values.{kind}", None
    yield "budget1.total.revenue", None
    yield "budget2.total.revenue", None


def _flows(told: dict[str, Any]) -> Told:
    if not f12_known(told):
        yield from _unknown_flows(told)
        return
    flows = told["flows"]
    for key in ("opening", "new", "reactivated", "closing", "retention", "duration"):
        yield f"flows.{key}", flows[key]
    yield "flows.net_duration", flows["net_duration"]
    yield "flows.lost", -flows["lost"]
    tiers = told["migration"]["from"]
    found = {(f["from"], f["to"]): f for f in told["flow_table"]}
    for origin in (*tiers, "reactivated", "new"):
        for target in (*tiers, *(["lost"] if origin in tiers else [])):
            flow = found.get((origin, target), {})
            for column in ("customers", "orders", "revenue"):
                none = column == "orders" and target == "lost"
                yield f"flow.{origin}.{target}.{column}", None if none else flow.get(column, 0)
    for i, tier in enumerate(tiers):
        for j, target in enumerate(told["migration"]["to"]):
            yield f"migration.{tier}.{target}", told["migration"]["customers"][i][j]
            yield f"rate.{tier}.{target}", told["migration"]["rates"][i][j]


def _flows_before(told: dict[str, Any]) -> Told:
    """Each flow a year before and the bridge, where the JSON has the tables of the flows."""
    for line in told.get("customer_flows", ()):
        sides = [line[side] for side in ("from", "to") if line[side] is not None]
        key = f"flow_table.{'.'.join(sides or ['total'])}"
        yield f"{key}.customers_before", line["customers_before"]
        if line["kind"] not in ("stayed", "subtotal", "total"):
            value, was = line["value"], line["value_before"]
            yield f"{key}.value_before", was
            yield f"{key}.value_change", None if value is None or was is None else value - was
    if "portfolio_bridge_as_told" in told:
        bridge = told["portfolio_bridge_as_told"]
        for name in ("opening", "changed_clv"):
            yield f"bridge_as_told.{name}", None if bridge is None else bridge[name]
        for name in ("new", "reactivated", "upgrade", "downgrade", "lost", "closing"):
            if bridge is not None:
                yield f"bridge_as_told.{name}", bridge[name]


def _portfolio(told: dict[str, Any]) -> Told:
    for line in told["portfolio"]:
        for key, value in line.items():
            # Days between purchases are told by month, on a sheet of their own.
            if key not in ("tier", "median_days") and not key.startswith("duration_"):
                untold = key in RESTS_ON_F12 and not f12_known(told)
                yield f"portfolio.{line['tier']}.{key}", None if untold else value
    for key, value in told["portfolio_total"].items():
        untold = key != "customers" and not f12_known(told)
        yield f"portfolio.total.{key}", None if untold else value
    for tier, value in zip(told["migration"]["from"], told["migration"]["retained"], strict=True):
        yield f"migration.retained.{tier}", value if f12_known(told) else None


def _ladder(told: dict[str, Any]) -> Told:
    ladder = told["ladder"]
    for k, step in enumerate(ladder["steps"]):
        yield ("ladder.customers", k, 0), step["customers"]
        if k < max(len(ladder["steps"]) - 1, 2):
            yield ("ladder.rate", k, 0), step["rate"]
            yield ("ladder.median", k, 0), step["median_days"]
    tip = ladder["tipping_point"]
    yield "ladder.result.tip_now", None if tip is None else f"F{tip}"
    # A ladder of one step has no rate to tell extra orders by.
    extra = ladder["extra_orders_per_1000"] if len(ladder["steps"]) > 1 else None
    yield "ladder.extra_now", extra
    yield "overview.extra_orders_per_1000", extra
    if "f0" in ladder:
        yield "ladder.without_order", ladder["f0"]
        yield "ladder.f0_rate", ladder["f0_rate"]


def _cohorts(told: dict[str, Any]) -> Told:
    for cohort in told["cohorts"]:
        for m, worth in enumerate(cohort["revenue_per_customer"][: MOST_MONTHS + 1]):
            if worth is not None:
                yield f"cohort.{cohort['cohort']}.{m}", worth
        yield f"cohort.{cohort['cohort']}.customers", cohort["customers"]


def _ltv(told: dict[str, Any]) -> Told:
    for j, (age, line) in enumerate(zip(LTV_AGES, told["ltv"], strict=True)):
        assert line["age_months"] == age
        yield ("ltv.total", 0, j), line["ltv"]
        yield ("ltv.observed", 0, j), line["customers"]


def _kpis(told: dict[str, Any]) -> Told:
    kpis = told["kpis"]
    for j, month in enumerate(kpis["returning_share"]):
        yield ("kpi.shown", 0, j), month["month"]
        yield ("kpi.whole.returning_share", 12 + j, 0), month["customers"]
        yield ("kpi.returning_share", 0, j), month["share"]
        yield ("kpi.returning_share.change", 0, j), month["change_pp"]
        yield ("kpi.returning_revenue", 0, j), month["revenue_share"]
    latest = {
        "repeat_purchase_rate": kpis["repeat_purchase_rate"],
        "time_between_purchases": kpis["time_between_purchases"],
        "subscriber_to_customer": (kpis.get("subscriber_to_customer") or {}).get("rate"),
        "total_reach": (kpis.get("total_reach") or {}).get("rate"),
    }
    for key, value in latest.items():
        yield (f"kpi.{key}", 0, 11), value
    yield "overview.pareto_share", kpis["pareto_share"]
    yield "overview.time_between_purchases", kpis["time_between_purchases"]


def _outcome(told: dict[str, Any]) -> Told:
    tiers = told["migration"]["from"]
    for segment in ("new", "continued", "reactivated"):
        origins = tiers if segment == "continued" else [segment]
        here = [f for f in told["flow_table"] if f["from"] in origins and f["to"] != "lost"]
        for column in ("customers", "orders", "revenue"):
            told_of = sum(f[column] for f in here)
            yield f"outcome.{segment}.{column}", told_of if f12_known(told) else None
    yield "overview.customers", told["flows"]["closing"]
    yield "overview.revenue", sum(line["revenue"] for line in told["portfolio"])


def cell(cells: Cells, place: CellRange) -> Value:
    """The value that a cell shows."""
    return cells[place.sheet].get(place.cell)


def differences(cells: Cells, book: Book, figures: Figures) -> list[str]:
    """Where a recalculated report differs, a line each; and every cell that shows an error."""
    lines = [f"{where} shows {error}" for where, error in errors(cells).items()]
    for (key, row, column), wanted in figures.items():
        found = cell(cells, book[key].at(row, column))
        if not _same(found, wanted, _slack(key)):
            lines.append(f"{key}[{row},{column}]: {found!r} instead of {wanted!r}")
    return lines


def _slack(key: str) -> float:
    worth = ("portfolio.", "cohort.", "ltv.", "flow.", "outcome.", "overview.")
    if key.startswith(("flow_table.", "bridge_as_told.")):
        # A difference of two amounts, each told with four decimals.
        return 2 * MONEY
    return MONEY if key.startswith(worth) else 1e-12


def _same(found: Value, wanted: Any, slack: float) -> bool:
    if wanted is None:
        return found in (DASH, None, "")
    if isinstance(wanted, str) or not isinstance(found, float | int):
        return bool(found == wanted)
    return isclose(found, wanted, rel_tol=1e-9, abs_tol=slack)
