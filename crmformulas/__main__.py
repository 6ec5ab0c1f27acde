"""``python -m crmformulas`` and the ``crmf`` command."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command, or say in one line what is not installed."""
    # A run keeps nearly all it makes; looking it over again and again is 7 % of a short one.
    gc.set_threshold(100_000)
    try:
        from crmformulas.cli import run
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in ("click", "rich"):
            raise
        sys.exit(
            f"crmf: {missing.name} is not installed; run: pip install 'crmformulas[all]'",
        )
    run()


if __name__ == "__main__":
    main()
