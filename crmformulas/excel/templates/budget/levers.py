"""Which lever alone reaches the target, and by how much it has to be lifted for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    LACKING,
    LEVER_KINDS,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    SCENARIOS,
    Cells,
    whose,
)
from crmformulas.excel.templates.budget.charts import draw_lifts
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount, guard, per_cent
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_target"]

LEVER_ROW = 11
"""Where the levers begin on the sheet of the target."""

CHART, TABLE = 23, 41
"""Where their chart begins, and the table that it draws."""


def others(lever: str) -> list[str]:
    """The other two levers of the same segment."""
    segment = LEVER_SEGMENTS[lever]
    return [one for one, whose in LEVER_SEGMENTS.items() if whose == segment and one != lever]


def write_target(book: Book, data: BudgetData) -> None:
    """The target revenue, the gap to it, and the factor by which one lever alone reaches it."""
    title = Translated("Target: which lever reaches it alone", "Mål: vilken faktor når det ensam")
    sheet = book.sheet(Translated("Target", "Mål"), title, (31, 12, 17, 17, 12, 11, 11, 11, 28))
    cells = Cells(sheet)
    sheet.text(6, 0, Translated("Target revenue", "Mål för omsättningen"))
    sheet.input(
        6,
        1,
        data.target,
        "money",
        Translated("Target revenue", "Mål för omsättningen"),
        Translated(
            "The revenue wanted in the budget's year, in currency units. May be empty.",
            "Den omsättning som önskas under budgetåret, i valutaenheter. Får vara tom.",
        ),
        name="target_revenue",
        optional=True,
    )
    sheet.text(6, 2, Translated("or growth", "eller tillväxt"), "beside")
    sheet.input(
        6,
        3,
        data.target_growth,
        "signed rate",
        Translated("Target as growth", "Mål som tillväxt"),
        Translated(
            "+20 % wants a fifth more revenue than the outcome. A revenue typed at the left goes "
            "first. May be empty.",
            "+20 % vill ha en femtedel mer omsättning än utfallet. En omsättning till vänster går "
            "före. Får vara tom.",
        ),
        name="target_growth",
        low=-1,
        high=10,
        optional=True,
    )
    was = cells("outcome.total.revenue")
    grown = guard(["target_growth", was], f"{was}*(1+target_growth)")
    sheet.text(6, 4, Translated("= target", "= mål"), "beside")
    sheet.formula(
        6, 5, f"IF(ISNUMBER(target_revenue),target_revenue,{grown})", "money", name="target_used"
    )
    revenue = cells("budget2.total.revenue")
    sheet.text(7, 0, Translated("Revenue of Budget 2", "Omsättning i Budget 2"))
    now = sheet.formula(7, 1, guard([revenue], revenue), "money").cell
    sheet.text(8, 0, Translated("Gap: what is lacking", "Gap: det som fattas"), "total label")
    gap = guard(["target_used", now], f"target_used-{now}")
    sheet.formula(8, 1, gap, "signed money", "total", name="target_gap")
    sheet.formula(7, 2, 'chosen_scenario&""', "", "beside")
    heads = (
        Translated("Lever", "Faktor"),
        Translated("Factor in Budget 2", "Faktor i Budget 2"),
        Translated("Revenue of the other segments", "Övriga segments omsättning"),
        Translated("Revenue if the factor is 100 %", "Omsättning om faktorn är 100 %"),
        Translated("Factor needed", "Faktor som behövs"),
        Translated("Lift needed", "Lyft som behövs"),
        Translated("Now", "Nu"),
        Translated("Needed", "Behövs"),
        Translated("Why not", "Varför inte"),
    )
    sheet.heads(LEVER_ROW - 1, 0, heads[:-1])
    sheet.text(LEVER_ROW - 1, 8, heads[-1], "beside head")
    for i, lever in enumerate(LEVERS, LEVER_ROW):
        _needed(sheet, i, lever)
    sheet.paragraph(
        LEVER_ROW + 10,
        0,
        8,
        Translated(
            "Factor needed = (target − revenue of the other segments) / revenue if the factor is "
            "100 %. It takes the place of the lever's own factor; the others are as in Budget 2. "
            "Now and needed: new customers, shares of customers, orders per customer, order value.",
            "Faktor som behövs = (mål − övriga segments omsättning) / omsättning om faktorn är "
            "100 %. Den ersätter faktorns egen simulering; övriga är som i Budget 2. Nu och "
            "behövs: nya kunder, andelar av kunder, köp per kund, intäkt per köp.",
        ),
    )
    _target_message(sheet)
    rows = CHART - 1
    if data.has_outcome:
        wanted = data.target is not None or data.target_growth is not None
        draw_lifts(sheet, CHART, TABLE, drawn=wanted)
        rows = TABLE - 1 if wanted else rows
    sheet.freeze(3, 1)
    sheet.print_columns(8, rows)


def _needed(sheet: Sheet, row: int, lever: str) -> None:
    """The factor of a lever with which it alone reaches the target, or why there is none."""
    cells, book = Cells(sheet), sheet.book
    segment = LEVER_SEGMENTS[lever]
    sheet.text(row, 0, LEVER_LABELS[lever])
    factor, rest, whole, needed = (sheet.place(row, j).cell for j in range(1, 5))
    why = sheet.place(row, 8).cell
    sheet.formula(row, 1, _chosen_factor(book, lever), "factor", key=f"target.{lever}.factor")
    revenue = [cells(f"budget2.{one}.revenue") for one in SEGMENTS if one != segment]
    sheet.formula(row, 2, guard(revenue, "+".join(revenue)), "money")
    parts = [cells(f"budget1.{segment}.revenue")]
    parts += [sheet.place(LEVER_ROW + LEVERS.index(one), 1).cell for one in others(lever)]
    # Without customers that are possible, no factor of what they buy helps.
    tested = parts if lever in LEVERS[:3] else [*parts, cells(f"budget2.{segment}.customers")]
    sheet.formula(row, 3, guard(tested, "*".join(parts)), "money", key=f"target.{lever}.at_100")
    sheet.formula(
        row,
        4,
        f'IF({why}<>"","{DASH}",IF({whole}=0,1,(target_used-{rest})/{whole}))',
        "factor",
        key=f"target.{lever}.needed",
    )
    sheet.formula(
        row,
        5,
        f'IF(COUNT({factor},{needed})<2,"{DASH}",IF({factor}=0,"{DASH}",{needed}/{factor}-1))',
        "signed rate",
        key=f"target.{lever}.lift",
    )
    base = _base(cells, lever)
    kind = LEVER_KINDS[lever]
    sheet.formula(row, 6, guard([*base, factor], "*".join([*base, factor])), kind)
    sheet.formula(
        row,
        7,
        guard([*base, needed], "*".join([*base, needed])),
        kind,
        key=f"target.{lever}.value",
    )
    sheet.formula(
        row, 8, _why_not(sheet, lever, rest, whole), "", "beside", key=f"target.{lever}.why"
    )


def _chosen_factor(book: Contents, lever: str) -> str:
    first, last = (book[f"{scenario}.{lever}"] for scenario in (SCENARIOS[0], SCENARIOS[-1]))
    row = f"{first.full}:{last.fixed}"
    return guard(["chosen_number"], f"N(INDEX({row},chosen_number))")


def _base(cells: Cells, lever: str) -> list[str]:
    """The cells whose product a lever lifts."""
    if lever == "recruitment":
        return [cells("outcome.new.customers"), cells("growth.recruitment")]
    if lever in LEVERS[:3]:
        return ["outcome_retention" if lever == "retention" else "reactivation_used"]
    column = "value_per_order" if lever.endswith("order_value") else "orders_per_customer"
    return [cells(f"outcome.{LEVER_SEGMENTS[lever]}.{column}"), cells(f"growth.{lever}")]


def _why_not(sheet: Sheet, lever: str, rest: str, whole: str) -> str:
    """Empty where there is a factor, else the reason why there is none."""
    unknown, reached, beyond, nothing, everybody = (
        sheet.book.translate(words)
        for words in (
            Translated("a figure is not known", "en siffra är inte känd"),
            Translated("the target is reached", "målet är nått"),
            Translated("the other segments bring more", "övriga segment ger mer"),
            Translated("there is nothing to lift", "det finns inget att lyfta"),
            Translated("more than 100 % of customers", "mer än 100 % av kunderna"),
        )
    )
    limit = '""'
    if lever in LEVERS[1:3]:
        share = _base(Cells(sheet), lever)[0]
        over = f"ROUND({share}*(target_used-{rest})/{whole},9)>1"
        limit = f'IF({over},"{everybody}","")'
    return (
        f'IF(COUNT(target_used,{rest},{whole})<3,"{unknown}",IF(IF(ISNUMBER(target_gap),target_gap<=0,FALSE),"{reached}",'
        f'IF({rest}>target_used,"{beyond}",'
        f'IF({whole}<=0,"{nothing}",{limit}))))'
    )


def _target_message(sheet: Sheet) -> None:
    sentence = sheet.book.sentence
    lifts = sheet.place(LEVER_ROW, 5, LEVER_ROW + 8).cell
    least = f"MIN({lifts})"
    lacking = sentence(
        Translated(
            "{name} is {gap} short of the target: {lift} more from {customers} is enough",
            "{name} saknar {gap} till målet: {lift} mer från {customers} räcker",
        ),
        name="chosen_scenario",
        gap=amount("target_gap"),
        lift=per_cent(least),
        customers=whose(sheet.book, f"MATCH({least},{lifts},0)"),
    )
    none = sentence(
        Translated(
            "{name} is {gap} short of the target. No lever alone reaches it",
            "{name} saknar {gap} till målet. Ingen faktor når det ensam",
        ),
        name="chosen_scenario",
        gap=amount("target_gap"),
    )
    reached = sentence(
        Translated(
            "{name} reaches the target, with {gap} to spare",
            "{name} når målet, med {gap} till godo",
        ),
        name="chosen_scenario",
        gap=amount("ABS(target_gap)"),
    )
    unknown = sentence(
        Translated("The gap to the target is not known", "Gapet till målet är inte känt")
    )
    sheet.formula(
        3,
        0,
        f"IF(NOT(ISNUMBER(target_gap)),{unknown},IF(target_gap<=0,{reached},"
        f"IF(COUNT({lifts})=0,{none},{lacking})))",
        "",
        "message",
        key="target.message",
    )
    empty = sentence(
        Translated(
            "▲ There is no target: type one below.", "▲ Det finns inget mål: skriv ett nedan."
        )
    )
    without = sentence(
        Translated(
            "● The target is reached: no lever has to be lifted.",
            "● Målet är nått: ingen faktor behöver lyftas.",
        )
    )
    fine = sentence(
        Translated(
            "● Levers that alone reach the target: {number} of 9",
            "● Faktorer som ensamma når målet: {number} av 9",
        ),
        number=f"COUNT({sheet.place(LEVER_ROW, 4, LEVER_ROW + 8).cell})",
    )
    sheet.formula(
        4,
        0,
        f"IF(NOT(ISNUMBER(target_used)),{empty},"
        f"IF(NOT(ISNUMBER(target_gap)),{sentence(LACKING)},"
        f"IF(target_gap<=0,{without},{fine})))",
        "",
        "note",
        key="target.check",
    )
