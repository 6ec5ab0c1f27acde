"""The sheet of what a customer costs to keep, win back or recruit, and of what one brings."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH, guard, ratio
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.orders.analysis.keep_or_acquire import WAYS, Way
from crmformulas.translations import Translated, translate

__all__ = ["write_keep_or_acquire"]

WIDTHS = (30.0, *[15.0] * 8)
MARGIN, HEAD, FIRST = 5, 7, 8


def write_keep_or_acquire(book: Book, ways: Sequence[Way]) -> None:
    """Write the sheet: costs and margin are the reader's to type; nothing without ways."""
    if not ways:
        return
    sheet = book.sheet(
        Translated("Keep or acquire", "Behålla eller skaffa"),
        Translated(
            "Keep or acquire: costs and what they bring", "Behålla eller skaffa: vad det ger"
        ),
        WIDTHS,
    )
    margin = Translated("Margin", "Marginal")
    sheet.text(MARGIN, 0, margin, "label")
    note = Translated(
        "The share of revenue that is left when what was sold is paid for; 100 % counts revenue.",
        "Den andel av omsättningen som är kvar när det sålda är betalt; 100 % räknar omsättning.",
    )
    share = sheet.input(MARGIN, 1, ways[0].margin, "rate", margin, note, key="keep.margin")
    sheet.text(MARGIN, 2, note, "beside")
    heads = (
        Translated("One of", "En av"),
        Translated("Costs", "Kostar"),
        Translated("Revenue a year", "Omsättning per år"),
        Translated("Retention", "Retention"),
        Translated("Years", "År"),
        Translated("Brings at most, break-even", "Ger, och får högst kosta"),
        Translated("Left over", "Blir över"),
        Translated("Per unit of cost", "Per kostnadskrona"),
        Translated("Back in years", "Tillbaka efter år"),
    )
    sheet.heads(HEAD, 0, heads)
    for row, way in enumerate(ways, FIRST):
        label = WAYS[way.way][1]
        sheet.text(row, 0, translate(label, book.lang).capitalize())
        cost = sheet.input(
            row,
            1,
            way.cost,
            "money",
            label,
            Translated("What one such customer costs.", "Vad en sådan kund kostar."),
            key=f"keep.{way.way}.cost",
            optional=True,
        ).cell
        annual = sheet.value(row, 2, way.annual_value, "money").cell
        stay = sheet.value(row, 3, way.retention, "rate").cell
        years = sheet.formula(
            row, 4, guard([stay], f'IF({stay}<1,1/(1-{stay}),"{DASH}")'), "years"
        ).cell
        parts = [annual, years, share.fixed]
        brings = sheet.formula(
            row, 5, guard(parts, "*".join(parts)), "money", key=f"keep.{way.way}.brings"
        ).cell
        sheet.formula(row, 6, guard([brings, cost], f"{brings}-{cost}"), "signed money")
        sheet.formula(row, 7, ratio(brings, cost), "ratio")
        a_year = f"({annual}*{share.fixed})"
        sheet.formula(
            row,
            8,
            guard(
                [cost, annual, share.fixed],
                f'IF(OR({a_year}<=0,AND(ISNUMBER({brings}),{brings}<{cost})),"{DASH}",'
                f"{cost}/{a_year})",
            ),
            "years",
        )
    _message(sheet, ways)
    labels = [str(translate(WAYS[way.way][1], book.lang)) for way in ways if not way.own_retention]
    last = len(WIDTHS) - 1
    row = FIRST + len(ways) + 1
    words = Translated(
        "One brings revenue a year × years × margin, without discounting. Years: 1 / (1 − "
        "retention), of last year's new, continued and reactivated customers each by itself. A "
        "dash under years: the cost is not back while the customer stays.",
        "En kund ger omsättning per år × år × marginal, utan diskontering. År: 1 / (1 − retention),"
        " av förra årets nya, fortsatt aktiva och återvunna var för sig. Streck: kostnaden "
        "är inte tillbaka medan kunden är kvar.",
    )
    sheet.paragraph(row, 0, last, words)
    if labels:
        names = ", ".join(labels)
        of_all = Translated(
            "History does not tell who they were the year before, so retention is that of all for: "
            "{}.",
            "Historiken säger inte vad de var året innan, så retentionen är allas för: {}.",
        )
        sheet.paragraph(row + 1, 0, last, of_all.format(names))
    sheet.freeze(3, 1)
    sheet.print_columns(last, row + 2)
    sheet.xl.fit_to_pages(1, 1)


def _message(sheet: Sheet, ways: Sequence[Way]) -> None:
    """Which way brings most for its cost; else what to type."""
    book = sheet.book
    each = sheet.place(FIRST, 7, FIRST + len(ways) - 1).cell
    names = sheet.place(FIRST, 0, FIRST + len(ways) - 1).cell
    best = f"MAX({each})"
    finding = book.sentence(
        Translated(
            "{who} brings most for its cost: {times} for every one spent",
            "{who} ger mest för sin kostnad: {times} för varje satsad",
        ),
        who=f"INDEX({names},MATCH({best},{each},0))",
        times=f"FIXED({best},1)",
    )
    unknown = book.sentence(
        Translated(
            "Type what it costs to keep, win back and recruit a customer",
            "Skriv vad det kostar att behålla, återvinna och skaffa en kund",
        )
    )
    sheet.formula(
        3, 0, f"IF(COUNT({each})=0,{unknown},{finding})", "", "message", key="keep.message"
    )
