"""An order log that can be asked: the steps from rows to counts, each done once."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import fields, replace
from datetime import date
from functools import partial
from inspect import signature
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakSet

from crmformulas.dates import add_months, day_number, from_number, month_index
from crmformulas.errors import CrmError, InputError, QuestionError, describe
from crmformulas.formulas.migration import round_half_up, tier_sizes
from crmformulas.formulas.uncertainty import LEVEL
from crmformulas.orders.counting import queries, tiers
from crmformulas.orders.counting.counts import (
    CohortCount,
    ContactCounts,
    ConversionDay,
    Counts,
    Extent,
    FlowCount,
    GapCount,
    MoneyCount,
    PurchaseCount,
    ReturnedSum,
    SignUpDay,
    SoonCount,
    SpreadCount,
    spread_unit,
)
from crmformulas.orders.keywords import refuse_unknown, takes_keywords_of
from crmformulas.orders.reading import spark
from crmformulas.orders.reading.account import SettingsAccount, in_both
from crmformulas.orders.reading.column_roles import further_names, listed
from crmformulas.orders.reading.contacts import Contacts, open_contacts
from crmformulas.orders.reading.currencies import NoCurrencyColumnError
from crmformulas.orders.reading.embedded import Embedded
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.expressions import ibis, real, total
from crmformulas.orders.reading.order_log import OrderLog
from crmformulas.orders.reading.order_totals import AGAIN_AFTER
from crmformulas.orders.reading.surveys import Survey, open_survey
from crmformulas.orders.reading.typed_rows import REASONS, ReadOptions, Rows, open_rows
from crmformulas.orders.rules import (
    LONGEST_HISTORY,
    RuleChanges,
    Rules,
    Windows,
    rules_of,
    soon_days,
)
from crmformulas.orders.summary.build import summarise
from crmformulas.settings import Settings, load_settings, merged, told
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self, Unpack

    import ibis.expr.types as ir

    from crmformulas.orders.analysis.backtest import Backtest
    from crmformulas.orders.analysis.discounts import Discounts
    from crmformulas.orders.analysis.follow import Follow
    from crmformulas.orders.analysis.forecast.customers import CustomerModel
    from crmformulas.orders.analysis.forecast.fit import Origin
    from crmformulas.orders.analysis.forecast.histories import Counted
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.analysis.products import Products
    from crmformulas.orders.analysis.scenarios import Scenario
    from crmformulas.orders.analysis.separation.build import AnyLine, Asked
    from crmformulas.orders.analysis.separation.results import Separation
    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.counting.starts import Kind, Question
    from crmformulas.orders.counting.year import YearCount
    from crmformulas.orders.reading.account import Account
    from crmformulas.orders.reading.further_columns import FurtherColumn, FurtherColumns
    from crmformulas.orders.reading.id_codes import IdCodes
    from crmformulas.orders.reading.read_options import (
        ContactKeywords,
        ReadKeywords,
        SurveyKeywords,
    )
    from crmformulas.orders.selections.contact_source import SignUps
    from crmformulas.orders.selections.control_groups import Draw, Measured
    from crmformulas.orders.selections.cross_sell import AlsoBought, Bought, CrossSell
    from crmformulas.orders.selections.customer_page import CustomerPage
    from crmformulas.orders.selections.person_table import PersonTable
    from crmformulas.orders.selections.rfm_grid import RfmCell
    from crmformulas.orders.selections.satisfaction import Satisfaction
    from crmformulas.orders.selections.segments import SegmentList, SegmentSize
    from crmformulas.orders.summary.model import Summary

__all__ = ["Orders", "ValueCount", "read"]

Row = TypeVar("Row", bound=tuple[Any, ...])

Step = Callable[[str], None]
"""Told what is being done, in a few words, before each long step."""


YEARS_TOLD = 20
"""Years whose tiers are told of a customer."""

DAYS_AT_HAND = 4
"""Summaries that are kept: of a day, of a year and of two years before it, and one more."""

UNPRICED = Translated(
    "the amounts are of whole orders, not of their lines",
    "beloppen är hela ordrars, inte radernas",
)
"""Why nobody knows what was spent on a product."""

TOO_MANY_NUMBERS = Translated("too many different numbers", "för många olika tal")

ROWS_OF_A_BATCH = 50_000
"""Of a large result."""

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Of as-of days: what lies further away is a slip of the pen."""


class ValueCount(NamedTuple):
    """How often a value stands in a column: its rows, orders and money in ten-thousandths."""

    where: str
    value: str
    rows: int
    orders: int
    money: int


class _Prepared(NamedTuple):
    """What everything at an as-of day begins with."""

    extent: Extent
    windows: Windows
    bounds: queries.Bounds
    orders: ir.Table
    days: ir.Table


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class Orders:
    """An order log, opened. Close it, or use it in a ``with`` block, to remove temporary files.

    Attributes:
        rows: The typed rows, in their engine.
        settings: What the user keeps of settings; empty where there are none.
        rules: How orders are counted unless something else is said.
    """

    def __init__(
        self, rows: Rows, on_step: Step | None = None, settings: Settings | None = None
    ) -> None:
        self.rows = rows
        self.settings = settings or Settings()
        self.rules = rules_of(self.settings)
        self._contact_options: Mapping[str, Any] = {}
        self._on_step = on_step or (lambda words: None)
        self._made: dict[Any, Any] = {}
        self._contacts: Contacts | None = None
        self._survey: Survey | None = None
        self._checked = False
        self._stored: list[Any] = []
        self._further: FurtherColumns | None = None
        self._wanted: Sequence[str] | None = None
        self._listed: WeakSet[Customers] = WeakSet()
        self._whole: Orders | None = None

    def __enter__(self) -> Self:
        """The log itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the log."""
        self.close()

    def close(self) -> None:
        """Let go of the engine and remove what was stored temporarily."""
        for customers in list(self._listed):
            # Whoever still holds the list: its tables can't be dropped once the engine is gone.
            customers.close()
        # Those of some customers begin with what the log of all has read, which goes on with it.
        of_all = list(map(id, self._whole._made.values())) if self._whole is not None else []
        for entry in self._made.values():
            if isinstance(entry, OrderLog) and id(entry) not in of_all:
                entry.release()
        self._made.clear()
        while self._stored:
            self._stored.pop().release()
        self.rows.close()

    @takes_keywords_of(open_contacts, "source", "rows")
    def contacts(self, source: Any, **options: Unpack[ContactKeywords]) -> Self:
        """Add a contact list, from a file or frame: customer id, sign-up day, day last reached.

        Args:
            source: As for :func:`read`.
            **options: ``contact_id``, ``signed_up``, ``last_reached`` name the columns; ``table``,
                ``date_format``, ``delimiter``, ``encoding`` as for :func:`read`.

        Returns:
            The log itself.

        Raises:
            InputError: if the list can't be read.
        """
        accepted = [name for name in signature(open_contacts).parameters if name != "rows"]
        refuse_unknown(options, accepted, "contacts()")
        self._contact_options = merged(self.settings.of_contacts, options)
        for customers in list(self._listed):
            # They don't know of these contacts.
            customers.close()
        self._contacts = open_contacts(source, self.rows, **self._contact_options)
        self._made.pop(("summary",), None)
        return self

    @takes_keywords_of(open_survey, "source", "rows")
    def survey(self, source: Any, **options: Unpack[SurveyKeywords]) -> Self:
        """Add a survey, from a file or frame: customer id, score, day of the answer.

        Its last answer up to the as-of day becomes the attribute ``score`` of customers, and
        :meth:`satisfaction` tells what the survey says.

        Args:
            source: As for :func:`read`.
            **options: ``respondent``, ``score``, ``answered`` name the columns; ``table``,
                ``date_format``, ``delimiter``, ``encoding`` as for :func:`read`.

        Returns:
            The log itself.

        Raises:
            InputError: if the survey can't be read.
        """
        accepted = [name for name in signature(open_survey).parameters if name != "rows"]
        refuse_unknown(options, accepted, "survey()")
        for customers in list(self._listed):
            # They don't know of these answers.
            customers.close()
        self._survey = open_survey(source, self.rows, **options)
        return self

    @property
    def has_survey(self) -> bool:
        """Whether there is a survey."""
        return self._survey is not None

    @takes_keywords_of(Rules)
    def summary(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Summary:
        """Every figure at an as-of day.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, such as ``returns="ignore"`` or ``new_after=24``: the fields
                of :class:`~crmformulas.orders.Rules`, in place of those of ``rules``.

        Returns:
            A :class:`~crmformulas.orders.Summary`: dataclasses with pandas frames, and
            ``to_dict()``/``to_json()`` for the JSON contract.

        Raises:
            InputError: if there is no usable order up to the day.

        Examples:
            >>> import pandas as pd
            >>> log = pd.DataFrame(
            ...     {
            ...         "customer": ["a", "a", "b"],
            ...         "date": ["2026-01-31", "2026-03-01", "2026-03-01"],
            ...         "amount": [100, 50, 20],
            ...     }
            ... )
            >>> with read(log) as orders:
            ...     orders.summary().ladder.steps["customers"].tolist()
            [2, 1]
        """
        rules = _changed(rules or self.rules, changes, "summary()")
        prepared = self._prepare(as_of, rules)
        # What is made of summaries, such as a forecast or a report, asks for them again.
        return self._summary(prepared, rules)

    def _summary(
        self, prepared: _Prepared, rules: Rules, counted: Counted | None = None
    ) -> Summary:
        summaries: dict[Any, Summary] = self._made.setdefault(("summary",), {})
        key = prepared.windows, rules
        if key not in summaries:
            if len(summaries) == DAYS_AT_HAND:
                del summaries[next(iter(summaries))]
            summaries[key] = self._summarise(prepared, rules, counted)
        return summaries[key]

    def _summarise(self, prepared: _Prepared, rules: Rules, counted: Counted | None) -> Summary:
        """Count a summary; from the customers and their sequence where those are there already."""
        extent, windows, bounds, _, days = prepared
        orders, ids = self._numbered_orders(prepared, rules)
        self._on_step("counting customers")
        # Left to the garbage collector they would be dropped by any thread, at any time.
        with ExitStack() as held:
            if counted is not None:
                customers, several, ids = counted.customers, counted.customers, counted.ids
            else:
                customers, several, orders = self._count_customers(orders, bounds, held)
            unit = spread_unit(extent)
            starts = held.enter_context(queries.starts(customers, bounds, unit).cache())
            cohorts = self._rows(queries.cohorts(starts, days, bounds, rules), CohortCount)
            tiered = self._tiered(customers, days, bounds, cohorts, rules, ids)
            flows = self._rows(tiers.flows(tiered), FlowCount)
            self._on_step("climbing the ladder")
            sequence = (
                held.enter_context(queries.sequence(orders, queries.numbered(several)).cache())
                if counted is None
                else counted.sequence
            )
            gaps = self._rows(queries.gaps(sequence, bounds, rules), GapCount)
            assert extent.first is not None
            purchases = self._lists(queries.purchases(sequence, days, rules), PurchaseCount)
            within_days = soon_days(rules, extent.first, bounds.as_of)
            soon = self._rows(queries.soon(sequence, days, within_days, rules), SoonCount)
            self._on_step("following cohorts")
            money = self._rows(queries.money(sequence, starts, days), MoneyCount)
            spread = self._rows(queries.spread(sequence, starts, days, unit), SpreadCount)
            since = queries.two_years_back(windows)
            returned = (
                self._rows(queries.returned(sequence, days, since), ReturnedSum)
                if extent.returns and rules.returns == "net"
                else []
            )
            contacts, contact_counts = self._contacts, None
            sign_ups: list[SignUpDay] = []
            conversions: list[ConversionDay] = []
            if contacts is not None:
                named = _named(customers, ids)
                people = held.enter_context(
                    queries.contacts_beside(contacts.table, named, bounds.as_of, rules).cache()
                )
                tally = queries.contacts_tally(people, bounds.as_of, rules)
                contact_counts = self._rows(tally, ContactCounts)[0]
                sign_ups = self._rows(queries.sign_ups(people), SignUpDay)
                conversions = self._rows(queries.conversions(people), ConversionDay)
        excluded = [reason for reason, rows in extent.excluded.items() if rows]
        account = self._account(rules)
        counts = Counts(
            extent=extent,
            cohorts=cohorts,
            gaps=gaps,
            flows=flows,
            money=money,
            returned=returned,
            contacts=contact_counts,
            sign_ups=sign_ups,
            conversions=conversions,
            spread=spread,
            purchases=purchases,
            soon=soon,
            has_reach=contacts is not None and "last_reached" in contacts.table.columns,
            sample=tuple(self.rows.sample(among=excluded) if excluded else ()),
            notes=(
                *account.notices,
                *(in_both(note.text) for note in (contacts.notes if contacts else ())),
            ),
            account=account,
        )
        return summarise(counts, windows, rules)

    def account(self, rules: Rules | None = None) -> Account:
        """What was read, and by which rules."""
        rules = rules or self.rules
        # What can't be read is looked at once more before anything is told.
        self._extent(None, rules)
        return self._account(rules)

    @property
    def currency(self) -> str:
        """The currency of the amounts, as settings, an option or the source say it; else empty."""
        said = self.settings.money.currency or self.rows.options.currency
        return said or next((t.code for t in self.rows.typed if t.code), None) or ""

    def _account(self, rules: Rules) -> Account:
        account: Account = self._made["read", rules.every_row].account
        notes = (replace(note, text=in_both(note.text)) for note in self.rows.notes)
        account = replace(account, rules=(*notes, *account.rules))
        if self.settings.path is None:
            return account
        counted = {field.name: getattr(rules, field.name) for field in fields(rules)}
        read = {field.name: getattr(self.rows.options, field.name) for field in fields(ReadOptions)}
        used = read | counted | dict(self._contact_options)
        of_file = SettingsAccount(self.settings.path.name, told(self.settings, used))
        return replace(account, settings=of_file)

    def orders(self, rules: Rules | None = None) -> ir.Table:
        """The orders: ``customer``, ``day`` and ``amount`` in ten-thousandths, in the engine."""
        return queries.usable(self._grouped(rules or self.rules))

    def records(self, table: Any) -> list[dict[str, Any]]:
        """The records of a small table over the orders."""
        return self.rows.opened.ask(table)

    def totals(self, rules: Rules | None = None) -> dict[str, int]:
        """Orders, customers, returns and revenue, and what is left out by reason."""
        grouped = self._grouped(rules or self.rules)
        order = grouped.key.isnull() | (grouped.key >= 0)
        counts: dict[str, Any] = {
            "rows": grouped.rows.sum(),
            "orders": order.sum(),
            "customers": grouped.customer.nunique(where=order),
            "revenue": grouped.amount.sum(where=order),
            "returns": (order & (grouped.amount <= 0)).sum(),
            "returned": grouped.amount.sum(where=order & (grouped.amount <= 0)),
        }
        for number, (name, _) in enumerate(REASONS):
            out = grouped.key == -1 - number
            counts[name] = grouped.rows.sum(where=out)
            # Without a day, too, it is mostly the file's own row of totals, which is no revenue.
            dated = out & grouped.day.notnull() if name == "no_customer" else out
            counts[f"{name}_money"] = grouped.amount.sum(where=dated)
        record = self.records(grouped.agg(**{k: n.fill_null(0) for k, n in counts.items()}))[0]
        return {name: int(n or 0) for name, n in record.items()}

    def values(self, role: str, rules: Rules | None = None) -> list[ValueCount]:
        """What stands in a column of a role, such as ``status`` or ``currency``, over all files.

        Args:
            role: The role of the column; the first of several.
            rules: How to count.

        Returns:
            The values, the most frequent first, up to 20 a file; an order's total counts once.
        """
        sources = self.account(rules).sources
        value_counts = []
        for typed, source in zip(self.rows.typed, sources, strict=True):
            if role not in typed.choice.roles:
                continue
            value = typed.part.column(typed.choice.roles[role]).cast("string").strip()
            by_order = "order" in typed.choice.roles
            order = (
                typed.part.column(typed.choice.roles["order"]) if by_order else ibis.null("int64")
            )
            table = typed.part.table.select(value=value, order=order, amount=typed.amount()).view()
            table = table.filter(table["value"] != "")
            amount = (
                table.amount.max() if source.amount_rule == "once per order" else table.amount.sum()
            )
            if by_order:
                table = table.group_by("value", "order").agg(rows=table.count(), amount=amount)
            else:
                table = table.mutate(rows=1)
            by = table.group_by("value").agg(
                rows=table["rows"].sum(), orders=table.count(), money=table.amount.sum()
            )
            for row in self.records(by.order_by(by["rows"].desc(), by["value"]).limit(20)):
                numbers = (int(row[n] or 0) for n in ("rows", "orders", "money"))
                value_counts.append(ValueCount(typed.where(role), row["value"], *numbers))
        return value_counts

    def repeated_rows(self) -> int:
        """How many rows repeat another of their file in every column; a server is not asked."""
        n = 0
        for part in self.rows.opened.parts:
            if part.engine is None:
                continue
            table = part.table.group_by(list(part.table.columns)).agg(n=part.table.count())
            n += int(self.records(table.agg(n=(table["n"] - 1).sum()))[0]["n"] or 0)
        return n

    def span(self, rules: Rules | None = None) -> tuple[date, date]:
        """The days of the first and the last of all orders, whatever the as-of day.

        Raises:
            InputError: if there is no usable order.
        """
        extent = self._extent_to(None, rules or self.rules)
        if extent.first is None or extent.last is None:
            raise _nothing(extent, None, "")
        return from_number(extent.first), from_number(extent.last)

    def after(self, day: date) -> tuple[int, int]:
        """Orders later than a day, and the sum of their amounts."""
        orders = self.orders()
        later = orders.filter(orders.day > day_number(day))
        row = self.records(later.agg(n=later.count(), money=later.amount.sum()))[0]
        return row["n"], int(row["money"] or 0)

    @takes_keywords_of(Rules)
    def customers(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        *,
        where: str = "",
        **changes: Unpack[RuleChanges],
    ) -> Customers:
        """Every customer who has bought up to an as-of day, as a table to page through.

        The rows stay in the engine; they are listed once for a day and rules.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            where: Which customers: a condition on their attributes, such as ``orders 4..5 and
                days_since > 90``. See :mod:`crmformulas.orders.selections.conditions`.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.Customers`, of use until the log is closed.

        Raises:
            InputError: if there is no usable order up to the day, or the condition can't be read;
                the message says where.

        Examples:
            >>> import pandas as pd
            >>> log = {"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     [one.customer for one in orders.customers().page(sort="revenue")]
            ...     orders.customers(where="revenue >= 50 and orders = 1").count()
            ['b', 'a']
            1
        """
        rules = _changed(rules or self.rules, changes, "customers()")
        windows = self._prepare(as_of, rules).windows
        kept: Customers | None = self._made.get(("customers",))
        if kept is None or kept.closed or (kept.windows, kept.rules) != (windows, rules):
            # The list of another day makes room, unless somebody still looks at it.
            self._made["customers",] = kept = None
            kept = self._list_customers(as_of, rules)
            self._listed.add(kept)
            self._made["customers",] = kept
        return kept.where(where) if where.strip() else kept

    @takes_keywords_of(Rules)
    def only(
        self,
        where: str,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Orders:
        """The orders of the customers whom a condition selects, as a log of its own.

        Everything is counted as if the others had never bought, value tiers among them; how far
        history reaches is that of the whole log. Contacts and surveys don't come along.

        Args:
            where: Which customers at the as-of day, as for :meth:`customers`; the name of a
                segment is one, too, as ``segment = 'one-time'``.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A log that is of use until this one is closed.

        Raises:
            InputError: if the condition can't be read, or selects nobody.

        Examples:
            >>> import pandas as pd
            >>> log = {"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.only("revenue >= 50").summary().flows.closing
            1
        """
        from crmformulas.orders.reading.rows_of_some import RowsOfSome
        from crmformulas.orders.selections.segments import with_segments

        rules = _changed(rules or self.rules, changes, "only()")
        customers = self.customers(as_of, rules)
        customers.people.segments = with_segments(customers, self.settings.segments)
        chosen = customers.people.where(where).select("customer").distinct()
        stored = self._store(chosen)
        if not self._tuples(stored.agg(n=stored.count()))[0][0]:
            raise InputError(
                Translated("nobody is selected by {}", "ingen väljs av {}").format(where)
            )
        rows = RowsOfSome.of(self.rows, stored)
        part = Orders(rows, self._on_step, self.settings)
        part._whole, part._checked, part.rules = self, True, rules
        every = rules.every_row
        grouped = self._grouped(rules)
        part._made["read", every] = self._made["read", every]
        part._made["grouped", every] = rows.select(grouped)
        return part

    def _list_customers(self, as_of: date | str | None, rules: Rules) -> Customers:
        """The list of customers at a day, for its caller to close."""
        from crmformulas.orders.counting.customer_list import Customers
        from crmformulas.orders.counting.listing import cells, listed, with_latest
        from crmformulas.orders.selections.attributes import Scope, base_attributes
        from crmformulas.orders.selections.contact_source import contact_source
        from crmformulas.orders.selections.cross_sell import cross_sell_source
        from crmformulas.orders.selections.joined_sources import (
            discount_source,
            forecast_sources,
            further_sources,
            tells_of_discounts,
        )
        from crmformulas.orders.selections.person_table import PersonTable
        from crmformulas.orders.selections.satisfaction import survey_source
        from crmformulas.orders.selections.sources import of_the_orders

        prepared = self._prepare(as_of, rules)
        if isinstance(self.rows.backend, Embedded):
            self.rows.backend.kept.forget_persons()
        extent, windows, bounds, within, days = prepared
        assert extent.first is not None
        self._on_step("listing customers")
        orders, ids = self._numbered_orders(prepared, rules)
        with with_latest(orders, bounds).cache() as customers:
            starts = queries.starts(customers, bounds)
            cohorts = self._rows(queries.cohorts(starts, days, bounds, rules), CohortCount)
            tiered = self._tiered(customers, days, bounds, cohorts, rules, ids)
            people = listed(_named(customers, ids), _named(tiered, ids), bounds, rules)
            table = people.cache()
        scope = Scope(
            orders=within,
            windows=windows,
            rules=rules,
            cells=cells(rules.tier_names),
            f12_months=windows.f12_months(from_number(extent.first)),
            ask=self._columns,
            sources=of_the_orders(),
        )
        if self._contacts is not None:
            scope.sources["contacts"] = contact_source(self._contacts.table)
        if self._survey is not None:
            scope.sources["survey"] = survey_source(self._survey)
        ends = partial(self._ends_of, as_of=windows.as_of, rules=rules)
        # Rows that a test or a spreadsheet makes have no file behind them.
        if getattr(self.rows, "typed", None):
            scope.sources |= further_sources(self._further_names(), ends)
            if tells_of_discounts(self._further_names()):
                scope.sources["discounts"] = discount_source(
                    partial(self._discounted, windows.as_of, rules)
                )
            if (product := self._product_column()) is not None:
                scope.sources["cross-sell"] = cross_sell_source(
                    product,
                    partial(self._bought, product, windows.as_of, rules),
                    self._arrow,
                    "" if self._priced(rules) else UNPRICED,
                )
        scope.sources |= forecast_sources(
            lambda: self.forecast(windows.as_of, rules=rules).customers()
        )
        persons = PersonTable(table, scope, base_attributes(scope), self._batches)
        return Customers(persons, within)

    @takes_keywords_of(Rules)
    def segments(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        *,
        summary: Summary | None = None,
        **changes: Unpack[RuleChanges],
    ) -> list[SegmentSize]:
        """The ready segments and those of the settings: customers, revenue, what is at stake.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            summary: The figures at the day and by the rules, where they are there already.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.segments.SegmentSize` for each.

        Raises:
            InputError: if there is no usable order up to the day.
        """
        from crmformulas.orders.selections.segments import segment_sizes, with_segments

        rules = _changed(rules or self.rules, changes, "segments()")
        summary = summary or self.summary(as_of, rules)
        customers = self.customers(summary.as_of, rules)
        self._on_step("sizing segments")
        return segment_sizes(with_segments(customers, self.settings.segments), customers, summary)

    @takes_keywords_of(Rules)
    def lead_segments(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> list[SegmentSize]:
        """Contacts without an order (F0) by the age of the lead.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Raises:
            InputError: if there is no contact list.
        """
        from crmformulas.orders.selections.segments import lead_sizes

        return lead_sizes(self.leads(as_of, rules, **changes))

    @takes_keywords_of(Rules)
    def to_do(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        *,
        most: int = 5,
        listed: int = 200,
        sizes: Sequence[SegmentSize] | None = None,
        **changes: Unpack[RuleChanges],
    ) -> list[SegmentList]:
        """The segments with the most at stake, and their first customers.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            most: How many segments.
            listed: How many customers of each at most.
            sizes: What :meth:`segments` gave at the day and by the rules, if it was asked.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.segments.SegmentList` for each.

        Raises:
            InputError: if there is no usable order up to the day.
        """
        from crmformulas.orders.selections.segments import to_do, with_segments

        rules = _changed(rules or self.rules, changes, "to_do()")
        sizes = self.segments(as_of, rules) if sizes is None else sizes
        customers = self.customers(as_of, rules)
        segments = with_segments(customers, self.settings.segments)
        return to_do(sizes, segments, customers, most=most, listed=listed)

    @takes_keywords_of(Rules)
    def rfm(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> list[RfmCell]:
        """The grid of RFM, with the customers and revenue of each cell a year before.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            The 25 cells, the best recency first.

        Raises:
            InputError: if there is no usable order up to the day.
        """
        from crmformulas.orders.selections.rfm_grid import rfm_cells

        rules = _changed(rules or self.rules, changes, "rfm()")
        now = self.customers(as_of, rules)
        if not now.people.scope.f12_known:
            # Who was known a year ago after some weeks of history is nobody to compare with.
            return rfm_cells(now, None)
        before = self._list_customers(now.windows.f12[1], rules)
        try:
            return rfm_cells(now, before)
        finally:
            before.close()

    @takes_keywords_of(Rules)
    def satisfaction(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        *,
        scale: tuple[float, float] | None = None,
        level: float = LEVEL,
        **changes: Unpack[RuleChanges],
    ) -> Satisfaction:
        """NPS and satisfaction index, of all and by tier, step, cohort and segment.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            scale: The worst and the best answer; found from the answers where it is None.
            level: How often the intervals hold the true figure.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.satisfaction.Satisfaction`.

        Raises:
            InputError: if there is no survey or no answer, or its scale has to be told.

        Examples:
            >>> import pandas as pd
            >>> log = {"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]}
            >>> said = {"customer": ["a", "b"], "score": [10, 7], "day": ["2026-02-01"] * 2}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.survey(pd.DataFrame(said)).satisfaction().total.nps
            0.5
        """
        from crmformulas.orders.selections.satisfaction import satisfaction
        from crmformulas.orders.selections.segments import with_segments

        if self._survey is None:
            raise InputError(
                Translated(
                    "scores are of a survey: give one (--scores)",
                    "poäng hör till en enkät: ange en (--scores)",
                )
            )
        if not 0 < level < 1:
            raise InputError(
                Translated(
                    f"a level is above 0 and below 1, got {level:g}",
                    f"en nivå är över 0 och under 1, fick {level:g}",
                )
            )
        rules = _changed(rules or self.rules, changes, "satisfaction()")
        customers = self.customers(as_of, rules)
        self._on_step("counting answers")
        segments = with_segments(customers, self.settings.segments)
        return satisfaction(self._survey, customers, segments, scale, level)

    @takes_keywords_of(Rules)
    def customer(
        self,
        customer: str,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> CustomerPage:
        """All that is known of one customer: attributes, orders and lines, tiers, segments.

        Args:
            customer: The id, as :meth:`customers` has it.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.customer_page.CustomerPage`.

        Raises:
            InputError: if nobody of that id has bought up to the day.
        """
        from crmformulas.orders.analysis.customer_history import history
        from crmformulas.orders.selections import customer_page
        from crmformulas.orders.selections.segments import with_segments

        rules = _changed(rules or self.rules, changes, "customer()")
        customers = self.customers(as_of, rules)
        profile = customer_page.known_of(customers, customer)
        segments = with_segments(customers, self.settings.segments)
        return customer_page.CustomerPage(
            customer,
            profile,
            customer_page.segments_of(customers, segments, customer),
            self._tiers_by_year(customers, customer),
            history(customers.orders_of(customer)),
            customer_page.lines_of(self.rows.typed, self.records, customer),
            self._also_bought(customers, customer),
        )

    def _also_bought(self, customers: Customers, customer: str) -> list[AlsoBought]:
        """What those alike buy and a customer does not; none without a column of products."""
        from crmformulas.orders.selections.cross_sell import ATTRIBUTES, also_bought

        product, people = self._product_column(), customers.people
        if product is None or ATTRIBUTES[0] not in people.attributes:
            return []
        with suppress(InputError):  # as of a column of nothing but numbers
            table = people.need([people.attribute(ATTRIBUTES[0])])
            bought = self._bought(product, customers.windows.as_of, customers.rules)
            return also_bought(people.scope, table, bought, customer)
        return []

    def holdout(
        self,
        where: str = "",
        share: float = 0.1,
        seed: int = 1,
        *,
        as_of: date | str | None = None,
        days: int = 30,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Draw:
        """Draw a control group: who is left alone, and what such a test can detect.

        Args:
            where: Who is to get the campaign: a condition; everybody if it is blank.
            share: The share that is left alone, of each stratum.
            seed: Another one draws another group.
            as_of: The last day that counts; the day of the newest order by default.
            days: How long the campaign is to be followed: for what it can detect.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.control_groups.Draw`.

        Raises:
            InputError: if nobody is selected, or the share is none.
        """
        from crmformulas.orders.selections import control_groups
        from crmformulas.orders.selections.segments import with_segments

        rules = _changed(rules or self.rules, changes, "holdout()")
        customers = self.customers(as_of, rules)
        customers.people.segments = with_segments(customers, self.settings.segments)
        period = control_groups.year_before(*control_groups.after(customers.windows.as_of, days))
        first = self._extent(as_of, rules)[0].first
        history = None
        if first is not None and from_number(first) <= period[0]:
            history = {
                customer: (purchases, units)
                for customer, purchases, units in self._outcomes(*period, rules)
            }
        return control_groups.draw_group(customers, where, share, seed, period, history)

    def measure(
        self,
        group: Path | str,
        first: date | str,
        last: date | str,
        *,
        cost: float | None = None,
        margin: float = 1.0,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Measured:
        """Measure what a campaign brought beyond its control group.

        Args:
            group: The file of the group, from :meth:`holdout`.
            first: The first day that counts.
            last: The last day that counts.
            cost: Of the campaign, in currency units.
            margin: Share of the revenue that is earned, for the return on the cost.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.control_groups.Measured`.

        Raises:
            InputError: if the file is no group, or the days are none.
        """
        from crmformulas.orders.selections import control_groups

        rules = _changed(rules or self.rules, changes, "measure()")
        begin, end = _day(first), _day(last)
        if end < begin:
            raise InputError(
                Translated(
                    f"the period ends on {end}, before it begins on {begin}",
                    f"perioden slutar {end}, innan den börjar {begin}",
                )
            )
        extent = self._extent(None, rules)[0]
        if extent.last is not None and from_number(extent.last) < begin:
            raise InputError(
                Translated(
                    f"the newest order is of {from_number(extent.last)}: nothing of the "
                    "period is there",
                    f"det nyaste köpet är från {from_number(extent.last)}: inget av perioden "
                    "finns med",
                )
            )
        people = control_groups.read_group(group)
        outcomes = self._outcomes(begin, end, rules)
        return control_groups.measure(people, outcomes, begin, end, cost=cost, margin=margin)

    def sign_ups(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> list[SignUps]:
        """From F0 to F1 by month of sign-up: who ordered within 30, 90 and 365 days.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A row for each month, the first first.

        Raises:
            InputError: if there is no contact list.
        """
        from crmformulas.orders.selections.contact_source import sign_ups_by_month

        if self._contacts is None:
            raise InputError(
                Translated(
                    "sign-ups are of a contact list: give one (--contacts)",
                    "anmälningar hör till en kontaktlista: ange en (--contacts)",
                )
            )
        people = self.customers(as_of, rules, **changes).people
        return sign_ups_by_month(
            self._contacts.table, people.table, people.scope.as_of, self._columns
        )

    def _outcomes(self, first: date, last: date, rules: Rules) -> Iterator[tuple[str, int, int]]:
        """Per customer with an order or return in a period: purchases, and net revenue in units."""
        orders = queries.usable(self._grouped(rules))
        within = orders.filter((orders.day >= day_number(first)) & (orders.day <= day_number(last)))
        if rules.returns == "ignore":
            within = within.filter(within.amount > 0)
        by = within.group_by("customer").agg(
            purchases=within.count(where=within.amount > 0), units=total(within.amount)
        )
        for batch in self._batches(by):
            columns = (column.to_pylist() for column in batch.columns)
            for customer, purchases, units in zip(*columns, strict=True):
                yield customer, int(purchases), int(units)

    @takes_keywords_of(Rules)
    def cross_sell(
        self,
        by: str | None = None,
        *,
        share: float | None = None,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> CrossSell:
        """What the customers of a value tier buy, and how much of it each of them does.

        See :mod:`crmformulas.orders.selections.cross_sell`. What a customer does not buy of it is
        told by the attributes ``share_bought``, ``not_bought`` and ``potential``.

        Args:
            by: The column of products or categories; by default the one known by name.
            share: The share of a tier that buys what is usual in it; 0.2 by default.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.selections.cross_sell.CrossSell`.

        Raises:
            InputError: if the column isn't there, or no column is known to hold products.
        """
        from crmformulas.orders.selections.cross_sell import LEAST_SHARE, cross_sell_of

        share = LEAST_SHARE if share is None else share
        if not 0 < share <= 1:
            raise InputError(
                Translated(
                    f"a share is above 0 and at most 1, got {share:g}",
                    f"en andel är över 0 och högst 1, fick {share:g}",
                )
            )
        rules = _changed(rules or self.rules, changes, "cross_sell()")
        name = by or self._product_column()
        if name is None:
            names = self._further_names()
            raise InputError(
                Translated(
                    "which column holds products or categories?",
                    "vilken kolumn har produkter eller kategorier?",
                ),
                f" Give --product; the columns are {listed(names)}" if names else "",
            )
        people = self.customers(as_of, rules).people
        self._on_step("counting products")
        bought = self._bought(name, people.scope.windows.as_of, rules)
        return cross_sell_of(people.scope, people.table, bought, share)

    def _product_column(self) -> str | None:
        """The column of categories or products: the one that was told, or known by name.

        Raises:
            InputError: the one that was told isn't there.
        """
        from crmformulas.orders.reading.further_columns import name_in_file

        parts = getattr(self.rows, "typed", ())
        if parts and self.rows.options.product:
            return name_in_file(parts, self.rows.options.product)
        for role in ("category", "product"):
            for typed in parts:
                place = further_names(typed.part.names, typed.choice).get(role)
                if place is not None:
                    name: str = typed.part.names[place]
                    return name
        return None

    def _priced(self, rules: Rules) -> bool:
        """Whether lines have amounts of their own, and not their order's."""
        self._grouped(rules)
        account: Account = self._made["read", rules.every_row].account
        return all(source.amount_rule != "once per order" for source in account.sources)

    def _bought(self, name: str, as_of: date, rules: Rules) -> Bought:
        """What was paid for in S12, by customer and value of a further column."""
        from crmformulas.orders.counting import attributes
        from crmformulas.orders.selections.cross_sell import Bought

        # Orders have their ids where they carry a further column.
        further = self._with([name])
        column = further.column(name)
        if column is None or column.ranked:
            raise InputError(
                Translated("{!r} holds no products: {}", "{!r} har inga produkter: {}").format(
                    name,
                    further.left_out.get(name, "") if column is None else TOO_MANY_NUMBERS,
                )
            )
        bounds = self._prepare(as_of, rules).bounds
        lines = self.rows.lines(further, column)
        lines = lines.filter((lines.amount > 0) & (lines.day >= bounds.s12))
        purchases = attributes.with_attributes(self._grouped(rules), further, bounds.as_of)
        purchases = purchases.filter(purchases.day >= bounds.s12)
        paid = lines.semi_join(purchases, _same_order(lines, purchases))
        pairs = paid.group_by("customer", "value").agg(spent=total(paid.amount))
        return Bought(column, pairs, self._priced(rules))

    def _ends_of(self, name: str, as_of: date, rules: Rules) -> ir.Table:
        """The texts of a further column on the first and last purchase of each customer."""
        from crmformulas.orders.reading.further_columns import BLANK

        codes, (column,) = self.customer_values([name], as_of, rules)
        labels = [None if label == BLANK else label for label in column.labels]
        texts = [labels[column.position(code)] for code in column.codes]
        table = self._local({"code": column.codes, "text": texts}, texts=["text"])
        first = table.select(first_code=table.code, first=table.text)
        last = table.select(last_code=table.code, last=table.text)
        joined = codes.left_join(first, codes.first_0 == first.first_code)
        joined = joined.left_join(last, joined.last_0 == last.last_code)
        return joined.select("customer", "first", "last")

    def _discounted(self, as_of: date, rules: Rules) -> ir.Table:
        """Per customer the purchases with a discount, and all, in S12 and so far."""
        from crmformulas.orders.analysis.discounts import discounted
        from crmformulas.orders.counting import attributes
        from crmformulas.orders.selections.joined_sources import tells_of_discounts

        # The others cost as much again, and more.
        further = self._with([n for n in self._further_names() if tells_of_discounts([n])])
        bounds = self._prepare(as_of, rules).bounds
        orders = attributes.with_attributes(self._grouped(rules), further, bounds.as_of)
        having = discounted(orders, further, self.records)
        if having is None:
            raise InputError(
                Translated(
                    "no column tells of discounts",
                    "ingen kolumn säger något om rabatter",
                )
            )
        late = orders.day >= bounds.s12
        return orders.group_by("customer").agg(
            purchases=orders.count(),
            discounted=orders.count(where=having),
            s12_purchases=orders.count(where=late),
            s12_discounted=orders.count(where=late & having),
        )

    def _further_names(self) -> list[str]:
        """The columns of the file that have no role."""
        names: dict[str, None] = {}
        for typed in self.rows.typed:
            taken = {*typed.choice.roles.values(), *typed.choice.keys, *typed.choice.statuses}
            names |= {n: None for i, n in enumerate(typed.part.names) if i not in taken}
        return list(names)

    def _tiers_by_year(self, customers: Customers, customer: str) -> list[tuple[date, str | None]]:
        """The last day of each 12 months that history has, newest first, and the tier in them."""
        from crmformulas.orders.selections.conditions import quoted

        where = f"customer = {quoted(customer)}"
        first = self._extent(customers.windows.as_of, customers.rules)[0].first
        assert first is not None
        by_year: list[tuple[date, str | None]] = []
        day, listed = customers.windows.as_of, customers
        while True:
            one = next(iter(listed.where(where).page(limit=1)), None)
            year_ago = listed.windows.f12[1]
            by_year.append((day, one and one.s12_tier))
            if not listed.f12_reason:
                by_year.append((year_ago, one and one.f12_tier))
            if listed is not customers:
                listed.close()
            day = add_months(day, -24)
            if day < from_number(first) or len(by_year) >= YEARS_TOLD:
                return by_year
            listed = self._list_customers(day, customers.rules)

    @takes_keywords_of(Rules)
    def leads(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        *,
        where: str = "",
        **changes: Unpack[RuleChanges],
    ) -> PersonTable:
        """The contacts without an order up to an as-of day (F0), to be selected like customers.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            where: Which of them: a condition such as ``lead_days 30..90 and consent``.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            Their table, of use until the log is closed.

        Raises:
            InputError: if there is no contact list, or the condition can't be read.
        """
        from crmformulas.orders.selections.contact_source import lead_attributes, leads
        from crmformulas.orders.selections.person_table import PersonTable

        if self._contacts is None:
            raise InputError(
                Translated(
                    "F0 are contacts without an order: give a contact list (--contacts)",
                    "F0 är kontakter utan köp: ange en kontaktlista (--contacts)",
                )
            )
        customers = self.customers(as_of, rules, **changes)
        scope = replace(customers.people.scope, sources={}, known={})
        table = leads(self._contacts.table, customers.people.table, scope.as_of).cache()
        lead_table = PersonTable(
            table, scope, lead_attributes(scope, self._contacts.table.columns), self._batches
        )
        lead_table.always = where
        lead_table.check(where)
        return lead_table

    @takes_keywords_of(Rules)
    def forecast(
        self,
        as_of: date | str | None = None,
        months: int = 12,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Forecast:
        """What customers are expected to do in the months after an as-of day.

        It is admitted by a backtest 12 months back, and told beside the law of value: it is never
        CLV. See :mod:`crmformulas.orders.analysis.forecast`.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            months: How many months ahead, 1 to 24.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.analysis.forecast.results.Forecast`.

        Raises:
            InputError: if there is no usable order up to the day, or ``months`` is out of range.

        Examples:
            >>> import pandas as pd
            >>> log = {"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     [notice.en for notice in orders.forecast().notices]
            ['blank: history is shorter than 12 months']
        """
        from crmformulas.orders.analysis.forecast.build import MOST_MONTHS

        if not 1 <= months <= MOST_MONTHS:
            raise InputError(
                Translated(
                    f"the months of a forecast must be 1 to {MOST_MONTHS}, got {months}",
                    f"en prognos är på 1 till {MOST_MONTHS} månader, fick {months}",
                )
            )
        rules = _changed(rules or self.rules, changes, "forecast()")
        day = None if as_of is None else _day(as_of)
        key = "forecast", day, months, rules
        if key not in self._made:
            prediction = self._forecast(day, months, rules)
            table = partial(self._forecast_customers, prediction.as_of, rules)
            self._made[key] = replace(prediction, table=table, ask=self._tuples)
        cached: Forecast = self._made[key]
        return cached

    def _forecast(self, as_of: date | None, months: int, rules: Rules) -> Forecast:
        from crmformulas.orders.analysis.forecast.build import forecast_from

        prepared = self._prepare(as_of, rules)
        day = prepared.windows.as_of
        year_ago, past = add_months(day, -12), None
        with ExitStack() as held:
            counted = self._counted(prepared, rules, held)
            summary = self._summary(prepared, rules, counted)
            self._on_step("counting histories")
            # Both days count, so that a calendar year is 12 months.
            if day_number(add_months(summary.input.first_day, 12)) <= day_number(year_ago) + 1:
                past = self._origin(counted, prepared, year_ago, day, rules)
            now = self._origin(counted, prepared, day, add_months(day, months), rules)
        share = self._returns_share(summary.windows, rules)
        self._on_step("fitting the forecast")
        return forecast_from(now, summary, past, months=months, returns=share)

    def _counted(self, prepared: _Prepared, rules: Rules, held: ExitStack) -> Counted:
        """Customers and their sequence at a day, kept as long as the stack."""
        from crmformulas.orders.analysis.forecast.histories import Counted

        orders, ids = self._numbered_orders(prepared, rules)
        self._on_step("counting customers")
        customers = held.enter_context(queries.customers_of(orders, prepared.bounds).cache())
        several = held.enter_context(queries.numbered(customers).cache())
        sequence = held.enter_context(queries.sequence(orders, several).cache())
        return Counted(customers, several, sequence, ids)

    @takes_keywords_of(Rules)
    def backtest(
        self,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Backtest:
        """Hold what the method said 12 months before an as-of day against what came.

        The first year of CLV, Budget 1, the projection of tiers, the forecast of known customers
        and the extra orders of the ladder; by tier or segment, and in all.

        Args:
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.analysis.backtest.Backtest`; without rows, with the reason
            in its notices, where history tells too little of what could have been said.

        Raises:
            InputError: if there is no usable order up to the day, or none a year before.

        Examples:
            >>> import pandas as pd
            >>> log = {"customer": ["a", "a"], "date": ["2025-01-05", "2026-03-01"], "amount": 9}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.backtest().rows
            ()
        """
        rules = _changed(rules or self.rules, changes, "backtest()")
        now = self.summary(as_of, rules)
        origin = add_months(now.as_of, -12)
        if now.input.first_day > origin:
            raise InputError(
                Translated(
                    "nothing can be held against what came: history starts"
                    f" {now.input.first_day}, and the year goes back to {origin}",
                    f"inget kan jämföras med vad som kom: historiken börjar {now.input.first_day},"
                    f" och året går från {origin}",
                )
            )
        then = self.summary(origin, rules)
        return self.backtest_of(now, then, self.forecast(now.as_of, rules=rules))

    def backtest_of(
        self, now: Summary, then: Summary, forecast: Forecast | None = None
    ) -> Backtest:
        """The same, where the summaries of the as-of day and of a year before are at hand.

        Args:
            now: The summary at the as-of day.
            then: That of 12 months before, by the same rules.
            forecast: The forecast at the as-of day; without it nothing is said of it.

        Returns:
            As :meth:`backtest`.
        """
        from crmformulas.orders.analysis.backtest import NewCustomers, backtest_from

        rules = now.rules
        earlier = add_months(now.as_of, -24)
        before = self.summary(earlier, rules) if now.input.first_day <= earlier else None
        orders = queries.usable(self._grouped(rules))
        bought = orders.filter((orders.amount > 0) & (orders.day <= day_number(now.as_of)))
        people = bought.group_by("customer").agg(first=bought.day.min(), orders=bought.count())
        start, end = map(day_number, then.windows.s12)
        new = people.filter((people["first"] >= start) & (people["first"] <= end))
        ((count, order_count),) = self._tuples(
            new.aggregate(n=new.count(), orders=new.orders.sum())
        )
        recruited = NewCustomers(int(count), int(order_count or 0))
        return backtest_from(now, then, before, forecast, recruited)

    def follow(
        self,
        scenario: Scenario,
        as_of: date | str | None = None,
        start: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Follow:
        """Follow up a budget during its year: outcome so far by segment and month, and the pace.

        The budget is made from the orders up to the day before its year, as Budget 2 is by the
        scenario; what has come since is held against it.

        Args:
            scenario: The factors and the target, as of
                :func:`crmformulas.orders.analysis.scenarios.read_scenario`.
            as_of: The last day that counts; the day of the newest order by default.
            start: The first day of the budget's year; 1 January of the as-of day's year by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.analysis.follow.Follow`.

        Raises:
            InputError: if there is no usable order before the year, or the as-of day is not in it.

        Examples:
            >>> import pandas as pd
            >>> from crmformulas.orders.analysis.scenarios import OWN
            >>> log = {"customer": ["a", "a"], "date": ["2025-01-05", "2026-03-01"], "amount": 9}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.follow(OWN).row("new", "orders").so_far
            0.0
        """
        from crmformulas.orders.analysis.budget_plan import Plan
        from crmformulas.orders.analysis.follow import follow_from

        rules = _changed(rules or self.rules, changes, "follow()")
        extent, windows = self._extent(as_of, rules)
        day = windows.as_of
        first = date(day.year, 1, 1) if start is None else _day(start)
        end = from_number(day_number(add_months(first, 12)) - 1)
        if not first <= day <= end:
            raise InputError(
                Translated(
                    f"the budget's year is {first} to {end}, and {day} is not in it",
                    f"budgetens år är {first} till {end}, och {day} ligger inte i det",
                )
            )
        eve = from_number(day_number(first) - 1)
        assert extent.first is not None
        if extent.first > day_number(eve):
            raise InputError(
                Translated(
                    "there is no budget to follow: history starts"
                    f" {from_number(extent.first)}, and the budget's year {first}",
                    "det finns ingen budget att följa: historiken börjar"
                    f" {from_number(extent.first)}, och budgetens år {first}",
                )
            )
        then = self.summary(eve, rules)
        year_before, two_before = add_months(first, -12), add_months(first, -24)
        has_year_before = extent.first < day_number(year_before)
        before = self.summary(add_months(eve, -12), rules) if has_year_before else None
        # Whoever bought in the year before last is known only if history holds half of it.
        prior_windows = Windows(
            eve, (year_before, eve), (two_before, from_number(day_number(year_before) - 1))
        )
        last = None
        if prior_windows.f12_known(from_number(extent.first)):
            last = self._year(prior_windows, day_number(add_months(day, -12)), rules)
        this = Windows(day, (first, day), (year_before, eve))
        plan = Plan.of(then, before, scenario)
        months = [month_index(add_months(first, n)) for n in range(12)]
        now = self._year(this, day_number(day), rules)
        return follow_from(plan, now, last, (first, day, end), months)

    def _year(self, windows: Windows, until: int, rules: Rules) -> list[YearCount]:
        from crmformulas.orders.counting.year import YearCount, year_counts

        extent = self._extent_to(day_number(windows.as_of), rules)
        bounds = queries.Bounds.of(windows)
        orders = queries.usable(self._grouped(rules))
        within = orders.filter(orders.day <= bounds.as_of)
        if rules.returns == "ignore":
            within = within.filter(within.amount > 0)
        assert extent.first is not None
        days = self._local(queries.calendar(extent.first, bounds, rules))
        return self._rows(year_counts(within, days, bounds, until), YearCount)

    def _forecast_customers(self, as_of: date, rules: Rules, model: CustomerModel) -> ir.Table:
        """The figures of each customer, made once for a day, rules and a horizon."""
        from crmformulas.orders.analysis.forecast.customers import customer_columns, history_columns

        key = "forecast customers", as_of, rules, model.period
        people = self._made["histories", as_of, rules]
        if key not in self._made:
            expected, reached = map(self._arrow, (model.expected, model.reached))
            self._made[key] = history_columns(people, model, expected, reached).cache()
        return customer_columns(people, self._made[key], model)

    def histories(self, day: date, end: date, rules: Rules) -> Origin:
        """Count the customers at a day by their history, with what they did until the end.

        Args:
            day: The origin; purchases up to it make the histories.
            end: The last day that counts as later.
            rules: How to count.

        Returns:
            Cells of customers, of use when the log is closed, too.
        """
        prepared = self._prepare(end, rules)
        with ExitStack() as held:
            return self._origin(self._counted(prepared, rules, held), prepared, day, end, rules)

    def _origin(
        self, counted: Counted, latest: _Prepared, day: date, end: date, rules: Rules
    ) -> Origin:
        """The histories at a day, from what is counted at the same or a later one.

        At the same day it is the last that is asked of what is counted, which makes room.
        """
        from crmformulas.orders.analysis.forecast import histories as counting
        from crmformulas.orders.analysis.forecast.fit import Origin, Tiers

        extent, windows, bounds, _within, days = self._prepare(day, rules)
        later = None if day == latest.windows.as_of else day_number(end)
        with ExitStack() as held:
            single, several = counting.known_at(counted, bounds, later)
            customers = single.union(held.enter_context(several.cache()))
            # Another engine may store a table only when it is first asked for.
            last = later is None and self._duckdb is not None
            if last:
                counted.sequence.release()
            here = {w: queries.active(customers, bounds, w) for w in ("s12", "f12")}
            ((s12, f12),) = self._tuples(customers.aggregate([n.sum() for n in here.values()]))
            cuts = self._cuts(customers, bounds, {"s12": s12 or 0, "f12": f12 or 0}, rules)
            placed = tiers.with_places(customers, customers, days, bounds, cuts, rules, counted.ids)
            either = queries.active(placed, bounds, "s12") | queries.active(placed, bounds, "f12")
            moved = placed.filter(either).group_by("origin", "target")
            sums = moved.agg(customers=ibis._.count(), s12_revenue=ibis._.s12_revenue.sum())
            moves = [tuple(map(int, row)) for row in self._tuples(sums)]
            people = _named(counting.with_history(placed, bounds, len(rules.tiers)), counted.ids)
            if later is None:
                # The figures of each customer follow from it.
                key = "histories", day, rules
                if key not in self._made:
                    self._made[key] = people.cache()
                people = self._made[key]
                if last:
                    counted.customers.release()
            cells = counting.Cells.of(self._arrays(counting.cells(people)))
            values = counting.repeat_values(self._arrays(counting.value_cells(people)))
        assert extent.first is not None
        has_f12 = windows.f12_known(from_number(extent.first))
        of_tiers = Tiers.of(tuple(rules.tier_names), moves, known=has_f12)
        return Origin(day, end, cells, values, of_tiers)

    def _arrays(self, expression: ir.Table) -> Mapping[str, Any]:
        """A result as NumPy columns: it may have a million rows, of which none is made here."""
        if self._duckdb is not None:
            columns: Mapping[str, Any] = self.rows.backend.whole.execute(
                self.rows.backend.compile(expression)
            ).fetchnumpy()
            return columns
        table = self.rows.backend.to_pyarrow(real(expression))
        return {name: table[name].to_numpy() for name in table.column_names}

    def _returns_share(self, windows: Windows, rules: Rules) -> float:
        """Returns of S12 as a share of what was bought in it."""
        if rules.returns == "ignore":
            return 0.0
        orders = queries.usable(self._grouped(rules))
        first, last = map(day_number, windows.s12)
        within = orders.filter((orders.day >= first) & (orders.day <= last))
        sums = within.aggregate(
            bought=within.amount.sum(where=within.amount > 0).fill_null(0),
            returned=within.amount.sum(where=within.amount < 0).fill_null(0),
        )
        ((bought, returned),) = self._tuples(sums)
        return float(-returned / bought) if bought else 0.0

    def _prepare(self, as_of: date | str | None, rules: Rules) -> _Prepared:
        extent, windows = self._extent(as_of, rules)
        bounds = queries.Bounds.of(windows)
        orders = queries.usable(self._grouped(rules))
        within = orders.filter(orders.day <= bounds.as_of)
        if rules.returns == "ignore":
            within = within.filter(within.amount > 0)
        assert extent.first is not None
        key = extent.first, bounds, rules.new_after
        calendar_of, days = self._made.get(("days",), (None, None))
        if calendar_of != key:
            days = self._local(queries.calendar(extent.first, bounds, rules))
            self._made["days",] = key, days
        return _Prepared(extent, windows, bounds, within, days)

    def _numbered_orders(
        self, prepared: _Prepared, rules: Rules
    ) -> tuple[ir.Table, IdCodes | None]:
        """The orders up to the as-of day, with customers as numbers where they have some."""
        order_log = self._made.get(("read", rules.every_row))
        if order_log is None or order_log.coded is None or self._whole is not None:
            return prepared.orders, None
        orders = queries.usable(order_log.coded)
        orders = orders.filter(orders.day <= prepared.bounds.as_of)
        if rules.returns == "ignore":
            orders = orders.filter(orders.amount > 0)
        return orders, order_log.codes

    def _count_customers(
        self, orders: ir.Table, bounds: queries.Bounds, held: ExitStack
    ) -> tuple[ir.Table, ir.Table, ir.Table]:
        """All customers; those of them who may have several orders, and their orders."""
        if "single" not in orders.columns:
            customers = held.enter_context(queries.customers_of(orders, bounds).cache())
            return customers, customers, orders
        ones, others = orders.filter(orders.single), orders.filter(~orders.single)
        several = held.enter_context(queries.customers_of(others, bounds).cache())
        return queries.customers_of_one(ones, bounds, several).union(several), several, others

    def _tiered(
        self,
        customers: ir.Table,
        days: ir.Table,
        bounds: queries.Bounds,
        cohorts: Sequence[CohortCount],
        rules: Rules,
        ids: IdCodes | None = None,
    ) -> ir.Table:
        """The active customers with their tiers."""
        active = {
            window: sum(c.customers for c in cohorts if getattr(c, f"in_{window}"))
            for window in ("s12", "f12")
        }
        cuts = self._cuts(customers, bounds, active, rules)
        return tiers.with_tiers(customers, days, bounds, cuts, rules, ids)

    def _cuts(
        self, customers: ir.Table, bounds: queries.Bounds, active: Mapping[str, int], rules: Rules
    ) -> dict[str, list[tiers.Cut | None]]:
        """Where tiers part, by window; it is found once for a day.

        Args:
            customers: Of whom.
            bounds: The windows.
            active: How many of them are active in each.
            rules: The shares of tiers.
        """
        cached_for, cuts = self._made.get(("cuts",), (None, {}))
        if cached_for != (bounds, rules):
            ranks = {
                w: list(accumulate(tier_sizes(n, rules.tier_shares)))[:-1]
                for w, n in active.items()
            }
            ranks["s12"].append(round_half_up(rules.pareto, active["s12"]))
            rows = self._rows(tiers.cut_rows(customers, bounds, ranks), tiers.CutRow)
            cuts = {w: tiers.cuts_at(rows, w, wanted) for w, wanted in ranks.items()}
            self._made["cuts",] = (bounds, rules), cuts
        by_window: dict[str, list[tiers.Cut | None]] = cuts
        return by_window

    def further_columns(self, wanted: Sequence[str] | None = None) -> FurtherColumns:
        """Carry further columns of the file to its orders: channel, product, code and the like.

        The file is read once more for it, unless nothing has been read yet. Figures that need no
        further column are the same as without.

        Args:
            wanted: Names or 1-based numbers of columns; by default all that have no role.

        Returns:
            The columns, with what their numbers mean.

        Raises:
            InputError: a wanted column isn't there, or the log is made of cells without columns.
        """
        if self._further is not None and wanted == self._wanted:
            return self._further
        if not self.rows.typed:
            raise InputError(
                Translated(
                    "cells of a spreadsheet have no further columns; give a file or frame",
                    "celler i ett kalkylblad har inga fler kolumner; ange en fil eller tabell",
                )
            )
        self._on_step("looking at further columns")
        further = self.rows.further(wanted)
        for key in [made for made in self._made if made[0] in ("grouped", "read")]:
            # Lists of customers may still look at it: it is let go of when the log is closed.
            self._made["before", len(self._made), *key] = self._made.pop(key)
        self._further, self._wanted = further, wanted
        # Tables are known by the plan that made them, so it is kept as long as they are.
        self._made["plan", id(further)] = further
        return further

    def carry_for_lists(self) -> None:
        """Carry the further columns that ready segments ask for, before anything is read.

        Whoever will list customers has the file read once, and not once more for it. A file that
        has none, or whose columns can't be carried, is read as it is.
        """
        from crmformulas.orders.selections.joined_sources import tells_of_discounts

        names = [name for name in self._further_names() if tells_of_discounts([name])]
        if names:
            with suppress(InputError):
                self._with(names)

    @takes_keywords_of(Rules)
    def customer_values(
        self,
        names: Sequence[str],
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> tuple[ir.Table, tuple[FurtherColumn, ...]]:
        """The first and the last value of further columns of each customer.

        Args:
            names: The columns, as the file names them.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A table of the engine with ``customer`` and, for the column at position ``i``,
            ``first_i`` and ``last_i``: codes of the first and the last purchase up to the day
            (of two on a day, that of the lower order id is the earlier one). And the columns,
            whose :meth:`~crmformulas.orders.reading.further_columns.FurtherColumn.codes_of` say
            which codes a value has.

        Raises:
            InputError: a column isn't there, or there is no usable order up to the day.

        Examples:
            >>> import pandas as pd
            >>> log = pd.DataFrame(
            ...     {
            ...         "customer": ["a", "a", "b"],
            ...         "date": ["2026-01-31", "2026-03-01", "2026-03-01"],
            ...         "amount": [100, 50, 20],
            ...         "channel": ["email", "direct", "email"],
            ...     }
            ... )
            >>> with read(log) as orders:
            ...     table, (channel,) = orders.customer_values(["channel"])
            ...     by_email = table.filter(table.first_0.isin(channel.codes_of("email")))
            ...     [row["customer"] for row in orders.records(by_email.order_by("customer"))]
            ['a', 'b']
        """
        from crmformulas.orders.counting import attributes

        rules = _changed(rules or self.rules, changes, "customer_values()")
        further = self._with(names)
        columns: list[FurtherColumn] = []
        for name in names:
            column = further.column(name)
            assert column is not None, name
            columns.append(column)
        _, _, bounds, _, _ = self._prepare(as_of, rules)
        orders = attributes.with_attributes(self._grouped(rules), further, bounds.as_of)
        return attributes.ends(orders, columns), tuple(columns)

    @takes_keywords_of(Rules)
    def separates(
        self,
        step: int | None = None,
        *,
        loyal: bool | int = False,
        continued: bool = False,
        lost: bool = False,
        tier: str | None = None,
        by: Sequence[str] = (),
        hold: str | None = None,
        any_line: Sequence[str] = (),
        within: int | None = None,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Separation:
        """What separates those who go on from those who stop, by the further columns of the file.

        It goes together with, and does not prove: customers choose. See
        :mod:`crmformulas.orders.analysis.separation`.

        Args:
            step: From the k-th purchase to the next; the first by default.
            loyal: Instead who of all customers reach the tipping point, or the purchase given.
            continued: Instead who of those active in F12 are active in S12.
            lost: Instead who of those active in F12 were lost.
            tier: Instead who of all customers are in this value tier of S12; with ``continued`` or
                ``lost``, who of this tier of F12.
            by: Columns to ask; by default all without a role, and what the log itself tells.
            hold: A column within whose values, or bins, customers are compared.
            any_line: Line-level columns of which every line counts, not the dearest alone.
            within: Days within which the next purchase counts; by default the largest of 365, 180,
                90 and 30 that history holds three times.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.analysis.separation.results.Separation`.

        Raises:
            InputError: if a column or tier isn't there, nobody stands at the start, or no step of
                the ladder is the tipping point.
        """
        from crmformulas.orders.analysis.separation.build import separation_of

        rules = _changed(rules or self.rules, changes, "separates()")
        given = (step is not None) + bool(loyal) + continued + lost
        if given > 1:
            raise InputError(
                Translated(
                    "ask for a step, for the loyal, for who continued or for who was lost: "
                    "one of them",
                    "fråga efter ett steg, de lojala, de som fortsatte eller de som "
                    "förlorades: en av dem",
                )
            )
        if tier is not None and given and not (continued or lost):
            raise InputError(
                Translated(
                    "a tier goes alone, with who continued or with who was lost",
                    "en nivå går bara ihop med de som fortsatte eller de som förlorades",
                )
            )
        if tier is not None and tier not in rules.tier_names:
            raise InputError(
                Translated(
                    f"no tier {tier!r}; the tiers are {listed(rules.tier_names)}",
                    f"ingen nivå {tier!r}; nivåerna är {listed(rules.tier_names)}",
                )
            )
        if step is not None and step < 1:
            raise InputError(
                Translated(
                    f"a step begins at purchase 1 or later, got {step}",
                    f"ett steg börjar vid köp 1 eller senare, fick {step}",
                )
            )
        if within is not None and within < 1:
            raise InputError(
                Translated(
                    f"days must be at least 1, got {within}",
                    f"dagarna måste vara minst 1, fick {within}",
                )
            )
        kinds: dict[Kind, bool] = {
            "loyal": bool(loyal),
            "continued": continued,
            "lost": lost,
            "tier": tier is not None,
        }
        kind: Kind = next((kind for kind, chosen in kinds.items() if chosen), "step")
        place = step or (int(loyal) if loyal is not True else 0), tier or ""
        return separation_of(self._asked(kind, place, (by, hold, any_line), within, as_of, rules))

    @takes_keywords_of(Rules)
    def discounts(
        self,
        *,
        within: int | None = None,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Discounts:
        """Discounts by order number, and what was given past the tipping point.

        Args:
            within: Days within which the next purchase counts; as for :meth:`separates`.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.analysis.discounts.Discounts`.

        Raises:
            InputError: if no column tells of discounts.
        """
        from crmformulas.orders.analysis.discounts import discounts_of
        from crmformulas.orders.analysis.separation.build import days_within

        rules = _changed(rules or self.rules, changes, "discounts()")
        for typed in self.rows.typed:
            roles = typed.choice.roles
            if "price" in roles and "discount" in roles and "discount" not in typed.choice.given:
                name = typed.part.names[roles["discount"]]
                raise QuestionError(
                    Translated(
                        f"{typed.part.label}: the amounts are quantity × price, which may be before"
                        f" {name!r} is taken off: --discount takes it off",
                        f"{typed.part.label}: beloppen är antal × pris, kanske innan {name!r} är"
                        " avdragen: --discount drar av den",
                    ),
                    f"--discount {shlex.quote(name)}",
                )
        further = self.further_columns()
        extent, _, bounds, _, _ = self._prepare(as_of, rules)
        assert extent.first is not None
        purchases = self._purchases(bounds.as_of, rules, further)
        try:
            tip: int | None = self._tipping_step(*purchases, rules)
        except InputError:
            tip = None
        days = within or days_within(bounds.as_of - extent.first + 1)
        day = from_number(bounds.as_of)
        breakdown = discounts_of(purchases, further, self.records, bounds, day, days, tip)
        if breakdown is None:
            raise InputError(
                Translated(
                    "no column tells of discounts: looked for names such as Discount Amount, "
                    "Discount"
                    " Code, Coupon Code and rabatt",
                    "ingen kolumn säger något om rabatter: sökte namn som Discount Amount, "
                    "Discount Code, Coupon Code och rabatt",
                )
            )
        return breakdown

    @takes_keywords_of(Rules)
    def products(
        self,
        by: str | None = None,
        *,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Products:
        """When the next order comes after a product or category, and what it is.

        Args:
            by: The column; by default that of categories or products, by name.
            as_of: The last day that counts; the day of the newest order by default.
            rules: How to count.
            **changes: Single rules, as for :meth:`summary`.

        Returns:
            A :class:`~crmformulas.orders.analysis.products.Products`.

        Raises:
            InputError: if the column isn't there.
        """
        from crmformulas.orders.analysis.products import products_of

        rules = _changed(rules or self.rules, changes, "products()")
        by = by or self.rows.options.product
        further = self._with([by]) if by else self.further_columns()
        named = (further.column(further.names.get(r, "")) for r in ("category", "product"))
        column = further.column(by) if by else next((one for one in named if one), None)
        if column is None or column.ranked:
            names = [one.name for one in further.columns if not one.ranked]
            if not names:
                raise InputError(
                    Translated(
                        "no column is left that could hold products or categories: export "
                        "the orders"
                        " with one, a row for each article",
                        "ingen kolumn är kvar som kan ha produkter eller kategorier: exportera "
                        "köpen med en sådan, en rad per artikel",
                    )
                )
            raise InputError(
                Translated(
                    "which column holds products or categories? Give --product; the columns are"
                    f" {listed(names)}",
                    "vilken kolumn har produkter eller kategorier? Ange --product; "
                    f"kolumnerna är {listed(names)}",
                )
            )
        _, _, bounds, _, days = self._prepare(as_of, rules)
        one, several = self._purchases(bounds.as_of, rules, further)
        day = from_number(bounds.as_of)
        return products_of(one, several, days, column, self._whole_arrays, day)

    def _whole_arrays(self, table: ir.Table) -> dict[str, Any]:
        """A small result as columns of whole numbers; what is null is 0."""
        import numpy as np

        return {
            name: np.array([int(value or 0) for value in values], dtype=np.int64)
            for name, values in self._columns(table).items()
        }

    def _with(self, names: Sequence[str]) -> FurtherColumns:
        """The further columns, with at least these."""
        if self._further is not None and all(map(self._further.column, names)):
            return self._further
        return self.further_columns(names)

    def _asked(
        self,
        kind: Kind,
        place: tuple[int, str],
        columns: tuple[Sequence[str], str | None, Sequence[str]],
        within: int | None,
        as_of: date | str | None,
        rules: Rules,
    ) -> Asked:
        """A question with its start orders, stored in the engine.

        ``place`` is the purchase (0: the first, or the tipping point) and the tier.
        """
        from crmformulas.orders.analysis.separation.build import Asked, days_within
        from crmformulas.orders.counting import starts
        from crmformulas.orders.summary.notices import f12_reason

        by, hold, any_line = columns
        further = self._columns_of(by, hold, any_line)
        extent, windows, bounds, _, days = self._prepare(as_of, rules)
        assert extent.first is not None
        notice = None
        if kind in ("continued", "lost"):
            notice = f12_reason(windows, from_number(extent.first))
            if not windows.f12_known(from_number(extent.first)):
                raise InputError(str(notice and notice.en))
        # Only a tier's members are looked up by customer, and lines by customer and order.
        ids = bool(place[1] or any_line)
        one, several = self._purchases(bounds.as_of, rules, further, ids)
        self._on_step("looking at start orders")
        step, tier = place
        if kind == "loyal":
            step = step or self._tipping_step(one, several, rules)
        history = bounds.as_of - extent.first + 1
        limit = (within or days_within(history)) if kind == "step" else 0
        step = (step or 1) if kind in ("step", "loyal") else 0
        question = starts.Question(kind, step, limit, tier)
        key = "starts", question, bounds, rules, id(further), ids
        if key not in self._made:
            members = self._of_tier(question, as_of, rules) if tier else None
            table = starts.starts_of(one, several, question, bounds, members)
            self._made[key] = self._store(starts.with_month(table, days))
        young = next_value = None
        if kind == "step":
            young, next_value = self._beside(one, several, question, bounds.as_of)
        return Asked(
            question,
            self._made[key],
            further,
            self._arrays,
            from_number(bounds.as_of),
            extent.first,
            young or 0,
            next_value,
            by,
            hold,
            [self._any_line(name, further, self._made[key], rules) for name in any_line],
            notice,
        )

    def _of_tier(self, question: Question, as_of: date | str | None, rules: Rules) -> ir.Table:
        """The customers of the question's tier."""
        from crmformulas.orders.counting.listing import cells

        at = 1 if question.of_years else 2
        tiered = cells(rules.tier_names).items()
        inside = [number for number, place in tiered if place[at] == question.tier]
        people: ir.Table = self.customers(as_of, rules=rules).people.table
        return people.filter(people.cell.isin(inside)).select("customer")

    def _store(self, table: ir.Table) -> ir.Table:
        """A table as it is stored in the engine until the log is closed."""
        stored: ir.Table = table.cache()
        self._stored.append(stored)
        return stored

    def _columns_of(
        self, by: Sequence[str], hold: str | None, any_line: Sequence[str]
    ) -> FurtherColumns:
        """The further columns that a question needs: those that it names, or all."""
        from crmformulas.orders.analysis.separation.results import LOG_COLUMNS
        from crmformulas.orders.reading.further_columns import HOUR

        if not by:
            return self.further_columns()
        named = [*by, *([hold] if hold else []), *any_line]
        return self._with([name for name in named if name == HOUR or name not in LOG_COLUMNS])

    def _purchases(
        self, as_of: int, rules: Rules, further: FurtherColumns, ids: bool = False
    ) -> tuple[ir.Table, ir.Table]:
        """The purchases with what they carry: of customers with one, and numbered of the others."""
        from crmformulas.orders.counting import attributes

        key = "purchases", as_of, rules.every_row, id(further), ids
        if key not in self._made:
            self._on_step("counting purchases")
            orders = attributes.with_attributes(self._grouped(rules), further, as_of)
            one, several = attributes.numbered(orders, self._store, ids=ids)
            self._made[key] = one, self._store(several)
        tables: tuple[ir.Table, ir.Table] = self._made[key]
        return tables

    def _tipping_step(self, one: ir.Table, several: ir.Table, rules: Rules) -> int:
        from crmformulas.formulas.ladder import step_rates, tipping_point

        firsts = several.filter(several.k == 1)
        rows = self._tuples(firsts.group_by("purchases").agg(customers=firsts.count()))
        rows.append((1, self._tuples(one.agg(n=one.count()))[0][0]))
        ladder = [
            sum(customers for purchases, customers in rows if purchases >= k)
            for k in range(1, rules.steps + 2)
        ]
        ladder = [customers for customers in ladder if customers]
        try:
            return int(tipping_point(step_rates(ladder), rules.threshold))
        except CrmError:
            raise InputError(
                Translated(
                    f"no step of the ladder reaches {rules.threshold:.0%}, so there is no tipping"
                    " point: give the purchase that makes a customer loyal",
                    f"inget steg i trappan når {rules.threshold:.0%}, så det finns ingen tipping"
                    " point: ange köpet som gör en kund trogen",
                )
            ) from None

    def _beside(
        self, one: ir.Table, several: ir.Table, question: Question, as_of: int
    ) -> tuple[int, float | None]:
        """Customers too young for a step, and the mean value of the purchase after it."""
        late = several.filter((several.k == question.step) & (several.day > as_of - question.days))
        young = self._tuples(late.agg(n=late.count()))[0][0]
        if question.step == 1:
            alone = one.filter(one.day > as_of - question.days)
            young += self._tuples(alone.agg(n=alone.count()))[0][0]
        after = several.filter(several.k == question.step + 1)
        total, count = self._tuples(after.agg(total=after.amount.sum(), n=after.count()))[0]
        return int(young), (float(total) / 10_000 / count if count else None)

    def _any_line(
        self, name: str, further: FurtherColumns, begun: ir.Table, rules: Rules
    ) -> AnyLine:
        """The values of every line of the start orders that was paid for."""
        from crmformulas.orders.analysis.separation.build import AnyLine

        column = further.column(name)
        if column is None:
            raise InputError(
                Translated(
                    f"no further column {name!r} whose lines could count",
                    f"ingen övrig kolumn {name!r} vars rader kan räknas",
                )
            )
        lines = self._store(self.rows.lines(further, column))
        account: Account = self._made["read", rules.every_row].account
        if all(source.amount_rule != "once per order" for source in account.sources):
            lines = lines.filter(lines.amount > 0)
        keys = ["customer", *(["order"] if "order" in begun.columns else ["day"])]
        theirs = lines.inner_join(begun, keys).select(
            *keys, "value", "month", "step", "rows", "went_on"
        )
        theirs = theirs.distinct()
        counted = theirs.group_by("value", "month", "step", hold=theirs.rows).agg(
            customers=theirs.count(), went_on=theirs.went_on.sum()
        )
        return AnyLine(column, counted)

    def _grouped(self, rules: Rules) -> ir.Table:
        key = ("grouped", rules.every_row)
        while key not in self._made:
            self._on_step("reading rows")
            try:
                more = {} if self._further is None else {"further": self._further}
                order_log = self.rows.orders(every_row=rules.every_row, **more)
                self._made["read", rules.every_row] = order_log
                self._made[key] = order_log.table
            except InputError:
                raise
            except Exception as error:
                # Such as bytes that are not in the encoding, far into a file. Recovering reads
                # more forgivingly, or says what is wrong; it never hands back what failed.
                self.rows = self.rows.recover(error)
                if self._further is not None:
                    self._further = self.rows.further(self._wanted)
        return self._made[key]

    def _extent(self, as_of: date | str | None, rules: Rules) -> tuple[Extent, Windows]:
        day = None if as_of is None else _day(as_of)
        extent = self._extent_to(None if day is None else day_number(day), rules)
        if (extent.bad_date or extent.bad_amount) and not self._checked:
            self._checked = True
            self._on_step("looking at what can't be read")
            settled = self.rows.check()
            if settled is not self.rows:
                self.rows = settled
                self._made.clear()
                return self._extent(as_of, rules)
        newest = extent.last
        if rules.returns == "ignore":
            extent = extent.of_purchases()
        if extent.first is None or extent.last is None or newest is None:
            raise _nothing(extent, day, self._example(extent))
        if day is None:
            if not FIRST_YEAR <= from_number(extent.last).year <= LAST_YEAR:
                raise InputError(
                    Translated(
                        f"the newest order is of {from_number(extent.last)}",
                        f"det senaste köpet är från {from_number(extent.last)}",
                    ),
                    ": give --as-of with the last day that counts, or another --date or"
                    " --date-format",
                )
            if extent.last - extent.first > LONGEST_HISTORY:
                raise InputError(
                    Translated(
                        f"the orders run from {from_number(extent.first)} to"
                        f" {from_number(extent.last)}",
                        f"köpen går från {from_number(extent.first)} till"
                        f" {from_number(extent.last)}",
                    ),
                    ": give --as-of with the last day that counts",
                )
            day = from_number(extent.last)
            if extent.last < newest:
                # Only returns come after the newest purchase, and they do not count here.
                extent = self._extent_to(extent.last, rules).of_purchases()
        if day.year == date.max.year:
            # The windows and months after it would lie outside the calendar.
            raise InputError(
                Translated(f"the last day is {day}", f"sista dagen är {day}"),
                ": give --as-of before the year 9999",
            )
        return extent, Windows.ending(day)

    def _example(self, extent: Extent) -> str:
        """A cell that can't be read, and the option that helps, for a message."""
        for reason, role, option in (
            ("bad_date", "date", "--date-format"),
            ("bad_amount", "amount", "--decimal"),
        ):
            column = self.rows.columns.get(role)
            if not extent.excluded.get(reason) or column is None:
                continue
            for one in self.rows.sample(1, among=[reason]):
                if one["reason"] == reason and one["row"].get(column):
                    cell = describe(one["row"][column])
                    return f"; in column {column!r} stands {cell}: say how it is read with {option}"
        return ""

    def _extent_to(self, as_of: int | None, rules: Rules) -> Extent:
        grouped, key = self._grouped(rules), ("extent", as_of, rules.every_row)
        if key not in self._made:
            extent = self._rows(queries.extent(grouped, as_of), Extent)[0]
            if self._whole is not None and extent.first is not None:
                span = self._whole._extent_to(as_of, rules)
                ends = ("first", "last", "first_bought", "last_bought")
                extent = extent._replace(**{name: getattr(span, name) for name in ends})
            self._made[key] = extent
        made: Extent = self._made[key]
        return made

    def _local(self, columns: Mapping[str, Sequence[Any]], texts: Container[str] = ()) -> ir.Table:
        """A small table of the engine: columns of whole numbers of 32 bits, and of `texts`."""
        kinds = {name: "string" if name in texts else "int32" for name in columns}
        if self._duckdb is not None:
            # Dropped as soon as nobody asks it any more.
            return self.rows.backend.small_table(columns, kinds)
        import pyarrow as pa

        arrays = {name: pa.array(columns[name], kind) for name, kind in kinds.items()}
        return spark.table_of(self.rows.backend, pa.table(arrays))

    def _arrow(self, table: Any) -> ir.Table:
        """An Arrow table as a table of the engine."""
        backend = self.rows.backend
        if isinstance(backend, Embedded):
            # As ibis.memtable, without its import of pandas.
            return backend.arrow_table(table)
        return spark.table_of(backend, table)

    @property
    def _duckdb(self) -> Any:
        """The connection, where the engine is the embedded DuckDB."""
        backend = self.rows.backend
        return backend.con if isinstance(backend, Embedded) else None

    def _tuples(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        """A small result, row by row."""
        if (connection := self._duckdb) is not None:
            # As to_pyarrow(), again without pandas.
            rows: list[tuple[Any, ...]] = connection.execute(
                self.rows.backend.compile(expression)
            ).fetchall()
            return rows
        columns = self.rows.backend.to_pyarrow(real(expression)).to_pydict()
        return list(zip(*columns.values(), strict=True))

    def _rows(self, expression: ir.Table, row: type[Row]) -> list[Row]:
        """A small result as typed rows, whose fields are its columns."""
        row_type: Any = row
        assert tuple(expression.columns) == row_type._fields, (row, expression.columns)
        return [row_type._make(values) for values in self._tuples(expression)]

    def _batches(self, expression: ir.Table) -> Iterator[Any]:
        """A large result as Arrow record batches, as they come from the engine."""
        if self._duckdb is not None:
            relation = self.rows.backend.whole.sql(self.rows.backend.compile(expression))
            # Before DuckDB 1.5 it had another name.
            reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
            yield from reader(ROWS_OF_A_BATCH)
            return
        yield from self.rows.backend.to_pyarrow_batches(
            real(expression), chunk_size=ROWS_OF_A_BATCH
        )

    def _lists(self, expression: ir.Table, row: type[Row]) -> list[tuple[Any, ...]]:
        """A result of very many rows as plain tuples, whose places are the fields of the row."""
        row_type: Any = row
        assert tuple(expression.columns) == row_type._fields, (row, expression.columns)
        return self._tuples(expression)

    def _columns(self, expression: ir.Table) -> dict[str, list[Any]]:
        """A small result, column by column."""
        rows = self._tuples(expression)
        values = zip(*rows, strict=True) if rows else ((),) * len(expression.columns)
        return {n: list(c) for n, c in zip(expression.columns, values, strict=True)}


def _named(customers: ir.Table, ids: IdCodes | None) -> ir.Table:
    """Customers with their ids, where they are numbers."""
    return customers if ids is None else customers.mutate(customer=ids.text(customers.customer))


def _nothing(extent: Extent, day: date | None, example: str) -> InputError:
    excluded = {n.replace("_", " "): rows for n, rows in extent.excluded.items() if rows}
    if not extent.rows:
        return InputError(
            Translated(
                "no rows: the input holds a header at most", "inga rader: bara rubriker som mest"
            )
        )
    if sum(excluded.values()) == extent.rows:
        reasons = ", ".join(f"{count} {name}" for name, count in excluded.items())
        words = {
            "no customer": "utan kund",
            "bad date": "utan läsbart datum",
            "bad amount": "utan läsbart belopp",
        }
        swedish = ", ".join(f"{count} {words[name]}" for name, count in excluded.items())
        return InputError(
            Translated(
                f"no usable rows of {extent.rows}: {reasons}",
                f"ingen av {extent.rows} rader kan användas: {swedish}",
            ),
            example,
        )
    if day is None:
        return InputError(
            Translated(
                "no purchases: every order has an amount of 0 or less",
                "inga köp: alla belopp är 0 eller mindre",
            )
        )
    return InputError(
        Translated(f"no orders up to {day}", f"inga köp till och med {day}"),
        ": give a later --as-of day",
    )


def _same_order(lines: ir.Table, orders: ir.Table) -> list[Any]:
    """Whether lines are of an order: of its id, or without one of its customer and day."""
    same = [lines.customer == orders.customer]
    if "order" not in orders.columns:
        return [*same, lines.day == orders.day]
    none = "" if orders.order.type().is_string() else -(2**62)
    theirs = (
        (t.order.isnull().ifelse(t.day, -1), t.order.fill_null(none)) for t in (lines, orders)
    )
    same += [one == other for one, other in zip(*theirs, strict=True)]
    # An id that is used again later is that of another order.
    return [*same, lines.day >= orders.day, lines.day <= orders.day + AGAIN_AFTER]


def _changed(rules: Rules, changes: RuleChanges, of: str) -> Rules:
    refuse_unknown(changes, (field.name for field in fields(Rules)), of)
    return replace(rules, **changes)


def _day(day: date | str) -> date:
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            raise InputError(
                Translated(
                    f"as-of day {day!r} is not a date like 2026-10-31",
                    f"dagen {day!r} är inte ett datum som 2026-10-31",
                )
            ) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(
            Translated(
                f"as-of day {day} is not from {FIRST_YEAR} to {LAST_YEAR}",
                f"dagen {day} ligger inte mellan {FIRST_YEAR} och {LAST_YEAR}",
            )
        )
    # A datetime is a date too, but does not compare with one.
    return date(day.year, day.month, day.day)


@takes_keywords_of(ReadOptions)
def read(
    source: Any,
    *,
    on_step: Step | None = None,
    settings: Settings | str | Path | None = None,
    **options: Unpack[ReadKeywords],
) -> Orders:
    """Open an order log.

    Args:
        source: A path, several paths or a glob (CSV, TSV, Parquet, Excel, gzip), a DuckDB or
            SQLite file, a URL that ``ibis.connect`` takes, a pandas, Arrow or Ibis table.
        on_step: Called with a few words before each long step.
        settings: A file of settings (``crmformulas.toml``), or what
            :func:`crmformulas.settings.load_settings` made of one. The options come before it;
            one that is None is not taken from it either.
        **options: Which columns to use and how to read them: ``customer``, ``date``, ``amount``
            or ``quantity`` and ``price``, ``order``; ``table``, ``date_format``, ``decimal``,
            ``delimiter``, ``encoding``, ``currency``, ``no_customer``, ``memory_limit`` … as in
            :class:`~crmformulas.orders.reading.typed_rows.ReadOptions`.

    Returns:
        The log, to be asked for a :meth:`Orders.summary`.

    Raises:
        InputError: if the source can't be read or a column is not certain.
    """
    accepted = ("source", "on_step", "settings", *(field.name for field in fields(ReadOptions)))
    refuse_unknown(options, accepted, "read()")
    if settings is None:
        settings = Settings()
    elif not isinstance(settings, Settings):
        settings = load_settings(settings)
    rules_of(settings)
    if on_step:
        on_step("opening")
    kept = settings.reading
    chosen = merged(kept, options) if kept else dict(options)
    try:
        try:
            rows = open_rows(source, ReadOptions(**chosen))
        except NoCurrencyColumnError:
            if "currency" in options:
                raise
            # What settings say of a file without such a column is what its amounts are in.
            del chosen["currency"]
            rows = open_rows(source, ReadOptions(**chosen))
    except InputError as error:
        raise _of_settings(error, told(settings, chosen), settings.path) from None
    return Orders(rows, on_step, settings)


def _of_settings(error: InputError, used: Mapping[str, Any], path: Path | None) -> InputError:
    """The error, with what of the settings it may be about."""
    about = [place for place, value in used.items() if repr(value) in str(error)]
    if not about:
        return error
    en, sv = (f" {word} ".join(about) for word in ("and", "och"))
    message = Translated("{} ({} of {!r})", "{} ({} i {!r})").format(
        error.message, Translated(en, sv), str(path)
    )
    said = f"{error} ({en} of {str(path)!r})"
    if isinstance(error, QuestionError):
        return QuestionError(message, error.options, command=said)
    return InputError(message, command=said)
