"""The sheet of the customer portfolio that tells what each tier is worth."""

from __future__ import annotations

from crmformulas.excel.templates.portfolio.data import (
    PortfolioData,
    all_or_dash,
    halves,
    tier_heads,
    tier_name,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import MILLIONS, Series, bars, chart, distances
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, amount, guard, ratio
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formulas.migration import LOST
from crmformulas.formulas.uncertainty import LEVEL, WIDEST, normal_quantile
from crmformulas.translations import Translated

__all__ = ["write_value"]

MESSAGE, SECOND = 3, 4

ROWS: tuple[tuple[str, Translated, str, Translated], ...] = (
    (
        "customers",
        Translated("Customers S12", "Kunder S12"),
        "count",
        Translated("active in the last 12 months", "aktiva de senaste 12 månaderna"),
    ),
    (
        "orders",
        Translated("Orders S12", "Antal köp S12"),
        "count",
        Translated("their orders", "deras köp"),
    ),
    (
        "revenue",
        Translated("Revenue S12", "Omsättning S12"),
        "money",
        Translated("their net revenue", "deras nettoomsättning"),
    ),
    (
        "f12_customers",
        Translated("Customers F12", "Kunder F12"),
        "count",
        Translated("in the tier the year before", "i nivån året före"),
    ),
    (
        "lost",
        Translated("Lost", "Förlorade"),
        "count",
        Translated("of those, not active since", "av dem, inte aktiva sedan dess"),
    ),
    (
        "retention",
        Translated("Retention", "Retention"),
        "rate",
        Translated("1 − lost / customers F12", "1 − förlorade / kunder F12"),
    ),
    (
        "duration",
        Translated("Duration, years", "Duration, år"),
        "years",
        Translated("1 / (1 − retention)", "1 / (1 − retention)"),
    ),
    (
        "orders_per_customer",
        Translated("Orders per customer", "Köp per kund"),
        "frequency",
        Translated("orders / customers", "antal köp / kunder"),
    ),
    (
        "value_per_order",
        Translated("Value per order", "Intäkt per köp"),
        "money",
        Translated("revenue / orders", "omsättning / antal köp"),
    ),
    (
        "annual_value",
        Translated("Annual value", "Årsintäkt"),
        "money",
        Translated("revenue / customers", "omsättning / kunder"),
    ),
    (
        "clv",
        Translated("CLV", "Livstidsintäkt (CLV)"),
        "money",
        Translated("annual value × duration", "årsintäkt × duration"),
    ),
    (
        "clv_index",
        Translated("CLV index", "CLV-index"),
        "ratio",
        Translated("CLV / CLV of the last tier", "CLV / CLV för den sista nivån"),
    ),
    (
        "portfolio_value",
        Translated("Portfolio value", "Portföljvärde"),
        "money",
        Translated("CLV × customers S12", "CLV × kunder S12"),
    ),
    (
        "customer_share",
        Translated("Share of customers", "Andel av kunderna"),
        "rate",
        Translated("of all customers S12", "av alla kunder S12"),
    ),
    (
        "rule_share",
        Translated("Share by the rule", "Andel enligt regeln"),
        "rate",
        Translated("from the flow table sheet", "från bladet Flödestabell"),
    ),
    (
        "value_share",
        Translated("Share of value", "Andel av värdet"),
        "rate",
        Translated("of the portfolio value", "av portföljvärdet"),
    ),
    *(
        (
            f"{key}_{end}",
            Translated(f"{english}, 80 % {to}", f"{swedish}, 80 % {till}"),
            kind,
            how if end == "low" else Translated("", ""),
        )
        for key, english, swedish, kind, how in (
            (
                "retention",
                "Retention",
                "Retention",
                "rate",
                Translated("by chance, from how many there were", "slumpen, av hur många de var"),
            ),
            (
                "clv",
                "CLV",
                "CLV",
                "money",
                Translated("annual value / (1 − those)", "årsintäkt / (1 − dessa)"),
            ),
            (
                "portfolio_value",
                "Value",
                "Värde",
                "money",
                Translated("of each tier; Total: together", "per nivå; Totalt: tillsammans"),
            ),
        )
        for end, to, till in (("low", "from", "från"), ("high", "to", "till"))
    ),
    (
        "value_error",
        Translated("Standard error of the value", "Värdets medelfel"),
        "money",
        Translated("value × √((1 − churn) / lost)", "värde × √((1 − churn) / förlorade)"),
    ),
)
"""Key, label, kind of number, and how it is calculated."""

FIRST = 7
AT = {key: FIRST + i for i, (key, *_) in enumerate(ROWS)}
"""The rows of the figures."""


def write_value(book: Book, data: PortfolioData) -> Sheet:
    """What each tier is worth, with the message on top."""
    count = len(data.tiers)
    # With few tiers the last column is wider, for two charts to stand beside each other.
    widths = (25, *[15] * (count + 1), 33 + 15 * max(4 - count, 0))
    sheet = book.sheet(
        Translated("Portfolio", "Portfölj"),
        Translated(
            "Customer portfolio: what each tier is worth", "Kundportfölj: vad varje nivå är värd"
        ),
        widths,
    )
    sheet.text(FIRST - 1, 0, Translated("Per value tier", "Per värdenivå"), "head")
    heads = tier_heads(sheet, FIRST - 1, 1, count)
    sheet.text(FIRST - 1, count + 1, Translated("Total", "Totalt"), "number head")
    sheet.text(FIRST - 1, count + 2, "", "head")
    for i, (key, words, _, how) in enumerate(ROWS):
        sheet.text(FIRST + i, 0, words, "total label" if key == "portfolio_value" else "plain")
        sheet.text(FIRST + i, count + 2, how, "beside")
    for j, tier in enumerate((*data.tiers, "total")):
        _column(sheet, j, tier, data)
    last = _reasons(sheet, FIRST + len(ROWS), data)
    _value_messages(sheet, data)
    if data.f12_known:
        _value_charts(sheet, last + 2, heads, halves(widths))
    sheet.freeze(3, 1)
    sheet.print_columns(count + 2, last + 20)
    sheet.xl.fit_to_pages(1, 1)
    return sheet


def _column(sheet: Sheet, number: int, tier: str, data: PortfolioData) -> None:
    """The figures of a tier; in the last column those of all customers."""
    count, column = len(data.tiers), number + 1
    total = number == count
    at = {key: sheet.place(row, column).cell for key, row in AT.items()}
    formulas = {**_given(sheet.book, number, tier), **_calculated(sheet, at, count)}
    if not data.f12_known:
        # Nor is an empty tier worth nothing, then: the summary tells no value at all.
        formulas["portfolio_value"] = _product(at["clv"], at["customers"])
    if total:
        worths = sheet.place(AT["portfolio_value"], 1, AT["portfolio_value"], count)
        formulas["portfolio_value"] = all_or_dash(worths)
        del formulas["clv_index"]
        formulas |= _ends_of_all(sheet, worths)
    for key, _, kind, _ in ROWS:
        if key in formulas:
            sheet.formula(
                AT[key],
                column,
                formulas[key],
                kind,
                "total" if key == "portfolio_value" else "value",
                key=f"portfolio.{tier}.{key}",
                name="portfolio_total" if total and key == "portfolio_value" else "",
            )


def _given(book: Contents, number: int, tier: str) -> dict[str, str]:
    """What other sheets know of a tier."""
    total = tier == "total"
    rule = book["tier.shares.total"] if total else book["tier.shares"].at(number)
    keys = ("customers", "orders", "revenue", "f12_customers")
    return {key: book[f"flows.{tier}.{key}"].full for key in keys} | {
        "lost": book[f"migration.{tier}.{LOST}"].full,
        "rule_share": f'IF(ISNUMBER({rule.full}),{rule.full},"{DASH}")',
    }


def _calculated(sheet: Sheet, at: dict[str, str], count: int) -> dict[str, str]:
    """What follows from it, as the formulas of the catalogue have it."""
    base = sheet.place(AT["clv"], count).fixed
    everyone = sheet.place(AT["customers"], count + 1).fixed
    everything = sheet.place(AT["portfolio_value"], count + 1).fixed
    return {
        "retention": guard(
            [at["lost"], at["f12_customers"]],
            f'IF({at["f12_customers"]}=0,"{DASH}",1-{at["lost"]}/{at["f12_customers"]})',
        ),
        "duration": ratio(at["f12_customers"], at["lost"]),
        "orders_per_customer": ratio(at["orders"], at["customers"]),
        "value_per_order": ratio(at["revenue"], at["orders"]),
        "annual_value": ratio(at["revenue"], at["customers"]),
        "clv": _product(at["annual_value"], at["duration"]),
        "clv_index": ratio(at["clv"], base),
        # An empty tier is worth nothing whatever its customers would be worth.
        "portfolio_value": f"IF({at['customers']}=0,0,{_product(at['clv'], at['customers'])})",
        "customer_share": ratio(at["customers"], everyone),
        "value_share": ratio(at["portfolio_value"], everything),
        **_ends(at),
    }


REACH = f"{normal_quantile(LEVEL):.12g}"
"""How many standard errors the ends lie away."""


def _ends(at: dict[str, str]) -> dict[str, str]:
    """Between what ends the figures of a tier lie, by chance: Wilson's interval of churn.

    Where nobody was lost there is a low end alone: at least.
    """
    opening, lost, annual = at["f12_customers"], at["lost"], at["annual_value"]
    square = f"{REACH}^2"
    middle = f"{lost}/{opening}+{square}/(2*{opening})"
    width = (
        f"{REACH}*SQRT({lost}/{opening}*(1-{lost}/{opening})/{opening}+{square}/(4*{opening}^2))"
    )
    scale = f"(1+{square}/{opening})"
    share = f"{1 - LEVEL:.2g}"
    nobody = f'{opening}=0,"{DASH}"'
    by_low, by_high = (f"{annual}/(1-{at[f'retention_{end}']})" for end in ("low", "high"))
    both = [at["retention_low"], annual]
    error = f"{at['portfolio_value']}*SQRT((1-{lost}/{opening})/{lost})"
    return {
        "retention_low": guard(
            [lost, opening],
            f"IF({nobody},IF({lost}=0,{share}^(1/{opening}),1-({middle}+{width})/{scale}))",
        ),
        "retention_high": guard(
            [lost, opening], f"IF({nobody},IF({lost}=0,1,1-({middle}-{width})/{scale}))"
        ),
        "clv_low": guard(
            both,
            f'IF({lost}=0,IF({annual}<0,"{DASH}",{by_low}),MIN({by_low},{by_high}))',
        ),
        "clv_high": guard(
            both,
            f'IF({lost}=0,IF({annual}<0,{by_low},"{DASH}"),MAX({by_low},{by_high}))',
        ),
        **{
            f"portfolio_value_{end}": (
                f"IF(AND({at['customers']}=0,ISNUMBER({at['portfolio_value']})),0,"
                f"{_product(at[f'clv_{end}'], at['customers'])})"
            )
            for end in ("low", "high")
        },
        "value_error": guard(
            [at["portfolio_value"], lost],
            f'IF({at["portfolio_value"]}=0,0,IF({lost}=0,"{DASH}",{error}))',
        ),
    }


def _ends_of_all(sheet: Sheet, worths: CellRange) -> dict[str, str]:
    """Those of the value of all tiers together; of a tier without a value the others alone."""
    errors = sheet.place(AT["value_error"], worths.column, AT["value_error"], worths.last_column)
    tiers_known, whole = f"COUNT({errors.cell})", f"SUM({worths.cell})"
    error = sheet.place(AT["value_error"], worths.last_column + 1).cell
    every = worths.last_column - worths.column + 1
    least = f"AND({tiers_known}>0,{whole}>0)"
    most = f"AND({tiers_known}={every},COUNT({worths.cell})={every},{whole}>0)"
    # Of values that cancel each other nearly nothing is left, and an interval says nothing.
    narrow_enough = f"IFERROR({error}/{whole},{WIDEST})<{WIDEST}"
    low, high = (f"{whole}*EXP({sign}{REACH}*{error}/{whole})" for sign in ("-", ""))
    return {
        "value_error": f'IF({tiers_known}>0,SQRT(SUMSQ({errors.cell})),"{DASH}")',
        "portfolio_value_low": f'IF({least},IF({narrow_enough},{low},"{DASH}"),"{DASH}")',
        "portfolio_value_high": f'IF({most},IF({narrow_enough},{high},"{DASH}"),"{DASH}")',
    }


def _product(one: str, other: str) -> str:
    return f'IF(AND(ISNUMBER({one}),ISNUMBER({other})),{one}*{other},"{DASH}")'


def _reasons(sheet: Sheet, row: int, data: PortfolioData) -> int:
    """Why a figure is unknown, below each tier; returns the last row written."""
    sheet.text(row, 0, Translated("Why a dash", "Varför streck"), "note")
    for j, tier in enumerate(data.tiers, 1):
        at = {key: sheet.place(r, j).cell for key, r in AT.items()}
        whys = (
            (
                f"COUNT({at['customers']},{at['f12_customers']},{at['lost']})<3",
                Translated("F12 not covered", "F12 täcks inte")
                if not data.f12_known
                else Translated("a number is missing", "ett antal saknas"),
            ),
            (f"{at['customers']}=0", Translated("no customers now", "inga kunder nu")),
            (f"{at['f12_customers']}=0", Translated("none in F12", "ingen i F12")),
            (f"{at['lost']}=0", Translated("nobody lost", "ingen förlorad")),
            (
                f"NOT(ISNUMBER({at['revenue']}))",
                Translated("no revenue given", "omsättning saknas"),
            ),
        )
        why = '""'
        for condition, words in reversed(whys):
            why = f"IF({condition},{sheet.book.sentence(words)},{why})"
        sheet.formula(row, j, why, "", "grey value", key=f"portfolio.{tier}.why")
    note = Translated(
        "Where nobody was lost the duration has no finite estimate, so CLV and value are unknown; "
        "a tier without customers now is worth 0. The total of the value adds the tiers; the "
        "other figures under Total are those of all customers taken as one tier. 80 %: between "
        "what ends a figure lies as far as chance goes; it says nothing about a changed market.",
        "Där ingen förlorats finns ingen ändlig skattning av durationen, och livstidsintäkt och "
        "värde är okända; en nivå utan kunder nu är värd 0. Totalen för portföljvärdet är "
        "nivåernas summa; övriga siffror under Totalt gäller alla kunder tagna som en enda nivå. "
        "80 %: mellan vilka ändar en siffra ligger så långt slumpen råder; det säger inget om en "
        "ändrad marknad.",
    )
    sheet.paragraph(row + 1, 0, len(data.tiers) + 2, note)
    return row + 1


def _value_messages(sheet: Sheet, data: PortfolioData) -> None:
    book, first = sheet.book, data.tiers[0]
    tier = tier_name(book, 0, capital=True)
    customers, value = (
        f"ROUND(100*{book[f'portfolio.{first}.{key}'].cell},0)"
        for key in ("customer_share", "value_share")
    )
    share_known = f"ISNUMBER({book[f'portfolio.{first}.value_share'].cell})"
    held = Translated(
        "{tier}: {customers} % of the customers hold {value} % of the value",
        "{tier}: {customers} % av kunderna står för {value} % av värdet",
    )
    unknown = data.unknown_f12 or Translated(
        "The value of the portfolio is unknown: the last row of the table says why",
        "Portföljens värde är okänt: tabellens sista rad säger varför",
    )
    finding = book.sentence(held, tier=tier, customers=customers, value=value)
    message = f"IF({share_known},{finding},{book.sentence(unknown)})"
    sheet.formula(MESSAGE, 0, message, "", "message", key="portfolio.message")
    worth = Translated(
        "The customers of today are worth {value} over their duration",
        "Dagens kunder är värda {value} under sin duration",
    )
    second = book.sentence(worth, value=amount("portfolio_total"))
    sheet.formula(SECOND, 0, second, "", "plain", key="portfolio.second")


def _value_charts(sheet: Sheet, row: int, heads: CellRange, sizes: tuple[int, int, int]) -> None:
    book = sheet.book
    half, left, right = sizes

    def line(key: str) -> CellRange:
        return sheet.place(AT[key], heads.column, AT[key], heads.last_column)

    series = [
        Series(sheet.place(AT["customer_share"], 0), line("customer_share"), SHADES[2], "0%"),
        Series(sheet.place(AT["value_share"], 0), line("value_share"), SHADES[0], "0%"),
    ]
    chart(
        sheet,
        (row, 0),
        "column",
        book["portfolio.message"],
        heads,
        series,
        shown="0%",
        axis=False,
        size=(left, 350),
    )
    bars(
        sheet,
        (row, half),
        book["portfolio.second"],
        heads,
        line("portfolio_value"),
        labels=MILLIONS,
        errors=distances(
            sheet,
            (row, heads.last_column + 5),
            line("portfolio_value"),
            line("portfolio_value_low"),
            line("portfolio_value_high"),
        ),
        size=(right, 350),
    )
