"""The columns of one part, typed: customer, day, amount, order and what bears on them, lazily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from importlib import import_module
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading import (
    ambiguity,
    amounts,
    dates,
    identities,
    other_engines,
    statuses,
)
from crmformulas.orders.reading.ambiguity import DATES, NUMBERS, TextColumn
from crmformulas.orders.reading.column_roles import Choice, normalised
from crmformulas.orders.reading.evidence import Reading
from crmformulas.orders.reading.ibis_types import dtype
from crmformulas.orders.reading.source_tables import Part

__all__ = ["GAP", "RAW", "StatusWords", "TypedPart", "date_option", "decimal_option"]

RAW = "raw_"
"""Before the position of a column as it is, beside the typed ones."""
GAP = -4
"""The key of a row that leaves cells blank which another row of its order may fill."""
MONEY = ("amount", "quantity", "price", "refund", "discount")
PERCENT = ("percent", "procent", "prozent", "pct", "rate", "share", "andel", "satz")
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


@dataclass(frozen=True)
class StatusWords:
    """Which states of an order make it worth nothing."""

    dropped: tuple[str, ...] = ()
    """States that the user adds."""
    kept: tuple[str, ...] = ()
    """States that the user takes away."""

    def void(self, *, refunds: bool) -> frozenset[str]:
        """The states, as `state_of` gives them; money given back may stand in its own column."""
        known = statuses.NO_SALE if refunds else statuses.NO_SALE | statuses.REFUNDED
        dropped = frozenset(map(statuses.state_of, self.dropped))
        return (known | dropped) - frozenset(map(statuses.state_of, self.kept))


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
        as_written: bool = False,
        sold: StatusWords | None = None,
    ) -> None:
        self.part = part
        self.choice = choice
        self.duckdb = backend == "duckdb"
        self.backend = backend
        self.nobody = tuple(nobody)
        self.as_written = as_written
        self.point_zero = False
        """Whether ids are whole numbers with ``.0`` behind some of them, which is dropped."""
        self.sold = sold or StatusWords()
        self.day_reading, self.pattern = date_option(date_format)
        self.number_reading = decimal_option(decimal)
        if self.pattern and not self.duckdb:
            raise InputError(
                f"{part.label}: --date-format with a pattern works on files only;"
                " store dates, or export the table to a CSV or Parquet file"
            )
        self.discounts = 0
        """Rows with a discount."""
        self.small_discounts = False
        """Whether no discount is above 1, which is found when one is to be applied."""
        self.sample = self._sample()
        self.texts: dict[str, TextColumn] = {}
        for role in ("date", *MONEY, "signed_up", "last_reached"):
            if role in choice.roles:
                self._look_at(role)

    # -------------------------------------------------------------------------- the sample

    def _sample(self) -> dict[str, list[str]]:
        """Per role the texts of the sample; nothing for columns that have a type."""
        roles = self.choice.roles
        chosen = {role: i for role, i in roles.items() if self.part.is_text(i)}
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
        is_date = role not in MONEY
        cells = [cell for cell in self.sample.get(role, ()) if cell.strip()]
        if not self.duckdb:
            if role not in ("refund", "discount"):
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
        ids = self.key(role)
        return self.is_nobody(ids).ifelse(None, ids)

    def key(self, role: str = "customer") -> Any:
        """The customer ids as they are compared, whether or not they mean anybody."""
        positions = self.choice.keys if role == "customer" else ()
        columns = [
            self._identified(self.part.column(i)) for i in positions or (self.choice.roles[role],)
        ]
        if self.as_written:
            return identities.combined(columns)
        ids = [identities.folded(column, duckdb=self.duckdb) for column in columns]
        if self.point_zero:
            ids = [identities.without_point_zero(column) for column in ids]
        return identities.combined(ids)

    def is_nobody(self, ids: Any) -> Any:
        """Whether an id means that nobody is known."""
        given = ids.isin(self.nobody) if self.nobody else None
        if self.as_written:
            return ids.isnull() if given is None else ids.isnull() | given
        named = identities.is_nobody(ids)
        return ids.isnull() | (named if given is None else named | given)

    def written(self) -> Any:
        """The customer ids as they are written, but for blanks around them."""
        return identities.combined(
            [
                self._identified(self.part.column(i))
                for i in self.choice.keys or (self.choice.roles["customer"],)
            ]
        )

    def _identifier(self, role: str) -> Any:
        return self._identified(self.part.column(self.choice.roles[role]))

    def _identified(self, column: Any) -> Any:
        return (ambiguity if self.duckdb else other_engines).identifier(column)

    def amount(self) -> Any:
        """The amounts in ten-thousandths, less the discount where it is to be applied."""
        amount = self._gross()
        if "discount" not in self.choice.given or not self.duckdb:
            return amount
        discount = self._amount("discount").fill_null(0)
        if not self.discount_is_share:
            return amount - discount
        wide = dtype("decimal(38,0)")
        rest = (10_000 - discount).cast(wide) * amount.cast(wide)
        return (rest / 10_000).round().cast(dtype("int64"))

    @property
    def discount_is_share(self) -> bool:
        """Whether the discount is a share of the amount: by its name, or as no value is above 1."""
        name = normalised(self.part.names[self.choice.roles["discount"]])
        return any(part in name for part in PERCENT) or self.small_discounts

    def _gross(self) -> Any:
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

    def number(self, role: str) -> Any:
        """The ten-thousandths of a column of numbers."""
        return self._amount(role)

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
        facts = self.facts(currency, raw=raw, order=order, alone=alone)
        customer = (facts.key == -1).fill_null(False).ifelse(None, facts.customer)
        typed = ["day", "amount", *(["order"] if "order" in facts.columns else [])]
        cells = [name for name in facts.columns if name.startswith(RAW)]
        return facts.select(*typed, *cells, customer=customer).relocate("customer")

    def facts(
        self,
        currency: str | None = None,
        *,
        raw: bool = False,
        order: bool = True,
        alone: bool = False,
        articles: bool = False,
    ) -> Any:
        """Per row all that the worth and the owner of its order follow from.

        Beside ``customer``, ``day``, ``amount`` and ``order`` there are ``key`` (null for a row
        that can be read, else -1 to -3 by reason, or GAP), ``changed`` (the id was folded) and,
        where there are such columns, ``void`` (the status means no sale), ``sale`` (it means
        something else), ``refund`` and ``credit`` (the row's amount was turned round).
        """
        ibis = import_module("ibis")
        roles = self.choice.roles
        new = {"customer": self.key(), "day": self.day(), "amount": self.amount()}
        if order and "order" in roles:
            column = self.part.column(roles["order"])
            numbers = alone and column.type().is_integer()
            new["order"] = column if numbers else self._identifier("order")
            new["blank_day"] = self._blank("date")
            new["blank_amount"] = self._blank("amount" if "amount" in roles else "price")
        if currency is not None:
            new["currency"] = self.currency()
        if self.choice.statuses:
            new["void"], new["sale"] = self._status()
        if "refund" in roles:
            new["refund"] = self._amount("refund").abs().fill_null(0)
        if self.credits:
            text = self.part.column(roles["document"]).cast(dtype("string"))
            new["credit"] = statuses.is_one_of(text, statuses.CREDIT)
        if self.duckdb and not self.as_written and self.part.is_text(roles["customer"]):
            new["written"] = self.written()
        if articles:
            new["article"] = self.articles()
        if raw:
            table = self.part.table
            new.update({f"{RAW}{i}": table[name] for i, name in enumerate(table.columns)})
        # As a view of its own: Ibis would write each expression out wherever it is used, and the
        # engine would compute it as often.
        typed = self.part.table.select(**new).view()
        why = ibis.cases(
            (self.is_nobody(typed.customer), -1),
            (typed.day.isnull(), -2),
            (typed.amount.isnull(), -3),
        )
        if "order" in typed.columns:
            # Of what can't be read, which is little, it is asked whether it was blank.
            day, amount = typed.day.isnull(), typed.amount.isnull()
            gap = (typed.blank_day | ~day) & (typed.blank_amount | ~amount)
            gap = gap & (typed.blank_day | typed.blank_amount) & typed.order.notnull()
            why = ibis.cases(((day | amount) & gap, GAP), else_=why)
        changes = {"key": why.cast(dtype("int32"))}
        if "credit" in typed.columns:
            changes["credit"] = typed.credit & (typed.amount > 0).fill_null(False)
            changes["amount"] = changes["credit"].ifelse(-typed.amount, typed.amount)
        if "written" in typed.columns:
            changes["changed"] = (typed.written != typed.customer).fill_null(False)
        typed = typed.mutate(**changes)
        if currency is not None:
            gap = (typed.key == GAP).fill_null(False) & typed.currency.isnull()
            typed = typed.filter((typed.currency == currency).fill_null(False) | gap)
        extra = {"currency", "written", "blank_day", "blank_amount"}
        return typed.drop(*extra.intersection(typed.columns))

    def _blank(self, role: str) -> Any:
        column = self.part.column(self.choice.roles[role])
        if not column.type().is_string():
            return column.isnull()
        # Few cells begin with a blank, and stripping is slow.
        return (column < "!").fill_null(True).ifelse(column.strip().fill_null("") == "", False)

    def _status(self) -> tuple[Any, Any]:
        """Whether a row's status means no sale, and whether it has another."""
        words = self.sold.void(refunds="refund" in self.choice.roles)
        void, other = None, None
        for position in self.choice.statuses:
            text = self.part.column(position).cast(dtype("string"))
            one = statuses.is_one_of(text, words)
            filled = (text.strip() != "").fill_null(False)
            void = one if void is None else void | one
            other = filled if other is None else other | filled
        assert void is not None
        assert other is not None
        return void, other & ~void

    @cached_property
    def credits(self) -> bool:
        """Whether there is a column of document types, some of which may give money back."""
        if "document" not in self.choice.roles:
            return False
        if not self.part.is_text(self.choice.roles["document"]):
            return False
        found = {statuses.state_of(cell) for cell in self.sample.get("document", ())}
        return not found & statuses.DEBIT

    def articles(self) -> Any:
        """What tells the rows of an order apart, as one text."""
        roles = self.choice.roles
        extra = [roles[role] for role in ("quantity", "price", "amount") if role in roles]
        cells = [
            self.part.column(i).cast(dtype("string")).fill_null("").strip()
            for i in dict.fromkeys([*self.choice.articles, *extra])
        ]
        return reduce(lambda one, other: one + "\x1f" + other, cells)
