"""Pilots: where an activity is tried first, against whom it is compared, and how it was judged."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.templates.lifecycle.data import DECISIONS, JUDGEMENTS, STATES, Pilot, Plan
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import write_message
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.translations import Label

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
    check: words, indented
        Check | Kontroll
        = IF([decision]="",IF([status]="done | klar","to be decided | ska beslutas",""),
        IF(N([control])=0,"▼ decided without a control group | ▼ beslutat utan kontrollgrupp",
        IF(COUNTA([technical:organisational])<3,
        "▼ decided before it was judged | ▼ beslutat före bedömningen","")))
""")
"""The check says what is missing for a decision that can be trusted."""
JUDGED = ("technical", "communicative", "organisational")

MESSAGE = """
    {n} pilots; {SUM([plan.pilots.decisions])} are decided, {rolled} of them rolled out
        | {n} piloter; {SUM([plan.pilots.decisions])} är beslutade, {rolled} av dem rullas ut
    where n = COUNTIF([plan.pilots.status],"?*")
    where rolled = COUNTIF([plan.pilots.decision],"roll out | rulla ut")
"""

FIRST = 6


def write_pilots(book: Book, plan: Plan) -> None:
    """The sheet Pilots, a row for each business case."""
    widths = (4, 32, 11, 30, 13, 15, 16, 16, 12, 34)
    title = "Try it, judge it, decide | Pröva, bedöm, besluta"
    sheet = book.sheet("Pilots | Piloter", title, widths)
    sheet.heads(FIRST - 1, 0, "No | Nr; Activity | Aktivitet", 2)
    items = [str(i) for i in range(CASES)]
    grid = Grid(sheet, FIRST, 2, ENTRIES, items, across=True)
    sheet.heads(FIRST - 1, 2, [line.label for line in ENTRIES.values()], len(ENTRIES))
    choices = dict.fromkeys(JUDGED, JUDGEMENTS) | {"status": STATES, "decision": DECISIONS}
    spare = CASES - len(plan.pilots)
    grid.fill(plan.pilots, spare, value=_entry, choices=choices, key="plan.pilots.#")
    grid.write()
    names = book["plan.cases.name"]
    for i in range(CASES):
        case = names.at(i).full
        sheet.text(FIRST + i, 0, str(i + 1), "note")
        sheet.formula(FIRST + i, 1, f'IF({case}="","",{case})', "", "plain")
        check = grid.place("check", items[i])
        sheet.colour(check, 'LEFT(CELL,1)="▼"', LOSS)
    _counts(sheet, FIRST + CASES + 1)
    write_message(sheet, 3, MESSAGE, "message", "plan.pilots.message")
    sheet.page(FIRST + CASES + 7, (FIRST, 2), whole=True)


def _entry(pilot: Pilot, column: str) -> Label | float | None:
    if column in JUDGED:
        return pilot.judgements[JUDGED.index(column)]
    entry: Label | float | None = getattr(pilot, column)
    return entry


def _counts(sheet: Sheet, row: int) -> None:
    """Decisions by what they are."""
    book, decided = sheet.book, sheet.book["plan.pilots.decision"]
    sheet.heads(row, 1, "Decision | Beslut; Pilots | Piloter")
    for i, decision in enumerate(DECISIONS, row + 1):
        label = sheet.text(i, 1, decision).cell
        sheet.formula(i, 2, f"COUNTIF({decided.cell},{label})", "count")
    book.places["plan.pilots.decisions"] = sheet.place(row + 1, 2, row + len(DECISIONS))
    for decision, colour in ((DECISIONS[0], GAIN), (DECISIONS[-1], LOSS)):
        sheet.colour(decided, f'CELL="{book.translate(decision)}"', colour)
