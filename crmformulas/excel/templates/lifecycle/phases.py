"""The life cycle: touchpoints by phase, what each is to move, and where nothing happens."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.excel.templates.lifecycle.base import LEVER_LABELS
from crmformulas.excel.templates.lifecycle.data import (
    CHANNELS,
    PHASES,
    PLANNED,
    RUNNING,
    STATUSES,
    Plan,
    Touchpoint,
)
from crmformulas.excel.templates.lifecycle.entries import write_entries
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import message_formula, resolve, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Label, Translated

__all__ = ["write_phases"]

FLAG = 5
"""The column that says whether a touchpoint is a gap."""

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
""")
COVERED, SOON, LACKING = '"● covered | ● täckt"', '"○ planned | ○ planerad"', '"▼ gap | ▼ lucka"'
"""How a touchpoint is flagged."""

COUNTS = lines(f"""
    points: count = SUM([covered:gaps])
        Touchpoints | Kontaktpunkter
    covered: count = COUNTIF([plan.flags.*],{COVERED})
        Covered | Täckta
    planned: count = COUNTIF([plan.flags.*],{SOON})
        Planned | Planerade
    gaps: count = COUNTIF([plan.flags.*],{LACKING})
        Gaps | Luckor
    share: rate = IF([points]=0,DASH,[covered]/[points])
        Covered, share | Täckt andel
""")
GAPS = """
    {[plan.gaps.total]} of {[plan.points.total]} touchpoints have no activity
        | {[plan.gaps.total]} av {[plan.points.total]} kontaktpunkter saknar aktivitet
"""
MOST_GAPS = """
    [plan.gaps.total]=0 → No gaps in any phase | Inga luckor i någon fas
    Most gaps: {phase} ({most}) | Flest luckor: {phase} ({most})
    where most = MAX({gaps})
    where phase = INDEX({phases},MATCH(MAX({gaps}),{gaps},0))
"""


def write_phases(book: Book, plan: Plan) -> None:
    """The sheet Life cycle: touchpoints by phase, gaps flagged, counted and drawn."""
    name = Translated("Life cycle", "Livscykel")
    title = Translated(
        "The customer's life cycle and our gaps", "Kundens livscykel och våra luckor"
    )
    sheet = book.sheet(name, title, (31, 50, 14, 10, 27, 12, 2, 36, 16, 9, 11, 9, 11))
    labels = (line.label for line in TOUCHPOINTS.values())
    heads = [*labels, Translated("Gap", "Lucka")]
    sheet.heads(4, 0, heads, len(heads))
    row, flags = 5, []
    for phase, points in zip(PHASES, plan.touchpoints, strict=True):
        sheet.band(row, len(heads), phase)
        flags.append(_touchpoints(sheet, row + 1, points))
        row = flags[-1].last_row + 1
    _counts(sheet, flags)
    below = 5 + len(PHASES) + CHART_ROWS
    below = _figures(sheet, below, flags)
    below = _moves(sheet, below + 1)
    sheet.freeze(5, 0)
    sheet.print_columns(12, max(row, below))
    sheet.xl.fit_to_pages(1, 1)


def _touchpoints(sheet: Sheet, row: int, points: Sequence[Touchpoint]) -> CellRange:
    """The touchpoints of a phase; returns their flags."""
    translate = sheet.book.translate
    choices = {"channel": CHANNELS, "status": STATUSES, "kpi": LEVER_LABELS}
    spare = [Touchpoint("", status="")] * SPARE
    rows = [*points, *spare]
    write_entries(sheet, row, 0, TOUCHPOINTS, rows, value=_entry, choices=choices)
    running, planned = translate(RUNNING), translate(PLANNED)
    covered, soon, gap = (resolve(sheet, mark)[1:-1] for mark in (COVERED, SOON, LACKING))
    for r in range(row, row + len(rows)):
        point, activity, status = (sheet.place(r, j).cell for j in (0, 1, 3))
        sheet.formula(
            r,
            FLAG,
            f'IF({point}="","",IF({activity}="","{gap}",IF({status}="{running}","{covered}",'
            f'IF({status}="{planned}","{soon}","{gap}"))))',
            "",
            "plain",
        )
    flags = sheet.place(row, FLAG, row + len(rows) - 1)
    sheet.colour(flags, f'{flags.at(0).cell}="{gap}"', LOSS)
    return flags


def _entry(point: Touchpoint, column: str) -> Label:
    if column == "kpi":
        return LEVER_LABELS[LEVERS.index(point.kpi)] if point.kpi else ""
    entry: Label = getattr(point, column)
    return entry


def _counts(sheet: Sheet, flags: Sequence[CellRange]) -> None:
    """Covered, planned and gaps of each phase at the right, with the chart below."""
    book, first, total = sheet.book, 5, 5 + len(PHASES)
    phases = [str(i) for i in range(len(PHASES))]
    for number, place in zip(phases, flags, strict=True):
        book.places[f"plan.flags.{number}"] = place
    items = (*phases, "total")
    grid = Grid(sheet, first, LEFT + 1, COUNTS, items, across=True, key="plan.#.*")
    grid.head([Translated("Phase", "Fas")])
    for i, phase in enumerate(PHASES, first):
        sheet.text(i, LEFT, phase)
    sheet.text(total, LEFT, Translated("All phases", "Alla faser"), "total label")
    sums = {key: {"total": f"SUM([{key}@0:3])"} for key in tuple(COUNTS)[:4]}
    grid.write(formulas=sums)
    book.places["plan.gaps"] = sheet.place(first, LEFT + 1, total, LEFT + 5)
    write_message(sheet, 3, GAPS, "message", "plan.gaps.message")
    names = sheet.place(first, LEFT, total - 1)
    gaps = grid.place("gaps", "0", "3")
    title = message_formula(book, MOST_GAPS, {"phases": names.cell, "gaps": gaps.cell})
    place = sheet.formula(total + 2, LEFT, resolve(sheet, title), "", "note")
    series = [
        Series(book.translate(COUNTS[key].label), grid.place(key, "0", "3"), colour, "0;;")
        for key, colour in (("covered", SHADES[1]), ("planned", SHADES[3]), ("gaps", LOSS))
    ]
    chart(
        sheet,
        (total + 3, LEFT),
        "column",
        place,
        names,
        series,
        stacked=True,
        axis=False,
        size=(510, 360),
    )


def _figures(sheet: Sheet, row: int, flags: Sequence[CellRange]) -> int:
    """Touchpoints and gaps by the figure they are to move; returns the row below."""
    book = sheet.book
    heads = (
        TOUCHPOINTS["kpi"].label,
        Translated("Touchpoints", "Kontaktpunkter"),
        Translated("Gaps", "Luckor"),
    )
    sheet.heads(row, LEFT, heads)
    gap = resolve(sheet, LACKING)[1:-1]
    for i, label in enumerate(LEVER_LABELS, row + 1):
        figure = sheet.text(i, LEFT, label).cell
        both = [(sheet.place(f.row, FLAG - 1, f.last_row).cell, f.cell) for f in flags]
        named = "+".join(f'COUNTIFS({own},{figure},{mark},"?*")' for own, mark in both)
        gaps = "+".join(f'COUNTIFS({own},{figure},{mark},"{gap}")' for own, mark in both)
        sheet.formula(i, LEFT + 1, named, "count")
        sheet.formula(i, LEFT + 2, gaps, "count")
    last = row + len(LEVER_LABELS)
    book.places["plan.figures"] = sheet.place(row + 1, LEFT + 1, last, LEFT + 2)
    missing = sheet.place(row + 1, LEFT + 2, last)
    sheet.colour(missing, f"{missing.at(0).cell}>0", LOSS)
    return last + 1


def _moves(sheet: Sheet, row: int) -> int:
    """How many customers moved between the phases in 12 months; returns the row below."""
    heads = (
        Translated("Moves in the last 12 months", "Förflyttningar senaste 12 månaderna"),
        Translated("Customers", "Kunder"),
    )
    sheet.heads(row, LEFT, heads)
    acquire, keep, lose, win_back = PHASES
    moves = (
        (acquire, keep, "plan_new"),
        (keep, keep, "plan_continued"),
        (keep, lose, "plan_lost"),
        (win_back, keep, "plan_reactivated"),
    )
    arrow = Translated("{} → {}", "{} → {}")
    for i, (source, target, figure) in enumerate(moves, row + 1):
        sheet.text(i, LEFT, arrow.format(source, target))
        shown = f'IF(ISNUMBER({figure}),{figure},"{DASH}")'
        sheet.formula(i, LEFT + 1, shown, "count")
    last = row + len(moves)
    sheet.book.places["plan.moves"] = sheet.place(row + 1, LEFT + 1, last)
    note = Translated("From the sheet Base figures.", "Från bladet Utgångsläge.")
    sheet.text(last + 1, LEFT, note, "note")
    return last + 2
