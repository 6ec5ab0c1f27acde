"""Which lever reaches the target, and what more of each lever brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    LACKING,
    LEVER_KINDS,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    SCENARIOS,
    Cells,
    colour_changes,
    whose,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount, guard, movement, per_cent
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_sensitivity", "write_target"]

LEVER_ROW = 11
"""Where the levers begin on the sheet of the target."""


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
    sheet.text(6, 2, Translated("or growth on the outcome", "eller tillväxt på utfallet"), "beside")
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
    sheet.freeze(3, 1)
    sheet.print_columns(8, LEVER_ROW + 12)


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
    found = '""'
    if lever in LEVERS[1:3]:
        share = _base(Cells(sheet), lever)[0]
        over = f"ROUND({share}*(target_used-{rest})/{whole},9)>1"
        found = f'IF({over},"{everybody}","")'
    return (
        f'IF(COUNT(target_used,{rest},{whole})<3,"{unknown}",IF(IF(ISNUMBER(target_gap),target_gap<=0,FALSE),"{reached}",'
        f'IF({rest}>target_used,"{beyond}",'
        f'IF({whole}<=0,"{nothing}",{found}))))'
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


# Sensitivity


def write_sensitivity(book: Book, data: BudgetData) -> None:
    """How the revenue of Budget 2 moves when one lever moves by a step."""
    title = Translated(
        "Sensitivity: what more of each lever brings", "Känslighet: vad mer av varje faktor ger"
    )
    sheet = book.sheet(
        Translated("Sensitivity", "Känslighet"), title, (31, 11, 11, 18, 17, 12, 15, 28)
    )
    sheet.text(6, 0, Translated("Step", "Steg"))
    sheet.input(
        6,
        1,
        data.step,
        "signed rate",
        Translated("Step", "Steg"),
        Translated(
            "By how much each lever moves, from −100 to 1000 %: +10 % lifts a retention of 25 % to "
            "27.5 %.",
            "Hur mycket varje faktor rör sig, från −100 till 1000 %: +10 % lyfter en retention på "
            "25 % till 27,5 %.",
        ),
        name="common_step",
        setting=True,
        low=-1,
        high=10,
    )
    heads = (
        Translated("Lever", "Faktor"),
        Translated("Own step", "Eget steg"),
        Translated("Step used", "Använt steg"),
        Translated("Revenue it multiplies", "Omsättning den multiplicerar"),
        Translated("Change of revenue", "Förändrad omsättning"),
        Translated("Of Budget 2", "Av Budget 2"),
        Translated("Change of customers", "Förändrat kundantal"),
        Translated("Why not", "Varför inte"),
    )
    sheet.heads(8, 0, heads[:-1])
    sheet.text(8, 7, heads[-1], "beside head")
    for i, lever in enumerate(LEVERS, 9):
        _moved(sheet, i, lever)
    _all_at_once(sheet, 18)
    colour_changes(sheet, 9, 4, 18, 6)
    sheet.paragraph(
        20,
        0,
        7,
        Translated(
            "A segment's revenue is customers × orders per customer × order value, so that a step "
            "of any of the three moves it equally much. All at once they multiply.",
            "Ett segments omsättning är kunder × köp per kund × intäkt per köp, så ett steg i "
            "någon av de tre rör den lika mycket. Alla på en gång multipliceras.",
        ),
    )
    _sensitivity_message(sheet)
    sheet.freeze(3, 1)
    sheet.print_columns(7, 22)


def _moved(sheet: Sheet, row: int, lever: str) -> None:
    cells = Cells(sheet)
    segment = LEVER_SEGMENTS[lever]
    sheet.text(row, 0, LEVER_LABELS[lever])
    own = sheet.input(
        row,
        1,
        None,
        "signed rate",
        LEVER_LABELS[lever],
        Translated(
            "A step of its own for this lever, from −100 to 1000 %. Empty: the common step.",
            "Ett eget steg för denna faktor, från −100 till 1000 %. Tom: det gemensamma steget.",
        ),
        low=-1,
        high=10,
        optional=True,
        key=f"step.{lever}",
    ).cell
    step = sheet.formula(
        row,
        2,
        f"IF(ISNUMBER({own}),{own},{guard(['common_step'], 'common_step')})",
        "signed rate",
    ).cell
    revenue = cells(f"budget2.{segment}.revenue")
    base = sheet.formula(row, 3, guard([revenue], revenue), "money").cell
    everybody = sheet.place(row, 7).cell
    allowed = f'IF({everybody}<>"","{DASH}",{base}*{step})'
    moved = sheet.formula(
        row, 4, guard([base, step], allowed), "signed money", key=f"sensitivity.{lever}"
    ).cell
    whole = cells("budget2.total.revenue")
    share = guard([moved, whole], f'IF({whole}=0,"{DASH}",{moved}/{whole})')
    sheet.formula(row, 5, share, "signed rate")
    people = cells(f"budget2.{segment}.customers")
    more = f"{people}*{step}" if lever in LEVERS[:3] else "0"
    sheet.formula(
        row,
        6,
        guard([moved, people], more),
        "signed count",
        key=f"sensitivity.{lever}.customers",
    )
    reason = '""'
    if lever in LEVERS[1:3]:
        factor = cells(f"target.{lever}.factor")
        parts = [*_base(cells, lever), factor, step]
        words = Translated("more than 100 % of customers", "mer än 100 % av kunderna")
        over = f"ROUND({parts[0]}*{factor}*(1+{step}),9)>1"
        reason = f'IF(COUNT({",".join(parts)})<3,"",IF({over},"{sheet.book.translate(words)}",""))'
    sheet.formula(row, 7, reason, "", "beside")


def _all_at_once(sheet: Sheet, row: int) -> None:
    """All levers together: the steps of a segment multiply."""
    cells = Cells(sheet)
    sheet.text(row, 0, Translated("All at once", "Alla på en gång"), "total label")
    steps = {lever: sheet.place(9 + i, 2).cell for i, lever in enumerate(LEVERS)}
    moved = sheet.place(9, 4, 17).cell
    after = []
    for segment in SEGMENTS:
        factors = [f"(1+{steps[one]})" for one in LEVERS if LEVER_SEGMENTS[one] == segment]
        after.append("*".join([cells(f"budget2.{segment}.revenue"), *factors]))
    whole = cells("budget2.total.revenue")
    everything = sheet.formula(
        row,
        4,
        f'IF(COUNT({moved})<9,"{DASH}",{"+".join(after)}-{whole})',
        "signed money",
        "total",
        key="sensitivity.all",
    ).cell
    share = guard([everything, whole], f'IF({whole}=0,"{DASH}",{everything}/{whole})')
    sheet.formula(row, 5, share, "signed rate", "total")
    customers = sheet.place(9, 6, 11).cell
    sheet.formula(
        row,
        6,
        f'IF(COUNT({customers})<3,"{DASH}",SUM({customers}))',
        "signed count",
        "total",
        key="sensitivity.all.customers",
    )
    for column in (1, 2, 3):
        sheet.text(row, column, "", "total label")


def _sensitivity_message(sheet: Sheet) -> None:
    sentence = sheet.book.sentence
    moved = sheet.place(9, 4, 17).cell
    most = f"MAX({moved})"
    told = sentence(
        Translated(
            "Revenue moves most with {customers}: {figure} for a step",
            "Omsättningen rör sig mest med {customers}: {figure} för ett steg",
        ),
        customers=whose(sheet.book, f"MATCH({most},{moved},0)"),
        figure=movement(most),
    )
    unknown = sentence(
        Translated("What a step brings is not known", "Vad ett steg ger är inte känt")
    )
    sheet.formula(
        3, 0, f"IF(COUNT({moved})>0,{told},{unknown})", "", "message", key="sensitivity.message"
    )
    known_number = f"COUNT({moved})"
    lacking = sentence(
        Translated(
            "▲ Levers that can't move by their step: {number} of 9",
            "▲ Faktorer som inte kan röra sig sitt steg: {number} av 9",
        ),
        number=f"9-{known_number}",
    )
    fine = sentence(Translated("● All nine levers can move.", "● Alla nio faktorer kan röra sig."))
    sheet.formula(
        4, 0, f"IF({known_number}=9,{fine},{lacking})", "", "note", key="sensitivity.check"
    )
