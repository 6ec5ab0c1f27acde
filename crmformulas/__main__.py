"""``python -m crmformulas`` and the ``crmf`` command."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    """Run the command, or say in one line what is not installed."""
    # A run keeps nearly all it makes; looking it over again and again is 7 % of a short one.
    gc.set_threshold(100_000)
    status: object = 0
    try:
        from crmformulas.cli.main import run

        run()
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.startswith("crmformulas"):
            raise
        needs = "pip install 'crmformulas[all]'"
        print(f"crmf: {missing.name} is not installed; run: {needs}", file=sys.stderr)
        status = 2
    except SystemExit as end:
        status = end.code
    # All is written and closed by now; taking the interpreter apart is a tenth of a short run.
    with suppress(BrokenPipeError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
