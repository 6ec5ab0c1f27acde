"""Separation on the demo retailer and on small logs: figures, notes, engines, errors.

The figures in ``tests/data/demo_plus_*.csv`` were made by ``plain.py`` beside this file, which
shares no code with the package, from the demo retailer at its default size and seed 1;
``demo_plus_truth.csv`` is what was built in, with tolerances.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from crmformulas.errors import InputError
from crmformulas.orders.analysis.separation.results import Separation
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import Orders, read
from crmformulas.translations import Translated
from tests.orders.analysis.separation import plain

DATA = Path(__file__).parents[3] / "data"
QUESTIONS: dict[str, dict[str, Any]] = {
    "f1_f2": {"step": 1},
    "f3_f4": {"step": 3},
    "f6": {"loyal": True},
    "continued": {"continued": True},
}
NULL = ("payment", "carrier", "sales_rep", "ab_test", "gift_wrap")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def demo() -> Iterator[Orders]:
    with read(demo_frames()[0]) as log:
        yield log


@pytest.fixture(scope="module")
def bought() -> pd.DataFrame:
    return plain.purchases(demo_frames()[0])


@pytest.fixture(scope="module")
def answers(demo: Orders) -> dict[str, Separation]:
    return {name: demo.separates(**asked) for name, asked in QUESTIONS.items()}


@pytest.mark.parametrize("question", QUESTIONS)
def test_figures_of_the_demo_retailer(question: str, answers: dict[str, Separation]) -> None:
    answer, compared = answers[question], 0
    for row in rows_of(f"demo_plus_{question}.csv"):
        name = row["column"]
        column = answer.column(name)
        # A range is written with its exact ends, where the plain program kept six digits.
        value = row["value"].partition(" – ")[0]
        found = [v for v in column.values if v.value.partition(" – ")[0] == value]
        assert len(found) == 1, (name, row["value"])
        one = found[0]
        assert (one.customers, one.went_on) == (int(row["customers"]), int(row["went_on"]))
        assert one.rate == pytest.approx(float(row["rate"]), abs=6e-7)
        assert one.others_rate == pytest.approx(float(row["rate_of_others"]), abs=6e-7)
        for told, expected in (
            (one.difference, "adjusted_pp"),
            (one.low, "low_pp"),
            (one.high, "high_pp"),
            (one.shrunk, "shrunk_pp"),
        ):
            assert told is not None
            assert 100 * told == pytest.approx(float(row[expected]), abs=6e-4)
        assert 100 * column.spread == pytest.approx(float(row["spread_pp"]), abs=6e-3)
        assert one.p == pytest.approx(float(row["p"]), rel=6e-3, abs=1e-300)
        compared += 1
    assert compared > 50


def test_what_was_built_in_is_found(answers: dict[str, Separation]) -> None:
    places = {"F1→F2": "f1_f2", "F3→F4": "f3_f4", "continued": "continued"}
    for row in rows_of("demo_plus_truth.csv"):
        question = places.get(row["question"].partition(" ")[0])
        if question is None or row["column"] not in ("channel", "discount_code", "country"):
            continue
        column = answers[question].column(row["column"])
        must = row["must_be_called"].partition(" ")[0]
        for one in column.values:
            if row["value"] not in (one.value, "any"):
                continue
            if row["true_rate_pct"]:
                tolerance = float(row["tolerance_pp"])
                assert 100 * one.rate == pytest.approx(float(row["true_rate_pct"]), abs=tolerance)
            if must != "either":
                called = one.stands_out and one.note != "mirror"
                assert called == (must == "yes"), (row, one)


def test_columns_that_say_nothing_are_not_called(answers: dict[str, Separation]) -> None:
    called = [c.name for answer in answers.values() for c in answer.called if c.name in NULL]
    assert not called


def test_continued_compares_within_order_numbers(answers: dict[str, Separation]) -> None:
    """VIP15 and e-mail are where late orders are; only COMEBACK10 was built in."""
    answer = answers["continued"]
    assert answer.strata == "quarter × order number"
    codes = {one.value: one for one in answer.column("discount_code").values}
    assert codes["COMEBACK10"].stands_out
    for name in ("SALE15", "WELCOME10"):
        assert not codes[name].stands_out
    assert codes["SALE15"].plain_low > 0, "called without order numbers"
    assert codes["SALE15"].note == "strata"
    email = next(one for one in answer.column("channel").values if one.value == "email")
    assert (email.stands_out, email.note) == (False, "strata")


def test_holding_the_order_value_takes_the_product_away(demo: Orders, bought: pd.DataFrame) -> None:
    """Products are price: little of their spread is left within 20 bins of value."""
    asked = demo.separates(by=["product"]).column("product")
    held = demo.separates(by=["product"], hold="order value")
    assert held.strata == "month × order value"
    made = plain.starts(bought, "f1_f2")
    of_both = made["stratum"] * 100 + plain.binned(made["amount"], 20)
    expected = [
        plain.column(plain.counted(made["product"], made, stratum))
        for stratum in (made["stratum"], of_both)
    ]
    assert expected[0] is not None
    assert expected[1] is not None
    assert asked.spread == pytest.approx(expected[0]["spread"], rel=1e-9)
    assert held.column("product").spread == pytest.approx(expected[1]["spread"], rel=1e-9)
    assert held.column("product").spread < asked.spread / 5


def test_worth_is_own_customers_times_the_shrunk_difference(answers: dict[str, Separation]) -> None:
    answer = answers["f1_f2"]
    one = next(v for v in answer.column("channel").values if v.value == "referral")
    assert one.customers == 4515
    assert one.extra == pytest.approx(595, abs=1)
    assert answer.next_value is not None
    assert one.extra_revenue == pytest.approx(one.extra * answer.next_value)
    assert one.extra_in_a_year is not None
    assert 0 < one.extra_in_a_year < one.extra / 4
    assert answer.too_young == 88_028 - 75_461


def test_discounts_by_step(demo: Orders, bought: pd.DataFrame) -> None:
    made = demo.discounts()
    assert (made.days, made.tipping_point) == (365, 6)
    told = {row["order_no"]: row for row in rows_of("demo_plus_discount_by_step.csv")}
    assert [step.order for step in made.steps] == list(told)
    for step in made.steps:
        row = told[step.order]
        counts = (step.orders, step.discounted, step.matured_with, step.matured_without)
        names = ("orders", "discounted", "matured_with", "matured_without")
        assert counts == tuple(int(row[name]) for name in names)
        assert step.discount == pytest.approx(float(row["discount"]), abs=1e-6)
        for figure, name, scale in (
            (step.share, "share", 1),
            (step.of_gross_discounted, "percent_of_gross_discounted", 1),
            (step.of_gross_all, "percent_of_gross_all", 1),
            (step.rate_with, "rate_with", 1),
            (step.rate_without, "rate_without", 1),
            (step.difference, "adjusted_pp", 100),
            (step.low, "low_pp", 100),
            (step.high, "high_pp", 100),
            (step.p, "p", 1),
        ):
            if not row[name]:
                assert figure is None or step.order == "6", (step.order, name)
            elif step.order != "all" or name in ("share",):
                assert figure is not None
                assert scale * figure == pytest.approx(float(row[name]), abs=6e-7 * scale**2)
    past = {row.period: row for row in made.past}
    for period, rows in (
        ("all time", bought),
        ("last 12 months", bought[bought["day"] >= plain.S12]),
    ):
        beyond = rows[(rows["nth"] > 6) & (rows["discount"] > 0)]
        assert past[period].orders == len(beyond)
        assert past[period].discount == pytest.approx(beyond["discount"].sum(), abs=1e-6)
        assert past[period].all_discount == pytest.approx(rows["discount"].sum(), abs=1e-6)


def test_products_against_pandas(demo: Orders) -> None:
    made = demo.products("category")
    lines, _ = demo_frames()
    lines = lines.dropna(subset="customer_id")
    common = -lines["category"].map(lines["category"].value_counts())
    ordered = lines.assign(common=common).sort_values(
        ["amount", "common"], ascending=[False, True], kind="stable"
    )
    orders = lines.groupby("order_id").agg(
        customer=("customer_id", "first"), day=("order_date", "first"), amount=("amount", "sum")
    )
    orders["category"] = ordered.drop_duplicates("order_id").set_index("order_id")["category"]
    orders = orders[orders["amount"].round(2) > 0].reset_index()
    orders = orders.sort_values(["customer", "day", "order_id"])
    by = orders.groupby("customer")
    gap = (by["day"].shift(-1) - orders["day"]).dt.days
    for cycle in made.cycles:
        own = gap[orders["category"] == cycle.value]
        assert (cycle.orders, cycle.again) == (len(own), own.notna().sum())
        assert cycle.median_days == own.median()
    firsts = by["category"].nth(0), by["category"].nth(1)
    first = orders.assign(first=firsts[0]).dropna(subset="first").set_index("customer")["first"]
    second = orders.assign(second=firsts[1]).dropna(subset="second").set_index("customer")["second"]
    both = pd.concat([first, second], axis=1, join="inner")
    pair = next(r for r in made.next if (r.value, r.next_value) == ("Decor", "Kitchen"))
    decor = both[both["first"] == "Decor"]
    assert (pair.customers, pair.bought) == (len(decor), (decor["second"] == "Kitchen").sum())
    kinds = orders.groupby("customer")["category"].nunique()
    size = by.size()
    on_2 = next(row for row in made.steps if row.step == 2)
    assert on_2.customers == (size == 2).sum()
    assert on_2.values == pytest.approx(kinds[size == 2].mean())


# ------------------------------------------------------------------------------- small logs


def small(seed: int = 1, customers: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = []
    for buyer in range(customers):
        day = np.datetime64("2024-01-01") + random.integers(360)
        channel = random.choice(["web", "shop", "app"])
        for _ in range(1 + (random.random() < (0.6 if channel == "shop" else 0.2))):
            for _ in range(random.integers(1, 4)):
                product = random.choice(list("ABCD"))
                rows.append((len(rows) // 3, buyer, day, random.integers(10, 90), channel, product))
            day += random.integers(10, 80)
    names = ["order", "customer", "date", "amount", "channel", "product"]
    table = pd.DataFrame(rows, columns=names)
    table["order"] = table.groupby(["customer", "date"]).ngroup()
    return table.astype({"customer": str})


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_engines_agree(engine: str, request: pytest.FixtureRequest) -> None:
    table = small()
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else "sqlite://"
    backend = ibis.connect(url)
    stored = backend.create_table("separated", table, temp=True)
    with read(table, amount="amount") as log, read(stored, amount="amount") as other:
        for asked in ({"step": 1}, {"any_line": ["product"], "by": ["channel"]}):
            one, two = (each.separates(within=90, **asked) for each in (log, other))
            assert one.to_dict() == two.to_dict()
            assert one.columns
    backend.disconnect()


def test_counts_against_plain_python() -> None:
    """Start orders by channel and who went on within the days, counted one by one."""
    table = small(5)
    last = table["date"].max()
    orders = table.groupby("order").agg(
        customer=("customer", "first"), day=("date", "first"), channel=("channel", "first")
    )
    counts: dict[str, list[int]] = {}
    for _, theirs in orders.sort_values(["customer", "day"]).groupby("customer"):
        days = list(theirs["day"])
        if (last - days[0]).days < 60:
            continue
        count = counts.setdefault(theirs["channel"].iloc[0], [0, 0])
        count[0] += 1
        count[1] += len(days) > 1 and (days[1] - days[0]).days <= 60
    with read(table, amount="amount") as log:
        made = log.separates(by=["channel"], within=60)
    found = {v.value: [v.customers, v.went_on] for v in made.column("channel").values}
    assert found == counts
    assert made.column("channel").separates
    assert made.customers + made.too_young == orders["customer"].nunique()


def test_empty_answer_says_what_would_have_been_seen() -> None:
    table = small(2, 60)
    with read(table, amount="amount") as log:
        made = log.separates(within=60, by=["product"])
    assert not made.called
    assert made.least_visible is not None
    said = made.empty_answer()
    assert f"about {100 * made.least_visible:.1f} pp" in str(said[0])


def test_a_notebook_shows_what_stands_out_as_text() -> None:
    table = small(4)
    table["channel"] = table["channel"].replace("shop", "<b>shop</b>")
    with read(table, amount="amount") as log:
        made = log.separates(by=["channel"], within=90)
    assert made.called
    shown = made._repr_html_()
    assert "&lt;b&gt;shop&lt;/b&gt;" in shown
    assert "<b>shop" not in shown
    assert "does not prove" in shown


def test_a_column_made_after_the_fact_says_so() -> None:
    table = small(3)
    came_back = table.groupby("customer")["order"].transform("nunique") > 1
    table["label"] = np.where(came_back, "repeat", "one-off")
    with read(table, amount="amount") as log:
        made = log.separates(within=200, as_of="2025-02-01")
    assert made.column("label").after_the_fact
    assert not made.column("channel").after_the_fact


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"step": 0}, "a step begins at purchase 1 or later, got 0"),
        ({"step": 2, "continued": True}, "one of them"),
        ({"by": ["colour"]}, "no column 'colour'"),
        ({"by": ["product"], "hold": "colour"}, "no column 'colour'"),
        ({"within": 0}, "days must be at least 1, got 0"),
        ({"loyal": True}, "no tipping point"),
        ({"lost": True, "continued": True}, "one of them"),
        ({"tier": "super", "step": 2}, "a tier goes alone"),
        ({"tier": "gold"}, "no tier 'gold'; the tiers are 1 'super'"),
    ],
)
def test_bad_questions(asked: dict[str, Any], message: str) -> None:
    with read(small(1, 50), amount="amount") as log, pytest.raises(InputError, match=message):
        log.separates(**asked)


def test_discount_rules() -> None:
    """A discount that all rows of an order repeat counts once; a negative one as its size; with
    codes alone, no money is made up."""
    table = pd.DataFrame(
        {
            "order": [1, 1, 2, 2, 3, 3, 4, 5],
            "customer": list("aabbccda"),
            "date": ["2025-01-01"] * 7 + ["2025-06-01"],
            "amount": [50.0, 40, 20, 30, 60, 10, 10, 90],
            "Discount Amount": [-10.0, -10, -5, -5, -8, -8, 0, -10],
            "Coupon Code": ["A", None, "B", None, "C", None, None, "D"],
        }
    )
    with read(table, amount="amount") as log:
        first = log.discounts(within=90).steps[0]
        assert (first.orders, first.discounted, first.discount) == (4, 3, 23.0)
        assert first.of_gross_all == pytest.approx(23 / (220 + 23))
    with read(table.drop(columns="Discount Amount"), amount="amount") as log:
        made = log.discounts(within=90)
        assert (made.steps[0].discounted, made.steps[0].discount) == (3, None)
        assert "only codes are known" in str(made.notices)
    shares = table.assign(**{"Discount Amount": [0.2, 0.2, 0.5, 0, 0, 0, 0, 0]})
    with read(shares, amount="amount") as log:
        # No discount above 1 is money: 50 and 40 net of 20 %, and 20 net of 50 %.
        assert log.discounts(within=90).steps[0].discount == pytest.approx(12.5 + 10 + 20)
    bare = table.drop(columns=["Discount Amount", "Coupon Code"])
    with read(bare, amount="amount") as log, pytest.raises(InputError, match="no column tells of"):
        log.discounts()


def timed(customers: int = 300) -> pd.DataFrame:
    """Orders with times and a day of delivery; who orders in the evening comes back more."""
    random = np.random.default_rng(8)
    rows = []
    for buyer in range(customers):
        day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(random.integers(200)))
        hour = int(random.choice([9, 20]))
        for _ in range(1 + (random.random() < (0.7 if hour == 20 else 0.2))):
            took = pd.Timedelta(days=int(random.integers(1, 4)))
            rows.append((len(rows), f"c{buyer}", day + pd.Timedelta(hours=hour), day + took))
            day += pd.Timedelta(days=int(random.integers(10, 50)))
    table = pd.DataFrame(rows, columns=["order", "customer", "date", "delivered"])
    return table.assign(amount=50.0)


def written(table: pd.DataFrame, form: str) -> pd.DataFrame:
    return table.assign(
        date=table["date"].dt.strftime(form), delivered=table["delivered"].dt.strftime("%Y-%m-%d")
    )


@pytest.mark.parametrize("form", [None, "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%dT%I:%M %p"])
def test_the_hour_of_the_order(form: str | None) -> None:
    table = timed()
    firsts = table.drop_duplicates("customer")
    with read(table if form is None else written(table, form)) as log:
        made = log.separates(by=["hour"], within=90).column("hour")
        every = log.separates(within=90)
    found = {one.value: one.customers for one in made.values}
    young = firsts["date"].dt.normalize() > table["date"].max().normalize() - pd.Timedelta(days=90)
    old = firsts[~young]["date"].dt.hour.astype(str).value_counts().to_dict()
    assert found == old
    assert made.separates
    assert (made.level, made.label) == ("log", Translated("hour", "timme"))
    assert every.column("hour").separates


def test_a_column_of_dates_is_asked_by_weekday_month_and_days() -> None:
    table = timed()
    with read(table) as log:
        made = log.separates(within=90)
        names = {one.name for one in made.columns} | {name for name, _ in made.left_out}
        assert {"delivered weekday", "delivered days after order"} <= names
        assert "delivered" not in names
        asked = log.separates(within=90, by=["delivered"])
    days = asked.column("delivered days after order")
    assert {one.value for one in days.values} == {"1", "2", "3"}
    assert {one.name for one in asked.columns} <= names
    last = table["date"].max().normalize()
    firsts = table.drop_duplicates("customer")
    firsts = firsts[firsts["date"].dt.normalize() <= last - pd.Timedelta(days=90)]
    took = (firsts["delivered"] - firsts["date"].dt.normalize()).dt.days.value_counts()
    assert {int(one.value): one.customers for one in days.values} == took.to_dict()
    weekdays = firsts["delivered"].dt.day_name().value_counts().to_dict()
    found = {one.value: one.customers for one in asked.column("delivered weekday").values}
    assert found == {name: n for name, n in weekdays.items() if name in found}


@pytest.mark.parametrize("engine", ["duckdb text", "sqlite", "postgres"])
def test_engines_agree_on_hours_and_dates(engine: str, request: pytest.FixtureRequest) -> None:
    table = timed(120)
    with read(table) as log:
        expected = log.separates(within=90).to_dict()
    text = written(table, "%Y-%m-%d %H:%M:%S")
    if engine == "duckdb text":
        with read(text) as other:
            assert other.separates(within=90).to_dict() == expected
        return
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else "sqlite://"
    backend = ibis.connect(url)
    given = table if engine == "postgres" else text
    stored = backend.create_table("timed", given, temp=True)
    with read(stored) as other:
        assert other.separates(within=90).to_dict() == expected
    backend.disconnect()


def test_there_is_no_hour_without_times() -> None:
    table = small(1, 50)
    text = table.assign(date=table["date"].dt.strftime("%Y-%m-%d"))
    with read(text, amount="amount") as log, pytest.raises(InputError, match="no hour"):
        log.separates(by=["hour"], within=60)
    with read(table, amount="amount") as log:
        with pytest.raises(InputError, match="'hour' can't be asked: it has one value only"):
            log.separates(by=["hour"], within=60)
        with pytest.raises(InputError, match="holds no dates"):
            log.separates(by=["channel weekday"], within=60)


def test_a_number_of_articles_is_added_up() -> None:
    """As CDNOW writes it: no price stands beside, and an order is a customer's day."""
    table = pd.DataFrame(
        {
            "customer": [f"c{i // 2}" for i in range(200)],
            "date": ["2024-01-01"] * 200,
            "number_of_cds": [1, 2] * 50 + [3, 3] * 50,
            "dollar_value": [10.0, 20.0] * 100,
        }
    )
    later = table.iloc[:60:2].assign(date="2024-02-01")
    with read(pd.concat([table, later])) as log:
        made = log.separates(by=["number_of_cds"], within=60, as_of="2024-06-01")
    found = {one.value: one.customers for one in made.column("number_of_cds").values}
    assert found == {"3": 50, "6": 50}


def test_the_lost_are_the_others_of_who_continued(answers: dict[str, Separation]) -> None:
    with read(demo_frames()[0]) as log:
        lost = log.separates(lost=True, by=["channel", "country"])
    continued = answers["continued"]
    assert (lost.question, lost.customers) == ("lost", continued.customers)
    assert lost.went_on == continued.customers - continued.went_on
    for name in ("channel", "country"):
        others = {one.value: one for one in continued.column(name).values}
        for one in lost.column(name).values:
            other = others[one.value]
            assert (one.customers, one.went_on) == (
                other.customers,
                other.customers - other.went_on,
            )
            assert one.difference == pytest.approx(-(other.difference or 0))
            assert one.low == pytest.approx(-(other.high or 0))
            assert one.p == pytest.approx(other.p)


def tiered(customers: int = 2000) -> pd.DataFrame:
    """Three years of orders."""
    random = np.random.default_rng(4)
    days = pd.Timestamp("2021-01-01") + pd.to_timedelta(random.integers(0, 1095, 9000), "D")
    table = pd.DataFrame({"date": days, "amount": random.lognormal(4, 1, 9000).round(2)})
    table["customer"] = [f"c{i}" for i in random.integers(0, customers, 9000)]
    table["channel"] = [("web", "shop")[int(name[1:]) % 2] for name in table["customer"]]
    return table


def test_who_is_in_a_tier_and_who_was_lost_from_it() -> None:
    table = tiered()
    with read(table) as log:
        summary = log.summary()
        into, lost, kept = (
            log.separates(by=["channel"], tier="super", **asked)
            for asked in ({}, {"lost": True}, {"continued": True})
        )
        members = {row.customer for row in log.customers(where="tier = super").rows()}
    row = next(one for one in summary.portfolio_records if one.tier == "super")
    assert (into.customers, into.went_on) == (table["customer"].nunique(), row.customers)
    assert (lost.customers, lost.went_on) == (row.f12_customers, row.lost)
    assert (kept.customers, kept.went_on) == (row.f12_customers, row.f12_customers - row.lost)
    assert (into.question, lost.question, kept.question) == (
        ("super", "super lost", "super continued")
    )
    channel = table.drop_duplicates("customer").set_index("customer")["channel"]
    for one in into.column("channel").values:
        assert one.customers == (channel == one.value).sum()
        assert one.went_on == (channel[list(members)] == one.value).sum()
    assert into.asked.en == "from the first order to super in the last 12 months"
    assert lost.outcome.sv == "förlorades"


def test_years_that_history_does_not_hold_are_not_asked() -> None:
    table = tiered()
    late = table[table["date"] >= "2022-09-01"]
    with read(late) as log, pytest.raises(InputError, match="holds 4 of the 12"):
        log.separates(lost=True)
    with read(table[table["date"] >= "2022-05-01"]) as log:
        made = log.separates(continued=True)
    assert "holds 8 of the 12 months" in str(made.notices)
