"""The choices in the definitions: each has a default, and each can be set."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from crmformulas.dates import add_months, day_number, from_number
from crmformulas.errors import InputError
from crmformulas.formulas.migration import TIERS
from crmformulas.orders.keywords import names_fields
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.settings import Settings

__all__ = [
    "LEAST_F12_MONTHS",
    "LONGEST_HISTORY",
    "LTV_AGES",
    "RuleChanges",
    "Rules",
    "Windows",
    "eve_and_year",
    "f12_held",
    "parse_tiers",
    "placed",
    "rules_of",
    "soon_days",
    "tiers_text",
]

LTV_AGES = (3, 6, 12, 24, 36)
"""The ages in months at which lifetime value to date is told."""

LEAST_F12_MONTHS = 6
"""Of F12's 12 months so many must lie in history for what rests on F12 to be told at all."""

LONGEST_HISTORY = 100 * 366
"""Days. An as-of day further from the first order than this comes from a mistyped date."""


def f12_held(months: int) -> Translated:
    """Part of F12 that history holds, short enough for a cell or a note beside a figure.

    Examples:
        >>> f12_held(5).en
        "history holds 5 of F12's 12 months"
    """
    return Translated(
        f"history holds {months} of F12's 12 months", f"historiken har {months} av F12:s 12 månader"
    )


@names_fields
@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules of counting orders.

    Attributes:
        returns: ``net``: a return reduces the customer's revenue; ``ignore``: it is left out.
        every_row: Without an order id every row is an order, not every customer's day.
        tiers: Names and shares of the value tiers, highest first.
        new_after: A customer who comes back more than so many months after the last order is new.
        steps: The most steps of the ladder that are told.
        threshold: The step rate from which a step is the tipping point.
        matured: Also tell step rates among those whose k-th order is so many days old.
        pareto: The share of customers whose share of revenue is told.
        lead: Days after sign-up in which an order would have come anyway.
        horizon: Days after the lead in which a sign-up becomes a customer; who bought in the last
            so many days is told of the active, the lapsed and the contacts, too.
        reach: Days back in which a contact counts as reached.
    """

    returns: Literal["net", "ignore"] = "net"
    every_row: bool = False
    tiers: tuple[tuple[str, float], ...] = TIERS
    new_after: int = 36
    steps: int = 12
    threshold: float = 0.5
    matured: int | None = None
    pareto: float = 0.2
    lead: int = 30
    horizon: int = 90
    reach: int = 90

    def __post_init__(self) -> None:
        """Refuse what can't be counted, with the name of the option."""
        least = {"new_after": 0, "steps": 1, "lead": 0, "horizon": 1, "reach": 1, "matured": 1}
        for name, low in least.items():
            value = getattr(self, name)
            if value is not None and value < low:
                raise InputError(
                    Translated(
                        f"{name} must be at least {low}, got {value}",
                        f"{name} ska vara minst {low}, fick {value}",
                    )
                )
        for name in ("threshold", "pareto"):
            if not 0 <= getattr(self, name) <= 1:
                got = getattr(self, name)
                raise InputError(
                    Translated(
                        f"{name} must be between 0 and 1, got {got}",
                        f"{name} ska vara mellan 0 och 1, fick {got}",
                    )
                )
        if self.returns not in ("net", "ignore"):
            raise InputError(
                Translated(
                    f"returns must be net or ignore, got {self.returns!r}",
                    f"returns ska vara net eller ignore, fick {self.returns!r}",
                )
            )
        names = [name for name, _ in self.tiers]
        total = sum(share for _, share in self.tiers)
        if len(set(names)) < len(names) or not names or {"lost", "new", "reactivated"} & set(names):
            raise InputError(
                Translated(
                    f"tiers must have names of their own, other than lost, new and reactivated:"
                    f" {names}",
                    f"nivåerna måste ha egna namn, andra än lost, new och reactivated: {names}",
                )
            )
        if any(not 0 <= share <= 1 for _, share in self.tiers) or abs(total - 1) > 1e-9:
            raise InputError(
                Translated(
                    f"the shares of the tiers must sum to 1, got {total:g}",
                    f"nivåernas andelar ska bli 1 tillsammans, fick {total:g}",
                )
            )

    @property
    def numbers(self) -> int:
        """Number of a customer's purchases told apart: the repeat rate needs two."""
        return max(self.steps, 2)

    @property
    def tier_names(self) -> tuple[str, ...]:
        """The names of the tiers, highest first."""
        return tuple(name for name, _ in self.tiers)

    @property
    def tier_shares(self) -> tuple[float, ...]:
        """The shares of the tiers, highest first."""
        return tuple(share for _, share in self.tiers)


class RuleChanges(TypedDict, total=False):
    """Single rules that take the place of those of a :class:`Rules`: its fields."""

    returns: Literal["net", "ignore"]
    every_row: bool
    tiers: tuple[tuple[str, float], ...]
    new_after: int
    steps: int
    threshold: float
    matured: int | None
    pareto: float
    lead: int
    horizon: int
    reach: int


def parse_tiers(text: str) -> tuple[tuple[str, float], ...]:
    """Tiers from a text, with their shares in per cent.

    Raises:
        InputError: if a part of the text is not like ``super=5``.

    Examples:
        >>> parse_tiers("gold=12.5, rest=87.5 %")
        (('gold', 0.125), ('rest', 0.875))
        >>> tiers_text(TIERS)
        'super=5,top=15,mid=50,bottom=30'
    """
    tiers = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\S.*?)\s*=\s*(\d+(?:\.\d+)?)\s*%?\s*", part)
        if not match:
            raise InputError(
                Translated(f"{part!r} is not like super=5", f"{part!r} är inte som super=5")
            )
        # Per cent as written, so that 5 is 0.05 to the last digit.
        tiers.append((match[1], float(f"{match[2]}e-2")))
    return tuple(tiers)


def tiers_text(tiers: Iterable[tuple[str, float]]) -> str:
    """Tiers as :func:`parse_tiers` reads them."""
    return ",".join(f"{name}={share * 100:.10g}" for name, share in tiers)


def rules_of(settings: Settings) -> Rules:
    """Rules of counting from settings.

    Raises:
        InputError: a rule can't be so; the file is named.
    """
    try:
        return Rules(**settings.rules)
    except InputError as error:
        told = Translated("{}: {}", "{}: {}").format(str(settings.path), error.message)
        raise InputError(told, error.remedy) from None


@dataclass(frozen=True, slots=True)
class Windows:
    """The as-of day and the two windows of 12 months that end there; all days inclusive."""

    as_of: date
    s12: tuple[date, date]
    f12: tuple[date, date]

    @property
    def f11_start(self) -> date:
        """The first day of the 12 months before F12."""
        try:
            return _next(add_months(self.as_of, -36))
        except ValueError:
            return date.min

    def f12_months(self, first_day: date) -> int:
        """Number of F12's 12 months that lie wholly in a history that begins on a day.

        Examples:
            >>> Windows.ending(date(1998, 6, 30)).f12_months(date(1997, 1, 1))
            6
        """
        return _months_held(self.f12, first_day)

    def f12_known(self, first_day: date) -> bool:
        """Whether a history that begins on a day holds enough of F12 to tell what rests on it.

        Examples:
            >>> Windows.ending(date(1998, 6, 30)).f12_known(date(1997, 1, 2))
            False
        """
        return self.f12_months(first_day) >= LEAST_F12_MONTHS

    def s12_months(self, first_day: date) -> int:
        """Number of S12's 12 months that lie wholly in a history that begins on a day.

        Examples:
            >>> Windows.ending(date(2026, 10, 31)).s12_months(date(2026, 3, 15))
            7
        """
        return _months_held(self.s12, first_day)

    @classmethod
    def ending(cls, as_of: date) -> Windows:
        """The windows at an as-of day."""
        try:
            year_ago, two_ago = add_months(as_of, -12), add_months(as_of, -24)
        except ValueError:
            raise InputError(
                Translated(
                    f"as-of day {as_of} is too early for two windows before it",
                    f"dagen {as_of} är för tidig för två fönster före den",
                )
            ) from None
        return cls(as_of, (_next(year_ago), as_of), (_next(two_ago), year_ago))


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


SOON = (365, 180, 90, 30)
"""How many days a customer is given to go on, the longest that history allows."""


def soon_days(rules: Rules, first: int, as_of: int) -> int:
    """Days for which a step of the ladder is followed where its quarters are compared.

    Those of ``Rules.matured`` where it is given; else the most that go three times into history.

    Args:
        rules: How to count.
        first: The first day of history, as a number.
        as_of: The last day that counts, as a number.

    Examples:
        >>> soon_days(Rules(), 0, 1000), soon_days(Rules(), 0, 1095), soon_days(Rules(), 0, 9)
        (180, 365, 30)
    """
    if rules.matured is not None:
        return rules.matured
    return next((days for days in SOON if 3 * days <= as_of - first + 1), SOON[-1])


def eve_and_year(windows: Windows, rules: Rules, first: int) -> tuple[int, int] | None:
    """The day before the last ``Rules.horizon`` days, and the first of the 12 months up to it.

    Args:
        windows: The windows.
        rules: How to count.
        first: The first day of history, as a number.

    Returns:
        Both days, as numbers; None where history does not hold those months.

    Examples:
        >>> eve_and_year(Windows.ending(date(2026, 10, 31)), Rules(), 20_301)
        (20667, 20303)
        >>> eve_and_year(Windows.ending(date(2026, 10, 31)), Rules(), 20_304)
    """
    eve = day_number(windows.as_of) - rules.horizon
    if eve < first:
        return None
    try:
        year = day_number(_next(add_months(from_number(eve), -12)))
    except ValueError:
        return None
    return (eve, year) if first <= year else None


def placed(
    origin: int | None, target: int | None, tiers: tuple[str, ...]
) -> tuple[str, str | None, str | None]:
    """Status and tiers from the positions in the flow table."""
    count = len(tiers)
    if origin is None or target is None:
        return "former", None, None
    if origin >= count:
        return ("reactivated" if origin == count else "new"), None, tiers[target]
    if target == count:
        return "lost", tiers[origin], None
    return "continued", tiers[origin], tiers[target]


def _months_held(window: tuple[date, date], first_day: date) -> int:
    start, end = window
    if first_day <= start:
        return 12
    if first_day > end:
        return 0
    # The months are counted back from the end. A day that lacks makes one of them a part.
    after = _next(end)
    return sum(add_months(first_day, months) <= after for months in range(1, 12))
