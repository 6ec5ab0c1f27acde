"""Backtest: what the method said a year ago against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from crmformulas.orders.analysis.backtest import METHODS, Backtest, Said
from crmformulas.printable import printable
from crmformulas.translations import Translated, term
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.export import ExportTable
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from crmformulas.orders.log import Orders
    from crmformulas_tui.session import View

__all__ = ["BacktestPane"]

HEADS: tuple[tuple[str, Translated], ...] = (
    ("group", Translated("group", "grupp")),
    ("figure", Translated("figure", "tal")),
    ("said", Translated("said", "sades")),
    ("came", Translated("came", "kom")),
    ("off", Translated("off", "fel")),
)


class BacktestPane(AskingPane):
    """Every method held against the year that came."""

    NAME = Translated("Backtest", "Bakåttest")
    ABOUT = Translated(
        "Everything is counted anew from the orders up to a year before the as-of day: the first "
        "year of CLV, Budget 1, the projection of tiers, the forecast and the extra orders of the "
        "ladder. Beside it what came.",
        "Allt räknas om från köpen fram till ett år före dagen: det första året av CLV, Budget 1, "
        "projektionen av nivåer, prognosen och trappans extra köp. Bredvid står vad som kom.",
    )
    DOING = Translated("holding what was said against what came", "jämför vad som sades och kom")
    DEFAULT_CSS = """
    BacktestPane #backtest-said { margin-bottom: 1; }
    """

    def parts(self) -> ComposeResult:
        """A sentence a method, and the table of all figures."""
        yield Static(id="backtest-said", markup=False)
        with Panel(id="backtest-panel"):
            yield LineTable(
                [
                    Column(
                        key,
                        self.translate(head),
                        text=key in ("group", "figure"),
                        least=26 if key == "group" else 0,
                    )
                    for key, head in HEADS
                ],
                id="backtest-table",
            )

    def ask(self, log: Orders, view: View) -> Backtest:
        """Say everything a year ago, and count what came."""
        return log.backtest(view.as_of, view.rules)

    def fill(self, answer: Backtest) -> None:
        """Sentences and table."""
        first, *rest = answer.sentences(self.lang) or ("",)
        self.show_message(printable(first))
        said = self.query_one("#backtest-said", Static)
        said.update("\n".join(map(printable, rest)))
        said.display = bool(rest)
        self.tell_notices(answer.notices)
        title = Translated("Said on {}, came by {}", "Sagt {}, kom till {}").format(
            self.numbers.day(answer.origin), self.numbers.day(answer.as_of)
        )
        panel = self.query_one("#backtest-panel", Panel)
        panel.set_title(self.translate(title))
        panel.display = bool(answer.rows)
        lines: list[list[str]] = []
        strong, apart = set[int](), set[int]()
        for method, label in METHODS.items():
            rows = [row for row in answer.rows if row.method == method]
            if not rows:
                continue
            if lines:
                apart.add(len(lines))
                lines.append([""] * len(HEADS))
            strong.add(len(lines))
            name = str(self.translate(label))
            name = name[:1].upper() + name[1:]
            lines.append([name, *[""] * (len(HEADS) - 1)])
            lines += [self._line(row) for row in rows]
        self.query_one("#backtest-table", LineTable).show_data(lines, strong, apart)

    def _line(self, row: Said) -> list[str]:
        f = self.numbers
        group, figure = (
            printable(self.translate(term(one))).replace("_", " ")
            for one in (row.group, row.figure)
        )
        if row.figure == "retention":
            # Adding 0 turns -0 into 0.
            points = None if row.error is None else round(100 * row.error, 1) + 0.0
            unit = self.translate(Translated("pp", "pe"))
            off = f"{f.signed(points, 1)} {unit}" if points is not None else f.signed(None)
            return [f"  {group}", figure, f.percent(row.said), f.percent(row.came), off]
        show: Callable[[float | None], str] = f.amount if row.figure == "revenue" else f.whole
        off = f.signed_percent(row.error)
        if row.method == "extra_orders":
            off = self.translate(Translated("so far", "hittills"))
        return [f"  {group}", figure, show(row.said), show(row.came), off]

    def export_tables(self) -> list[ExportTable]:
        """The figures, unrounded."""
        answer: Backtest | None = self.answer
        if answer is None or not answer.rows:
            return []
        rows: list[Any] = [[*row, row.error] for row in answer.rows]
        heads = [*Said._fields, "error"]
        return [ExportTable(self.file_word, heads, rows)]
