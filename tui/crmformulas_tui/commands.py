"""The commands of the palette in the order of the screens and of the keys, not of the alphabet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import DiscoveryHit
from textual.system_commands import SystemCommandsProvider

if TYPE_CHECKING:
    from textual.command import Hits

__all__ = ["Commands"]


class Commands(SystemCommandsProvider):
    """All that the application and its current screen can do."""

    async def discover(self) -> Hits:
        """Every command before a word is typed: the screens first, then the keys of this one."""
        for command in self.app.get_system_commands(self.screen):
            yield DiscoveryHit(command.title, command.callback, help=command.help)
