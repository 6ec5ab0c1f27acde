"""``crmf segments``: ready segments with sizes and what is at stake, and the grid of RFM."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, LANG, SAFE_CELLS, examples, formats, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import headed_table
from crmformulas.cli.table_output import OUTPUT, TABLES, give_table, refuse_output
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmformulas.orders.selections.contact_source import SignUps
    from crmformulas.orders.selections.rfm_grid import RfmCell
    from crmformulas.orders.selections.segments import SegmentSize

__all__ = ["segments"]


@examples(
    """
    crmf segments orders.csv
    crmf segments orders.csv --rfm --lang sv
    crmf segments orders.csv -o segments.xlsx
    crmf customers orders.csv --segment 'at risk' -o risk.csv
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option("--rfm", "The grid of RFM and its eleven segments.", None, is_flag=True)
@option("--sign-ups", "F0 to F1 by month of sign-up, with --contacts.", None, is_flag=True)
@formats("csv", text="Tables to read, JSON, or a CSV row per segment, cell of RFM or month.")
@OUTPUT
@SAFE_CELLS
@FORCE
@LANG
@options(CONTACTS, READING, COUNTING)
def segments(
    orders: tuple[str, ...],
    as_of: date | None,
    rfm: bool,
    sign_ups: bool,
    format: str,
    output: Path | None,
    safe_cells: bool,
    force: bool,
    lang: Lang,
    contacts: str | None,
    **given: Any,
) -> None:
    """Size the ready segments and your own (in crmformulas.toml): who, how many, what is at stake.

    At stake is the CLV of their value tier: of the tier before for those who were lost.
    """
    refuse_output(output, force, [*orders, *([contacts] if contacts else [])], TABLES)
    name = name_of(orders)
    records: list[dict[str, Any]]
    plain: Any
    with opened(orders, contacts, given) as (log, _, rules):
        if sign_ups:
            months = log.sign_ups(as_of, **rules)
            view, plain = sign_ups_view(months, name, lang), [one._asdict() for one in months]
            records = [_month_row(one) for one in months]
        elif rfm:
            cells = log.rfm(as_of, **rules)
            view, records = rfm_view(cells, name, lang), [cell._asdict() for cell in cells]
            plain = {"cells": records}
        else:
            sizes = log.segments(as_of, **rules)
            if contacts:
                sizes += log.lead_segments(as_of, **rules)
            view = segments_view(sizes, name, lang)
            plain = records = [_plain(size, lang) for size in sizes]
    text = json.dumps(plain, ensure_ascii=False, indent=1)
    sheet = "sign-ups" if sign_ups else "RFM" if rfm else "segments"
    give_table(view, records, text, format, output, sheet, lang, safe_cells=safe_cells)


def _month_row(one: SignUps) -> dict[str, Any]:
    """A month as a row: how many were followed so long, and how many of them had ordered."""
    from crmformulas.orders.selections.contact_source import CONVERSION_DAYS

    row: dict[str, Any] = {"month": one.month, "contacts": one.contacts}
    for days, followed, converted in zip(CONVERSION_DAYS, one.followed, one.converted, strict=True):
        row |= {f"followed_{days}": followed, f"converted_{days}": converted}
    return row


def sign_ups_view(months: list[SignUps], name: str, lang: Lang) -> RenderableType:
    """The months of sign-up as something rich can print; a dash is not followed long enough."""
    from rich.console import Group
    from rich.text import Text

    from crmformulas.formats import UNKNOWN, NumberFormat
    from crmformulas.orders.selections.contact_source import CONVERSION_DAYS

    figures = NumberFormat(lang)
    days = str(translate(Translated("days", "dagar"), lang))
    heads = Translated("signed up", "anmälda"), Translated("contacts", "kontakter")
    table = headed_table(heads, lang)
    for number in CONVERSION_DAYS:
        table.add_column(f"{number} {days}", justify="right")
    for one in months:
        shares = (
            figures.percent(made / whole) if whole == one.contacts else UNKNOWN
            for made, whole in zip(one.converted, one.followed, strict=True)
        )
        table.add_row(one.month, figures.whole(one.contacts), *shares)
    return Group(Text(f" {printable(name)} · F0 → F1", "bold"), table)


def _plain(size: SegmentSize, lang: Lang) -> dict[str, Any]:
    words = {key: translate(getattr(size, key), lang) for key in ("label", "about", "unknown")}
    return asdict(size) | words


def segments_view(sizes: list[SegmentSize], name: str, lang: Lang) -> RenderableType:
    """The segments as something rich can print."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.formats import NumberFormat

    figures = NumberFormat(lang)
    table = Table(box=None, pad_edge=False)
    heads = (
        Translated("segment", "segment"),
        Translated("customers", "kunder"),
        Translated("revenue", "omsättning"),
        Translated("at stake", "står på spel"),
        Translated("who", "vilka"),
    )
    for place, head in enumerate(heads):
        table.add_column(translate(head, lang), justify="right" if 0 < place < 4 else "left")
    for size in sizes:
        about = str(translate(size.about, lang))
        if size.unknown:
            unknown = Translated("unknown: {}", "okänt: {}").format(size.unknown)
            about = str(translate(unknown, lang))
        label = printable(str(translate(size.label, lang)))
        shown = label if label == size.name else f"{label}\n ({printable(size.name)})"
        table.add_row(
            shown,
            figures.whole(size.customers),
            figures.whole(size.revenue),
            figures.whole(size.at_stake),
            printable(about),
        )
    return Group(Text(f" {printable(name)}", "bold"), table)


def rfm_view(cells: list[RfmCell], name: str, lang: Lang) -> RenderableType:
    """The grid and the eleven segments as something rich can print."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from crmformulas.formats import NumberFormat
    from crmformulas.orders.selections.rfm_grid import rfm_segments
    from crmformulas.orders.selections.scores import RFM_LABELS

    figures = NumberFormat(lang)
    grid = Table(box=None, title="R ↓  FM →", title_justify="left")
    for head in ("", "1", "2", "3", "4", "5"):
        grid.add_column(head, justify="right")
    for r in range(5, 0, -1):
        row = [cell for cell in cells if cell.r == r]
        moves = [
            "" if c.customers_before is None else figures.signed(c.customers - c.customers_before)
            for c in row
        ]
        grid.add_row(
            str(r),
            *(
                f"{figures.whole(cell.customers)}\n{figures.whole(cell.revenue)}\n{move}"
                for cell, move in zip(row, moves, strict=True)
            ),
        )
    heads = (
        Translated("segment", "segment"),
        Translated("customers", "kunder"),
        Translated("a year ago", "för ett år sedan"),
        Translated("revenue", "omsättning"),
    )
    table = headed_table(heads, lang)
    for one in rfm_segments(cells):
        table.add_row(
            str(translate(RFM_LABELS[one.segment], lang)),
            figures.whole(one.customers),
            figures.whole(one.customers_before),
            figures.whole(one.revenue),
        )
    caption = Translated(
        " customers, net revenue and customers more or fewer than a year ago",
        " kunder, nettoomsättning och kunder fler eller färre än för ett år sedan",
    )
    return Group(
        Text(f" {printable(name)} · RFM", "bold"),
        grid,
        Text(translate(caption, lang), "dim"),
        table,
    )
