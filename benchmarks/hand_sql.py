"""The order summary by hand-written DuckDB SQL: what an expert writes for this one file layout.

    python benchmarks/hand_sql.py orders.parquet --as-of 2026-10-31 --memory-limit 4GB

Reads a CSV or Parquet file with the columns order_id, customer_id, order_date, product, amount
(ISO dates, several rows an order) and prints the JSON of `crmf summary --format json` without its
warnings and options, and without what needs no further counting: intervals and the values of flows.
A competitor for the benchmarks, and independent of the package.

With ``--further`` it also counts what months, quarters, recruit years and the intervals of lifetime
value rest on, as `crmf summary` always does: then both give the same figures.

Three passes do the work: rows to orders, orders to customers, and a window over the orders of those
customers who have more than one. What comes after reads small tables.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb

TIERS = (("super", "0.05"), ("top", "0.15"), ("mid", "0.5"), ("bottom", "0.3"))
NAMES = [name for name, _ in TIERS]
PARETO_TOP = "0.2"
NEW_AFTER_MONTHS = 36
MAX_STEPS = 12
THRESHOLD = 0.5
LTV_AGES = (3, 6, 12, 24, 36)
ORIGINS = [*NAMES, "reactivated", "new"]

Rows = Sequence[Sequence[Any]]

# All text of the CSV: a cell that is no date or no amount is to be counted, not to end the run.
# Declared, not sniffed, as the file's first line names them.
COLUMNS = ("order_id", "customer_id", "order_date", "amount")
CSV = """
    read_csv($file, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
             columns = {{{columns}}})
"""


def csv_source(file: str) -> str:
    opened = gzip.open if file.endswith(".gz") else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        names = next(csv.reader(lines))
    return CSV.format(columns=", ".join(f"\"{name}\": 'VARCHAR'" for name in names))


def stripped(text: str) -> str:
    # trim() with a set of characters costs more than all the rest of reading; so only where needed.
    return f"""CASE WHEN {text} < '!' OR {text}[-1] < '!'
                    THEN nullif(trim({text}, E' \\t\\n\\r\\x0b\\f'), '') ELSE {text} END"""


# The third key tells apart what the first two don't: the day where there is no order id, and the
# reason of an excluded row. So one pass both groups and counts.
ORDERS = """
CREATE OR REPLACE TABLE grouped AS
SELECT c, key, min(d) AS d, sum(a)::BIGINT AS a, count(*) AS n, max(d) AS e
FROM (
    SELECT *, CASE WHEN c IS NULL THEN -1 WHEN d IS NULL THEN -2 WHEN a IS NULL THEN -3
                   WHEN o IS NULL THEN d - DATE '0001-01-01' END AS key
    FROM (SELECT {customer} AS c, {order} AS o, {day} AS d, {amount} AS a FROM {source})
)
GROUP BY c, o, key
"""

# The id of a receipt may be used again: rows of more than so many days after an order's first day
# are another order. Few orders are so long, so only their rows are read again.
LONGEST_ORDER = 90
LONG = f"key IS NULL AND e - d > {LONGEST_ORDER}"
LONG_ROWS = f"""
SELECT c, o, d, a
FROM (SELECT {{customer}} AS c, {{order}} AS o, {{day}} AS d, {{amount}} AS a FROM {{source}})
WHERE o IS NOT NULL AND d IS NOT NULL AND a IS NOT NULL
      AND c IN (SELECT c FROM grouped WHERE {LONG})
WINDOW w AS (PARTITION BY c, o)
QUALIFY max(d) OVER w - min(d) OVER w > {LONGEST_ORDER}
ORDER BY c, o, d
"""

USABLE = """
CREATE OR REPLACE VIEW orders AS
SELECT c, d, a FROM grouped WHERE (key IS NULL OR key >= 0) AND d <= DATE '{t}'
"""

# lb: last purchase before S12; fs: first purchase in S12. Who bought in F12 has lb on or after its
# first day, who is active has fs; no other count is needed to tell the status.
CUSTOMERS = """
CREATE OR REPLACE TABLE customers AS
SELECT c, count(*) AS m,
       count(*) FILTER (a > 0) AS n,
       min(d) FILTER (a > 0) AS d0,
       max(d) FILTER (a > 0 AND d < $s12) AS lb,
       min(d) FILTER (a > 0 AND d >= $s12) AS fs,
       count(*) FILTER (a > 0 AND d >= $s12) AS n1,
       sum(a)::BIGINT AS net,
       sum(a) FILTER (d >= $s12)::BIGINT AS r1,
       sum(a) FILTER (d >= $f12 AND d < $s12)::BIGINT AS r2
FROM orders
GROUP BY c
"""

# Purchases before returns: k numbers the purchases, p is the purchase before, d0 the first.
STEPS = """
CREATE OR REPLACE TABLE steps AS
SELECT c, d, a, row_number() OVER w AS k, lag(d) OVER w AS p,
       first_value(CASE WHEN a > 0 THEN d END) OVER w AS d0
FROM orders
WHERE c IN (SELECT c FROM customers WHERE m > 1)
WINDOW w AS (PARTITION BY c ORDER BY a <= 0, d)
"""

# Revenue by first day and day; `active` counts each customer once a month. Customers with one order
# come from their own table.
PAIRS = """
CREATE OR REPLACE TABLE pairs AS
SELECT d0, d, sum(a)::BIGINT AS net, coalesce(sum(a) FILTER (a > 0), 0)::BIGINT AS bought,
       count(*) FILTER (a > 0 AND (k = 1 OR p < date_trunc('month', d))) AS active
FROM steps
WHERE d0 IS NOT NULL
GROUP BY d0, d
UNION ALL
SELECT d0, d0, sum(net)::BIGINT, sum(net)::BIGINT, count(*)
FROM customers
WHERE m = 1 AND n = 1
GROUP BY d0
"""

# Half of what has been counted up to a gap lies on either side of the median.
MEDIANS = """
WITH gaps AS (
    SELECT {step} AS step, d - p AS gap, count(*) AS n
    FROM steps
    WHERE a > 0 AND k > 1 AND {condition}
    GROUP BY step, gap
), running AS (
    SELECT *, sum(n) OVER (PARTITION BY step ORDER BY gap) AS upto,
           sum(n) OVER (PARTITION BY step) AS total
    FROM gaps
)
SELECT step, (min(gap) FILTER (2 * upto >= total) + min(gap) FILTER (2 * upto > total)) / 2
FROM running
GROUP BY step
"""

# A tier ends at a revenue and, among those who tie at it, at an id: so nobody need be ranked.
CUTS = """
WITH sizes AS (SELECT {revenue} AS r, count(*) AS n FROM customers WHERE {active} GROUP BY r),
running AS (SELECT r, n, sum(n) OVER (ORDER BY r DESC) AS upto FROM sizes),
wanted AS (
    SELECT p, r, p - (upto - n) AS place
    FROM running JOIN (SELECT unnest($places) AS p) ON p > upto - n AND p <= upto
), tied AS (
    SELECT {revenue} AS r, c, row_number() OVER (PARTITION BY r ORDER BY c) AS place
    FROM customers
    WHERE {active} AND r IN (SELECT r FROM wanted)
)
SELECT p, r, c FROM wanted JOIN tied USING (r, place)
"""

FLOWS = """
SELECT CASE WHEN lb >= $f12 THEN {tier2}
            WHEN fs <= lb + INTERVAL {new_after} MONTH THEN 'reactivated' ELSE 'new' END AS source,
       CASE WHEN fs IS NULL THEN 'lost' ELSE {tier1} END AS target,
       count(*), sum(n1)::BIGINT,
       sum(coalesce(CASE WHEN fs IS NULL THEN r2 ELSE r1 END, 0))::BIGINT,
       coalesce(sum(r1) FILTER (fs IS NOT NULL AND {top}), 0)::BIGINT
FROM customers
WHERE fs IS NOT NULL OR lb >= $f12
GROUP BY source, target
"""

INPUT = """
SELECT count(*) FILTER (a > 0), count(*) FILTER (a <= 0), coalesce(sum(a), 0)::BIGINT,
       min(d), max(d)
FROM orders
"""

COHORTS = """
SELECT date_trunc('month', d0)::DATE AS cohort, date_trunc('month', d)::DATE AS month,
       sum(net)::BIGINT
FROM pairs
WHERE d >= cohort
GROUP BY cohort, month
"""

MONTHS = """
SELECT date_trunc('month', d)::DATE AS month, d0 < date_trunc('month', d) AS returning_,
       sum(active)::BIGINT, sum(bought)::BIGINT
FROM pairs
WHERE d >= $start AND d <= $end
GROUP BY month, returning_
"""

# Returns count in a month's revenue for those who bought in that month, too; they have two orders.
MONTH_RETURNS = """
WITH recent AS (SELECT *, date_trunc('month', d)::DATE AS month
                FROM steps
                WHERE d >= $start AND d <= $end)
SELECT month, d0 < month AS returning_, sum(a)::BIGINT
FROM recent AS back
WHERE a <= 0 AND EXISTS (FROM recent WHERE a > 0 AND c = back.c AND month = back.month)
GROUP BY month, returning_
"""

LTV = """
SELECT {columns}
FROM pairs
WHERE d >= d0
"""
LTV_AGE = """coalesce(sum(net) FILTER (d0 + INTERVAL {age} MONTH <= $t + 1
                             AND d < d0 + INTERVAL {age} MONTH), 0)::BIGINT"""


# What else a summary counts: purchases by number, month and days since the one before; how many
# were soon followed by another; purchases and second ones by month of first order and month; and
# the squares of what customers brought, by which lifetime value has its interval.
BY_NUMBER = """
SELECT least(k, $steps + 1) AS step, year(d) * 12 + month(d) - 1 AS month,
       CASE WHEN k > 1 THEN d - p ELSE -1 END AS gap, count(*)
FROM steps
WHERE a > 0
GROUP BY step, month, gap
"""
SOON = """
SELECT k - 1 AS step, (year(p) * 12 + month(p) - 1) // 3 AS quarter, count(*)
FROM steps
WHERE a > 0 AND k > 1 AND k <= $steps AND d - p <= $soon
GROUP BY step, quarter
"""
SECOND = """
SELECT date_trunc('month', d0)::DATE AS cohort, date_trunc('month', d)::DATE AS month,
       count(*), count(*) FILTER (k = 2)
FROM steps
WHERE a > 0
GROUP BY cohort, month
"""
SPREAD = """
WITH worth AS (
    SELECT c, d0, {worth} FROM steps WHERE d0 IS NOT NULL GROUP BY c, d0
    UNION ALL
    SELECT c, d0, {alone} FROM customers WHERE m = 1 AND n = 1
)
SELECT {observed} AS observed, {squares}
FROM worth
GROUP BY observed
"""


def further(run: Run, t: date, first_day: date, moved: int) -> dict[str, Rows]:
    """The tables for months, quarters, recruit years and the intervals of lifetime value."""
    days = (t - first_day).days + 1
    soon = next((days_ for days_ in (365, 180, 90, 30) if 3 * days_ <= days), 30)
    unit = 1 << max(moved.bit_length() - 31, 0)
    later = {age: f"(d0 + INTERVAL {age} MONTH)" for age in LTV_AGES}
    spread = SPREAD.format(
        worth=", ".join(
            f"coalesce(sum(a) FILTER (d >= d0 AND d < {end}), 0)::BIGINT AS w{age}"
            for age, end in later.items()
        ),
        alone=", ".join(f"net AS w{age}" for age in later),
        observed=" + ".join(f"({end} <= $t + 1)::INT" for end in later.values()),
        squares=", ".join(
            f"sum(floor(abs(w{age}) / {unit} + 0.5)::BIGINT ** 2)::BIGINT" for age in later
        ),
    )
    return {
        "by_number": run("by number", BY_NUMBER, steps=MAX_STEPS),
        "soon": run("soon", SOON, steps=MAX_STEPS, soon=soon),
        "second": run("second", SECOND),
        "spread": run("spread", spread, t=t),
    }


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


def money(ten_thousandths: float | None) -> float | None:
    return None if ten_thousandths is None else round(ten_thousandths / 10_000, 4)


def round_half_up(share: str, customers: int) -> int:
    return int(Decimal(share) * customers + Decimal("0.5"))


def tier_ends(customers: int) -> list[int]:
    """Cumulative tier sizes: round-half-up of each share, the last tier the rest."""
    ends = [0]
    for _, share in TIERS[:-1]:
        ends.append(min(ends[-1] + round_half_up(share, customers), customers))
    return [*ends[1:], customers]


def tier(revenue: str, prefix: str) -> str:
    """The expression for a customer's tier, given the cuts as parameters."""
    cases = " ".join(
        f"WHEN {above(revenue, f'{prefix}{number}')} THEN '{name}'"
        for number, name in enumerate(NAMES[:-1])
    )
    return f"CASE {cases} ELSE '{NAMES[-1]}' END"


def above(revenue: str, cut: str) -> str:
    return (
        f"(coalesce({revenue}, 0) > ${cut}r OR (coalesce({revenue}, 0) = ${cut}r AND c <= ${cut}c))"
    )


class Run:
    """One connection, and the seconds of each statement where they are asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tell: bool = False) -> None:
        self.connection = connection
        self.tell = tell

    def __call__(self, name: str, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        start = time.perf_counter()
        used = {key: value for key, value in values.items() if f"${key}" in sql}
        rows = self.connection.execute(sql, used).fetchall()
        if self.tell:
            print(f"{time.perf_counter() - start:8.2f} s  {name}", file=sys.stderr)
        return rows


def connect(
    database: str, memory_limit: str, threads: int | None, temp_directory: str | None
) -> duckdb.DuckDBPyConnection:
    config: dict[str, Any] = {
        "memory_limit": memory_limit,
        # Nothing here depends on the order of rows, and keeping it costs memory.
        "preserve_insertion_order": False,
        "threads": threads,
        "temp_directory": temp_directory,
    }
    connection = duckdb.connect(database, config={k: v for k, v in config.items() if v is not None})
    connection.execute("SET enable_progress_bar = false")
    return connection


def read_orders(run: Run, file: str) -> None:
    """Rows to orders, whatever types the file has."""
    if file.endswith((".csv", ".csv.gz")):
        source, types = csv_source(file), dict.fromkeys(COLUMNS, "VARCHAR")
    else:
        source = "read_parquet($file)"
        described = run("describe", f"DESCRIBE FROM {source}", file=file)
        types = {name: kind for name, kind, *_ in described}
    read_as = expressions(types)
    run("orders", ORDERS.format(source=source, **read_as), file=file)
    [(long,)] = run("long", f"SELECT count(*) FROM grouped WHERE {LONG}")
    if long:
        split_orders(run, run("long rows", LONG_ROWS.format(source=source, **read_as), file=file))


def split_orders(run: Run, rows: Rows) -> None:
    """Orders of one id that lie far apart, from their rows in order of customer, id and day."""
    made: list[list[Any]] = []
    begun = None
    for customer, order, day, amount in rows:
        if begun == (customer, order) and (day - made[-1][1]).days <= LONGEST_ORDER:
            made[-1][2] += amount
            made[-1][3] += 1
        else:
            begun = customer, order
            made.append([customer, day, amount, 1])
    run("long out", f"DELETE FROM grouped WHERE {LONG}")
    run.connection.executemany("INSERT INTO grouped VALUES ($1, NULL, $2, $3, $4, $2)", made)


def expressions(types: dict[str, str]) -> dict[str, str]:
    """The SQL that reads each column; a text is parsed, and NULL where it can't be."""
    text = {name for name, kind in types.items() if kind == "VARCHAR"}
    # A decimal of up to four places can be counted as it is; others are rounded first.
    exact = re.fullmatch(r"DECIMAL\(\d+,[0-4]\)", types["amount"])
    amount = "amount" if exact else "TRY_CAST(amount AS DECIMAL(18, 4))"
    return {
        "customer": stripped("customer_id") if "customer_id" in text else "customer_id::VARCHAR",
        "order": stripped("order_id") if "order_id" in text else "order_id",
        # The day as it is written: a text's first ten characters, the date of a timestamp.
        "day": "TRY_CAST(left(order_date, 10) AS DATE)"
        if "order_date" in text
        else "order_date::DATE",
        "amount": f"({amount} * 10000)::BIGINT",
    }


def cuts(
    run: Run, revenue: str, active: str, places: Sequence[int], f12: date
) -> dict[int, tuple[int, str]]:
    """The revenue and id at each place of the ranking by revenue; at place 0 above all."""
    sql = CUTS.format(revenue=revenue, active=active)
    rows = run(f"cuts {revenue}", sql, places=sorted({*places} - {0}), f12=f12)
    return {0: (2**63 - 1, ""), **{place: (r, c) for place, r, c in rows}}


def summary(run: Run, file: str, as_of: date | None = None, more: bool = False) -> dict[str, Any]:
    read_orders(run, file)
    counts = dict(run("excluded", "SELECT least(key, 0), sum(n)::BIGINT FROM grouped GROUP BY 1"))
    if as_of is None:
        [(as_of,)] = run("newest", "SELECT max(d) FROM grouped WHERE key IS NULL OR key >= 0")
    if as_of is None:
        raise ValueError("no order can be read")
    t = as_of
    s12, f12 = (add_months(t, -months) + timedelta(days=1) for months in (12, 24))

    run("usable", USABLE.format(t=t))
    [(orders, returns, net, first_day, last_day)] = run("input", INPUT)
    if first_day is None:
        raise ValueError(f"no order up to {t}")
    run("customers", CUSTOMERS, s12=s12, f12=f12)
    run("steps", STEPS)
    run("pairs", PAIRS)

    # Tiers and flows
    [(closing, opening)] = run(
        "active", "SELECT count(fs), count(*) FILTER (lb >= $f12) FROM customers", f12=f12
    )
    ends1, ends2 = tier_ends(closing), tier_ends(opening)
    top = round_half_up(PARETO_TOP, closing)
    cuts1 = cuts(run, "coalesce(r1, 0)", "fs IS NOT NULL", [*ends1, top], f12)
    cuts2 = cuts(run, "coalesce(r2, 0)", "lb >= $f12", ends2, f12)
    values: dict[str, Any] = {"f12": f12}
    for prefix, ends, found in (("s", [*ends1[:-1], top], cuts1), ("f", ends2[:-1], cuts2)):
        for number, end in enumerate(ends):
            values[f"{prefix}{number}r"], values[f"{prefix}{number}c"] = found[end]
    sql = FLOWS.format(
        tier1=tier("r1", "s"),
        tier2=tier("r2", "f"),
        top=above("r1", f"s{len(ends1) - 1}"),
        new_after=NEW_AFTER_MONTHS,
    )
    cells = run("flows", sql, **values)

    # Ladder
    histogram = dict(run("ladder", "SELECT n, count(*) FROM customers WHERE n > 0 GROUP BY n"))
    medians = dict(run("medians", MEDIANS.format(step="k", condition=f"k <= {MAX_STEPS}")))
    between = dict(run("between", MEDIANS.format(step="1", condition="d >= $s12"), s12=s12))

    # Cohorts, lifetime value, returning customers
    firsts = run("firsts", "SELECT d0, count(*) FROM customers WHERE n > 0 GROUP BY d0")
    by_month = run("cohorts", COHORTS)
    columns = ", ".join(LTV_AGE.format(age=age) for age in LTV_AGES)
    [ltv] = run("ltv", LTV.format(columns=columns), t=t)
    newest = (
        t.replace(day=1) if (t + timedelta(days=1)).day == 1 else add_months(t.replace(day=1), -1)
    )
    months = [add_months(newest, -back) for back in range(24)][::-1]
    end = add_months(newest, 1) - timedelta(days=1)
    active = run("months", MONTHS, start=months[0], end=end)
    back = run("month returns", MONTH_RETURNS, start=months[12], end=end)

    beside: dict[str, Any] = {}
    if more:
        [(moved,)] = run("moved", "SELECT sum(abs(a))::BIGINT FROM orders")
        beside = {"further": further(run, t, first_day, moved)}

    return {
        **beside,
        "as_of": t.isoformat(),
        "windows": {
            "s12": [s12.isoformat(), t.isoformat()],
            "f12": [f12.isoformat(), (s12 - timedelta(days=1)).isoformat()],
        },
        "input": {
            "rows": sum(counts.values()),
            "orders": orders,
            "returns": returns,
            "customers": sum(histogram.values()),
            "net_revenue": money(net),
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
            "excluded": {
                reason: counts.get(key, 0)
                for reason, key in (("no_customer", -1), ("bad_date", -2), ("bad_amount", -3))
            },
        },
        **flow_figures(cells, opening, closing),
        "ladder": ladder(histogram, medians),
        "cohorts": cohorts(firsts, by_month, t),
        "ltv": [
            {"age_months": age, "customers": n, "ltv": money(ratio(revenue, n))}
            for age, revenue in zip(LTV_AGES, ltv, strict=True)
            for n in [sum(n for d0, n in firsts if add_months(d0, age) <= t + timedelta(days=1))]
        ],
        "kpis": {
            "repeat_purchase_rate": ratio(
                sum(n for k, n in histogram.items() if k > 1), sum(histogram.values())
            ),
            "time_between_purchases": between.get(1),
            "returning_share": returning_share(months, active, back, first_day),
            "pareto_share": pareto(cells),
        },
    }


def flow_figures(cells: Rows, opening: int, closing: int) -> dict[str, Any]:
    """Flows, flow table, migration and portfolio, all from the table of (from, to)."""
    table: dict[tuple[str, str], list[int]] = {(s, t): rest for s, t, *rest in cells}

    def customers(source: str, target: str) -> int:
        return table.get((source, target), [0])[0]

    arrived = {source: sum(customers(source, name) for name in NAMES) for source in ORIGINS}
    lost = sum(customers(name, "lost") for name in NAMES)
    continued = opening - lost
    new, reactivated = arrived["new"], arrived["reactivated"]
    staying = opening - continued - reactivated
    matrix = [[customers(source, target) for target in [*NAMES, "lost"]] for source in NAMES]

    portfolio: list[dict[str, Any]] = []
    for name, row in zip(NAMES, matrix, strict=True):
        to_here = [table[source, name] for source in ORIGINS if (source, name) in table]
        n, orders, revenue = (sum(cell[i] for cell in to_here) for i in range(3))
        duration = ratio(sum(row), row[-1])
        clv = ratio(revenue * duration, n) if duration is not None else None
        value = clv * n if clv is not None else None
        retention = ratio(sum(row) - row[-1], sum(row))
        portfolio.append(
            {
                "tier": name,
                "customers": n,
                "orders": orders,
                "revenue": money(revenue),
                "f12_customers": sum(row),
                "lost": row[-1],
                "retention": retention,
                "duration": duration,
                "orders_per_customer": ratio(orders, n),
                "value_per_order": money(ratio(revenue, orders)),
                "annual_value": money(ratio(revenue, n)),
                "clv": clv,
                "clv_index": None,
                "portfolio_value": value if n else 0.0,
            }
        )
    worth = [tier["portfolio_value"] for tier in portfolio]
    least = portfolio[-1]["clv"]
    for tier in portfolio:
        if tier["clv"] is not None and least:
            tier["clv_index"] = tier["clv"] / least
        tier["clv"] = money(tier["clv"])
        tier["portfolio_value"] = money(tier["portfolio_value"])
    return {
        "flows": {
            "opening": opening,
            "new": new,
            "reactivated": reactivated,
            "continued": continued,
            "lost": lost,
            "closing": closing,
            "retention": ratio(continued, opening),
            "duration": ratio(opening, lost),
            "net_duration": ratio(opening, staying) if staying > 0 else None,
        },
        "flow_table": [
            {
                "from": source,
                "to": target,
                "customers": table[source, target][0],
                "orders": None if target == "lost" else table[source, target][1],
                "revenue": money(table[source, target][2]),
            }
            for source in ORIGINS
            for target in [*NAMES, "lost"]
            if (source, target) in table
        ],
        "migration": {
            "from": NAMES,
            "to": [*NAMES, "lost"],
            "customers": matrix,
            "rates": [[ratio(count, sum(row)) for count in row] for row in matrix],
        },
        "portfolio": portfolio,
        "portfolio_total": {
            "customers": closing,
            "portfolio_value": None if None in worth else money(sum(worth)),
        },
    }


def pareto(cells: Rows) -> float | None:
    here = [cell for cell in cells if cell[1] != "lost"]
    total = sum(cell[4] for cell in here)
    anybody = round_half_up(PARETO_TOP, sum(cell[2] for cell in here))
    return sum(cell[5] for cell in here) / total if anybody and total > 0 else None


def ladder(histogram: dict[int, int], medians: dict[int, float]) -> dict[str, Any]:
    """`medians` has the days between the purchases k - 1 and k under k."""
    shown = range(1, min(MAX_STEPS, max(histogram, default=0)) + 1)
    at_least = {k: sum(n for orders, n in histogram.items() if orders >= k) for k in shown}
    rates = {k: at_least[k + 1] / at_least[k] for k in shown[:-1]}
    return {
        "steps": [
            {
                "f": k,
                "customers": at_least[k],
                "rate": rates.get(k),
                "median_days": medians[k + 1] if k in rates else None,
            }
            for k in shown
        ],
        "tipping_point": min((k for k, rate in rates.items() if rate >= THRESHOLD), default=None),
        # The product of the step rates up to k is F(k + 1) / F1.
        "extra_orders_per_1000": sum(1000 * at_least[k + 1] / at_least[1] for k in rates) or 0.0,
    }


def cohorts(firsts: Rows, by_month: Rows, t: date) -> list[dict[str, Any]]:
    sizes: Counter[date] = Counter()
    for d0, n in firsts:
        sizes[d0.replace(day=1)] += n
    revenue = {(cohort, month): net for cohort, month, net in by_month}
    answer = []
    for cohort, n in sorted(sizes.items()):
        line: list[float | None] = []
        month, net = cohort, 0
        while month <= t:
            net += revenue.get((cohort, month), 0)
            observed = add_months(month, 1) <= t + timedelta(days=1)
            line.append(money(net / n) if observed else None)
            month = add_months(month, 1)
        answer.append({"cohort": f"{cohort:%Y-%m}", "customers": n, "revenue_per_customer": line})
    return answer


def returning_share(
    months: Sequence[date], active: Rows, back: Rows, first_day: date
) -> list[dict[str, Any]]:
    customers: Counter[tuple[date, bool]] = Counter()
    revenue: Counter[tuple[date, bool]] = Counter()
    for month, returning, n, bought in active:
        customers[month, returning] += n
        revenue[month, returning] += bought
    for month, returning, amount in back:
        revenue[month, returning] += amount
    shares: dict[date, float | None] = {}
    answer = []
    for month in months:
        observed = month >= first_day
        n = customers[month, True] + customers[month, False]
        total = revenue[month, True] + revenue[month, False]
        share = shares[month] = ratio(customers[month, True], n) if observed else None
        before = shares.get(add_months(month, -12))
        answer.append(
            {
                "month": f"{month:%Y-%m}",
                "customers": n if observed else None,
                "share": share,
                "revenue_share": revenue[month, True] / total if observed and total > 0 else None,
                "change_pp": None if share is None or before is None else (share - before) * 100,
            }
        )
    return answer[-12:]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", help="CSV or Parquet file of order rows")
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: the newest order's day")
    parser.add_argument("--memory-limit", default="8GB")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--temp-directory")
    parser.add_argument("--database", default=":memory:", help="file for the intermediate tables")
    parser.add_argument(
        "--further", action="store_true", help="count what months and intervals rest on, too"
    )
    parser.add_argument("--timings", action="store_true", help="seconds of each step, on stderr")
    args = parser.parse_args(arguments)
    connection = connect(args.database, args.memory_limit, args.threads, args.temp_directory)
    made = summary(Run(connection, args.timings), args.file, args.as_of, args.further)
    json.dump(made, sys.stdout, default=str)
    print()


if __name__ == "__main__":
    main()
