"""The packages users would pick today, on the same file: part of what a summary tells.

    python benchmarks/rivals.py lifetimes orders.parquet 2026-10-31
    python benchmarks/rivals.py openretailscience orders.parquet 2026-10-31

Runs in the environment of ``rivals.txt``.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta


def lifetimes(path: str, as_of: date) -> int:
    """Frequency, recency, age and mean value per customer."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    if path.endswith(".parquet"):
        rows = pd.read_parquet(path, columns=["customer_id", "order_date", "amount"])
    else:
        rows = pd.read_csv(path, usecols=["customer_id", "order_date", "amount"])
    rows = rows.dropna(subset=["customer_id"])
    rows["order_date"] = pd.to_datetime(rows["order_date"])
    rows["amount"] = rows["amount"].astype(float)
    made = summary_data_from_transaction_data(
        rows, "customer_id", "order_date", "amount", observation_period_end=as_of
    )
    return len(made)


def openretailscience(path: str, as_of: date) -> int:
    """New, lapsed and repeating; heavy, medium and light; RFM segments."""
    import ibis
    from openretailscience.segmentation.hml import HMLSegmentation
    from openretailscience.segmentation.nlr import NLRSegmentation
    from openretailscience.segmentation.rfm import RFMSegmentation

    connection = ibis.duckdb.connect()
    read = connection.read_parquet if path.endswith(".parquet") else connection.read_csv
    rows = read(path)
    year_ago, two_ago = as_of - timedelta(days=365), as_of - timedelta(days=730)
    rows = rows.filter(rows.customer_id.notnull()).select(
        customer_id=rows.customer_id,
        transaction_id=rows.order_id,
        transaction_date=rows.order_date.cast("date"),
        unit_spend=rows.amount.cast("float64"),
        period=ibis.cases(
            (rows.order_date.cast("date") > year_ago, "S12"),
            (rows.order_date.cast("date") > two_ago, "F12"),
            else_="before",
        ),
    )
    made = [
        NLRSegmentation(rows, "period", "F12", "S12").df,
        HMLSegmentation(rows.filter(rows.period == "S12")).df,
        RFMSegmentation(rows, current_date=as_of).df,
    ]
    return sum(map(len, made))


if __name__ == "__main__":
    tool, file, day = sys.argv[1:]
    print(
        {"lifetimes": lifetimes, "openretailscience": openretailscience}[tool](
            file, date.fromisoformat(day)
        )
    )
