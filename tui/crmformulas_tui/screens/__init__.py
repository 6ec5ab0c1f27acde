"""The screens, a module each with its style sheet beside it; :data:`GROUPS` is their order."""

from __future__ import annotations

from typing import NamedTuple

from crmformulas.translations import Translated

__all__ = ["DIRECT", "GROUPS", "SCREENS", "ScreenEntry", "ScreenGroup", "group_of", "screen_place"]


class ScreenEntry(NamedTuple):
    """A screen.

    Attributes:
        name: Its module in this folder, and the id of its pane.
        title: What its tab says.
        pane: The class of its pane; the module is imported when the screen is first visited.
    """

    name: str
    title: Translated
    pane: str


class ScreenGroup(NamedTuple):
    """Screens that belong together under a tab; its key goes to the first, and on to the next.

    Attributes:
        title: What the tab says.
        screens: The screens, the most asked for first.
    """

    title: Translated
    screens: tuple[ScreenEntry, ...]


GROUPS: tuple[ScreenGroup, ...] = (
    ScreenGroup(
        Translated("Overview", "Översikt"),
        (
            ScreenEntry("overview", Translated("Overview", "Översikt"), "OverviewPane"),
            ScreenEntry("quality", Translated("Data quality", "Datakvalitet"), "QualityPane"),
        ),
    ),
    ScreenGroup(
        Translated("Customers", "Kunder"),
        (
            ScreenEntry("segments", Translated("Segments", "Segment"), "SegmentsPane"),
            ScreenEntry("todo", Translated("To do", "Att göra"), "TodoPane"),
            ScreenEntry("rfm", Translated("RFM", "RFM"), "RfmPane"),
            ScreenEntry("crosssell", Translated("Cross-sell", "Merförsäljning"), "CrossSellPane"),
        ),
    ),
    ScreenGroup(
        Translated("Flows", "Flöden"),
        (
            ScreenEntry("migration", Translated("Migration", "Migration"), "MigrationPane"),
            ScreenEntry("flows", Translated("Customer flows", "Kundflöden"), "FlowsPane"),
            ScreenEntry(
                "development", Translated("Development", "Kundutveckling"), "DevelopmentPane"
            ),
        ),
    ),
    ScreenGroup(
        Translated("Ladder", "Trappa"),
        (
            ScreenEntry("ladder", Translated("Ladder", "Trappa"), "LadderPane"),
            ScreenEntry("drivers", Translated("Drivers", "Drivkrafter"), "DriversPane"),
        ),
    ),
    ScreenGroup(
        Translated("Value", "Värde"),
        (ScreenEntry("portfolio", Translated("Portfolio", "Portfölj"), "PortfolioPane"),),
    ),
    ScreenGroup(
        Translated("Cohorts", "Kohorter"),
        (
            ScreenEntry("cohorts", Translated("Cohorts", "Kohorter"), "CohortsPane"),
            ScreenEntry("firstyear", Translated("First year", "Första året"), "FirstYearPane"),
        ),
    ),
    ScreenGroup(
        Translated("Plan", "Plan"),
        (
            ScreenEntry("budget", Translated("Budget", "Budget"), "BudgetPane"),
            ScreenEntry("forecast", Translated("Forecast", "Prognos"), "ForecastPane"),
            ScreenEntry("follow", Translated("Follow-up", "Uppföljning"), "FollowPane"),
            ScreenEntry("backtest", Translated("Backtest", "Bakåttest"), "BacktestPane"),
        ),
    ),
    ScreenGroup(
        Translated("Formulas", "Formler"),
        (ScreenEntry("formulas", Translated("Formulas", "Formler"), "FormulasPane"),),
    ),
)
"""The tabs in their order; the key of each is its number. A new screen is a module and a line."""

SCREENS: tuple[ScreenEntry, ...] = tuple(entry for group in GROUPS for entry in group.screens)
"""All screens in the order of their tabs."""

DIRECT: dict[str, str] = {"quality": "9", "drivers": "0", "firstyear": "n"}
"""Keys that lead to a screen within a tab at once."""


def screen_place(name: str) -> int:
    """The place of a screen among all, from 0."""
    return next(place for place, entry in enumerate(SCREENS) if entry.name == name)


def group_of(name: str) -> int:
    """The place of the tab that a screen stands under, from 0."""
    return next(
        place
        for place, group in enumerate(GROUPS)
        if any(entry.name == name for entry in group.screens)
    )
