"""What the sheets of the customer development budget share: labels, keys, and parts of formulas."""

from __future__ import annotations

from crmformulas.budget import COLUMNS, LEVERS, SEGMENTS
from crmformulas.excel.book import Book
from crmformulas.excel.sheet import DASH, Sheet
from crmformulas.excel.styles import GAIN, LOSS
from crmformulas.terms import Text, Words, term

__all__ = [
    "COLUMN_KINDS",
    "COLUMN_LABELS",
    "LACKING",
    "LEVER_KINDS",
    "LEVER_LABELS",
    "LEVER_SEGMENTS",
    "ROWS",
    "SCENARIOS",
    "SEGMENT_LABELS",
    "SEGMENT_NAMES",
    "WIDTHS",
    "Cells",
    "budget_heads",
    "change",
    "chosen",
    "colour_changes",
    "known",
    "money",
    "movement",
    "per_cent",
    "ratio",
    "short",
    "sign",
    "times",
    "total",
    "whose",
]

WIDTHS = (33, 15, 17, 15, 15, 21, 21)
"""Of the columns of a sheet with a budget."""

ROWS = (*SEGMENTS, "total")
"""The rows of a budget."""

LACKING = Text(
    "▼ A figure is not known: see what 1 Outcome and 2 Development say at the top.",
    "▼ En siffra är inte känd: se vad 1 Utfall och 2 Utveckling säger överst.",
)
"""Why a budget is not known."""

SCENARIOS = ("scenario1", "scenario2", "scenario3", "own")
"""The keys of the scenarios: ``scenario1.new.customers`` is a figure of the first."""

SEGMENT_LABELS: dict[str, Words] = {key: term(key).capitalize() for key in ROWS}

COLUMN_LABELS: dict[str, Words] = {
    key: term({"value_per_order": "order_value"}.get(key, key)).capitalize() for key in COLUMNS
}

COLUMN_KINDS = dict(
    zip(COLUMNS, ("count", "money", "count", "money", "frequency", "money"), strict=True)
)

LEVER_SEGMENTS = dict(zip(LEVERS, [SEGMENTS[i] for i in (0, 1, 2, 0, 0, 1, 1, 2, 2)], strict=True))
"""Whose revenue a lever multiplies."""

SEGMENT_NAMES: dict[str, Text] = {
    "new": Text("new customers", "nya kunder"),
    "continued": Text("continued customers", "fortsatt aktiva kunder"),
    "reactivated": Text("reactivated customers", "återvunna kunder"),
}

LEVER_KINDS = dict(zip(LEVERS, ("count", "rate", "rate", *("frequency", "money") * 3), strict=True))
"""The kind of what a lever lifts: new customers, a rate, orders per customer, order value."""


def _lever_label(lever: str) -> Words:
    for segment in SEGMENTS:
        if lever.startswith(f"{segment}_"):
            lifted = "order_value" if lever.endswith("order_value") else "orders_per_customer"
            # Short, or a chart breaks it.
            short_label = Text("Continued", "Fortsatta") if segment == "continued" else None
            return Text("{}: {}", "{}: {}").format(
                short_label or SEGMENT_LABELS[segment], term(lifted)
            )
    return term(lever).capitalize()


LEVER_LABELS: dict[str, Words] = {lever: _lever_label(lever) for lever in LEVERS}


def whose(book: Book, number: str) -> str:
    """The segment of a lever, by the lever's number from 1."""
    names = ",".join(f'"{book.say(SEGMENT_NAMES[LEVER_SEGMENTS[lever]])}"' for lever in LEVERS)
    return f"CHOOSE({number},{names})"


class Cells:
    """The cells of a book by key, as the formulas of one sheet say them."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __call__(self, key: str) -> str:
        """``B7``, or ``'1 Outcome'!$B$7`` where it stands on another sheet."""
        place = self._sheet.book[key]
        return place.cell if place.sheet == self._sheet.name else place.full


def known(cells: list[str], formula: str) -> str:
    """The formula where every one of these cells is a number, else a dash."""
    return f'IF(COUNT({",".join(cells)})={len(cells)},{formula},"{DASH}")'


def ratio(part: str, whole: str) -> str:
    """Part / whole; a dash where one is unknown or the whole is 0."""
    return f'IF(COUNT({part},{whole})<2,"{DASH}",IF({whole}=0,"{DASH}",{part}/{whole}))'


def change(after: str, before: str) -> str:
    """After / before − 1; a dash where one is unknown or before is 0."""
    return f'IF(COUNT({after},{before})<2,"{DASH}",IF({before}=0,"{DASH}",{after}/{before}-1))'


def times(number: str, each: str) -> str:
    """Number × each; nothing times something unknown is nothing."""
    return f"IF({number}=0,0,{known([number, each], f'{number}*{each}')})"


def total(first: str, last: str) -> str:
    """The sum of the three segments between two cells; a dash where one of them is unknown."""
    return f'IF(COUNT({first}:{last})=3,SUM({first}:{last}),"{DASH}")'


def money(cell: str) -> str:
    """The amount of a cell, without sign, as a title says it: ``42.8 M kr``."""
    return f'{short(cell)}&" "&currency'


def short(cell: str) -> str:
    """The amount of a cell, without sign and currency: ``42.8 M``."""
    size = f"ABS({cell})"
    return f'IF({size}>=1000000,ROUND({size}/1000000,1)&" M",FIXED({size},0))'


def movement(cell: str) -> str:
    """The change in a cell, with a sign that reads without colour: ``▲ 42.8 M kr``."""
    return f"{sign(cell)}&{money(cell)}"


def sign(cell: str) -> str:
    """The direction of a change, for those who don't see its colour."""
    return f'IF({cell}<0,"▼ ",IF({cell}>0,"▲ ","± "))'


def per_cent(cell: str) -> str:
    """The share or factor of a cell as a title says it: ``128.3 %``."""
    return f'ROUND(100*{cell},1)&" %"'


def chosen(row: str) -> str:
    """The figure of the chosen scenario, of a row with one for each."""
    return f'IF(ISNUMBER(chosen_number),INDEX({row},chosen_number),"{DASH}")'


def budget_heads(sheet: Sheet, row: int, first: Words) -> None:
    """The heads of a budget's columns and, below them, its rows."""
    sheet.heads(row, 0, [first, *(COLUMN_LABELS[column] for column in COLUMNS)])
    for i, segment in enumerate(ROWS, 1):
        look = "total label" if segment == "total" else "plain"
        sheet.text(row + i, 0, SEGMENT_LABELS[segment], look)


def colour_changes(sheet: Sheet, row: int, column: int, last_row: int, last_column: int) -> None:
    """Growth in one hue, loss in the other. The sign says it too."""
    place = sheet.place(row, column, last_row, last_column)
    first = place.at(0).cell
    # What would be shown as 0.0 % is neither.
    sheet.colour(place, f"IF(ISNUMBER({first}),{first}>=0.0005,FALSE)", GAIN)
    sheet.colour(place, f"IF(ISNUMBER({first}),{first}<=-0.0005,FALSE)", LOSS)
