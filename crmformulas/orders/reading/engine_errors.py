"""What an engine says when it stops, in words of this program.

An engine's own text never reaches a user: it speaks of its internals, and quotes whole queries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Any, TypeVar

from crmformulas.errors import InputError
from crmformulas.files import FULL as DISK_FULL

__all__ = [
    "in_words",
    "is_full",
    "is_interruption",
    "of_an_engine",
    "reason",
    "refusals_in_words",
    "telling",
]

C = TypeVar("C", bound=type)
Tell = Callable[[Exception], InputError]
"""Makes of an engine's error one of this program."""

ENGINES = (
    "MySQLdb",
    "_duckdb",
    "duckdb",
    "ibis",
    "psycopg",
    "py4j",
    "pyarrow",
    "pyspark",
    "sqlglot",
    "sqlite3",
)
FULL = ("no space left", "disk is full", "max_temp_directory_size", "could not write")
# What the texts of engines and their libraries say, and what it means.
MEANINGS = (
    ("out of memory", "the memory does not suffice; give more with --memory-limit"),
    ("failed to allocate", "the memory does not suffice; give more with --memory-limit"),
    (
        "out of range|overflow",
        "a sum is beyond 64 bits; an amount of more than 14 digits is hardly meant: look for it"
        " with --amount, or leave it out",
    ),
    (
        "no files found|no such file|cannot open file|cannot access|does not exist in the file"
        "|could not open",
        "can't be opened any more; it was moved or deleted while it was read",
    ),
    (
        "password authentication|no password supplied|fe_sendauth|role .* does not exist"
        "|access denied for user .*using password",
        "the server refuses this user or password",
    ),
    ("database .* does not exist|unknown database", "the server has no database of that name"),
    (
        "connection refused|can't connect|unknown [a-z ]*host|could not translate|name or service"
        "|timed? ?out|unreachable|failed to resolve|nodename nor servname",
        "no server answers there; check host and port",
    ),
    (
        "read-only transaction|temporary tables in database",
        "this user may only read there; --where-to-count here brings the rows and counts them here",
    ),
    (
        "permission denied|(?:select|show \\w+) command denied|access denied",
        "this user may not read it",
    ),
    ("java_gateway", "Java does not start; Spark needs Java 17, and options that it knows"),
    (
        "all masters are unresponsive|sparkcontext was shut down|stopped sparkcontext",
        "the cluster gives no executors; look at the memory and cores that are asked for",
    ),
    ("locked|conflicting lock", "another program holds it; close that, or give a copy"),
    ("no module named|install", "the driver for this kind of database is not installed"),
    (
        "malformed|not a database|corrupt|checksum|serialization",
        "the file is damaged; get it again",
    ),
    ("interrupt", "interrupted"),
    ("scheme|unsupported|no backend", "no such kind of database is known"),
)


def of_an_engine(error: BaseException) -> bool:
    """Whether the error comes from an engine.

    Examples:
        >>> import sqlite3
        >>> of_an_engine(sqlite3.OperationalError("disk is full")), of_an_engine(KeyError("a"))
        (True, False)
    """
    return type(error).__module__.startswith(ENGINES)


def is_full(error: BaseException) -> bool:
    """Whether a disk is full; reading writes nothing but temporary files."""
    return isinstance(error, OSError) and error.errno in DISK_FULL


def is_interruption(error: BaseException) -> bool:
    """Whether an engine stopped because it was told to."""
    return "Interrupt" in type(error).__name__ or "interrupted" in str(error).casefold()


@contextmanager
def telling(tell: Tell) -> Iterator[None]:
    """Raise what an engine raises as an InputError; an interruption stays what it is.

    Examples:
        >>> import sqlite3
        >>> with telling(lambda error: in_words(error, "log.db table 'orders'")):
        ...     raise sqlite3.DatabaseError("database disk image is malformed")
        Traceback (most recent call last):
        ...
        crmformulas.errors.InputError: log.db table 'orders': the file is damaged; get it again
    """
    try:
        yield
    except Exception as error:
        if is_interruption(error) or not (of_an_engine(error) or is_full(error)):
            raise
        raise tell(error) from error


def refusals_in_words(tell: Callable[[Any, Exception], InputError]) -> Callable[[C], C]:
    """Let no method of a class raise an error of an engine, now or when one is added.

    Args:
        tell: makes of an object and the error what is raised in its place.
    """

    def wrapped(method: Any) -> Any:
        if isgeneratorfunction(method):

            @wraps(method)
            def rows(self: Any, *args: Any, **more: Any) -> Any:
                with telling(lambda error: tell(self, error)):
                    yield from method(self, *args, **more)

            return rows

        @wraps(method)
        def call(self: Any, *args: Any, **more: Any) -> Any:
            with telling(lambda error: tell(self, error)):
                return method(self, *args, **more)

        return call

    def decorate(cls: C) -> C:
        for name, method in list(vars(cls).items()):
            if isfunction(method) and not name.startswith("__"):
                setattr(cls, name, wrapped(method))
        return cls

    return decorate


def reason(error: BaseException, folder: object = None) -> str:
    """Why an engine stopped, in one plain line.

    Args:
        error: what it raised.
        folder: where its temporary files are.

    Examples:
        >>> import sqlite3
        >>> reason(sqlite3.OperationalError("database disk image is malformed"))
        'the file is damaged; get it again'
    """
    said = str(error).casefold()
    if is_full(error) or any(word in said for word in FULL):
        where = f" in {str(folder)!r}" if folder else ""
        return (
            f"there is no room for temporary files{where}; give another folder with"
            " --temp-directory"
        )
    for pattern, meaning in MEANINGS:
        if re.search(pattern, said):
            return meaning
    return f"can't be read ({type(error).__name__})"


def in_words(error: BaseException, label: str, folder: object = None) -> InputError:
    """An error of an engine as one of this program.

    Args:
        error: what the engine raised.
        label: what it was reading.
        folder: where its temporary files are.
    """
    return InputError(f"{label}: {reason(error, folder)}")
