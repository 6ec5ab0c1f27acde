"""A made-up shop in which the model of the forecast is true."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

__all__ = ["LOG", "made_up_log"]


def made_up_log(customers: int = 3000, years: int = 4, seed: int = 5) -> pd.DataFrame:
    """A stationary shop: rates and drop-out differ by customer, values around a mean of hers."""
    random = np.random.default_rng(seed)
    start = date(2022, 1, 1)
    rows = []
    for number in range(customers):
        day = float(random.uniform(0, 365 * years))
        rate, leaves = random.gamma(1.2) / 150, random.beta(0.8, 3.0)
        value = random.gamma(6, 1) * 10
        while day < 365 * years:
            amount = round(value * random.gamma(5) / 5, 2)
            rows.append((f"c{number}", (start + timedelta(days=int(day))).isoformat(), amount))
            if random.random() < leaves:
                break
            day += random.exponential(1 / rate)
    return pd.DataFrame(rows, columns=["customer", "date", "amount"])


LOG = made_up_log()
