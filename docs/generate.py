"""Write everything that is generated, in the order in which one thing follows from another.

python docs/generate.py            write it all: make generate
python docs/generate.py --check    say what is not current: make check-generated
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

__all__ = ["GENERATORS", "Generator"]

ROOT = Path(__file__).parents[1]


class Generator(NamedTuple):
    """A command that writes a generated thing, and with ``--check`` compares it."""

    writes: str
    command: tuple[str, ...]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command; what it says of what is not current is on its standard error."""
        return subprocess.run(
            [sys.executable, *self.command, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )


GENERATORS = (
    Generator("public names and their types", ("docs/public_names.py",)),
    Generator("SQL of common files", ("docs/kept_sql.py",)),
    Generator("Google Sheets script", ("-m", "crmformulas.google_sheets.build")),
    Generator("signatures of the Calc extension", ("-m", "crmformulas.libreoffice.signatures")),
    Generator("function pages", ("docs/functions.py",)),
    Generator("example notebook", ("docs/notebook.py",)),
    Generator("workbooks", ("workbooks/build.py",)),
    Generator("outputs and pictures of the README", ("docs/build.py",)),
)


def main() -> int:
    """Write or check; the status is the number of generators that failed or are not current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    arguments = ("--check",) if parser.parse_args().check else ()
    failed = 0
    for generator in GENERATORS:
        done = generator.run(*arguments)
        state = "current" if arguments else "written"
        print(f"{generator.writes}: {done.stderr.strip() if done.returncode else state}")
        failed += bool(done.returncode)
    if failed and arguments:
        print("mend it with: make generate")
    return failed


if __name__ == "__main__":
    sys.exit(main())
