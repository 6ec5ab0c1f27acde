"""``crmf forecast``: what customers are expected to do next, beside a backtest of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, examples, formats, option, options, writable_file
from crmformulas.cli.order_options import (
    AS_OF,
    OF_ORDERS,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import echo, print_json, print_view
from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, counted, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from crmformulas.orders.analysis.budget_plan import Plan
    from crmformulas.orders.analysis.forecast.results import AllAtRisk, Expected, Forecast
    from crmformulas.orders.analysis.forecast.scenario import Beside
    from crmformulas.orders.log import Orders

__all__ = ["forecast", "forecast_view"]

FIGURES = NumberFormat("en")

GROUPS = ("tier", "status", "step", "cohort")
"""The ways in which customers are parted."""

HEIGHT = 8
"""Lines of the chart."""


@examples(
    """
    crmf forecast orders.csv
    crmf forecast orders.csv --groups step --as-of 2026-10-31
    crmf forecast orders.csv --horizon 6
    crmf forecast orders.csv --at-risk 20
    crmf forecast orders.csv --budget
    crmf forecast orders.csv --format json
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option(
    "--horizon months",
    "How many months ahead.",
    "MONTHS",
    type=click.IntRange(1, 24),
    default=12,
    show_default=True,
)
@option(
    "--groups by",
    "Groups of customers in the tables; JSON has all.",
    None,
    type=click.Choice(GROUPS),
    default="tier",
    show_default=True,
)
@option(
    "--at-risk",
    "Also list so many customers at risk, the least likely to buy first.",
    "N",
    type=click.IntRange(0),
    default=0,
)
@option(
    "--budget",
    "Also tell the budget as forecast, beside Budget 1.",
    None,
    is_flag=True,
)
@option(
    "--save-scenario",
    "Write the budget's factors as forecast to a file, for browse and follow.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
@FORCE
@formats()
@options(READING, OF_ORDERS)
def forecast(
    orders: tuple[str, ...],
    as_of: date | None,
    months: int,
    by: str,
    at_risk: int,
    budget: bool,
    save_scenario: Path | None,
    force: bool,
    format: str,
    **given: Any,
) -> None:
    """Forecast buyers, orders and revenue of the next months, with what a backtest says of it.

    Known customers only: who is new next year is not in it. A forecast whose backtest fails is not
    shown; its errors are. It is a figure of its own, and never CLV.
    """
    if save_scenario is not None:
        writable_file(save_scenario, force)
    with opened(orders, None, given) as (log, _, rules):
        prediction = log.forecast(as_of, months, **rules)
        words, plan = "", None
        if budget or save_scenario is not None:
            plan = _plan(log, prediction, rules)
        if save_scenario is not None and plan is not None:
            words = _save_scenario(prediction, plan, save_scenario, force)
        risk = prediction.at_risk(at_risk) if at_risk and prediction.total is not None else None
    beside, unknown = _beside(prediction, plan) if budget and plan is not None else (None, [])
    if unknown:
        prediction = replace(prediction, notices=(*prediction.notices, *unknown))
    if words:
        echo(words, err=True)
    if format == "json":
        payload = prediction.to_dict()
        if budget:
            payload["budget"] = None if beside is None else [row._asdict() for row in beside]
        if risk is not None:
            payload["at_risk"] = {
                "customers": risk.customers,
                # A sum of floats has other last digits when an engine adds them in another order.
                "at_stake": round(risk.at_stake, 4),
                "rows": [row._asdict() for row in risk.rows],
            }
        print_json(json.dumps(payload, ensure_ascii=False, indent=1))
        return
    print_view(forecast_view(prediction, name_of(orders), by, risk, beside))


def _plan(log: Orders, prediction: Forecast, rules: dict[str, Any]) -> Plan:
    """The budget of the year ahead."""
    from crmformulas.dates import add_months
    from crmformulas.orders.analysis.budget_plan import Plan

    summary = log.summary(prediction.as_of, **rules)
    year_ago = add_months(prediction.as_of, -12)
    before = log.summary(year_ago, **rules) if summary.input.first_day <= year_ago else None
    return Plan.of(summary, before)


def _beside(prediction: Forecast, plan: Plan) -> tuple[tuple[Beside, ...] | None, list[Label]]:
    """The budget as forecast, or why it is unknown: the forecast is told all the same."""
    from crmformulas.orders.analysis.forecast.scenario import compare

    rows, why = compare(prediction, plan)
    return (rows, []) if why is None else (None, [why])


def _save_scenario(prediction: Forecast, plan: Plan, path: Path, force: bool) -> str:
    """Write the scenario of a budget as forecast; what to say of it."""
    from crmformulas.orders.analysis.forecast.scenario import as_forecast, band
    from crmformulas.orders.analysis.scenarios import write_scenario

    scenario = as_forecast(prediction, plan)
    named = replace(scenario, name=translate(scenario.name, "en"))
    write_scenario(path, named, overwrite=force)
    budget, ends = replace(plan, scenario=scenario).budget_2.revenue, band(prediction, plan)
    message = f"{path}: budget as forecast, {FIGURES.amount(budget)}"
    if ends is None:
        return message
    return f"{message} ({FIGURES.amount(ends.low)} to {FIGURES.amount(ends.high)} in 80 %)"


def forecast_view(
    prediction: Forecast,
    name: str,
    by: str = "tier",
    risk: AllAtRisk | None = None,
    beside: Sequence[Beside] | None = None,
) -> RenderableType:
    """The forecast as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    head = Text(
        f" {name} · the {prediction.months} months after {FIGURES.day(prediction.as_of)}", "bold"
    )
    if prediction.total is not None:
        total = prediction.total
        head.append(
            f"\n {FIGURES.amount(total.revenue)} expected from the "
            f"{FIGURES.whole(total.customers)} known customers, "
            f"{FIGURES.amount(total.revenue_low)} to {FIGURES.amount(total.revenue_high)} in 80 %",
            style="not bold",
        )
    parts: list[RenderableType] = [head, _notices([translate(n, "en") for n in prediction.notices])]
    if prediction.total is not None:
        rows = prediction.by.get(by)
        parts += [Text(), _chart(prediction), Text()]
        if rows is None:
            parts.append(Text(" history does not tell who is new and who continued", "yellow"))
        else:
            parts.append(_expected([*rows, prediction.total], by))
            if prediction.backtest:
                parts += [Text(), _missed([*rows, prediction.total], by)]
        if by == "step":
            parts += [Text(), _ladder(prediction)]
        if beside is not None:
            parts += [Text(), _budget(beside)]
    if prediction.backtest:
        parts += [Text(), _backtest(prediction)]
    if risk is not None:
        parts += [Text(), _at_risk(risk)]
    return Group(*parts)


def _notices(words: list[str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1, 0, 0))
    for each in words:
        table.add_row(Text(" !", style="yellow"), Text(each, style="yellow"))
    return table


def _chart(prediction: Forecast) -> Text:
    """The last months as columns, and those to come as a band from low to high."""
    from rich.text import Text

    most = max((m.high or m.revenue for m in (*prediction.history, *prediction.ahead)), default=0.0)
    unit = most / HEIGHT if most > 0 else 1.0
    drawing = Text(" Revenue by month, and the band of known customers (no season)\n")
    for line in range(HEIGHT, 0, -1):
        label = FIGURES.amount(most) if line == HEIGHT else ""
        drawing.append(f" {label:>9} ")
        for month in prediction.history:
            drawing.append(_column(month.revenue / unit - (line - 1)))
        drawing.append("│", style="dim")
        for month in prediction.ahead:
            low, high = month.low or 0.0, month.high or 0.0
            # A line of the band is filled where its middle lies within it.
            inside = low <= (line - 0.5) * unit <= high
            near = abs(month.revenue - (line - 0.5) * unit) <= unit / 2
            drawing.append("▒" if inside and near else "░" if inside or near else " ", style="cyan")
        drawing.append("\n")
    first, last = prediction.history[:1], prediction.ahead[-1:]
    ends = [m.month for m in (*first, *last)]
    width = len(prediction.history) + 1 + len(prediction.ahead)
    between = max(width - sum(map(len, ends)), 1)
    return drawing.append(" " * 11 + (" " * between).join(ends), style="dim")


def _column(filled: float) -> str:
    """A line of a column of which so much is filled, above 1 all."""
    eighths = max(0, min(8, round(filled * 8)))
    return " ▁▂▃▄▅▆▇█"[eighths]


def _table(title: str, by: str, *headings: str) -> Table:
    from rich.table import Table

    from crmformulas.orders.selections.report_lists import FORECAST_GROUPS

    table = Table(box=None, title=title, title_justify="left", padding=(0, 1, 0, 0))
    table.add_column(str(translate(FORECAST_GROUPS.get(by, by), "en")).lower(), no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _expected(rows: list[Expected], by: str) -> Table:
    columns = ("buyers", "orders", "revenue", "in 80 %", "by retention", "last year")
    table = _table("Expected of known customers", by, *columns)
    for row in rows:
        table.add_row(
            row.name,
            FIGURES.whole(round(row.buyers)),
            FIGURES.whole(round(row.orders)),
            FIGURES.amount(row.revenue),
            "–".join(FIGURES.amount(end) for end in (row.revenue_low, row.revenue_high)),
            FIGURES.amount(row.law_revenue),
            FIGURES.amount(row.last_year_revenue),
            style="bold" if row.name == "total" else "",
        )
    return table


def _missed(rows: list[Expected], by: str) -> Table:
    """What the backtest missed by group."""
    columns = ("buyers", "orders", "revenue", "by retention", "last year")
    table = _table("Missed in the backtest: said against what came", by, *columns)
    for row in rows:
        cells = [_signed(error) for error in row.errors or [None] * len(columns)]
        table.add_row(row.name, *cells, style="bold" if row.name == "total" else "")
    return table


def _ladder(prediction: Forecast) -> Table:
    """Who has reached each step, and who will have as forecast."""
    from crmformulas.charts.forecast_tables import ladder_caption, step_name

    columns = ("today", "as forecast", "in 80 %", "rate today", "as forecast")
    table = _table(translate(ladder_caption(prediction), "en"), "step", *columns)
    after = [*prediction.ladder[1:], None]
    for rung, above in zip(prediction.ladder, after, strict=True):
        table.add_row(
            step_name(rung, last=above is None),
            FIGURES.whole(rung.reached),
            FIGURES.whole(round(rung.expected)),
            "–".join(FIGURES.whole(round(end)) for end in (rung.low, rung.high)),
            FIGURES.percent(above.reached / rung.reached if above and rung.reached else None),
            FIGURES.percent(above.expected / rung.expected if above and rung.expected else None),
        )
    return table


def _budget(rows: Sequence[Beside]) -> Table:
    """The budget as forecast beside Budget 1."""
    columns = ("customers", "revenue", "customers", "revenue", "in 80 %")
    table = _table("Budget 1, then the budget as forecast (net of returns)", "segment", *columns)
    for row in rows:
        figures = [
            FIGURES.whole(None if row.budget_customers is None else round(row.budget_customers)),
            FIGURES.amount(row.budget_revenue),
            FIGURES.whole(None if row.customers is None else round(row.customers)),
            FIGURES.amount(row.revenue),
        ]
        ends = (row.low, row.high)
        band = "" if None in ends else "–".join(map(FIGURES.amount, ends))
        table.add_row(row.segment, *figures, band, style="bold" if row.segment == "total" else "")
    return table


def _at_risk(risk: AllAtRisk) -> Table:
    columns = ("P(buys)", "expected", "at stake")
    customers = counted(risk.customers, "customer", shown=FIGURES.whole(risk.customers))
    title = f"At risk: {customers}, {FIGURES.amount(risk.at_stake)} at stake"
    table = _table(title, "customer", *columns)
    table.add_column("why")
    for row in risk.rows:
        money = map(FIGURES.amount, (row.expected_revenue, row.at_stake))
        table.add_row(
            row.customer, FIGURES.percent(row.p_buy, 0), *money, translate(row.reason, "en")
        )
    return table


def _signed(error: float | None) -> str:
    return FIGURES.signed_percent(error, 0)


def _backtest(prediction: Forecast) -> Table:
    from crmformulas.orders.selections.report_lists import FORECAST_METHODS

    assert prediction.backtest_as_of is not None
    title = f"Backtest: said on {FIGURES.day(prediction.backtest_as_of)} against what came then"
    table = _table(title, "method", "buyers", "orders", "revenue", "by tier")
    for row in prediction.backtest:
        errors = (row.buyers_error, row.orders_error, row.revenue_error)
        spread = FIGURES.percent(row.tier_error, 0)
        method = translate(FORECAST_METHODS[row.method], "en")
        table.add_row(method, *map(_signed, errors), spread)
    return table
