"""The sections of the page on whom to write to, and on what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crmformulas.charts.chart import Column, Table
from crmformulas.charts.forecast_tables import (
    BUDGET_CAPTION,
    budget_table,
    ladder_caption,
    ladder_table,
)
from crmformulas.formats import NumberFormat
from crmformulas.html.tables import TableView, view
from crmformulas.orders.analysis.forecast.scenario import compare
from crmformulas.orders.selections.attributes import Kind, cell_text
from crmformulas.orders.selections.report_lists import FORECAST_METHODS, forecast_group
from crmformulas.orders.selections.rfm_grid import rfm_segments
from crmformulas.orders.selections.satisfaction import GROUPS
from crmformulas.orders.selections.scores import RFM_LABELS
from crmformulas.translations import Label, Lang, Translated, heading

if TYPE_CHECKING:
    from crmformulas.orders.analysis.budget_plan import Plan
    from crmformulas.orders.analysis.forecast.results import AllAtRisk, Expected, Forecast
    from crmformulas.orders.selections.rfm_grid import RfmCell
    from crmformulas.orders.selections.satisfaction import Satisfaction, Score
    from crmformulas.orders.selections.segments import SegmentList

__all__ = [
    "as_forecast_tables",
    "at_risk_tables",
    "missed_tables",
    "rfm_tables",
    "score_tables",
    "to_do_tables",
]


def to_do_tables(lists: Sequence[SegmentList], lang: Lang) -> tuple[TableView, ...]:
    """Tables of the customers in the segments with the most at stake, where they are named."""
    return tuple(_segment(one, lang) for one in lists if one.rows)


def _segment(one: SegmentList, lang: Lang) -> TableView:
    # As they are read, numbers too: each attribute knows how.
    columns = tuple(Column(_capital(a.label), "text") for a in one.columns)
    rows = tuple(
        tuple(
            cell_text(a, round(v) if a.kind is Kind.NUMBER and v is not None else v, lang)
            for a, v in zip(one.columns, row, strict=True)
        )
        for row in one.rows
    )
    whole = NumberFormat(lang).whole
    caption = Translated("{}: {} of {} customers", "{}: {} av {} kunder").format(
        one.size.label, whole(len(rows)), whole(one.size.customers)
    )
    return view(Table(columns, rows), lang, caption)


def _capital(label: Label) -> Label:
    if isinstance(label, str):
        return label[:1].upper() + label[1:]
    return Translated(*(words[:1].upper() + words[1:] for words in label))


def at_risk_tables(risk: AllAtRisk, lang: Lang) -> tuple[TableView, ...]:
    """Tables of the customers at risk, where they are named."""
    if not risk.rows:
        return ()
    columns = (
        Column(heading("customer"), "text"),
        Column(Translated("Buys within 12 months", "Köper inom 12 månader"), "share"),
        Column(Translated("Expected revenue", "Väntad omsättning"), "money"),
        Column(Translated("At stake", "Står på spel"), "money"),
        Column(Translated("Why", "Varför"), "text"),
    )
    rows = tuple(
        (one.customer, one.p_buy, one.expected_revenue, one.at_stake, one.reason)
        for one in risk.rows
    )
    return (view(Table(columns, rows), lang),)


def rfm_tables(cells: Sequence[RfmCell], lang: Lang) -> tuple[TableView, ...]:
    """The grid of RFM with its move against a year ago, and the eleven segments."""
    figures = NumberFormat(lang)
    by = {(cell.r, cell.fm): cell for cell in cells}

    def shown(cell: RfmCell) -> str:
        count = figures.whole(cell.customers)
        if cell.customers_before is None:
            return count
        return f"{count} ({figures.signed(cell.customers - cell.customers_before)})"

    grid = Table(
        (Column("R ↓  FM →", "text"), *(Column(str(fm), "text") for fm in range(1, 6))),
        tuple((str(r), *(shown(by[r, fm]) for fm in range(1, 6))) for r in range(5, 0, -1)),
    )
    columns = (
        Column(Translated("Segment", "Segment"), "text"),
        Column(heading("customers")),
        Column(Translated("A year ago", "För ett år sedan")),
        Column(Translated("Change", "Förändring"), "signed count"),
        Column(heading("revenue"), "money"),
    )
    rows = tuple(
        (
            RFM_LABELS[one.segment],
            one.customers,
            one.customers_before,
            None if one.customers_before is None else one.customers - one.customers_before,
            one.revenue,
        )
        for one in rfm_segments(list(cells))
    )
    caption = Translated(
        "Customers by recency (R) and by orders and revenue (FM), 5 is best; in brackets more or "
        "fewer than a year ago",
        "Kunder efter senaste köp (R) och efter köp och omsättning (FM), 5 är bäst; inom parentes "
        "fler eller färre än för ett år sedan",
    )
    return view(grid, lang, caption), view(Table(columns, rows), lang)


def missed_tables(forecast: Forecast, lang: Lang) -> tuple[TableView, ...]:
    """Tables of a forecast's backtest beside simpler methods, and by value tier."""
    if not forecast.backtest or forecast.backtest_as_of is None:
        return ()
    caption = Translated(
        "Backtest: said on {} against what came in the 12 months after",
        "Bakåttest: sagt {} mot vad som kom under de 12 månaderna efter",
    ).format(NumberFormat(lang).day(forecast.backtest_as_of))
    rows: list[Expected] = [*forecast.tiers, forecast.total] if forecast.total is not None else []
    return (_methods(forecast, caption, lang), *_missed(rows, lang))


def as_forecast_tables(forecast: Forecast, plan: Plan, lang: Lang) -> tuple[TableView, ...]:
    """The budget and the F-ladder in a year, if customers do as forecast; none where unknown."""
    if forecast.total is None:
        return ()
    rows, why = compare(forecast, plan)
    ladder = view(ladder_table(forecast), lang, ladder_caption(forecast))
    if why is not None:
        return (ladder,)
    return view(budget_table(rows), lang, BUDGET_CAPTION), ladder


def _methods(forecast: Forecast, caption: Label, lang: Lang) -> TableView:
    columns = (
        Column(Translated("Method", "Metod"), "text"),
        Column(Translated("Buyers", "Köpare"), "text"),
        Column(heading("orders"), "text"),
        Column(heading("revenue"), "text"),
        Column(Translated("By tier", "Per nivå"), "share"),
    )
    signed = NumberFormat(lang).signed_percent
    rows = tuple(
        (
            FORECAST_METHODS[one.method],
            *(signed(e, 0) for e in (one.buyers_error, one.orders_error, one.revenue_error)),
            one.tier_error,
        )
        for one in forecast.backtest
    )
    return view(Table(columns, rows), lang, caption)


def _missed(rows: Sequence[Expected], lang: Lang) -> list[TableView]:
    backtested = [one for one in rows if one.errors is not None]
    if not backtested:
        return []
    signed = NumberFormat(lang).signed_percent
    columns = (
        Column(Translated("Missed by value tier", "Fel per värdenivå"), "text"),
        Column(Translated("Buyers", "Köpare"), "text"),
        Column(heading("orders"), "text"),
        Column(heading("revenue"), "text"),
        Column(Translated("By retention", "Enligt retention"), "text"),
        Column(Translated("Last year", "Förra året"), "text"),
    )
    table = tuple(
        (forecast_group(one.name), *(signed(e, 0) for e in one.errors or ())) for one in backtested
    )
    return [view(Table(columns, table), lang)]


def score_tables(satisfaction: Satisfaction, lang: Lang) -> tuple[TableView, ...]:
    """NPS and satisfaction index of all and by tier, step, cohort and segment."""
    columns = (
        Column("", "text"),
        Column(Translated("Answers", "Svar")),
        Column("NPS", "signed count"),
        Column(Translated("Interval", "Intervall"), "text"),
        Column(Translated("Index", "Index")),
        Column(Translated("Interval", "Intervall"), "text"),
    )
    figures = NumberFormat(lang)

    def line(one: Score) -> tuple[Any, ...]:
        points = (one.nps, one.nps_low, one.nps_high, one.index, one.index_low, one.index_high)
        score, low, high, index, least, most = (_points(each) for each in points)
        return (
            one.label,
            one.answers,
            score,
            "–" if low is None else f"{figures.signed(low)} … {figures.signed(high)}",
            index,
            "–" if least is None else f"{figures.whole(least)} … {figures.whole(most)}",
        )

    tables = [view(Table(columns, (line(satisfaction.total),)), lang)]
    for by, label in GROUPS.items():
        rows = tuple(line(one) for one in satisfaction.by[by] if one.answers)
        if rows:
            heads = (Column(label, "text"), *columns[1:])
            tables.append(view(Table(heads, rows), lang))
    return tuple(tables)


def _points(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
