"""The ``crmf`` command: options in, one call to the library, the result out.

Heavy modules are imported by the command that needs them, so that ``crmf --help`` and completion
answer at once.
"""

from __future__ import annotations

import os
import shlex
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import click
from click.shell_completion import CompletionItem

from crmformulas import __version__
from crmformulas.cli.interruption import INTERRUPTED, interrupted, listening
from crmformulas.cli.options import examples
from crmformulas.cli.output import ReaderGoneError, echo, flush, write_utf8
from crmformulas.errors import CrmError, QuestionError
from crmformulas.files import FULL, disk_full, remove_own

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["crmf", "run"]


def run(args: Sequence[str] | None = None) -> None:
    """Run the command: status 0, or 2 with one line on standard error, or 130 when interrupted."""
    write_utf8(sys.stdout)
    with listening():
        status = _status(args)
    if status:
        # The process ends without the finalizers of Python.
        remove_own()
    sys.exit(status)


def _status(args: Sequence[str] | None) -> int:
    if os.environ.get("_CRMF_COMPLETE", "").startswith("powershell"):
        # It makes the shell known that click does not know.
        import_module("crmformulas.cli.completion")
    out = sys.stdout
    try:
        status = crmf.main(args, prog_name="crmf", standalone_mode=False)
        flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        echo(error.ctx.get_help() if error.ctx else str(error))
        return 2
    except SystemExit as end:
        # Click has put another stream in its place where the reader of its own text has gone.
        return int(end.code or 0) if sys.stdout is out else 0
    except ReaderGoneError:
        return 0
    except BaseException as error:
        if interrupted() or isinstance(error, (click.Abort, KeyboardInterrupt)):
            echo(INTERRUPTED, err=True)
            return 130
        return fail(_in_a_line(error, sys.argv[1:] if args is None else args))


def _in_a_line(error: BaseException, args: Sequence[str]) -> str:
    """Say an error in a line; what is no fault of the input or the machine is raised again."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, QuestionError):
        return _with_answer(error, args)
    if isinstance(error, CrmError):
        return str(error)
    if isinstance(error, MemoryError):
        return "out of memory: give a --memory-limit, so that the engine uses the disk"
    if isinstance(error, OSError):
        if error.filename is None and error.errno in FULL:
            return disk_full(error).en
        return f"{error.strerror}: {str(error.filename)!r}" if error.filename else str(error)
    from crmformulas.orders.reading.engine_errors import of_an_engine, reason

    if isinstance(error, Exception) and of_an_engine(error):
        return f"the engine stopped: {reason(error).en}"
    raise error


def _with_answer(error: QuestionError, args: Sequence[str]) -> str:
    """The question, with a command line to paste that answers it."""
    if not error.options:
        return str(error)
    return f"{error}; for example: {shlex.join(['crmf', *args])} {error.options}"


LONGEST = 1000
"""Characters of a message; those of the commands' own have a third of them."""


def fail(message: str) -> int:
    """Say in one line what is wrong; returns the exit status."""
    line = " ".join(message.split())
    if len(line) > LONGEST:  # a name, say, of a megabyte
        line = f"{line[: LONGEST - 1]}…"
    echo(f"crmf: {line}", err=True)
    return 2


class Subcommand(NamedTuple):
    """A subcommand: where it is defined, and what the overview says of it."""

    module: str
    help: str


GROUPS: dict[str, dict[str, Subcommand]] = {
    "Read": {
        "summary": Subcommand("crmformulas.cli.summary", "The figures of an order file."),
        "check": Subcommand("crmformulas.cli.check", "How a file was read, and what looks odd."),
        "sql": Subcommand("crmformulas.cli.sql", "The counting queries for a warehouse."),
    },
    "Why": {
        "separates": Subcommand("crmformulas.cli.separates", "What those who go on share."),
        "discounts": Subcommand("crmformulas.cli.discounts", "Discounts by step, and past it."),
        "products": Subcommand("crmformulas.cli.products", "What is bought next, and when."),
    },
    "Next": {
        "forecast": Subcommand("crmformulas.cli.forecast", "The next 12 months, with a backtest."),
        "follow": Subcommand("crmformulas.cli.follow", "A budget against what has come of it."),
        "backtest": Subcommand("crmformulas.cli.backtest", "What was said a year ago, and came."),
    },
    "Who": {
        "customers": Subcommand("crmformulas.cli.customers", "Lists of customers, also as files."),
        "segments": Subcommand("crmformulas.cli.segments", "Ready segments and RFM, with sizes."),
        "customer": Subcommand("crmformulas.cli.customer", "All that is known of one customer."),
        "cross-sell": Subcommand("crmformulas.cli.cross_sell", "What those alike buy, by tier."),
        "scores": Subcommand("crmformulas.cli.scores", "What a survey says, group by group."),
        "holdout": Subcommand("crmformulas.cli.holdout", "Control groups: draw and measure."),
    },
    "Spreadsheets": {
        "report": Subcommand(
            "crmformulas.cli.report", "Workbook, page or slides on an order file."
        ),
        "template": Subcommand("crmformulas.cli.workbooks", "A workbook to fill in yourself."),
        "excel": Subcommand("crmformulas.cli.excel", "The formulas as functions of Excel."),
        "sheets": Subcommand("crmformulas.cli.google_sheets", "The formulas for Google Sheets."),
        "calc-addin": Subcommand("crmformulas.cli.libreoffice", "The formulas for LibreOffice."),
    },
    "Explore": {
        "browse": Subcommand("crmformulas_tui.cli", "An order file in the terminal."),
        "demo": Subcommand("crmformulas.cli.demo", "Orders of a made-up retailer to try it on."),
    },
    "Formulas": {
        "calc": Subcommand("crmformulas.cli.calc", "Evaluate a formula."),
        "formulas": Subcommand("crmformulas.cli.formulas", "List or explain the formulas."),
        "completion": Subcommand("crmformulas.cli.completion", "Complete crmf in a shell."),
    },
}
"""The subcommands by the question that they answer, in the order of ``crmf --help``.

The module of one holds a command of its name, with underscores for hyphens.
"""

SUBCOMMANDS = {name: sub for group in GROUPS.values() for name, sub in group.items()}


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is called, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the subcommands in the order in which they are shown."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand."""
        if cmd_name not in SUBCOMMANDS:
            return None
        module = import_module(SUBCOMMANDS[cmd_name].module)
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommands under the question that they answer."""
        width = max(map(len, SUBCOMMANDS))
        for question, subcommands in GROUPS.items():
            with formatter.section(question):
                formatter.write_dl(
                    [(f"{name:{width}}", sub.help) for name, sub in subcommands.items()]
                )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a subcommand, or an option, without importing any subcommand."""
        names = [
            CompletionItem(name, help=sub.help)
            for name, sub in SUBCOMMANDS.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@examples(
    """
    crmf demo
    crmf summary demo.csv --contacts demo-contacts.csv
    crmf calc 'CLV(5, 500, 2.5)'
    """
)
@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="crmf")
def crmf() -> None:
    """Customer flows, CLV, value tiers and the F-ladder from real order files."""
