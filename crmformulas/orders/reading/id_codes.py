"""Ids as whole numbers and back, without loss, so that millions of them group fast.

The ids of most systems are digits behind a prefix that all have: ``C00012345``. As text each takes
several times as long to group as a number does. What doesn't fit is seen in the same pass, and
then ids stay texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crmformulas.orders.reading.expressions import dtype
from crmformulas.orders.reading.identities import NOBODY

__all__ = ["IdCodes", "RowCodes"]

NUMBERED = re.compile("([A-Za-z_#:/-]*)([0-9]{1,17})")
SHORT = 8
"""Digits up to which a code has room in 32 bits, and one digit more has it, too."""


@dataclass(frozen=True)
class IdCodes:
    """Numbers in place of ids.

    The digit 1 stands before those of the id, so that zeros in front are kept.

    Attributes:
        prefix: What all ids begin with; None where they are whole numbers by themselves.
        kind: The type of the numbers.

    Examples:
        >>> IdCodes.of(["C00012", "C00345"])
        IdCodes(prefix='C', kind='int32')
        >>> IdCodes.of(["C00012", "D00012"]) is None
        True
    """

    prefix: str | None = None
    kind: str = "int64"

    @classmethod
    def of(cls, cells: Iterable[str]) -> IdCodes | None:
        """The codes of ids like those of a sample; None where they are not of one such form."""
        ids = {cell.strip() for cell in cells}
        matches = [NUMBERED.fullmatch(id_) for id_ in ids if id_ and id_.lower() not in NOBODY]
        found = [match for match in matches if match is not None]
        prefixes = {match[1] for match in found}
        if len(found) < len(matches) or len(prefixes) != 1:
            return None
        longest = max(len(match[2]) for match in found)
        return cls(prefixes.pop(), "int32" if longest <= SHORT else "int64")

    def columns(self, ids: Any, role: str) -> dict[str, Any]:
        """Columns computed first of the ids of a role, as they are used several times after."""
        if self.prefix is None:
            return {f"{role}_number": ids.cast(dtype(self.kind))}
        digits = "1" + ids.substr(len(self.prefix))
        return {f"{role}_digits": digits, f"{role}_number": digits.try_cast(dtype(self.kind))}

    def fits(self, rows: Any, role: str) -> Any:
        """Whether the id of a row is the one that the number of `columns` tells."""
        ids, number = rows[role], rows[f"{role}_number"]
        if self.prefix is None:
            return number.notnull()
        whole = (number.cast(dtype("string")) == rows[f"{role}_digits"]).fill_null(False)
        return whole & ids.startswith(self.prefix) if self.prefix else whole

    def text(self, codes: Any) -> Any:
        """The ids of codes."""
        written = codes.cast(dtype("string"))
        if self.prefix is None:
            return written
        digits = written.substr(1)
        return self.prefix + digits if self.prefix else digits

    def code(self, id_: str) -> int | None:
        """The code of an id; None where it has none.

        >>> IdCodes("C").code("C007"), IdCodes("C").code("7"), IdCodes().code("-1")
        (1007, None, -1)
        """
        if self.prefix is None:
            return int(id_) if re.fullmatch("-?[0-9]{1,18}", id_) else None
        match = NUMBERED.fullmatch(id_)
        return int(f"1{match[2]}") if match and match[1] == self.prefix else None


@dataclass(frozen=True)
class RowCodes:
    """Numbers in place of the ids of rows.

    Attributes:
        customer: Those of customers.
        order: Those of orders; None where they are numbers already, or there are none.
    """

    customer: IdCodes
    order: IdCodes | None = None

    @property
    def by_role(self) -> dict[str, IdCodes]:
        """The codes of each role that has some."""
        of_order = {} if self.order is None else {"order": self.order}
        return {"customer": self.customer, **of_order}
