"""A small order log on disk, and the application on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.session import Source
from textual.css.stylesheet import Stylesheet

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
    """The figures of ``crmf summary`` for the order file: what the screens must show."""
    from crmformulas.orders import read

    with read(str(orders_csv)) as orders:
        return orders.summary()


@pytest.fixture(scope="session")
def year_before(orders_csv: Path, summary: Summary) -> Summary:
    """The summary twelve months before."""
    from crmformulas.orders import read

    with read(str(orders_csv)) as orders:
        return orders.summary(summary.windows.f12[1])


class Shared:
    """The plain order file, open once for all tests of a worker, and its summaries.

    Attributes:
        log: The open file; None until a test opens it.
        summaries: By day and rules, as they are counted.
    """

    def __init__(self) -> None:
        self.log: log.Orders | None = None
        self.summaries: dict[object, Summary] = {}

    def whole_log(self) -> log.Orders | None:
        """The log, unless a test of an interruption in this process has tidied up its files."""
        if self.log and not self.log.rows.opened.engine.temp.exists():
            self.log = None
        return self.log

    def give_away(self, opened: log.Orders) -> None:
        """Leave a log to the test that changes it; the next test opens another one."""
        if opened is self.log:
            self.log = None


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    """The results that tests share of the plain order file."""
    kept = Shared()
    yield kept
    if kept.log is not None:
        kept.log.close()


@pytest.fixture(scope="module", autouse=True)
def counted_once(
    request: pytest.FixtureRequest, orders_csv: Path, shared: Shared
) -> Iterator[None]:
    """Let the application read and count the plain order file once in all tests.

    Nearly every test opens it and asks for two summaries. Whatever is read in another way, with
    settings or a contact list, is read and counted anew; so is all in a module whose tests are of
    opening and closing, which says ``OPENS = True``.
    """
    if getattr(request.module, "OPENS", False):
        yield
        return
    real_read, real_summary, real_close = log.read, log.Orders.summary, log.Orders.close

    def read(what: Any, **options: Any) -> log.Orders:
        on_step = options.pop("on_step", None)
        if not isinstance(what, list) or what != [str(orders_csv)] or any(options.values()):
            return real_read(what, on_step=on_step, **options)
        shared.log = shared.whole_log() or real_read(what)
        shared.log._on_step = on_step or (lambda words: None)
        return shared.log

    def summary(self: log.Orders, as_of: Any = None, rules: Any = None, **changes: Any) -> Summary:
        if self is not shared.log or changes:
            return real_summary(self, as_of, rules, **changes)
        if (key := (as_of and str(as_of), rules)) not in shared.summaries:
            shared.summaries[key] = real_summary(self, as_of, rules)
        return shared.summaries[key]

    def close(self: log.Orders) -> None:
        if self is not shared.log:
            real_close(self)

    def giving_away(join: Callable[..., log.Orders]) -> Callable[..., log.Orders]:
        def joined(self: log.Orders, *args: Any, **more: Any) -> log.Orders:
            shared.give_away(self)
            return join(self, *args, **more)

        return joined

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "read", read)
        patch.setattr(log.Orders, "summary", summary)
        patch.setattr(log.Orders, "close", close)
        for name in ("contacts", "survey"):
            patch.setattr(log.Orders, name, giving_away(getattr(log.Orders, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def styles_read_once() -> Iterator[None]:
    """Let all applications share the rules of the style sheets, which each would parse anew."""
    parsed: dict[tuple[object, ...], Any] = {}
    parse = Stylesheet._parse_rules

    def parse_once(self: Stylesheet, *args: Any, **more: Any) -> Any:
        key = (args, tuple(more.items()), tuple(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, *args, **more)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def messages_kept() -> Iterator[None]:
    """Let each application keep what it told, which is gone from the screen when a test fails."""
    notify = BrowseApp.notify

    def kept(self: Any, message: str, **more: Any) -> None:
        self.told = [*getattr(self, "told", ()), message]
        notify(self, message, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BrowseApp, "notify", kept)
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
