"""Satisfaction by a survey: NPS and index by tier, step, cohort and segment.

One answer a person counts, the last up to the as-of day. Promoters answer 9 or 10, detractors 0 to
6. The index is the mean answer as a share of its scale, times 100: 0 is the worst answer
throughout, 100 the best.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from crmformulas.dates import from_number
from crmformulas.errors import InputError
from crmformulas.formulas.campaign import index_bounds, nps, nps_bounds
from crmformulas.formulas.uncertainty import LEVEL
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.expressions import _, ibis
from crmformulas.orders.selections.attributes import Attribute, Kind, Scope, Source, column
from crmformulas.translations import Label, Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.reading.surveys import Survey
    from crmformulas.orders.selections.segments import Segments

__all__ = [
    "GROUPS",
    "PARTS",
    "Satisfaction",
    "Score",
    "as_scale",
    "satisfaction",
    "survey_source",
]

Scale = tuple[float, float]

NPS_SCALES: tuple[Scale, ...] = ((0, 10), (1, 10))
"""Scales whose answers are those of promoters, passives and detractors."""

PROMOTER, DETRACTOR = 9, 6
"""The least answer of a promoter, and the highest of a detractor."""

INACTIVE = "inactive"

GROUPS: Mapping[str, Translated] = {
    "tier": Translated("Value tier", "Värdenivå"),
    "step": Translated("F-step", "F-steg"),
    "cohort": Translated("First order", "Första köp"),
    "segment": Translated("Segment", "Segment"),
}
"""The ways in which persons are parted; segments overlap."""

PARTS: Mapping[str, Translated] = {
    "blank": Translated("left blank", "lämnade tomma"),
    "unread": Translated("can't be read as a number", "går inte att läsa som tal"),
    "outside": Translated("outside the scale", "utanför skalan"),
    "nobody": Translated("without a customer id", "utan kundnummer"),
    "later": Translated("after the as-of day", "efter dagen"),
    "earlier": Translated("before a later answer of the person", "före ett senare svar"),
}
"""Why answers don't count."""


@dataclass(frozen=True)
class Score:
    """Answers of the persons of a group.

    Attributes:
        name: The group.
        label: In tables.
        persons: How many are in it; None for the total, as whom was asked is not known.
        answers: How many of them answered.
        promoters: Who answered 9 or 10; None where the scale is not that of NPS, as the next four.
        passives: Who answered 7 or 8.
        detractors: Who answered 0 to 6.
        nps: Promoters less detractors, as a fraction of the answers.
        nps_low: The low end of its interval.
        nps_high: The high end.
        mean: The mean answer; None where nobody answered, as the next three.
        index: The mean as a share of its scale, 0 to 1.
        index_low: The low end of its interval.
        index_high: The high end.
    """

    name: str
    label: Label
    persons: int | None
    answers: int
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    nps: float | None = None
    nps_low: float | None = None
    nps_high: float | None = None
    mean: float | None = None
    index: float | None = None
    index_low: float | None = None
    index_high: float | None = None

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """The row as plain values, for JSON; its label in a language."""
        plain = asdict(self) | {"label": translate(self.label, lang)}
        return {k: round(v, 6) if isinstance(v, float) else v for k, v in plain.items()}


@dataclass(frozen=True)
class Satisfaction:
    """Results of a survey, as of a day.

    Attributes:
        as_of: The last day that counts.
        scale: The worst and the best answer.
        total: All who answered, customers or not.
        by: The same by each of :data:`GROUPS`.
        rows: Rows of the survey.
        left_out: Why rows of it don't count, and how many.
        level: How often the intervals hold the true figure.
        notices: What to know beside the figures, in both languages.
    """

    as_of: date
    scale: Scale
    total: Score
    by: Mapping[str, tuple[Score, ...]]
    rows: int
    left_out: Mapping[str, int]
    level: float
    notices: tuple[Label, ...] = field(default=())

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """The result as plain values, for JSON; its texts in a language."""
        return {
            "as_of": self.as_of.isoformat(),
            "scale": list(self.scale),
            "level": self.level,
            "total": self.total.to_dict(lang),
            "by": {by: [row.to_dict(lang) for row in rows] for by, rows in self.by.items()},
            "rows": self.rows,
            "left_out": dict(self.left_out),
            "notices": [translate(notice, lang) for notice in self.notices],
        }


def as_scale(text: str) -> Scale:
    """A scale as it is written.

    Raises:
        InputError: if it is none.

    Examples:
        >>> as_scale("0-10"), as_scale("1..5")
        ((0.0, 10.0), (1.0, 5.0))
    """
    numbers = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:-|\.\.|–)\s*(\d+(?:\.\d+)?)\s*", text)
    if numbers is None or float(numbers[1]) >= float(numbers[2]):
        raise InputError(
            Translated(
                f"a scale is its worst and best answer such as 0-10, got {text!r}",
                f"en skala är sämsta och bästa svar som 0-10, fick {text!r}",
            )
        )
    return float(numbers[1]), float(numbers[2])


def scale_of(low: float, high: float) -> Scale:
    """The scale that answers from ``low`` to ``high`` are given on, where only one is likely.

    Raises:
        InputError: if it has to be told.

    Examples:
        >>> scale_of(0, 10), scale_of(2, 10), scale_of(1, 5), scale_of(4, 98)
        ((0, 10), (0, 10), (1, 5), (0, 100))
    """
    if low >= 1 and high == 5:
        return 1, 5
    if low >= 0 and 7 < high <= 10:
        return 0, 10
    if low >= 0 and 20 < high <= 100:
        return 0, 100
    raise InputError(
        Translated(
            f"the answers lie between {low:g} and {high:g}: on which scale were they given? "
            "Say its worst and best answer, such as --scale 0-10 or --scale 1-7",
            f"svaren ligger mellan {low:g} och {high:g}: på vilken skala gavs de? "
            "Ange sämsta och bästa svar, som --scale 0-10 eller --scale 1-7",
        )
    )


# Answers in the engine


def answers(survey: Survey, as_of: int) -> Any:
    """The last answer of each person up to a day; the lower one of several on that day."""
    scored = survey.table.filter(_.customer.notnull() & _.score.notnull())
    scored = scored.filter(_.answered.isnull() | (_.answered <= as_of))
    # Older than any: an answer without a day.
    day = scored.answered.fill_null(-(10**6))
    window = ibis.window(group_by=scored.customer, order_by=[day.desc(), scored.score])
    numbered = scored.mutate(place=ibis.row_number().over(window))
    return numbered.filter(_.place == 0).select("customer", "score", "answered")


def survey_source(survey: Survey) -> Source:
    """The last answer of each customer, as attributes."""

    def attributes(scope: Scope) -> list[Attribute]:
        columns = [
            Attribute(
                "score",
                Translated("score", "betyg"),
                Kind.NUMBER,
                Translated("the last answer to the survey", "senaste svaret på enkäten"),
                lambda table: table["survey score"].cast("float64") / UNITS,
                source="survey",
            )
        ]
        if survey.dated:
            columns.append(
                Attribute(
                    "answered",
                    Translated("answered", "svarade"),
                    Kind.DAY,
                    Translated("day of the last answer", "dagen för senaste svaret"),
                    column("survey day"),
                    source="survey",
                )
            )
        return columns

    def table(scope: Scope, customers: Any) -> Any:
        last = answers(survey, scope.as_of)
        return last.select("customer", **{"survey score": last.score, "survey day": last.answered})

    return Source("survey", attributes, table)


# Figures

Counts = Mapping[float | None, int]
"""Persons by their answer; None is who did not answer."""


def satisfaction(
    survey: Survey,
    customers: Customers,
    segments: Segments,
    scale: Scale | None = None,
    level: float = LEVEL,
) -> Satisfaction:
    """NPS and satisfaction index of all who answered, and by group.

    Args:
        survey: The survey.
        customers: The customers.
        segments: Those by which persons are parted.
        scale: The worst and the best answer; found from the answers where it is None.
        level: How often the intervals hold the true figure.

    Raises:
        InputError: if nobody answered, or the scale has to be told.
    """
    people = customers.people
    ask, as_of = people.scope.ask, people.scope.as_of
    last = answers(survey, as_of)
    scores = ask(last.group_by("score").agg(n=_.count()))
    every = _counts(scores["score"], scores["n"])
    if not every:
        raise InputError(
            Translated(
                "the survey has no answer of a person up to the as-of day",
                "enkäten har inget svar av en person fram till dagen",
            )
        )
    given = [one for one in every if one is not None]
    within = scale or scale_of(min(given), max(given))
    score = _Scorer(within, level, whole=all(one == int(one) for one in given))
    people.segments = segments
    attribute = people.attribute("score")
    table = people.need([attribute])
    strangers = ask(last.anti_join(table, "customer").group_by("score").agg(n=_.count()))
    f0 = _counts(strangers["score"], strangers["n"])
    by = {
        "tier": _by_tier(customers, table, score),
        "step": _by_step(customers, table, score, f0),
        "cohort": _by_cohort(customers, table, score),
        "segment": _by_segment(customers, segments, score),
    }
    rows, left_out = _left_out(survey, as_of, sum(every.values()), ask)
    if outside := sum(n for one, n in every.items() if not score.takes(one)):
        left_out["outside"] = outside
    total = score.row("total", Translated("All", "Alla"), every, known=False)
    if not total.answers:
        raise InputError(
            Translated(
                f"no answer lies on the scale {within[0]:g} to {within[1]:g}: give another --scale",
                f"inget svar ligger på skalan {within[0]:g} till {within[1]:g}: ange en "
                "annan --scale",
            )
        )
    return Satisfaction(
        customers.windows.as_of,
        within,
        total,
        by,
        rows,
        left_out,
        level,
        tuple(_notices(survey, score, scale, given, f0)),
    )


def _counts(scores: Iterable[Any], numbers: Iterable[Any]) -> dict[float | None, int]:
    by_score: dict[float | None, int] = {}
    for one, n in zip(scores, numbers, strict=True):
        key = None if one is None else int(one) / UNITS
        by_score[key] = by_score.get(key, 0) + int(n)
    return by_score


class _Scorer:
    """Makes rows of counted answers."""

    def __init__(self, scale: Scale, level: float, *, whole: bool) -> None:
        self.scale, self.level, self.whole = scale, level, whole
        self.has_nps = whole and scale in NPS_SCALES

    def takes(self, answer: float | None) -> bool:
        """Whether an answer lies on the scale."""
        return answer is not None and self.scale[0] <= answer <= self.scale[1]

    def row(self, name: str, label: Label, counts: Counts, *, known: bool = True) -> Score:
        """The figures of a group."""
        given = {one: n for one, n in counts.items() if one is not None and self.takes(one)}
        answered = sum(given.values())
        row = Score(name, label, sum(counts.values()) if known else None, answered)
        if not answered:
            return row
        low, high = self.scale
        mean = sum(one * n for one, n in given.items()) / answered
        index = (mean - low) / (high - low)
        squares = sum(((one - low) / (high - low) - index) ** 2 * n for one, n in given.items())
        ends = index_bounds(index, squares / answered, answered, self.level)
        row = replace(row, mean=mean, index=index, index_low=ends.low, index_high=ends.high)
        if not self.has_nps:
            return row
        promoters = sum(n for one, n in given.items() if one >= PROMOTER)
        detractors = sum(n for one, n in given.items() if one <= DETRACTOR)
        passives = answered - promoters - detractors
        bounds = nps_bounds(promoters, detractors, answered, self.level)
        return replace(
            row,
            promoters=promoters,
            passives=passives,
            detractors=detractors,
            nps=float(nps(promoters, passives, detractors)),
            nps_low=bounds.low,
            nps_high=bounds.high,
        )


def _parted(
    customers: Customers, table: Any, key: Any, group: Callable[[Any], str]
) -> dict[str, Counts]:
    """Answers by group: the engine counts by a key, whose values are put into groups here."""
    kept = table.select(place=key, score=table["survey score"])
    counts = customers.people.scope.ask(kept.group_by(["place", "score"]).agg(n=_.count()))
    parts: dict[str, tuple[list[Any], list[Any]]] = {}
    for value, score, n in zip(counts["place"], counts["score"], counts["n"], strict=True):
        scores, numbers = parts.setdefault(group(value), ([], []))
        scores.append(score)
        numbers.append(n)
    return {name: _counts(*pair) for name, pair in parts.items()}


def _by_tier(customers: Customers, table: Any, score: _Scorer) -> tuple[Score, ...]:
    from crmformulas.translations import term

    tier = customers.people.attribute("s12_tier")
    by_tier = _parted(
        customers,
        table,
        tier.expression(table),
        lambda value: INACTIVE if value is None else tier.choices[int(value)],
    )
    names = [*customers.rules.tier_names, INACTIVE]
    labels = {INACTIVE: Translated("no order in S12", "inget köp i S12")}
    return tuple(score.row(n, labels.get(n, term(n)), by_tier.get(n, {})) for n in names)


def _by_step(customers: Customers, table: Any, score: _Scorer, f0: Counts) -> tuple[Score, ...]:
    most = customers.rules.steps
    by_step = _parted(
        customers,
        table,
        ibis.least(table.orders, most),
        lambda value: f"F{int(value)}" if int(value) < most else f"F{most}+",
    )
    names = [*(f"F{step}" for step in range(1, most)), f"F{most}+"]
    rows = [score.row(name, name, by_step.get(name, {})) for name in names]
    if f0:
        rows.insert(0, score.row("F0", "F0", f0, known=False))
    return tuple(rows)


def _by_cohort(customers: Customers, table: Any, score: _Scorer) -> tuple[Score, ...]:
    def quarter(day: Any) -> str:
        when = from_number(int(day))
        return f"{when.year}-Q{(when.month + 2) // 3}"

    by_cohort = _parted(customers, table, table["first"], quarter)
    return tuple(score.row(name, name, by_cohort[name]) for name in sorted(by_cohort))


def _by_segment(customers: Customers, segments: Segments, score: _Scorer) -> tuple[Score, ...]:
    people, rows = customers.people, []
    for name in segments:
        try:
            selected = people.where(segments[name])
        except InputError:
            continue  # It can't be told, as crmf segments says.
        scores = people.scope.ask(
            selected.group_by(score=selected["survey score"]).agg(n=_.count())
        )
        rows.append(score.row(name, segments.words(name)[0], _counts(scores["score"], scores["n"])))
    return tuple(rows)


def _left_out(survey: Survey, as_of: int, persons: int, ask: Any) -> tuple[int, dict[str, int]]:
    table = survey.table
    nobody = table.customer.isnull()
    later = ~nobody & table.score.notnull() & (table.answered > as_of).fill_null(False)
    sums = ask(
        table.agg(
            rows=table.count(),
            nobody=nobody.sum(),
            blank=(~nobody & table.blank).sum(),
            unread=(~nobody & table.score.isnull() & ~table.blank).sum(),
            later=later.sum(),
        )
    )
    counts = {name: int(values[0] or 0) for name, values in sums.items()}
    rows = counts.pop("rows")
    counts["earlier"] = rows - sum(counts.values()) - persons
    return rows, {name: counts[name] for name in PARTS if counts.get(name)}


def _notices(
    survey: Survey, score: _Scorer, scale_given: Scale | None, given: list[float], f0: Counts
) -> Iterable[Label]:
    low, high = (f"{end:g}" for end in score.scale)
    if scale_given is None and (min(given), max(given)) != score.scale:
        yield Translated(
            f"the answers lie between {min(given):g} and {max(given):g} and are read as of a scale "
            f"from {low} to {high}; --scale says another",
            f"svaren ligger mellan {min(given):g} och {max(given):g} och läses på en skala från "
            f"{low} till {high}; --scale anger en annan",
        )
    if not score.whole:
        yield Translated(
            "NPS is of whole answers; some of these have decimals",
            "NPS är av hela svar; några av dessa har decimaler",
        )
    elif not score.has_nps:
        yield Translated(
            f"NPS is of whole answers from 0 to 10, not of these from {low} to {high}",
            f"NPS är av hela svar från 0 till 10, inte av dessa från {low} till {high}",
        )
    if not survey.dated:
        yield Translated(
            "the survey has no column of days: all answers count, the lowest of a person",
            "enkäten har ingen kolumn med dagar: alla svar räknas, en persons lägsta",
        )
    if strangers := sum(f0.values()):
        yield Translated(
            f"{strangers} who answered have no order up to the as-of day (F0)",
            f"{strangers} som svarade har inget köp till och med dagen (F0)",
        )
    yield Translated(
        "who answers is not who is silent: intervals tell of chance alone",
        "de som svarar är inte de som tiger: intervallen säger bara något om slumpen",
    )
