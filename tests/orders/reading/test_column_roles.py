"""Columns are recognised where it is certain, and asked for where it is not."""

from __future__ import annotations

import pytest

from crmformulas.errors import InputError, QuestionError
from crmformulas.orders.reading.column_roles import (
    NAMES,
    amount_of,
    choose_columns,
    find_column,
    normalised,
)


def chosen(names: str, **given: str) -> dict[str, str]:
    columns = names.split("|")
    choice = choose_columns(columns, given, "orders.csv")
    return {role: columns[i] for role, i in choice.roles.items()}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Customer ID", "customerid"),
        ("customer_id", "customerid"),
        ("Kund-ID", "kundid"),
        ("Köpdatum", "kopdatum"),
        ("À-pris", "apris"),
        ("Order #", "ordernumber"),
        ("$value", "value"),
        ("Grand Total (Base)", "grandtotalbase"),
        ("", ""),
    ],
)
def test_names_are_compared_by_letters_and_digits(name: str, expected: str) -> None:
    assert normalised(name) == expected


def test_the_known_names_are_as_they_are_compared() -> None:
    for role, ranks in NAMES.items():
        names = " ".join(ranks).split()
        assert [normalised(name) for name in names] == names, role
        assert len(set(names)) == len(names), role


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "customer_id|date|number_of_cds|dollar_value",
            {"customer": "customer_id", "date": "date", "amount": "dollar_value"},
        ),
        (
            "InvoiceNo|StockCode|Description|Quantity|InvoiceDate|UnitPrice|CustomerID|Country",
            {
                "customer": "CustomerID",
                "date": "InvoiceDate",
                "quantity": "Quantity",
                "price": "UnitPrice",
                "order": "InvoiceNo",
            },
        ),
        (
            "Kundnr|Orderdatum|Ordersumma|Ordernr|Valuta|Antal|Pris",
            {
                "customer": "Kundnr",
                "date": "Orderdatum",
                "amount": "Ordersumma",
                "order": "Ordernr",
                "currency": "Valuta",
            },
        ),
        (
            "Kund-id|Köpdatum|Antal|À-pris",
            {"customer": "Kund-id", "date": "Köpdatum", "quantity": "Antal", "price": "À-pris"},
        ),
        (
            "E-post|Datum|Belopp|Ordernummer",
            {"customer": "E-post", "date": "Datum", "amount": "Belopp", "order": "Ordernummer"},
        ),
        (
            "order_id|customer_id|order_date|product|amount",
            {
                "customer": "customer_id",
                "date": "order_date",
                "amount": "amount",
                "order": "order_id",
            },
        ),
        # An id says more than a name, and a name more than an address.
        (
            "Email|Customer|Customer ID|Date|Order date|Total",
            {"customer": "Customer ID", "date": "Order date", "amount": "Total"},
        ),
    ],
)
def test_columns_are_recognised(names: str, expected: dict[str, str]) -> None:
    assert chosen(names) == expected


# ------------------------------------------------------------------------------- exports of shops

SHOPIFY = (
    "Name|Email|Financial Status|Paid at|Fulfillment Status|Currency|Subtotal|Shipping|Taxes|Total"
    "|Discount Amount|Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem sku"
    "|Billing Name|Cancelled at|Id"
)


def test_shopify() -> None:
    choice = choose_columns(SHOPIFY.split("|"), {}, "orders.csv")
    roles = {role: SHOPIFY.split("|")[i] for role, i in choice.roles.items()}
    assert roles == {
        "customer": "Email",
        "date": "Created at",
        "amount": "Total",
        "order": "Name",
        "currency": "Currency",
        "status": "Financial Status",
        "discount": "Discount Amount",
    }
    lines = choose_columns(
        SHOPIFY.split("|"),
        {"quantity": "Lineitem quantity", "price": "Lineitem price"},
        "orders.csv",
    )
    assert "amount" not in lines.roles


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # WooCommerce, by an export plugin and by its own analytics.
        (
            "order_id|order_number|order_date|status|customer_id|billing_email|order_total"
            "|order_currency",
            {
                "customer": "customer_id",
                "date": "order_date",
                "amount": "order_total",
                "order": "order_id",
                "currency": "order_currency",
                "status": "status",
            },
        ),
        (
            "order_number|order_date|customer_user|billing_email|order_total",
            {
                "customer": "customer_user",
                "date": "order_date",
                "amount": "order_total",
                "order": "order_number",
            },
        ),
        (
            "Date|Order #|Status|Customer|Customer type|Product(s)|Items sold|Coupon(s)|Net Sales",
            {
                "customer": "Customer",
                "date": "Date",
                "amount": "Net Sales",
                "order": "Order #",
                "status": "Status",
            },
        ),
        # Klaviyo.
        (
            "Timestamp|Email|Profile ID|Value|Order ID",
            {
                "customer": "Profile ID",
                "date": "Timestamp",
                "amount": "Value",
                "order": "Order ID",
            },
        ),
        (
            "Event Timestamp|Person|$value|$event_id",
            {
                "customer": "Person",
                "date": "Event Timestamp",
                "amount": "$value",
                "order": "$event_id",
            },
        ),
        # Magento, from its grid and from its database.
        (
            "ID|Purchase Point|Purchase Date|Bill-to Name|Ship-to Name|Grand Total (Base)"
            "|Grand Total (Purchased)|Status|Customer Email",
            {
                "customer": "Customer Email",
                "date": "Purchase Date",
                "amount": "Grand Total (Base)",
                "order": "ID",
                "status": "Status",
            },
        ),
        (
            "entity_id|increment_id|created_at|customer_email|base_grand_total|grand_total"
            "|order_currency_code",
            {
                "customer": "customer_email",
                "date": "created_at",
                "amount": "base_grand_total",
                "order": "increment_id",
            },
        ),
    ],
)
def test_other_shops(names: str, expected: dict[str, str]) -> None:
    assert chosen(names) == expected


# ------------------------------------------------------------------------------------ not certain


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("a|b|c", "which column is the customer and the date and the amount.*--customer --date"),
        ("Bill-to Name|date|amount", "which column is the customer.*1 'Bill-to Name'"),
        ("customer|amount", "which column is the date"),
        ("customer|date|quantity", "which column is the amount.*--quantity and --price"),
        ("a|total|amount", "which column is the customer and the date.*could each be the amount"),
        ("customer_id|client_id|date|amount", "columns 1 'customer_id' and 2 'client_id' could"),
        ("customer|order date|invoice date|amount", "could each be the date"),
        ("customer|date|total|amount", "could each be the amount"),
        ("customer|customer|date|amount", "columns 1 'customer' and 2 'customer'"),
    ],
)
def test_what_is_not_certain_is_asked(names: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        chosen(names)
    assert "orders.csv" in str(caught.value)


def test_columns_given_by_name_or_number() -> None:
    names = "who|when|how much|n|each|which|how much"
    assert chosen(names, customer="who", date="2", amount="3") == {
        "customer": "who",
        "date": "when",
        "amount": "how much",
    }
    assert chosen(
        names, customer="WHO", date="when", quantity="n", price="each", order="which"
    ) == {
        "customer": "who",
        "date": "when",
        "quantity": "n",
        "price": "each",
        "order": "which",
    }
    with pytest.raises(InputError, match=r"2 columns are called 'how much'.*--amount \(3 and 7\)"):
        chosen(names, customer="who", date="when", amount="how much")
    with pytest.raises(InputError, match="no column 'whom' for --customer; the columns are"):
        chosen(names, customer="whom", date="when", amount="3")
    with pytest.raises(InputError, match="no column '9' for --date"):
        chosen(names, customer="who", date="9", amount="3")
    with pytest.raises(InputError, match="or --quantity and --price, not both"):
        chosen(names, customer="who", date="when", amount="3", price="each")


def test_a_name_that_is_a_number_is_a_name() -> None:
    assert find_column(["2", "1", "x"], "1", "date", "orders.csv") == 1
    assert find_column(["2", "1", "x"], "3", "date", "orders.csv") == 2


def test_what_is_given_is_not_taken_for_something_else() -> None:
    roles = chosen("date|email|order|amount", customer="order")
    assert roles == {"customer": "order", "date": "date", "amount": "amount"}


def test_quantity_and_price_are_used_without_an_amount_only() -> None:
    assert "quantity" not in chosen("customer|date|quantity|price|amount")
    assert chosen("customer|date|quantity|price|amount", price="price")["quantity"] == "quantity"


def test_several_columns_are_one_key() -> None:
    names = "store|number|date|amount"
    choice = choose_columns(names.split("|"), {"customer": ("store", "number")}, "orders.csv")
    assert (choice.keys, choice.roles["customer"]) == ((0, 1), 0)
    assert choose_columns(names.split("|"), {"customer": ("number",)}, "orders.csv").keys == ()


def test_a_price_alone_is_the_amount_and_an_id_perhaps_the_customer() -> None:
    choice = choose_columns(["Id", "Date", "Price"], {}, "orders.csv")
    assert choice.roles == {"customer": 0, "date": 1, "amount": 2}
    assert choice.guessed == {"customer"}


def test_all_is_asked_at_once_with_an_answer() -> None:
    with pytest.raises(QuestionError) as caught:
        choose_columns(["Total", "Amount", "Bill-to"], {}, "orders.csv")
    assert caught.value.options == "--customer COLUMN --date COLUMN --amount Total"


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Order Total", "order"),
        ("order_total_amount", "order"),
        ("Bestellsumme", "order"),
        ("montant commande", "order"),
        ("ordervärde", "order"),
        ("Line total", "line"),
        ("item-price", "line"),
        ("Radbelopp", "line"),
        ("orderradsumma", "line"),
        ("OrderLineAmount", "line"),
        ("unitPrice", "line"),
        ("Total", None),
        ("Belopp", None),
        ("trade amount", None),
        ("Grand total", "order"),
    ],
)
def test_whose_amount_a_name_tells(name: str, whose: str | None) -> None:
    assert amount_of(name) == whose


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        ("Kundennummer|Bestelldatum|Gesamtbetrag", "customer date amount"),
        ("numéro client|date de commande|montant total", "customer date amount"),
        ("Kundenr|Ordredato|Beløp", "customer date amount"),
        ("Asiakasnumero|Tilauspäivä|Loppusumma", "customer date amount"),
        ("ID cliente|Fecha de pedido|Importe total", "customer date amount"),
        ("Klantnummer|Besteldatum|Totaalbedrag", "customer date amount"),
    ],
)
def test_columns_in_other_languages(names: str, roles: str) -> None:
    assert set(chosen(names)) == set(roles.split())
