"""The customer development budget: outcome, Budget 1, and Budget 2 by nine factors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Container
from textual.widgets import Static

from crmformulas.formulas.budget import COLUMNS, GROWTH, LEVERS, ROWS
from crmformulas.orders.analysis.budget_plan import BALANCE, PERIODS, Plan, grown
from crmformulas.orders.analysis.scenarios import LEVER_LABELS, OWN, Scenario
from crmformulas.translations import Label, Translated
from crmformulas_tui.dialogs.ask import AskText, questioned
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.screens.budget_lines import ORDER, SHARES, WIDE, PlanLines
from crmformulas_tui.widgets.line_table import LineTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas_tui.explained import Explained
    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["BudgetPane"]


@dataclass
class BudgetState(ScreenState):
    """What the user set.

    Attributes:
        scenario: Factors, target, and a reactivation rate of one's own.
        saved: The scenario as it was loaded or saved, to say that it has changed since.
        marked: The levers that reach the target together.
        cursor: The lever that is looked at.
        before: The scenarios before, the last one last.
        forecast: Whether the budget as forecast is shown once the forecast is known.
    """

    scenario: Scenario = OWN
    saved: Scenario = OWN
    marked: set[str] = field(default_factory=set)
    cursor: int = 0
    before: list[Scenario] = field(default_factory=list)
    forecast: bool = True


STRANGE = 5.0
"""Times Budget 1, or the outcome, from which what is typed is questioned: a slip of a digit."""

FROM_F12 = Translated("retention and reactivation", "retention och återvinning")
"""The figures that rest on the year before."""


class _Target(NamedTuple):
    """The revenue that is wanted, and the growth it was typed as; None is no target."""

    revenue: float | None
    growth: float | None = None


class BudgetPane(Pane):
    """What next year brings, and what must be done for it to bring more."""

    NAME = Translated("Budget", "Budget")
    ABOUT = Translated(
        "Next year's customers and revenue from the outcome of the last 12 months. Budget 1: the "
        "growth since the year before goes on, and as many stay. Budget 2: with nine factors, of "
        "which 100 % is as in Budget 1. With a target each lever tells the factor by which it "
        "alone reaches it; marked levers reach it together, lifted evenly. As forecast: what the "
        "known customers are expected to do, and new ones as in Budget 1; in four cases of five "
        "the year brings what lies between its ends.",
        "Nästa års kunder och omsättning ur utfallet för de senaste 12 månaderna. Budget 1: "
        "tillväxten sedan året innan fortsätter, och lika många stannar. Budget 2: med nio "
        "faktorer, där 100 % är som i Budget 1. Med ett mål visar varje faktor det värde med "
        "vilket den ensam når målet; markerade faktorer når det tillsammans, lika mycket lyfta. "
        "Som prognosen: vad de kända kunderna väntas göra, och nya som i Budget 1; i fyra fall av "
        "fem ger året vad som ligger mellan gränserna.",
    )
    KEYS = (
        Key("enter", "type", Translated("per cent", "procent")),
        Key("plus", "step(1)", Translated("1 % more", "1 % mer")),
        Key("minus", "step(-1)", Translated("1 % less", "1 % mindre"), show=False),
        Key("shift+up", "step(5)", Translated("5 % more", "5 % mer"), show=False),
        Key("shift+down", "step(-5)", Translated("5 % less", "5 % mindre"), show=False),
        Key("g", "target", Translated("target", "mål")),
        Key("a", "reach", Translated("reach target", "nå målet")),
        Key("space", "mark", Translated("mark the lever", "markera faktorn"), show=False),
        Key("p", "ahead", Translated("as forecast", "som prognosen")),
        Key("c", "scenarios", Translated("scenarios", "scenarier")),
        Key("ctrl+s", "save", Translated("save", "spara")),
        Key("w", "workbook", Translated("workbook", "arbetsbok")),
        Key("f", "rate", Translated("reactivation rate", "återvinningsgrad"), show=False),
        Key("u", "undo", Translated("undo", "ångra")),
        Key("r", "reset", Translated("lever to 100 %", "faktorn till 100 %"), show=False),
        Key("R", "reset_all", Translated("all to 100 %", "alla till 100 %"), show=False),
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._filled = False
        self._beside: Forecast | None = None

    def compose(self) -> ComposeResult:
        """Message, note, levers, what moves; the budgets and the balance beside or below."""
        yield Static(id="message", classes="message", markup=False)
        yield Static(id="assumption", classes="muted", markup=False)
        yield Static(id="incomplete", classes="warning", markup=False)
        yield Static(id="note", classes="warning", markup=False)
        with Container(id="body"):
            levers = Translated("Levers", "Faktorer")
            with Panel(self.translate(levers), id="simulation"):
                yield LineTable(id="levers")
                yield Static(id="moves", markup=False)
                yield Static(id="as-forecast", markup=False)
            brings = Translated("What they bring", "Vad de ger")
            with Panel(self.translate(brings), id="results"):
                yield LineTable(id="budgets")
                yield LineTable(id="balance")

    def on_resize(self) -> None:
        """Side by side where there is room."""
        self.set_class(self.app.size.width >= WIDE, "wide")
        if self._ready:
            self._fill()

    def show(self, view: View) -> None:
        """Fill in."""
        self._fill()

    def on_show(self) -> None:
        """Another screen may have asked for the forecast meanwhile."""
        if self._ready and self._forecast is not self._beside:
            self._fill()

    @property
    def _forecast(self) -> Forecast | None:
        """The forecast, once it is known and unless it is put away."""
        view = self.shown_view
        if view is None or not self._state.forecast:
            return None
        return self.workspace.session.forecast_of(view)

    @property
    def _ready(self) -> bool:
        return self.shown_view is not None

    @property
    def _state(self) -> BudgetState:
        return self.state(BudgetState)

    @property
    def plan(self) -> Plan:
        """The budget of what is shown, by the scenario."""
        assert self.shown_view is not None
        return Plan.of(self.shown_view.summary, self.shown_view.before, self._state.scenario)

    @property
    def scenario_name(self) -> str:
        """What the scenario is called; with a star if it has changed since it was taken."""
        state = self._state
        if state.saved is OWN:
            return "Budget 2"
        return (
            f"{self.translate(state.scenario.name)}{'' if state.scenario == state.saved else ' *'}"
        )

    # What is shown

    @property
    def _lines(self) -> PlanLines:
        name, width = self.scenario_name, self.app.size.width
        return PlanLines(self.plan, self.numbers, name, width, self._beside)

    def _fill(self) -> None:
        self._beside = self._forecast
        lines = self._lines
        beside = self.query_one("#as-forecast", Static)
        beside.update(lines.as_forecast())
        beside.display = self._beside is not None
        self.query_one("#message", Static).update(lines.message())
        assert self.shown_view is not None
        self.query_one("#assumption", Static).update(lines.assumption())
        self.show_incomplete(self.shown_view.summary, FROM_F12)
        note, text = self.query_one("#note", Static), lines.note()
        note.update(text)
        note.display = bool(text)
        levers, budgets, balance = self.query(LineTable)
        heads, shown = list(lines.lever_columns()), lines.levers(self._state.marked)
        then = self.shown_view.then
        if then is not None:
            was = replace(lines, plan=Plan.of(then, None, self._state.scenario))
            now, before = (
                {k: one.plan.lifted(k, "outcome") for k in LEVERS} for one in (lines, was)
            )
            pairs = [(now[lever], before[lever]) for lever in LEVERS]
            self.put_then(heads, shown, "outcome", pairs, self.numbers.whole, rank=1)
            place = [column.key for column in heads].index("outcome_then")
            for line, lever, pair in zip(shown, LEVERS, pairs, strict=True):
                share = lever in SHARES
                line[place] = lines.lifted(lever, pair[1])
                line[place + 1] = self.compared(*pair, points=share)
        levers.columns = tuple(heads)
        levers.show_data(shown)
        if not self._filled:
            # Once: later the table knows better than what it has told so far.
            self._filled, levers.cursor = True, self._state.cursor
        self.query_one("#moves", Static).update(lines.moves(self._chosen))
        budgets.columns, shown = lines.budget_columns(), lines.budgets()
        budgets.show_data(shown, strong=range(0, len(shown), len(ORDER)))
        balance.columns = lines.balance_columns()
        balance.show_data(lines.balance(), strong=[BALANCE.index("closing")])

    def explained(self) -> Sequence[Explained]:
        """Where the lever's figure in Budget 2 comes from."""
        from crmformulas_tui.explained import of_lever

        if not self._ready or not self.query_one("#levers", LineTable).has_focus:
            return ()
        lever, plan = self._here, self.plan
        growth = dict(zip(GROWTH, plan.growth, strict=True)).get(lever) or 1.0
        unit = "share" if lever in SHARES else "two" if lever.endswith("frequency") else "whole"
        outcome, name = plan.lifted(lever, "outcome"), LEVER_LABELS[lever]
        return of_lever(name, outcome, growth, plan.factor(lever), unit)

    def export_tables(self) -> list[ExportTable]:
        """The budgets, the balance and the levers."""
        if not self._ready:
            return []
        plan = self.plan
        periods = [(name, plan.period(name)) for name in PERIODS]
        if (expected := self._lines.expected) is not None:
            periods.append(("as_forecast", expected.budget_2))
        return [
            ExportTable(
                self.file_word,
                ("period", "segment", *COLUMNS),
                [(n, r, *p.rows[r].as_dict().values()) for n, p in periods for r in ROWS],
            ),
            ExportTable(
                self.translate(Translated("balance", "balans")),
                ("key", *PERIODS),
                [(k, *(getattr(p.balance, k) for _, p in periods)) for k in BALANCE],
            ),
            ExportTable(
                self.translate(Translated("levers", "faktorer")),
                ("lever", "factor", *PERIODS, "needed"),
                [
                    (
                        lever,
                        plan.factor(lever),
                        *(plan.lifted(lever, p) for p in PERIODS),
                        plan.needed(lever).factor,
                    )
                    for lever in LEVERS
                ],
            ),
        ]

    # Moving about

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        """Show what the lever under the cursor must be, and keep its line in sight."""
        if event.table.id == "levers" and self._ready:
            self._state.cursor = event.table.cursor
            moves = self._lines.moves(self._chosen)
            self.query_one("#moves", Static).update(moves)
        if event.table.has_focus:
            self._reveal(event.table)

    def on_descendant_focus(self) -> None:
        """Keep what has the keys in sight."""
        if isinstance(self.app.focused, LineTable):
            self._reveal(self.app.focused)

    def _reveal(self, table: LineTable) -> None:
        if table.id == "levers":
            self.scroll_to(y=0, animate=False)
            return
        top, room = round(self.scroll_offset.y), self.size.height
        line = table.region.y - self.region.y + top + 1 + table.cursor
        # With the first line its head.
        first = line - 1 if table.cursor == 0 else line
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif line >= top + room:
            self.scroll_to(y=line - room + 1, animate=False)

    def on_line_table_edge(self, event: LineTable.Edge) -> None:
        """Beyond the last line is the next table."""
        tables = list(self.query(LineTable))
        place = tables.index(event.table) + event.step
        if 0 <= place < len(tables):
            tables[place].cursor = 0 if event.step > 0 else tables[place].count - 1
            tables[place].focus(scroll_visible=False)

    def on_line_table_chosen(self, event: LineTable.Chosen) -> None:
        """A click is as enter."""
        if event.table.id == "levers":
            self.action_type()

    # Changing

    @property
    def _here(self) -> str:
        return LEVERS[self.query_one("#levers", LineTable).cursor]

    @property
    def _chosen(self) -> tuple[str, ...]:
        """The marked levers, or the one under the cursor."""
        marked = tuple(lever for lever in LEVERS if lever in self._state.marked)
        return marked or (self._here,)

    def _set(self, scenario: Scenario) -> None:
        state = self._state
        if scenario != state.scenario:
            state.before.append(state.scenario)
            state.scenario = scenario
        self._fill()

    def _set_factors(self, plan: Plan) -> None:
        """Take the factors of a plan; a target as growth stays one."""
        self._set(replace(self._state.scenario, factors=plan.scenario.factors))

    def action_step(self, points: int) -> None:
        """The lever under the cursor some per cent higher or lower."""
        if self._ready:
            self._set_factors(self.plan.stepped(self._here, points))

    def action_type(self) -> None:
        """Ask for the factor of a lever."""
        if not self._ready:
            return
        lever, f = self._here, self.numbers

        def check(text: str) -> float:
            factor = f.parse_percent(text)
            if factor < 0:
                raise ValueError(
                    self.translate(Translated("a factor is at least 0 %", "ett värde är minst 0 %"))
                )
            return factor

        def take(factor: float | None) -> None:
            if factor is not None:
                self._set_factors(self.plan.with_factor(lever, factor))

        note = Translated(
            "100 % is as in Budget 1, 110 % ten per cent more",
            "100 % är som i Budget 1, 110 % tio procent mer",
        )
        now = f.percent(self.plan.factor(lever), 2)

        def strange(factor: float) -> Label | None:
            times = Translated("that is {} of Budget 1", "det är {} av Budget 1")
            return times.format(f.percent(factor)) if factor > STRANGE else None

        asked = questioned(check, strange, self.lang)
        self.app.push_screen(AskText(self.lang, LEVER_LABELS[lever], asked, now, note), take)

    def action_reset(self) -> None:
        """The lever under the cursor as in Budget 1."""
        if self._ready:
            self._set_factors(self.plan.with_factor(self._here, 1.0))

    def action_reset_all(self) -> None:
        """All as in Budget 1."""
        if self._ready:
            self._set(replace(self._state.scenario, factors={}))

    def action_undo(self) -> None:
        """The scenario before the last change."""
        if self._ready and self._state.before:
            self._state.scenario = self._state.before.pop()
            self._fill()

    def action_mark(self) -> None:
        """Mark a lever, or unmark it."""
        if self._ready:
            self._state.marked ^= {self._here}
            self._fill()

    def action_target(self) -> None:
        """Ask for the revenue wanted."""
        if not self._ready:
            return
        f, now = self.numbers, self._state.scenario

        def take(asked: _Target | None) -> None:
            if asked is not None:
                wanted, growth = asked
                target = wanted if growth is None else None
                self._set(replace(self._state.scenario, target=target, target_growth=growth))

        question = Translated(
            "Target: the revenue wanted next year", "Mål: önskad omsättning nästa år"
        )
        revenue = f.whole(self.plan.budget_2.revenue)
        note = Translated(
            f"An amount, or growth on the outcome such as +20 %. Budget 2 brings {revenue}. "
            "Leave empty for no target.",
            f"Ett belopp, eller tillväxt mot utfallet som +20 %. Budget 2 ger {revenue}. "
            "Lämna tomt för inget mål.",
        )
        outcome = self.plan.period("outcome").rows["total"].revenue

        def check(text: str) -> _Target:
            if text.endswith("%") and outcome is not None:
                growth = f.parse_percent(text)
                return _Target(grown(outcome, growth), growth)
            return _Target(f.parse_amount(text) if text else None)

        def strange(asked: _Target) -> Label | None:
            wanted = asked.revenue
            if not outcome or wanted is None or 1 / STRANGE < wanted / outcome < STRANGE:
                return None
            far = Translated("that is {} of the outcome", "det är {} av utfallet")
            return far.format(f.percent(wanted / outcome, 2))

        shown = "" if now.target is None else f.exact(now.target)
        if now.target is None and now.target_growth is not None:
            shown = self._lines.signed_growth(now.target_growth)
        asked = questioned(check, strange, self.lang)
        self.app.push_screen(AskText(self.lang, question, asked, shown, note), take)

    def action_reach(self) -> None:
        """Set the marked levers, or the one under the cursor, so that the target is reached."""
        if not self._ready:
            return
        plan, chosen = self.plan, self._chosen
        needed = plan.needed(*chosen)
        if needed.factor is None:
            names = ", ".join(self.translate(LEVER_LABELS[lever]) for lever in chosen)
            self.notify(f"{names}: {self.translate(needed.why or '')}", markup=False)
            return
        self._set_factors(plan.reaching(chosen))

    def action_rate(self) -> None:
        """Ask for the reactivation rate."""
        if not self._ready:
            return
        f, now = self.numbers, self._state.scenario.reactivation_rate

        def check(text: str) -> float | str:
            rate: float | str = f.parse_percent(text) if text else ""
            if isinstance(rate, float) and not 0 <= rate <= 1:
                raise ValueError(
                    self.translate(
                        Translated(
                            "a share is between 0 and 100 %", "en andel är mellan 0 och 100 %"
                        )
                    )
                )
            return rate

        def take(rate: float | str | None) -> None:
            if rate is not None:
                own = rate if isinstance(rate, float) else None
                self._set(replace(self._state.scenario, reactivation_rate=own))

        told = f.percent(self.plan.with_rate(None).rate)
        question = Translated(
            "Reactivation rate: share of the lost customers who come back",
            "Återvinningsgrad: andel av de förlorade som kommer åter",
        )
        of = f.whole(self.plan.lost_f12)
        whose = (
            Translated("those lost this year", "de som förlorades i år")
            if self.plan.lost_f12 is None
            else Translated(f"the {of} lost the year before", f"de {of} som förlorades året innan")
        )
        note = Translated(
            f"In the outcome {told} of {whose.en}. Empty: as there.",
            f"I utfallet {told} av {whose.sv}. Tomt: som där.",
        )
        shown = "" if now is None else f.percent(now, 2)
        self.app.push_screen(AskText(self.lang, question, check, shown, note), take)

    # Scenarios and the workbook

    def action_scenarios(self) -> None:
        """Choose a published scenario, or one of a file."""
        if self._ready:
            from crmformulas_tui.screens.budget_files import ask_scenario

            expected = self._lines.expected
            ask_scenario(self, self._take, expected.scenario if expected else None)

    def _take(self, scenario: Scenario, whole: bool) -> None:
        """Show a scenario: one from a file as a whole, of a published one the factors."""
        if not whole:
            scenario = replace(self._state.scenario, name=scenario.name, factors=scenario.factors)
        self._state.saved = scenario
        self._set(scenario)

    def action_save(self) -> None:
        """Save the scenario to a file, which gives it its name."""
        if self._ready:
            from crmformulas_tui.screens.budget_files import save_scenario

            save_scenario(self, self._state.scenario, self._saved)

    def _saved(self, scenario: Scenario) -> None:
        self._state.saved = scenario
        self._set(scenario)

    def action_ahead(self) -> None:
        """Show the budget as forecast beside Budget 1, or no more; it is asked for if need be."""
        if not self._ready or self.shown_view is None:
            return
        if self.workspace.session.forecast_of(self.shown_view) is None:
            self._state.forecast = True
            self.run_worker(self._ask_forecast(self.shown_view), exclusive=True, group="forecast")
            return
        self._state.forecast = not self._state.forecast
        self._fill()

    async def _ask_forecast(self, view: View) -> None:
        session = self.workspace.session
        doing = self.translate(Translated("forecasting", "gör prognosen"))
        with self.reporting():
            await session.run(lambda: session.forecast(view), doing)
            self._fill()

    def action_workbook(self) -> None:
        """Write the budget workbook, filled with the outcome and the scenario."""
        if self._ready and self.shown_view is not None:
            from crmformulas_tui.screens.budget_files import write_workbook

            write_workbook(self, self.shown_view, self._state.scenario)
