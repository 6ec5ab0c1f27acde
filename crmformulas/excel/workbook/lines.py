"""A table as the source says it: a line for each figure, expanded over tiers, segments or months.

::

    annual_value: money = RATIO([revenue],[customers])
        Annual value | Årsintäkt | revenue / customers | omsättning / kunder
        total = …

The first line has the key, the kind of number, after commas how the cell looks, and the formula if
it has room. Below it stand label and note, each in English and Swedish (``@retention`` is a term),
and formulas that begin with ``=``. In them ``[revenue]`` is the figure of the same tier; behind
``total =`` stands that of the item ``total`` alone. A line without a formula is typed,
and one with formulas for others where it is ``optional``, a ``setting`` or ``data``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series
from crmformulas.excel.workbook.named_formulas import Lookup, blocks, resolve, unescape
from crmformulas.excel.workbook.sheet import Cell, Sheet
from crmformulas.translations import Label, Translated, term

__all__ = ["Choices", "Grid", "Line", "entries", "filled", "lines"]

Choices: TypeAlias = Mapping[str, Sequence[Label] | CellRange]
"""The texts to choose from, or the cells that hold them, by line."""

FORMULA = re.compile(r"(\w*) ?= ?(.*)")
FLAGS = {"optional", "setting", "data", "label"}
"""What an input cell may be, of :meth:`~crmformulas.excel.workbook.sheet.Sheet.input`; or the label
at its side, which is one then."""

OPTIONS = {"low", "high", "named", "from", "of"}
"""Words that say something with the one behind them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of a table.

    Attributes:
        key: By which formulas find it.
        kind: A name of :data:`~crmformulas.excel.workbook.styles.KINDS`.
        label: Of the line.
        note: What it means, or what to type.
        looks: How the cell looks, and what an input may be.
        formulas: By item; that of all others has no name. None where the figure is typed.
        head: The cell that its label is taken from, where it is.
    """

    key: str
    kind: str
    label: Label = ""
    note: Label = ""
    looks: tuple[str, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)
    head: CellRange | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The limits of an input of it, as keywords of ``Sheet.input``."""
        options: dict[str, Any] = {look: True for look in self.looks if look in FLAGS - {"label"}}
        for look in self.looks:
            word, _, number = look.partition(" ")
            if word in ("low", "high"):
                options[word] = int(number) if number.lstrip("-").isdigit() else float(number)
        return options

    @property
    def typed(self) -> bool:
        """Whether it is typed, for the items at least that have no formula."""
        return not self.formulas or any(look in FLAGS for look in self.looks)

    @property
    def choices(self) -> str:
        """The key of the cells that an input is chosen from, where it is."""
        return next((look[3:] for look in self.looks if look.startswith("of ")), "")

    @property
    def name(self) -> str:
        """The name of its cell in formulas, where it has one."""
        return next((look[6:] for look in self.looks if look.startswith("named ")), "")

    @property
    def first(self) -> str:
        """The first item that it is of, where it isn't of all."""
        return next((look[5:] for look in self.looks if look.startswith("from ")), "")

    def look(self, default: str) -> str:
        """The look of its cells, where that is told."""
        told = [x for x in self.looks if x not in FLAGS and x.partition(" ")[0] not in OPTIONS]
        return told[0] if told else default


def lines(text: str) -> dict[str, Line]:
    """The lines of a table by key, from the text that says them."""
    found: dict[str, Line] = {}
    for block in blocks(text):
        head, *body = block.split("\n")
        key, _, rest = head.partition(": ")
        told, _, formula = rest.partition(" = ")
        kind, *looks = (word.strip() for word in told.split(", "))
        labels, formulas = _body(body)
        if formula:
            formulas[""] = formula
        label, note = _texts(labels)
        kind = "" if kind == "words" else kind
        found[key] = Line(key, kind, label, note, tuple(looks), formulas)
    return found


def _texts(words: str) -> tuple[Translated, Translated]:
    """Label and note; ``@retention`` is the term of that key, which stands in one place."""
    texts = [" ".join(part.split()) for part in words.split("|")]
    if texts[0].startswith("@"):
        texts[:1] = term(texts[0][1:]).capitalize()
    elif len(texts) in (1, 3):
        texts.insert(1, texts[0])
    if len(texts) not in (2, 4):
        raise ValueError(f"no label and note in two languages: {words!r}")
    return Translated(*texts[:2]), Translated(*(texts[2:] or ("", "")))


def _body(rows: Iterable[str]) -> tuple[str, dict[str, str]]:
    words: list[str] = []
    formulas: dict[str, str] = {}
    item = None
    for row in map(str.strip, rows):
        if words and (match := FORMULA.fullmatch(row)):
            item = match[1]
            formulas[item] = match[2]
        elif item is None:
            words.append(row)
        else:
            formulas[item] += row
    return " ".join(words), formulas


def filled(table: Mapping[str, Line], words: Mapping[str, str]) -> dict[str, Line]:
    """The lines with words in capitals replaced in their kinds and formulas."""

    def replaced(text: str) -> str:
        for word, other in words.items():
            text = text.replace(word, other)
        return text

    return {
        key: replace(
            line,
            kind=replaced(line.kind),
            formulas={item: replaced(formula) for item, formula in line.formulas.items()},
        )
        for key, line in table.items()
    }


class Grid:
    """Cells of lines and items on a sheet: the lines below each other, or beside each other.

    Args:
        sheet: Where.
        row, column: The first cell.
        lines: What its lines are.
        items: What they are of, such as tiers; one without a name where there is but one.
        across: Whether the lines stand beside each other, and the items below each other.
        key: How cells are called in the book: ``*`` stands for the item, ``#`` for the line. They
            have no key without it.
        totals: The items that look like totals.
        groups: The first and the last of items that formulas name together.
    """

    def __init__(
        self,
        sheet: Sheet,
        row: int,
        column: int,
        lines: Mapping[str, Line],
        items: Sequence[str] = ("",),
        *,
        across: bool = False,
        key: str = "",
        totals: Sequence[str] = ("total",),
        groups: Mapping[str, tuple[str, str]] = {},
    ) -> None:
        self.sheet = sheet
        self.lines = lines
        self.items = tuple(items)
        self._at = row, column
        self._across = across
        self._key = key
        self._totals = totals
        self._groups = groups
        self._filled: set[str] = set()
        self._number = {name: i for i, name in enumerate(lines)}
        for name in lines:
            for item in self.items if key else ():
                sheet.book.places[self._called(name, item)] = self.place(name, item)

    def _called(self, line: str, item: str) -> str:
        # In one go: a tier may be called * or #.
        return re.sub("[*#]", lambda sign: item if sign[0] == "*" else line, self._key)

    def place(self, line: str, first: str = "", last: str = "") -> CellRange:
        """The cell of an item, or those from it to the last one."""
        first = first or self.items[0]
        i, j, k = self._number[line], *map(self.items.index, (first, last or first))
        row, column = self._at
        if self._across:
            return self.sheet.place(row + j, column + i, row + k)
        return self.sheet.place(row + i, column + j, None, column + k)

    def all(self, line: str) -> CellRange:
        """The cells of a line."""
        return self.place(line, self.items[0], self.items[-1])

    def lookup(self, item: str, own: str = "") -> Lookup:
        """``[clv]`` is of the same item, ``[clv@total]`` of another, ``[clv@top:*]`` from it on.

        ``[clv@]`` is the whole line, ``[clv@-]`` of the item before, ``[clv@+]`` of the next one,
        ``[clv@tiers]`` of a group, ``[.@total]`` of the line that the formula is of, ``[label]``
        and ``[head]`` what stands beside the item and over the line, and ``ITEM`` the number of the
        item, from 1.
        """

        def found(name: str) -> CellRange | None:
            if name in ("label", "head") and own:
                at, (row, column) = self.place(own, item), self._at
                label = (at.row, column - 1), (row - 1, at.column)
                return self.sheet.place(*label[name == "head"])
            line, at_all, others = name.partition("@")
            line = own if line == "." else unescape(line)
            if line not in self._number:
                return None
            if at_all and not others:
                return self.all(line)
            if others in ("-", "+"):
                step = 1 if others == "+" else -1
                return self.place(line, self.items[self.items.index(item) + step])
            if others in self._groups:
                return self.place(line, *self._groups[others])
            first, _, last = others.partition(":")
            return self.place(line, unescape(first) or item, unescape(last))

        return found

    def write(
        self,
        values: Callable[[str, str], Cell] = lambda line, item: None,
        formulas: Mapping[str, Mapping[str, str]] = {},
        names: Mapping[str, Label] = {},
        notes: Mapping[str, Label] = {},
        leave: Sequence[str] = (),
    ) -> None:
        """Write every cell: formulas, and input cells with their values.

        Args:
            values: What an input cell comes filled with, by line and item.
            formulas: By line and item, beside those that the lines have.
            names, notes: By line, of input cells, in place of those that the lines have.
            leave: Lines that are written otherwise.
        """
        for name in (name for name in self.lines if name not in leave):
            line = self.lines[name]
            told = {**line.formulas, **formulas.get(name, {})}
            for item in self.items[self.items.index(line.first or self.items[0]) :]:
                formula = told.get(item, told.get("", ""))
                if formula:
                    self._formula(line, item, formula)
                elif item in self._totals and item in told:
                    place = self.place(name, item)
                    self.sheet.text(place.row, place.column, "", "total label")
                elif line.typed and name not in formulas and name not in self._filled:
                    place = self.place(name, item)
                    self.sheet.input(
                        place.row,
                        place.column,
                        values(name, item),
                        line.kind,
                        names.get(name, line.label),
                        notes.get(name, line.note),
                        key=self._called(name, item),
                        name=line.name,
                        choices=self.sheet.book[line.choices] if line.choices else None,
                        look=line.look(""),
                        **line.options,
                    )

    def fill(
        self,
        records: Sequence[Any],
        spare: int = 0,
        *,
        value: Callable[[Any, str], Any] = getattr,
        choices: Choices | None = None,
        key: str = "",
    ) -> None:
        """Write each line that is typed as one range of input cells, with empty ones below.

        Args:
            records: What they come filled with, one for each of the first items.
            spare: How many stay empty.
            value: The entry of a record in a line; by default its attribute of that name.
            choices: The texts to choose from, or the cells that hold them, by line.
            key: How the ranges are called in the book, with ``#`` for the line.
        """
        typed = {name: line for name, line in self.lines.items() if line.typed}
        for name, line in typed.items():
            place = self.place(name)
            cells = [value(record, name) for record in records] + [None] * spare
            if line.kind == "text":
                cells = [self.sheet.book.translate(cell or "") for cell in cells]
            self.sheet.inputs(
                place.row,
                place.column,
                [[cell] for cell in cells],
                line.kind,
                line.label,
                line.note,
                choices=(choices or {}).get(name),
                key=key.replace("#", name),
                **{"optional": True} | line.options,
            )
        self._filled |= set(typed)

    def _formula(self, line: Line, item: str, formula: str) -> None:
        place = self.place(line.key, item)
        formula = re.sub(r"\bITEM\b", str(self.items.index(item) + 1), formula)
        self.sheet.formula(
            place.row,
            place.column,
            resolve(self.sheet, formula, item, self.lookup(item, line.key)),
            line.kind,
            line.look("total" if item in self._totals else "value"),
            key=self._called(line.key, item),
            name=line.name,
        )

    def name(self, labels: Sequence[Label | CellRange]) -> None:
        """The labels of its items at the left of them, where the lines go across."""
        for item, label in zip(self.items, labels, strict=False):
            row = self.place(next(iter(self.lines)), item).row
            look = "total label" if item in self._totals else "plain"
            self.sheet.text(row, self._at[1] - 1, label, look)

    def series(self, line: str, colour: str, labels: str = "", last: str = "") -> Series:
        """The series that a chart draws of a line, up to an item, by its label."""
        drawn = self.place(line, self.items[0], last or self.items[-1])
        return Series(self.lines[line].label, drawn, colour, labels)

    def enter(self, value: Cell) -> CellRange:
        """Write an input cell alone, with its value."""
        self.write(lambda line, item: value)
        return self.place(next(iter(self.lines)))

    def label(self, column: int, notes: int | None = None) -> None:
        """The labels of the lines in a column, and their notes in another, where they go down."""
        for name, line in self.lines.items():
            row = self.place(name).row
            look = "label" if "label" in line.looks else "plain"
            look = "total label" if line.look("") == "total" else look
            self.sheet.text(row, column, line.label, look)
            if notes is not None:
                self.sheet.text(row, notes, line.note, "beside")

    def head(self, first: Sequence[Label] = ()) -> None:
        """The labels of the lines over them, where they go across, behind others at the left."""
        row, column = self._at
        self.sheet.heads(row - 1, column - len(first), first, len(first))
        for j, line in enumerate(self.lines.values(), column):
            texts = {"": 1, "text": 1}.get(line.kind, 0)
            self.sheet.heads(row - 1, j, [line.head or line.label], texts)
            if line.look("").endswith(("beside", "indented")):
                self.sheet.text(row - 1, j, line.label, "beside head")


def entries(
    sheet: Sheet,
    row: int,
    column: int,
    line: Line,
    values: Sequence[Cell],
    *,
    across: bool = False,
    key: str = "",
    needed: CellRange | None = None,
    spared: Label = "",
) -> CellRange:
    """A range of input cells below each other, or beside each other, as a line says them."""
    rows = [list(values)] if across else [[value] for value in values]
    return sheet.inputs(
        row,
        column,
        rows,
        line.kind,
        line.label,
        line.note,
        key=key,
        needed=needed,
        spared=spared,
        **line.options,
    )
