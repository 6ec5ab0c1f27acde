"""The sections of the page, in the order in which they are read.

Every figure and text comes from the summary, its analyses and its charts: nothing is calculated
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crmformulas.charts.chart import Chart, Column, Table
from crmformulas.charts.of_analyses import forecast_chart, segments_chart, separation_chart
from crmformulas.charts.of_summary import Charts
from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.html.tables import Figure, TableView, figure, view
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.movements import statuses
from crmformulas.orders.analysis.scenarios import SEGMENT_LABELS
from crmformulas.orders.analysis.separation.results import question_label
from crmformulas.orders.summary.headlines import headlines
from crmformulas.orders.summary.notices import EXCLUDED, f12_reason
from crmformulas.translations import Label, Lang, Translated, heading, translate

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.analysis.separation.results import Separation
    from crmformulas.orders.selections.segments import SegmentSize
    from crmformulas.orders.summary.model import Summary

__all__ = ["NOTHING", "Findings", "Report", "Section", "Tile", "sections", "tiles"]


@dataclass(frozen=True)
class Findings:
    """What else was asked of the orders; None where the log can't tell it.

    Attributes:
        separation: What separates those who go on from the step that matters.
        segments: The ready segments and the user's own.
        forecast: What is expected of the customers who are known.
    """

    separation: Separation | None = None
    segments: Sequence[SegmentSize] = ()
    forecast: Forecast | None = None


NOTHING = Findings()


@dataclass(frozen=True)
class Report:
    """What a report is made of.

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
    def charts(self) -> Charts:
        """The charts of the report."""
        return Charts(self.summary, self.before, self.lang)

    @property
    def plan(self) -> Plan:
        """The budget of the year to come."""
        return Plan.of(self.summary, self.before)

    def figures(self, *names: str) -> tuple[Figure, ...]:
        """The charts of these names whose figures are known."""
        return self.drawn(*(getattr(self.charts, name) for name in names))

    def drawn(self, *charts: Callable[[], Chart]) -> tuple[Figure, ...]:
        """Those of the charts whose figures are known."""
        made = []
        for chart in charts:
            try:
                made.append(figure(chart(), self.lang))
            except InputError:
                continue
        return tuple(made)


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
    made = [make(report) for make in MAKERS]
    return tuple(section for section in made if section is not None)


def _words(report: Report, *words: Label | None) -> tuple[str, ...]:
    told = (translate(each, report.lang) for each in words if each is not None)
    return tuple(text[:1].upper() + text[1:] for text in told)


ON_F12 = ("portfolio_value", "retention", "duration")
"""Key figures that rest on the year before."""


def _approximate(report: Report, figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The charts, marked where history holds a part of the year before alone."""
    if report.summary.f12_covered:
        return figures
    return tuple(
        replace(one, title=f"≈ {one.title}") if one.key != "months" else one for one in figures
    )


def _read(report: Report) -> Section:
    read = report.summary.input
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
    rules = tuple(
        translate(rule.text, report.lang)
        for rule in report.summary.reading.rules
        if rule.severity != "fine"
    )
    return Section(
        "read",
        translate(Translated("What was read", "Det som lästes"), report.lang),
        tables=(view(table, report.lang),),
        notes=rules,
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
    return Section(
        "balance",
        translate(
            Translated("Who came, stayed and left", "Vilka kom, stannade och lämnade"), report.lang
        ),
        _words(report, _why(report)),
        _approximate(report, report.figures("balance", "months")),
        (view(table, report.lang),),
    )


def _why(report: Report) -> Label | None:
    return f12_reason(report.summary.windows, report.summary.input.first_day)


def _value(report: Report) -> Section | None:
    figures = _approximate(report, report.figures("portfolio", "flow_values", "migration"))
    head = Translated("What the customers are worth", "Vad kunderna är värda")
    why = _why(report)
    return Section("value", translate(head, report.lang), _words(report, why), figures)


def _ladder(report: Report) -> Section | None:
    figures = report.figures("ladder")
    head = Translated("The ladder", "Trappan")
    text = Translated(
        "Fk are the customers with at least k purchases; each column is the share of them who "
        "made one more.",
        "Fk är kunderna med minst k köp; varje stapel är andelen av dem som gjort ett till.",
    )
    if not figures:
        return None
    return Section(
        "ladder", translate(head, report.lang), _words(report, text), figures, tools="goals"
    )


def _separates(report: Report) -> Section | None:
    made = report.findings.separation
    if made is None:
        return None
    asked = question_label(made.kind, made.step, made.days)
    head = Translated("What separates those who go on", "Vad som skiljer dem som går vidare")
    question = Translated(
        "Who goes on {}: {} of {} customers.", "Vilka går vidare {}: {} av {} kunder."
    )
    whole = NumberFormat(report.lang).whole
    text = translate(
        question.format(asked, whole(made.went_on), whole(made.customers)), report.lang
    )
    figures = report.drawn(lambda: separation_chart(made, report.lang))
    nothing = () if figures else _words(report, made.empty_answer())
    return Section("separates", translate(head, report.lang), (text, *nothing), figures)


def _todo(report: Report) -> Section | None:
    figures = report.drawn(lambda: segments_chart(report.findings.segments, report.lang))
    head = Translated(
        "To do: who, how many, what is at stake", "Att göra: vilka, hur många, vad som står på spel"
    )
    text = Translated(
        "crmf customers ORDERS --segment NAME writes the list of one.",
        "crmf customers ORDRAR --segment NAMN skriver listan över ett.",
    )
    if not figures:
        return None
    return Section("todo", translate(head, report.lang), _words(report, text), figures)


def _first_year(report: Report) -> Section | None:
    figures = report.figures("first_year")
    head = Translated("The first year of the new", "Nykundernas första år")
    return Section("first-year", translate(head, report.lang), (), figures) if figures else None


def _cohorts(report: Report) -> Section | None:
    figures = report.figures("cohorts", "ltv")
    head = Translated("Cohorts: month of first order", "Kohorter: månad för första köp")
    return Section("cohorts", translate(head, report.lang), (), figures) if figures else None


def _budget(report: Report) -> Section:
    head = translate(Translated("Next 12 months", "De kommande 12 månaderna"), report.lang)
    plan = report.plan
    if plan.budget_1.wrong is not None:
        return Section("budget", head, _words(report, plan.budget_1.wrong))
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
    return Section(
        "budget",
        head,
        _words(report, text),
        (*_expected(report), *_approximate(report, report.figures("budget"))),
        (view(Table(columns, rows, total=True), report.lang),),
        tools="budget",
    )


def _expected(report: Report) -> tuple[Figure, ...]:
    made = report.findings.forecast
    return () if made is None else report.drawn(lambda: forecast_chart(made, report.lang))


def _method(report: Report) -> Section:
    summary, figures = report.summary, NumberFormat(report.lang)
    (s12, end), (f12, f12_end) = summary.windows.s12, summary.windows.f12
    span = {
        "a": figures.day(s12),
        "b": figures.day(end),
        "c": figures.day(f12),
        "d": figures.day(f12_end),
    }
    after = summary.rules.new_after
    texts = (
        Translated(
            "S12 is {a} to {b}, F12 {c} to {d}. Active: an order in S12. Continued: in both. Lost: "
            "in F12 alone. Reactivated: back after a pause. New: the first order, or back after "
            "more than {after} months. Closing = opening + new + reactivated − lost.",
            "S12 är {a} till {b}, F12 {c} till {d}. Aktiv: köp i S12. Fortsatt aktiv: i båda. "
            "Förlorad: bara i F12. Återvunnen: tillbaka efter ett uppehåll. Ny: första köpet, "
            "eller tillbaka efter mer än {after} månader. UB = IB + nya + återvunna − förlorade.",
        ).format(**span, after=after),
        Translated(
            "Value tiers rank the active customers of a window by net revenue. CLV = orders per "
            "customer × value per order × duration; duration = 1 / (1 − retention) of the tier, "
            "from one year's losses: no discounting, no margin. Intervals are 80 %.",
            "Värdenivåer rangordnar fönstrets aktiva kunder efter nettoomsättning. CLV = köp per "
            "kund × intäkt per köp × duration; duration = 1 / (1 − retention) för nivån, från ett "
            "års förluster: utan diskontering, utan marginal. Intervall är 80 %.",
        ),
        Translated(
            "A dash is a figure that the data does not tell: it is unknown, not zero. ≈ is one "
            "that rests on a part of F12.",
            "Ett streck är en siffra som underlaget inte ger: den är okänd, inte noll. ≈ är en som "
            "vilar på en del av F12.",
        ),
        Translated(
            'The method is that of Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).',
            'Metoden är Elinders, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).',
        ),
    )
    head = translate(Translated("How it is counted", "Hur det är räknat"), report.lang)
    return Section("method", head, _words(report, *texts))


MAKERS: tuple[Callable[[Report], Section | None], ...] = (
    _read,
    _balance,
    _value,
    _ladder,
    _separates,
    _first_year,
    _cohorts,
    _todo,
    _budget,
    _method,
)
