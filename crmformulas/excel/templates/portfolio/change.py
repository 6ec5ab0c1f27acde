"""The sheet of the customer portfolio that compares two occasions, driver by driver."""

from __future__ import annotations

from dataclasses import dataclass

from crmformulas.excel.templates.portfolio.data import in_brackets
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Step, waterfall
from crmformulas.excel.workbook.expressions import DASH, amount, change, signed
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.formulas.value import DRIVERS
from crmformulas.translations import Translated

__all__ = ["EXAMPLE_CHANGE", "PortfolioChange", "write_change"]


@dataclass(frozen=True, slots=True)
class PortfolioChange:
    """Frequency, order value, duration and customers on two occasions; None where unknown."""

    before: tuple[float | None, float | None, float | None, float | None]
    after: tuple[float | None, float | None, float | None, float | None]


EXAMPLE_CHANGE = PortfolioChange(before=(5, 500, 2.5, 5000), after=(6, 600, 3, 4500))
"""Printed with +55 % in Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018)."""

INPUTS: tuple[tuple[Translated, str, Translated], ...] = (
    (
        Translated("Purchase frequency", "Köpfrekvens"),
        "frequency",
        Translated("Orders per customer and year.", "Köp per kund och år."),
    ),
    (
        Translated("Order value", "Intäkt per köp"),
        "money",
        Translated("Revenue per order, in currency units.", "Intäkt per köp, i valutaenheter."),
    ),
    (
        Translated("Duration, years", "Duration, år"),
        "years",
        Translated(
            "Expected years as a customer: 1 / (1 − retention).",
            "Förväntat antal år som kund: 1 / (1 − retention).",
        ),
    ),
    (
        Translated("Customers", "Kunder"),
        "count",
        Translated("Active customers.", "Aktiva kunder."),
    ),
)
"""Label, kind of number and meaning of each driver, in the order of the catalogue."""

MESSAGE = 3
FIRST = 6
"""The row of the first driver."""
CHART, BRIDGE = 13, 34
"""Where the chart begins, and on the next page the row of the first driver in the bridge."""


def write_change(book: Book, data: PortfolioChange) -> Sheet:
    """The value of a portfolio before and after, and how much of the change each driver brought."""
    sheet = book.sheet(
        Translated("Before and after", "Före och efter"),
        Translated("The portfolio before and after", "Portföljen före och efter"),
        (26, 16, 16, 16, 16, 16, 16, 12),
    )
    drivers = _drivers(sheet, data)
    _results(sheet, FIRST + len(DRIVERS), drivers)
    _bridge(sheet, drivers)
    _message(sheet)
    _waterfall(sheet, BRIDGE + 8)
    sheet.freeze(3, 1)
    sheet.print_columns(7, BRIDGE + 8 + 8)
    sheet.xl.set_h_pagebreaks([BRIDGE - 2])
    return sheet


def _drivers(sheet: Sheet, data: PortfolioChange) -> CellRange:
    """The inputs; returns them, a row for each driver."""
    heads = (
        Translated("Drivers", "Drivkrafter"),
        Translated("Before", "Före"),
        Translated("After", "Efter"),
        Translated("Change", "Förändring"),
    )
    sheet.heads(FIRST - 1, 0, heads)
    for i, (driver, (label, kind, meaning)) in enumerate(zip(DRIVERS, INPUTS, strict=True)):
        r = FIRST + i
        sheet.text(r, 0, label)
        cells = []
        for j, (when, value) in enumerate((("before", data.before[i]), ("after", data.after[i]))):
            key = f"change.{when}.{driver}"
            cells.append(sheet.input(r, 1 + j, value, kind, label, meaning, key=key).cell)
        sheet.formula(r, 3, change(cells[1], cells[0]), "signed rate", key=f"change.{driver}")
    return sheet.place(FIRST, 1, FIRST + len(DRIVERS) - 1, 2)


def _results(sheet: Sheet, row: int, drivers: CellRange) -> None:
    clv, worth = (
        Translated("CLV", "Livstidsintäkt (CLV)"),
        Translated("Portfolio value", "Portföljvärde"),
    )
    sheet.text(row, 0, clv)
    sheet.text(row + 1, 0, worth, "total label")
    for j, when in enumerate(("before", "after")):
        column = drivers.down(j)
        factors = [column.at(i).cell for i in range(len(DRIVERS))]
        three = sheet.place(column.row, column.column, column.row + 2).cell
        value = sheet.formula(
            row,
            1 + j,
            f'IF(COUNT({three})=3,{"*".join(factors[:3])},"{DASH}")',
            "money",
            key=f"change.{when}.clv",
        ).cell
        sheet.formula(
            row + 1,
            1 + j,
            f'IF(COUNT({column.cell})=4,{value}*{factors[3]},"{DASH}")',
            "money",
            "total",
            key=f"change.{when}.value",
            name=f"portfolio_value_{when}",
        )
    for i, (key, look) in enumerate((("clv", "value"), ("value", "total"))):
        before, after = (sheet.place(row + i, j).cell for j in (1, 2))
        sheet.formula(row + i, 3, change(after, before), "signed rate", look, key=f"change.{key}")
    notes = (
        Translated("frequency × order value × duration", "köpfrekvens × intäkt per köp × duration"),
        Translated("CLV × customers", "CLV × kunder"),
    )
    for i, words in enumerate(notes):
        sheet.text(row + i, 4, words, "beside")


def _bridge(sheet: Sheet, drivers: CellRange) -> None:
    """Each driver's share: its change × the product of the others, averaged over the way.

    The product of three factors that move evenly is a cubic in the way gone, so that Simpson's
    rule (start, four times halfway, end) is exact; see :func:`crmformulas.clv_bridge`.
    """
    heads = (
        Translated("Bridge", "Brygga"),
        Translated("Change of the driver", "Drivkraftens förändring"),
        Translated("The others before", "Övriga före"),
        Translated("The others halfway", "Övriga halvvägs"),
        Translated("The others after", "Övriga efter"),
        Translated("Contribution", "Bidrag"),
        Translated("Share of it", "Andel av den"),
    )
    sheet.heads(BRIDGE - 1, 0, heads)
    complete = f"COUNT({drivers.fixed})={2 * len(DRIVERS)}"
    total_row = BRIDGE + len(DRIVERS)
    total = sheet.place(total_row, 5)
    for i, (driver, (label, _, _)) in enumerate(zip(DRIVERS, INPUTS, strict=True)):
        r = BRIDGE + i
        sheet.text(r, 0, label)
        before, after = drivers.at(i, 0).cell, drivers.at(i, 1).cell
        others = [j for j in range(len(DRIVERS)) if j != i]
        b, a = ([drivers.at(j, side).cell for j in others] for side in (0, 1))
        halfway = "*".join(f"({x}+{y})/2" for x, y in zip(b, a, strict=True))
        formulas = (f"{after}-{before}", "*".join(b), halfway, "*".join(a))
        for j, formula in enumerate(formulas, 1):
            kind = "#,##0.00" if j > 1 or driver in ("frequency", "duration") else "#,##0"
            kind = f"+{kind};-{kind};0" if j == 1 else "#,##0"
            sheet.formula(r, j, f'IF({complete},{formula},"{DASH}")', kind, "grey value")
        parts = [sheet.place(r, j).cell for j in range(1, 5)]
        share = f"{parts[0]}*({parts[1]}+4*{parts[2]}+{parts[3]})/6"
        cell = sheet.formula(
            r, 5, f'IF({complete},{share},"{DASH}")', "signed money", key=f"bridge.{driver}"
        ).cell
        of = f'IF(N({total.fixed})=0,"{DASH}",{cell}/{total.fixed})'
        sheet.formula(r, 6, of, "signed rate", key=f"bridge.share.{driver}")
    sheet.text(total_row, 0, Translated("Change of the value", "Värdets förändring"), "total label")
    for j in range(1, 5):
        sheet.text(total_row, j, "", "total label")
    cells = sheet.place(BRIDGE, 5, total_row - 1).cell
    whole = f'IF({complete},SUM({cells}),"{DASH}")'
    sheet.formula(total_row, 5, whole, "signed money", "total", key="bridge.total")
    of = f'IF(N({total.fixed})=0,"{DASH}",1)'
    sheet.formula(total_row, 6, of, "signed rate", "total")
    note = Translated(
        "Contribution = change × (others before + 4 × halfway + after) / 6: the driver's effect, "
        "averaged over all orders in which the four can change one after the other (its Shapley "
        "value). The contributions add up to the change exactly.",
        "Bidrag = förändring × (övriga före + 4 × halvvägs + efter) / 6: drivkraftens effekt, i "
        "medeltal över alla ordningar som de fyra kan ändras i, en efter en (dess Shapleyvärde). "
        "Bidragen summerar exakt till förändringen.",
    )
    sheet.paragraph(total_row + 1, 0, 7, note)


def _message(sheet: Sheet) -> None:
    book = sheet.book
    moved, grown = book["bridge.total"].cell, book["change.value"].cell
    words = Translated(
        "The value of the portfolio changes by {amount}{change}",
        "Portföljens värde ändras med {amount}{change}",
    )
    unknown = Translated("Fill in all eight yellow cells", "Fyll i alla åtta gula celler")
    finding = book.sentence(
        words,
        amount=signed(moved, amount(moved)),
        change=in_brackets(grown),
    )
    message = f"IF(ISNUMBER({moved}),{finding},{book.sentence(unknown)})"
    sheet.formula(MESSAGE, 0, message, "", "message", key="change.message")


def _waterfall(sheet: Sheet, row: int) -> None:
    book = sheet.book
    steps = [
        Step(Translated("Before", "Före"), "portfolio_value_before", True),
        *(
            Step(words, book[f"bridge.{driver}"].cell)
            for driver, words in zip(
                DRIVERS,
                (
                    Translated("Frequency", "Frekvens"),
                    Translated("Order value", "Intäkt per köp"),
                    Translated("Duration", "Duration"),
                    Translated("Customers", "Kunder"),
                ),
                strict=True,
            )
        ),
        Step(Translated("After", "Efter"), "portfolio_value_after", True),
    ]
    waterfall(
        sheet,
        row,
        0,
        steps,
        book["change.message"],
        (CHART, 0),
        kind="money",
        key="bridge.waterfall",
        size=(970, 370),
    )
