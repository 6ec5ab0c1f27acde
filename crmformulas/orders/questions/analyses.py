"""Analyses: what separates customers, what discounts gave, what follows a product."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from crmformulas.dates import from_number
from crmformulas.errors import CrmError, InputError, QuestionError
from crmformulas.orders.keywords import takes_keywords_of
from crmformulas.orders.questions.arguments import changed_rules
from crmformulas.orders.questions.customers import CustomerQuestions
from crmformulas.orders.reading.column_roles import listed
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.rules import RuleChanges, Rules
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from typing import Unpack

    import ibis.expr.types as ir

    from crmformulas.orders.analysis.discounts import Discounts
    from crmformulas.orders.analysis.products import Products
    from crmformulas.orders.analysis.separation.build import AnyLine, Asked
    from crmformulas.orders.analysis.separation.results import Separation
    from crmformulas.orders.counting.starts import Kind, Question
    from crmformulas.orders.reading.account import Account
    from crmformulas.orders.reading.further_columns import FurtherColumns

__all__ = ["AnalysisQuestions"]


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class AnalysisQuestions(CustomerQuestions):
    """Questions that compare customers by the further columns of the file."""

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
        """Find what separates who goes on from who stops, by the further columns of the file.

        What it finds goes together with that, and does not prove it: customers choose. See
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

        rules = changed_rules(rules or self.rules, changes, "separates()")
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

        rules = changed_rules(rules or self.rules, changes, "discounts()")
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

        rules = changed_rules(rules or self.rules, changes, "products()")
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
