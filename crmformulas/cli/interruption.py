"""Ctrl+c, SIGTERM and SIGHUP: a run ends within two seconds and leaves nothing behind.

A signal becomes a ``KeyboardInterrupt`` in the main thread. Where that thread is deep in an engine
which does not look up, a thread that waits for signals ends the run instead.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

from crmformulas.files import remove_own

__all__ = ["INTERRUPTED", "ends_soon", "interrupted", "listening"]

INTERRUPTED = "crmf: interrupted; nothing is left half done"

PATIENCE = 2.0
"""Seconds from the signal to the end."""

ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

AGAIN = 0.02
"""Seconds after which an interruption is raised again that was lost."""

_first: float | None = None
"""When the first signal came."""


def interrupted() -> bool:
    """Whether a signal to end came in this run."""
    return _first is not None


@contextmanager
def listening() -> Iterator[None]:
    """Turn the signals that end a run into a KeyboardInterrupt, so that all is tidied up.

    What ignores them, as ``nohup`` makes it, goes on ignoring them.
    """
    global _first
    _first = None
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in ENDING}
    hook = sys.unraisablehook
    for one, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(one, _raise)
    sys.unraisablehook = _raise_again
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for one, handler in before.items():
            signal.signal(one, handler)


def _raise(number: int, frame: FrameType | None) -> None:
    global _first
    now = time.monotonic()
    if _first is None:
        _first = now
        raise KeyboardInterrupt
    if now - _first > PATIENCE:
        _give_up()
    # Else the run is about to end; a second signal would only end its tidying up.


def _raise_again(lost: Any) -> None:
    """Raise an interruption again that came where Python raises nothing, as in a finalizer."""
    global _first
    if issubclass(lost.exc_type, KeyboardInterrupt):
        _first = None
        # Raised at once it would come in here, and be lost again. A finalizer may run while threads
        # are being counted, so this one is none that Python counts.
        _thread.start_new_thread(_signal_again, ())
    elif not interrupted():
        sys.__unraisablehook__(lost)


def _give_up() -> NoReturn:
    with suppress(OSError):
        os.write(2, f"{INTERRUPTED}\n".encode())
    remove_own()
    os._exit(130)


def _signal_again() -> None:
    time.sleep(AGAIN)
    if signal.getsignal(signal.SIGINT) is not _raise:
        return
    if os.name == "nt":
        signal.raise_signal(signal.SIGINT)
    else:
        # To the process, so that it wakes the main thread.
        os.kill(os.getpid(), signal.SIGINT)


@contextmanager
def ends_soon() -> Iterator[None]:
    """End the run two seconds after a signal, even if the main thread never hears of it."""
    if threading.current_thread() is not threading.main_thread() or os.name == "nt":
        yield
        return
    heard, write_end = os.pipe()
    os.set_blocking(write_end, False)
    done = threading.Event()
    thread = threading.Thread(target=_wait, args=(heard, done), daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(before)
        os.close(write_end)


def _wait(heard: int, done: threading.Event) -> None:
    while number := os.read(heard, 1):
        if number[0] in ENDING and not done.wait(PATIENCE):
            _give_up()
    os.close(heard)
