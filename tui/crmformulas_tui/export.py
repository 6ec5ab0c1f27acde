"""Export of what is shown, to a file or the clipboard, and of the whole report.

Data is exported as it is, unrounded: an id such as ``=1+1`` or ``007`` is a text cell in Excel, and
stands in CSV unchanged. CSV is for programs, which must get back the id that they gave; whoever
opens such a file in Excel opens a file of formulas, so for Excel there is the workbook.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from crmformulas.errors import InputError
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.dialogs import AskChoice, Choices, Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.log import Orders
    from crmformulas_tui.app import BrowseApp
    from crmformulas_tui.pane import Shown
    from crmformulas_tui.session import View

__all__ = ["ExportDialog", "as_tsv", "write_csv", "write_xlsx"]

WAYS = (
    ("csv", Translated("CSV file", "CSV-fil")),
    ("xlsx", Translated("Excel workbook", "Excelbok")),
    ("clipboard", Translated("Clipboard", "Urklipp")),
    (
        "report",
        Translated("The whole report, as an Excel workbook", "Hela rapporten, som Excelbok"),
    ),
)
TOO_MUCH = Translated(
    "This is too much for the clipboard; export a file",
    "Det här är för mycket för urklipp; exportera till en fil",
)

MOST_COPIED = 75_000
"""Characters that are sent to the clipboard: terminals drop what is longer than 100 000 encoded."""


def cell(value: Any) -> str:
    """A cell as data: unknown is blank, numbers have a point.

    Examples:
        >>> cell("=1+1"), cell("007"), cell(0.1), cell(None), cell(float("nan"))
        ('=1+1', '007', '0.1', '', '')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return str(value)


def as_tsv(tables: Iterable[Shown], lang: Lang) -> str:
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


@contextmanager
def in_place(path: Path) -> Iterator[Path]:
    """A file to write beside the path, which takes its place when all is written."""
    made = path.with_name(f".{token_hex(6)}{path.suffix}")
    try:
        yield made
        made.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            made.unlink()


def csv_paths(path: Path, tables: Sequence[Shown]) -> list[Path]:
    """The file of each table: the one that is named, or one for each, named after it too."""
    if len(tables) == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{table.name}{path.suffix}") for table in tables]


def write_csv(
    path: Path, tables: Sequence[Shown], on_row: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write each table to a CSV file.

    Returns:
        The files.
    """
    paths = csv_paths(path, tables)
    for target, table in zip(paths, tables, strict=True):
        with (
            in_place(target) as made,
            made.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file)
            writer.writerow(table.heads)
            for row in table.rows:
                writer.writerow([cell(value) for value in row])
                on_row()
    return paths


def write_xlsx(
    path: Path, tables: Sequence[Shown], on_row: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write the tables to a workbook, a sheet each.

    Returns:
        The file.
    """
    from crmformulas.excel.workbook.plain_tables import Table, write_tables

    with in_place(path) as made:
        write_tables(made, (Table(t.name, t.heads, t.rows) for t in tables), on_row)
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


class ExportDialog(Dialog):
    """What to export and where to; the export itself goes on behind."""

    def __init__(self, tables: Sequence[Shown]) -> None:
        super().__init__()
        self._tables = list(tables)
        self._ways = [way for way in WAYS if tables or way[0] == "report"]

    def compose(self) -> ComposeResult:
        """The ways, and the path of the file."""
        with Vertical():
            yield Label(self.translate(Translated("Export", "Exportera")), classes="question")
            yield Choices(*(Option(Content(self.translate(words))) for _, words in self._ways))
            yield Label(self.translate(Translated("File", "Fil")), classes="note", id="file")
            yield Input(self._file_name(self._ways[0][0]))
            yield Label("", id="wrong", markup=False)
            yield Label(
                self.translate(Translated("⏎ go on   esc back", "⏎ vidare   esc tillbaka")),
                classes="note",
            )

    def on_mount(self) -> None:
        """Begin at the first way."""
        self.query_one(OptionList).highlighted = 0

    def _file_name(self, way: str) -> str:
        """What the file of a way is called unless the user says otherwise."""
        view = self.crm.session.view
        whole = way == "report" or not self._tables
        shown = self.translate(Translated("report", "rapport")) if whole else self._tables[0].name
        name = f"{(view and view.source.name) or 'demo'}-{shown}"
        safe = "".join(c if c.isalnum() or c in " ._-" else "-" for c in name)
        return safe + (".csv" if way == "csv" else ".xlsx")

    @property
    def _way(self) -> str:
        return self._ways[self.query_one(OptionList).highlighted or 0][0]

    def on_option_list_option_highlighted(self) -> None:
        """The file has the suffix of its kind; the clipboard has no file."""
        field, way = self.query_one(Input), self._way
        for widget in (field, self.query_one("#file")):
            widget.display = way != "clipboard"
        if way == "clipboard":
            return
        path, given = Path(field.value), self._file_name(way)
        suffix = Path(given).suffix
        if field.value in [self._file_name(one) for one, _ in self._ways]:
            field.value = given
        elif path.name and path.suffix.lower() != suffix:
            known = path.suffix.lower() in (".csv", ".xlsx")
            field.value = str(path.with_suffix(suffix)) if known else f"{path}{suffix}"

    def chose(self, place: int) -> None:
        """On to the path, where there is one."""
        if self._way == "clipboard":
            self._begin(Path())
            return
        field = self.query_one(Input)
        self.set_focus(field)
        field.cursor_position = len(field.value)

    def on_input_submitted(self) -> None:
        """Check the path; what is there is overwritten only when that is said."""
        text = self.query_one(Input).value.strip()
        path = Path(text).expanduser()
        if problem := problem_with(text, path):
            self.query_one("#wrong", Label).update(self.translate(problem))
            return
        targets = csv_paths(path, self._tables) if self._way == "csv" else [path]
        there = [target for target in targets if target.exists()]
        if not there:
            self._begin(path)
            return

        def take(answer: int | None) -> None:
            if answer == 1:
                self._begin(path)

        question = Translated(f"{there[0].name} is there already", f"{there[0].name} finns redan")
        choices = (
            Translated("Keep it", "Behåll den"),
            Translated("Overwrite it", "Skriv över den"),
        )
        self.app.push_screen(AskChoice(question, choices), take)

    def _begin(self, path: Path) -> None:
        crm, tables, way = self.crm, self._tables, self._way
        self.dismiss()
        crm.run_worker(_export(crm, tables, way, path), group="export")


def problem_with(text: str, path: Path) -> Translated | None:
    """Why nothing can be written there, as far as that shows beforehand."""
    try:
        if not text or (path.exists() and not path.is_file()):
            return Translated("Give the name of a file", "Ange ett filnamn")
        if not path.parent.is_dir():
            return Translated(
                f"There is no folder {path.parent}", f"Mappen {path.parent} finns inte"
            )
    except (OSError, ValueError) as error:
        return Translated(str(error), str(error))
    return None


async def _export(crm: BrowseApp, tables: Sequence[Shown], way: str, path: Path) -> None:
    """Export in the engine's thread, as rows may come from there, and say where it went."""
    session = crm.session
    done = 0

    def on_row() -> None:
        nonlocal done
        done += 1
        if done % 500 == 0:
            session.step(f"{crm.translate(Translated('writing rows', 'skriver rader'))} {done}")

    def work() -> list[Path]:
        session.step(crm.translate(Translated("exporting", "exporterar")))
        if way == "csv":
            return write_csv(path, tables, on_row)
        return write_xlsx(path, tables, on_row)

    with crm.told():
        if way == "clipboard":
            text = await session.run(lambda: as_tsv(tables, crm.lang))
            crm.copy_to_clipboard(text)
            said = Translated("Copied to the clipboard of the terminal", "Kopierat till urklipp")
        else:
            if way == "report":
                view = session.view
                assert view is not None
                doing = crm.translate(Translated("writing the report", "skriver rapporten"))

                def write() -> list[Path]:
                    return write_report(
                        path, view, session.log, crm.lang, lambda _: session.step(doing)
                    )

                written = await session.run(write, doing)
            else:
                written = await session.run(work)
            files = "\n".join(str(one.absolute()) for one in written)
            said = Translated(f"Written:\n{files}", f"Skrivet:\n{files}")
        crm.notify(crm.translate(said), timeout=8, markup=False)
