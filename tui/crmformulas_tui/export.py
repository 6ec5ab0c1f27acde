"""Export of what is shown, to a file or the clipboard, and of the whole report.

Data is exported as it is, unrounded: an id such as ``=1+1`` or ``007`` is a text cell in Excel. In
CSV what a spreadsheet would execute gets an apostrophe before it, which is told when it is so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmformulas import csv_export
from crmformulas.files import for_the_owner
from crmformulas.orders.selections import list_files
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
    "This is too much for the clipboard; its file is {}, whose path is copied",
    "Det här är för mycket för urklipp; filen är {}, och dess sökväg är kopierad",
)

MOST_COPIED = 75_000
"""Characters that are sent to the clipboard: terminals drop what is longer than 100 000 encoded."""


class TooMuchError(Exception):
    """A clipboard does not take it."""


@dataclass(frozen=True)
class ExportTable:
    """A table as it is shown, to be exported: unrounded values, None for unknown.

    Attributes:
        name: Of the sheet and the file, without a suffix.
        heads: The heads of its columns.
        rows: Its rows.
        persons: Whether each row is a person, which is said when it is written.
    """

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    persons: bool = False


def as_tsv(tables: Iterable[ExportTable], lang: Lang) -> str:
    """Tables as what is pasted into cells, a blank line between two.

    A spreadsheet reads numbers as its language has them, so the decimal sign is that of the screen.

    Raises:
        TooMuchError: if that is more than a clipboard takes.
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
                raise TooMuchError
    return out.getvalue()


def _pasted(value: Any, lang: Lang) -> str:
    text = csv_export.csv_cell(value, safe=True)
    return text.replace(".", ",") if lang == "sv" and isinstance(value, float) else text


def csv_paths(path: Path, tables: Sequence[ExportTable]) -> list[Path]:
    """The file of each table: the one that is named, or one for each, named after it too.

    What the name of the file ends with is not said again: of ``shop-budget.csv`` the table
    ``budget`` is that file, and ``budget-months`` is ``shop-budget-months.csv``.
    """
    if len(tables) == 1:
        return [path]
    paths = [path.with_name(_added(path.stem, table.name) + path.suffix) for table in tables]
    if len(set(paths)) == len(paths):
        return paths
    return [path.with_name(f"{path.stem}-{table.name}{path.suffix}") for table in tables]


def _added(stem: str, name: str) -> str:
    """The stem with what a name says beyond the words that it ends with."""
    words = name.split("-")
    said = next(
        k
        for k in range(len(words), -1, -1)
        if f"-{stem}-".endswith(f"-{'-'.join(words[:k])}-" if k else "-")
    )
    return "-".join([stem, *words[said:]])


def write_csv(
    path: Path, tables: Sequence[ExportTable], on_row: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write each table to a CSV file that is safe to open in a spreadsheet.

    Returns:
        The files.
    """
    return safe_csv(path, tables, on_row)[0]


def safe_csv(
    path: Path, tables: Sequence[ExportTable], on_row: Callable[[], None] = lambda: None
) -> tuple[list[Path], int]:
    """Write each table as :func:`write_csv` does; returns also how many cells were changed."""
    paths, changed = csv_paths(path, tables), 0
    for target, table in zip(paths, tables, strict=True):
        with for_the_owner():
            changed += csv_export.write_csv(
                target, table.heads, table.rows, safe_cells=True, on_row=on_row
            )
    return paths, changed


def write_xlsx(
    path: Path, tables: Sequence[ExportTable], on_row: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write the tables to a workbook, a sheet each.

    Returns:
        The file.
    """
    from crmformulas.excel.workbook.plain_tables import Table, write_tables

    with for_the_owner():
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
    from crmformulas.cli.report import CUSTOMERS, workbook_findings, year_before
    from crmformulas.excel import report
    from crmformulas.orders.selections.report_lists import report_lists

    summary, rules = view.summary, view.rules
    before = view.before or year_before(log, summary)
    customers = log.customers(view.as_of, rules)
    listing = report.Listing(
        customers.rows, customers.count(), CUSTOMERS, rules.steps, rules.tier_names, progress
    )
    name = view.source.name or "demo"
    lists = report_lists(log, summary)
    with for_the_owner():
        report.write_report(
            path,
            summary,
            name,
            lang,
            before=before,
            customers=listing,
            lists=lists,
            currency=log.currency,
            **workbook_findings(log, summary, before, lists),
        )
    return [path]


def write_page(path: Path, view: View, log: Orders, lang: Lang) -> list[Path]:
    """Write the whole report as a page, as ``crmf report --format html`` does: it names nobody.

    Returns:
        The file.
    """
    from crmformulas.cli.report import page_findings, year_before
    from crmformulas.html import write_html

    before = view.before or year_before(log, view.summary)
    name, summary = view.source.name or "demo", view.summary
    findings = page_findings(log, summary, before=before)
    write_html(path, summary, name, lang, before=before, currency=log.currency, findings=findings)
    return [path]


async def _copy(app: App[Any], workspace: Workspace, tables: Sequence[ExportTable]) -> Translated:
    """Copy tables; what is too much for a clipboard goes to a file whose path is copied."""
    session, lang = workspace.session, workspace.lang
    try:
        text = await session.run(lambda: as_tsv(tables, lang))
    except TooMuchError:
        name = "".join(c if c.isalnum() or c in " ._-" else "-" for c in tables[0].name)
        path = unused(Path(f"{name}.csv").absolute())
        written = await session.run(lambda: write_csv(path, tables))
        text = "\n".join(str(one) for one in written)
        app.copy_to_clipboard(text)
        return TOO_MUCH.format(printable(text))
    app.copy_to_clipboard(text)
    return Translated("Copied to the clipboard of the terminal", "Kopierat till urklipp")


def unused(path: Path) -> Path:
    """The path, or the first with a number at its end where nothing is yet."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(one for one in chain([path], numbered) if not one.exists())


async def run_export(
    app: App[Any], workspace: Workspace, tables: Sequence[ExportTable], way: str, path: Path
) -> None:
    """Export in the engine's thread, as rows may come from there, and say where it went."""
    lang = workspace.lang
    with reporting(app, lang):
        if way == "clipboard":
            message = await _copy(app, workspace, tables)
        else:
            if way in ("report", "html"):
                written, persons, changed = await _whole_report(workspace, way, path)
            else:
                written, persons, changed = await _tables(workspace, tables, way, path)
            if app.is_web:
                # In a browser the files are wanted where the browser is.
                for one in written:
                    app.deliver_binary(one, save_filename=one.name)
            message = _said(written, persons, changed)
        app.notify(translate(message, lang), timeout=8, markup=False)


Written = tuple[list[Path], int, int]
"""The files, how many persons stand in them, and how many cells were changed to be safe."""


async def _whole_report(workspace: Workspace, way: str, path: Path) -> Written:
    """Write the report as a workbook, or as a page, which names nobody."""
    session, lang = workspace.session, workspace.lang
    view = session.view
    assert view is not None
    doing = translate(Translated("writing the report", "skriver rapporten"), lang)

    def write() -> tuple[list[Path], int]:
        if way == "html":
            return write_page(path, view, session.log, lang), 0
        made = write_report(path, view, session.log, lang, lambda _: session.step(doing))
        return made, session.customers().count()

    return (*await session.run(write, doing), 0)


async def _tables(
    workspace: Workspace, tables: Sequence[ExportTable], way: str, path: Path
) -> Written:
    """Write what is shown, and say how far it is."""
    session, lang = workspace.session, workspace.lang
    done = 0

    def on_row() -> None:
        nonlocal done
        done += 1
        if done % 500 == 0:
            session.step(f"{translate(Translated('writing rows', 'skriver rader'), lang)} {done}")

    def write() -> tuple[list[Path], int]:
        session.step(translate(Translated("exporting", "exporterar"), lang))
        if way == "csv":
            return safe_csv(path, tables, on_row)
        return write_xlsx(path, tables, on_row), 0

    written, changed = await session.run(write)
    of_persons = [table.rows for table in tables if table.persons]
    # Rows that come from the engine are the only ones of their export.
    persons = sum(len(rows) if isinstance(rows, Sized) else done for rows in of_persons)
    return written, persons, changed


def _said(written: Sequence[Path], persons: int, changed: int) -> Translated:
    """Where it went, whom it names, and what was changed in it."""
    files = "\n".join(printable(str(one.absolute())) for one in written)
    said = Translated("Written:\n{}", "Skrivet:\n{}").format(files)
    if persons:
        held = Translated("{}\n{} in it", "{}\n{} i den")
        said = held.format(said, list_files.persons(persons))
    if changed:
        said = Translated("{}\n{}", "{}\n{}").format(said, csv_export.apostrophe_notice(changed))
    return said
