"""Data quality of an order log: rows left out, oddities, and what to do about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crmformulas.dates import from_number
from crmformulas.formats import SPACE, NumberFormat, with_separators
from crmformulas.orders.reading.account import Account, Severity, in_both, money_text
from crmformulas.orders.reading.statuses import state_of
from crmformulas.translations import LANGS, Label, Translated, counted, counted_in_both, translate

if TYPE_CHECKING:
    from crmformulas.orders.log import Orders

__all__ = ["HEADS", "NOTHING", "SEVERITIES", "Finding", "Quality", "check"]

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
SEVERITIES: Mapping[Severity, Translated] = {
    "changes": Translated("changes figures", "ändrar siffror"),
    "look": Translated("worth a look", "värt en titt"),
    "fine": Translated("fine", "i sin ordning"),
}
"""Whether a finding matters, in words."""
HEADS = (
    Translated("Matters", "Betydelse"),
    Translated("What was found, and what to do", "Vad som hittades, och vad man kan göra"),
    Translated("Rows", "Rader"),
    Translated("Orders", "Order"),
    Translated("Customers", "Kunder"),
    Translated("Amount", "Belopp"),
    Translated("Option", "Option"),
)
"""What is told of a finding, as heads of a table."""
NOTHING = Translated("nothing to tell", "inget att anmärka")


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
        examples: Some of the rows concerned, as text.
    """

    key: str
    severity: Severity
    text: Label
    rows: int = 0
    orders: int = 0
    customers: int = 0
    money: int = 0
    option: str | None = None
    examples: tuple[str, ...] = ()

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
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class Quality:
    """Account of the reading, and the findings."""

    account: Account
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """The contract of ``crmf check --format json``."""
        return {
            "reading": self.account.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def check(log: Orders, as_of: date | str | None = None) -> Quality:
    """Look a log over.

    Args:
        log: The orders.
        as_of: The last day that counts; orders after it are told.

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
    findings += _excluded(log, sums)
    findings += _after(log, as_of)
    findings += _returns(sums)
    findings += _currencies(log)
    findings += _statuses(log)
    findings += _repeated(log, sums)
    findings += _large(log, orders, sums)
    findings += _quiet(log, orders)
    findings += _further(log)
    findings = [replace(finding, text=in_both(finding.text)) for finding in findings]
    findings.sort(key=lambda finding: ORDER[finding.severity])
    return Quality(account, tuple(findings))


TELLS: Mapping[str, Translated] = {
    "discount": Translated("discount", "rabatt"),
    "discount_percent": Translated("discount in per cent", "rabatt i procent"),
    "discount_code": Translated("discount code", "rabattkod"),
    "product": Translated("product", "produkt"),
    "category": Translated("category", "kategori"),
    "channel": Translated("channel", "kanal"),
    "campaign": Translated("campaign", "kampanj"),
    "country": Translated("country", "land"),
    "device": Translated("device", "enhet"),
    "payment": Translated("payment", "betalsätt"),
    "shipping": Translated("shipping", "leveranssätt"),
}
"""What further columns tell, by role."""


def _further(log: Orders) -> Iterator[Finding]:
    """The columns that say more of an order than who, when and how much."""
    by_role = log.rows.further_roles()
    if not by_role:
        return
    listed = [
        ", ".join(f"{translate(TELLS[role], lang)} {name!r}" for role, name in by_role.items())
        for lang in LANGS
    ]
    yield Finding(
        "further_columns",
        "fine",
        Translated(
            f"further columns known by name: {listed[0]}; crmf separates and crmf discounts ask"
            " them",
            f"fler kolumner kända till namnet: {listed[1]}; crmf separates och crmf discounts"
            " frågar dem",
        ),
    )


def _share(part: float, whole: float) -> Translated:
    share = part / whole if whole else None
    return Translated(*(NumberFormat(lang).percent(share).replace(SPACE, " ") for lang in LANGS))


EXCLUDED: Mapping[str, tuple[Translated, str]] = {
    "no_customer": (
        Translated(
            "{n} without a known customer, left out: {money}, {share} of all revenue; give"
            " --customer if another column tells who it is",
            "{n} utan känd kund, inte med: {money}, {share} av all intäkt; ange --customer om en"
            " annan kolumn säger vem det är",
        ),
        "--customer",
    ),
    "bad_date": (
        Translated(
            "{n} whose date can't be read, left out: {money}, {share} of all revenue; say how dates"
            " are written with --date-format",
            "{n} vars datum inte kan läsas, inte med: {money}, {share} av all intäkt; säg hur datum"
            " skrivs med --date-format",
        ),
        "--date-format",
    ),
    "bad_amount": (
        Translated(
            "{n} whose amount can't be read, left out; say how numbers are written with --decimal",
            "{n} vars belopp inte kan läsas, inte med; säg hur tal skrivs med --decimal",
        ),
        "--decimal",
    ),
}
"""What is said of rows that are left out, and the option that helps."""


def _excluded(log: Orders, sums: Mapping[str, int]) -> Iterator[Finding]:
    reasons = [reason for reason in EXCLUDED if sums[reason]]
    examples: dict[str, list[str]] = {reason: [] for reason in reasons}
    for one in log.rows.sample(NAMED, among=reasons) if reasons else ():
        if one["reason"] in examples:
            cells = (f"{name}={cell!r}" for name, cell in one["row"].items() if cell is not None)
            examples[one["reason"]].append(", ".join(cells))
    every = sums["revenue"] + sum(sums[f"{reason}_money"] for reason in EXCLUDED)
    for reason in reasons:
        text, option = EXCLUDED[reason]
        money = sums[f"{reason}_money"]
        small = reason == "no_customer" and money < UNKNOWN_REVENUE * every
        yield Finding(
            reason,
            "look" if small else "changes",
            text.format(
                n=counted_in_both(sums[reason], "row"),
                money=money_text(money),
                share=_share(money, every),
            ),
            sums[reason],
            money=money,
            option=option,
            examples=tuple(examples[reason]),
        )


def _after(log: Orders, as_of: date | str | None) -> Iterator[Finding]:
    if as_of is None:
        return
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    orders, money = log.after(day)
    if orders:
        yield Finding(
            "after_as_of",
            "changes",
            Translated(
                f"{counted(orders, 'order')} after {day} ({{money}}): left out as of that day",
                f"{orders} order efter {day} ({{money}}), inte med i siffrorna per den dagen",
            ).format(money=money_text(money)),
            orders=orders,
            money=money,
            option="--as-of",
        )


def _currencies(log: Orders) -> Iterator[Finding]:
    for one in log.values("currency"):
        yield Finding(
            "currency",
            "fine",
            Translated(
                f"{one.where}: {one.value!r} on {counted(one.orders, 'order')}, {{money}}",
                f"{one.where}: {one.value!r} på {with_separators(one.orders)} order, {{money}}",
            ).format(money=money_text(one.money)),
            one.rows,
            one.orders,
            money=one.money,
            option="--currency",
        )


def _repeated(log: Orders, sums: Mapping[str, int]) -> Iterator[Finding]:
    if n := log.repeated_rows():
        many = n > FEW_ROWS * sums["rows"]
        yield Finding(
            "repeated_rows",
            "look" if many else "fine",
            Translated(
                f"{counted(n, 'row')} {'repeats' if n == 1 else 'repeat'} another of the file in"
                " every column and counts too; if the export doubled them, remove them there",
                f"{counted(n, 'row', lang='sv')} upprepar en annan i filen i varje"
                " kolumn och räknas också; har exporten dubblerat dem, ta bort dem där",
            ),
            n,
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
            n=with_separators(sums["returns"]),
            orders=with_separators(sums["orders"]),
            share=_share(sums["returns"], sums["orders"]),
            money=money_text(sums["returned"]),
        ),
        orders=sums["returns"],
        money=sums["returned"],
        option="--returns",
    )


def _statuses(log: Orders) -> Iterator[Finding]:
    statuses = log.values("status")
    every = sum(one.rows for one in statuses)
    words = [typed.sold for typed in log.rows.typed]
    refunds = any("refund" in typed.choice.roles for typed in log.rows.typed)
    said = {state_of(word) for word in log.rows.options.drop_status + log.rows.options.keep_status}
    for one in statuses:
        state = state_of(one.value)
        void = any(state in sold.void(refunds=False) for sold in words)
        sure = void or any(state in sold.sale(refunds=refunds) for sold in words)
        fine = sure or one.rows <= FEW_ROWS * every
        ends = (
            Translated("; no sale", "; inget köp")
            if void and state not in said
            else Translated("", "")
            if fine
            else Translated(
                f"; it counts as a sale, --drop-status {one.value!r} leaves it out",
                f"; det räknas som köp, --drop-status {one.value!r} utesluter det",
            )
        )
        yield Finding(
            "status",
            "fine" if fine else "look",
            Translated(
                f"{one.where}: {one.value!r} on {counted(one.orders, 'order')}, {{money}}{ends.en}",
                f"{one.where}: {one.value!r} på {one.orders} order, {{money}}{ends.sv}",
            ).format(money=money_text(one.money)),
            one.rows,
            one.orders,
            money=one.money,
            option=None if fine else "--drop-status",
        )


def _large(log: Orders, orders: Any, sums: Mapping[str, int]) -> Iterator[Finding]:
    revenue = sums["revenue"]
    if revenue <= 0:
        return
    large = orders.filter(orders.amount > int(revenue * LARGE_ORDER))
    largest = log.records(
        large.order_by(large.amount.desc()).limit(NAMED).select("customer", "day", "amount")
    )
    for one in largest if sums["orders"] >= 1 / LARGE_ORDER else ():
        yield Finding(
            "large_order",
            "look",
            Translated(
                "an order of {customer} on {day} is {money}, {share} of all revenue: a real one?",
                "en order av {customer} den {day} är {money}, {share} av all intäkt: en riktig?",
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
    largest = log.records(big.order_by(big.amount.desc()).limit(NAMED))
    for one in largest if sums["customers"] >= 1 / LARGE_CUSTOMER else ():
        yield Finding(
            "large_customer",
            "look",
            Translated(
                "{customer} stands for {share} of all revenue ({money} on {n}): a customer,"
                " or a till, a marketplace or a test account?",
                "{customer} står för {share} av all intäkt ({money} på {n}): en kund, eller"
                " en kassa, en marknadsplats eller ett testkonto?",
            ).format(
                customer=repr(one["customer"]),
                share=_share(one["amount"], revenue),
                money=money_text(one["amount"]),
                n=counted_in_both(one["orders"], "order"),
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
