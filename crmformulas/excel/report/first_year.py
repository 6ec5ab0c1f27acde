"""The sheets of the first year of the new, and of the last 24 months."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, chart, distances
from crmformulas.excel.workbook.expressions import DASH, guard, ratio
from crmformulas.excel.workbook.long_table import FIRST_YEAR
from crmformulas.excel.workbook.styles import SHADES
from crmformulas.formats import MONTHS, NumberFormat, day_label
from crmformulas.orders.summary.first_year import newest_first_years, period_name
from crmformulas.orders.summary.who_buys import who_buys
from crmformulas.translations import Label, Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.excel.workbook.sheet import Sheet
    from crmformulas.orders.summary.model import FirstYear, Month, Summary

__all__ = ["write_first_year", "write_months"]

HEAD = 5
"""The row of the heads of each table."""

KINDS = {
    "year": Translated("year", "år"),
    "quarter": Translated("quarter", "kvartal"),
    "rolling": Translated("12 months", "12 månader"),
}

ORDER = ("rolling", "year", "quarter")
"""What is read first."""

FEWEST, CHART_ROWS = 2, 14
"""Columns that a chart is drawn of, and the rows that it takes."""

PRINTED = 58
"""Rows of a page."""

FIRST_YEAR_HEADS: tuple[Label, ...] = (
    Translated("First order in", "Första köp i"),
    Translated("Period", "Period"),
    Translated("Customers", "Kunder"),
    Translated("Followed a year", "Följda ett år"),
    Translated("Orders", "Antal köp"),
    Translated("Revenue", "Omsättning"),
    Translated("Bought again", "Köpte igen"),
    Translated("Orders each", "Köp per kund"),
    Translated("Order value", "Ordervärde"),
    Translated("Revenue each", "Omsättning per kund"),
    Translated("Share with a repeat", "Andel med återköp"),
    Translated("80 %: low", "80 %: låg"),
    Translated("80 %: high", "80 %: hög"),
    Translated("CLV", "Livstidsintäkt"),
    Translated("Change", "Ändring"),
    Translated("Measured LTV", "Uppmätt livstidsintäkt"),
    Translated("after months", "efter månader"),
)

ABOUT_FIRST_YEAR = Translated(
    "The twelve months from each customer's first order, of those of whom all twelve are observed. "
    "CLV = orders each × order value × 1 / (1 − share with a repeat). The change is on the same "
    "months a year before. Ranges are by chance alone; they say nothing of a changed market.",
    "De tolv månaderna från varje kunds första köp, för dem vars tolv månader alla har setts. "
    "Livstidsintäkt = köp per kund × ordervärde × 1 / (1 − andel med återköp). Ändringen är mot "
    "samma månader året innan. Intervallen gäller slumpen; de säger inget om en ändrad marknad.",
)

NEAR_START = Translated(
    "History starts in or just before the periods marked *: some of their customers are likely old "
    "ones.",
    "Historiken börjar i eller strax före perioder märkta *: en del av deras kunder är troligen "
    "gamla.",
)


def write_first_year(book: Book, summary: Summary) -> None:
    """Write the sheet of what new customers do in their first twelve months, by when they came."""
    newest = summary.first_year_records[::-1]
    rows = sorted(newest, key=lambda row: ORDER.index(row.kind))
    if not rows:
        return
    sheet = book.sheet(
        Translated("First year", "Första året"),
        Translated("The first year of the new", "De nyas första år"),
        (26, 12, *(13.5,) * 15),
    )
    sheet.text(3, 0, _message(summary), "message")
    book.places["first_year.message"] = sheet.place(3, 0)
    drawn = sum(row.kind == ORDER[0] and row.repeat_share is not None for row in rows) >= FEWEST
    head = HEAD + CHART_ROWS if drawn else HEAD
    sheet.table(head, 0, FIRST_YEAR_HEADS, len(rows), "FirstYear", texts=2, filters=True)
    for i, row in enumerate(rows, head + 1):
        _first_year(sheet, i, row)
    if drawn:
        _repeats_chart(sheet, head + 1, sum(row.kind == ORDER[0] for row in rows))
    last = head + len(rows)
    book.places["first_year.clv"] = sheet.place(head + 1, 13, last)
    sheet.paragraph(last + 2, 0, 8, ABOUT_FIRST_YEAR)
    if any(row.near_start for row in rows):
        sheet.paragraph(last + 3, 0, 8, NEAR_START)
    sheet.freeze(3, 2)
    # The newest of each kind come first; what is older is to look up.
    sheet.print_columns(16, min(last + 4, PRINTED))


def _repeats_chart(sheet: Sheet, first: int, count: int) -> None:
    """The share with a repeat by recruit year, the newest first, with its interval."""
    last = first + count - 1
    shares, low, high = (sheet.place(first, column, last) for column in (10, 11, 12))
    errors = distances(sheet, (first, sheet.last_column + 3), shares, low, high)
    title = Translated(
        "Share with a repeat in the first year, by when they came, with its 80 % interval",
        "Andel med återköp första året, efter när de kom, med 80-procentigt intervall",
    )
    chart(
        sheet,
        (HEAD, 0),
        "column",
        title,
        sheet.place(first, 0, last),
        [Series("", shares, SHADES[1], "0.0%", errors)],
        shown="0%",
        axis=False,
        least=0,
        size=(1100, 20 * CHART_ROWS - 10),
        # Time goes to the right; the table has the newest first.
        backwards=True,
    )


def _period(row: FirstYear) -> Translated:
    """A period with its days as the pages tell them."""
    first, between, last = row.period.partition("..")
    if not between:
        return period_name(row)
    ends = (day_label(date.fromisoformat(day)) for day in (first, last))
    return Translated("{} – {}", "{} – {}").format(*ends)


def _first_year(sheet: Sheet, at: int, row: FirstYear) -> None:
    star = Translated("{} *", "{} *")
    name = _period(row)
    sheet.text(at, 0, star.format(name) if row.near_start else name)
    sheet.text(at, 1, KINDS[row.kind])
    again = None if row.repeat_share is None else round(row.repeat_share * row.observed)
    counted = (
        (row.customers, "count"),
        (row.observed, "count"),
        (row.orders, "count"),
        (row.revenue, "money"),
        (again, "count"),
    )
    for column, (count, kind) in enumerate(counted, 2):
        sheet.value(at, column, count, kind)
    seen, orders, revenue, repeats = (sheet.place(at, column).cell for column in range(3, 7))
    each = sheet.formula(at, 7, ratio(orders, seen), "0.00").cell
    value = sheet.formula(at, 8, ratio(revenue, orders), "money").cell
    sheet.formula(at, 9, ratio(revenue, seen), "money")
    share = sheet.formula(at, 10, ratio(repeats, seen), "rate").cell
    sheet.value(at, 11, row.low, "rate")
    sheet.value(at, 12, row.high, "rate")
    worth = guard([each, value, share], f'IF({share}<1,{each}*{value}/(1-{share}),"{DASH}")')
    sheet.formula(at, 13, worth, "money")
    sheet.value(at, 14, row.change, "signed rate")
    sheet.value(at, 15, row.ltv, "money")
    sheet.value(at, 16, row.ltv_months, "count")


def _message(summary: Summary) -> Translated:
    """The newest recruit year, and what changed since those a year before."""
    rows = newest_first_years(summary)
    if not rows:
        return Translated(
            "Nobody has been followed for a year yet", "Ingen har ännu följts under ett år"
        )
    now = rows[0]

    def phrase(lang: Lang, words: Translated, change: Translated) -> str:
        f = NumberFormat(lang)
        text = (words.en if lang == "en" else words.sv).format(
            f.whole(now.observed),
            translate(_period(now), lang),
            f.fixed(now.orders_per_customer, 2),
            f.amount(now.order_value),
            f.percent(now.repeat_share),
            f.amount(now.clv),
        )
        if now.change is None:
            return text
        sign = "+" if now.change > 0 else "−" if now.change < 0 else ""
        by = f"{sign}{f.percent(abs(now.change))}"
        return text + (change.en if lang == "en" else change.sv).format(by)

    words = Translated(
        "{} recruits of {}: {} orders of {} each in their first year, {} bought again: CLV {}",
        "{} nya kunder {}: {} köp à {} var första året, {} köpte igen: livstidsintäkt {}",
    )
    change = Translated(", {} on the year before", ", {} mot året innan")
    return Translated(phrase("en", words, change), phrase("sv", words, change))


MONTH_HEADS: tuple[Label, ...] = (
    Translated("Month", "Månad"),
    Translated("Active", "Aktiva"),
    Translated("New", "Nya"),
    Translated("Returning", "Återkommande"),
    Translated("Returning share", "Andel återkommande"),
    Translated("Revenue", "Omsättning"),
    Translated("from returning", "från återkommande"),
    Translated("share", "andel"),
    Translated("on the year before", "mot året innan"),
    Translated("Second orders", "Andra köp"),
    Translated("on the year before", "mot året innan"),
    Translated("Third orders", "Tredje köp"),
    Translated("Fourth orders", "Fjärde köp"),
    Translated("Customers to date", "Kunder hittills"),
    Translated("with two orders", "med två köp"),
    Translated("Repeat rate", "Återköpsandel"),
    Translated("Median days", "Median, dagar"),
)

LEAD_HEADS: tuple[Label, ...] = (
    Translated("Contacts who became customers", "Kontakter som blev kunder"),
    Translated("on the year before", "mot året innan"),
    Translated("Share of the leads due", "Andel av mogna leads"),
)
"""Beside them where there is a contact list."""

COUNT, MONEY = "count", "money"
YEAR = 12
"""Rows of a table up to the same month of the year before."""


LEADS_ABOUT = Translated(
    "Contacts who became customers made their first order after the lead and within the time that "
    "counts; the share is that of the leads whose time ended in the month.",
    "Kontakter som blev kunder gjorde sitt första köp efter karenstiden och inom den tid som "
    "räknas; andelen är den av leads vars tid gick ut under månaden.",
)


def write_months(book: Book, summary: Summary) -> None:
    """Each of the last 24 complete months beside the same month a year before."""
    sheet = book.sheet(
        Translated("Months", "Månader"),
        Translated("Month by month, against the year before", "Månad för månad, mot året innan"),
        (12, *(13.5,) * (len(MONTH_HEADS) + len(LEAD_HEADS) - 1)),
    )
    rows, with_contacts = summary.months, summary.ladder.contacts is not None
    heads = (*MONTH_HEADS, *(LEAD_HEADS if with_contacts else ()))
    sheet.text(3, 0, _month_message(rows), "message")
    book.places["months.message"] = sheet.place(3, 0)
    sheet.heads(HEAD, 0, heads)
    for i, month in enumerate(rows):
        # What the first twelve compare with stands above no row.
        then = summary.months_before[i] if i < YEAR else None
        _month(sheet, HEAD + 1 + i, month, then)
        if with_contacts:
            _leads(sheet, HEAD + 1 + i, month, then)
    last = HEAD + len(rows)
    about = Translated(
        "Revenue is that of the customers who bought in the month. Median days are those since the "
        "order before. A dash is a month that history does not cover.",
        "Omsättningen är den från kunder som köpte under månaden. Mediandagar räknas från köpet "
        "innan. Ett streck är en månad som historiken inte täcker.",
    )
    if with_contacts:
        about = Translated("{} {}", "{} {}").format(about, LEADS_ABOUT)
    sheet.paragraph(last + 2, 0, 8, about)
    sentences = who_buys(summary)
    for place, sentence in enumerate(sentences, last + 4):
        sheet.paragraph(place, 0, 8, sentence)
    sheet.freeze(HEAD + 1, 1)
    sheet.print_columns(len(heads) - 1, last + 4 + len(sentences))


def _month(sheet: Sheet, at: int, month: Month, then: Month | None) -> None:
    begins = date.fromisoformat(f"{month.month}-01")
    if begins.year < FIRST_YEAR:
        sheet.text(at, 0, month.month, "grey value")
    else:
        sheet.value(at, 0, begins, "month")
    kth = month.kth_orders or {}
    counted = {
        1: (month.active, COUNT),
        2: (month.new, COUNT),
        3: (month.returning, COUNT),
        5: (month.revenue, MONEY),
        6: (month.returning_revenue, MONEY),
        9: (month.second_orders, COUNT),
        11: (kth.get("3"), COUNT),
        12: (kth.get("4"), COUNT),
        13: (month.customers_to_date, COUNT),
        14: (month.repeaters_to_date, COUNT),
        16: (month.median_days, COUNT),
    }
    for column, (value, kind) in counted.items():
        sheet.value(at, column, value, kind)
    for column, (part, whole) in {4: (3, 1), 7: (6, 5), 15: (14, 13)}.items():
        cells = (sheet.place(at, place).cell for place in (part, whole))
        sheet.formula(at, column, ratio(*cells), "rate")
    for column, (of, key) in {8: (6, "returning_revenue"), 10: (9, "second_orders")}.items():
        _change(sheet, at, column, of, key, then=then, month=month)


def _leads(sheet: Sheet, at: int, month: Month, then: Month | None) -> None:
    """Write what the contacts of a month did."""
    first = len(MONTH_HEADS)
    sheet.value(at, first, month.converted_leads, COUNT)
    _change(sheet, at, first + 1, first, "converted_leads", then=then, month=month)
    sheet.value(at, first + 2, month.lead_rate, "rate")


def _change(
    sheet: Sheet, at: int, column: int, of: int, key: str, *, month: Month, then: Month | None
) -> None:
    """By how much a column rose since the same month a year before.

    Args:
        sheet: The sheet.
        at: The row.
        column: Where the change stands.
        of: The column that it is of.
        key: What that is called in a month.
        month: The month.
        then: The same month a year before, where it has no row; None where it has.
    """
    if then is not None:
        now, before = getattr(month, key), getattr(then, key)
        known = now is not None and before
        sheet.value(at, column, now / before - 1 if known else None, "signed rate")
        return
    now, was = (sheet.place(row, of).cell for row in (at, at - YEAR))
    change = f'IF({was}=0,"{DASH}",{now}/{was}-1)'
    sheet.formula(at, column, guard([now, was], change), "signed rate")


def _month_message(rows: tuple[Month, ...]) -> Translated:
    now, then = rows[-1], rows[-1 - YEAR]
    if now.second_orders is None or now.returning_revenue is None:
        return Translated("History covers no whole month", "Historiken täcker ingen hel månad")

    def phrase(lang: Lang, words: str, against: str) -> str:
        f = NumberFormat(lang)
        year, number = now.month.split("-")
        parts = [f"{MONTHS[lang][int(number) - 1]} {year}"]
        for after, before, tell in (
            (now.second_orders, then.second_orders, f.whole),
            (now.returning_revenue, then.returning_revenue, f.amount),
        ):
            past = "" if before is None else against.format(tell(before))
            parts += [tell(after), past]
        return words.format(*parts)

    return Translated(
        phrase(
            "en", "{}: {} second orders{}; returning customers brought {}{}", " ({} a year before)"
        ),
        phrase("sv", "{}: {} andra köp{}; återkommande kunder gav {}{}", " ({} året innan)"),
    ).capitalize()
