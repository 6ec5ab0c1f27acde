"""The cost of the rules of reading: a summary with them, as a multiple of rows grouped alone.

    python -m benchmarks.reading ORDERS [RUNS]

The rules decide over the whole input whether an amount is an order's total, who is nobody, which
ids are one customer, which states are no sale. Without them the typed rows are grouped as they are.
Both are measured in CPU seconds of this process, in turns, so that what else runs matters little.
"""

from __future__ import annotations

import statistics
import sys
import time
from functools import partial

from crmformulas.orders.log import read
from crmformulas.orders.reading.order_log import plain_orders

AIM = 1.10


def seconds(path: str, rules: bool) -> float:
    """CPU seconds of a summary."""
    start = time.process_time()
    with read(path) as log:
        if not rules:
            rows = log.rows
            rows.orders = partial(plain_orders, rows.opened, rows.table)  # type: ignore[method-assign]
        log.summary()
    return time.process_time() - start


def ratio(path: str, runs: int = 5) -> float:
    """The median over some runs, after one that warms up."""
    seconds(path, True)
    return statistics.median(seconds(path, True) / seconds(path, False) for _ in range(runs))


def row(path: str, runs: int = 5) -> str:
    """The row of the table of benchmarks."""
    kind = path.rsplit(".", 1)[-1]
    times = f"{ratio(path, runs):.2f} × its CPU"
    return f"| reading rules, {kind} | rows grouped as they are | {times} | ≤ {AIM} × | |"


if __name__ == "__main__":
    print(row(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5))
