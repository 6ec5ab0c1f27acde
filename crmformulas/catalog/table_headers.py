"""The words above the columns of a table, as a spreadsheet shows them, in English or Swedish.

A DataFrame names its columns for code; a reader of a sheet gets words. What a function may be given
again, as the tier of a customer, is data and stays as it is.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crmformulas.catalog.parameters import Kind, Parameter, Shape, accept, convert
from crmformulas.errors import ArgumentError, describe
from crmformulas.translations import LANGS, Lang, Translated, translate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HEADERS", "LANGUAGE", "in_language", "language_of", "table_rows"]

LANGUAGE = Kind("language", "en or sv", content="text")
"""The argument that says in which language a spreadsheet shows what the function writes."""

HEADERS: Mapping[str, Translated] = {
    "customer": Translated("customer", "kund"),
    "status": Translated("status", "status"),
    "f12_tier": Translated("value tier F12", "värdenivå F12"),
    "s12_tier": Translated("value tier S12", "värdenivå S12"),
    "flow": Translated("flow", "flöde"),
    "from": Translated("from", "från"),
    "to": Translated("to", "till"),
    "tier": Translated("value tier", "värdenivå"),
    "lost": Translated("lost", "förlorade"),
    "customers": Translated("customers", "kunder"),
    "orders": Translated("orders", "antal köp"),
    "revenue": Translated("revenue", "omsättning"),
    "f12_customers": Translated("customers F12", "kunder F12"),
    "retention": Translated("retention", "retention"),
    "duration": Translated("duration in years", "duration i år"),
    "orders_per_customer": Translated("orders per customer", "köp per kund"),
    "value_per_order": Translated("value per order", "intäkt per köp"),
    "revenue_per_customer": Translated("revenue per customer", "intäkt per kund"),
    "annual_value": Translated("annual value", "årsintäkt"),
    "clv": Translated("CLV", "CLV"),
    "clv_index": Translated("CLV index", "CLV-index"),
    "portfolio_value": Translated("portfolio value", "portföljvärde"),
    "kind": Translated("kind", "slag"),
    "period": Translated("first order in", "första köp i"),
    "observed": Translated("of them followed for a year", "varav följda ett år"),
    "order_value": Translated("order value", "ordervärde"),
    "repeat_share": Translated("share with a repeat", "andel med återköp"),
    "f": Translated("F", "F"),
    "r": Translated("R", "R"),
    "m": Translated("M", "M"),
    "parameter": Translated("parameter", "parameter"),
    "value": Translated("value", "värde"),
    "note": Translated("note", "anmärkning"),
    "rate": Translated("share that goes on", "andel som går vidare"),
    "median_days": Translated("median days", "mediandagar"),
    "age_months": Translated("age in months", "ålder i månader"),
    "ltv": Translated("LTV", "LTV"),
    "month": Translated("month", "månad"),
    "recency": Translated("days since purchase", "dagar sedan köp"),
    "frequency": Translated("orders", "antal köp"),
    "monetary": Translated("net revenue", "nettoomsättning"),
    **{f"month {k}": Translated(f"month {k}", f"månad {k}") for k in range(13)},
}
"""By the name of the column."""

_PARAMETER = Parameter("language", LANGUAGE, Shape.ELEMENT)


def language_of(given: Any) -> Lang:
    """The language that is asked for; English unless one is.

    Raises:
        ArgumentError: if it is none of those there are.
    """
    (given,) = accept([_PARAMETER.name], [given])
    asked = None if given is None else convert(_PARAMETER, given)
    for lang in LANGS:
        if (asked or LANGS[0]).lower() == lang:
            return lang
    raise ArgumentError(
        Translated(
            f"language must be {' or '.join(LANGS)}, got {describe(asked)}",
            f"language måste vara {' eller '.join(LANGS)}, fick {describe(asked)}",
        )
    )


def in_language(table: pd.DataFrame, language: Any) -> pd.DataFrame:
    """The table, which a spreadsheet shows in that language; its own names stay."""
    table.attrs["language"] = language_of(language)
    return table


def table_rows(table: Any) -> list[list[Any]]:
    """A table with its headers in words, and with its labels unless they only number the rows."""
    lang: Lang = table.attrs.get("language", LANGS[0])
    names = list(table.columns)
    columns = [table[name].tolist() for name in names]
    if table.index.dtype.kind != "i":
        names.insert(0, table.index.name or "")
        columns.insert(0, table.index.tolist())
    headers = [translate(HEADERS.get(name, name), lang) for name in names]
    return [headers, *map(list, zip(*columns, strict=True))]
