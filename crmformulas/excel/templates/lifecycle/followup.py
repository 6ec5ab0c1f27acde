"""Follow-up: what the activities turned out to add, beside their goals."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import (
    CASES,
    added_revenue,
    added_value,
    possible,
)
from crmformulas.excel.templates.lifecycle.data import PHASES, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.translations import Translated

__all__ = ["write_followup"]

LINES = lines("""
    name: words, plain = NAMED([plan.cases.name.*],[plan.cases.name.*])
        Activity | Aktivitet
    goal: signed rate = NAMED([plan.cases.name.*],[plan.cases.effect.*])
        Goal: lift × share | Mål: lyft × andel
    goal.value: signed money = NAMED([plan.cases.name.*],[plan.cases.value.*])
        Goal: added value | Mål: tillfört värde
    goal.cost: money
        Goal: cost | Mål: kostnad
        = NAMED([plan.cases.name.*],IF([plan.cases.cost.*]="",DASH,[plan.cases.cost.*]))
    lift: signed rate, low -1.0, high 10.0, optional
        Actual lift | Utfall lyft
        | By how much the lever rose for the customers reached, best against a control group. Empty
        until it is measured.
        | Hur mycket faktorn ökade för dem som nåddes, helst mot en kontrollgrupp. Tomt tills det
        är mätt.
    share: rate, optional
        Actual share | Utfall andel
        | Share of the segment's customers who were reached. Empty until it is measured.
        | Andel av segmentets kunder som nåddes. Tomt tills det är mätt.
    cost: money, optional
        Actual cost | Utfall kostnad
        | What it cost in the year, in currency units. Empty until it is known.
        | Vad den kostade under året, i valutaenheter. Tomt tills det är känt.
    effect: signed rate
        Actual: lift × share | Utfall: lyft × andel
        = NAMED([plan.cases.name.*],
        IF(COUNT([plan.cases.number.*],[lift],[share])=3,[lift]*[share],DASH))
    value: signed money
        Actual: added value | Utfall: tillfört värde
        = NAMED([plan.cases.name.*],IF(ISNUMBER([effect]),
        IF(POSSIBLE,IF(ISNUMBER(REVENUE),WORTH,DASH),DASH),DASH))
    romi: growth rate = NAMED([plan.cases.name.*],RETURN_ON([value],[cost]))
        Actual: ROMI | Utfall: ROMI
    difference: signed money
        Added value, actual − goal | Tillfört värde, utfall − mål
        = NAMED([plan.cases.name.*],GUARD([goal.value],[value],[value]-[goal.value]))
    achieved: rate
        Of goal | Av målet
        = NAMED([plan.cases.name.*],
        GUARD([goal.value],[value],IF([goal.value]>0,[value]/[goal.value],DASH)))
    status: words, indented
        Status
        = NAMED([plan.cases.name.*],GUARD([goal.value],[value],IF([value]>=[goal.value],
        "▲ goal reached | ▲ målet nått",
        IF([value]>=N(plan_near)*[goal.value],"● near the goal | ● nära målet",
        "▼ below the goal | ▼ under målet"))))
""")
TYPED = ("lift", "share", "cost")

NEAR = lines("""
    near: rate, setting, named plan_near
        Near goal from | Nära målet från
        | From which share of the goal an activity counts as near it.
        | Från vilken andel av målet en aktivitet räknas som nära det.
""")

MESSAGE = """
    COUNT({measured})=0 → No activity is measured yet | Ingen aktivitet är mätt än
    {n} of {plan_cases_count} activities are measured: they added {actual}, the goal was {goal}
        | {n} av {plan_cases_count} aktiviteter är mätta: de tillförde {actual}, målet var {goal}
    where measured = [plan.actual.difference]
    where n = COUNT([plan.actual.difference])
    where actual = AMOUNT([plan.measured.value])
    where goal = AMOUNT([plan.measured.goal.value])
"""

BY_PHASE = lines("""
    phase: words, plain
        Phase | Fas
    activities: count = SUMPRODUCT(([plan.cases.name]<>"")*([plan.cases.phase]=[phase]))
        Activities | Aktiviteter
    goal: signed money
        Goal of those measured | Mål för de mätta
        = IF([measured]=0,DASH,SUMIFS([plan.actual.goal.value],WHERE))
    actual: signed money = IF([measured]=0,DASH,SUMIFS([plan.actual.value],WHERE))
        Actual | Utfall
    measured: count = COUNTIFS(WHERE)
        Measured | Mätta
""")
WHERE = '[plan.cases.phase],[phase],[plan.actual.difference],">-1E+300"'

TITLE = """
    ISNUMBER([plan.measured.achieved]) → {part} % of the goal is reached | {part} % av målet är nått
    Goal and actual by phase | Mål och utfall per fas
    where part = ROUND(100*[plan.measured.achieved],0)
"""

LIST = 7


def write_followup(book: Book, plan: Plan) -> None:
    """The sheet Follow-up."""
    title = "What the activities turned out to add | Vad aktiviteterna blev värda"
    widths = (4, 31, 10, 14, 14, 10, 10, 12, 10, 14, 10, 15, 9, 18)
    sheet = book.sheet("Follow-up | Uppföljning", title, widths)
    near = Grid(sheet, 4, 2, NEAR, key="plan.#")
    near.label(1)
    near.enter(0.8)
    items = [str(i) for i in range(CASES)]
    number, effect = "[plan.cases.number.*]", "[effect]"
    revenue = added_revenue(number, effect)
    words = {
        "POSSIBLE": possible(number, effect),
        "REVENUE": revenue,
        "WORTH": added_value(number, effect, f"({revenue})"),
    }
    grid = Grid(sheet, LIST, 1, filled(LINES, words), items, across=True)
    sheet.heads(LIST - 1, 0, "No | Nr")
    grid.head()
    for key in LINES:
        book.places[f"plan.actual.{key}"] = grid.all(key)
    actual = [activity.actual for activity in plan.activities]
    grid.fill(actual, CASES - len(actual), value=lambda row, key: row[TYPED.index(key)])
    for i in range(CASES):
        sheet.text(LIST + i, 0, str(i + 1), "note")
    grid.write()
    for mark, colour in (("▲", GAIN), ("▼", LOSS)):
        sheet.colour(grid.all("status"), f'LEFT(CELL,1)="{mark}"', colour)
    _totals(grid, LIST + CASES)
    _phases(sheet, LIST + CASES + 3)
    sheet.page(LIST + CASES + 22, (LIST, 2), whole=True)


MEASURED = (
    "IF(COUNT([plan.actual.difference])=0,DASH,"
    'SUMIF([plan.actual.difference],">-1E+300",[plan.actual.{0}]))'
)
"""A difference is a number where an activity has both a goal and an actual value."""


def _totals(actual: Grid, row: int) -> None:
    """Goal and actual of the activities that are measured, so that they compare."""
    sheet = actual.sheet
    sheet.total_label(row, Translated("Sum of those measured", "Summan av de mätta"), 1)
    for key in ("goal.value", "value", "difference"):
        total, of_all = resolve(sheet, MEASURED.format(key)), f"plan.measured.{key}"
        column = actual.place(key).column
        sheet.formula(row, column, total, "signed money", "total", key=of_all)
    goal, value = "[plan.measured.goal.value]", "[plan.measured.value]"
    part = resolve(sheet, f"GUARD({goal},{value},IF({goal}>0,{value}/{goal},DASH))")
    column = actual.place("achieved").column
    sheet.formula(row, column, part, "rate", "total", key="plan.measured.achieved")
    write_message(sheet, 3, MESSAGE, "message", "plan.followup.message")


def _phases(sheet: Sheet, row: int) -> None:
    """Goal and actual of what is measured, by phase of the life cycle, with the chart."""
    last = row + len(PHASES)
    items = [str(i) for i in range(len(PHASES))]
    grid = Grid(sheet, row + 1, 1, filled(BY_PHASE, {"WHERE": WHERE}), items, across=True)
    grid.head()
    for i, label in enumerate(PHASES, row + 1):
        sheet.text(i, 1, label)
    grid.write(leave=("phase",))
    sheet.book.places["plan.actual.phases"] = sheet.place(row + 1, 2, last, 5)
    title = write_message(sheet, (last + 1, 1), TITLE, "note", "plan.followup.title")
    shown = (("goal", "Goal | Mål", SHADES[2]), ("actual", "Actual | Utfall", SHADES[0]))
    series = [Series(translated(x), grid.all(key), hue, MILLIONS) for key, x, hue in shown]
    at, size, phases = (row, 7), (610, 340), grid.all("phase")
    chart(sheet, at, "column", title, phases, series, axis=False, size=size)
