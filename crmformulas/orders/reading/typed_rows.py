"""Order rows, typed and lazy: customer, day, amount and, where there is one, order.

The reading of dates and amounts is decided on a sample where the sample proves it, and on the whole
column where it doesn't. What is null in the result could not be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.bring_over import CountingPlace, bring_over, place_of
from crmformulas.orders.reading.column_roles import Choice, choose_columns, further_names
from crmformulas.orders.reading.currencies import CurrencyQuestionError, look_at_currencies
from crmformulas.orders.reading.day_notes import day_notes
from crmformulas.orders.reading.engine_errors import telling
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.further_columns import FurtherColumn, FurtherColumns, plan_columns
from crmformulas.orders.reading.header_row import Wanted, wanted_of
from crmformulas.orders.reading.order_log import (
    OrderLog,
    OrderReader,
    plain_orders,
    plain_rows,
    rows_of,
    suggest_point_zero,
)
from crmformulas.orders.reading.quality import (
    decide,
    look_again,
    look_at_discounts,
    look_at_keys,
    reading_notes,
)
from crmformulas.orders.reading.source_tables import OpenSource, SourceOptions, SourceTable
from crmformulas.orders.reading.sources import open_source
from crmformulas.orders.reading.typed_parts import RAW, StatusWords, TypedPart
from crmformulas.orders.reading.unit_prices import price_is_of_row
from crmformulas.orders.reading.wide_tables import narrowed

__all__ = ["REASONS", "ReadOptions", "Rows", "open_rows", "with_recovery"]

T = TypeVar("T")

ROLES = ("customer", "date", "amount", "quantity", "price", "order")
MORE_ROLES = ("order_total", "status", "refund", "discount")
REASONS = (("no_customer", "customer"), ("bad_date", "day"), ("bad_amount", "amount"))
"""Why a row is excluded, the first reason that holds."""
WIDER = 50
"""Times the rows wanted that are looked at, to find more than the most common reason."""


@dataclass(frozen=True, kw_only=True)
class ReadOptions(SourceOptions):
    """Options of an order file: all optional.

    Beside what is said of any source, see :class:`SourceOptions`:

    Attributes:
        customer: The column of customer ids, by name or number; several are one key together.
            The other columns likewise.
        date: The column of order dates.
        amount: The column of amounts.
        quantity: The column of quantities, where there is no amount.
        price: The column of unit prices, where there is no amount.
        order: The column of order ids.
        order_total: The column of amounts that are the whole order's, on each of its rows.
        refund: The column of refunded amounts, or ``none``.
        discount: The column of discounts to take off, in money or as a share.
        status: The column of the order's status, or ``none``.
        drop_status: States that make an order worth nothing, beside those that are known.
        keep_status: States that are known to, and here don't.
        document_type: The column that says what is a credit note, or ``none``.
        ids: ``as-written`` compares customer ids as they are, else they are folded.
        product: The column of products or categories, for what customers buy.
        currency: The currency to keep, where the currency column has several.
        currency_column: The column of currencies.
        date_format: ``YYYY-MM-DD``, ``D/M/Y``, ``M/D/Y``, ``YYYYMMDD`` or a strptime pattern.
        decimal: The decimal mark, ``.`` or ``,``.
        no_customer: Customer ids that mean that nobody is known.
        header_row: The line of a text file, or the row of a sheet, that names the columns.
        where_to_count: ``source`` lets a database server count, ``here`` brings its rows over; by
            default the size decides, and whether the server lets itself be written to.
    """

    customer: str | tuple[str, ...] | None = None
    date: str | None = None
    amount: str | None = None
    quantity: str | None = None
    price: str | None = None
    order: str | None = None
    order_total: str | None = None
    refund: str | None = None
    discount: str | None = None
    status: str | None = None
    drop_status: tuple[str, ...] = ()
    keep_status: tuple[str, ...] = ()
    document_type: str | None = None
    ids: Literal["folded", "as-written"] = "folded"
    product: str | None = None
    currency: str | None = None
    currency_column: str | None = None
    date_format: str | None = None
    decimal: str | None = None
    no_customer: tuple[str, ...] = ()
    header_row: int | None = None
    where_to_count: CountingPlace | None = None

    @property
    def wanted(self) -> Wanted:
        """Names in the header of a table."""
        return wanted_of(
            ("customer", "date", "amount"),
            {role: getattr(self, role) for role in (*ROLES, "order_total")},
            self.header_row,
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
    notes: list[AppliedRule]
    opened: OpenSource = field(repr=False)
    options: ReadOptions = field(repr=False)
    typed: list[TypedPart] = field(repr=False)
    facts: Any = field(default=None, repr=False)
    """The rows with all that bears on what their orders are worth."""
    repeated: int = 0
    """Rows that stand in more than one file and are left out."""

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

    def further_roles(self) -> dict[str, str]:
        """The columns that are known by name beside those that are needed, by what they tell."""
        by_role: dict[str, str] = {}
        parts = [(typed.part.names, typed.choice) for typed in self.typed]
        if self.opened.server is not None:
            (there,) = self.opened.server.parts
            parts = [(there.names, _choice(there, self.options))]
        for names, choice in parts:
            places = further_names(names, choice)
            by_role = {role: names[i] for role, i in places.items()} | by_role
        by_role.pop("quantity", None)
        return by_role

    def further(self, wanted: Sequence[str] | None = None) -> FurtherColumns:
        """Columns beside those with a role that the orders can carry.

        Args:
            wanted: Names or 1-based numbers; by default all that have no role.

        Raises:
            InputError: a wanted column isn't there.
        """
        self.bring_rest()
        return with_recovery(self.opened, lambda: plan_columns(self.opened, self.typed, wanted))

    def names_left(self) -> list[str]:
        """The names of the columns that have been left on a server."""
        if self.opened.server is None:
            return []
        (there,), (here,) = self.opened.server.parts, self.opened.parts
        return [name for name in there.names if name not in here.names]

    def bring_rest(self) -> None:
        """Bring the rows and columns of a server here of which only orders were asked so far."""
        if self.opened.bring_rest is not None:
            self.opened.bring_rest()
        elif all(t.part is part for t, part in zip(self.typed, self.opened.parts, strict=True)):
            return
        for name, value in vars(_read(self.opened, self.options)).items():
            setattr(self, name, value)

    def orders(self, *, every_row: bool = False, further: FurtherColumns | None = None) -> OrderLog:
        """The orders that the rows make, stored in the engine, with further columns if asked for.

        Raises:
            QuestionError: what only the user knows, such as whether an amount is the order's.
        """
        if not self.typed:
            return plain_orders(self.opened, self.table, every_row=every_row)
        if every_row and self.typed[0].part.grouped is not None:
            self.bring_rest()
        currency = _currency(self.options)
        reader = OrderReader(self.opened, self.typed, currency, self.facts, self.repeated, further)
        try:
            return reader.read(every_row=every_row)
        except QuestionError as question:
            raise QuestionError.together([*self._asked_late(), question]) from None

    def _asked_late(self) -> list[QuestionError]:
        """The questions to ask of columns of which only the sample has been looked at."""
        try:
            look_again(self.opened, self.typed)
        except QuestionError as question:
            return [question]
        return []

    def lines(self, further: FurtherColumns, column: FurtherColumn) -> Any:
        """The rows that count, with their amount and the code of a further column as ``value``."""
        for typed, columns_of_part in zip(self.typed, further.expressions, strict=True):
            typed.further = columns_of_part
        try:
            rows, _ = rows_of(self.opened, self.typed, _currency(self.options))
        finally:
            for typed in self.typed:
                typed.further = {}
        if self.backend.name == "sqlite":
            # Its parser stops at expressions that are nested as deeply as the whole would be.
            rows = rows.cache()
        rows = further.of_rows(rows)
        rows = rows.filter(rows.key.isnull())
        keys = [name for name in ("customer", "order", "day") if name in rows.columns]
        return rows.select(*keys, "amount", value=column.code(rows))

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
            examples: dict[str, list[dict[str, Any]]] = {reason: [] for reason, _ in REASONS}
            for part in typed:
                for reason, row in self._excluded(part, None, limit * WIDER):
                    examples[reason].append(row)
            for reason in among:
                for part in typed:
                    if not examples[reason]:
                        examples[reason] = [row for _, row in self._excluded(part, reason, limit)]
            return [
                {"reason": r, "row": row} for r, rows in examples.items() for row in rows[:limit]
            ]

        return with_recovery(self.opened, look)

    def _excluded(
        self, typed: TypedPart, wanted: str | None, limit: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """Some excluded rows of a part, with the first reason that holds."""
        rows = typed.facts(_currency(self.options), raw=True)
        # Rows that only leave blank what another row of their order may fill come last.
        reason = ibis.cases(*((rows.key == -1 - i, name) for i, (name, _) in enumerate(REASONS)))
        if wanted is not None:
            blank = ibis.cases(*((rows[column].isnull(), name) for name, column in REASONS))
            reason = reason.coalesce(blank)
        cells = {
            str(i): rows[f"{RAW}{i}"].cast(dtype("string")) for i in range(len(typed.part.names))
        }
        rows = rows.select(reason=reason, **cells)
        rows = rows.filter(rows.reason.notnull() if wanted is None else rows.reason == wanted)
        names = typed.part.columns
        return [
            (record.pop("reason"), dict(zip(names, record.values(), strict=True)))
            for record in self.opened.ask(rows.limit(limit))
        ]


def open_rows(source: Any, options: ReadOptions | None = None) -> Rows:
    """Open a source of orders.

    Args:
        source: a path or pattern, several of them, the URL of a database, a pandas frame, an Arrow
            table or an Ibis table.
        options: what the user says about it.

    Raises:
        InputError: it can't be read, or not without an option that the message names.
    """
    options = options or ReadOptions()
    opened = open_source(source, options)
    try:
        place, rows = place_of(opened, options.where_to_count)
        if place != "source":
            opened = bring_over(
                opened,
                rows,
                lambda part: _choice(part, options),
                by_order=place == "orders",
                memory_limit=options.memory_limit,
                temp_directory=options.temp_directory,
                threads=options.threads,
            )
        with telling(opened.in_words):
            return _read(opened, options)
    except BaseException:
        opened.close()
        raise


def _read(opened: OpenSource, options: ReadOptions) -> Rows:
    def build() -> Rows:
        try:
            typed = [_typed(part, opened, options) for part in opened.parts]
        except QuestionError as question:
            raise _all_questions(question, opened, options) from None
        opened.parts[:] = [each.part for each in typed]
        try:
            decide(opened, typed)
        except QuestionError as question:
            more = _further_questions(opened, typed, _currency(options))
            raise QuestionError.together([question, *more]) from None
        for number, part in enumerate(typed):
            if price_is_of_row(opened, part):
                name = part.part.names[part.choice.roles["price"]]
                typed[number] = _typed(part.part, opened, replace(options, amount=name))
                decide(opened, typed)
        look_at_discounts(opened, typed)
        return _made(opened, options, typed)

    return with_recovery(opened, build)


def _all_questions(
    question: QuestionError, opened: OpenSource, options: ReadOptions
) -> QuestionError:
    """The question which columns are meant, and what has to be asked of those that are known."""
    typed_parts = []
    for part in opened.parts:
        roles: dict[str, int] = {}
        given = {r: getattr(options, r) for r in (*ROLES, "order_total") if r != "customer"}
        for role, wanted in (("date", ()), ("amount", ("order",))):
            with suppress(InputError):
                choice = choose_columns(part.names, given, part.label, needed=[role], wanted=wanted)
                roles |= choice.roles
        if {"date", "amount", "order"} <= roles.keys():
            # Whoever the customer is, an order is one customer's.
            roles["customer"] = roles["order"]
        typed_parts.append(_typed(part, opened, options, Choice(roles)))
    more: list[QuestionError] = []
    try:
        decide(opened, typed_parts)
    except QuestionError as of_columns:
        more.append(of_columns)
    except InputError:
        return question
    if all("customer" in typed.choice.roles for typed in typed_parts):
        more += _asked_of_orders(opened, typed_parts, None)
    return QuestionError.together([question, *more])


def _further_questions(
    opened: OpenSource, typed: list[TypedPart], currency: str | None
) -> list[QuestionError]:
    """The questions to ask beside how columns are read, which is as proposed for now."""
    questions: list[QuestionError] = []
    try:
        look_at_keys(typed)
    except QuestionError as question:
        questions.append(question)
    try:
        look_at_currencies(opened, typed, currency)
    except CurrencyQuestionError as question:
        questions.append(question)
        currency = question.currency.upper()
    except InputError:
        return []
    return [*questions, *_asked_of_orders(opened, typed, currency)]


def _asked_of_orders(
    opened: OpenSource, typed: list[TypedPart], currency: str | None
) -> list[QuestionError]:
    """The questions to ask when the orders are made, such as whether an amount is theirs."""
    try:
        facts, repeated = rows_of(opened, typed, currency and currency.upper())
        reader = OrderReader(opened, typed, currency and currency.upper(), facts, repeated)
        reader.read()
        reader.release()
    except QuestionError as question:
        return [question]
    except InputError:
        return []
    return []


def with_recovery(opened: OpenSource, act: Callable[[], T]) -> T:
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


def _choice(part: SourceTable, options: ReadOptions) -> Choice:
    given = {role: getattr(options, role) for role in (*ROLES, *MORE_ROLES)}
    given["currency"] = options.currency_column
    given["document"] = options.document_type
    try:
        return choose_columns(part.names, given, part.label)
    except QuestionError as error:
        hinted = f"{error}{part.hint}"
        raise QuestionError(error.message, error.options, command=hinted) from error
    except InputError as error:
        raise InputError(error.message, command=f"{error}{part.hint}") from error


def _typed(
    part: SourceTable, opened: OpenSource, options: ReadOptions, choice: Choice | None = None
) -> TypedPart:
    part, choice = narrowed(part, choice or _choice(part, options), opened.notes)
    return TypedPart(
        part,
        choice,
        opened.backend.name,
        date_format=options.date_format,
        decimal=options.decimal,
        nobody=options.no_customer,
        as_written=options.ids == "as-written",
        sold=StatusWords(options.drop_status, options.keep_status),
        time_zone=options.time_zone,
    )


def _made(opened: OpenSource, options: ReadOptions, typed: list[TypedPart]) -> Rows:
    currency = _currency(options)
    notes = [*opened.notes, *look_at_keys(typed), *day_notes(typed)]
    try:
        notes += look_at_currencies(opened, typed, currency)
    except CurrencyQuestionError as question:
        more = _asked_of_orders(opened, typed, question.currency)
        raise QuestionError.together([question, *more]) from None
    notes += reading_notes(typed)
    with_order = ["order" in each.choice.roles for each in typed]
    if any(with_order) and not all(with_order):
        without = typed[with_order.index(False)].part.label
        notes.append(
            note(
                "by_day",
                f"{without} has no order ids: the orders of all files are told apart by day",
                f"{without} har inga order-id: ordrar i alla filer skiljs åt på dag",
                "--order",
            )
        )
    suggest_point_zero(typed)
    facts, repeated = rows_of(opened, typed, currency)
    return Rows(
        backend=opened.backend,
        table=plain_rows(facts),
        has_order=all(with_order),
        columns={role: typed[0].part.names[i] for role, i in typed[0].choice.roles.items()},
        notes=notes,
        opened=opened,
        options=options,
        typed=typed,
        facts=facts,
        repeated=repeated,
    )


def _currency(options: ReadOptions) -> str | None:
    return options.currency.strip().upper() if options.currency else None
