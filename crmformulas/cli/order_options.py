"""The options of the commands that read orders, and how they open the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import Callback, Decorator, option, options
from crmformulas.cli.output import echo
from crmformulas.errors import InputError
from crmformulas.printable import printable

if TYPE_CHECKING:
    from crmformulas.cli.progress import Progress
    from crmformulas.orders.log import Orders
    from crmformulas.settings import Settings

__all__ = [
    "AS_OF",
    "CONTACTS",
    "COUNTING",
    "OF_ORDERS",
    "ORDERS",
    "READING",
    "SCALE",
    "SCORES",
    "OrderCommand",
    "name_of",
    "opened",
    "save_given",
    "settings_of",
    "split_options",
]


def as_day(text: str) -> date:
    """A day as ``2026-10-31``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day like 2026-10-31") from None


def as_tiers(text: str) -> tuple[tuple[str, float], ...]:
    """Tiers as they are given on the command line."""
    from crmformulas.orders.rules import parse_tiers

    try:
        return parse_tiers(text)
    except InputError as error:
        raise click.BadParameter(str(error)) from None


ORDERS: Decorator = click.argument("orders", nargs=-1, required=True, metavar="ORDERS...")

AS_OF = option(
    "--as-of",
    "The last day that counts; by default the day of the newest order.",
    "DAY",
    type=as_day,
)

SETTINGS = (
    option(
        "--settings",
        "The settings to go by; else crmformulas.toml in the folder of the orders.",
        "FILE",
        type=click.Path(path_type=Path),
    ),
    option("--no-settings", "Go by no settings.", None, is_flag=True, default=None),
    option(
        "--save-settings",
        "Keep what was said here in that file, when all went well.",
        None,
        is_flag=True,
        default=None,
    ),
)

READING = (
    *SETTINGS,
    option("--table", "Table of a database, or sheet of an Excel file."),
    option(
        "--customer",
        "Column of the customer id (name, or number from 1); several are one key together.",
        multiple=True,
        callback=lambda _context, _parameter, given: given[0] if len(given) == 1 else given or None,
    ),
    option("--date", "Column of the order day."),
    option("--amount", "Column of the amount."),
    option("--order-total", "Column of the whole order's amount, on each of its rows."),
    option("--quantity", "Column of the quantity, with --price instead of --amount."),
    option("--price", "Column of the price of one."),
    option("--order", "Column of the order id."),
    option("--refund", "Column of the refunded amount, or none."),
    option("--discount", "Column of a discount to take off, in money or as a share."),
    option("--status", "Column of the order's status, or none."),
    option(
        "--drop-status",
        "A status that means no sale, beside the known; repeat it.",
        "WORD",
        multiple=True,
    ),
    option("--keep-status", "A status that counts all the same; repeat it.", "WORD", multiple=True),
    option("--document-type", "Column that says what is a credit note, or none."),
    option(
        "--ids",
        "Compare customer ids as they are written, not folded.",
        None,
        type=click.Choice(["folded", "as-written"]),
    ),
    option("--product", "Column of products or categories; by default the one known by name."),
    option("--currency-column", "Column of the currency."),
    option("--currency", "The currency to keep where there are several.", "CODE"),
    option(
        "--date-format",
        "D/M/Y, M/D/Y, YYYY-MM-DD, YYYYMMDD, serial, unix, unix-ms, unix-us or a % pattern.",
        "FORMAT",
    ),
    option("--time-zone", "Zone in which an instant's day is meant: Europe/Stockholm.", "ZONE"),
    option(
        "--header-row",
        "Line (of a sheet: row) that names the columns.",
        "N",
        type=click.IntRange(1),
    ),
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
    option(
        "--where-to-count",
        "Let a database server count, or bring its rows here.",
        None,
        type=click.Choice(["source", "here"]),
    ),
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
    option(
        "--convert-within horizon", "Days in which a contact becomes a customer.", "DAYS", type=int
    ),
    option("--reach", "Days back in which a contact counts as reached.", "DAYS", type=int),
)

OF_ORDERS = COUNTING[:-3]
"""What a command that reads no contact list is told of how to count."""

CONTACTS = (
    option("--contacts", "A contact list: adds F0, subscriber to customer and reach.", "FILE"),
    option("--contact-id", "Column of the customer id in the contact list."),
    option("--signed-up", "Column of the sign-up day."),
    option("--last-reached", "Column of the day last reached."),
    option("--consent", "Column that says who may be written to, or none."),
    option("--email", "Column of e-mail addresses, or none."),
    option("--phone", "Column of phone numbers, or none."),
)

SCENARIO = "--scenario", "The budget's factors and target, as the terminal saves them.", "FILE"
"""Of its option in every command that takes one: name, meaning and what it takes."""

SCALE = option("--scale", "The worst and the best answer of the survey, as 0-10.", "LOW-HIGH")

SCORES = (
    option("--scores", "A survey: customer, score, day of the answer.", "FILE"),
    option("--respondent", "Column of the customer id in the survey."),
    option("--score", "Column of the answer."),
    option("--answered", "Column of its day, or none."),
)

SECTIONS: dict[str, Sequence[Decorator]] = {
    "Reading the orders (where names and formats are not recognised)": READING,
    "Counting": COUNTING,
    "Contacts": CONTACTS,
    "Survey": SCORES,
    "Settings": SETTINGS,
}
"""The options that the commands on orders share, by the title of their section in the help."""


def names(group: Sequence[Decorator]) -> set[str]:
    """The parameter names of a group of options."""
    holder: Callback = options(group)(lambda: None)
    return {str(p.name) for p in click.command("names")(holder).params}


class OrderCommand(click.Command):
    """A command on orders: what it alone can be told first, then the options that all share."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in sections."""
        shared = {name: title for title, group in SECTIONS.items() for name in names(group)}
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        sections |= {title: [] for title in SECTIONS}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections[shared.get(str(parameter.name), "Options")].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def split_options(
    contacts: str | None, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The options that were given: how to read, how to count, how to read the contact list.

    Args:
        contacts: The contact list, if any.
        given: The values of CONTACTS, READING and COUNTING by name.

    Raises:
        InputError: if options of a contact list come without one.
    """
    of_settings = names(SETTINGS)
    given = {
        name: value
        for name, value in given.items()
        if value not in (None, ()) and name not in of_settings
    }
    reading, counting, of_contacts = (
        {name: given[name] for name in names(group) & set(given)}
        for group in (READING, COUNTING, CONTACTS)
    )
    if of_contacts and not contacts:
        raise InputError(f"--{min(of_contacts).replace('_', '-')} goes with --contacts FILE")
    return reading, counting, of_contacts


def survey_options(given: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """The survey, if any, and how it is read.

    Raises:
        InputError: if options of a survey come without one.
    """
    of_survey = {name: given[name] for name in names(SCORES) & set(given) if given[name]}
    survey: str | None = of_survey.pop("scores", None)
    if of_survey and not survey:
        raise InputError(f"--{min(of_survey)} goes with --scores FILE")
    return survey, of_survey


def settings_of(sources: Sequence[str], given: Mapping[str, Any]) -> Settings:
    """The settings that go with the orders, and with what was given.

    Args:
        sources: Paths or a URL of orders.
        given: The values of the options by name.

    Raises:
        InputError: if they can't be read, or the options contradict each other.
    """
    from crmformulas.settings import Settings, find_settings, load_settings

    if given.get("no_settings"):
        if given.get("settings") or given.get("save_settings"):
            raise InputError("--no-settings goes with neither --settings nor --save-settings")
        return Settings()
    path = given.get("settings") or find_settings(sources)
    if path is None or (given.get("save_settings") and not path.exists()):
        return Settings()
    return load_settings(path)


def save_given(sources: Sequence[str], given: Mapping[str, Any]) -> None:
    """Keep what was given in the file of settings, if that is wanted; say what changed in it.

    Raises:
        InputError: if it can't be written, or there is no telling where it belongs.
    """
    if not given.get("save_settings"):
        return
    from crmformulas.settings import FILE_NAME, find_settings, save_settings

    path = given.get("settings") or find_settings(sources)
    if path is None:
        folders = {Path(one).absolute().parent for one in sources if "://" not in one}
        if len(folders) != 1:
            raise InputError("which folder do the settings belong in? Give --settings FILE, too")
        path = folders.pop() / FILE_NAME
    changes = save_settings(path, {n: v for n, v in given.items() if v not in (None, ())})
    for change in changes or ["it said all of this already"]:
        echo(printable(f"{path}: {change}"), err=True)


FURTHER_MEMORY = 1_800_000_000
"""Bytes of a log with further columns, whose engine takes more beside what it counts: with them
ten million orders by seven columns stay under 2 GB in all, for a tenth more of processor time."""


def spared(orders: Sequence[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The options, with a memory limit where further columns of a log that small are asked."""
    from crmformulas.orders.reading.engine import PER_INPUT_BYTE

    files = [Path(one) for one in orders]
    if given.get("memory_limit") is not None or not all(map(Path.is_file, files)):
        return dict(given)
    # What is larger gets room by its size.
    if sum(file.stat().st_size for file in files) * PER_INPUT_BYTE > FURTHER_MEMORY:
        return dict(given)
    return {**given, "memory_limit": f"{FURTHER_MEMORY // 10**6}MB"}


@contextmanager
def opened(
    orders: Sequence[str],
    contacts: str | None,
    given: Mapping[str, Any],
) -> Iterator[tuple[Orders, Progress, dict[str, Any]]]:
    """Open the log that the options name, with its contact list; what is done is shown.

    Args:
        orders: Paths or a URL.
        contacts: The contact list, if any.
        given: The values of CONTACTS, SCORES, READING and COUNTING by name.

    Yields:
        The log, what to tell of the progress, and the rules for counting.
    """
    from crmformulas.cli.interruption import ends_soon
    from crmformulas.cli.progress import Progress
    from crmformulas.orders.log import read

    reading, rules, of_contacts = split_options(contacts, given)
    settings = settings_of(orders, given)
    survey, of_survey = survey_options(given)
    with (
        ends_soon(),
        Progress() as progress,
        read(list(orders), on_step=progress, settings=settings, **reading) as log,
    ):
        progress.follow(log.rows.backend)
        if contacts:
            log.contacts(contacts, **of_contacts)
        if survey:
            log.survey(survey, **of_survey)
        yield log, progress, rules
        save_given(orders, given)


def name_of(paths: Sequence[str]) -> str:
    """Name of the orders in a headline; a URL may hold a password and is cut to its end."""
    stems = [re.sub(r"(\.\w+)+$", "", re.split(r"[/\\]", path)[-1]) or path for path in paths]
    return stems[0] if len(stems) == 1 else f"{stems[0]} and {len(stems) - 1} more"
