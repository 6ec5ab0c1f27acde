"""The engine's thread: one question after the other, and each can be stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from crmformulas_tui.session import Cancelled, Session, Source

from crmformulas.errors import InputError
from crmformulas.orders import read
from crmformulas.orders.reading.source_tables import interrupt_all
from tests.orders.reading.endless import ENGINES, endless
from tests.tui.conftest import MakeApp
from tests.tui.driving import opened, screen_text, settled, until, until_shown

OPENS = True

ENDLESS = "select count(*) from range(100000000) a, range(100000000) b where a.range % 7 = b.range"
"""A query that would run for years."""


@pytest.fixture
async def session(orders_csv: Path) -> Session:
    made = Session()
    await made.open(Source((str(orders_csv),), "shop"), None, None)
    return made


async def test_a_query_that_runs_is_stopped_and_the_log_lives_on(session: Session) -> None:
    view = session.view
    asked = asyncio.create_task(
        session.run(lambda: session.log.rows.backend.con.execute(ENDLESS).fetchall(), "counting")
    )
    while not session.doing:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    begin = time.monotonic()
    session.interrupt()
    with pytest.raises(Cancelled):
        await asked
    assert time.monotonic() - begin < 10
    assert session.view is view
    assert not session.busy
    assert session.doing == ""
    assert (await session.count(date(2025, 12, 31), session.view.rules)).as_of == date(2025, 12, 31)  # type: ignore[union-attr]
    await session.close()


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_is_being_opened_is_stopped(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else ""
    with endless(engine, tmp_path, url) as (where, table):
        session = Session()
        source = Source((where,), "shop", reading={"table": table})
        opening = asyncio.create_task(session.open(source, None, None))
        await asyncio.sleep(3)
        assert session.busy
        session.interrupt()
        # Two seconds on a machine that does nothing else.
        with pytest.raises(Cancelled):
            await asyncio.wait_for(opening, 30)
        await session.close()


async def test_what_waits_is_stopped_too(session: Session) -> None:
    gate = threading.Event()
    first = asyncio.create_task(session.run(lambda: gate.wait(30)))
    second = asyncio.create_task(session.run(lambda: pytest.fail("it was stopped")))
    await asyncio.sleep(0.05)
    session.interrupt()
    third = asyncio.create_task(session.run(lambda: 3))
    await asyncio.sleep(0.05)
    gate.set()
    for stopped in (first, second):
        with pytest.raises(Cancelled):
            await stopped
    # What is asked after the stop is answered.
    assert await third == 3
    await session.close()


async def test_a_question_nobody_waits_for_makes_room(session: Session) -> None:
    asked = asyncio.create_task(
        session.run(lambda: session.log.rows.backend.con.execute(ENDLESS).fetchall(), "counting")
    )
    while not session.doing:
        await asyncio.sleep(0.01)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await asyncio.wait_for(session.run(lambda: "free"), 20) == "free"
    await session.close()


async def test_a_stop_that_meets_the_next_question_has_it_asked_again(session: Session) -> None:
    queries = [ENDLESS, "select 7"]
    asked = asyncio.create_task(
        session.run(
            lambda: session.log.rows.backend.con.execute(queries.pop(0)).fetchall(), "counting"
        )
    )
    while len(queries) > 1:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    # As what was asked before is broken off too late.
    interrupt_all()
    assert await asyncio.wait_for(asked, 20) == [(7,)]
    await session.close()


async def test_a_file_that_can_not_be_opened_leaves_what_is_open(
    session: Session, tmp_path: Path
) -> None:
    view = session.view
    with pytest.raises(InputError, match="there is no such file"):
        await session.open(Source((str(tmp_path / "gone.csv"),), "gone"), None, None)
    assert session.view is view
    assert await session.run(lambda: session.customers().count()) == view.summary.input.customers  # type: ignore[union-attr]
    await session.close()


async def test_the_log_before_is_closed_only_when_the_new_one_has_answered(
    session: Session, tmp_path: Path
) -> None:
    before = session.log
    path = tmp_path / "one.csv"
    path.write_text("customer,date,amount\na,2026-03-01,10\n")
    await session.open(Source((str(path),), "one"), None, None)
    assert session.log is not before
    with pytest.raises(Exception, match="closed"):
        before.rows.backend.con.execute("select 1")
    await session.close()


async def test_esc_stops_a_recount_and_keeps_what_is_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        view = await opened(pilot)
        before = screen_text(app)
        gate = threading.Event()
        waiting = asyncio.create_task(app.session.run(lambda: gate.wait(30), "counting customers"))
        await until_shown(pilot, "counting customers · esc stops")
        app.recount(date(2020, 1, 31), view.rules)
        await pilot.pause()
        # The screen is alive meanwhile.
        await pilot.press("2")
        await until_shown(pilot, "portfolio value")
        await pilot.press("escape")
        gate.set()
        with pytest.raises(Cancelled):
            await waiting
        await until_shown(pilot, "Stopped")
        await settled(pilot)
        assert app.session.view is view
        await pilot.press("1")
        await pilot.pause()
        assert screen_text(app).splitlines()[2:18] == before.splitlines()[2:18]


async def test_esc_on_a_first_reading_says_what_to_do(make_app: MakeApp) -> None:
    app = make_app()
    gate = threading.Event()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        waiting = asyncio.create_task(app.session.run(lambda: gate.wait(30), "opening"))
        await until(pilot, lambda: len(app.session._jobs) == 2, "the file in the queue")
        await pilot.press("escape")
        gate.set()
        with pytest.raises(Cancelled):
            await waiting
        await until_shown(pilot, "o opens another file")
        assert app.session.view is None


async def test_a_contact_list_comes_with_the_orders(orders_csv: Path, contacts_csv: Path) -> None:
    made = Session()
    view = await made.open(Source((str(orders_csv),), "shop", str(contacts_csv)), None, None)
    with read(str(orders_csv)) as log:
        wanted = log.contacts(str(contacts_csv)).summary()
    assert wanted.ladder.f0
    assert view.summary.to_dict() == wanted.to_dict()
    await made.close()


async def test_a_contact_list_that_can_not_be_read_is_told(
    make_app: MakeApp, orders_csv: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "contacts.csv"
    wrong.write_text("a,b\n1,2\n")
    source = Source((str(orders_csv),), "shop", str(wrong))
    app = make_app(source=source)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "o opens another file")
        # The reader's words, the option of the command apart, over as many lines as it takes.
        shown = " ".join(screen_text(app).split())
        assert "which column is the contact id? The columns are 1 'a', 2 'b'" in shown
        assert "--" not in shown
