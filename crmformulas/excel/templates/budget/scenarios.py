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
    ROWS,
    SCENARIOS,
    SEGMENT_LABELS,
    WIDTHS,
    Cells,
    budget_heads,
    chosen,
    colour_changes,
    for_period,
    scenario_name,
    total,
)
from crmformulas.excel.templates.budget.charts import draw_budget
from crmformulas.excel.templates.budget.tables import write_balance, write_changes
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import (
    DASH,
    amount,
    change,
    guard,
    movement,
    per_cent,
    ratio,
    times,
)
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS
from crmformulas.formulas.budget import COLUMNS, GROWTH, LEVERS, SEGMENTS
from crmformulas.translations import Label, Translated, term

if TYPE_CHECKING:
    from crmformulas.excel.templates.budget.data import BudgetData

__all__ = ["write_budget_2", "write_scenarios"]

COLUMNS_OF = {key: j for j, key in enumerate(("outcome", "budget1", *SCENARIOS), 2)}
"""The columns of the sheet of scenarios."""

FLOW = (
    ("customers", ""),
    ("orders_per_customer", "×"),
    ("orders", "="),
    ("value_per_order", "×"),
    ("revenue", "="),
    ("revenue_per_customer", ""),
)
"""The columns of a budget in the order in which they are calculated, with what joins them."""

RATES = LEVERS[1:3]
"""The levers of which there can't be more than 100 %."""

IMPOSSIBLE = Translated("▼ no", "▼ nej")

FACTORS, SHORT, COST, FULL = 6, 17, 27, 46
"""Where the parts of the sheet of scenarios begin."""

CHARTS, TABLES = 37, 55
"""Where the charts of Budget 2 begin, and the tables that they draw."""


def write_scenarios(book: Book, data: BudgetData) -> None:
    """The simulation factors of each scenario, and below them what they bring."""
    name = Translated("Scenarios", "Scenarier")
    title = Translated("Scenarios side by side", "Scenarier sida vid sida")
    sheet = book.sheet(name, title, (27, 19, 15, 15, 15, 15, 15, 15))
    _factors(sheet, FACTORS, data)
    _lay_out(sheet, FULL)
    _short(sheet, SHORT)
    _costs(sheet, COST, data)
    _full(sheet, FULL)
    _scenarios_message(sheet)
    sheet.freeze(3, 2)
    sheet.xl.set_h_pagebreaks([FULL])
    sheet.book.places["scenarios.full"] = sheet.place(FULL, 0)
    sheet.print_columns(7, FULL + 31)


def _period_heads(sheet: Sheet, row: int, head: Label) -> None:
    """The names of the scenarios, as they were typed, over their columns."""
    cells = Cells(sheet)
    heads: list[Label] = [head, "", term("outcome").capitalize(), "Budget 1"]
    sheet.heads(row, 0, heads, texts=2)
    for scenario in SCENARIOS:
        name = cells(f"{scenario}.name")
        sheet.formula(row, COLUMNS_OF[scenario], f'{name}&""', "", "number head")


def _factors(sheet: Sheet, row: int, data: BudgetData) -> None:
    heads: list[Label] = [
        Translated("Simulation factors", "Simuleringsfaktorer"),
        "",
        Translated("Growth, S12 / F12", "Tillväxt, S12 / F12"),
        "Budget 1",
    ]
    sheet.heads(row, 0, heads, texts=2)
    scenarios = (*data.scenarios, data.own)
    for key, scenario in zip(SCENARIOS, scenarios, strict=True):
        sheet.input(
            row,
            COLUMNS_OF[key],
            sheet.book.translate(scenario_name(scenario)),
            "text",
            Translated("Name of the scenario", "Scenariots namn"),
            Translated("Stands in the list and the charts.", "Står i listan och i diagrammen."),
            key=f"{key}.name",
            setting=True,
            look="entry head",
        )
    sheet.book.places["scenario_names"] = sheet.place(row, COLUMNS_OF["scenario1"], row, 7)
    note = Translated(
        "100 % is as in Budget 1; 110 % is ten per cent more. From 0 to 1000 %.",
        "100 % är som i Budget 1; 110 % är tio procent mer. Från 0 till 1000 %.",
    )
    for i, lever in enumerate(LEVERS, row + 1):
        sheet.text(i, 0, LEVER_LABELS[lever])
        sheet.formula(i, COLUMNS_OF["outcome"], _grown(Cells(sheet), lever), "factor")
        sheet.formula(i, COLUMNS_OF["budget1"], "100%", "factor")
        for key, scenario in zip(SCENARIOS, scenarios, strict=True):
            sheet.input(
                i,
                COLUMNS_OF[key],
                scenario.factors.get(lever, 1.0),
                "factor",
                LEVER_LABELS[lever],
                note,
                key=f"{key}.{lever}",
                setting=True,
            )


def _grown(cells: Cells, lever: str) -> str:
    """By what its lever grew from F12 to S12: who stayed and who came back by their number."""
    if lever in GROWTH:
        return guard([cells(f"grown.{lever}")], cells(f"grown.{lever}"))
    segment = LEVER_SEGMENTS[lever]
    now, then = (cells(f"{period}.{segment}.customers") for period in ("outcome", "former"))
    return ratio(now, then)


def _short(sheet: Sheet, row: int) -> None:
    """What the scenarios come to, right below their factors."""
    cells = Cells(sheet)
    _period_heads(sheet, row, Translated("In short", "I korthet"))
    labels: tuple[Label, ...] = (
        term("revenue").capitalize(),
        Translated("against Budget 1", "mot Budget 1"),
        Translated("against Budget 1, %", "mot Budget 1, %"),
        Translated("against the outcome, %", "mot utfallet, %"),
        term("active_customers").capitalize(),
        term("retention").capitalize(),
        Translated("Reactivation rate", "Återvinningsgrad"),
        Translated("Possible", "Möjligt"),
    )
    for i, label in enumerate(labels, row + 1):
        sheet.text(i, 0, label)
    outcome, budget1 = (cells(f"{p}.total.revenue") for p in ("outcome", "budget1"))
    for period, j in COLUMNS_OF.items():
        cell = sheet.place(row + 1, j, row + 8).at
        revenue = cells(f"column.{period}.total.revenue")
        sheet.formula(row + 1, j, guard([revenue], revenue), "money")
        if period != "outcome":
            against = guard([revenue, budget1], f"{revenue}-{budget1}")
            sheet.formula(row + 4, j, change(revenue, outcome), "signed rate")
            if period != "budget1":
                sheet.formula(row + 2, j, against, "signed money", key=f"{period}.against_budget1")
                sheet.formula(row + 3, j, change(revenue, budget1), "signed rate")
        people = cells(f"column.{period}.total.customers")
        sheet.formula(row + 5, j, guard([people], people), "count")
        rates = ("outcome_retention", "reactivation_used")
        if period == "outcome":
            rates = ("outcome_retention", cells("reactivation.outcome"))
        for k, (lever, rate) in enumerate(zip(RATES, rates, strict=True), 6):
            formula = guard([rate], rate)
            if period in SCENARIOS:
                factor = cells(f"{period}.{lever}")
                formula = guard([rate, factor], f"{rate}*{factor}")
            sheet.formula(row + k, j, formula, "rate", key=f"{period}.simulated_{lever}")
        if period in SCENARIOS:
            both = (cell(5).cell, cell(6).cell)
            yes, no = (sheet.book.translate(w) for w in (Translated("● yes", "● ja"), IMPOSSIBLE))
            sheet.formula(
                row + 8,
                j,
                f'IF(COUNT({both[0]},{both[1]})<2,"{DASH}",'
                f'IF(OR(ROUND({both[0]},9)>1,ROUND({both[1]},9)>1),"{no}","{yes}"))',
                "",
                "grey value",
                key=f"{period}.possible",
            )
    last = COLUMNS_OF["own"]
    colour_changes(sheet, row + 2, 2, row + 4, last)
    place = sheet.place(row + 6, COLUMNS_OF["scenario1"], row + 7, last)
    first = place.at(0).cell
    sheet.colour(place, f"IF(ISNUMBER({first}),ROUND({first},9)>1,FALSE)", LOSS)


def _costs(sheet: Sheet, row: int, data: BudgetData) -> None:
    """What lifting each lever costs, and what is left of what it brings.

    A lever that is lifted and has no cost leaves the result unknown: it is not free.
    """
    cells = Cells(sheet)
    _period_heads(sheet, row, Translated("Cost of each lever", "Kostnad per faktor"))
    for column in (1, 2, 3):
        sheet.text(row, column, "", "head")
    note = Translated(
        "What the activities that lift this lever cost in the budget's year. May be empty where "
        "the lever is not lifted.",
        "Vad aktiviteterna som lyfter faktorn kostar under budgetåret. Får vara tom där faktorn "
        "inte lyfts.",
    )
    for i, lever in enumerate(LEVERS, row + 1):
        sheet.text(i, 0, LEVER_LABELS[lever])
        for scenario in SCENARIOS:
            sheet.input(
                i,
                COLUMNS_OF[scenario],
                None,
                "money",
                LEVER_LABELS[lever],
                note,
                key=f"{scenario}.{lever}.cost",
                optional=True,
                low=0,
            )
    margin = row + len(LEVERS) + 1
    label = Translated("Margin", "Marginal")
    about = Translated(
        "The share of revenue that is left when goods and delivery are paid, before the cost of "
        "the levers. Without it no result is told.",
        "Den andel av omsättningen som är kvar när varor och leverans är betalda, före kostnaden "
        "för faktorerna. Utan den sägs inget resultat.",
    )
    sheet.text(margin, 0, label)
    sheet.input(
        margin, 1, data.margin, "rate", label, about, name="budget_margin", high=1, optional=True
    )
    labels: tuple[tuple[str, Label, str], ...] = (
        ("cost", Translated("Cost of the levers", "Kostnad för faktorerna"), "money"),
        (
            "contribution",
            Translated("Contribution against Budget 1", "Täckningsbidrag mot Budget 1"),
            "signed money",
        ),
        ("result", Translated("Result after cost", "Resultat efter kostnad"), "signed money"),
        ("romi", Translated("ROMI", "ROMI"), "growth rate"),
    )
    for scenario in SCENARIOS:
        j = COLUMNS_OF[scenario]
        costs = sheet.place(row + 1, j, row + len(LEVERS))
        factors = sheet.place(FACTORS + 1, j, FACTORS + len(LEVERS)).cell
        lifted = f'{factors},"<>1"'
        free = f'COUNTIF({lifted})-COUNTIFS({lifted},{costs.cell},">=0")'
        more = cells(f"{scenario}.against_budget1")
        cost, gain, result = (sheet.place(margin + i, j).cell for i in (1, 2, 3))
        formulas = (
            f'IF({free}>0,"{DASH}",SUM({costs.cell}))',
            guard([more, "budget_margin"], f"{more}*budget_margin"),
            guard([gain, cost], f"{gain}-{cost}"),
            ratio(result, cost),
        )
        for i, ((key, words, kind), formula) in enumerate(zip(labels, formulas, strict=True), 1):
            sheet.text(margin + i, 0, words, "label" if key == "result" else "plain")
            sheet.formula(margin + i, j, formula, kind, key=f"{scenario}.{key}")
    last = COLUMNS_OF["own"]
    colour_changes(sheet, margin + 2, 4, margin + 3, last)
    results = sheet.place(margin + 3, 4, margin + 3, last).cell
    best = f"MAX({results})"
    told = sheet.book.sentence(
        Translated(
            "After its cost {name} leaves most: {more} against Budget 1",
            "Efter kostnad lämnar {name} mest: {more} mot Budget 1",
        ),
        name=f"INDEX({cells('scenario_names')},MATCH({best},{results},0))",
        more=movement(best),
    )
    lacking = sheet.book.sentence(
        Translated(
            "Type what each lifted lever costs, and the margin: the result follows.",
            "Skriv vad varje lyft faktor kostar, och marginalen: då följer resultatet.",
        )
    )
    sheet.formula(
        margin + 5, 0, f"IF(COUNT({results})=0,{lacking},{told})", "", "note", key="scenarios.best"
    )


def _lay_out(sheet: Sheet, row: int) -> None:
    """Say where each figure will stand: those in short and those in full follow from each other."""
    for period, j in COLUMNS_OF.items():
        for i, (column, segment) in enumerate(product(dict(FLOW), ROWS), row + 1):
            # Spaces between the groups.
            place = sheet.place(i + (i - row - 1) // len(ROWS), j)
            sheet.book.places[f"column.{period}.{segment}.{column}"] = place
            if period in SCENARIOS:
                sheet.book.places[f"{period}.{segment}.{column}"] = place


def _full(sheet: Sheet, row: int) -> None:
    """Every figure of the periods, each column from the top down as it is calculated."""
    _period_heads(sheet, row, Translated("In full", "I sin helhet"))
    for (column, sign), segment in product(FLOW, ROWS):
        i = sheet.book[f"column.own.{segment}.{column}"].row
        if segment == ROWS[0]:
            label = sheet.book.translate(COLUMN_LABELS[column])
            sheet.text(i, 0, f"{sign} {label}" if sign else label)
        is_total = segment == "total"
        sheet.text(i, 1, SEGMENT_LABELS[segment], "total label" if is_total else "plain")
        for period, j in COLUMNS_OF.items():
            formula = _formula(sheet, period, column, segment)
            sheet.formula(i, j, formula, COLUMN_KINDS[column], "total" if is_total else "value")


def _formula(sheet: Sheet, period: str, column: str, segment: str) -> str:
    """A figure of a period: of an earlier sheet, or of a scenario."""
    cells = Cells(sheet)
    if period not in SCENARIOS:
        cell = cells(f"{period}.{segment}.{column}")
        return guard([cell], cell)
    own = {name: cells(f"{period}.{segment}.{name}") for name in COLUMNS}
    pairs = {
        "value_per_order": ("revenue", "orders"),
        "orders_per_customer": ("orders", "customers"),
        "revenue_per_customer": ("revenue", "customers"),
    }
    if segment == "total" and column in COLUMNS[:3]:
        return total(*(cells(f"{period}.{s}.{column}") for s in (SEGMENTS[0], SEGMENTS[-1])))
    if segment == "total" or column == "revenue_per_customer":
        return ratio(*(own[name] for name in pairs[column]))
    if column == "customers":
        return _customers(cells, period, segment)
    if column == "orders":
        return times(own["customers"], own["orders_per_customer"])
    if column == "revenue":
        return times(own["orders"], own["value_per_order"])
    lifted = "order_value" if column == "value_per_order" else "frequency"
    parts = [
        cells(f"outcome.{segment}.{column}"),
        cells(f"growth.{segment}_{lifted}"),
        cells(f"{period}.{segment}_{lifted}"),
    ]
    return f'IF({own[pairs[column][1]]}=0,"{DASH}",{guard(parts, "*".join(parts))})'


def _customers(cells: Cells, period: str, segment: str) -> str:
    """The customers of a segment: not more may stay or come back than there are."""
    if segment == "new":
        factors = ("outcome.new.customers", "growth.recruitment", f"{period}.recruitment")
        parts = [cells(key) for key in factors]
        return guard(parts, "*".join(parts))
    whole, lever = {
        "continued": ("outcome_closing", "retention"),
        "reactivated": ("outcome_lost", "reactivation"),
    }[segment]
    share = cells(f"{period}.simulated_{lever}")
    return guard([whole, share], f'IF(ROUND({share},9)>1,"{DASH}",{whole}*{share})')


def _scenarios_message(sheet: Sheet) -> None:
    cells, sentence = Cells(sheet), sheet.book.sentence
    gains = sheet.place(SHORT + 2, COLUMNS_OF["scenario1"], SHORT + 2, COLUMNS_OF["own"]).cell
    best = f"MAX({gains})"
    message = sentence(
        Translated(
            "{name} brings most: {more} against Budget 1", "{name} ger mest: {more} mot Budget 1"
        ),
        name=f"INDEX({cells('scenario_names')},MATCH({best},{gains},0))",
        more=movement(best),
    )
    unknown = sentence(Translated("No scenario is known", "Inget scenario är känt"))
    sheet.formula(
        3, 0, f"IF(COUNT({gains})=0,{unknown},{message})", "", "message", key="scenarios.message"
    )
    beyond = "&".join(_beyond(sheet, scenario, lever) for scenario in SCENARIOS for lever in RATES)
    lower = sentence(
        Translated(
            "More than 100 % can't stay or come back: lower the factor.",
            "Mer än 100 % kan inte stanna eller komma åter: sänk faktorn.",
        )
    )
    names = cells("scenario_names")
    alike = "+".join(
        f"SUMPRODUCT(({names}={cells(f'{scenario}.name')})*1)" for scenario in SCENARIOS
    )
    twice = sentence(
        Translated("▼ Two scenarios have the same name.", "▼ Två scenarier har samma namn.")
    )
    fine = sentence(Translated("● All scenarios are possible.", "● Alla scenarier är möjliga."))
    first, last = cells("scenario1.possible"), cells("own.possible")
    impossible = f'COUNTIF({first}:{last},"{sheet.book.translate(IMPOSSIBLE)}")'
    sheet.formula(
        4,
        0,
        f"IF({alike}>{len(SCENARIOS)},{twice},IF(COUNT({gains})=0,{sentence(LACKING)},"
        f"IF({impossible}=0,{fine},{beyond}&{lower})))",
        "",
        "note",
        key="scenarios.check",
    )


def _beyond(sheet: Sheet, scenario: str, lever: str) -> str:
    """A formula that tells of a rate above 100 %, and of one that isn't nothing."""
    cells = Cells(sheet)
    share = cells(f"{scenario}.simulated_{lever}")
    warning = sheet.book.sentence(
        Translated("▼ {name}: {lever} {share}. ", "▼ {name}: {lever} {share}. "),
        name=cells(f"{scenario}.name"),
        lever=f'"{sheet.book.translate(term(lever))}"',
        share=per_cent(share),
    )
    return f'IF(ISNUMBER({share}),IF(ROUND({share},9)>1,{warning},""),"")'


# Budget 2


def write_budget_2(book: Book, data: BudgetData) -> None:
    """Step 4: the chosen scenario in full, beside Budget 1 and the outcome."""
    title = Translated("Step 4: Budget 2, with simulation", "Steg 4: Budget 2, med simulering")
    sheet = book.sheet("4 Budget 2", title, WIDTHS)
    names = book["scenario_names"]
    scenarios = (*data.scenarios, data.own)
    sheet.text(6, 0, Translated("Scenario", "Scenario"), "label")
    sheet.input(
        6,
        1,
        book.translate(scenario_name(scenarios[data.chosen])),
        "text",
        Translated("Scenario", "Scenario"),
        Translated(
            "Choose one of the four scenarios: it is Budget 2, and the one of the target and the "
            "charts.",
            "Välj ett av de fyra scenarierna: det är Budget 2, och det som mål och diagram gäller.",
        ),
        name="chosen_scenario",
        choices=names,
        setting=True,
    )
    sheet.formula(
        6,
        2,
        f'IF(SUMPRODUCT(({names.full}=chosen_scenario)*1)<>1,"{DASH}",'
        f'IFERROR(MATCH(chosen_scenario,{names.full},0),"{DASH}"))',
        "count",
        "grey value",
        name="chosen_number",
    )
    sheet.text(6, 3, Translated("its number, from the left", "dess nummer, från vänster"), "beside")
    budget_heads(sheet, 8, "Budget 2")
    for i, segment in enumerate(ROWS, 9):
        look = "total" if segment == "total" else "value"
        for j, column in enumerate(COLUMNS, 1):
            first, last = (book[f"{s}.{segment}.{column}"] for s in ("scenario1", "own"))
            row = f"{first.full}:{last.fixed}"
            sheet.formula(
                i, j, chosen(row), COLUMN_KINDS[column], look, key=f"budget2.{segment}.{column}"
            )
    write_changes(
        sheet,
        14,
        Translated("Change against Budget 1", "Förändring mot Budget 1"),
        "budget2",
        "budget1",
        "budget2.change",
    )
    write_changes(
        sheet,
        20,
        Translated("Change against the outcome", "Förändring mot utfallet"),
        "budget2",
        "outcome",
        "budget2.change_outcome",
    )
    periods = (("outcome", term("outcome").capitalize()), ("budget1", "Budget 1"))
    write_balance(sheet, 26, (*periods, ("budget2", "Budget 2")))
    _budget_2_message(sheet)
    rows = CHARTS - 1
    if data.has_outcome:
        # Of what is not known there is nothing to draw.
        draw_budget(sheet, CHARTS, TABLES)
        rows = TABLES - 2
    sheet.freeze(3, 1)
    sheet.xl.fit_to_pages(1, 1)
    sheet.print_columns(6, rows)


def _budget_2_message(sheet: Sheet) -> None:
    cells, sentence = Cells(sheet), sheet.book.sentence
    revenue, budget1, outcome = (
        cells(f"{period}.total.revenue") for period in ("budget2", "budget1", "outcome")
    )
    message = sentence(
        Translated(
            "{name}{period} brings {revenue}: {more} against Budget 1, {most} against the outcome",
            "{name}{period} ger {revenue}: {more} mot Budget 1, {most} mot utfallet",
        ),
        name="chosen_scenario",
        period=for_period(sheet.book),
        revenue=amount(revenue),
        more=movement(f"({revenue}-{budget1})"),
        most=movement(f"({revenue}-{outcome})"),
    )
    unknown = sentence(Translated("Budget 2 is not known", "Budget 2 är inte känd"))
    sheet.formula(
        3,
        0,
        f"IF(COUNT({revenue},{budget1},{outcome})<3,{unknown},{message})",
        "",
        "message",
        key="budget2.message",
    )
    choose = sentence(
        Translated(
            "▼ No scenario, or more than one, has that name: choose another from the list.",
            "▼ Inget scenario, eller fler än ett, heter så: välj ett annat ur listan.",
        )
    )
    beyond = sentence(
        Translated(
            "▼ More than 100 % would stay or come back: lower the factor in Scenarios.",
            "▼ Mer än 100 % skulle stanna eller komma åter: sänk faktorn i Scenarier.",
        )
    )
    balance = {key: cells(f"budget2.{key}") for key in ("plus_new", "plus_reactivated", "lost")}
    balance |= {"opening": "outcome_closing", "closing": cells("budget2.closing")}
    fine = sentence(
        Translated(
            "● Customers: {opening} + {plus_new} + {plus_reactivated} − {lost} = {closing}",
            "● Kunder: {opening} + {plus_new} + {plus_reactivated} − {lost} = {closing}",
        ),
        **{key: f"FIXED({cell},0)" for key, cell in balance.items()},
    )
    first, last = (sheet.book[f"{scenario}.possible"] for scenario in ("scenario1", "own"))
    possible = f"INDEX({first.full}:{last.fixed},chosen_number)"
    no = sheet.book.translate(IMPOSSIBLE)
    sheet.formula(
        4,
        0,
        f'IF(NOT(ISNUMBER(chosen_number)),{choose},IF({possible}="{no}",{beyond},'
        f"IF(COUNT({','.join(balance.values())})<5,{sentence(LACKING)},{fine})))",
        "",
        "note",
        key="budget2.check",
    )
