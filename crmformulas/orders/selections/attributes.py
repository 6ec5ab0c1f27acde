"""Attributes of a customer, each once, for conditions, columns and orders alike.

An attribute says how it is called in both languages, what kind of value it has, and how the engine
makes it from the list of customers. The engine's values are whole numbers where they can be: money
in ten-thousandths, days since 1970, a choice as its place among the choices, lowest first.

What needs more than the list has comes from a :class:`Source`, whose columns join the list when
they are first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from crmformulas.dates import from_number
from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.rules import LEAST_F12_MONTHS, Rules, Windows, f12_held
from crmformulas.printable import printable
from crmformulas.translations import Label, Lang, Translated, term, translate

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = [
    "MOVES",
    "STATUSES",
    "Attribute",
    "Kind",
    "Scope",
    "Source",
    "base_attributes",
    "by_cell",
    "cell_text",
    "choice_label",
    "f12_reason",
    "find",
    "plain_value",
]

STATUSES = ("new", "continued", "reactivated", "lost", "former")
"""What a customer can be at the as-of day; former is whose last order lies before F12."""

MOVES = ("lost", "downgraded", "stayed", "upgraded", "won back", "new")
"""What became of a customer between F12 and S12."""

MOVE_LABELS = {
    "downgraded": Translated("downgraded", "nedgraderade"),
    "stayed": Translated("stayed", "kvar på nivån"),
    "upgraded": Translated("upgraded", "uppgraderade"),
    "won back": Translated("won back", "återvunna"),
}
"""The moves that are no terms of all faces."""


class Kind(Enum):
    """Kind of value of an attribute."""

    ID = "id"
    TEXT = "text"
    WHOLE = "whole number"
    MONEY = "money"
    SHARE = "share"
    NUMBER = "number"
    DAY = "day"
    MONTH = "month"
    CHOICE = "choice"
    FLAG = "flag"

    @property
    def label(self) -> Translated:
        """Name of the kind."""
        return KIND_LABELS[self]

    @property
    def counted(self) -> bool:
        """Whether its values are numbers that can be more or less."""
        return self in (Kind.WHOLE, Kind.MONEY, Kind.SHARE, Kind.NUMBER)


KIND_LABELS = {
    kind: Translated(kind.value, swedish)
    for kind, swedish in zip(
        Kind,
        ("id", "text", "heltal", "pengar", "andel", "tal", "dag", "månad", "val", "ja eller nej"),
        strict=True,
    )
}


@dataclass(frozen=True)
class Attribute:
    """Something that is known of each customer.

    Attributes:
        name: In conditions, options and the heads of files.
        label: In tables.
        kind: What kind of value it has.
        about: What it is, in a line.
        expression: Makes its value in the engine from the list of customers.
        aliases: Other names of it in conditions.
        choices: Of a choice: its values, lowest first.
        labels: What its values are called, where that is no term of all faces.
        cells: Of a choice that follows from the cell in the flow table: its place among the choices
            by cell.
        source: What has to join the list first; empty for what the list has.
        unit: Of its numbers, such as days; money has that of the orders.
        unknown: Why nobody has a value, where that is so.
        hidden: Only shown where it is named, as an address.
    """

    name: str
    label: Translated
    kind: Kind
    about: Translated
    expression: Callable[[Any], ir.Value] = field(compare=False)
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict, compare=False)
    cells: Mapping[int, int] = field(default_factory=dict, compare=False)
    source: str = ""
    unit: Translated | str = ""
    unknown: Label = ""
    hidden: bool = False


@dataclass
class Scope:
    """The sources of the attributes of a log's customers, at an as-of day and by rules.

    Attributes:
        orders: The orders up to the as-of day: ``customer``, ``day``, ``amount``.
        windows: The as-of day and the two windows.
        rules: How to count.
        cells: Status and tiers by the number of the cell in the flow table.
        f12_months: How many of F12's 12 months lie in history.
        ask: Runs a query whose answer is small.
        sources: What can join the list, by name.
        known: What was counted once for all customers, such as where scores are cut.
    """

    orders: ir.Table
    windows: Windows
    rules: Rules
    cells: Mapping[int, tuple[str, str | None, str | None]]
    f12_months: int
    ask: Callable[[Any], dict[str, list[Any]]]
    sources: dict[str, Source] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def f12_known(self) -> bool:
        """Whether what rests on F12 is told at all."""
        return self.f12_months >= LEAST_F12_MONTHS

    @property
    def as_of(self) -> int:
        """The as-of day as a number."""
        from crmformulas.dates import day_number

        return day_number(self.windows.as_of)


@dataclass(frozen=True)
class Source:
    """Attributes that join the list of customers when they are first asked for.

    Attributes:
        name: That its attributes name.
        attributes: Made for a scope; none where there is nothing to tell.
        table: Makes a table of ``customer`` and the columns that the attributes read; who is not
            in it has nulls. None where the list has what they need.
        learn: Counts what the attributes need to know of all customers, from the list that has
            their columns.
        columns: Makes columns of the list from what was learnt, where they would take long to make
            again with every question.
    """

    name: str
    attributes: Callable[[Scope], Sequence[Attribute]]
    table: Callable[[Scope, Any], Any] | None = None
    learn: Callable[[Scope, Any], None] | None = None
    columns: Callable[[Scope, Any], dict[str, Any]] | None = None


def f12_reason(scope: Scope) -> Label:
    """Why what rests on F12 is not told; empty if it is."""
    if scope.f12_known:
        return ""
    return f12_held(scope.f12_months)


def find(name: str, attributes: Mapping[str, Attribute]) -> Attribute | None:
    """The attribute of a name or of another name for it, in upper or lower case."""
    if name in attributes:
        return attributes[name]
    wanted = name.lower().replace(" ", "_").replace("-", "_")
    if wanted in attributes:
        return attributes[wanted]
    for attribute in attributes.values():
        if attribute.name.lower() == name.lower() or wanted in attribute.aliases:
            return attribute
    return None


def plain_value(attribute: Attribute, raw: Any) -> Any:
    """The value of the engine as a Python value: money in currency units, days as dates.

    Examples:
        >>> from crmformulas.translations import Translated
        >>> words = Translated("", "")
        >>> spent = Attribute("revenue", words, Kind.MONEY, words, lambda table: table.revenue)
        >>> plain_value(spent, 12_500), plain_value(spent, None)
        (1.25, None)
    """
    if raw is None:
        return None
    match attribute.kind:
        case Kind.MONEY:
            return raw / UNITS
        case Kind.DAY:
            return from_number(raw)
        case Kind.MONTH:
            return f"{from_number(raw):%Y-%m}" if raw >= FIRST_OF_1000 else _month_text(raw)
        case Kind.CHOICE:
            return attribute.choices[raw]
        case Kind.FLAG:
            return bool(raw)
    return raw


def cell_text(attribute: Attribute, value: Any, lang: Lang) -> str:
    """A value as it stands in a table to read; a dash is unknown, or there is none."""
    if value is None:
        return UNKNOWN
    figures = NumberFormat(lang)
    match attribute.kind:
        case Kind.MONEY | Kind.WHOLE:
            return figures.whole(value)
        case Kind.SHARE:
            return figures.percent(value)
        case Kind.NUMBER:
            return figures.fixed(value, 1)
        case Kind.CHOICE:
            return printable(str(translate(choice_label(attribute, value), lang)))
        case Kind.FLAG:
            return str(translate(Translated("yes", "ja") if value else NO, lang))
    return printable(str(value))


def choice_label(attribute: Attribute, value: str) -> Label:
    """Name of a value of a choice."""
    return attribute.labels.get(value) or term(value)


NO = Translated("no", "nej")

FIRST_OF_1000 = (date(1000, 1, 1) - date(1970, 1, 1)).days


def _month_text(day: int) -> str:
    return from_number(day).isoformat()[:7]


# What the list itself has


def _text(en: str, sv: str) -> Translated:
    return Translated(en, sv)


DAYS = Translated("days", "dagar")


def column(name: str) -> Callable[[Any], Any]:
    """An expression that is a column of the list."""
    return lambda table: table[name]


def share_of(part: Any, whole: Any) -> Any:
    """One whole number by another as a fraction; null where there is nothing to divide by."""
    return part.cast("float64") / whole.nullif(0).cast("float64")


def base_attributes(scope: Scope) -> list[Attribute]:
    """Attributes of the list of customers, at an as-of day and by rules."""
    why, as_of = f12_reason(scope), scope.as_of
    ascending = scope.rules.tier_names[::-1]

    def places(position: int, order: Sequence[str]) -> dict[int, int]:
        words = {c: words[position] for c, words in scope.cells.items()}
        return {c: order.index(word) for c, word in words.items() if word}

    def cell(places: Mapping[int, int]) -> Callable[[Any], Any]:
        return lambda table: by_cell(table.cell, places)

    of_status = places(0, STATUSES)
    of_f12, of_s12 = (places(position, ascending) for position in (1, 2))
    of_move = {c: MOVES.index(m) for c, w in scope.cells.items() if (m := _move(w, ascending))}
    return [
        Attribute(
            "customer",
            _text("customer", "kund"),
            Kind.ID,
            _text("the id, as in the orders", "kundnumret, som i ordrarna"),
            column("customer"),
            aliases=("id",),
        ),
        Attribute(
            "status",
            _text("status", "status"),
            Kind.CHOICE,
            _text("what the customer is at the as-of day", "vad kunden är på dagen"),
            cell(of_status),
            choices=STATUSES,
            cells=of_status,
            unknown=why,
        ),
        Attribute(
            "f12_tier",
            _text("F12", "F12"),
            Kind.CHOICE,
            _text("value tier in the twelve months before", "värdenivå tolv månader tidigare"),
            cell(of_f12),
            choices=ascending,
            cells=of_f12,
            unknown=why,
            aliases=("tier_before", "last_tier"),
        ),
        Attribute(
            "s12_tier",
            _text("S12", "S12"),
            Kind.CHOICE,
            _text("value tier in the last twelve months", "värdenivå de senaste tolv månaderna"),
            cell(of_s12),
            choices=ascending,
            cells=of_s12,
            aliases=("tier",),
        ),
        Attribute(
            "move",
            _text("move", "rörelse"),
            Kind.CHOICE,
            _text("from the tier of F12 to that of S12", "från nivån i F12 till den i S12"),
            cell(of_move),
            choices=MOVES,
            cells=of_move,
            labels=MOVE_LABELS,
            unknown=why,
        ),
        Attribute(
            "orders",
            _text("orders", "köp"),
            Kind.WHOLE,
            _text("purchases so far: the step of the F-ladder", "köp hittills: steg på F-trappan"),
            column("orders"),
            aliases=("step", "f_step"),
        ),
        Attribute(
            "revenue",
            _text("revenue", "omsättning"),
            Kind.MONEY,
            _text("net revenue so far", "nettoomsättning hittills"),
            column("revenue"),
        ),
        Attribute(
            "order_value",
            _text("order value", "intäkt per köp"),
            Kind.MONEY,
            _text("net revenue by purchases", "nettoomsättning per köp"),
            lambda table: table.revenue.cast("float64") / table.orders.cast("float64"),
            aliases=("average_order_value", "aov"),
        ),
        Attribute(
            "s12_orders",
            _text("S12 orders", "köp S12"),
            Kind.WHOLE,
            _text("purchases in the last twelve months", "köp de senaste tolv månaderna"),
            column("s12_orders"),
        ),
        Attribute(
            "s12_revenue",
            _text("S12 revenue", "omsättn. S12"),
            Kind.MONEY,
            _text("net revenue of the last twelve months", "nettoomsättning, tolv månader"),
            column("s12_revenue"),
        ),
        Attribute(
            "f12_revenue",
            _text("F12 revenue", "omsättn. F12"),
            Kind.MONEY,
            _text("net revenue of the twelve before", "nettoomsättning, tolv månader dessförinnan"),
            column("f12_revenue"),
        ),
        Attribute(
            "first_order",
            _text("first order", "första köp"),
            Kind.DAY,
            _text("day of the first purchase", "dagen för första köpet"),
            column("first"),
        ),
        Attribute(
            "last_order",
            _text("last order", "senaste köp"),
            Kind.DAY,
            _text("day of the last purchase", "dagen för senaste köpet"),
            column("last"),
        ),
        Attribute(
            "recency_days",
            _text("days since", "dagar sedan"),
            Kind.WHOLE,
            _text("days from the last purchase to the as-of day", "dagar sedan senaste köpet"),
            lambda table: ibis.literal(as_of, "int32") - table["last"],
            aliases=("days_since", "recency"),
            unit=DAYS,
        ),
        Attribute(
            "cohort",
            _text("cohort", "kohort"),
            Kind.MONTH,
            _text("month of the first purchase", "månad för första köpet"),
            column("first"),
        ),
    ]


def by_cell(cell: Any, values: Mapping[int, int]) -> Any:
    """A whole number for each cell; null for the others."""
    cells: dict[int, list[int]] = {}
    for place, value in values.items():
        cells.setdefault(value, []).append(place)
    if not cells:
        return ibis.null("int32")
    whole = [(cell.isin(here), ibis.literal(v, "int32")) for v, here in cells.items()]
    return ibis.cases(*whole)


def _move(words: tuple[str, str | None, str | None], ascending: Sequence[str]) -> str | None:
    status, before, now = words
    if status == "continued":
        assert before is not None
        assert now is not None
        change = ascending.index(now) - ascending.index(before)
        return "stayed" if not change else "upgraded" if change > 0 else "downgraded"
    return {"reactivated": "won back", "new": "new", "lost": "lost"}.get(status)
