"""The sheet of the cohorts: what the customers of a month have spent, month by month since."""

from __future__ import annotations

from datetime import date

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, lines
from crmformulas.excel.workbook.expressions import unit
from crmformulas.excel.workbook.long_table import FIRST_YEAR
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.orders.analysis.cohorts import cohorts as followed
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Label, Translated

__all__ = ["write_cohorts"]

MOST_MONTHS = 36
"""Months since the first order that are shown; older cohorts have more."""

PRINTED = 19

LEAST = 12
"""As many columns are as wide as those of the months, so that texts have room."""

FIRST = 5
"""The row of the first cohort."""

LARGE = 1_000
"""An amount from which on decimals tell nothing."""

FEWEST = 2
"""Months that a line is drawn of."""

EACH_NAMED = 20
"""Points of a line of which each has its name; of more every third has it."""

ONE_PAGE = 64
"""Rows that are read on one page."""


def write_cohorts(book: Book, summary: Summary) -> None:
    """Two sheets: net revenue by cohort and month, which is data, and what follows from it.

    That is the cumulative revenue per customer, and its mean over the cohorts that have reached
    each month.
    """
    # A month that no cohort has reached yet would be drawn as a fall to nothing.
    reached = [sum(v is not None for v in c.revenue_per_customer) for c in summary.cohort_records]
    months = min(max(*reached, 1), MOST_MONTHS + 1)
    revenue = _revenue(book, summary, months)
    sheet = _sheet(
        book,
        Translated("Cohorts", "Kohorter"),
        Translated(
            "Cumulative revenue per customer, by month of the first order",
            "Ackumulerad omsättning per kund, efter månad för första köpet",
        ),
        months,
    )
    worth = _worth(sheet, summary, months, revenue)
    # What is blank would be drawn as a fall to nothing.
    _chart(sheet, worth, months, min(followed(summary)[0].covered, months))
    # The newest cohorts, the mean of all and the chart are a page; older ones are to look up.
    end = worth.last_row + 24
    begin = end - ONE_PAGE + FIRST if end > ONE_PAGE else 0
    sheet.print_columns(_last(months), end, begin)
    sheet.xl.fit_to_pages(1, 1)


def _last(months: int) -> int:
    """The last column that is printed."""
    return min(max(months, LEAST), PRINTED) + 1


def _sheet(book: Book, name: Translated, title: Translated, months: int) -> Sheet:
    sheet = book.sheet(name, title, (13, 11, *[8] * max(months, LEAST)))
    sheet.freeze(FIRST, 2)
    if months > PRINTED:
        words = Translated(
            f"Printed to m{PRINTED - 1}; the columns go on to m{months - 1}.",
            f"Utskrivet till och med m{PRINTED - 1}; kolumnerna går vidare till m{months - 1}.",
        )
        sheet.text(2, 0, words, "note")
    return sheet


def _table(sheet: Sheet, row: int, rows: int, months: int, name: str) -> None:
    """The heads of a table whose cells are written by the caller."""
    heads: list[Label] = [
        Translated("First order", "Första köp"),
        Translated("Customers", "Kunder"),
    ]
    heads += [f"m{m}" for m in range(months)]
    sheet.table(row, 0, heads, rows, name)


def _revenue(book: Book, summary: Summary, months: int) -> CellRange:
    sheet = _sheet(
        book,
        Translated("Cohort inputs", "Kohorter indata"),
        Translated(
            "Net revenue by month since the first order (m0 is the month itself)",
            "Nettoomsättning per månad sedan första köpet (m0 är månaden själv)",
        ),
        months,
    )
    cohorts, row = summary.cohort_records, FIRST
    _table(sheet, row - 1, len(cohorts), months, "CohortRevenue")
    month, money = sheet.book.styles("value", "month"), sheet.book.styles("value", "money")
    for i, cohort in enumerate(cohorts):
        began = date.fromisoformat(f"{cohort.cohort}-01")
        if began.year < FIRST_YEAR:
            sheet.text(row + i, 0, cohort.cohort, "grey value")
        else:
            sheet.xl.write_datetime(row + i, 0, began, month)
        sheet.value(row + i, 1, cohort.customers, "count")
        before = 0.0
        for m, each in enumerate(cohort.revenue_per_customer[:months]):
            if each is None:
                continue
            until = round(each * cohort.customers, 4)
            sheet.xl.write_number(row + i, 2 + m, round(until - before, 4), money)
            before = until
    last = row + len(cohorts) - 1
    sheet.print_columns(_last(months), last + 1)
    book.places["cohorts.customers"] = sheet.place(row, 1, last)
    revenue_range = book.places["cohorts.revenue"] = sheet.place(row, 2, last, 1 + months)
    return revenue_range


def _worth(sheet: Sheet, summary: Summary, months: int, revenue: CellRange) -> CellRange:
    cohorts = summary.cohort_records
    # One table, one number of decimals.
    most = max((each or 0 for c in cohorts for each in c.revenue_per_customer), default=0)
    kind = "money" if most >= LARGE else "0.00"
    _table(sheet, FIRST - 1, len(cohorts), months, "CohortWorth")
    for i, cohort in enumerate(cohorts):
        row, key = FIRST + i, f"cohort.{cohort.cohort}"
        began, customers = (revenue.at(i, j).full for j in (-2, -1))
        sheet.formula(row, 0, began, "month")
        sheet.formula(row, 1, customers, "count", key=f"{key}.customers")
        for m, each in enumerate(cohort.revenue_per_customer[:months]):
            if each is None:
                continue
            spent = CellRange(revenue.sheet, revenue.row + i, 2, revenue.row + i, 2 + m)
            until = f"SUM({spent.full})"
            sheet.formula(row, 2 + m, f"{until}/$B{row + 1}", kind, key=f"{key}.{m}")
    worth = sheet.place(FIRST, 2, FIRST + len(cohorts) - 1, 1 + months)
    sheet.heat(worth, SHADES[2])
    mean = worth.last_row + 1
    sheet.text(mean, 0, Translated("All", "Alla"), "total label")
    sheet.formula(mean, 1, f"SUM(B{FIRST + 1}:B{mean})", "count", "total")
    # With the heads, as a range of one cell is no range for every program.
    sizes = sheet.place(FIRST - 1, 1, mean - 1).fixed
    for m in range(months):
        here = sheet.place(FIRST - 1, 2 + m, mean - 1).cell
        reached = sheet.formula(
            mean + 1,
            2 + m,
            f'SUMIF({here},">-1E+300",{sizes})',
            "count",
            "grey value",
            key=f"cohort.reached.{m}",
        ).cell
        # What the cohorts that reached the month spent in it, onto what was spent until then: a
        # mean of all until now would compare customers with others.
        grown, until = f"SUMPRODUCT({sizes},{here})", "0"
        if m:
            before = sheet.place(FIRST - 1, 1 + m, mean - 1).cell
            grown += f'-SUMPRODUCT(({here}<>"")*({here}<1E+300),{sizes},{before})'
            until = sheet.place(mean, 1 + m).cell
        chained = f"N({until})+({grown})/{reached}"
        enough = f"2*{reached}>=$B{mean + 1}"
        sheet.formula(
            mean,
            2 + m,
            f'IF(AND({reached}>0,{enough}),{chained},"")',
            kind,
            "total",
            key=f"cohort.all.{m}",
        )
    sheet.text(mean + 1, 0, Translated("observed", "observerade"), "note")
    note = Translated(
        "A cohort is the customers whose first order lies in the month; m1 is the month after. "
        "All: what the customers observed in each month spent in it, month by month; it ends where "
        "fewer than half of all customers are observed. Blank: not yet observed.",
        "En kohort är kunderna vars första köp ligger i månaden; m1 är månaden efter. Alla: vad de "
        "kunder som observerats i varje månad handlade för i den, månad för månad; raden slutar "
        "där färre än hälften av alla kunder är observerade. Tomt: inte observerat än.",
    )
    sheet.paragraph(mean + 2, 0, _last(months), note)
    return worth


def _chart(sheet: Sheet, worth: CellRange, months: int, drawn: int) -> None:
    """The mean over all cohorts as far as it is told; its title says where it leads."""
    mean, book = worth.last_row + 1, sheet.book
    values = sheet.place(mean, 2, mean, 1 + months)
    last = f"COUNT({values.cell})"
    words = Translated(
        "A customer spends {first}{kr} in the first month, and {most}{kr} in {n} months (counted "
        "on {people})",
        "En kund handlar för {first}{kr} första månaden, och {most}{kr} på {n} månader (räknat på "
        "{people})",
    )
    said = book.sentence(
        words,
        first=f"FIXED({values.at(0, 0).cell},0)",
        most=f"FIXED(INDEX({values.cell},1,{last}),0)",
        n=f"{last}-1",
        people=f"FIXED(INDEX({sheet.place(mean + 1, 2, mean + 1, 1 + months).cell},1,{last}),0)",
        kr=unit(" "),
    )
    short = book.sentence(
        Translated(
            "A customer has spent {first}{kr} in the first month",
            "En kund har handlat för {first}{kr} första månaden",
        ),
        first=f"FIXED({values.at(0, 0).cell},0)",
        kr=unit(" "),
    )
    none = book.sentence(Translated("Revenue per customer", "Omsättning per kund"))
    message = f"IF({last}=0,{none},IF({last}=1,{short},{said}))"
    title = sheet.formula(3, 0, message, "", "message", key="cohorts.message")
    name = book.translate(Translated("All cohorts", "Alla kohorter"))
    if drawn < FEWEST:
        return
    # Not every program leaves out what there is no room for.
    every = 1 if drawn <= EACH_NAMED else 3
    beside = sheet.last_column + 3
    for m in range(drawn):
        head = f"m{m}" if m % every == 0 else ""
        sheet.text(FIRST + m, beside, head, "aside")
    heads = sheet.place(FIRST, beside, FIRST + drawn - 1)
    values = sheet.place(mean, 2, mean, 1 + drawn)
    lines(sheet, (mean + 4, 0), title, heads, [Series(name, values)], size=(900, 330))
