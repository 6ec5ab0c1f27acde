"""Everything that is generated is what its generator writes now."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
from generate import GENERATORS, Generator


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda g: g.writes)
def test_it_is_current(generator: Generator) -> None:
    done = generator.run("--check")
    assert done.returncode == 0, f"{done.stderr}\nmend it with: make generate"
