"""An order log of ranges of cells, counted by the engine that counts files.

A sheet asks the same ranges again and again, once for each formula over them and at every
recalculation. The engine is opened once a process, and the last answers are kept; what is kept is
small: a summary, or a line a customer.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from functools import cache
from threading import Lock
from typing import Any

import pyarrow as pa

from crmformulas.dates import from_number
from crmformulas.errors import InputError, NotEnoughDataError
from crmformulas.orders.counting import queries
from crmformulas.orders.counting.counts import CohortCount
from crmformulas.orders.log import Orders
from crmformulas.orders.reading.cell_ranges import CellRows
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.typed_rows import ReadOptions, Rows
from crmformulas.orders.rules import Rules, placed
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Translated

__all__ = ["Person", "statuses", "summary"]

Person = tuple[str, str, str | None, str | None]
"""A customer: id, status, F12 tier, S12 tier."""

KEPT = 16
"""Answers that are kept: those of a few logs, each at a few days."""

_answers: OrderedDict[tuple[str, bytes], Any] = OrderedDict()
_one_at_a_time = Lock()
"""A connection serves one thread at a time."""


def summary(rows: CellRows) -> Summary:
    """Every figure of the rows at their as-of day.

    Raises:
        NotEnoughDataError: there is nothing to count.
    """
    answer: Summary = _answer("summary", rows, lambda log, as_of: log.summary(as_of))
    return answer


def statuses(rows: CellRows) -> list[Person]:
    """Every customer who has bought, in order of appearance.

    Raises:
        NotEnoughDataError: there is nothing to count.
    """
    answer: list[Person] = _answer("statuses", rows, lambda log, as_of: log.statuses(as_of))
    return answer


def _answer(what: str, rows: CellRows, ask: Callable[[_Log, date | None], Any]) -> Any:
    key = what, rows.digest
    with _one_at_a_time:
        if key not in _answers:
            try:
                with _Log(rows, _engine()) as log:
                    as_of = None if rows.as_of is None else from_number(rows.as_of)
                    answer = ask(log, as_of)
            except InputError as error:
                raise NotEnoughDataError(str(error).replace("--as-of", "as_of")) from error
            if answer == [] or (isinstance(answer, Summary) and not answer.input.customers):
                # Of returns alone a file still has a summary; here there is nothing to show.
                raise NotEnoughDataError(
                    Translated(
                        "nobody has bought",
                        "ingen har köpt",
                    )
                )
            _answers[key] = answer
        _answers.move_to_end(key)
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
        return _answers[key]


@cache
def _engine() -> Engine:
    engine = open_engine()
    engine.lock([])
    return engine


class _Log(Orders):
    """A log whose engine stays open, and forgets what it was shown."""

    def __init__(self, rows: CellRows, engine: Engine) -> None:
        self._connection = engine.backend.whole
        self._shown = f"cells_{uuid.uuid4().hex}"
        self._ids = rows.customers
        table = pa.table(
            {
                "customer": pa.array(rows.customers, pa.string()),
                "day": pa.array(rows.days, pa.int32()),
                "amount": pa.array(rows.amounts, pa.int64()),
            }
        )
        self._connection.register(self._shown, table)
        super().__init__(
            Rows(
                backend=engine.backend,
                table=engine.backend.table(self._shown),
                has_order=False,
                columns={},
                notes=[],
                opened=OpenSource(engine.backend, [], owned=False),
                options=ReadOptions(),
                typed=[],
            )
        )

    def close(self) -> None:
        """Let go of the rows, and leave the engine open."""
        super().close()
        self._connection.unregister(self._shown)

    def statuses(self, as_of: date | None) -> list[Person]:
        """The customers with their status and tiers, in order of appearance."""
        rules = Rules()
        _, _, bounds, within, days = self._prepare(as_of, rules)
        customers = queries.customers_of(within, bounds).cache()
        starts = queries.starts(customers, bounds)
        cohorts = self._rows(queries.cohorts(starts, days, bounds, rules), CohortCount)
        tiered = self._tiered(customers, days, bounds, cohorts, rules)
        active = tiered.select("origin", "target", id=tiered.customer)
        joined = customers.left_join(active, customers.customer == active.id)
        columns = self._columns(joined.select("customer", "origin", "target"))
        by_customer = {
            one[0]: (one[0], *placed(one[1], one[2], rules.tier_names))
            for one in zip(*columns.values(), strict=True)
        }
        return [by_customer[id_] for id_ in dict.fromkeys(self._ids) if id_ in by_customer]
