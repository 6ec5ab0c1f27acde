"""The types of the public names, as a type checker reads them in a user's script."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("typed_use.py")
ROOT = Path(__file__).parents[2]


def test_a_type_checker_takes_what_is_right_and_refuses_what_is_wrong(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary", script],
        cwd=tmp_path,
        env={"PATH": "", "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    refused = {int(n) for n in re.findall(r"^script\.py:(\d+): error", done.stdout, re.MULTILINE)}
    lines = script.read_text(encoding="utf-8").splitlines()
    wanted = {n for n, line in enumerate(lines, start=1) if line.endswith("# refused")}
    assert refused == wanted, done.stdout + done.stderr
