"""The one place where arguments of formulas are checked, on floats and on arrays alike.

Numbers take a path without NumPy: a float or int is compared with its bounds and handed to the
body as it is (0.3 µs a call; an ``asarray`` wrapper costs 8 µs). Only when something other
than plain numbers within their bounds comes in is it looked at closely: arrays broadcast, and
what is wrong is said in the order of a spreadsheet: errors, text, domain, division, data.

A number outside the domain raises. In an array an undefined element is NaN, so that one bad row
does not hide the others. A formula that reads a range as a whole raises for any bad element.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from crmformulas.catalog.parameters import (
    AT_LEAST,
    LARGEST,
    MUST_BE,
    TOO_LARGE,
    Kind,
    Parameter,
    Relation,
    Shape,
    accept,
    convert,
    floats,
    is_range,
    number,
    shown,
)
from crmformulas.errors import ArgumentError, DivisionError, DomainError
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["checked"]

P = ParamSpec("P")
R = TypeVar("R")

BY_ZERO = Translated("division by zero in {}", "division med noll i {}")

BLOCK = 32_768
"""Elements worked on at a time: they stay in the cache, where whole arrays of 1e6 cost 1.3 ×."""


def checked(
    function: Callable[P, R],
    arguments: tuple[Parameter, ...],
    relations: tuple[Relation, ...] = (),
    aligned: tuple[str, ...] = (),
    sizes: Callable[..., None] | None = None,
) -> Callable[P, R]:
    """Return ``function`` with its arguments checked, and converted where they are ranges.

    The arguments named in ``aligned`` are columns with equally many rows; ``sizes`` is called with
    the converted arguments and refuses ranges of other sizes, before any number is refused.
    """
    body: Callable[..., Any] = function
    names = tuple(a.name for a in arguments)
    ties = tuple(_Tie.of(r, names) for r in relations)
    if any(a.shape is not Shape.ELEMENT for a in arguments):
        return _on_ranges(function, arguments, aligned, sizes)

    def closely(*args: Any) -> Any:
        """Anything but plain numbers with an answer: arrays, other types, and all that is wrong."""
        args = tuple(accept(names, args))
        if any(is_range(v) for v in args):
            return _on_arrays(body, arguments, ties, args)
        plain = [_optional(number, a, v) for a, v in zip(arguments, args, strict=True)]
        for argument, value in zip(arguments, plain, strict=True):
            if value is not None and not argument.kind.accepts(value):
                raise argument.refuse(value)
        for tie in ties:
            tie.check(plain)
        given = (f"{n}={shown(v)}" for n, v in zip(names, plain, strict=True) if v is not None)
        call = f"{body.__name__}({', '.join(given)})"
        try:
            result = float(body(*plain))
        except ZeroDivisionError:
            raise DivisionError(BY_ZERO.format(call)) from None
        except OverflowError:
            result = None
        if result is None or not -LARGEST <= result <= LARGEST:
            raise DomainError(TOO_LARGE.format(call))
        return result

    checked: Callable[P, R] = wraps(function)(_quick(body, arguments, ties, closely))
    return checked


def _quick(
    body: Callable[..., Any],
    arguments: tuple[Parameter, ...],
    ties: tuple[_Tie, ...],
    closely: Callable[..., Any],
) -> Callable[..., Any]:
    """A function with the signature of ``body`` that answers plain floats and ints itself.

    It is written as source, as :mod:`dataclasses` writes ``__init__``, because a loop over the
    arguments costs 0.9 µs where the written-out comparisons cost 0.35 µs.
    """
    tests = [a.test() for a in arguments] + [t.test() for t in ties]
    names = ", ".join(a.name for a in arguments)
    defaults = {f"_default_{a.name}": a.default for a in arguments if a.optional}
    signature = ", ".join(
        f"{a.name}=_default_{a.name}" if a.optional else a.name for a in arguments
    )
    source = f"""
def {body.__name__}({signature}):
    if {" and ".join(tests)}:
        try:
            _result = float(_body({names}))
            if -_LARGEST <= _result <= _LARGEST:
                return _result
        except ArithmeticError:
            pass
    return _closely({names})
"""
    scope: dict[str, Any] = {"_body": body, "_closely": closely, "_LARGEST": LARGEST, **defaults}
    exec(compile(source, f"<checked {body.__name__}>", "exec"), scope)
    quick: Callable[..., Any] = scope[body.__name__]
    return quick


def _on_ranges(
    function: Callable[P, R],
    arguments: tuple[Parameter, ...],
    aligned: tuple[str, ...],
    sizes: Callable[..., None] | None,
) -> Callable[P, R]:
    """A formula that reads whole ranges: each is converted once, and one bad element raises."""
    signature = inspect.signature(function)

    @wraps(function)
    def on_ranges(*args: P.args, **kwargs: P.kwargs) -> R:
        import numpy as np

        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        values = bound.arguments
        values.update(zip(values, accept(tuple(values), tuple(values.values())), strict=True))
        outside: DomainError | None = None
        for argument in arguments:
            try:
                values[argument.name] = _optional(convert, argument, values[argument.name])
            except DomainError as error:
                # Text in a later argument comes before it, as in a spreadsheet, and so do ranges
                # that don't fit.
                outside = outside or error
                values[argument.name] = convert(argument.unbounded, values[argument.name])
        _check_rows(values, aligned)
        if sizes is not None:
            sizes(**values)
        if outside is not None:
            raise outside
        try:
            with np.errstate(all="ignore"):
                result: Any = function(*bound.args, **bound.kwargs)
        except DivisionError:
            raise
        except ZeroDivisionError:
            raise DivisionError(BY_ZERO.format(function.__name__)) from None
        if isinstance(result, float) and not -LARGEST <= result <= LARGEST:
            raise DomainError(
                Translated(
                    f"the result of {function.__name__} is too large for a number",
                    f"resultatet av {function.__name__} är för stort för ett tal",
                )
            )
        if isinstance(result, np.ndarray) and result.dtype.kind == "f":
            result[~np.isfinite(result)] = np.nan
        answer: R = result
        return answer

    return on_ranges


def _check_rows(values: Mapping[str, Any], aligned: tuple[str, ...]) -> None:
    """Refuse columns that are read row by row together and have not equally many rows."""
    for name in aligned[1:]:
        rows, expected = len(values[name]), len(values[aligned[0]])
        if rows != expected:
            raise ArgumentError(
                Translated(
                    f"{name} must have as many rows as {aligned[0]} ({expected}), got {rows}",
                    f"{name} måste ha lika många rader som {aligned[0]} ({expected}), fick {rows}",
                )
            )


def _optional(convert: Callable[[Parameter, Any], Any], argument: Parameter, value: Any) -> Any:
    """``value`` converted; None is the absence of an optional argument, which has its default."""
    if value is None and argument.optional:
        value = argument.default
        if value is None:
            return None
    return convert(argument, value)


@dataclass(frozen=True, slots=True)
class _Tie:
    """A relation with its arguments as positions."""

    relation: Relation
    parts: tuple[int, ...]
    whole: int | None

    @classmethod
    def of(cls, relation: Relation, names: tuple[str, ...]) -> _Tie:
        whole = names.index(relation.high) if isinstance(relation.high, str) else None
        return cls(relation, tuple(names.index(p) for p in relation.parts), whole)

    def test(self) -> str:
        """Source of the comparison that numbers which keep the relation pass."""
        return f"{self.relation.low!r} <= {self._subject} <= {self.relation.high}"

    def most(self, args: Sequence[Any]) -> Any:
        return self.relation.high if self.whole is None else args[self.whole]

    def check(self, args: Sequence[Any]) -> None:
        total, most = sum(args[i] for i in self.parts), self.most(args)
        if not total <= most:
            limit = shown(most) if self.whole is None else f"{self.relation.high} ({shown(most)})"
            at_most = Translated("at most {}", "högst {}").format(limit)
            raise DomainError(MUST_BE.format(self._subject, at_most, shown(total), ""))
        if not total >= self.relation.low:
            at_least = AT_LEAST.format(f"{self.relation.low:g}")
            raise DomainError(MUST_BE.format(self._subject, at_least, shown(total), ""))

    @property
    def _subject(self) -> str:
        return " + ".join(self.relation.parts)


def _on_arrays(
    body: Callable[..., Any],
    arguments: tuple[Parameter, ...],
    ties: tuple[_Tie, ...],
    args: tuple[Any, ...],
) -> NDArray[np.float64]:
    """The body on broadcast arrays; elements outside the domain or undefined become NaN."""
    import numpy as np

    arrays = [_optional(floats, a, v) for a, v in zip(arguments, args, strict=True)]
    given = [a for a in arrays if a is not None]
    try:
        shape = np.broadcast_shapes(*(a.shape for a in given))
    except ValueError:
        shapes = ", ".join("×".join(map(str, a.shape)) for a in given if a.ndim)
        raise ArgumentError(
            Translated(
                f"ranges of sizes {shapes} can't be combined",
                f"områden av storlek {shapes} går inte ihop",
            )
        ) from None
    # A single number stays one element, which every block broadcasts.
    flat = [
        a if a is None else a.reshape(1) if a.size == 1 else np.broadcast_to(a, shape).ravel()
        for a in arrays
    ]
    kinds = [None if a is None else p.kind for p, a in zip(arguments, flat, strict=True)]
    for i, array in enumerate(flat):
        kind = kinds[i]
        if array is not None and kind is not None and array.size == 1:
            if kind.rejects(array) is not None:
                return np.full(shape, np.nan)
            kinds[i] = None
    result = np.empty(shape)
    out = result.reshape(-1)
    with np.errstate(all="ignore"):
        for start in range(0, out.size, BLOCK):
            block = slice(start, start + BLOCK)
            part = [a if a is None or a.size == 1 else a[block] for a in flat]
            out[block] = _on_block(body, kinds, ties, part)
    return result


def _on_block(
    body: Callable[..., Any],
    kinds: list[Kind | None],
    ties: tuple[_Tie, ...],
    arrays: list[Any],
) -> NDArray[np.float64]:
    """The body on one-dimensional arrays, each checked against its kind where it has one."""
    import numpy as np

    wrong = [k.rejects(a) for k, a in zip(kinds, arrays, strict=True) if k is not None]
    for tie in ties:
        total = sum(arrays[i] for i in tie.parts)
        wrong.append(~((total >= tie.relation.low) & (total <= tie.most(arrays))))
    result: NDArray[np.float64] = body(*arrays)
    # The sum is finite unless an element is not (or it overflows, which costs only time).
    if not np.isfinite(result.sum()):
        result = np.where(np.isfinite(result), result, np.nan)
    for undefined in wrong:
        if undefined is not None:
            result = np.where(undefined, np.nan, result)
    return result
