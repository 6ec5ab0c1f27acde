"""Formulas of campaigns and acquisition. The equations are those of the references they cite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from crmformulas.errors import ArgumentError, DivisionError, DomainError
from crmformulas.formulas.campaign import (
    acquisition_cost,
    campaign_roi,
    clv_to_cac,
    nps,
    payback_years,
    response_rate,
    romi,
    share_of_wallet,
)


@pytest.mark.parametrize(
    ("formula", "args", "expected"),
    [
        (response_rate, (0, 100), 0),
        (response_rate, (100, 100), 1),
        (campaign_roi, (100, 100), 0),  # breaks even
        (campaign_roi, (0, 100), -1),  # loses all
        (campaign_roi, (-50, 100), -1.5),  # and drives customers away
        (romi, (1000, 1100, 100), 0),
        (romi, (1000, 1000, 100), -1),
        (share_of_wallet, (3, 4), 0.75),
        (nps, (10, 0, 0), 1),
        (nps, (0, 0, 10), -1),
        (nps, (0, 10, 0), 0),
        (acquisition_cost, (0, 5), 0),
        (clv_to_cac, (3000, 1000), 3),
        (clv_to_cac, (-3000, 1000), -3),
        (payback_years, (1000, 500), 2),
        (payback_years, (1000, 500, 0.5), 4),
    ],
)
def test_by_hand(formula: Any, args: tuple[float, ...], expected: float) -> None:
    assert formula(*args) == expected


@pytest.mark.parametrize(
    ("formula", "args"),
    [
        (response_rate, (0, 0)),
        (campaign_roi, (1, 0)),
        (romi, (1, 2, 0)),
        (share_of_wallet, (0, 0)),
        (nps, (0, 0, 0)),
        (acquisition_cost, (5, 0)),
        (clv_to_cac, (1, 0)),
        (payback_years, (1, 0)),
        (payback_years, (1, 5, 0)),
    ],
)
def test_division_by_zero(formula: Any, args: tuple[float, ...]) -> None:
    with pytest.raises(DivisionError, match=f"division by zero in {formula.__name__}"):
        formula(*args)
    assert np.isnan(formula(*([value] for value in args))).all()


@pytest.mark.parametrize(
    ("formula", "args", "name"),
    [
        (response_rate, (2, 1), "responses"),
        (campaign_roi, (1, -1), "cost"),
        (romi, (1, 2, -1), "investment"),
        (share_of_wallet, (5, 4), "own_spend"),
        (nps, (1, -1, 1), "passives"),
        (acquisition_cost, (-1, 1), "cost"),
        (clv_to_cac, (1, -1), "cac"),
        (payback_years, (1, -1), "annual_value"),
        (payback_years, (1, 1, -1), "margin"),
    ],
)
def test_out_of_the_domain(formula: Any, args: tuple[float, ...], name: str) -> None:
    with pytest.raises(DomainError, match=f"^{name} must be (a whole number of )?at "):
        formula(*args)


def test_text_is_refused() -> None:
    with pytest.raises(ArgumentError, match="sent must be a number, got 'many'"):
        response_rate(1, "many")
