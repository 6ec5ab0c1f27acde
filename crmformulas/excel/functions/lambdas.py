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
    """What a formula over ranges refuses beyond the kinds of its arguments, as expressions.

    ``sizes`` and ``domain`` are true where the sizes don't fit (#VALUE!) and where the numbers
    together lie outside the domain (#NUM!). ``unanswered`` are further conditions, each with the
    error value it leads to, asked one after the other.
    """

    sizes: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    unanswered: tuple[tuple[str, str], ...] = ()


TOLERANCE = f"{ROUNDING:.0E}".replace("E-0", "E-")


def _cells(name: str) -> str:
    return f"ROWS({name})*COLUMNS({name})"


def _misfit(one: str, other: str) -> str:
    return f"({_cells(one)}<>{_cells(other)})"


def _parts(part: str, whole: str, *others: str) -> Refusal:
    """Columns of parts and their wholes, each as long as the other, and no part above its whole."""
    return Refusal(
        sizes=tuple(_misfit(name, whole) for name in (part, *others)),
        domain=(f"TOCOL({part})>TOCOL({whole})",),
    )


STRATA = Refusal(
    sizes=tuple(_misfit(name, "treated") for name in ("buyers", "control_buyers", "control")),
    domain=("TOCOL(buyers)>TOCOL(treated)", "TOCOL(control_buyers)>TOCOL(control)"),
)

REFUSALS: Mapping[str, Refusal] = {
    "wilson": _parts("successes", "total"),
    "rate_difference": Refusal(
        sizes=tuple(
            _misfit(name, "total") for name in ("successes", "other_successes", "other_total")
        ),
        domain=(
            "TOCOL(successes)>TOCOL(total)",
            "TOCOL(other_successes)>TOCOL(other_total)",
        ),
    ),
    "retention_interval": _parts("retained", "opening"),
    "clv_interval": _parts("retained", "opening", "annual_value"),
    "lift": STRATA,
    "lift_interval": STRATA,
    "portfolio_bridge": Refusal(
        sizes=(
            _misfit("clv_before", "clv_now"),
            f"(ROWS(customers)<>{_cells('clv_now')}+2)",
            f"(COLUMNS(customers)<>{_cells('clv_now')}+1)",
        )
    ),
    "portfolio_value": Refusal(sizes=(_misfit("clv", "customers"),)),
    "clv_index": Refusal(
        unanswered=(("OR(IF(ISOMITTED(base),TAKE(TOCOL(clv),-1),base)=0)", "#DIV/0!"),)
    ),
    "clv_bridge": Refusal(sizes=(f"({_cells('before')}<>4)", f"({_cells('after')}<>4)")),
    "project_portfolio": Refusal(
        sizes=(
            f"(ROWS(rates)<>{_cells('customers')})",
            _misfit("inflow", "customers"),
            f"(COLUMNS(rates)<>{_cells('customers')})*(COLUMNS(rates)<>{_cells('customers')}+1)",
        ),
        domain=(f"MMULT(rates,SEQUENCE(COLUMNS(rates),1,1,0))>1+{TOLERANCE}",),
    ),
    "f_ladder": Refusal(
        unanswered=(("IF(ISOMITTED(max_f),MAX(order_counts)<1,FALSE)", "#N/A"),),
    ),
    "step_rates": Refusal(
        unanswered=(
            (f"{_cells('ladder')}<2", "#N/A"),
            ("OR(DROP(TOCOL(ladder),1)>DROP(TOCOL(ladder),-1))", "#NUM!"),
        )
    ),
    "step_gain": Refusal(sizes=(_misfit("rates", "goals"),)),
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
            f"({_cells('growth')}<>7)*({_cells('growth')}<>9)",
            f"IF(ISOMITTED(simulation),0,{_cells('simulation')}<>9)",
        ),
        unanswered=(
            ("opening=0", "#DIV/0!"),
            ("INDEX(outcome,2,1)>opening", "#NUM!"),
            (
                "IF(ISOMITTED(simulation),FALSE,"
                f"(INDEX(outcome,2,1)/opening*INDEX(TOCOL(simulation),2)>1+{TOLERANCE})"
                f"+(reactivation*INDEX(TOCOL(simulation),3)>1+{TOLERANCE}))",
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
    """What Excel shows beside the name: the first line of the docstring, cut to what it takes."""
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
    # A sum has the first error of its range; this one counts the cells that hold no number.
    refusal = REFUSALS.get(formula.name, Refusal())
    wrong = [_given(p, _no_numbers(p), "0") for p in formula.parameters]
    outside = [_given(p, _either(p), "FALSE") for p in formula.parameters if _outside(p)]
    body = _with_defaults(formula)
    for condition, code in reversed(refusal.unanswered):
        body = f"IF({condition},{code},{body})"
    if outside:
        body = f"IF(OR({','.join((*outside, *refusal.domain))}),#NUM!,{body})"
    # Blank rows are refused: what FILTER makes of an empty cell is a 0, which would be counted.
    return f"IF({'+'.join((*wrong, *refusal.sizes))},#VALUE!,{body})"


def _no_numbers(parameter: Parameter) -> str:
    test = f'SUM(1-({parameter.name}<""))'
    return f"{test}+({_cells(parameter.name)}<>1)" if parameter.shape is Shape.ELEMENT else test


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
        if parameter.optional:
            own = f"{parameter.name}_used"
            expression = re.sub(rf"\b{parameter.name}\b", own, expression)
            default = parameter.default_expression or cell_text(parameter.default)
            bindings += f"{own},IF(ISOMITTED({parameter.name}),{default},{parameter.name}),"
    return f"LET({bindings}{expression})" if bindings else expression
