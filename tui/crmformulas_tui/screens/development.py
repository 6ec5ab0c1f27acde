"""Development: the last twelve months as an index of the twelve before, by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from crmformulas.orders.analysis.published_tables import DevelopmentLine, development
from crmformulas.orders.analysis.scenarios import SEGMENT_LABELS
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.line_table import LineTable
from crmformulas_tui.widgets.panel import Panel

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["DevelopmentPane"]

HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("segment", Translated("segment", "segment"), 0),
    ("customers", Translated("customers", "kunder"), 0),
    ("revenue", Translated("revenue", "omsättning"), 0),
    ("orders", Translated("orders", "köp"), 1),
    ("value_per_order", Translated("per order", "per köp"), 2),
    ("orders_per_customer", Translated("orders each", "köp per kund"), 2),
    ("revenue_per_customer", Translated("revenue each", "oms. per kund"), 1),
)
HUNDRED = 100
"""The index of the year before."""


class DevelopmentPane(Pane):
    """Indices of each segment."""

    NAME = Translated("Development", "Kundutveckling")
    ABOUT = Translated(
        "Each figure of the last twelve months as an index: the twelve before are 100. Of the "
        "total the customers are those at the end by those at the start; the lost are counted "
        "against those lost the year before. ⏎ lists the customers.",
        "Varje tal för de senaste tolv månaderna som index: de tolv dessförinnan är 100. För "
        "totalen är kunderna utgående balans mot ingående; de förlorade räknas mot dem som "
        "förlorades året innan. ⏎ listar kunderna.",
    )
    DEFAULT_CSS = """
    DevelopmentPane #existing { display: none; height: auto; }
    DevelopmentPane #existing.told { display: block; }
    """
    KEYS = (Key("enter", "drill", Translated("customers", "kunder")),)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._lines: tuple[DevelopmentLine, ...] = ()

    def compose(self) -> ComposeResult:
        """Message and table."""
        yield Static(id="development-message", classes="message", markup=False)
        yield Static(id="existing", classes="muted", markup=False)
        with Panel(id="development-panel"):
            yield LineTable(
                self.columns_of(HEADS, {"segment": 12}),
                id="development-table",
            )

    def show(self, view: View) -> None:
        """Fill in; the indices stand when the year before has been counted."""
        self._lines = development(view.summary, view.before)
        panel = self.query_one("#development-panel", Panel)
        panel.display = bool(self._lines)
        title = Translated(
            "Index, the twelve months before = 100", "Index, tolv månader innan = 100"
        )
        panel.set_title(self.translate(title))
        lines, tones = [], dict[tuple[int, str], str]()
        for place, line in enumerate(self._lines):
            cells = [printable(self.translate(self._label(line.segment)))]
            for key, _, _ in HEADS[1:]:
                value: float | None = getattr(line, key)
                cells.append(self.numbers.whole(None if value is None else value * HUNDRED))
                if value is not None and round(value * HUNDRED) != HUNDRED:
                    grown = (value > 1) != (line.segment == "lost")
                    tones[place, key] = "good" if grown else "bad"
            if line.segment == "lost":
                cells[2:] = [""] * len(cells[2:])
            lines.append(cells)
        strong = {i for i, line in enumerate(self._lines) if line.segment == "total"}
        self.query_one("#development-table", LineTable).show_data(lines, strong, tones=tones)
        self.query_one("#development-message", Static).update(self._message(view))
        self.show_existing(view.summary)

    @staticmethod
    def _label(segment: str) -> Label:
        return SEGMENT_LABELS.get(segment) or term(segment).capitalize()

    def _message(self, view: View) -> str:
        if not self._lines:
            if view.before is None and view.summary.f12_covered:
                return self.translate(
                    Translated("The year before is being counted.", "Året innan räknas.")
                )
            unknown = Translated(
                "History is too short: the outcome of the year before is not known.",
                "Historiken är för kort: utfallet året innan är inte känt.",
            )
            return self.translate(unknown)
        rows = {line.segment: line for line in self._lines}
        total, new = rows["total"].revenue, rows["new"].revenue
        f = self.numbers

        def index(value: float | None) -> str:
            return f.whole(None if value is None else value * HUNDRED)

        said = Translated(
            "Revenue index {}: new customers {}, continued {}, reactivated {}.",
            "Omsättningsindex {}: nya kunder {}, fortsatta {}, återvunna {}.",
        ).format(
            index(total),
            index(new),
            index(rows["continued"].revenue),
            index(rows["reactivated"].revenue),
        )
        return self.translate(said)

    async def action_drill(self) -> None:
        """List the customers of a segment."""
        from crmformulas.orders.counting.customer_list import Filters

        view, place = self.shown_view, self.query_one(LineTable).cursor
        if view is None or place >= len(self._lines):
            return
        segment = self._lines[place].segment
        tiers = view.rules.tier_names
        filters = Filters(s12_tier=tiers) if segment == "total" else Filters(status=segment)
        label = term("active_customers") if segment == "total" else term(segment)
        await self.list_customers(filters, label)

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    def export_tables(self) -> list[ExportTable]:
        """The indices as fractions, as the contract has them."""
        rows = [line.to_dict() for line in self._lines]
        heads = list(rows[0]) if rows else []
        name = self.file_word
        return [ExportTable(name, heads, [list(row.values()) for row in rows])] if rows else []
