"""Sequences that steer a terminal never reach it raw, in whichever cell, name or path they came."""

from __future__ import annotations

import ast
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unicodedata import bidirectional, category

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmformulas
from crmformulas.cli.main import crmf, run
from crmformulas.printable import printable, printable_json, printable_lines

TITLE, CLEAR, OVERRIDE = "\x1b]0;owned\x07", "\x9b2J", "\u202egnp"
HOSTILE = f"a{TITLE}{CLEAR}{OVERRIDE}"
"""Sets the title of a window, clears the screen, turns the text round."""

STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def raw(text: str) -> str:
    """The first place with something raw, or nothing."""
    found = STEERS.search(text)
    return repr(text[max(found.start() - 40, 0) : found.end() + 20]) if found else ""


@given(st.text())
def test_what_is_printable_has_no_controls_and_is_else_as_it_was(text: str) -> None:
    shown = printable(text)
    assert not any(category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    assert not any(bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF") for c in shown)
    assert not any(bidirectional(c) in ("LRI", "RLI", "FSI", "PDI") for c in shown)
    if text.isprintable():
        assert shown == text
    assert printable(shown) == shown
    assert "".join(map(printable, text)) == shown
    assert printable_lines(text).count("\n") == text.count("\n")
    shown.encode()


def test_letters_of_all_languages_stay() -> None:
    for text in ("Göteborg", "نام‌خانوادگی", "क्‍ष", "👩‍💻", "1\u00a0131", "‐–−"):
        assert printable(text) == text


@given(st.recursive(st.text() | st.none() | st.integers(), st.lists, max_leaves=5))
def test_a_json_text_keeps_its_value(value: object) -> None:
    for ascii_only in (True, False):
        text = printable_json(json.dumps(value, ensure_ascii=ascii_only))
        assert json.loads(text) == value
        assert not raw(text)


# ------------------------------------------------------------------------------- every command


def commands(group: click.Group = crmf, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name)


def command_of(words: tuple[str, ...]) -> click.Command:
    command: click.Command | None = crmf
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return command


def calls() -> Iterator[list[str]]:
    """Every option and argument of every command, with something hostile for a value."""
    shared = {p.name for p in command_of(("summary",)).params}
    for words in commands():
        if words in (("browse",), ("excel", "setup"), ("excel", "status")):
            continue  # an application of its own; no argument, and the user's own settings
        params = command_of(words).params
        needed = [
            "{orders}" if p.name == "orders" else "NAME"
            for p in params
            if isinstance(p, click.Argument)
        ]
        for param in params:
            if isinstance(param, click.Argument):
                yield [*words, HOSTILE]
            elif words != ("summary",) and param.name in shared:
                continue  # asked of crmf summary
            elif not getattr(param, "is_flag", False):
                # An attached value, as one that begins with a hyphen would be an option.
                yield [*words, f"{param.opts[-1]}={HOSTILE}", *needed]
        yield [*words, f"--{HOSTILE}"]
    yield [HOSTILE]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def hostile_orders(folder: Path) -> Path:
    """An order file whose name, column names and cells are all hostile, some rows unusable."""
    path = folder / f"{HOSTILE}.csv"
    days = [f"2026-0{1 + i % 9}-1{i % 10}" for i in range(40)]
    rows = [f'"c{i % 7}{HOSTILE}",{day},{100 + i},"S{HOSTILE}"' for i, day in enumerate(days)]
    rows += [f'"c1","no day {HOSTILE}",10,"S{HOSTILE}"', f'"c2",2026-01-01,"no {HOSTILE}",""']
    head = f'customer,date,amount,"note {HOSTILE}"'
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def printed_by(capsys: pytest.CaptureFixture[str], args: list[str]) -> str:
    with pytest.raises(SystemExit):
        run(args)
    printed = capsys.readouterr()
    return printed.out + printed.err


def test_every_option_and_argument_is_shown_without_what_steers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = folder / "orders.csv"
    orders.write_text("customer,date,amount\nc1,2026-01-01,10\nc2,2026-02-01,20\n")
    for args in calls():
        said = printed_by(capsys, [a.replace("{orders}", str(orders)) for a in args])
        assert not raw(said), args
        assert said, args


@pytest.mark.parametrize(
    "args",
    [
        ["summary", "{orders}"],
        ["summary", "{orders}", "--format", "json"],
        ["summary", "{orders}", "--customer", "nobody"],
        ["summary", "{orders}", "--contacts", "{orders}"],
        ["summary", "{orders}", "--currency-column", "4"],
        ["check", "{orders}"],
        ["customers", "{orders}"],
        ["customers", "{orders}", "--format", "json"],
        ["customers", "{orders}", "-o", "{name}.csv"],
        ["segments", "{orders}", "--rfm"],
        ["customer", "c1{name}", "{orders}"],
        ["separates", "{orders}", "--by", "4"],
        ["discounts", "{orders}"],
        ["products", "{orders}", "--by", "4"],
        ["forecast", "{orders}"],
        ["backtest", "{orders}"],
        ["report", "{orders}", "-o", "{name}.xlsx"],
        ["report", "{orders}", "--format", "html", "-o", "{name}.html"],
        ["template", "crm-kpis", "-o", "{name}.xlsx"],
        ["sheets", "-o", "{name}.gs"],
        ["calc-addin", "-o", "{name}.oxt"],
        ["demo", "--orders", "5", "-o", "{name}.csv"],
        ["excel", "new", "{name}.xlsm"],
        ["calc", '"{name}"'],
        ["calc", "CLV({name}"],
        ["formulas", "clv{name}"],
    ],
    ids=lambda args: " ".join(args[:2]).replace("{", "").replace("}", ""),
)
def test_hostile_files_cells_and_columns_are_shown_without_what_steers(
    folder: Path, capsys: pytest.CaptureFixture[str], args: list[str]
) -> None:
    orders = str(hostile_orders(folder))
    said = printed_by(
        capsys, [a.replace("{orders}", orders).replace("{name}", "out" + HOSTILE) for a in args]
    )
    assert not raw(said)
    assert said
    named = any("{name}" in arg for arg in args)
    assert "owned" in said or not named  # shown as it is, not left out


def test_a_terminal_gets_no_more_than_the_colours_of_the_command(folder: Path) -> None:
    """Only the sequences that colour, and those that redraw the line of the progress, are there."""
    told = on_a_terminal(["summary", str(hostile_orders(folder)), "--tiers", f"x{HOSTILE}=100"])
    assert "portfolio value" in told
    assert "\x1b[" in told
    assert not raw(re.sub(r"\x1b\[([0-9;]*m|2K|1A|\?25[lh])|\r", "", told))


def on_a_terminal(args: list[str]) -> str:
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "crmformulas", *args],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    told = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # the end of a terminal, on Linux
            break
        if not more:
            break
        told += more
    os.close(ours)
    process.wait()
    return told.decode("utf-8", "surrogateescape")


def test_square_brackets_and_colons_are_text() -> None:
    """Data is no markup of the library that draws the tables."""
    told = on_a_terminal(["calc", '"[red]x[/red] :smile:"'])
    assert told.strip() == "[red]x[/red] :smile:"


def test_nothing_is_written_past_the_filter() -> None:
    """Of the command's modules only the one with the filter writes to a stream."""
    room = Path(crmformulas.__file__).parent / "cli"
    for path in [*room.glob("*.py"), room.parent / "__main__.py"]:
        if path.name == "output.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            said = ast.unparse(node)
            called = ast.unparse(node.func)
            writes = called in ("click.echo", "click.secho", "Console") or (
                called.endswith((".stdout.write", ".stderr.write"))
            )
            assert not writes, f"{path.name}: {said}"
            if called == "print":
                assert path.name == "__main__.py", f"{path.name}: {said}"
