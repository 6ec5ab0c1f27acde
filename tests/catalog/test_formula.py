"""The catalogue and the public names that are derived from it."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import ironcalc
import numpy as np
import pandas as pd
import pytest

import crmformulas
from crmformulas import errors
from crmformulas.catalog.formula import (
    CATALOG,
    CATEGORIES,
    NUMBER,
    Example,
    Formula,
    Shape,
    formula,
    load,
)

ROOT = Path(__file__).parents[2]
FORMULAS = load()
each_formula = pytest.mark.parametrize("entry", FORMULAS.values(), ids=list(FORMULAS))


def same(actual: Any, expected: Any, rel_tol: float) -> bool:
    """Whether a result is what an example says, cell by cell."""
    if isinstance(actual, pd.DataFrame):
        actual = actual.to_numpy().tolist()
    elif hasattr(actual, "tolist"):
        actual = actual.tolist()
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(
            same(a, e, rel_tol) for a, e in zip(actual, expected, strict=True)
        )
    if expected is None:
        return actual is None or isinstance(actual, errors.FormulaError) or actual != actual
    if isinstance(expected, str):
        return bool(actual == expected)
    return math.isclose(actual, expected, rel_tol=rel_tol, abs_tol=1e-12)


@each_formula
def test_example_comes_out(entry: Formula) -> None:
    example = entry.example
    assert example.source
    assert same(entry.function(*example.args), example.result, example.rel_tol)


@each_formula
def test_docstring_says_all_that_faces_show(entry: Formula) -> None:
    sections = entry.sections
    wanted = ["summary", "Equation", "Args", "Returns", "Raises", "References", "Examples"]
    assert [name for name in wanted if not sections.get(name)] == []
    assert list(entry.argument_help) == [p.name for p in entry.parameters]
    assert all(entry.argument_help.values())
    assert len(entry.summary) <= 100
    assert ">>>" in sections["Examples"]


@each_formula
def test_names_work_in_a_spreadsheet(entry: Formula) -> None:
    like_a_cell = re.compile(r"[a-z]{1,3}\d+|r\d*c\d*|[cr]", re.IGNORECASE)
    for name in (entry.name, *(p.name for p in entry.parameters)):
        assert re.fullmatch(r"[a-z][a-z_]*", name)
        # Single letters are those by which the literature of a model knows its parameters.
        assert len(name) >= 2 or name in "abpq"
        assert not like_a_cell.fullmatch(name)
    assert len(entry.name) >= 3


def test_no_spreadsheet_function_is_shadowed() -> None:
    model = ironcalc.create("names", "en", "UTC", "en")
    for row, entry in enumerate(FORMULAS.values(), 1):
        model.set_user_input(0, row, 1, f"={entry.spreadsheet_name}(1)")
    model.evaluate()
    answers = [model.get_cell_value(0, row, 1) for row in range(1, len(FORMULAS) + 1)]
    assert answers == ["#NAME?"] * len(FORMULAS)


@each_formula
def test_optional_arguments_come_last_and_have_a_spreadsheet_default(entry: Formula) -> None:
    optional = [p.optional for p in entry.parameters]
    assert optional == sorted(optional)
    for parameter in entry.parameters:
        if parameter.optional and not isinstance(parameter.default, float):
            assert parameter.default_expression


def test_syntax_shows_optional_arguments_in_brackets() -> None:
    assert FORMULAS["clv"].syntax == "CLV(frequency, order_value, duration, [margin])"


def test_categories_are_the_modules_in_order() -> None:
    assert list(dict.fromkeys(f.category for f in FORMULAS.values())) == list(CATEGORIES)


def test_kinds_must_name_the_arguments() -> None:
    with pytest.raises(TypeError, match="do not match"):

        @formula(first=NUMBER, result=NUMBER, example=Example((1, 2), 3, "none"))
        def added(first: float, second: float) -> float:
            return first + second

    assert "added" not in CATALOG


# ------------------------------------------------------------------------------- public names


def test_public_names_are_the_catalogue_the_errors_and_the_orders() -> None:
    expected = {*FORMULAS, *errors.__all__, "orders", "__version__"}
    assert crmformulas.__all__ == sorted(expected)
    assert dir(crmformulas) == sorted(expected)


def test_every_public_name_is_the_catalogued_function() -> None:
    for name, entry in FORMULAS.items():
        assert getattr(crmformulas, name) is entry.function
    assert crmformulas.DomainError is errors.DomainError


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'clw'"):
        getattr(crmformulas, "cl" + "w")


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert crmformulas.__version__ == project["version"]


@pytest.mark.parametrize(
    "statement",
    [
        "import crmformulas",
        "import crmformulas.formulas.value; crmformulas.formulas.value.clv(5, 500, 2.5)",
        "from crmformulas.catalog.formula import load; load()",
        "from crmformulas.spreadsheet.evaluator import evaluate; evaluate('CLV(5, 500, 2.5) * 2')",
    ],
)
def test_importing_and_numbers_load_no_array_library(statement: str) -> None:
    heavy = "{'numpy', 'pandas', 'xlwings', 'ibis', 'duckdb'}"
    code = f"import sys; {statement}; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()"


# ------------------------------------------------------------- spreadsheet calls: Formula.spill


def codes(rows: list[list[Any]]) -> list[list[Any]]:
    return [[c.code if isinstance(c, errors.FormulaError) else c for c in row] for row in rows]


def test_spill_gives_each_element_its_own_error() -> None:
    cells = [[0.5, 1.0], [1.4, "x"], [None, "#REF!"]]
    spilled = codes(FORMULAS["customer_duration"].spill(cells))
    assert spilled == [[2.0, "#DIV/0!"], ["#NUM!", "#VALUE!"], [None, "#REF!"]]


def test_spill_of_an_empty_cell_is_not_the_default() -> None:
    assert codes(FORMULAS["clv"].spill([[5.0]], 500, 2, [[None]])) == [["#VALUE!"]]
    assert codes(FORMULAS["clv"].spill([[5.0]], 500, 2)) == [[5000.0]]


def test_spill_of_nothing_is_nothing() -> None:
    assert FORMULAS["step_gain"].spill([], []) == []
    assert FORMULAS["tier"].spill([]) == []


def test_spill_leaves_its_arguments_as_they_are() -> None:
    cells = np.array([[1.0], [None]], dtype=object)
    assert codes(FORMULAS["annual_value"].spill(cells, 2)) == [[2.0], [None]]
    assert cells.tolist() == [[1.0], [None]]


def test_spill_of_ranges_that_do_not_fit_is_one_error() -> None:
    answer = FORMULAS["annual_value"].spill([[1], [2]], [[1], [2], [3]])
    assert answer.code == "#VALUE!"
    assert str(answer) == "ranges of sizes 2×1, 3×1 can't be combined"


def test_spill_of_range_formulas_gives_rows() -> None:
    assert codes(FORMULAS["step_rates"].spill([[10], [5], [0], [0]])) == [[0.5], [0], ["#DIV/0!"]]
    assert FORMULAS["tier"].spill([[1], [9]], [0.5, 0.5], ["a", "b"]) == [["b"], ["a"]]
    assert FORMULAS["tipping_point"].spill([[0.1]]).code == "#N/A"
    assert FORMULAS["tipping_point"].spill([[0.1], [0.9]]) == 2


@pytest.mark.parametrize("code", sorted(errors.SPREADSHEET_ERRORS))
@each_formula
def test_an_error_in_an_argument_passes_through(entry: Formula, code: str) -> None:
    # Before it stands text, which is an error of its own, but only after the passing one.
    first, *rest = entry.example.args
    bad = [[code]] if entry.parameters[-1].shape is not Shape.ELEMENT else code
    given = [*rest, *[None] * len(entry.parameters)][: len(entry.parameters) - 2]
    args = (first, bad) if len(entry.parameters) == 2 else ("text", *given, bad)
    args = (bad,) if len(entry.parameters) == 1 else args
    assert entry.spill(*args).code == code
