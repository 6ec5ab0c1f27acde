"""Whether a text that is meant to be Swedish holds English words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import crmformulas_tui

import crmformulas

SOURCES = tuple(Path(str(one.__file__)).parent for one in (crmformulas, crmformulas_tui))

WORD = re.compile(r"[^\W\d_]+(?:'t)?")

NAMES = re.compile(
    r"\w*_\w*|=?\b[A-Z][A-Z0-9_]+\(.*|\w+=\d+|'[^']*'|\S+\.(?:csv|toml|html|xlsx)\S*|/\S+"
)
"""What is a name in any language: of attributes and formulas, of files and data."""

SAME = frozenset({"ctrl", "tab", "pre", "in", "under", "fall", "all", "man", "is", "till", "for"})
"""Words of both languages that no Swedish text happens to hold."""


def texts_in_both() -> Iterator[tuple[str, str]]:
    """Every pair of texts that is written in the sources."""
    for path in (path for folder in SOURCES for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Translated"
            if called and len(node.args) == 2:  # type: ignore[attr-defined]
                yield tuple(ast.unparse(one) for one in node.args)  # type: ignore[attr-defined, misc]


@cache
def english_words() -> frozenset[str]:
    """The words that stand in English texts, and in no Swedish one."""
    english, swedish = set[str](), set[str]()
    for en, sv in texts_in_both():
        english |= {word.lower() for word in WORD.findall(en)}
        swedish |= {word.lower() for word in WORD.findall(sv)}
    return frozenset(one for one in english - swedish - SAME if len(one) > 1)


def english_in(text: str, data: frozenset[str]) -> set[str]:
    """English words in a text; those of the data, and of names, are nobody's."""
    words = {one.lower() for one in WORD.findall(NAMES.sub(" ", text))}
    return (words & english_words()) - data
