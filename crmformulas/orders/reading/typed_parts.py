"""The columns of one part, typed: customer, day, amount and order as lazy expressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import ambiguity, amounts, dates, other_engines
from crmformulas.orders.reading.ambiguity import DATES, NUMBERS, TextColumn
from crmformulas.orders.reading.column_roles import Choice, words
from crmformulas.orders.reading.evidence import Reading
from crmformulas.orders.reading.ibis_types import dtype
from crmformulas.orders.reading.source_tables import Part

__all__ = ["RAW", "TypedPart", "date_option", "decimal_option"]

RAW = "raw_"
"""Before the position of a column as it is, beside the typed ones."""
NOBODY = frozenset(
    words("null none nil nan n/a na #n/a undefined unknown anonymous guest gast gäst okänd - 0 ?")
)
"""Ids that often mean that nobody is known, without case."""
READINGS: Mapping[str, Reading] = {"DMY": dates.DAY_FIRST, "MDY": dates.MONTH_FIRST}


def decimal_option(decimal: str | None) -> Reading | None:
    """The reading that ``--decimal`` asks for."""
    if decimal not in (None, ".", ","):
        raise InputError(f"--decimal {decimal!r} is not known; give . or ,")
    return {None: None, ".": amounts.POINT, ",": amounts.COMMA}[decimal]


def date_option(form: str | None) -> tuple[Reading | None, str | None]:
    """The reading that ``--date-format`` asks for, or its strptime pattern."""
    if form is None:
        return None, None
    if "%" in form:
        return None, form
    parts = "".join(dict.fromkeys(letter for letter in form.upper() if letter in "DMY"))
    if not set(form.upper()) <= set("DMY/.- ") or parts not in ("DMY", "MDY", "YMD"):
        raise InputError(
            f"--date-format {form!r} is not known; give YYYY-MM-DD, D/M/Y, M/D/Y, YYYYMMDD"
            " or a pattern such as %d.%m.%Y"
        )
    return READINGS.get(parts, "either"), None


class TypedPart:
    """One part with its roles, and how each column is read."""

    def __init__(
        self,
        part: Part,
        choice: Choice,
        backend: str,
        *,
        date_format: str | None = None,
        decimal: str | None = None,
        nobody: Sequence[str] = (),
    ) -> None:
        self.part = part
        self.choice = choice
        self.duckdb = backend == "duckdb"
        self.backend = backend
        self.nobody = tuple(nobody)
        self.day_reading, self.pattern = date_option(date_format)
        self.number_reading = decimal_option(decimal)
        if self.pattern and not self.duckdb:
            raise InputError(
                f"{part.label}: --date-format with a pattern works on files only;"
                " store dates, or export the table to a CSV or Parquet file"
            )
        self.sample = self._sample()
        self.texts: dict[str, TextColumn] = {}
        for role in ("date", "amount", "quantity", "price", "signed_up", "last_reached"):
            if role in choice.roles:
                self._look_at(role)

    # -------------------------------------------------------------------------- the sample

    def _sample(self) -> dict[str, list[str]]:
        """Per role the texts of the sample; nothing for columns that have a type."""
        roles = self.choice.roles
        wanted = {role: i for role, i in roles.items() if self.part.is_text(i)}
        # For typed columns alone there is nothing to decide, unless totals may be repeated.
        several = self.choice.articles and {"order", "amount"} <= roles.keys()
        beside = {"order", "amount"} if several else set()
        chosen = {role: i for role, i in roles.items() if role in wanted or role in beside}
        if not chosen:
            return {}
        positions = sorted(set(chosen.values()))
        rows = self.part.sample(positions)
        return {
            role: ["" if (cell := row[positions.index(i)]) is None else str(cell) for row in rows]
            for role, i in chosen.items()
        }

    def where(self, role: str) -> str:
        """The part and the column of a role, for messages."""
        name = self.part.names[self.choice.roles[role]]
        return f"{self.part.label}: column {name!r}"

    def _look_at(self, role: str) -> None:
        position = self.choice.roles[role]
        if not self.part.is_text(position):
            return
        is_date = role not in ("amount", "quantity", "price")
        cells = [cell for cell in self.sample.get(role, ()) if cell.strip()]
        if not self.duckdb:
            other_engines.refuse_other_forms(cells, self.where(role), is_date=is_date)
        elif not (is_date and self.pattern):
            self.texts[role] = TextColumn(
                DATES if is_date else NUMBERS,
                self.part.column(position),
                self.where(role),
                cells,
                self.part.whole,
                self.day_reading if is_date else self.number_reading,
            )

    # -------------------------------------------------------------------------- expressions

    def day(self, role: str = "date") -> Any:
        """The days of a role."""
        column = self.part.column(self.choice.roles[role])
        if not self.duckdb:
            return other_engines.day(column, self.backend)
        if role in self.texts:
            return self.texts[role].expression()
        if self.part.is_text(self.choice.roles[role]):
            assert self.pattern is not None
            return dates.given_reading(column, self.pattern)
        day = ambiguity.typed_day(column)
        if day is None:
            raise InputError(
                f"{self.where(role)} holds {column.type()}, not dates; give another column"
            )
        return day

    def customer(self, role: str = "customer") -> Any:
        """The customer ids, null where nobody is known."""
        ids = self._identifier(role)
        return ids.isin(self.nobody).ifelse(None, ids) if self.nobody else ids

    def _identifier(self, role: str) -> Any:
        column = self.part.column(self.choice.roles[role])
        return (ambiguity if self.duckdb else other_engines).identifier(column)

    def amount(self) -> Any:
        """The amounts in ten-thousandths."""
        roles = self.choice.roles
        if "amount" in roles:
            return self._amount("amount")
        if not self.duckdb:
            both = self._amount("quantity").cast(dtype("float64")) * self._amount("price").cast(
                dtype("float64")
            )
            return other_engines.half_away(both / 10_000)
        price, narrow = (self._decimal("price", f"decimal({t})") for t in ("20,8", "14,4"))
        return ambiguity.product(self._decimal("quantity", "decimal(18,4)"), price, narrow)

    def _amount(self, role: str) -> Any:
        column = self.part.column(self.choice.roles[role])
        if not self.duckdb:
            return other_engines.amount(column, self.backend)
        if role in self.texts:
            return ambiguity.scaled(self.texts[role].expression())
        return self._number(ambiguity.typed_amount(column), role)

    def _decimal(self, role: str, decimals: str) -> Any:
        if role in self.texts:
            return self.texts[role].expression(decimals=decimals)
        column = self.part.column(self.choice.roles[role])
        return self._number(ambiguity.typed_number(column, decimals), role)

    def _number(self, number: Any, role: str) -> Any:
        if number is None:
            kind = self.part.column(self.choice.roles[role]).type()
            raise InputError(f"{self.where(role)} holds {kind}, not numbers; give another column")
        return number

    def currency(self) -> Any:
        """The currency codes in capitals, null where blank."""
        return self._identifier("currency").upper()

    def rows(
        self,
        currency: str | None = None,
        *,
        raw: bool = False,
        order: bool = True,
        alone: bool = False,
    ) -> Any:
        """The typed rows; with `raw` the columns as they are beside them.

        Whole numbers as order ids stay numbers where the part is `alone`, as they group faster.
        """
        roles = self.choice.roles
        new = {"customer": self.customer(), "day": self.day(), "amount": self.amount()}
        if "order" in roles:
            column = self.part.column(roles["order"])
            numbers = alone and column.type().is_integer()
            new["order"] = column if numbers else self._identifier("order")
        if currency is not None:
            new["currency"] = self.currency()
        if self.choice.shopify:
            total = self.part.column(roles.get("amount", roles["order"]))
            new["blank"] = total.isnull() | (total.cast(dtype("string")).strip() == "")
        if raw:
            table = self.part.table
            new.update({f"{RAW}{i}": table[name] for i, name in enumerate(table.columns)})
        typed = self.part.table.select(**new)
        if self.choice.shopify:
            typed = _filled(typed)
        elif self.choice.order_total and self.repeated:
            typed = _once(typed)
        if currency is not None:
            typed = typed.filter(typed.currency == currency)
        extra = {"currency", "blank"} if order else {"currency", "blank", "order"}
        return typed.drop(*extra.intersection(typed.columns))

    # -------------------------------------------------------------------------- what to know

    @property
    def repeated(self) -> list[str]:
        """The orders of the sample whose rows repeat one amount, if all with several rows do."""
        orders: dict[str, list[str]] = {}
        pairs = zip(self.sample.get("order", ()), self.sample.get("amount", ()), strict=False)
        for order, amount in pairs:
            if order.strip() and amount.strip():
                orders.setdefault(order.strip(), []).append(amount.strip())
        several = {order: cells for order, cells in orders.items() if len(cells) > 1}
        if any(len(set(cells)) > 1 for cells in several.values()):
            return []
        return list(several)

    def nobodies(self) -> Counter[str]:
        """Ids of the sample that often mean that nobody is known."""
        found = Counter(map(str.strip, self.sample.get("customer", ())))
        return Counter(
            {
                name: count
                for name, count in found.items()
                if name.casefold() in NOBODY and name not in self.nobody
            }
        )


def _filled(typed: Any) -> Any:
    """The further rows of an order, which leave its fields blank, as part of their order."""
    order = import_module("ibis").window(group_by=typed.order)
    known = typed.order.notnull()
    new = {
        name: (known & typed[name].isnull()).ifelse(typed[name].max().over(order), typed[name])
        for name in ("customer", "day", "currency")
        if name in typed.columns
    }
    has_total = typed.blank.ifelse(0, 1).max().over(order) == 1
    new["amount"] = (known & typed.blank & has_total).ifelse(0, typed.amount)
    return typed.mutate(**new)


def _once(typed: Any) -> Any:
    """A total that each row of its order repeats, once: the other rows count with amount 0."""
    ibis = import_module("ibis")
    number = ibis.row_number().over(ibis.window(group_by=[typed.order, typed.amount]))
    further = typed.order.notnull() & typed.amount.notnull() & (number > 0)
    return typed.mutate(amount=further.ifelse(0, typed.amount))
