"""The sheet of the customer portfolio that tells what each tier is worth."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import PortfolioData, capital, halves, tier_cells
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import bars, chart, distances, unknown
from crmformulas.excel.workbook.expressions import DASH, short
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import (
    escape,
    message_formula,
    paragraphs,
    resolve,
    translated,
    write_message,
)
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formulas.uncertainty import LEVEL, WIDEST, normal_quantile
from crmformulas.translations import Translated

__all__ = ["write_value"]

FIRST = 7
"""The row of the first figure."""

VALUE = lines("""
    customers: count = [flows.*.customers]
        Customers S12 | Kunder S12
        | active in the last 12 months | aktiva de senaste 12 månaderna
    orders: count = [flows.*.orders]
        Orders S12 | Antal köp S12 | their orders | deras köp
    revenue: money = [flows.*.revenue]
        Revenue S12 | Omsättning S12 | their net revenue | deras nettoomsättning
    f12_customers: count = [flows.*.f12_customers]
        Customers F12 | Kunder F12 | in the tier the year before | i nivån året före
    lost: count = [migration.*.lost]
        Lost | Förlorade | of those, not active since | av dem, inte aktiva sedan dess
    retention: rate
        Retention | Retention | 1 − lost / customers F12 | 1 − förlorade / kunder F12
        = GUARD([lost],[f12_customers],IF([f12_customers]=0,DASH,1-[lost]/[f12_customers]))
    duration: years = RATIO([f12_customers],[lost])
        Duration, years | Duration, år | 1 / (1 − retention) | 1 / (1 − retention)
    orders_per_customer: frequency = RATIO([orders],[customers])
        Orders per customer | Köp per kund | orders / customers | antal köp / kunder
    value_per_order: money = RATIO([revenue],[orders])
        Value per order | Intäkt per köp | revenue / orders | omsättning / antal köp
    annual_value: money = RATIO([revenue],[customers])
        Annual value | Årsintäkt | revenue / customers | omsättning / kunder
    clv: money = KNOWN([annual_value]*[duration])
        CLV | Livstidsintäkt (CLV) | annual value × duration | årsintäkt × duration
    clv_index: ratio = RATIO([clv],[$clv@LAST])
        CLV index | CLV-index | CLV / CLV of the last tier | CLV / CLV för den sista nivån
        total =
    portfolio_value: money, total
        Portfolio value | Portföljvärde | CLV × customers S12 | CLV × kunder S12
        = EMPTY_IS_NOTHING
        total = SUM_OF([portfolio_value@tiers])
    customer_share: rate = RATIO([customers],[$customers@total])
        Share of customers | Andel av kunderna | of all customers S12 | av alla kunder S12
    rule_share: rate = IF(ISNUMBER([tier.*.share]),[tier.*.share],DASH)
        Share by the rule | Andel enligt regeln
        | from the flow table sheet | från bladet Flödestabell
    value_share: rate = RATIO([portfolio_value],[$portfolio_value@total])
        Share of value | Andel av värdet | of the portfolio value | av portföljvärdet
    retention_low: rate
        Retention, 80 % from | Retention, 80 % från
        | by chance, from how many there were | slumpen, av hur många de var
        = GUARD([lost],[f12_customers],IF([f12_customers]=0,DASH,IF([lost]=0,
        ALPHA^(1/[f12_customers]),1-(MIDDLE+WIDTH)/(1+REACH^2/[f12_customers]))))
    retention_high: rate
        Retention, 80 % to | Retention, 80 % till
        = GUARD([lost],[f12_customers],IF([f12_customers]=0,DASH,IF([lost]=0,1,
        1-(MIDDLE-WIDTH)/(1+REACH^2/[f12_customers]))))
    clv_low: money
        CLV, 80 % from | CLV, 80 % från
        | annual value / (1 − those) | årsintäkt / (1 − dessa)
        = GUARD([retention_low],[annual_value],IF([lost]=0,IF([annual_value]<0,DASH,BY_LOW),
        MIN(BY_LOW,BY_HIGH)))
    clv_high: money
        CLV, 80 % to | CLV, 80 % till
        = GUARD([retention_low],[annual_value],IF([lost]=0,IF([annual_value]<0,BY_LOW,DASH),
        MAX(BY_LOW,BY_HIGH)))
    portfolio_value_low: money
        Value, 80 % from | Värde, 80 % från
        | of each tier; Total: together | per nivå; Totalt: tillsammans
        = IF(AND([customers]=0,ISNUMBER([portfolio_value])),0,KNOWN([clv_low]*[customers]))
        total = IF(AND(COUNT([value_error@tiers])>0,WHOLE>0),
        IF(NARROW,WHOLE*EXP(-REACH*[value_error]/WHOLE),DASH),DASH)
    portfolio_value_high: money
        Value, 80 % to | Värde, 80 % till
        = IF(AND([customers]=0,ISNUMBER([portfolio_value])),0,KNOWN([clv_high]*[customers]))
        total = IF(AND(COUNT([value_error@tiers])=COUNT_OF_TIERS,
        COUNT([portfolio_value@tiers])=COUNT_OF_TIERS,WHOLE>0),
        IF(NARROW,WHOLE*EXP(REACH*[value_error]/WHOLE),DASH),DASH)
    value_error: money
        Standard error of the value | Värdets medelfel
        | value × √((1 − churn) / lost) | värde × √((1 − churn) / förlorade)
        = GUARD([portfolio_value],[lost],IF([portfolio_value]=0,0,IF([lost]=0,DASH,
        [portfolio_value]*SQRT((1-[lost]/[f12_customers])/[lost]))))
        total = IF(COUNT([value_error@tiers])>0,SQRT(SUMSQ([value_error@tiers])),DASH)
""")
"""The figures of a tier; under Total those of all customers, taken as one.

Where nobody was lost there is a low end alone: at least.
"""

WORDS = {
    # An empty tier is worth nothing whatever its customers would be worth; but not where F12 is
    # unknown, as the summary tells no value at all then.
    "EMPTY_IS_NOTHING": "IF([customers]=0,0,KNOWN([clv]*[customers]))",
    # Of values that cancel each other nearly nothing is left, and an interval says nothing.
    "NARROW": f"IFERROR([value_error]/WHOLE,{WIDEST})<{WIDEST}",
    "WHOLE": "SUM([portfolio_value@tiers])",
    # Wilson's interval of churn.
    "MIDDLE": "[lost]/[f12_customers]+REACH^2/(2*[f12_customers])",
    "WIDTH": (
        "REACH*SQRT([lost]/[f12_customers]*(1-[lost]/[f12_customers])/[f12_customers]"
        "+REACH^2/(4*[f12_customers]^2))"
    ),
    "ALPHA": f"{1 - LEVEL:.2g}",
    "BY_LOW": "[annual_value]/(1-[retention_low])",
    "BY_HIGH": "[annual_value]/(1-[retention_high])",
    # How many standard errors the ends lie away.
    "REACH": f"{normal_quantile(LEVEL):.12g}",
}
"""The parts that formulas have in common."""

WHY = """
    COUNT([customers],[f12_customers],[lost])<3 → {f12}
    [customers]=0 → no customers now | inga kunder nu
    [f12_customers]=0 → none in F12 | ingen i F12
    [lost]=0 → nobody lost | ingen förlorad
    NOT(ISNUMBER([revenue])) → no revenue given | omsättning saknas
    {""}
"""
UNCOVERED, MISSING = paragraphs("""
    F12 not covered | F12 täcks inte
    a number is missing | ett antal saknas
""")

NOTE = translated("""
    Where nobody was lost the duration has no finite estimate, so CLV and value are unknown; a tier
    without customers now is worth 0. The total of the value adds the tiers; the other figures under
    Total are those of all customers taken as one tier. 80 %: between what ends a figure lies as far
    as chance goes; it says nothing about a changed market.
    | Där ingen förlorats finns ingen ändlig skattning av durationen, och livstidsintäkt och värde
    är okända; en nivå utan kunder nu är värd 0. Totalen för portföljvärdet är nivåernas summa;
    övriga
    siffror under Totalt gäller alla kunder tagna som en enda nivå. 80 %: mellan vilka ändar en
    siffra ligger så långt slumpen råder; det säger inget om en ändrad marknad.
""")

PER_TIER = Translated("Per value tier", "Per värdenivå")

MESSAGE = """
    ISNUMBER([value_share]) → {tier}: {customers} % of the customers hold {value} % of the value
        | {tier}: {customers} % av kunderna står för {value} % av värdet
    {unknown}
    where customers = ROUND(100*[customer_share],0)
    where value = ROUND(100*[value_share],0)
"""
UNKNOWN = translated("""
    The value of the portfolio is unknown: the last row of the table says why
    | Portföljens värde är okänt: tabellens sista rad säger varför
""")
SECOND = """
    NOT(ISNUMBER(portfolio_total)) → {""}
    The customers of today are worth {AMOUNT(portfolio_total)} over their duration
        | Dagens kunder är värda {AMOUNT(portfolio_total)} under sin duration
"""


def write_value(book: Book, data: PortfolioData) -> Sheet:
    """Write what each tier is worth, with the message on top."""
    count = len(data.tiers)
    # With few tiers the last column is wider, for two charts to stand beside each other.
    widths = (25, *[15] * (count + 1), 33 + 15 * max(4 - count, 0))
    sheet = book.sheet(
        "Portfolio | Portfölj",
        "Customer portfolio: what each tier is worth | Kundportfölj: vad varje nivå är värd",
        widths,
    )
    tiers = tier_cells(book)
    sheet.heads(FIRST - 1, 0, [PER_TIER, *tiers, Translated("Total", "Totalt"), ""])
    first, last = data.tiers[0], data.tiers[-1]
    words = WORDS | {"COUNT_OF_TIERS": str(count), "LAST": escape(last)}
    if not data.f12_known:
        words["EMPTY_IS_NOTHING"] = "KNOWN([clv]*[customers])"
    table = filled(VALUE, words)
    items, groups = (*data.tiers, "total"), {"tiers": (first, last)}
    grid = Grid(sheet, FIRST, 1, table, items, key="portfolio.*.#", totals=(), groups=groups)
    grid.label(0, count + 2)
    grid.write()
    book.define("portfolio_total", book["portfolio.total.portfolio_value"])
    row = FIRST + len(VALUE)
    _reasons(grid, row, data)
    sheet.paragraph(row + 1, 0, count + 2, NOTE)
    tier, unknown = capital(tiers[0]), data.unknown_f12 or UNKNOWN
    of_first = grid.lookup(first)
    write_message(
        sheet, 3, MESSAGE, "message", "portfolio.message", of_first, tier=tier, unknown=unknown
    )
    write_message(sheet, 4, SECOND, "plain", "portfolio.second")
    if data.f12_known:
        _value_charts(grid, row + 3, sheet.place(FIRST - 1, 1, None, count), halves(widths))
    sheet.page(row + 21, whole=True)
    return sheet


def _reasons(grid: Grid, row: int, data: PortfolioData) -> None:
    """Why a figure is unknown, below each tier."""
    sheet = grid.sheet
    sheet.text(row, 0, Translated("Why a dash", "Varför streck"), "note")
    why = message_formula(sheet.book, WHY, {"f12": MISSING if data.f12_known else UNCOVERED})
    for j, tier in enumerate(data.tiers, 1):
        reason = resolve(sheet, why, tier, grid.lookup(tier))
        sheet.formula(row, j, reason, "", "grey value", key=f"portfolio.{tier}.why")


def _value_charts(grid: Grid, row: int, heads: CellRange, sizes: tuple[int, int, int]) -> None:
    sheet, book = grid.sheet, grid.sheet.book
    half, left, right = sizes

    def line(key: str) -> CellRange:
        return grid.place(key, grid.items[0], grid.items[-2])

    shown = (("customer_share", SHADES[2]), ("value_share", SHADES[0]))
    series = [grid.series(key, colour, "0%", grid.items[-2]) for key, colour in shown]
    message, size = book["portfolio.message"], (left, 350)
    chart(sheet, (row, 0), "column", message, heads, series, shown="0%", axis=False, size=size)
    if unknown(book, book["portfolio.total.portfolio_value"]):
        return
    value, low, high = (line(f"portfolio_value{end}") for end in ("", "_low", "_high"))
    beside = heads.last_column + 8
    # The figure stands with the tier: at the end of a bar its interval would strike it through.
    for j in range(heads.last_column - heads.column + 1):
        told = value.at(0, j).cell
        caption = f'{heads.at(0, j).cell}&" "&IF(ISNUMBER({told}),{short(told)},"{DASH}")'
        sheet.formula(row + j, beside, caption, "", "aside")
    bars(
        sheet,
        (row, half),
        book["portfolio.second"],
        sheet.place(row, beside, row + heads.last_column - heads.column),
        value,
        labels="",
        errors=distances(sheet, (row, heads.last_column + 5), value, low, high),
        size=(right, 350),
    )
