"""The charts of the customer development budget, and below them the tables that they draw."""

from __future__ import annotations

from crmformulas.excel.templates.budget.cells import (
    LEVER_LABELS,
    OUTCOME,
    SCENARIOS,
    whose,
)
from crmformulas.excel.workbook.charts import MILLIONS, Step, bars, chart, waterfall
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import resolve, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LINE, SHADES
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.translations import term

__all__ = ["draw_budget", "draw_lifts"]

SIZE = (470, 300)
RIGHT = 3
"""The column of the second chart of a row."""

WIDE = (980, 330)


def draw_budget(sheet: Sheet, row: int, tables: int) -> None:
    """Revenue of all scenarios, and how the customers of Budget 2 move, from a row on.

    What they draw stands in tables further down.
    """
    _revenue(sheet, tables, (row, 0))
    _movement(sheet, tables + 10, (row, RIGHT))


REVENUE = lines("""
    name: words, note = [*.name]&""
        Revenue by segment | Omsättning per segment
        budget1 = "Budget 1"
    new: money, grey value = KNOWN([*.new.revenue])
        @new
    continued: money, grey value = KNOWN([*.continued.revenue])
        @continued
    reactivated: money, grey value = KNOWN([*.reactivated.revenue])
        @reactivated
    total: money, grey value = KNOWN([*.total.revenue])
        @total
    label: words, wrapped beside
        Label | Etikett
        = [name]&CHAR(10)&IF(ISNUMBER([total]),AMOUNT([total]),DASH)
""")

REVENUE_TITLE = """
    COUNT([charts.total])=0 → The revenue is not known | Omsättningen är inte känd
    {name} brings most: {AMOUNT(MAX([charts.total]))}
        | {name} ger mest: {AMOUNT(MAX([charts.total]))}
    where name = INDEX([charts.name],MATCH(MAX([charts.total]),[charts.total],0))
"""


def _revenue(sheet: Sheet, row: int, at: tuple[int, int]) -> None:
    """Revenue by segment, of the outcome and of every budget."""
    grid = Grid(sheet, row + 1, 0, REVENUE, ("outcome", "budget1", *SCENARIOS), across=True)
    grid.head()
    grid.write(formulas={"name": {"outcome": f'"{sheet.book.translate(OUTCOME)}"'}})
    for key in ("name", "total"):
        sheet.book.places[f"charts.{key}"] = grid.all(key)
    for i in range(row + 1, row + 7):
        sheet.xl.set_row(i, 2 * LINE)
    series = [grid.series(x, colour) for x, colour in zip(SEGMENTS, SHADES, strict=False)]
    title = write_message(sheet, row + 7, REVENUE_TITLE, "note", "charts.revenue.title")
    names = grid.all("label")
    chart(sheet, at, "column", title, names, series, stacked=True, shown=MILLIONS, size=SIZE)


CUSTOMERS_TITLE = """
    COUNT([budget2.closing],[budget2.opening])<2
        → The customers are not known | Kunderna är inte kända
    {chosen_scenario}: customers {change} | {chosen_scenario}: kunder {change}
    where change = ARROW(([budget2.closing]-[budget2.opening]))&
        FIXED(ABS([budget2.closing]-[budget2.opening]),0)
"""


def _movement(sheet: Sheet, row: int, at: tuple[int, int]) -> None:
    """The customers of Budget 2 from opening to closing."""
    title = write_message(sheet, row + 7, CUSTOMERS_TITLE, "note", "charts.customers.title")
    formulas = {
        "opening": "[budget2.opening]",
        "new": "[budget2.plus_new]",
        "reactivated": "[budget2.plus_reactivated]",
        "lost": "GUARD([budget2.lost],-[budget2.lost])",
        "closing": "[budget2.closing]",
    }
    steps = [
        Step(term(key).capitalize(), resolve(sheet, formula), key in ("opening", "closing"))
        for key, formula in formulas.items()
    ]
    waterfall(sheet, row, 0, steps, title, at, size=SIZE, key="charts.customers")


LIFTS = lines("""
    lever: words, note
        Lift that reaches the target | Lyft som når målet
    figure: signed rate, grey value = GUARD([target.*.lift],ROUND([target.*.lift],9))
        Figure | Siffra
    place: count, grey value
        Place | Plats
        = IF(ISNUMBER([figure]),
        RANK([figure],[figure@],1)+SUMPRODUCT(([figure@recruitment:*]=[figure])*1)-1,
        COUNT([figure@])+ROWS([figure@recruitment:*])-COUNT([figure@recruitment:*]))
    sorted: signed rate, grey value = INDEX([figure@],MATCH(ITEM,[place@],0))
        Sorted | Sorterad
    label: words, beside
        Label | Etikett
        = IF(COUNT([figure@])>0,INDEX([lever@],MATCH(ITEM,[place@],0))&" "&
        IF(ISNUMBER([sorted]),ARROW([sorted])&PER_CENT(ABS([sorted])),DASH),
        CHOOSE(MIN(ITEM,3),
        chosen_scenario&" "&IF(ISNUMBER([budget2.total.revenue]),AMOUNT([budget2.total.revenue]),
        DASH),
        "Target | Mål"&" "&IF(ISNUMBER(target_used),AMOUNT(target_used),DASH),""))
    drawn: 0.000, grey value
        Drawn | Ritat
        = IF(COUNT([figure@])>0,[sorted],
        CHOOSE(MIN(ITEM,3),[budget2.total.revenue],target_used,""))
""")

LIFTS_TITLE = """
    ISNUMBER([charts.target.1]) → Least lift that reaches the target: {customers}, {figure}
        | Minsta lyft som når målet: {customers}, {figure}
    NOT(ISNUMBER(target_used)) → There is no target yet | Det finns inget mål än
    N(target_gap)<=0 → The target is reached without a lift | Målet nås utan lyft
    No lever alone reaches the target | Ingen faktor når målet ensam
    where figure = ARROW([charts.target.1])&PER_CENT(ABS([charts.target.1]))
"""


def draw_lifts(sheet: Sheet, row: int, table: int, *, drawn: bool) -> None:
    """The lifts that reach the target, the least first; those without a figure last.

    Where none has a figure, as the target is reached or no lever reaches it, Budget 2 is drawn
    against the target. Where there is no target, the table stands there, and nothing is drawn.
    """
    grid = Grid(sheet, table + 1, 0, LIFTS, LEVERS, across=True)
    grid.head()
    for i, lever in enumerate(LEVERS, 1):
        sheet.text(table + i, 0, LEVER_LABELS[lever], "note")
        sheet.book.places[f"charts.target.{i}"] = grid.place("sorted", lever)
    sheet.book.places["charts.target.drawn"] = grid.all("drawn")
    # What is equal but for rounding must be equal, or two levers would have one place.
    grid.write(leave=("lever",))
    places = grid.all("place").cell
    customers = whose(sheet.book, f"MATCH(1,{places},0)")
    at = table + len(LEVERS) + 1
    title = write_message(
        sheet, at, LIFTS_TITLE, "note", "charts.target.title", customers=customers
    )
    if drawn:
        label, length = grid.all("label"), grid.all("drawn")
        bars(sheet, (row, 0), title, label, length, labels="", size=WIDE, gap=35)
