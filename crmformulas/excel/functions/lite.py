"""The functions for xlwings Lite: one file to paste, which needs no package index.

xlwings Lite runs Python inside Excel (Pyodide) and takes packages from an index. What the functions
need is little enough to stand in ``main.py`` itself: the modules of
:data:`crmformulas.spreadsheet.portable.LITE` as a zip file in letters, from which Python imports.
"""

from __future__ import annotations

import base64
import io
import textwrap
import zipfile
from hashlib import sha256

from crmformulas import __version__
from crmformulas.errors import InputError
from crmformulas.spreadsheet.portable import LITE, source_of

__all__ = ["main_file", "namespace_of"]

FILE = '''\
"""crmformulas {version}: customer-value formulas as functions of Excel, for xlwings Lite.

Copyright (c) 2026 The crmformulas authors. MIT License. Made by ``crmf excel lite``.
requirements.txt must name pandas.
"""

import base64
import sys
import tempfile
from pathlib import Path

import xlwings as xw

_MODULES = """
{modules}
"""
_FILE = Path(tempfile.gettempdir(), "crmformulas-{digest}.zip")
_FILE.write_bytes(base64.b85decode(_MODULES.replace("\\n", "")))
if str(_FILE) not in sys.path:
    sys.path.insert(0, str(_FILE))

from crmformulas.excel.udfs import *  # noqa: E402, F403
{namespace}
# Functions and scripts of yours go below.
'''


def main_file(prefix: str = "") -> str:
    """The text of ``main.py``.

    Args:
        prefix: What comes before the names in a cell, such as ``CRM.``; nothing unless given.
    """
    archive = _archive()
    letters = "\n".join(textwrap.wrap(base64.b85encode(archive).decode("ascii"), 100))
    namespace = namespace_of(prefix)
    return FILE.format(
        version=__version__,
        modules=letters,
        digest=sha256(archive).hexdigest()[:12],
        namespace=f'\n__xlwings_func_namespace__ = "{namespace}"\n' if namespace else "",
    )


def namespace_of(prefix: str) -> str:
    """The namespace that gives functions a prefix.

    >>> namespace_of("CRM.")
    'CRM'

    Raises:
        InputError: if it is none.
    """
    name = prefix.removesuffix(".")
    if prefix and not (name.isascii() and name.isalnum() and name[0].isalpha() and len(name) > 1):
        raise InputError(f"--prefix must be letters and digits such as CRM., got {prefix!r}")
    return name.upper()


def _archive() -> bytes:
    """The modules as a zip file; packages are there for their modules alone."""
    root = source_of("crmformulas.errors").parents[1]
    files = {source_of(name).relative_to(root): name for name in LITE}
    packages = {parent for path in files for parent in path.parents if parent.name}
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        texts = {
            package / "__init__.py": f'__version__ = "{__version__}"\n' for package in packages
        }
        texts |= {path: source_of(name).read_text(encoding="utf-8") for path, name in files.items()}
        for path, text in sorted(texts.items()):
            archive.writestr(zipfile.ZipInfo(path.as_posix()), text, zipfile.ZIP_DEFLATED)
    return archive_bytes.getvalue()
