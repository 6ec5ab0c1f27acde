"""Step 4 of the customer development budget: four scenarios side by side, one of them Budget 2."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from crmformulas.excel.templates.budget.cells import (
    COLUMN_KINDS,
    COLUMN_LABELS,
    LACKING,
    LEVER_LABELS,
    LEVER_SEGMENTS,
    OUTCOME,
    ROWS,
    SCENARIOS,
    SEGMENT_LABELS,
    WIDTHS,
    budget_heads,
    colour_changes,
    for_period,
    scenario_name,
)
from crmformulas.excel.templates.budget.charts import draw_budget
from crmformulas.excel.templates.budget.tables import budget_table, write_balance, write_changes
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import per_cent
from crmformulas.excel.workbook.lines import Grid, Line, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS
from crmformulas.formulas.budget import COLUMNS, GROWTH, LEVERS
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_budget_2", "write_scenarios"]

PERIODS = ("outcome", "budget1", *SCENARIOS)
"""The columns of the sheet of scenarios, from the third."""

FACTORS, SHORT, COST, FULL = 6, 17, 27, 46
"""Where the parts of the sheet of scenarios begin."""

CHARTS, TABLES = 37, 55
"""Where the charts of Budget 2 begin, and the tables that they draw."""

FACTOR_NOTE = translated("""
    100 % is as in Budget 1; 110 % is ten per cent more. From 0 to 1000 %.
    | 100 % är som i Budget 1; 110 % är tio procent mer. Från 0 till 1000 %.
""")

NAME = lines("""
    name: text, setting, entry head
        Name of the scenario | Scenariots namn
        | Stands in the list and the charts. | Står i listan och i diagrammen.
""")

IN_SHORT = lines("""
    revenue: money = KNOWN([column.*.total.revenue])
        @revenue
    against_budget1: signed money, from scenario1
        against Budget 1 | mot Budget 1
        = KNOWN([column.*.total.revenue]-[budget1.total.revenue])
    change_budget1: signed rate, from scenario1
        against Budget 1, % | mot Budget 1, %
        = CHANGE([column.*.total.revenue],[budget1.total.revenue])
    change_outcome: signed rate, from budget1
        against the outcome, % | mot utfallet, %
        = CHANGE([column.*.total.revenue],[outcome.total.revenue])
    people: count = KNOWN([column.*.total.customers])
        @active_customers
    simulated_retention: rate = KNOWN(outcome_retention*[*.retention])
        @retention
        outcome = KNOWN(outcome_retention)
        budget1 = KNOWN(outcome_retention)
    simulated_reactivation: rate = KNOWN(reactivation_used*[*.reactivation])
        Reactivation rate | Återvinningsgrad
        outcome = KNOWN([reactivation.outcome])
        budget1 = KNOWN(reactivation_used)
    possible: words, grey value, from scenario1
        Possible | Möjligt
        = IF(COUNT([simulated_retention],[simulated_reactivation])<2,DASH,IF(OR(
        ROUND([simulated_retention],9)>1,ROUND([simulated_reactivation],9)>1),
        "▼ no | ▼ nej","● yes | ● ja"))
""")
"""What a scenario comes to, right below its factors."""

COST_NOTE = translated("""
    What the activities that lift this lever cost in the budget's year. May be empty where the
    lever is not lifted.
    | Vad aktiviteterna som lyfter faktorn kostar under budgetåret. Får vara tom där faktorn inte
    lyfts.
""")

MARGIN = lines("""
    margin: rate, optional, high 1, named budget_margin
        Margin | Marginal
        | The share of revenue that is left when goods and delivery are paid, before the cost of
        the levers. Without it no result is told.
        | Den andel av omsättningen som är kvar när varor och leverans är betalda, före kostnaden
        för faktorerna. Utan den sägs inget resultat.
""")

AFTER_COST = lines("""
    cost: money
        Cost of the levers | Kostnad för faktorerna
        = IF(COUNTIF([*.factors],"<>1")-COUNTIFS([*.factors],"<>1",[*.costs],">=0")>0,DASH,
        SUM([*.costs]))
    contribution: signed money = KNOWN([*.against_budget1]*budget_margin)
        Contribution against Budget 1 | Täckningsbidrag mot Budget 1
    result: signed money, label = KNOWN([contribution]-[cost])
        Result after cost | Resultat efter kostnad
    romi: growth rate = RATIO([result],[cost])
        ROMI
""")
"""What is left of what a scenario brings. A lever that is lifted and has no cost is not free."""

BEST_AFTER_COST = """
    COUNT([result@])=0 → Type what each lifted lever costs, and the margin: the result follows.
        | Skriv vad varje lyft faktor kostar, och marginalen: då följer resultatet.
    After its cost {name} leaves most: {MOVEMENT(MAX([result@]))} against Budget 1
        | Efter kostnad lämnar {name} mest: {MOVEMENT(MAX([result@]))} mot Budget 1
    where name = INDEX([scenario_names],MATCH(MAX([result@]),[result@],0))
"""

FLOW = (
    ("customers", ""),
    ("orders_per_customer", "×"),
    ("orders", "="),
    ("value_per_order", "×"),
    ("revenue", "="),
    ("revenue_per_customer", ""),
)
"""The columns of a budget in the order in which they are calculated, with what joins them."""

SUM = "SUM_OF([*.new.{0}:*.reactivated.{0}])"

IN_FULL = {
    "new.customers": "KNOWN([outcome.new.customers]*[growth.recruitment]*[*.recruitment])",
    # Not more may stay or come back than there are.
    "continued.customers": (
        "GUARD(outcome_closing,[*.simulated_retention],"
        "IF(ROUND([*.simulated_retention],9)>1,DASH,outcome_closing*[*.simulated_retention]))"
    ),
    "reactivated.customers": (
        "GUARD(outcome_lost,[*.simulated_reactivation],"
        "IF(ROUND([*.simulated_reactivation],9)>1,DASH,outcome_lost*[*.simulated_reactivation]))"
    ),
    "orders_per_customer": (
        "IF([*.{0}.customers]=0,DASH,"
        "KNOWN([outcome.{0}.orders_per_customer]*[growth.{0}_frequency]*[*.{0}_frequency]))"
    ),
    "orders": "TIMES([*.{0}.customers],[*.{0}.orders_per_customer])",
    "value_per_order": (
        "IF([*.{0}.orders]=0,DASH,"
        "KNOWN([outcome.{0}.value_per_order]*[growth.{0}_order_value]*[*.{0}_order_value]))"
    ),
    "revenue": "TIMES([*.{0}.orders],[*.{0}.value_per_order])",
    "revenue_per_customer": "RATIO([*.{0}.revenue],[*.{0}.customers])",
    "total.customers": SUM.format("customers"),
    "total.orders_per_customer": "RATIO([*.total.orders],[*.total.customers])",
    "total.orders": SUM.format("orders"),
    "total.value_per_order": "RATIO([*.total.revenue],[*.total.orders])",
    "total.revenue": SUM.format("revenue"),
}
"""The figures of a scenario by segment and column; those without a segment are of all others."""

GAINS = "[scenario1.against_budget1:own.against_budget1]"

SCENARIOS_MESSAGE = """
    COUNT({gains})=0 → No scenario is known | Inget scenario är känt
    {name} brings most: {more} against Budget 1 | {name} ger mest: {more} mot Budget 1
    where name = INDEX([scenario_names],MATCH(MAX({gains}),{gains},0))
    where more = MOVEMENT(MAX({gains}))
"""

SCENARIOS_CHECK = """
    {alike}>4 → ▼ Two scenarios have the same name. | ▼ Två scenarier har samma namn.
    COUNT({gains})=0 → {lacking}
    COUNTIF([scenario1.possible:own.possible],"▼ no | ▼ nej")=0
        → ● All scenarios are possible. | ● Alla scenarier är möjliga.
    {beyond}More than 100 % can't stay or come back: lower the factor.
        | {beyond}Mer än 100 % kan inte stanna eller komma åter: sänk faktorn.
"""


def write_scenarios(book: Book, data: BudgetData) -> None:
    """The simulation factors of each scenario, and below them what they bring."""
    sheet = book.sheet(
        "Scenarios | Scenarier",
        "Scenarios side by side | Scenarier sida vid sida",
        (27, 19, 15, 15, 15, 15, 15, 15),
    )
    _factors(sheet, data)
    _lay_out(sheet)
    _short(sheet)
    _costs(sheet, data)
    _full(sheet)
    write_message(sheet, 3, SCENARIOS_MESSAGE, "message", "scenarios.message", gains=GAINS)
    alike = "+".join(
        f"SUMPRODUCT(([scenario_names]=[{scenario}.name])*1)" for scenario in SCENARIOS
    )
    rates = product(SCENARIOS, LEVERS[1:3])
    beyond = "&".join(_beyond(sheet, scenario, lever) for scenario, lever in rates)
    write_message(
        sheet,
        4,
        SCENARIOS_CHECK,
        "note",
        "scenarios.check",
        gains=GAINS,
        alike=alike,
        beyond=beyond,
        lacking=LACKING,
    )
    sheet.freeze(3, 2)
    sheet.xl.set_h_pagebreaks([FULL])
    book.places["scenarios.full"] = sheet.place(FULL, 0)
    sheet.print_columns(7, FULL + 31)


def _period_heads(sheet: Sheet, row: int, head: Label) -> None:
    """The names of the scenarios, as they were typed, over their columns."""
    sheet.heads(row, 0, [head, "", OUTCOME, "Budget 1"], texts=2)
    for j, scenario in enumerate(SCENARIOS, 4):
        sheet.formula(row, j, resolve(sheet, f'[{scenario}.name]&""'), "", "number head")


def _factors(sheet: Sheet, data: BudgetData) -> None:
    growth = Translated("Growth, S12 / F12", "Tillväxt, S12 / F12")
    factors = Translated("Simulation factors", "Simuleringsfaktorer")
    sheet.heads(FACTORS, 0, [factors, "", growth, "Budget 1"], texts=2)
    scenarios = dict(zip(SCENARIOS, (*data.scenarios, data.own), strict=True))
    names = Grid(sheet, FACTORS, 4, NAME, SCENARIOS, key="*.#")
    names.write(lambda _, key: scenario_name(scenarios[key]))
    sheet.book.places["scenario_names"] = names.all("name")
    levers = {
        x: Line(x, "factor", label, FACTOR_NOTE, ("setting",)) for x, label in LEVER_LABELS.items()
    }
    grid = Grid(sheet, FACTORS + 1, 4, levers, SCENARIOS, key="*.#")
    grid.label(0)
    for i, lever in enumerate(LEVERS, FACTORS + 1):
        sheet.formula(i, 2, resolve(sheet, _grown(lever)), "factor")
        sheet.formula(i, 3, "100%", "factor")
    grid.write(lambda lever, scenario: scenarios[scenario].factors.get(lever, 1.0))


def _grown(lever: str) -> str:
    """By what its lever grew from F12 to S12: who stayed and who came back by their number."""
    segment = LEVER_SEGMENTS[lever]
    if lever in GROWTH:
        return f"KNOWN([grown.{lever}])"
    return f"RATIO([outcome.{segment}.customers],[former.{segment}.customers])"


def _short(sheet: Sheet) -> None:
    _period_heads(sheet, SHORT, Translated("In short", "I korthet"))
    grid = Grid(sheet, SHORT + 1, 2, IN_SHORT, PERIODS, key="*.#")
    grid.label(0)
    grid.write()
    colour_changes(sheet, SHORT + 2, 2, SHORT + 4, 7)
    place = grid.place("simulated_retention", "scenario1").to(
        grid.place("simulated_reactivation", "own")
    )
    first = place.at(0).cell
    sheet.colour(place, f"IF(ISNUMBER({first}),ROUND({first},9)>1,FALSE)", LOSS)


def _costs(sheet: Sheet, data: BudgetData) -> None:
    """Write what lifting each lever costs, and what is left of what it brings."""
    _period_heads(sheet, COST, Translated("Cost of each lever", "Kostnad per faktor"))
    for column in (1, 2, 3):
        sheet.text(COST, column, "", "head")
    looks = ("optional", "low 0")
    costs = {x: Line(x, "money", label, COST_NOTE, looks) for x, label in LEVER_LABELS.items()}
    grid = Grid(sheet, COST + 1, 4, costs, SCENARIOS, key="*.#.cost")
    grid.label(0)
    grid.write()
    row = COST + len(LEVERS) + 1
    margin = Grid(sheet, row, 1, MARGIN)
    margin.label(0)
    margin.enter(data.margin)
    for j, scenario in enumerate(SCENARIOS, 4):
        for key, first in (("factors", FACTORS), ("costs", COST)):
            place = sheet.place(first + 1, j, first + len(LEVERS))
            sheet.book.places[f"{scenario}.{key}"] = place
    after = Grid(sheet, row + 1, 4, AFTER_COST, SCENARIOS, key="*.#")
    after.label(0)
    after.write()
    colour_changes(sheet, row + 2, 4, row + 3, 7)
    write_message(sheet, row + 5, BEST_AFTER_COST, "note", "scenarios.best", after.lookup(""))


def _lay_out(sheet: Sheet) -> None:
    """Say where each figure will stand: those in short and those in full follow from each other."""
    for j, period in enumerate(PERIODS, 2):
        for i, (column, segment) in enumerate(product(dict(FLOW), ROWS)):
            # Spaces between the groups.
            place = sheet.place(FULL + 1 + i + i // len(ROWS), j)
            sheet.book.places[f"column.{period}.{segment}.{column}"] = place
            if period in SCENARIOS:
                sheet.book.places[f"{period}.{segment}.{column}"] = place


def _full(sheet: Sheet) -> None:
    """Every figure of the periods, each column from the top down as it is calculated."""
    _period_heads(sheet, FULL, Translated("In full", "I sin helhet"))
    for (column, sign), segment in product(FLOW, ROWS):
        i = sheet.book[f"column.own.{segment}.{column}"].row
        if segment == ROWS[0]:
            sheet.text(i, 0, f"{sign} {sheet.book.translate(COLUMN_LABELS[column])}".strip())
        is_total = segment == "total"
        sheet.text(i, 1, SEGMENT_LABELS[segment], "total label" if is_total else "plain")
        for j, period in enumerate(PERIODS, 2):
            formula = f"KNOWN([*.{segment}.{column}])"
            if period in SCENARIOS:
                own = IN_FULL.get(f"{segment}.{column}") or IN_FULL[column]
                formula = own.format(segment)
            look = "total" if is_total else "value"
            sheet.formula(i, j, resolve(sheet, formula, period), COLUMN_KINDS[column], look)


def _beyond(sheet: Sheet, scenario: str, lever: str) -> str:
    """A formula that tells of a rate above 100 %, and of one that isn't nothing."""
    share = resolve(sheet, f"[{scenario}.simulated_{lever}]")
    warning = sheet.book.sentence(
        "▼ {name}: {lever} {share}. ",
        name=resolve(sheet, f"[{scenario}.name]"),
        lever=f'"{sheet.book.translate(term(lever))}"',
        share=per_cent(share),
    )
    return f'IF(ISNUMBER({share}),IF(ROUND({share},9)>1,{warning},""),"")'


# Budget 2

CHOSEN = lines("""
    chosen: text, label, setting, of scenario_names, named chosen_scenario
        Scenario | Scenario
        | Choose one of the four scenarios: it is Budget 2, and the one of the target and the
        charts.
        | Välj ett av de fyra scenarierna: det är Budget 2, och det som mål och diagram gäller.
""")

CHOSEN_NUMBER = (
    "IF(SUMPRODUCT(([scenario_names]=chosen_scenario)*1)<>1,DASH,"
    "IFERROR(MATCH(chosen_scenario,[scenario_names],0),DASH))"
)

CHOSEN_FIGURE = "IF(ISNUMBER(chosen_number),INDEX([scenario1.*.#:own.*.#],chosen_number),DASH)"

BUDGET_2_MESSAGE = """
    COUNT([budget2.total.revenue],[budget1.total.revenue],[outcome.total.revenue])<3
        → Budget 2 is not known | Budget 2 är inte känd
    {chosen_scenario}{period} brings {revenue}: {more} against Budget 1, {most} against the outcome
        | {chosen_scenario}{period} ger {revenue}: {more} mot Budget 1, {most} mot utfallet
    where revenue = AMOUNT([budget2.total.revenue])
    where more = MOVEMENT(([budget2.total.revenue]-[budget1.total.revenue]))
    where most = MOVEMENT(([budget2.total.revenue]-[outcome.total.revenue]))
"""

BUDGET_2_CHECK = """
    NOT(ISNUMBER(chosen_number))
        → ▼ No scenario, or more than one, has that name: choose another from the list.
        | ▼ Inget scenario, eller fler än ett, heter så: välj ett annat ur listan.
    INDEX([scenario1.possible:own.possible],chosen_number)="▼ no | ▼ nej"
        → ▼ More than 100 % would stay or come back: lower the factor in Scenarios.
        | ▼ Mer än 100 % skulle stanna eller komma åter: sänk faktorn i Scenarier.
    COUNT([budget2.plus_new],[budget2.plus_reactivated],[budget2.lost],outcome_closing,
        [budget2.closing])<5 → {lacking}
    ● Customers: {opening} + {new} + {back} − {lost} = {closing}
        | ● Kunder: {opening} + {new} + {back} − {lost} = {closing}
    where opening = FIXED(outcome_closing,0)
    where new = FIXED([budget2.plus_new],0)
    where back = FIXED([budget2.plus_reactivated],0)
    where lost = FIXED([budget2.lost],0)
    where closing = FIXED([budget2.closing],0)
"""


def write_budget_2(book: Book, data: BudgetData) -> None:
    """Step 4: the chosen scenario in full, beside Budget 1 and the outcome."""
    sheet = book.sheet(
        "4 Budget 2", "Step 4: Budget 2, with simulation | Steg 4: Budget 2, med simulering", WIDTHS
    )
    scenarios = (*data.scenarios, data.own)
    scenario = Grid(sheet, 6, 1, CHOSEN)
    scenario.label(0)
    scenario.enter(book.translate(scenario_name(scenarios[data.chosen])))
    number = resolve(sheet, CHOSEN_NUMBER)
    sheet.formula(6, 2, number, "count", "grey value", name="chosen_number")
    sheet.text(6, 3, Translated("its number, from the left", "dess nummer, från vänster"), "beside")
    budget_heads(sheet, 8, "Budget 2")
    chosen = {x: {"": CHOSEN_FIGURE.replace("#", x)} for x in COLUMNS}
    budget_table(sheet, 9, "budget2", chosen)
    against = Translated("Change against Budget 1", "Förändring mot Budget 1")
    write_changes(sheet, 14, against, "budget2", "budget1", "budget2.change")
    against = Translated("Change against the outcome", "Förändring mot utfallet")
    write_changes(sheet, 20, against, "budget2", "outcome", "budget2.change_outcome")
    write_balance(
        sheet, 26, (("outcome", OUTCOME), ("budget1", "Budget 1"), ("budget2", "Budget 2"))
    )
    period = for_period(book)
    write_message(sheet, 3, BUDGET_2_MESSAGE, "message", "budget2.message", period=period)
    write_message(sheet, 4, BUDGET_2_CHECK, "note", "budget2.check", lacking=LACKING)
    rows = CHARTS - 1
    if data.has_outcome:
        # Of what is not known there is nothing to draw.
        draw_budget(sheet, CHARTS, TABLES)
        rows = TABLES - 2
    sheet.page(rows, whole=True)
