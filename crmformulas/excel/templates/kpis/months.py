"""Key figures month by month, and lifetime value at fixed ages: each with change and light."""

from __future__ import annotations

from crmformulas.excel.templates.kpis.data import KPIS, KpiData, Ltv
from crmformulas.excel.templates.kpis.inputs import LOWER
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import paragraphs, phrases
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, PALE
from crmformulas.translations import Translated

__all__ = ["LIGHTS", "lit", "write_ltv", "write_months"]

LIGHTS = ("▲", "●", "▼")
"""At its target, near it, or not: to be read without colour."""

LEGEND, LTV_LEGEND = paragraphs("""
    ▲ at its target, ● near it, ▼ not. A change is against the same month a year before. What is not
        known is –.
        | ▲ når målet, ● nära det, ▼ inte. En ändring är mot samma månad året före. Det som inte är
        känt är –.
    Blank where the age is not reached. The total weighs each cohort that has reached it by its
        customers, so that young customers never lower it.
        | Tomt där åldern inte är nådd. Totalen väger varje kohort som nått åldern med dess kunder,
        så att unga kunder aldrig sänker den.
""")

A_YEAR_BEFORE = Translated("a year before", "året före")
AGAINST_TARGET = Translated("against target", "mot mål")

SHOWN = 12
HEADS = 4


def light(value: str, target: str, lower: str) -> str:
    """The light of a figure. ``lower`` is a condition: whether less is better."""
    near = f'"{LIGHTS[1]}","{LIGHTS[2]}"'
    less = f'IF({value}<={target},"{LIGHTS[0]}",IF({value}<={target}*(1+N(kpi_tolerance)),{near}))'
    more = f'IF({value}>={target},"{LIGHTS[0]}",IF({value}>={target}*(1-N(kpi_tolerance)),{near}))'
    signal = more if not lower else f"IF({lower},{less},{more})"
    return f'IF(AND(ISNUMBER({value}),ISNUMBER({target})),{signal},"{DASH}")'


def lit(sheet: Sheet, place: CellRange) -> None:
    """Colour cells that begin with a light."""
    first = f"LEFT({place.at(0).cell},1)"
    sheet.colour(place, f'{first}="{LIGHTS[0]}"', GAIN)
    sheet.colour(place, f'{first}="{LIGHTS[2]}"', LOSS)


def write_months(book: Book, data: KpiData) -> None:
    """The sheet of the last 12 months.

    Keys are ``kpi.KEY``, ``kpi.KEY.before``, ``kpi.KEY.change`` and ``kpi.KEY.light``, each a row
    of months.
    """
    shown = min(SHOWN, data.months)
    sheet = book.sheet(
        "Month by month | Månad för månad",
        "Key figures month by month | Nyckeltal månad för månad",
        (34, *(9.5,) * shown, 16),
    )
    sheet.paragraph(3, 0, shown + 1, LEGEND)
    months = book["kpi.months"]
    sheet.text(HEADS, 0, Translated("Key figure", "Nyckeltal"), "head")
    for j in range(shown):
        at = months.at(data.months - shown + j).full
        # A text, so that charts show it as it stands.
        month = f'IF(ISNUMBER({at}),YEAR({at})&"-"&RIGHT("0"&MONTH({at}),2),"")'
        sheet.formula(HEADS, 1 + j, month, "", "number head")
    sheet.heads(HEADS, shown + 1, "Trend", 0)
    book.places["kpi.shown"] = sheet.place(HEADS, 1, HEADS, shown)
    for k, key in enumerate(KPIS):
        _kpi(sheet, key, data, HEADS + 1 + 5 * k)
    sheet.page(HEADS + 1 + 5 * len(KPIS), (HEADS + 1, 1))


def _kpi(sheet: Sheet, key: str, data: KpiData, row: int) -> None:
    """Four rows: the figure, a year before, its change, its light."""
    book, kpi = sheet.book, KPIS[key]
    shown = min(SHOWN, data.months)
    sheet.text(row, 0, kpi.label, "message")
    for i, label in enumerate((A_YEAR_BEFORE, kpi.change, AGAINST_TARGET), row + 1):
        sheet.text(i, 0, label, "beside")
    names = ("", ".before", ".change", ".light")
    rows = [sheet.place(row + i, 1, row + i, shown) for i in range(4)]
    for name, place in zip(names, rows, strict=True):
        book.places[f"kpi.{key}{name}"] = place
    target = book[f"kpi.target.{key}"].full
    lower = f"{book[f'kpi.better.{key}'].full}={book.sentence(LOWER)}"
    for j in range(shown):
        month = data.months - shown + j
        value, before = (place.at(0, j).cell for place in rows[:2])
        sheet.formula(row, 1 + j, _figure(book, key, month), kpi.kind, "value")
        year_ago = _figure(book, key, month - 12) if month >= 12 else f'"{DASH}"'
        sheet.formula(row + 1, 1 + j, year_ago, kpi.kind, "grey value")
        size = 100 if kpi.kind == "rate" else 1
        change = f'IF(AND(ISNUMBER({value}),ISNUMBER({before})),{size}*({value}-{before}),"{DASH}")'
        sheet.formula(row + 2, 1 + j, change, "change")
        sheet.formula(row + 3, 1 + j, light(value, target, lower), "", "mark")
    lit(sheet, rows[3])
    sheet.sparkline(row, shown + 1, rows[0], "column")


def _figure(book: Contents, key: str, month: int) -> str:
    """A key figure of a month, from its inputs."""
    if (values := book.places.get(f"kpi.value.{key}")) is not None:
        cell = values.at(month).full
        # Nobody orders again before the order.
        fits = f'IF({cell}>0,{cell},"{DASH}")' if KPIS[key].kind == "days" else cell
        return f'IF(ISNUMBER({cell}),{fits},"{DASH}")'
    whole, part = (book[f"kpi.{name}.{key}"].at(month).full for name in ("whole", "part"))
    # Returns may make a part of the revenue larger than the whole; of customers it would be wrong.
    fits = "" if KPIS[key].counts == "money" else f",N({part})<=N({whole})"
    return f'IF(AND(ISNUMBER({whole}),ISNUMBER({part}),N({whole})>0{fits}),{part}/{whole},"{DASH}")'


OF_AN_AGE = lines("""
    heads: count, number head = [ltv.age.*]
        Age, months | Ålder, månader
    total: money, total
        All cohorts | Alla kohorter
        = IF([observed]>0,SUMIF([$cohorts.*],">-1E+300",[ltv.revenue.*])/[observed],DASH)
    observed: count, grey value = SUMIF([$cohorts.*],">-1E+300",[ltv.customers.*])
        customers that have reached the age | kunder som nått åldern
    target: money = IF(ISNUMBER([ltv.target.*]),[ltv.target.*],DASH)
        target | mål
    light: words, mark = LIGHT
        against target | mot mål
""")
"""The figures of an age above its cohorts."""


def write_ltv(book: Book, data: Ltv) -> None:
    """The sheet of lifetime value to date, by cohort and age.

    Keys are ``ltv.total``, ``ltv.observed`` and ``ltv.light`` (rows of ages), and ``ltv.cohorts``.
    """
    ages, cohorts = len(data.ages), len(data.cohorts)
    title = "Revenue per customer at fixed ages | Omsättning per kund vid fasta åldrar"
    sheet = book.sheet("LTV", title, (40, *(16,) * ages))
    sheet.paragraph(3, 0, ages, LTV_LEGEND)
    first = HEADS + 6
    items = [str(i) for i in range(ages)]
    body = book.places["ltv.cohorts"] = sheet.place(first, 1, first + cohorts - 1, ages)
    for j, item in enumerate(items):
        book.places[f"cohorts.{item}"] = body.down(j)
        for key, name in (("age", "ages"), ("target", "targets")):
            book.places[f"ltv.{key}.{item}"] = book[f"ltv.{name}"].at(0, j)
        for key in ("customers", "revenue"):
            book.places[f"ltv.{key}.{item}"] = book[f"ltv.{key}"].down(j)
    table = filled(OF_AN_AGE, {"LIGHT": light("[total]", "[target]", "")})
    grid = Grid(sheet, HEADS, 1, table, items)
    grid.write()
    for i, (key, line) in enumerate(table.items(), HEADS):
        look = {"heads": "head", "total": "total label"}.get(key, "beside")
        sheet.text(i, 0, line.label, look)
        book.places[f"ltv.{key}"] = grid.all(key)
    lit(sheet, grid.all("light"))
    head = Translated("Month of the first order", "Månad för första köpet")
    sheet.text(first - 1, 0, head, "head")
    _cohorts(sheet, body, ages)
    if data.ends:
        _ends(sheet, data, grid.place("total"), body)
    sheet.page(first + cohorts, (HEADS + 1, 1))


ENDS = phrases("""
    {} m., 80 %: from | {} mån., 80 %: från; {} m., 80 %: to | {} mån., 80 %: till
""")


def _ends(sheet: Sheet, data: Ltv, total: CellRange, body: CellRange) -> None:
    """Between what ends each figure lies in 80 %, beside what is printed: first all low ends."""
    ages, column, row = len(data.ages), len(data.ages) + 2, total.row
    sheet.xl.set_column(column, column + 2 * ages - 1, 12)
    known = [(row, data.ends), *enumerate(data.cohort_ends, body.row)]
    for end, (key, head) in enumerate(zip(("ltv.low", "ltv.high"), ENDS, strict=True)):
        first = column + end * ages
        sheet.heads(HEADS, first, [head.format(age) for age in data.ages], 0)
        sheet.book.places[key] = sheet.place(row, first, row, first + ages - 1)
        for i, ends in known:
            for j, pair in enumerate(ends):
                if pair[end] is not None:
                    sheet.value(i, first + j, pair[end], "money", "grey value")


def _cohorts(sheet: Sheet, body: CellRange, ages: int) -> None:
    book = sheet.book
    months, customers, revenue = (book[f"ltv.{n}"] for n in ("months", "customers", "revenue"))
    for i in range(body.last_row - body.row + 1):
        month = months.at(i).full
        label = f'IF(N({month})>=1,{month},"{DASH}")'
        label = sheet.formula(body.row + i, 0, label, "month").cell
        for j in range(ages):
            n, worth = customers.at(i, j).full, revenue.at(i, j).full
            age = book["ltv.ages"].at(0, j).full
            # The oldest of the month are of its first day.
            over = f"EDATE({label},{age})-1<=ltv_as_of"
            complete = f"AND(COUNT({n},{worth},{label},{age},ltv_as_of)=5,N({n})>0)"
            each = f'IF({over},{worth}/{n},"")'
            sheet.formula(body.row + i, 1 + j, f'IF({complete},{each},"")', "money")
    for j in range(ages):
        sheet.heat(body.down(j), PALE)
