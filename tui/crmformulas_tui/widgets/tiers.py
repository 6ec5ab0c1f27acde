"""The value tiers as a table, and the grid in which their drivers are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.what_if import LEVERS, all_tiers
from crmformulas.printable import printable
from crmformulas.translations import Label, Lang, Translated, term, translate
from crmformulas_tui.widgets.grid import Grid
from crmformulas_tui.widgets.line_table import Column, LineTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmformulas.orders.analysis.what_if import WhatIf
    from crmformulas.orders.summary.model import PortfolioRow, Summary

__all__ = ["WIDE", "WORDS", "TierTable", "WhatIfGrid"]

WIDE = 120
"""Columns of the screen from which on heads are written out."""

FIGURES: tuple[tuple[str, Translated, Label, str, int], ...] = (
    ("customers", Translated("customers", "kunder"), Translated("customers", "kunder"), "whole", 2),
    (
        "retention",
        Translated("retention", "retention"),
        Translated("retention", "retention"),
        "percent",
        3,
    ),
    (
        "duration",
        Translated("years", "år"),
        Translated("duration, years", "duration, år"),
        "two",
        4,
    ),
    ("orders_per_customer", Translated("freq.", "frekv."), term("orders_per_customer"), "two", 5),
    ("value_per_order", Translated("/order", "/köp"), term("average_order_value"), "amount", 6),
    ("annual_value", Translated("a year", "per år"), term("annual_value"), "amount", 7),
    ("clv", Translated("CLV", "CLV"), Translated("CLV", "CLV"), "amount", 1),
    ("clv_index", Translated("index", "index"), Translated("CLV index", "CLV-index"), "one", 8),
    ("portfolio_value", Translated("value", "värde"), term("portfolio_value"), "amount", 1),
)
"""The columns of the tiers: key, head in short and in full, number format, and the rank by which
it is left out."""

WORDS = {
    "frequency": Translated("frequency", "köpfrekvens"),
    "order_value": Translated("order value", "snittköp"),
    "duration": Translated("duration", "duration"),
}


class TierTable(LineTable):
    """A line for each tier, and one for all customers."""

    def show_tiers(
        self,
        summary: Summary,
        lang: Lang,
        *,
        wide: bool,
        beside: Callable[[list[Column], list[list[str]]], None] = lambda columns, lines: None,
    ) -> None:
        """Show the tiers of a summary.

        Args:
            summary: What is shown.
            lang: The language.
            wide: Whether heads are written in full.
            beside: Puts further columns beside those of the table.
        """
        columns = [
            Column("tier", translate(term("tier"), lang) if wide else "", text=True),
            *(
                Column(key, translate(full if wide else head, lang), rank=rank)
                for key, head, full, _, rank in FIGURES
            ),
        ]
        figures = NumberFormat(lang)
        lines = [
            [
                printable(translate(term(record.tier), lang)),
                *(_cell(figures, record, key, kind) for key, _, _, kind, _ in FIGURES),
            ]
            for record in (*summary.portfolio_records, all_tiers(summary))
        ]
        # What tiers have and all together have not.
        lines[-1][-2] = lines[-1][-3] = ""
        beside(columns, lines)
        self.columns = tuple(columns)
        self.show_data(lines, strong=(len(lines) - 1,))


def _cell(figures: NumberFormat, record: PortfolioRow, key: str, kind: str) -> str:
    value = getattr(record, key)
    if kind == "percent":
        return figures.percent(value)
    if kind == "amount":
        return figures.amount(value)
    return figures.fixed(value, {"whole": 0, "one": 1, "two": 2}[kind])


class WhatIfGrid(Grid):
    """A line for each tier and one for all; the cursor stands on one of the drivers."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(reach=len(LEVERS), id=id)

    def show_changes(self, answer: WhatIf, lang: Lang) -> None:
        """Show the changes and what they lead to."""
        f = NumberFormat(lang)
        columns = [
            Column("tier", translate(Translated("what if", "simulering"), lang), text=True),
            *(Column(lever, translate(WORDS[lever], lang)) for lever in LEVERS),
            Column("clv", "CLV", least=6),
            Column("value", translate(Translated("value", "värde"), lang), least=6),
            Column("growth", translate(Translated("change", "ändring"), lang), least=7),
        ]
        lines = [
            [
                printable(translate(term(case.tier), lang)),
                *map(f.signed_percent, case.change),
                f.amount(case.clv),
                f.amount(case.value),
                f.signed_percent(case.growth),
            ]
            for case in answer.tiers
        ]
        varies = translate(Translated("varies", "olika"), lang)
        common = [answer.common(lever) for lever in LEVERS]
        lines.append(
            [
                translate(Translated("all", "alla"), lang),
                *(varies if part is None else f.signed_percent(part) for part in common),
                "",
                f.amount(answer.value),
                f.signed_percent(answer.growth),
            ]
        )
        self.show_cells(columns, lines, strong=(len(lines) - 1,))
