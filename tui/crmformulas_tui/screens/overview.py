"""The overview: the year's balance as a waterfall, key figures with their change, warnings."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from textual.containers import Container
from textual.widgets import Static

from crmformulas.orders.analysis.narrative import narrative
from crmformulas.orders.analysis.trend import months
from crmformulas.orders.summary.headlines import Headline, growth, headlines
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.card import Card
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.month_bars import MonthBar, MonthBars
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.widgets.waterfall import Bar, Waterfall
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import View

__all__ = ["OverviewPane"]


CARDS = ("revenue", "customers", "new", "value")
"""The figures that have a card where there is room: revenue, active and new customers, value."""

BESIDE: dict[str, Translated] = {
    "customers": Translated("Customers who bought", "Kunder som köpte"),
    "new": Translated("New customers", "Nya kunder"),
}
"""What is shown by month beside the revenue where there is room."""

FROM_F12 = Translated(
    "retention, duration and portfolio value", "retention, duration och portföljvärde"
)
"""The figures that rest on the year before."""


YEAR = 12
"""Months."""

STORY = "value", "next", "revenue", "ladder"
"""The sentences below the balance, the most wanted first; that of customers is the message."""

STORY_LINES = 5
"""Lines for them below the balance, as high as the key figures beside it are."""

BESIDE_STORY = 78
"""Columns of the screen beside them: the key figures and the frames."""

FEW = 20
"""Customers below whom a change is told by their number, not in per cent."""


class OverviewPane(Pane):
    """What the year brought."""

    NAME = Translated("Overview", "Översikt")
    ABOUT = Translated(
        "The balance of customers over twelve months, and the key figures with their change since "
        "the year before. Enter lists the customers of a bar; tab goes to the key figures, and "
        "there it shows the formula of a figure, its numbers and what they count.",
        "Kundbalansen under tolv månader, och nyckeltalen med förändring sedan året innan. Enter "
        "listar kunderna i en stapel; tab går till nyckeltalen, och där visar den siffrans formel, "
        "dess tal och vad de räknar.",
    )

    KEYS = (Key("enter", "drill", Translated("customers", "kunder")),)

    def compose(self) -> ComposeResult:
        """Message, warnings, balance, key figures."""
        yield Static(id="message", classes="message", markup=False)
        yield Static(id="incomplete", classes="warning", markup=False)
        yield Static(id="warnings", classes="warning", markup=False)
        yield Static(id="existing", classes="muted", markup=False)
        with Container(id="cards"):
            for key in CARDS:
                yield Card(id=f"card-{key}")
        with Container(id="top"):
            with Panel(id="customers"):
                yield Waterfall(id="balance")
                yield Static(id="story", markup=False)
            with Panel(id="figures"):
                yield LineTable(id="headlines")
        with Container(id="bottom"):
            with Panel(id="months"):
                yield MonthBars(id="year")
            for key, title in BESIDE.items():
                with Panel(self.translate(title), id=f"{key}-months"):
                    yield MonthBars(id=f"{key}-year")

    def on_mount(self) -> None:
        """Write the titles of the panels."""
        titles = {
            "customers": Translated("Customers, 12 months", "Kunder, 12 månader"),
            "figures": Translated("Key figures", "Nyckeltal"),
            "months": Translated(
                "Revenue by month; the line is the same month a year before",
                "Omsättning per månad; strecket är samma månad året innan",
            ),
        }
        for name, title in titles.items():
            self.query_one(f"#{name}", Panel).set_title(self.translate(title))

    def show(self, view: View) -> None:
        """Fill in."""
        summary = view.summary
        self.query_one("#message", Static).update(self._message(summary, view.then))
        self.show_incomplete(summary, FROM_F12)
        warnings = self.query_one("#warnings", Static)
        warnings.update("\n".join(f"! {in_application(w, self.lang)}" for w in summary.notices))
        warnings.display = bool(summary.notices)
        self.query_one(Waterfall).show_data(self._balance(summary, view.then))
        self._headlines(view)
        self._months(view)
        self.show_existing(summary)
        self._tell(view)

    def _months(self, view: View) -> None:
        """The cards, and the revenue of the last 24 months beside that of the year before."""
        summary, f, shown = view.summary, self.numbers, months(view.summary, 3 * YEAR)
        revenue = [m.revenue for m in shown]
        bars = [
            MonthBar(m.month, m.revenue, before=revenue[i - YEAR] if i >= YEAR else None)
            for i, m in enumerate(shown)
        ][-2 * YEAR :]
        self.query_one("#year", MonthBars).show_data(bars, f.amount)
        for key in BESIDE:
            counts = [getattr(m, key) for m in shown]
            bars = [
                MonthBar(m.month, counts[i], before=counts[i - YEAR] if i >= YEAR else None)
                for i, m in enumerate(shown)
            ][-2 * YEAR :]
            self.query_one(f"#{key}-year", MonthBars).show_data(bars, f.whole)
        by_key = {line.key: line for line in headlines(summary, view.before)}
        flows, before = summary.flows, view.before
        last = shown[-2 * YEAR :]
        new = (flows.new, None if before is None else before.flows.new)
        for key, title, line, drawn in (
            (
                "revenue",
                Translated("Revenue, 12 months", "Omsättning, 12 månader"),
                by_key.get("revenue"),
                [m.revenue for m in last],
            ),
            (
                "customers",
                Translated("Active customers", "Aktiva kunder"),
                by_key.get("customers"),
                [m.customers for m in last],
            ),
            (
                "value",
                Translated("Portfolio value", "Portföljvärde"),
                by_key.get("portfolio_value"),
                [],
            ),
        ):
            if line is not None:
                change, tone = self._change(line)
                note = f"{f.percent(flows.retention)} {self.translate(term('retention'))}"
                self.query_one(f"#card-{key}", Card).show_data(
                    self.translate(title),
                    self._formatted(line, line.now),
                    change,
                    tone,
                    months=drawn,
                    note=note,
                )
        grown = (new[0] or 0) - (new[1] or 0) if None not in new else 0
        tone = "good" if grown > 0 else "bad" if grown < 0 else ""
        self.query_one("#card-new", Card).show_data(
            self.translate(Translated("New, 12 months", "Nya, 12 månader")),
            f.whole(new[0]),
            self.compared(*new),
            tone,
            months=[m.new for m in last],
        )

    def on_resize(self) -> None:
        """The story has the room that there is."""
        super().on_resize()
        if self.shown_view is not None:
            self._tell(self.shown_view)

    def _tell(self, view: View) -> None:
        """Tell the year in the sentences of the report, as many as there is room for."""
        story = self.query_one("#story", Static)
        room, left = self.app.size.width - BESIDE_STORY, STORY_LINES
        told = narrative(
            view.summary,
            view.before,
            currency=view.currency,
            f12_known=view.summary.f12_known,
        )
        texts = {one.key: printable(self.translate(one.text)) for one in told if one.known}
        chosen = []
        for key in STORY if self.roomy else ():
            lines = len(wrap(texts[key], room)) if key in texts else 0
            if 0 < lines <= left:
                chosen.append(key)
                left -= lines
        story.update("\n".join(text for key, text in texts.items() if key in chosen))
        story.display = bool(chosen)

    def _message(self, summary: Summary, then: Summary | None) -> str:
        flows, f, change = summary.flows, self.numbers, growth(summary)
        if then is not None:
            said = Translated(
                "New customers: {}; in the 12 months to {} they were {} ({}).",
                "Nya kunder: {}; under de 12 månaderna till {} var de {} ({}).",
            )
            name = self.shown_view.against_name if self.shown_view else ""
            if name:
                said = Translated(
                    "New customers: {}; in {} they are {} ({}).",
                    "Nya kunder: {}; i {} är de {} ({}).",
                )
            said = said.format(
                f.whole(flows.new),
                printable(name) or f.day(then.as_of),
                f.whole(then.flows.new),
                self.compared(flows.new, then.flows.new),
            )
            return self.translate(said)
        now = f.whole(flows.closing)
        noun = Translated("active customers", "aktiva kunder")
        if flows.closing == 1:
            noun = Translated("active customer", "aktiv kund")
        if change is None:
            return self.translate(Translated("{} {}", "{} {}").format(now, noun))
        by, stayed = f.percent(abs(change)), f.percent(flows.retention)
        more = Translated("more", "fler") if change >= 0 else Translated("fewer", "färre")
        compared = Translated(
            f"{by} {more.en} than a year before", f"{by} {more.sv} än för ett år sedan"
        )
        if flows.opening == flows.closing:
            compared = Translated("as many as a year before", "lika många som för ett år sedan")
        elif (flows.opening or 0) < FEW:
            was = f.whole(flows.opening)
            compared = Translated(f"{was} a year before", f"{was} för ett år sedan")
        said = Translated("{} {}, {}; {} stayed.", "{} {}, {}; {} är kvar.")
        return self.translate(said.format(now, noun, compared, stayed))

    def _balance(self, summary: Summary, then: Summary | None) -> list[Bar]:
        """Bars to scale: where one ends the next begins; before them what they were, and change."""
        flows = summary.flows
        opening, lost = flows.opening or 0, flows.lost or 0
        most = max(opening + (flows.new or 0) + (flows.reactivated or 0), flows.closing, 1)
        level = opening
        bars = [self._bar("  ", "opening", flows.opening, 0, most, "level")]
        for key, count in (("new", flows.new), ("reactivated", flows.reactivated)):
            bars.append(self._bar("+ ", key, count, level, most, "growth"))
            level += count or 0
        bars.append(self._bar("− ", "lost", flows.lost, level - lost, most, "loss"))
        bars.append(self._bar("= ", "closing", flows.closing, 0, most, "level"))
        return bars if then is None else self._beside(bars, summary, then)

    def _beside(self, bars: list[Bar], summary: Summary, then: Summary) -> list[Bar]:
        """The bars with the figures of then and their change beside those of now."""
        keys = ("opening", "new", "reactivated", "lost", "closing")
        pairs = [(getattr(summary.flows, key), getattr(then.flows, key)) for key in keys]
        was = [self.numbers.whole(count) for _, count in pairs]
        changes = [self.compared(*pair) for pair in pairs]
        left, right = max(map(cell_len, was)), max(map(cell_len, changes))
        return [
            replace(
                one,
                figure=one.figure.rjust(max(cell_len(bar.figure) for bar in bars))
                + f"  {before.rjust(left)}  {change.rjust(right)}",
            )
            for one, before, change in zip(bars, was, changes, strict=True)
        ]

    def _bar(
        self,
        sign: str,
        key: str,
        count: int | None,
        start: int,
        most: int,
        kind: Literal["level", "growth", "loss"],
    ) -> Bar:
        """A bar; a count that is unknown is a dash without one."""
        label = sign + self.translate(term(key))
        share = (count or 0) / most
        return Bar(label, self.numbers.whole(count), start / most, share, kind)

    def explained(self) -> Sequence[Explained]:
        """Where the key figure, or the balance, comes from."""
        from crmformulas_tui.explained import of_everybody, of_key_figure

        view = self.shown_view
        if view is None:
            return ()
        table = self.query_one("#headlines", LineTable)
        if not table.has_focus:
            return of_everybody(view.summary)
        line = list(headlines(view.summary, view.before))[table.cursor]
        return of_key_figure(view.summary, line.key, line.now, line.label)

    async def on_line_table_chosen(self) -> None:
        """A click on a key figure is as enter."""
        await self.action_drill()

    def on_line_table_edge(self, event: LineTable.Edge) -> None:
        """Above the key figures stands the balance."""
        if event.step < 0:
            self.query_one(Waterfall).focus()

    async def action_drill(self) -> None:
        """List the customers of a bar; of a key figure show where it comes from."""
        if self.query_one("#headlines", LineTable).has_focus:
            await self.app.run_action("explain")
            return
        from crmformulas.orders.counting.customer_list import Filters

        view = self.shown_view
        if view is None:
            return
        tiers = view.rules.tier_names
        choices: tuple[tuple[Filters, Label], ...] = (
            (Filters(f12_tier=tiers), term("opening")),
            (Filters(status="new"), term("new")),
            (Filters(status="reactivated"), term("reactivated")),
            (Filters(status="lost"), term("lost")),
            (Filters(s12_tier=tiers), term("closing")),
        )
        await self.list_customers(*choices[self.query_one(Waterfall).cursor])

    async def on_waterfall_chosen(self) -> None:
        """A bar was clicked."""
        await self.action_drill()

    def _headlines(self, view: View) -> None:
        heads: tuple[tuple[str, Label], ...] = (
            ("figure", Translated("Key figure", "Nyckeltal")),
            ("now", Translated("now", "nu")),
            ("before", Translated("year before", "året innan")),
            ("change", view.change_head),
        )
        if view.then is not None and view.then is not view.before:
            heads = (*heads[:2], ("before", view.then_head), heads[3])
        table = self.query_one("#headlines", LineTable)
        table.columns = tuple(
            Column(
                key, self.translate(head), text=key == "figure", least=30 if key == "figure" else 0
            )
            for key, head in heads
        )
        lines, tones = [], dict[tuple[int, str], str]()
        for place, line in enumerate(headlines(view.summary, view.then or view.before)):
            change, tone = self._change(line)
            now, before = self._formatted(line, line.now), self._formatted(line, line.before)
            lines.append([self.translate(line.label), now, before, change])
            if tone:
                tones[place, "change"] = tone
        table.show_data(lines, tones=tones)

    def _formatted(self, line: Headline, number: float | None) -> str:
        f = self.numbers
        units: dict[str, Callable[[float | None], str]] = {
            "money": f.amount,
            "share": f.percent,
            "years": f.years,
            "count": f.whole,
            "days": f.whole,
        }
        return units[line.unit](number)

    def _change(self, line: Headline) -> tuple[str, str]:
        """The change with a mark that reads without colour, and its tone."""
        change, f = line.change, self.numbers
        if change is None:
            return f.whole(None), ""
        mark = "▲" if change > 0 else "▼" if change < 0 else "="
        if line.unit == "share":
            text = f"{mark} {f.signed(change, 1)} {self.translate(Translated('pp', 'pe'))}"
        else:
            text = f"{mark} {f.signed_percent(change)}"
        if not change or line.better == "neither":
            return text, ""
        return text, "good" if (change > 0) != (line.better == "less") else "bad"

    def export_tables(self) -> list[ExportTable]:
        """The key figures."""
        if self.shown_view is None:
            return []
        heads = ("key", "now", "before", "change")
        figures = headlines(self.shown_view.summary, self.shown_view.before)
        flows = self.shown_view.summary.flows
        revenue = flows.existing_revenue, flows.existing_revenue_f12
        share = flows.existing_share, flows.existing_share_f12
        existing = (
            Headline("existing_revenue", "", "money", *revenue),
            Headline("existing_share", "", "share", *share),
        )
        rows = [(h.key, h.now, h.before, h.change) for h in (*figures, *existing)]
        return [ExportTable(self.file_word, heads, rows)]
