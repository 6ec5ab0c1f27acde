"""A formula as a form: what is typed into a field is read and checked as its argument.

A number field takes what ``crmf calc`` takes: ``500``, ``60%``, ``1/3``, ``{1;2;3}``. A list may
also be typed with spaces or semicolons between its numbers, and a table with a semicolon between
its rows, as it comes when cells of a spreadsheet are pasted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crmformulas.catalog.formula import Formula
from crmformulas.catalog.parameters import Parameter, Shape, convert, floats, is_range
from crmformulas.errors import ArgumentError, CrmError, FormulaError, UnknownNameError
from crmformulas.spreadsheet.cell_text import Value, as_rows, call_text, cell_text, is_table
from crmformulas.spreadsheet.evaluator import evaluate
from crmformulas.translations import Lang, Translated, translate

__all__ = ["Filled", "example_texts", "field_text", "fill", "in_language", "read_field"]

NUMBER = re.compile(r"[-+−]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?%?", re.ASCII)

BETWEEN = re.compile(r"\s*;\s*|,\s+|\s+")
"""Between the values of a list: a comma must have a space after it, as decimals may have one."""

GROUP = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3})")
"""A space that no line breaks at stands between thousands, not between numbers."""

READS_ITSELF = "orders"
"""The category whose formulas read their ranges by rules of their own."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that has been filled in.

    Attributes:
        wrong: What is wrong with a field, by the name of the argument.
        value: What comes out, if nothing is wrong; of an error the :class:`FormulaError`.
        call: The call as it is typed into a spreadsheet, without ``=``; empty if there is none.
    """

    wrong: Mapping[str, str] = field(default_factory=dict)
    value: Value = None
    call: str = ""


def fill(formula: Formula, texts: Mapping[str, str], lang: Lang = "en") -> Filled:
    """Calculate a formula from what stands in its fields.

    Args:
        formula: The formula.
        texts: The text of each argument by its name; an optional one may be blank or missing.
        lang: The language in which numbers are typed and the call is told.

    Examples:
        >>> from crmformulas.catalog.formula import load
        >>> clv = load()["clv"]
        >>> texts = {"frequency": "5", "order_value": "500", "duration": "2.5"}
        >>> fill(clv, texts).value, fill(clv, texts).call
        (6250.0, 'CLV(5, 500, 2.5)')
        >>> fill(clv, {**texts, "duration": "-1"}).wrong
        {'duration': 'duration must be at least 0, got -1'}
    """
    wrong: dict[str, str] = {}
    given: list[Any] = []
    for parameter in formula.parameters:
        try:
            given.append(read_field(formula, parameter, texts.get(parameter.name, ""), lang))
        except CrmError as error:
            wrong[parameter.name] = translate(error.message, lang)
    if wrong:
        return Filled(wrong)
    while given and given[-1] is None:
        given.pop()
    args = [p.default if a is None else a for p, a in zip(formula.parameters, given, strict=False)]
    try:
        value = formula.spill(*args)
    except CrmError as error:
        value = ArgumentError(str(error))
    return Filled({}, value, call_text(formula, args, lang=lang))


def read_field(formula: Formula, parameter: Parameter, text: str, lang: Lang = "en") -> Value:
    """Read a field as an argument within its bounds; None where it is left out.

    Raises:
        FormulaError: if it is not what the argument may be, in the words of every other face.
        ParseError: if it can't be read.
    """
    text = GROUP.sub("", text).strip()
    if not text:
        if parameter.optional:
            return None
        raise ArgumentError(
            Translated(
                f"{parameter.name} must be given",
                f"{parameter.name} måste anges",
            )
        )
    value = _read(parameter, text, lang)
    if isinstance(value, UnknownNameError) and text.isidentifier():
        raise ArgumentError(
            Translated(
                f"{parameter.name} must be a number, got {text!r}",
                f"{parameter.name} måste vara ett tal, fick {text!r}",
            )
        )
    if isinstance(value, FormulaError):
        raise value
    if formula.category != READS_ITSELF:
        _check(formula, parameter, value)
    return value


def _read(parameter: Parameter, text: str, lang: Lang) -> Value:
    if text[0] in '{["=':
        return evaluate(text, lang)
    shape, number = parameter.shape, parameter.kind.content == "number"
    if shape is Shape.ELEMENT and not number:
        return text
    if not number:
        # A label may have spaces in it.
        labels = parameter.kind.content == "text" and ";" in text
        return [v.strip().strip('"') for v in (text.split(";") if labels else BETWEEN.split(text))]
    rows = [BETWEEN.split(row.strip()) for row in text.split(";")]
    if sum(map(len, rows)) > 1 and all(NUMBER.fullmatch(v) for row in rows for v in row):
        values = [[evaluate(v.replace("−", "-"), lang) for v in row] for row in rows]
        return values if shape is Shape.TABLE else [v for row in values for v in row]
    value = evaluate(text.replace("−", "-"), lang)
    return value if shape is Shape.ELEMENT or is_table(value) else [value]


def _check(formula: Formula, parameter: Parameter, value: Value) -> None:
    cells = [cell for row in as_rows(value) for cell in row]
    error = next((cell for cell in cells if isinstance(cell, FormulaError)), None)
    if error is not None:
        raise error
    if not (formula.elementwise and is_range(value)):
        convert(parameter, value)
        return
    array = floats(parameter, value)
    wrong = parameter.kind.rejects(array)
    if wrong is not None:
        where = int(wrong.ravel().argmax())
        raise parameter.refuse(float(array.ravel()[where]), where)


def field_text(value: Value, lang: Lang = "en") -> str:
    """A value as it is typed into a field.

    Examples:
        >>> field_text([[1, 2.5], [3, 4]], "sv"), field_text(["super", "top"])
        ('1 2,5; 3 4', 'super; top')
    """
    if value is None:
        return ""
    texts_of_rows = [[_cell(cell, lang) for cell in row] for row in as_rows(value)]
    texts = any(isinstance(cell, str) for row in as_rows(value) for cell in row)
    wide = len(texts_of_rows[0]) > 1
    return (
        "; ".join(map(" ".join, texts_of_rows))
        if wide or texts
        else " ".join(row[0] for row in texts_of_rows)
    )


def _cell(value: Value, lang: Lang) -> str:
    text = cell_text(value)
    return text.replace(".", ",") if lang == "sv" and not isinstance(value, str) else text


def example_texts(formula: Formula, lang: Lang = "en") -> dict[str, str]:
    """The worked example of a formula as it is typed into its fields."""
    args = formula.example.args
    return {
        parameter.name: field_text(value, lang)
        for parameter, value in zip(formula.parameters, args, strict=False)
    }


def in_language(text: str, lang: Lang) -> str:
    """Text of a number field, typed in the other language, in this one.

    Examples:
        >>> in_language("{0,5\\\\0,25}", "en"), in_language("{0.5,0.25}", "sv")
        ('{0.5,0.25}', '{0,5\\\\0,25}')
    """
    if lang == "en":
        return re.sub(r"(?<=\d),(?=\d)", ".", text).replace("\\", ",")
    ranges = re.sub(r"\{[^}]*\}", lambda match: match[0].replace(",", "\\"), text)
    return re.sub(r"(?<=\d)\.(?=\d)", ",", ranges)
