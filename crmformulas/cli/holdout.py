"""``crmf holdout``: draw a control group before a campaign, and measure what it brought after."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import FORCE, examples, option, options, writable_file
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
from crmformulas.errors import InputError
from crmformulas.formats import NumberFormat
from crmformulas.printable import printable

if TYPE_CHECKING:
    from crmformulas.orders.selections.control_groups import Draw, Lift, Measured, Power

__all__ = ["holdout"]


def as_share(text: str) -> float:
    """A share such as 10% or 0.1."""
    try:
        return float(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a share such as 10%") from None


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
@options(CONTACTS, READING, COUNTING)
def draw(orders: tuple[str, ...], as_of: date | None, contacts: str | None, **given: Any) -> None:
    """Draw a control group, the same whenever it is run, and say what effect it can detect.

    It is stratified by value tier and recency. Send to those that the file calls treated.
    """
    names = ("where", "segment", "share", "seed", "days", "output", "force")
    asked = {name: given.pop(name) for name in names}
    output: Path = asked["output"]
    if output.suffix.lower() != ".csv":
        raise InputError(f"a control group is a .csv file, got {str(output)!r}")
    writable_file(output, asked["force"])
    if output.resolve() in {Path(one).resolve() for one in orders if "://" not in one}:
        raise InputError(f"{str(output)!r} holds the orders; give the group another name")
    with opened(orders, contacts, given) as (log, progress, rules):
        where = " and ".join(f"({part})" for part in _conditions(asked))
        made = log.holdout(
            where, asked["share"], asked["seed"], as_of=as_of, days=asked["days"], **rules
        )
        progress("drawing the group")
        _write(made, output)
        power = made.power()
    _tell_draw(made, power, output)


def _conditions(asked: dict[str, Any]) -> list[str]:
    from crmformulas.orders.selections.conditions import quoted

    made = [asked["where"]] if (asked["where"] or "").strip() else []
    return made + ([f"segment = {quoted(asked['segment'])}"] if asked["segment"] else [])


def _write(made: Draw, output: Path) -> None:
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
        writer.writerows(made.rows)


def _tell_draw(made: Draw, power: Power | None, output: Path) -> None:
    f = NumberFormat("en")
    treated = sum(cell.treated for cell in made.cells.values())
    control = sum(cell.control for cell in made.cells.values())
    echo(
        f"{printable(str(output))}: {treated + control} persons, {treated} treated and {control} "
        f"left alone, in {len(made.cells)} strata of tier and recency (seed {made.seed})"
    )
    if power is None:
        echo(f"! what it can detect can't be told: {made.unknown}", err=True)
        return
    echo(
        f"from {power.first} to {power.last} {f.percent(power.rate)} of them bought, for "
        f"{f.fixed(power.revenue, 2)} each"
    )
    echo(
        "a lift of the share of buyers of "
        f"{f.fixed(100 * power.detectable_rate, 1)} percentage points, or of "
        f"{f.fixed(power.detectable_revenue, 2)} each, is found in 8 of 10 tests; "
        "a smaller one often can't be told from chance"
    )
    if power.rate and power.detectable_rate > power.rate:
        echo("! that is more than all who bought: the group is too small to tell", err=True)


@holdout.command(cls=OrderCommand)
@click.argument("group", type=click.Path(dir_okay=False, path_type=Path))
@ORDERS
@option("--from", "The first day that counts.", "DAY", type=as_day, required=True)
@option("--to", "The last day that counts.", "DAY", type=as_day, required=True)
@option("--cost", "What the campaign cost, for its return.", "MONEY", type=float)
@option("--margin", "Share of the revenue that is earned.", "SHARE", type=as_share, default="100%")
@option(
    "--format",
    "Lines to read, or JSON.",
    None,
    type=click.Choice(["text", "json"]),
    default="text",
)
@options(READING, COUNTING)
def measure(group: Path, orders: tuple[str, ...], format: str, **given: Any) -> None:
    """Measure what the treated did beyond the control group: buyers, orders, revenue, return.

    Whoever was drawn counts, reached or not.
    """
    first, last = given.pop("from"), given.pop("to")
    cost, margin = given.pop("cost"), given.pop("margin")
    with opened(orders, None, given) as (log, _, rules):
        made = log.measure(group, first, last, cost=cost, margin=margin, **rules)
    if format == "json":
        print_json(json.dumps(made.to_dict(), ensure_ascii=False, indent=1))
        return
    for line in told(made):
        echo(line)


def told(made: Measured) -> list[str]:
    """The result in lines."""
    f = NumberFormat("en")
    lines = [
        f"{made.first} to {made.last}: {f.whole(made.treated)} treated, {f.whole(made.control)} "
        f"left alone; intervals hold the truth in {f.percent(made.level, 0)} of tests"
    ]
    if made.left_out:
        lines.append(f"! {f.whole(made.left_out)} of strata without both groups are left out")
    lines += [
        _row("buyers", made.buyers, f.percent, lambda share: f"{f.signed(100 * share, 1)} points"),
        _row("orders each", made.orders, *[lambda mean: f.fixed(mean, 4)] * 2),
        _row("revenue each", made.revenue, *[lambda mean: f.fixed(mean, 2)] * 2),
    ]
    names = (("extra orders", made.extra_orders), ("extra revenue", made.extra_revenue))
    lines += [
        f"{name}: {f.whole(round(value))} ({f.whole(round(low))} to {f.whole(round(high))})"
        for name, (value, low, high) in names
    ]
    if made.romi is not None:
        value, low, high = (f.percent(one, 0) for one in made.romi)
        lines.append(f"ROMI: {value} ({low} to {high}) of a cost of {f.whole(made.cost)}")
    return lines


def _row(name: str, lift: Lift, shown: Any, change: Any) -> str:
    verdict = "" if lift.found else ": can't be told from chance"
    if lift.high < 0:
        verdict = ": no more; if anything, less"
    return (
        f"{name}: {shown(lift.treated)} against {shown(lift.control)}, lift "
        f"{change(lift.lift)} ({change(lift.low)} to {change(lift.high)}){verdict}"
    )
