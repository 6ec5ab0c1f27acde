"""The engines' counts against the plain oracle, on generated logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.orders.log import Orders
from crmformulas.orders.reading.embedded import Embedded
from crmformulas.orders.reading.engine import open_engine
from crmformulas.orders.reading.expressions import live
from crmformulas.orders.reading.order_log import OrderLog, plain_orders
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.rules import Rules
from tests import oracle
from tests.examples import examples
from tests.logs import Case, cases

ENGINES = ["duckdb", "sqlite", "postgres"]


def engine(name: str, request: pytest.FixtureRequest) -> Any:
    if name == "postgres":
        return ibis.connect(request.getfixturevalue("postgres_url"))
    if name == "duckdb":
        opened = open_engine()
        request.addfinalizer(opened.close)
        return opened.backend
    return getattr(ibis, name).connect()


@pytest.fixture(scope="module", params=ENGINES)
def backend(request: pytest.FixtureRequest) -> Any:
    return engine(request.param, request)


@dataclass
class TypedRows:
    """Rows as reading hands them over, made directly so that only the counting is under test."""

    backend: Any
    table: Any
    notes: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)

    def orders(self, *, every_row: bool = False) -> OrderLog:
        return plain_orders(
            OpenSource(self.backend, [], owned=False), self.table, every_row=every_row
        )

    def check(self) -> TypedRows:
        return self

    def sample(self, among: object) -> list[dict[str, Any]]:
        return []

    def close(self) -> None:
        pass


@dataclass
class TypedContacts:
    table: Any
    notes: tuple[str, ...] = ()


def text(value: str | None) -> str | None:
    return (value or "").strip() or None


def day(value: date | None) -> int | None:
    return None if value is None else value.toordinal() - date(1970, 1, 1).toordinal()


def units(value: Decimal | None) -> int | None:
    if value is None:
        return None
    return int((value * 10_000).to_integral_value(ROUND_HALF_UP))


def typed(backend: Any, frame: pd.DataFrame, readers: dict[str, Any]) -> Any:
    types = {text: "string", day: "int32", units: "int64"}
    columns = {n: [read(v) for v in frame[n]] for n, read in readers.items() if n in frame.columns}
    kinds = {name: types[readers[name]] for name in columns}
    if isinstance(backend, Embedded):
        return backend.small_table(columns, kinds)
    table = pa.table({name: pa.array(column, kinds[name]) for name, column in columns.items()})
    stored = backend.create_table(ibis.util.gen_name("log"), ibis.memtable(table), temp=True)
    return live(stored)


def typed_rows(backend: Any, rows: pd.DataFrame) -> TypedRows:
    readers = {"customer": text, "day": day, "amount": units, "order": text}
    return TypedRows(backend, typed(backend, rows, readers))


def counted(backend: Any, case: Case, **rules: Any) -> dict[str, Any] | None:
    log: Any = Orders(cast(Any, typed_rows(backend, case.rows)))
    if case.contacts is not None:
        readers = {"customer": text, "signed_up": day, "last_reached": day}
        log._contacts = TypedContacts(typed(backend, case.contacts, readers))
    try:
        return log.summary(case.as_of, **rules).to_dict()
    except InputError:
        return None


NAMES = {
    "every_row": "every_row_an_order",
    "new_after": "new_after_months",
    "steps": "max_steps",
    "pareto": "pareto_top",
    "matured": "matured_days",
    "lead": "lead_days",
    "horizon": "horizon_days",
    "reach": "reached_days",
}


def expected(case: Case, **rules: Any) -> dict[str, Any] | None:
    try:
        return oracle.summary(
            case.rows,
            as_of=case.as_of,
            contacts=case.contacts,
            **{NAMES.get(name, name): value for name, value in rules.items()},
        )
    except ValueError:
        return None


def compare(backend: Any, case: Case, **rules: Any) -> None:
    ours, plain = counted(backend, case, **rules), expected(case, **rules)
    assert (ours is None) == (plain is None)
    if ours is not None:
        assert ours.pop("warnings") is not None
        assert ours.pop("reading") is not None
        assert oracle.differences(ours, plain) == []
        balances(ours)


def balances(made: dict[str, Any]) -> None:
    """Check what holds of any log, whatever the oracle says."""
    flows = made["flows"]
    assert flows["closing"] == sum(t["customers"] for t in made["portfolio"])
    if made["windows"]["f12_months"] < 6:
        assert all(v in (None, []) for name, v in flows.items() if name != "closing")
        return
    gained = flows["opening"] + flows["new"] + flows["reactivated"]
    assert flows["closing"] == gained - flows["lost"]
    for row in made["migration"]["rates"]:
        assert None in row or sum(row) == pytest.approx(1)


relaxed = settings(
    max_examples=examples(60),
    deadline=None,
    # A log of 24 rows is read by eye; shrinking one takes minutes, as every try is ten queries.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NOBODY = pd.DataFrame({"customer": [], "day": [], "amount": []})


@given(case=cases())
@example(case=Case(NOBODY, None, None))
@relaxed
def test_every_figure_is_that_of_the_oracle(backend: Any, case: Case) -> None:
    compare(backend, case)


OTHER_RULES = st.fixed_dictionaries(
    {},
    optional={
        "returns": st.just("ignore"),
        "every_row": st.just(True),
        "new_after": st.sampled_from([0, 12, 24, 48]),
        "steps": st.sampled_from([1, 2, 5]),
        "threshold": st.sampled_from([0.0, 0.25, 1.0]),
        "matured": st.sampled_from([30, 365]),
        "pareto": st.sampled_from([0.0, 0.5, 1.0]),
        "tiers": st.sampled_from(
            [(("all", 1.0),), (("a", 0.5), ("b", 0.5)), (("x", 0.0), ("y", 0.125), ("z", 0.875))]
        ),
        "lead": st.sampled_from([0, 7]),
        "horizon": st.sampled_from([1, 365]),
        "reach": st.sampled_from([1, 365]),
    },
)


@given(case=cases(), rules=OTHER_RULES)
@relaxed
def test_every_rule_changes_what_the_oracle_says_it_does(
    backend: Any, case: Case, rules: dict[str, Any]
) -> None:
    compare(backend, case, **rules)


@pytest.mark.parametrize("name", ENGINES)
def test_engines_agree_to_the_last_digit(name: str, request: pytest.FixtureRequest) -> None:
    """A log with everything in it, ties and ids of both cases among it, against the oracle."""
    days = pd.date_range("2021-01-01", "2026-10-31", periods=500)
    ids = [chr(65 + i * 7919 % 58) + str(i * 31 % 3) for i in range(500)]
    frame = pd.DataFrame(
        {
            "customer": ids,
            "day": [d.date() for d in days],
            "amount": [Decimal(i * 31 % 9 - 2) + Decimal("0.0001") for i in range(500)],
        }
    )
    compare(engine(name, request), Case(frame, date(2026, 10, 31), None))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"pareto": 1.5}, "pareto must be between 0 and 1, got 1.5"),
        ({"tiers": (("a", 0.5), ("b", 0.4))}, "must sum to 1, got 0.9"),
        ({"tiers": (("lost", 1.0),)}, "names of their own"),
        ({"returns": "drop"}, "returns must be net or ignore"),
    ],
)
def test_rules_that_cannot_be_counted_by_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Rules(**change)
