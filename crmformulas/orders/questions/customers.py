"""The customers of a log: all, some, one, and the contacts who are none yet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from crmformulas.dates import add_months, from_number
from crmformulas.errors import InputError
from crmformulas.orders.counting import queries
from crmformulas.orders.counting.counts import CohortCount
from crmformulas.orders.keywords import takes_keywords_of
from crmformulas.orders.questions.arguments import changed_rules
from crmformulas.orders.questions.columns import ColumnQuestions
from crmformulas.orders.questions.forecasts import ForecastQuestions
from crmformulas.orders.questions.tables import with_ids
from crmformulas.orders.reading.embedded import Embedded
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.kept_sql import of_everybody
from crmformulas.orders.rules import RuleChanges, Rules
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from typing import Self, Unpack

    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.selections.contact_source import SignUps
    from crmformulas.orders.selections.cross_sell import AlsoBought
    from crmformulas.orders.selections.customer_page import CustomerPage
    from crmformulas.orders.selections.person_table import PersonTable

__all__ = ["CustomerQuestions"]

YEARS_TOLD = 20
"""Years whose tiers are told of a customer."""


UNPRICED = Translated(
    "the amounts are of whole orders, not of their lines",
    "beloppen är hela ordrars, inte radernas",
)
"""Why nobody knows what was spent on a product."""


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class CustomerQuestions(ForecastQuestions, ColumnQuestions):
    """Questions about who the customers are."""

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
            >>> from crmformulas.orders import read
            >>> log = {"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     [one.customer for one in orders.customers().page(sort="revenue")]
            ...     orders.customers(where="revenue >= 50 and orders = 1").count()
            ['b', 'a']
            1
        """
        rules = changed_rules(rules or self.rules, changes, "customers()")
        windows = self._prepare(as_of, rules).windows
        kept: Customers | None = self._made.get(("customers",))
        if kept is None or kept.closed or (kept.windows, kept.rules) != (windows, rules):
            # The list of another day makes room, unless somebody still looks at it.
            self._made["customers",] = kept = None
            kept = self._list_customers(as_of, rules)
            self._listed.add(kept)
            self._made["customers",] = kept
        return kept.where(where) if where.strip() else kept

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
        with of_everybody(), with_latest(orders, bounds).cache() as customers:
            starts = queries.starts(customers, bounds)
            cohorts = self._rows(queries.cohorts(starts, days, bounds, rules), CohortCount)
            tiered = self._tiered(customers, days, bounds, cohorts, rules, ids)
            people = listed(with_ids(customers, ids), with_ids(tiered, ids), bounds, rules)
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
    def only(
        self,
        where: str,
        as_of: date | str | None = None,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Self:
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
            >>> from crmformulas.orders import read
            >>> log = {"customer": ["a", "b"], "date": ["2026-03-01"] * 2, "amount": [20, 50]}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.only("revenue >= 50").summary().flows.closing
            1
        """
        from crmformulas.orders.reading.rows_of_some import RowsOfSome
        from crmformulas.orders.selections.segments import with_segments

        rules = changed_rules(rules or self.rules, changes, "only()")
        customers = self.customers(as_of, rules)
        customers.people.segments = with_segments(customers, self.settings.segments)
        chosen = customers.people.where(where).select("customer").distinct()
        stored = self._store(chosen)
        if not self._tuples(stored.agg(n=stored.count()))[0][0]:
            raise InputError(
                Translated("nobody is selected by {}", "ingen väljs av {}").format(where)
            )
        rows = RowsOfSome.of(self.rows, stored)
        part = type(self)(rows, self._on_step, self.settings)
        part._whole, part._checked, part.rules = self, True, rules
        every = rules.every_row
        grouped = self._grouped(rules)
        part._made["read", every] = self._made["read", every]
        part._made["grouped", every] = rows.select(grouped)
        return part

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

        rules = changed_rules(rules or self.rules, changes, "customer()")
        customers = self.customers(as_of, rules)
        profile = customer_page.known_of(customers, customer)
        if any(typed.part.grouped is not None for typed in self.rows.typed):
            self.rows.bring_rest()
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
        """The products those alike buy and a customer doesn't; none without a column of them."""
        from crmformulas.orders.selections.cross_sell import ATTRIBUTES, also_bought

        product, people = self._product_column(), customers.people
        if product is None or ATTRIBUTES[0] not in people.attributes:
            return []
        with suppress(InputError):  # as of a column of nothing but numbers
            table = people.need([people.attribute(ATTRIBUTES[0])])
            bought = self._bought(product, customers.windows.as_of, customers.rules)
            return also_bought(people.scope, table, bought, customer)
        return []

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
