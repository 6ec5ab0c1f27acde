"""HTML of a summary, a list of customers and a forecast for a notebook.

They show themselves by ``_repr_html_``, with nothing installed beyond what counted them. What was
read from a file is text and nothing else.
"""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from crmformulas.charts.chart import Column, Table
from crmformulas.charts.forecast_tables import ENDS, ladder_caption, ladder_table
from crmformulas.charts.of_analyses import SEPARATED, separated_figures
from crmformulas.charts.of_summary import portfolio_table
from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.narrative import narrative, what_was_read
from crmformulas.orders.analysis.separation.results import FOOTER, question_label, value_text
from crmformulas.orders.selections.report_lists import FORECAST_METHODS
from crmformulas.orders.summary.headlines import headlines
from crmformulas.printable import printable
from crmformulas.translations import (
    Label,
    Lang,
    Translated,
    counted_in_both,
    heading,
    term,
    translate,
)

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import Expected, Forecast
    from crmformulas.orders.analysis.separation.results import Separation
    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.summary.model import Summary

__all__ = ["customers_html", "forecast_html", "separation_html", "summary_html", "table_html"]

SHOWN = 10
"""Customers of a list that a notebook shows."""


def table_html(table: Table, lang: Lang = "en") -> str:
    """A table as HTML, its figures to the right.

    Examples:
        >>> made = Table((Column("tier", "text"), Column("CLV", "money")), (("<", 6250.0),))
        >>> print(table_html(made))
        <table><thead><tr><th align="left">tier</th><th align="right">CLV</th></tr></thead>
        <tbody><tr><th align="left">&lt;</th><td align="right">6\xa0250</td></tr></tbody></table>
    """
    sides = ["left" if column.kind == "text" else "right" for column in table.columns]

    def line(texts: list[str], cells: str) -> str:
        elements = (
            f'<{tag} align="{side}">{escape(printable(text))}</{tag}>'
            for tag, side, text in zip(cells.split(), sides, texts, strict=True)
        )
        return f"<tr>{''.join(elements)}</tr>"

    count = len(table.columns)
    head = line(table.head(lang), " ".join(["th"] * count))
    body = "".join(line(row, " ".join(["th", *["td"] * (count - 1)])) for row in table.text(lang))
    return f"<table><thead>{head}</thead>\n<tbody>{body}</tbody></table>"


def _lines(texts: list[str]) -> str:
    return "".join(f"<p>{escape(printable(text))}</p>" for text in texts if text)


def summary_html(summary: Summary, lang: Lang = "en") -> str:
    """The year in a few sentences, the key figures, and the value tiers."""
    figures = NumberFormat(lang)
    sentences = [
        translate(one.text, lang) for one in narrative(summary, f12_known=summary.f12_known)
    ]
    keys = tuple((_capital(line.label), line.text(lang)) for line in headlines(summary))
    until = f"12 {'months to' if lang == 'en' else 'månader till'} {figures.day(summary.as_of)}"
    return "".join(
        (
            f"<div><p><b>{until}</b>: {escape(translate(what_was_read(summary), lang))}</p>",
            _lines(sentences),
            _lines([f"! {translate(notice, lang)}" for notice in summary.notices]),
            table_html(Table((Column("", "text"), Column("", "text")), keys), lang),
            table_html(portfolio_table(summary), lang),
            "</div>",
        )
    )


def customers_html(customers: Customers, lang: Lang = "en") -> str:
    """The largest customers, and how many there are."""
    figures = NumberFormat(lang)
    rows = tuple(
        (
            one.customer,
            term(one.status or "–"),
            term(one.s12_tier or "–"),
            one.orders,
            one.revenue,
            figures.day(one.last_order),
        )
        for one in islice(customers.rows(SHOWN), SHOWN)
    )
    last: Label = Translated("Last order", "Senaste köp")
    columns = (
        Column(heading("customer"), "text"),
        Column(heading("status"), "text"),
        Column(heading("tier"), "text"),
        Column(heading("orders")),
        Column(heading("revenue"), "money"),
        Column(last, "text"),
    )
    count = figures.whole(customers.count())
    words = Translated("the {} largest of {} customers", "de {} största av {} kunder")
    caption = translate(words, lang).format(len(rows), count)
    return f"<div><p>{caption}</p>{table_html(Table(columns, rows), lang)}</div>"


def forecast_html(forecast: Forecast, lang: Lang = "en") -> str:
    """Expected figures with their intervals, the F-ladder then, and the outcome of the backtest."""
    figures = NumberFormat(lang)
    head = Translated("{} months after {}", "{} månader efter {}")
    title = translate(head, lang).format(forecast.months, figures.day(forecast.as_of))
    parts = [f"<p><b>{title}</b></p>"]
    parts.append(_lines([f"! {translate(notice, lang)}" for notice in forecast.notices]))
    if forecast.total is not None:
        rows = tuple(_expected(row) for row in (*forecast.tiers, forecast.total))
        columns = (
            Column(heading("tier"), "text"),
            Column(heading("customers")),
            Column(Translated("Buy", "Köper")),
            Column(heading("orders")),
            *(Column(end) for end in ENDS),
            Column(heading("revenue"), "money"),
            *(Column(end, "money") for end in ENDS),
        )
        parts.append(table_html(Table(columns, rows, total=True), lang))
        parts.append(_lines([translate(ladder_caption(forecast), lang)]))
        parts.append(table_html(ladder_table(forecast), lang))
    if forecast.backtest:
        errors = tuple(
            (FORECAST_METHODS[row.method], row.buyers_error, row.orders_error, row.revenue_error)
            for row in forecast.backtest
        )
        heads = (
            Column(Translated("Missed a year ago", "Missat för ett år sedan"), "text"),
            Column(Translated("Buy", "Köper"), "signed share"),
            Column(heading("orders"), "signed share"),
            Column(heading("revenue"), "signed share"),
        )
        parts.append(table_html(Table(heads, errors), lang))
    return f"<div>{''.join(parts)}</div>"


def separation_html(answer: Separation, lang: Lang = "en") -> str:
    """The values that stand out, or what would have been seen, with what it does not prove."""
    figures = NumberFormat(lang)
    label = translate(question_label(answer.kind, answer.step, answer.days), lang)
    head = f"<p><b>{escape(answer.question)}: {escape(label)}</b></p>"
    intro = Translated(
        f"{{}}, {figures.percent(answer.rate)} went on",
        f"{{}}, {figures.percent(answer.rate)} gick vidare",
    ).format(counted_in_both(answer.customers, "customer", figures.whole(answer.customers)))
    lines = [translate(intro, lang), *(f"! {translate(one, lang)}" for one in answer.notices)]
    rows = tuple(
        (
            column.label,
            value_text(column, one, lang),
            *separated_figures(one),
            one.shrunk,
            one.note,
        )
        for column in answer.called
        for one in sorted(column.values, key=lambda one: -abs(one.shrunk))
        if one.stands_out
    )
    columns = (
        Column(Translated("Column", "Kolumn"), "text"),
        Column(Translated("Value", "Värde"), "text"),
        *SEPARATED,
        Column(Translated("Shrunk", "Krympt"), "points"),
        Column(Translated("Note", "Not"), "text"),
    )
    table = table_html(Table(columns, rows), lang) if rows else ""
    if not rows:
        lines.append(translate(answer.empty_answer(), lang))
    return f"<div>{head}{_lines(lines)}{table}{_lines([translate(FOOTER, lang)])}</div>"


def _capital(label: Label) -> Label:
    return label.capitalize() if isinstance(label, Translated) else label


def _expected(row: Expected) -> tuple[Label | float, ...]:
    return (
        term(row.name),
        row.customers,
        row.buyers,
        row.orders,
        row.orders_low,
        row.orders_high,
        row.revenue,
        row.revenue_low,
        row.revenue_high,
    )
