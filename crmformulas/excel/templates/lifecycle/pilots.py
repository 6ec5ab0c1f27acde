"""Pilots: where an activity is tried first, against whom it is compared, and how it was judged."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.templates.lifecycle.data import DECISIONS, JUDGEMENTS, STATES, Pilot, Plan
from crmformulas.excel.templates.lifecycle.entries import write_entries
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import lines
from crmformulas.excel.workbook.named_formulas import resolve, write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.translations import Label, Translated

__all__ = ["write_pilots"]

ENTRIES = lines("""
    status: text
        Pilot | Pilot | Empty: no pilot. | Tomt: ingen pilot.
    market: text
        Market | Marknad
        | Where it is tried: region, store, category, segment.
        | Var det prövas: region, butik, varugrupp, segment.
    control: rate
        Control group | Kontrollgrupp
        | Share of those meant who are left out by lot, to compare with: without it nobody knows
        what would have happened anyway.
        | Andel av dem som avses som lottas bort, att jämföra med: utan den vet ingen vad som hade
        hänt ändå.
    technical: text
        Technical | Tekniskt
        | Did everything arrive, at the right people, in time?
        | Kom allt fram, till rätt personer, i tid?
    communicative: text
        Communicative | Kommunikativt
        | Was it noticed, understood and answered? | Märktes det, förstods det, besvarades det?
    organisational: text
        Organisational | Organisatoriskt
        | Could the organisation do it, and can it go on?
        | Klarade organisationen det, och kan den fortsätta?
    decision: text
        Decision | Beslut | What happens next. | Vad som händer nu.
""")
JUDGED = ("technical", "communicative", "organisational")

CHECK_OF_ROW = (
    'IF({2}="",IF({0}="{done}","to be decided | ska beslutas",""),'
    'IF(N({1})=0,"▼ decided without a control group | ▼ beslutat utan kontrollgrupp",'
    'IF(COUNTA({judged})<3,"▼ decided before it was judged | ▼ beslutat före bedömningen","")))'
)
"""What is missing for a decision that can be trusted."""

MESSAGE = """
    {n} pilots; {decided} are decided, {rolled} of them rolled out
        | {n} piloter; {decided} är beslutade, {rolled} av dem rullas ut
"""

HEAD = 5
STATE, CONTROL, FIRST_JUDGEMENT, DECISION, CHECK = 2, 4, 5, 8, 9


def write_pilots(book: Book, plan: Plan) -> None:
    """The sheet Pilots, a row for each business case."""
    name = Translated("Pilots", "Piloter")
    title = Translated("Try it, judge it, decide", "Pröva, bedöm, besluta")
    sheet = book.sheet(name, title, (4, 32, 11, 30, 13, 15, 16, 16, 12, 34))
    heads = [
        Translated("No", "Nr"),
        Translated("Activity", "Aktivitet"),
        *(line.label for line in ENTRIES.values()),
        Translated("Check", "Kontroll"),
    ]
    sheet.heads(HEAD, 0, heads, len(heads))
    first = HEAD + 1
    choices = dict.fromkeys(JUDGED, JUDGEMENTS) | {"status": STATES, "decision": DECISIONS}
    spare = CASES - len(plan.pilots)
    write_entries(
        sheet,
        first,
        2,
        ENTRIES,
        plan.pilots,
        spare,
        value=_entry,
        choices=choices,
        key="plan.pilots.#",
    )
    names = book["plan.cases.name"]
    for i in range(CASES):
        r, case = first + i, names.at(i).full
        sheet.text(r, 0, str(i + 1), "note")
        sheet.formula(r, 1, f'IF({case}="","",{case})', "", "plain")
        _check(sheet, r)
    _counts(sheet, first)
    sheet.freeze(first, 2)
    sheet.print_columns(CHECK, first + CASES + 7)
    sheet.xl.fit_to_pages(1, 1)


def _entry(pilot: Pilot, column: str) -> Label | float | None:
    if column in JUDGED:
        return pilot.judgements[JUDGED.index(column)]
    entry: Label | float | None = getattr(pilot, column)
    return entry


def _check(sheet: Sheet, r: int) -> None:
    cells = (sheet.place(r, j).cell for j in (STATE, CONTROL, DECISION))
    judged = sheet.place(r, FIRST_JUDGEMENT, r, FIRST_JUDGEMENT + len(JUDGED) - 1).cell
    done = sheet.book.translate(STATES[-1])
    check = resolve(sheet, CHECK_OF_ROW.format(*cells, done=done, judged=judged))
    place = sheet.formula(r, CHECK, check, "", "indented")
    sheet.colour(place, f'LEFT({place.cell},1)="▼"', LOSS)


def _counts(sheet: Sheet, first: int) -> None:
    """Decisions by what they are, and the message."""
    book = sheet.book
    decided = sheet.place(first, DECISION, first + CASES - 1)
    states = sheet.place(first, STATE, first + CASES - 1)
    top = first + CASES + 1
    sheet.heads(top, 1, [Translated("Decision", "Beslut"), Translated("Pilots", "Piloter")])
    for i, decision in enumerate(DECISIONS, top + 1):
        label = sheet.text(i, 1, decision).cell
        sheet.formula(i, 2, f"COUNTIF({decided.cell},{label})", "count")
    counts = book.places["plan.pilots.decisions"] = sheet.place(top + 1, 2, top + len(DECISIONS))
    roll_out, stop = (book.translate(DECISIONS[i]) for i in (0, -1))
    sheet.colour(decided, f'{decided.at(0).cell}="{roll_out}"', GAIN)
    sheet.colour(decided, f'{decided.at(0).cell}="{stop}"', LOSS)
    of_state = f'COUNTIF({states.cell},"?*")'
    parts = {"n": of_state, "decided": f"SUM({counts.cell})", "rolled": counts.at(0).cell}
    write_message(sheet, 3, MESSAGE, "message", "plan.pilots.message", **parts)
