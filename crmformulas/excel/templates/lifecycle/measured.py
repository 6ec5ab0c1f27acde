"""The result of a control group for an activity, as the follow-up and the pilots take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crmformulas.errors import InputError
from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.templates.lifecycle.data import STATES, Activity, Pilot, Plan

__all__ = ["measured_lift", "with_results"]


def with_results(plan: Plan, results: Mapping[int, Mapping[str, Any]]) -> tuple[Plan, list[str]]:
    """A plan with what control groups measured of its activities, and what is to be said of it.

    Args:
        plan: The plan.
        results: What ``crmf holdout measure --format json`` gave, by the number of the activity.

    Raises:
        InputError: if there is no such activity, or a result is none.
    """
    activities, messages = list(plan.activities), []
    pilots = [*plan.pilots, *[Pilot()] * (CASES - len(plan.pilots))][: len(activities)]
    for number, result in results.items():
        if not 1 <= number <= len(activities):
            raise InputError(f"the plan has activities 1 to {len(activities)}, not {number}")
        activity = activities[number - 1]
        lift, share, cost = _actual(activity, result)
        activities[number - 1] = replace(activity, actual=(lift, share, cost))
        pilots[number - 1] = replace(pilots[number - 1], status=STATES[-1], control=1 - share)
        if lift is None:
            messages.append(
                f"activity {number}: the lift can't be told from chance, and its cell stays blank"
            )
    return replace(plan, activities=tuple(activities), pilots=tuple(pilots)), messages


def _actual(
    activity: Activity, result: Mapping[str, Any]
) -> tuple[float | None, float, float | None]:
    try:
        treated, control = int(result["treated"]), int(result["control"])
        cost = result["cost"]
        lift = measured_lift(activity.lever, result)
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "that is no result of a control group: give what crmf holdout measure --format json "
            "writes"
        ) from None
    return lift, treated / (treated + control), cost


def measured_lift(lever: str, result: Mapping[str, Any]) -> float | None:
    """By how much a lever rose against the control group; None where that may be chance.

    Frequency is read from orders per customer, order value from revenue per order, and who comes,
    stays and comes back from the share who bought.

    Examples:
        >>> group = {"treated": 0.3, "control": 0.2, "lift": 0.1, "found": True}
        >>> round(measured_lift("retention", {"buyers": group}), 3)
        0.5
    """
    if lever.endswith("order_value"):
        orders, revenue = result["orders"], result["revenue"]
        if not revenue["found"] or not orders["control"] or not orders["treated"]:
            return None
        before = float(revenue["control"] / orders["control"])
        return revenue["treated"] / orders["treated"] / before - 1 if before else None
    of = result["orders" if lever.endswith("frequency") else "buyers"]
    return float(of["lift"] / of["control"]) if of["found"] and of["control"] else None
