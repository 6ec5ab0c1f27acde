"""The installed command in a real terminal: tmux draws the screen and types the keys."""

from __future__ import annotations

import contextlib
import csv
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from crmformulas.orders import read
from crmformulas.orders.counting.customer_list import Filters
from crmformulas.orders.summary.model import Summary

CRMF = Path(sys.executable).with_name("crmf")
PATIENCE = 60.0


class Terminal:
    """A terminal of a size, in which a command runs."""

    def __init__(self, command: list[str], folder: Path, size: tuple[int, int], **env: str) -> None:
        self.socket = f"crmf-test-{uuid4().hex[:12]}"
        wide, high = size
        given = [f"{name}={value}" for name, value in env.items()]
        # What is printed after the application stays on the screen, with the exit status.
        # The size is that of the terminal, whatever the tests were started in.
        run = f"env -u COLUMNS -u LINES {shlex.join([*given, *command])}"
        line = f'{run}; echo "status $?"; exec sleep 600'
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", str(wide), "-y", str(high),
            "-c", str(folder), "sh", "-c", line,
        )  # fmt: skip

    def _tmux(self, *words: str) -> str:
        told = subprocess.run(
            ["tmux", "-L", self.socket, *words], capture_output=True, text=True, check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
        )  # fmt: skip
        return told.stdout

    def text(self) -> str:
        """The text on the screen; no-break spaces as plain ones."""
        return self._tmux("capture-pane", "-p", "-t", "t").replace("\u00a0", " ")

    def press(self, *keys: str) -> None:
        """Type keys, by their names in tmux."""
        for key in keys:
            self._tmux("send-keys", "-t", "t", key)

    def until(self, *texts: str) -> str:
        """Wait until all of the texts stand on the screen."""
        end = time.monotonic() + PATIENCE
        while not all(text in (shown := self.text()) for text in texts):
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {texts}:\n{shown}")
            time.sleep(0.05)
        return shown

    def end(self) -> None:
        """Close the terminal, if it is still there."""
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[type[Terminal]]:
    """Terminals that are closed in the end."""
    if shutil.which("tmux") is None:
        if os.environ.get("CRMF_REQUIRE_TERMINAL"):
            pytest.fail("tmux is not installed")
        pytest.skip("tmux is not installed (Debian: apt-get install tmux)")
    made: list[Terminal] = []

    class Kept(Terminal):
        def __init__(self, *words: object, **more: object) -> None:
            super().__init__(*words, **more)  # type: ignore[arg-type]
            made.append(self)

    yield Kept
    for one in made:
        one.end()


def told(number: float) -> str:
    return f"{round(number):,}".replace(",", " ")


def test_open_browse_drill_down_export_quit(
    terminal: type[Terminal], orders_csv: Path, summary: Summary, tmp_path: Path
) -> None:
    flows = summary.flows
    shell = terminal([str(CRMF), "browse", str(orders_csv)], tmp_path, (80, 24))
    shell.until(
        f"{told(flows.closing)} active customers", f"opening      {told(flows.opening)}",
        f"retention                        {flows.retention:.1%}".replace("%", " %"), "q quit",
    )  # fmt: skip
    # Browse.
    shell.press("2")
    tiers = shell.until("▸ super", "all who have bought")
    for record in summary.portfolio_records:
        assert any(
            line.split()[:2] == [record.tier, told(record.customers)]
            for line in tiers.replace("▸", " ").splitlines()
        )
    shell.press("3")
    shell.until("F12 → S12", "reactivated")
    shell.press("2")
    # Drill down.
    shell.press("Down", "Enter")
    with read(str(orders_csv)) as log:
        customers = log.customers()
        wanted = list(customers.rows(filters=Filters(s12_tier="top")))
        orders = customers.orders_of(wanted[1].customer)
    shell.until(f"{len(wanted)} customers · top", wanted[0].customer, wanted[10].customer)
    shell.press("Down", "Enter")
    shell.until(f"{wanted[1].customer} · {wanted[1].status}", orders[0][0].isoformat(), "F1")
    shell.press("Escape")
    shell.until(f"{len(wanted)} customers · top")
    # Export.
    shell.press("e")
    shell.until("CSV file", "shop-customers-top.csv")
    shell.press("Enter")
    shell.until("Written:")
    with (tmp_path / "shop-customers-top.csv").open(newline="", encoding="utf-8") as file:
        assert [row[0] for row in csv.reader(file)][1:] == [one.customer for one in wanted]
    # Quit: the terminal is as it was.
    shell.press("Escape")
    # A key right after it would be read as one with alt.
    shell.until("all who have bought")
    shell.press("q")
    last = shell.until("status 0")
    assert "active customers" not in last
    assert "Traceback" not in last


def test_swedish_without_colour_over_a_plain_terminal(
    terminal: type[Terminal], orders_csv: Path, summary: Summary, tmp_path: Path
) -> None:
    shell = terminal(
        [str(CRMF), "browse", str(orders_csv), "--lang", "sv"], tmp_path, (80, 24), NO_COLOR="1"
    )
    shell.until(f"{told(summary.flows.closing)} aktiva kunder", "avsluta")
    shell.press("3")
    shell.until("förlorade", "återvunna")
    # Not one colour but black, white and the greys between them.
    coded = shell._tmux("capture-pane", "-p", "-e", "-t", "t")
    codes = [c for part in coded.split("\x1b[")[1:] for c in [part.split("m", 1)[0]]]
    for code in codes:
        for kind in ("38;2;", "48;2;"):
            if kind in code:
                red, green, blue = code.split(kind, 1)[1].split(";")[:3]
                assert red == green == blue, code
    shell.press("q")
    shell.until("status 0")


def test_a_terminal_that_changes_its_size(
    terminal: type[Terminal], orders_csv: Path, tmp_path: Path
) -> None:
    shell = terminal([str(CRMF), "browse", str(orders_csv)], tmp_path, (200, 60))
    shell.until("active customers", " 8 Formulas")
    shell._tmux("resize-window", "-t", "t", "-x", "80", "-y", "24")
    shell.until(" 7 Plan 8 Formulas", "q quit")
    shell._tmux("resize-window", "-t", "t", "-x", "30", "-y", "8")
    shell.until("q quit")
    shell._tmux("resize-window", "-t", "t", "-x", "120", "-y", "40")
    shell.until("active customers", " 8 Formulas")
    shell.press("C-q")
    shell.until("status 0")


def test_a_wrong_path_is_one_line_and_status_2(terminal: type[Terminal], tmp_path: Path) -> None:
    shell = terminal([str(CRMF), "browse", "nothing.csv"], tmp_path, (80, 24))
    shown = shell.until("status 2")
    assert shown.splitlines()[0] == "crmf: 'nothing.csv': there is no such file; check the path"


def test_it_ends_when_the_terminal_goes_away(
    terminal: type[Terminal], orders_csv: Path, tmp_path: Path
) -> None:
    marker = f"{uuid4().hex}.csv"
    shutil.copy(orders_csv, tmp_path / marker)
    shell = terminal([str(CRMF), "browse", marker], tmp_path, (80, 24))
    shell.until("active customers")

    def runs() -> bool:
        found = subprocess.run(["pgrep", "-f", f"browse {marker}"], capture_output=True, text=True)
        return bool(found.stdout.strip())

    assert runs()
    shell._tmux("kill-session", "-t", "t")
    end = time.monotonic() + PATIENCE
    while runs() and time.monotonic() < end:
        time.sleep(0.1)
    assert not runs()


def test_without_a_terminal_it_says_so(orders_csv: Path) -> None:
    done = subprocess.run(
        [str(CRMF), "browse", str(orders_csv)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "crmf: crmf browse needs a terminal; elsewhere use crmf summary, or --web\n"
    )


ABORTS = """
import os, threading
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.crash import restore_terminal_on_abort
restore_terminal_on_abort()
threading.Timer(2, os.abort).start()
BrowseApp().run()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_abort_in_native_code_gives_the_terminal_back() -> None:
    import pty

    process, terminal = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-c", ABORTS])
    written = b""
    # A terminal whose last writer is gone can't be read.
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 65_536):
            written += part
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGABRT
    assert b"\x1b[?1049h" in written
    left = written[written.rindex(b"\x1b[?1049l") :]
    assert b"crmf: a library of the engine stopped the program" in left
