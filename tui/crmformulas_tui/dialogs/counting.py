"""Questions about how to count: the as-of day and the value tiers."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from crmformulas.errors import CrmError
from crmformulas.formats import NumberFormat
from crmformulas.translations import Label, Lang, Translated, translate
from crmformulas_tui.dialogs.ask import AskText

if TYPE_CHECKING:
    from crmformulas.orders.rules import Rules
    from crmformulas_tui.session import View

__all__ = ["day_question", "parse_day", "tiers_question"]


MONTHS = 12

AS_OF = Translated("The last day that counts", "Sista dagen som räknas")

WHOLE = 100
"""Per cent of all customers that the tiers are together."""


def parse_day(text: str) -> date | None:
    """A day as 2026-10-31, 20261031, 31.10.2026 or 31/10/2026; None for anything else.

    With strokes a day that could be read month first is none.

    Examples:
        >>> parse_day("31.1.2026"), parse_day("20260131")
        (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31))
        >>> parse_day("3/4/2026") is None, parse_day("31/4/2026") is None
        (True, True)
    """
    with suppress(ValueError):
        return date.fromisoformat(text)
    parts = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text, re.ASCII)
    if parts is None:
        return None
    day, month, year = int(parts[1]), int(parts[3]), int(parts[4])
    if parts[2] == "/" and day <= MONTHS and day != month:
        return None
    with suppress(ValueError):
        return date(year, month, day)
    return None


def day_question(
    lang: Lang, view: View, question: Label = AS_OF, proposed: str | None = None
) -> AskText:
    """The question for a day of the orders; the answer is a day.

    Args:
        lang: The language.
        view: What is shown.
        question: What is asked, another as-of day by default.
        proposed: What stands in the field; the as-of day by default.
    """

    def check(text: str) -> date:
        day = parse_day(text)
        if day is None:
            why = Translated(
                "“{}” is not a day like 2026-10-31", "”{}” är inte en dag som 2026-10-31"
            )
            raise ValueError(translate(why.format(text), lang))
        if day < first:
            why = Translated("the first order is of {}", "det första köpet är från {}")
            raise ValueError(translate(why.format(first.isoformat()), lang))
        if day > last and day != asked.get("beyond"):
            # Taken when it is said twice: without orders a year looks like one of losses.
            asked["beyond"] = day
            why = Translated(
                "the orders end on {}: press ⏎ again to count to a day without orders",
                "köpen slutar {}: tryck ⏎ igen för att räkna till en dag utan köp",
            )
            raise ValueError(translate(why.format(last.isoformat()), lang))
        return day

    (first, last), asked = view.span, dict[str, date]()
    note = Translated(
        f"Orders from {first} to {last}",
        f"Köp från {first} till {last}",
    )
    return AskText(lang, question, check, proposed or view.as_of.isoformat(), note)


def margin_question(lang: Lang, margin: float | None) -> AskText:
    """The question for the margin; the answer is a fraction, or an empty text for none."""
    figures = NumberFormat(lang)

    def check(text: str) -> float | str:
        if not text:
            return ""
        share = figures.parse_percent(text)
        if not 0 < share <= 1:
            why = Translated(
                "a margin is above 0 and at most 100 %", "en marginal är över 0 och högst 100 %"
            )
            raise ValueError(translate(why, lang))
        return share

    question = Translated("Margin, per cent of revenue", "Marginal, procent av omsättningen")
    note = Translated("Empty: CLV in revenue", "Tomt: CLV i omsättning")
    percent = "" if margin is None else f"{margin * 100:.10g}"
    return AskText(lang, question, check, percent, note)


def tiers_question(lang: Lang, rules: Rules) -> AskText:
    """The question for other value tiers; the answer is the rules with them."""
    from crmformulas.orders.rules import parse_tiers, tiers_text

    def check(text: str) -> Rules:
        total = _total_share(text)
        if total is not None and total != WHOLE:
            why = Translated(
                "the shares must add up to 100 %, not {} %",
                "andelarna ska bli 100 % tillsammans, inte {} %",
            )
            raise ValueError(translate(why.format(NumberFormat(lang).exact(float(total))), lang))
        try:
            return replace(rules, tiers=parse_tiers(text))
        except CrmError as error:
            raise ValueError(translate(error.message, lang)) from None

    question = Translated(
        "Value tiers and their shares in per cent", "Värdenivåer och deras andelar i procent"
    )
    return AskText(lang, question, check, tiers_text(rules.tiers))


def _total_share(text: str) -> Fraction | None:
    """The shares of tiers together, in per cent; None where one is no number."""
    try:
        return sum(
            (Fraction(part.partition("=")[2].strip(" %")) for part in text.split(",")), Fraction()
        )
    except (ValueError, ZeroDivisionError):
        return None
