"""The first and the third step of the customer development budget: outcome and Budget 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    COLUMN_KINDS,
    LACKING,
    WIDTHS,
    Cells,
    budget_heads,
    for_period,
)
from crmformulas.excel.templates.budget.tables import (
    BALANCE,
    balance_formulas,
    outcome_inputs,
    write_balance,
    write_changes,
    write_ratios,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH, amount, guard, movement, times
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import COLUMNS, SEGMENTS
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_budget_1", "write_outcome"]


def write_outcome(book: Book, data: BudgetData) -> None:
    """Step 1: the last 12 months by segment, and how the customers moved."""
    name = Translated("1 Outcome", "1 Utfall")
    title = Translated(
        "Step 1: outcome of the last 12 months", "Steg 1: utfall, senaste 12 månaderna"
    )
    sheet = book.sheet(name, title, WIDTHS)
    cells = Cells(sheet)
    budget_heads(sheet, 6, term("s12").capitalize())
    outcome_inputs(sheet, 7, data.outcome, "outcome")
    write_ratios(sheet, 7, "outcome")
    sheet.text(12, 0, Translated("How the customers moved", "Hur kunderna rörde sig"), "heading")
    sheet.input(
        13,
        1,
        data.opening,
        "count",
        term("opening").capitalize(),
        Translated(
            "Active customers when the 12 months began: customers with an order in the 12 months "
            "before. A number of customers.",
            "Aktiva kunder när de 12 månaderna började: kunder med köp under de föregående 12 "
            "månaderna. Ett antal kunder.",
        ),
        name="opening_customers",
    )
    people = [cells(f"outcome.{segment}.customers") for segment in SEGMENTS]
    moved = balance_formulas("opening_customers", *people)
    for i, (key, label, kind) in enumerate(BALANCE, 13):
        sheet.text(i, 0, label, "total label" if key == "closing" else "plain")
        sheet.text(i, 2, BALANCE_NOTES[key], "beside")
        if key == "opening":
            book.places["outcome.opening"] = book["opening_customers"]
            continue
        look = "total" if key == "closing" else "value"
        names = {"lost": "outcome_lost", "retention": "outcome_retention"}
        names["closing"] = "outcome_closing"
        sheet.formula(i, 1, moved[key], kind, look, key=f"outcome.{key}", name=names.get(key, ""))
    _outcome_message(sheet)
    sheet.freeze(3, 1)
    sheet.print_columns(6, 22)


BALANCE_NOTES: dict[str, Label] = {
    "opening": Translated("active when the 12 months began", "aktiva när de 12 månaderna började"),
    "plus_new": Translated(
        "their first order, or the first for more than 36 months",
        "deras första köp, eller det första på mer än 36 månader",
    ),
    "plus_reactivated": Translated(
        "back after more than 12 months", "åter efter mer än 12 månader"
    ),
    "lost": Translated("opening − continued", "IB − fortsatt aktiva"),
    "closing": Translated("new + continued + reactivated", "nya + fortsatt aktiva + återvunna"),
    "retention": Translated("continued / opening", "fortsatt aktiva / IB"),
    "gross_duration": Translated("1 / (1 − continued / opening)", "1 / (1 − fortsatt aktiva / IB)"),
    "net_duration": Translated(
        "1 / (1 − (continued + reactivated) / opening)",
        "1 / (1 − (fortsatt aktiva + återvunna) / IB)",
    ),
}


def _outcome_message(sheet: Sheet) -> None:
    cells, sentence = Cells(sheet), sheet.book.sentence
    revenue = cells("outcome.total.revenue")
    message = sentence(
        Translated(
            "{people} customers bought for {revenue}", "{people} kunder köpte för {revenue}"
        ),
        people="FIXED(outcome_closing,0)",
        revenue=amount(revenue),
    )
    unknown = sentence(Translated("The outcome is not wholly known", "Utfallet är inte helt känt"))
    sheet.formula(
        3,
        0,
        f"IF(COUNT({revenue},outcome_closing)<2,{unknown},{message})",
        "",
        "message",
        key="outcome.message",
    )
    lacking = sentence(
        Translated(
            "▼ Figures are lacking: what depends on them shows –.",
            "▼ Siffror saknas: det som beror på dem visar –.",
        )
    )
    nobody = sentence(
        Translated(
            "▼ Without customers at the opening there is no retention.",
            "▼ Utan kunder vid IB finns ingen retention.",
        )
    )
    too_many = sentence(
        Translated(
            "▼ More customers continue than there were at the opening.",
            "▼ Fler kunder är fortsatt aktiva än som fanns vid IB.",
        )
    )
    empty = sentence(
        Translated(
            "▲ A segment has no orders: its orders per customer and order value are not known.",
            "▲ Ett segment saknar köp: dess köp per kund och intäkt per köp är inte kända.",
        )
    )
    fine = sentence(
        Translated("● All figures are there, and fit.", "● Alla siffror finns och stämmer.")
    )
    inputs, ratios = sheet.place(7, 1, 9, 3).cell, sheet.place(7, 4, 9, 5).cell
    continued = cells("outcome.continued.customers")
    sheet.formula(
        4,
        0,
        f"IF(COUNT({inputs},opening_customers)<10,{lacking},IF(opening_customers=0,{nobody},"
        f"IF({continued}>opening_customers,{too_many},IF(COUNT({ratios})<6,{empty},{fine}))))",
        "",
        "note",
        key="outcome.check",
    )


def write_budget_1(book: Book) -> None:
    """Step 3: next year when growth goes on and retention stays."""
    title = Translated(
        "Step 3: Budget 1, the outcome and its development",
        "Steg 3: Budget 1, utfall och utveckling",
    )
    sheet = book.sheet("3 Budget 1", title, WIDTHS)
    budget_heads(sheet, 6, "Budget 1")
    _budget_1(sheet, 7)
    sheet.paragraph(
        12,
        0,
        6,
        Translated(
            "New: outcome × growth. Continued: closing × retention. Reactivated: lost × "
            "reactivation rate. Orders per customer and order value: outcome × growth. Orders: "
            "customers × orders per customer. Revenue: orders × order value.",
            "Nya: utfall × tillväxt. Fortsatt aktiva: UB × retention. Återvunna: förlorade × "
            "återvinningsgrad. Köp per kund och intäkt per köp: utfall × tillväxt. Antal köp: "
            "kunder × köp per kund. Omsättning: antal köp × intäkt per köp.",
        ),
    )
    write_changes(
        sheet,
        14,
        Translated("Change against the outcome", "Förändring mot utfallet"),
        "budget1",
        "outcome",
        "budget1.change",
    )
    write_balance(sheet, 20, (("outcome", _outcome_label()), ("budget1", "Budget 1")))
    _budget_1_message(sheet)
    sheet.freeze(3, 1)
    sheet.print_columns(6, 30)


def _outcome_label() -> Label:
    return term("outcome").capitalize()


def _budget_1(sheet: Sheet, row: int) -> None:
    cells = Cells(sheet)
    new, growth = cells("outcome.new.customers"), cells("growth.recruitment")
    people = (
        guard([new, growth], f"{new}*{growth}"),
        guard(["outcome_closing", "outcome_retention"], "outcome_closing*outcome_retention"),
        guard(["outcome_lost", "reactivation_used"], "outcome_lost*reactivation_used"),
    )
    for i, (segment, formula) in enumerate(zip(SEGMENTS, people, strict=True), row):
        at = {column: sheet.place(i, j).cell for j, column in enumerate(COLUMNS, 1)}
        oftener, larger = (
            cells(f"growth.{segment}_frequency"),
            cells(f"growth.{segment}_order_value"),
        )
        was = {column: cells(f"outcome.{segment}.{column}") for column in COLUMNS}
        frequency, value = was["orders_per_customer"], was["value_per_order"]
        formulas = {
            "customers": formula,
            "revenue": times(at["orders"], at["value_per_order"]),
            "orders": times(at["customers"], at["orders_per_customer"]),
            "value_per_order": f'IF({at["orders"]}=0,"{DASH}",'
            f"{guard([value, larger], f'{value}*{larger}')})",
            "orders_per_customer": f'IF({at["customers"]}=0,"{DASH}",'
            f"{guard([frequency, oftener], f'{frequency}*{oftener}')})",
        }
        for j, column in enumerate(COLUMNS[:5], 1):
            sheet.formula(
                i, j, formulas[column], COLUMN_KINDS[column], key=f"budget1.{segment}.{column}"
            )
    write_ratios(sheet, row, "budget1", COLUMNS[:5])


def _budget_1_message(sheet: Sheet) -> None:
    cells, sentence = Cells(sheet), sheet.book.sentence
    revenue, was = cells("budget1.total.revenue"), cells("outcome.total.revenue")
    message = sentence(
        Translated(
            "Budget 1{period} brings {revenue}: {more} against the outcome",
            "Budget 1{period} ger {revenue}: {more} mot utfallet",
        ),
        period=for_period(sheet.book),
        revenue=amount(revenue),
        more=movement(f"({revenue}-{was})"),
    )
    unknown = sentence(Translated("Budget 1 is not known", "Budget 1 är inte känd"))
    sheet.formula(
        3,
        0,
        f"IF(COUNT({revenue},{was})<2,{unknown},{message})",
        "",
        "message",
        key="budget1.message",
    )
    fine = sentence(
        Translated(
            "● All simulation factors are 100 % here.", "● Alla simuleringsfaktorer är 100 % här."
        )
    )
    sheet.formula(
        4, 0, f"IF(COUNT({revenue})=1,{fine},{sentence(LACKING)})", "", "note", key="budget1.check"
    )
