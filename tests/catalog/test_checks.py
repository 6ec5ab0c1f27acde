"""The boundary check: floats and arrays give the same answers, and errors say what is wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmformulas as crm
from crmformulas.catalog import checks
from crmformulas.catalog.formula import Formula, Parameter, Shape, load
from crmformulas.catalog.parameters import Kind
from crmformulas.errors import (
    ArgumentError,
    DivisionError,
    DomainError,
    FormulaError,
    PassedError,
)
from tests.examples import examples

FORMULAS = load()
ELEMENTWISE = [f for f in FORMULAS.values() if f.elementwise]
each_elementwise = pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda f: f.name)

clv = FORMULAS["clv"].function
retention = FORMULAS["retention"].function
retention_gain = FORMULAS["retention_gain"].function
portfolio_value = FORMULAS["portfolio_value"].function


def numbers(kind: Kind) -> st.SearchStrategy[float]:
    """Numbers of a kind, its bounds, and numbers that are outside it."""
    low, high = max(kind.low, -1e6), min(kind.high, 1e6)
    inside = (
        st.integers(int(low), min(int(high), 400)).map(float)
        if kind.whole
        else st.floats(low, high, allow_subnormal=False)
    )
    edges = [low, high, low - 0.5, high + 1, 0.0, -0.0, 0.5, 1.0, 2.0, 1.5, 1e308, -1e308]
    return inside | st.sampled_from([*edges, math.inf, -math.inf, math.nan, 5e-324]) | st.floats()


def arguments(entry: Formula) -> st.SearchStrategy[list[float]]:
    """Arguments by the catalogue's kinds; where a relation ties them, often kept."""
    drawn = [numbers(p.kind) for p in entry.parameters]
    if not entry.relations:
        return st.tuples(*drawn).map(list)
    names = [p.name for p in entry.parameters]

    def tie(values: list[float], keep: bool, share: float) -> list[float]:
        if keep:
            for relation in entry.relations:
                whole = relation.high
                most = values[names.index(whole)] if isinstance(whole, str) else whole
                for part in relation.parts:
                    values[names.index(part)] = share * most / len(relation.parts)
        return values

    shares = st.floats(0, 1) | st.sampled_from([0.0, 1.0])
    return st.builds(tie, st.tuples(*drawn).map(list), st.booleans(), shares)


def answer(entry: Formula, values: Sequence[float]) -> float:
    try:
        result = entry.function(*values)
    except FormulaError:
        return math.nan
    assert type(result) is float
    assert math.isfinite(result)
    return result


@each_elementwise
@settings(max_examples=examples(40))
@given(data=st.data())
def test_arrays_and_numbers_agree(entry: Formula, data: st.DataObject) -> None:
    rows = data.draw(st.lists(arguments(entry), min_size=1, max_size=6))
    given_ = data.draw(st.sampled_from([len(entry.parameters), _required(entry)]))
    rows = [row[:given_] for row in rows]
    one_by_one = [answer(entry, row) for row in rows]
    at_once = entry.function(*(np.array(column) for column in zip(*rows, strict=True)))
    assert isinstance(at_once, np.ndarray)
    # NaN exactly where the single call raises. log and expm1 may differ in the last bits; of a
    # power that is less than 1 by next to nothing, what is left is as exact as 1 is.
    left = 1e-15 if entry.name == "p_buys" else 0
    np.testing.assert_allclose(at_once, one_by_one, rtol=1e-12, atol=left, equal_nan=True)


@each_elementwise
@settings(max_examples=examples(15))
@given(data=st.data())
def test_a_number_beside_an_array_is_broadcast(entry: Formula, data: st.DataObject) -> None:
    values = data.draw(arguments(entry))
    which = data.draw(st.integers(0, len(values) - 1))
    mixed = [np.full(3, v) if i == which else v for i, v in enumerate(values)]
    expected = [answer(entry, values)] * 3
    np.testing.assert_allclose(entry.function(*mixed), expected, rtol=1e-12, equal_nan=True)


@each_elementwise
@settings(max_examples=examples(15))
@given(data=st.data())
def test_whole_numbers_of_either_type_agree(entry: Formula, data: st.DataObject) -> None:
    whole = st.integers(-3, 9) | st.integers(-3, 10**6)
    ints = [data.draw(whole) for _ in entry.parameters]
    expected = answer(entry, [float(i) for i in ints])
    np.testing.assert_array_equal(answer(entry, ints), expected)


def test_whole_numbers_beyond_those_that_floats_hold() -> None:
    assert clv(2**53 + 1, 1, 1) == 2.0**53
    assert clv(10**300, 10**8, 1) == 1e308
    with pytest.raises(DomainError):
        clv(10**300, 10**9, 1)


def _required(entry: Formula) -> int:
    return sum(not p.optional for p in entry.parameters)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    order_value = np.arange(-50.0, 50.0)
    order_value[[3, 98]] = np.nan
    whole = clv(2, order_value, 1.5)
    monkeypatch.setattr(checks, "BLOCK", 7)
    np.testing.assert_array_equal(clv(2, order_value, 1.5), whole)
    np.testing.assert_array_equal(np.isnan(whole), np.isnan(order_value))


# ------------------------------------------------------------------------------------- arrays


def test_shapes_broadcast_like_ranges() -> None:
    table = clv([[1], [2]], [[10, 20, 30]], 1)
    assert table.tolist() == [[10, 20, 30], [20, 40, 60]]
    assert clv(np.ones((2, 3)), 5, 1).shape == (2, 3)
    assert clv([], 5, 1).tolist() == []


def test_series_frames_and_transposed_arrays_are_read() -> None:
    assert clv(pd.Series([1, 2]), 10, 1).tolist() == [10, 20]
    assert clv(pd.DataFrame({"a": [1, 2]}), 10, 1).tolist() == [[10], [20]]
    assert clv(pd.array([1, None], dtype="Int64"), 10, 1)[0] == 10
    assert clv(np.arange(6.0).reshape(2, 3).T, 1, 1).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert clv(np.array([1, 2], dtype=np.int8), 100, 1).tolist() == [100, 200]


def test_nothing_in_an_array_is_undefined() -> None:
    assert np.isnan(clv([1, None, np.nan], 10, 1)).tolist() == [False, True, True]


def test_arguments_are_not_changed() -> None:
    values = np.array([0.5, 1.0, 1.4])
    FORMULAS["customer_duration"].function(values)
    assert values.tolist() == [0.5, 1.0, 1.4]


@pytest.mark.parametrize("column", [["a", "b"], np.array(["1", "2"]), [True, False], [1, "x"]])
def test_text_and_truth_values_in_an_array_are_refused(column: Any) -> None:
    with pytest.raises(ArgumentError, match="frequency must be a number, got"):
        clv(column, 10, 1)


def test_ranges_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"ranges of sizes 2, 3 can't be combined"):
        clv([1, 2], [1, 2, 3], 1)
    with pytest.raises(ArgumentError, match="frequency must have rows of equal length"):
        clv([[1, 2], [3]], 1, 1)


# ------------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "number",
    [5, 5.0, np.float64(5), np.float32(5), np.int64(5), np.array(5), Decimal(5), Fraction(5)],
    ids=lambda n: type(n).__name__,
)
def test_every_kind_of_number_is_one(number: Any) -> None:
    result = clv(number, 500, 2.5)
    assert type(result) is float
    assert result == 6250


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("5", "'5'"),
        (None, "nothing"),
        ("", "nothing"),
        (True, "True"),
        (np.True_, "True"),
        ({}, "{}"),
        (date(2026, 1, 1), "datetime.date(2026, 1, 1)"),
    ],
)
def test_what_is_no_number_is_refused(value: Any, got: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        clv(5, value, 2.5)
    assert (
        str(caught.value).replace("np.True_", "True") == f"order_value must be a number, got {got}"
    )


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("customer_duration", (1.4,), "retention must be between 0 and 1, got 1.4"),
        ("customer_duration", (math.nan,), "retention must be between 0 and 1, got nan"),
        ("clv", (-1, 500, 2), "frequency must be at least 0, got -1"),
        ("clv", (5, math.inf, 2), "order_value must be a number that is not infinite, got inf"),
        ("clv", (10**400, 1, 1), "frequency is too large for a number"),
        ("retention_from_duration", (0.5,), "duration must be at least 1, got 0.5"),
        ("clv_discounted", (1, 0.5, -1), "discount_rate must be above -1, got -1"),
        (
            "clv_discounted",
            (1, 0.5, 0.1, 2.5),
            "years must be a whole number of at least 1, got 2.5",
        ),
        ("retention", (10, 20), "retained must be at most opening (10), got 20"),
        ("retention", (100, 0.5), "retained must be a whole number of at least 0, got 0.5"),
        ("closing_customers", (9, 2, 0, 0.1), "lost must be a whole number of at least 0, got 0.1"),
        (
            "net_duration",
            (10, 6, 5),
            "continued + reactivated must be at most opening (10), got 11",
        ),
        ("retention_gain", (1, 0.9, 0.2, 1), "retention + lift must be at most 1, got 1.1"),
        ("retention_gain", (1, 0.1, -0.2, 1), "retention + lift must be at least 0, got -0.1"),
        (
            "annual_value",
            (1e308, 1e308),
            "annual_value(frequency=1e+308, order_value=1e+308) is too large for a number",
        ),
        (
            "customer_duration",
            (1.0000000001,),
            "retention must be between 0 and 1, got 1.0000000001",
        ),
    ],
)
def test_a_number_out_of_the_domain_is_named(name: str, args: Any, message: str) -> None:
    with pytest.raises(DomainError) as caught:
        FORMULAS[name].function(*args)
    assert str(caught.value) == message


def test_division_by_zero_is_named() -> None:
    with pytest.raises(DivisionError) as caught:
        retention(0, 0)
    assert str(caught.value) == "division by zero in retention(opening=0, retained=0)"


def test_errors_are_those_of_python_too() -> None:
    for error, builtin in (
        (ArgumentError, TypeError),
        (DomainError, ValueError),
        (DivisionError, ZeroDivisionError),
    ):
        assert issubclass(error, builtin)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("x", -1, "#REF!", 1), PassedError),
        (("x", -1, 0, 1), ArgumentError),
        ((1, 1.4, 0, -1), DomainError),
        ((1, 0.9, 0.2, 1), DomainError),
        ((1, 1, 0, 1), DivisionError),
    ],
)
def test_errors_come_in_the_order_of_a_spreadsheet(args: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        retention_gain(*args)


def test_none_stands_for_the_default() -> None:
    assert clv(5, 500, 2.5, None) == clv(5, 500, [2.5], None)[0] == 6250
    assert FORMULAS["extra_orders"].function([0.5], None) == 500
    assert FORMULAS["tier"].function([1], None, None) == ["mid"]


def test_arguments_are_given_by_name_too() -> None:
    assert clv(5, 500, duration=2.5, margin=0.5) == 3125
    assert clv(5, order_value=[1], duration=2).tolist() == [10]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'duration'"):
        clv(5, 500)


# ---------------------------------------------------------------------- ranges as a whole


def test_one_bad_element_of_a_range_is_named() -> None:
    with pytest.raises(DomainError, match="customers must be at least 0, got -2 at 3"):
        portfolio_value([1, 1, 1], [1, 2, -2])
    with pytest.raises(ArgumentError, match="clv must be numbers, got nothing at 2"):
        portfolio_value([1, None], [1, 2])
    with pytest.raises(ArgumentError, match="clv must be a number, got 'x'"):
        portfolio_value([1, "x"], [1, 2])
    with pytest.raises(PassedError, match="#N/A in an argument"):
        portfolio_value(["x", 1], [1, "#N/A"])
    with pytest.raises(PassedError, match="#NUM! in an argument"):
        portfolio_value([1], pd.Series(["#NUM!"]))


def test_columns_must_be_equally_long() -> None:
    with pytest.raises(ArgumentError) as caught:
        portfolio_value([1, 2, 3], [[1, 2]])
    assert str(caught.value) == "customers must have as many rows as clv (3), got 2"


def test_counts_are_whole_on_every_path() -> None:
    assert retention(100.0, 50) == retention(np.int64(100), 50.0) == 0.5
    np.testing.assert_array_equal(retention([100, 100], [50, 0.5]), [0.5, np.nan])
    with pytest.raises(
        DomainError, match=r"counts must be a whole number between 0 and 1e\+15, got 0\.5"
    ):
        FORMULAS["migration_rates"].function([[1, 0.5]])
    # What a plan expects need not be whole.
    assert portfolio_value([10], [0.5]) == 5


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("portfolio_value", ([1, 2, 3], [-1, 2]), "customers must have as many rows as clv (3)"),
        ("clv_bridge", ([-1, 2, 3], [1, 2, 3, 4]), "before must be 4 numbers"),
        ("budget", ([[-1, 2, 3]] * 2, 5, [1] * 7, 0.4), "outcome must be a table of 3 rows"),
        ("budget", ([[-1, 2, 3]] * 3, 5, [1] * 6, 0.4), "growth must be 7 factors"),
        ("budget", ([[1, 2, 3]] * 3, 5, [1] * 7, 0.4, -1), "simulation must be 9 factors, got 1"),
        ("project_portfolio", ([-1], [[0.1] * 3], [1], 1), "rates must have 1 or 2 columns, got 3"),
    ],
)
def test_sizes_come_before_numbers(name: str, args: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        FORMULAS[name].function(*args)
    assert str(caught.value).startswith(message)


def test_a_range_is_read_row_by_row() -> None:
    assert portfolio_value([[1, 2], [3, 4]], [1, 10, 100, 1000]) == 4321
    assert portfolio_value(5, 2) == 10


def test_a_range_where_one_value_is_needed_is_refused() -> None:
    pareto_share = FORMULAS["pareto_share"].function
    with pytest.raises(ArgumentError, match="top must be one number, got a range of 2"):
        pareto_share([1, 2], [0.2, 0.3])
    assert pareto_share([1, 2], [[0.5]]) == pareto_share([1, 2], 0.5)  # a cell of a sheet
    with pytest.raises(DomainError, match="years must be a whole number between 1 and 1000"):
        FORMULAS["project_portfolio"].function([1], [[1]], [1], 1.5)


def test_a_table_must_have_rows_and_columns() -> None:
    with pytest.raises(ArgumentError, match="counts must be a table of rows and columns"):
        FORMULAS["migration_rates"].function([1, 2])


def test_a_result_that_is_too_large_is_an_error() -> None:
    with pytest.raises(DomainError, match="the result of portfolio_value is too large"):
        portfolio_value([1e308, 1e308], [10, 10])


@pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))
def test_every_argument_is_checked(entry: Formula) -> None:
    example = list(entry.example.args)
    for i, parameter in enumerate(entry.parameters[: len(example)]):
        if parameter.kind.content == "text":
            continue
        bad = _bad(parameter, example[i])
        args = [*example[:i], bad, *example[i + 1 :]]
        with pytest.raises(ArgumentError, match=rf"^{parameter.name} must be "):
            entry.function(*args)


def _bad(parameter: Parameter, good: Any) -> Any:
    """The argument with an element that is none."""
    wrong = "" if parameter.kind.content == "id" else "bad"
    if parameter.shape is Shape.ELEMENT:
        return wrong
    if parameter.shape is Shape.COLUMN:
        return [wrong, *good[1:]]
    return [[wrong, *good[0][1:]], *good[1:]]


def test_a_truth_value_among_numbers_is_refused() -> None:
    """NumPy would read it as 1."""
    for column in ([True, 2.0, 3.0], [[2.0, True], [3.0, 4.0]], (1, False)):
        with pytest.raises(ArgumentError, match=r"must be a number, got (True|False)"):
            crm.portfolio_value(column, column)


def test_text_in_a_later_range_comes_before_a_number_outside_the_domain() -> None:
    with pytest.raises(ArgumentError, match="customers must be a number, got 'x'"):
        crm.step_gain([0.5, 1.5], [0.5, 0.5], "x")
