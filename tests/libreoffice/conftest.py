"""The extension as `crmf calc-addin` writes it, unzipped and installed."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmformulas.libreoffice.bundle import bundle
from tests.excel.recalculate import LibreOffice, missing


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extension") / "crmformulas.oxt"
    path.write_bytes(bundle())
    return path


@pytest.fixture(scope="session")
def unzipped(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unzipped")
    with zipfile.ZipFile(extension) as archive:
        archive.extractall(folder)
    return folder


def there() -> None:
    """Skip where LibreOffice is not installed, except where it must be."""
    lack = missing()
    if lack is not None and os.environ.get("CRMF_REQUIRE_LIBREOFFICE"):
        pytest.fail(f"CRMF_REQUIRE_LIBREOFFICE is set, but {lack}")
    if lack is not None:
        pytest.skip(lack)


@pytest.fixture(scope="session")
def calc(extension: Path) -> Iterator[LibreOffice]:
    """A LibreOffice with the extension."""
    there()
    with LibreOffice(extensions=[extension]) as office:
        yield office


@pytest.fixture(scope="session")
def bare() -> Iterator[LibreOffice]:
    """A LibreOffice without it."""
    there()
    with LibreOffice() as office:
        yield office
