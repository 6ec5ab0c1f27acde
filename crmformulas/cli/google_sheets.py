"""``crmf sheets``: the formulas for Google Sheets, as a file to paste."""

from __future__ import annotations

from pathlib import Path

import click

from crmformulas.cli.options import FORCE, examples, option, writable_file
from crmformulas.cli.output import echo
from crmformulas.files import atomic_write
from crmformulas.google_sheets import FILE
from crmformulas.printable import printable

__all__ = ["sheets"]

INSTALL = """\
1. In the spreadsheet: Extensions > Apps Script.
2. Beside Files: + > Script, call it crmformulas, and paste this file in place of what is there.
3. Project Settings (the gear): the time zone that the spreadsheet has under File > Settings.
4. Save, and reload the spreadsheet. Nothing asks for a permission.
5. Type =CLV(5, 500, 2.5) in a cell, or =CLV(5; 500; 2,5) where decimals have a comma."""


@examples(
    """
    crmf sheets
    crmf sheets -o formulas.gs --force
    """
)
@click.command()
@option(
    "-o --output",
    "File to write.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=FILE.name,
    show_default=True,
)
@FORCE
def sheets(output: Path, force: bool) -> None:
    """Write the formulas for Google Sheets: one script to paste, which asks for no permission."""
    script = FILE.read_bytes()
    with atomic_write(writable_file(output, force), overwrite=force) as part:
        part.write_bytes(script)
    count = script.count(b"@customfunction")
    echo(f"{printable(str(output))}: {count} functions for Google Sheets")
    echo(INSTALL)
