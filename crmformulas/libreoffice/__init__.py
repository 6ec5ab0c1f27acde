"""The formulas in LibreOffice Calc: an extension that :mod:`.bundle` makes of the catalogue.

The extension runs on the Python that LibreOffice brings along, which is old and has no NumPy. It
holds the modules of the formulas themselves, written down for that Python, over :mod:`.arrays` and
:mod:`.frames`, which know as much of NumPy and pandas as the formulas ask for. Order ranges are
counted by :mod:`.rangelog`, since there is no engine either.

What a document stores of a call is the name of the service and of the method: ``CRM.CLV``. Both,
and the arguments of each method, are frozen in ``signatures.txt``.
"""
