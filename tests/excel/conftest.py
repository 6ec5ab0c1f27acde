"""The LibreOffice that the tests of workbooks share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.excel.recalculate import LibreOffice, missing


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """One for the session. The continuous integration requires it; elsewhere its tests may skip."""
    _required()
    with LibreOffice() as office:
        yield office


@pytest.fixture(scope="session")
def swedish_libreoffice() -> Iterator[LibreOffice]:
    """As a Swede has it: with a decimal comma."""
    _required()
    with LibreOffice(locale="sv-SE") as office:
        yield office


def _required() -> None:
    lack = missing()
    if lack is not None and os.environ.get("CRMF_REQUIRE_LIBREOFFICE"):
        pytest.fail(f"CRMF_REQUIRE_LIBREOFFICE is set, but {lack}")
    if lack is not None:
        pytest.skip(lack)
