"""The customer development budget.

``data/budget_published.csv`` holds an outcome, Budget 1 and three simulated budgets as printed in
Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018). The growth factors are printed with
three decimals there; the unrounded ones follow from the outcome and Budget 1 rows.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import (
    ArgumentError,
    DivisionError,
    DomainError,
    NotEnoughDataError,
)
from crmformulas.formulas.budget import (
    COLUMNS,
    GROWTH,
    LEVERS,
    SEGMENTS,
    budget,
    growth_factors,
    required_factor,
)

with (Path(__file__).parents[1] / "data" / "budget_published.csv").open(encoding="utf-8") as file:
    PUBLISHED = {(row["scenario"], row["segment"]): row for row in csv.DictReader(file)}

OPENING = 46834  # Elinder 2018: active customers when the outcome's year began
REACTIVATION = 0.4064  # Elinder 2018: of 34 783 lost customers
SIMULATIONS = {
    "budget1": {},
    "develop": {"continued_frequency": 1.05, "retention": 1.1, "reactivation": 1.1},
    "recruit": {"new_frequency": 1.2, "new_order_value": 1.05},
    "winback": {
        "new_frequency": 1.1,
        "continued_frequency": 1.1,
        "retention": 1.1,
        "reactivation": 1.1,
    },
}


def table(scenario: str) -> list[list[float]]:
    return [[float(PUBLISHED[scenario, s][c]) for c in COLUMNS[:3]] for s in SEGMENTS]


OUTCOME = table("outcome")
UNROUNDED = growth_factors(table("budget1"), OUTCOME)
SMALL = [[100, 20_000, 200], [300, 90_000, 600], [50, 5_000, 50]]


@pytest.mark.parametrize("scenario", SIMULATIONS)
@pytest.mark.parametrize("segment", [*SEGMENTS, "total"])
def test_published_scenario(scenario: str, segment: str) -> None:
    simulation = SIMULATIONS[scenario]
    result = budget(OUTCOME, OPENING, UNROUNDED, REACTIVATION, simulation).loc[segment]
    printed = PUBLISHED[scenario, segment]
    # The simulated retention is printed with fewer digits than the customers it gave.
    rounded = segment == "continued" and "retention" in simulation
    for column in COLUMNS[:3]:
        expected = pytest.approx(float(printed[column]), rel=3e-4 if rounded else 2e-4)
        assert result[column] == expected
    assert result["value_per_order"] == pytest.approx(float(printed["value_per_order"]), abs=1.5)
    assert result["orders_per_customer"] == pytest.approx(
        float(printed["orders_per_customer"]), abs=0.0051
    )
    assert result["revenue_per_customer"] == pytest.approx(
        float(printed["revenue_per_customer"]), abs=2.5
    )


def test_printed_growth_factors() -> None:
    # Elinder 2018, printed with three decimals.
    printed = [1.011, 1.010, 1.253, 1.027, 1.183, 1.018, 1.208]
    np.testing.assert_allclose(UNROUNDED, printed, atol=5e-4)
    assert GROWTH[0] == "recruitment"


def test_growth_from_the_year_before() -> None:
    former = [[80, 12_000, 150], [250, 70_000, 400], [40, 5_000, 60]]
    factors = growth_factors(SMALL, former)
    by_factors = budget(SMALL, 500, factors, 0.4)
    by_table = budget(SMALL, 500, former, 0.4)
    by_name = budget(SMALL, 500, dict(zip(GROWTH, factors.tolist(), strict=True)), 0.4)
    np.testing.assert_array_equal(by_table, by_factors)
    np.testing.assert_array_equal(by_name, by_factors)
    # 100 / 80; 2 orders per customer after 1.875; 100 per order after 80.
    np.testing.assert_allclose(factors[:3], [1.25, 2 / 1.875, 100 / 80])


def test_a_budget_adds_up() -> None:
    result = budget(OUTCOME, OPENING, UNROUNDED, REACTIVATION)
    assert result.index.tolist() == [*SEGMENTS, "total"]
    assert result.columns.tolist() == list(COLUMNS)
    np.testing.assert_allclose(result.iloc[:3, :3].sum(), result.loc["total"].iloc[:3])
    np.testing.assert_allclose(result["revenue"], result["orders"] * result["value_per_order"])
    np.testing.assert_allclose(
        result["orders"], result["customers"] * result["orders_per_customer"]
    )


def test_simulation_by_position_and_by_name() -> None:
    by_name = budget(SMALL, 500, [1] * 7, 0.4, {"retention": 1.1, "new_order_value": 0.9})
    by_position = budget(SMALL, 500, [1] * 7, 0.4, [1, 1.1, 1, 1, 0.9, 1, 1, 1, 1])
    np.testing.assert_array_equal(by_name, by_position)


def test_a_segment_without_outcome_is_undefined_where_it_has_customers() -> None:
    none_reactivated = [*SMALL[:2], [0, 0, 0]]
    result = budget(none_reactivated, 500, [1] * 7, 0.4)
    assert result.loc["reactivated", "customers"] == 80
    assert np.isnan(result.loc["reactivated", "revenue"])
    assert np.isnan(result.loc["total", "revenue"])
    assert result.loc["new", "revenue"] == 20_000
    with pytest.raises(NotEnoughDataError, match="a segment without outcome"):
        required_factor(none_reactivated, 500, [1] * 7, 0.4, 1e6, "retention")
    none_come_back = budget(none_reactivated, 500, [1] * 7, 0)
    assert none_come_back.loc["reactivated", "revenue"] == 0
    assert none_come_back.loc["total", "revenue"] == 20_000 + 400 * 0.6 * 300


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        ((SMALL, 0, [1] * 7, 0.4), DivisionError, "opening must not be 0"),
        ((SMALL, 299, [1] * 7, 0.4), DomainError, r"continued must be at most opening \(299\)"),
        ((SMALL, -1, [1] * 7, 0.4), DomainError, "opening must be at least 0, got -1"),
        ((SMALL, 500, [1] * 6, 0.4), ArgumentError, "growth must be 7 factors or a table of 3 × 3"),
        ((SMALL, 500, [-1] * 7, 0.4), DomainError, "growth must be at least 0, got -1 at 1"),
        ((SMALL, 500, [1] * 7, 40), DomainError, "reactivation must be between 0 and 1, got 40"),
        ((SMALL, 500, [1] * 7, 0.4, [1] * 8), ArgumentError, "simulation must be 9 factors, got 8"),
        (
            (SMALL, 500, [1] * 7, 0.4, {"retention": 2}),
            DomainError,
            "retention with its simulation must be at most 1, got 1.2",
        ),
        (
            (SMALL, 500, [1] * 7, 0.4, {"reactivation": 3}),
            DomainError,
            "reactivation with its simulation must be at most 1, got 1.2",
        ),
        ((SMALL, 500, [1] * 7, 0.4, {"price": 2}), ArgumentError, "simulation has no 'price'"),
        ((SMALL[:2], 500, [1] * 7, 0.4), ArgumentError, "outcome must be a table of 3 rows and 3"),
        (([[-1] * 3] * 3, 500, [1] * 7, 0.4), DomainError, "outcome must be at least 0, got -1"),
    ],
)
def test_what_does_not_fit_is_refused(args: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        budget(*args)


# ----------------------------------------------------------------------------- required factor


def revenue(simulation: dict[str, float]) -> float:
    result = budget(OUTCOME, OPENING, UNROUNDED, REACTIVATION, simulation)
    return float(result.loc["total", "revenue"])


def needed(target: float, lever: Any, simulation: Any = None) -> float:
    return required_factor(OUTCOME, OPENING, UNROUNDED, REACTIVATION, target, lever, simulation)


@given(st.floats(2.6e8, 4.5e8), st.lists(st.sampled_from(LEVERS), min_size=1))
def test_the_required_factor_reaches_the_target(target: float, levers: list[str]) -> None:
    others = {"new_order_value": 1.05, "continued_frequency": 0.95}
    factor = needed(target, levers, others)
    simulated = revenue({**others, **dict.fromkeys(levers, factor)})
    assert simulated == pytest.approx(target, rel=1e-12)


def test_published_levers_are_found_again() -> None:
    # Elinder 2018, "recruit": 20 % more orders of new customers at a 5 % higher order value.
    target = revenue(SIMULATIONS["recruit"])
    assert needed(target, "new_frequency", {"new_order_value": 1.05}) == pytest.approx(1.2)
    even = {"retention": 1.1, "reactivation": 1.1, "continued_frequency": 1.1}
    assert needed(revenue(even), list(even)) == pytest.approx(1.1, rel=1e-14)


def test_names_of_levers_may_be_typed() -> None:
    target = revenue({"new_order_value": 1.1})
    assert needed(target, "New order value") == needed(target, ["new-order-value", None])
    assert needed(target, "New order value") == pytest.approx(1.1)


def test_the_levers_own_simulation_does_not_count() -> None:
    assert needed(3.4e8, "retention") == needed(3.4e8, "retention", {"retention": 1.3})


def test_nothing_to_do() -> None:
    assert needed(revenue({}), "recruitment") == pytest.approx(1)


@pytest.mark.parametrize(
    ("target", "lever", "message"),
    [
        (1e8, "recruitment", "no factor of the lever reaches 1e\\+08"),  # the others bring more
        (-1, "recruitment", "no factor of the lever reaches -1"),
        (9e8, "retention", "retention 0.2573 × 7.475 exceeds 1"),
        (9e8, ["reactivation"], "reactivation 0.4064 × 6.5"),
    ],
)
def test_a_target_out_of_reach_is_not_available(target: float, lever: Any, message: str) -> None:
    with pytest.raises(NotEnoughDataError, match=message):
        needed(target, lever)


def test_a_lever_that_moves_nothing_reaches_nothing() -> None:
    nobody_new = [[0, 0, 0], *SMALL[1:]]
    with pytest.raises(NotEnoughDataError, match="no factor of the lever reaches"):
        required_factor(nobody_new, 500, [1] * 7, 0.4, 1e6, "recruitment")


@pytest.mark.parametrize("lever", ["price", [], [None], ["retention", "price"]])
def test_a_lever_that_is_none_is_refused(lever: Any) -> None:
    with pytest.raises(ArgumentError, match="lever must be one of recruitment, retention, "):
        needed(3e8, lever)


def test_a_factor_beyond_any_number_reaches_nothing() -> None:
    # So little would have to grow by more than floats can tell.
    hardly_any = [[10, 0, 10], [1, 1e-305, 1], [10, 0, 10]]
    for levers in (["retention"], ["retention", "continued_frequency"]):
        with pytest.raises(NotEnoughDataError, match="no factor"):
            required_factor(hardly_any, 500, [1] * 7, 0.4, 1e8, levers)
