"""Tables as CSV files: exactly as they are, or safe to open in a spreadsheet.

A program must get back the id that it gave, so a cell stands in the file as it is. A spreadsheet
takes a text that begins with a sign such as = for a formula, whoever wrote it into the customer
name: `safe_text` puts an apostrophe before it.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from crmformulas.files import atomic_write
from crmformulas.translations import Translated

__all__ = ["apostrophe_notice", "csv_cell", "safe_text", "write_csv", "write_rows"]


class SupportsWrite(Protocol):
    """A file or stream that takes text."""

    def write(self, text: str, /) -> object:
        """Write a text."""


# At the begin, or after a sign that a spreadsheet of another language takes for the end of a cell.
# A full-width sign is one, too. A plain number, such as −5 or a telephone number, is no formula.
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(?=[ \u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def safe_text(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would execute.

    Examples:
        >>> print(safe_text("=HYPERLINK(A1)"), safe_text("Smith;@SUM(A1)"), safe_text("Smith"))
        '=HYPERLINK(A1) Smith;'@SUM(A1) Smith
        >>> safe_text("-5"), safe_text("+46701234567"), safe_text("-5+cmd|' /C calc'!A0")[:4]
        ('-5', '+46701234567', "'-5+")
    """
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)


def csv_cell(value: Any, *, safe: bool = False) -> str:
    """A cell as data: unknown is blank, numbers have a point.

    Args:
        value: A number, a text, a day or None.
        safe: Whether a spreadsheet may open the file: see `safe_text`.

    Examples:
        >>> csv_cell("=1+1"), csv_cell("007"), csv_cell(0.1 + 0.2), csv_cell(None)
        ('=1+1', '007', '0.3', '')
        >>> csv_cell("=1+1", safe=True), csv_cell(-1.5, safe=True)
        ("'=1+1", '-1.5')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        # As many digits as a spreadsheet keeps: no 18558517.450000003.
        short = f"{value:.15g}"
        return str(value) if float(short) == value else short
    return safe_text(value) if safe and isinstance(value, str) else str(value)


def write_csv(
    path: Path,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    safe_cells: bool = False,
    on_row: Callable[[], None] = lambda: None,
) -> int:
    """Write a table to a CSV file in UTF-8, whole or not at all.

    Args:
        path: Where; what is there is replaced.
        heads: The heads of the columns.
        rows: The cells of each row, taken one by one.
        safe_cells: Put an apostrophe before what a spreadsheet would execute. Ids are exact
            without.
        on_row: Called after each row.

    Returns:
        How many cells got an apostrophe.

    Raises:
        InputError: if the file can't be written.
    """
    with atomic_write(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        return write_rows(file, heads, rows, safe_cells=safe_cells, on_row=on_row)


def write_rows(
    file: SupportsWrite,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    safe_cells: bool = False,
    ends: str = "\r\n",
    on_row: Callable[[], None] = lambda: None,
) -> int:
    r"""Write the lines of a CSV file to an open one, as `write_csv` does.

    Args:
        file: Open for text.
        heads: As `write_csv`; so are the others.
        rows: The cells of each row.
        safe_cells: Whether a spreadsheet may open it.
        ends: What each line ends with.
        on_row: Called after each row.

    Returns:
        How many cells got an apostrophe.

    Examples:
        >>> import sys
        >>> n = write_rows(sys.stdout, ["id"], [["=1+1"], ["007"]], safe_cells=True, ends="\n")
        id
        '=1+1
        007
    """
    changed = 0
    writer = csv.writer(file, lineterminator=ends)
    writer.writerow([csv_cell(head, safe=safe_cells) for head in heads])
    for row in rows:
        cells = [csv_cell(value, safe=safe_cells) for value in row]
        if safe_cells:
            changed += sum(
                isinstance(value, str) and value != cell
                for value, cell in zip(row, cells, strict=True)
            )
        writer.writerow(cells)
        on_row()
    return changed


def apostrophe_notice(changed: int) -> Translated:
    """Say that so many cells got an apostrophe.

    Examples:
        >>> apostrophe_notice(2).en
        '2 cells begin with an apostrophe: a spreadsheet would take them for formulas'
    """
    if changed == 1:
        return Translated(
            "1 cell begins with an apostrophe: a spreadsheet would take it for a formula",
            "1 cell inleds med en apostrof: ett kalkylark skulle ta den för en formel",
        )
    return Translated(
        f"{changed} cells begin with an apostrophe: a spreadsheet would take them for formulas",
        f"{changed} celler inleds med en apostrof: ett kalkylark skulle ta dem för formler",
    )
