"""A small order log on disk, and the application on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.session import Source

from crmformulas.orders import demo, log
from crmformulas.orders.summary.model import Summary
from crmformulas.translations import Lang

ORDERS, SEED = 3_000, 1

MakeApp = Callable[..., BrowseApp]


@pytest.fixture(scope="session")
def order_files(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoFiles:
    """A log of 3 000 orders as CSV, and its contact list. The same rows in every run."""
    path = tmp_path_factory.mktemp("orders") / "shop.csv"
    return demo.write_demo(path, orders=ORDERS, seed=SEED)


@pytest.fixture(scope="session")
def orders_csv(order_files: demo.DemoFiles) -> Path:
    """The order file: order_id, customer_id, order_date, product, quantity, price, amount."""
    return order_files.orders


@pytest.fixture(scope="session")
def contacts_csv(order_files: demo.DemoFiles) -> Path:
    """The contact list that belongs to it."""
    return order_files.contacts


@pytest.fixture(scope="session")
def summary(orders_csv: Path) -> Summary:
    """What ``crmf summary`` says of the order file: what the screens must show."""
    from crmformulas.orders import read

    with read(str(orders_csv)) as orders:
        return orders.summary()


@pytest.fixture(scope="session")
def year_before(orders_csv: Path, summary: Summary) -> Summary:
    """The summary twelve months before."""
    from crmformulas.orders import read

    with read(str(orders_csv)) as orders:
        return orders.summary(summary.windows.f12[1])


@pytest.fixture(scope="session")
def summaries() -> dict[object, Summary]:
    """Of the plain order file, by day and rules, as they are counted."""
    return {}


@pytest.fixture(scope="module", autouse=True)
def counted_once(orders_csv: Path, summaries: dict[object, Summary]) -> Iterator[None]:
    """Let the application count the plain order file once for each day and rules in all tests.

    Every test opens it and asks for two summaries. Whatever is read in another way, with settings
    or a contact list, is counted anew.
    """
    plain: WeakSet[log.Orders] = WeakSet()
    real_read, real_summary = log.read, log.Orders.summary

    def read(what: Any, **options: Any) -> log.Orders:
        opened = real_read(what, **options)
        options.pop("on_step", None)
        if isinstance(what, list) and what == [str(orders_csv)] and not any(options.values()):
            plain.add(opened)
        return opened

    def summary(self: log.Orders, as_of: Any = None, rules: Any = None, **changes: Any) -> Summary:
        if self not in plain or self._contacts is not None or changes:
            return real_summary(self, as_of, rules, **changes)
        if (key := (as_of and str(as_of), rules)) not in summaries:
            summaries[key] = real_summary(self, as_of, rules)
        return summaries[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "read", read)
        patch.setattr(log.Orders, "summary", summary)
        yield


@pytest.fixture
def make_app(orders_csv: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MakeApp:
    """Make the application on the order file, or on another source.

    The current folder is a new one, so that what is exported without a folder ends there, and the
    user's own files are out of reach.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)

    def make(lang: Lang = "en", source: Source | None = None, **more: object) -> BrowseApp:
        return BrowseApp(source or Source((str(orders_csv),), "shop"), lang, **more)  # type: ignore[arg-type]

    return make
