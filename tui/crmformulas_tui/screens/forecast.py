"""Forecast: what known customers are expected to do, beside what a backtest says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from crmformulas.orders.selections.report_lists import FORECAST_GROUPS, FORECAST_METHODS
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.widgets.line_table import Column, LineTable, StaticTable
from crmformulas_tui.widgets.month_bars import MonthBar, MonthBars
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.analysis.forecast.results import Expected, Forecast
    from crmformulas.orders.log import Orders
    from crmformulas_tui.session import View

__all__ = ["ForecastPane"]

HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("group", Translated("group", "grupp"), 0),
    ("customers", Translated("customers", "kunder"), 3),
    ("buyers", Translated("buyers", "köper"), 1),
    ("orders", Translated("orders", "köp"), 2),
    ("revenue", Translated("revenue", "omsättning"), 0),
    ("range", Translated("in 80 %", "i 80 %"), 0),
    ("law", Translated("by retention", "efter retention"), 5),
    ("last_year", Translated("last year", "förra året"), 4),
    ("missed", Translated("off in backtest", "fel i bakåttest"), 0),
)


@dataclass
class ForecastState(ScreenState):
    """By what customers are grouped."""

    by: str = "tier"


LADDER = "ladder"
"""The view of the steps that customers will have reached, beside the groups."""

LADDER_HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("step", Translated("step", "steg"), 0),
    ("reached", Translated("today", "i dag"), 0),
    ("expected", Translated("as forecast", "som prognosen"), 0),
    ("range", Translated("in 80 %", "i 80 %"), 1),
    ("rate", Translated("rate today", "andel i dag"), 0),
    ("rate_expected", Translated("rate, forecast", "andel, prognos"), 0),
)


class ForecastPane(AskingPane):
    """The last 24 months, the next twelve as a band, and a table by group."""

    NAME = Translated("Forecast", "Prognos")
    ABOUT = Translated(
        "What the customers known today are expected to buy in the next twelve months, before "
        "returns; who is new next year is not in it. The band holds four cases of five. Beside "
        "it what the same method, said a year ago, missed by. A forecast whose backtest fails is "
        "not shown. It is never CLV. m groups by value tier, status, step of the ladder, age, "
        "and shows the ladder as it will be.",
        "Vad dagens kända kunder väntas köpa de kommande tolv månaderna, före returer; nästa års "
        "nya kunder är inte med. Bandet rymmer fyra fall av fem. Bredvid står hur fel samma metod "
        "hade för ett år sedan. En prognos vars bakåttest faller visas inte. Den är aldrig CLV. "
        "m grupperar efter värdenivå, status, steg på trappan, ålder, och visar trappan som den "
        "väntas bli.",
    )
    DOING = Translated("forecasting", "gör prognosen")
    KEYS = (Key("m", "measure", Translated("groups", "grupper")),)
    DEFAULT_CSS = """
    ForecastPane #forecast-chart { height: auto; }
    ForecastPane MonthBars { height: 7; }
    ForecastPane.roomy MonthBars { height: 12; }
    ForecastPane.broad MonthBars { height: 18; }
    """

    def parts(self) -> ComposeResult:
        """The months, the groups, what methods missed by."""
        with Panel(id="forecast-chart"):
            yield MonthBars()
        with Panel(id="forecast-groups"):
            yield LineTable(id="forecast-table")
        with Panel(id="forecast-errors"):
            yield Static(id="forecast-tested", classes="muted", markup=False)
            yield StaticTable(id="forecast-methods")

    def on_mount(self) -> None:
        """Write the titles of the panels."""
        titles = {
            "chart": Translated(
                "Revenue by month, and the next 12 as a band (known customers, no season)",
                "Omsättning per månad, och de kommande 12 som band (kända kunder, utan säsong)",
            ),
            "errors": Translated("Backtest", "Bakåttest"),
        }
        for name, title in titles.items():
            self.query_one(f"#forecast-{name}", Panel).set_title(self.translate(title))

    @property
    def _by(self) -> str:
        return self.state(ForecastState).by

    def ask(self, log: Orders, view: View) -> Forecast:
        """Fit and test the model."""
        return self.workspace.session.forecast(view)

    def fill(self, answer: Forecast) -> None:
        """Message, months, groups, errors."""
        f = self.numbers
        self.show_message(self._message(answer))
        self.tell_notices(answer.notices)
        bars = [MonthBar(m.month, m.revenue) for m in answer.history]
        bars += [MonthBar(m.month, m.revenue, m.low, m.high) for m in answer.ahead]
        self.query_one(MonthBars).show_data(bars, f.amount)
        self.query_one("#forecast-chart").display = answer.total is not None
        self._fill_groups(answer)
        self._fill_methods(answer)

    def _message(self, answer: Forecast) -> str:
        f, total = self.numbers, answer.total
        if total is None:
            return self.translate(
                Translated("No forecast holds here.", "Ingen prognos håller här.")
            )
        return self.translate(
            Translated(
                "{0} expected from the {1} known customers in {2} months; {3} to {4} in 80 %.",
                "{0} väntas från de {1} kända kunderna på {2} månader; {3} till {4} i 80 %.",
            ).format(
                f.amount(total.revenue),
                f.whole(total.customers),
                str(answer.months),
                f.amount(total.revenue_low),
                f.amount(total.revenue_high),
            )
        )

    def _fill_groups(self, answer: Forecast) -> None:
        table = self.query_one("#forecast-table", LineTable)
        panel = self.query_one("#forecast-groups", Panel)
        panel.display = answer.total is not None
        if answer.total is None:
            return
        if self._by == LADDER:
            self._fill_ladder(answer)
            return
        title = Translated("Expected: {}", "Väntat: {}").format(FORECAST_GROUPS[self._by])
        panel.set_title(self.translate(title))
        table.columns = tuple(self.columns_of(HEADS, {"group": 11}))
        rows = [*answer.by.get(self._by, ()), answer.total]
        table.show_data([self._line(row) for row in rows], strong={len(rows) - 1})

    def _fill_ladder(self, answer: Forecast) -> None:
        f, table = self.numbers, self.query_one("#forecast-table", LineTable)
        title = Translated(
            "The F-ladder of the known customers in {} months",
            "De kända kundernas trappa om {} månader",
        )
        self.query_one("#forecast-groups", Panel).set_title(
            self.translate(title.format(str(answer.months)))
        )
        table.columns = tuple(self.columns_of(LADDER_HEADS, {"step": 5}))
        lines = []
        for rung, above in zip(answer.ladder, [*answer.ladder[1:], None], strict=True):
            rates: list[float | None] = [None, None]
            if above is not None:
                pairs = (above.reached, rung.reached), (above.expected, rung.expected)
                rates = [there / here if here else None for there, here in pairs]
            lines.append(
                [
                    f"F{rung.step}{'' if above else '+'}",
                    f.whole(rung.reached),
                    f.whole(rung.expected),
                    f"{f.whole(rung.low)}–{f.whole(rung.high)}",
                    *map(f.percent, rates),
                ]
            )
        table.show_data(lines)

    def _line(self, row: Expected) -> list[str]:
        f, errors = self.numbers, row.errors
        return [
            printable(self.translate(term(row.name))),
            f.whole(row.customers),
            f.whole(row.buyers),
            f.whole(row.orders),
            f.amount(row.revenue),
            f"{f.amount(row.revenue_low)}–{f.amount(row.revenue_high)}",
            f.amount(row.law_revenue),
            f.amount(row.last_year_revenue),
            f.signed_percent(errors.revenue if errors else None, 0),
        ]

    def _fill_methods(self, answer: Forecast) -> None:
        f = self.numbers
        panel = self.query_one("#forecast-errors", Panel)
        panel.display = bool(answer.backtest)
        if answer.backtest_as_of is None or not answer.backtest:
            return
        said = Translated(
            "Said on {} against what came in the twelve months after",
            "Sagt den {} mot vad som kom under de tolv månaderna efter",
        ).format(f.day(answer.backtest_as_of))
        self.query_one("#forecast-tested", Static).update(self.translate(said))
        heads: tuple[tuple[str, Label], ...] = (
            ("method", Translated("method", "metod")),
            ("buyers", Translated("buyers", "köper")),
            ("orders", term("orders")),
            ("revenue", term("revenue")),
            ("tier", Translated("by tier", "per nivå")),
        )
        table = self.query_one("#forecast-methods", StaticTable)
        table.columns = tuple(
            Column(key, self.translate(head), text=key == "method") for key, head in heads
        )
        table.show_data(
            [
                [
                    self.translate(FORECAST_METHODS[row.method]),
                    f.signed_percent(row.buyers_error, 0),
                    f.signed_percent(row.orders_error, 0),
                    f.signed_percent(row.revenue_error, 0),
                    f.percent(row.tier_error, 0),
                ]
                for row in answer.backtest
            ]
        )

    def action_measure(self) -> None:
        """Other groups."""
        if self.answer is None:
            return
        groups = [by for by in FORECAST_GROUPS if by in self.answer.by] or ["tier"]
        groups += [LADDER] if self.answer.ladder else []
        place = groups.index(self._by) if self._by in groups else -1
        self.state(ForecastState).by = groups[(place + 1) % len(groups)]
        self._fill_groups(self.answer)

    def export_tables(self) -> list[ExportTable]:
        """The groups, the months and the ladder, unrounded."""
        answer: Forecast | None = self.answer
        if answer is None or answer.total is None:
            return []
        rows: list[Any] = [
            [by, *row.to_dict().values()] for by, group in answer.by.items() for row in group
        ]
        heads = ["by", *answer.total.to_dict()]
        months: list[Any] = [list(m) for m in (*answer.history, *answer.ahead)]
        name = self.file_word
        return [
            ExportTable(name, heads, rows),
            ExportTable(
                f"{name}-{self.translate(Translated('months', 'månader'))}",
                ["month", "revenue", "low", "high"],
                months,
            ),
            ExportTable(
                f"{name}-{self.translate(Translated('ladder', 'trappa'))}",
                ["step", "reached", "expected", "low", "high"],
                [list(rung) for rung in answer.ladder],
            ),
        ]
