"""The export dialog: as what, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated
from crmformulas_tui.dialogs.ask import AskChoice
from crmformulas_tui.dialogs.dialog import Choices, Dialog
from crmformulas_tui.dialogs.path import problem_with
from crmformulas_tui.export import csv_paths

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas_tui.export import ExportTable

__all__ = ["ExportChoice", "ExportDialog"]

WAYS = (
    ("csv", Translated("CSV file", "CSV-fil")),
    ("xlsx", Translated("Excel workbook", "Excelbok")),
    ("clipboard", Translated("Clipboard", "Urklipp")),
    (
        "report",
        Translated("The whole report, as an Excel workbook", "Hela rapporten, som Excelbok"),
    ),
    ("html", Translated("The whole report, as an HTML page", "Hela rapporten, som HTML-sida")),
)


WHOLE = ("report", "html")
"""The ways that write the whole report, whatever is shown."""

SUFFIXES = {"csv": ".csv", "html": ".html"}


class ExportChoice(NamedTuple):
    """What the user chose to export.

    Attributes:
        way: csv, xlsx, clipboard, report or html.
        path: The file; nothing for the clipboard.
    """

    way: str
    path: Path


class ExportDialog(Dialog):
    """What to export and where to; the answer is an :class:`ExportChoice`.

    The name of the file has the keys, so that enter takes what is proposed: up and down choose the
    way meanwhile.
    """

    BINDINGS = [  # noqa: RUF012
        ("up", "way(-1)", ""),
        ("down", "way(1)", ""),
        ("enter", "submit", ""),
    ]

    def __init__(self, lang: Lang, tables: Sequence[ExportTable], source: str, screen: str) -> None:
        """Make the dialog.

        Args:
            lang: The language.
            tables: What is shown.
            source: What the orders are called.
            screen: What the screen is called, which names several tables together.
        """
        super().__init__(lang)
        self._tables, self._source = list(tables), source
        self._screen = tables[0].name if len(tables) == 1 else screen
        self._ways = [way for way in WAYS if tables or way[0] in WHOLE]

    def compose(self) -> ComposeResult:
        """The ways, and the path of the file."""
        with Vertical():
            yield Label(self.translate(Translated("Export", "Exportera")), classes="question")
            yield Choices(*(Option(Content(self.translate(words))) for _, words in self._ways))
            yield Label(self.translate(Translated("File", "Fil")), classes="note", id="file")
            yield Input(self._file_name(self._ways[0][0]))
            yield Label("", id="files", classes="note", markup=False)
            yield Label("", id="wrong", markup=False)
            yield Label(
                self.translate(
                    Translated(
                        "↑ ↓ as what   ⏎ export   esc back",
                        "↑ ↓ som vad   ⏎ exportera   esc tillbaka",
                    )
                ),
                classes="note",
            )

    def on_mount(self) -> None:
        """Begin at the first way, with the name of the file."""
        ways = self.query_one(OptionList)
        ways.can_focus = False
        ways.highlighted = 0
        self._focus_field()

    def _focus_field(self) -> None:
        field = self.query_one(Input)
        self.set_focus(field)
        field.cursor_position = len(field.value)

    def action_way(self, step: int) -> None:
        """Another way."""
        ways = self.query_one(OptionList)
        ways.highlighted = ((ways.highlighted or 0) + step) % len(self._ways)
        self._follow_way()

    def _file_name(self, way: str) -> str:
        """What the file of a way is called unless the user says otherwise."""
        whole = way in WHOLE or not self._tables
        shown = self.translate(Translated("report", "rapport")) if whole else self._screen
        name = f"{self._source}-{shown}"
        safe = "".join(c if c.isalnum() or c in " ._-" else "-" for c in name)
        return safe + SUFFIXES.get(way, ".xlsx")

    @property
    def _way(self) -> str:
        return self._ways[self.query_one(OptionList).highlighted or 0][0]

    def on_option_list_option_highlighted(self) -> None:
        """The file has the suffix of its kind; the clipboard has no file."""
        self._follow_way()

    def _follow_way(self) -> None:
        field, way = self.query_one(Input), self._way
        for widget in (field, self.query_one("#file")):
            widget.display = way != "clipboard"
        self._show_files()
        if way == "clipboard":
            self.set_focus(None)
            return
        if self.focused is None:
            self._focus_field()
        path, given = Path(field.value), self._file_name(way)
        suffix = Path(given).suffix
        if field.value in [self._file_name(one) for one, _ in self._ways]:
            field.value = given
        elif path.name and path.suffix.lower() != suffix:
            has_suffix = path.suffix.lower() in (".csv", ".xlsx", ".html")
            field.value = str(path.with_suffix(suffix)) if has_suffix else f"{path}{suffix}"
        field.cursor_position = len(field.value)

    def on_input_changed(self) -> None:
        """Say what is written."""
        self._show_files()

    def _show_files(self) -> None:
        """Name every file that is written."""
        text, files = self.query_one(Input).value.strip(), self.query_one("#files", Label)
        several = self._way == "csv" and len(self._tables) > 1 and bool(text)
        files.display = several
        if several:
            names = [printable(path.name) for path in csv_paths(Path(text), self._tables)]
            files.update("\n".join(names))

    def choose(self, place: int) -> None:
        """A click chooses the way; it is exported with enter."""
        self.query_one(OptionList).highlighted = place

    def on_input_submitted(self) -> None:
        """Export."""
        self.action_submit()

    def action_submit(self) -> None:
        """Check the path; what is there is overwritten only when that is said."""
        if self._way == "clipboard":
            self._begin(Path())
            return
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

        name = printable(there[0].name)
        question = Translated(f"{name} is there already", f"{name} finns redan")
        choices = (
            Translated("Keep it", "Behåll den"),
            Translated("Overwrite it", "Skriv över den"),
        )
        self.app.push_screen(AskChoice(self.lang, question, choices), take)

    def _begin(self, path: Path) -> None:
        self.dismiss(ExportChoice(self._way, path))
