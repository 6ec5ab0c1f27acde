"""Messages of the reader and the formulas in the words of the application.

A message has both languages. What only the command can do is not in it, or is taken out of it here:
the application names the key that asks for the same.
"""

from __future__ import annotations

import re

from crmformulas.errors import CrmError
from crmformulas.translations import Label, Lang, Translated, translate

__all__ = ["in_application", "without_options"]

CLAUSE = re.compile(r"[;,:]? [^;,:.?]*(?<!\S)--[a-z][^;:.]*(?:[;:] else --[^;:.]*)?")
"""A part of a sentence that names an option of the command; a question before it stays."""

OPTION = re.compile(r"(?<!\S)--([a-z-]+)")
OF_THE_MACHINE = frozenset(
    {"force", "memory-limit", "no-settings", "settings", "temp-directory", "where-to-count"}
)
"""Options that no key of the application stands for."""

SYSTEM = {
    "Permission denied": "åtkomst nekad",
    "No such file or directory": "filen eller mappen finns inte",
    "No space left on device": "disken är full",
    "Is a directory": "är en mapp",
    "Not a directory": "är ingen mapp",
    "File name too long": "namnet är för långt",
    "Read-only file system": "disken kan bara läsas",
    "Input/output error": "disken går inte att läsa eller skriva",
    "embedded null byte": "namnet har ett nolltecken",
}
"""What the system says of files, which it says in English alone."""

REMEDY = Translated("i chooses columns and formats", "i väljer kolumner och format")
LATER = Translated("d chooses another day", "d väljer en annan dag")


def without_options(text: str) -> str:
    """A message without the parts that name options of the command.

    Examples:
        >>> without_options("a.csv: not UTF-8, read as Windows-1252; if it is another, give it with"
        ...                 " --encoding")
        'a.csv: not UTF-8, read as Windows-1252'
        >>> without_options("a--b.csv is empty; give --table")
        'a--b.csv is empty'
    """
    while (match := CLAUSE.search(text)) is not None:
        start = match.start()
        # A condition before the remedy belongs to it.
        condition = re.search(r"[;,] (?:if|om|är det) [^;:.]*$", text[:start])
        text = text[: condition.start() if condition else start] + text[match.end() :]
    # What follows a question begins anew.
    text = re.sub(r"\?[;,:] (\w)", lambda after: f"? {after[1].upper()}", text)
    return text.strip(" ;,:")


def in_application(message: Label | CrmError, lang: Lang, *, remedy: bool = True) -> str:
    """A message of the core as the application says it.

    Args:
        message: A message, or an error that has one.
        lang: The language of the screen.
        remedy: Whether to name the key that helps; not in a dialog, which is the remedy itself.

    Examples:
        >>> from crmformulas.errors import InputError
        >>> early = InputError(
        ...     Translated("no orders up to 2010-01-01", "inga köp till och med 2010-01-01"),
        ...     ": give a later --as-of day",
        ... )
        >>> in_application(early, "sv")
        'inga köp till och med 2010-01-01; d väljer en annan dag'
    """
    # With the reader, which is imported after the first paint.
    from crmformulas.orders.reading.account import in_both

    said = str(message) if isinstance(message, CrmError) else str(translate(message, "en"))
    label = in_both(message.message if isinstance(message, CrmError) else message)
    text = without_options(str(translate(label, lang)))
    if lang == "sv":
        for english, swedish in SYSTEM.items():
            text = text.replace(english, swedish)
    options = set(OPTION.findall(said)) - OF_THE_MACHINE
    if options and remedy:
        text = f"{text}; {translate(LATER if 'as-of' in options else REMEDY, lang)}"
    return text
