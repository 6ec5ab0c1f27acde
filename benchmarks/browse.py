"""The terminal application in a pseudo-terminal: first paint, summary on screen, answers to keys.

    python benchmarks/browse.py [--orders 1000000] [--runs 5] [--folder DIR]

What is timed is what a terminal gets to see: from the start of the process, or from a key, to the
moment that the text in question has come. Whole processes are run in turn with what they are
compared with.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

PYTHON = sys.executable
CRMF = str(Path(PYTHON).with_name("crmf"))
SIZE = 80, 24
ORDERS = 1_000_000

IMPORTS = "import textual.app, textual.widgets"
"""What any Textual application begins with."""

FIRST = "Overview"
"""The tabs stand on the first frame."""

ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<=>]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|.)")
PATIENCE = 600.0
DIALOGS = {
    "d": "The last day that counts",
    "%": "per cent of revenue",
    "t": "shares in per cent",
    "?": "EVERYWHERE",
    "e": "Export",
    "o": "part of a name",
    "X": "Compare with",
    "\x10": "Search all commands",
}
"""Keys that open a dialog, and what stands in it."""
TIMES = 3
"""How often each is opened; the first time it is imported."""

KEYS = 60
"""Keys that are pressed one after the other where their answers are timed."""


class Terminal:
    """A command in a pseudo-terminal of 80 × 24, and what it writes."""

    def __init__(self, command: list[str]) -> None:
        self.begun = time.perf_counter()
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8")
            os.execv(command[0], command)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        self.written = b""
        self.status: int | None = None
        self.megabytes = 0.0

    def read(self, seconds: float) -> bool:
        """Take what has come; whether something came in the time."""
        if not select.select([self.file], [], [], seconds)[0]:
            return False
        try:
            self.written += os.read(self.file, 1 << 16)
        except OSError:
            return False
        return True

    def until(self, text: str, mark: int = 0) -> float:
        """The moment at which a text has come after a mark; reads as it waits."""
        wanted, end = text.encode(), time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            came = self.read(0.5)
            now = time.perf_counter()
            if came and wanted in ESCAPES.sub(b"", self.written[mark:]):
                return now
        raise SystemExit(f"waited in vain for {text!r}")

    def press(self, key: str) -> int:
        """Press a key; the mark from which its answer comes."""
        os.write(self.file, key.encode())
        return len(self.written)

    def cpu(self) -> float:
        """Seconds that the thread of the screen has worked, whatever else the machine does."""
        return int(Path(f"/proc/{self.process}/schedstat").read_text().split()[0]) / 1e9

    def quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing has come for so long."""
        while self.read(seconds):
            pass

    def end(self) -> None:
        """Quit, and measure what the process took."""
        os.write(self.file, b"\x11")
        end = time.perf_counter() + 10
        while time.perf_counter() < end:
            self.read(0.05)
            ended, status, usage = os.wait4(self.process, os.WNOHANG)
            if ended:
                self.status, self.megabytes = status, usage.ru_maxrss / 1024
                break
        else:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.file)


def first_paint(orders: Path, runs: int) -> float:
    """Seconds to the first frame beyond the start of an interpreter with Textual."""
    more = []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        subprocess.run([PYTHON, "-c", IMPORTS], check=True)
        plain = time.perf_counter() - begun
        shell = Terminal([CRMF, "browse", str(orders)])
        more.append(shell.until(FIRST) - shell.begun - plain)
        shell.end()
    return statistics.median(more[1:])


def summary_on_screen(orders: Path, runs: int) -> tuple[float, float]:
    """The summary on screen as a multiple of ``crmf summary``, and the memory in megabytes."""
    ratios, most = [], 0.0
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run([CRMF, "summary", str(orders)], check=True, stdout=subprocess.DEVNULL)
        plain = time.perf_counter() - begun
        shell = Terminal([CRMF, "browse", str(orders)])
        ratios.append((shell.until("active customers") - shell.begun) / plain)
        shell.quiet(2.0)
        # Customers listed and put in order too, as memory is told of all that can be done.
        shell.press("2")
        shell.until("who have bought")
        shell.press("\x1b[F\r")
        shell.until(" customers · all who have bought")
        shell.press("\x1b[F")
        shell.quiet(2.0)
        shell.end()
        most = max(most, shell.megabytes)
    return statistics.median(ratios), most


def answers(orders: Path, runs: int) -> list[float]:
    """Seconds from key to answer while orders are read and counted: help, shown and left."""
    found = []
    for _ in range(runs):
        shell = Terminal([CRMF, "browse", str(orders)])
        shell.until(FIRST)
        while True:
            mark, pressed = shell.press("?"), time.perf_counter()
            shown = shell.until("EVERYWHERE", mark)
            if b"active customers" in ESCAPES.sub(b"", shell.written):
                break
            found.append(shown - pressed)
            mark, pressed = shell.press("q"), time.perf_counter()
            left = shell.until(FIRST, mark)
            if b"active customers" in ESCAPES.sub(b"", shell.written):
                break
            found.append(left - pressed)
            # As a hasty user does.
            time.sleep(0.02)
        shell.end()
    return found


def scrolling(orders: Path) -> tuple[float, float]:
    """Down through a million customers: the slowest answer in seconds, and bytes for a key."""
    shell = Terminal([CRMF, "browse", str(orders)])
    shell.until("active customers")
    shell.quiet(3.0)
    shell.press("2")
    shell.until("who have bought")
    shell.press("\x1b[F\r")
    shell.until(" customers · all who have bought")
    shell.quiet(3.0)
    slow, size = [], []
    for _ in range(KEYS):
        mark, pressed = shell.press("\x1b[6~"), time.perf_counter()
        shell.until("C0", mark)
        slow.append(time.perf_counter() - pressed)
        shell.quiet(0.05)
    # Within the lines that are looked at: from the last one up, but not beyond the first.
    for _ in range(SIZE[1] // 2):
        mark = shell.press("\x1b[A")
        shell.quiet(0.05)
        size.append(len(shell.written) - mark)
    shell.end()
    return max(slow), statistics.median(size)


def dialogs(orders: Path) -> tuple[float, float]:
    """Seconds of work to open a dialog: the slowest at the first time, and in the median."""
    shell = Terminal([CRMF, "browse", str(orders)])
    shell.until("active customers")
    shell.quiet(3.0)
    first, again = [], []
    for key, text in DIALOGS.items():
        for time_of in range(TIMES):
            before, mark = shell.cpu(), shell.press(key)
            shell.until(text, mark)
            (again if time_of else first).append(shell.cpu() - before)
            shell.quiet(0.3)
            shell.press("\x1b")
            shell.quiet(0.3)
    shell.end()
    return max(first), statistics.median(again)


def rows(orders: Path, count: int, runs: int = 5) -> list[str]:
    """The rows of the table in benchmarks/README.md."""
    what = f"{count / 1e6:g} M demo orders"
    paint = first_paint(orders, runs)
    ratio, megabytes = summary_on_screen(orders, runs)
    found = answers(orders, runs)
    slow, size = scrolling(orders)
    opened, again = dialogs(orders)
    usual, most = (1000 * sorted(found)[int(len(found) * share)] for share in (0.5, 0.95))
    memory = f"{megabytes / 1024:.2f} GB"
    return [
        f'| `crmf browse`: first paint | `python -c "{IMPORTS}"` | + {paint * 1000:.0f} ms |'
        " ≤ 400 ms | |",
        f"| `crmf browse`: summary of {what} on screen | `crmf summary` | {ratio:.2f} × its time |"
        f" ≤ 1.3 × | {memory} |",
        f"| `crmf browse`: answer to a key meanwhile | – | {usual:.0f} ms;"
        f" 95 % within {most:.0f} ms | ≤ 50 ms | |",
        f"| `crmf browse`: a page further in a list of all customers | – | {slow * 1000:.0f} ms at"
        " most | ≤ 50 ms | |",
        f"| `crmf browse`: work to open a dialog | – | {again * 1000:.0f} ms;"
        f" {opened * 1000:.0f} ms at most, the first time | ≤ 50 ms | |",
        f"| `crmf browse`: written for a step in that list | a whole screen of {SIZE[0] * SIZE[1]}"
        f" characters | {size:.0f} bytes | for the record | |",
    ]


def made_rows(folder: Path, orders: int = ORDERS, runs: int = 5) -> list[str]:
    """The same, of a demo file that is made for it."""
    file = folder / "browse.parquet"
    command = [CRMF, "demo", "--orders", str(orders), "--output", str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    made = rows(file, orders, runs)
    file.unlink()
    file.with_name("browse-contacts.parquet").unlink()
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as folder:
        print("\n".join(made_rows(Path(folder), options.orders, options.runs)))


if __name__ == "__main__":
    main()
