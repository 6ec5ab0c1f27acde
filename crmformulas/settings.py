"""Settings of order files: ``crmformulas.toml``, kept beside them.

The file holds data only. Whatever a command is told on its line comes before it, and what came
from it is told with the figures.
"""

from __future__ import annotations

import glob
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crmformulas.errors import InputError, describe
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = [
    "FILE_NAME",
    "Browse",
    "Columns",
    "ContactColumns",
    "Costs",
    "Counting",
    "Formats",
    "Ids",
    "Money",
    "Settings",
    "Statuses",
    "find_settings",
    "load_settings",
    "merged",
    "save_settings",
    "told",
]

FILE_NAME = "crmformulas.toml"
LARGEST = 1_000_000
"""Bytes. No file of settings has more; a mistaken path may."""

Check = Callable[[Any], Any]


class _WrongError(Exception):
    """A value is not what its key holds; the text says what that is."""

    def __init__(self, wanted: Label) -> None:
        super().__init__(wanted)
        self.wanted = wanted


# ---------------------------------------------------------------------------------- kinds of values


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(
            Translated('a text in quotes, such as "Email"', 'en text inom citattecken, som "Email"')
        )
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _WrongError(
            Translated(
                'a list of texts, such as ["test", "internal"]',
                'en lista av texter, som ["test", "internal"]',
            )
        )
    return tuple(value)


def _column(value: Any) -> str:
    # A column may be given by its number from 1, which is natural to write without quotes.
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole else _text(value)


def _columns(value: Any) -> str | tuple[str, ...]:
    if not isinstance(value, list):
        return _column(value)
    if not value:
        raise _WrongError(Translated("at least one column", "minst en kolumn"))
    named = tuple(_column(one) for one in value)
    return named[0] if len(named) == 1 else named


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _WrongError(Translated("a number, such as 0.5", "ett tal, som 0.5"))
    if not abs(value) < float("inf"):
        raise _WrongError(Translated("a finite number", "ett ändligt tal"))
    return float(value)


def _not_negative(value: Any) -> float:
    number = _number(value)
    if number < 0:
        raise _WrongError(
            Translated("a number that is not negative", "ett tal som inte är negativt")
        )
    return number


def _share(value: Any) -> float:
    if not 0 <= (number := _number(value)) <= 1:
        raise _WrongError(
            Translated(
                "a share from 0 to 1, such as 0.4 for 40 %",
                "en andel från 0 till 1, som 0.4 för 40 %",
            )
        )
    return number


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _WrongError(Translated("a whole number", "ett heltal"))
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongError(Translated("true or false", "true eller false"))
    return value


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    with suppress(TypeError, ValueError):
        return date.fromisoformat(value)
    raise _WrongError(Translated("a day, such as 2026-10-31", "en dag, som 2026-10-31"))


def _one_of(*words: str) -> Check:
    def check(value: Any) -> Any:
        if value not in words or not isinstance(value, str):
            quoted = [f'"{word}"' for word in words]
            raise _WrongError(Translated(" or ".join(quoted), " eller ".join(quoted)))
        return value

    return check


def _key(check: Check, option: str = "") -> Any:
    """A key of a table: what it holds, and the option of a command that says the same."""
    return field(default=None, metadata={"check": check, "option": option})


# ------------------------------------------------------------------------------------------- tables


@dataclass(frozen=True, kw_only=True)
class Columns:
    """``[columns]``: which column is what, by name or by number from 1."""

    customer: str | tuple[str, ...] | None = _key(_columns, "customer")
    date: str | None = _key(_column, "date")
    amount: str | None = _key(_column, "amount")
    order_total: str | None = _key(_column, "order_total")
    quantity: str | None = _key(_column, "quantity")
    price: str | None = _key(_column, "price")
    order: str | None = _key(_column, "order")
    refund: str | None = _key(_column, "refund")
    discount: str | None = _key(_column, "discount")
    status: str | None = _key(_column, "status")
    document_type: str | None = _key(_column, "document_type")
    product: str | None = _key(_column, "product")
    currency: str | None = _key(_column, "currency_column")


@dataclass(frozen=True, kw_only=True)
class Formats:
    """``[formats]``: how the files are written."""

    table: str | None = _key(_text, "table")
    date_format: str | None = _key(_text, "date_format")
    time_zone: str | None = _key(_text, "time_zone")
    decimal: str | None = _key(_one_of(".", ","), "decimal")
    delimiter: str | None = _key(
        lambda value: value if value == "\t" else _text(value), "delimiter"
    )
    encoding: str | None = _key(_text, "encoding")
    header_row: int | None = _key(_whole, "header_row")


@dataclass(frozen=True, kw_only=True)
class Statuses:
    """``[statuses]``: states that mean no sale, beside the known, and known ones that count."""

    drop: tuple[str, ...] | None = _key(_texts, "drop_status")
    keep: tuple[str, ...] | None = _key(_texts, "keep_status")


@dataclass(frozen=True, kw_only=True)
class Ids:
    """``[ids]``: how customer ids compare, and which mean that nobody is known."""

    compare: Literal["folded", "as-written"] | None = _key(_one_of("folded", "as-written"), "ids")
    nobody: tuple[str, ...] | None = _key(_texts, "no_customer")


@dataclass(frozen=True, kw_only=True)
class ContactColumns:
    """``[contacts]``: which column of the contact list is what."""

    id: str | None = _key(_column, "contact_id")
    signed_up: str | None = _key(_column, "signed_up")
    last_reached: str | None = _key(_column, "last_reached")
    email: str | None = _key(_column, "email")
    phone: str | None = _key(_column, "phone")
    consent: str | None = _key(_column, "consent")


@dataclass(frozen=True, kw_only=True)
class Counting:
    """``[counting]``: how orders are counted, as the options of the same names."""

    returns: Literal["net", "ignore"] | None = _key(_one_of("net", "ignore"), "returns")
    every_row: bool | None = _key(_yes_or_no, "every_row")
    new_after: int | None = _key(_whole, "new_after")
    steps: int | None = _key(_whole, "steps")
    threshold: float | None = _key(_share, "threshold")
    matured: int | None = _key(_whole, "matured")
    pareto: float | None = _key(_share, "pareto")
    lead: int | None = _key(_whole, "lead")
    horizon: int | None = _key(_whole, "horizon")
    reach: int | None = _key(_whole, "reach")


@dataclass(frozen=True, kw_only=True)
class Money:
    """``[money]``: the currency of the amounts, and the share of revenue that is margin."""

    currency: str | None = _key(_text, "currency")
    margin: float | None = _key(_share)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """``[costs]``: currency units for a customer kept, won back or recruited; a contact reached."""

    kept: float | None = _key(_not_negative)
    won_back: float | None = _key(_not_negative)
    new: float | None = _key(_not_negative)
    contact: float | None = _key(_not_negative)


@dataclass(frozen=True, kw_only=True)
class Browse:
    """``[browse]``: how the terminal application begins; commands leave it aside."""

    as_of: date | None = _key(_day)  # noqa: RUF009 - a field, as in the other tables


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A file of settings, read. What it doesn't say is None or empty.

    Attributes:
        columns: Which column is what.
        formats: How the files are written.
        statuses: States that mean no sale, and that don't.
        ids: How customer ids compare.
        contacts: Which column of a contact list is what.
        counting: How orders are counted.
        tiers: Names and shares (fractions) of the value tiers, highest first.
        money: Currency and margin.
        segments: The user's own segments by name: conditions, such as ``where orders = 1``.
        goals: By k, the share of Fk customers (a fraction) that shall go on to the next step.
        costs: What customers cost.
        browse: How the terminal application begins.
        scenarios: Of the budget, by name: factors by the names of the levers, ``target``,
            ``target_growth`` and ``reactivation_rate``.
        path: The file.
    """

    columns: Columns = Columns()
    formats: Formats = Formats()
    statuses: Statuses = Statuses()
    ids: Ids = Ids()
    contacts: ContactColumns = ContactColumns()
    counting: Counting = Counting()
    tiers: tuple[tuple[str, float], ...] | None = None
    money: Money = Money()
    segments: Mapping[str, str] = field(default_factory=dict)
    goals: Mapping[int, float] = field(default_factory=dict)
    costs: Costs = Costs()
    browse: Browse = Browse()
    scenarios: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    path: Path | None = None

    @property
    def reading(self) -> dict[str, Any]:
        """The keywords of reading orders that the file gives."""
        tables = (self.columns, self.formats, self.statuses, self.ids, self.money)
        return {option: value for table in tables for option, value in _given(table).items()}

    @property
    def rules(self) -> dict[str, Any]:
        """The rules of counting that the file gives."""
        tiers = {} if self.tiers is None else {"tiers": self.tiers}
        return _given(self.counting) | tiers

    @property
    def of_contacts(self) -> dict[str, Any]:
        """The keywords of reading a contact list that the file gives."""
        return _given(self.contacts)


TABLES: Mapping[str, type] = {
    "columns": Columns,
    "formats": Formats,
    "statuses": Statuses,
    "ids": Ids,
    "contacts": ContactColumns,
    "counting": Counting,
    "money": Money,
    "costs": Costs,
    "browse": Browse,
}
"""The tables whose keys are fixed; those of tiers, segments, goals and scenarios are the user's."""

PLACES: Mapping[str, tuple[str, ...]] = {
    key.metadata["option"]: (table, key.name)
    for table, kind in TABLES.items()
    for key in fields(kind)
    if key.metadata["option"]
} | {"tiers": ("tiers",)}
"""Per option of the commands its place in the file."""

INSTEAD: Sequence[frozenset[str]] = (
    frozenset({"amount", "order_total"}),
    frozenset({"amount", "quantity"}),
    frozenset({"amount", "price"}),
    frozenset({"order_total", "quantity"}),
    frozenset({"order_total", "price"}),
)
"""Options of which one takes the place of the other."""


def _given(table: Any) -> dict[str, Any]:
    """By option what a table says."""
    return {
        key.metadata["option"]: value
        for key in fields(table)
        if key.metadata["option"] and (value := getattr(table, key.name)) is not None
    }


def merged(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings merged with the options given now, which come first.

    A keyword that is given as None is none, also where one was kept.

    Examples:
        >>> merged({"order_total": "Total", "date": "Day"}, {"amount": "Sum"})
        {'date': 'Day', 'amount': 'Sum'}
    """
    gone = {other for name in given for pair in INSTEAD if name in pair for other in pair}
    left = {name: value for name, value in kept.items() if name not in gone | set(given)}
    for one, other in (("drop_status", "keep_status"), ("keep_status", "drop_status")):
        if one in given and other in left:
            said = {word.casefold() for word in given[one]}
            left[other] = tuple(word for word in left[other] if word.casefold() not in said)
    return {name: value for name, value in (left | dict(given)).items() if value is not None}


def told(settings: Settings, used: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in use, by their place in the file.

    Args:
        settings: The settings.
        used: The keywords in use.
    """
    kept = settings.reading | settings.rules | settings.of_contacts
    return {".".join(PLACES[o]): v for o, v in kept.items() if o in used and used[o] == v}


# ------------------------------------------------------------------------------------------ reading


def find_settings(sources: Iterable[str | Path]) -> Path | None:
    """The file of settings in the folder of the inputs, if there is one.

    Args:
        sources: Paths, patterns and URLs; those of databases have no folder.

    Raises:
        InputError: the inputs lie in several folders whose settings are not the same file.
    """
    folders: dict[Path, None] = {}
    for source in map(str, sources):
        if "://" in source:
            continue
        paths = [source]
        if not Path(source).exists():
            paths = glob.glob(source, recursive=True) or paths
        folders.update((Path(path).absolute().parent, None) for path in paths)
    files = [folder / FILE_NAME for folder in folders if (folder / FILE_NAME).is_file()]
    if len(files) > 1:
        raise InputError(
            Translated(
                f"{str(files[0])!r} and {str(files[1])!r} both hold settings",
                f"{str(files[0])!r} och {str(files[1])!r} har båda inställningar",
            ),
            "; say which counts with --settings FILE, or --no-settings",
        )
    return files[0] if files else None


def load_settings(path: str | Path) -> Settings:
    """Read a file of settings.

    Raises:
        InputError: it is not there, no TOML, or holds a key or value that it can't: in one line.

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "crmformulas.toml")
        ...     _ = file.write_text('columns.customer = "Email"\\ntiers = {gold = 20, rest = 80}')
        ...     found = load_settings(file)
        >>> found.reading, found.tiers
        ({'customer': 'Email'}, (('gold', 0.2), ('rest', 0.8)))
    """
    path = Path(path)
    return _settings(_toml(_content(path), path), path)


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(
            Translated(
                f"the settings {str(path)!r} can't be read: {why}",
                f"inställningarna {str(path)!r} kan inte läsas: {why}",
            )
        ) from None
    if len(content) > LARGEST:
        raise InputError(
            Translated(
                f"{str(path)!r} is too large for a file of settings",
                f"{str(path)!r} är för stor för en fil med inställningar",
            )
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            Translated(
                f"the settings {str(path)!r} are not UTF-8; save them so",
                f"inställningarna {str(path)!r} är inte UTF-8; spara dem så",
            )
        ) from None


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise InputError(
            Translated(
                f"the settings {str(path)!r} are no TOML: {why}",
                f"inställningarna {str(path)!r} är inte TOML: {why}",
            )
        ) from None


def _settings(document: Mapping[str, Any], path: Path) -> Settings:
    free: dict[str, Callable[[Mapping[str, Any], str], Any]] = {
        "tiers": _tiers,
        "segments": _segments,
        "goals": _goals,
        "scenarios": _scenarios,
    }
    fields: dict[str, Any] = {}
    for name, value in document.items():
        where = f"{path}: [{name}]"
        if name not in TABLES and name not in free:
            inside = next((t for t, kind in TABLES.items() if name in kind.__annotations__), None)
            hint = _nearest(name, [*TABLES, *free])
            if inside:
                hint = Translated(f"it belongs under [{inside}]", f"det hör hemma under [{inside}]")
            raise InputError(
                Translated(
                    "{}: there is no {} in settings; {}", "{}: {} finns inte i inställningar; {}"
                ).format(path, repr(name), hint)
            )
        if not isinstance(value, dict):
            raise InputError(
                Translated(
                    f"{path}: {name!r} is a table: write [{name}] and its keys below it",
                    f"{path}: {name!r} är en tabell: skriv [{name}] och dess nycklar under",
                )
            )
        fixed = TABLES.get(name)
        fields[name] = _table(fixed, value, where) if fixed else free[name](value, where)
    return Settings(**fields, path=path)


def _nearest(name: str, allowed: Sequence[str]) -> Translated:
    if near := get_close_matches(name, allowed, n=1):
        return Translated(f"did you mean {near[0]!r}?", f"menade du {near[0]!r}?")
    there = ", ".join(allowed)
    return Translated(f"there are {there}", f"det finns {there}")


def _no_such(where: str, name: str, allowed: Sequence[str]) -> InputError:
    has_none = Translated("{} has no {}; {}", "{} har inte {}; {}")
    return InputError(has_none.format(where, repr(name), _nearest(name, allowed)))


def _table(kind: type, entries: Mapping[str, Any], where: str) -> Any:
    keys = {key.name: key for key in fields(kind)}
    for name in entries:
        if name not in keys:
            raise _no_such(where, name, list(keys))
    return kind(
        **{n: _checked(v, keys[n].metadata["check"], f"{where} {n}") for n, v in entries.items()}
    )


def _checked(value: Any, check: Check, where: str) -> Any:
    try:
        return check(value)
    except _WrongError as wrong:
        want = Translated("{}: want {}, got {}", "{}: vill ha {}, fick {}")
        raise InputError(want.format(where, wrong.wanted, describe(value))) from None


def _tiers(entries: Mapping[str, Any], where: str) -> tuple[tuple[str, float], ...] | None:
    shares = {n: _checked(v, _not_negative, f"{where} {n}") for n, v in entries.items()}
    total = sum(shares.values())
    if shares and abs(total - 100) > 1e-7:
        raise InputError(
            Translated(
                f"{where}: the shares are per cent and must sum to 100, got {total:g}",
                f"{where}: andelarna är procent och ska bli 100 tillsammans, fick {total:g}",
            )
        )
    # Per cent as written, so that 5 is 0.05 to the last digit.
    return tuple((n, float(f"{share!r}e-2")) for n, share in shares.items()) or None


def _segments(entries: Mapping[str, Any], where: str) -> dict[str, str]:
    return {name: _checked(value, _text, f"{where} {name}") for name, value in entries.items()}


def _goals(entries: Mapping[str, Any], where: str) -> dict[int, float]:
    goals = {}
    for name, value in entries.items():
        steps = re.fullmatch(r"[Ff](\d{1,3}) *(?:→|->|-|_) *[Ff](\d{1,3})", name)
        if not steps or int(steps[2]) != int(steps[1]) + 1:
            raise InputError(
                Translated(
                    f"{where}: {name!r} is no step of the ladder such as F1-F2",
                    f"{where}: {name!r} är inget steg på trappan, som F1-F2",
                )
            )
        goals[int(steps[1])] = _checked(value, _share, f"{where} {name}")
    return goals


def _scenarios(found: Mapping[str, Any], where: str) -> dict[str, dict[str, float]]:
    from crmformulas.formulas.budget import LEVERS

    known, made = (*LEVERS, "target", "target_growth", "reactivation_rate"), {}
    for name, values in found.items():
        if not isinstance(values, dict):
            raise InputError(
                Translated(
                    f"{where}: {name!r} is a table of factors, such as retention = 1.1",
                    f"{where}: {name!r} är en tabell med faktorer, som retention = 1.1",
                )
            )
        for key in values:
            if key not in known:
                raise _no_such(f"{where} {name}", key, known)
        made[name] = {
            k: _checked(v, _not_negative, f"{where} {name} {k}") for k, v in values.items()
        }
    return made


# ------------------------------------------------------------------------------------------- saving


def save_settings(
    path: Path,
    given: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[str]:
    """Put what was given into a file of settings; the rest of it, comments too, stays as it is.

    Args:
        path: The file; a new one where there is none.
        given: Options of the commands, by name; those that are of the machine and not of the data,
            such as the memory, are left aside.
        tables: What no option says, by table and key: ``{"money": {"margin": 0.4}}``; None takes
            a key away.

    Returns:
        What changed, a line each; empty where the file said the same already.

    Raises:
        InputError: the file that is there can't be read as settings, or not be written.
    """
    import tomlkit

    from crmformulas.files import atomic_write

    text = _content(path) if path.exists() else ""
    if text:
        _settings(_toml(text, path), path)
    document = tomlkit.parse(text)
    if not text:
        document.add(tomlkit.comment("What crmf has to know of the order files in this folder."))
    said = []
    for option, value in given.items():
        if option not in PLACES:
            continue
        for other in sorted({o for pair in INSTEAD if option in pair for o in pair} - {option}):
            said += _remove(document, PLACES[other]) if other not in given else []
        said += _put(document, PLACES[option], value)
    for table, values in (tables or {}).items():
        for key, value in values.items():
            place = table, str(key)
            said += _remove(document, place) if value is None else _put(document, place, value)
    if said:
        content = tomlkit.dumps(document)
        _settings(_toml(content, path), path)
        with atomic_write(path) as part:
            part.write_text(content, encoding="utf-8", newline="")
    return said


def _put(document: TOMLDocument, place: tuple[str, ...], value: Any) -> list[str]:
    import tomlkit

    if place == ("tiers",):
        table: Any = tomlkit.table()
        for name, share in value:
            per_cent = float(f"{share * 100:.10g}")
            table[name] = int(per_cent) if per_cent.is_integer() else per_cent
        value = table
    elif isinstance(value, tuple):
        value = list(value)
    *tables, key = place
    inside: Any = document
    for name in tables:
        if name not in inside:
            inside[name] = tomlkit.table()
        inside = inside[name]
    before = inside.get(key)
    plain = before.unwrap() if hasattr(before, "unwrap") else before
    new = value.unwrap() if hasattr(value, "unwrap") else value
    if plain == new and (place != ("tiers",) or list(plain) == list(new)):
        return []
    inside[key] = value
    was = "" if before is None else f" (was {describe(plain)})"
    shown = new.isoformat() if isinstance(new, date) else describe(new)
    return [f"{'.'.join(place)} = {shown}{was}"]


def _remove(document: TOMLDocument, place: tuple[str, ...]) -> list[str]:
    table, key = place
    inside: Any = document.get(table)
    if not inside or key not in inside:
        return []
    was = inside.pop(key)
    return [f"{table}.{key} is gone (was {describe(was)})"]
