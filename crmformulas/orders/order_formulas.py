"""The formulas over ranges of orders: what files are summarised to, as tables of a sheet.

The ranges are read by :mod:`crmformulas.orders.reading.cell_ranges` and counted by the engine that
counts files, or in plain Python where there is none. In the tables an empty cell is a figure that
does not apply; NaN, in a spreadsheet #N/A, is one that the orders can't tell. Each table has in its
``attrs`` how many ``blank_rows`` were skipped and the ``warnings`` that a summary of the same
orders gives.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from datetime import date
from functools import partial
from math import log
from random import Random
from typing import TYPE_CHECKING, Any

from crmformulas.catalog.formula import (
    CUSTOMER,
    DAY,
    MONEY,
    NUMBER,
    Example,
    Numeric,
    Shape,
    formula,
)
from crmformulas.catalog.parameters import accept
from crmformulas.catalog.table_headers import LANGUAGE, in_language, language_of
from crmformulas.dates import day_number, from_number
from crmformulas.errors import NotEnoughDataError
from crmformulas.translations import Translated, translate

if TYPE_CHECKING:
    import pandas as pd

    from crmformulas.orders.reading.cell_ranges import CellRows

__all__ = [
    "btyd_fit",
    "cohorts",
    "customer_flows",
    "customer_status",
    "first_year",
    "ltv_at_age",
    "migration_matrix",
    "order_ladder",
    "portfolio",
]

LOG = (
    ["ann", "bo", "ann", "cy", "bo", "dee"],
    ["2024-11-02", "2024-12-01", "2025-11-03", "2026-01-15", "2026-03-01", "2022-05-06"],
    [100, 40, 60, 80, 20, 10],
    "2026-03-31",
)
SOURCE = "by hand, from the definitions"
NONE = [None] * 7
"""The ratios of a tier that has nobody."""

_order_table = partial(
    formula,
    customers=CUSTOMER,
    dates=DAY,
    amounts=MONEY,
    as_of=DAY,
    language=LANGUAGE,
    result=NUMBER,
    shapes={"customers": Shape.COLUMN, "dates": Shape.COLUMN, "amounts": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("customers", "dates", "amounts"),
    defaults={"as_of": "MAX(dates)", "language": '"en"'},
    undefined=NotEnoughDataError,
    reads_itself=True,
)


def _read(*ranges: Any, language: Any) -> tuple[CellRows, Any]:
    """Read the rows, and choose the module that counts them.

    That is the engine, which is slow to import and fast to count; plain Python counts where the
    engine is not installed or can't be, as in xlwings Lite and LibreOffice.
    """
    from crmformulas.orders.reading.cell_ranges import read_cells

    accept(("language",), (language,))
    rows = read_cells(*ranges)
    try:
        from crmformulas.orders.counting import range_engine as counting
    except ImportError:
        from crmformulas.orders.counting import range_log

        return rows, range_log
    return rows, counting


def _summary(
    ranges: tuple[Any, ...], table: str, language: Any, *, of_f12: bool = False
) -> pd.DataFrame:
    """A table of the summary, with nothing shared with the summary that is kept."""
    rows, counting = _read(*ranges, language=language)
    summary = counting.summary(rows)
    if of_f12 and not summary.f12_known:
        raise NotEnoughDataError(
            Translated(
                f"history holds {summary.f12_months} of the 12 months before the last 12, which is "
                "too little to tell who came from where",
                f"historiken har {summary.f12_months} av de 12 månaderna före de senaste "
                "12, för lite för att säga vem som kom varifrån",
            )
        )
    part = summary
    for name in table.split("."):
        part = getattr(part, name)
    frame: pd.DataFrame = part.copy()
    frame.attrs |= {"blank_rows": rows.blank, "warnings": list(summary.warnings)}
    return in_language(frame, language)


def _emptied(table: pd.DataFrame, where: Any, *columns: str) -> pd.DataFrame:
    """The table with cells that don't apply empty."""
    for name in columns:
        table[name] = table[name].astype(object).mask(where, None)
    return table


@_order_table(
    example=Example(
        LOG,
        [
            ["ann", "continued", "mid", "mid"],
            ["bo", "continued", "bottom", "bottom"],
            ["cy", "new", None, "mid"],
            ["dee", "former", None, None],
        ],
        SOURCE,
    ),
)
def customer_status(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """Status and value tiers of each customer at a day.

    Equation:
        S12 = (as_of − 12 months, as_of], F12 = (as_of − 24 months, as_of − 12 months]
        continued: orders in S12 and F12; lost: in F12 only; reactivated: in S12 and before F12;
        new: in S12 only, or after a gap of more than 36 months; former: before F12 only

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each customer who has bought, in order of appearance: customer,
        status, and the value tiers of F12 and S12 (super, top, mid or bottom), empty where the
        customer was not active. Status and F12 tier are NaN where history holds fewer than 6 of
        the 12 months of F12.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> customer_status(*LOG)["status"].tolist()
        ['continued', 'continued', 'new', 'former']
    """
    import pandas as pd

    rows, counting = _read(customers, dates, amounts, as_of, language=language)
    columns = ["customer", "status", "f12_tier", "s12_tier"]
    listed = ((rows.numbers.get(id_, id_), *told) for id_, *told in counting.statuses(rows))
    table = pd.DataFrame(listed, columns=columns, dtype=object)
    summary = counting.summary(rows)
    if not summary.f12_known:
        # Who has not been seen in F12 may well have bought in it.
        table["status"] = table["f12_tier"] = float("nan")
    table.attrs |= {"blank_rows": rows.blank, "warnings": list(summary.warnings)}
    return in_language(table, language)


@_order_table(
    example=Example(
        LOG,
        [["mid", "mid", 1, 1, 60], ["bottom", "bottom", 1, 1, 20], ["new", "mid", 1, 1, 80]],
        SOURCE,
    ),
)
def customer_flows(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """Where the customers of the last 12 months came from, and where those before them went.

    Equation:
        closing = opening + new + reactivated − lost

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each origin (a value tier of F12, reactivated or new) and target (a
        value tier of S12, or lost) that has customers: from, to, customers, orders and revenue of
        S12; for the lost the revenue of F12, and no orders.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought in the two years, or history
            holds fewer than 6 of the 12 months before the last 12.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> customer_flows(*LOG)[["from", "to", "customers"]].values.tolist()
        [['mid', 'mid', 1], ['bottom', 'bottom', 1], ['new', 'mid', 1]]
    """
    table = _summary((customers, dates, amounts, as_of), "flow_table", language, of_f12=True)
    if table.empty:
        raise NotEnoughDataError(
            Translated(
                "nobody has bought in the two years up to the as-of day",
                "ingen har köpt under de två åren fram till dagen",
            )
        )
    return _emptied(table, table["to"] == "lost", "orders")


@_order_table(
    example=Example(
        LOG,
        [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]],
        SOURCE,
    ),
)
def migration_matrix(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The number of customers who moved from each value tier to each other one within a year.

    Equation:
        count[i, j] = customers whose F12 tier is i and whose S12 tier is j, or who were lost

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table of customers with a row for each tier of F12 and a column for each tier of S12, and
        one for the lost.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought, or history
            holds fewer than 6 of the 12 months before the last 12.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> migration_matrix(*LOG).loc["mid"].tolist()
        [0, 0, 1, 0, 0]
    """
    ranges = customers, dates, amounts, as_of
    table = _summary(ranges, "migration.customers", language, of_f12=True)
    return table.rename_axis("tier")


@_order_table(
    example=Example(
        (
            ["fay", "ann", "bo", "cy", "ann", "dee", "bo"],
            [
                *("2024-03-01", "2025-02-01", "2025-03-01", "2025-02-02"),
                *("2026-01-10", "2026-01-11", "2026-02-01"),
            ],
            [10, 100, 50, 20, 80, 30, 20],
            "2026-03-31",
        ),
        [
            [0, 0, 0, 0, 0, *NONE, 0, None],
            [0, 0, 0, 0, 0, *NONE, 0, None],
            [2, 2, 110, 2, 0, 1, None, 1, 55, 55, None, None, None, 343],
            [1, 1, 20, 1, 1, 0, 1, 1, 20, 20, 20, 1, 20, 337],
        ],
        SOURCE,
    ),
)
def portfolio(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The value of the customers of each tier, and what it is made of.

    Equation:
        retention = 1 − lost / F12 customers; duration = F12 customers / lost
        clv = orders per customer × value per order × duration
        portfolio value = clv × S12 customers; clv index = clv / clv of the last tier

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each value tier: customers, orders and revenue of S12; customers of
        F12 and how many of them were lost; retention, duration in years, orders per customer, value
        per order, annual value, CLV, CLV index and portfolio value; median days between two
        purchases of a customer with the later one in S12. What has no finite estimate,
        as the duration of a tier of which nobody was lost, is NaN; so is all that rests on F12
        where history holds fewer than 6 of its 12 months.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> portfolio(*LOG).loc["mid", ["customers", "revenue", "annual_value"]].tolist()
        [2.0, 140.0, 70.0]
    """
    return _summary((customers, dates, amounts, as_of), "portfolio", language)


@_order_table(
    example=Example(LOG, [[1, 4, 0.5, 410.5], [2, 2, None, None]], SOURCE),
)
def order_ladder(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The number of customers who have bought once, twice and so on, and the share that goes on.

    Equation:
        rate of step k = F(k + 1) / Fk

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each number of orders k, 12 at most: f (k), customers with at least
        k orders, the rate of the step to k + 1 and the median days that it took those who made it.
        The last row has neither.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> order_ladder(*LOG)["customers"].tolist()
        [4, 2]
    """
    table = _summary((customers, dates, amounts, as_of), "ladder.steps", language).reset_index()
    return _emptied(table, table.index == len(table) - 1, "rate", "median_days")


@_order_table(
    example=Example(LOG, [[3, 3, 50], [6, 3, 50], [12, 3, 50], [24, 1, 10], [36, 1, 10]], SOURCE),
)
def ltv_at_age(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The mean revenue that customers have brought at the age of 3, 6, 12, 24 and 36 months.

    Equation:
        ltv(age) = mean net revenue on the days from the first order to age months later, over the
        customers for whom all those days are past

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each age: months, customers who have reached it, and their mean net
        revenue up to it in currency units, NaN where nobody has.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 5 (customer lifetime value).

    Examples:
        >>> ltv_at_age(*LOG).values.tolist()[0]
        [3.0, 3.0, 50.0]
    """
    table = _summary((customers, dates, amounts, as_of), "ltv", language).reset_index()
    # Without the ends of its intervals, which stand behind them.
    return table[list(table.columns)[:3]]


FIRST_YEAR_COLUMNS = [
    *("kind", "period", "customers", "observed", "orders", "revenue", "orders_per_customer"),
    *("order_value", "revenue_per_customer", "repeat_share", "clv"),
]
UNSEEN = [None] * 7


@_order_table(
    example=Example(
        (
            ["ann", "bo", "ann", "cy", "bo"],
            ["2024-02-01", "2024-03-01", "2024-08-01", "2025-04-01", "2025-09-01"],
            [100, 50, 60, 80, 20],
            "2025-12-31",
        ),
        [
            ["year", "2024", 2, 2, 3, 210, 1.5, 70, 105, 0.5, 210],
            ["year", "2025", 1, 0, *UNSEEN],
            ["quarter", "2024-Q1", 2, 2, 3, 210, 1.5, 70, 105, 0.5, 210],
            ["quarter", "2025-Q2", 1, 0, *UNSEEN],
        ],
        "by hand: two recruits of 2024, of whom ann bought again within a year and bo after it",
    ),
)
def first_year(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The first twelve months of new customers from their first order, by when they came.

    Equation:
        clv = orders per customer × order value × 1 / (1 − repeat share)

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each calendar year in which customers came, for each quarter, and
        for each recruit year that ends 12, 24 … months before the as-of day (rolling) and does
        not begin before the first order of all: kind, period, customers who came, those of them
        whose first twelve months are all observed, and over those: orders, net revenue, orders per
        customer, revenue per order, revenue per customer, the share with a second order within
        the twelve months, and CLV. NaN where nobody is observed, and for the CLV where everybody
        bought again.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018: 2.4 orders of 350 and 60 % who
        buy again give 2 100; a year later 3.2, 390 and 67 % give 3 782.

    Examples:
        >>> first_year(*LOG)["period"].tolist()[:4]
        ['2022', '2024', '2026', '2022-Q2']
    """
    table = _summary((customers, dates, amounts, as_of), "first_year", language)
    selected = table[FIRST_YEAR_COLUMNS]
    selected.attrs |= table.attrs
    return selected


COHORT_MONTHS = 12
"""How many months after the first order are shown, as far as there are any."""


@_order_table(
    example=Example(
        (
            ["ann", "bo", "ann", "cy", "bo"],
            ["2026-01-05", "2026-01-20", "2026-02-10", "2026-02-11", "2026-03-02"],
            [100, 40, 60, 80, 20],
            "2026-03-31",
        ),
        [
            ["all", 3, 73.33333333333333, 93.33333333333333, 103.33333333333333],
            ["2026-01", 2, 70, 100, 110],
            ["2026-02", 1, 80, 80, None],
        ],
        "by hand: 220 / 3, then 60 / 3 more, then 20 / 2 more of those followed for so long",
    ),
)
def cohorts(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The mean revenue of customers so far, by the month of their first order, month after month.

    Equation:
        cell[c, k] = net revenue of cohort c up to the k-th month after the first order's
                     / customers of c
        all[k] = all[k − 1] + net revenue in that month / customers, over the cohorts followed for
                 k months

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for all customers and one for each month of first order: month,
        customers, and net revenue per customer so far in the month itself (month 0) and each of
        the 12 after it; empty where the month is not over. All adds up what the cohorts
        that have reached each month spent in it, so that young ones never lower it.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if nobody has bought.

    References:
        Farris et al., "Marketing Metrics", 3rd ed., Pearson, 2015, ch. 5 (cohort and incubate).

    Examples:
        >>> cohorts(*LOG)["customers"].tolist()
        [4, 1, 1, 1, 1]
    """
    import pandas as pd

    from crmformulas.orders.analysis import cohorts as lines

    rows, counting = _read(customers, dates, amounts, as_of, language=language)
    by_month = lines.cohorts(counting.summary(rows))
    months = min(len(by_month[0].revenue), COHORT_MONTHS + 1)
    blank = [None] * months
    table = pd.DataFrame(
        [(c.month, c.customers, *[*c.revenue, *blank][:months]) for c in by_month],
        columns=["month", "customers", *(f"month {k}" for k in range(months))],
        dtype=object,
    )
    table.attrs |= {"blank_rows": rows.blank}
    return in_language(table, language)


def _shop() -> tuple[list[int], list[str], list[int]]:
    """A made-up log of 2024 and 2025: customers differ in rate, drop-out and value of orders."""
    drawn = Random(3).random
    rows, customer, repeaters = list[tuple[int, str, int]](), 0, 0
    while repeaters < 100:
        customer += 1
        time, last = float(int(400 * drawn())), -1
        gap, leaves, worth = (
            classes[int(3 * drawn())] for classes in ((30, 90, 270), (0.05, 0.3, 0.6), (20, 40, 80))
        )
        bought = list[int]()
        while time <= 730:
            if int(time) > last:
                last = int(time)
                bought.append(last)
            if drawn() < leaves:
                break
            time -= log(1 - drawn()) * gap
        repeaters += len(bought) > 1
        rows += [
            (customer, from_number(FIRST_DAY + day).isoformat(), round(worth * (0.5 + drawn())))
            for day in bought
        ]
    customers, days, amounts = map(list, zip(*rows, strict=True))
    return customers, days, amounts


FIRST_DAY = day_number(date(2024, 1, 1))

FIT = ("shape", "alpha", "a", "b", "p", "q", "gamma")
"""The parameters, as the formulas that take them call them."""

ON_BOUND = Translated(
    "on the bound of what is searched: the customers don't show it",
    "på gränsen av vad som prövas: kunderna visar det inte",
)
NO_MEAN = Translated(
    "order values vary so much that they have no mean",
    "ordervärdena varierar så mycket att de saknar medelvärde",
)


@_order_table(
    example=Example(
        (*_shop(), "2025-12-31"),
        [
            ["shape", 1.257952, None],
            ["alpha", 81.59663, None],
            ["a", 1.402278, None],
            ["b", 2.897193, None],
            ["p", 13.77665, None],
            ["q", 3.497101, None],
            ["gamma", 7.91294, None],
            ["customers", 153, None],
            ["repeaters", 100, None],
        ],
        "a made-up shop; no other parameters nearby make its 496 orders likelier, by a likelihood "
        "written out with the logarithms of gamma functions",
        rel_tol=1e-5,
    ),
)
def btyd_fit(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """The parameters of MBG/NBD and gamma-gamma that fit orders best, for a forecast of customers.

    ``P_ALIVE``, ``P_BUYS`` and ``EXPECTED_ORDERS`` take the first four, with times in days, and
    ``EXPECTED_VALUE`` the next three. Whether the model holds in your shop, only a backtest tells:
    ``crmf forecast`` makes it and shows no forecast that fails.

    Equation:
        the parameters that maximise Σ ln L over customers, from their repeat purchase days, the
        days from the first to the last of them, the days from the first to the as-of day, and the
        mean value of purchases after the first

    Args:
        customers: Customer id of each row. Range of n ids.
        dates: Day of each row. Range of n dates, or of texts that read one way.
        amounts: Amount of each row, in currency units; returns are negative. Range of n numbers.
        as_of: The last day that counts. The day of the newest order unless given.
        language: Language in which a spreadsheet shows the headers and notes, ``en`` or ``sv``; in
            Python a DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each parameter (shape, alpha, a, b; p, q, gamma), for the customers
        who have bought, and for those who bought on two days: parameter, value, and a note where a
        parameter stands on the bound of what is searched. The last three parameters are NaN where
        order values vary too much for a mean.

    Raises:
        ArgumentError: if a row lacks an id, date or amount, or the ranges differ in length.
        DomainError: if a number is not a day, or an amount is too large.
        NotEnoughDataError: if history is shorter than 12 months, or fewer than 100 customers bought
            on two days.

    References:
        Batislam, Denizel and Filiztekin, "Empirical validation and comparison of models for
        customer base analysis", International Journal of Research in Marketing 24, 2007. Fader and
        Hardie, "The Gamma-Gamma Model of Monetary Value", 2013.

    Examples:
        >>> fit = btyd_fit(*_shop()).set_index("parameter")["value"]
        >>> int(fit["customers"]), int(fit["repeaters"])
        (153, 100)
    """
    import pandas as pd

    from crmformulas.orders.analysis.forecast.range_fit import fit_ranges
    from crmformulas.orders.reading.cell_ranges import read_cells

    accept(("language",), (language,))
    rows = read_cells(customers, dates, amounts, as_of)
    fitted = fit_ranges(rows)
    lang = language_of(language)
    purchases, values = fitted.purchases, fitted.values
    has_mean = values.q > 1
    parameters = [purchases.r, purchases.alpha, purchases.a, purchases.b]
    parameters += [values.p, values.q, values.gamma] if has_mean else [float("nan")] * 3
    # In the model of purchases the shape is called r.
    bound = {"shape" if name == "r" else name for name in purchases.on_bound}
    bound |= set(values.on_bound) if has_mean else set()
    notes = [
        translate(NO_MEAN, lang)
        if value != value
        else translate(ON_BOUND, lang)
        if name in bound
        else None
        for name, value in zip(FIT, parameters, strict=True)
    ]
    rows_of = zip((*FIT, "customers", "repeaters"), (*notes, None, None), strict=True)
    table = pd.DataFrame(
        [(name, None, note) for name, note in rows_of],
        columns=["parameter", "value", "note"],
        dtype=object,
    )
    table["value"] = [*parameters, float(fitted.customers), float(fitted.repeaters)]
    table.attrs |= {"blank_rows": rows.blank}
    return in_language(table, language)
