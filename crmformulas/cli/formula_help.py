"""The catalogue for a reader in the terminal: the list, and one formula explained."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crmformulas.catalog.formula import CATEGORIES, Formula, load
from crmformulas.errors import InputError
from crmformulas.spreadsheet.cell_text import call_text, cell_text, example_text, render
from crmformulas.spreadsheet.evaluator import evaluate

if TYPE_CHECKING:
    from crmformulas.catalog.formula import Parameter

__all__ = ["explain", "list_formulas"]


def list_formulas() -> RenderableType:
    """Every formula by category, with its syntax and first line."""
    catalogue = load()
    parts: list[RenderableType] = []
    for category in CATEGORIES:
        table = Table.grid(padding=(0, 2, 0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        for one in catalogue.values():
            if one.category == category:
                table.add_row(Text(one.spreadsheet_name, style="bold"), Text(one.summary))
        parts += [Text(category.capitalize(), style="bold cyan"), table, Text()]
    parts.append(Text("crmf formulas NAME explains one.", style="dim"))
    return Group(*parts)


def explain(name: str) -> RenderableType:
    """One formula: syntax, equation, arguments with units, errors and a worked example.

    Raises:
        InputError: if there is no formula of that name; the nearest name is suggested.
    """
    catalogue = load()
    key = name.strip().lstrip("=").lower()
    if key not in catalogue:
        near = get_close_matches(key, catalogue, n=1)
        hint = f"; did you mean {near[0].upper()}?" if near else ""
        raise InputError(f"no formula named {name!r}{hint} (crmf formulas lists them all)")
    one = catalogue[key]
    sections = one.sections
    parts: list[RenderableType] = [Text(f"={one.syntax}", style="bold"), Text(one.summary)]
    for heading in ("description", "Equation"):
        if heading in sections:
            parts += [Text(), Padding(Text(sections[heading]), (0, 2))]
    parts += [Text(), _arguments(one)]
    for heading in ("Returns", "Raises", "References"):
        if heading in sections:
            parts += [Text(), Text(heading, style="bold"), Padding(Text(sections[heading]), (0, 2))]
    if one.expression:
        parts += [Text(), Text("In a spreadsheet", style="bold")]
        parts.append(Padding(Text(one.expression), (0, 2)))
    parts += [Text(), Text("Example", style="bold"), Padding(_example(one), (0, 2))]
    return Group(*parts)


def _arguments(one: Formula) -> Table:
    table = Table.grid(padding=(0, 2, 0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column(style="dim")
    texts = one.argument_help
    for parameter in one.parameters:
        table.add_row(
            Text(parameter.name, style="bold"),
            Text(texts.get(parameter.name, "")),
            Text(_unit(parameter)),
        )
    return table


def _unit(parameter: Parameter) -> str:
    if not parameter.optional:
        return parameter.kind.unit
    default = parameter.default
    return f"{parameter.kind.unit}, " + (
        "optional" if default is None else f"default {cell_text(default)}"
    )


def _example(one: Formula) -> Text:
    call = call_text(one, one.example.args)
    shown = render(evaluate(call))
    result = f"\n{shown}" if "\n" in shown else f" → {shown}"
    return Text(f"={example_text(one)}{result}\n{one.example.source}")
