"""``crmf demo``: the orders of a made-up retailer, to try things on."""

from __future__ import annotations

from pathlib import Path

import click

from crmformulas.cli.options import FORCE, examples, option
from crmformulas.cli.output import echo
from crmformulas.errors import InputError
from crmformulas.formats import with_separators
from crmformulas.printable import printable
from crmformulas.translations import counted

__all__ = ["demo"]


@examples(
    """
    crmf demo
    crmf demo --orders 1000000 -o big.parquet
    """
)
@click.command()
@option("--orders", "How many orders.", "N", type=click.IntRange(1))
@option(
    "-o --output",
    "Order file to write: .csv, .csv.gz or .parquet.",
    "FILE",
    type=click.Path(path_type=Path),
    default=Path("demo.csv"),
    show_default=True,
)
@option("--seed", "Another retailer of the same kind.", "N", type=click.IntRange(0), default=1)
@FORCE
def demo(orders: int | None, output: Path, seed: int, force: bool) -> None:
    """Write the orders of a made-up retailer, and its contact list beside them."""
    from crmformulas.cli.interruption import ends_soon
    from crmformulas.cli.progress import Progress
    from crmformulas.orders.demo import DEFAULT_ORDERS, write_demo

    try:
        with ends_soon(), Progress() as progress:
            progress("writing orders")
            files = write_demo(
                output,
                orders=DEFAULT_ORDERS if orders is None else orders,
                seed=seed,
                overwrite=force,
                progress=progress.done,
            )
    except FileExistsError as error:
        raise InputError(
            f"{str(error.filename or output)!r} is there already; "
            "give another -o FILE, or --force to overwrite it"
        ) from None
    except ValueError as error:
        raise InputError(str(error)) from None
    order_file, contact_file = (printable(str(path)) for path in (files.orders, files.contacts))
    count, rows, contacts = (
        counted(n, thing, shown=with_separators(n))
        for n, thing in (
            (files.order_count, "order"),
            (files.rows, "row"),
            (files.contacts_count, "contact"),
        )
    )
    echo(f"{order_file}: {count} on {rows}")
    echo(f"{contact_file}: {contacts}")
    echo(f"Try: crmf summary {order_file} --contacts {contact_file}")
