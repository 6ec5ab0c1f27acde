"""Lines are broken at plain blanks alone, so that a figure stays whole: 1.83 M, 14 671."""

from __future__ import annotations

import re

from textual import _wrap

__all__ = ["keep_figures_whole"]

CHUNKS = re.compile(r"[^ \t\n]+[ \t\n]*|[ \t\n]+")
"""As Textual's own, which breaks at any blank, the no-break ones too."""


def keep_figures_whole() -> None:
    """Let Textual break lines at plain blanks alone."""
    _wrap.re_chunk = CHUNKS
