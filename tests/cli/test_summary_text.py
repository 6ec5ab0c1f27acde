"""The text summary: what is unknown, how numbers are set, and that it reads without colour."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from rich.console import Console

from crmformulas.cli.main import crmf
from crmformulas.cli.output import console
from crmformulas.cli.summary_text import summary_view
from crmformulas.formats import NumberFormat, bar
from crmformulas.orders.analysis.keep_or_acquire import keep_or_acquire
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import read
from crmformulas.orders.summary.model import Summary
from crmformulas.settings import Costs, Money, Settings
from crmformulas.translations import LANGS, Lang

NBSP = "\u00a0"
FIGURES = NumberFormat("en")
amount, fixed, percent, whole = FIGURES.amount, FIGURES.fixed, FIGURES.percent, FIGURES.whole


@pytest.fixture(scope="module")
def summary() -> Summary:
    orders, contacts = demo_frames(orders=4000, seed=5)
    with read(orders) as log:
        return log.contacts(contacts).summary()


def printed(summary: Summary, width: int = 80, colour: str | None = None, lang: Lang = "en") -> str:
    out = io.StringIO()
    to = Console(
        file=out, width=width, color_system=colour, force_terminal=bool(colour), highlight=False
    )
    to.print(summary_view(summary, "shop", lang))
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


ENGLISH = re.compile(
    r"\b(the|of|and|customers?|orders|months?|days?|years?|revenue|share|lost|new|opening|value|"
    r"ranges?|brings?|costs?|goes|total(?! )|without|against|changed?|after|mid|bottom)\b"
)
"""Words that a Swedish text has no use for."""


def test_swedish_says_the_same_figures_in_swedish_words(summary: Summary) -> None:
    # Rows of the file are cut off at the end of the line, and so not compared.
    english, swedish = (
        re.sub(r"(?m)^   \w.*$", "", printed(summary, 100, lang=lang)) for lang in LANGS
    )

    def figures(text: str) -> list[str]:
        return re.findall(r"\d+", text)

    assert figures(swedish) == figures(english)
    # What stands in the file, as the name of a column, is in its own language.
    data = re.compile(r"'[^']*'|[a-z_]+=\S+|tipping point")
    own_words = "\n".join(data.sub("", line) for line in swedish.splitlines())
    assert not ENGLISH.findall(own_words)
    assert ENGLISH.findall(english)
    # A decimal point would be English.
    assert not re.search(r"\d\.\d", own_words)


def test_the_command_speaks_swedish(tmp_path: Path) -> None:
    demo_frames(orders=4000, seed=5)[0].to_csv(tmp_path / "shop.csv", index=False)
    arguments = ["summary", str(tmp_path / "shop.csv"), "--lang", "sv"]
    said = CliRunner().invoke(crmf, [*arguments, "--tables", "flows,development,months"])
    assert said.exit_code == 0, said.output
    for words in ("Kundflöden", "Förlorade", "f.d. kunder", "Månad", "två gånger"):
        assert words in said.stdout
    assert not re.search(r"\b(customers|orders|month|value|was)\b", said.stdout)


def test_figures_stay_whole_where_lines_break(summary: Summary) -> None:
    def words(width: int) -> set[str]:
        out = console()
        out.file, out.width = io.StringIO(), width
        out.print(summary_view(summary, "shop"))
        return set(re.split("[ \\n]", out.file.getvalue()))

    grouped = {word for word in words(1000) if NBSP in word}
    assert len(grouped) > 20
    assert grouped <= words(80)


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


def short_log(tiers: tuple[tuple[str, float], ...] = (("best", 0.5), ("rest", 0.5))) -> Summary:
    """Five customers of 17 months: 5 of the 12 months before the last 12 are seen."""
    lines = (
        *("a 2025-01-05 100", "a 2026-02-01 50", "b 2025-03-01 75.5", "c 2026-04-01 20"),
        *("d 2024-12-24 300", "d 2025-12-24 310", "e 2026-05-30 15"),
    )
    columns = pd.Index(["customer", "date", "amount"])
    with read(pd.DataFrame([line.split() for line in lines], columns=columns)) as log:
        return log.summary(tiers=tiers)


def test_what_rests_on_an_unknown_year_is_left_out_with_one_reason() -> None:
    made = short_log()
    text = printed(made)
    assert "F12 → S12" not in text
    (reason,) = [w for w in made.warnings if "history starts" in w]
    assert "can't be told" in reason
    # Who was lost is not known, so neither is that nobody was.
    assert not any("nobody" in words for words in made.warnings)


def test_months_in_which_nobody_bought_are_told_in_a_line() -> None:
    text = printed(short_log())
    assert "Nobody bought in 2025-05–2025-11, 2026-01, 2026-03." in text
    shown = [line.split()[0] for line in text.splitlines() if re.match(r" 20\d\d-\d\d  ", line)]
    assert shown == ["2025-12", "2026-02", "2026-04"]


def test_tiers_that_lost_nobody_are_told_once() -> None:
    ids = [f"c{i}" for i in range(20)]
    days = ["2023-01-05", "2024-02-01", "2025-02-01"]
    log = {"customer": ids * 3, "date": [day for day in days for _ in ids], "amount": [5.0] * 60}
    with read(pd.DataFrame(log)) as orders:
        made = orders.summary("2025-03-01")
    told = [words for words in made.warnings if "nobody" in words]
    assert told == [
        "nobody in super, top, mid and bottom was lost, so duration has no finite estimate there: "
        "their CLV and the value of the portfolio are blank"
    ]


def test_ranges_by_chance_and_who_was_retained(summary: Summary) -> None:
    text = " ".join(printed(summary).split())
    low, high = summary.clv_interval
    assert f"total {amount(low)}–{amount(high)}".replace(NBSP, " ") in text.replace(NBSP, " ")
    year = summary.ltv_records[2]
    ends = f"12 months {amount(year.low)}–{amount(year.high)}"
    assert ends.replace(NBSP, " ") in text.replace(NBSP, " ")
    assert sum(n or 0 for n in summary.migration.retained) == summary.flows.continued
    assert f"total retained {summary.migration.retained[0]} " in text


def test_what_a_customer_costs_and_brings(summary: Summary) -> None:
    ways = keep_or_acquire(
        summary, Settings(costs=Costs(kept=50.0, new=250.0), money=Money(margin=0.4))
    )
    out = io.StringIO()
    Console(file=out, width=300).print(summary_view(summary, "shop", ways=ways))
    kept = ways[0]
    assert kept.annual_value is not None
    assert kept.duration is not None
    assert f"a kept customer brings {amount(kept.annual_value * kept.duration * 0.4)}" in (
        out.getvalue()
    )
    # A cost that is not given is not told.
    assert "a won-back customer brings" in out.getvalue()
    assert out.getvalue().count(" and costs ") == 2


def test_goals_with_what_the_steps_were(tmp_path: Path) -> None:
    demo_frames(orders=4000, seed=5)[0].to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "crmformulas.toml").write_text("[goals]\nF1-F2 = 0.25\n")
    file = str(tmp_path / "orders.csv")
    text = CliRunner().invoke(crmf, ["summary", file])
    assert text.exit_code == 0, text.output
    told = json.loads(CliRunner().invoke(crmf, ["summary", file, "--format", "json"]).stdout)
    (goal,) = told["goals"]
    with read(file) as log:
        was, now = (log.summary(day).ladder.step_records[0].rate for day in ("2025-10-31", None))
    assert (goal["step"], goal["was"], goal["now"], goal["goal"]) == (1, was, now, 0.25)
    line = f"Goals: F1→F2 was {percent(was)}, is {percent(now)}, goal {percent(0.25)}."
    assert line.replace(NBSP, " ") in " ".join(text.output.split()).replace(NBSP, " ")
