"""A chart: its message, the table behind it, and how it is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from crmformulas.charts.marks import library
from crmformulas.errors import InputError
from crmformulas.files import atomic_write
from crmformulas.formats import UNKNOWN, NumberFormat
from crmformulas.palette import PAPER
from crmformulas.printable import printable
from crmformulas.translations import Label, Lang, Translated, translate

if TYPE_CHECKING:
    from altair import TopLevelMixin

__all__ = ["NARROW", "WIDE", "Chart", "Column", "Draw", "Kind", "Slide", "Table", "drawn"]

Kind: TypeAlias = Literal[
    "text",
    "count",
    "signed count",
    "money",
    "signed money",
    "share",
    "signed share",
    "points",
    "years",
    "days",
    "number",
]
"""What a column holds; a share is a fraction, and so is a difference of shares (points)."""

NARROW, WIDE = 340, 800
"""Pixels: on a phone, and on a page."""


def points(difference: float, lang: Lang) -> str:
    """A difference of shares, in percentage points.

    Examples:
        >>> points(0.1334, "en"), points(-0.05, "sv")
        ('+13.3 pp', '−5,0 p.e.')
    """
    return f"{NumberFormat(lang).signed(difference * 100, 1)} {translate(POINTS, lang)}"


POINTS = Translated("pp", "p.e.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        label: What it is called.
        kind: What it holds.
    """

    label: Label
    kind: Kind = "count"

    def text(self, value: Any, lang: Lang) -> str:
        """A value of the column as it is read; unknown is a dash.

        Examples:
            >>> Column("retention", "share").text(0.134, "sv"), Column("n").text(None, "en")
            ('13,4\\xa0%', '–')
        """
        if value is None:
            return UNKNOWN
        figures = NumberFormat(lang)
        match self.kind:
            case "text":
                return str(translate(value, lang))
            case "share":
                return figures.percent(value)
            case "signed share":
                return figures.signed_percent(value)
            case "points":
                return points(value, lang)
            case "years":
                return figures.years(value)
            case "money":
                return figures.amount(value)
            case "signed money":
                return ("+" if value > 0 else "") + figures.amount(value)
            case "signed count":
                return figures.signed(value)
            case "number":
                return figures.fixed(value, 2)
            case _:
                return figures.whole(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures under named columns; None is unknown.

    Attributes:
        columns: The first names the rows.
        rows: A value for each column.
        total: Whether the last row is the sum of the others.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: bool = False

    def text(self, lang: Lang) -> list[list[str]]:
        """The rows as they are read."""
        return [
            [column.text(value, lang) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]

    def head(self, lang: Lang) -> list[str]:
        """Names of the columns."""
        return [str(translate(column.label, lang)) for column in self.columns]


Draw: TypeAlias = "Callable[[Lang, int], TopLevelMixin]"


@dataclass(frozen=True, slots=True)
class Slide:
    """Description of a chart that a presentation draws itself.

    Attributes:
        kind: Columns, bars or a line.
        labels: What stands along the axis.
        series: Names with their values; None leaves a gap.
        shown: The number format, as spreadsheets have it.
        colours: Of the points.
        texts: What stands below each label, where the height alone does not say it.
        note: What is said beneath where it is not the chart's own note, such as of intervals that
            a presentation does not draw.
    """

    kind: Literal["column", "stacked", "bar", "line"]
    labels: tuple[Label, ...]
    series: tuple[tuple[Label, tuple[float | None, ...]], ...]
    shown: Label = "#,##0"
    colours: tuple[str, ...] = ()
    texts: tuple[Label, ...] = ()
    note: Translated | None = None


@dataclass(frozen=True)
class Chart:
    """A chart: its message, its drawing and its data.

    Attributes:
        key: Its name.
        title: Its message, in both languages.
        alt: The same for who does not see it: what is drawn, and what it shows.
        table: The figures.
        lang: The language that it is drawn in unless told otherwise.
        note: How it is to be read, or what it rests on.
    """

    key: str
    title: Translated
    alt: Translated
    table: Table
    draw: Draw = field(repr=False)
    slide: Slide | None = field(default=None, repr=False)
    note: Translated | None = None
    lang: Lang = "en"

    @property
    def frame(self) -> Any:
        """The table as a pandas frame, a row a line and the names of the columns as shown."""
        import pandas as pd

        rows = [[translate(value, self.lang) for value in row] for row in self.table.rows]
        return pd.DataFrame(rows, columns=pd.Index(self.table.head(self.lang)))

    def altair(self, width: int = WIDE, lang: Lang | None = None) -> TopLevelMixin:
        """The Altair chart, to change or to lay beside others.

        Args:
            width: In pixels, without the labels of its axis.
            lang: The language of its texts.
        """
        with _unchecked():
            return self.draw(lang or self.lang, width)

    def to_svg(self, width: int = WIDE, lang: Lang | None = None) -> str:
        """The chart as SVG, without its title.

        Raises:
            InputError: if Altair or vl-convert is not installed.
        """
        return drawn(self.altair(width, lang))

    def save(self, path: str | Path, lang: Lang | None = None) -> None:
        """Write the chart with its title as ``.svg``, ``.png`` or ``.json`` (Vega-Lite).

        Raises:
            InputError: if the name ends otherwise.
        """
        target, tongue = Path(path), lang or self.lang
        chart = _titled(self.altair(lang=tongue), printable(translate(self.title, tongue)))
        match target.suffix.lower():
            case ".svg":
                content = drawn(chart).encode()
            case ".png":
                content = _converter().vegalite_to_png(_spec(chart), scale=2)
            case ".json":
                content = json.dumps(_spec(chart), ensure_ascii=False, indent=1).encode()
            case other:
                raise InputError(f"a chart is written as .svg, .png or .json, got {other!r}")
        with atomic_write(target) as part:
            part.write_bytes(content)

    def _repr_mimebundle_(self, **wanted: Any) -> Any:
        """Give a notebook the chart with its message, interactive where it can be."""
        chart = _titled(self.altair(), printable(translate(self.title, self.lang)))
        return chart._repr_mimebundle_(**wanted)


def _titled(chart: Any, title: str) -> Any:
    """A chart that stands alone: on paper, as its ink is dark and a notebook may be, too."""
    return chart.properties(title=title, background=PAPER)


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise InputError(
            "drawing charts needs Altair and vl-convert: pip install 'crmformulas[charts]'"
        ) from None
    return vl_convert


def _unchecked() -> AbstractContextManager[None]:
    """Charts are made without being held against the schema of Vega-Lite at every step.

    That takes half the time of drawing them; the tests hold each chart against it.
    """
    library()
    from altair.utils.schemapi import debug_mode

    return debug_mode(False)


def _spec(chart: Any) -> dict[str, Any]:
    return dict(chart.to_dict(validate=False))


def drawn(chart: Any) -> str:
    """An Altair chart as SVG, drawn without a browser or a network."""
    return str(_converter().vegalite_to_svg(_spec(chart), allowed_base_urls=[]))
