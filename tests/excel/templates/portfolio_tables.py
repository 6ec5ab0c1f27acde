"""The tables of the portfolio's workbook that repeat or compare its figures, in English."""

from __future__ import annotations

from typing import Any

from crmformulas.excel.templates.portfolio.customer_portfolio import PortfolioChange, PortfolioData
from crmformulas.excel.workbook.book import Book
from crmformulas.formulas.value import DRIVERS
from tests.excel.grid import Tables, check_waterfall, divided, grown, less, number, same
from tests.excel.recalculate import Cells, Value

INTO = ("customers", "orders", "revenue")
YEARS = ("Today", *(f"Year {t}" for t in range(1, 6)))
LABELS = dict(
    zip(DRIVERS, ("Purchase frequency", "Order value", "Duration, years", "Customers"), strict=True)
)


class Portfolio(Tables):
    """The tables of a portfolio, with the data that was typed."""

    def __init__(self, cells: Cells, book: Book, data: PortfolioData) -> None:
        super().__init__(cells, book)
        self.data = data
        self.rows = {(row["from"], row["to"]): row for row in data.rows()}

    def customers(self, origin: str) -> list[int]:
        return [self.rows[origin, to]["customers"] for to in self.data.targets(origin)]


def added(figures: list[Any]) -> float | None:
    """Their sum, where all are known."""
    numbers = [number(n) for n in figures]
    return None if None in numbers else sum(n or 0.0 for n in numbers)


def check_tables(cells: Cells, book: Book, data: PortfolioData, change: PortfolioChange) -> None:
    """Every table beside the figures of the catalogue; the tiers have the names of the data."""
    told = Portfolio(cells, book, data)
    _given(told)
    _flows(told)
    _migration(told)
    _portfolio(told)
    _flow_values(told)
    _projection(told)
    _change(told, change)


def _flow_values(told: Portfolio) -> None:
    """Every flow by the tier it ends in, its subtotals, and customers × change of the CLV."""
    data = told.data
    clv = {tier: number(told.figure(f"portfolio.{tier}.clv")) for tier in data.tiers}
    clv["lost"] = 0.0
    place = {tier: i for i, tier in enumerate((*data.tiers, "lost"))}
    sums: dict[str, list[float | None]] = {}
    blocks: dict[str, list[dict[str, Any]]] = {}
    for row in data.rows():
        origin, target = row["from"], row["to"]
        key = f"flow_table.{origin}.{target}"
        blocks.setdefault(target, []).append(dict(row))
        for column in INTO:
            if (column, target) != ("orders", "lost"):
                same(key, told.figure(f"{key}.{column}"), row[column])
        each = divided(row["revenue"], row["customers"])
        same(key, told.figure(f"{key}.per_customer"), each)
        if origin == target:
            continue
        kind = origin
        if origin in place:
            up = place[origin] > place[target]
            kind = "lost" if target == "lost" else "upgrade" if up else "downgrade"
        by = less(clv[target], clv.get(origin, 0.0))
        same(key, told.figure(f"{key}.each"), by)
        worth = 0.0 if row["customers"] == 0 else None if by is None else by * row["customers"]
        same(key, told.figure(f"{key}.value"), worth)
        sums.setdefault(kind, []).append(worth)
    for kind, parts in sums.items():
        same(kind, told.figure(f"flow_values.{kind}"), added(parts))
    same("all", told.figure("flow_values.total"), added([p for ps in sums.values() for p in ps]))
    active = [row for target, rows in blocks.items() if target != "lost" for row in rows]
    for key, rows in (*blocks.items(), ("total", active)):
        whole = {
            column: added([row[column] for row in rows]) for column in ("customers", "revenue")
        }
        same(key, told.figure(f"flow_table.{key}.customers"), whole["customers"])
        same(key, told.figure(f"flow_table.{key}.revenue"), whole["revenue"])
        each = divided(whole["revenue"], whole["customers"])
        same(key, told.figure(f"flow_table.{key}.per_customer"), each)
        if key != "lost":
            orders = added([row["orders"] for row in rows])
            same(key, told.figure(f"flow_table.{key}.orders"), orders)


def _given(told: Portfolio) -> None:
    grid, data = told.grid("Flow table", "Tier"), told.data
    totals = (
        ("Share", data.shares),
        ("Orders F12", data.f12_orders),
        ("Revenue F12", data.f12_revenue),
    )
    for head, column in totals:
        grid.check("Total", head, added(list(column)))


def _flows(told: Portfolio) -> None:
    grid, data = told.grid("Customer flows", "Balance"), told.data
    opening = told.figure("flows.opening")
    labels = ("Opening customers", "New", "Reactivated", "Lost", "Closing customers")
    keys = ("opening", "new", "reactivated", "lost", "closing")
    for label, key in zip(labels, keys, strict=True):
        share = divided(told.figure(f"flows.{key}"), opening)
        # What is shown as nothing has no sign.
        nothing = isinstance(share, float) and key not in keys[::4] and abs(share) < 0.0005
        grid.check(label, "Share of opening", 0.0 if nothing else share)
    grid = told.grid("Customer flows", "Value tiers")
    for tier, label in zip((*data.tiers, "total"), (*data.tiers, "Total"), strict=True):
        before = [told.figure(f"flows.{tier}.f12_{column}") for column in INTO]
        after = [told.figure(f"portfolio.{tier}.{column}") for column in INTO]
        for column, old, new in zip(INTO, before, after, strict=True):
            name = column.capitalize()
            grid.check(label, f"{name} F12", old)
            grid.check(label, f"{name} S12", new)
            if column != "orders":
                grid.check(label, f"Change, {column}", grown(new, old))
    shown = ("Opening", "New", "Reactivated", "Lost", "Closing")
    steps = [
        (label, told.figure(f"flows.{key}"), key in ("opening", "closing"))
        for label, key in zip(shown, keys, strict=True)
    ]
    check_waterfall(told.grid("Customer flows", "What the chart draws"), steps)


def _migration(told: Portfolio) -> None:
    data = told.data
    grid = told.grid("Migration", "Customers, from (rows) to")
    for origin in data.origins:
        for target, n in zip(data.targets(origin), told.customers(origin), strict=True):
            grid.check(origin, target, n)
        grid.check(origin, "Total", sum(told.customers(origin)))
    for target in (*data.tiers, "lost"):
        into = [row["customers"] for (_, to), row in told.rows.items() if to == target]
        grid.check("Total", target, sum(into))
    grid.check("Total", "Total", sum(row["customers"] for row in told.rows.values()))
    rates = told.grid("Migration", "Share of the row, from (rows) to")
    moves = told.grid("Migration", "Share of last year's customers")
    everyone = sum(sum(told.customers(tier)) for tier in data.tiers)
    moved = {"▲ Moved up": 0, "● Stayed": 0, "▼ Moved down": 0, "✕ Lost": 0}
    for i, tier in enumerate(data.tiers):
        counts = told.customers(tier)
        rates.check(tier, "Total", 1.0 if sum(counts) else None)
        parts = (sum(counts[:i]), counts[i], sum(counts[i + 1 : -1]), counts[-1])
        for (head, so_far), n in zip(list(moved.items()), parts, strict=True):
            moved[head] = so_far + n
            ends = {"▲ Moved up": 0, "▼ Moved down": len(data.tiers) - 1}
            moves.check(tier, head, None if ends.get(head) == i else divided(n, sum(counts)))
    for head, n in moved.items():
        moves.check("All customers", head, divided(n, everyone))


def _portfolio(told: Portfolio) -> None:
    grid, data = told.grid("Portfolio", "Per value tier"), told.data
    heads = dict(zip((*data.tiers, "total"), (*data.tiers, "Total"), strict=True))
    shares = dict(zip(data.tiers, data.shares, strict=True)) | {"total": added(list(data.shares))}
    everyone = told.figure("portfolio.total.customers")
    everything = told.figure("portfolio.total.portfolio_value")
    for tier, head in heads.items():
        people, value = (
            told.figure(f"portfolio.{tier}.{key}") for key in ("customers", "portfolio_value")
        )
        grid.check("Share of customers", head, divided(people, everyone))
        grid.check("Share by the rule", head, shares[tier])
        grid.check("Share of value", head, divided(value, everything))


def _projection(told: Portfolio) -> None:
    data = told.data
    customers = told.grid("Projection", "Customers per tier")
    value = told.grid("Projection", "Portfolio value per tier")
    came = []
    for tier in data.tiers:
        inflow = sum(told.rows[origin, tier]["customers"] for origin in ("reactivated", "new"))
        came.append(inflow)
        customers.check(tier, "Inflow a year today", inflow)
        clv = told.figure(f"portfolio.{tier}.clv")
        value.check(tier, "CLV today", number(clv))
        for year in YEARS:
            people = number(customers[tier, year])
            worth = number(clv)
            known = None if worth is None or people is None else people * worth
            value.check(tier, year, 0 if people == 0 else known)
    customers.check("Total", "Inflow a year today", sum(came))
    for grid in (customers, value):
        for year in YEARS:
            grid.check("Total", year, added([grid[tier, year] for tier in data.tiers]))
            if year != "Today":
                more = grown(grid["Total", year], grid["Total", "Today"])
                grid.check("Change since today", year, more)


def _change(told: Portfolio, change: PortfolioChange) -> None:
    grid = told.grid("Before and after", "Drivers")
    for driver, before, after in zip(DRIVERS, change.before, change.after, strict=True):
        grid.check(LABELS[driver], "Change", grown(after, before))
    for label, key in (("CLV", "clv"), ("Portfolio value", "value")):
        pair = (told.figure(f"change.{when}.{key}") for when in ("after", "before"))
        grid.check(label, "Change", grown(*pair))
    bridge = told.grid("Before and after", "Bridge")
    complete = None not in (*change.before, *change.after)
    sides = [[n or 0.0 for n in side] for side in (change.before, change.after)]
    total = told.figure("bridge.total")
    for i, driver in enumerate(DRIVERS):
        products = [1.0, 1.0, 1.0]
        for j, (b, a) in enumerate(zip(*sides, strict=True)):
            if j != i:
                products = [p * x for p, x in zip(products, (b, (a + b) / 2, a), strict=True)]
        heads = ("The others before", "The others halfway", "The others after")
        for head, product in zip(heads, products, strict=True):
            bridge.check(LABELS[driver], head, product if complete else None)
        more = less(change.after[i], change.before[i]) if complete else None
        bridge.check(LABELS[driver], "Change of the driver", more)
        share = divided(told.figure(f"bridge.{driver}"), total)
        bridge.check(LABELS[driver], "Share of it", share)
    bridge.check("Change of the value", "Share of it", 1.0 if number(total) else None)
    names = ("Frequency", "Order value", "Duration", "Customers")
    steps: list[tuple[str, Value, bool]] = [("Before", told.figure("change.before.value"), True)]
    steps += [
        (name, told.figure(f"bridge.{driver}"), False)
        for name, driver in zip(names, DRIVERS, strict=True)
    ]
    steps += [("After", told.figure("change.after.value"), True)]
    check_waterfall(told.grid("Before and after", "What the chart draws"), steps)
    same("named value", told.figure("portfolio_value_after"), told.figure("change.after.value"))
