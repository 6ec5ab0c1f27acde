"""The playground of ``crm-formulas.xlsx``: a portfolio, a what-if and an F-ladder to play with."""

from __future__ import annotations

from typing import Any

from crmformulas.catalog.formula import load
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.spreadsheet.cell_text import as_rows

TIERS = ("Super", "Top", "Mid", "Bottom")
PORTFOLIO = {
    "customers": ("count", [5091, 15272, 50906, 30542]),
    "frequency": ("frequency", [7.59, 4.51, 2.37, 1.31]),
    "order_value": ("money", [1598.37, 1222.51, 827.01, 301.70]),
    "retention": ("rate", [0.89, 0.81, 0.65, 0.52]),
}
"""The published portfolio: Elinder, IRi, 2018."""

RATES = [0.18, 0.29, 0.41, 0.38, 0.47, 0.55]
GOALS = [0.25, 0.31, 0.47, 0.63, 0.63, 0.637]
LIFT = 0.05
LIFT_NOTE = "By how many points retention rises: 0.05 and 5 % are the same."
NOTE = "Type your own number. Rates are fractions: 0.25 and 25 % are the same."


def write_playground(sheet: Sheet) -> None:
    """Write the sheet."""
    sheet.widths(36, *[12] * 7, 15, 9, 14)
    sheet.text(0, 0, "Playground: change a coloured cell and watch", "title")
    sheet.freeze(1, 1)
    row = _portfolio(sheet, 2)
    row = _ladder(sheet, row + 1)
    sheet.text(row + 1, 0, "Your own", "heading")
    sheet.text(
        row + 2, 0, "Type =CLV( in any cell from here on. The sheet Functions has the arguments."
    )


def _portfolio(sheet: Sheet, row: int) -> int:
    sheet.text(row, 0, "What are the customers worth?", "heading")
    heads = (
        "Value tier",
        "Customers",
        "Orders a year",
        "Order value",
        "Retention",
        "Value a year",
        "Years",
        "CLV",
        "Portfolio",
        "Index",
        "Gain",
    )
    row += 1
    for j, head in enumerate(heads):
        sheet.text(row, j, head, "number head" if j else "head")
    row += 1
    for i, tier in enumerate(TIERS):
        sheet.text(row + i, 0, tier)
    cells, values = dict[str, str](), dict[str, list[Any]]()
    for j, (name, (kind, numbers)) in enumerate(PORTFOLIO.items(), 1):
        column = [[v] for v in numbers]
        cells[name] = sheet.inputs(row, j, column, kind, heads[j], NOTE).cell
        values[name] = numbers
    lift_row = row + len(TIERS) + 2
    cells["lift"] = sheet.input(lift_row, 4, LIFT, "rate", "Lift", LIFT_NOTE).cell
    values["lift"] = [LIFT]
    # Name of the result, column, formula, arguments; CLV × customers is a product of columns.
    steps: tuple[tuple[str, int, str, tuple[str, ...]], ...] = (
        ("annual_value", 5, "annual_value", ("frequency", "order_value")),
        ("duration", 6, "customer_duration", ("retention",)),
        ("clv", 7, "clv", ("frequency", "order_value", "duration")),
        ("index", 9, "clv_index", ("clv",)),
        ("gain", 10, "retention_gain", ("annual_value", "retention", "lift", "customers")),
    )
    for name, column, formula, arguments in steps:
        entry = load()[formula]
        made = as_rows(entry.spill(*(values[a] for a in arguments)))
        call = f"{entry.spreadsheet_name}({','.join(cells[a] for a in arguments)})"
        cells[name] = sheet.spill(row, column, call, made, entry.result.name).cell
        values[name] = [line[0] for line in made]
    products = [[c * n] for c, n in zip(values["clv"], values["customers"], strict=True)]
    sheet.spill(row, 8, f"{cells['clv']}*{cells['customers']}", products, "money")
    total = row + len(TIERS)
    for j in range(len(heads)):
        sheet.text(total, j, "" if j else "Total", "total")
    sums = (
        (1, f"SUM({cells['customers']})", sum(values["customers"])),
        (
            8,
            f"PORTFOLIO_VALUE({cells['clv']},{cells['customers']})",
            load()["portfolio_value"].spill(values["clv"], values["customers"]),
        ),
        (10, f"SUM({cells['gain']})", sum(values["gain"])),
    )
    for column, formula, value in sums:
        sheet.spill(total, column, formula, [[value]], "money", "total")
    sheet.text(lift_row, 0, "What if retention rose by … points? See Gain.")
    sheet.text(
        lift_row + 1,
        0,
        "Figures: the published portfolio of a retailer (Elinder, IRi, 2018).",
        "note",
    )
    return lift_row + 2


def _ladder(sheet: Sheet, row: int) -> int:
    sheet.text(row, 0, "Do they come back?", "heading")
    row += 1
    sheet.text(row, 0, "Step", "head")
    for j, _ in enumerate(RATES, 1):
        sheet.text(row, j, f"F{j} to F{j + 1}", "number head")
    values: dict[str, Any] = {"rates": RATES, "goals": GOALS, "customers": 1000}
    sheet.text(row + 1, 0, "Share that goes on")
    sheet.text(row + 2, 0, "Goal")
    sheet.text(row + 4, 0, "New customers")
    cells = {
        "rates": sheet.inputs(row + 1, 1, [RATES], "rate", "Share that goes on", NOTE).cell,
        "goals": sheet.inputs(row + 2, 1, [GOALS], "rate", "Goal", NOTE).cell,
        "customers": sheet.input(
            row + 4, 1, values["customers"], "count", "New customers", NOTE
        ).cell,
    }
    steps = (
        ("Extra orders if the step met its goal", 3, "step_gain", ("rates", "goals", "customers")),
        ("Extra orders from them", 5, "extra_orders", ("rates", "customers")),
        ("… if every step met its goal", 6, "extra_orders", ("goals", "customers")),
        ("Tipping point: half go on from F…", 7, "tipping_point", ("rates",)),
    )
    for label, down, formula, arguments in steps:
        entry = load()[formula]
        made = as_rows(entry.spill(*(values[a] for a in arguments)))
        call = f"{entry.spreadsheet_name}({','.join(cells[a] for a in arguments)})"
        if len(made) > 1:
            call, made = f"TRANSPOSE({call})", [[line[0] for line in made]]
        sheet.text(row + down, 0, label)
        sheet.spill(row + down, 1, call, made, entry.result.name)
    sheet.text(
        row + 8, 0, "Goals: RIM, “The Tipping Point” (newsletter article). Shares: made up.", "note"
    )
    return row + 9
