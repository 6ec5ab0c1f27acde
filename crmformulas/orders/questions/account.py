"""Account of what was read of a log, and by which rules."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.dates import day_number, from_number
from crmformulas.orders.questions.tables import LogTables, no_orders
from crmformulas.orders.reading.account import SettingsAccount, in_both
from crmformulas.orders.reading.engine_errors import refusals_in_words
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.reading.typed_rows import REASONS, ReadOptions
from crmformulas.orders.rules import Rules
from crmformulas.settings import told

if TYPE_CHECKING:
    from crmformulas.orders.reading.account import Account

__all__ = ["AccountQuestions", "ValueCount"]


class ValueCount(NamedTuple):
    """A value of a column: its rows, orders and money in ten-thousandths."""

    where: str
    value: str
    rows: int
    orders: int
    money: int


@refusals_in_words(lambda log, error: log.rows.opened.in_words(error))
class AccountQuestions(LogTables):
    """Questions about what was read: rows, sums, values of a column, days."""

    def account(self, rules: Rules | None = None) -> Account:
        """Account of what was read, and by which rules."""
        rules = rules or self.rules
        # What can't be read is looked at once more before anything is told.
        self._extent(None, rules)
        return self._account(rules)

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

    @property
    def currency(self) -> str:
        """The currency of the amounts, as settings, an option or the source say it; else empty."""
        said = self.settings.money.currency or self.rows.options.currency
        return said or next((t.code for t in self.rows.typed if t.code), None) or ""

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
        """Values of a column of a role, such as ``status`` or ``currency``, over all files.

        Args:
            role: The role of the column; the first of several.
            rules: How to count.

        Returns:
            The values, the most frequent first, up to 20 a file; an order's total counts once.
        """
        sources = self.account(rules).sources
        if any(typed.part.grouped is not None for typed in self.rows.typed):
            self.rows.bring_rest()
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
        """Count rows that repeat another of their file in every column; a server is not asked."""
        n = 0
        if self.rows.opened.server is not None:
            return n
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
            raise no_orders(extent, None, "")
        return from_number(extent.first), from_number(extent.last)

    def after(self, day: date) -> tuple[int, int]:
        """Orders later than a day, and the sum of their amounts."""
        orders = self.orders()
        later = orders.filter(orders.day > day_number(day))
        row = self.records(later.agg(n=later.count(), money=later.amount.sum()))[0]
        return row["n"], int(row["money"] or 0)
