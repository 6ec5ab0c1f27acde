"""Checks of each hostile input: an answer or one of our errors, in a line, in time."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

from crmformulas.catalog.formula import load
from crmformulas.errors import CrmError, FormulaError
from crmformulas.printable import printable_lines
from tests.fuzz.inputs import expression, formula_call, order_file

__all__ = ["CHECKS", "check_call", "check_expression", "check_file"]


def check_file(number: int) -> str:
    """Read and count a mutated file, and see that no row was lost.

    Returns:
        What came of it: counted or refused.

    Raises:
        Exception: whatever is a fault.
    """
    from crmformulas.orders.log import read

    file = order_file(number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file.name)
        path.write_bytes(file.content)
        try:
            with read(path) as log:
                summary = log.summary()
                summary.to_json()
        except CrmError as error:
            _see_line(str(error))
            return "refused"
    if file.rows is not None and summary.input.rows != file.rows:
        raise AssertionError(f"{summary.input.rows} rows were read of {file.rows}")
    return "counted"


def check_expression(number: int) -> str:
    """Evaluate and show an expression as ``crmf calc`` does."""
    from crmformulas.spreadsheet.cell_text import render
    from crmformulas.spreadsheet.evaluator import evaluate

    try:
        value = evaluate(expression(number))
        shown = printable_lines(render(value))
    except CrmError as error:
        _see_line(str(error))
        return "refused"
    shown.encode()
    return "an error value" if isinstance(value, FormulaError) else "answered"


def check_call(number: int) -> str:
    """Call a formula with odd or extreme arguments."""
    name, args = formula_call(number)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = load()[name].function(*args)
        except FormulaError as error:
            _see_line(str(error))
            return "refused"
    _see_finite(result)
    return "answered"


def _see_line(message: str) -> None:
    # The name of a column or a cell stands in one whole; the command cuts what it prints.
    if not message or len(message) > 20_000:
        raise AssertionError(f"a message of {len(message)} characters")


def _see_finite(result: Any) -> None:
    """One number that is no number would be taken for one; in an array NaN says so."""
    if isinstance(result, float) and result - result != 0:
        raise AssertionError(f"the answer is {result}")


CHECKS = {"files": check_file, "expressions": check_expression, "calls": check_call}
