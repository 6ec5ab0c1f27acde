"""``crmf template``: workbooks to fill in yourself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from crmformulas.cli.options import FORCE, LANG, examples, option
from crmformulas.cli.output import echo
from crmformulas.cli.report import writable
from crmformulas.errors import InputError
from crmformulas.printable import printable
from crmformulas.translations import Lang

__all__ = ["template"]


@examples(
    """
    crmf template
    crmf template customer-development-budget
    crmf template customer-portfolio --empty
    crmf template crm-kpis -o nyckeltal.xlsx --lang sv
    crmf template lifecycle-plan --holdout 2=result.json
    """
)
@click.command()
@click.argument("name", required=False)
@option(
    "-o --output",
    "Workbook to write.",
    "FILE.xlsx",
    type=click.Path(dir_okay=False, path_type=Path),
)
@LANG
@option("--empty", "Without the example: the cells to fill in are blank.", None, is_flag=True)
@option(
    "--holdout",
    "In a life-cycle plan: what crmf holdout measure --format json told of activity N.",
    "N=FILE",
    multiple=True,
)
@FORCE
def template(
    name: str | None,
    output: Path | None,
    lang: Lang,
    empty: bool,
    holdout: tuple[str, ...],
    force: bool,
) -> None:
    """Copy a template workbook out, filled with an example; without NAME, list them."""
    from crmformulas.excel.templates import TEMPLATES, write_template
    from crmformulas.translations import translate

    if name is None:
        for one in TEMPLATES.values():
            echo(f"{one.name:29}{translate(one.about, lang)}")
        return
    if name not in TEMPLATES:
        raise InputError(f"no template {name!r}; there are {', '.join(TEMPLATES)}")
    path = writable(output or Path(TEMPLATES[name].file_name(lang)), force)
    if holdout:
        _write_plan(name, path, lang, holdout, empty=empty)
    else:
        write_template(name, path, lang, empty=empty)
    echo(f"{printable(str(path))}: {translate(TEMPLATES[name].title, lang)}")


def _write_plan(
    name: str, path: Path, lang: Lang, holdout: tuple[str, ...], *, empty: bool
) -> None:
    """Write the life-cycle plan with what control groups measured."""
    from crmformulas.excel.templates import TEMPLATES
    from crmformulas.excel.templates.lifecycle.measured import with_results
    from crmformulas.excel.templates.lifecycle.plan import EXAMPLE, write
    from crmformulas.excel.workbook.book import write_book

    if name != "lifecycle-plan":
        raise InputError("--holdout goes with lifecycle-plan, whose follow-up takes the result")
    if empty:
        raise InputError("--holdout is of an activity of the plan: leave --empty out")
    plan, messages = with_results(EXAMPLE, dict(map(_result, holdout)))
    write_book(path, lang, TEMPLATES[name].title, lambda book: write(book, plan), example=True)
    for words in messages:
        echo(f"! {words}", err=True)


def _result(text: str) -> tuple[int, dict[str, Any]]:
    """The number of an activity, and what its file holds."""
    number, _, file = text.partition("=")
    if not number.isdigit() or not file:
        raise InputError(
            f"--holdout takes an activity's number and a file, as 2=result.json, not {text!r}"
        )
    try:
        result = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file!r} can't be read: {error}") from None
    return int(number), result if isinstance(result, dict) else {}
