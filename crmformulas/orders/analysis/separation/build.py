"""From the start orders of a question to its answer: what is counted, and compared within what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from crmformulas.dates import day_number, from_number, month_index
from crmformulas.errors import InputError
from crmformulas.formulas.uncertainty import difference_bounds
from crmformulas.orders.analysis.separation.method import (
    ColumnCounts,
    ColumnFinding,
    ValueFinding,
    decide,
    judge,
    least_visible,
)
from crmformulas.orders.analysis.separation.results import (
    SeparatedColumn,
    SeparatedValue,
    Separation,
)
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.counting.starts import FIRST, Question, bin_rows, binned, by_value
from crmformulas.orders.reading.column_roles import listed, normalised
from crmformulas.orders.reading.further_columns import (
    BLANK,
    HOUR,
    OTHER,
    WEEKDAYS,
    FurtherColumn,
    FurtherColumns,
)
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]

__all__ = ["DAYS", "AnyLine", "Asked", "days_within", "separation_of"]

DAYS = (365, 180, 90, 30)
"""Days within which customers go on, the largest of which history holds three times."""
BINS, HELD_BINS, MOST_CATEGORIES = 5, 20, 10
"""Bins of a number, of one that is held, and the most different numbers that are told singly."""
BASKETS = (2, 4, 8, 16, 32)
"""The lines from which on an order is a larger basket: each twice the one before."""
FEWEST_IN_STRATUM = 10
LONG_ENOUGH = 24
"""Months of history from which on a month of the year is more than one month."""
DIFFERS = 0.05
"""The first days' rate differs from the later one by at least so much, beyond chance."""

NUMBERS = {"order value": "amount", "lines": "rows", "quantity": "sum_quantity"}
"""Numbers that the log itself tells, and the columns that hold them."""
SCALED = ("amount", "sum_quantity")

Arrays: TypeAlias = "Callable[[ir.Table], Mapping[str, Any]]"
At: TypeAlias = Literal["start", "first"]


def days_within(history: int) -> int:
    """Within how many days customers go on: the largest that history holds three times.

    Examples:
        >>> days_within(2922), days_within(545), days_within(373), days_within(40)
        (365, 180, 90, 30)
    """
    return next((days for days in DAYS if 3 * days <= history), DAYS[-1])


class AnyLine(NamedTuple):
    """A line-level column whose every line counts.

    Attributes:
        column: The column.
        lines: A table of ``value`` (its code), ``month``, ``step``, ``hold`` (the lines of the
            order), ``customers`` and ``went_on``.
    """

    column: FurtherColumn
    lines: ir.Table


@dataclass(frozen=True)
class Asked:
    """A question with all that its answer rests on.

    Attributes:
        question: The question.
        starts: Its start orders in the engine.
        further: The further columns that they carry.
        arrays: Gives a small table as arrays.
        as_of: The last day that counts.
        first_day: The first day of history, as a number.
        too_young: Customers left out, as their days have not passed.
        next_value: The mean value of the next order.
        by: Columns that are asked; all by default.
        hold: A column that is held.
        any_line: Columns whose every line counts.
        notice: What must be known of the years before.
    """

    question: Question
    starts: ir.Table
    further: FurtherColumns
    arrays: Arrays
    as_of: date
    first_day: int
    too_young: int
    next_value: float | None
    by: Sequence[str] = ()
    hold: str | None = None
    any_line: Sequence[AnyLine] = ()
    notice: Label | None = None


class _Measure(NamedTuple):
    """The question about the start orders: a further column, or a number or day of the log."""

    name: str
    at: At
    column: FurtherColumn | None = None
    any_line: bool = False
    number: str = ""
    """The column of the starts that holds a number of the log."""

    @property
    def prefix(self) -> str:
        return FIRST if self.at == "first" else ""

    @property
    def of_log(self) -> bool:
        """Whether the log itself tells it."""
        return self.column is None or (self.name == HOUR and not self.column.source)

    def is_called(self, name: str) -> bool:
        """Whether the name is its own, or that of the date that it is a part of."""
        own = [self.name, *([self.column.source] if self.column and self.column.source else [])]
        own += ["quantity"] if self.number == NUMBERS["quantity"] else []
        return normalised(name) in map(normalised, own)


class _Raw(NamedTuple):
    """Customers by position of a value, month, step and what is held."""

    labels: Sequence[str]
    position: Ints
    month: Ints
    step: Ints
    hold: Ints
    customers: Ints
    went_on: Ints
    partition: bool = True


Strata: TypeAlias = "Callable[[Ints, Ints, Ints], Ints]"


def separation_of(asked: Asked) -> Separation:
    """The answer to a question."""
    return _Answer(asked).made()


class _Answer:
    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.question = asked.question
        self.starts = asked.starts
        after, begins = day_number(asked.as_of) + 1, from_number(asked.first_day)
        self.months = month_index(from_number(after)) - month_index(begins)
        self.hold: ir.Value | None = None
        self.hold_bins: dict[int, int] = {}
        measures = list(self._measures())
        self.measures = self._chosen(measures)
        if asked.hold is not None:
            self._hold(asked.hold, measures)
        base = self._cells(by_value(self.starts, self.starts.step, self.hold))
        self.base = base
        self.total = int(base["customers"].sum())
        self.on = int(base["went_on"].sum())
        if not self.total:
            kind, step, days, _ = self.question
            first = step if kind == "step" else 1
            why = Translated(
                f"no purchase number {first} is at least {days} days old",
                f"inget köp nummer {first} är minst {days} dagar gammalt",
            )
            if self.question.of_years:
                why = Translated(
                    "no customer was active in the 12 months before the last 12",
                    "ingen kund var aktiv under de 12 månaderna före de 12 senaste",
                )
            nobody = Translated(
                "nobody stands at the start of the question: {}",
                "ingen står vid frågans början: {}",
            )
            raise InputError(nobody.format(why))
        self.strata_name, self.strata = self._strata(base)

    # ----------------------------------------------------------------------------- what is asked

    def _measures(self) -> Iterable[_Measure]:
        later = self.question.kind == "step" and self.question.step > 1
        counted = self.asked.further.counted
        for at in ("start", "first") if later else ("start",):
            where: At = "first" if at == "first" else "start"
            for column in self.asked.further.columns:
                if not (column.dated or column.name == counted):
                    yield _Measure(column.name, where, column)
            for name, slot in NUMBERS.items():
                if slot in self.starts.columns:
                    measure = counted if counted and name == "quantity" else name
                    yield _Measure(measure, where, number=slot)
            yield _Measure("weekday", where)
            if self.months >= LONG_ENOUGH:
                yield _Measure("month", where)
        if later:
            yield _Measure("days since first order", "start")

    def _chosen(self, measures: Sequence[_Measure]) -> list[_Measure]:
        """The measures that are asked for.

        Raises:
            InputError: there is none of that name.
        """
        if not self.asked.by:
            any_line = {one.column.name for one in self.asked.any_line}
            return [one for one in measures if one.name not in any_line]
        chosen = []
        for name in self.asked.by:
            name = self.asked.further.asked.get(name, name)
            same = [one for one in measures if one.is_called(name)]
            if not same:
                raise self._unknown(name, measures)
            chosen += same
        return list(dict.fromkeys(chosen))

    def _unknown(self, name: str, measures: Sequence[_Measure]) -> InputError:
        reason = self.asked.further.left_out.get(name)
        if reason is not None:
            return InputError(f"column {name!r} can't be asked: it {reason.en}")
        names = list(dict.fromkeys(one.name for one in measures))
        return InputError(f"no column {name!r}; the columns are {listed(names)}")

    def _hold(self, name: str, measures: Sequence[_Measure]) -> None:
        """Hold a column: what is compared is compared within its values, or its bins."""
        name = self.asked.further.asked.get(name, name)
        same = [one for one in measures if one.is_called(name) and one.at == "start"]
        if not same:
            raise self._unknown(name, measures)
        measure = same[0]
        self.measures = [one for one in self.measures if one.name != measure.name]
        if measure.column is not None and not measure.column.ranked:
            self.hold = measure.column.code(self.starts)
            if measure.column.numbers is not None:
                cells = self._cells(by_value(self.starts, self.hold))
                codes, inverse = np.unique(cells["value"], return_inverse=True)
                sizes = np.bincount(inverse, weights=cells["customers"]).astype(np.int64)
                places = _bins(measure.column, codes, sizes, HELD_BINS).places
                self.hold_bins = dict(zip(codes.tolist(), places.tolist(), strict=True))
        elif measure.name in ("weekday", "month"):
            raise InputError(
                Translated(
                    f"{measure.name} can't be held: the months are already compared within",
                    f"{measure.name} kan inte hållas lika: månaderna jämförs redan inom sig",
                )
            )
        else:
            number = self._number(measure)
            bins = self._cells(bin_rows(self.starts, number, HELD_BINS))
            self.hold = binned(number, sorted(bins["low"].tolist())).fill_null(HELD_BINS)

    # --------------------------------------------------------------------------- what is counted

    def _cells(self, table: ir.Table) -> dict[str, Any]:
        return {
            name: np.asarray(column).astype(np.int64)
            for name, column in self.asked.arrays(table).items()
        }

    def _number(self, measure: _Measure) -> ir.IntegerValue:
        starts = self.starts
        if measure.name == "days since first order":
            return starts.day - starts[f"{FIRST}day"]
        if measure.column is not None:
            number: ir.IntegerValue = starts[f"{measure.prefix}{measure.column.slot}"]
            return number
        value: ir.IntegerValue = starts[f"{measure.prefix}{measure.number}"]
        return value

    def _raw(self, measure: _Measure) -> _Raw:
        if measure.column is not None and not measure.column.ranked:
            return self._raw_of_column(measure.column, measure.prefix)
        if measure.name in ("weekday", "month"):
            day = self.starts[f"{measure.prefix}day"]
            cells = self._cells(by_value(self.starts, day, self.hold))
            days = cells["value"]
            if measure.name == "weekday":
                return self._of_cells(cells, WEEKDAYS, (days + 3) % 7)
            month = days.astype("M8[D]").astype("M8[M]").astype(np.int64) % 12
            return self._of_cells(cells, [str(number) for number in range(1, 13)], month)
        return self._raw_of_number(measure)

    def _of_cells(
        self,
        cells: Mapping[str, Ints],
        labels: Sequence[str],
        position: Ints,
        *,
        partition: bool = True,
    ) -> _Raw:
        nothing = np.zeros_like(cells["month"])
        hold = cells.get("hold", nothing)
        if self.hold_bins and "hold" in cells:
            hold = np.array([self.hold_bins[int(code)] for code in hold], dtype=np.int64)
        return _Raw(
            labels,
            position,
            cells["month"],
            cells["step"],
            hold,
            cells["customers"],
            cells["went_on"],
            partition,
        )

    def _raw_of_column(self, column: FurtherColumn, prefix: str) -> _Raw:
        code = column.code(self.starts, prefix)
        return self._decoded(column, self._cells(by_value(self.starts, code, self.hold)))

    def _decoded(self, column: FurtherColumn, cells: Mapping[str, Ints], bins: int = BINS) -> _Raw:
        codes, inverse = np.unique(cells["value"], return_inverse=True)
        if column.numbers is None:
            positions = np.array([column.position(int(code)) for code in codes], dtype=np.int64)
            return self._of_cells(cells, column.labels, positions[inverse])
        sizes = np.bincount(inverse, weights=cells["customers"]).astype(np.int64)
        binning = _bins(column, codes, sizes, bins)
        return self._of_cells(
            cells, binning.labels, binning.places[inverse], partition=binning.single
        )

    def _raw_of_number(self, measure: _Measure) -> _Raw:
        number = self._number(measure)
        slot = "amount" if measure.column is not None else measure.number
        rows = self._cells(bin_rows(self.starts, number, BINS))
        order = np.argsort(rows["low"])
        if rows["numbers"].sum() <= MOST_CATEGORIES:
            cells = self._cells(by_value(self.starts, number, self.hold))
            values, inverse = np.unique(cells["value"], return_inverse=True)
            labels = [_shown(int(value), slot) for value in values]
            return self._of_cells(cells, labels, inverse.astype(np.int64))
        lows, highs = rows["low"][order].tolist(), rows["high"][order].tolist()
        place = binned(number, lows).fill_null(len(lows))
        cells = self._cells(by_value(self.starts, place, self.hold))
        labels = [
            f"{_shown(low, slot)} – {_shown(high, slot)}"
            for low, high in zip(lows, highs, strict=True)
        ]
        labels.append(BLANK)
        return self._of_cells(cells, labels, cells["value"], partition=False)

    # ---------------------------------------------------------------------------------- strata

    def _strata(self, base: Mapping[str, Ints]) -> tuple[str, Strata]:
        """The name of what is compared within, and the stratum of a month, step and hold."""
        held = f" × {self.asked.hold}" if self.asked.hold else ""
        if self.question.of_years:
            return f"quarter × order number{held}", lambda m, s, h: _joined(m // 3, s, h)
        periods = {"month": 1, "quarter": 3, "year": 12}
        enough = (
            name
            for name, months in periods.items()
            if self.total >= FEWEST_IN_STRATUM * len(np.unique(base["month"] // months))
        )
        name = next(enough, "year")
        months = periods[name]
        return f"{name}{held}", lambda m, s, h: _joined(m // months, s, h)

    def _counts(self, raw: _Raw, strata: Strata, base: _Raw) -> ColumnCounts:
        cells = strata(base.month, base.step, base.hold)
        distinct, place = np.unique(cells, return_inverse=True)
        own = np.searchsorted(distinct, strata(raw.month, raw.step, raw.hold))
        count, wide = len(raw.labels), len(distinct)

        def grid(numbers: Ints) -> Ints:
            at = raw.position * wide + own
            sums = np.bincount(at, weights=numbers, minlength=count * wide)
            return sums.astype(np.int64).reshape(count, wide)

        total, on = (
            np.bincount(place, weights=numbers, minlength=wide).astype(np.int64)
            for numbers in (base.customers, base.went_on)
        )
        return ColumnCounts(
            raw.labels, grid(raw.customers), grid(raw.went_on), total, on, raw.partition
        )

    # ---------------------------------------------------------------------------------- answer

    def made(self) -> Separation:
        asked = self.asked
        findings: dict[Any, ColumnFinding | None] = {}
        raws: dict[Any, _Raw] = {}
        at_start: dict[str, ColumnCounts] = {}
        left_out: list[tuple[str, Label]] = [*asked.further.left_out.items()]
        base = self._of_cells(self.base, (), np.zeros_like(self.base["month"]))
        for measure in self.measures:
            raw = raws[measure] = self._raw(measure)
            strata = self.strata
            if measure.name == "month":
                # Months of a year can't be compared within months.
                strata = _within_years
            counts = self._counts(raw, strata, base)
            if measure.at == "first" and _same(counts, at_start.get(measure.name)):
                # Such as the country of a customer: asked once.
                continue
            at_start.setdefault(measure.name, counts)
            findings[measure] = judge(_told(measure), counts)
        for one in asked.any_line:
            measure = _Measure(one.column.name, "start", one.column, any_line=True)
            findings[measure], raws[measure] = self._any_line(one, _told(measure))
        for measure, finding in findings.items():
            if finding is None:
                left_out.append((_told(measure), TOO_FEW))
        by_label = {_told(measure): measure for measure in findings}
        columns = tuple(
            self._column(by_label[finding.name], finding, raws[by_label[finding.name]])
            for finding in decide({_told(measure): one for measure, one in findings.items()})
        )
        rate = self.on / self.total if self.total else 0.0
        tenth = self.total // 10
        visible = least_visible(rate, tenth, self.total) if tenth and 0 < rate < 1 else None
        kind, step, days, tier = self.question
        name = {
            "step": f"F{step}→F{step + 1}",
            "loyal": f"F{step}+",
            "tier": tier,
        }.get(kind, f"{tier} {kind}".strip())
        return Separation(
            name,
            kind,
            step,
            days,
            asked.as_of,
            self.total,
            self.on,
            asked.too_young,
            self.strata_name,
            asked.hold,
            asked.next_value,
            columns,
            tuple(left_out),
            visible,
            tuple(self._notices()),
            tier,
        )

    def _any_line(self, one: AnyLine, name: str) -> tuple[ColumnFinding | None, _Raw]:
        cells = self._cells(one.lines)
        codes, inverse = np.unique(cells["value"], return_inverse=True)
        positions = np.array([one.column.position(int(code)) for code in codes], dtype=np.int64)
        raw = self._of_cells(cells, one.column.labels, positions[inverse], partition=False)
        base_cells = self._cells(by_value(self.starts, self.starts.step, self.starts.rows))
        base = self._of_cells(base_cells, (), np.zeros_like(base_cells["month"]))
        # A basket of many lines holds more of everything: compared within baskets of as many.
        raw, base = (
            one._replace(hold=np.searchsorted(BASKETS, table["hold"], "right"))
            for one, table in ((raw, cells), (base, base_cells))
        )
        counts = self._counts(raw, self.strata, base)
        return judge(name, counts), raw

    def _column(self, measure: _Measure, finding: ColumnFinding, raw: _Raw) -> SeparatedColumn:
        level: Any = "log"
        if measure.column is not None and not measure.of_log:
            level = measure.column.level
        year = self._of_last_year(raw)
        return SeparatedColumn(
            measure.name,
            measure.at,
            "any line" if measure.any_line else level,
            finding.separates,
            finding.p,
            finding.spread,
            tuple(self._value(one, year.get(one.value)) for one in finding.values),
            finding.pooled,
            finding.pooled_customers,
            finding.after_the_fact,
        )

    def _of_last_year(self, raw: _Raw) -> dict[str, int]:
        """Customers by value of the last 12 months of starts; nothing where history is shorter."""
        if self.months < 12 or self.question.of_years:
            return {}
        last = month_index(from_number(day_number(self.asked.as_of) - self.question.days))
        recent = (raw.month > last - 12) & (raw.month <= last)
        sizes = np.bincount(
            raw.position[recent], weights=raw.customers[recent], minlength=len(raw.labels)
        )
        return {label: int(n) for label, n in zip(raw.labels, sizes, strict=True)}

    def _value(self, one: ValueFinding, in_a_year: int | None) -> SeparatedValue:
        extra = one.customers * one.shrunk
        yearly = None if in_a_year is None else in_a_year * one.shrunk
        value = self.asked.next_value
        return SeparatedValue(
            one.value,
            one.customers,
            one.went_on,
            one.rate,
            one.others_rate,
            one.difference,
            one.low,
            one.high,
            one.shrunk,
            one.plain,
            one.plain_low,
            one.plain_high,
            one.p,
            one.overlap,
            one.stands_out,
            one.note,
            extra,
            None if value is None else extra * value,
            yearly,
            None if value is None or yearly is None else yearly * value,
        )

    def _notices(self) -> Iterable[Label]:
        """The notices of what the start of history makes of the answer."""
        question = self.question
        if self.asked.notice is not None:
            yield self.asked.notice
        if question.kind != "step" or question.step != 1:
            return
        early_by = self.starts.day < self.asked.first_day + question.days
        cells = self._cells(
            self.starts.group_by(early=early_by.cast("int32")).agg(
                customers=self.starts.count(), went_on=self.starts.went_on.sum()
            )
        )
        rows = {
            int(early): (int(x), int(n))
            for early, x, n in zip(
                cells["early"], cells["went_on"], cells["customers"], strict=True
            )
        }
        if set(rows) != {0, 1}:
            return
        bounds = difference_bounds(*rows[1], *rows[0], 0.95)
        (x1, n1), (x0, n0) = rows[1], rows[0]
        difference = x1 / n1 - x0 / n0
        if bounds.low is None or bounds.high is None or bounds.low <= 0 <= bounds.high:
            return
        if abs(difference) >= DIFFERS:
            early, late = 100 * x1 / n1, 100 * x0 / n0
            yield Translated(
                f"the first {question.days} days of the log differ: {early:.1f} % went on, later"
                f" {late:.1f} %; many of their first orders may not be first",
                f"loggens första {question.days} dagar skiljer sig: {early:.1f} % gick vidare,"
                f" senare {late:.1f} %; många av deras första köp är kanske inte de första",
            )


TOO_FEW = Translated(
    "has not two values with customers enough to compare",
    "har inte två värden med kunder nog att jämföra",
)


def _told(measure: _Measure) -> str:
    if measure.any_line:
        return f"{measure.name} (any line)"
    return f"{measure.name} of the first order" if measure.at == "first" else measure.name


def _same(one: ColumnCounts, other: ColumnCounts | None) -> bool:
    """Whether two columns tell the same of everybody, as far as counts tell."""
    return (
        other is not None
        and list(one.labels) == list(other.labels)
        and np.array_equal(one.customers, other.customers)
        and np.array_equal(one.went_on, other.went_on)
    )


def _within_years(month: Ints, step: Ints, hold: Ints) -> Ints:
    """Strata of years, for a month of the year."""
    return _joined(month // 12, 0 * step, hold)


def _joined(period: Ints, step: Ints, hold: Ints) -> Ints:
    """One number for a period, an order number and a held value (up to 2²⁰ of them)."""
    return (period * 16 + step) * 2**20 + hold


def _shown(number: int, slot: str) -> str:
    """A number of the log as a label."""
    if slot not in SCALED:
        return str(number)
    return f"{number / UNITS:.4f}".rstrip("0").rstrip(".")


class _Bins(NamedTuple):
    """The bins of a column of numbers: the place of each code, and whether numbers stand singly."""

    places: Ints
    labels: list[str]
    single: bool


def _bins(column: FurtherColumn, codes: Ints, sizes: Ints, count: int) -> _Bins:
    """The bin of each code of a column of numbers by rank.

    A number's bin is the whole part of ``count`` × (customers strictly below) / customers; up to
    ten different numbers are told singly. What is no number (blank, other) stands for itself.
    """
    assert column.numbers is not None
    positions = [column.position(int(code)) for code in codes]
    numbers = {i: column.numbers[p] for i, p in enumerate(positions) if p < len(column.numbers)}
    customers: dict[float, int] = {}
    for i, number in numbers.items():
        customers[number] = customers.get(number, 0) + int(sizes[i])
    distinct, every = sorted(customers), sum(customers.values())
    single = len(distinct) <= MOST_CATEGORIES
    below, place = 0, {}
    for rank, number in enumerate(distinct):
        place[number] = rank if single else count * below // max(every, 1)
        below += customers[number]
    used = sorted(set(place.values()))
    ranges = ([number for number in distinct if place[number] == one] for one in used)
    labels = [
        _plain(inside[0]) if single else f"{_plain(inside[0])} – {_plain(inside[-1])}"
        for inside in ranges
    ]
    others = {len(column.values): OTHER, len(column.values) + 1: BLANK}
    more: dict[str, int] = {}
    places = np.zeros(len(codes), dtype=np.int64)
    for i, position in enumerate(positions):
        if i in numbers:
            places[i] = used.index(place[numbers[i]])
        else:
            label = others.get(position, column.labels[-1])
            places[i] = more.setdefault(label, len(labels) + len(more))
    return _Bins(places, [*labels, *more], single)


def _plain(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")
