"""Files are written whole or not at all: on a disk that is full, through links, and at once."""

from __future__ import annotations

import bz2
import lzma
import os
import re
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.excel.workbook.plain_tables import Table, write_tables
from crmformulas.files import TemporaryFolder, atomic_write
from crmformulas.orders.analysis.scenarios import Scenario, write_scenario
from crmformulas.orders.demo import write_demo

Disk: TypeAlias = Callable[[int], Path]

as_root = pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0, reason="only root mounts disks"
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Disks of so many kilobytes, in memory."""
    mounted: list[Path] = []

    def mount(kilobytes: int) -> Path:
        path = tmp_path / f"disk{len(mounted)}"
        path.mkdir()
        options = f"size={kilobytes}k"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "none", str(path)], capture_output=True
        )
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.decode()}")
        mounted.append(path)
        return path

    yield mount
    for path in mounted:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo(tmp_path_factory.mktemp("demo") / "demo.csv", orders=2000, seed=3).orders


def said(capsys: pytest.CaptureFixture[str], *args: str | Path) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        run([str(a) for a in args])
    return int(end.value.code or 0), capsys.readouterr().err


WRITERS = {
    "sheets": ("sheets", "-o", "{disk}/out.gs"),
    "calc-addin": ("calc-addin", "-o", "{disk}/out.oxt"),
    "template": ("template", "crm-kpis", "-o", "{disk}/out.xlsx"),
    "report": ("report", "{orders}", "-o", "{disk}/out.xlsx"),
    "demo": ("demo", "--orders", "5000", "-o", "{disk}/out.csv"),
    "demo gz": ("demo", "--orders", "20000", "-o", "{disk}/out.csv.gz"),
    "demo parquet": ("demo", "--orders", "20000", "-o", "{disk}/out.parquet"),
    "excel new": ("excel", "new", "{disk}/out.xlsm"),
    "excel add-names": ("excel", "add-names", "{book}", "-o", "{disk}/out.xlsx"),
}


@as_root
@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_keeps_what_was_there(
    name: str, disk: Disk, orders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small, book = disk(8), tmp_path / "book.xlsx"
    if name == "excel add-names":
        write_tables(book, [Table("long", ["n"], ([i * 1.7] for i in range(20_000)))])
    args = [
        a.format(disk=small, orders=orders, book=book) if "{" in a else a for a in WRITERS[name]
    ]
    target = Path(next(a for a in reversed(args) if a.startswith(str(small))))
    target.write_text("old")
    status, err = said(capsys, *args, "--force")
    assert status == 2
    line = err.splitlines()[-1]
    contacts = target.with_name(f"out-contacts{''.join(target.suffixes)}")
    assert line in {
        f"crmf: {str(path)!r} can't be written: No space left on device"
        for path in (target, contacts)
    }
    assert target.read_text() == "old"
    assert list(small.iterdir()) == [target]


@as_root
@pytest.mark.parametrize("name", ["template", "report"])
def test_a_full_temporary_folder_is_named(
    name: str,
    disk: Disk,
    orders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = disk(24)
    monkeypatch.setattr("tempfile.tempdir", str(small))
    args = [a.format(disk=tmp_path, orders=orders) for a in WRITERS[name]]
    status, err = said(capsys, *args)
    assert status == 2
    assert err.splitlines()[-1] == (
        f"crmf: no temporary files can be written in {str(small)!r}: No space left on device; "
        "name another folder with TMPDIR or --temp-directory"
    )
    assert not list(small.iterdir())
    assert not (tmp_path / "out.xlsx").exists()


ROWS = [f"c{i % 700},2025-{i % 12 + 1:02}-05,{i}.5,Malm\u00f6\n" for i in range(9_000)]
TEXT = "customer,date,amount,city\n" + "".join(ROWS)
READERS: dict[str, bytes] = {
    # Each is written anew, or unpacked, into the temporary folder before the engine reads it.
    "old.csv": TEXT.encode("cp1252"),
    "wide.csv": TEXT.encode("utf-16"),
    "nul.csv": TEXT.encode().replace(b"c5,", b"c\0005,"),
    "quotes.csv": (TEXT + 'a,2025-01-05,10,"12" pipe\n' * 4_000).encode(),
    "packed.csv.bz2": bz2.compress(TEXT.encode()),
    "packed.csv.xz": lzma.compress(TEXT.encode()),
}


@as_root
@pytest.mark.parametrize("name", READERS)
def test_a_reader_without_room_names_the_folder_that_is_full(
    name: str, disk: Disk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small, path = disk(64), tmp_path / name
    path.write_bytes(READERS[name])
    status, err = said(capsys, "summary", path, "--temp-directory", small)
    assert status == 2
    line = err.splitlines()[-1]
    assert re.search(rf"there is no room .*'{small}/[^']+'; give another folder with", line), line
    assert not list(small.iterdir())


@as_root
def test_exports_keep_what_was_there_on_a_full_disk(disk: Disk) -> None:
    small = disk(8)
    rows = ([i, "x" * 50] for i in range(5000))
    for path, write in (
        (small / "a.xlsx", lambda path: write_tables(path, [Table("t", ["n", "x"], rows)])),
        (small / "a.toml", lambda path: write_scenario(path, Scenario("n" * 9000), overwrite=True)),
    ):
        path.write_text("old")
        with pytest.raises(InputError, match=r"No space left on device"):
            write(path)
        assert path.read_text() == "old"
        path.unlink()
        assert not list(small.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="links take rights there")
@pytest.mark.parametrize("name", WRITERS)
def test_force_writes_what_a_link_leads_to(
    name: str, orders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, book = tmp_path / "links", tmp_path / "book.xlsx"
    folder.mkdir()
    if name == "excel add-names":
        write_tables(book, [Table("long", ["n"], [[1]])])
    args = [
        a.format(disk=folder, orders=orders, book=book) if "{" in a else a for a in WRITERS[name]
    ]
    link = Path(next(a for a in reversed(args) if a.startswith(str(folder))))
    target = tmp_path / "elsewhere" / f"target{link.suffix}"
    link.symlink_to(target)
    status, err = said(capsys, *args)
    assert (status, f"there is no folder {str(target.parent)!r}" in err) == (2, True), err
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o640)
    status, err = said(capsys, *args)
    assert (status, "is there already" in err) == (2, True), err
    assert target.read_text() == "old"
    status, err = said(capsys, *args, "--force")
    assert status == 0, err
    assert link.is_symlink()
    assert target.stat().st_size > 100
    # A report names customers: it is for its owner alone.
    assert stat.S_IMODE(target.stat().st_mode) == (0o600 if name == "report" else 0o640)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


# ------------------------------------------------------------------------------- the helper itself


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_new_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with atomic_write(tmp_path / "new") as part:
        part.write_text("x")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with atomic_write(path) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.txt", "old")]


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def write() -> None:
        with atomic_write(path, overwrite=False) as part:
            part.write_text("mine")
            path.write_text("theirs")

    with pytest.raises(InputError, match="is there already"):
        write()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.txt", "theirs")]


def test_one_of_many_writers_is_whole(tmp_path: Path) -> None:
    """Also while each removes what it takes for left behind."""
    path, failed = tmp_path / "a.txt", list[BaseException]()

    def write(letter: str) -> None:
        try:
            for _ in range(20):
                with atomic_write(path) as part:
                    part.write_text(letter * 10_000)
                text = path.read_text()
                assert text == text[0] * 10_000
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["", "nowhere/a.txt", "a\0b", "x" * 300])
def test_a_path_where_nothing_can_be_written_is_named(name: str, tmp_path: Path) -> None:
    said = pytest.raises(InputError, match=r"is a folder|there is no folder|can't be written")
    with said, atomic_write(tmp_path / name):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="a system with devices")
def test_a_device_or_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with atomic_write(pipe) as part:
        part.write_text("whole")
    reader.join()
    assert read == [b"whole"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    with atomic_write(Path(os.devnull)) as part:
        part.write_text("gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    crmf = [sys.executable, "-m", "crmformulas", "sheets", "-o", "/dev/stdout"]
    said = subprocess.run(crmf, capture_output=True, check=True).stdout
    assert b"@customfunction" in said


def test_a_temporary_folder_goes_with_its_owner(tmp_path: Path) -> None:
    folder = TemporaryFolder(tmp_path)
    Path(folder.name, "a").mkdir()
    folder.cleanup()
    folder.cleanup()
    assert not list(tmp_path.iterdir())
    TemporaryFolder(tmp_path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="no temporary files can be written in"):
        TemporaryFolder(tmp_path / "nowhere")


def test_an_interruption_cannot_meet_the_file_that_finds_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    opened: list[threading.Thread] = []
    real = os.open

    def spied(path: Any, *args: Any, **more: Any) -> int:
        if Path(os.fsdecode(path)).parent == tmp_path:
            opened.append(threading.current_thread())
        return real(path, *args, **more)

    monkeypatch.setattr(os, "open", spied)
    with TemporaryFolder() as folder:
        assert folder.parent == tmp_path
        # Signals are handled in the main thread alone.
        assert opened
        assert threading.main_thread() not in opened
