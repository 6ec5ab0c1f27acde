"""The guide: built without a warning, whole in itself, searched without a network."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crmformulas.cli.main import SUBCOMMANDS
from tests.tui.browser import chromium

ROOT = Path(__file__).parents[2]
FETCHED = re.compile(r'<(?:script|img|link|iframe)\b[^>]*?(?:src|href)="(https?:[^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "-q"]
    done = subprocess.run(
        [*command, "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_pages_fetch_nothing(site: Path) -> None:
    for page in site.rglob("*.html"):
        found = FETCHED.findall(page.read_text(encoding="utf-8"))
        # What the license of a page or its source leads to is a link to follow, not to fetch.
        assert found == [], page


@pytest.mark.parametrize("page", sorted((ROOT / "docs/methods").glob("*.md")), ids=lambda p: p.stem)
def test_a_method_has_its_example_source_and_limits(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for heading in ("Worked example", "Source", "Limits"):
        assert f"\n## {heading}\n" in text, heading
    assert "```text" in text, "no equation"


def test_every_command_has_its_options(site: Path) -> None:
    page = (site / "reference/commands.html").read_text(encoding="utf-8")
    for name in SUBCOMMANDS:
        assert f">crmf {name}" in page, name
    assert "--with-customers" in page
    assert "--memory-limit" in page


def test_the_example_notebook_was_run(site: Path) -> None:
    page = (site / "reference/example.html").read_text(encoding="utf-8")
    assert page.count('<div role="img"') == 3
    assert "active customers" in page
    notebook = json.loads((ROOT / "docs/example.ipynb").read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in notebook["cells"])


async def test_search_needs_no_network(site: Path) -> None:
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CRMF_REQUIRE_TERMINAL"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    async with chromium(program) as page:
        await page.send("Page.navigate", url=(site / "index.html").as_uri())
        told = ""
        for _ in range(60):
            ready = "document.querySelector('.md-search__input') && typeof __index === 'object'"
            if await page.evaluate(f"Boolean({ready})"):
                await page.evaluate("document.querySelector('#__search').checked ||"
                                    " document.querySelector('#__search').click()")  # fmt: skip
                await page.evaluate("document.querySelector('.md-search__input').select()")
                await page.send("Input.insertText", text="tipping")
                await page.press(" ")
                await asyncio.sleep(1)
                told = await page.evaluate(
                    "document.querySelector('.md-search-result__list')?.innerText ?? ''"
                )
                if told:
                    break
            await asyncio.sleep(0.5)
        assert "F-ladder" in told
