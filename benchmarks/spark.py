"""A summary on a Spark cluster of this machine, against the same figures by hand-written SQL there.

    python benchmarks/spark.py orders.parquet [--runs 1] [--memory 3g]

A standalone master with two workers of a core each is started; `crmf summary` and the statements of
``hand_sql.py --further`` in Spark's dialect then count the file in turn, each in a session of its
own. Told are the jobs, and the processor time of the executors' tasks.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import hand_sql

DEPLOY = "org.apache.spark.deploy"
FLOWS = ("opening", "new", "reactivated", "lost", "closing")
TABLE = re.compile(r"\s*CREATE OR REPLACE (TABLE|VIEW) (\w+) AS\s")


class Cost(NamedTuple):
    """The resources of a cluster that a summary takes."""

    jobs: int
    processor: float
    shuffled: float
    seconds: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def cluster(memory: str) -> Iterator[str]:
    """The URL of a master with two workers, each of a core."""
    import pyspark

    folder, port = Path(tempfile.mkdtemp(prefix="crmf-spark-")), free_port()
    home = Path(pyspark.__file__).parent
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_SCALA_VERSION": "2.13",
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_NO_DAEMONIZE": "1",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        with (folder / "log").open("a") as log:
            command = [str(home / "bin" / "spark-class"), *arguments]
            started.append(
                subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
            )

    try:
        master = f"spark://127.0.0.1:{port}"
        start(f"{DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", str(port))
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        for number in "12":
            one = ["--host", "127.0.0.1", "--cores", "1", "--memory", memory]
            start(f"{DEPLOY}.worker.Worker", master, *one, "-d", str(folder / number))
        yield (
            f"{master}?spark.driver.host=127.0.0.1&spark.executor.memory={memory}"
            "&spark.driver.memory=1g"
        )
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def cost_of(session: Any, seconds: float) -> Cost:
    """The cost of a session so far, as its own page tells it."""
    context = session.sparkContext
    stages = json.load(
        urlopen(f"{context.uiWebUrl}/api/v1/applications/{context.applicationId}/stages")
    )
    return Cost(
        len(context.statusTracker().getJobIdsForGroup()),
        sum(stage["executorCpuTime"] for stage in stages) / 1e9,
        sum(stage["shuffleWriteBytes"] for stage in stages) / 1e6,
        seconds,
    )


# ------------------------------------------------------------------------------- by hand


class SparkRun:
    """Runs the statements of `hand_sql` on Spark, in its dialect; tables are kept in memory."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.connection = self

    def __call__(self, name: str, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        if name == "describe":
            types = {"int": "INTEGER", "string": "VARCHAR", "date": "DATE"}
            lines = self.session.read.parquet(values["file"])
            lines.createOrReplaceTempView("lines")
            kinds = [(one.name, one.dataType.simpleString()) for one in lines.schema.fields]
            return [(name, types.get(kind, kind.upper())) for name, kind in kinds]
        made = TABLE.match(sql)
        query = spoken(sql[made.end() :] if made else sql, values)
        frame = self.session.sql(query)
        if made is None:
            return [tuple(map(plain, row)) for row in frame.collect()]
        if made[1] == "TABLE":
            frame = frame.persist()
        frame.createOrReplaceTempView(made[2])
        return []


def plain(value: Any) -> Any:
    """A number as DuckDB hands it out."""
    return int(value) if type(value).__name__ == "Decimal" else value


OTHERWISE = (
    # The condition of an aggregate, the last letter, and days between dates.
    (r"FILTER \((?!WHERE)", "FILTER (WHERE "),
    (r"(\w+)\[-1\]", r"right(\1, 1)"),
    (r"\b([de]) - (DATE '0001-01-01'|[dp]\b)", r"datediff('day', \2, \1)"),
    (r"max\(d\) OVER w - min\(d\) OVER w", "datediff('day', min(d) OVER w, max(d) OVER w)"),
    # A name given by SELECT is not known to its WHERE.
    (
        r"(?s)(SELECT (coalesce\(r[12], 0\)) AS r, c, .*?PARTITION BY )r(.*?)\br IN \(",
        r"\1\2\3\2 IN (",
    ),
    (r"WHERE d >= cohort", "WHERE d >= date_trunc('month', d0)::DATE"),
    (r"floor\((.*?)\)::BIGINT \*\* 2", r"floor(\1)::DECIMAL(19, 0) * floor(\1)::DECIMAL(19, 0)"),
    (r"\(([^()]*(?:\([^()]*\)[^()]*)*)\) // 3", r"floor((\1) / 3)::BIGINT"),
)
"""What Spark says otherwise, and is not translated."""


def spoken(sql: str, values: dict[str, Any]) -> str:
    """A statement of DuckDB's dialect in Spark's, its values written out."""
    import sqlglot

    for name in sorted(values, key=len, reverse=True):
        value = values[name]
        if isinstance(value, list):
            said = f"[{', '.join(map(str, value))}]"
        elif isinstance(value, date):
            said = f"DATE '{value}'"
        else:
            said = str(value) if isinstance(value, int) else "'" + str(value) + "'"
        sql = sql.replace(f"${name}", said)
    sql = re.sub(r"read_parquet\('[^']*'\)", "lines", sql)
    for pattern, other in OTHERWISE:
        sql = re.sub(pattern, other, sql)
    made = sqlglot.parse_one(sql, read="duckdb").sql(dialect="spark")
    return re.sub(r"DATEDIFF\(DAY, (.*?), (\w+|MAX\(d\) OVER w)\)", r"DATEDIFF(\2, \1)", made)


def by_hand(url: str, file: str, as_of: date | None) -> tuple[dict[str, Any], Cost]:
    from crmformulas.orders.reading.spark import connect_spark

    backend = connect_spark(url, "spark")
    try:
        begin = time.perf_counter()
        made = hand_sql.summary(SparkRun(backend._session), file, as_of, True)
        return made, cost_of(backend._session, time.perf_counter() - begin)
    finally:
        backend.disconnect()


def by_crmf(url: str, file: str, as_of: date | None) -> tuple[dict[str, Any], Cost]:
    from crmformulas.orders.log import read

    begin = time.perf_counter()
    with read(url, table=file) as log:
        made = log.summary(as_of=as_of).to_dict()
        return made, cost_of(log.rows.backend._session, time.perf_counter() - begin)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", help="Parquet file of order rows")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 10, 31))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--memory", default="3g", help="of each executor")
    args = parser.parse_args(arguments)
    ways = {"crmf": by_crmf, "by hand": by_hand}
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    with cluster(args.memory) as url:
        for _ in range(args.runs):
            told = []
            for kind, way in ways.items():
                made, cost = way(url, str(Path(args.file).resolve()), args.as_of)
                costs[kind].append(cost)
                told.append([made["flows"][name] for name in FLOWS])
                print(f"{kind}: {cost}", flush=True)
            assert told[0] == told[1], told
    ours, other = (
        statistics.median(cost.processor for cost in costs[name]) for name in ("crmf", "by hand")
    )
    print(f"task CPU {ours / other:.2f} × hand-written")


if __name__ == "__main__":
    main()
