"""The last sheet of the F-ladder: the message, the figures now and at goal, the charts."""

from __future__ import annotations

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, bars, chart, distances
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, unit
from crmformulas.excel.workbook.named_formulas import (
    Hole,
    message_formula,
    paragraphs,
    resolve,
    write_message,
)
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.translations import Translated

__all__ = ["TIP", "write_result"]

TIP = "◀"
"""Marks the tipping point, and the bottleneck."""

NUMBER = f'IF(ISNUMBER(ladder_new_customers),FIXED(ladder_new_customers,0),"{DASH}")'
FIRST, CHARTS, TITLES = 6, 18, 36
"""The rows of the first figure, of the lower charts, and of the titles of all."""
WIDTH, HEIGHT = 570, 340


def write_result(book: Book, *, with_goals: bool = True) -> None:
    """The sheet of results, from the inputs and steps in the book."""
    sheet = book.sheet(
        "F-ladder result | F-trappan resultat",
        "What the goals bring | Vad målen ger",
        (44, 11, 11, 12, 2, *(13.4,) * 6),
    )
    sheet.heads(5, 0, "; Now | Nu; At goal | Vid mål; Change | Förändring")
    _extra(sheet)
    _places(sheet)
    write_message(sheet, 3, MESSAGE, "message", "ladder.message", **_holes(book))
    _charts(sheet, with_goals=with_goals)
    steps = next(one for one in book.sheets if one.name == book["ladder.steps"].sheet)
    steps.lead(book["ladder.message"])
    # What the charts say is said by their titles: it needs no print.
    sheet.page(TITLES, (3, 0))


def _row(sheet: Sheet, row: int, key: str, label: str, figures: tuple[str, str], kind: str) -> None:
    """A figure now and at goal, and its change."""
    now, goal = figures
    sheet.formula(row, 0, label, "", "label")
    a = sheet.formula(row, 1, now, kind, key=f"ladder.result.{key}.now").cell
    b = sheet.formula(row, 2, goal, kind, key=f"ladder.result.{key}.goal").cell
    change = f'IF(AND(ISNUMBER({a}),ISNUMBER({b})),{b}-{a},"{DASH}")'
    at = sheet.formula(row, 3, change, f"signed {kind}", key=f"ladder.result.{key}.change")
    sheet.colour(at, "N(CELL)>0", GAIN)
    sheet.colour(at, "N(CELL)<0", LOSS)


FIGURES = (
    ("extra", "count", "Extra orders of {NUMBER} new customers | Merköp av {NUMBER} nya kunder"),
    ("money", "money", "Revenue of the extra orders{kr} | Omsättning av merköpen{kr}"),
    ("again", "count", "New customers who buy a second time | Nya kunder som köper en andra gång"),
)
BOUGHT, BOTTLENECK, ALONE = paragraphs("""
    Known contacts who have bought (F0→F1) | Kända kontakter som har köpt (F0→F1)
    Bottleneck: the step whose goal brings most | Flaskhals: steget vars mål ger mest
    Extra orders if it alone reached its goal | Merköp om bara det nådde sitt mål
""")

BEYOND = """
    COUNTIF([ladder.gap],">0")=0 → {""}
    ▲ {n} of the steps already beyond its goal: at goal it counts with the goal. Raise it?
        | ▲ {n} av stegen redan över sitt mål: vid mål räknas det med målet. Höj det?
    where n = COUNTIF([ladder.gap],">0")
"""


def _extra(sheet: Sheet) -> None:
    """Extra orders, their revenue, and how many of the new customers buy again."""
    book = sheet.book
    worth = "IF(AND(ISNUMBER({0}),ISNUMBER(ladder_order_value)),{0}*ladder_order_value,DASH)"
    extra = ("ladder_extra_now", "ladder_extra_goal")
    now, goal = (resolve(sheet, worth.format(name)) for name in extra)
    again = book["ladder.reach_now"].at(0).full, book["ladder.reach_goal"].at(0).full
    pairs = (extra, (now, goal), again)
    none = _no_goals(book)
    for i, ((key, kind, words), (a, b)) in enumerate(zip(FIGURES, pairs, strict=True), FIRST):
        pair = a, f'IF({none},"{DASH}",{b})'
        label = message_formula(book, words, {"NUMBER": NUMBER, "kr": unit(", ")})
        _row(sheet, i, key, label, pair, kind)
    sheet.text(FIRST + 3, 0, BOUGHT, "label")
    rate = book["ladder.f0_rate"].full
    sheet.formula(FIRST + 3, 1, rate, "rate", key="ladder.result.f0_rate")


def _places(sheet: Sheet) -> None:
    """Where on the ladder the tipping point and the bottleneck are."""
    book, row = sheet.book, FIRST + 4
    sheet.text(row, 0, Translated("Tipping point", "Tipping point"), "label")
    for j, key in enumerate(("tip_now", "tip_goal"), 1):
        marks = book[f"ladder.{key}"].full
        no = f'COUNTIF({marks},"{TIP}")=0'
        if j > 1:
            no = f"OR({_no_goals(book)},{no})"
        step = f'IF({no},"{DASH}","F"&MATCH("{TIP}",{marks},0))'
        sheet.formula(row, j, step, "count", key=f"ladder.result.{key}")
    marks, gains = book["ladder.mark"].full, book["ladder.gain"].full
    none = f'COUNTIF({marks},"{TIP}")=0'
    k = f'MATCH("{TIP}",{marks},0)'
    sheet.text(row + 1, 0, BOTTLENECK, "label")
    step = f'IF({none},"{DASH}","F"&{k}&"→F"&({k}+1))'
    sheet.formula(row + 1, 1, step, "count", key="ladder.result.bottleneck")
    sheet.text(row + 2, 0, ALONE, "label")
    most = f'IF({none},"{DASH}",MAX({gains}))'
    sheet.formula(row + 2, 3, most, "signed count", key="ladder.result.gain")
    write_message(sheet, row + 3, BEYOND, "note", "ladder.result.beyond")


MESSAGE = """
    COUNTIF([ladder.checks],"▲*")>0
        → ▲ Check the customers: they must not rise. | ▲ Kontrollera kunderna: de får inte öka.
    NOT(AND(ISNUMBER(ladder_extra_now),ISNUMBER(ladder_extra_goal)))
        → The customers of the first two steps are wanted.
        | Kunderna på de två första stegen behövs.
    OR({NO_GOALS},ABS(N([ladder.result.extra.change]))<0.000001)
        → {number} new customers bring {now} extra orders. {no_gain}
        | {number} nya kunder ger {now} merköp. {no_gain}
    [ladder.result.bottleneck]=DASH
        → {number} new customers bring {now} extra orders now and {goal} at goal: {more}.
        | {number} nya kunder ger {now} merköp nu och {goal} vid mål: {more}.
    {number} new customers bring {now} extra orders now and {goal} at goal: {more}. The bottleneck
        is {[ladder.result.bottleneck]}.
        | {number} nya kunder ger {now} merköp nu och {goal} vid mål: {more}. Flaskhalsen är
        {[ladder.result.bottleneck]}.
    where now = FIXED(ladder_extra_now,0)
    where goal = FIXED(ladder_extra_goal,0)
    where more = IF([ladder.result.extra.change]<0,"−","+")&
        FIXED(ABS([ladder.result.extra.change]),0)
"""

NO_GAIN = """
    {NO_GOALS} → No goals are set. | Inga mål är satta.
    No step is below its goal. | Inget steg är under sitt mål.
"""
"""Why no goal brings anything: there is none, or every step has reached its own."""

TITLES_OF = {
    "rates": """
        {now}=DASH → No step reaches {limit} now{later} | Inget steg når {limit} nu{later}
        Tipping point {now} now{later} | Tipping point {now} nu{later}
        where now = [ladder.result.tip_now]
        where limit = ROUND(100*N(ladder_threshold),1)&" %"
    """,
    "gain": """
        [ladder.result.bottleneck]=DASH → {no_gain}
        {[ladder.result.bottleneck]} is the bottleneck: {gain} extra orders per {number} at goal
            | {[ladder.result.bottleneck]} är flaskhalsen: {gain} merköp per {number} vid mål
        where gain = FIXED([ladder.result.gain],0)
    """,
    "funnel": """
        NOT(ISNUMBER({rate})) → Customers by number of orders | Kunder efter antal köp
        {share} % of {n} customers have bought a second time
            | {share} % av {n} kunder har köpt en andra gång
        where share = ROUND(100*{rate},1)
        where n = FIXED({first},0)
    """,
}
LATER = (
    Translated(", {step} at goal", ", {step} vid mål"),
    Translated(", none at goal", ", inget vid mål"),
)


def _charts(sheet: Sheet, *, with_goals: bool) -> None:
    """Draw what stands on the ladder, and with goals what they would bring."""
    book = sheet.book
    sheet.text(TITLES, 0, Translated("What the charts say", "Det diagrammen säger"), "note")
    holes = _holes(book)
    title = {
        key: write_message(sheet, TITLES + i, text, "note", f"ladder.title.{key}", **holes)
        for i, (key, text) in enumerate(TITLES_OF.items(), 1)
    }
    rate, goal, gain = (book[f"ladder.{key}"] for key in ("rate", "goal", "gain"))
    steps = book["ladder.steps"]
    ends = book["ladder.rate_low"], book["ladder.rate_high"]
    errors = distances(sheet, (TITLES, sheet.last_column + 3), rate, *ends)
    series = [
        Series(Translated("Now", "Nu"), rate, SHADES[0], "0%", errors),
        *([Series(Translated("At goal", "Vid mål"), goal, SHADES[2], "0%")] if with_goals else ()),
    ]
    size = (WIDTH, HEIGHT)
    chart(sheet, (CHARTS, 0), "column", title["rates"], steps, series, axis=False, size=size)
    if with_goals:
        bars(sheet, (CHARTS, 5), title["gain"], steps, gain, size=size)
    side, bar = book["ladder.funnel.side"], book["ladder.funnel.bar"]
    funnel, label = [Series("", side, "none"), Series("", bar, SHADES[1])], title["funnel"]
    names, size = book["ladder.funnel.label"], (WIDTH, 20 * (CHARTS - 5))
    chart(
        sheet,
        (4, 5),
        "bar",
        label,
        names,
        funnel,
        stacked=True,
        legend=False,
        gap=15,
        axis=False,
        most=1,
        size=size,
    )


def _no_goals(book: Contents) -> str:
    """Whether nothing is wanted yet: nothing is told of it, then."""
    return f"COUNT({book['ladder.goals'].full})=0"


def _holes(book: Contents) -> dict[str, Hole]:
    """The holes that several sentences have in common."""
    goal = book["ladder.result.tip_goal"].cell
    some, none = (book.sentence(words, step=goal) for words in LATER)
    return {
        "number": NUMBER,
        "NO_GOALS": _no_goals(book),
        "later": f'IF({_no_goals(book)},"",IF({goal}=DASH,{none},{some}))',
        "no_gain": message_formula(book, NO_GAIN, {"NO_GOALS": _no_goals(book)}),
        "rate": book["ladder.rate"].at(0).full,
        "first": book["ladder.customers"].at(0).full,
    }
