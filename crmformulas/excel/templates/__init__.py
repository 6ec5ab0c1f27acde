"""The template workbooks: an analyst opens one and works in it, without Python.

A module a template. Each has ``EXAMPLE``, the data it comes filled with, and functions that write
its sheets from such data, which the report on an order file calls with data of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from crmformulas.translations import Lang, Translated

if TYPE_CHECKING:
    from crmformulas.excel.workbook.book import Book

__all__ = ["TEMPLATES", "Template", "write_template"]


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its name, its title, what it is for, and the module that writes it."""

    name: str
    title: Translated
    about: Translated
    module: str

    def file_name(self, lang: Lang) -> str:
        """The file name of the workbook."""
        return f"{self.name}{'' if lang == 'en' else f'-{lang}'}.xlsx"


TEMPLATES: dict[str, Template] = {
    t.name: t
    for t in (
        Template(
            "customer-development-budget",
            Translated("Customer development budget", "Kundutvecklingsbudget"),
            Translated(
                "From last year's outcome to next year's customers and revenue, in four steps.",
                "Från årets utfall till nästa års kunder och omsättning, i fyra steg.",
            ),
            "budget.budget",
        ),
        Template(
            "customer-portfolio",
            Translated("Customer portfolio", "Kundportfölj"),
            Translated(
                "What the customer base is worth, tier by tier, and how customers move.",
                "Vad kundbasen är värd, nivå för nivå, och hur kunderna rör sig.",
            ),
            "portfolio.customer_portfolio",
        ),
        Template(
            "f-ladder-goals",
            Translated("F-ladder with goals", "F-trappan med mål"),
            Translated(
                "How many go on from each purchase to the next, and what a goal would bring.",
                "Hur många som går vidare från varje köp till nästa, och vad ett mål ger.",
            ),
            "ladder.goals",
        ),
        Template(
            "crm-kpis",
            Translated("CRM key figures", "CRM-nyckeltal"),
            Translated(
                "Key figures month by month, with targets and change since last year.",
                "Nyckeltal månad för månad, med mål och förändring sedan i fjol.",
            ),
            "kpis.crm_kpis",
        ),
        Template(
            "lifecycle-plan",
            Translated("Life-cycle plan", "Livscykelplan"),
            Translated(
                "Activities along the customer's life cycle, each with its business case.",
                "Aktiviteter längs kundens livscykel, var och en med sitt business case.",
            ),
            "lifecycle.plan",
        ),
    )
}
"""By name, in the order in which they are offered."""


def write_template(name: str, path: Path, lang: Lang = "en", *, empty: bool = False) -> Book:
    """Write a template workbook, with its example or ``empty``; what is at the path is replaced."""
    from crmformulas.excel.workbook.book import write_book

    template = TEMPLATES[name]
    module = import_module(f"{__name__}.{template.module}")
    return write_book(path, lang, template.title, module.write, example=not empty, empty=empty)
