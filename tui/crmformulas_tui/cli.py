"""The ``crmf browse`` command: options in, the application started, here or in a browser."""

from __future__ import annotations

import gc
import glob
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmformulas.cli.options import LANG, examples, option, options
from crmformulas.cli.order_options import (
    AS_OF,
    CONTACTS,
    COUNTING,
    READING,
    OrderCommand,
    name_of,
    save_given,
    settings_of,
    split_options,
)
from crmformulas.errors import InputError
from crmformulas.translations import Translated

if TYPE_CHECKING:
    from crmformulas.orders.rules import Rules
    from crmformulas.settings import Settings
    from crmformulas.translations import Lang
    from crmformulas_tui.session import Source

__all__ = ["browse"]

PORT = 8000

GARBAGE = 10_000
"""New objects after which they are looked through: a few milliseconds."""


class _Browse(OrderCommand):
    """The command, which remembers its words: a browser's session is started with the same."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words, then parse them."""
        ctx.meta["words"] = list(args)
        return super().parse_args(ctx, args)


@examples(
    """
    crmf browse
    crmf browse orders.csv --contacts newsletter.csv
    crmf browse 2025.csv 2026.csv --as-of 2026-10-31 --lang sv
    crmf browse orders.csv --web
    """
)
@click.command(cls=_Browse)
@click.argument("orders", nargs=-1, metavar="[ORDERS]...")
@AS_OF
@LANG
@option("--web", "Serve it to a browser on this computer instead.", None, is_flag=True)
@option(
    "--port",
    "The port of --web.",
    "N",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
)
@options(CONTACTS, READING, COUNTING)
@click.pass_context
def browse(
    ctx: click.Context,
    /,
    orders: tuple[str, ...],
    as_of: date | None,
    lang: Lang,
    web: bool,
    port: int,
    contacts: str | None,
    **given: Any,
) -> None:
    """Explore an order file in the terminal: segments, migration, ladder, portfolio and budget.

    ORDERS is what crmf summary reads; without it the made-up retailer of crmf demo opens. Press ?
    for the keys, q to leave.
    """
    source, counting = _source(orders, contacts, given)
    rules = _rules(source.settings, counting)
    # A browser's session is this command once more, under the driver of textual-serve.
    in_terminal = "TEXTUAL_DRIVER" not in os.environ
    if web and in_terminal:
        from crmformulas_tui.web import serve

        serve(ctx.meta["words"], port)
        return
    if in_terminal and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("crmf browse needs a terminal; elsewhere use crmf summary, or --web")
    from crmformulas_tui.app import BrowseApp
    from crmformulas_tui.crash import restore_terminal_on_abort

    if in_terminal:
        restore_terminal_on_abort()
    # The screen answers while the engine's modules are imported: each turn of that is this short.
    sys.setswitchinterval(0.001)
    app = BrowseApp(source, lang, as_of, (lambda: rules) if rules else None)
    app.session.on_loaded = _look_for_garbage_often
    try:
        app.run()
    finally:
        # The process ends without taking Python apart: what is temporary goes here.
        app.session.end()
    if app.return_code:
        sys.exit(app.return_code)
    if orders:
        save_given(orders, given)


def _look_for_garbage_often() -> None:
    """Little at a time, so that no key waits for it: modules are no garbage and left out."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _source(
    orders: Sequence[str], contacts: str | None, given: Mapping[str, Any]
) -> tuple[Source, dict[str, Any]]:
    """The source that the options name, and the rules among them."""
    from crmformulas_tui.session import Source

    reading, counting, of_contacts = split_options(contacts, given)
    if contacts and not orders:
        raise InputError(
            Translated(
                "--contacts goes with ORDERS; the demo retailer has contacts of its own",
                "--contacts hör till ORDERS; demobutiken har egna kontakter",
            )
        )
    for path in (*orders, *filter(None, [contacts])):
        if "://" not in path and not Path(path).exists() and not glob.glob(path, recursive=True):
            raise InputError(
                Translated(
                    f"{path!r}: there is no such file; check the path",
                    f"{path!r}: filen finns inte; kontrollera sökvägen",
                )
            )
    name = name_of(orders) if orders else ""
    settings = settings_of(orders, given)
    if settings.reading or settings.of_contacts:
        from crmformulas.settings import merged

        reading = merged(settings.reading, reading)
        of_contacts = merged(settings.of_contacts, of_contacts)
    return Source(tuple(orders), name, contacts, reading, of_contacts, settings), counting


def _rules(settings: Settings | None, changes: Mapping[str, Any]) -> Rules | None:
    """The rules of counting; what is wrong with them is said before the screen opens."""
    if not changes and not (settings and settings.rules):
        return None
    from dataclasses import replace

    from crmformulas.orders.rules import Rules, rules_of

    return replace(rules_of(settings) if settings else Rules(), **changes)
