"""Worth of an order by the status and the type of its document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from crmformulas.orders.reading.column_roles import words

__all__ = [
    "CREDIT",
    "FINE",
    "NO_SALE",
    "PARTLY",
    "REFUNDED",
    "TAKEN_BACK",
    "in_other_words",
    "is_one_of",
    "says",
    "spelled",
    "state_of",
]

NO_SALE = frozenset(
    words(
        """
    cancelled canceled cancelled_by_customer cancelled_by_seller failed failure payment_failed
    voided void declined denied rejected expired abandoned draft auto_draft checkout_draft test
    chargeback charge_back charged_back reversed fraud fraudulent payment_error uncollectible
    deleted removed trash raderad raderat borttagen borttaget gelöscht supprimé supprimée slettet
    poistettu eliminado eliminada verwijderd avbruten avbrutet avbeställd avbeställt
    annullerad annullerat
    makulerad makulerat misslyckad misslyckat nekad nekat avvisad utgången övergiven utkast
    storniert abgebrochen annulliert fehlgeschlagen abgelehnt abgelaufen entwurf verworfen
    annulé annulée échoué échouée échec refusé refusée expiré expirée abandonné brouillon
    kansellert avbrutt annullert annulleret afbrudt mislykket mislyktes feilet fejlet avvist
    afvist utløpt udløbet kladde utkast peruttu peruutettu mitätöity epäonnistunut hylätty
    vanhentunut luonnos cancelado cancelada anulado anulada fallido fallida rechazado rechazada
    caducado caducada borrador geannuleerd mislukt geweigerd afgewezen verlopen concept
        """
    )
)
"""States that mean that no sale came about."""
REFUNDED = frozenset(
    words(
        """
    refunded fully_refunded returned fully_returned credited krediterad krediterat återköpt
    återköp gutgeschrieben återbetald återbetalt returnerad returnerat
    erstattet zurückerstattet rückerstattet retourniert remboursé remboursée retourné retournée
    refundert tilbakebetalt refunderet tilbagebetalt returnert returneret palautettu hyvitetty
    reembolsado reembolsada devuelto devuelta terugbetaald geretourneerd
        """
    )
)
"""States that mean that all of it was given back."""
TAKEN_BACK = REFUNDED | {"chargeback", "charge_back", "charged_back", "reversed"}
"""States of which a negative amount is the money that went back, beside the row of the sale."""
FINE = frozenset(
    words(
        """
    paid partially_paid placed ordered purchase purchased
    complete completed closed shipped fulfilled delivered delivered_to_customer sent
    dispatched paiement_accepté payment_accepted delivering
    captured authorized invoiced archived open active ok success succeeded settled
    shipped_delivered_to_buyer partially_fulfilled picked_up betald betalt skickad skickat
    levererad levererat klar slutförd avslutad expedierad fakturerad bezahlt versendet versandt
    abgeschlossen geliefert erledigt payé payée expédié expédiée livré livrée terminé terminée
    sendt levert leveret fullført gennemført maksettu toimitettu valmis pagado pagada enviado
    enviada entregado entregada completado completada betaald verzonden geleverd afgerond
    voltooid true yes ja 1
        """
    )
)
"""States of a sale."""
PARTLY = frozenset(
    words(
        """
    partially_refunded partly_refunded partial_refund partial_refunded partially_returned
    delvis_återbetald delvis_återbetalt delvis_returnerad teilweise_erstattet
    teilweise_zurückerstattet partiellement_remboursé partiellement_remboursée delvis_refundert
    delvist_refunderet osittain_palautettu osittain_hyvitetty parcialmente_reembolsado
    reembolsado_parcialmente gedeeltelijk_terugbetaald
        """
    )
)
"""States of a sale of which a part was given back: how much, another column must say."""
AROUND = frozenset(
    words(
        "order orders payment transaction by to the customer buyer seller admin merchant user"
        " system shop store client owner staff automatically auto av från kund kunden butik"
        " butiken säljare säljaren köpare köparen von vom kunde verkäufer käufer par le vendeur"
    )
)
"""Words that do not change what a state means."""
CREDIT = frozenset(
    words(
        """
    credit credits chargeback reversal refunds refunded returned återköp återköpt krediterad
    credit_note credit_memo credit_invoice creditnote creditmemo refund return returns
    return_order credited kredit kreditnota kreditfaktura kreditering kreditorder retur
    returorder återbetalning gutschrift stornorechnung storno rückgabe retoure erstattung avoir
    note_de_crédit facture_d'avoir retour remboursement kreditnote kreditnota tilbakebetaling
    tilbagebetaling hyvityslasku hyvitys palautus abono nota_de_crédito factura_rectificativa
    devolución reembolso creditnota creditfactuur retourzending terugbetaling cn
        """
    )
)
"""Types of a document that gives money back."""
DEBIT = frozenset(["debit", "debet", "débit", "débito", "lastschrift"])
"""Beside one of these, credit means money that came in."""


def state_of(cell: str) -> str:
    """A status as it is compared: lower case, words joined, without the prefix of a shop."""
    state = cell.strip().casefold().replace(" ", "_").replace("-", "_").strip("_")
    return state.removeprefix("wc_")


def in_other_words(state: str, words: Iterable[str]) -> bool:
    """Whether a state says what one of those known says, and only by whom or of what beside it.

    Examples:
        >>> in_other_words("cancelled_by_admin", NO_SALE), in_other_words("order_void", NO_SALE)
        (True, True)
        >>> in_other_words("cancellation_requested", NO_SALE)
        False
    """
    parts = [part for part in re.split(r"[_\W]+", state) if part]
    left = [part for part in parts if part not in AROUND]
    return bool(left) and len(left) < len(parts) and "_".join(left) in words


def says(state: str, words: Iterable[str]) -> bool:
    """Whether a state is one of those words, as it is or in other words."""
    return state in words or in_other_words(state, words)


def spelled(words: Iterable[str]) -> list[str]:
    """The spellings, in lower case, of words that `state_of` gives."""
    spellings = set()
    for word in words:
        plain = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", word)
            if not unicodedata.combining(letter)
        )
        for form in {word, plain}:
            for mark in ("_", " ", "-", ""):
                spellings |= {form.replace("_", mark), "wc-" + form.replace("_", mark)}
    return sorted(spellings)


def is_one_of(cell: Any, words: Iterable[str]) -> Any:
    """Whether a cell of text holds one of the words, in any spelling of them."""
    return cell.strip().lower().isin(spelled(words)).fill_null(False)
