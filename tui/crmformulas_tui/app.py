"""The application: tabs over panes, a formula bar, and the work that goes on behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.events import Key as KeyPress
from textual.widgets import ContentSwitcher, Static

from crmformulas.errors import CrmError
from crmformulas.translations import Label, Lang, Translated, translate
from crmformulas_tui.dialogs import Tell
from crmformulas_tui.pane import PATIENCE, Key, Pane, bind
from crmformulas_tui.session import STEPS, Cancelled, Session, Source, View
from crmformulas_tui.widgets.formula_bar import FormulaBar
from crmformulas_tui.widgets.key_line import KeyLine
from crmformulas_tui.widgets.top import TabBar, TopLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Event
    from textual.screen import Screen

    from crmformulas.orders.rules import Rules

__all__ = ["PANES", "BrowseApp"]

PANES: tuple[tuple[str, Translated, str], ...] = (
    ("overview", Translated("Overview", "Översikt"), "OverviewPane"),
    ("segments", Translated("Segments", "Segment"), "SegmentsPane"),
    ("migration", Translated("Migration", "Migration"), "MigrationPane"),
    ("ladder", Translated("Ladder", "Trappa"), "LadderPane"),
    ("portfolio", Translated("Portfolio", "Portfölj"), "PortfolioPane"),
    ("cohorts", Translated("Cohorts", "Kohorter"), "CohortsPane"),
    ("budget", Translated("Budget", "Budget"), "BudgetPane"),
    ("formulas", Translated("Formulas", "Formler"), "FormulasPane"),
)
"""Id, title and class of each pane. Modules of ``screens`` are imported when first come to."""

SEGMENTS = 1
"""The place of the pane that lists customers."""


class BrowseApp(App[None]):
    """``crmf browse``.

    Args:
        source: Where orders come from.
        lang: The language of the screen.
        as_of: The last day that counts; the day of the newest order by default.
        rules: How to count, made when the engine is there.
    """

    TITLE = "crmf"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    AUTO_FOCUS = None  # Else the formula bar had the first keys, until there is a pane.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("escape", "stop", show=False),
        *(Binding(str(i), f"pane({i - 1})", show=False) for i in range(1, len(PANES) + 1)),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
    ]
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("equals_sign", "formula", Translated("formula", "formel"), show=False),
        Key("e", "export", Translated("export", "exportera")),
        Key("o", "open", Translated("open", "öppna")),
        Key("d", "as_of", Translated("as-of day", "datum")),
        Key("t", "tiers", Translated("tiers", "nivåer"), show=False),
        Key("l", "lang", Translated("svenska", "English"), show=False),
        Key("b", "theme", Translated("light/dark", "ljust/mörkt"), show=False),
        Key("question_mark", "help", Translated("help", "hjälp")),
        Key("q", "quit", Translated("quit", "avsluta")),
    )

    def __init__(
        self,
        source: Source | None = None,
        lang: Lang = "en",
        as_of: date | None = None,
        rules: Callable[[], Rules] | None = None,
    ) -> None:
        super().__init__()
        self.source = source or Source()
        self.lang: Lang = lang
        self.session = Session()
        self.kept: dict[str, Any] = {}
        """What the user set in each pane, by its id; a pane is made anew in another language."""
        self._as_of, self._rules = as_of, rules
        self._waited = 0.0
        bind(self, self.KEYS, lang)

    def compose(self) -> ComposeResult:
        """The frame; panes are made when they are come to."""
        yield TopLine()
        yield TabBar([title for _, title, _ in PANES], self.lang)
        nothing = Static(id="nothing", markup=False)
        nothing.display = False
        yield nothing
        yield ContentSwitcher(id="panes")
        yield FormulaBar(self.lang)
        yield KeyLine()

    def on_mount(self) -> None:
        """Paint first; then import the engine and read."""
        self.theme = "textual-dark"
        self.query_one(TopLine).tell(self.source.name)
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        self.set_interval(0.1, self._tell_progress)
        await self.action_pane(0)
        self.load(self.source)

    # What goes on

    @work(exclusive=True, group="engine")
    async def load(self, source: Source) -> None:
        """Open orders; what is open stays so until they have been read."""
        rules = self.session.view.rules if self.session.view else self._rules and self._rules()
        try:
            view = await self.session.open(source, self._as_of, rules or None)
        except Cancelled as error:
            self._stopped(error)
            return
        except CrmError as error:
            await self._not_opened(source, error)
            return
        self.source, self._as_of = source, None
        self._show(view)
        with self.told():
            await self._compare()

    async def _not_opened(self, source: Source, error: CrmError) -> None:
        """Ask which column is what, where that may help; else tell."""
        from crmformulas_tui.mapping import MappingDialog, look_at

        if source.orders:
            found = await asyncio.to_thread(look_at, source)
            open_question = found.problem or source.reading
            if open_question and (found.names or "--table" in found.problem):

                def take(answer: Source | None) -> None:
                    if answer is not None:
                        self.load(answer)
                    else:
                        self._stay(error)

                self.push_screen(MappingDialog(source, found, str(error)), take)
                return
        self.fail(error)
        self._stay(error)

    def _stay(self, error: Exception) -> None:
        """Stay at what is open; where nothing is, say why and what to do."""
        if self.session.view is not None:
            self._show(self.session.view)
            return
        more = Translated("o opens another file, q quits", "o öppnar en annan fil, q avslutar")
        nothing = self.query_one("#nothing", Static)
        nothing.update(f"{error}\n\n{self.translate(more)}" if str(error) else self.translate(more))
        nothing.display = True

    def _stopped(self, error: Exception) -> None:
        self.notify(self.translate(Translated("Stopped", "Avbrutet")), timeout=3)
        self._stay(error)

    @work(exclusive=True, group="engine")
    async def recount(self, as_of: date | None, rules: Rules) -> None:
        """Count again at another day or by other rules."""
        with self.told():
            self._show(await self.session.count(as_of, rules))
            await self._compare()

    async def _compare(self) -> None:
        view = await self.session.compare()
        if view is not None:
            self._show(view)

    @contextmanager
    def told(self) -> Iterator[None]:
        """What goes wrong within is told on the screen; nothing else changes."""
        try:
            yield
        except Cancelled as error:
            self._stopped(error)
        except CrmError as error:
            self.fail(error)

    def _show(self, view: View) -> None:
        self.query_one("#nothing").display = False
        self.query_one(TopLine).tell(
            view.source.name or self.translate(Translated("demo retailer", "demobutiken")),
            view.as_of,
        )
        for pane in self.query(Pane):
            pane.update_view(view)
        # A formula that is being typed keeps the keys.
        if not self.query_one(FormulaBar).has_focus_within:
            self._focus_pane()

    def _tell_progress(self) -> None:
        doing = self.session.doing
        self._waited = self._waited + 0.1 if doing else 0.0
        with suppress(NoMatches, IndexError):
            line = self.screen_stack[0].query_one(TopLine)
            if doing and self._waited >= PATIENCE:
                line.busy(self.translate(STEPS.get(doing, doing)), self.session.share())
            else:
                line.busy("", None)

    def fail(self, error: Exception) -> None:
        """Tell on the screen what went wrong; nothing else changes."""
        self.notify(
            str(error),
            title=self.translate(Translated("That did not work", "Det gick inte")),
            severity="error",
            timeout=12,
            markup=False,
        )

    # Panes

    @property
    def pane(self) -> Pane | None:
        """The pane that is looked at."""
        current = self.query_one("#panes", ContentSwitcher).current
        return self.query_one(f"#{current}", Pane) if current else None

    async def action_pane(self, place: int) -> None:
        """Go to a pane."""
        name, _, kind = PANES[place]
        switcher = self.query_one("#panes", ContentSwitcher)
        # One repaint when all is there, as each is a screen that goes over the line.
        with self.batch_update():
            if not switcher.query(f"#{name}"):
                module = import_module(f"crmformulas_tui.screens.{name}")
                pane: Pane = getattr(module, kind)()
                self._style(module, name)
                await switcher.mount(pane)
            switcher.current = name
            self.query_one(TabBar).chosen = place
            if self.session.view is not None and self.pane is not None:
                self.pane.update_view(self.session.view)
            self._focus_pane()

    def _style(self, module: Any, name: str) -> None:
        """Read the style sheet that stands beside a screen."""
        from pathlib import Path

        path = Path(module.__file__).with_name(f"{name}.tcss")
        if path.exists():
            self.stylesheet.read(path)
            self.stylesheet.reparse()
            self.refresh_css(animate=False)

    def _focus_pane(self) -> None:
        pane = self.pane
        if pane is None or len(self.screen_stack) > 1:
            return
        if self.focused is None or pane not in self.focused.ancestors:
            target = pane.first_focus()
            if target is not None:
                self.screen.set_focus(target, scroll_visible=False)

    async def on_tab_bar_chose(self, event: TabBar.Chose) -> None:
        """A tab was clicked."""
        await self.action_pane(event.place)

    async def on_pane_drill_down(self, event: Pane.DrillDown) -> None:
        """A pane asks for customers."""
        await self.drill_down(event.filters, event.words)

    async def drill_down(self, filters: Any, words: Label) -> None:
        """The segments list customers, and esc leads back to the pane that is looked at."""
        place = self.query_one(TabBar).chosen
        await self.action_pane(SEGMENTS)
        pane: Any = self.pane
        await pane.list_customers(filters, words, place)

    # Keys

    async def on_event(self, event: Event) -> None:
        """A key that comes while a dialog is being made waits for it."""
        if isinstance(event, KeyPress):
            end = monotonic() + 1
            while not self.screen.is_mounted and monotonic() < end:
                await asyncio.sleep(0.005)
        await super().on_event(event)

    def action_stop(self) -> None:
        """Stop what is being done."""
        if self.session.busy:
            self.session.interrupt()

    def stop_waiting(self) -> bool:
        """Stop what has been waited for so long that it is told; whether there was such a thing."""
        waiting = self.session.busy and self._waited >= PATIENCE
        if waiting:
            self.session.interrupt()
        return waiting

    def action_formula(self) -> None:
        """Go to the formula bar."""
        self.query_one(FormulaBar).enter()

    def action_lang(self) -> None:
        """Change the language: the panes are made anew, as they were."""
        self.lang = "sv" if self.lang == "en" else "en"
        self.run_worker(self._remake(), exclusive=True, group="remake")

    async def _remake(self) -> None:
        place = self.query_one(TabBar).chosen
        self._bindings = type(self)._merge_bindings()
        bind(self, self.KEYS, self.lang)
        await self.query_one("#panes", ContentSwitcher).query(Pane).remove()
        self.query_one("#panes", ContentSwitcher).current = None
        self.query_one(TabBar).lang = self.lang
        self.query_one(FormulaBar).lang = self.lang
        await self.action_pane(place)
        if self.session.view:
            self._show(self.session.view)

    def action_theme(self) -> None:
        """Light or dark."""
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"

    def action_as_of(self) -> None:
        """Ask for another as-of day."""
        from crmformulas_tui.questions import ask_day

        if self.session.view is not None:
            ask_day(self, self.session.view)

    def action_tiers(self) -> None:
        """Ask for other value tiers."""
        from crmformulas_tui.questions import ask_tiers

        if self.session.view is not None:
            ask_tiers(self, self.session.view)

    def action_help(self) -> None:
        """Tell the keys of this screen and of all."""
        from crmformulas_tui.help import help_text

        self.push_screen(Tell(Translated("Keys", "Tangenter"), help_text(self)))

    def action_export(self) -> None:
        """Export what is shown, or the whole report."""
        from crmformulas_tui.export import ExportDialog

        if self.pane is not None and self.session.view is not None:
            self.push_screen(ExportDialog(self.pane.exported()))

    def action_open(self) -> None:
        """Choose another order file."""
        from crmformulas_tui.picker import Picker

        def take(source: Source | None) -> None:
            if source is not None:
                self.load(source)

        self.push_screen(Picker(self.session.view.source if self.session.view else None), take)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The command palette: every pane and every key."""
        for i, (_, title, _) in enumerate(PANES):
            go = Translated(f"Go to {title.en}", f"Gå till {title.sv}")
            yield SystemCommand(
                self.translate(go), f"{i + 1}", lambda i=i: self.run_worker(self.action_pane(i))
            )
        pane = self.pane
        for key in (*(pane.KEYS if pane else ()), *self.KEYS):
            owner = pane if pane and key in pane.KEYS else self
            words = self.translate(key.words).capitalize()
            yield SystemCommand(words, key.keys, lambda o=owner, k=key: self._do(o, k.action))

    def _do(self, owner: Any, action: str) -> None:
        self.run_worker(owner.run_action(action))

    def translate(self, words: Label) -> str:
        """The words in the language of the screen."""
        shown: str = translate(words, self.lang)
        return shown

    async def on_unmount(self) -> None:
        """Let go of the engine."""
        await self.session.close()
