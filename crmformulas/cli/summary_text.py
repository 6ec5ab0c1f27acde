"""A summary as a few well-set tables for the terminal, in either language.

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
from crmformulas.orders.summary.notices import EXCLUDED
from crmformulas.orders.summary.who_buys import reached, who_buys
from crmformulas.translations import Label, Lang, Translated, counted, heading, term, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmformulas.orders.analysis.keep_or_acquire import Way
    from crmformulas.orders.analysis.ladder_goals import GoalHistory
    from crmformulas.orders.analysis.retention_gain import RetentionGain
    from crmformulas.orders.summary.model import Month, ReturningMonth, Summary

__all__ = ["summary_view"]

GAIN, LOSS, NEUTRAL = "green", "red", "cyan"
BAR_WIDTH = 24

NUMBERS: dict[Unit, Callable[[NumberFormat, float | None], str]] = {
    "money": NumberFormat.amount,
    "share": NumberFormat.percent,
    "years": NumberFormat.years,
    "count": NumberFormat.whole,
    "days": NumberFormat.whole,
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
    lang: Lang = "en",
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
        lang: The language of its texts.
        colour: Whether cells of the migration have a colour.
        ways: What a customer costs and brings; none leaves it out.
        goals: The steps of the ladder that have a goal, with what they were a year before.
        gain: What a point of retention adds to the portfolio value.
    """
    text = _SummaryText(summary, lang)
    parts: list[RenderableType] = [text.head(name)]
    parts += [text.warnings()] if summary.notices else []
    parts += [text.sample()] if summary.input.sample else []
    parts += [Text(), text.balance_and_value(), *text.ranges(), *text.kept()]
    parts += text.point(gain)
    parts += text.costs(ways)
    parts += [Text(), text.ladder(), *text.goals(goals), *text.first_year()]
    if summary.f12_known:
        parts += [Text(), text.migration(colour=colour), *text.moves()]
    parts += [Text(), text.key_figures()]
    parts += [Text(), *text.returning(), *text.month()]
    return Group(*parts)


class _SummaryText:
    """Text of a summary in a language."""

    def __init__(self, summary: Summary, lang: Lang) -> None:
        self.summary, self.lang = summary, lang
        self.figures = figures = NumberFormat(lang)
        self.whole, self.fixed = figures.whole, figures.fixed
        self.percent, self.amount, self.years = figures.percent, figures.amount, figures.years

    def in_language(self, english: str, swedish: str) -> str:
        """The text of the language."""
        return english if self.lang == "en" else swedish

    def named(self, words: Label) -> str:
        """A label in the language."""
        return str(translate(words, self.lang))

    def tier(self, key: str) -> str:
        """A tier, or where customers of none come from or go."""
        return self.named(term(key))

    def about(self, figure: str) -> str:
        """A figure that rests on F12, marked where history holds a part of F12 alone."""
        return f"≈{figure}" if not self.summary.f12_covered and figure != UNKNOWN else figure

    def signed(self, number: float) -> str:
        """An amount with its sign."""
        return f"{'+' if number > 0 else '−' if number < 0 else ''}{self.amount(abs(number))}"

    def range(self, ends: Interval, text_of: Callable[[float | None], str]) -> str:
        """The ends of an interval; of one without a high end, that it is at least so much."""
        if ends.low is None:
            return UNKNOWN
        low = text_of(ends.low)
        if ends.high is None:
            return self.in_language(f"at least {low}", f"minst {low}")
        return f"{low}–{text_of(ends.high)}"

    def heads(self, *words: Label) -> list[Text]:
        """Heads of columns."""
        return [Text(self.named(one), style="bold") for one in words]

    # ---------------------------------------------------------------------------- what comes first

    def head(self, name: str) -> Text:
        """Whose orders, how many, and how many customers there are now."""
        summary, whole, percent = self.summary, self.whole, self.percent
        flows, read, day = summary.flows, summary.input, self.figures.day(summary.as_of)
        orders = self.in_language(
            counted(read.orders, "order", shown=whole(read.orders)), f"{whole(read.orders)} köp"
        )
        customers = counted(read.customers, "customer", lang=self.lang, shown=whole(read.customers))
        months = self.in_language(f"12 months to {day}", f"12 månader till {day}")
        head = Text(f" {name} · {months} · {orders} · {customers}", style="bold")
        active, now = flows.closing, whole(flows.closing)
        line = self.in_language(
            counted(active, "active customer", shown=now),
            f"{now} aktiv{'' if active == 1 else 'a'} kund{'' if active == 1 else 'er'}",
        )
        if (change := growth(summary)) is not None:
            by, stayed = percent(abs(change)), percent(flows.retention)
            than = self.in_language(
                f"{by} {'more' if change >= 0 else 'fewer'} than",
                f"{by} {'fler' if change >= 0 else 'färre'} än",
            )
            if not change:
                than = self.in_language("as many as", "lika många som")
            line += self.in_language(
                f", {than} a year before; {stayed} of those stayed.",
                f", {than} för ett år sedan; {stayed} av dem är kvar.",
            )
        if read_from := self.named(summary.reading.line):
            head.append(f"\n {read_from}", style="not bold dim")
        if summary.reading.settings:
            head.append(f"\n {self.named(summary.reading.settings.line)}", style="not bold dim")
        return head.append(f"\n {line}", style="not bold")

    def warnings(self) -> Table:
        """Notices to the reader."""
        table = Table.grid(padding=(0, 1, 0, 0))
        for notice in self.summary.notices:
            table.add_row(Text(" !", style="yellow"), Text(self.named(notice), style="yellow"))
        return table

    def sample(self) -> Text:
        """Some rows that are in no figure."""
        text = Text(style="dim")
        for row in self.summary.input.sample:
            cells = ", ".join(f"{k}={v!r}" for k, v in row["row"].items())
            text.append(f"   {self.named(EXCLUDED[row['reason']])}: {cells}"[:79] + "\n")
        text.rstrip()
        return text

    # ------------------------------------------------------------------------------ base and value

    def balance_and_value(self) -> RenderableType:
        """The balance of customers beside the value tiers."""
        summary, whole, about = self.summary, self.whole, self.about
        flows = summary.flows
        balance = _grid("l", "r")
        balance.add_row(Text(self.named(heading("customers")), style="bold"), "")
        for sign, key, count, style in (
            ("", "opening", flows.opening, ""),
            ("+ ", "new", flows.new, GAIN),
            ("+ ", "reactivated", flows.reactivated, GAIN),
            ("− ", "lost", flows.lost, LOSS),
        ):
            words = f"{sign}{self.named(term(key))}"
            balance.add_row(Text(words, style=style), Text(about(whole(count)), style=style))
        closing = f"= {self.named(term('closing'))}"
        balance.add_row(*(Text(t, style="bold") for t in (closing, whole(flows.closing))))
        duration = about(self.years(flows.duration))
        balance.add_row(Text(self.named(term("duration")), "dim"), Text(duration, style="dim"))
        value = _grid("l", "r", "r", "r", "r")
        value.add_row(
            *self.heads(
                Translated("Value tiers", "Värdenivåer"),
                term("customers"),
                term("retention"),
                Translated("years", "år"),
                "CLV",
            )
        )
        for record in summary.portfolio_records:
            value.add_row(
                Text(self.tier(record.tier)),
                whole(record.customers),
                about(self.percent(record.retention)),
                about(self.fixed(record.duration, 2)),
                about(self.amount(record.clv)),
            )
        value.add_row(
            self.named(term("total")),
            whole(flows.closing),
            about(self.percent(flows.retention)),
            about(self.fixed(flows.duration, 2)),
            about(self.amount(summary.portfolio_clv)),
        )
        total = Text(about(self.amount(summary.portfolio_value)), style="bold")
        value.add_row(Text(self.named(term("portfolio_value")), "bold"), "", "", "", total)
        return _side_by_side(balance, value)

    def ranges(self) -> list[RenderableType]:
        """Between what ends the figures lie, as far as chance goes."""
        summary, amount, flows = self.summary, self.amount, self.summary.flows
        tiers = [
            f"{self.tier(row.tier)} {self.range(row.clv_interval, amount)}"
            for row in summary.portfolio_records
            if row.clv_interval.low is not None
        ]
        if not tiers:
            return []
        if summary.clv_interval.low is not None:
            total = self.named(term("total"))
            tiers.append(f"{total} {self.range(summary.clv_interval, amount)}")
        retention = self.range(flows.retention_interval, self.percent)
        duration = self.range(flows.duration_interval, self.years)
        clvs, portfolio = ", ".join(tiers), self.range(summary.portfolio_interval, amount)
        sentence = self.in_language(
            f"80 % ranges by chance: retention {retention}, {duration}; CLV {clvs}; "
            f"portfolio {portfolio}",
            f"80 %-intervall för slumpen: retention {retention}, {duration}; CLV {clvs}; "
            f"portföljen {portfolio}",
        )
        return [_note(sentence)]

    def kept(self) -> list[RenderableType]:
        """Revenue of existing customers, retention of those of F12, and repeat purchases."""
        return [_note(self.named(sentence)) for sentence in who_buys(self.summary)]

    def point(self, gain: RetentionGain | None) -> list[RenderableType]:
        """Value and profit of one more point of retention."""
        if gain is None:
            return []
        added = self.about(self.amount(gain.value))
        line = self.in_language(
            f"One point of retention in every tier adds {added}",
            f"En procentenhet retention i varje nivå ger {added}",
        )
        if gain.share is not None:
            line += f" ({self.figures.signed_percent(gain.share, 1)})"
        if gain.profit is not None:
            profit = self.about(self.amount(gain.profit))
            line += self.in_language(f", profit {profit}", f", vinst {profit}")
        return [_note(f"{line}.", style="")]

    def costs(self, ways: Sequence[Way]) -> list[RenderableType]:
        """Cost and worth of a kept, a won-back and a new customer."""
        if not ways:
            return []
        parts = []
        for way in ways:
            brings, cost = self.about(self.amount(way.brings)), self.amount(way.cost)
            one = self.named(WAYS[way.way][1])
            one += self.in_language(f" brings {brings}", f" ger {brings}")
            if way.cost is not None:
                one += self.in_language(f" and costs {cost}", f" och kostar {cost}")
                if way.per_cost is not None:
                    ratio, years = self.fixed(way.per_cost, 1), self.years(way.payback)
                    back = self.in_language(f", back in {years}", f", åter på {years}")
                    if way.payback is None:
                        back = self.in_language(
                            ": not back while the customer stays",
                            ": inte åter medan kunden är kvar",
                        )
                    one += self.in_language(f" ({ratio} for one{back})", f" ({ratio} för en{back})")
            parts.append(one)
        margin, listed = self.percent(ways[0].margin), "; ".join(parts)
        on = (
            self.in_language(
                "in revenue, as no margin is set", "i omsättning, då ingen marginal är angiven"
            )
            if ways[0].margin == 1
            else self.in_language(f"at a margin of {margin}", f"vid marginalen {margin}")
        )
        return [
            _note(
                self.in_language(
                    f"Keep or acquire, {on}: {listed}. Each may cost what it brings.",
                    f"Behålla eller skaffa, {on}: {listed}. Var och en får kosta vad den ger.",
                )
            )
        ]

    # ---------------------------------------------------------------------------------- the ladder

    def ladder(self) -> RenderableType:
        """The steps, and the sentences below them."""
        summary, whole, percent = self.summary, self.whole, self.percent
        ladder, matured = summary.ladder, summary.rules.matured
        table = Table.grid(padding=(0, 2, 0, 0))
        within = (
            [Translated(f"in {matured} days", f"inom {matured} d")] if ladder.with_matured else []
        )
        width = BAR_WIDTH - (16 if within else 0)
        table.add_column(width=width + 5, no_wrap=True)
        heads: list[Label] = [
            Translated(" F-ladder", " F-trappa"),
            term("customers"),
            Translated("goes on", "går vidare"),
            *within,
            Translated("median days", "mediandagar"),
        ]
        for _ in heads[1:]:
            table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_row(*self.heads(*heads))
        if ladder.f0 is not None:
            table.add_row(" F0", whole(ladder.f0), percent(ladder.f0_rate), "")
        first = ladder.step_records[0].customers if ladder.step_records else 1
        tipping, dip = "◀ tipping point", self.in_language("▼ dip", "▼ svacka")
        for record in ladder.step_records:
            tip = record.f == ladder.tipping_point
            label = Text(f" F{record.f:<3}")
            label.append(bar(record.customers / first, width), style=NEUTRAL)
            mark = tipping if tip else dip if record.f in ladder.dips else ""
            table.add_row(
                label,
                whole(record.customers),
                percent(record.rate),
                *([percent(record.matured_rate)] if within else []),
                self.fixed(record.median_days, 0),
                Text(mark, style="bold" if tip else "yellow"),
            )
        return Group(table, *self._below_the_ladder())

    def _below_the_ladder(self) -> list[RenderableType]:
        ladder, thousand = self.summary.ladder, self.whole(1000)
        extra = self.whole(ladder.extra_orders_per_1000)
        sentence = self.in_language(
            f"Of {thousand} new customers come {extra} extra orders",
            f"Av {thousand} nya kunder kommer {extra} merköp",
        )
        if ladder.extra_orders_interval.low is not None:
            sentence += f" (80 %: {self.range(ladder.extra_orders_interval, self.whole)})"
        lines: list[RenderableType] = [_note(f"{sentence}.", style="")]
        for k in ladder.dips:
            here, before = ladder.step_records[k - 1].rate, ladder.step_records[k - 2].rate
            fall = self.fixed(((before or 0) - (here or 0)) * 100, 1)
            dip = self.in_language(
                f"F{k}→F{k + 1} falls {fall} pp below F{k - 1}→F{k}.",
                f"F{k}→F{k + 1} ligger {fall} p.e. under F{k - 1}→F{k}.",
            )
            lines.append(_note(dip, style=""))
        return lines

    def goals(self, goals: Sequence[GoalHistory]) -> list[RenderableType]:
        """Steps with a goal: last year, now and the goal."""
        if not goals:
            return []
        parts = []
        for row in goals:
            was, now, goal = map(self.percent, (row.was, row.now, row.goal))
            before = "" if row.was is None else self.in_language(f"was {was}, ", f"var {was}, ")
            parts.append(
                f"F{row.step}→F{row.step + 1} {before}"
                + self.in_language(f"is {now}, goal {goal}", f"är {now}, mål {goal}")
            )
        return [_note(f"{self.in_language('Goals', 'Mål')}: {'; '.join(parts)}.")]

    def first_year(self) -> list[RenderableType]:
        """The first year of those who came last, and of those a year before them."""
        summary, amount = self.summary, self.amount
        rows = newest_first_years(summary)
        if not rows:
            return []
        now, lines = rows[0], []
        for row in rows:
            low, high = self.percent(row.low), self.percent(row.high)
            orders, again = self.fixed(row.orders_per_customer, 2), self.percent(row.repeat_share)
            value, clv = amount(row.order_value), amount(row.clv)
            lines.append(
                f"{self.named(period_name(row))}: "
                + self.in_language(
                    f"{orders} orders of {value}, {again} ({low}–{high}) bought again: CLV {clv}",
                    f"{orders} köp à {value}, {again} ({low}–{high}) köpte igen: CLV {clv}",
                )
            )
        observed = self.whole(now.observed)
        first = self.in_language(
            f"First year of the new, {observed} recruited {lines[0]}",
            f"Nykundernas första år, {observed} rekryterade {lines[0]}",
        )
        if now.change is not None:
            first += f", {self.figures.signed_percent(now.change)}"
        first += "."
        measured = next((r for r in reversed(summary.ltv_records) if r.ltv is not None), None)
        if measured is not None:
            age, ltv = measured.age_months, amount(measured.ltv)
            first += self.in_language(
                f" Measured after {age} months: {ltv}.", f" Uppmätt efter {age} månader: {ltv}."
            )
        if now.near_start:
            first += self.in_language(
                " History starts here: some of them are likely old customers.",
                " Historiken börjar här: en del av dem är sannolikt gamla kunder.",
            )
        notes: list[RenderableType] = [_note(first)]
        if len(rows) > 1:
            second = self.in_language(f"Those {lines[1]}", f"De {lines[1]}")
            if now.by_frequency is not None:
                parts = (now.by_frequency, now.by_order_value or 0, now.by_duration or 0)
                often, value, repeat = map(self.signed, parts)
                second += self.in_language(
                    f" (orders {often}, order value {value}, repeat share {repeat})",
                    f" (antal köp {often}, intäkt per köp {value}, andel återköp {repeat})",
                )
            notes.append(_note(f"{second}."))
        return notes

    # ------------------------------------------------------------------------------------ movement

    def migration(self, *, colour: bool) -> RenderableType:
        """Table of migration between tiers."""
        migration, flows = self.summary.migration, self.summary.flows
        retained_words = self.in_language("total retained", "totalt kvar")
        table = Table.grid(padding=0)
        table.add_column(no_wrap=True, min_width=13)
        for _ in migration.targets:
            table.add_column(justify="right", no_wrap=True, min_width=10)
        table.add_column(justify="right", no_wrap=True, min_width=13)
        heads = (" F12 → S12", *map(self.tier, migration.targets), self.tier("customers"))
        table.add_row(*(Text(f"{t} ", style="bold") for t in heads))
        for name, row, counts in zip(
            migration.origins, migration.shares, migration.counts, strict=True
        ):
            cells = [
                Text(f"{self.percent(s)} ".rjust(10), style=_heat(s) if colour else Style())
                for s in row
            ]
            of_tier = None if None in counts else sum(n or 0 for n in counts)
            customers = self.about(self.whole(of_tier))
            table.add_row(Text(f" {self.tier(name)}"), *cells, f"{customers} ")
        retained = (f"{self.about(self.whole(count))} " for count in migration.retained)
        continued = self.about(self.whole(flows.continued))
        table.add_row(f" {retained_words}", *retained, "", f"{continued} ")
        return table

    def moves(self) -> list[RenderableType]:
        """The flows that cost and bring most."""
        summary, amount, about = self.summary, self.amount, self.about
        valued = [f for f in summary.flow_values if f.value is not None and f.wanted is not None]
        worst = min(valued, key=lambda f: f.value or 0, default=None)
        best = max(valued, key=lambda f: f.value or 0, default=None)
        if worst is None or best is None or (worst.value or 0) >= 0:
            return []
        dearest = f"{self.tier(worst.origin)}→{self.tier(worst.target)}"
        cost = about(amount(-(worst.value or 0)))
        sentence = self.in_language(
            f"Dearest move: {dearest} costs {cost}", f"Dyrast flöde: {dearest} kostar {cost}"
        )
        lost = next((f for f in valued if (f.origin, f.target) == (worst.target, LOST)), None)
        left = -(lost.value or 0) if lost else None
        if left is not None and -(worst.value or 0) > left:
            of = self.tier(worst.target)
            sentence += self.in_language(
                f", more than all who are lost from {of} ({amount(left)})",
                f", mer än alla som förloras från {of} ({amount(left)})",
            )
        gained = f"{self.tier(best.origin)}→{self.tier(best.target)}"
        brought = about(amount(best.value))
        sentence += self.in_language(
            f"; best: {gained} brings {brought}.", f"; bäst: {gained} ger {brought}."
        )
        if (bridge := summary.portfolio_bridge) is not None:
            ends = amount(bridge.opening), amount(bridge.closing)
            parts = self.signed(bridge.flows), self.signed(bridge.changed_clv)
            sentence += self.in_language(
                f" From {ends[0]} to {ends[1]}: flows {parts[0]}, changed CLV {parts[1]}.",
                f" Från {ends[0]} till {ends[1]}: flöden {parts[0]}, ändrad CLV {parts[1]}.",
            )
        return [_note(sentence), *(_note(self.named(trap)) for trap in TRAPS)]

    # --------------------------------------------------------------------------------- key figures

    def key_figures(self) -> RenderableType:
        """The key figures that stand nowhere else, beside the lifetime value by age."""
        summary = self.summary
        left = _grid("l", "r")
        left.add_row(*self.heads(Translated("Key figures", "Nyckeltal")), "")
        figures = [figure for key, figure in KEY_FIGURES.items() if key not in ELSEWHERE]
        for figure in sorted(figures, key=lambda figure: not figure.headline):
            if figure.asked(summary):
                label = self.named(figure.label(summary.rules))
                left.add_row(label, NUMBERS[figure.unit](self.figures, figure.of(summary)))
        right = _grid("l", "r", "r")
        right.add_row(
            *self.heads(
                Translated("LTV after", "LTV efter"),
                Translated("value", "värde"),
                term("customers"),
            )
        )
        for record in summary.ltv_records:
            customers = self.whole(record.customers)
            right.add_row(self._age(record.age_months), self.amount(record.ltv), customers)
        return Group(_side_by_side(left, right), *self._ltv_ranges())

    def _age(self, months: int) -> str:
        return self.in_language(f"{months} months", f"{months} månader")

    def _ltv_ranges(self) -> list[RenderableType]:
        ranges = ", ".join(
            f"{self._age(row.age_months)} {self.range(Interval(row.low, row.high), self.amount)}"
            for row in self.summary.ltv_records
            if row.low is not None
        )
        words = self.in_language("80 % ranges of LTV by chance", "80 %-intervall för LTV")
        return [_note(f"{words}: {ranges}")] if ranges else []

    def returning(self) -> list[RenderableType]:
        """The months in which somebody bought, and which are left out as nobody did."""
        table = _grid(*"lrrrr")
        table.add_row(
            *self.heads(
                Translated("Returning share", "Andel återkommande"),
                term("customers"),
                Translated("of customers", "av kunderna"),
                Translated("of revenue", "av omsättningen"),
                Translated("change pp", "ändring p.e."),
            )
        )
        records = self.summary.kpis.returning_records
        for record in records:
            if record.customers:
                table.add_row(
                    record.month,
                    self.whole(record.customers),
                    self.percent(record.share),
                    self.percent(record.revenue_share),
                    self._change(record),
                )
        quiet = [record.month for record in records if record.customers == 0]
        unseen = [record.month for record in records if record.customers is None]
        notes: list[RenderableType] = []
        if quiet:
            months = _months_in_a_row(quiet)
            notes.append(
                _note(self.in_language(f"Nobody bought in {months}.", f"Ingen köpte {months}."))
            )
        if unseen:
            months = _months_in_a_row(unseen)
            words = self.in_language("History does not hold", "Historiken omfattar inte")
            notes.append(_note(f"{words} {months}."))
        if len(quiet) + len(unseen) == len(records):
            return notes
        return [_indented(table), *notes]

    def _change(self, record: ReturningMonth) -> Text:
        change = record.change_pp
        if change is None:
            return Text(UNKNOWN)
        style = GAIN if change > 0 else LOSS if change < 0 else ""
        return Text(self.figures.signed(change, 1), style=style)

    def month(self) -> list[RenderableType]:
        """The last month against the same one of the year before."""
        now, then = self.summary.months[-1], self.summary.months[-13]
        if now.active is None:
            return []
        second = self._against(self.whole(now.second_orders), then.second_orders, now.second_orders)
        theirs = self._against(
            self.amount(now.returning_revenue), then.returning_revenue, now.returning_revenue
        )
        lines = [
            self.in_language(
                f"{now.month} against {then.month}: second orders {second}; revenue of those who "
                f"return {theirs}.",
                f"{now.month} mot {then.month}: andra köp {second}; omsättning från återkommande "
                f"{theirs}.",
            ),
            *self._leads(now, then),
        ]
        return [_note(line) for line in lines]

    def _leads(self, now: Month, then: Month) -> list[str]:
        """The line on the contacts of the list who became customers in the month."""
        if now.converted_leads is None:
            return []
        came = self._against(
            self.whole(now.converted_leads), then.converted_leads, now.converted_leads
        )
        rate, before = self.percent(now.lead_rate), self.percent(then.lead_rate)
        return [
            *([] if (told := reached(self.summary)) is None else [self.named(told)]),
            self.in_language(
                f"Contacts who became customers: {came}; of those whose time to do so ended in "
                f"the month {rate}, a year before {before}.",
                f"Kontakter som blev kunder: {came}; av dem vars tid för det gick ut under "
                f"månaden {rate}, ett år före {before}.",
            ),
        ]

    def _against(self, shown: str, before: float | None, after: float | None) -> str:
        """A figure against that of the year before, with its change."""
        if before is None:
            return shown + self.in_language(", the year before unknown", ", året före okänt")
        former = self.whole(before) if isinstance(before, int) else self.amount(before)
        text = f"{shown} {self.in_language('against', 'mot')} {former}"
        if not before or after is None:
            return text
        return f"{text} ({self.figures.signed_percent(after / before - 1)})"


def _grid(*justify: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for side in justify:
        table.add_column(justify="right" if side == "r" else "left", no_wrap=True)
    return table


def _indented(table: Table) -> Padding:
    return Padding(table, (0, 0, 0, 1))


def _note(text: str, style: str = "dim") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, 1))


def _side_by_side(left: Table, right: Table) -> Padding:
    sides = Table.grid(padding=(0, 2, 0, 0))
    sides.add_row(left, right)
    return _indented(sides)


def _heat(share: float | None) -> Style:
    if share is None:
        return Style()
    ink, (red, green, blue) = heat(share)
    return Style.parse(f"rgb({ink[0]},{ink[1]},{ink[2]}) on rgb({red},{green},{blue})")


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
