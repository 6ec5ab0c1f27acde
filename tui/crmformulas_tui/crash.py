"""Give the terminal back when a library of the engine aborts the process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

__all__ = ["restore_terminal_on_abort"]

RESTORE = (
    b"\x1b[<u\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?25h"
    b"\x1b[?1049l\x1b[0m"
)
"""No mouse, no bracketed paste, the cursor seen, the screen that was there before."""

MESSAGE = b"crmf: a library of the engine stopped the program; the input may be damaged\n"

_installed: list[Any] = []


def restore_terminal_on_abort() -> None:
    """Leave the alternate screen when the process is aborted, which no Python code sees.

    Native libraries abort where they can't have the memory they ask for. A handler of Python's own
    would run after that, which is never; so the handler is C's, and calls Python from there.
    """
    if os.name != "posix" or _installed:
        return
    with suppress(ImportError, OSError, AttributeError):
        import ctypes
        import termios

        terminal = sys.__stdin__.fileno() if sys.__stdin__ else 0
        before = termios.tcgetattr(terminal) if os.isatty(terminal) else None

        def restore(_: int) -> None:
            with suppress(Exception):
                os.write(1, RESTORE)
                if before is not None:
                    termios.tcsetattr(terminal, termios.TCSANOW, before)
                os.write(2, MESSAGE)

        handler: Callable[[int], None] = ctypes.CFUNCTYPE(None, ctypes.c_int)(restore)
        library = ctypes.CDLL(None)
        library.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
        library.signal(signal.SIGABRT, ctypes.cast(handler, ctypes.c_void_p))  # type: ignore[arg-type]
        # The handler must live as long as the process.
        _installed.append(handler)
