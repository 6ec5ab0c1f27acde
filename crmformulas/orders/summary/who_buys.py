"""Sentences on who buys again: what existing customers bring, who stayed, who came back, and who
bought within the last days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.translations import LANGS, Lang, Translated, term, translate

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Buyers, Summary

__all__ = ["reached", "who_buys", "who_buys_by_subject"]


def who_buys(summary: Summary) -> tuple[Translated, ...]:
    """The sentences that a summary can tell, in the order in which they are read.

    What rests on F12 and is approximate is marked; what history does not hold is said so.
    """
    return tuple(who_buys_by_subject(summary).values())


def who_buys_by_subject(summary: Summary) -> dict[str, Translated]:
    """The sentences of :func:`who_buys` by what they tell of.

    Returns:
        ``existing`` customers' revenue, who ``stayed``, who ``came_back``, the ``days_between``
        purchases and who ``bought`` within the last days; what a summary cannot tell is left out.
    """
    told = [_told(summary, lang) for lang in LANGS]
    return {subject: Translated(*(words[subject] for words in told)) for subject in told[0]}


def _told(summary: Summary, lang: Lang) -> dict[str, str]:
    in_words = _InWords(summary, lang)
    flows = summary.flows
    lines = {}
    if flows.existing_revenue is not None:
        lines["existing"] = in_words.existing()
    if flows.since:
        lines["stayed"] = in_words.stayed()
    if flows.reactivation_rate is not None:
        lines["came_back"] = in_words.came_back()
    if any(row.median_days is not None for row in summary.portfolio_records):
        lines["days_between"] = in_words.days_between()
    if summary.kpis.bought_within is not None and summary.input.customers:
        lines["bought"] = in_words.bought()
    return lines


def reached(summary: Summary) -> Translated | None:
    """Who was reached up to the end of the last complete month, and of that a year before.

    None without contacts whose list tells of more than each one's last day.
    """
    now, then = summary.months[-1], summary.months[-13]
    if now.reach is None:
        return None
    en, sv = map(NumberFormat, LANGS)
    days = summary.rules.reach
    return Translated(
        f"Reached in the {en.whole(days)} days to the end of {now.month}: {en.percent(now.reach)} "
        f"of the contacts, a year before {en.percent(then.reach)}.",
        f"Nådda de {sv.whole(days)} dagarna till slutet av {now.month}: {sv.percent(now.reach)} "
        f"av kontakterna, ett år före {sv.percent(then.reach)}.",
    )


class _InWords:
    """The sentences in a language."""

    def __init__(self, summary: Summary, lang: Lang) -> None:
        self.summary, self.lang, self.form = summary, lang, NumberFormat(lang)

    def in_language(self, english: str, swedish: str) -> str:
        return english if self.lang == "en" else swedish

    def about(self, figure: str) -> str:
        """A figure that rests on F12, marked where history holds a part of F12 alone."""
        return f"≈{figure}" if not self.summary.f12_covered and figure != UNKNOWN else figure

    def existing(self) -> str:
        flows, form = self.summary.flows, self.form
        brought = self.about(form.amount(flows.existing_revenue))
        share = self.about(form.percent(flows.existing_share))
        line = self.in_language(
            f"Existing customers brought {brought} of the revenue, {share}",
            f"Befintliga kunder gav {brought} av omsättningen, {share}",
        )
        if flows.existing_revenue_f12 is None:
            return line + self.in_language(
                "; the year before is unknown, as history does not hold the 12 months before it.",
                "; året före är okänt, då historiken inte har de 12 månaderna före det.",
            )
        then = form.amount(flows.existing_revenue_f12), form.percent(flows.existing_share_f12)
        return line + self.in_language(
            f", against {then[0]} and {then[1]} the year before.",
            f", mot {then[0]} och {then[1]} året före.",
        )

    def stayed(self) -> str:
        form = self.form
        kept = ", ".join(
            f"{translate(term(row.status), self.lang)} {form.percent(row.retention)} "
            f"{self.in_language('of', 'av')} {form.whole(row.customers)}"
            for row in self.summary.flows.since
        )
        return self.in_language(
            f"Still customers, by what they were the year before: {kept}.",
            f"Fortfarande kunder, efter vad de var året före: {kept}.",
        )

    def came_back(self) -> str:
        flows, whole = self.summary.flows, self.form.whole
        back, rate = whole(flows.reactivated), self.form.percent(flows.reactivation_rate)
        if flows.back_of_f12:
            of = whole(flows.lost_f12)
            return self.in_language(
                f"Reactivated: {back}, {rate} of the {of} who were lost the year before.",
                f"Återvunna: {back}, {rate} av de {of} som gick förlorade året före.",
            )
        of = whole(flows.lost)
        return self.in_language(
            f"Reactivated: {back}, {rate} of the {of} lost this year, as history tells no better.",
            f"Återvunna: {back}, {rate} av de {of} som gick förlorade i år, då historiken inte "
            "säger mer.",
        )

    def days_between(self) -> str:
        told = ", ".join(
            f"{translate(term(row.tier), self.lang)} {self.form.fixed(row.median_days, 0)}"
            for row in self.summary.portfolio_records
        )
        return self.in_language(
            f"Median days between purchases, by tier: {told}.",
            f"Mediandagar mellan köp, per nivå: {told}.",
        )

    def bought(self) -> str:
        within = self.summary.kpis.bought_within
        assert within is not None
        days = self.form.whole(within.days)
        if within.active.customers is None:
            return self.in_language(
                f"Who bought in the last {days} days, of the active and the lapsed, is unknown: "
                "history does not hold the 12 months before them.",
                f"Vilka som köpte de senaste {days} dagarna, av aktiva och sovande kunder, är "
                "okänt: historiken har inte de 12 månaderna före dem.",
            )
        parts = [
            self.group(within.active, "active until then", "som var aktiva dessförinnan"),
            self.group(within.lapsed, "lapsed", "sovande"),
        ]
        if within.f0 is not None:
            words = "contacts without an order (F0)", "kontakterna utan köp (F0)"
            parts.append(self.group(within.f0, *words))
        told = ", ".join(parts)
        return self.in_language(
            f"Bought in the last {days} days: {told}.", f"Köpte de senaste {days} dagarna: {told}."
        )

    def group(self, group: Buyers, english: str, swedish: str) -> str:
        form, (low, high) = self.form, group.interval
        ends = "" if low is None else f" ({form.percent(low)}–{form.percent(high)})"
        if form.percent(low) == form.percent(high):
            # Narrower than it is written.
            ends = ""
        of = form.whole(group.customers)
        return f"{form.percent(group.rate)}{ends} " + self.in_language(
            f"of the {of} {english}", f"av de {of} {swedish}"
        )
