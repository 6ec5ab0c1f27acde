"""``crmf template``: workbooks to fill in yourself."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, LANG, examples, option
from crmformulas.cli.order_options import name_of, opened
from crmformulas.cli.output import echo
from crmformulas.cli.report import writable, year_before
from crmformulas.errors import InputError, QuestionError
from crmformulas.printable import printable
from crmformulas.translations import Lang

if TYPE_CHECKING:
    from crmformulas.excel.templates.lifecycle.data import Plan

__all__ = ["template"]

PLAN = "lifecycle-plan"


@examples(
    """
    crmf template
    crmf template customer-development-budget
    crmf template customer-portfolio --empty
    crmf template crm-kpis -o nyckeltal.xlsx --lang sv
    crmf template lifecycle-plan --with-budget
    crmf template lifecycle-plan --from-orders orders.csv
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
@option(
    "--with-budget",
    "In a life-cycle plan: its budget too, whose simulation factors are the plan's by formula.",
    None,
    is_flag=True,
)
@option(
    "--from-orders",
    "In a life-cycle plan: orders whose outcome the plan and its budget start from, read by their "
    "settings, which crmf summary --save-settings keeps.",
    "ORDERS",
)
@FORCE
def template(
    name: str | None,
    output: Path | None,
    lang: Lang,
    empty: bool,
    holdout: tuple[str, ...],
    with_budget: bool,
    from_orders: str | None,
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
    log = from_orders
    path = writable(output or Path(TEMPLATES[name].file_name(lang)), force, [log] if log else [])
    if with_budget or log:
        _write_plan_book(name, path, lang, holdout, log, empty=empty)
    elif holdout:
        _write_plan(name, path, lang, holdout, empty=empty)
    else:
        write_template(name, path, lang, empty=empty)
    echo(f"{printable(str(path))}: {translate(TEMPLATES[name].title, lang)}")


def _write_plan(
    name: str, path: Path, lang: Lang, holdout: tuple[str, ...], *, empty: bool
) -> None:
    """Write the life-cycle plan with what control groups measured."""
    from crmformulas.excel.templates import TEMPLATES
    from crmformulas.excel.templates.lifecycle.plan import write
    from crmformulas.excel.workbook.book import write_book

    plan = _measured(name, holdout, empty=empty)
    write_book(path, lang, TEMPLATES[name].title, lambda book: write(book, plan), example=True)


def _measured(name: str, holdout: tuple[str, ...], *, empty: bool) -> Plan:
    """The plan of the example, with what control groups measured of its activities."""
    from crmformulas.excel.templates.lifecycle.measured import with_results
    from crmformulas.excel.templates.lifecycle.plan import EXAMPLE

    if name != PLAN:
        raise InputError("--holdout goes with lifecycle-plan, whose follow-up takes the result")
    if empty:
        raise InputError("--holdout is of an activity of the plan: leave --empty out")
    plan, messages = with_results(EXAMPLE, dict(map(_result, holdout)))
    for words in messages:
        echo(f"! {words}", err=True)
    return plan


def _write_plan_book(
    name: str, path: Path, lang: Lang, holdout: tuple[str, ...], log: str | None, *, empty: bool
) -> None:
    """Write the life-cycle plan and its budget in one workbook, from orders where there are any."""
    from crmformulas.excel.report.plan_book import Counted, write_plan_book
    from crmformulas.excel.templates.lifecycle.plan import EXAMPLE

    if name != PLAN:
        raise InputError("--with-budget and --from-orders go with lifecycle-plan")
    if log is None:
        plan = _measured(name, holdout, empty=empty) if holdout else EXAMPLE
        write_plan_book(path, lang, plan, empty=empty)
        return
    if holdout or empty:
        raise InputError("--from-orders fills the outcome alone: leave --holdout and --empty out")
    try:
        with opened((log,), None, {}) as (orders, progress, rules):
            current = orders.summary(None, **rules)
            before = year_before(orders, current)
            progress("writing a workbook")
            counted = Counted(current, before, name_of([log]), orders.currency)
            write_plan_book(path, lang, counted=counted)
    except QuestionError as error:
        saved = shlex.join(["crmf", "summary", log])
        raise InputError(
            f"{error}; say it once and keep it: {saved} {error.options} --save-settings"
        ) from None
    for words in current.warnings:
        echo(printable(f"! {words}"), err=True)


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
