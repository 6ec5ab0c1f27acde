"""What a reader of the figures must know: what is left out, and what the data can't tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmformulas.orders.results import Input, Record
from crmformulas.orders.rules import Windows

__all__ = ["EXCLUDED", "grouped", "warnings"]


def grouped(number: int) -> str:
    """A count with its thousands apart."""
    return f"{number:,}".replace(",", "\u00a0")


EXCLUDED = {
    "no_customer": "without customer id",
    "bad_date": "whose date can't be read",
    "bad_amount": "whose amount can't be read",
}


def warnings(
    extent: Record, read: Input, windows: Windows, portfolio: Sequence[Record]
) -> Iterator[str]:
    """What a reader must know, a line each."""
    for reason, words in EXCLUDED.items():
        if n := read.excluded[reason]:
            share = f"{n / read.rows:.1%}".replace("%", " %")
            yield f"{grouped(n)} rows {words} ({share}) are not in these figures"
    start = windows.f12[0]
    if read.first_day > windows.s12[0]:
        yield (
            f"history starts {read.first_day}: S12 (from {windows.s12[0]}) is not wholly covered "
            "and F12 not at all, so opening, lost and reactivated are unknown, not zero"
        )
    elif read.first_day > windows.f12[1]:
        yield (
            f"history starts {read.first_day}: F12 ({start} to {windows.f12[1]}) is not covered, "
            "so new and reactivated can't be told apart, and nobody can be seen as lost"
        )
    elif read.first_day > start:
        yield (
            f"history starts {read.first_day}: F12 (from {start}) is not wholly covered, so new "
            "and reactivated can't be told apart for the part that is missing"
        )
    if later := extent["later"]:
        yield f"{grouped(later)} orders after {windows.as_of} are left out"
    if (quiet := (windows.as_of - read.last_day).days) > 31:
        yield f"the newest order is {quiet} days before the as-of day {windows.as_of}"
    for record in portfolio:
        if record["f12_customers"] and not record["lost"] and record["customers"]:
            yield (
                f"nobody in {record['tier']} was lost, so its duration has no finite estimate: "
                "its CLV and the value of the portfolio are blank"
            )
