"""Tables that a command writes: in what formats, to which files, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import Decorator, option, writable_file
from crmformulas.cli.output import echo, print_csv, print_json, print_view
from crmformulas.errors import InputError
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, counted, translate

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["OUTPUT", "PERSONS", "TABLES", "give_table", "refuse_output", "write_batches"]

PERSONS = (".csv", ".xlsx", ".parquet", ".json", ".jsonl")
"""Endings of a file that a list of persons is written to."""

TABLES = (".csv", ".xlsx", ".parquet", ".json")
"""Endings of a file that a small table is written to."""

OUTPUT: Decorator = option(
    "-o --output",
    "Write a file: .csv, .xlsx, .parquet or .json.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)

NOBODY = Translated("no persons", "inga personer")


def refuse_output(
    output: Path | None, force: bool, sources: Iterable[str], endings: Sequence[str]
) -> None:
    """Refuse a file that can't be written, before anything is read.

    Args:
        output: The file, if one is asked for.
        force: Whether it may be there already.
        sources: What is read, which it may not replace.
        endings: Those that it may have.

    Raises:
        InputError: if its ending is another, it is there, or it holds the data.
    """
    if output is None:
        return
    if output.suffix.lower() not in endings:
        raise InputError(f"a file ends in {', '.join(endings)}, got {str(output)!r}")
    writable_file(output, force)
    if output.resolve() in {Path(one).resolve() for one in sources if "://" not in one}:
        raise InputError(f"{str(output)!r} holds the data; give the new file another name")


def write_batches(
    output: Path, sheet: str, batches: Iterable[Any], schema: Any, *, safe: bool
) -> tuple[int, int]:
    """Write Arrow batches to a file that is readable by its owner alone, by its ending.

    Args:
        output: The file.
        sheet: Name of the sheet, if it is a workbook.
        batches: The rows.
        schema: Their schema, as there may be none.
        safe: Put an apostrophe before texts of a CSV that a spreadsheet would execute.

    Returns:
        How many rows, and how many cells were given an apostrophe.
    """
    from crmformulas.files import atomic_write, for_the_owner
    from crmformulas.orders.selections.list_files import WRITERS, rows_of

    with for_the_owner():
        if output.suffix.lower() == ".xlsx":
            from crmformulas.excel.workbook.plain_tables import Table, write_tables

            rows = 0

            def on_row() -> None:
                nonlocal rows
                rows += 1

            write_tables(output, [Table(sheet, schema.names, rows_of(batches))], on_row)
            return rows, 0
        with atomic_write(output) as part:
            return WRITERS[output.suffix.lower()](part, batches, schema, safe=safe)


def give_table(
    view: RenderableType,
    records: Sequence[Mapping[str, Any]],
    plain: str,
    format: str,
    output: Path | None,
    sheet: str,
    lang: Lang,
    *,
    safe_cells: bool = False,
) -> None:
    """Print a table to read, as CSV or JSON, or write it to a file; it names no persons.

    Args:
        view: What is printed to be read.
        records: Its rows.
        plain: The same as JSON, with what does not fit into a table.
        format: ``text``, ``csv`` or ``json``, where no file is written.
        output: The file, if one is asked for.
        sheet: Name of the sheet, if it is a workbook.
        lang: Of what is said of it.
        safe_cells: Put an apostrophe before texts of a CSV that a spreadsheet would execute.
    """
    if output is None and format == "text":
        print_view(view)
        return
    if output is None and format == "json":
        print_json(plain)
        return
    heads = list(records[0]) if records else []
    rows = [list(record.values()) for record in records]
    if output is None or output.suffix.lower() == ".csv":
        from crmformulas.files import for_the_owner

        with for_the_owner():
            print_csv(heads, rows, to=output, safe_cells=safe_cells, lang=lang)
    elif output.suffix.lower() == ".json":
        from crmformulas.files import atomic_write, for_the_owner

        with for_the_owner(), atomic_write(output) as part:
            part.write_text(plain + "\n", encoding="utf-8")
    else:
        _write_arrow(output, sheet, heads, rows)
    if output is not None:
        message = f"{counted(len(rows), 'row', lang=lang)}, {translate(NOBODY, lang)}"
        echo(f"{printable(str(output))}: {message}")


def _write_arrow(
    output: Path, sheet: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    import pyarrow as pa

    columns = [pa.array([row[place] for row in rows]) for place in range(len(heads))]
    table = pa.table(columns, names=list(heads))
    write_batches(output, sheet, table.to_batches(), table.schema, safe=False)
