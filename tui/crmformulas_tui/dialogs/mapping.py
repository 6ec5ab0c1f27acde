"""Which column is what: asked where recognition is not certain."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from crmformulas import translations
from crmformulas.formats import UNKNOWN
from crmformulas.printable import printable, printable_lines
from crmformulas.translations import Lang, Translated
from crmformulas_tui.dialogs.ask import AskChoice, AskText
from crmformulas_tui.dialogs.dialog import Choices, Dialog
from crmformulas_tui.widgets.preview_table import ROLES, PreviewTable
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.reading.preview import Preview
    from crmformulas_tui.session import Source

__all__ = ["MappingDialog", "look_at"]

WIDTH = 14

FORMS: dict[str, tuple[Translated, tuple[str, ...]]] = {
    "date_format": (Translated("dates", "datum"), ("YYYY-MM-DD", "D/M/Y", "M/D/Y", "YYYYMMDD")),
    "decimal": (Translated("decimal sign", "decimaltecken"), (".", ",")),
}
"""How cells are read: what may be chosen beside what is found by itself."""

WORDS: dict[str, Translated] = {
    "currency": Translated("currency", "valuta"),
    "table": Translated("sheet or table", "blad eller tabell"),
    "encoding": Translated("encoding", "teckenkodning"),
    "delimiter": Translated("delimiter", "avgränsare"),
}
"""What is typed."""

ITSELF = Translated("as found", "som det hittas")


def look_at(source: Source) -> Preview:
    """A first look at a source, with what has been chosen."""
    from crmformulas.orders.reading.preview import preview

    return preview(list(source.orders), **source.reading)


class MappingDialog(Dialog):
    """Choose columns until the orders can be read; the answer is the source, read so."""

    def __init__(
        self, lang: Lang, source: Source, preview: Preview, problem: translations.Label = ""
    ) -> None:
        super().__init__(lang)
        self._source, self._found = source, preview
        self._problem = problem or preview.message
        self._looking: asyncio.Task[Any] | None = None

    def compose(self) -> ComposeResult:
        """Compose what is wrong, what is what, and the first rows."""
        with Vertical(classes="wide"):
            title = Translated("Which column is what in {}?", "Vilken kolumn är vad i {}?")
            name = printable(self._source.name)
            yield Label(self.translate(title.format(name)), classes="question", markup=False)
            yield Label("", id="wrong", markup=False)
            yield Choices(id="roles")
            yield PreviewTable(self.lang)
            keys = Translated("⏎ choose, or open   esc back", "⏎ välj, eller öppna   esc tillbaka")
            yield Label(self.translate(keys), classes="note")

    def on_mount(self) -> None:
        """Begin at the first thing that is missing."""
        self._show()
        missing = next((i for i, role in enumerate(ROLES) if role not in self._found.columns), 0)
        self.query_one(OptionList).highlighted = (
            missing if self._found.names else len(ROLES) + len(FORMS) + list(WORDS).index("table")
        )
        self.set_focus(self.query_one(OptionList))

    @property
    def _reading(self) -> Mapping[str, Any]:
        return self._source.reading

    def _show(self) -> None:
        """Show what is chosen and what is found, and whether it can be read so."""
        lines = []
        for role, words in ROLES.items():
            column = self._found.columns.get(role)
            shown = UNKNOWN if column is None else printable(column) + self._example(column)
            lines.append((self.translate(words), shown))
        for option, (words, _) in FORMS.items():
            lines.append(
                (self.translate(words), self._reading.get(option) or self.translate(ITSELF))
            )
        for option, words in WORDS.items():
            chosen = str(self._reading.get(option) or UNKNOWN)
            lines.append((self.translate(words), printable(chosen)))
        options = self.query_one(OptionList)
        place = options.highlighted
        options.clear_options()
        options.add_options([Option(Content(f"{w:<{WIDTH}} {shown}")) for w, shown in lines])
        opened = Translated("Open it", "Öppna")
        options.add_option(
            Option(Content(self.translate(opened)).stylize("bold"), disabled=bool(self._problem))
        )
        options.highlighted = place
        self.query_one("#wrong", Label).update(
            printable_lines(in_application(self._problem_text(), self.lang, remedy=False))
        )
        self.query_one("#wrong").display = bool(self._problem)
        self.query_one(PreviewTable).show(self._found)

    def _problem_text(self) -> translations.Label:
        """The columns that are missing, where they are; else what the reader says."""
        columns = self._found.columns
        missing = [role for role in ("customer", "date") if role not in columns]
        if "amount" not in columns and not {"quantity", "price"} <= set(columns):
            missing.append("amount")
        if not (self._problem and missing and self._found.names):
            return self._problem
        which = ", ".join(self.translate(ROLES[role]) for role in missing)
        said = Translated("Choose the column of: {}", "Välj kolumn för: {}")
        return self.translate(said.format(which))

    def _example(self, column: str) -> str:
        """The first cells of a column, in brackets."""
        place = self._found.names.index(column)
        cells = [row[place] for row in self._found.rows[:3] if place < len(row)]
        examples = ", ".join(printable(str(c)) for c in cells if c is not None)
        return f"   ({examples})" if examples else ""

    def choose(self, place: int) -> None:
        """Ask for a column, a form or a word; or be done."""
        if place < len(ROLES):
            self._ask_column(list(ROLES)[place])
        elif place < len(ROLES) + len(FORMS):
            self._ask_form(list(FORMS)[place - len(ROLES)])
        elif place < len(ROLES) + len(FORMS) + len(WORDS):
            self._ask_word(list(WORDS)[place - len(ROLES) - len(FORMS)])
        elif not self._problem:
            self.dismiss(self._source)

    def _ask_column(self, role: str) -> None:
        names = self._found.names
        if not names:
            return
        choices = [printable(name) + self._example(name) for name in names]
        now = self._found.columns.get(role)
        chosen = names.index(now) if now in names else 0

        def take(place: int | None) -> None:
            if place is None:
                return
            taken = [r for r, column in self._found.columns.items() if column == names[place]]
            if taken and taken[0] != role and taken[0] in ROLES:
                why = Translated("“{}” is the {} already", "”{}” är redan {}")
                message = why.format(printable(names[place]), ROLES[taken[0]])
                self.query_one("#wrong", Label).update(self.translate(message))
                self.query_one("#wrong").display = True
                return
            one_of_many = names.count(names[place]) > 1
            self._choose(role, str(place + 1) if one_of_many else names[place])

        question = Translated("Which column is the {}?", "Vilken kolumn är {}?")
        self.app.push_screen(
            AskChoice(self.lang, question.format(ROLES[role]), choices, chosen), take
        )

    def _ask_form(self, option: str) -> None:
        words, forms = FORMS[option]
        now = self._reading.get(option)

        def take(place: int | None) -> None:
            if place is not None:
                self._choose(option, forms[place - 1] if place else None)

        chosen = forms.index(now) + 1 if now in forms else 0
        self.app.push_screen(
            AskChoice(self.lang, words.capitalize(), [ITSELF, *forms], chosen), take
        )

    def _ask_word(self, option: str) -> None:
        def take(text: str | None) -> None:
            if text is not None:
                self._choose(option, text or None)

        now = str(self._reading.get(option) or "")
        self.app.push_screen(AskText(self.lang, WORDS[option].capitalize(), value=now), take)

    def _choose(self, option: str, value: str | None) -> None:
        """Take a choice, and look again."""
        reading = {**self._reading, option: value}
        # The amount of a row, or what it is the product of: the last choice counts.
        if option == "amount":
            reading |= {"quantity": None, "price": None}
        elif option in ("quantity", "price"):
            reading["amount"] = None
        kept = {name: chosen for name, chosen in reading.items() if chosen is not None}
        self._source = replace(self._source, reading=kept)
        self.run_worker(self._look(self._source), exclusive=True)

    async def _look(self, source: Source) -> None:
        preview = await asyncio.to_thread(look_at, source)
        names = preview.names or self._found.names
        self._found = replace(preview, names=names, rows=preview.rows or self._found.rows)
        self._problem = preview.message
        self._show()
        if not self._problem:
            options = self.query_one(OptionList)
            options.highlighted = options.option_count - 1
