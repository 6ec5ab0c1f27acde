"""Time and memory of the reports, beside the summary of the same orders.

    python -m benchmarks.report         the workbook of a million orders, and the page of the demo
    python -m benchmarks.report page    the page alone

prints seconds, CPU seconds and memory of each; ``rows()`` are the rows in benchmarks/README.md.
Each command runs in turn with the other, so that what else the machine does slows both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDERS = 1_000_000
CUSTOMERS = 50_000
RUNS = 3
TIMES, MORE = 1.5, 4.0
"""The report may take so many times as long as the summary, and so many seconds more."""
MEGABYTES = 1000
PAGE_TIMES = 5
"""The page also counts what separates, lists, forecast and backtest, and draws 26 charts."""
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


def measured(commands: Mapping[str, Sequence[str]]) -> dict[str, Run]:
    """Each command's medians, and the most memory; the first run of each is not counted."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(RUNS + 1):
        for name, command in commands.items():
            made = timed(*command)
            print(
                f"  {name}: {made.seconds:.2f} s, {made.cpu:.2f} s of CPU, {made.megabytes:.0f} MB",
                flush=True,
            )
            if number:
                found[name].append(made)
    return {
        name: Run(
            statistics.median(r.seconds for r in runs),
            statistics.median(r.cpu for r in runs),
            max(r.megabytes for r in runs),
        )
        for name, runs in found.items()
    }


def workbook_row(folder: str) -> str:
    """The workbook of a million orders."""
    orders, book = f"{folder}/million.csv", f"{folder}/report.xlsx"
    timed("demo", "--orders", str(ORDERS), "-o", orders)
    report = ["report", orders, "-o", book, "--force", "--customers", str(CUSTOMERS)]
    made = measured({"summary": ["summary", orders], "report": report})
    allowed = TIMES * made["summary"].seconds + MORE
    return (
        f"| `crmf report` of 1 M orders, 50 000 customers listed | {TIMES} × `crmf summary` + "
        f"{MORE:.0f} s | {made['report'].seconds / allowed:.2f} × that time | ≤ 1 × |"
        f" {made['report'].megabytes / 1024:.2f} GB |"
    )


def page_row(folder: str) -> str:
    """The page of the demo's orders, by processor time."""
    orders, page = f"{folder}/demo.csv", f"{folder}/report.html"
    timed("demo", "-o", orders)
    report = ["report", orders, "-o", page, "--force"]
    made = measured({"summary": ["summary", orders], "page": report})
    return (
        "| `crmf report --format html` of the demo, with lists, forecast and backtest; processor "
        f"time | `crmf summary` | {made['page'].cpu / made['summary'].cpu:.1f} × its time | "
        f"≤ {PAGE_TIMES} × | {made['page'].megabytes / 1024:.2f} GB |"
    )


def rows() -> list[str]:
    """The rows of the table in benchmarks/README.md."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return [workbook_row(folder), page_row(folder)]


if __name__ == "__main__":
    if sys.argv[1:] == ["page"]:
        with tempfile.TemporaryDirectory(prefix="bench-") as made:
            print(page_row(made))
    else:
        print("\n".join(rows()))
