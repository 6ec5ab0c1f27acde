"""The examples that templates come filled with: tables in the folder ``examples`` of each."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib.resources import files
from typing import Any, TypeVar

from crmformulas.translations import Label, Translated

__all__ = ["Record", "records"]


T = TypeVar("T")


class Record:
    """A row of a table."""

    def __init__(self, cells: dict[str, str]) -> None:
        self.cells = cells

    def __getitem__(self, column: str) -> str:
        """A cell as it is written."""
        return self.cells[column]

    def text(self, column: str) -> Label:
        """A text in both languages; nothing where there is none."""
        english, swedish = self.cells[f"{column}_en"], self.cells[f"{column}_sv"]
        return Translated(english, swedish) if english else ""

    def number(self, column: str) -> float | None:
        """A number; None where the cell is blank."""
        return float(self.cells[column]) if self.cells[column] else None

    def filled(
        self, kind: type[T], choices: Mapping[str, Sequence[Translated]] = {}, **others: Any
    ) -> T:
        """An object of a data class, with each field from the column of its name.

        Args:
            kind: The class. A field that is ``Known`` is a number, and an ``int`` one too.
            choices: The texts of which one stands there, by field.
            others: The fields that are no columns.
        """
        typed = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]
        values: dict[str, Any] = dict(others)
        for name in typed.keys() - others.keys():
            if name in choices:
                values[name] = self.one_of(name, choices[name])
            elif typed[name] == "Label":
                values[name] = self.text(name)
            else:
                of = {"Known": self.number, "int": lambda name: int(self[name])}
                values[name] = of.get(typed[name], self.__getitem__)(name)
        return kind(**values)

    def one_of(self, column: str, choices: Sequence[Translated]) -> Label:
        """The choice whose English text stands there; nothing where none does."""
        cell = self.cells[column]
        return {choice.en: choice for choice in choices}[cell] if cell else ""


def records(package: str | None, table: str) -> list[Record]:
    """The rows of a table of a package."""
    text = files(str(package)).joinpath("examples", f"{table}.csv").read_text(encoding="utf-8")
    return [Record(cells) for cells in csv.DictReader(text.splitlines())]
