"""The second step of the customer development budget: growth, and the customers who come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    LEVER_KINDS,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    WIDTHS,
    budget_heads,
)
from crmformulas.excel.templates.budget.tables import outcome_inputs
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import GROWTH
from crmformulas.translations import Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_development"]

OWN_FACTOR = translated("""
    Your own growth factor for the budget's year: 105 % is five per cent more than in S12. It goes
    before S12 / F12. May be empty.
    | Din egen tillväxtfaktor för budgetåret: 105 % är fem procent mer än i S12. Den går före
    S12 / F12. Får vara tom.
""")

GROWN = lines("""
    then: KIND = KNOWN([former.FIGURE])
        F12
    now: KIND = KNOWN([outcome.FIGURE])
        S12
    grown: factor = RATIO([now],[then])
        S12 / F12
    own_growth: factor, optional
        Own factor | Egen faktor
    growth: factor = IF(ISNUMBER([own_growth]),[own_growth],IF(ISNUMBER([grown]),[grown],100%))
        Used | Används
    growth_from: words, beside
        From | Från
        = IF(ISNUMBER([own_growth]),"own factor | egen faktor",
        IF(ISNUMBER([grown]),"S12 / F12","▲ not known | ▲ ej känd"))
""")

REACTIVATION = lines("""
    lost: count = KNOWN(outcome_lost)
        Lost in S12 | Förlorade i S12
    back: count = KNOWN([outcome.reactivated.customers])
        Reactivated in S12 | Återvunna i S12
    outcome: rate = RATIO([back],[lost])
        Share | Andel
    own: rate, optional
        Own rate | Egen andel
    used: rate, named reactivation_used
        Used | Används
        = IF(ISNUMBER([own]),IF(AND([own]>=0,[own]<=1),[own],DASH),
        IF(COUNT([outcome])=0,DASH,IF([outcome]>1,DASH,[outcome])))
    from: words, beside
        From | Från
        = IF(ISNUMBER([own]),"own rate | egen andel",
        IF(ISNUMBER(reactivation_used),"S12","▼ not known | ▼ ej känd"))
""")

LOST_IN_F12 = Translated("Lost in F12", "Förlorade i F12")

# More than were lost in that one year have come back: they are of all who were lost.
SHARE_OF_F12 = (
    "GUARD([back],[lost],IF([back]>[lost],RATIO([back],outcome_lost),RATIO([back],[lost])))"
)

OWN_RATE = lines("""
    own: rate
        Reactivation rate | Återvinningsgrad
        | The share of the customers lost in S12 that comes back in the budget's year. Empty: the
        share of S12, at the left.
        | Den andel av de kunder som förlorades i S12 som kommer åter under budgetåret. Tom:
        andelen i S12, till vänster.
""")["own"]

NOTE = translated("""
    A factor of your own goes first; without it S12 / F12 counts; where that is not known either,
    100 % counts: as in S12. A share above 100 % is not used.
    | En egen faktor går före; utan den gäller S12 / F12; är inte heller den känd gäller 100 %: som
    i S12. En andel över 100 % används inte.
""")

MESSAGE = """
    {unknown}=7 → The growth is not known | Tillväxten är inte känd
    {lever} grows most, {more} | {lever} växer mest, {more}
    where unknown = COUNTIF([growth_from],"▲ not known | ▲ ej känd")
    where lever = INDEX([growth_labels],MATCH(MAX([growth]),[growth],0))
    where more = ARROW((MAX([growth])-1))&PER_CENT(ABS(MAX([growth])-1))
"""

CHECK = """
    NOT(ISNUMBER(reactivation_used)) → ▼ The reactivation rate is not known: type one.
        | ▼ Återvinningsgraden är inte känd: skriv en.
    {unknown}>0 → ▲ Growth factors that are not known and count as 100 %: {unknown}
        | ▲ Tillväxtfaktorer som inte är kända och räknas som 100 %: {unknown}
    ● Own factors: {COUNT([own_growth])} of 7. The others are S12 / F12.
        | ● Egna faktorer: {COUNT([own_growth])} av 7. Övriga är S12 / F12.
    where unknown = COUNTIF([growth_from],"▲ not known | ▲ ej känd")
"""


def write_development(book: Book, data: BudgetData) -> None:
    """Step 2: growth from F12 to S12, or the user's own; and the reactivation rate."""
    sheet = book.sheet(
        "2 Development | 2 Utveckling",
        "Step 2: development from F12 to S12 | Steg 2: utveckling från F12 till S12",
        WIDTHS,
    )
    budget_heads(sheet, 6, term("f12").capitalize())
    outcome_inputs(sheet, 7, data.former, "former", optional=True)
    _growth(sheet, 13, data)
    _reactivation(sheet, 23, data)
    sheet.paragraph(26, 0, 6, NOTE)
    write_message(sheet, 3, MESSAGE, "message", "development.message")
    write_message(sheet, 4, CHECK, "note", "development.check")
    sheet.page(28)


def _growth(sheet: Sheet, row: int, data: BudgetData) -> None:
    sheet.text(row, 0, Translated("Growth", "Tillväxt"), "head")
    for i, (lever, own) in enumerate(zip(GROWTH, data.growth, strict=True), row + 1):
        sheet.text(i, 0, LEVER_LABELS[lever])
        figures = {"FIGURE": f"{LEVER_SEGMENTS[lever]}.{_grown(lever)}", "KIND": LEVER_KINDS[lever]}
        grid = Grid(sheet, i, 1, filled(GROWN, figures), (lever,), across=True, key="#.*")
        if i == row + 1:
            grid.head()
        grid.write(
            lambda *_, own=own: own,
            names={"own_growth": LEVER_LABELS[lever]},
            notes={"own_growth": OWN_FACTOR},
        )
    for key in ("growth_from", "own_growth", "growth"):
        first, last = (sheet.book[f"{key}.{lever}"] for lever in (GROWTH[0], GROWTH[-1]))
        sheet.book.places[key] = first.to(last)
    sheet.book.places["growth_labels"] = sheet.place(row + 1, 0, row + 7)


def _grown(lever: str) -> str:
    if lever == "recruitment":
        return "customers"
    return "value_per_order" if lever.endswith("order_value") else "orders_per_customer"


def _reactivation(sheet: Sheet, row: int, data: BudgetData) -> None:
    grid = Grid(sheet, row + 1, 1, REACTIVATION, across=True, key="reactivation.#")
    grid.head([term("reactivation").capitalize()])
    label = Translated("Reactivated / lost customers", "Återvunna / förlorade kunder")
    sheet.text(row + 1, 0, label)
    formulas = {}
    if data.lost_f12 is not None:
        sheet.text(row, 1, LOST_IN_F12, "number head")
        sheet.value(row + 1, 1, data.lost_f12, "count")
        formulas = {"outcome": {"": SHARE_OF_F12}}
    grid.write(
        lambda *_: data.reactivation,
        formulas,
        leave=("lost",) if formulas else (),
        names={"own": OWN_RATE.label},
        notes={"own": OWN_RATE.note},
    )
