"""Lists of customers beside the summary, and selections once the list is there.

python benchmarks/customers.py ORDERS    processor time of both commands, and of selections
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SELECTIONS = (
    "orders 4..5 and days_since > 90 and tier = super",
    "rfm = at risk, cannot lose",
    "silence > 2 and orders >= 2",
    "not status = lost and (revenue > 1000 or first_order = 2025)",
    "returns_share > 20%",
    "customer contains 99",
)
AGAIN = 9
"""Times that each selection is asked, the first of which may join its attributes to the list."""


def processor_time(*arguments: str) -> float:
    """Seconds of processor time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "crmformulas", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the ratio of the two commands, and the time of each selection with its first page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders")
    parser.add_argument("--rounds", type=int, default=3, help="of the two commands; 0 for none")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder, "customers.csv"))
        pairs = [
            (
                processor_time("summary", given.orders, "--format", "json"),
                processor_time("customers", given.orders, "-o", output, "--force"),
            )
            for _ in range(given.rounds)
        ]
    if pairs:
        summary, customers = (median(times) for times in zip(*pairs, strict=True))
        print(f"summary {summary:.2f} s, customers {customers:.2f} s, {customers / summary:.2f} ×")

    from crmformulas.orders import read
    from crmformulas.orders.counting.customer_list import Filters

    print("ms: first, its CPU, then, CPU, the quickest")
    with read(given.orders) as log:
        listed = log.customers()
        print(f"{listed.count()} customers")
        for where in SELECTIONS:
            filters = Filters(where=where)
            times = []
            for _ in range(AGAIN):
                wall, used = time.perf_counter(), time.process_time()
                listed.count(filters)
                listed.page(filters=filters)
                times.append((time.perf_counter() - wall, time.process_time() - used))
            first, again = times[0], (median(column) for column in zip(*times[1:], strict=True))
            told = (*first, *again, min(wall for wall, _ in times))
            print("".join(f"{1000 * one:8.0f}" for one in told), where, sep="  ", flush=True)


if __name__ == "__main__":
    main()
