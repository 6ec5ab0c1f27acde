"""Rows of a database server, brought to the engine here and counted by it.

A server that lets its user only read can't count: that takes temporary tables. And rows that are
brought are counted several times faster than most servers count them, by the rules for text, dates
and amounts that hold for files. Of a larger table the server first puts the rows of an order
together, by one SELECT: rows alike in all columns that reading looks at but the amount, so that the
same rules hold for what comes here. Where that can't be, it stays where it is, if the server lets
it be counted.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from crmformulas.errors import InputError
from crmformulas.formats import with_separators
from crmformulas.orders.reading import other_engines
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.column_roles import (
    Choice,
    names_a_customer,
    names_a_state,
    normalised,
    speaks_of_taking_back,
)
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.engine_errors import in_words
from crmformulas.orders.reading.expressions import dtype, real
from crmformulas.orders.reading.identities import ADDRESS_NAMES
from crmformulas.orders.reading.server_rows import bring_rows, plain
from crmformulas.orders.reading.source_tables import (
    Grouped,
    OpenSource,
    SourceTable,
    table_part,
    unique,
)
from crmformulas.orders.reading.time_zones import local_time
from crmformulas.translations import Translated, counted

__all__ = ["HERE_UP_TO", "CountingPlace", "bring_over", "columns_of", "place_of"]

CountingPlace = Literal["source", "here"]

HERE_UP_TO = 20_000_000
"""Rows of a server that are brought here one by one unless the user says otherwise."""
PUTS_TOGETHER = ("postgres",)
"""Servers that are asked to put the rows of an order together."""
TOGETHER = {"customer", "date", "amount", "order", "status", "currency", "discount"}
"""Roles of which all that the rows of an order say is in their keys, sum, maximum and number."""
MOST_UNITS = 10**18
"""Ten-thousandths from which on an amount is none, as it is of a file."""
PLACES, MOST_PLACES = 4, 14
"""Digits behind the point, and in all, with which an amount has ten-thousandths as it stands."""
GROUPED = Grouped(" rows", " units", " high")
LATEST_COLLATIONS = 120_000
"""Version of PostgreSQL from which on there are collations that take other letters for one."""
EMBEDDED = ("duckdb", "sqlite")
SERVERS = ("postgres", "mysql", "mssql", "oracle")
"""Servers of one machine, which is seldom free for counting. Clusters and warehouses are made for
it: what they hold stays there."""
ALIKE = {"mysql": "MySQL", "mssql": "SQL Server"}
"""Servers whose texts are compared by the language of their column, by what they are called."""
PER_CELL = 16
"""Bytes of a cell, for the engine's memory."""


def place_of(
    opened: OpenSource, wanted: CountingPlace | None
) -> tuple[Literal["source", "here", "orders"], int]:
    """Place where the rows of an opened source are counted, and their number.

    With ``orders`` they are put together there and counted here.

    Args:
        opened: The source.
        wanted: What the user says.

    Raises:
        InputError: the server can't tell how many rows there are, or would count wrongly.
    """
    name = opened.backend.name
    if name in EMBEDDED or not opened.owned or len(opened.parts) != 1:
        if wanted == "here" and not opened.owned:
            return "here", _rows(opened)
        return "source", 0
    if wanted == "source" and name in ALIKE:
        raise InputError(
            Translated(
                f"{opened.parts[0].label}: {ALIKE[name]} takes ids for one that differ in upper"
                " case or accents only, so its rows are counted here; leave out --where-to-count",
                f"{opened.parts[0].label}: {ALIKE[name]} tar id för ett som bara skiljer i"
                " versaler eller accenter, så dess rader räknas här; utelämna --where-to-count",
            )
        )
    if wanted == "source" or (wanted is None and name not in SERVERS):
        return "source", 0
    rows = _rows(opened)
    large = wanted is None and rows > HERE_UP_TO and name not in ALIKE
    if large and name in PUTS_TOGETHER:
        return "orders", rows
    return ("source", 0) if large else ("here", rows)


def _rows(opened: OpenSource) -> int:
    (part,) = opened.parts
    try:
        return int(opened.ask(part.table.aggregate(rows=part.table.count()))[0]["rows"])
    except Exception as error:
        raise in_words(error, part.label) from None


def _only_reads(backend: Any) -> bool:
    """Whether the user may create nothing there, not even for as long as the session lasts."""
    if backend.name != "postgres":
        return False
    query = (
        "SELECT current_setting('transaction_read_only') = 'on'"
        " OR NOT has_database_privilege(current_database(), 'TEMPORARY')"
    )
    with backend.con.cursor() as cursor:
        return bool(cursor.execute(query).fetchone()[0])


def columns_of(names: Sequence[str], choice: Choice, *, articles: bool = True) -> tuple[int, ...]:
    """The positions of the columns that reading looks at: of the roles, and those that make it
    doubt what they say; `articles` tell rows of an order apart, where files are merged.
    """
    positions = {*choice.roles.values(), *choice.keys, *choice.statuses}
    positions |= set(choice.articles if articles else ())
    for position, name in enumerate(names):
        address = any(part in normalised(name) for part in ADDRESS_NAMES)
        if address or names_a_customer(name) or names_a_state(name) or speaks_of_taking_back(name):
            positions.add(position)
    return tuple(sorted(positions))


def bring_over(
    opened: OpenSource,
    rows: int,
    choose: Callable[[SourceTable], Choice],
    *,
    by_order: bool = False,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    threads: int | None = None,
) -> OpenSource:
    """The source with its rows in an engine here; what is left on the server can be brought later.

    Args:
        opened: A source of one table.
        rows: How many rows it has.
        choose: The columns of the roles.
        by_order: Let the server put the rows of an order together first, or, where they can't be,
            count them if it may be written to: then the source itself comes back.
        memory_limit: As for reading.
        temp_directory: As for reading.
        threads: As for reading.

    Raises:
        InputError: the rows can't be had.
    """
    (part,) = opened.parts
    chosen = choose(part)
    if by_order and not _are_put_together(opened, part, chosen):
        if not _only_reads(opened.backend):
            return opened
        by_order = False
    positions = columns_of(part.names, chosen, articles=not by_order)
    engine = open_engine(
        input_bytes=rows * len(positions) * PER_CELL,
        memory_limit=memory_limit,
        temp_directory=temp_directory,
        threads=threads,
    )
    here = OpenSource(engine.backend, [], engine, list(opened.notes), server=opened)
    with _told_of(part, engine):
        if by_order:
            copied = _put_together(part, positions, chosen, engine)
        else:
            copied = _copied(part, positions, engine)
        if _named(copied, choose(copied)) != _named(part, chosen):
            # With fewer names to choose among, others are meant.
            positions, by_order = tuple(range(len(part.names))), False
            copied = _copied(part, positions, engine)
        engine.lock([])
    here.parts.append(copied)
    here.notes.append(_told(part, opened.backend.name, rows, _length(copied) if by_order else None))
    if len(positions) == len(part.names) and not by_order:
        here.server = None
        opened.close()
        return here

    def bring_rest() -> None:
        with _told_of(part, engine, close=False):
            here.parts[:] = [_copied(part, range(len(part.names)), engine)]
        here.notes[-1] = _told(part, opened.backend.name, rows, None)
        here.server = here.bring_rest = None
        opened.close()

    here.bring_rest = bring_rest
    return here


@contextmanager
def _told_of(part: SourceTable, engine: Engine, *, close: bool = True) -> Iterator[None]:
    """Say of which table an error is, and close the engine where nothing can go on with it."""
    try:
        yield
    except Exception as error:
        folder = engine.temp
        if close:
            engine.close()
        if isinstance(error, InputError):
            raise
        raise in_words(error, part.label, folder) from None
    except BaseException:
        engine.close()
        raise


def _told(part: SourceTable, server: str, rows: int, together: int | None) -> AppliedRule:
    """The notice of rows that were brought, or of what the server had made of them."""
    shown = with_separators(rows)
    every, source = "--where-to-count here", "--where-to-count source"
    if together is not None:
        into = with_separators(together)
        return note(
            "brought_over",
            f"{part.label}: {counted(rows, 'row', 'was', shown=shown)} put together to {into} by"
            f" order on the server, and these counted here; {every} brings every row, {source}"
            " counts on the server",
            f"{part.label}: {counted(rows, 'row', lang='sv', shown=shown)} slogs ihop till {into}"
            f" per order på servern, och de räknades här; {every} hämtar varje rad, {source}"
            " räknar på servern",
            "--where-to-count",
            rows,
        )
    elsewhere = (
        ("", "")
        if server in ALIKE
        else (f"; {source} counts them on the server", f"; {source} räknar dem på servern")
    )
    return note(
        "brought_over",
        f"{part.label}: {counted(rows, 'row', 'was', shown=shown)} brought here and counted here"
        f"{elsewhere[0]}",
        f"{part.label}: {counted(rows, 'row', lang='sv', shown=shown)} hämtades hit och räknades"
        f" här{elsewhere[1]}",
        "--where-to-count",
        rows,
    )


def _named(part: SourceTable, choice: Choice) -> dict[str, str]:
    return {role: part.names[position] for role, position in choice.roles.items()}


def _length(part: SourceTable) -> int:
    return int(part.ask(part.table.agg(n=part.table.count()))[0]["n"])


def _copied(part: SourceTable, positions: Sequence[int], engine: Engine) -> SourceTable:
    """The columns at these positions as a table of the engine."""
    names = [part.names[i] for i in positions]
    columns = {name: part.column(i) for name, i in zip(unique(names), positions, strict=True)}
    return _stored(part, positions, part.table.select(**columns), engine)


def _stored(part: SourceTable, positions: Sequence[int], table: Any, engine: Engine) -> SourceTable:
    """A table of a server as one of the engine, which has the columns at these positions first."""
    name = f"rows_{uuid.uuid4().hex}"
    bring_rows(table, engine, name, zoned=bool(part.zones))
    names = [part.names[i] for i in positions]
    copied = table_part(engine.backend.table(name), part.label, names, engine)
    zones = {new: part.zones[old] for new, old in enumerate(positions) if old in part.zones}
    copied.zones, copied.hint = zones, part.hint
    return copied


# ------------------------------------------------------------------------ put together there


def _are_put_together(opened: OpenSource, part: SourceTable, choice: Choice) -> bool:
    """Whether the server may put rows together: it compares as is done here, and nothing else than
    the roles whose rows can be told by their keys, sum, maximum and number is read.
    """
    roles = choice.roles
    if not roles.keys() <= TOGETHER or "amount" not in roles or "discount" in choice.given:
        return False
    amount, date = (part.column(roles[role]).type() for role in ("amount", "date"))
    if not (amount.is_integer() or amount.is_decimal()):
        return False
    if not (date.is_date() or date.is_timestamp()):
        return False
    return _compares_exactly(opened.backend, part, columns_of(part.names, choice, articles=False))


def _compares_exactly(backend: Any, part: SourceTable, positions: Sequence[int]) -> bool:
    """Whether no column is of a collation that takes different texts for one."""
    if backend.con.info.server_version < LATEST_COLLATIONS:
        return True
    tables = real(part.table).op().find(import_module("ibis.expr.operations").DatabaseTable)
    names = [part.names[i] for i in positions]
    query = (
        "SELECT count(*) FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation"
        " JOIN pg_class t ON t.oid = a.attrelid JOIN pg_namespace s ON s.oid = t.relnamespace"
        " WHERE t.relname = %s AND s.nspname = coalesce(%s, current_schema())"
        " AND a.attname = ANY(%s) AND NOT c.collisdeterministic"
    )
    with backend.con.cursor() as cursor:
        return not any(
            cursor.execute(query, [one.name, one.namespace.database, names]).fetchone()[0]
            for one in tables
        )


def _put_together(
    part: SourceTable, positions: Sequence[int], choice: Choice, engine: Engine
) -> SourceTable:
    """Rows alike in all columns but the amount, and on the same day, as one row of the engine.

    What makes an order of a customer, whatever is read of ids, states and days, is made of such
    rows whole; of their amounts it needs the sum, the largest and the number.
    """
    place, when = choice.roles["amount"], choice.roles["date"]
    day = part.column(when)
    if when in part.zones:
        day = local_time(day, part.zones[when])
    day = day.date() if day.type().is_timestamp() else day
    amount = plain(part.column(place))
    # A discount that is not taken off is looked at no more than the amounts are one by one.
    shown = {i for i in (place, when, choice.roles.get("discount")) if i is not None}
    keys = {f"key_{i}": plain(part.column(i)) for i in positions if i not in shown}
    cells = {f"shown_{i}": plain(part.column(i)) for i in shown}
    rows = part.table.select(**keys, **cells, day=day, units=_units(amount))
    rows = rows.mutate(known=rows.units.notnull())
    groups = rows.group_by(*keys, "day", "known").agg(
        **{name: rows[name].min() for name in cells},
        units=rows.units.sum().cast(dtype("int64")),
        high=rows.units.max(),
        rows=rows.count(),
    )
    names = unique([part.names[i] for i in positions])
    columns = {
        name: groups[f"shown_{i}" if i in shown else f"key_{i}"]
        for name, i in zip(names, positions, strict=True)
    }
    more = {GROUPED.rows: groups["rows"], GROUPED.units: groups.units, GROUPED.high: groups.high}
    copied = _stored(part, positions, groups.select(**columns, **more), engine)
    copied.grouped = GROUPED
    return copied


def _units(amount: Any) -> Any:
    """The ten-thousandths of a number, nothing where it is too large."""
    kind = amount.type()
    if kind.is_decimal() and kind.scale <= PLACES and kind.precision <= MOST_PLACES:
        # As it is nearly always; rounding takes long there.
        return (amount * 10_000).cast(dtype("int64"))
    if kind.is_integer():
        amount = amount.cast(dtype("decimal(38, 10)"))
    units = other_engines.amount(amount, "postgres")
    return (units.abs() < MOST_UNITS).ifelse(units, None)
