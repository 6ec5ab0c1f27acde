"""The F-ladder from step to step: rates, tipping points, extra orders, gains and the bottleneck."""

from __future__ import annotations

from crmformulas.excel.templates.ladder.result import TIP
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH, guard, unit
from crmformulas.excel.workbook.named_formulas import paragraphs
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.formulas.uncertainty import LEVEL, normal_quantile
from crmformulas.translations import Translated

__all__ = ["write_steps"]

HEADS = 4
"""The row of the headings."""

REACH = f"{normal_quantile(LEVEL):.12g}"
"""As many standard errors reach an end of an interval."""

COLUMNS = (
    ("from", Translated("Customers", "Kunder"), 11),
    ("to", Translated("go on", "går vidare"), 11),
    ("rate", Translated("Step rate now", "Stegandel nu"), 10),
    ("goal", Translated("Goal", "Mål"), 10),
    ("gap", Translated("Against goal, pp", "Mot mål, p.e."), 11),
    ("tip_now", Translated("Tipping point now", "Tipping point nu"), 9),
    ("tip_goal", Translated("Tipping point at goal", "Tipping point vid mål"), 9),
    ("reach_now", Translated("Extra orders now", "Merköp nu"), 11),
    ("reach_goal", Translated("Extra orders at goal", "Merköp vid mål"), 11),
    ("brings", Translated("Orders each brings", "Köp som var och en ger"), 11),
    ("gain", Translated("Gain of the step", "Stegets vinst"), 10),
    ("money", Translated("Gain in money", "Vinst i pengar"), 13),
    ("mark", Translated("Bottleneck", "Flaskhals"), 11),
    ("median", Translated("Median days", "Median-dagar"), 9),
)
"""Of the sheet of steps: key, head and width, from its second column on."""


def write_steps(book: Book, steps: int) -> None:
    """The sheet of so many steps, from the inputs in the book."""
    sheet = book.sheet(
        Translated("F-ladder steps", "F-trappan steg"),
        Translated("From step to step", "Från steg till steg"),
        (11, *(width for _, _, width in COLUMNS)),
    )
    heads = [Translated("Step", "Steg"), *(head for _, head, _ in COLUMNS)]
    last = len(COLUMNS)
    sheet.paragraph(3, 0, last, READING)
    sheet.heads(HEADS, 0, heads)
    money = book.sentence(Translated("Gain{kr}", "Vinst{kr}"), kr=unit(", "))
    column_of_money = [key for key, _, _ in COLUMNS].index("money") + 1
    sheet.formula(HEADS, column_of_money, money, "", "number head")
    _contacts(sheet, HEADS + 1)
    first = HEADS + 2
    column = {
        key: sheet.place(first, j, first + steps - 1) for j, (key, _, _) in enumerate(COLUMNS, 1)
    }
    book.places["ladder.steps"] = sheet.place(first, 0, first + steps - 1)
    for key, place in column.items():
        book.places[f"ladder.{key}"] = place
    for i in range(steps):
        _step(sheet, column, i, steps)
    _sums(sheet, column, first + steps)
    gap, mark = column["gap"], column["mark"]
    sheet.colour(gap, f"AND(ISNUMBER({gap.at(0).cell}),{gap.at(0).cell}<0)", LOSS)
    sheet.colour(gap, f"AND(ISNUMBER({gap.at(0).cell}),{gap.at(0).cell}>=0)", GAIN)
    sheet.colour(mark, f'{mark.at(0).cell}<>""', LOSS)
    for key in ("tip_now", "tip_goal"):
        sheet.colour(column[key], f'{column[key].at(0).cell}<>""', GAIN)
    for i, note in enumerate(NOTES):
        sheet.paragraph(first + steps + 2 + i, 0, last, note)
    shown = first + steps + 3 + len(NOTES)
    _ends(sheet, column, last + 3)
    # What the funnel draws is no figure to read on paper.
    _funnel(sheet, shown, steps + 1)
    sheet.freeze(HEADS + 1, 1)
    sheet.print_columns(last, shown - 1)


READING = Translated(
    "New customers at the top; each row tells how many of them make that step's order. "
    "A figure that can't be known is –.",
    "Nya kunder överst; varje rad säger hur många av dem som gör det stegets köp. "
    "En siffra som inte kan vara känd är –.",
)

NOTES = paragraphs("""
    Step rate = customers who go on / customers. Against goal: percentage points above or below the
    goal.
    | Stegandel = kunder som går vidare / kunder. Mot mål: procentenheter över eller under.

    Extra orders: new customers × the step rates up to and with this step, at the rates of now, and
    at the goals (without a goal: the rate of now). The total is the sum of them.
    | Merköp: nya kunder × stegandelarna till och med detta steg, med dagens andelar, och med målen
    (utan mål: dagens andel). Totalen är summan av stegen.

    Orders each brings: a customer who makes the step brings that order and those that follow at the
    rates of now. Gain = new customers who come this far × what is missing to the goal × orders each
    brings.
    | Köp som var och en ger: en kund som tar steget ger det köpet och dem som följer med dagens
    andelar. Vinst = nya kunder som når hit × det som saknas till målet × köp som var och en ger.
""")


def _contacts(sheet: Sheet, row: int) -> None:
    """From contact to customer: beside the ladder, not part of the extra orders."""
    both_known = "AND(ISNUMBER(ladder_contacts),ISNUMBER(ladder_without_order))"
    sheet.text(row, 0, "F0→F1")
    contacts = f'IF(ISNUMBER(ladder_contacts),ladder_contacts,"{DASH}")'
    of = sheet.formula(row, 1, contacts, "count", key="ladder.f0_contacts").cell
    bought = sheet.formula(
        row,
        2,
        f"IF({both_known},IF(ladder_without_order<=ladder_contacts,"
        f'ladder_contacts-ladder_without_order,"{DASH}"),"{DASH}")',
        "count",
        key="ladder.f0_bought",
    ).cell
    sheet.formula(
        row,
        3,
        f'IF(ISNUMBER({bought}),IF({of}>0,{bought}/{of},"{DASH}"),"{DASH}")',
        "rate",
        key="ladder.f0_rate",
    )


def _step(sheet: Sheet, column: dict[str, CellRange], i: int, steps: int) -> None:
    """The formulas of the step from F(i + 1) to F(i + 2)."""
    book = sheet.book
    customers, goals = book["ladder.customers"], book["ladder.goals"]
    row = column["rate"].row + i

    def cell(key: str, step: int = i) -> str:
        return column[key].at(step).cell

    def put(key: str, formula: str, kind: str, look: str = "value") -> None:
        sheet.formula(row, column[key].column, formula, kind, look)

    def where(condition: str, then: str) -> str:
        return f'IF({condition},{then},"{DASH}")'

    sheet.text(row, 0, f"F{i + 1}→F{i + 2}")
    here, above = customers.at(i).full, customers.at(i + 1).full
    # A step is there if both its counts are, and all steps before it.
    put("from", where(f"ISNUMBER({here})", here), "count")
    before = f"ISNUMBER({cell('to', i - 1)})," if i else ""
    there = f"AND({before}ISNUMBER({here}),ISNUMBER({above}),N({above})<=N({here}))"
    put("to", where(there, above), "count")
    put(
        "rate",
        where(f"AND(ISNUMBER({cell('to')}),N({cell('from')})>0)", f"{cell('to')}/{cell('from')}"),
        "rate",
    )
    goal = goals.at(i).full
    before = f",ISNUMBER({cell('goal', i - 1)})" if i else ""
    put(
        "goal",
        where(
            f"AND(ISNUMBER({cell('to')}){before})", f"IF(ISNUMBER({goal}),{goal},{cell('rate')})"
        ),
        "rate",
    )
    both = f"AND(ISNUMBER({cell('rate')}),ISNUMBER({cell('goal')}))"
    put("gap", where(both, f"100*({cell('rate')}-{cell('goal')})"), "change")
    for tip, of in (("tip_now", "rate"), ("tip_goal", "goal")):
        reached = f"AND(COUNT({cell(of)},ladder_threshold)=2,N({cell(of)})>=N(ladder_threshold))"
        put(tip, _first(sheet, column[tip], row, reached), "", "mark")
    for reach, of in (("reach_now", "rate"), ("reach_goal", "goal")):
        start = cell(reach, i - 1) if i else "ladder_new_customers"
        put(
            reach,
            where(f"AND(ISNUMBER({start}),ISNUMBER({cell(of)}))", f"{start}*{cell(of)}"),
            "count",
        )
    follow = ""
    if i + 1 < steps:
        follow = (
            f"+IF(ISNUMBER({cell('rate', i + 1)}),{cell('rate', i + 1)}*{cell('brings', i + 1)},0)"
        )
    put("brings", where(f"ISNUMBER({cell('rate')})", f"1{follow}"), "frequency")
    start = cell("reach_now", i - 1) if i else "ladder_new_customers"
    gain = f"{start}*MAX({cell('goal')}-{cell('rate')},0)*{cell('brings')}"
    put("gain", where(f"COUNT({start},{cell('gap')})=2", gain), "count")
    put(
        "money",
        where(
            f"AND(ISNUMBER({cell('gain')}),ISNUMBER(ladder_order_value))",
            f"{cell('gain')}*ladder_order_value",
        ),
        "money",
    )
    largest = f"AND(N({cell('gain')})>0,N({cell('gain')})=MAX({column['gain'].fixed}))"
    put("mark", _first(sheet, column["mark"], row, largest), "", "mark")
    days = book["ladder.days"].at(i).full
    put("median", where(f"ISNUMBER({days})", days), "days")


def _ends(sheet: Sheet, column: dict[str, CellRange], at: int) -> None:
    """Between what ends each rate lies in 80 %, by Wilson; beside what is printed."""
    rates, book = column["rate"], sheet.book
    for j, (key, sign) in enumerate((("rate_low", "-"), ("rate_high", "+")), at):
        place = sheet.place(rates.row, j, rates.last_row)
        book.places[f"ladder.{key}"] = place
        for i in range(rates.last_row - rates.row + 1):
            rate, n = rates.at(i).cell, column["from"].at(i).cell
            width = f"{REACH}*SQRT({rate}*(1-{rate})/{n}+{REACH}^2/(4*{n}^2))"
            end = f"({rate}+{REACH}^2/(2*{n}){sign}{width})/(1+{REACH}^2/{n})"
            sheet.formula(place.row + i, j, guard([rate], end), "rate", "aside")


def _first(sheet: Sheet, column: CellRange, row: int, condition: str) -> str:
    """A mark in the first row of a column where a condition holds."""
    # From the heading on: a range of one cell is no range for every program.
    before = sheet.place(HEADS, column.column, row - 1).cell
    return f'IF(AND({condition},COUNTIF({before},"{TIP}")=0),"{TIP}","")'


def _sums(sheet: Sheet, column: dict[str, CellRange], row: int) -> None:
    for j in range(len(COLUMNS) + 1):
        sheet.text(row, j, "" if j else Translated("Total", "Totalt"), "total label")
    for key, name in (("reach_now", "extra_now"), ("reach_goal", "extra_goal")):
        cells = column[key].cell
        sheet.formula(
            row,
            column[key].column,
            f'IF(COUNT({cells})>0,SUM({cells}),"{DASH}")',
            "count",
            "total",
            key=f"ladder.{name}",
            name=f"ladder_{name}",
        )


def _funnel(sheet: Sheet, row: int, counts: int) -> int:
    """What the funnel draws: centred bars as shares of the longest, their figures in the labels."""
    sheet.text(row, 0, Translated("What the funnel draws", "Det tratten ritar"), "note")
    first, places = row + 1, {}
    for j, key in enumerate(("label", "side", "bar")):
        places[key] = sheet.book.places[f"ladder.funnel.{key}"] = sheet.place(
            first, j, first + counts - 1
        )
    customers, bar = sheet.book["ladder.customers"], places["bar"]
    widest = f"MAX({customers.full})"
    for i in range(counts):
        r, n, drawn = first + i, customers.at(i).full, bar.at(i).cell
        count = f'IF(ISNUMBER({n}),FIXED({n},0),"{DASH}")'
        sheet.formula(r, 0, f'"F{i + 1}  "&{count}', "", "note")
        sheet.formula(r, 1, f"(1-{drawn})/2", "rate", "grey value")
        share = f"N({n})/{widest}"
        sheet.formula(r, 2, f"IF({widest}>0,{share},0)", "rate", "grey value")
    return first + counts
