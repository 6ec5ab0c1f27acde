"""The F-ladder: how many go on from each order to the next, and what goals would bring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from crmformulas.formats import UNKNOWN, bar
from crmformulas.orders.analysis.ladder_goals import PER, LadderGoals, whole_per_cent
from crmformulas.orders.analysis.narrative import ENOUGH
from crmformulas.translations import Translated
from crmformulas_tui.dialogs.ask import AskText
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.widgets.plot import Curve, Plot
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.app import ComposeResult

    from crmformulas.orders.summary.model import LadderStep, Summary
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import View

__all__ = ["LadderPane"]

TIP, TIP_GOAL, NECK = "◀", "◁", "▲"

BELOW = 5
"""Lines of the pane beside the steps: the message and the results."""

FRAMES = 4
"""Lines of the frames around both."""


@dataclass
class LadderState(ScreenState):
    """Goals by the k of the step k→k+1, and the line of the cursor: that of F1 at first."""

    goals: dict[int, float] = field(default_factory=dict)
    past: list[dict[int, float]] = field(default_factory=list)
    cursor: int | None = None

    def __post_init__(self) -> None:
        """Begin with the goals of the settings."""
        if self.source.settings is not None and not self.goals:
            self.goals = dict(self.source.settings.goals)


class LadderPane(Pane):
    """Steps, goals and the bottleneck."""

    NAME = Translated("Ladder", "Trappa")
    ABOUT = Translated(
        "Customers with at least one, two, … orders (F1, F2, …), and the share that goes on to the "
        "next. Set a goal for a step and see the extra orders of 1 000 new customers, the gain of "
        "the step if it alone reached its goal, and the bottleneck: the step that gains most. "
        "F0 are known contacts without an order.",
        "Kunder med minst ett, två, … köp (F1, F2, …), och andelen som går vidare till nästa. Sätt "
        "ett mål för ett steg och se merköpen av 1 000 nya kunder, stegets vinst om det "
        "ensamt når målet, och flaskhalsen: steget som ger mest. F0 är kända kontakter utan köp.",
    )
    KEYS = (
        Key("enter", "drill", Translated("customers", "kunder")),
        Key("g", "goal", Translated("goal", "mål")),
        Key("plus", "step(1)", Translated("goal 1 % up", "målet 1 % upp"), show=False),
        Key("minus", "step(-1)", Translated("goal 1 % down", "målet 1 % ned"), show=False),
        Key("shift+up", "step(5)", Translated("goal 5 % up", "målet 5 % upp"), show=False),
        Key("shift+down", "step(-5)", Translated("goal 5 % down", "målet 5 % ned"), show=False),
        Key("W", "why", Translated("what separates who goes on", "vad som skiljer"), show=False),
        Key("u", "undo", Translated("undo", "ångra"), show=False),
        Key("r", "reset", Translated("reset goal", "nollställ mål")),
        Key("R", "reset_all", Translated("reset all goals", "nollställ alla mål"), show=False),
    )

    def compose(self) -> ComposeResult:
        """Message, steps, results."""
        yield Static(id="message", classes="message", markup=False)
        with Container(id="ladder-parts"):
            steps = Translated(
                "Steps, and the share that goes on", "Steg, och andelen som går vidare"
            )
            with Panel(self.translate(steps), id="steps-panel"):
                yield LineTable(id="steps")
            goals = Translated("What the goals bring", "Vad målen ger")
            with Panel(self.translate(goals), id="results-panel"):
                yield Static(id="results", markup=False)
        rates = Translated("Share that goes on, by step", "Andel som går vidare, per steg")
        with Panel(self.translate(rates), id="rates-panel"):
            yield Plot(id="rates")

    def on_resize(self) -> None:
        """The bars have the width there is; a long ladder scrolls above its results."""
        self.query_one(LineTable).styles.max_height = max(
            self.size.height - BELOW - (FRAMES if self.roomy else 0), 4
        )
        if self.shown_view is not None:
            self._fill()

    def show(self, view: View) -> None:
        """Fill in."""
        self._fill()
        cursor = self._state.cursor
        self.query_one(LineTable).cursor = self._first_step if cursor is None else cursor

    @property
    def _state(self) -> LadderState:
        return self.state(LadderState)

    @property
    def _summary(self) -> Summary:
        assert self.shown_view is not None
        return self.shown_view.summary

    @property
    def _goals(self) -> LadderGoals:
        return LadderGoals.of(self._summary, self._state.goals)

    @property
    def _first_step(self) -> int:
        """The line of F1."""
        return 0 if self._summary.ladder.f0 is None else 1

    # What is shown

    def _fill(self) -> None:
        goals, table = self._goals, self.query_one(LineTable)
        self.query_one("#message", Static).update(self._message(goals))
        matured = self._summary.rules.matured
        columns = [
            Column("step", self.translate(Translated("step", "steg")), text=True),
            Column("customers", self.translate(Translated("customers", "kunder")), rank=1),
            Column("rate", self.translate(Translated("goes on", "går vidare")), rank=1),
            Column("bar", "", text=True, rank=9),
            Column(
                "matured",
                self.translate(Translated(f"in {matured} d", f"inom {matured} d")),
                rank=8,
            ),
            Column("goal", self.translate(Translated("goal", "mål")), rank=1, least=7),
            Column("gain", self.translate(Translated("extra orders", "merköp")), rank=1, least=6),
            Column("days", self.translate(Translated("days", "dagar")), rank=2),
            Column("mark", "", text=True, rank=3),
        ]
        lines = list(self._lines(goals))
        self._compare(columns, lines)
        if matured is None:
            place = [column.key for column in columns].index("matured")
            del columns[place]
            lines = [line[:place] + line[place + 1 :] for line in lines]
        table.columns = tuple(columns)
        table.show_data(lines, tones=self._tones())
        self.query_one("#results", Static).update(self._results(goals))
        self._draw_rates(goals)

    def _draw_rates(self, goals: LadderGoals) -> None:
        """The rates as a curve, with those at goal and those of then where there are others."""
        then = self.shown_view.then if self.shown_view else None
        was = [step.rate for step in then.ladder.step_records] if then else []
        curves = [
            (self.shown_view.then_head if self.shown_view else "", was, "$text-muted"),
            (Translated("goal", "mål"), goals.goals if goals.extra_change else [], "$success"),
            (Translated("now", "nu"), goals.rates, "$primary"),
        ]
        self.query_one("#rates", Plot).show_data(
            [
                Curve(
                    self.translate(name),
                    [(k, rate) for k, rate in enumerate(rates, 1) if rate is not None],
                    style,
                )
                for name, rates, style in curves
                if rates
            ],
            y_told=lambda share: self.numbers.percent(share, 0),
            x_name="F",
            from_zero=True,
        )

    def _compare(self, columns: list[Column], lines: list[list[str]]) -> None:
        """Put the rates of then, and their change, beside those of now."""
        then = self.shown_view.then if self.shown_view else None
        if then is None:
            return
        rates = {step.f: step.rate for step in then.ladder.step_records}
        now = {step.f: step.rate for step in self._summary.ladder.step_records}
        f0 = self._summary.ladder.f0_rate, then.ladder.f0_rate
        first = [f0] if self._summary.ladder.f0 is not None else []
        pairs = [*first, *((rate, rates.get(k)) for k, rate in now.items())]
        self.put_then(columns, lines, "rate", pairs, self.numbers.percent, points=True)

    def _message(self, goals: LadderGoals) -> str:
        f = self.numbers
        if not goals.rates:
            return self.translate(
                Translated("Nobody has bought twice yet.", "Ingen har köpt två gånger än.")
            )
        if goals.extra_change:
            more, per = f.signed(goals.extra_change), f.whole(PER)
            return self.translate(
                Translated(
                    f"At goal {per} new customers bring {f.whole(goals.extra_goal)} extra orders: "
                    f"{more}.",
                    f"Vid mål ger {per} nya kunder {f.whole(goals.extra_goal)} merköp: {more}.",
                )
            )
        again, extra = f.percent(goals.rates[0]), f.whole(goals.extra_now)
        tip = Translated("no tipping point", "ingen tipping point")
        if goals.tip_now is not None:
            tip = Translated(*[f"tipping point F{goals.tip_now}"] * 2)
        return self.translate(
            Translated(
                f"{again} buy again; {tip.en}; {extra} extra orders per {f.whole(PER)} new.",
                f"{again} köper igen; {tip.sv}; {extra} merköp per {f.whole(PER)} nya.",
            )
        )

    def _lines(self, goals: LadderGoals) -> Iterator[list[str]]:
        ladder, f, matured = self._summary.ladder, self.numbers, self._summary.rules.matured
        width = 24 if self.size.width >= 100 else 8 if matured is None else 5
        if ladder.f0 is not None:
            yield [
                "F0",
                f.whole(ladder.f0),
                f.percent(ladder.f0_rate),
                bar(ladder.f0_rate or 0.0, width),
                "",
                "",
                "",
                "",
                "",
            ]
        for record in ladder.step_records:
            rate, *more = self._step(record, goals)
            known = record.rate if record.f <= len(goals.rates) else None
            share = bar(known or 0.0, width)
            yield [f"F{record.f}", f.whole(record.customers), rate, share, *more]

    def _tones(self) -> dict[tuple[int, str], str]:
        """The bars of steps that few customers stand on are dimmed."""
        records = self._summary.ladder.step_records
        return {
            (place, key): "quiet"
            for place, record in enumerate(records, self._first_step)
            if record.customers < ENOUGH
            for key in ("rate", "bar")
        }

    def _step(self, record: LadderStep, goals: LadderGoals) -> list[str]:
        """The figures of the step to the next order; the last one has none."""
        f, k = self.numbers, record.f
        matured = f.percent(record.matured_rate)
        if k > len(goals.rates):
            return [UNKNOWN, matured, "", "", UNKNOWN, ""]
        gain, goal = goals.gains[k - 1], goals.goals[k - 1]
        return [
            f.percent(record.rate),
            matured,
            # A goal that is where the step stands is none.
            f.percent(goal) if goal != goals.rates[k - 1] else "",
            f.signed(gain, 1) if gain else "",
            f.whole(record.median_days),
            self._mark(k, goals),
        ]

    def _mark(self, k: int, goals: LadderGoals) -> str:
        marks = [
            (TIP, goals.tip_now == k, Translated("tipping point", "tipping point")),
            (TIP_GOAL, goals.tip_goal == k != goals.tip_now, Translated("at goal", "vid mål")),
            (NECK, goals.bottleneck == k, Translated("bottleneck", "flaskhals")),
        ]
        here = [(sign, words) for sign, true, words in marks if true]
        if len(here) == 1:
            return f"{here[0][0]} {self.translate(here[0][1])}"
        return " ".join(sign for sign, _ in here)

    def _results(self, goals: LadderGoals) -> Content:
        f = self.numbers
        heads = Translated(f"Of {f.whole(PER)} new customers", f"Av {f.whole(PER)} nya kunder")
        now, goal, change = (
            Translated("now", "nu"),
            Translated("at goal", "vid mål"),
            Translated("change", "ändring"),
        )
        colour = (
            "$success" if goals.extra_change > 0 else "$error" if goals.extra_change < 0 else ""
        )
        return Content.assemble(
            (self._row(heads, *map(self.translate, (now, goal, change))), "bold"),
            "\n",
            self._row(
                Translated("Extra orders", "Merköp"),
                f.whole(goals.extra_now),
                f.whole(goals.extra_goal),
                "",
            ),
            (f"{f.signed(goals.extra_change):>12}", colour),
            "\n",
            self._row(
                Translated(f"Tipping point {TIP}{TIP_GOAL}", f"Tipping point {TIP}{TIP_GOAL}"),
                _step_name(goals.tip_now),
                _step_name(goals.tip_goal),
                "",
            ),
            "\n",
            self._bottleneck(goals),
        )

    def _row(self, label: Translated, now: str, goal: str, change: str) -> str:
        return f"{self.translate(label):<24}{now:>10}{goal:>12}" + (
            f"{change:>12}" if change else ""
        )

    def _bottleneck(self, goals: LadderGoals) -> Content:
        k = goals.bottleneck
        if k is None:
            hint = Translated(
                "No step is below its goal. Set one with g, + or −.",
                "Inget steg är under sitt mål. Sätt ett med g, + eller −.",
            )
            return Content.assemble((self.translate(hint), "$text-muted"))
        gain, step = self.numbers.fixed(goals.gains[k - 1], 1), f"F{k}→F{k + 1}"
        return Content(
            self.translate(
                Translated(
                    f"{NECK} Bottleneck {step}: at its goal alone {gain} extra orders more.",
                    f"{NECK} Flaskhals {step}: bara det målet ger {gain} merköp till.",
                )
            )
        )

    # Keys

    def on_line_table_moved(self) -> None:
        """Remember where the cursor is."""
        if self.shown_view is not None:
            self._state.cursor = self.query_one(LineTable).cursor

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    def _here(self) -> int:
        """The step under the cursor; 0 is F0."""
        return self.query_one(LineTable).cursor + 1 - self._first_step

    def explained(self) -> Sequence[Explained]:
        """Where the rate of the step comes from."""
        from crmformulas_tui.explained import of_step

        steps = self._summary.ladder.step_records if self.shown_view else ()
        here = next((step for step in steps if step.f == self._here()), None)
        return of_step(self._summary, here) if here is not None else ()

    async def action_drill(self) -> None:
        """The customers who stand on the step or above."""
        if self.shown_view is None:
            return
        k = self._here()
        if k == 0:
            why = Translated(
                "F0 have no order, so they are not among the customers",
                "F0 har inget köp, så de finns inte bland kunderna",
            )
            self.notify(self.translate(why), markup=False)
            return
        from crmformulas.orders.counting.customer_list import Filters

        plural = "s" if k > 1 else ""
        words = Translated(f"F{k}: at least {k} order{plural}", f"F{k}: minst {k} köp")
        await self.list_customers(Filters(least_orders=k), words)

    def action_why(self) -> None:
        """Ask what separates those who go on from the step under the cursor, in Drivers."""
        if self.shown_view is None or (k := self._here()) < 1:
            return
        from crmformulas_tui.screens.drivers import DriversState

        self.state(DriversState).asked = str(k)
        self.post_message(self.GoTo("drivers"))

    def _step_here(self) -> int | None:
        """The step under the cursor, if it can have a goal; else a notification says why not."""
        if self.shown_view is None:
            return None
        k, last = self._here(), len(self._goals.rates)
        if 1 <= k <= last:
            return k
        why = Translated(
            f"F{k} has no goal: it is the last step that is told",
            f"F{k} har inget mål: det är sista steget som visas",
        )
        if k == 0:
            why = Translated(
                "F0→F1 is not part of the extra orders, and has no goal",
                "F0→F1 ingår inte i merköpen, och har inget mål",
            )
        self.notify(self.translate(why), markup=False)
        return None

    def action_goal(self) -> None:
        """Ask for the goal of the step."""
        k = self._step_here()
        if k is None:
            return
        f, goals = self.numbers, self._goals

        def check(text: str) -> float | str:
            goal: float | str = f.parse_percent(text) if text else ""
            if isinstance(goal, float) and not 0 <= goal <= 1:
                raise ValueError(
                    self.translate(
                        Translated("a goal is between 0 and 100 %", "ett mål är mellan 0 och 100 %")
                    )
                )
            return goal

        def take(goal: float | str | None) -> None:
            if isinstance(goal, float):
                self._set(k, goal)
            elif goal == "":
                self.action_reset()

        now = f.percent(goals.rates[k - 1])
        self.app.push_screen(
            AskText(
                self.lang,
                Translated(
                    f"Goal of F{k}→F{k + 1} in per cent", f"Mål för F{k}→F{k + 1} i procent"
                ),
                check,
                f.percent(goals.goals[k - 1]),
                Translated(f"Now {now}. Empty: as now.", f"Nu {now}. Tomt: som nu."),
            ),
            take,
        )

    def action_step(self, step: int) -> None:
        """The next whole per cent."""
        k = self._step_here()
        if k is not None:
            self._set(k, whole_per_cent(self._goals.goals[k - 1], step))

    def _remember(self) -> None:
        """Keep the goals as they are, for undo."""
        self._state.past.append(dict(self._state.goals))

    def action_undo(self) -> None:
        """Take the last change of a goal back."""
        if self.shown_view is not None and self._state.past:
            self._state.goals = self._state.past.pop()
            self._fill()

    def action_reset(self) -> None:
        """Let the goal of the step be its rate of today."""
        k = self._step_here()
        if k is not None:
            self._remember()
            self._state.goals.pop(k, None)
            self._fill()

    def action_reset_all(self) -> None:
        """The same for all steps."""
        if self.shown_view is not None:
            self._remember()
            self._state.goals.clear()
            self._fill()

    def _set(self, k: int, goal: float) -> None:
        self._remember()
        self._state.goals[k] = goal
        self._fill()

    def export_tables(self) -> list[ExportTable]:
        """The steps with their goals, and what these bring."""
        if self.shown_view is None:
            return []
        goals, ladder = self._goals, self._summary.ladder
        heads = ["f", "customers", "rate", "median_days", "goal", "gain"]
        matured = self._summary.rules.matured is not None
        rows: list[list[Any]] = []
        if ladder.f0 is not None:
            rows.append([0, ladder.f0, ladder.f0_rate, None, None, None])
        for record in ladder.step_records:
            k = record.f
            wanted = (
                (goals.goals[k - 1], goals.gains[k - 1]) if k <= len(goals.rates) else (None,) * 2
            )
            rows.append([k, record.customers, record.rate, record.median_days, *wanted])
        if matured:
            heads.append("matured_rate")
            found = {r.f: r.matured_rate for r in ladder.step_records}
            rows = [[*row, found.get(row[0])] for row in rows]
        brought = [
            ("extra_orders_per_1000", goals.extra_now, goals.extra_goal),
            ("tipping_point", goals.tip_now, goals.tip_goal),
            ("bottleneck", None, goals.bottleneck),
        ]
        return [
            ExportTable(self.file_word, heads, rows),
            ExportTable(
                self.translate(Translated("goals", "mål")), ("figure", "now", "goal"), brought
            ),
        ]


def _step_name(k: int | None) -> str:
    return UNKNOWN if k is None else f"F{k}"
