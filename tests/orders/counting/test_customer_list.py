"""The list of customers against the plain oracle, on every engine, and as it is paged."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, cast

import ibis
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders.counting import customer_list as module
from crmformulas.orders.counting.customer_list import (
    COLUMNS,
    STATUSES,
    Customer,
    Customers,
    Filters,
)
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import Orders, read
from crmformulas.orders.order_formulas import customer_status
from crmformulas.orders.rules import placed
from crmformulas.orders.summary.model import Summary
from tests import oracle
from tests.examples import examples
from tests.logs import Case, cases
from tests.orders.counting.test_queries import ENGINES, NAMES, NOBODY, engine, relaxed, typed_rows


@pytest.fixture(scope="module", params=ENGINES)
def backend(request: pytest.FixtureRequest) -> Any:
    return engine(request.param, request)


def opened(backend: Any, rows: pd.DataFrame) -> Orders:
    return Orders(cast(Any, typed_rows(backend, rows)))


# -------------------------------------------------------------------------------------- every row


def compare(backend: Any, case: Case, **rules: Any) -> None:
    known = {NAMES.get(name, name): value for name, value in rules.items()}
    try:
        plain = oracle.customer_table(case.rows, as_of=case.as_of, **known)
    except ValueError:
        with pytest.raises(InputError):
            opened(backend, case.rows).customers(case.as_of, **rules)
        return
    with opened(backend, case.rows) as log:
        customers = log.customers(case.as_of, **rules)
        page = customers.page(0, len(plain) + 1, sort="customer", descending=False)
        assert [one._asdict() for one in page] == plain
        assert customers.count() == len(plain)


@given(case=cases())
@example(case=Case(NOBODY, None, None))
@settings(relaxed, max_examples=examples(40))
def test_every_customer_is_that_of_the_oracle(backend: Any, case: Case) -> None:
    compare(backend, case)


OTHER_RULES = st.fixed_dictionaries(
    {},
    optional={
        "returns": st.just("ignore"),
        "every_row": st.just(True),
        "new_after": st.sampled_from([0, 12, 24, 48]),
        "tiers": st.sampled_from(
            [(("all", 1.0),), (("a", 0.5), ("b", 0.5)), (("x", 0.0), ("y", 0.125), ("z", 0.875))]
        ),
    },
)


@given(case=cases(), rules=OTHER_RULES)
@settings(relaxed, max_examples=examples(30))
def test_every_rule_changes_what_the_oracle_says_it_does(
    backend: Any, case: Case, rules: dict[str, Any]
) -> None:
    compare(backend, case, **rules)


@given(case=cases(max_rows=16), filters=st.builds(Filters, status=st.sampled_from(STATUSES)))
@settings(relaxed, max_examples=examples(8))
def test_every_order_and_page_is_that_of_sorting_in_python(
    backend: Any, case: Case, filters: Filters
) -> None:
    with opened(backend, case.rows) as log:
        try:
            customers = log.customers(case.as_of)
        except InputError:
            return
        everybody = customers.page()
        if customers.f12_reason:
            with pytest.raises(InputError, match="status can't be told: history holds"):
                customers.count(filters)
            return
        some = [one for one in everybody if one.status in filters.status]
        assert customers.count(filters) == len(some)
        for sort in COLUMNS:
            for descending in (True, False):
                told = {"sort": sort, "descending": descending}
                assert customers.page(**told) == in_order(customers, everybody, sort, descending)
                assert (
                    customers.page(1, 2, filters=filters, **told)
                    == (in_order(customers, some, sort, descending)[1:3])
                )


def in_order(
    customers: Customers, people: list[Customer], sort: str, descending: bool
) -> list[Customer]:
    ranks = {
        "status": STATUSES,
        "f12_tier": customers.rules.tier_names[::-1],
        "s12_tier": customers.rules.tier_names[::-1],
    }

    def size(one: Customer) -> Any:
        value = getattr(one, sort)
        return ranks[sort].index(value) if sort in ranks else value

    by_id = sorted(people, key=lambda one: one.customer)
    known = [one for one in by_id if getattr(one, sort) is not None]
    unknown = [one for one in by_id if getattr(one, sort) is None]
    # Python keeps those who tie in their order, also when it sorts the other way round.
    return sorted(known, key=size, reverse=descending) + unknown


# ---------------------------------------------------------------------------- against the summary


@pytest.fixture(scope="module")
def demo() -> Iterator[Orders]:
    with read(demo_frames(orders=20_000)[0]) as orders:
        yield orders


def totals(demo: Orders, day: str | None, **rules: Any) -> tuple[Summary, list[Customer]]:
    return demo.summary(day, **rules), list(demo.customers(day, **rules).rows())


@pytest.mark.parametrize(
    ("day", "rules"), [(None, {}), ("2024-02-29", {}), ("2025-08-31", {"returns": "ignore"})]
)
def test_the_list_adds_up_to_the_summary(
    demo: Orders, day: str | None, rules: dict[str, Any]
) -> None:
    summary, people = totals(demo, day, **rules)
    cells: dict[tuple[str, str], list[Customer]] = defaultdict(list)
    for one in people:
        if one.status != "former":
            cells[one.f12_tier or one.status, one.s12_tier or one.status].append(one)
    table = [
        {
            "from": from_,
            "to": to,
            "customers": len(here),
            "orders": None if to == "lost" else sum(one.s12_orders for one in here),
            "revenue": pytest.approx(
                sum(one.f12_revenue if to == "lost" else one.s12_revenue for one in here)
            ),
        }
        for (from_, to), here in cells.items()
    ]
    names = [*summary.rules.tier_names, "reactivated", "new", "lost"]
    table.sort(key=lambda c: (names.index(c["from"]), names.index(c["to"])))
    assert [row.as_dict() for row in summary.flow_records] == table
    for tier in summary.portfolio_records:
        here = [one for one in people if one.s12_tier == tier.tier]
        assert tier.customers == len(here)
        assert tier.revenue == pytest.approx(sum(one.s12_revenue for one in here))
        assert tier.f12_customers == sum(one.f12_tier == tier.tier for one in people)
    assert summary.input.customers == len(people)
    assert summary.input.orders == sum(one.orders for one in people)


def test_what_a_cell_counts_its_filter_finds(demo: Orders) -> None:
    summary, customers = demo.summary(), demo.customers()
    tiers = summary.rules.tier_names
    for cell in summary.flow_records:
        filters = Filters(
            f12_tier=cell.origin if cell.origin in tiers else (),
            s12_tier=cell.target if cell.target in tiers else (),
            status=[name for name in (cell.origin, cell.target) if name in STATUSES],
        )
        assert customers.count(filters) == cell.customers
    told = Counter({s: customers.count(Filters(status=s)) for s in STATUSES})
    flows = summary.flows.to_dict()
    assert {s: told[s] for s in STATUSES[:-1]} == {s: flows[s] for s in STATUSES[:-1]}
    assert told.total() == customers.count() == summary.input.customers
    assert customers.count(Filters(status=("continued", "lost"))) == flows["opening"]
    # A customer who was lost has no tier now.
    assert customers.count(Filters(status="lost", s12_tier=tiers)) == 0
    assert customers.page(filters=Filters(status="lost", s12_tier=tiers)) == []
    for step in summary.ladder.step_records:
        assert customers.count(Filters(least_orders=step.f)) == step.customers


def test_the_words_are_those_of_the_range_formula() -> None:
    days = ["2024-11-02", "2025-12-01", "2024-11-02", "2022-12-01"]
    log = {"customer": ["a", "b", "a", "c"], "date": days}
    frame = pd.DataFrame({**log, "amount": [100, 40, 60, 80]})
    with read(frame) as orders:
        people = orders.customers().page(sort="customer", descending=False)
    ranges = customer_status(frame["customer"], frame["date"], frame["amount"])
    assert [list(one[:4]) for one in people] == ranges.values.tolist()
    assert {placed(o, t, ("t",))[0] for o, t in [(0, 0), (0, 1), (1, 0), (2, 0)]} == {
        *STATUSES[:-1]
    }


# ----------------------------------------------------------------------------------------- paging


def test_pages_follow_each_other_far_down(demo: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    customers = demo.customers()
    everybody = list(customers.rows())
    assert len(everybody) == customers.count() > module.SHALLOW
    assert everybody == in_order(customers, everybody, "revenue", True)
    for sort in COLUMNS:
        wanted = in_order(customers, everybody, sort, False)
        for offset in (0, 990, 7000, len(everybody) - 3, len(everybody) + 5):
            page = customers.page(offset, 20, sort=sort, descending=False)
            assert page == wanted[offset : offset + 20]
    assert len(customers._order) == module.KEPT
    monkeypatch.setattr(module, "BATCH", 700)
    assert list(customers.rows()) == everybody
    assert list(customers.rows(1500)) == everybody[:1500]
    assert list(customers.rows(1400)) == everybody[:1400]
    assert list(customers.rows(0)) == []
    assert customers.page(5, 0) == []


def test_the_list_is_made_once_for_a_day_and_rules(demo: Orders) -> None:
    customers = demo.customers()
    assert demo.customers() is customers
    assert demo.customers("2026-10-31", returns="net") is customers
    earlier = demo.customers("2025-10-31")
    assert earlier is not customers
    # Whoever holds the first can still look at it.
    assert customers.page(limit=1)[0].last_order > earlier.windows.as_of
    assert earlier.page(limit=1, sort="last_order")[0].last_order <= earlier.windows.as_of
    assert earlier.count() < customers.count()


def test_a_list_makes_room_for_that_of_another_day(demo: Orders) -> None:
    def tables() -> int:
        return len(demo.rows.backend.con.execute("FROM duckdb_tables()").fetchall())

    demo.customers("2025-01-31").page(5000)
    before = tables()
    for month in ("02-28", "03-31", "04-30"):
        demo.customers(f"2025-{month}").page(5000)
    assert tables() == before


def test_a_list_that_outlives_its_log_says_so() -> None:
    code = """
import pandas as pd
from crmformulas.errors import InputError
from crmformulas.orders import read
log = pd.DataFrame({"customer": ["a", "b"], "date": ["2026-01-02"] * 2, "amount": [1, 2]})
with read(log) as orders:
    customers = orders.customers()
    first, other = iter(customers.rows()), orders.customers("2026-06-01")
    customers.page(2000)
    next(first)
for ask in (customers.count, customers.page, lambda: customers.orders_of("a"), other.page):
    try:
        ask()
    except InputError as error:
        print(error)
assert customers.closed and next(first).customer == "a"
customers.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.count("the order log is closed") == 4
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        ({"sort": "name"}, "no column 'name' to sort by; there are customer, status"),
        ({"offset": -1}, "offset must be at least 0, got -1"),
        ({"limit": -1}, "limit must be at least 0, got -1"),
        ({"filters": Filters(status="gone")}, "status must be of new, .*, got gone"),
        ({"filters": Filters(s12_tier=["top", "lost"])}, "s12_tier must be of super.* got lost"),
    ],
)
def test_what_there_is_not_is_refused(demo: Orders, ask: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        demo.customers().page(**ask)


# -------------------------------------------------------------------------------- ids are only data

HOSTILE = [
    "'; DROP TABLE log; --",
    'x" OR 1=1',
    "100%",
    "1000",
    "a_b",
    "aXb",
    "=1+1",
    "two  words",
    "back\\slash",
    "back\\\\slash",
    "line\nbreak",
    "{braces} :name $1 ?",
    "ÅSA Öberg",
    "åsa öberg junior",
    "\U0001f600",
    "NULL",
]


@pytest.fixture(scope="module")
def hostile(backend: Any) -> Iterator[Customers]:
    days = [date(2026, 1, 1 + i) for i in range(len(HOSTILE))]
    amounts = [Decimal(i + 1) for i in range(len(HOSTILE))]
    rows = pd.DataFrame({"customer": HOSTILE, "day": days, "amount": amounts}, dtype=object)
    with opened(backend, rows) as log:
        yield log.customers()


@pytest.mark.parametrize(
    "text", [*HOSTILE, "%", "_", "'", '"', "\\", "--", " ", "åsa", "öB", "ÖBERG"]
)
def test_text_is_found_as_it_is_written(hostile: Customers, text: str) -> None:
    found = {one.customer for one in hostile.page(filters=Filters(text=text))}
    assert found == {id_ for id_ in HOSTILE if text.lower() in id_.lower()}
    assert hostile.count(Filters(text=text)) == len(found) > 0


@pytest.mark.parametrize("text", ["a\0b", "\0", "\ud800", "\udfff'", "nobody", "%%", "A_B_"])
def test_text_that_no_id_has_finds_nobody(hostile: Customers, text: str) -> None:
    assert hostile.page(filters=Filters(text=text)) == []
    assert hostile.count(Filters(text=text)) == 0
    assert hostile.orders_of(text) == []


@pytest.mark.parametrize("id_", HOSTILE)
def test_the_orders_of_an_id_are_its_own(hostile: Customers, id_: str) -> None:
    at = HOSTILE.index(id_)
    assert hostile.orders_of(id_) == [(date(2026, 1, 1 + at), at + 1.0)]


def test_the_table_is_there_after_all_that(hostile: Customers) -> None:
    assert hostile.count() == len(HOSTILE)
    by_id = hostile.page(sort="customer", descending=False)
    assert [one.customer for one in by_id] == sorted(HOSTILE)


@given(case=cases(max_rows=16), returns=st.sampled_from(["net", "ignore"]))
@settings(relaxed, max_examples=examples(10))
def test_orders_of_everyone_add_up(backend: Any, case: Case, returns: str) -> None:
    with opened(backend, case.rows) as log:
        try:
            customers = log.customers(case.as_of, returns=returns)
        except InputError:
            return
        _, plain, _, _ = oracle.customers_at(case.rows, case.as_of, returns, False)
        for one in plain:
            if not one.purchases:
                continue
            theirs = sorted(one.purchases + one.returns, key=lambda o: (o.day, -o.amount))
            wanted = [(order.day, order.amount / 10_000) for order in theirs]
            assert customers.orders_of(one.id) == wanted


def test_a_sqlite_file_is_listed_by_sqlite(tmp_path: Any) -> None:
    path = tmp_path / "shop.sqlite"
    log = {"customer": ["Åsa", "åsa b", "c"], "date": ["2026-03-01"] * 3, "amount": [1.5, 2, 3]}
    ibis.sqlite.connect(path).create_table("orders", pd.DataFrame(log))
    with read(path) as orders:
        customers = orders.customers()
        assert [one.customer for one in customers.page(filters=Filters(text="ÅS"))] == [
            "åsa b",
            "Åsa",
        ]
        assert customers.orders_of("Åsa") == [(date(2026, 3, 1), 1.5)]
