"""A Spark cluster by URL: a standalone master, a Spark Connect server, or a Spark in this process.

``spark://host:7077?spark.executor.memory=4g`` asks a master for executors, ``sc://host:15002``
speaks to a Spark Connect server, such as that of Databricks, and ``pyspark://`` starts a Spark of
this machine. What else a session needs to know stands behind the question mark, or in Spark's own
``spark-defaults.conf``.
"""

from __future__ import annotations

import os
import re
import socket
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

from crmformulas.errors import InputError
from crmformulas.orders.reading.expressions import live, real

__all__ = ["SCHEMES", "connect_spark", "files_as_table", "instants", "is_path", "table_of"]

SCHEMES = ("spark", "sc", "pyspark")
MASTER_PORT = 7077
PATIENCE = 10
"""Seconds in which a master takes a connection, or none is there."""
EXECUTOR_PATIENCE = 120
"""Seconds in which the first executor is there, however busy the cluster."""
DEFAULTS = {
    "spark.app.name": "crmformulas",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
PARTS_OF_A_CORE = 2
MOST_BROADCAST = 100_000
"""Rows of a table that each executor gets whole."""
FORMATS = ("delta", "parquet", "orc")


def connect_spark(url: str, label: str) -> Any:
    """An Ibis backend on a new session.

    Args:
        url: Beginning with one of `SCHEMES`.
        label: What the URL is called in messages.

    Raises:
        InputError: Nobody answers there, or an option is not Spark's.
        ImportError: pyspark is not installed.
    """
    parts = urlsplit(url)
    # A plus sign is one: options of Java are full of them.
    told = [pair.partition("=") for pair in parts.query.split("&") if pair]
    options = {unquote(name): unquote(value) for name, _, value in told}
    hive = options.pop("hive", "false").casefold() in ("true", "1", "yes", "")
    import_module("pyspark")
    builder = import_module("pyspark.sql").SparkSession.builder
    if parts.scheme == "sc":
        # What stands behind its URL is Spark Connect's own.
        builder = builder.remote(url)
        options = {}
    else:
        for name in options:
            if not name.startswith("spark."):
                raise InputError(
                    f"{label}: {name!r} is no option of Spark; options begin with 'spark.', such"
                    " as spark.executor.memory=4g, and hive=true lets Hive's tables be seen"
                )
        if parts.scheme == "spark":
            _look_for(parts.hostname or "", parts.port or MASTER_PORT, label)
            builder = builder.master(f"spark://{parts.netloc}")
        for name, value in {**DEFAULTS, **options}.items():
            builder = builder.config(name, value)
        if hive:
            builder = builder.enableHiveSupport()
    # That it does not know the newest pandas: only whole numbers and texts pass between them.
    warnings.filterwarnings("ignore", "PySpark does not yet", FutureWarning)
    with _silent():
        session = builder.getOrCreate()
        zone = session.conf.get("spark.sql.session.timeZone")
        if parts.scheme != "sc":
            _fit(session)
        if parts.scheme == "spark" and not _has_executors(session):
            session.stop()
            raise InputError(
                f"{label}: the master gives no executors within {EXECUTOR_PATIENCE} s; look at the"
                " memory and cores that are asked for (spark.executor.memory, spark.cores.max)"
            )
        backend = import_module("ibis").pyspark.connect(session)
    backend.session_zone = zone
    return backend


def _has_executors(session: Any) -> bool:
    """Whether there is an executor: Spark itself would wait for one for ever, and say nothing."""
    status = session.sparkContext._jsc.sc()
    end = time.monotonic() + EXECUTOR_PATIENCE
    # The driver is one that holds blocks, too.
    while status.getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _fit(session: Any) -> None:
    """Set what nobody has set for the few dozen small answers that a summary is made of.

    With adaptive execution every shuffle is a job of its own, three times as many; without it the
    parts of a shuffle are as many as there are cores for them.
    """
    context = session.sparkContext
    context.setLogLevel("OFF")
    given = context.getConf()
    if not given.contains("spark.sql.adaptive.enabled"):
        session.conf.set("spark.sql.adaptive.enabled", "false")
        if not given.contains("spark.sql.shuffle.partitions"):
            parts = PARTS_OF_A_CORE * max(context.defaultParallelism, 1)
            session.conf.set("spark.sql.shuffle.partitions", str(parts))


def instants(backend: Any, table: Any) -> list[int]:
    """The positions of the columns that hold instants, which Ibis calls by the name of a clock."""
    kinds = [
        field.dataType for field in backend._session.sql(backend.compile(real(table))).schema.fields
    ]
    return [i for i, kind in enumerate(kinds) if kind.typeName() == "timestamp"]


def table_of(backend: Any, table: Any) -> Any:
    """An Arrow table of this process as a table of an engine that is not DuckDB.

    On Spark it is a view of its own: what Ibis would make of it is gone by the time that what
    rests on it is stored. A small one goes whole to every executor, so that no join with it is
    a shuffle.
    """
    if backend.name != "pyspark":
        return live(import_module("ibis").memtable(table))
    functions = import_module("pyspark.sql.functions")
    # Before Spark 4 a session takes frames only.
    newest = int(import_module("pyspark").__version__.partition(".")[0]) >= 4
    frame = backend._session.createDataFrame(table if newest else table.to_pandas())
    if table.num_rows <= MOST_BROADCAST:
        frame = functions.broadcast(frame)
    name: str = import_module("ibis").util.gen_name("local")
    frame.createOrReplaceTempView(name)
    return live(backend.table(name))


def _look_for(host: str, port: int, label: str) -> None:
    """Say at once that there is no master, for which Spark would ask for a minute."""
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError:
        raise InputError(f"{label}: no server answers there; check host and port") from None


@contextmanager
def _silent() -> Iterator[None]:
    """Let Java, which inherits the errors' stream, say nothing on it: messages are ours."""
    kept = None
    with suppress(OSError):
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    try:
        yield
    finally:
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)


def is_path(wanted: str) -> bool:
    """Whether a table is meant by where its files lie.

    Examples:
        >>> is_path("s3://shop/orders"), is_path("/lake/orders"), is_path("sales.orders")
        (True, True, False)
    """
    return "/" in wanted


def files_as_table(backend: Any, wanted: str) -> Any:
    """The table of a folder or file: Parquet, or what stands before it, as ``delta:/lake/orders``.

    Args:
        backend: The Ibis backend of Spark.
        wanted: A path or URL that the executors can read.
    """
    found = re.match(rf"({'|'.join(FORMATS)}):(?!//)", wanted)
    kind = found[1] if found else "parquet"
    path = wanted[found.end() :] if found else wanted
    name = "crmf_orders"
    backend._session.read.format(kind).load(path).createOrReplaceTempView(name)
    return backend.table(name)
