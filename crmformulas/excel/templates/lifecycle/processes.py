"""The processes of the life cycle: a list of them, and each week by week on a sheet of its own."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.data import (
    CHANNELS,
    GAP,
    PLANNED,
    RUNNING,
    STATUSES,
    Plan,
    Process,
)
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH
from crmformulas.excel.workbook.lines import Grid, filled, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
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

COUNTED = lines("""
    running: count = [PROCESS.running]
        Running | Igång
    planned: count = [PROCESS.planned]
        Planned | Planerade
    missing: count = [PROCESS.missing]
        Missing | Saknas
    silent: count = COUNTIF([PROCESS.counts],0)
        Silent weeks | Tysta veckor
    measured: count = COUNTIF([PROCESS.verdict],"▲")+COUNTIF([PROCESS.verdict],"▼")
        Goals measured | Mål som är mätta
    reached: count = COUNTIF([PROCESS.verdict],"▲")
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
    verdict: words, mark = IF(COUNT([goal],[result])=2,IF([result]>=[goal],"▲","▼"),"")
    start: plain, low 1, high 12
        From week | Från vecka
        | The week it begins, 1 to 12; 1 is the week of the event.
        | Veckan den börjar, 1 till 12; 1 är händelsens vecka.
    weeks: plain, low 1, high 12
        Weeks | Veckor
        | For how many weeks it goes on, 1 to 12. | Hur många veckor den pågår, 1 till 12.
""")
"""A mark says whether the result reaches its goal, as not everybody sees colour."""

FOCUS_NOTE = translated("""
    What these weeks are about, in a few words. | Vad de här veckorna handlar om, i några ord.
""")

LIST_MESSAGE = """
    {[running]} dialogs are running, {[missing]} are missing; {[reached]} of {[measured]} measured
        goals are reached
        | {[running]} dialoger är igång, {[missing]} saknas; {[reached]} av {[measured]} mätta mål
        är nådda
"""
PROCESS_MESSAGE = """
    {[#.running]} of {SUM([#.statuses])} dialogs are running; {COUNTIF([#.counts],0)} of 12 weeks
        are silent
        | {[#.running]} av {SUM([#.statuses])} dialoger är igång; {COUNTIF([#.counts],0)} av 12
        veckor är tysta
"""

COUNTS = {"running": (RUNNING, "■"), "planned": (PLANNED, "□"), "missing": (GAP, "·")}
"""The counts of a process: a status, and its mark in the weeks."""

MARK = 'IF({status}="{running}","■",IF({status}="{planned}","□","·"))'
"""The mark of a dialog in each of its weeks."""

RUNNING_THEN = Translated("Running dialogs in the week", "Dialoger igång i veckan")

FIRST_WEEK = 14
HEAD = 12


def write_processes(book: Book, plan: Plan) -> None:
    """The sheet Processes, then the sheet of each."""
    widths = (24, 22, 52, 24, 10, 11, 10, 10, 12, 12)
    title = "Our processes with customers | Våra processer med kunder"
    sheet = book.sheet("Processes | Processer", title, widths)
    first, total = LIST + 1, LIST + 1 + len(plan.processes)
    keys = [process.key for process in plan.processes]
    listed = Grid(sheet, first, 0, NAMED, keys, across=True)
    sheet.heads(LIST, 0, [line.label for line in NAMED.values()], len(NAMED))
    listed.fill(plan.processes)
    for process in plan.processes:
        _write_process(book, process, listed)
    table = filled(COUNTED, {"PROCESS": "plan.process.*"})
    sums = {key: {**line.formulas, "total": "SUM([.@processes])"} for key, line in table.items()}
    items, groups = (*keys, "total"), {"processes": (keys[0], keys[-1])}
    grid = Grid(sheet, first, len(NAMED), table, items, across=True, groups=groups)
    grid.head()
    sheet.total_label(total, Translated("All processes", "Alla processer"))
    grid.write(formulas=sums)
    book.places["plan.processes"] = grid.place("running").to(grid.place("reached", "total"))
    of_all = grid.lookup("total")
    write_message(sheet, 3, LIST_MESSAGE, "message", "plan.processes.message", of_all)
    sheet.page(total + 2, (first, 1), whole=True)


def _write_process(book: Book, process: Process, listed: Grid) -> None:
    """The sheet of a process, as it is named in the list."""
    key = f"plan.process.{process.key}"
    title = Translated("{}: twelve weeks", "{}: tolv veckor").format(process.name)
    widths = (4, 22, 26, 21, 17, 12, 12, 10, 22, 8, 8, 3, 7, 8, *[3.6] * WEEKS)
    sheet = book.sheet(process.sheet, title, widths)
    for i, (name, line) in enumerate(tuple(NAMED.items())[1:], 5):
        reference = listed.place(name, process.key).full
        sheet.text(i, 1, line.label)
        sheet.formula(i, 2, f'IF({reference}="","{DASH}",{reference})', "", "plain")
    for i, (band, focus) in enumerate(zip(BANDS, process.focus, strict=True), 5):
        label = Translated("Focus, weeks {}", "Fokus, vecka {}").format(band)
        sheet.text(i, 5, label)
        sheet.input(i, 8, book.translate(focus), "text", label, FOCUS_NOTE, optional=True)
    rows, first = max(LEAST, len(process.dialogs)), HEAD + 1
    dialogs = [str(i) for i in range(rows)]
    grid = Grid(sheet, first, 1, DIALOGS, dialogs, across=True)
    sheet.heads(HEAD, 0, "No | Nr")
    labels = [line.label for line in DIALOGS.values()]
    sheet.heads(HEAD, 1, labels, len(labels) - 5)
    for i in range(rows):
        sheet.text(first + i, 0, str(i + 1), "note")
    choices = {"channel": CHANNELS, "status": STATUSES}
    spare = rows - len(process.dialogs)
    grid.fill(process.dialogs, spare, choices=choices, key=f"{key}.#")
    grid.write()
    marks = book.places[f"{key}.verdict"] = grid.all("verdict")
    for mark, colour in (("▲", GAIN), ("▼", LOSS)):
        sheet.colour(marks, f'CELL="{mark}"', colour)
    _weeks(grid, key)
    _statuses(grid, key)
    write_message(sheet, 3, PROCESS_MESSAGE.replace("#", key), "message", f"{key}.message")
    sheet.page(first + rows + 7, (first, 2), whole=True)


def _weeks(grid: Grid, key: str) -> None:
    """A bar for each dialog, and below it how many running dialogs there are in each week."""
    sheet, book, first = grid.sheet, grid.sheet.book, HEAD + 1
    total = first + len(grid.items)
    sheet.text(HEAD - 1, FIRST_WEEK, Translated("Week", "Vecka"), "note")
    sheet.total_label(total, RUNNING_THEN, 1)
    running, planned = book.translate(RUNNING), book.translate(PLANNED)
    for column in range(FIRST_WEEK, FIRST_WEEK + WEEKS):
        before, week = (sheet.place(HEAD, j).cell for j in (column - 1, column))
        number = "1" if column == FIRST_WEEK else f"{before}+1"
        sheet.formula(HEAD, column, number, "0", "number head")
        week = f"{week.rstrip('0123456789')}${HEAD + 1}"
        for item in grid.items:
            cells = (grid.place(x, item).cell for x in ("start", "weeks", "status"))
            start, weeks, status = (f"${cell}" for cell in cells)
            mark = MARK.format(status=status, running=running, planned=planned)
            inside = f'IF(AND({week}>={start},{week}<{start}+{weeks}),{mark},"")'
            shown = f'IF(COUNT({start},{weeks})=2,{inside},"")'
            sheet.formula(grid.place("name", item).row, column, shown, "", "mark")
        marks = sheet.place(first, column, total - 1).cell
        sheet.formula(total, column, f'COUNTIF({marks},"■")', "count", "total")
    band = sheet.place(first, FIRST_WEEK, total - 1, FIRST_WEEK + WEEKS - 1)
    sheet.colour(band, 'CELL="■"', SHADES[0], SHADES[0])
    sheet.colour(band, 'CELL="□"', SHADES[0], SHADES[3])
    counts = sheet.place(total, FIRST_WEEK, total, FIRST_WEEK + WEEKS - 1)
    book.places[f"{key}.counts"] = counts
    sheet.colour(counts, "CELL=0", LOSS)


def _statuses(grid: Grid, key: str) -> None:
    """Write how many dialogs are running, planned and missing: those that are neither."""
    sheet, book, top = grid.sheet, grid.sheet.book, HEAD + len(grid.items) + 3
    names, given = grid.all("name").cell, grid.all("status").cell
    sheet.heads(top, 1, [DIALOGS["status"].label, Translated("Dialogs", "Dialoger")])
    rest = sheet.place(top + 1, 2, top + 2).cell
    for i, (name, (status, mark)) in enumerate(COUNTS.items(), top + 1):
        sheet.text(i, 1, Translated("{} {}", "{} {}").format(mark, status))
        count = f'COUNTIFS({names},"?*",{given},"{book.translate(status)}")'
        if name == "missing":
            count = f"COUNTA({names})-SUM({rest})"
        sheet.formula(i, 2, count, "count", key=f"{key}.{name}")
    book.places[f"{key}.statuses"] = sheet.place(top + 1, 2, top + 3)
