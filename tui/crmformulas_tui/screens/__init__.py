"""The screens, a module each with its style sheet beside it; :data:`SCREENS` is their order."""

from __future__ import annotations

from typing import NamedTuple

from crmformulas.translations import Translated

__all__ = ["SCREENS", "ScreenEntry", "screen_key", "screen_place"]


class ScreenEntry(NamedTuple):
    """A screen in the list of tabs.

    Attributes:
        name: Its module in this folder, and the id of its pane.
        title: What its tab says.
        pane: The class of its pane; the module is imported when the screen is first visited.
    """

    name: str
    title: Translated
    pane: str


SCREENS: tuple[ScreenEntry, ...] = (
    ScreenEntry("overview", Translated("Overview", "Översikt"), "OverviewPane"),
    ScreenEntry("segments", Translated("Segments", "Segment"), "SegmentsPane"),
    ScreenEntry("migration", Translated("Migration", "Migration"), "MigrationPane"),
    ScreenEntry("ladder", Translated("Ladder", "Trappa"), "LadderPane"),
    ScreenEntry("portfolio", Translated("Portfolio", "Portfölj"), "PortfolioPane"),
    ScreenEntry("cohorts", Translated("Cohorts", "Kohorter"), "CohortsPane"),
    ScreenEntry("budget", Translated("Budget", "Budget"), "BudgetPane"),
    ScreenEntry("formulas", Translated("Formulas", "Formler"), "FormulasPane"),
    ScreenEntry("quality", Translated("Quality", "Kvalitet"), "QualityPane"),
    ScreenEntry("drivers", Translated("Drivers", "Drivkrafter"), "DriversPane"),
    ScreenEntry("firstyear", Translated("First year", "Första året"), "FirstYearPane"),
)
"""The screens in the order of their tabs. A new one is a module and a line here."""


def screen_key(place: int) -> str:
    """The key of a tab: its number, 0 for the tenth, and a letter for what comes after it."""
    return "1234567890n"[place]


def screen_place(name: str) -> int:
    """The place of a screen among the tabs, from 0."""
    return next(place for place, entry in enumerate(SCREENS) if entry.name == name)
