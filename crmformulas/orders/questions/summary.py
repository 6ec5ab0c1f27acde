"""The figures of a log at an as-of day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from crmformulas.formulas.migration import round_half_up, tier_sizes
from crmformulas.orders.counting import queries, tiers
from crmformulas.orders.counting.counts import (
    AgainCount,
    BeforeCount,
    CohortCount,
    ContactCounts,
    ConversionDay,
    Counts,
    FlowCount,
    GapCount,
    MoneyCount,
    PurchaseCount,
    ReachDays,
    ReachMonth,
    RenewedCount,
    ReturnedSum,
    SignUpDay,
    SoonCount,
    SpreadCount,
    TierGapCount,
    spread_unit,
)
from crmformulas.orders.keywords import takes_keywords_of
from crmformulas.orders.questions.account import AccountQuestions
from crmformulas.orders.questions.arguments import changed_rules
from crmformulas.orders.questions.tables import Prepared, with_ids
from crmformulas.orders.reading.account import in_both
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.rules import RuleChanges, Rules, eve_and_year, soon_days
from crmformulas.orders.summary.build import summarise
from crmformulas.orders.summary.months import month_ends

if TYPE_CHECKING:
    from typing import Unpack

    import ibis.expr.types as ir

    from crmformulas.orders.analysis.forecast.histories import Counted
    from crmformulas.orders.reading.id_codes import IdCodes
    from crmformulas.orders.summary.model import Summary

__all__ = ["SummaryQuestions"]

DAYS_AT_HAND = 4
"""Summaries that are kept: of a day, of a year and of two years before it, and one more."""


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class SummaryQuestions(AccountQuestions):
    """Questions that are answered by counting customers, tiers, cohorts and the ladder."""

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
            >>> from crmformulas.orders import read
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
        rules = changed_rules(rules or self.rules, changes, "summary()")
        prepared = self._prepare(as_of, rules)
        # What is made of summaries, such as a forecast or a report, asks for them again.
        return self._summary(prepared, rules)

    def _summary(self, prepared: Prepared, rules: Rules, counted: Counted | None = None) -> Summary:
        summaries: dict[Any, Summary] = self._made.setdefault(("summary",), {})
        key = prepared.windows, rules
        if key not in summaries:
            if len(summaries) == DAYS_AT_HAND:
                del summaries[next(iter(summaries))]
            summaries[key] = self._summarise(prepared, rules, counted)
        return summaries[key]

    def _summarise(self, prepared: Prepared, rules: Rules, counted: Counted | None) -> Summary:
        """Count a summary; from the customers and their sequence where those are there already."""
        extent, windows, bounds, _, days = prepared
        # Left to the garbage collector they would be dropped by any thread, at any time.
        with ExitStack() as held:
            if counted is None:
                customers, theirs, orders, ids = self._count_customers(prepared, rules, held)
                several = queries.numbered(theirs)
                if not theirs.customer.type().is_integer():
                    # An engine numbers them in any order, so what two queries read is stored.
                    several = held.enter_context(several.cache())
            else:
                customers, several, ids = counted.customers, counted.several, counted.ids
            unit = spread_unit(extent)
            starts = held.enter_context(queries.starts(customers, bounds, unit).cache())
            cohorts = self._rows(queries.cohorts(starts, days, bounds, rules), CohortCount)
            tiered = self._tiered(customers, days, bounds, cohorts, rules, ids)
            flows = self._rows(tiers.flows(tiered), FlowCount)
            self._on_step("climbing the ladder")
            sequence = (
                held.enter_context(queries.sequence(orders, several).cache())
                if counted is None
                else counted.sequence
            )
            assert extent.first is not None
            purchases = self._lists(queries.purchases(sequence, days, rules), PurchaseCount)
            within_days = soon_days(rules, extent.first, bounds.as_of)
            cuts = self._cuts_of(customers, bounds, cohorts, rules)
            placed = tiers.s12_tiers(customers, bounds, cuts, rules, ids)
            small: dict[type[Any], ir.Table] = {
                GapCount: queries.gaps(sequence, bounds, rules),
                SoonCount: queries.soon(sequence, days, within_days, rules),
                TierGapCount: queries.tier_gaps(sequence, several, placed, bounds),
            }
            if queries.may_be_renewed(extent.first, bounds, rules):
                small[RenewedCount] = queries.renewed(sequence, days, bounds)
            if horizon := eve_and_year(windows, rules, extent.first):
                small[AgainCount] = queries.again(sequence, *horizon)
                small[BeforeCount] = queries.before(starts, *horizon)
            told = self._rows_at_once(small)
            self._on_step("following cohorts")
            money = self._rows(queries.money(sequence, starts, days), MoneyCount)
            spread = self._rows(queries.spread(sequence, starts, days, unit), SpreadCount)
            since = queries.three_years_back(windows)
            returned = (
                self._rows(queries.returned(sequence, days, since), ReturnedSum)
                if extent.returns and rules.returns == "net"
                else []
            )
            contacts, contact_counts = self._contacts, None
            sign_ups: list[SignUpDay] = []
            conversions: list[ConversionDay] = []
            has_reach = contacts is not None and "last_reached" in contacts.table.columns
            reach_days, reach_months = None, list[ReachMonth]()
            if contacts is not None:
                named = with_ids(customers, ids)
                people = held.enter_context(
                    queries.contacts_beside(contacts.table, named, bounds.as_of, rules).cache()
                )
                tally = queries.contacts_tally(people, bounds.as_of, rules)
                contact_counts = self._rows(tally, ContactCounts)[0]
                sign_ups = self._rows(queries.sign_ups(people), SignUpDay)
                conversions = self._rows(queries.conversions(people), ConversionDay)
                if has_reach:
                    met = held.enter_context(
                        queries.contact_days(contacts.table, people, bounds.as_of).cache()
                    )
                    reach_days = self._rows(queries.reach_days(met), ReachDays)[0]
                    ends = self._local({"end": month_ends(windows)})
                    reach_months = self._rows(queries.reach_months(met, ends, rules), ReachMonth)
        excluded = [reason for reason, rows in extent.excluded.items() if rows]
        account = self._account(rules)
        counts = Counts(
            extent=extent,
            cohorts=cohorts,
            gaps=told[GapCount],
            flows=flows,
            money=money,
            returned=returned,
            contacts=contact_counts,
            sign_ups=sign_ups,
            conversions=conversions,
            spread=spread,
            purchases=purchases,
            soon=told[SoonCount],
            tier_gaps=told[TierGapCount],
            renewed=told.get(RenewedCount, ()),
            again=told[AgainCount][0] if horizon else None,
            before=told[BeforeCount][0] if horizon else None,
            reach_days=reach_days,
            reach_months=reach_months,
            has_reach=has_reach,
            sample=tuple(self.rows.sample(among=excluded) if excluded else ()),
            notes=(
                *account.notices,
                *(in_both(note.text) for note in (contacts.notes if contacts else ())),
            ),
            account=account,
        )
        return summarise(counts, windows, rules)

    def _count_customers(
        self, prepared: Prepared, rules: Rules, held: ExitStack, *, stored: bool = False
    ) -> tuple[ir.Table, ir.Table, ir.Table, IdCodes | None]:
        """All customers; those of them who may have several orders, their orders, and their ids.

        Where it is not ``stored``, the table of all is put together whenever it is asked.
        """
        bounds = prepared.bounds
        orders, ids = self._numbered_orders(prepared, rules)
        self._on_step("counting customers")
        if stored or "single" not in orders.columns:
            customers = held.enter_context(queries.customers_of(orders, bounds).cache())
            return customers, customers, orders, ids
        ones, others = orders.filter(orders.single), orders.filter(~orders.single)
        several = held.enter_context(queries.customers_of(others, bounds).cache())
        return queries.customers_of_one(ones, bounds, several).union(several), several, others, ids

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
        cuts = self._cuts_of(customers, bounds, cohorts, rules)
        return tiers.with_tiers(customers, days, bounds, cuts, rules, ids)

    def _cuts_of(
        self,
        customers: ir.Table,
        bounds: queries.Bounds,
        cohorts: Sequence[CohortCount],
        rules: Rules,
    ) -> dict[str, list[tiers.Cut | None]]:
        """Where the tiers of those who are active in each window part."""
        active = {
            window: sum(c.customers for c in cohorts if getattr(c, f"in_{window}"))
            for window in ("s12", "f12")
        }
        return self._cuts(customers, bounds, active, rules)

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
