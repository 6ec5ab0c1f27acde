"""Where a figure comes from: its formula with its numbers, and what each of them counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmformulas.formats import NumberFormat
from crmformulas.orders.summary.first_year import newest_first_years, period_name
from crmformulas.printable import printable
from crmformulas.translations import LANGS, Label, Lang, Translated, term, translate

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import FirstYear, LadderStep, PortfolioRow, Summary

__all__ = [
    "Explained",
    "Number",
    "explained_text",
    "of_everybody",
    "of_flow",
    "of_key_figure",
    "of_lever",
    "of_recruits",
    "of_step",
    "of_tier",
]

EQUATIONS: dict[str, Translated] = {
    "RETENTION": Translated("retained / opening", "kvar / IB"),
    "CUSTOMER_DURATION": Translated("1 / (1 − retention)", "1 / (1 − retention)"),
    "PURCHASE_FREQUENCY": Translated("orders / customers", "köp / kunder"),
    "AVERAGE_ORDER_VALUE": Translated("revenue / orders", "omsättning / köp"),
    "CLV": Translated("frequency × order value × duration", "frekvens × snittköp × duration"),
    "PORTFOLIO_VALUE": Translated("Σ CLV × customers", "Σ CLV × kunder"),
    "CLOSING_CUSTOMERS": Translated(
        "opening + new + reactivated − lost", "IB + nya + återvunna − förlorade"
    ),
    "REPEAT_PURCHASE_RATE": Translated("bought again / customers", "köpt igen / kunder"),
    "STEP_RATES": Translated("the next step / this step", "nästa steg / steget"),
    "EXTRA_ORDERS": Translated(
        "customers × Σ of the products of the rates up to each step",
        "kunder × Σ av andelarnas produkter fram till varje steg",
    ),
    "FLOW_VALUE": Translated("customers × (CLV now − CLV then)", "kunder × (CLV nu − CLV då)"),
    "PRODUCT": Translated("outcome × growth × factor", "utfall × tillväxt × faktor"),
    "SUM": Translated("the sum", "summan"),
    "MEDIAN": Translated("the median", "medianen"),
    "PARETO_SHARE": Translated(
        "revenue of the best customers / revenue", "de främsta kundernas omsättning / omsättning"
    ),
}
"""What each formula does with its numbers."""


@dataclass(frozen=True)
class Number:
    """A number that goes into a figure.

    Attributes:
        name: What it is called.
        value: The number; several of a range.
        unit: How it is written: whole, amount, share, years or two decimals.
        source: What it counts, and when.
    """

    name: Label
    value: float | Sequence[float]
    unit: str
    source: Label


@dataclass(frozen=True)
class Explained:
    """A figure with its formula.

    Attributes:
        figure: What it is called.
        value: The figure; None where it is unknown.
        unit: How it is written.
        formula: The formula in a spreadsheet; SUM and MEDIAN where there is no other.
        numbers: What goes into it, as its arguments.
    """

    figure: Label
    value: float | None
    unit: str
    formula: str
    numbers: tuple[Number, ...] = ()


def _windows(summary: Summary) -> dict[str, Translated]:
    """The days of both windows, as sources name them."""
    spans = {"s12": summary.windows.s12, "f12": summary.windows.f12}
    return {
        name: Translated(*("{}–{}".format(*map(NumberFormat(lang).day, days)) for lang in LANGS))
        for name, days in spans.items()
    }


def _retained(
    whole: Label, opening: int | None, lost: int | None, days: dict[str, Translated]
) -> tuple[Number, ...]:
    """The numbers that retention is made of."""
    if opening is None or lost is None:
        return ()
    there = Translated("{}: bought in {}", "{}: köpte {}").format(whole, days["f12"])
    again = Translated("of them those who bought in {}, too", "de av dem som köpte även {}")
    return (
        Number(term("opening"), opening, "count", there),
        Number(Translated("retained", "kvar"), opening - lost, "count", again.format(days["s12"])),
    )


def _staying(
    whole: Label,
    opening: int | None,
    lost: int | None,
    retention: float | None,
    duration: float | None,
    days: dict[str, Translated],
) -> list[Explained]:
    """Retention, and the duration that follows from it."""
    made = [
        Explained(
            term("retention"),
            retention,
            "share",
            "RETENTION",
            _retained(whole, opening, lost, days),
        )
    ]
    if retention is not None:
        above = Number(term("retention"), retention, "share", Translated("above", "ovan"))
        made.append(Explained(term("duration"), duration, "years", "CUSTOMER_DURATION", (above,)))
    return made


def of_tier(summary: Summary, row: PortfolioRow) -> list[Explained]:
    """The figures of a value tier, from retention to the portfolio value."""
    days = _windows(summary)
    bought = Translated("of {} in {}", "{}, {}")
    tier: Label = term(row.tier)
    known = Translated("above", "ovan")

    def of_window(name: Label, value: float, unit: str) -> Number:
        return Number(name, value, unit, bought.format(tier, days["s12"]))

    orders = of_window(term("orders"), row.orders, "count")
    customers = of_window(term("customers"), row.customers, "count")
    revenue = of_window(term("revenue"), row.revenue, "money")
    made = _staying(tier, row.f12_customers, row.lost, row.retention, row.duration, days)
    made += [
        Explained(
            term("orders_per_customer"),
            row.orders_per_customer,
            "two",
            "PURCHASE_FREQUENCY",
            (orders, customers),
        ),
        Explained(
            term("average_order_value"),
            row.value_per_order,
            "money",
            "AVERAGE_ORDER_VALUE",
            (revenue, orders),
        ),
    ]
    drivers = (
        (Translated("frequency", "frekvens"), row.orders_per_customer, "two"),
        (Translated("order value", "snittköp"), row.value_per_order, "money"),
        (term("duration"), row.duration, "years"),
    )
    numbers = tuple(Number(name, v, unit, known) for name, v, unit in drivers if v is not None)
    if len(numbers) == len(drivers):
        made.append(Explained(Translated("CLV", "CLV"), row.clv, "money", "CLV", numbers))
    if row.clv is not None:
        worth = (Number(Translated("CLV", "CLV"), row.clv, "money", known), customers)
        made.append(
            Explained(
                term("portfolio_value"), row.portfolio_value, "money", "PORTFOLIO_VALUE", worth
            )
        )
    return made


def of_everybody(summary: Summary) -> list[Explained]:
    """The balance of all customers, retention and duration."""
    flows, days = summary.flows, _windows(summary)
    whole = Translated("all customers", "alla kunder")
    sources = {
        "opening": Translated("bought in {}", "köpte {}").format(days["f12"]),
        "new": Translated(
            "first order in {}, or back after more than {} months",
            "första köpet {}, eller tillbaka efter mer än {} månader",
        ).format(days["s12"], summary.rules.new_after),
        "reactivated": Translated("back after a pause", "tillbaka efter ett uppehåll"),
        "lost": Translated("of the opening, without a purchase in {}", "av IB, utan köp {}").format(
            days["s12"]
        ),
    }
    counts = {key: getattr(flows, key) for key in sources}
    numbers = tuple(
        Number(term(key), count, "count", sources[key])
        for key, count in counts.items()
        if count is not None
    )
    closing = Explained(
        term("active_customers"),
        flows.closing,
        "count",
        "CLOSING_CUSTOMERS",
        numbers if len(numbers) == len(counts) else (),
    )
    staying = _staying(whole, flows.opening, flows.lost, flows.retention, flows.duration, days)
    return [closing, *staying]


def of_step(summary: Summary, step: LadderStep) -> list[Explained]:
    """The rate of a step of the ladder."""
    later = next((s for s in summary.ladder.step_records if s.f == step.f + 1), None)
    if step.rate is None or later is None:
        return []
    so_far = Translated("at least {} purchases up to {}", "minst {} köp till och med {}")
    day = Translated(*(NumberFormat(lang).day(summary.as_of) for lang in LANGS))
    numbers = tuple(
        Number(f"F{one.f}", one.customers, "count", so_far.format(one.f, day))
        for one in (step, later)
    )
    name = Translated("F{}→F{}: go on", "F{}→F{}: går vidare").format(step.f, step.f + 1)
    return [Explained(name, step.rate, "share", "STEP_RATES", numbers)]


def of_flow(summary: Summary, origin: str, target: str) -> list[Explained]:
    """The value of a flow from one value tier to another, or of who was lost."""
    flow = next((f for f in summary.flow_records if (f.origin, f.target) == (origin, target)), None)
    worth = next((v for v in summary.flow_values if (v.origin, v.target) == (origin, target)), None)
    each = {row.tier: row.clv for row in summary.portfolio_records}
    each["lost"] = 0.0
    before, now = each.get(origin), each.get(target)
    if flow is None or worth is None or before is None or now is None:
        return []
    days = _windows(summary)
    clv = Translated("CLV of {}", "CLV för {}")
    of = Translated("{} in {}", "{}, {}")
    name = Translated("value of {} → {}", "värde av {} → {}").format(term(origin), term(target))
    there = Translated("from {} to {}", "från {} till {}").format(term(origin), term(target))
    return [
        Explained(
            name,
            worth.value,
            "money",
            "FLOW_VALUE",
            (
                Number(term("customers"), flow.customers or 0, "count", there),
                Number(
                    clv.format(term(origin)), before, "money", of.format(term(origin), days["s12"])
                ),
                Number(
                    clv.format(term(target)), now, "money", of.format(term(target), days["s12"])
                ),
            ),
        )
    ]


def of_lever(
    name: Label, outcome: float | None, growth: float, factor: float, unit: str
) -> list[Explained]:
    """Explain a lever of the budget in Budget 2."""
    if outcome is None:
        return []
    last_year = Translated(
        "this year over last; 100 % where it is not assumed to go on",
        "i år mot i fjol; 100 % där den inte antas fortsätta",
    )
    return [
        Explained(
            name,
            outcome * growth * factor,
            unit,
            "PRODUCT",
            (
                Number(
                    term("outcome"),
                    outcome,
                    unit,
                    Translated("the last twelve months", "de senaste tolv månaderna"),
                ),
                Number(term("growth"), growth, "share", last_year),
                Number(
                    Translated("factor", "faktor"), factor, "share", Translated("yours", "din egen")
                ),
            ),
        )
    ]


def of_recruits(row: FirstYear) -> list[Explained]:
    """The CLV of recruits, from what they did in their first year."""
    if row.observed == 0 or row.repeat_share is None or row.order_value is None:
        return []
    of = Translated("{}: first order then", "{}: första köpet då").format(period_name(row))
    first_year = Translated(
        "in the twelve months from each one's first order",
        "under tolv månader från vars första köp",
    )
    again = round(row.repeat_share * row.observed)
    known = Translated("above", "ovan")
    bought_again = Translated("bought again", "köpte igen")
    made = [
        Explained(
            bought_again,
            row.repeat_share,
            "share",
            "REPEAT_PURCHASE_RATE",
            (
                Number(term("customers"), row.observed, "count", of),
                Number(bought_again, again, "count", first_year),
            ),
        ),
        Explained(
            term("orders_per_customer"),
            row.orders_per_customer,
            "two",
            "PURCHASE_FREQUENCY",
            (
                Number(term("orders"), row.orders or 0, "count", first_year),
                Number(term("customers"), row.observed, "count", of),
            ),
        ),
        Explained(
            term("average_order_value"),
            row.order_value,
            "money",
            "AVERAGE_ORDER_VALUE",
            (
                Number(term("revenue"), row.revenue or 0.0, "money", first_year),
                Number(term("orders"), row.orders or 0, "count", first_year),
            ),
        ),
    ]
    if row.clv is not None and row.orders_per_customer is not None:
        duration = Number(
            term("duration"),
            1 / (1 - row.repeat_share),
            "years",
            Translated("1 / (1 − share who bought again)", "1 / (1 − andel som köpte igen)"),
        )
        drivers = (
            Number(Translated("frequency", "frekvens"), row.orders_per_customer, "two", known),
            Number(Translated("order value", "snittköp"), row.order_value, "money", known),
            duration,
        )
        made.append(Explained(Translated("CLV", "CLV"), row.clv, "money", "CLV", drivers))
    return made


def of_key_figure(summary: Summary, key: str, value: float | None, label: Label) -> list[Explained]:
    """A key figure, and what it rests on.

    Args:
        summary: What is shown.
        key: Of :data:`~crmformulas.orders.summary.key_figures.KEY_FIGURES`.
        value: What it is.
        label: What it is called.
    """
    if key in ("customers", "retention", "duration"):
        found = of_everybody(summary)
        return found[:1] if key == "customers" else found[1:]
    days, tiers = _windows(summary), summary.portfolio_records
    if key == "revenue":
        of = Translated("net revenue in {}", "nettoomsättning {}").format(days["s12"])
        numbers = tuple(Number(term(row.tier), row.revenue, "money", of) for row in tiers)
        return [Explained(label, value, "money", "SUM", numbers)]
    if key == "portfolio_value":
        worth = Translated("{} customers × CLV {}", "{} kunder × CLV {}")
        numbers = tuple(
            Number(
                term(row.tier),
                row.portfolio_value,
                "money",
                Translated(*(worth_of(row, lang, worth) for lang in LANGS)),
            )
            for row in tiers
            if row.portfolio_value is not None
        )
        return [
            Explained(label, value, "money", "SUM", numbers if len(numbers) == len(tiers) else ())
        ]
    if key == "repeat_purchase_rate":
        steps = summary.ladder.step_records
        return [
            Explained(label, one.value, one.unit, one.formula, one.numbers)
            for one in (of_step(summary, steps[0]) if steps else [])
        ]
    if key == "first_year_clv":
        years = newest_first_years(summary)
        return of_recruits(years[0]) if years else []
    if key == "extra_orders_per_1000":
        rates = [s.rate for s in summary.ladder.step_records if s.rate is not None]
        steps_of = Translated("of the steps of the ladder", "av trappans steg")
        return [
            Explained(
                label,
                value,
                "count",
                "EXTRA_ORDERS",
                (
                    Number(Translated("rates", "andelar"), rates, "share", steps_of),
                    Number(term("customers"), 1_000, "count", Translated("new", "nya")),
                ),
            )
        ]
    if key == "time_between_purchases":
        of = Translated(
            "days between one order and the next, the later one in {}",
            "dagar mellan ett köp och nästa, det senare {}",
        )
        return [
            Explained(
                label,
                value,
                "count",
                "MEDIAN",
                (Number(Translated("gaps", "mellanrum"), (), "count", of.format(days["s12"])),),
            )
        ]
    if key == "pareto_share":
        of = Translated(
            "the first {} of the active customers by net revenue in {}",
            "de främsta {} av de aktiva kunderna efter nettoomsättning {}",
        )
        share = Translated(*(NumberFormat(lang).percent(summary.rules.pareto, 0) for lang in LANGS))
        return [
            Explained(
                label,
                value,
                "share",
                "PARETO_SHARE",
                (Number(term("customers"), (), "count", of.format(share, days["s12"])),),
            )
        ]
    return []


def worth_of(row: PortfolioRow, lang: Lang, words: Translated) -> str:
    """The customers of a tier times their CLV, in words."""
    f = NumberFormat(lang)
    return str(translate(words, lang)).format(f.whole(row.customers), f.amount(row.clv))


def explained_text(found: Sequence[Explained], lang: Lang) -> str:
    """Figures with their formulas as lines to read."""
    return "\n\n".join(_paragraph(one, lang) for one in found)


def _paragraph(one: Explained, lang: Lang) -> str:
    figure = printable(str(translate(one.figure, lang)))
    equation = translate(EQUATIONS[one.formula], lang)
    shown = _written(one.value, one.unit, lang)
    if not one.numbers:
        unknown = Translated(
            "unknown: history lacks what it rests on", "okänd: historiken saknar det den vilar på"
        )
        return (
            f"{figure}: {translate(unknown, lang)}" if one.value is None else f"{figure} = {shown}"
        )
    told = [_written(n.value, n.unit, lang) for n in one.numbers if n.value != ()]
    lines = [f"{figure} = {equation} = {shown}"]
    if len(told) == len(one.numbers) and one.formula not in ("SUM", "PRODUCT"):
        between = "; " if lang == "sv" else ", "
        arguments = between.join(told)
        if one.formula == "STEP_RATES":
            arguments = "{" + "; ".join(told) + "}"
        lines.append(f"  ={one.formula}({arguments})")
    names = [printable(str(translate(n.name, lang))) for n in one.numbers]
    values = ["" if n.value == () else _written(n.value, n.unit, lang) for n in one.numbers]
    left, right = max(map(len, names)), max(map(len, values))
    for name, value, number in zip(names, values, one.numbers, strict=True):
        source = printable(str(translate(number.source, lang)))
        lines.append(f"  {name:<{left}}  {value:>{right}}  {source}".rstrip())
    return "\n".join(lines)


def _written(value: float | Sequence[float] | None, unit: str, lang: Lang) -> str:
    if isinstance(value, Sequence):
        return "{" + "; ".join(_written(one, unit, lang) for one in value) + "}"
    f = NumberFormat(lang)
    return f.fixed(value, 2) if unit == "two" else f.of_unit(value, unit)
