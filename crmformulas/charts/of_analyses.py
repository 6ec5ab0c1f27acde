"""The charts of what is derived from orders beside a summary: separation, segments, forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from crmformulas.charts.chart import POINTS, Chart, Column, Slide, Table, points
from crmformulas.charts.forecast_tables import ENDS
from crmformulas.charts.marks import NARROW as PHONE
from crmformulas.charts.marks import bars, columns
from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.orders.analysis.separation.results import FOOTER, question_label, value_text
from crmformulas.palette import BAND, GAIN, LOSS, NEUTRAL
from crmformulas.printable import printable
from crmformulas.translations import LANGS, Lang, Translated, heading, translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmformulas.orders.analysis.forecast.results import Forecast
    from crmformulas.orders.analysis.separation.results import (
        SeparatedColumn,
        SeparatedValue,
        Separation,
    )
    from crmformulas.orders.selections.segments import SegmentSize

__all__ = [
    "SEPARATED",
    "forecast_chart",
    "money_format",
    "segments_chart",
    "separated_figures",
    "separation_chart",
    "strongest",
]

MOST_VALUES = 10
"""Values that stand out, as many as are drawn."""


def money_format(values: Iterable[float | None]) -> str:
    """Number format of amounts in a presentation: all in millions where one of them is large.

    Negative ones have their own part: where a format has conditions, programs drop the minus.

    Examples:
        >>> money_format([12.5, None, 900])
        '#,##0;−#,##0'
        >>> money_format([12_500_000, -7]).replace(chr(160), " ")
        '0.0,," M";−0.0,," M"'
    """
    most = max((abs(value) for value in values if value is not None), default=0.0)
    if most < MILLION:
        return "#,##0;−#,##0"
    digits = "0.0" if most >= 10 * MILLION else "0.00"
    return f'{digits},,"\u00a0M";−{digits},,"\u00a0M"'


MILLION = 999_950


def _both(tell: Callable[[Lang], str]) -> Translated:
    return Translated(*(tell(lang) for lang in LANGS))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def strongest(separation: Separation) -> tuple[SeparatedColumn, SeparatedValue] | None:
    """The value that goes most with going on, or with stopping; None where nothing stands out."""
    pairs = _standing_out(separation)
    return pairs[0] if pairs else None


def _standing_out(separation: Separation) -> list[tuple[SeparatedColumn, SeparatedValue]]:
    pairs = [
        (column, one)
        for column in separation.called
        for one in column.values
        if one.stands_out and one.difference is not None
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[1].difference or 0.0))


SEPARATED = (
    Column(heading("customers")),
    Column(Translated("Go on", "Går vidare"), "share"),
    Column(Translated("The others", "Övriga"), "share"),
    Column(Translated("Difference", "Skillnad"), "points"),
    Column(Translated("from", "från"), "points"),
    Column(Translated("to", "till"), "points"),
)
"""The columns of what :func:`separated_figures` gives."""


def separated_figures(one: SeparatedValue) -> tuple[float | None, ...]:
    """The figures of a value that goes together with going on."""
    return one.customers, one.rate, one.others_rate, one.difference, one.low, one.high


def separation_chart(separation: Separation, lang: Lang = "en") -> Chart:
    """The values that go together with going on, or with stopping, the strongest first.

    Raises:
        InputError: if nothing stands out.
    """
    pairs = _standing_out(separation)[:MOST_VALUES]
    if not pairs:
        raise InputError(translate(separation.empty_answer(), "en"))
    first = pairs[0]
    pairs.sort(key=lambda pair: pair[1].difference or 0.0)
    asked = question_label(separation.kind, separation.step, separation.days)

    def name(pair: Any, tongue: Lang, between: str = ": ") -> str:
        column, one = pair
        label = printable(translate(column.label, tongue))
        return f"{label}{between}{printable(value_text(column, one, tongue))}"

    def title(tongue: Lang) -> str:
        percent = NumberFormat(tongue).percent
        who, own, others = name(first, tongue, " "), first[1].rate, first[1].others_rate
        if tongue == "en":
            return f"{percent(own)} of those with {who} go on, {percent(others)} of the others"
        return f"{percent(own)} av dem med {who} går vidare, {percent(others)} av övriga"

    def alt(tongue: Lang) -> str:
        each = ", ".join(
            f"{name(pair, tongue)} {points(pair[1].difference or 0.0, tongue)}" for pair in pairs
        )
        start = (
            f"Bars of how much more go on {translate(asked, tongue)}"
            if tongue == "en"
            else f"Staplar med hur många fler som går vidare {translate(asked, tongue)}"
        )
        return f"{start}: {each}."

    def draw(tongue: Lang, width: int) -> Any:
        return bars(
            [
                {
                    "label": name(pair, tongue, ":\n" if width < PHONE else ": "),
                    "value": pair[1].difference,
                    "low": pair[1].low,
                    "high": pair[1].high,
                    "text": points(pair[1].difference or 0.0, tongue),
                    "colour": GAIN if (pair[1].difference or 0.0) >= 0 else LOSS,
                }
                for pair in pairs
            ],
            width,
        )

    def note(tongue: Lang) -> str:
        span = translate(
            Translated(
                "Within the same month; the lines are 95 % intervals.",
                "Inom samma månad; strecken är 95 %-intervall.",
            ),
            tongue,
        )
        return f"{span} {translate(FOOTER, tongue)}"

    labels = tuple(_both(lambda tongue, p=pair: name(p, tongue)) for pair in pairs)  # type: ignore[misc]
    return Chart(
        "separates",
        _both(title),
        _both(alt),
        Table(
            (
                Column(Translated("Column and value", "Kolumn och värde"), "text"),
                *SEPARATED,
            ),
            tuple(
                (label, *separated_figures(one))
                for label, (_, one) in zip(labels, pairs, strict=True)
            ),
        ),
        draw,
        Slide(
            "bar",
            labels,
            (
                (
                    Translated("Percentage points", "Procentenheter"),
                    tuple(100 * (one.difference or 0.0) for _, one in pairs),
                ),
            ),
            Translated(*(f'+0.0" {unit}";−0.0" {unit}"' for unit in POINTS)),
            tuple(GAIN if (one.difference or 0.0) >= 0 else LOSS for _, one in pairs),
            note=FOOTER,
        ),
        _both(note),
        lang,
    )


def segments_chart(sizes: Sequence[SegmentSize], lang: Lang = "en") -> Chart:
    """Bars of the revenue at stake in each segment.

    Raises:
        InputError: if no segment has customers whose value is known.
    """
    segments = sorted(
        (size for size in sizes if size.customers and size.at_stake),
        key=lambda size: -(size.at_stake or 0.0),
    )
    if not segments:
        raise InputError("there is no chart of the segments: nothing is known to be at stake")
    first = segments[0]

    def title(tongue: Lang) -> str:
        figures = NumberFormat(tongue)
        name = _capital(printable(str(translate(first.label, tongue))))
        count, stake = figures.whole(first.customers), figures.amount(first.at_stake)
        if tongue == "en":
            return f"{name}: {count} customers hold {stake}"
        return f"{name}: {count} kunder står för {stake}"

    def alt(tongue: Lang) -> str:
        amount = NumberFormat(tongue).amount
        each = ", ".join(
            f"{printable(str(translate(size.label, tongue)))} {amount(size.at_stake)}"
            for size in segments
        )
        start = "Bars of what is at stake" if tongue == "en" else "Staplar med vad som står på spel"
        return f"{start}: {each}."

    def draw(tongue: Lang, width: int) -> Any:
        amount = NumberFormat(tongue).amount
        return bars(
            [
                {
                    "label": translate(size.label, tongue),
                    "value": size.at_stake,
                    "text": amount(size.at_stake),
                    "colour": BAND if size is first else NEUTRAL,
                }
                for size in segments
            ],
            width,
        )

    return Chart(
        "segments",
        _both(title),
        _both(alt),
        Table(
            (
                Column(Translated("Segment", "Segment"), "text"),
                Column(heading("customers")),
                Column(heading("revenue"), "money"),
                Column(Translated("At stake", "Står på spel"), "money"),
            ),
            tuple((s.label, s.customers, s.revenue, s.at_stake) for s in sizes),
        ),
        draw,
        Slide(
            "bar",
            tuple(size.label for size in segments),
            ((Translated("At stake", "Står på spel"), tuple(size.at_stake for size in segments)),),
            money_format(size.at_stake for size in segments),
            tuple(BAND if size is first else NEUTRAL for size in segments),
        ),
        Translated(
            "At stake: customers × CLV of their tier, of the tier before for those who were lost. "
            "A customer may be in several segments.",
            "Står på spel: kunder × CLV för nivån, för de förlorade nivån innan. En kund kan vara "
            "i flera segment.",
        ),
        lang,
    )


def forecast_chart(forecast: Forecast, lang: Lang = "en") -> Chart:
    """Revenue by month: what came, and what is expected of the customers who are known.

    Raises:
        InputError: if there is no forecast.
    """
    total = forecast.total
    if total is None or not forecast.ahead:
        raise InputError("there is no chart of the forecast: there is no forecast")

    def title(tongue: Lang) -> str:
        amount = NumberFormat(tongue).amount
        span = f"{amount(total.revenue)} ({amount(total.revenue_low)}–{amount(total.revenue_high)})"
        if tongue == "en":
            return f"Customers known today are expected to bring {span} in {forecast.months} months"
        return f"Dagens kunder väntas ge {span} på {forecast.months} månader"

    def draw(tongue: Lang, width: int) -> Any:
        came = [
            {"label": m.month, "value": m.revenue, "text": "", "colour": NEUTRAL}
            for m in forecast.history
        ]
        come = [
            {
                "label": m.month,
                "value": m.revenue,
                "text": "",
                "colour": BAND,
                "low": m.low,
                "high": m.high,
            }
            for m in forecast.ahead
        ]
        return columns([*came, *come], width, 200)

    revenue = heading("revenue")
    untested = Translated("", "")
    if forecast.status == "untested":
        untested = Translated("Untested on this history. ", "Oprövad på den här historiken. ")
    return Chart(
        "forecast",
        _both(title),
        _both(lambda tongue: f"{title(tongue)}."),
        Table(
            (
                Column(Translated("Month", "Månad"), "text"),
                Column(revenue, "money"),
                *(Column(end, "money") for end in ENDS),
            ),
            tuple(
                (m.month, m.revenue, m.low, m.high) for m in (*forecast.history, *forecast.ahead)
            ),
        ),
        draw,
        Slide(
            "column",
            tuple(m.month for m in (*forecast.history, *forecast.ahead)),
            ((revenue, tuple(m.revenue for m in (*forecast.history, *forecast.ahead))),),
            money_format(m.revenue for m in (*forecast.history, *forecast.ahead)),
            (*(NEUTRAL for _ in forecast.history), *(BAND for _ in forecast.ahead)),
        ),
        Translated(
            f"{untested.en}The last {len(forecast.ahead)} columns are expected of those who"
            " have bought already, before returns, without season and without new customers. It is"
            " no CLV and no budget.",
            f"{untested.sv}De sista {len(forecast.ahead)} staplarna väntas av dem som redan har"
            " köpt, före returer, utan säsong och utan nya kunder. Det är varken CLV eller budget.",
        ),
        lang,
    )
