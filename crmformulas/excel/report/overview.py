"""The first sheet of the report: the message, what to know of the data, balance and key figures."""

from __future__ import annotations

from crmformulas.excel.book import Book
from crmformulas.excel.charts import Step, waterfall
from crmformulas.excel.sheet import DASH, Place
from crmformulas.excel.styles import GAIN, LOSS
from crmformulas.orders.headlines import Headline, headlines
from crmformulas.orders.results import Summary
from crmformulas.orders.warnings import EXCLUDED
from crmformulas.terms import Text, Words, term

__all__ = ["Overview"]

WIDTHS = (34, 16, 16, 16, 4, 34, 16)

FACTS = 5
"""The column of what was read."""

UNITS = {
    "money": "money",
    "share": "rate",
    "years": "years",
    "count": "count",
    "days": "days",
}

LIVE = {
    "customers": "flows.closing",
    "revenue": "outcome.total.revenue",
    "portfolio_value": "portfolio.total.portfolio_value",
    "retention": "portfolio.total.retention",
    "duration": "portfolio.total.duration",
}
"""Key figures that are calculated on other sheets."""


class Overview:
    """It stands first and is written last, as its figures refer to the other sheets."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._sheet = book.sheet(
            Text("Overview", "Sammanfattning"),
            Text("The year at a glance", "Året i korthet"),
            WIDTHS,
        )

    def write(self, summary: Summary, before: Summary | None) -> None:
        """Fill the sheet."""
        sheet = self._sheet
        sheet.formula(3, 0, book_message(self._book), "", "message", key="overview.message")
        row = self._warnings(5, summary) + 1
        last = max(self._headlines(row, summary, before), self._facts(row, summary)) + 2
        chart = last
        steps = [
            Step(term(key).capitalize() if isinstance(term(key), Text) else key,
                 self._book[f"flows.{key}"].full, key in ("opening", "closing"))
            for key in ("opening", "new", "reactivated", "lost", "closing")
        ]  # fmt: skip
        title = Text("Customers, from opening to closing", "Kunder, från IB till UB")
        waterfall(
            sheet, chart + 19, 0, steps, title, (chart, 0), key="overview.balance", size=(980, 350)
        )
        # What is said in five seconds stands on one page.
        sheet.xl.fit_to_pages(1, 1)
        sheet.freeze(3, 0)
        sheet.print_columns(len(WIDTHS) - 1, chart + 19 + len(steps) + 1)
        sheet.xl.activate()

    def _warnings(self, row: int, summary: Summary) -> int:
        if summary.notices:
            self._sheet.text(row - 1, 0, Text("To know", "Att veta"), "heading")
        for words in summary.notices:
            line = self._book.say(words)
            self._sheet.paragraph(
                row, 0, len(WIDTHS) - 1, f"▲ {line[:1].upper()}{line[1:]}", "plain"
            )
            row += 1
        return row

    def _headlines(self, row: int, summary: Summary, before: Summary | None) -> int:
        sheet = self._sheet
        heads = (
            Text("Key figure", "Nyckeltal"),
            Text("Now", "Nu"),
            Text("Year before", "Året innan"),
            Text("Change", "Ändring"),
        )
        found = list(headlines(summary, before))
        sheet.table(row, 0, heads, len(found), "KeyFigures")
        for i, line in enumerate(found, row + 1):
            self._headline(i, line)
        change = sheet.place(row + 1, 3, row + len(found))
        up, down = (f'LEFT({change.at(0).cell},1)="{mark}"' for mark in "▲▼")
        sheet.colour(change, up, GAIN)
        sheet.colour(change, down, LOSS)
        return row + len(found)

    def _headline(self, row: int, line: Headline) -> None:
        sheet, kind = self._sheet, UNITS[line.unit]
        label = self._book.say(line.label)
        sheet.text(row, 0, label[:1].upper() + label[1:])
        if line.key in LIVE:
            source = self._book[LIVE[line.key]].full
            now = sheet.formula(row, 1, source, kind, key=f"overview.{line.key}")
        else:
            now = sheet.value(row, 1, line.now, kind, key=f"overview.{line.key}")
        then = sheet.value(row, 2, line.before, kind, key=f"overview.{line.key}.before")
        sheet.formula(row, 3, _change(now, then, line.unit, self._book), "", "grey value")

    def _facts(self, row: int, summary: Summary) -> int:
        sheet, read = self._sheet, summary.input
        facts: list[tuple[Words, object, str]] = [
            (Text("Rows read", "Lästa rader"), read.rows, "count"),
            (Text("Orders", "Köp"), read.orders, "count"),
            (Text("Returns", "Returer"), read.returns, "count"),
            (Text("Customers", "Kunder"), read.customers, "count"),
            (Text("Net revenue", "Nettoomsättning"), read.net_revenue, "money"),
            (Text("First day", "Första dag"), read.first_day, "date"),
            (Text("Last day", "Sista dag"), read.last_day, "date"),
        ]
        for reason, count in read.excluded.items():
            words = EXCLUDED[reason]
            left_out = Text(f"Rows {words.en}", f"Rader {words.sv}")
            facts.append((left_out, count, "count"))
        sheet.table(
            row,
            FACTS,
            (Text("What was read", "Det som lästes"), Text("Value", "Värde")),
            len(facts),
            "Facts",
        )
        for i, (words, value, kind) in enumerate(facts, row + 1):
            sheet.text(i, FACTS, words)
            sheet.value(i, FACTS + 1, value, kind)  # type: ignore[arg-type]
        return row + len(facts)


def _change(now: Place, then: Place, unit: str, book: Book) -> str:
    """A formula for the change: points of a share, else per cent, with a mark."""
    a, b = now.cell, then.cell
    if unit == "share":
        by, after = f"ROUND(100*({a}-{b}),1)", book.say(Text(" pp", " p.e."))
        known = f"AND(ISNUMBER({a}),ISNUMBER({b}))"
    else:
        by, after = f"ROUND(100*({a}/{b}-1),1)", " %"
        known = f"IF(ISNUMBER({a}),IF(ISNUMBER({b}),{b}<>0,FALSE),FALSE)"
    told = f'IF({by}>0,"▲ +",IF({by}<0,"▼ ","= "))&FIXED({by},1)&"{after}"'
    return f'IF({known},{told},"{DASH}")'


def book_message(book: Book) -> str:
    """A formula for the year in one line."""
    opening, closing = book["flows.opening"].full, book["flows.closing"].full
    new, back, lost = (book[f"flows.{k}"].full for k in ("new", "reactivated", "lost"))
    words = Text(
        '{closing}&" active customers, "&{by}&" % "&{more}&" than a year before: "&{new}&" new, "'
        '&{back}&" reactivated, "&{lost}&" lost"',
        '{closing}&" aktiva kunder, "&{by}&" % "&{more}&" än för ett år sedan: "&{new}&" nya, "'
        '&{back}&" återvunna, "&{lost}&" förlorade"',
    )
    more = Text('IF({a}>={b},"more","fewer")', 'IF({a}>={b},"fler","färre")')
    told = book.say(words).format(
        closing=f"FIXED({closing},0)",
        by=f"FIXED(ABS(100*({closing}/{opening}-1)),1)",
        more=book.say(more).format(a=closing, b=opening),
        new=f"FIXED({new},0)",
        back=f"FIXED({back},0)",
        lost=f"FIXED(ABS({lost}),0)",
    )
    few = book.say(Text('{a}&" active customers"', '{a}&" aktiva kunder"'))
    return f"IF({opening}>0,{told},{few.format(a=f'FIXED({closing},0)')})"
