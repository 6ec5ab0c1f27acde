"""Write the SQL that comes with the package: what a summary of common files asks of the engine.

    python docs/kept_sql.py            write
    python docs/kept_sql.py --check    exit 1 where it is not current

Files of other shapes share the counting queries with these; what is left is compiled the first time
and kept in the user's folder.
"""

from __future__ import annotations

import argparse
import os
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


def as_compiled() -> str:
    """The file as it is to be, all of it compiled here and now."""
    os.environ[kept_sql.FOLDER] = ""
    kept_sql.start_anew()
    from crmformulas.orders import read

    with TemporaryDirectory() as folder:
        for name, text in texts().items():
            path = Path(folder, name)
            path.write_text(text, encoding="utf-8")
            with read(path) as orders:
                orders.summary()
                if name == "plain.csv":
                    orders.summary(returns="ignore")
    return kept_sql.as_text(kept_sql.compiled())


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
    text, path = as_compiled(), kept_sql.PACKAGED
    if not parser.parse_args().check:
        path.write_text(text, encoding="utf-8")
        return 0
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        print(f"{path.name} is not what is compiled now", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
