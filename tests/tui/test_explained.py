"""Every figure that is explained comes out of its formula with the numbers that are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crmformulas_tui.explained import (
    EQUATIONS,
    Explained,
    explained_text,
    of_everybody,
    of_flow,
    of_key_figure,
    of_recruits,
    of_step,
    of_tier,
)

from crmformulas.catalog.formula import load
from crmformulas.orders.summary.headlines import headlines
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, opened, screen_text, until_shown


def every(summary: Summary) -> Iterator[Explained]:
    yield from of_everybody(summary)
    for tier in summary.portfolio_records:
        yield from of_tier(summary, tier)
    for step in summary.ladder.step_records:
        yield from of_step(summary, step)
    for row in summary.first_year_records:
        yield from of_recruits(row)
    for flow in summary.flow_values:
        if flow.origin and flow.target:
            yield from of_flow(summary, flow.origin, flow.target)
    for line in headlines(summary):
        yield from of_key_figure(summary, line.key, line.now, line.label)


def result(one: Explained) -> float | None:
    """The answer of the catalogue's formula to the numbers; None where they are not told."""
    values: list[Any] = [number.value for number in one.numbers]
    if not values or () in values:
        return None
    if one.formula == "SUM":
        return float(sum(values))
    if one.formula == "STEP_RATES":
        values = [values]
    elif one.formula == "PORTFOLIO_VALUE":
        values = [[value] for value in values]
    made = load()[one.formula.lower()].function(*values)
    return float(made[0] if one.formula == "STEP_RATES" else made)


def test_figures_come_out_of_their_formulas(summary: Summary) -> None:
    found = list(every(summary))
    assert {one.formula for one in found} <= set(EQUATIONS)
    told = [(one, made) for one in found if (made := result(one)) is not None]
    # A tier of which nobody was lost has no finite duration.
    told = [(one, made) for one, made in told if one.value is not None]
    assert len(told) > 40
    assert {one.formula for one, _ in told} >= {"CLV", "RETENTION", "FLOW_VALUE", "EXTRA_ORDERS"}
    for one, made in told:
        # The summary has its amounts to four decimals.
        assert made == pytest.approx(one.value, rel=1e-6, abs=1e-2), one


def test_the_text_has_one_language(summary: Summary) -> None:
    found = list(every(summary))
    text = explained_text(found, "sv")
    for word in (" of ", " the ", "customers", "orders", "revenue", "lost", "unknown"):
        assert word not in text, word
    assert "None" not in explained_text(found, "en")


async def test_enter_on_a_key_figure_shows_its_formula(make_app: MakeApp, summary: Summary) -> None:
    app = make_app()
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        place = [line.key for line in headlines(summary)].index("retention")
        await pilot.press("tab", *["down"] * place, "enter")
        await until_shown(pilot, "Where the figure comes from")
        shown = screen_text(app)
        assert "Where the figure comes from" in shown
        stayed = (summary.flows.opening or 0) - (summary.flows.lost or 0)
        assert f"=RETENTION({summary.flows.opening}, {stayed})" in shown
        await pilot.press("escape")
        # Elsewhere enter lists customers, and F tells.
        for pane, told in (
            ("segments", "=CLV("),
            ("portfolio", "=CLV("),
            ("ladder", "=STEP_RATES("),
            ("migration", "=FLOW_VALUE("),
            ("firstyear", "=PURCHASE_FREQUENCY("),
            ("budget", "outcome × growth × factor"),
        ):
            await go_to(pilot, pane)
            await pilot.press("F")
            await until_shown(pilot, told)
            await pilot.press("escape")
