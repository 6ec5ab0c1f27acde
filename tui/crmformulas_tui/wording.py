"""Messages of the reader and the formulas in the words of the application.

The core words its messages for the command and in English. Here what only the command can do is
taken out of them, since the application asks for it in dialogs, and the frequent ones are put into
Swedish; one that is not known stays as it is.
"""

from __future__ import annotations

import re

from crmformulas.translations import Label, Lang, Translated, translate

__all__ = ["in_application", "without_options"]

CLAUSE = re.compile(r"[;,:]? [^;,:.?]*--[a-z][^;:.]*(?:[;:] else --[^;:.]*)?")
"""A part of a sentence that names an option of the command; a question before it stays."""

SWEDISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), swedish)
    for pattern, swedish in (
        (r"\bis empty$", "är tom"),
        (r"\bnot UTF-8, read as ([\w-]+)", r"inte UTF-8, läst som \1"),
        (r"\bcolumn '([^']*)' is read day first", "kolumnen ”\\1” läses med dagen först"),
        (r"\bcolumn '([^']*)' is read month first", "kolumnen ”\\1” läses med månaden först"),
        (r"\bis read day first$", "läses med dagen först"),
        (r"\bis read month first$", "läses med månaden först"),
        (r"\bis not ([\w-]+): ", r"är inte \1: "),
        (r"\bcan't be read: ", "kan inte läsas: "),
        (r"there is no such file; check the path", "filen finns inte; kontrollera sökvägen"),
        (r"\bhas several currencies: ", "har flera valutor: "),
        (r"\bno rows: the input holds a header at most", "inga rader: bara rubriker som mest"),
        (r"\bno orders up to ([\d-]+)", r"inga köp till och med \1"),
        (r"\bthe compressed file is damaged or cut off; get it again",
         "den packade filen är skadad eller avkortad; hämta den igen"),
        (r"\bthe engine stopped: ", "motorn stannade: "),
        (r"\bthere is not enough memory", "minnet räcker inte"),
        (r"\bno orders are open yet", "inga köp är öppnade än"),
        (r"^1 row has the customer id", "1 rad har kundnumret"),
        (r"\b(\d+) rows have the customer id '([^']*)', which counts as a customer",
         "\\1 rader har kundnumret ”\\2”, som räknas som en kund"),
        (r"\bhas no sign-up day$", "har ingen anmälningsdag"),
        (r"\b([\w\"'.]+) must be between (\S+) and (\S+)", r"\1 måste vara mellan \2 och \3"),
        (r"\b([\w\"'.]+) must be at least (\S+)", r"\1 måste vara minst \2"),
        (r"\b([\w\"'.]+) must be positive", r"\1 måste vara större än 0"),
        (r"\b([\w\"'.]+) must be a number", r"\1 måste vara ett tal"),
        (r"\b([A-Z][\w.]*) takes (\d+) arguments?, got (\d+)", r"\1 tar \2 argument, fick \3"),
        (r"\b([A-Z][\w.]*) takes (\d+) to (\d+) arguments, got (\d+)",
         r"\1 tar \2 till \3 argument, fick \4"),
        (r"\bthe shares of the tiers must sum to 1\b", "nivåernas andelar ska bli 100 %"),
        (r"^condition at character (\d+) \((.*?)\): ", r"villkoret vid tecken \1 (\2): "),
        (r"^condition ends too soon: ", "villkoret slutar för tidigt: "),
        (r"^condition is empty: ", "villkoret är tomt: "),
        (r"\bthere is no attribute '([^']*)'", "det finns inget attribut ”\\1”"),
        (r"; did you mean (.+)$", r"; menade du \1"),
        (r"; there are (.+)$", r"; det finns \1"),
        (r"\b([\w' ]+) can't be told: ", r"\1 är okänt: "),
        (r"^segment '([^']*)' ", r"segmentet ”\1” "),
        (r"\bhistory holds (\d+) months? of F12's 12", r"historiken har \1 av F12:s 12 månader"),
        (r"\bthe quote is not closed", "citattecknet är inte stängt"),
        (r"\bthis sign means nothing", "tecknet betyder ingenting"),
        (r"\bthis \( is not closed", "parentesen är inte stängd"),
        (r"\ban attribute is missing here", "här saknas ett attribut"),
        (r"=, <, >, \.\., in, contains or is is missing after (\S+)",
         r"efter \1 saknas =, <, >, .., in, contains eller is"),
        (r"\b(?:a value is|values are) missing after (\S+)", r"efter \1 saknas ett värde"),
        (r"\bthe \) of (\S+) is missing", r"\1 saknar sin )"),
        (r"= is missing after (\S+)", r"efter \1 saknas ="),
        (r"(\S+) \.\. needs a value on one side", r"\1 .. behöver ett värde på ena sidan"),
        (r"(\S+) is no text: use =, <, > or \.\.", r"\1 är ingen text: använd =, <, > eller .."),
        (r"(\S+) needs =, <, > or \.\. and a value", r"\1 behöver =, <, > eller .. och ett värde"),
        (r"(\S+) is yes or no: write (\S+), not (\S+) or (\S+) = no",
         r"\1 är ja eller nej: skriv \2, not \3 eller \4 = no"),
        (r"(\S+) is one of (.+): use = or !=", r"\1 är en av \2: använd = eller !="),
        (r"(\S+) is a whole number, not ", r"\1 är ett heltal, inte "),
        (r"(\S+) is a number, not ", r"\1 är ett tal, inte "),
        (r"\bnobody has made a second order", "ingen har gjort ett andra köp"),
        (r"\bthe ladder has no tipping point", "trappan har ingen tipping point"),
        (r"\bthe first step is the tipping point", "första steget är tipping point"),
        (r"\bthere are too few one-time customers", "för få har köpt en enda gång"),
        (r"\bthe orders have no column of discounts", "köpen har ingen kolumn för rabatter"),
        (r"\bnobody stands at the start of the question: ", "ingen står vid frågans början: "),
        (r"\bno purchase number (\d+) is at least (\d+) days old",
         r"inget köp nummer \1 är minst \2 dagar gammalt"),
        (r"\bno customer was active in the 12 months before the last 12",
         "ingen kund var aktiv under de 12 månaderna före de 12 senaste"),
        (r"\bnothing can be held against what came: history starts (\S+),"
         r" and the year goes back to (\S+)",
         r"inget kan jämföras med vad som kom: historiken börjar \1, och året går från \2"),
        (r"\bthere is no budget to follow: history starts (\S+),"
         r" and the budget's year (\S+)",
         r"det finns ingen budget att följa: historiken börjar \1, och budgetens år \2"),
        (r"\bthe budget's year is (\S+) to (\S+), and (\S+) is not in it",
         r"budgetens år är \1 till \2, och \3 ligger inte i det"),
        (r"\bthe demo retailer has no folder for settings; open orders of your own",
         "demobutiken har ingen mapp för inställningar; öppna egna köp"),
        (r"\bthe orders lie in several folders: there is no one place for settings",
         "köpen ligger i flera mappar: inställningarna har ingen given plats"),
        (r"\bthe settings '([^']*)' can't be read: ", r"inställningarna ”\1” kan inte läsas: "),
        (r"(\S+) has no '([^']*)': ", r"\1 har inget ”\2”: "),
        (r"(\S+) of (\S+) is unknown$", r"\1 för \2 är okänt"),
        (r"^(\S+) needs (\S+), too$", r"\1 behöver \2 också"),
        (r"\bPermission denied", "åtkomst nekad"),
        (r"\bNo such file or directory", "filen eller mappen finns inte"),
        (r"\bNo space left on device", "disken är full"),
        (r"\bIs a directory", "är en mapp"),
    )
)  # fmt: skip
"""Messages of the core in Swedish, by what they say in English."""

REMEDY = Translated("i chooses columns and formats", "i väljer kolumner och format")
LATER = Translated("d chooses another day", "d väljer en annan dag")


def without_options(text: str) -> str:
    """A message without the parts that name options of the command.

    Examples:
        >>> without_options("a.csv: not UTF-8, read as Windows-1252; if it is another, give it with"
        ...                 " --encoding")
        'a.csv: not UTF-8, read as Windows-1252'
        >>> without_options("no orders up to 2010-01-01: give a later --as-of day")
        'no orders up to 2010-01-01'
        >>> without_options("a.csv: which column is the customer? Give --customer COLUMN; the"
        ...                 " columns are 1 'x'")
        "a.csv: which column is the customer? The columns are 1 'x'"
    """
    while (found := CLAUSE.search(text)) is not None:
        start = found.start()
        # A condition before the remedy belongs to it.
        condition = re.search(r"[;,] if [^;:.]*$", text[:start])
        text = text[: condition.start() if condition else start] + text[found.end() :]
    # What follows a question begins anew.
    text = re.sub(r"\?[;,:] (\w)", lambda after: f"? {after[1].upper()}", text)
    return text.strip(" ;,:")


def in_application(message: Label, lang: Lang, *, remedy: bool = True) -> str:
    """A message of the core as the application says it.

    Args:
        message: A message, with both languages or in English.
        lang: The language of the screen.
        remedy: Whether to name the key that helps; not in a dialog, which is the remedy itself.

    Examples:
        >>> in_application("no orders up to 2010-01-01: give a later --as-of day", "sv")
        'inga köp till och med 2010-01-01; d väljer en annan dag'
        >>> in_application("x.csv: is empty", "sv")
        'x.csv: är tom'
    """
    text = str(translate(message, lang))
    asked = "--" in text
    day = "--as-of" in text
    text = without_options(text)
    if lang == "sv" and not isinstance(message, Translated):
        for pattern, swedish in SWEDISH:
            text = pattern.sub(swedish, text)
    if asked and remedy:
        text = f"{text}; {translate(LATER if day else REMEDY, lang)}"
    return text
