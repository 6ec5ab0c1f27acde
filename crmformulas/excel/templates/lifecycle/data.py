"""The data of a life-cycle plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crmformulas.excel.workbook.named_formulas import phrases
from crmformulas.translations import Label

__all__ = [
    "CHANNELS",
    "DECISIONS",
    "GAP",
    "JUDGEMENTS",
    "PHASES",
    "PLANNED",
    "RUNNING",
    "STATES",
    "STATUSES",
    "Activity",
    "Base",
    "Contacts",
    "Dialog",
    "Pilot",
    "Plan",
    "Priority",
    "Process",
    "Touchpoint",
]

Known: TypeAlias = float | None
"""None is unknown; its cell is empty."""

PHASES = phrases("""
    Acquire | Skaffa; Keep and develop | Behålla och utveckla; Lose | Förlora; Win back | Återvinna
""")
STATUSES = phrases("running | igång; planned | planerad; none | saknas")
RUNNING, PLANNED, GAP = STATUSES
CHANNELS = phrases("""
    E-mail | E-post; SMS; App; Web | Webb; Social media | Sociala medier; Post; Phone | Telefon;
    Store | Butik; Service desk | Kundtjänst; Other | Annan
""")
STATES = phrases("planned | planerad; running | igång; done | klar")
"""Of a pilot."""
JUDGEMENTS = phrases("good | bra; partly | delvis; poor | dåligt")
DECISIONS = phrases("roll out | rulla ut; change | ändra; stop | sluta")


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """Where customer and company meet, what the company does there today, and what it is to move.

    Attributes:
        kpi: One of :data:`crmformulas.formulas.budget.LEVERS`, or nothing.
    """

    name: Label
    activity: Label = ""
    channel: Label = ""
    status: Label = GAP
    kpi: str = ""


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog of a process: what sets it off and when, from which week on and for how many.

    Attributes:
        measure: What a customer who is reached does when it works.
        goal: Share of those reached who are to do it.
        result: The share that did, as far as it is known.
    """

    name: Label
    purpose: Label
    trigger: Label
    when: Label
    channel: Label
    owner: Label
    status: Label
    measure: Label
    goal: Known
    result: Known
    start: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Process:
    """A process of dialogs over twelve weeks.

    Attributes:
        key: What the keys of its cells begin with, behind ``plan.process.``.
        sheet: The name of its sheet.
        begins: The event from which weeks are counted.
        focus: What weeks 1–4, 5–8 and 9–12 are about.
    """

    key: str
    name: Label
    sheet: Label
    owner: Label
    purpose: Label
    begins: Label
    focus: tuple[Label, Label, Label]
    dialogs: tuple[Dialog, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """The outcome that next year's budget starts from.

    Attributes:
        outcome: Rows new, continued, reactivated; columns customers, revenue, orders.
        opening: Active customers when the outcome's year began.
        reactivation: Share of the lost customers who come back within the budget's year.
        growth: Recruitment; frequency and order value of each segment, as for
            :func:`crmformulas.formulas.budget.budget`. An unknown one counts as 1.
        margin: Share of the revenue that counts as value; 1 gives the value in revenue.
    """

    outcome: tuple[tuple[Known, ...], ...]
    opening: Known
    reactivation: Known
    growth: tuple[Known, ...] = (None,) * 7
    margin: float = 0.4


@dataclass(frozen=True, slots=True)
class Activity:
    """A business case: by how much one lever rises for the customers reached, and at what cost.

    Attributes:
        name: What is done.
        phase: One of :data:`PHASES`.
        lever: One of :data:`crmformulas.formulas.budget.LEVERS`.
        lift: By how much the lever rises for a customer who is reached; 0.1 is 10 %.
        share: Share of the segment's customers who are reached.
        cost: Of a year, in currency units.
        actual: Lift, share and cost as they turned out, as far as they are known.
    """

    name: Label
    phase: Label
    lever: str
    lift: Known
    share: Known
    cost: Known
    actual: tuple[Known, Known, Known] = (None, None, None)


@dataclass(frozen=True, slots=True)
class Priority:
    """The priority in a phase of the life cycle.

    Attributes:
        short: The focus of the coming months.
        long: That of the coming years.
        group: Which customers.
        resources: Money of a year, in currency units.
        goal: What is to come of it.
        owner: Who answers for it.
    """

    short: Label = ""
    long: Label = ""
    group: Label = ""
    resources: Known = None
    goal: Label = ""
    owner: Label = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of a segment in each month of a year, and what one costs."""

    cost: Known = None
    months: tuple[Known, ...] = (None,) * 12


@dataclass(frozen=True, slots=True)
class Pilot:
    """The trial of an activity before everybody gets it, and how it is judged afterwards.

    Attributes:
        status: One of ``STATES`` of the sheet Pilots.
        market: Where it is tried.
        control: Share of those meant who are left out, to compare with.
        judgements: Technical, communicative, organisational: each one of ``JUDGEMENTS``.
        decision: One of ``DECISIONS``.
    """

    status: Label = ""
    market: Label = ""
    control: Known = None
    judgements: tuple[Label, Label, Label] = ("", "", "")
    decision: Label = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A life-cycle plan.

    Attributes:
        touchpoints: By phase.
        processes: Each has a sheet.
        base: The outcome that next year's budget starts from.
        activities: The business cases.
        pilots: In the order of the activities.
        priorities: By phase.
        contacts: By segment of the contact plan.
    """

    touchpoints: tuple[tuple[Touchpoint, ...], ...]
    processes: tuple[Process, ...]
    base: Base
    activities: tuple[Activity, ...]
    pilots: tuple[Pilot, ...] = ()
    priorities: tuple[Priority, ...] = ()
    contacts: tuple[Contacts, ...] = ()
