"""``crmf report`` and ``crmf template``: workbooks to open and work in."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, LANG, Decorator, examples, option, options, writable_file
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import echo
from crmformulas.errors import InputError
from crmformulas.formats import with_separators
from crmformulas.printable import printable
from crmformulas.translations import Lang

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmformulas.orders.log import Orders
    from crmformulas.orders.summary.model import Summary

__all__ = ["report", "template", "year_before"]

CUSTOMERS = 50_000
"""Customers that a report lists unless told otherwise."""


def output(default: str | None = None) -> Decorator:
    """The option for the file to write."""
    return option(
        "-o --output",
        "Workbook to write.",
        "FILE.xlsx",
        type=click.Path(dir_okay=False, path_type=Path),
        default=default,
        show_default=default is not None,
    )


def writable(path: Path, force: bool, orders: Iterable[str] = ()) -> Path:
    """The path, if a workbook may be written there: told before the counting, not after it.

    Raises:
        InputError: if it has another suffix, its folder is not there or can't be written to, or
            the file is there; also with ``force`` where it is one of the orders.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(f"a workbook's name ends in .xlsx, got {str(path)!r}")
    writable_file(path, force)
    if path.resolve() in {Path(one).resolve() for one in orders if "://" not in one}:
        raise InputError(f"{str(path)!r} holds the orders; give the workbook another name")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise InputError(
            f"nothing can be written in the folder {str(path.parent)!r}: {error.strerror}"
        ) from None
    return path


def year_before(log: Orders, summary: Summary) -> Summary | None:
    """The figures twelve months before, where history reaches back so far."""
    day = summary.windows.f12[1]
    return log.summary(day, summary.rules) if day >= summary.input.first_day else None


@examples(
    """
    crmf report orders.csv
    crmf report orders.csv -o report.xlsx --lang sv --as-of 2026-10-31
    crmf report orders.parquet --contacts newsletter.csv --customers 200000
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@output("report.xlsx")
@LANG
@AS_OF
@option(
    "--customers",
    "List so many customers, the largest first; 0 for none.",
    "N",
    type=click.IntRange(0),
    default=CUSTOMERS,
    show_default=True,
)
@FORCE
@options(CONTACTS, READING, COUNTING)
def report(
    orders: tuple[str, ...],
    output: Path,
    lang: Lang,
    as_of: date | None,
    customers: int,
    force: bool,
    contacts: str | None,
    **given: Any,
) -> None:
    """Write a workbook on an order file: flows, portfolio, ladder, cohorts, key figures, budget.

    Its formulas are live: change a coloured cell and see what follows. ORDERS is what crmf summary
    takes.
    """
    from crmformulas.translations import translate

    writable(output, force, [*orders, *([contacts] if contacts else [])])
    from crmformulas.excel.report import cut_ids, write_report

    with opened(orders, contacts, given) as (log, progress, rules):
        made = log.summary(as_of, **rules)
        before = year_before(log, made)
        people = _people(log, made, customers, progress.done) if customers else None
        progress("writing the workbook")
        write_report(
            output,
            made,
            name_of(orders),
            lang,
            before=before,
            people=people,
            currency=log.rows.options.currency or "",
        )
    listed = ""
    if people:
        some, count = with_separators(people.listed), with_separators(people.count)
        listed = f", {some} of {count} customers listed"
    echo(f"{printable(str(output))}: 12 months to {made.as_of}{listed}")
    if people and people.cut:
        echo(printable(f"! {translate(cut_ids(people.cut), 'en')}"), err=True)
    for words in made.warnings:
        echo(printable(f"! {words}"), err=True)


def _people(log: Orders, made: Summary, limit: int, progress: Callable[[float], None]) -> Any:
    from crmformulas.excel.report import People

    customers = log.customers(made.as_of, made.rules)
    rules = made.rules
    return People(customers.rows, customers.count(), limit, rules.steps, rules.tier_names, progress)


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
@output()
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
