"""The language of conditions: what it says, and what it says where it can't be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders.counting.customer_list import Customers, Filters
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import Orders, read
from crmformulas.orders.selections.attributes import Kind
from crmformulas.orders.selections.completion import complete
from crmformulas.orders.selections.conditions import parse, quoted, tokens
from crmformulas.orders.selections.segments import READY
from tests import oracle
from tests.examples import examples
from tests.logs import Case, cases
from tests.orders.counting.test_customer_list import opened
from tests.orders.counting.test_queries import ENGINES, engine, relaxed


@pytest.fixture(scope="module", params=ENGINES)
def backend(request: pytest.FixtureRequest) -> Any:
    return engine(request.param, request)


# ------------------------------------------------------------------- against the plain oracle

WHOLE = ("orders", "s12_orders", "recency_days", "returns", "r_score", "f_score", "m_score")
MONEY = ("revenue", "s12_revenue", "f12_revenue", "returned", "order_value")
TIERS = ("super", "top", "mid", "bottom")
CHOICES = {
    "s12_tier": TIERS,
    "rfm": ("lost", "at risk", "new", "champions", "cannot lose", "promising", "loyal"),
}
SIGNS: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
Held = Any
"""A condition as it is written, and whether it holds for a customer of the oracle."""


def compared(name: str, sign: str, text: str, number: Any) -> Held:
    def holds(one: dict[str, Any]) -> bool:
        value = one[name]
        return value is not None and bool(SIGNS[sign](value, number))

    return f"{name} {sign} {text}", holds


def negated(held: Held) -> Held:
    return f"not ({held[0]})", lambda one: not held[1](one)


def joined(parts: list[Held], word: str) -> Held:
    join = all if word == "and" else any
    text = f" {word} ".join(f"({text})" for text, _ in parts)
    return text, lambda one: join(holds(one) for _, holds in parts)


@st.composite
def numbers(draw: st.DrawFn) -> Held:
    name = draw(st.sampled_from(WHOLE + MONEY))
    number = draw(
        st.integers(-3, 12)
        if name in WHOLE
        else st.sampled_from(["0", "0.1", "10", "20", "99.99", "12.3457", "15", "30"])
    )
    # Money is compared as the oracle tells it: to the ten-thousandth, as a float.
    value = number if name in WHOLE else float(Decimal(str(number)))
    if draw(st.booleans()):
        low, high = sorted([value, draw(st.integers(0, 400))])
        return f"{name} {low}..{high}", lambda one: low <= one[name] <= high
    return compared(name, draw(st.sampled_from(list(SIGNS))), str(number), value)


@st.composite
def days(draw: st.DrawFn, as_of: date) -> Held:
    name = draw(st.sampled_from(["first_order", "last_order"]))
    day = draw(st.dates(date(as_of.year - 4, 1, 1), as_of))
    match draw(st.sampled_from(["day", "month", "cohort", "range"])):
        case "month":
            return (
                f"{name} = {day:%Y-%m}",
                lambda one: (one[name].year, one[name].month) == (day.year, day.month),
            )
        case "cohort":
            return f"cohort < {day.year}", lambda one: one["first_order"].year < day.year
        case "range":
            last = date(day.year, 12, 31)
            return f"{name} {day}..{day.year}", lambda one: day <= one[name] <= last
    return compared(name, draw(st.sampled_from(list(SIGNS))), str(day), day)


@st.composite
def words(draw: st.DrawFn) -> Held:
    name = draw(st.sampled_from(list(CHOICES)))
    wanted = draw(st.lists(st.sampled_from(CHOICES[name]), min_size=1, max_size=3))
    if draw(st.booleans()):
        return f"{name} = {', '.join(wanted)}", lambda one: one[name] in wanted
    return f"{name} not in ({', '.join(wanted)})", lambda one: one[name] not in wanted


@st.composite
def ids(draw: st.DrawFn, case: Case) -> Held:
    id_ = str(draw(st.sampled_from([*map(str, case.rows["customer"]), "nobody"]))).strip()
    if draw(st.booleans()):
        return f"customer != {quoted(id_)}", lambda one: one["customer"] != id_
    return f"customer contains {quoted(id_)}", lambda one: id_.lower() in one["customer"].lower()


def conditions(case: Case) -> st.SearchStrategy[Held]:
    as_of = case.as_of or date(2024, 2, 29)
    parts = [numbers(), days(as_of), words()]
    if len(case.rows):
        parts.append(ids(case))
    blank = st.just(("s12_tier is blank", lambda one: one["s12_tier"] is None))
    plain = st.one_of(*parts, blank)
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            inner.map(negated),
            st.tuples(st.lists(inner, min_size=2, max_size=3), st.sampled_from(["and", "or"])).map(
                lambda made: joined(*made)
            ),
        ),
        max_leaves=5,
    )


@given(data=st.data())
@settings(relaxed, max_examples=examples(12))
def test_a_condition_selects_whom_the_oracle_does(backend: Any, data: st.DataObject) -> None:
    case = data.draw(cases(max_rows=16))
    with opened(backend, case.rows) as log:
        try:
            customers = log.customers(case.as_of)
        except InputError:
            return
        plain = oracle.customer_attributes(case.rows, as_of=case.as_of)
        for _ in range(3):
            text, holds = data.draw(conditions(case))
            wanted = [one["customer"] for one in plain if holds(one)]
            found = customers.page(0, 50, sort="customer", descending=False,
                                   filters=Filters(where=text))  # fmt: skip
            assert [one.customer for one in found] == wanted, text
            assert customers.where(text).count() == len(wanted)
            assert customers.where(f"not ({text})").count() == len(plain) - len(wanted)


@given(case=cases(max_rows=20), returns=st.sampled_from(["net", "ignore"]))
@settings(relaxed, max_examples=examples(6))
def test_every_attribute_is_that_of_the_oracle(backend: Any, case: Case, returns: str) -> None:
    with opened(backend, case.rows) as log:
        try:
            customers = log.customers(case.as_of, returns=returns)
        except InputError:
            return
        plain = oracle.customer_attributes(case.rows, as_of=case.as_of, returns=returns)
        people = customers.people
        if not plain:
            return
        told = [a for a in people.attributes.values() if not a.unknown and a.name in plain[0]]
        table = people.need(told)
        rows = people.rows(table, told, [table.number])
        for row, one in zip(rows, plain, strict=True):
            for attribute, value in zip(told, row, strict=True):
                wanted = one[attribute.name]
                if attribute.kind in (Kind.NUMBER, Kind.SHARE) and wanted is not None:
                    wanted = pytest.approx(wanted, rel=1e-12)
                if attribute.name == "order_value":
                    wanted = pytest.approx(wanted, rel=1e-12)
                assert value == wanted, (attribute.name, one)


# ------------------------------------------------------------------------------------ a real list


@pytest.fixture(scope="module")
def demo() -> Iterator[Orders]:
    with read(demo_frames(orders=20_000)[0]) as orders:
        yield orders


@pytest.fixture(scope="module")
def customers(demo: Orders) -> Customers:
    return demo.customers()


def test_the_same_is_said_in_several_ways(customers: Customers) -> None:
    for one, other in [
        ("orders 4..5", "orders >= 4 and orders <= 5"),
        ("orders ..1", "ORDERS ≤ 1"),
        ("orders = 4..", "not orders < 4"),
        ("tier = super, top", "s12_tier in (super, top)"),
        ("tier != super", "not tier = super"),
        (
            "tier = super or tier = top and orders > 3",
            "tier = super or (tier = top and orders > 3)",
        ),
        ("returns_share > 20%", "returns_share > 0.2"),
        ("first_order = 2025", "cohort = 2025"),
        ("days_since 0..30", "recency_days <= 30"),
        ("move = won back", 'status = "reactivated"'),
        ("last_order is not blank", "orders >= 1"),
        ("revenue > 1_000", "revenue > 1000.0"),
        ("rfm = cannot-lose", "rfm = Cannot Lose"),
    ]:
        count = customers.where(one).count()
        assert count == customers.where(other).count(), (one, other)
        assert count > 0 or "returns" in one, one


def test_a_selection_of_a_selection_is_both(demo: Orders) -> None:
    both = demo.customers(where="orders > 1").where("tier = super or tier = top")
    assert both.count() == demo.customers(where="orders > 1 and tier = super, top").count() > 0
    assert all(one.orders > 1 and one.s12_tier in ("super", "top") for one in both.rows())
    assert both.count(Filters(where="orders = 1")) == 0


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("ordrs > 3", 1, "no attribute 'ordrs'; did you mean orders"),
        ("orders > 3 and tier = supr", 23, "not 'supr'; did you mean super"),
        ("orders >= and tier = super", 11, "a value is missing after orders >="),
        ("orders 4", 8, "= is missing after orders"),
        ("orders", 1, "orders needs =, <, > or .. and a value"),
        ("(orders > 3", 1, "this ( is not closed"),
        ("orders > 3)", 11, "a ) too many"),
        ("orders > 3 tier = top", 17, "and, or is missing"),
        ("orders > 3 and", 15, "an attribute is missing here"),
        ("orders > ", 10, "a value is missing"),
        ("tier = 'super", 8, "the quote is not closed"),
        ("orders > 20%", 10, "orders is no share"),
        ("last_order > 2026-13", 14, "not '2026-13'"),
        ("cohort = 2026-01-05", 10, "cohort is a month"),
        ("tier > mid", 1, "use = or !="),
        ("orders contains 4", 1, "orders is no text"),
        ("customer > a", 1, "customer is a text"),
        ("orders > 99999999999999999999", 10, "too large a number"),
        ("orders ..", 10, "needs a value on one side"),
        ("orders; drop table customers", 9, "= is missing after orders;"),
        ("segment = nobody", 11, "there is no segment 'nobody'"),
        ("!orders", 1, "this sign means nothing"),
        ("tier", 1, "s12_tier needs = or != and one of bottom"),
        ("revenue = 12,50", 11, "a decimal sign is a point, as in 12.50"),
        ("silence > 1,5", 12, "a decimal sign is a point"),
        ("revenue > 1e400", 11, "revenue is a number, not '1e400'"),
        ("returns_share > 5%%", 17, "not '5%%'"),
        ("last_order > 31/12/2025", 14, "last_order is a day such as 2026-10-31"),
        ("revenue > " + "9" * 900, 11, "9… is too large a number"),
    ],
)
def test_what_can_not_be_read_is_said_with_its_place(
    customers: Customers, text: str, place: int, why: str
) -> None:
    with pytest.raises(InputError) as caught:
        customers.where(text)
    message = str(caught.value)
    assert why in message
    assert "\n" not in message
    assert len(message) < 600
    assert getattr(caught.value, "place", None) == place, message


def test_a_blank_condition_is_everybody(demo: Orders, customers: Customers) -> None:
    assert demo.customers(where="  ").count() == customers.count()


def test_what_history_does_not_tell_is_refused_with_the_reason() -> None:
    log = {"customer": ["a", "b"], "date": ["2026-03-01", "2026-01-01"], "amount": [10, 20]}
    with read(pd.DataFrame(log)) as orders:
        with pytest.raises(InputError, match="status can't be told: history holds 0 of F12's 12"):
            orders.customers(where="status = new")
        assert orders.customers(where="tier is not blank").count() == 2


@given(st.text(max_size=30))
@settings(max_examples=examples(300), deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        parse(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=20))
def test_a_quoted_value_is_read_as_it_was(text: str) -> None:
    value = parse(f"customer = {quoted(text)}").values[0]  # type: ignore[union-attr]
    assert value is not None
    assert value.text == text


def test_a_thousand_parts_are_no_deeper_than_ten(customers: Customers) -> None:
    # One by one they were too deep for Python: a pasted list of ids ended in a traceback.
    somebody = next(iter(customers.rows(1, sort="customer", descending=False))).customer
    pasted = ", ".join([somebody, *(f"none{n}" for n in range(1_400))])
    assert customers.where(f"customer = {pasted}").count() == 1
    assert customers.where("orders = 2" + " or orders = 2" * 999).count() == (
        customers.where("orders = 2").count()
    )
    both = customers.where("revenue = 12, 50 or silence > 1 and silence > 1")
    assert both.count() <= customers.count()


def test_deep_conditions_are_refused_in_words() -> None:
    with pytest.raises(InputError, match="within one another"):
        parse("(" * 5000 + "orders = 1" + ")" * 5000)
    with pytest.raises(InputError, match="at most"):
        parse("orders = 1 or " * 5000)
    assert len(tokens("not " * 50 + "orders = 1")) == 53


# ----------------------------------------------------------------------------- a million, in order


def test_what_is_streamed_stands_in_its_order() -> None:
    count = 150_000
    numbers = [(i * 7919) % count for i in range(count)]
    frame = pd.DataFrame(
        {"customer": [f"c{i}" for i in numbers], "date": "2026-03-01", "amount": numbers}
    )
    with read(frame[frame["amount"] > 0]) as orders:
        people = orders.customers().people
        told = [people.attribute("revenue"), people.attribute("customer")]
        table = people.where("revenue >= 1")
        by = people.sort_keys(table, told[0], True)
        batches = list(people.batches(table, told, by))
    amounts = [amount for batch in batches for amount in batch.column(0).to_pylist()]
    assert amounts == [float(n) for n in range(count - 1, 0, -1)]
    assert len(batches) > 1


# ---------------------------------------------------------------- what joins from elsewhere


def test_columns_of_the_file_discounts_and_the_forecast_join(demo: Orders) -> None:
    frame = demo_frames(orders=20_000)[0]
    days = frame["order_date"].astype(str)
    orders = frame.assign(day=days).sort_values(["day", "order_id"])
    # Of the order's rows the demo has the same channel.
    channel = orders.groupby("customer_id")["channel"].agg(["first", "last"])
    customers = demo.customers()
    for place in ("first", "last"):
        wanted = int((channel[place] == "referral").sum())
        assert customers.where(f"{place}_channel = referral").count() == wanted > 0
    whole = customers.where("discount_share = 100%").count()
    code = orders.groupby("order_id").agg({"customer_id": "first", "discount_code": "first"})
    given = code["discount_code"].notna().groupby(code["customer_id"]).mean()
    assert whole == int((given == 1).sum()) > 0
    likely = customers.where("p_buy > 50%")
    table = demo.forecast().customers()
    expected = demo.records(table.filter(table.p_buy > 0.5).agg(n=table.customer.count()))
    assert likely.count() == expected[0]["n"] > 0
    assert customers.where("at_stake > 0 and expected_revenue >= 100").count() > 0


# ----------------------------------------------------------------------------------- completion


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("ord", ["orders", "order_value"]),
        ("orders ", ["=", "<", "<=", ">", ">=", ".."]),
        ("tier = ", ["bottom", "mid", "top", "super"]),
        ("tier = su", ["super"]),
        ("rfm = cannot l", ["cannot lose"]),
        ("orders > 3 ", ["and", "or"]),
        ("orders > 3 and not ret", ["returns", "returned", "returns_share"]),
        ("orders > 3 and segment = l", ["late", "lost best"]),
        ("status is ", ["blank", "not blank"]),
        ("tier in (super, to", ["top"]),
        ("orders > ", []),
    ],
)
def test_what_may_stand_next_is_offered(
    customers: Customers, text: str, offered: list[str]
) -> None:
    made = complete(text, customers.attributes, [one.name for one in READY])
    assert [one.word for one in made] == offered
    for one in made:
        assert one.text.startswith(text[: text.rfind(" ") + 1][:8])


def test_whatever_is_offered_leads_to_a_condition(customers: Customers) -> None:
    for attribute in customers.attributes.values():
        if attribute.source in ("forecast",) or attribute.source.startswith("column "):
            continue
        text = complete(attribute.name, customers.attributes)[0].text
        operator = complete(text, customers.attributes)[0].text
        values = complete(operator, customers.attributes)
        if attribute.choices:
            assert [one.word for one in values] == list(attribute.choices)
            assert customers.where(values[0].text).count() >= 0
