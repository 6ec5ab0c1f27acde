"""A table of persons in the engine: selected by conditions, ordered and read by their attributes.

It begins with what every list has and grows by the columns of a source when they are first asked
for, so that what nobody asks about costs nothing, and what was asked about once answers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError
from crmformulas.orders.counting.counts import UNITS
from crmformulas.orders.counting.tiers import by_code_point
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.reading.kept_sql import of_everybody
from crmformulas.orders.selections.attributes import (
    Attribute,
    Kind,
    Scope,
    find,
    plain_value,
)
from crmformulas.orders.selections.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    ConditionError,
    Named,
    Not,
    joined,
    parse,
)
from crmformulas.orders.selections.predicates import SEGMENT, attributes_in, predicate
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["PersonTable", "Stream"]

MOST_ROWS = 2**63 - 1
"""More no engine can count."""

Stream = Callable[[Any], Iterator[Any]]
"""Runs a query whose answer may be large; yields Arrow record batches."""


@dataclass(frozen=True)
class _Asked:
    """A condition with what its names mean."""

    condition: Condition
    attributes: dict[str, Attribute]
    text: str


class PersonTable:
    """Persons with their attributes, in the engine.

    Args:
        table: One row a person, with ``customer``, ``number`` (by id, from 0) and what the
            attributes of the list itself read. It is released with this.
        scope: What attributes are made from.
        attributes: Those of the list itself.
        stream: Runs a query whose answer may be large.

    Attributes:
        segments: Conditions by the names that ``segment`` takes.
        always: A condition that holds for all who are selected.
    """

    def __init__(
        self,
        table: ir.CachedTable,
        scope: Scope,
        attributes: Sequence[Attribute],
        stream: Stream,
    ) -> None:
        self.scope = scope
        self.segments: Mapping[str, str] = {}
        self.always = ""
        self._table: ir.CachedTable | None = table
        self._own = attributes
        self._stream = stream
        self._joined: set[str] = set()
        self._attributes: dict[str, Attribute] | None = None

    @property
    def closed(self) -> bool:
        """Whether the log has been closed."""
        return self._table is None

    def release(self) -> None:
        """Drop the table. Safe to call twice."""
        if self._table is not None:
            self._table.release()
            self._table = None

    @property
    def table(self) -> ir.CachedTable:
        """The rows, as far as they have been joined."""
        if self._table is None:
            raise InputError(
                Translated(
                    "the order log is closed, and the list of its customers with it",
                    "köpen är stängda, och kundlistan med dem",
                )
            )
        return self._table

    @property
    def attributes(self) -> dict[str, Attribute]:
        """All attributes there are, by name, in the order in which they are listed."""
        if self._attributes is None:
            columns = list(self._own)
            for source in self.scope.sources.values():
                columns += source.attributes(self.scope)
            self._attributes = {}
            for attribute in columns:
                # A column of the file may be called as what every list has.
                self._attributes.setdefault(attribute.name, attribute)
        return self._attributes

    def attribute(self, name: str) -> Attribute:
        """The attribute of a name.

        Raises:
            InputError: if there is none.
        """
        match = find(name, self.attributes)
        if match is None:
            raise InputError(
                Translated(
                    "no column {!r}; there are {}", "ingen kolumn {!r}; det finns {}"
                ).format(name, ", ".join(self.attributes))
            )
        return match

    def need(self, attributes: Sequence[Attribute]) -> ir.CachedTable:
        """The rows with what the attributes read."""
        with of_everybody():
            return self._joined_with(attributes)

    def _joined_with(self, attributes: Sequence[Attribute]) -> ir.CachedTable:
        wanted = [a.source for a in attributes if a.source and a.source not in self._joined]
        for name in dict.fromkeys(wanted):
            source = self.scope.sources[name]
            if source.table is not None:
                self._join(source.table(self.scope, self.table))
            if source.learn is not None:
                source.learn(self.scope, self.table)
            if source.columns is not None:
                self._replace(self.table.mutate(**source.columns(self.scope, self.table)))
            self._joined.add(name)
        return self.table

    def _join(self, more: Any) -> None:
        before = self.table
        new = [name for name in more.columns if name not in before.columns]
        self._replace(before.left_join(more, "customer").select(*before.columns, *new))

    def _replace(self, table: Any) -> None:
        before = self.table
        self._table = table.cache()
        before.release()

    # Conditions

    def where(self, text: str) -> ir.Table:
        """The persons for whom a condition holds; all, where it is blank.

        Raises:
            ConditionError: if it can't be read; the message says where.
        """
        text = joined(self.always, text)
        if not text:
            return self.table
        asked = self._asked(text)
        table = self.need(self._used(asked))
        return table.filter(self._predicate(asked, table))

    def check(self, text: str) -> None:
        """Read a condition, to know that it can be read.

        Raises:
            ConditionError: if it can't.
        """
        if text.strip():
            asked = self._asked(text)
            table = self.need(self._used(asked))
            self._predicate(asked, table)

    def _asked(self, text: str, within: tuple[str, ...] = ()) -> _Asked:
        condition = self._expanded(parse(text), text, within)
        return _Asked(condition, attributes_in(condition, self.attributes, text), text)

    def _used(self, asked: _Asked) -> list[Attribute]:
        used = list(asked.attributes.values())
        for named in _named(asked.condition):
            used += self._used(named.asked)
        return used

    def _predicate(self, asked: _Asked, table: Any) -> Any:
        return predicate(asked.condition, table, asked.attributes, asked.text, self._predicate)

    def _expanded(self, condition: Condition, text: str, within: tuple[str, ...]) -> Condition:
        """The tree with the conditions of named segments in their place."""
        if isinstance(condition, Not):
            return Not(self._expanded(condition.part, text, within))
        if isinstance(condition, (AllOf, AnyOf)):
            return type(condition)(tuple(self._expanded(p, text, within) for p in condition.parts))
        if isinstance(condition, Comparison) and condition.attribute.lower() == SEGMENT:
            return self._segment(condition, text, within)
        return condition

    def _segment(self, one: Comparison, text: str, within: tuple[str, ...]) -> Condition:
        if one.operator not in ("=", "!="):
            why = Translated("{} takes = or != and a name", "{} tar = eller != och ett namn")
            raise ConditionError(why.format(SEGMENT), text, one.place)
        parts: list[Condition] = []
        for value in one.values:
            assert value is not None
            names = {name.casefold(): name for name in self.segments}
            name = names.get(value.text.casefold())
            if name is None:
                segment_names = ", ".join(self.segments) or Translated("none yet", "inga än")
                none = Translated(
                    "there is no segment {!r}; there are {}",
                    "det finns inget segment {!r}; det finns {}",
                )
                raise ConditionError(none.format(value.text, segment_names), text, value.place)
            if name in within:
                why = Translated(
                    "segment {!r} rests on itself", "segmentet {!r} vilar på sig självt"
                )
                raise ConditionError(why.format(name), text, value.place)
            parts.append(Named(self._asked(self.segments[name], (*within, name))))
        any_of = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
        return Not(any_of) if one.operator == "!=" else any_of

    # Order and columns

    def sort_keys(self, table: ir.Table, attribute: Attribute, descending: bool) -> list[ir.Value]:
        """The keys that order persons: by an attribute, who ties by id, who has none last."""
        if attribute.kind is Kind.ID or attribute.unknown:
            backwards = descending and attribute.kind is Kind.ID
            return [table.number.desc() if backwards else table.number]
        key = attribute.expression(table)
        if attribute.kind is Kind.TEXT:
            key = by_code_point(key)
        by = key.desc(nulls_first=False) if descending else key.asc(nulls_first=False)
        return [by, table.number]

    def values(self, table: ir.Table, attributes: Sequence[Attribute]) -> dict[str, Any]:
        """The columns of attributes, by name, as the engine has them."""
        return {a.name: _null(a) if a.unknown else a.expression(table) for a in attributes}

    def batches(
        self,
        selected: ir.Table,
        attributes: Sequence[Attribute],
        by: Sequence[Any] = (),
        limit: int | None = None,
    ) -> Iterator[Any]:
        """Read the attributes of persons as Arrow record batches, typed for a reader.

        Money is in currency units, days are dates, choices and months are texts.

        Args:
            selected: Who, from :meth:`where`, of a table that has what the attributes need.
            attributes: The columns.
            by: The keys that order them.
            limit: How many at most.
        """
        ordered = selected.order_by(list(by)) if by else selected
        if limit is not None:
            ordered = ordered.limit(min(limit, MOST_ROWS))
        for batch in self._stream(ordered.select(**self.values(ordered, attributes))):
            yield _readable(batch, attributes)

    def schema(self, attributes: Sequence[Attribute]) -> Any:
        """The Arrow schema of what :meth:`batches` gives."""
        import pyarrow as pa

        kinds = {
            Kind.MONEY: pa.float64(),
            Kind.SHARE: pa.float64(),
            Kind.NUMBER: pa.float64(),
            Kind.DAY: pa.date32(),
            Kind.FLAG: pa.bool_(),
            Kind.WHOLE: pa.int64(),
        }
        return pa.schema([(a.name, kinds.get(a.kind, pa.string())) for a in attributes])

    def count(self, where: str = "") -> int:
        """Count the persons for whom a condition holds."""
        selected = self.where(where)
        return int(self.scope.ask(selected.aggregate(n=selected.count()))["n"][0])

    def rows(
        self, selected: ir.Table, attributes: Sequence[Attribute], by: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """The same, of a few persons, as tuples of Python values."""
        ordered = selected.order_by(list(by)) if by else selected
        cells = self.scope.ask(ordered.select(**self.values(ordered, attributes)))
        columns = [[plain_value(a, raw) for raw in cells[a.name]] for a in attributes]
        return list(zip(*columns, strict=True))


def _named(condition: Condition) -> Iterator[Named]:
    if isinstance(condition, Named):
        yield condition
    elif isinstance(condition, Not):
        yield from _named(condition.part)
    elif isinstance(condition, (AllOf, AnyOf)):
        for part in condition.parts:
            yield from _named(part)


def _null(attribute: Attribute) -> Any:
    """A column that nobody has a value in."""
    match attribute.kind:
        case Kind.ID | Kind.TEXT:
            return ibis.null("string")
        case Kind.SHARE | Kind.NUMBER:
            return ibis.null("float64")
        case Kind.FLAG:
            return ibis.null("boolean")
    return ibis.null("int64")


def _readable(batch: Any, attributes: Sequence[Attribute]) -> Any:
    """An Arrow batch of the engine with the values that a reader wants."""
    import pyarrow as pa

    columns = [
        pa.nulls(batch.num_rows, _column(batch.column(i).slice(0, 0), a).type)
        if a.unknown
        else _column(batch.column(i), a)
        for i, a in enumerate(attributes)
    ]
    return pa.RecordBatch.from_arrays(columns, names=[a.name for a in attributes])


def _column(column: Any, attribute: Attribute) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    match attribute.kind:
        case Kind.ID | Kind.TEXT:
            return column.cast(pa.string())
        case Kind.MONEY:
            # Beyond 900 billion a float holds no ten-thousandths any more.
            return pc.divide(column.cast(pa.float64(), safe=False), float(UNITS))
        case Kind.SHARE | Kind.NUMBER:
            return column.cast(pa.float64())
        case Kind.DAY:
            return column.cast(pa.int32()).cast(pa.date32())
        case Kind.MONTH:
            return pc.strftime(column.cast(pa.int32()).cast(pa.date32()), format="%Y-%m")
        case Kind.CHOICE:
            words = pa.array(attribute.choices, pa.string())
            return words.take(column.cast(pa.int32()))
        case Kind.FLAG:
            return column.cast(pa.bool_())
    return column.cast(pa.int64())
