"""A sheet as the workbooks here look: inputs one colour, notes grey, one page wide on A4."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

INPUT = "#FFF4CC"
BAND = "#1F4E5F"
GREY = "#6B6B6B"
RULE = "#BFBFBF"
LINE = 15
"""The height of a line of text, in points."""

MONEY, RATE, COUNT, FACTOR, YEARS = "#,##0", "0.0%", "#,##0", "0.00", "0.00"
FORMATS = {
    "money": MONEY,
    "spend": MONEY,
    "count": COUNT,
    "orders": COUNT,
    "rate": RATE,
    "signed rate": RATE,
    "discount": RATE,
    "points": RATE,
    "years": YEARS,
    "lifetime": YEARS,
    "ratio": "0.0",
    "growth": FACTOR,
    "simulation": FACTOR,
}
"""How numbers of a kind are shown; others as they are."""


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Any] = {}
        grey = {"font_color": GREY, "valign": "top"}
        self._looks: dict[str, dict[str, Any]] = {
            "plain": {},
            "wrapped": {"text_wrap": True, "valign": "top"},
            "wrapped input": {"text_wrap": True, "valign": "top", "bg_color": INPUT},
            "title": {"bold": True, "font_size": 16, "font_color": BAND},
            "heading": {"bold": True, "font_size": 12, "font_color": BAND},
            "head": {"bold": True, "bottom": 1, "valign": "bottom"},
            "number head": {"bold": True, "bottom": 1, "valign": "bottom", "align": "right"},
            "band": {"bold": True, "font_color": "#FFFFFF", "bg_color": BAND},
            "strong": {"bold": True, "top": 1, "top_color": RULE},
            "syntax": {"bold": True, "font_name": "Consolas", "font_size": 10},
            "formula": {"font_name": "Consolas", "font_size": 10, "valign": "top"},
            "argument": {"indent": 1, "valign": "top"},
            "note": grey,
            "wrapped note": grey | {"text_wrap": True},
            "input": {"bg_color": INPUT, "border": 1, "border_color": RULE, "valign": "top"},
            "value": {"valign": "top"},
            "total": {"top": 1, "bold": True},
        }

    def __call__(self, look: str, kind: str = "") -> Any:
        """A format by the name of its look and the kind of its number."""
        key = (look, FORMATS.get(kind, kind))
        if key not in self._made:
            shown = {"num_format": key[1]} if set(key[1]) & set("0#") else {}
            self._made[key] = self._book.add_format(self._looks[look] | shown)
        return self._made[key]


class Sheet:
    """A sheet to write on."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, styles: Styles) -> None:
        self._sheet = book.add_worksheet(name)
        self._style = styles
        self._widths: tuple[float, ...] = ()
        self._lines: dict[int, int] = {}
        self._sheet.hide_gridlines(2)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(0.5, 0.5, 0.7, 0.6)
        self._sheet.set_header(f"&LCRM formulas&R{name}")
        self._sheet.set_footer("&L&F&RPage &P of &N")

    def print_columns(self, last: int, rows: int) -> None:
        """Print the columns up to the last one, however far a text runs on."""
        self._sheet.print_area(0, 0, rows - 1, last)

    def widths(self, *widths: float) -> None:
        """The widths of the columns, in characters."""
        self._widths = widths
        for i, width in enumerate(widths):
            self._sheet.set_column(i, i, width)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep the first rows and columns in view, and print the rows on every page."""
        self._sheet.freeze_panes(rows, columns)
        self._sheet.repeat_rows(0, rows - 1)

    def text(self, row: int, column: int, text: str, look: str = "plain") -> None:
        """A text in a cell."""
        self._sheet.write_string(row, column, text, self._style(look))
        if look.startswith("wrapped"):
            # Not every program makes a row as high as its text on opening a file.
            lines = len(wrap(text, int(self._widths[column] * 1.05)))
            self._lines[row] = max(lines, self._lines.get(row, 1))
            self._sheet.set_row(row, LINE * self._lines[row])

    def band(self, row: int, width: int, text: str) -> None:
        """A coloured row with a heading."""
        for column in range(width):
            self._sheet.write_string(row, column, "" if column else text, self._style("band"))

    def inputs(self, row: int, column: int, rows: list[list[Any]], kind: str) -> str:
        """Cells for the reader's numbers; returns what a formula calls them."""
        for i, cells in enumerate(rows):
            for j, value in enumerate(cells):
                large = kind not in FORMATS and float(value).is_integer() and abs(value) >= 1000
                style = self._style("input", MONEY if large else kind)
                self._sheet.write_number(row + i, column + j, value, style)
        last = (row + len(rows) - 1, column + len(rows[0]) - 1)
        return str(xl_range(row, column, *last))

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        values: list[list[Any]],
        kind: str,
        look: str = "value",
    ) -> str:
        """A formula that spills, with what it gives; returns what others call its cells."""
        style = self._style(look, kind)
        last = (row + len(values) - 1, column + len(values[0]) - 1)
        self._sheet.write_dynamic_array_formula(
            row, column, *last, f"={formula}", style, values[0][0]
        )
        for i, cells in enumerate(values):
            for j, value in enumerate(cells):
                if i or j:
                    self._sheet.write_number(row + i, column + j, value, style)
        return str(xl_range(row, column, *last))
