"""Ask the Python that the extension ships, as LibreOffice does: JSON in, JSON out.

    python -I -S ask.py EXTENSION_UNZIPPED

It is run by any Python from 3.11 on, alone with its standard library. A call is
``[name, *arguments]``; rows are lists, an argument that is left out is null. An error value comes
back as ``{"error": its number}``.
"""

import json
import struct
import sys
import time


def given(value):
    return tuple(tuple(row) for row in value) if isinstance(value, list) else value


def told(value):
    if isinstance(value, tuple):
        return [[told(cell) for cell in row] for row in value]
    assert type(value) in (float, str), type(value)
    if value == value:
        return value
    return {"error": struct.unpack("<Q", struct.pack("<d", value))[0] & 0xFFFFFFFF}


def main():
    sys.path.insert(0, sys.argv[1] + "/pythonpath")
    from crmformulas_calc.libreoffice.calls import answering, formulas
    from crmformulas_calc.libreoffice.typelib import ROWS, method_of

    methods = {
        formula.spreadsheet_name: answering(formula, method_of(formula).result == ROWS)
        for formula in formulas()
    }
    answers = []
    started = time.perf_counter()
    for name, *args in json.load(sys.stdin):
        answers.append(told(methods[name](*map(given, args))))
    print(
        json.dumps(
            {
                "answers": answers,
                "modules": sorted(sys.modules),
                "seconds": time.perf_counter() - started,
            }
        )
    )


if __name__ == "__main__":
    main()
