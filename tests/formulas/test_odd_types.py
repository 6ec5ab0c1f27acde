"""Whatever libraries and programs hand over for an argument: an answer, or one of our errors."""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

import crmformulas as crm
from crmformulas.catalog.formula import Formula, load
from crmformulas.errors import ArgumentError, DomainError, FormulaError, PassedError

FORMULAS = tuple(load().values())


def in_itself() -> list[Any]:
    endless: list[Any] = [1.0]
    endless.append(endless)
    return endless


def numbers() -> Iterator[int]:
    yield from (1, 2, 3)


class Surly:
    """Somebody's own type, which refuses everything."""

    def __float__(self) -> float:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        raise RuntimeError("no")


ODD: dict[str, Callable[[], Any]] = {
    "masked array": lambda: np.ma.masked_array([0.5, 0.25, 0.75], [False, True, False]),
    "masked all": lambda: np.ma.masked_all(3),
    "masked": lambda: np.ma.masked,
    "masked whole numbers": lambda: np.ma.masked_array([1, 2, 3], [False, True, False]),
    "masked texts": lambda: np.ma.masked_array(["a", "b"], [False, True]),
    "masked in a list": lambda: [0.5, np.ma.masked],
    "complex": lambda: 1 + 2j,
    "NumPy's complex": lambda: np.complex128(1 + 2j),
    "complex array": lambda: np.array([1 + 2j, 1]),
    "complex objects": lambda: np.array([1 + 2j, 1], dtype=object),
    "complex in a list": lambda: [0.5, np.complex64(2j)],
    "bytes": lambda: b"1",
    "byte array": lambda: bytearray(b"\x01\x02"),
    "memory": lambda: memoryview(b"\x01\x02"),
    "array of bytes": lambda: np.array([b"1", b"2"]),
    "bytes in a list": lambda: [0.5, b"1"],
    "records": lambda: np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]),
    "set": lambda: {0.1, 0.2},
    "frozen set": lambda: frozenset({0.1, 0.2}),
    "set in a list": lambda: [{0.1}],
    "generator": numbers,
    "iterator": lambda: iter([1, 2]),
    "map": lambda: map(float, [1, 2]),
    "keys": lambda: {"a": 1}.keys(),
    "values": lambda: {"a": 1.0}.values(),
    "mapping": lambda: {"a": 1.0},
    "mapping in a list": lambda: [{"a": 1.0}],
    "list in itself": in_itself,
    "deep list": lambda: [[[[[[[1.0]]]]]]],
    "ragged": lambda: [[1.0, 2.0], [3.0]],
    "arrays in a list": lambda: [np.array([0.5, 0.25]), np.array([0.5, 0.75])],
    "array": lambda: array("d", [0.5, 0.25]),
    "whole array": lambda: array("q", [1, 2]),
    "deque": lambda: deque([0.5, 0.25]),
    "range": lambda: range(3),
    "matrix": lambda: np.matrix([[0.5, 0.25]]),
    "no dimension": lambda: np.array(0.5),
    "three dimensions": lambda: np.full((2, 2, 2), 0.5),
    "empty": lambda: [],
    "empty rows": lambda: [[], []],
    "huge": lambda: 10**400,
    "huge in a list": lambda: [1, 10**400],
    "beyond digits": lambda: 10**5000,
    "beyond digits in a list": lambda: [1, -(10**5000)],
    "decimal": lambda: Decimal("0.5"),
    "decimal nan": lambda: [Decimal("NaN"), Decimal(1)],
    "signalling": lambda: Decimal("sNaN"),
    "signalling in a list": lambda: [Decimal("sNaN"), Decimal(1)],
    "large decimal": lambda: Decimal("1e999999"),
    "fraction": lambda: Fraction(1, 3),
    "huge fraction": lambda: Fraction(10**400, 3),
    "float16": lambda: np.float16(0.5),
    "longdouble": lambda: np.longdouble("1e4000"),
    "infinity": lambda: [math.inf, -math.inf],
    "duration": lambda: timedelta(days=3),
    "NumPy's duration": lambda: np.timedelta64(3, "D"),
    "NumPy's day": lambda: np.datetime64("2026-10-31"),
    "far day": lambda: np.datetime64("10000-01-01"),
    "far days": lambda: np.array(["10000-01-01", "2026-01-01"], dtype="datetime64[D]"),
    "days of NumPy": lambda: np.array(["2026-10-31", "NaT"], dtype="datetime64[ns]"),
    "days": lambda: [date(2026, 10, 31), date(1, 1, 1)],
    "nothing of pandas": lambda: pd.NA,
    "no time": lambda: pd.NaT,
    "nullable": lambda: pd.Series([1, None, 3], dtype="Int64"),
    "categories": lambda: pd.Series(["a", "b"], dtype="category"),
    "table": lambda: pd.DataFrame({"a": [0.5, 0.25], "b": [0.5, 0.75]}),
    "table of all": lambda: pd.DataFrame({"a": [0.5, None], "b": ["x", b"y"]}),
    "truth": lambda: [True, False],
    "NumPy's truth": lambda: np.array([True, False]),
    "no value": lambda: [None, ...],
    "type": lambda: float,
    "function": lambda: len,
    "module": lambda: math,
    "surly": Surly,
    "surly in a list": lambda: [Surly(), 1.0],
    "text": lambda: "five\x1b[2J",
    "long text": lambda: "x" * 100_000,
    "error": lambda: "#REF!",
    "error in a list": lambda: [1.0, "#N/A"],
    "error in an array": lambda: np.array(["#DIV/0!", 1], dtype=object),
}


def call(formula: Formula, args: tuple[Any, ...]) -> Any:
    """An answer, or the error of ours."""
    try:
        return formula.function(*args)
    except FormulaError as error:
        return error


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: one.name)
@pytest.mark.filterwarnings("ignore")
def test_anything_for_an_argument_is_an_answer_or_one_of_our_errors(formula: Formula) -> None:
    for place in range(len(formula.parameters)):
        for name, odd in ODD.items():
            args = [*formula.example.args]
            args += [p.default for p in formula.parameters[len(args) :]]
            args[place] = odd()
            try:
                answer = call(formula, tuple(args))
                assert not isinstance(answer, FormulaError) or len(str(answer)) < 400
            except Exception as error:
                raise AssertionError(f"{formula.name}, argument {place}: {name}") from error


def test_what_is_masked_is_nothing() -> None:
    frequency = np.ma.masked_array([5.0, 6.0, 7.0], [False, True, False])
    result = crm.clv(frequency, 500, 2.5)
    assert np.isnan(result[1])
    assert result[[0, 2]].tolist() == [6250, 8750]
    assert np.isnan(crm.clv(np.ma.masked_all(3), 500, 2.5)).all()
    with pytest.raises(ArgumentError, match="clv must be numbers, got nothing at 2"):
        crm.portfolio_value(np.ma.masked_array([1, 2], [False, True]), [3, 4])
    assert crm.migration(np.ma.masked_array(["top", "mid"], [False, True]), ["mid", "mid"]).loc[
        "top"
    ].tolist() == [0, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"1", "must be numbers or text, got b'1'"),
        (memoryview(b"12"), "must be numbers or text, got <memory"),
        ({1, 2}, "got a set; give a list"),
        (iter([1]), "read once; give a list"),
        (1 + 2j, r"must be real numbers, got \(1\+2j\)"),
        (np.array([1j]), "got complex numbers"),
        (in_itself(), "too deep in lists"),
    ],
)
def test_what_is_refused_is_named(value: Any, why: str) -> None:
    for call in (
        lambda: crm.clv(value, 500, 2.5),
        lambda: crm.portfolio_value([1, 2], value),
        lambda: crm.portfolio(value, ["2026-01-01"], [1]),
        lambda: crm.portfolio(["a"], ["2026-01-01"], value),
    ):
        with pytest.raises(ArgumentError, match=why):
            call()


def test_an_error_value_comes_before_what_is_refused() -> None:
    with pytest.raises(PassedError):
        crm.clv(b"1", "#REF!", 2.5)
    with pytest.raises(PassedError):
        crm.portfolio([b"1"], ["#N/A"], [1])


def test_numbers_of_libraries_are_numbers() -> None:
    for value in (array("d", [5, 6]), deque([5, 6]), range(5, 7), (5, 6), np.matrix([5, 6])):
        assert np.ravel(crm.clv(value, 500, 2.5)).tolist() == [6250, 7500]
    with pytest.raises(DomainError, match="frequency is too large for a number"):
        crm.clv(10**400, 500, 2.5)


def test_days_that_no_calendar_has_are_refused() -> None:
    for far in (np.datetime64("10000-01-01"), np.array(["10000-01-01"], dtype="datetime64[D]")):
        with pytest.raises(ArgumentError, match="dates must be dates, got"):
            crm.portfolio(["a"], far, [1])
    for day, when in (("0001-01-01", "of the year 1900"), ("9999-12-31", "before the year 9999")):
        with pytest.raises(DomainError, match=f"the last of dates must be a day {when}"):
            crm.portfolio(["a"], [day], [1])
    with pytest.raises(ArgumentError, match="dates must be dates, got True at 2"):
        crm.portfolio(["a", "b"], [1, True], [1, 1])


def test_labels_in_great_number_are_refused_or_answered() -> None:
    """What took more than ten seconds: a list searched for each of its elements."""
    many = [f"n{i}" for i in range(100_000)]
    for call in (
        lambda: crm.tier([1.0] * 100_000, [1e-5] * 100_000, many),
        lambda: crm.migration(many, many, many),
    ):
        with pytest.raises(ArgumentError, match="names must be at most 1000, got 100000"):
            call()
    assert crm.migration(many, many).to_numpy().sum() == 0
    assert len(crm.tier(range(100_000))) == 100_000
