"""A budget plan as text: the message, the notes, and the lines of its tables."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.formulas.budget import GROWTH, LEVERS, ROWS
from crmformulas.orders.analysis.budget_plan import BALANCE, PERIODS, Plan, change
from crmformulas.orders.analysis.scenarios import LEVER_LABELS, SEGMENT_LABELS
from crmformulas.translations import Label, Translated, term, translate
from crmformulas_tui.widgets.line_table import Column
from crmformulas_tui.wording import in_application

if TYPE_CHECKING:
    from crmformulas.orders.analysis.budget_plan import SegmentRow
    from crmformulas.orders.analysis.forecast.results import Forecast

__all__ = ["MARK", "ORDER", "WIDE", "PlanLines"]

MARK = "✓"

SHARES = ("retention", "reactivation")
"""Levers that lift a share."""

WIDE = 170
"""Columns from which the budgets stand beside the levers."""

ROOM = {"outcome": (88, 180), "orders": (102, 192), "revenue_per_customer": (116, 208)}
"""The columns of the screen from which a column of the budgets is shown: below, and beside."""

ORDER = ("total", *(row for row in ROWS if row != "total"))
"""The rows of a budget on the screen: what it brings in total comes first."""

BALANCE_LABELS: dict[str, Label] = {
    "opening": Translated("Customers, opening", "Kunder, IB"),
    "new": Translated("+ new", "+ nya"),
    "reactivated": Translated("+ reactivated", "+ återvunna"),
    "lost": Translated("− lost", "− förlorade"),
    "closing": Translated("= closing", "= UB"),
    "retention": Translated("Retention", "Retention"),
    "gross_duration": Translated("Gross duration", "Bruttoduration"),
    "net_duration": Translated("Net duration", "Nettoduration"),
}

ROW_LABELS = {**SEGMENT_LABELS, "continued": Translated("Continued", "Fortsatta")}
"""Short, as in the labels of the levers."""

PERIOD_LABELS: dict[str, Label] = {
    "outcome": term("outcome").capitalize(),
    "budget1": "Budget 1",
    "budget2": "Budget 2",
}


@dataclass(frozen=True)
class PlanLines:
    """A plan in the language of the screen.

    Attributes:
        plan: What is told.
        figures: How figures are told.
        name: What the scenario is called.
        width: Of the screen, which decides on the columns.
        forecast: What stands beside Budget 1 as forecast; None leaves it out.
    """

    plan: Plan
    figures: NumberFormat
    name: str
    width: int
    forecast: Forecast | None = None

    @property
    def wide(self) -> bool:
        """Whether the budgets stand beside the levers."""
        return self.width >= WIDE

    def translate(self, words: Label) -> str:
        """Return the label in the language of the screen."""
        shown: str = translate(words, self.figures.lang)
        return shown

    def message(self) -> str:
        """What the budget brings, in a line."""
        plan, f = self.plan, self.figures
        now, first = plan.budget_2.revenue, plan.budget_1.revenue
        if now is None or first is None:
            which = PERIOD_LABELS["budget1" if first is None else "budget2"]
            return self.translate(Translated("{} is not known.", "{} är inte känd.").format(which))
        grown = f.signed_percent(plan.growth_of_revenue)
        if not plan.scenario.factors:
            return self.translate(
                Translated(
                    f"Budget 1 brings {f.amount(now)}, {grown} on the outcome.",
                    f"Budget 1 ger {f.amount(now)}, {grown} mot utfallet.",
                )
            )
        more = self.moved(plan.gain)
        return self.translate(
            Translated(
                f"{self.name} brings {f.amount(now)}: {more} against Budget 1, "
                f"{grown} on the outcome.",
                f"{self.name} ger {f.amount(now)}: {more} mot Budget 1, {grown} mot utfallet.",
            )
        )

    def assumption(self) -> str:
        """How the budgets come about, in a line."""
        return self.translate(
            Translated(
                "Budget 1 = outcome × last year's growth; Budget 2 = Budget 1 × factors",
                "Budget 1 = utfall × fjolårets tillväxt; Budget 2 = Budget 1 × faktorer",
            )
        )

    def moved(self, number: float | None, text: str | None = None) -> str:
        """A change with a sign that reads without colour."""
        if number is None:
            return self.figures.whole(None)
        sign = "▲" if number > 0 else "▼" if number < 0 else "±"
        return f"{sign} {text or self.figures.amount(abs(number))}"

    def note(self) -> str:
        """Why a figure is not known, and which growth is assumed."""
        plan, notes = self.plan, list[str]()
        wrong = plan.budget_1.wrong or plan.budget_2.wrong
        if wrong is not None:
            notes.append(f"✗ {self.translate(wrong)}{' (f)' if plan.rate is None else ''}")
        if len(plan.unknown) == len(GROWTH):
            assumed = Translated(
                "▲ The year before is not known: growth counts as 100 %",
                "▲ Året innan är inte känt: tillväxten räknas som 100 %",
            )
            notes.append(self.translate(assumed))
        elif plan.unknown:
            names = ", ".join(self.translate(LEVER_LABELS[lever]) for lever in plan.unknown)
            assumed = Translated(
                f"▲ Growth that is not known and counts as 100 %: {names}",
                f"▲ Tillväxt som inte är känd och räknas som 100 %: {names}",
            )
            notes.append(self.translate(assumed))
        return "\n".join(notes)

    # The levers

    def lever_columns(self) -> tuple[Column, ...]:
        """The heads of the levers."""
        # Names are not cut for the sake of a column more.
        names = max(cell_len(self.translate(label)) for label in LEVER_LABELS.values())
        columns = [
            Column("lever", self.translate(Translated("Lever", "Faktor")), text=True, least=names),
            Column("outcome", self.translate(term("outcome")), rank=2, least=8),
            Column("growth", self.translate(term("growth")), rank=1, least=7),
            Column("budget1", "Budget 1", least=8),
            Column("factor", self.translate(Translated("× factor", "× faktor")), least=8),
            Column("budget2", "Budget 2", least=8),
        ]
        if self.plan.scenario.target is not None:
            columns.append(
                Column("needed", self.translate(Translated("to target", "för målet")), least=9)
            )
        return tuple(columns)

    def levers(self, marked: Collection[str]) -> list[list[str]]:
        """A line for each lever."""
        return [self._lever(lever, lever in marked) for lever in LEVERS]

    def _lever(self, lever: str, marked: bool) -> list[str]:
        plan, f = self.plan, self.figures
        growth = dict(zip(GROWTH, plan.growth, strict=True)).get(lever)
        grown = f.percent(None if lever in plan.unknown else growth)
        line = [
            (f"{MARK} " if marked else "") + self.translate(LEVER_LABELS[lever]),
            self.lifted(lever, plan.lifted(lever, "outcome")),
            grown if lever in GROWTH else "",
            self.lifted(lever, plan.lifted(lever, "budget1")),
            f.percent(plan.factor(lever)),
            self.lifted(lever, plan.lifted(lever, "budget2")),
        ]
        if plan.scenario.target is not None:
            line.append(f.percent(plan.needed(lever).factor))
        return line

    def lifted(self, lever: str, number: float | None) -> str:
        """What a lever lifts, as text."""
        f = self.figures
        if lever in SHARES:
            return f.percent(number)
        return f.fixed(number, 2) if lever.endswith("frequency") else f.whole(number)

    def moves(self, chosen: tuple[str, ...]) -> Content:
        """Customers and durations against Budget 1; the target, and what reaches it.

        Args:
            chosen: The levers that are to reach it.
        """
        f, one, two = self.figures, self.plan.budget_1.balance, self.plan.budget_2.balance
        closing = ""
        if two.closing is not None and one.closing is not None:
            more = round(two.closing) - round(one.closing)
            closing = f" {self.moved(more, f.whole(abs(more)))}"
        gross, net = f.fixed(two.gross_duration, 2), f.fixed(two.net_duration, 2)
        sentence = Translated(
            f"Customers {f.whole(two.closing)}{closing} · retention "
            f"{f.percent(two.retention)} · duration gross {gross}, net {net} yr",
            f"Kunder {f.whole(two.closing)}{closing} · retention "
            f"{f.percent(two.retention)} · duration brutto {gross}, netto {net} år",
        )
        return Content.assemble(self.translate(sentence), "\n", self._target(chosen))

    def _target(self, chosen: tuple[str, ...]) -> Content:
        f, gap, target = self.figures, self.plan.gap, self.plan.scenario.target
        if target is None:
            hint = Translated("No target: set one with g", "Inget mål: sätt ett med g")
            return Content.assemble((self.translate(hint), "$text-muted"))
        growth = self.plan.scenario.target_growth
        by = "" if growth is None else f" {self.signed_growth(growth)}:"
        label = f"{self.translate(term('target').capitalize())}{by} {f.amount(target)}"
        if gap is None:
            return Content(f"{label} · {self.translate(Translated('gap', 'gap'))} {f.amount(None)}")
        # What is less than is shown is no gap: a factor that reaches the target is not exact.
        if round(gap, 2) <= 0:
            spare = Translated("reached", "nått")
            if round(gap, 2):
                more = f.amount(-gap)
                spare = Translated(f"reached, {more} to spare", f"nått, {more} till godo")
            return Content.assemble(
                f"{label} · ", (f"{MARK} {self.translate(spare)}", "$text-success")
            )
        lacks = Translated(f"▼ lacks {f.amount(gap)}", f"▼ saknar {f.amount(gap)}")
        return Content.assemble(
            f"{label} · ", (self.translate(lacks), "$text-error"), f" · {self._advice(chosen)}"
        )

    def signed_growth(self, growth: float) -> str:
        """A target as growth on the outcome, with as many decimals as it has."""
        decimals = 0 if round(growth * 100, 6).is_integer() else 1
        text: str = self.figures.signed_percent(growth, decimals)
        return text

    def _advice(self, chosen: tuple[str, ...]) -> str:
        needed = self.plan.needed(*chosen)
        name = self.translate(LEVER_LABELS[chosen[0]])
        if len(chosen) > 1:
            name = self.translate(
                Translated(f"{MARK} {len(chosen)} levers", f"{MARK} {len(chosen)} faktorer")
            )
        if needed.factor is None:
            return f"{name}: {self.translate(needed.why or '')}"
        return f"a: {name} {self.figures.percent(needed.factor)}"

    # As forecast

    @property
    def expected(self) -> Plan | None:
        """The plan whose Budget 2 is as forecast; None without a forecast that holds."""
        with suppress(InputError):
            return self._expected()
        return None

    def _expected(self) -> Plan | None:
        from crmformulas.orders.analysis.forecast.scenario import as_forecast

        if self.forecast is None:
            return None
        return replace(self.plan, scenario=as_forecast(self.forecast, self.plan))

    def as_forecast(self) -> str:
        """What the budget brings as forecast with its band, in a line; why it is not known."""
        from crmformulas.orders.analysis.forecast.scenario import AS_FORECAST, band

        f, name = self.figures, self.translate(AS_FORECAST)
        try:
            expected = self._expected()
        except InputError as error:
            return f"▲ {name}: {in_application(error, f.lang)}"
        if expected is None or self.forecast is None:
            return ""
        ends = band(self.forecast, self.plan)
        by = f.signed_percent(change(expected.budget_2.revenue, self.plan.budget_1.revenue))
        words = Translated("{0} {1}, {2} on Budget 1", "{0} {1}, {2} mot Budget 1").format(
            name, f.amount(expected.budget_2.revenue), by
        )
        text = self.translate(words)
        if ends is None:
            return text
        limits = Translated("{} to {} in 80 %", "{} till {} i 80 %")
        return f"{text}; {self.translate(limits.format(f.amount(ends.low), f.amount(ends.high)))}"

    # The budgets and the balance

    def budget_columns(self) -> tuple[Column, ...]:
        """The heads of the budgets."""
        columns = {
            "row": "",
            "customers": term("customers"),
            "orders_per_customer": Translated("frequency", "frekvens"),
            "value_per_order": term("order_value"),
            "orders": term("orders"),
            "revenue_per_customer": Translated("per customer", "per kund"),
            "revenue": term("revenue"),
            "budget1": Translated("vs Budget 1", "mot Budget 1"),
            "outcome": Translated("vs outcome", "mot utfall"),
        }
        return tuple(
            Column(key, self.translate(words), text=key == "row")
            for key, words in columns.items()
            if self.width >= ROOM.get(key, (0, 0))[self.wide]
        )

    def budgets(self) -> list[list[str]]:
        """Budget 2, as forecast, Budget 1 and the outcome: each in total, and by segment."""
        plan, expected = self.plan, self.expected
        parts = [(PERIOD_LABELS[period], plan.period(period).rows, period) for period in PERIODS]
        if expected is not None:
            name = expected.scenario.name
            parts.insert(len(parts) - 1, (name, expected.budget_2.rows, "budget2"))
        return [
            self._budget(name, rows[row], row, period)
            for name, rows, period in reversed(parts)
            for row in ORDER
        ]

    def _budget(self, name: Label, record: SegmentRow, row: str, period: str) -> list[str]:
        plan, f = self.plan, self.figures
        against = {
            other: f.signed_percent(change(record.revenue, plan.period(other).rows[row].revenue))
            if PERIODS.index(other) < PERIODS.index(period)
            else ""
            for other in ("budget1", "outcome")
        }
        name = name if row == "total" else ROW_LABELS[row]
        cells = {
            "row": ("" if row == "total" else "  ") + self.translate(name),
            "customers": f.whole(record.customers),
            "orders_per_customer": f.fixed(record.orders_per_customer, 2),
            "value_per_order": f.whole(record.value_per_order),
            "orders": f.whole(record.orders),
            "revenue_per_customer": f.whole(record.revenue_per_customer),
            "revenue": f.amount(record.revenue),
            **against,
        }
        return [cells[column.key] for column in self.budget_columns()]

    def balance_columns(self) -> tuple[Column, ...]:
        """The heads of the balance."""
        head = Translated("Customer balance", "Kundbalans")
        return (
            Column("key", self.translate(head), text=True),
            *(
                Column(period, self.translate(PERIOD_LABELS[period]), least=10)
                for period in PERIODS
            ),
            Column("change", self.translate(Translated("vs Budget 1", "mot Budget 1")), rank=1),
        )

    def balance(self) -> list[list[str]]:
        """How the customers move, and how long they stay."""
        return [self._balance(key) for key in BALANCE]

    def _balance(self, key: str) -> list[str]:
        f, numbers = self.figures, [getattr(self.plan.period(p).balance, key) for p in PERIODS]
        if key == "retention":
            cells = [f.percent(number) for number in numbers]
        elif key.endswith("duration"):
            cells = [f.years(number) for number in numbers]
        else:
            cells = [f.whole(number) for number in numbers]
        more = f.signed_percent(change(numbers[2], numbers[1]))
        return [self.translate(BALANCE_LABELS[key]), *cells, more]
