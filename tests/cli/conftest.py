"""Settings by which the output of commands does not depend on how busy the machine is."""

from __future__ import annotations

import pytest

from crmformulas.cli import progress


@pytest.fixture(autouse=True)
def _no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of progress within a minute, where a test does not ask for one."""
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
