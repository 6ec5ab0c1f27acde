"""The life-cycle plan that the template comes filled with: a retailer of durable goods.

An illustration, but for the base figures; its texts stand in ``examples/`` as tables, in both
languages beside each other.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib.resources import files

from crmformulas.excel.templates.budget.data import EXAMPLE as BUDGET
from crmformulas.excel.templates.lifecycle.data import (
    CHANNELS,
    DECISIONS,
    JUDGEMENTS,
    PHASES,
    STATES,
    STATUSES,
    Activity,
    Base,
    Contacts,
    Dialog,
    Known,
    Pilot,
    Plan,
    Priority,
    Process,
    Touchpoint,
)
from crmformulas.formulas.budget import growth_factors
from crmformulas.translations import Label, Translated

__all__ = ["EXAMPLE"]

PHASE_KEYS = ("acquire", "keep", "lose", "win_back")


class Line:
    """A line of a table of the example."""

    def __init__(self, cells: dict[str, str]) -> None:
        self.cells = cells

    def __getitem__(self, column: str) -> str:
        """A cell as it is written."""
        return self.cells[column]

    def text(self, column: str) -> Label:
        """A text in both languages; nothing where there is none."""
        english, swedish = self.cells[f"{column}_en"], self.cells[f"{column}_sv"]
        return Translated(english, swedish) if english else ""

    def number(self, column: str) -> Known:
        """A number; None where the cell is blank."""
        return float(self.cells[column]) if self.cells[column] else None

    def one_of(self, column: str, choices: Sequence[Translated]) -> Label:
        """The choice whose English text stands there; nothing where none does."""
        cell = self.cells[column]
        return {choice.en: choice for choice in choices}[cell] if cell else ""


def _lines(table: str) -> list[Line]:
    text = files(__package__).joinpath("examples", f"{table}.csv").read_text(encoding="utf-8")
    return [Line(cells) for cells in csv.DictReader(text.splitlines())]


def _touchpoint(line: Line) -> Touchpoint:
    return Touchpoint(
        line.text("name"),
        line.text("activity"),
        line.one_of("channel", CHANNELS),
        line.one_of("status", STATUSES),
        line["kpi"],
    )


def _dialog(line: Line) -> Dialog:
    return Dialog(
        line.text("name"),
        line.text("purpose"),
        line.text("trigger"),
        line.text("when"),
        line.one_of("channel", CHANNELS),
        line.text("owner"),
        line.one_of("status", STATUSES),
        line.text("measure"),
        line.number("goal"),
        line.number("result"),
        int(line["start"]),
        int(line["weeks"]),
    )


def _process(line: Line, dialogs: list[Line]) -> Process:
    return Process(
        line["key"],
        line.text("name"),
        line.text("sheet"),
        line.text("owner"),
        line.text("purpose"),
        line.text("begins"),
        (line.text("first"), line.text("second"), line.text("third")),
        tuple(_dialog(one) for one in dialogs if one["process"] == line["key"]),
    )


def _activity(line: Line) -> Activity:
    return Activity(
        line.text("name"),
        PHASES[PHASE_KEYS.index(line["phase"])],
        line["lever"],
        line.number("lift"),
        line.number("share"),
        line.number("cost"),
        (line.number("actual_lift"), line.number("actual_share"), line.number("actual_cost")),
    )


def _pilot(line: Line) -> Pilot:
    return Pilot(
        line.one_of("status", STATES),
        line.text("market"),
        line.number("control"),
        (
            line.one_of("technical", JUDGEMENTS),
            line.one_of("communicative", JUDGEMENTS),
            line.one_of("organisational", JUDGEMENTS),
        ),
        line.one_of("decision", DECISIONS),
    )


def _priority(line: Line) -> Priority:
    return Priority(
        line.text("short"),
        line.text("long"),
        line.text("group"),
        line.number("resources"),
        line.text("goal"),
        line.text("owner"),
    )


def _contacts(line: Line) -> Contacts:
    return Contacts(line.number("cost"), tuple(line.number(f"m{m}") for m in range(1, 13)))


def _plan() -> Plan:
    touchpoints, dialogs, activities = map(_lines, ("touchpoints", "dialogs", "activities"))
    pilots = {line["activity_en"]: _pilot(line) for line in _lines("pilots")}
    growth = tuple(float(x) for x in growth_factors(BUDGET.outcome, BUDGET.former))
    return Plan(
        tuple(
            tuple(_touchpoint(line) for line in touchpoints if line["phase"] == phase)
            for phase in PHASE_KEYS
        ),
        tuple(_process(line, dialogs) for line in _lines("processes")),
        # What the customer development budget comes filled with, so that the factors fit it.
        Base(BUDGET.outcome, BUDGET.opening, BUDGET.reactivation, growth),
        tuple(map(_activity, activities)),
        tuple(pilots.get(line["name_en"], Pilot()) for line in activities),
        tuple(map(_priority, _lines("priorities"))),
        tuple(map(_contacts, _lines("contacts"))),
    )


EXAMPLE = _plan()
"""Lifts, shares and costs are made up, of an ordinary size."""
