"""The generated files are current, and what the README says can be run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


MADE = {"commands.md", "example.md", "glossary.md"}
"""Pages that are made when the guide is built, which checks what leads to them."""


def test_relative_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and Path(target).name not in MADE:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_are_there(page: str) -> None:
    """Every make target that a page names exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(
        r"(?:^|`)make ([a-z]+(?:-[a-z]+)*)\b",
        (ROOT / page).read_text(encoding="utf-8"),
        re.MULTILINE,
    ):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_example_in_contributing_is_a_formula() -> None:
    """It is the formula that the package has, so that it can't drift from what works."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    body = block.split('"""')[2].strip()
    source = (ROOT / "crmformulas" / "formulas" / "retention.py").read_text(encoding="utf-8")
    assert body in source
    assert "example=Example((4720, 539)" in block
