"""Lists of persons in the form that a platform imports: its headers, its normal forms, its hashes.

Klaviyo takes addresses and numbers as they are, with E.164 numbers and its own property names;
Meta and Google take SHA-256 of normalised values. Google takes names only beside country and postal
code, which contact lists seldom have, and may refuse a file that lacks one of the four: it gets
addresses and numbers alone. A number without a country code can't be matched and is left blank, and
counted, unless the code of the country is given.

References:
    help.klaviyo.com, "Create and add contacts to a new list"; facebook.com/business/help, "How to
    format a customer list"; support.google.com/google-ads, "Formatting guidelines for uploading
    hashed data"; developers.google.com/data-manager, "Format user data" (addresses of Gmail).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmformulas.errors import InputError
from crmformulas.translations import Translated

__all__ = ["AUDIENCES", "Audience", "email_of", "hashed", "phone_of"]

CONTACT = ("email", "phone", "first_name", "last_name")

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")


def email_of(text: str | None) -> str:
    """An address in lower case without spaces; empty where it is none.

    Examples:
        >>> email_of("  Anna.Berg@Example.SE "), email_of("anna at example.se"), email_of(None)
        ('anna.berg@example.se', '', '')
    """
    address = re.sub(r"\s+", "", unicodedata.normalize("NFC", text or "")).lower()
    return address if _EMAIL.fullmatch(address) else ""


def phone_of(text: str | None, country_code: str = "") -> str:
    """A number as E.164; empty where it is none, or its country is not known.

    Args:
        text: As it is written: with punctuation, with + or 00, or national.
        country_code: Digits of the country of numbers that begin with a single 0, such as 46.

    Examples:
        >>> phone_of("+46 (0)70-123 45 67"), phone_of("070-123 45 67", "46"), phone_of("0701234567")
        ('+46701234567', '+46701234567', '')
        >>> phone_of("0046 70 123 45 67"), phone_of("12")
        ('+46701234567', '')
    """
    written = (text or "").strip()
    if re.search(r"[^\d\s+().\-/]", written):
        return ""
    international = written.startswith(("+", "00"))
    if international:
        written = written.replace("(0)", "")
    digits = re.sub(r"\D", "", written)
    if international:
        digits = digits.removeprefix("00")
    elif digits.startswith("0") and country_code:
        digits = country_code + digits[1:]
    else:
        return ""
    return f"+{digits}" if 8 <= len(digits) <= 15 and not digits.startswith("0") else ""


def name_of(text: str | None) -> str:
    """A name in lower case, without spaces at its ends or signs in it.

    Examples:
        >>> name_of(" Zoë "), name_of("O'Neil-Smith")
        ('zoë', 'oneilsmith')
    """
    folded = unicodedata.normalize("NFC", text or "").lower()
    return "".join(c for c in folded if c.isalpha() or c.isdigit())


def hashed(text: str) -> str:
    """SHA-256 in lower-case hexadecimal digits; what is blank stays blank.

    Examples:
        >>> hashed("test@gmail.com")[:16], hashed("")
        ('87924606b4131a8a', '')
    """
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


@dataclass
class Audience:
    """A list of persons for a platform, with what has to be told of it.

    Attributes:
        name: Of the platform.
        heads: The headers that it knows.
        cells: Makes the cells of a person from e-mail, E.164 number and names.
        least: Persons below which the platform does not use a list.
        more: Whether the columns that were asked for follow, as properties.
        written: Persons on the list.
        without_address: Persons left out, as there is neither address nor number.
        unknown_country: Numbers left blank, as their country is not known.
    """

    name: str
    heads: tuple[str, ...]
    cells: Callable[[str, str, str, str], Sequence[str]]
    least: int = 0
    more: bool = False
    written: int = field(default=0, init=False)
    without_address: int = field(default=0, init=False)
    unknown_country: int = field(default=0, init=False)

    def rows(
        self, people: Iterable[Sequence[Any]], country_code: str = ""
    ) -> Iterator[Sequence[Any]]:
        """The rows of the file.

        Args:
            people: Per person e-mail, phone, first name, last name, then what follows.
            country_code: Of national phone numbers.
        """
        if country_code and not re.fullmatch(r"\+?[1-9]\d{0,3}", country_code):
            raise InputError(
                Translated(
                    f"a country code is digits such as 46, got {country_code!r}",
                    f"en landskod är siffror som 46, fick {country_code!r}",
                )
            )
        code = country_code.removeprefix("+")
        for mail, number, first, last, *more in people:
            email, phone = email_of(mail), phone_of(number, code)
            self.unknown_country += bool(number) and not phone
            if not email and not phone:
                self.without_address += 1
                continue
            self.written += 1
            yield [*self.cells(email, phone, first or "", last or ""), *(more if self.more else ())]


def _meta(email: str, phone: str, first: str, last: str) -> list[str]:
    # Meta wants the digits of the number alone.
    values = email, phone.removeprefix("+"), name_of(first), name_of(last)
    return [hashed(value) for value in values]


def google_email_of(email: str) -> str:
    """An address as Google hashes it: without what Gmail does not look at; others as they are.

    Examples:
        >>> google_email_of("anna.berg+shoes@gmail.com"), google_email_of("a.b+c@example.se")
        ('annaberg@gmail.com', 'a.b+c@example.se')
    """
    name, _, domain = email.rpartition("@")
    if domain not in GMAIL:
        return email
    return f"{name.partition('+')[0].replace('.', '')}@{domain}"


GMAIL = ("gmail.com", "googlemail.com")


def _google(email: str, phone: str, first: str, last: str) -> list[str]:
    return [hashed(google_email_of(email)), hashed(phone)]


def _as_they_are(email: str, phone: str, first: str, last: str) -> list[str]:
    return [email, phone, first, last]


AUDIENCES: dict[str, Callable[[], Audience]] = {
    "klaviyo": lambda: Audience(
        "klaviyo", ("Email", "Phone Number", "First Name", "Last Name"), _as_they_are, more=True
    ),
    "meta": lambda: Audience("meta", ("email", "phone", "fn", "ln"), _meta, least=100),
    "google": lambda: Audience("google", ("Email", "Phone"), _google, least=100),
    "plain": lambda: Audience(
        "plain", ("email", "phone", "first_name", "last_name"), _as_they_are, more=True
    ),
}
"""The platforms, by name."""
