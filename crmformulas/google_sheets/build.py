"""Write ``crmformulas.gs``: the catalogue, the sources, and a custom function for each formula.

python -m crmformulas.google_sheets.build            write
python -m crmformulas.google_sheets.build --check    exit 1 if the file is not current
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crmformulas import __version__
from crmformulas.catalog.formula import CATEGORIES, Formula, load
from crmformulas.catalog.parameters import HEADER as HEADER_ROW
from crmformulas.catalog.parameters import LARGEST, Kind, Parameter, Relation, Shape
from crmformulas.catalog.table_headers import HEADERS, LANGUAGE
from crmformulas.dates import LAST_SERIAL, SERIAL_OF_EPOCH, SERIAL_OF_NO_DAY
from crmformulas.errors import LONGEST, SPREADSHEET_ERRORS
from crmformulas.formulas.budget import COLUMNS, LEVERS, SEGMENT_OF_LEVER, SEGMENTS
from crmformulas.formulas.ladder import LONGEST_LADDER
from crmformulas.formulas.migration import (
    ALL_ACTIVE,
    ALL_CUSTOMERS,
    ALL_LOST,
    ALL_RETAINED,
    FLOW_COLUMNS,
    FLOW_NAMES,
    LOST,
    OUTSIDE,
    ROUNDING,
    TIERS,
)
from crmformulas.formulas.segment import RFM_SEGMENTS, RFM_WORDS, SCORES
from crmformulas.formulas.value import DRIVERS
from crmformulas.google_sheets import FILE
from crmformulas.google_sheets.translate import arithmetic, key, literal, pattern, safe
from crmformulas.orders import rules
from crmformulas.orders.analysis.forecast import order_values, purchases, range_fit
from crmformulas.orders.order_formulas import COHORT_MONTHS, FIT, NO_MEAN, ON_BOUND
from crmformulas.orders.reading import amounts, cell_ranges, dates
from crmformulas.spreadsheet.cell_text import help_text, result_text
from crmformulas.translations import LANGS

__all__ = ["script"]

SOURCE = Path(__file__).parent / "source"
SOURCES = ("values", "arguments", "formulas", "days", "readings", "rows", "orders", "fits")

HEADER = f"""\
/**
 * crmformulas {__version__}: customer-value formulas as custom functions of Google Sheets.
 * Copyright (c) 2026 The crmformulas authors. MIT License.
 *
 * To install: in the spreadsheet choose Extensions > Apps Script, then beside Files + > Script, and
 * paste this file in place of what is there. No permission is asked for: nothing but the arguments
 * of a call is read.
 *
 * The script's time zone (Project Settings) must be that of the spreadsheet (File > Settings), or
 * the day of a date can't be told; the functions refuse dates that show it is another one.
 *
 * Made from the catalogue by crmformulas/google_sheets/build.py; changes here would be lost.
 */
"""

THROWN = "#ERROR!"
"""What a sheet hands over for a cell whose function has thrown an error, as these do."""

TYPES = {"number": "number", "text": "string", "day": "Date", "id": "string"}


WIDTH = 96
"""Columns of a line within the indent of the file, unless it is a pattern, an error or help."""


def script() -> str:
    """The whole file: what a sheet calls first, then how it is answered."""
    formulas = load().values()
    functions = [
        "\n".join((_heading(category), *(_function(f) for f in formulas if f.category == category)))
        for category in CATEGORIES
    ]
    source = {name: (SOURCE / f"{name}.js").read_text("utf-8").rstrip() for name in SOURCES}
    source["arguments"] += "\n\n" + "\n".join(_numbers())
    parts = [
        "'use strict';",
        *source.values(),
        "\n".join(_catalogue()),
        "return { call, readDay, readAmount };",
    ]
    body = textwrap.indent("\n\n".join(parts), "  ")
    return "\n".join((HEADER, *functions, f"const CRM_ = (() => {{\n{body}\n}})();\n"))


def _heading(words: str) -> str:
    return f"// ------------------------------------------------------- {words}\n"


# ------------------------------------------------------------------------------- from the catalogue


def _catalogue() -> Iterator[str]:
    """The constants that the sources take from the modules that own them."""
    plain: dict[str, Any] = {
        "ERRORS": sorted({*SPREADSHEET_ERRORS, THROWN}),
        "THROWN": THROWN,
        "LONGEST": LONGEST,
        "DRIVERS": DRIVERS,
        "TIERS": TIERS,
        "LOST": LOST,
        "OUTSIDE": OUTSIDE,
        "FLOW_NAMES": {name: tuple(words) for name, words in FLOW_NAMES.items()},
        "FLOW_COLUMNS": FLOW_COLUMNS,
        "ALL_LOST": tuple(ALL_LOST),
        "ALL_ACTIVE": tuple(ALL_ACTIVE),
        "ALL_RETAINED": tuple(ALL_RETAINED),
        "ALL_CUSTOMERS": tuple(ALL_CUSTOMERS),
        "ROUNDING": ROUNDING,
        "LONGEST_LADDER": LONGEST_LADDER,
        "SEGMENTS": SEGMENTS,
        "BUDGET_COLUMNS": COLUMNS,
        "LEVERS": LEVERS,
        "SEGMENT_OF_LEVER": SEGMENT_OF_LEVER,
        "SCORES": SCORES,
        "RFM_SEGMENTS": RFM_SEGMENTS,
        "RFM_WORDS": RFM_WORDS,
        "LANGS": LANGS,
        "HEADERS": {name: tuple(words) for name, words in HEADERS.items()},
        "COHORT_MONTHS": COHORT_MONTHS,
        "FIT": FIT,
        "ON_BOUND": tuple(ON_BOUND),
        "NO_MEAN": tuple(NO_MEAN),
        "FEWEST_MONTHS": range_fit.FEWEST_MONTHS,
        "FEWEST_REPEATERS": range_fit.FEWEST_REPEATERS,
        "FEW_CELLS": range_fit.FEW_CELLS,
        "MANY_CELLS": range_fit.MANY_CELLS,
        "STARTS": purchases.STARTS,
        "LOWEST": purchases.LOW.tolist(),
        "HIGHEST": purchases.HIGH.tolist(),
        "VALUE_STARTS": order_values.STARTS,
        "LOWEST_VALUE": order_values.LOW.tolist(),
        "HIGHEST_VALUE": order_values.HIGH.tolist(),
        "UNITS": cell_ranges.UNITS,
        "LARGEST_AMOUNT": cell_ranges.LARGEST,
        "SIDES": cell_ranges.SIDES,
        "REMEDIES": cell_ranges.REMEDIES,
        "HEADER": HEADER_ROW.en,
        "LAST_AS_OF": cell_ranges.LAST_AS_OF,
        "LAST_SERIAL": LAST_SERIAL,
        "SERIAL_OF_NO_DAY": SERIAL_OF_NO_DAY,
        "SERIAL_OF_EPOCH": SERIAL_OF_EPOCH,
        "FIRST_DAY": dates.FIRST_DAY,
        "LAST_DAY": dates.LAST_DAY,
        "LONGEST_HISTORY": rules.LONGEST_HISTORY,
        "LTV_AGES": rules.LTV_AGES,
        "LEAST_F12_MONTHS": rules.LEAST_F12_MONTHS,
        "NEW_AFTER": rules.Rules().new_after,
        "STEPS": rules.Rules().steps,
        "NUMBER_OF_MONTH": dates.NUMBER_OF,
        "DAY_FIRST": dates.TWO_DAYS[dates.DAY_FIRST],
        "MONTH_FIRST": dates.TWO_DAYS[dates.MONTH_FIRST],
        "MARK": amounts.MARK,
        "MINUS": amounts.MINUS,
        "SEPARATORS": amounts.SEPARATORS,
    }
    yield _heading("from the catalogue: arguments")
    yield "const KINDS = {"
    kinds = {p.kind.name: p.kind for f in load().values() for p in f.parameters}
    for kind in kinds.values():
        yield f"  {key(kind.name)}: {literal(_kind(kind))},"
    yield "};"
    yield ""
    yield "const CATALOG = {"
    for formula in load().values():
        yield from _entry(formula)
    yield "};"
    yield ""
    yield _heading("from the catalogue: words, bounds and rules")
    for name, content in plain.items():
        yield f"const {name} = {literal(content, WIDTH - len(f'const {name} = ;'))};"
    yield ""
    yield _heading("from the catalogue: how dates and amounts are written")
    yield "const CERTAIN_DAYS = ["
    for source, groups in dates.CERTAIN:
        yield f"  [{pattern(source)}, {literal(groups)}],"
    yield "];"
    yield f"const TWO_NUMBERS = {pattern(dates.TWO_NUMBERS)};"
    for name in ("PLAIN", "FRAME", "WORDS"):
        yield f"const {name} = {pattern(getattr(amounts, name))};"
    yield "const WRITTEN = {"
    for reading, (digits, group, mark) in amounts.WRITTEN.items():
        group = group.strip("[]")
        yield f"  {reading}: {{ group: {literal(group)}, mark: {literal(mark)},"
        yield f"    pattern: {pattern(digits)} }},"
    yield "};"


def _kind(kind: Kind) -> dict[str, Any]:
    spec: dict[str, Any] = {"content": kind.content}
    if kind.content == "number":
        spec["bounds"] = kind.bounds
        if kind.low > -LARGEST:
            spec["low"] = kind.low
        if kind.high < LARGEST:
            spec["high"] = kind.high
    return spec | {name: True for name in ("above", "whole") if getattr(kind, name)}


def _entry(formula: Formula) -> Iterator[str]:
    options: dict[str, Any] = {"elementwise": True} if formula.elementwise else {}
    if formula.aligned:
        options["aligned"] = formula.aligned
    if formula.skips:
        options["skips"] = formula.skips
    if formula.result_shape is Shape.TABLE and LANGUAGE in [p.kind for p in formula.parameters]:
        options["headed"] = True
    if formula.row_by_row:
        options["rowByRow"] = True
    if formula.relations:
        options["ties"] = [_tie(relation) for relation in formula.relations]
    inside = "".join(f"{name}: {literal(content)}, " for name, content in options.items())
    yield f"  {formula.name}: {{ {inside}takes: ["
    for p in formula.parameters:
        given = f"name: {literal(p.name)}, kind: {_kind_of(p)}, shape: {literal(p.shape.value)}"
        optional = f", optional: true, otherwise: {literal(p.default)}" if p.optional else ""
        yield f"    {{ {given}{optional} }},"
    yield "  ] },"


def _tie(relation: Relation) -> dict[str, Any]:
    low = {"low": relation.low} if relation.low > -LARGEST else {}
    return {"parts": relation.parts, **low, "high": relation.high}


def _kind_of(parameter: Parameter) -> str:
    name = parameter.kind.name
    return f"KINDS.{name}" if name.isidentifier() else f"KINDS[{literal(name)}]"


# ------------------------------------------------------------------------------------- translations


def _numbers() -> Iterator[str]:
    """The formulas whose spreadsheet expression is arithmetic alone."""
    yield _heading("formulas of numbers: arithmetic")
    yield "const NUMBERS = {"
    for formula in load().values():
        if formula.elementwise and (body := arithmetic(formula.expression or "")) is not None:
            head = f"  {formula.name}: ({', '.join(map(_named, formula.parameters))}) =>"
            line = f"{head} {body},"
            yield line if len(line) <= WIDTH else f"{head}\n    {body},"
    yield "};"


# ---------------------------------------------------------------------------- the custom functions


def _named(parameter: Parameter) -> str:
    return safe(parameter.name)


def _function(formula: Formula) -> str:
    """The custom function with its help, which a sheet shows as it completes a formula."""
    lines = ["/**", f" * {_line(formula.summary)}", " *"]
    for p in formula.parameters:
        name = f"[{_named(p)}]" if p.optional else _named(p)
        kind = _type(formula, p)
        lines.append(f" * @param {{{kind}}} {name} {_line(help_text(formula, p))}")
    lines += [f" * @return {_line(result_text(formula))}", " * @customfunction", " */"]
    names = ", ".join(map(_named, formula.parameters))
    call = f"return CRM_.call({literal(formula.name)}, arguments);"
    return "\n".join(lines) + f"\nfunction {formula.spreadsheet_name}({names}) {{\n  {call}\n}}\n"


def _type(formula: Formula, parameter: Parameter) -> str:
    kind = TYPES[parameter.kind.content]
    if parameter.shape is not Shape.ELEMENT:
        return f"Array<Array<{kind}>>"
    return f"{kind}|Array<Array<{kind}>>" if formula.elementwise else kind


def _line(text: str) -> str:
    """Prose in one line, without markup and without what would end the comment."""
    return " ".join(text.replace("``", "").replace("*/", "").split())


def main() -> int:
    """Write the file, or compare it with what would be written."""
    parser = argparse.ArgumentParser(description="Write crmformulas.gs.")
    parser.add_argument("--check", action="store_true", help="only compare")
    wanted = script()
    if parser.parse_args().check:
        current = FILE.exists() and FILE.read_text(encoding="utf-8") == wanted
        if not current:
            print("not current; run: python -m crmformulas.google_sheets.build", file=sys.stderr)
        return not current
    FILE.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
