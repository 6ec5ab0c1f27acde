"""Ctrl+c, SIGTERM, SIGHUP and kill -9 at any moment: no traceback, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmformulas.orders.demo import write_demo

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")

INTERRUPTED = "crmf: interrupted; nothing is left half done\n"

SENDS_ITSELF = """
import signal, sys
number, after = int(sys.argv.pop(1)), float(sys.argv.pop(1))
signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(number))
signal.setitimer(signal.ITIMER_REAL, after)
from crmformulas.__main__ import main
main()
"""
"""A run that gets a signal so many seconds after the interpreter has begun with it."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo") / "demo.csv", orders=20_000, seed=3).orders


def interrupted_run(
    args: list[str], by: int, after: float, temporary: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SENDS_ITSELF, str(int(by)), str(after), *args],
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda s: s.name)
@pytest.mark.parametrize("command", ["summary", "report", "template"])
def test_a_signal_at_any_moment_leaves_nothing(
    tmp_path: Path, demo: Path, command: str, by: signal.Signals
) -> None:
    temporary, out = tmp_path / "temporary", tmp_path / "out"
    temporary.mkdir()
    out.mkdir()
    target = str(out / "book.xlsx")
    args = {
        "summary": ["summary", str(demo)],
        "report": ["report", str(demo), "-o", target],
        "template": ["template", "crm-kpis", "-o", target],
    }[command]
    for after in (0.15, 0.4, 0.8, 1.5, 3.0):
        said = interrupted_run(args, by, after, temporary)
        assert "Traceback" not in said.stderr, (after, said.stderr)
        assert "closed" not in said.stderr
        assert not list(temporary.iterdir()), after
        if said.returncode == 0:  # it was faster
            for book in out.iterdir():
                book.unlink()
            continue
        # Before the command is loaded, SIGTERM and SIGHUP end the process as they end any other.
        assert said.returncode in (130, -by), after
        assert said.stderr.endswith(INTERRUPTED) or said.returncode == -by
        assert not list(out.iterdir()), after


def test_an_interruption_while_libraries_are_loaded_is_a_line(tmp_path: Path, demo: Path) -> None:
    for hundredth in (0, 1, 2, 4, 7, 10, 15, 20, 30):
        for args in (["calc", "CLV(5, 500, 2.5)"], ["summary", str(demo)]):
            said = interrupted_run(args, signal.SIGINT, 0.0001 + hundredth / 100, tmp_path)
            if said.returncode == 0:
                continue
            # The interpreter is this test's until it has loaded the command's first module.
            begun = "crmformulas" in said.stderr or "Traceback" not in said.stderr
            assert not begun or said.stderr.endswith(INTERRUPTED), said.stderr
            assert not list(tmp_path.iterdir())


def test_an_interruption_that_a_finalizer_would_swallow_ends_the_run() -> None:
    script = """
import time
from crmformulas.cli.interruption import listening

class Finalized:
    def __del__(self):
        raise KeyboardInterrupt

with listening():
    try:
        Finalized()
        time.sleep(30)
    except KeyboardInterrupt:
        print("ended")
"""
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (said.stdout, said.stderr) == ("ended\n", "")


def test_what_ignores_a_signal_goes_on(tmp_path: Path, demo: Path) -> None:
    """As with nohup, and with ctrl+c for what a script runs behind."""
    ignoring = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + SENDS_ITSELF
    said = subprocess.run(
        [sys.executable, "-c", ignoring, str(int(signal.SIGHUP)), "1", "summary", str(demo)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 0, said.stderr
    assert "portfolio value" in said.stdout


@pytest.mark.parametrize("command", ["summary", "report", "demo"])
def test_the_next_run_removes_what_a_killed_one_left(
    tmp_path: Path, demo: Path, command: str
) -> None:
    temporary, out = tmp_path / "temporary", tmp_path / "out"
    temporary.mkdir()
    out.mkdir()
    big = ["demo", "--orders", "20000000", "-o", str(out / "big.csv")]
    args = {
        "summary": ["summary", str(demo)],
        "report": ["report", str(demo), "-o", str(out / "book.xlsx")],
        "demo": big,
    }[command]
    environment = os.environ | {"TMPDIR": str(temporary)}
    crmf = [sys.executable, "-m", "crmformulas"]
    # Somebody else's folder of such a name, and a run that is still at work, keep theirs.
    foreign = temporary / "crmf-mine"
    foreign.mkdir()
    (foreign / "notes.txt").write_text("mine")
    killed = subprocess.Popen([*crmf, *args], env=environment, stderr=subprocess.DEVNULL)
    # Python itself writes a file of another name there for a moment, to see whether it may.
    folder, names, least = (out, "*", 1) if command == "demo" else (temporary, "crmf-*", 2)
    while killed.poll() is None and len(list(folder.glob(names))) < least:
        time.sleep(0.01)
    alive = subprocess.Popen([*crmf, *big], env=environment, stderr=subprocess.DEVNULL)
    try:
        killed.kill()
        killed.wait()
        before = {*temporary.iterdir(), *out.iterdir()} - {foreign}
        assert before
        # Its own two files: what the killed run left may stand beside them.
        while alive.poll() is None and len({*out.iterdir()} - before) < 2:
            time.sleep(0.01)
        # The least that looks into the same folder.
        again = ["demo", "--orders", "5", "-o", str(out / "s.csv")]
        if command != "demo":
            again = ["summary", str(demo)]
        subprocess.run([*crmf, *again], env=environment, check=True, capture_output=True)
        assert {path.name for path in temporary.iterdir()} == {"crmf-mine"}
        assert (foreign / "notes.txt").read_text() == "mine"
        left = [path for path in out.iterdir() if path.name.endswith(".part")]
        assert len(left) == 2  # those of the run that is at work
        assert not before & set(left)
        assert alive.poll() is None
    finally:
        alive.kill()
        alive.wait()
