"""Completion of a condition: attributes, operators, values, and what joins parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crmformulas.orders.selections.attributes import Attribute, Kind, find
from crmformulas.orders.selections.conditions import ConditionError, Token, quoted, tokens
from crmformulas.orders.selections.predicates import SEGMENT
from crmformulas.translations import Label, Translated

__all__ = ["Suggestion", "complete", "looks_like_condition"]

OPERATORS = {
    Kind.CHOICE: ("=", "!=", "is blank"),
    Kind.TEXT: ("=", "!=", "contains", "starts with", "is blank"),
    Kind.ID: ("=", "!=", "contains", "starts with"),
    Kind.FLAG: ("and", "or"),
}
NUMBERS = ("=", "<", "<=", ">", ">=", "..")
SIGNS = ("=", "!=", "<", "<=", ">", ">=", "..")


class Suggestion(NamedTuple):
    """Something that may stand next.

    Attributes:
        word: What it is.
        text: The whole condition with it.
        about: What it means; empty for a sign.
    """

    word: str
    text: str
    about: Label = ""


class _Place:
    """Where in a condition the cursor is, read from its beginning."""

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        self.attributes = attributes
        self.wants = "attribute"
        self.name = ""
        self.began = 0

    def take(self, token: Token) -> None:
        """Go past a token."""
        getattr(self, f"_{self.wants}")(token)

    def _attribute(self, token: Token) -> None:
        if not token.says("not", "("):
            self.name, self.wants = token.value, "operator"

    def _operator(self, token: Token) -> None:
        if token.says("and", "or"):
            self.wants = "attribute"
        elif token.says("is"):
            self.wants = "blank"
        elif token.says(*SIGNS, "in", "contains", "starts"):
            self.wants, self.began = "value", token.end
        elif not token.says("not"):
            self.wants = "after"

    def _blank(self, token: Token) -> None:
        if not token.says("not"):
            self.wants = "after"

    def _value(self, token: Token) -> None:
        if token.says("(", "with", ".."):
            self.began = token.end
        else:
            self.wants = "after"

    def _after(self, token: Token) -> None:
        if token.says("and", "or"):
            self.wants = "attribute"
        elif token.says(",", ".."):
            self.wants, self.began = "value", token.end


def complete(
    text: str, attributes: Mapping[str, Attribute], segments: Iterable[str] = ()
) -> list[Suggestion]:
    """Tell what the end of a condition may become.

    Args:
        text: The condition up to the cursor.
        attributes: Those there are, by name.
        segments: The names that ``segment`` takes.

    Returns:
        What may stand there, with the whole text; none where anything may, or nothing can.

    Examples:
        >>> words = Translated("", "")
        >>> made = Attribute("orders", words, Kind.WHOLE, words, lambda table: table.orders)
        >>> [one.text for one in complete("ord", {"orders": made})]
        ['orders ']
        >>> [one.word for one in complete("orders ", {"orders": made})]
        ['=', '<', '<=', '>', '>=', '..']
    """
    try:
        said = tokens(text, whole=False)
    except ConditionError:
        return []
    typing = bool(said) and said[-1].kind in ("word", "open") and said[-1].end == len(text)
    place = _Place(attributes)
    for token in said[:-1] if typing else said:
        place.take(token)
    begun = said[-1].value if typing else ""
    start = said[-1].place if typing else len(text)
    match place.wants:
        case "attribute":
            return _attributes(text, start, begun, attributes)
        case "operator":
            attribute = find(place.name, attributes)
            kind = attribute.kind if attribute else Kind.WHOLE
            if place.name.lower() == SEGMENT:
                kind = Kind.CHOICE
            return _words(text, start, begun, OPERATORS.get(kind, NUMBERS))
        case "blank":
            return _words(text, start, begun, ("blank", "not blank"))
    return _values(text, start, begun, place, segments)


def _attributes(
    text: str, start: int, begun: str, attributes: Mapping[str, Attribute]
) -> list[Suggestion]:
    suggestions = [
        Suggestion(name, f"{text[:start]}{name} ", attribute.about)
        for attribute in attributes.values()
        if not attribute.unknown
        for name in (attribute.name, *attribute.aliases)
        if name.startswith(begun.lower()) and (begun or name == attribute.name)
    ]
    about = Translated("a ready segment, or one of yours", "ett färdigt segment, eller ett eget")
    if SEGMENT.startswith(begun.lower()):
        suggestions.append(Suggestion(SEGMENT, f"{text[:start]}{SEGMENT} ", about))
    return suggestions


def _words(text: str, start: int, begun: str, words: Iterable[str]) -> list[Suggestion]:
    return [Suggestion(word, f"{text[:start]}{word} ") for word in words if word.startswith(begun)]


def _values(
    text: str, start: int, begun: str, place: _Place, segments: Iterable[str]
) -> list[Suggestion]:
    attribute = find(place.name, place.attributes)
    allowed: Iterable[str] = attribute.choices if attribute else ()
    if place.name.lower() == SEGMENT:
        allowed = segments
    elif attribute is not None and attribute.kind is Kind.FLAG:
        allowed = ("yes", "no")
    # A value of several words is typed word by word.
    typed = text[place.began :].lstrip()
    began = len(text) - len(typed)
    suggestions = [
        Suggestion(
            word, f"{text[:began]}{'' if text[:began].endswith(' ') else ' '}{quoted(word)} "
        )
        for word in allowed
        if word.startswith(typed.strip("\"'").lower()) and word != typed.strip()
    ]
    if not suggestions and place.wants == "after":
        return _words(text, start, begun, ("and", "or"))
    return suggestions


def looks_like_condition(text: str, attributes: Mapping[str, Attribute]) -> bool:
    """Whether a text is meant as a condition, and not as part of an id.

    Examples:
        >>> looks_like_condition("orders > 3", {}), looks_like_condition("anna@example.se", {})
        (True, False)
    """
    if re.search(r"[=<>≤≥≠]|\.\.", text):
        return True
    first, space, _ = text.partition(" ")
    return bool(space) and (
        first.lower() in ("not", SEGMENT) or find(first, attributes) is not None
    )
