"""Write the report as at most ten slides, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from crmformulas.charts.chart import Chart, Slide, Table
from crmformulas.charts.forecast_tables import (
    BUDGET_CAPTION,
    BUDGET_NOTE,
    budget_table,
    ladder_caption,
    ladder_table,
)
from crmformulas.charts.story import HEADINGS, NOTHING, Findings, Story
from crmformulas.errors import InputError
from crmformulas.files import atomic_write
from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.scenario import compare
from crmformulas.orders.analysis.narrative import narrative, what_was_read
from crmformulas.orders.summary.wording import for_a_document, without_ids
from crmformulas.palette import BAND, GREY, INK, PAPER, RULE, SHADES
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["MOST", "write_slides"]

MOST = 10
"""Slides of a deck."""

WIDTH, HEIGHT = 13.333, 7.5
"""Inches."""

MARGIN = 0.6

BOTTOM, ABOVE = 6.8, 4.45
"""Where charts end, in inches: alone, and above a table."""

SMALL_ROW, TALL = 0.27, 0.3
"""The height of a row of a table below a chart, and from which on a row has its usual margins."""

FIRST = 0.25
"""The share of such a table's width that the names of its rows take."""

ON_F12 = ("balance", "portfolio", "flow_values", "migration", "budget")
"""Charts that rest on the year before."""

SHOWN = (
    ("balance", ("balance",)),
    ("value", ("portfolio", "flow_values")),
    ("value", ("migration",)),
    ("ladder", ("ladder",)),
    ("separates", ("separates",)),
    ("cohorts", ("first_year", "ltv")),
    ("todo", ("segments",)),
    ("budget", ("forecast", "budget")),
)
"""The section of each slide between the first and the last, and its charts, side by side."""

SECTIONS = {"first_year": "first-year", "ltv": "cohorts"}
"""Where a chart stands on the page, where its slide is of another section."""

BESIDE = {
    "cohorts": Translated("What the new bring", "Vad de nya ger"),
}
"""The titles of slides of two sections."""


def write_slides(
    path: Path,
    summary: Summary,
    name: str,
    lang: Lang = "en",
    *,
    before: Summary | None = None,
    currency: str = "",
    findings: Findings = NOTHING,
) -> None:
    """Write the slides; what is at the path is replaced when they are whole.

    Args:
        path: Where to write.
        summary: The figures.
        name: What the orders are called, such as the name of their file.
        lang: The language of its texts.
        before: The figures of a year before, if history reaches back so far.
        currency: That of the amounts, if it is known.
        findings: What else was asked of the orders.

    Raises:
        InputError: if nobody bought, or python-pptx is not installed.
    """
    if not summary.input.customers:
        raise InputError("there are no purchases to report on: no amount is above 0")
    try:
        import pptx
    except ImportError:
        raise InputError("slides need python-pptx: pip install 'crmformulas[report]'") from None
    deck = _Deck(pptx.Presentation(), summary, name, lang, currency)
    deck.board(narrative(summary, before, currency=currency, f12_known=summary.f12_known))
    story = Story(summary, before, lang, findings)
    for section, keys in SHOWN:
        places = dict.fromkeys(SECTIONS.get(key, section) for key in keys)
        drawn = [chart for place in places for chart in story.charts(place) if chart.key in keys]
        if len(drawn) == 1:
            deck.chart(drawn[0])
        elif drawn:
            tables = _as_forecast(story) if section == "budget" else ()
            deck.charts(BESIDE.get(section, HEADINGS[section]), drawn, tables)
    deck.method()
    with atomic_write(path) as part, part.open("wb") as file:
        deck.presentation.save(file)


class _Below(NamedTuple):
    """A table below a chart, under its caption, and what is to be known of it."""

    caption: Translated
    table: Table
    note: Translated | None = None


def _as_forecast(story: Story) -> tuple[_Below, ...]:
    """The ladder and the budget as forecast; none where one is unknown."""
    forecast = story.findings.forecast
    if forecast is None:
        return ()
    rows, why = compare(forecast, Plan.of(story.summary, story.before))
    if why is not None:
        return ()
    return (
        _Below(ladder_caption(forecast), ladder_table(forecast)),
        _Below(BUDGET_CAPTION, budget_table(rows), BUDGET_NOTE),
    )


class _Deck:
    """A presentation that slides are added to."""

    def __init__(
        self, presentation: Any, summary: Summary, name: str, lang: Lang, currency: str
    ) -> None:
        from pptx.util import Inches

        self.presentation = presentation
        self._summary = summary
        self._lang: Lang = lang
        self._inches = Inches
        presentation.slide_width, presentation.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self._layout = presentation.slide_layouts.get_by_name("Title Only")
        title = self._layout.placeholders[0]
        title.left, title.top = Inches(MARGIN), Inches(0.45)
        title.width, title.height = Inches(WIDTH - 2 * MARGIN), Inches(0.95)
        for placeholder in list(self._layout.placeholders)[1:]:
            placeholder.element.getparent().remove(placeholder.element)
        period = NumberFormat(lang).day(summary.as_of)
        until = translate(Translated("12 months to {}", "12 månader till {}"), lang)
        parts = [printable(name), until.format(period), printable(currency)]
        self._foot = " · ".join(part for part in parts if part)
        presentation.core_properties.title = f"{printable(name)} · {until.format(period)}"
        presentation.core_properties.author = "crmformulas"

    def _slide(self, title: str, notes: str = "") -> Any:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        slide = self.presentation.slides.add_slide(self._layout)
        frame = slide.shapes.title.text_frame
        frame.text = title
        frame.word_wrap, frame.vertical_anchor, frame.margin_left = True, MSO_ANCHOR.MIDDLE, 0
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        _font(paragraph, Pt(26), BAND, bold=True)
        count = len(self.presentation.slides)
        self._text(slide, [f"{self._foot} · {count}"], HEIGHT - 0.5, 0.3, 11, GREY)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        return slide

    def _text(
        self,
        slide: Any,
        lines: list[str],
        top: float,
        height: float,
        size: int,
        colour: str = INK,
        space: int = 0,
        *,
        left: float = MARGIN,
        width: float = WIDTH - 2 * MARGIN,
        bold: bool = False,
    ) -> None:
        from pptx.util import Pt

        inch = self._inches
        box = slide.shapes.add_textbox(inch(left), inch(top), inch(width), inch(height))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        for i, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
            paragraph.text = line
            paragraph.space_after = Pt(space)
            _font(paragraph, Pt(size), colour, bold=bold)

    def board(self, sentences: Any) -> None:
        """The year in a few sentences, and what was read."""
        lang = self._lang
        slide = self._slide(translate(HEADINGS["message"], lang))
        lines = [printable(translate(one.text, lang)) for one in sentences]
        self._text(slide, lines, 1.6, 4.3, 20, space=12)
        read = translate(Translated("Read: {}", "Inläst: {}"), lang)
        self._text(
            slide, [read.format(translate(what_was_read(self._summary), lang))], 6.3, 0.5, 13, GREY
        )

    def chart(self, chart: Chart) -> None:
        """A chart under its message, or its table where a presentation has no such chart."""
        lang = self._lang
        slide = self._slide(self._title(chart), printable(translate(chart.alt, lang)))
        self._draw(slide, chart, MARGIN, 1.5, WIDTH - 2 * MARGIN)

    def charts(
        self, heading: Translated, charts: Sequence[Chart], tables: Sequence[_Below] = ()
    ) -> None:
        """Charts side by side, each under its message, and below each its table where given."""
        lang = self._lang
        alternative = "\n".join(printable(translate(chart.alt, lang)) for chart in charts)
        slide = self._slide(translate(heading, lang), alternative)
        width = (WIDTH - MARGIN * (len(charts) + 1)) / len(charts)
        for i, chart in enumerate(charts):
            left = MARGIN + i * (width + MARGIN)
            self._text(
                slide, [self._title(chart)], 1.35, 0.7, 16, left=left, width=width, bold=True
            )
            self._draw(slide, chart, left, 2.1, width, ABOVE if tables else BOTTOM)
        for i, below in enumerate(tables):
            self._below(slide, below, MARGIN + i * (width + MARGIN), width)

    def _below(self, slide: Any, below: _Below, left: float, width: float) -> None:
        """A small table below a chart."""
        lang, top = self._lang, ABOVE + 0.1
        caption = translate(below.caption, lang)
        self._text(slide, [caption], top, 0.3, 11, left=left, width=width, bold=True)
        place = tuple(map(self._inches, (left, top + 0.32, width, 1)))
        shape = self._table(slide, below.table, place, size=11, row=SMALL_ROW)
        shape.name = caption
        count = len(below.table.columns)
        for i, column in enumerate(shape.table.columns):
            column.width = self._inches(width * (FIRST if i == 0 else (1 - FIRST) / (count - 1)))
        if below.note is not None:
            end = top + 0.36 + SMALL_ROW * (len(below.table.rows) + 1)
            note = translate(below.note, lang)
            self._text(slide, [note], end, 0.3, 12, GREY, left=left, width=width)

    def _title(self, chart: Chart) -> str:
        """The message of a chart, marked where history holds a part of the year before alone."""
        title = printable(translate(chart.title, self._lang))
        covered = self._summary.f12_covered or chart.key not in ON_F12
        return title if covered else f"≈ {title}"

    def _draw(
        self,
        slide: Any,
        chart: Chart,
        left: float,
        top: float,
        width: float,
        bottom: float = BOTTOM,
    ) -> None:
        """A chart of the presentation's own, and its note."""
        lang = self._lang
        note = chart.note if chart.slide is None or chart.slide.note is None else chart.slide.note
        if note is not None:
            bottom -= 0.6
            text = [translate(note, lang)]
            self._text(slide, text, bottom + 0.05, 0.6, 12, GREY, left=left, width=width)
        place = tuple(map(self._inches, (left, top, width, bottom - top)))
        if chart.slide is None:
            shape = self._table(slide, chart.table, place)
        else:
            shape = _native(slide, chart, lang, place)
        shape._element.nvGraphicFramePr.cNvPr.set("descr", printable(translate(chart.alt, lang)))
        shape.name = chart.key

    def _table(
        self,
        slide: Any,
        table: Table,
        place: tuple[Any, ...],
        size: int = 14,
        row: float = 0.45,
    ) -> Any:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches, Pt

        rows = [table.head(self._lang), *table.text(self._lang)]
        left, top, width, _ = place
        shape = slide.shapes.add_table(
            len(rows), len(rows[0]), left, top, width, self._inches(row * len(rows))
        )
        for i, texts in enumerate(rows):
            for j, text in enumerate(texts):
                cell = shape.table.cell(i, j)
                if row < TALL:
                    cell.margin_top = cell.margin_bottom = Inches(0.02)
                    cell.margin_left = cell.margin_right = Inches(0.06)
                cell.text = printable(text)
                paragraph = cell.text_frame.paragraphs[0]
                paragraph.alignment = PP_ALIGN.LEFT if j == 0 else PP_ALIGN.RIGHT
                _font(paragraph, Pt(size), PAPER if i == 0 else INK, bold=i == 0)
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(BAND if i == 0 else PAPER)
        return shape

    def method(self) -> None:
        """Slides of what the figures mean, and of the notices."""
        lang = self._lang
        notices = [for_a_document(notice, lang) for notice in self._summary.notices]
        lines = [translate(words, lang) for words in MEANING]
        slide = self._slide(translate(HEADINGS["method"], lang))
        self._text(
            slide, [*lines, *(f"▲ {without_ids(n)}" for n in notices[:4])], 1.6, 4.8, 15, space=8
        )


MEANING = (
    Translated(
        "Active: an order in the last 12 months (S12). Lost: in the 12 before (F12) alone. New: "
        "the first order. Closing = opening + new + reactivated − lost.",
        "Aktiv: köp under de senaste 12 månaderna (S12). Förlorad: bara under de 12 innan (F12). "
        "Ny: första köpet. UB = IB + nya + återvunna − förlorade.",
    ),
    Translated(
        "CLV = orders per customer × value per order × duration; duration = 1 / (1 − retention) "
        "of the value tier, from one year's losses: no discounting, no margin.",
        "CLV = köp per kund × intäkt per köp × duration; duration = 1 / (1 − retention) för "
        "värdenivån, från ett års förluster: utan diskontering, utan marginal.",
    ),
    Translated(
        'The method is that of Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).',
        'Metoden är Elinders, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).',
    ),
)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#"))


def _font(paragraph: Any, size: Any, colour: str, *, bold: bool = False) -> None:
    paragraph.font.size, paragraph.font.bold = size, bold
    paragraph.font.color.rgb = _rgb(colour)


def _native(slide: Any, chart: Chart, lang: Lang, place: tuple[Any, ...]) -> Any:
    """A chart of the presentation's own, whose figures can be edited."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION

    drawn = chart.slide
    assert drawn is not None
    # What is between < and > in a format would end the element that holds it.
    shown_as = str(translate(drawn.shown, lang))
    data = CategoryChartData(number_format="0.0%" if "%" in shown_as else "#,##0")
    bars = drawn.kind == "bar"
    # Bars are drawn from below.
    turn = slice(None, None, -1) if bars else slice(None)
    labels = [printable(str(translate(label, lang))) for label in drawn.labels]
    if drawn.texts:
        texts = (str(translate(text, lang)) for text in drawn.texts)
        labels = [f"{label}\n{text}" for label, text in zip(labels, texts, strict=True)]
    data.categories = labels[turn]
    for name, values in drawn.series:
        data.add_series(str(translate(name, lang)), values[turn])
    kind = {
        "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "stacked": XL_CHART_TYPE.COLUMN_STACKED,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "line": XL_CHART_TYPE.LINE,
    }[drawn.kind]
    shape = slide.shapes.add_chart(kind, *place, data)
    native = shape.chart
    native.has_legend = native.has_title = False
    native.font.size, native.font.color.rgb = _points(14), _rgb(INK)
    _axes(native, drawn, ROOM * WIDTH / place[2].inches)
    plot = native.plots[0]
    if drawn.kind == "line":
        line = plot.series[0].format.line
        line.color.rgb, line.width = _rgb(BAND), _points(2.5)
        plot.series[0].smooth = False
        return shape
    plot.gap_width = 40
    shown = plot.series[len(drawn.series) - 1]
    shown.invert_if_negative = False
    if len(drawn.series) > 1:
        plot.series[0].format.fill.background()  # what a column stands on
    colours = drawn.colours or (SHADES[0],) * len(drawn.labels)
    for i, colour in enumerate(colours[turn]):
        fill = shown.points[i].format.fill
        fill.solid()
        fill.fore_color.rgb = _rgb(colour)
    if len(drawn.labels) <= MOST_LABELS and not drawn.texts:
        beside = shown.data_labels
        beside.show_value = True
        beside.number_format, beside.number_format_is_linked = shown_as, False
        beside.font.size = _points(12)
        beside.position = XL_LABEL_POSITION.OUTSIDE_END
    return shape


MOST_LABELS = 14
"""Columns that are labelled one by one."""


ROOM = 0.17
"""Of what the values span, for the labels at the ends of bars as wide as the slide."""


def _axes(native: Any, drawn: Slide, room: float) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.oxml import parse_xml

    kind, count = drawn.kind, len(drawn.labels)
    values, categories = native.value_axis, native.category_axis
    values.has_major_gridlines = kind == "line"
    values.visible = kind == "line"
    if kind == "line":
        values.minimum_scale = 0
        values.major_gridlines.format.line.color.rgb = _rgb(RULE)
        values.format.line.fill.background()
    if kind == "bar":
        numbers = [value for _, series in drawn.series for value in series if value is not None]
        low, high = min([0.0, *numbers]), max([0.0, *numbers])
        span = (high - low) * room
        values.minimum_scale = low - span if low < 0 else 0
        values.maximum_scale = high + span if high > 0 else 0
    categories.has_major_gridlines = False
    categories.major_tick_mark = XL_TICK_MARK.NONE
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    categories.format.line.color.rgb = _rgb(RULE)
    if count > MOST_LABELS:
        skip = f'<c:tickLblSkip xmlns:c="{CHARTS}" val="{3 if count < 30 else 6}"/>'
        # Where the schema wants it: before what says that levels are not told.
        last = categories._element.find(f"{{{CHARTS}}}noMultiLvlLbl")
        last.addprevious(parse_xml(skip))


CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def _points(size: float) -> Any:
    from pptx.util import Pt

    return Pt(size)
