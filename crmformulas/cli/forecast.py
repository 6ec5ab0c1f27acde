"""``crmf forecast``: what customers are expected to do next, beside a backtest of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import (
    FORCE,
    LANG,
    examples,
    formats,
    option,
    options,
    writable_file,
)
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
from crmformulas.translations import Label, Lang, Translated, counted_in_both, term, translate

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
    crmf forecast orders.csv --lang sv
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
@LANG
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
    lang: Lang,
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
            words = _save_scenario(prediction, plan, save_scenario, force, lang)
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
    print_view(forecast_view(prediction, name_of(orders), by, risk, beside, lang))


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


SAVED = Translated("{}: budget as forecast, {}", "{}: budget som prognosen, {}")
IN_80 = Translated("{} ({} to {} in 80 %)", "{} ({} till {} i 80 %)")


def _save_scenario(prediction: Forecast, plan: Plan, path: Path, force: bool, lang: Lang) -> str:
    """Write the scenario of a budget as forecast; what to say of it."""
    from crmformulas.orders.analysis.forecast.scenario import as_forecast, band
    from crmformulas.orders.analysis.scenarios import write_scenario

    scenario = as_forecast(prediction, plan)
    named = replace(scenario, name=translate(scenario.name, lang))
    write_scenario(path, named, overwrite=force)
    budget, ends = replace(plan, scenario=scenario).budget_2.revenue, band(prediction, plan)
    amount = NumberFormat(lang).amount
    message = SAVED.format(str(path), amount(budget))
    if ends is not None:
        message = IN_80.format(message, amount(ends.low), amount(ends.high))
    return str(translate(message, lang))


HEAD = Translated("{} · the {} months after {}", "{} · {} månader efter {}")
EXPECTED = Translated(
    "{} expected from the {} known customers, {} to {} in 80 %",
    "{} väntas från de {} kända kunderna, {} till {} i 80 %",
)
NO_GROUPS = Translated(
    "history does not tell who is new and who continued",
    "historiken säger inte vilka som är nya och vilka som fortsatte",
)
CHART = Translated(
    "Revenue by month, and the band of known customers (no season)",
    "Omsättning per månad, och bandet för kända kunder (utan säsong)",
)
ORDERS_HEAD = Translated("orders", "köp")
KNOWN = Translated("Expected of known customers", "Väntas av kända kunder")
KNOWN_HEADS: tuple[Label, ...] = (
    Translated("buyers", "köpare"),
    ORDERS_HEAD,
    term("revenue"),
    Translated("in 80 %", "i 80 %"),
    Translated("by retention", "efter retention"),
    Translated("last year", "förra året"),
)
MISSED = Translated(
    "Missed in the backtest: said against what came", "Fel i bakåttestet: sagt mot vad som kom"
)
LADDER_HEADS: tuple[Label, ...] = (
    Translated("today", "i dag"),
    Translated("as forecast", "som prognosen"),
    Translated("in 80 %", "i 80 %"),
    Translated("rate today", "andel i dag"),
    Translated("as forecast", "som prognosen"),
)
BUDGET = Translated(
    "Budget 1, then the budget as forecast (net of returns)",
    "Budget 1, sedan budgeten som prognosen (efter returer)",
)
BUDGET_HEADS: tuple[Label, ...] = (
    term("customers"),
    term("revenue"),
    term("customers"),
    term("revenue"),
    Translated("in 80 %", "i 80 %"),
)
AT_RISK = Translated("At risk: {}, {} at stake", "I riskzonen: {}, {} på spel")
RISK_HEADS: tuple[Label, ...] = (
    Translated("P(buys)", "P(köper)"),
    Translated("expected", "väntas"),
    Translated("at stake", "på spel"),
)
BACKTEST = Translated(
    "Backtest: said on {} against what came then", "Bakåttest: sagt {} mot vad som sedan kom"
)
BACKTEST_HEADS: tuple[Label, ...] = (
    Translated("buyers", "köpare"),
    ORDERS_HEAD,
    term("revenue"),
    Translated("by tier", "per nivå"),
)
OTHER_GROUPS: dict[str, Label] = {
    "segment": term("segment"),
    "customer": term("customer"),
    "method": Translated("method", "metod"),
    "cohort": Translated("months since first", "mån. sedan första"),
}
"""What the first column is called where it is no group of a forecast, or too long."""


def forecast_view(
    prediction: Forecast,
    name: str,
    by: str = "tier",
    risk: AllAtRisk | None = None,
    beside: Sequence[Beside] | None = None,
    lang: Lang = "en",
) -> RenderableType:
    """The forecast as something rich can print at 80 columns or more."""
    from rich.console import Group
    from rich.text import Text

    text = _ForecastText(lang)
    parts: list[RenderableType] = [text.head(prediction, name), text.notices(prediction.notices)]
    if prediction.total is not None:
        rows = prediction.by.get(by)
        parts += [Text(), text.chart(prediction), Text()]
        if rows is None:
            parts.append(Text(f" {translate(NO_GROUPS, lang)}", "yellow"))
        else:
            parts.append(text.expected([*rows, prediction.total], by))
            if prediction.backtest:
                parts += [Text(), text.missed([*rows, prediction.total], by)]
        if by == "step":
            parts += [Text(), text.ladder(prediction)]
        if beside is not None:
            parts += [Text(), text.budget(beside)]
    if prediction.backtest:
        parts += [Text(), text.backtest(prediction)]
    if risk is not None:
        parts += [Text(), text.at_risk(risk)]
    return Group(*parts)


class _ForecastText:
    """Text of a forecast in a language."""

    def __init__(self, lang: Lang) -> None:
        self.lang, self.figures = lang, NumberFormat(lang)

    def in_language(self, words: Label) -> str:
        """The text in the language."""
        return str(translate(words, self.lang))

    def signed(self, error: float | None) -> str:
        """An error as a share."""
        return self.figures.signed_percent(error, 0)

    def group(self, name: str) -> str:
        """A group of customers: one that is no term is named by its own data."""
        from crmformulas.orders.selections.report_lists import forecast_group

        return self.in_language(
            term(name) if name in ("total", "inactive") else forecast_group(name)
        )

    def table(self, title: Label, by: str, headings: Sequence[Label]) -> Table:
        """A table without rows, whose first column tells of whom they are."""
        from rich.table import Table

        from crmformulas.orders.selections.report_lists import FORECAST_GROUPS

        table = Table(
            box=None, title=self.in_language(title), title_justify="left", padding=(0, 1, 0, 0)
        )
        first = OTHER_GROUPS.get(by) or FORECAST_GROUPS[by]
        # A step keeps its letter.
        head = self.in_language(first)
        table.add_column(head[:1].lower() + head[1:] if by != "step" else head, no_wrap=True)
        for heading in headings:
            table.add_column(self.in_language(heading), justify="right", no_wrap=True)
        return table

    def head(self, prediction: Forecast, name: str) -> Text:
        """Whose forecast, of when, and what is expected in all."""
        from rich.text import Text

        figures = self.figures
        head = HEAD.format(name, prediction.months, figures.day(prediction.as_of))
        text = Text(f" {self.in_language(head)}", "bold")
        if prediction.total is not None:
            total = prediction.total
            ends = figures.amount(total.revenue_low), figures.amount(total.revenue_high)
            expected = EXPECTED.format(
                figures.amount(total.revenue), figures.whole(total.customers), *ends
            )
            text.append(f"\n {self.in_language(expected)}", style="not bold")
        return text

    def notices(self, notices: Sequence[Label]) -> Table:
        """Notices to the reader."""
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1, 0, 0))
        for each in notices:
            table.add_row(Text(" !", style="yellow"), Text(self.in_language(each), style="yellow"))
        return table

    def chart(self, prediction: Forecast) -> Text:
        """The last months as columns, and those to come as a band from low to high."""
        from rich.text import Text

        months = (*prediction.history, *prediction.ahead)
        most = max((m.high or m.revenue for m in months), default=0.0)
        unit = most / HEIGHT if most > 0 else 1.0
        drawing = Text(f" {self.in_language(CHART)}\n")
        for line in range(HEIGHT, 0, -1):
            label = self.figures.amount(most) if line == HEIGHT else ""
            drawing.append(f" {label:>9} ")
            for month in prediction.history:
                drawing.append(_column(month.revenue / unit - (line - 1)))
            drawing.append("│", style="dim")
            for month in prediction.ahead:
                low, high = month.low or 0.0, month.high or 0.0
                # A line of the band is filled where its middle lies within it.
                inside = low <= (line - 0.5) * unit <= high
                near = abs(month.revenue - (line - 0.5) * unit) <= unit / 2
                fill = "▒" if inside and near else "░" if inside or near else " "
                drawing.append(fill, style="cyan")
            drawing.append("\n")
        first, last = prediction.history[:1], prediction.ahead[-1:]
        ends = [m.month for m in (*first, *last)]
        width = len(prediction.history) + 1 + len(prediction.ahead)
        between = max(width - sum(map(len, ends)), 1)
        return drawing.append(" " * 11 + (" " * between).join(ends), style="dim")

    def expected(self, rows: list[Expected], by: str) -> Table:
        """Table of the expected figures of each group."""
        figures = self.figures
        table = self.table(KNOWN, by, KNOWN_HEADS)
        for row in rows:
            table.add_row(
                self.group(row.name),
                figures.whole(round(row.buyers)),
                figures.whole(round(row.orders)),
                figures.amount(row.revenue),
                "–".join(figures.amount(end) for end in (row.revenue_low, row.revenue_high)),
                figures.amount(row.law_revenue),
                figures.amount(row.last_year_revenue),
                style="bold" if row.name == "total" else "",
            )
        return table

    def missed(self, rows: list[Expected], by: str) -> Table:
        """Table of the backtest's errors by group."""
        columns = [head for place, head in enumerate(KNOWN_HEADS) if place != 3]
        table = self.table(MISSED, by, columns)
        for row in rows:
            cells = [self.signed(error) for error in row.errors or [None] * len(columns)]
            style = "bold" if row.name == "total" else ""
            table.add_row(self.group(row.name), *cells, style=style)
        return table

    def ladder(self, prediction: Forecast) -> Table:
        """Table of the customers on each step, now and as forecast."""
        from crmformulas.charts.forecast_tables import ladder_caption, step_name

        figures = self.figures
        table = self.table(ladder_caption(prediction), "step", LADDER_HEADS)
        after = [*prediction.ladder[1:], None]
        for rung, above in zip(prediction.ladder, after, strict=True):
            further = above is not None and rung.reached
            table.add_row(
                step_name(rung, last=above is None),
                figures.whole(rung.reached),
                figures.whole(round(rung.expected)),
                "–".join(figures.whole(round(end)) for end in (rung.low, rung.high)),
                figures.percent(above.reached / rung.reached if above and further else None),
                figures.percent(above.expected / rung.expected if above and further else None),
            )
        return table

    def budget(self, rows: Sequence[Beside]) -> Table:
        """The budget as forecast beside Budget 1."""
        figures = self.figures
        table = self.table(BUDGET, "segment", BUDGET_HEADS)

        def whole(customers: float | None) -> str:
            return figures.whole(None if customers is None else round(customers))

        for row in rows:
            cells = [
                figures.whole(
                    None if row.budget_customers is None else round(row.budget_customers)
                ),
                figures.amount(row.budget_revenue),
                figures.whole(None if row.customers is None else round(row.customers)),
                figures.amount(row.revenue),
            ]
            ends = (row.low, row.high)
            band = "" if None in ends else "–".join(map(figures.amount, ends))
            style = "bold" if row.segment == "total" else ""
            table.add_row(self.group(row.segment), *cells, band, style=style)
        return table

    def at_risk(self, risk: AllAtRisk) -> Table:
        """Table of the customers at risk."""
        figures = self.figures
        shown = figures.whole(risk.customers)
        customers = counted_in_both(risk.customers, "customer", shown=shown)
        title = AT_RISK.format(customers, figures.amount(risk.at_stake))
        table = self.table(title, "customer", RISK_HEADS)
        table.add_column(self.in_language(Translated("why", "varför")))
        for row in risk.rows:
            money = map(figures.amount, (row.expected_revenue, row.at_stake))
            chance = figures.percent(row.p_buy, 0)
            table.add_row(row.customer, chance, *money, self.in_language(row.reason))
        return table

    def backtest(self, prediction: Forecast) -> Table:
        """Table of each method's forecast of a year before beside the outcome."""
        from crmformulas.orders.selections.report_lists import FORECAST_METHODS

        figures = self.figures
        assert prediction.backtest_as_of is not None
        title = BACKTEST.format(figures.day(prediction.backtest_as_of))
        table = self.table(title, "method", BACKTEST_HEADS)
        for row in prediction.backtest:
            errors = (row.buyers_error, row.orders_error, row.revenue_error)
            spread = figures.percent(row.tier_error, 0)
            method = self.in_language(FORECAST_METHODS[row.method])
            table.add_row(method, *map(self.signed, errors), spread)
        return table


def _column(filled: float) -> str:
    """A line of a column of which so much is filled, above 1 all."""
    eighths = max(0, min(8, round(filled * 8)))
    return " ▁▂▃▄▅▆▇█"[eighths]
