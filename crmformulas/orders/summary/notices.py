"""What a reader of the figures must know: what is left out, and what the data can't tell."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmformulas.formats import with_separators
from crmformulas.orders.counting.counts import Extent
from crmformulas.orders.rules import Windows
from crmformulas.orders.summary.model import Input, PortfolioRow
from crmformulas.translations import Translated, term, translate

__all__ = ["EXCLUDED", "warnings"]


EXCLUDED = {
    "no_customer": Translated("without customer id", "utan kund-id"),
    "bad_date": Translated("whose date can't be read", "vars datum inte kan läsas"),
    "bad_amount": Translated("whose amount can't be read", "vars belopp inte kan läsas"),
}


def warnings(
    extent: Extent, read: Input, windows: Windows, portfolio: Sequence[PortfolioRow]
) -> Iterator[Translated]:
    """What a reader must know, a line each."""
    for reason, words in EXCLUDED.items():
        if n := read.excluded[reason]:
            share = f"{n / read.rows:.1%}".replace("%", " %")
            yield Translated(
                f"{with_separators(n)} rows {words.en} ({share}) are not in these figures",
                f"{with_separators(n)} rader {words.sv} ({share.replace('.', ',')}) är inte med",
            )
    first, start = read.first_day, windows.f12[0]
    if first > windows.s12[0]:
        yield Translated(
            f"history starts {first}: S12 (from {windows.s12[0]}) is not wholly covered "
            "and F12 not at all, so opening, lost and reactivated are unknown, not zero",
            f"historiken börjar {first}: S12 (från {windows.s12[0]}) täcks inte helt och F12 inte "
            "alls, så IB, förlorade och återvunna är okända, inte noll",
        )
    elif first > windows.f12[1]:
        yield Translated(
            f"history starts {first}: F12 ({start} to {windows.f12[1]}) is not covered, "
            "so new and reactivated can't be told apart, and nobody can be seen as lost",
            f"historiken börjar {first}: F12 ({start} till {windows.f12[1]}) täcks inte, så nya "
            "och återvunna kan inte skiljas åt, och ingen kan ses som förlorad",
        )
    elif first > start:
        yield Translated(
            f"history starts {first}: F12 (from {start}) is not wholly covered, so new "
            "and reactivated can't be told apart for the part that is missing",
            f"historiken börjar {first}: F12 (från {start}) täcks inte helt, så nya och "
            "återvunna kan inte skiljas åt för den del som saknas",
        )
    if later := extent.later:
        yield Translated(
            f"{with_separators(later)} orders after {windows.as_of} are left out",
            f"{with_separators(later)} köp efter {windows.as_of} är inte med",
        )
    if (quiet := (windows.as_of - read.last_day).days) > 31:
        yield Translated(
            f"the newest order is {quiet} days before the as-of day {windows.as_of}",
            f"det senaste köpet är {quiet} dagar före {windows.as_of}",
        )
    for row in portfolio:
        if row.f12_customers and not row.lost and row.customers:
            yield Translated(
                f"nobody in {row.tier} was lost, so its duration has no finite estimate: "
                "its CLV and the value of the portfolio are blank",
                f"ingen i {translate(term(row.tier), 'sv')} gick förlorad, så durationen har "
                "ingen ändlig skattning: dess CLV och portföljens värde är tomma",
            )
