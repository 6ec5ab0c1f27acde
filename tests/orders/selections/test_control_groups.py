"""Control groups: the draw, what it can detect, and campaigns of known effect measured."""

from __future__ import annotations

import csv
import json
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.formulas.campaign import Stratum, lift_bounds
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import read
from crmformulas.orders.selections.control_groups import (
    Cell,
    Group,
    Values,
    _permuted,
    in_control,
    mean_lift,
    measure,
    power_of,
    read_group,
)

# ---------------------------------------------------------------------- campaigns of known effect

# Per stratum: treated, control, share who buys anyway: unlike, as tiers are.
STRATA = [(900, 100, 0.42), (2700, 300, 0.22), (5400, 600, 0.08), (1800, 200, 0.03)]


def shares(effect: float, campaigns: int, seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Buyers of simulated campaigns, treated and control, and the true lift."""
    random = np.random.default_rng(seed)
    treated = np.stack(
        [random.binomial(n, p * (1 + effect), campaigns) for n, _, p in STRATA], axis=1
    )
    control = np.stack([random.binomial(m, p, campaigns) for _, m, p in STRATA], axis=1)
    total = sum(n for n, _, _ in STRATA)
    return treated, control, sum(n / total * p * effect for n, _, p in STRATA)


def ends_of(treated: np.ndarray, control: np.ndarray) -> np.ndarray:
    made = []
    for bought, alone in zip(treated.tolist(), control.tolist(), strict=True):
        rows = zip(bought, alone, STRATA, strict=True)
        made.append(lift_bounds([Stratum(x, n, y, m) for x, y, (n, m, _) in rows]))
    return np.array(made, dtype=float)


@pytest.mark.parametrize("effect", [0.0, 0.15, 0.5])
def test_the_interval_of_buyers_holds_the_true_lift_as_often_as_it_says(effect: float) -> None:
    treated, control, true = shares(effect, 5_000, seed=7)
    ends = ends_of(treated, control)
    held = ((ends[:, 0] <= true) & (true <= ends[:, 1])).mean()
    # 90 % is said; the standard error of 5 000 campaigns is 0.4 points.
    assert 0.88 <= held <= 0.92, held


def test_campaigns_without_effect_find_none() -> None:
    treated, control, _ = shares(0.0, 5_000, seed=8)
    assert (ends_of(treated, control)[:, 0] > 0).mean() <= 0.06


def amounts(random: Any, size: int, share: float) -> Values:
    """Revenue of those who buy: skewed, as amounts are."""
    return Values(size, random.lognormal(6, 0.9, random.binomial(size, share)))


@pytest.mark.parametrize(("strata", "effect"), [(STRATA, 0.0), (STRATA, 0.5)])
def test_the_interval_of_revenue_holds_the_true_lift_as_often_as_it_says(
    strata: list[tuple[int, int, float]], effect: float
) -> None:
    # Skewed amounts and control groups of a hundred: where a normal interval finds what is not.
    random, campaigns = np.random.default_rng(11), 200
    mean = float(np.exp(6 + 0.9**2 / 2))
    total = sum(n for n, _, _ in strata)
    true = sum(n / total * p * effect * mean for n, _, p in strata)
    held = found = 0
    for seed in range(campaigns):
        groups = [
            (amounts(random, n, p * (1 + effect)), amounts(random, m, p)) for n, m, p in strata
        ]
        lift = mean_lift(groups, bootstrap=150, permutations=199, seed=seed)
        held += lift.low <= true <= lift.high
        found += lift.found
    # Two standard errors of as many campaigns beside what is promised.
    slack = 2 * (0.09 / campaigns) ** 0.5
    assert 0.88 - slack <= held / campaigns <= 0.92 + slack, held / campaigns
    slack = 2 * (0.06 * 0.94 / campaigns) ** 0.5
    assert effect or found / campaigns <= 0.06 + slack, found / campaigns


def test_a_permutation_deals_out_what_every_other_draw_could_have_given() -> None:
    # All ways to leave 3 of 8 alone, counted one by one.
    some = np.array([5.0, 1.0, 40.0, 7.0])
    whole = [*some, 0.0, 0.0, 0.0, 0.0]
    ways = [sum(whole[i] for i in picked) for picked in combinations(range(8), 3)]
    every = [(sum(whole) - one) / 5 - one / 3 for one in ways]
    pair = (1.0, (Values(5, some[:2]), Values(3, some[2:])))
    drawn = _permuted([pair], 20_000, seed=1)
    assert set(np.round(drawn, 9)) == set(np.round(every, 9))
    assert drawn.mean() == pytest.approx(np.mean(every), abs=0.15)
    assert drawn.std() == pytest.approx(np.std(every), rel=0.02)


@pytest.mark.parametrize("buyers", [300, 3_000, 60_000])
def test_many_buyers_are_dealt_out_with_the_spread_of_few(buyers: int) -> None:
    random = np.random.default_rng(1)
    some = random.lognormal(6, 0.9, buyers)
    size = 4 * buyers
    pair = (
        1.0,
        (Values(size - size // 5, some[: buyers // 2]), Values(size // 5, some[buyers // 2 :])),
    )
    drawn = _permuted([pair], 1_500, seed=3)
    # The variance of a difference of means when all are dealt out: Neyman's, without effect.
    of_all = (some**2).sum() - some.sum() ** 2 / size
    spread = (of_all / (size - 1) * (1 / (size - size // 5) + 1 / (size // 5))) ** 0.5
    assert drawn.mean() == pytest.approx(0, abs=4 * spread / 1_500**0.5)
    assert drawn.std() == pytest.approx(spread, rel=0.06)


def test_the_bootstrap_agrees_and_only_ever_widens() -> None:
    random = np.random.default_rng(5)
    widths = []
    for seed in range(20):
        strata = [(amounts(random, n, p), amounts(random, m, p)) for n, m, p in STRATA]
        plain, wide = mean_lift(strata), mean_lift(strata, bootstrap=400, seed=seed)
        assert wide.low <= plain.low
        assert wide.high >= plain.high
        widths.append((wide.high - wide.low) / (plain.high - plain.low))
    assert max(widths) < 1.35
    assert np.mean(widths) < 1.12


def test_an_effect_of_the_size_that_is_told_is_found_in_eight_of_ten() -> None:
    cells = {
        str(i): Cell(treated=n, control=m, buyers=round((n + m) * p))
        for i, (n, m, p) in enumerate(STRATA)
    }
    told = power_of(cells, date(2025, 1, 1), date(2025, 1, 31))
    assert told is not None
    total = sum(n for n, _, _ in STRATA)
    rate = sum(n / total * p for n, _, p in STRATA)
    assert told.rate == pytest.approx(rate, rel=1e-3)
    treated, control, true = shares(told.detectable_rate / rate, 3_000, seed=3)
    assert true == pytest.approx(told.detectable_rate, rel=1e-3)
    found = (ends_of(treated, control)[:, 0] > 0).mean()
    # The variance grows with the effect, and an interval of a share is no normal one.
    assert 0.76 <= found <= 0.84, found
    one = {"a": Cell(treated=9000, control=1000, buyers=1000)}
    single = power_of(one, date(2025, 1, 1), date(2025, 1, 31))
    assert single is not None
    assert single.detectable_rate == pytest.approx(
        # (1.6449 + 0.8416) × √(0.09 × (1/9000 + 1/1000))
        0.0248647,
        rel=1e-5,
    )


# ------------------------------------------------------------------------------------- the draw


def test_the_draw_depends_on_the_id_and_the_seed_alone() -> None:
    ids = [f"c{i}" for i in range(20_000)]
    first = {one for one in ids if in_control(one, 0.1, 1)}
    assert abs(len(first) / len(ids) - 0.1) < 0.01
    assert first == {one for one in reversed(ids) if in_control(one, 0.1, 1)}
    # A larger share keeps who was in it; another seed is another group.
    assert first < {one for one in ids if in_control(one, 0.2, 1)}
    other = {one for one in ids if in_control(one, 0.1, 2)}
    assert abs(len(first & other) / len(first) - 0.1) < 0.03


def called(capsys: pytest.CaptureFixture[str], *args: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        run([str(one) for one in args])
    out = capsys.readouterr()
    return int(end.value.code or 0), out.out, out.err


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    demo_frames(orders=20_000)[0].to_csv(path, index=False)
    return path


def test_a_group_is_drawn_told_and_the_same_again(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = shop.with_name("group.csv")
    args = ["holdout", "draw", shop, "--where", "tier is not blank", "--share", "20%"]
    code, out, err = called(capsys, *args, "-o", group)
    assert code == 0, err
    assert "left alone, in" in out
    assert "percentage points" in out
    assert group.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(group.open()))
    control = sum(row["group"] == "control" for row in rows)
    assert abs(control / len(rows) - 0.2) < 0.03
    assert len({row["stratum"] for row in rows}) == 12  # four tiers by three thirds of recency
    assert len({row["customer"] for row in rows}) == len(rows)
    again = shop.with_name("again.csv")
    called(capsys, *args, "-o", again)
    assert again.read_bytes() == group.read_bytes()
    # A year of orders less: who is still there is where they were.
    called(capsys, *args, "--as-of", "2026-07-31", "-o", again, "--force")
    before = {row["customer"]: row["group"] for row in rows}
    earlier = {row["customer"]: row["group"] for row in csv.DictReader(again.open())}
    both = before.keys() & earlier.keys()
    assert len(both) > 100
    assert all(before[one] == earlier[one] for one in both)


def test_a_campaign_is_measured_as_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = tmp_path / "group.csv"
    people = [("treated", f"t{i}") for i in range(80)] + [("control", f"k{i}") for i in range(20)]
    with group.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer", "group", "stratum", "drawn_on", "seed"])
        writer.writerows([id_, name, "top · recent", "2026-10-31", 1] for name, id_ in people)
    rows = [(f"t{i}", "2026-11-05", 100) for i in range(40)]
    rows += [(f"t{i}", "2026-11-06", 50) for i in range(10)]
    rows += [(f"k{i}", "2026-11-30", 100) for i in range(5)]
    rows += [("k19", "2026-12-01", 900), ("stranger", "2026-11-05", 900)]
    orders = tmp_path / "orders.csv"
    pd.DataFrame(rows, columns=["customer", "date", "amount"]).to_csv(orders, index=False)
    args = ["holdout", "measure", group, orders, "--from", "2026-11-01", "--to", "2026-11-30"]
    code, out, err = called(capsys, *args, "--cost", "1000", "--format", "json")
    assert code == 0, err
    made = json.loads(out)
    # 40 of 80 against 5 of 20; 50 orders of 80 against 5 of 20; 4 500 of 80 against 500 of 20.
    assert (made["buyers"]["treated"], made["buyers"]["control"]) == (0.5, 0.25)
    assert made["orders"]["lift"] == pytest.approx(50 / 80 - 5 / 20)
    assert made["revenue"]["lift"] == pytest.approx(4500 / 80 - 500 / 20)
    assert made["extra_revenue"][0] == pytest.approx(4500 - 80 * 25)
    assert made["romi"][0] == pytest.approx((2500 - 1000) / 1000)
    ends = lift_bounds([Stratum(40, 80, 5, 20)])
    assert (made["buyers"]["low"], made["buyers"]["high"]) == pytest.approx(ends)
    assert made["buyers"]["found"] is True
    code, out, _ = called(capsys, *args)
    assert "extra orders: 30 (" in out
    # Who is left out and who comes later changes nothing.
    code, out, _ = called(capsys, *args[:-1], "2026-11-04")
    assert "can't be told from chance" in out


def test_files_that_are_no_group_are_refused(
    tmp_path: Path, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "group.csv"
    head = "customer,group,stratum,drawn_on,seed\n"
    for text, words in [
        ("a,b\n1,2\n", "has no column customer"),
        (head, "holds nobody"),
        (head + "a,other,x,2026-10-31,1\n", "line 2: group is treated or control"),
        (head + "a,control,x,2026-10-31,1\na,treated,x,2026-10-31,1\n", "line 3: 'a' stands there"),
        (head + "a,control,x,today,1\n", "line 2: drawn_on is no day"),
    ]:
        path.write_text(text)
        with pytest.raises(InputError, match=words):
            read_group(path)
    with pytest.raises(InputError, match="nothing can be compared"):
        measure(Group({"a": (True, "x")}), [], date(2026, 1, 1), date(2026, 1, 2))
    code, _, err = called(capsys, "holdout", "draw", shop, "--share", "0", "-o", path, "--force")
    assert code == 2
    assert "above 0 and below 1" in err
    with read(shop) as log, pytest.raises(InputError, match="nobody is selected"):
        log.holdout("orders > 100000", 0.1)
