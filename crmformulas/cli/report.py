"""``crmf report``: what an order file tells, as a workbook, a page, a PDF or slides."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from datetime import date
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, LANG, examples, option, options, writable_file
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    SCALE,
    SCENARIO,
    SCORES,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import echo
from crmformulas.errors import InputError
from crmformulas.files import for_the_owner
from crmformulas.formats import with_separators
from crmformulas.printable import printable
from crmformulas.translations import Lang, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmformulas.cli.progress import Progress
    from crmformulas.excel.report import Separated
    from crmformulas.html import Findings, Listing
    from crmformulas.orders.analysis.follow import Follow
    from crmformulas.orders.analysis.scenarios import Scenario
    from crmformulas.orders.log import Orders
    from crmformulas.orders.selections.report_lists import ReportLists
    from crmformulas.orders.summary.model import Summary

__all__ = ["page_findings", "report", "workbook_findings", "writable", "year_before"]

CUSTOMERS = 50_000
"""Customers that a workbook lists unless told otherwise."""

NAMED = 100
"""Customers that a page names, where it is told to name any."""

FORMATS = {"xlsx": "a workbook", "html": "a page", "pdf": "a PDF", "pptx": "a presentation"}
"""What a report can be, by the ending of its name."""


DRAWN = {"jinja2": "Jinja2", "altair": "Altair", "vl_convert": "vl-convert"}
NEEDED = {
    "xlsx": {"xlsxwriter": "XlsxWriter"},
    "html": DRAWN,
    "pdf": DRAWN,
    "pptx": {"pptx": "python-pptx"},
}
"""Modules that write a report, and what they are called."""


def installed(ending: str) -> None:
    """Say before the counting, which may take minutes, that something is not installed.

    Raises:
        InputError: with how to install it.
    """
    for module, name in NEEDED[ending].items():
        try:
            found = find_spec(module) is not None
        except ValueError:  # it was hidden from imports
            found = False
        if not found:
            raise InputError(f"{FORMATS[ending]} needs {name}: pip install 'crmformulas[report]'")


def writable(path: Path, force: bool, orders: Iterable[str] = (), ending: str = "xlsx") -> Path:
    """The path, if the file may be written there: told before the counting, not after it.

    Raises:
        InputError: if it has another suffix, its folder is not there or can't be written to, or
            the file is there; also with ``force`` where it is one of the orders.
    """
    if path.suffix.lower() != f".{ending}":
        raise InputError(f"the name of {FORMATS[ending]} ends in .{ending}, got {str(path)!r}")
    writable_file(path, force)
    if path.resolve() in {Path(one).resolve() for one in orders if "://" not in one}:
        raise InputError(f"{str(path)!r} holds the orders; give what is written another name")
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
    crmf report orders.csv --format html
    crmf report orders.csv -o board.pptx
    crmf report orders.csv --scenario plan.toml
    crmf report orders.parquet --contacts newsletter.csv --customers 200000
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@option(
    "--format",
    "What to write: a workbook with live formulas (xlsx), a page to read and send (html), the page "
    "printed by an installed Chromium, Chrome or Edge (pdf), or slides (pptx); otherwise as the "
    "name of the output ends.",
    None,
    type=click.Choice(list(FORMATS)),
)
@option(
    "-o --output",
    "File to write; report.xlsx, report.html … by default.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
@LANG
@AS_OF
@option(
    "--customers",
    f"List so many customers, the largest first; 0 for none. A workbook lists {CUSTOMERS} by "
    f"default, a page {NAMED} with --with-customers, and none without it.",
    "N",
    type=click.IntRange(0),
)
@option(
    "--with-customers", "Name the largest customers in the page or the PDF.", None, is_flag=True
)
@option(
    "--separates",
    "In a workbook, also what separates those who go on, by the further columns of the file, and "
    "discounts by step, and what is bought next.",
    None,
    is_flag=True,
)
@option(
    *SCENARIO,
    type=click.Path(dir_okay=False, path_type=Path),
)
@SCALE
@FORCE
@options(CONTACTS, SCORES, READING, COUNTING)
def report(
    orders: tuple[str, ...],
    format: str | None,
    output: Path | None,
    lang: Lang,
    as_of: date | None,
    customers: int | None,
    with_customers: bool,
    separates: bool,
    scenario: Path | None,
    scale: str | None,
    force: bool,
    contacts: str | None,
    **given: Any,
) -> None:
    """Write a report on an order file: flows, portfolio, ladder, cohorts, key figures, budget.

    In the workbook formulas are live: change a coloured cell and see what follows. The page is one
    file that holds all it needs; it names no customer unless told to. With --scenario a workbook
    has Budget 2 by that file, and what has come of its budget so far. ORDERS is what crmf summary
    takes.
    """
    from crmformulas.orders.analysis.scenarios import read_scenario

    ending = format or _ending(output)
    path = Path(f"report.{ending}") if output is None else output
    if ending == "pptx" and (with_customers or customers):
        raise InputError("slides name no customers: leave --customers and --with-customers out")
    if ending in ("html", "pdf") and customers and not with_customers:
        raise InputError("a page names customers with --with-customers alone")
    if separates and ending != "xlsx":
        raise InputError("--separates adds sheets to a workbook; crmf separates prints the answer")
    if scenario is not None and ending != "xlsx":
        raise InputError("--scenario fills the budget of a workbook; crmf follow prints the pace")
    plan = None if scenario is None else read_scenario(scenario)
    writable(path, force, [*orders, *([contacts] if contacts else [])], ending)
    installed(ending)
    if ending == "pdf":
        from crmformulas.html.to_pdf import browser

        browser()  # told before the counting that there is none
    with opened(orders, contacts, given) as (log, progress, rules):
        if ending == "xlsx" and not separates:
            log.carry_for_lists()
        current = log.summary(as_of, **rules)
        before = year_before(log, current)
        common: dict[str, Any] = {
            "before": before,
            "currency": log.currency,
        }
        name = name_of(orders)
        if ending == "xlsx":
            limit = CUSTOMERS if customers is None else customers
            if separates:
                common["separated"] = _separated(log, current)
            common["lists"] = _lists(log, current, scale, most=limit)
            if plan is not None:
                common |= {"scenario": plan, "follow": _follow(log, current, plan)}
            listed = _workbook(path, log, current, name, lang, limit, progress, common)
        else:
            count = (NAMED if customers is None else customers) if with_customers else 0
            listed = _drawn(ending, path, log, current, name, lang, count, scale, progress, common)
    echo(f"{printable(str(path))}: 12 months to {current.as_of}{listed}")
    for words in current.warnings:
        echo(printable(f"! {words}"), err=True)


def _ending(output: Path | None) -> str:
    """Format of a report by the ending of its name; a workbook where it has none."""
    ending = "" if output is None else output.suffix.lower().lstrip(".")
    return ending if ending in FORMATS else "xlsx"


def _workbook(
    path: Path,
    log: Orders,
    summary: Summary,
    name: str,
    lang: Lang,
    limit: int,
    progress: Progress,
    common: dict[str, Any],
) -> str:
    """Write the workbook, and say how many customers it lists."""
    from crmformulas.excel.report import cut_ids, write_report
    from crmformulas.translations import translate

    listing = _customer_listing(log, summary, limit, progress.done) if limit else None
    common |= workbook_findings(log, summary, common["before"], common["lists"])
    progress(f"writing {FORMATS['xlsx']}")
    with for_the_owner() if listing is not None else nullcontext():
        write_report(
            path,
            summary,
            name,
            lang,
            customers=listing,
            **common,
        )
    if listing is None:
        return ""
    if listing.cut:
        echo(printable(f"! {translate(cut_ids(listing.cut), 'en')}"), err=True)
    count = counted(listing.count, "customer", shown=with_separators(listing.count))
    some = with_separators(listing.listed)
    return f", {some} of {count} listed{_on_lists(common['lists'])}"


def workbook_findings(
    log: Orders, summary: Summary, before: Summary | None, lists: ReportLists
) -> dict[str, Any]:
    """Analyses of a workbook beside summary and lists, by the keywords of ``write_report``."""
    from crmformulas.orders.analysis.data_quality import check
    from crmformulas.orders.analysis.keep_or_acquire import keep_or_acquire
    from crmformulas.orders.reading.kept_sql import of_everybody

    with of_everybody():
        quality = check(log, summary.as_of)
        held = log.backtest_of(summary, before, lists.forecast) if before else None
    return {
        "quality": quality,
        "backtest": held,
        "ways": keep_or_acquire(summary, log.settings),
        "margin": log.settings.money.margin,
    }


def _follow(log: Orders, made: Summary, plan: Scenario) -> Follow | None:
    """The follow-up of the scenario's budget; None where no orders were there to make it from."""
    try:
        return log.follow(plan, made.as_of, rules=made.rules)
    except InputError:
        return None


def _on_lists(lists: ReportLists) -> str:
    """Number of persons on the lists, in words."""
    count = with_separators(lists.persons)
    return f", {count} on lists of what to do" if lists.persons else ""


def _lists(log: Orders, summary: Summary, scale: str | None, *, most: int) -> ReportLists:
    """The lists of a report, each with so many customers at most, or with sizes alone."""
    from crmformulas.orders.selections.report_lists import report_lists
    from crmformulas.orders.selections.satisfaction import as_scale
    from crmformulas.orders.selections.segments import LISTED

    of_answers = None if scale is None else as_scale(scale)
    return report_lists(log, summary, listed=min(most, LISTED), scale=of_answers)


def _separated(log: Orders, summary: Summary) -> Separated:
    """Answers behind the sheets of what separates."""
    from crmformulas.excel.report import Separated

    answers = []
    for asked in questions(summary):
        try:
            answers.append(log.separates(**asked, as_of=summary.as_of, rules=summary.rules))
        except InputError:
            # Nobody stands there, as in a history of a few months.
            continue
    try:
        discounts = log.discounts(as_of=summary.as_of, rules=summary.rules)
    except InputError:
        discounts = None
    try:
        products = log.products(as_of=summary.as_of, rules=summary.rules)
    except InputError:
        products = None
    return Separated(answers, discounts, products)


def questions(summary: Summary) -> list[dict[str, Any]]:
    """The questions of a report: the first step, the lowest later one, the loyal, who continued."""
    tip = summary.ladder.tipping_point
    steps = [
        step
        for step in summary.ladder.step_records
        if step.rate is not None and 1 < step.f < (tip or step.f + 1)
    ]
    lowest = min(steps, key=lambda step: step.rate or 0.0, default=None)
    later = [] if lowest is None else [{"step": lowest.f}]
    loyal = [] if tip is None else [{"loyal": True}]
    return [{"step": 1}, *later, *loyal, {"continued": True}]


def _customer_listing(
    log: Orders, summary: Summary, limit: int, progress: Callable[[float], None]
) -> Any:
    from crmformulas.excel.report import Listing

    customers = log.customers(summary.as_of, summary.rules)
    rules = summary.rules
    return Listing(
        customers.rows, customers.count(), limit, rules.steps, rules.tier_names, progress
    )


def _drawn(
    ending: str,
    path: Path,
    log: Orders,
    summary: Summary,
    name: str,
    lang: Lang,
    count: int,
    scale: str | None,
    progress: Progress,
    common: dict[str, Any],
) -> str:
    """Write the page, the PDF or the slides, and say how many customers are named."""
    findings = page_findings(log, summary, most=count, scale=scale, before=common["before"])
    listing = _listing(log, summary, count) if count else None
    progress(f"writing {FORMATS[ending]}")
    if ending == "pptx":
        from crmformulas.slides import write_slides

        write_slides(path, summary, name, lang, findings=findings, **common)
        return ""
    from crmformulas.html import html, write_html, write_pdf

    common |= {"listing": listing, "findings": findings}
    with for_the_owner() if listing is not None else nullcontext():
        if ending == "html":
            write_html(path, summary, name, lang, **common)
        else:
            write_pdf(path, html(summary, name, lang, **common))
    if listing is None:
        return ""
    n = len(listing.customers)
    named = counted(n, "customer", shown=with_separators(n))
    return f", {named} named{_on_lists(findings.lists)}"


def page_findings(
    log: Orders,
    summary: Summary,
    *,
    most: int = 0,
    scale: str | None = None,
    before: Summary | None = None,
) -> Findings:
    """Analyses of a page beside the summary; what the log can't tell is left out.

    Args:
        log: The orders.
        summary: The figures.
        most: Customers of each list at most; 0 names nobody.
        scale: Of a survey's answers, as 0-10.
        before: The figures of a year before, to hold what was said then against what came.
    """
    from crmformulas.html import Findings

    day, rules = summary.as_of, summary.rules
    dips = summary.ladder.dips
    # The step where something stops them; else the one that most of them stand on.
    step = dips[0] if dips else 1
    try:
        separation = log.separates(step, as_of=day, rules=rules)
    except InputError:
        separation = None
    # After it, as it reads all further columns: the segments then need no reading of their own.
    lists = _lists(log, summary, scale, most=most)
    backtest = None if before is None else log.backtest_of(summary, before, lists.forecast)
    return Findings(separation, lists.segments, lists.forecast, lists, backtest)


def _listing(log: Orders, summary: Summary, count: int) -> Listing:
    from crmformulas.html import Listing

    customers = log.customers(summary.as_of, summary.rules)
    return Listing(tuple(islice(customers.rows(count), count)), customers.count())
