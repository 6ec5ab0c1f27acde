"""Keys: what each does, in both languages, and how it is written on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from textual.binding import Binding

from crmformulas.translations import Translated

__all__ = ["Key", "bindings", "key_label", "key_sign"]

SIGNS = {
    "equals_sign": "=",
    "question_mark": "?",
    "slash": "/",
    "enter": "⏎",
    "escape": "esc",
    "plus": "+",
    "minus": "−",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "space": "␣",
    "full_stop": ".",
    "comma": ",",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


class Key(NamedTuple):
    """A key of a pane, a widget or the application.

    Attributes:
        keys: The key as Textual calls it; several with commas between.
        action: The action of the node that has it.
        label: What it does.
        show: Whether the line of keys at the bottom names it.
    """

    keys: str
    action: str
    label: Translated
    show: bool = True


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """The bindings of a class with these keys.

    Their descriptions are English; whoever shows them looks up :func:`key_label`, so that nothing
    is bound anew when the language changes.
    """
    return [Binding(key.keys, key.action, key.label.en, show=key.show) for key in keys]


def key_label(node: object, binding: Binding) -> Translated | None:
    """The label of a node's binding, if the node lists it among its ``KEYS``."""
    for key in getattr(node, "KEYS", ()):
        if binding.action == key.action and binding.key in key.keys.split(","):
            label: Translated = key.label
            return label
    return None


def key_sign(keys: str) -> str:
    """The sign of a key on the screen.

    Examples:
        >>> key_sign("ctrl+y"), key_sign("left,h"), key_sign("shift+right")
        ('^y', '← h', '⇧→')
    """
    return " ".join(_sign(key) for key in keys.split(","))


def _sign(key: str) -> str:
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    marks = {"ctrl": "^", "shift": "⇧", "alt": "⌥"}
    return "".join(marks.get(one, one) for one in modifiers) + SIGNS.get(last, last)
