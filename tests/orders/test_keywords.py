"""Wrong keywords are answered with the right ones, and what is typed twice is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pandas as pd
import pytest

from crmformulas.errors import InputError, KeywordError
from crmformulas.orders.counting.customer_list import Filters
from crmformulas.orders.log import Orders, read
from crmformulas.orders.reading.read_options import ReadKeywords
from crmformulas.orders.reading.typed_rows import ReadOptions
from crmformulas.orders.rules import RuleChanges, Rules

LOG = pd.DataFrame({"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]})


def test_single_rules_are_the_fields_of_the_rules() -> None:
    declared = {field.name: field.type for field in fields(Rules)}
    # Both are written as text, as annotations are not evaluated.
    changes = {name: hint.__forward_arg__ for name, hint in RuleChanges.__annotations__.items()}
    assert changes == declared


def test_what_read_takes_are_the_options_of_reading() -> None:
    declared = {field.name: field.type for field in fields(ReadOptions)}
    keywords = {name: hint.__forward_arg__ for name, hint in ReadKeywords.__annotations__.items()}
    assert keywords == declared


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda log: log.summary(new_afer=3), "summary() has no 'new_afer'; did you mean 'new_"),
        (lambda log: log.customers(stepss=3), "customers() has no 'stepss'; did you mean 'steps'"),
        (lambda log: log.customers().page(sortby=""), "page() has no 'sortby'; did you mean 'sort"),
        (lambda log: log.customers().count(filter=1), "count() has no 'filter'; did you mean 'fil"),
        (lambda log: log.contacts(LOG, signup=1), "contacts() has no 'signup'; did you mean 'sign"),
        (lambda _: Rules(**{"return": "net"}), "Rules() has no 'return'; did you mean 'returns'?"),
        (lambda _: Filters(state="lost"), "Filters() has no 'state'; did you mean 'status'?"),
        (lambda _: read(LOG, custmer="a"), "read() has no 'custmer'; did you mean 'customer'?"),
        (lambda _: read(LOG, wholly_other=1), "read() has no 'wholly_other'; it has source, on_st"),
    ],
)
def test_a_wrong_keyword_is_told_the_right_one(call: Callable[[Orders], Any], message: str) -> None:
    with read(LOG) as log, pytest.raises(KeywordError) as caught:
        call(log)
    assert message in str(caught.value)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, InputError)
