"""The business cases: what each activity moves, adds and costs.

The value a case adds is that of the portfolio with the case's lever raised alone, minus the value
without; the portfolio is worth revenue × duration × margin, which is CLV × customers.
"""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.base import LEVER_LABELS
from crmformulas.excel.templates.lifecycle.data import PHASES, Activity, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount, guard, when_numbers
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Translated

__all__ = ["CASES", "added_revenue", "added_value", "possible", "romi_of", "write_cases"]

CASES = 20
"""Rows for activities."""

RETENTION, REACTIVATION = LEVERS.index("retention") + 1, LEVERS.index("reactivation") + 1
"""Numbers of the levers that are shares of customers: they end at 100 %."""

COLUMNS = (
    "name",
    "phase",
    "lever",
    "lift",
    "share",
    "cost",
    "number",
    "effect",
    "customers",
    "orders",
    "revenue",
    "value",
    "romi",
    "payback",
    "check",
)
"""Keys of the columns, ``plan.cases.name`` and so on, from the second column of the sheet."""

HEADS = (
    Translated("No", "Nr"),
    Translated("Activity", "Aktivitet"),
    Translated("Phase", "Fas"),
    Translated("Lever it moves", "Budgetfaktor som lyfts"),
    Translated("Lift", "Lyft"),
    Translated("Share reached", "Andel som nås"),
    Translated("Cost", "Kostnad"),
    Translated("Lever no", "Faktor nr"),
    Translated("Lift × share", "Lyft × andel"),
    Translated("Added customers", "Fler kunder"),
    Translated("Added orders", "Fler köp"),
    Translated("Added revenue a year", "Ökad omsättning per år"),
    Translated("Added portfolio value", "Tillfört portföljvärde"),
    Translated("ROMI", "ROMI"),
    Translated("Payback, years", "Återbetalning, år"),
    Translated("Check", "Kontroll"),
)


def write_cases(book: Book, plan: Plan) -> None:
    """The sheet Business cases; at most :data:`CASES` activities."""
    name = Translated("Business cases", "Business case")
    title = Translated("Business case of each activity", "Business case för varje aktivitet")
    sheet = book.sheet(name, title, (4, 27, 19, 30, 8, 9, 12, 7, 8, 10, 9, 14, 14, 8, 14, 30))
    note = Translated(
        "Added portfolio value: revenue × duration × margin with this lever raised alone, minus "
        "the same without. Payback: cost / (added revenue a year × margin).",
        "Tillfört portföljvärde: omsättning × duration × marginal när bara denna faktor lyfts, "
        "minus detsamma utan lyft. Återbetalning: kostnad / (ökad omsättning per år × marginal).",
    )
    sheet.paragraph(4, 0, 15, note)
    sheet.heads(5, 0, HEADS[:-1], 4)
    sheet.text(5, len(HEADS) - 1, HEADS[-1], "beside head")
    first = 6
    for j, column in enumerate(COLUMNS, 1):
        book.places[f"plan.cases.{column}"] = sheet.place(first, j, first + CASES - 1)
    _inputs(sheet, first, plan.activities)
    for i in range(CASES):
        sheet.text(first + i, 0, str(i + 1), "note")
        _results(sheet, first + i)
    _totals(sheet, first + CASES)
    _message(sheet)
    sheet.freeze(first, 2)
    sheet.print_columns(len(HEADS) - 1, first + CASES + 4)
    sheet.xl.fit_to_pages(1, 1)


def _inputs(sheet: Sheet, row: int, activities: tuple[Activity, ...]) -> None:
    book, translate = sheet.book, sheet.book.translate
    if len(activities) > CASES:
        raise ValueError(f"a plan has at most {CASES} activities, got {len(activities)}")
    spare = CASES - len(activities)
    texts = (
        (
            1,
            Translated("What you would do.", "Vad ni skulle göra."),
            None,
            [translate(a.name) for a in activities],
        ),
        (
            2,
            Translated(
                "The phase of the life cycle it belongs to.", "Fasen i livscykeln den hör till."
            ),
            PHASES,
            [translate(a.phase) for a in activities],
        ),
        (
            3,
            Translated(
                "The one figure of the budget it raises. Two figures: two rows.",
                "Den enda siffra i budgeten som den lyfter. Två siffror: två rader.",
            ),
            book["plan.levers"],
            [translate(LEVER_LABELS[LEVERS.index(a.lever)]) for a in activities],
        ),
    )
    for column, note, choices, values in texts:
        cells = [[v] for v in [*values, *[""] * spare]]
        sheet.inputs(
            row, column, cells, "text", HEADS[column], note, choices=choices, optional=True
        )
    numbers = (
        (
            4,
            "signed rate",
            (-1.0, 10.0),
            [a.lift for a in activities],
            Translated(
                "By how much the lever rises for a customer who is reached, in per cent of what it "
                "is: 8 % raises 1.10 orders to 1.19. Below 0 it falls.",
                "Med hur många procent faktorn ökar för en kund som nås: 8 % lyfter 1,10 köp till "
                "1,19. Under 0 minskar den.",
            ),
        ),
        (
            5,
            "rate",
            (None, None),
            [a.share for a in activities],
            Translated(
                "Share of the segment's customers who are reached, 0 to 100 %.",
                "Andel av segmentets kunder som nås, 0 till 100 %.",
            ),
        ),
        (
            6,
            "money",
            (None, None),
            [a.cost for a in activities],
            Translated(
                "Cost of a year, in currency units.", "Kostnad för ett år, i valutaenheter."
            ),
        ),
    )
    for column, kind, (low, high), amounts, note in numbers:
        filled = [[v] for v in [*amounts, *[None] * spare]]
        sheet.inputs(
            row, column, filled, kind, HEADS[column], note, low=low, high=high, optional=True
        )


def _results(sheet: Sheet, r: int) -> None:
    """The calculated columns of a case. A row without a name is none."""
    book, translate = sheet.book, sheet.book.translate
    cell = {key: sheet.place(r, j).cell for j, key in enumerate(COLUMNS, 1)}

    def write(key: str, formula: str, kind: str, look: str = "value") -> None:
        shown = f'IF({cell["name"]}="","",{formula})'
        sheet.formula(r, COLUMNS.index(key) + 1, shown, kind, look)

    number, effect, cost = cell["number"], cell["effect"], cell["cost"]
    levers = book["plan.levers"].full
    # The only error is that the text is no lever.
    write("number", f'IFERROR(MATCH({cell["lever"]},{levers},0),"{DASH}")', "0")
    lift, share = cell["lift"], cell["share"]
    complete = f"COUNT({number},{lift},{share})=3"
    allowed = possible(number, f"{lift}*{share}")
    write("effect", f'IF({complete},{lift}*{share},"{DASH}")', "signed rate")
    for key in ("customers", "orders"):
        moved = f"INDEX({book[f'plan.levers.{key}'].full},{number})"
        gain = f'IF(ISNUMBER({moved}),{moved}*{effect},"{DASH}")'
        write(key, f'IF({complete},IF({allowed},{gain},"{DASH}"),"{DASH}")', "signed count")
    revenue = added_revenue(book, number, effect)
    write("revenue", f'IF({complete},IF({allowed},{revenue},"{DASH}"),"{DASH}")', "signed money")
    worth = added_value(number, effect, cell["revenue"])
    write("value", f'IF(ISNUMBER({cell["revenue"]}),{worth},"{DASH}")', "signed money")
    write("romi", romi_of(cell["value"], cost), "growth rate")
    gain = f"{cell['revenue']}*plan_margin"
    years = f'IF({gain}>0,{cost}/({gain}),"{DASH}")'
    write("payback", guard([cell["revenue"], cost, "plan_margin"], years), "years")
    missing = translate(
        Translated("▼ lever, lift or share missing", "▼ faktor, lyft eller andel saknas")
    )
    over = translate(Translated("▼ more than 100 % of customers", "▼ mer än 100 % av kunderna"))
    unknown = translate(Translated("▼ base figures missing", "▼ utgångsläget är ofullständigt"))
    no_cost = translate(Translated("cost missing: no ROMI", "kostnad saknas: ingen ROMI"))
    verdict = f'IF(ISNUMBER({cell["value"]}),IF(ISNUMBER({cost}),"","{no_cost}"),"{unknown}")'
    write("check", f'IF({complete},IF({allowed},{verdict},"{over}"),"{missing}")', "", "indented")
    sheet.colour(sheet.place(r, len(COLUMNS)), f'LEFT({cell["check"]},1)="▼"', LOSS)
    for key in ("value", "romi"):
        place = sheet.place(r, COLUMNS.index(key) + 1)
        sheet.colour(place, f"AND(ISNUMBER({place.cell}),{place.cell}<0)", LOSS)


def possible(number: str, effect: str) -> str:
    """Whether no more than everybody stays or comes back. Unknown rates are no hindrance here."""
    return (
        f"IF({number}={RETENTION},IF(ISNUMBER(plan_retention),plan_retention*(1+{effect})<1,TRUE),"
        f"IF({number}={REACTIVATION},N(plan_reactivation)*(1+{effect})<=1,TRUE))"
    )


def added_revenue(book: Contents, number: str, effect: str) -> str:
    """Revenue of a year that the lever with this number adds; a dash where it is unknown."""
    moved = f"INDEX({book['plan.levers.revenue'].full},{number})"
    return f'IF(ISNUMBER({moved}),{moved}*{effect},"{DASH}")'


def added_value(number: str, effect: str, revenue: str) -> str:
    """Portfolio value that comes with the added revenue.

    Revenue lasts for the duration; higher retention makes it longer, for all revenue.
    """
    longer = f"1/(1-plan_retention*(1+{effect}))"
    stay = f"((plan_revenue+{revenue})*{longer}-plan_revenue*plan_duration)*plan_margin"
    return (
        f'IF(COUNT(plan_duration,plan_margin)=2,IF({number}={RETENTION},IF(ISNUMBER(plan_revenue),{stay},"{DASH}"),'
        f'{revenue}*plan_duration*plan_margin),"{DASH}")'
    )


def romi_of(value: str, cost: str) -> str:
    """(added value − cost) / cost; a dash where the cost is 0 or either is unknown."""
    return when_numbers(f"{value},{cost}", 2, f'IF({cost}=0,"{DASH}",({value}-{cost})/{cost})')


def _totals(sheet: Sheet, r: int) -> None:
    """Sums of the cases, each valued alone, and how many there are. Without a name it is none."""
    book = sheet.book
    label = Translated("Sum of the cases", "Summan av alla case")
    for j in range(len(HEADS)):
        sheet.text(r, j, label if j == 1 else "", "total label")
    kinds = {
        "cost": "money",
        "customers": "signed count",
        "orders": "signed count",
        "revenue": "signed money",
        "value": "signed money",
    }
    named = f'({book["plan.cases.name"].cell}<>"")'
    for key, kind in kinds.items():
        above = book[f"plan.cases.{key}"].cell
        total = f"SUMPRODUCT(--{named},{above})"
        sheet.formula(
            r,
            COLUMNS.index(key) + 1,
            f'IF(COUNT({above})=0,"{DASH}",{total})',
            kind,
            "total",
            name=f"plan_cases_{key}",
            key=f"plan.total.{key}",
        )
    costs = book["plan.cases.cost"].cell
    # A text is more than any number.
    counts = (
        ("count", Translated("Activities", "Aktiviteter"), f"SUMPRODUCT(--{named})"),
        (
            "valued",
            Translated("of them with a value", "därav med värde"),
            f"COUNT({book['plan.cases.value'].cell})",
        ),
        (
            "costed",
            Translated("of them with a cost", "därav med kostnad"),
            f'SUMPRODUCT({named}*({costs}<>"")*({costs}<1E+300))',
        ),
    )
    for i, (key, words, formula) in enumerate(counts, r + 1):
        sheet.text(i, 1, words, "note")
        sheet.formula(i, 2, formula, "count", "grey value", name=f"plan_cases_{key}")
    complete = "AND(plan_cases_count=plan_cases_valued,plan_cases_count=plan_cases_costed)"
    romi = romi_of("plan_cases_value", "plan_cases_cost")
    sheet.formula(
        r,
        COLUMNS.index("romi") + 1,
        f'IF({complete},{romi},"{DASH}")',
        "growth rate",
        "total",
        key="plan.total.romi",
    )


def _message(sheet: Sheet) -> None:
    """What the activities add, each on its own."""
    book = sheet.book
    finding = book.sentence(
        Translated(
            "{n} activities add {value} for {cost}, each counted on its own",
            "{n} aktiviteter tillför {value} för {cost}, var och en räknad för sig",
        ),
        n="plan_cases_count",
        value=amount("plan_cases_value"),
        cost=amount("plan_cases_cost"),
    )
    none = book.sentence(Translated("There are no activities yet", "Det finns inga aktiviteter än"))
    message = f"IF(plan_cases_count=0,{none},{finding})"
    sheet.formula(3, 0, message, "", "message", key="plan.cases.message")
