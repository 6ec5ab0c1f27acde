"""Readings of columns: decided on a sample where that proves them, else on the whole column.

A sample with evidence for one reading only is taken at its word, and read in the fast way that fits
all of it; a cell that does not fit is null. Only where there are such cells, or the sample proves
nothing, is the whole column looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from crmformulas.dates import from_number
from crmformulas.errors import QuestionError
from crmformulas.orders.reading import amounts, dates
from crmformulas.orders.reading.account import in_both, money_text
from crmformulas.orders.reading.evidence import Evidence, Reading, choose_reading, gather_evidence
from crmformulas.orders.reading.expressions import dtype
from crmformulas.translations import Label, Translated

__all__ = [
    "DATES",
    "NUMBERS",
    "Kind",
    "TextColumn",
    "identifier",
    "product",
    "scaled",
    "typed_amount",
    "typed_day",
    "typed_number",
]

MOST_PIECES = 90_000
WIDEST = 9e18
"""Beyond this a float fits no 64 bits; infinity and NaN are beyond."""


@dataclass(frozen=True)
class Kind:
    """Differences between dates and amounts."""

    sides: tuple[Translated, Translated]
    """The two readings, in words."""
    things: Translated
    question: str
    answer: str
    """The first of the answers, as an option."""
    read: Callable[[str, Reading], int | None]
    """One text, in Python."""
    general: Callable[..., Any]
    """A column in a reading, in every form."""
    fast: Callable[..., Any]
    """A column in one form and a reading."""
    form: Callable[[Sequence[str], Reading], str | None]
    """The form that all of these texts have."""
    obvious: tuple[str, str, str]
    """Patterns of texts that speak for the first reading, for the second, and for none."""


def _date_form(texts: Sequence[str], reading: Reading) -> str | None:
    form = dates.fast_form(texts)
    return None if form and form.startswith("%d") and reading == "either" else form


DATES = Kind(
    sides=(
        Translated("day first", "med dagen först"),
        Translated("month first", "med månaden först"),
    ),
    things=Translated("dates", "datum"),
    question="say which with --date-format D/M/Y or --date-format M/D/Y",
    answer="--date-format D/M/Y",
    read=dates.read_day,
    general=dates.date_reading,
    fast=dates.fast_reading,
    form=_date_form,
    obvious=dates.OBVIOUS,
)
NUMBERS = Kind(
    sides=(
        Translated("with a decimal point", "med decimalpunkt"),
        Translated("with a decimal comma", "med decimalkomma"),
    ),
    things=Translated("numbers", "tal"),
    question="say which with --decimal . or --decimal ,",
    answer="--decimal .",
    read=amounts.read_amount,
    general=amounts.amount_reading,
    fast=amounts.fast_reading,
    form=amounts.fast_form,
    obvious=amounts.OBVIOUS,
)


@dataclass
class TextColumn:
    """A text column of dates or numbers, and what is known about how to read it."""

    kind: Kind
    column: Any
    where: str
    """The input and the column, for messages."""
    texts: Sequence[str]
    """Cells of the sample that are not blank."""
    whole: bool
    """Whether the sample is the whole column."""
    given: Reading | None = None
    """The reading that the user asks for."""

    reading: Reading = field(default="either", init=False)
    form: str | None = field(default=None, init=False)
    settled: bool = field(default=False, init=False)
    """Nothing that the rest of the column holds could change how it is read."""
    open: Evidence | None = field(default=None, init=False)
    """What the sample says where it can't decide."""
    adopted: Reading | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        evidence = gather_evidence(self.texts, self.kind.read, self.kind.obvious)
        verdict = choose_reading(evidence)
        if self.given is not None:
            self.reading = self.given
        elif self.whole and verdict is not None:
            self.reading = verdict
        elif not self.whole and bool(evidence.first) != bool(evidence.second):
            self.reading = "first" if evidence.first else "second"
        elif self.whole or evidence.first or evidence.differ:
            self.open = evidence
            return
        self._find_form()

    def adopt(self, reading: Reading) -> None:
        """Without evidence of its own, be read as the other files are."""
        self.reading = self.adopted = reading
        self.open = None
        self._find_form()

    def _find_form(self) -> None:
        texts = list(dict.fromkeys(self.texts))
        self.form = self.kind.form(texts, self.reading) if texts else None
        if self.form is None:
            readable = [t for t in texts if self.kind.read(t, self.reading) is not None]
            self.form = self.kind.form(readable, self.reading) if readable else None

    def expression(self, **type_wanted: str) -> Any:
        """The cells as read; null where they can't be."""
        if self.form is None:
            return self.kind.general(self.column, self.reading, **type_wanted)
        return self.kind.fast(self.column, self.form, self.reading, **type_wanted)

    def evidence(self) -> dict[str, Any]:
        """Aggregates of the whole column that `settle` needs."""
        text = self.column
        by_first, by_second, by_none = (text.re_search(p) for p in self.kind.obvious)
        # Few texts remain for the slow way.
        rest = (by_first | by_second | by_none).ifelse(None, text)
        first, second = (self.kind.general(rest, side) for side in ("first", "second"))
        differ = (first != second).fill_null(False)
        return {
            "first": by_first.sum() + (first.notnull() & second.isnull()).sum(),
            "second": by_second.sum() + (second.notnull() & first.isnull()).sum(),
            "differ": differ.sum(),
            "example": differ.ifelse(rest, None).max(),
            "missed": self._missed().sum(),
        }

    def _missed(self) -> Any:
        """Where a cell is null that could be read."""
        sides: tuple[Reading, ...] = ("first", "second") if self.given is None else (self.given,)
        seen = [self.kind.general(self.column, side).notnull() for side in sides]
        return self.expression().isnull().ifelse(reduce(or_, seen), False)

    def settle(self, result: dict[str, Any]) -> bool:
        """Decide on the whole column; whether it is read otherwise than before.

        Raises:
            InputError: texts that can be read two ways, and no evidence or conflicting evidence.
        """
        first, second, differ = (int(result[name] or 0) for name in ("first", "second", "differ"))
        evidence = Evidence(first, second, differ, result["example"])
        verdict = self.given or choose_reading(evidence)
        if verdict is None and not evidence.first and not evidence.second:
            verdict = self.adopted
        if verdict is None:
            self.open = evidence
            raise self.ambiguous(evidence)
        if self.open is not None:
            self.reading, self.open = verdict, None
            self._find_form()
            return True
        self.settled = True
        if result["missed"]:
            self.reading, self.form = verdict, None
            return True
        return False

    def ambiguous(self, evidence: Evidence, answers: Label = "") -> QuestionError:
        """Nobody can tell how the column is meant: ask, with what each answer would give."""
        one, other = self.kind.sides
        if evidence.first and evidence.second:
            why = Translated(
                "{where} has {things} that can only be read {one} and others only {other};"
                " {example!r} can be read either way{answers}",
                "{where} har {things} som bara kan läsas {one} och andra bara {other};"
                " {example!r} kan läsas på båda sätten{answers}",
            )
        else:
            why = Translated(
                "{where} can be read {one} or {other}, for example {example!r}{answers}",
                "{where} kan läsas {one} eller {other}, som {example!r}{answers}",
            )
        said = why.format(
            where=in_both(Translated(self.where, self.where)),
            things=self.kind.things,
            one=one,
            other=other,
            example=evidence.example,
            answers=answers,
        )
        return QuestionError(said, self.kind.answer, f"; {self.kind.question}")

    def outcomes(self) -> dict[str, Any]:
        """Aggregates of each reading: the first and last day, or the sum."""
        aggregates: dict[str, Any] = {}
        for name in ("first", "second"):
            side: Reading = "first" if name == "first" else "second"
            read = self.kind.general(self.column, side)
            if self.kind is DATES:
                aggregates |= {f"{name}_from": read.min(), f"{name}_to": read.max()}
            else:
                aggregates[f"{name}_sum"] = read.cast(dtype("float64")).sum()
        return aggregates

    def answers(self, outcome: dict[str, Any]) -> Label:
        """The outcomes in words."""
        sentences: list[Translated] = []
        for side, name in zip(self.kind.sides, ("first", "second"), strict=True):
            if self.kind is DATES:
                days = outcome[f"{name}_from"], outcome[f"{name}_to"]
                if None in days:
                    return ""
                first, last = map(from_number, days)
                run = Translated("{} they run from {} to {}", "{} går de från {} till {}")
                sentences.append(run.format(side, first, last))
            else:
                total = outcome[f"{name}_sum"]
                if total is None:
                    return ""
                sums = Translated("{} they sum to {}", "{} blir summan {}")
                sentences.append(sums.format(side, money_text(round(total * 10_000))))
        return Translated(": {}, {}", ": {}, {}").format(*sentences)


# -------------------------------------------------------------------------- what needs no decision


def identifier(column: Any) -> Any:
    """Ids as text without blanks around them; null where nothing is left."""
    kind = column.type()
    if kind.is_floating() or kind.is_decimal():
        # Whole numbers that pass through a float, because of a blank cell somewhere, stay whole.
        whole = column.try_cast(dtype("int64"))
        text = (whole == column).ifelse(whole.cast(dtype("string")), column.cast(dtype("string")))
        return column.isnan().ifelse(None, text) if kind.is_floating() else text
    if not kind.is_string():
        return column.cast(dtype("string"))
    # Few ids have blanks around them, and stripping is slow.
    clean = (column > "!") & (column.right(1) > " ")
    return clean.ifelse(column, column.strip().nullif(""))


def typed_day(column: Any) -> Any | None:
    """The days of a date column, None for a column of another type."""
    kind = column.type()
    if kind.is_date():
        return dates.day_number(column)
    if kind.is_timestamp():
        return dates.day_number(column.cast(dtype("date")))
    if kind.is_numeric():
        # 20240105; as a float, because of a blank cell somewhere.
        column = column if kind.is_integer() else column.try_cast(dtype("int64"))
        return dates.fast_reading(column.cast(dtype("string")), "%Y%m%d", "either")
    return None


def typed_number(column: Any, decimals: str) -> Any | None:
    """The decimals of a number column, None for a column of another type."""
    return column.try_cast(dtype(decimals)) if column.type().is_numeric() else None


def typed_amount(column: Any) -> Any | None:
    """The ten-thousandths of a number column, None for a column of another type."""
    if column.type().is_floating():
        wide = column * 10_000
        return (wide.abs() < WIDEST).ifelse(wide.round(), None)
    number = typed_number(column, "decimal(18,4)")
    return None if number is None else scaled(number)


def scaled(number: Any) -> Any:
    """The ten-thousandths of a decimal(18,4)."""
    # Of 14 digits it is multiplied within 64 bits, four times as fast.
    narrow = (number.try_cast(dtype("decimal(14,4)")) * 10_000).cast(dtype("int64"))
    return narrow.coalesce((number.cast(dtype("decimal(38,4)")) * 10_000).cast(dtype("int64")))


def product(quantity: Any, price: Any, narrow: Any) -> Any:
    """The ten-thousandths of quantity × price: the product is rounded, not the factors.

    Args:
        quantity: a decimal(18,4).
        price: a decimal(20,8); wider than 18, or DuckDB would multiply the two within 64 bits.
        narrow: the same price as a decimal(14,4), rounded.
    """
    whole = quantity.try_cast(dtype("int64"))
    # Nearly all rows: whole quantities, and prices of four places, within 64 bits.
    easy = whole.between(-MOST_PIECES, MOST_PIECES) & (whole == quantity) & (narrow == price)
    exact = scaled((quantity * price).try_cast(dtype("decimal(18,4)")))
    return easy.ifelse(whole * (narrow * 10_000).cast(dtype("int64")), exact)
