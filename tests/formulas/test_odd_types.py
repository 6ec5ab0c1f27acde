"""Whatever libraries and programs hand over for an argument: an answer, or one of our errors."""

from __future__ import annotations

from array import array
from collections import deque
from typing import Any

import numpy as np
import pytest

import crmformulas as crm
from crmformulas.catalog.formula import Formula, load
from crmformulas.errors import ArgumentError, DomainError, FormulaError, PassedError
from tests.fuzz.values import ODD, in_itself

FORMULAS = tuple(load().values())


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
    """A list searched for each of its elements once took more than ten seconds."""
    many = [f"n{i}" for i in range(100_000)]
    for call in (
        lambda: crm.tier([1.0] * 100_000, [1e-5] * 100_000, many),
        lambda: crm.migration(many, many, many),
    ):
        with pytest.raises(ArgumentError, match="names must be at most 1000, got 100000"):
            call()
    assert crm.migration(many, many).to_numpy().sum() == 0
    assert len(crm.tier(range(100_000))) == 100_000
