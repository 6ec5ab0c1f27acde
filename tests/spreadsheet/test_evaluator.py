"""The evaluator of spreadsheet expressions."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.catalog.formula import Formula, load
from crmformulas.errors import FormulaError, InputError
from crmformulas.spreadsheet.evaluator import ParseError, call_text, evaluate, render
from tests.catalog.test_formula import same

FORMULAS = load()


def shown(text: str) -> str:
    return render(evaluate(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CLV(5, 500, 2.5)", "6250"),  # Elinder 2018
        ("=CLV(5;500;2.5)", "6250"),
        ("  clv( 5 ,500,\n2.5 )", "6250"),
        ("Clv(5, 500, CUSTOMER_DURATION(60%))", "6250"),
        ("CLV(5, 500, 2.5, 0.4) / CLV(5, 500, 2.5)", "0.4"),
        ("CLV(5, 500, 2,)", "5000"),  # an argument left out is its default
        ("EXTRA_ORDERS({0.5, 0.5})", "750"),
        ("CLV_DISCOUNTED(1000, 0.8, 0.1,)", "3666.66666666667"),
        # Precedence and associativity of a spreadsheet.
        ("1+2*3", "7"),
        ("(1+2)*3", "9"),
        ("8-3-2", "3"),
        ("8/4/2", "1"),
        ("2^3^2", "64"),
        ("-2^2", "4"),
        ("2^-1", "0.5"),
        ("2*-3", "-6"),
        ("--3", "3"),
        ("+3", "3"),
        ("50%^2", "0.25"),
        ("200%%", "0.02"),
        ("-5%", "-0.05"),
        # Numbers and how they are shown.
        ("1e3+.5", "1000.5"),
        ("5.", "5"),
        ("1E-7", "1e-07"),
        ("0.1+0.2", "0.3"),
        ("1/3", "0.333333333333333"),
        ("1e15", "1e+15"),
        ("123456789012345", "123456789012345"),
        ("-0", "0"),
        ('"say ""hej"""', 'say "hej"'),
        ("true", "TRUE"),
        ("FALSE", "FALSE"),
        # Ranges.
        ("{1,2;3,4}", "1  2\n3  4"),
        ("[1, 2]", "1\n2"),
        ("[[1, 2], [3, 4]]", "1  2\n3  4"),
        ("[[1;2];[3;4]]", "1  2\n3  4"),
        ("{1,-2.5}*10", "10  -25"),
        ("{1;2}+{10,20}", "11  21\n12  22"),
        ("{1,2,3}+{1,2}", "#VALUE!"),
        ("CLV({5;6}, 500, {2,3})", "5000  7500\n6000  9000"),
        ("F_LADDER([1, 3, 1, 2])", "4\n2\n1"),
        ("F_LADDER([1, 3, 1, 2])/2", "  2\n  1\n0.5"),
        ('TIER([1, 9], [0.5, 0.5], ["best", "rest"])', "rest\nbest"),
        ("STEP_RATES(F_LADDER({1;2;3}))", "0.666666666666667\n              0.5"),
        ("MIGRATION_RATES({1,3;0,0})", "   0.25     0.75\n#DIV/0!  #DIV/0!"),
    ],
)
def test_values(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("CUSTOMER_DURATION(1)", "#DIV/0!", "division by zero in customer_duration(retention=1)"),
        ("CUSTOMER_DURATION(1.4)", "#NUM!", "retention must be between 0 and 1, got 1.4"),
        ('CLV(5, "x", 2)', "#VALUE!", "order_value must be a number, got 'x'"),
        ("NPS(TRUE, 1, 1)", "#VALUE!", "promoters must be a number, got True"),
        ("TIPPING_POINT({0.1, 0.2})", "#N/A", "no step reaches the threshold 0.5"),
        ("CLV(5,,2)", "#VALUE!", "order_value must be given in CLV(frequency, order_value, "),
        ('CLV("x", #REF!, #N/A)', "#REF!", "#REF! in an argument"),
        ("CLV(5, 500, CUSTOMER_DURATION(1))", "#DIV/0!", "division by zero in customer_duration"),
        ("#n/a", "#N/A", "#N/A in an argument"),
        ("#DIV/0! + #N/A", "#DIV/0!", ""),
        ("1 + #N/A", "#N/A", ""),
        ('1 + "2"', "#VALUE!", "expected a number, got '2'"),
        ("1 / 0", "#DIV/0!", "division by zero"),
        ("0 ^ -1", "#DIV/0!", "division by zero"),
        ("0 ^ 0", "#NUM!", "0^0 is not a number"),
        ("(-8) ^ 0.5", "#NUM!", "-8^0.5 is not a number"),
        ("9 ^ 9 ^ 99", "#NUM!", "the result is too large for a number"),
        ("1e308 * 10", "#NUM!", "the result is too large for a number"),
        ("1e999", "#NUM!", "1e999 is too large"),
        ("CLW(5, 500, 2.5)", "#NAME?", "there is no formula CLW; did you mean CLV?"),
        ("SUM(1, 2)", "#NAME?", "there is no formula SUM"),
        ("clv", "#NAME?", "clv is a formula: CLV(frequency, order_value, duration, [margin])"),
        ("nothing + 1", "#NAME?", "there is no formula nothing"),
    ],
)
def test_errors_are_values(text: str, expected: str, message: str) -> None:
    value = evaluate(text)
    assert isinstance(value, FormulaError)
    assert render(value) == expected
    assert str(value).startswith(message)


def test_each_element_has_its_own_error() -> None:
    assert shown('CUSTOMER_DURATION({0.6, 1; 1.4, "x"; #N/A, 0})') == (
        "  2.5  #DIV/0!\n#NUM!  #VALUE!\n #N/A        1"
    )
    assert shown('{1, "a"} / {0, 1}') == "#DIV/0!  #VALUE!"


def test_tables_have_labels() -> None:
    assert shown('MIGRATION(["a", "a"], ["b", ""], ["a", "b"])') == (
        "   a  b  lost\na  0  1     1\nb  0  0     0"
    )
    assert shown('RFM(["x", "y"], ["2026-01-01", "2026-01-05"], [100, 40])').splitlines() == [
        "customer  days since purchase  orders  net revenue  R  F  M",
        "x                           4       1          100  3  5  5",
        "y                           0       1           40  5  5  3",
    ]
    rates = evaluate('MIGRATION_RATES(MIGRATION(["a", "a"], ["b", ""], ["a", "b"]))')
    assert isinstance(rates, pd.DataFrame)
    assert render(rates).splitlines()[-1] == "b  #DIV/0!  #DIV/0!  #DIV/0!"


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "expected a number, a formula or '(', got the end"),
        ("=", 1, "expected a number, a formula or '(', got the end"),
        ("CLV(5, 500", 10, "expected ')', got the end"),
        ("CLV(5, 500, 2.5))", 16, "expected an operator or the end, got ')'"),
        ("1 2", 2, "expected an operator or the end, got '2'"),
        ("1 + * 2", 4, "expected a number, a formula or '(', got '*'"),
        ("1 + $A", 4, "'$' can't be read"),
        ('1 + "a', 4, "a text without its end can't be read"),
        ("{1,2;3}", 0, "the rows of a range differ in length"),
        ("{}", 1, "expected a number"),
        ("{1;{2}}", 0, "a range must hold single values"),
        ("[1, 2", 5, "expected ']', got the end"),
        ("CLV(5;500;2,5)", 11, "arguments go by ';' here, and decimals have a point, got ','"),
        ("CLV(5,500;2)", 9, "arguments go by ',' here, and decimals have a point, got ';'"),
        ("import os", 7, "expected an operator or the end, got 'os'"),
        ("__import__('os')", 11, "\"'\" can't be read"),
        ("(" * 100_000, 0, "too many nested parentheses"),
        ("-" * 100_000 + "1", 0, "too many nested parentheses"),
    ],
)
def test_what_is_no_expression_is_an_input_error(text: str, position: int, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        evaluate(text)
    error = caught.value
    assert isinstance(error, InputError)
    assert str(error).startswith(message)
    assert error.position == position
    assert "\n" not in str(error)
    assert error.caret == f"{text}\n{' ' * position}^"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CUSTOMER_DURATION()", "CUSTOMER_DURATION takes 1 argument, got 0: CUSTOMER_DURATION("),
        ("CLV(5, 500)", "CLV takes 3 to 4 arguments, got 2: CLV(frequency, order_value, "),
        ("CLV(5, 500, 2, 1, 1)", "CLV takes 3 to 4 arguments, got 5"),
        ("nps(1)", "NPS takes 3 arguments, got 1: NPS(promoters, passives, detractors)"),
    ],
)
def test_the_number_of_arguments_is_an_input_error(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        evaluate(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))
def test_every_example_can_be_typed(entry: Formula) -> None:
    text = call_text(entry, entry.example.args)
    assert text.startswith(entry.spreadsheet_name)
    value = evaluate(text)
    expected = entry.example.result
    if isinstance(expected, list) and not isinstance(expected[0], list):
        expected = [[element] for element in expected]
    assert same(value, expected, entry.example.rel_tol)
    assert render(value)


def test_call_text() -> None:
    assert call_text(FORMULAS["clv"], (5, 500.0, 2.5)) == "CLV(5, 500, 2.5)"
    assert call_text(FORMULAS["migration"], (['a"b'], [None])) == 'MIGRATION({"a""b"}, {""})'


def test_render_reads_results_of_python() -> None:
    assert render(FORMULAS["step_rates"].function([4, 2, 1])) == "0.5\n0.5"
    assert render(FORMULAS["tier"].function([1, 9], [0.5, 0.5], ["a", "b"])) == "b\na"
    assert render(FORMULAS["step_rates"].function([4, 0, 0])) == "      0\n#DIV/0!"


@given(st.text(alphabet='clvnps019.,;(){}[]+-*/^%"#=!N/A ', max_size=30))
def test_any_text_is_a_value_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        assert isinstance(render(evaluate(text)), str)


def arithmetic() -> st.SearchStrategy[str]:
    numbers = st.integers(0, 99).map(str) | st.sampled_from(["0.5", "2.25", "1e2"])
    return st.recursive(
        numbers,
        lambda inner: (
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join)
            | inner.map(lambda text: f"({text})")
        ),
        max_leaves=12,
    )


@given(arithmetic())
def test_arithmetic_is_that_of_python(text: str) -> None:
    value = evaluate(text)
    expected: Any
    try:
        expected = eval(text)
    except ZeroDivisionError:
        assert render(value) == "#DIV/0!"
    else:
        assert math.isclose(value, expected, rel_tol=1e-14)


# As a Swedish spreadsheet writes it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CLV(5; 500; 2,5)", "6250"),  # Elinder 2018
        ("=clv(5;500;2,5)", "6250"),
        ("CLV(5;500;2.5)", "6250"),
        ("2,5*2", "5"),
        (",5+1,", "1.5"),
        ("1,5e2", "150"),
        ("5,5%", "0.055"),
        ("CUSTOMER_DURATION(0,6)", "2.5"),
        ("CLV(;500;2,5)", "#VALUE!"),
        (r"CUSTOMER_DURATION({0,6\0,5})", "2.5  2"),
        ("CUSTOMER_DURATION({0,6;0,5})", "2.5\n  2"),
        ('TIER({10;90};{0,5;0,5};{"best, or so";"rest"})', "rest\nbest, or so"),
        # With decimal points, where it can mean nothing else.
        ("CLV(5, 500, 2.5)", "6250"),
        ("CLV(5,500,2.5)", "6250"),
        ("RETENTION(200,50)", "0.25"),
        ("EXTRA_ORDERS({0.5,0.5}, 2000)", "1500"),
        ('"a,b"', "a,b"),
        ("1+1", "2"),
    ],
)
def test_swedish(text: str, expected: str) -> None:
    assert render(evaluate(text, "sv")) == expected


@pytest.mark.parametrize("text", ["{1,2}", "MIGRATION_RATES({1,2;3,4})", "EXTRA_ORDERS(0.5,5)+1,5"])
def test_swedish_that_reads_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        evaluate(text, "sv")


def test_what_neither_can_read_is_told_once() -> None:
    with pytest.raises(ParseError, match=r"^expected an operator or the end"):
        evaluate("1,5 2,5", "sv")
    with pytest.raises(InputError, match="CLV takes 3 to 4 arguments, got 5"):
        evaluate("CLV(5,5;500;2,5;1;2)", "sv")


def test_a_comma_is_no_decimal_sign_in_english() -> None:
    with pytest.raises(ParseError):
        evaluate("2,5*2")
    assert shown("RETENTION(200,50)") == "0.25"


@pytest.mark.parametrize("entry", FORMULAS.values(), ids=lambda entry: entry.name)
def test_every_example_can_be_typed_in_swedish(entry: Formula) -> None:
    text = call_text(entry, entry.example.args, lang="sv")
    assert render(evaluate(text, "sv")) == render(entry.spill(*entry.example.args))


@given(st.text(alphabet='0123456789,.;{}[]()\\"%+-*/^ eECLVclv#N/A_åTRUE', max_size=40))
def test_any_swedish_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        render(evaluate(text, "sv"))
