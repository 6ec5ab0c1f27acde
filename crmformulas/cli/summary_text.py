"""A summary as a few well-set tables for the terminal.

The order is always: message, warnings, balance, value, ladder, movement, then the rest. Colour
repeats what a figure says and never says anything alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from crmformulas.formats import UNKNOWN, NumberFormat, bar, heat
from crmformulas.formulas.migration import LOST
from crmformulas.formulas.uncertainty import Interval
from crmformulas.orders.analysis.keep_or_acquire import WAYS
from crmformulas.orders.summary.first_year import newest_first_years, period_name
from crmformulas.orders.summary.flow_values import TRAPS
from crmformulas.orders.summary.headlines import growth
from crmformulas.orders.summary.key_figures import KEY_FIGURES, Unit
from crmformulas.translations import counted, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmformulas.orders.analysis.keep_or_acquire import Way
    from crmformulas.orders.analysis.ladder_goals import GoalHistory
    from crmformulas.orders.analysis.retention_gain import RetentionGain
    from crmformulas.orders.summary.model import ReturningMonth, Summary

__all__ = ["summary_view"]

GAIN, LOSS, NEUTRAL = "green", "red", "cyan"
BAR_WIDTH = 24


FIGURES = NumberFormat("en")
whole, fixed, percent, amount = FIGURES.whole, FIGURES.fixed, FIGURES.percent, FIGURES.amount
NUMBERS: dict[Unit, Callable[[float | None], str]] = {
    "money": amount,
    "share": percent,
    "years": FIGURES.years,
    "count": whole,
    "days": whole,
}
"""How a number is told, by its unit."""

ELSEWHERE = (
    "customers",
    "portfolio_value",
    "retention",
    "duration",
    "extra_orders_per_1000",
    "returning_share",
    "returning_revenue",
)
"""Key figures that the tables above and below them tell."""


def summary_view(
    summary: Summary,
    name: str,
    *,
    colour: bool = True,
    ways: Sequence[Way] = (),
    goals: Sequence[GoalHistory] = (),
    gain: RetentionGain | None = None,
) -> RenderableType:
    """The summary as something rich can print at 80 columns or more.

    Args:
        summary: The figures.
        name: What the orders are called.
        colour: Whether cells of the migration have a colour.
        ways: What a customer costs and brings; none leaves it out.
        goals: The steps of the ladder that have a goal, with what they were a year before.
        gain: What a point of retention adds to the portfolio value.
    """
    parts: list[RenderableType] = [_head(summary, name)]
    parts += [_warnings(summary)] if summary.warnings else []
    parts += [_sample(summary)] if summary.input.sample else []
    parts += [Text(), _balance_and_value(summary), *_ranges(summary), *_kept(summary)]
    parts += _point(summary, gain)
    parts += _costs(ways)
    parts += [Text(), _ladder(summary), *_goals(goals), *_first_year(summary)]
    if summary.f12_known:
        parts += [Text(), _migration(summary, colour=colour), *_moves(summary)]
    parts += [Text(), _kpis(summary)]
    parts += [Text(), *_returning(summary), *_month(summary)]
    return Group(*parts)


def _about(summary: Summary, figure: str) -> str:
    """A figure that rests on F12, marked where history holds a part of F12 alone."""
    return f"≈{figure}" if not summary.f12_covered and figure != UNKNOWN else figure


def _point(summary: Summary, gain: RetentionGain | None) -> list[Text]:
    """What a point of retention adds, and what of it is profit."""
    if gain is None:
        return []
    told = f" One point of retention in every tier adds {_about(summary, amount(gain.value))}"
    if gain.share is not None:
        told += f" ({FIGURES.signed_percent(gain.share, 1)})"
    if gain.profit is not None:
        told += f", profit {_about(summary, amount(gain.profit))}"
    return [Text(f"{told}.")]


def _head(summary: Summary, name: str) -> Text:
    flows, read = summary.flows, summary.input
    head = Text(
        f" {name} · 12 months to {FIGURES.day(summary.as_of)} ·"
        f" {counted(read.orders, 'order', shown=whole(read.orders))} ·"
        f" {counted(read.customers, 'customer', shown=whole(read.customers))}",
        style="bold",
    )
    active_customers = counted(flows.closing, "active customer", shown=whole(flows.closing))
    if (change := growth(summary)) is not None:
        more = "more" if change >= 0 else "fewer"
        active_customers += (
            f", {percent(abs(change))} {more} than a year before; "
            f"{percent(flows.retention)} of those stayed."
        )
    if line := translate(summary.reading.line, "en"):
        head.append(f"\n {line}", style="not bold dim")
    if summary.reading.settings:
        of_file = translate(summary.reading.settings.line, "en")
        head.append(f"\n {of_file}", style="not bold dim")
    return head.append(f"\n {active_customers}", style="not bold")


def _warnings(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for warning in summary.warnings:
        table.add_row(Text(" !", style="yellow"), Text(warning, style="yellow"))
    return table


def _sample(summary: Summary) -> Text:
    text = Text(style="dim")
    for row in summary.input.sample:
        cells = ", ".join(f"{k}={v!r}" for k, v in row["row"].items())
        text.append(f"   {row['reason'].replace('_', ' ')}: {cells}"[:79] + "\n")
    text.rstrip()
    return text


def _grid(*justify: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for side in justify:
        table.add_column(justify="right" if side == "r" else "left", no_wrap=True)
    return table


def _indented(table: Table) -> Padding:
    return Padding(table, (0, 0, 0, 1))


def _balance_and_value(summary: Summary) -> RenderableType:
    flows = summary.flows
    balance = _grid("l", "r")
    balance.add_row(Text("Customers", style="bold"), "")
    for words, count, style in (
        ("opening", flows.opening, ""),
        ("+ new", flows.new, GAIN),
        ("+ reactivated", flows.reactivated, GAIN),
        ("− lost", flows.lost, LOSS),
    ):
        balance.add_row(Text(words, style=style), Text(_about(summary, whole(count)), style=style))
    balance.add_row(*(Text(t, style="bold") for t in ("= closing", whole(flows.closing))))
    duration = _about(summary, FIGURES.years(flows.duration))
    balance.add_row(Text("duration", style="dim"), Text(duration, style="dim"))
    value = _grid("l", "r", "r", "r", "r")
    value.add_row(
        *(Text(t, style="bold") for t in ("Value tiers", "customers", "retention", "years", "CLV"))
    )
    for record in summary.portfolio_records:
        value.add_row(
            Text(record.tier),
            whole(record.customers),
            _about(summary, percent(record.retention)),
            _about(summary, fixed(record.duration, 2)),
            _about(summary, amount(record.clv)),
        )
    value.add_row(
        "total",
        whole(flows.closing),
        _about(summary, percent(flows.retention)),
        _about(summary, fixed(flows.duration, 2)),
        _about(summary, amount(summary.portfolio_clv)),
    )
    total = Text(_about(summary, amount(summary.portfolio_value)), style="bold")
    value.add_row(Text("portfolio value", style="bold"), "", "", "", total)
    return _side_by_side(balance, value)


def _range(ends: Interval, text_of: Callable[[float | None], str]) -> str:
    """The ends of an interval; of one without a high end, that it is at least so much."""
    if ends.low is None:
        return UNKNOWN
    return (
        f"at least {text_of(ends.low)}"
        if ends.high is None
        else f"{text_of(ends.low)}–{text_of(ends.high)}"
    )


def _ranges(summary: Summary) -> list[RenderableType]:
    """Between what ends the figures lie, as far as chance goes."""
    tiers = [
        f"{row.tier} {_range(row.clv_interval, amount)}"
        for row in summary.portfolio_records
        if row.clv_interval.low is not None
    ]
    if not tiers:
        return []
    if summary.clv_interval.low is not None:
        tiers.append(f"total {_range(summary.clv_interval, amount)}")
    flows = summary.flows
    sentence = (
        f"80 % ranges by chance: retention {_range(flows.retention_interval, percent)}, "
        f"{_range(flows.duration_interval, FIGURES.years)}; CLV {', '.join(tiers)}; "
        f"portfolio {_range(summary.portfolio_interval, amount)}"
    )
    return [_note(sentence)]


def _note(text: str) -> Padding:
    return Padding(Text(text, style="dim"), (0, 0, 0, 1))


def _moves(summary: Summary) -> list[RenderableType]:
    """The flows that cost and bring most."""
    valued = [f for f in summary.flow_values if f.value is not None and f.wanted is not None]
    worst = min(valued, key=lambda f: f.value or 0, default=None)
    best = max(valued, key=lambda f: f.value or 0, default=None)
    if worst is None or best is None or (worst.value or 0) >= 0:
        return []
    cost = _about(summary, amount(-(worst.value or 0)))
    sentence = f"Dearest move: {worst.origin}→{worst.target} costs {cost}"
    lost = next((f for f in valued if (f.origin, f.target) == (worst.target, LOST)), None)
    left = -(lost.value or 0) if lost else None
    if left is not None and -(worst.value or 0) > left:
        sentence += f", more than all who are lost from {worst.target} ({amount(left)})"
    sentence += f"; best: {best.origin}→{best.target} brings {_about(summary, amount(best.value))}."
    if (bridge := summary.portfolio_bridge) is not None:
        sentence += (
            f" From {amount(bridge.opening)} to {amount(bridge.closing)}: flows "
            f"{_signed(bridge.flows)}, changed CLV {_signed(bridge.changed_clv)}."
        )
    return [_note(sentence), *(_note(translate(trap, "en")) for trap in TRAPS)]


def _signed(number: float) -> str:
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{amount(abs(number))}"


def _kept(summary: Summary) -> list[RenderableType]:
    """What existing customers bring, how the customers of F12 stayed, and who may come back."""
    flows, lines = summary.flows, []
    if flows.existing_revenue is not None:
        lines.append(
            f"Existing customers brought {_about(summary, amount(flows.existing_revenue))} of the "
            f"revenue, {_about(summary, percent(flows.existing_share))}."
        )
    if flows.since:
        kept = ", ".join(
            f"{row.status} {percent(row.retention)} of {whole(row.customers)}"
            for row in flows.since
        )
        lines.append(f"Still customers, by what they were the year before: {kept}.")
    if flows.reactivation_rate is not None:
        of = (
            f"the {whole(flows.lost_f12)} who were lost the year before"
            if flows.back_of_f12
            else f"the {whole(flows.lost)} lost this year, as history tells no better"
        )
        lines.append(
            f"Reactivated: {whole(flows.reactivated)}, {percent(flows.reactivation_rate)} of {of}."
        )
    return [_note(line) for line in lines]


def _goals(goals: Sequence[GoalHistory]) -> list[RenderableType]:
    """What the steps with a goal were, are and shall be."""
    if not goals:
        return []
    parts = []
    for row in goals:
        was = "" if row.was is None else f"was {percent(row.was)}, "
        parts.append(
            f"F{row.step}→F{row.step + 1} {was}is {percent(row.now)}, goal {percent(row.goal)}"
        )
    return [_note(f"Goals: {'; '.join(parts)}.")]


def _costs(ways: Sequence[Way]) -> list[RenderableType]:
    """What a kept, a won-back and a new customer cost and bring."""
    if not ways:
        return []
    parts = []
    for way in ways:
        one = f"{WAYS[way.way][1][0]} brings {amount(way.brings)}"
        if way.cost is not None:
            one += f" and costs {amount(way.cost)}"
            if way.per_cost is not None:
                one += f" ({fixed(way.per_cost, 1)} for one, back in {FIGURES.years(way.payback)})"
        parts.append(one)
    margin = ways[0].margin
    on = "in revenue, as no margin is set" if margin == 1 else f"at a margin of {percent(margin)}"
    return [_note(f"Keep or acquire, {on}: {'; '.join(parts)}. Each may cost what it brings.")]


def _first_year(summary: Summary) -> list[RenderableType]:
    """The first year of those who came last, and of those a year before them."""
    rows = newest_first_years(summary)
    if not rows:
        return []
    now, lines = rows[0], []
    for row in rows:
        low, high = percent(row.low), percent(row.high)
        lines.append(
            f"{period_name(row).en}: {fixed(row.orders_per_customer, 2)} orders of "
            f"{amount(row.order_value)}, {percent(row.repeat_share)} ({low}–{high}) bought again: "
            f"CLV {amount(row.clv)}"
        )
    first = f"First year of the new, {whole(now.observed)} recruited {lines[0]}"
    if now.change is not None:
        first += f", {_signed_percent(now.change)}"
    first += "."
    measured = next((r for r in reversed(summary.ltv_records) if r.ltv is not None), None)
    if measured is not None:
        first += f" Measured after {measured.age_months} months: {amount(measured.ltv)}."
    if now.near_start:
        first += " History starts here: some of them are likely old customers."
    notes: list[RenderableType] = [_note(first)]
    if len(rows) > 1:
        second = f"Those {lines[1]}"
        if now.by_frequency is not None:
            second += (
                f" (orders {_signed(now.by_frequency)}, order value "
                f"{_signed(now.by_order_value or 0)}, repeat share {_signed(now.by_duration or 0)})"
            )
        notes.append(_note(f"{second}."))
    return notes


def _signed_percent(share: float) -> str:
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{percent(abs(share))}"


def _month(summary: Summary) -> list[RenderableType]:
    """The last month against the same one of the year before."""
    now, then = summary.months[-1], summary.months[-13]
    if now.active is None:
        return []

    def against(label: str, before: float | None, after: float | None) -> str:
        if before is None:
            return f"{label}, the year before unknown"
        shown = whole(before) if isinstance(before, int) else amount(before)
        change = None if not before or after is None else after / before - 1
        return f"{label} against {shown}" + (
            "" if change is None else f" ({_signed_percent(change)})"
        )

    second = against(whole(now.second_orders), then.second_orders, now.second_orders)
    theirs = against(amount(now.returning_revenue), then.returning_revenue, now.returning_revenue)
    sentence = (
        f"{now.month} against {then.month}: second orders {second}; revenue of those who return "
    )
    return [_note(f"{sentence}{theirs}.")]


def _side_by_side(left: Table, right: Table) -> Padding:
    sides = Table.grid(padding=(0, 2, 0, 0))
    sides.add_row(left, right)
    return _indented(sides)


def _ladder(summary: Summary) -> RenderableType:
    ladder = summary.ladder
    table = Table.grid(padding=(0, 2, 0, 0))
    within = [f"in {summary.rules.matured} days"] if ladder.with_matured else []
    width = BAR_WIDTH - (13 if within else 0)
    table.add_column(width=width + 5, no_wrap=True)
    heads = (" F-ladder", "customers", "goes on", *within, "median days")
    for _ in heads[1:]:
        table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_row(*(Text(t, style="bold") for t in heads))
    if ladder.f0 is not None:
        table.add_row(" F0", whole(ladder.f0), percent(ladder.f0_rate), "")
    first = ladder.step_records[0].customers if ladder.step_records else 1
    for record in ladder.step_records:
        tip = record.f == ladder.tipping_point
        label = Text(f" F{record.f:<3}")
        label.append(bar(record.customers / first, width), style=NEUTRAL)
        mark = "◀ tipping point" if tip else "▼ dip" if record.f in ladder.dips else ""
        table.add_row(
            label,
            whole(record.customers),
            percent(record.rate),
            *([percent(record.matured_rate)] if within else []),
            fixed(record.median_days, 0),
            Text(mark, style="bold" if tip else "yellow"),
        )
    sentence = (
        f"Of 1\u00a0000 new customers come {whole(ladder.extra_orders_per_1000)} extra orders"
    )
    if ladder.extra_orders_interval.low is not None:
        sentence += f" (80 %: {_range(ladder.extra_orders_interval, whole)})"
    lines = [Text(f" {sentence}.")]
    for k in ladder.dips:
        here, before = ladder.step_records[k - 1].rate, ladder.step_records[k - 2].rate
        fall = fixed(((before or 0) - (here or 0)) * 100, 1)
        lines.append(Text(f" F{k}→F{k + 1} falls {fall} pp below F{k - 1}→F{k}."))
    return Group(table, *lines)


def _heat(share: float | None) -> Style:
    if share is None:
        return Style()
    ink, (red, green, blue) = heat(share)
    return Style.parse(f"rgb({ink[0]},{ink[1]},{ink[2]}) on rgb({red},{green},{blue})")


def _migration(summary: Summary, *, colour: bool) -> RenderableType:
    migration, flows = summary.migration, summary.flows
    table = Table.grid(padding=0)
    table.add_column(no_wrap=True, min_width=13)
    for _ in migration.targets:
        table.add_column(justify="right", no_wrap=True, min_width=10)
    table.add_column(justify="right", no_wrap=True, min_width=13)
    heads = (" F12 → S12", *migration.targets, "customers")
    table.add_row(*(Text(f"{t} ", style="bold") for t in heads))
    for name, row, counts in zip(
        migration.origins, migration.shares, migration.counts, strict=True
    ):
        cells = [
            Text(f"{percent(s)} ".rjust(10), style=_heat(s) if colour else Style()) for s in row
        ]
        of_tier = None if None in counts else sum(n or 0 for n in counts)
        table.add_row(Text(f" {name}"), *cells, f"{_about(summary, whole(of_tier))} ")
    retained = (f"{_about(summary, whole(count))} " for count in migration.retained)
    table.add_row(" total retained", *retained, "", f"{_about(summary, whole(flows.continued))} ")
    return table


def _kpis(summary: Summary) -> RenderableType:
    left = _grid("l", "r")
    left.add_row(Text("Key figures", style="bold"), "")
    figures = [figure for key, figure in KEY_FIGURES.items() if key not in ELSEWHERE]
    for figure in sorted(figures, key=lambda figure: not figure.headline):
        if figure.asked(summary):
            label = str(translate(figure.label(summary.rules), "en"))
            left.add_row(label, NUMBERS[figure.unit](figure.of(summary)))
    right = _grid("l", "r", "r")
    right.add_row(*(Text(t, style="bold") for t in ("LTV after", "value", "customers")))
    for record in summary.ltv_records:
        right.add_row(f"{record.age_months} months", amount(record.ltv), whole(record.customers))
    return Group(_side_by_side(left, right), *_ltv_ranges(summary))


def _ltv_ranges(summary: Summary) -> list[RenderableType]:
    ranges = [
        f"{row.age_months} months {_range(Interval(row.low, row.high), amount)}"
        for row in summary.ltv_records
        if row.low is not None
    ]
    return [_note(f"80 % ranges of LTV by chance: {', '.join(ranges)}")] if ranges else []


def _returning(summary: Summary) -> list[RenderableType]:
    """The months in which somebody bought, and which are left out as nobody did."""
    table = _grid(*"lrrrr")
    heads = ("Returning share", "customers", "of customers", "of revenue", "change pp")
    table.add_row(*(Text(t, style="bold") for t in heads))
    records = summary.kpis.returning_records
    for record in records:
        if not record.customers:
            continue
        table.add_row(
            record.month,
            whole(record.customers),
            percent(record.share),
            percent(record.revenue_share),
            _change(record),
        )
    quiet = [record.month for record in records if record.customers == 0]
    unseen = [record.month for record in records if record.customers is None]
    notes: list[RenderableType] = []
    if quiet:
        notes.append(_note(f"Nobody bought in {_months_in_a_row(quiet)}."))
    if unseen:
        notes.append(_note(f"History does not hold {_months_in_a_row(unseen)}."))
    if len(quiet) + len(unseen) == len(records):
        return notes
    return [_indented(table), *notes]


def _months_in_a_row(names: list[str]) -> str:
    """Months as ``2026-01–2026-03, 2026-05``: those that follow each other together."""
    runs: list[list[str]] = []
    for name in names:
        year, month = map(int, name.split("-"))
        before = f"{year - (month == 1):04d}-{(month - 2) % 12 + 1:02d}"
        if runs and runs[-1][-1] == before:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _change(record: ReturningMonth) -> Text:
    change = record.change_pp
    if change is None:
        return Text(UNKNOWN)
    style = GAIN if change > 0 else LOSS if change < 0 else ""
    return Text(f"{'+' if change > 0 else ''}{fixed(change, 1)}", style=style)
