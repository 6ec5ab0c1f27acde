"""The row that names the columns, below titles, comments and group headers.

It is the first that names the roles that are looked for, by the names that are known or that the
user gives. Where no row does, it is what the format takes for a header by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmformulas.errors import InputError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.column_roles import NAMES, normalised, words
from crmformulas.translations import Translated, counted

__all__ = ["WITHIN", "Wanted", "titles_note", "wanted_of"]

WITHIN = 50
"""Rows above the header at most."""
SHOWN = 60
"""Letters of a title that are shown."""


@dataclass(frozen=True)
class Wanted:
    """Names that a header must have."""

    roles: tuple[str, ...] = ("customer", "date", "amount")
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Per role the columns that the user names."""
    row: int | None = None
    """The line or row of the header, from 1, where the user says it."""

    def named_by(self, cells: Sequence[str]) -> bool:
        """Whether these cells name all that is wanted.

        Examples:
            >>> Wanted().named_by(["Kundnr", "Namn", "Orderdatum", "Belopp"])
            True
            >>> Wanted().named_by(["Kundnr", "Namn"])
            False
            >>> Wanted(given={role: ("1",) for role in Wanted().roles}).named_by("abc")
            False
        """
        cleaned = {normalised(cell) for cell in cells} - {""}
        if len(cleaned) < len(self.roles):
            return False
        named = [self._named(role, cleaned) for role in self.roles]
        # A column that is given by its number is named by no row.
        return all(each is not False for each in named) and any(named)

    def _named(self, role: str, cleaned: set[str]) -> bool | None:
        given = self.given.get(role, ())
        if role == "amount":
            factors = [*self.given.get("quantity", ()), *self.given.get("price", ())]
            given = (*given, *self.given.get("order_total", ()), *factors)
        if given:
            names_given = [name for name in given if not name.isdecimal()]
            return all(normalised(n) in cleaned for n in names_given) if names_given else None
        names = set(NAMES[role])
        if role == "amount":
            names |= set(NAMES["price"])
        return any(not cleaned.isdisjoint(words(rank)) for rank in names)

    def find(self, rows: Sequence[Sequence[str]]) -> int | None:
        """The number of the first row that names all, from 0; None where none does."""
        within = rows[: WITHIN + 1]
        return next((i for i, cells in enumerate(within) if self.named_by(cells)), None)


def wanted_of(
    roles: tuple[str, ...],
    given: Mapping[str, str | Sequence[str] | None],
    row: int | None = None,
) -> Wanted:
    """Names that a header must have, from what the user gives per role."""
    if row is not None and row < 1:
        raise InputError(
            Translated(
                f"--header-row {row}: rows are counted from 1",
                f"--header-row {row}: rader räknas från 1",
            )
        )
    several = {
        role: (names,) if isinstance(names, str) else tuple(names)
        for role, names in given.items()
        if names
    }
    return Wanted(roles, several, row)


def titles_note(label: str, titles: Sequence[Sequence[str]]) -> AppliedRule | None:
    """Notice of the rows above the header; None where nothing stands there."""
    texts = [" ".join(filter(None, map(str.strip, row))) for row in titles]
    texts = [text if len(text) <= SHOWN else text[: SHOWN - 1] + "…" for text in texts if text]
    if not texts:
        return None
    listed = ", ".join(map(repr, texts[:3]))
    n = len(texts)
    return note(
        "above_header",
        f"{label}: {counted(n, 'row', 'stands')} above the header and"
        f" {'is' if n == 1 else 'are'} not read: {listed}",
        f"{label}: {counted(n, 'row', lang='sv')} ovanför rubrikerna läses inte: {listed}",
        "--header-row",
        n,
    )
