"""The life cycle: touchpoints by phase, what each is to move, and where nothing happens."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.excel.templates.lifecycle.base import LEVER_LABELS
from crmformulas.excel.templates.lifecycle.data import (
    CHANNELS,
    PHASES,
    STATUSES,
    Plan,
    Touchpoint,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import chart
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import phrases, resolve, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Label, Translated

__all__ = ["write_phases"]

LEFT = 7
"""The first column of the tables beside the touchpoints."""

CHART_ROWS = 23

SPARE = 2
"""Empty rows for the reader's own below each phase."""

TOUCHPOINTS = lines("""
    name: text
        Touchpoint | Kontaktpunkt
        | Where customer and company meet. | Där kund och företag möts.
    activity: text
        Activity today | Aktivitet i dag
        | What you do there today, or plan to. Empty is a gap.
        | Det ni gör där i dag, eller planerar. Tomt är en lucka.
    channel: text
        Channel | Kanal | How the customer is reached. | Hur kunden nås.
    status: text
        Status | Status
        | running: it happens today. planned: it will. none: nothing happens.
        | igång: det sker i dag. planerad: det ska ske. saknas: inget sker.
    kpi: text
        Figure to move | Siffra att lyfta
        | The figure of the budget that the touchpoint is to move.
        | Den siffra i budgeten som kontaktpunkten ska lyfta.
    gap: words, plain
        Gap | Lucka
        = IF([name]="","",IF([activity]="","▼ gap | ▼ lucka",
        IF([status]="running | igång","● covered | ● täckt",
        IF([status]="planned | planerad","○ planned | ○ planerad","▼ gap | ▼ lucka"))))
""")

COUNTS = lines("""
    points: count = SUM([covered:gaps])
        Touchpoints | Kontaktpunkter
        total = SUM([.@phases])
    covered: count = COUNTIF([plan.flags.*],"● covered | ● täckt")
        Covered | Täckta
        total = SUM([.@phases])
    planned: count = COUNTIF([plan.flags.*],"○ planned | ○ planerad")
        Planned | Planerade
        total = SUM([.@phases])
    gaps: count = COUNTIF([plan.flags.*],"▼ gap | ▼ lucka")
        Gaps | Luckor
        total = SUM([.@phases])
    share: rate = IF([points]=0,DASH,[covered]/[points])
        Covered, share | Täckt andel
""")
GAPS = """
    {[plan.gaps.total]} of {[plan.points.total]} touchpoints have no activity
        | {[plan.gaps.total]} av {[plan.points.total]} kontaktpunkter saknar aktivitet
"""
MOST_GAPS = """
    [gaps@total]=0 → No gaps in any phase | Inga luckor i någon fas
    Most gaps: {phase} ({MAX([gaps@phases])}) | Flest luckor: {phase} ({MAX([gaps@phases])})
    where phase = INDEX([plan.phases],MATCH(MAX([gaps@phases]),[gaps@phases],0))
"""

MOVES = lines("""
    new: count = IF(ISNUMBER(plan_new),plan_new,DASH)
        Acquire → Keep and develop | Skaffa → Behålla och utveckla
    continued: count = IF(ISNUMBER(plan_continued),plan_continued,DASH)
        Keep and develop → Keep and develop | Behålla och utveckla → Behålla och utveckla
    lost: count = IF(ISNUMBER(plan_lost),plan_lost,DASH)
        Keep and develop → Lose | Behålla och utveckla → Förlora
    reactivated: count = IF(ISNUMBER(plan_reactivated),plan_reactivated,DASH)
        Win back → Keep and develop | Återvinna → Behålla och utveckla
""")
"""How many customers moved between the phases in 12 months."""


def write_phases(book: Book, plan: Plan) -> None:
    """The sheet Life cycle: touchpoints by phase, gaps flagged, counted and drawn."""
    sheet = book.sheet(
        "Life cycle | Livscykel",
        "The customer's life cycle and our gaps | Kundens livscykel och våra luckor",
        (31, 50, 14, 10, 27, 12, 2, 36, 16, 9, 11, 9, 11),
    )
    heads = [line.label for line in TOUCHPOINTS.values()]
    sheet.heads(4, 0, heads, len(heads))
    row = 5
    for number, (phase, points) in enumerate(zip(PHASES, plan.touchpoints, strict=True)):
        sheet.band(row, len(heads), phase)
        row = _touchpoints(sheet, row + 1, points, number)
    _counts(sheet, 5)
    below = _figures(sheet, 5 + len(PHASES) + CHART_ROWS)
    below = _moves(sheet, below + 1)
    sheet.page(max(row, below), (5, 0), whole=True)


def _touchpoints(sheet: Sheet, row: int, points: Sequence[Touchpoint], number: int) -> int:
    """The touchpoints of a phase; returns the row below."""
    choices = {"channel": CHANNELS, "status": STATUSES, "kpi": LEVER_LABELS}
    items = [str(i) for i in range(len(points) + SPARE)]
    grid = Grid(sheet, row, 0, TOUCHPOINTS, items, across=True)
    grid.fill(points, SPARE, value=_entry, choices=choices, key=f"plan.touchpoints.#.{number}")
    grid.write()
    flags = sheet.book.places[f"plan.flags.{number}"] = grid.all("gap")
    sheet.colour(flags, 'LEFT(CELL,1)="▼"', LOSS)
    return row + len(items)


def _entry(point: Touchpoint, column: str) -> Label:
    if column == "kpi":
        return LEVER_LABELS[LEVERS.index(point.kpi)] if point.kpi else ""
    entry: Label = getattr(point, column)
    return entry


def _counts(sheet: Sheet, first: int) -> None:
    """Covered, planned and gaps of each phase at the right, with the chart below."""
    book, total = sheet.book, first + len(PHASES)
    items = (*map(str, range(len(PHASES))), "total")
    groups = {"phases": (items[0], items[-2])}
    grid = Grid(sheet, first, LEFT + 1, COUNTS, items, across=True, key="plan.#.*", groups=groups)
    grid.head([Translated("Phase", "Fas")])
    grid.name([*PHASES, Translated("All phases", "Alla faser")])
    grid.write()
    book.places["plan.gaps"] = sheet.place(first, LEFT + 1, total, LEFT + 5)
    names = book.places["plan.phases"] = sheet.place(first, LEFT, total - 1)
    write_message(sheet, 3, GAPS, "message", "plan.gaps.message")
    at, lookup = (total + 2, LEFT), grid.lookup("total")
    title = write_message(sheet, at, MOST_GAPS, "note", "plan.gaps.title", lookup)
    colours = {"covered": SHADES[1], "planned": SHADES[3], "gaps": LOSS}
    series = [grid.series(key, colour, "0;;", items[-2]) for key, colour in colours.items()]
    at, size = (total + 3, LEFT), (510, 360)
    chart(sheet, at, "column", title, names, series, stacked=True, axis=False, size=size)


def _figures(sheet: Sheet, row: int) -> int:
    """Touchpoints and gaps by the figure they are to move; returns the row below."""
    heads = (TOUCHPOINTS["kpi"].label, *phrases("Touchpoints | Kontaktpunkter; Gaps | Luckor"))
    sheet.heads(row, LEFT, heads)
    for i, label in enumerate(LEVER_LABELS, row + 1):
        figure = sheet.text(i, LEFT, label).cell
        for j, mark in enumerate(("?*", "▼*"), LEFT + 1):
            counted = (
                f'COUNTIFS([plan.touchpoints.kpi.{n}],{figure},[plan.flags.{n}],"{mark}")'
                for n in range(len(PHASES))
            )
            sheet.formula(i, j, resolve(sheet, "+".join(counted)), "count")
    last = row + len(LEVER_LABELS)
    sheet.book.places["plan.figures"] = sheet.place(row + 1, LEFT + 1, last, LEFT + 2)
    sheet.colour(sheet.place(row + 1, LEFT + 2, last), "CELL>0", LOSS)
    return last + 1


def _moves(sheet: Sheet, row: int) -> int:
    """Write how many customers moved between the phases; returns the row below."""
    heads = "Moves in the last 12 months | Förflyttningar senaste 12 månaderna; Customers | Kunder"
    sheet.heads(row, LEFT, heads)
    grid = Grid(sheet, row + 1, LEFT + 1, MOVES)
    grid.label(LEFT)
    grid.write()
    last = row + len(MOVES)
    sheet.book.places["plan.moves"] = sheet.place(row + 1, LEFT + 1, last)
    note = Translated("From the sheet Base figures.", "Från bladet Utgångsläge.")
    sheet.text(last + 1, LEFT, note, "note")
    return last + 2
