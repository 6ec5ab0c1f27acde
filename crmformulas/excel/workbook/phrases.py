"""Texts of a workbook in both languages, as its source writes them."""

from __future__ import annotations

import re
from textwrap import dedent

from crmformulas.translations import Translated

__all__ = ["blocks", "paragraphs", "phrases", "translated"]


def blocks(text: str) -> list[str]:
    """The lines of a text, each with those below it that are further in."""
    rows = (row for row in text.split("\n") if row.strip())
    return re.split(r"\n(?=\S)", dedent("\n".join(rows)))


def translated(text: str) -> Translated:
    """A text in both languages, English and Swedish with a bar between; one that both share.

    Examples:
        >>> translated("lost | förlorade").sv
        'förlorade'
    """
    parts = [" ".join(part.split()) for part in text.split("|")]
    if len(parts) > 2:
        raise ValueError(f"more than two languages in {text!r}")
    return Translated(parts[0], parts[-1])


def phrases(text: str) -> tuple[Translated, ...]:
    """Short texts in both languages with semicolons between."""
    return tuple(map(translated, text.split(";")))


def paragraphs(text: str) -> tuple[Translated, ...]:
    """Texts in both languages, each with the lines below it that are further in."""
    return tuple(map(translated, blocks(text)))
