"""The pages of the formulas say what the catalogue says."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from crmformulas.catalog.formula import load
from crmformulas.cli.formula_help import explain
from crmformulas.excel.functions.lambdas import closed_forms, typed
from crmformulas.spreadsheet.cell_text import LONG, call_text, render
from crmformulas.spreadsheet.evaluator import evaluate

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "functions"


@pytest.fixture(scope="module")
def functions() -> ModuleType:
    spec = importlib.util.spec_from_file_location("functions", ROOT / "docs" / "functions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_current(functions: ModuleType) -> None:
    assert functions.outdated() == [], "run: python docs/functions.py"


def test_every_formula_has_a_page_and_is_in_the_index() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\((\w+)\.md\)", index)
    assert sorted(linked) == sorted(load())
    assert {path.stem for path in FOLDER.glob("*.md")} == {*load(), "README"}


@pytest.mark.parametrize("name", load())
def test_page_spells_the_example_for_each_program(name: str) -> None:
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    spelled = dict(re.findall(r"^\| ([\w ,]+) \| `(.*)` \|$", page, re.MULTILINE))
    wanted = ["Excel, Google Sheets", "LibreOffice Calc", "Python"]
    assert [where for where in spelled if where in wanted] == wanted
    excel, calc, python = (spelled[where] for where in wanted)
    entry = load()[name]
    result = page.split("\ngives\n\n```text\n")[1].split("\n```")[0]
    # A long example names the columns of a sheet.
    long = any(isinstance(value, list) and len(value) > LONG for value in entry.example.args)
    call = call_text(entry, entry.example.args) if long else excel.removeprefix("=")
    assert render(evaluate(call)) == result
    # Outside of lists and texts, semicolons instead of commas are all that differs.
    parts = r'"[^"]*"|\{[^}]*\}'
    assert re.sub(parts, "", calc) == re.sub(parts, "", excel).replace(",", ";")
    assert re.findall(parts, calc) == re.findall(parts, excel)
    function, _, rest = python.partition("(")
    assert function == f"crm.{name}"
    args = entry.example.args if long else ast.literal_eval(f"({rest.removesuffix(')')},)")
    # What is NaN in Python has its error value in a sheet, which may be wider or narrower.
    shown = render(entry.function(*args)).replace("#DIV/0!", entry.undefined.code)
    assert shown.split() == result.split()


@pytest.mark.parametrize("name", load())
def test_page_has_what_a_reader_needs(name: str) -> None:
    page = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    entry = load()[name]
    assert f"={entry.syntax}" in page
    for heading in ("Arguments", "Result", "Errors", "Example", "Source", "As a LAMBDA"):
        assert f"\n## {heading}\n" in page
    for parameter in entry.parameters:
        assert f"| `{parameter.name}` | {parameter.kind.unit}" in page
    assert (entry.spreadsheet_name in closed_forms()) == ("=LAMBDA(" in page)
    if entry.expression is not None:
        assert f"\n{typed(entry)}\n" in page
    assert "Scalar" not in page.replace("Scalar or array", "")
    assert "``" not in page.replace("```", "")


def test_the_terminal_shows_the_example_as_the_page_does() -> None:
    # By the definitions nobody lost is a duration without a finite estimate: #N/A.
    console = Console(width=200, file=io.StringIO())
    console.print(explain("portfolio"))
    shown = console.file.getvalue()
    result = (FOLDER / "portfolio.md").read_text(encoding="utf-8").split("\ngives\n\n```text\n")[1]
    for line in result.split("\n```")[0].splitlines():
        assert line.strip() in shown
    assert "#N/A" in shown


def test_check_tells_what_is_not_current(
    functions: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(functions, "FOLDER", tmp_path / "functions")
    monkeypatch.setattr(sys, "argv", ["functions.py"])
    assert functions.main() == 0
    (tmp_path / "functions" / "clv.md").write_text("old", encoding="utf-8")
    (tmp_path / "functions" / "gone.md").write_text("old", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["functions.py", "--check"])
    assert functions.main() == 1
    assert "clv.md, gone.md" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["functions.py"])
    assert functions.main() == 0
    assert functions.outdated() == []
