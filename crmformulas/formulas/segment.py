"""Which customers matter most, and how they differ."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmformulas.catalog.formula import (
    CUSTOMER,
    DAY,
    LABEL,
    MONEY,
    NUMBER,
    RATE,
    SCORE,
    Example,
    Numeric,
    Shape,
    formula,
)
from crmformulas.catalog.table_headers import LANGUAGE, in_language, language_of
from crmformulas.errors import DivisionError, DomainError, NotEnoughDataError
from crmformulas.formulas.migration import round_half_up
from crmformulas.translations import Translated

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["pareto_share", "rfm", "rfm_segment"]

SCORES = 5

UNITS = 10_000
"""Amounts are added in ten-thousandths, so that the sum does not depend on the order."""


@formula(
    revenue=MONEY,
    top=RATE,
    result=RATE,
    shapes={"revenue": Shape.COLUMN},
    skips=("revenue",),
    expression=(
        "LET(ranked,SORT(TOCOL(revenue),1,-1),all_of_them,ROWS(ranked),total,SUM(ranked),"
        "IF(total<0,SQRT(-1),SUM(ranked*(SEQUENCE(all_of_them)<=ROUND(top*all_of_them,0)))/total))"
    ),
    example=Example(([10, 50, 20, 15, 5],), 0.5, "the first of five brings 50 of 100"),
)
def pareto_share(revenue: Numeric, top: float = 0.2) -> float:
    """Share of the revenue that comes from the top 20 % of the customers.

    Equation:
        share = Σ revenue of the first round half up (top × n) customers / Σ revenue

    Args:
        revenue: Net revenue of each active customer, in currency units. Range of n numbers.
        top: Which share of the customers, highest revenue first, counts as the top: a fraction.

    Returns:
        A fraction per the period of the revenue. Above 1 where the other customers together
        returned more than they bought.

    Raises:
        DomainError: if ``top`` is not between 0 and 1, or the revenue adds up to less than 0.
        DivisionError: if the revenue adds up to 0.
        NotEnoughDataError: if there is no customer.

    References:
        Elinder, "Dina nycklar till framgångsrikare CRM", IRi, 2018.

    Examples:
        >>> pareto_share([10, 50, 20, 15, 5])
        0.5
    """
    if not len(revenue):
        raise NotEnoughDataError(
            Translated("revenue must have at least one element", "revenue måste ha minst ett värde")
        )
    total = float(revenue.sum())
    if total == 0:
        raise DivisionError(Translated("revenue adds up to 0", "revenue blir 0 tillsammans"))
    if total < 0:
        raise DomainError(
            Translated(
                f"revenue must add up to more than 0, got {total:g}",
                f"revenue måste bli mer än 0 tillsammans, fick {total:g}",
            )
        )
    highest_first = (-revenue).argsort(kind="stable")
    return float(revenue[highest_first[: round_half_up(top, len(revenue))]].sum()) / total


@formula(
    customers=CUSTOMER,
    dates=DAY,
    amounts=MONEY,
    as_of=DAY,
    language=LANGUAGE,
    result=NUMBER,
    shapes={"customers": Shape.COLUMN, "dates": Shape.COLUMN, "amounts": Shape.COLUMN},
    result_shape=Shape.TABLE,
    aligned=("customers", "dates", "amounts"),
    skips=("customers", "dates", "amounts"),
    defaults={"as_of": "MAX(dates)", "language": '"en"'},
    example=Example(
        (
            ["a", "b", "a", "b"],
            ["2026-01-01", "2026-01-05", "2026-01-11", "2026-01-20"],
            [100, 40, 60, -10],
            "2026-01-31",
        ),
        [["a", 20, 2, 160, 5, 5, 5], ["b", 26, 1, 30, 3, 3, 3]],
        "by hand: of two customers the first scores 5, the second 5 − ⌊5 / 2⌋",
    ),
)
def rfm(
    customers: Any, dates: Any, amounts: Numeric, as_of: Any = None, language: Any = None
) -> pd.DataFrame:
    """Recency, frequency and monetary value of each customer, each scored 1 to 5.

    Equation:
        score = 5 − ⌊5 × (rank − 1) / n⌋, rank 1 the best of n customers; ties share their first

    Args:
        customers: Customer id of each row. Range of ids.
        dates: Day of each row. Range of dates. The rows of a customer on one day are one order.
        amounts: Amount of each row, in currency units; returns are negative. Range of numbers.
        as_of: The day at which recency is told; later rows are left out. The newest day unless
            given.
        language: Language in which a spreadsheet shows the headers, ``en`` or ``sv``; in Python a
            DataFrame keeps its names. English unless given.

    Returns:
        A table with a row for each customer who has bought, in order of appearance: customer,
        recency (days since the last purchase), frequency (orders), monetary (net revenue, reduced
        by returns) and the scores r, f and m, of which 5 is best. A day whose amounts add up to
        more than 0 is an order.

    Raises:
        ArgumentError: if an id, date or amount is missing, or the ranges differ in length.
        NotEnoughDataError: if nobody has bought.

    References:
        Hughes, "Strategic Database Marketing", 4th ed., McGraw-Hill, 2012.

    Examples:
        >>> table = rfm(["a", "b"], ["2026-01-01", "2026-01-05"], [100, 40], "2026-01-11")
        >>> table.values.tolist()
        [['a', 10, 1, 100.0, 3, 5, 5], ['b', 6, 1, 40.0, 5, 5, 3]]
    """
    import numpy as np
    import pandas as pd

    if as_of is None:
        as_of = dates.max(initial=np.iinfo(np.int64).min)
    rows = pd.DataFrame({"customer": customers, "day": dates, "amount": _whole_units(amounts)})[
        dates <= as_of
    ]
    days = rows.groupby(["customer", "day"], sort=False)["amount"].sum().reset_index()
    purchases = days[days["amount"] > 0].groupby("customer", sort=False)["day"]
    if not len(purchases):
        raise NotEnoughDataError(Translated("nobody has bought", "ingen har köpt"))
    table = pd.DataFrame({"last": purchases.max(), "frequency": purchases.size()})
    monetary = days.groupby("customer", sort=False)["amount"].sum()
    recency = (as_of - table["last"]).to_numpy()
    # By reindex: loc would take ids TRUE and FALSE for a choice of rows.
    units = monetary.reindex(table.index).to_numpy()
    scores = pd.DataFrame(
        {
            "customer": table.index,
            "recency": recency,
            "frequency": table["frequency"].to_numpy(),
            "monetary": units / UNITS,
            "r": _quintiles(-recency),
            "f": _quintiles(table["frequency"].to_numpy()),
            "m": _quintiles(units),
        }
    )
    return in_language(scores, language)


def _whole_units(amounts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Amounts in ten-thousandths, halves away from zero."""
    import numpy as np

    units = np.copysign(np.floor(np.abs(amounts) * UNITS + 0.5), amounts)
    if (np.abs(units) >= 2**53).any():
        raise DomainError(
            Translated(
                f"amounts must be below {2**53 / UNITS:g}",
                f"amounts måste vara under {2**53 / UNITS:g}",
            )
        )
    whole: NDArray[np.int64] = units.astype(np.int64)
    return whole


def _quintiles(worth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Scores 5 to 1 by rank, the largest being best."""
    import numpy as np

    ascending = np.sort(-worth)
    rank = np.searchsorted(ascending, -worth, side="left")
    scores: NDArray[np.int64] = SCORES - SCORES * rank // len(worth)
    return scores


RFM_SEGMENTS = (
    ("lost", "lost", "at risk", "cannot lose", "cannot lose"),
    ("hibernating", "hibernating", "at risk", "at risk", "at risk"),
    ("about to sleep", "about to sleep", "need attention", "loyal", "loyal"),
    ("promising", "potential loyalists", "potential loyalists", "loyal", "loyal"),
    ("new", "potential loyalists", "potential loyalists", "champions", "champions"),
)
"""By the score of recency, and by the mean of those of frequency and monetary value."""

RFM_WORDS = {
    "champions": "stjärnor",
    "loyal": "lojala",
    "potential loyalists": "på väg att bli lojala",
    "new": "nya",
    "promising": "lovande",
    "need attention": "behöver uppmärksamhet",
    "about to sleep": "på väg att somna",
    "at risk": "i riskzonen",
    "cannot lose": "får inte förloras",
    "hibernating": "i dvala",
    "lost": "förlorade",
}
"""The segments in Swedish."""

RFM_SCORES = ("recency_score", "frequency_score", "monetary_score")


@formula(
    recency_score=SCORE,
    frequency_score=SCORE,
    monetary_score=SCORE,
    language=LANGUAGE,
    result=LABEL,
    shapes=dict.fromkeys(RFM_SCORES, Shape.COLUMN),
    result_shape=Shape.COLUMN,
    aligned=RFM_SCORES,
    skips=RFM_SCORES,
    row_by_row=True,
    defaults={"language": '"en"'},
    example=Example(
        ([5, 5, 3, 1, 1], [5, 1, 3, 4, 1], [4, 1, 2, 4, 2]),
        ["champions", "new", "need attention", "cannot lose", "lost"],
        "by hand: the means of F and M are 4.5, 1, 2.5, 4, 1.5, rounded half up 5, 1, 3, 4, 2",
    ),
)
def rfm_segment(
    recency_score: Numeric,
    frequency_score: Numeric,
    monetary_score: Numeric,
    language: str | None = None,
) -> list[str]:
    """The name of a customer's segment by the scores of RFM.

    Equation:
        the cell of the table of segments in the row of recency, the column ⌊(f + m) / 2 + ½⌋

    Args:
        recency_score: Score of recency, 1 to 5, of which 5 is best. Range of n numbers.
        frequency_score: Score of frequency. Range of n numbers.
        monetary_score: Score of monetary value. Range of n numbers.
        language: Language of the labels, ``en`` or ``sv``. English unless given.

    Returns:
        A label for each row: champions, loyal, potential loyalists, new, promising, need attention,
        about to sleep, at risk, cannot lose, hibernating or lost.

    Raises:
        DomainError: if a score is not a whole number from 1 to 5.
        ArgumentError: if the ranges differ in length.

    References:
        Hughes, "Strategic Database Marketing", 4th ed., McGraw-Hill, 2012 (the scores). The names
        are in common usage, and differ from tool to tool.

    Examples:
        >>> rfm_segment([5, 2], [5, 1], [4, 2])
        ['champions', 'hibernating']
        >>> rfm_segment([5, 2], [5, 1], [4, 2], "sv")
        ['stjärnor', 'i dvala']
    """
    columns = (recency_score.tolist(), frequency_score.tolist(), monetary_score.tolist())
    scores = zip(*columns, strict=True)
    # Half of an odd sum is rounded up.
    labels = [RFM_SEGMENTS[int(a) - 1][int(b + c + 1) // 2 - 1] for a, b, c in scores]
    lang = language_of(language)
    return [RFM_WORDS[label] if lang == "sv" else label for label in labels]
