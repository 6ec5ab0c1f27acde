"""The words of the domain in English and Swedish: labels of workbooks and of the terminal.

A text that stands in one place alone is written there, as a :class:`Text` with both languages side
by side, so that neither is forgotten. What several places say stands here.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias, get_args

__all__ = ["LANGS", "Lang", "Text", "Words", "say", "term"]

Lang: TypeAlias = Literal["en", "sv"]

LANGS: tuple[Lang, ...] = get_args(Lang)


class Text(NamedTuple):
    """A text in each language.

    Examples:
        >>> say(Text("lost", "förlorade"), "sv")
        'förlorade'
        >>> say("2026-10", "sv")
        '2026-10'
    """

    en: str
    sv: str

    def format(self, *args: Any, **names: Any) -> Text:
        """The text with values filled in, as :meth:`str.format` does; texts in their language."""
        return Text(
            *(
                template.format(
                    *(say(a, lang) for a in args), **{k: say(v, lang) for k, v in names.items()}
                )
                for lang, template in zip(LANGS, self, strict=True)
            )
        )

    def capitalize(self) -> Text:
        """The text as it begins a line."""
        return Text(*(text[:1].upper() + text[1:] for text in self))


Words: TypeAlias = Text | str
"""A text in both languages, or one that is the same in all (a name, a number, data)."""


def say(words: Any, lang: Lang) -> Any:
    """The words in a language; what is no :class:`Text` as it is."""
    return words[LANGS.index(lang)] if isinstance(words, Text) else words


TERMS: dict[str, Text] = {
    "clv": Text("customer lifetime value (CLV)", "livstidsintäkt (CLV)"),
    "frequency": Text("purchase frequency", "köpfrekvens"),
    "average_order_value": Text("average order value", "snittköp"),
    "annual_value": Text("annual value", "årsintäkt"),
    "duration": Text("duration", "duration"),
    "gross_duration": Text("gross duration", "bruttoduration"),
    "net_duration": Text("net duration", "nettoduration"),
    "retention": Text("retention", "retention"),
    "reactivation": Text("reactivation", "återvinning"),
    "customers": Text("customers", "kunder"),
    "active_customers": Text("active customers", "aktiva kunder"),
    "opening": Text("opening", "IB"),
    "closing": Text("closing", "UB"),
    "new": Text("new", "nya"),
    "continued": Text("continued", "fortsatt aktiva"),
    "reactivated": Text("reactivated", "återvunna"),
    "lost": Text("lost", "förlorade"),
    "former": Text("former customers", "f.d. kunder"),
    "s12": Text("last 12 months (S12)", "senaste 12 månaderna (S12)"),
    "f12": Text("the 12 months before (F12)", "föregående 12 (F12)"),
    "super": Text("super", "super"),
    "top": Text("top", "topp"),
    "mid": Text("mid", "mellan"),
    "bottom": Text("bottom", "botten"),
    "tier": Text("value tier", "värdenivå"),
    "segment": Text("segment", "segment"),
    "upgrade": Text("upgrade", "uppgradering"),
    "downgrade": Text("downgrade", "nedgradering"),
    "flows": Text("customer flows", "kundflöden"),
    "migration": Text("customer migration", "kundmigration"),
    "portfolio": Text("customer portfolio", "kundportfölj"),
    "portfolio_value": Text("portfolio value", "portföljvärde"),
    "budget": Text("customer development budget", "kundutvecklingsbudget"),
    "orders": Text("orders", "antal köp"),
    "revenue": Text("revenue", "omsättning"),
    "order_value": Text("order value", "intäkt per köp"),
    "orders_per_customer": Text("orders per customer", "köp per kund"),
    "revenue_per_customer": Text("revenue per customer", "intäkt per kund"),
    "recruitment": Text("recruitment", "rekrytering"),
    "outcome": Text("outcome", "utfall"),
    "simulation": Text("simulation", "simulering"),
    "growth": Text("growth", "tillväxt"),
    "target": Text("target", "mål"),
    "goal": Text("goal", "mål"),
    "total": Text("total", "totalt"),
    "tipping_point": Text("tipping point", "tipping point"),
    "acquire": Text("acquire", "skaffa"),
    "keep": Text("keep", "behålla"),
    "develop": Text("develop", "utveckla"),
    "win_back": Text("win back", "återvinna"),
    "share_of_wallet": Text("share of wallet (S-o-W)", "kundandel (S-o-W)"),
    "status": Text("status", "status"),
    "customer": Text("customer", "kund"),
}
"""Labels by key: statuses, tiers and columns of the tables by the names they have there."""


def term(key: str) -> Words:
    """The label of a key; a key that is no term (a tier of the user's own) is its own label.

    Examples:
        >>> term("reactivated").sv
        'återvunna'
        >>> term("gold")
        'gold'
    """
    return TERMS.get(key, key)
