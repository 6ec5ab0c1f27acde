"""The application: tabs over panes, a formula bar, and the work that goes on behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import date
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.events import Key as KeyPress
from textual.widgets import ContentSwitcher, Static

from crmformulas.errors import CrmError
from crmformulas.printable import printable, printable_lines
from crmformulas.translations import Label, Lang, Translated
from crmformulas_tui.commands import Commands
from crmformulas_tui.dialogs.ask import TextDialog
from crmformulas_tui.keys import Key, bindings, key_sign
from crmformulas_tui.pane import Pane
from crmformulas_tui.screens import DIRECT, GROUPS, SCREENS, screen_place
from crmformulas_tui.session import STEPS, Cancelled, Session, Source, View
from crmformulas_tui.unbroken import keep_figures_whole
from crmformulas_tui.widgets.formula_bar import FormulaBar
from crmformulas_tui.widgets.key_line import KeyLine
from crmformulas_tui.widgets.top import TabBar, TopLine
from crmformulas_tui.wording import in_application
from crmformulas_tui.workspace import Workspace, report_error, reporting

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Event, Resize
    from textual.screen import Screen

    from crmformulas.orders.counting.customer_list import Filters
    from crmformulas.orders.rules import Rules
    from crmformulas_tui.dialogs.compare import Compared

__all__ = ["BrowseApp"]

ON_LIGHT = {
    "text-success": "#0a5c2b",
    "text-warning": "#7a4100",
    "footer-key-foreground": "#00457a",
}
"""Colours of text on a light ground that read as well as all other text: contrast 4.5 and more."""

LEAST_SIZE = 40, 12
"""Columns and lines below which no screen is whole."""


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
    COMMANDS: ClassVar[set[Any]] = {Commands}
    AUTO_FOCUS = None  # Else the formula bar had the first keys, until there is a pane.
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("equals_sign", "formula", Translated("formula", "formel"), show=False),
        Key("e", "export", Translated("export", "exportera")),
        Key("o", "open", Translated("file", "fil")),
        Key("d", "as_of", Translated("as-of day", "datum")),
        Key("x", "compare", Translated("compare", "jämför")),
        Key(
            "X",
            "compare_other",
            Translated("compare with a day, file or segment", "jämför med dag, fil eller segment"),
            show=False,
        ),
        Key(
            "F",
            "explain",
            Translated("formula of the figure", "siffrans formel"),
            show=False,
        ),
        Key("percent_sign", "margin", Translated("margin", "marginal"), show=False),
        Key("K", "keep", Translated("keep settings", "spara inställningar"), show=False),
        Key("i", "columns", Translated("columns of the file", "filens kolumner"), show=False),
        Key("t", "tiers", Translated("tiers", "nivåer"), show=False),
        Key("l", "lang", Translated("svenska", "English"), show=False),
        Key("b", "theme", Translated("light/dark", "ljust/mörkt"), show=False),
        Key("question_mark", "help", Translated("help", "hjälp")),
        Key("q", "quit", Translated("quit", "avsluta")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
        Binding("escape", "stop", show=False),
        Binding("slash", "find", show=False),
        *(Binding(str(i), f"group({i - 1})", show=False) for i in range(1, len(GROUPS) + 1)),
        *(Binding(key, f"pane({screen_place(name)})", show=False) for name, key in DIRECT.items()),
        Binding("tab", "app.focus_next", show=False),
        Binding("shift+tab", "app.focus_previous", show=False),
        *bindings(KEYS),
    ]

    def __init__(
        self,
        source: Source | None = None,
        lang: Lang = "en",
        as_of: date | None = None,
        rules: Callable[[], Rules] | None = None,
    ) -> None:
        super().__init__()
        keep_figures_whole()
        self.source = source or Source()
        self.workspace = Workspace(lang)
        self.workspace.list_customers = self._list_customers
        self._as_of, self._rules = as_of, rules
        self._went = False

    @property
    def lang(self) -> Lang:
        """The language of the screen."""
        return self.workspace.lang

    @property
    def session(self) -> Session:
        """The open orders and the thread that asks them."""
        return self.workspace.session

    def get_css_variables(self) -> dict[str, str]:
        """The colours of the theme; those of text are darker where its ground is light."""
        variables = super().get_css_variables()
        if not self.current_theme.dark:
            variables |= ON_LIGHT
        return variables

    def compose(self) -> ComposeResult:
        """The frame; a pane is made when its screen is first visited."""
        yield TopLine(self.lang)
        yield TabBar(self.lang)
        nothing = Static(id="nothing", markup=False)
        nothing.display = False
        yield nothing
        yield Static(id="too-small", markup=False)
        yield ContentSwitcher(id="panes")
        yield FormulaBar(self.lang)
        yield KeyLine(self.lang)

    def on_mount(self) -> None:
        """Paint first; then import the engine and read."""
        self.theme = "textual-dark"
        self.query_one(TopLine).show_source(self.source.name)
        self.query_one(FormulaBar).summary_of = lambda: (
            self.session.view.summary if self.session.view else None
        )
        self.call_after_refresh(self._begin)

    def on_resize(self, event: Resize) -> None:
        """Say so where there is too little room for any screen."""
        width, height = event.size
        small = width < LEAST_SIZE[0] or height < LEAST_SIZE[1]
        screen = self.screen_stack[0]
        screen.set_class(small, "small")
        words = Translated(
            f"Too small: {width} × {height}.\nGive the window {LEAST_SIZE[0]} × {LEAST_SIZE[1]}.",
            f"För litet: {width} × {height}.\nGe fönstret {LEAST_SIZE[0]} × {LEAST_SIZE[1]}.",
        )
        screen.query_one("#too-small", Static).update(self.translate(words) if small else "")

    async def _begin(self) -> None:
        self.set_interval(0.1, self._show_progress)
        self._read_styles()
        # Keys are answered meanwhile.
        await asyncio.to_thread(import_module, f"crmformulas_tui.screens.{SCREENS[0].name}")
        if not self._went:
            await self.action_pane(0)
        self.load(self.source)

    # What goes on

    @work(exclusive=True, group="engine")
    async def load(self, source: Source) -> None:
        """Open orders; those that are open stay so until the new ones have been read."""
        rules = self.session.view.rules if self.session.view else self._rules and self._rules()
        try:
            view = await self._open(source, rules or None)
        except Cancelled as error:
            self._stopped(error)
            return
        except CrmError as error:
            await self._not_opened(source, error)
            return
        self.source, self._as_of = source, None
        self.workspace.margin = source.settings.money.margin if source.settings else None
        self._show(view)
        self.refresh_bindings()
        with reporting(self, self.lang):
            await self._compare()

    async def _open(self, source: Source, rules: Rules | None) -> View:
        """Open orders at the day that was asked for, or that is kept for them."""
        kept = source.settings.browse.as_of if source.settings else None
        if self._as_of is None and kept is not None:
            # Where there is no order up to it, it is no longer meant.
            with suppress(CrmError):
                return await self.session.open(source, kept, rules)
        return await self.session.open(source, self._as_of, rules)

    async def _not_opened(self, source: Source, error: CrmError) -> None:
        """Ask which column is what, where that may help; else show the error."""
        from crmformulas_tui.dialogs.mapping import MappingDialog, look_at

        if source.orders:
            preview = await asyncio.to_thread(look_at, source)
            open_question = preview.problem or source.reading
            if open_question and (preview.names or "--table" in preview.problem):

                def take(answer: Source | None) -> None:
                    if answer is not None:
                        self.load(answer)
                    else:
                        self._stay(error)

                self.push_screen(MappingDialog(self.lang, source, preview, error.message), take)
                return
        if self.session.view is not None:
            self.fail(error)
        self._stay(error)

    def _stay(self, error: CrmError | Cancelled) -> None:
        """Go on with the open orders; where there are none, say why and what to do."""
        if self.session.view is not None:
            self._show(self.session.view)
            return
        more = Translated("o opens another file, q quits", "o öppnar en annan fil, q avslutar")
        nothing = self.query_one("#nothing", Static)
        why = ""
        if isinstance(error, CrmError):
            why = printable_lines(in_application(error, self.lang))
        nothing.update(f"{why}\n\n{self.translate(more)}" if why else self.translate(more))
        nothing.set_class(False, "opening")
        nothing.display = True

    def _stopped(self, error: Cancelled) -> None:
        self.notify(self.translate(Translated("Stopped", "Avbrutet")), timeout=3)
        self._stay(error)

    @work(exclusive=True, group="engine")
    async def recount(self, as_of: date | None, rules: Rules) -> None:
        """Count again at another day or by other rules."""
        with reporting(self, self.lang):
            self._show(await self.session.count(as_of, rules))
            await self._compare()

    async def _compare(self) -> None:
        view = await self.session.compare()
        if view is not None:
            self._show(view)

    def _show(self, view: View) -> None:
        self.query_one("#nothing").display = False
        self.query_one(TopLine).show_source(
            view.source.name or self.translate(Translated("demo retailer", "demobutiken")),
            view.as_of,
        )
        line = self.query_one(TopLine)
        line.currency = view.currency
        line.margin, line.then = self.workspace.margin, view.then_name
        # One that is being made has no parts yet; it shows what is open when it is there.
        for pane in self.query(Pane):
            if pane.is_mounted:
                pane.update_view(view)
        # A formula that is being typed keeps the keys.
        if not self.query_one(FormulaBar).has_focus_within:
            self._focus_pane()

    def _show_progress(self) -> None:
        doing = self.session.doing
        with suppress(NoMatches, IndexError):
            line = self.screen_stack[0].query_one(TopLine)
            if doing and self.session.view is None:
                self._show_opening(self.translate(STEPS.get(doing, doing)))
            if doing and self.session.slow:
                line.show_progress(self.translate(STEPS.get(doing, doing)), self.session.share())
            else:
                line.show_progress("", None)

    def _show_opening(self, step: str) -> None:
        """Say in the middle of the screen what is being opened, until it is."""
        share = self.session.share()
        far = "" if share is None else f" {share:.0%}"
        opening = Translated("Opening {}", "Öppnar {}")
        name = printable(self.source.name) or self.translate(
            Translated("demo retailer", "demobutiken")
        )
        stop = self.translate(Translated("esc stops", "esc avbryter"))
        nothing = self.query_one("#nothing", Static)
        nothing.update(f"{self.translate(opening.format(name))}\n\n{step}{far}\n\n{stop}")
        nothing.set_class(True, "opening")
        nothing.display = True

    def fail(self, error: CrmError) -> None:
        """Show an error; nothing else changes."""
        report_error(self, error, self.lang)

    # Panes

    @property
    def pane(self) -> Pane | None:
        """The pane of the current screen."""
        current = self.query_one("#panes", ContentSwitcher).current
        return self.query_one(f"#{current}", Pane) if current else None

    async def action_pane(self, place: int) -> None:
        """Go to a pane."""
        self._went = True
        name, _, kind = SCREENS[place]
        switcher = self.query_one("#panes", ContentSwitcher)
        # One repaint when all is there, as each is a screen that goes over the line.
        with self.batch_update():
            if not switcher.query(f"#{name}"):
                module = import_module(f"crmformulas_tui.screens.{name}")
                pane: Pane = getattr(module, kind)(self.workspace)
                await switcher.mount(pane)
            switcher.current = name
            self.query_one(TabBar).chosen = place
            if self.session.view is not None and self.pane is not None:
                self.pane.update_view(self.session.view)
            self._focus_pane()

    async def action_group(self, place: int) -> None:
        """Go to the first screen of a tab; from one of its screens, to the next."""
        first = screen_place(GROUPS[place].screens[0].name)
        bar = self.query_one(TabBar)
        here = bar.chosen - first if bar.group == place else -1
        await self.action_pane(first + (here + 1) % len(GROUPS[place].screens))

    def _read_styles(self) -> None:
        """Read the style sheets of all screens and dialogs at once; each time all are parsed."""
        for path in sorted(Path(__file__).parent.glob("*/*.tcss")):
            self.stylesheet.read(path)
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

    async def on_pane_go_to(self, event: Pane.GoTo) -> None:
        """A pane asks for another screen."""
        await self.action_pane(screen_place(event.screen))

    async def _list_customers(self, filters: Filters, label: Label) -> None:
        """List customers in Segments; escape leads back to the screen that asked."""
        asked_by = SCREENS[self.query_one(TabBar).chosen].name
        await self.action_pane(screen_place("segments"))
        pane: Any = self.pane
        await pane.open_list(filters, label, asked_by)

    def on_formula_bar_left(self) -> None:
        """The formula bar gives the keys back."""
        self.screen.set_focus(None)
        self._focus_pane()

    # Keys

    async def on_event(self, event: Event) -> None:
        """A key that comes while a dialog is being made waits for it."""
        if isinstance(event, KeyPress):
            end = monotonic() + 1
            while not self.screen.is_mounted and monotonic() < end:
                await asyncio.sleep(0.005)
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow what needs orders when they are open."""
        return self.session.view is not None or action not in (
            "export",
            "as_of",
            "tiers",
            "compare",
            "compare_other",
            "explain",
            "margin",
            "keep",
            "find",
        )

    def action_stop(self) -> None:
        """Stop what is being done."""
        if self.session.busy:
            self.session.interrupt()

    def action_formula(self) -> None:
        """Go to the formula bar."""
        self.query_one(FormulaBar).enter()

    def action_lang(self) -> None:
        """Change the language: the panes are made anew, as they were."""
        self.workspace.lang = "sv" if self.lang == "en" else "en"
        self.run_worker(self._remake(), exclusive=True, group="remake")

    async def _remake(self) -> None:
        place = self.query_one(TabBar).chosen
        await self.query_one("#panes", ContentSwitcher).query(Pane).remove()
        self.query_one("#panes", ContentSwitcher).current = None
        self.query_one(TopLine).lang = self.query_one(TabBar).lang = self.lang
        self.query_one(FormulaBar).lang = self.query_one(KeyLine).lang = self.lang
        await self.action_pane(place)
        if self.session.view:
            self._show(self.session.view)

    def action_command_palette(self) -> None:
        """Open the list of all commands."""
        if not isinstance(self.screen, CommandPalette):
            hint = Translated("Search all commands…", "Sök bland alla kommandon…")
            self.push_screen(CommandPalette(placeholder=self.translate(hint)))

    def action_help_quit(self) -> None:
        """Say which key quits, when ctrl+c is pressed."""
        self.notify(
            self.translate(Translated("q or ctrl+q quits", "q eller ctrl+q avslutar")), timeout=4
        )

    def action_theme(self) -> None:
        """Light or dark."""
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"

    def action_as_of(self) -> None:
        """Ask for another as-of day."""
        from crmformulas_tui.dialogs.counting import day_question

        view = self.session.view
        if view is None:
            return

        def take(day: date | None) -> None:
            if day is not None:
                self.recount(day, view.rules)

        self.push_screen(day_question(self.lang, view), take)

    async def action_find(self) -> None:
        """Look for customers among all, by a part of the id or a condition."""
        from crmformulas.orders.counting.customer_list import Filters
        from crmformulas_tui.screens.segments import EVERYBODY

        await self._list_customers(Filters(), EVERYBODY)
        pane: Any = self.pane
        pane.action_filter()

    def action_compare(self) -> None:
        """Show now, then and change; or the figures of now alone."""
        view = self.session.view
        if view is None:
            return
        if not view.comparing and view.against is None and view.before is None:
            why = Translated(
                "The year before is not in these orders; X chooses another day",
                "Året innan finns inte i de här köpen; X väljer en annan dag",
            )
            self.notify(self.translate(why), markup=False)
            return
        self._show(self.session.compare_with(on=not view.comparing))

    def action_compare_other(self) -> None:
        """Ask what to compare with: a day, another file, a segment."""
        if self.session.view is not None:
            self.run_worker(self._ask_compared(), exclusive=True, group="compare")

    async def _ask_compared(self) -> None:
        from crmformulas_tui.dialogs.compare import CompareDialog, known_words

        view, session = self.session.view, self.session
        assert view is not None
        with reporting(self, self.lang):
            attributes, segments = await session.run(
                lambda: known_words(session), "listing customers"
            )
            self.push_screen(
                CompareDialog(self.lang, view, attributes, segments), self._take_compared
            )

    def _take_compared(self, answer: Compared | None) -> None:
        from crmformulas_tui.dialogs.picker import Picker

        session = self.session
        if answer is None:
            return
        if answer.kind == "before":
            self._show(session.end_comparison())
        elif answer.kind == "day" and answer.day is not None:
            self._count_compared(session.count_against(answer.day))
        elif answer.kind == "segment":
            self._count_compared(session.count_against_segment(answer.name, answer.condition))
        else:

            def take(source: Source | None) -> None:
                if source is not None:
                    self._count_compared(session.count_against_file(source))

            self.push_screen(Picker(self.lang, session.view.source if session.view else None), take)

    def _count_compared(self, counting: Awaitable[View]) -> None:
        async def count() -> None:
            with reporting(self, self.lang):
                self._show(await counting)

        self.run_worker(count(), exclusive=True, group="engine")

    def action_margin(self) -> None:
        """Ask for the share of revenue that is margin; CLV is told at it, too."""
        from crmformulas_tui.dialogs.counting import margin_question

        def take(margin: float | str | None) -> None:
            if margin is not None:
                self.workspace.margin = margin if isinstance(margin, float) else None
                self.query_one(TopLine).margin = self.workspace.margin
                for pane in self.query(Pane):
                    pane.margin_changed()
                self.run_worker(self.action_pane(screen_place("segments")))

        self.push_screen(margin_question(self.lang, self.workspace.margin), take)

    def action_explain(self) -> None:
        """Show the formula of the figure under the cursor, its numbers, and what they count."""
        from crmformulas_tui.explained import explained_text

        found = self.pane.explained() if self.pane is not None else ()
        if not found:
            none = Translated(
                "No figure with a formula stands under the cursor",
                "Ingen siffra med formel står under markören",
            )
            self.notify(self.translate(none), timeout=4)
            return
        title = Translated("Where the figure comes from", "Varifrån siffran kommer")
        self.push_screen(TextDialog(self.lang, title, explained_text(found, self.lang)))

    def action_keep(self) -> None:
        """Keep what was set beside the orders, for the next time and for the commands."""
        self.run_worker(self._keep(), exclusive=True, group="keep")

    async def _keep(self) -> None:
        from crmformulas_tui.kept import keep

        with reporting(self, self.lang):
            path, changes = await asyncio.to_thread(keep, self.workspace)
            nothing = self.translate(
                Translated("it said all of this already", "allt detta stod redan där")
            )
            message = "\n".join(printable(one) for one in changes) or nothing
            title = self.translate(Translated("Kept in {}", "Sparat i {}").format(path.name))
            self.notify(message, title=printable(title), markup=False, timeout=8)

    def action_tiers(self) -> None:
        """Ask for other value tiers."""
        from crmformulas_tui.dialogs.counting import tiers_question

        view = self.session.view
        if view is None:
            return

        def take(rules: Rules | None) -> None:
            if rules is not None:
                self.recount(view.as_of, rules)

        self.push_screen(tiers_question(self.lang, view.rules), take)

    def action_help(self) -> None:
        """Show the keys of this screen and of all."""
        from crmformulas_tui.dialogs.help import help_text

        pane = self.pane
        text = help_text(self.lang, type(pane) if pane is not None else None, self.KEYS)
        self.push_screen(TextDialog(self.lang, Translated("Keys", "Tangenter"), text))

    def action_export(self) -> None:
        """Export what is shown, or the whole report."""
        from crmformulas_tui.dialogs.export import ExportChoice, ExportDialog
        from crmformulas_tui.export import run_export

        view = self.session.view
        if self.pane is None or view is None:
            return
        tables = self.pane.export_tables()

        def take(choice: ExportChoice | None) -> None:
            if choice is not None:
                self.run_worker(
                    run_export(self, self.workspace, tables, choice.way, choice.path),
                    group="export",
                )

        self.push_screen(
            ExportDialog(self.lang, tables, view.source.name or "demo", self.pane.file_word), take
        )

    def action_columns(self) -> None:
        """Choose which column is what and how cells are read, of the open or the failed file."""
        source = self.session.view.source if self.session.view else self.source
        if source.orders:
            self.run_worker(self._choose_columns(source), exclusive=True, group="look")

    async def _choose_columns(self, source: Source) -> None:
        from crmformulas_tui.dialogs.mapping import MappingDialog, look_at

        preview = await asyncio.to_thread(look_at, source)

        def take(answer: Source | None) -> None:
            if answer is not None:
                self.load(answer)

        self.push_screen(MappingDialog(self.lang, source, preview), take)

    def action_open(self) -> None:
        """Choose another order file."""
        from crmformulas_tui.dialogs.picker import Picker

        def take(source: Source | None) -> None:
            if source is not None:
                self.load(source)

        self.push_screen(
            Picker(self.lang, self.session.view.source if self.session.view else None), take
        )

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The command palette: every pane and every key."""
        for number, group in enumerate(GROUPS, 1):
            for repeat, (name, title, _) in enumerate(group.screens, 1):
                go = Translated(f"Go to {title.en}", f"Gå till {title.sv}")
                keys = DIRECT.get(name, " ".join([str(number)] * repeat))
                action = f"pane({screen_place(name)})"
                yield SystemCommand(self.translate(go), keys, lambda a=action: self._do(self, a))
        pane = self.pane
        for key in (*(pane.KEYS if pane else ()), *self.KEYS):
            owner = pane if pane and key in pane.KEYS else self
            label = self.translate(key.label).capitalize()
            sign = key_sign(key.keys)
            yield SystemCommand(label, sign, lambda o=owner, k=key: self._do(o, k.action))

    def _do(self, owner: Any, action: str) -> None:
        self.run_worker(owner.run_action(action))

    def translate(self, label: Label) -> str:
        """Return the label in the language of the screen."""
        return self.workspace.translate(label)

    async def on_unmount(self) -> None:
        """Let go of the engine."""
        await self.session.close()
