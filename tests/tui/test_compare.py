"""Comparing with a day, another file and a segment: now, then and change on every screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from crmformulas.formats import NumberFormat
from crmformulas.orders import read
from crmformulas.orders.demo import write_demo
from crmformulas.orders.selections.rfm_grid import rfm_segments
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import go_to, line_of, opened, screen_text, settled, until
from tests.tui.test_ten_tasks import typed

F = NumberFormat("en")
SIZE = (140, 50)


@pytest.fixture(scope="module")
def other_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another shop's orders."""
    return write_demo(tmp_path_factory.mktemp("other") / "branch.csv", orders=1_000, seed=7).orders


def shown(number: float) -> str:
    return F.whole(number).replace("\u00a0", " ")


async def compare(pilot: Pilot[Any], text: str) -> None:
    app: Any = pilot.app
    before = app.session.view
    await pilot.press("X")
    await settled(pilot)
    await pilot.press(*typed(text), "enter")
    await until(pilot, lambda: app.session.view is not before, "the comparison")
    await settled(pilot)


async def test_every_screen_shows_a_segment_beside_all(
    make_app: MakeApp, orders_csv: Path, summary: Summary
) -> None:
    with read(str(orders_csv)) as log:
        part = log.only("orders >= 2", summary.as_of)
        then, rfm = part.summary(summary.as_of), rfm_segments(part.rfm(summary.as_of))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await compare(pilot, "orders >= 2")
        assert "against orders >= 2" in screen_text(app).splitlines()[0]
        assert app.session.view
        assert app.session.view.then is not None
        assert app.session.view.then.to_dict() == then.to_dict()
        assert shown(then.flows.new or 0) in line_of(app, "+ new")
        top = then.portfolio_records[1]
        for pane, begins, number in (
            ("segments", "top", top.customers),
            ("portfolio", "top", top.portfolio_value),
            ("rfm", "champions", rfm[0].customers),
            ("budget", "Recruitment", then.flows.new),
            ("ladder", "F2", None),
            ("cohorts", "orders >= 2", then.input.customers),
            ("firstyear", "2024-11", then.first_year_records[-1].clv),
        ):
            await go_to(pilot, pane)
            await settled(pilot)
            assert "differs" in screen_text(app), pane
            assert number is None or shown(number) in line_of(app, begins), pane
        await go_to(pilot, "migration")
        assert "in orders >= 2:" in screen_text(app)
        # x leaves it, and comes back to it.
        await pilot.press("x")
        assert "against" not in screen_text(app)
        await pilot.press("x")
        assert "against orders >= 2" in screen_text(app)


async def test_another_file_and_another_day(
    make_app: MakeApp, other_csv: Path, summary: Summary, orders_csv: Path
) -> None:
    with read(str(other_csv)) as log:
        then = log.summary(summary.as_of)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("X")
        await settled(pilot)
        await pilot.press(*typed("another"), "enter")
        await pilot.pause()
        app.screen.query_one("Input").value = str(other_csv)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: app.session.view and app.session.view.against, "the file")
        await settled(pilot)
        assert "against branch" in screen_text(app).splitlines()[0]
        assert shown(then.flows.closing) in line_of(app, "= closing")
        # What is compared with stays when the day is another one, and is counted at it.
        await pilot.press("d", *["backspace"] * 10, *typed("2026-06-30"), "enter")
        day = date(2026, 6, 30)
        await until(
            pilot, lambda: app.session.view and app.session.view.as_of == day, "the other day"
        )
        await settled(pilot)
        assert app.session.view
        assert app.session.view.then
        assert app.session.view.then.as_of == day
        await compare(pilot, "2025-03-31")
        with read(str(orders_csv)) as log:
            was = log.summary(date(2025, 3, 31))
        assert shown(was.flows.lost or 0) in line_of(app, "− lost")
        assert "against 2025-03-31" in screen_text(app).splitlines()[0]
        await compare(pilot, "the year")
        assert "against 2025-06-30" in screen_text(app).splitlines()[0]


async def test_other_currencies_are_not_compared(
    make_app: MakeApp, orders_csv: Path, tmp_path: Path
) -> None:
    from crmformulas_tui.session import Source

    for name, code in (("a", "SEK"), ("b", "EUR")):
        rows = [f"{i},2026-0{1 + i % 9}-01,{i},{code}" for i in range(1, 40)]
        text = "\n".join(["customer,date,amount,currency", *rows])
        (tmp_path / f"{name}.csv").write_text(text + "\n")
    app = make_app(source=Source((str(tmp_path / "a.csv"),), "a"), lang="sv")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await settled(pilot)
        app._count_compared(app.session.count_against_file(Source((str(tmp_path / "b.csv"),), "b")))
        await until(pilot, lambda: "går inte att jämföra" in screen_text(app), "the refusal")
        assert app.session.view
        assert not app.session.view.comparing
