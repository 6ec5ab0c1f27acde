"""Drivers: what those who go on have in common, a question at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual import on
from textual.widgets import Static

from crmformulas.orders.analysis.separation.results import (
    AFTER_THE_FACT,
    FOOTER,
    NOTE_NAMES,
    NOTES,
    question_label,
    value_text,
    worth_sentence,
)
from crmformulas.orders.reading.column_roles import normalised
from crmformulas.orders.reading.further_columns import BLANK, OTHER, SEVERAL
from crmformulas.printable import printable
from crmformulas.translations import Label, Translated, counted_in_both
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.intervals import interval_text, span_of
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.month_row import MonthRow, kth_orders, monthly
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Key as KeyPress

    from crmformulas.orders.analysis.separation.results import (
        SeparatedColumn,
        SeparatedValue,
        Separation,
    )
    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["DriversPane", "DriversState"]

HEADS: tuple[tuple[str, Translated, int], ...] = (
    ("column", Translated("column", "kolumn"), 0),
    ("value", Translated("value", "värde"), 0),
    ("customers", Translated("customers", "kunder"), 1),
    ("rate", Translated("rate", "andel"), 2),
    ("others", Translated("others", "övriga"), 3),
    ("difference", Translated("diff., pp", "skillnad, pe"), 0),
    ("low", Translated("low", "lägst"), 5),
    ("high", Translated("high", "högst"), 5),
    ("shrunk", Translated("shrunk", "krympt"), 4),
    ("note", Translated("note", "anm."), 6),
)
PLOT = 50
"""Columns of the plot of differences beside the table, where there is room for it."""

LAST_KEY = 12
"""The function keys of a keyboard: F1 to F12, as the steps of the ladder."""

TEXTS = ("column", "value", "note")


@dataclass
class DriversState(ScreenState):
    """The question: ``loyal``, ``continued``, or a step by its number."""

    asked: str = "1"


class DriversPane(Pane):
    """The screen of what separates those who go on from those who stop."""

    NAME = Translated("Drivers", "Drivkrafter")
    ABOUT = Translated(
        "What those who go on have in common, by the further columns of the file: each value's "
        "customers against the others of the same month, chance set aside. It goes together with, "
        "and does not prove. N, L and C choose the question: the next step of the ladder, who gets "
        "to the tipping point, who continued; the keys F1 to F12 ask a step at once. ⏎ lists the "
        "customers of a value who have not gone on.",
        "Vad de som går vidare har gemensamt, efter filens övriga kolumner: varje värdes kunder "
        "mot de andra från samma månad, med slumpen åt sidan. Det hänger ihop med, bevisar inte. "
        "N, L och C väljer fråga: nästa steg på trappan, vilka som når tipping point, vilka "
        "som fortsatte; tangenterna F1 till F12 frågar ett steg direkt. ⏎ listar kunderna med ett "
        "värde som inte gått vidare.",
    )
    DEFAULT_CSS = """
    DriversPane.roomy #drivers-values { height: auto; max-height: 70%; }
    """
    KEYS = (
        Key("enter", "drill", Translated("customers", "kunder")),
        Key("N", "next_step", Translated("next step", "nästa steg")),
        Key("L", "ask('loyal')", Translated("the loyal", "de lojala")),
        Key("C", "ask('continued')", Translated("who continued", "fortsatt aktiva")),
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.answer: Separation | None = None
        self._asked: str | None = None
        self._lines: list[tuple[SeparatedColumn, SeparatedValue]] = []

    def compose(self) -> ComposeResult:
        """The question, the values that stand out, and what one of them is worth."""
        yield Static(id="drivers-message", classes="message", markup=False)
        yield Static(id="drivers-read", classes="muted", markup=False)
        values = Translated("Values that stand out", "Värden som sticker ut")
        with Panel(self.translate(values), id="drivers-values"):
            yield LineTable(id="drivers-table")
        worth = Translated("What the value is worth", "Vad värdet är värt")
        with Panel(self.translate(worth), id="drivers-worth"):
            yield Static(id="drivers-detail", markup=False)
        yield MonthRow(self.lang)

    @property
    def _state(self) -> DriversState:
        return self.state(DriversState)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#drivers-table", LineTable)

    def show(self, view: View) -> None:
        """Ask the question, in the engine's thread."""
        self._ask(view)

    def on_show(self) -> None:
        """Another screen may have asked another question meanwhile."""
        view = self.shown_view
        if view is not None and self._asked is not None and self._asked != self._state.asked:
            self._ask(view)

    def _ask(self, view: View) -> None:
        self._asked = self._state.asked
        self.run_worker(self._look(view, self._state.asked), exclusive=True)

    async def _look(self, view: View, asked: str) -> None:
        session = self.workspace.session
        question: dict[str, Any] = {asked: True} if not asked.isdecimal() else {"step": int(asked)}

        def work() -> Separation:
            return session.log.separates(**question, as_of=view.as_of, rules=view.rules)

        with self.reporting():
            doing = self.translate(Translated("looking at what separates", "ser vad som skiljer"))
            answer = await session.run(work, doing)
            if view is self.shown_view and asked == self._state.asked:
                self.answer = answer
                self._fill(answer)

    def _fill(self, answer: Separation) -> None:
        self._lines = [
            (column, one)
            for column in answer.called
            for one in sorted(column.values, key=lambda one: -abs(one.shrunk))
            if one.stands_out
        ]
        table = self._table
        columns = self.columns_of(HEADS, dict.fromkeys(TEXTS, 0))
        lines = [self._line(column, one) for column, one in self._lines]
        if self.broad:
            span = span_of(end for _, one in self._lines for end in (one.low, one.high))
            words = Translated("fewer go on │ more go on", "färre går vidare │ fler går vidare")
            columns.append(Column("plot", self.translate(words), text=True, rank=9, least=PLOT))
            for line, (_, one) in zip(lines, self._lines, strict=True):
                line.append(interval_text(one.difference, one.low, one.high, span, PLOT))
        table.columns = tuple(columns)
        table.show_data(lines)
        self._show_months(answer)
        label = question_label(answer.kind, answer.step, answer.days)
        said = Translated("{0}: {1}", "{0}: {1}").format(answer.question, label)
        self.query_one("#drivers-message", Static).update(printable(self.translate(said)))
        f = self.numbers
        counts = Translated(
            f"{{n}}, {f.percent(answer.rate)} went on; compared within {{within}}",
            f"{{n}}, {f.percent(answer.rate)} gick vidare; jämförda inom {{within}}",
        ).format(
            n=counted_in_both(answer.customers, "customer", f.whole(answer.customers)),
            within=answer.within,
        )
        read = [counts, *(Translated("! {0}", "! {0}").format(n) for n in answer.notices)]
        self.query_one("#drivers-read", Static).update(
            "\n".join(printable(self.translate(line)) for line in read)
        )
        self._show_detail()

    def _line(self, column: SeparatedColumn, one: SeparatedValue) -> list[str]:
        f = self.numbers

        def points(share: float | None) -> str:
            return f.signed(None if share is None else 100 * share, 1)

        return [
            printable(self.translate(column.label)),
            printable(value_text(column, one, self.lang)),
            f.whole(one.customers),
            f.percent(one.rate),
            f.percent(one.others_rate),
            points(one.difference),
            points(one.low),
            points(one.high),
            points(one.shrunk),
            self.translate(NOTE_NAMES.get(one.note, "")),
        ]

    def on_resize(self) -> None:
        """With the plot, or without."""
        if self.answer is not None:
            self._fill(self.answer)

    def _show_months(self, answer: Separation) -> None:
        """The orders that are asked about, by month, beside who came and who returned."""
        view, f = self.shown_view, self.numbers
        if view is None:
            return
        step = answer.step if answer.kind == "step" else 1
        last = view.rules.steps
        asked = kth_orders(view.summary, min(max(step or 1, 1) + 1, last), f)
        others = [monthly(view.summary, key, f) for key in ("returning", "new")]
        self.query_one(MonthRow).show_data([asked, *others])

    @on(LineTable.Moved)
    def _moved(self, event: LineTable.Moved) -> None:
        event.stop()
        self._show_detail()

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    def _here(self) -> tuple[SeparatedColumn, SeparatedValue] | None:
        place = self._table.cursor
        return self._lines[place] if place < len(self._lines) else None

    def _show_detail(self) -> None:
        """Show what the value under the cursor is worth, if any stands out; and the limits."""
        answer, here = self.answer, self._here()
        if answer is None:
            return
        lines = [] if self.roomy else [""]
        if here is None:
            lines.append(self.translate(answer.empty_answer()))
        else:
            column, one = here
            lines.append(self.translate(worth_sentence(answer, column, one)))
            if one.note:
                name, meaning = map(self.translate, (NOTE_NAMES[one.note], NOTES[one.note]))
                lines.append(f"{name}: {meaning}")
            if column.after_the_fact:
                lines.append(self.translate(AFTER_THE_FACT))
        lines.append(self.translate(FOOTER))
        self.query_one("#drivers-detail", Static).update("\n".join(map(printable, lines)))

    # The question

    async def action_ask(self, asked: str) -> None:
        """Ask another question: ``loyal``, ``continued`` or the number of a step."""
        if self.shown_view is None:
            return
        self._state.asked = asked
        self._ask(self.shown_view)

    async def on_key(self, event: KeyPress) -> None:
        """A function key asks the step of its number."""
        steps = {f"f{step}" for step in range(1, LAST_KEY + 1)}
        if event.key in steps and self.shown_view is not None:
            event.stop()
            await self.action_ask(event.key[1:])

    async def action_next_step(self) -> None:
        """The next step of the ladder that has customers beyond it; after the last, the first."""
        assert self.shown_view is not None
        steps = [s.f for s in self.shown_view.summary.ladder.step_records if s.rate is not None]
        now = int(self._state.asked) if self._state.asked.isdecimal() else 0
        later = [f for f in steps if f > now]
        await self.action_ask(str((later or steps or [1])[0]))

    async def action_drill(self) -> None:
        """List the customers of the value who have not gone on."""
        here = self._here()
        if here is None or self.answer is None:
            return
        column, one = here
        if column.level == "log" or one.value in (BLANK, OTHER, SEVERAL):
            self.notify(self.translate(NOT_LISTED), markup=False)
            return
        from crmformulas.orders.counting.customer_list import Filters

        session, answer = self.workspace.session, self.answer
        with self.reporting():
            attributes = await session.run(lambda: list(session.customers().people.attributes))
            where = condition_of(answer, column, one, attributes)
            if where is None:
                self.notify(self.translate(NOT_LISTED), markup=False)
                return
            await self.list_customers(Filters(where=where), self._not_gone_on(column, one))

    def _not_gone_on(self, column: SeparatedColumn, one: SeparatedValue) -> Label:
        return Translated("{0} {1}, not gone on", "{0} {1}, ej vidare").format(
            column.label, one.value
        )

    def export_tables(self) -> list[ExportTable]:
        """The values of all columns."""
        if self.answer is None:
            return []
        rows = [list(row.values()) for row in self.answer.rows()]
        heads = list(next(self.answer.rows(), {}))
        return [ExportTable(self.file_word, heads, rows)]


NOT_LISTED = Translated(
    "only customers of a value of the file's own columns can be listed",
    "bara kunder med ett värde i filens egna kolumner kan listas",
)


def condition_of(
    answer: Separation, column: SeparatedColumn, one: SeparatedValue, attributes: Sequence[str]
) -> str | None:
    """The condition of the customers of a value who have not gone on.

    Who stands on a step has its order as the last; those of the loyal have not come so far yet.

    Args:
        answer: The question.
        column: The column.
        one: The value.
        attributes: The attributes that conditions know, such as ``last_channel``.

    Returns:
        The condition; None where none of the attributes is the column's.
    """
    from crmformulas.orders.selections.conditions import quoted

    end = "first" if column.at == "first" or answer.kind == "loyal" else "last"
    wanted = normalised(f"{end} {column.name}")
    name = next((name for name in attributes if normalised(name) == wanted), None)
    if name is None:
        return None
    stopped = {
        "step": f"orders = {answer.step}",
        "loyal": f"orders < {answer.step}",
        "continued": "status = lost",
    }[answer.kind]
    return f"{stopped} and {name} = {quoted(one.value)}"
