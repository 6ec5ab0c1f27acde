"""Tables that several sheets of the customer development budget have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    COLUMN_KINDS,
    ROWS,
    SEGMENT_LABELS,
    Cells,
    budget_heads,
    colour_changes,
    total,
)
from crmformulas.excel.workbook.expressions import DASH, change, guard, points, ratio
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import COLUMNS, SEGMENTS
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import Outcome

__all__ = [
    "BALANCE",
    "balance_formulas",
    "outcome_inputs",
    "write_balance",
    "write_changes",
    "write_ratios",
]

BALANCE: tuple[tuple[str, Label, str], ...] = (
    ("opening", Translated("Active customers, opening", "Aktiva kunder, IB"), "count"),
    ("plus_new", Translated("+ new", "+ nya"), "count"),
    ("plus_reactivated", Translated("+ reactivated", "+ återvunna"), "count"),
    ("lost", Translated("− lost", "− förlorade"), "count"),
    ("closing", Translated("= Active customers, closing", "= Aktiva kunder, UB"), "count"),
    ("retention", term("retention").capitalize(), "rate"),
    ("gross_duration", Translated("Gross duration, years", "Bruttoduration, år"), "years"),
    ("net_duration", Translated("Net duration, years", "Nettoduration, år"), "years"),
)
"""Key, label and kind of how the customers move."""


def balance_formulas(opening: str, new: str, continued: str, reactivated: str) -> dict[str, str]:
    """How the customers move: formulas by key, from the four cells that decide them."""
    three = [opening, continued, reactivated]
    stayed = f"({continued}+{reactivated})"
    return {
        "opening": guard([opening], opening),
        "plus_new": guard([new], new),
        "plus_reactivated": guard([reactivated], reactivated),
        "lost": f'IF(COUNT({opening},{continued})<2,"{DASH}",'
        f'IF({continued}>{opening},"{DASH}",{opening}-{continued}))',
        "closing": guard([new, continued, reactivated], f"{new}+{continued}+{reactivated}"),
        "retention": f'IF(COUNT({opening},{continued})<2,"{DASH}",IF(OR({opening}=0,'
        f'{continued}>{opening}),"{DASH}",{continued}/{opening}))',
        "gross_duration": f'IF(COUNT({opening},{continued})<2,"{DASH}",'
        f'IF({continued}>={opening},"{DASH}",1/(1-{continued}/{opening})))',
        "net_duration": f'IF(COUNT({",".join(three)})<3,"{DASH}",'
        f'IF({stayed}>={opening},"{DASH}",1/(1-{stayed}/{opening})))',
    }


def outcome_inputs(
    sheet: Sheet, row: int, outcome: Outcome, key: str, *, optional: bool = False
) -> None:
    """The nine input cells of an outcome, S12 or, where it may be empty, F12."""
    period = term("f12" if optional else "s12")
    notes = (
        Translated(
            "Customers of this segment in {}. A number.", "Segmentets kunder, {}. Ett antal."
        ),
        Translated(
            "Their revenue in {}, in currency units.", "Deras omsättning, {}, i valutaenheter."
        ),
        Translated("Their orders in {}. A number.", "Deras antal köp, {}. Ett antal."),
    )
    more = Translated(
        " May be empty; then growth is what you type below.",
        " Får vara tom; då är tillväxten vad du skriver nedan.",
    )
    for i, segment in enumerate(SEGMENTS):
        for j, (column, note) in enumerate(zip(COLUMNS[:3], notes, strict=True)):
            label = Translated("{0}: {1}", "{0}: {1}").format(SEGMENT_LABELS[segment], term(column))
            comment = note.format(period)
            if optional:
                comment = Translated(comment.en + more.en, comment.sv + more.sv)
            sheet.input(
                row + i,
                j + 1,
                outcome[i][j],
                COLUMN_KINDS[column],
                label,
                comment,
                key=f"{key}.{segment}.{column}",
                optional=optional,
            )


def write_ratios(sheet: Sheet, row: int, key: str, given: Sequence[str] = COLUMNS[:3]) -> None:
    """What follows from the columns given of each segment: the totals, and the other columns."""
    cells = Cells(sheet)
    for j, column in enumerate(COLUMNS[:3], 1):
        first, last = cells(f"{key}.new.{column}"), cells(f"{key}.reactivated.{column}")
        sheet.formula(
            row + 3,
            j,
            total(first, last),
            COLUMN_KINDS[column],
            "total",
            key=f"{key}.total.{column}",
        )
    for i, segment in enumerate(ROWS):
        people, revenue, orders = (cells(f"{key}.{segment}.{column}") for column in COLUMNS[:3])
        parts = ((revenue, orders), (orders, people), (revenue, people))
        look = "total" if segment == "total" else "value"
        for j, (column, part) in enumerate(zip(COLUMNS[3:], parts, strict=True), 4):
            if segment != "total" and column in given:
                continue
            sheet.formula(
                row + i,
                j,
                ratio(*part),
                COLUMN_KINDS[column],
                look,
                key=f"{key}.{segment}.{column}",
            )


def write_changes(sheet: Sheet, row: int, label: Label, after: str, before: str, key: str) -> None:
    """The table of a budget as change in per cent against another."""
    cells = Cells(sheet)
    budget_heads(sheet, row, label)
    for i, segment in enumerate(ROWS, row + 1):
        look = "total" if segment == "total" else "value"
        for j, column in enumerate(COLUMNS, 1):
            pair = (cells(f"{which}.{segment}.{column}") for which in (after, before))
            sheet.formula(i, j, change(*pair), "signed rate", look, key=f"{key}.{segment}.{column}")
    colour_changes(sheet, row + 1, 1, row + 4, 6)


def write_balance(sheet: Sheet, row: int, columns: tuple[tuple[str, Label], ...]) -> None:
    """How the customers move in each period, and the change in the last of them."""
    cells = Cells(sheet)
    head = Translated("How the customers move", "Hur kunderna rör sig")
    sheet.heads(
        row, 0, [head, *(label for _, label in columns), Translated("Change", "Förändring")]
    )
    last = columns[-1][0]
    people = [cells(f"{last}.{segment}.customers") for segment in SEGMENTS]
    moved = balance_formulas("outcome_closing", *people)
    for i, (key, label, kind) in enumerate(BALANCE, row + 1):
        closing = key == "closing"
        look = "total" if closing else "value"
        sheet.text(i, 0, label, "total label" if closing else "plain")
        for j, (period, _) in enumerate(columns[:-1], 1):
            cell = cells(f"{period}.{key}")
            sheet.formula(i, j, guard([cell], cell), kind, look)
        j = len(columns)
        now = sheet.formula(i, j, moved[key], kind, look, key=f"{last}.{key}").cell
        was = sheet.place(i, j - 1).cell
        by, how = (points, "points change") if kind == "rate" else (change, "signed rate")
        sheet.formula(i, j + 1, by(now, was), how, look)
