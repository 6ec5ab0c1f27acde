"""Conditions in the engine: each comparison is an expression on the list of customers.

A comparison that can't be told, as the customer has no such value, does not hold; so ``not`` gives
exactly the others.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from crmformulas.dates import day_number
from crmformulas.errors import describe, in_short
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.counting.listing import contains, storable
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.selections.attributes import Attribute, Kind, find
from crmformulas.orders.selections.conditions import (
    AllOf,
    Comparison,
    Condition,
    ConditionError,
    Named,
    Not,
    Value,
)
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["SEGMENT", "attributes_in", "predicate"]

SEGMENT = "segment"
"""What stands for the condition of a segment by its name."""

NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)) ?(%?)")

YES = ("yes", "true", "ja", "1")
NO = ("no", "false", "nej", "0")


def nearest(word: str, words: Iterable[str]) -> str:
    """The one of some words that was meant, or nothing."""
    by_lower = {one.lower(): one for one in words}
    near = get_close_matches(word.lower(), list(by_lower), n=1)
    return by_lower[near[0]] if near else ""


IS_NOT = Translated("{} is {}, not {}", "{} är {}, inte {}")
DID_YOU_MEAN = Translated("; did you mean {}", "; menade du {}")
CANNOT_TELL = Translated("{} can't be told: {}", "{} är okänt: {}")


def attributes_in(
    condition: Condition, attributes: Mapping[str, Attribute], text: str
) -> dict[str, Attribute]:
    """The attributes that a condition asks about, by the name that it has for each.

    Raises:
        ConditionError: if there is no such attribute, or nobody has a value of it.
    """
    by_name: dict[str, Attribute] = {}
    for one in _comparisons(condition):
        attribute = find(one.attribute, attributes)
        if attribute is None:
            near = nearest(one.attribute, _names(attributes))
            hint = Translated("; there are {}", "; det finns {}").format(", ".join(attributes))
            if near:
                hint = DID_YOU_MEAN.format(near)
            none = Translated("there is no attribute {!r}{}", "det finns inget attribut {!r}{}")
            raise ConditionError(none.format(one.attribute, hint), text, one.place)
        if attribute.unknown:
            why = CANNOT_TELL.format(attribute.name, attribute.unknown)
            raise ConditionError(why, text, one.place, reason=attribute.unknown)
        by_name[one.attribute] = attribute
    return by_name


def _names(attributes: Mapping[str, Attribute]) -> list[str]:
    return [name for a in attributes.values() for name in (a.name, *a.aliases)]


def _comparisons(condition: Condition) -> list[Comparison]:
    if isinstance(condition, Comparison):
        return [condition]
    if isinstance(condition, Named):
        return []
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return [one for part in parts for one in _comparisons(part)]


def folded(join: Callable[[Any, Any], Any], parts: Sequence[Any]) -> Any:
    """Join parts two by two: a thousand of them one by one are too deep for an engine."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(folded(join, parts[:middle]), folded(join, parts[middle:]))


def predicate(
    condition: Condition,
    table: Any,
    attributes: Mapping[str, Attribute],
    text: str,
    of_named: Callable[[Any, Any], Any],
) -> ir.BooleanValue:
    """Say for which customers a condition holds; null is as good as not.

    What is joined by and and or alone holds for the same customers, whether what can't be told is
    null or not so; only what is negated has to be one of the two. An engine looks up a plain
    comparison faster.

    Args:
        condition: The tree.
        table: The list of customers, with the columns that its attributes read.
        attributes: By the name that the condition has for each, from :func:`attributes_in`.
        text: The condition as it was written, for messages.
        of_named: Says the same of what a :class:`Named` asks.

    Raises:
        ConditionError: if a value is not one of its attribute; the message says where.
    """
    if isinstance(condition, Comparison):
        return _Compared(condition, attributes[condition.attribute], table, text).holds()
    if isinstance(condition, Named):
        return of_named(condition.asked, table)
    if isinstance(condition, Not):
        return ~predicate(condition.part, table, attributes, text, of_named).fill_null(False)
    parts = [predicate(part, table, attributes, text, of_named) for part in condition.parts]
    return folded(and_ if isinstance(condition, AllOf) else or_, parts)


class _Compared:
    """A comparison with an attribute."""

    def __init__(self, one: Comparison, attribute: Attribute, table: Any, text: str) -> None:
        self.one, self.attribute, self.table, self.text = one, attribute, table, text
        self.value: Any = attribute.expression(table)

    def holds(self) -> Any:
        """Whether it holds, null where that can't be told."""
        operator, kind = self.one.operator, self.attribute.kind
        if operator == "blank":
            cells = self.attribute.cells
            return ~self.table.cell.isin(list(cells)) if cells else self.value.isnull()
        if operator == "flag" or kind is Kind.FLAG:
            return self._flag()
        if kind in (Kind.ID, Kind.TEXT):
            return self._text()
        if operator in ("contains", "starts"):
            raise self._error(
                Translated("{} is no text: use {}", "{} är ingen text: använd {}").format(
                    self.attribute.name, Translated("=, <, > or ..", "=, <, > eller ..")
                )
            )
        if kind is Kind.CHOICE:
            return self._choice()
        if operator == "..":
            low, high = self.one.values
            ends = [self._than(">=", low)] if low else []
            ends += [self._than("<=", high)] if high else []
            return folded(and_, ends)
        self._no_decimal_comma()
        held = [self._than("=" if operator == "!=" else operator, v) for v in self.one.values if v]
        condition = folded(or_, held)
        return ~condition.fill_null(False) if operator == "!=" else condition

    def _error(self, why: Label, value: Value | None = None) -> ConditionError:
        return ConditionError(why, self.text, self.one.place if value is None else value.place)

    # Flags, texts and choices

    def _flag(self) -> Any:
        name = self.attribute.name
        if self.attribute.choices:
            needs = Translated(
                "{} needs = or != and one of {}", "{} behöver = eller != och en av {}"
            )
            raise self._error(needs.format(name, ", ".join(self.attribute.choices)))
        if self.attribute.kind is not Kind.FLAG:
            raise self._error(
                Translated(
                    f"{name} needs =, <, > or .. and a value",
                    f"{name} behöver =, <, > eller .. och ett värde",
                )
            )
        if self.one.operator == "flag":
            return self.value
        if self.one.operator not in ("=", "!=") or len(self.one.values) != 1:
            raise self._error(
                Translated(
                    f"{name} is yes or no: write {name}, not {name} or {name} = no",
                    f"{name} är ja eller nej: skriv {name}, not {name} eller {name} = no",
                )
            )
        value = self.one.values[0]
        assert value is not None
        word = value.text.lower()
        if word not in (*YES, *NO):
            raise self._error(
                IS_NOT.format(name, Translated("yes or no", "ja eller nej"), describe(value.text)),
                value,
            )
        wanted = (word in YES) == (self.one.operator == "=")
        return self.value.fill_null(False) == ibis.literal(wanted)

    def _text(self) -> Any:
        operator = self.one.operator
        if operator not in ("=", "!=", "contains", "starts"):
            raise self._error(
                Translated(
                    f"{self.attribute.name} is a text: use =, !=, contains or starts with",
                    f"{self.attribute.name} är en text: använd =, !=, contains eller starts with",
                )
            )
        texts = [value.text for value in self.one.values if value]
        if operator in ("=", "!="):
            engine = self.value.get_backend().name
            known = [ibis.literal(text, "string") for text in texts if storable(text, engine)]
            condition = self.value.isin(known) if known else ibis.literal(False)
        else:
            condition = folded(or_, [self._is_text(operator, text) for text in texts])
        return ~condition.fill_null(False) if operator == "!=" else condition

    def _is_text(self, operator: str, text: str) -> Any:
        engine = self.value.get_backend().name
        if not storable(text, engine):
            return ibis.literal(False)
        if operator == "contains":
            return contains(self.value, text)
        literal = ibis.literal(text, "string")
        return self.value.startswith(literal)

    def _choice(self) -> Any:
        operator, choices = self.one.operator, self.attribute.choices
        if operator not in ("=", "!="):
            raise self._error(
                Translated(
                    "{} is one of {}: use = or !=", "{} är en av {}: använd = eller !="
                ).format(self.attribute.name, ", ".join(choices))
            )
        wanted = [self._place(value) for value in self.one.values if value]
        if cells := self.attribute.cells:
            here = [cell for cell, place in cells.items() if place in wanted]
            condition = self.table.cell.isin(here) if here else ibis.literal(False)
        else:
            condition = self.value.isin([ibis.literal(place, "int32") for place in wanted])
        return ~condition.fill_null(False) if operator == "!=" else condition

    def _place(self, value: Value) -> int:
        """The place of a word among the choices."""
        places = {_folded(choice): place for place, choice in enumerate(self.attribute.choices)}
        word = _folded(value.text)
        if word not in places:
            near = nearest(value.text, self.attribute.choices)
            among = Translated("one of {}", "en av {}").format(", ".join(self.attribute.choices))
            why = IS_NOT.format(self.attribute.name, among, describe(value.text))
            hint = DID_YOU_MEAN.format(near) if near else ""
            raise self._error(Translated("{}{}", "{}{}").format(why, hint), value)
        return places[word]

    # Numbers and days

    def _than(self, operator: str, value: Value) -> Any:
        low, high = self._span(value)
        match operator:
            case "<":
                return self.value < low
            case "<=":
                return self.value <= high
            case ">":
                return self.value > high
            case ">=":
                return self.value >= low
        if isinstance(low, int) and isinstance(high, int) and low > high:
            # Between two whole numbers there is nobody.
            return self.value.isnull() & ibis.literal(False)
        return (self.value >= low) & (self.value <= high)

    def _no_decimal_comma(self) -> None:
        """Refuse ``revenue = 12,50``, which would be 12 or 50; of whole numbers it is a list."""
        if self.attribute.kind not in (Kind.MONEY, Kind.SHARE, Kind.NUMBER):
            return
        for one, other in pairwise(value for value in self.one.values if value):
            between = self.text[one.place + len(one.text) : other.place]
            if between == "," and one.text[-1:].isdigit() and other.text[:1].isdigit():
                raise self._error(
                    Translated(
                        "a decimal sign is a point, as in {}.{}; several values have a blank"
                        " behind the comma",
                        "decimaltecknet är en punkt, som i {}.{}; flera värden har ett blanksteg"
                        " efter kommat",
                    ).format(one.text, in_short(other.text)),
                    one,
                )

    def _span(self, value: Value) -> tuple[Any, Any]:
        """The least and the largest that a written value means: a month is all its days.

        Of what the engine has in whole numbers a value between two of them is an empty span, which
        every comparison takes rightly.
        """
        kind = self.attribute.kind
        if kind in (Kind.DAY, Kind.MONTH):
            return self._days(value)
        number = self._number(value)
        if kind is Kind.WHOLE or (kind is Kind.MONEY and self.value.type().is_integer()):
            scaled = number * (UNITS if kind is Kind.MONEY else 1)
            low, high = math.ceil(scaled), math.floor(scaled)
            if not -(2**62) < low < 2**62:
                raise self._error(
                    Translated("{} is too large a number", "{} är ett för stort tal").format(
                        describe(value.text)
                    ),
                    value,
                )
            return low, high
        exact = float(number * UNITS) if kind is Kind.MONEY else float(number)
        return exact, exact

    def _number(self, value: Value) -> Decimal:
        name, text = self.attribute.name, value.text.replace("_", "").replace("−", "-")
        found = NUMBER.fullmatch(text)
        if found is None:
            what = Translated("a number", "ett tal")
            if self.attribute.kind is Kind.SHARE:
                what = Translated("a share such as 20% or 0.2", "en andel som 20% eller 0.2")
            raise self._error(IS_NOT.format(name, what, describe(value.text)), value)
        number, share = Decimal(found[1]), found[2]
        if share and self.attribute.kind is not Kind.SHARE:
            no_share = Translated(
                "{} is no share, so it can't be {}", "{} är ingen andel, så {} går inte"
            )
            raise self._error(no_share.format(name, in_short(value.text)), value)
        return number / 100 if share else number

    def _days(self, value: Value) -> tuple[int, int]:
        """The first and the last day of a day, month or year."""
        match = re.fullmatch(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", value.text)
        try:
            if not match:
                raise ValueError
            year, month, day = (int(part) if part else None for part in match.groups())
            assert year is not None
            if self.attribute.kind is Kind.MONTH and day is not None:
                raise ValueError
            first = date(year, month or 1, day or 1)
            last = date(year, month or 12, day or monthrange(year, month or 12)[1])
        except ValueError:
            what = Translated(
                "a month such as 2026-10, or a year", "en månad som 2026-10, eller ett år"
            )
            if self.attribute.kind is Kind.DAY:
                what = Translated(
                    "a day such as 2026-10-31, a month or a year",
                    "en dag som 2026-10-31, en månad eller ett år",
                )
            why = IS_NOT.format(self.attribute.name, what, describe(value.text))
            raise self._error(why, value) from None
        return day_number(first), day_number(last)


def _folded(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")
