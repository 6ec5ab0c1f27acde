"""Charts: they show the figures of the summary, in words too, and refuse what is unknown."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmformulas.charts import Chart, Charts
from crmformulas.charts.chart import NARROW, WIDE, drawn
from crmformulas.charts.forecast_tables import ladder_table
from crmformulas.charts.marks import bars
from crmformulas.charts.notebook import (
    customers_html,
    forecast_html,
    summary_html,
    table_html,
)
from crmformulas.charts.of_analyses import forecast_chart, segments_chart, separation_chart
from crmformulas.charts.of_summary import ORDER
from crmformulas.errors import InputError
from crmformulas.orders.summary.model import Summary
from crmformulas.palette import INK, PAPER
from crmformulas.translations import LANGS
from tests.reports import HOSTILE, demo_log, hostile_log, short_log


@pytest.fixture(scope="module")
def summary() -> Iterator[Summary]:
    with demo_log() as log:
        yield log.summary()


@pytest.fixture(scope="module")
def charts(summary: Summary) -> dict[str, Chart]:
    return {chart.key: chart for chart in Charts(summary).all()}


def test_every_chart_is_made_of_a_whole_history(charts: dict[str, Chart]) -> None:
    assert tuple(charts) == ORDER


def test_tables_are_those_of_the_summary(summary: Summary, charts: dict[str, Chart]) -> None:
    flows = summary.flows
    assert [row[1] for row in charts["balance"].table.rows] == [
        flows.opening, flows.new, flows.reactivated, -(flows.lost or 0), flows.closing,
    ]  # fmt: skip
    assert [row[2] for row in charts["ladder"].table.rows] == [
        step.rate for step in summary.ladder.step_records
    ]
    portfolio = charts["portfolio"].table
    assert [row[4] for row in charts["first_year"].table.rows] == [
        row.revenue_per_customer
        for row in summary.first_year_records
        if row.kind == "rolling" and row.revenue_per_customer is not None
    ]
    assert [row[-1] for row in portfolio.rows] == [
        tier.portfolio_value for tier in summary.portfolio_records
    ]
    # The curve ends where fewer than half of the customers are observed.
    assert all(2 * row[1] >= summary.input.customers for row in charts["ltv"].table.rows)
    moved = [f.value for f in summary.flow_values if f.wanted is not None and f.value is not None]
    assert sorted(moved) == [row[-1] for row in charts["flow_values"].table.rows]


def test_each_chart_is_valid(charts: dict[str, Chart]) -> None:
    """Against the schema of Vega-Lite, which is left out where they are drawn."""
    for chart in charts.values():
        chart.altair().to_dict(validate=True)


def test_what_is_drawn_is_what_the_table_says(charts: dict[str, Chart]) -> None:
    (rows,) = charts["ladder"].altair().to_dict()["datasets"].values()
    drawn = [row["value"] for row in rows]
    assert drawn == [row[2] for row in charts["ladder"].table.rows if row[2] is not None]


@pytest.mark.parametrize("lang", LANGS)
def test_words_are_in_both_languages_and_drawings_are_whole(
    charts: dict[str, Chart], lang: str
) -> None:
    for chart in charts.values():
        assert chart.title.en != chart.title.sv or chart.key == "migration", chart.key
        assert chart.alt.en.endswith(".")
        assert chart.alt.sv.endswith(".")
    for key in ("balance", "flow_values", "migration"):
        root = ET.fromstring(charts[key].to_svg(340, lang))  # type: ignore[arg-type]
        assert float(root.attrib["width"]) <= 375, key


def test_analyses_are_drawn_from_what_they_tell() -> None:
    with demo_log() as log:
        separation, sizes, forecast = log.separates(1), log.segments(), log.forecast()
    made = separation_chart(separation)
    told = {(one.rate, one.difference) for c in separation.called for one in c.values}
    assert made.table.rows
    assert {(row[2], row[4]) for row in made.table.rows} <= told
    assert [row[1] for row in segments_chart(sizes).table.rows] == [s.customers for s in sizes]
    ladder = ladder_table(forecast)
    assert [row[1:] for row in ladder.rows] == [rung[1:] for rung in forecast.ladder]
    assert table_html(ladder, "sv") in forecast_html(forecast, "sv")
    assert [row[1] for row in forecast_chart(forecast).table.rows] == [
        month.revenue for month in (*forecast.history, *forecast.ahead)
    ]
    for chart in (made, segments_chart(sizes), forecast_chart(forecast)):
        ET.fromstring(chart.to_svg(340, "sv"))
        assert chart.alt.sv.endswith(".")


def test_what_the_log_does_not_tell_is_no_chart() -> None:
    with short_log() as log:
        with pytest.raises(InputError, match="Nothing stands out"):
            separation_chart(log.separates(1))
        with pytest.raises(InputError, match="no forecast"):
            forecast_chart(log.forecast())


def test_a_history_too_short_has_no_chart_of_what_is_unknown() -> None:
    with short_log() as log:
        charts = log.summary().chart
    assert [chart.key for chart in charts.all()] == ["months", "ladder", "cohorts", "ltv"]
    with pytest.raises(InputError, match="no chart of the balance"):
        charts.balance()


def test_names_are_text_in_drawings() -> None:
    with hostile_log() as log:
        made = log.summary(tiers=((f"a{HOSTILE}", 0.5), ("b", 0.5)))
    svg = made.chart.portfolio().to_svg()
    ET.fromstring(svg.replace("\x1b", ""))
    assert "<img" not in svg


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("values", [(-429_238, 247_748), (-9.0, -1.0), (5, 12_345_678), (-1, 90)])
def test_figures_beside_bars_keep_clear_of_the_labels(
    width: int, values: tuple[float, float]
) -> None:
    rows = [
        {"label": f"from → {n}", "value": value, "text": f"{value:+,}", "colour": INK}
        for n, value in enumerate(values)
    ]
    svg = drawn(bars(rows, width))
    texts = re.findall(
        r'<text[^>]* text-anchor="(\w+)" transform="translate\(([-\d.]+),[-\d.]+\)"[^>]*>([^<]*)<',
        svg,
    )
    figures = [(side, float(x), text) for side, x, text in texts if text[0] in "+-"]
    assert len(figures) == 2
    whole = float(ET.fromstring(svg).attrib["width"])
    for side, x, text in figures:
        # From the left edge of the bars to the right edge of the drawing.
        left = x - 7.5 * len(text) if side == "end" else x
        assert left >= -1, (text, left)
        assert left + 7.5 * len(text) <= whole, text


def test_a_chart_is_saved_with_its_title(charts: dict[str, Chart], tmp_path: Path) -> None:
    for ending, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".json", b"{")):
        path = tmp_path / f"ladder{ending}"
        charts["ladder"].save(path)
        assert path.read_bytes().startswith(start)
    spec = json.loads((tmp_path / "ladder.json").read_text())
    assert spec["title"] == charts["ladder"].title.en
    with pytest.raises(InputError, match=r"got '\.bmp'"):
        charts["ladder"].save(tmp_path / "ladder.bmp")


def test_notebooks_show_what_there_is_as_text() -> None:
    with hostile_log() as log:
        made = log.summary()
        shown = [
            summary_html(made),
            customers_html(log.customers()),
            forecast_html(log.forecast()),
            log.separates(1)._repr_html_(),
        ]
        assert made._repr_html_() == shown[0]
        assert log.customers()._repr_html_() == shown[1]
    for text in shown:
        assert "<img" not in text
        assert "\x1b" not in text
        ET.fromstring(f"<x>{text}</x>")
    assert "&lt;b&gt;id" in shown[1]


def test_a_notebook_gets_the_chart(charts: dict[str, Chart], summary: Summary) -> None:
    assert charts["ladder"]._repr_mimebundle_()
    # On paper: a notebook may be dark, as the ink is.
    bundle = json.dumps(charts["ladder"]._repr_mimebundle_())
    assert f'"background": "{PAPER}"' in bundle.replace('\\"', '"')
    frame = summary.chart.ladder().frame
    assert list(frame.columns)[:3] == ["Step", "Customers", "Goes on"]
    assert len(frame) == len(summary.ladder.step_records)
