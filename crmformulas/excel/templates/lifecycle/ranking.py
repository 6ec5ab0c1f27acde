"""The result: which activities to do first, and what they add together."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import amount
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import message_formula, paragraphs, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.translations import Translated

__all__ = ["BY_ROMI", "BY_VALUE", "write_ranking"]

BY_ROMI, BY_VALUE = Translated("ROMI", "ROMI"), Translated("Added value", "Tillfört värde")

ADDED = Translated("Added portfolio value", "Tillfört portföljvärde")

DRAWN = 10
"""Activities in the charts."""

LIST, CHARTS = 35, 10
"""Rows where the list and the charts begin."""

WORKINGS = LIST + CASES + 3
DRAWINGS = WORKINGS + CASES + 3


def write_ranking(book: Book) -> None:
    """The sheet Ranking."""
    name = Translated("Ranking", "Rangordning")
    title = Translated("What to do first", "Vad som ska göras först")
    sheet = book.sheet(name, title, (6, 31, 21, 29, 13, 15, 11, 13, 14, 14))
    _summary(sheet)
    _ranks(sheet)
    _list(sheet)
    drawn = (
        ("value", ADDED, "signed money", "#,##0"),
        ("romi", Translated("ROMI", "ROMI"), "growth rate", "+0%;-0%;0%"),
    )
    for j, (key, heading, kind, label) in enumerate(drawn):
        _drawing(sheet, j, key, heading, kind, label)
    sheet.xl.set_h_pagebreaks([LIST - 2, WORKINGS])
    sheet.freeze(3, 0)
    sheet.print_columns(9, DRAWINGS + DRAWN + 2)


SUMMARY = lines("""
    cost: money
        Cost | Kostnad
        alone = plan_cases_cost
        total = plan_cases_cost
    value: signed money
        Added portfolio value | Tillfört portföljvärde
        alone = plan_cases_value
        together = plan_together
        total = plan_added
    romi: growth rate
        ROMI
        alone = [plan.total.romi]
        total = plan_romi
""")
SUMS = paragraphs("""
    Each case alone, summed | Varje case för sig, summerat

    Effect of doing all at once | Effekten av att göra allt samtidigt

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
    Do first: {name} | Gör först: {name}
"""

RANKS = lines("""
    no: words, note
        No | Nr
    name: words, note = NAMED([plan.cases.name.*],[plan.cases.name.*])
        Activity | Aktivitet
    list: 0, grey value = IF(plan_order="ROMI",[romi],[value])
        Place in the list | Plats i listan
    value: 0, grey value
        Place by added value | Plats efter tillfört värde
    romi: 0, grey value
        Place by ROMI | Plats efter ROMI
""")

PLACE = (
    "NAMED([plan.cases.name.*],IF(ISNUMBER([plan.cases.{0}.*]),1+"
    "SUMPRODUCT(([plan.cases.{0}]<1E+300)*([plan.cases.{0}]>[plan.cases.{0}.*]))+"
    "SUMPRODUCT(--({above}=[plan.cases.{0}.*])),"
    "COUNT([plan.cases.{0}])+COUNTIF({down},DASH)))"
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
    order: text
        Order of the list | Listans ordning
        | ROMI puts first what gives most for the money; added value what gives most.
        | ROMI sätter det först som ger mest för pengarna; tillfört värde det som ger mest.
""")["order"]

TITLES = {
    "value": "{best} adds most value: {amount} | {best} tillför mest värde: {amount}",
    "romi": "{best} pays best: ROMI {per_cent} % | {best} lönar sig bäst: ROMI {per_cent} %",
}


def _summary(sheet: Sheet) -> None:
    """The message, and the sum of the cases beside all at once."""
    book = sheet.book
    grid = Grid(sheet, 6, 2, SUMMARY, ("alone", "together", "total"), across=True)
    grid.head([""])
    for i, label in enumerate(SUMS, 6):
        sheet.text(i, 1, label, "total label" if i == 8 else "plain")
    grid.write()
    at_margin = book.sentence(AT_MARGIN, share="ROUND(100*plan_margin,1)")
    margin = f'IF(plan_margin=1,"{book.translate(ON_REVENUE)}",{at_margin})'
    write_message(sheet, 3, MESSAGE, "message", "plan.message", margin=margin)
    first = message_formula(book, FIRST, {"name": sheet.place(LIST + 1, 1).cell})
    sheet.formula(4, 0, first, "", "note")


def _ranks(sheet: Sheet) -> None:
    """Workings: the place of each case by value and by ROMI. Ties go by row, unknown ones last."""
    book = sheet.book
    sheet.text(WORKINGS, 0, Translated("Workings", "Uträkning"), "heading")
    items = [str(i) for i in range(CASES)]
    grid = Grid(sheet, WORKINGS + 2, 0, RANKS, items, across=True)
    grid.head()
    formulas: dict[str, dict[str, str]] = {"value": {}, "romi": {}}
    for i, item in enumerate(items):
        sheet.text(WORKINGS + 2 + i, 0, str(i + 1), "note")
        for key, of_key in formulas.items():
            above, down = (_down(book, key, last) for last in (i - 1, i))
            of_key[item] = PLACE.format(key, above=above, down=down)
    grid.write(formulas=formulas, leave=("no",))
    for key in ("list", "value", "romi"):
        book.places[f"plan.rank.{key}"] = grid.all(key)


def _down(book: Contents, key: str, last: int) -> str:
    """The scores from their heading down to a case; an empty cell above it would equal 0."""
    scores = book[f"plan.cases.{key}"]
    column = scores.column
    return CellRange(scores.sheet, scores.row - 1, column, scores.row + last, column).full


def _list(sheet: Sheet) -> None:
    """The ranked list, with cost and value summed from the top."""
    sheet.text(LIST - 2, 1, ORDER.label)
    sheet.input(
        LIST - 2,
        2,
        sheet.book.translate(BY_ROMI),
        "text",
        ORDER.label,
        ORDER.note,
        choices=(BY_ROMI, BY_VALUE),
        name="plan_order",
        key="plan.order",
        setting=True,
    )
    items = [str(i) for i in range(CASES)]
    grid = Grid(sheet, LIST + 1, 0, LISTED, items, across=True)
    grid.head()
    sheet.text(LIST, 0, LISTED["place"].label, "head")
    entries = {key: {"": ENTRY.format(key)} for key in tuple(LISTED)[1:8]}
    grid.write(formulas=entries)
    sheet.book.places["plan.list"] = sheet.place(LIST + 1, 0, LIST + CASES, 9)


def _drawing(sheet: Sheet, j: int, key: str, heading: Translated, kind: str, label: str) -> None:
    """A chart of the first cases by value or ROMI, and what it draws below the workings."""
    book = sheet.book
    first, column = DRAWINGS + 1, 1 if j == 0 else 3
    drawn_heading = Translated("Drawn: {}", "Ritas: {}").format(heading)
    sheet.heads(DRAWINGS, column, [drawn_heading, heading])
    if j:
        sheet.text(DRAWINGS, column, drawn_heading, "beside head")
    ranks, names = book[f"plan.rank.{key}"], book["plan.cases.name"]
    scores = book[f"plan.cases.{key}"]
    for i in range(DRAWN):
        listed, at = f"{i + 1}<=plan_cases_count", f"MATCH({i + 1},{ranks.fixed},0)"
        for c, (cells, shown, look) in enumerate(
            ((names, "", "beside" if j else "note"), (scores, kind, "grey value"))
        ):
            drawn = f'IF({listed},INDEX({cells.full},{at}),"")'
            sheet.formula(first + i, column + c, drawn, shown, look)
    best, top = sheet.place(first, column).cell, sheet.place(first, column + 1).cell
    title = message_formula(
        book, TITLES[key], {"best": best, "amount": amount(top), "per_cent": f"ROUND(100*{top},0)"}
    )
    place = sheet.formula(
        first + DRAWN,
        column,
        f'IF(ISNUMBER({top}),{title},"{book.translate(heading)}")',
        "",
        "note",
    )
    categories = sheet.place(first, column, first + DRAWN - 1)
    values = sheet.place(first, column + 1, first + DRAWN - 1)
    book.places[f"plan.drawn.{key}"] = values
    bars = chart(
        sheet,
        (CHARTS, 0 if j == 0 else 4),
        "bar",
        place,
        categories,
        [Series(book.translate(heading), values, SHADES[1], label)],
        axis=False,
        size=(625 if j == 0 else 575, 440),
    )
    # A label beside a column below 0 would stand on it.
    bars.set_y_axis(
        {
            "reverse": True,
            "crossing": "max",
            "label_position": "low",
            "major_tick_mark": "none",
            "num_font": {"size": 9, "color": "#333333"},
            "line": {"color": "#BFBFBF"},
        }
    )
