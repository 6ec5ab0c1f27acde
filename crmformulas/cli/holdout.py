"""``crmf holdout``: draw a control group before a campaign, and measure what it brought after."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, LANG, as_share, examples, formats, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    ORDERS,
    READING,
    OrderCommand,
    as_day,
    opened,
)
from crmformulas.cli.output import echo, print_json
from crmformulas.cli.table_output import refuse_output
from crmformulas.formats import NumberFormat
from crmformulas.orders.selections.list_files import persons
from crmformulas.printable import printable
from crmformulas.translations import Lang, Translated, translate

if TYPE_CHECKING:
    from crmformulas.orders.selections.control_groups import Draw, Measured, Power

__all__ = ["holdout"]


@examples(
    """
    crmf holdout draw orders.csv --where 'tier = super, top' --share 10% -o group.csv
    crmf holdout measure group.csv later.csv --from 2026-11-01 --to 2026-11-30 --cost 25000
    crmf template lifecycle-plan --holdout 2=result.json
    """
)
@click.group()
def holdout() -> None:
    """Leave some customers alone, and measure what a campaign brought beyond what comes anyway."""


@holdout.command(cls=OrderCommand)
@ORDERS
@AS_OF
@option("--where", "Who is to get the campaign: a condition on their attributes.", "CONDITION")
@option("--segment", "A segment, ready or of your settings.")
@option("--share", "Share that is left alone.", "SHARE", type=as_share, default="10%")
@option("--seed", "Another number draws another group.", "N", type=int, default=1)
@option(
    "--days",
    "How long the campaign is to be followed, for what it can detect.",
    "N",
    type=click.IntRange(1, 366),
    default=30,
)
@option(
    "-o --output",
    "The file of the group.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
)
@FORCE
@LANG
@options(CONTACTS, READING, COUNTING)
def draw(
    orders: tuple[str, ...], as_of: date | None, contacts: str | None, lang: Lang, **given: Any
) -> None:
    """Draw a control group, the same whenever it is run, and say what effect it can detect.

    It is stratified by value tier and recency. Send to those that the file calls treated.
    """
    names = ("where", "segment", "share", "seed", "days", "output", "force")
    asked = {name: given.pop(name) for name in names}
    output: Path = asked["output"]
    refuse_output(output, asked["force"], [*orders, *([contacts] if contacts else [])], (".csv",))
    with opened(orders, contacts, given) as (log, progress, rules):
        where = _condition(asked)
        assignment = log.holdout(
            where, asked["share"], asked["seed"], as_of=as_of, days=asked["days"], **rules
        )
        progress("drawing the group")
        _write(assignment, output)
        power = assignment.power()
    _tell_draw(assignment, power, output, lang)


def _condition(asked: dict[str, Any]) -> str:
    from crmformulas.orders.selections.conditions import joined, quoted

    segment = f"segment = {quoted(asked['segment'])}" if asked["segment"] else ""
    return joined(asked["where"] or "", segment)


def _write(assignment: Draw, output: Path) -> None:
    from crmformulas.files import atomic_write, for_the_owner
    from crmformulas.orders.selections.control_groups import COLUMNS

    # As it is, without apostrophes: the ids are read again.
    with (
        for_the_owner(),
        atomic_write(output) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(assignment.rows)


DRAWN = Translated(
    "{}: {}, {} treated and {} left alone, in {} strata of tier and recency (seed {})",
    "{}: {}, {} i testgruppen och {} i kontrollgruppen, i {} skikt efter värdenivå och senaste "
    "köp (frö {})",
)
NOT_BOTH = Translated("no stratum has both groups", "inget skikt har båda grupperna")
UNKNOWN_POWER = Translated(
    "! what it can detect can't be told: {}", "! vad den kan visa går inte att säga: {}"
)
BOUGHT = Translated(
    "from {} to {} {} of them bought, for {} each", "från {} till {} köpte {} av dem, för {} var"
)
DETECTABLE = Translated(
    "a lift of the share of buyers of {} percentage points, or of {} each, is found in 8 of 10 "
    "tests; a smaller one often can't be told from chance",
    "en effekt på {} procentenheter fler köpare, eller {} var, syns i 8 av 10 test; en mindre går "
    "ofta inte att skilja från slumpen",
)
TOO_SMALL = Translated(
    "! that is more than all who bought: the group is too small to tell",
    "! det är mer än alla som köpte: gruppen är för liten för att visa något",
)


def _tell_draw(assignment: Draw, power: Power | None, output: Path, lang: Lang) -> None:
    f = NumberFormat(lang)
    treated = sum(cell.treated for cell in assignment.cells.values())
    control = sum(cell.control for cell in assignment.cells.values())

    def say_line(words: Translated, *values: Any, err: bool = False) -> None:
        echo(translate(words.format(*values), lang), err=err)

    say_line(
        DRAWN,
        printable(str(output)),
        persons(treated + control),
        f.whole(treated),
        f.whole(control),
        len(assignment.cells),
        assignment.seed,
    )
    if power is None:
        why = assignment.unknown or NOT_BOTH
        say_line(UNKNOWN_POWER, why, err=True)
        return
    say_line(BOUGHT, power.first, power.last, f.percent(power.rate), f.fixed(power.revenue, 2))
    points = f.fixed(100 * power.detectable_rate, 1)
    say_line(DETECTABLE, points, f.fixed(power.detectable_revenue, 2))
    if power.rate and power.detectable_rate > power.rate:
        say_line(TOO_SMALL, err=True)


@holdout.command(cls=OrderCommand)
@click.argument("group", type=click.Path(dir_okay=False, path_type=Path))
@ORDERS
@option("--from", "The first day that counts.", "DAY", type=as_day, required=True)
@option("--to", "The last day that counts.", "DAY", type=as_day, required=True)
@option("--cost", "What the campaign cost, for its return.", "MONEY", type=float)
@option("--margin", "Share of the revenue that is earned.", "SHARE", type=as_share, default="100%")
@formats(text="Lines to read, or JSON.")
@LANG
@options(READING, COUNTING)
def measure(group: Path, orders: tuple[str, ...], format: str, lang: Lang, **given: Any) -> None:
    """Measure what the treated did beyond the control group: buyers, orders, revenue, return.

    Whoever was drawn counts, reached or not.
    """
    first, last = given.pop("from"), given.pop("to")
    cost, margin = given.pop("cost"), given.pop("margin")
    with opened(orders, None, given) as (log, _, rules):
        measurement = log.measure(group, first, last, cost=cost, margin=margin, **rules)
    if format == "json":
        print_json(json.dumps(measurement.to_dict(), ensure_ascii=False, indent=1))
        return
    for line in measured_lines(measurement, lang):
        echo(line)


MEASURED = Translated(
    "{} to {}: {} treated, {} left alone; intervals hold the truth in {} of tests",
    "{} till {}: {} i testgruppen, {} i kontrollgruppen; intervallen rymmer sanningen i {} av "
    "testen",
)
LEFT_OUT = Translated(
    "! {} of strata without both groups are left out",
    "! {} ur skikt utan båda grupperna utelämnas",
)
COMPARED = Translated(
    "{}: {} against {}, lift {} ({} to {}){}", "{}: {} mot {}, effekt {} ({} till {}){}"
)
EXTRA = Translated("{}: {} ({} to {})", "{}: {} ({} till {})")
ROMI = Translated("ROMI: {} ({} to {}) of a cost of {}", "ROMI: {} ({} till {}) av kostnaden {}")
CHANCE = Translated(": can't be told from chance", ": går inte att skilja från slumpen")
LESS = Translated(": no more; if anything, less", ": inte fler; snarare färre")


def measured_lines(measurement: Measured, lang: Lang) -> list[str]:
    """The result in lines."""
    f = NumberFormat(lang)
    days, level = (measurement.first, measurement.last), f.percent(measurement.level, 0)
    lines = [
        MEASURED.format(*days, f.whole(measurement.treated), f.whole(measurement.control), level)
    ]
    if measurement.left_out:
        lines.append(LEFT_OUT.format(persons(measurement.left_out)))

    def points(share: float) -> Translated:
        return Translated("{} points", "{} procentenheter").format(f.signed(100 * share, 1))

    def orders(mean: float) -> str:
        return f.fixed(mean, 4)

    def money(mean: float) -> str:
        return f.fixed(mean, 2)

    compared = (
        (Translated("buyers", "köpare"), measurement.buyers, f.percent, points),
        (Translated("orders each", "köp var"), measurement.orders, orders, orders),
        (Translated("revenue each", "intäkt var"), measurement.revenue, money, money),
    )
    for name, lift, shown, change in compared:
        verdict = LESS if lift.high < 0 else "" if lift.found else CHANCE
        ends = (change(end) for end in (lift.lift, lift.low, lift.high))
        lines.append(
            COMPARED.format(name, shown(lift.treated), shown(lift.control), *ends, verdict)
        )
    extra = (
        (Translated("extra orders", "merköp"), measurement.extra_orders),
        (Translated("extra revenue", "merintäkt"), measurement.extra_revenue),
    )
    for name, values in extra:
        lines.append(EXTRA.format(name, *(f.whole(round(value)) for value in values)))
    if measurement.romi is not None:
        romi = (f.percent(one, 0) for one in measurement.romi)
        lines.append(ROMI.format(*romi, f.whole(measurement.cost)))
    return [str(translate(line, lang)) for line in lines]
