"""Dates: each way of writing one is read as the day written, or refused when it has two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders.reading.dates import (
    DAY_FIRST,
    EPOCH,
    FAST_FORMS,
    MONTH_FIRST,
    OBVIOUS,
    date_reading,
    fast_form,
    fast_reading,
    given_reading,
    read_day,
)
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.evidence import Reading, choose_reading, gather_evidence
from crmformulas.orders.reading.typed_parts import date_option
from tests.examples import examples

READINGS: list[Reading] = [DAY_FIRST, MONTH_FIRST, "either"]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = open_engine()
    engine.lock([])
    yield engine
    engine.close()


def in_engine(
    engine: Engine, texts: list[str], reading: Reading, form: str | None = None
) -> list[int | None]:
    table = pa.table({"n": range(len(texts)), "text": pa.array(texts, "string")})
    engine.connection.register("texts", table)
    column = engine.backend.table("texts")
    day = (
        date_reading(column.text, reading)
        if form is None
        else fast_reading(column.text, form, reading)
    )
    found = engine.backend.to_pyarrow(column.select("n", day=day).order_by("n"))
    engine.connection.unregister("texts")
    days: list[int | None] = found["day"].to_pylist()
    return days


def number(day: str | None) -> int | None:
    return None if day is None else (date.fromisoformat(day) - EPOCH).days


# Text, and the day in each reading.
WRITTEN: list[tuple[str, str | None, str | None]] = [
    *(
        (text, "2024-01-05", "2024-01-05")
        for text in (
            *("2024-01-05", "2024-1-5", "2024/01/05", "2024.01.05", "20240105", "20240105.0"),
            *("2024-01-05 23:59:59", "2024-01-05T23:59", "2024-01-05 23:59:59.999999"),
            *("2024-01-05T23:30:00+02:00", "2024-01-05T00:30:00-0800", "2024-01-05T08:26:00Z"),
            *("2024-01-05 23:30:00 +0200", "2024-01-05 08:26:00 UTC", "2024-01-05 25:00"),
            *("20240105T082600", "20240105082600", "20240105 08:26", " 2024-01-05 "),
            *("Jan 5, 2024 3:04:05 PM", "Jan 5, 2024, 3:04 PM", "January 5 2024", "jan. 5th, 2024"),
            *("5 Jan 2024", "05-Jan-2024", "5 january 2024 10:00", "Fri, 05 Jan 2024 10:00:00 GMT"),
            *("5. Januari 2024", "5th of January 2024", "Jan 05, 2024"),
        )
    ),
    ("5 maj 2024", "2024-05-05", "2024-05-05"),
    ("12 okt 2024", "2024-10-12", "2024-10-12"),
    ("Sept 3, 2024", "2024-09-03", "2024-09-03"),
    ("05/01/2024", "2024-01-05", "2024-05-01"),
    ("5.1.2024", "2024-01-05", "2024-05-01"),
    ("05-01-2024 12:30", "2024-01-05", "2024-05-01"),
    ("05/01/2024 11:59:59 PM", "2024-01-05", "2024-05-01"),
    ("5/5/2024", "2024-05-05", "2024-05-05"),
    ("13/01/2024", "2024-01-13", None),
    ("01/13/2024", None, "2024-01-13"),
    ("31/04/2024", None, None),
    ("29/02/2024", "2024-02-29", None),
    ("29/02/2023", None, None),
    ("0024-01-05", "0024-01-05", "0024-01-05"),
    *(
        (text, None, None)
        for text in (
            *("", " ", "x", "2024", "2024-01", "2024-13-05", "2024-02-30", "24-01-05", "05/01/24"),
            *("12024-01-01", "2024-01-05x", "2024-01-05 (BC)", "epoch", "infinity", "-infinity"),
            *("2024-001-05", "0000-01-01", "2024010", "202401055", "1/2/3/2024", "5 Jon 2024"),
            *("now", "today", "1704412800", "13/13/2024", "00/01/2024", "2024-00-05", "Jan 2024"),
        )
    ),
]


@pytest.mark.parametrize(("text", "day_first", "month_first"), WRITTEN)
def test_each_way_of_writing_a_date(
    text: str, day_first: str | None, month_first: str | None
) -> None:
    assert read_day(text, DAY_FIRST) == number(day_first)
    assert read_day(text, MONTH_FIRST) == number(month_first)
    days = {day_first, month_first} - {None}
    assert read_day(text, "either") == (number(days.pop()) if len(days) == 1 else None)


@pytest.mark.parametrize("reading", READINGS)
def test_the_engine_reads_as_python_does(engine: Engine, reading: Reading) -> None:
    texts = [text for text, _, _ in WRITTEN]
    expected = {text: read_day(text, reading) for text in texts}
    assert dict(zip(texts, in_engine(engine, texts, reading), strict=True)) == expected


@pytest.mark.parametrize("form", FAST_FORMS)
@pytest.mark.parametrize("reading", [DAY_FIRST, MONTH_FIRST])
def test_the_fast_way_reads_nothing_otherwise(engine: Engine, form: str, reading: Reading) -> None:
    texts = [text for text, _, _ in WRITTEN]
    for text, day in zip(texts, in_engine(engine, texts, reading, form), strict=True):
        if day is not None:
            assert (text, day) == (text, read_day(text, reading))
    usual = [
        *(
            f"{d} 3:04{s}{p}"
            for d in ("5/1/2024", "Jan 5, 2024")
            for s in ("", ":05")
            for p in ("", " PM", " am")
        ),
        "2024-01-05",
        "2024/1/5",
        "20240105",
        "5/1/2024",
        "05.01.2024 12:30",
        "05-01-2024",
    ]
    for text in usual:
        if fast_form([text]) == form:
            assert in_engine(engine, [text], reading, form) == [read_day(text, reading)]


# ------------------------------------------------------------------------ written in any form

DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
TIMES = st.sampled_from(["", " 00:00", " 23:59:59", " 3:04 PM"])
UNAMBIGUOUS = st.sampled_from(
    ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%b %d, %Y", "%d %B %Y", "%d-%b-%Y"]
)


@given(DAYS, UNAMBIGUOUS, TIMES)
@settings(max_examples=examples(300))
def test_a_date_with_one_meaning_is_read_back(day: date, form: str, time: str) -> None:
    text = day.strftime(form).replace(day.strftime("%Y"), f"{day.year:04}") + time
    for reading in READINGS:
        assert read_day(text, reading) == (day - EPOCH).days


@given(
    DAYS,
    st.times().filter(lambda t: t.microsecond % 1000 == 0),
    st.integers(-14, 14),
    st.sampled_from("T "),
)
def test_time_and_offset_never_move_the_day(day: date, time: time, hours: int, sep: str) -> None:
    moment = datetime.combine(day, time, timezone(timedelta(hours=hours)))
    assert read_day(moment.isoformat(sep), "either") == (day - EPOCH).days


@given(DAYS, st.sampled_from("/.-"), st.booleans(), TIMES)
@settings(max_examples=examples(300))
def test_two_numbers_are_read_or_refused_exactly_when_there_are_two_days(
    day: date, separator: str, padded: bool, time: str
) -> None:
    first, second = (f"{day.day:02}", f"{day.month:02}") if padded else (day.day, day.month)
    text = f"{first}{separator}{second}{separator}{day.year:04}{time}"
    assert read_day(text, DAY_FIRST) == (day - EPOCH).days
    two = day.day <= 12 and day.day != day.month
    assert (read_day(text, "either") is None) == two
    assert (choose_reading(gather_evidence([text], read_day)) is None) == two


@given(st.lists(DAYS, min_size=1, max_size=30), st.booleans())
def test_a_column_is_refused_exactly_when_every_date_has_two_days_or_one(
    days: list[date], day_first: bool
) -> None:
    numbers = "{0.day:02}/{0.month:02}" if day_first else "{0.month:02}/{0.day:02}"
    texts = [f"{numbers.format(day)}/{day.year:04}" for day in days]
    verdict = choose_reading(gather_evidence(texts, read_day))
    proven = any(day.day > 12 for day in days)
    doubtful = any(day.day <= 12 and day.day != day.month for day in days)
    if proven:
        assert verdict == (DAY_FIRST if day_first else MONTH_FIRST)
    else:
        assert verdict == (None if doubtful else "either")
    if verdict is not None:
        assert [read_day(text, verdict) for text in texts] == [(d - EPOCH).days for d in days]


@given(
    st.lists(
        DAYS.map(lambda day: day.strftime("%d/%m/%Y"))
        | DAYS.map(lambda day: day.strftime("%B %d, %Y"))
        | st.text("0123456789-/. TZ:", max_size=12)
        | st.text(max_size=10),
        max_size=40,
    )
)
@settings(max_examples=examples(25), deadline=None)
def test_the_engine_agrees_on_anything(engine: Engine, texts: list[str]) -> None:
    texts = [text.replace("\0", "") for text in texts]
    for reading in READINGS:
        expected = [read_day(text, reading) for text in texts]
        assert in_engine(engine, texts, reading) == expected


def test_what_is_obvious_is_what_both_readings_say() -> None:
    for text, _, _ in WRITTEN:
        found = gather_evidence([text], read_day)
        for pattern, side in zip(OBVIOUS, ((1, 0), (0, 1), (0, 0)), strict=True):
            if re.match(pattern, text):
                assert (found.first, found.second) == side
                assert not found.differ


# ------------------------------------------------------------------------------ given by the user


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (None, (None, None)),
        ("D/M/Y", (DAY_FIRST, None)),
        ("DD.MM.YYYY", (DAY_FIRST, None)),
        ("m/d/y", (MONTH_FIRST, None)),
        ("YYYY-MM-DD", ("either", None)),
        ("YYYYMMDD", ("either", None)),
        ("%d.%m.%y", (None, "%d.%m.%y")),
    ],
)
def test_formats_that_can_be_given(
    form: str | None, expected: tuple[Reading | None, str | None]
) -> None:
    assert date_option(form) == expected


@pytest.mark.parametrize("form", ["", "Y/D/M", "day first", "D/M", "DMX", "D'; --"])
def test_formats_that_can_not(form: str) -> None:
    with pytest.raises(InputError, match="--date-format"):
        date_option(form)


def test_a_pattern_reads_years_of_two_digits(engine: Engine) -> None:
    engine.connection.register(
        "texts", pa.table({"text": ["05.01.24", "31.12.99", "x", "32.1.24"]})
    )
    column = engine.backend.table("texts").text
    found = engine.backend.to_pyarrow(given_reading(column, "%d.%m.%y").name("day"))
    assert found.to_pylist() == [number("2024-01-05"), number("1999-12-31"), None, None]
