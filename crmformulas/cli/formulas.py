"""``crmf formulas``: the catalogue, and one formula explained."""

from __future__ import annotations

import click

from crmformulas.cli.options import examples
from crmformulas.cli.output import print_view

__all__ = ["formulas"]


@examples(
    """
    crmf formulas
    crmf formulas clv
    """
)
@click.command()
@click.argument("name", required=False)
def formulas(name: str | None) -> None:
    """List the formulas, or explain one: arguments, units and a worked example."""
    from crmformulas.cli.formula_help import explain, list_formulas

    print_view(list_formulas() if name is None else explain(name))
