"""The life-cycle plan that the template comes filled with: a retailer of durable goods.

An illustration, but for the base figures; its texts stand in ``examples/`` as tables, in both
languages beside each other.
"""

from __future__ import annotations

from crmformulas.excel.templates.budget.data import EXAMPLE as BUDGET
from crmformulas.excel.templates.examples import Record, records
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
    Pilot,
    Plan,
    Priority,
    Process,
    Touchpoint,
)
from crmformulas.formulas.budget import growth_factors

__all__ = ["EXAMPLE"]

PHASE_KEYS = ("acquire", "keep", "lose", "win_back")


def _touchpoint(line: Record) -> Touchpoint:
    return Touchpoint(
        line.text("name"),
        line.text("activity"),
        line.one_of("channel", CHANNELS),
        line.one_of("status", STATUSES),
        line["kpi"],
    )


def _dialog(line: Record) -> Dialog:
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


def _process(line: Record, dialogs: list[Record]) -> Process:
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


def _activity(line: Record) -> Activity:
    return Activity(
        line.text("name"),
        PHASES[PHASE_KEYS.index(line["phase"])],
        line["lever"],
        line.number("lift"),
        line.number("share"),
        line.number("cost"),
        (line.number("actual_lift"), line.number("actual_share"), line.number("actual_cost")),
    )


def _pilot(line: Record) -> Pilot:
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


def _priority(line: Record) -> Priority:
    return Priority(
        line.text("short"),
        line.text("long"),
        line.text("group"),
        line.number("resources"),
        line.text("goal"),
        line.text("owner"),
    )


def _contacts(line: Record) -> Contacts:
    return Contacts(line.number("cost"), tuple(line.number(f"m{m}") for m in range(1, 13)))


def _plan() -> Plan:
    touchpoints, dialogs, activities = (
        records(__package__, table) for table in ("touchpoints", "dialogs", "activities")
    )
    pilots = {line["activity_en"]: _pilot(line) for line in records(__package__, "pilots")}
    growth = tuple(float(x) for x in growth_factors(BUDGET.outcome, BUDGET.former))
    return Plan(
        tuple(
            tuple(_touchpoint(line) for line in touchpoints if line["phase"] == phase)
            for phase in PHASE_KEYS
        ),
        tuple(_process(line, dialogs) for line in records(__package__, "processes")),
        # What the customer development budget comes filled with, so that the factors fit it.
        Base(BUDGET.outcome, BUDGET.opening, BUDGET.reactivation, growth),
        tuple(map(_activity, activities)),
        tuple(pilots.get(line["name_en"], Pilot()) for line in activities),
        tuple(map(_priority, records(__package__, "priorities"))),
        tuple(map(_contacts, records(__package__, "contacts"))),
    )


EXAMPLE = _plan()
"""Lifts, shares and costs are made up, of an ordinary size."""
