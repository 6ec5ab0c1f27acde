"""``crmf customers``: who they are, as a table, a file, or the list that a platform imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import (
    FORCE,
    LANG,
    SAFE_CELLS,
    examples,
    formats,
    option,
    options,
)
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    SCORES,
    OrderCommand,
    name_of,
    opened,
)
from crmformulas.cli.output import echo, headed_table, print_json, print_view, tell_apostrophes
from crmformulas.cli.table_output import PERSONS, refuse_output, write_batches
from crmformulas.errors import InputError
from crmformulas.orders.selections.list_files import persons
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, counted_in_both, translate

if TYPE_CHECKING:
    from rich.table import Table

    from crmformulas.cli.progress import Progress
    from crmformulas.orders.log import Orders
    from crmformulas.orders.selections.attributes import Attribute
    from crmformulas.orders.selections.person_table import PersonTable

__all__ = ["customers"]

COLUMNS = "customer,status,s12_tier,orders,revenue,s12_revenue,last_order,recency_days"
LEAD_COLUMNS = "customer,signed_up,lead_days,last_reached,consent"
PLATFORMS = ("klaviyo", "meta", "google", "plain")


@examples(
    """
    crmf customers orders.csv --where 'orders 4..5 and days_since > 90 and tier = super'
    crmf customers orders.csv --where 'rfm = at risk' --columns +order_value -o risk.csv
    crmf customers orders.csv --contacts list.csv --where 'orders = 1' --audience meta -o one.csv
    crmf customers orders.csv --contacts list.csv --leads --where 'lead_days 30..90 and consent'
    crmf customers orders.csv --attributes
    """
)
@click.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option("--where", "Which customers: a condition on their attributes.", "CONDITION")
@option("--segment", "A segment, ready or of your settings; see crmf segments.")
@option("--leads", "Contacts without an order (F0), instead of customers.", None, is_flag=True)
@option("--sort", "The attribute that orders; -NAME for the smallest first.")
@option("--columns", "Attributes to show, with commas; +NAME beside the usual ones.", "NAMES")
@option("--limit", "How many at most; in the terminal 40 unless told.", "N", type=click.IntRange(0))
@option(
    "-o --output",
    "Write a file: .csv, .xlsx, .parquet, .json or .jsonl.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
)
@formats(text="Table or JSON, where no file is written.")
@SAFE_CELLS
@option("--audience", "The list that a platform imports.", None, type=click.Choice(PLATFORMS))
@option("--country-code", "Country of phone numbers that begin with 0, such as 46.", "CODE")
@option(
    "--without-consent-check",
    "Also those without consent; you know that you may.",
    None,
    is_flag=True,
)
@option("--attributes", "List the attributes there are.", None, is_flag=True)
@LANG
@FORCE
@options(CONTACTS, SCORES, READING, COUNTING)
def customers(
    orders: tuple[str, ...],
    as_of: date | None,
    contacts: str | None,
    lang: Lang,
    **given: Any,
) -> None:
    """List customers: all, or those of a condition or segment, by any attribute.

    A condition compares attributes, as in orders 4..5 and days_since > 90 and tier = super; join
    comparisons with and, or, not and parentheses. Nothing leaves this computer; a file is readable
    by you alone.
    """
    asked = {name: given.pop(name) for name in ASKED}
    output: Path | None = asked["output"]
    _check(asked, orders, contacts)
    with opened(orders, contacts, given) as (log, progress, rules):
        people = _person_table(log, as_of, rules, asked)
        if asked["attributes"]:
            print_view(_attribute_table(people, lang))
            return
        _tell_unknown(people, lang)
        if asked["audience"]:
            _write_audience(people, asked, contacts, lang)
            return
        selected = _Selected(people, asked)
        if output is not None:
            _write(selected, output, asked, progress, lang)
        elif asked["format"] == "json":
            _print_json(selected)
        else:
            _print_table(selected, name_of(orders), lang)


ASKED = (
    "where",
    "segment",
    "leads",
    "sort",
    "columns",
    "limit",
    "output",
    "format",
    "safe_cells",
    "audience",
    "country_code",
    "without_consent_check",
    "attributes",
    "force",
)


def _check(asked: dict[str, Any], orders: Sequence[str], contacts: str | None) -> None:
    """Refuse what does not go together before anything is read."""
    output: Path | None = asked["output"]
    _of_leads(asked)
    if asked["leads"] and not contacts:
        raise InputError("--leads are contacts without an order: it goes with --contacts FILE")
    if asked["audience"] and not contacts:
        raise InputError("--audience needs addresses and consent: it goes with --contacts FILE")
    if asked["audience"] and (output is None or output.suffix.lower() != ".csv"):
        raise InputError("--audience writes what a platform imports: give -o FILE.csv")
    sources = [*orders, *([contacts] if contacts else [])]
    refuse_output(output, asked["force"], sources, PERSONS)


def _of_leads(asked: dict[str, Any]) -> None:
    """Take a segment of contacts without an order for what it is: leads and a condition."""
    from crmformulas.orders.selections.conditions import joined
    from crmformulas.orders.selections.segments import LEADS

    wanted = (asked["segment"] or "").casefold()
    for one in LEADS:
        if one.name == wanted:
            asked |= {"leads": True, "segment": None}
            asked["where"] = joined(asked["where"] or "", one.condition)


def _person_table(
    log: Orders, as_of: date | None, rules: dict[str, Any], asked: dict[str, Any]
) -> PersonTable:
    from crmformulas.orders.selections.conditions import joined, quoted
    from crmformulas.orders.selections.segments import with_segments

    conditions = [asked["where"] or ""]
    if asked["leads"]:
        return log.leads(as_of, where=conditions[0], **rules)
    customers = log.customers(as_of, **rules)
    people = customers.people
    people.segments = with_segments(customers, log.settings.segments)
    if asked["segment"]:
        conditions.append(f"segment = {quoted(asked['segment'])}")
    people.always = joined(*conditions)
    people.check("")
    return people


def _tell_unknown(people: PersonTable, lang: Lang) -> None:
    from crmformulas.orders.selections.attributes import f12_reason

    if why := f12_reason(people.scope):
        message = Translated(
            "! status, F12 tier and move can't be told: {}",
            "! status, nivå i F12 och rörelse är okända: {}",
        )
        echo(translate(message.format(why), lang), err=True)


class _Selected:
    """The persons of a command, with their columns and order."""

    def __init__(self, people: PersonTable, asked: dict[str, Any]) -> None:
        self.people, self.limit = people, asked["limit"]
        usual = LEAD_COLUMNS if asked["leads"] else COLUMNS
        by, descending = _order(people, asked)
        self.columns = _columns(people, asked["columns"] or "", usual)
        people.need([*self.columns, by])
        self.table = people.where("")
        self.by = people.sort_keys(self.table, by, descending)
        self.count = people.count()

    def batches(self, limit: int | None) -> Iterator[Any]:
        """The rows in their order, at most so many."""
        return self.people.batches(self.table, self.columns, self.by, limit)

    @property
    def schema(self) -> Any:
        """The Arrow schema of the rows."""
        return self.people.schema(self.columns)


def _order(people: PersonTable, asked: dict[str, Any]) -> tuple[Attribute, bool]:
    """The attribute that orders, and whether the largest stands first: as told, or as is usual."""
    from crmformulas.orders.selections.attributes import Kind
    from crmformulas.orders.selections.segments import Segments

    sort = asked["sort"]
    if not sort and asked["segment"] and isinstance(people.segments, Segments):
        return people.segments.order(people.segments.named(asked["segment"]))
    sort = sort or ("signed_up" if asked["leads"] else "revenue")
    by = people.attribute(sort.removeprefix("-"))
    return by, (by.kind not in (Kind.ID, Kind.TEXT)) != sort.startswith("-")


def _columns(people: PersonTable, text: str, usual: str) -> list[Attribute]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    added = [name.removeprefix("+") for name in names if name.startswith("+")]
    plain = [name for name in names if not name.startswith("+")]
    shown = plain or [name for name in usual.split(",") if name in people.attributes]
    chosen = [people.attribute(name) for name in [*shown, *added]]
    return list({attribute.name: attribute for attribute in chosen}.values())


# On the screen


def _print_table(selected: _Selected, name: str, lang: Lang) -> None:
    """Print the first of the list; its lines are as wide as they are, so that nothing is cut."""
    from crmformulas.formats import NumberFormat

    shown = 40 if selected.limit is None else selected.limit
    rows = list(_rows(selected, shown))
    figures = NumberFormat(lang)
    echo(f"{printable(name)} · {translate(persons(selected.count), lang)}")
    for line in _lines(selected.columns, rows, lang):
        echo(line)
    if (more := selected.count - len(rows)) > 0:
        message = Translated("… and {} more; -o FILE has all", "… och {} till; -o FIL ger alla")
        echo(translate(message.format(figures.whole(more)), lang))


def _rows(selected: _Selected, limit: int | None) -> Iterator[tuple[Any, ...]]:
    from crmformulas.orders.selections.list_files import rows_of

    return rows_of(selected.batches(limit))


def _lines(
    columns: Sequence[Attribute], rows: Iterable[Sequence[Any]], lang: Lang
) -> Iterator[str]:
    from crmformulas.orders.selections.attributes import cell_text

    cells = [[str(translate(attribute.label, lang)) for attribute in columns]]
    cells += [
        [cell_text(a, value, lang) for a, value in zip(columns, row, strict=True)] for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (
            cell.rjust(width) if attribute.kind.counted else cell.ljust(width)
            for cell, width, attribute in zip(row, widths, columns, strict=True)
        )
        yield "  ".join(padded).rstrip()


def _attribute_table(people: PersonTable, lang: Lang) -> Table:
    heads = (
        Translated("attribute", "attribut"),
        Translated("kind", "slag"),
        Translated("what it is", "vad det är"),
    )
    table = headed_table(heads, lang, len(heads), fold=True)
    for attribute in people.attributes.values():
        names = ", ".join([attribute.name, *attribute.aliases])
        about = str(translate(attribute.about, lang))
        if attribute.choices:
            about += f": {', '.join(attribute.choices)}"
        if attribute.unknown:
            unknown = Translated(" (can't be told: {})", " (okänt: {})").format(attribute.unknown)
            about += translate(unknown, lang)
        table.add_row(names, translate(attribute.kind.label, lang), printable(about))
    return table


def _print_json(selected: _Selected) -> None:
    from crmformulas.orders.selections.list_files import json_lines

    names = [attribute.name for attribute in selected.columns]
    rows = json_lines(selected.batches(selected.limit), names)
    first = True
    for row in rows:
        print_json(("[\n" if first else ",") + row)
        first = False
    print_json("[]" if first else "]")


# Files


def _write(
    selected: _Selected, output: Path, asked: dict[str, Any], progress: Progress, lang: Lang
) -> None:
    progress("writing the list")
    rows, changed = write_batches(
        output,
        "customers",
        selected.batches(selected.limit),
        selected.schema,
        safe=asked["safe_cells"],
    )
    echo(f"{printable(str(output))}: {translate(persons(rows), lang)}")
    tell_apostrophes(changed, lang)


def _write_audience(
    people: PersonTable, asked: dict[str, Any], contacts: str | None, lang: Lang
) -> None:
    from crmformulas import csv_export
    from crmformulas.files import for_the_owner
    from crmformulas.orders.selections.audiences import AUDIENCES, CONTACT
    from crmformulas.orders.selections.list_files import rows_of

    output: Path = asked["output"]
    available = people.attributes
    if "email" not in available and "phone" not in available:
        raise InputError(f"{contacts}: no e-mail or phone; name a column with --email or --phone")
    checked = not asked["without_consent_check"]
    if checked and "consent" not in available:
        raise InputError(
            f"{contacts} has no column of consent: name it with --consent, or give "
            "--without-consent-check if you may write to all of them"
        )
    everybody = people.count()
    agreed = people.count("consent") if checked else everybody
    audience = AUDIENCES[asked["audience"]]()
    more = _columns(people, asked["columns"], "") if asked["columns"] and audience.more else []
    hidden = [available[name] for name in CONTACT if name in available]
    people.need([*hidden, *more])
    selected = people.where("consent" if checked else "")
    by = people.sort_keys(selected, people.attribute("customer"), False)
    places = [hidden.index(available[name]) if name in available else None for name in CONTACT]

    def listed() -> Iterator[Sequence[Any]]:
        for row in rows_of(people.batches(selected, [*hidden, *more], by, asked["limit"])):
            yield [*(None if p is None else row[p] for p in places), *row[len(hidden) :]]

    heads = [*audience.heads, *(attribute.name for attribute in more)]
    with for_the_owner():
        changed = csv_export.write_csv(
            output,
            heads,
            audience.rows(listed(), asked["country_code"] or ""),
            safe_cells=asked["safe_cells"],
        )
    _tell_audience(audience, output, everybody - agreed, changed, lang)


NO_CONSENT = Translated(
    "{} left out: no consent recorded", "{} utelämnas: inget samtycke antecknat"
)
NO_ADDRESS = Translated(
    "{} left out: neither an address nor a number", "{} utelämnas: varken adress eller nummer"
)
NO_COUNTRY = Translated("{} left blank: give --country-code", "{} skrivs inte: ange --country-code")
TOO_FEW = Translated(
    "{} does not use lists of fewer than {}", "{} använder inte listor med färre än {}"
)
TOO_LARGE = Translated(
    "Klaviyo takes files of at most 50 MB: split it, as with --where",
    "Klaviyo tar filer på högst 50 MB: dela den, till exempel med --where",
)


def _tell_audience(audience: Any, output: Path, refused: int, changed: int, lang: Lang) -> None:
    sentence = Translated("{}: {} for {}", "{}: {} för {}").format(
        printable(str(output)), persons(audience.written), audience.name
    )
    echo(translate(sentence, lang))
    tell_apostrophes(changed, lang)
    notices = [
        (refused, NO_CONSENT.format(persons(refused))),
        (audience.without_address, NO_ADDRESS.format(persons(audience.without_address))),
        (
            audience.unknown_country,
            NO_COUNTRY.format(counted_in_both(audience.unknown_country, "phone number")),
        ),
        (audience.written < audience.least, TOO_FEW.format(audience.name, audience.least)),
        (audience.name == "klaviyo" and output.stat().st_size > 50_000_000, TOO_LARGE),
    ]
    for applies, notice in notices:
        if applies:
            echo(f"! {translate(notice, lang)}", err=True)
