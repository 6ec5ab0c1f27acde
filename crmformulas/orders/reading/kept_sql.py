"""SQL that Ibis has compiled, kept for the next time that the same is asked.

What is kept is looked up by a key that says all of the expression
(:func:`~crmformulas.orders.reading.expressions.shape`), in what this process has compiled, in
two files that come with the package (``make generate``), and in a file of the user's for each shape
of input. It holds for the versions of the libraries that made it; whatever is not whole,
not of these versions or could be written by somebody else is as good as none.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from crmformulas import __version__

__all__ = [
    "FOLDER",
    "LISTS",
    "PACKAGED",
    "KeptSql",
    "as_text",
    "compiled",
    "of_everybody",
    "start_anew",
    "versions",
]

FOLDER = "CRMF_CACHE"
"""The variable of the environment that names the user's folder; empty for none."""
PACKAGED = Path(__file__).with_name("kept_sql.json")
"""What summaries of common files ask."""
LISTS = PACKAGED.with_name("kept_sql_lists.json")
"""What forecasts and lists of customers ask; it is read only when something is in no other."""
FORM = 1
"""Of files and keys; another one is not read."""
MOST_BYTES, MOST_ENTRIES, MOST_FILES = 8_000_000, 4_000, 200
VERSIONS = {"ibis": "__init__.py", "sqlglot": "_version.py"}
"""Libraries that make the SQL, and which file says their version: to import them takes longer."""

_everybody: ContextVar[bool] = ContextVar("everybody", default=False)
"""Whether what is asked now says of nobody who it is."""

_memory: dict[str, Any] = {}
_without_package: list[bool] = []


@cache
def versions() -> str:
    """The versions that kept SQL holds for; empty where they can't be told."""
    said = [f"form {FORM}", f"crmformulas {__version__}"]
    for name, file in VERSIONS.items():
        try:
            spec = find_spec(name)
            text = Path(str(spec and spec.origin)).with_name(file).read_text(encoding="utf-8")
        except (OSError, ValueError, ImportError):
            return ""
        found = re.search(r"""(?m)^__version__ *= *(?:\w+ *= *)?["']([^"']+)""", text)
        if found is None:
            return ""
        said.append(f"{name} {found[1]}")
    return ", ".join(said)


def as_text(entries: Mapping[str, Any]) -> str:
    """A file of kept SQL; ``check`` shows whether it is whole."""
    body = json.dumps(dict(sorted(entries.items())), ensure_ascii=False, indent=0)
    return f'{{"for": {json.dumps(versions())}, "check": "{_check(body)}", "entries": {body}}}\n'


def _check(body: str) -> str:
    return blake2b(f"{versions()} {body}".encode(), digest_size=16).hexdigest()


def _entries(text: str) -> dict[str, Any]:
    """The entries of a file for these versions."""
    head, _, body = text.partition('"entries": ')
    body = body.removesuffix("}\n")
    expected = f'{{"for": {json.dumps(versions())}, "check": "{_check(body)}", '
    entries = json.loads(body) if versions() and head == expected else {}
    return entries if isinstance(entries, dict) else {}


@contextmanager
def of_everybody() -> Iterator[None]:
    """Queries that hold nothing that a user typed or that one customer is known by."""
    before = _everybody.set(True)
    try:
        yield
    finally:
        _everybody.reset(before)


def start_anew() -> None:
    """Forget what this process has compiled, and what came with the package."""
    _memory.clear()
    _without_package.append(True)
    _packaged.cache_clear()


def compiled() -> Mapping[str, Any]:
    """SQL that this process has compiled."""
    return _memory


@cache
def _packaged(file: Path = PACKAGED) -> Mapping[str, Any]:
    with suppress(OSError, ValueError):
        return {} if _without_package else _entries(file.read_text(encoding="utf-8"))
    return {}


def _folder() -> Path | None:
    """The user's folder for what can be made anew."""
    said = os.environ.get(FOLDER)
    if said is not None:
        return Path(said) if said else None
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # nobody's home
        return None
    return base / "crmformulas" if base.is_absolute() else None


def _own(path: Path) -> bool:
    """Whether nobody but the user can have written here."""
    about = path.lstat()
    if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
        return False
    return not stat.S_ISLNK(about.st_mode) and about.st_size <= MOST_BYTES


class KeptSql:
    """SQL kept for one input."""

    def __init__(self) -> None:
        self._name: str | None = None
        self._on_disk: Mapping[str, Any] = {}
        self._used: dict[str, Any] = {}
        self._discreet = False

    def forget_persons(self) -> None:
        """Write down nothing more of this input: queries may say whom somebody looks for.

        But for those within :func:`of_everybody`.
        """
        self._discreet = True

    def begin(self, shape: str) -> None:
        """Look into the file for this shape of input."""
        if self._name is not None or not versions():
            return
        self._name = blake2b(f"{versions()} {shape}".encode(), digest_size=12).hexdigest()
        folder = _folder()
        with suppress(OSError, ValueError):
            if folder is not None and _own(folder) and _own(path := folder / f"{self._name}.json"):
                self._on_disk = _entries(path.read_text(encoding="utf-8"))

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        """Entry kept under a key, else made and kept; None is not kept."""
        if (entry := _packaged().get(key)) is not None:
            return entry
        for kept in (self._on_disk, _memory):
            if key in kept:
                entry = kept[key]
                break
        else:
            if (entry := _packaged(LISTS).get(key)) is not None:
                return entry
            entry = make()
            if entry is not None:
                _memory[key] = entry
        open_to_all = _everybody.get() or not self._discreet
        if entry is not None and open_to_all:
            self._used[key] = entry
        return entry

    def save(self) -> None:
        """Write what is new into the file; where that can't be, nothing is said."""
        folder, used = _folder(), self._used
        if self._name is None or folder is None or used.keys() <= self._on_disk.keys():
            return
        entries = {**self._on_disk, **used}
        text = as_text(entries if len(entries) <= MOST_ENTRIES else used)
        with suppress(OSError, ValueError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _own(folder):
                return
            with NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as file:
                file.write(text)
            os.replace(file.name, folder / f"{self._name}.json")
            self._on_disk = entries
            files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for old in files[:-MOST_FILES]:
                old.unlink()
