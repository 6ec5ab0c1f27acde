"""The DuckDB that counts: closed to everything but the inputs, and cleaned up after itself."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.files import TemporaryFolder
from crmformulas.orders.reading.embedded import Embedded, duckdb, named
from crmformulas.orders.reading.engine_errors import reason
from crmformulas.orders.reading.sql_literals import literal_glob, quoted
from crmformulas.translations import Translated

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["Engine", "first_line", "open_engine"]


@dataclass
class Engine:
    """A DuckDB with a temp directory of its own; `close` removes both."""

    backend: Any
    folder: TemporaryFolder
    input_bytes: int = 0
    """The size of the files that it reads, as far as it is known."""
    closed: bool = field(default=False, init=False)

    @property
    def temp(self) -> Path:
        """Folder of temporary files; the only one that can be read and written."""
        return Path(self.folder.name)

    @property
    def connection(self) -> Any:
        """The DuckDB connection, for progress, interruption and parameters."""
        return self.backend.con

    def lock(self, inputs: Iterable[Path]) -> None:
        """From here on only `inputs` and the temp directory can be read, and no setting changed."""
        # A name that is no text is opened by a link in the temp directory.
        paths = [text for path in inputs if _is_text(text := str(path))]
        # A path is checked as it is asked for and again as it is found.
        allowed = dict.fromkeys(paths + [literal_glob(path) for path in paths])
        run = self.connection.execute
        run(f"SET allowed_directories = [{quoted(str(self.temp))}]")
        run(f"SET allowed_paths = [{', '.join(map(quoted, allowed))}]")
        run("SET enable_external_access = false")
        run("SET lock_configuration = true")

    def ask(self, query: Any) -> list[dict[str, Any]]:
        """The records of a small table expression, without the pandas that Ibis would import."""
        cursor = self.connection.execute(self.backend.compile(query))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def read_text(
        self,
        path: Path,
        columns: Sequence[str],
        only: Sequence[int] | None = None,
        **settings: str | int | bool,
    ) -> Any:
        """A table over a text file: these columns by position, as text; `only` some of them."""
        arguments: dict[str, str] = {
            "columns": "{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns) + "}"
        }
        for name, value in {"auto_detect": False, "hive_partitioning": False, **settings}.items():
            arguments[name] = quoted(value) if isinstance(value, str) else str(value).lower()
        listed = ", ".join(f"{name} = {value}" for name, value in arguments.items())
        source = f"read_csv([{quoted(literal_glob(str(path)))}], {listed})"
        if only is None:
            return self.backend.text_view(self._view_of(source), columns)
        columns = [columns[i] for i in only]
        return self.backend.text_view(self._view_of(source, columns), columns)

    def view(self, source: str) -> Any:
        """A table over what a function of the engine reads."""
        return self.backend.table(self._view_of(source))

    def _view_of(self, source: str, columns: Sequence[str] | None = None) -> str:
        view = f"read_{uuid.uuid4().hex}"
        listed = "*" if columns is None else ", ".join(map(named, columns))
        self.connection.execute(f"CREATE TEMP VIEW {view} AS SELECT {listed} FROM {source}")
        return view

    def close(self) -> None:
        """Close the connection and remove the temp directory. Safe to call twice."""
        if not self.closed:
            self.closed = True
            self.backend.disconnect()
            self.folder.cleanup()


SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)(i?)b?\s*", re.IGNORECASE)
LEAST_MEMORY = 1_800_000_000
"""Bytes: with them 10 million orders stay under 2 GB in all, at the speed of any more."""
PER_INPUT_BYTE = 4
LEAST_LIMIT = 100_000_000
LEAST_ROOM = 1 << 30
"""Bytes of addresses without which the engine does not end with an error, but with a crash."""
MOST_THREADS = 1_024
TYPES_AT_THE_SOURCE = "type_pushdown"
"""An optimizer that lets a reader of text return the type a column is cast to, where nothing else
is asked of it. In DuckDB 2.0 it makes TRY_CAST fail at the first cell that is none, and reads by
other rules than the cast."""
SMALL = 1 << 21
"""Bytes of files that one thread reads and counts before others have begun."""
SLOW_THREADS = 2
"""DuckDB 2.0 groups slowest with exactly two: with three, two cores take a sixteenth less."""
ENGINE_SHARE = 0.8
"""Of the memory that the user allows. The rest is for what the engine does not count: reading
files, Python, and what is freed but not yet given back."""


def size(text: str) -> int:
    """A size such as ``4GB`` or ``1.5 GiB`` in bytes.

    Raises:
        InputError: if it is none.

    Examples:
        >>> size("4GB"), size("1.5 GiB")
        (4000000000, 1610612736)
    """
    match = SIZE.fullmatch(text)
    if not match or not float(match[1]):
        raise InputError(
            Translated(
                f"memory limit {text!r} is not a size like 4GB",
                f"minnesgränsen {text!r} är ingen storlek som 4GB",
            )
        )
    power = " kmgt".index(match[2].lower() or " ")
    return int(float(match[1]) * (1024 if match[3] else 1000) ** power)


def open_engine(
    *,
    input_bytes: int = 0,
    memory_limit: str | None = None,
    temp_directory: Path | None = None,
    threads: int | None = None,
) -> Engine:
    """Open a DuckDB for inputs of that size; `lock` it when the inputs are attached."""
    _check_limits(memory_limit, threads)
    # What takes long comes first: an interruption meanwhile finds nothing to remove.
    engine = duckdb()
    folder = TemporaryFolder(temp_directory)
    config = {
        # Nothing is fetched or loaded behind the user's back.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "false",
        "temp_directory": folder.name,
    }
    if memory_limit is not None:
        config["memory_limit"] = f"{int(size(memory_limit) * ENGINE_SHARE)}B"
    if threads is not None:
        config["threads"] = str(threads)
    try:
        backend = Embedded(engine.connect(":memory:", config=config))
    except BaseException as error:
        folder.cleanup()
        if not isinstance(error, Exception):
            raise
        starts = Translated("the engine does not start: {}", "motorn startar inte: {}")
        raise InputError(starts.format(reason(error, folder.name))) from error
    run = backend.con.execute
    if threads is None and 0 < input_bytes <= SMALL:
        run("SET threads = 1")
    elif threads is None:
        [(own,)] = run("SELECT current_setting('threads')").fetchall()
        if own == SLOW_THREADS:
            run(f"SET threads = {SLOW_THREADS + 1}")
    if memory_limit is None:
        enough = max(LEAST_MEMORY, PER_INPUT_BYTE * input_bytes)
        # What DuckDB would take by itself is most of the machine's memory.
        [(most,)] = run("SELECT current_setting('memory_limit')").fetchall()
        if enough < size(most):
            run(f"SET memory_limit = '{enough}B'")
    if run(f"FROM duckdb_optimizers() WHERE name = {quoted(TYPES_AT_THE_SOURCE)}").fetchall():
        run(f"SET disabled_optimizers = {quoted(TYPES_AT_THE_SOURCE)}")
    # Counted for query_progress(), never printed by the engine itself.
    run("SET enable_progress_bar = true")
    run("SET enable_progress_bar_print = false")
    return Engine(backend, folder, input_bytes)


def first_line(error: BaseException) -> str:
    """First line of an engine's error."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _check_room() -> None:
    """Refuse to load the engine where a limit of the process (``ulimit -v``) leaves it no room."""
    if resource is None:
        return
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY and most < LEAST_ROOM:
        raise InputError(
            Translated(
                f"the memory does not suffice: this process may use {most // 10**6} MB of "
                "addresses (ulimit -v), and the engine needs more than 1 GB",
                f"minnet räcker inte: processen får använda {most // 10**6} MB adresser "
                "(ulimit -v), och motorn behöver mer än 1 GB",
            )
        )


def _check_limits(memory_limit: str | None, threads: int | None) -> None:
    _check_room()
    if memory_limit is not None and size(memory_limit) < LEAST_LIMIT:
        raise InputError(
            Translated(
                f"memory limit {memory_limit!r} is too little for any file; give 100MB or more",
                f"minnesgränsen {memory_limit!r} är för låg för någon fil; ange 100MB eller mer",
            )
        )
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        raise InputError(
            Translated(
                f"{threads} threads can't be had; give from 1 to {MOST_THREADS} (this machine has"
                f" {os.cpu_count()} cores)",
                f"{threads} trådar går inte att få; ange 1 till {MOST_THREADS} (datorn "
                f"har {os.cpu_count()} kärnor)",
            )
        )


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode("utf-8"))
    except UnicodeEncodeError:
        return False
