"""Which columns a list of customers has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated
from crmformulas_tui.dialogs.dialog import Choices, Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas import translations

__all__ = ["ColumnsDialog"]

NAME = 24
"""The width of the names of columns, before what they are."""


class _Marks(Choices):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "screen.mark", show=False)]


class ColumnsDialog(Dialog):
    """Mark the columns that are wanted; the answer is their names, in the order of the list."""

    def __init__(
        self,
        lang: Lang,
        known: Mapping[str, tuple[translations.Label, translations.Label]],
        chosen: Collection[str],
    ) -> None:
        """Ask for columns.

        Args:
            lang: The language.
            known: What each column is called and what it is, by name.
            chosen: Those that are shown now.
        """
        super().__init__(lang)
        self._known, self._chosen = known, set(chosen)

    def compose(self) -> ComposeResult:
        """The columns with their marks."""
        with Vertical(classes="wide"):
            question = Translated("Columns of the list", "Listans kolumner")
            yield Label(self.translate(question), classes="question", markup=False)
            yield _Marks(*self._lines())
            keys = Translated("␣ marks   ⏎ take   esc back", "␣ markerar   ⏎ ok   esc tillbaka")
            yield Label(self.translate(keys), classes="note")

    def _lines(self) -> list[Option]:
        # As content, not as text: what stands in brackets is no markup.
        return [Option(Content(self._line(name))) for name in self._known]

    def _line(self, name: str) -> str:
        label, about = (printable(self.translate(words)) for words in self._known[name])
        return f"{'✓' if name in self._chosen else ' '} {label:<{NAME}} {about}"

    def action_mark(self) -> None:
        """Mark the column under the cursor, or no more."""
        options = self.query_one(OptionList)
        place = options.highlighted
        if place is None:
            return
        self._chosen ^= {list(self._known)[place]}
        options.replace_option_prompt_at_index(place, Content(self._line(list(self._known)[place])))

    def on_option_list_option_selected(self, event: Any) -> None:
        """A click marks."""
        event.stop()
        self.action_mark()

    def choose(self, place: int) -> None:
        """Take those that are marked."""
        self.dismiss([name for name in self._known if name in self._chosen])
