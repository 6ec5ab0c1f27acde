"""The fit of a purchase model on the same customers: ours, and that of lifetimes.

    python benchmarks/forecast.py ours customers.csv
    python benchmarks/forecast.py lifetimes customers.csv
    python benchmarks/forecast.py beyond orders.parquet

The first two take a file with a row a customer: ``x`` repeat purchases, ``t_x`` and ``T``. Both fit
MBG/NBD on cells of customers with the same history; what is told is the least CPU time of ten fits,
and the parameters.
``lifetimes`` runs in the environment of ``rivals.txt``.

The third takes orders: what counting histories, fitting both models and the figures of every
customer cost beyond the summary, in its CPU time. The backtest, a second forecast, is not in it.
"""

from __future__ import annotations

import csv
import resource
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


def beyond(path: str) -> None:
    """Print CPU times of a summary, and of a forecast of its customers without a backtest."""
    from contextlib import ExitStack

    from crmformulas.dates import add_months
    from crmformulas.orders import read
    from crmformulas.orders.analysis.forecast.build import forecast_from

    with read(path) as log, ExitStack() as held:
        prepared = log._prepare(None, log.rules)
        counted = log._counted(prepared, log.rules, held)
        summary = log._summary(prepared, log.rules, counted)
        start, day = time.process_time(), summary.as_of
        year = day, add_months(day, 12), log.rules
        now = log._origin(counted, prepared, *year)
        made = forecast_from(now, summary, None, months=12, returns=0.0)
        assert made.model is not None
        table = log._forecast_customers(day, log.rules, made.model)
        # Every figure of every customer, of which only sums leave the engine.
        sums = [table[name].sum().name(name) for name in table.columns if name != "customer"]
        log._tuples(table.aggregate(sums))
        more = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{start:.1f} s, then {more:.1f} s: {more / start:.2f} ×; {megabytes / 1024:.2f} GB")


def main() -> None:
    """Time the fits."""
    method, path = sys.argv[1:]
    if method == "beyond":
        return beyond(path)
    fit = {"ours": ours, "lifetimes": lifetimes}[method](cells(Path(path)))
    times, found = [], fit()
    for _ in range(FITS):
        start = time.process_time()
        found = fit()
        times.append(time.process_time() - start)
    print(f"{method}: {min(times) * 1000:.0f} ms; {', '.join(f'{value:.5g}' for value in found)}")


if __name__ == "__main__":
    main()
