"""The few shapes that charts are made of, in Altair: bars, a waterfall, a matrix, lines.

Labels stand beside what they tell instead of on axes, in the language of the reader, and colours
are those of the palette: a page gives them others in the dark by their values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from crmformulas.errors import InputError
from crmformulas.palette import BAND, GREY, INK, PAPER, RULE
from crmformulas.printable import printable

if TYPE_CHECKING:
    import altair as alt

__all__ = ["NARROW", "Data", "bars", "columns", "lines", "matrix", "waterfall"]

Data = Sequence[Mapping[str, Any]]

NARROW = 500
"""Pixels below which a chart is on a phone."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

TEXT = 64
"""Pixels of a text beside the end of a bar, at least."""

LETTER = 8
"""Pixels of a letter or digit of such a text, at most."""

LABEL = 290
"""Pixels that a label beside a bar may take at most."""


def library() -> Any:
    """Altair.

    Raises:
        InputError: if it is not installed.
    """
    try:
        import altair
    except ImportError:
        raise InputError(
            "drawing charts needs Altair and vl-convert: pip install 'crmformulas[charts]'"
        ) from None
    return altair


def _data(rows: Data) -> Any:
    # What was read from a file is text that can be shown, and nothing else.
    shown = [{k: printable(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]
    return library().InlineData(values=shown)


def _looks(chart: Any, width: int, height: int) -> alt.TopLevelMixin:
    return chart.properties(width=width, height=height).configure(  # type: ignore[no-any-return]
        background="transparent",
        font=FONT,
        view={"stroke": None},
        axis={
            "labelColor": INK,
            "titleColor": GREY,
            "labelFontSize": 13,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "domainColor": RULE,
            "gridColor": RULE,
            "gridOpacity": 0.5,
            "tickColor": RULE,
        },
        legend={"labelColor": INK, "titleColor": GREY, "labelFontSize": 12, "orient": "top"},
        title={
            "color": INK,
            "fontSize": 15,
            "anchor": "start",
            "fontWeight": 600,
            "limit": width + 120,
        },
    )


def bars(rows: Data, width: int) -> alt.TopLevelMixin:
    """Bars that lie, one below the other, the text of each beside its end.

    Args:
        rows: ``label``, ``value``, ``text``, ``colour``; and ``low`` and ``high``, if its end is
            uncertain.
        width: In pixels, labels included.
    """
    alt, narrow = library(), width < NARROW
    if narrow:
        rows = [{**row, "label": _folded(str(row["label"]))} for row in rows]
    lines = max((str(row["label"]).count("\n") + 1 for row in rows), default=1)
    longest = max((len(part) for row in rows for part in str(row["label"]).split("\n")), default=0)
    beside = min(LABEL, round(width * (0.42 if narrow else 0.36)), round(LETTER * longest + 16))
    inner = width - beside - 12
    values = [float(row["value"] or 0) for row in rows]
    ends = [float(row.get("high") or 0) for row in rows]
    starts = [float(row.get("low") or 0) for row in rows]
    low, high = min([0.0, *values, *starts]), max([0.0, *values, *ends])
    # Room for the texts at both ends; on a phone they all stand on the right, beside the bars that
    # go to the left.
    left, right = low < 0 and not narrow, high > 0 or narrow
    sides = left + right
    beyond = max(TEXT, LETTER * max((len(str(row["text"])) for row in rows), default=0) + 8)
    room = (high - low or 1.0) * beyond / max(inner - sides * beyond, inner / 6)
    scale = alt.Scale(domain=[low - left * room, high + right * room])
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                ticks=False,
                domain=False,
                labelLimit=beside,
                labelPadding=8,
                labelExpr=LINES,
                labelLineHeight=14,
            ),
        )
    )
    x = alt.X("value:Q", scale=scale, axis=None)
    layers = [base.mark_bar(cornerRadius=2).encode(x=x, color=alt.Color("colour:N", scale=None))]
    if any(row.get("high") is not None for row in rows):
        has_high = "isValid(datum.high)"
        layers.append(
            base.transform_filter(has_high)
            .mark_rule(color=INK, strokeWidth=1.5)
            .encode(x=alt.X("low:Q", scale=scale, axis=None), x2="high:Q")
        )
    at = alt.X("at:Q", scale=scale, axis=None)
    upper, lower = (f"isValid(datum.{end}) ? datum.{end} : datum.value" for end in ("high", "low"))
    for side, end, align, dx in (
        ("datum.value >= 0", upper, "left", 6),
        (
            "datum.value < 0",
            *(
                ("max(0, isValid(datum.high) ? datum.high : 0)", "left", 6)
                if narrow
                else (lower, "right", -6)
            ),
        ),
    ):
        layers.append(
            base.transform_filter(side)
            .transform_calculate(at=end)
            .mark_text(align=align, dx=dx, color=INK, fontSize=13)
            .encode(x=at, text="text:N")
        )
    return _looks(alt.layer(*layers), inner, max((10 + 14 * lines) * len(rows), 48))


LINES = r"split(datum.label, '\\n')"
"""A label's lines: the end of a line is written out, as what was read may hold none itself."""

FOLD = 19
"""Letters of a line of a label on a phone."""


def _folded(label: str) -> str:
    """A label of as many lines as it needs beside a bar on a phone."""
    return "\n".join(
        line for part in label.split("\n") for line in wrap(part, FOLD, break_long_words=False)
    )


def columns(rows: Data, width: int, height: int = 240) -> alt.TopLevelMixin:
    """Columns that stand beside each other, their texts above.

    Args:
        rows: ``label``, ``value``, ``text``, ``colour``; and ``low`` and ``high``.
        width: In pixels.
        height: In pixels.
    """
    alt, narrow = library(), width < NARROW
    base = alt.Chart(_data(rows)).encode(
        x=alt.X(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelAngle=0,
                ticks=False,
                labelOverlap="greedy",
                labelPadding=5,
                labelFontSize=11 if narrow else 13,
            ),
        )
    )
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(zero=True))
    layers = [
        base.mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(
            y=y, color=alt.Color("colour:N", scale=None)
        )
    ]
    if any(row.get("high") is not None for row in rows):
        layers.append(
            base.transform_filter("isValid(datum.high)")
            .mark_rule(color=INK, strokeWidth=1.5)
            .encode(y=alt.Y("low:Q", axis=None), y2="high:Q")
        )
    if any(row.get("text") for row in rows):
        layers.append(
            base.transform_calculate(at="isValid(datum.high) ? datum.high : datum.value")
            .mark_text(baseline="bottom", dy=-4, color=INK, fontSize=10 if narrow else 13)
            .encode(y=alt.Y("at:Q", axis=None), text="text:N")
        )
    return _looks(alt.layer(*layers), width - 10, height)


def waterfall(rows: Data, width: int, height: int = 260) -> alt.TopLevelMixin:
    """A balance: what there was, what came and went, what there is.

    Args:
        rows: ``label``, ``start``, ``end``, ``text``, ``colour`` of each column.
        width: In pixels.
        height: In pixels.
    """
    alt, narrow = library(), width < NARROW
    steps = [{**row, "top": max(row["start"], row["end"])} for row in rows]
    base = alt.Chart(_data(steps)).encode(
        x=alt.X(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelAngle=0,
                ticks=False,
                labelPadding=5,
                labelFontSize=11 if narrow else 13,
                labelLimit=110,
            ),
        )
    )
    bar = base.mark_bar(cornerRadius=2).encode(
        y=alt.Y("start:Q", axis=None), y2="end:Q", color=alt.Color("colour:N", scale=None)
    )
    text = base.mark_text(baseline="bottom", dy=-4, color=INK, fontSize=12 if narrow else 14)
    return _looks(
        alt.layer(bar, text.encode(y=alt.Y("top:Q", axis=None), text="text:N")), width - 10, height
    )


def matrix(
    rows: Data, width: int, *, texts: bool = True, cell: int = 34, across: str = "", down: str = ""
) -> alt.TopLevelMixin:
    """A matrix whose cells are the stronger the larger their share, with the figure in the cell.

    Args:
        rows: ``down``, ``across``, ``share`` (0 to 1; None is not drawn), ``text``.
        width: In pixels, labels included.
        texts: Whether there is room for the figures.
        cell: Height of a cell in pixels.
        across: What the columns are.
        down: What the rows are.
    """
    alt, narrow = library(), width < NARROW
    lines = len({row["down"] for row in rows})
    beside = 72 if narrow else 100
    base = alt.Chart(_data([row for row in rows if row["share"] is not None])).encode(
        x=alt.X(
            "across:O",
            sort=None,
            title=across or None,
            axis=alt.Axis(
                orient="top",
                ticks=False,
                domain=False,
                labelAngle=0,
                labelOverlap="greedy",
                labelFontSize=11 if narrow else 13,
            ),
        ),
        y=alt.Y(
            "down:O",
            sort=None,
            title=down or None,
            axis=alt.Axis(ticks=False, domain=False, labelFontSize=11 if narrow else 12),
        ),
    )
    cells = base.mark_rect(color=BAND, stroke=PAPER, strokeWidth=1).encode(
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 1]), legend=None)
    )
    layers = [cells]
    if texts:
        for test, ink in (("datum.share < 0.62", INK), ("datum.share >= 0.62", PAPER)):
            layers.append(
                base.transform_filter(test)
                .mark_text(color=ink, fontSize=11 if narrow else 13)
                .encode(text="text:N")
            )
    return _looks(alt.layer(*layers), width - beside, cell * lines)


def lines(
    rows: Data,
    width: int,
    height: int = 240,
    *,
    across: str = "",
    names: Sequence[str] = (),
    colours: Sequence[str] = (),
    step: int = 1,
    per_cent: bool = False,
) -> alt.TopLevelMixin:
    """Lines over numbered steps, each with its name at its end.

    Args:
        rows: ``x`` (a number), ``value``, ``name``.
        width: In pixels.
        height: In pixels.
        across: What the steps are.
        names: Of the lines, in order.
        colours: Of the lines.
        step: Between two marks of the axis.
        per_cent: Whether values are shares.
    """
    alt = library()
    shown = "format(datum.value * 100, '.0f') + '\u00a0%'" if per_cent else THOUSANDS
    last = max((row["x"] for row in rows), default=1)
    base = alt.Chart(_data([row for row in rows if row["value"] is not None])).encode(
        x=alt.X(
            "x:Q",
            title=across or None,
            scale=alt.Scale(domain=[0, last]),
            axis=alt.Axis(
                values=list(range(0, last + 1, step)), grid=False, format="d", tickSize=4
            ),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(zero=True),
            axis=alt.Axis(tickCount=4, domain=False, ticks=False, labelExpr=shown),
        ),
        color=alt.Color(
            "name:N",
            title=None,
            scale=alt.Scale(domain=list(names), range=list(colours)),
            legend=None if len(names) < 2 else alt.Legend(symbolType="stroke"),
        ),
    )
    return _looks(base.mark_line(strokeWidth=2.5, point=last < 15), width - 60, height)


THOUSANDS = "replace(format(datum.value, ',.0f'), /,/g, '\u00a0')"
"""An axis label with its thousands apart, the same in every language."""
