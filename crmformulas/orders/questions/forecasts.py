"""Forecasts of a log's customers, what was expected of them, and what came."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from crmformulas.dates import add_months, day_number, from_number, month_index
from crmformulas.errors import InputError
from crmformulas.orders.counting import queries, tiers
from crmformulas.orders.keywords import takes_keywords_of
from crmformulas.orders.questions.arguments import as_of_day, changed_rules
from crmformulas.orders.questions.summary import SummaryQuestions
from crmformulas.orders.questions.tables import Prepared, with_ids
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.rules import RuleChanges, Rules, Windows
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from typing import Unpack

    import ibis.expr.types as ir

    from crmformulas.orders.analysis.backtest import Backtest
    from crmformulas.orders.analysis.follow import Follow
    from crmformulas.orders.analysis.forecast.customers import CustomerModel
    from crmformulas.orders.analysis.forecast.fit import Origin
    from crmformulas.orders.analysis.forecast.histories import Counted
    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.analysis.scenarios import Scenario
    from crmformulas.orders.counting.year import YearCount
    from crmformulas.orders.summary.model import Summary

__all__ = ["ForecastQuestions"]


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class ForecastQuestions(SummaryQuestions):
    """Questions about the months ahead, and about a year that was budgeted."""

    @takes_keywords_of(Rules)
    def forecast(
        self,
        as_of: date | str | None = None,
        months: int = 12,
        rules: Rules | None = None,
        **changes: Unpack[RuleChanges],
    ) -> Forecast:
        """Forecast what customers do in the months after an as-of day.

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
            >>> from crmformulas.orders import read
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
        rules = changed_rules(rules or self.rules, changes, "forecast()")
        day = None if as_of is None else as_of_day(as_of)
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

    def _counted(self, prepared: Prepared, rules: Rules, held: ExitStack) -> Counted:
        """Customers and their sequence at a day, kept as long as the stack."""
        from crmformulas.orders.analysis.forecast.histories import Counted

        customers, _, orders, ids = self._count_customers(prepared, rules, held, stored=True)
        several = held.enter_context(queries.numbered(customers).cache())
        sequence = held.enter_context(queries.sequence(orders, several).cache())
        return Counted(customers, several, sequence, ids)

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
        self, counted: Counted, latest: Prepared, day: date, end: date, rules: Rules
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
            people = with_ids(counting.with_history(placed, bounds, len(rules.tiers)), counted.ids)
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
            >>> from crmformulas.orders import read
            >>> log = {"customer": ["a", "a"], "date": ["2025-01-05", "2026-03-01"], "amount": 9}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.backtest().rows
            ()
        """
        rules = changed_rules(rules or self.rules, changes, "backtest()")
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
            >>> from crmformulas.orders import read
            >>> from crmformulas.orders.analysis.scenarios import OWN
            >>> log = {"customer": ["a", "a"], "date": ["2025-01-05", "2026-03-01"], "amount": 9}
            >>> with read(pd.DataFrame(log)) as orders:
            ...     orders.follow(OWN).row("new", "orders").so_far
            0.0
        """
        from crmformulas.orders.analysis.budget_plan import Plan
        from crmformulas.orders.analysis.follow import follow_from

        rules = changed_rules(rules or self.rules, changes, "follow()")
        extent, windows = self._extent(as_of, rules)
        day = windows.as_of
        first = date(day.year, 1, 1) if start is None else as_of_day(start)
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
        within = self._orders_until(bounds.as_of, rules)
        assert extent.first is not None
        days = self._local(queries.calendar(extent.first, bounds, rules))
        return self._rows(year_counts(within, days, bounds, until), YearCount)
