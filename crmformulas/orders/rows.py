"""Order rows, typed and lazy: customer, day, amount and, where there is one, order.

The reading of dates and amounts is decided on a sample where the sample proves it, and on the whole
column where it doesn't. What is null in the result could not be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders import amounts, dates
from crmformulas.orders.columns import Choice, choose_columns
from crmformulas.orders.tables import Format, Opened, Part, open_source

__all__ = ["Options", "Rows", "open_rows"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user says about an order file: all optional."""

    table: str | None = None
    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    quantity: str | None = None
    price: str | None = None
    order: str | None = None
    currency: str | None = None
    currency_column: str | None = None
    date_format: str | None = None
    decimal: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    no_customer: tuple[str, ...] = ()
    memory_limit: str | None = None
    temp_directory: Path | None = None
    threads: int | None = None

    @property
    def format(self) -> Format:
        """The options that concern the source, whatever it holds."""
        return Format(
            table=self.table,
            delimiter=self.delimiter,
            encoding=self.encoding,
            memory_limit=self.memory_limit,
            temp_directory=self.temp_directory,
            threads=self.threads,
        )


@dataclass
class Rows:
    """The rows of a source as a lazy table on the backend that holds it."""

    backend: Any
    table: Any
    has_order: bool
    columns: dict[str, str]
    notes: list[str]
    opened: Opened = field(repr=False)

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove what is temporary and close what was opened."""
        self.opened.close()

    def check(self) -> Rows:
        """Look at the whole of the columns in which a row could not be read."""
        return self

    def recover(self, error: Exception) -> Rows:
        """Read leniently what the engine refused to read; or say what is wrong with it."""
        raise error

    def sample(self, limit: int = 3) -> list[dict[str, Any]]:
        """Some rows that are excluded, each with the reason and its cells as written."""
        return []


def open_rows(source: Any, options: Options | None = None) -> Rows:
    """Open a source of orders.

    Args:
        source: paths or patterns, a frame, or an Ibis table.
        options: what the user says about it.

    Raises:
        InputError: it can't be read, or not without an option that the message names.
    """
    options = options or Options()
    opened = open_source(source, options.format)
    try:
        part = opened.parts[0]
        given = {
            role: getattr(options, role)
            for role in ("customer", "date", "amount", "quantity", "price", "order")
        }
        given["currency"] = options.currency_column
        choice = choose_columns(part.names, given, part.label)
        table = _typed(part, choice)
        columns = {role: part.names[i] for role, i in choice.roles.items()}
        return Rows(opened.backend, table, "order" in choice.roles, columns, opened.notes, opened)
    except BaseException:
        opened.close()
        raise


def _typed(part: Part, choice: Choice) -> Any:
    roles = choice.roles
    used = sorted(roles.values())
    kinds = part.table.schema()
    is_text = {i for i in used if kinds[part.table.columns[i]].is_string()}
    rows = part.sample(used) if is_text else []
    samples = {
        i: [text.strip() for row in rows if (text := row[used.index(i)]) and text.strip()]
        for i in is_text
    }
    new = {
        "customer": _id(part.column(roles["customer"])),
        "day": _day(part.column(roles["date"]), samples.get(roles["date"], [])),
    }
    if "amount" in roles:
        column = part.column(roles["amount"])
        new["amount"] = _ten_thousandths(_decimal(column, samples.get(roles["amount"], []), 4))
    else:
        quantity, price = part.column(roles["quantity"]), part.column(roles["price"])
        new["amount"] = (quantity.try_cast("decimal(18,4)") * price.try_cast("decimal(18,4)")).cast(
            "decimal(38,4)"
        ).__mul__(10_000).try_cast("int64")
    if "order" in roles:
        new["order"] = _id(part.column(roles["order"]))
    return part.table.select(**new)


def _id(column: Any) -> Any:
    kind = column.type()
    if kind.is_floating() or kind.is_decimal():
        whole = column.try_cast("int64")
        return (whole == column).ifelse(whole.cast("string"), column.cast("string"))
    if not kind.is_string():
        return column.cast("string")
    # Few ids have blanks around them, and stripping is slow.
    stripped = column.strip().nullif("")
    return ((column > "!") & (column.right(1) > " ")).ifelse(column, stripped)


def _day(column: Any, texts: Sequence[str]) -> Any:
    kind = column.type()
    if kind.is_date():
        return dates.day_number(column)
    if kind.is_timestamp():
        return dates.day_number(column.cast("date"))
    if kind.is_integer():
        column = column.cast("string")
        return dates.fast_reading(column, "%Y%m%d", "either")
    found = dates.weigh(texts)
    reading: dates.Reading = (
        "either" if not found.first and not found.second else
        "day first" if found.first else "month first"
    )
    form = dates.fast_form(texts)
    return dates.fast_reading(column, form, reading) if form else dates.date_reading(column, reading)


def _decimal(column: Any, texts: Sequence[str], places: int) -> Any:
    kind = column.type()
    if kind.is_decimal():
        return column.try_cast(f"decimal(18,{places})")
    if not kind.is_string():
        return column.try_cast(f"decimal(18,{places})")
    found = amounts.weigh(texts)
    reading: amounts.Reading = (
        "either" if not found.first and not found.second else
        "point" if found.first else "comma"
    )
    plain = all(map(amounts.is_plain, texts))
    return amounts.amount_reading(column, reading, f"decimal(18,{places})", plain_only=plain)


def _ten_thousandths(value: Any) -> Any:
    return (value * 10_000).cast("int64")
