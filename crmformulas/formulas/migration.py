"""Where customers move: value tiers, the movement between them, and where it leads."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor, nan
from typing import TYPE_CHECKING, Any, TypeAlias

from crmformulas.catalog.formula import (
    COUNT,
    EXPECTED,
    LABEL,
    MONEY,
    NUMBER,
    PERSONS,
    RATE,
    STEPS,
    Example,
    Numeric,
    Shape,
    formula,
)
from crmformulas.catalog.table_headers import LANGUAGE, in_language, language_of
from crmformulas.errors import ArgumentError, DomainError, describe
from crmformulas.translations import Translated, translate

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "ALL_ACTIVE",
    "ALL_CUSTOMERS",
    "ALL_LOST",
    "ALL_RETAINED",
    "DOWNGRADE",
    "FLOW_COLUMNS",
    "FLOW_NAMES",
    "LOST",
    "OUTSIDE",
    "STAYED",
    "SUBTOTAL",
    "TIERS",
    "TOTAL",
    "UPGRADE",
    "flow_blocks",
    "flow_kind",
    "flow_table",
    "migration",
    "migration_rates",
    "migration_table",
    "portfolio_bridge",
    "project_portfolio",
    "tier",
    "tier_sizes",
]

TIERS = (("super", 0.05), ("top", 0.15), ("mid", 0.5), ("bottom", 0.3))
"""The value tiers, most valuable first, and their shares of the customers."""

NAMES = tuple(name for name, _ in TIERS)
SHARES = tuple(share for _, share in TIERS)

BRIDGE = (
    "opening",
    "new",
    "reactivated",
    "upgrade",
    "downgrade",
    "lost",
    "changed_clv",
    "closing",
)
"""The lines of a portfolio bridge, in the order of :func:`portfolio_bridge`."""

MOST_TIERS = 1000
"""More tiers than anyone names; their migration is a table of a million cells."""

LOST = "lost"
"""Where customers go who are in no tier any more."""

OUTSIDE = ("reactivated", "new")
"""Where customers come from who were in no tier."""

STAYED, UPGRADE, DOWNGRADE, SUBTOTAL, TOTAL = "stayed", "upgrade", "downgrade", "subtotal", "total"

FLOW_NAMES: dict[str, Translated] = {
    STAYED: Translated("Continued – {}", "Fortsatt aktiva – {}"),
    UPGRADE: Translated("Upgrade – {}", "Uppgradering – {}"),
    DOWNGRADE: Translated("Downgrade – {}", "Nedgradering – {}"),
    LOST: Translated("Lost – {}", "Förlorade – {}"),
    "reactivated": Translated("Reactivated", "Återvunna"),
    "new": Translated("New", "Nya"),
}
"""What each kind of flow is called; the brace is the tier that they come from."""

FLOW_COLUMNS = ["flow", "from", "to", "customers", "orders", "revenue", "revenue_per_customer"]

ALL_LOST = Translated("Lost", "Förlorade")
ALL_ACTIVE = Translated("Total active", "Totalt aktiva")
ALL_RETAINED = Translated("Total retained", "Totalt kvar")
ALL_CUSTOMERS = Translated("Total", "Totalt")

ROUNDING = 1e-9
"""How far shares that are said to add up to 1 may be from it."""

ELINDER = "Elinder, 'Dina nycklar till framgångsrikare CRM' (IRi, 2018)"


def tier_sizes(customers: int, shares: Sequence[float] = SHARES) -> list[int]:
    """The size of each tier: round-half-up(share × customers), the last one the rest.

    The decimals of a share are taken as written (0.15 is 15/100), so that a half is a half. Tiers
    are served in order from those who are left, so that none is negative.

    Args:
        customers: Number of customers, at least 0.
        shares: Share of each tier, most valuable first, each 0 to 1; they add up to 1.

    Returns:
        Sizes that add up to ``customers``.

    Raises:
        ArgumentError: if there are no shares.
        DomainError: if a share is not between 0 and 1, they don't add up to 1, or ``customers`` is
            negative.

    Examples:
        >>> tier_sizes(94387)
        [4719, 14158, 47194, 28316]
    """
    if not len(shares):
        raise ArgumentError(
            Translated(
                "shares must be given, one for each tier", "shares måste anges, en för varje nivå"
            )
        )
    for share in shares:
        if not 0 <= share <= 1:
            raise DomainError(
                Translated(
                    f"shares must be between 0 and 1, got {share:g}",
                    f"shares måste vara mellan 0 och 1, fick {share:g}",
                )
            )
    if not abs(sum(shares) - 1) <= ROUNDING:
        raise DomainError(
            Translated(
                f"shares must add up to 1, got {sum(shares):g}",
                f"shares måste bli 1 tillsammans, fick {sum(shares):g}",
            )
        )
    if customers < 0:
        raise DomainError(
            Translated(
                f"customers must be at least 0, got {customers}",
                f"customers måste vara minst 0, fick {customers}",
            )
        )
    sizes, left = list[int](), customers
    for share in shares[:-1]:
        size = min(left, round_half_up(share, customers))
        sizes.append(size)
        left -= size
    return [*sizes, left]


def round_half_up(share: float, customers: int) -> int:
    """The decimals of ``share``, as written, times ``customers``; a half is rounded up."""
    return floor(Fraction(str(float(share))) * customers + Fraction(1, 2))


@formula(
    revenue=MONEY,
    shares=RATE,
    names=LABEL,
    result=LABEL,
    shapes={"revenue": Shape.COLUMN, "shares": Shape.COLUMN, "names": Shape.COLUMN},
    result_shape=Shape.COLUMN,
    skips=("revenue",),
    row_by_row=True,
    defaults={
        "shares": "{" + ";".join(map(str, SHARES)) + "}",
        "names": "{" + ";".join(f'"{name}"' for name in NAMES) + "}",
    },
    example=Example(
        ([10, 90, 40, 20], [0.25, 0.75], ["best", "rest"]),
        ["rest", "best", "rest", "rest"],
        "round-half-up(0.25 × 4) = 1 customer, the one with the highest revenue",
    ),
)
def tier(revenue: Numeric, shares: Any = SHARES, names: Any = NAMES) -> list[str]:
    """The value tier of each customer: super 5 %, top 15 %, mid 50 %, bottom 30 % by revenue.

    Equation:
        customers of a tier = round half up (share × customers), the last tier the rest

    Args:
        revenue: Net revenue of each active customer, in currency units. Range of n numbers.
        shares: Share of the customers in each tier, most valuable first; fractions that add up
            to 1. Range.
        names: Name of each tier. Range of as many labels as ``shares``.

    Returns:
        A list of n labels in the order of ``revenue``. The highest revenue is ranked first; where
        two are equal, the one that comes first. Nothing for nobody.

    Raises:
        DomainError: if a share is not between 0 and 1, or they don't add up to 1.
        ArgumentError: if ``names`` and ``shares`` differ in number, or two names are the same.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> tier([10, 90, 40, 20], [0.25, 0.75], ["best", "rest"])
        ['rest', 'best', 'rest', 'rest']
    """
    import numpy as np

    names = _distinct(names)
    if len(names) != len(shares):
        raise ArgumentError(
            Translated(
                f"names must be as many as shares ({len(shares)}), got {len(names)}",
                f"names måste vara lika många som shares ({len(shares)}), fick {len(names)}",
            )
        )
    highest_first = np.argsort(-revenue, kind="stable")
    ranked = np.repeat(np.arange(len(names)), tier_sizes(len(revenue), shares))
    number_of_tier = np.empty_like(ranked)
    number_of_tier[highest_first] = ranked
    return [names[i] for i in number_of_tier.tolist()]


@formula(
    from_tiers=LABEL,
    to_tiers=LABEL,
    names=LABEL,
    language=LANGUAGE,
    result=COUNT,
    shapes={"from_tiers": Shape.COLUMN, "to_tiers": Shape.COLUMN, "names": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("from_tiers", "to_tiers"),
    skips=("from_tiers", "to_tiers"),
    defaults={
        "names": "{" + ";".join(f'"{name}"' for name in NAMES) + "}",
        "language": '"en"',
    },
    example=Example(
        (["top", "top", "mid", "new"], ["top", "mid", None, "top"], ["top", "mid"]),
        [[1, 1, 0], [0, 0, 1]],
        "counted by hand",
    ),
)
def migration(
    from_tiers: Any, to_tiers: Any, names: Any = NAMES, language: Any = None
) -> pd.DataFrame:
    """Where the customers of each tier went: to which tier, or lost.

    Equation:
        counts(i, j) = number of customers with from = i and to = j

    Args:
        from_tiers: Tier of each customer in the period before. Customers who had none (new,
            reactivated, empty) are not in the matrix. Range of n labels.
        to_tiers: Tier of the same customers now; who has none is lost. Range of n labels.
        names: Names of the tiers, most valuable first. Range of labels.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table of counts: a row for each tier before; a column for each tier now, and lost.

    Raises:
        ArgumentError: if the ranges differ in length, or two names are the same.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> migration(["top", "top", "mid"], ["top", "mid", None], ["top", "mid"])
             top  mid  lost
        top    1    1     0
        mid    0    0     1
    """
    import numpy as np
    import pandas as pd

    names = _distinct(names)
    if LOST in names:
        raise ArgumentError(
            Translated(
                f"names must not contain {LOST!r}: it is the last column",
                f"names får inte innehålla {LOST!r}: det är sista kolumnen",
            )
        )
    number_of = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), len(names) + 1), dtype=np.int64)
    for (before, now), count in Counter(zip(from_tiers, to_tiers, strict=True)).items():
        if before in number_of:
            counts[number_of[before], number_of.get(now, len(names))] += count
    table = pd.DataFrame(counts, index=pd.Index(names), columns=pd.Index([*names, LOST]))
    return in_language(table, language)


@formula(
    counts=PERSONS,
    result=RATE,
    shapes={"counts": Shape.TABLE},
    result_shape=Shape.TABLE,
    expression="counts/MMULT(counts,SEQUENCE(COLUMNS(counts),1,1,0))",
    example=Example(
        ([[6, 2, 2], [1, 2, 1]],),
        [[0.6, 0.2, 0.2], [0.25, 0.5, 0.25]],
        "each row divided by its sum",
    ),
)
def migration_rates(counts: Any) -> Any:
    """Which share of the customers of each tier went where.

    Equation:
        rates(i, j) = counts(i, j) / Σ_j counts(i, j)

    Args:
        counts: Customers by tier before (rows) and tier now, or lost (columns). Table.

    Returns:
        A table of fractions per period; each row adds up to 1. A row without customers is
        undefined (NaN). A DataFrame keeps its labels.

    Raises:
        DomainError: if a count is negative, not whole, or of more than 15 digits.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> migration_rates([[6, 2, 2], [1, 2, 1]]).tolist()
        [[0.6, 0.2, 0.2], [0.25, 0.5, 0.25]]
    """
    return (counts.T / counts.sum(axis=1)).T


def _flow_table(customers: Any, clv_now: Numeric, **_: Any) -> None:
    rows, columns = customers.shape
    tiers = len(clv_now)
    if rows != tiers + 2 or columns != tiers + 1:
        raise ArgumentError(
            Translated(
                f"customers must be a table of {tiers + 2} rows and {tiers + 1} columns, "
                f"got {rows}×{columns}",
                f"customers måste vara en tabell med {tiers + 2} rader och {tiers + 1} "
                f"kolumner, fick {rows}×{columns}",
            )
        )


def flow_kind(origin: str, target: str, tiers: Sequence[str]) -> str:
    """The kind of a flow: an upgrade, a downgrade, or what its origin or target says.

    Examples:
        >>> flow_kind("mid", "super", ("super", "mid")), flow_kind("new", "mid", ("super", "mid"))
        ('upgrade', 'new')
    """
    if target == LOST:
        return LOST
    if origin not in tiers:
        return origin
    by = tiers.index(origin) - tiers.index(target)
    return UPGRADE if by > 0 else DOWNGRADE if by < 0 else STAYED


def flow_blocks(tiers: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The blocks of the table of flows as printed: where customers are, and where they were.

    Examples:
        >>> [(target, len(origins)) for target, origins in flow_blocks(("super", "rest"))]
        [('super', 4), ('rest', 4), ('lost', 2)]
    """
    for target in tiers:
        yield target, (*tiers, *OUTSIDE)
    yield LOST, tuple(tiers)


def _printed_migration(customers: Any, names: Any, **_: Any) -> None:
    rows, columns = len(names) + 2, len(names) + 1
    if customers.shape != (rows, columns):
        raise ArgumentError(
            Translated(
                f"customers must be a table of {rows} rows and {columns} columns, "
                f"got {customers.shape[0]}×{customers.shape[1]}",
                f"customers måste vara en tabell med {rows} rader och {columns} kolumner, "
                f"fick {customers.shape[0]}×{customers.shape[1]}",
            )
        )


@formula(
    customers=PERSONS,
    names=LABEL,
    language=LANGUAGE,
    result=COUNT,
    shapes={"customers": Shape.TABLE, "names": Shape.COLUMN},
    result_shape=Shape.TABLE,
    sizes=_printed_migration,
    defaults={
        "names": "{" + ";".join(f'"{name}"' for name in NAMES) + "}",
        "language": '"en"',
    },
    example=Example(
        ([[5, 3, 2], [1, 6, 3], [2, 2, 0], [4, 8, 0]], ["best", "rest"]),
        [
            [5, 3, 2, 10],
            [1, 6, 3, 10],
            [6, 9, None, 15],
            [2, 2, None, 4],
            [4, 8, None, 12],
            [12, 19, 5, 36],
        ],
        "by hand: sums of the columns and rows",
    ),
)
def migration_table(customers: Any, names: Any = NAMES, language: Any = None) -> pd.DataFrame:
    """Customer migration as it is printed, with all who were retained in each tier.

    Equation:
        total retained(j) = Σ_i customers(i, j) of the tiers i before; reactivated and new are none

    Args:
        customers: Customers by tier before (rows), reactivated and new (the last two rows), and by
            tier now and lost (columns). Table of (n + 2) × (n + 1).
        names: Names of the n tiers, most valuable first. Range of labels.
        language: Language in which a spreadsheet shows the headers and the rows, ``en`` or ``sv``.
            English unless given.

    Returns:
        A table of counts: rows for the tiers before, total retained, reactivated, new and total;
        columns for the tiers now, lost and customers, which is all of the row.

    Raises:
        DomainError: if a number of customers is negative or not whole.
        ArgumentError: if the table has the wrong size, or two names are the same.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018 (customer migration).

    Examples:
        >>> migration_table([[5, 2], [1, 0], [3, 0]], ["all"])
                       all  lost customers
        all              5     2         7
        Total retained   5  None         5
        Reactivated      1  None         1
        New              3  None         3
        Total            9     2        11
    """
    import numpy as np
    import pandas as pd

    tiers = _distinct(names)
    lang = language_of(language)
    for taken in (LOST, *OUTSIDE, "customers"):
        if taken in tiers:
            raise ArgumentError(
                Translated(
                    f"names must not contain {taken!r}: it has a row or column",
                    f"names får inte innehålla {taken!r}: det har en egen rad eller kolumn",
                )
            )
    counts = np.asarray(customers).astype(np.int64).tolist()
    stayed, moved = counts[: len(tiers)], [row[:-1] for row in counts]
    gone = sum(row[-1] for row in stayed)
    into = [sum(column) for column in zip(*moved, strict=True)]
    kept = [sum(row[j] for row in stayed) for j in range(len(tiers))]
    rows = {name: [*row, sum(row)] for name, row in zip(tiers, stayed, strict=True)}
    rows[translate(ALL_RETAINED, lang)] = [*kept, None, sum(kept)]
    for name, row in zip(OUTSIDE, moved[len(tiers) :], strict=True):
        rows[translate(FLOW_NAMES[name], lang)] = [*row, None, sum(row)]
    rows[translate(ALL_CUSTOMERS, lang)] = [*into, gone, sum(into) + gone]
    # None among whole numbers would make them fractions.
    table = pd.DataFrame(
        list(rows.values()),
        index=pd.Index(list(rows)),
        columns=pd.Index([*tiers, LOST, "customers"]),
        dtype=object,
    )
    return in_language(table, language)


def _printed_flows(customers: Any, orders: Any, revenue: Any, names: Any, **_: Any) -> None:
    tiers = len(names)
    wanted = {"customers": (tiers + 1,), "orders": (tiers, tiers + 1), "revenue": (tiers + 1,)}
    for (name, columns), given in zip(wanted.items(), (customers, orders, revenue), strict=True):
        if given.shape[0] != tiers + 2 or given.shape[1] not in columns:
            raise ArgumentError(
                Translated(
                    f"{name} must be a table of {tiers + 2} rows and {columns[-1]} columns, "
                    f"got {given.shape[0]}×{given.shape[1]}",
                    f"{name} måste vara en tabell med {tiers + 2} rader och {columns[-1]} "
                    f"kolumner, fick {given.shape[0]}×{given.shape[1]}",
                )
            )


@formula(
    customers=PERSONS,
    orders=PERSONS,
    revenue=MONEY,
    names=LABEL,
    language=LANGUAGE,
    result=NUMBER,
    shapes={
        "customers": Shape.TABLE,
        "orders": Shape.TABLE,
        "revenue": Shape.TABLE,
        "names": Shape.COLUMN,
    },
    result_shape=Shape.TABLE,
    sizes=_printed_flows,
    defaults={
        "names": "{" + ";".join(f'"{name}"' for name in NAMES) + "}",
        "language": '"en"',
    },
    example=Example(
        (
            [[5, 3, 2], [1, 6, 3], [2, 2, 0], [4, 8, 0]],
            [[20, 4], [3, 6], [4, 2], [10, 8]],
            [[500, 60, 90], [80, 90, 30], [90, 30, 0], [200, 120, 0]],
            ["best", "rest"],
        ),
        [
            ["Continued – best", "best", "best", 5, 20, 500, 100],
            ["Upgrade – rest", "rest", "best", 1, 3, 80, 80],
            ["Reactivated", "reactivated", "best", 2, 4, 90, 45],
            ["New", "new", "best", 4, 10, 200, 50],
            ["best", None, "best", 12, 37, 870, 72.5],
            ["Downgrade – best", "best", "rest", 3, 4, 60, 20],
            ["Continued – rest", "rest", "rest", 6, 6, 90, 15],
            ["Reactivated", "reactivated", "rest", 2, 2, 30, 15],
            ["New", "new", "rest", 8, 8, 120, 15],
            ["rest", None, "rest", 19, 20, 300, 300 / 19],
            ["Lost – best", "best", "lost", 2, None, 90, 45],
            ["Lost – rest", "rest", "lost", 3, None, 30, 10],
            ["Lost", None, "lost", 5, None, 120, 24],
            ["Total active", None, None, 31, 57, 1170, 1170 / 31],
        ],
        "by hand: sums of the rows of each tier",
    ),
)
def flow_table(
    customers: Any, orders: Any, revenue: Any, names: Any = NAMES, language: Any = None
) -> pd.DataFrame:
    """Customer flows as they are printed: who is in each tier, where from, and who was lost.

    Equation:
        revenue per customer = revenue / customers; a tier is the sum of the flows into it, and the
        total that of the tiers

    Args:
        customers: Customers by tier before (rows), reactivated and new (the last two rows), and by
            tier now and lost (columns). Table of (n + 2) × (n + 1).
        orders: Their orders now, in the same places; of the lost none, so that their column may be
            left out. Table of (n + 2) × n or (n + 2) × (n + 1).
        revenue: Their net revenue now, in currency units; of the lost that of the year before.
            Table of (n + 2) × (n + 1).
        names: Names of the n tiers, most valuable first. Range of labels.
        language: Language in which a spreadsheet shows the headers and the flows, ``en`` or ``sv``;
            in Python a DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each flow, for each tier with all who are in it, for the lost, and
        for all who are active, 34 rows for four tiers: flow, from, to, customers, orders, revenue
        and revenue per customer, NaN of nobody.

    Raises:
        DomainError: if a number of customers or orders is negative or not whole.
        ArgumentError: if a table has the wrong size, or two names are the same.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018 (customer flows).

    Examples:
        >>> made = flow_table([[5, 2], [1, 0], [3, 0]], [[9], [1], [4]], [[90, 8], [9, 0], [30, 0]],
        ...                   ["all"])
        >>> made["flow"].tolist()
        ['Continued – all', 'Reactivated', 'New', 'all', 'Lost – all', 'Lost', 'Total active']
    """
    import numpy as np
    import pandas as pd

    tiers = _distinct(names)
    lang = language_of(language)
    for taken in (LOST, *OUTSIDE):
        if taken in tiers:
            raise ArgumentError(
                Translated(
                    f"names must not contain {taken!r}: it has a row or column",
                    f"names får inte innehålla {taken!r}: det har en egen rad eller kolumn",
                )
            )
    people, bought = (
        np.asarray(counted).astype(np.int64).tolist() for counted in (customers, orders)
    )
    worth = np.asarray(revenue).tolist()
    rows, active = list[tuple[Any, ...]](), NOBODY
    places = {name: i for i, name in enumerate((*tiers, *OUTSIDE))}
    for j, (target, origins) in enumerate(flow_blocks(tiers)):
        whole = NOBODY
        for origin in origins:
            i = places[origin]
            cells = (int(people[i][j]), 0 if target == LOST else int(bought[i][j]), worth[i][j])
            named = translate(FLOW_NAMES[flow_kind(origin, target, tiers)], lang).format(origin)
            rows.append(_flow_row(named, origin, target, cells))
            whole = _added(whole, cells)
        named = translate(ALL_LOST, lang) if target == LOST else target
        rows.append(_flow_row(named, None, target, whole))
        if target != LOST:
            active = _added(active, whole)
    rows.append(_flow_row(translate(ALL_ACTIVE, lang), None, None, active))
    labels, figures = [row[:5] for row in rows], [row[5:] for row in rows]
    table = pd.DataFrame(labels, columns=FLOW_COLUMNS[:5], dtype=object)
    for k, name in enumerate(FLOW_COLUMNS[5:]):
        table[name] = [row[k] for row in figures]
    return in_language(table, language)


_Figures: TypeAlias = tuple[int, int, float]
NOBODY: _Figures = (0, 0, 0.0)


def _added(one: _Figures, other: _Figures) -> _Figures:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _flow_row(
    named: str, origin: str | None, target: str | None, cells: _Figures
) -> tuple[Any, ...]:
    customers, orders, revenue = cells
    each = revenue / customers if customers else nan
    return named, origin, target, customers, None if target == LOST else orders, revenue, each


@formula(
    customers=COUNT,
    clv_before=MONEY,
    clv_now=MONEY,
    valued_at=RATE,
    undefined=DomainError,
    result=MONEY,
    shapes={"customers": Shape.TABLE, "clv_before": Shape.COLUMN, "clv_now": Shape.COLUMN},
    result_shape=Shape.COLUMN,
    aligned=("clv_before", "clv_now"),
    sizes=_flow_table,
    expression=(
        "LET(old,TOCOL(clv_before),latest,TOCOL(clv_now),tiers,ROWS(old),"
        "worth,old+valued_at*(latest-old),down,SEQUENCE(tiers),across,SEQUENCE(1,tiers),"
        "were,MMULT(TAKE(customers,tiers),SEQUENCE(tiers+1,1,1,0)),"
        "arrive,DROP(customers,0,-1),are,TOCOL(MMULT(SEQUENCE(1,tiers+2,1,0),arrive)),"
        "moved,TAKE(arrive,tiers)*(TOROW(worth)-worth),"
        "VSTACK(SUM(were*old),"
        "SUM(TAKE(arrive,-1)*TOROW(worth)),SUM(TAKE(DROP(arrive,tiers),1)*TOROW(worth)),"
        "SUM(moved*(across<down)),SUM(moved*(across>down)),"
        "-SUM(TAKE(TAKE(customers,tiers),tiers,-1)*worth),"
        "SUM((latest-old)*(were*valued_at+are*(1-valued_at))),SUM(are*latest)))"
    ),
    example=Example(
        ([[5, 3, 2], [1, 6, 3], [2, 2, 0], [4, 8, 0]], [100, 10], [120, 15]),
        [1100, 600, 270, 105, -315, -285, 250, 1725],
        "by hand: 10 × 100 + 10 × 10; 4 × 120 + 8 × 15; 2 × 120 + 2 × 15; 1 × 105; 3 × −105; "
        "−(2 × 120 + 3 × 15); 10 × 20 + 10 × 5; 12 × 120 + 19 × 15",
    ),
)
def portfolio_bridge(
    customers: Any, clv_before: Numeric, clv_now: Numeric, valued_at: float = 1.0
) -> NDArray[np.float64]:
    """The steps from the portfolio's value a year ago to that of today, which add up exactly.

    Equation:
        closing = opening + new + reactivated + upgrades + downgrades + lost + changed CLV

    A flow is worth customers × (CLV of the tier they are in − CLV of the tier they were in), 0
    for who came from outside or was lost. Tiers are shares of the customers, so upgrades and
    downgrades offset each other by construction, and all flows together are the growth of the base.

    Args:
        customers: Customers by tier before (rows), reactivated and new (the last two rows), and by
            tier now and lost (columns). Table of (n + 2) × (n + 1).
        clv_before: CLV of each tier a year ago, in currency units. Range of n numbers.
        clv_now: CLV of each tier today. Range of n numbers.
        valued_at: At which CLV the flows are valued: 1 that of today, 0 that of a year ago, 0.5 the
            mean of both. Scalar.

    Returns:
        An array of 8 amounts in currency units: opening, new, reactivated, upgrades, downgrades,
        lost, changed CLV, closing.

    Raises:
        DomainError: if a number of customers is negative, or ``valued_at`` not between 0 and 1.
        ArgumentError: if the sizes don't fit.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> portfolio_bridge([[5, 2], [1, 0], [3, 0]], [10], [12]).tolist()
        [70.0, 36.0, 12.0, 0.0, 0.0, -24.0, 14.0, 108.0]
    """
    import numpy as np

    lines = bridge_lines(
        np.asarray(customers).tolist(), clv_before.tolist(), clv_now.tolist(), valued_at
    )
    return np.array(lines, dtype=np.float64)


def bridge_lines(
    counts: Sequence[Sequence[float]],
    old: Sequence[float],
    latest: Sequence[float],
    valued_at: float = 1.0,
) -> list[float]:
    """The body of :func:`portfolio_bridge`, which a summary uses without NumPy."""
    tiers = len(latest)
    worth = [a + valued_at * (b - a) for a, b in zip(old, latest, strict=True)]
    were = [sum(row) for row in counts[:tiers]]
    are = [sum(row[j] for row in counts) for j in range(tiers)]
    reactivated, new = (
        sum(n * w for n, w in zip(row[:tiers], worth, strict=True)) for row in counts[tiers:]
    )
    moved = [
        (counts[i][j] * (worth[j] - worth[i]), j < i) for i in range(tiers) for j in range(tiers)
    ]
    changed = sum(
        (latest[i] - old[i]) * (were[i] * valued_at + are[i] * (1 - valued_at))
        for i in range(tiers)
    )
    return [
        sum(n * w for n, w in zip(were, old, strict=True)),
        new,
        reactivated,
        sum(value for value, up in moved if up),
        sum(value for value, up in moved if not up),
        -sum(row[tiers] * w for row, w in zip(counts[:tiers], worth, strict=True)),
        changed,
        sum(n * w for n, w in zip(are, latest, strict=True)),
    ]


def _rates_of_tiers(customers: Numeric, rates: Any, **_: Any) -> None:
    columns, tiers = rates.shape[1], len(customers)
    if columns not in (tiers, tiers + 1):
        raise ArgumentError(
            Translated(
                f"rates must have {tiers} or {tiers + 1} columns, got {columns}",
                f"rates måste ha {tiers} eller {tiers + 1} kolumner, fick {columns}",
            )
        )


@formula(
    customers=EXPECTED,
    rates=RATE,
    inflow=EXPECTED,
    years=STEPS,
    result=EXPECTED,
    shapes={"customers": Shape.COLUMN, "rates": Shape.TABLE, "inflow": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("customers", "rates", "inflow"),
    sizes=_rates_of_tiers,
    expression=(
        "LET(stay,TAKE(rates,ROWS(rates),ROWS(rates)),"
        "REDUCE(TOROW(customers),SEQUENCE(years),LAMBDA(so_far,step,"
        "VSTACK(so_far,MMULT(TAKE(so_far,-1),stay)+TOROW(inflow)))))"
    ),
    example=Example(
        ([100, 200], [[0.5, 0.2], [0.1, 0.6]], [10, 40], 2),
        [[100, 200], [80, 180], [68, 164]],
        "by hand: 100 × 0.5 + 200 × 0.1 + 10 = 80; 100 × 0.2 + 200 × 0.6 + 40 = 180",
    ),
)
def project_portfolio(
    customers: Numeric, rates: Any, inflow: Numeric, years: int
) -> NDArray[np.float64]:
    """Customers per tier, year by year, if the migration rates and the inflow last.

    Equation:
        customers_j(t + 1) = Σ_i customers_i(t) × rates(i, j) + inflow_j

    Args:
        customers: Customers in each tier today. Range of n numbers.
        rates: Share of each tier (rows) that goes to each tier (columns) in a year, as fractions;
            a last column for the lost may stand beside them. Table of n × n or n × (n + 1).
        inflow: New and reactivated customers who come into each tier in a year. Range of n numbers.
        years: How many years ahead, a whole number from 1 to 1000.

    Returns:
        A table of customers, not rounded: a row for today and one for each year, a column for
        each tier.

    Raises:
        DomainError: if a number is negative, or a row of rates adds up to more than 1.
        ArgumentError: if the sizes don't fit.

    References:
        Pfeifer and Carraway, "Modeling customer relationships as Markov chains", Journal of
        Interactive Marketing 14(2), 2000.

    Examples:
        >>> project_portfolio([100, 200], [[0.5, 0.2], [0.1, 0.6]], [10, 40], 1).tolist()
        [[100.0, 200.0], [80.0, 180.0]]
    """
    import numpy as np

    rates, tiers = np.asarray(rates), len(customers)
    most = rates.sum(axis=1).max()
    if most > 1 + ROUNDING:
        raise DomainError(
            Translated(
                f"a row of rates must add up to at most 1, got {most:g}",
                f"en rad i rates får bli högst 1 tillsammans, fick {most:g}",
            )
        )
    stay = rates[:, :tiers]
    table = [customers]
    for _ in range(years):
        table.append(table[-1] @ stay + inflow)
    return np.stack(table)


def _distinct(names: Sequence[str | None]) -> list[str]:
    given = [name for name in names if name is not None]
    if len(given) < len(names) or not given:
        raise ArgumentError(
            Translated(
                "names must be given, one for each tier", "names måste anges, ett för varje nivå"
            )
        )
    if len(given) > MOST_TIERS:
        raise ArgumentError(
            Translated(
                f"names must be at most {MOST_TIERS}, got {len(given)}",
                f"names får vara högst {MOST_TIERS}, fick {len(given)}",
            )
        )
    seen = set[str]()
    for name in given:
        if name in seen:
            raise ArgumentError(
                Translated(
                    f"names must differ, got {describe(name)} twice",
                    f"names måste vara olika, fick {describe(name)} två gånger",
                )
            )
        seen.add(name)
    return given
