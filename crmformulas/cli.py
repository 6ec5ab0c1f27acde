"""The ``crmf`` command: options in, one call to the library, the result out.

Heavy modules are imported by the command that needs them, so that ``crmf --help`` and completion
answer at once.
"""

from __future__ import annotations

import re
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas import __version__
from crmformulas.errors import CrmError, InputError
from crmformulas.excel.cli import excel
from crmformulas.options import Callback, Decorator, examples, option, options

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["crmf", "run"]

ENGINES = ("_duckdb", "duckdb", "ibis", "pyarrow", "sqlglot", "sqlite3", "psycopg", "pyspark")
"""Modules whose errors say that an input or an engine failed, not that this program is wrong."""


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
        if not type(error).__module__.startswith(ENGINES):
            raise
        status = fail(f"the engine stopped: {error}")
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


def as_day(text: str) -> date:
    """A day as ``2026-10-31``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day like 2026-10-31") from None


def as_tiers(text: str) -> tuple[tuple[str, float], ...]:
    """Tiers as ``super=5,top=15,mid=50,bottom=30``, in per cent."""
    tiers = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\S.*?)\s*=\s*(\d+(?:\.\d+)?)\s*%?\s*", part)
        if not found:
            raise click.BadParameter(f"{part!r} is not like super=5")
        # Per cent as written, so that 5 is 0.05 to the last digit.
        tiers.append((found[1], float(f"{found[2]}e-2")))
    return tuple(tiers)


READING = (
    option("--table", "Table of a database, or sheet of an Excel file."),
    option("--customer", "Column of the customer id (name, or number from 1)."),
    option("--date", "Column of the order day."),
    option("--amount", "Column of the amount."),
    option("--quantity", "Column of the quantity, with --price instead of --amount."),
    option("--price", "Column of the price of one."),
    option("--order", "Column of the order id."),
    option("--currency-column", "Column of the currency."),
    option("--currency", "The currency to keep where there are several.", "CODE"),
    option("--date-format", "D/M/Y, M/D/Y, YYYY-MM-DD, YYYYMMDD or a % pattern.", "FORMAT"),
    option("--decimal", "The decimal sign.", None, type=click.Choice([".", ","])),
    option("--delimiter", "What stands between the columns.", "CHAR"),
    option("--encoding", "How the text is encoded, such as utf-8 or cp1252.", "NAME"),
    option(
        "--no-customer", "An id that means nobody, such as NULL; repeat it.", "ID", multiple=True
    ),
    option("--memory-limit", "Memory the engine may use, such as 4GB.", "SIZE"),
    option(
        "--temp-directory",
        "Where the engine may write temporary files.",
        "DIR",
        type=click.Path(file_okay=False, path_type=Path),
    ),
    option("--threads", "Threads the engine may use.", "N", type=click.IntRange(1)),
)

COUNTING = (
    option(
        "--returns",
        "Orders of no or negative amount reduce revenue, or are left out.",
        None,
        type=click.Choice(["net", "ignore"]),
    ),
    option(
        "--every-row",
        "Every row is an order (where there is no order id).",
        None,
        is_flag=True,
        default=None,
    ),
    option("--tiers", "The value tiers and their shares.", "NAME=PERCENT,…", type=as_tiers),
    option(
        "--new-after", "A customer back after more than so many months is new.", "MONTHS", type=int
    ),
    option("--steps", "The most steps of the ladder.", "N", type=int),
    option("--threshold", "The step rate of the tipping point.", "RATE", type=float),
    option(
        "--matured", "Also the step rates within so many days, of old enough.", "DAYS", type=int
    ),
    option("--pareto", "Share of customers whose share of revenue is told.", "SHARE", type=float),
    option("--lead", "Days after sign-up that don't count for a contact.", "DAYS", type=int),
    option("--horizon", "Days in which a contact becomes a customer.", "DAYS", type=int),
    option("--reach", "Days back in which a contact counts as reached.", "DAYS", type=int),
)

CONTACTS = (
    option("--contact-id", "Column of the customer id in the contact list."),
    option("--signed-up", "Column of the sign-up day."),
    option("--last-reached", "Column of the day last reached."),
)


def names(group: Sequence[Decorator]) -> set[str]:
    """The parameter names of a group of options."""
    holder: Callback = options(group)(lambda: None)
    return {str(p.name) for p in click.command("names")(holder).params}


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
@click.argument("orders", nargs=-1, required=True, metavar="ORDERS...")
@option(
    "--as-of",
    "The last day that counts; by default the day of the newest order.",
    None,
    type=as_day,
)
@option(
    "--format",
    "Tables to read, or JSON.",
    None,
    type=click.Choice(["text", "json"]),
    default="text",
)
@option("--contacts", "A contact list: adds F0, subscriber to customer and reach.", "FILE")
@options(CONTACTS, READING, COUNTING)
def summary(
    orders: tuple[str, ...], as_of: date | None, format: str, contacts: str | None, **given: Any
) -> None:
    """Summarise an order file: flows, CLV per value tier, F-ladder, cohorts and key figures.

    ORDERS is a CSV (also .gz), TSV, Parquet or Excel file, several files or a glob, a DuckDB or
    SQLite database (with --table), or a URL such as postgres://… . Columns are recognised by
    name, or given.
    """
    from crmformulas.orders.analysis import read, sources
    from crmformulas.progress import Progress

    given = {name: value for name, value in given.items() if value not in (None, ())}
    reading = {name: given[name] for name in names(READING) & set(given)}
    counting = {name: given[name] for name in names(COUNTING) & set(given)}
    of_contacts = {name: given[name] for name in names(CONTACTS) & set(given)}
    if of_contacts and not contacts:
        raise InputError(f"--{min(of_contacts).replace('_', '-')} goes with --contacts FILE")
    with Progress() as progress, read(sources(orders), on_step=progress, **reading) as log:
        progress.follow(log.rows.backend)
        if contacts:
            log.contacts(contacts, **of_contacts)
        made = log.summary(as_of, **counting)
    if format == "json":
        for row in made.input.sample:
            click.echo(f"excluded, {row['reason']}: {row['row']}", err=True)
        _utf8(sys.stdout)
        click.echo(made.to_json())
        return
    from crmformulas.display import summary_view

    _print(summary_view(made, name_of(orders)))


def name_of(paths: Sequence[str]) -> str:
    """What the orders are called in a headline; a URL may hold a password and is cut to its end."""
    stems = [re.sub(r"(\.\w+)+$", "", re.split(r"[/\\]", path)[-1]) or path for path in paths]
    return stems[0] if len(stems) == 1 else f"{stems[0]} and {len(stems) - 1} more"


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
        f"{made.orders}: {made.order_count:,} orders on {made.rows:,} rows\n"
        f"{made.contacts}: {made.contacts_count:,} contacts\n"
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


crmf.add_command(excel)
