"""The command as its users meet it: what it prints, and what it says of bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import click
import pytest

from crmformulas import __version__
from crmformulas.catalog.formula import load
from crmformulas.cli.main import GROUPS, SUBCOMMANDS, crmf, run
from crmformulas.orders.demo import write_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo") / "demo.csv", orders=3000, seed=3).orders


class Said:
    """The output of a run, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Call: TypeAlias = Callable[..., Said]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*args: str | Path) -> Said:
        with pytest.raises(SystemExit) as end:
            run([str(a) for a in args])
        printed = capsys.readouterr()
        return Said(int(end.value.code or 0), printed.out, printed.err)

    return call


def commands(group: click.Group = crmf) -> list[click.Command]:
    context = click.Context(group)
    found = [group.get_command(context, name) for name in group.list_commands(context)]
    return [group, *(command for command in found if command)]


def test_every_subcommand_is_found_by_its_name() -> None:
    assert [command.name for command in commands()[1:]] == list(SUBCOMMANDS)


def test_the_overview_groups_the_commands_and_keeps_each_on_a_line(said: Call) -> None:
    lines = said("--help").out.splitlines()
    assert [line[:-1] for line in lines if line.removesuffix(":") in GROUPS] == list(GROUPS)
    for name, subcommand in SUBCOMMANDS.items():
        assert any(line.split() == [name, *subcommand.help.split()] for line in lines), name
    assert max(map(len, lines)) <= 80


def test_an_option_has_one_meaning_in_every_command() -> None:
    meanings: dict[str, set[str | None]] = {}
    for command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                meanings.setdefault(max(parameter.opts, key=len), set()).add(parameter.help)
    several = {name for name, texts in meanings.items() if len(texts) > 1}
    # What is written and read differs from command to command, and is named.
    assert several <= {"--output", "--format", "--orders"}


def test_the_command_imports_no_terminal_application() -> None:
    code = "import sys, crmformulas.cli.main; print([m for m in sys.modules if 'tui' in m])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


@pytest.mark.parametrize("command", commands(), ids=lambda c: c.name)
def test_every_command_and_option_has_help_with_examples(command: click.Command) -> None:
    assert command.help
    assert command.epilog
    assert "Examples:" in command.epilog
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_examples_in_the_help_parse() -> None:
    """An example with an option that was renamed is worse than none."""
    for command in crmf.commands.values():
        options = {o for p in command.params for o in p.opts}
        for line in (command.epilog or "").splitlines()[2:]:
            used = {word for word in line.split() if word.startswith("--")}
            assert used <= options | {"--help"}, line


def test_version_and_help(said: Call) -> None:
    assert said("--version").out == f"crmf, version {__version__}\n"
    for command in crmf.commands:
        told = said(command, "--help")
        assert told.status == 0
        assert "Examples:" in told.out


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("CLV(5, 500, 2.5)", "6250"),
        ("=clv(5;500;2.5)", "6250"),
        ("CLV(5, 500, CUSTOMER_DURATION(60%))", "6250"),
        ("PORTFOLIO_VALUE({10;20}, [1, 2])", "50"),
        ("CUSTOMER_DURATION(1)", "#DIV/0!"),
        ("CUSTOMER_DURATION(1.4)", "#NUM!"),
        ('CLV("five", 500, 2.5)', "#VALUE!"),
        ("CLV(#REF!, 500, 2.5)", "#REF!"),
        ("TIPPING_POINT({0.1;0.2})", "#N/A"),
        ("CLW(5, 500, 2.5)", "#NAME?"),
    ],
)
def test_calc_prints_what_a_spreadsheet_would(said: Call, expression: str, printed: str) -> None:
    told = said("calc", expression)
    assert (told.status, told.out) == (0, printed + "\n")
    assert bool(told.err) == printed.startswith("#")


def test_calc_does_not_evaluate_python(said: Call) -> None:
    told = said("calc", "__import__('os').system('true')")
    assert told.status == 2
    assert told.err.startswith("crmf: ")


def test_formulas_lists_and_explains_every_formula(said: Call) -> None:
    listed = said("formulas").out
    for name, formula in load().items():
        assert formula.spreadsheet_name in listed
        told = said("formulas", name)
        assert told.status == 0, told.err
        assert formula.spreadsheet_name in told.out
        for parameter in formula.parameters:
            assert parameter.name in told.out
    assert "did you mean CLV?" in said("formulas", "clw").err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(said: Call, shell: str) -> None:
    assert "_CRMF_COMPLETE" in said("completion", shell).out


def test_summary_as_text_fits_eighty_columns(said: Call, demo: Path) -> None:
    told = said("summary", demo, "--contacts", demo.with_name("demo-contacts.csv"))
    assert told.status == 0, told.err
    assert max(map(len, told.out.splitlines())) <= 80
    for word in ("opening", "= closing", "portfolio value", "F-ladder", "F0", "reached in 90 days"):
        assert word in told.out


def test_summary_as_json_is_all_of_standard_output(said: Call, demo: Path) -> None:
    told = said("summary", demo, "--format", "json", "--as-of", "2025-12-31")
    made = json.loads(told.out)
    assert made["as_of"] == "2025-12-31"
    assert made["windows"]["s12"] == ["2025-01-01", "2025-12-31"]
    assert "f0" not in made["ladder"]


def test_rules_are_options(said: Call, demo: Path) -> None:
    told = said(
        *("summary", demo, "--format", "json", "--tiers", "a=10, b=90", "--steps", "3"),
        *("--matured", "365", "--returns", "ignore", "--pareto", "0.1", "--new-after", "24"),
    )
    made = json.loads(told.out)
    assert [t["tier"] for t in made["portfolio"]] == ["a", "b"]
    assert len(made["ladder"]["steps"]) == 3
    assert "matured_rate" in made["ladder"]["steps"][0]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["summary", "nowhere.csv"], "nowhere.csv"),
        (["summary", "{demo}", "--as-of", "31/12/2025"], "is not a day like 2026-10-31"),
        (["summary", "{demo}", "--as-of", "1999-01-01"], "no orders up to 1999-01-01"),
        (["summary", "{demo}", "--customer", "who"], "who"),
        (["summary", "{demo}", "--tiers", "a=10,b=10"], "must sum to 1"),
        (["summary", "{demo}", "--tiers", "ten"], "is not like super=5"),
        (["summary", "{demo}", "--steps", "0"], "steps must be at least 1"),
        (["summary", "{demo}", "--signed-up", "x"], "goes with --contacts"),
        (["summary", "{demo}", "--formt", "json"], "No such option"),
        (["summary"], "Missing argument"),
        (["demo", "--orders", "0"], "0 is not in the range"),
        (["demo", "-o", "x.docx"], "x.docx"),
        (["demo", "-o", "{demo}"], "--force"),
        (["demo", "-o", "no/such/folder/x.csv"], "no/such/folder"),
        (["formulas", "nothing"], "no formula named 'nothing'"),
        (["calc", "CLV(5,"], "CLV(5,"),
        (["frobnicate"], "No such command"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    said: Call,
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    told = said(*(a.replace("{demo}", str(demo)) for a in args))
    assert told.status == 2
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert words in told.err
    assert "Traceback" not in told.err
    assert not any(tmp_path.iterdir())


def test_demo_writes_and_does_not_overwrite(said: Call, tmp_path: Path) -> None:
    target = tmp_path / "shop.csv"
    told = said("demo", "--orders", "50", "-o", target)
    assert told.status == 0
    assert f"crmf summary {target}" in told.out
    before = target.read_bytes()
    assert said("demo", "--orders", "60", "-o", target).status == 2
    assert target.read_bytes() == before
    assert said("demo", "--orders", "60", "-o", target, "--force").status == 0
    assert target.read_bytes() != before


CRMF = (sys.executable, "-m", "crmformulas")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["demo", "summary"])
def test_an_interrupted_run_leaves_nothing(
    tmp_path: Path, by: signal.Signals, command: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    if command == "demo":
        args = ["demo", "--orders", "20000000", "-o", str(temporary / "big.csv")]
    else:
        big = write_demo(tmp_path / "big.csv", orders=400_000).orders
        args = ["summary", str(big), "--temp-directory", str(temporary)]
    process = subprocess.Popen([*CRMF, *args], stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not any(temporary.iterdir()):
        time.sleep(0.01)
    process.send_signal(by)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not any(temporary.iterdir())


def test_a_long_run_shows_what_it_does(tmp_path: Path) -> None:
    """Not a terminal here, so each step is a line; the first second is silent."""
    command = [*CRMF, "demo", "--orders", "3000000", "-o", str(tmp_path / "big.csv")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stderr == "writing orders …\n"


def test_help_needs_no_engine() -> None:
    """Completion and help answer at once: nothing heavy is loaded for them."""
    code = (
        "import sys\nfrom crmformulas.cli.main import run\n"
        "try: run(['summary', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'ibis', 'duckdb', 'pandas', 'numpy', 'pyarrow', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
