"""Output of a command: nothing is written to a terminal but through here.

Every other module of the command says what it says by `echo`, `print_json` or `print_view`, which
show control and bidi characters as escapes, whichever cell, name or option they came in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.csv_export import apostrophe_notice, write_csv, write_rows
from crmformulas.errors import InputError
from crmformulas.printable import printable_json, printable_lines
from crmformulas.translations import Label, Lang, translate

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = [
    "ReaderGoneError",
    "console",
    "echo",
    "flush",
    "headed_table",
    "print_csv",
    "print_json",
    "print_view",
    "tell_apostrophes",
    "write_utf8",
]


class ReaderGoneError(Exception):
    """Whoever read standard output, such as ``head``, has seen enough."""


@contextmanager
def _written_to(err: bool = False) -> Iterator[None]:
    """Say in one line that standard output can't be written; nobody hears it of standard error."""
    try:
        yield
    except OSError as error:
        if err:
            return
        if isinstance(error, BrokenPipeError):
            raise ReaderGoneError from None
        raise InputError(f"standard output can't be written: {error.strerror}") from None


def flush() -> None:
    """See to it that all of standard output is written.

    Raises:
        InputError: if it can't be, as on a full disk.
    """
    with _written_to():
        sys.stdout.flush()


def write_utf8(stream: Any) -> None:
    """Write UTF-8 whatever the code page, as a Windows pipe has an old one."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8")


def echo(text: object = "", *, err: bool = False) -> None:
    """Write lines of text to standard output, or to standard error.

    Data in them that must stay in its line, such as a path, is given as ``printable(path)``.
    """
    with _written_to(err):
        click.echo(printable_lines(str(text)), err=err)


def print_json(text: str) -> None:
    """Write a JSON text to standard output."""
    with _written_to():
        click.echo(printable_json(text))


def print_csv(
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    to: Path | None = None,
    safe_cells: bool = False,
    lang: Lang = "en",
) -> None:
    """Write rows as CSV to standard output, or whole or not at all to a file.

    A file or another program gets every cell exactly, a terminal what it may show. How many cells
    ``--safe-cells`` (`SAFE_CELLS` in :mod:`crmformulas.cli.options`) changed is said beside it.
    """
    if to is not None:
        changed = write_csv(to, heads, rows, safe_cells=safe_cells)
    else:
        with _written_to():
            out = _Shown(sys.stdout) if sys.stdout.isatty() else sys.stdout
            changed = write_rows(out, heads, rows, safe_cells=safe_cells, ends="\n")
    tell_apostrophes(changed, lang)


def tell_apostrophes(changed: int, lang: Lang = "en") -> None:
    """Say beside an export how many of its cells were given an apostrophe."""
    if changed:
        echo(translate(apostrophe_notice(changed), lang), err=True)


class _Shown:
    """A terminal that is shown text as it may be."""

    def __init__(self, terminal: Any) -> None:
        self.terminal = terminal

    def write(self, text: str) -> None:
        self.terminal.write(printable_lines(text))


WORDS = re.compile(r"[ \t\n]*[^ \t\n]+[ \t\n]*")
"""Where lines are broken: at plain blanks alone, so that a figure stays whole (1.83 M, 14 671)."""


def console(*, stderr: bool = False, **of_rich: Any) -> Console:
    """Make a rich console that shows what would steer the terminal, and takes texts as they are.

    Args:
        stderr: Whether it writes to standard error.
        **of_rich: What else rich's own console takes, as ``record`` for a picture.
    """
    from rich import _wrap
    from rich.console import Console
    from rich.segment import Segment

    # As rich's own, which breaks lines at any blank, the no-break ones too.
    _wrap.re_word = WORDS

    class PrintableConsole(Console):
        def render(self, *args: Any, **more: Any) -> Any:
            for text, style, control in super().render(*args, **more):
                yield Segment(text if control else printable_lines(text), style, control)

        def on_broken_pipe(self) -> None:
            raise ReaderGoneError

    return PrintableConsole(stderr=stderr, highlight=False, markup=False, emoji=False, **of_rich)


def headed_table(
    heads: Iterable[Label], lang: Lang, texts: int = 1, *, fold: bool = False, whole: int = 0
) -> Table:
    """A table to print, whose first columns are texts, and the others numbers.

    Args:
        heads: Of its columns.
        lang: The language.
        texts: How many columns are texts.
        fold: Whether texts that are too long go on in the next line, rather than being cut.
        whole: How many columns, from the first, keep to one line.
    """
    from rich.table import Table

    table = Table(box=None)
    for place, head in enumerate(heads):
        table.add_column(
            str(translate(head, lang)),
            justify="left" if place < texts else "right",
            overflow="fold" if fold and place < texts else "ellipsis",
            no_wrap=place < whole,
        )
    return table


def print_view(view: Any) -> None:
    """Print a rich renderable at the width of the terminal, at most 100; 80 in a pipe."""
    out = console()
    out.width = min(out.width, 100) if out.is_terminal else 80
    with _written_to():
        out.print(view)
