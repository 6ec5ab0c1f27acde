"""Follow-up: the budget of the year against what has come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from crmformulas.formats import UNKNOWN
from crmformulas.orders.analysis.scenarios import SEGMENT_LABELS
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.export import ExportTable
from crmformulas_tui.screens.budget import BudgetState
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from crmformulas.orders.analysis.follow import Follow, FollowRow
    from crmformulas.orders.log import Orders
    from crmformulas_tui.session import View

__all__ = ["FollowPane"]

HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("segment", Translated("segment", "segment"), 0),
    ("figure", Translated("figure", "tal"), 0),
    ("budget", Translated("budget", "budget"), 0),
    ("so_far", Translated("so far", "hittills"), 0),
    ("due", Translated("due", "borde vara"), 2),
    ("left", Translated("left", "kvar"), 3),
    ("pace", Translated("at pace", "i takt"), 1),
    ("ahead", Translated("against", "mot budget"), 0),
)


class FollowPane(AskingPane):
    """The screen of what has come of the budget that is set, by segment and month."""

    NAME = Translated("Follow-up", "Uppföljning")
    ABOUT = Translated(
        "The budget of the calendar year, made of the orders before it with the factors and the "
        "target of the Budget screen, against what has come up to the as-of day. The pace is last "
        "year's: the share of it that had come by the same day.",
        "Kalenderårets budget, gjord av köpen före året med faktorerna och målet på skärmen "
        "Budget, mot vad som har kommit till och med dagen. Takten är förra årets: andelen som "
        "hade kommit samma dag.",
    )
    DOING = Translated("following the budget", "följer upp budgeten")
    DEFAULT_CSS = """
    FollowPane #follow-columns { height: auto; }
    FollowPane #follow-months { margin-top: 1; }
    """

    def parts(self) -> ComposeResult:
        """The figures of the year, and its months."""
        with Panel(id="follow-year"):
            yield LineTable(id="follow-table")
        with Panel(id="follow-months"):
            yield LineTable(id="follow-by-month")

    def on_mount(self) -> None:
        """Write the titles of the panels."""
        months = Translated(
            "Revenue by month: came / budget", "Omsättning per månad: utfall / budget"
        )
        self.query_one("#follow-months", Panel).set_title(self.translate(months))

    @property
    def question(self) -> object:
        """The scenario of the Budget screen."""
        return self.state(BudgetState).scenario

    def ask(self, log: Orders, view: View) -> Follow:
        """Make the budget from the orders before its year, and count what has come."""
        scenario = self.state(BudgetState).scenario
        return log.follow(scenario, view.as_of, rules=view.rules)

    def fill(self, answer: Follow) -> None:
        """Message, figures, months."""
        f = self.numbers
        lines = answer.told(self.lang)
        self.show_message(" ".join(f"{line[0].upper()}{line[1:]}." for line in lines))
        self.tell_notices(answer.notices)
        days = f"{f.day(answer.start)}–{f.day(answer.as_of)}"
        title = printable(f"{self.translate(answer.name)} · {days}")
        self.query_one("#follow-year", Panel).set_title(title)
        table = self.query_one("#follow-table", LineTable)
        # Names are not cut for the sake of a column more.
        names = max(cell_len(self.translate(self._label(row.segment))) for row in answer.rows)
        table.columns = tuple(self.columns_of(HEADS, {"segment": names, "figure": 0}))
        tones = {
            (place, "ahead"): "good" if row.ahead > 0 else "bad"
            for place, row in enumerate(answer.rows)
            if row.ahead
        }
        strong = {i for i, row in enumerate(answer.rows) if row.segment == "total"}
        table.show_data([self._line(row) for row in answer.rows], strong, tones=tones)
        self._fill_months(answer)

    @staticmethod
    def _label(segment: str) -> Label:
        return SEGMENT_LABELS.get(segment) or term(segment).capitalize()

    def _line(self, row: FollowRow) -> list[str]:
        f = self.numbers
        show: Callable[[float | None], str] = f.amount if row.figure == "revenue" else f.whole
        figures = (row.budget, row.so_far, row.due, row.left, row.pace)
        return [
            self.translate(self._label(row.segment)),
            self.translate(term(row.figure)),
            *map(show, figures),
            # Adding 0 turns -0 into 0.
            f.signed_percent(None if row.ahead is None else round(row.ahead, 2) + 0.0, 0),
        ]

    def _fill_months(self, answer: Follow) -> None:
        f = self.numbers
        segments = list(dict.fromkeys(month.segment for month in answer.months))
        table = self.query_one("#follow-by-month", LineTable)
        # What all bring together stands last, and is left out last.
        table.columns = (
            Column("month", self.translate(Translated("month", "månad")), text=True, least=9),
            *(
                Column(s, self.translate(self._label(s)), rank=0 if s == "total" else 1)
                for s in segments
            ),
        )
        lines: list[list[str]] = []
        tones = dict[tuple[int, str], str]()
        for name in dict.fromkeys(month.month for month in answer.months):
            here = {month.segment: month for month in answer.months if month.month == name}
            part = here["total"]
            cells = [f"{name}{'' if part.whole or part.came is None else ' …'}"]
            for segment in segments:
                month = here[segment]
                came = UNKNOWN if month.came is None else f.amount(month.came)
                cells.append(f"{came} / {f.amount(month.budget)}")
                if month.came is None:
                    tones[len(lines), segment] = "quiet"
                elif month.whole and month.budget:
                    tones[len(lines), segment] = "good" if month.came >= month.budget else "bad"
            lines.append(cells)
        table.show_data(lines, tones=tones)

    def export_tables(self) -> list[ExportTable]:
        """The figures and the months, unrounded."""
        answer: Follow | None = self.answer
        if answer is None:
            return []
        rows = [row.to_dict() for row in answer.rows]
        months: list[Any] = [list(month) for month in answer.months]
        heads = ["month", "segment", "budget", "came", "whole"]
        name = self.file_word
        return [
            ExportTable(name, list(rows[0]), [list(row.values()) for row in rows]),
            ExportTable(f"{name}-{self.translate(Translated('months', 'månader'))}", heads, months),
        ]
