"""The projection of the tiers as a table, and as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmformulas.errors import FormulaError
from crmformulas.formats import NumberFormat
from crmformulas.formulas.value import growth_rate
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, term, translate
from crmformulas_tui.widgets.line_table import Column, LineTable

if TYPE_CHECKING:
    from crmformulas.orders.analysis.projection import Projection

__all__ = ["ProjectionTable", "projection_sentence"]


class ProjectionTable(LineTable):
    """A line for today, for each year ahead, and for the inflow of a year."""

    def show_projection(self, projection: Projection, then: Projection | None, lang: Lang) -> None:
        """Show a projection.

        Args:
            projection: At the CLV of today.
            then: The same customers at another CLV, where there is one.
            lang: The language.
        """
        f, after = NumberFormat(lang), (then or projection).years
        changed = then is not None
        self.columns = (
            Column("year", translate(Translated("year", "år"), lang), text=True),
            *(
                Column(f"tier {i}", printable(translate(term(tier), lang)))
                for i, tier in enumerate(projection.tiers)
            ),
            Column("total", translate(term("total"), lang)),
            Column("value", translate(Translated("value", "värde"), lang)),
            *(
                [Column("then", translate(Translated("what if", "simulering"), lang))]
                if changed
                else []
            ),
            Column("change", translate(Translated("against today", "mot i dag"), lang), rank=9),
        )
        today = translate(Translated("today", "i dag"), lang)
        lines = [
            [
                today if year.ahead == 0 else f"+{year.ahead}",
                *map(f.whole, year.customers),
                f.whole(year.total),
                f.amount(year.value),
                *([f.amount(other.value)] if changed else []),
                f.signed_percent(_growth(after[0].value, other.value)) if year.ahead else "",
            ]
            for year, other in zip(projection.years, after, strict=True)
        ]
        inflow = [
            translate(Translated("inflow", "inflöde"), lang),
            *map(f.whole, projection.inflow),
        ]
        rest = [""] * (len(self.columns) - len(inflow) - 1)
        self.show_data([*lines, [*inflow, f.whole(projection.total_inflow), *rest]])


def _growth(before: float | None, after: float | None) -> float | None:
    """The growth of a value from what it was; None where that is unknown."""
    if before is None or after is None:
        return None
    try:
        return float(growth_rate(before, after))
    except FormulaError:
        return None


def projection_sentence(projection: Projection, lang: Lang) -> str:
    """The projection in a sentence, or why there is none."""
    f = NumberFormat(lang)
    if not projection.years:
        tiers = [", ".join(printable(translate(term(t), lang)) for t in projection.unknown)] * 2
        none = Translated(
            "No projection: nobody was in {} the year before.",
            "Ingen prognos: ingen var i {} året innan.",
        )
        return str(translate(none.format(Translated(*tiers)), lang))
    last = projection.years[-1]
    total, value = f.whole(last.total), f.amount(last.value)
    years = "year" if last.ahead == 1 else "years"
    return str(
        translate(
            Translated(
                f"In {last.ahead} {years} {total} customers worth {value}, at today's movement.",
                f"Om {last.ahead} år {total} kunder värda {value}, om de rör sig som i dag.",
            ),
            lang,
        )
    )
