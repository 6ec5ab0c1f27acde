"""Texts and paths as DuckDB writes them, where a statement takes no parameters."""

from __future__ import annotations

__all__ = ["literal_glob", "quoted"]


def quoted(text: str) -> str:
    """A SQL string literal: for the few statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def literal_glob(path: str) -> str:
    """The pattern that DuckDB expands to this path and no other."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)
