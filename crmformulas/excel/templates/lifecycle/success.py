"""Success factors: where the money of a CRM project goes, and what makes it succeed."""

from __future__ import annotations

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.expressions import DASH, guard, ratio
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import LOSS
from crmformulas.translations import Translated

__all__ = ["FACTORS", "write_success"]

FACTORS = (
    (Translated("People", "Människor"), 0.02, 0.20),
    (Translated("Processes", "Processer"), 0.02, 0.15),
    (Translated("Organisation", "Organisation"), 0.02, 0.10),
    (Translated("Culture", "Kultur"), 0.01, 0.20),
    (Translated("Leadership", "Ledarskap"), 0.01, 0.10),
    (Translated("Information", "Information"), 0.10, 0.15),
    (Translated("Technology", "Teknik"), 0.82, 0.10),
)
"""McKean, Information Masters (Wiley, 1999): share of the money spent, and of the success."""

MOST = 5
"""The best mark."""

HEADS = (
    Translated("Area", "Område"),
    Translated("Money, as published", "Pengar, enligt studien"),
    Translated("Success, as published", "Framgång, enligt studien"),
    Translated("Your money", "Era pengar"),
    Translated("Your share", "Er andel"),
    Translated("Share − success", "Andel − framgång"),
    Translated("Your mark, 1 to 5", "Ert betyg, 1 till 5"),
    Translated("Points", "Poäng"),
    Translated("Left to gain", "Kvar att vinna"),
)
HEAD = 6
MONEY, SHARE, AWAY, MARK, POINTS, LEFT = range(3, 9)


def write_success(book: Book) -> None:
    """The sheet Success factors: a self-assessment beside the published shares."""
    name = Translated("Success factors", "Framgångsfaktorer")
    title = Translated(
        "Where the money goes, and what makes success",
        "Vart pengarna går, och vad som ger framgång",
    )
    sheet = book.sheet(name, title, (22, 14, 14, 15, 11, 13, 13, 11, 13))
    note = Translated(
        "Published: McKean, Information Masters (Wiley, 1999). Points: the area's share of success "
        "× mark / 5; 100 % is full marks everywhere.",
        "Studien: McKean, Information Masters (Wiley, 1999). Poäng: områdets andel av framgången "
        "× betyg / 5; 100 % är högsta betyg överallt.",
    )
    sheet.paragraph(4, 0, len(HEADS) - 1, note)
    sheet.heads(HEAD, 0, HEADS)
    first, total = HEAD + 1, HEAD + 1 + len(FACTORS)
    blanks = [[None] for _ in FACTORS]
    sheet.inputs(
        first,
        1,
        [[money, weight] for _, money, weight in FACTORS],
        "rate",
        Translated("As published", "Enligt studien"),
        Translated(
            "What the study found; another study's figures may stand here.",
            "Vad studien fann; en annan studies siffror kan stå här.",
        ),
        setting=True,
    )
    sheet.inputs(
        first,
        MONEY,
        blanks,
        "money",
        HEADS[MONEY],
        Translated(
            "What you spend on the area in a year, in currency units.",
            "Vad ni lägger på området under ett år, i valutaenheter.",
        ),
        key="plan.success.money",
        optional=True,
    )
    sheet.inputs(
        first,
        MARK,
        blanks,
        "plain",
        HEADS[MARK],
        Translated(
            "How good you are at it: 1 poor, 5 excellent.", "Hur bra ni är: 1 dåligt, 5 utmärkt."
        ),
        key="plan.success.marks",
        low=1,
        high=MOST,
        optional=True,
    )
    spent = sheet.place(first, MONEY, total - 1).cell
    for i, (label, _, _) in enumerate(FACTORS):
        r = first + i
        own, share, mark, points = (sheet.place(r, j).cell for j in (MONEY, SHARE, MARK, POINTS))
        success = sheet.place(r, 2).cell
        sheet.text(r, 0, label)
        sheet.formula(r, SHARE, ratio(own, f"SUM({spent})"), "rate")
        away = f"100*({share}-{success})"
        sheet.formula(r, AWAY, guard([share], away), "points change")
        sheet.formula(r, POINTS, guard([mark], f"{success}*{mark}/{MOST}"), "rate")
        sheet.formula(r, LEFT, guard([points], f"{success}-{points}"), "rate")
    gaps = sheet.place(first, AWAY, total - 1)
    corner = gaps.at(0).cell
    sheet.colour(gaps, f"AND(ISNUMBER({corner}),{corner}<0)", LOSS)
    marks = sheet.place(first, MARK, total - 1).cell
    for j in range(len(HEADS)):
        sheet.text(total, j, Translated("Sum", "Summa") if j == 0 else "", "total label")
    for j, kind in ((1, "rate"), (2, "rate"), (MONEY, "money"), (POINTS, "rate"), (LEFT, "rate")):
        cells = sheet.place(first, j, total - 1).cell
        whole = f"SUM({cells})"
        if j in (POINTS, LEFT):
            whole = f'IF(COUNT({marks})<{len(FACTORS)},"{DASH}",{whole})'
        elif j == MONEY:
            whole = f'IF(COUNT({cells})=0,"{DASH}",{whole})'
        sheet.formula(total, j, whole, kind, "total")
    book.places["plan.success"] = sheet.place(first, SHARE, total, LEFT)
    _message(sheet, first, total)
    sheet.freeze(first, 1)
    sheet.print_columns(len(HEADS) - 1, total + 2)
    sheet.xl.fit_to_pages(1, 1)


def _message(sheet: Sheet, first: int, total: int) -> None:
    book = sheet.book
    left, areas = sheet.place(first, LEFT, total - 1).cell, sheet.place(first, 0, total - 1).cell
    points = sheet.place(total, POINTS).cell
    message = book.sentence(
        Translated(
            "{points} % of full marks; most is left to gain in {area}",
            "{points} % av full poäng; mest finns att vinna i {area}",
        ),
        points=f"ROUND(100*{points},0)",
        area=f"INDEX({areas},MATCH(MAX({left}),{left},0))",
    )
    none = book.sentence(
        Translated(
            "Give each area a mark to see where you stand",
            "Sätt betyg på varje område för att se var ni står",
        )
    )
    shown = f"IF(ISNUMBER({points}),{message},{none})"
    sheet.formula(3, 0, shown, "", "message", key="plan.success.message")
