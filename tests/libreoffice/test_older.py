"""The dates that an old Python is taught to read are those that this one reads."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmformulas.libreoffice import older


def written(day: date) -> st.SearchStrategy[str]:
    """A day in every form, and days that there are none of."""
    year, (_, week, weekday) = f"{day.year:04}", day.isocalendar()
    forms = [day.isoformat(), day.isoformat().replace("-", ""), f"{year}-13-01", f"{year}-02-30"]
    weeks = [f"{year}-W{week:02}-{weekday}", f"{year}W{week:02}{weekday}", f"{year}-W{week:02}"]
    return st.sampled_from([*forms, *weeks, f"{year}-W54-1", year])


dates = st.dates().flatmap(written)
clocks = st.sampled_from(
    [
        "10",
        "1030",
        "10:30",
        "10:30:59",
        "103059",
        "10:30:59.5",
        "10:30:59,123456789",
        "24:00:01",
        "23:60",
        "1",
        "10:3",
    ]
)
offsets = st.sampled_from(["", "Z", "+02", "+0200", "+02:00", "-05:30:15", "+2", "z"])
times = st.tuples(dates, st.sampled_from("T tx"), clocks, offsets).map("".join)
texts = dates | times | st.text("0123456789-:.TWZ+ ", max_size=9)


@given(texts)
@settings(max_examples=500)
@example("2026-10-31\n")
@example("20261031T12")
@example("２０２６-10-31")
def test_the_same_days(text: str) -> None:
    try:
        right = datetime.fromisoformat(text).date()
    except ValueError:
        right = None
    try:
        found = older.datetime.fromisoformat(text).date()
    except ValueError:
        found = None
    assert found == right
