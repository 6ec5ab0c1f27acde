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
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, Step, bars, chart, waterfall
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount, guard, per_cent, short, sign
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LINE, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Label, Translated, term

__all__ = ["write_charts"]

SIZE = (608, 325)
RIGHT = 5
TABLES = 40
"""The row where the tables begin, on a page of their own."""

LABEL = Translated("Label", "Etikett")


def write_charts(book: Book, *, with_target: bool = True) -> None:
    """Four charts on a page, each with its message as its title; three where nothing is wanted."""
    title = Translated("Charts", "Diagram")
    sheet = book.sheet(title, title, (35, 13, 13, 13, 14, 13, 26, 13, 13, 13, 5))
    sheet.formula(3, 0, Cells(sheet)("budget2.message"), "", "message")
    _revenue(sheet, TABLES + 1, (5, 0))
    _movement(sheet, TABLES + 11, (5, RIGHT))
    _sorted_bars(
        sheet,
        TABLES + 20,
        (22, 0),
        "sensitivity",
        [book[f"sensitivity.{lever}"] for lever in LEVERS],
        largest=True,
    )
    _sorted_bars(
        sheet,
        TABLES + 33,
        (22, RIGHT),
        "target",
        [book[f"target.{lever}.lift"] for lever in LEVERS],
        largest=False,
        drawn=with_target,
    )
    sheet.freeze(3, 0)
    sheet.print_columns(10, TABLES)


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
        told = f'{label}&CHAR(10)&IF(ISNUMBER({last}),{amount(last)},"{DASH}")'
        sheet.formula(i, 5, told, "", "wrapped beside")
        sheet.xl.set_row(i, 2 * LINE)
    last_row = row + len(periods)
    gains = sheet.place(row + 1, 4, last_row)
    best = f"MAX({gains.cell})"
    who = f"INDEX({sheet.place(row + 1, 0, last_row).cell},MATCH({best},{gains.cell},0))"
    told = sheet.book.sentence(
        Translated("{name} brings most: {revenue}", "{name} ger mest: {revenue}"),
        name=who,
        revenue=amount(best),
    )
    unknown = translate(Translated("The revenue is not known", "Omsättningen är inte känd"))
    title = sheet.formula(
        row + 7,
        0,
        f'IF(COUNT({gains.cell})=0,"{unknown}",{told})',
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
    told = sheet.book.sentence(
        Translated("{name}: customers {change}", "{name}: kunder {change}"),
        name="chosen_scenario",
        change=f"{sign(f'({closing}-{opening})')}&FIXED(ABS({closing}-{opening}),0)",
    )
    unknown = translate(Translated("The customers are not known", "Kunderna är inte kända"))
    title = sheet.formula(
        row + 7,
        0,
        f'IF(COUNT({closing},{opening})<2,"{unknown}",{told})',
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


def _sorted_bars(
    sheet: Sheet,
    row: int,
    at: tuple[int, int],
    what: str,
    figures: list[CellRange],
    *,
    largest: bool,
    drawn: bool = True,
) -> None:
    """Bars of the levers, sorted; those without a figure last, in their order."""
    first, last = row + 1, row + len(LEVERS)
    heads: dict[str, Label] = {
        "sensitivity": Translated("Change of revenue", "Förändrad omsättning"),
        "target": Translated("Lift that reaches the target", "Lyft som når målet"),
    }
    sheet.heads(
        row,
        0,
        [
            heads[what],
            Translated("Figure", "Siffra"),
            Translated("Place", "Plats"),
            Translated("Sorted", "Sorterad"),
        ],
    )
    sheet.text(row, 4, LABEL, "beside head")
    # What is equal but for rounding must be equal, or two levers would have one place.
    kind, digits = {"sensitivity": ("signed money", 2), "target": ("signed rate", 9)}[what]
    values = sheet.place(first, 1, last)
    places = sheet.place(first, 2, last)
    labels = sheet.place(first, 0, last)
    for i, (lever, figure) in enumerate(zip(LEVERS, figures, strict=True)):
        sheet.text(first + i, 0, LEVER_LABELS[lever], "note")
        value = sheet.formula(
            first + i,
            1,
            guard([figure.full], f"ROUND({figure.full},{digits})"),
            kind,
            "grey value",
        ).cell
        so_far = sheet.place(first, 1, first + i).cell
        ranked = f"RANK({value},{values.cell},{0 if largest else 1})"
        same = f"SUMPRODUCT(({so_far}={value})*1)-1"
        unknown = f"COUNT({values.cell})+ROWS({so_far})-COUNT({so_far})"
        sheet.formula(
            first + i, 2, f"IF(ISNUMBER({value}),{ranked}+{same},{unknown})", "count", "grey value"
        )
        found = f"MATCH({i + 1},{places.cell},0)"
        bar = sheet.formula(
            first + i,
            3,
            f"INDEX({values.cell},{found})",
            kind,
            "grey value",
            key=f"charts.{what}.{i + 1}",
        ).cell
        size = short(bar) if what == "sensitivity" else per_cent(f"ABS({bar})")
        shown = f'IF(ISNUMBER({bar}),{sign(bar)}&{size},"{DASH}")'
        sheet.formula(first + i, 4, f'INDEX({labels.cell},{found})&" "&{shown}', "", "beside")
    if what == "sensitivity":
        said = Cells(sheet)("sensitivity.message")
    else:
        said = _least_lift(sheet.book, sheet.place(first, 3).cell, places)
    title = sheet.formula(last + 1, 0, said, "", "note", key=f"charts.{what}.title")
    if not drawn:
        return
    bars(
        sheet,
        at,
        title,
        sheet.place(first, 4, last),
        sheet.place(first, 3, last),
        labels="",
        size=SIZE,
        gap=35,
    )


def _least_lift(book: Contents, top: str, places: CellRange) -> str:
    """The title of the bars to the target."""
    told = book.sentence(
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
    known = (
        f"IF(ISNUMBER(target_used),IF(N(target_gap)<=0,{book.sentence(reached)},"
        f"{book.sentence(none)}),{book.sentence(lacking)})"
    )
    return f"IF(ISNUMBER({top}),{told},{known})"
