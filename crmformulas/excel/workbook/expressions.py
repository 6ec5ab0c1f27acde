"""Parts of formulas that many sheets have: what is unknown is a dash, amounts are told in a line.

All take and return expressions without their ``=``; a name such as ``B7`` may stand for any of
them.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "BILLION",
    "DASH",
    "SHOWN",
    "amount",
    "change",
    "guard",
    "movement",
    "per_cent",
    "points",
    "ratio",
    "short",
    "sign",
    "signed",
    "times",
    "unit",
    "when_numbers",
]


DASH = "–"
"""What stands where a figure is unknown. A formula tests it with ISNUMBER."""

SHOWN = "0.0005"
"""A change of a share below this is shown as 0.0 %, and has no sign."""

BILLION = " bn"
"""Thousands of millions; a Swedish book has another word for them."""


def points(after: str, before: str) -> str:
    """By how many percentage points a share changed; a dash where one is unknown."""
    by = f"100*({after}-{before})"
    return guard([after, before], f"IF(ABS({by})<0.05,0,{by})")


def when_numbers(cells: str, count: int, formula: str) -> str:
    """The formula where so many of the cells hold numbers, and a dash elsewhere."""
    return f'IF(COUNT({cells})={count},{formula},"{DASH}")'


def guard(cells: Sequence[str], formula: str) -> str:
    """The formula where every one of these cells is a number, else a dash."""
    return when_numbers(",".join(cells), len(cells), formula)


def ratio(part: str, whole: str) -> str:
    """Part / whole; a dash where one is unknown or the whole is 0."""
    return guard([part, whole], f'IF({whole}=0,"{DASH}",{part}/{whole})')


def change(after: str, before: str) -> str:
    """After / before − 1; a dash where one is unknown or there was nothing before."""
    by = f"{after}/{before}-1"
    return guard([after, before], f'IF({before}>0,IF(ABS({by})<{SHOWN},0,{by}),"{DASH}")')


def times(number: str, each: str) -> str:
    """Number × each; nothing times something unknown is nothing."""
    product = f'IF(ISNUMBER({each}),{number}*{each},"{DASH}")'
    return f'IF(ISNUMBER({number}),IF({number}=0,0,{product}),"{DASH}")'


def amount(money: str) -> str:
    """An amount as a sentence tells it, or a dash: ``42.8 M kr``."""
    return f'IF(ISNUMBER({money}),{short(money)}&{unit(" ")},"{DASH}")'


def unit(before: str) -> str:
    """The currency after a text such as a space or a comma; nothing where it is not given."""
    return f'IF(currency="","","{before}"&currency)'


def short(figure: str) -> str:
    """A figure in billions or millions where it has them: ``1.28 bn``, ``42.8 M``, ``−650``."""
    size = f"ABS({figure})"
    formatted = (
        f'IF({size}>=999950000,FIXED({size}/1000000000,2)&"{BILLION}",'
        f'IF({size}>=999950,FIXED({size}/1000000,1)&" M",FIXED({size},0)))'
    )
    return f'IF({figure}<=-0.5,"−","")&{formatted}'


def movement(money: str) -> str:
    """A change of an amount, with a sign that reads without colour: ``▲ 42.8 M kr``."""
    return f"{sign(money)}&{amount(f'ABS({money})')}"


def sign(figure: str) -> str:
    """The direction of a change, for those who don't see its colour."""
    return f'IF({figure}<0,"▼ ",IF({figure}>0,"▲ ","± "))'


def signed(figure: str, text: str, least: str = "0.5") -> str:
    """A figure as it is text, with the plus that a number format would give it.

    What is shown as nothing, below ``least``, has none.
    """
    return f'IF(N({figure})>={least},"+","")&{text}'


def per_cent(share: str, decimals: int = 1) -> str:
    """A share or factor as a sentence tells it: ``128.3 %``."""
    formatted = f'FIXED(ABS(100*({share})),{decimals})&" %"'
    return f'IF({share}<=-{SHOWN},"−","")&{formatted}'
