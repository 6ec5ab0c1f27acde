"""The inputs of the key figures: targets, months of counts, and cohorts by age."""

from __future__ import annotations

from dataclasses import replace

from crmformulas.excel.templates.kpis.data import KPIS, KpiData, Ltv, Series
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, Line, entries, lines
from crmformulas.excel.workbook.named_formulas import phrases
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.translations import Translated

__all__ = ["LOWER", "write_inputs", "write_ltv_inputs"]

HIGHER, LOWER = Translated("higher", "högre"), Translated("lower", "lägre")
"""When a key figure is better."""

UNKNOWN = Translated("Empty where it is not known.", "Tomt där det inte är känt.")

NOTES = lines("""
    target: rate
        Target | Mål
        | The target of this key figure, for every month. Empty: no light.
        | Målet för detta nyckeltal, alla månader. Tomt: inget ljus.
    better: text, setting
        Better | Bättre
        | Whether a higher or a lower figure is better.
        | Om en högre eller en lägre siffra är bättre.
""")
TOLERANCE = lines("""
    tolerance: rate, label, setting, named kpi_tolerance
        Near the target: within | Nära målet: inom
        | A figure that misses its target by at most this share of the target is near: ●.
        | En siffra som missar målet med högst så här stor andel av målet är nära: ●.
""")
FIRST_MONTH = lines("""
    first_month: month
        First month | Första månaden
        | The first day of the first month. The others follow on it.
        | Den första dagen i första månaden. De andra följer på den.
""")

AS_OF = lines("""
    as_of: date, label, named ltv_as_of
        Counted to the day | Räknat till och med dagen
        | The last day whose orders are counted. An age that no customer of a month can have reached
        by then stays blank.
        | Den sista dagen vars köp räknas. En ålder som ingen kund i månaden kan ha nått då blir
        tom.
""")
LTV = lines("""
    ages: count, setting, low 1, high 120
        Age | Ålder
        | Months since the first order, a whole number from 1 to 120.
        | Månader sedan första köpet, ett heltal från 1 till 120.
    targets: money, optional
        Target | Mål
        | The revenue per customer wanted at this age. Empty: no light.
        | Den omsättning per kund som önskas vid åldern. Tomt: inget ljus.
    first_month: month
        First cohort | Första kohorten
        | The first day of the month of the first cohort. The others follow on it.
        | Den första dagen i den första kohortens månad. De andra följer på den.
    customers: count, data, optional
        Customers | Kunder
        | Customers with their first order in this month, whose first months, as many as the age,
        are over. Empty where nobody is old enough.
        | Kunder med första köpet i denna månad, vars första månader, så många som åldern, är över.
        Tomt där ingen är gammal nog.
    revenue: money, data, optional, low -1000000000000.0
        Revenue | Omsättning
        | Net revenue of these customers from the first order up to the age, in the currency of the
        first sheet. Empty where nobody is old enough.
        | Dessa kunders nettoomsättning från första köpet till åldern, i första bladets valuta. Tomt
        där ingen är gammal nog.
""")

LEAST_DAYS = 0.01
"""Nobody orders again before the order: a median of 0 days is none."""

LOWEST = -1e12
"""Returns may exceed what was bought."""


def write_inputs(book: Book, data: KpiData) -> None:
    """The sheet of targets and months.

    Keys are ``kpi.target.KEY``, ``kpi.better.KEY``, ``kpi.whole.KEY``, ``kpi.part.KEY`` or
    ``kpi.value.KEY`` (a column of months), ``kpi.months`` and ``kpi.tolerance``.
    """
    shown = {key: data.series.get(key, Series()) for key in KPIS}
    columns = sum(2 if series.parts else 1 for series in shown.values())
    sheet = book.sheet(
        "KPI inputs | Nyckeltal indata",
        "Targets and months | Mål och månader",
        (28, *(14.5,) * max(columns, 6)),
    )
    row = _targets(sheet, data)
    row = _months(sheet, data, shown, row + 1)
    sheet.page(row)


def _targets(sheet: Sheet, data: KpiData) -> int:
    sheet.heads(3, 0, (Translated("Key figure", "Nyckeltal"), NOTES["target"].label))
    sheet.text(3, 2, NOTES["better"].label, "beside head")
    for row, (key, kpi) in enumerate(KPIS.items(), 4):
        sheet.text(row, 0, kpi.label, "label")
        low = (f"low {LEAST_DAYS}",) if kpi.kind == "days" else ()
        target = replace(NOTES["target"], kind=kpi.kind, label=kpi.label, looks=("optional", *low))
        entries(sheet, row, 1, target, [data.targets.get(key)], key=f"kpi.target.{key}")
    better = {"better": NOTES["better"]}
    which = Grid(sheet, 4, 2, better, tuple(KPIS), across=True, key="kpi.#.*")
    usual = [LOWER if kpi.kind == "days" else HIGHER for kpi in KPIS.values()]
    which.fill(usual, value=lambda word, _: word, choices={"better": (HIGHER, LOWER)})
    row = 4 + len(KPIS)
    tolerance = Grid(sheet, row, 1, TOLERANCE, key="kpi.#")
    tolerance.label(0, 2)
    tolerance.enter(data.tolerance)
    return row + 1


def _months(sheet: Sheet, data: KpiData, shown: dict[str, Series], row: int) -> int:
    """A row a month, with two columns of counts or one of the figure itself for each."""
    sheet.text(row, 0, Translated("Month by month", "Månad för månad"), "heading")
    first, last = row + 3, row + 2 + data.months
    sheet.heads(row + 2, 0, "Month | Månad")
    months = sheet.place(first, 0, last)
    sheet.book.places["kpi.months"] = months
    Grid(sheet, first, 0, FIRST_MONTH, key="kpi.#").enter(data.first_month)
    for i in range(1, data.months):
        sheet.formula(first + i, 0, _month(months.at(0), i), "month")
    column = 1
    for key, series in shown.items():
        if series.parts or KPIS[key].kind == "days":
            sheet.text(row + 1, column, KPIS[key].label, "wrapped note")
        column = _columns(sheet, key, series, (first, column), data.months)
    return last + 1


def _month(first: CellRange, number: int) -> str:
    """So many months after the first; a dash where that is no day."""
    return f'IF(N({first.fixed})>=1,EDATE({first.fixed},{number}),"{DASH}")'


def _columns(sheet: Sheet, key: str, series: Series, at: tuple[int, int], months: int) -> int:
    """The columns of a key figure; returns the next free one."""
    kpi, (row, column) = KPIS[key], at
    if series.parts:
        assert kpi.part is not None
        columns = [("whole", kpi.whole, series.wholes), ("part", kpi.part, series.parts)]
        kind = kpi.counts
    else:
        head = kpi.whole if kpi.kind == "days" else kpi.label
        columns, kind = [("value", head, series.values or (None,) * months)], kpi.kind
    note = Translated(f"{kpi.about.en} {UNKNOWN.en}", f"{kpi.about.sv} {UNKNOWN.sv}")
    low = {"money": (f"low {LOWEST}",), "days": (f"low {LEAST_DAYS}",)}.get(kind, ())
    for j, (name, head, figures) in enumerate(columns, column):
        sheet.heads(row - 1, j, (head,), 0)
        line = Line(name, kind, head, note, ("data", "optional", *low))
        entries(sheet, row, j, line, figures, key=f"kpi.{name}.{key}")
    return column + len(columns)


HEADS_OF_AGES = phrases("""
    Customers old enough | Kunder som är gamla nog;
    Their revenue up to the age | Deras omsättning till åldern
""")


def write_ltv_inputs(book: Book, data: Ltv) -> None:
    """The sheet of cohorts: customers and revenue by age.

    Keys are ``ltv.as_of``, ``ltv.ages`` and ``ltv.targets`` (rows), ``ltv.months`` (the column of
    cohorts), ``ltv.customers`` and ``ltv.revenue``.
    """
    ages, cohorts, first = len(data.ages), len(data.cohorts), 8
    title = "Cohorts by month of the first order | Kohorter efter månad för första köpet"
    sheet = book.sheet("LTV inputs | LTV indata", title, (28, *(11,) * ages, *(14,) * ages))
    as_of = Grid(sheet, 3, 1, AS_OF, key="ltv.#")
    as_of.label(0)
    as_of.enter(data.as_of)
    sheet.text(6, 0, Translated("Age, months", "Ålder, månader"), "label")
    sheet.text(7, 0, Translated("Target per customer", "Mål per kund"), "label")
    at = entries(sheet, 6, 1, LTV["ages"], data.ages, across=True, key="ltv.ages")
    targets = LTV["targets"]
    entries(sheet, 7, 1 + ages, targets, data.targets, across=True, key="ltv.targets")
    for j in range(ages):
        sheet.formula(6, 1 + ages + j, at.at(0, j).cell, "count")
    months = book.places["ltv.months"] = sheet.place(first, 0, first + cohorts - 1)
    Grid(sheet, first, 0, {"first_month": LTV["first_month"]}, key="ltv.#").enter(data.first_month)
    for i in range(1, cohorts):
        sheet.formula(first + i, 0, _month(months.at(0), i), "month")
    for j, (key, head) in enumerate(zip(("customers", "revenue"), HEADS_OF_AGES, strict=True)):
        column, line = 1 + j * ages, LTV[key]
        sheet.text(5, column, head, "heading")
        rows = [getattr(cohort, key) for cohort in data.cohorts]
        about = line.kind, line.label, line.note
        sheet.inputs(first, column, rows, *about, key=f"ltv.{key}", **line.options)
    sheet.page(first + cohorts, (first, 1))
