"""Whether a price is that of one article or of the whole row, where a quantity stands beside it.

Of one article it is when an article costs the same whatever the quantity; of the row when it grows
with the quantity. Names say less: an "item price" is the one in some exports and the other in
others.
"""

from __future__ import annotations

import shlex
from fractions import Fraction
from typing import Literal

from crmformulas.errors import QuestionError
from crmformulas.orders.reading.account import money_text
from crmformulas.orders.reading.amounts import read_amount
from crmformulas.orders.reading.column_roles import amount_of, price_of_one
from crmformulas.orders.reading.expressions import dtype
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.translations import Translated

__all__ = ["price_is_of_row"]

MOST_ALIKE = 0.95
SURE = 3
"""Articles that must agree before the data is believed against the name."""
CENT = 100
OF_ROW = Translated("seems to be that of the whole row", "verkar gälla hela raden")
OF_EITHER = Translated(
    "could be that of one article or of the whole row", "kan gälla en artikel eller hela raden"
)
Evidence = tuple[int, int]
"""Articles of several quantities whose price is the same, and those whose price grows with it."""


def price_is_of_row(opened: OpenSource, typed: TypedPart) -> bool:
    """Whether the price is that of the whole row, so that it is the amount.

    Raises:
        QuestionError: name and data disagree, or neither tells; with both sums.
    """
    roles = typed.choice.roles
    if not {"quantity", "price"} <= roles.keys() or "price" in typed.choice.given:
        return False
    name = typed.part.names[roles["price"]]
    one = price_of_one(name)
    of_one, of_row = _evidence(opened, typed)
    data = _says(of_one, of_row)
    uncertain = not one and amount_of(name) == "line"
    if data == "row" and (uncertain or of_row >= SURE):
        if uncertain:
            return True
        raise _ask(opened, typed, name, OF_ROW)
    if data is None and uncertain and not _all_single(typed):
        raise _ask(opened, typed, name, OF_EITHER)
    return False


def _says(of_one: int, of_row: int) -> Literal["one", "row"] | None:
    if not of_one + of_row:
        return None
    share = of_row / (of_one + of_row)
    return "row" if share >= MOST_ALIKE else "one" if share <= 1 - MOST_ALIKE else None


def _evidence(opened: OpenSource, typed: TypedPart) -> Evidence:
    articles = [i for i in typed.choice.articles if i not in typed.choice.roles.values()]
    if not articles:
        return 0, 0
    votes = _of_sample(typed, articles[0])
    name = typed.part.names[typed.choice.roles["price"]]
    if sum(votes) or typed.part.whole or price_of_one(name) or not typed.duckdb:
        return votes
    return _of_all(opened, typed, articles[0])


def _of_sample(typed: TypedPart, article: int) -> Evidence:
    roles = typed.choice.roles
    by_article: dict[str, set[tuple[int, int]]] = {}
    for name, *cells in typed.part.sample([article, roles["quantity"], roles["price"]]):
        quantity, price = (
            _number(typed, role, cell)
            for role, cell in zip(("quantity", "price"), cells, strict=True)
        )
        if name not in (None, "") and quantity and price and quantity > 0 and price > 0:
            by_article.setdefault(str(name), set()).add((quantity, price))
    of_one = of_row = 0
    for pairs in by_article.values():
        if len({quantity for quantity, _ in pairs}) < 2:
            continue
        prices = {price for _, price in pairs}
        each = {Fraction(price, quantity) for quantity, price in pairs}
        same = max(prices) - min(prices) <= CENT
        grows = (max(each) - min(each)) * min(quantity for quantity, _ in pairs) <= CENT
        of_one += same and not grows
        of_row += grows and not same
    return of_one, of_row


def _number(typed: TypedPart, role: str, cell: object) -> int | None:
    if cell is None:
        return None
    reading = typed.texts[role].reading if role in typed.texts else "first"
    return read_amount(str(cell), reading)


def _of_all(opened: OpenSource, typed: TypedPart, article: int) -> Evidence:
    table = typed.part.table.select(
        article=typed.part.column(article).cast(dtype("string")),
        quantity=typed.number("quantity").cast(dtype("float64")),
        price=typed.number("price").cast(dtype("float64")),
    )
    table = table.filter((table.quantity > 0) & (table.price > 0) & (table.article != ""))
    each = table.price / table.quantity
    by_article = table.group_by("article").agg(
        quantities=table.quantity.nunique(),
        least=table.quantity.min(),
        spread=table.price.max() - table.price.min(),
        each=each.max() - each.min(),
    )
    several = by_article.filter(by_article.quantities > 1)
    same, grows = several.spread <= CENT, several.each * several.least <= CENT
    votes = opened.ask(
        several.agg(one=(same & ~grows).sum().fill_null(0), row=(grows & ~same).sum().fill_null(0))
    )[0]
    return votes["one"], votes["row"]


def _all_single(typed: TypedPart) -> bool:
    roles = typed.choice.roles
    cells = [row[0] for row in typed.part.sample([roles["quantity"]])]
    return typed.part.whole and {_number(typed, "quantity", cell) for cell in cells} <= {
        None,
        0,
        10_000,
    }


def _ask(opened: OpenSource, typed: TypedPart, name: str, why: Translated) -> QuestionError:
    table = typed.part.table.select(each=typed.amount(), row=typed.number("price"))
    sums = opened.ask(table.agg(each=table.each.sum(), row=table.row.sum()))[0]
    each, row = (money_text(int(sums[n] or 0)) for n in ("each", "row"))
    quantity = typed.part.names[typed.choice.roles["quantity"]]
    once, product = (
        f"--amount {shlex.quote(name)}",
        f"--quantity {shlex.quote(quantity)} --price {shlex.quote(name)}",
    )
    message = Translated(
        "{} {}: as the row's amount it sums to {}, times the quantity to {}",
        "{} {}: som radens belopp blir summan {}, gånger antalet {}",
    )
    asked = message.format(typed.where("price"), why, row, each)
    return QuestionError(asked, once, f"; give {once} or {product}")
