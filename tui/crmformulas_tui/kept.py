"""The settings of the application, kept in the file of settings beside the orders."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError
from crmformulas.orders.analysis.scenarios import SCENARIOS
from crmformulas.settings import save_settings
from crmformulas_tui.settings_file import settings_path

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmformulas.orders.analysis.scenarios import Scenario
    from crmformulas.orders.counting.customer_list import Filters
    from crmformulas_tui.workspace import Workspace

__all__ = ["condition_of", "keep", "keep_segment"]


def keep(workspace: Workspace) -> tuple[Path, list[str]]:
    """Write columns and formats, tiers, margin, as-of day, goals of the ladder and the scenario.

    A day that is that of the newest order is not kept: the next orders would be left out.

    Returns:
        The file, and what changed in it.
    """
    from crmformulas_tui.screens.budget import BudgetState
    from crmformulas_tui.screens.ladder import LadderState

    path, view = settings_path(workspace), workspace.session.view
    assert view is not None
    given: dict[str, Any] = {k: v for k, v in view.source.reading.items() if v not in (None, ())}
    given["tiers"] = view.rules.tiers
    tables: dict[str, dict[str, Any]] = {}
    if workspace.margin is not None:
        tables["money"] = {"margin": workspace.margin}
    if goals := workspace.state(LadderState, view.source).goals:
        tables["goals"] = {f"F{k}-F{k + 1}": goal for k, goal in sorted(goals.items())}
    day = view.as_of if view.as_of != view.span[1] else None
    if day is not None or path.exists():
        tables["browse"] = {"as_of": day}
    scenario = workspace.state(BudgetState, view.source).scenario
    if kept := _of_scenario(scenario):
        tables["scenarios"] = {workspace.translate(scenario.name): kept}
    changes = save_settings(path, given, tables)
    return path, changes


def _of_scenario(scenario: Scenario) -> dict[str, float]:
    """The changes of a scenario; none for one that is published as it is."""
    if scenario in SCENARIOS:
        return {}
    made = dict(scenario.factors)
    for key in ("target", "target_growth", "reactivation_rate"):
        if (value := getattr(scenario, key)) is not None:
            made[key] = value
    return made


def condition_of(filters: Filters) -> str:
    """The condition that selects whom filters let through; empty for all.

    Examples:
        >>> from crmformulas.orders.counting.customer_list import Filters
        >>> condition_of(Filters(status="lost", f12_tier=("super", "top"), where="orders > 3"))
        'status = lost and f12_tier in (super, top) and (orders > 3)'
    """
    from crmformulas.orders.selections.conditions import quoted

    def any_of(name: str, words: str | Collection[str]) -> str:
        several = [quoted(word) for word in words]
        return (
            f"{name} = {several[0]}" if len(several) == 1 else f"{name} in ({', '.join(several)})"
        )

    parts = [
        any_of(name, words)
        for name, words in (
            ("status", filters.status),
            ("f12_tier", filters.f12_tier),
            ("tier", filters.s12_tier),
        )
        if words
    ]
    if filters.text:
        parts.append(f"customer contains {quoted(filters.text)}")
    if filters.least_orders:
        parts.append(f"orders >= {filters.least_orders}")
    if filters.cohort:
        parts.append(f"cohort = {filters.cohort}")
    if filters.where:
        parts.append(f"({filters.where})" if parts else filters.where)
    return " and ".join(parts)


def keep_segment(workspace: Workspace, name: str, condition: str) -> Path | None:
    """Keep a segment of the user's own, in the engine's thread.

    Returns:
        The file of settings; None where the orders have no place for one.

    Raises:
        InputError: if the condition can't be read, or the file not be written.
    """
    session = workspace.session
    from crmformulas.orders.selections.segments import Segments

    log, customers = session.log, session.customers()
    condition = condition or "orders >= 1"
    customers.people.check(condition)
    path = None
    with suppress(InputError):
        path = settings_path(workspace)
    if path is not None:
        save_settings(path, {}, {"segments": {name: condition}})
    own = {**log.settings.segments, name: condition}
    log.settings = replace(log.settings, segments=own)
    customers.people.segments = Segments(customers, own)
    return path
