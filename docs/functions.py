"""Write ``docs/functions/``: a page for each formula, made from the catalogue, and an index.

python docs/functions.py            write
python docs/functions.py --check    exit 1 and say which pages are not current
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from crmformulas import errors
from crmformulas.catalog.formula import CATEGORIES, Formula, load
from crmformulas.catalog.parameters import Parameter
from crmformulas.excel.functions.lambdas import typed
from crmformulas.spreadsheet.cell_text import (
    LONG,
    call_text,
    cell_text,
    example_text,
    help_text,
    render,
    result_text,
)
from crmformulas.spreadsheet.evaluator import evaluate

FOLDER = Path(__file__).parent / "functions"
INDEX = "README.md"

ABOUT = """\
Every argument takes a number or a range unless its page says otherwise; ranges broadcast and the
result spills. Rates are fractions: 0.25 and 25 % are the same. Arguments in brackets can be left
out.

| error | when |
| --- | --- |
| any | an error in an argument passes through |
| `#VALUE!` | text or an empty cell where a number is needed, or ranges of the wrong size |
| `#NUM!` | a number outside what is possible |
| `#DIV/0!` | a division by zero |
| `#N/A` | too little data for an answer |

The first that applies, in this order, is the answer; in a range each element has its own. Where a
LAMBDA combines ranges of different lengths, the elements beyond the shorter one are `#N/A`.
"""

AS_LAMBDA = """\
In Excel 365 and 2024, on Windows, macOS and the web: Formulas > Name Manager > New, the name
`{name}`, and this as what it refers to. `crmf excel add-names FILE.xlsx` does it for all formulas,
and is the way where Excel speaks another language: its Name Manager takes neither English names of
functions nor commas between arguments.
"""

NO_LAMBDA = """\
There is none, as it takes more than arithmetic. In Excel it is there as a Python function: by
xlwings on Windows, or in xlwings Lite on Windows, macOS and the web.
"""

PROGRAMS = """\
- **Excel**: as [LAMBDA names or Python functions](../../README.md). An error is an error value; on
  Windows `=CRM_WHY(A1)` tells the reason of the one in A1.
- **Google Sheets**: `crmf sheets` writes a script to paste. In one cell an error is `#ERROR!`, and
  with the pointer on it the cell says which and why; in a range it shows as `#NUM!`, whatever its
  kind, as a script can hand over no other (ask for the one cell to learn why). Dates are read in
  the time zone of the script, which must be that of the spreadsheet: dates that show it is another
  one are refused.
- **LibreOffice Calc**: `crmf calc-addin` writes an extension to install. Semicolons are between
  arguments, and a result of several cells needs Ctrl+Shift+Enter.
- **Python**: `import crmformulas as crm`. Names are in lower case, an error is an exception, an
  undefined element is NaN, and a table is a DataFrame.

A row that is blank in every range of a call is skipped by a function on columns and answered with a
blank by one on numbers, so that whole columns can be given; LAMBDA names on columns refuse it.
[What was run where](../runtimes.md).

Where decimals have a comma, spreadsheets separate arguments by semicolons: `=CLV(5; 500; 2,5)`.
"""

SPELLINGS: Mapping[str, Callable[[Formula], str]] = {
    "Excel, Google Sheets": lambda f: f"={example_text(f)}",
    "LibreOffice Calc": lambda f: f"={example_text(f, '; ')}",
    "Python": lambda f: f"crm.{f.name}({', '.join(_in_python(f))})",
}
"""How the worked example is written, by where."""


def _in_python(formula: Formula) -> Iterator[str]:
    """The arguments of the worked example; long columns by their names."""
    for parameter, value in zip(formula.parameters, formula.example.args, strict=False):
        yield parameter.name if isinstance(value, list) and len(value) > LONG else repr(value)


def pages() -> dict[str, str]:
    """The pages by the name of their file."""
    made = {f"{name}.md": "\n".join(_page(f)) for name, f in load().items()}
    return {INDEX: "\n".join(_index()), **made}


def _index() -> Iterator[str]:
    yield "# Functions\n"
    yield ABOUT
    yield "## In each program\n"
    yield PROGRAMS
    for category in CATEGORIES:
        yield f"## {_title(category)}\n"
        yield "| formula | what it gives |"
        yield "| --- | --- |"
        for formula in load().values():
            if formula.category == category:
                link = f"[{formula.spreadsheet_name}]({formula.name}.md)"
                yield f"| {link} | {_cell(formula.summary)} |"
        yield ""


def _title(category: str) -> str:
    return category.upper() if category == "kpi" else category.capitalize()


def _page(formula: Formula) -> Iterator[str]:
    sections = formula.sections
    yield f"# {formula.spreadsheet_name}\n"
    yield f"{_prose(formula.summary)}\n"
    yield _block(f"={formula.syntax}")
    if "description" in sections:
        yield f"{_prose(sections['description'])}\n"
    yield "## Arguments\n"
    yield "| argument | unit | what it is |"
    yield "| --- | --- | --- |"
    for p in formula.parameters:
        yield f"| `{p.name}` | {_cell(_unit(p))} | {_cell(help_text(formula, p))} |"
    yield f"\n## Result\n\n{_prose(result_text(formula))} Unit: {formula.result.unit}.\n"
    yield from _errors(formula)
    if "Equation" in sections:
        yield f"## Equation\n\n{_block(sections['Equation'])}"
    yield "## Example\n"
    yield "| in | written |"
    yield "| --- | --- |"
    for program, spelled in SPELLINGS.items():
        yield f"| {program} | `{_cell(spelled(formula))}` |"
    yield "\ngives\n"
    # As a sheet shows it: what is NaN in Python is the error value that the formula has for it.
    yield _block(render(evaluate(call_text(formula, formula.example.args))))
    yield f"{_sentence(_prose(formula.example.source))}\n"
    yield f"## Source\n\n{_prose(sections['References'])}\n"
    yield "## As a LAMBDA\n"
    if formula.expression is None:
        yield NO_LAMBDA
    else:
        yield AS_LAMBDA.format(name=formula.spreadsheet_name)
        yield _block(typed(formula))
    yield f"[All functions]({INDEX})"
    yield ""


def _errors(formula: Formula) -> Iterator[str]:
    """The error values, by what the docstring says is raised."""
    yield "## Errors\n"
    yield "| error | when |"
    yield "| --- | --- |"
    said = dict(_raised(formula.sections.get("Raises", "")))
    if any(p.kind.content == "number" for p in formula.parameters):
        general = "an argument is text or empty where a number is needed"
        said["#VALUE!"] = ", or ".join([general, *filter(None, [said.get("#VALUE!")])])
    for code in ("#VALUE!", "#NUM!", "#DIV/0!", "#N/A", "#NAME?"):
        if code in said:
            yield f"| `{code}` | {_cell(said[code])} |"
    yield ""


def _raised(text: str) -> Iterator[tuple[str, str]]:
    for name, condition in re.findall(r"^(\w+): (.*(?:\n .*)*)", text, re.MULTILINE):
        condition = " ".join(condition.split()).removeprefix("if ").removesuffix(".")
        yield getattr(errors, name).code, condition


def _unit(parameter: Parameter) -> str:
    if not parameter.optional:
        return parameter.kind.unit
    default = parameter.default
    if default is None:
        return f"{parameter.kind.unit}, optional"
    shown = ", ".join(map(cell_text, default)) if isinstance(default, tuple) else cell_text(default)
    return f"{parameter.kind.unit}, default {shown}"


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].removesuffix(".") + "."


def _block(text: str) -> str:
    return f"```text\n{text}\n```\n"


def outdated() -> list[str]:
    """The pages that are not what they would be, too many or missing."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    return sorted(n for n in wanted.keys() | there.keys() if wanted.get(n) != there.get(n))


def main() -> int:
    """Write the pages, or compare them with what would be written."""
    parser = argparse.ArgumentParser(description="Write docs/functions/.")
    parser.add_argument("--check", action="store_true", help="only compare")
    if parser.parse_args().check:
        wrong = outdated()
        if wrong:
            message = f"not current: {', '.join(wrong)}; run: python docs/functions.py"
            print(message, file=sys.stderr)
        return bool(wrong)
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
