"""Declarations of commands and their options, once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click

from crmformulas.files import refuse_existing
from crmformulas.translations import LANGS

__all__ = [
    "FORCE",
    "LANG",
    "SAFE_CELLS",
    "AnyCommand",
    "Callback",
    "Decorator",
    "as_share",
    "examples",
    "formats",
    "option",
    "options",
    "writable_file",
]

AnyCommand = TypeVar("AnyCommand", bound=click.Command)
Callback: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[Callback], Callback]


def as_share(text: str) -> float:
    """A share such as 10% or 0.1."""
    try:
        return float(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a share such as 10%") from None


def examples(text: str) -> Callable[[AnyCommand], AnyCommand]:
    """Add examples to the help of a command, kept line by line."""

    def add(command: AnyCommand) -> AnyCommand:
        command.epilog = "\b\nExamples:\n" + "\n".join(
            f"  {line.strip()}" for line in text.strip().splitlines()
        )
        return command

    return add


def option(names: str, text: str, metavar: str | None = "NAME", **more: Any) -> Decorator:
    """An option (``--long`` or ``-s --long``) with its help; every one is written this way."""
    return click.option(*names.split(), help=text, metavar=metavar, **more)


FORCE: Decorator = option("--force", "Overwrite what is there already.", None, is_flag=True)

SAFE_CELLS: Decorator = option(
    "--safe-cells",
    "In CSV, put an apostrophe before what a spreadsheet would execute. Ids are exact without.",
    None,
    is_flag=True,
)


def formats(*more: str, text: str = "Tables to read, or JSON.") -> Decorator:
    """The option ``--format``: what a command prints.

    Args:
        *more: What it can print beside text and JSON.
        text: Its help.
    """
    choices = ["text", "json", *more]
    return option("--format", text, None, type=click.Choice(choices), default="text")


LANG: Decorator = option(
    "--lang",
    "Language of the texts.",
    None,
    type=click.Choice(LANGS),
    default="en",
    show_default=True,
)


def options(*groups: Sequence[Decorator]) -> Decorator:
    """Put groups of options on a command, in their order."""

    def put(command: Callback) -> Callback:
        for decorate in reversed([one for group in groups for one in group]):
            command = decorate(command)
        return command

    return put


def writable_file(path: Path, force: bool) -> Path:
    """The path, if a file may be written there.

    Raises:
        InputError: if its folder is not there, or the file is and ``force`` is not given.
    """
    refuse_existing(path, force)
    return path
