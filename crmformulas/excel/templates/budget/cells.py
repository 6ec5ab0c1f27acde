"""Labels, keys and parts of formulas that the sheets of the customer development budget share."""

from __future__ import annotations

from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.formulas.budget import COLUMNS, LEVERS, SEGMENTS
from crmformulas.orders.analysis.scenarios import LEVER_LABELS, SEGMENT_LABELS, Scenario
from crmformulas.orders.analysis.scenarios import SCENARIOS as PUBLISHED
from crmformulas.translations import Label, Translated, term, translate

__all__ = [
    "COLUMN_KINDS",
    "COLUMN_LABELS",
    "LACKING",
    "LEVER_KINDS",
    "LEVER_LABELS",
    "LEVER_SEGMENTS",
    "OUTCOME",
    "ROWS",
    "SCENARIOS",
    "SEGMENT_LABELS",
    "SEGMENT_NAMES",
    "WIDTHS",
    "budget_heads",
    "colour_changes",
    "for_period",
    "scenario_name",
    "whose",
]

WIDTHS = (33, 15, 17, 15, 15, 21, 21)
"""Of the columns of a sheet with a budget."""

ROWS = (*SEGMENTS, "total")
"""The rows of a budget."""

LACKING = Translated(
    "▼ A figure is not known: see what 1 Outcome and 2 Development say at the top.",
    "▼ En siffra är inte känd: se vad 1 Utfall och 2 Utveckling säger överst.",
)
"""Why a budget is not known."""

SCENARIOS = ("scenario1", "scenario2", "scenario3", "own")
"""The keys of the scenarios: ``scenario1.new.customers`` is a figure of the first."""

OUTCOME = term("outcome").capitalize()

COLUMN_LABELS: dict[str, Label] = {
    key: term({"value_per_order": "order_value"}.get(key, key)).capitalize() for key in COLUMNS
}

COLUMN_KINDS = dict(
    zip(COLUMNS, ("count", "money", "count", "money", "frequency", "money"), strict=True)
)

LEVER_SEGMENTS = dict(zip(LEVERS, [SEGMENTS[i] for i in (0, 1, 2, 0, 0, 1, 1, 2, 2)], strict=True))
"""Whose revenue a lever multiplies."""

SEGMENT_NAMES: dict[str, Translated] = {
    "new": Translated("new customers", "nya kunder"),
    "continued": Translated("continued customers", "fortsatt aktiva kunder"),
    "reactivated": Translated("reactivated customers", "återvunna kunder"),
}

LEVER_KINDS = dict(zip(LEVERS, ("count", "rate", "rate", *("frequency", "money") * 3), strict=True))
"""The kind of what a lever lifts: new customers, a rate, orders per customer, order value."""


def scenario_name(scenario: Scenario) -> Label:
    """The name of a scenario: one with the published factors says that they are published."""
    if not any(scenario is one for one in PUBLISHED):
        return scenario.name
    name = scenario.name
    return Translated(
        f"{translate(name, 'en')} (published)", f"{translate(name, 'sv')} (publicerat)"
    )


def for_period(book: Contents) -> str:
    """A formula that tells which period is budgeted; nothing where it is not given."""
    if "budget_period" not in book.names:
        return '""'
    before = book.translate(Translated(" for ", " för "))
    return f'IF(budget_period="","","{before}"&budget_period)'


def whose(book: Contents, number: str) -> str:
    """The segment of a lever, by the lever's number from 1."""
    names = ",".join(
        f'"{book.translate(SEGMENT_NAMES[LEVER_SEGMENTS[lever]])}"' for lever in LEVERS
    )
    return f"CHOOSE({number},{names})"


def budget_heads(sheet: Sheet, row: int, first: Label) -> None:
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
