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
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.cell_range import CellRange
from crmformulas.excel.workbook.charts import Series, chart
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS, SHADES
from crmformulas.formulas.budget import LEVERS
from crmformulas.translations import Label, Translated

__all__ = ["CHANNEL", "CHANNEL_NOTE", "STATUS", "STATUS_NOTE", "write_phases"]

FLAG = 5
"""The column that says whether a touchpoint is a gap."""

LEFT = 7
"""The first column of the tables beside the touchpoints."""

CHART_ROWS = 23

SPARE = 2
"""Empty rows for the reader's own below each phase."""

TOUCHPOINT = Translated("Touchpoint", "Kontaktpunkt")
TODAY = Translated("Activity today", "Aktivitet i dag")
CHANNEL = Translated("Channel", "Kanal")
STATUS = Translated("Status", "Status")
COVERED_MARK, PLANNED_MARK, GAP_MARK = (
    Translated("● covered", "● täckt"),
    Translated("○ planned", "○ planerad"),
    Translated("▼ gap", "▼ lucka"),
)
KPI = Translated("Figure to move", "Siffra att lyfta")
STATUS_NOTE = Translated(
    "running: it happens today. planned: it will. none: nothing happens.",
    "igång: det sker i dag. planerad: det ska ske. saknas: inget sker.",
)
CHANNEL_NOTE = Translated("How the customer is reached.", "Hur kunden nås.")


def write_phases(book: Book, plan: Plan) -> None:
    """The sheet Life cycle: touchpoints by phase, gaps flagged, counted and drawn."""
    name = Translated("Life cycle", "Livscykel")
    title = Translated(
        "The customer's life cycle and our gaps", "Kundens livscykel och våra luckor"
    )
    sheet = book.sheet(name, title, (31, 50, 14, 10, 27, 12, 2, 36, 16, 9, 11, 9, 11))
    heads = [TOUCHPOINT, TODAY, CHANNEL, STATUS, KPI, Translated("Gap", "Lucka")]
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
    rows = [*points, *[Touchpoint("", status="")] * SPARE]
    columns: tuple[tuple[Translated, Translated, Sequence[Label] | None, list[str]], ...] = (
        (
            TOUCHPOINT,
            Translated("Where customer and company meet.", "Där kund och företag möts."),
            None,
            [translate(p.name) for p in rows],
        ),
        (
            TODAY,
            Translated(
                "What you do there today, or plan to. Empty is a gap.",
                "Det ni gör där i dag, eller planerar. Tomt är en lucka.",
            ),
            None,
            [translate(p.activity) for p in rows],
        ),
        (CHANNEL, CHANNEL_NOTE, CHANNELS, [translate(p.channel) for p in rows]),
        (STATUS, STATUS_NOTE, STATUSES, [translate(p.status) for p in rows]),
        (
            KPI,
            Translated(
                "The figure of the budget that the touchpoint is to move.",
                "Den siffra i budgeten som kontaktpunkten ska lyfta.",
            ),
            LEVER_LABELS,
            [translate(LEVER_LABELS[LEVERS.index(p.kpi)]) if p.kpi else "" for p in rows],
        ),
    )
    for j, (label, note, choices, values) in enumerate(columns):
        cells = [[value] for value in values]
        sheet.inputs(row, j, cells, "text", label, note, choices=choices, optional=True)
    running, planned = translate(RUNNING), translate(PLANNED)
    covered, soon, gap = translate(COVERED_MARK), translate(PLANNED_MARK), translate(GAP_MARK)
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


def _counts(sheet: Sheet, flags: Sequence[CellRange]) -> None:
    """Covered, planned and gaps of each phase at the right, with the chart below."""
    book, translate = sheet.book, sheet.book.translate
    heads = (
        Translated("Phase", "Fas"),
        Translated("Touchpoints", "Kontaktpunkter"),
        Translated("Covered", "Täckta"),
        Translated("Planned", "Planerade"),
        Translated("Gaps", "Luckor"),
        Translated("Covered, share", "Täckt andel"),
    )
    sheet.heads(4, LEFT, heads)
    first = 5
    last, total = first + len(PHASES) - 1, first + len(PHASES)
    for i, (phase, marks) in enumerate(zip(PHASES, flags, strict=True)):
        r = first + i
        sheet.text(r, LEFT, phase)
        for j, mark in enumerate((COVERED_MARK, PLANNED_MARK, GAP_MARK), LEFT + 2):
            sheet.formula(r, j, f'COUNTIF({marks.cell},"{translate(mark)}")', "count")
        sheet.formula(r, LEFT + 1, f"SUM({sheet.place(r, LEFT + 2, r, LEFT + 4).cell})", "count")
    sheet.text(total, LEFT, Translated("All phases", "Alla faser"), "total label")
    for j in range(LEFT + 1, LEFT + 5):
        sheet.formula(total, j, f"SUM({sheet.place(first, j, last).cell})", "count", "total")
    for r in range(first, total + 1):
        points, covered = sheet.place(r, LEFT + 1).cell, sheet.place(r, LEFT + 2).cell
        look = "total" if r == total else "value"
        sheet.formula(r, LEFT + 5, f'IF({points}=0,"{DASH}",{covered}/{points})', "rate", look)
    book.places["plan.gaps"] = sheet.place(first, LEFT + 1, total, LEFT + 5)
    points, gaps = sheet.place(total, LEFT + 1).cell, sheet.place(total, LEFT + 4).cell
    message = book.sentence(
        Translated(
            "{gaps} of {points} touchpoints have no activity",
            "{gaps} av {points} kontaktpunkter saknar aktivitet",
        ),
        gaps=gaps,
        points=points,
    )
    sheet.formula(3, 0, message, "", "message", key="plan.gaps.message")
    worst = sheet.place(first, LEFT + 4, last)
    phases = sheet.place(first, LEFT, last)
    drawn = book.sentence(
        Translated("Most gaps: {phase} ({most})", "Flest luckor: {phase} ({most})"),
        phase=f"INDEX({phases.cell},MATCH(MAX({worst.cell}),{worst.cell},0))",
        most=f"MAX({worst.cell})",
    )
    none = book.sentence(Translated("No gaps in any phase", "Inga luckor i någon fas"))
    title = sheet.formula(total + 2, LEFT, f"IF({gaps}=0,{none},{drawn})", "", "note")
    series = [
        Series(translate(heads[2 + i]), sheet.place(first, LEFT + 2 + i, last), colour, "0;;")
        for i, colour in enumerate((SHADES[1], SHADES[3], LOSS))
    ]
    chart(
        sheet,
        (total + 3, LEFT),
        "column",
        title,
        phases,
        series,
        stacked=True,
        axis=False,
        size=(510, 360),
    )


def _figures(sheet: Sheet, row: int, flags: Sequence[CellRange]) -> int:
    """Touchpoints and gaps by the figure they are to move; returns the row below."""
    book = sheet.book
    heads = (
        KPI,
        Translated("Touchpoints", "Kontaktpunkter"),
        Translated("Gaps", "Luckor"),
    )
    sheet.heads(row, LEFT, heads)
    gap = book.translate(GAP_MARK)
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
