"""Cohorts: what the customers of a month have brought since, and how many of them buy again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from crmformulas.orders.analysis.cohorts import ALL, Cohort, cohorts
from crmformulas.orders.rules import LTV_AGES
from crmformulas.translations import Label, Translated, term
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.pane import Pane
from crmformulas_tui.widgets.grid import Grid, Heat
from crmformulas_tui.widgets.line_table import Column, LineTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.widgets.plot import Curve, Plot
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from crmformulas_tui.session import View
    from crmformulas_tui.workspace import Workspace

__all__ = ["CohortsPane"]

MEASURES: tuple[tuple[str, Translated], ...] = (
    (
        "revenue",
        Translated(
            "Revenue per customer so far, by months since the first order",
            "Omsättning per kund hittills, efter månader sedan första köpet",
        ),
    ),
    (
        "retention",
        Translated(
            "Share who buy in the month (%), by months since the first order",
            "Andel som köper i månaden (%), efter månader sedan första köpet",
        ),
    ),
    (
        "ltv",
        Translated(
            "Lifetime value to date (LTV), by age in months",
            "Livstidsvärde hittills (LTV), efter ålder i månader",
        ),
    ),
)
"""What the grid tells, and how the pane says so."""

THEN, CHANGE = "then", "change"
"""The lines of all customers of then, and of the change since, while the user compares."""

MARK = "●"

MOST_MARKED = 4
"""Curves beside that of the cursor and that of all; more are hard to tell apart."""

COLOURS = ("$accent", "$secondary", "$text", "$text-muted")

LEAST_MONTHS = 12
"""The horizontal axis is no shorter."""


@dataclass
class CohortsState(ScreenState):
    """The measure, the cohorts whose curves stay, and where the cursor is."""

    measure: int = 0
    marked: list[str] = field(default_factory=list)
    month: str = ALL
    column: int = 0


COVERAGE = 2
"""A mean over fewer than one in so many customers is shown dimmed, and never in the headline."""


def covered(n: int, everyone: Cohort) -> bool:
    """Whether a figure rests on at least half of all customers."""
    return n > 0 and n * COVERAGE >= everyone.customers


class CohortsPane(Pane):
    """Curves, and a heat map of cohorts by months since the first order."""

    NAME = Translated("Cohorts", "Kohorter")
    ABOUT = Translated(
        "A cohort is the customers whose first order lies in one month. Month 0 is that month, 1 "
        "the one after. Revenue: net, per customer, up to and with the month. Retention: the share "
        "with at least one order in the month. Value: net revenue per customer up to an age. "
        "Blank: not observed yet; all: over the cohorts that have got so far.",
        "En kohort är kunderna vars första köp ligger i en månad. Månad 0 är den månaden, 1 nästa. "
        "Omsättning: netto, per kund, till och med månaden. Retention: andelen med minst ett köp i "
        "månaden. Värde: nettoomsättning per kund fram till en ålder. Tomt: inte observerat än; "
        "alla: över de kohorter som kommit så långt.",
    )
    KEYS = (
        Key("enter", "drill", Translated("customers", "kunder")),
        Key("m", "measure", Translated("measure", "mått")),
        Key("space", "mark", Translated("keep curve", "behåll kurva")),
        Key("r", "unmark", Translated("reset curves", "nollställ kurvor")),
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._cohorts: tuple[Cohort, ...] = ()

    def compose(self) -> ComposeResult:
        """Message, curves, grid."""
        yield Static(id="message", classes="message", markup=False)
        curves = Translated("Since the first order", "Sedan första köpet")
        with Panel(self.translate(curves), id="curves-panel"):
            yield Static(id="curves-head", classes="muted", markup=False)
            yield Plot(id="curves")
        months = Translated("By month of the first order", "Efter första köpets månad")
        with Panel(self.translate(months), id="grid-panel"):
            yield Grid(labels=2, id="cohort-grid")

    def on_resize(self) -> None:
        """Curves take two fifths of the height; the grid has the rest."""
        self.query_one(Plot).styles.height = max(self.size.height * 2 // 5, 5)

    def show(self, view: View) -> None:
        """Fill in."""
        everyone, *each = cohorts(view.summary)
        # The newest first, below all together: what is looked at most stands at the top.
        beside: tuple[Cohort, ...] = ()
        if view.then is not None:
            was = cohorts(view.then)[0]
            beside = replace(was, month=THEN), replace(was, month=CHANGE)
        self._cohorts = (everyone, *beside, *reversed(each))
        state, grid = self._state, self.query_one(Grid)
        place = next((i for i, c in enumerate(self._cohorts) if c.month == state.month), 0)
        self._fill()
        grid.cursor, grid.column = place, state.column
        self._draw()

    @property
    def _state(self) -> CohortsState:
        return self.state(CohortsState)

    @property
    def _measure(self) -> str:
        return MEASURES[self._state.measure][0]

    @property
    def _here(self) -> Cohort:
        """The cohort under the cursor."""
        return self._cohorts[min(self.query_one(Grid).cursor, len(self._cohorts) - 1)]

    @property
    def _ltv_customers(self) -> list[int]:
        """The number of customers who have reached each of ``LTV_AGES``."""
        assert self.shown_view is not None
        reached = {row.age_months: row.customers for row in self.shown_view.summary.ltv_records}
        return [reached.get(age, 0) for age in LTV_AGES]

    @property
    def _covered(self) -> int:
        """The number of months, or the age, that at least half of all customers were followed."""
        everyone = self._cohorts[0]
        if self._measure == "ltv":
            pairs = zip(LTV_AGES, self._ltv_customers, strict=True)
            return max((age + 1 for age, n in pairs if covered(n, everyone)), default=0)
        return sum(1 for n in everyone.followed if covered(n, everyone))

    # What is shown

    def _line(self, cohort: Cohort) -> Sequence[float | None]:
        line: Sequence[float | None] = getattr(cohort, self._measure)
        return line

    def _told(self, value: float | None) -> str:
        """A figure; blank where it is not observed."""
        if value is None:
            return ""
        f = self.numbers
        return f.percent(value) if self._measure == "retention" else f.amount(value)

    def _called(self, cohort: Cohort) -> str:
        view = self.shown_view
        assert view is not None
        words = {ALL: Translated("all", "alla"), THEN: view.then_head, CHANGE: view.change_head}
        return self.translate(words.get(cohort.month, cohort.month))

    def _cells(self, cohort: Cohort) -> list[str]:
        """The number of customers, and the figures of the line."""
        if cohort.month == CHANGE:
            now, points = self._cohorts[0], self._measure == "retention"
            pairs = zip(self._line(now), self._line(cohort), strict=False)
            told = [self._differs(a, b, points) for a, b in pairs]
            return [self._differs(now.customers, cohort.customers, False), *told]
        unit = "%" if self._measure == "retention" else ""
        figures = (self._told(v).removesuffix(f"\u00a0{unit}") for v in self._line(cohort))
        return [self.numbers.whole(cohort.customers), *figures]

    def _differs(self, now: float | None, then: float | None, points: bool) -> str:
        """By how much a figure changed, in as few signs as the column of a month has room for."""
        f = self.numbers
        if now is None or then is None or not (points or then):
            return ""
        return f.signed((now - then) * 100, 1) if points else f.signed_percent(now / then - 1, 0)

    def _fill(self) -> None:
        state, everyone = self._state, self._cohorts[0]
        self.query_one("#message", Static).update(self._message(everyone))
        self.query_one("#curves-head", Static).update(self._curves_head())
        ages = self._measure == "ltv"
        months = (
            [f"{a}" for a in LTV_AGES] if ages else [str(m) for m in range(len(everyone.active))]
        )
        columns = [
            Column("cohort", self.translate(Translated("first order", "första köp")), text=True),
            Column("customers", self.translate(term("customers"))),
            *(Column(f"m{m}", str(m), least=3) for m in months),
        ]
        cells = [
            [
                self._called(c) + (f" {MARK}" if c.month in state.marked else ""),
                *self._cells(c),
            ]
            for c in self._cohorts
        ]
        # Then, and another file, may reach further than what is shown.
        lines = [(line + [""] * len(columns))[: len(columns)] for line in cells]
        self.query_one(Grid).show_cells(
            columns, lines, strong=(0,), heat_of=self._heat(), quiet=self._quiet
        )

    def _curves_head(self) -> str:
        """The head of the curves, and from where on they rest on too few customers."""
        head, everyone = self.translate(MEASURES[self._state.measure][1]), self._cohorts[0]
        last = LTV_AGES[-1] if self._measure == "ltv" else len(everyone.active)
        if not 0 < self._covered < last:
            return head
        cut = Translated(
            f"all: dimmed from {self._covered} on, fewer than half followed",
            f"alla: nedtonat från {self._covered}, färre än hälften följda",
        )
        return f"{head} · {self.translate(cut)}"

    def _quiet(self, line: int, column: int) -> bool:
        """Whether a cell of the line of all customers rests on fewer than half of them."""
        if line:
            return False
        month = LTV_AGES[column] if self._measure == "ltv" else column
        return month >= self._covered

    def _heat(self) -> Heat:
        """From the smallest cell to the largest; of retention without month 0, which is 100 %."""
        first = 1 if self._measure == "retention" else 0
        beside = (THEN, CHANGE)
        lines = [() if c.month in beside else self._line(c) for c in self._cohorts]
        cells = [value for line in lines for value in line[first:] if value is not None]
        low, high = min(cells, default=0.0), max(cells, default=0.0)

        def heat(line: int, column: int) -> float | None:
            values = lines[line]
            value = values[column] if first <= column < len(values) else None
            return None if value is None or low == high else (value - low) / (high - low)

        return heat

    def _message(self, everyone: Cohort) -> str:
        f = self.numbers
        if self._measure == "retention":
            m = next((m for m in (12, 6, 3, 1) if m < self._covered), None)
            if m is not None and everyone.retention[m] is not None:
                share, n = f.percent(everyone.retention[m]), f.whole(everyone.followed[m])
                return self.translate(
                    Translated(
                        f"{share} of {n} customers buy in month {m} after their first order.",
                        f"{share} av {n} kunder köper i månad {m} efter första köpet.",
                    )
                )
        points = [
            (age, ltv, n)
            for age, ltv, n in zip(LTV_AGES, everyone.ltv, self._ltv_customers, strict=True)
            if ltv is not None and covered(n, everyone)
        ]
        if not points:
            return self.translate(
                Translated(
                    "Fewer than half of the customers have been followed for three months.",
                    "Färre än hälften av kunderna har följts i tre månader.",
                )
            )
        values = [
            (f.amount(ltv), str(age), f.whole(n))
            for age, ltv, n in points
            if age in (12, points[-1][0])
        ]
        en = ", ".join(f"{value} after {age} months (n {n})" for value, age, n in values)
        sv = ", ".join(f"{value} efter {age} månader (n {n})" for value, age, n in values)
        return self.translate(
            Translated(f"A customer has brought {en}.", f"En kund har gett {sv}.")
        )

    def _draw(self) -> None:
        state, here = self._state, self._here
        marked = [c for c in self._cohorts[1:] if c.month in state.marked and c is not here]
        drawn = [*marked, *([here] if here.month not in (ALL, THEN, CHANGE) else [])]
        was = [c for c in self._cohorts if c.month == THEN]
        longest = max((len(self._points(c)) for c in drawn), default=0)
        shown: list[Curve] = []
        for cohort, colour in zip(
            (self._cohorts[0], *was, *drawn),
            ("$text-muted", *["$warning"] * len(was), *COLOURS[: len(marked)], "$primary"),
            strict=False,
        ):
            points = self._points(cohort)
            if cohort.month == ALL:
                points = [(x, y) for x, y in points if x < self._covered]
            if cohort.month == THEN:
                points = [(x, y) for x, y in points if x < cohort.covered]
            if cohort.month in (ALL, THEN) and drawn and self._measure != "ltv":
                points = points[: max(longest, LEAST_MONTHS + 1)]
            shown.append(Curve(self._called(cohort), points, colour))
        self.query_one(Plot).show_data(
            shown,
            y_told=self._told,
            x_name=self.translate(Translated("months", "mån")),
            from_zero=self._measure == "retention",
        )

    def _points(self, cohort: Cohort) -> list[tuple[float, float]]:
        """The curve of a cohort: of retention from the month after the first order on."""
        xs: Sequence[int] = LTV_AGES if self._measure == "ltv" else range(len(cohort.active))
        return [
            (float(x), value)
            for x, value in zip(xs, self._line(cohort), strict=True)
            if value is not None and (x or self._measure != "retention")
        ]

    # Keys

    def on_line_table_moved(self, event: LineTable.Moved) -> None:
        """Draw the curve of the cohort under the cursor."""
        if self.shown_view is None or not self._cohorts:
            return
        state = self._state
        state.month, state.column = self._here.month, self.query_one(Grid).column
        self._draw()

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    async def action_drill(self) -> None:
        """The customers of the cohort."""
        if self.shown_view is None:
            return
        from crmformulas.orders.counting.customer_list import Filters

        month = self._here.month
        if month in (THEN, CHANGE):
            return
        words: Label = Translated(f"first order in {month}", f"första köp {month}")
        filters = Filters(cohort=month)
        if month == ALL:
            words, filters = Translated("all customers", "alla kunder"), Filters()
        await self.list_customers(filters, words)

    def action_measure(self) -> None:
        """Show the next measure."""
        if self.shown_view is not None:
            self._state.measure = (self._state.measure + 1) % len(MEASURES)
            self._fill()
            self._draw()

    def action_mark(self) -> None:
        """Keep the curve of the cohort when the cursor goes on, or no more."""
        if self.shown_view is None or self._here.month in (ALL, THEN, CHANGE):
            return
        marked, month = self._state.marked, self._here.month
        if month in marked:
            marked.remove(month)
        else:
            marked.append(month)
            # The first one that was kept makes room.
            del marked[:-MOST_MARKED]
        self._fill()
        self._draw()

    def action_unmark(self) -> None:
        """Keep no curve but that of the cursor."""
        if self.shown_view is not None:
            self._state.marked.clear()
            self._fill()
            self._draw()

    def export_tables(self) -> list[ExportTable]:
        """The grid, the oldest cohort first; and LTV at all ages."""
        if self.shown_view is None:
            return []
        everyone, *newest_first = (c for c in self._cohorts if c.month not in (THEN, CHANGE))
        lines = [everyone, *reversed(newest_first)]
        shown = []
        if self._measure != "ltv":
            months = len(everyone.active)
            rows = [(c.month, c.customers, *_padded(self._line(c), months)) for c in lines]
            shown = [ExportTable(self._measure, ("cohort", "customers", *range(months)), rows)]
        heads = ("cohort", "customers", *(f"ltv_{age}" for age in LTV_AGES))
        return [*shown, ExportTable("ltv", heads, [(c.month, c.customers, *c.ltv) for c in lines])]


def _padded(line: Sequence[Any], length: int) -> list[Any]:
    return [*line, *[None] * (length - len(line))]
