"""Key figures reach every face from their one definition."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pytest
from rich.console import Console

from crmformulas.cli.summary_text import NUMBERS, summary_view
from crmformulas.excel.templates.kpis.data import KPIS
from crmformulas.formats import NumberFormat
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import read
from crmformulas.orders.summary.headlines import headlines
from crmformulas.orders.summary.key_figures import KEY_FIGURES
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import LANGS, translate

each_figure = pytest.mark.parametrize("key", KEY_FIGURES)


@cache
def demo() -> Summary:
    frames = demo_frames(orders=4_000)
    with read(frames[0]) as orders:
        return orders.contacts(frames[1]).summary()


@cache
def text() -> str:
    console = Console(width=100, file=io.StringIO())
    with console.capture() as capture:
        console.print(summary_view(demo(), "demo"))
    return capture.get()


def found(told: Any, path: tuple[str, ...]) -> float | None:
    """The figure at a path of the contract; over a list the sum of its entries."""
    if not path:
        value: float | None = told
        return value
    if isinstance(told, list):
        if path[0].lstrip("-").isdigit():
            return found(told[int(path[0])], path[1:])
        return sum(found(entry, path) or 0 for entry in told)
    return found(told[path[0]], path[1:])


@each_figure
def test_the_contract_has_it(key: str) -> None:
    figure = KEY_FIGURES[key]
    assert figure.asked(demo())
    value = figure.of(demo())
    assert value is not None
    assert found(demo().to_dict(), figure.path) == pytest.approx(value, abs=1e-4)


@each_figure
def test_the_text_has_it(key: str) -> None:
    figure = KEY_FIGURES[key]
    assert NUMBERS[figure.unit](NumberFormat("en"), figure.of(demo())) in text()


@each_figure
def test_it_is_one_of_those_that_come_first_or_told_by_month(key: str) -> None:
    figure = KEY_FIGURES[key]
    first = [line.key for line in headlines(demo())]
    assert (key in first) == figure.headline
    assert (key in KPIS) == (figure.monthly is not None)
    assert figure.headline or figure.monthly is not None


@each_figure
def test_it_has_a_name_in_both_languages(key: str) -> None:
    for short in (False, True):
        label = KEY_FIGURES[key].label(demo().rules, short=short)
        names = [translate(label, lang) for lang in LANGS]
        assert all(names)
        assert not any("{" in name or "}" in name for name in names)


def test_names_tell_the_rules() -> None:
    frame = demo_frames(orders=2_000)[0]
    with read(frame) as orders:
        summary = orders.summary(pareto=0.1, reach=30)
    names = {key: figure.label(summary.rules) for key, figure in KEY_FIGURES.items()}
    assert translate(names["pareto_share"], "sv") == "omsättning topp 10 %"
    assert translate(names["total_reach"], "en") == "reached in 30 days"
    # Without contacts nothing is asked of them.
    assert not KEY_FIGURES["total_reach"].asked(summary)


def test_what_is_good_is_told_to_the_faces() -> None:
    better = {line.key: line.better for line in headlines(demo())}
    assert better["retention"] == "more"
    assert better["time_between_purchases"] == "less"
    assert better["pareto_share"] == "neither"
    # The dashboard lights a number of days from below, and a share from above.
    for key, kpi in KPIS.items():
        assert (kpi.kind == "days") == (KEY_FIGURES[key].better == "less")
