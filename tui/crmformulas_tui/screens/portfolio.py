"""The portfolio: what each tier is worth, what it would be worth if, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.containers import Container
from textual.geometry import Region
from textual.widgets import Static

from crmformulas.orders.analysis.projection import Projection, project
from crmformulas.orders.analysis.retention_gain import portfolio_gain
from crmformulas.orders.analysis.what_if import (
    LEAST,
    LEVERS,
    MOST,
    Change,
    WhatIf,
    all_tiers,
    what_if,
)
from crmformulas.orders.summary.who_buys import who_buys_by_subject
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.dialogs.ask import AskText
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.bridge import Bridge
from crmformulas_tui.widgets.intervals import interval_text, span_of
from crmformulas_tui.widgets.line_table import Column, LineTable, StaticTable
from crmformulas_tui.widgets.month_row import MonthRow, monthly
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.widgets.projection import ProjectionTable, projection_sentence
from crmformulas_tui.widgets.segment_detail import SegmentDetail, interval_words
from crmformulas_tui.widgets.tiers import WIDE, WORDS, TierTable, WhatIfGrid
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import View

__all__ = ["PortfolioPane"]

STEP = 0.01
"""By how much a key changes a driver."""

MOST_YEARS = 50

PLOT = 50
"""Columns of the plot of values with their intervals."""

MONTHS = ("revenue", "returning_revenue", "active")
"""What is shown by month where there is room."""

ROOMY = 34
"""Lines of the pane from which on what-if and projection are both shown."""


@dataclass
class PortfolioState(ScreenState):
    """Changes by tier, years ahead, which part is shown, where cursors are."""

    changes: dict[str, Change] = field(default_factory=dict)
    past: list[dict[str, Change]] = field(default_factory=list)
    years: int = 5
    ahead: bool = False
    line: int | None = None
    column: int = 0


NOBODY_AGAIN = Translated(
    "Median days between purchases, by tier: –, as nobody bought again.",
    "Mediandagar mellan köp, per nivå: –, då ingen köpte igen.",
)
FROM_F12 = Translated("retention, duration and CLV", "retention, duration och CLV")
"""The figures that rest on the year before."""


class PortfolioPane(Pane):
    """Tiers, what-if and projection."""

    NAME = Translated("Portfolio", "Portfölj")
    ABOUT = Translated(
        "CLV of each value tier = frequency × order value × duration (years), and the value of all "
        "its customers. What if: change a driver of a tier, or of all, and see what each driver "
        "brings. Projection: the tiers years ahead, if customers go on moving as they did.",
        "CLV för varje värdenivå = köpfrekvens × intäkt per köp × duration (år), och värdet av "
        "alla dess kunder. Simulering: ändra en drivkraft för en nivå, eller alla, och se vad var "
        "och en ger. Prognos: nivåerna år framåt, om kunderna rör sig som hittills.",
    )
    KEYS = (
        Key("enter", "open", Translated("customers/change", "kunder/ändra")),
        Key("plus", "step(1)", Translated("1 % more", "1 % mer")),
        Key("minus", "step(-1)", Translated("1 % less", "1 % mindre"), show=False),
        Key("shift+up", "step(5)", Translated("5 % more", "5 % mer"), show=False),
        Key("shift+down", "step(-5)", Translated("5 % less", "5 % mindre"), show=False),
        Key("u", "undo", Translated("undo", "ångra"), show=False),
        Key("r", "reset", Translated("reset", "nollställ")),
        Key(
            "R",
            "reset_all",
            Translated("reset all changes", "nollställ alla ändringar"),
            show=False,
        ),
        Key("p", "ahead", Translated("projection", "prognos")),
        Key("y", "years", Translated("years ahead", "år framåt"), show=False),
    )

    def compose(self) -> ComposeResult:
        """Message, tiers, what if with its bridge, projection."""
        yield Static(id="message", classes="message", markup=False)
        yield Static(id="incomplete", classes="warning", markup=False)
        yield Static(id="left-out", classes="warning", markup=False)
        yield Static(id="point", classes="muted", markup=False)
        tiers = Translated(
            "What a customer of each value tier is worth", "Vad en kund i varje värdenivå är värd"
        )
        with Panel(self.translate(tiers), id="tiers-panel"):
            yield TierTable(id="tiers")
        yield Static(id="days-between", classes="muted", markup=False)
        with Container(id="portfolio-parts"):
            what_if = Translated("What if", "Tänk om")
            with Panel(self.translate(what_if), id="changes-panel"):
                yield WhatIfGrid(id="changes")
                yield Bridge(id="bridge")
            ahead = Translated("Years ahead without new customers", "År framåt utan nya kunder")
            with Panel(self.translate(ahead), id="ahead-panel"):
                yield Static(id="ahead-head", classes="message", markup=False)
                yield ProjectionTable(id="ahead")
        with Container(id="portfolio-detail"):
            sure = Translated(
                "How sure the value of a tier is, 80 %", "Hur säkert värdet av en nivå är, 80 %"
            )
            with Panel(self.translate(sure), id="sure-panel"):
                yield StaticTable(id="sure")
            with Panel(id="tier-panel"):
                yield SegmentDetail()
        yield MonthRow(self.lang, len(MONTHS))

    def on_resize(self) -> None:
        """More or less room: both parts, or one of them."""
        if self.shown_view is not None:
            self._fill()

    def show(self, view: View) -> None:
        """Fill in; the cursor begins at the change of all tiers."""
        state, grid = self._state, self.query_one(WhatIfGrid)
        self.show_incomplete(view.summary, FROM_F12)
        self._fill()
        grid.cursor = grid.count - 1 if state.line is None else state.line
        grid.column = state.column

    @property
    def _state(self) -> PortfolioState:
        return self.state(PortfolioState)

    @property
    def _summary(self) -> Summary:
        assert self.shown_view is not None
        return self.shown_view.summary

    @property
    def _whatif(self) -> WhatIf:
        return what_if(self._summary, self._state.changes)

    @property
    def _projection(self) -> Projection:
        return project(self._summary, self._state.years)

    def _worth(self, answer: WhatIf) -> Projection:
        """The projection at the CLV of the changes."""
        return project(self._summary, self._state.years, [case.clv for case in answer.tiers])

    # What is shown

    def _fill(self) -> None:
        answer, roomy, state = self._whatif, self.size.height >= ROOMY, self._state
        self.query_one("#message", Static).update(self._message(answer))
        left_out = self.query_one("#left-out", Static)
        left_out.update(self._left_out(answer))
        left_out.display = bool(answer.left_out)
        point, text = self.query_one("#point", Static), self._point()
        point.update(text)
        # On a small screen what a change brings has its line, and warnings have that of the days.
        more = bool(answer.left_out) or self.query_one("#incomplete").display
        full = self._changed or state.ahead or more or cell_len(text) > self.size.width
        point.display = bool(text) and (roomy or not self._changed)
        days = self.query_one("#days-between", Static)
        days.update(self._days_between())
        days.display = roomy or not full
        wide = self.size.width >= WIDE
        self.query_one(TierTable).show_tiers(
            self._summary, self.lang, wide=wide, beside=self._beside
        )
        self.query_one(WhatIfGrid).show_changes(answer, self.lang)
        self._detail()
        self._bridge(answer)
        self._ahead(answer)
        for part in ("#changes", "#bridge", "#changes-panel"):
            self.query_one(part).display = roomy or not state.ahead
        for part in ("#ahead-head", "#ahead", "#ahead-panel"):
            self.query_one(part).display = roomy or state.ahead

    def _detail(self) -> None:
        """How sure the values are, the tier under the cursor, and months, where there is room."""
        view = self.shown_view
        if view is None or not self.spacious:
            return
        f, records = self.numbers, view.summary.portfolio_records
        months = [monthly(view.summary, key, f) for key in MONTHS]
        self.query_one(MonthRow).show_data(months)
        span = span_of(x for r in records for x in (r.portfolio_value, r.portfolio_interval.high))
        sure = self.query_one("#sure", StaticTable)
        sure.columns = (
            Column("tier", self.translate(term("tier")), text=True),
            Column("value", self.translate(term("portfolio_value"))),
            Column("range", self.translate(Translated("80 % range", "80 %-intervall"))),
            Column("plot", "", text=True, rank=9, least=PLOT),
        )
        lines = []
        for row in records:
            low, high = ends = row.portfolio_interval
            plot = interval_text(row.portfolio_value, low, high, span, PLOT)
            words = interval_words(ends, f.amount)
            name = printable(self.translate(term(row.tier)))
            lines.append([name, f.amount(row.portfolio_value), words, plot])
        sure.show_data(lines)
        grid, tiers = self.query_one(WhatIfGrid), self.query_one(TierTable)
        place, then = (grid if grid.has_focus else tiers).cursor, view.before
        detail = self.query_one(SegmentDetail)
        title: Label = term("total")

        def changed(now: float | None, was: float | None, points: bool) -> str:
            return self.compared(now, was, points=points)

        if place < len(records):
            now, title = records[place], term(records[place].tier)
            was = {row.tier: row for row in then.portfolio_records} if then else {}
            detail.show_tier(now, was.get(now.tier), self.lang, changed)
        else:
            detail.show_total(view.summary, then, self.lang, changed)
        self.query_one("#tier-panel", Panel).set_title(printable(self.translate(title)))

    def _beside(self, columns: list[Column], lines: list[list[str]]) -> None:
        """What a customer and the tier were worth then, and by how much that changed."""
        then = self.shown_view.then if self.shown_view else None
        if then is None:
            return
        now, was = ([*one.portfolio_records, all_tiers(one)] for one in (self._summary, then))
        for key, rank in (("clv", 2), ("portfolio_value", 1)):
            pairs: list[tuple[float | None, float | None] | None] = [
                (getattr(a, key), getattr(b, key)) for a, b in zip(now, was, strict=True)
            ]
            if key == "clv":
                # All together have none.
                pairs[-1] = None
            self.put_then(columns, lines, key, pairs, self.numbers.amount, rank=rank)

    def _message(self, answer: WhatIf) -> str:
        f = self.numbers
        value = f.amount(answer.value)
        if answer.value_before is None:
            return self.translate(
                Translated(
                    "What the customers are worth is unknown.", "Vad kunderna är värda är okänt."
                )
            )
        if self._changed:
            by = f.signed_percent(answer.growth)
            return self.translate(
                Translated(
                    f"With the changes the portfolio is worth {value}: {by}.",
                    f"Med ändringarna är portföljen värd {value}: {by}.",
                )
            )
        worth = self.translate(
            Translated(f"The portfolio is worth {value}", f"Portföljen är värd {value}")
        )
        if answer.carrier is None:
            return f"{worth}."
        name = printable(self._called(answer.tiers[answer.carrier].tier))
        share = f.percent(answer.shares[answer.carrier], 0)
        carries = Translated(f"{name} makes up {share} of it.", f"{name} står för {share}.")
        return f"{worth}; {self.translate(carries)}"

    def _left_out(self, answer: WhatIf) -> str:
        out = self.translate(Translated("left out, CLV unknown", "inte med, CLV okänt"))
        return "\n".join(
            f"! {printable(self._called(case.tier))}: {out}, {self.translate(case.unknown)}"
            for case in answer.left_out
            if case.unknown is not None
        )

    def _point(self) -> str:
        """What a point of retention adds, and what of it is profit; empty where that is unknown."""
        f, margin = self.numbers, self.workspace.margin
        gain = portfolio_gain(self._summary, margin=margin)
        if gain is None:
            return ""
        about = "" if self._summary.f12_covered else "≈"
        share = "" if gain.share is None else f" ({f.signed_percent(gain.share, 1)})"
        adds = Translated(
            "One point of retention in every tier adds {}",
            "En procentenhet högre retention i varje nivå ger {}",
        ).format(f"{about}{f.amount(gain.value)}{share}")
        if gain.profit is None:
            return f"{self.translate(adds)}."
        profit = Translated("{} of it profit at {} margin", "{} av det vinst vid {} marginal")
        words = profit.format(f"{about}{f.amount(gain.profit)}", f.percent(margin, 0))
        return f"{self.translate(adds)}, {self.translate(words)}."

    def _days_between(self) -> str:
        """The median days between purchases, by tier."""
        told = who_buys_by_subject(self._summary).get("days_between", NOBODY_AGAIN)
        return printable(self.translate(told))

    def margin_changed(self) -> None:
        """What a point of retention leaves is another amount."""
        if self.shown_view is not None:
            self._fill()

    @property
    def _changed(self) -> bool:
        return any(any(case.change) for case in self._whatif.tiers)

    def _called(self, tier: str) -> str:
        return self.translate(term(tier))

    def _bridge(self, answer: WhatIf) -> None:
        f, more = self.numbers, answer.difference
        hint = Translated(
            "+ and − change the driver in brackets; press ⏎ to type a change.",
            "+ och − ändrar drivkraften inom hakparenteserna; ⏎ för att skriva in en ändring.",
        )
        head, parts = self.translate(hint), list[tuple[str, float, str]]()
        if self._changed and more is not None:
            before, now = f.amount(answer.value_before), f.amount(answer.value)
            brings = self.translate(Translated("What each driver brings", "Vad var drivkraft ger"))
            head = f"{brings}: {before} → {now} ({self._signed(more)})"
            parts = [
                (self.translate(WORDS[lever]), amount, self._signed(amount))
                for lever, amount in zip(LEVERS, answer.bridge, strict=True)
            ]
        self.query_one(Bridge).show_data(head, parts, max(min(self.size.width - 34, 60), 8))

    def _signed(self, amount: float) -> str:
        """An amount with its sign."""
        text = self.numbers.amount(amount) if amount else self.numbers.whole(0)
        return f"+{text}" if amount > 0 else text

    def _ahead(self, answer: WhatIf) -> None:
        projection = self._projection
        self.query_one("#ahead-head", Static).update(projection_sentence(projection, self.lang))
        then = self._worth(answer) if self._changed else None
        self.query_one(ProjectionTable).show_projection(projection, then, self.lang)

    # Keys

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        """Remember where the cursor is, and keep it in sight."""
        table = event.table
        if table.has_focus:
            top = table.region.y - self.region.y + self.scroll_offset.y + table.cursor
            self.scroll_to_region(Region(0, top, 1, 2), animate=False)
        if isinstance(table, (WhatIfGrid, TierTable)):
            self._detail()
        if isinstance(table, WhatIfGrid) and self.shown_view is not None:
            state = self._state
            state.column = table.column
            state.line = None if table.cursor == table.count - 1 else table.cursor

    def on_line_table_edge(self, event: LineTable.Edge) -> None:
        """On to the table above or below."""
        tables = [t for t in self.query(LineTable) if t.display]
        place = tables.index(event.table) + event.step
        if 0 <= place < len(tables):
            other = tables[place]
            other.cursor = 0 if event.step > 0 else other.count - 1
            other.focus()

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_open()

    async def action_open(self) -> None:
        """The customers of a tier, or a change to type."""
        if self.shown_view is None:
            return
        grid, ahead = self.query_one(WhatIfGrid), self.query_one(ProjectionTable)
        if grid.has_focus:
            self._ask_change()
        elif ahead.has_focus:
            self.action_years()
        else:
            await self._drill()

    def explained(self) -> Sequence[Explained]:
        """Where the figures of the tier come from."""
        from crmformulas_tui.explained import of_everybody, of_tier

        if self.shown_view is None:
            return ()
        tables: tuple[LineTable, ...] = (self.query_one(TierTable), self.query_one(WhatIfGrid))
        place = next((table.cursor for table in tables if table.has_focus), 0)
        tiers = self._summary.portfolio_records
        if place < len(tiers):
            return of_tier(self._summary, tiers[place])
        return of_everybody(self._summary)

    async def _drill(self) -> None:
        from crmformulas.orders.counting.customer_list import Filters

        names = self._summary.rules.tier_names
        place = self.query_one(TierTable).cursor
        words: Label
        if place < len(names):
            words, filters = term(names[place]), Filters(s12_tier=names[place])
        else:
            words, filters = term("active_customers"), Filters(s12_tier=names)
        await self.list_customers(filters, words)

    def _here(self) -> tuple[str, tuple[str, ...]] | None:
        """The driver under the cursor of what-if, and the tiers; None where it isn't shown."""
        grid = self.query_one(WhatIfGrid)
        if self.shown_view is None or not grid.display:
            return None
        names = self._summary.rules.tier_names
        tiers = (names[grid.cursor],) if grid.cursor < len(names) else names
        return LEVERS[grid.column], tiers

    def _set(self, lever: str, tiers: tuple[str, ...], to: float | None, by: float = 0.0) -> None:
        """Change a driver of these tiers to, or by, so much."""
        self._state.past.append(dict(self._state.changes))
        changes = self._state.changes
        for tier in tiers:
            change = changes.get(tier, Change())
            changes[tier] = (
                change.stepped(lever, by) if to is None else change._replace(**{lever: to})
            )
        self._fill()

    def action_step(self, step: int) -> None:
        """A little more, or less, of the driver under the cursor."""
        if here := self._here():
            self._set(*here, None, step * STEP)

    def action_undo(self) -> None:
        """Take the last change back."""
        if self.shown_view is not None and self._state.past:
            self._state.changes = self._state.past.pop()
            self._fill()

    def action_reset(self) -> None:
        """Let the driver under the cursor be as it is."""
        if here := self._here():
            self._set(*here, 0.0)

    def action_reset_all(self) -> None:
        """Let all drivers be as they are."""
        if self.shown_view is not None:
            self._state.past.append(dict(self._state.changes))
            self._state.changes.clear()
            self._fill()

    def _ask_change(self) -> None:
        here = self._here()
        if here is None:
            return
        lever, tiers = here
        f = self.numbers

        def check(text: str) -> float:
            change = f.parse_percent(text) if text else 0.0
            if not LEAST <= change <= MOST:
                least, most = f.percent(LEAST, 0), f.percent(MOST, 0)
                why = Translated(
                    f"a change is between {least} and {most}",
                    f"en ändring är mellan {least} och {most}",
                )
                raise ValueError(self.translate(why))
            return change

        def take(change: float | None) -> None:
            if change is not None:
                self._set(lever, tiers, change)

        whose = (
            printable(self._called(tiers[0]))
            if len(tiers) == 1
            else self.translate(Translated("all tiers", "alla nivåer"))
        )
        now = self._whatif.common(lever, tiers)
        self.app.push_screen(
            AskText(
                self.lang,
                f"{self.translate(WORDS[lever]).capitalize()}, {whose}",
                check,
                "" if not now else f.signed_percent(now),
                Translated(
                    "Change in per cent, such as 10 or −2.5", "Ändring i procent, som 10 eller −2,5"
                ),
            ),
            take,
        )

    def action_ahead(self) -> None:
        """The projection in the place of what-if and back; where there is room, only the focus."""
        if self.shown_view is None:
            return
        ahead = self.query_one(ProjectionTable)
        self._state.ahead = not (
            ahead.has_focus if self.size.height >= ROOMY else self._state.ahead
        )
        self._fill()
        (ahead if self._state.ahead else self.query_one(WhatIfGrid)).focus()

    def action_years(self) -> None:
        """Ask how many years ahead."""
        if self.shown_view is None:
            return

        def check(text: str) -> int:
            if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_YEARS:
                why = Translated(
                    f"years are a whole number from 1 to {MOST_YEARS}",
                    f"år är ett heltal från 1 till {MOST_YEARS}",
                )
                raise ValueError(self.translate(why))
            return int(text)

        def take(years: int | None) -> None:
            if years is not None:
                self._state.years = years
                self._state.ahead = True
                self._fill()
                self.query_one(ProjectionTable).focus()

        self.app.push_screen(
            AskText(
                self.lang, Translated("Years ahead", "År framåt"), check, str(self._state.years)
            ),
            take,
        )

    def first_focus(self) -> LineTable:
        """The change of all tiers, or the projection if that is shown."""
        ahead = self.shown_view is not None and self._state.ahead
        return self.query_one(ProjectionTable) if ahead else self.query_one(WhatIfGrid)

    def export_tables(self) -> list[ExportTable]:
        """The tiers, the changes with the bridge, and the projection."""
        if self.shown_view is None:
            return []
        answer, projection = self._whatif, self._projection
        records = [*self._summary.portfolio_records, all_tiers(self._summary)]
        keys = list(records[0].as_dict())
        after = self._worth(answer)
        changes = [
            (c.tier, *c.change, c.clv_before, c.clv, c.value_before, c.value, *c.bridge)
            for c in answer.tiers
        ]
        bridge = [f"from_{lever}" for lever in LEVERS]
        heads = ("tier", *LEVERS, "clv_before", "clv", "value_before", "value", *bridge)
        return [
            ExportTable(self.file_word, keys, [list(r.as_dict().values()) for r in records]),
            ExportTable(
                self.translate(Translated("whatif", "simulering")),
                heads,
                [
                    *changes,
                    (
                        "total",
                        *(answer.common(lever) for lever in LEVERS),
                        None,
                        None,
                        answer.value_before,
                        answer.value,
                        *answer.bridge,
                    ),
                ],
            ),
            ExportTable(
                self.translate(Translated("projection", "prognos")),
                (
                    "years_ahead",
                    *projection.tiers,
                    "total",
                    "value",
                    "value_whatif",
                ),
                [
                    (y.ahead, *y.customers, y.total, y.value, then.value)
                    for y, then in zip(projection.years, after.years, strict=True)
                ],
            ),
        ]
