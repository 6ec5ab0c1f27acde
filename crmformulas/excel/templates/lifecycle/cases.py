"""The business cases: what each activity moves, adds and costs.

The value a case adds is that of the portfolio with the case's lever raised alone, minus the value
without; the portfolio is worth revenue × duration × margin, which is CLV × customers.
"""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.base import LEVER_LABELS
from crmformulas.excel.templates.lifecycle.data import PHASES, Activity, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Choices, Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
from crmformulas.excel.workbook.styles import LOSS
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Label, Translated

__all__ = ["CASES", "added_revenue", "added_value", "possible", "write_cases"]

CASES = 20
"""Rows for activities."""

FIRST = 6
"""The row of the first."""

RETENTION, REACTIVATION = LEVERS.index("retention") + 1, LEVERS.index("reactivation") + 1
"""Numbers of the levers that are shares of customers: they end at 100 %."""

CASE = lines("""
    name: text
        Activity | Aktivitet | What you would do. | Vad ni skulle göra.
    phase: text
        Phase | Fas
        | The phase of the life cycle it belongs to. | Fasen i livscykeln den hör till.
    lever: text
        Lever it moves | Budgetfaktor som lyfts
        | The one figure of the budget it raises. Two figures: two rows.
        | Den enda siffra i budgeten som den lyfter. Två siffror: två rader.
    lift: signed rate, low -1.0, high 10.0
        Lift | Lyft
        | By how much the lever rises for a customer who is reached, in per cent of what it is: 8 %
        raises 1.10 orders to 1.19. Below 0 it falls.
        | Med hur många procent faktorn ökar för en kund som nås: 8 % lyfter 1,10 köp till 1,19.
        Under 0 minskar den.
    share: rate
        Share reached | Andel som nås
        | Share of the segment's customers who are reached, 0 to 100 %.
        | Andel av segmentets kunder som nås, 0 till 100 %.
    cost: money
        Cost | Kostnad
        | Cost of a year, in currency units. | Kostnad för ett år, i valutaenheter.
""")

RESULTS = lines("""
    number: 0 = NAMED([name],IFERROR(MATCH([lever],[plan.levers],0),DASH))
        Lever no | Faktor nr
    effect: signed rate = NAMED([name],IF(COMPLETE,[lift]*[share],DASH))
        Lift × share | Lyft × andel
    customers: signed count
        Added customers | Fler kunder
        = NAMED([name],IF(COMPLETE,IF(POSSIBLE,IF(ISNUMBER(INDEX([plan.levers.customers],[number])),
        INDEX([plan.levers.customers],[number])*[effect],DASH),DASH),DASH))
    orders: signed count
        Added orders | Fler köp
        = NAMED([name],IF(COMPLETE,IF(POSSIBLE,IF(ISNUMBER(INDEX([plan.levers.orders],[number])),
        INDEX([plan.levers.orders],[number])*[effect],DASH),DASH),DASH))
    revenue: signed money = NAMED([name],IF(COMPLETE,IF(POSSIBLE,REVENUE,DASH),DASH))
        Added revenue a year | Ökad omsättning per år
    value: signed money = NAMED([name],IF(ISNUMBER([revenue]),WORTH,DASH))
        Added portfolio value | Tillfört portföljvärde
    romi: growth rate = NAMED([name],RETURN_ON([value],[cost]))
        ROMI
    payback: years
        Payback, years | Återbetalning, år
        = NAMED([name],GUARD([revenue],[cost],plan_margin,
        IF([revenue]*plan_margin>0,[cost]/([revenue]*plan_margin),DASH)))
    remark: words, indented
        Check | Kontroll
        = NAMED([name],IF(COMPLETE,IF(POSSIBLE,IF(ISNUMBER([value]),
        IF(ISNUMBER([cost]),"","cost missing: no ROMI | kostnad saknas: ingen ROMI"),
        "▼ base figures missing | ▼ utgångsläget är ofullständigt"),
        "▼ more than 100 % of customers | ▼ mer än 100 % av kunderna"),
        "▼ lever, lift or share missing | ▼ faktor, lyft eller andel saknas"))
""")
"""What follows of a case. A row without a name is none."""

NOTE = translated("""
    Added portfolio value: revenue × duration × margin with this lever raised alone, minus the same
    without. Payback: cost / (added revenue a year × margin).
    | Tillfört portföljvärde: omsättning × duration × marginal när bara denna faktor lyfts, minus
    detsamma utan lyft. Återbetalning: kostnad / (ökad omsättning per år × marginal).
""")

MESSAGE = """
    plan_cases_count=0 → There are no activities yet | Det finns inga aktiviteter än
    {plan_cases_count} activities add {value} for {cost}, each counted on its own
        | {plan_cases_count} aktiviteter tillför {value} för {cost}, var och en räknad för sig
    where value = AMOUNT(plan_cases_value)
    where cost = AMOUNT(plan_cases_cost)
"""


def write_cases(book: Book, plan: Plan) -> None:
    """The sheet Business cases; at most :data:`CASES` activities."""
    if len(plan.activities) > CASES:
        raise ValueError(f"a plan has at most {CASES} activities, got {len(plan.activities)}")
    title = "Business case of each activity | Business case för varje aktivitet"
    widths = (4, 27, 19, 30, 8, 9, 12, 7, 8, 10, 9, 14, 14, 8, 14, 30)
    sheet = book.sheet("Business cases | Business case", title, widths)
    sheet.paragraph(4, 0, 15, NOTE)
    words = {
        "COMPLETE": "COUNT([number],[lift],[share])=3",
        "POSSIBLE": possible("[number]", "[lift]*[share]"),
        "REVENUE": added_revenue("[number]", "[effect]"),
        "WORTH": added_value("[number]", "[effect]", "[revenue]"),
    }
    items = [str(i) for i in range(CASES)]
    table = CASE | filled(RESULTS, words)
    grid = Grid(sheet, FIRST, 1, table, items, across=True, key="plan.cases.#.*")
    sheet.heads(FIRST - 1, 0, [Translated("No", "Nr"), *(x.label for x in table.values())], 4)
    sheet.text(FIRST - 1, len(table), table["remark"].label, "beside head")
    for column in table:
        book.places[f"plan.cases.{column}"] = grid.all(column)
    choices: Choices = {"phase": PHASES, "lever": book["plan.levers"]}
    grid.fill(plan.activities, CASES - len(plan.activities), value=_entry, choices=choices)
    grid.write()
    for i in range(CASES):
        sheet.text(FIRST + i, 0, str(i + 1), "note")
    sheet.colour(grid.all("remark"), 'LEFT(CELL,1)="▼"', LOSS)
    for key in ("value", "romi"):
        sheet.colour(grid.all(key), "AND(ISNUMBER(CELL),CELL<0)", LOSS)
    _totals(grid, FIRST + CASES)
    write_message(sheet, 3, MESSAGE, "message", "plan.cases.message")
    sheet.page(FIRST + CASES + 4, (FIRST, 2), whole=True)


def _entry(activity: Activity, column: str) -> Label | float | None:
    if column == "lever":
        return LEVER_LABELS[LEVERS.index(activity.lever)]
    entry: Label | float | None = getattr(activity, column)
    return entry


def possible(number: str, effect: str) -> str:
    """Whether no more than everybody stays or comes back. Unknown rates are no hindrance here."""
    return (
        f"IF({number}={RETENTION},IF(ISNUMBER(plan_retention),plan_retention*(1+{effect})<1,TRUE),"
        f"IF({number}={REACTIVATION},N(plan_reactivation)*(1+{effect})<=1,TRUE))"
    )


def added_revenue(number: str, effect: str) -> str:
    """Revenue of a year that the lever with this number adds; a dash where it is unknown."""
    moved = f"INDEX([plan.levers.revenue],{number})"
    return f"IF(ISNUMBER({moved}),{moved}*{effect},DASH)"


def added_value(number: str, effect: str, revenue: str) -> str:
    """Portfolio value that comes with the added revenue.

    Revenue lasts for the duration; higher retention makes it longer, for all revenue.
    """
    longer = f"1/(1-plan_retention*(1+{effect}))"
    stay = f"((plan_revenue+{revenue})*{longer}-plan_revenue*plan_duration)*plan_margin"
    return (
        f"IF(COUNT(plan_duration,plan_margin)=2,"
        f"IF({number}={RETENTION},IF(ISNUMBER(plan_revenue),{stay},DASH),"
        f"{revenue}*plan_duration*plan_margin),DASH)"
    )


COUNTS = lines("""
    count: count, grey value, named plan_cases_count = SUMPRODUCT(--([plan.cases.name]<>""))
        Activities | Aktiviteter
    valued: count, grey value, named plan_cases_valued = COUNT([plan.cases.value])
        of them with a value | därav med värde
    costed: count, grey value, named plan_cases_costed
        of them with a cost | därav med kostnad
        = SUMPRODUCT(([plan.cases.name]<>"")*([plan.cases.cost]<>"")*([plan.cases.cost]<1E+300))
""")
"""How many cases there are. A text is more than any number."""
SUM = 'IF(COUNT([plan.cases.{0}])=0,DASH,SUMPRODUCT(--([plan.cases.name]<>""),[plan.cases.{0}]))'
ROMI_OF_ALL = (
    "IF(AND(plan_cases_count=plan_cases_valued,plan_cases_count=plan_cases_costed),"
    "RETURN_ON(plan_cases_value,plan_cases_cost),DASH)"
)


def _totals(cases: Grid, row: int) -> None:
    """Sums of the cases, each valued alone, and how many there are. Without a name it is none."""
    sheet = cases.sheet
    sheet.total_label(row, Translated("Sum of the cases", "Summan av alla case"), 1)
    for key in ("cost", "customers", "orders", "revenue", "value"):
        column, kind = cases.place(key).column, cases.lines[key].kind
        whole, of_all = resolve(sheet, SUM.format(key)), f"plan.total.{key}"
        sheet.formula(row, column, whole, kind, "total", name=f"plan_cases_{key}", key=of_all)
    for i, line in enumerate(COUNTS.values(), row + 1):
        sheet.text(i, 1, line.label, "note")
    Grid(sheet, row + 1, 2, COUNTS).write()
    romi, column = resolve(sheet, ROMI_OF_ALL), cases.place("romi").column
    sheet.formula(row, column, romi, "growth rate", "total", key="plan.total.romi")
