"""The overview: the year's balance as a waterfall, key figures with their change, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widgets import DataTable, Static

from crmformulas.figures import bar
from crmformulas.orders.headlines import Headline, growth, headlines
from crmformulas.terms import Text, say, term
from tui.pane import Pane, Shown
from tui.widgets.tables import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from crmformulas.orders.results import Summary
    from tui.session import View

__all__ = ["OverviewPane"]

WIDTH = 40


class OverviewPane(Pane):
    """What the year brought."""

    NAME = Text("Overview", "Översikt")
    ABOUT = Text(
        "The balance of customers over twelve months, and the key figures with their change since "
        "the year before.",
        "Kundbalansen under tolv månader, och nyckeltalen med förändring sedan året innan.",
    )

    def compose(self) -> ComposeResult:
        """Message, warnings, balance, key figures."""
        yield Static(id="message", classes="message", markup=False)
        yield Static(id="warnings", classes="warning", markup=False)
        yield Static(id="balance", markup=False)
        yield DataTable(id="headlines", cursor_type="row", zebra_stripes=False)

    def show(self, view: View) -> None:
        """Fill in."""
        summary = view.summary
        self.query_one("#message", Static).update(self._message(summary))
        warnings = self.query_one("#warnings", Static)
        warnings.update("\n".join(f"! {self.say(w)}" for w in summary.notices))
        warnings.display = bool(summary.notices)
        self.query_one("#balance", Static).update(self._balance(summary))
        self._headlines(view)

    def _message(self, summary: Summary) -> str:
        flows, f, change = summary.flows, self.figures, growth(summary)
        now = f.whole(flows.closing)
        if change is None:
            return self.say(Text(f"{now} active customers", f"{now} aktiva kunder"))
        by, stayed = f.percent(abs(change)), f.percent(flows.retention)
        more = Text("more", "fler") if change >= 0 else Text("fewer", "färre")
        return self.say(
            Text(
                f"{now} active customers, {by} {more.en} than a year before; {stayed} stayed.",
                f"{now} aktiva kunder, {by} {more.sv} än för ett år sedan; {stayed} är kvar.",
            )
        )

    def _balance(self, summary: Summary) -> Content:
        """Bars to scale: where one ends the next begins."""
        flows = summary.flows
        most = max(flows.opening + flows.new + flows.reactivated, 1)
        level = flows.opening
        lines: list[tuple[str, str, int, int, str]] = [
            ("  ", "opening", flows.opening, 0, "$primary")
        ]
        for sign, key, count in (
            ("+ ", "new", flows.new),
            ("+ ", "reactivated", flows.reactivated),
        ):
            lines.append((sign, key, count, level, "$success"))
            level += count
        lines.append(("− ", "lost", flows.lost, level - flows.lost, "$error"))
        lines.append(("= ", "closing", flows.closing, 0, "$primary"))
        parts: list[Any] = []
        for sign, key, count, start, colour in lines:
            label = f"{sign}{say(term(key), self.crm.lang):<16}"
            blank = " " * round(start / most * WIDTH)
            style = "bold" if key == "closing" else ""
            parts += [
                (f"{label}{self.figures.whole(count):>11}  ", style),
                (blank + bar(count / most, WIDTH), colour),
                "\n",
            ]
        return Content.assemble(*parts[:-1])

    def _headlines(self, view: View) -> None:
        heads = (
            Text("Key figure", "Nyckeltal"),
            Text("now", "nu"),
            Text("year before", "året innan"),
            Text("change", "ändring"),
        )
        rows = [
            (self.say(line.label), self._told(line, line.now), self._told(line, line.before),
             self._change(line))
            for line in headlines(view.summary, view.before)
        ]  # fmt: skip
        fill(self.query_one("#headlines", DataTable), [self.say(h) for h in heads], rows)

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

    def _change(self, line: Headline) -> str:
        change, f = line.change, self.figures
        if change is None:
            return f.whole(None)
        mark = "▲" if change > 0 else "▼" if change < 0 else "="
        if line.unit == "share":
            return f"{mark} {f.signed(change, 1)} {self.say(Text('pp', 'pe'))}"
        return f"{mark} {f.signed_percent(change)}"

    def exported(self) -> list[Shown]:
        """The key figures."""
        if self.shown_view is None:
            return []
        heads = ("key", "now", "before", "change")
        found = headlines(self.shown_view.summary, self.shown_view.before)
        return [Shown("overview", heads, [(h.key, h.now, h.before, h.change) for h in found])]
