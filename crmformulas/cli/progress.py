"""Progress on standard error, once something has taken longer than a second."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crmformulas.cli.output import console, echo

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["Progress", "query_share"]

PATIENCE = 1.0
"""Seconds of silence."""


def query_share(backend: Any) -> float | None:
    """Share of a query that an engine has done, 0 to 1, where it can say."""
    # Whatever goes wrong here (the engine may be closing), the answer is only for comfort.
    with suppress(Exception):
        share = float(backend.con.query_progress()) / 100
        return share if 0 <= share <= 1 else None
    return None


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
        self._backend = backend

    def _how_far(self) -> float | None:
        return query_share(self._backend) if self._share is None else self._share

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
                echo(f"{said} …", err=True)

    def _draw_bar(self) -> None:
        # Imported here: a run that is done within a second needs none of it.
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
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=console(stderr=True), transient=True) as bars:
            task = bars.add_task(self._words, total=None)
            while not self._stop.wait(0.1):
                share = self._how_far()
                bars.update(
                    task,
                    description=self._words,
                    total=None if share is None else 1.0,
                    completed=share or 0,
                )
