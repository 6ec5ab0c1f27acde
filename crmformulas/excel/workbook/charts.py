"""Charts as the workbooks have them: the message in the title, colours that mean something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, short, signed
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import BAND, GAIN, GREY, LOSS, SHADES
from crmformulas.translations import Label, Translated

__all__ = [
    "MILLIONS",
    "Series",
    "Step",
    "bars",
    "chart",
    "distances",
    "draw_waterfall",
    "lines",
    "unknown",
    "waterfall",
]

SIZE = (640, 330)
"""Width and height in pixels."""

MOST_NAMED = 30
"""Columns of categories of which each has its name; of more every third has it."""

MILLIONS = '[>=1000000000]#,##0.00,,," bn";[>=1000000]#,##0.0,," M";#,##0'
"""The number format of amounts from 0 up on an axis or at points.

With conditions, programs differ in whether they write the minus of an amount below.
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A row or column of figures to draw, with its name and, if need be, its colour."""

    name: CellRange | Label
    values: CellRange
    colour: str = ""
    labels: str = ""
    """The number format of labels at the points; none without."""
    errors: tuple[CellRange, CellRange] | None = None
    """How far the interval goes up and down from each value, of :func:`distances`."""


def chart(
    sheet: Sheet,
    at: tuple[int, int],
    kind: Literal["column", "bar", "line"],
    title: CellRange | Label,
    categories: CellRange,
    series: Sequence[Series],
    *,
    stacked: bool = False,
    shown: str = "#,##0",
    size: tuple[int, int] = SIZE,
    gap: int = 60,
    legend: bool | None = None,
    axis: bool = True,
    least: float | None = None,
    most: float | None = None,
    dates: str = "",
    labels_low: bool = False,
    backwards: bool = False,
) -> Any:
    """A chart whose top left corner is a cell.

    Args:
        sheet: Where it stands.
        at: The cell, zero-based row and column.
        kind: Columns, bars or lines.
        title: A cell whose formula says the message; or a text.
        categories: The cells with the labels of the axis.
        series: What is drawn.
        stacked: On top of each other.
        shown: Number format of the axis of values.
        size: Width and height in pixels.
        gap: Between columns, in per cent of their width.
        legend: Whether series are named below; by default where there are several.
        axis: Whether the axis of values is shown.
        least: Where the axis of values begins, such as 0 where heights are compared.
        most: Where the axis of values ends, such as 1 for shares of a whole.
        dates: The number format of the categories, where they are days.
        labels_low: The categories stand beside all columns, also those below 0.
        backwards: From right to left, where the cells begin with the newest.

    Returns:
        The XlsxWriter chart, for what a single chart wants besides; None where a report knows
        nothing that it would draw.
    """
    book = sheet.book
    series = [one for one in series if not unknown(book, one.values)]
    if all(one.colour == "none" for one in series):
        return None
    xl_chart = book.xl.add_chart({"type": kind, **({"subtype": "stacked"} if stacked else {})})
    for i, one in enumerate(series):
        colour = one.colour or SHADES[i % len(SHADES)]
        look: dict[str, Any] = {
            "name": _said(book, one.name),
            "categories": f"={categories.full}",
            "values": f"={one.values.full}",
        }
        if kind == "line":
            look["line"] = {"color": colour, "width": 2}
        elif colour == "none":
            look |= {"fill": {"none": True}, "border": {"none": True}}
        else:
            look["fill"] = {"color": colour}
            look["gap"] = gap
            if stacked:
                look["overlap"] = 100
        if one.labels:
            look["data_labels"] = {
                "value": True,
                "num_format": book.styles.shown(one.labels),
                "font": {"size": 9, "color": "#FFFFFF" if _dark(colour, stacked) else "#333333"},
            }
        if one.errors is not None:
            up, down = one.errors
            look["y_error_bars"] = {
                "type": "custom",
                "plus_values": f"={up.full}",
                "minus_values": f"={down.full}",
                "line": {"color": "#333333", "width": 1},
            }
        xl_chart.add_series(look)
    name = _said(book, title)
    xl_chart.set_title(
        {"name": name, "name_font": {"size": 12, "bold": True, "color": BAND}, "overlay": False}
    )
    if legend if legend is not None else len(series) > 1:
        xl_chart.set_legend({"position": "bottom", "font": {"size": 9}})
    else:
        xl_chart.set_legend({"none": True})
    grid = {"visible": axis, "line": {"color": "#E3E3E3", "width": 0.75}}
    values = {
        "num_format": book.styles.shown(shown),
        "num_font": {"size": 9, "color": GREY},
        "major_gridlines": grid,
        "line": {"none": True},
        "visible": axis,
        **({} if least is None else {"min": least}),
        **({} if most is None else {"max": most}),
    }
    names = _names(categories, dates, low=labels_low, backwards=backwards)
    if kind == "bar":
        # From the top down. The axis of values would stand at the top, too, but for its crossing,
        # which is told of the axis that it crosses.
        xl_chart.set_y_axis(names | {"reverse": True, "crossing": "max"})
        xl_chart.set_x_axis(values)
    else:
        xl_chart.set_x_axis(names)
        xl_chart.set_y_axis(values)
    xl_chart.set_chartarea({"border": {"color": "#E3E3E3"}})
    xl_chart.set_size({"width": size[0], "height": size[1]})
    # What a screen reader tells: the message, as it stands when the file is written.
    said = book.calculated(title, "FIXED(") if isinstance(title, CellRange) else name
    sheet.xl.insert_chart(*at, xl_chart, {"object_position": 2, "description": str(said or name)})
    return xl_chart


def _names(categories: CellRange, dates: str, *, low: bool, backwards: bool) -> dict[str, Any]:
    """The axis of the categories."""
    names: dict[str, Any] = {
        "num_font": {"size": 9, "color": "#333333"},
        "line": {"color": "#BFBFBF"},
        "major_tick_mark": "none",
    }
    if dates:
        names |= {"num_format": dates, "text_axis": True}
    if categories.last_column - categories.column >= MOST_NAMED:
        names["interval_unit"] = 3
    if low:
        names["label_position"] = "low"
    if backwards:
        names["reverse"] = True
    return names


def unknown(book: Contents, values: CellRange) -> bool:
    """Whether all cells are formulas that a report knows no number of.

    A template draws them: they are to be filled.
    """
    if not book.from_file or book.draft:
        return False
    return all(isinstance(book.value(cell), str) for cell in values.each())


def _said(book: Contents, words: CellRange | Label) -> str:
    return f"={words.full}" if isinstance(words, CellRange) else book.translate(words)


def distances(
    sheet: Sheet, at: tuple[int, int], values: CellRange, low: CellRange, high: CellRange
) -> tuple[CellRange, CellRange]:
    """Write the distances of values to their intervals' ends, in two columns beside what's printed.

    An end that is unknown is drawn as none.

    Args:
        sheet: Where they stand.
        at: The first cell, zero-based row and column.
        values: A row or a column.
        low, high: Their ends, as many.

    Returns:
        Those above, and those below.
    """
    row, column = at
    height = values.last_row - values.row + 1
    count = height * (values.last_column - values.column + 1)
    for i in range(count):
        value, least, most = (
            place.at(i, 0).full if height > 1 else place.at(0, i).full
            for place in (values, low, high)
        )
        for j, (more, less) in enumerate(((most, value), (value, least))):
            told = f"IF(COUNT({more},{less})=2,MAX({more}-{less},0),0)"
            sheet.formula(row + i, column + j, told, "0", "aside")
    up, down = (sheet.place(row, column + j, row + count - 1) for j in (0, 1))
    return up, down


def _dark(colour: str, stacked: bool) -> bool:
    return stacked and colour in (*SHADES[:2], GAIN, LOSS)


def bars(
    sheet: Sheet,
    at: tuple[int, int],
    title: CellRange | Label,
    categories: CellRange,
    values: CellRange,
    *,
    labels: str = "#,##0",
    errors: tuple[CellRange, CellRange] | None = None,
    **options: Any,
) -> Any:
    """Horizontal bars of one series from the top down, with its figures, without an axis."""
    one = Series("", values, SHADES[1], labels, errors)
    return chart(sheet, at, "bar", title, categories, [one], axis=False, **options)


def lines(
    sheet: Sheet,
    at: tuple[int, int],
    title: CellRange | Label,
    categories: CellRange,
    series: Sequence[Series],
    **options: Any,
) -> Any:
    """Lines over time."""
    return chart(sheet, at, "line", title, categories, series, **options)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a waterfall: its label, its amount as a formula, and whether it is a level."""

    label: Label
    formula: str
    total: bool = False


def waterfall(
    sheet: Sheet,
    row: int,
    column: int,
    steps: Sequence[Step],
    title: CellRange | Label,
    at: tuple[int, int] | None,
    *,
    kind: str = "count",
    key: str = "",
    size: tuple[int, int] = SIZE,
) -> CellRange:
    """Columns from one level to another: gains up, losses down, levels from the ground.

    What it draws stands in a small table of seven columns that begins at ``row`` and ``column``
    with its heads. Levels must not be negative.

    Args:
        sheet: Where both stand.
        row, column: Where the table begins.
        steps: What goes up and down; the first is a level.
        title: A cell whose formula says the message; or a text.
        at: The cell at the chart's top left corner; None draws nothing.
        kind: The kind of the amounts.
        key: Of the amounts.
        size: Of the chart, in pixels.

    Returns:
        The amounts in that table.
    """
    book = sheet.book
    heads = (
        Translated("What the chart draws", "Det diagrammet ritar"),
        Translated("Amount", "Belopp"),
        Translated("Ground", "Golv"),
        Translated("Level", "Nivå"),
        Translated("Gain", "Upp"),
        Translated("Loss", "Ned"),
        Translated("Label", "Etikett"),
    )
    sheet.heads(row, column, heads[:-1])
    sheet.text(row, column + 6, heads[-1], "beside head")
    first = row + 1
    for i, step in enumerate(steps):
        r = first + i
        label = sheet.text(r, column, step.label, "note").cell
        a = sheet.formula(r, column + 1, step.formula, kind).cell
        # Where it ends: the last level, and all changes since.
        since = max(j for j in range(i + 1) if steps[j].total)
        end = f"SUM({sheet.place(first + since, column + 1, r).cell})"
        if step.total:
            parts = ("0", a, "0", "0")
        else:
            # An amount that is unknown, a dash, moves nothing.
            n = f"N({a})"
            parts = (f"MIN({end},{end}-{n})", "0", f"MAX({n},0)", f"MAX(-{n},0)")
        for j, part in enumerate(parts, 2):
            sheet.formula(r, column + j, part, kind, "grey value")
        # The figure stands with the label: above a thin column there is no room for it.
        figure = short(a) if kind == "money" else f'IF({a}<0,"−","")&FIXED(ABS({a}),0)'
        if not step.total:
            figure = signed(a, figure)
        caption = f'{label}&" "&IF(ISNUMBER({a}),{figure},"{DASH}")'
        sheet.formula(r, column + 6, caption, "", "beside")
    last = first + len(steps) - 1

    amounts = sheet.place(first, column + 1, last)
    if at is not None:
        draw_waterfall(sheet, amounts, title, at, size=size)
    if key:
        book.places[key] = amounts
    return amounts


def draw_waterfall(
    sheet: Sheet,
    amounts: CellRange,
    title: CellRange | Label,
    at: tuple[int, int],
    *,
    size: tuple[int, int] = SIZE,
) -> Any:
    """The columns of a waterfall whose table stands on any sheet, found by its amounts."""

    def cells(j: int) -> CellRange:
        c = amounts.column + j - 1
        return CellRange(amounts.sheet, amounts.row, c, amounts.last_row, c)

    series = [
        Series("", cells(2), "none"),
        Series(Translated("Level", "Nivå"), cells(3), SHADES[0]),
        Series(Translated("Gain", "Upp"), cells(4), GAIN),
        Series(Translated("Loss", "Ned"), cells(5), LOSS),
    ]
    return chart(
        sheet,
        at,
        "column",
        title,
        cells(6),
        series,
        stacked=True,
        legend=False,
        gap=40,
        axis=False,
        size=size,
    )
