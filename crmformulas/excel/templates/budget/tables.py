"""Tables that several sheets of the customer development budget have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    COLUMN_KINDS,
    COLUMN_LABELS,
    ROWS,
    SEGMENT_LABELS,
    budget_heads,
    colour_changes,
)
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.lines import Grid, Line, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import COLUMNS, SEGMENTS
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import Outcome

__all__ = [
    "BALANCE",
    "RATIOS",
    "balance",
    "budget_table",
    "outcome_inputs",
    "write_balance",
    "write_changes",
]

_BALANCE = """
    opening: count = KNOWN(OPENING)
        Active customers, opening | Aktiva kunder, IB
    plus_new: count = KNOWN([*.new.customers])
        + new | + nya
    plus_reactivated: count = KNOWN([*.reactivated.customers])
        + reactivated | + återvunna
    lost: count
        − lost | − förlorade
        = IF(COUNT(OPENING,[*.continued.customers])<2,DASH,
        IF([*.continued.customers]>OPENING,DASH,OPENING-[*.continued.customers]))
    closing: count, total
        = Active customers, closing | = Aktiva kunder, UB
        = KNOWN([*.new.customers]+[*.continued.customers]+[*.reactivated.customers])
    retention: rate
        @retention
        = IF(COUNT(OPENING,[*.continued.customers])<2,DASH,IF(OR(OPENING=0,
        [*.continued.customers]>OPENING),DASH,[*.continued.customers]/OPENING))
    gross_duration: years
        Gross duration, years | Bruttoduration, år
        = IF(COUNT(OPENING,[*.continued.customers])<2,DASH,IF([*.continued.customers]>=OPENING,
        DASH,1/(1-[*.continued.customers]/OPENING)))
    net_duration: years
        Net duration, years | Nettoduration, år
        = IF(COUNT(OPENING,[*.continued.customers],[*.reactivated.customers])<3,DASH,
        IF(([*.continued.customers]+[*.reactivated.customers])>=OPENING,
        DASH,1/(1-([*.continued.customers]+[*.reactivated.customers])/OPENING)))
"""
BALANCE = lines(_BALANCE)
"""How the customers move in a period, from those at its opening."""

TOTALS = {x: {"total": f"SUM_OF([{x}@new:reactivated])"} for x in COLUMNS[:3]}
RATIOS: dict[str, dict[str, str]] = {
    **TOTALS,
    "value_per_order": {"": "RATIO([revenue],[orders])"},
    "orders_per_customer": {"": "RATIO([orders],[customers])"},
    "revenue_per_customer": {"": "RATIO([revenue],[customers])"},
}
"""What follows from customers, revenue and orders of each segment: totals, and other columns."""

INPUT_NOTES = lines("""
    customers: count
        Customers of this segment in {}. A number. | Segmentets kunder, {}. Ett antal.
    revenue: money
        Their revenue in {}, in currency units. | Deras omsättning, {}, i valutaenheter.
    orders: count
        Their orders in {}. A number. | Deras antal köp, {}. Ett antal.
""")
MAY_BE_EMPTY = translated("""
    {} May be empty; then growth is what you type below.
    | {} Får vara tom; då är tillväxten vad du skriver nedan.
""")


def budget_table(
    sheet: Sheet, row: int, key: str, formulas: Mapping[str, Mapping[str, str]], kind: str = ""
) -> None:
    """The figures of a budget, segments below each other, by column and segment."""
    columns = {
        x: Line(x, kind or COLUMN_KINDS[x], COLUMN_LABELS[x], "", (), formulas.get(x, {"new": ""}))
        for x in COLUMNS
    }
    Grid(sheet, row, 1, columns, ROWS, across=True, key=f"{key}.*.#").write()


def outcome_inputs(
    sheet: Sheet, row: int, outcome: Outcome, key: str, *, optional: bool = False
) -> None:
    """The nine input cells of an outcome, S12 or, where it may be empty, F12; and its ratios."""
    period = term("f12" if optional else "s12")
    for i, segment in enumerate(SEGMENTS):
        for j, column in enumerate(COLUMNS[:3]):
            note = INPUT_NOTES[column].label.format(period)
            sheet.input(
                row + i,
                j + 1,
                outcome[i][j],
                COLUMN_KINDS[column],
                Translated("{0}: {1}", "{0}: {1}").format(SEGMENT_LABELS[segment], term(column)),
                MAY_BE_EMPTY.format(note) if optional else note,
                key=f"{key}.{segment}.{column}",
                optional=optional,
            )
    budget_table(sheet, row, key, RATIOS)


def write_changes(sheet: Sheet, row: int, label: Label, after: str, before: str, key: str) -> None:
    """The table of a budget as change in per cent against another."""
    budget_heads(sheet, row, label)
    changes = {x: {"": f"CHANGE([{after}.*.{x}],[{before}.*.{x}])"} for x in COLUMNS}
    budget_table(sheet, row + 1, key, changes, "signed rate")
    colour_changes(sheet, row + 1, 1, row + 4, 6)


def write_balance(sheet: Sheet, row: int, columns: tuple[tuple[str, Label], ...]) -> None:
    """Write how the customers move in each period, and the change in the last of them."""
    head = Translated("How the customers move", "Hur kunderna rör sig")
    labels = [label for _, label in columns]
    sheet.heads(row, 0, [head, *labels, Translated("Change", "Förändring")])
    *earlier, last = (period for period, _ in columns)
    j = len(columns)
    moved = balance(sheet, row + 1, j, last, "outcome_closing")
    for i, (key, line) in enumerate(moved.lines.items(), row + 1):
        look = line.look("value")
        for k, period in enumerate(earlier, 1):
            sheet.formula(i, k, resolve(sheet, f"KNOWN([{period}.{key}])"), line.kind, look)
        by, kind = ("POINTS", "points change") if line.kind == "rate" else ("CHANGE", "signed rate")
        now, was = (sheet.place(i, k).cell for k in (j, j - 1))
        sheet.formula(i, j + 1, resolve(sheet, f"{by}({now},{was})"), kind, look)


def balance(
    sheet: Sheet,
    row: int,
    column: int,
    period: str,
    name: str,
    opening: CellRange | None = None,
) -> Grid:
    """The table of how the customers of a period move, from those at its opening.

    ``name`` is that of their cell, and ``opening`` the cell where it stands in this very table.
    """
    grid = Grid(sheet, row, column, lines(_BALANCE.replace("OPENING", name)), (period,), key="*.#")
    grid.label(0)
    grid.write(leave=("opening",) if opening else ())
    return grid
