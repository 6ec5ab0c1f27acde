"""What a reader must know, as a document says it: without the options of a command line."""

from __future__ import annotations

import re

from crmformulas.translations import Label, Lang, translate

__all__ = ["for_a_document", "without_ids"]

OPTION = re.compile(r"\s*[;,:(][^;,:()]*?(?<![\w-])--[a-z][^;:()]*\)?")
"""A clause that names an option of the command."""

SWEDISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"(.+): not UTF-8, read as (\S+)", r"\1: inte UTF-8, läst som \2"),
        (
            r"(.+): (?:at least )?1 row has the customer id (.+), which counts as a customer",
            r"\1: 1 rad har kund-id \2, som räknas som en kund",
        ),
        (
            r"(.+): (?:at least )?(\d+) rows have the customer id (.+), which counts as a customer",
            r"\1: \2 rader har kund-id \3, som räknas som en kund",
        ),
        (
            r"(.+) repeats the order's total on each of its rows: it counts once an order",
            r"\1 upprepar orderns summa på varje rad: den räknas en gång per order",
        ),
    )
)
"""Notices of the reading that have one language, with their words in the other."""


def for_a_document(notice: Label, lang: Lang) -> str:
    """A notice in a language, as it begins a line.

    Examples:
        >>> for_a_document("a.csv: not UTF-8, read as X; give it with --encoding", "en")
        'a.csv: not UTF-8, read as X'
        >>> for_a_document("a.csv: not UTF-8, read as X; give it with --encoding", "sv")
        'a.csv: inte UTF-8, läst som X'
    """
    told = OPTION.sub("", translate(notice, lang)).strip()
    if lang == "sv" and isinstance(notice, str):
        for pattern, words in SWEDISH:
            if pattern.fullmatch(told):
                told = pattern.sub(words, told)
                break
    first = told.split(maxsplit=1)[0] if told else ""
    # The name of a file is not a word.
    return told if re.search(r"[./\\:\d]", first) else told[:1].upper() + told[1:]


NAMED = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"(rows? ha(?:s|ve)) the customer id .+, which", r"\1 the id of nobody, which"),
        (r"(rad(?:er)? har) kund-id .+, som", r"\1 ett kund-id som är ingens, som"),
        (r"the customer ids? ['‘“\"].+['’”\"]", "a customer id"),
    )
)
"""Notices that name a customer id, and what they say without it."""


def without_ids(notice: str) -> str:
    """A notice without the customer id that it names.

    Examples:
        >>> without_ids("a.csv: 3 rows have the customer id 'guest', which counts as a customer")
        'a.csv: 3 rows have the id of nobody, which counts as a customer'
    """
    for pattern, words in NAMED:
        notice = pattern.sub(words, notice)
    return notice
