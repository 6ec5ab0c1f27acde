"""Orders in a real MariaDB, which compares texts without case: brought here to the last digit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmformulas.dates import from_number
from crmformulas.errors import InputError
from crmformulas.orders.log import read
from tests.conftest import free_port
from tests.orders.reading.test_bring_over import figures

DATABASE = """
SET GLOBAL time_zone = '+02:00'; SET time_zone = '+02:00'; SET sql_mode = '';
CREATE DATABASE sales CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE DATABASE shop;
CREATE TABLE sales.lines (order_id INT UNSIGNED, customer_id VARCHAR(40), order_day DATETIME,
  paid TIMESTAMP NULL, amount DECIMAL(65,10), rounded FLOAT, kind ENUM('web', 'shop'), more JSON);
INSERT INTO sales.lines (order_id, customer_id, order_day, paid, amount, rounded) VALUES
{rows};
CREATE VIEW sales.orders AS SELECT * FROM sales.lines;
CREATE USER looker@'127.0.0.1' IDENTIFIED BY 'p@ss/w:rd';
GRANT SELECT ON sales.orders TO looker@'127.0.0.1';
"""
ROWS = [
    ("1", "Ab1", "2025-01-31 23:30:00", "10.005"),
    ("1", "Ab1", "2025-01-31 23:30:00", "123456789012.3456"),
    # Another customer, by case alone; and one more by its accent.
    ("2", "aB1", "2025-03-01 00:15:00", "1234.567"),
    ("3", "René", "2026-01-31 12:00:00", "-3.10"),
    ("4", "Rene", "2026-01-30 12:00:00", "7"),
    ("5", "", "2026-02-01 12:00:00", "99.9"),
    ("6", "𝄞", "0000-00-00 00:00:00", "5"),
    ("7", "𝄞", "2026-02-02 12:00:00", "0.0001"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The URL of a user with SELECT on one view of another database, and nothing else."""
    server, tool = shutil.which("mariadbd"), shutil.which("mariadb")
    try:
        import MySQLdb  # noqa: F401
    except ImportError:
        server = None
    if server is None or tool is None:
        assert not os.environ.get("CRMF_REQUIRE_MYSQL"), "MariaDB or its driver is not installed"
        pytest.skip("no MariaDB server or no driver is installed (mariadb-server, mysqlclient)")
    folder = Path(tempfile.mkdtemp(prefix="crmf-my-"))
    folder.chmod(0o777)
    data, socket, port = folder / "data", folder / "socket", free_port()
    user = [] if os.geteuid() else ["--user=mysql"]
    started = None
    try:
        data.mkdir()
        if user:
            shutil.chown(data, "mysql")
        plain = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        with (folder / "log").open("w") as log:
            subprocess.run(
                ["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", *plain],
                check=True,
                stdout=log,
                stderr=log,
            )
            started = subprocess.Popen(
                [
                    *(server, "--no-defaults", *user, f"--datadir={data}", f"--socket={socket}"),
                    *(f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve"),
                    *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M"),
                ],
                stdout=log,
                stderr=log,
            )
        rows = ",\n".join(
            f"({o}, '{c}', '{d}', nullif('{d}', '0000-00-00 00:00:00'), {a}, {a})"
            for o, c, d, a in ROWS
        )
        command = [tool, "--no-defaults", f"--socket={socket}", "-uroot"]
        command.append("--default-character-set=utf8mb4")
        for _ in range(200):
            # A server that is not up yet has no socket.
            if socket.exists():
                break
            time.sleep(0.1)
        subprocess.run(command, input=DATABASE.format(rows=rows), text=True, check=True)
        yield f"mysql://looker:p%40ss%2Fw%3Ard@127.0.0.1:{port}/"
    finally:
        if started is not None:
            started.terminate()
            started.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def of_a_file(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("here") / "orders.csv"
    header = "order_id,customer_id,order_day,amount"
    path.write_text("\n".join([header, *(",".join(row) for row in ROWS)]), encoding="utf-8")
    with read(path, decimal=".", ids="as-written") as log:
        return figures(log.summary().to_dict())


def test_ids_that_differ_by_case_or_accent_are_customers_of_their_own(
    url: str, of_a_file: dict[str, object]
) -> None:
    with read(
        f"{url}sales", table="orders", date="order_day", amount="amount", ids="as-written"
    ) as log:
        summary = log.summary()
        assert figures(summary.to_dict()) == of_a_file
        # René has nothing but a return.
        buyers = {customer for _, customer, _, amount in ROWS if customer and float(amount) > 0}
        assert {one.customer for one in log.customers().page()} == buyers
    # The day of zeros is told, not taken for a day.
    assert summary.input.excluded["bad_date"] == 1
    assert any("8 rows were brought here" in str(note) for note in summary.notices)


def test_a_view_of_another_database_and_the_name_of_mariadb(url: str) -> None:
    with read(
        url.replace("mysql:", "mariadb:") + "sales",
        table="sales.orders",
        date="order_day",
        amount="amount",
    ) as log:
        # 10.005 + 123 456 789 012.3456 + 1 234.567 − 3.10 + 7 + 0.0001, to the last digit: neither
        # MySQL's floats nor Python's have so many. The rows of nobody and of no day are left out.
        assert log.totals()["revenue"] == 1234567902608177


def test_instants_have_the_day_of_the_server_or_of_a_zone_that_is_given(url: str) -> None:
    # Written by a clock two hours ahead of UTC: 23:30 of 31 January is 21:30 in UTC.
    found = {}
    for zone in (None, "UTC", "Asia/Tokyo"):
        with read(
            f"{url}sales", table="orders", date="paid", amount="amount", time_zone=zone
        ) as log:
            days = sorted(one["day"] for one in log.records(log.orders()) if one["day"] is not None)
            found[zone] = [str(from_number(day)) for day in days[:2]]
    assert found == {
        None: ["2025-01-31", "2025-03-01"],
        "UTC": ["2025-01-31", "2025-02-28"],
        "Asia/Tokyo": ["2025-02-01", "2025-03-01"],
    }


def test_numbers_of_32_bits_come_as_they_are_stored(url: str) -> None:
    with read(f"{url}sales", table="orders", date="order_day", amount="rounded") as log:
        # The nearest of 32 bits to 1 234.567 is 1 234.5670166…; MySQL would show 1 234.57.
        found = [one["amount"] for one in log.records(log.orders())]
    assert 12_345_670 in found


def test_the_server_is_not_asked_to_count(url: str) -> None:
    with pytest.raises(InputError, match="differ in upper case or accents only"):
        read(f"{url}sales", table="orders", where_to_count="source")


@pytest.mark.parametrize(
    ("part", "other", "says"),
    [
        ("looker:", "nobody:", "refuses this user or password"),
        ("sales$", "mysql", "may not read it"),
        (r":\d+/", ":1/", "no server answers there"),
    ],
)
def test_what_goes_wrong_is_a_line(url: str, part: str, other: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        read(re.sub(part, other, f"{url}sales"), table="orders")
    assert "\n" not in str(refused.value)
    assert "p%40ss" not in str(refused.value)
