"""Keywords that a function has not are refused with the one that was meant."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from crmformulas.errors import KeywordError
from crmformulas.translations import Translated

__all__ = ["names_fields", "names_keywords", "refuse_unknown", "takes_keywords_of"]

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)
F = TypeVar("F", bound=Callable[..., Any])


def refuse_unknown(given: Iterable[str], accepted: Iterable[str], of: str) -> None:
    """Refuse the first keyword that is not accepted.

    Args:
        given: The keywords of a call.
        accepted: Those there are.
        of: What was called.

    Raises:
        KeywordError: with the keyword that comes nearest, or all there are.

    Examples:
        >>> refuse_unknown(["new_afer"], ["new_after", "steps"], "summary()")
        Traceback (most recent call last):
        ...
        crmformulas.errors.KeywordError: summary() has no 'new_afer'; did you mean 'new_after'?
    """
    names = list(accepted)
    for keyword in given:
        if keyword not in names:
            near = get_close_matches(keyword, names, n=1)
            hint = Translated("it has {}", "det finns {}").format(", ".join(names))
            if near:
                hint = Translated("did you mean {!r}?", "menade du {!r}?").format(near[0])
            lacks = Translated("{} has no {!r}; {}", "{} har inget {!r}; {}")
            raise KeywordError(lacks.format(of, keyword, hint))


def names_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function whose wrong keywords are to be answered with the right ones."""
    accepted = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        and name != "self"
    ]

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        refuse_unknown(kwargs, accepted, _called(function))
        return function(*args, **kwargs)

    return checked


def takes_keywords_of(other: Callable[..., Any], *without: str) -> Callable[[F], F]:
    """Decorate a function whose ``**keywords`` are those of another function or a dataclass.

    What it takes is said once, there; its signature, as help and editors show it, has each keyword
    with its type and default.

    >>> def show(*, width: int = 80) -> None: ...
    >>> @takes_keywords_of(show)
    ... def print_it(text: str, **options: Any) -> None: ...
    >>> str(inspect.signature(print_it))
    "(text: 'str', *, width: 'int' = 80) -> 'None'"
    """
    keyword = inspect.Parameter.KEYWORD_ONLY
    taken = [
        parameter.replace(kind=keyword)
        for name, parameter in inspect.signature(other).parameters.items()
        if name not in without
    ]

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        vars(function)["__signature__"] = signature.replace(parameters=[*own, *taken])
        return function

    return decorate


def _called(function: Callable[..., Any]) -> str:
    name = function.__qualname__.removesuffix(".__init__")
    return f"{name.rpartition('<locals>.')[2]}()"


def names_fields(cls: C) -> C:
    """Decorate a dataclass in the same way."""
    initialise: Any = cls
    initialise.__init__ = names_keywords(initialise.__init__)
    return cls
