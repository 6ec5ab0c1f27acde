"""How long the report of a million orders takes, beside their summary, and how much memory.

    python -m benchmarks.report

prints seconds, CPU seconds and memory of both; ``rows()`` is the row in benchmarks/README.md. Each
command runs in turn with the other, so that what else the machine does slows both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDERS = 1_000_000
CUSTOMERS = 50_000
RUNS = 3
TIMES, MORE = 1.5, 4.0
"""The report may take so many times as long as the summary, and so many seconds more."""
MEGABYTES = 1000
CRMF = [sys.executable, "-m", "crmformulas"]


@dataclass(frozen=True)
class Run:
    """Seconds by the clock and of the processors, and the peak of memory in megabytes."""

    seconds: float
    cpu: float
    megabytes: float


def timed(*arguments: str) -> Run:
    """Run crmf to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [*CRMF, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"crmf {' '.join(arguments)} failed")
    seconds = time.perf_counter() - start
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measured() -> tuple[Run, Run]:
    """The summary and the report of the same orders: medians, and the most memory."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        orders, book = f"{folder}/demo.csv", f"{folder}/report.xlsx"
        timed("demo", "--orders", str(ORDERS), "-o", orders)
        commands = {
            "summary": ["summary", orders],
            "report": ["report", orders, "-o", book, "--force", "--customers", str(CUSTOMERS)],
        }
        found: dict[str, list[Run]] = {name: [] for name in commands}
        for number in range(RUNS + 1):
            for name, command in commands.items():
                made = timed(*command)
                print(
                    f"  {name}: {made.seconds:.2f} s, {made.cpu:.2f} s of CPU, "
                    f"{made.megabytes:.0f} MB",
                    flush=True,
                )
                if number:
                    found[name].append(made)
    summary, report = (
        Run(
            statistics.median(r.seconds for r in runs),
            statistics.median(r.cpu for r in runs),
            max(r.megabytes for r in runs),
        )
        for runs in found.values()
    )
    return summary, report


def rows() -> list[str]:
    """The row of the table in benchmarks/README.md."""
    summary, report = measured()
    allowed = TIMES * summary.seconds + MORE
    return [
        f"| `crmf report` of 1 M orders, 50 000 customers listed | {TIMES} × `crmf summary` + "
        f"{MORE:.0f} s | {report.seconds / allowed:.2f} × that time | ≤ 1 × |"
        f" {report.megabytes / 1024:.2f} GB |"
    ]


if __name__ == "__main__":
    print(rows()[0])
