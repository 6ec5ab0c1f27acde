"""Customers by segment, cell, answer, control group and what they buy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from crmformulas.dates import day_number, from_number
from crmformulas.errors import InputError
from crmformulas.formulas.uncertainty import LEVEL
from crmformulas.orders.keywords import takes_keywords_of
from crmformulas.orders.questions.arguments import as_of_day, changed_rules
from crmformulas.orders.questions.customers import CustomerQuestions
from crmformulas.orders.reading.column_roles import listed
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.expressions import total
from crmformulas.orders.rules import RuleChanges, Rules
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from crmformulas.orders.selections.control_groups import Draw, Measured
    from crmformulas.orders.selections.cross_sell import CrossSell
    from crmformulas.orders.selections.rfm_grid import RfmCell
    from crmformulas.orders.selections.satisfaction import Satisfaction
    from crmformulas.orders.selections.segments import SegmentList, SegmentSize
    from crmformulas.orders.summary.model import Summary

__all__ = ["SelectionQuestions"]


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class SelectionQuestions(CustomerQuestions):
    """Questions about groups of customers."""

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

        rules = changed_rules(rules or self.rules, changes, "segments()")
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

        rules = changed_rules(rules or self.rules, changes, "to_do()")
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

        rules = changed_rules(rules or self.rules, changes, "rfm()")
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
            >>> from crmformulas.orders import read
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
        rules = changed_rules(rules or self.rules, changes, "satisfaction()")
        customers = self.customers(as_of, rules)
        self._on_step("counting answers")
        segments = with_segments(customers, self.settings.segments)
        return satisfaction(self._survey, customers, segments, scale, level)

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
        """Find what the customers of a value tier buy, and how much of it each of them does.

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
        rules = changed_rules(rules or self.rules, changes, "cross_sell()")
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

        rules = changed_rules(rules or self.rules, changes, "holdout()")
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

        rules = changed_rules(rules or self.rules, changes, "measure()")
        begin, end = as_of_day(first), as_of_day(last)
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

    def _outcomes(self, first: date, last: date, rules: Rules) -> Iterator[tuple[str, int, int]]:
        """Per customer with an order or return in a period: purchases, and net revenue in units."""
        orders = self._orders_until(day_number(last), rules)
        within = orders.filter(orders.day >= day_number(first))
        by = within.group_by("customer").agg(
            purchases=within.count(where=within.amount > 0), units=total(within.amount)
        )
        for batch in self._batches(by):
            columns = (column.to_pylist() for column in batch.columns)
            for customer, purchases, units in zip(*columns, strict=True):
                yield customer, int(purchases), int(units)
