"""A budget followed up during its year: what has come, what is left, and whether the pace holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.formats import NumberFormat
from crmformulas.formulas.budget import ROWS, SEGMENTS
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.summary.months import month_name
from crmformulas.translations import Label, Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.analysis.budget_plan import Plan
    from crmformulas.orders.counting.year import YearCount

__all__ = ["FIGURES", "Follow", "FollowMonth", "FollowRow", "follow_from"]

FIGURES = ("customers", "orders", "revenue")

TOTAL = "total"


class FollowRow(NamedTuple):
    """A figure of a segment: the budget of the year against what has come.

    Attributes:
        segment: ``new``, ``continued``, ``reactivated`` or ``total``.
        figure: ``customers``, ``orders`` or ``revenue`` (in currency units).
        budget: Of the whole year; None where it is unknown.
        so_far: What has come up to the as-of day.
        share: The share of last year's that had come by the same day; None where history does not
            tell it.
        pace: What the year brings if the rest comes in the same proportion as last year.
    """

    segment: str
    figure: str
    budget: float | None
    so_far: float
    share: float | None
    pace: float | None

    @property
    def due(self) -> float | None:
        """Budget due by the as-of day: its share of last year's pace."""
        return None if self.budget is None or self.share is None else self.budget * self.share

    @property
    def left(self) -> float | None:
        """Rest of the budget; below 0 where more has come."""
        return None if self.budget is None else self.budget - self.so_far

    @property
    def ahead(self) -> float | None:
        """The pace against the budget, as a fraction: below 0 it does not hold."""
        return self.pace / self.budget - 1 if self.budget and self.pace is not None else None

    def to_dict(self) -> dict[str, Any]:
        """The row as the JSON contract has it."""
        derived = {"due": self.due, "left": self.left, "ahead": self.ahead}
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in (self._asdict() | derived).items()
        }


class FollowMonth(NamedTuple):
    """A segment in a month of the budget's year.

    Attributes:
        month: As ``2026-10``.
        segment: ``new``, ``continued``, ``reactivated`` or ``total``.
        budget: Its revenue, spread as last year's; None where that is unknown.
        came: The revenue that came; None of a month that has not begun.
        whole: Whether the month is over.
    """

    month: str
    segment: str
    budget: float | None
    came: float | None
    whole: bool


@dataclass(frozen=True)
class Follow:
    """A budget and what has come of it.

    Attributes:
        name: That of the scenario.
        start: The first day of the budget's year.
        as_of: The last day that counts.
        end: The last day of the budget's year.
        target: The revenue that the scenario wants; None is none.
        rows: By segment and figure.
        months: Revenue by month and segment.
        notices: What to know beside the figures.
    """

    name: Label
    start: date
    as_of: date
    end: date
    target: float | None
    rows: tuple[FollowRow, ...]
    months: tuple[FollowMonth, ...]
    notices: tuple[Label, ...] = ()

    def row(self, segment: str = TOTAL, figure: str = "revenue") -> FollowRow:
        """The row of a segment and figure."""
        return next(r for r in self.rows if (r.segment, r.figure) == (segment, figure))

    def told(self, lang: Lang) -> tuple[str, ...]:
        """Sentences of the outcome so far, its pace, and what it means for the target."""
        f, row = NumberFormat(lang), self.row()
        say = partial(translate, lang=lang)
        so_far = f.amount(row.so_far)
        if row.budget is None:
            return (say(Translated("{} has come", "{} har kommit").format(so_far)),)
        left = row.budget - row.so_far
        rest = (
            Translated("{} is left", "{} är kvar") if left > 0 else Translated("{} more", "{} mer")
        )
        head = Translated("{} of {} has come, {}", "{} av {} har kommit, {}")
        lines = [say(head.format(so_far, f.amount(row.budget), rest.format(f.amount(abs(left)))))]
        if row.ahead is not None and row.due is not None:
            holds = Translated(
                "the pace holds: {} was due by now", "takten håller: {} borde ha kommit nu"
            )
            fails = Translated(
                "the pace does not hold: {} was due by now",
                "takten håller inte: {} borde ha kommit nu",
            )
            lines.append(say((holds if row.ahead >= 0 else fails).format(f.amount(row.due))))
            brings = Translated(
                "at last year's pace the year brings {} ({})",
                "i förra årets takt ger året {} ({})",
            )
            # Adding 0 turns -0 into 0.
            by = f.signed_percent(round(row.ahead, 3) + 0.0, 1)
            lines.append(say(brings.format(f.amount(row.pace), by)))
        if self.target is not None and row.pace is not None:
            gap = row.pace - self.target
            above = Translated("that is {} above the target of {}", "det är {} över målet {}")
            short = Translated("that is {} short of the target of {}", "det är {} under målet {}")
            words = above if gap >= 0 else short
            lines.append(say(words.format(f.amount(abs(gap)), f.amount(self.target))))
        return tuple(lines)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract."""
        return {
            "scenario": translate(self.name, "en"),
            "start": self.start.isoformat(),
            "as_of": self.as_of.isoformat(),
            "end": self.end.isoformat(),
            "target": self.target,
            "rows": [row.to_dict() for row in self.rows],
            "months": [month._asdict() for month in self.months],
            "notices": [translate(notice, "en") for notice in self.notices],
        }


def follow_from(
    plan: Plan,
    now: Sequence[YearCount],
    last: Sequence[YearCount] | None,
    year: tuple[date, date, date],
    months: Sequence[int],
) -> Follow:
    """Hold the second budget of a plan against what has come of its year.

    Args:
        plan: Made at the day before the year.
        now: What has come, by segment and month.
        last: The same of the whole year before, ``reached`` up to the same day; None where history
            does not tell who was new then.
        year: Its first day, the as-of day and its last day.
        months: The numbers of its months, in order.
    """
    start, as_of, end = year
    budget = plan.budget_2
    came = _sums(now)
    before = None if last is None else (_sums(r for r in last if r.reached), _sums(last))
    rows = []
    for segment in ROWS:
        for figure in FIGURES:
            key = segment, figure
            so_far = came.get(key, 0.0)
            share = None
            if before is not None and before[1].get(key, 0.0) > 0:
                share = before[0].get(key, 0.0) / before[1][key]
            pace = so_far / share if share else None
            budgeted: float | None = getattr(budget.rows[segment], figure)
            rows.append(FollowRow(segment, figure, budgeted, so_far, share, pace))
    notices: list[Label] = []
    if budget.wrong is not None:
        notices.append(budget.wrong)
    if last is None:
        notices.append(
            Translated(
                "the pace is unknown: history does not tell who was new in the year before",
                "takten är okänd: historiken säger inte vilka som var nya året innan",
            )
        )
    if plan.unknown:
        notices.append(
            Translated(
                "the budget knows no growth, as history was too short when it was made",
                "budgeten känner ingen tillväxt, då historiken var för kort när den gjordes",
            )
        )
    if any(r.share is not None and r.share < EARLY for r in rows if r.segment == TOTAL):
        notices.append(
            Translated(
                "less than a tenth of last year had come by this day: the pace says little yet",
                "mindre än en tiondel av förra året hade kommit till den här dagen: takten säger "
                "ännu lite",
            )
        )
    return Follow(
        plan.scenario.name,
        start,
        as_of,
        end,
        plan.scenario.target,
        tuple(rows),
        _months(rows, now, last, as_of, months),
        tuple(notices),
    )


EARLY = 0.1
"""Share of last year below which the pace says little."""


def _sums(counts: Iterable[YearCount]) -> dict[tuple[str, str], float]:
    """Customers, orders and revenue by segment and in total."""
    sums: dict[tuple[str, str], float] = {}
    for row in counts:
        figures = dict(zip(FIGURES, (row.customers, row.orders, row.revenue / UNITS), strict=True))
        for segment in (SEGMENTS[row.segment], TOTAL):
            for figure, value in figures.items():
                sums[segment, figure] = sums.get((segment, figure), 0.0) + value
    return sums


def _by_month(counts: Iterable[YearCount]) -> Mapping[tuple[int, str], float]:
    by_month: dict[tuple[int, str], float] = {}
    for row in counts:
        for segment in (SEGMENTS[row.segment], TOTAL):
            key = row.month, segment
            by_month[key] = by_month.get(key, 0.0) + row.revenue / UNITS
    return by_month


def _months(
    rows: Sequence[FollowRow],
    now: Sequence[YearCount],
    last: Sequence[YearCount] | None,
    as_of: date,
    months: Sequence[int],
) -> tuple[FollowMonth, ...]:
    budgets = {r.segment: r.budget for r in rows if r.figure == "revenue"}
    came, before = _by_month(now), _by_month(last or ())
    year = _sums(last or ())
    by_month = []
    for month in months:
        name = month_name(month)
        begun = name <= f"{as_of:%Y-%m}"
        whole = month_name(month + 1) <= f"{date.fromordinal(as_of.toordinal() + 1):%Y-%m}"
        for segment in ROWS:
            budget, spread = budgets[segment], year.get((segment, "revenue"), 0.0)
            share = before.get((month - 12, segment), 0.0) / spread if spread > 0 else None
            by_month.append(
                FollowMonth(
                    name,
                    segment,
                    None if budget is None or share is None else budget * share,
                    came.get((month, segment), 0.0) if begun else None,
                    whole,
                )
            )
    return tuple(by_month)
