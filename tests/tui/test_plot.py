"""Curves of braille dots, and the grid with a cursor in a cell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crmformulas_tui.widgets.grid import Grid
from crmformulas_tui.widgets.line_table import Column
from crmformulas_tui.widgets.plot import DOTS, Cells, Curve, Plot, draw
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult


def dots(field: Cells) -> Iterator[tuple[int, int]]:
    """Column and row, from below, of each dot that is set."""
    for line, cells in enumerate(field):
        for place, (character, _) in enumerate(cells):
            for row, bits in enumerate(DOTS):
                for column, bit in enumerate(bits):
                    if character != " " and ord(character) & bit:
                        yield place * 2 + column, len(field) * 4 - 1 - line * 4 - row


def test_each_dot_has_its_bit() -> None:
    # The Unicode standard numbers the dots of U+2800: 1 2 3 7 at the left, 4 5 6 8 at the right.
    numbers = ((1, 4), (2, 5), (3, 6), (7, 8))
    assert tuple(tuple(1 << (n - 1) for n in row) for row in numbers) == DOTS


values = st.floats(-1e6, 1e6)


@given(
    st.lists(values, min_size=1, max_size=40),
    st.integers(1, 30), st.integers(1, 10),
)  # fmt: skip
def test_a_curve_goes_through_its_points_and_has_no_gap(
    ys: list[float], width: int, height: int
) -> None:
    points = [(float(x), y) for x, y in enumerate(ys)]
    low, high = min(ys), max(ys)
    field = draw([Curve("", points, "$primary")], width, height, (0, len(ys) - 1), (low, high))
    found = set(dots(field))
    most_x, most_y = width * 2 - 1, height * 4 - 1
    for x, y in points:
        at_x = round(x / (len(ys) - 1) * most_x) if len(ys) > 1 else 0
        at_y = round((y - low) / (high - low) * most_y) if high > low else 0
        assert (at_x, at_y) in found
    if len(ys) > 1:
        assert {x for x, _ in found} == set(range(most_x + 1))
    assert {style for line in field for c, style in line if c != " "} == {"$primary"}


def test_what_lies_outside_is_not_drawn() -> None:
    assert set(dots(draw([Curve("", [(0, 5), (9, 5)])], 4, 2, (0, 9), (0, 1)))) == set()


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield Plot()
        yield Grid(labels=1, id="grid")


def shown(app: Shown) -> list[str]:
    strips = app.screen._compositor.render_strips(app.size)
    return [strip.text.rstrip() for strip in strips]


async def test_axes_tell_the_values_and_curves_end_in_their_names() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        plot = app.query_one(Plot)
        plot.show_data(
            [Curve("low", [(x, 10) for x in range(13)]), Curve("rise", [(0, 10), (6, 40)])],
            y_told=lambda y: f"{y:.0f} kr", x_name="months", from_zero=True,
        )  # fmt: skip
        await pilot.pause()
        lines = shown(app)[:8]
        assert lines[0].startswith("40 kr ┤")
        assert lines[6].startswith(" 0 kr ┤")
        assert "rise" in lines[0]
        assert any(line.endswith("low") for line in lines[4:7])
        # Every second one has room, and the last gives way to what they count.
        assert lines[7].split() == ["0", "2", "4", "6", "8", "10", "months"]
        plot.show_data([], y_told=str, x_name="", from_zero=False)
        await pilot.pause()
        assert not any(shown(app)[:8])


async def test_names_at_one_place_stand_on_lines_of_their_own() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        names = ["ab", "cd", "ef"]
        curves = [Curve(name, [(0, 0), (9, 5 + i / 100)]) for i, name in enumerate(names)]
        app.query_one(Plot).show_data(curves, y_told=str, x_name="", from_zero=True)
        await pilot.pause()
        places = [next(i for i, line in enumerate(shown(app)) if name in line)
                  for name in names]  # fmt: skip
        assert sorted(places) == [0, 1, 2]


@pytest.mark.parametrize("size", [(10, 3), (12, 9)])
async def test_where_there_is_no_room_nothing_is_drawn(size: tuple[int, int]) -> None:
    app = Shown()
    async with app.run_test(size=size) as pilot:
        curve = Curve("x" * 9, [(0, 0), (1, 1)])
        app.query_one(Plot).show_data([curve], y_told=str, x_name="months", from_zero=False)
        await pilot.pause()
        assert not any("x" in line for line in shown(app)[:8])


COLUMNS = [Column("name", "name", text=True), *(Column(f"c{i}", f"c{i}") for i in range(30))]
LINES = [[f"line {y}", *(f"{y * 100 + x}" for x in range(30))] for y in range(40)]


async def test_the_grid_keeps_its_labels_and_the_cell_in_sight() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        grid = app.query_one(Grid)
        grid.styles.height = 8
        grid.show_cells(COLUMNS, LINES, heat_of=lambda y, x: x / 29)
        grid.focus()
        await pilot.pause()
        assert "▸ line 0" in "\n".join(shown(app))
        assert "[0]" in "\n".join(shown(app))
        await pilot.press(*["right"] * 29)
        assert "[29]" in "\n".join(shown(app))
        assert "line 0" in "\n".join(shown(app))
        assert " c0 " not in "\n".join(shown(app))
        # At the edge the cursor stays.
        await pilot.press("right", "end")
        assert grid.column == 29
        assert "[3929]" in "\n".join(shown(app))
        await pilot.press(*["left"] * 29, "home")
        assert "[0]" in "\n".join(shown(app))
        assert " c0 " in "\n".join(shown(app))
        await pilot.press("ctrl+right", "left")
        assert grid.column == 5


async def test_the_mouse_goes_to_a_cell() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        grid = app.query_one(Grid)
        grid.show_cells(COLUMNS, LINES)
        await pilot.pause()
        line = next(i for i, text in enumerate(shown(app)) if " line 3" in text)
        place = shown(app)[line].index("302")
        await pilot.click(offset=(place, line))
        await pilot.pause()
        assert (grid.cursor, grid.column) == (3, 2)
        assert "[302]" in "\n".join(shown(app))


async def test_fewer_columns_take_the_cursor_along() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        grid = app.query_one(Grid)
        grid.show_cells(COLUMNS, LINES)
        grid.cursor, grid.column = 39, 29
        await pilot.pause()
        grid.show_cells(COLUMNS[:3], [line[:3] for line in LINES[:2]])
        await pilot.pause()
        assert (grid.cursor, grid.column) == (1, 1)
        assert "[101]" in "\n".join(shown(app))
