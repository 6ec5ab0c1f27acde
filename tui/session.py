"""What is looked at, and the one thread in which an engine works for it.

An order log answers one thread at a time. So all that asks it goes through here, one question
after the other, while the screen stays alive; the question that runs can be interrupted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from crmformulas.errors import InputError

if TYPE_CHECKING:
    from crmformulas.orders.analysis import Orders
    from crmformulas.orders.customers import Customers
    from crmformulas.orders.results import Summary
    from crmformulas.orders.rules import Rules

__all__ = ["Cancelled", "Session", "Source", "View"]

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818 - no error: the user asked for it
    """The user stopped what was being done; what was there before still is."""


@dataclass(frozen=True)
class Source:
    """Where orders come from.

    Attributes:
        orders: Paths, or a URL; none is the demo retailer.
        name: What it is called in the header.
        contacts: A contact list.
        reading: Which columns to use and how to read them, as for ``crmformulas.orders.read``.
        of_contacts: The same for the contact list.
    """

    orders: tuple[str, ...] = ()
    name: str = ""
    contacts: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    of_contacts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """What the screens show: a summary, and the one of a year before for comparison.

    Attributes:
        source: Where the orders come from.
        summary: Every figure at the as-of day.
        rules: How was counted.
        before: Every figure twelve months before; None until it is known, and where history does
            not reach back so far.
    """

    source: Source
    summary: Summary
    rules: Rules
    before: Summary | None = None

    @property
    def as_of(self) -> date:
        """The last day that counts."""
        return self.summary.as_of


class Session:
    """An open order log and what is known of it.

    Attributes:
        view: What is shown; None until the first log is open.
        doing: What the engine is doing, in a few words; empty when it rests.
    """

    def __init__(self) -> None:
        self.view: View | None = None
        self.doing = ""
        self._engine = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._log: Orders | None = None
        self._opening: Orders | None = None
        self._stopped = False

    async def run(self, work: Callable[[], T]) -> T:
        """Do something in the engine's thread; the caller waits, the screen does not.

        Raises:
            Cancelled: if :meth:`interrupt` was called meanwhile.
            InputError: if the input or the engine fails, in one line.
        """
        self._stopped = False
        return await asyncio.get_running_loop().run_in_executor(self._engine, self._guarded, work)

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            if self._stopped:
                raise Cancelled
            made = work()
        except Exception as error:
            if self._stopped:
                raise Cancelled from None
            if isinstance(error, (InputError, Cancelled)):
                raise
            if isinstance(error, OSError):
                raise InputError(f"{error.strerror}: {error.filename!r}") from error
            from crmformulas.orders.failures import of_an_engine

            if of_an_engine(error):
                raise InputError(f"the engine stopped: {' '.join(str(error).split())}") from error
            raise
        finally:
            self.doing = ""
        if self._stopped:
            raise Cancelled
        return made

    def interrupt(self) -> None:
        """Stop what the engine is doing, as far as it can be stopped."""
        self._stopped = True
        for log in (self._opening, self._log):
            connection = getattr(log and log.rows.backend, "con", None)
            with suppress(Exception):
                connection.interrupt()  # type: ignore[union-attr]

    def share(self) -> float | None:
        """How far the engine is with a query, 0 to 1, where it can say."""
        from crmformulas.progress import query_share

        log = self._opening or self._log
        return query_share(log.rows.backend) if log is not None else None

    async def open(self, source: Source, as_of: date | None, rules: Rules | None) -> View:
        """Open a log and summarise it. The log before stays open until the new one has answered."""
        view = await self.run(lambda: self._open(source, as_of, rules))
        self.view = view
        return view

    def _open(self, source: Source, as_of: date | None, rules: Rules | None) -> View:
        from crmformulas.orders.analysis import read, sources
        from crmformulas.orders.rules import Rules

        self._step("opening")
        if source.orders:
            what: Any = sources(source.orders)
            contacts: Any = source.contacts
        else:
            from crmformulas.orders.demo import demo_frames

            self._step("making the demo retailer")
            what, contacts = demo_frames()
        rules = rules or Rules()
        log = self._opening = read(what, on_step=self._step, **source.reading)
        try:
            if contacts is not None:
                log.contacts(contacts, **source.of_contacts)
            view = View(source, log.summary(as_of, rules), rules)
        except BaseException:
            log.close()
            raise
        finally:
            self._opening = None
        before, self._log = self._log, log
        if before is not None:
            before.close()
        return view

    async def count(self, as_of: date | None, rules: Rules) -> View:
        """Summarise the open log again, at another day or by other rules."""
        view = self._known
        self.view = await self.run(
            lambda: View(view.source, self._asked.summary(as_of, rules), rules)
        )
        return self.view

    async def compare(self) -> View | None:
        """Add the figures of a year before to the view, unless another view has come meanwhile."""
        view = self._known

        def work() -> Summary | None:
            day = view.summary.windows.f12[1]
            if day < view.summary.input.first_day:
                return None
            return self._asked.summary(day, view.rules)

        before = await self.run(work)
        if before is None or self.view is not view:
            return None
        self.view = replace(view, before=before)
        return self.view

    async def customers(self) -> Customers:
        """The customers at the as-of day of the view. Ask it in :meth:`run` alone."""
        view = self._known
        return await self.run(lambda: self._asked.customers(view.as_of, view.rules))

    async def close(self) -> None:
        """Close the log and end the thread."""
        await asyncio.get_running_loop().run_in_executor(None, self.end)

    def end(self) -> None:
        """The same, for whoever can wait. Safe to call twice."""
        self.interrupt()
        with suppress(RuntimeError):
            self._engine.submit(self._close)
        self._engine.shutdown()

    def _close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def step(self, words: str) -> None:
        """Say what is being done, in :meth:`run`; here is where it can be stopped.

        Raises:
            Cancelled: if :meth:`interrupt` was called meanwhile.
        """
        if self._stopped:
            raise Cancelled
        self.doing = words

    _step = step

    @property
    def _known(self) -> View:
        if self.view is None:
            raise InputError("no orders are open yet")
        return self.view

    @property
    def _asked(self) -> Orders:
        if self._log is None:
            raise InputError("no orders are open yet")
        return self._log
