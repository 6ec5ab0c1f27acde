"""To do: who is worth a letter now, and who is about to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual.containers import Container

from crmformulas.orders.analysis.forecast.results import AllAtRisk
from crmformulas.printable import printable
from crmformulas.translations import Translated
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from crmformulas.orders.log import Orders
    from crmformulas.orders.selections.segments import SegmentSize
    from crmformulas.translations import Label
    from crmformulas_tui.session import View

__all__ = ["TodoPane"]

SEGMENT_HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("segment", Translated("segment", "segment"), 0),
    ("customers", Translated("customers", "kunder"), 0),
    ("revenue", Translated("revenue", "omsättning"), 1),
    ("at_stake", Translated("CLV at stake", "CLV på spel"), 0),
    ("who", Translated("who", "vilka"), 2),
)
RISK_HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("customer", Translated("customer", "kund"), 0),
    ("p_buy", Translated("P(buys)", "P(köper)"), 0),
    ("expected", Translated("expected", "väntat"), 1),
    ("at_stake", Translated("at stake", "på spel"), 0),
    ("why", Translated("why", "varför"), 0),
)
TEXTS = ("segment", "who", "customer", "why")

LISTED = 200
"""Customers at risk that are shown; ⏎ on their segment lists all."""


class Todo(NamedTuple):
    """The list of what there is to do.

    Attributes:
        segments: The ready segments and those of the settings.
        risk: Who is at risk; None where no forecast holds.
        why: Why there is none.
    """

    segments: Sequence[SegmentSize]
    risk: AllAtRisk | None
    why: Sequence[Label]


class TodoPane(AskingPane):
    """Ready segments with what is at stake, and the customers at risk."""

    NAME = Translated("To do", "Att göra")
    ABOUT = Translated(
        "Ready segments, cut where this file's own customers turn: how many, their revenue of the "
        "last twelve months (of the twelve before for who was lost), and the CLV of their value "
        "tiers. ⏎ lists the customers, for / and the export. At risk: bought at least twice, and "
        "silent for more than two of their own rhythms; the least likely to buy first. At stake "
        "there is what the forecast would lose with the customer.",
        "Färdiga segment, skurna där filens egna kunder vänder: hur många, deras omsättning de "
        "senaste tolv månaderna (de tolv dessförinnan för förlorade), och CLV för deras "
        "värdenivåer. ⏎ listar kunderna, för / och exporten. I riskzonen: minst två köp och tysta "
        "mer än två av sina egna rytmer; de minst sannolika först. På spel är där vad prognosen "
        "skulle förlora med kunden.",
    )
    DOING = Translated("sizing segments", "mäter segment")
    KEYS = (Key("enter", "drill", Translated("customers", "kunder")),)
    DEFAULT_CSS = """
    TodoPane #todo-columns { height: auto; layout: vertical; }
    TodoPane #todo-risk { height: auto; }
    TodoPane #todo-risk LineTable { max-height: 50vh; }
    """

    def parts(self) -> ComposeResult:
        """The segments, and who is at risk."""
        with Container(id="todo-columns"):
            with Panel(id="todo-segments"):
                yield LineTable(self._columns(SEGMENT_HEADS), id="todo-table")
            with Panel(id="todo-risk"):
                yield LineTable(self._columns(RISK_HEADS), id="todo-people")

    def _columns(self, heads: tuple[tuple[str, Translated, int], ...]) -> list[Column]:
        least = dict.fromkeys(TEXTS, 0) | {"segment": 24, "customer": 8}
        return self.columns_of(heads, least)

    def on_mount(self) -> None:
        """Write the titles of the panels."""
        ready = Translated("Ready segments", "Färdiga segment")
        self.query_one("#todo-segments", Panel).set_title(self.translate(ready))

    @property
    def _segments(self) -> LineTable:
        return self.query_one("#todo-table", LineTable)

    @property
    def _at_risk(self) -> LineTable:
        return self.query_one("#todo-people", LineTable)

    def first_focus(self) -> Widget | None:
        """The segments."""
        return self._segments

    def ask(self, log: Orders, view: View) -> Todo:
        """Size the segments; list who is at risk where a forecast holds."""
        forecast = log.forecast(view.as_of, rules=view.rules)
        risk = forecast.at_risk(LISTED) if forecast.total is not None else None
        return Todo(
            log.segments(view.as_of, view.rules), risk, forecast.notices if not risk else ()
        )

    def fill(self, answer: Todo) -> None:
        """Both tables."""
        f = self.numbers
        self.show_message(self._message(answer))
        self.tell_notices(answer.why)
        quiet = {
            (place, key): "quiet"
            for place, one in enumerate(answer.segments)
            if not one.customers
            for key in ("segment", "customers", "revenue", "at_stake", "who")
        }
        self._segments.show_data(
            [
                [
                    printable(self.translate(one.label)),
                    f.whole(one.customers),
                    f.amount(one.revenue),
                    f.amount(one.at_stake),
                    self._who(one),
                ]
                for one in answer.segments
            ],
            tones=quiet,
        )
        rows = answer.risk.rows if answer.risk else ()
        self._at_risk.show_data(
            [
                [
                    printable(one.customer),
                    f.percent(one.p_buy, 0),
                    f.amount(one.expected_revenue),
                    f.amount(one.at_stake),
                    self.translate(one.reason),
                ]
                for one in rows
            ]
        )
        panel = self.query_one("#todo-risk", Panel)
        panel.display = bool(rows)
        if answer.risk is not None:
            title = Translated("At risk: {} customers", "I riskzonen: {} kunder")
            panel.set_title(self.translate(title.format(f.whole(answer.risk.customers))))

    def _who(self, size: SegmentSize) -> str:
        """The words for who they are, or why they can't be told."""
        text = in_application(size.unknown, self.lang) or self.translate(size.about)
        return printable(text)

    def _message(self, answer: Todo) -> str:
        f, risk = self.numbers, answer.risk
        if risk is not None and risk.customers:
            first = risk.rows[0]
            said = Translated(
                "{} customers are at risk, {} at stake; first {}: {}.",
                "{} kunder är i riskzonen, {} står på spel; först {}: {}.",
            ).format(
                f.whole(risk.customers),
                f.amount(risk.at_stake),
                printable(first.customer),
                first.reason,
            )
            return self.translate(said)
        valued = [one for one in answer.segments if one.customers and one.at_stake]
        if not valued:
            return self.translate(
                Translated("Nobody to write to now.", "Ingen att skriva till nu.")
            )
        most = max(valued, key=lambda one: one.at_stake or 0)
        said = Translated(
            "Most is at stake in “{}”: {} customers, CLV {}.",
            "Mest står på spel i ”{}”: {} kunder, CLV {}.",
        ).format(most.label, f.whole(most.customers), f.amount(most.at_stake))
        return printable(self.translate(said))

    async def action_drill(self) -> None:
        """List the customers of a segment; or open the customer at risk."""
        from crmformulas.orders.counting.customer_list import Filters
        from crmformulas.orders.selections.conditions import quoted

        answer: Todo | None = self.answer
        if answer is None:
            return
        if self._at_risk.has_focus and answer.risk is not None:
            one = answer.risk.rows[self._at_risk.cursor].customer
            await self.list_customers(Filters(where=f"customer = {quoted(one)}"), printable(one))
            return
        size = answer.segments[self._segments.cursor]
        if size.unknown:
            self.notify(self._who(size), markup=False)
        elif size.customers:
            await self.list_customers(Filters(where=size.condition), size.label)

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    def on_line_table_edge(self, event: LineTable.Edge) -> None:
        """From the last segment down to the people, and back."""
        if event.table is self._segments and event.step > 0 and self._at_risk.count:
            self.screen.set_focus(self._at_risk)
        elif event.table is self._at_risk and event.step < 0:
            self.screen.set_focus(self._segments)

    def export_tables(self) -> list[ExportTable]:
        """Both tables, unrounded."""
        answer: Todo | None = self.answer
        if answer is None:
            return []
        heads = [self.translate(head) for _, head, _ in SEGMENT_HEADS]
        rows: list[Any] = [
            [self.translate(one.label), one.customers, one.revenue, one.at_stake, self._who(one)]
            for one in answer.segments
        ]
        name = self.file_word
        tables = [ExportTable(name, heads, rows)]
        if answer.risk is not None:
            people: list[Any] = [
                [
                    one.customer,
                    one.p_buy,
                    one.expected_revenue,
                    one.at_stake,
                    self.translate(one.reason),
                ]
                for one in answer.risk.rows
            ]
            risk = self.translate(Translated("at-risk", "i-riskzonen"))
            heads = [self.translate(head) for _, head, _ in RISK_HEADS]
            tables.append(ExportTable(risk, heads, people, persons=True))
        return tables
