"""Wide files read again and again while every core is busy: each column must hold its own content.

Where the engine hands out the names of more than 2 048 columns in any order, a column is taken for
another, and that from run to run otherwise. Run it by itself for as many runs as patience allows::

    python -m tests.orders.reading.wide_files 500
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmformulas.orders.reading.typed_rows import open_rows

EXPECTED = [(f"c{i}", 20_454 + i, 100_000 * (i + 1)) for i in range(5)]


def write_wide(path: Path, columns: int) -> None:
    """Write an order file of five rows with as many further columns, all of them ``1``."""
    names = ["customer", "date", "amount", *(f"x{i}" for i in range(columns))]
    rows = [[f"c{i}", f"2026-01-0{i + 1}", str(10 * (i + 1)), *["1"] * columns] for i in range(5)]
    path.write_text("".join(",".join(row) + "\n" for row in [names, *rows]))


@contextmanager
def busy(threads: int = 2) -> Iterator[None]:
    """Keep as many threads of the process busy, so that others have to wait for theirs."""
    done = threading.Event()

    def turn() -> None:
        while not done.is_set():
            sum(range(1_000))

    workers = [threading.Thread(target=turn, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        done.set()
        for worker in workers:
            worker.join()


def read_once(path: Path) -> bool:
    """Whether the typed columns hold what the file holds."""
    with open_rows(path) as rows:
        found = rows.opened.ask(rows.table)
        return sorted(tuple(row.values()) for row in found) == EXPECTED


def main(runs: int, columns: int = 10_000) -> int:
    """Read the same file as many times; the number of runs in which it was read wrong."""
    with tempfile.TemporaryDirectory() as folder, busy():
        path = Path(folder, "wide.csv")
        write_wide(path, columns)
        wrong = 0
        for run in range(1, runs + 1):
            wrong += not read_once(path)
            if run % 50 == 0:
                print(f"{run} runs, {wrong} wrong", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
