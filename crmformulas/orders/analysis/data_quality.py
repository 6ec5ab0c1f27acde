"""How good an order log is: what was left out, what looks odd, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crmformulas.dates import from_number
from crmformulas.formats import SPACE, NumberFormat
from crmformulas.orders.reading.account import Account, Severity, money_text
from crmformulas.orders.reading.statuses import FINE, NO_SALE, REFUNDED, state_of
from crmformulas.translations import LANGS, Label, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.log import Orders

__all__ = ["Finding", "Quality", "check"]

UNITS = 10_000
LARGE_ORDER, LARGE_CUSTOMER = 0.01, 0.05
"""Shares of revenue from which on a single order or customer is named."""
MANY_RETURNS = 0.3
FEW_ROWS = 0.01
UNKNOWN_REVENUE = 0.05
QUIET_DAYS = 31
"""Days in a row without orders that look like a gap in the history."""
NAMED = 3
ORDER = {"changes": 0, "look": 1, "fine": 2}


@dataclass(frozen=True)
class Finding:
    """One thing that is worth knowing of a log.

    Attributes:
        key: What it is about.
        severity: Whether it changes figures, is worth a look, or is fine.
        text: What was found and what to do.
        rows: The rows concerned.
        orders: The orders concerned.
        customers: The customers concerned.
        money: The money concerned, in ten-thousandths.
        option: The option that decides otherwise.
    """

    key: str
    severity: Severity
    text: Label
    rows: int = 0
    orders: int = 0
    customers: int = 0
    money: int = 0
    option: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's entry of ``findings``."""
        return {
            "key": self.key,
            "severity": self.severity,
            "rows": self.rows,
            "orders": self.orders,
            "customers": self.customers,
            "money": self.money / UNITS,
            "text": translate(self.text, "en"),
            "option": self.option,
        }


@dataclass(frozen=True)
class Quality:
    """What was read and how, and what was found."""

    account: Account
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """The contract of ``crmf check --format json``."""
        return {
            "reading": self.account.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def check(log: Orders) -> Quality:
    """Look a log over.

    Raises:
        InputError: it can't be read.

    Examples:
        >>> import pandas as pd
        >>> from crmformulas.orders.log import read
        >>> days = ["2026-03-01"] * 3
        >>> rows = {"customer": ["a", "b", None], "date": days, "amount": [10, 20, 30]}
        >>> with read(pd.DataFrame(rows)) as log:
        ...     found = {finding.key: finding for finding in check(log).findings}
        >>> found["no_customer"].rows, found["no_customer"].money
        (1, 300000)
    """
    account = log.account()
    orders = log.orders()
    sums = log.totals()
    findings = [
        Finding(r.rule, r.severity, r.text, r.rows, r.orders, 0, r.money, r.option)
        for r in account.rules
    ]
    findings += _excluded(sums)
    findings += _returns(sums)
    findings += _statuses(log)
    findings += _large(log, orders, sums)
    findings += _quiet(log, orders)
    findings.sort(key=lambda finding: ORDER[finding.severity])
    return Quality(account, tuple(findings))


def _share(part: float, whole: float) -> Translated:
    share = part / whole if whole else None
    return Translated(*(NumberFormat(lang).percent(share).replace(SPACE, " ") for lang in LANGS))


def _excluded(sums: Mapping[str, int]) -> Iterator[Finding]:
    every = sums["revenue"] + sums["no_customer_money"]
    if n := sums["no_customer"]:
        share = sums["no_customer_money"] / every if every else 0
        yield Finding(
            "no_customer",
            "changes" if share >= UNKNOWN_REVENUE else "look",
            Translated(
                "{n} rows without a known customer are left out: {money}, {share} of all revenue",
                "{n} rader utan känd kund är inte med: {money}, {share} av all intäkt",
            ).format(
                n=str(n),
                money=money_text(sums["no_customer_money"]),
                share=_share(sums["no_customer_money"], every),
            ),
            n,
            money=sums["no_customer_money"],
            option="--customer",
        )
    if n := sums["bad_date"]:
        yield Finding(
            "bad_date",
            "changes",
            Translated(
                "{n} rows whose date can't be read are left out: {money}; say how dates are written"
                " with --date-format",
                "{n} rader vars datum inte kan läsas är inte med: {money}; säg hur datum skrivs med"
                " --date-format",
            ).format(n=str(n), money=money_text(sums["bad_date_money"])),
            n,
            money=sums["bad_date_money"],
            option="--date-format",
        )
    if n := sums["bad_amount"]:
        yield Finding(
            "bad_amount",
            "changes",
            Translated(
                f"{n} rows whose amount can't be read are left out; say how numbers are written"
                " with --decimal",
                f"{n} rader vars belopp inte kan läsas är inte med; säg hur tal skrivs med"
                " --decimal",
            ),
            n,
            option="--decimal",
        )


def _returns(sums: Mapping[str, int]) -> Iterator[Finding]:
    if not sums["returns"]:
        return
    share = sums["returns"] / sums["orders"]
    yield Finding(
        "returns",
        "look" if share >= MANY_RETURNS else "fine",
        Translated(
            "{n} of {orders} orders are returns or worth 0 ({share}), together {money}",
            "{n} av {orders} order är returer eller värda 0 ({share}), tillsammans {money}",
        ).format(
            n=str(sums["returns"]),
            orders=str(sums["orders"]),
            share=_share(sums["returns"], sums["orders"]),
            money=money_text(sums["returned"]),
        ),
        orders=sums["returns"],
        money=sums["returned"],
        option="--returns",
    )


def _statuses(log: Orders) -> Iterator[Finding]:
    found = log.statuses()
    every = sum(rows for _, _, rows, _ in found)
    for where, state, rows, money in found:
        known = state_of(state)
        fine = known in FINE | NO_SALE | REFUNDED or rows <= FEW_ROWS * every
        yield Finding(
            "status",
            "fine" if fine else "look",
            Translated(
                f"{where}: {state!r} on {{n}} rows, {{money}}"
                + ("" if fine else f"; it counts as a sale, --drop-status {state!r} leaves it out"),
                f"{where}: {state!r} på {{n}} rader, {{money}}"
                + ("" if fine else f"; det räknas som köp, --drop-status {state!r} utesluter det"),
            ).format(n=str(rows), money=money_text(money)),
            rows,
            money=money,
            option=None if fine else "--drop-status",
        )


def _large(log: Orders, orders: Any, sums: Mapping[str, int]) -> Iterator[Finding]:
    revenue = sums["revenue"]
    if revenue <= 0:
        return
    large = orders.filter(orders.amount > int(revenue * LARGE_ORDER))
    found = log.records(
        large.order_by(large.amount.desc()).limit(NAMED).select("customer", "day", "amount")
    )
    for one in found if sums["orders"] >= 1 / LARGE_ORDER else ():
        yield Finding(
            "large_order",
            "look",
            Translated(
                "an order of {customer} on {day} is {money}, {share} of all revenue",
                "en order av {customer} den {day} är {money}, {share} av all intäkt",
            ).format(
                customer=repr(one["customer"]),
                day=str(from_number(one["day"])),
                money=money_text(one["amount"]),
                share=_share(one["amount"], revenue),
            ),
            orders=1,
            customers=1,
            money=one["amount"],
        )
    by = orders.group_by("customer").agg(amount=orders.amount.sum(), orders=orders.count())
    big = by.filter(by.amount > int(revenue * LARGE_CUSTOMER))
    found = log.records(big.order_by(big.amount.desc()).limit(NAMED))
    for one in found if sums["customers"] >= 1 / LARGE_CUSTOMER else ():
        yield Finding(
            "large_customer",
            "look",
            Translated(
                "{customer} stands for {share} of all revenue ({money} on {n} orders): a customer,"
                " or a till, a marketplace or a test account?",
                "{customer} står för {share} av all intäkt ({money} på {n} order): en kund, eller"
                " en kassa, en marknadsplats eller ett testkonto?",
            ).format(
                customer=repr(one["customer"]),
                share=_share(one["amount"], revenue),
                money=money_text(one["amount"]),
                n=str(one["orders"]),
            ),
            orders=one["orders"],
            customers=1,
            money=one["amount"],
            option="--no-customer",
        )


def _quiet(log: Orders, orders: Any) -> Iterator[Finding]:
    days = sorted(row["day"] for row in log.records(orders.select("day").distinct()))
    gaps = [(b - a - 1, a + 1, b - 1) for a, b in pairwise(days)]
    for length, first, last in sorted(gaps, reverse=True)[:NAMED]:
        if length >= QUIET_DAYS:
            start, end = from_number(first), from_number(last)
            yield Finding(
                "no_orders",
                "look",
                Translated(
                    f"no orders from {start} to {end} ({length} days): is a file missing?",
                    f"inga order från {start} till {end} ({length} dagar): saknas en fil?",
                ),
            )
