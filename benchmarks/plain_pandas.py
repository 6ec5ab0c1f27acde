"""The order summary in pandas: what a good analyst writes for this one file layout.

    python benchmarks/plain_pandas.py orders.parquet --as-of 2026-10-31 [--tuned]

Reads a CSV or Parquet file with the columns order_id, customer_id, order_date, product, amount
(ISO dates, several rows an order) and prints the JSON of `crmf summary --format json` without its
warnings and options, and without what needs no further counting: intervals and the values of flows.
A competitor for the benchmarks, and independent of the package: vectorised throughout (but for the
few ids that are used again), days and months as integers, no loop over customers. Plain, the
columns are those that pandas reads, and rows are grouped by the ids as they are. Tuned, ids are
integer codes from the start, and Arrow reads Parquet, so that no decimal or date becomes a Python
object.
"""

from __future__ import annotations

import argparse
import json
import string
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TIERS = {"super": 0.05, "top": 0.15, "mid": 0.5, "bottom": 0.3}
NAMES = list(TIERS)
ORIGINS = [*NAMES, "reactivated", "new"]
COLUMNS = ["order_id", "customer_id", "order_date", "amount"]
LONGEST_ORDER = 90  # days


# ------------------------------------------------------------------------------------------ reading


def read(file: str, tuned: bool) -> pd.DataFrame:
    """The four columns: ids as text, the day and the amount as they can be read."""
    if file.endswith((".csv", ".csv.gz")):
        # Only an empty cell is missing: "NA" and "NULL" are ids like others.
        rows = pd.read_csv(file, usecols=COLUMNS, dtype="str", keep_default_na=False)
        amount = pd.to_numeric(rows["amount"], errors="coerce").astype("float64")
    elif not tuned:
        rows = pd.read_parquet(file, columns=COLUMNS)
        amount = rows["amount"].astype("float64")
        rows["order_date"] = pd.to_datetime(rows["order_date"])
    else:
        table = pq.read_table(file, columns=COLUMNS)
        # Cast before pandas sees them: it would make a Python object of each decimal and date.
        amount = table["amount"].cast(pa.float64()).to_pandas()
        if pa.types.is_date(table.schema.field("order_date").type):
            days = table["order_date"].cast(pa.timestamp("s"))
            table = table.set_column(table.column_names.index("order_date"), "order_date", days)
        rows = table.drop_columns("amount").to_pandas()
    day = rows["order_date"]
    if not pd.api.types.is_datetime64_any_dtype(day):
        day = pd.to_datetime(day.str[:10], format="%Y-%m-%d", errors="coerce")
    return pd.DataFrame(
        {
            "customer": stripped(rows["customer_id"]),
            "order": stripped(rows["order_id"]),
            "day": day,
            "amount": amount,
        }
    )


def stripped(ids: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(ids):
        return ids
    text = ids.astype("str").str.strip(string.whitespace)
    return text.mask(text == "")


def to_orders(rows: pd.DataFrame, tuned: bool) -> tuple[pd.DataFrame, pd.Index, dict[str, int]]:
    """Orders with the customer as a code, the ids of the codes, and the excluded rows by reason."""
    no_customer = rows["customer"].isna()
    bad_date = ~no_customer & rows["day"].isna()
    bad_amount = ~no_customer & ~bad_date & ~np.isfinite(rows["amount"])
    excluded = {
        "no_customer": int(no_customer.sum()),
        "bad_date": int(bad_date.sum()),
        "bad_amount": int(bad_amount.sum()),
    }
    rows = rows[~(no_customer | bad_date | bad_amount)]
    customer, order = rows["customer"], rows["order"]
    if tuned:
        customer, ids = pd.factorize(customer)
    day = rows["day"].to_numpy().astype("datetime64[D]").astype("int64")
    # A row without order id belongs to the order of its day.
    if tuned:
        order, order_ids = pd.factorize(order)
        order = np.where(order < 0, len(order_ids) + day - day.min(initial=0), order)
    elif order.isna().any():
        order = order.astype("str").where(order.notna(), [f"day {d}" for d in day])
    # Ten-thousandths, half away from zero; what a float adds beyond the decimals is cut off first.
    size = np.floor(np.round(rows["amount"].abs().to_numpy() * 10_000, 3) + 0.5)
    amount = np.copysign(size, rows["amount"].to_numpy()).astype("int64")
    lines = pd.DataFrame({"customer": customer, "order": order, "day": day, "amount": amount})
    groups = lines.groupby(["customer", "order"], sort=False)
    orders = groups.agg(day=("day", "min"), last=("day", "max"), amount=("amount", "sum"))
    orders = orders.reset_index()
    long = orders["last"] - orders["day"] > LONGEST_ORDER
    if long.any():
        split = split_orders(lines.merge(orders.loc[long, ["customer", "order"]]))
        orders = pd.concat([orders[~long], split], ignore_index=True)
    if not tuned:
        orders["customer"], ids = pd.factorize(orders["customer"])
    return orders[["customer", "day", "amount"]], ids, excluded


def split_orders(lines: pd.DataFrame) -> pd.DataFrame:
    """The id of a receipt may be used again: rows long after an order's first day are another."""
    lines = lines.sort_values(["customer", "order", "day"])
    parts, begun, first = [], None, 0
    for customer, order, day in zip(lines["customer"], lines["order"], lines["day"], strict=True):
        if begun != (customer, order) or day - first > LONGEST_ORDER:
            begun, first = (customer, order), day
        parts.append(first)
    groups = lines.assign(part=parts).groupby(["customer", "order", "part"], sort=False)
    return groups.agg(day=("day", "min"), amount=("amount", "sum")).reset_index()


# ---------------------------------------------------------------------------- days, rounding, rates


def to_day(number: int) -> date:
    return np.datetime64(int(number), "D").item()


def to_months(days: pd.Series) -> pd.Series:
    """Months since January 1970."""
    months = days.to_numpy().astype("datetime64[D]").astype("datetime64[M]").astype("int64")
    return pd.Series(months, index=days.index)


def add_months(days: pd.Series, months: int) -> pd.Series:
    """As days since 1970; the offset clips to the end of the month."""
    moved = pd.Series(days.to_numpy().astype("datetime64[D]").astype("datetime64[s]"))
    moved = moved + pd.DateOffset(months=months)
    return pd.Series(moved.to_numpy().astype("datetime64[D]").astype("int64"), index=days.index)


def month_name(month: int) -> str:
    return str(np.datetime64(int(month), "M"))


def round_half_up(number: float) -> int:
    return int(np.floor(round(number, 6) + 0.5))


def known(number: Any, digits: int | None = None) -> float | None:
    """A float for JSON: null where it is undefined."""
    if not np.isfinite(number):
        return None
    return float(number) if digits is None else round(float(number), digits)


def money(ten_thousandths: Any) -> float | None:
    return known(ten_thousandths / 10_000, 4)


def ratio(numerator: Any, denominator: Any) -> float:
    return numerator / denominator if denominator else float("nan")


# ------------------------------------------------------------------------------------------ figures


def rank_tiers(revenue: pd.Series, ids: pd.Index) -> pd.DataFrame:
    """Tier and rank of the active customers by revenue, ties by id."""
    ranking = pd.DataFrame({"revenue": revenue, "id": ids[revenue.index]}, index=revenue.index)
    ranking = ranking.sort_values(["revenue", "id"], ascending=[False, True])
    n = len(ranking)
    sizes = [round_half_up(share * n) for share in list(TIERS.values())[:-1]]
    ends = np.minimum(np.cumsum(sizes), n)
    place = np.arange(n)
    tier = pd.Categorical.from_codes(np.searchsorted(ends, place, side="right"), NAMES)
    return pd.DataFrame({"tier": tier, "place": place}, index=ranking.index)


def flow_figures(customers: pd.DataFrame, ids: pd.Index) -> dict[str, Any]:
    active = customers[customers["active"] | customers["was_active"]]
    now = rank_tiers(active.loc[active["active"], "s12_revenue"], ids)
    then = rank_tiers(active.loc[active["was_active"], "f12_revenue"], ids)
    # One row a customer: from where, to where, with what.
    came_back = active["first_s12"] <= active["until_new"]
    source = then["tier"].astype("str").reindex(active.index)
    source = source.fillna(came_back.map({True: "reactivated", False: "new"}).astype("str"))
    target = now["tier"].astype("str").reindex(active.index).fillna("lost")
    moves = pd.DataFrame(
        {
            "from": source,
            "to": target,
            "orders": active["s12_orders"],
            "revenue": active["s12_revenue"].where(active["active"], active["f12_revenue"]),
        }
    )
    table = moves.groupby(["from", "to"]).agg(
        customers=("orders", "size"), orders=("orders", "sum"), revenue=("revenue", "sum")
    )
    every = pd.MultiIndex.from_product([ORIGINS, [*NAMES, "lost"]], names=["from", "to"])
    table = table.reindex(every, fill_value=0)

    counts = table["customers"].unstack()[[*NAMES, "lost"]]
    opening, closing, lost = len(then), len(now), int(counts["lost"].sum())
    new, reactivated = int(counts.loc["new"].sum()), int(counts.loc["reactivated"].sum())
    matrix = counts.loc[NAMES]
    f12_customers = matrix.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = matrix.div(f12_customers, axis=0)
        flows = {
            "retention": known(ratio(opening - lost, opening)),
            "duration": known(ratio(opening, lost)),
            "net_duration": known(ratio(opening, max(lost - reactivated, 0))),
        }
        tiers = table.groupby("to").sum().loc[NAMES].astype("float64")
        tiers["f12_customers"] = f12_customers
        tiers["lost"] = matrix["lost"]
        tiers["retention"] = 1 - tiers["lost"] / tiers["f12_customers"]
        duration = tiers["f12_customers"] / tiers["lost"]
        tiers["duration"] = duration.replace(np.inf, np.nan)
        tiers["orders_per_customer"] = tiers["orders"] / tiers["customers"]
        tiers["value_per_order"] = tiers["revenue"] / tiers["orders"]
        tiers["annual_value"] = tiers["revenue"] / tiers["customers"]
        tiers["clv"] = tiers["annual_value"] * tiers["duration"]
        tiers["clv_index"] = tiers["clv"] / tiers["clv"].iloc[-1]
        tiers["portfolio_value"] = (tiers["clv"] * tiers["customers"]).mask(
            tiers["customers"] == 0, 0.0
        )
    top = now.index[now["place"] < round_half_up(0.2 * closing)]
    revenue = active.loc[active["active"], "s12_revenue"]
    total = revenue.sum()
    whole = ["customers", "orders", "f12_customers", "lost"]
    amounts = ["revenue", "value_per_order", "annual_value", "clv", "portfolio_value"]
    return {
        "flows": {
            "opening": opening,
            "new": new,
            "reactivated": reactivated,
            "continued": opening - lost,
            "lost": lost,
            "closing": closing,
            **flows,
        },
        "flow_table": [
            {
                "from": source,
                "to": target,
                "customers": int(cell.customers),
                "orders": None if target == "lost" else int(cell.orders),
                "revenue": money(cell.revenue),
            }
            for (source, target), cell in table[table["customers"] > 0].iterrows()
        ],
        "migration": {
            "from": NAMES,
            "to": [*NAMES, "lost"],
            "customers": matrix.to_numpy().tolist(),
            "rates": [[known(rate) for rate in row] for row in rates.to_numpy()],
        },
        "portfolio": [
            {"tier": name}
            | {
                key: int(value)
                if key in whole
                else money(value)
                if key in amounts
                else known(value)
                for key, value in row.items()
            }
            for name, row in tiers.iterrows()
        ],
        "portfolio_total": {
            "customers": closing,
            "portfolio_value": money(tiers["portfolio_value"].sum(skipna=False)),
        },
        "pareto_share": known(revenue[top].sum() / total) if len(top) and total > 0 else None,
    }


def ladder(orders_each: pd.Series, purchases: pd.DataFrame) -> dict[str, Any]:
    most = min(12, int(orders_each.max()) if len(orders_each) else 0)
    # Fk: customers with at least k orders.
    at_least = orders_each.value_counts().sort_index()[::-1].cumsum()[::-1]
    steps = at_least.reindex(range(1, most + 1), method="bfill")
    rates = (steps.shift(-1) / steps).iloc[:-1]
    later = purchases[purchases["k"].between(2, most)]
    medians = later["gap"].groupby(later["k"]).median()
    return {
        "steps": [
            {
                "f": k,
                "customers": int(steps[k]),
                "rate": float(rates[k]) if k < most else None,
                "median_days": float(medians[k + 1]) if k < most else None,
            }
            for k in range(1, most + 1)
        ],
        "tipping_point": next((int(k) for k, rate in rates.items() if rate >= 0.5), None),
        "extra_orders_per_1000": float(1000 * rates.cumprod().sum()),
    }


def cohorts(orders: pd.DataFrame, first: pd.Series, as_of: int) -> list[dict[str, Any]]:
    sizes = to_months(first).value_counts().sort_index()
    of_buyers = orders[orders["first"] >= 0]
    cohort = to_months(of_buyers["first"])
    month = of_buyers["month"]
    here = month >= cohort
    net = of_buyers["amount"][here].groupby([cohort[here], month[here]]).sum()
    newest = int(np.datetime64(as_of, "D").astype("datetime64[M]").astype(int))
    # The month of the as-of day is observed if the next day begins another.
    complete = np.datetime64(as_of + 1, "D").astype("datetime64[M]").astype(int) > newest
    answer = []
    for month, size in sizes.items():
        line = net[month].reindex(range(month, newest + 1), fill_value=0).cumsum() / size
        values = [money(value) for value in line]
        if not complete:
            values[-1] = None
        answer.append(
            {
                "cohort": month_name(month),
                "customers": int(size),
                "revenue_per_customer": values,
            }
        )
    return answer


def ltv(orders: pd.DataFrame, first: pd.Series, as_of: int) -> list[dict[str, Any]]:
    first_days = pd.Series(np.sort(first.unique()), dtype="int64")
    of_buyers = orders[orders["day"] >= orders["first"].where(orders["first"] >= 0, as_of + 1)]
    answer = []
    for age in (3, 6, 12, 24, 36):
        ends = pd.Series(add_months(first_days, age).to_numpy(), index=first_days)
        ends = ends[ends <= as_of + 1]
        customers = int(first.isin(ends.index).sum())
        end = of_buyers["first"].map(ends)  # NaN where the days are not all observed
        total = of_buyers["amount"][of_buyers["day"] < end].sum()
        answer.append(
            {"age_months": age, "customers": customers, "ltv": money(ratio(total, customers))}
        )
    return answer


def returning_share(orders: pd.DataFrame, first_day: int, as_of: int) -> list[dict[str, Any]]:
    newest = int(np.datetime64(as_of + 1, "D").astype("datetime64[M]").astype(int)) - 1
    months = pd.RangeIndex(newest - 23, newest + 1)
    recent = orders[orders["month"].between(months[0], newest)]
    each = recent.assign(bought=recent["amount"] > 0)
    # One row a customer and month, of those who bought in it.
    each = each.groupby(["month", "customer"], sort=False).agg(
        amount=("amount", "sum"), bought=("bought", "any"), first=("first", "first")
    )
    each = each[each["bought"]].reset_index()
    each["returning"] = to_months(each["first"]) < each["month"]
    back = each[each["returning"]]
    starts = months.to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype("int64")
    observed = pd.Series(starts >= first_day, months)
    customers = each.groupby("month").size().reindex(months, fill_value=0)
    revenue = each.groupby("month")["amount"].sum().reindex(months, fill_value=0)
    share = back.groupby("month").size().reindex(months, fill_value=0) / customers
    revenue_share = back.groupby("month")["amount"].sum().reindex(months, fill_value=0) / revenue
    revenue_share = revenue_share.where(revenue > 0)
    share, revenue_share = share.where(observed), revenue_share.where(observed)
    change = (share - share.shift(12)) * 100
    return [
        {
            "month": month_name(month),
            "customers": int(customers[month]) if observed[month] else None,
            "share": known(share[month]),
            "revenue_share": known(revenue_share[month]),
            "change_pp": known(change[month]),
        }
        for month in months[-12:]
    ]


def summary(file: str, as_of: date | None = None, tuned: bool = False) -> dict[str, Any]:
    rows = read(file, tuned)
    number_of_rows = len(rows)
    orders, ids, excluded = to_orders(rows, tuned)
    del rows
    if orders.empty:
        raise ValueError("no order can be read")
    t = int(orders["day"].max()) if as_of is None else int(np.datetime64(as_of, "D").astype(int))
    orders = orders[orders["day"] <= t]
    if orders.empty:
        raise ValueError(f"no order up to {to_day(t)}")
    today = pd.Series([t])
    s12 = int(add_months(today, -12).iloc[0]) + 1
    f12 = int(add_months(today, -24).iloc[0]) + 1

    # Purchases by customer and day: which one it is, and the days since the one before.
    orders = orders.assign(month=to_months(orders["day"]))
    purchases = orders[orders["amount"] > 0].sort_values(["customer", "day"])
    by_customer = purchases.groupby("customer", sort=False)
    purchases = purchases.assign(k=by_customer.cumcount() + 1, gap=by_customer["day"].diff())
    first = by_customer["day"].first()
    orders["first"] = orders["customer"].map(first).fillna(-1).astype("int64")

    # One row a customer who has bought, with both windows.
    in_s12 = purchases["day"] >= s12
    in_f12 = purchases["day"].between(f12, s12 - 1)
    s12_days = purchases[in_s12].groupby("customer", sort=False)["day"]
    last_before = purchases[~in_s12].groupby("customer", sort=False)["day"].last()
    in_window = {
        name: orders[orders["day"].between(start, end)].groupby("customer", sort=False)["amount"]
        for name, start, end in (("s12", s12, t), ("f12", f12, s12 - 1))
    }
    columns = {
        "orders": by_customer.size(),
        "s12_orders": s12_days.size(),
        "s12_revenue": in_window["s12"].sum(),
        "f12_revenue": in_window["f12"].sum(),
        "first_s12": s12_days.first(),
        "until_new": add_months(last_before, 36),
    }
    customers = pd.DataFrame(columns, index=first.index)
    whole = ["orders", "s12_orders", "s12_revenue", "f12_revenue"]
    customers[whole] = customers[whole].fillna(0).astype("int64")
    customers["active"] = customers["s12_orders"] > 0
    customers["was_active"] = customers.index.isin(purchases.loc[in_f12, "customer"].unique())

    figures = flow_figures(customers, ids)
    pareto_share = figures.pop("pareto_share")
    number = len(customers)
    return {
        "as_of": to_day(t).isoformat(),
        "windows": {
            "s12": [to_day(s12).isoformat(), to_day(t).isoformat()],
            "f12": [to_day(f12).isoformat(), to_day(s12 - 1).isoformat()],
        },
        "input": {
            "rows": number_of_rows,
            "orders": len(purchases),
            "returns": len(orders) - len(purchases),
            "customers": number,
            "net_revenue": money(orders["amount"].sum()),
            "first_day": to_day(orders["day"].min()).isoformat(),
            "last_day": to_day(orders["day"].max()).isoformat(),
            "excluded": excluded,
        },
        **figures,
        "ladder": ladder(customers["orders"], purchases),
        "cohorts": cohorts(orders, first, t),
        "ltv": ltv(orders, first, t),
        "kpis": {
            "repeat_purchase_rate": known(ratio(int((customers["orders"] > 1).sum()), number)),
            "time_between_purchases": known(purchases.loc[in_s12, "gap"].median()),
            "returning_share": returning_share(orders, int(orders["day"].min()), t),
            "pareto_share": pareto_share,
        },
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", help="CSV or Parquet file of order rows")
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: the newest order's day")
    parser.add_argument("--tuned", action="store_true", help="ids as codes, Parquet by Arrow")
    args = parser.parse_args(arguments)
    json.dump(summary(args.file, args.as_of, args.tuned), sys.stdout)
    print()


if __name__ == "__main__":
    main()
