"""The sheets of lists: whom to write to now, who is at risk, RFM, and what a survey says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.long_table import LONGEST
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, PALE
from crmformulas.formats import NumberFormat
from crmformulas.orders.selections.attributes import Attribute, Kind, choice_label
from crmformulas.orders.selections.rfm_grid import rfm_segments
from crmformulas.orders.selections.satisfaction import GROUPS, PARTS
from crmformulas.orders.selections.scores import RFM_LABELS
from crmformulas.translations import LANGS, Label, Translated, counted, translate

if TYPE_CHECKING:
    from crmformulas.orders.analysis.forecast.results import AllAtRisk
    from crmformulas.orders.selections.report_lists import ReportLists
    from crmformulas.orders.selections.rfm_grid import RfmCell
    from crmformulas.orders.selections.satisfaction import Satisfaction, Score
    from crmformulas.orders.selections.segments import SegmentList, SegmentSize

__all__ = ["write_lists"]

KINDS = {
    Kind.MONEY: "money",
    Kind.WHOLE: "count",
    Kind.NUMBER: "days",
    Kind.DAY: "date",
    Kind.SHARE: "rate",
}
"""How a workbook shows the values of attributes; others are texts."""

CUT = LONGEST // 8
"""Characters of an id that a list shows: the sheet of customers has all of it."""

PRINTED = 40


def write_lists(book: Book, lists: ReportLists) -> None:
    """Write the sheets that there is something to tell on."""
    if lists.to_do:
        _write_to_do(book, lists.to_do)
    if lists.at_risk is not None:
        _write_at_risk(book, lists.at_risk)
    if lists.rfm:
        _write_rfm(book, lists.rfm)
    if lists.satisfaction is not None:
        _write_satisfaction(book, lists.satisfaction)


def _both(english: str, swedish: str, *values: tuple[float, str]) -> Translated:
    """A sentence with figures in each language's form: ``count``, ``amount`` or ``customers``."""

    def filled(text: str, figures: NumberFormat) -> str:
        shown = []
        for value, how in values:
            number = figures.amount(value) if how == "amount" else figures.whole(value)
            if how == "customers":
                number = counted(int(value), "customer", lang=figures.lang, shown=number)
            shown.append(number)
        return text.format(*shown)

    return Translated(filled(english, NumberFormat("en")), filled(swedish, NumberFormat("sv")))


# To do now

TO_DO_HEADS = (
    Translated("Segment", "Segment"),
    Translated("Customers", "Kunder"),
    Translated("Revenue", "Omsättning"),
    Translated("At stake", "Står på spel"),
    Translated("Who, and why now", "Vilka, och varför nu"),
)


def _write_to_do(book: Book, lists: Sequence[SegmentList]) -> None:
    sheet = book.sheet(
        Translated("To do now", "Att göra nu"),
        Translated("Whom to write to first", "Vilka du ska skriva till först"),
        (30, 13, 14, 14, 13, 13, 13, 13),
    )
    book.places["todo.message"] = sheet.text(2, 0, _first(lists[0].size), "message")
    last = len(lists[0].columns) - 1
    sheet.heads(4, 0, TO_DO_HEADS[:4])
    sheet.text(4, 4, TO_DO_HEADS[4], "beside head")
    for column in range(5, last + 1):
        sheet.text(4, column, "", "head")
    for row, one in enumerate(lists, 5):
        size = one.size
        sheet.text(row, 0, Translated(*(_capital(translate(size.label, x)) for x in LANGS)))
        sheet.value(row, 1, size.customers, "count")
        sheet.value(row, 2, size.revenue, "money")
        sheet.value(row, 3, size.at_stake, "money")
        sheet.paragraph(row, 4, last, size.about, "beside")
    row = 5 + len(lists)
    sheet.paragraph(row, 0, last, STAKE)
    row += 2
    end, ids, printed = row, [], row + PRINTED
    for number, one in enumerate(lists, 1):
        if one.rows:
            ids.append(f"A{row + 3}:A{row + 2 + len(one.rows)}")
            row = _list(sheet, row, number, one) + 2
            end = row
    _ids_are_texts(sheet, ids)
    sheet.freeze(3, 1)
    sheet.print_columns(last, min(end, printed))


def _first(size: SegmentSize) -> Translated:
    """The sentence on who comes first, and what is at stake, or else what they bring."""
    en, sv = (_capital(translate(size.label, lang)) for lang in LANGS)
    count = (size.customers or 0, "customers")
    if size.at_stake is None:
        return _both(
            f"{en}: {{}} with {{}} in revenue",
            f"{sv}: {{}} med {{}} i omsättning",
            count,
            (size.revenue or 0.0, "amount"),
        )
    return _both(
        f"{en}: {{}} with {{}} at stake",
        f"{sv}: {{}} där {{}} står på spel",
        count,
        (size.at_stake, "amount"),
    )


STAKE = Translated(
    "At stake is the CLV of their value tier: of the tier a year ago for those who were lost; a "
    "dash where history is too short for it. A customer may stand on several lists.",
    "På spel står CLV för deras värdenivå: nivån för ett år sedan för dem som förlorats; ett "
    "streck där historiken är för kort för det. En kund kan stå på flera listor.",
)


def _list(sheet: Sheet, row: int, number: int, one: SegmentList) -> int:
    """The customers of a segment from a row on; returns the row after them."""
    width = len(one.columns)
    title = _both(
        f"{_capital(translate(one.size.label, 'en'))}: {{}} of {{}}",
        f"{_capital(translate(one.size.label, 'sv'))}: {{}} av {{}}",
        (len(one.rows), "count"),
        (one.size.customers or 0, "customers"),
    )
    sheet.band(row, width, title)
    heads = [_head(attribute) for attribute in one.columns]
    texts = sum(attribute.kind not in KINDS for attribute in one.columns)
    sheet.table(row + 1, 0, heads, len(one.rows), f"ToDo{number}", texts=texts)
    for i, values in enumerate(one.rows, row + 2):
        _customer(sheet, i, one.columns, values)
    return row + 2 + len(one.rows)


def _capital(words: str) -> str:
    """A text as it begins a line."""
    return words[:1].upper() + words[1:]


def _head(attribute: Attribute) -> Label:
    tier = {
        "f12_tier": Translated("Tier F12", "Nivå F12"),
        "s12_tier": Translated("Tier S12", "Nivå S12"),
        "recency_days": Translated("Days since", "Dagar sedan"),
    }
    label = tier.get(attribute.name, attribute.label)
    return Translated(*map(_capital, label))


def _customer(sheet: Sheet, row: int, columns: Sequence[Attribute], values: Sequence[Any]) -> None:
    for column, (attribute, value) in enumerate(zip(columns, values, strict=True)):
        kind = KINDS.get(attribute.kind)
        if kind is not None:
            # A whole number of days; a rhythm of 41.3 days says no more than 41.
            shown = round(value) if kind == "days" and value is not None else value
            sheet.value(row, column, shown, kind)
        elif attribute.kind is Kind.ID:
            _id(sheet, row, column, value)
        else:
            shown = None if value is None else choice_label(attribute, value)
            sheet.value(row, column, shown, "plain", "plain")


def _id(sheet: Sheet, row: int, column: int, text: str) -> None:
    shown = text if len(text) <= CUT else f"{text[:CUT]}…"
    sheet.xl.write_string(row, column, shown, sheet.book.styles("plain", "text"))


def _ids_are_texts(sheet: Sheet, ranges: Sequence[str]) -> None:
    """An id is text even if it looks like a number: Excel need not offer to change that."""
    if ranges:
        sheet.xl.ignore_errors({"number_stored_as_text": " ".join(ranges)})


# At risk

RISK_HEADS = (
    Translated("Customer", "Kund"),
    Translated("Buys within 12 months", "Köper inom 12 månader"),
    Translated("Expected revenue", "Väntad omsättning"),
    Translated("At stake", "Står på spel"),
    Translated("Own rhythm, days", "Egen rytm, dagar"),
    Translated("Silent for, days", "Tyst i, dagar"),
    Translated("Why", "Varför"),
)


def _write_at_risk(book: Book, risk: AllAtRisk) -> None:
    sheet = book.sheet(
        Translated("At risk", "I riskzonen"),
        Translated("Who may be about to leave", "Vilka som är i riskzonen"),
        (26, 14, 14, 14, 13, 13, 44),
    )
    message = _both(
        "Silent for more than twice their own rhythm: {}; {} may be lost with them",
        "Tysta mer än dubbla sin egen rytm: {}; {} kan försvinna med dem",
        (risk.customers, "customers"),
        (risk.at_stake, "amount"),
    )
    book.places["risk.message"] = sheet.text(2, 0, message, "message")
    sheet.paragraph(3, 0, len(RISK_HEADS) - 1, AT_RISK)
    row = 5
    if risk.rows:
        sheet.table(row, 0, RISK_HEADS, len(risk.rows), "AtRisk", filters=True)
        sheet.text(row, len(RISK_HEADS) - 1, RISK_HEADS[-1], "beside head")
        for i, one in enumerate(risk.rows, row + 1):
            _id(sheet, i, 0, one.customer)
            sheet.value(i, 1, one.p_buy, "rate")
            sheet.value(i, 2, one.expected_revenue, "money")
            sheet.value(i, 3, one.at_stake, "money")
            sheet.value(i, 4, round(one.rhythm_days), "days")
            sheet.value(i, 5, one.silent_days, "days")
            sheet.text(i, 6, one.reason, "beside")
        _ids_are_texts(sheet, [f"A{row + 2}:A{row + 1 + len(risk.rows)}"])
        row += len(risk.rows)
    sheet.freeze(6 if risk.rows else 3, 1)
    sheet.print_columns(len(RISK_HEADS) - 1, min(row, 5 + PRINTED) + 2)


AT_RISK = Translated(
    "Bought at least twice, the last time within 12 months. The least likely to buy again within "
    "12 months stand first: that is the forecast's order, the rhythm explains it. At stake is what "
    "they would bring if they have not left, times the probability that they have.",
    "Köpte minst två gånger, senast inom 12 månader. De minst sannolika att köpa igen inom 12 "
    "månader står först: det är prognosens ordning, rytmen förklarar den. På spel står vad de "
    "skulle ge om de inte har lämnat, gånger sannolikheten att de har det.",
)


# RFM

SIDE = range(1, 6)
COOL = "#9CC3D0"
"""The strongest blue of the grids, on which figures are still read."""


def _write_rfm(book: Book, cells: Sequence[RfmCell]) -> None:
    sheet = book.sheet(
        Translated("RFM", "RFM"),
        Translated("RFM: recency against orders and revenue", "RFM: när, hur ofta, hur mycket"),
        (22, *[17] * 6),
    )
    by = {(cell.r, cell.fm): cell for cell in cells}
    best = next(one for one in rfm_segments(list(cells)) if one.segment == "champions")
    every = sum(cell.customers for cell in cells)
    message = _both(
        "{} of {} customers are champions, and brought {}",
        "{} av {} kunder är stjärnor, och gav {}",
        (best.customers, "count"),
        (every, "count"),
        (best.revenue, "amount"),
    )
    book.places["rfm.message"] = sheet.text(2, 0, message, "message")
    has_before = cells[0].customers_before is not None
    grids = (
        (Translated("Customers", "Kunder"), "count", "customers", COOL),
        (Translated("Net revenue so far", "Nettoomsättning hittills"), "money", "revenue", PALE),
    )
    row = 4
    for words, kind, field, hue in grids:
        place = _grid(sheet, row, words)
        for (r, fm), cell in by.items():
            sheet.value(place + 5 - r, fm, getattr(cell, field), kind)
        sheet.heat(sheet.place(place, 1, place + 4, 5), hue)
        row = place + 6
    if has_before:
        moved = Translated(
            "Customers more or fewer than a year ago", "Kunder fler eller färre än för ett år sedan"
        )
        place = _grid(sheet, row, moved)
        for (r, fm), cell in by.items():
            sheet.value(
                place + 5 - r, fm, cell.customers - (cell.customers_before or 0), "signed count"
            )
        area = sheet.place(place, 1, place + 4, 5)
        first = sheet.place(place, 1).cell
        sheet.colour(area, f"{first}<0", LOSS)
        sheet.colour(area, f"{first}>0", GAIN)
        row = place + 6
    _names_grid(sheet, row, by)
    _rfm_table(sheet, row + 9, cells)
    sheet.freeze(3, 1)
    sheet.print_columns(6, row + 9 + 13)


def _grid(sheet: Sheet, row: int, words: Label) -> int:
    """The heads of a grid of 5 × 5 from a row on; returns the row of its best recency."""
    sheet.text(row, 0, words, "heading")
    sheet.heads(row + 1, 0, (Translated("R ↓   FM →", "R ↓   FM →"), *(str(fm) for fm in SIDE)))
    for r in SIDE:
        sheet.text(row + 7 - r, 0, str(r))
    return row + 2


def _names_grid(sheet: Sheet, row: int, by: dict[tuple[int, int], RfmCell]) -> None:
    place = _grid(sheet, row, Translated("What they are called", "Vad de kallas"))
    for (r, fm), cell in by.items():
        sheet.text(place + 5 - r, fm, RFM_LABELS[cell.segment], "wrapped note")
    note = Translated(
        "R: 5 bought last; FM: the mean of the scores of orders and revenue, halves up. Scores are "
        "fifths of all customers.",
        "R: 5 köpte senast; FM: medel av poängen för köp och omsättning, halvor uppåt. Poängen är "
        "femtedelar av alla kunder.",
    )
    sheet.paragraph(place + 5, 0, 6, note)


RFM_HEADS = (
    Translated("Segment", "Segment"),
    Translated("Customers", "Kunder"),
    Translated("A year ago", "För ett år sedan"),
    Translated("Change", "Förändring"),
    Translated("Revenue", "Omsättning"),
    Translated("A year ago", "För ett år sedan"),
    Translated("Change", "Förändring"),
)


def _rfm_table(sheet: Sheet, row: int, cells: Sequence[RfmCell]) -> None:
    # Some columns are called alike, which a table can't have.
    sheet.heads(row, 0, RFM_HEADS)
    for i, one in enumerate(rfm_segments(list(cells)), row + 1):
        sheet.text(i, 0, RFM_LABELS[one.segment])
        for at, now, before, kind in (
            (1, one.customers, one.customers_before, "count"),
            (4, one.revenue, one.revenue_before, "money"),
        ):
            sheet.value(i, at, now, kind)
            sheet.value(i, at + 1, before, kind)
            if before is None:
                sheet.value(i, at + 2, None, f"signed {kind}")
            else:
                left, right = (sheet.place(i, at + step).cell for step in (0, 1))
                sheet.formula(i, at + 2, f"{left}-{right}", f"signed {kind}")


# Survey

SCORE_HEADS = (
    Translated("Group", "Grupp"),
    Translated("Answers", "Svar"),
    Translated("Of", "Av"),
    Translated("Promoters", "Ambassadörer"),
    Translated("Passives", "Passiva"),
    Translated("Detractors", "Kritiker"),
    Translated("NPS", "NPS"),
    Translated("Low", "Lägst"),
    Translated("High", "Högst"),
    Translated("Index", "Index"),
    Translated("Low", "Lägst"),
    Translated("High", "Högst"),
)


def _write_satisfaction(book: Book, satisfaction: Satisfaction) -> None:
    sheet = book.sheet(
        Translated("Satisfaction", "Nöjdhet"),
        Translated("What the survey says", "Vad enkäten säger"),
        (30, *[11] * (len(SCORE_HEADS) - 1)),
    )
    last = len(SCORE_HEADS) - 1
    low, high = (f"{end:g}" for end in satisfaction.scale)
    level = NumberFormat("en").percent(satisfaction.level, 0)
    message = _both(
        f"{{}} answered; intervals hold the true figure in {level} of surveys",
        f"{{}} svarade; intervallen rymmer det sanna värdet i {level} av enkäter",
        (satisfaction.total.answers, "count"),
    )
    book.places["scores.message"] = sheet.text(2, 0, message, "message")
    sheet.heads(4, 0, SCORE_HEADS)
    _score(sheet, 5, satisfaction.total)
    row = 6
    for by, label in GROUPS.items():
        rows = [one for one in satisfaction.by[by] if one.answers]
        if rows:
            sheet.band(row + 1, last + 1, label)
            for i, one in enumerate(rows, row + 2):
                _score(sheet, i, one)
            row += 2 + len(rows)
    row += 1
    scale = Translated(
        f"One answer a person counts, the last; scale {low} to {high}. NPS: share of answers 9 and "
        "10 less that of 0 to 6, times 100. Index: the mean answer as a share of the scale, times "
        "100.",
        f"Ett svar per person räknas, det senaste; skala {low} till {high}. NPS: andel svar 9 och "
        "10 minus andel 0 till 6, gånger 100. Index: medelsvaret som andel av skalan, gånger 100.",
    )
    left_out = [
        Translated(f"{n} rows: {PARTS[part].en}", f"{n} rader: {PARTS[part].sv}")
        for part, n in satisfaction.left_out.items()
    ]
    for words in (scale, *left_out, *satisfaction.notices):
        sheet.paragraph(row, 0, last, words)
        row += 1
    sheet.freeze(5, 1)
    sheet.print_columns(last, row)


def _score(sheet: Sheet, row: int, one: Score) -> None:
    sheet.text(row, 0, one.label)
    counts = (one.answers, one.persons, one.promoters, one.passives, one.detractors)
    for column, count in enumerate(counts, 1):
        sheet.value(row, column, count, "count")
    shares = (one.nps, one.nps_low, one.nps_high)
    for column, share in enumerate(shares, 6):
        shown = None if share is None else 100 * share
        sheet.value(row, column, shown, "signed count")
    for column, share in enumerate((one.index, one.index_low, one.index_high), 9):
        sheet.value(row, column, None if share is None else 100 * share, "days")
