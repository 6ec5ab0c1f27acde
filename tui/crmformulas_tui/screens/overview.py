"""The overview: the year's balance as a waterfall, key figures with their change, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rich.text import Text as Styled
from textual.widgets import DataTable, Static

from crmformulas.orders.summary.headlines import Headline, growth, headlines
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.pane import Key, Pane, Shown
from crmformulas_tui.widgets.tables import fill
from crmformulas_tui.widgets.waterfall import Bar, Waterfall

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.session import View

__all__ = ["OverviewPane"]

WORSE = ("days",)
"""Key figures of which more is worse."""

NEUTRAL = ("pareto",)
"""Key figures of which neither is better."""


class OverviewPane(Pane):
    """What the year brought."""

    NAME = Translated("Overview", "Översikt")
    ABOUT = Translated(
        "The balance of customers over twelve months, and the key figures with their change since "
        "the year before.",
        "Kundbalansen under tolv månader, och nyckeltalen med förändring sedan året innan.",
    )

    KEYS = (Key("enter", "drill", Translated("customers", "kunder")),)

    def compose(self) -> ComposeResult:
        """Message, warnings, balance, key figures."""
        yield Static(id="message", classes="message", markup=False)
        yield Static(id="warnings", classes="warning", markup=False)
        yield Waterfall(id="balance")
        headlines = DataTable[Any](id="headlines", cursor_type="none", show_cursor=False)
        headlines.can_focus = False
        yield headlines

    def on_mount(self) -> None:
        """Colours of cells are those of the theme."""
        self.crm.theme_changed_signal.subscribe(self, lambda _: self._colour())

    def _colour(self) -> None:
        if self.shown_view is not None:
            self._headlines(self.shown_view)

    def show(self, view: View) -> None:
        """Fill in."""
        summary = view.summary
        self.query_one("#message", Static).update(self._message(summary))
        warnings = self.query_one("#warnings", Static)
        warnings.update("\n".join(f"! {self.translate(w)}" for w in summary.notices))
        warnings.display = bool(summary.notices)
        self.query_one(Waterfall).fill(self._balance(summary))
        self._headlines(view)

    def _message(self, summary: Summary) -> str:
        flows, f, change = summary.flows, self.figures, growth(summary)
        now = f.whole(flows.closing)
        if change is None:
            return self.translate(Translated(f"{now} active customers", f"{now} aktiva kunder"))
        by, stayed = f.percent(abs(change)), f.percent(flows.retention)
        more = Translated("more", "fler") if change >= 0 else Translated("fewer", "färre")
        return self.translate(
            Translated(
                f"{now} active customers, {by} {more.en} than a year before; {stayed} stayed.",
                f"{now} aktiva kunder, {by} {more.sv} än för ett år sedan; {stayed} är kvar.",
            )
        )

    def _balance(self, summary: Summary) -> list[Bar]:
        """Bars to scale: where one ends the next begins."""
        flows, seen = summary.flows, summary.f12_seen
        most = max(flows.opening + flows.new + flows.reactivated, 1)
        level = flows.opening
        bars = [self._bar("  ", "opening", flows.opening, 0, most, "level", seen)]
        for key, count in (("new", flows.new), ("reactivated", flows.reactivated)):
            bars.append(self._bar("+ ", key, count, level, most, "growth", seen))
            level += count
        bars.append(self._bar("− ", "lost", flows.lost, level - flows.lost, most, "loss", seen))
        return [*bars, self._bar("= ", "closing", flows.closing, 0, most, "level", seen)]

    def _bar(
        self,
        sign: str,
        key: str,
        count: int,
        start: int,
        most: int,
        kind: Literal["level", "growth", "loss"],
        seen: bool,
    ) -> Bar:
        label = sign + self.translate(term(key))
        known = seen or key in ("new", "closing")
        return Bar(
            label, self.figures.whole(count if known else None), start / most, count / most, kind
        )

    async def action_drill(self) -> None:
        """List the customers of a bar."""
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
        await self.drill_down(*choices[self.query_one(Waterfall).cursor])

    async def on_waterfall_chosen(self) -> None:
        """A bar was clicked."""
        await self.action_drill()

    def _headlines(self, view: View) -> None:
        heads = (
            Translated("Key figure", "Nyckeltal"),
            Translated("now", "nu"),
            Translated("year before", "året innan"),
            Translated("change", "ändring"),
        )
        rows = [
            (
                self.translate(line.label),
                self._told(line, line.now),
                self._told(line, line.before),
                self._change(line),
            )
            for line in headlines(view.summary, view.before)
        ]
        fill(self.query_one("#headlines", DataTable), [self.translate(h) for h in heads], rows)

    def _told(self, line: Headline, number: float | None) -> str:
        f = self.figures
        units: dict[str, Callable[[float | None], str]] = {
            "money": f.amount,
            "share": f.percent,
            "years": f.years,
            "count": f.whole,
            "days": f.whole,
        }
        return units[line.unit](number)

    def _change(self, line: Headline) -> str | Styled:
        """The change; growth and loss have their colours, and their marks without them."""
        change, f = line.change, self.figures
        if change is None:
            return f.whole(None)
        mark = "▲" if change > 0 else "▼" if change < 0 else "="
        if line.unit == "share":
            told = f"{mark} {f.signed(change, 1)} {self.translate(Translated('pp', 'pe'))}"
        else:
            told = f"{mark} {f.signed_percent(change)}"
        if not change or line.key in NEUTRAL:
            return told
        better = (change > 0) != (line.key in WORSE)
        colour = self.crm.theme_variables["text-success" if better else "text-error"]
        return Styled(told, style=colour)

    def exported(self) -> list[Shown]:
        """The key figures."""
        if self.shown_view is None:
            return []
        heads = ("key", "now", "before", "change")
        found = headlines(self.shown_view.summary, self.shown_view.before)
        return [Shown("overview", heads, [(h.key, h.now, h.before, h.change) for h in found])]
