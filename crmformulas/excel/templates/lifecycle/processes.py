"""The processes of the life cycle: a list of them, and each week by week on a sheet of its own."""

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.excel.templates.lifecycle.data import (
    CHANNELS,
    PLANNED,
    RUNNING,
    STATUSES,
    Plan,
    Process,
)
from crmformulas.excel.templates.lifecycle.entries import write_entries
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import lines
from crmformulas.excel.workbook.named_formulas import paragraphs, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.translations import Translated

__all__ = ["WEEKS", "write_processes"]

WEEKS = 12
BANDS = ("1–4", "5–8", "9–12")
LEAST = 9
"""Rows for dialogs, at least."""

LIST = 5
"""The row of the heads of the list of processes."""

NAMED = lines("""
    name: text
        Process | Process | What it is called. | Vad den kallas.
    owner: text
        Owner | Ansvarig | Who answers for it. | Vem som svarar för den.
    purpose: text
        Purpose | Syfte | What it is for. | Vad den är till för.
    begins: text
        Weeks are counted from | Veckorna räknas från
        | The event that starts it. | Händelsen som startar den.
""")

COUNTED = paragraphs("""
    Running | Igång

    Planned | Planerade

    Missing | Saknas

    Silent weeks | Tysta veckor

    Goals measured | Mål som är mätta

    Goals reached | Mål som är nådda
""")

DIALOGS = lines("""
    name: text
        Dialog | Dialog | What it is called. | Vad den kallas.
    purpose: text
        Purpose | Syfte | Why you get in touch. | Varför ni hör av er.
    trigger: text
        Trigger | Utlösare | What sets it off. | Vad som sätter igång den.
    when: text
        When | När | How long after the trigger. | Hur länge efter utlösaren.
    channel: text
        Channel | Kanal | How the customer is reached. | Hur kunden nås.
    owner: text
        Owner | Ansvarig | Who sees to it. | Vem som ser till att det sker.
    status: text
        Status | Status
        | running: it happens today. planned: it will. none: nothing happens.
        | igång: det sker i dag. planerad: det ska ske. saknas: inget sker.
    measure: text
        It works when they | Det fungerar när de
        | What a customer who is reached does then, such as buy once more within 4 weeks.
        | Vad en kund som nås gör då, som att köpa en gång till inom 4 veckor.
    goal: rate
        Goal | Mål
        | Share of those reached who are to do it. | Andel av dem som nås som ska göra det.
    result: rate
        Result | Utfall
        | Share of those reached who did it. Empty until it is measured.
        | Andel av dem som nåddes som gjorde det. Tomt tills det är mätt.
""")
LASTS = lines("""
    start: plain, low 1, high 12
        From week | Från vecka
        | The week it begins, 1 to 12; 1 is the week of the event.
        | Veckan den börjar, 1 till 12; 1 är händelsens vecka.
    weeks: plain, low 1, high 12
        Weeks | Veckor
        | For how many weeks it goes on, 1 to 12. | Hur många veckor den pågår, 1 till 12.
""")

LIST_MESSAGE = """
    {running} dialogs are running, {missing} are missing; {reached} of {measured} measured goals are
        reached
        | {running} dialoger är igång, {missing} saknas; {reached} av {measured} mätta mål är nådda
"""
PROCESS_MESSAGE = """
    {[#.running]} of {SUM([#.statuses])} dialogs are running; {COUNTIF([#.counts],0)} of 12 weeks
        are silent
        | {[#.running]} av {SUM([#.statuses])} dialoger är igång; {COUNTIF([#.counts],0)} av 12
        veckor är tysta
"""

START, LENGTH, STATE = 12, 13, 7
GOAL, RESULT, VERDICT = 9, 10, 11
FIRST_WEEK = 14
REACHED, BELOW = "▲", "▼"
HEAD = 12


def write_processes(book: Book, plan: Plan) -> None:
    """The sheet Processes, then the sheet of each."""
    name = Translated("Processes", "Processer")
    title = Translated("Our processes with customers", "Våra processer med kunder")
    sheet = book.sheet(name, title, (24, 22, 52, 24, 10, 11, 10, 10, 12, 12))
    heads = [*(line.label for line in NAMED.values()), *COUNTED]
    sheet.heads(LIST, 0, heads, len(NAMED))
    write_entries(sheet, LIST + 1, 0, NAMED, plan.processes)
    for i, process in enumerate(plan.processes):
        _write_process(book, process, sheet, LIST + 1 + i)
    last = LIST + len(plan.processes)
    total = last + 1
    sheet.text(total, 0, Translated("All processes", "Alla processer"), "total label")
    for j in range(1, len(NAMED)):
        sheet.text(total, j, "", "total label")
    for j in range(len(NAMED), len(heads)):
        cells = sheet.place(LIST + 1, j, last).cell
        sheet.formula(total, j, f"SUM({cells})", "count", "total")
    book.places["plan.processes"] = sheet.place(LIST + 1, len(NAMED), total, len(heads) - 1)
    running, missing, measured, reached = (
        sheet.place(total, len(NAMED) + k).cell for k in (0, 2, 4, 5)
    )
    parts = {"running": running, "missing": missing, "measured": measured, "reached": reached}
    write_message(sheet, 3, LIST_MESSAGE, "message", "plan.processes.message", **parts)
    sheet.freeze(LIST + 1, 1)
    sheet.print_columns(len(heads) - 1, total + 2)
    sheet.xl.fit_to_pages(1, 1)


def _write_process(book: Book, process: Process, listed: Sheet, row: int) -> None:
    """The sheet of a process, and what the list counts of it."""
    key = f"plan.process.{process.key}"
    title = Translated("{}: twelve weeks", "{}: tolv veckor").format(process.name)
    widths = (4, 22, 26, 21, 17, 12, 12, 10, 22, 8, 8, 3, 7, 8, *[3.6] * WEEKS)
    sheet = book.sheet(process.sheet, title, widths)
    for i, label in enumerate([line.label for line in NAMED.values()][1:], 1):
        sheet.text(4 + i, 1, label)
        reference = listed.place(row, i).full
        sheet.formula(4 + i, 2, f'IF({reference}="","{DASH}",{reference})', "", "plain")
    for i, (band, focus) in enumerate(zip(BANDS, process.focus, strict=True)):
        label = Translated("Focus, weeks {}", "Fokus, vecka {}").format(band)
        sheet.text(5 + i, 5, label)
        sheet.input(
            5 + i,
            8,
            book.translate(focus),
            "text",
            label,
            Translated(
                "What these weeks are about, in a few words.",
                "Vad de här veckorna handlar om, i några ord.",
            ),
            optional=True,
        )
    rows = max(LEAST, len(process.dialogs))
    labels, lasts = ([line.label for line in table.values()] for table in (DIALOGS, LASTS))
    number = Translated("No", "Nr")
    sheet.heads(HEAD, 0, [number, *labels, "", *lasts], len(labels) - 1)
    sheet.text(HEAD - 1, FIRST_WEEK, Translated("Week", "Vecka"), "note")
    for week in range(WEEKS):
        before = sheet.place(HEAD, FIRST_WEEK - 1 + week).cell
        sheet.formula(HEAD, FIRST_WEEK + week, f"{before}+1" if week else "1", "0", "number head")
    first = HEAD + 1
    for i in range(rows):
        sheet.text(first + i, 0, str(i + 1), "note")
    spare = rows - len(process.dialogs)
    choices = {"channel": CHANNELS, "status": STATUSES}
    keys = f"{key}.#"
    write_entries(sheet, first, 1, DIALOGS, process.dialogs, spare, choices=choices, key=keys)
    write_entries(sheet, first, START, LASTS, process.dialogs, spare, key=keys)
    _results(sheet, first, rows)
    _bars(sheet, first, rows, key)
    _statuses(sheet, first, rows, key)
    _counted(sheet, first, rows, key, listed, row)
    sheet.freeze(first, 2)
    sheet.print_columns(FIRST_WEEK + WEEKS - 1, first + rows + 7)
    sheet.xl.fit_to_pages(1, 1)


def _results(sheet: Sheet, first: int, rows: int) -> None:
    """Beside each result whether it reaches its goal: by a mark, as not everybody sees colour."""
    for r in range(first, first + rows):
        goal, result = sheet.place(r, GOAL).cell, sheet.place(r, RESULT).cell
        verdict = f'IF({result}>={goal},"{REACHED}","{BELOW}")'
        sheet.formula(r, VERDICT, f'IF(COUNT({goal},{result})=2,{verdict},"")', "", "mark")
    marks = sheet.place(first, VERDICT, first + rows - 1)
    for mark, colour in ((REACHED, GAIN), (BELOW, LOSS)):
        sheet.colour(marks, f'{marks.at(0).cell}="{mark}"', colour)


def _bars(sheet: Sheet, first: int, rows: int, key: str) -> None:
    """A bar for each dialog, and below it how many running dialogs there are in each week."""
    book = sheet.book
    running, planned = book.translate(RUNNING), book.translate(PLANNED)
    for r in range(first, first + rows):
        start, weeks, status = (f"${sheet.place(r, j).cell}" for j in (START, LENGTH, STATE))
        mark = f'IF({status}="{running}","■",IF({status}="{planned}","□","·"))'
        for column in range(FIRST_WEEK, FIRST_WEEK + WEEKS):
            letter = sheet.place(HEAD, column).cell.rstrip("0123456789")
            week = f"{letter}${HEAD + 1}"
            inside = f"AND({week}>={start},{week}<{start}+{weeks})"
            sheet.formula(
                r, column, f'IF(COUNT({start},{weeks})=2,IF({inside},{mark},""),"")', "", "mark"
            )
    band = sheet.place(first, FIRST_WEEK, first + rows - 1, FIRST_WEEK + WEEKS - 1)
    corner = band.at(0).cell
    sheet.colour(band, f'{corner}="■"', SHADES[0], SHADES[0])
    sheet.colour(band, f'{corner}="□"', SHADES[0], SHADES[3])
    last = first + rows
    label = Translated("Running dialogs in the week", "Dialoger igång i veckan")
    for column in range(FIRST_WEEK):
        sheet.text(last, column, label if column == 1 else "", "total label")
    for column in range(FIRST_WEEK, FIRST_WEEK + WEEKS):
        marks = sheet.place(first, column, last - 1).cell
        sheet.formula(last, column, f'COUNTIF({marks},"■")', "count", "total")
    counts = sheet.place(last, FIRST_WEEK, last, FIRST_WEEK + WEEKS - 1)
    book.places[f"{key}.counts"] = counts
    sheet.colour(counts, f"{counts.at(0).cell}=0", LOSS)


def _statuses(sheet: Sheet, first: int, rows: int, key: str) -> None:
    """How many dialogs are running, planned and missing; and the message."""
    book = sheet.book
    names = sheet.place(first, 1, first + rows - 1)
    given = sheet.place(first, STATE, first + rows - 1)
    top = first + rows + 2
    sheet.heads(top, 1, [DIALOGS["status"].label, Translated("Dialogs", "Dialoger")])
    for i, (status, mark) in enumerate(zip(STATUSES, ("■", "□", "·"), strict=True), 1):
        sheet.text(top + i, 1, Translated("{} {}", "{} {}").format(mark, status))
        wanted = f'{given.cell},"{book.translate(status)}"'
        if mark == "·":
            rest = sheet.place(top + 1, 2, top + 2).cell
            sheet.formula(top + i, 2, f"COUNTA({names.cell})-SUM({rest})", "count")
        else:
            sheet.formula(top + i, 2, f'COUNTIFS({names.cell},"?*",{wanted})', "count")
    counts = book.places[f"{key}.statuses"] = sheet.place(top + 1, 2, top + 3)
    book.places[f"{key}.running"] = counts.at(0)
    write_message(sheet, 3, PROCESS_MESSAGE.replace("#", key), "message", f"{key}.message")


def _counted(sheet: Sheet, first: int, rows: int, key: str, listed: Sheet, row: int) -> None:
    """What the list of processes counts of this one."""
    book = sheet.book
    statuses = book[f"{key}.statuses"]
    marks = sheet.place(first, VERDICT, first + rows - 1).full
    reached, below = (f'COUNTIF({marks},"{mark}")' for mark in (REACHED, BELOW))
    counted: Sequence[str] = (
        *(statuses.at(i).full for i in range(len(STATUSES))),
        f"COUNTIF({book[f'{key}.counts'].full},0)",
        f"{reached}+{below}",
        reached,
    )
    for j, formula in enumerate(counted, len(NAMED)):
        listed.formula(row, j, formula, "count")
