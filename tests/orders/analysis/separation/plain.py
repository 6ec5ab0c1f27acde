"""A plain program for what separates in the demo retailer, sharing no code with the package.

``python -m tests.orders.analysis.separation.plain`` writes ``tests/data/demo_plus_*.csv``: pandas
and NumPy on one row a customer, in the order of the method's page, without an engine and without
codes. Only the demo's rows come from the package.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from crmformulas.orders.demo import demo_frames

DATA = Path(__file__).parents[3] / "data"
DAY = pd.Timedelta(days=1)
LAST, MATURED, TIP = pd.Timestamp(2026, 10, 31), 365, 6
LEVEL, Z, MOST = 0.05, 1.959963984540054, 16
S12, F12 = pd.Timestamp(2025, 11, 1), pd.Timestamp(2024, 11, 1)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
OF_ORDER = ["channel", "country", "gift_wrap", "payment", "carrier", "sales_rep", "ab_test"]
HEADS = (
    "column,separates,column_p,spread_pp,value,customers,went_on,rate,rate_of_others,adjusted_pp,"
    "low_pp,high_pp,shrunk_pp,p,stands_out"
)


class Counts(NamedTuple):
    """Customers and who went on, by value × stratum; and all of the stratum."""

    labels: list[str]
    n: Any
    x: Any
    every: Any
    on: Any


def purchases(lines: pd.DataFrame) -> pd.DataFrame:
    """A row per purchase, in the customer's order, with what the order carries."""
    lines = lines.dropna(subset="customer_id")
    by_order = lines.groupby("order_id")
    orders = by_order.agg(
        customer=("customer_id", "first"),
        day=("order_date", "first"),
        amount=("amount", "sum"),
        lines=("amount", "size"),
        code=("discount_code", "first"),
        discount=("discount_amount", "sum"),
        **{name: (name, "first") for name in OF_ORDER},
    )
    for name in ("product", "category"):
        common = -lines[name].map(lines[name].value_counts())
        dearest = lines.assign(common=common).sort_values(
            ["amount", "common", name], ascending=[False, True, True], kind="stable"
        )
        orders[name] = dearest.drop_duplicates("order_id").set_index("order_id")[name]
    orders["amount"] = orders["amount"].round(2)
    orders["code"] = orders["code"].fillna("(blank)")
    bought = orders[orders["amount"] > 0].reset_index()
    bought = bought.sort_values(["customer", "day", "order_id"]).reset_index(drop=True)
    by = bought.groupby("customer")
    bought["nth"] = by.cumcount() + 1
    bought["in_all"] = by["nth"].transform("size")
    bought["after"] = by["day"].shift(-1)
    return bought


def starts(bought: pd.DataFrame, question: str) -> pd.DataFrame:
    """The start orders of a question, with ``on`` and ``stratum``."""
    month = bought["day"].dt.year * 12 + bought["day"].dt.month - 1
    if question == "continued":
        last = bought["after"].isna() | (bought["after"] >= S12)
        made = bought[(bought["day"] >= F12) & (bought["day"] < S12) & last].copy()
        made["on"] = made["after"].notna()
        made["stratum"] = month // 3 * 100 + np.minimum(made["nth"], 12)
        return made
    step = {"f1_f2": 1, "f3_f4": 3, "f6": 1}[question]
    old = bought["day"] <= LAST - MATURED * DAY
    made = bought[(bought["nth"] == step) & (old | (question == "f6"))].copy()
    soon = made["after"] <= made["day"] + MATURED * DAY
    made["on"] = made["in_all"] >= TIP if question == "f6" else soon
    made["stratum"] = month
    for months in (3, 12):
        if len(made) < 10 * made["stratum"].nunique():
            made["stratum"] = month // months
    return made


def wilson(p: Any, n: Any) -> tuple[Any, Any]:
    middle, wide = p + Z * Z / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (middle - wide) / (1 + Z * Z / n), (middle + wide) / (1 + Z * Z / n)


def difference(n1: Any, x1: Any, n0: Any, x0: Any) -> tuple[float, float, float, float, float]:
    """Weighted difference, its interval, χ² and overlap of one value over its strata."""
    ok = (n1 > 0) & (n0 > 0)
    if not ok.any():
        return 0.0, 0.0, 0.0, 0.0, 0.0
    share = n1[ok].sum() / max(n1.sum(), 1)
    n1, x1, n0, x0 = (side[ok].astype(float) for side in (n1, x1, n0, x0))
    every = n1 + n0
    w = n1 * n0 / every / (n1 * n0 / every).sum()
    p1, p0 = (w * x1 / n1).sum(), (w * x0 / n0).sum()
    (l1, u1), (l0, u0) = wilson(p1, 1 / (w * w / n1).sum()), wilson(p0, 1 / (w * w / n0).sum())
    d = p1 - p0
    low = d - math.hypot(p1 - l1, u0 - p0)
    high = d + math.hypot(u1 - p1, p0 - l0)
    on = x1 + x0
    more = (x1 - n1 * on / every).sum()
    several = every > 1
    var = (n1 * n0 * on * (every - on))[several] / (every**2 * (every - 1))[several]
    return d, low, high, more**2 / var.sum() if var.sum() > 0 else 0.0, share


def counted(values: pd.Series[Any], made: pd.DataFrame, stratum: pd.Series[Any]) -> Counts:
    labels = sorted(values.unique())
    strata = sorted(stratum.unique())
    which = pd.Categorical(values, labels).codes.astype(int) * len(strata)
    which = which + pd.Categorical(stratum, strata).codes
    size = len(labels) * len(strata)
    n = np.bincount(which, minlength=size).reshape(len(labels), -1)
    x = np.bincount(which, weights=made["on"], minlength=size).astype(int).reshape(n.shape)
    return Counts([str(label) for label in labels], n, x, n.sum(0), x.sum(0))


def called(p: Iterable[float], level: float) -> list[bool]:
    """Benjamini and Hochberg."""
    p = list(p)
    ranked = sorted(p)
    good = [one for i, one in enumerate(ranked, 1) if one <= level * i / len(p)]
    return [one <= max(good, default=-1.0) for one in p]


def column(counts: Counts) -> dict[str, Any] | None:
    """The figures of one column, before columns are decided."""
    total, went = int(counts.every.sum()), int(counts.on.sum())
    rows, rate = [], went / total
    for i, label in enumerate(counts.labels):
        n, x = int(counts.n[i].sum()), int(counts.x[i].sum())
        if n < 30 or total - n < 30 or min(rate, 1 - rate) * n < 10:
            continue
        others = counts.every - counts.n[i], counts.on - counts.x[i]
        d, low, high, chi, overlap = difference(counts.n[i], counts.x[i], *others)
        rows.append(
            {
                "value": label,
                "customers": n,
                "went_on": x,
                "rate": x / n,
                "others": (went - x) / (total - n),
                "d": d,
                "low": low,
                "high": high,
                "var": ((high - low) / (2 * Z)) ** 2,
                "p": math.erfc(math.sqrt(chi / 2)) if overlap >= 0.5 else 1.0,
            }
        )
    if not rows:
        return None
    square = max(0.0, sum(r["d"] ** 2 - r["var"] for r in rows) / len(rows))
    spread = 0.0
    for r in rows:
        r["shrunk"] = r["d"] * square / (square + r["var"])
        w = r["customers"] / total
        spread += w * ((r["d"] * (1 - w)) ** 2 - r["var"] * (1 - w) ** 2)
    known = sum(r["customers"] for r in rows) / total
    ranked = sorted(r["p"] for r in rows)
    p = min(one * len(ranked) / i for i, one in enumerate(ranked, 1))
    spread = math.sqrt(max(0.0, spread / known))
    return {"rows": rows, "p": p, "spread": spread}


def binned(amount: pd.Series[float], count: int) -> pd.Series[Any]:
    """The whole part of ``count`` × (customers strictly below) / customers."""
    below = amount.rank(method="min") - 1
    return (count * below // len(amount)).astype(int)


def fifths(amount: pd.Series[float]) -> pd.Series[Any]:
    bins = binned(amount, 5)
    ends = amount.groupby(bins).agg(["min", "max"])
    return bins.map({i: f"{low:g} – {high:g}" for i, low, high in ends.itertuples()})


def answer(bought: pd.DataFrame, question: str) -> list[str]:
    """The lines of a file: each column's values."""
    made = starts(bought, question)
    day = made["day"]
    values = {name: made[name] for name in ("product", "category", *OF_ORDER, "lines")}
    values["discount_code"] = made["code"]
    values["order value"] = fifths(made["amount"])
    values["weekday"] = day.dt.day_of_week.map(dict(enumerate(WEEKDAYS)))
    values["month"] = day.dt.month
    found: dict[str, dict[str, Any]] = {}
    for name, one in values.items():
        stratum = day.dt.year if name == "month" else made["stratum"]
        if (made_of := column(counted(one, made, stratum))) is not None:
            found[name] = made_of
    yes = dict(zip(found, called([one["p"] for one in found.values()], LEVEL), strict=True))
    lines = [HEADS]
    for name in sorted(found, key=lambda one: (not yes[one], -found[one]["spread"], one)):
        one = found[name]
        level = LEVEL * sum(yes.values()) / len(found)
        stands = called([r["p"] for r in one["rows"]], level) if yes[name] else []
        told = list(zip(one["rows"], stands or [False] * len(one["rows"]), strict=True))
        told.sort(key=lambda row: -row[0]["customers"])
        for r, out in told[:MOST]:
            figures = (r["d"], r["low"], r["high"], r["shrunk"])
            lines.append(
                f"{name},{yes[name]},{one['p']:.3g},{100 * one['spread']:.2f},{r['value']},"
                f"{r['customers']},{r['went_on']},{r['rate']:.6f},{r['others']:.6f},"
                + ",".join(f"{100 * figure:.3f}" for figure in figures)
                + f",{r['p']:.3g},{out}"
            )
    return lines


def discounts(bought: pd.DataFrame) -> list[str]:
    """The lines of the file of discounts by order number."""
    old = bought["day"] <= LAST - MATURED * DAY
    on = bought["after"] <= bought["day"] + MATURED * DAY
    quarter = bought["day"].dt.year * 4 + bought["day"].dt.quarter
    heads = "order_no,orders,discounted,share,discount,percent_of_gross_discounted"
    lines = [
        f"{heads},percent_of_gross_all,matured_with,rate_with,matured_without,rate_without,"
        "adjusted_pp,low_pp,high_pp,p"
    ]
    for label in (*map(str, range(1, 13)), "13+", "all"):
        nth = bought["nth"]
        of = nth > 0 if label == "all" else nth > 12 if label == "13+" else nth == int(label)
        some = of & (bought["discount"] > 0)
        money, gross = bought.loc[some, "discount"].sum(), bought.loc[of, "amount"].sum()
        own = money / (money + bought.loc[some, "amount"].sum()) if money else None
        sides = [of & old & (bought["discount"] > 0), of & old & (bought["discount"] <= 0)]
        (n1, x1), (n0, x0) = ((int(s.sum()), int((s & on).sum())) for s in sides)
        compared = ["", "", "", ""]
        if label.isdigit() and n1 and n0:
            strata = sorted(quarter[of & old].unique())
            grids = [
                np.array([int((s & (quarter == q) & went).sum()) for q in strata])
                for s in sides
                for went in (True, on)
            ]
            d, low, high, chi, _ = difference(*grids)
            compared = [f"{100 * one:.6f}" for one in (d, low, high)]
            compared.append(f"{math.erfc(math.sqrt(chi / 2)):.6f}")
        rates = [f"{x / n:.6f}" if n else "" for x, n in ((x1, n1), (x0, n0))]
        lines.append(
            f"{label},{int(of.sum())},{int(some.sum())},{some.sum() / of.sum():.6f},{money:.6f},"
            f"{'' if own is None else f'{own:.6f}'},{money / (money + gross):.6f},{n1},{rates[0]},"
            f"{n0},{rates[1]},{','.join(compared)}"
        )
    return lines


def main() -> None:
    """Write the files."""
    frame = pd.read_parquet(sys.argv[1]) if len(sys.argv) > 2 else demo_frames()[0]
    for name in ("amount", "discount_amount"):
        frame[name] = frame[name].astype(float)
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    bought = purchases(frame)
    to = Path(sys.argv[2]) if len(sys.argv) > 2 else DATA
    for question in ("f1_f2", "f3_f4", "f6", "continued"):
        lines = answer(bought, question)
        (to / f"demo_plus_{question}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    steps = "\n".join(discounts(bought)) + "\n"
    (to / "demo_plus_discount_by_step.csv").write_text(steps, encoding="utf-8")


if __name__ == "__main__":
    main()
