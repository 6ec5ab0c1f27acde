"""Orders on a real Spark: a master and two workers of this machine count them where they are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from crmformulas.dates import from_number
from crmformulas.errors import InputError
from crmformulas.orders.demo import write_demo
from crmformulas.orders.log import read
from tests.conftest import free_port
from tests.orders.reading.test_bring_over import figures

MOST_JOBS = 30
"""Of a summary, with those of opening."""
ELSEWHERE = {"source", "sources", "engine"}
"""What names where the rows lie."""
LIGHT = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
"""A Java that starts soon rather than running fast."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a standalone master with two workers of a core each."""
    try:
        import pyspark
    except ImportError:
        pyspark = None  # type: ignore[assignment]
    java = shutil.which("java")
    if pyspark is None or java is None:
        assert not os.environ.get("CRMF_REQUIRE_SPARK"), "pyspark or Java is not installed"
        pytest.skip("no Spark is installed (pyspark, and Java 17)")
    folder, port = tmp_path_factory.mktemp("spark"), free_port()
    home = Path(pyspark.__file__).parent
    run = [str(home / "bin" / "spark-class")]
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_SCALA_VERSION": "2.13",
        "SPARK_DAEMON_JAVA_OPTS": " ".join(LIGHT[1:]),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_NO_DAEMONIZE": "1",
    }
    deploy, master = "org.apache.spark.deploy", f"spark://127.0.0.1:{port}"
    started = []

    def start(*arguments: str) -> None:
        with (folder / "log").open("a") as log:
            made = subprocess.Popen(
                [*run, *arguments], stdout=log, stderr=log, env=environment, cwd=folder
            )
        started.append(made)

    try:
        start(f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port))
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        for number in "12":
            one = ["--host", "127.0.0.1", "--cores", "1", "--memory", "700m"]
            start(f"{deploy}.worker.Worker", master, *one, "-d", str(folder / number))
        light = "%20".join(LIGHT[1:])
        yield (
            f"{master}?spark.driver.host=127.0.0.1&spark.ui.enabled=false"
            f"&spark.executor.memory=640m&spark.executor.extraJavaOptions={light}"
            f"&spark.driver.extraJavaOptions={light}&spark.sql.codegen.wholeStage=false"
        )
    finally:
        for made in started:
            made.terminate()
        for made in started:
            made.wait()


def test_every_figure_is_that_of_the_embedded_engine(cluster: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.parquet"
    write_demo(file, orders=200_000)
    with read(file) as log:
        want = log.summary().to_dict()
    with read(cluster, table=str(file)) as log:
        context = log.rows.backend._session.sparkContext
        found = log.summary().to_dict()
        jobs = len(context.statusTracker().getJobIdsForGroup())
        # The executors did it, not a Spark in this process.
        assert context.master == cluster.partition("?")[0]
        customers = log.customers().page(limit=3)
    assert figures(found) == figures(want)
    assert found["reading"]["sources"] == want["reading"]["sources"]
    assert jobs <= MOST_JOBS
    with read(file) as log:
        assert log.customers().page(limit=3) == customers


def test_instants_have_their_day_in_a_zone(cluster: str, tmp_path: Path) -> None:
    file = tmp_path / "instants.parquet"
    written = pa.array([1_738_366_200_000_000, 1_740_787_200_000_000], pa.timestamp("us", "UTC"))
    # 2025-01-31 23:30 and 2025-03-01 00:00, both of UTC.
    pq.write_table(pa.table({"customer": ["a", "b"], "date": written, "amount": [1.5, 2.5]}), file)
    days = {}
    for zone in ("Asia/Tokyo", "America/New_York"):
        here = f"pyspark://?spark.master=local[1]&{cluster.partition('?')[2]}"
        with read(here, table=str(file), time_zone=zone) as log:
            found = sorted(one["day"] for one in log.records(log.orders()))
            days[zone] = [str(from_number(day)) for day in found]
    assert days == {
        "Asia/Tokyo": ["2025-02-01", "2025-03-01"],
        "America/New_York": ["2025-01-31", "2025-02-28"],
    }


def test_what_separates_and_what_comes_next_are_those_of_the_embedded_engine(
    cluster: str, tmp_path: Path
) -> None:
    """Further columns and a contact list join the rows; both are brought to Spark."""
    file, contacts = tmp_path / "orders.parquet", tmp_path / "contacts.csv"
    made = write_demo(tmp_path / "shop.csv", orders=3_000)
    pq.write_table(csv.read_csv(made.orders), file)
    shutil.copyfile(made.contacts, contacts)
    url = f"pyspark://?spark.master=local[1]&{cluster.partition('?')[2]}"
    answers = []
    for source, table in ((str(file), None), (url, str(file))):
        with read(source, **({} if table is None else {"table": table})) as log:
            log.contacts(contacts)
            answers.append(
                {
                    "separates": log.separates(step=1).to_dict(),
                    "discounts": log.discounts().to_dict(),
                    "segments": [asdict(size) for size in log.segments()],
                    "forecast": log.forecast().to_dict(),
                    "cross-sell": log.cross_sell().to_dict(),
                    "lacking": log.customers(where="not_bought >= 1").count(),
                }
            )
    here, there = answers
    assert there["separates"]["columns"]
    assert there["lacking"]
    assert flat(there) == pytest.approx(flat(here), rel=1e-9)


def flat(told: object, path: str = "") -> dict[str, object]:
    """Every value by its path, but for where it was read."""
    if isinstance(told, dict):
        items = [(f"{path}.{key}", one) for key, one in told.items() if key not in ELSEWHERE]
    elif isinstance(told, (list, tuple)):
        items = [(f"{path}[{i}]", one) for i, one in enumerate(told)]
    else:
        return {path: told}
    return {name: value for key, one in items for name, value in flat(one, key).items()}


def test_what_is_no_option_of_spark_is_a_line() -> None:
    pytest.importorskip("pyspark")
    with pytest.raises(InputError, match="'memory' is no option of Spark") as refused:
        read("spark://127.0.0.1:7077?memory=4g&spark.hadoop.fs.s3a.secret.key=secret", table="t")
    assert "secret.key" not in str(refused.value)


def test_a_master_that_is_not_there_is_told_at_once() -> None:
    pytest.importorskip("pyspark")
    with pytest.raises(InputError, match="no server answers there"):
        read(f"spark://127.0.0.1:{free_port()}", table="orders")
