"""The first and the third step of the customer development budget: outcome and Budget 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    LACKING,
    OUTCOME,
    WIDTHS,
    budget_heads,
    for_period,
)
from crmformulas.excel.templates.budget.tables import (
    BALANCE,
    RATIOS,
    balance,
    budget_table,
    outcome_inputs,
    write_balance,
    write_changes,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
from crmformulas.translations import Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_budget_1", "write_outcome"]

OPENING = lines("""
    opening: count, named opening_customers
        @opening
        | Active customers when the 12 months began: customers with an order in the 12 months
        before. A number of customers.
        | Aktiva kunder när de 12 månaderna började: kunder med köp under de föregående 12
        månaderna. Ett antal kunder.
""")

NOTES = {
    "opening": "active when the 12 months began | aktiva när de 12 månaderna började",
    "plus_new": """
        their first order, or the first for more than 36 months
        | deras första köp, eller det första på mer än 36 månader""",
    "plus_reactivated": "back after more than 12 months | åter efter mer än 12 månader",
    "lost": "opening − continued | IB − fortsatt aktiva",
    "closing": "new + continued + reactivated | nya + fortsatt aktiva + återvunna",
    "retention": "continued / opening | fortsatt aktiva / IB",
    "gross_duration": "1 / (1 − continued / opening) | 1 / (1 − fortsatt aktiva / IB)",
    "net_duration": """
        1 / (1 − (continued + reactivated) / opening)
        | 1 / (1 − (fortsatt aktiva + återvunna) / IB)""",
}
"""Of how the customers moved."""

OUTCOME_MESSAGE = """
    COUNT([outcome.total.revenue],outcome_closing)<2
        → The outcome is not wholly known | Utfallet är inte helt känt
    {FIXED(outcome_closing,0)} customers bought for {AMOUNT([outcome.total.revenue])}
        | {FIXED(outcome_closing,0)} kunder köpte för {AMOUNT([outcome.total.revenue])}
"""

OUTCOME_CHECK = """
    COUNT([outcome.new.customers:outcome.reactivated.orders],opening_customers)<10
        → ▼ Figures are lacking: what depends on them shows –.
        | ▼ Siffror saknas: det som beror på dem visar –.
    opening_customers=0 → ▼ Without customers at the opening there is no retention.
        | ▼ Utan kunder vid IB finns ingen retention.
    [outcome.continued.customers]>opening_customers
        → ▼ More customers continue than there were at the opening.
        | ▼ Fler kunder är fortsatt aktiva än som fanns vid IB.
    COUNT([outcome.new.value_per_order:outcome.reactivated.orders_per_customer])<6
        → ▲ A segment has no orders: its orders per customer and order value are not known.
        | ▲ Ett segment saknar köp: dess köp per kund och intäkt per köp är inte kända.
    ● All figures are there, and fit. | ● Alla siffror finns och stämmer.
"""


def write_outcome(book: Book, data: BudgetData) -> None:
    """Step 1: the last 12 months by segment, and how the customers moved."""
    sheet = book.sheet(
        "1 Outcome | 1 Utfall",
        "Step 1: outcome of the last 12 months | Steg 1: utfall, senaste 12 månaderna",
        WIDTHS,
    )
    budget_heads(sheet, 6, term("s12").capitalize())
    outcome_inputs(sheet, 7, data.outcome, "outcome")
    sheet.text(12, 0, Translated("How the customers moved", "Hur kunderna rörde sig"), "heading")
    opening = Grid(sheet, 13, 1, OPENING).enter(data.opening)
    moved = balance(sheet, 13, 1, "outcome", "opening_customers", opening=opening)
    for i, key in enumerate(BALANCE, 13):
        sheet.text(i, 2, translated(NOTES[key]), "beside")
    for key in ("lost", "closing", "retention"):
        book.define(f"outcome_{key}", moved.place(key))
    write_message(sheet, 3, OUTCOME_MESSAGE, "message", "outcome.message")
    write_message(sheet, 4, OUTCOME_CHECK, "note", "outcome.check")
    sheet.page(22)


BUDGET_1 = {
    "customers": {
        **RATIOS["customers"],
        "new": "KNOWN([outcome.new.customers]*[growth.recruitment])",
        "continued": "KNOWN(outcome_closing*outcome_retention)",
        "reactivated": "KNOWN(outcome_lost*reactivation_used)",
    },
    "revenue": {**RATIOS["revenue"], "": "TIMES([orders],[value_per_order])"},
    "orders": {**RATIOS["orders"], "": "TIMES([customers],[orders_per_customer])"},
    "value_per_order": {
        "total": RATIOS["value_per_order"][""],
        "": "IF([orders]=0,DASH,KNOWN([outcome.*.value_per_order]*[growth.*_order_value]))",
    },
    "orders_per_customer": {
        "total": RATIOS["orders_per_customer"][""],
        "": "IF([customers]=0,DASH,KNOWN([outcome.*.orders_per_customer]*[growth.*_frequency]))",
    },
    "revenue_per_customer": RATIOS["revenue_per_customer"],
}

BUDGET_1_NOTE = translated("""
    New: outcome × growth. Continued: closing × retention. Reactivated: lost × reactivation rate.
    Orders per customer and order value: outcome × growth. Orders: customers × orders per customer.
    Revenue: orders × order value.
    | Nya: utfall × tillväxt. Fortsatt aktiva: UB × retention. Återvunna: förlorade ×
    återvinningsgrad. Köp per kund och intäkt per köp: utfall × tillväxt. Antal köp: kunder × köp
    per kund. Omsättning: antal köp × intäkt per köp.
""")

BUDGET_1_MESSAGE = """
    COUNT([budget1.total.revenue],[outcome.total.revenue])<2
        → Budget 1 is not known | Budget 1 är inte känd
    Budget 1{period} brings {revenue}: {more} against the outcome
        | Budget 1{period} ger {revenue}: {more} mot utfallet
    where revenue = AMOUNT([budget1.total.revenue])
    where more = MOVEMENT(([budget1.total.revenue]-[outcome.total.revenue]))
"""

BUDGET_1_CHECK = """
    COUNT([budget1.total.revenue])=1
        → ● All simulation factors are 100 % here. | ● Alla simuleringsfaktorer är 100 % här.
    {lacking}
"""


def write_budget_1(book: Book) -> None:
    """Step 3: next year when growth goes on and retention stays."""
    title = translated("""
        Step 3: Budget 1, the outcome and its development | Steg 3: Budget 1, utfall och utveckling
    """)
    sheet = book.sheet("3 Budget 1", title, WIDTHS)
    budget_heads(sheet, 6, "Budget 1")
    budget_table(sheet, 7, "budget1", BUDGET_1)
    sheet.paragraph(12, 0, 6, BUDGET_1_NOTE)
    against = Translated("Change against the outcome", "Förändring mot utfallet")
    write_changes(sheet, 14, against, "budget1", "outcome", "budget1.change")
    write_balance(sheet, 20, (("outcome", OUTCOME), ("budget1", "Budget 1")))
    write_message(sheet, 3, BUDGET_1_MESSAGE, "message", "budget1.message", period=for_period(book))
    write_message(sheet, 4, BUDGET_1_CHECK, "note", "budget1.check", lacking=LACKING)
    sheet.page(30)
