"""The charts of a summary: what each says, shows, and says to who does not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmformulas.charts.chart import Chart, Column, Draw, Slide, Table
from crmformulas.charts.marks import NARROW, bars, columns, lines, matrix, waterfall
from crmformulas.charts.of_analyses import money_format
from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.budget_plan import PERIODS, Plan
from crmformulas.orders.analysis.cohorts import ALL, cohorts
from crmformulas.orders.analysis.movements import movement
from crmformulas.orders.analysis.scenarios import SCENARIOS
from crmformulas.orders.analysis.trend import change_on_year, months
from crmformulas.palette import BAND, GAIN, LOSS, NEUTRAL, SHADES
from crmformulas.translations import (
    LANGS,
    Label,
    Lang,
    Translated,
    counted,
    heading,
    term,
    translate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmformulas.orders.summary.model import Summary

__all__ = ["Charts", "portfolio_table"]

CUSTOMERS = heading("customers")
MOST_FLOWS = 12
"""Flows that are drawn: those that move most value."""

MOST_COHORTS = 24
"""Months of first order that are drawn."""


def _both(tell: Callable[[Lang], str]) -> Translated:
    return Translated(*(tell(lang) for lang in LANGS))


def _unknown(what: str) -> InputError:
    return InputError(f"there is no chart of the {what}: too little is seen of the year before")


def portfolio_table(summary: Summary) -> Table:
    """The value tiers, from retention to the value of the portfolio, with the interval of CLV."""
    ends = Translated("CLV, 80 %: from", "CLV, 80 %: från"), Translated("to", "till")
    return Table(
        (
            Column(heading("tier"), "text"),
            Column(CUSTOMERS),
            Column(heading("retention"), "share"),
            Column(heading("duration"), "years"),
            Column(heading("annual_value"), "money"),
            Column("CLV", "money"),
            Column(ends[0], "money"),
            Column(ends[1], "money"),
            Column(heading("portfolio_value"), "money"),
        ),
        tuple(
            (
                term(t.tier),
                t.customers,
                t.retention,
                t.duration,
                t.annual_value,
                t.clv,
                t.clv_interval.low,
                t.clv_interval.high,
                t.portfolio_value,
            )
            for t in summary.portfolio_records
        ),
    )


class Charts:
    """The charts of a summary; ``summary.chart.ladder()``.

    Each raises :class:`InputError` where the figures that it shows are unknown.

    Args:
        summary: The figures.
        before: Those of a year before, where history tells them.
        lang: The language that charts are drawn in unless told otherwise.
    """

    def __init__(self, summary: Summary, before: Summary | None = None, lang: Lang = "en") -> None:
        self._summary = summary
        self._before = before
        self._lang: Lang = lang

    def _chart(
        self,
        key: str,
        title: Translated,
        alt: Translated,
        table: Table,
        draw: Draw,
        slide: Slide | None = None,
        note: Translated | None = None,
    ) -> Chart:
        return Chart(key, title, alt, table, draw, slide, note, self._lang)

    def all(self) -> tuple[Chart, ...]:
        """Every chart whose figures are known, in the order of the report."""
        charts = []
        for name in ORDER:
            try:
                charts.append(getattr(self, name)())
            except InputError:
                continue
        return tuple(charts)

    def balance(self) -> Chart:
        """The year's balance of customers: opening, new, reactivated, lost, closing."""
        flows = self._summary.flows
        if flows.opening is None or not flows.opening:
            raise _unknown("balance")
        opening, new, back, lost = flows.opening, flows.new or 0, flows.reactivated or 0, flows.lost
        gone = lost or 0
        steps: list[tuple[Label, int, int, str, bool]] = [
            (heading("opening"), 0, opening, BAND, False),
            (heading("new"), opening, opening + new, GAIN, True),
            (heading("reactivated"), opening + new, opening + new + back, GAIN, True),
            (heading("lost"), opening + new + back, flows.closing, LOSS, True),
            (heading("closing"), 0, flows.closing, BAND, False),
        ]

        def text(lang: Lang, start: int, end: int, *, change: bool) -> str:
            figures = NumberFormat(lang)
            return figures.signed(end - start) if change else figures.whole(end)

        def draw(lang: Lang, width: int) -> Any:
            return waterfall(
                [
                    {
                        "label": translate(label, lang),
                        "start": start,
                        "end": end,
                        "text": text(lang, start, end, change=change),
                        "colour": colour,
                    }
                    for label, start, end, colour, change in steps
                ],
                width,
            )

        def title(lang: Lang) -> str:
            figures = NumberFormat(lang)
            came = counted(new + back, "customer", lang=lang, shown=figures.whole(new + back))
            left = figures.whole(gone)
            if lang == "en":
                return f"{came} came or came back, {left} left"
            return f"{came} kom eller kom åter, {left} lämnade"

        def alt(lang: Lang) -> str:
            w = NumberFormat(lang).whole
            if lang == "en":
                return (
                    f"Waterfall from {w(opening)} opening customers, plus {w(new)} new and "
                    f"{w(back)} reactivated, minus {w(gone)} lost, to {w(flows.closing)} closing."
                )
            return (
                f"Vattenfall från {w(opening)} ingående kunder, plus {w(new)} nya och {w(back)} "
                f"återvunna, minus {w(gone)} förlorade, till {w(flows.closing)} utgående."
            )

        rows = tuple(
            (label, end - start if change else end) for label, start, end, _, change in steps
        )
        floor = tuple(float(min(start, end)) for _, start, end, _, _ in steps)
        size = tuple(float(abs(end - start)) for _, start, end, _, _ in steps)
        table = Table((Column("", "text"), Column(CUSTOMERS, "count")), rows, total=True)
        return self._chart(
            "balance",
            _both(title),
            _both(alt),
            table,
            draw,
            slide=Slide(
                "stacked",
                tuple(step[0] for step in steps),
                (("", floor), (CUSTOMERS, size)),
                colours=tuple(step[3] for step in steps),
                texts=tuple(
                    _both(lambda lang, s=step: text(lang, *s[1:3], change=s[4]))  # type: ignore[misc]
                    for step in steps
                ),
            ),
        )

    def months(self) -> Chart:
        """Active customers of the last 24 complete months."""
        by_month = months(self._summary)
        if not by_month:
            raise InputError("there is no chart of the months: no month is complete")
        change = change_on_year([month.customers for month in by_month])
        last = by_month[-1]

        def colour(place: int) -> str:
            return BAND if place in (len(by_month) - 1, len(by_month) - 13) else NEUTRAL

        def title(lang: Lang) -> str:
            figures = NumberFormat(lang)
            now = figures.whole(last.customers)
            if change is None:
                start = "active customers in" if lang == "en" else "aktiva kunder i"
                return f"{now} {start} {last.month}"
            by = figures.signed_percent(change)
            if lang == "en":
                return f"{now} active customers in {last.month}, {by} against a year before"
            return f"{now} aktiva kunder i {last.month}, {by} mot ett år tidigare"

        def alt(lang: Lang) -> str:
            w = NumberFormat(lang).whole
            most = max(by_month, key=lambda month: month.customers)
            if lang == "en":
                return (
                    f"Columns of active customers by month from {by_month[0].month} to {last.month}"
                    f"; the highest is {most.month} with {w(most.customers)}."
                )
            return (
                f"Staplar med aktiva kunder per månad från {by_month[0].month} till {last.month}; "
                f"högst är {most.month} med {w(most.customers)}."
            )

        def draw(lang: Lang, width: int) -> Any:
            return columns(
                [
                    {
                        "label": month.month,
                        "value": month.customers,
                        "text": "",
                        "colour": colour(i),
                    }
                    for i, month in enumerate(by_month)
                ],
                width,
                200,
            )

        return self._chart(
            "months",
            _both(title),
            _both(alt),
            Table(
                (
                    Column(Translated("Month", "Månad"), "text"),
                    Column(heading("active_customers")),
                    Column(Translated("of them new", "varav nya")),
                    Column(heading("revenue"), "money"),
                ),
                tuple((m.month, m.customers, m.new, m.revenue) for m in by_month),
            ),
            draw,
            slide=Slide(
                "column",
                tuple(m.month for m in by_month),
                ((heading("active_customers"), tuple(float(m.customers) for m in by_month)),),
                colours=tuple(colour(i) for i in range(len(by_month))),
            ),
        )

    def portfolio(self) -> Chart:
        """The value of each tier of the portfolio."""
        tiers = self._summary.portfolio_records
        value = self._summary.portfolio_value
        if value is None:
            raise _unknown("portfolio")
        largest = max(tiers, key=lambda tier: tier.portfolio_value or 0)

        def title(lang: Lang) -> str:
            figures = NumberFormat(lang)
            name = translate(term(largest.tier), lang)
            own, all_ = figures.amount(largest.portfolio_value), figures.amount(value)
            n = largest.customers
            count = counted(n, "customer", lang=lang, shown=figures.whole(n))
            if lang == "en":
                return f"The portfolio is worth {all_}; {name} holds {own} in {count}"
            return f"Portföljen är värd {all_}; {name} står för {own} med {count}"

        def alt(lang: Lang) -> str:
            figures = NumberFormat(lang)
            each = ", ".join(
                f"{translate(term(t.tier), lang)} {figures.amount(t.portfolio_value)}"
                for t in tiers
            )
            start = (
                "Bars of portfolio value by value tier"
                if lang == "en"
                else ("Liggande staplar med portföljvärde per värdenivå")
            )
            return f"{start}: {each}."

        def draw(lang: Lang, width: int) -> Any:
            figures = NumberFormat(lang)
            return bars(
                [
                    {
                        "label": translate(term(t.tier), lang),
                        "value": t.portfolio_value,
                        "text": figures.amount(t.portfolio_value),
                        "colour": SHADES[min(i, len(SHADES) - 1)],
                    }
                    for i, t in enumerate(tiers)
                ],
                width,
            )

        return self._chart(
            "portfolio",
            _both(title),
            _both(alt),
            portfolio_table(self._summary),
            draw,
            slide=Slide(
                "bar",
                tuple(term(t.tier) for t in tiers),
                ((heading("portfolio_value"), tuple(t.portfolio_value for t in tiers)),),
                money_format(t.portfolio_value for t in tiers),
                tuple(SHADES[min(i, len(SHADES) - 1)] for i in range(len(tiers))),
            ),
            note=Translated(
                "CLV is annual value × duration, and duration 1 / (1 − retention) of the tier: "
                "gross, not discounted, without margin.",
                "CLV är årsintäkt × duration, och duration 1 / (1 − retention) för nivån: brutto, "
                "utan diskontering, utan marginal.",
            ),
        )

    def flow_values(self) -> Chart:
        """Value that each flow of customers adds to the portfolio or takes from it."""
        flows = [
            f for f in self._summary.flow_values if f.value is not None and f.wanted is not None
        ]
        if not flows:
            raise _unknown("flows")
        flows.sort(key=lambda flow: flow.value or 0.0)
        drawn_ = sorted(flows, key=lambda flow: -abs(flow.value or 0.0))[:MOST_FLOWS]
        drawn_.sort(key=lambda flow: flow.value or 0.0)
        worst = flows[0]

        def name(flow: Any, lang: Lang) -> str:
            return f"{translate(term(flow.origin), lang)} → {translate(term(flow.target), lang)}"

        def title(lang: Lang) -> str:
            size = NumberFormat(lang).amount(abs(worst.value or 0.0))
            if (worst.value or 0.0) >= 0:
                return "No flow takes value" if lang == "en" else "Inget flöde tar värde"
            if lang == "en":
                return f"The dearest leak is {name(worst, lang)}: {size}"
            return f"Det dyraste läckaget är {name(worst, lang)}: {size}"

        def alt(lang: Lang) -> str:
            best = flows[-1]
            amount = NumberFormat(lang).amount
            if lang == "en":
                return (
                    "Bars of the value that flows of customers add or take, from "
                    f"{name(worst, lang)} ({amount(worst.value)}) to {name(best, lang)} "
                    f"({amount(best.value)})."
                )
            return (
                f"Liggande staplar med värdet som kundflöden ger eller tar, från "
                f"{name(worst, lang)} ({amount(worst.value)}) till {name(best, lang)} "
                f"({amount(best.value)})."
            )

        def colour(value: float) -> str:
            return GAIN if value >= 0 else LOSS

        def draw(lang: Lang, width: int) -> Any:
            figures = NumberFormat(lang)
            return bars(
                [
                    {
                        "label": name(f, lang),
                        "value": f.value,
                        "text": figures.amount(f.value),
                        "colour": colour(f.value or 0.0),
                    }
                    for f in drawn_
                ],
                width,
            )

        labels = tuple(_both(lambda lang, f=f: name(f, lang)) for f in drawn_)  # type: ignore[misc]
        return self._chart(
            "flow_values",
            _both(title),
            _both(alt),
            Table(
                (
                    Column(Translated("From", "Från"), "text"),
                    Column(Translated("To", "Till"), "text"),
                    Column(CUSTOMERS),
                    Column(Translated("Value", "Värde"), "signed money"),
                ),
                tuple((term(f.origin), term(f.target), f.customers, f.value) for f in flows),
            ),
            draw,
            slide=Slide(
                "bar",
                labels,
                ((Translated("Value", "Värde"), tuple(f.value for f in drawn_)),),
                money_format(f.value for f in drawn_),
                colours=tuple(colour(f.value or 0.0) for f in drawn_),
            ),
            note=Translated(
                "Value of a flow: customers × (CLV of where they went − CLV of where they were).",
                "Flödets värde: kunder × (CLV dit de gick − CLV där de var).",
            ),
        )

    def migration(self) -> Chart:
        """Rates of migration between tiers."""
        summary = self._summary
        if not summary.f12_known:
            raise _unknown("migration")
        rates, counts = movement(summary, "rates"), movement(summary, "customers")
        targets = rates.targets
        tiers = len(summary.migration.origins)
        stayed = [
            (origin, rates.cells[i][i], rates.cells[i][-1])
            for i, origin in enumerate(rates.origins[:tiers])
            if rates.cells[i][i] is not None
        ]
        if not stayed:
            raise _unknown("migration")
        first = stayed[0]

        def title(lang: Lang) -> str:
            percent = NumberFormat(lang).percent
            name = translate(term(first[0]), lang)
            if lang == "en":
                return f"{percent(first[1])} of {name} stayed there, {percent(first[2])} left"
            return f"{percent(first[1])} av {name} är kvar där, {percent(first[2])} lämnade"

        def alt(lang: Lang) -> str:
            percent = NumberFormat(lang).percent
            each = "; ".join(
                f"{translate(term(o), lang)} {percent(kept)} / {percent(gone)}"
                for o, kept, gone in stayed
            )
            if lang == "en":
                return f"Matrix of migration between value tiers. Stayed / lost: {each}."
            return f"Matris över vandringen mellan värdenivåer. Kvar / förlorade: {each}."

        def draw(lang: Lang, width: int) -> Any:
            figures = NumberFormat(lang)
            return matrix(
                [
                    {
                        "down": translate(term(origin), lang),
                        "across": translate(term(target), lang),
                        "share": share,
                        "text": figures.percent(share, 0 if width < NARROW else 1),
                    }
                    for origin, line in zip(rates.origins, rates.cells, strict=True)
                    for target, share in zip(targets, line, strict=True)
                ],
                width,
            )

        def retained(lang: Lang) -> str:
            form = NumberFormat(lang)
            shares = ", ".join(
                f"{translate(term(tier), lang)} {form.whole(count)}"
                for tier, count in zip(
                    summary.migration.origins, summary.migration.retained, strict=True
                )
            )
            whole = form.whole(summary.flows.continued)
            if lang == "en":
                return f"Total retained: {whole}; of those in each tier now: {shares}."
            return f"Totalt kvar: {whole}; av dem i varje nivå nu: {shares}."

        return self._chart(
            "migration",
            _both(title),
            _both(alt),
            Table(
                (
                    Column(Translated("From", "Från"), "text"),
                    *(Column(term(target), "share") for target in targets),
                    Column(CUSTOMERS),
                ),
                tuple(
                    (term(origin), *line, size)
                    for origin, line, size in zip(
                        rates.origins, rates.cells, counts.of_origins, strict=True
                    )
                ),
            ),
            draw,
            note=_both(retained),
        )

    def ladder(self) -> Chart:
        """The F-ladder: the share that goes on from each purchase to the next."""
        summary = self._summary
        steps = [step for step in summary.ladder.step_records if step.rate is not None]
        if not steps:
            raise InputError("there is no chart of the ladder: nobody has bought twice")
        ends = summary.ladder.rate_intervals
        tip, dips = summary.ladder.tipping_point, summary.ladder.dips

        def step_name(f: int) -> str:
            return f"F{f}→F{f + 1}"

        def title(lang: Lang) -> str:
            percent = NumberFormat(lang).percent
            if tip is not None:
                threshold = percent(summary.rules.threshold, 0)
                if lang == "en":
                    return f"From F{tip} at least {threshold} go on: the tipping point"
                return f"Från F{tip} går minst {threshold} vidare: tipping point"
            if lang == "en":
                return f"{percent(steps[0].rate)} buy a second time; there is no tipping point"
            return f"{percent(steps[0].rate)} köper en andra gång; ingen tipping point finns"

        def alt(lang: Lang) -> str:
            percent = NumberFormat(lang).percent
            each = ", ".join(f"{step_name(s.f)} {percent(s.rate)}" for s in steps)
            start = (
                "Columns of the share that goes on from each purchase to the next"
                if lang == "en"
                else "Staplar med andelen som går vidare från varje köp till nästa"
            )
            return f"{start}: {each}."

        def colour(f: int) -> str:
            return GAIN if tip is not None and f >= tip else LOSS if f in dips else NEUTRAL

        def draw(lang: Lang, width: int) -> Any:
            figures = NumberFormat(lang)
            narrow = width < NARROW
            return columns(
                [
                    {
                        "label": f"F{s.f}" if narrow else step_name(s.f),
                        "value": s.rate,
                        "low": ends[s.f - 1].low,
                        "high": ends[s.f - 1].high,
                        "text": figures.fixed((s.rate or 0) * 100, 0)
                        if narrow
                        else figures.percent(s.rate),
                        "colour": colour(s.f),
                    }
                    for s in steps
                ],
                width,
            )

        low, high = Translated("80 %: from", "80 %: från"), Translated("to", "till")
        recent = Translated(
            "Customers whose last purchase is recent count as not having gone on yet.",
            "Kunder vars senaste köp är nytt räknas som att de ännu inte gått vidare.",
        )
        return self._chart(
            "ladder",
            _both(title),
            _both(alt),
            Table(
                (
                    Column(Translated("Step", "Steg"), "text"),
                    Column(CUSTOMERS),
                    Column(Translated("Goes on", "Går vidare"), "share"),
                    Column(low, "share"),
                    Column(high, "share"),
                    Column(Translated("Median days", "Median, dagar"), "days"),
                ),
                tuple(
                    (
                        f"F{s.f}",
                        s.customers,
                        s.rate,
                        ends[s.f - 1].low,
                        ends[s.f - 1].high,
                        s.median_days,
                    )
                    for s in summary.ladder.step_records
                ),
            ),
            draw,
            slide=Slide(
                "column",
                tuple(step_name(s.f) for s in steps),
                ((Translated("Goes on", "Går vidare"), tuple(s.rate for s in steps)),),
                "0.0%",
                tuple(colour(s.f) for s in steps),
                note=recent,
            ),
            note=Translated(
                "The line at the end of a column is its 80 % interval. {0}",
                "Strecket vid en stapels ände är dess 80 %-intervall. {0}",
            ).format(recent),
        )

    def first_year(self) -> Chart:
        """First-year revenue of the new customers of each recruit year."""
        recruit_years = [
            row
            for row in self._summary.first_year_records
            if row.kind == "rolling" and row.revenue_per_customer is not None
        ]
        if not recruit_years:
            raise InputError("there is no chart of the first year: none is all observed")
        last = recruit_years[-1]

        def name(row: Any, lang: Lang) -> str:
            first, _, end = row.period.partition("..")
            return f"{first[:7]} – {end[:7]}" if end else str(row.period)

        def title(lang: Lang) -> str:
            figures = NumberFormat(lang)
            worth, share = (
                figures.amount(last.revenue_per_customer),
                figures.percent(last.repeat_share),
            )
            if lang == "en":
                return f"A new customer brings {worth} in the first year, and {share} buy again"
            return f"En ny kund ger {worth} första året, och {share} köper igen"

        def alt(lang: Lang) -> str:
            amount = NumberFormat(lang).amount
            each = ", ".join(
                f"{name(r, lang)} {amount(r.revenue_per_customer)}" for r in recruit_years
            )
            start = (
                "Bars of revenue per new customer in the first year, by recruit year"
                if lang == "en"
                else "Staplar med intäkt per ny kund under första året, per rekryteringsår"
            )
            return f"{start}: {each}."

        def draw(lang: Lang, width: int) -> Any:
            amount = NumberFormat(lang).amount
            return bars(
                [
                    {
                        "label": name(row, lang),
                        "value": row.revenue_per_customer,
                        "text": amount(row.revenue_per_customer),
                        "colour": BAND if row is last else NEUTRAL,
                    }
                    for row in recruit_years
                ],
                width,
            )

        per = heading("revenue_per_customer")
        return self._chart(
            "first_year",
            _both(title),
            _both(alt),
            Table(
                (
                    Column(Translated("Came in", "Kom under"), "text"),
                    Column(CUSTOMERS),
                    Column(heading("orders_per_customer"), "number"),
                    Column(heading("order_value"), "money"),
                    Column(per, "money"),
                    Column(Translated("Buy again", "Köper igen"), "share"),
                    Column(Translated("80 %: from", "80 %: från"), "share"),
                    Column(Translated("to", "till"), "share"),
                    Column("CLV", "money"),
                ),
                tuple(
                    (
                        name(r, "en"),
                        r.observed,
                        r.orders_per_customer,
                        r.order_value,
                        r.revenue_per_customer,
                        r.repeat_share,
                        r.low,
                        r.high,
                        r.clv,
                    )
                    for r in recruit_years
                ),
            ),
            draw,
            slide=Slide(
                "bar",
                tuple(name(row, "en") for row in recruit_years),
                ((per, tuple(row.revenue_per_customer for row in recruit_years)),),
                money_format(row.revenue_per_customer for row in recruit_years),
                tuple(BAND if row is last else NEUTRAL for row in recruit_years),
            ),
            note=Translated(
                "Recruit years whose first twelve months are all observed.",
                "Rekryteringsår vars första tolv månader är helt observerade.",
            ),
        )

    def cohorts(self) -> Chart:
        """Retention by month of first order: the share that buys in each month after."""
        by_month = cohorts(self._summary)
        lines_ = by_month[1:][-MOST_COHORTS:]
        if not lines_:
            raise InputError("there is no chart of the cohorts: nobody has bought")
        whole = by_month[0]
        most = min(max(len(line.retention) for line in lines_), MOST_COHORTS)
        shares = [share for line in lines_ for share in line.retention[1:most] if share is not None]
        if not shares:
            raise InputError("there is no chart of the cohorts: no month after the first is over")
        top = max(shares) or 1.0
        first = whole.retention[1] if whole.covered > 1 else None

        def title(lang: Lang) -> str:
            if first is None:
                return "Who buys again, by month" if lang == "en" else "Vilka köper igen, per månad"
            share = NumberFormat(lang).percent(first)
            if lang == "en":
                return f"{share} of the new customers buy again in the month after"
            return f"{share} av de nya kunderna köper igen månaden efter"

        def alt(lang: Lang) -> str:
            high = NumberFormat(lang).percent(max(shares))
            if lang == "en":
                return (
                    f"Triangle of the share that buys in each month after the first order, for the "
                    f"first orders of {lines_[0].month} to {lines_[-1].month}; "
                    f"the highest is {high}."
                )
            return (
                f"Triangel med andelen som köper i varje månad efter första köpet, för första köp "
                f"{lines_[0].month} till {lines_[-1].month}; högst är {high}."
            )

        def draw(lang: Lang, width: int) -> Any:
            shown = 13 if width < NARROW else most
            return matrix(
                [
                    {"down": line.month, "across": m, "share": share / top, "text": ""}
                    for line in lines_
                    for m, share in enumerate(line.retention[1:shown], start=1)
                    if share is not None
                ],
                width,
                texts=False,
                cell=17,
                across=translate(
                    Translated("months since the first order", "månader sedan första köpet"), lang
                ),
            )

        def note(lang: Lang) -> str:
            share = NumberFormat(lang).percent(max(shares))
            if lang == "en":
                return f"The strongest colour is {share} of the customers of its month."
            return f"Den starkaste färgen är {share} av månadens kunder."

        ages = range(1, min(most, 13))
        return self._chart(
            "cohorts",
            _both(title),
            _both(alt),
            Table(
                (
                    Column(Translated("First order", "Första köp"), "text"),
                    Column(CUSTOMERS),
                    *(Column(f"+{m}", "share") for m in ages),
                ),
                tuple(
                    (
                        Translated("all", "alla") if line.month == ALL else line.month,
                        line.customers,
                        *(line.retention[m] if m < line.covered else None for m in ages),
                    )
                    for line in (whole, *lines_)
                ),
            ),
            draw,
            note=_both(note),
        )

    def ltv(self) -> Chart:
        """Lifetime value to date: mean net revenue of a customer by months since the first."""
        whole = cohorts(self._summary)[0]
        covered = whole.revenue[: min(whole.covered, 37)]
        points = [(m, value) for m, value in enumerate(covered) if value is not None]
        if len(points) < 2:
            raise InputError("there is no chart of the lifetime value: history is too short")
        last, end = points[-1]

        def title(lang: Lang) -> str:
            amount = NumberFormat(lang).amount
            if lang == "en":
                return (
                    f"A new customer brings {amount(points[0][1])} in the first month, "
                    f"{amount(end)} within {last} months"
                )
            return (
                f"En ny kund ger {amount(points[0][1])} första månaden, {amount(end)} inom {last} "
                "månader"
            )

        def draw(lang: Lang, width: int) -> Any:
            return lines(
                [{"x": m, "value": value, "name": "all"} for m, value in points],
                width,
                across=translate(
                    Translated("months since the first order", "månader sedan första köpet"), lang
                ),
                names=["all"],
                colours=[BAND],
                step=6 if last > 14 else 2,
            )

        head = Translated("Revenue per customer to date", "Intäkt per kund hittills")
        return self._chart(
            "ltv",
            _both(title),
            _both(lambda lang: f"{'Line' if lang == 'en' else 'Linje'}: {title(lang)}."),
            Table(
                (
                    Column(Translated("Months", "Månader"), "text"),
                    Column(Translated("Customers followed", "Följda kunder")),
                    Column(head, "money"),
                ),
                tuple((str(m), whole.followed[m], value) for m, value in points),
            ),
            draw,
            slide=Slide(
                "line", tuple(str(m) for m, _ in points), ((head, tuple(v for _, v in points)),)
            ),
            note=Translated(
                "What the customers observed in each month spent in it, month by month; the line "
                "ends where fewer than half of all are observed.",
                "Vad de kunder som observerats i varje månad handlade för i den, månad för månad; "
                "linjen slutar där färre än hälften av alla är observerade.",
            ),
        )

    def budget(self) -> Chart:
        """Revenue of the year, of next year as it goes on, and by the published scenarios."""
        plan = Plan.of(self._summary, self._before)
        revenues: list[tuple[Label, float]] = []
        names: tuple[Label, ...] = (Translated("Outcome", "Utfall"), "Budget 1")
        for name, period in zip(names, PERIODS, strict=False):
            revenue = plan.period(period).revenue
            if revenue is None:
                raise _unknown("budget")
            revenues.append((name, revenue))
        for scenario in SCENARIOS:
            revenue = plan.with_factors(scenario.factors).budget_2.revenue
            if revenue is not None:
                revenues.append((scenario.name, revenue))
        best = max(revenues[1:], key=lambda each: each[1])

        def title(lang: Lang) -> str:
            amount = NumberFormat(lang).amount
            name = translate(best[0], lang)
            if best[0] is names[1]:
                start = "Budget 1 brings most" if lang == "en" else "Budget 1 ger mest"
                return f"{start}: {amount(best[1])}"
            if lang == "en":
                return (
                    f"Going on as now brings {amount(revenues[1][1])}; "
                    f"the scenario “{name}” {amount(best[1])}"
                )
            return (
                f"Att fortsätta som nu ger {amount(revenues[1][1])}; "
                f"scenariot ”{name}” {amount(best[1])}"
            )

        def alt(lang: Lang) -> str:
            amount = NumberFormat(lang).amount
            each = ", ".join(f"{translate(n, lang)} {amount(v)}" for n, v in revenues)
            return f"{'Bars of revenue' if lang == 'en' else 'Staplar med omsättning'}: {each}."

        def draw(lang: Lang, width: int) -> Any:
            amount = NumberFormat(lang).amount
            return bars(
                [
                    {
                        "label": translate(name, lang),
                        "value": value,
                        "text": amount(value),
                        "colour": BAND if i < 2 else NEUTRAL,
                    }
                    for i, (name, value) in enumerate(revenues)
                ],
                width,
            )

        return self._chart(
            "budget",
            _both(title),
            _both(alt),
            Table((Column("", "text"), Column(heading("revenue"), "money")), tuple(revenues)),
            draw,
            slide=Slide(
                "bar",
                tuple(name for name, _ in revenues),
                ((heading("revenue"), tuple(value for _, value in revenues)),),
                money_format(value for _, value in revenues),
                tuple(BAND if i < 2 else NEUTRAL for i in range(len(revenues))),
            ),
            note=Translated(
                "Budget 1: growth goes on, retention stays. The scenarios are the published ones "
                "of Elinder, not yours.",
                "Budget 1: tillväxten fortsätter, retentionen består. Scenarierna är Elinders "
                "publicerade, inte dina.",
            ),
        )


ORDER = (
    "balance",
    "months",
    "portfolio",
    "flow_values",
    "migration",
    "ladder",
    "first_year",
    "cohorts",
    "ltv",
    "budget",
)
"""The charts in the order of the report."""
