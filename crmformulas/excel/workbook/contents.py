"""Contents of a workbook: cells by key, inputs and formulas, and the language it speaks.

Sheets write into it and read from it; the book adds the sheets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import xlsxwriter

from crmformulas.excel.functions.lambdas import closed_forms
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import BILLION
from crmformulas.excel.workbook.styles import Styles
from crmformulas.translations import Label, Lang, Translated, translate

__all__ = ["Contents", "Formula", "Input", "Known", "in_swedish"]

Known: TypeAlias = Mapping[tuple[str, int, int], Any]
"""What formulas give, by sheet, row and column."""


GROUPED = re.compile(r"(?<=\d)\u00a0(?=\d{3})")
"""Between groups of three digits in a text of the package."""


class Input(NamedTuple):
    """A range of input cells.

    Attributes:
        place: Where.
        kind: A name of :data:`~crmformulas.excel.workbook.styles.KINDS`.
        bounds: The least and the most that may be typed; None where there is no limit.
        optional: Whether a cell may be empty.
        choices: What it is chosen from, if it is: texts, or the cells that hold them.
        needed: A range as large as this one, or None: a cell is only needed where that has a text.
        spared: A text in ``needed`` beside which no number is wanted; empty where there is none.
        example: The sum of the example's numbers in it; None where there are none.
    """

    place: CellRange
    kind: str
    bounds: tuple[float | None, float | None]
    optional: bool = False
    choices: tuple[str, ...] | CellRange | None = None
    needed: CellRange | None = None
    example: float | None = None
    spared: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its ``=``, and how its cell looks."""

    text: str
    kind: str
    look: str
    key: str


class Contents:
    """The contents of a workbook, as they are written.

    Attributes:
        xl: The XlsxWriter workbook.
        lang: The language of its texts.
        title: In the header of each page.
        styles: Its formats.
        places: Cells and ranges by key: how sheets refer to each other, and tests find figures.
        names: Cells by the name that formulas call them.
        inputs: Every range of input cells.
        formulas: Every cell with a formula.
        draft: Whether this is the writing that is only calculated. Long tables of data without
            formulas may be left out of it.
        telling: Cells whose sentences take their figures from others.
        gated: What was found for the draft: messages with the inputs that they rest on tested.
        from_file: Whether the counts in input cells come from a data file, which is shown.
        example: Whether what input cells come filled with is an example, which is told.
        empty: Whether input cells come without it.
    """

    def __init__(
        self,
        xl: xlsxwriter.Workbook,
        lang: Lang,
        title: Label,
        known: Known | None,
        *,
        from_file: bool = False,
        example: bool = False,
        empty: bool = False,
    ) -> None:
        self.xl = xl
        self.lang = lang
        self.title: str = translate(title, lang)
        self.styles = Styles(xl, lang, document=from_file)
        self.places: dict[str, CellRange] = {}
        self.names: dict[str, CellRange] = {}
        self.inputs: list[Input] = []
        self.formulas: dict[CellRange, Formula] = {}
        self.telling: set[CellRange] = set()
        self.draft = known is None
        self.gated: dict[CellRange, str] = {}
        self.from_file = from_file
        self.example = example and not empty
        self.empty = empty
        self._known = known or {}
        self._swedish: dict[str, str] = {}

    def translate(self, words: Label) -> str:
        """The words in the language of the book, with numbers as the cells of a page have them."""
        shown: str = translate(words, self.lang)
        if self.lang == "en" and isinstance(words, Translated):
            # A text that is in one language alone is data, which stays as it is.
            return GROUPED.sub(",", shown)
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

    def localized(self, formula: str) -> str:
        """The formula with the word for billions of the book's language."""
        return formula.replace(f'"{BILLION}"', '" md"') if self.lang == "sv" else formula

    def value(self, place: CellRange) -> Any:
        """The value of a formula, if it has been calculated."""
        return self._known.get((place.sheet, place.row, place.column))

    def calculated(self, place: CellRange, formula: str) -> Any:
        """The value of the formula at a place, if it has been calculated, as the book writes it.

        A program writes numbers into sentences as its own country does. What is stored for those
        that don't calculate is in the language of the book.
        """
        content = self.value(place)
        if self.lang != "sv" or not isinstance(content, str):
            return content
        if (
            "FIXED(" in formula
            or "ROUND(" in formula
            or place in self.telling
            or place in self.gated
        ):
            self._swedish[content] = in_swedish(content)
        return self._swedish.get(content, content)  # also where another cell repeats it

    def __getitem__(self, key: str) -> CellRange:
        """A cell or range by its key."""
        return self.places[key]

    def define(self, name: str, place: CellRange) -> None:
        """Name a cell for formulas: the same name in both languages.

        A name of the catalogue would replace a formula in this workbook.
        """
        taken = name.upper() in closed_forms()
        if taken or re.fullmatch(r"[A-Za-z]{1,3}\d+|[rRcC]\d*", name):
            raise ValueError(f"{name!r} is the name of a formula or a cell")
        self.xl.define_name(name, f"={place.full}")
        self.names[name] = place
        self.places.setdefault(name, place)


def in_swedish(text: str) -> str:
    """A text with its numbers as a Swede writes them.

    Examples:
        >>> in_swedish("1,284.7 M kr").replace("\\u00a0", "_")
        '1_284,7 M kr'
    """
    spaced = re.sub(r"\d{1,3}(?:,\d{3})+(?!\d)", lambda n: n.group().replace(",", "\u00a0"), text)
    return re.sub(r"(?<=\d)\.(?=\d)", ",", spaced)
