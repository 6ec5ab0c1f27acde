"""The file of settings of the open orders: where it is, and what it says now."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.errors import InputError
from crmformulas.settings import FILE_NAME, Settings, find_settings, load_settings
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas_tui.workspace import Workspace

__all__ = ["kept_settings", "settings_path"]


def settings_path(workspace: Workspace) -> Path:
    """The file of settings of the open orders.

    Raises:
        InputError: if there is no telling where it belongs.
    """
    view = workspace.session.view
    source = view.source if view else None
    if source is None or not source.orders:
        raise InputError(
            Translated(
                "the demo retailer has no folder for settings; open orders of your own",
                "demobutiken har ingen mapp för inställningar; öppna egna köp",
            )
        )
    if source.settings is not None and source.settings.path is not None:
        return source.settings.path
    if (found := find_settings(source.orders)) is not None:
        return found
    folders = {Path(one).absolute().parent for one in source.orders if "://" not in one}
    if len(folders) != 1:
        raise InputError(
            Translated(
                "the orders lie in several folders: there is no one place for settings",
                "köpen ligger i flera mappar: inställningarna har ingen given plats",
            )
        )
    return folders.pop() / FILE_NAME


def kept_settings(workspace: Workspace) -> Settings | None:
    """The settings as their file is now; None where there is none that can be read."""
    with suppress(InputError):
        path = settings_path(workspace)
        return load_settings(path) if path.exists() else None
    return None
