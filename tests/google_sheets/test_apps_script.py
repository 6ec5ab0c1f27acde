"""The Apps Script file answers every call as Python does: run by Node in a bare context."""

from __future__ import annotations

import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import ANY

import pytest
from hypothesis import given, settings

from crmformulas.catalog.formula import Formula, load
from crmformulas.errors import SPREADSHEET_ERRORS
from crmformulas.google_sheets import FILE
from crmformulas.google_sheets.translate import RESERVED
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.reading.amounts import read_amount
from crmformulas.orders.reading.dates import read_day
from crmformulas.spreadsheet.cell_text import help_text
from tests.google_sheets.vectors import MISSING, calls, expected, logs
from tests.orders.reading import test_amounts, test_dates

FORMULAS = load()
LOGS = 30
"""Adversarial order logs; each is asked for every table."""
ROUNDED = {
    *("clv_discounted", "portfolio_value", "migration_rates", "project_portfolio"),
    *("extra_orders", "step_gain", "pareto_share", "portfolio_bridge"),
    *("wilson", "rate_difference", "retention_interval", "clv_interval"),
    *("p_alive", "p_buys", "expected_orders", "expected_value"),
    *("lift", "lift_interval", "detectable_lift"),
}
"""Powers, and sums that NumPy adds up in an order of its own: to 1e-12. All others: exactly."""
FITTED = {"btyd_fit"}
"""Where a climb ends, which differs by rounding: to 1e-4."""
NAN = {"nan": True}
"""The error value of a cell in a range."""
each_formula = pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))


def node() -> str:
    """Node, without which the tests are skipped, except where it must be there."""
    found = shutil.which("node")
    if found is None:
        assert not os.environ.get("CRMF_REQUIRE_NODE"), "Node is not installed"
        pytest.skip("Node is not installed (Debian: apt-get install nodejs)")
    return found


def run(asked: Sequence[list[Any]], texts: Sequence[str] = (), zone: str = "") -> dict[str, Any]:
    """The answers of the file to calls of ``[name, *arguments]``, and how it reads texts."""

    def sent(value: Any) -> Any:
        if isinstance(value, list):
            return list(map(sent, value))
        if isinstance(value, datetime) and value.tzinfo:
            return {"instant": value.timestamp() * 1000}
        if isinstance(value, datetime):
            return {"date": [value.year, value.month, value.day, value.hour, value.minute]}
        return value

    done = subprocess.run(
        [node(), str(Path(__file__).with_name("run.js")), str(FILE)],
        input=json.dumps({"calls": list(map(sent, asked)), "texts": list(texts)}, allow_nan=False),
        env={**os.environ, **({"TZ": zone} if zone else {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def answer(name: str, *args: Any, zone: str = "") -> Any:
    """One answer: a value, or the text of an error."""
    (found,) = run([[name, *args]], zone=zone)["answers"]
    return found.get("error", found.get("value"))


# ---------------------------------------------------------------------------------- as in Python


Asked: TypeAlias = dict[str, list[tuple[list[Any], dict[str, Any]]]]


@pytest.fixture(scope="module")
def asked() -> Asked:
    """By formula every call and its answer; one process answers them all."""
    node()
    made = {name: list(calls(entry)) for name, entry in FORMULAS.items()}
    every = [[name.upper(), *args] for name, lists in made.items() for args in lists]
    answers = iter(run(every)["answers"])
    return {name: [(args, next(answers)) for args in lists] for name, lists in made.items()}


def numbers(value: Any) -> list[float]:
    """The numbers among arguments."""
    if isinstance(value, (list, tuple)):
        return [n for v in value for n in numbers(v)]
    return [value] if isinstance(value, float) and math.isfinite(value) else []


def same(entry: Formula, found: Any, wanted: Any, scale: float) -> bool:
    """Equal, to 1e-12 where that is all that can be."""
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(
            same(entry, one, other, scale) for one, other in zip(found, wanted, strict=True)
        )
    if found == NAN:
        # In a range an error is NaN, whatever its kind.
        return isinstance(wanted, str) and wanted.partition(" ")[0] in SPREADSHEET_ERRORS
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        # JSON has no difference between the two.
        found = float(found)
        if entry.name in FITTED:
            return math.isclose(found, wanted, rel_tol=1e-4)
        if entry.name not in ROUNDED:
            return bool(found == wanted)
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12 * scale)
    return type(found) is type(wanted) and bool(found == wanted)


def check(entry: Formula, args: list[Any], found: dict[str, Any]) -> None:
    kind, wanted = expected(entry, args)
    assert kind in found, f"{args}: {found} instead of {wanted}"
    # What is the difference of two numbers is as exact as they are.
    scale = max(map(abs, numbers(wanted)), default=0.0)
    assert same(entry, found[kind], wanted, scale), f"{args}: {found} instead of {wanted}"


@each_formula
def test_every_call_answers_as_in_python(entry: Formula, asked: Asked) -> None:
    for args, found in asked[entry.name]:
        check(entry, args, found)


@each_formula
def test_the_calls_meet_values_and_errors(entry: Formula, asked: Asked) -> None:
    answers = [answer for _, answer in asked[entry.name]]
    assert any("value" in one for one in answers)
    codes = {one["error"].split(" ")[0] for one in answers if "error" in one}
    orders = entry.category == "orders" and entry.name != "customer_status"
    assert orders or {"#VALUE!", "#REF!", "#N/A"} <= codes


def test_every_table_of_orders_is_that_of_the_engine() -> None:
    tables = [entry for entry in FORMULAS.values() if entry.category == "orders"]
    # Log by log, as the engine keeps its last answers.
    made = [(entry, args) for args in logs(LOGS) for entry in tables]
    answers = run([[entry.spreadsheet_name, *args] for entry, args in made])["answers"]
    for (entry, args), found in zip(made, answers, strict=True):
        check(entry, args, found)
    assert sum("value" in one for one in answers) > len(answers) / 2


def test_the_tables_of_a_demo_retailer_are_those_of_the_engine() -> None:
    orders = demo_frames(orders=5_000)[0].dropna()
    days = [datetime(day.year, day.month, day.day) for day in orders["order_date"]]
    columns = [orders["customer_id"].tolist(), days, orders["amount"].tolist()]
    args = [[[cell] for cell in column] for column in columns] + [MISSING] * 2
    tables = [entry for entry in FORMULAS.values() if entry.category == "orders"]
    answers = run([[entry.spreadsheet_name, *args] for entry in tables])["answers"]
    for entry, found in zip(tables, answers, strict=True):
        check(entry, args, found)


def test_texts_are_read_as_in_python() -> None:
    written = [text for text, *_ in (*test_amounts.WRITTEN, *test_dates.WRITTEN)]
    rng = random.Random(1)

    @given(test_amounts.amounts_written())
    @settings(max_examples=300, derandomize=True, database=None)
    def collect(drawn: tuple[str, str, int]) -> None:
        written.append(drawn[0])

    collect()
    # What a slip of the finger makes of them.
    letters = "0123456789.,-–:/' \u00a0\n()kr€$TZJjanMmajKſİ"
    for text in list(written):
        i = rng.randrange(len(text) + 1)
        written.append(text[:i] + rng.choice(letters) + text[i + rng.randint(0, 1) :])
    found = run([], written)["readings"]
    ways = ("first", "second", "either")
    for text, readings in zip(written, found, strict=True):
        told = [[n if n is None else int(n) for n in pair] for pair in readings]
        assert told == [[read_day(text, way), read_amount(text, way)] for way in ways], repr(text)


# -------------------------------------------------------------------------------- as in a sheet


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Europe/Stockholm", "Pacific/Kiritimati"])
def test_a_date_is_the_day_that_the_cell_shows(zone: str) -> None:
    days = [datetime(2026, 3, 28), datetime(2026, 3, 29, 23, 59), datetime(2026, 10, 25, 2, 30)]
    columns = [[["a"]] * 3, [[day] for day in days]]
    assert answer("TIME_BETWEEN_PURCHASES", *columns, zone=zone) == (1 + 210) / 2
    table = answer("RFM", *columns, [[1], [1], [1]], datetime(2026, 10, 26), zone=zone)
    assert table[1][:3] == ["a", 1, 3]


MIDNIGHTS = {
    # A winter's and a summer's offset from UTC, in hours, as tzdata has them for 2025.
    "Europe/Stockholm": (1, 2),
    "Europe/London": (0, 1),
    "America/New_York": (-5, -4),
    "Asia/Kolkata": (5.5, 5.5),
    "Australia/Sydney": (11, 10),
    "Pacific/Honolulu": (-10, -10),
}


def of_a_sheet(zone: str, day: str, summer: bool) -> datetime:
    """The midnight of a day in a spreadsheet of that zone."""
    return datetime.fromisoformat(day).replace(
        tzinfo=timezone(timedelta(hours=MIDNIGHTS[zone][summer]))
    )


@pytest.mark.parametrize("script", [*MIDNIGHTS, "UTC"])
def test_dates_of_another_zone_than_the_script_are_refused(script: str) -> None:
    ids = [["a"], ["a"]]
    asked = []
    for sheet in MIDNIGHTS:
        days = [of_a_sheet(sheet, "2025-01-15", False), of_a_sheet(sheet, "2025-07-15", True)]
        as_of = of_a_sheet(sheet, "2025-07-20", True)
        dates = [[day] for day in days]
        texts = [["2025-01-15"], ["2025-07-15"]]
        asked += [
            ["TIME_BETWEEN_PURCHASES", ids, dates],
            ["RFM", ids, dates, [[1], [1]], as_of],
            ["LTV_AT_AGE", ids, dates, [[1], [2]], as_of],
            ["LTV_AT_AGE", ids, texts, [[1], [2]], as_of],
        ]
    # Excel: =DATE(2025,1,15) and =DATE(2025,7,15)
    asked.append(["TIME_BETWEEN_PURCHASES", ids, [[45672.0], [45853.0]]])
    answers = run(asked, zone=script)["answers"]
    # By hand: 16 days of January, 28 + 31 + 30 + 31 + 30 of the months between, 15 of July.
    assert answers.pop() == {"value": 181, "milliseconds": ANY}
    for i, sheet in enumerate(MIDNIGHTS):
        between, rfm, *ltv = answers[4 * i : 4 * i + 4]
        if sheet == script:
            assert between["value"] == 181
            assert rfm["value"][1][:3] == ["a", 5, 2]
            # The customer has brought 1 in 3 months, and in 6, which are up on 15 July.
            assert [row[1:] for one in ltv for row in one["value"][1:3]] == [[1, 1]] * 4
            continue
        for found in (between, rfm, *ltv):
            assert re.match(r"#VALUE! dates are at \d+:[03]0 ", found["error"])
            assert "TO_PURE_NUMBER" in found["error"]


def test_days_without_midnight_and_times_of_day_are_no_other_zone() -> None:
    # In Chile the clocks went from 24:00 on 6 September 2025 to 01:00 (tzdata).
    days = [[datetime(2025, 9, 7)], [datetime(2025, 9, 8)]]
    ids = [["a"], ["a"]]
    assert answer("TIME_BETWEEN_PURCHASES", ids, days, zone="America/Santiago") == 1
    times = [[datetime(2025, 9, day, hour, 30 * (day % 2))] for day in (1, 4) for hour in (9, 17)]
    assert answer("TIME_BETWEEN_PURCHASES", [["a"]] * 4, times) == 3
    assert answer("TIME_BETWEEN_PURCHASES", [["a"]] * 2, [times[0], [datetime(2025, 9, 3)]]) == 2


def test_error_objects_pass_through() -> None:
    wanted = {"#DIV/0!": "#DIV/0!", "#NUM! because": "#NUM! because", "Out of memory": "#ERROR!"}
    for text, told in wanted.items():
        error = {"thrown": text}
        column, ids, days = [[1], [error]], [["a"], ["b"]], [["2026-01-01"]] * 2
        asked = [
            ["CLV", error, 500, 2.5],
            ["PORTFOLIO_VALUE", [[1], [2]], column],
            ["PORTFOLIO", ids, days, column],
            ["CLV", column, 1, 1],
        ]
        *alone, spilled = run(asked)["answers"]
        assert [one["error"] for one in alone] == [told] * 3
        assert spilled["value"] == [[1], [NAN]]


def test_what_a_sheet_alone_hands_over() -> None:
    assert answer("CLV", 5, 500, 2.5, MISSING) == 6250
    assert answer("CLV", 5, 500, 2.5, "") == "#VALUE! margin must be a number, got nothing"
    assert answer("CLV", 5, 500) == "#VALUE! duration must be a number, got nothing"
    assert answer("CLV", 1, 2, 3, 1, 5) == "#N/A CLV takes at most 4 arguments, got 5"
    # A cell whose function has thrown, and one that spilled an error with its reason.
    assert answer("CLV", "#ERROR!", 500, 2.5) == "#ERROR!"
    reason = "#NUM! frequency must be at least 0, got -1"
    assert answer("CLV", -1, 500, 2.5) == reason
    assert answer("PORTFOLIO_VALUE", [[reason], [1]], [[1], [1]]) == reason
    day = datetime(2026, 10, 31)
    assert answer("CLV", day, 1, 1) == "#VALUE! frequency must be a number, got 2026-10-31"


def test_amounts_beyond_2_to_the_53_are_exact() -> None:
    amounts = [90_000_000_000_000.0, 9_999_999_999_999.5, 0.0001, -0.0003]
    columns = [["a"]] * 4, [["2026-01-01"], ["2026-01-02"], ["2026-01-03"], ["2026-01-04"]]
    args = [[list(c) for c in column] for column in columns] + [
        [[a] for a in amounts],
        MISSING,
        MISSING,
    ]
    entry = FORMULAS["ltv_at_age"]
    assert answer("PORTFOLIO", *args)[-2][3] == 99_999_999_999_999.5
    check(entry, args, {"value": answer("LTV_AT_AGE", *args)})


# ------------------------------------------------------------------------------------- the file


def test_a_file_that_is_not_current_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from crmformulas.google_sheets import build

    monkeypatch.setattr(sys, "argv", ["build", "--check"])
    monkeypatch.setattr(build, "HEADER", "// another\n")
    assert build.main() == 1


def test_it_defines_the_functions_and_nothing_else() -> None:
    wanted = sorted(f.spreadsheet_name for f in FORMULAS.values())
    assert sorted(run([])["names"]) == wanted
    text = FILE.read_text(encoding="utf-8")
    # The one other name ends with _, so that no sheet offers it; it is no property of the global.
    assert re.findall(r"^(?:const|let|var|class) (\w+)", text, re.MULTILINE) == ["CRM_"]
    assert re.findall(r"^function (\w+)", text, re.MULTILINE) == [
        f.spreadsheet_name for f in FORMULAS.values()
    ]


ECMASCRIPT = {
    *("Array", "BigInt", "Date", "Error", "Float64Array", "Infinity", "Map", "Math", "NaN"),
    *("Number", "Object", "RegExp", "Set", "String"),
}
"""All that the script uses besides its own: what the language itself has."""


def test_it_asks_for_no_service_and_no_syntax_that_is_too_new() -> None:
    text = FILE.read_text(encoding="utf-8")
    quoted = r"'(?:\\.|[^'\\\n])*'"
    pattern = r"/(?!\s)(?:\\.|[^/\\\n])+/[iu]*"
    code = re.sub(rf"//.*|/\*(?s:.*?)\*/|{quoted}|{pattern}", "", text)
    # Services have names in capitals; so have the script's own constants and functions.
    capital = {word for word in re.findall(r"(?<![.\w])[A-Z]\w*", code) if not word.isupper()}
    assert capital - {"Refusal"} <= ECMASCRIPT
    assert not re.search(r"\b(console|require|import|eval|globalThis|this\.\w+App)\b", code)
    # The editor's parser knows V8's language of 2019.
    assert not re.search(r"\?\?|\?\.\D|\b\d+n\b|\|\|=|&&=|\.at\(|static |#\w+\s*[=(]", code)


@each_formula
def test_a_sheet_can_explain_every_argument(entry: Formula) -> None:
    text = FILE.read_text(encoding="utf-8")
    head, _, _ = text.partition(f"\nfunction {entry.spreadsheet_name}(")
    comment = head[head.rindex("/**") :]
    lines = [line.removeprefix(" * ") for line in comment.splitlines()[1:-1]]
    assert lines[0] == entry.summary
    assert lines[-1] == "@customfunction"
    assert lines[-2].startswith("@return ")
    told = re.findall(r"^@param \{\S+\} (\S+) (.*)$", "\n".join(lines), re.MULTILINE)
    names = [p.name + "_" * (p.name in RESERVED.split()) for p in entry.parameters]
    assert told == [
        (f"[{name}]" if p.optional else name, " ".join(help_text(entry, p).split()))
        for name, p in zip(names, entry.parameters, strict=True)
    ]
    assert "``" not in comment
    assert "Scalar" not in comment
    assert f"function {entry.spreadsheet_name}({', '.join(names)}) {{" in text
