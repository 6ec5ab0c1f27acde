"""The method on published tables and by simulation: differences, intervals, decisions."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from crmformulas.orders.analysis.separation.method import (
    ColumnCounts,
    ColumnFinding,
    benjamini_hochberg,
    decide,
    judge,
    p_of,
    simes,
    weighted_difference,
)

# Bickel, Hammel and O'Connell, 'Sex bias in graduate admissions: data from Berkeley', Science 187,
# 1975, as R has it in UCBAdmissions: applicants and admitted of departments A to F.
MEN = ([825, 560, 325, 417, 191, 373], [512, 353, 120, 138, 53, 22])
WOMEN = ([108, 25, 593, 375, 393, 341], [89, 17, 202, 131, 94, 24])


def test_newcombe_with_one_stratum() -> None:
    """Newcombe 1998, table II (a), method 10: 56/70 against 48/80 is 0.0524 to 0.3339."""
    n, x = np.array([[70], [80]]), np.array([[56], [48]])
    made = weighted_difference(n, x, n.sum(axis=0), x.sum(axis=0))
    assert made.difference[0] == pytest.approx(0.2)
    assert (made.low[0], made.high[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (made.low[1], made.high[1]) == pytest.approx((-0.3339, -0.0524), abs=5e-5)


def berkeley() -> ColumnCounts:
    n, x = np.array([MEN[0], WOMEN[0]]), np.array([MEN[1], WOMEN[1]])
    return ColumnCounts(["men", "women"], n, x, n.sum(axis=0), x.sum(axis=0))


def test_berkeley_is_called_plain_and_not_adjusted() -> None:
    """Men +14.16 pp plain [11.32, 16.96]; adjusted −1.84 [−5.02, +1.34], χ² 1.5246, p 0.217.

    χ² is what R's mantelhaen.test(UCBAdmissions, correct = FALSE) gives.
    """
    within = judge("sex", berkeley())
    assert within is not None
    men = within.values[0]
    assert (men.value, men.customers, men.went_on) == ("men", 2691, 1198)
    told = [men.plain, men.plain_low, men.plain_high, men.difference, men.low, men.high]
    assert [100 * one for one in told if one is not None] == pytest.approx(
        [14.1645, 11.3213, 16.9570, -1.8425, -5.0180, 1.3365], abs=5e-5
    )
    assert men.chi_square == pytest.approx(1.524607, abs=5e-7)
    assert men.p == pytest.approx(0.216924, abs=5e-7)
    (decided,) = decide({"sex": within})
    assert not decided.separates
    assert [one.note for one in decided.values] == ["strata", "strata"]

    counts = berkeley()
    together = ColumnCounts(
        counts.labels,
        *(table.sum(axis=1, keepdims=True) for table in counts[1:3]),
        *(np.array([table.sum()]) for table in counts[3:5]),
    )
    (decided,) = decide({"sex": judge("sex", together)})
    assert decided.separates
    assert decided.values[0].stands_out


def test_benjamini_hochberg_is_the_published_example() -> None:
    """Benjamini and Hochberg 1995, section 3.2: 4 of 15 at 0.05."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(benjamini_hochberg(p, 0.05)) == 4
    assert simes([0.2, 0.2]) == pytest.approx(0.2)


def test_p_is_that_of_chi_square() -> None:
    """2.705543 and 6.634897 are the 10 % and 1 % points (Fisher and Yates, table IV)."""
    assert p_of(2.705543454) == pytest.approx(0.1)
    assert p_of(6.634896601) == pytest.approx(0.01)


def test_mirror_is_what_is_left_without_the_stronger() -> None:
    """Only Norway differs: what Sweden has more is that Norway is among its others."""
    n = np.array([[7000], [1200], [1000], [800]])
    x = np.array([[1960], [170], [280], [224]])
    counts = ColumnCounts(
        ["Sweden", "Norway", "Finland", "Denmark"], n, x, n.sum(axis=0), x.sum(axis=0)
    )
    (column,) = decide({"country": judge("country", counts)})
    notes = {one.value: (one.stands_out, one.note) for one in column.values}
    assert notes["Norway"] == (True, "")
    assert notes["Sweden"] == (True, "mirror")
    assert column.values[1].difference == pytest.approx(170 / 1200 - 0.28, abs=1e-9)
    # The spread is the standard deviation of the true rates, chance taken off.
    whole = sqrt((1200 * 8800) / 10_000**2) * (0.28 - 170 / 1200)
    assert column.spread == pytest.approx(whole, rel=0.02)


def test_rare_values_are_pooled_and_counted() -> None:
    n = np.array([[500], [400], [29], [12]])
    x = np.array([[250], [100], [29], [0]])
    made = judge("code", ColumnCounts(list("ABCD"), n, x, n.sum(axis=0), x.sum(axis=0)))
    assert made is not None
    assert [one.value for one in made.values] == ["A", "B"]
    assert (made.pooled, made.pooled_customers) == (2, 41)


def test_no_overlap_says_nothing() -> None:
    """A campaign that had its month to itself has nobody to be compared with."""
    n, x = np.array([[100, 0], [0, 100]]), np.array([[90, 0], [0, 10]])
    made = judge("campaign", ColumnCounts(["a", "b"], n, x, n.sum(axis=0), x.sum(axis=0)))
    assert made is not None
    (decided,) = decide({"campaign": made})
    assert not decided.separates
    assert {one.note for one in decided.values} == {"no overlap"}
    assert {one.p for one in decided.values} == {1.0}


# ------------------------------------------------------------------------------- by simulation


@pytest.mark.parametrize(
    ("rate", "effect", "months", "size"),
    [(0.17, 0.0, 24, 40), (0.3, 0.08, 12, 60), (0.05, 0.02, 36, 120), (0.5, -0.15, 6, 20)],
)
def test_intervals_cover(rate: float, effect: float, months: int, size: int) -> None:
    """95 % intervals of a value that every fifth customer has hold the truth in 93 to 97 %."""
    runs = 2_000
    random = np.random.default_rng(7)
    base = np.clip(rate + 0.03 * np.sin(np.arange(months)), 0.02, 0.9)
    others = random.poisson(size, (runs, months))
    own = random.poisson(size / 4, (runs, months))
    x0, x1 = random.binomial(others, base), random.binomial(own, base + effect)
    made = weighted_difference(own, x1, own + others, x0 + x1)
    covered = ((made.low <= effect) & (effect <= made.high)).mean()
    assert 0.93 <= covered <= 0.97


def counts_of(values: NDArray[Any], stratum: NDArray[Any], on: NDArray[Any]) -> ColumnCounts:
    labels, place = np.unique(values, return_inverse=True)
    wide = int(stratum.max()) + 1

    def grid(weights: NDArray[Any]) -> NDArray[np.int64]:
        made = np.bincount(place * wide + stratum, weights=weights, minlength=len(labels) * wide)
        return made.astype(np.int64).reshape(len(labels), wide)

    n, x = grid(np.ones(len(on))), grid(on)
    return ColumnCounts([str(one) for one in labels], n, x, n.sum(axis=0), x.sum(axis=0))


def noise(seed: int, customers: int = 600, months: int = 24) -> dict[str, ColumnFinding | None]:
    """Eight columns that say nothing, where the season and the basket say something."""
    random = np.random.default_rng(seed)
    month = random.integers(months, size=customers)
    lines = random.integers(1, 6, size=customers)
    rate = 0.15 + 0.08 * (month % 12 >= 10) + 0.03 * lines
    on = random.random(customers) < rate
    by_lines = month * 6 + lines
    rare = np.minimum(random.zipf(1.4, size=customers), 3_000)
    season = np.where(random.random(customers) < 0.8, month // 3 % 4, random.integers(4))
    amount = random.lognormal(size=customers)
    tied = np.floor(random.exponential(2, size=customers))
    columns: dict[str, ColumnFinding | None] = {}
    simple = {
        "two": random.integers(2, size=customers),
        "six": random.integers(6, size=customers),
        "thirty": random.integers(30, size=customers),
        "rare": rare,
        "season": season,
        "fifths": np.floor(5 * amount.argsort().argsort() / customers),
        "tied": tied,
    }
    for name, values in simple.items():
        columns[name] = judge(name, counts_of(values, month, on))
    # Any line: a basket of more lines holds more of everything.
    has = random.random((60, customers)) < (lines / 30)
    wide = months * 6
    n = np.stack([np.bincount(by_lines[one], minlength=wide) for one in has])
    x = np.stack([np.bincount(by_lines[one & on], minlength=wide) for one in has])
    total = np.bincount(by_lines, minlength=wide)
    whole = np.bincount(by_lines[on], minlength=wide)
    labels = [f"product {number}" for number in range(len(has))]
    columns["any line"] = judge("any line", ColumnCounts(labels, n, x, total, whole, False))
    return columns


def test_noise_is_called_in_at_most_nine_per_cent_of_runs() -> None:
    """5 % and three standard errors of 300 runs."""
    calls = sum(any(one.separates for one in decide(noise(seed))) for seed in range(300))
    assert calls <= 0.09 * 300


def test_a_season_is_called_only_where_months_are_not_held() -> None:
    """A column that follows the quarter, with a true season in who goes on."""
    called = {"held": 0, "open": 0}
    runs = 40
    for seed in range(runs):
        random = np.random.default_rng(seed)
        month = random.integers(60, size=4_000)
        quarter = month // 3 % 4
        on = random.random(4_000) < np.array([0.12, 0.16, 0.18, 0.24])[quarter]
        season = np.where(random.random(4_000) < 0.7, quarter, random.integers(4, size=4_000))
        for name, stratum in (("held", month), ("open", 0 * month)):
            (column,) = decide({"season": judge("season", counts_of(season, stratum, on))})
            called[name] += column.separates
    assert called["open"] >= 0.66 * runs
    assert called["held"] <= 0.15 * runs


def test_the_largest_differences_are_shrunk_to_what_is_true() -> None:
    """Of many values the largest raw differences exaggerate; the shrunk ones don't, on average."""
    random = np.random.default_rng(3)
    raw, shrunk = [], []
    for _ in range(30):
        true = 0.3 + 0.03 * random.standard_normal(200)
        n = random.integers(60, 200, size=(200, 1))
        x = random.binomial(n, np.clip(true, 0.01, 0.99)[:, None])
        labels = [str(number) for number in range(200)]
        made = judge("product", ColumnCounts(labels, n, x, n.sum(axis=0), x.sum(axis=0)))
        assert made is not None
        top = sorted(made.values, key=lambda one: -(one.difference or 0))[:5]
        for one in top:
            truth = true[int(one.value)] - true.mean()
            raw.append((one.difference or 0) - truth)
            shrunk.append(one.shrunk - truth)
    assert np.mean(raw) > 0.03
    assert abs(np.mean(shrunk)) < 0.01
