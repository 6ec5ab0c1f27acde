"""Choosing an order file: folders, a preview, and which column is what."""

from __future__ import annotations

import asyncio
import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from crmformulas import translations
from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.printable import printable, printable_lines
from crmformulas.translations import Lang, Translated
from crmformulas_tui.dialogs.dialog import Dialog
from crmformulas_tui.dialogs.mapping import MappingDialog, look_at
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.preview_table import PreviewTable, recognised
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.reading.preview import Preview

__all__ = ["Picker"]

SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".gz",
    ".zst",
    ".parquet",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".xlsb",
    ".ods",
    ".duckdb",
    ".db",
    ".sqlite",
    ".sqlite3",
)
"""Files that are listed; any other can be typed."""

PAUSE = 0.15
"""Seconds the cursor rests on a file before its preview is read."""

MOST = 1_000
"""Entries of a folder that are listed; what is typed narrows them down."""


@dataclass(frozen=True)
class Entry:
    """A file or a folder."""

    path: Path
    is_folder: bool
    size: int = 0


def entries(folder: Path, text: str) -> list[Entry]:
    """The entries of a folder that match: folders first, both by name."""
    listed: list[Entry] = []
    with os.scandir(folder) as here:
        for one in here:
            if one.name.startswith(".") or text.casefold() not in one.name.casefold():
                continue
            try:
                if one.is_dir():
                    listed.append(Entry(Path(one.path), True))
                elif one.is_file() and one.name.lower().endswith(SUFFIXES):
                    listed.append(Entry(Path(one.path), False, one.stat().st_size))
            except OSError:
                # It vanished meanwhile, or leads nowhere.
                continue
    return sorted(listed, key=lambda e: (not e.is_folder, e.path.name.casefold()))[:MOST]


def size_text(size: int, lang: Lang) -> str:
    """A file size as text.

    Examples:
        >>> size_text(820, "en"), size_text(20_400, "en"), size_text(2_500_000_000, "sv")
        ('820 B', '20 kB', '2,5 GB')
    """
    f = NumberFormat(lang)
    for unit, of in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= of:
            return f"{f.fixed(size / of, 1 if size < 10 * of else 0)} {unit}"
    return f"{size} B"


class _PathField(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(-1)", show=False),
        Binding("down", "screen.step(1)", show=False),
        Binding("pageup", "screen.step(-10)", show=False),
        Binding("pagedown", "screen.step(10)", show=False),
    ]

    def action_delete_left(self) -> None:
        """Where there is nothing to delete: the folder above."""
        if self.value:
            super().action_delete_left()
        else:
            picker = self.screen
            assert isinstance(picker, Picker)
            picker.enter_folder(picker.folder.parent)


class Picker(Dialog):
    """Type a part of a name, a path, a pattern or a URL; the answer is a source."""

    def __init__(self, lang: Lang, source: Source | None = None) -> None:
        super().__init__(lang)
        first = Path(source.orders[0]) if source and source.orders else None
        here = first.absolute().parent if first and "://" not in str(first) else Path.cwd()
        self.folder = here if here.is_dir() else Path.cwd()
        self._entries: list[Entry] = []
        self._found: tuple[Path, Preview] | None = None

    def compose(self) -> ComposeResult:
        """Folder, field, list, preview."""
        with Vertical(classes="wide"):
            yield Label("", id="folder", classes="question", markup=False)
            hint = Translated("part of a name, a path or a URL", "del av namn, en sökväg eller URL")
            yield _PathField(placeholder=self.translate(hint), id="path")
            yield OptionList(id="entries")
            yield Label("", id="wrong", markup=False)
            yield Label("", id="recognised", classes="note", markup=False)
            yield PreviewTable(self.lang)
            keys = Translated(
                "⏎ open   ↑↓ move   ⌫ folder above   esc back",
                "⏎ öppna   ↑↓ flytta   ⌫ mappen ovanför   esc tillbaka",
            )
            yield Label(self.translate(keys), classes="note")

    def on_mount(self) -> None:
        """Show the folder."""
        self.query_one(OptionList).can_focus = False
        self.set_focus(self.query_one(Input))
        self._list()

    # The folder

    def enter_folder(self, folder: Path) -> None:
        """Go to a folder."""
        before, self.folder = self.folder, folder
        with self.prevent(Input.Changed):
            self.query_one(Input).value = ""
        self._list(before)

    def _place(self) -> tuple[Path, str]:
        """The folder that is listed and what is looked for in it."""
        text = self.query_one(Input).value.strip()
        if "://" in text or not ("/" in text or "\\" in text or text.startswith("~")):
            return self.folder, text
        path = self.folder / Path(text).expanduser()
        return (path, "") if text.endswith(("/", "\\")) else (path.parent, path.name)

    def _list(self, at: Path | None = None) -> None:
        """List what matches; the cursor stands on the first, or on the folder one came from."""
        folder, text = self._place()
        try:
            self._entries = entries(folder, text)
            self._wrong("")
        except (OSError, ValueError) as error:
            self._entries = []
            self._wrong(getattr(error, "strerror", None) or str(error))
        self.query_one("#folder", Label).update(printable(str(folder)))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(self._lines())
        if self._entries:
            paths = [one.path for one in self._entries]
            # What is typed whole comes first: it is what enter opens.
            at = at or folder / text
            options.highlighted = paths.index(at) if at in paths else 0
        self._look()

    def _lines(self) -> Iterable[Option]:
        for one in self._entries:
            name = printable(one.path.name)
            line = f"{name}/" if one.is_folder else f"{name}   {size_text(one.size, self.lang)}"
            yield Option(Content(line))

    def on_input_changed(self) -> None:
        """List what matches."""
        self._list()

    def action_step(self, step: int) -> None:
        """To another entry."""
        options = self.query_one(OptionList)
        if options.option_count:
            now = options.highlighted or 0
            options.highlighted = min(max(now + step, 0), options.option_count - 1)

    @property
    def _here(self) -> Entry | None:
        place = self.query_one(OptionList).highlighted
        return self._entries[place] if place is not None and self._entries else None

    # The preview

    def on_option_list_option_highlighted(self) -> None:
        """Look at the file."""
        self._look()

    def _look(self) -> None:
        self.run_worker(self._preview(), exclusive=True, group="look")

    async def _preview(self) -> None:
        here = self._here
        if here is None or here.is_folder:
            self._show(None)
            return
        await asyncio.sleep(PAUSE)
        preview = await asyncio.to_thread(look_at, self._source(str(here.path)))
        self._found = here.path, preview
        self._show(preview)

    def _show(self, preview: Preview | None) -> None:
        self.query_one(PreviewTable).show(preview)
        words = recognised(preview, self.lang) if preview else ""
        self.query_one("#recognised", Label).update(words)
        self._wrong(self._short(preview.message) if preview else "")

    def _short(self, problem: translations.Label) -> str:
        """The problem without the folder, which is named above."""
        return self.translate(problem).replace(f"{self._place()[0]}{os.sep}", "")

    def _wrong(self, text: str) -> None:
        self.query_one("#wrong", Label).update(
            printable_lines(in_application(text, self.lang, remedy=False))
        )

    # The answer

    def choose(self, place: int) -> None:
        """An entry was clicked."""
        self._take()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open what is typed, or the entry under the cursor."""
        event.stop()
        self._take()

    def _take(self) -> None:
        text = self.query_one(Input).value.strip()
        typed = self._typed(text)
        here = self._here
        if typed is None and here is not None:
            typed = str(here.path)
        if typed is None:
            missing = Translated("There is no such file", "Filen finns inte")
            self._wrong(self.translate(missing))
        elif "://" not in typed and Path(typed).is_dir():
            self.enter_folder(Path(typed))
        else:
            try:
                source = self._source(typed)
            except InputError as error:
                self._wrong(self._short(error.message))
                return
            self.run_worker(self._check(source), exclusive=True, group="look")

    def _typed(self, text: str) -> str | None:
        """The source that is typed, if it is one: a path, a pattern, a URL."""
        if not text or "://" in text:
            return text or None
        path = self.folder / Path(text).expanduser()
        try:
            if path.exists() or (glob.has_magic(text) and glob.glob(str(path), recursive=True)):
                return str(path)
        except (OSError, ValueError):
            return None
        return None

    @staticmethod
    def _source(orders: str) -> Source:
        from crmformulas.cli.order_options import name_of
        from crmformulas.settings import find_settings, load_settings

        path = find_settings([orders])
        settings = load_settings(path) if path else None
        reading = settings.reading if settings else {}
        return Source((orders,), name_of([orders]), reading=reading, settings=settings)

    async def _check(self, source: Source) -> None:
        """Open it, or ask which column is what."""
        if self._found is not None and str(self._found[0]) == source.orders[0]:
            preview = self._found[1]
        else:
            preview = await asyncio.to_thread(look_at, source)
        if not preview.problem:
            self.dismiss(source)
        elif preview.names or "--table" in preview.problem:

            def take(answer: Any) -> None:
                if answer is not None:
                    self.dismiss(answer)

            self.app.push_screen(MappingDialog(self.lang, source, preview), take)
        else:
            self._wrong(self._short(preview.message))
