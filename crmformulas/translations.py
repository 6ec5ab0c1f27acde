"""The words of the domain in English and Swedish: labels of workbooks and of the terminal.

A text that stands in one place alone is written there, as a :class:`Translated` with both
languages side by side, so that neither is forgotten. What several places say stands here.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias, get_args

__all__ = [
    "LANGS",
    "Label",
    "Lang",
    "Translated",
    "counted",
    "counted_in_both",
    "heading",
    "term",
    "translate",
]

Lang: TypeAlias = Literal["en", "sv"]

LANGS: tuple[Lang, ...] = get_args(Lang)


class Translated(NamedTuple):
    """A text in each language.

    Examples:
        >>> translate(Translated("lost", "förlorade"), "sv")
        'förlorade'
        >>> translate("2026-10", "sv")
        '2026-10'
    """

    en: str
    sv: str

    def __str__(self) -> str:
        """The English text, so that no message ever shows two of them in brackets."""
        return self.en

    def format(self, *args: Any, **names: Any) -> Translated:
        """The text with values filled in, as :meth:`str.format` does; texts in their language."""
        return Translated(
            *(
                template.format(
                    *(translate(a, lang) for a in args),
                    **{k: translate(v, lang) for k, v in names.items()},
                )
                for lang, template in zip(LANGS, self, strict=True)
            )
        )

    def capitalize(self) -> Translated:
        """The text as it begins a line."""
        return Translated(*(text[:1].upper() + text[1:] for text in self))


Label: TypeAlias = Translated | str
"""A text in both languages, or one that is the same in all (a name, a number, data)."""


def translate(words: Any, lang: Lang) -> Any:
    """Return the label in a language; what is no :class:`Translated` as it is."""
    return words[LANGS.index(lang)] if isinstance(words, Translated) else words


COUNTED: dict[str, tuple[str, str]] = {
    "address": ("adress", "adresser"),
    "cell": ("cell", "celler"),
    "column": ("kolumn", "kolumner"),
    "contact": ("kontakt", "kontakter"),
    "customer": ("kund", "kunder"),
    "day": ("dag", "dagar"),
    "file": ("fil", "filer"),
    "id": ("id", "id"),
    "month": ("månad", "månader"),
    "name": ("namn", "namn"),
    "order": ("order", "order"),
    "order id": ("order-id", "order-id"),
    "person": ("person", "personer"),
    "phone number": ("telefonnummer", "telefonnummer"),
    "row": ("rad", "rader"),
}
"""What is counted, in English, and what one and several are in Swedish."""
VERBS = {"is": "are", "has": "have", "was": "were"}


def counted(n: int, thing: str, verb: str = "", *, lang: Lang = "en", shown: str = "") -> str:
    """So many of a thing, and in English the verb as it goes with them.

    Args:
        n: How many.
        thing: What, in English; Swedish knows those of `COUNTED`.
        verb: The verb behind it, as it goes with one thing.
        lang: The language.
        shown: The number as it is to be written; by default with its thousands apart.

    Examples:
        >>> counted(1, "row"), counted(2, "row", "is"), counted(0, "order")
        ('1 row', '2 rows are', '0 orders')
        >>> counted(1, "row", lang="sv"), counted(1131, "row", lang="sv")
        ('1 rad', '1\\xa0131 rader')
    """
    number = shown or f"{n:,}".replace(",", "\u00a0")
    if lang == "sv":
        return f"{number} {COUNTED[thing][n != 1]}"
    if n == 1:
        return f"{number} {thing} {verb}".rstrip()
    several = thing + ("es" if thing.endswith("s") else "s")
    return f"{number} {several} {VERBS.get(verb) or verb.removesuffix('s')}".rstrip()


def counted_in_both(n: int, thing: str, shown: str = "") -> Translated:
    """So many of a thing, in each language.

    Examples:
        >>> counted_in_both(2, "customer").sv
        '2 kunder'
    """
    return Translated(*(counted(n, thing, lang=lang, shown=shown) for lang in LANGS))


TERMS: dict[str, Translated] = {
    "clv": Translated("customer lifetime value (CLV)", "livstidsintäkt (CLV)"),
    "frequency": Translated("purchase frequency", "köpfrekvens"),
    "average_order_value": Translated("average order value", "snittköp"),
    "annual_value": Translated("annual value", "årsintäkt"),
    "duration": Translated("duration", "duration"),
    "gross_duration": Translated("gross duration", "bruttoduration"),
    "net_duration": Translated("net duration", "nettoduration"),
    "retention": Translated("retention", "retention"),
    "reactivation": Translated("reactivation", "återvinning"),
    "customers": Translated("customers", "kunder"),
    "active_customers": Translated("active customers", "aktiva kunder"),
    "opening": Translated("opening", "IB"),
    "closing": Translated("closing", "UB"),
    "new": Translated("new", "nya"),
    "continued": Translated("continued", "fortsatt aktiva"),
    "reactivated": Translated("reactivated", "återvunna"),
    "lost": Translated("lost", "förlorade"),
    "inactive": Translated("inactive", "inaktiva"),
    "former": Translated("former customers", "f.d. kunder"),
    "s12": Translated("last 12 months (S12)", "senaste 12 månaderna (S12)"),
    "f12": Translated("the 12 months before (F12)", "föregående 12 (F12)"),
    "super": Translated("super", "super"),
    "top": Translated("top", "topp"),
    "mid": Translated("mid", "mellan"),
    "bottom": Translated("bottom", "botten"),
    "tier": Translated("value tier", "värdenivå"),
    "segment": Translated("segment", "segment"),
    "upgrade": Translated("upgrade", "uppgradering"),
    "downgrade": Translated("downgrade", "nedgradering"),
    "flows": Translated("customer flows", "kundflöden"),
    "migration": Translated("customer migration", "kundmigration"),
    "portfolio": Translated("customer portfolio", "kundportfölj"),
    "portfolio_value": Translated("portfolio value", "portföljvärde"),
    "budget": Translated("customer development budget", "kundutvecklingsbudget"),
    "orders": Translated("orders", "antal köp"),
    "revenue": Translated("revenue", "omsättning"),
    "extra_orders": Translated("extra orders", "merköp"),
    "order_value": Translated("order value", "intäkt per köp"),
    "orders_per_customer": Translated("orders per customer", "köp per kund"),
    "revenue_per_customer": Translated("revenue per customer", "intäkt per kund"),
    "recruitment": Translated("recruitment", "rekrytering"),
    "outcome": Translated("outcome", "utfall"),
    "simulation": Translated("simulation", "simulering"),
    "growth": Translated("growth", "tillväxt"),
    "target": Translated("target", "mål"),
    "goal": Translated("goal", "mål"),
    "total": Translated("total", "totalt"),
    "tipping_point": Translated("tipping point", "tipping point"),
    "acquire": Translated("acquire", "skaffa"),
    "keep": Translated("keep", "behålla"),
    "develop": Translated("develop", "utveckla"),
    "win_back": Translated("win back", "återvinna"),
    "share_of_wallet": Translated("share of wallet (S-o-W)", "kundandel (S-o-W)"),
    "status": Translated("status", "status"),
    "customer": Translated("customer", "kund"),
}
"""Labels by key: statuses, tiers and columns of the tables by the names they have there."""


def term(key: str) -> Label:
    """The label of a key; a key that is no term (a tier of the user's own) is its own label.

    Examples:
        >>> term("reactivated").sv
        'återvunna'
        >>> term("gold")
        'gold'
    """
    return TERMS.get(key, key)


def heading(key: str) -> Label:
    """The label of a key as it begins a line; a key that is no term as it is.

    Examples:
        >>> heading("reactivated").sv
        'Återvunna'
        >>> heading("gold")
        'gold'
    """
    label = term(key)
    return label.capitalize() if isinstance(label, Translated) else label
