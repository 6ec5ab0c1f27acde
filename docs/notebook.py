"""Write the example notebook from its script, without outputs: ``docs/example.ipynb``.

    python docs/notebook.py            write
    python docs/notebook.py --check    exit 1 where it is not current

When the guide is built the script is run, and its page shows what each cell gives.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
SCRIPT, NOTEBOOK = HERE / "example.py", HERE / "example.ipynb"


class Cell(NamedTuple):
    """A cell of the script: text, or code."""

    kind: str
    source: str


def cells(script: str) -> Iterator[Cell]:
    """The cells, as ``# %%`` parts them."""
    for part in re.split(r"^# %%", script, flags=re.MULTILINE)[1:]:
        head, _, source = part.partition("\n")
        source = source.strip("\n")
        if "[markdown]" in head:
            yield Cell("markdown", re.sub(r"^# ?", "", source, flags=re.MULTILINE))
        else:
            yield Cell("code", source)


def notebook(script: str) -> str:
    """The notebook, as Jupyter writes it."""
    made = []
    for number, cell in enumerate(cells(script)):
        entry: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": f"cell-{number}",
            "metadata": {},
            "source": cell.source.splitlines(keepends=True),
        }
        if cell.kind == "code":
            entry |= {"execution_count": None, "outputs": []}
        made.append(entry)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": made,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def page(script: str) -> str:
    """The guide's page of the notebook, with what each cell gives."""
    names: dict[str, Any] = {}
    parts = []
    for cell in cells(script):
        if cell.kind == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        parts += _shown(_result(cell.source, names))
    return "\n\n".join(parts) + "\n"


def _result(source: str, names: dict[str, Any]) -> Any:
    """The value of the last line of a cell, if it is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(SCRIPT), "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), str(SCRIPT), "eval"), names)


def _shown(result: Any) -> Iterator[str]:
    from crmformulas.charts import Chart

    if result is None:
        return
    if isinstance(result, Chart):
        svg = result.to_svg(640)
        yield f"**{result.title.en}**"
        yield f'<div role="img" aria-label="{escape(result.alt.en)}">{svg}</div>'
    elif hasattr(result, "_repr_html_") and (text := result._repr_html_()) is not None:
        yield f'<div class="output">{text}</div>'.replace("\n", "")
    else:
        yield f"```text\n{result}\n```"


def main() -> None:
    """Write or check."""
    parser = argparse.ArgumentParser(description="Write the example notebook.")
    parser.add_argument("--check", action="store_true")
    wanted = notebook(SCRIPT.read_text(encoding="utf-8"))
    if parser.parse_args().check:
        if not NOTEBOOK.exists() or NOTEBOOK.read_text(encoding="utf-8") != wanted:
            sys.exit("not current: docs/example.ipynb; run python docs/notebook.py")
        return
    NOTEBOOK.write_text(wanted, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
