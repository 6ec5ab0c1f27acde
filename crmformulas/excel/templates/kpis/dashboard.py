"""The dashboard of key figures: a line each, the message, and two charts."""

from __future__ import annotations

from crmformulas.excel.templates.kpis.data import KPIS, KpiData
from crmformulas.excel.templates.kpis.months import LIGHTS, lit
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart, distances
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, unit
from crmformulas.excel.workbook.named_formulas import (
    Hole,
    message_formula,
    write_message,
)
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.translations import Translated

__all__ = ["write_dashboard"]

FIRST = 6
WORDS = (
    Translated("▲ at its target", "▲ når målet"),
    Translated("● near its target", "● nära målet"),
    Translated("▼ misses its target", "▼ missar målet"),
)
HEIGHT, HIGH = 310, 20
"""Of a chart in pixels, of a line in points."""


def write_dashboard(book: Book, data: KpiData) -> None:
    """The last sheet. Keys are ``dashboard.message`` and, a row each key figure,
    ``dashboard.latest``, ``dashboard.change``, ``dashboard.target`` and ``dashboard.status``.
    """
    sheet = book.sheet(
        "Dashboard | Översikt",
        "Key figures against target | Nyckeltal mot mål",
        (40, 12, 17, 12, 24, 30, 23),
    )
    lines = len(KPIS) + (data.ltv is not None)
    sheet.heads(FIRST - 1, 0, HEADS)
    sheet.text(FIRST - 1, 4, Translated("Status", "Status"), "beside head")
    sheet.text(FIRST - 1, 5, Translated("Trend", "Trend"), "head")
    for j, name in enumerate(("latest", "change", "target", "status"), 1):
        book.places[f"dashboard.{name}"] = sheet.place(FIRST, j, FIRST + lines - 1)
    for i, key in enumerate(KPIS):
        _line(sheet, FIRST + i, key)
    if data.ltv is not None:
        _ltv_line(sheet, FIRST + len(KPIS))
    status = book["dashboard.status"]
    lit(sheet, status)
    _message(sheet, status)
    charts = FIRST + lines + 2
    _charts(sheet, data, charts)
    _say_first(book)
    # What the charts say is said by their titles: it needs no print.
    sheet.page(charts + 17, (3, 0))


def _say_first(book: Book) -> None:
    """The months and the cohorts begin with what the dashboard says of them."""
    said = {"kpi.shown": "dashboard.message", "ltv.heads": "dashboard.title.ltv"}
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for below, key in said.items():
        if below in book.places:
            sheets[book[below].sheet].lead(book[key])


HEADS = """
    Key figure | Nyckeltal; Latest | Senaste; Change in a year | Ändring på ett år; Target | Mål
"""

MESSAGE = """
    {all}=0 → No targets yet: type them on the sheet KPI inputs.
        | Inga mål än: skriv in dem på bladet Nyckeltal indata.
    {near}=0 → {n} of {all} key figures reach their target. | {n} av {all} nyckeltal når sitt mål.
    {near}=1 → {n} of {all} key figures reach their target. 1 is near it.
        | {n} av {all} nyckeltal når sitt mål. 1 är nära det.
    {n} of {all} key figures reach their target. {near} are near it.
        | {n} av {all} nyckeltal når sitt mål. {near} är nära det.
"""

RETURNING = """
    NOT(ISNUMBER({now})) → {label}
    ISNUMBER({change}) → {share} % of the month's customers are returning, {by} pp in a year
        | {share} % av månadens kunder är återkommande, {by} p.e. på ett år
    {share} % of the month's customers are returning | {share} % av månadens kunder är återkommande
    where share = FIXED(100*{now},1)
    where moved = ROUND({change},1)
    where by = IF({moved}<0,"−",IF({moved}>0,"+",""))&FIXED(ABS({moved}),1)
"""

BY_AGE = """
    COUNT([ltv.total])=0 → Revenue per customer by age | Omsättning per kund efter ålder
    A customer brings {money} in {n} months (counted on {people})
        | En kund ger {money} på {n} månader (räknat på {people})
    where at = MATCH(MAX([ltv.total]),[ltv.total],0)
    where money = FIXED(MAX([ltv.total]),0)&{kr}
    where n = INDEX([ltv.heads],1,{at})
    where people = FIXED(INDEX([ltv.observed],1,{at}),0)
"""

LTV_LABEL = """
    Revenue per customer in {n} months{kr} | Omsättning per kund på {n} månader{kr}
"""


def _status(book: Contents, cell: str) -> str:
    """The words of a light."""
    words = [book.sentence(w) for w in WORDS]
    return (
        f'IF({cell}="{LIGHTS[0]}",{words[0]},IF({cell}="{LIGHTS[1]}",{words[1]},'
        f'IF({cell}="{LIGHTS[2]}",{words[2]},"{DASH}")))'
    )


def _line(sheet: Sheet, row: int, key: str) -> None:
    book, kpi = sheet.book, KPIS[key]

    def latest(name: str = "") -> str:
        months = book[f"kpi.{key}{name}"]
        return months.at(0, months.last_column - months.column).full

    sheet.text(row, 0, kpi.label, "label")
    sheet.formula(row, 1, latest(), kpi.kind)
    unit = Translated("days", "dagar") if kpi.kind == "days" else Translated("pp", "p.e.")
    shown = (
        f'+0.0" {book.translate(unit)}";−0.0" {book.translate(unit)}";0.0" {book.translate(unit)}"'
    )
    change = latest(".change")
    # What is shown as nothing has no sign.
    exact = f'IF(ISNUMBER({change}),IF(ABS({change})<0.05,0,{change}),"{DASH}")'
    sheet.formula(row, 2, exact, shown)
    target = book[f"kpi.target.{key}"].full
    sheet.formula(row, 3, f'IF(ISNUMBER({target}),{target},"{DASH}")', kpi.kind)
    sheet.formula(row, 4, _status(book, latest(".light")), "", "beside")
    _trend(sheet, row, book[f"kpi.{key}"], Translated("last 12 months", "senaste 12 månaderna"))


def _trend(sheet: Sheet, row: int, figures: CellRange, note: Translated) -> None:
    sheet.xl.set_row(row, HIGH)
    sheet.sparkline(row, 5, figures, "column")
    sheet.text(row, 6, note, "beside")


def _ltv_line(sheet: Sheet, row: int) -> None:
    """Lifetime value to date at the age closest to a year: the third, or the last."""
    book = sheet.book
    ages = book["ltv.ages"]
    j = min(2, ages.last_column - ages.column)
    label = message_formula(book, LTV_LABEL, {"n": ages.at(0, j).full, "kr": unit(", ")})
    sheet.formula(row, 0, label, "", "label")
    sheet.formula(row, 1, book["ltv.total"].at(0, j).full, "money")
    sheet.formula(row, 2, f'"{DASH}"', "change")
    sheet.formula(row, 3, book["ltv.target"].at(0, j).full, "money")
    sheet.formula(row, 4, _status(book, book["ltv.light"].at(0, j).full), "", "beside")
    _trend(sheet, row, book["ltv.total"], Translated("by age", "efter ålder"))


def _message(sheet: Sheet, status: CellRange) -> None:
    counts = [f'COUNTIF({status.fixed},"{mark}*")' for mark in LIGHTS]
    n, near, _ = counts
    every = "+".join(counts)
    write_message(sheet, 3, MESSAGE, "message", "dashboard.message", n=n, near=near, all=every)


def _charts(sheet: Sheet, data: KpiData, row: int) -> None:
    """Returning customers this year and last, and revenue per customer by age."""
    book = sheet.book
    shown, before = book["kpi.returning_share"], book["kpi.returning_share.before"]
    last = shown.last_column - shown.column
    now, change = shown.at(0, last).full, book["kpi.returning_share.change"].at(0, last).full
    label = KPIS["returning_share"].label
    sheet.text(row + 17, 0, Translated("What the charts say", "Det diagrammen säger"), "note")
    parts: dict[str, Hole] = {"now": now, "change": change, "label": label}
    title = write_message(sheet, row + 18, RETURNING, "note", "dashboard.title.returning", **parts)
    # Columns, as a month that is not known, a dash, would pull a line down to 0.
    series = [
        Series(Translated("A year before", "Året före"), before, SHADES[2]),
        Series(Translated("Last 12 months", "Senaste 12 månaderna"), shown, SHADES[0]),
    ]
    months, size = book["kpi.shown"], (580, HEIGHT)
    chart(sheet, (row, 0), "column", title, months, series, shown="0%", size=size, least=0)
    if data.ltv is not None:
        _ltv_chart(sheet, row)


def _ltv_chart(sheet: Sheet, row: int) -> None:
    book = sheet.book
    total, target, heads = book["ltv.total"], book["ltv.target"], book["ltv.heads"]
    title = write_message(sheet, row + 19, BY_AGE, "note", "dashboard.title.ltv", kr=unit(" "))
    errors = None
    if "ltv.low" in book.places:
        at = row, sheet.last_column + 7
        errors = distances(sheet, at, total, book["ltv.low"], book["ltv.high"])
    label = Translated("Revenue per customer", "Omsättning per kund")
    series = [
        Series(label, total, SHADES[0], "#,##0", errors),
        Series(Translated("Target", "Mål"), target, SHADES[2], "#,##0"),
    ]
    chart(sheet, (row, 4), "column", title, heads, series, axis=False, size=(550, HEIGHT))
