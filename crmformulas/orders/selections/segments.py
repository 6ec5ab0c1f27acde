"""Ready segments: who is worth a letter now, why, and what is at stake.

Each is a condition on attributes, with its cut-off taken from the log itself: when most customers
made their second order, where the ladder tips, what a high first order is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crmformulas.dates import add_months
from crmformulas.errors import InputError
from crmformulas.formulas.migration import round_half_up
from crmformulas.orders.counting.counts import UNITS, money
from crmformulas.orders.reading.expressions import _, ibis
from crmformulas.orders.reading.kept_sql import of_everybody
from crmformulas.orders.selections.attributes import f12_reason
from crmformulas.translations import Label, Translated

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customers
    from crmformulas.orders.selections.attributes import Attribute
    from crmformulas.orders.selections.person_table import PersonTable
    from crmformulas.orders.summary.model import Summary

__all__ = [
    "LEADS",
    "READY",
    "LeadSegment",
    "ReadySegment",
    "SegmentList",
    "SegmentSize",
    "Segments",
    "UnknownSegmentError",
    "lead_sizes",
    "segment_sizes",
    "to_do",
    "with_segments",
]

HIGH_SHARE = 0.2
"""Of one-time customers those with the largest order so far."""

OVERDUE = 2
"""Times the own rhythm, from which a silence tells something."""

MOSTLY = "80%"
"""Share of orders with a discount from which somebody buys at a discount only."""


class UnknownSegmentError(InputError):
    """A segment that the log does not tell.

    Attributes:
        reason: Why, in both languages.
    """

    def __init__(self, reason: Label, name: str = "") -> None:
        self.reason = reason
        told = Translated("segment {!r} can't be told: {}", "segmentet {!r} är okänt: {}")
        super().__init__(told.format(name, reason))


class Cuts:
    """Cuts of segments, each counted when it is first asked for."""

    def __init__(self, customers: Customers) -> None:
        self.people = customers.people
        self.scope = customers.people.scope
        self.rules = customers.rules
        self.as_of = customers.windows.as_of

    def _ask(self, expression: Any) -> dict[str, list[Any]]:
        with of_everybody():
            return self.scope.ask(expression)

    @cached_property
    def second_order(self) -> tuple[int, int, int]:
        """Days from the first to the second order by which 25, 75 and 90 % of them had come."""
        table, orders = self.people.table, self.scope.orders
        several = table.filter(table.orders > 1).select("customer", first_day=table["first"])
        theirs = orders.filter(orders.amount > 0).inner_join(several, "customer")
        window = ibis.window(group_by=theirs.customer, order_by=theirs.day)
        second = theirs.mutate(k=ibis.row_number().over(window)).filter(_.k == 1)
        gaps = second.group_by(gap=second.day - second.first_day).agg(n=_.count())
        gaps_counted = self._ask(gaps.order_by("gap"))
        total = sum(gaps_counted["n"])
        if not total:
            raise UnknownSegmentError(
                Translated("nobody has made a second order", "ingen har gjort ett andra köp")
            )
        points: list[int] = []
        passed = 0
        for gap, n in zip(gaps_counted["gap"], gaps_counted["n"], strict=True):
            passed += n
            while len(points) < len(POINTS) and passed >= POINTS[len(points)] * total:
                points.append(int(gap))
        return points[0], points[1], points[2]

    @cached_property
    def tipping_point(self) -> int:
        """The smallest step from which at least the threshold go on."""
        table = self.people.table
        sizes = table.group_by(k=ibis.least(table.orders, self.rules.steps + 1)).agg(n=_.count())
        by_step = self._ask(sizes)
        exactly = dict(zip(by_step["k"], by_step["n"], strict=True))
        reached = [
            sum(n for k, n in exactly.items() if k >= step)
            for step in range(1, self.rules.steps + 2)
        ]
        for k, (now, then) in enumerate(pairwise(reached), 1):
            if now and then / now >= self.rules.threshold:
                return k
        raise UnknownSegmentError(
            Translated("the ladder has no tipping point", "trappan har ingen tipping point")
        )

    @cached_property
    def high_first(self) -> str:
        """The revenue from which a one-time customer is of the best fifth."""
        table = self.people.table
        one = table.filter(table.orders == 1)
        count = int(self._ask(one.aggregate(n=_.count()))["n"][0])
        wanted = round_half_up(HIGH_SHARE, count)
        if not wanted:
            raise UnknownSegmentError(
                Translated(
                    "there are too few one-time customers", "det finns för få med ett enda köp"
                )
            )
        best = one.select("revenue").order_by(one.revenue.desc()).limit(wanted)
        units = self._ask(best.aggregate(least=_.revenue.min()))["least"][0]
        return f"{units / UNITS:.4f}"

    @property
    def best(self) -> str:
        """The two best tiers, as a list."""
        from crmformulas.orders.selections.conditions import quoted

        return ", ".join(quoted(name) for name in self.rules.tier_names[:2])


POINTS = (0.25, 0.75, 0.9)

Cut = Callable[[Cuts], str]


@dataclass(frozen=True)
class ReadySegment:
    """A segment that every log has.

    Attributes:
        name: In conditions and options.
        label: In tables.
        about: Who they are, and why now, in a line.
        condition: Makes its condition from where it is cut in a log.
        order: The attribute by which they are listed, the largest first, or the smallest after a
            minus; the first of several that can be told.
        needs_f12: Whether it rests on F12.
    """

    name: str
    label: Translated
    about: Translated
    condition: Cut
    order: tuple[str, ...] = ("revenue",)
    needs_f12: bool = False


def _due(cuts: Cuts) -> str:
    low, high, _ = cuts.second_order
    return f"orders = 1 and days_since {low}..{high}"


def _late(cuts: Cuts) -> str:
    _, high, last = cuts.second_order
    return f"orders = 1 and days_since > {high} and days_since <= {last}"


def _before_tipping(cuts: Cuts) -> str:
    tipping = cuts.tipping_point
    if tipping < 2:
        raise UnknownSegmentError(
            Translated("the first step is the tipping point", "första steget är tipping point")
        )
    return f"orders {max(tipping - 2, 1)}..{tipping - 1} and tier is not blank"


def _discounted(cuts: Cuts) -> str:
    if "s12_discount_share" not in cuts.people.attributes:
        raise UnknownSegmentError(
            Translated(
                "the orders have no column of discounts", "ordrarna har ingen kolumn med rabatter"
            )
        )
    return f"orders >= {cuts.tipping_point} and s12_discount_share >= {MOSTLY}"


def _anniversary(cuts: Cuts) -> str:
    first, last = (add_months(cuts.as_of + timedelta(days=n), -12) for n in (1, 7))
    return f"first_order {first}..{last}"


def _plain(text: str) -> Cut:
    return lambda cuts: text.format(best=cuts.best)


READY = (
    ReadySegment(
        "due",
        Translated("due for the second order", "dags för andra köpet"),
        Translated(
            "one order, and these are the days in which the middle half make their second",
            "ett köp, och nu är de dagar då den mellersta halvan gör sitt andra",
        ),
        _due,
    ),
    ReadySegment(
        "late",
        Translated("late for the second order", "sena med andra köpet"),
        Translated(
            "one order, and three of four who came again had done so by now",
            "ett köp, och tre av fyra som återkom hade gjort det vid det här laget",
        ),
        _late,
    ),
    ReadySegment(
        "before tipping",
        Translated("before the tipping point", "före tipping point"),
        Translated(
            "active, one or two orders before the step from which most go on",
            "aktiva, ett eller två köp före steget där de flesta fortsätter",
        ),
        _before_tipping,
    ),
    ReadySegment(
        "at risk",
        Translated("at risk", "i riskzonen"),
        Translated(
            "active with several orders, silent for more than twice their own rhythm",
            "aktiva med flera köp, tysta mer än dubbla sin egen rytm",
        ),
        _plain(f"orders >= 2 and tier is not blank and silence > {OVERDUE}"),
        order=("-p_buy", "silence"),
    ),
    ReadySegment(
        "lost best",
        Translated("lost of the best tiers", "förlorade ur bästa nivåerna"),
        Translated(
            "in the two best tiers a year ago, no order since",
            "i de två bästa nivåerna för ett år sedan, inget köp sedan dess",
        ),
        _plain("move = lost and f12_tier = {best}"),
        order=("f12_revenue",),
        needs_f12=True,
    ),
    ReadySegment(
        "won back",
        Translated("won back", "återvunna"),
        Translated(
            "bought again after a year or more without: their second chance",
            "köpte igen efter ett år eller mer utan: deras andra chans",
        ),
        _plain("move = won back"),
        needs_f12=True,
    ),
    ReadySegment(
        "upgraded",
        Translated("upgraded", "uppgraderade"),
        Translated("in a better tier than a year ago", "i en bättre nivå än för ett år sedan"),
        _plain("move = upgraded"),
        needs_f12=True,
    ),
    ReadySegment(
        "downgraded",
        Translated("downgraded", "nedgraderade"),
        Translated("in a lower tier than a year ago", "i en lägre nivå än för ett år sedan"),
        _plain("move = downgraded"),
        order=("f12_revenue",),
        needs_f12=True,
    ),
    ReadySegment(
        "high first order",
        Translated("one order, a high one", "ett köp, ett stort"),
        Translated(
            "one order only, among the largest fifth of those",
            "ett enda köp, bland den största femtedelen av dem",
        ),
        lambda cuts: f"orders = 1 and revenue >= {cuts.high_first}",
    ),
    ReadySegment(
        "discount only",
        Translated("discount only", "bara med rabatt"),
        Translated(
            "loyal by now, and still nearly every order with a discount",
            "lojala vid det här laget, men ändå nästan varje köp med rabatt",
        ),
        _discounted,
    ),
    ReadySegment(
        "anniversary",
        Translated("anniversary this week", "årsdag i veckan"),
        Translated(
            "first order a year ago in the seven days to come",
            "första köpet för ett år sedan under de kommande sju dagarna",
        ),
        _anniversary,
    ),
)


@dataclass(frozen=True)
class LeadSegment:
    """Contacts without an order (F0) whose sign-up is so long ago.

    Attributes:
        name: In options.
        label: In tables.
        about: Who they are, and why now, in a line.
        condition: On the attributes of contacts.
    """

    name: str
    label: Translated
    about: Translated
    condition: str


LEADS = (
    LeadSegment(
        "leads 0-30",
        Translated("F0, at most 30 days", "F0, högst 30 dagar"),
        Translated(
            "signed up lately, no order yet: the welcome is to lead to the first",
            "anmälda nyligen, inget köp än: välkomsten ska leda till det första",
        ),
        "lead_days 0..30",
    ),
    LeadSegment(
        "leads 31-90",
        Translated("F0, 31 to 90 days", "F0, 31 till 90 dagar"),
        Translated(
            "a welcome has not been enough; still new", "välkomsten har inte räckt; fortfarande nya"
        ),
        "lead_days 31..90",
    ),
    LeadSegment(
        "leads 91-365",
        Translated("F0, 91 to 365 days", "F0, 91 till 365 dagar"),
        Translated("within the year, no order yet", "inom året, inget köp än"),
        "lead_days 91..365",
    ),
    LeadSegment(
        "leads over 365",
        Translated("F0, over a year", "F0, över ett år"),
        Translated(
            "on the list for over a year without an order",
            "på listan i mer än ett år utan köp",
        ),
        "lead_days > 365",
    ),
)
"""Contacts without an order by the age of the lead; they are no customers and bring nothing yet."""


def lead_sizes(leads: PersonTable) -> list[SegmentSize]:
    """Number of contacts without an order, by the age of the lead."""
    return [
        SegmentSize(
            one.name, one.label, one.about, one.condition, leads.count(one.condition), None, None
        )
        for one in LEADS
    ]


class Segments(Mapping[str, str]):
    """Conditions of segments by name: the user's own first, then those that are ready."""

    def __init__(self, customers: Customers, own: Mapping[str, str]) -> None:
        self._cuts = Cuts(customers)
        self._own = {name: _condition(text) for name, text in own.items()}
        self._ready = {one.name: one for one in READY if one.name not in own}

    def __getitem__(self, name: str) -> str:
        """The condition of a segment.

        Raises:
            KeyError: if there is no such segment.
            UnknownSegmentError: if the log does not tell it; the message says why.
        """
        if name in self._own:
            return self._own[name]
        ready = self._ready[name]
        if ready.needs_f12 and (why := f12_reason(self._cuts.scope)):
            raise UnknownSegmentError(why, name)
        try:
            return ready.condition(self._cuts)
        except UnknownSegmentError as error:
            raise UnknownSegmentError(error.reason, name) from None

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter([*self._own, *self._ready])

    def __len__(self) -> int:
        """The number of segments."""
        return len(self._own) + len(self._ready)

    def is_ready(self, name: str) -> bool:
        """Whether a segment is no own one."""
        return name in self._ready

    def words(self, name: str) -> tuple[Label, Label]:
        """Name and meaning of a segment."""
        if name in self._own:
            own = Translated("of your settings", "ur dina inställningar")
            return name, Translated(*(f"{w}: {self._own[name]}" for w in own))
        return self._ready[name].label, self._ready[name].about

    def named(self, text: str) -> str:
        """The segment of a name in capitals or not; the text itself where there is none."""
        return next((name for name in self if name.casefold() == text.casefold()), text)

    def order(self, name: str) -> tuple[Attribute, bool]:
        """The attribute by which a segment is listed, and whether the largest stands first.

        Those at risk are listed by the forecast, and by their silence until there is one.
        """
        people = self._cuts.people
        wanted = self._ready[name].order if name in self._ready else ("revenue",)
        for each in wanted[:-1]:
            attribute = people.attribute(each.removeprefix("-"))
            with suppress(InputError):  # such as a forecast that history is too short for
                people.need([attribute])
                return attribute, not each.startswith("-")
        last = wanted[-1]
        return people.attribute(last.removeprefix("-")), not last.startswith("-")


def _condition(text: str) -> str:
    """A condition of the settings, which may begin with where."""
    first, _, rest = text.strip().partition(" ")
    return rest if first.lower() == "where" else text


def with_segments(customers: Customers, own: Mapping[str, str]) -> Segments:
    """The segments of a list of customers: ready, and the user's own."""
    return Segments(customers, own)


@dataclass(frozen=True)
class SegmentSize:
    """Size of a segment, and what it brings.

    Attributes:
        name: The segment.
        label: In tables.
        about: Who they are.
        condition: Its condition; empty where the log does not tell it.
        customers: How many; None where that can't be told.
        revenue: Of S12, in currency units; of F12 for those who were lost.
        at_stake: Their CLV at the value of their tier, in currency units; None where that is not
            known.
        unknown: Why it can't be told.
    """

    name: str
    label: Label
    about: Label
    condition: str
    customers: int | None
    revenue: float | None
    at_stake: float | None
    unknown: Label = ""


def segment_sizes(segments: Segments, customers: Customers, summary: Summary) -> list[SegmentSize]:
    """Size every segment of a log.

    Args:
        segments: From :func:`with_segments`.
        customers: The customers.
        summary: The figures at the same day and by the same rules, for the value of a tier.
    """
    customers.people.segments = segments
    clv = {row.tier: row.clv for row in summary.portfolio_records}
    return [_size(name, segments, customers, clv) for name in segments]


def _asked(segments: Segments, name: str) -> AbstractContextManager[None]:
    """Guard the asking for a segment: the condition of one's own may say who a customer is."""
    return of_everybody() if segments.is_ready(name) else nullcontext()


def _size(
    name: str, segments: Segments, customers: Customers, clv: Mapping[str, float | None]
) -> SegmentSize:
    label, about = segments.words(name)
    people = customers.people
    try:
        condition = segments[name]
        selected = people.where(condition)
    except InputError as error:
        why = getattr(error, "reason", "") or str(error)
        return SegmentSize(name, label, about, "", None, None, None, why)
    with _asked(segments, name):
        members = people.scope.ask(
            selected.group_by("cell").agg(
                n=_.count(), s12=_.s12_revenue.sum(), f12=_.f12_revenue.sum()
            )
        )
    cells: Sequence[int] = members["cell"]
    lost = [people.scope.cells[cell][0] == "lost" for cell in cells]
    revenue = sum(
        f12 if gone else s12
        for gone, s12, f12 in zip(lost, members["s12"], members["f12"], strict=True)
    )
    return SegmentSize(
        name,
        label,
        about,
        condition,
        sum(members["n"]),
        money(int(revenue)),
        _at_stake(people.scope.cells, dict(zip(cells, members["n"], strict=True)), clv),
    )


def _at_stake(
    cells: Mapping[int, tuple[str, str | None, str | None]],
    counts: Mapping[int, int],
    clv: Mapping[str, float | None],
) -> float | None:
    """CLV of customers at that of their tier: of S12, or of F12 if they were lost since."""
    total = 0.0
    for cell, count in counts.items():
        _, before, now = cells[cell]
        tier = now or before
        if tier is None:
            continue
        if (value := clv.get(tier)) is None:
            return None
        total += count * value
    return total


TO_DO = 5
"""Segments with the most at stake that are to be written to first."""

LISTED = 200
"""Customers of each that are listed."""

LIST_COLUMNS = (
    "customer",
    "f12_tier",
    "s12_tier",
    "orders",
    "revenue",
    "last_order",
    "recency_days",
    "own_rhythm",
)
"""What is told of each customer of a segment."""


@dataclass(frozen=True)
class SegmentList:
    """The first customers of a segment, in its order.

    Attributes:
        size: The segment.
        columns: What is told of each customer.
        rows: The customers, by the columns.
    """

    size: SegmentSize
    columns: Sequence[Attribute]
    rows: Sequence[tuple[Any, ...]]


def to_do(
    sizes: Sequence[SegmentSize],
    segments: Segments,
    customers: Customers,
    *,
    most: int = TO_DO,
    listed: int = LISTED,
) -> list[SegmentList]:
    """The segments with the most at stake, and who is in them.

    Args:
        sizes: From :func:`segment_sizes`.
        segments: The segments.
        customers: The customers.
        most: How many segments.
        listed: How many customers of each at most.
    """
    people = customers.people
    # Where history is too short for CLV, by what they bring.
    ranked = sorted(
        (one for one in sizes if one.customers),
        key=lambda one: (-(one.at_stake or 0.0), -(one.revenue or 0.0)),
    )
    columns = [people.attribute(name) for name in LIST_COLUMNS]
    lists = []
    for size in ranked[:most]:
        rows: list[tuple[Any, ...]] = []
        if listed:
            by, descending = segments.order(size.name)
            people.need([*columns, by])
            selected = people.where(size.condition)
            keys = people.sort_keys(selected, by, descending)
            first = selected.order_by(keys).limit(listed)
            with _asked(segments, size.name):
                rows = people.rows(first, columns, people.sort_keys(first, by, descending))
        lists.append(SegmentList(size, columns, rows))
    return lists
