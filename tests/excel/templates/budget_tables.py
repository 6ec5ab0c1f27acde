"""The tables of the budget's workbook that repeat or compare its figures, in English."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.excel.templates.budget.cells import (
    COLUMN_LABELS,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    ROWS,
    SCENARIOS,
    SEGMENT_LABELS,
)
from crmformulas.excel.templates.budget.tables import BALANCE
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.formulas.budget import COLUMNS, GROWTH, LEVERS, SEGMENTS
from tests.excel.grid import Tables, check_waterfall, divided, grown, less, number, same
from tests.excel.recalculate import Cells, Value

PERIODS = ("outcome", "budget1", *SCENARIOS)
STEP_2, STEP_4 = "2 Development", "4 Budget 2"


class Budgets(Tables):
    """The tables of budgets, and the labels of their rows and columns."""

    def __init__(self, cells: Cells, book: Book) -> None:
        super().__init__(cells, book)
        self.segments = {key: book.translate(words) for key, words in SEGMENT_LABELS.items()}
        self.columns = {key: book.translate(words) for key, words in COLUMN_LABELS.items()}
        self.levers = {key: book.translate(words) for key, words in LEVER_LABELS.items()}

    def compared(self, sheet: str, corner: str, after: str, before: str) -> None:
        """A table of changes between two budgets."""
        grid = self.grid(sheet, corner)
        for segment, label in self.segments.items():
            for column, head in self.columns.items():
                pair = (self.figure(f"{period}.{segment}.{column}") for period in (after, before))
                grid.check(label, head, grown(*pair))

    def balance(self, sheet: str, heads: dict[str, str]) -> None:
        """The table of how the customers move, and the change in the last of the periods."""
        grid = self.grid(sheet, "How the customers move")
        *before, last = heads
        for key, line in BALANCE.items():
            label = self.book.translate(line.label)
            for period, head in heads.items():
                grid.check(label, head, self.figure(f"{period}.{key}"))
            pair = (self.figure(f"{period}.{key}") for period in (last, before[-1]))
            if label == "Retention":
                now, was = (number(figure) for figure in pair)
                by = None if now is None or was is None else 100 * (now - was)
                grid.check(label, "Change", 0.0 if by and abs(by) < 0.05 else by)
            else:
                grid.check(label, "Change", grown(*pair))


def check_tables(cells: Cells, book: Book, own: Sequence[float | None], chosen: int) -> None:
    """Every table beside those of the catalogue.

    ``own`` is what is typed for the growth; F12 is read from its cells.
    """
    told = Budgets(cells, book)
    _growth(told, own)
    told.compared("3 Budget 1", "Change against the outcome", "budget1", "outcome")
    told.balance("3 Budget 1", {"outcome": "Outcome", "budget1": "Budget 1"})
    _scenarios(told)
    told.compared(STEP_4, "Change against Budget 1", "budget2", "budget1")
    told.compared(STEP_4, "Change against the outcome", "budget2", "outcome")
    told.balance(STEP_4, {"outcome": "Outcome", "budget1": "Budget 1", "budget2": "Budget 2"})
    same("chosen number", told.figure("chosen_number"), chosen + 1)
    _target(told)
    _charts(told)


def _growth(told: Budgets, own: Sequence[float | None]) -> None:
    ratios = {
        "value_per_order": ("revenue", "orders"),
        "orders_per_customer": ("orders", "customers"),
        "revenue_per_customer": ("revenue", "customers"),
    }
    former: dict[tuple[str, str], float | None] = {}
    for column in COLUMNS[:3]:
        given = [number(told.figure(f"former.{segment}.{column}")) for segment in SEGMENTS]
        whole = None if None in given else sum(n or 0.0 for n in given)
        former |= {(s, column): n for s, n in zip(ROWS, [*given, whole], strict=True)}
    for segment in ROWS:
        for column, (part, whole_of) in ratios.items():
            each = divided(former[segment, part], former[segment, whole_of])
            former[segment, column] = each
            same(f"former {segment} {column}", told.figure(f"former.{segment}.{column}"), each)
        if segment == "total":
            for column in COLUMNS[:3]:
                shown = told.figure(f"former.total.{column}")
                same(f"former total {column}", shown, former["total", column])
    grid = told.grid(STEP_2, "Growth")
    for lever, typed in zip(GROWTH, own, strict=True):
        label, segment = told.levers[lever], LEVER_SEGMENTS[lever]
        column = "value_per_order" if lever.endswith("order_value") else "orders_per_customer"
        column = "customers" if lever == "recruitment" else column
        now = told.figure(f"outcome.{segment}.{column}")
        more = divided(now, former[segment, column])
        grid.check(label, "F12", former[segment, column])
        grid.check(label, "S12", number(now))
        grid.check(label, "S12 / F12", more)
        grid.check(label, "Used", next(x for x in (typed, more, 1.0) if x is not None))
    grid = told.grid(STEP_2, "Reactivation")
    lost, back = (told.figure(key) for key in ("outcome.lost", "outcome.reactivated.customers"))
    (label,) = grid.labels
    grid.check(label, "Lost in S12", number(lost))
    grid.check(label, "Reactivated in S12", number(back))
    grid.check(label, "Share", divided(back, lost))
    typed_rate = number(told.figure("reactivation.own"))
    grid.check(label, "Used", divided(back, lost) if typed_rate is None else typed_rate)


def _scenarios(told: Budgets) -> None:
    names = {key: str(told.figure(f"{key}.name")) for key in SCENARIOS}
    heads = {"outcome": "Outcome", "budget1": "Budget 1", **names}
    factors = told.grid("Scenarios", "Simulation factors")
    factors.check_down("Budget 1", [1.0] * len(LEVERS))
    for lever in LEVERS:
        then, now = (
            told.figure(f"{period}.{LEVER_SEGMENTS[lever]}.customers")
            for period in ("former", "outcome")
        )
        more = divided(now, then) if lever in LEVERS[1:3] else told.figure(f"grown.{lever}")
        factors.check(told.levers[lever], "Growth, S12 / F12", number(more))
    grid = told.grid("Scenarios", "In short")
    outcome, budget1 = (told.figure(f"{p}.total.revenue") for p in ("outcome", "budget1"))
    rates = {"retention": told.figure("outcome.retention")}
    rates["reactivation"] = told.figure("reactivation_used")
    for period, head in heads.items():
        revenue = told.figure(f"{period}.total.revenue")
        grid.check("Revenue", head, revenue)
        grid.check("Active customers", head, told.figure(f"{period}.total.customers"))
        if period != "outcome":
            grid.check("against the outcome, %", head, grown(revenue, outcome))
        for lever, label in (("retention", "Retention"), ("reactivation", "Reactivation rate")):
            rate = rates[lever]
            if period == "outcome" and lever == "reactivation":
                rate = told.figure("reactivation.outcome")
            if period in SCENARIOS and (known := number(rate)) is not None:
                factor = number(told.figure(f"{period}.{lever}"))
                rate = None if factor is None else known * factor
            grid.check(label, head, rate)
        if period in SCENARIOS:
            # What is left of a difference counts against its parts.
            more, shown = less(revenue, budget1), grid["against Budget 1", head]
            same("against Budget 1", shown, more, small=1e-9 * abs(number(budget1) or 1))
            grid.check("against Budget 1, %", head, grown(revenue, budget1))
    for period in PERIODS:
        for segment in ROWS:
            for column in COLUMNS:
                repeated = told.figure(f"column.{period}.{segment}.{column}")
                same(f"{period} {segment}", repeated, told.figure(f"{period}.{segment}.{column}"))


def _base(told: Budgets, lever: str) -> float | None:
    """The figure that a lever's factor multiplies: new customers, a rate, orders, order value."""
    segment = LEVER_SEGMENTS[lever]
    if lever == "retention":
        return number(told.figure("outcome.retention"))
    if lever == "reactivation":
        return number(told.figure("reactivation_used"))
    column = "value_per_order" if lever.endswith("order_value") else "orders_per_customer"
    column = "customers" if lever == "recruitment" else column
    base = number(told.figure(f"outcome.{segment}.{column}"))
    grown_by = number(told.figure(f"growth.{lever}"))
    return None if base is None or grown_by is None else base * grown_by


def _target(told: Budgets) -> None:
    chosen = number(told.figure("chosen_number"))
    assert chosen is not None
    grid = told.grid("Target", "Lever")
    revenue = {s: number(told.figure(f"budget2.{s}.revenue")) for s in SEGMENTS}
    sheet = told.cells["Target"]
    target, growth = number(told.figure("target_revenue")), number(told.figure("target_growth"))
    if target is None and growth is not None:
        target = (number(told.figure("outcome.total.revenue")) or 0.0) * (1 + growth)
    same("target", told.figure("target_used"), target)
    same("revenue of Budget 2", sheet.get("B8"), number(told.figure("budget2.total.revenue")))
    for lever in LEVERS:
        label, segment = told.levers[lever], LEVER_SEGMENTS[lever]
        factor = number(told.figure(f"{SCENARIOS[int(chosen) - 1]}.{lever}"))
        grid.check(label, "Factor in Budget 2", factor)
        others = [revenue[s] for s in SEGMENTS if s != segment]
        rest = None if None in others else sum(n or 0.0 for n in others)
        grid.check(label, "Revenue of the other segments", rest)
        whole = number(grid[label, "Revenue if the factor is 100 %"])
        if whole is not None and factor and revenue[segment] is not None:
            same(f"{lever} at 100 %", whole, (revenue[segment] or 0.0) / factor)
        base, needed = _base(told, lever), number(told.figure(f"target.{lever}.needed"))
        for head, x in (("Now", factor), ("Needed", needed)):
            grid.check(label, head, None if base is None or x is None else base * x)


def _charts(told: Budgets) -> None:
    grid = told.grid(STEP_4, "Revenue by segment")
    for i, period in enumerate(PERIODS):
        for segment, head in told.segments.items():
            revenue = number(told.figure(f"{period}.{segment}.revenue"))
            same(f"{period} {segment}", grid.down(head)[i], revenue)
    lost = number(told.figure("budget2.lost"))
    steps: list[tuple[str, Value, bool]] = [
        ("Opening", told.figure("budget2.opening"), True),
        ("New", told.figure("budget2.plus_new"), False),
        ("Reactivated", told.figure("budget2.plus_reactivated"), False),
        ("Lost", None if lost is None else -lost, False),
        ("Closing", told.figure("budget2.closing"), True),
    ]
    check_waterfall(told.grid(STEP_4, "What the chart draws"), steps)
    _sorted(told)


def _sorted(told: Budgets) -> None:
    """Bars of the levers by size: what is not known is last, what is equal in its order."""
    corner = "Lift that reaches the target"
    grid = told.grid("Target", corner)
    figures = [number(told.figure(f"target.{lever}.lift")) for lever in LEVERS]
    shown = [None if x is None else round(x, 9) for x in figures]
    near = [number(x) for x in grid.down("Figure", len(LEVERS))]
    for found, expected in zip(near, shown, strict=True):
        same(corner, found if found is not None else DASH, expected, small=2e-9)
    order = sorted(range(len(LEVERS)), key=lambda i: (near[i] is None, near[i] or 0, i))
    grid.check_down("Sorted", [near[i] for i in order])
    grid.check_down("Place", [order.index(i) + 1 for i in range(len(LEVERS))])
