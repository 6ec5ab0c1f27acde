"""Call spreadsheet functions through xlwings, in a process of its own for each runtime.

    python -m tests.excel.calls com|server < calls.json > answers.json

Calls and answers are those of a sheet: an argument is a value or a list of rows, in which null is
an empty cell and ``"#REF!"`` an error; ``"missing"`` stands for one that is left out. A date is
``{"date": "2026-10-31"}``. The metadata that Excel is given is written beside the answers.
"""

from __future__ import annotations

import asyncio
import datetime
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
MODULE = "crmformulas.excel.udfs"
SERVER = {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"}
"""What makes xlwings' server run, for tests."""
MISSING = "missing"


def ask(runtime: str, calls: list[Any], **environment: str) -> dict[str, Any]:
    """The ``answers`` to calls of ``[name, *arguments]``, and the ``functions`` as Excel sees."""
    settings = {k: v for k, v in os.environ.items() if not k.startswith("XLWINGS_")} | environment
    done = subprocess.run(
        [sys.executable, "-m", "tests.excel.calls", runtime],
        input=json.dumps(calls),
        cwd=ROOT,
        env=settings | (SERVER if runtime == "server" else {}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Workbook:
    """As much of a workbook as the import of functions looks at."""

    Name = "Book1.xlsm"


def com(calls: list[Any]) -> dict[str, Any]:
    from tests.excel import com_stub

    udfs = com_stub.install()
    from xlwings import com_server

    import crmformulas.excel.udfs as module

    def cell(value: Any) -> Any:
        if isinstance(value, dict):
            return datetime.datetime.fromisoformat(value["date"])
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return com_stub.ERRORS.get(value, value) if isinstance(value, str) else value

    def argument(value: Any) -> Any:
        if value == MISSING:
            return com_stub.MISSING
        if isinstance(value, list):
            return tuple(tuple(map(cell, row)) for row in value)
        return cell(value)

    vba = io.StringIO()
    udfs.generate_vba_wrapper(MODULE, module, vba, Workbook())
    server = com_server.XLPython()
    answers = []
    for name, *args in calls:
        answers.append(server.CallUDF(MODULE, name, tuple(map(argument, args))))
    functions = {}
    for name in vars(module)["__all__"]:
        told = vars(module)[name].__xlfunc__
        functions[name] = {
            "name": told["name"],
            "category": told["category"],
            "doc": told["ret"]["doc"],
            "arguments": [[a["name"], a["doc"], "optional" in a] for a in told["args"]],
        }
    return {"answers": answers, "functions": functions, "vba": vba.getvalue()}


def server(calls: list[Any]) -> dict[str, Any]:
    import crmformulas.excel.udfs as module

    return asyncio.run(served(calls, module))


async def served(calls: list[Any], module: Any) -> dict[str, Any]:
    """The answers of a module's functions through the code of xlwings Lite and Server."""
    import xlwings
    from xlwings.server import custom_functions_call, custom_functions_meta

    def cell(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("#"):
            return {"type": "Error", "basicValue": value, "basicType": "Error"}
        if isinstance(value, dict):
            # A date is but a number here.
            day = datetime.date.fromisoformat(value["date"])
            return (day - datetime.date(1899, 12, 30)).days
        return "" if value is None else value

    def argument(value: Any) -> Any:
        if value == MISSING:
            return None
        rows = value if isinstance(value, list) else [[value]]
        return [list(map(cell, row)) for row in rows]

    async def call(name: str, args: list[Any]) -> Any:
        data = {
            "func_name": name,
            "args": [argument(a) for a in args],
            "version": xlwings.__version__,
            "client": "Office.js",
            "runtime": "1.4",
            "caller_address": "Sheet1!A1",
        }
        return await custom_functions_call(data, module)

    return {
        "answers": [await call(name, args) for name, *args in calls],
        "functions": custom_functions_meta(module),
    }


if __name__ == "__main__":
    run = {"com": com, "server": server}[sys.argv[1]]
    # As in an answer over HTTP, infinity and NaN are refused.
    print(json.dumps(run(json.load(sys.stdin)), allow_nan=False))
