"""Measure the package against the alternatives, in one run, and write benchmarks/README.md.

    python benchmarks/run.py [--orders 10000000] [--large 100000000] [--runs 3] [--folder DIR]

Each comparison runs its commands in turn (A B A B …) as whole processes, so that a machine whose
speed drifts slows both; what is told is the ratio of the medians, and the peak memory of the
largest process. ``--large 0`` leaves the large file out.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import browse
import calc_addin
import reading
import report
import sheets
import udfs

HERE = Path(__file__).parent
PYTHON = sys.executable
CRMF = str(Path(PYTHON).with_name("crmf"))
RIVALS = HERE.parent / ".venv-rivals" / "bin" / "python"
CDNOW = HERE.parents[1] / "shared" / "data" / "CDNOW_master.txt"
AS_OF = "2026-10-31"


@dataclass
class Run:
    """The seconds and peak memory of a command, and the seconds that it kept a core busy."""

    seconds: float
    megabytes: float
    processor: float


def timed(command: list[str]) -> Run:
    """Run a command to its end, reading away what it prints."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{shlex.join(command)} failed:\n{said[-2000:]}")
    return Run(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def in_turn(commands: dict[str, list[str]], runs: int, warm: bool = True) -> dict[str, Run]:
    """Each command several times, in turn; the median seconds and the most memory of each."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(runs + warm):
        for name, command in commands.items():
            made = timed(command)
            print(f"  {name}: {made.seconds:.2f} s, {made.megabytes:.0f} MB", flush=True)
            if number or not warm:
                found[name].append(made)
    return {
        name: Run(
            statistics.median(r.seconds for r in made),
            max(r.megabytes for r in made),
            statistics.median(r.processor for r in made),
        )
        for name, made in found.items()
    }


def python(code: str) -> list[str]:
    return [PYTHON, "-c", code]


def row(what: str, against: str, ours: Run, other: Run, bound: str) -> str:
    ratio = ours.seconds / other.seconds
    told = f"{1 / ratio:.1f} × faster" if ratio < 1 / 1.5 else f"{ratio:.2f} × its time"
    return f"| {what} | {against} | {told} | {bound} | {ours.megabytes / 1024:.2f} GB |"


def summaries(folder: Path, orders: int, runs: int) -> list[str]:
    """A summary from file to JSON, against the same by other means."""
    lines = []
    for suffix in ("parquet", "csv"):
        file = folder / f"demo{suffix}.{suffix}"
        make_demo(file, orders)
        crmf = [CRMF, "summary", str(file), "--format", "json"]
        # DuckDB 2.0 groups slowest with exactly two threads: each gets what suits it best.
        threads = ["--threads", "3"] if os.cpu_count() == 2 else []
        sql = [PYTHON, str(HERE / "hand_sql.py"), str(file), *threads]
        made = in_turn(
            {"crmf": crmf, "hand-written SQL": sql, "same figures": [*sql, "--further"]}, runs
        )
        pandas = [PYTHON, str(HERE / "plain_pandas.py"), str(file)]
        slow = in_turn({"plain": pandas, "tuned": [*pandas, "--tuned"]}, 1, False)
        what = f"summary of {orders / 1e6:g} M orders, {suffix.upper()}"
        for against, name, aim in (
            ("hand-written DuckDB SQL for the same figures; CPU time", "same figures", "≤ 0.85 ×"),
            ("that without months, quarters and spread; CPU time", "hand-written SQL", "≤ 1.2 ×"),
        ):
            ours, other = made["crmf"], made[name]
            lines.append(
                f"| {what} | {against} | {ours.processor / other.processor:.2f} × its time"
                f" | {aim} | {ours.megabytes / 1024:.2f} GB |"
            )
        for form in slow:
            lines.append(row(what, f"{form} pandas", made["crmf"], slow[form], "≥ 4 × faster"))
        if suffix == "parquet":
            lines.append(separates(file, orders, runs))
            lines.append(forecast(file, orders, runs))
        if suffix == "parquet" and RIVALS.exists():
            for tool in ("lifetimes", "openretailscience"):
                command = [str(RIVALS), str(HERE / "rivals.py"), tool, str(file), AS_OF]
                other = in_turn({tool: command}, 1, False)[tool]
                lines.append(
                    row(what, f"{tool} (part of the work)", made["crmf"], other, "for the record")
                )
        lines.append(reading.row(str(file), runs))
        file.unlink()
    return lines


def separates(file: Path, orders: int, runs: int) -> str:
    """A profile of seven further columns, against the summary of the same file."""
    columns = ["product", "category", "channel", "discount_code", "country", "payment", "sales_rep"]
    by = [word for column in columns for word in ("--by", column)]
    made = in_turn(
        {
            "separates": [CRMF, "separates", str(file), *by, "--format", "json"],
            "summary": [CRMF, "summary", str(file), "--format", "json"],
        },
        runs,
    )
    return row(
        f"`crmf separates` by 7 columns of {orders / 1e6:g} M orders",
        "`crmf summary`",
        made["separates"],
        made["summary"],
        "≤ 1.6 ×",
    )


def forecast(file: Path, orders: int, runs: int) -> str:
    """A forecast, its backtest and the figures of every customer, with the summary they rest on."""
    made = in_turn(
        {
            "forecast": [CRMF, "forecast", str(file), "--at-risk", "1", "--format", "json"],
            "summary": [CRMF, "summary", str(file), "--format", "json"],
        },
        runs,
    )
    return row(
        f"`crmf forecast` of {orders / 1e6:g} M orders, with its summary and backtest",
        "`crmf summary`",
        made["forecast"],
        made["summary"],
        "≤ 2 ×",
    )


def large(folder: Path, orders: int, made: Path | None) -> list[str]:
    """A file that does not fit in the memory the engine may use."""
    file = made or folder / "large.parquet"
    if made is None:
        make_demo(file, orders)
    command = [CRMF, "summary", str(file), "--format", "json", "--memory-limit", "4GB"]
    command += ["--temp-directory", str(folder)]
    run = in_turn({"crmf": command}, 1, False)["crmf"]
    return [
        f"| summary of {orders / 1e6:g} M orders, Parquet, --memory-limit 4GB | – | "
        f"completes in {run.seconds / 60:.1f} min | completes | {run.megabytes / 1024:.2f} GB |"
    ]


def make_demo(file: Path, orders: int) -> None:
    subprocess.run(
        [CRMF, "demo", "--orders", str(orders), "--output", str(file), "--force"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    file.with_name(f"{file.stem}-contacts{file.suffix}").unlink()


def small(runs: int) -> list[str]:
    """The cost of every call before it counts anything."""
    lines = []
    if CDNOW.exists():
        summary = [CRMF, "summary", str(CDNOW), "--as-of", "1998-06-30"]
        made = in_turn(
            {"crmf": summary, "imports": python("import ibis, pandas, duckdb")}, 4 * runs
        )
        lines.append(
            row(
                "`crmf summary` of 70 000 rows (CDNOW)",
                '`python -c "import ibis, pandas, duckdb"`',
                made["crmf"],
                made["imports"],
                "≤ 1 ×",
            )
        )
    made = in_turn({"package": python("import crmformulas"), "bare": python("pass")}, 10 * runs)
    cost = (made["package"].seconds - made["bare"].seconds) * 1000
    lines.append(f"| `import crmformulas` | a bare interpreter | + {cost:.0f} ms | ≤ 30 ms | |")
    return lines


CALLS = """
import timeit, crmformulas as crm, numpy as np
clv = crm.clv
best = lambda f, n: min(timeit.repeat(f, number=n, repeat=9)) / n
print(best(lambda: clv(5.0, 500.0, 2.5), 100_000) * 1e6)
a, b, c = np.random.default_rng(1).random((3, 1_000_000))
print(best(lambda: clv(a, b, c), 5) / best(lambda: a * b * c, 5))
revenue = a[:100_000].tolist()
print(best(lambda: crm.tier(revenue), 1))
names = crm.tier(revenue)
print(best(lambda: crm.migration(names, names[::-1]), 1))
"""


def calls() -> list[str]:
    """A formula called in Python, its checks included."""
    printed = subprocess.run(python(CALLS), check=True, capture_output=True, text=True).stdout
    scalar, array, tier, migration = map(float, printed.split())
    return [
        f"| `crm.clv(5.0, 500.0, 2.5)` | – | {scalar:.2f} µs | ≤ 0.8 µs | |",
        f"| `crm.clv` on arrays of a million | `a * b * c` | {array:.2f} × its time | ≤ 3 × | |",
        f"| `crm.tier` on a list of 100 000 | – | {tier:.2f} s | ≤ 0.2 s | |",
        f"| `crm.migration` on two lists of 100 000 | – | {migration:.2f} s | ≤ 0.2 s | |",
    ]


def wide(folder: Path) -> list[str]:
    """A text file of 60 000 columns beside those of an order."""
    file = folder / "wide.csv"
    names = ["customer", "date", "amount", *(f"x{i}" for i in range(60_000))]
    rows = [[f"c{i}", f"2026-01-0{i + 1}", "10", *["1"] * 60_000] for i in range(5)]
    file.write_text("".join(",".join(row) + "\n" for row in [names, *rows]))
    run = in_turn({"crmf": [CRMF, "summary", str(file)]}, 3)["crmf"]
    file.unlink()
    return [
        f"| `crmf summary` of 60 000 columns, CSV | – | {run.processor:.1f} s of a core | ≤ 5 s |"
        f" {run.megabytes / 1024:.2f} GB |"
    ]


HEAD = """# Benchmarks

Written by `make bench`: everything in one run on one machine, as ratios, since seconds say more
about the machine than about the code. Memory is the peak of the whole process.

- `plain_pandas.py`: the whole summary in pandas, vectorised and tuned for this one file layout: ids
  as integer codes, Parquet by Arrow so that no decimal becomes a Python object.
- `hand_sql.py`: the whole summary in hand-written DuckDB SQL, for this one file layout, without
  recognition of columns and formats; with `--further` it counts months, quarters and the spread of
  what customers bring, too, as a summary does. Each has the number of threads that suits it best.
- `cost_per_order.py`: what an order costs as orders grow, as a plot.
- `spark.py`: a summary on a Spark cluster of this machine against `hand_sql.py` in Spark's dialect,
  by jobs and processor time of the tasks; not run with the others.
- `rivals.py`: lifetimes (`summary_data_from_transaction_data`) and openretailscience (NLR, HML and
  RFM segmentation), which each do a part.
- `calc_addin.py`: a function of the LibreOffice extension in 10 000 cells, with one of an extension
  that returns its input; and a table of 50 000 orders by the Python that it ships.
- `report.py`: the report workbook of a million orders with 50 000 customers, and the HTML page of
  the demo retailer, each with the summary of the same orders.
- `browse.py`: the terminal application in a pseudo-terminal of 80 × 24, timed by what it writes.
- `reading.py`: the rules of reading, decided over the whole input, with rows grouped as they are;
  in CPU time.
- `sheets.py`: the slowest of the Google Sheets functions that read order ranges, run by Node, which
  has the engine of Apps Script; Sheets stops a function after 30 s.
- `udfs.py`: a spreadsheet function on a long range, by way of xlwings, with one that returns its
  input (`same.py`).

| what | against | result | aim | peak memory |
|---|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--large", type=int, default=100_000_000)
    parser.add_argument("--large-file", type=Path, help="a demo file of that many, made before")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--output", type=Path, default=HERE / "README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as name:
        folder = Path(name)
        lines = calls() + small(options.runs) + udfs.rows() + sheets.rows()
        lines += calc_addin.rows() + report.rows() + browse.made_rows(folder)
        lines += wide(folder)
        lines += summaries(folder, options.orders, options.runs)
        lines += large(folder, options.large, options.large_file) if options.large else []
    cores = os.cpu_count()
    foot = (
        f"\nMeasured with Python {platform.python_version()}, duckdb {version('duckdb')}, "
        f"ibis {version('ibis-framework')}, pandas {version('pandas')} on {cores} cores.\n"
    )
    options.output.write_text(HEAD + "\n".join(lines) + "\n" + foot, encoding="utf-8")
    print(options.output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
