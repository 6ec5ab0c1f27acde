"""Errors of engines in words of this program.

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
from crmformulas.translations import Label, Translated

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
MEANINGS: tuple[tuple[str, Translated], ...] = (
    (
        "out of memory",
        Translated(
            "the memory does not suffice; give more with --memory-limit",
            "minnet räcker inte; ge mer med --memory-limit",
        ),
    ),
    (
        "failed to allocate",
        Translated(
            "the memory does not suffice; give more with --memory-limit",
            "minnet räcker inte; ge mer med --memory-limit",
        ),
    ),
    (
        "out of range|overflow",
        Translated(
            "a sum is beyond 64 bits; an amount of more than 14 digits is hardly meant: look for it"
            " with --amount, or leave it out",
            "en summa ryms inte i 64 bitar; ett belopp på mer än 14 siffror är knappast menat: leta"
            " efter det med --amount, eller utelämna det",
        ),
    ),
    (
        "no files found|no such file|cannot open file|cannot access|does not exist in the file"
        "|could not open",
        Translated(
            "can't be opened any more; it was moved or deleted while it was read",
            "kan inte öppnas längre; den flyttades eller togs bort medan den lästes",
        ),
    ),
    (
        "password authentication|no password supplied|fe_sendauth|role .* does not exist"
        "|access denied for user .*using password",
        Translated(
            "the server refuses this user or password",
            "servern godtar inte användaren eller lösenordet",
        ),
    ),
    (
        "database .* does not exist|unknown database",
        Translated(
            "the server has no database of that name", "servern har ingen databas med det namnet"
        ),
    ),
    (
        "connection refused|can't connect|unknown [a-z ]*host|could not translate|name or service"
        "|timed? ?out|unreachable|failed to resolve|nodename nor servname",
        Translated(
            "no server answers there; check host and port",
            "ingen server svarar där; kontrollera värd och port",
        ),
    ),
    (
        "read-only transaction|temporary tables in database",
        Translated(
            "this user may only read there; --where-to-count here brings the rows and counts them"
            " here",
            "användaren får bara läsa där; --where-to-count here hämtar raderna och räknar dem här",
        ),
    ),
    (
        "permission denied|(?:select|show \\w+) command denied|access denied",
        Translated("this user may not read it", "användaren får inte läsa där"),
    ),
    (
        "java_gateway",
        Translated(
            "Java does not start; Spark needs Java 17, and options that it knows",
            "Java startar inte; Spark behöver Java 17, och inställningar som det känner till",
        ),
    ),
    (
        "all masters are unresponsive|sparkcontext was shut down|stopped sparkcontext",
        Translated(
            "the cluster gives no executors; look at the memory and cores that are asked for",
            "klustret ger inga exekutorer; se över det minne och de kärnor som begärs",
        ),
    ),
    (
        "locked|conflicting lock",
        Translated(
            "another program holds it; close that, or give a copy",
            "ett annat program har den öppen; stäng det, eller ange en kopia",
        ),
    ),
    (
        "no module named|install",
        Translated(
            "the driver for this kind of database is not installed",
            "drivrutinen för den sortens databas är inte installerad",
        ),
    ),
    (
        "malformed|not a database|corrupt|checksum|serialization",
        Translated("the file is damaged; get it again", "filen är skadad; hämta den igen"),
    ),
    ("interrupt", Translated("interrupted", "avbrutet")),
    (
        "scheme|unsupported|no backend",
        Translated("no such kind of database is known", "den sortens databas är okänd"),
    ),
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


def reason(error: BaseException, folder: object = None) -> Translated:
    """Why an engine stopped, in one plain line.

    Args:
        error: what it raised.
        folder: where its temporary files are.

    Examples:
        >>> import sqlite3
        >>> reason(sqlite3.OperationalError("database disk image is malformed")).en
        'the file is damaged; get it again'
    """
    said = str(error).casefold()
    if is_full(error) or any(word in said for word in FULL):
        where = f" in {str(folder)!r}" if folder else ""
        sv_where = f" i {str(folder)!r}" if folder else ""
        return Translated(
            f"there is no room for temporary files{where}; give another folder with"
            " --temp-directory",
            f"det finns inte plats för temporära filer{sv_where}; ange en annan mapp med"
            " --temp-directory",
        )
    for pattern, meaning in MEANINGS:
        if re.search(pattern, said):
            return meaning
    kind = type(error).__name__
    return Translated(f"can't be read ({kind})", f"kan inte läsas ({kind})")


def in_words(error: BaseException, label: Label, folder: object = None) -> InputError:
    """An error of an engine as one of this program.

    Args:
        error: what the engine raised.
        label: what it was reading.
        folder: where its temporary files are.
    """
    return InputError(Translated("{}: {}", "{}: {}").format(label, reason(error, folder)))
