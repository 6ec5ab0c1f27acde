"""The columns of one part, typed: customer, day, amount, order and what bears on them, lazily."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_, or_
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
from crmformulas.orders.reading.column_roles import (
    Choice,
    currency_of,
    names_a_state,
    normalised,
    speaks_of_invoices,
    speaks_of_taking_back,
)
from crmformulas.orders.reading.day_columns import (
    UNITS,
    Unit,
    as_number,
    find_unit,
    short_order,
    with_offset,
)
from crmformulas.orders.reading.evidence import Reading
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.orders.reading.id_codes import RowCodes
from crmformulas.orders.reading.source_tables import Mixed, SourceTable
from crmformulas.orders.reading.time_zones import checked_zone, local_time
from crmformulas.translations import Translated

__all__ = ["GAP", "RAW", "UNCODED", "StatusWords", "TypedPart", "date_option", "decimal_option"]

RAW = "raw_"
"""Before the position of a column as it is, beside the typed ones."""
ANY = "*"
"""As a dropped state: whatever is not blank, no or 0."""
GAP = -4
"""The key of a row that leaves cells blank which another row of its order may fill."""
UNCODED = -9
"""The key of a row whose ids are not of the form that the sample had."""
CODING = ("digits", "number", "fits", "other")
"""Columns of a role by which ids become numbers."""
MONEY = ("amount", "quantity", "price", "refund", "discount")
NUMBERED = (*MONEY, "score")
"""Roles whose cells are numbers."""
CURRENCY_SIGNS = "$€£¥₩₹₽₺₴₦₱₪₫฿¢"
GONE = statuses.NO_SALE | statuses.REFUNDED
PERCENT = ("percent", "procent", "prozent", "pct", "rate", "share", "andel", "satz")
MOST_LOOKED_AT, MOST_DISTINCT = 50, 30
"""Columns of which it is seen whether they hold states, and how many a column may have."""
NO_WORDS = (
    "no",
    "nej",
    "nein",
    "non",
    "nei",
    "ei",
    "nee",
    "false",
    "falskt",
    "null",
    "none",
    "n/a",
)
READINGS: Mapping[str, Reading] = {"DMY": dates.DAY_FIRST, "MDY": dates.MONTH_FIRST}


def _unit_option(form: str | None) -> Unit | None:
    """The unit of numbers that ``--date-format`` asks for."""
    return next((unit for unit in UNITS if form and unit.name == form.lower()), None)


def _order_option(form: str | None) -> str | None:
    """The order of day, month and year that ``--date-format`` asks for."""
    order = "".join(dict.fromkeys(letter for letter in (form or "").upper() if letter in "DMY"))
    return order if order in dates.SHORT_WORDS and "%" not in (form or "") else None


def decimal_option(decimal: str | None) -> Reading | None:
    """The reading that ``--decimal`` asks for."""
    if decimal not in (None, ".", ","):
        raise InputError(
            Translated(
                f"--decimal {decimal!r} is not known; give . or ,",
                f"--decimal {decimal!r} är inte känt; ange . eller ,",
            )
        )
    return {None: None, ".": amounts.POINT, ",": amounts.COMMA}[decimal]


def date_option(form: str | None) -> tuple[Reading | None, str | None]:
    """The reading that ``--date-format`` asks for, or its strptime pattern."""
    if form is None:
        return None, None
    if "%" in form:
        return None, form
    if form.lower() in {unit.name for unit in UNITS}:
        return "either", None
    parts = "".join(dict.fromkeys(letter for letter in form.upper() if letter in "DMY"))
    if not set(form.upper()) <= set("DMY/.- ") or parts not in ("DMY", "MDY", "YMD"):
        raise InputError(
            Translated(
                f"--date-format {form!r} is not known; give YYYY-MM-DD, D/M/Y, M/D/Y, "
                "YYYYMMDD, serial,"
                " unix, unix-ms, unix-us or a pattern such as %d.%m.%Y",
                f"--date-format {form!r} är inte känt; ange YYYY-MM-DD, D/M/Y, M/D/Y, "
                "YYYYMMDD, serial, unix, unix-ms, unix-us eller ett mönster som %d.%m.%Y",
            )
        )
    return READINGS.get(parts, "either"), None


def _says_so(column: Any) -> Any:
    """Whether a cell says yes, a number other than 0, a day or a reason."""
    kind = column.type()
    if kind.is_boolean() or kind.is_numeric():
        return (column.cast(dtype("float64")) != 0).fill_null(False)
    if not kind.is_string():
        return column.notnull()
    # Not a letter alone, as in "N" or "0 €".
    said = column.re_search(r"[1-9]|\p{L}{2}") & ~column.strip().lower().isin(NO_WORDS)
    return said.fill_null(False)


def _are_states(cells: set[Any]) -> bool:
    """Whether the distinct cells of a column are states of orders, one at least no sale."""
    states = {statuses.state_of(str(cell)) for cell in cells if cell not in (None, "")}
    if len(states) > MOST_DISTINCT:
        return False
    gone = {state for state in states if statuses.says(state, GONE)}
    recognised = gone | {state for state in states if statuses.says(state, statuses.FINE)}
    return bool(gone) and 2 * len(recognised) >= len(states)


def _not_void(rows: Any) -> dict[str, Any]:
    """A negative row of a state of giving back is that money, and no sale that never was."""
    if "void" not in rows.columns:
        return {}
    back = rows.back & (rows.amount < 0).fill_null(False)
    return {"void": rows.void & ~back, "sale": rows.sale | back}


@dataclass(frozen=True)
class StatusWords:
    """States of an order that make it worth nothing."""

    dropped: tuple[str, ...] = ()
    """States that the user adds."""
    kept: tuple[str, ...] = ()
    """States that the user takes away."""
    seen: frozenset[str] = frozenset()
    """States of the input, as far as it has been looked at, that others say in other words."""

    @property
    def said(self) -> frozenset[str]:
        """The states that the user has decided on."""
        return frozenset(map(statuses.state_of, self.dropped + self.kept))

    def void(self, *, refunds: bool) -> frozenset[str]:
        """The states, as `state_of` gives them; money given back may stand in its own column."""
        no_sale = statuses.NO_SALE if refunds else statuses.NO_SALE | statuses.REFUNDED
        kept = frozenset(map(statuses.state_of, self.kept))
        void = (no_sale | frozenset(map(statuses.state_of, self.dropped))) - kept
        return void | {s for s in self.seen - kept if statuses.in_other_words(s, void)}

    def with_seen(self, cells: Iterable[str]) -> StatusWords:
        """The same, with states that stand in the input and may be no sale in other words."""
        void_words = statuses.NO_SALE | statuses.REFUNDED | self.said
        states = frozenset(map(statuses.state_of, set(cells)))
        more = {state for state in states if statuses.in_other_words(state, void_words)}
        return replace(self, seen=self.seen | more)

    def sale(self, *, refunds: bool) -> frozenset[str]:
        """The states of which it is known that they are a sale, or what they are worth."""
        fine = statuses.FINE | statuses.REFUNDED | self.said
        return fine | statuses.PARTLY if refunds else fine


class TypedPart:
    """One part with its roles, and how each column is read."""

    def __init__(
        self,
        part: SourceTable,
        choice: Choice,
        backend: str,
        *,
        date_format: str | None = None,
        decimal: str | None = None,
        nobody: Sequence[str] = (),
        as_written: bool = False,
        sold: StatusWords | None = None,
        time_zone: str | None = None,
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
        self.unit, self.order = _unit_option(date_format), _order_option(date_format)
        self.time_zone = checked_zone(time_zone) if time_zone else None
        self.units: dict[str, Unit] = {}
        """Per role of days what its numbers count."""
        if self.pattern and not self.duckdb:
            raise InputError(
                Translated(
                    f"{part.label}: --date-format with a pattern works on files only;"
                    " store dates, or export the table to a CSV or Parquet file",
                    f"{part.label}: --date-format med ett mönster går bara för filer; lagra "
                    "datum, eller exportera tabellen till en CSV- eller Parquet-fil",
                )
            )
        self.further: Mapping[str, Callable[[], Any]] = {}
        """Further columns that the rows carry, by name."""
        self.discounts = 0
        """Rows with a discount."""
        self.small_discounts = False
        """Whether no discount is above 1, which is found when one is to be applied."""
        self.per_cent = False
        """Whether discounts are written with a per cent sign."""
        self.code: str | None = None
        """The one currency that the amounts are in, where the source says it."""
        self.currency_names: Mapping[str, str] = {}
        """What to call a currency that is written otherwise."""
        self.every_currency = False
        """Whether all rows are in the currency that is wanted."""
        self.sample = self._sample()
        self.learn_states(self.sample.get("status", ()))
        self.texts: dict[str, TextColumn] = {}
        for role in ("date", *NUMBERED, "signed_up", "last_reached", "answered"):
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

    def learn_states(self, cells: Iterable[str]) -> bool:
        """Look at states that stand in the input; whether more of them than before are no sale."""
        before = self.sold.void(refunds=False)
        self.sold = self.sold.with_seen(cells)
        return self.sold.void(refunds=False) != before

    def where(self, role: str) -> str:
        """The part and the column of a role, for messages."""
        name = self.part.names[self.choice.roles[role]]
        return f"{self.part.label}: column {name!r}"

    def _look_at(self, role: str) -> None:
        position = self.choice.roles[role]
        is_date = role not in NUMBERED
        if is_date and self.duckdb and not self.pattern:
            self._look_for_numbers(role)
        if not self.part.is_text(position):
            return
        cells = [cell for cell in self._texts(role) if cell.strip()]
        if not self.duckdb:
            if role not in ("refund", "discount"):
                other_engines.refuse_other_forms(cells, self.where(role), is_date=is_date)
        elif not (is_date and (self.pattern or role in self.units)):
            column = self._text_column(role)
            if role == "discount" and any("%" in cell for cell in cells):
                self.per_cent = True
                column, cells = column.replace("%", ""), [cell.replace("%", "") for cell in cells]
            if is_date and any(map(dates.is_short, dict.fromkeys(cells))):
                short = [cell for cell in cells if dates.is_short(cell)]
                order = short_order(self.part, column, short, self.where(role), self.order)
                column = dates.with_long_years(column, order)
                cells = [dates.long_year(cell, order) for cell in cells]
            self.texts[role] = TextColumn(
                DATES if is_date else NUMBERS,
                column,
                self.where(role),
                cells,
                self.part.whole,
                self.day_reading if is_date else self.number_reading,
            )

    def _text_column(self, role: str) -> Any:
        """The column of a role as far as its cells are text."""
        position = self.choice.roles[role]
        kinds = self.part.mixed.get(position)
        return self.part.column(kinds.text if kinds else position)

    def _texts(self, role: str) -> Sequence[str]:
        """Cells of the sample that are text."""
        kinds = self.part.mixed.get(self.choice.roles[role])
        if kinds is None:
            return self.sample.get(role, ())
        return [str(cell) for (cell,) in self.part.sample([kinds.text]) if cell is not None]

    def _look_for_numbers(self, role: str) -> None:
        """Whether the days of a role are counted, and in what."""
        position = self.choice.roles[role]
        kinds = self.part.mixed.get(position)
        place = position if kinds is None else kinds.number
        kind = None if place is None else self.part.column(place).type()
        if place is None or kind is None or not (kind.is_numeric() or kind.is_string()):
            return
        unit = self.unit
        if unit is None and self.day_reading is None:
            cells = [cell for (cell,) in self.part.sample([place]) if cell is not None]
            unit = find_unit(self.part, place, cells, self.where(role))
        if unit is not None:
            self.units[role] = unit

    # -------------------------------------------------------------------------- expressions

    def day(self, role: str = "date") -> Any:
        """The days of a role."""
        position = self.choice.roles[role]
        column = self.part.column(position)
        if position in self.part.zones:
            column = local_time(column, self.part.zones[position])
        if not self.duckdb:
            return other_engines.day(column, self.backend)
        kinds = self.part.mixed.get(position)
        if kinds is not None:
            return self._mixed_day(role, kinds)
        if role in self.units:
            return self.units[role].days(as_number(column), self.time_zone)
        if role in self.texts:
            return self._text_day(role)
        if self.part.is_text(self.choice.roles[role]):
            assert self.pattern is not None
            return dates.given_reading(column, self.pattern)
        day = ambiguity.typed_day(column)
        if day is None:
            raise InputError(
                Translated(
                    f"{self.where(role)} holds {column.type()}, not dates; give another column",
                    f"{self.where(role)} har {column.type()}, inte datum; välj en annan kolumn",
                )
            )
        return day

    def _text_day(self, role: str) -> Any:
        day = self.texts[role].expression()
        if self.time_zone is None:
            return day
        return with_offset(self._text_column(role), self.time_zone, day)

    def _mixed_day(self, role: str, kinds: Mixed) -> Any:
        """The days of cells each of which is a date, a number or a text for itself."""
        days = []
        if kinds.day is not None:
            days.append(dates.day_number(self.part.column(kinds.day).cast(dtype("date"))))
        if kinds.number is not None:
            number = self.part.column(kinds.number)
            counted = (
                self.units[role].days(as_number(number), self.time_zone)
                if role in self.units
                else None
            )
            days.append(ambiguity.typed_day(number) if counted is None else counted)
        if role in self.texts:
            days.append(self._text_day(role))
        elif self.pattern:
            days.append(dates.given_reading(self.part.column(kinds.text), self.pattern))
        return reduce(lambda one, other: one.coalesce(other), days)

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
        if self.part.grouped is not None:
            return self.part.table[self.part.grouped.units]
        amount = self._gross()
        if "discount" not in self.choice.given or not self.duckdb:
            return amount
        discount = self._amount("discount").fill_null(0)
        if not self.discount_is_share:
            return amount - discount
        wide = dtype("decimal(38,0)")
        # The name says per cent, or the cells do, where shares are not written as fractions.
        whole = 10_000 if self.small_discounts and not self.per_cent else 1_000_000
        rest = (whole - discount).cast(wide) * amount.cast(wide)
        return (rest / whole).round().cast(dtype("int64"))

    @property
    def discount_is_share(self) -> bool:
        """Whether the discount is a share of the amount: by its name, or as no value is above 1."""
        name = normalised(self.part.names[self.choice.roles["discount"]].replace("%", "percent"))
        named = any(part in name for part in PERCENT)
        return named or self.per_cent or self.small_discounts

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
            amount = ambiguity.scaled(self.texts[role].expression())
            number = self._number_cells(role)
            if number is None:
                return amount
            return self._number(ambiguity.typed_amount(number), role).coalesce(amount)
        return self._number(ambiguity.typed_amount(column), role)

    def _number_cells(self, role: str) -> Any | None:
        """The cells of a column of texts that are numbers by themselves."""
        kinds = self.part.mixed.get(self.choice.roles[role])
        return None if kinds is None or kinds.number is None else self.part.column(kinds.number)

    def _decimal(self, role: str, decimals: str) -> Any:
        if role in self.texts:
            text = self.texts[role].expression(decimals=decimals)
            cells = self._number_cells(role)
            return text if cells is None else cells.try_cast(dtype(decimals)).coalesce(text)
        column = self.part.column(self.choice.roles[role])
        return self._number(ambiguity.typed_number(column, decimals), role)

    def _number(self, number: Any, role: str) -> Any:
        if number is None:
            kind = self.part.column(self.choice.roles[role]).type()
            raise InputError(
                Translated(
                    f"{self.where(role)} holds {kind}, not numbers; give another column",
                    f"{self.where(role)} har {kind}, inte tal; välj en annan kolumn",
                )
            )
        return number

    @property
    def priced(self) -> str:
        """The role of the column that money stands in."""
        return "price" if "price" in self.choice.roles else "amount"

    @cached_property
    def currency_of_name(self) -> str | None:
        """The currency that the name of the amount's column says."""
        return currency_of(self.part.names[self.choice.roles[self.priced]])

    def written_currency(self) -> Any:
        """The currencies as they are written, in capitals: of their column, or beside amounts."""
        if "currency" in self.choice.roles:
            return self._identifier("currency").upper()
        if self.currency_of_name:
            return ibis.literal(self.currency_of_name)
        text = self._text_column(self.priced)
        return text.re_replace(rf"[^\p{{L}}{CURRENCY_SIGNS}]+", "").upper().nullif("")

    def currency(self) -> Any:
        """The currencies, one name for each; null where blank."""
        written = self.written_currency()
        if not self.currency_names:
            return written
        renamed = ((written == name, code) for name, code in self.currency_names.items())
        return ibis.cases(*renamed, else_=written)

    @property
    def leaves_gaps(self) -> bool:
        """Whether the sample has rows that continue an order and leave its fields blank."""
        orders = self.sample.get("order", ())
        return any(
            order.strip() and not cell.strip()
            for role in ("date", "amount")
            for order, cell in zip(orders, self.sample.get(role, ()), strict=False)
        )

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

    def _order(self, *, alone: bool) -> dict[str, Any]:
        """The order of a row, and whether what its first row says is blank in it."""
        roles = self.choice.roles
        column = self.part.column(roles["order"])
        numbers = alone and column.type().is_integer()
        return {
            "order": column if numbers else self._identifier("order"),
            "blank_day": self._blank("date"),
            "blank_amount": self._blank("amount" if "amount" in roles else "price"),
        }

    def _taken_off(self) -> dict[str, Any]:
        """The refund of an amount, and whether the row is a credit note or may be taken back."""
        reductions = {}
        if "refund" in self.choice.roles:
            reductions["refund"] = self._amount("refund").abs().fill_null(0)
        if self.duckdb and (self.taking_back or self.other_states):
            said = [_says_so(self.part.column(i)) for i in self.taking_back]
            for place, cells in self.other_states.items():
                gone = {state for state in cells if statuses.in_other_words(state, GONE)}
                said.append(statuses.is_one_of(self.part.column(place), GONE | gone))
            reductions["hinted"] = reduce(or_, said)
        if self.credits:
            text = self.part.column(self.choice.roles["document"]).cast(dtype("string"))
            reductions["credit"] = statuses.is_one_of(text, statuses.CREDIT)
        return reductions

    def _weights(self) -> dict[str, Any]:
        """The weight of a row that stands for several of the source."""
        grouped, table = self.part.grouped, self.part.table
        return (
            {} if grouped is None else {"weight": table[grouped.rows], "high": table[grouped.high]}
        )

    def facts(
        self,
        currency: str | None = None,
        *,
        raw: bool = False,
        order: bool = True,
        alone: bool = False,
        articles: bool = False,
        codes: RowCodes | None = None,
    ) -> Any:
        """Per row all that the worth and the owner of its order follow from.

        Beside ``customer``, ``day``, ``amount`` and ``order`` there are ``key`` (null for a row
        that can be read, else -1 to -3 by reason, or GAP), ``changed`` (the id was folded) and,
        where there are such columns, ``void`` (the status means no sale), ``sale`` (it means
        something else), ``refund`` and ``credit`` (the row's amount was turned round).

        With `codes` customers and orders are numbers, and rows whose ids have none have the key
        UNCODED.
        """
        roles = self.choice.roles
        currency = None if self.every_currency else currency
        new = {**self._ids(codes), "day": self.day(), "amount": self.amount()}
        if order and "order" in roles:
            new |= self._order(alone=alone) | new
        if currency is not None:
            new["currency"] = self.currency()
        if self.choice.statuses:
            new |= self._status()
        new |= self._taken_off() | self._weights()
        if articles:
            new["article"] = self.articles()
        new |= {name: make() for name, make in self.further.items()}
        if raw:
            table = self.part.table
            new.update({f"{RAW}{i}": table[name] for i, name in enumerate(table.columns)})
        # As a view of its own: Ibis would write each expression out wherever it is used, and the
        # engine would compute it as often.
        typed = self.part.table.select(**new).view()
        typed, reasons = self._with_reasons(typed, codes)
        why = ibis.cases(*reasons, (typed.day.isnull(), -2), (typed.amount.isnull(), -3))
        if "order" in typed.columns:
            # Of what can't be read, which is little, it is asked whether it was blank.
            day, amount = typed.day.isnull(), typed.amount.isnull()
            gap = (typed.blank_day | ~day) & (typed.blank_amount | ~amount)
            gap = gap & (typed.blank_day | typed.blank_amount) & typed.order.notnull()
            why = ibis.cases(((day | amount) & gap, GAP), else_=why)
        if codes is not None:
            # Nearly all rows can be read, and of them nothing else is asked.
            fits = reduce(and_, (typed[f"{role}_fits"] for role in codes.by_role))
            readable = fits & typed.day.notnull() & typed.amount.notnull()
            why = readable.ifelse(None, why)
        changes = {"key": why.cast(dtype("int32"))}
        changes |= _not_void(typed)
        if "credit" in typed.columns:
            changes["credit"] = typed.credit & (typed.amount > 0).fill_null(False)
            changes["amount"] = changes["credit"].ifelse(-typed.amount, typed.amount)
        for role in () if codes is None else codes.by_role:
            changes[role] = typed[f"{role}_fits"].ifelse(typed[f"{role}_number"], None)
        if "written" in typed.columns:
            changes["changed"] = (typed.written != typed.customer).fill_null(False)
        typed = typed.mutate(**changes)
        if currency is not None:
            gap = (typed.key == GAP).fill_null(False) & typed.currency.isnull()
            typed = typed.filter((typed.currency == currency).fill_null(False) | gap)
        extra = {"back", "currency", "written", "blank_day", "blank_amount"}
        extra |= {f"{role}_{name}" for role in ("customer", "order") for name in CODING}
        # In an order that is the same from run to run, as the SQL is kept.
        return typed.drop(*(name for name in typed.columns if name in extra))

    def _ids(self, codes: RowCodes | None) -> dict[str, Any]:
        """The customer of a row; with `codes` the columns by which its ids become numbers."""
        position = self.choice.roles["customer"]
        if codes is None:
            folds = self.duckdb and not self.as_written and self.part.is_text(position)
            return {"customer": self.key(), **({"written": self.written()} if folds else {})}
        columns = {}
        for role, ids in codes.by_role.items():
            columns[role] = self.part.column(self.choice.roles[role])
            columns |= ids.columns(columns[role], role)
        return columns

    def _with_reasons(
        self, typed: Any, codes: RowCodes | None
    ) -> tuple[Any, list[tuple[Any, int]]]:
        """The rows, and why the customer of one is not known: nobody is meant, or the id has
        another form than those that are numbers.

        What has a number is not looked at again, and nearly all have one.
        """
        if codes is None:
            return typed, [(self.is_nobody(typed.customer), -1)]
        fits = {f"{role}_fits": ids.fits(typed, role) for role, ids in codes.by_role.items()}
        typed = typed.mutate(**fits).view()
        other = self._identified(typed.customer_fits.ifelse(None, typed.customer))
        typed = typed.mutate(customer_other=other).view()
        ids = typed.customer_other
        if not self.as_written:
            ids = identities.folded(ids, duckdb=True)
        reasons = [
            (typed.customer_fits.ifelse(False, self.is_nobody(ids)), -1),
            (~typed.customer_fits, UNCODED),
        ]
        if "order_fits" in typed.columns:
            named = self._identified(typed.order).notnull()
            reasons.append((typed.order_fits.ifelse(False, named), UNCODED))
        return typed, reasons

    def _blank(self, role: str) -> Any:
        column = self.part.column(self.choice.roles[role])
        if not column.type().is_string():
            return column.isnull()
        # Few cells begin with a blank, and stripping is slow.
        return (column < "!").fill_null(True).ifelse(column.strip().fill_null("") == "", False)

    def _status(self) -> dict[str, Any]:
        """Whether a row's status means no sale, whether it has another, and one unheard of."""
        refunds = "refund" in self.choice.roles
        words = self.sold.void(refunds=refunds)
        every = any(word.strip() == ANY for word in self.sold.dropped)
        conditions: dict[str, list[Any]] = {"void": [], "filled": [], "back": [], "unsure": []}
        for position in self.choice.statuses:
            text = self.part.column(position).cast(dtype("string"))
            filled = (text.strip() != "").fill_null(False)
            conditions["filled"].append(filled)
            said = _says_so(self.part.column(position)) if every else None
            conditions["void"].append(said if every else statuses.is_one_of(text, words))
            conditions["back"].append(statuses.is_one_of(text, words & statuses.TAKEN_BACK))
            sure = statuses.is_one_of(text, words | self.sold.sale(refunds=refunds))
            conditions["unsure"].append(filled & ~sure)
        void, filled, back, unsure = (reduce(or_, columns) for columns in conditions.values())
        return {"void": void, "sale": filled & ~void, "back": back, "unsure": unsure & ~void}

    @cached_property
    def other_states(self) -> dict[int, frozenset[str]]:
        """Columns that nobody reads and that are a status by name or cells, with their states."""
        choice, names = self.choice, self.part.names
        read = {*choice.roles.values(), *choice.keys, *choice.statuses, *choice.articles}
        read |= set(self.taking_back)
        texts = [i for i in range(len(names)) if i not in read and self.part.is_text(i)][
            :MOST_LOOKED_AT
        ]
        if not self.duckdb or not texts:
            return {}
        rows = self.part.sample(texts)
        states_by_column = {}
        for number, place in enumerate(texts):
            cells = {row[number] for row in rows}
            if names_a_state(names[place]) or _are_states(cells):
                states_by_column[place] = frozenset(
                    statuses.state_of(str(c)) for c in cells if c is not None
                )
        return states_by_column

    @cached_property
    def taking_back(self) -> tuple[int, ...]:
        """Columns that nobody reads and that may say that a sale was taken back."""
        choice = self.choice
        read = {*choice.roles.values(), *choice.keys, *choice.statuses, *choice.articles}
        names = self.part.names
        return tuple(
            i for i, name in enumerate(names) if i not in read and speaks_of_taking_back(name)
        )

    @cached_property
    def credits(self) -> bool:
        """Whether there is a column of document types, some of which may give money back."""
        if "document" not in self.choice.roles:
            return False
        if not self.part.is_text(self.choice.roles["document"]):
            return False
        name = self.part.names[self.choice.roles["document"]]
        if "document" in self.choice.given or speaks_of_invoices(name):
            return True
        documents = {statuses.state_of(cell) for cell in self.sample.get("document", ())}
        return not documents & statuses.DEBIT

    def articles(self) -> Any:
        """Text that tells the rows of an order apart."""
        roles = self.choice.roles
        extra = [roles[role] for role in ("quantity", "price", "amount") if role in roles]
        cells = [
            self.part.column(i).cast(dtype("string")).fill_null("").strip()
            for i in dict.fromkeys([*self.choice.articles, *extra])
        ]
        return reduce(lambda one, other: one + "\x1f" + other, cells)
