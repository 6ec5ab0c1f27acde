"""``crmf sheets`` writes the script, says how to install it, and overwrites nothing unasked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crmformulas.catalog.formula import load
from crmformulas.cli.google_sheets import sheets
from crmformulas.errors import InputError
from crmformulas.google_sheets import FILE

ROOT = Path(__file__).parents[2]


def crmf(*args: str | Path) -> Result:
    done = CliRunner().invoke(sheets, [*map(str, args)], prog_name="crmf sheets")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_it_writes_the_script_and_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, *steps = crmf().output.splitlines()
    assert (tmp_path / "crmformulas.gs").read_bytes() == FILE.read_bytes()
    assert first == f"crmformulas.gs: {len(load())} functions for Google Sheets"
    assert [step[:3] for step in steps] == ["1. ", "2. ", "3. ", "4. ", "5. "]
    assert max(map(len, steps)) <= 100


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "mine.gs"
    file.write_text("mine")
    with pytest.raises(InputError, match="is there already; --force overwrites it"):
        crmf("-o", file)
    assert file.read_text() == "mine"
    crmf("-o", file, "--force")
    assert file.read_bytes() == FILE.read_bytes()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no folder '.*nowhere'"):
        crmf("-o", tmp_path / "nowhere" / "crmformulas.gs")


def test_the_wheel_takes_the_script_with_its_package() -> None:
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    wheel = hatch["build"]["targets"]["wheel"]
    assert "crmformulas" in wheel["packages"]
    assert not {"exclude", "include", "only-include"} & {*wheel, *hatch["build"]}
    # Beyond that, hatch leaves out what git ignores.
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not [line for line in ignored if FILE.match(line.strip("/"))]
