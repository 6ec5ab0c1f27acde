"""The F-ladder from step to step: rates, tipping points, extra orders, gains and the bottleneck."""

from __future__ import annotations

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.expressions import DASH, guard, unit
from crmformulas.excel.workbook.lines import Grid, filled, lines
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

WIDTHS = (11, 11, 11, 10, 10, 11, 9, 9, 11, 11, 11, 10, 13, 11, 9)

COLUMNS = lines("""
    from: count = IF(ISNUMBER([ladder.customers.*]),[ladder.customers.*],DASH)
        Customers | Kunder
    to: count
        go on | går vidare
        = IF(AND(ISNUMBER([to@-]),FITS),[ladder.next.*],DASH)
        0 = IF(AND(FITS),[ladder.next.*],DASH)
    rate: rate = IF(AND(ISNUMBER([to]),N([from])>0),[to]/[from],DASH)
        Step rate now | Stegandel nu
    goal: rate
        Goal | Mål
        = IF(AND(ISNUMBER([to]),ISNUMBER([goal@-])),
        IF(ISNUMBER([ladder.goals.*]),[ladder.goals.*],[rate]),DASH)
        0 = IF(AND(ISNUMBER([to])),IF(ISNUMBER([ladder.goals.*]),[ladder.goals.*],[rate]),DASH)
    gap: change = IF(AND(ISNUMBER([rate]),ISNUMBER([goal])),100*([rate]-[goal]),DASH)
        Against goal, pp | Mot mål, p.e.
    tip_now: words, mark
        Tipping point now | Tipping point nu
        = IF(AND(AND(COUNT([rate],ladder_threshold)=2,N([rate])>=N(ladder_threshold)),
        COUNTIF([ladder.tip_now.above.*],"◀")=0),"◀","")
    tip_goal: words, mark
        Tipping point at goal | Tipping point vid mål
        = IF(AND(AND(COUNT([goal],ladder_threshold)=2,N([goal])>=N(ladder_threshold)),
        COUNTIF([ladder.tip_goal.above.*],"◀")=0),"◀","")
    reach_now: count = IF(AND(ISNUMBER([reach_now@-]),ISNUMBER([rate])),[reach_now@-]*[rate],DASH)
        Extra orders now | Merköp nu
        0 = IF(AND(ISNUMBER(ladder_new_customers),ISNUMBER([rate])),
        ladder_new_customers*[rate],DASH)
    reach_goal: count
        Extra orders at goal | Merköp vid mål
        = IF(AND(ISNUMBER([reach_goal@-]),ISNUMBER([goal])),[reach_goal@-]*[goal],DASH)
        0 = IF(AND(ISNUMBER(ladder_new_customers),ISNUMBER([goal])),
        ladder_new_customers*[goal],DASH)
    brings: frequency
        Orders each brings | Köp som var och en ger
        = IF(ISNUMBER([rate]),1+IF(ISNUMBER([rate@+]),[rate@+]*[brings@+],0),DASH)
    gain: count
        Gain of the step | Stegets vinst
        = IF(COUNT([reach_now@-],[gap])=2,[reach_now@-]*MAX([goal]-[rate],0)*[brings],DASH)
        0 = IF(COUNT(ladder_new_customers,[gap])=2,
        ladder_new_customers*MAX([goal]-[rate],0)*[brings],DASH)
    money: money
        Gain in money | Vinst i pengar
        = IF(AND(ISNUMBER([gain]),ISNUMBER(ladder_order_value)),[gain]*ladder_order_value,DASH)
    mark: words, mark
        Bottleneck | Flaskhals
        = IF(AND(AND(N([gain])>0,N([gain])=MAX([$gain@])),
        COUNTIF([ladder.mark.above.*],"◀")=0),"◀","")
    median: days = IF(ISNUMBER([ladder.days.*]),[ladder.days.*],DASH)
        Median days | Median-dagar
""")
"""A step is there if both its counts are, and all before it; ◀ marks the first of its kind."""

FITS = (
    "ISNUMBER([ladder.customers.*]),ISNUMBER([ladder.next.*]),N([ladder.next.*])>=0,"
    "N([ladder.next.*])<=N([ladder.customers.*])"
)
"""Both counts of a step are known, and possible."""

CONTACTS = lines("""
    contacts: count = IF(ISNUMBER(ladder_contacts),ladder_contacts,DASH)
        Contacts | Kontakter
    bought: count
        Bought | Köpt
        = IF(AND(ISNUMBER(ladder_contacts),ISNUMBER(ladder_without_order)),
        IF(ladder_without_order<=ladder_contacts,ladder_contacts-ladder_without_order,DASH),DASH)
    rate: rate = IF(ISNUMBER([bought]),IF([contacts]>0,[bought]/[contacts],DASH),DASH)
        Share | Andel
""")
"""From contact to customer: beside the ladder, not part of the extra orders."""


def write_steps(book: Book, steps: int) -> None:
    """The sheet of so many steps, from the inputs in the book."""
    title = "From step to step | Från steg till steg"
    sheet = book.sheet("F-ladder steps | F-trappan steg", title, WIDTHS)
    heads = [Translated("Step", "Steg"), *(line.label for line in COLUMNS.values())]
    last = len(COLUMNS)
    sheet.paragraph(3, 0, last, READING)
    sheet.heads(HEADS, 0, heads)
    money = book.sentence(Translated("Gain{kr}", "Vinst{kr}"), kr=unit(", "))
    sheet.formula(HEADS, tuple(COLUMNS).index("money") + 1, money, "", "number head")
    sheet.text(HEADS + 1, 0, "F0→F1")
    Grid(sheet, HEADS + 1, 1, CONTACTS, across=True, key="ladder.f0_#").write()
    first = HEADS + 2
    items = [str(i) for i in range(steps)]
    grid = Grid(sheet, first, 1, filled(COLUMNS, {"FITS": FITS}), items, across=True)
    column = {key: grid.all(key) for key in COLUMNS}
    book.places["ladder.steps"] = sheet.place(first, 0, first + steps - 1)
    for key, place in column.items():
        book.places[f"ladder.{key}"] = place
    for i in range(steps):
        sheet.text(first + i, 0, f"F{i + 1}→F{i + 2}")
        for key, far in (("customers", 0), ("goals", 0), ("days", 0), ("next", 1)):
            cells = book["ladder.customers" if far else f"ladder.{key}"]
            book.places[f"ladder.{key}.{i}"] = cells.at(i + far)
        for key in ("tip_now", "tip_goal", "mark"):
            # From the heading on: a range of one cell is no range for every program.
            above = sheet.place(HEADS, column[key].column, first + i - 1)
            book.places[f"ladder.{key}.above.{i}"] = above
    grid.write(formulas={"brings": {items[-1]: "IF(ISNUMBER([rate]),1,DASH)"}})
    _sums(sheet, column, first + steps)
    sheet.colour(column["gap"], "AND(ISNUMBER(CELL),CELL<0)", LOSS)
    sheet.colour(column["gap"], "AND(ISNUMBER(CELL),CELL>=0)", GAIN)
    for key, colour in (("mark", LOSS), ("tip_now", GAIN), ("tip_goal", GAIN)):
        sheet.colour(column[key], 'CELL<>""', colour)
    for i, note in enumerate(NOTES):
        sheet.paragraph(first + steps + 2 + i, 0, last, note)
    shown = first + steps + 3 + len(NOTES)
    _ends(sheet, column, last + 3)
    # What the funnel draws is no figure to read on paper.
    _funnel(sheet, shown, steps + 1)
    sheet.page(shown - 1, (HEADS + 1, 1))


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
        | Merköp: nya kunder × stegandelarna till och med detta steg, med dagens andelar, och med
        målen (utan mål: dagens andel). Totalen är summan av stegen.
    Orders each brings: a customer who makes the step brings that order and those that follow at the
        rates of now. Gain = new customers who come this far × what is missing to the goal × orders
        each brings.
        | Köp som var och en ger: en kund som tar steget ger det köpet och dem som följer med dagens
        andelar. Vinst = nya kunder som når hit × det som saknas till målet × köp som var och en
        ger.
""")


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


def _sums(sheet: Sheet, column: dict[str, CellRange], row: int) -> None:
    sheet.total_label(row, Translated("Total", "Totalt"))
    for key, name in (("reach_now", "extra_now"), ("reach_goal", "extra_goal")):
        cells, at = column[key].cell, column[key].column
        whole, of_all = f'IF(COUNT({cells})>0,SUM({cells}),"{DASH}")', f"ladder.{name}"
        sheet.formula(row, at, whole, "count", "total", key=of_all, name=f"ladder_{name}")


def _funnel(sheet: Sheet, row: int, counts: int) -> int:
    """Write the funnel's bars: centred, as shares of the longest, their figures in the labels."""
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
