"""The share of intervals of chance alone that hold, where the model is true.

    python -m tests.orders.analysis.forecast.coverage 300

draws so many shops, fits each on its past, and says how many of their next years lie within the
80 % interval of parameters and chance. In the real world drift comes on top, for which the forecast
has its floors.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import NamedTuple

import numpy as np

from crmformulas.orders.analysis.forecast.fit import Origin, fit_origin
from crmformulas.orders.analysis.forecast.groups import groups
from crmformulas.orders.analysis.forecast.histories import Cells
from crmformulas.orders.analysis.forecast.maximum import Floats
from crmformulas.orders.analysis.forecast.order_values import OrderValueModel, RepeatValues
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel

__all__ = ["Coverage", "coverage", "drawn"]

TRUE = PurchaseModel(0.8, 60.0, 0.6, 1.8)
VALUES = OrderValueModel(5.0, 4.0, 10.0)
PERIOD = 365
Z80 = 1.2816


def drawn(seed: int, customers: int) -> Cells:
    """The customers of a shop, each a cell, with what they do in the year after.

    The value of an order is Gamma-distributed around a mean of the customer's own, whose scale is:
    the model of values is true, too.
    """
    random = np.random.default_rng(seed)
    rate = random.gamma(TRUE.r, 1 / TRUE.alpha, customers)
    leaves = np.clip(random.beta(TRUE.a, TRUE.b, customers), 1e-12, 1)
    age = np.floor(random.uniform(200, 900, customers))
    lives = random.geometric(leaves)  # purchases until the one after which she is gone
    x = np.zeros(customers, np.int64)
    last, later = np.zeros(customers), np.zeros(customers)
    when, number = random.exponential(1 / rate), 1
    while (going := (number < lives) & (when <= age + PERIOD)).any():
        seen = going & (when <= age)
        x[seen] += 1
        last[seen] = np.floor(when[seen])
        later += going & ~seen
        when = np.where(going, when + random.exponential(1 / rate), np.inf)
        number += 1
    # The sum of n orders of the same scale is Gamma-distributed with n times the shape.
    scale = 1 / random.gamma(VALUES.q, 1 / VALUES.gamma, customers)
    repeat_revenue, later_revenue = (
        np.where(count > 0, random.gamma(VALUES.p * np.maximum(count, 1)) * scale, 0.0)
        for count in (x, later)
    )
    one, none, nobody = np.ones(customers), np.zeros(customers), np.full(customers, -1)
    return Cells(
        tier=nobody,
        status=none.astype(np.int64),
        step=np.minimum(x + 1, 6),
        repeats=x,
        last=last,
        age=age,
        customers=one,
        repeat_revenue=repeat_revenue,
        s12_revenue=none,
        later_days=later,
        later_buyers=(later > 0).astype(np.float64),
        later_revenue=later_revenue,
    )


class Coverage(NamedTuple):
    """Of orders and of revenue the share of shops within the interval, and the mean of came / said.

    Attributes:
        held: Two shares.
        ratio: Two means.
    """

    held: Floats
    ratio: Floats


def coverage(shops: int, customers: int = 2000, seed: int = 1) -> Coverage:
    """The share of intervals of parameters and chance that hold what came in drawn shops."""
    held, ratios = [], []
    for shop in range(shops):
        cells = drawn(seed * 10_000 + shop, customers)
        some = cells.repeats > 0
        means = cells.repeat_revenue[some] / cells.repeats[some]
        values = RepeatValues.of(cells.repeats[some], means)
        fit = fit_origin(Origin(date(2025, 12, 31), date(2026, 12, 31), cells, values))
        (way, *_) = groups(cells, date(2025, 12, 31), ("all",), with_status=False)
        said, spread = fit.by(way)[[1, 3], -1], fit.spreads(way)[:, -1]
        came = np.array([cells.later_days.sum(), cells.later_revenue.sum()])
        ratios.append(came / said)
        held.append(np.abs(np.log(came / said)) <= Z80 * spread)
    return Coverage(np.mean(held, axis=0), np.mean(ratios, axis=0))


if __name__ == "__main__":
    made = coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    for name, share, ratio in zip(("orders", "revenue"), *made, strict=True):
        print(f"{name}: 80 % intervals held in {share:.1%} of shops; came / said {ratio:.4f}")
