"""Time of the functions of the LibreOffice extension, in a LibreOffice of this computer.

    python -m benchmarks.calc_addin

times 10 000 cells with ``=CLV(A1;500;2.5)``, in turns with 10 000 that ask an extension of the same
make for a function which returns its first argument: the rest is LibreOffice's way to Python. And
it times a table of 50 000 orders, by the Python that the extension ships alone. ``rows()`` is for
benchmarks/README.md.
"""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CELLS = 10_000
RUNS = 7
SECONDS_AIM = 1.0
RATIO_AIM = 1.3
TABLE = "PORTFOLIO"
TABLE_AIM = 5.0
ECHO = "benchmarks.XEcho"

COMPONENT = f"""
import uno, unohelper

Echo = type("Echo", (unohelper.Base, uno.getClass("{ECHO}")), {{
    "__init__": lambda self, context: None,
    "FIRST": lambda self, *args: ((args[0],),),
}})
g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Echo, "benchmarks.Echo", ("ECHO",))
"""


def echo() -> bytes:
    """The extension with a function that returns its first argument, from the parts of ours."""
    from crmformulas.libreoffice.bundle import bundle
    from crmformulas.libreoffice.typelib import ROWS, Method, type_library

    method = Method("FIRST", ROWS, ("a", "b", "c", "d"))
    ours = zipfile.ZipFile(io.BytesIO(bundle()))
    settings = ours.read("CalcAddIns.xcu").decode()
    head, tail = settings[: settings.index('<node oor:name="CRM"')], "</node>" * 6
    service, function = (f'<node oor:name="{n}" oor:op="replace">' for n in ("ECHO", "FIRST"))
    middle = f'{service}<node oor:name="AddInFunctions">{function}<node oor:name="Parameters">'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("META-INF/manifest.xml", ours.read("META-INF/manifest.xml"))
        about = ours.read("description.xml").decode().replace("crmformulas.calc", "benchmarks.echo")
        archive.writestr("description.xml", about)
        for lang in ("en", "sv"):
            archive.writestr(f"description/{lang}.txt", "An echo.")
        archive.writestr("crmformulas.rdb", type_library([method], ECHO))
        archive.writestr("component.py", COMPONENT)
        archive.writestr("CalcAddIns.xcu", f"{head}{middle}{tail[:-7]}</oor:component-data>")
    return made.getvalue()


def in_libreoffice(profile: str, *extensions: str) -> None:
    """Print the seconds of both functions in every run; the Python that has ``uno`` runs it."""
    spec = importlib.util.spec_from_file_location("server", ROOT / "tests/excel/uno_server.py")
    assert spec is not None
    assert spec.loader is not None
    server = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(server)
    office = server.Office(shutil.which("soffice"), profile)
    try:
        for extension in extensions:
            office.install(extension)
    finally:
        office.end()
    # Until LibreOffice is started again, an extension runs in a process beside it.
    office = server.Office(shutil.which("soffice"), profile)
    try:
        document = office.load("private:factory/scalc")
        sheet = document.Sheets.getByIndex(0)
        numbers = sheet.getCellRangeByName(f"A1:A{CELLS}")
        numbers.setDataArray(tuple((float(i),) for i in range(CELLS)))
        cells = sheet.getCellRangeByName(f"B1:B{CELLS}")
        found: dict[str, list[float]] = {"CRM.CLV": [], "ECHO.FIRST": []}
        for _ in range(RUNS):
            for name, seconds in found.items():
                calls = (f"={name}(A{i};500;2.5)" for i in range(1, CELLS + 1))
                cells.setFormulaArray(tuple((call,) for call in calls))
                start = time.perf_counter()
                document.calculateAll()
                seconds.append(time.perf_counter() - start)
                factor = 1250 if name == "CRM.CLV" else 1
                last = sheet.getCellByPosition(1, CELLS - 1).getValue()
                assert last == (CELLS - 1) * factor, (name, last)
        document.close(True)
        print(json.dumps(found))
    finally:
        office.end()


def calls() -> dict[str, float]:
    """The least seconds of 10 000 cells with each function, by its name."""
    from crmformulas.libreoffice.bundle import bundle
    from tests.excel.recalculate import environment, missing, python_with_uno

    if (lack := missing()) is not None:
        raise SystemExit(lack)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "crmformulas.oxt").write_bytes(bundle())
        (folder / "echo.oxt").write_bytes(echo())
        paths = [str(folder / n) for n in ("profile", "crmformulas.oxt", "echo.oxt")]
        done = subprocess.run(
            [str(python_with_uno()), __file__, *paths],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=environment(folder),
            check=True,
        )
    found: dict[str, list[float]] = json.loads(done.stdout)
    return {name: min(seconds) for name, seconds in found.items()}


def table() -> float:
    """The seconds of a table of 50 000 orders."""
    from benchmarks.sheets import orders
    from crmformulas.libreoffice.bundle import bundle

    customers, days, amounts = orders(text=False)
    serials = [[float((date(*d["date"]) - date(1899, 12, 30)).days)] for (d,) in days]
    asked: list[Any] = [[TABLE, customers, serials, amounts, None]]
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(bundle())).extractall(folder)
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(ROOT / "tests/libreoffice/ask.py"), folder],
            input=json.dumps(asked),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        )
    seconds: float = json.loads(done.stdout)["seconds"]
    return seconds


def measured() -> list[str]:
    """The rows, measured in this process."""
    took = calls()
    ratio = took["CRM.CLV"] / took["ECHO.FIRST"]
    return [
        "| `=CLV(A1;500;2.5)` in 10 000 cells of LibreOffice | a Python function that returns its "
        f"input | {ratio:.2f} × its time | ≤ {RATIO_AIM} × | |",
        f"| the same | – | {took['CRM.CLV']:.2f} s | ≤ {SECONDS_AIM:.0f} s | |",
        f"| `{TABLE}` in LibreOffice's Python, 50 000 orders | – | {table():.2f} s "
        f"| ≤ {TABLE_AIM:.0f} s | |",
    ]


def rows() -> list[str]:
    """The rows of the table in benchmarks/README.md."""
    command = [sys.executable, "-m", "benchmarks.calc_addin"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout.splitlines()


if __name__ == "__main__":
    if sys.argv[1:]:
        in_libreoffice(*sys.argv[1:])
    else:
        print("\n".join(measured()))
