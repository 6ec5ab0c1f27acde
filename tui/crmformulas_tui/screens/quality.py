"""Quality: what was read and how, what was left out, and what in the orders looks odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.widgets import Static

from crmformulas.orders.analysis.data_quality import HEADS, NOTHING, SEVERITIES
from crmformulas.printable import printable
from crmformulas.translations import Translated
from crmformulas_tui.export import ExportTable
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.analysis.data_quality import Finding, Quality
    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["QualityPane"]

TONES = {"changes": "bad", "look": "strong", "fine": "quiet"}
KEYS = ("matters", "found", "rows", "orders", "customers", "amount")
RANKS = {"found": 0, "amount": 1, "orders": 2, "rows": 3, "customers": 4}


class QualityPane(Pane):
    """The screen of how good the orders are that everything else rests on."""

    NAME = Translated("Quality", "Kvalitet")
    ABOUT = Translated(
        "What was read and how, what was left out, and what looks odd: first what changes figures,"
        " then what is worth a look. Below the list the whole of the line under the cursor, with"
        " examples of the rows.",
        "Vad som lästes och hur, vad som inte är med, och vad som ser udda ut: först det som ändrar"
        " siffror, sedan det som är värt en titt. Under listan hela raden under markören, med"
        " exempel på raderna.",
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._view: View | None = None
        self._quality: Quality | None = None

    def compose(self) -> ComposeResult:
        """Compose what was read, what was found, and the whole of one finding."""
        yield Static(id="quality-message", classes="message", markup=False)
        yield Static(id="quality-read", classes="muted", markup=False)
        heading = Translated("What was found", "Vad som hittades")
        with Panel(self.translate(heading), id="quality-panel"):
            yield LineTable(id="quality-table")
        rows = Translated("The finding, with rows", "Fyndet, med rader")
        with Panel(self.translate(rows), id="quality-rows"):
            yield Static(id="quality-detail", markup=False)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#quality-table", LineTable)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings; none until the engine has looked."""
        return self._quality.findings if self._quality else ()

    def show(self, view: View) -> None:
        """Look the orders over, in the engine's thread."""
        self._view = view
        self.run_worker(self._look(view), exclusive=True)

    async def _look(self, view: View) -> None:
        from crmformulas.orders.analysis.data_quality import check

        session = self.workspace.session
        with self.reporting():
            doing = self.translate(Translated("looking the orders over", "granskar orderna"))
            quality = await session.run(lambda: check(session.log, view.as_of), doing)
            if view is self._view:
                self._quality = quality
                self._fill(quality)

    def _fill(self, quality: Quality) -> None:
        table = self._table
        table.columns = tuple(
            Column(
                key,
                self.translate(head),
                text=key in ("matters", "found"),
                rank=RANKS.get(key, 0),
            )
            for key, head in zip(KEYS, HEADS, strict=False)
        )
        lines = [self._line(finding) for finding in quality.findings]
        tones = {
            (place, "matters"): TONES[finding.severity]
            for place, finding in enumerate(quality.findings)
            if finding.severity != "look"
        }
        table.show_data(lines, tones=tones)
        table.display = bool(lines)
        account = quality.account
        read = [account.line, *([account.settings.line] if account.settings else [])]
        self.query_one("#quality-read", Static).update(
            "\n".join(printable(self.translate(line)) for line in read)
        )
        self.query_one("#quality-message", Static).update(self._message(quality))
        self._show_detail()

    def _message(self, quality: Quality) -> str:
        counts = [
            sum(finding.severity == severity for finding in quality.findings)
            for severity in ("changes", "look")
        ]
        if not any(counts):
            return self.translate(NOTHING).capitalize() + "."
        changes, look = counts
        said = Translated(
            f"{changes} {'thing changes' if changes == 1 else 'things change'} figures,"
            f" {look} {'is' if look == 1 else 'are'} worth a look.",
            f"{changes} {'sak' if changes == 1 else 'saker'} ändrar siffror,"
            f" {look} är {'värd' if look == 1 else 'värda'} en titt.",
        )
        return self.translate(said)

    def _line(self, finding: Finding) -> list[str]:
        f = self.numbers
        counts = (finding.rows, finding.orders, finding.customers)
        return [
            self.translate(SEVERITIES[finding.severity]),
            printable(in_application(finding.text, self.lang, remedy=False)),
            *(f.whole(n) if n else "" for n in counts),
            f.amount(finding.money / 10_000) if finding.money else "",
        ]

    @on(LineTable.Moved)
    def _moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._show_detail()

    def _show_detail(self) -> None:
        """The whole of the line under the cursor, with examples."""
        detail = self.query_one("#quality-detail", Static)
        place = self._table.cursor
        if place >= len(self.findings):
            detail.update("")
            return
        finding = self.findings[place]
        lines = [] if self.roomy else [""]
        lines.append(printable(in_application(finding.text, self.lang)))
        lines += [f"  {printable(example)}" for example in finding.examples]
        detail.update("\n".join(lines))

    def export_tables(self) -> list[ExportTable]:
        """The table of what was found."""
        rows: list[list[Any]] = [
            [
                self.translate(SEVERITIES[finding.severity]),
                self.translate(finding.text),
                finding.rows,
                finding.orders,
                finding.customers,
                finding.money / 10_000,
                finding.option,
            ]
            for finding in self.findings
        ]
        heads = [self.translate(head) for head in HEADS]
        return [ExportTable(self.file_word, heads, rows)]
