"""Pilots: where an activity is tried first, against whom it is compared, and how it was judged."""

from __future__ import annotations

from crmformulas.excel.templates.lifecycle.cases import CASES
from crmformulas.excel.templates.lifecycle.data import DECISIONS, JUDGEMENTS, STATES, Pilot, Plan
from crmformulas.excel.templates.lifecycle.entries import Entry, write_entries
from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.named_formulas import paragraphs
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS
from crmformulas.translations import Translated

__all__ = ["write_pilots"]

JUDGED = (
    Translated("Technical", "Tekniskt"),
    Translated("Communicative", "Kommunikativt"),
    Translated("Organisational", "Organisatoriskt"),
)
ASKED = paragraphs("""
    Did everything arrive, at the right people, in time? | Kom allt fram, till rätt personer, i tid?

    Was it noticed, understood and answered? | Märktes det, förstods det, besvarades det?

    Could the organisation do it, and can it go on?
    | Klarade organisationen det, och kan den fortsätta?
""")

ENTRIES: tuple[Entry[Pilot], ...] = (
    Entry(
        Translated("Pilot", "Pilot"),
        Translated("Empty: no pilot.", "Tomt: ingen pilot."),
        lambda p: p.status,
        choices=STATES,
    ),
    Entry(
        Translated("Market", "Marknad"),
        Translated(
            "Where it is tried: region, store, category, segment.",
            "Var det prövas: region, butik, varugrupp, segment.",
        ),
        lambda p: p.market,
    ),
    Entry(
        Translated("Control group", "Kontrollgrupp"),
        Translated(
            "Share of those meant who are left out by lot, to compare with: without it nobody "
            "knows what would have happened anyway.",
            "Andel av dem som avses som lottas bort, att jämföra med: utan den vet ingen vad som "
            "hade hänt ändå.",
        ),
        lambda p: p.control,
        "rate",
        key="plan.pilots.control",
    ),
    *(
        Entry(label, note, lambda p, i=i: p.judgements[i], choices=JUDGEMENTS)  # type: ignore[misc]
        for i, (label, note) in enumerate(zip(JUDGED, ASKED, strict=True))
    ),
    Entry(
        Translated("Decision", "Beslut"),
        Translated("What happens next.", "Vad som händer nu."),
        lambda p: p.decision,
        choices=DECISIONS,
    ),
)

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
        *(entry.label for entry in ENTRIES),
        Translated("Check", "Kontroll"),
    ]
    sheet.heads(HEAD, 0, heads, len(heads))
    first = HEAD + 1
    write_entries(sheet, first, 2, ENTRIES, plan.pilots, CASES - len(plan.pilots))
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


def _check(sheet: Sheet, r: int) -> None:
    """What is missing for a decision that can be trusted."""
    translate = sheet.book.translate
    state, control, decision = (sheet.place(r, j).cell for j in (STATE, CONTROL, DECISION))
    judged = sheet.place(r, FIRST_JUDGEMENT, r, FIRST_JUDGEMENT + len(JUDGED) - 1).cell
    alone = translate(
        Translated("▼ decided without a control group", "▼ beslutat utan kontrollgrupp")
    )
    early = translate(Translated("▼ decided before it was judged", "▼ beslutat före bedömningen"))
    open_ = translate(Translated("to be decided", "ska beslutas"))
    done = translate(STATES[-1])
    sheet.formula(
        r,
        CHECK,
        f'IF({decision}="",IF({state}="{done}","{open_}",""),IF(N({control})=0,"{alone}",'
        f'IF(COUNTA({judged})<{len(JUDGED)},"{early}","")))',
        "",
        "indented",
    )
    place = sheet.place(r, CHECK)
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
    message = book.sentence(
        Translated(
            "{n} pilots; {decided} are decided, {rolled} of them rolled out",
            "{n} piloter; {decided} är beslutade, {rolled} av dem rullas ut",
        ),
        n=f'COUNTIF({states.cell},"?*")',
        decided=f"SUM({counts.cell})",
        rolled=counts.at(0).cell,
    )
    sheet.formula(3, 0, message, "", "message", key="plan.pilots.message")
