"""Each figure in the prose of the guide stands in a block that is run, or is held by its source.

A page ends with a comment that says where the figures come from that its own blocks don't give:

    <!-- figures
    80 % = crmformulas.formulas.uncertainty:LEVEL
    45.9 %, 168.28 in tests/data/expected/first_year_cdnow_year.csv
    71, 94 % simulated by tests/formulas/test_uncertainty.py::test_name
    9 000 given
    -->

``=`` is an expression, in which ``module:NAME`` is what a module calls so; ``in`` is a file that
holds the figure or one that rounds to it: what a test expects, or what is generated and compared;
``simulated by`` is the test that repeats a simulation in small; ``measured``
is what a machine told once, such as a size; ``given`` is what the page assumes.
A figure of twelve at most counts on fingers, and a year names itself.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    DOCS / "index.md",
    *(
        page
        for folder in ("start", "questions", "methods", "reference", "sv")
        for page in sorted((DOCS / folder).glob("*.md"))
    ),
]

BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
NOTE = re.compile(r"<!-- figures\n(.*?)-->", re.DOTALL)
PASSED_OVER = re.compile(
    r"<!--.*?-->|`[^`]*`|\]\([^)]*\)|\d{4}-\d{2}-\d{2}|\b(?:Excel|Python) [\d.]+"
    r"|^## (?:Source|Källa)\n.*?(?=^## |\Z)",
    re.MULTILINE | re.DOTALL,
)
"""Comments, what is code or a link, days, versions of others' programs, and literature."""
FIGURE = re.compile(r"(?<![\w.,])[+−-]?(?:\d{1,3}(?:[ \xa0]\d{3})+|\d+|(?=\.\d))(?:[.,]\d+)?"
                    r"(?:[ \xa0]?%)?(?!\w)")  # fmt: skip
LINE = re.compile(r"(.+?) (=|in|simulated by|measured|given)(?: (.+))?")


class Figure(NamedTuple):
    """A figure as it stands in prose."""

    text: str

    @property
    def plain(self) -> str:
        """Its digits."""
        bare = re.sub(r"[%\s\xa0]", "", self.text).replace("−", "-")
        return bare.replace(",", ".").lstrip("+")

    @property
    def of_itself(self) -> bool:
        """Whether it counts on fingers, or is a year."""
        bare = self.text.lstrip("+−-")
        return bare.isdigit() and (int(bare) <= 12 or 1900 <= int(bare) < 2100)

    def rounds(self, value: float) -> bool:
        """Whether a value is told by it, as it is or as a share in per cent, or as a size."""
        places = len(self.plain.partition(".")[2])
        mine = abs(float(self.plain))
        # Half a unit of the last place, which ties may round either way.
        return any(abs(abs(value) * by - mine) <= 0.5001 * 10**-places for by in (1, 100))


def numbers(text: str) -> list[float]:
    """Every number that a text holds."""
    joined = re.sub(r"(?<=\d)[_ \xa0](?=\d{3}(?!\d))", "", text).replace("−", "-")
    return [float(found) for found in re.findall(r"\d+\.\d+|\.\d+|\d+", joined)]


@cache
def numbers_in(name: str) -> list[float]:
    return numbers((ROOT / name).read_text(encoding="utf-8"))


def figures(text: str) -> list[Figure]:
    prose = PASSED_OVER.sub(" ", BLOCK.sub("", text))
    found = (Figure(one.group().strip()) for one in FIGURE.finditer(prose))
    return [one for one in found if not one.of_itself]


def claims(text: str) -> Iterator[tuple[list[Figure], str, str]]:
    """The page's claims of its figures: which, how, and by what."""
    for note in NOTE.findall(text):
        for line in note.strip().splitlines():
            found = LINE.fullmatch(line.strip())
            assert found, line
            told = re.split(r", (?=[+−.\d])", found[1])
            yield [Figure(one) for one in told], found[2], found[3] or ""


def evaluated(expression: str) -> float:
    """The value of an expression, in which names of modules stand for themselves."""
    names: dict[str, object] = {}

    def name(found: re.Match[str]) -> str:
        names[key := f"name{len(names)}"] = pkgutil.resolve_name(found.group())
        return key

    source = re.sub(r"[a-z_][\w.]*:[\w.]+", name, expression)
    return float(eval(source, {"__builtins__": {"max": max, "float": float}}, names))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_figures_have_a_source(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    stands = figures(text)
    told = {one.text for one in stands}
    shown = numbers(" ".join(BLOCK.findall(text)))
    sourced: set[str] = set()
    for names, way, source in claims(text):
        for one in names:
            assert one.text in told, f"{one.text} stands nowhere on the page"
            assert one.text not in sourced, f"{one.text} has two sources"
            sourced.add(one.text)
            if way == "=":
                assert one.rounds(evaluated(source)), (one.text, evaluated(source))
            elif way == "in":
                assert any(map(one.rounds, numbers_in(source))), (one.text, source)
            elif way == "simulated by":
                file, _, test = source.partition("::")
                assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), source
    lacking = [
        one.text for one in stands if one.text not in sourced and not any(map(one.rounds, shown))
    ]
    assert lacking == [], f"without a source: {', '.join(lacking)}"


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("45,9 %", 0.45887, True),
        ("+14.2", 0.1416, True),
        ("−1.8", -1.84, True),
        ("23 502", 23_502, True),
        ("23 502", 23_503, False),
        ("0.9", 0.84, False),
        (".46", 0.464, True),
    ],
)
def test_a_figure_is_what_rounds_to_it(text: str, value: float, holds: bool) -> None:
    assert Figure(text).rounds(value) is holds


def test_a_figure_without_source_is_found() -> None:
    text = "Of 742 customers 66.8 % stay.\n\n```text\n742\n```\n"
    assert [one.text for one in figures(text)] == ["742", "66.8 %"]
    assert numbers("742 and 9 951, 0.5") == [742, 9951, 0.5]
