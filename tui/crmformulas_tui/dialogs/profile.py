"""All that is known of one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import ScrollableContainer, Vertical
from textual.widgets import Label, Static

from crmformulas.translations import Lang, Translated
from crmformulas_tui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.selections.customer_page import CustomerPage

__all__ = ["ProfileDialog"]


WIDTH = 104
"""Of what is known; the lines of the file are as wide as they are."""


class ProfileDialog(Dialog):
    """A customer's profile: what those alike also buy, tiers by year, orders, and their lines."""

    DEFAULT_CSS = """
    ProfileDialog ScrollableContainer { height: 1fr; }
    ProfileDialog Static { width: auto; }
    """

    def __init__(self, lang: Lang, page: CustomerPage) -> None:
        """Show a customer.

        Args:
            lang: The language.
            page: The customer.
        """
        super().__init__(lang)
        self._page = page

    def compose(self) -> ComposeResult:
        """The page as the command prints it; it scrolls both ways."""
        with Vertical(classes="wide"):
            with ScrollableContainer():
                yield Static(self._text(), markup=False)
            keys = Translated("↑ ↓ scroll   esc back", "↑ ↓ rullar   esc tillbaka")
            yield Label(self.translate(keys), classes="note")

    def _text(self) -> str:
        """The page as plain text: what stands in a file is never markup."""
        from rich.console import Console

        from crmformulas.cli.customer import line_texts, page_view

        plain = Console(width=WIDTH, markup=False, highlight=False, color_system=None)
        with plain.capture() as told:
            plain.print(page_view(self._page, self.lang))
        lines = [line.rstrip() for line in told.get().splitlines()]
        return "\n".join([*lines, "", *(f" {line}" for line in line_texts(self._page))])
