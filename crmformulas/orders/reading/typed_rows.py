"""Order rows, typed and lazy: customer, day, amount and, where there is one, order.

The reading of dates and amounts is decided on a sample where the sample proves it, and on the whole
column where it doesn't. What is null in the result could not be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from crmformulas.errors import InputError
from crmformulas.formats import with_separators
from crmformulas.orders.reading.column_roles import choose_columns
from crmformulas.orders.reading.ibis_types import dtype
from crmformulas.orders.reading.merge_files import joined
from crmformulas.orders.reading.quality import decide, look_again, noted
from crmformulas.orders.reading.source_tables import Format, Opened, Part
from crmformulas.orders.reading.sources import open_source
from crmformulas.orders.reading.typed_parts import RAW, TypedPart

__all__ = ["Options", "Rows", "open_rows", "with_recovery"]

T = TypeVar("T")

ROLES = ("customer", "date", "amount", "quantity", "price", "order")
REASONS = (("no_customer", "customer"), ("bad_date", "day"), ("bad_amount", "amount"))
"""Why a row is excluded, the first reason that holds."""
WIDER = 50
"""Times the rows wanted that are looked at, to find more than the most common reason."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user says about an order file: all optional.

    Attributes:
        table: The table of a database, or the sheet of a workbook.
        customer: The column of customer ids, by name or number; the others likewise.
        date: The column of order dates.
        amount: The column of amounts.
        quantity: The column of quantities, where there is no amount.
        price: The column of unit prices, where there is no amount.
        order: The column of order ids.
        currency: The currency to keep, where the currency column has several.
        currency_column: The column of currencies.
        date_format: ``YYYY-MM-DD``, ``D/M/Y``, ``M/D/Y``, ``YYYYMMDD`` or a strptime pattern.
        decimal: The decimal mark, ``.`` or ``,``.
        delimiter: What separates the fields of a text file.
        encoding: The encoding of a text file.
        no_customer: Customer ids that mean that nobody is known.
        memory_limit: The memory of DuckDB, such as ``4GB``.
        temp_directory: Where temporary files go.
        threads: The threads of DuckDB.
    """

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
    """The rows of a source, on the backend that holds it. Close it, or use a ``with`` block.

    Attributes:
        backend: The Ibis backend.
        table: A lazy table of ``customer`` (text, null where blank), ``day`` (days since
            1970-01-01, null where unreadable), ``amount`` (ten-thousandths, null where unreadable)
            and, if `has_order`, ``order`` (text, or a whole number where the source has numbers, or
            null).
        has_order: Whether the rows have order ids.
        columns: Per role the name of its column.
        notes: What the user must know about how the source was read, a line each.
    """

    backend: Any
    table: Any
    has_order: bool
    columns: dict[str, str]
    notes: list[str]
    opened: Opened = field(repr=False)
    options: Options = field(repr=False)
    typed: list[TypedPart] = field(repr=False)

    def __enter__(self) -> Rows:
        """The rows themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Remove what is temporary and close what was opened."""
        self.opened.close()

    def check(self) -> Rows:
        """Look at the whole of each column of which the sample left anything open.

        To be called when there are rows that could not be read.

        Returns:
            These rows if nothing more can be read, else rows that read more.

        Raises:
            InputError: a column can be read in two ways.
        """

        def look() -> Rows:
            changed = look_again(self.opened, self.typed)
            return _made(self.opened, self.options, self.typed) if changed else self

        return with_recovery(self.opened, look)

    def recover(self, error: Exception) -> Rows:
        """Go on after the engine has stopped at something in a file.

        Returns:
            Rows that read the file more slowly and forgivingly.

        Raises:
            InputError: that doesn't help either.
        """
        if isinstance(error, InputError):
            raise error
        self.opened.recover(error)
        return _read(self.opened, self.options)

    def sample(self, limit: int = 3, among: Collection[str] = ()) -> list[dict[str, Any]]:
        """Some rows that are excluded.

        Args:
            limit: How many at most for each reason.
            among: Reasons that there are rows for: these are looked for until they are found,
                which for a rare one takes another pass over the source. Without it, the answer may
                lack a reason.

        Returns:
            Per row a ``reason`` (``no_customer``, ``bad_date`` or ``bad_amount``) and the ``row``:
            per column its cell as text.
        """

        def look() -> list[dict[str, Any]]:
            typed = self.typed
            if any(t.part is not part for t, part in zip(typed, self.opened.parts, strict=True)):
                typed = _read(self.opened, self.options).typed
            found: dict[str, list[dict[str, Any]]] = {reason: [] for reason, _ in REASONS}
            for part in typed:
                for reason, row in self._excluded(part, None, limit * WIDER):
                    found[reason].append(row)
            for reason in among:
                for part in typed:
                    if not found[reason]:
                        found[reason] = [row for _, row in self._excluded(part, reason, limit)]
            return [{"reason": r, "row": row} for r, rows in found.items() for row in rows[:limit]]

        return with_recovery(self.opened, look)

    def _excluded(
        self, typed: TypedPart, wanted: str | None, limit: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """Some excluded rows of a part, with the first reason that holds."""
        rows = typed.rows(_currency(self.options), raw=True)
        ibis = import_module("ibis")
        reason = ibis.cases(*((rows[column].isnull(), name) for name, column in REASONS))
        cells = {
            str(i): rows[f"{RAW}{i}"].cast(dtype("string")) for i in range(len(typed.part.names))
        }
        rows = rows.select(reason=reason, **cells)
        rows = rows.filter(rows.reason.notnull() if wanted is None else rows.reason == wanted)
        names = typed.part.table.columns
        return [
            (record.pop("reason"), dict(zip(names, record.values(), strict=True)))
            for record in self.opened.ask(rows.limit(limit))
        ]


def open_rows(source: Any, options: Options | None = None) -> Rows:
    """Open a source of orders.

    Args:
        source: a path or pattern, several of them, the URL of a database, a pandas frame, an Arrow
            table or an Ibis table.
        options: what the user says about it.

    Raises:
        InputError: it can't be read, or not without an option that the message names.
    """
    options = options or Options()
    opened = open_source(source, options.format)
    try:
        return _read(opened, options)
    except BaseException:
        opened.close()
        raise


def _read(opened: Opened, options: Options) -> Rows:
    def build() -> Rows:
        typed = [_typed(part, opened, options) for part in opened.parts]
        decide(opened, typed)
        return _made(opened, options, typed)

    return with_recovery(opened, build)


def with_recovery(opened: Opened, act: Callable[[], T]) -> T:
    """Act, and again after what the engine stopped at has been dealt with."""
    while True:
        try:
            return act()
        except InputError:
            raise
        except Exception as error:
            if not type(error).__module__.startswith(("duckdb", "_duckdb")):
                raise
            opened.recover(error)


def _typed(part: Part, opened: Opened, options: Options) -> TypedPart:
    given = {role: getattr(options, role) for role in ROLES}
    given["currency"] = options.currency_column
    try:
        choice = choose_columns(part.names, given, part.label)
    except InputError as error:
        raise InputError(f"{error}{part.hint}") from error
    return TypedPart(
        part,
        choice,
        opened.backend.name,
        date_format=options.date_format,
        decimal=options.decimal,
        nobody=options.no_customer,
    )


def _made(opened: Opened, options: Options, typed: list[TypedPart]) -> Rows:
    currency = _currency(options)
    amount_given = options.amount is not None
    notes = [*opened.notes, *noted(opened, typed, currency, amount_given=amount_given)]
    with_order = ["order" in each.choice.roles for each in typed]
    if any(with_order) and not all(with_order):
        without = typed[with_order.index(False)].part.label
        notes.append(f"{without} has no order ids: the orders of all files are told apart by day")
    if len(typed) == 1:
        table = typed[0].rows(currency, alone=True)
    else:
        table, left_out = joined(opened, typed, currency, order=all(with_order))
        if left_out:
            rows = "1 row stands" if left_out == 1 else f"{with_separators(left_out)} rows stand"
            notes.append(f"{rows} in more than one file and count once".replace(",", " "))
    return Rows(
        backend=opened.backend,
        table=table,
        has_order=all(with_order),
        columns={role: typed[0].part.names[i] for role, i in typed[0].choice.roles.items()},
        notes=notes,
        opened=opened,
        options=options,
        typed=typed,
    )


def _currency(options: Options) -> str | None:
    return options.currency.strip().upper() if options.currency else None
