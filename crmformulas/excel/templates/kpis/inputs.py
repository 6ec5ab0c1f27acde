"""The inputs of the key figures: targets, months of counts, and cohorts by age."""

from __future__ import annotations

from crmformulas.excel.templates.kpis.data import KPIS, KpiData, Ltv, Monthly, Series
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, entries, lines
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
    better: text
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
        Translated("KPI inputs", "Nyckeltal indata"),
        Translated("Targets and months", "Mål och månader"),
        (28, *(14.5,) * max(columns, 6)),
    )
    row = _targets(sheet, data)
    row = _months(sheet, data, shown, row + 1)
    sheet.freeze(3, 1)
    sheet.print_columns(max(columns, 6), row)


def _targets(sheet: Sheet, data: KpiData) -> int:
    sheet.heads(3, 0, (Translated("Key figure", "Nyckeltal"), NOTES["target"].label))
    sheet.text(3, 2, NOTES["better"].label, "beside head")
    for row, (key, kpi) in enumerate(KPIS.items(), 4):
        sheet.text(row, 0, kpi.label, "label")
        target, better = NOTES["target"], NOTES["better"]
        low = LEAST_DAYS if kpi.kind == "days" else None
        sheet.input(
            row,
            1,
            data.targets.get(key),
            kpi.kind,
            kpi.label,
            target.note,
            key=f"kpi.target.{key}",
            optional=True,
            low=low,
        )
        sheet.input(
            row,
            2,
            sheet.book.translate(LOWER if kpi.kind == "days" else HIGHER),
            "text",
            kpi.label,
            better.note,
            key=f"kpi.better.{key}",
            setting=True,
            choices=(HIGHER, LOWER),
        )
    row = 4 + len(KPIS)
    tolerance = Grid(sheet, row, 1, TOLERANCE, key="kpi.#")
    tolerance.label(0, 2)
    tolerance.enter(data.tolerance)
    return row + 1


def _months(sheet: Sheet, data: KpiData, shown: dict[str, Series], row: int) -> int:
    """A row a month, with two columns of counts or one of the figure itself for each."""
    sheet.text(row, 0, Translated("Month by month", "Månad för månad"), "heading")
    first, last = row + 3, row + 2 + data.months
    sheet.heads(row + 2, 0, (Translated("Month", "Månad"),))
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
    nothing = (None,) * months
    if not series.parts:
        head = kpi.whole if kpi.kind == "days" else kpi.label
        _column(sheet, f"value.{key}", head, series.values or nothing, kpi.kind, at)
        return column + 1
    assert kpi.part is not None
    _column(sheet, f"whole.{key}", kpi.whole, series.wholes, kpi.counts, at)
    _column(sheet, f"part.{key}", kpi.part, series.parts, kpi.counts, (row, column + 1))
    return column + 2


def _column(
    sheet: Sheet, key: str, head: Translated, figures: Monthly, kind: str, at: tuple[int, int]
) -> None:
    row, column = at
    sheet.heads(row - 1, column, (head,), 0)
    about = KPIS[key.split(".")[1]].about
    sheet.inputs(
        row,
        column,
        [[n] for n in figures],
        kind,
        head,
        Translated(f"{about.en} {UNKNOWN.en}", f"{about.sv} {UNKNOWN.sv}"),
        key=f"kpi.{key}",
        data=True,
        optional=True,
        low={"money": LOWEST, "days": LEAST_DAYS}.get(kind),
    )


def write_ltv_inputs(book: Book, data: Ltv) -> None:
    """The sheet of cohorts: customers and revenue by age.

    Keys are ``ltv.as_of``, ``ltv.ages`` and ``ltv.targets`` (rows), ``ltv.months`` (the column of
    cohorts), ``ltv.customers`` and ``ltv.revenue``.
    """
    ages, cohorts = len(data.ages), len(data.cohorts)
    sheet = book.sheet(
        Translated("LTV inputs", "LTV indata"),
        Translated("Cohorts by month of the first order", "Kohorter efter månad för första köpet"),
        (28, *(11,) * ages, *(14,) * ages),
    )
    as_of = Grid(sheet, 3, 1, AS_OF, key="ltv.#")
    as_of.label(0)
    as_of.enter(data.as_of)
    sheet.text(5, 1, Translated("Customers old enough", "Kunder som är gamla nog"), "heading")
    sheet.text(
        5,
        1 + ages,
        Translated("Their revenue up to the age", "Deras omsättning till åldern"),
        "heading",
    )
    sheet.text(6, 0, Translated("Age, months", "Ålder, månader"), "label")
    at = entries(sheet, 6, 1, LTV["ages"], data.ages, across=True, key="ltv.ages")
    sheet.text(7, 0, Translated("Target per customer", "Mål per kund"), "label")
    targets = LTV["targets"]
    entries(sheet, 7, 1 + ages, targets, data.targets, across=True, key="ltv.targets")
    for j in range(ages):
        sheet.formula(6, 1 + ages + j, at.at(0, j).cell, "count")
    _cohorts(sheet, data, 8)
    sheet.freeze(8, 1)
    sheet.print_columns(2 * ages, 8 + cohorts)


def _cohorts(sheet: Sheet, data: Ltv, row: int) -> None:
    book, ages, cohorts = sheet.book, len(data.ages), len(data.cohorts)
    months = book.places["ltv.months"] = sheet.place(row, 0, row + cohorts - 1)
    first = LTV["first_month"]
    Grid(sheet, row, 0, {first.key: first}, key="ltv.#").enter(data.first_month)
    for i in range(1, cohorts):
        sheet.formula(row + i, 0, _month(months.at(0), i), "month")
    customers, revenue = (
        [getattr(c, key) for c in data.cohorts] for key in ("customers", "revenue")
    )
    for column, line, rows in (
        (1, LTV["customers"], customers),
        (1 + ages, LTV["revenue"], revenue),
    ):
        sheet.inputs(
            row,
            column,
            rows,
            line.kind,
            line.label,
            line.note,
            key=f"ltv.{line.key}",
            **line.options,
        )
