"""The sheet of the forecast: what is expected, with its interval and what a backtest missed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from crmformulas.charts.forecast_tables import (
    BUDGET_CAPTION,
    BUDGET_NOTE,
    ENDS,
    budget_table,
    ladder_caption,
    ladder_table,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import MILLIONS, Series, chart
from crmformulas.excel.workbook.expressions import DASH, guard
from crmformulas.excel.workbook.sheet import Sheet, stored
from crmformulas.excel.workbook.styles import BAND, GREY
from crmformulas.formats import NumberFormat, day_label
from crmformulas.orders.analysis.forecast.scenario import compare
from crmformulas.orders.selections.report_lists import (
    FORECAST_FAILED,
    FORECAST_GROUPS,
    FORECAST_METHODS,
    forecast_group,
)
from crmformulas.orders.summary.wording import in_documents
from crmformulas.translations import LANGS, Label, Translated, translate

if TYPE_CHECKING:
    from crmformulas.excel.workbook.cell_range import CellRange
    from crmformulas.orders.analysis.budget_plan import Plan
    from crmformulas.orders.analysis.forecast.results import Expected, Forecast
    from crmformulas.orders.analysis.forecast.scenario import Beside

__all__ = ["write_forecast"]

HEADS = (
    Translated("Group", "Grupp"),
    Translated("Customers", "Kunder"),
    Translated("Buyers", "Köpare"),
    Translated("Orders", "Köp"),
    *ENDS,
    Translated("Revenue", "Omsättning"),
    *ENDS,
    Translated("By retention", "Enligt retention"),
    Translated("Last year", "Förra året"),
)
MISSED_HEADS = (
    Translated("Group", "Grupp"),
    Translated("Buyers", "Köpare"),
    Translated("Orders", "Köp"),
    Translated("Revenue", "Omsättning"),
    Translated("By retention", "Enligt retention"),
    Translated("Last year", "Förra året"),
)
METHOD_HEADS = (
    Translated("Method", "Metod"),
    Translated("Buyers", "Köpare"),
    Translated("Orders", "Köp"),
    Translated("Revenue", "Omsättning"),
    Translated("By tier", "Per nivå"),
)
MONTH_HEADS = (
    Translated("Month", "Månad"),
    Translated("Came", "Kom"),
    Translated("Expected", "Väntat"),
    *ENDS,
)
LAST = len(HEADS) - 1
SIDE = 6
"""The column of what stands beside the months, below their chart."""
CHART_ROWS = 16


def write_forecast(book: Book, forecast: Forecast, plan: Plan) -> None:
    """Write the sheet; a forecast that failed its backtest is not on it, its errors are.

    Args:
        book: With the sheet of Budget 1, if it has one, whose cells those of the budget follow.
        forecast: Of 12 months.
        plan: The budget of the same year.
    """
    sheet = book.sheet(
        Translated("Forecast", "Väntat"),
        Translated("What is expected of known customers", "Vad som väntas av dagens kunder"),
        (26, *[13] * LAST),
    )
    book.places["forecast.message"] = sheet.text(2, 0, _message(forecast), "message")
    row = 4
    if forecast.total is not None:
        row = _expected(sheet, row, forecast)
    if forecast.backtest:
        row = _backtest(sheet, row, forecast)
    if forecast.total is not None and forecast.ahead:
        sheet.xl.set_h_pagebreaks([row])
        beside = _ladder(sheet, row + CHART_ROWS, SIDE, forecast)
        row = max(_months(sheet, row, forecast), _budget(sheet, beside, SIDE, forecast, plan))
    else:
        row = _budget(sheet, _ladder(sheet, row, 0, forecast), 0, forecast, plan)
    # Without a forecast the message says the first.
    told = forecast.notices[forecast.total is None and forecast.status != "failed" :]
    for notice in (*told, LIMITS):
        sheet.paragraph(row, 0, LAST, in_documents(notice).capitalize())
        row += 1
    sheet.freeze(3, 1)
    sheet.print_columns(LAST, row)


BLANK = re.compile("^(blank|tom): ")

LIMITS = Translated(
    "Known customers only, before returns; who is new next year is not among them. Intervals: "
    "chance and drift as in the backtest, not a changed market. It is a figure of its own, and "
    "never CLV.",
    "Bara dagens kunder, före returer; de som blir nya nästa år är inte med. Intervall: slump och "
    "drift som i bakåttestet, inte en förändrad marknad. Det är ett eget mått, och aldrig CLV.",
)


def _message(forecast: Forecast) -> Label:
    total = forecast.total
    if total is None:
        if forecast.status == "failed":
            return FORECAST_FAILED
        none = Translated("There is no forecast", "Det finns ingen prognos")
        why = next(iter(forecast.notices), None)
        if why is None:
            return none
        # A notice begins with what its figure is: blank.
        reasons = (BLANK.sub("", translate(why, lang)) for lang in LANGS)
        return Translated("{}: {}", "{}: {}").format(none, Translated(*reasons))
    en, sv = NumberFormat("en"), NumberFormat("sv")
    ends = total.revenue_low, total.revenue_high
    return Translated(
        f"{en.amount(total.revenue)} expected in {forecast.months} months, {en.amount(ends[0])} to "
        f"{en.amount(ends[1])} in 80 %",
        f"{sv.amount(total.revenue)} väntas på {forecast.months} månader, {sv.amount(ends[0])} "
        f"till {sv.amount(ends[1])} i 80 %",
    )


def _rows(forecast: Forecast, by: str) -> Sequence[Expected]:
    rows = forecast.by.get(by, ())
    return [*rows, forecast.total] if by == "tier" and forecast.total is not None else rows


def _expected(sheet: Sheet, row: int, forecast: Forecast) -> int:
    """The groups from a row on; returns the row after them."""
    for by, label in FORECAST_GROUPS.items():
        rows = _rows(forecast, by)
        if not rows:
            continue
        sheet.heads(row, 0, (label, *HEADS[1:]))
        for i, one in enumerate(rows, row + 1):
            bold = one.name == "total"
            sheet.text(i, 0, forecast_group(one.name), "total label" if bold else "plain")
            figures = (
                (one.customers, "count"),
                (round(one.buyers), "count"),
                (round(one.orders), "count"),
                (round(one.orders_low), "count"),
                (round(one.orders_high), "count"),
                (one.revenue, "money"),
                (one.revenue_low, "money"),
                (one.revenue_high, "money"),
                (one.law_revenue, "money"),
                (one.last_year_revenue, "money"),
            )
            for column, (value, kind) in enumerate(figures, 1):
                sheet.value(i, column, value, kind, "total" if bold else "value")
        row += len(rows) + 2
    return row


def _backtest(sheet: Sheet, row: int, forecast: Forecast) -> int:
    """Write what was missed a year ago, from a row on; returns the row after it."""
    assert forecast.backtest_as_of is not None
    day = day_label(forecast.backtest_as_of)
    head = Translated(
        "Backtest: said on {} against what came in the 12 months after",
        "Bakåttest: sagt {} mot vad som kom under de 12 månaderna efter",
    ).format(day)
    sheet.band(row, LAST + 1, head)
    sheet.heads(row + 1, 0, METHOD_HEADS)
    for i, method in enumerate(forecast.backtest, row + 2):
        sheet.text(i, 0, FORECAST_METHODS[method.method])
        errors = (method.buyers_error, method.orders_error, method.revenue_error)
        for column, error in enumerate(errors, 1):
            sheet.value(i, column, error, "signed rate")
        sheet.value(i, 4, method.tier_error, "rate")
    row += 3 + len(forecast.backtest)
    rows = [one for one in _rows(forecast, "tier") if one.errors is not None]
    if not rows:
        return row
    sheet.heads(row, 0, MISSED_HEADS)
    for i, one in enumerate(rows, row + 1):
        sheet.text(
            i, 0, forecast_group(one.name), "total label" if one.name == "total" else "plain"
        )
        for column, error in enumerate(one.errors or (), 1):
            sheet.value(
                i, column, error, "signed rate", "total" if one.name == "total" else "value"
            )
    return row + len(rows) + 2


def _months(sheet: Sheet, row: int, forecast: Forecast) -> int:
    """The months that came and those to come, with their chart; returns the row after them."""
    sheet.heads(row, 0, MONTH_HEADS)
    count = len(forecast.history) + len(forecast.ahead)
    style = sheet.book.styles("value", "money")
    for i, month in enumerate((*forecast.history, *forecast.ahead), row + 1):
        sheet.value(i, 0, date.fromisoformat(f"{month.month}-01"), "month")
        ahead = month.low is not None
        cells = (
            (None, month.revenue, month.low, month.high) if ahead else (month.revenue, *[None] * 3)
        )
        for column, value in enumerate(cells, 1):
            # What a chart is to leave out is an empty cell, no dash.
            if value is None:
                sheet.xl.write_blank(i, column, None, style)
            else:
                sheet.value(i, column, value, "money")
    first, last = row + 1, row + count
    series = [
        Series(sheet.place(row, 1), sheet.place(first, 1, last, 1), GREY),
        Series(sheet.place(row, 2), sheet.place(first, 2, last, 2), BAND),
        Series(sheet.place(row, 3), sheet.place(first, 3, last, 3), "#9FB8CC"),
        Series(sheet.place(row, 4), sheet.place(first, 4, last, 4), "#9FB8CC"),
    ]
    chart(
        sheet,
        (row, SIDE),
        "line",
        Translated(
            "Revenue by month, and the band of known customers (no season)",
            "Omsättning per månad, och bandet för dagens kunder (utan säsong)",
        ),
        sheet.place(first, 0, last, 0),
        series,
        shown=MILLIONS,
        least=0,
        dates="yyyy-mm",
        size=(480, 20 * CHART_ROWS - 10),
    )
    return row + count + 2


def _ladder(sheet: Sheet, row: int, column: int, forecast: Forecast) -> int:
    """The F-ladder at the end of the period; returns the row after it."""
    sheet.text(row, column, ladder_caption(forecast), "heading")
    table = ladder_table(forecast)
    sheet.heads(row + 1, column, [one.label for one in table.columns])
    lines = table.rows or ((DASH, *[None] * (len(table.columns) - 1)),)
    for i, (step, *figures) in enumerate(lines, row + 2):
        sheet.text(i, column, step)
        for j, figure in enumerate(figures, column + 1):
            sheet.value(i, j, None if figure is None else round(figure), "count")
    sheet.book.places["forecast.ladder"] = sheet.place(row + 2, column, row + 1 + len(lines))
    row += len(lines) + 2
    if not table.rows:
        sheet.text(row, column, NO_LADDER, "note")
        row += 1
    return row + 1


NO_LADDER = Translated(
    "Without a forecast nobody knows who climbs.", "Utan prognos vet ingen vilka som klättrar."
)


def _budget(sheet: Sheet, row: int, column: int, forecast: Forecast, plan: Plan) -> int:
    """Budget 1, and the budget as forecast; returns the row after them."""
    rows, why = compare(forecast, plan)
    table = budget_table(rows)
    sheet.text(row, column, BUDGET_CAPTION, "heading")
    sheet.heads(row + 1, column, [one.label for one in table.columns])
    first = row + 2
    live = _live(sheet, sheet.place(first, column + 2, first + len(rows) - 1), rows, why is None)
    for i, (one, (label, *figures)) in enumerate(zip(rows, table.rows, strict=True), first):
        total = one.segment == "total"
        look = "total" if total else "value"
        sheet.text(i, column, label, "total label" if total else "plain")
        # The interval is of the total alone.
        names = ("budget", "revenue", "low", "high") if total else ("budget", "revenue")
        for j, (name, figure) in enumerate(zip(names, figures, strict=False), column + 1):
            key = f"forecast.{one.segment}.{name}"
            if key in live:
                sheet.formula(i, j, live[key], "money", look, key=key)
            else:
                sheet.value(i, j, figure, "money", look, key=key)
    row = first + len(rows)
    sheet.paragraph(row, column, column + len(table.columns) - 1, in_documents(why or BUDGET_NOTE))
    return row + 2


def _live(sheet: Sheet, revenue: CellRange, rows: Sequence[Beside], known: bool) -> dict[str, str]:
    """The formulas by which the rows follow the sheet of Budget 1; none where there is no such.

    Growth that is typed there changes Budget 1, and with it who is new.
    """
    places = sheet.book.places
    if "budget1.new.revenue" not in places:
        return {}
    budget = {one.segment: places[f"budget1.{one.segment}.revenue"].full for one in rows}
    live = {f"forecast.{segment}.budget": cell for segment, cell in budget.items()}
    new, total = rows[0].revenue, rows[-1]
    if not known or new is None or total.low is None or total.high is None:
        return live
    parts = [revenue.at(i).cell for i in range(len(rows) - 1)]
    live["forecast.new.revenue"] = budget["new"]
    live["forecast.total.revenue"] = guard(parts, "+".join(parts))
    for name, end in (("low", total.low), ("high", total.high)):
        live[f"forecast.total.{name}"] = guard(parts[:1], f"{parts[0]}+{stored(end - new)}")
    return live
