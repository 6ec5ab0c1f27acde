"""Orders counted in plain Python: every figure that the engine's counts give, to the last digit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crmformulas.errors import DomainError, NotEnoughDataError
from crmformulas.orders.counting import range_engine as engine
from crmformulas.orders.counting import range_log
from crmformulas.orders.reading.cell_ranges import CellRows, read_cells
from tests.examples import examples
from tests.logs import Case, cases
from tests.orders.test_order_formulas import as_cells, readable


def asked(module: Any, what: str, rows: CellRows) -> Any:
    try:
        return getattr(module, what)(rows)
    except NotEnoughDataError:
        return None


@given(case=cases(order_column=False), data=st.data())
@settings(
    max_examples=examples(60),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_it_counts_as_the_engine_does(case: Case, data: st.DataObject) -> None:
    log = readable(case.rows)
    if log.empty:
        return
    rows = read_cells(*as_cells(log, data), case.as_of)
    assert asked(range_log, "statuses", rows) == asked(engine, "statuses", rows)
    found, wanted = (asked(module, "summary", rows) for module in (range_log, engine))
    if wanted is None:
        assert found is None
        return
    told, right = found.to_dict(), wanted.to_dict()
    for summary in (told, right):
        # Rows are rows of cells there, and customers' days here; no formula tells them.
        del summary["input"]["rows"]
    assert told == right


LOG = (["ann", "bo", "ann"], ["2025-01-10", "2025-02-11", "2026-01-10"], [100, 40, 60])


def test_an_answer_is_kept() -> None:
    rows = read_cells(*LOG)
    assert range_log.summary(rows) is range_log.summary(read_cells(*LOG))
    assert range_log.summary(rows) is not range_log.summary(read_cells(*LOG, "2026-02-01"))


def test_only_so_many_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(range_log, "_answers", type(range_log._answers)())
    for day in range(1, 29):
        range_log.statuses(read_cells(*LOG, f"2026-02-{day:02}"))
    assert len(range_log._answers) == range_log.KEPT


@pytest.mark.parametrize(
    ("days", "as_of", "why"),
    [
        (["1850-01-01", "2026-01-01"], None, "the orders run from 1850-01-01 to 2026-01-01"),
        (["2026-01-01", "2026-01-02"], "2025-12-31", "no orders up to 2025-12-31"),
    ],
)
def test_a_log_that_can_t_be_told_at_a_day(days: list[str], as_of: str | None, why: str) -> None:
    with pytest.raises(NotEnoughDataError, match=why):
        range_log.summary(read_cells(["a", "b"], days, [1, 2], as_of))


@pytest.mark.parametrize(
    ("days", "as_of", "what"),
    [
        (["0002-01-01", "0002-06-01"], None, "the last of dates"),
        (["1899-06-01", "1899-12-31"], None, "the last of dates"),
        (["1899-06-01", "1900-06-01"], "1899-12-31", "as_of"),
    ],
)
def test_a_day_before_1900_is_none_to_tell_at(
    days: list[str], as_of: str | None, what: str
) -> None:
    with pytest.raises(DomainError, match=f"^{what} must be a day of the year 1900 or later$"):
        range_log.summary(read_cells(["a", "b"], days, [1, 2], as_of))


def test_of_returns_alone_there_is_nothing_to_tell() -> None:
    with pytest.raises(NotEnoughDataError, match="nobody has bought"):
        range_log.statuses(read_cells(["a"], ["2026-01-01"], [-1]))
