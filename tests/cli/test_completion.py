"""Completion: the scripts are loaded by their shells, which then complete commands and options."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser

BIN = Path(sys.executable).parent


def script(shell: str) -> str:
    command = [BIN / "crmf", "completion", shell]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def asked(program: str, *arguments: str, **variables: str) -> str:
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CRMF_REQUIRE_SHELLS"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed (Debian: apt-get install {program})")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [found, *arguments], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PATH": path, **variables},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_bash() -> None:
    told = asked(
        "bash", "--norc", "-c",
        'eval "$SCRIPT"; COMP_WORDS=(crmf summary --as); COMP_CWORD=2; _crmf_completion crmf;'
        ' printf "%s\\n" "${COMPREPLY[@]}"',
        SCRIPT=script("bash"),
    )  # fmt: skip
    assert told.split() == ["--as-of"]


def test_zsh(tmp_path: Path) -> None:
    """The script loads, and calls what zsh completes by."""
    told = asked(
        "zsh", "-f", "-c",
        "autoload -Uz compinit && compinit -u -d $DUMP; eval $SCRIPT;"
        " compadd() { }; _describe() { print -rl -- ${(P)3} };"
        " words=(crmf summary --as); CURRENT=3; _crmf_completion; print $_comps[crmf]",
        SCRIPT=script("zsh"), DUMP=str(tmp_path / "dump"),
    )  # fmt: skip
    assert "--as-of" in told
    assert told.split()[-1] == "_crmf_completion"


def test_fish(tmp_path: Path) -> None:
    path = tmp_path / "crmf.fish"
    path.write_text(script("fish"))
    told = asked(
        "fish", "--no-config", "-c", f"source {path}; complete -C 'crmf summary --as'",
        HOME=str(tmp_path),
    )  # fmt: skip
    assert told.split("\t")[0] == "--as-of"
    told = asked("fish", "--no-config", "-c", f"source {path}; complete -C 'crmf sum'",
                 HOME=str(tmp_path))  # fmt: skip
    assert told.split("\t")[0].strip() == "summary"


@pytest.mark.parametrize(
    ("line", "word", "first"),
    [
        ("crmf summary --as", "--as", "--as-of"),
        ("crmf sum", "sum", "summary"),
        ("crmf report o.csv --format ", "", "xlsx"),
    ],
)
def test_what_powershell_is_told(line: str, word: str, first: str) -> None:
    """PowerShell itself is not at hand: this is what its script asks, and how it is answered."""
    asked_by = {
        "_CRMF_COMPLETE": "powershell_complete",
        "COMP_WORDS": line,
        "COMP_INCOMPLETE": word,
    }
    done = subprocess.run(
        [BIN / "crmf"], capture_output=True, text=True, check=True, env={**os.environ, **asked_by}
    )
    assert done.stdout.splitlines()[0].split("\t")[0] == first


def test_what_powershell_is_given_is_powershell() -> None:
    """By a grammar of the language, as the shell itself is not at hand."""
    parser = Parser(Language(tree_sitter_powershell.language()))
    made = script("powershell")
    assert "Register-ArgumentCompleter -Native -CommandName crmf" in made
    assert not parser.parse(made.encode()).root_node.has_error
    broken = made.replace("finally {", "finally (", 1)
    assert parser.parse(broken.encode()).root_node.has_error
