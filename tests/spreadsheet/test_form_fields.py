"""A formula as a form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.catalog.formula import Formula, load
from crmformulas.errors import CrmError, DivisionError, DomainError
from crmformulas.spreadsheet.cell_text import render
from crmformulas.spreadsheet.evaluator import evaluate
from crmformulas.spreadsheet.form_fields import (
    example_texts,
    field_text,
    fill,
    in_language,
    read_field,
)
from crmformulas.translations import LANGS, Lang

FORMULAS = load()

each_formula = pytest.mark.parametrize("entry", FORMULAS.values(), ids=lambda entry: entry.name)


@each_formula
@pytest.mark.parametrize("lang", LANGS)
def test_the_example_can_be_typed(entry: Formula, lang: Lang) -> None:
    filled = fill(entry, example_texts(entry, lang), lang)
    assert not filled.wrong
    assert render(filled.value) == render(entry.spill(*entry.example.args))
    # What is told for a spreadsheet is the same call.
    assert render(evaluate(filled.call, lang)) == render(filled.value)


def argument(formula: str, name: str, text: str, lang: Lang = "en") -> Any:
    entry = FORMULAS[formula]
    parameter = next(p for p in entry.parameters if p.name == name)
    return read_field(entry, parameter, text, lang)


@pytest.mark.parametrize(
    ("formula", "name", "text", "expected"),
    [
        ("clv", "order_value", "500", 500),
        ("clv", "order_value", " 1/4 ", 0.25),
        ("clv", "order_value", "60%", 0.6),
        ("clv", "order_value", "=CLV(5, 500, 2.5)", 6250),  # Elinder 2018
        ("clv", "order_value", "−5", -5),
        ("clv", "order_value", "5 - 3", 2),
        ("clv", "order_value", "5 -3", [5, -3]),
        ("clv", "order_value", "1\u00a0234\u00a0567.5", 1234567.5),
        ("clv", "order_value", "1 234", [1, 234]),
        ("clv", "order_value", "{1;2;3}", [[1], [2], [3]]),
        ("clv", "order_value", "1; 2;3", [1, 2, 3]),
        ("clv", "order_value", "1, 2, 3", [1, 2, 3]),
        ("clv", "margin", "", None),
        ("extra_orders", "rates", "0.5", [0.5]),
        ("migration_rates", "counts", "1 2; 3 4", [[1, 2], [3, 4]]),
        ("migration_rates", "counts", "{1,2;3,4}", [[1, 2], [3, 4]]),
        ("tier", "names", "very best; the rest", ["very best", "the rest"]),
        ("tier", "names", "best rest", ["best", "rest"]),
        ("rfm", "dates", "2026-01-01 2026-02-01", ["2026-01-01", "2026-02-01"]),
        ("rfm", "as_of", "2026-02-01", "2026-02-01"),
    ],
)
def test_what_is_typed_is_read(formula: str, name: str, text: str, expected: Any) -> None:
    assert argument(formula, name, text) == expected


def test_swedish_decimals() -> None:
    assert argument("clv", "order_value", "2,5", "sv") == 2.5
    assert argument("clv", "order_value", "2.5", "sv") == 2.5
    assert argument("clv", "order_value", "1,5 2,5", "sv") == [1.5, 2.5]
    assert argument("budget", "outcome", "1,5 2; 3 4", "sv") == [[1.5, 2], [3, 4]]
    assert argument("budget", "outcome", r"{1,5\2;3\4}", "sv") == [[1.5, 2], [3, 4]]


@pytest.mark.parametrize(
    ("formula", "name", "text", "message"),
    [
        ("clv", "order_value", "", "order_value must be given"),
        ("clv", "order_value", "x", "order_value must be a number, got 'x'"),
        ("clv", "order_value", '"5"', "order_value must be a number, got '5'"),
        ("clv", "duration", "-1", "duration must be at least 0, got -1"),
        ("clv", "duration", "1 2 -1", "duration must be at least 0, got -1 at 3"),
        ("clv", "duration", "#N/A", "#N/A in an argument"),
        ("clv", "duration", "{1;#N/A}", "#N/A in an argument"),
        ("clv", "duration", "1 +", "expected a number, a formula or '(', got the end"),
        ("customer_duration", "retention", "60", "retention must be between 0 and 1, got 60"),
        ("budget", "opening", "1 2", "opening must be one number, got a range of 2"),
        ("budget", "growth", "-1", "growth must be at least 0, got -1 at 1"),
        ("rfm", "as_of", "soon", "as_of must be"),
    ],
)
def test_what_is_wrong_is_said_as_everywhere(
    formula: str, name: str, text: str, message: str
) -> None:
    with pytest.raises(CrmError) as error:
        argument(formula, name, text)
    assert str(error.value).startswith(message)


def test_the_error_of_a_field_is_that_of_the_call() -> None:
    filled = fill(FORMULAS["clv"], {"frequency": "5", "order_value": "500", "duration": "-1"})
    with pytest.raises(DomainError) as error:
        FORMULAS["clv"].function(5, 500, -1)
    assert filled.wrong == {"duration": str(error.value)}
    assert filled.value is None
    assert filled.call == ""


def test_what_ties_fields_together_is_said_by_the_result() -> None:
    filled = fill(FORMULAS["retention"], {"opening": "5", "retained": "6"})
    assert not filled.wrong
    assert isinstance(filled.value, DomainError)
    assert filled.call == "RETENTION(5, 6)"
    nothing = fill(FORMULAS["retention"], {"opening": "0", "retained": "0"}).value
    assert isinstance(nothing, DivisionError)


def test_an_argument_that_is_left_out_between_others_has_its_default() -> None:
    texts = {"revenue": "1 2 3", "shares": "", "names": "a b c d"}
    filled = fill(FORMULAS["tier"], texts)
    assert filled.call == 'TIER({1;2;3}, {0.05;0.15;0.5;0.3}, {"a";"b";"c";"d"})'
    assert filled.value == evaluate(filled.call)


def test_texts_in_the_other_language() -> None:
    for entry in FORMULAS.values():
        for name, text in example_texts(entry, "sv").items():
            parameter = next(p for p in entry.parameters if p.name == name)
            if parameter.kind.content == "number":
                assert in_language(text, "en") == example_texts(entry, "en")[name]
                assert in_language(in_language(text, "en"), "sv") == text


def test_values_as_they_are_typed() -> None:
    assert field_text(None) == ""
    assert field_text([[1, 2], [3, 4]]) == "1 2; 3 4"
    assert field_text([0.5, 1.0], "sv") == "0,5 1"
    assert field_text("retention") == "retention"


typed = st.text(max_size=30) | st.text(
    alphabet='0123456789,.;{}[]()\\"%+-*/^ eE=CLV#N/A\u00a0', max_size=30
)


@given(st.sampled_from(list(FORMULAS.values())), st.data(), st.sampled_from(LANGS))
def test_any_text_in_any_field_is_read_or_refused(entry: Formula, data: Any, lang: Lang) -> None:
    texts = example_texts(entry, lang)
    for name in data.draw(st.lists(st.sampled_from([p.name for p in entry.parameters]))):
        texts[name] = data.draw(typed)
    filled = fill(entry, texts, lang)
    assert bool(filled.wrong) != bool(filled.call)
    render(filled.value)
