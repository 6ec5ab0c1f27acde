"""The tables of an open log, and what of them is kept between questions."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_type_hints
from weakref import WeakSet

from crmformulas.dates import day_number, from_number
from crmformulas.errors import InputError, describe
from crmformulas.orders.counting import queries
from crmformulas.orders.counting.counts import Extent
from crmformulas.orders.keywords import refuse_unknown, takes_keywords_of
from crmformulas.orders.questions.arguments import FIRST_YEAR, LAST_YEAR, as_of_day
from crmformulas.orders.reading import spark
from crmformulas.orders.reading.contacts import Contacts, open_contacts
from crmformulas.orders.reading.embedded import Embedded
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.expressions import dtype, ibis, real
from crmformulas.orders.reading.order_log import OrderLog
from crmformulas.orders.reading.surveys import Survey, open_survey
from crmformulas.orders.reading.typed_rows import Rows
from crmformulas.orders.rules import LONGEST_HISTORY, Rules, Windows, rules_of
from crmformulas.settings import Settings, merged
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self, Unpack

    import ibis.expr.types as ir

    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.reading.further_columns import FurtherColumns
    from crmformulas.orders.reading.id_codes import IdCodes
    from crmformulas.orders.reading.read_options import ContactKeywords, SurveyKeywords

__all__ = ["LogTables", "Prepared", "Step", "no_orders", "with_ids"]

Row = TypeVar("Row", bound=tuple[Any, ...])

Step = Callable[[str], None]
"""Told what is being done, in a few words, before each long step."""


ROWS_OF_A_BATCH = 50_000
"""Of a large result."""


class Prepared(NamedTuple):
    """The tables that everything at an as-of day begins with."""

    extent: Extent
    windows: Windows
    bounds: queries.Bounds
    orders: ir.Table
    days: ir.Table


def with_ids(customers: ir.Table, ids: IdCodes | None) -> ir.Table:
    """Customers with their ids, where they are numbers."""
    return customers if ids is None else customers.mutate(customer=ids.text(customers.customer))


def _until(day: int, grouped: ir.Table, rules: Rules) -> ir.Table:
    orders = queries.usable(grouped)
    orders = orders.filter(orders.day <= day)
    return orders.filter(orders.amount > 0) if rules.returns == "ignore" else orders


def no_orders(extent: Extent, day: date | None, example: str) -> InputError:
    """Error of a log without an order that counts.

    Args:
        extent: What was read.
        day: The as-of day, where one was given.
        example: A cell that can't be read, and what helps.
    """
    excluded = {n.replace("_", " "): rows for n, rows in extent.excluded.items() if rows}
    if not extent.rows:
        return InputError(
            Translated(
                "no rows: the input holds a header at most", "inga rader: bara rubriker som mest"
            )
        )
    if sum(excluded.values()) == extent.rows:
        reasons = ", ".join(f"{count} {name}" for name, count in excluded.items())
        words = {
            "no customer": "utan kund",
            "bad date": "utan läsbart datum",
            "bad amount": "utan läsbart belopp",
        }
        swedish = ", ".join(f"{count} {words[name]}" for name, count in excluded.items())
        return InputError(
            Translated(
                f"no usable rows of {extent.rows}: {reasons}",
                f"ingen av {extent.rows} rader kan användas: {swedish}",
            ),
            example,
        )
    if day is None:
        return InputError(
            Translated(
                "no purchases: every order has an amount of 0 or less",
                "inga köp: alla belopp är 0 eller mindre",
            )
        )
    return InputError(
        Translated(f"no orders up to {day}", f"inga köp till och med {day}"),
        ": give a later --as-of day",
    )


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class LogTables:
    """The typed rows of an order log in their engine, and the tables made of them."""

    def __init__(
        self, rows: Rows, on_step: Step | None = None, settings: Settings | None = None
    ) -> None:
        self.rows = rows
        self.settings = settings or Settings()
        self.rules = rules_of(self.settings)
        self._contact_options: Mapping[str, Any] = {}
        self._on_step = on_step or (lambda words: None)
        self._made: dict[Any, Any] = {}
        self._contacts: Contacts | None = None
        self._survey: Survey | None = None
        self._checked = False
        self._stored: list[Any] = []
        self._further: FurtherColumns | None = None
        self._wanted: Sequence[str] | None = None
        self._listed: WeakSet[Customers] = WeakSet()
        self._whole: LogTables | None = None

    def __enter__(self) -> Self:
        """The log itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the log."""
        self.close()

    def close(self) -> None:
        """Let go of the engine and remove what was stored temporarily."""
        # Whoever still holds a list: its tables can't be dropped once the engine is gone.
        self._close_lists()
        # Those of some customers begin with what the log of all has read, which goes on with it.
        of_all = list(map(id, self._whole._made.values())) if self._whole is not None else []
        for entry in self._made.values():
            if isinstance(entry, OrderLog) and id(entry) not in of_all:
                entry.release()
        self._made.clear()
        while self._stored:
            self._stored.pop().release()
        self.rows.close()

    def _close_lists(self) -> None:
        """Close the lists of customers that were asked for."""
        for customers in list(self._listed):
            customers.close()

    @takes_keywords_of(open_contacts, "source", "rows")
    def contacts(self, source: Any, **options: Unpack[ContactKeywords]) -> Self:
        """Add a contact list, from a file or frame: customer id, sign-up day, day last reached.

        Args:
            source: As for :func:`read`.
            **options: ``contact_id``, ``signed_up``, ``last_reached`` name the columns; ``table``,
                ``date_format``, ``delimiter``, ``encoding`` as for :func:`read`.

        Returns:
            The log itself.

        Raises:
            InputError: if the list can't be read.
        """
        accepted = [name for name in signature(open_contacts).parameters if name != "rows"]
        refuse_unknown(options, accepted, "contacts()")
        self._contact_options = merged(self.settings.of_contacts, options)
        # They don't know of these contacts.
        self._close_lists()
        self._contacts = open_contacts(source, self.rows, **self._contact_options)
        self._made.pop(("summary",), None)
        return self

    @takes_keywords_of(open_survey, "source", "rows")
    def survey(self, source: Any, **options: Unpack[SurveyKeywords]) -> Self:
        """Add a survey, from a file or frame: customer id, score, day of the answer.

        Its last answer up to the as-of day becomes the attribute ``score`` of customers, and
        :meth:`satisfaction` tells what the survey says.

        Args:
            source: As for :func:`read`.
            **options: ``respondent``, ``score``, ``answered`` name the columns; ``table``,
                ``date_format``, ``delimiter``, ``encoding`` as for :func:`read`.

        Returns:
            The log itself.

        Raises:
            InputError: if the survey can't be read.
        """
        accepted = [name for name in signature(open_survey).parameters if name != "rows"]
        refuse_unknown(options, accepted, "survey()")
        # They don't know of these answers.
        self._close_lists()
        self._survey = open_survey(source, self.rows, **options)
        return self

    @property
    def has_survey(self) -> bool:
        """Whether there is a survey."""
        return self._survey is not None

    def orders(self, rules: Rules | None = None) -> ir.Table:
        """The orders: ``customer``, ``day`` and ``amount`` in ten-thousandths, in the engine."""
        return queries.usable(self._grouped(rules or self.rules))

    def records(self, table: Any) -> list[dict[str, Any]]:
        """The records of a small table over the orders."""
        return self.rows.opened.ask(table)

    def _grouped(self, rules: Rules) -> ir.Table:
        key = ("grouped", rules.every_row)
        while key not in self._made:
            self._on_step("reading rows")
            try:
                more = {} if self._further is None else {"further": self._further}
                order_log = self.rows.orders(every_row=rules.every_row, **more)
                self._made["read", rules.every_row] = order_log
                self._made[key] = order_log.table
            except InputError:
                raise
            except Exception as error:
                # Such as bytes that are not in the encoding, far into a file. Recovering reads
                # more forgivingly, or says what is wrong; it never hands back what failed.
                self.rows = self.rows.recover(error)
                if self._further is not None:
                    self._further = self.rows.further(self._wanted)
        return self._made[key]

    def _extent(self, as_of: date | str | None, rules: Rules) -> tuple[Extent, Windows]:
        day = None if as_of is None else as_of_day(as_of)
        extent = self._extent_to(None if day is None else day_number(day), rules)
        if (extent.bad_date or extent.bad_amount) and not self._checked:
            self._checked = True
            self._on_step("looking at what can't be read")
            settled = self.rows.check()
            if settled is not self.rows:
                self.rows = settled
                self._made.clear()
                return self._extent(as_of, rules)
        newest = extent.last
        if rules.returns == "ignore":
            extent = extent.of_purchases()
        if extent.first is None or extent.last is None or newest is None:
            raise no_orders(extent, day, self._example(extent))
        if day is None:
            if not FIRST_YEAR <= from_number(extent.last).year <= LAST_YEAR:
                raise InputError(
                    Translated(
                        f"the newest order is of {from_number(extent.last)}",
                        f"det senaste köpet är från {from_number(extent.last)}",
                    ),
                    ": give --as-of with the last day that counts, or another --date or"
                    " --date-format",
                )
            if extent.last - extent.first > LONGEST_HISTORY:
                raise InputError(
                    Translated(
                        f"the orders run from {from_number(extent.first)} to"
                        f" {from_number(extent.last)}",
                        f"köpen går från {from_number(extent.first)} till"
                        f" {from_number(extent.last)}",
                    ),
                    ": give --as-of with the last day that counts",
                )
            day = from_number(extent.last)
            if extent.last < newest:
                # Only returns come after the newest purchase, and they do not count here.
                extent = self._extent_to(extent.last, rules).of_purchases()
        if day.year == date.max.year:
            # The windows and months after it would lie outside the calendar.
            raise InputError(
                Translated(f"the last day is {day}", f"sista dagen är {day}"),
                ": give --as-of before the year 9999",
            )
        return extent, Windows.ending(day)

    def _example(self, extent: Extent) -> str:
        """A cell that can't be read, and the option that helps, for a message."""
        for reason, role, option in (
            ("bad_date", "date", "--date-format"),
            ("bad_amount", "amount", "--decimal"),
        ):
            column = self.rows.columns.get(role)
            if not extent.excluded.get(reason) or column is None:
                continue
            for one in self.rows.sample(1, among=[reason]):
                if one["reason"] == reason and one["row"].get(column):
                    cell = describe(one["row"][column])
                    return f"; in column {column!r} stands {cell}: say how it is read with {option}"
        return ""

    def _extent_to(self, as_of: int | None, rules: Rules) -> Extent:
        grouped, key = self._grouped(rules), ("extent", as_of, rules.every_row)
        if key not in self._made:
            extent = self._rows(queries.extent(grouped, as_of), Extent)[0]
            if self._whole is not None and extent.first is not None:
                span = self._whole._extent_to(as_of, rules)
                ends = ("first", "last", "first_bought", "last_bought")
                extent = extent._replace(**{name: getattr(span, name) for name in ends})
            self._made[key] = extent
        made: Extent = self._made[key]
        return made

    def _prepare(self, as_of: date | str | None, rules: Rules) -> Prepared:
        extent, windows = self._extent(as_of, rules)
        bounds = queries.Bounds.of(windows)
        within = self._orders_until(bounds.as_of, rules)
        assert extent.first is not None
        key = extent.first, bounds, rules.new_after
        calendar_of, days = self._made.get(("days",), (None, None))
        if calendar_of != key:
            days = self._local(queries.calendar(extent.first, bounds, rules))
            self._made["days",] = key, days
        return Prepared(extent, windows, bounds, within, days)

    def _numbered_orders(self, prepared: Prepared, rules: Rules) -> tuple[ir.Table, IdCodes | None]:
        """The orders up to the as-of day, with customers as numbers where they have some."""
        order_log = self._made.get(("read", rules.every_row))
        if order_log is None or order_log.coded is None or self._whole is not None:
            return prepared.orders, None
        return _until(prepared.bounds.as_of, order_log.coded, rules), order_log.codes

    def _orders_until(self, day: int, rules: Rules) -> ir.Table:
        """The orders up to a day, as far as they count."""
        return _until(day, self._grouped(rules), rules)

    def _store(self, table: ir.Table) -> ir.Table:
        """A table as it is stored in the engine until the log is closed."""
        stored: ir.Table = table.cache()
        self._stored.append(stored)
        return stored

    def _local(self, columns: Mapping[str, Sequence[Any]], texts: Container[str] = ()) -> ir.Table:
        """A small table of the engine: columns of whole numbers of 32 bits, and of `texts`."""
        kinds = {name: "string" if name in texts else "int32" for name in columns}
        if self._duckdb is not None:
            # Dropped as soon as nobody asks it any more.
            return self.rows.backend.small_table(columns, kinds)
        import pyarrow as pa

        arrays = {name: pa.array(columns[name], kind) for name, kind in kinds.items()}
        return spark.table_of(self.rows.backend, pa.table(arrays))

    def _arrow(self, table: Any) -> ir.Table:
        """An Arrow table as a table of the engine."""
        backend = self.rows.backend
        if isinstance(backend, Embedded):
            # As ibis.memtable, without its import of pandas.
            return backend.arrow_table(table)
        return spark.table_of(backend, table)

    @property
    def _duckdb(self) -> Any:
        """The connection, where the engine is the embedded DuckDB."""
        backend = self.rows.backend
        return backend.con if isinstance(backend, Embedded) else None

    def _tuples(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        """A small result, row by row."""
        if (connection := self._duckdb) is not None:
            # As to_pyarrow(), again without pandas.
            rows: list[tuple[Any, ...]] = connection.execute(
                self.rows.backend.compile(expression)
            ).fetchall()
            return rows
        columns = self.rows.backend.to_pyarrow(real(expression)).to_pydict()
        return list(zip(*columns.values(), strict=True))

    def _rows(self, expression: ir.Table, row: type[Row]) -> list[Row]:
        """A small result as typed rows, whose fields are its columns."""
        row_type: Any = row
        assert tuple(expression.columns) == row_type._fields, (row, expression.columns)
        return [row_type._make(values) for values in self._tuples(expression)]

    def _rows_at_once(self, asked: Mapping[type[Any], ir.Table]) -> dict[type[Any], list[Any]]:
        """Several small results of whole numbers and truths, asked by one query: what an engine of
        many computers needs to begin with one comes once.

        Args:
            asked: The queries by the kind of their rows, whose fields are the columns.

        Returns:
            The rows by their kind.
        """
        width = max(len(row._fields) for row in asked)
        nothing = ibis.null(dtype("int64"))
        parts, kinds = [], []
        for place, (row, expression) in enumerate(asked.items()):
            assert tuple(expression.columns) == row._fields, (row, expression.columns)
            truths = [hint is bool for hint in get_type_hints(row).values()]
            # PostgreSQL makes no number of 64 bits of a truth.
            values = [
                expression[name].cast(dtype("int32")) if truth else expression[name]
                for name, truth in zip(row._fields, truths, strict=True)
            ]
            values = [value.cast(dtype("int64")) for value in values]
            values += [nothing] * (width - len(values))
            named = {f"value_{i}": value for i, value in enumerate(values)}
            parts.append(expression.select(part=ibis.literal(place, "int64"), **named))
            kinds.append((row, truths))
        found: dict[type[Any], list[Any]] = {row: [] for row in asked}
        for place, *numbers in self._tuples(reduce(lambda one, other: one.union(other), parts)):
            row, truths = kinds[place]
            told = zip(numbers, truths, strict=False)
            found[row].append(row._make(bool(n) if truth else n for n, truth in told))
        return found

    def _lists(self, expression: ir.Table, row: type[Row]) -> list[tuple[Any, ...]]:
        """A result of very many rows as plain tuples, whose places are the fields of the row."""
        row_type: Any = row
        assert tuple(expression.columns) == row_type._fields, (row, expression.columns)
        return self._tuples(expression)

    def _columns(self, expression: ir.Table) -> dict[str, list[Any]]:
        """A small result, column by column."""
        rows = self._tuples(expression)
        values = zip(*rows, strict=True) if rows else ((),) * len(expression.columns)
        return {n: list(c) for n, c in zip(expression.columns, values, strict=True)}

    def _arrays(self, expression: ir.Table) -> Mapping[str, Any]:
        """A result as NumPy columns: it may have a million rows, of which none is made here."""
        if self._duckdb is not None:
            columns: Mapping[str, Any] = self.rows.backend.whole.execute(
                self.rows.backend.compile(expression)
            ).fetchnumpy()
            return columns
        table = self.rows.backend.to_pyarrow(real(expression))
        return {name: table[name].to_numpy() for name in table.column_names}

    def _whole_arrays(self, table: ir.Table) -> dict[str, Any]:
        """A small result as columns of whole numbers; what is null is 0."""
        import numpy as np

        return {
            name: np.array([int(value or 0) for value in values], dtype=np.int64)
            for name, values in self._columns(table).items()
        }

    def _batches(self, expression: ir.Table) -> Iterator[Any]:
        """A large result as Arrow record batches, as they come from the engine."""
        if self._duckdb is not None:
            relation = self.rows.backend.whole.sql(self.rows.backend.compile(expression))
            # Before DuckDB 1.5 it had another name.
            reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
            yield from reader(ROWS_OF_A_BATCH)
            return
        yield from self.rows.backend.to_pyarrow_batches(
            real(expression), chunk_size=ROWS_OF_A_BATCH
        )
