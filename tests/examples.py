"""The number of examples of the costly property tests: a share in every run, more at leisure.

``CRMF_EXAMPLES=10 pytest -m hypothesis``, which ``make fuzz`` does, tries ten times their number.
Every run draws other ones, and what has failed once is tried again first.
"""

from __future__ import annotations

import os

SHARE = float(os.environ.get("CRMF_EXAMPLES", "0.25"))


def examples(number: int) -> int:
    """The number of examples to try of those that a property is worth."""
    return max(2, round(number * SHARE))
