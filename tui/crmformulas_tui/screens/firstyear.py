"""First year: what new customers do in the twelve months from their first order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.widgets import Static

from crmformulas.orders.summary.first_year import newest_first_years, period_name
from crmformulas.translations import Translated
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.intervals import interval_text, span_of
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.month_bars import MonthBar
from crmformulas_tui.widgets.month_row import MonthRow, MonthSeries, monthly
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import FirstYear, Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["FirstYearPane"]

KINDS: dict[str, Translated] = {
    "rolling": Translated(
        "By recruit year that ends 12, 24 … months before the as-of day",
        "Efter rekryteringsår som slutar 12, 24 … månader före dagen",
    ),
    "year": Translated("By calendar year of the first order", "Efter kalenderår för första köpet"),
    "quarter": Translated("By quarter of the first order", "Efter kvartal för första köpet"),
}

HEADS: dict[str, Translated] = {
    "period": Translated("first order in", "första köp i"),
    "customers": Translated("customers", "kunder"),
    "observed": Translated("followed", "följda"),
    "orders_per_customer": Translated("orders", "köp"),
    "order_value": Translated("order value", "ordervärde"),
    "repeat_share": Translated("again", "igen"),
    "range": Translated("80 % range", "80 %-intervall"),
    "clv": Translated("CLV", "CLV"),
    "change": Translated("change", "ändring"),
    "ltv": Translated("measured", "uppmätt"),
}
RANKS = {"range": 3, "ltv": 2, "observed": 1}

PERIOD = len("2025-11-01–2026-10-31")
"""Columns of a period of twelve months."""

PLOT = 50
"""Columns of the plot of shares beside the table, where there is room for it."""

QUARTERS = 8
"""How many quarters are drawn: two years."""


@dataclass
class FirstYearState(ScreenState):
    """Which periods, and the line of the cursor."""

    kind: str = "rolling"
    cursor: int = 0


class FirstYearPane(Pane):
    """Recruits by when they came, the newest first."""

    NAME = Translated("First year", "Första året")
    ABOUT = Translated(
        "The twelve months from each customer's first order, of those who have been followed for "
        "all of them. CLV = orders × order value × 1 / (1 − share who bought again). The change is "
        "on the same months a year before. Measured: net revenue per customer up to the highest "
        "age that all of them have reached. * History starts there: some are likely old customers.",
        "De tolv månaderna från varje kunds första köp, för dem som följts alla tolv. CLV = köp × "
        "ordervärde × 1 / (1 − andel som köpte igen). Ändringen är mot samma månader året innan. "
        "Uppmätt: nettoomsättning per kund fram till den högsta ålder som alla har nått. "
        "* Historiken börjar där: en del är troligen gamla kunder.",
    )
    KEYS = (Key("m", "measure", Translated("periods", "perioder")),)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._summary: Summary | None = None

    def compose(self) -> ComposeResult:
        """Message, periods, table, and what made the change of the line under the cursor."""
        yield Static(id="first-year-message", classes="message", markup=False)
        yield Static(id="first-year-kind", classes="muted", markup=False)
        recruits = Translated("Recruits, the newest first", "Nya kunder, de senaste först")
        with Panel(self.translate(recruits), id="first-year-panel"):
            yield LineTable(id="first-year-table")
            yield Static(id="first-year-detail", markup=False)
        yield MonthRow(self.lang)

    @property
    def _state(self) -> FirstYearState:
        return self.state(FirstYearState)

    @property
    def rows(self) -> tuple[FirstYear, ...]:
        """The rows of the periods that are shown, the newest first."""
        if self._summary is None:
            return ()
        records = self._summary.first_year_records
        return tuple(row for row in reversed(records) if row.kind == self._state.kind)

    def show(self, view: View) -> None:
        """Fill in."""
        self._summary = view.summary
        if not self.rows:
            # Without a whole recruit year the calendar years tell what there is.
            self._state.kind = "year"
        self._fill()
        self.query_one(LineTable).cursor = min(self._state.cursor, max(len(self.rows) - 1, 0))
        months = [monthly(view.summary, key, self.numbers) for key in ("new", "second_orders")]
        self.query_one(MonthRow).show_data([self._by_quarter(view.summary), *months])

    def on_resize(self) -> None:
        """With the plot, or without."""
        if self._summary is not None:
            self._fill()

    def _by_quarter(self, summary: Summary) -> MonthSeries:
        """The CLV of the quarters in which the customers came, beside those a year before."""
        rows = [row for row in summary.first_year_records if row.kind == "quarter"]
        known = [row for row in rows if row.clv is not None]
        was = {row.period: row.clv for row in known}
        bars = [
            MonthBar(f"{row.period[:4]}-{3 * int(row.period[-1]) - 2:02}", row.clv or 0.0,
                     before=was.get(f"{int(row.period[:4]) - 1}{row.period[4:]}"))
            for row in known
        ]  # fmt: skip
        title = Translated(
            "CLV by quarter of the first order; the line is the year before",
            "CLV per kvartal för första köpet; strecket är året innan",
        )
        return MonthSeries(title, bars[-QUARTERS:], self.numbers.amount)

    def _fill(self) -> None:
        table = self.query_one(LineTable)
        columns = [
            Column(
                key,
                self.translate(head),
                text=key == "period",
                rank=RANKS.get(key, 0),
                # Rows that are told apart by their period name it whole.
                least=PERIOD if key == "period" else 0,
            )
            for key, head in HEADS.items()
        ]
        lines = [self._line(row) for row in self.rows]
        self._compare(columns, lines)
        if self.broad:
            ends = [end for row in self.rows for end in (row.low, row.high)]
            span = span_of(ends, zero=False)
            words = Translated("share who bought again, 80 %", "andel som köpte igen, 80 %")
            columns.append(Column("plot", self.translate(words), text=True, rank=9, least=PLOT))
            for line, row in zip(lines, self.rows, strict=True):
                line.append(interval_text(row.repeat_share, row.low, row.high, span, PLOT))
        table.columns = tuple(columns)
        table.show_data(lines)
        self.query_one("#first-year-kind", Static).update(self.translate(KINDS[self._state.kind]))
        self.query_one("#first-year-message", Static).update(self._message())
        self._show_detail()

    def _compare(self, columns: list[Column], lines: list[list[str]]) -> None:
        """Put then beside the CLV, in the place of the year before that the table always tells."""
        then = self.shown_view.then if self.shown_view else None
        if then is None:
            return
        place = [column.key for column in columns].index("change")
        for line in (columns, *lines):
            del line[place]  # type: ignore[attr-defined]
        rows = [row for row in reversed(then.first_year_records) if row.kind == self._state.kind]
        was = {row.period: row for row in rows}
        if self._state.kind == "rolling":
            # They end so many years before the day: the newest is held against the newest.
            was = {now.period: row for now, row in zip(self.rows, rows, strict=False)}
        before = (was.get(row.period) for row in self.rows)
        pairs = [(a.clv, b.clv if b else None) for a, b in zip(self.rows, before, strict=True)]
        self.put_then(columns, lines, "clv", pairs, self.numbers.amount)

    def _line(self, row: FirstYear) -> list[str]:
        f = self.numbers
        ends = "" if row.low is None else f"{f.percent(row.low)}–{f.percent(row.high)}"
        measured = f.amount(row.ltv)
        if row.ltv_months is not None:
            measured += f" ({row.ltv_months})"
        return [
            f"{self.translate(period_name(row))}{' *' if row.near_start else ''}",
            f.whole(row.customers),
            f.whole(row.observed),
            f.fixed(row.orders_per_customer, 2),
            f.amount(row.order_value),
            f.percent(row.repeat_share),
            ends,
            f.amount(row.clv),
            self._signed_percent(row.change),
            measured,
        ]

    def _signed_percent(self, share: float | None) -> str:
        if share is None:
            return self.numbers.percent(None)
        sign = "+" if share > 0 else "−" if share < 0 else ""
        return f"{sign}{self.numbers.percent(abs(share))}"

    def _message(self) -> str:
        assert self._summary is not None
        rows, f = newest_first_years(self._summary), self.numbers
        if not rows:
            unseen = Translated(
                "Nobody has been followed for a year yet.", "Ingen har ännu följts under ett år."
            )
            return self.translate(unseen)
        now = rows[0]
        orders, value = f.fixed(now.orders_per_customer, 2), f.amount(now.order_value)
        again, worth = f.percent(now.repeat_share), f.amount(now.clv)
        said = Translated(
            f"Recruits of {period_name(now).en}: {orders} orders of {value}, {again} bought again: "
            f"CLV {worth}",
            f"Nya kunder {period_name(now).sv}: {orders} köp à {value}, {again} köpte igen: "
            f"CLV {worth}",
        )
        change = "" if now.change is None else f" ({self._signed_percent(now.change)})"
        return f"{self.translate(said)}{change}."

    def explained(self) -> Sequence[Explained]:
        """Where the figures of the recruits come from."""
        from crmformulas_tui.explained import of_recruits

        place, rows = self.query_one(LineTable).cursor, self.rows
        return of_recruits(rows[place]) if place < len(rows) else ()

    def on_line_table_moved(self) -> None:
        """Tell what made the change of another line."""
        self._state.cursor = self.query_one(LineTable).cursor
        self._show_detail()

    def _show_detail(self) -> None:
        place, rows = self.query_one(LineTable).cursor, self.rows
        detail = self.query_one("#first-year-detail", Static)
        if place >= len(rows) or rows[place].by_frequency is None:
            detail.update("")
            return
        row, f = rows[place], self.numbers

        def signed(amount: float | None) -> str:
            size = amount or 0.0
            return f"{'+' if size > 0 else '−' if size < 0 else ''}{f.amount(abs(size))}"

        parts = signed(row.by_frequency), signed(row.by_order_value), signed(row.by_duration)
        words = Translated(
            "CLV against the year before: orders {}, order value {}, share who buy again {}.",
            "CLV mot året innan: köp {}, ordervärde {}, andel som köper igen {}.",
        )
        detail.update(f"\n{self.translate(words.format(*parts))}")

    def action_measure(self) -> None:
        """Recruit years, calendar years, quarters, and again."""
        kinds = list(KINDS)
        self._state.kind = kinds[(kinds.index(self._state.kind) + 1) % len(kinds)]
        self._state.cursor = 0
        self._fill()
        self.query_one(LineTable).cursor = 0

    def export_tables(self) -> list[ExportTable]:
        """All periods, unrounded."""
        if self._summary is None:
            return []
        records = [row.as_dict() for row in self._summary.first_year_records]
        heads = list(records[0]) if records else []
        name = self.file_word
        return [ExportTable(name, heads, [list(record.values()) for record in records])]
