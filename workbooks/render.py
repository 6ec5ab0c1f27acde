"""Look at a workbook: one picture of each printed page, recalculated by LibreOffice first.

    python workbooks/render.py FILE.xlsx [FILE.xlsx ...] [-o DIR] [--dpi 80]
    python workbooks/render.py --readme          docs/images/template-NAME.png, one a template, and
                                                 report*.png and page*.png, of the demo retailer

A picture is named for its workbook, page, sheet and page of the sheet:
``crm-formulas-03-Retention-1.png``, in ``/tmp/crmf-rendered`` where -o names no folder. Numbers are
written as in the country of the workbook's language: Sweden's where its name ends in ``-sv``. Needs
LibreOffice and pdftoppm (Debian: ``apt-get install libreoffice-calc poppler-utils``). Runs share
nothing, so that many may go on at the same time.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from crmformulas.html.to_pdf import browser

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
 <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
 <prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
 <prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>
"""
"""What makes LibreOffice recalculate whatever it loads, and write numbers as in a country."""
README = {
    "customer-development-budget": "Charts",
    "customer-portfolio": "Portfolio",
    "f-ladder-goals": "F-ladder result",
    "crm-kpis": "Dashboard",
    "lifecycle-plan": "Ranking",
}
"""The sheet of each template that the README shows: its first page, without margins."""
FOLDER = Path(__file__).parent
IMAGES = FOLDER.parent / "docs/images"
README_DPI = 88
MARGINS = 0.4, 0.62, 0.55
"""Of a page, in inches: left and right, with the header, with the footer."""
BORDER = 0.1
"""Left white around what a page holds, in inches."""

OUT = Path(tempfile.gettempdir()) / "crmf-rendered"
TIMEOUT = 120.0


def profile(folder: Path, locale: str) -> str:
    """The argument that starts a LibreOffice with settings of its own, kept below ``folder``."""
    (folder / "user").mkdir(parents=True)
    settings = SETTINGS.format(locale=locale)
    (folder / "user/registrymodifications.xcu").write_text(settings, "utf-8")
    return f"-env:UserInstallation={folder.as_uri()}"


def pdf(workbook: Path, folder: Path) -> Path:
    """The workbook, printed to a file in ``folder``."""
    locale = "sv-SE" if workbook.stem.endswith("-sv") else "en-US"
    arguments = ["soffice", profile(folder / "profile", locale), "--headless", "--norestore"]
    convert = ["--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    done = subprocess.run(
        [*arguments, *convert],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
        env=os.environ | {"LC_ALL": "C.UTF-8"},  # pictures that do not depend on who draws them
    )
    printed = folder / f"{workbook.stem}.pdf"
    if not printed.exists():
        raise SystemExit(f"{workbook}: LibreOffice printed nothing: {done.stderr or done.stdout}")
    return printed


def sheets(printed: Path) -> dict[int, str]:
    """The sheet that begins on a page, by the number of the page: the bookmarks of the file."""
    told = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-stdout", str(printed)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )
    outline = re.search(r"<outline>.*</outline>", told.stdout, re.DOTALL)
    items = ET.fromstring(outline.group()).iter("item") if outline else ()
    return {int(item.get("page", "0")): item.text or "" for item in items}


def render(workbook: Path, out: Path, dpi: int = 80) -> list[Path]:
    """One picture of each printed page of ``workbook`` in ``out``, in the order of the pages."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="crmf-render-") as temporary:
        folder = Path(temporary)
        printed = pdf(workbook.resolve(), folder)
        starts = sheets(printed)
        subprocess.run(
            ["pdftoppm", "-png", "-r", str(dpi), str(printed), str(folder / "page")],
            timeout=TIMEOUT,
            check=True,
        )
        pictures, sheet, first = [], "sheet", 1
        for number, page in enumerate(sorted(folder.glob("page-*.png")), start=1):
            if number in starts:
                sheet, first = re.sub(r"[^\w.]+", "-", starts[number]).strip("-"), number
            picture = out / f"{workbook.stem}-{number:02}-{sheet}-{number - first + 1}.png"
            picture.write_bytes(page.read_bytes())
            pictures.append(picture)
    return pictures


def picture(workbook: Path, sheet: str, out: Path, dpi: int = README_DPI) -> None:
    """The first page of a sheet as one picture, cut to what stands on it."""
    with tempfile.TemporaryDirectory(prefix="crmf-render-") as temporary:
        printed = pdf(workbook.resolve(), Path(temporary))
        page = next(number for number, name in sheets(printed).items() if name == sheet)
        draw = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile"]
        drawn = Path(temporary) / "drawn"
        subprocess.run([*draw, "-gray", str(printed), str(drawn)], timeout=TIMEOUT, check=True)
        left, top, right, bottom = _box(drawn.with_suffix(".pgm").read_bytes(), dpi)
        size = "-x", left, "-y", top, "-W", right - left, "-H", bottom - top
        subprocess.run(
            [*draw, *map(str, size), "-png", str(printed), str(out.with_suffix(""))],
            timeout=TIMEOUT,
            check=True,
        )


REPORT = {"report": "Overview", "report-board": "Board"}
"""Sheets of the report on the demo retailer that README and guide show."""

PAGES = {"page": (860, 1180), "page-phone": (500, 1000)}
"""The report as a page, at the width of a screen and of a phone, and how much of it is shown."""


def pictures_of_report(folder: Path) -> list[Path]:
    """The report on the demo retailer, as README and guide show it: sheets, and the page."""
    made = []
    with tempfile.TemporaryDirectory(prefix="crmf-render-") as temporary:
        orders, contacts = (Path(temporary) / name for name in ("demo.csv", "demo-contacts.csv"))
        book, page = (Path(temporary) / f"report.{ending}" for ending in ("xlsx", "html"))
        crmf = [sys.executable, "-m", "crmformulas"]
        given = ["report", str(orders), "--contacts", str(contacts), "-o"]
        for command in (["demo", "-o", str(orders)], [*given, str(book)], [*given, str(page)]):
            subprocess.run([*crmf, *command], timeout=TIMEOUT, check=True, capture_output=True)
        for name, sheet in REPORT.items():
            made.append(folder / f"{name}.png")
            picture(book, sheet, made[-1])
        for name, (width, height) in PAGES.items():
            made.append(folder / f"{name}.png")
            screenshot(page, made[-1], width, height)
    return made


def screenshot(page: Path, out: Path, width: int, height: int) -> None:
    """The top of a page as a browser shows it."""
    command = [
        str(browser()),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={page.parent / 'profile'}",
        f"--window-size={width},{height}",
        f"--screenshot={out}",
        page.as_uri(),
    ]
    subprocess.run(command, timeout=TIMEOUT, check=True, capture_output=True)


def _box(pgm: bytes, dpi: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what stands between the margins of a page drawn in grey."""
    _, size, _, pixels = pgm.split(b"\n", 3)
    width, height = map(int, size.split())
    side, above, below = (int(margin * dpi) for margin in MARGINS)
    inked = [
        (y, row)
        for y in range(above, height - below)
        if (row := pixels[y * width + side : (y + 1) * width - side]).strip(b"\xff")
    ]
    first = min(len(row) - len(row.lstrip(b"\xff")) for _, row in inked) + side
    last = max(len(row.rstrip(b"\xff")) for _, row in inked) + side
    border = int(BORDER * dpi)
    return first - border, inked[0][0] - border, last + border, inked[-1][0] + border


def main() -> None:
    """Render each workbook that the command line names, and say where its pictures are."""
    parser = argparse.ArgumentParser(description="One picture of each printed page of a workbook.")
    parser.add_argument("workbooks", nargs="*", type=Path, metavar="FILE.xlsx")
    parser.add_argument("-o", "--out", type=Path, default=OUT, metavar="DIR")
    parser.add_argument("--dpi", type=int, default=80)
    parser.add_argument("--readme", action="store_true", help="the pictures of the README")
    given = parser.parse_args()
    if given.readme:
        for name, sheet in README.items():
            out = IMAGES / f"template-{name}.png"
            picture(FOLDER / f"{name}.xlsx", sheet, out)
            print(out)
        print(*pictures_of_report(IMAGES), sep="\n")
    elif not given.workbooks:
        parser.error("name a workbook, or --readme")
    for workbook in given.workbooks:
        for page in render(workbook, given.out, given.dpi):
            print(page)


if __name__ == "__main__":
    main()
