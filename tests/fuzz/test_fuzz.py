"""A short run over hostile inputs, the same each time; ``make fuzz`` tries thousands of others."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.checks import check_call, check_expression, check_file

NUMBERS = st.integers(0, 2**40)
"""An input follows from its number, so that one which failed can be made again."""

SHORT = settings(
    derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@settings(SHORT, max_examples=15)
@given(NUMBERS)
def test_a_mutated_file_is_counted_or_refused(number: int) -> None:
    check_file(number)


@settings(SHORT, max_examples=400)
@given(NUMBERS)
def test_an_expression_is_answered_or_refused(number: int) -> None:
    check_expression(number)


@settings(SHORT, max_examples=300)
@given(NUMBERS)
def test_a_call_with_odd_arguments_is_answered_or_refused(number: int) -> None:
    check_call(number)
