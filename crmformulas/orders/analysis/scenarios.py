"""Scenarios of the customer development budget: named simulation factors, and files of them.

A file is a few lines of TOML that a person can write too:

    name = "Develop"
    target = 400000000.0

    [factors]
    retention = 1.1
    continued_frequency = 1.05

A factor that is not named is 1. What can't be read is refused with one line, unknown keys too: a
misspelt factor would otherwise count as 1 without a word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from crmformulas.catalog.formula import RATE, SPEND, Kind
from crmformulas.errors import InputError
from crmformulas.files import atomic_write
from crmformulas.formulas.budget import LEVERS, SEGMENT_OF_LEVER, SEGMENTS, SIMULATION
from crmformulas.settings import Settings
from crmformulas.translations import Label, Translated, term

__all__ = [
    "LEVER_LABELS",
    "OWN",
    "SCENARIOS",
    "SEGMENT_LABELS",
    "Scenario",
    "parse_scenario",
    "read_scenario",
    "scenario_text",
    "write_scenario",
]

SEGMENT_LABELS: dict[str, Label] = {key: term(key).capitalize() for key in (*SEGMENTS, "total")}

NO_SCENARIO = Translated("{}: this is no scenario: {}", "{}: det här är inget scenario: {}")

MOST = 64 * 1024
"""Bytes of a file that may be a scenario; one has a few hundred."""


def _lever_label(lever: str, segment: str) -> Label:
    if not lever.startswith(f"{segment}_"):
        return term(lever).capitalize()
    lifted = "order_value" if lever.endswith("order_value") else "orders_per_customer"
    # Short, or a chart breaks it.
    short = (
        Translated("Continued", "Fortsatta") if segment == "continued" else SEGMENT_LABELS[segment]
    )
    return Translated("{}: {}", "{}: {}").format(short, term(lifted))


LEVER_LABELS: dict[str, Label] = {
    lever: _lever_label(lever, SEGMENTS[i])
    for lever, i in zip(LEVERS, SEGMENT_OF_LEVER, strict=True)
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of simulation factors, and the revenue wanted.

    Attributes:
        name: What it is called.
        factors: Those that are not 1, by the names of the levers.
        target: The revenue wanted in the budget's year; None is none.
        reactivation_rate: Share of the lost customers who come back, a fraction per year, in place
            of that of the outcome; None is that of the outcome.
        target_growth: Or by how much more than the outcome's the revenue wanted is, a fraction;
            read where ``target`` is None.
    """

    name: Label
    factors: Mapping[str, float] = field(default_factory=dict)
    target: float | None = None
    reactivation_rate: float | None = None
    target_growth: float | None = None


OWN = Scenario(Translated("Own", "Egen"))

SCENARIOS = (
    Scenario(
        Translated("Develop", "Utveckla"),
        {"continued_frequency": 1.05, "retention": 1.1, "reactivation": 1.1},
    ),
    Scenario(Translated("Recruit", "Rekrytera"), {"new_frequency": 1.2, "new_order_value": 1.05}),
    Scenario(
        Translated("Win back", "Återvinn"),
        {"new_frequency": 1.1, "continued_frequency": 1.1, "retention": 1.1, "reactivation": 1.1},
    ),
)
"""Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018): three simulations of Budget 2.

The reactivation is the one by which its customers were counted.
"""


def kept_scenarios(settings: Settings | None) -> tuple[Scenario, ...]:
    """The scenarios that a file of settings has."""
    made = []
    for name, values in (settings.scenarios if settings else {}).items():
        factors = {lever: values[lever] for lever in LEVERS if values.get(lever, 1.0) != 1}
        target, rate = values.get("target"), values.get("reactivation_rate")
        grown = values.get("target_growth")
        made.append(Scenario(name, factors, target, rate, target_growth=grown))
    return tuple(made)


def scenario_text(scenario: Scenario) -> str:
    """Write a scenario as TOML; :func:`parse_scenario` gives back the same, to the last digit.

    Raises:
        InputError: if the name has characters that no file can hold.

    Examples:
        >>> print(scenario_text(Scenario("Win-back", {"retention": 1.1}, 25e6)), end="")
        name = "Win-back"
        target = 25000000.0
        <BLANKLINE>
        [factors]
        retention = 1.1
    """
    lines = [f"name = {_quoted(str(scenario.name))}"]
    for key, value in (
        ("target", scenario.target),
        ("reactivation_rate", scenario.reactivation_rate),
    ):
        if value is not None:
            lines.append(f"{key} = {float(value)!r}")
    if scenario.target is None and scenario.target_growth is not None:
        # By its decimal digits: twice a hundred must give back the same.
        lines.append(f'target = "{Decimal(repr(float(scenario.target_growth))) * 100:+f} %"')
    factors = [f"{lever} = {float(f)!r}" for lever, f in scenario.factors.items()]
    return "\n".join([*lines, "", "[factors]", *factors, ""])


def _quoted(text: str) -> str:
    """Quote a text as a basic string of TOML."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(
            Translated(
                f"{text!r}: this name has characters that no file can hold",
                f"{text!r}: namnet har tecken som ingen fil kan innehålla",
            )
        ) from None
    parts = []
    for character in text:
        if character in '"\\':
            parts.append(f"\\{character}")
        elif character < " " or character == "\x7f":
            parts.append(f"\\u{ord(character):04x}")
        else:
            parts.append(character)
    return f'"{"".join(parts)}"'


def parse_scenario(text: str, where: str = "the scenario") -> Scenario:
    """Read the scenario of a TOML text.

    Args:
        text: What :func:`scenario_text` writes, or a person.
        where: What the text is called in errors.

    Raises:
        InputError: if it is no TOML, has an unknown key, or a value outside its bounds.

    Examples:
        >>> parse_scenario('name = "More"\\n[factors]\\nretention = 1.05').factors
        {'retention': 1.05}
        >>> parse_scenario('target = "+20 %"\\n[factors]').target_growth
        0.2
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split()) or "too deeply nested"
        raise InputError(NO_SCENARIO.format(where, reason)) from None
    _refuse_unknown(table, ("name", "target", "reactivation_rate", "factors"), where)
    name, factors = table.get("name", ""), table.get("factors")
    if not isinstance(name, str):
        raise InputError(
            Translated(
                f"{where}: name must be a text in quotes, got {name!r}",
                f"{where}: name måste vara en text i citattecken, fick {name!r}",
            )
        )
    if not isinstance(factors, dict):
        raise InputError(
            Translated(
                f"{where}: there are no factors: write them below a line [factors]",
                f"{where}: inga faktorer: skriv dem under en rad [factors]",
            )
        )
    _refuse_unknown(factors, LEVERS, where)
    numbers = {
        lever: _number(factors[lever], lever, SIMULATION, where)
        for lever in LEVERS
        if lever in factors
    }
    growth = None
    if isinstance(table.get("target"), str):
        growth = _growth(table.pop("target"), where)
    target, rate = (
        None if key not in table else _number(table[key], key, kind, where)
        for key, kind in (("target", SPEND), ("reactivation_rate", RATE))
    )
    return Scenario(name, {k: f for k, f in numbers.items() if f != 1}, target, rate, growth)


def _growth(text: str, where: str) -> float:
    """A target as growth on the outcome, as a fraction."""
    found = re.fullmatch(r"([+\-−]?\d{1,6}(?:[.,]\d+)?)\s*%", text.strip())
    if found is None:
        raise InputError(
            Translated(
                f'{where}: target must be a number, or growth on the outcome such as "+20 %", got '
                f"{text!r}",
                f"{where}: target måste vara ett tal, eller tillväxt mot utfallet som "
                f'"+20 %", fick {text!r}',
            )
        )
    growth = float(Decimal(found[1].replace("−", "-").replace(",", ".")) / 100)
    if growth < -1:
        raise InputError(
            Translated(
                f"{where}: a target can't lie more than 100 % below the outcome, got {text!r}",
                f"{where}: ett mål kan inte ligga mer än 100 % under utfallet, fick {text!r}",
            )
        )
    return growth


def _refuse_unknown(keys: Iterable[str], allowed: tuple[str, ...], where: str) -> None:
    unknown = [key for key in keys if key not in allowed]
    if unknown:
        near = get_close_matches(unknown[0], allowed, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(allowed)}"
        raise InputError(
            Translated("{}: unknown {}{}", "{}: okänt {}{}").format(
                where, ", ".join(map(repr, unknown)), hint
            )
        )


def _number(value: Any, key: str, kind: Kind, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(
            Translated(
                f"{where}: {key} must be a number, got {value!r}",
                f"{where}: {key} måste vara ett tal, fick {value!r}",
            )
        )
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not kind.accepts(number):
        raise InputError(
            Translated("{}: {} must be {}, got {:g}", "{}: {} måste vara {}, fick {:g}").format(
                where, key, kind.limits, number
            )
        )
    return number


def read_scenario(path: Path) -> Scenario:
    """Read the scenario of a file; one without a name is called after the file.

    Raises:
        InputError: if the file can't be read or is no scenario, in one line.
    """
    where = repr(path.name)
    try:
        if not path.exists():
            raise InputError(
                Translated(
                    f"{where}: there is no such file; check the path",
                    f"{where}: filen finns inte; kontrollera sökvägen",
                )
            )
        if not path.is_file():
            raise InputError(Translated(f"{where} is no file", f"{where} är ingen fil"))
        with path.open("rb") as file:
            content = file.read(MOST + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{where}: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MOST:
        raise InputError(
            NO_SCENARIO.format(
                where,
                Translated(f"it has more than {MOST:,} bytes", f"den har mer än {MOST:,} byte"),
            )
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            NO_SCENARIO.format(where, Translated("it is not UTF-8 text", "den är inte UTF-8-text"))
        ) from None
    parsed = parse_scenario(text, where)
    name = parsed.name or path.stem
    return replace(parsed, name=name)


def write_scenario(path: Path, scenario: Scenario, *, overwrite: bool = False) -> None:
    """Write a scenario to a file, whole or not at all.

    Raises:
        InputError: if there is a file and it is not to be overwritten, or it can't be written.
    """
    text = scenario_text(scenario)
    with atomic_write(path, overwrite=overwrite) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
