"""``crmf calc``: a formula evaluated as a spreadsheet would."""

from __future__ import annotations

import click

from crmformulas.cli.options import examples
from crmformulas.cli.output import echo

__all__ = ["calc"]


@examples(
    """
    crmf calc 'CLV(5, 500, 2.5)'
    crmf calc 'PORTFOLIO_VALUE({106196;28627}, {5091;15272})'
    crmf calc 'CLV(5, 500, CUSTOMER_DURATION(0.6))'
    """
)
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("expression")
def calc(expression: str) -> None:
    """Evaluate a formula as a spreadsheet would; its error values are printed as it prints them."""
    from crmformulas.errors import FormulaError
    from crmformulas.spreadsheet.cell_text import render
    from crmformulas.spreadsheet.evaluator import evaluate

    value = evaluate(expression)
    echo(render(value))
    if isinstance(value, FormulaError):
        echo(f"crmf: {value}", err=True)
