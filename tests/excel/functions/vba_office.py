"""Run the module of functions in LibreOffice, which opens the workbook and executes its VBA.

    python3 vba_office.py SOFFICE PROFILE WORKBOOK < {"modules": {name: source}, "macros": [name]}

It is run by the Python that has ``uno``. The modules take the place of those that are there, so
that what calls Python can be one that doesn't. Printed are what the macros answer, and what the
cells of the first sheet show.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

ALWAYS = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
LIBRARY = "VBAProject"


def server() -> Any:
    place = Path(__file__).parents[1] / "uno_server.py"
    spec = importlib.util.spec_from_file_location("uno_server", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(soffice: str, profile: str, workbook: str) -> None:
    asked = json.load(sys.stdin)
    office = server().Office(soffice, profile)
    try:
        document = office.desktop.loadComponentFromURL(
            Path(workbook).as_uri(),
            "_blank",
            0,
            (office.property("Hidden", True), office.property("MacroExecutionMode", ALWAYS)),
        )
        document.BasicLibraries.loadLibrary(LIBRARY)
        library = document.BasicLibraries.getByName(LIBRARY)
        read = {name: library.getByName(name) for name in library.ElementNames}
        for name, source in asked["modules"].items():
            if name in read:
                library.removeByName(name)
            if source:
                library.insertByName(name, source)
        scripts = document.getScriptProvider()
        answers = {}
        for name in asked["macros"]:
            address = f"vnd.sun.star.script:{LIBRARY}.{name}?language=Basic&location=document"
            answers[name] = scripts.getScript(address).invoke((), (), ())[0]
        document.calculateAll()
        area = document.Sheets.getByIndex(0).getCellRangeByName("A1:E9")
        cells = [[area.getCellByPosition(i, j).getString() for i in range(5)] for j in range(9)]
        print(json.dumps({"read": read, "answers": answers, "cells": cells}))
    finally:
        office.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
