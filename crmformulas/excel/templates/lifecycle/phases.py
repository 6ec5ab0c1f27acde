"""The life cycle with its gaps, and the process for new customers week by week."""

from __future__ import annotations

from collections.abc import Sequence

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
from crmformulas.translations import Label, Translated

__all__ = ["write_phases", "write_process"]

SPARE = 2
"""Empty rows for the reader's own below each phase, and below the dialogs' table."""

WEEKS = 12

TOUCHPOINT = Translated("Touchpoint", "Kontaktpunkt")
TODAY = Translated("Activity today", "Aktivitet i dag")
CHANNEL = Translated("Channel", "Kanal")
STATUS = Translated("Status", "Status")
COVERED_MARK, PLANNED_MARK, GAP_MARK = (
    Translated("● covered", "● täckt"),
    Translated("○ planned", "○ planerad"),
    Translated("▼ gap", "▼ lucka"),
)
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
    sheet = book.sheet(name, title, (31, 50, 14, 10, 12, 2, 22, 16, 9, 11, 9, 11))
    sheet.heads(4, 0, [TOUCHPOINT, TODAY, CHANNEL, STATUS, Translated("Gap", "Lucka")], 5)
    row, flags = 5, []
    for phase, points in zip(PHASES, plan.touchpoints, strict=True):
        sheet.band(row, 5, phase)
        flags.append(_touchpoints(sheet, row + 1, points))
        row = flags[-1].last_row + 1
    _counts(sheet, flags)
    sheet.freeze(5, 0)
    sheet.print_columns(11, row)
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
            4,
            f'IF({point}="","",IF({activity}="","{gap}",IF({status}="{running}","{covered}",'
            f'IF({status}="{planned}","{soon}","{gap}"))))',
            "",
            "plain",
        )
    flags = sheet.place(row, 4, row + len(rows) - 1)
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
    sheet.heads(4, 6, heads)
    first = 5
    last, total = first + len(PHASES) - 1, first + len(PHASES)
    for i, (phase, marks) in enumerate(zip(PHASES, flags, strict=True)):
        r = first + i
        sheet.text(r, 6, phase)
        for j, mark in enumerate((COVERED_MARK, PLANNED_MARK, GAP_MARK), 8):
            sheet.formula(r, j, f'COUNTIF({marks.cell},"{translate(mark)}")', "count")
        sheet.formula(r, 7, f"SUM({sheet.place(r, 8, r, 10).cell})", "count")
    sheet.text(total, 6, Translated("All phases", "Alla faser"), "total label")
    for j in range(7, 11):
        sheet.formula(total, j, f"SUM({sheet.place(first, j, last).cell})", "count", "total")
    for r in range(first, total + 1):
        points, covered = sheet.place(r, 7).cell, sheet.place(r, 8).cell
        look = "total" if r == total else "value"
        sheet.formula(r, 11, f'IF({points}=0,"{DASH}",{covered}/{points})', "rate", look)
    book.places["plan.gaps"] = sheet.place(first, 7, total, 11)
    points, gaps = sheet.place(total, 7).cell, sheet.place(total, 10).cell
    message = book.sentence(
        Translated(
            "{gaps} of {points} touchpoints have no activity",
            "{gaps} av {points} kontaktpunkter saknar aktivitet",
        ),
        gaps=gaps,
        points=points,
    )
    sheet.formula(3, 0, message, "", "message", key="plan.gaps.message")
    worst = sheet.place(first, 10, last)
    phases = sheet.place(first, 6, last)
    drawn = book.sentence(
        Translated("Most gaps: {phase} ({most})", "Flest luckor: {phase} ({most})"),
        phase=f"INDEX({phases.cell},MATCH(MAX({worst.cell}),{worst.cell},0))",
        most=f"MAX({worst.cell})",
    )
    none = book.sentence(Translated("No gaps in any phase", "Inga luckor i någon fas"))
    title = sheet.formula(total + 2, 6, f"IF({gaps}=0,{none},{drawn})", "", "note")
    series = [
        Series(translate(heads[2 + i]), sheet.place(first, 8 + i, last), colour, "0;;")
        for i, colour in enumerate((SHADES[1], SHADES[3], LOSS))
    ]
    chart(
        sheet,
        (total + 3, 6),
        "column",
        title,
        phases,
        series,
        stacked=True,
        axis=False,
        size=(510, 360),
    )


def write_process(book: Book, plan: Plan) -> None:
    """The sheet New-customer process: nine dialogs over twelve weeks."""
    name = Translated("New-customer process", "Nykundsprocess")
    title = Translated(
        "New customers: the first twelve weeks", "Nya kunder: de första tolv veckorna"
    )
    widths = (4, 21, 26, 23, 23, 13, 13, 11, 7, 8, *[3.6] * WEEKS)
    sheet = book.sheet(name, title, widths)
    heads = (
        Translated("No", "Nr"),
        Translated("Dialog", "Dialog"),
        Translated("Purpose", "Syfte"),
        Translated("Goal", "Mål"),
        Translated("Trigger", "Utlösare"),
        CHANNEL,
        Translated("Owner", "Ansvarig"),
        STATUS,
        Translated("From week", "Från vecka"),
        Translated("Weeks", "Veckor"),
    )
    head = 5
    sheet.heads(head, 0, heads, len(heads) - 2)
    sheet.text(
        head - 1,
        10,
        Translated("Week after the first purchase", "Vecka efter första köpet"),
        "note",
    )
    for week in range(WEEKS):
        before = sheet.place(head, 9 + week).cell
        sheet.formula(head, 10 + week, f"{before}+1" if week else "1", "0", "number head")
    first, rows = head + 1, len(plan.dialogs)
    _dialogs(sheet, first, plan)
    _bars(sheet, head, rows)
    _statuses(sheet, first, rows)
    sheet.freeze(first, 2)
    sheet.print_columns(9 + WEEKS, first + rows + 6)
    sheet.xl.fit_to_pages(1, 1)


def _dialogs(sheet: Sheet, row: int, plan: Plan) -> None:
    """What the reader says of each dialog."""
    translate, dialogs = sheet.book.translate, plan.dialogs
    for i in range(len(dialogs)):
        sheet.text(row + i, 0, str(i + 1), "note")
    texts: tuple[tuple[int, Translated, Translated, Sequence[Label] | None, list[Label]], ...] = (
        (
            1,
            Translated("Dialog", "Dialog"),
            Translated("What it is called.", "Vad den kallas."),
            None,
            [d.name for d in dialogs],
        ),
        (
            2,
            Translated("Purpose", "Syfte"),
            Translated("Why you get in touch.", "Varför ni hör av er."),
            None,
            [d.purpose for d in dialogs],
        ),
        (
            3,
            Translated("Goal", "Mål"),
            Translated("How you see that it works.", "Hur ni ser att det fungerar."),
            None,
            [d.goal for d in dialogs],
        ),
        (
            4,
            Translated("Trigger", "Utlösare"),
            Translated("What sets it off.", "Vad som sätter igång den."),
            None,
            [d.trigger for d in dialogs],
        ),
        (5, CHANNEL, CHANNEL_NOTE, CHANNELS, [d.channel for d in dialogs]),
        (
            6,
            Translated("Owner", "Ansvarig"),
            Translated("Who sees to it.", "Vem som ser till att det sker."),
            None,
            [d.owner for d in dialogs],
        ),
        (7, STATUS, STATUS_NOTE, STATUSES, [d.status for d in dialogs]),
    )
    for column, label, note, choices, values in texts:
        cells = [[translate(value)] for value in values]
        sheet.inputs(row, column, cells, "text", label, note, choices=choices, optional=True)
    sheet.inputs(
        row,
        8,
        [[d.start] for d in dialogs],
        "plain",
        Translated("From week", "Från vecka"),
        Translated(
            "The week it begins, 1 to 12; 1 is the week of the first purchase.",
            "Veckan den börjar, 1 till 12; 1 är första köpets vecka.",
        ),
        key="plan.dialogs.start",
        low=1,
        high=WEEKS,
        optional=True,
    )
    sheet.inputs(
        row,
        9,
        [[d.weeks] for d in dialogs],
        "plain",
        Translated("Weeks", "Veckor"),
        Translated(
            "For how many weeks it goes on, 1 to 12.", "Hur många veckor den pågår, 1 till 12."
        ),
        key="plan.dialogs.weeks",
        low=1,
        high=WEEKS,
        optional=True,
    )


def _bars(sheet: Sheet, head: int, rows: int) -> None:
    """A bar for each dialog, and below it how many running dialogs there are in each week."""
    book, first = sheet.book, head + 1
    running, planned = book.translate(RUNNING), book.translate(PLANNED)
    for r in range(first, first + rows):
        start, weeks, status = (f"${sheet.place(r, j).cell}" for j in (8, 9, 7))
        mark = f'IF({status}="{running}","■",IF({status}="{planned}","□","·"))'
        for column in range(10, 10 + WEEKS):
            letter = sheet.place(head, column).cell.rstrip("0123456789")
            week = f"{letter}${head + 1}"
            inside = f"AND({week}>={start},{week}<{start}+{weeks})"
            sheet.formula(
                r, column, f'IF(COUNT({start},{weeks})=2,IF({inside},{mark},""),"")', "", "mark"
            )
    band = sheet.place(first, 10, first + rows - 1, 9 + WEEKS)
    corner = band.at(0).cell
    sheet.colour(band, f'{corner}="■"', SHADES[0], SHADES[0])
    sheet.colour(band, f'{corner}="□"', SHADES[0], SHADES[3])
    last = first + rows
    sheet.text(
        last, 1, Translated("Running dialogs in the week", "Dialoger igång i veckan"), "total label"
    )
    for column in (0, *range(2, 10)):
        sheet.text(last, column, "", "total label")
    for column in range(10, 10 + WEEKS):
        marks = sheet.place(first, column, last - 1).cell
        sheet.formula(last, column, f'COUNTIF({marks},"■")', "count", "total")
    counts = book.places["plan.weeks"] = sheet.place(last, 10, last, 9 + WEEKS)
    sheet.colour(counts, f"{counts.at(0).cell}=0", LOSS)


def _statuses(sheet: Sheet, first: int, rows: int) -> None:
    """How many dialogs are running, planned and missing; and the message."""
    book = sheet.book
    names, given = sheet.place(first, 1, first + rows - 1), sheet.place(first, 7, first + rows - 1)
    top = first + rows + 2
    sheet.heads(top, 1, [STATUS, Translated("Dialogs", "Dialoger")])
    marks = ("■", "□", "·")
    for i, (status, mark) in enumerate(zip(STATUSES, marks, strict=True), 1):
        label = Translated("{} {}", "{} {}").format(mark, status)
        sheet.text(top + i, 1, label)
        wanted = f'{given.cell},"{book.translate(status)}"'
        if mark == "·":
            rest = sheet.place(top + 1, 2, top + 2).cell
            sheet.formula(top + i, 2, f"COUNTA({names.cell})-SUM({rest})", "count")
        else:
            sheet.formula(top + i, 2, f'COUNTIFS({names.cell},"?*",{wanted})', "count")
    counts = book.places["plan.dialogs.statuses"] = sheet.place(top + 1, 2, top + 3)
    message = book.sentence(
        Translated(
            "{run} of {all} dialogs are running; {silent} of 12 weeks are silent",
            "{run} av {all} dialoger är igång; {silent} av 12 veckor är tysta",
        ),
        run=counts.at(0).cell,
        all=f"SUM({counts.cell})",
        silent=f"COUNTIF({book['plan.weeks'].cell},0)",
    )
    sheet.formula(3, 0, message, "", "message", key="plan.dialogs.message")
