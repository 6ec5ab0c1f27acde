"""A sheet to write on: texts, input cells with what may be typed, live formulas, tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from textwrap import wrap
from typing import Any, Literal, TypeAlias

from xlsxwriter.utility import quote_sheetname
from xlsxwriter.worksheet import Worksheet

from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Contents, Formula, Input
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.phrases import phrases
from crmformulas.excel.workbook.styles import BAND, GREY, KINDS, LINE, NEUTRAL
from crmformulas.translations import Label, Translated

__all__ = ["Cell", "Sheet", "stored"]

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""What a day may be, in an input cell."""

ROOM = 9
"""As wide is a column in which the link to the first sheet has room."""

ENDLESS = 1e9
"""A bound that nobody reaches is not told."""

LYING, UPRIGHT = (1026, 669), (698, 997)
"""What an A4 page has room for within its margins, in pixels, by how it is turned."""

LINE_PIXELS = 20
"""As high is a row whose height nobody set."""

LEGIBLE = 0.5
"""The least scale of a page."""

UPRIGHT_IF = 1.1
"""By so much larger a page has to become to be turned."""

COLUMNS = 16_384
"""Of a sheet in Excel."""

TABLE_STYLE = "Table Style Light 1"

Cell: TypeAlias = "float | str | Translated | date | None"


def stored(value: float) -> float:
    """Round to the 15 digits that Excel keeps: what is beyond differs between processors."""
    return float(f"{value:.15g}")


class _Plain(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are written as they are.

    XlsxWriter looks in each formula for thirty functions that are newer than its files: ours have
    none, and there are thousands of them.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class Sheet:
    """A sheet of a :class:`~crmformulas.excel.workbook.book.Book`, A4 landscape, one page wide."""

    def __init__(self, book: Contents, name: str) -> None:
        self.book = book
        self.name = name
        self.xl = book.xl.add_worksheet(name, worksheet_class=_Plain)
        self.because: Label = ""
        """Why figures here are unknown or approximate, which the third row says."""
        self.approximate = False
        """Whether they are told nevertheless, as approximate."""
        self.is_printed = True
        self.printed = 0, 0
        """The last column and the number of rows that are printed."""
        self.group = ""
        """Of which part of the book it is, a name of :data:`GROUPS`; by its inputs where empty."""
        self._first = self._repeated = 0
        self._widths: tuple[float, ...] = ()
        self._lines: dict[int, int] = {}
        self.xl.hide_gridlines(2)
        self.xl.set_landscape()
        self.xl.set_paper(9)
        self.xl.fit_to_pages(1, 0)
        self.xl.set_margins(0.5, 0.5, 0.7, 0.6)
        self.xl.set_header(f"&L{book.title.replace('&', '&&')}&R&A")
        page = book.translate(Translated("Page &P of &N", "Sida &P av &N"))
        self.xl.set_footer(f"&L&F&R{page}")

    # Layout

    def widths(self, *widths: float) -> None:
        """The widths of the columns, in characters."""
        self._widths = widths
        for i, width in enumerate(widths):
            self.xl.set_column(i, i, width)

    def widen(self, *widths: float) -> None:
        """Give the columns behind the last one a width, too."""
        self.widths(*self._widths, *widths)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep the first rows and columns in view, and print the rows on every page."""
        self.xl.freeze_panes(rows, columns)
        if rows:
            self._repeated = rows
            self.xl.repeat_rows(0, rows - 1)

    @property
    def last_column(self) -> int:
        """The last column that has a width of its own."""
        return max(len(self._widths) - 1, 0)

    @property
    def corner(self) -> int:
        """The last column in which a short text has room; 0 where there is none."""
        wide = [j for j, width in enumerate(self._widths) if width >= ROOM]
        return wide[-1] if wide else 0

    def print_columns(self, last: int, rows: int, first: int = 0) -> None:
        """Print the columns up to the last one, however far a text runs on.

        Args:
            last: That column.
            rows: The row after the last that is printed.
            first: The first row, below those that stand on every page.
        """
        if self.is_printed:
            self.printed, self._first = (last, rows), first
            self.xl.print_area(first, 0, rows - 1, last)

    def page(
        self,
        rows: int,
        freeze: tuple[int, int] = (3, 1),
        *,
        whole: bool = False,
        breaks: Sequence[int] = (),
    ) -> None:
        """Print the columns with a width of their own, and so many rows.

        Args:
            rows: The row after the last that is printed.
            freeze: How many rows and columns stay in view.
            whole: On one page.
            breaks: The rows before which a page ends.
        """
        self.freeze(*freeze)
        self.print_columns(self.last_column, rows)
        if whole:
            self.xl.fit_to_pages(1, 1)
        if breaks:
            self.xl.set_h_pagebreaks(list(breaks))

    def fit_on_a_page(self) -> bool:
        """Print what is printed on one page, upright where that is larger; False leaves it as is.

        What would be smaller than :data:`LEGIBLE` is not made so small.
        """
        last, rows = self.printed
        width = sum(int(7 * size + 5.5) for size in self._widths[: last + 1])
        known = self.xl.row_sizes
        shown = [*range(self._repeated if self._first else 0), *range(self._first, rows)]
        height = sum(known[row][0] if row in known else LINE_PIXELS for row in shown)
        lying, upright = (
            min(1.0, wide / max(width, 1), high / max(height, 1)) for wide, high in (LYING, UPRIGHT)
        )
        if max(lying, upright) < LEGIBLE:
            return False
        if upright > lying * UPRIGHT_IF:
            self.xl.set_portrait()
        self.xl.set_h_pagebreaks([])
        self.xl.fit_to_pages(1, 1)
        return True

    def leave_unprinted(self) -> None:
        """Print nothing of it: what is printed is a column that is hidden, the last of all."""
        self.is_printed, self.printed = False, (0, 0)
        self.xl.set_column(COLUMNS - 1, COLUMNS - 1, None, None, {"hidden": True})
        self.xl.print_area(0, COLUMNS - 1, 0, COLUMNS - 1)

    def place(
        self, row: int, column: int, last_row: int | None = None, last_column: int | None = None
    ) -> CellRange:
        """A cell, or a range where the last row or column is given."""
        return CellRange(
            self.name,
            row,
            column,
            row if last_row is None else last_row,
            column if last_column is None else last_column,
        )

    def link(
        self, row: int, column: int, sheet: str, words: Label, look: str = "link", last: int = -1
    ) -> None:
        """A text that leads to the top of another sheet, over several columns where they are given.

        Neither program follows a link in a formula alike, so this is one of the cell.
        """
        style, shown = self.book.styles(look), self.book.translate(words)
        if last > column:
            self.xl.merge_range(row, column, row, last, "", style)
        target = f"internal:{quote_sheetname(sheet)}!A1"
        self.xl.write_url(row, column, target, style, shown, sheet)

    # Texts

    def text(
        self, row: int, column: int, words: Label | CellRange, look: str = "plain"
    ) -> CellRange:
        """A text in a cell, or that of another cell."""
        if isinstance(words, CellRange):
            return self.formula(row, column, f'{words.full}&""', "", look)
        shown = self.book.translate(words)
        self.xl.write_string(row, column, shown, self.book.styles(look))
        if look.startswith("wrapped"):
            self._heighten(row, shown, self._widths[column])
        return self.place(row, column)

    def paragraph(self, row: int, column: int, last: int, words: Label, look: str = "note") -> None:
        """A text over several columns, as high as it needs to be."""
        shown = self.book.translate(words)
        style = self.book.styles(f"wrapped {look}" if look in ("note", "beside") else "wrapped")
        self.xl.merge_range(row, column, row, last, "", style)
        self.xl.write_string(row, column, shown, style)
        self._heighten(row, shown, sum(self._widths[column : last + 1]))

    def lead(self, message: CellRange) -> None:
        """Repeat the message of another sheet above the content, which begins in row 3."""
        self.xl.set_row(1, LINE + 6)
        self.formula(2, 0, message.full, "", "message")
        self.xl.set_row(2, LINE + 6)

    def heads(
        self, row: int, column: int, heads: Sequence[Label | CellRange], texts: int = 1
    ) -> None:
        """Headings of columns: the first ``texts`` at the left, the others over their numbers.

        Those of the package may be one text in both languages, ``Value | Värde; Share | Andel``.
        """
        if isinstance(heads, str):
            heads = phrases(heads)
        for j, words in enumerate(heads):
            look = "head" if j < texts else "number head"
            if isinstance(words, CellRange):
                self.text(row, column + j, words, look)
                continue
            shown = self.book.translate(words)
            self.xl.write_string(row, column + j, shown, self.book.styles(look))
            if column + j < len(self._widths):
                self._heighten(row, shown, self._widths[column + j] - 1)

    def band(self, row: int, width: int, words: Label) -> None:
        """A coloured row with a heading."""
        shown = self.book.translate(words)
        for column in range(width):
            self.xl.write_string(row, column, "" if column else shown, self.book.styles("band"))

    def total_label(self, row: int, label: Label, column: int = 0) -> None:
        """The label of a total, and the line above it from the first column to the last."""
        for j in range(self.last_column + 1):
            self.text(row, j, label if j == column else "", "total label")

    def _heighten(self, row: int, shown: str, width: float) -> None:
        # Not every program makes a row as high as its text on opening a file.
        lines = sum(len(wrap(part, max(int(width * 1.12), 4))) or 1 for part in shown.split("\n"))
        self._lines[row] = max(lines, self._lines.get(row, 1))
        self.xl.set_row(row, LINE * self._lines[row])

    # Numbers

    def input(
        self,
        row: int,
        column: int,
        value: Cell,
        kind: str,
        label: Label,
        note: Label,
        *,
        key: str = "",
        name: str = "",
        choices: Sequence[Label] | CellRange | None = None,
        low: float | None = None,
        high: float | None = None,
        optional: bool = False,
        look: str = "",
        data: bool = False,
        setting: bool = False,
    ) -> CellRange:
        """A cell for the reader: coloured, with what may be typed, and a note when it is chosen.

        Args:
            row, column: Where, from 0.
            value: What stands there; None leaves it empty.
            kind: A name of :data:`~crmformulas.excel.workbook.styles.KINDS`.
            label: Its name, at most 32 characters: the title of the note.
            note: What it means and what to type, at most 255 characters.
            key: By which tests and other sheets find the cell, such as ``outcome.new.customers``.
            name: A name for formulas, such as ``opening_customers``.
            choices: The texts to choose from, or the cells that hold them.
            low: The least that may be typed, in place of the kind's.
            high: The most.
            optional: May be empty.
            look: In place of the one of its kind.
            data: It is a count of the data: where the book is filled from a file, it looks so.
            setting: Its value is one of the method, which stays where examples are left out.
        """
        place = self.inputs(
            row,
            column,
            [[value]],
            kind,
            label,
            note,
            key=key,
            choices=choices,
            low=low,
            high=high,
            optional=optional,
            look=look,
            data=data,
            setting=setting,
        )
        if name:
            self.book.define(name, place)
        return place

    def inputs(
        self,
        row: int,
        column: int,
        rows: Sequence[Sequence[Cell]],
        kind: str,
        label: Label,
        note: Label,
        *,
        key: str = "",
        choices: Sequence[Label] | CellRange | None = None,
        low: float | None = None,
        high: float | None = None,
        optional: bool = False,
        look: str = "",
        data: bool = False,
        setting: bool = False,
        needed: CellRange | None = None,
        spared: Label = "",
    ) -> CellRange:
        """A range of input cells of one kind, as :meth:`input`.

        ``needed`` is a range as large: a cell is only needed where that has a text, and not the one
        that is ``spared``.
        """
        look = look or ("wrapped entry" if kind == "text" else "input")
        if data and self.book.from_file and look == "input":
            look = "given"
        style = self.book.styles(look, kind)
        if self.book.empty and not setting:
            rows = [[None] * len(cells) for cells in rows]
        for i, cells in enumerate(rows):
            for j, value in enumerate(cells):
                self._write(row + i, column + j, value, style)
                if kind == "text" and isinstance(value, str) and column + j < len(self._widths):
                    self._heighten(row + i, value, self._widths[column + j])
        place = self.place(row, column, row + len(rows) - 1, column + len(rows[0]) - 1)
        bounds = KINDS[kind].low if low is None else low, KINDS[kind].high if high is None else high
        self._validate(place, kind, label, note, choices, bounds)
        listed: tuple[str, ...] | CellRange | None = None
        if isinstance(choices, CellRange):
            listed = choices
        elif choices is not None:
            listed = tuple(self.book.translate(choice) for choice in choices)
        example = None
        if self.book.example and not setting and kind != "text":
            example = math.fsum(v for cells in rows for v in cells if isinstance(v, int | float))
        self.book.inputs.append(
            Input(
                place,
                kind,
                bounds,
                optional,
                listed,
                needed,
                example or None,
                self.book.translate(spared),
            )
        )
        if key:
            self.book.places[key] = place
        return place

    def _write(self, row: int, column: int, value: Any, style: Any) -> None:
        if value is None or value == "":
            self.xl.write_blank(row, column, None, style)
        elif isinstance(value, (str, Translated)):
            self.xl.write_string(row, column, self.book.translate(value), style)
        elif isinstance(value, (int, float)):
            self.xl.write_number(row, column, value, style)
        else:
            self.xl.write_datetime(row, column, value, style)

    def _validate(
        self,
        place: CellRange,
        kind: str,
        label: Label,
        note: Label,
        choices: Sequence[Label] | CellRange | None,
        bounds: tuple[float | None, float | None],
    ) -> None:
        translate = self.book.translate
        low, high = bounds
        rule: dict[str, Any] = {
            "input_title": translate(label)[:32],
            "input_message": translate(note)[:255],
            "error_title": translate(Translated("Not possible here", "Går inte här")),
        }
        if choices is not None:
            if isinstance(choices, CellRange):
                source: Any = f"={choices.full}"
            else:
                source = [translate(c) for c in choices]
            rule |= {"validate": "list", "source": source}
            rule["error_message"] = translate(
                Translated("Choose from the list.", "Välj ur listan.")
            )
        elif kind == "text":
            rule |= {"validate": "length", "criteria": "<=", "value": 500}
            rule["error_message"] = translate(
                Translated("At most 500 characters.", "Högst 500 tecken.")
            )
        elif kind in ("date", "month"):
            rule |= {"validate": "date", "criteria": "between"}
            rule |= {"minimum": FIRST_DAY, "maximum": LAST_DAY}
            rule["error_message"] = translate(
                Translated("A day is wanted here.", "Här ska stå en dag.")
            )
        elif low is None or high is None:
            rule |= {"validate": "decimal", "criteria": "between"}
            rule |= {"minimum": -1e15 if low is None else low}
            rule |= {"maximum": 1e15 if high is None else high}
            rule["error_message"] = translate(
                Translated("A number is wanted here.", "Här ska stå ett tal.")
            )
        else:
            rule |= {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
            rule["error_message"] = translate(_wanted(kind, low, high))
        self.xl.data_validation(place.cell, rule)

    def value(
        self, row: int, column: int, value: Cell, kind: str, look: str = "value", key: str = ""
    ) -> CellRange:
        """A figure that comes from data and isn't to be changed; None is shown as a dash."""
        style = self.book.styles(look, kind)
        self._write(row, column, DASH if value is None else value, style)
        place = self.place(row, column)
        if key:
            self.book.places[key] = place
        return place

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        kind: str,
        look: str = "value",
        *,
        key: str = "",
        name: str = "",
    ) -> CellRange:
        """A live formula, written without its ``=``; returns where it is."""
        place = self.place(row, column)
        formula = self.book.localized(formula)
        self.book.formulas[place] = Formula(formula, kind, look, key)
        cached = self.book.calculated(place, formula)
        self.xl.write_formula(
            row,
            column,
            f"={formula}",
            self.book.styles(look, kind),
            0 if cached is None else cached,
        )
        if key:
            self.book.places[key] = place
        if name:
            self.book.define(name, place)
        return place

    def spill(
        self,
        row: int,
        column: int,
        formula: str,
        values: list[list[Any]],
        kind: str,
        look: str = "value",
    ) -> CellRange:
        """A formula that spills, with what it gives."""
        style = self.book.styles(look, kind)
        place = self.place(row, column, row + len(values) - 1, column + len(values[0]) - 1)
        self.xl.write_dynamic_array_formula(
            row,
            column,
            place.last_row,
            place.last_column,
            f"={formula}",
            style,
            stored(values[0][0]),
        )
        for i, cells in enumerate(values):
            for j, value in enumerate(cells):
                if i or j:
                    self.xl.write_number(row + i, column + j, stored(value), style)
        return place

    # Tables and marks

    def table(
        self,
        row: int,
        column: int,
        heads: Sequence[Label],
        rows: int,
        name: str,
        *,
        texts: int = 1,
        filters: bool = False,
    ) -> CellRange:
        """An Excel table; its cells are written by the caller, from the row below the heads.

        Returns:
            The cells of the table below its heads.
        """
        shown = [self.book.translate(h) for h in heads]
        self.heads(row, column, shown, texts)
        columns = [
            {
                "header": head,
                "header_format": self.book.styles("head" if j < texts else "number head"),
            }
            for j, head in enumerate(shown)
        ]
        self.xl.add_table(
            row,
            column,
            row + rows,
            column + len(heads) - 1,
            {
                "name": name,
                "columns": columns,
                "style": TABLE_STYLE,
                "autofilter": filters,
                "banded_rows": False,
            },
        )
        return self.place(row + 1, column, row + rows, column + len(heads) - 1)

    def heat(self, place: CellRange, hue: str) -> None:
        """Colour cells by their figure, from white to the hue."""
        self.xl.conditional_format(
            place.cell, {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": hue}
        )

    def colour(self, place: CellRange, condition: str, colour: str, background: str = "") -> None:
        """Colour the text of cells where a formula holds, in which ``CELL`` stands for each."""
        condition = condition.replace("CELL", place.at(0).cell)
        look: dict[str, Any] = {"font_color": colour}
        if background:
            look["bg_color"] = background
        self.xl.conditional_format(
            place.cell,
            {
                "type": "formula",
                "criteria": f"={condition}",
                "format": self.book.styles.rule(**look),
            },
        )

    def sparkline(
        self, row: int, column: int, place: CellRange, kind: Literal["line", "column"] = "line"
    ) -> None:
        """A small line of the figures of a range, or columns, with its last point marked.

        LibreOffice prints the columns, but of a line its last point alone.
        """
        look: dict[str, Any] = {"series_color": GREY, "weight": 1.5}
        if kind == "column":
            # From 0: else the least of them would be drawn as nothing.
            look = {"series_color": NEUTRAL, "last_color": BAND, "min": 0}
            known = [n for n in map(self.book.value, place.each()) if isinstance(n, (int, float))]
            if self.book.from_file and max(known, default=0) > 0:
                # Not every program leaves room between a line and the next.
                look["max"] = 1.2 * max(known)
        self.xl.add_sparkline(
            row,
            column,
            {"range": place.full, "type": kind, "last_point": True, **look},
        )


def _wanted(kind: str, low: float, high: float) -> Translated:
    """The values that may be typed, as the reader is told."""
    unit = KINDS[kind].unit or Translated("a number", "ett tal")
    unit = Translated(unit.en[:1].upper() + unit.en[1:], unit.sv[:1].upper() + unit.sv[1:])
    if high >= ENDLESS:
        if low <= -ENDLESS:
            return Translated(f"{unit.en}.", f"{unit.sv}.")
        return Translated(f"{unit.en}: {low:g} or more.", f"{unit.sv}: {low:g} eller mer.")
    if "%" in KINDS[kind].shown:
        least, most = f"{100 * low:g}", f"{100 * high:g} %"
    else:
        least, most = f"{low:g}", f"{high:,.0f}".replace(",", "\u00a0")
    return Translated(
        f"{unit.en}: from {least} to {most}.", f"{unit.sv}: från {least} till {most}."
    )
