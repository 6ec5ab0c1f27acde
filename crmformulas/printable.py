"""Text that may be shown: what steers a terminal, or turns the order of reading, made visible.

Cells, column names, file names and options are data. Shown raw, an escape sequence in one of them
recolours the screen, sets the title of the window or fills the clipboard, and a bidi override
makes ``gpj.exe`` read as ``exe.jpg``.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

import re

__all__ = ["printable", "printable_json", "printable_lines"]

# Control characters (C0, delete, C1); marks that turn the direction of the text; the separators
# that end a line or a paragraph; what takes no room; halves of surrogate pairs, which is how
# Python holds the bytes of a file name that are no text; tags. Joiners stay: names of people in
# Persian and Hindi, and emoji, are written with them. So do the spaces that break no line.
_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f\ud800-\udfff"
)
_IN_LINES = re.compile(f"[{_UNSEEN}]")
_IN_LINE = re.compile(f"[\t\n{_UNSEEN}]")


def printable(text: str) -> str:
    r"""One piece of data as text in a line: what would steer a terminal is shown as its escape.

    Args:
        text: A cell, a column, file or option name, a path: anything that came from outside.

    Returns:
        The text with every control and bidi character, also the ends of lines and tabs, as Python
        writes it in a string. The text itself where there is none.

    Examples:
        >>> print(printable("Göteborg \x1b[31m\u202e\n"))
        Göteborg \x1b[31m\u202e\n
        >>> print(printable("caf\udce9.csv"))  # a byte of a file name that is no UTF-8
        caf\xe9.csv
    """
    return text if text.isprintable() else _IN_LINE.sub(_escape, text)


def printable_lines(text: str) -> str:
    r"""Lines of text as they may be written to a terminal: as `printable`, but lines and tabs stay.

    Examples:
        >>> print(printable_lines("sum 1\nsaid \x9b2J"))
        sum 1
        said \x9b2J
    """
    return text if text.isprintable() else _IN_LINES.sub(_escape, text)


def printable_json(text: str) -> str:
    r"""A JSON text of the same value, without a character that steers a terminal.

    Examples:
        >>> print(printable_json('{"name": "a\u202eb"}'))
        {"name": "a\u202eb"}
    """
    return text if text.isprintable() else _IN_LINES.sub(_json_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(match[0])
    if named:
        return named
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else (f"\\U{code:08x}")
    )


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
