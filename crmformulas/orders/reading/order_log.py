"""The orders of a source: its rows grouped, mended and valued, with an account of how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal

from crmformulas.errors import QuestionError
from crmformulas.orders.reading.account import (
    Account,
    AppliedRule,
    Severity,
    SourceAccount,
    in_both,
    money_text,
)
from crmformulas.orders.reading.ambiguity import DATES
from crmformulas.orders.reading.column_roles import (
    PRICE_NAMES,
    amount_of,
    listed,
    names_a_customer,
    normalised,
)
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.reading.further_columns import FurtherColumns
from crmformulas.orders.reading.id_codes import IdCodes, RowCodes
from crmformulas.orders.reading.identities import ADDRESS_NAMES, whole_number
from crmformulas.orders.reading.merge_files import (
    Versions,
    identical_rows,
    settle_versions,
    together,
    without_files,
)
from crmformulas.orders.reading.order_totals import (
    ENOUGH_SHARE,
    MONTH,
    decide_totals,
    fill_gaps,
    group_customers_first,
    group_rows,
    is_numbered,
    is_order,
    split_reused,
    tally,
    worth,
)
from crmformulas.orders.reading.source_tables import OpenSource
from crmformulas.orders.reading.statuses import state_of
from crmformulas.orders.reading.typed_parts import ANY, TypedPart
from crmformulas.translations import Translated, counted, counted_in_both

__all__ = ["OrderLog", "OrderReader", "plain_orders", "plain_rows", "rows_of", "suggest_point_zero"]

NUMBERED_SHARE = 0.01
"""Share of the orders from which on customer 0 or -1 is nobody."""
NET = ("net", "netto", "neto")
FEW_STATES = 0.01
"""Share of the orders up to which states that nobody knows are not told."""
LARGE = 1 << 23
"""Bytes of a source from which on its ids are told by numbers where they can be: of fewer rows than
it holds, what more there is to ask takes longer."""
MOST_STATES = 1_000
MOST_HINTS = 0.5
"""A column that is filled on a larger share of the rows says nothing of single orders."""
MANY = 3
NEW_SHARE, REPEATS_SHARE = 0.97, 0.9
"""An id is new with nearly every order from such a share on; another repeats up to such a share."""


@dataclass
class OrderLog:
    """The orders, stored in the engine.

    Attributes:
        table: ``customer``, ``day``, ``amount``, ``rows`` and ``key``: null, or not negative, for
            an order, else -1 to -3 by the reason for which rows are excluded. Where further
            columns were asked for, also ``order`` and what holds them.
        account: What was read and how.
    """

    table: Any
    account: Account
    held: list[Any] = field(default_factory=list, repr=False)
    """Stored tables that `table` reads."""
    codes: IdCodes | None = None
    """How customers are told by numbers in `coded`."""
    coded: Any = None
    """The same with customers as numbers, which count several times as fast, where they have some;
    it may have ``single``: whether an order is its customer's only one."""

    def release(self) -> None:
        """Drop what is stored, while the engine is open."""
        while self.held:
            self.held.pop().release()


def rows_of(
    opened: OpenSource, parts: Sequence[TypedPart], currency: str | None
) -> tuple[Any, int]:
    """Per row all that orders follow from, and how many rows stand in more than one file."""
    if len(parts) == 1:
        return parts[0].facts(currency, alone=True), 0
    if all("order" in typed.choice.roles for typed in parts):
        return together([typed.facts(currency) for typed in parts]), 0
    return identical_rows(opened, parts, currency)


def plain_rows(facts: Any) -> Any:
    """The rows without what only their orders need; the customer is null where nobody is known."""
    customer = (facts.key == -1).fill_null(False).ifelse(None, facts.customer)
    order = ["order"] if "order" in facts.columns else []
    return facts.select("day", "amount", *order, customer=customer).relocate("customer")


def suggest_point_zero(parts: Sequence[TypedPart]) -> None:
    """Read ids without ``.0`` where those of the samples are whole numbers, some of them with it.

    Whether all ids are is seen when they have been grouped.
    """
    ids = [
        id_ for typed in parts for cell in typed.sample.get("customer", ()) if (id_ := cell.strip())
    ]
    some = any(id_.endswith((".0", ",0")) for id_ in ids) and not parts[0].as_written
    whole = some and all(re.fullmatch(r"-?[0-9]+([.,]0+)?", id_) for id_ in ids)
    for typed in parts:
        typed.point_zero = whole and not typed.choice.keys


def plain_orders(opened: OpenSource, rows: Any, *, every_row: bool = False) -> OrderLog:
    """The orders of rows that are given as they count, such as cells of a spreadsheet."""
    held: list[Any] = []

    def store(table: Any) -> Any:
        held.append(table.cache())
        return held[-1]

    groups = store(group_rows(rows, every_row=every_row))
    if "order" in groups.columns and opened.ask(tally(groups, by_file=False))[0]["again"]:
        groups = store(split_reused(groups, rows, opened.ask, store)[0])
    return OrderLog(groups, Account(), held)


class OrderReader:
    """Groups the rows of a source by order, and decides what each is worth."""

    def __init__(
        self,
        opened: OpenSource,
        parts: Sequence[TypedPart],
        currency: str | None,
        rows: Any,
        repeated: int,
        further: FurtherColumns | None = None,
    ) -> None:
        self.opened = opened
        self.parts = parts
        self.currency = currency
        self.rows = rows
        self.repeated = repeated
        self.first = parts[0]
        self.once: list[int] = []
        self.every_row = False
        self.rules: list[AppliedRule] = []
        self.by_order = all("order" in typed.choice.roles for typed in parts)
        self.files = len(parts) > 1 and self.by_order
        self.stored: list[Any] = []
        self.further = further
        self.codes = None if further is not None else self._row_codes()
        if further is not None:
            for typed, by_slot in zip(parts, further.expressions, strict=True):
                typed.further = by_slot
        if further is not None or self.codes is not None:
            self._read_rows()

    def _row_codes(self) -> RowCodes | None:
        """The numbers by which customers and orders are told, where there are many of them."""
        typed, engine = self.first, self.opened.engine
        large = engine is not None and engine.input_bytes >= LARGE
        if not large or len(self.parts) > 1 or typed.leaves_gaps or typed.point_zero:
            return None
        if typed.nobody or typed.choice.keys:
            return None
        by_role: dict[str, IdCodes | None] = {}
        for role in ("customer", "order"):
            if role not in typed.choice.roles:
                continue
            kind = typed.part.column(typed.choice.roles[role]).type()
            number = kind.is_integer() and kind.nbytes + kind.is_unsigned_integer() <= 8
            texts = IdCodes.of(typed.sample.get(role, ())) if kind.is_string() else None
            if texts is None and not number:
                return None
            by_role[role] = IdCodes() if role == "customer" and number else texts
        customer = by_role.get("customer")
        return None if customer is None else RowCodes(customer, by_role.get("order"))

    def _read_rows(self) -> None:
        """Make the rows anew, as they are to be read now."""
        if self.codes is not None:
            self.rows = self.first.facts(self.currency, alone=True, codes=self.codes)
            return
        self.rows, self.repeated = rows_of(self.opened, self.parts, self.currency)
        if self.further is not None:
            self.rows = self.further.of_rows(self.rows)

    def read(self, *, every_row: bool = False) -> OrderLog:
        """The orders, and the account of how they were read.

        Raises:
            QuestionError: what only the user knows.
        """
        self.every_row = every_row
        try:
            return self._read()
        except BaseException:
            # Left to the garbage collector they would be dropped after the engine is closed.
            self.release()
            raise
        finally:
            for typed in self.parts:
                typed.further = {}

    def release(self, keep: int = 0) -> None:
        """Drop the stored tables but for the last."""
        while len(self.stored) > keep:
            self.stored.pop(0).release()

    def _store(self, table: Any) -> Any:
        self.stored.append(table.cache())
        return self.stored[-1]

    def _read(self) -> OrderLog:
        keep = self.files or any(typed.leaves_gaps for typed in self.parts)
        # Attributes of two orders on a day are told apart by the order's id.
        keep = keep or self.further is not None
        groups, tallies = self._grouped(keep)
        if tallies[0].get("gaps") and self.codes is not None:
            # Ids of another form than those of the sample, or orders to be mended.
            self.codes = None
            self._read_rows()
            groups, tallies = self._grouped(keep)
        if tallies[0].get("gaps") and not keep:
            keep = True
            self._read_rows()
            groups, tallies = self._grouped(keep)
        if sum(f.get("unsure_rows", 0) for f in tallies) and self._learn_states():
            self._read_rows()
            groups, tallies = self._grouped(keep)
        rows_by_file = {f.get("file", 0): f["rows"] for f in tallies}
        if sum(f.get("gaps", 0) for f in tallies):
            filled, rule = fill_gaps(groups, self.opened.ask, self._store)
            self.rules += [rule] if rule else []
            groups = self._store(filled)
            if self.first.duckdb:
                self.release(keep=1)
            tallies = self._tally(groups)
        dropped = None
        if self.files:
            groups, dropped = self._versions(groups)
            tallies = self._tally(groups)
        if sum(f.get("again", 0) for f in tallies):
            groups = self._split(groups, dropped)
            tallies = self._tally(groups)
        groups = self._valued(groups, tallies)
        groups = self._known(groups, tallies)
        self._nameless(tallies)
        self._folded(tallies)
        self._statuses(tallies)
        self._factors(tallies)
        self._long(tallies)
        self._suspicious(groups, tallies)
        columns = ["customer", "day", "amount", "rows", "key"]
        if self.further is not None:
            columns += [*(["order"] if "order" in groups.columns else []), *self.further.slots]
        rules = tuple(replace(rule, text=in_both(rule.text)) for rule in self.rules)
        account = Account(tuple(self._sources(rows_by_file)), rules, tuple(self.opened.not_read))
        table = groups.select(*columns)
        if self.codes is None:
            return OrderLog(table, account, self.stored)
        if self.stored and self.rows is self.stored[0]:
            # Nothing is asked of single rows any more.
            self.stored.pop(0).release()
        single = ["single"] if "single" in groups.columns else []
        coded = groups.select(*columns, *single)
        ids = self.codes.customer
        return OrderLog(self._named(table), account, self.stored, ids, coded)

    def _named(self, groups: Any) -> Any:
        """The groups with the ids of their customers."""
        if self.codes is None:
            return groups
        return groups.mutate(customer=self.codes.customer.text(groups.customer))

    # ------------------------------------------------------------------------------ grouping

    def _grouped(self, keep: bool) -> tuple[Any, list[dict[str, Any]]]:
        self.release()
        if self.first.backend == "sqlite":
            # Its parser stops at expressions that are nested as deeply as the whole would be.
            self.rows = self._store(self.rows)
        plain = set(self.rows.columns) <= {"customer", "day", "amount", "order", "key"}
        if self.codes is not None and plain and not self.every_row:
            self.rows = self._store(self.rows)
            groups = group_customers_first(self.rows, self._store)
        else:
            groups = self._store(group_rows(self.rows, every_row=self.every_row, keep=keep))
        tallies = self._tally(groups)
        folding = self.first.point_zero
        if folding or (sum(f["point_zero"] for f in tallies) and not self.first.as_written):
            whole = self._all_whole(groups)
            if whole != folding:
                for typed in self.parts:
                    typed.point_zero = whole
                self._read_rows()
                return self._grouped(keep)
        if self.repeated:
            self.rules = [_identical(self.repeated)]
        return groups, tallies

    def _tally(self, groups: Any) -> list[dict[str, Any]]:
        names = any(" " in cell for t in self.parts for cell in t.sample.get("customer", ()))
        ids = None if self.codes is None else self.codes.customer
        by_file = "file" in groups.columns
        return self.opened.ask(tally(groups, by_file=by_file, names=names and not ids, codes=ids))

    def _all_whole(self, groups: Any) -> bool:
        if self.first.choice.keys:
            return False
        others = groups.filter(is_order(groups) & ~whole_number(groups.customer))
        return not self.opened.ask(others.agg(n=others.count()))[0]["n"]

    def _versions(self, groups: Any) -> tuple[Any, Any]:
        rows = together([typed.facts(self.currency, articles=True) for typed in self.parts])
        settled: Versions = settle_versions(groups, rows, self.opened.ask, self._store)
        self.rules += settled.rules
        if len({_amount_name(typed) for typed in self.parts}) == 1:
            return self._store(without_files(settled.groups)), settled.dropped
        return self._store(settled.groups), settled.dropped

    def _split(self, groups: Any, dropped: Any) -> Any:
        rows = self.rows
        if "single" in groups.columns:
            groups = groups.drop("single")
        if dropped is not None:
            rows = rows.anti_join(dropped, ["customer", "order", "file"])
        if "file" not in groups.columns and "file" in rows.columns:
            rows = rows.drop("file")
        regrouped, orders, more = split_reused(groups, rows, self.opened.ask, self._store)
        self.rules.append(
            AppliedRule(
                "order_id_again",
                Translated(
                    f"{counted(orders, 'order id', 'is')} used again more than 90 days after the"
                    f" order's first day: that makes {counted(more, 'order')} more",
                    f"{orders} order-id används igen mer än 90 dagar efter orderns första dag: det"
                    f" blir {more} order till",
                ),
                None,
                orders=orders,
            )
        )
        return self._store(regrouped)

    # ------------------------------------------------------------------------------ worth

    def _valued(self, groups: Any, tallies: list[dict[str, Any]]) -> Any:
        once: list[int] = []
        names: dict[str, list[int]] = {}
        for number, typed in enumerate(self.parts):
            names.setdefault(_amount_name(typed), []).append(number)
        by_file = "file" in groups.columns
        for numbers in names.values():
            typed = self.parts[numbers[0]]
            roles, given = typed.choice.roles, typed.choice.given
            if "amount" not in roles or not self.by_order:
                continue
            decision = decide_totals(
                typed.part.names[roles["amount"]],
                typed.where("amount"),
                [f for f in tallies if not by_file or f["file"] in numbers],
                given="amount" in given,
                once=typed.choice.once,
            )
            self.rules += decision.rules
            once += numbers if decision.once else []
        self.once = once
        return worth(groups, once, self._refund(tallies, bool(once)))

    def _refund(self, tallies: list[dict[str, Any]], once: bool) -> Literal["once", "every", "no"]:
        with_refund = [typed for typed in self.parts if "refund" in typed.choice.roles]
        if not with_refund or not sum(f["refund_orders"] for f in tallies):
            return "no"
        typed = with_refund[0]
        where = typed.where("refund")
        orders, rows = (sum(f[f"refund_{n}"] for f in tallies) for n in ("orders", "rows"))
        roles = typed.choice.roles
        name = typed.part.names[roles["amount"]] if "amount" in roles else ""
        several, alike = (sum(f[f"refund_{n}"] for f in tallies) for n in ("several", "alike"))
        every = amount_of(typed.part.names[roles["refund"]]) == "line" or (
            not once and several and alike < ENOUGH_SHARE * several
        )
        money = sum(f["refund_every" if every else "refund_once"] for f in tallies)
        net = any(word in re.split(r"[\W_]+", name.casefold()) for word in NET)
        if net and "refund" not in typed.choice.given:
            self.rules.append(
                AppliedRule(
                    "refund_not_taken_off",
                    Translated(
                        f"{where} is not taken off {name!r}, which is net by its name"
                        " ({money} on {n})",
                        f"{where} dras inte av från {name!r}, som är netto enligt namnet"
                        " ({money} på {n})",
                    ).format(money=money_text(money), n=counted_in_both(orders, "order")),
                    "--refund",
                    rows,
                    orders,
                    money,
                    "look",
                )
            )
            return "no"
        self.rules.append(
            AppliedRule(
                "refund",
                Translated(
                    f"{where}: {{money}} refunded on {counted(orders, 'order')} is taken off",
                    f"{where}: {{money}} återbetalt på {orders} order dras av",
                ).format(money=money_text(money)),
                "--refund none",
                rows,
                orders,
                money,
            )
        )
        return "every" if every else "once"

    def _statuses(self, tallies: list[dict[str, Any]]) -> None:
        self._voids(tallies)
        self._unsure(tallies)
        self._hinted(tallies)
        if rows := sum(f.get("credit_rows", 0) for f in tallies):
            typed = next(typed for typed in self.parts if typed.credits)
            orders, money = (sum(f[f"credit_{n}"] for f in tallies) for n in ("orders", "money"))
            self.rules.append(
                AppliedRule(
                    "credit_note",
                    Translated(
                        f"{typed.where('document')}: {counted(rows, 'row')}"
                        f" {'gives' if rows == 1 else 'give'} money back and"
                        f" {'counts' if rows == 1 else 'count'} negative ({{money}})",
                        f"{typed.where('document')}: {counted(rows, 'row', lang='sv')} ger pengar"
                        " tillbaka och räknas negativt ({money})",
                    ).format(money=money_text(money)),
                    "--document-type none",
                    rows,
                    orders,
                    money,
                )
            )

    def _named_states(self, wanted: Callable[[str], bool]) -> str:
        """The states of the orders that are wanted: of the samples, else of the whole input."""
        parts = [typed for typed in self.parts if typed.choice.statuses]
        cells = [cell for typed in parts for cell in typed.sample.get("status", ())]
        states = [cell.strip() for cell in cells if cell.strip() and wanted(state_of(cell))]
        for typed in () if states else parts:
            states += sorted(cell for cell in self._states(typed) if wanted(state_of(cell)))
        return ", ".join(map(repr, list(dict.fromkeys(states))[:6]))

    def _learn_states(self) -> bool:
        """Whether states that nobody knows by themselves mean no sale in other words."""
        learnt = [typed.learn_states(self._states(typed)) for typed in self.parts]
        return any(learnt)

    def _states(self, typed: TypedPart) -> list[str]:
        """The states of the whole of a part."""
        states: list[str] = []
        for position in typed.choice.statuses:
            state = typed.part.column(position).cast("string").strip()
            every = typed.part.table.select(state=state).distinct().limit(MOST_STATES)
            states += [row["state"] for row in self.opened.ask(every) if row["state"]]
        return states

    def _unsure(self, tallies: list[dict[str, Any]]) -> None:
        """States that count although nobody knows what they mean, or that are not yet a sale."""
        orders, every = (
            sum(f.get(name, 0) for f in tallies) for name in ("unsure_orders", "orders")
        )
        if orders <= FEW_STATES * every or not orders:
            return
        typed = next(typed for typed in self.parts if typed.choice.statuses)
        rows, money = (sum(f[f"unsure_{n}"] for f in tallies) for n in ("rows", "money"))
        refunds = "refund" in typed.choice.roles
        recognised = typed.sold.sale(refunds=refunds) | typed.sold.void(refunds=False)
        named = self._named_states(lambda state: state not in recognised)
        one = orders == 1
        self.rules.append(
            AppliedRule(
                "status_counts",
                Translated(
                    f"{typed.where('status')}: {orders} {'order' if one else 'orders'} with {named}"
                    f" {'counts as a sale' if one else 'count as sales'} ({{money}});"
                    " --drop-status WORD leaves out what is none",
                    f"{typed.where('status')}: {orders} order med {named} räknas som köp"
                    " ({money}); --drop-status ORD utesluter det som inte är det",
                ).format(money=money_text(money)),
                "--drop-status",
                rows,
                orders,
                money,
                "look",
            )
        )

    def _hinted(self, tallies: list[dict[str, Any]]) -> None:
        """Columns that say that sales were taken back, and that are not read."""
        rows, orders, money = (
            sum(f.get(f"hinted_{name}", 0) for f in tallies) for name in ("rows", "orders", "money")
        )
        if not orders or rows > MOST_HINTS * sum(f["rows"] for f in tallies):
            return
        typed = next(typed for typed in self.parts if typed.taking_back or typed.other_states)
        names = [typed.part.names[i] for i in (*typed.other_states, *typed.taking_back)][:3]
        any_state = "" if typed.other_states else " --drop-status '*'"
        named = " or ".join(map(repr, names)), " eller ".join(map(repr, names))
        self.rules.append(
            AppliedRule(
                "taken_back_not_read",
                Translated(
                    f"{typed.part.label}: {named[0]} says something of {orders}"
                    f" {'order that counts' if orders == 1 else 'orders that count'} ({{money}});"
                    f" if it means no sale, --status {names[0]!r}{any_state} leaves"
                    f" {'it' if orders == 1 else 'them'} out",
                    f"{typed.part.label}: {named[1]} säger något om {orders} order som räknas"
                    f" ({{money}}); betyder det inget köp utesluter --status"
                    f" {names[0]!r}{any_state} {'den' if orders == 1 else 'dem'}",
                ).format(money=money_text(money)),
                "--status",
                rows,
                orders,
                money,
                "look",
            )
        )

    def _voids(self, tallies: list[dict[str, Any]]) -> None:
        rows = sum(f.get("void_rows", 0) for f in tallies)
        if not rows:
            return
        typed = next(typed for typed in self.parts if typed.choice.statuses)
        orders, money = (sum(f[f"void_{n}"] for f in tallies) for n in ("orders", "money"))
        words = typed.sold.void(refunds="refund" in typed.choice.roles)
        every = any(word.strip() == ANY for word in typed.sold.dropped)
        named = self._named_states(lambda state: every or state in words)
        one = rows == 1
        self.rules.append(
            AppliedRule(
                "status_no_sale",
                Translated(
                    f"{typed.where('status')}: {counted(rows, 'row')} of"
                    f" {counted(orders, 'order')} {'is' if one else 'are'} {named} and"
                    f" {'counts' if one else 'count'} 0 ({{money}} left out)",
                    f"{typed.where('status')}: {counted(rows, 'row', lang='sv')} i {orders} order"
                    f" är {named} och räknas som 0 ({{money}} inte med)",
                ).format(money=money_text(money)),
                "--keep-status",
                rows,
                orders,
                money,
            )
        )

    # ------------------------------------------------------------------------------ customers

    def _known(self, groups: Any, tallies: list[dict[str, Any]]) -> Any:
        """The groups, with customer 0 or -1 as nobody where it stands for too many orders."""
        orders, numbered = (sum(f[name] for f in tallies) for name in ("orders", "numbered"))
        if not numbered or self.first.as_written:
            return groups
        better = self._addresses()
        where = self.first.where("customer")
        if numbered <= NUMBERED_SHARE * orders and not better:
            return groups
        rows, money = (sum(f[f"numbered_{n}"] for f in tallies) for n in ("rows", "money"))
        hint_en = f"; --customer {better!r} would tell them apart" if better else ""
        hint_sv = f"; --customer {better!r} skulle skilja dem åt" if better else ""
        self.rules.append(
            AppliedRule(
                "nobody_number",
                Translated(
                    f"{where}: the id of {counted(numbered, 'order')} ({{money}}) is 0 or -1, which"
                    f" means that nobody is known: left out{hint_en}",
                    f"{where}: {numbered} order ({{money}}) har id 0 eller -1, som betyder att"
                    f" ingen är känd: de är inte med{hint_sv}",
                ).format(money=money_text(money)),
                "--ids as-written",
                rows,
                numbered,
                money,
            )
        )
        ids = None if self.codes is None else self.codes.customer
        nobody = is_order(groups) & is_numbered(groups.customer, ids)
        return groups.mutate(key=ibis.cases((nobody, -1), else_=groups.key).cast("int32"))

    def _nameless(self, tallies: list[dict[str, Any]]) -> None:
        """Rows without a customer, of whom there may be an address."""
        rows, every = (sum(f[name] for f in tallies) for name in ("nameless", "rows"))
        better = None if rows <= NUMBERED_SHARE * every else self._addresses()
        if better and "customer" not in self.first.choice.given:
            where = self.first.where("customer")
            self._told(
                "nobody_but_address",
                f"{where}: {counted(rows, 'row', 'is')} of nobody and left out; --customer"
                f" {better!r} would tell apart those who gave an address",
                f"{where}: {counted(rows, 'row', lang='sv')} är ingens och inte med; --customer"
                f" {better!r} skulle skilja dem åt som lämnade en adress",
                "--customer",
                rows,
                "look",
            )

    def _addresses(self) -> str | None:
        """A column of e-mail addresses that is not the customer."""
        taken = {self.first.choice.roles["customer"], *self.first.choice.keys}
        for i, name in enumerate(self.first.part.names):
            if i not in taken and any(part in normalised(name) for part in ADDRESS_NAMES):
                cells = [str(row[0] or "") for row in self.first.part.sample([i])]
                filled = [cell for cell in cells if cell.strip()]
                if filled and sum("@" in cell for cell in filled) > len(filled) / 2:
                    return name
        return None

    def _folded(self, tallies: list[dict[str, Any]]) -> None:
        orders, rows, money = (
            sum(f.get(f"changed_{n}", 0) for f in tallies) for n in ("orders", "rows", "money")
        )
        if orders:
            where = self.first.where("customer")
            self.rules.append(
                AppliedRule(
                    "ids_folded",
                    Translated(
                        f"{where}: on {counted(rows, 'row')} an id is compared without upper case,"
                        " '.0' or another spelling of the same letters ({money} on {n})",
                        f"{where}: på {counted(rows, 'row', lang='sv')} jämförs ett id utan"
                        " versaler, '.0' eller annan stavning av samma bokstäver ({money} på {n})",
                    ).format(
                        money=money_text(money),
                        n=counted_in_both(orders, "order"),
                    ),
                    "--ids as-written",
                    rows,
                    orders,
                    money,
                    "fine",
                )
            )

    def _factors(self, tallies: list[dict[str, Any]]) -> None:
        """Tell what quantity × price, a price alone and a discount mean for the amounts."""
        rows = sum(f["rows"] for f in tallies)
        for typed in self.parts:
            roles, names = typed.choice.roles, typed.part.names
            name = names[roles["price"]] if "price" in roles else ""
            if name:
                self._told(
                    "quantity_price",
                    f"{typed.part.label}: the amount is {names[roles['quantity']]!r} × {name!r}",
                    f"{typed.part.label}: beloppet är {names[roles['quantity']]!r} × {name!r}",
                    "--amount",
                    rows,
                )
            elif normalised(names[roles["amount"]]) in PRICE_NAMES:
                self._told(
                    "price_as_amount",
                    f"{typed.where('amount')} is the amount of a row, as there is no quantity",
                    f"{typed.where('amount')} är radens belopp, då det inte finns något antal",
                    "--quantity",
                    rows,
                )
            if typed.discounts and ("discount" in typed.choice.given or name):
                self._discount(typed)

    def _discount(self, typed: TypedPart) -> None:
        column = typed.part.names[typed.choice.roles["discount"]]
        where, n = typed.where("discount"), typed.discounts
        kind = ("a share", "en andel") if typed.discount_is_share else ("money", "pengar")
        if "discount" in typed.choice.given:
            self._told(
                "discount",
                f"{where} is taken off as {kind[0]} on {counted(n, 'row')}",
                f"{where} dras av som {kind[1]} på {counted(n, 'row', lang='sv')}",
                "--discount",
                n,
                "changes",
            )
        else:
            self._told(
                "discount_not_applied",
                f"{where} has a discount on {counted(n, 'row')} that is not taken off:"
                f" --discount {column!r} takes it off as {kind[0]}",
                f"{where} har rabatt på {counted(n, 'row', lang='sv')} som inte dras av:"
                f" --discount {column!r} drar av den som {kind[1]}",
                "--discount",
                n,
                "look",
            )

    def _told(
        self,
        rule: str,
        en: str,
        sv: str,
        option: str | None,
        rows: int,
        severity: Severity = "fine",
    ) -> None:
        self.rules.append(AppliedRule(rule, Translated(en, sv), option, rows, severity=severity))

    def _long(self, tallies: list[dict[str, Any]]) -> None:
        """Orders whose rows lie in different months, although their id was not used again."""
        orders, money, every = (
            sum(f.get(n, 0) for f in tallies) for n in ("long", "long_money", "orders")
        )
        if not orders:
            return
        one = orders == 1
        self.rules.append(
            AppliedRule(
                "order_over_months",
                Translated(
                    f"{counted(orders, 'order')} {'has' if one else 'have'} rows more than {MONTH}"
                    f" days apart and {'counts' if one else 'count'} on the first of them"
                    " ({money}); if ids are used again, give another --order",
                    f"{orders} order har rader med mer än {MONTH} dagar emellan och räknas på den"
                    " första av dem ({money}); om id används igen, ange en annan --order",
                ).format(money=money_text(money)),
                "--order",
                orders=orders,
                money=money,
                severity="look" if orders > FEW_STATES * every else "fine",
            )
        )

    def _suspicious(self, groups: Any, tallies: list[dict[str, Any]]) -> None:
        """Ids that don't look like those of customers."""
        where = self.first.where("customer")
        orders = sum(f["orders"] for f in tallies)
        if n := sum(f["exponent"] for f in tallies):
            self._told(
                "ids_exponent",
                f"{where}: {counted(n, 'order')} {'has' if n == 1 else 'have'} an id such as"
                " 1.2E+12, which a spreadsheet has rounded:"
                " different customers may share one; export them as text",
                f"{where}: {n} order har ett id som 1.2E+12, som ett kalkylblad har avrundat:"
                " olika kunder kan dela på ett; exportera dem som text",
                None,
                n,
                "look",
            )
        if n := sum(f.get("totals_rows", 0) for f in tallies):
            money = money_text(sum(f["totals_money"] for f in tallies))
            name = next(f["totals_name"] for f in tallies if f["totals_name"])
            self.rules.append(
                AppliedRule(
                    "totals_as_customers",
                    Translated(
                        f"{where}: {counted(n, 'row')} with a customer such as {name!r}"
                        f" {'counts' if n == 1 else 'count'} ({{money}}); where that is a total,"
                        f" --no-customer {name!r} leaves it out",
                        f"{where}: {counted(n, 'row', lang='sv')} med en kund som {name!r} räknas"
                        f" ({{money}}); är det en summa utesluter --no-customer {name!r} den",
                    ).format(money=money),
                    "--no-customer",
                    n,
                    money=sum(f["totals_money"] for f in tallies),
                    severity="look",
                )
            )
        if sum(f["zeros"] for f in tallies):
            self._lost_zeros(self._named(groups), where)
        better = self._better_keys()
        if "customer" in self.first.choice.guessed or (better and orders >= MANY):
            self._new_every_order(groups, orders, better)

    def _lost_zeros(self, groups: Any, where: str) -> None:
        ids = groups.filter(is_order(groups)).select("customer").distinct()
        zeros = ids.filter(ids.customer.re_search("^0+[1-9][0-9]*$"))
        short = zeros.select(customer=zeros.customer.re_replace("^0+", ""))
        both = ids.semi_join(short, "customer")
        if n := self.opened.ask(both.agg(n=both.count()))[0]["n"]:
            self._told(
                "ids_zeros",
                f"{where}: {counted(n, 'id', 'stands')} with and without zeros before"
                f" {'it' if n == 1 else 'them'}, and {'counts' if n == 1 else 'count'} as different"
                " customers; export ids as text",
                f"{where}: {n} id förekommer med och utan inledande nollor, och räknas som olika"
                " kunder; exportera dem som text",
                None,
                0,
                "look",
            )

    def _better_keys(self) -> list[int]:
        """Columns that could be the customer as well."""
        roles = self.first.choice.roles
        taken = {roles["customer"], *self.first.choice.keys, roles.get("order")}
        if "customer" in self.first.choice.given and self.first.choice.keys:
            return []
        return [
            i
            for i, name in enumerate(self.first.part.names)
            if i not in taken and names_a_customer(name)
        ]

    def _distinct(self, column: Any) -> Any:
        return column.approx_nunique() if self.first.duckdb else column.nunique()

    def _new_every_order(self, groups: Any, orders: int, better: list[int]) -> None:
        buyers = groups.filter(is_order(groups))
        ids = self.opened.ask(buyers.agg(n=self._distinct(buyers.customer)))[0]["n"]
        if ids < NEW_SHARE * orders:
            return
        where = self.first.where("customer")
        columns = {f"c{i}": self._distinct(self.first.part.column(i)) for i in better}
        counts = self.opened.ask(self.first.part.table.agg(**columns))[0] if better else {}
        named = [i for i in better if 0 < counts[f"c{i}"] <= REPEATS_SHARE * orders]
        if "customer" in self.first.choice.guessed:
            raise QuestionError(
                Translated(
                    f"{where} is new on every row, so it is no customer; which column is?",
                    f"{where} är ny på varje rad, så den är ingen kund; vilken kolumn är det?",
                ),
                "--customer COLUMN",
                f" Give --customer; the columns are {listed(self.first.part.names)}",
            )
        if named:
            name = self.first.part.names[named[0]]
            self._told(
                "new_every_order",
                f"{where} is new with nearly every order ({counted(ids, 'id')},"
                f" {counted(orders, 'order')}), so nobody comes back; {name!r} repeats: give"
                f" --customer {name!r} if it is the customer",
                f"{where} är ny med nästan varje order ({ids} id, {orders} order), så ingen kommer"
                f" tillbaka; {name!r} upprepas: ange --customer {name!r} om det är kunden",
                "--customer",
                0,
                "look",
            )

    # ------------------------------------------------------------------------------ account

    def _sources(self, rows_by_file: Mapping[int, int]) -> list[SourceAccount]:
        sources = []
        for number, typed in enumerate(self.parts):
            label, _, sheet = typed.part.label.partition(" sheet ")
            sources.append(
                SourceAccount(
                    PurePath(label).name or label,
                    sheet.strip("'") or None,
                    rows_by_file.get(number, 0),
                    _roles(typed),
                    self._amount_rule(number, typed),
                    _day_form(typed),
                    _decimal(typed),
                    _zone(typed),
                )
            )
        return sources

    def _amount_rule(self, number: int, typed: TypedPart) -> str:
        if "amount" not in typed.choice.roles:
            return "quantity × price"
        name = typed.part.names[typed.choice.roles["amount"]]
        first_row = any(rule.rule == "continued" for rule in self.rules)
        once = number in self.once or (first_row and amount_of(name) != "line")
        return "once per order" if once else "every row"


def _identical(left_out: int) -> AppliedRule:
    return AppliedRule(
        "identical_rows",
        Translated(
            f"{counted(left_out, 'row', 'stands')} in more than one file and"
            f" {'counts' if left_out == 1 else 'count'} once",
            f"{counted(left_out, 'row', lang='sv')} står i mer än en fil och räknas en gång",
        ),
        None,
        left_out,
    )


def _amount_name(typed: TypedPart) -> str:
    roles = typed.choice.roles
    if "amount" not in roles:
        return "quantity × price"
    return normalised(typed.part.names[roles["amount"]])


def _roles(typed: TypedPart) -> dict[str, str | tuple[str, ...]]:
    choice, names = typed.choice, typed.part.names
    by_role: dict[str, str | tuple[str, ...]] = {}
    for role, key in (
        ("customer", "customer"),
        ("day", "date"),
        ("amount", "amount"),
        ("quantity", "quantity"),
        ("price", "price"),
        ("order", "order"),
        ("refund", "refund"),
        ("discount", "discount"),
        ("status", "status"),
        ("document", "document"),
        ("currency", "currency"),
    ):
        if key not in choice.roles or (key == "discount" and key not in choice.given):
            continue
        if key == "document" and not typed.credits:
            continue
        several = {"customer": choice.keys, "status": choice.statuses}.get(key, ())
        if len(several) > 1:
            by_role[role] = tuple(names[i] for i in several)
        else:
            by_role[role] = names[choice.roles[key]]
    return by_role


def _day_form(typed: TypedPart) -> str:
    if "date" not in typed.texts:
        return typed.pattern or "dates"
    column = typed.texts["date"]
    sides = {"first": DATES.sides[0].en, "second": DATES.sides[1].en, "either": "as written"}
    example = next((text for text in column.texts if text.strip()), None)
    return sides[column.reading] + (f", such as {example!r}" if example else "")


def _zone(typed: TypedPart) -> str:
    """The zone whose day is meant."""
    position = typed.choice.roles["date"]
    if position in typed.part.zones:
        return typed.part.zones[position]
    unit = typed.units.get("date")
    if unit is not None and unit.name != "serial":
        return typed.time_zone or "UTC"
    return typed.time_zone if typed.time_zone and "date" in typed.texts else "as written"


def _decimal(typed: TypedPart) -> str | None:
    role = "amount" if "amount" in typed.texts else "price"
    if role not in typed.texts:
        return None
    return {"first": ".", "second": ",", "either": None}[typed.texts[role].reading]
