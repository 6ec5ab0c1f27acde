"""Which lever alone reaches the target, and by how much it has to be lifted for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    LACKING,
    LEVER_KINDS,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    whose,
)
from crmformulas.excel.templates.budget.charts import draw_lifts
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_target"]

LEVER_ROW = 11
"""Where the levers begin on the sheet of the target."""

CHART, TABLE = 23, 41
"""Where their chart begins, and the table that it draws."""

TARGET = lines("""
    target: money, optional, named target_revenue
        Target revenue | Mål för omsättningen
        | The revenue wanted in the budget's year, in currency units. May be empty.
        | Den omsättning som önskas under budgetåret, i valutaenheter. Får vara tom.
    now: money = KNOWN([budget2.total.revenue])
        Revenue of Budget 2 | Omsättning i Budget 2
    gap: signed money, total, named target_gap = KNOWN(target_used-[now])
        Gap: what is lacking | Gap: det som fattas
""")

TARGET_GROWTH = lines("""
    growth: signed rate, optional, low -1, high 10, named target_growth
        Target as growth | Mål som tillväxt
        | +20 % wants a fifth more revenue than the outcome. A revenue typed at the left goes
        first. May be empty.
        | +20 % vill ha en femtedel mer omsättning än utfallet. En omsättning till vänster går
        före. Får vara tom.
""")

TARGET_USED = (
    "IF(ISNUMBER(target_revenue),target_revenue,"
    "GUARD(target_growth,[outcome.total.revenue],[outcome.total.revenue]*(1+target_growth)))"
)

NEEDED = lines("""
    lever: words, plain
        Lever | Faktor
    factor: factor
        Factor in Budget 2 | Faktor i Budget 2
        = GUARD(chosen_number,N(INDEX([scenario1.*:own.*],chosen_number)))
    rest: money = KNOWN([budget2.OTHER.revenue]+[budget2.ANOTHER.revenue])
        Revenue of the other segments | Övriga segments omsättning
    at_100: money = GUARD(PARTS,CUSTOMERS,WHOLE)
        Revenue if the factor is 100 % | Omsättning om faktorn är 100 %
    needed: factor = IF([why]<>"",DASH,IF([at_100]=0,1,(target_used-[rest])/[at_100]))
        Factor needed | Faktor som behövs
    lift: signed rate
        Lift needed | Lyft som behövs
        = IF(COUNT([factor],[needed])<2,DASH,IF([factor]=0,DASH,[needed]/[factor]-1))
    now: KIND = KNOWN(BASE*[factor])
        Now | Nu
    value: KIND = KNOWN(BASE*[needed])
        Needed | Behövs
    why: words, beside
        Why not | Varför inte
        = IF(COUNT(target_used,[rest],[at_100])<3,"a figure is not known | en siffra är inte känd",
        IF(IF(ISNUMBER(target_gap),target_gap<=0,FALSE),"the target is reached | målet är nått",
        IF([rest]>target_used,"the other segments bring more | övriga segment ger mer",
        IF([at_100]<=0,"there is nothing to lift | det finns inget att lyfta",LIMIT))))
""")
"""The factor of a lever with which it alone reaches the target, or why there is none."""

NO_MORE_THAN_ALL = (
    "IF(ROUND(BASE*(target_used-[rest])/[at_100],9)>1,"
    '"more than 100 % of customers | mer än 100 % av kunderna","")'
)

NOTE = translated("""
    Factor needed = (target − revenue of the other segments) / revenue if the factor is 100 %. It
    takes the place of the lever's own factor; the others are as in Budget 2. Now and needed: new
    customers, shares of customers, orders per customer, order value.
    | Faktor som behövs = (mål − övriga segments omsättning) / omsättning om faktorn är 100 %. Den
    ersätter faktorns egen simulering; övriga är som i Budget 2. Nu och behövs: nya kunder, andelar
    av kunder, köp per kund, intäkt per köp.
""")

MESSAGE = """
    NOT(ISNUMBER(target_gap))
        → The gap to the target is not known | Gapet till målet är inte känt
    target_gap<=0 → {chosen_scenario} reaches the target, with {AMOUNT(ABS(target_gap))} to spare
        | {chosen_scenario} når målet, med {AMOUNT(ABS(target_gap))} till godo
    COUNT([lifts])=0
        → {chosen_scenario} is {gap} short of the target. No lever alone reaches it
        | {chosen_scenario} saknar {gap} till målet. Ingen faktor når det ensam
    {chosen_scenario} is {gap} short of the target: {lift} more from {customers} is enough
        | {chosen_scenario} saknar {gap} till målet: {lift} mer från {customers} räcker
    where gap = AMOUNT(target_gap)
    where lift = PER_CENT(MIN([lifts]))
"""

CHECK = """
    NOT(ISNUMBER(target_used)) → ▲ There is no target: type one below.
        | ▲ Det finns inget mål: skriv ett nedan.
    NOT(ISNUMBER(target_gap)) → {lacking}
    target_gap<=0 → ● The target is reached: no lever has to be lifted.
        | ● Målet är nått: ingen faktor behöver lyftas.
    ● Levers that alone reach the target: {COUNT([needs])} of 9
        | ● Faktorer som ensamma når målet: {COUNT([needs])} av 9
"""


def write_target(book: Book, data: BudgetData) -> None:
    """The target revenue, the gap to it, and the factor by which one lever alone reaches it."""
    sheet = book.sheet(
        "Target | Mål",
        "Target: which lever reaches it alone | Mål: vilken faktor når det ensam",
        (31, 12, 17, 17, 12, 11, 11, 11, 28),
    )
    top = Grid(sheet, 6, 1, TARGET)
    top.label(0)
    top.enter(data.target)
    Grid(sheet, 6, 3, TARGET_GROWTH).enter(data.target_growth)
    used = resolve(sheet, TARGET_USED)
    sheet.formula(6, 5, used, "money", name="target_used")
    sheet.text(6, 2, Translated("or growth", "eller tillväxt"), "beside")
    sheet.text(6, 4, Translated("= target", "= mål"), "beside")
    sheet.formula(7, 2, 'chosen_scenario&""', "", "beside")
    tables = [filled(NEEDED, _words(lever)) for lever in LEVERS]
    grids = [
        Grid(sheet, i, 0, table, (lever,), across=True, key="target.*.#")
        for i, (lever, table) in enumerate(zip(LEVERS, tables, strict=True), LEVER_ROW)
    ]
    grids[0].head()
    for i, (lever, grid) in enumerate(zip(LEVERS, grids, strict=True), LEVER_ROW):
        sheet.text(i, 0, LEVER_LABELS[lever])
        grid.write(leave=("lever",))
    for j, key in ((4, "needs"), (5, "lifts")):
        book.places[key] = sheet.place(LEVER_ROW, j, LEVER_ROW + 8)
    sheet.paragraph(LEVER_ROW + 10, 0, 8, NOTE)
    customers = whose(book, resolve(sheet, "MATCH(MIN([lifts]),[lifts],0)"))
    write_message(sheet, 3, MESSAGE, "message", "target.message", customers=customers)
    write_message(sheet, 4, CHECK, "note", "target.check", lacking=LACKING)
    rows = CHART - 1
    if data.has_outcome:
        wanted = data.target is not None or data.target_growth is not None
        draw_lifts(sheet, CHART, TABLE, drawn=wanted)
        rows = TABLE - 1 if wanted else rows
    sheet.page(rows)


def _words(lever: str) -> dict[str, str]:
    """The words that differ between levers, by those that stand for them in :data:`NEEDED`."""
    segment = LEVER_SEGMENTS[lever]
    other, another = (one for one in SEGMENTS if one != segment)
    beside = [x for x, whose in LEVER_SEGMENTS.items() if whose == segment and x != lever]
    parts = [f"[budget1.{segment}.revenue]", *(f"[target.{x}.factor]" for x in beside)]
    # Without customers that are possible, no factor of what they buy helps.
    customers = [] if lever in LEVERS[:3] else [f"[budget2.{segment}.customers]"]
    limited = lever in LEVERS[1:3]
    return {
        "LIMIT": NO_MORE_THAN_ALL if limited else '""',
        "ANOTHER": another,
        "OTHER": other,
        "PARTS,CUSTOMERS": ",".join([*parts, *customers]),
        "WHOLE": "*".join(parts),
        "KIND": LEVER_KINDS[lever],
        "BASE": _base(lever),
    }


def _base(lever: str) -> str:
    """The formula of the figure that a lever lifts."""
    if lever == "recruitment":
        return "[outcome.new.customers]*[growth.recruitment]"
    if lever in LEVERS[:3]:
        return "outcome_retention" if lever == "retention" else "reactivation_used"
    column = "value_per_order" if lever.endswith("order_value") else "orders_per_customer"
    return f"[outcome.{LEVER_SEGMENTS[lever]}.{column}]*[growth.{lever}]"
