"""The modules that also run inside a spreadsheet, with what each may use there.

Two faces ship modules of this package to a Python of their own:

- **LibreOffice Calc** (:mod:`crmformulas.libreoffice.bundle`): Python 3.11 or later with the
  standard library alone. ``import numpy as np`` and ``import pandas as pd`` become
  :mod:`crmformulas.libreoffice.arrays` and :mod:`crmformulas.libreoffice.frames`, which know as
  much of NumPy and pandas as these modules ask for.
- **xlwings Lite** (:mod:`crmformulas.excel.functions.lite`): Pyodide, a Python 3.12 of 32 bits,
  with NumPy, pandas and xlwings; no Ibis, DuckDB or Arrow.

A module in this list imports nothing but the standard library, NumPy, pandas (both as above) and
other modules of the list; what it takes from elsewhere it imports inside a function, with another
way where that fails. Each says so in a line below its docstring, and the tests hold both.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["CALC", "LITE", "MARK", "PORTABLE", "source_of"]

MARK = "# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows."
"""The line in each of these modules."""

PORTABLE = (
    "crmformulas.catalog.blank_rows",
    "crmformulas.catalog.checks",
    "crmformulas.catalog.formula",
    "crmformulas.catalog.parameters",
    "crmformulas.catalog.table_headers",
    "crmformulas.dates",
    "crmformulas.errors",
    "crmformulas.formats",
    "crmformulas.formulas._elements",
    "crmformulas.formulas._root_finding",
    "crmformulas.formulas.budget",
    "crmformulas.formulas.campaign",
    "crmformulas.formulas.forecast",
    "crmformulas.formulas.kpi",
    "crmformulas.formulas.ladder",
    "crmformulas.formulas.migration",
    "crmformulas.formulas.retention",
    "crmformulas.formulas.segment",
    "crmformulas.formulas.uncertainty",
    "crmformulas.formulas.value",
    "crmformulas.orders.counting.counts",
    "crmformulas.orders.analysis.cohorts",
    "crmformulas.orders.analysis.forecast.maximum",
    "crmformulas.orders.analysis.forecast.order_values",
    "crmformulas.orders.analysis.forecast.purchases",
    "crmformulas.orders.analysis.forecast.range_fit",
    "crmformulas.orders.counting.range_log",
    "crmformulas.orders.keywords",
    "crmformulas.orders.order_formulas",
    "crmformulas.orders.reading.account",
    "crmformulas.orders.reading.amounts",
    "crmformulas.orders.reading.cell_ranges",
    "crmformulas.orders.reading.dates",
    "crmformulas.orders.reading.evidence",
    "crmformulas.orders.reading.expressions",
    "crmformulas.orders.rules",
    "crmformulas.orders.summary.build",
    "crmformulas.orders.summary.first_year",
    "crmformulas.orders.summary.flow_values",
    "crmformulas.orders.summary.model",
    "crmformulas.orders.summary.months",
    "crmformulas.orders.summary.notices",
    "crmformulas.printable",
    "crmformulas.translations",
)
"""What both ship."""

CALC = (
    *PORTABLE,
    "crmformulas.libreoffice.arrays",
    "crmformulas.libreoffice.calls",
    "crmformulas.libreoffice.component",
    "crmformulas.libreoffice.frames",
    "crmformulas.libreoffice.ndarray",
    "crmformulas.libreoffice.typelib",
)
"""What the extension for LibreOffice Calc ships."""

LITE = (
    *PORTABLE,
    "crmformulas.excel.long_ranges",
    "crmformulas.excel.udfs",
    "crmformulas.spreadsheet.cell_text",
)
"""What the file for xlwings Lite ships."""

ROOT = Path(__file__).parents[1]


def source_of(module: str) -> Path:
    """The file of a module of this package."""
    return ROOT.joinpath(*module.split(".")[1:]).with_suffix(".py")
