"""The report workbook: the sheets of the templates, filled from an order file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.excel.report import filled
from crmformulas.excel.report.board import begin_board, write_board
from crmformulas.excel.report.budget_book import with_scenario
from crmformulas.excel.report.cohorts import write_cohorts
from crmformulas.excel.report.first_year import write_first_year, write_months
from crmformulas.excel.report.flows_before import write_flows_before
from crmformulas.excel.report.follow import write_follow
from crmformulas.excel.report.forecast import write_forecast
from crmformulas.excel.report.keep_or_acquire import write_keep_or_acquire
from crmformulas.excel.report.links import link_inputs
from crmformulas.excel.report.listed_customers import Listing, cut_ids, write_customers
from crmformulas.excel.report.lists import write_lists
from crmformulas.excel.report.method import write_method
from crmformulas.excel.report.overview import Overview
from crmformulas.excel.report.quality import write_quality
from crmformulas.excel.report.separated import Separated, write_separated
from crmformulas.excel.templates.budget.budget import write_budget
from crmformulas.excel.templates.kpis.crm_kpis import write_kpis
from crmformulas.excel.templates.ladder.goals import write_ladder
from crmformulas.excel.templates.portfolio.customer_portfolio import write_portfolio
from crmformulas.formats import day_label
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.narrative import narrative, what_was_read
from crmformulas.orders.selections.report_lists import NO_LISTS
from crmformulas.translations import Lang, Translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmformulas.excel.templates.kpis.crm_kpis import KpiData
    from crmformulas.excel.templates.portfolio.data import PortfolioData
    from crmformulas.excel.workbook.book import Book
    from crmformulas.excel.workbook.sheet import Sheet
    from crmformulas.orders.analysis.backtest import Backtest
    from crmformulas.orders.analysis.data_quality import Quality
    from crmformulas.orders.analysis.follow import Follow
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.analysis.keep_or_acquire import Way
    from crmformulas.orders.analysis.scenarios import Scenario
    from crmformulas.orders.selections.report_lists import ReportLists
    from crmformulas.orders.summary.model import Summary

__all__ = ["Listing", "Separated", "cut_ids", "write_report"]

TITLE = Translated("Customer report", "Kundrapport")


def write_report(
    path: Path,
    summary: Summary,
    name: str,
    lang: Lang = "en",
    *,
    before: Summary | None = None,
    customers: Listing | None = None,
    separated: Separated | None = None,
    currency: str = "",
    quality: Quality | None = None,
    lists: ReportLists = NO_LISTS,
    backtest: Backtest | None = None,
    ways: Sequence[Way] = (),
    scenario: Scenario | None = None,
    follow: Follow | None = None,
    margin: float | None = None,
) -> Book:
    """Write the report on an order file; what is at the path is replaced when it is whole.

    Args:
        path: Where to write.
        summary: The figures.
        name: What the orders are called, such as the name of their file.
        lang: The language of its texts.
        before: The figures of a year before, if history reaches back so far.
        customers: The customers to list; none leaves the sheet out.
        separated: What separates those who go on, and discounts; none leaves the sheets out.
        currency: That of the amounts, if it is known.
        quality: What was found in the orders; none leaves the sheet out.
        lists: Whom to write to, who is at risk, RFM, the forecast, and a survey; each sheet is left
            out that there is nothing to tell on.
        backtest: What the method said a year ago against what came.
        ways: What a customer costs and brings; none leaves the sheet out.
        scenario: The factors and target of Budget 2; without one it stands as Budget 1.
        margin: The share of revenue that is left, for the result after the cost of levers.
        follow: What has come of the scenario's budget so far; none leaves the sheet out.

    Returns:
        The book, closed: to find its places.

    Raises:
        InputError: if the rules have more value tiers than the sheets have room for or names that
            a spreadsheet takes for one, or the days are older than its calendar.
    """
    # Imported here: it loads the spreadsheet engine.
    from crmformulas.excel.workbook.book import write_book

    planned = replace(filled.budget(summary, before), margin=margin)
    if scenario is not None:
        planned = with_scenario(planned, scenario, lang)
    flows, months = filled.portfolio(summary, before, lang), filled.kpis(summary, before)

    def write(book: Book) -> None:
        board = begin_board(book)
        overview = Overview(book)
        last = day_label(summary.as_of)
        period = Translated("12 months to {}", "12 månader till {}").format(last)
        book.guide(
            LINES,
            source=SOURCE,
            company=name,
            period=period,
            currency=currency,
            budget=filled.next_period(summary),
        )
        write_portfolio(book, flows)
        write_flows_before(book, summary, before)
        write_ladder(book, filled.ladder(summary))
        write_cohorts(book, summary)
        write_first_year(book, summary)
        write_months(book, summary)
        write_kpis(book, months)
        _note_older(book, summary, months)
        write_budget(book, planned)
        if follow is not None:
            write_follow(book, follow)
        write_keep_or_acquire(book, ways)
        link_inputs(book, flows)
        _say_why(book, flows)
        if separated is not None:
            write_separated(book, separated)
        write_lists(book, lists)
        if lists.forecast is not None:
            write_forecast(book, lists.forecast, Plan.of(summary, before))
        if customers is not None:
            write_customers(book, customers)
        write_method(book, summary, backtest)
        if quality is not None:
            write_quality(book, quality)
        overview.write(summary, before, f12_known=flows.f12_known)
        write_board(
            book,
            board,
            narrative(summary, before, currency=currency, f12_known=flows.f12_known),
            what_was_read(summary),
            f12_known=flows.f12_known,
            valued=summary.portfolio_value is not None,
        )
        aside = UNPRINTED if scenario else (*UNPRINTED, *SET)
        # A page of dashes tells no more than the line on the first that says why.
        _arrange(book, board, (*aside, *_untold(summary, before, lists.forecast)))
        board.xl.activate()

    return write_book(path, lang, TITLE, write, from_file=True)


GROUPS: dict[str, tuple[str, ...]] = {
    "results": (
        "overview.message",
        "flows.message",
        "migration.message",
        "portfolio.message",
        "flow_values.message",
        "projection.message",
        "ladder.message",
        "ladder.steps",
        "first_year.message",
        "cohorts.message",
        "ltv.total",
        "dashboard.message",
        "kpi.shown",
        "months.message",
        "rfm.message",
        "scores.message",
        "separates.message",
        "discounts.message",
        "products.message",
    ),
    "todo": (
        "todo.message",
        "risk.message",
        "forecast.message",
        "budget1.message",
        "scenarios.message",
        "budget2.message",
        "target.message",
        "follow.message",
        "keep.message",
        "customers.list",
    ),
    "inputs": (
        "flow.customers",
        "ladder.customers",
        "cohorts.customers",
        "kpi.months",
        "ltv.months",
        "outcome.message",
        "development.message",
    ),
    "method": ("method.coverage", "quality.findings", "company"),
}
"""The sheets by what they are for, each by a cell of its own, in the order in which they are read.
"""


UNPRINTED = ("ltv.total", "ladder.steps", "kpi.shown", "customers.list", "company")
"""Sheets to look something up on, beside the inputs: other pages tell what they come to."""

SET = ("budget2.message", "target.message")
"""Sheets that tell nothing until a scenario is chosen."""


def _untold(summary: Summary, before: Summary | None, forecast: Forecast | None) -> tuple[str, ...]:
    """Sheets that have nothing but dashes, as what they tell is not known."""
    if forecast is not None and forecast.total is None and not forecast.backtest:
        return ("forecast.message", *_untold(summary, before, None))
    if not summary.f12_known:
        return RESTS_ON_F12[1:]
    values = () if summary.portfolio_value is not None else ("flow_values", "projection")
    planned = Plan.of(summary, before).budget_1.revenue is not None
    return tuple(
        f"{one}.message" for one in (*values, *(() if planned else ("budget1", "scenarios")))
    )


def _arrange(book: Book, board: Sheet, aside: Sequence[str]) -> None:
    """Results first, then what to do, what was counted, and how it is to be read.

    What is printed is what is handed round: each sheet on a page of its own, not the inputs and the
    tables to look something up in.
    """
    sheets = {sheet.name: sheet for sheet in book.sheets}
    groups = {
        group: [sheets[book[key].sheet] for key in keys if key in book.places]
        for group, keys in GROUPS.items()
    }
    book.arrange({"board": [board], **groups})
    unprinted = {book[key].sheet for key in aside if key in book.places}
    unprinted |= {sheet.name for sheet in groups["inputs"]}
    full = book.places.get("scenarios.full")
    for sheet in book.sheets:
        if sheet.name in unprinted:
            sheet.leave_unprinted()
            continue
        if full is not None and sheet.name == full.sheet:
            # In full, a scenario is to be looked up.
            sheet.print_columns(sheet.printed[0], full.row - 1)
        sheet.fit_on_a_page()


RESTS_ON_F12 = (
    "flows.message",
    "migration.message",
    "portfolio.message",
    "flow_values.message",
    "projection.message",
    "outcome.message",
    "development.message",
    "budget1.message",
    "scenarios.message",
    "budget2.message",
    "target.message",
)
"""Messages of the sheets whose figures rest on F12."""


SAY_SO = ("migration.message", "portfolio.message", "flow_values.message", "projection.message")
"""Those that say themselves that nothing is known, and why."""


def _say_why(book: Book, data: PortfolioData) -> None:
    """Say on each sheet that rests on F12 why its figures are unknown or approximate."""
    if data.lacking is None:
        return
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for key in RESTS_ON_F12:
        if key not in book.places or (not data.f12_known and key in SAY_SO):
            continue
        sheet = sheets[book[key].sheet]
        sheet.because = data.lacking
        # How many were active is known without those of the year before.
        sheet.approximate = data.f12_known and key != "flows.message"


def _note_older(book: Book, summary: Summary, data: KpiData) -> None:
    """Say so where the first cohort of the sheet of lifetime value stands for older ones too."""
    oldest = summary.cohort_records[0].cohort
    if data.ltv is None or oldest >= data.ltv.first_month.isoformat()[:7]:
        return
    words = Translated(
        f"This line has the customers of all months from {oldest} on.",
        f"Den här raden har kunderna från alla månader från och med {oldest}.",
    )
    for key in ("ltv.months", "ltv.cohorts"):
        place = book[key]
        sheet = next(s for s in book.sheets if s.name == place.sheet)
        sheet.xl.write_comment(place.row, 0, book.translate(words))


LINES = (
    Translated(
        "Board: the year on one page. Begin there; its links lead to the figures. Overview: the "
        "balance of customers, key figures, and what the data does not tell.",
        "Styrelsen: året på en sida. Börja där; länkarna leder till siffrorna. Sammanfattning: "
        "kundbalansen, nyckeltal, och vad underlaget inte säger.",
    ),
    Translated(
        "All sheets calculate from the counts of your order file, which stand in the coloured "
        "cells. Change one, and see what follows from it.",
        "Alla blad räknar på antalen ur din orderfil, som står i de färgade cellerna. Ändra ett "
        "och se vad som följer av det.",
    ),
    Translated(
        "Flow table, Customer flows and Migration: from which value tier customers came in the "
        "twelve months before (F12), and to which they went (S12).",
        "Flödestabell, Kundflöden och Migration: från vilken värdenivå kunderna kom under "
        "föregående tolv månader (F12), och till vilken de gick (S12).",
    ),
    Translated(
        "Portfolio and Projection: what the customers are worth, and where it leads in five years.",
        "Portfölj och Prognos: vad kunderna är värda, och vart det leder på fem år.",
    ),
    Translated(
        "F-ladder: at which purchase customers become loyal. Set goals for its steps on the sheet "
        "of its inputs, and see what they bring.",
        "F-trappan: vid vilket köp kunderna blir lojala. Sätt mål för stegen på bladet med dess "
        "indata, och se vad de ger.",
    ),
    Translated(
        "Cohort sheets: what the customers of each month have spent since their first order.",
        "Kohortblad: vad varje månads kunder har handlat för sedan sitt första köp.",
    ),
    Translated(
        "First year: what new customers do in the twelve months from their first order. Months: 24 "
        "months of orders and revenue, each against the year before.",
        "Första året: vad nya kunder gör under tolv månader från sitt första köp. Månader: 24 "
        "månaders köp och omsättning, var och en mot året innan.",
    ),
    Translated(
        "KPI sheets: key figures by month with targets to set, and lifetime value at fixed ages.",
        "Nyckeltalsblad: nyckeltal per månad med mål att sätta, och livstidsintäkt vid fasta "
        "åldrar.",
    ),
    Translated(
        "To do now and At risk: whom to write to first, what is at stake, and why. RFM: the grid, "
        "with its move since last year.",
        "Att göra nu och I riskzonen: vilka du ska skriva till först, vad som står på spel, och "
        "varför. RFM: rutnätet, med dess rörelse sedan förra året.",
    ),
    Translated(
        "Forecast: what is expected of the customers who are known, with an interval and what a "
        "backtest missed; beside it the budget and the ladder as forecast. One that fails its "
        "backtest is not shown; its errors are.",
        "Väntat: vad som väntas av dagens kunder, med intervall och vad ett bakåttest slog fel på; "
        "bredvid står budgeten och trappan som prognosen. En prognos som inte klarar sitt "
        "bakåttest visas inte; dess fel visas.",
    ),
    Translated(
        "Budget sheets: last year's outcome, its growth, and next year's budget. Choose a "
        "scenario, or type factors of your own, and set a target.",
        "Budgetblad: årets utfall, dess tillväxt, och nästa års budget. Välj ett scenario eller "
        "skriv egna faktorer, och sätt ett mål.",
    ),
    Translated(
        "What separates, Discounts by step and Products, where they were asked for: what those who "
        "go on have in common. It goes together with, and does not prove.",
        "Vad som skiljer, Rabatter per steg och Produkter, där de efterfrågats: vad de som går "
        "vidare har gemensamt. Det hänger ihop med, och bevisar inte.",
    ),
    Translated(
        "Customers: who they are, the largest first, to filter and sort.",
        "Kunder: vilka de är, störst först, att filtrera och sortera.",
    ),
    Translated(
        "Data quality: what was read and how, what was left out, and what looks odd.",
        "Datakvalitet: vad som lästes och hur, vad som inte är med, och vad som ser udda ut.",
    ),
    Translated(
        "Printed is what is handed round, a page for each sheet. Inputs, lists and this page are "
        "not, until you clear their print area.",
        "Det som skrivs ut är det som delas ut, en sida per blad. Indata, listor och den här sidan "
        "skrivs inte ut förrän du rensar deras utskriftsområde.",
    ),
    Translated(
        "A dash is a figure that the data does not tell: it is unknown, not zero.",
        "Ett streck är en siffra som underlaget inte ger: den är okänd, inte noll.",
    ),
)

SOURCE = Translated(
    'The method is that of Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018). The three '
    "named scenarios are its published ones, not yours.",
    'Metoden är Elinders, "Dina nycklar till framgångsrikare CRM" (IRi, 2018). De tre namngivna '
    "scenarierna är dess publicerade, inte dina.",
)
