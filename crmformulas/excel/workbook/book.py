"""A workbook in one language whose formulas are live, and whose stored values are right.

Viewers that don't calculate (a preview, pandas) show what is stored beside a formula. So a book is
written twice: a draft, which IronCalc calculates, and then the book with those values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import xlsxwriter

from crmformulas import __version__
from crmformulas.excel.functions.names import add_names
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Contents, Known
from crmformulas.excel.workbook.input_checks import check_inputs
from crmformulas.excel.workbook.long_table import LongTable, rewrites
from crmformulas.excel.workbook.named_formulas import translated
from crmformulas.excel.workbook.plain_tables import close
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.files import TemporaryFolder
from crmformulas.translations import Label, Lang, Translated

__all__ = ["Book", "write_book"]

ONCE = datetime(2026, 1, 1)
"""The date of creation in the file, whenever it is built."""

COMPANY = Translated("Example Ltd", "Exempel AB")
PERIOD = Translated("Last 12 months", "Senaste 12 månaderna")


NARROW = 12
"""Columns that are as wide together as a title."""

TABS = {
    "board": "#1F4E5F",
    "results": "#8DB4C2",
    "todo": "#1E6F5C",
    "inputs": "#E3B505",
    "method": "#BFBFBF",
}
"""The parts of a book, and the colours of their tabs."""


class Book(Contents):
    """A workbook being written.

    Attributes:
        sheets: Every sheet, in their order.
        long: Tables whose rows are written with the file.
    """

    def __init__(
        self,
        xl: xlsxwriter.Workbook,
        lang: Lang,
        title: Label,
        known: Known | None,
        **kind: bool,
    ) -> None:
        super().__init__(xl, lang, title, known, **kind)
        self.sheets: list[Sheet] = []
        self.long: list[LongTable] = []
        self._guide: Sheet | None = None
        self._index_row = 0
        xl.set_properties(
            {"title": self.title, "author": f"crmformulas {__version__}", "created": ONCE}
        )
        xl.set_size(2400, 1500)

    def plain_sheet(self, name: Label) -> Sheet:
        """An empty sheet."""
        sheet = Sheet(self, self.translate(name))
        self.sheets.append(sheet)
        return sheet

    def sheet_of(self, place: CellRange) -> Sheet:
        """The sheet on which a cell stands."""
        return next(sheet for sheet in self.sheets if sheet.name == place.sheet)

    def link(self, place: CellRange, formula: str, kind: str) -> None:
        """A formula in the place of what was to be typed; XlsxWriter keeps what is written last."""
        self.sheet_of(place).formula(place.row, place.column, formula, kind)
        self.inputs[:] = [one for one in self.inputs if one.place != place]

    def finish(self) -> None:
        """Complete what rests on all sheets together, once they are written."""
        check_inputs(self, self.sheets)
        for sheet in self.sheets:
            group = sheet.group or ("inputs" if self._typed_in(sheet) else "results")
            sheet.xl.set_tab_color(TABS[group])
        self._index()

    def _typed_in(self, sheet: Sheet) -> bool:
        cells = [one for one in self.inputs if one.place.sheet == sheet.name]
        own = sum(place.sheet == sheet.name for place in self.formulas)
        size = sum(
            (one.place.last_row - one.place.row + 1)
            * (one.place.last_column - one.place.column + 1)
            for one in cells
        )
        return size > own

    def arrange(self, groups: Mapping[str, Sequence[Sheet]]) -> None:
        """Put the sheets in an order of their own, by groups whose tabs have one colour.

        They are written in the order in which they refer to each other.
        """
        order = [sheet for sheets in groups.values() for sheet in sheets]
        for group, sheets in groups.items():
            for sheet in sheets:
                sheet.group = group
        self.sheets[:] = order
        self.xl.worksheets_objs.sort(key=[sheet.xl for sheet in order].index)
        for i, xl in enumerate(self.xl.worksheets_objs):
            xl.index = i
        numbers = {sheet.name: i for i, sheet in enumerate(order, 1)}
        self.long[:] = [replace(one, number=numbers[one.row.sheet]) for one in self.long]

    def _index(self) -> None:
        """List the sheets on the first one of the book with links, and lead back from each."""
        if self._guide is None:
            return
        guide, row = self._guide, self._index_row
        guide.text(row, 0, Translated("Sheets", "Blad"), "heading")
        others = [sheet for sheet in self.sheets if sheet is not guide]
        for i, sheet in enumerate(others, row + 1):
            guide.link(i, 1, sheet.name, sheet.name)
            if sheet.corner:
                back = Translated("↑ All sheets", "↑ Alla blad")
                at = last = sheet.corner
                if at < NARROW <= sheet.last_column:
                    # Beside narrow columns it would cut the title: it takes two of them.
                    at, last = NARROW - 1, NARROW
                sheet.link(0, at, guide.name, back, "back link", last)
        guide.print_columns(2, row + len(others) + 1)

    def sheet(self, name: Label, title: Label, widths: Sequence[float]) -> Sheet:
        """A sheet with its title and, below it, company and period; content starts in row 3.

        The name must be at most 31 characters. Company and period are those typed on the first
        sheet, which :meth:`guide` makes. Names and titles of the package may be one text in both
        languages, ``Migration | Migration``.
        """
        name, title = (translated(x) if isinstance(x, str) else x for x in (name, title))
        sheet = self.plain_sheet(name)
        sheet.widths(*widths)
        sheet.text(0, 0, title, "title")
        sheet.xl.set_row(0, 24)
        sheet.formula(1, 0, 'company&IF(period="",""," · "&period)', "", "note")
        return sheet

    def guide(
        self,
        lines: Sequence[Label],
        *,
        source: Label,
        company: Label = COMPANY,
        period: Label = PERIOD,
        currency: Label = "kr",
        budget: Label | None = None,
    ) -> Sheet:
        """The first sheet: how to use the book in ten lines, its company, period and currency.

        The cells are named ``company``, ``period`` and ``currency``, and where the book has a
        budget ``budget_period``.
        """
        sheet = self.plain_sheet(Translated("Read me", "Läs mig"))
        sheet.widths(16, 40, 60)
        sheet.text(0, 0, self.title, "title")
        sheet.xl.set_row(0, 24)
        entries: tuple[tuple[str, Translated, Label, Translated], ...] = (
            (
                "company",
                Translated("Company", "Företag"),
                company,
                Translated("Stands at the top of every sheet.", "Står överst på varje blad."),
            ),
            (
                "period",
                Translated("Period", "Period"),
                period,
                Translated("Stands at the top of every sheet.", "Står överst på varje blad."),
            ),
            (
                "currency",
                Translated("Currency", "Valuta"),
                currency,
                Translated(
                    "Stands in titles, such as kr or €.", "Står i rubriker, till exempel kr."
                ),
            ),
        )
        if budget is not None:
            about = Translated("Which period is budgeted.", "Vilken period som budgeteras.")
            label = Translated("Budget for", "Budget för")
            entries = (*entries, ("budget_period", label, budget, about))
        for i, (name, label, value, note) in enumerate(entries, 2):
            sheet.text(i, 0, label, "label")
            sheet.input(
                i,
                1,
                value,
                "text",
                label,
                note,
                name=name,
                optional=True,
                setting=name == "currency",
            )
        row = 3 + len(entries)
        how = Translated("How to use this workbook", "Så använder du arbetsboken")
        sheet.text(row, 0, how, "heading")
        for i, line in enumerate(lines, 1):
            sheet.text(row + i, 0, str(i), "note")
            sheet.paragraph(row + i, 1, 2, line, "plain")
        row += len(lines) + 2
        sheet.text(row, 0, Translated("Cells", "Celler"), "heading")
        legend: tuple[tuple[str, Translated], ...] = (
            (
                "wrapped input",
                Translated(
                    "Yours to change. Choose one and read what may be typed.",
                    "Din att ändra. Välj den och läs vad som kan skrivas.",
                ),
            ),
            ("plain", Translated("Calculated: a formula to click.", "Beräknad: en formel att se.")),
            ("total", Translated("A total, ruled above.", "En summa, med linje över.")),
            ("note", Translated("A note.", "En anteckning.")),
        )
        if self.from_file:
            counted = Translated(
                "Counted from your file; a change shows what would follow.",
                "Räknat ur din fil; en ändring visar vad som skulle följa.",
            )
            legend = (legend[0], ("wrapped given", counted), *legend[1:])
        for i, (look, words) in enumerate(legend, 1):
            sheet.text(row + i, 1, words, look)
        row += len(legend) + 2
        sheet.paragraph(row, 0, 2, source)
        credit = Translated(
            f"Made by crmformulas {__version__}. Its formulas, such as =CLV(5, 500, 2.5), are "
            "names in this workbook too (Excel 365, 2024 and web).",
            f"Gjord med crmformulas {__version__}. Dess formler, till exempel =CLV(5; 500; 2,5), "
            "finns som namn i arbetsboken (Excel 365, 2024 och webben).",
        )
        sheet.paragraph(row + 1, 0, 2, credit)
        sheet.xl.fit_to_pages(1, 1)
        sheet.freeze(1, 0)
        self._guide, self._index_row = sheet, row + 3
        sheet.group = "method"
        return sheet


def write_book(
    path: Path,
    lang: Lang,
    title: Label,
    write: Callable[[Book], None],
    *,
    from_file: bool = False,
    example: bool = False,
    empty: bool = False,
) -> Book:
    """Write a workbook, with the formulas of the catalogue as names in it.

    Args:
        path: Where; what is there is replaced.
        lang: The language of its texts.
        title: In the header of each page, and in the properties of the file.
        write: Writes the sheets. It is called twice, and writes the same both times.
        from_file: Whether the counts in input cells come from a data file, which is shown.
        example: Whether what input cells come filled with is an example, which is told.
        empty: Whether input cells come without it.

    Returns:
        The book, closed: to find its places.
    """
    kind = {"from_file": from_file, "example": example, "empty": empty}
    with TemporaryFolder() as folder:
        draft, plain = folder / "draft.xlsx", folder / "plain.xlsx"
        first = _written(draft, lang, title, write, None, kind)
        known = _calculated(draft, first)
        book = _written(plain, lang, title, write, known, kind, first.gated)
        add_names(plain, path, force=True, rewrite=lambda package: rewrites(package, book.long))
    return book


def _written(
    path: Path,
    lang: Lang,
    title: Label,
    write: Callable[[Book], None],
    values: Known | None,
    kind: Mapping[str, bool],
    gated: Mapping[CellRange, str] = {},
) -> Book:
    # Its parts are small, as long tables are written later; no file is left, whatever ends the run.
    xl = xlsxwriter.Workbook(path, {"in_memory": True})
    book = Book(xl, lang, title, values, **kind)
    book.gated.update(gated)
    write(book)
    book.finish()
    close(xl)
    return book


def _calculated(path: Path, book: Book) -> Known:
    import ironcalc

    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    order = {sheet.name: i for i, sheet in enumerate(book.xl.worksheets())}
    by_cell = {}
    for place in book.formulas:
        value = model.get_cell_value(order[place.sheet], place.row + 1, place.column + 1)
        by_cell[place.sheet, place.row, place.column] = "" if value is None else value
    return by_cell
