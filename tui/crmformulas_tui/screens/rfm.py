"""RFM: customers by recency and by frequency and value, beside a year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.widgets import Static

from crmformulas.formats import bar
from crmformulas.formulas.segment import RFM_WORDS
from crmformulas.orders.selections.rfm_grid import RfmCell, rfm_segments
from crmformulas.orders.selections.scores import BEST
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.widgets.heat_map import Cell, HeatMap
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.month_row import MonthRow, monthly
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from crmformulas.orders.log import Orders
    from crmformulas.orders.selections.rfm_grid import RfmSegment
    from crmformulas_tui.session import View

__all__ = ["RfmPane"]

MEASURES: dict[str, Translated] = {
    "customers": Translated("Customers", "Kunder"),
    "change": Translated("Customers against a year before", "Kunder mot året innan"),
    "revenue": Translated("Net revenue so far", "Nettoomsättning hittills"),
}


MONTHS = ("active", "returning", "returning_revenue")
"""What is shown by month below the grid where there is room."""

LONGEST = max(len(word) for pair in RFM_WORDS.items() for word in pair)
"""Characters of the longest name of a segment, in either language."""

SHARE = 12
"""Characters of the longest bar of a share."""


def rfm_label(segment: str) -> Translated:
    """The name of a segment of RFM."""
    return Translated(segment, RFM_WORDS[segment])


@dataclass
class RfmState(ScreenState):
    """The measure of the grid."""

    measure: str = "customers"


class RfmPane(AskingPane):
    """The grid of 25 cells, and the eleven segments."""

    NAME = Translated("RFM", "RFM")
    ABOUT = Translated(
        "Rows: recency, 5 for the fifth who bought last. Columns: the mean of the scores of "
        "frequency and monetary value. ⏎ lists the customers of a cell or a segment; m shows the "
        "change since a year before, and revenue.",
        "Rader: recency, 5 för den femtedel som köpte senast. Kolumner: medelvärdet av poängen för "
        "frekvens och värde. ⏎ listar kunderna i en ruta eller ett segment; m visar ändringen "
        "sedan året innan, och omsättningen.",
    )
    COMPARES = True
    DOING = Translated("scoring customers", "poängsätter kunder")
    KEYS = (
        Key("enter", "drill", Translated("customers", "kunder")),
        Key("m", "measure", Translated("measure", "mått")),
    )
    DEFAULT_CSS = """
    RfmPane #rfm-columns { height: auto; layout: vertical; }
    RfmPane.roomy #rfm-columns { layout: horizontal; }
    RfmPane.roomy #rfm-segments { margin-left: 1; }
    RfmPane #rfm-cell { margin: 0 0 1 0; height: auto; }
    """

    def parts(self) -> ComposeResult:
        """The measure, the grid with its cell, the segments."""
        yield Static(id="rfm-measure", classes="muted", markup=False)
        with Container(id="rfm-columns"):
            with Panel(id="rfm-grid"):
                yield HeatMap(id="rfm-map")
                yield Static(id="rfm-cell", markup=False)
            with Panel(id="rfm-segments"):
                yield LineTable(id="rfm-table")
        yield MonthRow(self.lang, len(MONTHS))

    def on_mount(self) -> None:
        """Write the titles of the panels."""
        grid = Translated(
            "Recency down, frequency and value across", "Recency nedåt, köp och värde åt höger"
        )
        self.query_one("#rfm-grid", Panel).set_title(self.translate(grid))
        segments = Translated("Segments", "Segment")
        self.query_one("#rfm-segments", Panel).set_title(self.translate(segments))

    @property
    def _map(self) -> HeatMap:
        return self.query_one(HeatMap)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#rfm-table", LineTable)

    def first_focus(self) -> Widget | None:
        """The grid."""
        return self._map

    def ask(self, log: Orders, view: View) -> list[RfmCell]:
        """Count the cells, now and a year before."""
        return log.rfm(view.as_of, view.rules)

    @property
    def _cells(self) -> list[RfmCell]:
        return self.answer or []

    @property
    def _segments(self) -> list[RfmSegment]:
        return rfm_segments(self._cells)

    def fill(self, answer: list[RfmCell]) -> None:
        """The grid in its measure, and the segments."""
        measure = self.state(RfmState).measure
        values = [self._value(cell, measure) for cell in answer]
        most = max((abs(value) for value in values if value is not None), default=0) or 1
        lines = [
            [
                Cell(
                    self._told(value, measure),
                    None if value is None else abs(value) / most,
                    self._told(value, measure, short=True),
                )
                for value in values[start : start + BEST]
            ]
            for start in range(0, len(answer), BEST)
        ]
        heads = [f"FM {number}" for number in range(1, BEST + 1)]
        names = [f"R {number}" for number in range(BEST, 0, -1)]
        if self._map.cursor == (0, 0):
            # The best stand at the right; they are looked at first.
            self._map.set_reactive(HeatMap.cursor, (0, BEST - 1))
        self._map.show_data("", heads, names, lines)
        measured = self.query_one("#rfm-measure", Static)
        measured.update(self.translate(MEASURES[measure]))
        self._fill_segments()
        self.show_message(self._message())
        self._describe()

    def _value(self, cell: RfmCell, measure: str) -> float | None:
        if measure == "revenue":
            return cell.revenue
        if measure == "customers":
            return cell.customers
        return None if cell.customers_before is None else cell.customers - cell.customers_before

    def _told(self, value: float | None, measure: str, short: bool = False) -> str:
        f = self.numbers
        if measure == "change":
            return f.signed(value)
        return f.amount(value) if short and measure == "revenue" else f.whole(value)

    def _fill_segments(self) -> None:
        f = self.numbers
        heads: tuple[tuple[str, Label, int], ...] = (
            ("segment", Translated("segment", "segment"), 0),
            ("customers", term("customers"), 0),
            ("change", Translated("change", "ändring"), 1),
            ("revenue", term("revenue"), 0),
        )
        columns = self.columns_of(heads, {"segment": LONGEST if self.broad else 0})
        lines = []
        for one in self._segments:
            before = one.customers_before
            change = None if before is None else one.customers - before
            lines.append(
                [
                    self.translate(rfm_label(one.segment)),
                    f.whole(one.customers),
                    f.signed(change),
                    f.amount(one.revenue),
                ]
            )
        if self.was is not None:
            # Beside the year before that RFM always tells; the user compares with another one.
            was = {one.segment: one for one in rfm_segments(self.was)}
            for line in lines:
                del line[2]
            del columns[2]
            for key, told in (("revenue", f.amount), ("customers", f.whole)):
                pairs = [(getattr(a, key), getattr(was[a.segment], key)) for a in self._segments]
                self.put_then(columns, lines, key, pairs, told, rank=1 if key == "customers" else 2)
        if self.broad:
            self._put_shares(columns, lines)
        self._table.columns = tuple(columns)
        self._table.show_data(lines)
        if self.shown_view is not None:
            summary = self.shown_view.summary
            self.query_one(MonthRow).show_data([monthly(summary, key, f) for key in MONTHS])

    def on_resize(self) -> None:
        """With the bars, or without."""
        if self.answer is not None:
            self._fill_segments()

    def _put_shares(self, columns: list[Column], lines: list[list[str]]) -> None:
        """Bars of each segment's share of customers and revenue, to one scale, at the end."""
        shares = {}
        for key in ("customers", "revenue"):
            numbers = [max(getattr(one, key), 0) for one in self._segments]
            shares[key] = [number / (sum(numbers) or 1) for number in numbers]
        most = max(map(max, shares.values())) or 1
        for key, of in (
            ("customers", Translated("of customers", "av kunderna")),
            ("revenue", Translated("of revenue", "av omsättningen")),
        ):
            columns.append(Column(f"{key}_share", self.translate(of), text=True, rank=8, least=18))
            for line, share in zip(lines, shares[key], strict=True):
                drawn = bar(share / most, SHARE)
                line.append(f"{self.numbers.percent(share, 0):>5} {drawn}")

    def _message(self) -> str:
        f, segments = self.numbers, self._segments
        whole = sum(one.revenue for one in segments)
        best = segments[0]
        name = self.translate(rfm_label(best.segment))
        share = f.percent(best.revenue / whole, 0) if whole > 0 else f.percent(None)
        said = Translated(
            f"{f.whole(best.customers)} {name} have brought {share} of all revenue so far",
            f"{f.whole(best.customers)} {name} har stått för {share} av all omsättning hittills",
        )
        if best.customers_before is None:
            return self.translate(said) + "."
        was = Translated("; a year ago they were {}.", "; för ett år sedan var de {}.")
        return self.translate(said) + self.translate(was.format(f.whole(best.customers_before)))

    def _cell(self) -> RfmCell | None:
        row, column = self._map.cursor
        place = row * BEST + column
        return self._cells[place] if 0 <= place < len(self._cells) else None

    def on_heat_map_moved(self) -> None:
        """Describe the cell."""
        self._describe()

    def _describe(self) -> None:
        cell, f = self._cell(), self.numbers
        if cell is None:
            return
        parts = [
            f"R {cell.r}, FM {cell.fm}: {self.translate(rfm_label(cell.segment))}",
            f"{f.whole(cell.customers)} {self.translate(term('customers'))}",
        ]
        if cell.customers_before is not None:
            was = Translated("{} a year before", "{} året innan")
            parts.append(self.translate(was.format(f.whole(cell.customers_before))))
        parts.append(f"{self.translate(term('revenue'))} {f.amount(cell.revenue)}")
        self.query_one("#rfm-cell", Static).update(" · ".join(parts))

    async def action_drill(self) -> None:
        """List the customers of the cell or the segment."""
        from crmformulas.orders.counting.customer_list import Filters
        from crmformulas.orders.selections.conditions import quoted

        cell = self._cell()
        if not self._cells or cell is None:
            return
        if self._table.has_focus:
            one = self._segments[self._table.cursor]
            if one.customers:
                where = f"rfm = {quoted(one.segment)}"
                await self.list_customers(Filters(where=where), rfm_label(one.segment))
        elif cell.customers:
            # The mean of both scores is rounded half up.
            pairs = [
                f"f_score = {f} and m_score = {m}"
                for f in range(1, BEST + 1)
                for m in range(1, BEST + 1)
                if (f + m + 1) // 2 == cell.fm
            ]
            where = f"r_score = {cell.r} and ({' or '.join(f'({pair})' for pair in pairs)})"
            label = Translated(f"R {cell.r}, FM {cell.fm}", f"R {cell.r}, FM {cell.fm}")
            await self.list_customers(Filters(where=where), label)

    async def on_heat_map_chosen(self) -> None:
        """A click on the cell is as enter."""
        await self.action_drill()

    async def on_line_table_chosen(self) -> None:
        """A click on the segment is as enter."""
        await self.action_drill()

    def action_measure(self) -> None:
        """Customers, their change, revenue, and again."""
        state, measures = self.state(RfmState), list(MEASURES)
        state.measure = measures[(measures.index(state.measure) + 1) % len(measures)]
        if self.answer is not None:
            self.fill(self.answer)

    def export_tables(self) -> list[ExportTable]:
        """The cells."""
        if not self._cells:
            return []
        rows: list[Any] = [list(cell) for cell in self._cells]
        return [ExportTable(self.file_word, RfmCell._fields, rows)]
