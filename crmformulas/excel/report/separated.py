"""The sheets of what separates those who go on, and of discounts by order number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.orders.analysis.discounts import LIMITS, Discounts
from crmformulas.orders.analysis.products import MAIN, Products
from crmformulas.orders.analysis.separation.results import (
    FOOTER,
    NOTE_NAMES,
    NOTES,
    SeparatedColumn,
    SeparatedValue,
    Separation,
    question_label,
)
from crmformulas.translations import Label, Translated, counted_in_both

__all__ = ["Separated", "write_separated"]

MOST_VALUES = 12
"""Values of a column that a sheet lists: those that stand out, the largest differences first."""
MOST_PRODUCTS = 25
"""Products that a table lists."""


@dataclass(frozen=True)
class Separated:
    """The answers that the sheets are written from.

    Attributes:
        answers: The questions that were asked.
        discounts: Discounts by order number; None where nothing tells of them.
        products: What is bought next; None where no column is known to hold products.
    """

    answers: Sequence[Separation]
    discounts: Discounts | None
    products: Products | None = None


def write_separated(book: Book, data: Separated) -> None:
    """Write the sheet of what separates, and of discounts and products where there are some."""
    _write_answers(book, data.answers)
    if data.discounts is not None:
        _write_discounts(book, data.discounts)
    if data.products is not None:
        _write_products(book, data.products)


HEADS = (
    Translated("Column", "Kolumn"),
    Translated("Value", "Värde"),
    Translated("Customers", "Kunder"),
    Translated("Went on", "Gick vidare"),
    Translated("Rate", "Andel"),
    Translated("Others", "Övriga"),
    Translated("Difference, pp", "Skillnad, pe"),
    Translated("Low, 95 %", "Lägst, 95 %"),
    Translated("High, 95 %", "Högst, 95 %"),
    Translated("Shrunk, pp", "Krympt, pe"),
    Translated("More than others", "Fler än övriga"),
    Translated("Note", "Not"),
)
WIDTHS = (24, 30, 11, 11, 9, 9, 12, 11, 11, 11, 12, 14)


def _write_answers(book: Book, answers: Sequence[Separation]) -> None:
    sheet = book.sheet(
        Translated("What separates", "Vad som skiljer"),
        Translated(
            "What those who go on have in common",
            "Vad de som går vidare har gemensamt",
        ),
        WIDTHS,
    )
    book.places["separates.message"] = sheet.text(2, 0, FOOTER, "note")
    row = 4
    for number, answer in enumerate(answers):
        row = _answer(sheet, row, number, answer) + 2
    for note, meaning in NOTES.items():
        sheet.text(row, 0, NOTE_NAMES[note], "note")
        sheet.paragraph(row, 1, len(HEADS) - 1, meaning)
        row += 1
    sheet.freeze(3, 2)
    sheet.print_columns(len(HEADS) - 1, row + 1)


def _answer(sheet: Sheet, row: int, number: int, answer: Separation) -> int:
    """One question from a row on; returns the row after it."""
    label = question_label(answer.kind, answer.step, answer.days)
    head = Translated("{0}: {1}", "{0}: {1}").format(answer.question, label)
    sheet.band(row, len(HEADS), head)
    n, on = counted_in_both(answer.customers, "customer"), answer.went_on
    caption = Translated(
        f"{{n}}, {on} went on; compared within {{within}}",
        f"{{n}}, {on} gick vidare; jämförda inom {{within}}",
    ).format(n=n, within=answer.within)
    sheet.text(row + 1, 0, caption, "note")
    values = [(column, one) for column in answer.called for one in _shown(column)]
    if not values:
        sheet.paragraph(row + 2, 0, len(HEADS) - 1, answer.empty_answer())
        return row + 3
    name = f"Separates{number + 1}"
    sheet.table(row + 3, 0, HEADS, len(values), name, texts=2)
    for i, (column, one) in enumerate(values, row + 4):
        _value(sheet, i, column, one)
    return row + 4 + len(values)


def _shown(column: SeparatedColumn) -> list[SeparatedValue]:
    stand_out = [one for one in column.values if one.stands_out]
    return sorted(stand_out, key=lambda one: -abs(one.shrunk))[:MOST_VALUES]


def _value(sheet: Sheet, row: int, column: SeparatedColumn, one: SeparatedValue) -> None:
    sheet.text(row, 0, column.label, "plain")
    sheet.text(row, 1, one.value, "plain")
    sheet.value(row, 2, one.customers, "count")
    sheet.value(row, 3, one.went_on, "count")
    customers, went_on, shrunk = (sheet.place(row, at).cell for at in (2, 3, 9))
    sheet.formula(row, 4, f"{went_on}/{customers}", "rate")
    sheet.value(row, 5, one.others_rate, "rate")
    for at, share in ((6, one.difference), (7, one.low), (8, one.high), (9, one.shrunk)):
        sheet.value(row, at, share, "signed rate")
    sheet.formula(row, 10, f"{customers}*{shrunk}", "signed count")
    sheet.text(row, 11, NOTE_NAMES.get(one.note, ""), "plain")


DISCOUNT_HEADS = (
    Translated("Order", "Köp"),
    Translated("Orders", "Antal köp"),
    Translated("Discounted", "Med rabatt"),
    Translated("Share", "Andel"),
    Translated("Given", "Givet"),
    Translated("Of their gross", "Av deras brutto"),
    Translated("Of all gross", "Av allt brutto"),
    Translated("Old enough, with", "Gamla nog, med"),
    Translated("Next came", "Nästa kom"),
    Translated("Old enough, without", "Gamla nog, utan"),
    Translated("Next came", "Nästa kom"),
    Translated("Difference, pp", "Skillnad, pe"),
    Translated("Low, 95 %", "Lägst, 95 %"),
    Translated("High, 95 %", "Högst, 95 %"),
)


def _write_discounts(book: Book, discounts: Discounts) -> None:
    sheet = book.sheet(
        Translated("Discounts by step", "Rabatter per steg"),
        Translated("Discounts by order number", "Rabatter per köp i ordningen"),
        (9, *[12] * (len(DISCOUNT_HEADS) - 1)),
    )
    last = len(DISCOUNT_HEADS) - 1
    book.places["discounts.message"] = sheet.text(2, 0, _past(discounts), "message")
    row = 5
    # Two columns are called alike, which a table can't have.
    heads: list[Label] = list(DISCOUNT_HEADS)
    sheet.heads(row - 1, 0, heads)
    for i, step in enumerate(discounts.steps, row):
        name = Translated("all", "alla") if step.order == "all" else step.order
        sheet.text(i, 0, name, "plain")
        sheet.value(i, 1, step.orders, "count")
        sheet.value(i, 2, step.discounted, "count")
        orders, discounted = (sheet.place(i, at).cell for at in (1, 2))
        sheet.formula(i, 3, f"{discounted}/{orders}", "rate")
        sheet.value(i, 4, step.discount, "money")
        sheet.value(i, 5, step.of_gross_discounted, "rate")
        sheet.value(i, 6, step.of_gross_all, "rate")
        sheet.value(i, 7, step.matured_with, "count")
        sheet.value(i, 8, step.rate_with, "rate")
        sheet.value(i, 9, step.matured_without, "count")
        sheet.value(i, 10, step.rate_without, "rate")
        for at, share in ((11, step.difference), (12, step.low), (13, step.high)):
            sheet.value(i, at, share, "signed rate")
    after = row + len(discounts.steps) + 1
    for notice in discounts.notices:
        sheet.paragraph(after, 0, last, notice)
        after += 1
    sheet.paragraph(after, 0, last, LIMITS)
    sheet.freeze(row, 1)
    sheet.print_columns(last, after + 1)


CYCLE_HEADS = (
    Translated("Value", "Värde"),
    Translated("Orders", "Antal köp"),
    Translated("Came again", "Kom åter"),
    Translated("Median days", "Mediandagar"),
    Translated("A quarter by", "En fjärdedel inom"),
    Translated("Three quarters by", "Tre fjärdedelar inom"),
)
NEXT_HEADS = (
    Translated("First", "Först"),
    Translated("Then", "Sedan"),
    Translated("Customers", "Kunder"),
    Translated("Bought it", "Köpte det"),
    Translated("Share", "Andel"),
    Translated("Others", "Övriga"),
    Translated("Difference, pp", "Skillnad, pe"),
    Translated("Low, 95 %", "Lägst, 95 %"),
    Translated("High, 95 %", "Högst, 95 %"),
)
KIND_HEADS = (
    Translated("Orders made", "Gjorda köp"),
    Translated("Customers", "Kunder"),
    Translated("Kinds per customer", "Slag per kund"),
    Translated("Of one kind", "Av ett slag"),
)


def _write_products(book: Book, products: Products) -> None:
    """The natural cycle of products or categories, what is bought next, and kinds by step."""
    sheet = book.sheet(
        Translated("Products", "Produkter"),
        Translated("What is bought next, by {0}", "Vad som köps härnäst, efter {0}").format(
            products.column
        ),
        (30, 30, *[12] * (len(NEXT_HEADS) - 2)),
    )
    book.places["products.message"] = sheet.text(2, 0, MAIN, "note")
    last = len(NEXT_HEADS) - 1
    row = 4
    sheet.band(row, len(NEXT_HEADS), Translated("Natural cycle", "Naturlig cykel"))
    sheet.heads(row + 1, 0, list(CYCLE_HEADS))
    cycles = products.cycles[:MOST_PRODUCTS]
    for i, cycle in enumerate(cycles, row + 2):
        sheet.text(i, 0, cycle.value, "plain")
        sheet.value(i, 1, cycle.orders, "count")
        sheet.value(i, 2, cycle.again, "count")
        days = (cycle.median_days, cycle.quarter_days, cycle.three_quarters_days)
        for at, number in enumerate(days, 3):
            sheet.value(i, at, number, "days")
    row += len(cycles) + 3
    sheet.band(row, len(NEXT_HEADS), Translated("Bought next", "Köps härnäst"))
    called = [one for one in products.next if one.stands_out][:MOST_PRODUCTS]
    if called:
        sheet.heads(row + 1, 0, list(NEXT_HEADS))
    else:
        nothing = Translated(
            "What is bought next does not differ beyond chance.",
            "Vad som köps härnäst skiljer sig inte mer än av slump.",
        )
        sheet.paragraph(row + 1, 0, last, nothing)
    for i, one in enumerate(called, row + 2):
        sheet.text(i, 0, one.value, "plain")
        sheet.text(i, 1, one.next_value, "plain")
        sheet.value(i, 2, one.customers, "count")
        sheet.value(i, 3, one.bought, "count")
        customers, bought = (sheet.place(i, at).cell for at in (2, 3))
        sheet.formula(i, 4, f"{bought}/{customers}", "rate")
        sheet.value(i, 5, one.others_share, "rate")
        for at, share in ((6, one.difference), (7, one.low), (8, one.high)):
            sheet.value(i, at, share, "signed rate")
    row += len(called) + 3
    sheet.band(row, len(NEXT_HEADS), Translated("Kinds by step", "Slag per steg"))
    sheet.heads(row + 1, 0, list(KIND_HEADS))
    for i, step in enumerate(products.steps, row + 2):
        sheet.value(i, 0, step.step, "count")
        sheet.value(i, 1, step.customers, "count")
        sheet.value(i, 2, step.values, "frequency")
        sheet.value(i, 3, step.one_value, "rate")
    sheet.freeze(4, 1)
    sheet.print_columns(last, row + len(products.steps) + 3)


def _past(discounts: Discounts) -> Label:
    """The sentence on what was given past the tipping point."""
    if not discounts.past:
        return Translated("No step is the tipping point.", "Inget steg är tipping point.")
    year = discounts.past[-1]
    if year.discount is None:
        return Translated(
            f"Past the tipping point (order {discounts.tipping_point}): {year.orders} discounted "
            "orders in the last 12 months",
            f"Bortom tipping point (köp {discounts.tipping_point}): {year.orders} köp med rabatt de"
            " senaste 12 månaderna",
        )
    from crmformulas.formats import NumberFormat

    en, sv = NumberFormat("en"), NumberFormat("sv")
    return Translated(
        f"Past the tipping point (order {discounts.tipping_point}): {en.amount(year.discount)} "
        f"given in the last 12 months, {en.percent(year.share)} of all discounts",
        f"Bortom tipping point (köp {discounts.tipping_point}): {sv.amount(year.discount)} givna de"
        f" senaste 12 månaderna, {sv.percent(year.share)} av alla rabatter",
    )
