"""Print a page to PDF by a browser that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from crmformulas.errors import InputError
from crmformulas.files import TemporaryFolder, atomic_write

__all__ = ["browser", "write_pdf"]

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
"""What a browser that prints is called."""

PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    ),
}
"""Where it stands if it is not on the search path."""

SECONDS = 120
"""After which a browser that prints a page has got stuck."""


def browser() -> Path:
    """The browser that prints.

    Raises:
        InputError: if none is installed; it says what to do instead.
    """
    for name in NAMES:
        if (executable := shutil.which(name)) is not None:
            return Path(executable)
    for place in PLACES.get(sys.platform, ()):
        if Path(place).is_file():
            return Path(place)
    raise InputError(
        "a PDF is printed by Chromium, Chrome or Edge, and none is installed: install one, or "
        "write --format html and print it from any browser"
    )


def write_pdf(path: Path, page: str) -> None:
    """Print a page; what is at the path is replaced when the PDF is whole.

    Args:
        path: Where to write.
        page: The page, as :func:`crmformulas.html.report.html` makes it.

    Raises:
        InputError: if no browser is installed, or it printed nothing.
    """
    program = browser()
    with TemporaryFolder() as folder:
        source, printed = folder / "report.html", folder / "report.pdf"
        source.write_text(page, encoding="utf-8")
        command = [
            str(program),
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # refuses to run as root otherwise
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{program.name} printed no PDF: {error}") from None
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF"):
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise InputError(f"{program.name} printed no PDF: {last[:200]}")
        with atomic_write(path) as part:
            shutil.copyfile(printed, part)
