"""The base of screens whose figures are no part of the summary: they ask the engine for them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.widgets import Static

from crmformulas.errors import CrmError
from crmformulas.printable import printable_lines
from crmformulas.translations import Label, Translated
from crmformulas_tui.pane import Pane
from crmformulas_tui.session import Cancelled
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from crmformulas.orders.log import Orders
    from crmformulas.orders.summary.model import Summary
    from crmformulas_tui.session import Session, View
    from crmformulas_tui.workspace import Workspace

__all__ = ["AskingPane"]


class AskingPane(Pane):
    """A pane that asks for its figures when it is first seen, and anew when they are others.

    A subclass says what it asks (:meth:`ask`, in the engine's thread) and shows the answer
    (:meth:`fill`). What can't be told stands with its reason where the figures would.
    """

    COMPARES: ClassVar[bool] = False
    """Whether the same is asked of what the user compares with, as :attr:`was`."""
    DOING: ClassVar[Translated]
    """What is being done while the engine works."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.answer: Any = None
        self.was: Any = None
        self._asked: tuple[Summary, Summary | None, object] | None = None

    def compose(self) -> ComposeResult:
        """The message and the notices; then what the screen has."""
        yield Static(classes="message", id=f"{self.id}-message", markup=False)
        yield Static(classes="warning notices", id=f"{self.id}-notices", markup=False)
        yield from self.parts()

    def parts(self) -> ComposeResult:
        """Compose what stands below the message."""
        raise NotImplementedError

    def ask(self, log: Orders, view: View) -> Any:
        """Ask for the figures, in the engine's thread."""
        raise NotImplementedError

    def fill(self, answer: Any) -> None:
        """Show the figures."""
        raise NotImplementedError

    @property
    def question(self) -> object:
        """The question that the answer depends on besides the orders; another one is asked anew."""
        return None

    def show(self, view: View) -> None:
        """Ask, if the screen is seen; else when it is."""
        if self.display:
            self.look()

    def on_show(self) -> None:
        """Ask now for what has changed meanwhile."""
        self.look()

    def look(self) -> None:
        """Ask what is not known yet."""
        view = self.shown_view
        if view is None:
            return
        asked = view.summary, view.then if self.COMPARES else None, self.question
        if asked == self._asked:
            return
        self._asked = asked
        self.run_worker(self._look(view), exclusive=True, group="look")

    async def _look(self, view: View) -> None:
        session = self.workspace.session
        asked = self._asked
        try:
            answer, was = await session.run(
                lambda: self._ask_both(session, view), self.translate(self.DOING)
            )
        except Cancelled:
            self._asked = None
            with self.reporting():
                raise
            return
        except CrmError as error:
            if asked == self._asked:
                self.answer = None
                self.show_message(printable_lines(in_application(error, self.lang)))
                self._show_parts(False)
            return
        if asked == self._asked:
            self.answer, self.was = answer, was
            self._show_parts(True)
            self.fill(answer)
            self.refresh_bindings()

    def _ask_both(self, session: Session, view: View) -> tuple[Any, Any]:
        """Ask for what is shown, and for the same of then, where that can be told."""
        answer, was, then = self.ask(session.log, view), None, view.then
        if self.COMPARES and then is not None:
            with suppress(CrmError):
                was = self.ask(session.then_log, replace(view, summary=then))
        return answer, was

    def _show_parts(self, answered: bool) -> None:
        """Hide what would be empty."""
        for child in self.children:
            if not child.has_class("message") and not child.has_class("notices"):
                if answered:
                    # As the style sheets say: some parts need a larger screen.
                    child.styles.clear_rule("display")
                    child.refresh(layout=True)
                else:
                    child.display = False
        if not answered:
            self.tell_notices(())

    def show_message(self, text: str) -> None:
        """Write the message."""
        self.query_one(f"#{self.id}-message", Static).update(text)

    def tell_notices(self, notices: Iterable[Label]) -> None:
        """Write what is to be known beside the figures."""
        line = self.query_one(f"#{self.id}-notices", Static)
        lines = [in_application(notice, self.lang) for notice in notices]
        line.update("\n".join(f"! {one}" for one in lines))
        line.display = bool(lines)
