"""Several files as one log: an order that stands in more than one of them counts once.

Exports overlap: January to March, then February to April, and what was unpaid in one is shipped in
the next. With order ids the later file's version of an order counts; an export that was cut between
the rows of an order is put together. Without order ids a row that is identical in every column and
stands in several files counts as often as in the file that has it most often; rows that are
repeated within one file are all meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from crmformulas.orders.reading.account import AppliedRule, money_text
from crmformulas.orders.reading.embedded import own_name
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.order_totals import AGAIN_AFTER, Ask, Store, is_order, merged
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.typed_parts import RAW, TypedPart
from crmformulas.translations import Translated, counted, counted_in_both

__all__ = ["Versions", "identical_rows", "settle_versions", "together"]


def together(tables: Sequence[Any]) -> Any:
    """Tables of which some lack columns as one table, with the number of each as ``file``."""
    types: dict[str, Any] = {}
    for table in tables:
        types |= {name: table[name].type() for name in table.columns}
    blank: dict[str, Any] = dict.fromkeys(
        ("void", "sale", "unsure", "hinted", "credit", "changed"), False
    )
    blank["refund"] = 0
    padded = []
    for number, table in enumerate(tables):
        cells = {
            name: table[name]
            if name in table.columns
            else ibis.literal(blank[name], kind)
            if name in blank
            else ibis.null(kind)
            for name, kind in types.items()
        }
        padded.append(table.select(**cells, file=ibis.literal(number, dtype("int32"))))
    return reduce(lambda one, other: one.union(other), padded)


def identical_rows(
    opened: OpenSource, parts: Sequence[TypedPart], currency: str | None
) -> tuple[Any, int]:
    """The rows of files without order ids, stored in the engine, and how many were left out."""
    names = list(dict.fromkeys(name for typed in parts for name in typed.part.columns))
    tables = []
    for typed in parts:
        rows = typed.facts(currency, raw=True, order=False)
        own = {name: f"{RAW}{i}" for i, name in enumerate(typed.part.columns)}
        facts = [name for name in rows.columns if not name.startswith(RAW)]
        # A column that only other files have is blank here.
        cells = {
            f"{RAW}{i}": rows[own[name]].cast(dtype("string"))
            if name in own
            else ibis.null(dtype("string"))
            for i, name in enumerate(names)
        }
        tables.append(rows.select(*facts, **cells))
    table = together(tables)
    keys = [name for name in table.columns if name != "file"]
    # In two steps: with the counts of all files side by side, in one, memory does not suffice for
    # as much, and it takes as long.
    per_file = table.group_by([*keys, "file"]).agg(times=table.count())
    counted = per_file.group_by(keys).agg(times=per_file.times.max(), seen=per_file.times.sum())
    facts = [name for name in keys if not name.startswith(RAW)]
    stored = opened.backend.create_table(
        own_name("rows"), counted.select(*facts, "times", "seen"), temp=True
    )
    left_out = opened.ask(stored.agg(rows=(stored.seen - stored.times).sum()))[0]["rows"]
    every = stored.select(*facts, copy=ibis.range(stored.times).unnest())
    return every.drop("copy"), int(left_out or 0)


@dataclass
class Versions:
    """The groups of several files, of which each order's latest version is left."""

    groups: Any
    dropped: Any | None
    """Customer, order and file of the versions that don't count."""
    rules: list[AppliedRule]


def settle_versions(groups: Any, rows: Any, ask: Ask, store: Store) -> Versions:
    """Let the latest version of an order in several files count.

    Args:
        groups: the orders of each file, as `group_rows` makes them.
        rows: the rows of all files, with ``file`` and what tells their articles apart.
        ask: the records of a small table.
        store: stores a table in the engine.
    """
    named = groups.filter(groups.key.isnull() & groups.order.notnull())
    by_order = named.group_by("customer", "order").agg(
        files=named.file.nunique(), first=named.day.min(), last=named["last"].max()
    )
    near = by_order["last"] - by_order["first"] <= AGAIN_AFTER
    shared = store(by_order.filter((by_order.files > 1) & near).select("customer", "order"))
    count = ask(shared.agg(n=shared.count()))[0]["n"]
    if not count:
        return Versions(groups, None, [])
    within = named.agg(rows=named.rows.max())
    both = shared
    if ask(within)[0]["rows"] > 1:
        # Only where an order has several rows an export can be cut between them.
        theirs = rows.filter(rows.key.isnull() & rows.order.notnull())
        theirs = theirs.semi_join(shared, ["customer", "order"])
        alike = theirs.group_by("customer", "order", "article").agg(files=theirs.file.nunique())
        both = store(alike.filter(alike.files > 1).select("customer", "order").distinct())
    orders = is_order(groups)
    newest = ask(
        groups.group_by("file").agg(newest=groups["last"].max(where=orders).fill_null(-(2**31)))
    )
    ranking = [row["file"] for row in sorted(newest, key=lambda row: (row["newest"], row["file"]))]
    rank = ibis.cases(*((named.file == file, place) for place, file in enumerate(ranking)))
    ranked = named.mutate(rank=rank).semi_join(both, ["customer", "order"])
    best = ranked.group_by("customer", "order").agg(best=ranked["rank"].max())
    old = ranked.inner_join(best, ["customer", "order"])
    old = old.filter(old["rank"] < old.best)
    dropped = store(old.select("customer", "order", "file").distinct())
    versions = ask(both.agg(n=both.count()))[0]["n"]
    tally = ask(
        old.agg(
            rows=old.rows.sum().fill_null(0),
            money=old.amount.sum().fill_null(0),
            orders=old.count(),
        )
    )[0]
    by = ["customer", "order", "file"]
    kept = groups.filter(groups.key.isnull()).anti_join(dropped, by)
    rest = groups.filter(groups.key.notnull())
    return Versions(rest.union(kept), dropped, _told(tally, count, versions))


def _told(tally: dict[str, Any], shared: int, versions: int) -> list[AppliedRule]:
    rules = []
    if versions:
        rules.append(
            AppliedRule(
                "overlap",
                Translated(
                    f"{counted(versions, 'order', 'stands')} in more than one file: the version of"
                    " the file that reaches furthest counts ({rows}, {money} left out)",
                    f"{versions} order står i mer än en fil: versionen i den fil som når längst"
                    " fram räknas ({rows}, {money} inte med)",
                ).format(
                    rows=counted_in_both(tally["rows"], "row"), money=money_text(tally["money"])
                ),
                None,
                tally["rows"],
                versions,
                tally["money"],
            )
        )
    if cut := shared - versions:
        rules.append(
            AppliedRule(
                "cut",
                Translated(
                    f"{counted(cut, 'order', 'has')} rows in several files, none of them the same:"
                    f" an export was cut between them, and {'it is' if cut == 1 else 'they are'}"
                    " put together",
                    f"{cut} order har rader i flera filer, ingen av dem densamma: en export delades"
                    f" mellan dem, och {'den' if cut == 1 else 'de'} läggs ihop",
                ),
                None,
                orders=cut,
            )
        )
    return rules


def without_files(groups: Any) -> Any:
    """The groups of all files, an order that was cut as one."""
    by = [name for name in ("customer", "order", "key") if name in groups.columns]
    return merged(groups.drop("file"), *by)
