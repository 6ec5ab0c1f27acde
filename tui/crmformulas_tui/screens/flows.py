"""Customer flows: who is in each value tier, where they came from, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from crmformulas.formulas.migration import LOST, SUBTOTAL, TOTAL
from crmformulas.orders.analysis.published_tables import (
    FlowLine,
    customer_flows,
    tier_labels,
)
from crmformulas.printable import printable
from crmformulas.translations import Translated, term
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.line_table import LineTable
from crmformulas_tui.widgets.panel import Panel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["FlowsPane"]

HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("flow", Translated("flow", "flöde"), 0),
    ("customers", Translated("customers", "kunder"), 0),
    ("before", Translated("year before", "året före"), 3),
    ("orders", Translated("orders", "köp"), 2),
    ("revenue", Translated("revenue", "omsättning"), 0),
    ("per_customer", Translated("per customer", "per kund"), 1),
    ("value", Translated("change in value", "värdeändring"), 0),
)


class FlowsPane(Pane):
    """The flows into each tier, and out."""

    NAME = Translated("Customer flows", "Kundflöden")
    ABOUT = Translated(
        "Each value tier of the last twelve months: who stayed, moved up or down, came back or is "
        "new; then who was lost. The revenue is of the last twelve months, of the twelve before "
        "for the lost. The change in value is customers × what their CLV changed by. ⏎ lists "
        "the customers.",
        "Varje värdenivå de senaste tolv månaderna: vilka som stannade, gick upp eller ned, kom "
        "tillbaka eller är nya; sedan de förlorade. Omsättningen gäller de senaste tolv månaderna, "
        "för förlorade de tolv dessförinnan. Värdeändringen är kunder × ändringen i CLV. ⏎ listar "
        "kunderna.",
    )
    KEYS = (Key("enter", "drill", Translated("customers", "kunder")),)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._lines: tuple[FlowLine, ...] = ()

    def compose(self) -> ComposeResult:
        """Message and table."""
        yield Static(id="flows-message", classes="message", markup=False)
        yield Static(id="incomplete", classes="warning", markup=False)
        with Panel(id="flows-panel"):
            yield LineTable(
                self.columns_of(HEADS, {"flow": 24}),
                id="flows-table",
            )

    @property
    def _table(self) -> LineTable:
        return self.query_one("#flows-table", LineTable)

    def show(self, view: View) -> None:
        """Fill in."""
        summary = view.summary
        self._lines = customer_flows(summary, view.before)
        self.query_one("#flows-message", Static).update(self._message(summary))
        self.show_incomplete(summary, Translated("flows from it", "flöden därifrån"))
        title = Translated("Into each value tier, and out", "In i varje värdenivå, och ut")
        self.query_one("#flows-panel", Panel).set_title(self.translate(title))
        self.query_one("#flows-panel").display = bool(self._lines)
        labels, f = tier_labels(summary), self.numbers
        lines, tones = [], dict[tuple[int, str], str]()
        for place, line in enumerate(self._lines):
            name = printable(self.translate(line.label(labels)))
            whole = line.kind in (SUBTOTAL, TOTAL)
            lines.append(
                [
                    name if whole else f"  {name}",
                    f.whole(line.customers),
                    f.whole(line.customers_before),
                    "" if line.target == LOST else f.whole(line.orders),
                    f.amount(line.revenue),
                    f.amount(line.per_customer),
                    "" if whole else self.signed_amount(line.value),
                ]
            )
            if line.value and not whole:
                tones[place, "value"] = "good" if line.value > 0 else "bad"
        strong = {i for i, line in enumerate(self._lines) if line.kind in (SUBTOTAL, TOTAL)}
        self._table.show_data(lines, strong, tones=tones)

    def _message(self, summary: Summary) -> str:
        if not self._lines:
            unseen = Translated(
                "History holds too little of F12: from where they came is unknown.",
                "Historiken har för lite av F12: varifrån de kom är okänt.",
            )
            return self.translate(unseen)
        valued = [line for line in self._lines if line.value]
        if not valued:
            return self.translate(Translated("Nobody moved.", "Ingen har flyttat."))
        worst, best = min(valued, key=_value), max(valued, key=_value)
        parts = []
        for line, words in (
            (
                worst,
                Translated("Most value is lost with {}: {}", "Mest värde går förlorat med {}: {}"),
            ),
            (best, Translated("most is won with {}: {}", "mest vinns med {}: {}")),
        ):
            if (line is worst) == (_value(line) < 0):
                named = Translated("“{0} → {1}”", "”{0} → {1}”").format(
                    term(line.origin or ""), term(line.target or "")
                )
                parts.append(self.translate(words.format(named, self.signed_amount(line.value))))
        return printable("; ".join(parts)) + "."

    async def action_drill(self) -> None:
        """List the customers of a flow."""
        from crmformulas.orders.counting.customer_list import Filters

        view = self.shown_view
        if view is None or self._table.cursor >= len(self._lines):
            return
        line, tiers = self._lines[self._table.cursor], view.rules.tier_names
        if not line.customers:
            return
        chosen: dict[str, Any] = {}
        if line.kind == TOTAL:
            chosen["s12_tier"] = tiers
        elif line.target == LOST:
            chosen["status"] = LOST
        else:
            chosen["s12_tier"] = line.target
        if line.origin in tiers:
            chosen["f12_tier"] = line.origin
        elif line.origin is not None:
            chosen["status"] = line.origin
        await self.list_customers(Filters(**chosen), line.label(tier_labels(view.summary)))

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    def export_tables(self) -> list[ExportTable]:
        """The lines as the contract has them."""
        rows = [line.to_dict() for line in self._lines]
        heads = list(rows[0]) if rows else []
        name = self.file_word
        return [ExportTable(name, heads, [list(row.values()) for row in rows])] if rows else []


def _value(line: FlowLine) -> float:
    return line.value or 0.0
