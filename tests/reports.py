"""A made-up log whose summary the charts, pages and slides are tested on."""

from __future__ import annotations

import pandas as pd

from crmformulas.orders import read
from crmformulas.orders.demo import demo_frames
from crmformulas.orders.log import Orders

__all__ = ["HOSTILE", "demo_log", "hostile_log", "short_log"]

HOSTILE = "</script><img src=x onerror=alert(1)>&\u202e\x1b[31m"
"""A name that would be markup, script, an escape sequence or turn the text around."""


def demo_log() -> Orders:
    """The demo retailer, small."""
    orders, _ = demo_frames(orders=8_000)
    return read(orders)


def hostile_log() -> Orders:
    """A few years of orders whose customers have ids that would be markup."""
    rows = [
        (f"<b>id{i % 40}{HOSTILE}", f"{2024 + i % 3}-0{1 + i % 9}-1{i % 7}", 10 + i % 13)
        for i in range(400)
        # Some are new in the last year, some are lost in it.
        if (i % 40 > 9 or i % 3 == 2) and (i % 40 < 26 or i % 3 < 2)
    ]
    return read(pd.DataFrame(rows, columns=["customer", "date", "amount"]))


def short_log() -> Orders:
    """Orders of half a year: nothing is known of the year before."""
    rows = [(f"c{i % 9}", f"2026-0{1 + i % 6}-1{i % 7}", 10 + i % 13) for i in range(60)]
    return read(pd.DataFrame(rows, columns=["customer", "date", "amount"]))
