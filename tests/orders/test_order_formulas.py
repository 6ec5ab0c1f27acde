"""The formulas over ranges of orders: against the oracle, and what cells may hold."""

from __future__ import annotations

import gc
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import crmformulas as crm
from crmformulas.catalog.formula import load
from crmformulas.errors import (
    ArgumentError,
    DomainError,
    FormulaError,
    NotEnoughDataError,
    PassedError,
)
from crmformulas.orders.counting import range_engine
from crmformulas.orders.order_formulas import FIRST_YEAR_COLUMNS
from crmformulas.orders.reading.cell_ranges import CellRows, read_cells
from tests import oracle
from tests.examples import examples
from tests.logs import Case, cases

EVERY = {name: f.function for name, f in load().items() if f.category == "orders"}
TABLES = {name: function for name, function in EVERY.items() if name != "btyd_fit"}
"""What the engine counts; models are fitted in plain Python, of many customers."""
each_table = pytest.mark.parametrize("name", EVERY)

# ------------------------------------------------------------------------------- against the oracle


def as_cells(rows: pd.DataFrame, drawn: st.DataObject) -> tuple[list[Any], ...]:
    """Rows as a sheet might hold them: dates, serial numbers or text; numbers or text."""

    def day_cell(day: date) -> Any:
        forms = (
            day,
            datetime(day.year, day.month, day.day, 13, 45),
            float((day - date(1899, 12, 30)).days),
            day.isoformat(),
            day.strftime("%d %b %Y"),
        )
        return forms[form if form < len(forms) else drawn.draw(st.integers(0, 4))]

    def amount_cell(amount: Decimal) -> Any:
        return float(amount) if drawn.draw(st.booleans()) else format(amount, "f")

    form = drawn.draw(st.integers(0, 5))
    days = [day_cell(d) for d in rows["day"]]
    return list(rows["customer"]), days, [amount_cell(a) for a in rows["amount"]]


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that have all three; the formulas refuse the others, which is tested below."""
    has_id = rows["customer"].map(lambda c: bool(oracle.text_or_none(c)))
    return rows[has_id.astype(bool) & rows["day"].notna() & rows["amount"].notna()]


def plain(table: pd.DataFrame) -> list[list[Any]]:
    rows = table.astype(object).to_numpy().tolist()
    return [[None if v is None or v != v else v for v in row] for row in rows]


def close(found: list[list[Any]], wanted: list[list[Any]]) -> bool:
    """Money leaves the oracle rounded to four decimals."""

    def same(one: Any, other: Any) -> bool:
        if isinstance(other, float):
            return bool(one == pytest.approx(other, rel=1e-12, abs=1.01e-4))
        return bool(one == other)

    return [len(r) for r in found] == [len(r) for r in wanted] and all(
        same(one, other)
        for a, b in zip(found, wanted, strict=True)
        for one, other in zip(a, b, strict=True)
    )


def records(entries: list[dict[str, Any]]) -> list[list[Any]]:
    """The cells of a table; intervals have formulas of their own."""
    return [
        [value for name, value in entry.items() if not name.endswith(("_low", "_high"))]
        for entry in entries
    ]


relaxed = settings(
    max_examples=examples(25),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def of_first_year(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row[name] for name in FIRST_YEAR_COLUMNS] for row in rows]


@given(case=cases(order_column=False), data=st.data())
@relaxed
def test_every_table_is_that_of_the_oracle(case: Case, data: st.DataObject) -> None:
    rows = readable(case.rows)
    cells = as_cells(rows, data)
    try:
        wanted = oracle.summary(rows, as_of=case.as_of)
    except ValueError:
        wanted = {"input": {"customers": 0}}
    if not wanted["input"]["customers"]:
        for table in TABLES.values():
            with pytest.raises(NotEnoughDataError):
                table(*cells, case.as_of)
        return
    known = wanted["windows"]["f12_months"] >= 6
    flows, migration = TABLES["customer_flows"], TABLES["migration_matrix"]
    made = {
        name: table(*cells, case.as_of)
        for name, table in TABLES.items()
        if table not in (flows, migration)
    }
    if not known:
        for table in (flows, migration):
            with pytest.raises(NotEnoughDataError, match="of the 12 months before the last 12"):
                table(*cells, case.as_of)
    elif wanted["flow_table"]:
        assert close(plain(flows(*cells, case.as_of)), records(wanted["flow_table"]))
    else:
        with pytest.raises(NotEnoughDataError, match="in the two years"):
            flows(*cells, case.as_of)
    if known:
        matrix = migration(*cells, case.as_of)
        assert plain(matrix) == wanted["migration"]["customers"]
        assert matrix.columns.tolist() == wanted["migration"]["to"]
    assert close(plain(made["portfolio"].reset_index()), records(wanted["portfolio"]))
    assert close(plain(made["order_ladder"]), records(wanted["ladder"]["steps"]))
    assert close(plain(made["ltv_at_age"]), records(wanted["ltv"]))
    assert close(plain(made["first_year"]), of_first_year(wanted["first_year"]))
    told = made["customer_status"]
    assert told["status"].isna().all() == (not known)
    status = told["status"].value_counts()
    for name in ("new", "continued", "reactivated", "lost") if known else ():
        assert status.get(name, 0) == wanted["flows"][name]
    assert len(told) == wanted["input"]["customers"]
    for entry in wanted["flow_table"] if known else ():
        here = told[
            (told["f12_tier"].fillna(told["status"]) == entry["from"])
            & (told["s12_tier"].fillna(told["status"]) == entry["to"])
        ]
        assert len(here) == entry["customers"]


def test_customers_come_in_order_of_appearance_as_they_were_given() -> None:
    table = crm.customer_status([9.0, "b ", 9.0, "a"], [46000.0] * 4, [1.0, 2.0, 3.0, 4.0])
    assert table["customer"].tolist() == [9, "b", "a"]
    assert table.columns.tolist() == ["customer", "status", "f12_tier", "s12_tier"]


def test_frames_are_the_caller_s_own() -> None:
    args = (["a", "b"], ["2026-01-01", "2026-01-02"], [1, 2])
    for table in (crm.portfolio(*args), crm.order_ladder(*args)):
        table.loc[:, "customers"] = -1
    assert (crm.portfolio(*args)["customers"] >= 0).all()
    assert (crm.order_ladder(*args)["customers"] >= 0).all()


# --------------------------------------------------------------------------------- what cells hold


def read(
    customers: Any = ("a",), dates: Any = (46000.0,), amounts: Any = (1.0,), as_of: Any = None
) -> CellRows:
    return read_cells(customers, dates, amounts, as_of)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (1.0, "1900-01-01"),
        (59.0, "1900-02-28"),
        (61.0, "1900-03-01"),
        (45992.75, "2025-12-01"),
        (46000, "2025-12-09"),
        (20251209.0, "2025-12-09"),
        (date(2025, 12, 9), "2025-12-09"),
        (datetime(2025, 12, 9, 23, 59), "2025-12-09"),
        (pd.Timestamp("2025-12-09T23:59", tz="Asia/Tokyo"), "2025-12-09"),
        ("2025-12-09T23:30:00+02:00", "2025-12-09"),
        (" 9 Dec 2025", "2025-12-09"),
        ("31/12/2025", "2025-12-31"),
        ("20251209", "2025-12-09"),
    ],
)
def test_dates_of_every_form(cell: Any, day: str) -> None:
    wanted = (date.fromisoformat(day) - date(1970, 1, 1)).days
    assert read(dates=[cell]).days.tolist() == [wanted]


def test_dates_of_every_library() -> None:
    wanted = read(["a", "b"], [46000.0, 46001.0], [1.0, 2.0]).days.tolist()
    days = [date(2025, 12, 9), date(2025, 12, 10)]
    for column in (
        days,
        [[d] for d in days],
        np.array(days, dtype="datetime64[D]"),
        pd.Series(pd.to_datetime(days)),
        pd.DataFrame({"day": pd.to_datetime(days)}),
    ):
        assert read(["a", "b"], column, [1.0, 2.0]).days.tolist() == wanted


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        (1.00005, 10001),
        (-1.00005, -10001),
        (0.00004, 0),
        (123456789.1234, 1234567891234),
        (99_999_999_999.9999, 999_999_999_999_999),
        (3, 30000),
        (Decimal("2.5"), 25000),
        ("1 299,50 kr", 12995000),
        ("(5.00)", -50000),
        (1e-7, 0),
    ],
)
def test_amounts_of_every_form(cell: Any, units: int) -> None:
    assert read(amounts=[cell]).amounts.tolist() == [units]


@given(st.lists(st.decimals(-(10**9), 10**9, allow_nan=False, places=5), min_size=1, max_size=50))
@settings(max_examples=examples(50), deadline=None)
def test_numbers_are_the_amounts_that_their_digits_say(amounts: list[Decimal]) -> None:
    ids, dates = ["a"] * len(amounts), [46000.0] * len(amounts)
    as_numbers = read(ids, dates, [float(a) for a in amounts])
    as_text = read(ids, dates, [*map(str, amounts)])
    assert as_numbers.amounts.tolist() == [oracle.amount_or_none(a) for a in amounts]
    mixed = any(a % 1 for a in amounts)
    assert not mixed or as_text.amounts.tolist() == as_numbers.amounts.tolist()


def test_other_rows_decide_what_a_text_means() -> None:
    day = read(["a", "b"], ["05/01/2024", "13/01/2024"], [1.0, 1.0]).days
    assert (day[1] - day[0]) == 8
    amounts = read(["a", "b"], [46000.0] * 2, ["1.299", "1.299,50"]).amounts
    assert amounts.tolist() == [12990000, 12995000]
    with_as_of = read(["a", "b"], ["05/01/2024", "13/01/2024"], [1.0, 1.0], "06/01/2024")
    assert with_as_of.as_of == day[0] + 1


def test_blank_rows_are_skipped_and_counted() -> None:
    blank = [None, "", " ", float("nan"), pd.NaT]
    rows = read(["a", *blank, "b"], [46000.0, *blank, 46001.0], [1.0, *blank, 2.0])
    assert rows.customers == ["a", "b"]
    assert rows.blank == 5
    args = (["a", "a", None], ["2024-06-01", "2026-01-01", None], [1, 1, None])
    for table in TABLES.values():
        assert table(*args).attrs["blank_rows"] == 1


WRONG: list[tuple[dict[str, Any], type[FormulaError], str]] = [
    ({"customers": [""]}, ArgumentError, "customers must be given, got nothing at 1"),
    ({"dates": [None]}, ArgumentError, "dates must be dates, got nothing at 1"),
    ({"amounts": [" "]}, ArgumentError, "amounts must be numbers, got nothing at 1"),
    ({"dates": ["soon"]}, ArgumentError, "dates must be dates, got 'soon' at 1"),
    ({"dates": [True]}, ArgumentError, "dates must be dates, got True at 1"),
    ({"dates": [60.0]}, DomainError, "dates must be days from 1900-01-01 to 9999-12-31"),
    ({"dates": [-1.0]}, DomainError, "got -1 at 1"),
    ({"dates": [1e300]}, DomainError, "got 1e+300 at 1"),
    ({"amounts": ["ten"]}, ArgumentError, "amounts must be numbers, got 'ten' at 1"),
    ({"amounts": [True]}, ArgumentError, "amounts must be numbers, got True at 1"),
    ({"amounts": [1e14]}, DomainError, "amounts must be below 1e+14"),
    ({"amounts": [float("inf")]}, DomainError, "amounts must be below 1e+14"),
    ({"amounts": [1.0, 2.0]}, ArgumentError, "amounts must have as many rows as customers (1)"),
    ({"dates": ["05/01/2024"]}, ArgumentError, "dates can be read day first or month first"),
    ({"amounts": ["1.299"]}, ArgumentError, "amounts can be read with a decimal point or"),
    ({"as_of": ""}, ArgumentError, "as_of must be a date, got nothing"),
    ({"as_of": "soon"}, ArgumentError, "as_of must be a date, got 'soon'"),
    ({"as_of": "05/01/2024"}, ArgumentError, "as_of must be a date that reads one way"),
    ({"as_of": [[1.0], [2.0]]}, ArgumentError, "as_of must be one day, got a range of 2"),
    ({"as_of": 2958465.0}, DomainError, "as_of must be a day before the year 9999"),
    ({"as_of": "#N/A", "dates": ["soon"]}, PassedError, "#N/A in an argument"),
    ({"amounts": ["#REF!"], "customers": [""]}, PassedError, "#REF! in an argument"),
    ({"customers": [None], "dates": [None], "amounts": [None]}, NotEnoughDataError, "blank"),
]


@pytest.mark.parametrize(("change", "error", "words"), WRONG)
def test_what_cannot_be_read_is_told_with_its_place(
    change: dict[str, Any], error: type[FormulaError], words: str
) -> None:
    with pytest.raises(error) as told:
        read(**change)
    assert words in str(told.value)


def test_a_place_is_that_in_the_range_blank_rows_included() -> None:
    with pytest.raises(ArgumentError, match="dates must be dates, got 'soon' at 3"):
        read(["a", None, "b"], [46000.0, None, "soon"], [1.0, None, 2.0])


@each_table
def test_too_little_for_an_answer(name: str) -> None:
    with pytest.raises(NotEnoughDataError, match="nobody has bought"):
        EVERY[name](["a"], ["2026-01-01"], [-5])
    with pytest.raises(NotEnoughDataError, match="no orders up to 2025-12-31: give a later as_of"):
        EVERY[name](["a"], ["2026-01-01"], [5], "2025-12-31")
    with pytest.raises(NotEnoughDataError, match="give as_of with the last day that counts"):
        EVERY[name](["a", "b"], [5.0, 46000.0], [5, 5])


def test_warnings_are_those_of_a_summary() -> None:
    table = crm.portfolio(["a", "b"], ["2026-01-01", "2026-01-02"], [1, 2])
    assert any("24 months" in line or "history" in line for line in table.attrs["warnings"])


# ---------------------------------------------------------------------------------- in one process


def test_the_engine_is_opened_once_and_keeps_nothing_of_a_call() -> None:
    def tables() -> set[str]:
        gc.collect()
        found = range_engine._engine().connection.execute("FROM duckdb_tables() SELECT table_name")
        views = range_engine._engine().connection.execute(
            "FROM duckdb_views() SELECT view_name WHERE NOT internal"
        )
        return {name for (name,) in [*found.fetchall(), *views.fetchall()]}

    before = tables()
    first = date(2026, 1, 1)
    for days in range(3):
        day = (first + timedelta(days=days)).isoformat()
        for table in TABLES.values():
            table(["a", "b", "a"], ["2024-03-01", "2025-06-01", "2025-12-24"], [1, 2, 3], day)
    assert tables() <= before


def test_an_answer_is_kept_for_the_same_cells_only() -> None:
    ids, dates = ["a", "b"], ["2024-03-01", "2026-01-01"]
    one = crm.customer_flows(ids, dates, [1, 2])
    assert crm.customer_flows(ids, dates, [1, 2]).equals(one)
    assert not crm.customer_flows(ids, dates, [1, 3]).equals(one)
    assert not crm.customer_flows(["a", "a"], dates, [1, 2]).equals(one)
    assert not crm.customer_flows(ids, dates, [1, 2], "2027-06-01").equals(one)
