"""``crmf template``: workbooks to fill in yourself."""

from __future__ import annotations

from pathlib import Path

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
@FORCE
def template(name: str | None, output: Path | None, lang: Lang, empty: bool, force: bool) -> None:
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
    write_template(name, path, lang, empty=empty)
    echo(f"{printable(str(path))}: {translate(TEMPLATES[name].title, lang)}")
