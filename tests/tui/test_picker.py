"""The file picker, and the question which column is what."""

from __future__ import annotations

from pathlib import Path

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.dialogs.mapping import MappingDialog
from crmformulas_tui.dialogs.picker import Picker
from crmformulas_tui.session import Source
from crmformulas_tui.widgets.preview_table import PreviewTable
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from crmformulas.orders import read
from crmformulas.orders.reading.preview import preview
from tests.tui.conftest import MakeApp
from tests.tui.driving import line_of, opened, screen_text, settled, until, until_shown

ROWS = [f"k{i},2026-0{i}-03,{i}0.5,3" for i in range(1, 9)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files that are recognised, and one that isn't."""
    (tmp_path / "2025").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "notes.md").write_text("no orders")
    good = "\n".join(["kund,datum,belopp,antal", *ROWS])
    (tmp_path / "good.csv").write_text(good)
    (tmp_path / "2025" / "older.csv").write_text(good.replace("2026-", "2025-"))
    (tmp_path / "odd [red]x.csv").write_text("\n".join(["code,day,sum1,sum2", *ROWS]))
    (tmp_path / "text.csv").write_text("hello\nworld\n")
    return tmp_path


async def begin(pilot: Pilot[None], app: BrowseApp, folder: Path) -> Picker:
    await opened(pilot)
    await pilot.press("o")
    await until(pilot, lambda: isinstance(app.screen, Picker), "the picker")
    picker = app.screen
    assert isinstance(picker, Picker)
    # It begins where the file lies that is open.
    assert there(picker) == ["shop-contacts.csv", "shop.csv"]
    picker.enter_folder(folder)
    await pilot.pause()
    return picker


def there(picker: Picker) -> list[str]:
    return [one.path.name for one in picker._entries]


async def test_it_lists_folders_and_order_files_and_shows_a_preview(
    make_app: MakeApp, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        picker = await begin(pilot, app, folder)
        assert there(picker) == ["2025", "good.csv", "odd [red]x.csv", "text.csv"]
        assert str(folder) in screen_text(app)
        await pilot.press("down")
        await until_shown(pilot, "customer = kund")
        text = screen_text(app)
        assert "order day = datum  amount = belopp" in text
        for row in ROWS[:4]:
            customer, day, amount, _ = row.split(",")
            cells = line_of(app, customer).split()
            assert cells[1:3] == [day, amount]
        # Typing narrows the list down.
        await pilot.press(*"odd")
        assert there(picker) == ["odd [red]x.csv"]
        await until_shown(pilot, "odd [red]x.csv: which column is the customer")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Picker), "the overview")


async def test_enter_opens_a_file_and_goes_into_a_folder(make_app: MakeApp, folder: Path) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        picker = await begin(pilot, app, folder)
        await pilot.press("enter")
        await until(pilot, lambda: there(picker) == ["older.csv"], "the folder")
        await pilot.press("backspace")
        await until(pilot, lambda: "good.csv" in there(picker), "the folder above")
        # The cursor stands on the folder one came from.
        assert picker.query_one(OptionList).highlighted == 0
        await pilot.press("down", "enter")
        await until_shown(pilot, "8 active customers")
        assert "good" in screen_text(app).splitlines()[0]
        with read(str(folder / "good.csv")) as log:
            assert app.session.view is not None
            assert app.session.view.summary.to_dict() == log.summary().to_dict()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("good.csv", "8 active"), ("{}/good.csv", "8 active"), ("2025/older.csv", "8 active"),
     ("**/*o*d*r.csv", "8 active"), ("go*.csv", "8 active")],
)  # fmt: skip
async def test_a_path_or_a_pattern_can_be_typed(
    make_app: MakeApp, folder: Path, typed: str, shown: str
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        picker = await begin(pilot, app, folder)
        picker.query_one(Input).value = typed.format(folder)
        await pilot.pause()
        await pilot.press("enter")
        await until_shown(pilot, shown)


@pytest.mark.parametrize("typed", ["nothing.csv", "/no/such/folder/x.csv", "\0", "[zz", "nosuch*"])
async def test_what_is_not_there_is_told(make_app: MakeApp, folder: Path, typed: str) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        picker = await begin(pilot, app, folder)
        before = app.session.view
        picker.query_one(Input).value = typed
        await pilot.pause()
        await pilot.press("enter")
        await until_shown(pilot, "There is no such file")
        assert app.session.view is before


async def test_a_file_that_is_no_table_of_orders_is_told(make_app: MakeApp, folder: Path) -> None:
    (folder / "page.csv").write_text("<html><body>no</body></html>")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        picker = await begin(pilot, app, folder)
        picker.query_one(Input).value = "page.csv"
        await pilot.pause()
        await pilot.press("enter")
        await until_shown(pilot, "page.csv: is a web page (HTML), whatever its name says; open it")
        assert isinstance(app.screen, Picker)


async def test_a_url_that_does_not_answer_is_told(make_app: MakeApp, folder: Path) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        picker = await begin(pilot, app, folder)
        picker.query_one(Input).value = "postgres://127.0.0.1:1/shop"
        await pilot.press("enter")
        await until(pilot, lambda: len(str(picker.query_one("#wrong").render())) > 10, "why")
        assert app.session.view is not None


async def choose(pilot: Pilot[None], role: int, column: int) -> None:
    """Choose a column for a role in the dialog."""
    app = pilot.app
    options = app.screen.query_one("#roles", OptionList)
    options.highlighted = role
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(app.screen, MappingDialog), "the question")
    app.screen.query_one(OptionList).highlighted = column
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, MappingDialog), "the dialog")
    await until(pilot, lambda: not any(one.is_running for one in app.workers), "rest")


async def test_columns_that_are_not_certain_are_asked_for(make_app: MakeApp, folder: Path) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        picker = await begin(pilot, app, folder)
        picker.query_one(Input).value = "odd"
        await pilot.pause()
        await pilot.press("enter")
        await until_shown(pilot, "Which column is what in odd [red]x?")
        assert "Choose the column of: customer, amount" in screen_text(app)
        # Nothing can be opened before that is known.
        options = app.screen.query_one("#roles", OptionList)
        assert options.get_option_at_index(options.option_count - 1).disabled
        await choose(pilot, 0, 0)
        await until_shown(pilot, "Choose the column of: amount")
        assert "code = customer" in screen_text(app)
        await choose(pilot, 2, 3)
        await until(pilot, lambda: options.highlighted == options.option_count - 1, "ready")
        await pilot.press("enter")
        await until_shown(pilot, "8 active customers")
        assert app.session.view is not None
        assert app.session.view.summary.input.net_revenue == 8 * 3


async def test_the_command_on_such_a_file_opens_the_question(
    make_app: MakeApp, folder: Path
) -> None:
    path = folder / "odd [red]x.csv"
    app = make_app("sv", source=Source((str(path),), "odd"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "Vilken kolumn är vad i odd?")
        await pilot.press("escape")
        await until_shown(pilot, "o öppnar en annan fil, q avslutar")
        # The keys of the application work on.
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Picker), "the picker")
        assert there(app.screen)  # type: ignore[arg-type]


async def test_a_wrong_choice_is_asked_about_again(make_app: MakeApp, folder: Path) -> None:
    path = folder / "odd [red]x.csv"
    reading = {"customer": "code", "date": "sum2", "amount": "sum1"}
    app = make_app(source=Source((str(path),), "odd", reading=reading))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, MappingDialog), "the question")
        await choose(pilot, 1, 1)
        await pilot.press("enter")
        await until_shown(pilot, "8 active customers")


async def test_dates_that_can_be_read_two_ways_are_asked_for(
    make_app: MakeApp, tmp_path: Path
) -> None:
    path = tmp_path / "ambiguous.csv"
    path.write_text("customer,date,amount\na,01/02/2026,10\nb,03/04/2026,20\n")
    app = make_app(source=Source((str(path),), "ambiguous"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "can be read day first or month first")
        options = app.screen.query_one("#roles", OptionList)
        options.highlighted = 6
        await pilot.press("enter")
        await until_shown(pilot, "D/M/Y")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: options.highlighted == options.option_count - 1, "ready")
        await pilot.press("enter")
        await until_shown(pilot, "to 2026-04-03")


async def test_a_file_that_vanishes_is_told_and_what_is_open_stays(
    make_app: MakeApp, folder: Path
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        view = await opened(pilot)
        app.load(Source((str(folder / "good.csv"),), "good"))
        (folder / "good.csv").unlink()
        await until_shown(pilot, "That did not work")
        await settled(pilot)
        assert app.session.view is view
        assert "372 active customers" in screen_text(app)


async def test_a_file_that_is_not_there_at_the_start_is_told(make_app: MakeApp) -> None:
    app = make_app(source=Source(("gone.csv",), "gone"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, "gone.csv: there is no such file; check the path")
        assert "o opens another file" in screen_text(app)
        for key in "12345678edt?":
            await pilot.press(key if key != "?" else "question_mark")
            await pilot.press("escape")
        await pilot.press("q")


async def test_a_file_without_a_preview_follows_one_with_it(folder: Path) -> None:
    """The plan of the columns before must not outlive them: any repaint would look for them."""
    table = PreviewTable("en")

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield table

    async with Alone().run_test(size=(60, 12)) as pilot:
        table.show(preview(str(folder / "good.csv")))
        await pilot.pause()
        assert "belopp = amount" in table.render_line(0).text
        table.show(None)
        assert not table.render_line(0).text.strip()
