"""Answer to a question: typed rows, frames of them when asked for, and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.separation.method import Note
from crmformulas.orders.summary.model import Row, frame
from crmformulas.translations import LANGS, Label, Lang, Translated, translate

if TYPE_CHECKING:
    import pandas as pd

    from crmformulas.orders.counting.starts import Kind

__all__ = [
    "AFTER_THE_FACT",
    "FOOTER",
    "NOTES",
    "NOTE_NAMES",
    "SeparatedColumn",
    "SeparatedValue",
    "Separation",
    "question_label",
    "value_text",
    "worth_sentence",
]

FOOTER = Translated(
    "Goes together with, does not prove: customers choose. Test with a control group.",
    "Hänger ihop med, bevisar inte: kunder väljer. Pröva med en kontrollgrupp.",
)
"""Said beside every answer."""

NOTES: Mapping[str, Label] = {
    "turns": Translated(
        "the other way round within the same month",
        "åt andra hållet inom samma månad",
    ),
    "strata": Translated(
        "mostly season or step: less than half is left within the same month",
        "mest säsong eller steg: mindre än hälften är kvar inom samma månad",
    ),
    "mirror": Translated(
        "nothing is left once the stronger values are set aside",
        "inget är kvar när de starkare värdena läggs åt sidan",
    ),
    "no overlap": Translated(
        "hardly anybody of the same month to compare with",
        "knappt någon från samma månad att jämföra med",
    ),
}
"""What a note means."""

NOTE_NAMES: Mapping[str, Label] = {
    "turns": Translated("turns", "vänder"),
    "strata": Translated("strata", "skikt"),
    "mirror": Translated("mirror", "spegel"),
    "no overlap": Translated("no overlap", "utan jämförelse"),
}
"""What a note is called."""

AFTER_THE_FACT = Translated(
    "knows the answer? (made after the fact)", "vet svaret? (gjord i efterhand)"
)
"""Said of a column that separates too well."""


@dataclass(frozen=True, slots=True)
class SeparatedValue(Row):
    """A value of a column against all others; rates and differences are fractions.

    Attributes:
        value: As the file writes it.
        customers: Customers whose start order has it.
        went_on: Those of them who went on.
        rate: Their share.
        others_rate: The share of the others.
        difference: Within the same month, weighted; None where nobody is to compare with.
        low: The lower end of its 95 % interval.
        high: The upper end.
        shrunk: How much of it is to be believed (empirical Bayes over the column's values).
        plain: The difference of the two rates as they are.
        plain_low: The lower end of its 95 % interval.
        plain_high: The upper end.
        p: Of the test within strata.
        overlap: The share of the value's customers with others in their stratum.
        stands_out: Whether it is called.
        note: ``turns``, ``strata``, ``mirror``, ``no overlap`` or nothing.
        extra: What its customers did more than as many others of the same months: own customers ×
            shrunk; next orders, or customers.
        extra_revenue: Those at the mean value of the next order, in currency units; of steps only.
        extra_in_a_year: ``extra`` of the last 12 months of starts.
        revenue_in_a_year: Likewise in currency units.
    """

    value: str
    customers: int
    went_on: int
    rate: float
    others_rate: float
    difference: float | None
    low: float | None
    high: float | None
    shrunk: float
    plain: float
    plain_low: float
    plain_high: float
    p: float
    overlap: float
    stands_out: bool
    note: Note
    extra: float
    extra_revenue: float | None
    extra_in_a_year: float | None
    revenue_in_a_year: float | None


@dataclass(frozen=True)
class SeparatedColumn:
    """A column, and what its values go together with.

    Attributes:
        name: As the file writes it, or what the log itself tells, such as ``order value``.
        at: Whose it is: the ``start`` order's or the customer's ``first``.
        level: ``order``, ``line`` (of the dearest line), ``any line`` or ``log`` (of the log
            itself).
        separates: Whether it is called.
        p: Of its values together.
        spread: The standard deviation of the customers' true rates over its values, a fraction.
        values: Those with customers enough, the most common first.
        pooled: How many values have too few customers to tell.
        pooled_customers: Customers who have them.
        after_the_fact: It knows the answer: it was likely made after the fact.
    """

    name: str
    at: Literal["start", "first"]
    level: Literal["order", "line", "any line", "log"]
    separates: bool
    p: float
    spread: float
    values: tuple[SeparatedValue, ...]
    pooled: int
    pooled_customers: int
    after_the_fact: bool

    @property
    def label(self) -> Label:
        """The column's name, with whose it is."""
        name = LOG_COLUMNS.get(self.name, self.name) if self.level == "log" else self.name
        shown = Translated("{0} of the first order", "första orderns {0}").format(name)
        return shown if self.at == "first" else name

    def to_frame(self) -> pd.DataFrame:
        """The values as a frame, a row each."""
        return frame(self.values)

    def to_dict(self) -> dict[str, Any]:
        """The column as JSON has it."""
        names = ("name", "at", "level", "separates", "p", "spread", "pooled", "pooled_customers")
        plain = {name: getattr(self, name) for name in names}
        values = [one.as_dict() for one in self.values]
        return {**plain, "after_the_fact": self.after_the_fact, "values": values}


LOG_COLUMNS: Mapping[str, Label] = {
    "order value": Translated("order value", "ordervärde"),
    "lines": Translated("lines", "rader"),
    "quantity": Translated("quantity", "antal"),
    "weekday": Translated("weekday", "veckodag"),
    "hour": Translated("hour", "timme"),
    "month": Translated("month of the year", "månad på året"),
    "days since first order": Translated("days since first order", "dagar sedan första ordern"),
}
"""What the log itself tells of every order."""


STRATA: Mapping[str, Label] = {
    "month": Translated("the same month", "samma månad"),
    "quarter": Translated("the same quarter", "samma kvartal"),
    "year": Translated("the same year", "samma år"),
    "quarter × order number": Translated(
        "the same quarter and order number", "samma kvartal och köp i ordningen"
    ),
}
"""The column that is held, in words."""


@dataclass(frozen=True)
class Separation:
    """The answer to one question.

    Attributes:
        question: ``F3→F4``, ``F6+``, ``continued``, ``lost``, ``super`` or ``super lost``.
        kind: ``step``, ``loyal``, ``continued``, ``lost`` or ``tier``.
        step: The k of the question; 0 where that is not asked.
        days: Within how many days they went on; 0 where that is not asked.
        as_of: The last day that counts.
        customers: Who started.
        went_on: Those of them who went on.
        too_young: Who is left out, as the days have not passed yet.
        strata: What is compared within: ``month``, ``quarter``, ``year``, or ``quarter × order
            number``.
        held: The column that is held, if any.
        next_value: The mean value of the next order in currency units; of steps only.
        columns: The called ones by spread, then the others.
        left_out: Columns that can't be asked, with the reason.
        least_visible: The difference that a value held by one customer in ten must have to be seen.
        notices: What must be known of the answer.
    """

    question: str
    kind: Kind
    step: int
    days: int
    as_of: date
    customers: int
    went_on: int
    too_young: int
    strata: str
    held: str | None
    next_value: float | None
    columns: tuple[SeparatedColumn, ...]
    left_out: tuple[tuple[str, Label], ...]
    least_visible: float | None
    notices: tuple[Label, ...] = field(default=())
    tier: str = ""

    @property
    def asked(self) -> Label:
        """The question in words."""
        return question_label(self.kind, self.step, self.days, self.tier)

    @property
    def outcome(self) -> Label:
        """The outcome that counts as success, in words behind a number of customers."""
        if self.kind == "lost":
            return Translated("were lost", "förlorades")
        if self.kind == "tier":
            return Translated("are {0} now", "är {0} nu").format(self.tier)
        return Translated("went on", "gick vidare")

    @property
    def rate(self) -> float | None:
        """The share of those who went on; None of nobody."""
        return self.went_on / self.customers if self.customers else None

    @property
    def within(self) -> Label:
        """The column that is held, in words."""
        period = self.strata.removesuffix(f" × {self.held}") if self.held else self.strata
        label = STRATA[period]
        if self.held is None:
            return label
        return Translated("{0}, and the same {1}", "{0}, och samma {1}").format(
            label, LOG_COLUMNS.get(self.held, self.held)
        )

    @property
    def called(self) -> tuple[SeparatedColumn, ...]:
        """The columns that separate."""
        return tuple(column for column in self.columns if column.separates)

    def column(self, name: str, at: Literal["start", "first"] = "start") -> SeparatedColumn:
        """The column of that name.

        Raises:
            KeyError: it could not be asked, or isn't there.
        """
        for column in self.columns:
            if (column.name, column.at) == (name, at):
                return column
        raise KeyError(name)

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row a value, with its column: as CSV has it."""
        for column in self.columns:
            whole = column.to_dict()
            del whole["values"]
            name = whole.pop("name")
            whole = {f"column_{key}" if key == "p" else key: told for key, told in whole.items()}
            for one in column.values:
                yield {"question": self.question, "column": name, **whole, **one.as_dict()}

    def to_frame(self) -> pd.DataFrame:
        """All values of all columns as a frame."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.rows()))

    def empty_answer(self) -> Label:
        """Sentence where nothing stands out: the least that would have been seen."""
        if self.least_visible is None:
            return Translated(
                "Nothing stands out: too few customers to tell anything apart.",
                "Inget sticker ut: för få kunder för att skilja något åt.",
            )
        points = f"{100 * self.least_visible:.1f}"
        return Translated(
            f"Nothing stands out. With {self.customers:,} customers a value held by one in ten must"
            f" differ by about {points} pp to be seen.".replace(",", " "),
            f"Inget sticker ut. Med {self.customers:,} kunder måste ett värde som en av tio har"
            f" skilja sig med omkring {points.replace('.', ',')} procentenheter för att synas.",
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON has it."""
        return {
            "question": self.question,
            "kind": self.kind,
            "step": self.step,
            "tier": self.tier or None,
            "days": self.days or None,
            "as_of": self.as_of.isoformat(),
            "customers": self.customers,
            "went_on": self.went_on,
            "rate": self.rate,
            "too_young": self.too_young,
            "strata": self.strata,
            "held": self.held,
            "next_value": self.next_value,
            "least_visible": self.least_visible,
            "columns": [column.to_dict() for column in self.columns],
            "left_out": [
                {"column": name, "reason": translate(reason, "en")}
                for name, reason in self.left_out
            ],
            "notices": [translate(notice, "en") for notice in self.notices],
            "note": FOOTER.en,
        }

    def to_json(self) -> str:
        """The answer as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)

    def _repr_html_(self) -> str:
        # By name: counting knows no face.
        html: str = import_module("crmformulas.charts.notebook").separation_html(self)
        return html


RANGE = re.compile(r"(-?\d+(?:\.\d+)?)(?: – (-?\d+(?:\.\d+)?))?")
"""A number, or those from one to another, as the cut of a column of numbers is named."""


NAMED_VALUES: Mapping[str, Label] = {
    "(blank)": Translated("(blank)", "(tomt)"),
    "(other)": Translated("(other)", "(övriga)"),
    "(several)": Translated("(several)", "(flera)"),
}
"""What stands for no value of the file, as it is read."""


def value_text(column: SeparatedColumn, one: SeparatedValue, lang: Lang) -> str:
    """A value as it is read: of a column of numbers, its numbers as the language writes them."""
    parts = [RANGE.fullmatch(each.value) for each in column.values]
    match = RANGE.fullmatch(one.value)
    if match is None or not any(part and part[2] for part in parts):
        return str(translate(NAMED_VALUES.get(one.value, one.value), lang))
    decimals = 2 if "." in one.value else 0
    low, high = (
        NumberFormat(lang).fixed(float(each), decimals if abs(float(each)) < 100 else 0)
        for each in (match[1], match[2] or match[1])
    )
    return low if low == high else f"{low}–{high}"


def worth_sentence(asked: Separation, column: SeparatedColumn, one: SeparatedValue) -> Label:
    """Say what a value's customers did more, or less, than as many others of the same months."""
    en, sv = NumberFormat("en"), NumberFormat("sv")
    size = abs(one.extra)
    what = {
        "step": Translated(f"orders number {asked.step + 1}", f"köp nummer {asked.step + 1}"),
        "loyal": Translated(
            f"customers of {asked.step} orders or more", f"kunder med minst {asked.step} köp"
        ),
        "continued": Translated("continued customers", "fortsatt aktiva kunder"),
        "lost": Translated("lost customers", "förlorade kunder"),
        "tier": Translated("customers in {0}", "kunder i {0}").format(asked.tier),
    }[asked.kind]
    more = Translated("more", "fler") if one.extra >= 0 else Translated("fewer", "färre")
    if asked.kind in ("continued", "lost"):
        same = Translated("of the same quarters and order numbers", "i samma kvartal och steg")
    elif (column.name, column.level) == ("month", "log"):
        same = Translated("of the same years", "från samma år")
    else:
        same = Translated("of the same months", "från samma månader")
    value = Translated(*(value_text(column, one, lang) for lang in LANGS))
    money: Label = ""
    if one.extra_revenue is not None:
        money = Translated(
            f", about {en.amount(abs(one.extra_revenue))}",
            f", omkring {sv.amount(abs(one.extra_revenue))}",
        )
    return Translated(
        f"The {en.whole(one.customers)} with {{column}} {{value}}: about"
        f" {en.whole(round(size))} {{more}} {{what}} than as many others {{same}}{{money}}.",
        f"De {sv.whole(one.customers)} med {{column}} {{value}}: omkring"
        f" {sv.whole(round(size))} {{more}} {{what}} än lika många andra {{same}}{{money}}.",
    ).format(column=column.label, value=value, more=more, what=what, same=same, money=money)


def question_label(kind: str, step: int, days: int, tier: str = "") -> Label:
    """The question in words.

    Examples:
        >>> question_label("step", 3, 365).en
        'from order 3 to order 4 within 365 days'
        >>> question_label("lost", 0, 0, "super").sv
        'i super föregående 12 månader, och ingen order de senaste 12'
    """
    if kind == "step":
        return Translated(
            f"from order {step} to order {step + 1} within {days} days",
            f"från köp {step} till köp {step + 1} inom {days} dagar",
        )
    if kind == "loyal":
        return Translated(
            f"from the first order to order {step}, so far",
            f"från första köpet till köp {step}, hittills",
        )
    if kind == "tier":
        return Translated(
            "from the first order to {0} in the last 12 months",
            "från första köpet till {0} de senaste 12 månaderna",
        ).format(tier)
    before = Translated("active in the 12 months before", "aktiva föregående 12 månader")
    if tier:
        before = Translated("in {0} in the 12 months before", "i {0} föregående 12 månader")
    after = Translated("and in the last 12 months again", "och åter de senaste 12")
    if kind == "lost":
        after = Translated("and no order in the last 12", "och ingen order de senaste 12")
    return Translated("{0}, {1}", "{0}, {1}").format(before.format(tier), after)
