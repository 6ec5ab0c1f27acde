"""Notices as a document says them: without the options of a command line."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from crmformulas.formats import SPACE, NumberFormat
from crmformulas.translations import LANGS, Label, Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.summary.model import Summary

__all__ = ["definitions", "for_a_document", "in_documents", "without_ids"]

OPTION = re.compile(
    r"\s*;[^;()]*?(?<![\w-])--[a-z][^;()]*|\s*[,:(][^;,:()]*?(?<![\w-])--[a-z][^;:()]*\)?"
    r"|\s*;[^;()]*\bcrmf [a-z][^;()]*"
)
"""A clause that names an option of the command or a command, with the condition before it."""


def for_a_document(notice: Label, lang: Lang) -> str:
    """A notice in a language, as it begins a line, with its days as the pages tell them.

    Examples:
        >>> for_a_document("a.csv: not UTF-8, read as X; give it with --encoding", "en")
        'a.csv: not UTF-8, read as X'
        >>> for_a_document("column known: country 'Land'; crmf separates asks it", "en")
        "Column known: country 'Land'"
        >>> for_a_document("exports/a.csv: nothing before 2025-03-01", "en")
        'a.csv: nothing before 1 Mar 2025'
    """
    sentence = FOLDERS.sub("", OPTION.sub("", translate(notice, lang)).strip())
    sentence = THOUSANDS.sub(lambda number: number[0].replace(" ", SPACE), sentence)
    sentence = DAY.sub(lambda day: _day(day[0], lang), sentence)
    first = sentence.split(maxsplit=1)[0] if sentence else ""
    # The name of a file is not a word.
    return sentence if re.search(r"[./\\:\d]", first) else sentence[:1].upper() + sentence[1:]


FOLDERS = re.compile(r"^(?:[A-Za-z]:)?[^:'\"]*[/\\](?=[^/\\:]+: )")
"""Those in which the file lies that a notice begins with."""

DAY = re.compile(r"(?<![\w'.:/-])[12]\d{3}-[01]\d-[0-3]\d(?![\w'/-]|\.\w| \d\d:)")
"""A day that is told, not one that is quoted, or a part of a name."""


THOUSANDS = re.compile(r"(?<![\w'.,/-])(?<!\d )\d{1,3}(?: \d{3})+(?![\w'])")
"""A number whose groups are kept apart by what breaks a line."""


def _day(text: str, lang: Lang) -> str:
    try:
        return NumberFormat(lang).day(date.fromisoformat(text))
    except ValueError:
        return text


def in_documents(notice: Label) -> Translated:
    """A notice as it begins a line, in each language."""
    return Translated(*(for_a_document(notice, lang) for lang in LANGS))


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


def definitions(summary: Summary) -> tuple[Label, ...]:
    """Definitions of the words of a report, with the days of its windows; a paragraph each."""
    windows = Translated(
        "S12 is {a} to {b}, F12 {c} to {d}. Active: an order in S12. Continued: in both. Lost: "
        "in F12 alone. Reactivated: back after a pause. New: the first order, or back after "
        "more than {after} months. Closing = opening + new + reactivated − lost.",
        "S12 är {a} till {b}, F12 {c} till {d}. Aktiv: köp i S12. Fortsatt aktiv: i båda. "
        "Förlorad: bara i F12. Återvunnen: tillbaka efter ett uppehåll. Ny: första köpet, "
        "eller tillbaka efter mer än {after} månader. UB = IB + nya + återvunna − förlorade.",
    )
    days = (*summary.windows.s12, *summary.windows.f12)
    spans = [dict(zip("abcd", map(NumberFormat(lang).day, days), strict=True)) for lang in LANGS]
    after = summary.rules.new_after
    filled = (words.format(**span, after=after) for words, span in zip(windows, spans, strict=True))
    return (
        Translated(*filled),
        Translated(
            "Value tiers rank the active customers of a window by net revenue. CLV = orders per "
            "customer × value per order × duration; duration = 1 / (1 − retention) of the tier, "
            "from one year's losses: no discounting, no margin. Intervals are 80 %.",
            "Värdenivåer rangordnar fönstrets aktiva kunder efter nettoomsättning. CLV = köp per "
            "kund × intäkt per köp × duration; duration = 1 / (1 − retention) för nivån, från ett "
            "års förluster: utan diskontering, utan marginal. Intervall är 80 %.",
        ),
        Translated(
            "A dash is a figure that the data does not tell: it is unknown, not zero. ≈ is one "
            "that rests on a part of F12.",
            "Ett streck är en siffra som underlaget inte ger: den är okänd, inte noll. ≈ är en som "
            "vilar på en del av F12.",
        ),
        Translated(
            'The method is that of Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).',
            'Metoden är Elinders, "Dina nycklar till framgångsrikare CRM" (IRi, 2018).',
        ),
    )
