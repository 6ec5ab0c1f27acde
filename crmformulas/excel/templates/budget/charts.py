"""The charts of the customer development budget, and below them the tables that they draw."""

from __future__ import annotations

from crmformulas.excel.templates.budget.cells import (
    LEVER_LABELS,
    ROWS,
    SCENARIOS,
    SEGMENT_LABELS,
    Cells,
    whose,
)
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, Step, bars, chart, waterfall
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount, guard, per_cent, sign
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LINE, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Label, Translated, term

__all__ = ["draw_budget", "draw_lifts"]

SIZE = (470, 300)
RIGHT = 3
"""The column of the second chart of a row."""

WIDE = (980, 330)

LABEL = Translated("Label", "Etikett")


def draw_budget(sheet: Sheet, row: int, tables: int) -> None:
    """Revenue of all scenarios, and how the customers of Budget 2 move, from a row on.

    What they draw stands in tables further down.
    """
    _revenue(sheet, tables, (row, 0))
    _movement(sheet, tables + 10, (row, RIGHT))


def _revenue(sheet: Sheet, row: int, at: tuple[int, int]) -> None:
    """Revenue by segment, of the outcome and of every budget."""
    cells, translate = Cells(sheet), sheet.book.translate
    periods = ("outcome", "budget1", *SCENARIOS)
    labels = (SEGMENT_LABELS[segment] for segment in ROWS)
    sheet.heads(row, 0, [Translated("Revenue by segment", "Omsättning per segment"), *labels])
    sheet.text(row, 5, LABEL, "beside head")
    for i, period in enumerate(periods, row + 1):
        if period in SCENARIOS:
            name = f'{cells(f"{period}.name")}&""'
        else:
            outcome = translate(term("outcome").capitalize())
            name = f'"{outcome if period == "outcome" else "Budget 1"}"'
        label = sheet.formula(i, 0, name, "", "note").cell
        for j, segment in enumerate(ROWS, 1):
            cell = cells(f"{period}.{segment}.revenue")
            last = sheet.formula(i, j, guard([cell], cell), "money", "grey value").cell
        wording = f'{label}&CHAR(10)&IF(ISNUMBER({last}),{amount(last)},"{DASH}")'
        sheet.formula(i, 5, wording, "", "wrapped beside")
        sheet.xl.set_row(i, 2 * LINE)
    last_row = row + len(periods)
    gains = sheet.place(row + 1, 4, last_row)
    best = f"MAX({gains.cell})"
    who = f"INDEX({sheet.place(row + 1, 0, last_row).cell},MATCH({best},{gains.cell},0))"
    wording = sheet.book.sentence(
        Translated("{name} brings most: {revenue}", "{name} ger mest: {revenue}"),
        name=who,
        revenue=amount(best),
    )
    unknown = translate(Translated("The revenue is not known", "Omsättningen är inte känd"))
    title = sheet.formula(
        row + 7,
        0,
        f'IF(COUNT({gains.cell})=0,"{unknown}",{wording})',
        "",
        "note",
        key="charts.revenue.title",
    )
    series = [
        Series(sheet.place(row, j), sheet.place(row + 1, j, last_row), SHADES[j - 1])
        for j in (1, 2, 3)
    ]
    chart(
        sheet,
        at,
        "column",
        title,
        sheet.place(row + 1, 5, last_row),
        series,
        stacked=True,
        shown=MILLIONS,
        size=SIZE,
    )


def _movement(sheet: Sheet, row: int, at: tuple[int, int]) -> None:
    """The customers of Budget 2 from opening to closing."""
    cells, translate = Cells(sheet), sheet.book.translate
    closing, opening = cells("budget2.closing"), cells("budget2.opening")
    headline = sheet.book.sentence(
        Translated("{name}: customers {change}", "{name}: kunder {change}"),
        name="chosen_scenario",
        change=f"{sign(f'({closing}-{opening})')}&FIXED(ABS({closing}-{opening}),0)",
    )
    unknown = translate(Translated("The customers are not known", "Kunderna är inte kända"))
    title = sheet.formula(
        row + 7,
        0,
        f'IF(COUNT({closing},{opening})<2,"{unknown}",{headline})',
        "",
        "note",
        key="charts.customers.title",
    )
    steps = [
        Step(term("opening").capitalize(), opening, True),
        Step(SEGMENT_LABELS["new"], cells("budget2.plus_new")),
        Step(SEGMENT_LABELS["reactivated"], cells("budget2.plus_reactivated")),
        Step(term("lost").capitalize(), _minus(cells("budget2.lost"))),
        Step(term("closing").capitalize(), closing, True),
    ]
    waterfall(sheet, row, 0, steps, title, at, size=SIZE, key="charts.customers")


def _minus(cell: str) -> str:
    return guard([cell], f"-{cell}")


def draw_lifts(sheet: Sheet, row: int, table: int, *, drawn: bool) -> None:
    """The lifts that reach the target, the least first; those without a figure last.

    Where there is no target, the table stands there, and nothing is drawn.
    """
    figures = [sheet.book[f"target.{lever}.lift"] for lever in LEVERS]
    first, last = table + 1, table + len(LEVERS)
    heads: tuple[Label, ...] = (
        Translated("Lift that reaches the target", "Lyft som når målet"),
        Translated("Figure", "Siffra"),
        Translated("Place", "Plats"),
        Translated("Sorted", "Sorterad"),
    )
    sheet.heads(table, 0, heads)
    sheet.text(table, 4, LABEL, "beside head")
    kind, look = "signed rate", "grey value"
    values = sheet.place(first, 1, last)
    places = sheet.place(first, 2, last)
    labels = sheet.place(first, 0, last)
    for i, (lever, figure) in enumerate(zip(LEVERS, figures, strict=True)):
        sheet.text(first + i, 0, LEVER_LABELS[lever], "note")
        # What is equal but for rounding must be equal, or two levers would have one place.
        rounded = guard([figure.cell], f"ROUND({figure.cell},9)")
        value = sheet.formula(first + i, 1, rounded, kind, look).cell
        so_far = sheet.place(first, 1, first + i).cell
        same = f"SUMPRODUCT(({so_far}={value})*1)-1"
        unknown = f"COUNT({values.cell})+ROWS({so_far})-COUNT({so_far})"
        place = f"IF(ISNUMBER({value}),RANK({value},{values.cell},1)+{same},{unknown})"
        sheet.formula(first + i, 2, place, "count", look)
        found = f"MATCH({i + 1},{places.cell},0)"
        key = f"charts.target.{i + 1}"
        bar = sheet.formula(first + i, 3, f"INDEX({values.cell},{found})", kind, look, key=key).cell
        shown = f'IF(ISNUMBER({bar}),{sign(bar)}&{per_cent(f"ABS({bar})")},"{DASH}")'
        sheet.formula(first + i, 4, f'INDEX({labels.cell},{found})&" "&{shown}', "", "beside")
    said = _least_lift(sheet.book, sheet.place(first, 3).cell, places)
    title = sheet.formula(last + 1, 0, said, "", "note", key="charts.target.title")
    if drawn:
        label, length = sheet.place(first, 4, last), sheet.place(first, 3, last)
        bars(sheet, (row, 0), title, label, length, labels="", size=WIDE, gap=35)


def _least_lift(book: Contents, top: str, places: CellRange) -> str:
    """The title of the bars to the target."""
    headline = book.sentence(
        Translated(
            "Least lift that reaches the target: {customers}, {figure}",
            "Minsta lyft som når målet: {customers}, {figure}",
        ),
        customers=whose(book, f"MATCH(1,{places.cell},0)"),
        figure=f"{sign(top)}&{per_cent(f'ABS({top})')}",
    )
    none = Translated("No lever alone reaches the target", "Ingen faktor når målet ensam")
    reached = Translated("The target is reached without a lift", "Målet nås utan lyft")
    lacking = Translated("There is no target yet", "Det finns inget mål än")
    fallback = (
        f"IF(ISNUMBER(target_used),IF(N(target_gap)<=0,{book.sentence(reached)},"
        f"{book.sentence(none)}),{book.sentence(lacking)})"
    )
    return f"IF(ISNUMBER({top}),{headline},{fallback})"
