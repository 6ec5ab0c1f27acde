"""Export of what is shown, to a file or the clipboard, and of the whole report.

Data is exported as it is, unrounded: an id such as ``=1+1`` or ``007`` is a text cell in Excel,
and stands in CSV unchanged. CSV is for programs, which must get back the id that they gave; whoever
opens such a file in Excel opens a file of formulas, so for Excel there is the workbook.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError
from crmformulas.files import atomic_write
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.workspace import Workspace, reporting

if TYPE_CHECKING:
    from textual.app import App

    from crmformulas.orders.log import Orders
    from crmformulas_tui.session import View

__all__ = [
    "ExportTable",
    "as_tsv",
    "csv_paths",
    "run_export",
    "write_csv",
    "write_xlsx",
]

TOO_MUCH = Translated(
    "This is too much for the clipboard; export a file",
    "Det här är för mycket för urklipp; exportera till en fil",
)

MOST_COPIED = 75_000
"""Characters that are sent to the clipboard: terminals drop what is longer than 100 000 encoded."""


@dataclass(frozen=True)
class ExportTable:
    """A table as it is shown, to be exported: unrounded values, None for unknown.

    Attributes:
        name: Of the sheet and the file, without a suffix.
        heads: The heads of its columns.
        rows: Its rows.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


def cell(value: Any) -> str:
    """A cell as data: unknown is blank, numbers have a point.

    Examples:
        >>> cell("=1+1"), cell("007"), cell(0.1 + 0.2), cell(None), cell(float("nan"))
        ('=1+1', '007', '0.3', '', '')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        # As many digits as a spreadsheet keeps: no 18558517.450000003.
        short = f"{value:.15g}"
        return str(value) if float(short) == value else short
    return str(value)


def as_tsv(tables: Iterable[ExportTable], lang: Lang) -> str:
    """Tables as what is pasted into cells, a blank line between two.

    A spreadsheet reads numbers as its language has them, so the decimal sign is that of the screen.

    Raises:
        InputError: if that is more than a clipboard takes.
    """
    out = io.StringIO()
    writer = csv.writer(out, "excel-tab", lineterminator="\n")
    for place, table in enumerate(tables):
        if place:
            out.write("\n")
        writer.writerow(table.heads)
        for row in table.rows:
            writer.writerow([_pasted(value, lang) for value in row])
            if out.tell() > MOST_COPIED:
                raise InputError(translate(TOO_MUCH, lang))
    return out.getvalue()


def _pasted(value: Any, lang: Lang) -> str:
    text = cell(value)
    return text.replace(".", ",") if lang == "sv" and isinstance(value, float) else text


def csv_paths(path: Path, tables: Sequence[ExportTable]) -> list[Path]:
    """The file of each table: the one that is named, or one for each, named after it too."""
    if len(tables) == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{table.name}{path.suffix}") for table in tables]


def write_csv(
    path: Path, tables: Sequence[ExportTable], on_row: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write each table to a CSV file.

    Returns:
        The files.
    """
    paths = csv_paths(path, tables)
    for target, table in zip(paths, tables, strict=True):
        with (
            atomic_write(target) as made,
            made.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file)
            writer.writerow(table.heads)
            for row in table.rows:
                writer.writerow([cell(value) for value in row])
                on_row()
    return paths


def write_xlsx(
    path: Path, tables: Sequence[ExportTable], on_row: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write the tables to a workbook, a sheet each.

    Returns:
        The file.
    """
    from crmformulas.excel.workbook.plain_tables import Table, write_tables

    write_tables(path, (Table(t.name, t.heads, t.rows) for t in tables), on_row)
    return [path]


def write_report(
    path: Path,
    view: View,
    log: Orders,
    lang: Lang,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Path]:
    """Write the whole report, as ``crmf report`` does.

    Returns:
        The file.
    """
    from crmformulas.cli.workbooks import CUSTOMERS, year_before
    from crmformulas.excel import report

    made, rules = view.summary, view.rules
    before = view.before or year_before(log, made)
    customers = log.customers(view.as_of, rules)
    people = report.People(
        customers.rows, customers.count(), CUSTOMERS, rules.steps, rules.tier_names, progress
    )
    name = view.source.name or "demo"
    report.write_report(path, made, name, lang, before=before, people=people)
    return [path]


async def run_export(
    app: App[Any], workspace: Workspace, tables: Sequence[ExportTable], way: str, path: Path
) -> None:
    """Export in the engine's thread, as rows may come from there, and say where it went."""
    session, lang = workspace.session, workspace.lang
    done = 0

    def on_row() -> None:
        nonlocal done
        done += 1
        if done % 500 == 0:
            session.step(f"{translate(Translated('writing rows', 'skriver rader'), lang)} {done}")

    def write_tables() -> list[Path]:
        session.step(translate(Translated("exporting", "exporterar"), lang))
        if way == "csv":
            return write_csv(path, tables, on_row)
        return write_xlsx(path, tables, on_row)

    with reporting(app, lang):
        if way == "clipboard":
            text = await session.run(lambda: as_tsv(tables, lang))
            app.copy_to_clipboard(text)
            message = Translated("Copied to the clipboard of the terminal", "Kopierat till urklipp")
        else:
            if way == "report":
                view = session.view
                assert view is not None
                doing = translate(Translated("writing the report", "skriver rapporten"), lang)

                def write() -> list[Path]:
                    return write_report(
                        path, view, session.log, lang, lambda _: session.step(doing)
                    )

                written = await session.run(write, doing)
            else:
                written = await session.run(write_tables)
            files = "\n".join(printable(str(one.absolute())) for one in written)
            message = Translated(f"Written:\n{files}", f"Skrivet:\n{files}")
        app.notify(translate(message, lang), timeout=8, markup=False)
