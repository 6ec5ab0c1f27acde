"""The contact plan: how often each segment is contacted in each month, and what it costs."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import Contacts, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.expressions import DASH, ratio, times
from crmformulas.excel.workbook.lines import entries, lines
from crmformulas.excel.workbook.named_formulas import write_message
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
    sheet.heads(HEAD, 0, [Translated("Segment", "Segment"), COST.label, *MONTHS, *TOTALS])
    first = HEAD + 1
    rows = plan.contacts or (Contacts(),) * len(SEGMENTS)
    costs = [row.cost for row in rows]
    entries(sheet, first, COST_OF_ONE, COST, costs, key="plan.contacts.cost")
    months = [row.months for row in rows]
    sheet.inputs(
        first,
        FIRST_MONTH,
        months,
        MONTH.kind,
        MONTH.label,
        MONTH.note,
        key="plan.contacts",
        optional=True,
    )
    for i, (label, customers) in enumerate(SEGMENTS):
        r = first + i
        sheet.text(r, 0, label)
        year = sheet.place(r, FIRST_MONTH, r, YEAR - 1).cell
        sheet.formula(r, YEAR, f'IF(COUNT({year})=0,"{DASH}",SUM({year}))', "count")
        year, cost = sheet.place(r, YEAR).cell, sheet.place(r, COST_OF_ONE).cell
        sheet.formula(r, YEAR + 1, times(year, cost), "money")
        each = ratio(year, customers) if customers else f'"{DASH}"'
        sheet.formula(r, YEAR + 2, each, "ratio")
    _totals(sheet, first, first + len(SEGMENTS))
    sheet.freeze(first, 1)
    sheet.print_columns(YEAR + 2, first + len(SEGMENTS) + 22)
    sheet.xl.fit_to_pages(1, 1)


COST = lines("""
    cost: exact money, optional
        Cost of one | Kostnad per st
        | What one contact costs, in currency units. | Vad en kontakt kostar, i valutaenheter.
""")["cost"]
MONTH = lines("""
    months: count, optional
        Contacts in the month | Kontakter i månaden
        | How many e-mails, letters, calls and so on go to the segment in the month.
        | Hur många mejl, brev, samtal och så vidare som går till segmentet i månaden.
""")["months"]

MESSAGE = """
    N({all})=0 → No contacts are planned yet | Inga kontakter är planerade
    {n} contacts in the year cost {AMOUNT([plan.contacts.cost_in_all])}; most of them in {month}
        | {n} kontakter under året kostar {AMOUNT([plan.contacts.cost_in_all])}; flest i {month}
    where n = SHORT({all})
    where month = INDEX({heads},1,MATCH(MAX({contacts}),{contacts},0))
"""


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
    book.places["plan.contacts.cost_in_all"] = sheet.place(total + 1, YEAR + 1)
    named = {"all": sheet.place(total, YEAR).cell, "heads": heads.cell, "contacts": contacts.cell}
    place = write_message(sheet, 3, MESSAGE, "message", "plan.contacts.message", **named)
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
