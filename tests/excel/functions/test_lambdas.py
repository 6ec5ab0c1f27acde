"""The LAMBDA names, evaluated by IronCalc, give what the Python functions give, errors included.

All calls stand in one workbook into which the names were added, and once more, fewer of them, in
the workbook that is shipped. Each formula has a sheet of calls, with room to spill between them,
and a sheet of cells that the calls refer to, as only a cell can be empty.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import ironcalc
import pytest
import xlsxwriter

from crmformulas.catalog.blank_rows import row_groups
from crmformulas.catalog.formula import Formula
from crmformulas.catalog.parameters import LARGEST, Parameter, Shape, is_range
from crmformulas.excel.functions.lambdas import REFUSALS, closed_forms, comment, stored, typed
from crmformulas.excel.functions.names import add_names
from crmformulas.excel.functions.prefixes import LIMIT, lint, lint_name, prefixed
from crmformulas.spreadsheet.cell_text import as_rows
from tests.formulas.test_expressions import calls, in_python, literal

NAMES = closed_forms()
SHIPPED = Path(__file__).parents[3] / "workbooks" / "crm-formulas.xlsx"
WIDTH = 8
GENERATED = 15
BLANK = object()
"""An empty cell; in Python an empty text, as None is an argument that is missing."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call: its arguments, whether they stand in cells, and what is written after them."""

    args: Sequence[Any]
    in_cells: bool = False
    tail: str = ""


# ---------------------------------------------------------------------------------- calls to make


def changed(entry: Formula, position: int, value: Any, *, last: bool = False) -> list[Any]:
    """The arguments of the example with one value for another, in a range with one element."""
    args = [*entry.example.args]
    args += [p.default for p in entry.parameters[len(args) : position]]
    if position == len(args):
        args.append(None)
    before, shape = args[position], entry.parameters[position].shape
    if shape is Shape.ELEMENT or not is_range(before):
        args[position] = value
        return args
    rows = [list(row) for row in as_rows(before)]
    row = rows[-1 if last else 0]
    row[-1 if last else 0] = value
    args[position] = rows if shape is Shape.TABLE else [v for row in rows for v in row]
    return args


def outside(parameter: Parameter) -> Iterator[float]:
    """Numbers outside the kind of an argument."""
    kind = parameter.kind
    if kind.low > -LARGEST:
        yield kind.low if kind.above else kind.low - 0.5
    if kind.high < LARGEST:
        yield kind.high + 0.5
    if kind.whole:
        yield kind.low + 0.5


def one_fault(entry: Formula) -> Iterator[Call]:
    for i, parameter in enumerate(entry.parameters):
        if i >= len(entry.example.args) and parameter.shape is not Shape.ELEMENT:
            continue
        # Among numbers in a list NumPy takes a truth value for one, which a spreadsheet does not.
        truth = [True] if parameter.shape is Shape.ELEMENT else []
        for value in ("abc", "12", "", *truth, BLANK, "#N/A", "#DIV/0!"):
            yield Call(changed(entry, i, value), in_cells=True)
        yield Call(changed(entry, i, "#REF!", last=True), in_cells=True)
        yield Call(changed(entry, i, "abc", last=True), in_cells=True)
        for number in outside(parameter):
            yield Call(changed(entry, i, number, last=True))


def two_faults(entry: Formula) -> Iterator[Call]:
    """The first of two errors; an error before text; text before a number outside."""
    required = [i for i, p in enumerate(entry.parameters) if not p.optional]
    for i, j in pairwise(required):
        pairs: list[tuple[Any, Any]] = [("#N/A", "#DIV/0!"), ("abc", "#N/A"), ("#N/A", "abc")]
        if entry.elementwise:
            pairs += [(n, "abc") for n in outside(entry.parameters[i])]
            pairs += [("abc", n) for n in outside(entry.parameters[j])]
        for one, other in pairs:
            args = changed(entry, i, one)
            args[j] = changed(entry, j, other)[j]
            yield Call(args, in_cells=True)


def omitted(entry: Formula) -> Iterator[Call]:
    required = sum(not p.optional for p in entry.parameters)
    args = entry.example.args[:required]
    yield Call(args)
    if required < len(entry.parameters):
        yield Call(args, tail=",")


def broken_relations(entry: Formula) -> Iterator[Call]:
    names = [p.name for p in entry.parameters]
    for relation in entry.relations:
        args = [float(v) for v in entry.example.args]
        high = relation.high
        whole = args[names.index(high)] if isinstance(high, str) else high
        for part in relation.parts:
            more = [*args]
            more[names.index(part)] = whole + 1 if whole > 1 else 0.9
            yield Call(more)
            more[names.index(part)] = -0.9
            yield Call(more)


def spilled(entry: Formula) -> Iterator[Call]:
    """Ranges whose elements each have an answer or an error of their own."""
    mixed = [5.0, "abc", 0.0, "#N/A", 0.5, BLANK, -3.0, 1.0, True]
    example = [float(v) for v in entry.example.args]
    for i, _ in enumerate(example):
        args: list[Any] = [*example]
        args[i] = mixed
        yield Call(args, in_cells=True)
        if len(example) > 1:
            args[i - 1] = [[1.0, "#REF!", 7.0, "x"]]
            yield Call(args, in_cells=True)
            args[i] = [[v] * 4 for v in mixed]
            yield Call(args, in_cells=True)


REFUSED: dict[str, list[list[Any]]] = {
    "portfolio_value": [[[1, 2], [3]], [[[1, 2], [3, 4]], [1, 2, 3, 4]], [7, 8]],
    "clv_index": [
        [[1e308, 1e-9]],
        [[5, 0]],
        [[5, 2], 0],
        [[5, 2], [1, 2]],
        [[3]],
        [[[1, 2, 4]]],
        [[4, 2], [2]],
    ],
    "clv_bridge": [
        [[1, 2, 3], [1, 2, 3, 4]],
        [[1, 2, 3, 4], [1, 2, 3, 4, 5]],
        [[0] * 4, [1] * 4],
        [[-1, 2, 3], [1, 2, 3, 4]],
        [[1e308, 2, 3, 4], [1, 1e308, 3, 4]],
    ],
    "migration_rates": [
        [[[0, 0], [1, 2]]],
        [[[3]]],
        [[[1e308, 1e308], [1, 2]]],
        [[[999_999_999_999_999, 1e15], [1, 2]]],
        [[[999_999_999_999_999, 1], [1, 2]]],
    ],
    "project_portfolio": [
        [[1, 2], [[0.5, 0.2, 0.3], [0.1, 0.6, 0.3]], [1, 2], 1],
        [[1, 2], [[0.5, 0.2, 0.4], [0.1, 0.6, 0.3]], [1, 2], 1],
        [[1, 2], [[0.5], [0.1]], [1, 2], 1],
        [[1, 2], [[0.1] * 4] * 2, [1, 2], 1],
        [[1, 2], [[0.5, 0.2]], [1, 2], 1],
        [[1, 2], [[0.5, 0.2]] * 2, [1], 1],
        [[-1, 2], [[0.5, 0.2]] * 2, [1], 1],
        [[1, 2], [[0.5, 2], [0.1, 0.1], [0.1, 0.1]], [1, 2], 1],
        [[1, 2], [[0.5, 0.2]] * 2, [1, 2], [1, 2]],
        [[[1, 2]], [[0.5, 0.2]] * 2, [[1, 2]], 2],
    ],
    "f_ladder": [[[0, 0]], [[0, 0], 2], [[1, 2], 3], [[[1, 2, 3]]], [[2, 3], [1, 2]], [2]],
    "step_rates": [[[5]], [[5, 6]], [[5, 5, 6]], [[5, 0, 0]], [[[9, 3, 1]]]],
    "extra_orders": [[[0.5], [1, 2]], [[0.5], 0], [0.5, 10]],
    "tipping_point": [[[0.1, 0.2]], [[0.1, 0.2], 0.2], [[0.1, 0.2], 0], [[0.5, 0.6], [1, 1]]],
    "step_gain": [
        [[0.1, 0.2], [0.3]],
        [[0.1, 1.2], [0.3]],
        [[0.1], [0.3], [1, 2]],
        [[[0.1, 0.2]], [0.2, 0.1]],
    ],
    "budget": [
        [[[1, 2, 3], [4, 5, 6]], 500, [1] * 7, 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1] * 6, 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1] * 7, 0.4, [1] * 8],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1] * 7, 0.4, -1],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1] * 7, 0.4, [*[1.1] * 9, BLANK, BLANK]],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1] * 7, 0.4, [*[1.1] * 8, BLANK, 1.1]],
        [[[1, -2, 3], [4, 5, 6]], 500, [1] * 7, 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1e308] * 7, 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 500, [1, 1, 1e308, 1, 1, 1, 1], 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 3, [1] * 7, 0.4],
        [[[1, 2, 3], [0, 5, 6], [7, 8, 9]], 0, [1] * 7, 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [5, 6], [1] * 7, 0.4],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 5, [1] * 7, 0.4, [1, 1.3, *[1] * 7]],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 5, [1] * 7, 0.4, [1, 1, 2.6, *[1] * 6]],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], 5, [[1, 2, 3], [4, 5, 6], [7, 8, 9]], 0.4],
    ],
    "wilson": [[[1, 2], [3]], [[4], [3]], [[0], [0]], [[[1, 2]], [3, 4]], [1, 2], [[1], [2], 0.5]],
    "rate_difference": [
        [[1], [2], [1, 2], [3, 4]],
        [[3], [2], [1], [2]],
        [[1], [2], [3], [2]],
        [[0, 1], [0, 2], [0, 1], [5, 3]],
    ],
    "retention_interval": [[[5, 6], [5]], [[5], [6]], [[5, 0], [5, 0]], [[5], [5], [0.9, 0.95]]],
    "clv_interval": [
        [[1, 2], [5], [4]],
        [[1], [5], [6]],
        [[1, -1, 0, 3], [5, 5, 5, 0], [5, 4, 5, 0]],
    ],
    "lift": [
        [[1], [2], [1, 2], [3, 4]],
        [[3], [2], [1], [2]],
        [[1], [2], [3], [2]],
        [[0, 1], [0, 2], [0, 1], [5, 3]],
        [[0, 0], [0, 2], [0, 0], [5, 0]],
        [[1, 0], [1e308, 2], [0, 0], [5, 1]],
        [5, 10, 2, 20],
        [[[1, 2]], [3, 4], [1, 2], [[7], [8]]],
    ],
    "lift_interval": [
        [[1], [2], [1, 2], [3, 4]],
        [[3], [2], [1], [2], 0.95],
        [[0, 1], [0, 2], [0, 1], [5, 3]],
        [[0, 0], [0, 2], [0, 0], [5, 0]],
        [[0, 0], [5, 2], [0, 0], [5, 7]],
        [[5, 2], [5, 2], [5, 7], [5, 7], 0.8],
        [[1], [2], [1], [2], 1],
        [5, 10, 2, 20],
        [[5], [10], [2], [20], [0.9, 0.95]],
        [[5, 9], [10, 999_999_999_999_999], [0, 1], [20, 999_999_999_999_999]],
    ],
    "keep_or_acquire": [
        [[25, 50], [500], [0.5, 0.5]],
        [[25, 0, 25, 25], [500, 500, 0, 500], [0.5, 0.5, 0.5, 1]],
        [[25], [500], [1.1]],
        [[25], [500], [0.5], 0],
        [[25], [500], [0.5], [1, 2]],
        [25, 500, 0.5],
    ],
    "customer_development": [
        [[[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2], [4, 5], [7, 8]]],
        [[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[0, 0, 0], [4, 5, 6], [7, 8, 9]]],
        [[[0, 0, 0], [4, 5, 6], [7, 8, 9]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]],
        [[[0, 0, 0]] * 3, [[0, 0, 0]] * 3],
        [[[1, -2, 3], [4, 5, 6], [7, 8, 9]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]],
        [[[1, 1e308, 3], [4, 1e308, 6], [7, 8, 9]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]],
    ],
    "portfolio_bridge": [
        [[[1, 2], [3, 0], [4, 0]], [1, 2], [1, 2]],
        [[[1, 2], [3, 0], [4, 0]], [1], [1, 2]],
        [[[1, 2], [3, 0], [4, 0]], [10], [12], 0.5],
        [[[1, 2], [3, 0]], [10], [12]],
        [[[-1, 2], [3, 0]], [10], [12]],
        [[[1e308, 2], [3, 0], [4, 0]], [10], [1e308]],
    ],
    "pareto_share": [[[1, -1]], [[1, -2]], [[5, 3, 1], 0], [[5, 3, 1], 1], [[5, 3], [1, 1]], [5]],
}
"""What a formula over ranges refuses for its sizes or numbers together, and what it does not."""


def blank_rows(entry: Formula) -> Iterator[Call]:
    """Rows that are blank in every column, or in some, at the top, inside and below the last.

    Of a range each column is a list of rows; those that are read row by row get theirs alike.
    """
    rng = random.Random(entry.name)
    example = [as_rows(v) if is_range(v) else v for v in entry.example.args]
    groups = [g for g in row_groups(entry.parameters, entry.aligned) if g[0] < len(example)]
    for group in groups:
        for places in ([0], [1], [-1], [-1, -1], [0, 1, -1, -1], [1, 1, -1]):
            yield Call(_with_rows(example, group, places, []), in_cells=True)
        for i in group:
            for place in (0, -1):
                yield Call(_with_rows(example, group, [place], [(place, i, 1.0)]), in_cells=True)
                blank = [(place, j, BLANK) for j in group if j != i]
                yield Call(_with_rows(example, group, [], blank), in_cells=True)
            nothing = [*example]
            nothing[i] = [[BLANK] * len(row) for row in example[i]]
            yield Call(nothing, in_cells=True)
    for _ in range(GENERATED):
        args, group = example, rng.choice(groups)
        more = [rng.choice([0, 1, -1]) for _ in range(rng.randint(1, 4))]
        args = _with_rows(args, group, more, [])
        faults = []
        for _ in range(rng.choice([0, 0, 1, 2])):
            value = rng.choice([BLANK, "", "abc", "#N/A", 0.5, True])
            faults.append((rng.randrange(len(args[group[0]])), rng.choice(group), value))
        yield Call(_with_rows(args, group, [], faults), in_cells=True)
    yield Call(_with_rows(example, [i for g in groups for i in g], [-1, -1], []), in_cells=True)


def _with_rows(
    args: Sequence[Any],
    group: Sequence[int],
    places: Sequence[int],
    faults: Sequence[tuple[int, int, Any]],
) -> list[Any]:
    """The arguments with blank rows before places, -1 below the last, and with other cells."""
    made = [[[*row] for row in v] if isinstance(v, list) else v for v in args]
    for i in group:
        for place in places:
            at = len(made[i]) if place < 0 else place
            made[i].insert(at, ["" if (i + at) % 3 == 0 else BLANK for _ in made[i][0]])
    for place, i, value in faults:
        if place < len(made[i]):
            made[i][place][0] = value
    return made


def all_calls(entry: Formula) -> list[Call]:
    made = [Call(args) for args in islice(calls(entry), GENERATED)]
    made += [*omitted(entry), *one_fault(entry), *two_faults(entry), *broken_relations(entry)]
    made += [Call(args, in_cells=True) for args in REFUSED.get(entry.name, ())]
    return [*made, *(spilled(entry) if entry.elementwise else blank_rows(entry))]


# --------------------------------------------------------------------------------- the workbooks


class Sheets:
    """A workbook with names, to which sheets of calls are added."""

    def __init__(self, path: Path) -> None:
        self.model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")

    def add(self, names: Sequence[str]) -> dict[str, int]:
        """Add two sheets for each formula; returns the number of the first.

        All of them before anything is put, as a new sheet has IronCalc read every formula anew.
        """
        first = len(self.model.get_worksheets_properties())
        for name in names:
            self.model.add_sheet(f"{name}_calls")
            self.model.add_sheet(f"{name}_cells")
        return {name: first + 2 * i for i, name in enumerate(names)}

    def put(self, name: str, sheet: int, calls: Sequence[Call]) -> None:
        """Write the calls of a formula into its two sheets."""
        cells = sheet + 1
        for i, call in enumerate(calls):
            texts, first = [], 1 + i * 20
            for value in call.args:
                if not call.in_cells:
                    texts.append(literal(value))
                    continue
                texts.append(f"{name}_cells!{self._fill(cells, first, as_rows(value))}")
                first += len(as_rows(value)[0])
            formula = f"={name}({','.join(texts)}{call.tail})"
            self.model.set_user_input(sheet, 1, 1 + i * WIDTH, formula)

    def _fill(self, sheet: int, first: int, rows: list[list[Any]]) -> str:
        for i, row in enumerate(rows, 1):
            for j, value in enumerate(row, first):
                if value is BLANK:
                    continue
                if isinstance(value, str) and not value.startswith("#"):
                    self.model.update_cell_with_text(sheet, i, j, value)
                else:
                    self.model.set_user_input(sheet, i, j, str(value).upper())
        last = first + len(rows[0]) - 1
        return f"${_column(first)}$1:${_column(last)}${len(rows)}"

    def answers(self, sheet: int, count: int) -> list[list[list[Any]]]:
        value = self.model.get_cell_value
        found = []
        for first in range(1, 1 + count * WIDTH, WIDTH):
            rows = list[list[Any]]()
            while value(sheet, len(rows) + 1, first) is not None:
                row = [value(sheet, len(rows) + 1, first + j) for j in range(WIDTH)]
                rows.append([v for v in row if v is not None])
            found.append(rows)
        return found


def _column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


Answers = dict[str, list[list[list[Any]]]]


def evaluated(path: Path, wanted: dict[str, list[Call]]) -> Answers:
    book = Sheets(path)
    sheets = book.add(list(wanted))
    for name, of_one in wanted.items():
        book.put(name, sheets[name], of_one)
    book.model.evaluate()
    return {name: book.answers(sheets[name], len(calls)) for name, calls in wanted.items()}


CALLS = {name: all_calls(entry) for name, entry in NAMES.items()}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Every call, in a workbook of somebody else to which the names were added."""
    path = tmp_path_factory.mktemp("lambdas") / "other.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Data").write_column(0, 0, [1, 2, 3])
        book.define_name("Data_of_mine", "=Data!$A$1:$A$3")
    add_names(path)
    return evaluated(path, CALLS)


def same(actual: list[list[Any]], expected: list[list[Any]], args: Sequence[Any]) -> None:
    assert [len(row) for row in actual] == [len(row) for row in expected], (args, actual, expected)
    # What is the difference of two numbers is as exact as they are.
    numbers = (abs(v) for v in _flat([args, expected]) if type(v) in (int, float))
    scale = max(numbers, default=0)
    for got, wanted in zip(_flat(actual), _flat(expected), strict=True):
        if wanted is None:
            # What a LAMBDA leaves blank is an empty text.
            assert got == "", (args, actual, expected)
        elif isinstance(wanted, str) or isinstance(got, str):
            assert got == wanted, (args, actual, expected)
        else:
            assert math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-12 * scale), args


def _flat(value: Any) -> list[Any]:
    return [x for v in value for x in _flat(v)] if isinstance(value, (list, tuple)) else [value]


def python_args(args: Sequence[Any]) -> list[Any]:
    """The arguments with an empty text for an empty cell."""

    def plain(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        return "" if value is BLANK else value

    return [plain(v) for v in args]


# ------------------------------------------------------------------------------------------ tests


@pytest.mark.parametrize("name", NAMES)
def test_lambda_gives_what_python_gives(name: str, answers: Answers) -> None:
    for call, actual in zip(CALLS[name], answers[name], strict=True):
        args = python_args(call.args)
        same(actual, in_python(NAMES[name], args), (*args, call.tail))


@pytest.fixture(scope="module")
def shipped() -> tuple[dict[str, list[Call]], Answers]:
    few = {name: [Call(f.example.args), *omitted(f)] for name, f in NAMES.items()}
    return few, evaluated(SHIPPED, few)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_workbook_has_the_lambda(
    name: str, shipped: tuple[dict[str, list[Call]], Answers]
) -> None:
    few, answers = shipped
    for call, actual in zip(few[name], answers[name], strict=True):
        same(actual, in_python(NAMES[name], [*call.args]), call.args)


def test_every_error_is_among_the_answers(answers: Answers) -> None:
    codes = {v for v in _flat(list(answers.values())) if isinstance(v, str)}
    assert codes == {"", "#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!"}


def test_refusals_are_of_formulas_over_ranges() -> None:
    over_ranges = {f.name for f in NAMES.values() if not f.elementwise}
    assert set(REFUSALS) <= over_ranges
    assert set(REFUSED) == over_ranges


@pytest.mark.parametrize("name", NAMES)
def test_lambda_keeps_the_rules(name: str) -> None:
    entry = NAMES[name]
    assert lint_name(name) == []
    assert lint(stored(entry)) == []
    assert "_xl" not in typed(entry)
    assert prefixed(typed(entry)) == f"={stored(entry)}"
    assert 0 < len(comment(entry)) <= 255


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("_xlfn.LAMBDA(_xlpm.x_y,_xlpm.x_y", "brackets"),
        ("_xlfn.LAMBDA(_xlpm.x_y,_xlpm.x_y))", "brackets"),
        ("LAMBDA(_xlpm.x_y,1)", "begin"),
        ("_xlfn.LAMBDA(_xlpm.x_y,SEQUENCE(_xlpm.x_y))", "SEQUENCE is without _xlfn."),
        ("_xlfn.LAMBDA(_xlpm.x_y,_xlfn.SORT(_xlpm.x_y))", "SORT is without _xlfn._xlws."),
        ("_xlfn.LAMBDA(_xlpm.x_y,_xlfn.SUM(_xlpm.x_y))", "SUM must not have _xlfn."),
        ("_xlfn.LAMBDA(_xlpm.x_y,NOSUCH(_xlpm.x_y))", "NOSUCH is no function"),
        ("_xlfn.LAMBDA(_xlpm.x_y,x_y)", "x_y is without _xlpm."),
        ("_xlfn.LAMBDA(_xlpm.x_y,_xlpm.z_z)", "z_z is not declared"),
        ("_xlfn.LAMBDA(_xlpm.x_y,_xlop.x_y)", "x_y has _xlop. where it is used"),
        ("_xlfn.LAMBDA([_xlpm.x_y],_xlpm.x_y)", "no part of a formula"),
        ("_xlfn.LAMBDA([x_y],1)", "optional"),
        ("_xlfn.LAMBDA(_xlpm.r,_xlpm.r)", "r looks like a cell"),
        ("_xlfn.LAMBDA(_xlpm.c,_xlpm.c)", "c looks like a cell"),
        ("_xlfn.LAMBDA(_xlpm.clv,_xlpm.clv)", "clv is the name of a formula"),
        ("_xlfn.LAMBDA(_xlpm.x_y,1+A1)", "A1 looks like a cell"),
        ("_xlfn.LAMBDA(_xlpm.x_y,1 2)", "no part of a formula"),
        ("_xlfn.LAMBDA(_xlpm.x_y," + "1+" * 5000 + "1)", "characters"),
        ("_xlfn.LAMBDA(_xlpm.x_y," + "IF(" * 70 + "1" + ")" * 71, "nested"),
    ],
)
def test_linter_finds(text: str, complaint: str) -> None:
    assert any(complaint in found for found in lint(text)), lint(text)


@pytest.mark.parametrize("name", ["F1", "CLV2", "RC", "DURATION", "SUM", "NP", "clv", "A B"])
def test_linter_refuses_the_name(name: str) -> None:
    assert lint_name(name)


def test_longest_is_well_within_the_limit() -> None:
    assert max(len(stored(f)) for f in NAMES.values()) < LIMIT / 2
