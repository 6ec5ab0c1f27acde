"""Files written whole or not at all, and temporary folders that no ended run leaves behind.

A file is written beside its place and put there when it is complete: whoever reads it meanwhile,
and whoever had one there when the disk got full, has the old one. What a run that was killed left
is removed by the next one: it holds a lock on what it writes, which ends with it.
"""

from __future__ import annotations

import atexit
import errno
import os
import shutil
import stat
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from secrets import token_hex
from types import TracebackType

from crmformulas.errors import InputError
from crmformulas.translations import Translated

try:
    import fcntl
except ImportError:  # Windows, where a file that is open can't be removed
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "FULL",
    "TemporaryFolder",
    "atomic_write",
    "disk_full",
    "for_the_owner",
    "keep_mode",
    "refuse_existing",
    "remove_own",
]

PREFIX = "crmf-"
PART = f".{PREFIX}*.part"
LOCK = ".lock"
FULL = (errno.ENOSPC, errno.EDQUOT)
ROOM = 65_536
"""Bytes. A disk with less room is full: what failed to be written may have been so much."""


def refuse_existing(path: Path, overwrite: bool) -> None:
    """Refuse a path where a file may not be written.

    A link stands for the file that it leads to, also where that is not there yet; a device or a
    pipe, such as ``/dev/stdout``, is written to.

    Raises:
        InputError: if there is no folder to write in, or a folder in the place of the file, or a
            file and ``overwrite`` is not given.
    """
    if _target(path).is_file() and not overwrite:
        raise InputError(_there_already(path), "; --force overwrites it")


def _there_already(path: Path) -> Translated:
    return Translated(f"{str(path)!r} is there already", f"{str(path)!r} finns redan")


def _not_written(path: Path, why: object) -> Translated:
    return Translated(
        f"{str(path)!r} can't be written: {why}", f"{str(path)!r} kan inte skrivas: {why}"
    )


def _is_device(path: Path) -> bool:
    """Whether a path is a device or a pipe: written to, never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _target(path: Path) -> Path:
    """The file that a path stands for, in a folder that is there."""
    try:
        if _is_device(path):
            return path
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            folder = target.parent if path.is_symlink() else path.parent
            raise InputError(
                Translated(
                    f"there is no folder {str(folder)!r}", f"mappen {str(folder)!r} finns inte"
                )
            )
        if target.is_dir():
            raise InputError(
                Translated(
                    f"{str(path)!r} is a folder; give the name of a file",
                    f"{str(path)!r} är en mapp; ange namnet på en fil",
                )
            )
    except (OSError, ValueError) as error:  # such as a name that is too long, or has a null in it
        why = getattr(error, "strerror", None) or error
        raise InputError(_not_written(path, why)) from None
    return target


_PRIVATE: ContextVar[bool] = ContextVar("private", default=False)


@contextmanager
def for_the_owner() -> Iterator[None]:
    """Let nobody but the user read the files that are written meanwhile, as they hold persons.

    So it is from the first byte on, and also where a file was there that others could read.

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, for_the_owner():
        ...     with atomic_write(Path(folder, "a.txt")) as part:
        ...         _ = part.write_text("anna")
        ...     oct(Path(folder, "a.txt").stat().st_mode & 0o777)
        '0o600'
    """
    before = _PRIVATE.set(True)
    try:
        yield
    finally:
        _PRIVATE.reset(before)


def keep_mode(source: Path, part: Path) -> None:
    """Give a file the permissions of another, unless it is for the owner."""
    if not _PRIVATE.get():
        shutil.copymode(source, part)


@contextmanager
def atomic_write(path: Path, *, overwrite: bool = True) -> Iterator[Path]:
    """Write a file beside its place and put it there when it is whole.

    A file that is there keeps its permissions, but :func:`for_the_owner`; a link stays, and the
    file that it leads to is replaced. If the block fails or is interrupted, nothing is left and
    what was there stays.

    Args:
        path: Where the file shall be.
        overwrite: Replace a file that is there, also one that came while this was written.

    Yields:
        The path to write to: a file that is there, empty.

    Raises:
        InputError: if nothing can be written there, or the disk gets full; it names the path.

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with atomic_write(Path(folder, "a.txt")) as part:
        ...         _ = part.write_text("whole")
        ...     [file.name for file in Path(folder).iterdir()]
        ['a.txt']
    """
    target = _target(path)
    if target.is_file() and not overwrite:
        raise InputError(_there_already(path))
    if _is_device(target):
        with TemporaryFolder() as folder:
            part = folder / "part"
            part.touch()
            yield part
            _copy_into(part, path)
        return
    part, lock = _locked_part(target.parent, path)
    try:
        try:
            yield part
            os.fsync(lock)
            if overwrite and target.exists():
                keep_mode(target, part)
        except OSError as error:
            raise _about(error, path, part) from error
        _put(part, lock, target, overwrite)
    finally:
        _remove(part)
        _close(lock)


def _about(error: OSError, path: Path, part: Path) -> Exception:
    """The error to raise while a file was written: not all of them are about that file."""
    if error.errno in FULL:
        return InputError(disk_full(error, path))
    if error.filename is not None and os.fspath(error.filename) != str(part):
        return error
    return InputError(_not_written(path, error.strerror or error))


def disk_full(error: BaseException, output: Path | None = None) -> Translated:
    """Say which disk is full: that of the output, or that of the temporary files.

    Args:
        error: What the system or a library said of it.
        output: What was being written, if anything.
    """
    temporary = _system_folder()
    why = os.strerror(getattr(error, "errno", None) or errno.ENOSPC)
    if output is not None and (_is_full(output.parent) or not _is_full(temporary)):
        return _not_written(output, why)
    if _is_full(temporary):
        return _no_temporary(temporary, why)
    return Translated(f"nothing is written: {why}", f"inget skrivs: {why}")


def _no_temporary(folder: Path, why: str) -> Translated:
    return Translated(
        f"no temporary files can be written in {str(folder)!r}: {why}; "
        "name another folder with TMPDIR or --temp-directory",
        f"inga temporära filer kan skrivas i {str(folder)!r}: {why}; "
        "ange en annan mapp med TMPDIR eller --temp-directory",
    )


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < ROOM
    except OSError:
        return False


def _locked_part(folder: Path, path: Path) -> tuple[Path, int]:
    """A new file in the folder, and the lock that says that somebody writes it."""
    _remove_leftovers(folder, PART)
    while True:
        part = folder / f".{PREFIX}{token_hex(6)}.part"
        _OWN[part] = os.getpid()
        try:
            # With the permissions that a new file gets, or those of the user alone.
            mode = 0o600 if _PRIVATE.get() else 0o666
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            del _OWN[part]
            continue
        except OSError as error:
            del _OWN[part]
            if error.errno in FULL:
                raise InputError(disk_full(error, path)) from None
            raise InputError(
                Translated(
                    f"nothing can be written in the folder {str(folder)!r}: {error.strerror}",
                    f"inget kan skrivas i mappen {str(folder)!r}: {error.strerror}",
                )
            ) from None
        if _lock(handle) and part.exists():
            return part, handle
        _close(handle)  # another run took it for left behind


def _put(part: Path, lock: int, target: Path, overwrite: bool) -> None:
    if fcntl is None:
        _close(lock)  # Windows replaces no file that is open
    try:
        if overwrite:
            part.replace(target)
            return
        try:
            os.link(part, target)
        except FileExistsError:
            raise InputError(_there_already(target)) from None
        except OSError:  # a file system without hard links
            part.replace(target)
    except PermissionError:
        raise InputError(
            Translated(
                f"{str(target)!r} can't be replaced; is it open in Excel?",
                f"{str(target)!r} kan inte ersättas; är den öppen i Excel?",
            )
        ) from None
    except OSError as error:
        raise InputError(_not_written(target, error.strerror)) from None


def _copy_into(part: Path, path: Path) -> None:
    try:
        with part.open("rb") as whole, path.open("wb") as device:
            shutil.copyfileobj(whole, device)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(_not_written(path, error.strerror)) from None


def _system_folder() -> Path:
    """The folder of the system for temporary files.

    To find it Python writes a file there, which an interruption would leave behind; none reaches a
    thread.
    """
    if tempfile.tempdir is None:
        finding = threading.Thread(target=_find_system_folder)
        finding.start()
        finding.join()
    return Path(tempfile.gettempdir())


def _find_system_folder() -> None:
    # Where there is none, whoever asks gets the error.
    with suppress(OSError):
        tempfile.gettempdir()


class TemporaryFolder:
    """A temporary folder of this run; what ended runs left beside it is removed first.

    It is removed by `cleanup`, at the end of a ``with`` block, and when nobody holds it any more.
    As a context it says in one line, as an `InputError`, that its disk is full.

    Attributes:
        name: The path, as with ``tempfile.TemporaryDirectory``.

    Examples:
        >>> with TemporaryFolder() as folder:
        ...     folder.is_dir()
        True
        >>> folder.exists()
        False
    """

    def __init__(self, parent: Path | None = None) -> None:
        """Make one in a folder, by default in that of the system (``TMPDIR``).

        Raises:
            InputError: if nothing can be written there.
        """
        parent = _system_folder() if parent is None else parent.resolve()
        _remove_leftovers(parent, f"{PREFIX}*")
        while True:
            path = parent / f"{PREFIX}{token_hex(6)}"
            # Known before it is there: an interruption in between leaves nothing.
            _OWN[path] = os.getpid()
            try:
                path.mkdir(0o700)
                lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            except FileExistsError:
                del _OWN[path]
                continue
            except OSError as error:
                _remove(path)
                if isinstance(error, FileNotFoundError) and parent.is_dir():
                    continue  # another run took it for left behind
                why = error.strerror or str(error)
                raise InputError(_no_temporary(parent, why)) from None
            if _lock(lock) and (path / LOCK).exists():
                break
            _close(lock)
        self.name = str(path)
        self._finalizer = weakref.finalize(self, _let_go, path, lock)

    def cleanup(self) -> None:
        """Remove the folder and what is in it. Safe to call twice."""
        self._finalizer()

    def __enter__(self) -> Path:
        """The path of the folder."""
        return Path(self.name)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the folder; say in one line that its disk is full."""
        full = _is_full(Path(self.name))
        self.cleanup()
        if full and isinstance(error, OSError) and error.errno in FULL:
            why = os.strerror(error.errno or errno.ENOSPC)
            raise InputError(_no_temporary(Path(self.name).parent, why)) from error


_OWN: dict[Path, int] = {}
"""What this process has in hand, with its number: a fork of it has nothing."""


def remove_own() -> None:
    """Remove every temporary folder and half-written file of this process, whoever holds it."""
    for path, process in list(_OWN.items()):
        if process == os.getpid():
            _remove(path)


atexit.register(remove_own)


def _let_go(path: Path, lock: int) -> None:
    if fcntl is None:
        _close(lock)  # Windows removes no file that is open
    _remove(path)
    _close(lock)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
    _OWN.pop(path, None)


# ----------------------------------------------------------------------------- what ended runs left


def _lock(handle: int) -> bool:
    """Whether the file is this run's; it is, too, where nobody can lock files."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _close(handle: int) -> None:
    with suppress(OSError):
        os.close(handle)


def _remove_leftovers(folder: Path, pattern: str) -> None:
    """Remove what ended runs of this user left in a folder."""
    with suppress(OSError):
        for path in folder.glob(pattern):
            with suppress(OSError):
                _remove_if_left(path)


def _remove_if_left(path: Path) -> None:
    status = path.lstat()
    own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    if not own or not (stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)):
        return
    is_folder = stat.S_ISDIR(status.st_mode)
    handle = os.open(path / LOCK if is_folder else path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        if fcntl is None:
            os.close(handle)
            handle = -1
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_folder:
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    finally:
        if handle >= 0:
            _close(handle)
