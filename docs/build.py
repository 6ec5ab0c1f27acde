"""Write what README and guide show: output of commands, pictures of a summary and of screens.

    python docs/build.py            write
    python docs/build.py --check    exit 1 and say so where it is not current

Every ``$ crmf …`` line of a ``console`` block and every ``>>>`` line of a ``pycon`` block is run.
"""

from __future__ import annotations

import argparse
import asyncio
import code
import contextlib
import io
import re
import sys
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import crmformulas as crm
from crmformulas.charts.chart import Chart
from crmformulas.charts.story import HEADINGS, Findings, Story
from crmformulas.cli import output
from crmformulas.cli.main import run
from crmformulas.cli.summary_text import summary_view
from crmformulas.html.tables import ROLES
from crmformulas.orders import demo
from crmformulas.orders.demo import COMPANY
from crmformulas.orders.log import Orders, read
from crmformulas.palette import PAPER
from crmformulas.translations import LANGS, Lang, translate

if TYPE_CHECKING:
    from rich.console import Console

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
IMAGES = ROOT / "docs" / "images"
PICTURE = IMAGES / "summary.svg"
GUIDE = ("start", "questions", "methods", "sv")
"""Folders of the pages whose blocks are run."""

SCREENS = {"overview": (), "segments": ("2", "down"), "migration": ("3", "m", "down")}
"""The screens of ``crmf browse`` that are shown, with the keys that lead there."""

SCREEN_SIZE = 120, 36


def printed(action: Callable[[], object]) -> str:
    """The text that an action prints on either stream, without blanks at the ends of lines."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        action()
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


class Lent:
    """An open log of the demo's orders, which its reader need not close."""

    def __init__(self, log: Orders) -> None:
        self.log = log

    def __enter__(self) -> Lent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    def contacts(self, source: object) -> Orders:
        """The same orders with the demo's contacts, read for themselves."""
        assert source is demo_frames()[1]
        return demo_log(True)


@cache
def demo_log(contacts: bool) -> Orders:
    """The demo's orders, read and counted once for all pages and pictures."""
    orders, subscribers = demo_frames()
    log = read(orders)
    return log.contacts(subscribers) if contacts else log


def read_once(source: object, *args: Any, **options: Any) -> Any:
    """As ``crm.orders.read``; the demo's orders as all pages read them are lent."""
    if source is demo_frames()[0] and not args and not options:
        return Lent(demo_log(False))
    return read(source, *args, **options)


demo_frames = cache(demo.demo_frames)


def console(block: str) -> str:
    """A console block with the output of its commands."""
    import shlex

    from crmformulas.cli import progress

    # A page has no progress, however slow the machine is.
    progress.PATIENCE = 3600.0
    lines = []
    for command in re.findall(r"^\$ crmf (.*)$", block, re.MULTILINE):

        def call(command: str = command) -> None:
            with contextlib.suppress(SystemExit):
                run(shlex.split(command))

        lines += [f"$ crmf {command}", printed(call)]
    return "\n".join(lines) + "\n"


class Session(code.InteractiveConsole):
    """A Python session whose tracebacks are told as doctest tells them."""

    def showtraceback(self) -> None:
        """The kind of error and its message alone."""
        kind, error, _ = sys.exc_info()
        assert kind is not None
        sys.stderr.write("Traceback (most recent call last):\n    ...\n")
        sys.stderr.write(f"{kind.__module__}.{kind.__qualname__}: {error}\n")


def pycon(block: str, session: Session) -> str:
    """A session block with what its statements print."""
    lines: list[str] = []
    statements = re.findall(r"^>>> .*(?:\n\.\.\. .*)*", block, re.MULTILINE)
    for statement in statements:
        source = "\n".join(line[4:] for line in statement.splitlines())
        kind = "exec" if "\n..." in statement else "single"
        told = printed(lambda s=source, k=kind: session.runsource(s + "\n", symbol=k))
        lines += [statement, told] if told else [statement]
    return "\n".join(lines) + "\n\n"


def filled(text: str) -> str:
    """A page with the output of now."""
    session = Session()
    crm.orders.demo_frames, crm.orders.read = demo_frames, read_once

    def fill(found: re.Match[str]) -> str:
        kind, block = found[1], found[2]
        return f"```{kind}\n{console(block) if kind == 'console' else pycon(block, session)}```\n"

    return re.sub(r"^```(console|pycon)\n(.*?)^```\n", fill, text, flags=re.MULTILINE | re.DOTALL)


SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" \
height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def pictures() -> dict[Path, str]:
    """The summary of the demo retailer as it looks in a terminal, and the charts of its report."""
    log = demo_log(True)
    summary = log.summary()
    before = log.summary(summary.windows.f12[1])
    findings = Findings(log.separates(3), log.segments(), log.forecast())
    recorder = output.console(
        file=io.StringIO(), width=80, record=True, force_terminal=True, color_system="truecolor"
    )
    recorder.print(summary_view(summary, COMPANY))
    made = {PICTURE: svg_of(recorder, "crmf summary demo.csv")}
    for lang in LANGS:
        story = Story(summary, before, lang, findings)
        for chart in (chart for section in HEADINGS for chart in story.charts(section)):
            if chart.key in CHARTS[lang]:
                end = "" if lang == "en" else f"-{lang}"
                made[IMAGES / f"chart-{chart.key}{end}.svg"] = drawing(chart, lang)
    return made


CHARTS: dict[Lang, tuple[str, ...]] = {
    "en": (
        "balance", "portfolio", "flow_values", "migration", "ladder", "separates", "first_year",
        "cohorts", "ltv", "segments", "forecast", "budget",
    ),
    "sv": ("ladder", "budget", "forecast"),
}  # fmt: skip
"""The charts that the guide shows."""

LONG = re.compile(r"(\d+\.\d)\d+")


def drawing(chart: Chart, lang: Lang) -> str:
    """A chart as a picture on paper, in light and dark, with its message as title."""
    title = escape(translate(chart.title, lang))
    head, rest = LONG.sub(r"\1", ROLES.sub("", chart.to_svg(lang=lang))).split(">", 1)
    paper = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    return f"{head}><title>{title}</title>{paper}{rest}\n"


def svg_of(recorder: Console, title: str) -> str:
    """The picture of what a console recorded."""
    svg = recorder.export_svg(
        title=title, code_format=SVG, unique_id="crmf", font_aspect_ratio=0.61
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


async def screens() -> dict[Path, str]:
    """Screens of the demo retailer, each in a picture."""
    from crmformulas_tui.app import BrowseApp
    from rich.console import Console

    app = BrowseApp()
    found = {}
    async with app.run_test(size=SCREEN_SIZE) as pilot:
        while app.session.view is None or app.session.view.before is None or app.session.busy:
            await pilot.pause(0.05)
        for name, keys in SCREENS.items():
            await pilot.press(*keys)
            # What came in meanwhile is drawn over several turns.
            await app.workers.wait_for_complete()
            for _ in range(20):
                await pilot.pause(0.05)
            recorder = Console(
                file=io.StringIO(), width=SCREEN_SIZE[0], height=SCREEN_SIZE[1], record=True,
                force_terminal=True, color_system="truecolor", safe_box=False,
            )  # fmt: skip
            recorder.print(app.screen._compositor.render_update(full=True, simplify=True))
            found[IMAGES / f"browse-{name}.svg"] = svg_of(recorder, "crmf browse demo.csv")
    return found


def main() -> None:
    """Write or check."""
    parser = argparse.ArgumentParser(description="Write what the README shows.")
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    pages = [README, *(page for name in GUIDE for page in (ROOT / "docs" / name).glob("*.md"))]
    wanted = {page: filled(page.read_text(encoding="utf-8")) for page in pages}
    wanted |= pictures()
    wanted |= asyncio.run(screens())
    stale = [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if check and stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"not current: {names}; run python docs/build.py")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")


if __name__ == "__main__":
    main()
