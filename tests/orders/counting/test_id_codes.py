"""Customers as numbers, and counted first: every figure as without, whatever the ids look like."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmformulas.orders import read
from crmformulas.orders.reading import order_log
from crmformulas.orders.reading.id_codes import IdCodes

FORMS = ("C{:04}", "{}", "{:03}", "cust-{}")
ODD = ("", "guest", "0", "-1", "007", " C0001", "C1", "12.0", "Total", "c0002")
CUSTOMERS = st.sampled_from(range(8))
ROW = st.tuples(
    CUSTOMERS,
    st.integers(0, 5),
    st.integers(0, 900),
    st.sampled_from(("10", "25.5", "-10", "0", "", "x")),
    st.sampled_from(("", "", "", "order", "day")),
)


def text_of(form: str, rows: list[Any], odd: list[tuple[int, str]], named: bool) -> str:
    """A CSV of rows: customer, order, day, amount, and what of them is blank."""
    lines = ["customer_id,order_id,order_date,amount" if named else "customer_id,order_date,amount"]
    strange = dict(odd)
    for place, (customer, order, day, amount, blank) in enumerate(rows):
        id_ = strange.get(place, form.format(customer + 1))
        number = "" if blank == "order" else f"A{customer}{order}"
        dated = "" if blank == "day" else (date(2024, 1, 1) + timedelta(day)).isoformat()
        cells = [id_, number, dated, amount] if named else [id_, dated, amount]
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def figures(path: Any, contacts: Any, as_of: date | None) -> tuple[str, Any]:
    with read(path) as log:
        log.contacts(contacts)
        summary = log.summary(as_of)
        if as_of is None:
            return summary.to_json(), []
        listed = log.customers(as_of).people.table
        people = sorted(map(tuple, (r.values() for r in log.records(listed.drop("number")))))
        return summary.to_json(), people


@settings(max_examples=2, deadline=None, derandomize=True)
@given(
    form=st.sampled_from(FORMS),
    rows=st.lists(ROW, min_size=12, max_size=60),
    odd=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(ODD)), max_size=2),
    named=st.booleans(),
    earlier=st.booleans(),
)
@example("C{:04}", [(1, 1, d, "10", "") for d in (0, 200, 400, 800)], [], True, False)
@example("{}", [(c, c % 2, 90 * c, "10", "") for c in range(8)], [(6, "9.0"), (3, "0")], True, True)
def test_every_figure_is_as_with_ids_as_text(
    tmp_path_factory: pytest.TempPathFactory,
    form: str,
    rows: list[Any],
    odd: list[tuple[int, str]],
    named: bool,
    earlier: bool,
) -> None:
    folder = tmp_path_factory.mktemp("codes")
    path, contacts = folder / "orders.csv", folder / "contacts.csv"
    # One order at least, so that there is something to count.
    rows = [(0, 9, 901, "10", ""), (1, 9, 300, "10", ""), *rows]
    path.write_text(text_of(form, rows, odd, named))
    ids = "\n".join(f"{form.format(c)},2024-01-01" for c in range(12))
    contacts.write_text(f"customer_id,signed_up\n{ids}\n")
    as_of = date(2025, 6, 30) if earlier else None
    with pytest.MonkeyPatch.context() as patch:
        as_text = figures(path, contacts, as_of)
        patch.setattr(order_log, "LARGE", 0)
        as_numbers = figures(path, contacts, as_of)
    assert as_numbers == as_text


@given(
    prefix=st.text("ABcd_#:/-", max_size=4),
    digits=st.lists(st.text("0123456789", min_size=1, max_size=17), min_size=1, max_size=5),
)
def test_a_code_is_one_ids_alone(prefix: str, digits: list[str]) -> None:
    ids = {prefix + one for one in digits}
    codes = IdCodes.of(ids)
    assert codes is not None
    assert len({codes.code(one) for one in ids}) == len(ids)


def test_numbers_are_used_where_ids_allow(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(order_log, "LARGE", 0)
    path = tmp_path / "orders.csv"
    rows = [(c, 1, d, "10", "") for c in range(8) for d in (0, 300)]
    path.write_text(text_of("C{:04}", rows, [], True))
    with read(path) as log:
        log.summary()
        made = log._made["read", False]
        assert made.codes == IdCodes("C", "int32")
        assert "single" not in made.coded.columns  # order A01 is used again after 300 days
        assert sorted(r["customer"] for r in log.records(log.orders().limit(1)))[0][0] == "C"
    path.write_text(text_of("C{:04}", rows, [(3, "D0001")], True))
    with read(path) as log:
        log.summary()
        assert log._made["read", False].codes is None
