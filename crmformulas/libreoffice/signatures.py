"""Write ``signatures.txt``: the interface of the extension, which documents rely on.

A document knows a function by its name and the order of its arguments. A new formula adds a line;
a line that is there changes only by an argument after the others, which a document leaves out.

    python -m crmformulas.libreoffice.signatures [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crmformulas.catalog.formula import load
from crmformulas.libreoffice.typelib import method_of, signatures

__all__ = ["FROZEN", "main"]

FROZEN = Path(__file__).with_name("signatures.txt")


def main() -> int:
    """Write the file, or compare it with what would be written.

    Returns:
        1 if the file is not current or a signature that documents rely on would change.
    """
    parser = argparse.ArgumentParser(description="Write signatures.txt.")
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    wanted = signatures(map(method_of, load().values()))
    now = FROZEN.read_text(encoding="utf-8")
    broken = {line for line in now.splitlines() if not _kept(line, wanted.splitlines())}
    if broken:
        print(f"documents rely on: {'; '.join(sorted(broken))}", file=sys.stderr)
        return 1
    if check:
        if now != wanted:
            print("not current; run: python -m crmformulas.libreoffice.signatures", file=sys.stderr)
        return now != wanted
    FROZEN.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


def _kept(line: str, wanted: list[str]) -> bool:
    """Whether a signature is there, as it is or with arguments after its own."""
    longer = line.removesuffix(");") + ", "
    return line in wanted or any(other.startswith(longer) for other in wanted)


if __name__ == "__main__":
    sys.exit(main())
