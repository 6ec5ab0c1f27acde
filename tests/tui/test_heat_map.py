"""The heat map: no figure on it ever lacks a digit, at any width."""

from __future__ import annotations

import pytest
from crmformulas_tui.widgets.heat_map import Cell, HeatMap
from textual.app import App, ComposeResult

FIGURES = [["3 665 362", "12 723 065"], ["10 275 965", "30 338 722"], ["7", "1 204 330"]]
SHORT = [["3.67 M", "12.7 M"], ["10.3 M", "30.3 M"], ["7", "1.20 M"]]


class Matrix(App[None]):
    """A heat map alone."""

    def compose(self) -> ComposeResult:
        yield HeatMap()


def drawn(app: Matrix) -> list[str]:
    strips = app.screen._compositor.render_strips(app.size)
    return [strip.text for strip in strips]


@pytest.mark.parametrize("width", [12, 16, 24, 30, 34, 40, 60, 100])
async def test_figures_are_whole_or_short_and_never_cut(width: int) -> None:
    app = Matrix()
    async with app.run_test(size=(width, 10)) as pilot:
        matrix = app.query_one(HeatMap)
        cells = [
            [Cell(text, 0.5, short) for text, short in zip(row, shorts, strict=True)]
            for row, shorts in zip(FIGURES, SHORT, strict=True)
        ]
        matrix.show_data("", ["lost", "total"], ["a", "b", "c"], cells)
        matrix.focus()
        for column in (0, 1):
            for row in range(3):
                matrix.cursor = (row, column)
                await pilot.pause()
                line = drawn(app)[1 + row].replace("▸", " ")
                assert "…" not in line
                # That of the cursor is in sight, whole; so is every other one that is drawn.
                pieces = [piece for piece in line.split("  ") if piece.strip()]
                assert any(
                    text[row][column] == piece.strip().removeprefix("abc"[row]).strip()
                    for text in (FIGURES, SHORT)
                    for piece in [*pieces, line.strip()[1:].strip(), line.strip()[-10:].strip()]
                ), (line, row, column)


async def test_a_wide_matrix_has_all_digits() -> None:
    app = Matrix()
    async with app.run_test(size=(60, 10)) as pilot:
        cells = [[Cell(t, 0.5, s) for t, s in zip(*pair, strict=True)]
                 for pair in zip(FIGURES, SHORT, strict=True)]  # fmt: skip
        app.query_one(HeatMap).show_data("", ["lost", "total"], ["a", "b", "c"], cells)
        await pilot.pause()
        assert "10 275 965" in drawn(app)[2]
        assert "30 338 722" in drawn(app)[2]
