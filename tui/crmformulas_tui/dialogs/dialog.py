"""The base of all dialogs, and the list of choices in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

from crmformulas import translations
from crmformulas.translations import Lang, Translated, translate

if TYPE_CHECKING:
    from typing import Self

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from textual.geometry import Region

__all__ = ["ENTER", "Choices", "Dialog"]

ENTER = Translated("⏎ take   esc back", "⏎ ok   esc tillbaka")


class _Behind(BackgroundScreen):
    """The screen behind a dialog, dimmed once: a dialog is drawn several times as it opens."""

    drawn: list[Any] | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it the first time."""
        if self.drawn is None:
            self.drawn = list(super().__rich_console__(console, options))
        return self.drawn


class Dialog(ModalScreen[Any]):
    """A box in the middle of the screen; escape leaves it without an answer."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        # Else it would go to the start of the field, and what is typed then be put before it.
        Binding("ctrl+a", "select_all", show=False, priority=True),
    ]

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.lang: Lang = lang
        self._behind: _Behind | None = None

    def render(self) -> RenderableType:
        """The screen behind, dimmed, as it was drawn before if nothing there has changed."""
        behind = super().render()
        if not isinstance(behind, BackgroundScreen):
            return behind
        known = self._behind
        if known is None or (known.screen, known.color) != (behind.screen, behind.color):
            known = self._behind = _Behind(behind.screen, behind.color)
        return known

    def refresh(self, *regions: Region, **what: bool) -> Self:
        """Draw it again; where regions are named, something changed in the screen behind."""
        if regions or what.get("layout"):
            self._behind = None
        return super().refresh(*regions, **what)

    def on_resize(self) -> None:
        """Forget what stands behind, which has another size now."""
        self._behind = None

    def on_mount(self) -> None:
        """Have the keys before the next one comes."""
        if self.focused is None:
            self.set_focus(next((w for w in self.query("*") if w.focusable), None))

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave, once: what would leave a second time would leave what is below."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def choose(self, place: int) -> None:
        """Take one of :class:`Choices`."""

    def action_select_all(self) -> None:
        """Select what stands in the field, so that what is typed replaces it."""
        if isinstance(self.focused, Input):
            self.focused.select_all()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        event.stop()
        self.choose(event.option_index)

    def translate(self, label: translations.Label) -> str:
        """Return the label in the language of the screen."""
        text: str = translate(label, self.lang)
        return text


class Choices(OptionList):
    """A list in a dialog. Its choice is taken at once, so that the next key meets what follows."""

    def action_select(self) -> None:
        """Take the choice under the cursor."""
        place, dialog = self.highlighted, self.screen
        assert isinstance(dialog, Dialog)
        if place is not None and not self.get_option_at_index(place).disabled:
            dialog.choose(place)
