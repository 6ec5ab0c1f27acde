"""The open orders, and the one thread in which an engine works for them.

An order log answers one thread at a time. So all that asks it goes through here, one question
after the other, while the screen stays alive; the question that runs can be interrupted.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from crmformulas.errors import InputError
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.log import Orders
    from crmformulas.orders.rules import Rules
    from crmformulas.orders.selections.customer_page import CustomerPage
    from crmformulas.orders.summary.model import Summary
    from crmformulas.settings import Settings

__all__ = ["PATIENCE", "STEPS", "Cancelled", "Session", "Source", "View"]

T = TypeVar("T")

PATIENCE = 0.2
"""Seconds after which the screen says what is being done."""

LONGEST_HEAD = 12
"""Characters of the name of a file or segment at the head of its column."""

NICE = 5
"""The priority of the engine's threads; that of the screen is 0."""

STEPS: dict[str, Translated] = {
    step.en: step
    for step in (
        Translated("opening", "öppnar"),
        Translated("making the demo retailer", "gör demobutiken"),
        Translated("reading rows", "läser rader"),
        Translated("looking at what can't be read", "granskar det som inte kan läsas"),
        Translated("counting customers", "räknar kunder"),
        Translated("climbing the ladder", "räknar trappan"),
        Translated("following cohorts", "följer kohorter"),
        Translated("counting the year before", "räknar året innan"),
        Translated("counting what is compared with", "räknar det som jämförs med"),
        Translated("listing customers", "listar kunder"),
        Translated("sorting customers", "sorterar kunder"),
        Translated("finding orders", "hämtar köp"),
        Translated("finding what is known", "hämtar det som är känt"),
    )
}
"""What is being done, by the words in which an order log tells it."""


class Cancelled(Exception):  # noqa: N818 - no error: the user asked for it
    """The user stopped what was being done; what was there before still is."""


@dataclass(frozen=True)
class Source:
    """Where orders come from.

    Attributes:
        orders: Paths, or a URL; none is the demo retailer.
        name: What it is called in the header.
        contacts: A contact list.
        reading: Which columns to use and how to read them, as for ``crmformulas.orders.read``;
            those of the settings are among them.
        of_contacts: The same for the contact list.
        settings: The settings that go with the orders.
    """

    orders: tuple[str, ...] = ()
    name: str = ""
    contacts: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    of_contacts: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings | None = None


@dataclass(frozen=True)
class View:
    """The figures that the screens show: a summary, and that of a year before for comparison.

    Attributes:
        source: Where the orders come from.
        summary: Every figure at the as-of day.
        rules: How was counted.
        before: Every figure twelve months before; None until it is known, and where history does
            not reach back so far.
        against: Every figure of what the user compares with: another day, file or segment; None
            for :attr:`before`.
        against_name: What the other file or segment is called; empty for a day.
        comparing: Whether tables show now, then and change.
        currency: That of the amounts; empty where it is not known.
        span: The days of the first and the last of all orders.
    """

    source: Source
    summary: Summary
    rules: Rules
    before: Summary | None = None
    against: Summary | None = None
    against_name: str = ""
    comparing: bool = False
    currency: str = ""
    span: tuple[date, date] = (date.min, date.max)

    @property
    def then(self) -> Summary | None:
        """The summary that is compared with, while the user compares and it is known."""
        return (self.against or self.before) if self.comparing else None

    @property
    def then_name(self) -> str:
        """The name of what is compared with: then's as-of day, or the name of a file or segment."""
        if self.then is None:
            return ""
        return self.against_name or self.then.as_of.isoformat()

    @property
    def then_head(self) -> Label:
        """The head of the column of what is compared with."""
        if not self.against_name:
            return Translated("then", "då")
        name = printable(self.against_name)
        return name if len(name) <= LONGEST_HEAD else f"{name[: LONGEST_HEAD - 1]}…"

    @property
    def change_head(self) -> Label:
        """The head of the column that says by how much what is shown differs from then."""
        if self.against_name:
            return Translated("differs", "skiljer")
        return Translated("change", "ändring")

    @property
    def as_of(self) -> date:
        """The last day that counts."""
        return self.summary.as_of


def _give_way() -> None:
    """Let the screen go first: the engine's threads, which begin here, get what it leaves them."""
    if sys.platform == "linux":
        # There a thread has a priority of its own, and those that it starts have the same.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


STOPPED = Translated("the engine stopped: {}", "motorn stannade: {}")

AGAIN = 0.3
"""Seconds after which what is still asked is stopped once more."""


@dataclass(frozen=True)
class _Compared:
    """The comparison of the user, to be counted anew when the day or the rules are others.

    Attributes:
        count: Counts it in the engine's thread, for an as-of day and rules.
        name: What the file or segment is called; empty for a day.
    """

    count: Callable[[date, Rules], Summary]
    name: str = ""


class _Job:
    """A question to the engine, and whether it is still wanted."""

    stopped = False


class Session:
    """An open order log and what is known of it.

    Attributes:
        view: What is shown; None until the first log is open.
        doing: What the engine is doing, in a few words; empty when it rests.
        on_loaded: Called when the engine's modules have been loaded.
    """

    def __init__(self) -> None:
        self.view: View | None = None
        self.doing = ""
        self.on_loaded: Callable[[], None] = lambda: None
        self._engine = ThreadPoolExecutor(1, "engine", _give_way)
        self._jobs: set[_Job] = set()
        self._now: _Job | None = None
        self._since: float | None = None
        self._log: Orders | None = None
        self._opening: Orders | None = None
        self._other: Orders | None = None
        self._compared: _Compared | None = None
        self._forecast: tuple[Summary, Forecast] | None = None

    async def run(self, work: Callable[[], T], doing: str = "") -> T:
        """Do something in the engine's thread; the caller waits, the screen does not.

        Args:
            work: What to do.
            doing: What that is, in a few words.

        Raises:
            Cancelled: if :meth:`interrupt` was called meanwhile.
            InputError: if the input or the engine fails, in one line.
        """
        job = _Job()
        self._jobs.add(job)
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._engine, self._guarded, job, work, doing
            )
        except asyncio.CancelledError:
            # Nobody waits for it any more: what runs in vain makes room.
            job.stopped = True
            if self._now is job:
                self._break_off()
            raise
        finally:
            self._jobs.discard(job)

    def _guarded(self, job: _Job, work: Callable[[], T], doing: str) -> T:
        self._now, self._since = job, monotonic()
        try:
            if job.stopped:
                raise Cancelled
            self.doing = doing
            result = self._answer(job, work)
        except BaseException as error:
            if job.stopped:
                raise Cancelled from None
            if isinstance(error, MemoryError) or not isinstance(error, Exception):
                # Panics of native readers are no Exception, and would end the screen without it.
                why: Label = " ".join(str(error).split())
                if isinstance(error, MemoryError):
                    why = Translated("there is not enough memory", "minnet räcker inte")
                raise InputError(STOPPED.format(why)) from error
            if isinstance(error, (InputError, Cancelled)):
                raise
            if isinstance(error, OSError):
                raise InputError(f"{error.strerror or error}: {error.filename!r}") from error
            from crmformulas.orders.reading.engine_errors import of_an_engine, reason

            if of_an_engine(error):
                raise InputError(STOPPED.format(reason(error))) from error
            raise
        finally:
            self._now = self._since = None
            self.doing = ""
        if job.stopped:
            raise Cancelled
        return result

    @staticmethod
    def _answer(job: _Job, work: Callable[[], T]) -> T:
        """Ask again where the engine stopped for the sake of the question before.

        An engine is stopped by what it works on, not by who asked: the question that was to be
        stopped may have ended in the same moment, and the next one begun.
        """
        try:
            return work()
        except Exception as error:
            from crmformulas.orders.reading.engine_errors import is_interruption

            if job.stopped or not is_interruption(error):
                raise
        return work()

    @property
    def busy(self) -> bool:
        """Whether something is asked of the engine."""
        return bool(self._jobs)

    @property
    def slow(self) -> bool:
        """Whether the question that runs has taken so long that the screen says so."""
        since = self._since
        return since is not None and monotonic() - since >= PATIENCE

    def interrupt_if_slow(self) -> bool:
        """Interrupt a question that takes long, and return whether there was one."""
        waiting = self.busy and self.slow
        if waiting:
            self.interrupt()
        return waiting

    def interrupt(self) -> None:
        """Stop what the engine is doing, as far as it can be stopped."""
        for job in self._jobs:
            job.stopped = True
        self._break_off()

    def _break_off(self) -> None:
        # Nothing is open before this is loaded.
        if tables := sys.modules.get("crmformulas.orders.reading.source_tables"):
            tables.interrupt_all()
        again = threading.Timer(AGAIN, self._break_off_again)
        again.daemon = True
        again.start()

    def _break_off_again(self) -> None:
        """Break off again: what was between two queries must not go on for long with the next."""
        now = self._now
        if now is not None and now.stopped:
            self._break_off()

    def share(self) -> float | None:
        """The share of a query that the engine has done, 0 to 1, where it can say."""
        from crmformulas.cli.progress import query_share

        log = self._opening or self._log
        return query_share(log.rows.backend) if log is not None else None

    async def open(self, source: Source, as_of: date | None, rules: Rules | None) -> View:
        """Open a log and summarise it. The log before stays open until the new one has answered."""
        return await self.run(lambda: self._open(source, as_of, rules), "opening")

    def _open(self, source: Source, as_of: date | None, rules: Rules | None) -> View:
        from crmformulas.orders.log import read

        if source.orders:
            what: Any = list(source.orders)
            contacts: Any = source.contacts
        else:
            from crmformulas.orders.demo import demo_frames

            self.step("making the demo retailer")
            what, contacts = demo_frames()
        # What the user has taken back in the dialog isn't to come from the settings once more.
        reading: Any = {**dict.fromkeys(source.settings.reading if source.settings else ())}
        log = self._opening = read(
            what, on_step=self.step, settings=source.settings, **reading | dict(source.reading)
        )
        rules = rules or log.rules
        self.on_loaded()
        try:
            if contacts is not None:
                log.contacts(contacts, **source.of_contacts)
            made = log.summary(as_of, rules)
            view = View(source, made, rules, currency=log.currency, span=log.span(rules))
            self.step("opening")
        except BaseException:
            log.close()
            raise
        finally:
            self._opening = None
        before, self._log, self.view = self._log, log, view
        self._let_go()
        self._compared = None
        if before is not None:
            before.close()
        return view

    def _let_go(self) -> None:
        """Close what was compared with."""
        if self._other is not None:
            self._other.close()
            self._other = None

    async def count(self, as_of: date | None, rules: Rules) -> View:
        """Summarise the open log again, at another day or by other rules."""
        view = self._known

        def work() -> View:
            summary = self.log.summary(as_of, rules)
            compared = self._compared
            against = compared.count(summary.as_of, rules) if compared else None
            return replace(view, summary=summary, rules=rules, before=None, against=against)

        self.view = await self.run(work, "counting customers")
        return self.view

    def compare_with(self, *, on: bool) -> View:
        """Show beside every figure what it was then, or no more."""
        self.view = replace(self._known, comparing=on)
        return self.view

    async def count_against(self, day: date) -> View:
        """Compare with another day."""

        def count(as_of: date, rules: Rules) -> Summary:
            self._let_go()
            return self.log.summary(day, rules)

        return await self._count_against(_Compared(count))

    async def count_against_segment(self, name: str, condition: str) -> View:
        """Compare with the customers whom a condition selects, at the same day."""

        def count(as_of: date, rules: Rules) -> Summary:
            part = self.log.only(condition, as_of, rules)
            self._let_go()
            self._other = part
            return part.summary(as_of, rules)

        return await self._count_against(_Compared(count, name))

    async def count_against_file(self, source: Source) -> View:
        """Compare with the orders of another file, up to the same day as far as they reach."""

        def count(as_of: date, rules: Rules) -> Summary:
            from crmformulas.orders.log import read

            reading: Any = {**dict.fromkeys(source.settings.reading if source.settings else ())}
            other = read(
                list(source.orders), settings=source.settings, **reading | dict(source.reading)
            )
            try:
                ours, theirs = self._known.currency, other.currency
                if ours and theirs and ours != theirs:
                    why = Translated(
                        "amounts in {} and {} can't be compared",
                        "belopp i {} och {} går inte att jämföra",
                    )
                    raise InputError(why.format(ours, theirs))
                made = other.summary(None, rules)
                if made.input.first_day <= as_of < made.as_of:
                    made = other.summary(as_of, rules)
            except BaseException:
                other.close()
                raise
            self._let_go()
            self._other = other
            return made

        return await self._count_against(_Compared(count, source.name))

    async def _count_against(self, wanted: _Compared) -> View:
        view = self._known
        made = await self.run(
            lambda: wanted.count(view.as_of, view.rules), "counting what is compared with"
        )
        self._compared = wanted
        self.view = replace(self._known, against=made, against_name=wanted.name, comparing=True)
        return self.view

    def end_comparison(self) -> View:
        """Compare with the year before again."""
        self._compared = None
        self.view = replace(self._known, against=None, against_name="", comparing=True)
        return self.view

    @property
    def then_log(self) -> Orders:
        """The log of what is compared with: another file, a segment, or the open one."""
        return self._other or self.log

    async def compare(self) -> View | None:
        """Add the figures of a year before to the view, unless another view has come meanwhile."""
        view = self._known

        def work() -> Summary | None:
            day = view.summary.windows.f12[1]
            if day < view.summary.input.first_day:
                return None
            return self.log.summary(day, view.rules)

        before = await self.run(work, "counting the year before")
        if before is None or self.view is not view:
            return None
        self.view = replace(view, before=before)
        return self.view

    def customers(self) -> Customers:
        """The customers at the as-of day of the view. To be asked in :meth:`run` alone."""
        from crmformulas.orders.selections.segments import Segments

        view = self._known
        customers = self.log.customers(view.as_of, view.rules)
        if not customers.people.segments:
            customers.people.segments = Segments(customers, self.log.settings.segments)
        return customers

    def page_of(self, customer: str) -> CustomerPage:
        """All that is known of a customer. To be asked in :meth:`run` alone."""
        view = self._known
        return self.log.customer(customer, view.as_of, view.rules)

    def forecast(self, view: View) -> Forecast:
        """The forecast at the as-of day of a view. To be asked in :meth:`run` alone."""
        made = self.log.forecast(view.as_of, rules=view.rules)
        self._forecast = view.summary, made
        return made

    def forecast_of(self, view: View) -> Forecast | None:
        """The forecast of a view if a screen has asked for it; None else."""
        asked = self._forecast
        return asked[1] if asked is not None and asked[0] is view.summary else None

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
        self._let_go()
        if self._log is not None:
            self._log.close()
            self._log = None

    def step(self, words: str) -> None:
        """Say what is being done, in :meth:`run`; here is where it can be stopped.

        Raises:
            Cancelled: if :meth:`interrupt` was called meanwhile.
        """
        if self._now is not None and self._now.stopped:
            raise Cancelled
        self.doing = words

    @property
    def _known(self) -> View:
        if self.view is None:
            raise InputError(Translated("no orders are open yet", "inga köp är öppnade än"))
        return self.view

    @property
    def log(self) -> Orders:
        """The open log. To be asked in :meth:`run` alone.

        Raises:
            InputError: if none is open.
        """
        if self._log is None:
            raise InputError(Translated("no orders are open yet", "inga köp är öppnade än"))
        return self._log
