"""Every command that takes ``--lang sv`` says nothing in English."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crmformulas.cli.main import crmf
from crmformulas.orders.demo import write_demo
from crmformulas.orders.selections.segments import READY
from tests.swedish import WORD, english_in

ASKED = (
    "summary {orders} --contacts {contacts} --matured 365",
    "summary {orders} --contacts {contacts} --tables flows,development,months",
    "summary {orders} --as-of 2019-06-30 --contacts {contacts} --tables flows,development,months",
    "summary {orders} --as-of 2019-06-30",
    "summary {orders} --as-of 2031-01-01",
    "check {orders}",
    "backtest {orders}",
    "separates {orders} --step 1",
    "separates {orders} --lost --by channel --by payment",
    "separates {orders} --loyal --by payment --hold channel --any-line product",
    "discounts {orders}",
    "products {orders}",
    "forecast {orders} --groups step --at-risk 3 --budget",
    "forecast {orders} --groups status --horizon 6",
    "forecast {orders} --as-of 2019-06-30",
    "cross-sell {orders}",
    "segments {orders} --contacts {contacts}",
    "segments {orders} --rfm",
    "customers {orders} --where 'tier = super' --limit 3",
    "holdout draw {orders} --where 'tier = mid' -o {folder}/group.csv --force",
    "holdout measure {folder}/group.csv {orders} --from 2026-08-01 --to 2026-10-31 --cost 1000",
)
"""What is asked; of files that are there."""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("demo")
    made = write_demo(folder / "butiken.csv", orders=4_000)
    names = {"orders": str(made.orders), "contacts": str(made.contacts), "folder": str(folder)}
    draw = "holdout draw {orders} --where 'tier = mid' -o {folder}/group.csv --force"
    assert CliRunner().invoke(crmf, words_of(draw, names)).exit_code == 0
    return names


def words_of(asked: str, names: dict[str, str]) -> list[str]:
    return [one.format(**names) for one in shlex.split(asked)]


NAMES = frozenset(word for one in READY for word in WORD.findall(one.name)) | {"none"}
"""What is typed to name a segment, and a cell that is empty as the command shows it."""


@cache
def data_of(path: str) -> frozenset[str]:
    """The words of a file: of its heads and cells."""
    with Path(path).open(encoding="utf-8") as file:
        cells = {cell for row in csv.reader(file) for cell in row}
    return frozenset(word.lower() for cell in cells for word in WORD.findall(cell))


@pytest.mark.parametrize("asked", ASKED)
def test_no_english(asked: str, names: dict[str, str]) -> None:
    said = CliRunner().invoke(crmf, [*words_of(asked, names), "--lang", "sv"])
    assert said.exit_code == 0, said.output
    data = data_of(names["orders"]) | data_of(names["contacts"]) | NAMES
    english = {
        line.strip(): words
        for line in said.output.splitlines()
        if (words := english_in(line, data))
    }
    assert english == {}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif any(parameter.name == "lang" for parameter in command.params):
            yield (*path, name)


def test_every_command_with_a_language_is_asked() -> None:
    files = {"report", "template", "browse"}  # their outputs have tests of their own
    walked = {tuple(asked.split(" {")[0].split()) for asked in ASKED}
    assert {one for one in commands(crmf) if one[0] not in files} <= walked
