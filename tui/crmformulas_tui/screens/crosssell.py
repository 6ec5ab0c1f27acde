"""Cross-sell: what the customers of a value tier buy, and how much of it each of them does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widgets import Static

from crmformulas.cli.cross_sell import PRODUCT_HEADS, TIER_HEADS, USUAL
from crmformulas.formats import bar
from crmformulas.orders.selections.cross_sell import CAVEAT, FEWEST
from crmformulas.printable import printable
from crmformulas.translations import Translated, term
from crmformulas_tui.asking import AskingPane
from crmformulas_tui.export import ExportTable
from crmformulas_tui.keys import Key
from crmformulas_tui.widgets.line_table import Column, LineTable, StaticTable
from crmformulas_tui.widgets.panel import Panel
from crmformulas_tui.workspace import ScreenState

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from crmformulas.orders.log import Orders
    from crmformulas.orders.selections.cross_sell import CrossSell, TierShare
    from crmformulas_tui.session import View

__all__ = ["CrossSellPane", "CrossSellState"]

TIER_KEYS = "tier", "customers", "products", "bought_each", "share_bought", "potential"
PRODUCT_KEYS = "product", "buyers", "share", "spent_each"
RANKS = {"products": 1, "bought_each": 2}

BAR = 24
"""Columns of the bar of all customers of a tier."""


@dataclass
class CrossSellState(ScreenState):
    """The tier whose products are shown; the one with the largest potential at first."""

    tier: str | None = None


class CrossSellPane(AskingPane):
    """The tiers, and what is usual in the one under the cursor."""

    NAME = Translated("Cross-sell", "Merförsäljning")
    ABOUT = Translated(
        "What the customers of a value tier buy, and what those of them who don't buy it come to "
        "at most. Usual is what at least a fifth of the tier buy, and 30 customers of it. ⏎ lists "
        "the customers of the tier who lack some of it; all that those alike buy and one customer "
        "doesn't stands on the page of the customer.",
        "Vad kunderna på en värdenivå köper, och vad de som inte köper det kan ge som mest. "
        "Vanligt är det som minst en femtedel av nivån köper, och 30 kunder i den. ⏎ listar "
        "kunderna på nivån som saknar något av det; vad liknande kunder köper men inte just den "
        "kunden står på kundens sida.",
    )
    DOING = Translated("counting products", "räknar varor")
    KEYS = (Key("enter", "drill", Translated("customers", "kunder")),)
    DEFAULT_CSS = """
    CrossSellPane #crosssell-parts { height: auto; }
    CrossSellPane #crosssell-products { margin-top: 1; }
    CrossSellPane #crosssell-caveat { color: $text-muted; margin-top: 1; }
    CrossSellPane.broad #crosssell-parts { layout: horizontal; }
    CrossSellPane.broad #crosssell-products { margin-top: 0; margin-left: 1; }
    """

    def parts(self) -> ComposeResult:
        """The tiers, the products, and what both can't tell."""
        with Container(id="crosssell-parts"):
            with Panel(id="crosssell-tiers"):
                heads = [
                    (key, head, RANKS.get(key, 0))
                    for key, head in zip(TIER_KEYS, TIER_HEADS, strict=True)
                ]
                yield LineTable(self.columns_of(heads, {"tier": 10}), id="crosssell-table")
            with Panel(id="crosssell-products"):
                yield StaticTable(id="crosssell-usual")
        yield Static(id="crosssell-caveat", markup=False)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#crosssell-table", LineTable)

    def ask(self, log: Orders, view: View) -> CrossSell:
        """Count what the customers of each tier buy."""
        return log.cross_sell(as_of=view.as_of, rules=view.rules)

    def fill(self, answer: CrossSell) -> None:
        """The message and the tiers; the products follow the cursor."""
        f = self.numbers
        self.show_message(self._message(answer))
        title = Translated("What each tier buys of {}", "Vad varje nivå köper av {}")
        self.query_one("#crosssell-tiers", Panel).set_title(
            self.translate(title.format(printable(answer.column)))
        )
        self._table.show_data(
            [
                [
                    printable(self.translate(term(row.tier))),
                    f.whole(row.customers),
                    f.whole(row.products),
                    f.fixed(row.bought_each, 2),
                    f.percent(row.share_bought),
                    f.amount(row.potential),
                ]
                for row in answer.tiers
            ]
        )
        self._point()
        rule = self.translate(USUAL.format(f.percent(answer.least_share, 0), FEWEST))
        self.query_one("#crosssell-caveat", Static).update(f"{rule} {self.translate(CAVEAT)}")
        self._show_products()

    def on_show(self) -> None:
        """The tier that another screen asked for."""
        super().on_show()
        if self.answer is not None:
            self._point()

    def _point(self) -> None:
        """Put the cursor on the tier that was asked for."""
        answer: CrossSell = self.answer
        most = _most(answer)
        wanted = self.state(CrossSellState).tier or (most.tier if most else None)
        places = [place for place, row in enumerate(answer.tiers) if row.tier == wanted]
        self._table.cursor = places[0] if places else 0

    def _message(self, answer: CrossSell) -> str:
        most, f = _most(answer), self.numbers
        if most is None:
            none = Translated(
                "Nothing in {} is usual in a tier.", "Inget i {} är vanligt på någon nivå."
            )
            return self.translate(none.format(printable(answer.column)))
        tier = printable(self.translate(term(most.tier)))
        said = Translated(
            "{} buys {} of what is usual there; the rest comes to {} at most.",
            "{} köper {} av det som är vanligt där; resten kan ge som mest {}.",
        ).format(
            tier[:1].upper() + tier[1:], f.percent(most.share_bought, 0), f.amount(most.potential)
        )
        return self.translate(said)

    @property
    def _tier(self) -> TierShare | None:
        """The tier under the cursor."""
        answer: CrossSell | None = self.answer
        place = self._table.cursor
        return answer.tiers[place] if answer and place < len(answer.tiers) else None

    def _show_products(self) -> None:
        """Show what is usual in the tier under the cursor, what most buy first."""
        tier, f = self._tier, self.numbers
        answer: CrossSell | None = self.answer
        if tier is None or answer is None:
            return
        _, usual, buyers, share, each = map(self.translate, PRODUCT_HEADS)
        table = self.query_one("#crosssell-usual", StaticTable)
        table.columns = (
            Column("product", usual, text=True, least=16),
            Column("buyers", buyers),
            Column("share", share),
            Column("bar", "", text=True, rank=3, least=BAR),
            Column("spent_each", each, rank=2),
        )
        rows = [row for row in answer.products if row.tier == tier.tier]
        table.show_data(
            [
                [
                    printable(row.product),
                    f.whole(row.buyers),
                    f.percent(row.share),
                    bar(row.share, BAR),
                    f.amount(row.spent_each),
                ]
                for row in rows
            ]
        )
        name = printable(self.translate(term(tier.tier)))
        title = Translated("Usual in {}", "Vanligt på nivån {}").format(name)
        panel = self.query_one("#crosssell-products", Panel)
        panel.set_title(self.translate(title))
        panel.display = bool(rows)

    def on_line_table_moved(self) -> None:
        """The products of another tier."""
        if (tier := self._tier) is not None and self._table.has_focus:
            self.state(CrossSellState).tier = tier.tier
        self._show_products()

    async def action_drill(self) -> None:
        """List the customers of the tier who lack some of what is usual in it."""
        from crmformulas.orders.counting.customer_list import Filters

        tier = self._tier
        if tier is None:
            return
        name = term(tier.tier)
        if not tier.products:
            none = Translated("Nothing is usual in {}", "Inget är vanligt på nivån {}")
            self.notify(printable(self.translate(none.format(name))), markup=False)
            return
        label = Translated("{}: lack what is usual", "{}: saknar det vanliga").format(name)
        await self.list_customers(Filters(s12_tier=tier.tier, where="not_bought > 0"), label)

    async def on_line_table_chosen(self) -> None:
        """A click is as enter."""
        await self.action_drill()

    def export_tables(self) -> list[ExportTable]:
        """Both tables, unrounded."""
        answer: CrossSell | None = self.answer
        if answer is None:
            return []
        name = self.file_word
        tiers = [[getattr(row, key) for key in TIER_KEYS] for row in answer.tiers]
        products = [[row.tier, *(getattr(row, key) for key in PRODUCT_KEYS)]
                    for row in answer.products]  # fmt: skip
        heads = list(map(self.translate, TIER_HEADS))
        usual = self.translate(Translated("usual", "vanligt"))
        return [
            ExportTable(name, heads, tiers),
            ExportTable(usual, list(map(self.translate, PRODUCT_HEADS)), products),
        ]


def _most(answer: CrossSell) -> TierShare | None:
    """The tier whose potential is largest, or that buys least where lines have no amounts."""
    usual = [row for row in answer.tiers if row.products]
    return max(
        usual, key=lambda row: (row.potential or 0.0, -(row.share_bought or 0.0)), default=None
    )
