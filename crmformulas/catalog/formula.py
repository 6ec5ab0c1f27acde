"""The catalogue: what each formula is called, takes and returns, said once for every face.

A formula is a plain function under the :func:`formula` decorator. Its signature gives the names,
order and defaults of the arguments and its docstring the prose; the decorator adds what those
can't say: category, the kind (unit and bounds) of each argument, the spreadsheet expression and a
worked example with its source. Spreadsheet functions, help, documentation, the terminal's forms
and ``crmf calc`` are derived from :data:`CATALOG`.

The decorator also puts the one boundary check around the body (see ``catalog.checks``),
so that the body is the equation and nothing else.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

from crmformulas.catalog import checks
from crmformulas.catalog.blank_rows import without_blank_elements, without_blank_rows
from crmformulas.catalog.parameters import (
    REQUIRED,
    Kind,
    Parameter,
    Relation,
    Shape,
    accept,
    is_range,
    number,
    unmasked,
)
from crmformulas.errors import (
    ArgumentError,
    DivisionError,
    DomainError,
    FormulaError,
    NotEnoughDataError,
)
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "CATALOG",
    "CATEGORIES",
    "CONFIDENCE",
    "COUNT",
    "CUSTOMER",
    "DAY",
    "DAYS",
    "DISCOUNT",
    "DRIVER",
    "EXPECTED",
    "FACTOR",
    "FREQUENCY",
    "LABEL",
    "LIFETIME",
    "MONEY",
    "MONTHS",
    "NUMBER",
    "ORDERS",
    "PERSONS",
    "POINTS",
    "POSITIVE",
    "RATE",
    "RATIO",
    "REQUIRED",
    "SCORE",
    "SIGNED_RATE",
    "SPEND",
    "STEPS",
    "WHOLE_YEARS",
    "YEARS",
    "Example",
    "Formula",
    "Kind",
    "Numeric",
    "Parameter",
    "Relation",
    "Shape",
    "formula",
    "load",
]

P = ParamSpec("P")
R = TypeVar("R")

Numeric: TypeAlias = Any
"""A number or an array-like of numbers: floats in, a float out; arrays broadcast to an ndarray."""

# The kinds of argument. Bounds are inclusive, except that "above" leaves the lower one out.
NUMBER = Kind("number", "number")
MONEY = Kind("money", "currency units")
COUNT = Kind("count", "whole number", low=0.0, whole=True)
PERSONS = Kind("persons", "whole number", low=0.0, high=999_999_999_999_999.0, whole=True)
EXPECTED = Kind("expected count", "number", low=0.0)  # of a plan, where 0.5 customers may come out
ORDERS = Kind("orders", "number of orders", low=0.0, whole=True)
SPEND = Kind("spend", "currency units", low=0.0)
FREQUENCY = Kind("frequency", "orders per customer and year", low=0.0)
YEARS = Kind("years", "years", low=0.0)
LIFETIME = Kind("lifetime", "years", low=1.0)
MONTHS = Kind("months", "months", low=0.0)
WHOLE_YEARS = Kind("whole years", "years", low=1.0, whole=True)
RATE = Kind("rate", "fraction", low=0.0, high=1.0)
CONFIDENCE = Kind("confidence", "fraction", low=0.5, high=0.9999)
SIGNED_RATE = Kind("signed rate", "fraction", low=-1.0)
DISCOUNT = Kind("discount", "fraction per year", low=-1.0, above=True)
POINTS = Kind("points", "fraction (0.05 = 5 percentage points)", low=-1.0, high=1.0)
FACTOR = Kind("factor", "factor (1 = unchanged)", low=0.0)
RATIO = Kind("ratio", "times")
POSITIVE = Kind("positive", "number above zero", low=0.0, above=True)
DRIVER = Kind("driver", "number", low=0.0)
SCORE = Kind("score", "score, 5 is best", low=1.0, high=5.0, whole=True)
STEPS = Kind("steps", "whole number", low=1.0, high=1000.0, whole=True)
DAY = Kind("day", "date", content="day")
DAYS = Kind("days", "days", low=0.0)
LABEL = Kind("label", "text", content="text")
CUSTOMER = Kind("customer", "customer id", content="id")

CATEGORIES = (
    "value",
    "retention",
    "migration",
    "ladder",
    "budget",
    "kpi",
    "campaign",
    "segment",
    "uncertainty",
    "forecast",
    "orders",
)
"""The categories in the order in which they are shown."""


def module_of(category: str) -> str:
    """The module that holds the formulas of a category."""
    # The package has another name where LibreOffice's extension ships it.
    package = __name__.partition(".")[0]
    if category == "orders":
        return f"{package}.orders.order_formulas"
    return f"{package}.formulas.{category}"


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: arguments, the result that must come out, and who says so."""

    args: tuple[Any, ...]
    result: Any
    source: str
    rel_tol: float = 1e-9


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula of the catalogue."""

    name: str
    category: str
    parameters: tuple[Parameter, ...]
    result: Kind
    result_shape: Shape
    example: Example
    expression: str | None
    relations: tuple[Relation, ...]
    function: Callable[..., Any] = field(repr=False, compare=False)
    undefined: type[FormulaError] = DivisionError
    aligned: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    row_by_row: bool = False
    reads_itself: bool = False

    @property
    def spreadsheet_name(self) -> str:
        """The name in a spreadsheet: the Python name in capitals."""
        return self.name.upper()

    @property
    def elementwise(self) -> bool:
        """Whether every argument takes a number or a range and the result spills."""
        return all(p.shape is Shape.ELEMENT for p in self.parameters)

    @property
    def sections(self) -> dict[str, str]:
        """The docstring by section: ``summary``, ``description``, ``Equation``, ``Args``, …"""
        return dict(_sections(self.function.__doc__ or ""))

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.sections["summary"]

    @property
    def argument_help(self) -> dict[str, str]:
        """Descriptions of the arguments, from the docstring."""
        return _entries(self.sections.get("Args", ""))

    @property
    def syntax(self) -> str:
        """Syntax of the call in a spreadsheet, optional arguments in brackets."""
        names = (f"[{p.name}]" if p.optional else p.name for p in self.parameters)
        return f"{self.spreadsheet_name}({', '.join(names)})"

    def spill(self, *args: Any) -> Any:
        """Call the formula as a spreadsheet does: what is undefined is the error that says why.

        Returns:
            A number or text, a list of rows of them, or a DataFrame; in place of a number a
            :class:`FormulaError` may stand, also as an element of a row or of a column.
        """
        if not self.elementwise and not self.reads_itself:
            try:
                accepted = accept([p.name for p in self.parameters[: len(args)]], args)
            except FormulaError as error:
                return error
            given = without_blank_rows(tuple(accepted), self.parameters, self.aligned, self.skips)
            try:
                rows = self._rows(self.function(*given.args))
            except FormulaError as error:
                return given.placed(error)
            return given.restored(rows) if self.row_by_row else rows
        spread = self.elementwise and any(is_range(v) for v in args)
        try:
            return self._without_blanks(args) if spread else self._rows(self.function(*args))
        except FormulaError as error:
            return error

    def _without_blanks(self, args: tuple[Any, ...]) -> list[list[Any]]:
        """The elementwise call on what stands in ranges, with blanks beside their blank rows."""
        given = without_blank_elements(args)
        return given.restored(self._spread(given.args))

    def _spread(self, args: tuple[Any, ...]) -> list[list[Any]]:
        """The elementwise call on ranges.

        An element that is blank in every range is blank. Each other undefined one is asked once
        more for its error, and so are those with the same cells but once.
        """
        import numpy as np

        cells = [None if v is None else _cells(v) for v in args]
        result = self.function(*(None if v is None else _numbers(v) for v in cells))
        undefined = np.isnan(result)
        if not undefined.any():
            elements: list[list[Any]] = result.tolist()
            return elements
        shown = result.astype(object)
        wide = [v for v in cells if v is not None and v.size > 1]
        blank = np.ones(result.shape, dtype=bool)
        for one in wide:
            blank &= np.broadcast_to(_blank(one), result.shape)
        if wide:
            shown[blank] = None
            undefined &= ~blank
        asked = [None if v is None else np.broadcast_to(v, result.shape) for v in cells]
        spilled: dict[tuple[Any, ...], Any] = {}
        for i, j in np.argwhere(undefined).tolist():
            element = [None if v is None else v[i, j] for v in asked]
            # TRUE equals 1, and is another cell.
            key = tuple([(type(v), v) for v in element])
            if key not in spilled:
                spilled[key] = self.spill(*element)
            shown[i, j] = spilled[key]
        elements = shown.tolist()
        return elements

    def _rows(self, result: Any) -> Any:
        """A column as rows, and a table, with the error in each place that is undefined."""
        if isinstance(result, list):
            return [[value] for value in result]
        if hasattr(result, "columns"):
            return _marked(result, self.undefined())
        if not isinstance(result, float) and hasattr(result, "tolist"):
            undefined = self.undefined(f"{_UNDEFINED[self.undefined]} {self.name}")
            rows = [row if isinstance(row, list) else [row] for row in result.tolist()]
            return [[undefined if v != v else v for v in row] for row in rows]
        return result


_UNDEFINED: Mapping[type[FormulaError], str] = {
    DivisionError: "division by zero in",
    DomainError: "too large a number in",
    NotEnoughDataError: "not enough data for",
}
"""Why a number of a column is none."""


def _marked(table: pd.DataFrame, undefined: FormulaError) -> pd.DataFrame:
    """The table with an error for each number that is none; an empty cell stays empty."""
    import numpy as np

    marked = table
    for name, column in table.select_dtypes(float).items():
        unknown, endless = np.isnan(column), np.isinf(column)
        if unknown.any() or endless.any():
            # The caller's table stays as it is.
            marked = table.copy() if marked is table else marked
            too_large = DomainError(f"{name} is too large for a number")
            cells = column.astype(object).mask(unknown, undefined)
            marked[name] = cells.mask(endless, too_large)
    return marked


def _cells(values: Any) -> NDArray[Any]:
    """A range as rows of cells; a list is a column, and an empty cell is empty text."""
    import numpy as np

    values = unmasked(values)
    if getattr(getattr(values, "dtype", None), "kind", None) == "f" and values.ndim == 2:
        return np.asarray(values)
    cells = np.asarray(values, dtype=object)
    rows = cells if cells.ndim == 2 else cells.reshape(-1, 1)
    filled = ["" if cell is None else cell for cell in rows.ravel().tolist()]
    if any(is_range(cell) or type(cell).__hash__ is None for cell in filled):
        raise ArgumentError(
            Translated(
                "ranges must hold single values, in rows of equal length",
                "områden måste ha enskilda värden, i lika långa rader",
            )
        )
    array = np.empty(len(filled), dtype=object)
    array[:] = filled
    return array.reshape(rows.shape)


def _blank(cells: NDArray[Any]) -> NDArray[np.bool_]:
    """Which cells are empty; among numbers none is."""
    import numpy as np

    if cells.dtype.kind == "f":
        return np.zeros(cells.shape, dtype=bool)
    blank = [type(cell) is str and not cell for cell in cells.ravel().tolist()]
    return np.array(blank).reshape(cells.shape)


def _numbers(cells: NDArray[Any]) -> NDArray[np.float64]:
    """The numbers among the cells; anything else is NaN."""
    import numpy as np

    if cells.dtype.kind == "f":
        return cells
    flat = [v if type(v) is float else _number_or_nan(v) for v in cells.ravel().tolist()]
    return np.asarray(flat, dtype=np.float64).reshape(cells.shape)


def _number_or_nan(cell: Any) -> float:
    if type(cell) is str:
        return math.nan
    try:
        return number(_CELL, cell)
    except FormulaError:
        return math.nan


_CELL = Parameter("cell", NUMBER, Shape.ELEMENT)


_catalog: dict[str, Formula] = {}
CATALOG: Mapping[str, Formula] = MappingProxyType(_catalog)
"""Every formula imported so far by its Python name; :func:`load` imports them all."""


def load() -> Mapping[str, Formula]:
    """Import every formula module and return the whole catalogue in order of category."""
    for category in CATEGORIES:
        import_module(module_of(category))
    # CATALOG itself is in the order in which the modules happened to be imported.
    by_category = sorted(CATALOG.items(), key=lambda item: CATEGORIES.index(item[1].category))
    return MappingProxyType(dict(by_category))


def formula(
    *,
    result: Kind,
    example: Example,
    expression: str | None = None,
    relations: tuple[Relation, ...] = (),
    shapes: Mapping[str, Shape] | None = None,
    result_shape: Shape = Shape.ELEMENT,
    aligned: tuple[str, ...] = (),
    defaults: Mapping[str, str] | None = None,
    undefined: type[FormulaError] = DivisionError,
    skips: tuple[str, ...] = (),
    row_by_row: bool = False,
    reads_itself: bool = False,
    sizes: Callable[..., None] | None = None,
    **kinds: Kind,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Enter the decorated function in the catalogue and check its arguments at the boundary.

    Args:
        result: Kind of what comes out.
        example: A worked example with its source.
        expression: The formula as a spreadsheet expression over the argument names.
        relations: Bounds that tie several arguments together.
        shapes: Arguments that are ranges as a whole; the others take a number or broadcast.
        result_shape: The shape of what comes out for numbers in.
        aligned: Columns that must have equally many rows.
        defaults: The default of an optional argument as a spreadsheet expression over the
            arguments before it, where it is not a number.
        undefined: What a number that is NaN in a resulting table is to a spreadsheet.
        skips: Columns whose rows are customers or orders, so that a spreadsheet skips blank ones
            wherever they stand.
        row_by_row: The rows of the result stand beside those of the first of ``skips``.
        reads_itself: The body reads and checks its arguments, as order rows are read by rules of
            their own.
        sizes: Called with the arguments by name, to refuse ranges that don't fit together before
            any number is looked at.
        **kinds: The kind of each argument, by name.

    Raises:
        TypeError: if the kinds don't name exactly the arguments of the signature.
    """

    def enter(body: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(body)
        if tuple(signature.parameters) != tuple(kinds):
            raise TypeError(f"{body.__name__}: kinds {tuple(kinds)} do not match {signature}")
        parameters = tuple(
            Parameter(
                name=name,
                kind=kinds[name],
                shape=(shapes or {}).get(name, Shape.ELEMENT),
                default=REQUIRED if p.default is p.empty else p.default,
                default_expression=(defaults or {}).get(name),
            )
            for name, p in signature.parameters.items()
        )
        checked = (
            body if reads_itself else checks.checked(body, parameters, relations, aligned, sizes)
        )
        _catalog[body.__name__] = Formula(
            name=body.__name__,
            category=_category(body.__module__),
            parameters=parameters,
            result=result,
            result_shape=result_shape,
            example=example,
            expression=expression,
            relations=relations,
            function=checked,
            undefined=undefined,
            aligned=aligned,
            skips=skips,
            row_by_row=row_by_row,
            reads_itself=reads_itself,
        )
        return checked

    return enter


def _category(module: str) -> str:
    """The category that a module holds; a module outside the tree, as in a test, is its own."""
    return next((name for name in CATEGORIES if module_of(name) == module), module)


_HEADINGS = ("Equation", "Args", "Returns", "Raises", "References", "Examples")


@cache
def _sections(doc: str) -> dict[str, str]:
    summary, _, rest = inspect.cleandoc(doc).partition("\n")
    sections = {"summary": summary.strip()}
    name, lines = "description", list[str]()
    for line in [*rest.splitlines(), "Examples:"]:
        if line.endswith(":") and line[:-1] in _HEADINGS:
            text = inspect.cleandoc("\n" + "\n".join(lines)).strip()
            if text and name not in sections:
                sections[name] = text
            name, lines = line[:-1], []
        else:
            lines.append(line)
    return sections


def _entries(text: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line and not line.startswith(" "):
            name, _, first = line.partition(":")
            entries[name] = first.strip()
        elif name and line.strip():
            entries[name] += " " + line.strip()
    return entries
