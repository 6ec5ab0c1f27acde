"""What a life-cycle plan holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crmformulas.translations import Label, Translated

__all__ = [
    "CHANNELS",
    "GAP",
    "PHASES",
    "PLANNED",
    "RUNNING",
    "STATUSES",
    "Activity",
    "Base",
    "Dialog",
    "Plan",
    "Touchpoint",
]

Known: TypeAlias = float | None
"""None is unknown; its cell is empty."""

PHASES = (
    Translated("Acquire", "Skaffa"),
    Translated("Keep and develop", "Behålla och utveckla"),
    Translated("Lose", "Förlora"),
    Translated("Win back", "Återvinna"),
)

STATUSES = (
    Translated("running", "igång"),
    Translated("planned", "planerad"),
    Translated("none", "saknas"),
)
RUNNING, PLANNED, GAP = STATUSES

CHANNELS = (
    Translated("E-mail", "E-post"),
    Translated("SMS", "SMS"),
    Translated("App", "App"),
    Translated("Web", "Webb"),
    Translated("Social media", "Sociala medier"),
    Translated("Post", "Post"),
    Translated("Phone", "Telefon"),
    Translated("Store", "Butik"),
    Translated("Service desk", "Kundtjänst"),
    Translated("Other", "Annan"),
)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """Where customer and company meet, and what the company does there today."""

    name: Label
    activity: Label = ""
    channel: Label = ""
    status: Label = GAP


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog with new customers: from which week on, for how many weeks."""

    name: Label
    purpose: Label
    goal: Label
    trigger: Label
    start: int
    weeks: int
    channel: Label
    owner: Label
    status: Label


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
class Plan:
    """A life-cycle plan: touchpoints by phase, the new-customer process, and business cases."""

    touchpoints: tuple[tuple[Touchpoint, ...], ...]
    dialogs: tuple[Dialog, ...]
    base: Base
    activities: tuple[Activity, ...]
