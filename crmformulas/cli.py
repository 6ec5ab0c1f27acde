"""The ``crmf`` command: options in, one call to the library, the result out.

Heavy modules are imported by the command that needs them, so that ``crmf --help`` and completion
answer at once.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas import __version__
from crmformulas.calc_addin.cli import calc_addin
from crmformulas.errors import CrmError, InputError
from crmformulas.excel.cli import excel
from crmformulas.excel.workbook_cli import report, template
from crmformulas.figures import grouped
from crmformulas.options import examples, option, options
from crmformulas.order_options import AS_OF, CONTACTS, COUNTING, ORDERS, READING, name_of, opened
from crmformulas.sheets.cli import sheets
from tui.cli import browse

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["crmf", "run"]


def run(args: Sequence[str] | None = None) -> None:
    """Run the command: status 0, or 2 with one line on standard error, or 130 when interrupted."""
    # Whoever ends a run by a signal wants its temporary files gone, too.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and threading.current_thread() is threading.main_thread():
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        status = crmf.main(args, prog_name="crmf", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else str(error))
        status = 2
    except click.ClickException as error:
        status = fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        click.echo("crmf: interrupted; nothing is left half done", err=True)
        status = 130
    except CrmError as error:
        status = fail(str(error))
    except MemoryError:
        status = fail("out of memory: give a --memory-limit, so that the engine uses the disk")
    except BrokenPipeError:
        status = _closed_pipe()
    except OSError as error:
        what = f"{error.strerror}: {str(error.filename)!r}" if error.filename else str(error)
        status = fail(what)
    except Exception as error:
        from crmformulas.orders.failures import of_an_engine

        if not of_an_engine(error):
            raise
        status = fail(f"the engine stopped: {error}")
    if status:
        # What was being made as it ended, such as a folder, goes with its owner: the process
        # ends without the finalizers of Python.
        gc.collect()
    sys.exit(status if isinstance(status, int) else 0)


def fail(message: str) -> int:
    """Say in one line what is wrong; returns the exit status."""
    line = " ".join(message.split())
    click.echo(f"crmf: {line}", err=True)
    return 2


def _closed_pipe() -> int:
    # The reader (such as head) has seen enough. Python would complain once more at exit.
    sys.stderr.close()
    return 0


@examples(
    """
    crmf demo
    crmf summary demo.csv --contacts demo-contacts.csv
    crmf calc 'CLV(5, 500, 2.5)'
    """
)
@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="crmf")
def crmf() -> None:
    """Customer flows, CLV, value tiers and the F-ladder from real order files."""


@examples(
    """
    crmf summary orders.csv
    crmf summary orders.csv --as-of 2026-10-31 --format json
    crmf summary 2025.csv 2026.csv --contacts newsletter.csv
    crmf summary lines.csv --order InvoiceNo --quantity Quantity --price UnitPrice
    crmf summary shop.duckdb --table orders
    """
)
@crmf.command()
@ORDERS
@AS_OF
@option(
    "--format",
    "Tables to read, or JSON.",
    None,
    type=click.Choice(["text", "json"]),
    default="text",
)
@options(CONTACTS, READING, COUNTING)
def summary(
    orders: tuple[str, ...], as_of: date | None, format: str, contacts: str | None, **given: Any
) -> None:
    """Summarise an order file: flows, CLV per value tier, F-ladder, cohorts and key figures.

    ORDERS is a CSV (also .gz), TSV, Parquet or Excel file, several files or a glob, a DuckDB or
    SQLite database (with --table), or a URL such as postgres://… . Columns are recognised by
    name, or given.
    """
    with opened(orders, contacts, given) as (log, _, rules):
        made = log.summary(as_of, **rules)
    if format == "json":
        for row in made.input.sample:
            click.echo(f"excluded, {row['reason']}: {row['row']}", err=True)
        _utf8(sys.stdout)
        click.echo(made.to_json())
        return
    from crmformulas.display import summary_view

    _print(summary_view(made, name_of(orders)))


def _utf8(stream: Any) -> None:
    """Write UTF-8 whatever the code page, as a Windows pipe has an old one."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8")


def _print(view: Any) -> None:
    from rich.console import Console

    _utf8(sys.stdout)
    console = Console(highlight=False)
    console.width = min(console.width, 100) if console.is_terminal else 80
    console.print(view)


@examples(
    """
    crmf demo
    crmf demo --orders 1000000 -o big.parquet
    """
)
@crmf.command()
@option("--orders", "How many orders.", "N", type=click.IntRange(1))
@option(
    "-o --output",
    "Order file to write: .csv, .csv.gz or .parquet.",
    "FILE",
    type=click.Path(path_type=Path),
    default=Path("demo.csv"),
    show_default=True,
)
@option("--seed", "Another retailer of the same kind.", "N", type=click.IntRange(0), default=1)
@option("--force", "Overwrite files that are there.", None, is_flag=True)
def demo(orders: int | None, output: Path, seed: int, force: bool) -> None:
    """Write the orders of a made-up retailer, and its contact list beside them."""
    from crmformulas.orders.demo import DEFAULT_ORDERS, write_demo
    from crmformulas.progress import Progress

    try:
        with Progress() as progress:
            progress("writing orders")
            made = write_demo(
                output,
                orders=DEFAULT_ORDERS if orders is None else orders,
                seed=seed,
                overwrite=force,
                progress=progress.done,
            )
    except FileExistsError as error:
        raise InputError(
            f"{str(error.filename or output)!r} is there already; "
            "give another -o FILE, or --force to overwrite it"
        ) from None
    except ValueError as error:
        raise InputError(str(error)) from None
    click.echo(
        f"{made.orders}: {grouped(made.order_count)} orders on {grouped(made.rows)} rows\n"
        f"{made.contacts}: {grouped(made.contacts_count)} contacts\n"
        f"Try: crmf summary {made.orders} --contacts {made.contacts}"
    )


@examples(
    """
    crmf calc 'CLV(5, 500, 2.5)'
    crmf calc 'PORTFOLIO_VALUE({106196;28627}, {5091;15272})'
    crmf calc 'CLV(5, 500, CUSTOMER_DURATION(0.6))'
    """
)
@crmf.command(context_settings={"ignore_unknown_options": True})
@click.argument("expression")
def calc(expression: str) -> None:
    """Evaluate a formula as a spreadsheet would; its error values are printed as it prints them."""
    from crmformulas.calc import evaluate
    from crmformulas.cells import render
    from crmformulas.errors import FormulaError

    value = evaluate(expression)
    _utf8(sys.stdout)
    click.echo(render(value))
    if isinstance(value, FormulaError):
        click.echo(f"crmf: {value}", err=True)


@examples(
    """
    crmf formulas
    crmf formulas clv
    """
)
@crmf.command()
@click.argument("name", required=False)
def formulas(name: str | None) -> None:
    """List the formulas, or explain one: arguments, units and a worked example."""
    from crmformulas.explain import explain, list_formulas

    _print(list_formulas() if name is None else explain(name))


@examples(
    """
    eval "$(crmf completion bash)"
    crmf completion fish > ~/.config/fish/completions/crmf.fish
    """
)
@crmf.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes crmf in a shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(crmf, {}, "crmf", "_CRMF_COMPLETE").source())


crmf.add_command(report)
crmf.add_command(template)
crmf.add_command(excel)
crmf.add_command(sheets)
crmf.add_command(calc_addin)
crmf.add_command(browse)
