"""Both models fitted on ranges of cells, in plain Python as far as the counting goes.

The models are those that a forecast of a log fits, on the same cells of customers.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections import Counter
from math import exp, log
from typing import NamedTuple

import numpy as np

from crmformulas.dates import add_months, day_number, from_number
from crmformulas.errors import NotEnoughDataError
from crmformulas.orders.analysis.forecast.order_values import (
    OrderValueModel,
    RepeatValues,
    fit_order_values,
)
from crmformulas.orders.analysis.forecast.purchases import (
    Histories,
    PurchaseModel,
    coarse_days,
    fit_purchases,
)
from crmformulas.orders.counting.range_log import last_day
from crmformulas.orders.reading.cell_ranges import UNITS, CellRows
from crmformulas.translations import Translated

__all__ = ["FEWEST_MONTHS", "FEWEST_REPEATERS", "MANY_CELLS", "RangeFit", "fit_ranges"]

FEWEST_MONTHS = 12
"""Of history, below which nothing is fitted."""

FEWEST_REPEATERS = 100
"""Customers who bought on two days, below which nothing is fitted."""

MANY_CELLS = 20_000
"""Above so many cells of days the model is fitted on weeks."""

FEW_CELLS = 2_000
"""Up to so many cells of days every climb is on them; above, the first ones are on eight weeks."""


class RangeFit(NamedTuple):
    """The models, and on how many customers they were fitted.

    Attributes:
        purchases: The model of purchases, in days.
        values: The model of order values.
        customers: Customers who have bought.
        repeaters: Those of them who bought on two days.
    """

    purchases: PurchaseModel
    values: OrderValueModel
    customers: int
    repeaters: int


def fit_ranges(rows: CellRows) -> RangeFit:
    """Fit the models on the customers of ranges at their as-of day.

    Raises:
        NotEnoughDataError: nobody has bought, history is shorter than 12 months, or fewer than 100
            customers bought on two days.
    """
    last = last_day(rows)
    amounts = dict[str, dict[int, int]]()
    for id_, day, units in zip(
        rows.customers, rows.days.tolist(), rows.amounts.tolist(), strict=True
    ):
        if day <= last:
            of_customer = amounts.setdefault(id_, {})
            of_customer[day] = of_customer.get(day, 0) + units
    histories, values = Counter[tuple[int, int, int]](), Counter[tuple[int, int]]()
    for of_customer in amounts.values():
        bought = sorted(day for day, units in of_customer.items() if units > 0)
        if not bought:
            continue
        repeats = len(bought) - 1
        histories[repeats, bought[-1] - bought[0], last - bought[0]] += 1
        if repeats:
            mean = sum(of_customer[day] for day in bought[1:]) / repeats
            values[repeats, round(log(mean) * 1000)] += 1
    _check(histories, last)
    x, logs = zip(*sorted(values), strict=True)
    repeat_values = RepeatValues.of(
        x,
        [exp(one / 1000) / UNITS for one in logs],
        [values[key] for key in sorted(values)],
    )
    return RangeFit(
        _purchases(histories),
        fit_order_values(repeat_values),
        histories.total(),
        values.total(),
    )


def _check(histories: Counter[tuple[int, int, int]], last: int) -> None:
    if not histories:
        raise NotEnoughDataError(
            Translated(
                "nobody has bought",
                "ingen har köpt",
            )
        )
    first = last - max(age for _, _, age in histories)
    if day_number(add_months(from_number(first), FEWEST_MONTHS)) > last + 1:
        raise NotEnoughDataError(
            Translated(
                f"history is shorter than {FEWEST_MONTHS} months",
                f"historiken är kortare än {FEWEST_MONTHS} månader",
            )
        )
    repeaters = sum(n for (repeats, _, _), n in histories.items() if repeats)
    if repeaters < FEWEST_REPEATERS:
        raise NotEnoughDataError(
            Translated(
                f"{repeaters} customers bought on more than one day; {FEWEST_REPEATERS} are needed",
                f"{repeaters} kunder köpte mer än en dag; {FEWEST_REPEATERS} behövs",
            )
        )


def _purchases(counted: Counter[tuple[int, int, int]]) -> PurchaseModel:
    """The model on days, or on weeks where there are many cells, from a start on eight weeks."""
    if len(counted) <= FEW_CELLS:
        return fit_purchases(_cells(counted))
    start = fit_purchases(_cells(_coarse(counted, 56)))
    finer = counted if len(counted) <= MANY_CELLS else _coarse(counted, 7)
    return fit_purchases(_cells(finer), start=start)


def _cells(counted: Counter[tuple[int, int, int]]) -> Histories:
    """Cells in one order, as a sum in another order differs in its last digits."""
    x, last, age = (np.array(column) for column in zip(*sorted(counted), strict=True))
    return Histories.of(x, last, age, [counted[key] for key in sorted(counted)])


def _coarse(counted: Counter[tuple[int, int, int]], days: int) -> Counter[tuple[int, int, int]]:
    x, last, age = (np.array(column) for column in zip(*sorted(counted), strict=True))
    cut, until = coarse_days(x, last, age, days)
    coarse = Counter[tuple[int, int, int]]()
    for repeats, a, b, key in zip(
        x.tolist(), cut.tolist(), until.tolist(), sorted(counted), strict=True
    ):
        coarse[repeats, int(a), int(b)] += counted[key]
    return coarse
