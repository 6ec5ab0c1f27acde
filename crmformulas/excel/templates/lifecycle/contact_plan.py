"""The contact plan: how often each segment is contacted in each month, and what it costs."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import Contacts, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formats import MONTHS
from crmformulas.translations import Translated

__all__ = ["write_contacts"]

SEGMENTS = {
    "nobody": Translated("Contacts without a purchase", "Kontakter utan köp"),
    "new": Translated("New", "Nya"),
    "continued": Translated("Continued", "Fortsatt aktiva"),
    "reactivated": Translated("Reactivated", "Återvunna"),
    "lost": Translated("Lost", "Förlorade"),
}
SUMS = (
    Translated("Contacts in all", "Kontakter totalt"),
    Translated("Cost in all", "Kostnad totalt"),
)

COST = """
    cost: exact money, optional
        Cost of one | Kostnad per st
        | What one contact costs, in currency units. | Vad en kontakt kostar, i valutaenheter.
        total =
        spent =
"""
MONTH = """
    {number}: count, optional
        {en} | {sv}
        | How many e-mails, letters, calls and so on go to the segment in the month.
        | Hur många mejl, brev, samtal och så vidare som går till segmentet i månaden.
        total = SUM([.@segments])
        spent = IF(COUNTIFS([.@segments],">0")-COUNTIFS([.@segments],">0",
        [cost@segments],">=0")>0,DASH,SUMPRODUCT([.@segments],[cost@segments]))
"""
"""A segment without a cost leaves the month's unknown, if it is contacted then."""
YEAR = """
    year: count = IF(COUNT([1:12])=0,DASH,SUM([1:12]))
        Year | Året
        total = SUM([.@segments])
        spent =
    cost_of_year: money = TIMES([year],[cost])
        Cost | Kostnad
        total =
        spent = IF(COUNT([1:12])<12,DASH,SUM([1:12]))
    each: ratio
        Contacts per customer | Kontakter per kund
        nobody = DASH
        new = RATIO([year],plan_new)
        continued = RATIO([year],plan_continued)
        reactivated = RATIO([year],plan_reactivated)
        lost = RATIO([year],plan_lost)
        total =
        spent =
"""

MESSAGE = """
    N([year])=0 → No contacts are planned yet | Inga kontakter är planerade
    {SHORT([year])} contacts in the year cost {cost}; most of them in {month}
        | {SHORT([year])} kontakter under året kostar {cost}; flest i {month}
    where cost = AMOUNT([cost_of_year@spent])
    where month = INDEX([plan.contacts.months],1,MATCH(MAX([1:12]),[1:12],0))
"""

HEAD = 5


def write_contacts(book: Book, plan: Plan) -> None:
    """The sheet Contact plan."""
    title = translated("""
        Whom we contact in which month, and what it costs
        | Vilka vi kontaktar i vilken månad, och vad det kostar
    """)
    sheet = book.sheet("Contact plan | Kontaktplan", title, (28, 11, *[9] * 12, 12, 13, 12))
    names = enumerate(zip(MONTHS["en"], MONTHS["sv"], strict=True), 1)
    months = "".join(MONTH.format(number=i, en=en, sv=sv) for i, (en, sv) in names)
    items, groups = (*SEGMENTS, "total", "spent"), {"segments": ("nobody", "lost")}
    grid = Grid(
        sheet,
        HEAD + 1,
        1,
        lines(COST + months + YEAR),
        items,
        across=True,
        totals=("total", "spent"),
        groups=groups,
    )
    grid.head([Translated("Segment", "Segment")])
    grid.name([*SEGMENTS.values(), *SUMS])
    records = plan.contacts or (Contacts(),) * len(SEGMENTS)
    grid.fill(records, value=_entry, key="plan.contacts.#")
    grid.write()
    heads = book.places["plan.contacts.months"] = sheet.place(HEAD, 2, HEAD, 13)
    for key, (first, last) in {
        "years": (("year", "nobody"), ("each", "lost")),
        "total": (("1", "total"), ("year", "total")),
        "spent": (("1", "spent"), ("cost_of_year", "spent")),
    }.items():
        book.places[f"plan.contacts.{key}"] = grid.place(*first).to(grid.place(*last))
    of_all = grid.lookup("total")
    said = write_message(sheet, 3, MESSAGE, "message", "plan.contacts.message", of_all)
    series = [
        Series(label, grid.place("1", key).to(grid.place("12", key)), colour)
        for (key, label), colour in zip(SEGMENTS.items(), (*SHADES, "#6B6B6B"), strict=True)
    ]
    below, size = HEAD + len(items) + 2, (1100, 340)
    chart(sheet, (below, 0), "column", said, heads, series, stacked=True, size=size)
    sheet.page(HEAD + 28, (HEAD + 1, 1), whole=True)


def _entry(contacts: Contacts, line: str) -> float | None:
    return contacts.cost if line == "cost" else contacts.months[int(line) - 1]
