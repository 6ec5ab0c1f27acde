"""Write the report on an order file as one page that holds all it needs."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmformulas import __version__
from crmformulas.charts.chart import Column, Table
from crmformulas.charts.story import HEADINGS, NOTHING, Findings
from crmformulas.errors import InputError
from crmformulas.files import atomic_write
from crmformulas.formats import NumberFormat
from crmformulas.formulas.budget import LEVERS, SEGMENTS
from crmformulas.html.sections import Report, sections, tiles
from crmformulas.html.tables import TableView, view
from crmformulas.orders.analysis.ladder_goals import PER, LadderGoals
from crmformulas.orders.analysis.narrative import narrative, what_was_read
from crmformulas.orders.analysis.scenarios import LEVER_LABELS, SEGMENT_LABELS
from crmformulas.orders.summary.wording import for_a_document, without_ids
from crmformulas.palette import BAND, GAIN, GREY, INK, LOSS, PAPER, RULE, SHADES
from crmformulas.printable import printable
from crmformulas.spreadsheet.javascript import runtime
from crmformulas.translations import Lang, Translated, heading, term, translate

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customer
    from crmformulas.orders.summary.model import Summary

__all__ = ["Listing", "html", "write_html"]

FORMULAS = ("budget", "extra_orders", "step_gain", "tipping_point")
"""What the page recalculates."""

ANCHORS = {
    "customers": "balance",
    "revenue": "value",
    "value": "value",
    "ladder": "ladder",
    "next": "budget",
}
"""The section that a sentence leads to."""

VARIABLES = {
    INK: "ink",
    PAPER: "paper",
    GREY: "grey",
    RULE: "rule",
    BAND: "band",
    GAIN: "gain",
    LOSS: "loss",
    **{shade: f"shade{i}" for i, shade in enumerate(SHADES[1:], 1)},
}
"""The colours of the drawings, and what the page calls them in light and dark."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Customers that the page names, the largest first, of so many."""

    customers: Sequence[Customer]
    count: int


def write_html(
    path: Path,
    summary: Summary,
    name: str,
    lang: Lang = "en",
    *,
    before: Summary | None = None,
    currency: str = "",
    findings: Findings = NOTHING,
    listing: Listing | None = None,
) -> None:
    """Write the page; what is at the path is replaced when it is whole.

    Args:
        path: Where to write.
        summary: The figures.
        name: What the orders are called, such as the name of their file.
        lang: The language of its texts.
        before: The figures of a year before, if history reaches back so far.
        currency: That of the amounts, if it is known.
        findings: What else was asked of the orders.
        listing: Customers to name; by default none is, in no part of the page.

    Raises:
        InputError: if nobody bought, or what draws the page is not installed.
    """
    page = html(
        summary, name, lang, before=before, currency=currency, findings=findings, listing=listing
    )
    with atomic_write(path) as part:
        part.write_text(page, encoding="utf-8", newline="\n")


def html(
    summary: Summary,
    name: str,
    lang: Lang = "en",
    *,
    before: Summary | None = None,
    currency: str = "",
    findings: Findings = NOTHING,
    listing: Listing | None = None,
) -> str:
    """The page as text; arguments as for :func:`write_html`."""
    if not summary.input.customers:
        raise InputError(
            Translated(
                "there are no purchases to report on: no amount is above 0",
                "det finns inga köp att rapportera: inget belopp är över 0",
            )
        )
    report = Report(summary, before, lang, printable(currency), findings)
    page_sections = sections(report)
    script = f"{runtime(FORMULAS)}{_source('page.js')}"
    figures = NumberFormat(lang)
    statements = narrative(summary, before, currency=currency, f12_known=summary.f12_known)
    keys = {section.key for section in page_sections}
    tell = without_ids if listing is None else str
    return str(
        _template().render(
            lang=lang,
            words={key: translate(label, lang) for key, label in WORDS.items()},
            name=printable(name),
            period=translate(Translated("12 months to {}", "12 månader till {}"), lang).format(
                figures.day(summary.as_of)
            ),
            currency=printable(currency),
            read=translate(what_was_read(summary), lang),
            sentences=[
                {
                    "text": printable(translate(one.text, lang)),
                    "known": one.known,
                    "to": ANCHORS.get(one.key, "") if ANCHORS.get(one.key) in keys else "",
                }
                for one in statements
            ],
            tiles=list(tiles(report)),
            notices=[printable(tell(for_a_document(notice, lang))) for notice in summary.notices],
            sections=page_sections,
            levers=_levers(report),
            goals=_goals(report),
            customers=None if listing is None else _customers(listing, report),
            css=f"{_source('page.css')}\n{_recoloured()}",
            script=script,
            policy=_policy(script),
            data=_data(report),
            version=__version__,
        )
    )


def _source(name: str) -> str:
    return files("crmformulas.html").joinpath(name).read_text("utf-8")


@cache
def _template() -> Any:
    try:
        import jinja2
    except ImportError:
        raise InputError(
            Translated(
                "the page needs Jinja2: pip install 'crmformulas[report]'",
                "sidan behöver Jinja2: pip install 'crmformulas[report]'",
            )
        ) from None
    environment = jinja2.Environment(
        autoescape=True,
        # Whatever came from outside; what is marked as safe is the page's own.
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_source("page.html.jinja"))


def _policy(script: str) -> str:
    """Nothing is fetched, and no script runs but the one of the page."""
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def _recoloured() -> str:
    """The styles that give the drawings the colours of the page."""
    return "\n".join(
        f'svg [{part}="{colour}"] {{ {part}: var(--{name}); }}'
        for colour, name in VARIABLES.items()
        for part in ("fill", "stroke")
    )


# ------------------------------------------------------------------------------ what can be changed


LEAST, MOST = 50, 150
"""Per cent of Budget 1 between which a factor can be moved."""


def _levers(report: Report) -> list[dict[str, Any]]:
    """The factors of the budget that can be moved; a share to no more than 100 %."""
    plan = report.plan
    if plan.budget_1.wrong is not None:
        return []
    shares = {"retention": plan.retention, "reactivation": plan.rate}
    levers = []
    for lever in LEVERS:
        share = shares.get(lever)
        most = MOST if not share else min(MOST, int(100 / share + 1e-9))
        label = printable(translate(LEVER_LABELS[lever], report.lang))
        levers.append({"key": lever, "label": label, "least": LEAST, "most": max(most, 100)})
    return levers


def _goals(report: Report) -> list[dict[str, Any]]:
    """The steps of the ladder that a goal can be set for."""
    figures = NumberFormat(report.lang)
    return [
        {
            "step": f"F{k}→F{k + 1}",
            "rate": rate,
            "now": figures.percent(rate),
            "tenths": round(rate * 1000),
        }
        for k, rate in enumerate(LadderGoals.of(report.summary, {}).rates, start=1)
    ]


def _data(report: Report) -> str:
    """The data that the script begins with, as JSON that ends no element."""
    plan, summary = report.plan, report.summary
    has_budget = plan.budget_1.wrong is None
    goals = LadderGoals.of(summary, {})
    data = {
        "lang": report.lang,
        "rows": [str(translate(SEGMENT_LABELS[key], report.lang)) for key in (*SEGMENTS, "total")],
        "budget": {
            "outcome": plan.outcome,
            "opening": plan.opening,
            "growth": [list(plan.growth)],
            "reactivation": plan.rate or 0.0,
            "revenue": plan.budget_1.revenue,
        }
        if has_budget
        else None,
        "ladder": {
            "rates": list(goals.rates),
            "threshold": goals.threshold,
            "customers": PER,
            "extra": goals.extra_now,
        },
    }
    text = json.dumps(data, ensure_ascii=True, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _customers(listing: Listing, report: Report) -> TableView:
    figures = NumberFormat(report.lang)
    rows = tuple(
        (
            one.customer,
            "" if one.status is None else term(one.status),
            "" if one.s12_tier is None else term(one.s12_tier),
            one.orders,
            one.revenue,
            one.s12_revenue,
            "" if one.last_order is None else figures.day(one.last_order),
        )
        for one in listing.customers
    )
    columns = (
        Column(heading("customer"), "text"),
        Column(heading("status"), "text"),
        Column(Translated("Tier S12", "Nivå S12"), "text"),
        Column(heading("orders")),
        Column(heading("revenue"), "money"),
        Column(Translated("Revenue S12", "Omsättning S12"), "money"),
        Column(Translated("Last order", "Senaste köp"), "text"),
    )
    caption = Translated("The {} largest of {} customers", "De {} största av {} kunder").format(
        figures.whole(len(rows)), figures.whole(listing.count)
    )
    return view(Table(columns, rows), report.lang, caption)


WORDS: dict[str, Translated] = {
    "report": Translated("Customer report", "Kundrapport"),
    "message": HEADINGS["message"],
    "read": Translated("Read", "Inläst"),
    "notices": Translated("To know", "Att veta"),
    "table": Translated("The figures as a table", "Siffrorna som tabell"),
    "on_year": Translated("on the year", "på året"),
    "contents": Translated("Contents", "Innehåll"),
    "customers": Translated("Customers", "Kunder"),
    "factor": Translated("Factors of Budget 2", "Faktorer i Budget 2"),
    "factor_hint": Translated(
        "100 % is Budget 1. Retention and reactivation go to 100 % of the customers at most.",
        "100 % är Budget 1. Retention och återvinning går till högst 100 % av kunderna.",
    ),
    "goals": Translated("Goals for the steps", "Mål för stegen"),
    "goal": Translated("Goal", "Mål"),
    "step": Translated("Step", "Steg"),
    "now": Translated("Now", "Nu"),
    "gain": Translated(
        "Extra orders, this step alone",
        "Merköp, bara detta steg",
    ),
    "reset": Translated("Reset", "Återställ"),
    "segment": Translated("Segment", "Segment"),
    "orders": Translated("Orders", "Antal köp"),
    "revenue": Translated("Revenue", "Omsättning"),
    "against": Translated("Revenue against Budget 1", "Omsättning mot Budget 1"),
    "extra": Translated("Extra orders per 1 000 new customers", "Merköp per 1 000 nya kunder"),
    "extra_goal": Translated("with the goals", "med målen"),
    "tip": Translated("Tipping point with the goals", "Tipping point med målen"),
    "none": Translated("none", "ingen"),
    "made": Translated(
        "Made by crmformulas {}; the figures are those of crmf summary.",
        "Gjord med crmformulas {}; siffrorna är de som crmf summary ger.",
    ),
}
