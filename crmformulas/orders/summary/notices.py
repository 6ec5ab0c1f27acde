"""Notices to the reader of the figures: what is left out, and what the data can't tell."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from crmformulas.dates import add_months
from crmformulas.formats import with_separators
from crmformulas.orders.counting.counts import Extent
from crmformulas.orders.rules import Windows
from crmformulas.orders.summary.model import Input, PortfolioRow
from crmformulas.translations import Translated, counted, term, translate

__all__ = ["EXCLUDED", "f12_reason", "warnings"]


EXCLUDED = {
    "no_customer": Translated("without customer id", "utan kund-id"),
    "bad_date": Translated("whose date can't be read", "vars datum inte kan läsas"),
    "bad_amount": Translated("whose amount can't be read", "vars belopp inte kan läsas"),
}


def _held(windows: Windows, first_day: date) -> Translated | None:
    """The part of F12 that history holds, for a sentence; None where it holds all of it."""
    months = windows.f12_months(first_day)
    if months == 12:
        return None
    start, end = windows.f12
    return Translated(
        f"history starts {first_day} and holds {months} of the 12 months from {start} to {end} "
        "(F12)",
        f"historiken börjar {first_day} och har {months} av de 12 månaderna från {start} till "
        f"{end} (F12)",
    )


def f12_reason(windows: Windows, first_day: date) -> Translated | None:
    """Why what rests on F12 is unknown, or approximate; None where history holds all of it."""
    held = _held(windows, first_day)
    if held is None:
        return None
    if not windows.f12_known(first_day):
        return Translated(
            f"{held.en}: who stayed, was lost, came back or is new can't be told, so what rests on "
            "that is unknown, not zero (retention, CLV, portfolio value, budget)",
            f"{held.sv}: vilka som är kvar, förlorade, återvunna eller nya går inte att säga, så "
            "det som vilar på det är okänt, inte noll (retention, CLV, portföljvärde, budget)",
        )
    return Translated(
        f"{held.en}: what rests on it is approximate (≈), as new and reactivated can't be told "
        "apart for the part that is missing, and who was lost is counted of fewer",
        f"{held.sv}: det som vilar på dem är ungefärligt (≈), då nya och återvunna inte kan "
        "skiljas åt för den del som saknas, och förlorade räknas av färre",
    )


def warnings(
    extent: Extent, read: Input, windows: Windows, portfolio: Sequence[PortfolioRow]
) -> Iterator[Translated]:
    """Notices to the reader, a line each."""
    for reason, words in EXCLUDED.items():
        if n := read.excluded[reason]:
            share = f"{n / read.rows:.1%}".replace("%", " %")
            yield Translated(
                f"{counted(n, 'row', shown=with_separators(n))} {words.en} ({share})"
                f" {'is' if n == 1 else 'are'} not in these figures",
                f"{counted(n, 'row', lang='sv', shown=with_separators(n))} {words.sv}"
                f" ({share.replace('.', ',')}) är inte med",
            )
    if missing := f12_reason(windows, read.first_day):
        yield missing
    if read.first_day > windows.s12[0]:
        yield Translated(
            f"the last 12 months (S12, from {windows.s12[0]}) are not wholly in history either",
            f"de senaste 12 månaderna (S12, från {windows.s12[0]}) täcks inte heller helt",
        )
    if later := extent.later:
        yield Translated(
            f"{counted(later, 'order', shown=with_separators(later))} after {windows.as_of}"
            f" {'is' if later == 1 else 'are'} left out",
            f"{with_separators(later)} köp efter {windows.as_of} är inte med",
        )
    if add_months(read.last_day, 1) < windows.as_of:
        quiet = (windows.as_of - read.last_day).days
        yield Translated(
            f"the newest order is {quiet} days before the as-of day {windows.as_of}: who has "
            "bought since counts as lost, and S12 lacks what was sold",
            f"det senaste köpet är {quiet} dagar före {windows.as_of}: den som har köpt sedan dess "
            "räknas som förlorad, och S12 saknar det som såldes",
        )
    # Where history tells too little of F12 nobody knows who was lost.
    f12_known = windows.f12_known(read.first_day)
    stayed = [row.tier for row in portfolio if row.f12_customers and not row.lost and row.customers]
    if f12_known and stayed:
        yield _none_lost(stayed)


def _none_lost(tiers: Sequence[str]) -> Translated:
    """That nobody of some tiers was lost, and what follows from it."""
    english = " and ".join(filter(None, (", ".join(tiers[:-1]), tiers[-1])))
    names = [str(translate(term(tier), "sv")) for tier in tiers]
    swedish = " och ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    several = len(tiers) > 1
    return Translated(
        f"nobody in {english} was lost, so duration has no finite estimate there: "
        f"{'their' if several else 'its'} CLV and the value of the portfolio are blank",
        f"ingen i {swedish} gick förlorad, så durationen har ingen ändlig skattning där: "
        f"{'deras' if several else 'dess'} CLV och portföljens värde är tomma",
    )
