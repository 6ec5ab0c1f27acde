"""Stand-ins for pywin32, so that xlwings' own COM code runs anywhere.

Only the border to Windows is faked: modules whose every name is an inert class, and a C library
that answers 0. What xlwings does between that border and a Python function (udfs.py,
_xlwindows.py, com_server.py) is its own code. Real COM marshalling is not exercised.
"""

from __future__ import annotations

import ctypes
import sys
import types
from typing import Any

MISSING = -2147352572
"""How COM hands over an argument that is left out."""
ERRORS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
"""How COM hands over a cell with an error."""


class ComError(Exception):
    pass


class Inert(types.ModuleType):
    """A module in which every unknown name is a class that can be a base, a value or a call."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__init__": lambda self, *args, **kwargs: None})


class Library:
    """A C library in which every function, also of a function, answers 0."""

    def __getattr__(self, name: str) -> Library:
        return self

    def __call__(self, *args: Any) -> int:
        return 0


def same(value: Any, *args: Any, **kwargs: Any) -> Any:
    return value


def module(name: str, **names: Any) -> types.ModuleType:
    made = Inert(name)
    vars(made).update(names)
    sys.modules[name] = made
    return made


def install() -> types.ModuleType:
    """Put the stand-ins in place and return xlwings.udfs; the process is then for COM alone."""
    module("pywintypes", com_error=ComError, TimeType=type("TimeType", (), {}), IID=same)
    module(
        "pythoncom",
        __file__=None,
        TypeIIDs={None: type("PyIDispatch", (), {})},
        IID_IDispatch=None,
        CoInitialize=lambda: None,
        com_error=ComError,
    )
    for name in ("api", "con", "gui", "process", "event", "timezone"):
        module(f"win32{name}")
    client = module("win32com.client", Dispatch=same)
    parts = {
        "util": module("win32com.server.util", wrap=same, unwrap=same),
        "policy": module("win32com.server.policy"),
        "dispatcher": module("win32com.server.dispatcher"),
    }
    server = module("win32com.server", __path__=[], **parts)
    module("win32com", __path__=[], client=client, server=server)
    real = ctypes.PyDLL
    vars(ctypes)["PyDLL"] = lambda name=None, *args, **kwargs: (
        Library() if name is None else real(name, *args, **kwargs)
    )
    for name in ("windll", "oledll"):
        vars(ctypes).setdefault(name, Library())

    import xlwings
    from xlwings import _xlwindows
    from xlwings.main import Engine, engines

    engines.add(Engine(impl=_xlwindows.engine))
    from xlwings import udfs

    # What xlwings itself binds on Windows.
    vars(xlwings).update(func=udfs.xlfunc, arg=udfs.xlarg, ret=udfs.xlret)
    return udfs
