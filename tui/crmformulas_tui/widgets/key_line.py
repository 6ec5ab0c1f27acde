"""The keys that work now, in one line; the help has those that don't fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from crmformulas.translations import Lang, translate
from crmformulas_tui.keys import key_label, key_sign

if TYPE_CHECKING:
    from textual.events import Click

__all__ = ["KeyLine"]

ALWAYS = ("question_mark", "q")
"""Keys that are shown however little room there is."""


class KeyLine(Widget):
    """The keys of what has the focus, of the pane and of the application; a click presses one.

    Where room is scarce those of the application go first, the last of them before the others.
    """

    DEFAULT_CSS = """
    KeyLine { height: 1; background: $panel; color: $foreground; }
    """

    lang: reactive[Lang] = reactive("en")

    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self.set_reactive(KeyLine.lang, lang)
        self._told: list[tuple[str, str, str]] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._follow())

    def _follow(self) -> None:
        if self._shown() != self._told:
            self.refresh()

    def _shown(self) -> list[tuple[str, str, str]]:
        """Key, sign and words of each, as far as they fit."""
        near: list[tuple[str, str, str]] = []
        far: list[tuple[str, str, str]] = []
        for key, active in self.screen.active_bindings.items():
            binding = active.binding
            if binding.show and active.enabled and binding.description:
                label = key_label(active.node, binding)
                words = translate(label, self.lang) if label else binding.description
                entry = key, key_sign(key), words
                (far if active.node is self.app else near).append(entry)
        last = [told for told in far if told[0] in ALWAYS]
        far = [told for told in far if told not in last]
        while self._width([*near, *far, *last]) > self.size.width and (far or near):
            (far or near).pop()
        return [*near, *far, *last]

    def _width(self, entries: list[tuple[str, str, str]]) -> int:
        return sum(len(key) + len(words) + 3 for _, key, words in entries)

    def render(self) -> Content:
        """A sign, set off without colour too, and its words."""
        parts: list[Any] = []
        self._told = self._shown()
        for _, key, words in self._told:
            parts += [" ", (key, "bold $footer-key-foreground"), f" {words} "]
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        reached = 0
        for key, shown, words in self._shown():
            reached += len(shown) + len(words) + 3
            if event.x < reached:
                self.app.simulate_key(key)
                return
