"""The language of conditions: ``orders 4..5 and days_since > 90 and tier = super, top``.

A condition is parsed to a small tree; what its names and values mean is decided by whoever has the
attributes (see :mod:`crmformulas.orders.selections.predicates`). Nothing of it ever becomes code
of another language: names are looked up, values are bound.

The grammar, with keywords in either case::

    condition  = all-of {"or" all-of}
    all-of     = part {"and" part}
    part       = "not" part | "(" condition ")" | comparison
    comparison = attribute                                  a flag that is yes
               | attribute ("=" | "!=") value {"," value}   any of them, none of them
               | attribute ("<" | "<=" | ">" | ">=") value
               | attribute ["="] [value] ".." [value]       both ends included
               | attribute ["not"] "in" "(" value {"," value} ")"
               | attribute "contains" value {"," value}
               | attribute "starts" "with" value {"," value}
               | attribute "is" ["not"] "blank"

A value is written as it is, several words too (``rfm = cannot lose``); in quotes where it holds a
sign or a keyword of the language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from crmformulas.errors import InputError
from crmformulas.translations import Label, Translated

__all__ = [
    "KEYWORDS",
    "MOST_DEEP",
    "AllOf",
    "AnyOf",
    "Comparison",
    "Condition",
    "ConditionError",
    "Named",
    "Not",
    "Token",
    "Value",
    "joined",
    "parse",
    "quoted",
    "tokens",
]

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "contains", "starts"})
"""Words that are no value and no attribute, unless they are quoted."""

SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "="}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

MOST_DEEP = 100
"""Parentheses and ``not`` within one another."""

LONGEST = 20_000
"""Characters of a condition."""

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
      | (?P<sign><=|>=|!=|<>|==|\.\.|[=<>≤≥≠(),])
      | (?P<word>(?:(?!\.\.)[^\s()=<>≤≥≠,"'!])+)""",
    re.VERBOSE,
)


MISSING = Translated("{} missing after {}", "efter {1} saknas {0}")


class ConditionError(InputError):
    """A condition that can't be read, with the place in it, counted from 1.

    Attributes:
        place: The character, counted from 1.
        reason: In both languages, why nobody has a value of what it asks about; else empty.
    """

    def __init__(self, why: Label, text: str, place: int, *, reason: Label = "") -> None:
        self.place, self.reason = place + 1, reason
        super().__init__(Translated("{}: {}", "{}: {}").format(_excerpt(text, place), why))


def _excerpt(text: str, place: int) -> Translated:
    """The place in a condition, with what stands around it."""
    if place >= len(text.rstrip()):
        if text.strip():
            return Translated("condition ends too soon", "villkoret slutar för tidigt")
        return Translated("condition is empty", "villkoret är tomt")
    rest = " ".join(text[place : place + 40].split())
    more = "…" if len(text) > place + 40 else ""
    return Translated(
        f"condition at character {place + 1} ({rest}{more})",
        f"villkoret vid tecken {place + 1} ({rest}{more})",
    )


class Token(NamedTuple):
    """A word, a text in quotes or a sign of a condition.

    Attributes:
        kind: ``word``, ``text`` or ``sign``.
        value: What it says: a text without its quotes, a sign in its usual form.
        place: Where it begins, from 0.
        end: Where it ends.
    """

    kind: str
    value: str
    place: int
    end: int

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords or signs."""
        if self.kind == "word":
            return self.value.lower() in words
        return self.kind == "sign" and self.value in words


class Value(NamedTuple):
    """A value that an attribute is compared with, as it was written.

    Attributes:
        text: Without quotes.
        place: Where it begins in the condition, from 0.
    """

    text: str
    place: int


@dataclass(frozen=True)
class Comparison:
    """An attribute compared with values.

    Attributes:
        attribute: Its name, as written.
        operator: ``=`` any of the values, ``!=`` none of them, ``<``, ``<=``, ``>``, ``>=``,
            ``..`` between two (None is open), ``contains``, ``starts``, ``blank`` or ``flag``.
        values: What it is compared with.
        place: Where the attribute stands in the condition, from 0.
    """

    attribute: str
    operator: str
    values: tuple[Value | None, ...]
    place: int


@dataclass(frozen=True)
class Not:
    """Whom a condition does not hold for."""

    part: Condition


@dataclass(frozen=True)
class AllOf:
    """Whom every part holds for."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """Whom at least one part holds for."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Named:
    """The condition of a named segment, within another one.

    Attributes:
        asked: What it asks, as its maker has it.
    """

    asked: Any


Condition: TypeAlias = Comparison | Not | AllOf | AnyOf | Named


def tokens(text: str, *, whole: bool = True) -> list[Token]:
    """Split a condition into words, texts and signs.

    Args:
        text: The condition.
        whole: Refuse a quote that does not end; else it is a text that is still being typed.

    Raises:
        ConditionError: at a character that begins nothing.

    Examples:
        >>> [token.value for token in tokens('orders 4..5 and product = "a, b"')]
        ['orders', '4', '..', '5', 'and', 'product', '=', 'a, b']
    """
    read, place = [], 0
    while place < len(text):
        lexeme = TOKEN.match(text, place)
        if lexeme is None:
            if text[place] in "\"'" and not whole:
                read.append(Token("open", text[place + 1 :], place, len(text)))
                break
            why = Translated("this sign means nothing", "tecknet betyder ingenting")
            if text[place] in "\"'":
                why = Translated("the quote is not closed", "citattecknet är inte stängt")
            raise ConditionError(why, text, place)
        kind, value = str(lexeme.lastgroup), lexeme[0]
        if kind == "text":
            value = value[1:-1].replace(value[0] * 2, value[0])
        elif kind == "sign":
            value = SIGNS.get(value, value)
        if kind != "space":
            read.append(Token(kind, value, place, lexeme.end()))
        place = lexeme.end()
    return read


def quoted(text: str) -> str:
    """A value as it is written in a condition: in quotes where it has to be.

    Examples:
        >>> quoted("super"), quoted("black and white"), quoted('a "b" c')
        ('super', '"black and white"', '"a ""b"" c"')
    """
    plain = (
        text
        and text == " ".join(text.split())
        and all(t.kind == "word" and t.value.lower() not in KEYWORDS for t in _tried(text))
    )
    return text if plain else '"' + text.replace('"', '""') + '"'


def _tried(text: str) -> list[Token]:
    try:
        return tokens(text)
    except ConditionError:
        return [Token("sign", "", 0, 0)]


def parse(text: str) -> Condition:
    """Parse a condition.

    Args:
        text: As ``orders 4..5 and (tier = super or not consent)``.

    Returns:
        Its tree.

    Raises:
        ConditionError: if it can't be read; the message says where.

    Examples:
        >>> parse("orders >= 4")
        Comparison(attribute='orders', operator='>=', values=(Value(text='4', place=10),), place=0)
        >>> parse("orders >= and tier = super")
        Traceback (most recent call last):
        crmformulas.orders.selections.conditions.ConditionError: condition at character 11 (and \
tier = super): a value is missing after orders >=
    """
    if len(text) > LONGEST:
        raise InputError(
            Translated(
                f"a condition has at most {LONGEST} characters, this one {len(text)}",
                f"ett villkor har högst {LONGEST} tecken, det här {len(text)}",
            )
        )
    return _Parser(text).condition()


def joined(*conditions: str) -> str:
    """Conditions that all hold, as one; those that are blank are left out.

    Each is parsed by itself, so that a message counts its characters as they were typed, and no
    bracket of one closes that of another.

    Examples:
        >>> joined("orders > 1 or", "", "tier = top")
        Traceback (most recent call last):
        crmformulas.orders.selections.conditions.ConditionError: condition ends too soon: an \
attribute is missing here
        >>> joined("orders > 1", "", "tier = top")
        '(orders > 1) and (tier = top)'
        >>> joined("", "orders > 1")
        'orders > 1'
    """
    parts = [one for one in conditions if one.strip()]
    if len(parts) < 2:
        return "".join(parts)
    for one in parts:
        parse(one)
    return " and ".join(f"({one})" for one in parts)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    # Tokens

    @property
    def now(self) -> Token:
        """The token to be read; an empty sign at the end."""
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        return Token("end", "", len(self.text), len(self.text))

    def take(self, *words: str) -> bool:
        """Read a keyword or sign, if it stands here."""
        if self.now.says(*words):
            self.at += 1
            return True
        return False

    def error(self, why: Label, place: int | None = None) -> ConditionError:
        """Error about the token that stands here."""
        return ConditionError(why, self.text, self.now.place if place is None else place)

    # Conditions

    def condition(self) -> Condition:
        """The whole text."""
        parsed = self.any_of()
        if self.now.kind != "end":
            said = Translated("and, or is missing before this", "and, or saknas före det här")
            if self.now.value == ")":
                said = Translated("a ) too many", "en ) för mycket")
            elif self.now.value == ",":
                said = Translated(
                    "only = and != take several values, and a decimal sign is a point",
                    "bara = och != tar flera värden, och decimaltecknet är en punkt",
                )
            raise self.error(said)
        return parsed

    def any_of(self) -> Condition:
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def all_of(self) -> Condition:
        parts = [self.part()]
        while self.take("and"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def part(self) -> Condition:
        self.depth += 1
        if self.depth > MOST_DEEP:
            raise self.error(
                Translated(
                    f"more than {MOST_DEEP} conditions within one another",
                    f"fler än {MOST_DEEP} villkor i varandra",
                )
            )
        try:
            if self.take("not"):
                return Not(self.part())
            if self.now.says("("):
                place = self.now.place
                self.at += 1
                condition = self.any_of()
                if not self.take(")"):
                    raise self.error(
                        Translated("this ( is not closed", "parentesen är inte stängd"), place
                    )
                return condition
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Condition:
        name = self.now
        if name.kind not in ("word", "text") or name.says(*KEYWORDS):
            raise self.error(Translated("an attribute is missing here", "här saknas ett attribut"))
        self.at += 1
        for way in (self.signed, self.among, self.worded, self.between):
            if (parsed := way(name)) is not None:
                return parsed
        if self.now.kind == "end" or self.now.says("and", "or", ")"):
            return Comparison(name.value, "flag", (), name.place)
        raise self.error(
            Translated(
                f"=, <, >, .., in, contains or is is missing after {name.value}",
                f"efter {name.value} saknas =, <, >, .., in, contains eller is",
            )
        )

    def signed(self, name: Token) -> Condition | None:
        sign = self.now
        if not sign.says(*COMPARISONS):
            return None
        self.at += 1
        said = f"{name.value} {sign.value}"
        if sign.value == "=" and self.now.says(".."):
            return self.between(name)
        value = self.value(said)
        if sign.value == "=" and self.now.says(".."):
            return self.upto(name, value)
        values = [value]
        if sign.value in ("=", "!="):
            values += self.more(said)
        return Comparison(name.value, sign.value, tuple(values), name.place)

    def among(self, name: Token) -> Condition | None:
        began = self.at
        outside = self.take("not")
        if not self.take("in"):
            self.at = began
            return None
        said = f"{name.value} in"
        if not (opened := self.take("(")) and self.now.kind == "end":
            raise self.error(MISSING.format(Translated("values are", "värden"), said))
        values = [self.value(said), *self.more(said)]
        if opened and not self.take(")"):
            raise self.error(Translated(f"the ) of {said} is missing", f"{said} saknar sin )"))
        return Comparison(name.value, "!=" if outside else "=", tuple(values), name.place)

    def worded(self, name: Token) -> Condition | None:
        if self.take("is"):
            negated = self.take("not")
            if not self.take("blank", "empty"):
                raise self.error(
                    Translated(
                        f"{name.value} is blank, or is not blank, is what can be asked",
                        f"{name.value} is blank, eller is not blank, är vad som går att fråga",
                    )
                )
            comparison: Condition = Comparison(name.value, "blank", (), name.place)
            return Not(comparison) if negated else comparison
        began = self.at
        outside = self.take("not")
        for word in ("contains", "starts"):
            if self.take(word):
                if word == "starts":
                    self.take("with")
                said = f"{name.value} {word}"
                values = (self.value(said), *self.more(said))
                comparison = Comparison(name.value, word, values, name.place)
                return Not(comparison) if outside else comparison
        self.at = began
        return None

    def between(self, name: Token) -> Condition | None:
        if self.now.says(".."):
            return self.upto(name, None)
        if self.now.kind not in ("word", "text") or self.now.says(*KEYWORDS):
            return None
        value = self.value(name.value)
        if not self.now.says(".."):
            raise self.error(MISSING.format(Translated("= is", "="), name.value), value.place)
        return self.upto(name, value)

    def upto(self, name: Token, low: Value | None) -> Condition:
        self.at += 1
        high = self.value(name.value) if self.has_value() else None
        if low is None and high is None:
            raise self.error(
                Translated(
                    f"{name.value} .. needs a value on one side",
                    f"{name.value} .. behöver ett värde på ena sidan",
                )
            )
        return Comparison(name.value, "..", (low, high), name.place)

    # Values

    def has_value(self) -> bool:
        return self.now.kind == "text" or (self.now.kind == "word" and not self.now.says(*KEYWORDS))

    def value(self, after: str) -> Value:
        if not self.has_value():
            raise self.error(MISSING.format(Translated("a value is", "ett värde"), after))
        first = self.now
        self.at += 1
        if first.kind == "text":
            return Value(first.value, first.place)
        last = first
        while self.now.kind == "word" and self.has_value():
            last = self.now
            self.at += 1
        return Value(" ".join(self.text[first.place : last.end].split()), first.place)

    def more(self, after: str) -> list[Value]:
        values = []
        while self.take(","):
            values.append(self.value(after))
        return values
