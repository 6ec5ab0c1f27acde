"""The page: whole in itself, the same figures as Python, nobody's id, and data that stays data."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from crmformulas.charts.forecast_tables import budget_table, ladder_table
from crmformulas.charts.story import HEADINGS, Findings, Story
from crmformulas.cli.main import run
from crmformulas.cli.report import NEEDED
from crmformulas.formats import NumberFormat
from crmformulas.formulas.budget import LEVERS
from crmformulas.formulas.ladder import extra_orders, step_gain
from crmformulas.html import Listing, html, to_pdf, write_pdf
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.forecast.scenario import compare
from crmformulas.orders.selections.report_lists import report_lists
from crmformulas.orders.summary.model import Summary
from crmformulas.spreadsheet.javascript import runtime
from crmformulas.translations import LANGS, Lang
from tests.reports import HOSTILE, demo_log, hostile_log, short_log
from tests.tui.browser import chromium

Made = tuple[Summary, Summary, dict[Lang, str], Findings]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """A summary, that of the year before, and their page in both languages."""
    with demo_log() as log:
        summary = log.summary()
        before = log.summary(summary.windows.f12[1])
        lists = report_lists(log, summary, listed=0)
        asked = Findings(log.separates(3), lists.segments, lists.forecast, lists)
        pages = {
            lang: html(summary, "Shop & Co", lang, before=before, findings=asked) for lang in LANGS
        }
        yield summary, before, pages, asked


@pytest.fixture(scope="module")
def browser() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("CRMF_REQUIRE_TERMINAL"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    return found


class Elements(HTMLParser):
    """Reads the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_fetched(made: Made, lang: Lang) -> None:
    page = made[2][lang]
    for tag, attributes in Elements(page).found:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "use", "image")
        for name, value in attributes.items():
            assert name not in ("src", "srcset", "data", "action", "ping"), (tag, name)
            if name in ("href", "xlink:href"):
                assert (value or "").startswith("#"), (tag, value)
    assert "@import" not in page
    assert "url(" not in page.replace("url(#", "")


@pytest.mark.parametrize("lang", LANGS)
def test_reads_without_script_and_for_who_does_not_see(made: Made, lang: Lang) -> None:
    summary, before, pages, asked = made
    elements = Elements(pages[lang])
    assert elements.all("html") == [{"lang": lang}]
    # Every section, in the order of the story, and every chart under its message.
    told = [key for key in HEADINGS if key != "scores"]  # there is no survey
    assert [a["id"] for a in elements.all("section")] == told
    drawings = [a["aria-label"] for a in elements.all("div") if a.get("role") == "img"]
    story = Story(summary, before, lang, asked)
    charts = [chart for key in HEADINGS for chart in story.charts(key)]
    assert len(charts) == 13
    assert drawings == [getattr(chart.alt, lang) for chart in charts]
    messages = re.findall(r"<figcaption>(.*?)</figcaption>", pages[lang])
    assert list(map(unescape, messages)) == [getattr(chart.title, lang) for chart in charts]
    # Each has its table beneath, closed; tools are shown by the script that they need.
    assert len(elements.all("details")) == len(charts)
    assert all("hidden" in form for form in elements.all("form"))
    ids = [a["id"] for _, a in elements.found if a.get("id")]
    assert len(ids) == len(set(ids))
    leads = {(a["href"] or "")[1:] for a in elements.all("a")}
    assert leads <= set(ids)
    figures = NumberFormat(lang)
    assert figures.whole(summary.flows.closing) in pages[lang]
    assert figures.amount(summary.portfolio_value) in pages[lang]


def test_names_are_text_and_ids_stay_out() -> None:
    with hostile_log() as log:
        summary = log.summary(tiers=((f"a{HOSTILE}", 0.5), ("b", 0.5)))
        page = html(summary, HOSTILE, currency=HOSTILE)
        customers = log.customers(summary.as_of, summary.rules)
        named = html(summary, "x", listing=Listing(tuple(customers.rows(5)), customers.count()))
    for text in (page, named):
        assert [tag for tag, _ in Elements(text).found if tag in ("img", "b")] == []
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "id1" not in page.replace("f12", "").split("<style>")[0]
    assert not re.search(r"&lt;b&gt;id\d", page)
    assert len(re.findall(r"&lt;b&gt;id\d", named)) == 5
    # The script of the page is the only one that its policy lets run.
    assert page.count("<script") == 2
    assert page.count("</script>") == 2


def test_no_id_of_the_demo_is_in_its_page(made: Made) -> None:
    assert not re.search(r"C\d{7}", made[2]["en"])


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_to_do_and_to_come_stands_in_tables(made: Made, lang: Lang) -> None:
    page, asked, figures = unescape(made[2][lang]), made[3], NumberFormat(lang)
    todo, budget = (page.split(f'<section id="{key}"')[1].split("</section>")[0]
                    for key in ("todo", "budget"))  # fmt: skip
    told = [one for one in asked.segments if one.customers is not None]
    assert len(told) > 8
    for one in told:
        row = [figures.whole(one.customers), figures.amount(one.revenue or 0.0)]
        cells = "".join(f'<td class="n">{cell}</td>' for cell in row)
        assert cells in todo, one.name
        assert f"<td>{one.name}</td>" in todo
    forecast = asked.forecast
    assert forecast is not None
    for row in forecast.tiers:
        spread = (row.revenue, row.revenue_low, row.revenue_high)
        assert "".join(f'<td class="n">{figures.amount(x)}</td>' for x in spread) in budget
    # Beside Budget 1 and on the ladder, with the interval: the core's figures, none of its own.
    rows, why = compare(forecast, Plan.of(*made[:2]))
    assert why is None
    for table in (budget_table(rows), ladder_table(forecast)):
        for _, *told_by_row in table.text(lang):
            assert "".join(f'<td class="n">{figure}</td>' for figure in told_by_row) in budget
    missed = {row.method: row.revenue_error for row in forecast.backtest}
    assert figures.signed_percent(missed["forecast"]) in budget
    assert figures.signed_percent(missed["last_year"]) in budget


def test_a_short_history_is_told_with_the_reason() -> None:
    with short_log() as log:
        page = html(log.summary(), "short", "sv")
    elements = Elements(page)
    assert "chart-balance" not in {a.get("id") for a in elements.all("figure")}
    assert "går inte att säga" in page
    assert "budget-tool" not in {a.get("id") for a in elements.all("form")}


def test_what_rests_on_a_part_of_the_year_before_is_marked() -> None:
    with hostile_log() as log:
        summary = log.summary("2025-09-16")  # history begins in January 2024
        assert 6 <= summary.f12_months < 12
        page = html(summary, "x")
    told = dict(re.findall(r"<dt>(Retention|Active customers)</dt><dd>([^<]*)", page))
    assert told["Retention"].startswith(("≈", "–"))
    assert not told["Active customers"].startswith("≈")
    assert "what rests on it is approximate (≈)" in page.split('id="balance"')[1]


def test_the_script_of_the_page_is_the_formulas(tmp_path: Path) -> None:
    """On generated factors, by Node."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CRMF_REQUIRE_NODE"):
            pytest.fail("Node is not installed")
        pytest.skip("Node is not installed (Debian: apt-get install nodejs)")
    chosen = random.Random(7)
    outcome = ((12_697.0, 12.7e6, 14_084.0), (1_912.0, 6.88e6, 2_460.0), (221.0, 461_444.0, 263.0))
    calls: list[dict[str, Any]] = []
    for _ in range(200):
        factors = [round(chosen.uniform(0.5, 1.5), 2) for _ in LEVERS]
        growth = [chosen.uniform(0.5, 1.5) for _ in range(7)]
        rates = [chosen.random() for _ in range(chosen.randint(1, 11))]
        goals = [chosen.random() for _ in rates]
        calls.append({"factors": factors, "growth": growth, "rates": rates, "goals": goals})
    script = runtime(("budget", "extra_orders", "step_gain")) + (
        f"const outcome = {json.dumps(outcome)};\n"
        f"console.log(JSON.stringify({json.dumps(calls)}.map(({{factors, growth, rates, goals}})"
        " => [crmf.budget(outcome, 14229, [growth], 0.018, factors.map((x) => [x])),"
        " crmf.extra_orders([goals], 1000), crmf.step_gain([rates], [goals], 1000)])));\n"
    )
    path = tmp_path / "script.js"
    path.write_text(script)
    answer = subprocess.run([node, path], capture_output=True, text=True, check=True).stdout
    for call, (table, extra, gains) in zip(calls, json.loads(answer), strict=True):
        plan = Plan(outcome, 14_229, tuple(call["growth"]))
        plan = plan.with_rate(0.018).with_factors(dict(zip(LEVERS, call["factors"], strict=True)))
        rows = plan.budget_2.rows.values()
        wanted = [[row.customers, row.revenue, row.orders] for row in rows]
        assert [row[:3] for row in table] == [pytest.approx(row, rel=1e-12) for row in wanted]
        assert extra == pytest.approx(float(extra_orders(call["goals"], 1000)), rel=1e-12)
        told = step_gain(call["rates"], call["goals"], 1000)
        assert [row[0] for row in gains] == pytest.approx(list(told), rel=1e-9, abs=1e-9)


SET = """
((tool, values) => {
  const sliders = [...document.querySelectorAll('#' + tool + ' input')];
  values.forEach((value, i) => { sliders[i].value = value; });
  sliders[0].dispatchEvent(new Event('input', { bubbles: true }));
})(%s, %s)
"""

SHOWN = """
({
  budget: [...document.querySelectorAll('#budget-rows tr')].map(
    (row) => [...row.cells].slice(1).map((cell) => [cell.textContent, Number(cell.dataset.value)])),
  change: document.getElementById('budget-change').textContent,
  extra: Number(document.getElementById('extra-goal').dataset.value),
  told: document.getElementById('extra-goal').textContent,
  gains: [...document.querySelectorAll('#goals-tool .gain')].map((c) => Number(c.dataset.value)),
  wide: document.documentElement.scrollWidth,
  asked: performance.getEntriesByType('resource').map((entry) => entry.name),
})
"""


@pytest.mark.parametrize("lang", LANGS)
async def test_sliders_recalculate_as_python_does(
    made: Made, lang: Lang, browser: str, tmp_path: Path
) -> None:
    """In Chromium, with every address out of reach."""
    summary, before, pages, _ = made
    path = tmp_path / "report.html"
    path.write_text(pages[lang], encoding="utf-8")
    plan, figures = Plan.of(summary, before), NumberFormat(lang)
    async with chromium(browser) as page:
        await page.send("Network.enable")
        await page.send(
            "Network.emulateNetworkConditions",
            offline=True, latency=0, downloadThroughput=0, uploadThroughput=0,
        )  # fmt: skip
        await page.send(
            "Emulation.setDeviceMetricsOverride",
            width=360, height=740, deviceScaleFactor=1, mobile=True,
        )  # fmt: skip
        await page.send("Page.navigate", url=path.as_uri())
        for _ in range(100):
            if await page.evaluate("document.querySelector('#budget-rows tr') !== null"):
                break
            await asyncio.sleep(0.1)
        shown = await page.evaluate(SHOWN)
        # Untouched it is Budget 1, and a phone need not be pushed sideways.
        assert shown["change"] == figures.percent(0)
        assert shown["wide"] <= 360
        assert shown["asked"] == []
        percents = [110, 96, 104, 120, 90, 105, 101, 77, 150]
        await page.evaluate(SET % ("'budget-tool'", json.dumps(percents)))
        steps = [row.rate for row in summary.ladder.step_records if row.rate is not None]
        wanted = [min(1000, round(rate * 1000) + 37) for rate in steps]
        await page.evaluate(SET % ("'goals-tool'", json.dumps(wanted)))
        shown = await page.evaluate(SHOWN)
    factors = {lever: p / 100 for lever, p in zip(LEVERS, percents, strict=True)}
    scenario = plan.with_factors(factors)
    for line, row in zip(shown["budget"], scenario.budget_2.rows.values(), strict=True):
        (customers, n), (orders, m), (revenue, sum_) = line
        assert (n, m, sum_) == pytest.approx((row.customers, row.orders, row.revenue), rel=1e-12)
        assert customers == figures.whole(row.customers)
        assert orders == figures.whole(row.orders)
        assert revenue == figures.amount(row.revenue)
    growth = (scenario.budget_2.revenue or 0) / (plan.budget_1.revenue or 1) - 1
    assert shown["change"] == figures.signed_percent(growth)
    goals = [share / 1000 for share in wanted]
    assert shown["extra"] == pytest.approx(float(extra_orders(goals, 1000)), rel=1e-12)
    assert shown["told"] == figures.whole(float(extra_orders(goals, 1000)))
    assert shown["gains"] == pytest.approx(list(step_gain(steps, goals, 1000)), rel=1e-9)


def test_pdf(made: Made, browser: str, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    write_pdf(path, made[2]["sv"])
    assert path.read_bytes().startswith(b"%PDF")
    if (reader := shutil.which("pdftotext")) is not None:
        text = subprocess.run([reader, path, "-"], capture_output=True, text=True, check=True)
        assert "Shop & Co" in text.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]


def crmf(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        run([*map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_command_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"kund{i % 40},{2024 + i % 3}-0{1 + i % 9}-1{i % 7},{10 + i % 13}" for i in range(400)]
    Path("orders.csv").write_text("\n".join(["customer,date,amount", *lines]))
    assert crmf("report", "orders.csv", "--format", "html", "--lang", "sv") == 0
    page = Path("report.html").read_text()
    assert "kund1" not in page
    assert {a.get("id") for a in Elements(page).all("section")} >= {"separates", "budget"}
    named = ("--with-customers", "--customers", "7", "--force")
    assert crmf("report", "orders.csv", "-o", "report.html", *named) == 0
    page = Path("report.html").read_text()
    # In the list of the largest; those of the segments are named in theirs.
    assert len(re.findall(r">kund\d+<", page.split('<section id="customers"')[1])) == 7
    told = re.search(r"7 customers named, (\d+) on lists", capsys.readouterr().out)
    assert told is not None
    # Who is on a list may be among the largest, too.
    ids = set(re.findall(r">(kund\d+)<", page))
    assert max(7, int(told[1])) <= len(ids) <= 7 + int(told[1])
    for arguments, why in (
        (("--format", "html"), "is there already"),
        (("--format", "html", "-o", "a.xlsx"), "ends in .html"),
        (("--format", "html", "--customers", "5", "--force"), "--with-customers"),
        (("--format", "pptx", "--with-customers"), "slides name no customers"),
    ):
        assert crmf("report", "orders.csv", *arguments) == 2
        assert why in capsys.readouterr().err
    monkeypatch.setattr(to_pdf, "NAMES", ())
    monkeypatch.setattr(to_pdf, "PLACES", {})
    assert crmf("report", "orders.csv", "--format", "pdf") == 2
    assert "none is installed" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv", "report.html"]


@pytest.mark.parametrize(("ending", "module", "name"), [
    (ending, module, name) for ending, needed in NEEDED.items() for module, name in needed.items()
])  # fmt: skip
def test_what_is_not_installed_is_told_before_the_counting(
    ending: str,
    module: str,
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    orders = tmp_path / "orders.csv"
    orders.write_text("not yet read", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run(["report", str(orders), "-o", str(tmp_path / f"made.{ending}")])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.endswith(f" needs {name}: pip install 'crmformulas[report]'\n")
    assert said.count("\n") == 1
