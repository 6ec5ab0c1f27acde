"""Success factors: where the money of a CRM project goes, and what makes it succeed."""

from __future__ import annotations

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, lines
from crmformulas.excel.workbook.named_formulas import translated, write_message
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

COLUMNS = lines("""
    money_published: rate
        Money, as published | Pengar, enligt studien
        total = SUM([.@areas])
    success: rate
        Success, as published | Framgång, enligt studien
        total = SUM([.@areas])
    money: money, optional
        Your money | Era pengar
        | What you spend on the area in a year, in currency units.
        | Vad ni lägger på området under ett år, i valutaenheter.
        total = IF(COUNT([.@areas])=0,DASH,SUM([.@areas]))
    share: rate = RATIO([money],SUM([money@areas]))
        Your share | Er andel
        total =
    away: points change = GUARD([share],100*([share]-[success]))
        Share − success | Andel − framgång
        total =
    marks: plain, optional, low 1, high 5
        Your mark, 1 to 5 | Ert betyg, 1 till 5
        | How good you are at it: 1 poor, 5 excellent. | Hur bra ni är: 1 dåligt, 5 utmärkt.
        total =
    points: rate = GUARD([marks],[success]*[marks]/5)
        Points | Poäng
        total = IF(COUNT([marks@areas])<7,DASH,SUM([.@areas]))
    left: rate = GUARD([points],[success]-[points])
        Left to gain | Kvar att vinna
        total = IF(COUNT([marks@areas])<7,DASH,SUM([.@areas]))
""")
PUBLISHED = lines("""
    published: rate, setting
        As published | Enligt studien
        | What the study found; another study's figures may stand here.
        | Vad studien fann; en annan studies siffror kan stå här.
""")["published"]

NOTE = translated("""
    Published: McKean, Information Masters (Wiley, 1999). Points: the area's share of success × mark
    / 5; 100 % is full marks everywhere.
    | Studien: McKean, Information Masters (Wiley, 1999). Poäng: områdets andel av framgången ×
    betyg / 5; 100 % är högsta betyg överallt.
""")

MESSAGE = """
    NOT(ISNUMBER([plan.success.points])) → Give each area a mark to see where you stand
        | Sätt betyg på varje område för att se var ni står
    {points} % of full marks; most is left to gain in {area}
        | {points} % av full poäng; mest finns att vinna i {area}
    where points = ROUND(100*[plan.success.points],0)
    where area = INDEX({areas},MATCH(MAX([left@areas]),[left@areas],0))
"""

HEAD = 6


def write_success(book: Book) -> None:
    """The sheet Success factors: a self-assessment beside the published shares."""
    title = translated("""
        Where the money goes, and what makes success | Vart pengarna går, och vad som ger framgång
    """)
    widths = (22, 14, 14, 15, 11, 13, 13, 11, 13)
    sheet = book.sheet("Success factors | Framgångsfaktorer", title, widths)
    items = (*map(str, range(len(FACTORS))), "total")
    sheet.paragraph(4, 0, len(COLUMNS), NOTE)
    groups = {"areas": (items[0], items[-2])}
    grid = Grid(sheet, HEAD + 1, 1, COLUMNS, items, across=True, groups=groups)
    grid.head([Translated("Area", "Område")])
    grid.name([*(label for label, _, _ in FACTORS), Translated("Sum", "Summa")])
    published = [[money, weight] for _, money, weight in FACTORS]
    kind, label, words = PUBLISHED.kind, PUBLISHED.label, PUBLISHED.note
    sheet.inputs(HEAD + 1, 1, published, kind, label, words, setting=True)
    grid.fill([], len(FACTORS), key="plan.success.#")
    grid.write()
    gaps = grid.place("away", items[0], items[-2])
    sheet.colour(gaps, "AND(ISNUMBER(CELL),CELL<0)", LOSS)
    total = HEAD + 1 + len(FACTORS)
    book.places["plan.success"] = sheet.place(HEAD + 1, 4, total, len(COLUMNS))
    book.places["plan.success.points"] = grid.place("points", "total")
    areas = sheet.place(HEAD + 1, 0, total - 1).cell
    lookup = grid.lookup("total")
    write_message(sheet, 3, MESSAGE, "message", "plan.success.message", lookup, areas=areas)
    sheet.page(total + 2, (HEAD + 1, 1), whole=True)
