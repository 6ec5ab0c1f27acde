"""Follow-up: what the activities turned out to add, beside their goals."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import (
    CASES,
    added_revenue,
    added_value,
    possible,
    romi_of,
)
from crmformulas.excel.templates.lifecycle.data import PHASES, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.expressions import DASH, amount, when_numbers
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.translations import Translated

__all__ = ["write_followup"]

HEADS = (
    Translated("No", "Nr"),
    Translated("Activity", "Aktivitet"),
    Translated("Goal: lift × share", "Mål: lyft × andel"),
    Translated("Goal: added value", "Mål: tillfört värde"),
    Translated("Goal: cost", "Mål: kostnad"),
    Translated("Actual lift", "Utfall lyft"),
    Translated("Actual share", "Utfall andel"),
    Translated("Actual cost", "Utfall kostnad"),
    Translated("Actual: lift × share", "Utfall: lyft × andel"),
    Translated("Actual: added value", "Utfall: tillfört värde"),
    Translated("Actual: ROMI", "Utfall: ROMI"),
    Translated("Added value, actual − goal", "Tillfört värde, utfall − mål"),
    Translated("Of goal", "Av målet"),
    Translated("Status", "Status"),
)

COLUMNS = (
    "goal",
    "goal.value",
    "goal.cost",
    "lift",
    "share",
    "cost",
    "effect",
    "value",
    "romi",
    "difference",
    "achieved",
    "status",
)
"""Keys of the columns, ``plan.actual.goal`` and so on, from the third column of the sheet."""

LIST = 7


def write_followup(book: Book, plan: Plan) -> None:
    """The sheet Follow-up."""
    name = Translated("Follow-up", "Uppföljning")
    title = Translated("What the activities turned out to add", "Vad aktiviteterna blev värda")
    widths = (4, 31, 10, 14, 14, 10, 10, 12, 10, 14, 10, 15, 9, 18)
    sheet = book.sheet(name, title, widths)
    label = Translated("Near goal from", "Nära målet från")
    sheet.text(4, 1, label)
    sheet.input(
        4,
        2,
        0.8,
        "rate",
        label,
        Translated(
            "From which share of the goal an activity counts as near it.",
            "Från vilken andel av målet en aktivitet räknas som nära det.",
        ),
        name="plan_near",
        key="plan.near",
        setting=True,
    )
    sheet.heads(LIST - 1, 0, HEADS[:-1], 2)
    sheet.text(LIST - 1, len(HEADS) - 1, HEADS[-1], "beside head")
    for j, key in enumerate(COLUMNS, 2):
        book.places[f"plan.actual.{key}"] = sheet.place(LIST, j, LIST + CASES - 1)
    _inputs(sheet, plan)
    for i in range(CASES):
        _row(sheet, i)
    _totals(sheet, LIST + CASES)
    _phases(sheet, LIST + CASES + 3)
    sheet.freeze(LIST, 2)
    sheet.print_columns(13, LIST + CASES + 22)
    sheet.xl.fit_to_pages(1, 1)


def _inputs(sheet: Sheet, plan: Plan) -> None:
    spare = [(None, None, None)] * (CASES - len(plan.activities))
    rows = [*(a.actual for a in plan.activities), *spare]
    notes = (
        Translated(
            "By how much the lever rose for the customers reached, best against a control group. "
            "Empty until it is measured.",
            "Hur mycket faktorn ökade för dem som nåddes, helst mot en kontrollgrupp. Tomt tills "
            "det är mätt.",
        ),
        Translated(
            "Share of the segment's customers who were reached. Empty until it is measured.",
            "Andel av segmentets kunder som nåddes. Tomt tills det är mätt.",
        ),
        Translated(
            "What it cost in the year, in currency units. Empty until it is known.",
            "Vad den kostade under året, i valutaenheter. Tomt tills det är känt.",
        ),
    )
    kinds = (("signed rate", -1.0, 10.0), ("rate", None, None), ("money", None, None))
    for j, ((kind, low, high), note) in enumerate(zip(kinds, notes, strict=True)):
        sheet.inputs(
            LIST,
            5 + j,
            [[row[j]] for row in rows],
            kind,
            HEADS[5 + j],
            note,
            low=low,
            high=high,
            optional=True,
        )


def _row(sheet: Sheet, i: int) -> None:
    """An activity's goal, what it turned out to add, and how the two compare."""
    book, r = sheet.book, LIST + i
    case = {
        key: book[f"plan.cases.{key}"].at(i).full
        for key in ("name", "number", "effect", "value", "cost")
    }
    cell = {key: sheet.place(r, j).cell for j, key in enumerate(COLUMNS, 2)}

    def write(key: str, formula: str, kind: str, look: str = "value") -> None:
        sheet.formula(r, COLUMNS.index(key) + 2, f'IF({case["name"]}="","",{formula})', kind, look)

    sheet.text(r, 0, str(i + 1), "note")
    sheet.formula(r, 1, f'IF({case["name"]}="","",{case["name"]})', "", "plain")
    write("goal", case["effect"], "signed rate")
    write("goal.value", case["value"], "signed money")
    write("goal.cost", f'IF({case["cost"]}="","{DASH}",{case["cost"]})', "money")
    lift, share = cell["lift"], cell["share"]
    effect, goal, value = cell["effect"], cell["goal.value"], cell["value"]
    measured = f"COUNT({case['number']},{lift},{share})=3"
    write("effect", f'IF({measured},{lift}*{share},"{DASH}")', "signed rate")
    revenue = added_revenue(book, case["number"], effect)
    worth = added_value(case["number"], effect, f"({revenue})")
    value_or_dash = f'IF(ISNUMBER({revenue}),{worth},"{DASH}")'
    allowed = possible(case["number"], effect)
    write(
        "value",
        f'IF(ISNUMBER({effect}),IF({allowed},{value_or_dash},"{DASH}"),"{DASH}")',
        "signed money",
    )
    write("romi", romi_of(value, cell["cost"]), "growth rate")
    write("difference", when_numbers(f"{goal},{value}", 2, f"{value}-{goal}"), "signed money")
    part = f'IF({goal}>0,{value}/{goal},"{DASH}")'
    write("achieved", when_numbers(f"{goal},{value}", 2, part), "rate")
    reached, near, below = (book.translate(t) for t in STATUS)
    verdict = f'IF({value}>={goal},"{reached}",IF({value}>=N(plan_near)*{goal},"{near}","{below}"))'
    write("status", when_numbers(f"{goal},{value}", 2, verdict), "", "indented")
    status = sheet.place(r, COLUMNS.index("status") + 2)
    for mark, colour in ((reached, GAIN), (below, LOSS)):
        sheet.colour(status, f'{status.cell}="{mark}"', colour)


STATUS = (
    Translated("▲ goal reached", "▲ målet nått"),
    Translated("● near the goal", "● nära målet"),
    Translated("▼ below the goal", "▼ under målet"),
)


def _totals(sheet: Sheet, r: int) -> None:
    """Goal and actual of the activities that are measured, so that they compare."""
    book = sheet.book
    label = Translated("Sum of those measured", "Summan av de mätta")
    for j in range(len(HEADS)):
        sheet.text(r, j, label if j == 1 else "", "total label")
    measured = book["plan.actual.difference"].cell
    # A difference is a number where an activity has both a goal and an actual value.
    for key, kind in (
        ("goal.value", "signed money"),
        ("value", "signed money"),
        ("difference", "signed money"),
    ):
        cells = book[f"plan.actual.{key}"].cell
        total = f'IF(COUNT({measured})=0,"{DASH}",SUMIF({measured},">-1E+300",{cells}))'
        sheet.formula(r, COLUMNS.index(key) + 2, total, kind, "total", key=f"plan.measured.{key}")
    goal, actual = book["plan.measured.goal.value"].cell, book["plan.measured.value"].cell
    part = f'IF({goal}>0,{actual}/{goal},"{DASH}")'
    sheet.formula(
        r,
        COLUMNS.index("achieved") + 2,
        when_numbers(f"{goal},{actual}", 2, part),
        "rate",
        "total",
        key="plan.measured.achieved",
    )
    message = book.sentence(
        Translated(
            "{n} of {all} activities are measured: they added {actual}, the goal was {goal}",
            "{n} av {all} aktiviteter är mätta: de tillförde {actual}, målet var {goal}",
        ),
        n=f"COUNT({measured})",
        all="plan_cases_count",
        actual=amount(actual),
        goal=amount(goal),
    )
    none = book.sentence(Translated("No activity is measured yet", "Ingen aktivitet är mätt än"))
    sheet.formula(
        3,
        0,
        f"IF(COUNT({measured})=0,{none},{message})",
        "",
        "message",
        key="plan.followup.message",
    )


def _phases(sheet: Sheet, row: int) -> None:
    """Goal and actual of what is measured, by phase of the life cycle, with the chart."""
    book = sheet.book
    heads = (
        Translated("Phase", "Fas"),
        Translated("Activities", "Aktiviteter"),
        Translated("Goal of those measured", "Mål för de mätta"),
        Translated("Actual", "Utfall"),
        Translated("Measured", "Mätta"),
    )
    for j, head in zip((1, 2, 3, 4, 5), heads, strict=True):
        sheet.heads(row, j, [head], 1 if j == 1 else 0)
    first, last = row + 1, row + len(PHASES)
    phase, difference = book["plan.cases.phase"].full, book["plan.actual.difference"].cell
    names = book["plan.cases.name"].full
    goals, values = book["plan.actual.goal.value"].cell, book["plan.actual.value"].cell
    for i, label in enumerate(PHASES):
        r = first + i
        own = sheet.text(r, 1, label).cell
        sheet.formula(r, 2, f'SUMPRODUCT(({names}<>"")*({phase}={own}))', "count")
        where = f'{phase},{own},{difference},">-1E+300"'
        sheet.formula(r, 5, f"COUNTIFS({where})", "count")
        for j, cells in ((3, goals), (4, values)):
            total = f'IF({sheet.place(r, 5).cell}=0,"{DASH}",SUMIFS({cells},{where}))'
            sheet.formula(r, j, total, "signed money")
    book.places["plan.actual.phases"] = sheet.place(first, 2, last, 5)
    part = book["plan.measured.achieved"].cell
    headline = book.sentence(
        Translated("{part} % of the goal is reached", "{part} % av målet är nått"),
        part=f"ROUND(100*{part},0)",
    )
    plain = book.translate(Translated("Goal and actual by phase", "Mål och utfall per fas"))
    title = sheet.formula(last + 1, 1, f'IF(ISNUMBER({part}),{headline},"{plain}")', "", "note")
    series = [
        Series(
            book.translate(Translated("Goal", "Mål")),
            sheet.place(first, 3, last),
            SHADES[2],
            MILLIONS,
        ),
        Series(
            book.translate(Translated("Actual", "Utfall")),
            sheet.place(first, 4, last),
            SHADES[0],
            MILLIONS,
        ),
    ]
    chart(
        sheet,
        (row, 7),
        "column",
        title,
        sheet.place(first, 1, last),
        series,
        axis=False,
        size=(610, 340),
    )
