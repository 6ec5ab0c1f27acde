"""The contact plan: how often each segment is contacted in each month, and what it costs."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import Contacts, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.expressions import DASH, amount, ratio, short, times
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formats import MONTHS as NAMES
from crmformulas.translations import LANGS, Translated

__all__ = ["write_contacts"]

SEGMENTS = (
    (Translated("Contacts without a purchase", "Kontakter utan köp"), ""),
    (Translated("New", "Nya"), "plan_new"),
    (Translated("Continued", "Fortsatt aktiva"), "plan_continued"),
    (Translated("Reactivated", "Återvunna"), "plan_reactivated"),
    (Translated("Lost", "Förlorade"), "plan_lost"),
)
"""The segments and the names of how many customers they have, where the plan knows."""

MONTHS = tuple(Translated(*names) for names in zip(*(NAMES[lang] for lang in LANGS), strict=True))

HEAD = 5
COST_OF_ONE, FIRST_MONTH = 1, 2
YEAR = FIRST_MONTH + len(MONTHS)
TOTALS = (
    Translated("Year", "Året"),
    Translated("Cost", "Kostnad"),
    Translated("Contacts per customer", "Kontakter per kund"),
)


def write_contacts(book: Book, plan: Plan) -> None:
    """The sheet Contact plan."""
    name = Translated("Contact plan", "Kontaktplan")
    title = Translated(
        "Whom we contact in which month, and what it costs",
        "Vilka vi kontaktar i vilken månad, och vad det kostar",
    )
    sheet = book.sheet(name, title, (28, 11, *[9] * len(MONTHS), 12, 13, 12))
    one = Translated("Cost of one", "Kostnad per st")
    sheet.heads(HEAD, 0, [Translated("Segment", "Segment"), one, *MONTHS, *TOTALS])
    first = HEAD + 1
    rows = plan.contacts or (Contacts(),) * len(SEGMENTS)
    _inputs(sheet, first, rows, one)
    for i, (label, customers) in enumerate(SEGMENTS):
        r = first + i
        sheet.text(r, 0, label)
        months = sheet.place(r, FIRST_MONTH, r, YEAR - 1).cell
        sheet.formula(r, YEAR, f'IF(COUNT({months})=0,"{DASH}",SUM({months}))', "count")
        year, cost = sheet.place(r, YEAR).cell, sheet.place(r, COST_OF_ONE).cell
        sheet.formula(r, YEAR + 1, times(year, cost), "money")
        each = ratio(year, customers) if customers else f'"{DASH}"'
        sheet.formula(r, YEAR + 2, each, "ratio")
    _totals(sheet, first, first + len(SEGMENTS))
    sheet.freeze(first, 1)
    sheet.print_columns(YEAR + 2, first + len(SEGMENTS) + 22)
    sheet.xl.fit_to_pages(1, 1)


def _inputs(sheet: Sheet, first: int, rows: tuple[Contacts, ...], one: Translated) -> None:
    sheet.inputs(
        first,
        COST_OF_ONE,
        [[row.cost] for row in rows],
        "exact money",
        one,
        Translated(
            "What one contact costs, in currency units.",
            "Vad en kontakt kostar, i valutaenheter.",
        ),
        key="plan.contacts.cost",
        optional=True,
    )
    sheet.inputs(
        first,
        FIRST_MONTH,
        [list(row.months) for row in rows],
        "count",
        Translated("Contacts in the month", "Kontakter i månaden"),
        Translated(
            "How many e-mails, letters, calls and so on go to the segment in the month.",
            "Hur många mejl, brev, samtal och så vidare som går till segmentet i månaden.",
        ),
        key="plan.contacts",
        optional=True,
    )


def _totals(sheet: Sheet, first: int, total: int) -> None:
    """Contacts and cost of each month, the message, and the chart."""
    book = sheet.book
    costs = sheet.place(first, COST_OF_ONE, total - 1).cell
    labels = (
        Translated("Contacts in all", "Kontakter totalt"),
        Translated("Cost in all", "Kostnad totalt"),
    )
    for i, label in enumerate(labels):
        for j in range(YEAR + 3):
            sheet.text(total + i, j, label if j == 0 else "", "total label")
    for j in range(FIRST_MONTH, YEAR + 1):
        cells = sheet.place(first, j, total - 1).cell
        sheet.formula(total, j, f"SUM({cells})", "count", "total")
    for j in range(FIRST_MONTH, YEAR):
        cells = sheet.place(first, j, total - 1).cell
        # A segment without a cost leaves the month's unknown, if it is contacted then.
        lacking = f'COUNTIFS({cells},">0")-COUNTIFS({cells},">0",{costs},">=0")'
        spent = f"SUMPRODUCT({cells},{costs})"
        sheet.formula(total + 1, j, f'IF({lacking}>0,"{DASH}",{spent})', "money", "total")
    months = sheet.place(total + 1, FIRST_MONTH, total + 1, YEAR - 1)
    whole = f'IF(COUNT({months.cell})<{len(MONTHS)},"{DASH}",SUM({months.cell}))'
    sheet.formula(total + 1, YEAR + 1, whole, "money", "total")
    book.places["plan.contacts.years"] = sheet.place(first, YEAR, total - 1, YEAR + 2)
    book.places["plan.contacts.total"] = sheet.place(total, FIRST_MONTH, total, YEAR)
    book.places["plan.contacts.spent"] = sheet.place(total + 1, FIRST_MONTH, total + 1, YEAR + 1)
    contacts = sheet.place(total, FIRST_MONTH, total, YEAR - 1)
    heads = sheet.place(HEAD, FIRST_MONTH, HEAD, YEAR - 1)
    all_contacts, cost = sheet.place(total, YEAR).cell, sheet.place(total + 1, YEAR + 1).cell
    message = book.sentence(
        Translated(
            "{n} contacts in the year cost {cost}; most of them in {month}",
            "{n} kontakter under året kostar {cost}; flest i {month}",
        ),
        n=short(all_contacts),
        cost=amount(cost),
        month=f"INDEX({heads.cell},1,MATCH(MAX({contacts.cell}),{contacts.cell},0))",
    )
    none = book.sentence(Translated("No contacts are planned yet", "Inga kontakter är planerade"))
    shown = f"IF(N({all_contacts})=0,{none},{message})"
    place = sheet.formula(3, 0, shown, "", "message", key="plan.contacts.message")
    series = [
        Series(
            book.translate(label),
            sheet.place(first + i, FIRST_MONTH, first + i, YEAR - 1),
            (*SHADES, "#6B6B6B")[i],
        )
        for i, (label, _) in enumerate(SEGMENTS)
    ]
    chart(
        sheet,
        (total + 3, 0),
        "column",
        place,
        heads,
        series,
        stacked=True,
        size=(1100, 340),
    )
