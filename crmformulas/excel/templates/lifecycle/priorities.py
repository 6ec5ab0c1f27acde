"""Priorities: what comes first in each phase of the life cycle, for whom, and with what money."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import PHASES, Plan, Priority
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import write_message
from crmformulas.translations import Translated

__all__ = ["write_priorities"]

HEAD = 5

ENTRIES = lines("""
    short: text, optional
        Focus, this year | Fokus, i år
        | What comes first in the coming months. | Det viktigaste närmaste månaderna.
    long: text, optional
        Focus, in three years | Fokus, om tre år | Where it is to lead. | Vart det ska leda.
    group: text, optional
        Target group | Målgrupp | Which customers it is about. | Vilka kunder det gäller.
    goal: text, optional
        Goal | Mål
        | What is to come of it, with a figure. | Vad det ska ge, med en siffra.
    owner: text, optional
        Owner | Ansvarig | Who answers for it. | Vem som svarar för det.
    resources: money, optional
        Resources a year | Resurser per år
        | Money for the phase in a year, in currency units.
        | Pengar till fasen under ett år, i valutaenheter.
        total = IF(COUNT([.@phases])=0,DASH,SUM([.@phases]))
    share: rate = RATIO([resources],[resources@total])
        Share | Andel
""")

MESSAGE = """
    N([resources])=0 → No resources are set yet | Inga resurser är satta än
    {phase} gets most: {most} of {AMOUNT([resources])}
        | {phase} får mest: {most} av {AMOUNT([resources])}
    where phase = INDEX([plan.priorities.phases],MATCH(MAX([plan.resources]),[plan.resources],0))
    where most = AMOUNT(MAX([plan.resources]))
"""


def write_priorities(book: Book, plan: Plan) -> None:
    """The sheet Priorities."""
    widths = (24, 38, 38, 34, 34, 20, 16, 12)
    title = "What comes first in each phase | Det viktigaste i varje fas"
    sheet = book.sheet("Priorities | Prioriteringar", title, widths)
    first, total = HEAD + 1, HEAD + 1 + len(PHASES)
    items = (*map(str, range(len(PHASES))), "total")
    groups = {"phases": (items[0], items[-2])}
    grid = Grid(sheet, first, 1, ENTRIES, items, across=True, groups=groups)
    grid.head([Translated("Phase", "Fas")])
    sheet.total_label(total, Translated("All phases", "Alla faser"))
    grid.name(PHASES)
    grid.fill(plan.priorities or (Priority(),) * len(PHASES), key="plan.#")
    grid.write()
    shares = grid.place("resources", items[0]).to(grid.place("share", "total"))
    book.places["plan.resources.shares"] = shares
    book.places["plan.priorities.phases"] = sheet.place(first, 0, total - 1)
    of_all = grid.lookup("total")
    write_message(sheet, 3, MESSAGE, "message", "plan.priorities.message", of_all)
    sheet.page(total + 2, (first, 1), whole=True)
