"""The result: which activities to do first, and what they add together."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount
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


ON_REVENUE = Translated(" in revenue, margin not set", " i omsättning, marginal ej satt")
AT_MARGIN = Translated(" at a margin of {share} %", " med {share} % marginal")


def _summary(sheet: Sheet) -> None:
    """The message, and the sum of the cases beside all at once."""
    book = sheet.book
    heads = (Translated("Cost", "Kostnad"), ADDED, Translated("ROMI", "ROMI"))
    sheet.heads(5, 1, ["", *heads])
    lines = (
        (
            Translated("Each case alone, summed", "Varje case för sig, summerat"),
            "plan_cases_cost",
            "plan_cases_value",
            book["plan.total.romi"].full,
            "value",
        ),
        (
            Translated("Effect of doing all at once", "Effekten av att göra allt samtidigt"),
            "",
            "plan_together",
            "",
            "value",
        ),
        (
            Translated("All activities together", "Alla aktiviteter tillsammans"),
            "plan_cases_cost",
            "plan_added",
            "plan_romi",
            "total",
        ),
    )
    for r, (label, cost, value, romi, look) in enumerate(lines, 6):
        sheet.text(r, 1, label, "total label" if look == "total" else "plain")
        cells = ((cost, "money"), (value, "signed money"), (romi, "growth rate"))
        for j, (formula, kind) in enumerate(cells, 2):
            if formula:
                sheet.formula(r, j, formula, kind, look)
    at_margin = book.sentence(AT_MARGIN, share="ROUND(100*plan_margin,1)")
    message = book.sentence(
        Translated(
            "{n} activities for {cost} add {value} of portfolio value{margin}: ROMI {romi} %",
            "{n} aktiviteter för {cost} tillför {value} i portföljvärde{margin}: ROMI {romi} %",
        ),
        n="plan_cases_count",
        cost=amount("plan_cases_cost"),
        value=amount("plan_added"),
        romi="ROUND(100*plan_romi,0)",
        margin=f'IF(plan_margin=1,"{book.translate(ON_REVENUE)}",{at_margin})',
    )
    unknown = book.sentence(
        Translated(
            "The value or cost of some activity is unknown: see Check on Business cases",
            "Värde eller kostnad är okänd för någon aktivitet: se Kontroll på Business case",
        )
    )
    none = book.sentence(Translated("There are no activities yet", "Det finns inga aktiviteter än"))
    shown = f"IF(plan_cases_count=0,{none},IF(ISNUMBER(plan_romi),{message},{unknown}))"
    sheet.formula(3, 0, shown, "", "message", key="plan.message")
    first = book.sentence(
        Translated("Do first: {name}", "Gör först: {name}"), name=sheet.place(LIST + 1, 1).cell
    )
    sheet.formula(4, 0, f'IF(plan_cases_count=0,"",{first})', "", "note")


def _ranks(sheet: Sheet) -> None:
    """Workings: the place of each case by value and by ROMI. Ties go by row, unknown ones last."""
    book = sheet.book
    sheet.text(WORKINGS, 0, Translated("Workings", "Uträkning"), "heading")
    heads = (
        Translated("No", "Nr"),
        Translated("Activity", "Aktivitet"),
        Translated("Place in the list", "Plats i listan"),
        Translated("Place by added value", "Plats efter tillfört värde"),
        Translated("Place by ROMI", "Plats efter ROMI"),
    )
    sheet.heads(WORKINGS + 1, 0, heads, 2)
    first = WORKINGS + 2
    by_romi = book.translate(BY_ROMI)
    for i in range(CASES):
        r = first + i
        name = book["plan.cases.name"].at(i).full
        sheet.text(r, 0, str(i + 1), "note")
        sheet.formula(r, 1, f'IF({name}="","",{name})', "", "note")
        for j, key in ((3, "value"), (4, "romi")):
            scores = book[f"plan.cases.{key}"]
            position = _rank(book, key, i)
            unknown = f"COUNT({scores.full})+{_unknown(book, key, i)}"
            rank = f'IF({name}="","",IF(ISNUMBER({scores.at(i).full}),{position},{unknown}))'
            sheet.formula(r, j, rank, "0", "grey value")
        value, romi = sheet.place(r, 3).cell, sheet.place(r, 4).cell
        sheet.formula(r, 2, f'IF(plan_order="{by_romi}",{romi},{value})', "0", "grey value")
    last = first + CASES - 1
    for j, key in ((2, "list"), (3, "value"), (4, "romi")):
        book.places[f"plan.rank.{key}"] = sheet.place(first, j, last)


def _rank(book: Contents, key: str, i: int) -> str:
    """One more than the scores above this one's, and the equal ones in the rows above.

    Both by comparison, so that they agree on what is equal. A text is more than any number.
    """
    scores = book[f"plan.cases.{key}"]
    own, all_of_them = scores.at(i).full, scores.full
    higher = f"SUMPRODUCT(({all_of_them}<1E+300)*({all_of_them}>{own}))"
    return f"1+{higher}+SUMPRODUCT(--({_down(book, key, i - 1)}={own}))"


def _unknown(book: Contents, key: str, i: int) -> str:
    """How many cases without a score there are down to this one."""
    return f'COUNTIF({_down(book, key, i)},"{DASH}")'


def _down(book: Contents, key: str, last: int) -> str:
    """The scores from their heading down to a case; an empty cell above it would equal 0."""
    scores = book[f"plan.cases.{key}"]
    column = scores.column
    return CellRange(scores.sheet, scores.row - 1, column, scores.row + last, column).full


def _list(sheet: Sheet) -> None:
    """The ranked list, with cost and value summed from the top."""
    book = sheet.book
    heads = (
        Translated("Place", "Plats"),
        Translated("Activity", "Aktivitet"),
        Translated("Phase", "Fas"),
        Translated("Lever it moves", "Budgetfaktor som lyfts"),
        Translated("Cost", "Kostnad"),
        ADDED,
        Translated("ROMI", "ROMI"),
        Translated("Payback, years", "Återbetalning, år"),
        Translated("Cost, from the top", "Kostnad, uppifrån"),
        Translated("Value, from the top", "Värde, uppifrån"),
    )
    keys = (
        ("name", "", "plain"),
        ("phase", "", "plain"),
        ("lever", "", "plain"),
        ("cost", "money", "value"),
        ("value", "signed money", "value"),
        ("romi", "growth rate", "value"),
        ("payback", "years", "value"),
    )
    label = Translated("Order of the list", "Listans ordning")
    sheet.text(LIST - 2, 1, label)
    sheet.input(
        LIST - 2,
        2,
        book.translate(BY_ROMI),
        "text",
        label,
        Translated(
            "ROMI puts first what gives most for the money; added value what gives most.",
            "ROMI sätter det först som ger mest för pengarna; tillfört värde det som ger mest.",
        ),
        choices=(BY_ROMI, BY_VALUE),
        name="plan_order",
        key="plan.order",
        setting=True,
    )
    sheet.heads(LIST, 0, heads, 4)
    first, ranks = LIST + 1, book["plan.rank.list"].fixed
    for i in range(CASES):
        r = first + i
        listed = f"{i + 1}<=plan_cases_count"
        sheet.formula(r, 0, f'IF({listed},{i + 1},"")', "0", "mark")
        at = f"MATCH({i + 1},{ranks},0)"
        for j, (key, kind, look) in enumerate(keys, 1):
            entry = f"INDEX({book[f'plan.cases.{key}'].full},{at})"
            shown = f'IF({entry}="","{DASH}",{entry})'
            sheet.formula(r, j, f'IF({listed},{shown},"")', kind, look)
        for j, summed in ((8, 4), (9, 5)):
            so_far = f"${sheet.place(first, summed).cell[:1]}${first + 1}"
            cells = f"{so_far}:{sheet.place(r, summed).cell}"
            kind = "money" if summed == 4 else "signed money"
            sheet.formula(r, j, f'IF({listed},SUM({cells}),"")', kind)
    book.places["plan.list"] = sheet.place(first, 0, first + CASES - 1, 9)


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
    title = _titles(book, best, top)[key]
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


def _titles(book: Contents, best: str, top: str) -> dict[str, str]:
    """What the charts say."""
    return {
        "value": book.sentence(
            Translated("{best} adds most value: {top}", "{best} tillför mest värde: {top}"),
            best=best,
            top=amount(top),
        ),
        "romi": book.sentence(
            Translated("{best} pays best: ROMI {top} %", "{best} lönar sig bäst: ROMI {top} %"),
            best=best,
            top=f"ROUND(100*{top},0)",
        ),
    }
