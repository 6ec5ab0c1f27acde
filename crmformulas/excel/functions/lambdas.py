"""The catalogue as LAMBDA names: ``=CLV(5, 500, 2.5)`` in Excel with nothing installed.

Each formula with a spreadsheet expression becomes one LAMBDA that checks its arguments as the
Python function does, in the order of a spreadsheet: an error in an argument passes through, text
or an empty cell is #VALUE!, a number outside the domain #NUM!; then what the formula itself can't
answer. Where every argument is a number, the checks are made of operators alone, so that they
work element by element on ranges (AND and OR would reduce a range to one value).

:func:`typed` is the LAMBDA as a person types it, :func:`stored` as a workbook file holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crmformulas.catalog.blank_rows import row_groups
from crmformulas.catalog.formula import Formula, load
from crmformulas.catalog.parameters import LARGEST, Parameter, Relation, Shape
from crmformulas.catalog.table_headers import LANGUAGE
from crmformulas.excel.functions.prefixes import prefixed
from crmformulas.formulas.migration import ROUNDING
from crmformulas.spreadsheet.cell_text import cell_text

__all__ = ["closed_forms", "comment", "stored", "typed"]

LONGEST_COMMENT = 255
"""A longer comment of a name makes Excel refuse the whole file."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refusals of a formula over ranges beyond the kinds of its arguments, as expressions.

    They are over the rows that are kept, each column as one. ``sizes`` and ``domain`` are true
    where the sizes don't fit (#VALUE!) and where the numbers together lie outside the domain
    (#NUM!). ``unanswered`` are further conditions, each with the error value it leads to, asked
    one after the other.
    """

    sizes: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    unanswered: tuple[tuple[str, str], ...] = ()


TOLERANCE = f"{ROUNDING:.0E}".replace("E-0", "E-")


def _cells(name: str) -> str:
    return f"ROWS({name})*COLUMNS({name})"


def _parts(*pairs: tuple[str, str]) -> Refusal:
    """No part may be above its whole."""
    return Refusal(domain=tuple(f"{part}>{whole}" for part, whole in pairs))


STRATA = _parts(("buyers", "treated"), ("control_buyers", "control"))

REFUSALS: Mapping[str, Refusal] = {
    "wilson": _parts(("successes", "total")),
    "rate_difference": _parts(("successes", "total"), ("other_successes", "other_total")),
    "retention_interval": _parts(("retained", "opening")),
    "clv_interval": _parts(("retained", "opening")),
    "lift": STRATA,
    "lift_interval": STRATA,
    "portfolio_bridge": Refusal(
        sizes=("(ROWS(customers)<>ROWS(clv_now)+2)", "(COLUMNS(customers)<>ROWS(clv_now)+1)")
    ),
    "clv_index": Refusal(unanswered=(("OR(IF(ISOMITTED(base),TAKE(clv,-1),base)=0)", "#DIV/0!"),)),
    "clv_bridge": Refusal(sizes=("(ROWS(before)<>4)", "(ROWS(after)<>4)")),
    "project_portfolio": Refusal(
        sizes=("(COLUMNS(rates)<>ROWS(customers))*(COLUMNS(rates)<>ROWS(customers)+1)",),
        domain=(f"MMULT(rates,SEQUENCE(COLUMNS(rates),1,1,0))>1+{TOLERANCE}",),
    ),
    "f_ladder": Refusal(
        unanswered=(("IF(ISOMITTED(max_f),MAX(order_counts)<1,FALSE)", "#N/A"),),
    ),
    "step_rates": Refusal(
        unanswered=(
            ("ROWS(ladder)<2", "#N/A"),
            ("OR(DROP(ladder,1)>DROP(ladder,-1))", "#NUM!"),
        )
    ),
    "customer_development": Refusal(
        sizes=(
            "(ROWS(outcome)<>3)",
            "(COLUMNS(outcome)<>3)",
            "(ROWS(former)<>3)",
            "(COLUMNS(former)<>3)",
        )
    ),
    "budget": Refusal(
        sizes=(
            "(ROWS(outcome)<>3)",
            "(COLUMNS(outcome)<>3)",
            "(ROWS(growth)<>7)*(ROWS(growth)<>9)",
            "IF(ISOMITTED(simulation),0,ROWS(simulation)<>9)",
        ),
        unanswered=(
            ("opening=0", "#DIV/0!"),
            ("INDEX(outcome,2,1)>opening", "#NUM!"),
            (
                "IF(ISOMITTED(simulation),FALSE,"
                f"(INDEX(outcome,2,1)/opening*INDEX(simulation,2)>1+{TOLERANCE})"
                f"+(reactivation*INDEX(simulation,3)>1+{TOLERANCE}))",
                "#NUM!",
            ),
        ),
    ),
}
"""By formula. Those that aren't here have an expression that gives its own error values."""


def closed_forms() -> dict[str, Formula]:
    """The formulas that can be a LAMBDA, by their name in a spreadsheet.

    What a LAMBDA spills has no headers, so none has an argument for their language.
    """
    return {
        f.spreadsheet_name: replace(
            f, parameters=tuple(p for p in f.parameters if p.kind is not LANGUAGE)
        )
        for f in load().values()
        if f.expression is not None
    }


def typed(formula: Formula) -> str:
    """The LAMBDA as it is typed into the Name Manager.

    >>> typed(closed_forms()["CUSTOMER_DURATION"])[:75]
    '=LAMBDA(retention_,IF((ROWS(retention_)*COLUMNS(retention_)>1)*((ROWS(reten'
    """
    names = ",".join(f"[{p.name}]" if p.optional else p.name for p in formula.parameters)
    checked = _by_element(formula) if formula.elementwise else _by_range(formula)
    taken = load()

    # Excel finds the argument first where a formula has its name; not every engine does.
    def own(word: re.Match[str]) -> str:
        return f"{word[0]}_" if word[0] in taken else word[0]

    return re.sub(r"\b[a-z_]+\b", own, f"=LAMBDA({names},{checked})")


def stored(formula: Formula) -> str:
    """The LAMBDA as a file holds it: with prefixes, without the equals sign.

    >>> stored(closed_forms()["ANNUAL_VALUE"])[:50]
    '_xlfn.LAMBDA(_xlpm.frequency,_xlpm.order_value,IF('
    """
    return prefixed(typed(formula)).removeprefix("=")


def comment(formula: Formula) -> str:
    """The comment Excel shows beside the name: the docstring's first line, cut to what it takes."""
    text = formula.summary
    return text if len(text) <= LONGEST_COMMENT else text[: LONGEST_COMMENT - 1] + "…"


# ------------------------------------------------------------------------------------- the checks


def _by_element(formula: Formula) -> str:
    # A number is less than any text, an empty cell equals "", a truth value is more than any
    # text, and an error stays itself: so x<"" is all of the first two checks. The leftmost error
    # of a product is the error of the product.
    numbers = [_given(p, f'({p.name}<"")', "1") for p in formula.parameters]
    outside = [test for p in formula.parameters for test in _terms(p)]
    outside += [f"({test})" for relation in formula.relations for test in _broken(relation)]
    body = _with_defaults(formula)
    if outside:
        body = f"IF({_joined('+', outside)},#NUM!,{body})"
    return f'IF({_blank_row(formula)},"",IF({_joined("*", numbers)},{body},#VALUE!))'


def _blank_row(formula: Formula) -> str:
    """Where every argument that is a range is blank, and one is a range."""
    # An argument that is left out has one cell to ROWS and COLUMNS.
    blank = (f'(({_cells(p.name)}=1)+({p.name}=""))' for p in formula.parameters)
    cells = "+".join(_cells(p.name) for p in formula.parameters)
    return f"({cells}>{len(formula.parameters)})*{'*'.join(blank)}"


def _joined(sign: str, tests: list[str]) -> str:
    alone = len(tests) == 1 and tests[0].startswith("(")
    return tests[0][1:-1] if alone else sign.join(tests)


def _by_range(formula: Formula) -> str:
    # Blank rows go first, as in Python (``catalog.blank_rows``); what is said of a column from
    # then on is said of the rows that are kept. Only an empty cell itself equals "": what FILTER
    # makes of it may be a 0, so it is asked before.
    groups = [
        [formula.parameters[i] for i in g] for g in row_groups(formula.parameters, formula.aligned)
    ]
    columns = [p for group in groups for p in group]
    kept = {p.name: f"kept_{group[0].name}" for group in groups for p in group}
    refusal = REFUSALS.get(formula.name, Refusal())
    unfit = [_given(p, _unfit(p), "0") for p in formula.parameters]
    unfit += [_misfit(p, group[0]) for group in groups for p in group[1:]]
    text = [
        _given(p, f"SUM(1-{_pick(formula, p, _flags(p, '<'), kept[p.name])})", "0") for p in columns
    ]

    outside = [_given(p, _either(p), "FALSE") for p in formula.parameters if _outside(p)]
    body = _with_defaults(formula)
    if formula.row_by_row:
        body = _beside_its_rows(body, kept[formula.skips[0]])
    for condition, code in reversed(refusal.unanswered):
        body = f"IF({condition},{code},{body})"
    if outside:
        body = f"IF(OR({','.join((*outside, *refusal.domain))}),#NUM!,{body})"

    sizes = [_of_rows(size, columns) for size in refusal.sizes]
    body = f"IF({'+'.join((*text, *sizes))},#VALUE!,{_of_rows(body, columns)})"
    bindings = [f"{kept[group[0].name]},{_kept(formula, group)}" for group in groups]
    bindings += [f"{p.name}_rows,{_rows(formula, p, kept[p.name])}" for p in columns]
    return f"IF({'+'.join(unfit)},#VALUE!,LET({','.join(bindings)},{body}))"


def _unfit(parameter: Parameter) -> str:
    """Whether there is no single number, or no cell filled; what has an error is that error."""
    if parameter.shape is Shape.ELEMENT:
        return f'SUM(1-({parameter.name}<""))+({_cells(parameter.name)}<>1)'
    return f'(SUM(({parameter.name}<>"")*1)=0)'


def _misfit(one: Parameter, other: Parameter) -> str:
    """Whether two ranges that are read row by row together have not equally many rows."""
    return f"({_height(one)}<>{_height(other)})"


def _height(parameter: Parameter) -> str:
    name = parameter.name
    return f"ROWS({name})" if parameter.shape is Shape.TABLE else _cells(name)


def _flags(parameter: Parameter, sign: str) -> str:
    """Where the cells of a column or table are more or less than an empty text."""
    test = f'{parameter.name}{sign}""'
    return f"({test})" if parameter.shape is Shape.TABLE else f"TOCOL({test})"


def _kept(formula: Formula, group: list[Parameter]) -> str:
    """Which rows hold anything; where all are kept up to the last of those, its number."""
    filled = [
        f"(MMULT({_flags(p, '<>')}*1,SEQUENCE(COLUMNS({p.name}),1,1,0))>0)"
        if p.shape is Shape.TABLE
        else _flags(p, "<>")
        for p in group
    ]
    test = filled[0] if len(filled) == 1 else f"({'+'.join(filled)}>0)"
    if group[0].name not in formula.skips:
        test = f"XMATCH(TRUE,{test},0,-1)"
    return _given(group[0], test, "1")


def _pick(formula: Formula, parameter: Parameter, rows: str, kept: str) -> str:
    """Those of the rows of a column or table that are kept."""
    return f"{'FILTER' if parameter.name in formula.skips else 'TAKE'}({rows},{kept})"


def _rows(formula: Formula, parameter: Parameter, kept: str) -> str:
    """The rows of a column or table that are kept, or its default."""
    name = parameter.name
    cells = name if parameter.shape is Shape.TABLE else f"TOCOL({name})"
    default = parameter.default_expression or "0"
    return _given(parameter, _pick(formula, parameter, cells, kept), default)


def _of_rows(text: str, columns: list[Parameter]) -> str:
    """An expression over the kept rows of columns in the place of the columns."""
    names = "|".join(p.name for p in columns)
    # A column is one already: TOCOL of it says nothing more.
    text = re.sub(rf"\bTOCOL\(({names})\)", r"\1", text)
    return re.sub(rf"(?<!ISOMITTED\()\b({names})\b", r"\1_rows", text)


def _beside_its_rows(body: str, kept: str) -> str:
    """A result of a row for each that is kept, with blanks beside those that are not."""
    # The blanks come below the last, and all are then sorted by the place that each belongs to.
    return (
        f"LET(result,{body},all_of_them,ROWS({kept}),place,SEQUENCE(all_of_them),"
        f"order_of,SORT(IF({kept},place,place+all_of_them)),"
        'SORTBY(EXPAND(result,all_of_them,COLUMNS(result),""),'
        "IF(order_of>all_of_them,order_of-all_of_them,order_of)))"
    )


def _given(parameter: Parameter, test: str, otherwise: str) -> str:
    """A test that holds only where the argument is given."""
    return f"IF(ISOMITTED({parameter.name}),{otherwise},{test})" if parameter.optional else test


def _terms(parameter: Parameter) -> list[str]:
    tests = [f"({test})" for test in _outside(parameter)]
    return [_given(parameter, "+".join(tests), "0")] if parameter.optional and tests else tests


def _either(parameter: Parameter) -> str:
    # What is asked of a given argument alone is one value; the others stand in the OR around all.
    tests = ",".join(_outside(parameter))
    return f"OR({tests})" if parameter.optional else tests


def _outside(parameter: Parameter) -> list[str]:
    """Tests that are true for a number outside the kind of an argument."""
    name, kind = parameter.name, parameter.kind
    tests = []
    if kind.low > -LARGEST:
        tests.append(f"{name}{'<=' if kind.above else '<'}{cell_text(kind.low)}")
    if kind.high < LARGEST:
        tests.append(f"{name}>{cell_text(kind.high)}")
    if kind.whole:
        tests.append(f"{name}<>INT({name})")
    return tests


def _broken(relation: Relation) -> list[str]:
    """Tests that are true where a relation between arguments does not hold."""
    total = "+".join(relation.parts)
    high = relation.high if isinstance(relation.high, str) else cell_text(relation.high)
    tests = [f"{total}>{high}"]
    if relation.low > -LARGEST:
        tests.append(f"{total}<{cell_text(relation.low)}")
    return tests


def _with_defaults(formula: Formula) -> str:
    """The expression, over what the optional arguments are when they are left out."""
    expression = formula.expression or ""
    bindings = ""
    for parameter in formula.parameters:
        if parameter.optional and parameter.shape is Shape.ELEMENT:
            own = f"{parameter.name}_used"
            expression = re.sub(rf"\b{parameter.name}\b", own, expression)
            default = parameter.default_expression or cell_text(parameter.default)
            bindings += f"{own},IF(ISOMITTED({parameter.name}),{default},{parameter.name}),"
    return f"LET({bindings}{expression})" if bindings else expression
