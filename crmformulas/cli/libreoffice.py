"""``crmf calc-addin``: the formulas for LibreOffice Calc, as an extension to install."""

from __future__ import annotations

from pathlib import Path

import click

from crmformulas.cli.options import FORCE, examples, option, writable_file
from crmformulas.cli.output import echo
from crmformulas.files import atomic_write
from crmformulas.printable import printable

__all__ = ["calc_addin"]

INSTALL = """\
1. In LibreOffice (26.2 or later; on Linux 7.4 or later with Python 3.11): Tools > Extensions > Add,
   and choose the file; or in a terminal, with LibreOffice closed: unopkg add --force {file}
   Do so as the user who opens LibreOffice: root is refused, unless by --shared for all users.
2. Restart LibreOffice.
3. Type =CLV(5;500;2.5) in a cell, or =CLV(5;500;2,5) where decimals have a comma.
   A range gives a range: end such a formula with Ctrl+Shift+Enter."""


@examples(
    """
    crmf calc-addin
    crmf calc-addin -o formulas.oxt --force
    """
)
@click.command("calc-addin")
@option(
    "-o --output",
    "Extension to write.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default="crmformulas.oxt",
    show_default=True,
)
@FORCE
def calc_addin(output: Path, force: bool) -> None:
    """Write the formulas for LibreOffice Calc: an extension that needs nothing else."""
    from crmformulas.catalog.formula import load
    from crmformulas.libreoffice.bundle import bundle

    extension = bundle()
    with atomic_write(writable_file(output, force), overwrite=force) as part:
        part.write_bytes(extension)
    name = printable(str(output))
    echo(f"{name}: {len(load())} functions for LibreOffice Calc")
    echo(INSTALL.format(file=name))
