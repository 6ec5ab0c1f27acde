"""The sections of the page, in the order in which they are read.

Every figure and text comes from the summary, its analyses and its charts: nothing is calculated
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crmformulas.charts.chart import Column, Table
from crmformulas.charts.forecast_tables import BUDGET_NOTE, ENDS
from crmformulas.charts.of_analyses import strongest
from crmformulas.charts.story import HEADINGS, NOTHING, Findings, Story
from crmformulas.formats import NumberFormat
from crmformulas.html.list_sections import (
    as_forecast_tables,
    at_risk_tables,
    missed_tables,
    rfm_tables,
    score_tables,
    to_do_tables,
)
from crmformulas.html.tables import Figure, TableView, figure, view
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.movements import statuses
from crmformulas.orders.analysis.scenarios import SEGMENT_LABELS
from crmformulas.orders.analysis.separation.results import question_label, worth_sentence
from crmformulas.orders.selections.report_lists import (
    FORECAST_FAILED,
    FORECAST_METHODS,
    forecast_group,
)
from crmformulas.orders.summary.headlines import headlines
from crmformulas.orders.summary.notices import EXCLUDED, f12_reason
from crmformulas.orders.summary.wording import definitions, for_a_document
from crmformulas.printable import printable
from crmformulas.translations import LANGS, Label, Lang, Translated, heading, translate

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.selections.segments import SegmentSize
    from crmformulas.orders.summary.model import Summary

__all__ = ["Report", "Section", "Tile", "sections", "tiles"]


@dataclass(frozen=True)
class Report:
    """Parts of a report.

    Attributes:
        summary: The figures.
        before: Those of a year before, where history tells them.
        lang: The language of the report.
        currency: That of the amounts; empty where it is not known.
        findings: What else was asked of the orders.
    """

    summary: Summary
    before: Summary | None
    lang: Lang
    currency: str = ""
    findings: Findings = NOTHING

    @property
    def plan(self) -> Plan:
        """The budget of the year to come."""
        return Plan.of(self.summary, self.before)

    def figures(self, section: str) -> tuple[Figure, ...]:
        """The charts of a section whose figures are known."""
        story = Story(self.summary, self.before, self.lang, self.findings)
        return tuple(figure(chart, self.lang) for chart in story.charts(section))


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        key: Its anchor.
        heading: What it is called.
        texts: What stands above its charts.
        figures: Its charts.
        tables: Tables that are open.
        tools: What can be changed in it: ``goals`` or ``budget``.
    """

    key: str
    heading: str
    texts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[TableView, ...] = ()
    tools: str = ""
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure that comes first."""

    label: str
    now: str
    change: str
    tone: str


def tiles(report: Report) -> Iterator[Tile]:
    """The key figures that come first, with their change since the year before."""
    for line in headlines(report.summary, report.before):
        now, by = line.text(report.lang), line.change_text(report.lang)
        if line.unit == "money" and line.now is not None and report.currency:
            now = f"{now} {report.currency}"
        if line.key in ON_F12 and line.now is not None and not report.summary.f12_covered:
            now = f"≈ {now}"
        label = translate(line.label, report.lang)
        yield Tile(label[:1].upper() + label[1:], now, by, _tone(line.better, by))


def _tone(better: str, by: str) -> str:
    """Whether a change is good, bad or neither, as it is read."""
    if better == "neither" or not any(digit in by for digit in "123456789"):
        return ""
    rose = by.startswith("+")
    return "good" if rose == (better == "more") else "bad"


def sections(report: Report) -> tuple[Section, ...]:
    """Every section that has something to say."""
    candidates = [make(report) for make in MAKERS]
    return tuple(section for section in candidates if section is not None)


def _words(report: Report, *words: Label | None) -> tuple[str, ...]:
    texts = (translate(each, report.lang) for each in words if each is not None)
    return tuple(text[:1].upper() + text[1:] for text in texts)


ON_F12 = ("portfolio_value", "retention", "duration")
"""Key figures that rest on the year before."""

WHOLE = ("months", "forecast")
"""Charts beside those of the year before that do not rest on it."""


def _section(report: Report, key: str, *words: Label | None, **parts: Any) -> Section:
    """A section under its heading, with what is said above its charts."""
    return Section(key, translate(HEADINGS[key], report.lang), _words(report, *words), **parts)


def _approximate(report: Report, figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The charts, marked where history holds a part of the year before alone."""
    if report.summary.f12_covered:
        return figures
    return tuple(
        one if one.key in WHOLE else replace(one, title=f"≈ {one.title}") for one in figures
    )


def _why(report: Report) -> Label | None:
    return f12_reason(report.summary.windows, report.summary.input.first_day)


def _why_in_short(report: Report) -> Label | None:
    """The same where it has been said."""
    if _why(report) is None:
        return None
    if report.summary.f12_known:
        return Translated(
            "≈ as history holds a part of the year before alone (see To know).",
            "≈ då historiken bara har en del av året innan (se Att veta).",
        )
    return Translated(
        "Not known, as too little is seen of the year before (see To know).",
        "Inte känt, då för lite syns av året innan (se Att veta).",
    )


def _read(report: Report) -> Section:
    read, reading = report.summary.input, report.summary.reading
    facts: Sequence[tuple[Label, object, str]] = (
        (Translated("Rows", "Rader"), read.rows, "count"),
        *(
            (Translated(f"– {w.en}", f"– {w.sv}"), read.excluded[k], "count")
            for k, w in EXCLUDED.items()
        ),
        (Translated("Orders", "Köp"), read.orders, "count"),
        (Translated("Returns", "Returer"), read.returns, "count"),
        (Translated("Customers", "Kunder"), read.customers, "count"),
        (Translated("Net revenue", "Nettoomsättning"), read.net_revenue, "money"),
    )
    figures = NumberFormat(report.lang)
    rows = [
        (label, figures.amount(value) if kind == "money" else figures.whole(value))  # type: ignore[arg-type]
        for label, value, kind in facts
    ]
    rows += [
        (Translated("First day", "Första dag"), figures.day(read.first_day)),
        (Translated("Last day", "Sista dag"), figures.day(read.last_day)),
    ]
    table = Table((Column("", "text"), Column("", "text")), tuple(rows))
    changed = tuple(
        for_a_document(rule.text, report.lang) for rule in reading.rules if rule.severity != "fine"
    )
    line = translate(reading.line, report.lang)
    sentence = printable(line[:1].upper() + line[1:])
    return _section(
        report,
        "read",
        tables=(view(table, report.lang),),
        notes=tuple(note for note in (sentence, *map(printable, changed)) if note),
    )


def _balance(report: Report) -> Section:
    counted = [
        (heading(s.name), s.customers, s.orders, s.revenue) for s in statuses(report.summary)
    ]
    table = Table(
        (
            Column(Translated("Status", "Status"), "text"),
            Column(heading("customers")),
            Column(heading("orders")),
            Column(Translated("Revenue (lost: of F12)", "Omsättning (förlorade: F12)"), "money"),
        ),
        tuple(counted),
    )
    has_values = any(value is not None for row in counted for value in row[1:])
    return _section(
        report,
        "balance",
        _why(report),
        figures=_approximate(report, report.figures("balance")),
        tables=(view(table, report.lang),) if has_values else (),
    )


def _value(report: Report) -> Section:
    figures = _approximate(report, report.figures("value"))
    return _section(report, "value", _why_in_short(report), figures=figures)


def _ladder(report: Report) -> Section | None:
    figures = report.figures("ladder")
    text = Translated(
        "Fk are the customers with at least k purchases; each column is the share of them who "
        "made one more.",
        "Fk är kunderna med minst k köp; varje stapel är andelen av dem som gjort ett till.",
    )
    return _section(report, "ladder", text, figures=figures, tools="goals") if figures else None


def _separates(report: Report) -> Section | None:
    separated = report.findings.separation
    if separated is None:
        return None
    whole = NumberFormat(report.lang).whole
    question = Translated(
        "Who goes on {}: {} of {} customers.", "Vilka går vidare {}: {} av {} kunder."
    ).format(
        question_label(separated.kind, separated.step, separated.days),
        whole(separated.went_on),
        whole(separated.customers),
    )
    figures = report.figures("separates")
    top = strongest(separated)
    worth = None if top is None else worth_sentence(separated, *top)
    answer = worth if figures else separated.empty_answer()
    return _section(report, "separates", question, answer, figures=figures)


def _todo(report: Report) -> Section | None:
    figures = report.figures("todo")
    sizes = [one for one in report.findings.segments if one.customers is not None]
    if not any(one.customers for one in sizes):
        return None
    sizes.sort(key=lambda one: -(one.at_stake or 0.0))
    table = Table(
        (
            Column(Translated("Who", "Vilka"), "text"),
            Column(heading("customers")),
            Column(heading("revenue"), "money"),
            Column(Translated("At stake", "Står på spel"), "money"),
            Column(Translated("Name of the list", "Listans namn"), "text"),
        ),
        tuple((_who(one), one.customers, one.revenue, one.at_stake, one.name) for one in sizes),
    )
    text = Translated(
        "Groups that a letter can go to, by what is at stake; a customer may be in several. A list "
        "is written by: crmf customers ORDERS --segment NAME.",
        "Grupper som ett utskick kan gå till, efter vad som står på spel; en kund kan vara i "
        "flera. En lista skrivs med: crmf customers ORDRAR --segment NAMN.",
    )
    tables = view(table, report.lang), *to_do_tables(report.findings.lists.to_do, report.lang)
    return _section(report, "todo", text, figures=figures, tables=tables)


def _at_risk(report: Report) -> Section | None:
    risk = report.findings.lists.at_risk
    if risk is None or not risk.customers:
        return None
    figures = NumberFormat(report.lang)
    text = Translated(
        "{} customers with several orders are silent for more than twice their own rhythm; {} may "
        "be lost with them. A list is written by: crmf customers ORDERS --segment 'at risk'.",
        "{} kunder med flera köp har varit tysta mer än dubbla sin egen rytm; {} kan försvinna med "
        "dem. En lista skrivs med: crmf customers ORDRAR --segment 'at risk'.",
    ).format(figures.whole(risk.customers), figures.amount(risk.at_stake))
    return _section(report, "risk", text, tables=at_risk_tables(risk, report.lang))


def _rfm(report: Report) -> Section | None:
    cells = report.findings.lists.rfm
    return _section(report, "rfm", tables=rfm_tables(cells, report.lang)) if cells else None


def _scores(report: Report) -> Section | None:
    survey = report.findings.lists.satisfaction
    if survey is None:
        return None
    low, high = (f"{end:g}" for end in survey.scale)
    text = Translated(
        "One answer a person counts, the last; scale {} to {}. Intervals hold the true figure in "
        "{} of surveys, as far as chance alone decides who answers.",
        "Ett svar per person räknas, det senaste; skala {} till {}. Intervallen rymmer det sanna "
        "värdet i {} av enkäter, om bara slumpen avgör vem som svarar.",
    ).format(low, high, NumberFormat(report.lang).percent(survey.level, 0))
    notes = _words(report, *survey.notices)
    tables = score_tables(survey, report.lang)
    return _section(report, "scores", text, tables=tables, notes=notes)


def _who(size: SegmentSize) -> Label:
    """The name of a segment, and who that is."""
    description = Translated("{0}: {1}", "{0}: {1}").format(size.label, size.about)
    return Translated(*(text[:1].upper() + text[1:] for text in description))


def _charted(key: str) -> Callable[[Report], Section | None]:
    """A section that is its charts."""

    def make(report: Report) -> Section | None:
        figures = report.figures(key)
        return _section(report, key, figures=figures) if figures else None

    return make


RATE_UNKNOWN = Translated(
    "nobody who was lost the year before is known, so neither is how many come back",
    "ingen som förlorades året innan är känd, och därmed inte heller hur många som återvinns",
)


def _budget(report: Report) -> Section:
    plan, forecast = report.plan, report.findings.forecast
    charts, wrong = report.figures("budget"), plan.budget_1.wrong
    expected = tuple(one for one in charts if one.key == "forecast")
    said = () if forecast is None else _backtested(forecast)
    notes = () if forecast is None else _words(report, *forecast.notices)
    tables = _expected(report, forecast) if expected and forecast else ()
    if forecast is not None:
        compared = as_forecast_tables(forecast, plan, report.lang)
        notes = (*(_words(report, BUDGET_NOTE) if len(compared) > 1 else ()), *notes)
        tables += (*compared, *missed_tables(forecast, report.lang))
        said = (*said, FORECAST_FAILED) if forecast.status == "failed" else said
    if wrong is not None:
        short = wrong if report.summary.f12_known else _why_in_short(report)
        if plan.why_unknown is None and plan.opening and plan.rate is None:
            # A page has no cell to type it in.
            short = RATE_UNKNOWN
        budget = Translated("Budget: {0}", "Budget: {0}").format(short or wrong)
        return _section(
            report, "budget", *said, budget, figures=expected, tables=tables, notes=notes
        )
    columns = (
        Column("", "text"),
        Column(Translated("Customers now", "Kunder nu")),
        Column("Budget 1"),
        Column(Translated("Revenue now", "Omsättning nu"), "money"),
        Column("Budget 1", "money"),
    )
    now, then = plan.outcome_period.rows, plan.budget_1.rows
    rows = tuple(
        (
            SEGMENT_LABELS[name],
            now[name].customers,
            then[name].customers,
            now[name].revenue,
            then[name].revenue,
        )
        for name in now
    )
    text = Translated(
        "Budget 1 is where growth leads that goes on while retention stays. Change a factor, and "
        "see what Budget 2 becomes.",
        "Budget 1 är dit tillväxten leder om den fortsätter och retentionen består. Ändra en "
        "faktor, och se vad Budget 2 blir.",
    )
    caption = Translated("The budget by segment", "Budgeten per segment")
    return _section(
        report,
        "budget",
        *said,
        text,
        figures=_approximate(report, charts),
        tables=(*tables, view(Table(columns, rows, total=True), report.lang, caption)),
        tools="budget",
        notes=notes,
    )


def _backtested(forecast: Forecast) -> tuple[Label, ...]:
    """The sentences on what the forecast would have missed a year ago, beside simpler ways."""
    rows = [row for row in forecast.backtest if row.revenue_error is not None]
    asked = forecast.backtest_as_of
    if not rows or asked is None:
        return ()

    def sentence(lang: Lang) -> str:
        figures = NumberFormat(lang)
        missed = ", ".join(
            f"{translate(FORECAST_METHODS[row.method], lang)} "
            f"{figures.signed_percent(row.revenue_error)}"
            for row in rows
        )
        day = figures.day(asked)
        if lang == "en":
            return f"Said on {day}, the year's revenue would have been missed by: {missed}."
        return f"Sagt {day} hade årets omsättning missats med: {missed}."

    return (Translated(*map(sentence, LANGS)),)


def _expected(report: Report, forecast: Forecast) -> tuple[TableView, ...]:
    """The tables of what is expected of each value tier."""
    rows = (*forecast.tiers, *([forecast.total] if forecast.total else []))
    table = Table(
        (
            Column(heading("tier"), "text"),
            Column(heading("customers")),
            Column(Translated("Buy", "Köper")),
            Column(heading("orders")),
            Column(heading("revenue"), "money"),
            *(Column(end, "money") for end in ENDS),
        ),
        tuple(
            (
                forecast_group(row.name),
                row.customers,
                row.buyers,
                row.orders,
                row.revenue,
                row.revenue_low,
                row.revenue_high,
            )
            for row in rows
        ),
        total=True,
    )
    caption = Translated(
        "Expected of the customers known today, by value tier",
        "Väntat av dagens kunder, per värdenivå",
    )
    return (view(table, report.lang, caption),)


def _method(report: Report) -> Section:
    held = report.findings.backtest
    texts = definitions(report.summary)
    if held is not None and (statements := held.sentences(report.lang)):
        texts += (HELD, *statements)
    return _section(report, "method", *texts)


HELD = Translated(
    "What the same method said a year ago, held against what came:",
    "Vad samma metod sade för ett år sedan, mot vad som kom:",
)

MAKERS: tuple[Callable[[Report], Section | None], ...] = (
    _read,
    _balance,
    _value,
    _ladder,
    _separates,
    _charted("first-year"),
    _charted("cohorts"),
    _rfm,
    _scores,
    _todo,
    _at_risk,
    _budget,
    _method,
)
