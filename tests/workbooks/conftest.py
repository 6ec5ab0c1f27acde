"""The LibreOffice that the tests of workbooks share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.workbooks.recalculate import LibreOffice, missing


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """One for the session. The continuous integration requires it; elsewhere its tests may skip."""
    lack = missing()
    if lack is not None and os.environ.get("CRMF_REQUIRE_LIBREOFFICE"):
        pytest.fail(f"CRMF_REQUIRE_LIBREOFFICE is set, but {lack}")
    if lack is not None:
        pytest.skip(lack)
    with LibreOffice() as office:
        yield office
