"""The service that LibreOffice asks for the answers: a method for each formula.

LibreOffice loads a file of two lines, which calls :func:`register`. Only there is there a ``uno``
to import.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmformulas.catalog.formula import Formula
from crmformulas.libreoffice.calls import answering, formulas
from crmformulas.libreoffice.typelib import IMPLEMENTATION, INTERFACE, ROWS, SERVICE, method_of

__all__ = ["register"]


def register() -> Any:
    """Register the service as LibreOffice looks for it in a component."""
    import uno
    import unohelper

    bases = unohelper.Base, uno.getClass(INTERFACE), uno.getClass("com.sun.star.lang.XServiceInfo")
    methods = {
        "__init__": lambda self, context: None,
        "getImplementationName": lambda self: IMPLEMENTATION,
        "supportsService": lambda self, name: name == SERVICE,
        "getSupportedServiceNames": lambda self: (SERVICE,),
        **{formula.spreadsheet_name: _method(formula) for formula in formulas()},
    }
    helper = unohelper.ImplementationHelper()
    helper.addImplementation(type("Service", bases, methods), IMPLEMENTATION, (SERVICE,))
    return helper


def _method(formula: Formula) -> Callable[..., Any]:
    answer = answering(formula, method_of(formula).result == ROWS)
    return lambda self, *args: answer(*args)
