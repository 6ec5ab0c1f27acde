"""The last sheet of the F-ladder: the message, the figures now and at goal, the charts."""

from __future__ import annotations

from crmformulas.excel.workbook.book import Book
from crmformulas.excel.workbook.charts import Series, bars, chart, distances
from crmformulas.excel.workbook.contents import Contents
from crmformulas.excel.workbook.expressions import DASH, unit
from crmformulas.excel.workbook.sheet import Sheet
from crmformulas.excel.workbook.styles import GAIN, LOSS, SHADES
from crmformulas.translations import Translated

__all__ = ["TIP", "write_result"]

TIP = "◀"
"""Marks the tipping point, and the bottleneck."""

NUMBER = f'IF(ISNUMBER(ladder_new_customers),FIXED(ladder_new_customers,0),"{DASH}")'
HEADS = (
    "",
    Translated("Now", "Nu"),
    Translated("At goal", "Vid mål"),
    Translated("Change", "Förändring"),
)
FIRST, CHARTS, TITLES = 6, 18, 36
"""The rows of the first figure, of the lower charts, and of the titles of all."""
WIDTH, HEIGHT = 570, 340


def write_result(book: Book, *, with_goals: bool = True) -> None:
    """The sheet of results, from the inputs and steps in the book."""
    sheet = book.sheet(
        Translated("F-ladder result", "F-trappan resultat"),
        Translated("What the goals bring", "Vad målen ger"),
        (44, 11, 11, 12, 2, *(13.4,) * 6),
    )
    sheet.heads(5, 0, HEADS)
    _extra(sheet)
    _places(sheet)
    _message(sheet)
    _charts(sheet, with_goals=with_goals)
    steps = next(one for one in book.sheets if one.name == book["ladder.steps"].sheet)
    steps.lead(book["ladder.message"])
    sheet.freeze(3, 0)
    # What the charts say is said by their titles: it needs no print.
    sheet.print_columns(10, TITLES)


def _row(sheet: Sheet, row: int, key: str, label: str, figures: tuple[str, str], kind: str) -> None:
    """A figure now and at goal, and its change."""
    now, goal = figures
    sheet.formula(row, 0, label, "", "label")
    a = sheet.formula(row, 1, now, kind, key=f"ladder.result.{key}.now").cell
    b = sheet.formula(row, 2, goal, kind, key=f"ladder.result.{key}.goal").cell
    change = f'IF(AND(ISNUMBER({a}),ISNUMBER({b})),{b}-{a},"{DASH}")'
    at = sheet.formula(row, 3, change, f"signed {kind}", key=f"ladder.result.{key}.change")
    sheet.colour(at, f"N({at.cell})>0", GAIN)
    sheet.colour(at, f"N({at.cell})<0", LOSS)


def _extra(sheet: Sheet) -> None:
    """Extra orders, their revenue, and how many of the new customers buy again."""
    book, say = sheet.book, sheet.book.sentence
    label = say(
        Translated("Extra orders of {n} new customers", "Merköp av {n} nya kunder"), n=NUMBER
    )
    _row(sheet, FIRST, "extra", label, ("ladder_extra_now", "ladder_extra_goal"), "count")
    label = say(
        Translated("Revenue of the extra orders{kr}", "Omsättning av merköpen{kr}"), kr=unit(", ")
    )

    def worth(extra: str) -> str:
        both_known = f"AND(ISNUMBER({extra}),ISNUMBER(ladder_order_value))"
        return f'IF({both_known},{extra}*ladder_order_value,"{DASH}")'

    both = worth("ladder_extra_now"), worth("ladder_extra_goal")
    _row(sheet, FIRST + 1, "money", label, both, "money")
    label = say(
        Translated("New customers who buy a second time", "Nya kunder som köper en andra gång")
    )
    again = book["ladder.reach_now"].at(0).full, book["ladder.reach_goal"].at(0).full
    _row(sheet, FIRST + 2, "again", label, again, "count")
    sheet.text(
        FIRST + 3,
        0,
        Translated(
            "Known contacts who have bought (F0→F1)", "Kända kontakter som har köpt (F0→F1)"
        ),
        "label",
    )
    rate = book["ladder.f0_rate"].full
    sheet.formula(FIRST + 3, 1, rate, "rate", key="ladder.result.f0_rate")


def _places(sheet: Sheet) -> None:
    """Where on the ladder the tipping point and the bottleneck are."""
    book, row = sheet.book, FIRST + 4
    sheet.text(row, 0, Translated("Tipping point", "Tipping point"), "label")
    for j, key in enumerate(("tip_now", "tip_goal"), 1):
        marks = book[f"ladder.{key}"].full
        step = f'IF(COUNTIF({marks},"{TIP}")=0,"{DASH}","F"&MATCH("{TIP}",{marks},0))'
        sheet.formula(row, j, step, "count", key=f"ladder.result.{key}")
    marks, gains = book["ladder.mark"].full, book["ladder.gain"].full
    none = f'COUNTIF({marks},"{TIP}")=0'
    k = f'MATCH("{TIP}",{marks},0)'
    sheet.text(
        row + 1,
        0,
        Translated(
            "Bottleneck: the step whose goal brings most", "Flaskhals: steget vars mål ger mest"
        ),
        "label",
    )
    step = f'IF({none},"{DASH}","F"&{k}&"→F"&({k}+1))'
    sheet.formula(row + 1, 1, step, "count", key="ladder.result.bottleneck")
    sheet.text(
        row + 2,
        0,
        Translated(
            "Extra orders if it alone reached its goal", "Merköp om bara det nådde sitt mål"
        ),
        "label",
    )
    most = f'IF({none},"{DASH}",MAX({gains}))'
    sheet.formula(row + 2, 3, most, "signed count", key="ladder.result.gain")
    gap = book["ladder.gap"].full
    beyond = f'COUNTIF({gap},">0")'
    words = Translated(
        "▲ {n} of the steps already beyond its goal: at goal it counts with the goal. Raise it?",
        "▲ {n} av stegen redan över sitt mål: vid mål räknas det med målet. Höj det?",
    )
    note = f'IF({beyond}=0,"",{book.sentence(words, n=beyond)})'
    sheet.formula(row + 3, 0, note, "", "note", key="ladder.result.beyond")


def _message(sheet: Sheet) -> None:
    book = sheet.book
    bottleneck = book["ladder.result.bottleneck"].cell
    parts = {
        "n": NUMBER,
        "now": "FIXED(ladder_extra_now,0)",
        "goal": "FIXED(ladder_extra_goal,0)",
        "more": book["ladder.result.extra.change"].cell,
    }
    parts["more"] = f'IF({parts["more"]}<0,"−","+")&FIXED(ABS({parts["more"]}),0)'
    said = book.sentence(
        Translated(
            "{n} new customers bring {now} extra orders now and {goal} at goal: {more}.",
            "{n} nya kunder ger {now} merköp nu och {goal} vid mål: {more}.",
        ),
        **parts,
    )
    where = book.sentence(
        Translated(" The bottleneck is {step}.", " Flaskhalsen är {step}."), step=bottleneck
    )
    wrong = book.sentence(
        Translated(
            "▲ Check the customers: they must not rise.", "▲ Kontrollera kunderna: de får inte öka."
        )
    )
    unknown = book.sentence(
        Translated(
            "The customers of the first two steps are wanted.",
            "Kunderna på de två första stegen behövs.",
        )
    )
    both = "AND(ISNUMBER(ladder_extra_now),ISNUMBER(ladder_extra_goal))"
    alone = book.sentence(
        Translated(
            "{n} new customers bring {now} extra orders. {goals}",
            "{n} nya kunder ger {now} merköp. {goals}",
        ),
        goals=_no_gain(book),
        n=NUMBER,
        now=parts["now"],
    )
    same = f"ABS({book['ladder.result.extra.change'].cell})<0.000001"
    more = f'IF({same},{alone},{said}&IF({bottleneck}="{DASH}","",{where}))'
    message = f"IF({both},{more},{unknown})"
    rises = f'COUNTIF({book["ladder.checks"].full},"▲*")>0'
    sheet.formula(3, 0, f"IF({rises},{wrong},{message})", "", "message", key="ladder.message")


def _charts(sheet: Sheet, *, with_goals: bool) -> None:
    """What stands on the ladder, and with goals what they would bring."""
    book = sheet.book
    sheet.text(TITLES, 0, Translated("What the charts say", "Det diagrammen säger"), "note")
    said = {"rates": _rates_title(book), "gain": _gain_title(book), "funnel": _funnel_title(book)}
    title = {
        key: sheet.formula(TITLES + i, 0, formula, "", "note", key=f"ladder.title.{key}")
        for i, (key, formula) in enumerate(said.items(), 1)
    }
    rate, goal, gain = (book[f"ladder.{key}"] for key in ("rate", "goal", "gain"))
    steps = book["ladder.steps"]
    ends = book["ladder.rate_low"], book["ladder.rate_high"]
    errors = distances(sheet, (TITLES, sheet.last_column + 3), rate, *ends)
    series = [
        Series(book.translate(HEADS[1]), rate, SHADES[0], "0%", errors),
        Series(book.translate(HEADS[2]), goal, SHADES[2], "0%"),
    ]
    size = (WIDTH, HEIGHT)
    chart(sheet, (CHARTS, 0), "column", title["rates"], steps, series, axis=False, size=size)
    if with_goals:
        bars(sheet, (CHARTS, 5), title["gain"], steps, gain, size=size)
    side, bar = book["ladder.funnel.side"], book["ladder.funnel.bar"]
    funnel = [Series("", side, "none"), Series("", bar, SHADES[1])]
    chart(
        sheet,
        (4, 5),
        "bar",
        title["funnel"],
        book["ladder.funnel.label"],
        funnel,
        stacked=True,
        legend=False,
        gap=15,
        axis=False,
        most=1,
        size=(WIDTH, 20 * (CHARTS - 5)),
    )


def _rates_title(book: Contents) -> str:
    now, goal = (f"{book[f'ladder.result.{key}'].cell}" for key in ("tip_now", "tip_goal"))
    limit = 'ROUND(100*N(ladder_threshold),1)&" %"'
    some = book.sentence(
        Translated("Tipping point {step} now", "Tipping point {step} nu"), step=now
    )
    none = book.sentence(
        Translated("No step reaches {limit} now", "Inget steg når {limit} nu"), limit=limit
    )
    later = book.sentence(Translated(", {step} at goal", ", {step} vid mål"), step=goal)
    never = book.sentence(Translated(", none at goal", ", inget vid mål"))
    return f'IF({now}="{DASH}",{none},{some})&IF({goal}="{DASH}",{never},{later})'


def _no_gain(book: Contents) -> str:
    """Why no goal brings anything: there is none, or every step has reached its own."""
    none = book.sentence(Translated("No goals are set.", "Inga mål är satta."))
    reached = book.sentence(
        Translated("No step is below its goal.", "Inget steg är under sitt mål.")
    )
    return f"IF(COUNT({book['ladder.goals'].full})=0,{none},{reached})"


def _gain_title(book: Contents) -> str:
    step, gain = book["ladder.result.bottleneck"].cell, book["ladder.result.gain"].cell
    words = Translated(
        "{step} is the bottleneck: {gain} extra orders per {n} at goal",
        "{step} är flaskhalsen: {gain} merköp per {n} vid mål",
    )
    some = book.sentence(words, step=step, gain=f"FIXED({gain},0)", n=NUMBER)
    return f'IF({step}="{DASH}",{_no_gain(book)},{some})'


def _funnel_title(book: Contents) -> str:
    rate, first = book["ladder.rate"].at(0).full, book["ladder.customers"].at(0).full
    words = Translated(
        "{share} % of {n} customers have bought a second time",
        "{share} % av {n} kunder har köpt en andra gång",
    )
    some = book.sentence(words, share=f"ROUND(100*{rate},1)", n=f"FIXED({first},0)")
    none = book.sentence(Translated("Customers by number of orders", "Kunder efter antal köp"))
    return f"IF(ISNUMBER({rate}),{some},{none})"
