"""The result: which activities to do first, and what they add together."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import phrases, resolve, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.translations import Translated

__all__ = ["BY_ROMI", "BY_VALUE", "write_ranking"]

BY_ROMI, BY_VALUE = Translated("ROMI", "ROMI"), Translated("Added value", "Tillfört värde")

DRAWN = 10
"""Activities in the charts."""

LIST, CHARTS = 35, 10
"""Rows where the list and the charts begin."""

WORKINGS = LIST + CASES + 3
DRAWINGS = WORKINGS + CASES + 3


SUMMARY = lines("""
    cost: money = plan_cases_cost
        Cost | Kostnad
        together =
    value: signed money = plan_cases_value
        Added portfolio value | Tillfört portföljvärde
        together = plan_together
        total = plan_added
    romi: growth rate = [plan.total.romi]
        ROMI
        together =
        total = plan_romi
""")
SUMS = phrases("""
    Each case alone, summed | Varje case för sig, summerat;
    Effect of doing all at once | Effekten av att göra allt samtidigt;
    All activities together | Alla aktiviteter tillsammans
""")

MESSAGE = """
    plan_cases_count=0 → There are no activities yet | Det finns inga aktiviteter än
    NOT(ISNUMBER(plan_romi))
        → The value or cost of some activity is unknown: see Check on Business cases
        | Värde eller kostnad är okänd för någon aktivitet: se Kontroll på Business case
    {plan_cases_count} activities for {cost} add {value} of portfolio value{margin}: ROMI {romi} %
        | {plan_cases_count} aktiviteter för {cost} tillför {value} i portföljvärde{margin}: ROMI
        {romi} %
    where cost = AMOUNT(plan_cases_cost)
    where value = AMOUNT(plan_added)
    where romi = ROUND(100*plan_romi,0)
"""
ON_REVENUE = Translated(" in revenue, margin not set", " i omsättning, marginal ej satt")
AT_MARGIN = Translated(" at a margin of {share} %", " med {share} % marginal")

FIRST = """
    plan_cases_count=0 → {""}
    Do first: {[plan.list.name.0]} | Gör först: {[plan.list.name.0]}
"""

RANKS = lines("""
    no: words, note
        No | Nr
    name: words, note = NAMED([plan.cases.name.*],[plan.cases.name.*])
        Activity | Aktivitet
    list: 0, grey value = IF(plan_order="ROMI",[romi],[value])
        Place in the list | Plats i listan
    value: 0, grey value = PLACE_BY_VALUE
        Place by added value | Plats efter tillfört värde
    romi: 0, grey value = PLACE_BY_ROMI
        Place by ROMI | Plats efter ROMI
""")

PLACE = (
    "NAMED([plan.cases.name.*],IF(ISNUMBER([plan.cases.{0}.*]),1+"
    "SUMPRODUCT(([plan.cases.{0}]<1E+300)*([plan.cases.{0}]>[plan.cases.{0}.*]))+"
    "SUMPRODUCT(--([above.{0}.*]=[plan.cases.{0}.*])),"
    "COUNT([plan.cases.{0}])+COUNTIF([down.{0}.*],DASH)))"
)
"""One more than the scores above this one's, and the equal ones in the rows above; without a score,
behind all that have one.

Both by comparison, so that they agree on what is equal. A text is more than any number.
"""

LISTED = lines("""
    place: 0, mark = IF(ITEM<=plan_cases_count,ITEM,"")
        Place | Plats
    name: words, plain = ENTRY
        Activity | Aktivitet
    phase: words, plain = ENTRY
        Phase | Fas
    lever: words, plain = ENTRY
        Lever it moves | Budgetfaktor som lyfts
    cost: money = ENTRY
        Cost | Kostnad
    value: signed money = ENTRY
        Added portfolio value | Tillfört portföljvärde
    romi: growth rate = ENTRY
        ROMI
    payback: years = ENTRY
        Payback, years | Återbetalning, år
    cost_so_far: money = IF(ITEM<=plan_cases_count,SUM([$cost@0]:[cost]),"")
        Cost, from the top | Kostnad, uppifrån
    value_so_far: signed money = IF(ITEM<=plan_cases_count,SUM([$value@0]:[value]),"")
        Value, from the top | Värde, uppifrån
""")
ENTRY = (
    "IF(ITEM<=plan_cases_count,IF(INDEX([plan.cases.{0}],MATCH(ITEM,[$plan.rank.list],0))="
    '"",DASH,INDEX([plan.cases.{0}],MATCH(ITEM,[$plan.rank.list],0))),"")'
)

ORDER = lines("""
    order: text, setting
        Order of the list | Listans ordning
        | ROMI puts first what gives most for the money; added value what gives most.
        | ROMI sätter det först som ger mest för pengarna; tillfört värde det som ger mest.
""")

TITLES = {
    "value": """
        ISNUMBER({top}) → {best} adds most value: {worth} | {best} tillför mest värde: {worth}
        Added portfolio value | Tillfört portföljvärde
        where worth = AMOUNT({top})
    """,
    "romi": """
        ISNUMBER({top}) → {best} pays best: ROMI {share} % | {best} lönar sig bäst: ROMI {share} %
        ROMI
        where share = ROUND(100*{top},0)
    """,
}


def write_ranking(book: Book) -> None:
    """The sheet Ranking."""
    widths = (6, 31, 21, 29, 13, 15, 11, 13, 14, 14)
    sheet = book.sheet(
        "Ranking | Rangordning", "What to do first | Vad som ska göras först", widths
    )
    _summary(sheet)
    _ranks(sheet)
    _list(sheet)
    write_message(sheet, 4, FIRST, "note", "")
    _drawing(sheet, "value", (1, "note"), (0, 625), "#,##0")
    _drawing(sheet, "romi", (3, "beside"), (4, 575), "+0%;−0%;0%")
    # What the list and the charts are made from needs no print.
    sheet.page(WORKINGS - 2, (3, 0), breaks=[LIST - 2])


def _summary(sheet: Sheet) -> None:
    """The message, and the sum of the cases beside all at once."""
    book = sheet.book
    grid = Grid(sheet, 6, 2, SUMMARY, ("alone", "together", "total"), across=True)
    grid.head([""])
    grid.name(SUMS)
    grid.write()
    at_margin = book.sentence(AT_MARGIN, share="ROUND(100*plan_margin,1)")
    margin = f'IF(plan_margin=1,"{book.translate(ON_REVENUE)}",{at_margin})'
    write_message(sheet, 3, MESSAGE, "message", "plan.message", margin=margin)


def _ranks(sheet: Sheet) -> None:
    """Workings: the place of each case by value and by ROMI. Ties go by row, unknown ones last."""
    book, first = sheet.book, WORKINGS + 2
    sheet.text(WORKINGS, 0, Translated("Workings", "Uträkning"), "heading")
    items = [str(i) for i in range(CASES)]
    grid = Grid(sheet, first, 0, RANKS, items, across=True)
    grid.head()
    for key in ("value", "romi"):
        cases = book[f"plan.cases.{key}"]
        # From the heading on; an empty cell above it would equal 0.
        head = CellRange(cases.sheet, cases.row - 1, cases.column, cases.row - 1, cases.column)
        for i, item in enumerate(items):
            book.places[f"above.{key}.{item}"] = head.to(cases.at(i - 1))
            book.places[f"down.{key}.{item}"] = head.to(cases.at(i))
    for i in range(CASES):
        sheet.text(first + i, 0, str(i + 1), "note")
    grid.write(formulas={x: {"": PLACE.format(x)} for x in ("value", "romi")}, leave=("no",))
    for key in ("list", "value", "romi"):
        book.places[f"plan.rank.{key}"] = grid.all(key)


def _list(sheet: Sheet) -> None:
    """The ranked list, with cost and value summed from the top."""
    order = Grid(sheet, LIST - 2, 2, ORDER, key="plan.#")
    order.label(1)
    choices = {"order": (BY_ROMI, BY_VALUE)}
    order.fill([BY_ROMI], value=lambda choice, _: choice, choices=choices, key="plan.#")
    sheet.book.define("plan_order", order.place("order"))
    items = [str(i) for i in range(CASES)]
    grid = Grid(sheet, LIST + 1, 0, LISTED, items, across=True, key="plan.list.#.*")
    grid.head()
    sheet.text(LIST, 0, LISTED["place"].label, "head")
    entries = {key: {"": ENTRY.format(key)} for key in tuple(LISTED)[1:8]}
    grid.write(formulas=entries)
    sheet.book.places["plan.list"] = sheet.place(LIST + 1, 0, LIST + CASES, 9)


def _drawing(
    sheet: Sheet, key: str, table: tuple[int, str], drawn: tuple[int, int], labels: str
) -> None:
    """A chart of the first cases by value or ROMI, and what it draws below the workings."""
    book, first, (column, look) = sheet.book, DRAWINGS + 1, table
    line = LISTED[key]
    head = Translated("Drawn: {}", "Ritas: {}").format(line.label)
    sheet.heads(DRAWINGS, column, [head, line.label])
    if look == "beside":
        sheet.text(DRAWINGS, column, head, "beside head")
    for i in range(1, DRAWN + 1):
        place = f"MATCH({i},[$plan.rank.{key}],0)"
        for j, of, kind, shown in ((0, "name", "", look), (1, key, line.kind, "grey value")):
            figure = f'IF({i}<=plan_cases_count,INDEX([plan.cases.{of}],{place}),"")'
            sheet.formula(DRAWINGS + i, column + j, resolve(sheet, figure), kind, shown)
    best, top = (sheet.place(first, column + j).cell for j in (0, 1))
    title, at = f"plan.drawn.{key}.title", (first + DRAWN, column)
    said = write_message(sheet, at, TITLES[key], "note", title, best=best, top=top)
    names, values = (sheet.place(first, column + j, first + DRAWN - 1) for j in (0, 1))
    book.places[f"plan.drawn.{key}"] = values
    series = [Series(line.label, values, SHADES[1], labels)]
    beside, width = drawn
    size = (width, 440)
    # A label beside a column below 0 would stand on it.
    chart(
        sheet, (CHARTS, beside), "bar", said, names, series, axis=False, size=size, labels_low=True
    )
