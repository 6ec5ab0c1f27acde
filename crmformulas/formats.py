"""Figures as text: separators and decimals of the language, unknown as a dash."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from crmformulas.printable import printable
from crmformulas.translations import LANGS, Lang, Translated, translate

__all__ = [
    "MONTHS",
    "UNKNOWN",
    "NumberFormat",
    "bar",
    "day_label",
    "heat",
    "sparkline",
    "with_separators",
]

UNKNOWN = "–"
SPACE = "\u00a0"
"""Between groups of three digits: no line ends there."""

EIGHTHS = " ▏▎▍▌▋▊▉█"

SPARKS = "▁▂▃▄▅▆▇█"

Colour: TypeAlias = tuple[int, int, int]

RAMP: tuple[Colour, Colour] = ((247, 251, 255), (8, 81, 156))
"""The heat map's single ramp, from none to all (the ends of ColorBrewer's Blues)."""

MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "sv": ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
}
"""The months' short names by language."""


def with_separators(number: int) -> str:
    """A count with its thousands apart, the same in every language.

    Examples:
        >>> with_separators(1131)
        '1\\xa0131'
    """
    return f"{number:,}".replace(",", SPACE)


def _plain(text: str) -> str:
    """The text that was typed, as it stands in a message."""
    return printable(text.replace(SPACE, " "))


class NumberFormat(NamedTuple):
    """Numbers and days as the text of a language.

    Examples:
        >>> NumberFormat("sv").fixed(-1234.5, 1)
        '−1\\xa0234,5'
        >>> NumberFormat("en").percent(0.182)
        '18.2\\xa0%'
        >>> NumberFormat("en").whole(None)
        '–'
    """

    lang: Lang

    def whole(self, number: float | None) -> str:
        """A count or an amount without decimals, thousands apart; unknown is a dash."""
        return UNKNOWN if number is None else self.fixed(round(number), 0)

    def fixed(self, number: float | None, decimals: int) -> str:
        """A number with fixed decimals, thousands apart."""
        if number is None:
            return UNKNOWN
        shown = f"{number:,.{decimals}f}".replace(",", SPACE).replace("-", "−")
        return shown.replace(".", ",") if self.lang == "sv" else shown

    def signed(self, number: float | None, decimals: int = 0) -> str:
        """A change with its sign."""
        plus = "+" if number is not None and round(number, decimals) > 0 else ""
        return plus + self.fixed(number, decimals)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """A fraction as per cent."""
        return UNKNOWN if share is None else f"{self.fixed(share * 100, decimals)}{SPACE}%"

    def signed_percent(self, share: float | None, decimals: int = 1) -> str:
        """A relative change as per cent with its sign."""
        return UNKNOWN if share is None else f"{self.signed(share * 100, decimals)}{SPACE}%"

    def parse_percent(self, text: str) -> float:
        """A share from a text in per cent, with a point or a comma before the decimals.

        Raises:
            ValueError: if it is no number, in the language of the figures.

        Examples:
            >>> NumberFormat("sv").parse_percent("25,5 %"), NumberFormat("en").parse_percent("−3")
            (0.255, -0.03)
        """
        bare = re.sub(r"[\s\u00a0]*%?[\s\u00a0]*$", "", text.strip())
        match = re.fullmatch(r"([-+−]?)(\d{1,9}(?:[.,]\d{0,12})?|[.,]\d{1,12})", bare, re.ASCII)
        if not match:
            raise ValueError(
                translate(
                    Translated(
                        f"“{_plain(text)}” is not a number in per cent, like 25 or 2.5",
                        f"”{_plain(text)}” är inte ett tal i procent, som 25 eller 2,5",
                    ),
                    self.lang,
                )
            )
        sign = "-" if match[1] in ("-", "−") else ""
        # Per cent as written, so that 5 is 0.05 to the last digit.
        return float(f"{sign}{match[2].replace(',', '.')}e-2")

    def parse_amount(self, text: str) -> float:
        """An amount from a text: thousands apart or not, ``M`` for millions, ``bn`` for billions.

        Raises:
            ValueError: if it is no number, in the language of the figures.

        Examples:
            >>> NumberFormat("sv").parse_amount("25,5 M")
            25500000.0
            >>> NumberFormat("en").parse_amount("25 500 000")
            25500000.0
            >>> NumberFormat("sv").parse_amount("1,2 md"), NumberFormat("en").parse_amount("1.2bn")
            (1200000000.0, 1200000000.0)
        """
        bare = re.sub(r"\s", "", text)
        match = re.fullmatch(
            r"(\d{1,15}(?:[.,]\d{0,12})?|[.,]\d{1,12})(M|bn|mdr?)?", bare, re.ASCII | re.IGNORECASE
        )
        if not match:
            raise ValueError(
                translate(
                    Translated(
                        f"“{_plain(text)}” is not an amount, like 25000000 or 25.5 M",
                        f"”{_plain(text)}” är inte ett belopp, som 25000000 eller 25,5 M",
                    ),
                    self.lang,
                )
            )
        # Millions as written, so that 25.1 M is 25100000 to the last digit.
        power = {"": 0, "m": 6}.get((match[2] or "").lower(), 9)
        return float(f"{match[1].replace(',', '.')}e{power}")

    def exact(self, number: float) -> str:
        """A number with all the digits that a spreadsheet shows, thousands apart.

        Examples:
            >>> NumberFormat("sv").exact(6250.5), NumberFormat("en").exact(0.1 + 0.2)
            ('6\\xa0250,5', '0.3')
        """
        # Adding 0 turns -0 into 0.
        text = f"{number + 0.0:.15g}"
        if "e" not in text:
            whole, point, decimals = text.partition(".")
            text = f"{int(whole):,}".replace(",", SPACE) + point + decimals
            text = text if int(whole) or not number < 0 else f"-{text}"
        text = text.replace("-", "−")
        return text.replace(".", ",") if self.lang == "sv" else text

    def cell(self, value: object, decimals: int = 15) -> str:
        """Result of a formula as a cell: an error by its code, a number with all its digits.

        Args:
            value: A number, text, truth value or error.
            decimals: At most so many; where there are many cells, few are enough.

        Examples:
            >>> english = NumberFormat("en")
            >>> english.cell(6250.0), english.cell("super"), english.cell(None)
            ('6\\xa0250', 'super', '')
            >>> NumberFormat("sv").cell(1 / 3, 4)
            '0,3333'
        """
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, (int, float)):
            return self.exact(round(value, decimals)) if value == value else UNKNOWN
        return "" if value is None else str(getattr(value, "code", value))

    def amount(self, number: float | None) -> str:
        """An amount: small ones with decimals, large ones in millions or billions.

        Examples:
            >>> NumberFormat("en").amount(13_028_614_672), NumberFormat("sv").amount(1.5e9)
            ('13.0\\xa0bn', '1,50\\xa0md')
        """
        if number is None:
            return UNKNOWN
        if abs(number) >= 1_000_000_000:
            decimals = 1 if abs(number) >= 10_000_000_000 else 2
            billions = "bn" if self.lang == "en" else "md"
            return f"{self.fixed(number / 1_000_000_000, decimals)}{SPACE}{billions}"
        if abs(number) >= 1_000_000:
            decimals = 1 if abs(number) >= 10_000_000 else 2
            return f"{self.fixed(number / 1_000_000, decimals)}{SPACE}M"
        return self.whole(number) if abs(number) >= 100 else self.fixed(number, 2)

    def years(self, duration: float | None) -> str:
        """A duration in years."""
        unit = "yr" if self.lang == "en" else "år"
        return UNKNOWN if duration is None else f"{self.fixed(duration, 2)}{SPACE}{unit}"

    def of_unit(self, number: float | None, unit: str) -> str:
        """A figure by what it is counted in: money, share, years; a whole number else.

        Examples:
            >>> figures = NumberFormat("sv")
            >>> figures.of_unit(0.125, "share"), figures.of_unit(1234, "count")
            ('12,5\xa0%', '1\xa0234')
        """
        match unit:
            case "money":
                return self.amount(number)
            case "share":
                return self.percent(number)
            case "years":
                return self.years(number)
        return self.whole(number)

    def day(self, when: date) -> str:
        """A day as ``31 Oct 2026``."""
        return f"{when.day} {MONTHS[self.lang][when.month - 1]} {when.year}"


def day_label(day: date) -> Translated:
    """A day as texts tell it, in each language.

    Examples:
        >>> day_label(date(2026, 10, 31)).sv
        '31 okt 2026'
    """
    return Translated(*(NumberFormat(lang).day(day) for lang in LANGS))


def bar(share: float, width: int) -> str:
    """A bar of so much of the width, to an eighth of a character."""
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    full, rest = divmod(eighths, 8)
    return "█" * full + (EIGHTHS[rest] if rest else "")


def sparkline(numbers: Sequence[float]) -> str:
    """Numbers as a line of small bars, from 0 up to the largest; one below 0 has none.

    Examples:
        >>> sparkline([0, 4, 8, -1])
        '▁▅█▁'
    """
    most = max(numbers, default=0)
    levels = len(SPARKS) - 1
    return "".join(SPARKS[round(max(n, 0) / most * levels) if most > 0 else 0] for n in numbers)


def heat(share: float) -> tuple[Colour, Colour]:
    """Ink and ground of a cell of a heat map."""
    low, high = RAMP
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    # Where dark ink and light ink can be read equally well (4.4 : 1).
    return ((16, 16, 16) if share < 0.75 else (255, 255, 255)), (red, green, blue)
