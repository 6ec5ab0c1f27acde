"""The further columns of a log's file, carried to its orders and customers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError
from crmformulas.orders.keywords import takes_keywords_of
from crmformulas.orders.questions.account import AccountQuestions
from crmformulas.orders.questions.arguments import changed_rules
from crmformulas.orders.reading.column_roles import further_names
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.expressions import total
from crmformulas.orders.reading.order_totals import AGAIN_AFTER
from crmformulas.orders.rules import RuleChanges, Rules
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from typing import Unpack

    import ibis.expr.types as ir

    from crmformulas.orders.reading.account import Account
    from crmformulas.orders.reading.further_columns import FurtherColumn, FurtherColumns
    from crmformulas.orders.selections.cross_sell import Bought

__all__ = ["ColumnQuestions"]

TOO_MANY_NUMBERS = Translated("too many different numbers", "för många olika tal")


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


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class ColumnQuestions(AccountQuestions):
    """Questions about columns without a role: channel, product, discount and the like."""

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
            >>> from crmformulas.orders import read
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

        rules = changed_rules(rules or self.rules, changes, "customer_values()")
        further = self._with(names)
        columns: list[FurtherColumn] = []
        for name in names:
            column = further.column(name)
            assert column is not None, name
            columns.append(column)
        _, _, bounds, _, _ = self._prepare(as_of, rules)
        orders = attributes.with_attributes(self._grouped(rules), further, bounds.as_of)
        return attributes.ends(orders, columns), tuple(columns)

    def _with(self, names: Sequence[str]) -> FurtherColumns:
        """The further columns, with at least these."""
        if self._further is not None and all(map(self._further.column, names)):
            return self._further
        return self.further_columns(names)

    def _further_names(self) -> list[str]:
        """The columns of the file that have no role."""
        names: dict[str, None] = {}
        for typed in self.rows.typed:
            taken = {*typed.choice.roles.values(), *typed.choice.keys, *typed.choice.statuses}
            names |= {n: None for i, n in enumerate(typed.part.names) if i not in taken}
        return [*names, *self.rows.names_left()]

    def _product_column(self) -> str | None:
        """The column of categories or products: the one that was told, or known by name.

        Raises:
            InputError: the one that was told isn't there.
        """
        from crmformulas.orders.reading.further_columns import name_in_file

        parts = getattr(self.rows, "typed", ())
        if parts and self.rows.options.product:
            self.rows.bring_rest()
            return name_in_file(self.rows.typed, self.rows.options.product)
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
        """The lines paid for in S12, by customer and value of a further column."""
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
