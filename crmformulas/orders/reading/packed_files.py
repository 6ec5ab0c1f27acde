"""Files as they lie on disk: their first bytes, and what compressed them.

The engine reads gzip and Zstandard as they are. Everything else, and whatever is no text, is
unpacked to a temporary file first, as far as a sound file of its size could go.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Literal

from crmformulas.errors import InputError
from crmformulas.files import FULL
from crmformulas.orders.reading.source_tables import shown
from crmformulas.translations import Translated

__all__ = ["Compression", "Head", "is_workbook", "opened_file", "read_head", "reading", "unpack"]

HEAD = 1 << 16
LONGEST_HEAD = 1 << 24
FEW_LINES = 4
CHUNK = 1 << 20
MOST_UNPACKED = 1 << 30
MOST_TIMES = 250
"""A file of up to a gigabyte may be unpacked, and a larger one up to that many times its size."""

Compression = Literal["none", "gzip", "zstd", "bzip2", "xz", "zip"]
MAGIC: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "zip"),
)
WORKBOOK = ("[Content_Types].xml", "mimetype")
"""What only the zip archives hold that are spreadsheets or other documents."""
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)


@dataclass(frozen=True)
class Head:
    """The first bytes of a file, decompressed, and whether that is all of it."""

    data: bytes
    whole: bool
    compression: Compression


@contextmanager
def reading(path: Path, kind: str = "file") -> Iterator[None]:
    """Say which file it is when reading it goes wrong, and in plain words.

    Raises:
        InputError: the file is damaged, cut off or can't be read.
    """
    try:
        yield
    except InputError:
        raise
    except EOFError as error:
        raise InputError(
            Translated(
                f"{shown(path)}: the {kind} is cut off; get it again",
                f"{shown(path)}: filen ({kind}) är avkortad; hämta den igen",
            )
        ) from error
    except DAMAGED as error:
        raise InputError(
            Translated(
                f"{shown(path)}: the {kind} is damaged; get it again",
                f"{shown(path)}: filen ({kind}) är skadad; hämta den igen",
            )
        ) from error
    except OSError as error:
        if error.errno in FULL:
            # Of the disk that a copy is written to, which its writer names.
            raise
        if type(error).__module__.startswith("pyarrow") or error.errno is None:
            raise InputError(
                Translated(
                    f"{shown(path)}: the {kind} is damaged; get it again",
                    f"{shown(path)}: filen ({kind}) är skadad; hämta den igen",
                )
            ) from error
        raise InputError(f"{shown(path)}: {error.strerror or error}") from error
    except (NotImplementedError, RuntimeError) as error:
        # Of zip archives: another method of compression, or a password.
        raise InputError(
            Translated(
                f"{shown(path)}: the {kind} can't be unpacked: {error}",
                f"{shown(path)}: filen ({kind}) kan inte packas upp: {error}",
            )
        ) from error


def read_head(path: Path, size: int = HEAD) -> Head:
    """The first bytes of a file, decompressed where they were compressed.

    Raises:
        InputError: the file can't be opened, or its compression is broken.
    """
    with reading(path):
        with path.open("rb") as file:
            data = _begin(file, size)
        compression: Compression = next(
            (name for magic, name in MAGIC if data[0].startswith(magic)), "none"
        )
        if compression == "zip" and is_workbook(path):
            compression = "none"
    if compression != "none":
        with reading(path, f"{compression} file"), opened_file(path, compression) as unpacked:
            data = _begin(unpacked, size)
    return Head(*data, compression)


def _begin(file: IO[bytes], size: int) -> tuple[bytes, bool]:
    """The first bytes, or as many as a few lines have, and whether that is all."""
    data = file.read(size + 1)
    while len(data) > size:
        if len(data) > LONGEST_HEAD or data.count(b"\n") >= FEW_LINES:
            return data[:-1], False
        size = 4 * len(data)
        data += file.read(size + 1 - len(data))
    return data, True


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is a workbook, or another document made of parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGED:
        # Which of the two nobody can tell; a workbook's reader says what is wrong with it.
        return True
    return any(name in WORKBOOK for name in names)


def opened_file(path: Path, compression: Compression) -> Any:
    """The unpacked bytes of a file, to be read in turn; a context manager.

    Raises:
        InputError: the archive holds another number of files than one.
    """
    if compression == "gzip":
        return gzip.open(path)
    if compression == "bzip2":
        return bz2.open(path)
    if compression == "xz":
        return lzma.open(path)
    if compression == "zstd":
        return import_module("pyarrow").input_stream(str(path), compression="zstd")
    if compression == "zip":
        return _only_member(path)
    return path.open("rb")


@contextmanager
def _only_member(path: Path) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive:
        names = [
            info.filename
            for info in archive.infolist()
            if not info.is_dir()
            and not info.filename.startswith("__MACOSX/")
            and not Path(info.filename).name.startswith(".")
        ]
        if len(names) != 1:
            listed = ", ".join(shown(name) for name in names[:10]) + (" …" * (len(names) > 10))
            raise InputError(
                Translated(
                    f"{shown(path)}: the archive holds {len(names) or 'no'} files; unpack it and"
                    f" give the right ones{': ' if names else ''}{listed}",
                    f"{shown(path)}: arkivet har {len(names) or 'inga'} filer; packa upp det och"
                    f" ange rätt fil{': ' if names else ''}{listed}",
                )
            )
        with archive.open(names[0]) as member:
            yield member


def unpack(path: Path, compression: Compression, folder: Path) -> Path:
    """The same file unpacked, in that folder.

    Raises:
        InputError: it is damaged, or unpacks to more than any sound file would.
    """
    most = max(MOST_UNPACKED, MOST_TIMES * path.stat().st_size)
    target = Path(tempfile.mkdtemp(dir=folder), path.stem or "unpacked")
    with (
        reading(path, f"{compression} file"),
        opened_file(path, compression) as source,
        target.open("wb") as copy,
    ):
        written = 0
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > most:
                raise InputError(
                    Translated(
                        f"{shown(path)}: unpacks to more than {most // 1_000_000} MB; unpack it"
                        " yourself if it is what you think",
                        f"{shown(path)}: blir mer än {most // 1_000_000} MB uppackad; packa upp"
                        " den själv om den är vad den ska vara",
                    )
                )
            if len(chunk) > shutil.disk_usage(folder).free:
                raise InputError(
                    Translated(
                        f"{shown(path)}: there is no room to unpack it in {str(folder)!r}",
                        f"{shown(path)}: det finns inte plats att packa upp den i {str(folder)!r}",
                    ),
                    "; give another folder with --temp-directory",
                )
            copy.write(chunk)
    return target
