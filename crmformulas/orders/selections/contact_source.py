"""Attributes from a contact list, and its contacts who have not bought: a list like any.

Consent is what the platform says in its own words; what is blank or not known for a yes is no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from crmformulas.dates import from_number
from crmformulas.orders.reading.expressions import ibis
from crmformulas.orders.selections.attributes import (
    DAYS,
    Attribute,
    Kind,
    Scope,
    Source,
    column,
)
from crmformulas.translations import Translated

__all__ = [
    "CONSENTS",
    "CONVERSION_DAYS",
    "SignUps",
    "contact_source",
    "lead_attributes",
    "leads",
    "sign_ups_by_month",
]

CONSENTS = (
    "yes",
    "y",
    "true",
    "1",
    "ja",
    "j",
    "sant",
    "oui",
    "si",
    "sí",
    "kyllä",
    "on",
    "subscribe",
    "subscribed",
    "opted in",
    "opted-in",
    "opt-in",
    "optin",
    "opted_in",
    "granted",
    "confirmed",
    "explicit",
    "double opt-in",
    "confirmed_opt_in",
    "single_opt_in",
    "accepted",
    "prenumererar",
    "samtycker",
    "godkänd",
)
"""Words for consent: of people, and of Klaviyo, Shopify, Mailchimp and their like."""

TEXTS = {
    "email": Translated("e-mail", "e-post"),
    "phone": Translated("phone", "telefon"),
    "first_name": Translated("first name", "förnamn"),
    "last_name": Translated("last name", "efternamn"),
}


def _by_customer(contacts: Any, as_of: int) -> Any:
    """One row a contact: first sign-up, last contact, and consent if none of its rows says no."""
    aggregates: dict[str, Any] = {"signed_up": contacts.signed_up.min()}
    if "last_reached" in contacts.columns:
        reached = ibis.cases((contacts.last_reached <= as_of, contacts.last_reached))
        aggregates["last_reached"] = reached.max()
    if "consent" in contacts.columns:
        agreed = contacts.consent.lower().isin(list(CONSENTS)).fill_null(False)
        aggregates["consent"] = agreed.cast("int8").min()
    for name in TEXTS:
        if name in contacts.columns:
            aggregates[name] = contacts[name].max()
    return contacts.filter(contacts.customer.notnull()).group_by("customer").agg(**aggregates)


def contact_source(contacts: Any) -> Source:
    """The attributes of a contact list for the customers who are in it."""

    def attributes(scope: Scope) -> list[Attribute]:
        return _attributes(scope, contacts.columns, "contacts")

    def table(scope: Scope, customers: Any) -> Any:
        return _by_customer(contacts, scope.as_of)

    return Source("contacts", attributes, table)


def _attributes(scope: Scope, columns: Sequence[str], source: str) -> list[Attribute]:
    attributes = [
        Attribute(
            "signed_up",
            Translated("signed up", "anmäld"),
            Kind.DAY,
            Translated("day of sign-up", "dag för anmälan"),
            column("signed_up"),
            source=source,
        ),
        Attribute(
            "lead_days",
            Translated("days since sign-up", "dagar sedan anmälan"),
            Kind.WHOLE,
            Translated("days from the sign-up to the as-of day", "dagar sedan anmälan"),
            lambda table: ibis.literal(scope.as_of, "int32") - table.signed_up,
            aliases=("age", "lead_age"),
            source=source,
            unit=DAYS,
        ),
    ]
    if "last_reached" in columns:
        attributes.append(
            Attribute(
                "last_reached",
                Translated("last reached", "senast nådd"),
                Kind.DAY,
                Translated("day of the last contact", "dag för senaste kontakten"),
                column("last_reached"),
                source=source,
            )
        )
    if "consent" in columns:
        attributes.append(
            Attribute(
                "consent",
                Translated("consent", "samtycke"),
                Kind.FLAG,
                Translated("may be written to; blank is no", "får kontaktas; blankt är nej"),
                lambda table: table.consent.fill_null(0) == 1,
                source=source,
            )
        )
    attributes += [
        Attribute(
            name,
            label,
            Kind.TEXT,
            Translated("as in the contact list", "som i kontaktlistan"),
            column(name),
            source=source,
            hidden=True,
        )
        for name, label in TEXTS.items()
        if name in columns
    ]
    return attributes


def leads(contacts: Any, customers: Any, as_of: int) -> Any:
    """Contacts without an order up to a day, numbered by id: those who signed up later are not."""
    by_contact = _by_customer(contacts, as_of)
    by_contact = by_contact.filter(by_contact.signed_up.isnull() | (by_contact.signed_up <= as_of))
    alone = by_contact.anti_join(customers, "customer")
    return alone.mutate(number=ibis.row_number().over(ibis.window(order_by=alone.customer)))


def lead_attributes(scope: Scope, columns: Sequence[str]) -> list[Attribute]:
    """Attributes of a contact without an order."""
    customer = Attribute(
        "customer",
        Translated("contact", "kontakt"),
        Kind.ID,
        Translated("the id, as in the contact list", "numret, som i kontaktlistan"),
        column("customer"),
        aliases=("id", "contact"),
    )
    return [customer, *_attributes(scope, columns, "")]


CONVERSION_DAYS = (30, 90, 365)
"""Days after the sign-up within which a first order is told."""


class SignUps(NamedTuple):
    """The contacts of a month who had no order when they signed up (F0), and who made one (F1).

    Attributes:
        month: Of the sign-up, as ``2026-10``.
        contacts: How many.
        followed: For each of :data:`CONVERSION_DAYS` how many have been followed so long.
        converted: How many of those made their first order within.
    """

    month: str
    contacts: int
    followed: tuple[int, ...]
    converted: tuple[int, ...]


def sign_ups_by_month(
    contacts: Any, customers: Any, as_of: int, ask: Callable[[Any], dict[str, list[Any]]]
) -> list[SignUps]:
    """Count contacts and first orders by month of sign-up; who had bought before is left out."""
    by_contact = _by_customer(contacts, as_of)
    by_contact = by_contact.filter(by_contact.signed_up <= as_of).select("customer", "signed_up")
    firsts = customers.select(buyer=customers.customer, first=customers["first"])
    both = by_contact.left_join(firsts, by_contact.customer == firsts.buyer)
    both = both.filter(both["first"].isnull() | (both["first"] > both.signed_up))
    by_day = ask(
        both.group_by("signed_up").agg(
            contacts=both.count(),
            **{
                f"within_{days}": both.count(where=both["first"] <= both.signed_up + days)
                for days in CONVERSION_DAYS
            },
        )
    )
    months: dict[str, list[list[int]]] = {}
    for place, day in enumerate(by_day["signed_up"]):
        zeros = [0] * len(CONVERSION_DAYS)
        counts = months.setdefault(f"{from_number(day):%Y-%m}", [[0], [*zeros], [*zeros]])
        number = int(by_day["contacts"][place])
        counts[0][0] += number
        for i, days in enumerate(CONVERSION_DAYS):
            if day + days <= as_of:
                counts[1][i] += number
                counts[2][i] += int(by_day[f"within_{days}"][place])
    return [
        SignUps(month, all_of[0], tuple(followed), tuple(converted))
        for month, (all_of, followed, converted) in sorted(months.items())
    ]
