"""How a command writes to the terminal or a pipe."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["print_view", "write_utf8"]


def write_utf8(stream: Any) -> None:
    """Write UTF-8 whatever the code page, as a Windows pipe has an old one."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8")


def print_view(view: Any) -> None:
    """Print a rich renderable at the width of the terminal, at most 100; 80 in a pipe."""
    from rich.console import Console

    write_utf8(sys.stdout)
    console = Console(highlight=False)
    console.width = min(console.width, 100) if console.is_terminal else 80
    console.print(view)
