"""The text summary: what is unknown, how numbers are set, and that it reads without colour."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from crmformulas.cli.summary_text import amount, fixed, percent, summary_view, whole
from crmformulas.formats import NumberFormat, bar
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import read
from crmformulas.orders.summary.model import Summary

NBSP = "\u00a0"


@pytest.fixture(scope="module")
def summary() -> Summary:
    orders, contacts = demo_frames(orders=4000, seed=5)
    with read(orders) as log:
        return log.contacts(contacts).summary()


def printed(summary: Summary, width: int = 80, colour: str | None = None) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, color_system=colour, force_terminal=bool(colour), highlight=False
    )
    console.print(summary_view(summary, "shop"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (whole(None), "–"),
        (whole(0), "0"),
        (whole(1234567), f"1{NBSP}234{NBSP}567"),
        (whole(-1234), f"−1{NBSP}234"),
        (fixed(2.345, 1), "2.3"),
        (percent(0.1234), "12.3\u00a0%"),
        (percent(None), "–"),
        (amount(25.03), "25.03"),
        (amount(3474.65), f"3{NBSP}475"),
        (amount(2_794_300), "2.79\u00a0M"),
        (amount(196_400_000), "196.4\u00a0M"),
        (NumberFormat("en").day(date(2026, 10, 31)), "31 Oct 2026"),
        (bar(1, 4), "████"),
        (bar(0.5, 4), "██"),
        (bar(0.001, 4), "▏"),
        (bar(0, 4), ""),
    ],
)
def test_numbers_are_set_for_reading(shown: str, text: str) -> None:
    assert shown == text


def test_every_figure_of_the_balance_is_shown(summary: Summary) -> None:
    text = printed(summary)
    flows = summary.flows
    for count in (flows.opening, flows.new, flows.reactivated, flows.lost, flows.closing):
        assert whole(count) in text
    for record in summary.portfolio_records:
        assert amount(record.clv) in text
    assert f"come {whole(summary.ladder.extra_orders_per_1000)} extra orders" in text


def test_order_is_message_warning_balance_value_ladder_movement(summary: Summary) -> None:
    text = printed(summary)
    marks = ("12 months to", "without customer id", "opening", "F-ladder", "F12 → S12")
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_nothing_is_cut_off(summary: Summary, width: int) -> None:
    text = printed(summary, width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_colour_says_nothing_alone(summary: Summary) -> None:
    # First, as rich remembers the codes of a style for the first terminal it is shown on.
    assert "48;2;" in printed(summary, colour="truecolor")  # the heat map's background
    plain = printed(summary)
    coloured = Console(file=io.StringIO(), record=True, width=80, force_terminal=True)
    coloured.print(summary_view(summary, "shop"))
    assert coloured.export_text() == plain
    assert "\x1b" not in plain


def test_markup_in_names_is_only_text(tmp_path: Path) -> None:
    """A file name, an id or a tier name with markup in it is shown as it is."""
    source = tmp_path / "[red]x.csv"
    source.write_text(
        "customer,date,amount\n[bold]a,2026-01-01,10\n,2026-01-02,[blink]\nb,2026-01-03,5\n"
    )
    with read(source) as log:
        made = log.summary(tiers=(("[red]up", 0.5), ("down", 0.5)))
    out = io.StringIO()
    Console(file=out, width=80).print(summary_view(made, "[red]x"))
    assert "[red]x" in out.getvalue()
    assert "[red]up" in out.getvalue()
