"""Roles of columns: by their names, in English and Swedish, or as the user says.

A name counts only as a whole, and only where it is certain: two columns that could equally well be
the amount are a question to the user, never a guess.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crmformulas.errors import InputError, QuestionError
from crmformulas.translations import LANGS, Label, Translated, translate

__all__ = [
    "OPTIONS",
    "PRICE_NAMES",
    "Choice",
    "amount_of",
    "choose_columns",
    "currency_of",
    "find_column",
    "listed",
    "names_a_customer",
    "names_a_state",
    "normalised",
    "price_of_one",
    "speaks_of_invoices",
    "speaks_of_taking_back",
    "words",
]


def words(text: str) -> tuple[str, ...]:
    """The words of a text: for lists that are read more than changed."""
    return tuple(text.split())


# Per role the names, best rank first; names of one rank are equally good, so two of them in one
# file are ambiguous. Written as `normalised` returns them.
NAMES: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "customerid customernumber customerno customernr customerkey customercode custid custno"
        " selltocustomerno billtocustomerno"
        " clientid clientno buyerid buyeruserid memberid userid contactid profileid customeruser"
        " shopperid kundid kundnr kundnummer kundno medlemsid medlemsnr medlemsnummer"
        " kundennummer kundennr kundenid kundenr kundenummer kundeid numeroclient idclient"
        " codeclient noclient klantnummer klantnr klantid asiakasnumero asiakasid asiakasnro"
        " idcliente numerodecliente codigocliente clienteid",
        "customer client kund buyer member person kunde klant cliente asiakas acheteur",
        "email emailaddress customeremail mail billingemail emailbilling buyeremail contactemail"
        " useremail emailrechnung epost epostadress kundepost mejl mejladress emailadresse"
        " emailadres adresseemail courriel correoelectronico correo"
        " sahkoposti sahkopostiosoite eposti",
    ),
    "date": (
        "orderdate orderday ordereddate orderedat dateordered ordertime orderdatetime"
        " ordertimestamp purchasedate purchasedat dateofpurchase invoicedate transactiondate"
        " saledate postingdate createddateutc orderdatum kopdatum inkopsdatum fakturadatum"
        " bestallningsdatum transaktionsdatum orderdag bestelldatum auftragsdatum"
        " rechnungsdatum kaufdatum belegdatum buchungsdatum bokforingsdatum"
        " datedecommande datecommande datedachat datedefacture bestillingsdato ordredato"
        " fakturadato kjøpsdato købsdato tilauspaiva tilauspvm ostopaiva laskunpaivays"
        " fechadepedido fechapedido fechadecompra fechafactura besteldatum"
        " factuurdatum aankoopdatum",
        "date day datum dag dato fecha paiva pvm paivamaara",
        "createdat created createddate datecreated creationdate skapad skapaddatum",
        "datetime",
        "timestamp eventtimestamp eventdatetime eventdate",
    ),
    "amount": (
        # Of the row itself: these add up to the order however many rows it has.
        "linetotal lineamount rowtotal rowamount radsumma radbelopp zeilensumme positionsbetrag"
        " regeltotaal montantligne linjesum linjebeløb linjebelop rivisumma importelinea",
        "grandtotalbase basegrandtotal",
        "orderamount ordertotal ordertotalamount ordervalue orderrevenue totalorderamount"
        " ordersumma orderbelopp ordervarde totalorder grandtotal grandtotalpurchased"
        " bestellwert bestellsumme auftragswert auftragssumme rechnungsbetrag montantcommande"
        " totalcommande ordretotal ordresum ordrebeløb totalpedido importepedido besteltotaal"
        " orderbedrag tilaussumma tilauksensumma",
        "amount totalamount total totalt totalbelopp totalsumma revenue netrevenue sales netsales"
        " dollarvalue value belopp summa omsattning forsaljning varde intakt betrag gesamtbetrag"
        " gesamtsumme gesamt gesamtpreis summe umsatz nettowert montant montanttotal beløp beløb"
        " sum importe importetotal bedrag totaalbedrag totaal loppusumma maara",
        "totalprice itemtotal",
    ),
    "quantity": (
        "quantity qty quantityordered qtyordered lineitemquantity itemquantity units antal"
        " kvantitet antalenheter menge anzahl stuckzahl quantite antall cantidad aantal maara kpl",
    ),
    "price": (
        "unitprice price pricepunit priceperunit lineitemprice itemprice pris apris styckpris"
        " enhetspris stpris preis einzelpreis stuckpreis prix prixunitaire stykpris"
        " stkpris enhedspris precio preciounitario prijs eenheidsprijs stukprijs hinta"
        " yksikkohinta",
    ),
    # Another name of the same order does no harm, so each name is a rank of its own.
    "order": words(
        "orderid ordernumber orderno ordernr ordernum ordernummer orderkey ordername"
        " orderreference orderref incrementid order purchaseid amazonorderid bestallningsnr"
        " bestallningsnummer invoiceno invoicenumber invoiceid invoicenr invoice fakturanr"
        " fakturanummer faktura transactionid transactionno receiptid receiptno"
        " receiptnumber kvittonr kvittonummer eventid bestellnummer bestellnr bestellid bestellung"
        " auftragsnummer auftragsnr auftrag rechnungsnummer rechnungsnr belegnummer"
        " numerodecommande numerocommande nocommande idcommande commande numerodefacture"
        " numerofacture ordrenummer ordrenr ordreid ordre bestillingsnummer tilausnumero tilausnro"
        " tilaus numerodepedido numeropedido idpedido pedido numerofactura bestelnummer bestelnr"
        " bestelling factuurnummer"
        " documentno documentnumber dokumentnr verkaufsbeleg salesrecordnumber saleid kvitto"
    ),
    "currency": (
        "currency currencycode ordercurrency ordercurrencycode valuta valutakod wahrung devise"
        " moneda valuutta",
        "basecurrencycode",
    ),
    "status": (
        "orderstatus orderstate financialstatus paymentstatus betalstatus bestellstatus"
        " zahlungsstatus statutcommande statutdelacommande ordrestatus estadodelpedido"
        " estadopedido bestelstatus tilauksentila betalingsstatus betaalstatus",
        "status statut etat etatcommande etatdelacommande estado tila itemstatus linestatus"
        " lineitemstatus rowstatus orderlinestatus radstatus positionsstatus",
    ),
    "refund": (
        "refundedamount amountrefunded refundamount orderrefundamount refundtotal totalrefunded"
        " totalrefund refundedtotal totalrefundamount refundedvalue amountreturned returnedamount"
        " aterbetaltbelopp aterbetalatbelopp aterbetalningsbelopp returbelopp erstattungsbetrag"
        " erstatteterbetrag ruckerstattungsbetrag montantrembourse refundertbeløp refunderetbeløb"
        " tilbakebetaltbeløp hyvitettysumma importereembolsado terugbetaaldbedrag",
        "refund refunds refunded aterbetalt aterbetalning ruckerstattung erstattet rembourse"
        " remboursement refundert refunderet hyvitys reembolso terugbetaald partialrefunds",
    ),
    "discount": (
        "discount discountamount discountpercent discountrate discountvalue linediscount"
        " lineitemdiscount totaldiscount discounttotal discounts rabatt rabattbelopp rabattprocent"
        " rabattbetrag nachlass remise montantremise rabat rabatbeløp descuento korting alennus",
    ),
    "document": (
        "documenttype doctype invoicetype vouchertype transactiontype ordertype dokumenttyp"
        " dokumenttype verifikattyp verifikationstyp transaktionstyp fakturatyp belegart belegtyp"
        " typededocument tipodedocumento tipodocumento documentsoort dokumenttityyppi bilagstype"
        " tosite",
        "type typ tipo soort tyyppi art",
    ),
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
    # Of a contact list: whether and where somebody may be written to.
    "consent": (
        "consent emailconsent emailmarketingconsent marketingconsent acceptsmarketing"
        " acceptsemailmarketing emailmarketingstatus optin optedin emailoptin"
        " subscriptionstatus consentstatus emailstatus samtycke medgivande godkantutskick"
        " nyhetsbrev einwilligung consentement samtykke",
    ),
    "email": ("email emailaddress emailadress epost epostadress mail mailadress mailaddress",),
    "phone": (
        "phone phonenumber mobile mobilephone mobilenumber cellphone telephone telefon"
        " telefonnummer telefonnr mobil mobilnummer mobilnr mobiltelefon",
    ),
    "first_name": ("firstname givenname fornamn vorname prenom fornavn",),
    "last_name": ("lastname surname familyname efternamn nachname etternavn efternavn",),
    # Of a survey: the answer, and its day.
    "score": (
        "score npsscore nps rating satisfaction satisfactionscore csat answer grade points"
        " betyg poang svar nojdhet nki bewertung note puntuacion",
    ),
    "answered": (
        "answered answeredat answerdate responsedate respondedat respondedon submittedat submitdate"
        " completedat surveydate svarsdatum besvarad enkatdatum",
        "date day datum dag dato timestamp createdat created",
    ),
}
COUNTED = (
    "numberofitems numberofproducts numberofarticles numberofunits numberofpieces numberofbooks"
    " numberofcds itemcount itemscount antalvaror antalartiklar antalprodukter"
)
"""How else a quantity is called that no price stands beside."""
FURTHER: dict[str, tuple[str, ...]] = {
    # What an order, or a line of it, is told apart by: kept when it is asked for, never needed.
    "discount": (
        # Money taken off: Shopify, WooCommerce, and by their plain names.
        "discountamount orderdiscount totaldiscount totaldiscountamount discounttotal"
        " cartdiscountamount cartdiscount couponamount discountvalue rabattbelopp orderrabatt"
        " rabattbetrag montantremise rabatbelob descuentoimporte",
        "linediscount lineitemdiscount itemdiscount radrabatt discount discounts rabatt nachlass"
        " remise rabat descuento korting alennus",
    ),
    "discount_percent": (
        "discountpercent discountpercentage discountrate discountpct rabattprocent rabattsats"
        " rabattprozent",
    ),
    "discount_code": (
        "discountcode discountcodes couponcode couponcodes couponcodeused coupon coupons"
        " couponitems vouchercode voucher promocode promotioncode promotion rabattkod"
        " kampanjkod rabattcode gutscheincode gutschein codepromo rabatkode",
    ),
    "product": (
        "lineitemname productname producttitle itemname product items itemtitle articlename"
        " produktnamn artikelnamn produkt artikel vara productdescription description"
        " produktname artikelbezeichnung produit producto titel",
        "lineitemsku sku productsku itemsku itemid productid stockcode artikelnummer artikelnr"
        " articleno",
    ),
    "category": (
        "category productcategory productcategories itemcategory categories producttype"
        " productgroup kategori produktkategori varugrupp produktgrupp kategorie warengruppe"
        " categorie categoria",
        "lineitemvendor vendor brand itembrand marke varumarke hersteller",
    ),
    "channel": (
        # GA: session or first user; Klaviyo: attributed; Shopify: Source.
        "channel saleschannel orderchannel sessiondefaultchannelgroup defaultchannelgroup"
        " defaultchannelgrouping firstuserdefaultchannelgroup channelgroup channelgrouping"
        " attributedchannel forsaljningskanal kanal vertriebskanal canal",
        "source sourcename ordersource utmsource sessionsource sessionsourcemedium sourcemedium"
        " firstusersource firstusersourcemedium attributedflow origin attributionsource kalla"
        " quelle",
    ),
    "campaign": (
        "campaign utmcampaign sessioncampaign sessioncampaignname campaignname"
        " firstusercampaign firstusercampaignname attributedcampaign kampanj kampagne campagne",
    ),
    "country": (
        "country billingcountry shippingcountry countrycode billingcountrycode"
        " countrycodebilling countrycodeshipping"
        " shipcountry shiptocountry shippingcountrycode countrybilling countryshipping"
        " billingcountryname land leveransland faktureringsland pays pais",
    ),
    "device": ("device devicecategory enhet gerat",),
    "payment": (
        "paymentmethod paymentmethodtitle payment paymenttype betalsatt betalmetod betalning"
        " zahlungsart",
    ),
    "shipping": (
        "shippingmethod shippingmethodtitle carrier deliverymethod fraktsatt leveranssatt"
        " versandart",
    ),
}
"""Columns that tools of the trade export beside what an order is, by what they tell: Shopify,
WooCommerce, Klaviyo, Google Analytics, and by their plain names."""


UNCERTAIN = frozenset(
    words(
        "status currency refund discount document consent email phone first_name last_name"
        " answered",
    )
)
"""Roles that take the first of several columns of a rank: they are told, and can be given."""

ROLE_WORDS: Mapping[str, Translated] = {
    role: Translated(en, sv)
    for role, en, sv in (
        ("customer", "customer", "kunden"),
        ("date", "date", "datum"),
        ("amount", "amount", "belopp"),
        ("quantity", "quantity", "antal"),
        ("price", "price", "pris"),
        ("order", "order", "order"),
        ("currency", "currency", "valuta"),
        ("status", "status", "status"),
        ("refund", "refund", "återbetalt"),
        ("discount", "discount", "rabatt"),
        ("document", "document", "dokumenttyp"),
        ("by", "by", "uppdelning"),
        ("contact_id", "contact id", "kontaktens id"),
        ("signed_up", "sign-up day", "anmälningsdag"),
        ("last_reached", "last_reached", "senast nådd"),
        ("consent", "consent", "samtycke"),
        ("email", "email", "e-post"),
        ("phone", "phone", "telefon"),
        ("first_name", "first_name", "förnamn"),
        ("last_name", "last_name", "efternamn"),
        ("respondent", "customer id", "kund-id"),
        ("score", "score", "betyg"),
        ("answered", "answered", "svarsdag"),
    )
}
"""What a role is called in a question."""


OPTIONS = {
    "customer": "--customer",
    "date": "--date",
    "amount": "--amount (or --quantity and --price)",
    "quantity": "--quantity",
    "price": "--price",
    "order": "--order",
    "currency": "--currency-column",
    "status": "--status",
    "refund": "--refund",
    "discount": "--discount",
    "document": "--document-type",
    "by": "--by",
    "contact_id": "--contact-id",
    "signed_up": "--signed-up",
    "last_reached": "--last-reached",
    "consent": "--consent",
    "email": "--email",
    "phone": "--phone",
    "first_name": "--first-name",
    "last_name": "--last-name",
    "respondent": "--respondent",
    "score": "--score",
    "answered": "--answered",
}

# Columns that only a file with a row per article has.
ARTICLES = frozenset(
    words(
        "sku product productid productname productcode producttitle item itemid itemname itemsku"
        " stockcode article articleno articleid lineitemname lineitemsku lineitemprice variant"
        " variantid artikel artikelnr artikelnummer artikelid produkt produktid produktnamn"
        " produktnummer asin ean gtin upc barcode itemtitle itemnumber itemno description"
        " productdescription benamning artikelnamn beskrivning vara varunr varunummer artikelname"
        " artikelbezeichnung bezeichnung produit referenceproduit vare varenummer varenr varenavn"
        " tuote tuotenro tuotenumero tuotenimi producto articulo titel artikelomschrijving"
        " orderitemid lineid lineno linenumber radnr radnummer"
    )
)
# What the name of an amount or price contains, normalised, where it is that of a row, of one
# article, or of the whole order.
OF_A_LINE = words(
    "line item row rad unit artikel article styck apris stpris zeile position einzel stuck ligne"
    " linje linea regel rivi product produkt orderrad"
)
OF_ONE = words("unit styck apris stpris einzel stuck enhet enhed stk stuk yksikko lineitemprice")
OF_A_CUSTOMER = words("customer client kund buyer shopper member user konto account klant asiakas")
IDENTIFYING = words("id unique number numm nr key code email epost mail hash")
CUSTOMER_NAMES = frozenset(words(" ".join(NAMES["customer"])))
PRICE_NAMES = frozenset(words(NAMES["price"][0]))
OF_AN_ORDER = words(
    "order invoice grandtotal basket cart bestell auftrag rechnung commande facture ordre pedido"
    " factuur tilaus faktura kvitto receipt kop checkout transaction"
)
# What the name of a column contains that says that something of a sale was taken back.
OF_TAKING_BACK = words(
    "cancel return refund void avbrut annul makul aterbet storn erstatt retour rembours reembols"
    " kanseller peruut palaut"
)
OF_TESTS = frozenset(words("test istest testorder testmode istestorder testkop"))
OF_INVOICES = words("invoice faktur factu beleg rechnung voucher verifik")
NOT_OF_TAKING_BACK = words("returning policy cancellable returnable voidable avoid")
MONEY_NAMES = frozenset(words(" ".join(NAMES["amount"] + NAMES["price"] + NAMES["refund"])))
IN_NAMES = "SEK|NOK|DKK|ISK|EUR|USD|GBP|CHF|CAD|AUD|NZD|JPY|CNY|INR|PLN|CZK|HUF|RON|BRL|MXN|ZAR"
OF_A_CURRENCY = re.compile(
    rf"(?i)[\s_-]*(?:[(\[]\s*(?:in |i )?({IN_NAMES}|kr|[$€£¥])\s*[)\]]"
    rf"|[\s_,-](?:in |i )?({IN_NAMES}|kr))\s*$"
)
"""The currency at the end of a column's name."""
OF_A_TYPE = re.compile(r"\.\$(?:date|oid|number[A-Za-z]*)$")
"""What an export of MongoDB adds to the name of a field, for its type."""
SHOPIFY = frozenset(["name", "email", "createdat", "total", "lineitemquantity", "lineitemname"])


@dataclass(frozen=True)
class Choice:
    """The position of the column of each role that is there, and what the names imply."""

    roles: Mapping[str, int]
    keys: tuple[int, ...] = ()
    """The columns that together are the customer, where there are several."""
    statuses: tuple[int, ...] = ()
    """All columns that hold a status of the order."""
    given: frozenset[str] = frozenset()
    """Roles whose column the user gave."""
    once: bool = False
    """The user says that the amount is the order's total."""
    guessed: frozenset[str] = frozenset()
    """Roles whose column has a name that says little: the data must bear it out."""
    articles: tuple[int, ...] = ()
    """Columns that tell the articles of an order apart, by their names."""


class _Names(list[str]):
    """Normalised names of columns; a table may have tens of thousands."""

    @cached_property
    def places(self) -> Mapping[str, list[int]]:
        """Per name where it stands."""
        by_name: dict[str, list[int]] = {}
        for position, name in enumerate(self):
            by_name.setdefault(name, []).append(position)
        return by_name


def further_names(names: Sequence[str], choice: Choice) -> dict[str, int]:
    """The position of each column that is known by name but not needed, by what it tells.

    A quantity stands among them even where it makes the amount.

    Examples:
        >>> columns = ["Name", "Email", "Total", "Discount Code", "Discount Amount", "Source"]
        >>> further_names(columns, Choice({"order": 0, "customer": 1, "amount": 2}))
        {'discount': 4, 'discount_code': 3, 'channel': 5}
    """
    cleaned = _Names(map(normalised, names))
    taken = {*choice.roles.values(), *choice.keys, *choice.statuses}
    taken -= {choice.roles[role] for role in ("discount", "quantity") if role in choice.roles}
    by_role: dict[str, int] = {}
    for role, ranks in {"quantity": (*NAMES["quantity"], COUNTED), **FURTHER}.items():
        if role in choice.roles:
            if role != "discount" or not _is_share(cleaned[choice.roles[role]]):
                by_role[role] = choice.roles[role]
            continue
        places = (
            i
            for rank in ranks
            for name in words(rank)
            for i in cleaned.places.get(name, ())
            if i not in taken and i not in by_role.values()
        )
        place = next(places, None)
        if place is not None:
            by_role[role] = place
    return by_role


def _is_share(name: str) -> bool:
    """Whether a discount's name says that it is a share."""
    return name in words(FURTHER["discount_percent"][0])


def amount_of(name: str) -> str | None:
    """Whose amount a column holds by its name: that of a ``line``, of an ``order``, or unknown.

    Examples:
        >>> amount_of("Line total"), amount_of("Order Total"), amount_of("Total")
        ('line', 'order', None)
    """
    if _speaks_of(name, OF_A_LINE):
        return "line"
    return "order" if _speaks_of(name, OF_AN_ORDER) else None


def names_a_customer(name: str) -> bool:
    """Whether a column may well hold what identifies a customer."""
    cleaned = normalised(name)
    if cleaned in CUSTOMER_NAMES:
        return True
    whose = any(part in cleaned for part in OF_A_CUSTOMER)
    return whose and any(part in cleaned for part in IDENTIFYING)


def speaks_of_taking_back(name: str) -> bool:
    """Whether a column may say that an order or a part of it was cancelled or returned.

    Examples:
        >>> speaks_of_taking_back("Cancelled at"), speaks_of_taking_back("Returning customer")
        (True, False)
    """
    cleaned = normalised(name)
    if any(part in cleaned for part in NOT_OF_TAKING_BACK):
        return False
    return cleaned in OF_TESTS or any(part in cleaned for part in OF_TAKING_BACK)


def speaks_of_invoices(name: str) -> bool:
    """Whether a type is by its name that of invoices, of which credits give money back."""
    cleaned = normalised(name)
    return any(part in cleaned for part in OF_INVOICES)


def names_a_state(name: str) -> bool:
    """Whether a column is by a part of its name a status, of whatever it may be."""
    return any(part in normalised(name) for part in ("status", "statut", "estado"))


def price_of_one(name: str) -> bool:
    """Whether a price is by its name that of one article, whatever the quantity."""
    return _speaks_of(name, OF_ONE)


def _speaks_of(name: str, parts: Sequence[str]) -> bool:
    """Whether a word of the name begins with one of the parts, or holds one that is not short."""
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", name)
    tokens = [normalised(token) for token in re.split(r"[\W_]+", spaced)]
    whole = normalised(name)
    return any(
        (len(part) > 3 and part in whole) or any(token.startswith(part) for token in tokens)
        for part in parts
    )


@lru_cache(1 << 17)
def normalised(name: str) -> str:
    """The letters and digits of a name, without case and accents; ``#`` reads as number."""
    if ".$" in name:
        name = OF_A_TYPE.sub("", name)
    plain = re.sub("n[°º]|№", "no", name.replace("#", " number").casefold())
    folded = unicodedata.normalize("NFKD", plain)
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
    option = "--order-total" if role == "order_total" else OPTIONS[role].partition(" ")[0]
    for same in (
        [i for i, name in enumerate(names) if name == wanted],
        [i for i, name in enumerate(names) if normalised(name) == normalised(wanted) != ""],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            numbers = " and ".join(str(i + 1) for i in same)
            raise InputError(
                Translated(
                    f"{where}: {len(same)} columns are called {wanted!r} ({numbers})",
                    f"{where}: {len(same)} kolumner heter {wanted!r} ({numbers})",
                ),
                command=f"{where}: {len(same)} columns are called {wanted!r}; give the number of"
                f" the one you mean with {option} ({numbers})",
            )
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    # A further column is asked for by several options, and by conditions.
    meant = "" if role == "by" else f" for {option}"
    known = listed(names)
    raise InputError(
        Translated(
            f"{where}: no column {wanted!r}; the columns are {known}",
            f"{where}: ingen kolumn {wanted!r}; kolumnerna är {known}",
        ),
        command=f"{where}: no column {wanted!r}{meant}; the columns are {known}",
    )


def choose_columns(
    names: Sequence[str],
    given: Mapping[str, str | Sequence[str] | None],
    where: str,
    *,
    needed: Sequence[str] = ("customer", "date", "amount"),
    wanted: Sequence[str] = ("order", "currency", "status", "refund", "discount", "document"),
) -> Choice:
    """The columns to read: those `given` by the user, else those whose names are known.

    Args:
        names: the columns as the input names them, in its order.
        given: per role the name or 1-based number that the user gave; several for the customer;
            ``order_total`` names an amount that is the whole order's.
        where: the input, for messages.
        needed: roles that must be found; ``amount`` may be ``quantity`` and ``price`` instead.
        wanted: roles that are used if they are found.

    Raises:
        QuestionError: needed roles aren't there, or are there more than once; all are asked for.
        InputError: a column that was given isn't there.
    """
    cleaned = _without_currencies(names)
    keys, roles = _given(names, given, where)
    factors = "quantity" in roles or "price" in roles
    if factors:
        if "amount" in roles:
            raise InputError(
                Translated(
                    f"{where}: an amount, or quantity and price, not both",
                    f"{where}: ett belopp, eller antal och pris, inte båda",
                ),
                command=f"{where}: give --amount (or --order-total), or --quantity and --price,"
                " not both",
            )
        # Whoever gives one of the two wants the product, whatever else is there.
        needed = [role for role in needed if role != "amount"] + ["quantity", "price"]
    if set(cleaned) >= SHOPIFY and "customer" in needed:
        layout = {"customer": "email", "date": "createdat", "order": "name"}
        if not factors:
            layout["amount"] = "total"
        for role, name in layout.items():
            if role not in roles:
                roles[role] = find_column(cleaned, name, role, where)
    guessed = _complete(cleaned, names, roles, needed, where)
    without = {role for role in wanted if given.get(role) == "none"}
    for role in wanted:
        if role not in roles and role not in without:
            position = _recognised(cleaned, names, role, where)
            if position is not None and position not in roles.values():
                roles[role] = position
    if cleaned[roles.get("amount", 0)] in ("grandtotalbase", "basegrandtotal"):
        _of_base_totals(cleaned, roles, given)
    return Choice(
        roles,
        keys=tuple(keys),
        statuses=_statuses(cleaned, roles, "status" in given and bool(given["status"])),
        given=frozenset(role for role in given if given[role] and role in roles)
        | ({"amount"} if given.get("order_total") else set()),
        once=bool(given.get("order_total")),
        guessed=guessed,
        articles=tuple(i for i, name in enumerate(cleaned) if name in ARTICLES),
    )


def currency_of(name: str) -> str | None:
    """The currency that the name of a column says its amounts are in.

    Examples:
        >>> currency_of("Belopp (SEK)"), currency_of("total_eur"), currency_of("Total")
        ('SEK', 'EUR', None)
    """
    match = OF_A_CURRENCY.search(name)
    return (match[1] or match[2]).upper() if match else None


def _without_currencies(names: Sequence[str]) -> _Names:
    """The names as they are compared, without the currency where the rest is an amount's."""
    cleaned = _Names(map(normalised, names))
    for i, name in enumerate(names):
        if currency_of(name) is not None:
            rest = normalised(OF_A_CURRENCY.sub("", name))
            # What is called so by itself is the amount.
            if rest in MONEY_NAMES and rest not in cleaned.places:
                cleaned[i] = rest
    return _Names(cleaned)


def _of_base_totals(
    cleaned: Sequence[str],
    roles: dict[str, int],
    given: Mapping[str, str | Sequence[str] | None],
) -> None:
    """Totals are in the shop's own currency, whatever each order was paid in."""
    if not given.get("currency"):
        roles.pop("currency", None)
    if "order" not in roles and "id" in cleaned:
        roles["order"] = cleaned.index("id")


def _given(
    names: Sequence[str], given: Mapping[str, str | Sequence[str] | None], where: str
) -> tuple[list[int], dict[str, int]]:
    """The columns of the customer, and per role the column, that the user gave."""
    keys: list[int] = []
    roles: dict[str, int] = {}
    if given.get("amount") and given.get("order_total"):
        raise InputError(
            Translated(
                f"{where}: an amount of the row or of the order, not both",
                f"{where}: radens belopp eller orderns, inte båda",
            ),
            command=f"{where}: give --amount or --order-total, not both",
        )
    for role, wanted in given.items():
        if not wanted or wanted == "none":
            continue
        texts = [wanted] if isinstance(wanted, str) else list(wanted)
        positions = [find_column(names, text, role, where) for text in texts]
        if role == "customer":
            keys = list(dict.fromkeys(positions))
        roles["amount" if role == "order_total" else role] = positions[0]
    return keys if len(keys) > 1 else [], roles


def _complete(
    cleaned: _Names,
    names: Sequence[str],
    roles: dict[str, int],
    needed: Sequence[str],
    where: str,
) -> frozenset[str]:
    """Find the needed roles that were not given; those that are a guess are returned.

    Raises:
        QuestionError: some are not there, or not certain. All of it is asked at once.
    """
    missing: list[str] = []
    several: list[QuestionError] = []
    guessed: set[str] = set()
    for role in needed:
        if role in roles:
            continue
        try:
            position = _recognised(cleaned, names, role, where)
            if position is None and role == "amount":
                position = _factors(cleaned, names, roles, where)
                if position is None and {"quantity", "price"} <= roles.keys():
                    continue
        except QuestionError as error:
            several.append(error)
            continue
        if position is None and role == "customer" and "id" in cleaned:
            position = cleaned.index("id")
            guessed.add(role)
        if position is None:
            missing.append(role)
        else:
            roles[role] = position
    if not missing and len(several) == 1:
        raise several[0]
    if missing or several:
        raise _question(missing, several, names, where)
    return frozenset(guessed)


def _factors(
    cleaned: _Names, names: Sequence[str], roles: dict[str, int], where: str
) -> int | None:
    """Put quantity and price into the roles; the price itself where it stands alone."""
    quantity = _recognised(cleaned, names, "quantity", where)
    price = _recognised(cleaned, names, "price", where)
    if quantity is None or price is None:
        return price
    roles.update(quantity=quantity, price=price)
    return None


def _question(
    missing: Sequence[str], several: Sequence[QuestionError], names: Sequence[str], where: str
) -> QuestionError:
    said, shown, options = [], list[Label](), []
    if missing:
        spoken = [ROLE_WORDS[role] for role in missing]
        what = " and the ".join(one.en for one in spoken)
        flags = " ".join(OPTIONS[role] for role in missing)
        said.append(f"which column is the {what}? Give {flags}")
        roles = " och ".join(one.sv for one in spoken)
        shown.append(Translated(f"which column is the {what}?", f"vilken kolumn är {roles}?"))
        options += [f"{OPTIONS[role].partition(' ')[0]} COLUMN" for role in missing]
    for error in several:
        said.append(str(error).removeprefix(f"{where}: "))
        both = (translate(error.message, lang).removeprefix(f"{where}: ") for lang in LANGS)
        shown.append(Translated(*both))
        options.append(error.options)
    if missing:
        columns = Translated("the columns are {}", "kolumnerna är {}").format(listed(names))
        said.append(columns.en)
        shown.append(columns)
    # After a question mark a sentence begins.
    parts = (
        re.sub(
            r"\?; (\w)",
            lambda s: f"? {s[1].upper()}",
            "; ".join(translate(one, lang) for one in shown),
        )
        for lang in LANGS
    )
    return QuestionError(
        Translated(*(f"{where}: {text}" for text in parts)),
        " ".join(options),
        command=f"{where}: {'; '.join(said)}",
    )


def _statuses(cleaned: _Names, roles: Mapping[str, int], given: bool) -> tuple[int, ...]:
    if "status" not in roles:
        return ()
    if given:
        return (roles["status"],)
    every = {name for rank in NAMES["status"] for name in words(rank)}
    more = [i for i, name in enumerate(cleaned) if name in every and i not in roles.values()]
    return (roles["status"], *more)


def _recognised(cleaned: _Names, names: Sequence[str], role: str, where: str) -> int | None:
    for rank in NAMES["customer" if role in ("contact_id", "respondent") else role]:
        position = _single(cleaned, names, words(rank), role, where)
        if position is not None:
            return position
    return None


def _single(
    cleaned: _Names, names: Sequence[str], rank: Sequence[str], role: str, where: str
) -> int | None:
    same = sorted(position for name in rank for position in cleaned.places.get(name, ()))
    if len(same) > 1:
        if role in UNCERTAIN:
            return same[0]
        option = OPTIONS[role].partition(" ")[0]
        places = [f"{i + 1} {names[i]!r}" for i in same]
        both, svenska = (f" {word} ".join(places) for word in ("and", "och"))
        spoken = Translated(role.replace("_", "-"), ROLE_WORDS[role].sv)
        raise QuestionError(
            Translated(
                f"{where}: columns {both} could each be the {spoken.en}",
                f"{where}: kolumnerna {svenska} kan var och en vara {spoken.sv}",
            ),
            f"{option} {shlex.quote(names[same[0]])}",
            f"; give the name or number of the right one with {option}",
        )
    return same[0] if same else None
