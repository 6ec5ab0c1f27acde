"""Surveys: which answers count, the figures by hand, and intervals that hold."""

from __future__ import annotations

import json
from itertools import product
from math import comb, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.formulas.campaign import index_bounds, nps_bounds
from crmformulas.formulas.uncertainty import normal_quantile
from crmformulas.orders.log import read
from crmformulas.orders.selections.satisfaction import as_scale, scale_of

# ------------------------------------------------------------------------------- intervals


def contradicted(score: float, promoters: int, detractors: int, answers: int) -> bool:
    """The score test of a net score by brute force: the likeliest shares by a grid."""
    shares = np.linspace(max(0.0, -score), (1 - score) / 2, 40_001)[1:-1]
    passives = answers - promoters - detractors
    up, rest = shares + score, 1 - 2 * shares - score
    likely = np.zeros_like(shares)
    for count, share in ((promoters, up), (detractors, shares), (passives, rest)):
        with np.errstate(divide="ignore"):
            likely += count * np.log(np.maximum(share, 1e-300)) if count else 0.0
    best = shares[likely.argmax()]
    variance = (2 * best + score - score * score) / answers
    away = (promoters - detractors) / answers - score
    return bool(away**2 > normal_quantile(0.8) ** 2 * variance)


@pytest.mark.parametrize(
    ("promoters", "detractors", "answers"), [(50, 20, 100), (3, 4, 9), (1, 7, 12), (8, 0, 10)]
)
def test_the_interval_of_nps_is_that_of_the_score_test(
    promoters: int, detractors: int, answers: int
) -> None:
    low, high = nps_bounds(promoters, detractors, answers)
    assert low is not None
    assert high is not None
    for end, out in ((low, -1), (high, 1)):
        assert contradicted(end + out * 2e-3, promoters, detractors, answers)
        assert not contradicted(end - out * 2e-3, promoters, detractors, answers)


def test_the_interval_of_nps_holds_as_often_as_it_says() -> None:
    # All ways in which 25 can answer, each with its probability: no simulation.
    n, (up, down) = 25, (0.45, 0.25)
    held = plain = 0.0
    for promoters, detractors in product(range(n + 1), repeat=2):
        passives = n - promoters - detractors
        if passives < 0:
            continue
        ways = comb(n, promoters) * comb(n - promoters, detractors)
        chance = ways * up**promoters * down**detractors * (1 - up - down) ** passives
        low, high = nps_bounds(promoters, detractors, n)
        assert low is not None
        assert high is not None
        held += chance * (low <= up - down <= high)
        score = (promoters - detractors) / n
        half = 1.2816 * sqrt(max((promoters + detractors) / n - score**2, 0) / n)
        plain += chance * (score - half <= up - down <= score + half)
    assert 0.78 <= held <= 0.83
    assert plain < held


@pytest.mark.parametrize(("answers", "least", "most"), [(10, 0.79, 0.95), (100, 0.78, 0.83)])
def test_the_interval_of_the_index_holds_as_often_as_it_says(
    answers: int, least: float, most: float
) -> None:
    random = np.random.default_rng(4)
    scores = np.arange(11) / 10
    shares = np.array([3, 1, 2, 2, 3, 6, 7, 13, 20, 18, 25]) / 100
    true = float(shares @ scores)
    held = 0
    for counts in random.multinomial(answers, shares, 4_000):
        mean = float(counts @ scores) / answers
        variance = float(counts @ (scores - mean) ** 2) / answers
        low, high = index_bounds(mean, variance, answers)
        assert low is not None
        assert high is not None
        held += low <= true <= high
    # Few answers are held more often than is said; the standard error is 0.6 points.
    assert least <= held / 4_000 <= most


def test_who_all_say_the_same_are_not_certain() -> None:
    low, high = nps_bounds(8, 0, 8)
    assert low is not None
    assert low < 0.7
    assert high == 1
    assert index_bounds(1.0, 0.0, 8).low < 0.95  # type: ignore[operator]
    assert nps_bounds(0, 0, 0) == index_bounds(0, 0, 0) == (None, None)


# ---------------------------------------------------------------------------------- a shop


ORDERS = pd.DataFrame(
    [(who, day, 100) for who, days in {
        "anna": ["2025-01-10", "2026-02-01", "2026-06-01"],
        "bo": ["2026-05-01"], "cia": ["2024-06-01"], "dan": ["2026-04-01"],
    }.items() for day in days],
    columns=["customer", "date", "amount"],
)  # fmt: skip
SURVEY = pd.DataFrame(
    [
        ("anna", 3, "2026-01-01"), ("anna", 10, "2026-03-01"), ("bo", 9, "2026-03-01"),
        ("cia", 0, "2026-03-01"), ("dan", 8, "2026-03-01"), ("dan", 6, "2026-03-01"),
        ("eva", 7, "2026-03-01"), ("bo", 1, "2026-12-01"), (None, 9, "2026-03-01"),
        ("bo", None, "2026-03-02"), ("bo", 11, "2025-03-02"),
    ],
    columns=["customer", "score", "day"],
)  # fmt: skip


def test_the_last_answer_of_a_person_counts() -> None:
    with read(ORDERS) as log:
        made = log.survey(SURVEY).satisfaction("2026-06-30")
        # anna 10, bo 9, cia 0, dan the lower of two on a day, 6; eva 7 has no order.
        assert (made.total.answers, made.total.promoters, made.total.detractors) == (5, 2, 2)
        assert made.total.nps == 0
        assert made.total.index == pytest.approx((10 + 9 + 0 + 6 + 7) / 50)
        assert made.rows == 11
        assert made.left_out == {"blank": 1, "nobody": 1, "later": 1, "earlier": 3}
        steps = {row.name: row for row in made.by["step"]}
        assert (steps["F0"].answers, steps["F0"].persons) == (1, None)
        assert (steps["F1"].answers, steps["F1"].persons) == (3, 3)
        assert (steps["F3"].promoters, steps["F2"].answers, steps["F2"].nps) == (1, 0, None)
        tiers = {row.name: row for row in made.by["tier"]}
        assert tiers["inactive"].mean == 0
        assert {row.name for row in made.by["cohort"]} == {"2024-Q2", "2025-Q1", "2026-Q2"}
        assert sum(row.answers for row in made.by["tier"]) == 4
        unhappy = log.customers("2026-06-30", where="score <= 6 and answered >= 2026-01-01")
        assert unhappy.count() == 2
        json.dumps(made.to_dict())
        # Later, bo has said 1.
        assert log.satisfaction("2026-12-31").total.promoters == 1


def test_figures_of_a_large_shop_are_those_of_plain_python() -> None:
    from crmformulas.orders.demo import demo_frames

    orders = demo_frames(orders=5_000)[0]
    random = np.random.default_rng(2)
    who = random.choice(orders.customer_id.unique(), 900, replace=False)
    survey = pd.DataFrame({"customer_id": who, "score": random.integers(0, 11, 900)})
    with read(orders) as log:
        made = log.survey(survey).satisfaction()
        tier = {one.customer: one.s12_tier or "inactive" for one in log.customers().rows()}
    for row in made.by["tier"]:
        mine = [s for c, s in zip(who, survey.score, strict=True) if tier[c] == row.name]
        assert row.answers == len(mine)
        assert row.persons == sum(t == row.name for t in tier.values())
        assert row.promoters == sum(s >= 9 for s in mine)
        assert row.detractors == sum(s <= 6 for s in mine)
        assert row.mean == pytest.approx(np.mean(mine))
    assert any("no column of days" in str(notice.en) for notice in made.notices)  # type: ignore[union-attr]


def called(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        run([str(one) for one in args])
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out, out.err


def test_the_command_tells_it_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, survey = tmp_path / "orders.csv", tmp_path / "survey.csv"
    ORDERS.to_csv(orders, index=False)
    SURVEY[:-1].rename(columns={"score": "NPS score", "day": "Response date"}).to_csv(
        survey, index=False
    )
    args = ["scores", orders, "--scores", survey, "--as-of", "2026-06-30"]
    code, out, err = called(capsys, *args)
    assert code == 0, err
    assert "NPS" in out
    assert "no order in S12" in out
    assert "1 left blank" in out
    code, out, _ = called(capsys, *args, "--lang", "sv")
    assert "inget köp i S12" in out
    assert "Ett svar per person" in out
    code, out, _ = called(capsys, *args, "--format", "json", "--scale", "1-10")
    assert json.loads(out)["scale"] == [1, 10]
    assert json.loads(out)["left_out"]["outside"] == 1
    code, out, _ = called(
        capsys, "customers", orders, "--scores", survey, "--where", "score >= 9",
        "--columns", "customer,score", "--as-of", "2026-06-30",
    )  # fmt: skip
    assert "2 persons" in out


def test_what_can_not_be_told_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, survey = tmp_path / "orders.csv", tmp_path / "survey.csv"
    ORDERS.to_csv(orders, index=False)
    survey.write_text("customer,score\nanna,7\nbo,2\n")
    for args, words in [
        (["scores", orders], "which survey? Give --scores FILE"),
        (["customers", orders, "--score", "x"], "--score goes with --scores FILE"),
        (["scores", orders, "--scores", survey], "on which scale were they given?"),
        (["scores", orders, "--scores", survey, "--scale", "9"], "such as 0-10, got '9'"),
        (["scores", orders, "--scores", survey, "--scale", "8-9"], "no answer lies on the scale"),
        (["scores", orders, "--scores", orders], "which column is the score? Give --score"),
    ]:
        code, _, err = called(capsys, *args)
        assert (code, words in err) == (2, True), err
    survey.write_text("customer,score\nzoe,\n")
    code, _, err = called(capsys, "scores", orders, "--scores", survey)
    assert "no answer of a person" in err
    with read(ORDERS) as log, pytest.raises(InputError, match="scores are of a survey"):
        log.satisfaction()
    for low, high in [(0, 5), (1, 7), (0, 3), (-2, 10), (0, 15)]:
        with pytest.raises(InputError, match="on which scale"):
            scale_of(low, high)
    assert as_scale("1 - 7") == (1, 7)
