"""Slides: at most ten, with charts of their own that hold the figures of the summary."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pptx import Presentation

from crmformulas.charts.forecast_tables import budget_table, ladder_table
from crmformulas.charts.of_analyses import money_format
from crmformulas.charts.story import HEADINGS, Findings, Story
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.scenario import compare
from crmformulas.orders.analysis.separation.results import FOOTER
from crmformulas.slides import write_slides
from crmformulas.translations import LANGS, Lang, translate
from tests.reports import HOSTILE, demo_log, hostile_log, short_log


def charts_of(path: Path) -> dict[str, object]:
    return {
        shape.name: shape.chart
        for slide in Presentation(str(path)).slides
        for shape in slide.shapes
        if shape.has_chart
    }


@pytest.mark.parametrize("lang", LANGS)
def test_figures_and_order_are_those_of_the_page(lang: Lang, tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    with demo_log() as log:
        summary = log.summary()
        before = log.summary(summary.windows.f12[1])
        findings = Findings(log.separates(3), log.segments(), log.forecast())
        write_slides(path, summary, "Shop", lang, before=before, currency="kr", findings=findings)
    slides = list(Presentation(str(path)).slides)
    assert len(slides) <= 10
    story = Story(summary, before, lang, findings)
    charts = {chart.key: chart for section in HEADINGS for chart in story.charts(section)}
    texts = ["\n".join(s.text_frame.text for s in one.shapes if s.has_text_frame) for one in slides]
    places = [
        next((i for i, text in enumerate(texts) if getattr(chart.title, lang) in text), None)
        for key, chart in charts.items()
        if key not in ("months", "cohorts")
    ]
    # Each message stands on a slide, in the order of the page.
    assert places == sorted(i for i in places if i is not None)
    made = charts_of(path)
    assert set(made) == {k for k, c in charts.items() if c.slide} - {"months"}
    assert {"separates", "segments", "forecast"} <= set(made)
    for key, told in made.items():
        drawn = charts[key].slide
        assert drawn is not None
        turn = -1 if drawn.kind == "bar" else 1
        series = told.plots[0].series  # type: ignore[attr-defined]
        assert [list(one.values)[::turn] for one in series] == [
            pytest.approx(list(values)) for _, values in drawn.series
        ]
    forecast = findings.forecast
    assert forecast is not None
    rows, why = compare(forecast, Plan.of(summary, before))
    assert why is None
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    for table in (budget_table(rows), ladder_table(forecast)):
        shown = [table.head(lang), *table.text(lang)]
        assert shown in [[[cell.text for cell in row.cells] for row in t.rows] for t in tables]
    # What separates does not say that it causes, on the slide, too.
    assert translate(FOOTER, lang) in "\n".join(texts)
    # Each says in words what it shows.
    for slide in slides[1:-1]:
        assert slide.notes_slide.notes_text_frame.text.endswith(".")


def test_negative_amounts_keep_their_minus() -> None:
    """A format with conditions would lose it, so each has a part for what is below 0."""
    for values in ([-959_119.0, 12.0], [-1.2e6, 25e6], [-7.0]):
        above, below = money_format(values).split(";")
        assert below == f"−{above}"
        assert "[" not in above


def test_names_are_text(tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    with hostile_log() as log:
        made = log.summary(tiers=((f"a{HOSTILE}", 0.5), ("b", 0.5)))
        write_slides(path, made, HOSTILE)
    drawn = charts_of(path)["portfolio"]
    assert list(drawn.plots[0].categories)[1].startswith("a</script>")  # type: ignore[attr-defined]


def test_what_is_unknown_has_no_slide(tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    with short_log() as log:
        write_slides(path, log.summary(), "short")
    assert list(charts_of(path)) == ["ladder", "ltv"]


def test_libreoffice_opens_them(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        if os.environ.get("CRMF_REQUIRE_LIBREOFFICE"):
            pytest.fail("LibreOffice is not installed")
        pytest.skip("LibreOffice is not installed (Debian: apt-get install libreoffice-impress)")
    path = tmp_path / "deck.pptx"
    with hostile_log() as log:
        write_slides(path, log.summary(), "Shop")
    subprocess.run(
        [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert (tmp_path / "deck.pdf").read_bytes().startswith(b"%PDF")
