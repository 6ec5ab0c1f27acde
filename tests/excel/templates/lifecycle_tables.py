"""The tables of the plan's workbook that repeat or compare its figures, in English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from crmformulas.excel.templates.lifecycle.base import LEVER_LABELS
from crmformulas.excel.templates.lifecycle.data import PHASES, Base
from crmformulas.excel.workbook.book import Book
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from tests.excel.grid import Tables, divided, less, number, same
from tests.excel.recalculate import Cells, Value

TOTAL = 1e-9
"""Of the largest addend: what the order of a sum may leave."""


class Case(Protocol):
    """The input that a case has typed."""

    @property
    def name(self) -> str: ...
    @property
    def phase(self) -> Any: ...
    @property
    def lever(self) -> str: ...
    @property
    def lift(self) -> float: ...
    @property
    def share(self) -> float: ...
    @property
    def cost(self) -> float: ...
    @property
    def actual(self) -> tuple[float | None, float | None, float | None]: ...


class Plans(Tables):
    """The tables of a plan, with the cases that were typed."""

    def __init__(self, cells: Cells, book: Book, cases: Sequence[Case]) -> None:
        super().__init__(cells, book)
        self.cases = cases

    def column(self, key: str) -> list[Value]:
        """A column of the cases, as long as there are any."""
        return self.values(self.book[key])[: len(self.cases)]


def added(figures: Sequence[Value]) -> float:
    """The sum of those that are known."""
    return sum(n for n in map(number, figures) if n is not None)


def check_tables(cells: Cells, book: Book, base: Base, cases: Sequence[Case], order: str) -> None:
    """Every table beside the figures of the catalogue; ``order`` is the key of the list's."""
    told = Plans(cells, book, cases)
    _phases(told)
    _base(told, base)
    _cases(told)
    _ranking(told, order)
    _factors(told)
    _followup(told)


def _phases(told: Plans) -> None:
    grid = told.grid("Life cycle", "Phase", column="H")
    for label in grid.labels:
        grid.check(
            label, "Covered, share", divided(grid[label, "Covered"], grid[label, "Touchpoints"])
        )
    for head in ("Touchpoints", "Covered", "Planned", "Gaps"):
        grid.check("All phases", head, added(grid.down(head)[: len(PHASES)]))


def _base(told: Plans, base: Base) -> None:
    heads = ("Customers", "Revenue", "Orders")
    sums = [sum(row[j] or 0.0 for row in base.outcome) for j in range(3)]
    outcome = told.grid("Base figures", "Segment")
    for label, row in zip(outcome.labels, (*base.outcome, sums), strict=True):
        people, revenue, orders = row
        outcome.check(label, "Orders per customer", divided(orders, people))
        outcome.check(label, "Value per order", divided(revenue, orders))
        for head, n in zip(heads, row, strict=True):
            outcome.check(label, head, n)
    kept = base.outcome[1][0] or 0.0
    assert base.opening is not None
    same("closing", told.figure("plan.closing"), sums[0])
    same("lost", told.figure("plan.lost"), base.opening - kept)
    same("retention", told.figure("plan.retention"), kept / base.opening)
    budget = told.grid("Base figures", "Segment", nth=1)
    lasting = number(told.figure("plan.duration"))
    for label in budget.labels:
        revenue, people = (number(budget[label, head]) for head in ("Revenue", "Customers"))
        known = lasting is not None and revenue is not None
        worth = (revenue or 0.0) * (lasting or 0.0) * base.margin if known else None
        budget.check(label, "Portfolio value", worth)
        each = [
            number(budget[label, f"{a} per {b}"])
            for a, b in (("Orders", "customer"), ("Value", "order"))
        ]
        clv = divided(worth, people)
        if label != budget.labels[-1]:  # also of a segment without customers
            known = lasting is not None and None not in each
            clv = (each[0] or 0.0) * (each[1] or 0.0) * (lasting or 0.0) if known else None
            clv = None if clv is None else clv * base.margin
        budget.check(label, "CLV", clv)
    levers = told.grid("Base figures", "Lever")
    for k, label in enumerate(levers.labels):
        segment = budget.labels[k if k < 3 else (k - 3) // 2]
        # Customers rise with the first three, revenue with all, orders not with the order value.
        moves = {"Customers": k < 3, "Revenue": True, "Orders": k < 3 or k % 2 == 1}
        for head, does in moves.items():
            levers.check(label, head, budget[segment, head] if does else 0)


def _cases(told: Plans) -> None:
    grid = told.grid("Business cases", "No")
    grid.check_down("Lever no", [LEVERS.index(case.lever) + 1 for case in told.cases])
    grid.check_down("Lift × share", [case.lift * case.share for case in told.cases])
    for key in ("customers", "orders", "revenue"):
        parts = told.column(f"plan.cases.{key}")
        small = TOTAL * max(abs(number(n) or 0.0) for n in parts)
        same(f"sum of {key}", told.figure(f"plan.total.{key}"), added(parts), small=small)
    spent, value = (told.figure(f"plan.total.{key}") for key in ("cost", "value"))
    same("ROMI of the sum", told.figure("plan.total.romi"), divided(less(value, spent), spent))
    for key in ("count", "valued", "costed"):
        same(key, told.figure(f"plan_cases_{key}"), len(told.cases))


def _ranking(told: Plans, order: str) -> None:
    count = len(told.cases)
    names = [case.name for case in told.cases]
    cost = [case.cost for case in told.cases]
    scores = {key: told.column(f"plan.cases.{key}") for key in ("value", "romi", "payback")}
    orders = {
        key: sorted(range(count), key=lambda i: (number(s[i]) is None, -(number(s[i]) or 0.0)))
        for key, s in scores.items()
    }
    place = {key: [listed.index(i) + 1 for i in range(count)] for key, listed in orders.items()}
    grid = told.grid("Ranking", "No")
    for head, key in (("added value", "value"), ("ROMI", "romi")):
        grid.check_down(f"Place by {head}", place[key])
    grid.check_down("Place in the list", place[order])
    grid = told.grid("Ranking", "Place")
    listed = orders[order]
    assert told.values(told.book["plan.list"].down(0))[:count] == list(range(1, count + 1))
    grid.check_down("Activity", [names[i] for i in listed])
    grid.check_down("Phase", [told.book.translate(told.cases[i].phase) for i in listed])
    lever = [LEVER_LABELS[LEVERS.index(case.lever)] for case in told.cases]
    grid.check_down("Lever it moves", [told.book.translate(lever[i]) for i in listed])
    grid.check_down("Cost", [cost[i] for i in listed])
    heads = (("Added portfolio value", "value"), ("ROMI", "romi"), ("Payback, years", "payback"))
    for head, key in heads:
        grid.check_down(head, [scores[key][i] for i in listed])
    so_far = [added([scores["value"][i] for i in listed[: k + 1]]) for k in range(count)]
    largest = max(abs(n) for n in so_far)
    for found, expected in zip(grid.down("Value, from the top", count), so_far, strict=True):
        same("value from the top", found, expected, small=TOTAL * largest)
    for column, head, key in (("B", "Added portfolio value", "value"), ("D", "ROMI", "romi")):
        drawn = told.grid("Ranking", f"Drawn: {head}", column=column)
        drawn.check_down(head, [scores[key][i] for i in orders[key][:10]])
    sheet = told.cells["Ranking"]
    labels = {value: cell[1:] for cell, value in sheet.items() if cell[:1] == "B"}
    spent, alone = told.figure("plan.total.cost"), told.figure("plan.total.value")
    together = less(told.figure("plan.value.after"), told.figure("plan.value.before"))
    lines: dict[str, tuple[Any, Any, Any]] = {
        "Each case alone, summed": (spent, alone, told.figure("plan.total.romi")),
        "Effect of doing all at once": (None, told.figure("plan_together"), None),
        "All activities together": (spent, together, told.figure("plan_romi")),
    }
    small = TOTAL * abs(number(told.figure("plan.value.before")) or 1.0)
    for label, line in lines.items():
        for letter, expected in zip("CDE", line, strict=True):
            if expected is not None:
                found = sheet.get(f"{letter}{labels[label]}")
                same(f"{label}, {letter}", found, expected, small=small)


def _factors(told: Plans) -> None:
    grid = told.grid("Budget factors", "No")
    of = {lever: [case for case in told.cases if case.lever == lever] for lever in LEVERS}
    grid.check_down("Activities", [len(of[lever]) for lever in LEVERS])
    grid.check_down("Cost", [sum(case.cost for case in of[lever]) for lever in LEVERS])
    effects = [sum(case.lift * case.share for case in of[lever]) for lever in LEVERS]
    grid.check_down("Sum of lift × share", effects)
    total = told.book["plan.factors"].last_row + 2
    sheet = told.cells["Budget factors"]
    same("activities", sheet.get(f"C{total}"), len(told.cases))
    same("cost", sheet.get(f"D{total}"), sum(case.cost for case in told.cases))
    before, budget = told.book["plan.budget1"], told.book["plan.budget"]
    for i in range(len(SEGMENTS) + 1):
        # Customers, orders and revenue of Budget 1, each left of what it becomes.
        for here, there in ((0, 0), (2, 2), (4, 1)):
            found, expected = told.values(budget.at(i, here)), told.values(before.at(i, there))
            same(f"budget, {i}, {here}", found[0], expected[0])
    grid = told.grid("Budget factors", "The portfolio", column="B")
    kept, lasting = (number(told.figure(f"plan.{key}")) for key in ("retention", "duration"))
    raised = number(told.figure("plan.factor.retention"))
    assert kept is not None
    assert raised is not None
    grid.check("Gross duration, years", "Budget 1", lasting)
    grid.check("Gross duration, years", "With the activities", 1 / (1 - kept * raised))
    grid.check("Portfolio value", "Budget 1", told.figure("plan.value"))
    for label in ("Gross duration, years", "Portfolio value"):
        pair = (grid[label, head] for head in ("With the activities", "Budget 1"))
        grid.check(label, "Change", less(*pair))


def _followup(told: Plans) -> None:
    grid = told.grid("Follow-up", "No")
    goals, actual = told.column("plan.cases.value"), told.column("plan.actual.value")
    grid.check_down("Goal: lift × share", [case.lift * case.share for case in told.cases])
    grid.check_down("Goal: added value", goals)
    grid.check_down("Goal: cost", [case.cost for case in told.cases])
    effects = [
        case.actual[0] * case.actual[1]
        if case.actual[0] is not None and case.actual[1] is not None
        else None
        for case in told.cases
    ]
    grid.check_down("Actual: lift × share", effects)
    away = [less(a, g) for a, g in zip(actual, goals, strict=True)]
    grid.check_down("Added value, actual − goal", away)
    reached = [
        divided(a, g) if (number(g) or 0.0) > 0 else None
        for a, g in zip(actual, goals, strict=True)
    ]
    grid.check_down("Of goal", reached)
    wanted, came = (told.figure(f"plan.measured.{key}") for key in ("goal.value", "value"))
    small = TOTAL * max(abs(number(n) or 0.0) for n in (*goals, *actual))
    same("measured", told.figure("plan.measured.difference"), less(came, wanted), small=small)
    part = divided(came, wanted) if (number(wanted) or 0.0) > 0 else None
    same("of goal", told.figure("plan.measured.achieved"), part, rel=1e-6)
    grid = told.grid("Follow-up", "Phase", column="B")
    for phase in PHASES:
        own = [i for i, case in enumerate(told.cases) if case.phase == phase]
        measured = [i for i in own if away[i] is not None]
        label = told.book.translate(phase)
        grid.check(label, "Activities", len(own))
        grid.check(label, "Measured", len(measured))
        for head, column in (("Goal of those measured", goals), ("Actual", actual)):
            expected = added([column[i] for i in measured]) if measured else None
            same(f"{label}, {head}", grid[label, head], expected, small=small)
