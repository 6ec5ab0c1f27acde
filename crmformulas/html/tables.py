"""Charts and tables as the template shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crmformulas.charts.chart import NARROW, WIDE, Chart, Table
from crmformulas.printable import printable
from crmformulas.translations import Label, Lang, translate

__all__ = ["Cell", "Figure", "TableView", "figure", "small", "view"]

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is read, and whether it stands to the right."""

    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it is read."""

    head: list[Cell]
    rows: list[list[Cell]]
    total: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart drawn for a page and for a phone, with its words and its table."""

    key: str
    title: str
    alt: str
    note: str
    wide: str
    narrow: str
    table: TableView


NUMBER = re.compile(r"[≈+−]?\u00a0?\d[\d\u00a0.,]*(?:\u00a0?[%M])?(?: \([+−]?\d[\d\u00a0]*\))?|–")
"""A figure that was written out already."""


def view(table: Table, lang: Lang, caption: Label = "") -> TableView:
    """A table in a language, figures to the right; what was read from a file is text alone.

    Examples:
        >>> from crmformulas.charts.chart import Column
        >>> columns = Column("tier", "text"), Column("missed", "text")
        >>> view(Table(columns, (("top", "−4,0\u00a0%"), ("mid", "–"))), "en").rows[0][1].number
        True
        >>> view(Table(columns, (("top", "−4,0\u00a0%"), ("mid", "none"))), "en").rows[0][1].number
        False
    """
    body = table.text(lang)
    numbers = [
        column.kind != TEXT
        or (place > 0 and bool(body) and all(NUMBER.fullmatch(row[place]) for row in body))
        for place, column in enumerate(table.columns)
    ]

    def line(texts: list[str]) -> list[Cell]:
        return [Cell(printable(text), n) for text, n in zip(texts, numbers, strict=True)]

    return TableView(
        line(table.head(lang)),
        [line(row) for row in body],
        table.total,
        str(translate(caption, lang)),
    )


def figure(chart: Chart, lang: Lang) -> Figure:
    """A chart as the page shows it."""
    return Figure(
        chart.key,
        printable(translate(chart.title, lang)),
        printable(translate(chart.alt, lang)),
        "" if chart.note is None else translate(chart.note, lang),
        small(chart.to_svg(WIDE, lang)),
        small(chart.to_svg(NARROW, lang)),
        view(chart.table, lang),
    )


ROLES = re.compile(r' (?:aria-[a-z]+|role|xmlns:xlink|version|pointer-events)="[^"]*"')
"""What Vega says of each mark; the figure says it once, in words."""

LONG = re.compile(r"(\d+\.\d{2})\d+")

SIZE = re.compile(r'<svg([^>]*?) width="(\d+)" height="(\d+)"')


def small(svg: str) -> str:
    """A drawing without what the page says better, as wide as there is room and no wider.

    Examples:
        >>> small('<svg role="x" width="10" height="20"><path aria-label="a" d="1.2345"/></svg>')
        '<svg aria-hidden="true" style="max-width:10px"><path d="1.23"/></svg>'
    """
    bare = LONG.sub(r"\1", ROLES.sub("", svg))
    return SIZE.sub(r'<svg\1 aria-hidden="true" style="max-width:\2px"', bare, count=1)
