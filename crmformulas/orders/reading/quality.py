"""Questions before rows are counted: how columns are read, and what else stands in them.

Each question to the engine is asked only where the sample gives cause for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.reading.account import AppliedRule, note
from crmformulas.orders.reading.ambiguity import DATES, TextColumn
from crmformulas.orders.reading.column_roles import normalised
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.typed_parts import TypedPart
from crmformulas.translations import Translated

__all__ = [
    "decide",
    "look_again",
    "look_at_discounts",
    "look_at_keys",
    "reading_notes",
]


def decide(opened: OpenSource, parts: Sequence[TypedPart]) -> None:
    """Decide how each column is read where the sample left it open.

    Raises:
        InputError: a column can be read in two ways.
    """
    for typed in parts:
        still_open = {
            role: column
            for role, column in typed.texts.items()
            if column.open is not None and not column.whole
        }
        for role, result in _evidence(opened, typed, still_open).items():
            try:
                still_open[role].settle(result)
            except InputError:
                # Perhaps another file knows.
                continue
    questions = []
    for typed in parts:
        for role, column in typed.texts.items():
            if column.open is None:
                continue
            if role in ("refund", "discount"):
                # As the amounts beside it are written; nothing is asked for it alone.
                beside = typed.texts.get("amount") or typed.texts.get("price")
                decided_beside = beside is not None and beside.open is None
                column.adopt(beside.reading if beside is not None and decided_beside else "either")
                continue
            others = {
                other.texts[role].reading
                for other in parts
                if role in other.texts and other.texts[role].open is None
            } - {"either"}
            if column.open.first or column.open.second or len(others) != 1:
                questions.append(_question(opened, typed, column))
                # As the answer that is proposed has it, so that what follows can be asked too.
                column.adopt("first")
            else:
                column.adopt(others.pop())
    if questions:
        raise QuestionError.together(questions)


def _question(opened: OpenSource, typed: TypedPart, column: TextColumn) -> QuestionError:
    """The question of how a column is to be read, with what each answer would give."""
    assert column.open is not None
    if typed.duckdb:
        outcome = opened.ask(typed.part.table.agg(**column.outcomes()))[0]
        return column.ambiguous(column.open, column.answers(outcome))
    return column.ambiguous(column.open)


def look_again(opened: OpenSource, parts: Sequence[TypedPart]) -> bool:
    """Settle what only the sample decided; whether anything is read otherwise than before.

    Raises:
        InputError: a column can be read in two ways.
    """
    changed = False
    for typed in parts:
        unsettled = {role: c for role, c in typed.texts.items() if not c.settled}
        for role, result in _evidence(opened, typed, unsettled).items():
            changed |= unsettled[role].settle(result)
    return changed


def _evidence(
    opened: OpenSource, typed: TypedPart, columns: dict[str, TextColumn]
) -> dict[str, dict[str, Any]]:
    """The evidence of whole columns, in one pass over the part."""
    if not columns:
        return {}
    wanted: dict[str, Any] = {}
    for role, column in columns.items():
        wanted.update({f"{role}:{name}": value for name, value in column.evidence().items()})
    tallies = opened.ask(typed.part.table.agg(**wanted))[0]
    return {
        role: {
            name.partition(":")[2]: tallies[name] for name in tallies if name.startswith(f"{role}:")
        }
        for role in columns
    }


# ------------------------------------------------------------------------------------------ notes


def look_at_keys(parts: Sequence[TypedPart]) -> list[AppliedRule]:
    """Notices where files know their customers by different columns.

    Raises:
        QuestionError: by addresses in one and by something else in another, which can't meet.
    """
    named = [typed.part.names[typed.choice.roles["customer"]] for typed in parts]
    others = [i for i, name in enumerate(named) if normalised(name) != normalised(named[0])]
    if not others or all("customer" in typed.choice.given for typed in parts):
        return []
    kinds = [_holds_addresses(typed) for typed in parts]
    different = [i for i in others if None not in (kinds[0], kinds[i]) and kinds[i] != kinds[0]]
    other = (different or others)[0]
    first, second = parts[0].where("customer"), parts[other].where("customer")
    if different:
        raise QuestionError(
            Translated(
                f"{first} and {second} are customers of different kinds, so that nobody would"
                " come back from one file to the other",
                f"{first} och {second} är kunder av olika slag, så att ingen skulle komma tillbaka"
                " från den ena filen till den andra",
            ),
            "--customer COLUMN",
            "; give --customer with a column that all files have,"
            " or its number where it is the same in all, or read the files one by one",
        )
    return [
        note(
            "customer_columns",
            f"{first} and {second} are taken for the same ids",
            f"{first} och {second} tas för samma id",
            "--customer",
        )
    ]


def _holds_addresses(typed: TypedPart) -> bool | None:
    """Whether the customers of the sample are e-mail addresses; None where there are none."""
    cells = [cell for cell in typed.sample.get("customer", ()) if cell.strip()]
    if not cells:
        return None if typed.part.is_text(typed.choice.roles["customer"]) else False
    return 2 * sum("@" in cell for cell in cells) > len(cells)


def look_at_discounts(opened: OpenSource, parts: Sequence[TypedPart]) -> None:
    """Find whether discounts are shares or money, and whether there are any.

    Where the amount stands by itself nothing is taken off it, and nobody asks.
    """
    for typed in parts:
        choice = typed.choice
        if "discount" not in choice.roles or not (
            "discount" in choice.given or typed.priced == "price"
        ):
            continue
        if not typed.duckdb:
            typed.discounts = 1
            continue
        size = typed.number("discount").abs()
        table = typed.part.table.select(size=size)
        sizes = opened.ask(table.agg(most=table["size"].max(), n=(table["size"] > 0).sum()))[0]
        typed.discounts = int(sizes["n"] or 0)
        typed.small_discounts = (sizes["most"] or 0) <= 10_000


def reading_notes(parts: Sequence[TypedPart]) -> list[AppliedRule]:
    """Notices of which of two readings the rows of a date column decided."""
    notes = []
    for typed in parts:
        for column in typed.texts.values():
            if column.kind is DATES and column.reading != "either" and column.given is None:
                day = column.reading == "first"
                notes.append(
                    note(
                        "day_first" if day else "month_first",
                        f"{column.where} is read {column.kind.sides[0 if day else 1].en}",
                        f"{column.where} läses med {'dagen' if day else 'månaden'} först",
                        "--date-format",
                    )
                )
    return notes
