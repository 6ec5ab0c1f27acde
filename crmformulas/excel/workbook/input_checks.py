"""Tests of what is typed: the first cell that can't be used is named, and coloured.

A figure that rests on a text or an empty cell would look right. So each sheet with inputs says in
its third row which of them is no number where one is wanted, or outside what is possible; and
every message that rests on such a sheet, over whatever formulas, says that instead.

Only comparisons are used, which all spreadsheet programs calculate over a range alike: a text is
more than any number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_cell_to_rowcol

from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Input
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.excel.workbook.contents import Contents
    from crmformulas.excel.workbook.sheet import Sheet

__all__ = ["check_inputs", "key_of", "unusable"]

ROW = 2
"""Where a sheet says which of its inputs can't be used."""

WRONG, PAPER = "#8C2F1B", "#F8D7D0"
"""The colours of a cell that can't be used."""

MOST = 1e300
CORNER = 10**9
"""More than the row and column of any cell, written as one number."""

LACKS = Translated(
    "▼ {sheet}, {cell}: a number is lacking or not possible ({bad} of {all} cells to fill in here)",
    "▼ {sheet}, {cell}: ett tal saknas eller är inte möjligt ({bad} av {all} celler att fylla i)",
)

STILL = Translated("▲ The example's figures stand in {where}", "▲ Exemplets siffror står i {where}")
EXAMPLE = Translated("Example: ", "Exempel: ")

REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^\W\d]\w*))!)?(\$?[A-Z]{1,3}\$?\d+)(?::(\$?[A-Z]{1,3}\$?\d+))?"
    r"|\b([a-z][a-z0-9_]{2,})\b"
)
QUOTED = re.compile(r'"[^"]*"')
TELLS = re.compile(r"(^|\.)(message|check|second|title)(\.|$)")

CellKey = tuple[str, int, int]


def key_of(sheet: int) -> str:
    """The key of the cell that says which input of a sheet can't be used, by its number from 0."""
    return f"inputs.{sheet}"


def _checked(one: Input) -> bool:
    return one.kind != "text" or isinstance(one.choices, tuple)


def unusable(one: Input, cells: str, needed: str = "") -> str:
    """A formula that gives 1 for a cell that can't be used and 0 for others, also of a range."""
    if isinstance(one.choices, tuple):
        listed = "-".join(f'({cells}="{text}")' for text in one.choices)
        return f'({cells}<>"")*(1-{listed})'
    low, high = one.bounds
    low, high = -MOST if low is None else low, MOST if high is None else high
    fits = f'({cells}>={low:g})*({cells}<={high:g})*({cells}<>"")'
    if needed:
        spared = f'*({needed}<>"{one.spared}")' if one.spared else ""
        return f'({needed}<>""){spared}*(1-{fits})'
    return f'({cells}<>"")*(1-{fits})' if one.optional else f"(1-{fits})"


def check_inputs(book: Contents, sheets: Iterable[Sheet]) -> None:
    """Colour what can't be used, name the first of it, and let no message rest on it unsaid."""
    for one in book.inputs:
        _colour(book, one)
    in_order = list(sheets)
    for sheet in in_order:
        if sheet.because:
            sheet.text(ROW, 0, sheet.because, "alarm")
    checked = [one for one in book.inputs if _checked(one)]
    for number, sheet in enumerate(in_order):
        of_sheet = [one for one in checked if one.place.sheet == sheet.name]
        if of_sheet:
            _name_first(book, sheet, key_of(number), of_sheet)
    _gate(book, in_order, checked)


def _colour(book: Contents, one: Input) -> None:
    first = one.place.at(0).cell
    if isinstance(one.choices, CellRange):
        wrong = f'AND({first}<>"",COUNTIF({one.choices.full},{first})=0)'
    elif _checked(one):
        needed = one.needed.at(0) if one.needed else None
        wrong = f"{unusable(one, first, needed.cell if needed else '')}>0"
        if needed:
            # Copied over the range, the column of the names stays.
            wrong = wrong.replace(needed.cell, f"${needed.cell}")
    else:
        return
    book.xl.get_worksheet_by_name(one.place.sheet).conditional_format(
        one.place.cell,
        {
            "type": "formula",
            "criteria": f"={wrong}",
            "format": book.styles.rule(font_color=WRONG, bg_color=PAPER),
        },
    )


def _merged(inputs: list[Input], *, examples: bool = False) -> list[Input]:
    """The same cells in fewer ranges: those below or beside each other, of one rule."""
    whole: list[Input] = []
    for one in inputs:
        for i, other in enumerate(whole):
            if (both := _joined(other, one, examples)) is not None:
                whole[i] = both
                break
        else:
            whole.append(one)
    return whole if len(whole) == len(inputs) else _merged(whole, examples=examples)


def _joined(one: Input, other: Input, examples: bool) -> Input | None:
    if examples:
        if one.example is None or other.example is None:
            return None
    elif (
        one.needed
        or other.needed
        or (one.bounds, one.optional, one.choices) != (other.bounds, other.optional, other.choices)
    ):
        return None
    a, b = one.place, other.place
    below = (a.column, a.last_column) == (b.column, b.last_column) and b.row == a.last_row + 1
    beside = (a.row, a.last_row) == (b.row, b.last_row) and b.column == a.last_column + 1
    if not below and not beside:
        return None
    both = CellRange(a.sheet, a.row, a.column, b.last_row, b.last_column)
    return one._replace(place=both, example=(one.example or 0.0) + (other.example or 0.0) or None)


def _name_first(book: Contents, sheet: Sheet, key: str, inputs: list[Input]) -> None:
    bad, marks, count = [], [], 0
    for one in _merged(inputs):
        place = one.place
        cells = place.fixed
        tested = unusable(one, cells, one.needed.fixed if one.needed else "")
        single = place.row == place.last_row and place.column == place.last_column
        bad.append(tested if single else f"SUMPRODUCT({tested})")
        marks.append(f"({tested})*({CORNER}-1000*ROW({cells})-COLUMN({cells}))")
        count += (place.last_row - place.row + 1) * (place.last_column - place.column + 1)
    first = f"{CORNER}-SUMPRODUCT(MAX({','.join(marks)}))"
    # Beside what is printed: the message is a short formula.
    column = sheet.last_column + 2
    number = sheet.formula(ROW, column, "+".join(bad), "0", "aside").cell
    corner = sheet.formula(ROW, column + 1, first, "0", "aside").cell
    warning = book.sentence(
        LACKS,
        sheet=f'"{sheet.name}"',
        cell=f"ADDRESS(INT({corner}/1000),MOD({corner},1000),4)",
        bad=number,
        all=str(count),
    )
    untouched = _examples(book, sheet, key, column + 2, inputs)
    if sheet.because:
        untouched = book.sentence(sheet.because)
    sheet.formula(ROW, 0, f"IF({number}=0,{untouched},{warning})", "", "alarm", key=key)
    book.places[f"{key}.bad"] = sheet.place(ROW, column)


def _examples(book: Contents, sheet: Sheet, key: str, column: int, inputs: list[Input]) -> str:
    """A formula that tells where the example's numbers still stand, as they were delivered."""
    still = {
        one.place: f"(ABS(SUM({one.place.fixed})-{one.example!r})<={abs(one.example) * 1e-9!r})"
        for one in _merged(inputs, examples=True)
        if one.example
    }
    if not still:
        return '""'
    count = sheet.formula(ROW, column, f"0+{'+'.join(still.values())}", "0", "aside")
    where = "&".join(f'IF({test},", {place.cell}","")' for place, test in still.items())
    listed = sheet.formula(ROW, column + 1, f"MID({where},3,500)", "", "aside").cell
    book.places[f"{key}.example"] = count
    return f'IF({count.cell}=0,"",{book.sentence(STILL, where=listed)})'


def _gate(book: Contents, sheets: list[Sheet], checked: list[Input]) -> None:
    by_name = {sheet.name: sheet for sheet in sheets}
    if book.draft:
        book.gated.update(_gates(book, sheets, checked))
    for place, gated in book.gated.items():
        formula = book.formulas[place]
        by_name[place.sheet].formula(
            place.row, place.column, gated, formula.kind, formula.look, key=formula.key
        )


def _gates(
    book: Contents, sheets: list[Sheet], checked: list[Input]
) -> Iterator[tuple[CellRange, str]]:
    """The messages that change: what they say only where the inputs they rest on can be used."""
    rests = _Rests(book, checked)
    number = {sheet.name: i for i, sheet in enumerate(sheets)}
    for place, formula in list(book.formulas.items()):
        message = formula.look == "message"
        if formula.look == "alarm" or not (message or TELLS.search(formula.key)):
            continue
        if _repeats_a_message(book, place, formula.text):
            continue
        found = sorted(number[name] for name in rests.of((place.sheet, place.row, place.column)))
        gated = formula.text
        if message:
            gated = _as_example(book, found, place, gated)
        if message and sheets[number[place.sheet]].approximate:
            gated = f'"≈ "&{gated}'
        for i in reversed(found):
            alarm, bad = book[key_of(i)], book[f"{key_of(i)}.bad"]
            here = alarm.sheet == place.sheet
            gated = (
                f"IF({bad.cell if here else bad.full}>0,"
                f"{alarm.cell if here else alarm.full},{gated})"
            )
        if gated != formula.text:
            yield place, gated


def _repeats_a_message(book: Contents, place: CellRange, text: str) -> bool:
    """Whether a formula is but another cell, which is a message itself."""
    if not (match := REFERENCE.fullmatch(text)) or not match[3] or match[4]:
        return False
    sheet = (match[1] or match[2] or place.sheet).replace("''", "'")
    row, column = xl_cell_to_rowcol(match[3].replace("$", ""))
    repeated = book.formulas.get(CellRange(sheet, row, column, row, column))
    return repeated is not None and repeated.look == "message"


def _as_example(book: Contents, sheets: list[int], place: CellRange, message: str) -> str:
    """The message, which says so while any figure that it rests on is one of the example."""
    keys = [f"{key_of(number)}.example" for number in sheets]
    counts = [book[key] for key in keys if key in book.places]
    if not counts:
        return message
    standing = "+".join(one.cell if one.sheet == place.sheet else one.full for one in counts)
    return f'IF({standing}>0,"{book.translate(EXAMPLE)}","")&{message}'


class _Rests:
    """On the inputs of which sheets a formula rests, over the formulas that it refers to."""

    def __init__(self, book: Contents, checked: list[Input]) -> None:
        self._book = book
        self._formulas = {(p.sheet, p.row, p.column): f.text for p, f in book.formulas.items()}
        self._inputs = {cell for one in checked for cell in _cells(one.place)}
        self._rows = {cell[:2] for cell in (*self._formulas, *self._inputs)}
        self._found: dict[CellKey, frozenset[str]] = {}

    def of(self, cell: CellKey) -> frozenset[str]:
        """The names of the sheets."""
        if cell not in self._found:
            self._found[cell] = frozenset()  # a circle ends here
            sheet_names = frozenset((cell[0],)) if cell in self._inputs else frozenset()
            for place in self._references(cell):
                for other in self._telling(place):
                    sheet_names |= self.of(other)
            self._found[cell] = sheet_names
        return self._found[cell]

    def _telling(self, place: CellRange) -> Iterator[CellKey]:
        """Its cells that are typed in or calculated."""
        for row in range(place.row, place.last_row + 1):
            if (place.sheet, row) not in self._rows:
                continue
            for column in range(place.column, place.last_column + 1):
                cell = place.sheet, row, column
                if cell in self._formulas or cell in self._inputs:
                    yield cell

    def _references(self, cell: CellKey) -> Iterator[CellRange]:
        text = self._formulas.get(cell)
        if text is None:
            return
        for quoted, bare, first, last, name in REFERENCE.findall(QUOTED.sub('""', text)):
            if name:
                if name in self._book.names:
                    yield self._book.names[name]
                continue
            sheet = quoted.replace("''", "'") or bare or cell[0]
            row, column = xl_cell_to_rowcol(first.replace("$", ""))
            last_row, last_column = xl_cell_to_rowcol((last or first).replace("$", ""))
            yield CellRange(sheet, row, column, last_row, last_column)


def _cells(place: CellRange) -> Iterator[CellKey]:
    for row in range(place.row, place.last_row + 1):
        for column in range(place.column, place.last_column + 1):
            yield place.sheet, row, column
