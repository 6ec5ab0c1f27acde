"""Amounts: every way of writing one is read exactly, and by the engine as by Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.orders.reading.ambiguity import product, scaled
from crmformulas.orders.reading.amounts import (
    COMMA,
    OBVIOUS,
    POINT,
    amount_reading,
    fast_form,
    fast_reading,
    read_amount,
)
from crmformulas.orders.reading.engine import Engine, open_engine
from crmformulas.orders.reading.evidence import Evidence, Reading, choose_reading, gather_evidence
from tests.examples import examples


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = open_engine()
    engine.lock([])
    yield engine
    engine.close()


def in_engine(
    engine: Engine, texts: list[str], reading: Reading, form: str | None = None
) -> list[int | None]:
    table = pa.table({"n": range(len(texts)), "text": pa.array(texts, "string")})
    engine.connection.register("texts", table)
    texts_table = engine.backend.table("texts")
    number = (
        amount_reading(texts_table.text, reading, "decimal(18,4)")
        if form is None
        else fast_reading(texts_table.text, form, reading, "decimal(18,4)")
    )
    value = scaled(number)
    found = engine.backend.to_pyarrow(texts_table.select("n", value=value).order_by("n"))
    engine.connection.unregister("texts")
    values: list[int | None] = found["value"].to_pylist()
    return values


# Text, and what it is in each reading, in ten-thousandths.
WRITTEN = [
    ("12", 120_000, 120_000),
    ("12.5", 125_000, None),
    ("12,5", None, 125_000),
    ("1.299", 12_990, 12_990_000),
    ("1,299", 12_990_000, 12_990),
    ("1.299,99", None, 12_999_900),
    ("1,299.99", 12_999_900, None),
    ("1 299,99", None, 12_999_900),
    ("1\u00a0299,99", None, 12_999_900),
    ("1\u202f299,99", None, 12_999_900),
    ("1'299.99", 12_999_900, None),
    ("1’299.99", 12_999_900, None),
    ("1 234,50 kr", None, 12_345_000),
    ("€1.299,99", None, 12_999_900),
    ("SEK 100", 1_000_000, 1_000_000),
    ("100 SEK", 1_000_000, 1_000_000),
    ("USD1,299.99", 12_999_900, None),
    ("US$ 5", 50_000, 50_000),
    ("R$ 1.234,56", None, 12_345_600),
    ("kr.1.299,50", None, 12_995_000),
    ("Rs.500", 5_000_000, 5_000_000),
    ("12,50 zł", None, 125_000),
    ("100:-", 1_000_000, 1_000_000),
    ("100,-", 1_000_000, 1_000_000),
    ("-100:-", -1_000_000, -1_000_000),
    ("-5", -50_000, -50_000),
    ("\u22125", -50_000, -50_000),
    ("\u20135", -50_000, -50_000),
    ("5-", -50_000, -50_000),
    ("(5.00)", -50_000, None),
    ("(€5,00)", None, -50_000),
    ("-€5", -50_000, -50_000),
    ("€-5", -50_000, -50_000),
    ("€ 5-", -50_000, -50_000),
    ("5- kr", -50_000, -50_000),
    ("- 5", -50_000, -50_000),
    ("+5", 50_000, 50_000),
    (" 7 ", 70_000, 70_000),
    ("\t7\n", 70_000, 70_000),
    (".5", 5_000, None),
    (",5", None, 5_000),
    ("5.", 50_000, None),
    ("0.299", 2_990, None),
    ("012.345", 123_450, None),
    ("1.000.000", None, 10_000_000_000),
    ("1,000,000.5", 10_000_005_000, None),
    ("1,23,456.00", 1_234_560_000, None),
    ("1e3", 10_000_000, 10_000_000),
    ("1.5E+03", 15_000_000, None),
    ("1,5E+03", None, 15_000_000),
    ("1.00005", 10_001, None),
    ("-1.00005", -10_001, None),
    ("1.000049999", 10_000, None),
    ("99999999999.5", 999_999_999_995_000, None),
    ("99999999999999", 999_999_999_999_990_000, 999_999_999_999_990_000),
    # What is no amount in any reading.
    *(
        (text, None, None)
        for text in (
            *("", " ", "-", ".", "N/A", "abc", "A5", "5 pcs", "12 st", "1 00", "1,29,9", "1.2.3"),
            *("--5", "-5-", "(5", "5)", "(-5)", "1 2345", "1'23", "1 234'567", "5%", "#5", "=5"),
            *("1e", "e5", "0x10", "inf", "nan", "1e99", "999999999999999", "2024-01-05", "5 kr kr"),
        )
    ),
]


@pytest.mark.parametrize(("text", "point", "comma"), WRITTEN)
def test_each_way_of_writing_an_amount(text: str, point: int | None, comma: int | None) -> None:
    assert read_amount(text, POINT) == point
    assert read_amount(text, COMMA) == comma


@pytest.mark.parametrize("reading", [POINT, COMMA, "either"])
def test_the_engine_reads_as_python_does(engine: Engine, reading: Reading) -> None:
    texts = [text for text, _, _ in WRITTEN]
    expected = [read_amount(text, reading) for text in texts]
    found = in_engine(engine, texts, reading)
    assert dict(zip(texts, found, strict=True)) == dict(zip(texts, expected, strict=True))


def test_either_reads_what_has_one_value() -> None:
    for text, point, comma in WRITTEN:
        values = {point, comma} - {None}
        assert read_amount(text, "either") == (values.pop() if len(values) == 1 else None)


# ------------------------------------------------------------------------- written in any locale

MARKS = st.sampled_from(
    [
        (".", ""),
        (".", ","),
        (".", " "),
        (".", "'"),
        (",", ""),
        (",", "."),
        (",", " "),
        (",", "\u202f"),
    ]
)
FRAMES = st.sampled_from(
    [
        "{}",
        "-{}",
        "{}-",
        "({})",
        "\u2212{}",
        "{} kr",
        "-{} kr",
        "SEK {}",
        "€{}",
        "-€{}",
        "{}€",
        "$ -{}",
    ]
)


@st.composite
def amounts_written(draw: st.DrawFn) -> tuple[str, str, int]:
    """An amount as text, its decimal mark, and its ten-thousandths."""
    mark, group = draw(MARKS)
    value = Decimal(draw(st.integers(0, 10**13))).scaleb(-draw(st.integers(0, 6)))
    text = f"{value:,f}".replace(",", "\0").replace(".", mark).replace("\0", group)
    frame = draw(FRAMES)
    sign = -1 if any(minus in frame for minus in ("-", "(", "\u2212")) else 1
    exact = value.scaleb(4).to_integral_value(ROUND_HALF_UP)
    return frame.format(text), mark, sign * int(exact)


@given(amounts_written())
@settings(max_examples=examples(500), deadline=None)
def test_an_amount_of_any_locale_is_read_back(written: tuple[str, str, int]) -> None:
    text, mark, value = written
    assert read_amount(text, POINT if mark == "." else COMMA) == value
    assert read_amount(text, "either") in (value, None)
    if read_amount(text, "either") is None:
        other = read_amount(text, COMMA if mark == "." else POINT)
        assert other is not None
        assert other != value


@pytest.mark.parametrize(
    ("texts", "reading", "form"),
    [
        (["1.5", "-2"], POINT, ""),
        (["1,5", "-2"], COMMA, ""),
        (["1", "20"], "either", ""),
        (["1", "2,5"], "either", None),
        (["$1,299.50", "$5", "-$5.00"], POINT, "$|,|"),
        (["1 299,50 kr", "5,00 kr"], COMMA, "| | kr"),
        (["1\u202f299,50", "5"], COMMA, "|\u202f|"),
        (["5,00 kr", "5,00 €"], COMMA, None),
        (["1 299,50", "1.299,50"], COMMA, None),
        (["(5.00)"], POINT, None),
        (["5-"], POINT, None),
        (["5.00 pcs"], POINT, None),
        (["1,29"], POINT, None),
    ],
)
def test_forms_that_are_read_fast(texts: list[str], reading: Reading, form: str | None) -> None:
    expected = None if form is None else "\u200b".join(form.split("|")) if form else ""
    assert fast_form(texts, reading) == expected


@given(st.lists(amounts_written(), min_size=1, max_size=40))
@settings(max_examples=examples(40), deadline=None)
def test_the_fast_way_reads_nothing_otherwise(
    engine: Engine, written: list[tuple[str, str, int]]
) -> None:
    texts = [text for text, _, _ in written]
    for reading in (POINT, COMMA):
        for some in (texts[:1], texts):
            form = fast_form(some, reading)
            if form is None:
                continue
            expected = [read_amount(text, reading) for text in texts]
            found = in_engine(engine, texts, reading, form)
            assert [f for f in found if f is not None] == [
                e for e, f in zip(expected, found, strict=True) if f is not None
            ]
            assert found[: len(some)] == expected[: len(some)]


@given(st.lists(amounts_written().map(lambda w: w[0]) | st.text(max_size=8), max_size=60))
@settings(max_examples=examples(25), deadline=None)
def test_the_engine_agrees_on_anything(engine: Engine, texts: list[str]) -> None:
    texts = [text.replace("\0", "").replace("_", "") for text in texts]
    readings: list[Reading] = [POINT, COMMA, "either"]
    for reading in readings:
        expected = [read_amount(text, reading) for text in texts]
        assert in_engine(engine, texts, reading) == expected


# -------------------------------------------------------------------------------- which is meant


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["12", "7"], "either"),
        (["12.5", "7,5"], "either"),
        (["12.5", "1.299"], "first"),
        (["12,5", "1.299"], "second"),
        (["12.5", "12,5", "1.299"], None),
        (["1.299"], None),
        (["1,299", "0.5"], "first"),
        ([], "either"),
    ],
)
def test_what_a_column_decides(texts: list[str], verdict: str | None) -> None:
    assert choose_reading(gather_evidence(texts, read_amount)) == verdict


@given(st.lists(amounts_written().map(lambda w: w[0]), max_size=30))
@settings(max_examples=examples(200), deadline=None)
def test_a_decision_leaves_no_readable_text_unread(texts: list[str]) -> None:
    verdict = choose_reading(gather_evidence(texts, read_amount))
    if verdict is None:
        return
    for text in texts:
        both = {read_amount(text, POINT), read_amount(text, COMMA)} - {None}
        assert (read_amount(text, verdict) is not None) == bool(both)


@given(st.from_regex(OBVIOUS[0]) | st.from_regex(OBVIOUS[1]) | st.from_regex(OBVIOUS[2]))
def test_what_is_obvious_is_what_both_readings_say(text: str) -> None:
    if not text.isascii() or text.endswith("\n") or len(text) > 13:
        return
    found = gather_evidence([text], read_amount)
    kinds = [Evidence(first=1), Evidence(second=1), Evidence()]
    expected = next(
        kind for kind, pattern in zip(kinds, OBVIOUS, strict=True) if re.match(pattern, text)
    )
    assert found == expected


# -------------------------------------------------------------------------------------- products


def test_the_product_is_rounded_and_not_its_factors(engine: Engine) -> None:
    pairs = [
        ("3", "0.33335", 10_001),
        ("-3", "0.33335", -10_001),
        ("2.5", "1.1", 27_500),
        ("5000", "9999.99", 499_999_500_000),
        ("100000", "1000000", 10**15),
        ("0", "5", 0),
        ("90001", "0.00005", 45_001),
        ("-90000", "9999999999.9999", -8_999_999_999_999_910_000),
        ("7", "1.23456789", 86_420),
        ("x", "5", None),
        ("5", "x", None),
    ]
    table = pa.table({"q": [q for q, _, _ in pairs], "p": [p for _, p, _ in pairs]})
    engine.connection.register("pairs", table)
    both = engine.backend.table("pairs")
    quantity = amount_reading(both.q, POINT, "decimal(18,4)")
    price, narrow = (amount_reading(both.p, POINT, f"decimal({t})") for t in ("20,8", "14,4"))
    found: Any = engine.backend.to_pyarrow(product(quantity, price, narrow).name("value"))
    assert Counter(found.to_pylist()) == Counter(value for _, _, value in pairs)
