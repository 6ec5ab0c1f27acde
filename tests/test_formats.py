"""Figures as text, and texts as figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.formats import NumberFormat
from crmformulas.translations import LANGS, Lang


@given(st.integers(-10_000, 10_000), st.sampled_from(LANGS), st.sampled_from([" %", "%", ""]))
def test_per_cent_is_read_as_it_is_told(tenths: int, lang: Lang, unit: str) -> None:
    figures = NumberFormat(lang)
    told = figures.fixed(tenths / 10, 1).replace("\u00a0", "")
    assert figures.parse_percent(told + unit) == float(f"{tenths}e-3")


@pytest.mark.parametrize("text", ["25.5", "25,5", " 25,5 % ", "+25.50", "25.5\u00a0%"])
@pytest.mark.parametrize("lang", LANGS)
def test_both_decimal_signs_are_read_in_both_languages(text: str, lang: Lang) -> None:
    assert NumberFormat(lang).parse_percent(text) == 0.255


@pytest.mark.parametrize("text", ["", "%", "five", "1.2.3", "--5", "nan", "inf", "5 5", "٣", "1e3"])
def test_what_is_no_per_cent_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number in per cent"):
        NumberFormat("en").parse_percent(text)
    with pytest.raises(ValueError, match="är inte ett tal i procent"):
        NumberFormat("sv").parse_percent(text)
