"""The state all screens share: the language, the open orders, and what was set in each screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from crmformulas.errors import CrmError
from crmformulas.formats import NumberFormat
from crmformulas.printable import printable_lines
from crmformulas.translations import Label, Lang, Translated, translate
from crmformulas_tui.session import Cancelled, Session, Source
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

    from crmformulas.orders.counting.customer_list import Filters

__all__ = ["ScreenState", "Workspace", "report_error", "reporting"]


@dataclass
class ScreenState:
    """The state that the user set in a screen; each screen has a subclass with its own fields.

    Attributes:
        source: The orders it was set for: a goal says nothing of another shop.
    """

    source: Source


S = TypeVar("S", bound=ScreenState)


async def _nowhere(filters: Filters, label: Label) -> None:
    """List customers where no application listens: nothing happens."""


class Workspace:
    """The language, the session and the states of the screens, handed down to every screen.

    Attributes:
        lang: The language of the screen.
        session: The open orders and the thread that asks them.
        margin: The share of revenue that is margin, for CLV; None is CLV in revenue.
        list_customers: Lists the customers that filters let through; the screen that asks is what
            escape leads back to.
    """

    def __init__(self, lang: Lang = "en") -> None:
        self.lang: Lang = lang
        self.session = Session()
        self.list_customers: Callable[[Filters, Label], Awaitable[None]] = _nowhere
        self._states: dict[type[Any], Any] = {}
        self.margin: float | None = None

    @property
    def numbers(self) -> NumberFormat:
        """The format of numbers in the language of the screen."""
        return NumberFormat(self.lang)

    def translate(self, label: Label) -> str:
        """Return the label in the language of the screen."""
        text: str = translate(label, self.lang)
        return text

    def state(self, kind: type[S], source: Source) -> S:
        """The state that the user set in a screen for these orders; as new for other orders.

        Args:
            kind: The state class of the screen.
            source: The orders that are shown.
        """
        state = self._states.get(kind)
        if not isinstance(state, kind) or state.source != source:
            state = self._states[kind] = kind(source)
        return state

    def setting(self, kind: type[Any]) -> Any:
        """The setting remembered under a class, whatever orders are open; None at first."""
        return self._states.get(kind)

    def remember(self, setting: Any) -> None:
        """Keep a setting under its class."""
        self._states[type(setting)] = setting

    def forget(self, kind: type[Any]) -> None:
        """Drop what was remembered under a class."""
        self._states.pop(kind, None)


def report_error(node: Widget | App[Any], error: CrmError, lang: Lang) -> None:
    """Show an error as a notification; nothing else changes."""
    node.notify(
        printable_lines(in_application(error, lang)),
        title=translate(Translated("That did not work", "Det gick inte"), lang),
        severity="error",
        timeout=12,
        markup=False,
    )


@contextmanager
def reporting(node: Widget | App[Any], lang: Lang) -> Iterator[None]:
    """Show what goes wrong within as a notification, and go on."""
    try:
        yield
    except Cancelled:
        node.notify(translate(Translated("Stopped", "Avbrutet"), lang), timeout=3)
    except CrmError as error:
        report_error(node, error, lang)
