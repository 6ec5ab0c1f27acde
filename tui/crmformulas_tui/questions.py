"""What is asked about the counting: the as-of day and the value tiers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmformulas.errors import CrmError
from crmformulas.translations import Translated
from crmformulas_tui.dialogs import AskText

if TYPE_CHECKING:
    from crmformulas.orders.rules import Rules
    from crmformulas_tui.app import BrowseApp
    from crmformulas_tui.session import View

__all__ = ["ask_day", "ask_tiers"]


def ask_day(app: BrowseApp, view: View) -> None:
    """Ask for another as-of day, and count again."""

    def check(text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(
                app.translate(
                    Translated(
                        f"{text!r} is not a day like 2026-10-31",
                        f"{text!r} är inte en dag som 2026-10-31",
                    )
                )
            ) from None

    def take(day: date | None) -> None:
        if day is not None:
            app.recount(day, view.rules)

    question = Translated("The last day that counts", "Sista dagen som räknas")
    read = view.summary.input
    note = Translated(
        f"Orders from {read.first_day} to {read.last_day}",
        f"Köp från {read.first_day} till {read.last_day}",
    )
    app.push_screen(AskText(question, check, view.as_of.isoformat(), note), take)


def ask_tiers(app: BrowseApp, view: View) -> None:
    """Ask for other value tiers, and count again."""
    from dataclasses import replace

    from crmformulas.orders.rules import parse_tiers, tiers_text

    def check(text: str) -> Rules:
        try:
            return replace(view.rules, tiers=parse_tiers(text))
        except CrmError as error:
            raise ValueError(str(error)) from None

    def take(rules: Rules | None) -> None:
        if rules is not None:
            app.recount(view.as_of, rules)

    question = Translated(
        "Value tiers and their shares in per cent", "Värdenivåer och deras andelar i procent"
    )
    app.push_screen(AskText(question, check, tiers_text(view.rules.tiers)), take)
