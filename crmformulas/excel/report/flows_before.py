"""Beside the customer flows: each a year before, and the bridge from the portfolio of then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated
from crmformulas.formulas.migration import STAYED, flow_blocks, flow_kind
from crmformulas.orders.analysis.published_tables import customer_flows
from crmformulas.orders.summary.flow_values import (
    NO_YEAR_BEFORE_F12,
    bridge_as_told,
    why_not_told,
)
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.excel.workbook.book import Book
    from crmformulas.excel.workbook.cell_range import CellRange
    from crmformulas.excel.workbook.sheet import Sheet
    from crmformulas.orders.summary.model import Summary

__all__ = ["write_flows_before"]

COLUMNS = (
    ("Customers the year before | Kunder året före", 14.0),
    ("Value the year before | Värde året före", 15.0),
    ("Change of value | Värdets ändring", 15.0),
)
"""Heading and width."""

BRIDGE = lines("""
    opening: money
        The portfolio as told a year before | Portföljen som den var för ett år sedan
    new: signed money = [$flow_values.new]
        New | Nya
    reactivated: signed money = [$flow_values.reactivated]
        Reactivated | Återvunna
    upgrade: signed money = [$flow_values.upgrade]
        Upgrades | Uppgraderingar
    downgrade: signed money = [$flow_values.downgrade]
        Downgrades | Nedgraderingar
    lost: signed money = [$flow_values.lost]
        Lost | Förlorade
    changed_clv: signed money
        Changed CLV | Ändrad livstidsintäkt
        = GUARD([opening],[$flow_values.total],[closing],[closing]-[opening]-[$flow_values.total])
    closing: money, total = [$portfolio.total.portfolio_value]
        The portfolio now | Portföljen nu
""")

HEAD, BESIDE = 18, 3
"""The row of the bridge's headings, below the notes and above the flows; where its notes stand."""

ABOUT = (
    Translated(
        "The year before: how many made the same move then, and what those moves are worth at",
        "Året före: hur många som gjorde samma flytt då, och vad de flyttarna är värda med",
    ),
    Translated(
        "this year's CLV, so that a change of value is one of customers alone.",
        "årets livstidsintäkt, så att värdets ändring beror på kunderna och inget annat.",
    ),
)
ABOUT_BRIDGE = (
    Translated(
        "The bridge opens with the CLV of each tier as it was told then, with its durations of",
        "Bryggan börjar med varje nivås livstidsintäkt som den var då, med dåtidens durationer;",
    ),
    Translated(
        "then; what changed it since, for those who were customers, is Changed CLV.",
        "vad som sedan har ändrat den, för dem som var kunder, är Ändrad livstidsintäkt.",
    ),
)
FLOWS_UNKNOWN = Translated("– The year before is not known: {}", "– Året före är inte känt: {}")
BRIDGE_UNKNOWN = Translated(
    "– The portfolio of a year before is not known: {}",
    "– Portföljen för ett år sedan är inte känd: {}",
)


def write_flows_before(book: Book, summary: Summary, before: Summary | None) -> None:
    """Widen the sheet of the flows by tier; a dash and why where history does not reach back."""
    place = book["flow_values.message"]
    sheet = next(one for one in book.sheets if one.name == place.sheet)
    column = sheet.last_column + 1
    sheet.widen(*(width for _, width in COLUMNS))
    told = _flows(sheet, column, summary, before)
    untold = why_not_told(summary, before)
    bridge = bridge_as_told(summary, before)
    _bridge(sheet, None if bridge is None else bridge.opening)
    said = (
        *(ABOUT if told else (FLOWS_UNKNOWN.format(NO_YEAR_BEFORE_F12),)),
        *(ABOUT_BRIDGE if untold is None else (BRIDGE_UNKNOWN.format(untold),)),
    )
    for row, words in enumerate(said, HEAD + 1):
        sheet.text(row, BESIDE, words, "note")
    sheet.page(book["flow_table.total.customers"].row + 2, breaks=[HEAD + len(BRIDGE) + 2])


def _flows(sheet: Sheet, column: int, summary: Summary, before: Summary | None) -> bool:
    """Each flow a year before, at this year's CLV; False where that year is not known."""
    book, tiers = sheet.book, summary.rules.tier_names
    counts = {
        (line.origin, line.target): line.customers_before
        for line in customer_flows(summary, before)
    }
    first = book[f"flow_table.{tiers[0]}.{tiers[0]}.customers"].row
    sheet.heads(first - 1, column, [translated(words) for words, _ in COLUMNS], 0)
    sums = []
    for target, origins in flow_blocks(tiers):
        for origin in origins:
            row = book[f"flow_table.{origin}.{target}.customers"].row
            key = f"flow_table.{origin}.{target}"
            count = counts.get((origin, target))
            sheet.value(row, column, count, "count", key=f"{key}.customers_before")
            if flow_kind(origin, target, tiers) != STAYED:
                _values(sheet, row, column, key)
        whole = book[f"flow_table.{target}.customers"].row
        sum_of = f"SUM_OF({sheet.place(whole - len(origins), column, whole - 1).cell})"
        sums.append(_total(sheet, whole, column, sum_of, f"flow_table.{target}"))
    last = book["flow_table.total.customers"].row
    # All but the lost, who stand last.
    added = ",".join(cell.cell for cell in sums[:-1])
    _total(sheet, last, column, f"GUARD({added},{added.replace(',', '+')})", "flow_table.total")
    return bool(counts) and None not in counts.values()


def _values(sheet: Sheet, row: int, column: int, key: str) -> None:
    """What the flow of then is worth now, and how its value has changed since."""
    count, was = (sheet.place(row, at).cell for at in (column, column + 1))
    each, value = (sheet.book[f"{key}.{name}"].cell for name in ("each", "value"))
    # Nobody's flow is worth nothing, whatever the CLV would be.
    worth = resolve(sheet, f"GUARD({count},IF({count}=0,0,GUARD({each},{count}*{each})))")
    sheet.formula(row, column + 1, worth, "signed money", key=f"{key}.value_before")
    change = resolve(sheet, f"GUARD({value},{was},{value}-{was})")
    sheet.formula(row, column + 2, change, "signed money", key=f"{key}.value_change")


def _total(sheet: Sheet, row: int, column: int, formula: str, key: str) -> CellRange:
    for at in (column + 1, column + 2):
        sheet.text(row, at, "", "total label")
    said = resolve(sheet, formula)
    return sheet.formula(row, column, said, "count", "total", key=f"{key}.customers_before")


def _bridge(sheet: Sheet, opening: float | None) -> None:
    """From the portfolio of then over the flows as they stand on the sheet to that of now."""
    sheet.heads(HEAD, 0, "Bridge from a year before | Brygga från året före; Value | Värde")
    grid = Grid(sheet, HEAD + 1, 1, BRIDGE, key="bridge_as_told.#")
    grid.label(0)
    at = grid.place("opening")
    sheet.value(at.row, at.column, opening, "money", key="bridge_as_told.opening")
    grid.write(leave=("opening",))
