"""Questions about how to count: the as-of day and the value tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from crmformulas.errors import CrmError
from crmformulas.translations import Lang, Translated, translate
from crmformulas_tui.dialogs.ask import AskText

if TYPE_CHECKING:
    from crmformulas.orders.rules import Rules
    from crmformulas_tui.session import View

__all__ = ["day_question", "tiers_question"]


def day_question(lang: Lang, view: View) -> AskText:
    """The question for another as-of day; the answer is a day."""

    def check(text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(
                translate(
                    Translated(
                        f"{text!r} is not a day like 2026-10-31",
                        f"{text!r} är inte en dag som 2026-10-31",
                    ),
                    lang,
                )
            ) from None

    read = view.summary.input
    note = Translated(
        f"Orders from {read.first_day} to {read.last_day}",
        f"Köp från {read.first_day} till {read.last_day}",
    )
    question = Translated("The last day that counts", "Sista dagen som räknas")
    return AskText(lang, question, check, view.as_of.isoformat(), note)


def tiers_question(lang: Lang, rules: Rules) -> AskText:
    """The question for other value tiers; the answer is the rules with them."""
    from crmformulas.orders.rules import parse_tiers, tiers_text

    def check(text: str) -> Rules:
        try:
            return replace(rules, tiers=parse_tiers(text))
        except CrmError as error:
            raise ValueError(str(error)) from None

    question = Translated(
        "Value tiers and their shares in per cent", "Värdenivåer och deras andelar i procent"
    )
    return AskText(lang, question, check, tiers_text(rules.tiers))
