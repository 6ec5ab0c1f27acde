"""Formulas with names: cells by their keys, and guards that follow from what a formula refers to.

``RATIO([revenue],[customers])`` says what a formula is before it has cells. In it

- ``[revenue]`` is a cell by its key, ``[$revenue]`` the same where it must not move,
- words in capitals that no spreadsheet knows are :data:`PARTS`: ``KNOWN([a]*[b])`` is a dash where
  any cell that it refers to is none, ``RATIO``, ``CHANGE``, ``AMOUNT`` and so on are the functions
  of :mod:`~crmformulas.excel.workbook.expressions`,
- ``DASH`` is what stands for an unknown figure, and ``"yes | ja"`` a text in both languages.

:func:`message_formula` says a sentence by the first condition that holds; :func:`translated` and
:func:`paragraphs` are texts in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from crmformulas.excel.workbook import expressions
from crmformulas.excel.workbook.expressions import DASH, guard
from crmformulas.excel.workbook.phrases import blocks, paragraphs, phrases, translated
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.excel.workbook.cell_range import CellRange
    from crmformulas.excel.workbook.contents import Contents
    from crmformulas.excel.workbook.sheet import Sheet

__all__ = [
    "Hole",
    "Lookup",
    "blocks",
    "escape",
    "message_formula",
    "paragraphs",
    "phrases",
    "resolve",
    "translated",
    "unescape",
    "write_message",
]

Lookup: TypeAlias = "Callable[[str], CellRange | None]"
"""The cell of a name that a table has itself; None where it has no such name."""

Hole: TypeAlias = "str | Translated"
"""What stands at a name in braces: a formula, or a text."""

REFERENCE = re.compile(r'"[^"]*"|\[(\$?)([^\]]+)\]')
SPACE = re.compile(r'"[^"]*"|[,(&+] +')
"""What is quoted stays; elsewhere a formula may have a space, or a line may end, after a comma."""
ESCAPED = re.compile("~([0-9a-f]*)~")
SHORT_ENOUGH = 60
"""Characters of a formula that stands in a sentence itself."""

TOLD = 20
"""So far beside the last column stand those that don't."""

HOLE = re.compile(r"\{([^{}]+)\}")
NAMED = re.compile(r'"[^"]*"|(\[[^\]]+\]|\b[a-z][a-z0-9_]{2,}\b)')
"""A cell by its key, or by a name of the workbook; what is quoted is neither."""


def _known(formula: str) -> str:
    """The formula where all that it refers to is a number, else a dash."""
    return guard(list(dict.fromkeys(name for name in NAMED.findall(formula) if name)), formula)


def _guard(*arguments: str) -> str:
    """The last of them where the others are numbers, else a dash."""
    return guard(arguments[:-1], arguments[-1])


def _grown(figure: str, factor: str) -> str:
    """A figure × a factor, which is 1 where it is unknown."""
    return f'IF(ISNUMBER({figure}),{figure}*IF(ISNUMBER({factor}),{factor},1),"{DASH}")'


def _named(name: str, formula: str) -> str:
    """The formula in a row that has a name; nothing in one that is empty."""
    return f'IF({name}="","",{formula})'


def _return_on(value: str, cost: str) -> str:
    """(Value − cost) / cost; a dash where the cost is 0 or either is unknown."""
    return guard([value, cost], f'IF({cost}=0,"{DASH}",({value}-{cost})/{cost})')


def _sum(cells: str) -> str:
    """Their sum; a dash where one of them is unknown."""
    return f'IF(COUNT({cells})=ROWS({cells})*COLUMNS({cells}),SUM({cells}),"{DASH}")'


PARTS: dict[str, Callable[..., str]] = {
    "KNOWN": _known,
    "GUARD": _guard,
    "SUM_OF": _sum,
    "GROWN": _grown,
    "NAMED": _named,
    "RETURN_ON": _return_on,
    "RATIO": expressions.ratio,
    "CHANGE": expressions.change,
    "POINTS": expressions.points,
    "TIMES": expressions.times,
    "AMOUNT": expressions.amount,
    "MOVEMENT": expressions.movement,
    "PER_CENT": expressions.per_cent,
    "SHORT": expressions.short,
    "ARROW": expressions.sign,
    "SIGNED": expressions.signed,
}
"""By the word in a formula, with as many arguments as the function has."""

PART = re.compile(rf"\b({'|'.join(PARTS)})\(")


def resolve(sheet: Sheet, formula: str, item: str = "", lookup: Lookup = lambda name: None) -> str:
    """A formula as the sheet says it.

    Args:
        sheet: Where it stands.
        formula: Without its ``=``. ``[key]`` is a cell or range of the book, ``[$key]`` the same
            where it must not move, ``[some.*.key]`` that of the item, and ``[one:other]`` from
            one to the other. ``"yes | ja"`` is a text in the language of the book.
        item: Such as a tier or a segment.
        lookup: Names of cells beside those of the book, which go first.
    """

    def found(name: str) -> CellRange:
        place = lookup(name) or sheet.book.places.get(unescape(name))
        if place is None:
            first, _, last = name.partition(":")
            if not last:
                raise KeyError(unescape(name))
            place = found(first).to(found(last))
        return place

    def said(match: re.Match[str]) -> str:
        if not match[2]:
            text = match[0]
            return f'"{sheet.book.translate(translated(text[1:-1]))}"' if " | " in text else text
        place = found(match[2].replace("*", escape(item)))
        if place.sheet != sheet.name:
            return place.full
        return place.fixed if match[1] else place.cell

    return REFERENCE.sub(said, _prepared(formula))


@lru_cache(maxsize=4096)
def _prepared(formula: str) -> str:
    """The formula with its parts written out; the same for all items, and for both writings."""
    spaced = SPACE.sub(lambda match: match[0] if match[0][0] == '"' else match[0][0], formula)
    return re.sub(r"\bDASH\b", f'"{DASH}"', _expanded(spaced))


def escape(name: str) -> str:
    """A name that comes from data, such as a tier's, as a formula may hold it.

    Whatever stands in it is read as nothing but the name.

    Examples:
        >>> escape("a]:b"), unescape(f"flows.{escape('a]:b')}.customers")
        ('~615d3a62~', 'flows.a]:b.customers')
    """
    return f"~{name.encode().hex()}~"


def unescape(key: str) -> str:
    """The key with its escaped names as they are."""
    return ESCAPED.sub(lambda match: bytes.fromhex(match[1]).decode(), key)


def _expanded(formula: str) -> str:
    """The formula with its parts written out, the innermost first."""
    match = PART.search(formula)
    if match is None:
        return formula
    arguments, end = _arguments(formula, match.end())
    part = PARTS[match[1]](*map(_expanded, arguments))
    return f"{formula[: match.start()]}{part}{_expanded(formula[end:])}"


def _arguments(formula: str, start: int) -> tuple[list[str], int]:
    """The texts between the brackets that open before ``start``, and where they end."""
    depth, quoted, begin = 1, False, start
    arguments = []
    for i in range(start, len(formula)):
        sign = formula[i]
        if sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign in "([") - (sign in ")]")
            if depth == 0 or (depth == 1 and sign == ","):
                arguments.append(formula[begin:i])
                begin = i + 1
            if depth == 0:
                return arguments, i + 1
    raise ValueError(f"a bracket is not closed in {formula!r}")


def message_formula(
    book: Contents,
    text: str,
    holes: Mapping[str, Hole],
    kept: Callable[[str], str] = lambda formula: formula,
) -> str:
    """A formula that says the first of several sentences whose condition holds.

    Args:
        book: Whose language it speaks.
        text: ``CONDITION → a sentence | en mening`` as often as need be, and a sentence without a
            condition; lines that are further in go on. What stands in braces is a formula, or one
            of ``where name = FORMULA`` below.
        holes: Names beside those. A sentence that is but a name may be a text.
        kept: What stands in a sentence in place of each of its formulas.
    """
    found, names = [], dict(holes)
    for line in (" ".join(block.split()) for block in blocks(text)):
        if line.startswith("where "):
            name, _, formula = line.removeprefix("where ").partition(" = ")
            names[name] = HOLE.sub(lambda hole: str(names.get(hole[1], hole[1])), formula)
        else:
            condition, arrow, sentence = line.partition("→")
            found.append((condition, sentence) if arrow else ("", line))
    formula = ""
    for condition, sentence in reversed(found):
        said = _sentence(book, sentence.strip(), names, kept)
        test = HOLE.sub(lambda hole: kept(str(names.get(hole[1], hole[1]))), condition.strip())
        formula = f"IF({test},{said},{formula})" if condition else said
    return formula


def _sentence(
    book: Contents, sentence: str, names: Mapping[str, Hole], kept: Callable[[str], str]
) -> str:
    if (hole := HOLE.fullmatch(sentence)) and isinstance(names.get(hole[1]), Translated):
        return book.sentence(names[hole[1]])
    if sentence == '{""}':
        return '""'
    formulas = [kept(str(names.get(hole, hole))) for hole in HOLE.findall(sentence)]
    numbers = iter(range(len(formulas)))
    numbered = translated(HOLE.sub(lambda hole: f"{{_{next(numbers)}}}", sentence))
    return book.sentence(numbered, **{f"_{i}": one for i, one in enumerate(formulas)})


def write_message(
    sheet: Sheet,
    at: int | tuple[int, int],
    text: str,
    look: str,
    key: str,
    lookup: Lookup = lambda name: None,
    /,
    **holes: Hole,
) -> CellRange:
    """The sentence of :func:`message_formula` that is true, in a cell or the first one of a row.

    What it tells in many signs, such as an amount, has a cell of its own beside what is printed.
    """
    row, column = at if isinstance(at, tuple) else (at, 0)
    cells: dict[str, str] = {}

    def kept(formula: str) -> str:
        formula = resolve(sheet, formula, lookup=lookup)
        if len(formula) <= SHORT_ENOUGH:
            return formula
        if formula not in cells:
            # Where another sentence is said, there may be nothing to tell.
            told = f'IFERROR({formula},"{DASH}")'
            beside = sheet.last_column + TOLD + len(cells)
            cells[formula] = sheet.formula(row, beside, told, "", "aside").cell
        return cells[formula]

    said = message_formula(sheet.book, text, holes, kept)
    if cells:
        sheet.book.telling.add(sheet.place(row, column))
    return sheet.formula(row, column, resolve(sheet, said, lookup=lookup), "", look, key=key)
