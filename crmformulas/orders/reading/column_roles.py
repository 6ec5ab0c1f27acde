"""Which column is what: by its name, in English and Swedish, or as the user says.

A name counts only as a whole, and only where it is certain: two columns that could equally well be
the amount are a question to the user, never a guess.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmformulas.errors import InputError

__all__ = ["Choice", "choose_columns", "find_column", "listed", "normalised", "words"]


def words(text: str) -> tuple[str, ...]:
    """The words of a text: for lists that are read more than changed."""
    return tuple(text.split())


# Per role the names, best rank first; names of one rank are equally good, so two of them in one
# file are ambiguous. Written as `normalised` returns them.
NAMES: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "customerid customernumber customerno customernr customerkey customercode custid custno"
        " clientid clientno buyerid memberid userid contactid profileid customeruser shopperid"
        " kundid kundnr kundnummer kundno medlemsid medlemsnr medlemsnummer",
        "customer client kund buyer member person",
        "email emailaddress customeremail mail billingemail buyeremail contactemail useremail"
        " epost epostadress kundepost mejl mejladress",
    ),
    "date": (
        "orderdate orderday ordereddate orderedat dateordered ordertime orderdatetime"
        " ordertimestamp purchasedate purchasedat dateofpurchase invoicedate transactiondate"
        " saledate orderdatum kopdatum inkopsdatum fakturadatum bestallningsdatum"
        " transaktionsdatum orderdag",
        "date day datum dag",
        "createdat created datecreated creationdate skapad skapaddatum",
        "datetime",
        "timestamp eventtimestamp eventdatetime eventdate",
    ),
    "amount": (
        # Of the row itself: these add up to the order however many rows it has.
        "linetotal lineamount rowtotal rowamount radsumma radbelopp",
        "grandtotalbase basegrandtotal",
        "orderamount ordertotal ordervalue orderrevenue totalorderamount ordersumma orderbelopp"
        " ordervarde totalorder grandtotal grandtotalpurchased",
        "amount totalamount total totalt totalbelopp totalsumma revenue netrevenue sales netsales"
        " dollarvalue value belopp summa omsattning forsaljning varde intakt",
    ),
    "quantity": (
        "quantity qty quantityordered qtyordered lineitemquantity itemquantity units antal"
        " kvantitet antalenheter",
    ),
    "price": (
        "unitprice price pricepunit priceperunit lineitemprice itemprice pris apris styckpris"
        " enhetspris stpris",
    ),
    # Another name of the same order does no harm, so each name is a rank of its own.
    "order": words(
        "orderid ordernumber orderno ordernr ordernum ordernummer orderkey ordername"
        " orderreference orderref incrementid order purchaseid bestallningsnr"
        " bestallningsnummer invoiceno invoicenumber invoiceid invoicenr invoice fakturanr"
        " fakturanummer faktura transactionid transactionno receiptid receiptno"
        " receiptnumber kvittonr kvittonummer eventid"
    ),
    "currency": (
        "currency currencycode ordercurrency ordercurrencycode valuta valutakod",
        "basecurrencycode",
    ),
    "status": ("orderstatus orderstate financialstatus paymentstatus", "status"),
    "signed_up": (
        "signupdate signedup signedupat signup signupday subscribedat subscribed subscribeddate"
        " subscriptiondate registrationdate registered registeredat dateadded consentedat"
        " optindate optintime memberdate joined joindate joinedat registreringsdatum"
        " anmalningsdatum anmald medlemsdatum",
        "createdat created datecreated firstseen date datum skapad",
    ),
    "last_reached": (
        "lastreached lastreachedat lastreacheddate lastcontacted lastcontactedat lastcontact"
        " lastcontactdate lastsent lastsentat lastemailsent lastopened lastopen lastactive"
        " senastkontaktad senastkontakt senastnadd senastutskick",
    ),
}

OPTIONS = {
    "customer": "--customer",
    "date": "--date",
    "amount": "--amount (or --quantity and --price)",
    "quantity": "--quantity",
    "price": "--price",
    "order": "--order",
    "currency": "--currency-column",
    "contact_id": "--contact-id",
    "signed_up": "--signed-up",
    "last_reached": "--last-reached",
}

# Columns that only a file with a row per article has.
ARTICLES = frozenset(
    words(
        "sku product productid productname productcode producttitle item itemid itemname itemsku"
        " stockcode article articleno articleid lineitemname lineitemsku lineitemprice variant"
        " variantid artikel artikelnr artikelnummer artikelid produkt produktid produktnamn"
        " produktnummer"
    )
)
# Totals that by their name belong to the order, not to the row.
ORDER_TOTALS = frozenset(words(" ".join(NAMES["amount"][1:3])))
SHOPIFY = frozenset(["name", "email", "createdat", "total", "lineitemquantity", "lineitemname"])


@dataclass(frozen=True)
class Choice:
    """The position of the column of each role that is there, and what the layout implies."""

    roles: Mapping[str, int]
    shopify: bool = False
    """One row per article; the order's fields stand on its first row only."""
    order_total: bool = False
    """The amount is by its name the order's, and there is a row per article."""
    articles: bool = False
    """There is a row per article, as far as the names tell."""


def normalised(name: str) -> str:
    """The letters and digits of a name, without case and accents; ``#`` reads as number."""
    folded = unicodedata.normalize("NFKD", name.replace("#", " number").casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def listed(names: Sequence[str], most: int = 30) -> str:
    """The columns there are, by number and in one line, for a message."""
    shown = [f"{number} {name!r}" for number, name in enumerate(names[:most], 1)]
    if len(names) > most:
        shown.append(f"and {len(names) - most} more")
    return ", ".join(shown)


def find_column(names: Sequence[str], wanted: str, role: str, where: str) -> int:
    """The position of the column that the user names or numbers.

    Raises:
        InputError: there is none, or several of that name.
    """
    option = OPTIONS[role].partition(" ")[0]
    for same in (
        [i for i, name in enumerate(names) if name == wanted],
        [i for i, name in enumerate(names) if normalised(name) == normalised(wanted) != ""],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            numbers = " and ".join(str(i + 1) for i in same)
            raise InputError(
                f"{where}: {len(same)} columns are called {wanted!r}; give the number of the one"
                f" you mean with {option} ({numbers})"
            )
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    raise InputError(f"{where}: no column {wanted!r} for {option}; the columns are {listed(names)}")


def choose_columns(
    names: Sequence[str],
    given: Mapping[str, str | None],
    where: str,
    *,
    needed: Sequence[str] = ("customer", "date", "amount"),
    wanted: Sequence[str] = ("order", "currency", "status"),
) -> Choice:
    """The columns to read: those `given` by the user, else those whose names are known.

    Args:
        names: the columns as the input names them, in its order.
        given: per role the name or 1-based number that the user gave.
        where: the input, for messages.
        needed: roles that must be found; ``amount`` may be ``quantity`` and ``price`` instead.
        wanted: roles that are used if they are found.

    Raises:
        InputError: a needed role isn't there, or is there more than once.
    """
    known = [normalised(name) for name in names]
    roles = {role: find_column(names, name, role, where) for role, name in given.items() if name}
    factors = "quantity" in roles or "price" in roles
    if factors:
        if "amount" in roles:
            raise InputError(f"{where}: give --amount, or --quantity and --price, not both")
        # Whoever gives one of the two wants the product, whatever else is there.
        needed = [role for role in needed if role != "amount"] + ["quantity", "price"]
    shopify = set(known) >= SHOPIFY and "customer" in needed
    if shopify:
        layout = {"customer": "email", "date": "createdat", "order": "name"}
        if not factors:
            layout["amount"] = "total"
        for role, name in layout.items():
            if role not in roles:
                roles[role] = find_column(known, name, role, where)
        # Only then does what is blank stand in the order's first row.
        shopify = known[roles["order"]] == "name"
    missing = []
    for role in needed:
        if role in roles:
            continue
        found = _recognised(known, names, role, where)
        if found is not None:
            roles[role] = found
        elif role == "amount":
            quantity = _recognised(known, names, "quantity", where)
            price = _recognised(known, names, "price", where)
            if quantity is None or price is None:
                missing.append(role)
            else:
                roles.update(quantity=quantity, price=price)
        else:
            missing.append(role)
    if missing:
        words = {"signed_up": "sign-up day", "contact_id": "contact id"}
        what = " and the ".join(words.get(role, role) for role in missing)
        options = " ".join(OPTIONS[role] for role in missing)
        raise InputError(
            f"{where}: which column is the {what}? Give {options}; the columns are {listed(names)}"
        )
    for role in wanted:
        if role not in roles:
            found = _recognised(known, names, role, where)
            if found is not None and found not in roles.values():
                roles[role] = found
    articles = not ARTICLES.isdisjoint(known)
    if known[roles.get("amount", 0)] in ("grandtotalbase", "basegrandtotal"):
        # The shop's own currency, whatever each order was paid in.
        if not given.get("currency"):
            roles.pop("currency", None)
        if "order" not in roles and "id" in known:
            roles["order"] = known.index("id")
    amount_name = known[roles["amount"]] if "amount" in roles else ""
    return Choice(roles, shopify, articles and amount_name in ORDER_TOTALS, articles)


def _recognised(known: list[str], names: Sequence[str], role: str, where: str) -> int | None:
    for rank in NAMES["customer" if role == "contact_id" else role]:
        found = _single(known, names, words(rank), role, where)
        if found is not None:
            return found
    return None


def _single(
    known: list[str], names: Sequence[str], rank: Sequence[str], role: str, where: str
) -> int | None:
    same = [position for position, name in enumerate(known) if name in rank]
    if len(same) > 1:
        if role in ("status", "currency"):
            return same[0]
        options = OPTIONS[role].partition(" ")[0]
        both = " and ".join(f"{i + 1} {names[i]!r}" for i in same)
        raise InputError(
            f"{where}: columns {both} could each be the {role.replace('_', '-')};"
            f" give the name or number of the right one with {options}"
        )
    return same[0] if same else None
