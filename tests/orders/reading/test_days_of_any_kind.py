"""Days as systems write them: zones, counted days, short years, months of nine languages.

Day numbers follow from the calendar; the names of months are those of each language's own calendar.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crmformulas.errors import InputError
from crmformulas.orders.reading.dates import read_day
from tests.orders.reading.test_reading import collect

CASES = Path(__file__).parent / "cases"
NAMES = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta"
    " syyskuuta lokakuuta marraskuuta joulukuuta",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}


def days(source: Any, **options: Any) -> tuple[list[str | None], str]:
    rows, read, _ = collect(source, **options)
    return [row[1] for row in rows], "\n".join(note.text.en for note in read.notes)


def text_file(path: Path, cells: list[Any], header: str = "date") -> Path:
    rows = "".join(f'c{i:05},"{cell}",10\n' for i, cell in enumerate(cells))
    path.write_text(f"customer,{header},amount\n{rows}")
    return path


@pytest.mark.parametrize("language", NAMES)
def test_months_by_name(tmp_path: Path, language: str) -> None:
    names = NAMES[language].split()
    cells = [f"{number + 2}. {name} 2024" for number, name in enumerate(names, 1)]
    cells += [name.upper() + " 5, 2024" for name in names]
    cells += [f"5 de {name} de 2024" if language == "es" else f"5 {name} 2024" for name in names]
    expected = [date(2024, month, month + 2).isoformat() for month in range(1, 13)]
    expected += 2 * [date(2024, month, 5).isoformat() for month in range(1, 13)]
    assert days(text_file(tmp_path / "orders.csv", cells))[0] == expected
    assert [read_day(cell, "either") for cell in cells] == [
        (date.fromisoformat(day) - date(1970, 1, 1)).days for day in expected
    ]


@pytest.mark.parametrize(
    "text",
    ["måndag 5 februari 2024", "lunes, 5 de febrero de 2024", "le 5 févr. 2024", "5-Feb-24",
     "mandag d. 5. februar 2024", "Mo., 5. Feb. 2024", "05/Feb/2024", "1er février 2024"],
)  # fmt: skip
def test_names_in_their_surroundings(tmp_path: Path, text: str) -> None:
    day = "2024-02-01" if text.startswith("1er") else "2024-02-05"
    assert days(text_file(tmp_path / "orders.csv", [text]))[0] == [day]


MOMENT = datetime(2024, 1, 5, 23, 30, tzinfo=UTC)
COUNTED = {
    "serial": (45296, ["2024-01-05"]),
    "serial with time": (45296.979, ["2024-01-05"]),
    "s": (int(MOMENT.timestamp()), ["2024-01-05"]),
    "ms": (int(MOMENT.timestamp() * 1e3), ["2024-01-05"]),
    "us": (int(MOMENT.timestamp() * 1e6), ["2024-01-05"]),
}


@pytest.mark.parametrize("kind", COUNTED)
def test_counted_days(tmp_path: Path, kind: str) -> None:
    number, expected = COUNTED[kind]
    told = "days as spreadsheets count them" if "serial" in kind else "Unix time"
    frame = pd.DataFrame({"customer": ["a"], "date": [number], "amount": [10]})
    parquet = tmp_path / "orders.parquet"
    frame.to_parquet(parquet)
    book = tmp_path / "orders.xlsx"
    frame.to_excel(book, index=False)
    lines = tmp_path / "orders.jsonl"
    frame.to_json(lines, orient="records", lines=True)
    many = text_file(tmp_path / "many.csv", [number] * 9_000)
    for source in (text_file(tmp_path / "orders.csv", [number]), parquet, book, lines, frame):
        assert days(source)[0] == expected, source
        assert told in days(source)[1]
    assert days(many)[0] == expected * 9_000
    if "serial" not in kind:
        assert days(parquet, time_zone="Europe/Stockholm")[0] == ["2024-01-06"]
        assert days(many, time_zone="Europe/Stockholm")[0] == ["2024-01-06"] * 9_000


def test_a_number_that_means_no_day_far_down_is_asked_about(tmp_path: Path) -> None:
    path = text_file(tmp_path / "orders.csv", [45296] * 9_000 + [7] + [45296] * 9_000)
    with pytest.raises(InputError, match=r"1 do not, for example 7; --date-format serial"):
        days(path)
    read = days(path, date_format="serial")[0]
    assert read.count("2024-01-05") == 18_000
    assert read.count(None) == 1


def test_eight_digits_are_a_date_and_no_count(tmp_path: Path) -> None:
    assert days(text_file(tmp_path / "orders.csv", [20240105]))[0] == ["2024-01-05"]


def test_short_years_where_one_order_is_possible(tmp_path: Path) -> None:
    # The 23rd and the 15th are no months; and as years, the 99th is none before a 31st month.
    path = text_file(tmp_path / "orders.csv", ["01/15/24", "02/03/24", "11/23/99"])
    assert days(path)[0] == ["2024-01-15", "2024-02-03", "1999-11-23"]
    late = text_file(tmp_path / "late.csv", ["02/03/24"] * 9_000 + ["01/15/99"])
    assert days(late)[0] == ["2024-02-03"] * 9_000 + ["1999-01-15"]


@pytest.mark.parametrize("cells", [["02/03/24"], ["24-01-05", "24-02-29"], ["05.01.24"]])
def test_short_years_of_several_orders_are_asked_about(tmp_path: Path, cells: list[str]) -> None:
    path = text_file(tmp_path / "orders.csv", cells)
    with pytest.raises(InputError, match=r"years of two digits.*--date-format"):
        days(path)
    year = {"D/M/Y": cells[0][-2:], "Y-M-D": cells[0][:2]}
    for form in ("D/M/Y", "Y-M-D"):
        read = days(path, date_format=form)[0][0]
        assert read is None or read.startswith(f"20{year[form]}")


TIMES = [datetime(2024, 1, 1, 0, 30), datetime(2024, 7, 1, 0, 30), datetime(2024, 12, 31, 23, 30)]


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/New_York", "UTC", "+05:30"])
def test_the_zone_that_a_column_declares(
    tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    there = (
        UTC if zone == "UTC" else ZoneInfo(zone) if "/" in zone
        else datetime.strptime(zone, "%z").tzinfo
    )  # fmt: skip
    instants = [time.replace(tzinfo=there).astimezone(UTC) for time in TIMES]
    table = pa.table(
        {
            "customer": ["a", "b", "c"],
            "date": pa.array(instants, pa.timestamp("us", zone)),
            "amount": [1, 2, 3],
        }
    )
    path = tmp_path / "orders.parquet"
    pq.write_table(table, path)
    feather = tmp_path / "orders.arrow"
    import pyarrow.feather as arrow_feather

    arrow_feather.write_feather(table, feather)
    expected = [time.date().isoformat() for time in TIMES]
    for source in (path, table, feather, table.to_reader()):
        assert days(source)[0] == expected
    assert zone in days(path)[1]
    elsewhere = [t.astimezone(ZoneInfo("Pacific/Auckland")).date().isoformat() for t in instants]
    for source in (path, table):
        assert days(source, time_zone="Pacific/Auckland")[0] == elsewhere


def test_the_zone_of_the_session_and_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "orders.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT 'a' AS customer, TIMESTAMPTZ '2024-01-05 23:30:00+00'"
            " AS date, 10 AS amount"
        )
    assert days(path, time_zone="Europe/Stockholm")[0] == ["2024-01-06"]
    assert days(path, time_zone="UTC")[0] == ["2024-01-05"]
    texts = text_file(tmp_path / "o.csv", ["2024-01-05T23:30:00Z", "2024-01-05T23:30:00+02:00"])
    assert days(texts)[0] == ["2024-01-05"] * 2
    assert days(texts, time_zone="Europe/Stockholm")[0] == ["2024-01-06", "2024-01-05"]
    with pytest.raises(InputError, match="--time-zone 'Nowhere' is not known"):
        days(texts, time_zone="Nowhere")


def test_dates_half_converted_by_a_spreadsheet_are_warned_of(tmp_path: Path) -> None:
    assert "day and month exchanged" in days(CASES / "25b-mixed-dates.xlsx")[1]
    start = date(2024, 1, 1)
    for half in (True, False):
        book = openpyxl.Workbook()
        sheet: Any = book.active
        sheet.append(["customer", "date", "amount"])
        for number in range(calendar.isleap(2024) + 120):
            day = start + timedelta(days=number)
            exchanged = half and day.day <= 12
            cell = (
                datetime(2024, day.day, day.month) if exchanged
                else day.strftime("%d/%m/%Y") if half or number % 2
                else datetime(2024, day.month, day.day)
            )  # fmt: skip
            sheet.append([f"c{number:03}", cell, 10])
        path = tmp_path / f"{half}.xlsx"
        book.save(path)
        assert ("exchanged" in days(path)[1]) is half
