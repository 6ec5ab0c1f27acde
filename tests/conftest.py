"""Servers that tests ask for, started where they are installed."""

from __future__ import annotations

import atexit
import gc
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

collect_ignore = ["catalog/typed_use.py"]
"""A script for the type checker, never run."""

# What is compiled for one test is there for the next, and not in the folder of who runs them.
if "CRMF_CACHE" not in os.environ:
    os.environ["CRMF_CACHE"] = tempfile.mkdtemp(prefix="crmf-cache-")
    atexit.register(shutil.rmtree, os.environ["CRMF_CACHE"], ignore_errors=True)

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Some 300 000 objects of modules and engines stay to the end: looking through them for garbage as
# often as Python does took a fifth of the time of many tests.
gc.set_threshold(50_000, 20, 50)


DEAREST = (
    "orders/reading/test_spark.py",
    "excel/report/test_report.py",
    "tui/test_segments.py",
    "cli/test_workbooks.py",
    "orders/reading/test_reading.py",
    "excel/templates/test_templates.py",
    "tui/test_export.py",
    "tui/test_web.py",
    "tui/test_every_screen.py",
    "orders/counting/test_queries.py",
    "docs/test_generated.py",
    "excel/test_udfs.py",
    "excel/functions/test_lite.py",
    "libreoffice/test_answers.py",
    "orders/counting/test_customer_list.py",
    "orders/reading/test_wide_files.py",
    "tui/test_formula_bar.py",
    "tui/test_asked_screens.py",
    "tui/test_ten_tasks.py",
    "tui/test_snapshots.py",
    "tui/test_formulas.py",
    "tui/test_budget.py",
    "tui/test_kept.py",
    "tui/test_compare.py",
    "orders/analysis/separation/test_real_files.py",
    "excel/report/test_separated.py",
    "catalog/test_typed_api.py",
)
"""Files whose tests take longest, the longest first."""

TESTS = Path(__file__).parent
assert all((TESTS / name).is_file() for name in DEAREST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: begun last it would leave the other workers without any."""
    ranks = {TESTS / name: rank for rank, name in enumerate(DEAREST)}
    # Examples in docstrings are shortest, and fill the gaps at the end.
    last = len(DEAREST) + 1
    items.sort(key=lambda item: ranks.get(item.path, last - (TESTS in item.path.parents)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A Postgres of the tests' own, whose text does not order by code point.

    Skipped where there is no server; the continuous integration installs one.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("no Postgres server is installed (Debian: apt-get install postgresql)")
    # The server refuses to run as root; its package brings a user of its own.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    as_user = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="crmf-pg-"))
    folder.chmod(0o777)
    data, port = folder / "data", free_port()

    def server(tool: str, *args: str) -> None:
        command = [*as_user, str(Path(initdb).with_name(tool)), *args]
        # To a file, as the server would keep a pipe open.
        with (folder / "log").open("a") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, cwd=folder)

    try:
        server("initdb", "-D", str(data), "-E", "UTF8", "--locale=C", "-A", "trust", "-U", user)
        options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
        server("pg_ctl", "-D", str(data), "-w", "-o", options, "start")
        address = ("-h", "127.0.0.1", "-p", str(port), "-U", user)
        icu = ("-T", "template0", "--locale-provider=icu", "--icu-locale=en-US")
        server("createdb", *address, *icu, "shop")
        yield f"postgres://{user}@127.0.0.1:{port}/shop"
    finally:
        if data.exists():
            server("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
