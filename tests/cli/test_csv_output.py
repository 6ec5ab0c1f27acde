"""Rows that a command writes as CSV: exact for a program, safe for a terminal or a spreadsheet."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from crmformulas.cli.output import print_csv

IDS = ["=1+1", "\x1b[2J", "a\u202eb", "007", "-5"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_another_program_gets_ids_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    print_csv(["id"], [[one] for one in IDS])
    out, err = capsys.readouterr()
    assert out.split("\n") == ["id", *IDS, ""]
    assert err == ""


def test_a_terminal_gets_what_it_may_show(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    print_csv(["id"], [[one] for one in IDS])
    assert screen.getvalue().split("\n") == [
        *("id", "=1+1", "\\x1b[2J", "a\\u202eb", "007", "-5", ""),
    ]


def test_a_file_for_a_spreadsheet_holds_no_formula_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_csv(["id"], [[one] for one in IDS], to=tmp_path / "a.csv", safe_cells=True)
    assert (tmp_path / "a.csv").read_bytes().decode().split("\r\n")[1] == "'=1+1"
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "1 cell begins with an apostrophe: a spreadsheet would take it for a formula\n"
