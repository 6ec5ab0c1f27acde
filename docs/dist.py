"""Build what is published, check it, and try it in an environment that has nothing else.

    python docs/dist.py          make dist
    python docs/dist.py all      build, and try one of alone, extras and all

The wheel is installed without the repository beside it: first alone, where the formulas must work
and every command must say which extra it needs; then with each extra, where the commands of the
README are run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"

SHIPPED = (
    "crmformulas/google_sheets/crmformulas.gs",
    "crmformulas/html/page.css",
    "crmformulas/html/page.html.jinja",
    "crmformulas/html/page.js",
    "crmformulas/spreadsheet/ranges.js",
    "crmformulas/py.typed",
    "crmformulas_tui/app.py",
)
"""What the wheel must hold beside the modules that the others import."""

ALONE = """
import crmformulas as crm
assert crm.clv(5, 500, 2.5) == 6250.0
assert [float(x) for x in crm.clv([5, 6], [500, 600], [2.5, 3])] == [6250.0, 10800.0]
import crmformulas.excel.udfs
"""
"""What works with nothing but what every installation has."""

SESSION = """
import doctest, sys
# Frames end their lines with blanks, which no page keeps.
sys.exit(doctest.testfile({!r}, False, optionflags=doctest.NORMALIZE_WHITESPACE).failed)
"""

NEEDS = {
    "summary orders.csv": "orders,cli",
    "check orders.csv": "orders,cli",
    "forecast orders.csv": "orders,cli",
    "demo": "orders,cli",
    "report orders.csv": "report",
    "template": "cli,excel",
    "sheets": "cli",
    "browse orders.csv": "tui",
    "browse --web": "web",
    "calc CLV(5,500,2.5)": "cli",
    "formulas": "cli",
    "completion bash": "cli",
}
"""Commands without their extras, and the extra that their one line names."""


EXTRAS = {
    "cli": (
        ("calc CLV(5,500,2.5)", "formulas clv", "sheets --force", "calc-addin --force"),
        ("summary demo.csv", "report demo.csv"),
    ),
    "orders,cli": (
        ("demo --orders 3000 --force", "summary demo.csv"),
        ("report demo.csv", "report demo.csv --format html --force"),
    ),
    "excel,orders,cli": (("report demo.csv --force",), ("report demo.csv --format pptx",)),
}
"""What runs with an extra, and what says which other one it needs."""


def run(command: Sequence[str | Path], cwd: Path, *, status: int = 0) -> str:
    """Run a command away from the repository; its output, or what went wrong."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != status:
        shown = " ".join(map(str, command))
        sys.exit(f"{shown}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def built() -> Path:
    """The wheel; it and the source archive are checked."""
    shutil.rmtree(DIST, ignore_errors=True)
    run([sys.executable, "-m", "build", "--outdir", DIST, ROOT], ROOT)
    files = sorted(DIST.iterdir())
    run([sys.executable, "-m", "twine", "check", "--strict", *files], ROOT)
    wheel = next(DIST.glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    lacking = [name for name in SHIPPED if name not in names]
    strange = [name for name in names if re.match(r"(tests|docs|benchmarks)/", name)]
    if lacking or strange:
        sys.exit(f"{wheel.name}: lacks {lacking}, has {strange}")
    for file in files:
        print(f"{file.name}: {file.stat().st_size // 1024} kB")
    return wheel


class Environment:
    """A Python environment of its own, outside the repository."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.folder = folder
        self.bin = folder / ("Scripts" if sys.platform == "win32" else "bin")

    def install(self, wheel: Path, extra: str = "") -> None:
        """Install the wheel, with an extra of it."""
        wanted = f"crmformulas[{extra}] @ {wheel.as_uri()}" if extra else str(wheel)
        pip = [self.bin / "python", "-m", "pip", "install", "--quiet"]
        run([*pip, "--disable-pip-version-check", "-c", ROOT / "constraints.txt", wanted],
            self.folder)  # fmt: skip

    def python(self, code: str, cwd: Path) -> str:
        """Run code, as a user's script."""
        return run([self.bin / "python", "-I", "-c", code], cwd)

    def crmf(self, arguments: str, cwd: Path, *, status: int = 0) -> str:
        """Run the command."""
        return run([self.bin / "crmf", *arguments.split()], cwd, status=status)


def try_alone(wheel: Path, folder: Path) -> None:
    """Without extras: formulas work, commands say what they need."""
    here = Environment(folder / "alone")
    here.install(wheel)
    here.python(ALONE, folder)
    for command, extra in NEEDS.items():
        told = here.crmf(command, folder, status=2).strip()
        if "\n" in told or f"crmformulas[{extra}]" not in told:
            sys.exit(f"crmf {command} says: {told}")
    print("alone: formulas and functions work; commands name their extra")


def try_extras(wheel: Path, folder: Path) -> None:
    """With each extra, what it is for; and what it is not for says what it needs."""
    # A file that is not there is told first.
    (folder / "demo.csv").write_text("customer,date,amount\na,2026-01-01,10\n", encoding="utf-8")
    for extra, (runs, refused) in EXTRAS.items():
        here = Environment(folder / extra.replace(",", "-"))
        here.install(wheel, extra)
        for command in runs:
            here.crmf(command, folder)
        for command in refused:
            told = here.crmf(command, folder, status=2).strip().splitlines()[-1]
            if "pip install 'crmformulas[" not in told:
                sys.exit(f"with [{extra}], crmf {command} says: {told}")
        print(f"[{extra}]: works, and says what the rest needs")


def try_all(wheel: Path, folder: Path) -> None:
    """With everything: the README's Python, and its commands in a terminal."""
    here = Environment(folder / "all")
    here.install(wheel, "all")
    here.crmf("demo --force", folder)
    here.crmf("summary demo.csv --contacts demo-contacts.csv", folder)
    here.crmf("report demo.csv --force", folder)
    here.crmf("report demo.csv --format html", folder)
    here.crmf("report demo.csv --format pptx", folder)
    here.crmf("template customer-development-budget", folder)
    here.crmf("sheets -o crm.gs", folder)
    here.crmf("calc-addin -o crm.oxt", folder)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"^```pycon\n(.*?)^```", readme, re.MULTILINE | re.DOTALL))
    session = folder / "readme.txt"
    session.write_text(blocks, encoding="utf-8")
    here.python(SESSION.format(str(session)), folder)
    browse(here, folder)
    print("[all]: the README's Python, demo, summary, report and browse run")


def browse(here: Environment, folder: Path) -> None:
    """Open the terminal application in a terminal, and leave it."""
    tmux = shutil.which("tmux")
    if tmux is None:
        print("browse was not opened: tmux is not installed")
        return
    socket = folder / "tmux"
    call = [tmux, "-S", socket]
    command = f"cd {folder} && {here.bin / 'crmf'} browse demo.csv; echo ended with $?; cat"
    run([*call, "new-session", "-d", "-x", "100", "-y", "30", command], folder)
    try:
        shown(call, folder, "active customers", "closing")
        run([*call, "send-keys", "?"], folder)
        shown(call, folder, "EVERYWHERE")
        run([*call, "send-keys", "escape"], folder)
        time.sleep(2)  # what follows at once is one key with it
        run([*call, "send-keys", "q"], folder)
        shown(call, folder, "ended with 0")
    finally:
        run([*call, "kill-server"], folder)


def shown(call: Sequence[str | Path], folder: Path, *words: str) -> None:
    """Wait until the terminal shows words."""
    for _ in range(120):
        screen = run([*call, "capture-pane", "-p"], folder)
        if all(word in screen for word in words):
            return
        time.sleep(0.5)
    sys.exit(f"browse does not show {words}:\n{screen}")


TRIED = {"alone": try_alone, "extras": try_extras, "all": try_all}


def main() -> None:
    """Build, check and try."""
    wheel = built()
    with tempfile.TemporaryDirectory(prefix="crmf-dist-") as made:
        folder = Path(made)
        for name in sys.argv[1:] or TRIED:
            TRIED[name](wheel, folder)


if __name__ == "__main__":
    main()
