"""CSV files give back what they were given, or hold nothing that a spreadsheet would execute."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.csv_export import safe_text, write_csv

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_ids_are_exact_by_default(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    assert write_csv(path, ["id", "name"], rows) == 0
    assert rows_of(path) == [["id", "name"], *map(list, rows)]


@given(TEXTS)
def test_a_safe_text_is_taken_for_a_formula_nowhere(text: str) -> None:
    shown = safe_text(text)
    for part in shown.replace(";", ",").replace("\t", ",").replace("|", ",").split(","):
        begin = part.lstrip(" \u00a0\ufeff")[:1]
        assert begin not in ("=", "@", "\uff1d", "\uff20")
    assert shown.replace("'", "") == text.replace("'", "")
    assert safe_text(shown) == shown


def test_safe_cells_are_counted_and_numbers_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [["=1+1", -5, "-5"], ["Smith;=cmd", 2.5, "+46701234567"], [None, None, "x"]]
    assert write_csv(path, ["id", "=n", "t"], rows, safe_cells=True) == 2
    assert rows_of(path) == [
        ["id", "'=n", "t"],
        ["'=1+1", "-5", "-5"],
        ["Smith;'=cmd", "2.5", "+46701234567"],
        ["", "", "x"],
    ]
