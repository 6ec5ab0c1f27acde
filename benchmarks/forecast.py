"""The fit of a purchase model on the same customers: ours, and that of lifetimes.

    python benchmarks/forecast.py ours customers.csv
    python benchmarks/forecast.py lifetimes customers.csv

The file has a row a customer: ``x`` repeat purchases, ``t_x`` and ``T``. Both fit MBG/NBD on cells
of customers with the same history; what is told is the least CPU time of ten fits, and the
parameters.
``lifetimes`` runs in the environment of ``rivals.txt``.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

FITS = 10


def cells(path: Path) -> list[tuple[float, ...]]:
    """Histories with how many customers have them."""
    with path.open(encoding="utf-8") as file:
        seen = Counter(
            tuple(float(row[name]) for name in ("x", "t_x", "T")) for row in csv.DictReader(file)
        )
    return [(*history, float(customers)) for history, customers in sorted(seen.items())]


def ours(rows: list[tuple[float, ...]]) -> Callable[[], list[float]]:
    """The fit of the forecast."""
    from crmformulas.orders.analysis.forecast.purchases import Histories, fit_purchases

    histories = Histories.of(*zip(*rows, strict=True))

    def fit() -> list[float]:
        model = fit_purchases(histories)
        return [model.r, model.alpha, model.a, model.b]

    return fit


def lifetimes(rows: list[tuple[float, ...]]) -> Callable[[], list[float]]:
    """The fit of lifetimes, with the counts of the cells as weights."""
    import pandas as pd
    from lifetimes import ModifiedBetaGeoFitter

    table = pd.DataFrame(rows, columns=["x", "t_x", "T", "customers"])

    def fit() -> list[float]:
        model = ModifiedBetaGeoFitter()
        model.fit(table["x"], table["t_x"], table["T"], weights=table["customers"])
        return [float(model.params_[name]) for name in ("r", "alpha", "a", "b")]

    return fit


def main() -> None:
    """Time the fits."""
    method, path = sys.argv[1:]
    fit = {"ours": ours, "lifetimes": lifetimes}[method](cells(Path(path)))
    times, found = [], fit()
    for _ in range(FITS):
        start = time.process_time()
        found = fit()
        times.append(time.process_time() - start)
    print(f"{method}: {min(times) * 1000:.0f} ms; {', '.join(f'{value:.5g}' for value in found)}")


if __name__ == "__main__":
    main()
