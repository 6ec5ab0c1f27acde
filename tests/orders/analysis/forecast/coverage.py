"""How often the interval of chance alone holds, where the model is true.

    python -m tests.orders.analysis.forecast.coverage 300

draws so many shops, fits each on its past, and says how many of their next years lie within the
80 % interval of parameters and chance. In the real world drift comes on top, for which the forecast
has its floors.
"""

from __future__ import annotations

import sys
from datetime import date

import numpy as np

from crmformulas.orders.analysis.forecast.fit import Fit, Origin
from crmformulas.orders.analysis.forecast.groups import groups
from crmformulas.orders.analysis.forecast.histories import Cells
from crmformulas.orders.analysis.forecast.order_values import OrderValueModel, RepeatValues
from crmformulas.orders.analysis.forecast.purchases import PurchaseModel, fit_purchases

__all__ = ["coverage", "drawn"]

TRUE = PurchaseModel(0.8, 60.0, 0.6, 1.8)
PERIOD = 365
Z80 = 1.2816


def drawn(seed: int, customers: int) -> Cells:
    """The customers of a shop, each a cell, with what they do in the year after."""
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
        last[seen] = when[seen]
        later += going & ~seen
        when = np.where(going, when + random.exponential(1 / rate), np.inf)
        number += 1
    one, none, nobody = np.ones(customers), np.zeros(customers), np.full(customers, -1)
    return Cells(
        tier=nobody,
        status=none.astype(np.int64),
        step=np.minimum(x + 1, 6),
        repeats=x,
        last=last,
        age=age,
        customers=one,
        repeat_revenue=none,
        s12_revenue=none,
        later_days=later,
        later_buyers=(later > 0).astype(np.float64),
        later_revenue=none,
    )


def coverage(shops: int, customers: int = 2000, seed: int = 1) -> tuple[float, float]:
    """The share of shops whose orders came within the interval, and the mean of came / said."""
    held, ratios = 0, []
    for shop in range(shops):
        cells = drawn(seed * 10_000 + shop, customers)
        origin = Origin(
            date(2025, 12, 31),
            date(2026, 12, 31),
            cells,
            RepeatValues.of(np.ones(1), np.ones(1)),
        )
        fit = Fit(origin, fit_purchases(cells.histories()), OrderValueModel(5.0, 4.0, 10.0))
        (way, *_) = groups(cells, origin.day, ("all",), with_status=False)
        said, spread = fit.by(way)[1, -1], fit.spreads(way)[0, -1]
        came = cells.later_days.sum()
        ratios.append(came / said)
        held += abs(np.log(came / said)) <= Z80 * spread
    return float(held / shops), float(np.mean(ratios))


if __name__ == "__main__":
    share, ratio = coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    print(f"80 % intervals held in {share:.1%} of shops; came / said {ratio:.4f} on average")
