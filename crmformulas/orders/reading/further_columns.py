"""Further columns of an order file (channel, product, code …), carried to the orders as numbers.

A column's values are numbered by how common they are; what a row has in a column is then a few
bits, and what an order has one whole number for all columns that are the order's. The passes that
make orders of rows carry these numbers along, so that a file is not read once more for each
question, and DuckDB, SQLite and Postgres give the same ones.

The numbers of an order-level column are *constant-weight codes*: each has the same number of bits
set, so that the bits of an order's rows, or-ed together, are those of its value where the rows
agree (or leave it blank), and of no value where they differ. Line-level columns take the value of
the order's dearest line: the largest of amount and number, written as one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from importlib import import_module
from itertools import accumulate, islice
from math import comb
from operator import add
from typing import Any, Literal, NamedTuple

from crmformulas.errors import InputError
from crmformulas.orders.reading import spark
from crmformulas.orders.reading.column_roles import (
    Choice,
    find_column,
    further_names,
    normalised,
)
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.quality import decide
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.time_zones import local_time
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.translations import Translated

__all__ = ["BLANK", "HOUR", "OTHER", "SEVERAL", "WEEKDAYS"]
__all__ += ["FurtherColumn", "FurtherColumns", "name_in_file", "plan_columns"]

BLANK, OTHER, SEVERAL = "(blank)", "(other)", "(several)"
"""The value of an order that leaves a column blank, whose value is too rare to be told apart, and
whose rows differ where those of nearly all orders agree."""

MOST_VALUES = 4_000
"""Values of a column that are told apart, the most common; the others are OTHER."""
SAMPLE = 200_000
"""Rows that say whether a column is the order's or the line's."""
AGREE = 0.999
"""Share of the orders of several rows that agree in an order-level column."""
ID_SHARE, ID_ROWS, FEWEST = 0.5, 1_000, 30
"""A column is one of ids where more than such a share of at least so many rows have a value of
their own, and none has so many rows."""
AT_ONCE = 30
"""Columns whose values are counted in one pass."""
WORD = 62
"""Bits of a whole number that hold codes; the sign is left alone."""
LINE, DEAREST = 8_192, 2**49
"""A line-level value stands below the amount, which is cut at such a size."""
HOUR = "hour"
"""The name of the hour of the order's day, where the days have times."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE_PARTS = ("weekday", "month", "days after order")
"""What a date column is asked as, behind its name."""
DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?")
TIME = re.compile(r"[T ]\d{1,2}:\d{2}")
NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)([.,][0-9]+)?")


@dataclass(frozen=True)
class FurtherColumn:
    """A column that is carried to the orders.

    Attributes:
        name: As the file names it.
        level: ``order`` where an order's rows agree in it, else ``line``: then an order has the
            value of its dearest line.
        values: As they are written, the most common first.
        numbers: What they are as numbers, where all are.
        has_other: Whether there are values beside these.
        slot: The column of the orders that holds it.
        shift: The bits below it in the slot, of an order-level column.
        bits: How many bits it has there.
    """

    name: str
    level: Literal["order", "line"]
    values: tuple[str, ...]
    numbers: tuple[float, ...] | None
    has_other: bool
    slot: str
    shift: int = 0
    bits: int = 0
    source: str = ""
    """The column of the file that it is made of: a date, told by weekday, month and days."""
    dated: bool = False
    """Whether it is a date as it is written, which is told better by what is made of it."""
    ranked: bool = False
    """Whether it holds so many different numbers that each order has its own, in ten-thousandths,
    and no code: such a column is only ever cut into bins."""

    def code(self, orders: Any, prefix: str = "") -> Any:
        """The code of each order, as :attr:`meanings` tells them.

        Args:
            orders: A table with the column's slot.
            prefix: What stands before its name there.
        """
        held = orders[f"{prefix}{self.slot}"]
        if self.level == "line":
            return (held % LINE).cast(dtype("int32"))
        return ((held >> self.shift) & (2**self.bits - 1)).cast(dtype("int32"))

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """The codes of the values, of OTHER and of BLANK, in this order."""
        count = len(self.values) + 1
        if self.level == "line":
            # The more common value is the larger number, so that it wins a tie; blank never does.
            return (*(LINE - 2 - i for i in range(count)), 1)
        return (*islice(_weighted(self.bits), count), 0)

    @cached_property
    def meanings(self) -> Mapping[int, int]:
        """Per code the position of its value; that of OTHER and BLANK come after the values."""
        return {code: i for i, code in enumerate(self.codes)}

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the positions: the values, then OTHER, BLANK and SEVERAL."""
        return (*self.values, OTHER, BLANK, SEVERAL)

    def position(self, code: int) -> int:
        """The position in :attr:`labels` that a code means."""
        return self.meanings.get(code, len(self.values) + 2)

    def codes_of(self, label: str) -> list[int]:
        """The codes of a value, for a condition on it; upper and lower case are the same.

        Examples:
            >>> values = ("email", "direct")
            >>> channel = FurtherColumn("channel", "order", values, None, False, "word_0", 0, 3)
            >>> channel.codes_of("Direct"), channel.codes_of("unheard of")
            ([2], [])
        """
        wanted = label.casefold()
        if self.ranked:
            return []
        return [
            code
            for code, text in zip(self.codes, self.labels, strict=False)
            if text.casefold() == wanted
        ]


class Derived(NamedTuple):
    """A column that is made of another one, or of the order's day.

    Attributes:
        source: The name of the other one; blank for the day.
        texts: Its texts in each part.
    """

    source: str
    texts: Sequence[Callable[[], Any]]


@dataclass
class FurtherColumns:
    """Columns carried to the orders beside customer, day and amount.

    Attributes:
        columns: The columns.
        left_out: Those that were looked at and are not, by name, with the reason.
        sums: What is summed: ``quantity``, ``discount``.
        names: The columns that hold a role of a discount, by role.
    """

    columns: tuple[FurtherColumn, ...]
    left_out: Mapping[str, Translated]
    sums: tuple[str, ...]
    names: Mapping[str, str]
    asked: Mapping[str, str] = field(default_factory=dict)
    """Names and numbers that were asked for, and what the file calls the column."""
    dictionaries: Sequence[Any] = field(default=(), repr=False)
    expressions: Sequence[Mapping[str, Callable[[], Any]]] = field(default=(), repr=False)

    @property
    def whole(self) -> bool:
        """Whether all columns were asked for, and discounts with them."""
        return not self.asked

    @property
    def slots(self) -> list[str]:
        """The columns of the orders beside ``order``."""
        names = dict.fromkeys(column.slot for column in self.columns)
        discount = ["most_discount", "times_discount"] if "discount" in self.sums else []
        return [*names, *(f"sum_{name}" for name in self.sums), *discount]

    @property
    def counted(self) -> str | None:
        """The line-level column whose numbers are added up to the order's quantity, if any."""
        name = self.names.get("quantity")
        lines = [one.name for one in self.columns if one.level == "line"]
        return name if "quantity" in self.sums and name is not None and name in lines else None

    def column(self, name: str) -> FurtherColumn | None:
        """The column of that name, if it is carried."""
        name = self.asked.get(name, name)
        for same in (lambda one: one == name, lambda one: normalised(one) == normalised(name)):
            matches = [column for column in self.columns if same(column.name)]
            if len(matches) == 1:
                return matches[0]
        return None

    def of_rows(self, rows: Any) -> Any:
        """The rows with numbers in place of texts."""
        own = [name for name in rows.columns if not name.startswith("text_")]
        for i, table in enumerate(self.dictionaries):
            rows = rows.left_join(table, rows[f"text_{i}"] == table[f"value_{i}"])
        slots: dict[str, Any] = {}
        words: dict[str, list[Any]] = {}
        coded = [column for column in self.columns if not column.ranked]
        for i, column in enumerate(coded):
            *_, other, blank = column.codes
            scale = 2**column.shift
            value_bits = rows[f"bits_{i}"].fill_null(ibis.literal(other * scale, "int64"))
            bits = (
                rows[f"text_{i}"].isnull().ifelse(ibis.literal(blank * scale, "int64"), value_bits)
            )
            if column.level == "order":
                words.setdefault(column.slot, []).append(bits)
            else:
                dear = ibis.least(rows.amount, ibis.literal(DEAREST, "int64"))
                slots[column.slot] = dear * ibis.literal(LINE, "int64") + bits
        slots |= {slot: reduce(add, bits) for slot, bits in words.items()}
        return rows.select(*own, **slots)


def _weighted(bits: int) -> Iterator[int]:
    """The numbers of so many bits, half of which are set, ascending.

    Examples:
        >>> [bin(n) for n in _weighted(3)]
        ['0b1', '0b10', '0b100']
    """
    number = 2 ** (bits // 2) - 1
    while number < 2**bits:
        yield number
        lowest = number & -number
        ripple = number + lowest
        number = ripple | (((number ^ ripple) >> 2) // lowest)


def _bits_for(count: int) -> int:
    """The bits of constant-weight codes for so many values.

    Examples:
        >>> _bits_for(2), _bits_for(4), _bits_for(4001)
        (2, 4, 15)
    """
    return next(bits for bits in range(2, WORD) if comb(bits, bits // 2) >= count)


# ------------------------------------------------------------------------------------ planning


def plan_columns(
    opened: OpenSource,
    parts: Sequence[TypedPart],
    wanted: Sequence[str] | None = None,
    *,
    sums: bool = True,
) -> FurtherColumns:
    """Plan which columns are carried, and by which numbers.

    Args:
        opened: The source.
        parts: Its parts, typed.
        wanted: Names or 1-based numbers of columns; by default all that have no role yet.
        sums: Whether quantities and discounts are summed.

    Raises:
        InputError: A wanted column isn't there.
    """
    asked = {} if wanted is None else _asked(parts, wanted)
    names, derived, dated = _named(opened, parts, asked)
    left_out: dict[str, Translated] = {}
    if names:
        names, levels = _levels(opened, parts, names, derived, left_out, asked=bool(asked))
    dictionaries = _dictionaries(opened, parts, names, derived) if names else []
    columns: list[FurtherColumn] = []
    tables: list[Any] = []
    kept: list[str] = []
    numbers: list[Iterable[Mapping[str, Callable[[], Any]]]] = []
    used, slot = WORD, -1
    for name, rows in zip(names, dictionaries, strict=True):
        values = [row for row in rows if row[0] is not None][:MOST_VALUES]
        if len(rows) > MOST_VALUES and levels[name] == "order" and name not in derived:
            side = _ranked(opened, parts, name, [str(value) for value, _ in values])
            if side is not None:
                number = f"most_{len(columns)}"
                columns.append(FurtherColumn(name, "order", (), (), False, number, ranked=True))
                numbers.append({number: one} for one in side)
                continue
        if len(rows) < 2 and (name in derived or not asked):
            # Days without times have one hour, which nobody asked for.
            if name in asked.values() or name not in derived:
                left_out[name] = Translated("has one value only", "har bara ett värde")
            continue
        level: Literal["order", "line"] = levels[name]
        i = len(kept)
        bits = shift = 0
        if level == "order":
            bits = _bits_for(len(values) + 1)
            if used + bits > WORD:
                used, slot = 0, slot + 1
            shift, used = used, used + bits
        texts = [str(value) for value, _ in values]
        scaled = _scaled(parts, name)
        column = FurtherColumn(
            name,
            level,
            tuple(_plain(int(text) / 10_000) for text in texts) if scaled else tuple(texts),
            tuple(int(text) / 10_000 for text in texts) if scaled else _numbers(texts),
            len(rows) > len(values) + any(row[0] is None for row in rows),
            f"word_{slot}" if level == "order" else f"line_{i}",
            shift,
            bits,
            derived[name].source if name in derived else "",
            name in dated,
        )
        columns.append(column)
        kept.append(name)
        tables.append(_table(opened, i, texts, [code * 2**shift for code in column.codes]))
    expressions = [
        {f"text_{i}": _text_of(typed, parts, name, derived) for i, name in enumerate(kept)}
        for typed in parts
    ]
    for each in numbers:
        for by_slot, more in zip(expressions, each, strict=True):
            by_slot |= more
    roles: dict[str, str] = {}
    summed: tuple[str, ...] = ()
    if sums:
        # Discounts are summed for who asks all columns: three more numbers of each order.
        wanted_sums = ("quantity",) if asked else ("quantity", "discount", "discount_percent")
        summed, roles = _sums(opened, parts, expressions, wanted_sums)
    return FurtherColumns(tuple(columns), left_out, summed, roles, asked, tables, expressions)


def _ranked(
    opened: OpenSource, parts: Sequence[TypedPart], name: str, texts: Sequence[str]
) -> list[Callable[[], Any]] | None:
    """A column as numbers, of each part; None where it holds others, or can't be read for sure."""
    if not _scaled(parts, name) and _numbers(texts) is None:
        return None
    sides: list[Callable[[], Any]] = []
    for typed in parts:
        position = _position(typed, name)
        if position is None:
            sides.append(lambda: ibis.null(dtype("int64")))
            continue
        side = _number_of(opened, typed, position)
        if side is None:
            return None
        sides.append(partial(side.number, "quantity"))
    return sides


def _plain(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")


def _numbers(texts: Sequence[str]) -> tuple[float, ...] | None:
    """The texts as numbers; None where one is none, or a code such as ``007``."""
    stripped = [text.strip() for text in texts]
    if not all(map(NUMBER.fullmatch, stripped)):
        return None
    return tuple(float(text.replace(",", ".")) for text in stripped)


def _asked(parts: Sequence[TypedPart], wanted: Sequence[str]) -> dict[str, str]:
    """The file's names of the columns that are asked for, with what is asked of a date behind."""
    resolved: dict[str, str] = {}
    for text in wanted:
        try:
            resolved[text] = name_in_file(parts, text)
        except InputError:
            part = next((one for one in DATE_PARTS if text.endswith(f" {one}")), None)
            if part is not None:
                resolved[text] = f"{name_in_file(parts, text.removesuffix(part).strip())} {part}"
            elif normalised(text) == HOUR:
                resolved[text] = HOUR
            else:
                raise
    return resolved


def name_in_file(parts: Sequence[TypedPart], text: str) -> str:
    """Name in the file of a column that is given by name or number."""
    errors = []
    for typed in parts:
        try:
            position = find_column(typed.part.names, text, "by", typed.part.label)
        except InputError as error:
            errors.append(error)
        else:
            return typed.part.names[position]
    raise errors[0]


def _named(
    opened: OpenSource, parts: Sequence[TypedPart], asked: Mapping[str, str]
) -> tuple[list[str], dict[str, Derived], set[str]]:
    """The columns to look at, how some are made of others, and which are dates as written.

    By default a date is told by its parts alone; one that is asked for stays beside them.

    Raises:
        InputError: There is no such part of a column, or the days have no times.
    """
    if not asked:
        names = _candidates(parts)
        derived, dated = _derived(opened, parts, names)
        return [name for name in (*names, *derived) if name not in dated], derived, dated
    every = {name for typed in parts for name in typed.part.names}
    wanted = list(dict.fromkeys(asked.values()))
    plain = [name for name in wanted if name in every]
    ends = tuple(f" {part}" for part in DATE_PARTS)
    sources = [name.rsplit(end, 1)[0] for name in wanted for end in ends if name.endswith(end)]
    derived, dated = _derived(opened, parts, list(dict.fromkeys((*plain, *sources))))
    for name in wanted:
        if name not in every and name not in derived:
            where = parts[0].part.label
            raise InputError(
                f"{where}: the days have no times, so there is no hour"
                if name == HOUR
                else f"{where}: there is no {name!r}: the column holds no dates"
            )
    extra = [name for name in derived if name in wanted or derived[name].source in plain]
    return [*plain, *extra], derived, dated & set(plain)


def _candidates(parts: Sequence[TypedPart]) -> list[str]:
    """The columns that have no role, by name."""
    names: dict[str, None] = {}
    for typed in parts:
        choice = typed.choice
        taken = {*choice.roles.values(), *choice.keys, *choice.statuses}
        if "discount" in choice.roles and "discount" not in choice.given:
            taken.discard(choice.roles["discount"])
        names |= dict.fromkeys(
            name for i, name in enumerate(typed.part.names) if i not in taken and name.strip()
        )
    return list(names)


def _position(typed: TypedPart, name: str) -> int | None:
    """The position of a column in a part, by its name as it is or as it compares."""
    names = typed.part.names
    if name in names:
        return names.index(name)
    alike = [i for i, other in enumerate(names) if normalised(other) == normalised(name)]
    return alike[0] if len(alike) == 1 else None


def _scaled(parts: Sequence[TypedPart], name: str) -> bool:
    """Whether a column holds fractions in every part that has it."""
    positions = [(typed, _position(typed, name)) for typed in parts]
    kinds = [typed.part.column(i).type() for typed, i in positions if i is not None]
    return bool(kinds) and all(kind.is_floating() or kind.is_decimal() for kind in kinds)


def _derived(
    opened: OpenSource, parts: Sequence[TypedPart], names: Sequence[str]
) -> tuple[dict[str, Derived], set[str]]:
    """The columns made of the order's time and of columns of dates, by name; and the latter."""
    by_name: dict[str, Derived] = {}
    if HOUR not in map(normalised, names):
        hours = [_hour(typed) for typed in parts]
        if any(hours):
            by_name[HOUR] = Derived("", [hour or _no_text for hour in hours])
    dated = set()
    for name in names:
        sides = [_date_of(opened, typed, name) for typed in parts]
        if not all(sides):
            continue
        dated.add(name)
        for part in DATE_PARTS:
            texts = [
                partial(_part_of_date, typed, side, part)
                for typed, side in zip(parts, sides, strict=True)
                if side is not None
            ]
            by_name[f"{name} {part}"] = Derived(name, texts)
    return by_name, dated


def _no_text() -> Any:
    return ibis.null(dtype("string"))


def _hour(typed: TypedPart) -> Callable[[], Any] | None:
    """The hour of the rows' day, as text; None where the days have no times."""
    position = typed.choice.roles["date"]
    kind = typed.part.column(position).type()
    text = kind.is_string() and any(map(TIME.search, typed.sample.get("date", ())))
    if position in typed.part.mixed or not (kind.is_timestamp() or text):
        return None

    def hour() -> Any:
        column = typed.part.column(position)
        if position in typed.part.zones:
            column = local_time(column, typed.part.zones[position])
        if column.type().is_timestamp():
            return column.hour().cast(dtype("string"))
        if not typed.duckdb:  # which reads days as 2024-01-31 alone
            number = column.strip().substr(11, 2).nullif("")
            return number.cast(dtype("int32")).cast(dtype("string"))
        number = column.re_extract(r"[T ](\d{1,2}):\d{2}", 1).nullif("").cast(dtype("int32"))
        noon = column.re_search(r"(?i)\d ?p\.?m\b").ifelse(12, 0)
        half = column.re_search(r"(?i)\d ?[ap]\.?m\b")
        return half.ifelse(number % 12 + noon, number).cast(dtype("string"))

    return hour


def _date_of(opened: OpenSource, typed: TypedPart, name: str) -> TypedPart | None:
    """A further column read as days; None where it holds others, or can't be read for sure."""
    position = _position(typed, name)
    if position is None:
        return None
    kind = typed.part.column(position).type()
    if not (kind.is_date() or kind.is_timestamp() or kind.is_string()):
        return None
    try:
        side = TypedPart(typed.part, Choice({"date": position}), typed.backend)
        cells = [cell for cell in side.sample.get("date", ()) if cell.strip()]
        if kind.is_string() and not (cells and all(map(DATE.fullmatch, cells))):
            return None
        decide(opened, [side])
        side.day()
    except InputError:
        return None
    return side


def _part_of_date(typed: TypedPart, side: TypedPart, part: str) -> Any:
    """The weekday or month of a date column, or its days after the order's, as text."""
    day = side.day()
    if part == "weekday":
        # 1 January 1970 was a Thursday.
        number = (day + 3) % 7
        return ibis.cases(*((number == i, name) for i, name in enumerate(WEEKDAYS)), else_=None)
    if part == "month":
        column = side.part.column(side.choice.roles["date"])
        if column.type().is_string() and not side.duckdb:
            number = column.strip().substr(5, 2).nullif("")
            return number.cast(dtype("int32")).cast(dtype("string"))
        if column.type().is_string():
            column = ibis.date("1970-01-01") + day.as_interval("D")
        return column.month().cast(dtype("string"))
    return (day - typed.day()).cast(dtype("string"))


def _text_of(
    typed: TypedPart, parts: Sequence[TypedPart], name: str, derived: Mapping[str, Derived]
) -> Callable[[], Any]:
    """The texts of a column, null where blank, as an expression to be made."""
    if name in derived:
        return derived[name].texts[[one is typed for one in parts].index(True)]
    scaled = _scaled(parts, name)

    def text() -> Any:
        position = _position(typed, name)
        if position is None:
            return ibis.null(dtype("string"))
        column = typed.part.column(position)
        if column.type().is_string():
            blank = (column < "!").fill_null(False) & (column.strip() == "")
            return blank.ifelse(None, column)
        if scaled:
            units = (column.cast(dtype("float64")) * 10_000).round()
            column = units.cast(dtype("int64"))
        return column.cast(dtype("string"))

    return text


def _rows(
    parts: Sequence[TypedPart],
    names: Sequence[str],
    derived: Mapping[str, Derived],
    *,
    orders: bool,
) -> Any:
    """The texts of the columns, of all parts; with what tells orders apart, of some rows."""
    tables = []
    for typed in parts:
        texts = enumerate(_text_of(typed, parts, name, derived) for name in names)
        cells = {f"text_{i}": text() for i, text in texts}
        if orders:
            cells["buyer"] = typed.key().cast(dtype("string"))
            if "order" in typed.choice.roles:
                order = typed.part.column(typed.choice.roles["order"])
                cells["bill"] = order.cast(dtype("string"))
            else:
                cells["bill"] = typed.day().cast(dtype("string"))
        table = typed.part.table.select(**cells)
        tables.append(table.limit(SAMPLE) if orders else table)
    return reduce(lambda one, other: one.union(other), tables)


def _levels(
    opened: OpenSource,
    parts: Sequence[TypedPart],
    names: list[str],
    derived: Mapping[str, Derived],
    left_out: dict[str, Translated],
    *,
    asked: bool,
) -> tuple[list[str], dict[str, Literal["order", "line"]]]:
    """Whether each column is the order's or the line's; those that look like ids are left out."""
    sample = _rows(parts, names, derived, orders=True)
    by_order = "order" in parts[0].choice.roles
    # A guest has an order too, but without order ids nothing tells the orders of one day apart.
    sample = sample.filter(sample.bill.notnull() if by_order else sample.buyer.notnull())
    sample = sample.cache()
    try:
        ends: dict[str, Any] = {}
        for i in range(len(names)):
            ends |= {f"low_{i}": sample[f"text_{i}"].min(), f"high_{i}": sample[f"text_{i}"].max()}
        bills = sample.group_by("buyer", "bill").agg(rows=sample.count(), **ends)
        bills = bills.filter(bills.rows > 1)
        differs = {
            f"n_{i}": (bills[f"low_{i}"] != bills[f"high_{i}"]).fill_null(False).sum().fill_null(0)
            for i in range(len(names))
        }
        tally = opened.ask(bills.agg(orders=bills.count(), **differs))[0]
        counts = opened.ask(
            sample.agg(
                rows=sample.count(),
                **{f"n_{i}": sample[f"text_{i}"].nunique() for i in range(len(names))},
            )
        )[0]
        most = {
            i: opened.ask(
                (by := sample.group_by(sample[f"text_{i}"]).agg(n=ibis._.count())).agg(n=by.n.max())
            )[0]["n"]
            for i in range(len(names))
            if counts[f"n_{i}"] > ID_SHARE * counts["rows"] >= ID_SHARE * ID_ROWS
        }
    finally:
        sample.release()
    kept: list[str] = []
    levels: dict[str, Literal["order", "line"]] = {}
    for i, name in enumerate(names):
        if not asked and most.get(i, FEWEST) < FEWEST and name not in derived:
            left_out[name] = Translated(
                "nearly every row has a value of its own", "nästan varje rad har ett eget värde"
            )
            continue
        kept.append(name)
        agree = int(tally["orders"]) - int(tally[f"n_{i}"])
        levels[name] = "order" if agree >= AGREE * int(tally["orders"]) else "line"
    return kept, levels


def _dictionaries(
    opened: OpenSource,
    parts: Sequence[TypedPart],
    names: Sequence[str],
    derived: Mapping[str, Derived],
) -> list[list[tuple[str | None, int]]]:
    """Per column its most common values with their rows; blank is None."""
    rows = _rows(parts, names, derived, orders=False)
    if parts[0].duckdb and opened.engine is not None:
        return _in_one_pass(opened, rows, len(names))
    from crmformulas.orders.counting.tiers import by_code_point

    dictionaries = []
    for i in range(len(names)):
        values = rows.group_by(value=rows[f"text_{i}"]).agg(n=ibis._.count())
        ranked = values.order_by(values.n.desc(), by_code_point(values.value))
        counts = opened.ask(ranked.limit(MOST_VALUES + 2))
        dictionaries.append(_sorted((row["value"], int(row["n"])) for row in counts))
    return dictionaries


def _sorted(rows: Any) -> list[tuple[str | None, int]]:
    return sorted(rows, key=lambda row: (-row[1], row[0] or ""))


def _in_one_pass(opened: OpenSource, rows: Any, count: int) -> list[list[tuple[str | None, int]]]:
    """As :func:`_dictionaries`, with grouping sets, which Ibis does not know."""
    assert opened.engine is not None
    dictionaries: list[list[tuple[str | None, int]]] = []
    for start in range(0, count, AT_ONCE):
        texts = [f"text_{i}" for i in range(start, min(count, start + AT_ONCE))]
        dictionaries += _of_texts(opened, rows, texts)
    return dictionaries


def _of_texts(
    opened: OpenSource, rows: Any, texts: Sequence[str]
) -> list[list[tuple[str | None, int]]]:
    assert opened.engine is not None
    count = len(texts)
    which = ", ".join(texts)
    sets = ", ".join(f"({text})" for text in texts)
    query = (
        f"SELECT which, value, n FROM (SELECT grouping({which}) AS which,"
        f" coalesce({which}) AS value, count(*) AS n FROM ({opened.backend.compile(rows)}) AS t"
        f" GROUP BY GROUPING SETS ({sets}))"
        " QUALIFY row_number() OVER (PARTITION BY which ORDER BY n DESC, value)"
        f" <= {MOST_VALUES + 2}"
    )
    dictionaries: list[list[tuple[str | None, int]]] = [[] for _ in texts]
    for which_bits, value, n in opened.engine.connection.execute(query).fetchall():
        # A bit is 0 where the column is the one grouped by; the first column is the highest bit.
        place = count - (~which_bits & (2**count - 1)).bit_length()
        dictionaries[place].append((value, int(n)))
    return [_sorted(rows) for rows in dictionaries]


def _table(opened: OpenSource, number: int, texts: Sequence[str], codes: Sequence[int]) -> Any:
    """A dictionary as a table of the engine."""
    pa = import_module("pyarrow")
    # From buffers, as pa.array() imports pandas to ask what it was given.
    encoded = [text.encode() for text in texts]
    ends, bits = array("i", [0, *accumulate(map(len, encoded))]), array("q", codes[: len(texts)])
    buffers = [pa.py_buffer(one) for one in (ends, b"".join(encoded), bits)]
    columns = [
        pa.StringArray.from_buffers(len(texts), *buffers[:2]),
        pa.Int64Array.from_buffers(pa.int64(), len(texts), [None, buffers[2]]),
    ]
    table = pa.Table.from_arrays(columns, names=[f"value_{number}", f"bits_{number}"])
    if opened.engine is not None:
        return opened.engine.backend.arrow_table(table)
    return spark.table_of(opened.backend, table)


# --------------------------------------------------------------------------------------- sums


def _sums(
    opened: OpenSource,
    parts: Sequence[TypedPart],
    expressions: Sequence[dict[str, Any]],
    wanted: Sequence[str],
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Add quantities and discounts to what the rows carry; the columns of discounts by role."""
    summed: dict[str, None] = {}
    roles: dict[str, str] = {}
    for typed, by_slot in zip(parts, expressions, strict=True):
        places = further_names(typed.part.names, typed.choice)
        roles |= {r: typed.part.names[i] for r, i in places.items() if r not in roles}
        for role in wanted:
            if role not in places or (role == "discount_percent" and "discount" in places):
                continue
            side = _number_of(opened, typed, places[role])
            if side is None:
                continue
            name = role.partition("_")[0]
            summed[name] = None
            if name == "discount":
                share = role == "discount_percent" or _is_share(opened, typed, side)
                by_slot |= _discount(typed, side, percent=share)
            else:
                by_slot["sum_quantity"] = lambda side=side: side.number("quantity").fill_null(0)
    blank = [f"sum_{name}" for name in summed]
    blank += ["most_discount", "times_discount"] if "discount" in summed else []
    for by_slot in expressions:
        for name in blank:
            by_slot.setdefault(name, lambda: ibis.literal(0, "int64"))
    return tuple(summed), roles


def _is_share(opened: OpenSource, typed: TypedPart, side: TypedPart) -> bool:
    """Whether no discount is above 1, so that they are shares and not money."""
    values = typed.part.table.select(value=side.number("quantity").abs())
    most = opened.ask(values.agg(most=values.value.max()))[0]["most"]
    return most is not None and 0 < int(most) <= 10_000


def _discount(typed: TypedPart, side: TypedPart, *, percent: bool) -> dict[str, Callable[[], Any]]:
    def money() -> Any:
        value = side.number("quantity").abs().fill_null(0)
        if not percent:
            return value
        # Of the net amount: net × q / (1 − q), with q in ten-thousandths of a whole or of 100.
        share = (value > 10_000).ifelse(value / 1_000_000, value / 10_000).cast(dtype("float64"))
        given = typed.amount().cast(dtype("float64")) * share / (1 - share).nullif(0)
        return given.fill_null(0).round().cast(dtype("int64"))

    def given() -> Any:
        return (money() != 0).cast(dtype("int64"))

    return {"sum_discount": money, "most_discount": money, "times_discount": given}


def _number_of(opened: OpenSource, typed: TypedPart, position: int) -> TypedPart | None:
    """A column read as numbers; None where it can't be, or not for sure."""
    try:
        side = TypedPart(typed.part, Choice({"quantity": position}), typed.backend)
        decide(opened, [side])
        side.number("quantity")
    except InputError:
        return None
    return side
