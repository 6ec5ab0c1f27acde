"""Slides: at most ten, with charts of their own that hold the figures of the summary."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pptx import Presentation

from crmformulas.charts import Charts
from crmformulas.slides import write_slides
from crmformulas.slides.deck import LEFT_OUT
from crmformulas.translations import LANGS, Lang
from tests.reports import HOSTILE, demo_log, hostile_log, short_log


def charts_of(path: Path) -> dict[str, object]:
    return {
        shape.name: shape.chart
        for slide in Presentation(str(path)).slides
        for shape in slide.shapes
        if shape.has_chart
    }


@pytest.mark.parametrize("lang", LANGS)
def test_figures_and_order_are_those_of_the_charts(lang: Lang, tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    with demo_log() as log:
        summary = log.summary()
        before = log.summary(summary.windows.f12[1])
        write_slides(path, summary, "Shop", lang, before=before, currency="kr")
    slides = Presentation(str(path)).slides
    assert len(slides) <= 10
    charts = {chart.key: chart for chart in Charts(summary, before, lang).all()}
    titles = [slide.shapes.title.text for slide in slides]
    told = [getattr(charts[key].title, lang) for key in charts if key not in LEFT_OUT]
    assert titles[1:-1] == told
    made = charts_of(path)
    assert list(made) == [k for k, c in charts.items() if c.slide and k not in LEFT_OUT]
    ladder = made["ladder"].plots[0]  # type: ignore[attr-defined]
    assert list(ladder.series[0].values) == [
        step.rate for step in summary.ladder.step_records if step.rate is not None
    ]
    worth = made["portfolio"].plots[0]  # type: ignore[attr-defined]
    assert list(worth.series[0].values)[::-1] == [
        tier.portfolio_value for tier in summary.portfolio_records
    ]
    # Each says in words what it shows.
    for slide in list(slides)[1:-1]:
        assert slide.notes_slide.notes_text_frame.text.endswith(".")


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
