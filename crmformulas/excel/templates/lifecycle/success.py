"""Success factors: where the money of a CRM project goes, and what makes it succeed."""

from __future__ import annotations

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.lines import Grid, entries, lines
from crmformulas.excel.workbook.named_formulas import resolve, translated, write_message
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
    success: rate
        Success, as published | Framgång, enligt studien
    money: money, optional
        Your money | Era pengar
        | What you spend on the area in a year, in currency units.
        | Vad ni lägger på området under ett år, i valutaenheter.
    share: rate = RATIO([money],SUM([money@]))
        Your share | Er andel
    away: points change = GUARD([share],100*([share]-[success]))
        Share − success | Andel − framgång
    mark: plain, optional, low 1, high 5
        Your mark, 1 to 5 | Ert betyg, 1 till 5
        | How good you are at it: 1 poor, 5 excellent. | Hur bra ni är: 1 dåligt, 5 utmärkt.
    points: rate = GUARD([mark],[success]*[mark]/5)
        Points | Poäng
    left: rate = GUARD([points],[success]-[points])
        Left to gain | Kvar att vinna
""")
SUMS = {
    "money_published": "SUM([money_published@])",
    "success": "SUM([success@])",
    "money": "IF(COUNT([money@])=0,DASH,SUM([money@]))",
    "points": "IF(COUNT([mark@])<7,DASH,SUM([points@]))",
    "left": "IF(COUNT([mark@])<7,DASH,SUM([left@]))",
}
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
    where area = INDEX({areas},MATCH(MAX([left@]),[left@],0))
"""

HEAD = 6


def write_success(book: Book) -> None:
    """The sheet Success factors: a self-assessment beside the published shares."""
    name = Translated("Success factors", "Framgångsfaktorer")
    title = Translated(
        "Where the money goes, and what makes success",
        "Vart pengarna går, och vad som ger framgång",
    )
    sheet = book.sheet(name, title, (22, 14, 14, 15, 11, 13, 13, 11, 13))
    areas = [str(i) for i in range(len(FACTORS))]
    first, total = HEAD + 1, HEAD + 1 + len(FACTORS)
    sheet.paragraph(4, 0, len(COLUMNS), NOTE)
    grid = Grid(sheet, first, 1, COLUMNS, areas, across=True)
    grid.head([Translated("Area", "Område")])
    published = [[money, weight] for _, money, weight in FACTORS]
    kind, label, words = PUBLISHED.kind, PUBLISHED.label, PUBLISHED.note
    sheet.inputs(first, 1, published, kind, label, words, setting=True)
    blanks = [None] * len(FACTORS)
    for line, key in (("money", "plan.success.money"), ("mark", "plan.success.marks")):
        entries(sheet, first, grid.place(line).column, COLUMNS[line], blanks, key=key)
    for i, (label, _, _) in enumerate(FACTORS, first):
        sheet.text(i, 0, label)
    grid.write(leave=("money_published", "success", "money", "mark"))
    gaps = grid.all("away")
    corner = gaps.at(0).cell
    sheet.colour(gaps, f"AND(ISNUMBER({corner}),{corner}<0)", LOSS)
    for j in range(len(COLUMNS) + 1):
        sheet.text(total, j, Translated("Sum", "Summa") if j == 0 else "", "total label")
    for line, formula in SUMS.items():
        place, kind = grid.place(line), COLUMNS[line].kind
        whole = resolve(sheet, formula, lookup=grid.lookup("0"))
        sheet.formula(total, place.column, whole, kind, "total")
    book.places["plan.success"] = sheet.place(first, 4, total, len(COLUMNS))
    book.places["plan.success.points"] = sheet.place(total, grid.place("points").column)
    cells = sheet.place(first, 0, total - 1).cell
    lookup = grid.lookup("0")
    write_message(sheet, 3, MESSAGE, "message", "plan.success.message", lookup, areas=cells)
    sheet.freeze(first, 1)
    sheet.print_columns(len(COLUMNS), total + 2)
    sheet.xl.fit_to_pages(1, 1)
