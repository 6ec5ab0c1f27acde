"""The keywords of reading orders and contacts, as a type checker reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from crmformulas.orders.reading.bring_over import CountingPlace

__all__ = ["ContactKeywords", "ReadKeywords", "SurveyKeywords"]


class ReadKeywords(TypedDict, total=False):
    """Keywords that describe an order file.

    What each means, and its default, stands at
    :class:`~crmformulas.orders.reading.typed_rows.ReadOptions`, whose fields these are.
    """

    table: str | None
    customer: str | tuple[str, ...] | None
    date: str | None
    amount: str | None
    quantity: str | None
    price: str | None
    order: str | None
    order_total: str | None
    refund: str | None
    discount: str | None
    status: str | None
    drop_status: tuple[str, ...]
    keep_status: tuple[str, ...]
    document_type: str | None
    ids: Literal["folded", "as-written"]
    product: str | None
    currency: str | None
    currency_column: str | None
    date_format: str | None
    decimal: str | None
    delimiter: str | None
    encoding: str | None
    header_row: int | None
    time_zone: str | None
    no_customer: tuple[str, ...]
    memory_limit: str | None
    temp_directory: Path | None
    threads: int | None
    where_to_count: CountingPlace | None


class ContactKeywords(TypedDict, total=False):
    """Keywords that describe a contact list: those of ``open_contacts``."""

    contact_id: str | None
    signed_up: str | None
    last_reached: str | None
    consent: str | None
    email: str | None
    phone: str | None
    table: str | None
    date_format: str | None
    delimiter: str | None
    encoding: str | None


class SurveyKeywords(TypedDict, total=False):
    """Keywords that describe a survey: those of ``open_survey``."""

    respondent: str | None
    score: str | None
    answered: str | None
    table: str | None
    date_format: str | None
    delimiter: str | None
    encoding: str | None
