"""Segments: value tiers and statuses; from there to customers, from there to their orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.widgets import Static

from crmformulas.formats import bar
from crmformulas.formulas.value import clv, portfolio_value
from crmformulas.orders.analysis.movements import statuses, total
from crmformulas.orders.summary.who_buys import reached, who_buys_by_subject
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.session import PATIENCE
from crmformulas_tui.widgets.customers_view import KEYS, CustomersView
from crmformulas_tui.widgets.line_table import Column, LineTable, StaticTable
from crmformulas_tui.widgets.month_row import MonthRow, monthly
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.widgets.segment_detail import SegmentDetail
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from crmformulas.orders.counting.customer_list import Filters
    from crmformulas.orders.summary.model import PortfolioRow, Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import Source, View
    from crmformulas_tui.widgets.listing import ListPosition
    from crmformulas_tui.workspace import Workspace

__all__ = ["SegmentsPane"]

HEADS: dict[str, tuple[Translated, int]] = {
    "segment": (Translated("segment", "segment"), 0),
    "customers": (Translated("customers", "kunder"), 0),
    "orders": (Translated("orders", "köp"), 1),
    "revenue": (Translated("revenue", "omsättning"), 1),
    "clv": (Translated("CLV", "CLV"), 1),
    "at_margin": (Translated("at {}", "vid {}"), 0),
    "retention": (Translated("retention", "retention"), 3),
    "duration": (Translated("duration", "duration"), 4),
    "portfolio_value": (Translated("portfolio value", "portföljvärde"), 2),
}
LEAST = {"segment": 19}
"""Widths; names of segments are not cut for the sake of a column more."""

SHARES_BESIDE, SHARE = 50, 7
"""Columns of the screen beside the bars of shares, and those of a share before its bar."""

EVERYBODY = Translated("all who have bought", "alla som har köpt")


def _by_line(summary: Summary, key: str) -> dict[int, float | None]:
    """A figure of each line of the table, by its place: tiers, all, a blank one, statuses.

    Others than those of the rules, which both summaries share, there are none: places agree.
    """
    tiers = [getattr(record, key) for record in summary.portfolio_records]
    of_statuses = [getattr(one, key) for one in statuses(summary)]
    by_place: dict[int, float | None] = dict(enumerate([*tiers, getattr(total(summary), key)]))
    return by_place | dict(enumerate(of_statuses, len(by_place) + 1))


@dataclass
class SegmentsState(ScreenState):
    """The list that is open.

    Attributes:
        asked_by: The screen that asked for the list, which escape leads back to.
        position: Where the user is in the list; None while the segments are shown.
    """

    asked_by: str | None = None
    position: ListPosition | None = None


REACH_UNKNOWN = Translated(
    "Reach by month: – (a list with every day on which a contact was reached tells it).",
    "Räckvidd per månad: – (en lista med varje dag då en kontakt nåddes visar den).",
)

MONTHS = ("new", "returning", "second_orders", "reach")
"""What is shown by month below the segments where there is room."""

FROM_F12 = Translated("retention, duration and CLV", "retention, duration och CLV")
"""The figures that rest on the year before."""


class SegmentsPane(Pane):
    """The customers by value and by what became of them."""

    NAME = Translated("Segments", "Segment")
    ABOUT = Translated(
        "The active customers by value tier, and all who have bought by status, with purchases and "
        "revenue of the last twelve months (of the twelve before for who was lost). Enter lists "
        "the customers of a segment, opens one of them, and tells all that is known of the one.",
        "De aktiva kunderna per värdenivå, och alla som har köpt per status, med köp och "
        "omsättning de senaste tolv månaderna (de tolv dessförinnan för förlorade). Enter "
        "listar kunderna i ett segment, öppnar en av dem, och berättar allt som är känt om den.",
    )
    DEFAULT_CSS = """
    SegmentsPane #shares-panel { display: none; margin-top: 1; }
    SegmentsPane.roomy #shares-panel { display: block; }
    SegmentsPane.listing #shares-panel { display: none; }
    SegmentsPane #who-buys { height: auto; }
    SegmentsPane #segments-parts { height: auto; }
    SegmentsPane #segment-panel { display: none; width: 78; margin-left: 1; height: 100%; }
    SegmentsPane.spacious #segments-parts { layout: horizontal; }
    SegmentsPane.spacious #segment-panel { display: block; }
    SegmentsPane.spacious #shares-panel { margin-top: 0; }
    """
    KEYS = (
        Key("enter", "drill", Translated("customers", "kunder")),
        Key(
            "enter",
            "tell_all",
            Translated("all that is known of a customer", "allt som är känt om en kund"),
            show=False,
        ),
        Key("escape", "back", Translated("back", "tillbaka")),
        Key(
            "B",
            "cross_sell",
            Translated("what those of the tier buy", "vad de på nivån köper"),
            show=False,
        ),
        *KEYS,
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._source: Source | None = None
        self._summary: Summary | None = None
        self._then: Summary | None = None
        self._choices: list[tuple[Filters, Label] | None] = []
        self._listing = False

    def compose(self) -> ComposeResult:
        """Message, tiers, statuses; the customers in their place."""
        yield Static(id="segments-message", classes="message", markup=False)
        yield Static(id="incomplete", classes="warning", markup=False)
        title = Translated(
            "Value tiers and statuses, 12 months", "Värdenivåer och status, 12 månader"
        )
        with Container(id="segments-parts"):
            with Panel(self.translate(title), id="segments-panel"):
                yield LineTable(id="segments-table")
            with Panel(id="segment-panel"):
                yield SegmentDetail()
        yield Static(id="who-buys", classes="muted", markup=False)
        shares = Translated("Share of each value tier", "Varje värdenivås andel")
        with Panel(self.translate(shares), id="shares-panel"):
            yield StaticTable(id="shares")
        yield MonthRow(self.lang, len(MONTHS))
        yield CustomersView(self.workspace)

    def on_mount(self) -> None:
        """Begin with the segments."""
        self.customers.display = False

    def _show_shares(self, summary: Summary) -> None:
        """How much of customers, revenue and value each tier has, as bars to one scale."""
        f, records = self.numbers, summary.portfolio_records
        table = self.query_one("#shares", StaticTable)
        figures = ("customers", "revenue", "portfolio_value")
        wide = max((self.app.size.width - SHARES_BESIDE) // len(figures), 1)
        columns = [Column("tier", self.translate(HEADS["segment"][0]), text=True, least=10)]
        cells = [[printable(self.translate(term(r.tier)))] for r in records]
        for key in figures:
            whole = sum(getattr(r, key) or 0 for r in records)
            columns.append(
                Column(key, self.translate(HEADS[key][0]), text=True, least=wide + SHARE, rank=1)
            )
            for cell, record in zip(cells, records, strict=True):
                part = getattr(record, key)
                share = part / whole if part is not None and whole > 0 else None
                drawn = bar(max(share or 0.0, 0.0), wide)
                cell.append(f"{f.percent(share, 0):>5} {drawn}")
        table.columns = tuple(columns)
        table.show_data(cells)

    def on_resize(self) -> None:
        """The bars have the width there is."""
        if self._summary is not None and self.roomy:
            self._show_shares(self._summary)
            self._show_detail()

    def _show_detail(self) -> None:
        """The segment under the cursor beside the table, where there is room for it."""
        summary, view, place = self._summary, self.shown_view, self._table.cursor
        if summary is None or view is None or not self.spacious:
            return
        detail, before, tiers = (
            self.query_one(SegmentDetail),
            view.before,
            summary.portfolio_records,
        )
        name: Label = ""
        if place < len(tiers):
            name = term(tiers[place].tier)
            was = {row.tier: row for row in before.portfolio_records} if before else {}
            detail.show_tier(tiers[place], was.get(tiers[place].tier), self.lang, self._changed)
        else:
            name, now = term("active_customers"), total(summary)
            then = total(before) if before else None
            status = place - len(tiers) - 2
            if status >= 0:
                now = statuses(summary)[min(status, len(statuses(summary)) - 1)]
                same = [one for one in statuses(before) if one.name == now.name] if before else []
                name, then = term(now.name), same[0] if same else None
            detail.show_status(now, then, self.lang, self._changed)
        self.query_one("#segment-panel", Panel).set_title(printable(self.translate(name)))

    def _changed(self, now: float | None, then: float | None, points: bool) -> str:
        return self.compared(now, then, points=points)

    def margin_changed(self) -> None:
        """CLV at another margin."""
        if self._summary is not None:
            self._show_segments(self._summary)
            self.query_one("#segments-message", Static).update(self._message(self._summary))

    @property
    def _state(self) -> SegmentsState:
        return self.state(SegmentsState)

    @property
    def customers(self) -> CustomersView:
        """The customers of a segment."""
        return self.query_one(CustomersView)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#segments-table", LineTable)

    def first_focus(self) -> Widget | None:
        """The segments, or what is listed."""
        return self.customers.first_focus if self._listing else self._table

    # The segments

    def show(self, view: View) -> None:
        """Fill in; customers who are listed are listed again."""
        if (view.summary, view.then) == (self._summary, self._then):
            return
        self._then = view.then
        another = self._source is not None and view.source != self._source
        self._source = view.source
        if another and self._listing:
            # The customers of one shop are nobody in another.
            self._leave_customers()
        self._summary = summary = view.summary
        self._show_segments(summary)
        self._show_shares(summary)
        self._show_detail()
        self.query_one("#who-buys", Static).update(self._who_buys(summary))
        months = [monthly(summary, key, self.numbers) for key in MONTHS]
        # Reach by month is known of few contact lists.
        self.query_one(MonthRow).show_data([*months[:-1], *(one for one in months[-1:] if one[1])])
        self.query_one("#segments-message", Static).update(self._message(summary))
        self.show_incomplete(summary, FROM_F12)
        if self._listing:
            filters = self.customers.filters
            wanted = {*filters.f12_tier, *filters.s12_tier} if filters else set()
            if wanted <= set(summary.rules.tier_names):
                self.customers.renew()
            else:
                self._leave_customers()
        elif position := self._state.position:
            self._show_list(True)
            self.customers.resume(position)

    def _who_buys(self, summary: Summary) -> str:
        """Who bought in the last days, and who of the contacts was reached by month."""
        told = who_buys_by_subject(summary)
        lines = [told["bought"]] if "bought" in told else []
        if summary.kpis.subscriber_to_customer is not None:
            lines.append(reached(summary) or REACH_UNKNOWN)
        return "\n".join(printable(self.translate(line)) for line in lines)

    def _message(self, summary: Summary) -> str:
        records, f = summary.portfolio_records, self.numbers
        now, value = f.whole(summary.flows.closing), f.amount(summary.portfolio_value)
        if summary.portfolio_value is None:
            return self.translate(Translated(f"{now} active customers.", f"{now} aktiva kunder."))
        said = Translated(
            f"{now} active customers are worth {value}", f"{now} aktiva kunder är värda {value}"
        )
        margin, each = self.workspace.margin, {r.tier: r.clv for r in records}
        if margin is not None:
            each = {r.tier: self._at_margin(r) for r in records}
            pairs = [(each[r.tier], r.customers) for r in records if each[r.tier] is not None]
            value = f.amount(float(portfolio_value(*map(list, zip(*pairs, strict=True)))))
            share = f.percent(margin, 0)
            said = Translated(
                f"At {share} margin {now} active customers are worth {value}",
                f"Med {share} marginal är {now} aktiva kunder värda {value}",
            )
        valued = [r for r in records if r.clv is not None]
        if len(valued) < 2:
            return self.translate(said) + "."
        high, low = (printable(self.translate(term(r.tier))) for r in (valued[0], valued[-1]))
        most, least = (f.whole(each[r.tier]) for r in (valued[0], valued[-1]))
        apart = Translated(
            f": {most} each in {high}, {least} in {low}.",
            f": {most} per kund i {high}, {least} i {low}.",
        )
        return self.translate(said) + self.translate(apart)

    def _at_margin(self, record: PortfolioRow) -> float | None:
        """CLV at the margin, where it has a finite estimate."""
        margin = self.workspace.margin
        drivers = record.orders_per_customer, record.value_per_order, record.duration
        if margin is None or record.clv is None or None in drivers:
            return None
        return float(clv(*drivers, margin))

    def _show_segments(self, summary: Summary) -> None:
        from crmformulas.orders.counting.customer_list import Filters

        f, names = self.numbers, summary.rules.tier_names
        lines = [self._tier(record) for record in summary.portfolio_records]
        self._choices = [(Filters(s12_tier=name), term(name)) for name in names]
        whole, flows = total(summary), summary.flows
        lines.append(
            self._line(
                term("active_customers"),
                whole.customers,
                whole.orders,
                whole.revenue,
                "",
                "",
                f.percent(flows.retention),
                f.years(flows.duration),
                f.whole(summary.portfolio_value),
            )
        )
        self._choices += [(Filters(s12_tier=names), term("active_customers")), None]
        lines.append([""] * len(HEADS))
        for one in statuses(summary):
            lines.append(self._line(term(one.name), *one[1:]))
            self._choices.append((Filters(status=one.name), term(one.name)))
        lines.append([self.translate(EVERYBODY), f.whole(summary.input.customers)])
        lines[-1] += [""] * (len(HEADS) - 2)
        self._choices.append((Filters(), EVERYBODY))
        heads, lines = self._arranged(lines, summary)
        self._table.columns = heads
        apart = {place for place, choice in enumerate(self._choices) if choice is None}
        strong = {min(apart) - 1, len(lines) - 1}
        self._table.show_data(lines, strong, apart)

    def _arranged(
        self, lines: list[list[str]], summary: Summary
    ) -> tuple[tuple[Column, ...], list[list[str]]]:
        """The columns, with those of the margin and of then where they are asked for."""
        margin, then = self.workspace.margin, self._then
        share = "" if margin is None else self.numbers.percent(margin, 0)
        heads = {
            key: Column(
                key,
                self.translate(head).format(share),
                text=key == "segment",
                rank=rank,
                least=LEAST.get(key, 6),
            )
            for key, (head, rank) in HEADS.items()
        }
        keys = [key for key in HEADS if key != "at_margin" or margin is not None]
        columns = [heads[key] for key in keys]
        cells = [dict(zip(HEADS, line, strict=True)) for line in lines]
        made = [[cell[key] for key in keys] for cell in cells]
        if then is not None:
            for key, unit in (("customers", self.numbers.whole), ("revenue", self.numbers.amount)):
                now, was = _by_line(summary, key), _by_line(then, key)
                pairs = [(now[i], was.get(i)) if i in now else None for i in range(len(made))]
                rank = HEADS[key][1] + (key == "revenue")
                self.put_then(columns, made, key, pairs, unit, rank=rank)
        return tuple(columns), made

    def _tier(self, record: PortfolioRow) -> list[str]:
        f = self.numbers
        return self._line(
            term(record.tier),
            record.customers,
            record.orders,
            record.revenue,
            f.whole(record.clv),
            f.whole(self._at_margin(record)),
            f.percent(record.retention),
            f.years(record.duration),
            f.whole(record.portfolio_value),
        )

    def _line(
        self,
        name: Label,
        customers: int | None,
        orders: int | None,
        revenue: float | None,
        *more: str,
    ) -> list[str]:
        f = self.numbers
        cells = [
            printable(self.translate(name)),
            f.whole(customers),
            f.whole(orders),
            f.whole(revenue),
        ]
        return [*cells, *more, *[""] * (len(HEADS) - len(cells) - len(more))]

    # Drilling down, and back

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of a list work where there is one."""
        view = self.customers
        if action in ("filter", "sort", "reverse", "save", "columns"):
            return self._listing and view.listing
        if action == "back":
            return self._listing
        if action == "drill":
            return view.customer is None
        if action == "tell_all":
            return view.customer is not None
        return True

    def explained(self) -> Sequence[Explained]:
        """Where the figures of the tier come from."""
        from crmformulas_tui.explained import of_everybody, of_tier

        summary, place = self._summary, self._table.cursor
        if summary is None or self._listing:
            return ()
        tiers = summary.portfolio_records
        if place < len(tiers):
            return of_tier(summary, tiers[place])
        return of_everybody(summary)

    async def action_tell_all(self) -> None:
        """Tell all that is known of the customer who is open."""
        self.customers.tell_all()
        await self.customers.came(PATIENCE)

    def action_cross_sell(self) -> None:
        """What is usual in the tier of the segment, or of the customer, under the cursor."""
        if self._summary is None:
            return
        from crmformulas_tui.screens.crosssell import CrossSellState

        tiers, place = self._summary.rules.tier_names, self._table.cursor
        tier = tiers[place] if place < len(tiers) else None
        if self._listing:
            view = self.customers
            here = view.customer or view.table.customer(view.table.cursor)
            tier = here.s12_tier if here else None
        self.state(CrossSellState).tier = tier
        self.post_message(self.GoTo("crosssell"))

    async def action_drill(self) -> None:
        """List the customers of a segment, or open one of them."""
        if self._listing:
            self.customers.open()
            await self.customers.came(PATIENCE)
            return
        choice = self._choices[self._table.cursor] if self._choices else None
        if choice is not None:
            await self.list_customers(*choice)

    async def list_customers(self, filters: Filters, label: Label) -> None:
        """List the customers of a segment."""
        await self.open_list(filters, label, None)

    async def open_list(self, filters: Filters, label: Label, asked_by: str | None) -> None:
        """List customers in the place of the segments.

        Args:
            filters: Which customers.
            label: What they are called.
            asked_by: The screen that asks for them, which escape leads back to.
        """
        self._state.asked_by = asked_by
        self._show_list(True)
        self.customers.begin(filters, label)
        self.screen.set_focus(self.customers.table)
        await self.customers.came(PATIENCE)

    def _show_list(self, listing: bool) -> None:
        self._listing = listing
        for name in ("#segments-message", "#segments-parts", "#incomplete", "#who-buys"):
            self.query_one(name).display = not listing
        self.set_class(listing, "listing")
        if not listing and self._summary is not None:
            self.show_incomplete(self._summary, FROM_F12)
        self.customers.display = listing
        self.refresh_bindings()

    def action_back(self) -> None:
        """One step back; a wait is stopped first."""
        if self.workspace.session.interrupt_if_slow():
            return
        view = self.customers
        if not self._listing:
            return
        if view.customer is not None:
            view.close_customer()
        elif view.filtered:
            view.end_filter(forget=True)
        else:
            self._leave_customers()

    def _leave_customers(self) -> None:
        self._show_list(False)
        state = self._state
        asked_by, state.asked_by, state.position = state.asked_by, None, None
        if asked_by is not None:
            self.post_message(self.GoTo(asked_by))
        elif self.display:
            self.screen.set_focus(self._table)

    def on_customers_view_changed(self) -> None:
        """Remember the list or customer; other keys may work now."""
        self.on_line_table_moved()
        self.refresh_bindings()

    def on_line_table_moved(self) -> None:
        """Remember where the cursor is; tell of the segment under it."""
        if self._listing:
            self._state.position = self.customers.position
        else:
            self._show_detail()

    def on_line_table_edge(self, event: LineTable.Edge) -> None:
        """What stands above and below the segments comes into sight."""
        if event.table is self._table:
            (self.scroll_end if event.step > 0 else self.scroll_home)(animate=False)

    def on_customers_view_empty(self) -> None:
        """There is no list to stay at."""
        if self._listing:
            self._leave_customers()

    async def on_line_table_chosen(self, event: LineTable.Chosen) -> None:
        """A line was clicked."""
        event.stop()
        await self.action_drill()

    # The keys of the list

    def action_filter(self) -> None:
        """Filter the list."""
        self.customers.begin_filter()

    def action_sort(self) -> None:
        """Order the list by the column that is pointed at."""
        self.customers.sort()

    def action_columns(self) -> None:
        """Choose the columns of the list."""
        self.customers.choose_columns()

    def action_save(self) -> None:
        """Save who is listed as a segment of one's own."""
        self.customers.save()

    def action_reverse(self) -> None:
        """Turn the order of the list."""
        self.customers.reverse()

    def export_tables(self) -> list[ExportTable]:
        """The tiers and the statuses, or the customers."""
        if self._listing:
            return self.customers.export_tables()
        summary = self._summary
        if summary is None:
            return []
        keys = ("tier", *(key for key in tuple(HEADS)[1:] if key != "at_margin"))
        tiers: list[Any] = [[getattr(r, key) for key in keys] for r in summary.portfolio_records]
        bought = summary.kpis.bought_within
        groups: list[Any] = []
        if bought is not None:
            named = ("active", bought.active), ("lapsed", bought.lapsed), ("f0", bought.f0)
            groups = [
                (name, bought.days, one.customers, one.buyers, one.rate, *one.interval)
                for name, one in named
                if one is not None
            ]
        months: list[Any] = [
            (m.month, m.contacts_to_date, m.reached, m.reach)
            for m in summary.months
            if m.reach is not None
        ]
        further = (
            (
                Translated("bought", "köpte"),
                ("group", "days", "customers", "buyers", "rate", "low", "high"),
                groups,
            ),
            (
                Translated("reach", "räckvidd"),
                ("month", "contacts_to_date", "reached", "reach"),
                months,
            ),
        )
        return [
            ExportTable(self.translate(Translated("tiers", "nivåer")), keys, tiers),
            ExportTable(
                self.translate(term("status")),
                ("status", "customers", "orders", "revenue"),
                list(statuses(summary)),
            ),
            *(
                ExportTable(self.translate(name), heads, rows)
                for name, heads, rows in further
                if rows
            ),
        ]
