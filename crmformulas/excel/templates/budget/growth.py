"""The second step of the customer development budget: growth, and the customers who come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    LEVER_KINDS,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    WIDTHS,
    Cells,
    budget_heads,
)
from crmformulas.excel.templates.budget.tables import outcome_inputs, write_ratios
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH, guard, per_cent, ratio, sign
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import GROWTH
from crmformulas.translations import Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_development"]

NOT_KNOWN = Translated("▲ not known", "▲ ej känd")
"""Where a growth factor comes from that neither the user nor the two outcomes tell."""


def write_development(book: Book, data: BudgetData) -> None:
    """Step 2: growth from F12 to S12, or the user's own; and the reactivation rate."""
    name = Translated("2 Development", "2 Utveckling")
    title = Translated(
        "Step 2: development from F12 to S12", "Steg 2: utveckling från F12 till S12"
    )
    sheet = book.sheet(name, title, WIDTHS)
    budget_heads(sheet, 6, term("f12").capitalize())
    outcome_inputs(sheet, 7, data.former, "former", optional=True)
    write_ratios(sheet, 7, "former")
    _growth(sheet, 13, data.growth)
    _reactivation(sheet, 23, data)
    _development_message(sheet)
    sheet.freeze(3, 1)
    sheet.print_columns(6, 28)


def _growth(sheet: Sheet, row: int, growth: tuple[float | None, ...]) -> None:
    cells, translate = Cells(sheet), sheet.book.translate
    heads = (
        Translated("Growth", "Tillväxt"),
        "F12",
        "S12",
        "S12 / F12",
        Translated("Own factor", "Egen faktor"),
        Translated("Used", "Används"),
        Translated("From", "Från"),
    )
    sheet.heads(row, 0, heads[:-1])
    sheet.text(row, 6, heads[-1], "beside head")
    for i, (lever, own) in enumerate(zip(GROWTH, growth, strict=True), row + 1):
        segment, column = LEVER_SEGMENTS[lever], _grown(lever)
        sheet.text(i, 0, LEVER_LABELS[lever])
        pair = []
        for j, period in enumerate(("former", "outcome"), 1):
            cell = cells(f"{period}.{segment}.{column}")
            pair.append(sheet.formula(i, j, guard([cell], cell), LEVER_KINDS[lever]).cell)
        grown = sheet.formula(i, 3, ratio(pair[1], pair[0]), "factor", key=f"grown.{lever}").cell
        typed = sheet.input(
            i,
            4,
            own,
            "factor",
            LEVER_LABELS[lever],
            Translated(
                "Your own growth factor for the budget's year: 105 % is five per cent more than in "
                "S12. It goes before S12 / F12. May be empty.",
                "Din egen tillväxtfaktor för budgetåret: 105 % är fem procent mer än i S12. Den "
                "går före S12 / F12. Får vara tom.",
            ),
            key=f"own_growth.{lever}",
            optional=True,
        ).cell
        sheet.formula(
            i,
            5,
            f"IF(ISNUMBER({typed}),{typed},IF(ISNUMBER({grown}),{grown},100%))",
            "factor",
            key=f"growth.{lever}",
        )
        mine, unknown = (translate(w) for w in (Translated("own factor", "egen faktor"), NOT_KNOWN))
        sheet.formula(
            i,
            6,
            f'IF(ISNUMBER({typed}),"{mine}",IF(ISNUMBER({grown}),"S12 / F12","{unknown}"))',
            "",
            "beside",
            key=f"growth_from.{lever}",
        )
    sheet.book.places["growth"] = sheet.place(row + 1, 5, row + 7)


def _grown(lever: str) -> str:
    if lever == "recruitment":
        return "customers"
    return "value_per_order" if lever.endswith("order_value") else "orders_per_customer"


def _reactivation(sheet: Sheet, row: int, data: BudgetData) -> None:
    cells, has_f12 = Cells(sheet), data.lost_f12 is not None
    heads = (
        term("reactivation").capitalize(),
        Translated("Lost in F12", "Förlorade i F12")
        if has_f12
        else Translated("Lost in S12", "Förlorade i S12"),
        Translated("Reactivated in S12", "Återvunna i S12"),
        Translated("Share", "Andel"),
        Translated("Own rate", "Egen andel"),
        Translated("Used", "Används"),
        Translated("From", "Från"),
    )
    sheet.heads(row, 0, heads[:-1])
    sheet.text(row, 6, heads[-1], "beside head")
    sheet.text(
        row + 1, 0, Translated("Reactivated / lost customers", "Återvunna / förlorade kunder")
    )
    if has_f12:
        lost = sheet.value(row + 1, 1, data.lost_f12, "count").cell
    else:
        lost = sheet.formula(row + 1, 1, guard(["outcome_lost"], "outcome_lost"), "count").cell
    back = cells("outcome.reactivated.customers")
    back = sheet.formula(row + 1, 2, guard([back], back), "count").cell
    rate = ratio(back, lost)
    if has_f12:
        # More than were lost in that one year have come back: they are of all who were lost.
        all_lost = ratio(back, "outcome_lost")
        rate = guard([back, lost], f"IF({back}>{lost},{all_lost},{rate})")
    share = sheet.formula(row + 1, 3, rate, "rate", key="reactivation.outcome").cell
    typed = sheet.input(
        row + 1,
        4,
        data.reactivation,
        "rate",
        Translated("Reactivation rate", "Återvinningsgrad"),
        Translated(
            "The share of the customers lost in S12 that comes back in the budget's year. Empty: "
            "the share of S12, at the left.",
            "Den andel av de kunder som förlorades i S12 som kommer åter under budgetåret. Tom: "
            "andelen i S12, till vänster.",
        ),
        key="reactivation.own",
        optional=True,
    ).cell
    sheet.formula(
        row + 1,
        5,
        f'IF(ISNUMBER({typed}),IF(AND({typed}>=0,{typed}<=1),{typed},"{DASH}"),IF(COUNT({share})=0,"{DASH}",IF({share}>1,"{DASH}",{share})))',
        "rate",
        name="reactivation_used",
    )
    own, outcome, neither = (
        sheet.book.translate(words)
        for words in (
            Translated("own rate", "egen andel"),
            Translated("S12", "S12"),
            Translated("▼ not known", "▼ ej känd"),
        )
    )
    sheet.formula(
        row + 1,
        6,
        f'IF(ISNUMBER({typed}),"{own}",IF(ISNUMBER(reactivation_used),"{outcome}","{neither}"))',
        "",
        "beside",
        key="reactivation.from",
    )
    sheet.paragraph(
        row + 3,
        0,
        6,
        Translated(
            "A factor of your own goes first; without it S12 / F12 counts; where that is not known "
            "either, 100 % counts: as in S12. A share above 100 % is not used.",
            "En egen faktor går före; utan den gäller S12 / F12; är inte heller den känd gäller "
            "100 %: som i S12. En andel över 100 % används inte.",
        ),
    )


def _development_message(sheet: Sheet) -> None:
    sentence = sheet.book.sentence
    used = sheet.book["growth"]

    def column(j: int) -> str:
        return sheet.place(used.row, j, used.last_row).cell

    best = f"MAX({used.cell})"
    finding = sentence(
        Translated("{lever} grows most, {more}", "{lever} växer mest, {more}"),
        lever=f"INDEX({column(0)},MATCH({best},{used.cell},0))",
        more=f"{sign(f'({best}-1)')}&{per_cent(f'ABS({best}-1)')}",
    )
    unknown = f'COUNTIF({column(6)},"{sheet.book.translate(NOT_KNOWN)}")'
    nothing = sentence(Translated("The growth is not known", "Tillväxten är inte känd"))
    message = f"IF({unknown}={used.last_row - used.row + 1},{nothing},{finding})"
    sheet.formula(3, 0, message, "", "message", key="development.message")
    rate = sentence(
        Translated(
            "▼ The reactivation rate is not known: type one.",
            "▼ Återvinningsgraden är inte känd: skriv en.",
        )
    )
    assumed = sentence(
        Translated(
            "▲ Growth factors that are not known and count as 100 %: {number}",
            "▲ Tillväxtfaktorer som inte är kända och räknas som 100 %: {number}",
        ),
        number=unknown,
    )
    fine = sentence(
        Translated(
            "● Own factors: {number} of 7. The others are S12 / F12.",
            "● Egna faktorer: {number} av 7. Övriga är S12 / F12.",
        ),
        number=f"COUNT({column(4)})",
    )
    sheet.formula(
        4,
        0,
        f"IF(NOT(ISNUMBER(reactivation_used)),{rate},IF({unknown}>0,{assumed},{fine}))",
        "",
        "note",
        key="development.check",
    )
