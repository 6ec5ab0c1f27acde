"""A workbook in one language whose formulas are live, and whose stored values are right.

Viewers that don't calculate (a preview, pandas) show what is stored beside a formula. So a book is
written twice: a draft, which IronCalc calculates, and then the book with those values.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from crmformulas import __version__
from crmformulas.errors import InputError
from crmformulas.excel.functions.lambdas import closed_forms
from crmformulas.excel.functions.names import add_names
from crmformulas.excel.workbook.long_table import LongTable, rewrites
from crmformulas.excel.workbook.sheet import Place, Sheet
from crmformulas.excel.workbook.styles import Styles
from crmformulas.translations import Label, Lang, Translated, translate

__all__ = ["Book", "write_book"]

ONCE = datetime(2026, 1, 1)
"""The date of creation in the file, whenever it is built."""

COMPANY = Translated("Example Ltd", "Exempel AB")
PERIOD = Translated("Last 12 months", "Senaste 12 månaderna")

Known: TypeAlias = Mapping[tuple[str, int, int], Any]
"""What formulas give, by sheet, row and column."""


class Book:
    """A workbook being written.

    Attributes:
        xl: The XlsxWriter workbook.
        lang: The language of its texts.
        title: In the header of each page.
        places: Cells and ranges by key: how sheets refer to each other, and tests find figures.
        inputs: Every range of input cells: place, kind, bounds, may be empty.
        formulas: Every cell with a formula.
        sheets: Every sheet, in their order.
        long: Tables whose rows are written with the file.
        draft: Whether this is the writing that is only calculated. Long tables of data without
            formulas may be left out of it.
    """

    def __init__(
        self, xl: xlsxwriter.Workbook, lang: Lang, title: Label, known: Known | None
    ) -> None:
        self.xl = xl
        self.lang = lang
        self.title: str = translate(title, lang)
        self.styles = Styles(xl, lang)
        self.places: dict[str, Place] = {}
        self.inputs: list[tuple[Place, str, tuple[float | None, float | None], bool]] = []
        self.formulas: list[Place] = []
        self.sheets: list[Sheet] = []
        self.long: list[LongTable] = []
        self.draft = known is None
        self._known = known or {}
        self._swedish: dict[str, str] = {}
        xl.set_properties(
            {"title": self.title, "author": f"crmformulas {__version__}", "created": ONCE}
        )
        xl.set_size(2400, 1500)

    def translate(self, words: Label) -> str:
        """The words in the language of the book."""
        shown: str = translate(words, self.lang)
        return shown

    def sentence(self, words: Label, **formulas: str) -> str:
        """A formula that says a text with what other formulas give at its ``{names}``."""
        texts = re.split(r"\{(\w+)\}", self.translate(words))
        parts = [
            f"({formulas[part]})" if i % 2 else '"' + part.replace('"', '""') + '"'
            for i, part in enumerate(texts)
            if part
        ]
        return "&".join(parts)

    def known(self, place: Place, formula: str) -> Any:
        """What the formula at a place gives, if it has been calculated.

        A program writes numbers into sentences as its own country does. What is stored for those
        that don't calculate is in the language of the book.
        """
        self.formulas.append(place)
        told = self._known.get((place.sheet, place.row, place.column))
        if self.lang != "sv" or not isinstance(told, str):
            return told
        if "FIXED(" in formula or "ROUND(" in formula:
            self._swedish[told] = in_swedish(told)
        return self._swedish.get(told, told)  # also where another cell repeats it

    def __getitem__(self, key: str) -> Place:
        """A cell or range by its key."""
        return self.places[key]

    def define(self, name: str, place: Place) -> None:
        """Name a cell for formulas: the same name in both languages.

        A name of the catalogue would replace a formula in this workbook.
        """
        taken = name.upper() in closed_forms()
        if taken or re.fullmatch(r"[A-Za-z]{1,3}\d+|[rRcC]\d*", name):
            raise ValueError(f"{name!r} is the name of a formula or a cell")
        self.xl.define_name(name, f"={place.full}")
        self.places.setdefault(name, place)

    def sheet(self, name: Label, title: Label, widths: Sequence[float]) -> Sheet:
        """A sheet with its title and, below it, company and period; content starts in row 3.

        The name must be at most 31 characters. Company and period are those typed on the first
        sheet, which :meth:`guide` makes.
        """
        sheet = Sheet(self, self.translate(name))
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
    ) -> Sheet:
        """The first sheet: how to use the book in ten lines, its company, period and currency.

        The cells are named ``company``, ``period`` and ``currency``.
        """
        sheet = Sheet(self, self.translate(Translated("Read me", "Läs mig")))
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
        for i, (name, label, value, note) in enumerate(entries, 2):
            sheet.text(i, 0, label, "label")
            sheet.input(i, 1, value, "text", label, note, name=name, optional=True)
        row = 6
        how = Translated("How to use this workbook", "Så använder du arbetsboken")
        sheet.text(row, 0, how, "heading")
        for i, line in enumerate(lines, 1):
            sheet.text(row + i, 0, str(i), "note")
            sheet.paragraph(row + i, 1, 2, line, "plain")
        row += len(lines) + 2
        sheet.text(row, 0, Translated("Cells", "Celler"), "heading")
        legend = (
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
        for i, (look, words) in enumerate(legend, 1):
            sheet.text(row + i, 1, words, look)
        row += len(legend) + 2
        sheet.paragraph(row, 0, 2, source)
        made = Translated(
            f"Made by crmformulas {__version__}. Its formulas, such as =CLV(5, 500, 2.5), are "
            "names in this workbook too (Excel 365, 2024 and web).",
            f"Gjord med crmformulas {__version__}. Dess formler, till exempel =CLV(5; 500; 2,5), "
            "finns som namn i arbetsboken (Excel 365, 2024 och webben).",
        )
        sheet.paragraph(row + 1, 0, 2, made)
        sheet.xl.fit_to_pages(1, 1)
        sheet.freeze(1, 0)
        sheet.print_columns(2, row + 2)
        return sheet


def in_swedish(told: str) -> str:
    """A text with its numbers as a Swede writes them.

    Examples:
        >>> in_swedish("1,284.7 M kr").replace("\\u00a0", "_")
        '1_284,7 M kr'
    """
    grouped = re.sub(r"\d{1,3}(?:,\d{3})+(?!\d)", lambda n: n.group().replace(",", "\u00a0"), told)
    return re.sub(r"(?<=\d)\.(?=\d)", ",", grouped)


def write_book(path: Path, lang: Lang, title: Label, write: Callable[[Book], None]) -> Book:
    """Write a workbook, with the formulas of the catalogue as names in it.

    Args:
        path: Where; what is there is replaced.
        lang: The language of its texts.
        title: In the header of each page, and in the properties of the file.
        write: Writes the sheets. It is called twice, and writes the same both times.

    Returns:
        The book, closed: to find its places.
    """
    with tempfile.TemporaryDirectory() as folder:
        draft, plain = Path(folder) / "draft.xlsx", Path(folder) / "plain.xlsx"
        book = _written(draft, lang, title, write, None)
        book = _written(plain, lang, title, write, _calculated(draft, book))
        add_names(plain, path, force=True, rewrite=lambda package: rewrites(package, book.long))
    return book


def _written(
    path: Path, lang: Lang, title: Label, write: Callable[[Book], None], known: Known | None
) -> Book:
    try:
        with xlsxwriter.Workbook(path) as xl:
            book = Book(xl, lang, title, known)
            write(book)
    except FileCreateError as error:
        raise InputError(f"the workbook can't be written: {error}") from None
    return book


def _calculated(path: Path, book: Book) -> Known:
    import ironcalc

    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    order = {sheet.name: i for i, sheet in enumerate(book.xl.worksheets())}
    known = {}
    for place in book.formulas:
        value = model.get_cell_value(order[place.sheet], place.row + 1, place.column + 1)
        known[place.sheet, place.row, place.column] = "" if value is None else value
    return known
