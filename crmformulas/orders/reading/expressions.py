"""Expressions of Ibis, noted down before Ibis is needed.

Every query is written with Ibis. To load it, build a query and compile it takes longer than to
count a small file, and what comes out is the same each time. So ``ibis`` and ``_`` here note down
what is asked of them, step by step. Of such notes over tables of the embedded DuckDB the SQL is
kept (:mod:`~crmformulas.orders.reading.kept_sql`) by a key that says all of the expression; where
there is none, the notes are carried out with Ibis itself. Over other tables they are carried out at
once.

What differs from file to file though the query is the same is no part of the key: numbers from 128
on, such as days, all that are wrapped in :func:`number`, and the names that tables have in the
engine. Ibis compiles with numbers and names in their stead that stand nowhere else; in the
text they are replaced.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib import import_module
from itertools import count
from typing import Any

__all__ = [
    "Expression",
    "_",
    "dtype",
    "ibis",
    "is_duckdb",
    "live",
    "number",
    "real",
    "table",
    "total",
]

LEAST_NUMBER = 128
"""From here on a whole number varies; less needs but eight bits, and nothing could stand for it."""
STAND_INS = {16: (29_000, 32_700), 32: (2_051_000_000, 2**31), 64: (9 * 10**18, 2**63)}
"""By bits, which make a type of Ibis, the numbers that stand for others."""
CARRIED_OUT = ("execute", "compile", "op", "unbind")
"""Methods that say or do something at once; so do all whose names begin with ``to_``."""
CONTAINERS, PLAIN = (tuple, list, dict, slice), (type(None), bool, float)
MISSING: Any = object()
_identities = count()


class Varying:
    """A number of the file, the name of one of its tables, or what is equal to itself alone.

    Attributes:
        kind: What the key tells of it.
        value: What it is.
    """

    __slots__ = ("kind", "stand_in", "value")

    def __init__(self, kind: str, value: Any) -> None:
        self.kind = kind
        self.value = value
        self.stand_in: int | None = None


class Expression:
    """A note of what is asked of Ibis: an attribute, a call, an operation, or their beginning."""

    __slots__ = ("_digest", "_kept", "_parts", "_real", "_source", "_stood_in", "_varying")

    def __init__(self, kind: str, *parts: Any, source: Any = None, same: Any = MISSING) -> None:
        note = _Note(source)
        note.take(parts)
        self._parts = (kind, parts)
        self._source = note.source
        self._varying = tuple(note.varying)
        self._digest = blake2b(b"".join([kind.encode(), *note.said]), digest_size=16).digest()
        self._real = self._stood_in = same
        self._kept: Any = None

    # What is asked of a table or column

    def __getattr__(self, name: str) -> Any:
        """Ask for a method or column."""
        if name[0] == "_" and name != "_":
            raise AttributeError(name)
        if self._source is LIVE:
            return _wrapped(getattr(real(self), name))
        if self._source is not None:
            if name == "columns":
                return tuple(self._answer("columns", list))
            if name in CARRIED_OUT or name.startswith("to_"):
                return getattr(real(self), name)
        return Expression("get", self, name)

    def __call__(self, *args: Any, **more: Any) -> Any:
        """Call what an attribute is."""
        kind, parts = self._parts
        if kind == "get" and parts[1] == "view" and self._source not in (None, LIVE):
            # Each view is another one.
            return Expression("call", self, Varying("view", next(_identities)))
        return _noted("call", self, args, more)

    def __getitem__(self, item: Any) -> Any:
        """Ask for a column."""
        return _noted("item", self, item)

    def cache(self) -> Any:
        """The table, stored in its engine until it is released."""
        if self._source is LIVE:
            stored = real(self).cache()
            return Stored("live", stored, source=LIVE, drop=stored.release, same=stored)
        return self._source.store(self)

    def get_backend(self) -> Any:
        """The engine of the expression."""
        return real(self).get_backend() if self._source is LIVE else self._source

    # What Python asks of a value

    def __bool__(self) -> bool:
        """Whether it is so: of a type."""
        return bool(self._answer("bool", bool))

    def __str__(self) -> str:
        """The name of a type."""
        return str(self._answer("str", str))

    def __iter__(self) -> Iterator[Any]:
        """Iterate over what Ibis gives one by one."""
        return iter(real(self))

    def __hash__(self) -> int:
        """By identity, as the operators are those of the engine."""
        return id(self)

    def _answer(self, name: str, of: Callable[[Any], Any]) -> Any:
        """Ask Ibis of the expression at once; the answer is kept as its SQL is."""
        if self._source in (None, LIVE):
            return of(real(self)) if name != "columns" else list(real(self).columns)

        def ask() -> Any:
            built = stood_in(self)
            return of(built.columns if name == "columns" else built)

        return self._source.kept.get(f"{self._digest.hex()}:{name}", ask)


def _operators() -> None:
    def binary(function: Callable[[Any, Any], Any], *, turned: bool) -> Callable[..., Any]:
        def forward(self: Expression, other: Any) -> Any:
            return _noted("operate", function.__name__, self, other)

        def backward(self: Expression, other: Any) -> Any:
            return _noted("operate", function.__name__, other, self)

        return backward if turned else forward

    def unary(function: Callable[[Any], Any]) -> Callable[..., Any]:
        def of(self: Expression) -> Any:
            return _noted("operate", function.__name__, self)

        return of

    for name in [
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "and_",
        "or_",
        "xor",
        "lshift",
        "rshift",
    ]:
        function, plain = getattr(operator, name), name.rstrip("_")
        setattr(Expression, f"__{plain}__", binary(function, turned=False))
        setattr(Expression, f"__r{plain}__", binary(function, turned=True))
    for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
        setattr(Expression, f"__{name}__", binary(getattr(operator, name), turned=False))
    for name in ["neg", "pos", "invert", "abs"]:
        setattr(Expression, f"__{name}__", unary(getattr(operator, name)))


_operators()


class Stored(Expression):
    """A table that is stored in its engine until it is released."""

    __slots__ = ("_drop",)

    def __init__(
        self, *parts: Any, source: Any, drop: Callable[[], None], same: Any = MISSING
    ) -> None:
        super().__init__(*parts, source=source, same=same)
        self._drop: Callable[[], None] | None = drop

    def __del__(self) -> None:
        """Drop what nobody holds or asks any more; what Ibis stores it drops itself."""
        if getattr(self, "_drop", None) is not None and self._source is not LIVE:
            with suppress(Exception):
                self.release()

    def release(self) -> None:
        """Drop it."""
        drop, self._drop = self._drop, None
        if drop is not None:
            drop()

    def __enter__(self) -> Stored:
        """The table itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Drop it."""
        self.release()


class _Live:
    """The source of what Ibis has built already: any engine but the embedded one."""

    name = "live"


LIVE = _Live()


class _Note:
    """The notes of the parts of an expression, taken together."""

    __slots__ = ("said", "source", "varying")

    def __init__(self, source: Any) -> None:
        self.said: list[bytes] = []
        self.source = source
        self.varying: list[Expression | Varying] = []

    def take(self, part: Any) -> None:
        kind = type(part)
        if isinstance(part, Expression):
            self._take_expression(part)
        elif kind is str:
            text = part.encode("utf-8", "surrogatepass")
            self.said.append(b"s%d:" % len(text) + text)
        elif kind is int:
            self._take_number(part)
        elif kind in CONTAINERS:
            self._take_container(part)
        elif kind is Varying:
            self.said.append(f"v{part.kind};".encode())
            self.varying.append(part)
        elif kind in PLAIN or kind.__module__ in ("datetime", "decimal"):
            self.said.append(f"{kind.__name__} {part!r};".encode())
        elif kind is _Function:
            self.said.append(f"f{part.said};".encode())
        else:
            # Such as an object of Ibis: it says nothing that could be a key.
            self.source = LIVE

    def _take_expression(self, part: Expression) -> None:
        self.said.append(b"e" + part._digest)
        if part._source is not None and self.source is not LIVE:
            self.source = part._source
        if part._varying:
            self.varying.append(part)

    def _take_container(self, part: Any) -> None:
        kind = type(part)
        if kind is slice:
            part = (part.start, part.stop, part.step)
        elif kind is dict:
            part = [one for item in part.items() for one in item]
        self.said.append(f"{kind.__name__} {len(part)}:".encode())
        for one in part:
            self.take(one)

    def _take_number(self, number: int) -> None:
        bits = next(
            (bits for bits in STAND_INS if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1)), 0
        )
        if abs(number) < LEAST_NUMBER or not bits:
            self.said.append(b"i%d;" % number)
            return
        sign = "-" if number < 0 else ""
        self.said.append(f"n{sign}{bits};".encode())
        self.varying.append(Varying(f"{sign}{bits}", number))


class _Function:
    """A function of Python whose shape Ibis reads: its name, and the types of its signature."""

    __slots__ = ("function", "said")

    def __init__(self, function: Any) -> None:
        kinds = {
            name: getattr(kind, "__name__", kind) for name, kind in function.__annotations__.items()
        }
        self.said = f"{function.__name__} {kinds!r}"
        self.function = function


def _noted(kind: str, *parts: Any) -> Any:
    """An expression; one over live tables is carried out at once."""
    if kind == "call" and _names_builtin(parts[0]):
        parts = (
            parts[0],
            tuple(_Function(one) if callable(one) else one for one in parts[1]),
            *parts[2:],
        )
    expression = Expression(kind, *parts)
    return _wrapped(real(expression)) if expression._source is LIVE else expression


def _names_builtin(called: Expression) -> bool:
    kind, parts = called._parts
    return kind == "get" and parts[1] == "builtin"


def _of_ibis(value: Any) -> bool:
    return type(value).__module__.startswith("ibis.")


def _wrapped(value: Any) -> Any:
    """Wrap what Ibis gives, so that it can be used with what is only noted down."""
    if isinstance(value, Expression) or not (_of_ibis(value) or callable(value)):
        return value
    if _of_ibis(value) and not (hasattr(value, "op") or callable(value)):
        return value  # a type, or a schema
    return live(value)


def live(value: Any) -> Any:
    """A table of Ibis, to be used with what is only noted down."""
    return value if isinstance(value, Expression) else Expression("live", value, same=value)


def table(
    name: Any, columns: Sequence[tuple[str, str]], source: Any, place: Sequence[str] = ()
) -> Any:
    """A table of the embedded engine, with the names and types of its columns."""
    return Expression("table", name, tuple(columns), tuple(place), source=source)


# ----------------------------------------------------------------------------- carried out by Ibis


def real(expression: Any) -> Any:
    """Build an expression with Ibis."""
    return _built(expression, "_real") if isinstance(expression, Expression) else expression


def stood_in(expression: Expression) -> Any:
    """The same with other numbers and names in the stead of those of the file."""
    return _built(expression, "_stood_in")


def _built(expression: Expression, slot: str) -> Any:
    # Without recursion: a condition may have hundreds of terms.
    pending = [expression]
    while pending:
        node = pending[-1]
        if getattr(node, slot) is MISSING:
            missing = [c for c in _children(node._parts) if getattr(c, slot) is MISSING]
            if missing:
                pending += missing
                continue
            setattr(node, slot, _build(node, slot))
        pending.pop()
    return getattr(expression, slot)


def _children(parts: Any) -> Iterator[Expression]:
    for part in parts:
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, tuple | list):
            yield from _children(part)
        elif isinstance(part, dict):
            yield from _children((*part.keys(), *part.values()))


def _build(node: Expression, slot: str) -> Any:
    kind, parts = node._parts

    def built(part: Any) -> Any:
        if isinstance(part, Expression):
            return getattr(part, slot)
        if isinstance(part, tuple | list):
            return type(part)(built(one) for one in part)
        if isinstance(part, dict):
            return {built(key): built(value) for key, value in part.items()}
        if isinstance(part, _Function):
            return part.function
        if slot == "_stood_in" and type(part) in (int, Varying):
            return stand_in(part)
        return part.value if isinstance(part, Varying) else part

    return BUILDERS[kind](node, *map(built, parts))


def _called(node: Expression, called: Any, args: Any = (), more: Any = None) -> Any:
    # A view is told apart by a number that Ibis does not see.
    return called(*args, **(more or {})) if isinstance(args, tuple) else called()


BUILDERS: Mapping[str, Callable[..., Any]] = {
    "ibis": lambda node: import_module("ibis"),
    "deferred": lambda node: import_module("ibis")._,
    "type": lambda node, name: _ibis_type(name),
    "get": lambda node, of, name: getattr(of, name),
    "call": _called,
    "item": lambda node, of, item: of[item],
    "number": lambda node, value: import_module("ibis").literal(value, "int64"),
    "operate": lambda node, name, *values: getattr(operator, name)(*values),
    "table": lambda node, name, columns, place: node._source.ibis_table(name, columns, place),
}


def _ibis_type(name: str) -> Any:
    types = import_module("ibis.expr.datatypes")
    base, _, numbers = name.partition("(")
    if numbers:
        # The parser of Ibis takes 2 ms for each name.
        return types.Decimal(*map(int, numbers.rstrip(")").split(",")))
    return getattr(types, base)


_stand_ins: dict[tuple[str, Any], Any] = {}
_next = {bits: count(first) for bits, (first, _last) in STAND_INS.items()}
_next_name = count()


def stand_in(part: Any) -> Any:
    """Stand-in of a number or name while Ibis compiles; the number itself if there is none."""
    if isinstance(part, int):
        note = _Note(None)
        note.take(part)
        if not note.varying:
            return part
        part = note.varying[0]
    kind, value = part.kind, part.value
    if kind == "data":
        part.stand_in = part.stand_in or next(_next[64])
        return part.stand_in
    if (kind, value) not in _stand_ins:
        if kind == "name":
            other: Any = f"crmf_name_{next(_next_name)}"
        elif kind == "view":
            other = value
        else:
            bits = abs(int(kind))
            number = next(_next[bits])
            other = value if number >= STAND_INS[bits][1] else number if value > 0 else -number
        _stand_ins[kind, value] = other
    return _stand_ins[kind, value]


def shape(expression: Expression) -> tuple[str, list[Varying]]:
    """The key of an expression, and what varies in it, each value once.

    The key says which of what varies is equal: Ibis tells the same thing from another one.
    """
    places: dict[tuple[str, Any], int] = {}
    order: list[Varying] = []
    seen: dict[int, int] = {}
    said: list[Any] = []
    pending: list[Expression | Varying] = [expression]
    while pending:
        part = pending.pop()
        if isinstance(part, Varying):
            one = part.kind, id(part) if part.kind == "data" else part.value
            if one not in places:
                places[one] = len(places)
                order.append(part)
            said.append(places[one])
        elif id(part) in seen:
            said.append(-1 - seen[id(part)])
        else:
            seen[id(part)] = len(seen)
            said.append("(")
            pending += reversed(part._varying)
    digest = blake2b(expression._digest + repr(said).encode(), digest_size=16)
    return digest.hexdigest(), order


# ------------------------------------------------------------------------------ what it begins with

ibis: Any = Expression("ibis")
"""Ibis."""
_: Any = Expression("deferred")
"""The table that a method is called on, as ``ibis._``."""
_types: dict[str, Any] = {}


def dtype(name: str) -> Any:
    """A type by its name, as ``ibis.dtype``."""
    if name not in _types:
        _types[name] = Expression("type", name)
    return _types[name]


def number(value: int) -> Any:
    """A whole number of the data: what is kept holds for any other, even if two are the same."""
    return Expression("number", Varying("data", value))


def is_duckdb(value: Any) -> bool:
    """Whether DuckDB computes a value; nobody does as long as its table is a name alone."""
    if isinstance(value, Expression) and value._source is not LIVE:
        return value._source is not None
    backends, _ = real(value)._find_backends()
    return [backend.name for backend in backends] == ["duckdb"]


def total(column: Any, where: Any = None) -> Any:
    """The sum in 64 bits: DuckDB sums to 128, which make all that follows slower."""
    summed = column.sum(where=where)
    return summed.try_cast("int64") if is_duckdb(column) else summed
