"""Write the SQL that comes with the package: what is asked of the engine of common files.

    python docs/kept_sql.py            write
    python docs/kept_sql.py --check    exit 1 where it is not current

Files of other shapes share the counting queries with these; what is left is compiled the first time
and kept in the user's folder.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from crmformulas.orders.reading import kept_sql

__all__ = ["as_compiled", "texts"]

DAYS = 3 * 365
MANY, FEW = 6_000, 60
"""Rows of a file that is not looked at whole before it is read, and of one that is."""

OF_ONE_LOG = re.compile(r"\d\.\d{5}|\bEXCLUDE \(")
"""A number of one model, or columns in the order of a set: no other log, or run, asks the same."""


def as_compiled() -> Mapping[Path, str]:
    """The files as they are to be, all of it compiled here and now."""
    os.environ[kept_sql.FOLDER] = ""
    kept_sql.start_anew()
    from crmformulas.orders import read
    from crmformulas.orders.analysis.data_quality import check
    from crmformulas.orders.demo import write_demo
    from crmformulas.orders.selections.report_lists import report_lists

    with TemporaryDirectory() as folder:
        for name, text in texts().items():
            path = Path(folder, name)
            path.write_text(text, encoding="utf-8")
            with read(path) as orders:
                orders.summary()
                if name == "plain.csv":
                    orders.summary(returns="ignore")
        summaries = dict(kept_sql.compiled())
        write_demo(Path(folder, "demo.csv"), orders=MANY)
        for name in ("plain.csv", "orders.csv", "demo.csv"):
            with read(Path(folder, name)) as orders:
                orders.carry_for_lists()
                now = orders.summary()
                before = orders.summary(now.windows.f12[1])
                lists = report_lists(orders, now)
                orders.backtest_of(now, before, lists.forecast)
                check(orders, now.as_of)
                customers = orders.customers(now.as_of)
                customers.count()
                next(customers.rows())
    further = {
        key: sql
        for key, sql in kept_sql.compiled().items()
        if key not in summaries and not OF_ONE_LOG.search(str(sql))
    }
    return {
        kept_sql.PACKAGED: kept_sql.as_text(summaries),
        kept_sql.LISTS: kept_sql.as_text(further),
    }


def texts() -> Mapping[str, str]:
    """Order files of common shapes by their names."""
    files = {}
    lines = "".join(
        f"{customer},{day},{cents / 100:.2f}\n" for customer, day, _, cents in _rows(FEW)
    )
    files["plain.csv"] = f"customer_id,order_date,amount\n{lines}"
    files["short.csv"] = f"customer,date,amount\n{lines}"
    lines = "".join(
        f"{order},{customer},{day},{cents / 100:.2f}\n"
        for customer, day, order, cents in _rows(MANY)
    )
    files["orders.csv"] = f"order_id,customer_id,order_date,amount\n{lines}"
    lines = "".join(
        f"{order};{customer};{day};{cents / 100:.2f}\n".replace(".", ",")
        for customer, day, order, cents in _rows(MANY)
    )
    files["swedish.csv"] = f"Ordernummer;Kundnummer;Orderdatum;Belopp\n{lines}"
    lines = "".join(
        f"{customer:06} {day:%Y%m%d} {abs(cents) % 5 + 1:>2} {abs(cents) / 100:>8.2f}\n"
        for customer, day, _, cents in _rows(MANY)
    )
    files["spaces.txt"] = f"customer_id date number_of_cds dollar_value\n{lines}"
    return files


def _rows(count: int) -> Iterator[tuple[int, date, int, int]]:
    """Customer, day, order and hundredths; some give something back."""
    random, last = Random(count), date(2025, 12, 31)
    for number in range(count):
        customer = 10_000 + int(random.paretovariate(0.6)) % (count // 3)
        cents = random.choice((500, 999, 1250, 4999, 100 * random.randint(1, 300)))
        sign = -1 if number % 29 == 28 else 1
        day = last - timedelta(days=random.randrange(DAYS))
        yield customer, day, 50_000 + number // 2 * 2, sign * cents


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    check, stale = parser.parse_args().check, 0
    for path, text in as_compiled().items():
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path.name} is not what is compiled now", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
