"""Shapes of real exports, with the figures that must come out: each stands for a kind of fault."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crmformulas.errors import QuestionError
from crmformulas.orders.log import read
from crmformulas.orders.reading.column_roles import words

CASES = Path(__file__).parent / "files" / "cases"
EVERY = json.loads((CASES / "cases.json").read_text(encoding="utf-8"))["cases"]
CHOSEN = words(
    "shopify woo-guests woo-order-total total-repeated total-one-edited total-late-gz"
    " total-two-files amazon squarespace square discount-column overlap-status ids-dot-zero"
    " emails-case nobody olist"
)


def options(args: list[str]) -> dict[str, str]:
    """The options of a command line as those of `read`."""
    pairs = zip(args[::2], args[1::2], strict=True)
    return {name.removeprefix("--").replace("-", "_"): value for name, value in pairs}


def differs(expect: dict[str, Any], found: dict[str, Any] | str) -> str | None:
    """The difference of the summary, or of the question asked, from what was expected."""
    if "any" in expect:
        wrong = [differs(one, found) for one in expect["any"]]
        return None if None in wrong else "; ".join(filter(None, wrong))
    if isinstance(found, str):
        asked = "refuse" in expect and re.search(expect["refuse"], found)
        return None if asked else f"asked: {found}"
    for key, want in expect.items():
        if key == "told":
            told = json.dumps([found["warnings"], found["reading"]], ensure_ascii=False)
            if not re.search(want, told):
                return f"nothing told of {want!r}: {told}"
            continue
        if key == "refuse":
            return "not refused"
        if key == "flows":
            have = {name: found["flows"][name] for name in want}
        elif key.startswith("excluded_"):
            have = found["input"]["excluded"][key.removeprefix("excluded_")]
        else:
            have = found["input"][key]
        if have != (pytest.approx(want, abs=5e-5) if isinstance(want, float) else want):
            return f"{key} is {have}, not {want}"
    return None


@pytest.mark.parametrize("case", [c for c in EVERY if c["id"] in CHOSEN], ids=lambda c: c["id"])
def test_the_right_number_comes_out(case: dict[str, Any]) -> None:
    paths = [str(CASES / name) for name in case["files"]]
    found: dict[str, Any] | str
    try:
        with read(paths, **options(case["args"])) as log:
            found = log.summary().to_dict()
    except QuestionError as error:
        found = str(error)
    assert differs(case["expect"], found) is None, case["why"]
