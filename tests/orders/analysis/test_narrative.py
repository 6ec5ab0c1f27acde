"""The sentences about a year: their sign, number and grammar, whatever the orders are."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from crmformulas.orders import read
from crmformulas.orders.analysis.narrative import Sentence, narrative, what_was_read
from crmformulas.orders.analysis.retention_gain import portfolio_gain
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import LANGS, translate

AS_OF = date(2024, 12, 31)
SEEDS = range(20)


@cache
def generated(seed: int) -> tuple[Summary, Summary | None]:
    """A year, and the one before where history tells it: of few customers or many, up or down."""
    dice = random.Random(seed)
    years = dice.choice([1, 2, 3, 4])
    rows = []
    for customer in range(dice.choice([1, 2, 5, 40, 150])):
        for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
            day = AS_OF - timedelta(days=dice.randrange(years * 365))
            size = dice.choice([1, 100, 40_000, 30_000_000])
            rows.append((f"c{customer}", day, round(dice.uniform(-0.1, 1) * size, 2)))
    rows.append(("last", AS_OF, 100.0))
    frame = pd.DataFrame(rows, columns=["customer", "date", "amount"])
    with read(frame) as orders:
        summary = orders.summary(AS_OF)
        earlier = summary.windows.f12[1]
        before = orders.summary(earlier) if earlier >= summary.input.first_day else None
    return summary, before


def told(seed: int) -> list[tuple[str, str, Sentence]]:
    summary, before = generated(seed)
    known = summary.f12_covered
    sentences = narrative(summary, before, currency="kr", f12_known=known)
    return [(lang, str(translate(one.text, lang)), one) for one in sentences for lang in LANGS]


@pytest.mark.parametrize("seed", SEEDS)
def test_grammar(seed: int) -> None:
    for lang, text, _ in told(seed):
        assert text[0].isupper() or text[0].isdigit(), text
        assert text.endswith("."), text
        assert "  " not in text, text
        assert not re.search(r"[{}]|None|nan|\binf\b", text), text
        # No zero with a sign, no hyphen for a minus, no sign after a verb that has it.
        assert not re.search(r"[+−-]0(?![.,\d])|-\d|[+−-]0[.,]0+\b(?!\d)", text), text
        assert not re.search(r"(up|down|upp|ned|more|fewer|fler|färre) [−+-]", text), text
        one = {"en": r"(?<![\d\u00a0.,])1 (customers|orders|active customers)\b",
               "sv": r"(?<![\d\u00a0.,])1 (kunder|aktiva kunder)\b"}  # fmt: skip
        assert not re.search(one[lang], text), text
        decimal, other = (".", ",") if lang == "en" else (",", ".")
        assert not re.search(rf"\d{re.escape(other)}\d", text), (decimal, text)


@pytest.mark.parametrize("seed", SEEDS)
def test_signs_are_those_of_the_figures(seed: int) -> None:
    summary, before = generated(seed)
    if not summary.f12_covered:
        return
    flows = summary.flows
    sentences = {one.key: one.text.en for one in narrative(summary, before, f12_known=True)}
    if before is not None and flows.opening:
        change = flows.closing / flows.opening - 1
        said = "more than" if change >= 0.0005 else "fewer than" if change <= -0.0005 else "as many"
        assert said in sentences["customers"]
        then = sum(tier.revenue for tier in before.portfolio_records)
        now = sum(tier.revenue for tier in summary.portfolio_records)
        if then > 0 and abs(now / then - 1) >= 0.0005:
            assert (", up " if now > then else ", down ") in sentences["revenue"]
    if summary.portfolio_value is None:
        assert "not known" in sentences["value"]


def test_parts_of_revenue_add_up() -> None:
    """The parts explain the change: the demo retailer's, to the last told digit."""
    with read(demo_frames(orders=20_000)[0]) as orders:
        summary = orders.summary()
        before = orders.summary(summary.windows.f12[1])
    text = {one.key: one.text.en for one in narrative(summary, before)}["revenue"]
    parts = [
        float(f"{sign.replace('−', '-')}{number.replace(chr(160), '')}")
        * (1_000_000 if unit else 1)
        for sign, number, unit in re.findall(
            r"([+−])([\d\u00a0.]+?)(\u00a0M)?(?=[,.] |[,.]$|,)", text
        )
    ]
    now, then = (sum(tier.revenue for tier in one.portfolio_records) for one in (summary, before))
    assert sum(parts) == pytest.approx(now - then, abs=0.05e6 * len(parts) + 0.001 * then)


def test_what_rests_on_a_part_of_the_year_before_is_marked() -> None:
    days = pd.date_range("2024-04-01", "2025-12-31", freq="D")
    # Every five months 60 of 150 customers have been replaced.
    names = [f"c{i % 150 + 60 * (i // 150)}" for i in range(len(days))]
    rows = [(n, day.date().isoformat(), 10) for n, day in zip(names, days, strict=True)]
    with read(pd.DataFrame(rows, columns=["customer", "date", "amount"])) as orders:
        summary = orders.summary("2025-12-31")
    assert summary.f12_months == 9
    marked = {one.key for one in narrative(summary) if one.text.sv.startswith("≈ ")}
    assert marked == {"customers", "value", "next"}


def test_what_history_lacks_is_not_told() -> None:
    """Nothing that rests on the year before is said where it is not known."""
    summary, _ = generated(3)
    sentences = narrative(summary, None, f12_known=False)
    text = " ".join(one.text.en for one in sentences)
    assert "worth is not known" in text or "is worth is not known" in text
    assert not re.search(
        r"came back|left\.|retention|next 12 months",
        text.replace("came, stayed or came back is not known", ""),
    )
    assert {one.key for one in sentences if not one.known} >= {"customers", "value"}


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_what_was_read(seed: int) -> None:
    summary, _ = generated(seed)
    told = what_was_read(summary)
    assert told.en.endswith("every row counts")
    assert told.sv.endswith("alla rader är med")
    if summary.input.customers == 1:
        assert "1 customer;" in told.en


@pytest.mark.parametrize("seed", SEEDS)
def test_a_point_of_retention_adds_what_the_value_would_be_more(seed: int) -> None:
    """By the definition: annual value × customers / (1 − retention), tier by tier, twice."""
    summary, _ = generated(seed)
    tiers = [tier for tier in summary.portfolio_records if tier.customers]
    gain = portfolio_gain(summary, 0.05, margin=0.4)
    if any(t.retention is None or t.annual_value is None or t.retention >= 0.95 for t in tiers):
        assert gain is None
        return
    assert gain is not None
    then, now = (
        sum((t.annual_value or 0) * t.customers / (1 - (t.retention or 0) - more) for t in tiers)
        for more in (0, 0.05)
    )
    assert gain.value == pytest.approx(now - then, rel=1e-9, abs=1e-6)
    assert gain.profit == pytest.approx(0.4 * (now - then), rel=1e-9, abs=1e-6)
    whole = summary.portfolio_value
    assert gain.share == (None if not whole or whole < 0 else pytest.approx(gain.value / whole))
    without = portfolio_gain(summary, 0.05)
    assert without is not None
    assert without.profit is None
