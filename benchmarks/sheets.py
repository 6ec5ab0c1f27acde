"""Time of the Google Sheets functions on 50 000 orders, in Node.

    python -m benchmarks.sheets

prints the seconds of each function that reads order ranges, with dates as a sheet hands them over
and as text; ``rows()`` is the slowest of them for benchmarks/README.md. Sheets stops a custom
function after 30 seconds. Apps Script runs on the same engine, on a machine of Google's.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ORDERS = 50_000
CUSTOMERS = 15_000
AIM = 5.0
LIMIT = 30
RANGES = ("CUSTOMER_STATUS", "CUSTOMER_FLOWS", "MIGRATION_MATRIX", "PORTFOLIO", "ORDER_LADDER")
TABLES = (*RANGES, "LTV_AT_AGE", "RFM", "TIME_BETWEEN_PURCHASES")


def orders(*, text: bool) -> list[Any]:
    """Customers, days and amounts over four years, as the cells of a sheet."""
    source = random.Random(1)
    first = date(2022, 1, 1)
    days = [first + timedelta(days=source.randrange(4 * 365)) for _ in range(ORDERS)]
    ids = [[f"C{int(source.paretovariate(0.6)) % CUSTOMERS}"] for _ in days]
    amounts = [round(source.lognormvariate(5, 0.8), 2) for _ in days]
    if text:
        return [ids, [[f"{d:%d/%m/%Y}"] for d in days], [[f"{a:.2f} kr"] for a in amounts]]
    return [ids, [[{"date": [d.year, d.month, d.day]}] for d in days], [[a] for a in amounts]]


def measured() -> dict[str, float]:
    """The seconds of a call on 50 000 orders, by function and form."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("Node is not installed (Debian: apt-get install nodejs)")
    names = [f"{name}, {form}" for form in ("dates", "text") for name in TABLES]
    calls = []
    for form in ("dates", "text"):
        columns = orders(text=form == "text")
        iso = [[f"{d[6:]}-{d[3:5]}-{d[:2]}"] for (d,) in columns[1]] if form == "text" else None
        for name in TABLES:
            given = {"RFM": [columns[0], iso or columns[1], [[1.0]] * ORDERS]}.get(name, columns)
            if name == "TIME_BETWEEN_PURCHASES":
                given = [columns[0], iso or columns[1]]
            calls.append([name, *given])
    done = subprocess.run(
        [node, "tests/google_sheets/run.js", "crmformulas/google_sheets/crmformulas.gs"],
        input=json.dumps({"calls": calls, "texts": []}),
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers = json.loads(done.stdout)["answers"]
    assert all("value" in answer for answer in answers), [a.get("error") for a in answers]
    found = zip(names, (answer["milliseconds"] / 1000 for answer in answers), strict=True)
    return dict(found)


def rows() -> list[str]:
    """The row of the table in benchmarks/README.md; none where there is no Node."""
    if shutil.which("node") is None:
        return []
    slowest, seconds = max(measured().items(), key=lambda item: item[1])
    name, form = slowest.split(", ")
    return [
        f"| `{name}` in Google Sheets (Node), 50 000 orders as {form} |"
        f" Sheets' limit of {LIMIT} s | {seconds:.2f} s | ≤ {AIM:.0f} s | |"
    ]


if __name__ == "__main__":
    for what, seconds in measured().items():
        print(f"{what:40} {seconds:6.2f} s")
