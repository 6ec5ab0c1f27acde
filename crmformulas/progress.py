"""What is being done, on standard error, once it has taken longer than a second."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["Progress"]

PATIENCE = 1.0
"""Seconds of silence."""


class Progress:
    """A line that says the step, how far it is and the time so far.

    On a terminal the line is redrawn; elsewhere each step gets a line of its own. It is drawn by
    a thread, because an engine holds the main thread while it counts.
    """

    def __init__(self) -> None:
        self._words = ""
        self._share: float | None = None
        self._backend: Any = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> Self:
        """Start the clock of patience."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear the line."""
        self._stop.set()
        self._thread.join()

    def __call__(self, words: str) -> None:
        """A new step begins."""
        self._words, self._share = words, None

    def done(self, share: float) -> None:
        """So much of the step is done, 0 to 1."""
        self._share = share

    def follow(self, backend: Any) -> None:
        """Ask this engine how far its query is, where it can say."""
        connection = getattr(backend, "con", None)
        self._backend = connection if hasattr(connection, "query_progress") else None

    def _how_far(self) -> float | None:
        share = self._share
        if share is None and self._backend is not None:
            # Whatever goes wrong here (the engine may be closing), the line is only for comfort.
            with suppress(Exception):
                share = self._backend.query_progress() / 100
        return share if share is not None and 0 <= share <= 1 else None

    def _draw(self) -> None:
        if self._stop.wait(PATIENCE):
            return
        if sys.stderr.isatty():
            self._draw_bar()
            return
        said = ""
        while not self._stop.wait(0.1):
            if self._words != said:
                said = self._words
                print(f"{said} …", file=sys.stderr, flush=True)

    def _draw_bar(self) -> None:
        # Imported here: a run that is done within a second needs none of it.
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            SpinnerColumn,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.progress import Progress as Bars

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(24),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task(self._words, total=None)
            while not self._stop.wait(0.1):
                share = self._how_far()
                bars.update(
                    task,
                    description=self._words,
                    total=None if share is None else 1.0,
                    completed=share or 0,
                )
