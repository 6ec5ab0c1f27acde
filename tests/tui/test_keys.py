"""One grammar of keys: a key means one thing on all screens."""

from __future__ import annotations

from importlib import import_module

from crmformulas_tui.app import BrowseApp
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.screens import DIRECT, GROUPS, SCREENS

STEPS = {"plus": "step(1)", "minus": "step(-1)", "shift+up": "step(5)", "shift+down": "step(-5)"}

MOVES = {"up", "down", "left", "right", "j", "k", "G", "home", "end", "tab"}
"""They move the cursor wherever there is one."""


def panes() -> dict[str, type[Pane]]:
    return {
        entry.name: getattr(import_module(f"crmformulas_tui.screens.{entry.name}"), entry.pane)
        for entry in SCREENS
    }


def keys_of(name: str) -> dict[str, list[Key]]:
    """The keys of all screens with a name."""
    return {
        screen: found
        for screen, pane in panes().items()
        if (found := [key for key in pane.KEYS if name in key.keys.split(",")])
    }


def test_a_step_is_one_and_a_shifted_step_five_on_all_screens() -> None:
    stepping = set(keys_of("plus"))
    assert stepping == {"ladder", "portfolio", "budget"}
    for name, action in STEPS.items():
        found = keys_of(name)
        assert set(found) == stepping
        assert all(key.action == action for keys in found.values() for key in keys)


def test_keys_that_move_do_nothing_else() -> None:
    for name in MOVES:
        assert not keys_of(name), name


def test_a_letter_has_one_meaning() -> None:
    meanings: dict[str, set[str]] = {}
    for pane in panes().values():
        for key in pane.KEYS:
            meanings.setdefault(key.keys, set()).add(key.action.partition("(")[0])
    # What enter opens is the screen's own; all else is one action under one name.
    several = {name: found for name, found in meanings.items() if len(found) > 1}
    assert set(several) <= {"enter", "g", "r", "slash"}, several
    assert several.get("g", set()) <= {"goal", "target"}
    assert several.get("r", set()) <= {"reset", "unmark"}
    assert several.get("slash", set()) <= {"filter", "search"}


def test_screens_leave_the_keys_of_the_application_alone() -> None:
    taken = {key.keys for key in BrowseApp.KEYS} | {*DIRECT.values()}
    taken |= {str(number) for number in range(1, len(GROUPS) + 1)}
    for pane in panes().values():
        assert not taken & {key.keys for key in pane.KEYS}, pane
