"""The first sheet of the report: the message, what to know of the data, balance and key figures."""

from __future__ import annotations

from datetime import date

from crmformulas.excel.templates.portfolio.flows import UNKNOWN_CUSTOMERS
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH, guard
from crmformulas.excel.workbook.long_table import FIRST_YEAR
from crmformulas.excel.workbook.sheet import Cell
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.orders.summary.headlines import Headline, headlines
from crmformulas.orders.summary.model import Summary
from crmformulas.orders.summary.notices import EXCLUDED
from crmformulas.orders.summary.wording import in_documents
from crmformulas.translations import Label, Translated, term

__all__ = ["Overview", "shown_day"]

WIDTHS = (34, 16, 16, 16, 4, 34, 16)

RIGHT = 5
"""The column of the tables at the right."""

UNITS = {
    "money": "money",
    "share": "rate",
    "years": "years",
    "count": "count",
    "days": "days",
}

BALANCE = ("opening", "new", "reactivated", "lost", "closing")


class Overview:
    """The first sheet, written last, as its figures refer to the others."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._sheet = book.sheet(
            Translated("Overview", "Sammanfattning"),
            Translated("The year at a glance", "Året i korthet"),
            WIDTHS,
        )

    def write(self, summary: Summary, before: Summary | None, *, f12_known: bool) -> None:
        """Fill the sheet.

        Args:
            summary: The figures.
            before: Those of a year before, if history reaches back so far.
            f12_known: Whether anything that rests on the year before is told.
        """
        sheet, book = self._sheet, self._book
        # Where history doesn't reach into F12, nothing is known of who came or went.
        with_f12 = f12_known
        message = book_message(book) if summary.f12_covered else _active(book)
        sheet.formula(3, 0, message, "", "message", key="overview.message")
        sheet.formula(4, 0, book["flows.second"].full, "", "plain")
        row = self._warnings(6, summary)
        last = max(self._headlines(row, summary, before), self._balance(row, with_f12)) + 2
        end = self._facts(last, summary)
        # What is said in five seconds stands on one page.
        sheet.xl.fit_to_pages(1, 1)
        sheet.freeze(3, 0)
        sheet.print_columns(len(WIDTHS) - 1, end + 1)

    def _warnings(self, row: int, summary: Summary) -> int:
        if summary.notices:
            self._sheet.text(row, 0, Translated("To know", "Att veta"), "heading")
            row += 1
        for words in summary.notices:
            line = Translated("▲ {}", "▲ {}").format(in_documents(words))
            self._sheet.paragraph(row, 0, len(WIDTHS) - 1, line, "plain")
            row += 1
        return row + 1 if summary.notices else row

    def _headlines(self, row: int, summary: Summary, before: Summary | None) -> int:
        sheet = self._sheet
        heads = (
            Translated("Key figure", "Nyckeltal"),
            Translated("Now", "Nu"),
            Translated("Year before", "Året innan"),
            Translated("Change", "Ändring"),
        )
        rows = list(headlines(summary, before))
        sheet.table(row, 0, heads, len(rows), "KeyFigures")
        for i, line in enumerate(rows, row + 1):
            self._headline(i, line, with_before=summary.f12_covered and before is not None)
        return row + len(rows)

    def _headline(self, row: int, line: Headline, *, with_before: bool) -> None:
        sheet, kind = self._sheet, UNITS[line.unit]
        sheet.text(row, 0, in_documents(line.label))
        now, then = _live(self._book, line, with_before=with_before)
        cells = []
        for column, (formula, value) in enumerate(((now, line.now), (then, line.before)), 1):
            key = f"overview.{line.key}{'.before' if column > 1 else ''}"
            cells.append(
                sheet.formula(row, column, formula, kind, key=key)
                if formula
                else sheet.value(row, column, value, kind, key=key)
            )
        by = _change(cells[0], cells[1], line.unit, self._book)
        change = sheet.formula(row, 3, by, "", "grey value")
        if line.better == "neither":
            return
        rise, fall = (LOSS, GAIN) if line.better == "less" else (GAIN, LOSS)
        for mark, colour in (("▲", rise), ("▼", fall)):
            sheet.colour(change, f'LEFT({change.cell},1)="{mark}"', colour)

    def _balance(self, row: int, with_f12: bool) -> int:
        """The balance of the year; a dash where nothing is known of it."""
        sheet, book = self._sheet, self._book
        heads = (Translated("Balance of customers", "Kundbalans"), term("customers").capitalize())
        sheet.table(row, RIGHT, heads, len(BALANCE), "Balance")
        for i, key in enumerate(BALANCE, row + 1):
            level, last = key in ("opening", "closing"), key == "closing"
            sheet.text(i, RIGHT, BALANCE_LABELS[key], "total label" if last else "plain")
            kind, look = "count" if level else "signed count", "total" if last else "value"
            if with_f12 or last:
                sheet.formula(i, RIGHT + 1, book[f"flows.{key}"].full, kind, look)
            else:
                sheet.value(i, RIGHT + 1, None, kind)
        return row + len(BALANCE)

    def _facts(self, row: int, summary: Summary) -> int:
        read = summary.input
        facts: list[tuple[Label, Cell, str]] = [
            (Translated("Rows read", "Lästa rader"), read.rows, "count"),
            (Translated("Orders", "Köp"), read.orders, "count"),
            (Translated("Returns", "Returer"), read.returns, "count"),
            (Translated("Customers", "Kunder"), read.customers, "count"),
            (Translated("Net revenue", "Nettoomsättning"), read.net_revenue, "money"),
            (Translated("First day", "Första dag"), shown_day(read.first_day), "date"),
            (Translated("Last day", "Sista dag"), shown_day(read.last_day), "date"),
        ]
        self._table(row, 0, Translated("What was read", "Det som lästes"), facts, "Facts")
        left_out: list[tuple[Label, Cell, str]] = [
            (
                Translated(f"Rows {EXCLUDED[reason].en}", f"Rader {EXCLUDED[reason].sv}"),
                count,
                "count",
            )
            for reason, count in read.excluded.items()
        ]
        self._table(row, RIGHT, Translated("Not in these figures", "Inte med"), left_out, "LeftOut")
        return row + len(facts)

    def _table(
        self,
        row: int,
        column: int,
        head: Translated,
        lines: list[tuple[Label, Cell, str]],
        name: str,
    ) -> None:
        sheet = self._sheet
        sheet.table(row, column, (head, Translated("Value", "Värde")), len(lines), name)
        for i, (words, value, kind) in enumerate(lines, row + 1):
            sheet.text(i, column, words)
            sheet.value(i, column + 1, value, kind)


BALANCE_LABELS = {
    "opening": Translated("Opening customers", "Ingående kunder (IB)"),
    "new": Translated("+ new", "+ nya"),
    "reactivated": Translated("+ reactivated", "+ återvunna"),
    "lost": Translated("− lost", "− förlorade"),
    "closing": Translated("= Closing customers", "= Utgående kunder (UB)"),
}


def shown_day(day: date) -> date | str:
    """A day, or its text where a spreadsheet has no such day."""
    return day if day.year >= FIRST_YEAR else day.isoformat()


def _live(book: Book, line: Headline, *, with_before: bool) -> tuple[str, str]:
    """Formulas for a key figure now and a year before; empty where it stands on no other sheet."""

    def last(key: str) -> str:
        months = book[f"kpi.time_between_purchases{key}"]
        return months.at(0, months.last_column - months.column).full

    now = {
        "customers": book["flows.closing"].full,
        "revenue": book["portfolio.total.revenue"].full,
        "portfolio_value": book["portfolio.total.portfolio_value"].full,
        "retention": book["portfolio.total.retention"].full,
        "duration": book["portfolio.total.duration"].full,
        "repeat_purchase_rate": book["ladder.rate"].at(0).full,
        "extra_orders_per_1000": guard(
            ["ladder_extra_now", "ladder_new_customers"],
            "1000*ladder_extra_now/ladder_new_customers",
        ),
        "time_between_purchases": last(""),
    }
    then = {
        "customers": book["flows.opening"].full if with_before else "",
        "revenue": book["flows.total.f12_revenue"].full,
        "time_between_purchases": last(".before"),
    }
    return now.get(line.key, ""), then.get(line.key, "")


def _change(now: CellRange, then: CellRange, unit: str, book: Book) -> str:
    """A formula for the change: points of a share, else per cent, with a mark."""
    a, b = now.cell, then.cell
    if unit == "share":
        by, after = f"ROUND(100*({a}-{b}),1)", book.translate(Translated(" pp", " p.e."))
        comparable = f"AND(ISNUMBER({a}),ISNUMBER({b}))"
    else:
        by, after = f"ROUND(100*({a}/{b}-1),1)", " %"
        comparable = f"IF(ISNUMBER({a}),IF(ISNUMBER({b}),{b}<>0,FALSE),FALSE)"
    change = f'IF({by}>0,"▲ +",IF({by}<0,"▼ −","= "))&FIXED(ABS({by}),1)&"{after}"'
    return f'IF({comparable},{change},"{DASH}")'


def book_message(book: Book) -> str:
    """A formula for the year in one line."""
    opening, closing = book["flows.opening"].full, book["flows.closing"].full
    new, back, lost = (book[f"flows.{k}"].full for k in ("new", "reactivated", "lost"))
    words = Translated(
        '{closing}&" active customers, "&{by}&" % "&{more}&" than a year before: "&{new}&" new, "'
        '&{back}&" reactivated, "&{lost}&" lost"',
        '{closing}&" aktiva kunder, "&{by}&" % "&{more}&" än för ett år sedan: "&{new}&" nya, "'
        '&{back}&" återvunna, "&{lost}&" förlorade"',
    )
    more = Translated('IF({a}>={b},"more","fewer")', 'IF({a}>={b},"fler","färre")')
    message = book.translate(words).format(
        closing=f"FIXED({closing},0)",
        by=f"FIXED(ABS(100*({closing}/{opening}-1)),1)",
        more=book.translate(more).format(a=closing, b=opening),
        new=f"FIXED({new},0)",
        back=f"FIXED({back},0)",
        lost=f"FIXED(ABS({lost}),0)",
    )
    unknown = book.sentence(UNKNOWN_CUSTOMERS)
    return f"IF(COUNT({closing})=0,{unknown},IF(N({opening})>0,{message},{_active(book)}))"


def _active(book: Book) -> str:
    """A formula for the active customers in one line."""
    words = Translated('{a}&" active customers"', '{a}&" aktiva kunder"')
    return book.translate(words).format(a=f"FIXED({book['flows.closing'].full},0)")
