"""Export of what is shown and of the whole report, read back by other programs."""

from __future__ import annotations

import asyncio
import csv
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.dialogs.export import WAYS, ExportDialog
from crmformulas_tui.export import ExportTable, csv_paths
from crmformulas_tui.session import Cancelled, Source
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from crmformulas.orders import read
from crmformulas.orders.analysis.movements import movement
from crmformulas.orders.counting.customer_list import COLUMNS, Filters
from crmformulas.orders.demo import write_demo
from crmformulas.orders.summary.model import Summary
from tests.tui.conftest import MakeApp
from tests.tui.driving import opened, screen_text, settled, until, until_shown


async def export(pilot: Pilot[None], way: str, name: str | None = None) -> None:
    """Export what is shown in a way, to the file that is proposed or to another one."""
    app = pilot.app
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, ExportDialog), "the dialog")
    ways = [one for one, _ in WAYS]
    await pilot.press(*["down"] * ways.index(way))
    await pilot.pause()
    if name is not None:
        app.screen.query_one(Input).value = name
    await pilot.press("enter")
    await pilot.pause()


async def written(pilot: Pilot[None], path: Path) -> None:
    """Wait until a file is there and told."""
    await until_shown(pilot, "Written:")
    assert path.exists()


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def run(app: BrowseApp) -> Any:
    return app.run_test(size=(100, 40), notifications=True)


async def test_a_filtered_and_sorted_list_is_exported_whole_as_csv(
    make_app: MakeApp, orders_csv: Path, tmp_path: Path
) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot, "segments")
        await pilot.press("end", "enter")
        await settled(pilot)
        await pilot.press("right", "s", "slash", "1", "enter")
        await settled(pilot)
        await export(pilot, "csv")
        await written(pilot, tmp_path / "shop-customers-all-who-have-bought.csv")
    with read(str(orders_csv)) as log:
        wanted = list(log.customers().rows(sort="s12_orders", filters=Filters(text="1")))
    head, *rows = rows_of(tmp_path / "shop-customers-all-who-have-bought.csv")
    assert head == list(COLUMNS)
    assert rows == [["" if v is None else str(v) for v in one] for one in wanted]


async def test_the_same_as_a_workbook(make_app: MakeApp, orders_csv: Path, tmp_path: Path) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot, "segments")
        await pilot.press("enter")
        await settled(pilot)
        await export(pilot, "xlsx", "list.xlsx")
        await written(pilot, tmp_path / "list.xlsx")
    with read(str(orders_csv)) as log:
        wanted = list(log.customers().rows(filters=Filters(s12_tier="super")))
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert list(head) == list(COLUMNS)
    as_days = [[v.date() if isinstance(v, datetime) else v for v in row] for row in rows]
    assert as_days == [list(one) for one in wanted]


async def test_ids_that_look_like_formulas_are_text_in_the_workbook(
    make_app: MakeApp, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        "customer,date,amount\n=1+1,2026-03-01,10\n007,2026-04-01,20\n@x,2026-04-01,5\n"
    )
    app = make_app(source=Source((str(path),), "odd"))
    async with run(app) as pilot:
        await until_shown(pilot, "3 active customers")
        await until(pilot, lambda: not app.session.busy, "rest")
        await pilot.press("2", "end", "enter")
        await settled(pilot)
        await export(pilot, "xlsx", "odd.xlsx")
        await written(pilot, tmp_path / "odd.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "odd.xlsx").worksheets[0]
    cells = [sheet.cell(row, 1) for row in (2, 3, 4)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("007", "s"), ("=1+1", "s"), ("@x", "s"),
    ]  # fmt: skip


async def test_what_a_spreadsheet_would_execute_is_quoted_in_csv_and_that_is_told(
    make_app: MakeApp, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        "customer,date,amount\n=1+1,2026-03-01,10\n007,2026-04-01,20\n@x,2026-04-01,5\n"
    )
    app = make_app(source=Source((str(path),), "odd"))
    async with run(app) as pilot:
        await until_shown(pilot, "3 active customers")
        await until(pilot, lambda: not app.session.busy, "rest")
        await pilot.press("2", "end", "enter")
        await settled(pilot)
        await export(pilot, "csv", "out.csv")
        await written(pilot, tmp_path / "out.csv")
        await until_shown(pilot, "2 cells begin with an apostrophe")
    assert [row[0] for row in rows_of(tmp_path / "out.csv")[1:]] == ["007", "'=1+1", "'@x"]


@pytest.mark.parametrize(
    ("name", "tables", "files"),
    [
        ("out", ("tiers", "status"), ("out-tiers", "out-status")),
        ("s-budget", ("budget", "levers"), ("s-budget", "s-budget-levers")),
        ("s-follow-up", ("follow-up", "follow-up-months"), ("s-follow-up", "s-follow-up-months")),
        ("budget", ("budget", "levers"), ("budget", "budget-levers")),
        # Part of a word is not that word, and no two tables are one file.
        ("mybudget", ("budget", "levers"), ("mybudget-budget", "mybudget-levers")),
        ("s-a", ("b", "a-b"), ("s-a-b", "s-a-a-b")),
    ],
)
def test_no_name_is_said_twice(name: str, tables: tuple[str, ...], files: tuple[str, ...]) -> None:
    made = csv_paths(Path(f"{name}.csv"), [ExportTable(one, (), ()) for one in tables])
    assert made == [Path(f"{one}.csv") for one in files]


async def test_tiers_and_statuses_are_a_file_each(
    make_app: MakeApp, summary: Summary, tmp_path: Path
) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot, "segments")
        await export(pilot, "csv", "out.csv")
        await until_shown(pilot, "Written:")
    tiers, status = rows_of(tmp_path / "out-tiers.csv"), rows_of(tmp_path / "out-status.csv")
    assert [row[0] for row in tiers[1:]] == [r.tier for r in summary.portfolio_records]
    place = tiers[0].index("clv")
    # To the 15 digits of a spreadsheet.
    wanted = [f"{r.clv:.15g}" for r in summary.portfolio_records]
    assert [row[place] for row in tiers[1:]] == wanted
    assert [row[0] for row in status[1:]] == ["new", "continued", "reactivated", "lost", "former"]


async def test_the_matrix_goes_to_the_clipboard_as_cells(
    make_app: MakeApp, summary: Summary
) -> None:
    app = make_app("sv")
    async with run(app) as pilot:
        await opened(pilot, "migration")
        await pilot.press("m")
        await export(pilot, "clipboard")
        await until_shown(pilot, "Kopierat till urklipp")
        lines = [line.split("\t") for line in app.clipboard.splitlines()]
    shown = movement(summary, "rates")
    assert lines[0][1:-1] == list(shown.targets)
    for line, origin, cells in zip(lines[1:], shown.origins, shown.cells, strict=True):
        assert line[0] == origin
        # A Swedish spreadsheet reads a decimal comma.
        assert [None if c == "" else float(c.replace(",", ".")) for c in line[1:-1]] == [
            None if v is None else float(f"{v:.15g}") for v in cells
        ]
        assert not any("." in c for c in line[1:-1])


async def test_too_much_for_the_clipboard_is_told(make_app: MakeApp) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot, "segments")
        await pilot.press("end", "enter")
        await settled(pilot)
        await export(pilot, "clipboard")
        await until_shown(pilot, "too much for the clipboard")
        path = Path(app.clipboard)
    # All rows are in the file whose path is copied.
    assert len(rows_of(path)) == 2_201 + 1


async def test_the_whole_report_is_the_one_of_the_command(
    make_app: MakeApp, tmp_path: Path
) -> None:
    orders_csv = write_demo(tmp_path / "shop.csv", orders=600, seed=1).orders
    app = make_app("sv", Source((str(orders_csv),), "shop"))
    async with run(app) as pilot:
        await opened(pilot)
        await export(pilot, "report")
        await until_shown(pilot, "Skrivet:")
    made = openpyxl.load_workbook(tmp_path / "shop-rapport.xlsx")
    assert (tmp_path / "shop-rapport.xlsx").stat().st_mode & 0o077 == 0
    command = [sys.executable, "-m", "crmformulas", "report", str(orders_csv), "--lang", "sv"]
    subprocess.run([*command, "-o", str(tmp_path / "wanted.xlsx")], check=True, capture_output=True)
    wanted = openpyxl.load_workbook(tmp_path / "wanted.xlsx")
    assert made.sheetnames == wanted.sheetnames
    for one, other in zip(made.worksheets, wanted.worksheets, strict=True):
        assert list(one.iter_rows(values_only=True)) == list(other.iter_rows(values_only=True))


async def test_nothing_is_overwritten_without_asking(make_app: MakeApp, tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("precious")
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot)
        await export(pilot, "csv", "mine.csv")
        await until_shown(pilot, "mine.csv is there already")
        await pilot.press("enter")
        await pilot.pause()
        assert target.read_text() == "precious"
        assert isinstance(app.screen, ExportDialog)
        await pilot.press("enter")
        await until_shown(pilot, "mine.csv is there already")
        await pilot.press("escape")
        assert target.read_text() == "precious"
        await pilot.press("enter")
        await until_shown(pilot, "mine.csv is there already")
        await pilot.press("down", "enter")
        await written(pilot, target)
    assert rows_of(target)[0] == ["key", "now", "before", "change"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "Give the name of a file"), (".", "Give the name"), ("/dev/null", "Give the name"),
     ("no/such/x.csv", "There is no folder"), ("x" * 300 + ".csv", "File name too long")],
)  # fmt: skip
async def test_a_path_that_can_not_be_written_is_told_in_the_dialog(
    make_app: MakeApp, name: str, why: str
) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot)
        await export(pilot, "csv", name)
        await until_shown(pilot, why)
        assert isinstance(app.screen, ExportDialog)


async def test_what_can_not_be_written_after_all_is_told(make_app: MakeApp, tmp_path: Path) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc, a folder in which nobody can write")
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot)
        for way in ("csv", "xlsx", "report"):
            await export(pilot, way, f"/proc/x.{way[:4]}")
            await until_shown(pilot, "That did not work")
            app.clear_notifications()
            await until(pilot, lambda: "That did not work" not in screen_text(app), "quiet")
        assert "372 active customers" in screen_text(app)


async def test_an_export_can_be_stopped_and_leaves_nothing(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot, "segments")
        await pilot.press("end", "enter")
        await settled(pilot)
        gate = threading.Event()
        waiting = asyncio.create_task(app.session.run(lambda: gate.wait(30)))
        await export(pilot, "csv", "stopped.csv")
        await until(pilot, lambda: len(app.session._jobs) == 2, "the export in the queue")
        app.session.interrupt()
        gate.set()
        await until_shown(pilot, "Stopped")
        with pytest.raises(Cancelled):
            await waiting
        assert [p.name for p in tmp_path.iterdir() if "stopped" in p.name] == []
        assert "2 201 customers" in screen_text(app)


async def test_the_name_follows_the_way_and_what_is_typed_stays(make_app: MakeApp) -> None:
    app = make_app()
    async with run(app) as pilot:
        await opened(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog), "the dialog")
        field, ways = app.screen.query_one(Input), app.screen.query_one(OptionList)
        names = []
        for place in range(5):
            ways.highlighted = place
            await pilot.pause()
            names.append((field.value, field.display))
        assert names == [
            ("shop-overview.csv", True), ("shop-overview.xlsx", True),
            ("shop-overview.xlsx", False), ("shop-report.xlsx", True),
            ("shop-report.html", True),
        ]  # fmt: skip
        field.value = "folder/own.name.xlsx"
        ways.highlighted = 0
        await pilot.pause()
        assert field.value == "folder/own.name.csv"
