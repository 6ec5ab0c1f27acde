"""Priorities: what comes first in each phase of the life cycle, for whom, and with what money."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import PHASES, Plan, Priority
from crmformulas.excel.templates.lifecycle.entries import write_entries
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH, ratio
from crmformulas.excel.workbook.lines import lines
from crmformulas.excel.workbook.named_formulas import write_message
from crmformulas.translations import Translated

__all__ = ["write_priorities"]

HEAD = 5

ENTRIES = lines("""
    short: text
        Focus, this year | Fokus, i år
        | What comes first in the coming months. | Det viktigaste närmaste månaderna.
    long: text
        Focus, in three years | Fokus, om tre år | Where it is to lead. | Vart det ska leda.
    group: text
        Target group | Målgrupp | Which customers it is about. | Vilka kunder det gäller.
    goal: text
        Goal | Mål
        | What is to come of it, with a figure. | Vad det ska ge, med en siffra.
    owner: text
        Owner | Ansvarig | Who answers for it. | Vem som svarar för det.
    resources: money
        Resources a year | Resurser per år
        | Money for the phase in a year, in currency units.
        | Pengar till fasen under ett år, i valutaenheter.
""")

MESSAGE = """
    N({whole})=0 → No resources are set yet | Inga resurser är satta än
    {phase} gets most: {most} of {all} | {phase} får mest: {most} av {all}
    where phase = INDEX({phases},MATCH(MAX([plan.resources]),[plan.resources],0))
    where all = AMOUNT({whole})
    where most = AMOUNT(MAX([plan.resources]))
"""


def write_priorities(book: Book, plan: Plan) -> None:
    """The sheet Priorities."""
    name = Translated("Priorities", "Prioriteringar")
    title = Translated("What comes first in each phase", "Det viktigaste i varje fas")
    sheet = book.sheet(name, title, (24, 38, 38, 34, 34, 20, 16, 12))
    share = Translated("Share", "Andel")
    heads = [Translated("Phase", "Fas"), *(line.label for line in ENTRIES.values()), share]
    sheet.heads(HEAD, 0, heads, len(heads) - 2)
    first, money = HEAD + 1, len(ENTRIES)
    priorities = plan.priorities or (Priority(),) * len(PHASES)
    for i, phase in enumerate(PHASES):
        sheet.text(first + i, 0, phase)
    write_entries(sheet, first, 1, ENTRIES, priorities, key="plan.#")
    total = first + len(PHASES)
    spent = sheet.place(first, money, total - 1)
    for j in range(len(heads)):
        label = Translated("All phases", "Alla faser")
        sheet.text(total, j, label if j == 0 else "", "total label")
    whole = sheet.formula(
        total, money, f'IF(COUNT({spent.cell})=0,"{DASH}",SUM({spent.cell}))', "money", "total"
    ).cell
    for r in range(first, total + 1):
        look = "total" if r == total else "value"
        sheet.formula(r, money + 1, ratio(sheet.place(r, money).cell, whole), "rate", look)
    book.places["plan.resources.shares"] = sheet.place(first, money, total, money + 1)
    phases = sheet.place(first, 0, total - 1).cell
    write_message(
        sheet, 3, MESSAGE, "message", "plan.priorities.message", whole=whole, phases=phases
    )
    sheet.freeze(first, 1)
    sheet.print_columns(len(heads) - 1, total + 2)
    sheet.xl.fit_to_pages(1, 1)
