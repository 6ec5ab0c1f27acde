"""Whatever is written, in whatever dialect, is read back; or the reader asks."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from tests.examples import examples
from tests.orders.reading.test_reading import collect

CELLS = st.text(
    st.sampled_from("aÅ1 ,;|\t\"'\n.-€") | st.characters(codec="utf-8", exclude_characters="\0\r"),
    min_size=1,
    max_size=12,
)
ROWS = st.lists(
    st.tuples(
        CELLS, st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(-(10**9), 10**9), CELLS
    ),
    min_size=1,
    max_size=30,
)
BLANK = " \t\n\r\v\f"


@given(
    ROWS,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_file_is_read_back(
    tmp_path: Path,
    rows: list[tuple[str, date, int, str]],
    delimiter: str,
    line_end: str,
    encoding: str,
    quoting: Any,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(["customer", "note", "date", "amount"])
    for customer, day, cents, note in rows:
        writer.writerow([customer, note, day.isoformat(), f"{Decimal(cents).scaleb(-2):f}"])
    path = tmp_path / "orders.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    expected = sorted(
        (
            (customer.strip(BLANK) or None, day.isoformat(), cents / 100)
            for customer, day, cents, _ in rows
        ),
        key=repr,
    )
    # Folding of addresses and forms of letters is a rule of its own, with tests of its own.
    found, _, _ = collect(path, ids="as-written")
    assert found == expected


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode()))
@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "orders.csv"
    for content in (data, b"customer,date,amount\n" + data):
        path.write_bytes(content)
        said = refusal(path)
        assert said is None or ("\n" not in said and str(path) in said)


def refusal(path: Path) -> str | None:
    try:
        collect(path)
    except InputError as error:
        return str(error)
    return None
