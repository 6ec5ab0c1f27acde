"""Parts of formulas that many sheets have: what is unknown is a dash, amounts are told in a line.

All take and return expressions without their ``=``; a name such as ``B7`` may stand for any of
them.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.excel.workbook.sheet import DASH

__all__ = [
    "amount",
    "change",
    "known",
    "movement",
    "per_cent",
    "ratio",
    "short",
    "sign",
    "signed",
    "times",
    "unit",
    "when_numbers",
]


def when_numbers(cells: str, count: int, formula: str) -> str:
    """The formula where so many of the cells hold numbers, and a dash elsewhere."""
    return f'IF(COUNT({cells})={count},{formula},"{DASH}")'


def known(cells: Sequence[str], formula: str) -> str:
    """The formula where every one of these cells is a number, else a dash."""
    return when_numbers(",".join(cells), len(cells), formula)


def ratio(part: str, whole: str) -> str:
    """Part / whole; a dash where one is unknown or the whole is 0."""
    return known([part, whole], f'IF({whole}=0,"{DASH}",{part}/{whole})')


def change(after: str, before: str) -> str:
    """After / before − 1; a dash where one is unknown or there was nothing before."""
    return known([after, before], f'IF({before}>0,{after}/{before}-1,"{DASH}")')


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
    """A figure in millions where it has them: ``42.8 M``, ``−650``."""
    return f'IF(ABS({figure})>=1000000,FIXED({figure}/1000000,1)&" M",FIXED({figure},0))'


def movement(money: str) -> str:
    """A change of an amount, with a sign that reads without colour: ``▲ 42.8 M kr``."""
    return f"{sign(money)}&{amount(f'ABS({money})')}"


def sign(figure: str) -> str:
    """The direction of a change, for those who don't see its colour."""
    return f'IF({figure}<0,"▼ ",IF({figure}>0,"▲ ","± "))'


def signed(figure: str, told: str) -> str:
    """A figure as it is told, with the plus that a number format would give it."""
    return f'IF({figure}>0,"+","")&{told}'


def per_cent(share: str, decimals: int = 1) -> str:
    """A share or factor as a sentence tells it: ``128.3 %``."""
    return f'FIXED(100*({share}),{decimals})&" %"'
