"""Order logs: where they live, how they are read, what is counted.

>>> import crmformulas as crm
>>> log = {"customer": ["a", "a", "b"], "date": ["2026-01-02"] * 3, "amount": [10, 5, 20]}

:func:`read` opens a file, database, URL or frame, and :meth:`Orders.summary` tells everything:

>>> import pandas as pd
>>> with crm.orders.read(pd.DataFrame(log)) as orders:
...     summary = orders.summary()
>>> summary.flows.closing, summary.input.net_revenue
(2, 35.0)

:meth:`Orders.customers` lists who they are, in an order and with filters of one's choice:

>>> with crm.orders.read(pd.DataFrame(log)) as orders:
...     [(one.customer, one.s12_tier) for one in orders.customers().page(limit=1)]
[('b', 'mid')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmformulas.orders.counting.customer_list import Customer, Customers, Filters
    from crmformulas.orders.demo import demo_frames, write_demo
    from crmformulas.orders.log import Orders, read
    from crmformulas.orders.rules import Rules
    from crmformulas.orders.summary.model import Summary

__all__ = ["Customer", "Customers", "Filters", "Orders", "Rules", "Summary"]
__all__ += ["demo_frames", "read", "write_demo"]

_HOMES = {
    "Customer": "counting.customer_list",
    "Customers": "counting.customer_list",
    "Filters": "counting.customer_list",
    "Orders": "log",
    "Rules": "rules",
    "Summary": "summary.model",
    "demo_frames": "demo",
    "read": "log",
    "write_demo": "demo",
}


if not TYPE_CHECKING:  # or a misspelt name would pass the type checker

    def __getattr__(name: str) -> Any:
        """Import on first use: the engines are slow to load and seldom all needed."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
