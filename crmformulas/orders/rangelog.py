"""An order log from ranges of cells, counted by the engine that counts files.

A sheet asks the same ranges again and again, once for each formula over them and at every
recalculation. The engine is opened once a process, and the last answers are kept (what is kept is
small: a summary, or a line a customer).
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from crmformulas.days import from_number
from crmformulas.errors import InputError, NotEnoughDataError, UnknownNameError
from crmformulas.orders.cellrows import CellRows, read_cells

if TYPE_CHECKING:
    from datetime import date

    from crmformulas.orders.analysis import Orders
    from crmformulas.orders.engine import Engine
    from crmformulas.orders.results import Summary

__all__ = ["Person", "people", "summarised"]

Person = tuple[str, str, str | None, str | None]
"""A customer: id, status, F12 tier, S12 tier."""

KEPT = 16
"""Answers that are kept: six formulas over two logs, and some more."""

_answers: OrderedDict[tuple[str, bytes], tuple[Any, int]] = OrderedDict()
_one_at_a_time = Lock()
"""A connection serves one thread at a time."""


def summarised(*ranges: Any) -> tuple[Summary, int]:
    """Every figure of the customers, dates and amounts at an as-of day, and the blank rows.

    Raises:
        FormulaError: the ranges can't be read, or there is nothing to count in them.
    """
    return _answer("summary", _summary, ranges)


def people(*ranges: Any) -> tuple[list[Person], int]:
    """Every customer who has bought, in order of appearance, and the blank rows.

    Raises:
        FormulaError: the ranges can't be read, or there is nothing to count in them.
    """
    return _answer("people", _people, ranges)


def _answer(
    what: str, ask: Callable[[Orders, date | None, list[str]], Any], ranges: tuple[Any, ...]
) -> tuple[Any, int]:
    rows = read_cells(*ranges)
    key = what, rows.digest
    with _one_at_a_time:
        if key not in _answers:
            as_of = None if rows.as_of is None else from_number(rows.as_of)
            try:
                log = _opened(rows)
            except ImportError as error:
                raise UnknownNameError(
                    f"orders are counted by {error.name}; pip install 'crmformulas[orders]'"
                ) from error
            try:
                _answers[key] = ask(log, as_of, rows.customers), rows.blank
            except InputError as error:
                raise NotEnoughDataError(str(error).replace("--as-of", "as_of")) from error
            finally:
                log.close()
        _answers.move_to_end(key)
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
        return _answers[key][0], rows.blank


@cache
def _engine() -> Engine:
    from crmformulas.orders.engine import open_engine

    engine = open_engine()
    engine.lock([])
    return engine


def _opened(rows: CellRows) -> Orders:
    import pyarrow as pa

    from crmformulas.orders.analysis import Orders
    from crmformulas.orders.parts import Opened
    from crmformulas.orders.rows import Options, Rows

    engine = _engine()
    name = f"cells_{uuid.uuid4().hex}"
    table = pa.table(
        {
            "customer": pa.array(rows.customers, pa.string()),
            "day": pa.array(rows.days, pa.int32()),
            "amount": pa.array(rows.amounts, pa.int64()),
        }
    )
    engine.connection.register(name, table)

    class Log(Orders):
        """A log whose engine stays open, and forgets what it was shown."""

        def close(self) -> None:
            shown = [name, *(key for key in self._made if isinstance(key, str))]
            super().close()
            for one in shown:
                engine.connection.unregister(one)

    return Log(
        Rows(
            backend=engine.backend,
            table=engine.backend.table(name),
            has_order=False,
            columns={},
            notes=[],
            opened=Opened(engine.backend, [], owned=False),
            options=Options(),
            typed=[],
        )
    )


def _summary(log: Orders, as_of: date | None, _: list[str]) -> Summary:
    return log.summary(as_of)


def _people(log: Orders, as_of: date | None, ids: list[str]) -> list[Person]:
    names = log.rules
    return []
