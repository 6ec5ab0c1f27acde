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

OF_A_DIALOG = {"channel": CHANNELS, "status": STATUSES}
OF_A_PILOT = {"status": STATES, "decision": DECISIONS}


def _process(line: Record, dialogs: list[Record]) -> Process:
    focus = tuple(line.text(x) for x in ("first", "second", "third"))
    own = [one.filled(Dialog, OF_A_DIALOG) for one in dialogs if one["process"] == line["key"]]
    return line.filled(Process, focus=focus, dialogs=tuple(own))


def _activity(line: Record) -> Activity:
    actual = tuple(line.number(f"actual_{x}") for x in ("lift", "share", "cost"))
    phase = PHASES[PHASE_KEYS.index(line["phase"])]
    return line.filled(Activity, phase=phase, actual=actual)


def _pilot(line: Record) -> Pilot:
    judged = ("technical", "communicative", "organisational")
    judgements = tuple(line.one_of(x, JUDGEMENTS) for x in judged)
    return line.filled(Pilot, OF_A_PILOT, judgements=judgements)


def _contacts(line: Record) -> Contacts:
    return line.filled(Contacts, months=tuple(line.number(f"m{m}") for m in range(1, 13)))


def _plan() -> Plan:
    touchpoints, dialogs, activities = (
        records(__package__, table) for table in ("touchpoints", "dialogs", "activities")
    )
    pilots = {line["activity_en"]: _pilot(line) for line in records(__package__, "pilots")}
    growth = tuple(float(x) for x in growth_factors(BUDGET.outcome, BUDGET.former))
    return Plan(
        tuple(
            tuple(x.filled(Touchpoint, OF_A_DIALOG) for x in touchpoints if x["phase"] == phase)
            for phase in PHASE_KEYS
        ),
        tuple(_process(line, dialogs) for line in records(__package__, "processes")),
        # What the customer development budget comes filled with, so that the factors fit it.
        Base(BUDGET.outcome, BUDGET.opening, BUDGET.reactivation, growth),
        tuple(map(_activity, activities)),
        tuple(pilots.get(line["name_en"], Pilot()) for line in activities),
        tuple(line.filled(Priority) for line in records(__package__, "priorities")),
        tuple(map(_contacts, records(__package__, "contacts"))),
    )


EXAMPLE = _plan()
"""Lifts, shares and costs are made up, of an ordinary size."""
