"""The sheet of the customer portfolio that compares two occasions, driver by driver."""

from __future__ import annotations

from dataclasses import dataclass

from crmformulas.excel.templates.portfolio.data import in_brackets
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Step, waterfall
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import phrases, resolve, translated, write_message
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

DRIVERS_TYPED = lines("""
    frequency: frequency
        Purchase frequency | Köpfrekvens | Orders per customer and year. | Köp per kund och år.
    order_value: money
        Order value | Intäkt per köp
        | Revenue per order, in currency units. | Intäkt per köp, i valutaenheter.
    duration: years
        Duration, years | Duration, år
        | Expected years as a customer: 1 / (1 − retention).
        | Förväntat antal år som kund: 1 / (1 − retention).
    customers: count
        Customers | Kunder | Active customers. | Aktiva kunder.
""")

RESULTS = lines("""
    clv: money
        CLV | Livstidsintäkt (CLV)
        | frequency × order value × duration | köpfrekvens × intäkt per köp × duration
        = IF(COUNT([change.*.frequency:change.*.duration])=3,
        [change.*.frequency]*[change.*.order_value]*[change.*.duration],DASH)
    value: money, total
        Portfolio value | Portföljvärde | CLV × customers | CLV × kunder
        = IF(COUNT([change.*.frequency:change.*.customers])=4,[clv]*[change.*.customers],DASH)
""")

BRIDGE_COLUMNS = lines("""
    driver: words, plain
        Bridge | Brygga
    change: KIND, grey value = IF(COMPLETE,[change.after.*]-[change.before.*],DASH)
        Change of the driver | Drivkraftens förändring
    before: #,##0, grey value = IF(COMPLETE,BEFORE,DASH)
        The others before | Övriga före
    halfway: #,##0, grey value = IF(COMPLETE,HALFWAY,DASH)
        The others halfway | Övriga halvvägs
    after: #,##0, grey value = IF(COMPLETE,AFTER,DASH)
        The others after | Övriga efter
    contribution: signed money
        Contribution | Bidrag
        = IF(COMPLETE,[change]*([before]+4*[halfway]+[after])/6,DASH)
    share: signed rate = IF(N([$bridge.total])=0,DASH,[contribution]/[$bridge.total])
        Share of it | Andel av den
""")
COMPLETE = "COUNT([$change.before.frequency:change.after.customers])=8"

NOTE = translated("""
    Contribution = change × (others before + 4 × halfway + after) / 6: the driver's effect, averaged
    over all orders in which the four can change one after the other (its Shapley value). The
    contributions add up to the change exactly.
    | Bidrag = förändring × (övriga före + 4 × halvvägs + efter) / 6: drivkraftens effekt, i
    medeltal över alla ordningar som de fyra kan ändras i, en efter en (dess Shapleyvärde). Bidragen
    summerar exakt till förändringen.
""")

MESSAGE = """
    ISNUMBER([bridge.total]) → The value of the portfolio changes by {amount}{change}
        | Portföljens värde ändras med {amount}{change}
    Fill in all eight yellow cells | Fyll i alla åtta gula celler
    where amount = SIGNED([bridge.total],AMOUNT([bridge.total]))
"""

STEPS = phrases("""
    Frequency | Frekvens; Order value | Intäkt per köp; Duration; Customers | Kunder
""")

FIRST = 6
"""The row of the first driver."""
CHART, BRIDGE = 13, 34
"""Where the chart begins, and on the next page the row of the first driver in the bridge."""


def write_change(book: Book, data: PortfolioChange) -> Sheet:
    """The value of a portfolio before and after, and how much of the change each driver brought."""
    title = "The portfolio before and after | Portföljen före och efter"
    widths = (26, 16, 16, 16, 16, 16, 16, 12)
    sheet = book.sheet("Before and after | Före och efter", title, widths)
    _drivers(sheet, data)
    _results(sheet, FIRST + len(DRIVERS))
    _bridge(sheet)
    change = in_brackets(book["change.value"].cell)
    write_message(sheet, 3, MESSAGE, "message", "change.message", change=change)
    _waterfall(sheet, BRIDGE + 8)
    sheet.page(BRIDGE + 8 + 8, breaks=[BRIDGE - 2])
    return sheet


def _drivers(sheet: Sheet, data: PortfolioChange) -> None:
    heads = "Drivers | Drivkrafter; Before | Före; After | Efter; Change | Förändring"
    sheet.heads(FIRST - 1, 0, heads)
    values = {"before": data.before, "after": data.after}
    grid = Grid(sheet, FIRST, 1, DRIVERS_TYPED, ("before", "after"), key="change.*.#")
    grid.label(0)
    grid.write(lambda driver, when: values[when][DRIVERS.index(driver)])
    for i, driver in enumerate(DRIVERS, FIRST):
        grown = resolve(sheet, f"CHANGE([change.after.{driver}],[change.before.{driver}])")
        sheet.formula(i, 3, grown, "signed rate", key=f"change.{driver}")


def _results(sheet: Sheet, row: int) -> None:
    grid = Grid(sheet, row, 1, RESULTS, ("before", "after"), key="change.*.#")
    grid.label(0, 4)
    grid.write()
    for when in ("before", "after"):
        sheet.book.define(f"portfolio_value_{when}", grid.place("value", when))
    for i, (key, line) in enumerate(RESULTS.items(), row):
        grown = resolve(sheet, f"CHANGE([change.after.{key}],[change.before.{key}])")
        sheet.formula(i, 3, grown, "signed rate", line.look("value"), key=f"change.{key}")


def _bridge(sheet: Sheet) -> None:
    """Each driver's share: its change × the product of the others, averaged over the way.

    The product of three factors that move evenly is a cubic in the way gone, so that Simpson's
    rule (start, four times halfway, end) is exact; see :func:`crmformulas.clv_bridge`.
    """
    book, row = sheet.book, BRIDGE + len(DRIVERS)
    book.places["bridge.total"] = sheet.place(row, 5)
    for i, driver in enumerate(DRIVERS, BRIDGE):
        others = [other for other in DRIVERS if other != driver]
        before, after = ([f"[change.{x}.{o}]" for o in others] for x in ("before", "after"))
        halfway = (f"({x}+{y})/2" for x, y in zip(before, after, strict=True))
        shown = "#,##0.00" if driver in ("frequency", "duration") else "#,##0"
        words = {
            "COMPLETE": COMPLETE,
            "BEFORE": "*".join(before),
            "HALFWAY": "*".join(halfway),
            "AFTER": "*".join(after),
            "KIND": f"+{shown};-{shown};0",
        }
        grid = Grid(sheet, i, 0, filled(BRIDGE_COLUMNS, words), (driver,), across=True)
        if i == BRIDGE:
            grid.head()
        sheet.text(i, 0, DRIVERS_TYPED[driver].label)
        grid.write(leave=("driver",))
        book.places[f"bridge.{driver}"] = grid.place("contribution")
        book.places[f"bridge.share.{driver}"] = grid.place("share")
    label = Translated("Change of the value", "Värdets förändring")
    for j in range(5):
        sheet.text(row, j, "" if j else label, "total label")
    first, last = f"bridge.{DRIVERS[0]}", f"bridge.{DRIVERS[-1]}"
    whole = resolve(sheet, f"IF({COMPLETE},SUM([{first}:{last}]),DASH)")
    sheet.formula(row, 5, whole, "signed money", "total", key="bridge.total")
    share = resolve(sheet, "IF(N([$bridge.total])=0,DASH,1)")
    sheet.formula(row, 6, share, "signed rate", "total")
    sheet.paragraph(row + 1, 0, 7, NOTE)


def _waterfall(sheet: Sheet, row: int) -> None:
    book = sheet.book
    steps = [
        Step(Translated("Before", "Före"), "portfolio_value_before", True),
        *(Step(w, book[f"bridge.{d}"].cell) for d, w in zip(DRIVERS, STEPS, strict=True)),
        Step(Translated("After", "Efter"), "portfolio_value_after", True),
    ]
    said, size, key = book["change.message"], (970, 370), "bridge.waterfall"
    waterfall(sheet, row, 0, steps, said, (CHART, 0), kind="money", key=key, size=size)
