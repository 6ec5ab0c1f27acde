"""The year in a few sentences: what happened, why, what it is worth, where it leaks, what follows.

Every face tells them in the same words. A sentence says what is not known rather than nothing, and
none has a figure whose sign contradicts its verb.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from crmformulas.formats import NumberFormat
from crmformulas.formulas.migration import LOST
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.retention_gain import portfolio_gain
from crmformulas.translations import LANGS, Lang, Translated, term, translate

if TYPE_CHECKING:
    _Tell = Callable[[Lang], str]
    from crmformulas.orders.summary.model import LadderStep, Summary

__all__ = ["Sentence", "narrative", "what_was_read"]

ENOUGH = 30
"""Customers below which a rate of a step is not told."""

FEW = 5
"""Lost customers below which a duration, and what rests on it, is not told without a word."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and what it is about: customers, revenue, value, ladder or next.

    ``known`` tells whether its figures are; else it says why they are not.
    """

    key: str
    text: Translated
    known: bool = True


@dataclass(frozen=True, slots=True)
class _Money:
    currency: str

    def __call__(self, number: float, lang: Lang) -> str:
        """An amount without its sign: ``20.1 M kr``, ``1.28 bn kr``."""
        number, form = abs(number), NumberFormat(lang)
        if number >= 999_950_000:
            text = f"{form.fixed(number / 1e9, 2)}\u00a0{'bn' if lang == 'en' else 'md'}"
        elif number >= 999_950:
            text = f"{form.fixed(number / 1e6, 1)}\u00a0M"
        else:
            text = form.whole(number)
        return f"{text}\u00a0{self.currency}" if self.currency else text


def narrative(
    summary: Summary,
    before: Summary | None = None,
    *,
    currency: str = "",
    f12_known: bool = True,
) -> tuple[Sentence, ...]:
    """Tell the year of a summary in at most five sentences.

    Args:
        summary: The figures.
        before: Those of a year before, where history tells them.
        currency: That of the amounts; empty where it is not known.
        f12_known: Whether history holds enough of the year before (F12) to tell what rests on it.

    Returns:
        Sentences in both languages, in the order in which they are read.
    """
    money = _Money(currency)
    whole = before if before is not None and summary.f12_covered else None
    candidates = (
        _customers(summary, whole, f12_known),
        _revenue(summary, whole, money),
        _value(summary, money, f12_known),
        _ladder(summary),
        _next(summary, whole, money, f12_known),
    )
    sentences = (sentence for sentence in candidates if sentence is not None)
    if summary.f12_covered:
        return tuple(sentences)
    return tuple(
        replace(one, text=Translated("≈ {0}", "≈ {0}").format(one.text))
        if one.known and one.key in ON_F12
        else one
        for one in sentences
    )


ON_F12 = ("customers", "value", "next")
"""Sentences that are approximate where history holds a part of the year before alone."""


def what_was_read(summary: Summary) -> Translated:
    """Sentence of how much was read, and of the share of rows that is in no figure."""
    read = summary.input
    left_out = sum(read.excluded.values())

    def text(lang: Lang) -> str:
        form = NumberFormat(lang)
        orders, customers = _count(read.orders, "order", lang), _count(read.customers, "cust", lang)
        if not left_out:
            none = "every row counts" if lang == "en" else "alla rader är med"
            joined = "of" if lang == "en" else "av"
            return f"{orders} {joined} {customers}; {none}"
        share = form.percent(left_out / read.rows) if read.rows else ""
        if left_out / max(read.rows, 1) < 0.0005:
            share = ("less than " if lang == "en" else "mindre än ") + form.percent(0.001)
        if lang == "en":
            return f"{orders} of {customers}; {share} of the rows left out"
        return f"{orders} av {customers}; {share} av raderna utelämnade"

    return Translated(*(text(lang) for lang in LANGS))


NOUNS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "order": (("order", "orders"), ("köp", "köp")),
    "cust": (("customer", "customers"), ("kund", "kunder")),
    "active": (("active customer", "active customers"), ("aktiv kund", "aktiva kunder")),
}
"""One and several of what is counted, by language."""


def _count(number: int, noun: str, lang: Lang) -> str:
    one, several = NOUNS[noun][LANGS.index(lang)]
    return f"{NumberFormat(lang).whole(number)} {one if number == 1 else several}"


def _both(tell: _Tell) -> Translated:
    return Translated(*(tell(lang) for lang in LANGS))


def _customers(summary: Summary, before: Summary | None, f12_known: bool) -> Sentence:
    flows = summary.flows

    def text(lang: Lang) -> str:
        form = NumberFormat(lang)
        now = _count(flows.closing, "active", lang)
        if not f12_known or not flows.opening:
            return (
                f"{now} in 12 months; who of them came, stayed or came back is not known."
                if lang == "en"
                else f"{now} på 12 månader; vilka som kom, stannade eller kom åter är inte känt."
            )
        parts = [form.whole(n) for n in (flows.new, flows.reactivated, flows.lost)]
        change = flows.closing / flows.opening - 1
        by = ""
        if before is not None:
            size = form.percent(abs(change))
            if abs(change) < 0.0005:
                by = ", as many as" if lang == "en" else ", lika många som"
            elif lang == "en":
                by = f", {size} {'more' if change > 0 else 'fewer'} than"
            else:
                by = f", {size} {'fler' if change > 0 else 'färre'} än"
            by += " a year before" if lang == "en" else " för ett år sedan"
        return (
            f"{now}{by}: {parts[0]} came, {parts[1]} came back, {parts[2]} left."
            if lang == "en"
            else f"{now}{by}: {parts[0]} kom, {parts[1]} kom åter, {parts[2]} lämnade."
        )

    return Sentence("customers", _both(text), f12_known and bool(flows.opening))


def _revenue(summary: Summary, before: Summary | None, money: _Money) -> Sentence:
    revenue = sum(tier.revenue for tier in summary.portfolio_records)
    then = sum(tier.revenue for tier in before.portfolio_records) if before else None
    moved = _movers(summary, then) if then and then > 0 else []

    def text(lang: Lang) -> str:
        form = NumberFormat(lang)
        start = "Revenue" if lang == "en" else "Omsättningen"
        minus = "−" if revenue <= -0.5 else ""
        verb = "was" if lang == "en" else "var"
        line = f"{start} {verb} {minus}{money(revenue, lang)}"
        if then is None or then <= 0:
            same = "in 12 months" if lang == "en" else "på 12 månader"
            return f"{line} {same}."
        change = revenue / then - 1
        if abs(change) < 0.0005:
            line += ", as the year before" if lang == "en" else ", som året före"
        else:
            up = change > 0
            word = (("up", "down") if lang == "en" else ("upp", "ned"))[0 if up else 1]
            line += f", {word} {form.percent(abs(change))}"
        if not moved:
            return f"{line}."
        reasons = [
            f"{name[LANGS.index(lang)]} {('+' if amount > 0 else '−')}{money(amount, lang)}"
            for name, amount in moved
        ]
        return f"{line}: {', '.join(reasons)}."

    return Sentence("revenue", _both(text))


def _movers(summary: Summary, then: float) -> list[tuple[Translated, float]]:
    """The revenue that came and went since the year before, the largest first; they add up."""
    tiers = summary.rules.tier_names
    came = {
        origin: sum(
            row.revenue
            for row in summary.flow_records
            if row.origin == origin and row.target != LOST
        )
        for origin in ("new", "reactivated")
    }
    lost = sum(row.revenue for row in summary.flow_records if row.target == LOST)
    stayed = sum(
        row.revenue for row in summary.flow_records if row.origin in tiers and row.target != LOST
    )
    parts = [
        (Translated("new customers", "nya kunder"), came["new"]),
        (Translated("customers who came back", "återvunna kunder"), came["reactivated"]),
        (Translated("customers who left", "kunder som lämnade"), -lost),
        (Translated("those who stayed", "de som är kvar"), stayed - (then - lost)),
    ]
    notable = [(name, amount) for name, amount in parts if abs(amount) >= max(0.5, 0.001 * then)]
    return sorted(notable, key=lambda part: -abs(part[1]))


def _value(summary: Summary, money: _Money, f12_known: bool) -> Sentence:
    value = summary.portfolio_value
    lost = sum(tier.lost or 0 for tier in summary.portfolio_records)
    if value is None or not f12_known:
        return Sentence(
            "value",
            Translated(
                "What the customer base is worth is not known: too little is seen of who was lost.",
                "Vad kundbasen är värd är inte känt: för lite syns av vilka som förlorats.",
            ),
            known=False,
        )
    leak, gain = _leak(summary), portfolio_gain(summary)

    def text(lang: Lang) -> str:
        few = ""
        if lost < FEW:
            few = (
                f" (of {_count(lost, 'cust', lang)} lost: hardly to be told)"
                if lang == "en"
                else f" (av {_count(lost, 'cust', lang)} förlorade: knappt möjligt att säga)"
            )
        start = "The customer base is worth" if lang == "en" else "Kundbasen är värd"
        minus = "−" if value <= -0.5 else ""
        line = f"{start} {minus}{money(value, lang)}{few}."
        if leak is not None:
            name, amount = leak
            words = "The dearest leak is" if lang == "en" else "Det dyraste läckaget är"
            line += f" {words} {name[LANGS.index(lang)]}, {money(amount, lang)}."
        if gain is not None and gain.value >= 0.5:
            point = (
                "One point of retention in every tier adds"
                if lang == "en"
                else "En procentenhet retention i varje nivå ger"
            )
            line += f" {point} {money(gain.value, lang)}."
        return line

    return Sentence("value", _both(text))


def _leak(summary: Summary) -> tuple[Translated, float] | None:
    """The flow that took most value: customers × the CLV that they no longer have."""
    clv = {tier.tier: tier.clv for tier in summary.portfolio_records}
    worst: tuple[Translated, float] | None = None
    for row in summary.flow_records:
        if row.origin is None:
            continue
        then, now = clv.get(row.origin), 0.0 if row.target == LOST else clv.get(row.target)
        if then is None or now is None:
            continue
        taken = row.customers * (then - now)
        if taken >= 0.5 and (worst is None or taken > worst[1]):
            name = Translated(
                *(
                    f"{translate(term(row.origin), lang)} → {translate(term(row.target), lang)}"
                    for lang in LANGS
                )
            )
            worst = name, taken
    return worst


def _ladder(summary: Summary) -> Sentence | None:
    steps = [step for step in summary.ladder.step_records if step.rate is not None]
    if not steps:
        return None
    first, tip = steps[0], summary.ladder.tipping_point
    dip = _dip(steps, summary.rules.threshold)

    def text(lang: Lang) -> str:
        form = NumberFormat(lang)
        share = form.percent(first.rate)
        line = (
            f"{share} of all customers have bought again"
            if lang == "en"
            else f"{share} av alla kunder har köpt igen"
        )
        if tip is not None:
            line += (
                f"; from F{tip} most go on"
                if lang == "en"
                else f"; från F{tip} går de flesta vidare"
            )
        if dip is not None:
            line += (
                f"; F{dip.f}→F{dip.f + 1} is the dip ({form.percent(dip.rate)})"
                if lang == "en"
                else f"; F{dip.f}→F{dip.f + 1} är svackan ({form.percent(dip.rate)})"
            )
        return f"{line}."

    return Sentence("ladder", _both(text))


def _dip(steps: list[LadderStep], threshold: float) -> LadderStep | None:
    """The step of those below the threshold that falls most below the one before it."""
    falls = [
        ((before.rate or 0.0) - (step.rate or 0.0), step)
        for before, step in pairwise(steps)
        if step.customers >= ENOUGH and (step.rate or 0.0) < threshold
    ]
    largest = max(falls, key=lambda fall: fall[0], default=(0.0, None))
    return largest[1] if largest[0] >= 0.01 else None


def _next(
    summary: Summary, before: Summary | None, money: _Money, f12_known: bool
) -> Sentence | None:
    if not f12_known or not summary.flows.opening:
        return None
    plan = Plan.of(summary, before)
    revenue, now = plan.budget_1.revenue, plan.outcome_period.revenue
    if revenue is None or now is None or now <= 0:
        return None
    change = revenue / now - 1

    def text(lang: Lang) -> str:
        form = NumberFormat(lang)
        grown = before is not None
        if lang == "en":
            start = "If growth goes on and retention stays" if grown else "If retention stays"
            by = "as much as now"
            if abs(change) >= 0.0005:
                by = f"{form.percent(abs(change))} {'more' if change > 0 else 'less'} than now"
            return f"{start}, the next 12 months bring {money(revenue, lang)}, {by}."
        start = (
            "Om tillväxten fortsätter och retentionen består" if grown else "Om retentionen består"
        )
        by = "lika mycket som nu"
        if abs(change) >= 0.0005:
            by = f"{form.percent(abs(change))} {'mer' if change > 0 else 'mindre'} än nu"
        return f"{start} ger de kommande 12 månaderna {money(revenue, lang)}, {by}."

    return Sentence("next", _both(text))
