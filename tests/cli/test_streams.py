"""Streams that are closed, full or read no further: no traceback, and the status that is right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmformulas.orders.demo import write_demo

CRMF = f"{sys.executable} -m crmformulas"

posix = pytest.mark.skipif(os.name == "nt", reason="redirections of a POSIX shell")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")


def shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line in bash in which crmf is the command."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'crmf() {{ {CRMF} "$@"; }}; {line}'],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=120,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("streams")
    write_demo(path / "demo.csv", orders=300, seed=2)
    return path


WORDS = ("calc 'CLV(5, 500, 2.5)'", "formulas", "--help", "summary --help", "summary demo.csv")


@posix
@pytest.mark.parametrize("words", WORDS)
def test_a_closed_or_unread_standard_output_is_no_fault(words: str, folder: Path) -> None:
    for redirection in (">&-", ">&- 2>&-", ">&- 2>&- <&-", "2>&- >/dev/null", "| true"):
        said = shell(f"crmf {words} {redirection}", folder)
        assert (said.returncode, said.stdout, "Traceback" in said.stderr) == (0, "", False), (
            redirection,
            said.stderr,
        )


@posix
@pytest.mark.parametrize("words", WORDS[:2])
def test_a_closed_standard_error_takes_nothing_from_the_output(words: str, folder: Path) -> None:
    assert shell(f"crmf {words} 2>&-", folder).stdout == shell(f"crmf {words}", folder).stdout


@full
@pytest.mark.parametrize("words", WORDS)
def test_a_full_standard_output_is_said_in_a_line(words: str, folder: Path) -> None:
    said = shell(f"crmf {words} >/dev/full", folder)
    assert said.returncode == 2
    assert said.stderr.splitlines()[-1].startswith("crmf: ")
    assert said.stderr.endswith(": No space left on device\n")
    assert shell(f"crmf {words} 2>/dev/full >/dev/null", folder).returncode == 0


@posix
def test_an_error_has_its_status_whoever_hears_of_it(folder: Path) -> None:
    for redirection in (">&-", "2>&-", ">&- 2>&-", "2>/dev/full", "| true"):
        assert shell(f"crmf calc 'CLV(' {redirection}", folder).returncode == 2


@posix
def test_a_report_is_written_whoever_hears_of_it(folder: Path) -> None:
    for number, redirection in enumerate((">&- 2>&- <&-", "| true")):
        book = folder / f"report-{number}.xlsx"
        said = shell(f"crmf report demo.csv -o {book} {redirection}", folder)
        assert (said.returncode, said.stderr.count("Traceback")) == (0, 0), said.stderr
        # The streams that are closed are no numbers for the files that are opened.
        assert book.read_bytes()[:4] == b"PK\x03\x04"
        assert b"crmf" not in book.read_bytes()[-200:]


@posix
def test_a_locale_of_ascii_reads_and_shows_all_letters(folder: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert shell("""crmf calc '"å–"'""", folder, **ascii_only).stdout == "å–\n"
    (folder / "ordrar å.csv").write_bytes((folder / "demo.csv").read_bytes())
    said = shell("crmf summary 'ordrar å.csv'", folder, **ascii_only)
    assert said.returncode == 0, said.stderr
    assert "ordrar å" in said.stdout
    assert "portfolio value" in said.stdout


@posix
def test_bytes_that_are_no_text_are_shown_as_bytes(folder: Path) -> None:
    said = shell(r"""crmf calc $'"\xff\xe5"'""", folder)
    assert (said.returncode, said.stdout) == (0, "\\xff\\xe5\n")


@posix
def test_too_little_memory_for_the_engine_is_said_in_a_line(folder: Path) -> None:
    """With so little the engine crashes, sometimes only when it has answered."""
    for limit in (200_000, 300_000, 800_000):
        said = shell(f"ulimit -v {limit}; crmf summary demo.csv", folder)
        assert said.returncode == 2, said.stderr
        assert said.stderr.splitlines()[-1].startswith("crmf: the memory does not suffice")
        assert "Traceback" not in said.stderr
