"""Migration: from which value tier customers came and to which they went, as a heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from textual.containers import Container
from textual.widgets import Static

from crmformulas.formulas.migration import LOST
from crmformulas.orders.analysis.movements import Measure, Movement, largest_loss, movement
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.heat_map import Cell, HeatMap
from crmformulas_tui.widgets.line_table import Column, StaticTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from crmformulas.orders.counting.customer_list import Filters
    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["MigrationPane"]

FROM_F12 = Translated("every row but new", "alla rader utom nya")

MEASURES: tuple[Measure, ...] = get_args(Measure)

TITLES: dict[Measure, Translated] = {
    "customers": Translated("Customers", "Kunder"),
    "rates": Translated("Shares of each row", "Andelar av varje rad"),
    "revenue": Translated(
        "Revenue in S12; in F12 of the lost", "Omsättning i S12; i F12 för förlorade"
    ),
    "value": Translated(
        "Value of each flow: customers × what their CLV changed by. Ups and downs offset, as tiers "
        "are shares; what the lost are worth does not depend on how many left",
        "Flödets värde: kunder × ändringen av deras livstidsintäkt. Upp och ned tar ut varandra, "
        "då nivåer är andelar; de förlorades värde beror inte på hur många som gick",
    ),
}


MOST_FLOWS = 8
"""Flows that are listed beside the matrix."""


@dataclass
class MigrationState(ScreenState):
    """The measure, and the cell of the cursor."""

    measure: Measure = "customers"
    cursor: tuple[int, int] = (0, 0)


class MigrationPane(Pane):
    """The movement between the tiers of two years."""

    DEFAULT_CSS = """
    #migration-cell { margin-top: 1; }
    MigrationPane #migration-flows { display: none; height: auto; layout: horizontal; }
    MigrationPane.roomy #migration-flows { display: block; }
    MigrationPane #migration-won { margin-left: 1; }
    """
    NAME = Translated("Migration", "Migration")
    ABOUT = Translated(
        "Rows: the value tier of the twelve months before (F12), or where the customer came from. "
        "Columns: the tier of the last twelve months (S12), or lost. Enter lists the customers of "
        "a cell or a total.",
        "Rader: värdenivån de föregående tolv månaderna (F12), eller varifrån kunden kom. "
        "Kolumner: nivån de senaste tolv månaderna (S12), eller förlorad. Enter listar kunderna i "
        "en cell eller en summa.",
    )
    KEYS = (
        Key("enter", "drill", Translated("customers", "kunder")),
        Key("m", "measure", Translated("measure", "mått")),
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._summary: Summary | None = None
        self._then: Summary | None = None
        self._shown: dict[Measure, Movement] = {}
        self._was: dict[Measure, Movement] = {}

    def compose(self) -> ComposeResult:
        """Message, measure, matrix, and what the cell under the cursor holds."""
        yield Static(id="migration-message", classes="message", markup=False)
        yield Static(id="incomplete", classes="warning", markup=False)
        yield Static(id="migration-measure", classes="muted", markup=False)
        matrix = Translated("From the year before to this year", "Från året innan till i år")
        with Panel(self.translate(matrix), id="migration-panel"):
            yield HeatMap(id="matrix")
            yield Static(id="migration-cell", markup=False)
        with Container(id="migration-flows"):
            lost = Translated("Most value lost", "Mest värde förlorat")
            with Panel(self.translate(lost), id="migration-lost"):
                yield StaticTable(id="most-lost")
            won = Translated("Most value won", "Mest värde vunnet")
            with Panel(self.translate(won), id="migration-won"):
                yield StaticTable(id="most-won")

    @property
    def _state(self) -> MigrationState:
        return self.state(MigrationState)

    @property
    def _measure(self) -> Measure:
        return self._state.measure

    @property
    def _matrix(self) -> HeatMap:
        return self.query_one(HeatMap)

    def show(self, view: View) -> None:
        """Fill in."""
        if (view.summary, view.then) == (self._summary, self._then):
            return
        self._summary, self._then = view.summary, view.then
        self._matrix.set_reactive(HeatMap.cursor, self._state.cursor)
        self._shown = {measure: movement(view.summary, measure) for measure in MEASURES}
        self._was = {} if view.then is None else {m: movement(view.then, m) for m in MEASURES}
        self.show_incomplete(view.summary, FROM_F12)
        self._fill_flows(view.summary)
        self._fill()

    def _fill_flows(self, summary: Summary) -> None:
        """The flows that lose and win most value, beside each other where there is room."""
        f = self.numbers
        valued = [row for row in summary.flow_values if row.value]
        valued.sort(key=lambda row: row.value or 0.0)
        lost = [row for row in valued if (row.value or 0.0) < 0][:MOST_FLOWS]
        won = [row for row in reversed(valued) if (row.value or 0.0) > 0][:MOST_FLOWS]
        counts = {(row.origin, row.target): row.customers for row in summary.flow_records}
        self.query_one("#migration-flows").set_class(not valued, "-hidden")
        for name, rows, tone in (("lost", lost, "bad"), ("won", won, "good")):
            table = self.query_one(f"#most-{name}", StaticTable)
            table.columns = (
                Column("flow", self.translate(Translated("flow", "flöde")), text=True, least=20),
                Column("customers", self.translate(term("customers"))),
                Column("value", self.translate(Translated("value", "värde"))),
            )
            lines = [
                [
                    printable(
                        self.translate(
                            Translated("{} → {}", "{} → {}").format(
                                term(row.origin or ""), term(row.target or "")
                            )
                        )
                    ),
                    f.whole(counts.get((row.origin, row.target))),
                    self.signed_amount(row.value),
                ]
                for row in rows
            ]
            tones = {(place, "value"): tone for place in range(len(lines))}
            table.show_data(lines, tones=tones)

    def _message(self, summary: Summary) -> str:
        f, flows = self.numbers, summary.flows
        if not summary.f12_known:
            unseen = Translated(
                "History holds too little of F12: from where they came is unknown.",
                "Historiken har för lite av F12: varifrån de kom är okänt.",
            )
            return self.translate(unseen)
        lost, opening = f.whole(flows.lost), f.whole(flows.opening)
        said = Translated(
            f"{lost} of {opening} customers were lost", f"{lost} av {opening} kunder förlorades"
        )
        loss = largest_loss(summary)
        if loss is None:
            return self.translate(said) + "."
        tier = printable(self.translate(term(loss.tier)))
        revenue, share, rate = (
            f.amount(loss.revenue),
            f.percent(loss.share, 0),
            f.percent(loss.rate, 0),
        )
        took = self.translate(
            Translated(
                f"Lost customers took {revenue}; {share} of it from {tier}, {rate} of whom left.",
                f"Förlorade kunder tog {revenue} med sig; {share} från {tier}, "
                f"där {rate} försvann.",
            )
        )

        worst = self._worst()
        return f"{took} {worst}" if worst else took

    def _worst(self) -> str:
        """The tier that loses most value, and how much of all that is lost; empty if unknown."""
        shown, f = self._shown["value"], self.numbers
        if LOST not in shown.targets:
            return ""
        column = shown.targets.index(LOST)
        by_tier = [line[column] for line in shown.cells[:-2]]
        gone = shown.of_targets[column]
        valued = [(value, place) for place, value in enumerate(by_tier) if value is not None]
        if not valued or not gone:
            return ""
        value, place = min(valued)
        tier = printable(self.translate(term(shown.origins[place])))
        amount, share = f.amount(-value), f.percent(value / gone, 0)
        return self.translate(
            Translated(
                f"Most value is lost from {tier}: {amount}, {share} of all.",
                f"Mest värde försvann från {tier}: {amount}, {share} av allt.",
            )
        )

    def _fill(self) -> None:
        """Show the matrix in the current measure."""
        assert self._summary is not None
        self.query_one("#migration-message", Static).update(self._message(self._summary))
        shown = self._shown[self._measure]
        total = self.translate(term("total"))
        outside = len(shown.origins) - 2
        lines = [
            [
                *(
                    self._cell(value, shown, possible=row < outside or column < outside)
                    for column, value in enumerate(line)
                ),
                self._total(shown.of_origins[row]),
            ]
            for row, line in enumerate(shown.cells)
        ]
        lines.append([*map(self._total, shown.of_targets), self._total(shown.total)])
        if self._measure == "rates":
            # Shares add up to one along a line, and to nothing down a column.
            lines.pop()
        names, heads = (
            [printable(self.translate(term(name))) for name in group]
            for group in (shown.origins, shown.targets)
        )
        if self._measure != "rates":
            names.append(total)
        self._matrix.show_data("F12 → S12", [*heads, total], names, lines)
        title = self.query_one("#migration-measure", Static)
        title.update(self.translate(TITLES[self._measure]))
        self._describe_cell()

    def _cell(self, value: float | None, shown: Movement, possible: bool) -> Cell:
        if value is None:
            return Cell(self._figure(None) if possible else "")
        heat = abs(value) / shown.most if shown.most > 0 else 0.0
        return Cell(self._figure(value), heat, self._short(value))

    def _total(self, value: float | None) -> Cell:
        return Cell(self._figure(value), None, self._short(value))

    def _short(self, value: float | None) -> str:
        if self._measure == "rates":
            return self.numbers.percent(value)
        if self._measure == "value":
            return self._signed(value, self.numbers.amount)
        return self.numbers.amount(value) if self._measure == "revenue" else self._figure(value)

    def _signed(self, value: float | None, text_of: Callable[[float | None], str]) -> str:
        """A value with its sign, which says whether the flow is wanted."""
        if value is None:
            return text_of(None)
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{text_of(abs(value))}"

    def _figure(self, value: float | None) -> str:
        if self._measure == "value":
            return self._signed(value, self.numbers.whole)
        return (
            self.numbers.percent(value) if self._measure == "rates" else self.numbers.whole(value)
        )

    # The cell under the cursor

    def _place(self) -> tuple[str | None, str | None]:
        """Origin and target of the cell under the cursor; None for a total."""
        shown = self._shown[self._measure]
        row, column = self._matrix.cursor
        origin = shown.origins[row] if row < len(shown.origins) else None
        return origin, shown.targets[column] if column < len(shown.targets) else None

    def on_heat_map_moved(self) -> None:
        """Describe the cell."""
        if self._shown:
            self._state.cursor = self._matrix.cursor
            self._describe_cell()

    def _describe_cell(self) -> None:
        """All measures of the cell under the cursor."""
        row, column = self._matrix.cursor
        customers, rates, revenue, value = (self._at(self._shown[m], row, column) for m in MEASURES)
        parts = [self.translate(self._words())]
        if customers is not None:
            f = self.numbers
            counted = f"{f.whole(customers)} {self.translate(term('customers'))}"
            parts.append(counted)
            if rates is not None and column < len(self._shown["rates"].targets):
                of = self.translate(Translated("of the row", "av raden"))
                parts.append(f"{f.percent(rates)} {of}")
            parts.append(f"{self.translate(term('revenue'))} {f.whole(revenue)}")
            worth = self.translate(Translated("value", "värde"))
            parts.append(f"{worth} {self._signed(value, f.whole)}")
        self.query_one("#migration-cell", Static).update(" · ".join(parts) + self._against())

    def _against(self) -> str:
        """The number that the cell held then, and the change, while that is compared."""
        if not self._was or self._then is None:
            return ""
        row, column = self._matrix.cursor
        now, was = (
            self._at(shown[self._measure], row, column) for shown in (self._shown, self._was)
        )
        view = self.shown_view
        assert view is not None
        words = Translated("{} now, {} then ({}): {}", "{} nu, {} då ({}): {}")
        if view.against_name:
            words = Translated("{} here, {} in {}: {}", "{} här, {} i {}: {}")
        words = words.format(
            self._figure(now),
            self._figure(was),
            printable(view.then_name),
            self.compared(now, was, points=self._measure == "rates"),
        )
        return f"\n{self.translate(words)}"

    @staticmethod
    def _at(shown: Movement, row: int, column: int) -> float | None:
        inside = column < len(shown.targets)
        if row < len(shown.origins):
            return shown.cells[row][column] if inside else shown.of_origins[row]
        return shown.of_targets[column] if inside else shown.total

    def _words(self) -> Label:
        origin, target = self._place()
        if origin is None and target is None:
            return Translated("all of both years", "alla under båda åren")
        if origin is None:
            return Translated("all → {}", "alla → {}").format(self._told(target))
        if target is None:
            return self._told(origin)
        return Translated("{} → {}", "{} → {}").format(self._told(origin), self._told(target))

    @staticmethod
    def _told(name: str | None) -> Label:
        return term(name) if name else ""

    def _filters(self) -> Filters:
        """The filters that let the customers of the cell through."""
        from crmformulas.orders.counting.customer_list import Filters

        origin, target = self._place()
        tiers = self._shown["customers"].origins[:-2]
        chosen: dict[str, Any] = {}
        if origin is None and target is None:
            return Filters(status=("new", "continued", "reactivated", "lost"))
        if origin is not None:
            chosen["f12_tier" if origin in tiers else "status"] = (origin,)
        if target == LOST:
            chosen["status"] = (LOST,)
        elif target is not None:
            chosen["s12_tier"] = (target,)
        return Filters(**chosen)

    def explained(self) -> Sequence[Explained]:
        """Where the value of the flow comes from."""
        from crmformulas_tui.explained import of_flow

        origin, target = self._place() if self._shown else (None, None)
        if self._summary is None or origin is None or target is None:
            return ()
        return of_flow(self._summary, origin, target)

    async def action_drill(self) -> None:
        """List the customers of the cell."""
        if self._shown and self._at(self._shown["customers"], *self._matrix.cursor):
            await self.list_customers(self._filters(), self._words())

    async def on_heat_map_chosen(self) -> None:
        """A cell was clicked."""
        await self.action_drill()

    def action_measure(self) -> None:
        """Customers, shares, revenue, and again."""
        if self._shown:
            place = MEASURES.index(self._measure)
            self._state.measure = MEASURES[(place + 1) % len(MEASURES)]
            self._fill()

    def export_tables(self) -> list[ExportTable]:
        """The matrix as it is shown, unrounded."""
        if not self._shown:
            return []
        shown = self._shown[self._measure]
        heads = ["F12 → S12", *shown.targets, "total"]
        rows: list[list[object]] = [
            [origin, *line, of]
            for origin, line, of in zip(shown.origins, shown.cells, shown.of_origins, strict=True)
        ]
        if self._measure != "rates":
            rows.append(["total", *shown.of_targets, shown.total])
        return [ExportTable(f"{self.file_word}-{self._measure}", heads, rows)]
