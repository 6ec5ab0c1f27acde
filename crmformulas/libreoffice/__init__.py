"""The formulas in LibreOffice Calc: an extension that :mod:`.bundle` makes of the catalogue.

The extension runs on the Python that LibreOffice uses, which has no NumPy on Windows and macOS. It
ships the modules of the formulas as they are; their imports of NumPy and pandas become
:mod:`.arrays` and :mod:`.frames`, which know as much of both as the formulas ask for. Order ranges
are counted by :mod:`crmformulas.orders.counting.range_log`, since there is no engine either. Which
modules these are, and what they may use, says :mod:`crmformulas.spreadsheet.portable`.

What a document stores of a call is the name of the service and of the method: ``CRM.CLV``. Both,
and the arguments of each method, are frozen in ``signatures.txt``.
"""
