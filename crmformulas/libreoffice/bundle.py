"""Make the extension: ``crmformulas.oxt`` from the catalogue and the modules of the formulas.

An extension is a zip file with a manifest. In this one are the type library (what can be called),
the configuration (what the functions and their arguments are called, with their help), and the
Python: the component, and the modules that it needs as a package of their own, written down for
Python 3.8, which LibreOffice 7.4 brings along. The package has a name of its own, too, so that it
never meets a crmformulas that happens to be installed in the same Python.

The same catalogue always gives the same bytes.
"""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from crmformulas import __version__
from crmformulas.catalog.formula import CATEGORIES, Formula, load, module_of
from crmformulas.libreoffice.typelib import SERVICE, Method, method_of, type_library
from crmformulas.spreadsheet.cell_text import help_text
from crmformulas.translations import LANGS, Translated, translate

__all__ = ["PACKAGE", "bundle", "for_old_python", "modules"]

PACKAGE = "crmformulas_calc"
IDENTIFIER = "crmformulas.calc"
NAME = Translated("crmformulas: customer-value functions", "crmformulas: funktioner för kundvärde")
OLDEST = "7.4"
"""The oldest LibreOffice that the extension is for."""

ROOT = Path(__file__).parents[1]
COMPONENT = "crmformulas.libreoffice.component"
LOADED = f"""\
from {PACKAGE}.libreoffice.component import register

g_ImplementationHelper = register()
"""

STAND_INS = {"crmformulas.orders.counting.range_log": "crmformulas.libreoffice.range_log"}
"""Modules in whose place another one is shipped."""

ASKED = tuple(f"crmformulas.libreoffice.{name}" for name in ("arrays", "frames", "older"))
"""Modules that are asked for by the name of another."""

REWRITTEN = (
    # No NumPy, no pandas.
    (r"\bimport numpy as np\b", f"from {PACKAGE}.libreoffice import arrays as np"),
    (r"\bimport pandas as pd\b", f"from {PACKAGE}.libreoffice import frames as pd"),
    (r"\bcrmformulas(?=\.(?!calc\b)| import\b)", PACKAGE),
    # 3.11: all of ISO 8601.
    (
        r"\bfrom datetime import date, datetime\b",
        f"from datetime import date\n\nfrom {PACKAGE}.libreoffice.older import datetime",
    ),
    # 3.10: strict zip, dataclasses with slots or keywords alone, types for type checkers.
    (r",\s*strict=(?:True|False)", ""),
    (r"@dataclass\(frozen=True(?:, (?:slots|kw_only)=True)+\)", "@dataclass(frozen=True)"),
    (r"\b(?:ParamSpec|TypeAlias), |, (?:ParamSpec|TypeAlias)\b", ""),
    (r"\bParamSpec\(", "TypeVar("),
    (r"(?m)^(\w+): TypeAlias = (?!Literal).*$", r"\1 = object"),
    (r": TypeAlias = ", " = "),
    # 3.9: a cache without bounds, dicts joined by |=, types with brackets outside annotations.
    (r"\bfrom functools import cache\b", "from functools import lru_cache as cache"),
    (r"(?m)^( +\S+) \|= (\{.*\})$", r"\1.update(\2)"),
    (r"\b(list|dict|set)\[[^\[\]]*\]\(\)", r"\1()"),
)
"""What is written differently for an old Python, as patterns and what takes their place."""


def for_old_python(source: str) -> str:
    """A module of this package as the extension ships it."""
    for pattern, other in REWRITTEN:
        source = re.sub(pattern, other, source)
    return source


def bundle() -> bytes:
    """The whole extension."""
    made = io.BytesIO()
    # Stored, not compressed: bytes that no version of zlib changes.
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(_files().items()):
            entry = zipfile.ZipInfo(name)  # dated 1980-01-01
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def modules() -> dict[str, str]:
    """The modules that the component needs, and those that it needs them for: their sources.

    A source is shipped under the name that it is asked for, in the words of an old Python.
    """
    found: dict[str, str] = {}
    left = [COMPONENT, *ASKED, *map(module_of, CATEGORIES)]
    while left:
        name = left.pop()
        if name not in found:
            path = _path(STAND_INS.get(name, name))
            found[name] = path.read_text(encoding="utf-8")
            left += _imports(ast.parse(found[name]))
    return {name: for_old_python(source) for name, source in sorted(found.items())}


def _path(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")[1:]).with_suffix(".py")


def _imports(tree: ast.AST) -> Iterator[str]:
    """The modules of this package that a module imports when it runs, at once or later."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crmformulas"):
            assert node.module
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in inside if _path(name).exists()]
            # What is imported from a package itself is a module, or not needed: see _files().
            yield from modules or [node.module] * _path(node.module).exists()
        yield from _imports(node)


def _files() -> dict[str, bytes | str]:
    formulas = list(load().values())
    sources = modules()
    files: dict[str, bytes | str] = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        **{f"description/{lang}.txt": translate(_about(formulas), lang) for lang in LANGS},
        "CalcAddIns.xcu": _configuration(formulas),
        "crmformulas.rdb": type_library(map(method_of, formulas)),
        "component.py": LOADED,
    }
    # The packages are there for their modules alone.
    packages = {name.rpartition(".")[0] for name in sources}
    for name, source in {**dict.fromkeys(packages, '"""Of crmformulas."""\n'), **sources}.items():
        place = "/".join([PACKAGE, *name.split(".")[1:]])
        files[f"pythonpath/{place}{'/__init__' * (name in packages)}.py"] = source
    return files


# ---------------------------------------------------------------------------------- what it says


def _manifest() -> str:
    kinds = {
        "crmformulas.rdb": "uno-typelibrary;type=RDB",
        "component.py": "uno-component;type=Python",
        "CalcAddIns.xcu": "configuration-data",
    }
    entries = (
        f'  <manifest:file-entry manifest:full-path="{name}"'
        f' manifest:media-type="application/vnd.sun.star.{kind}"/>'
        for name, kind in kinds.items()
    )
    namespace = "http://openoffice.org/2001/manifest"
    return _xml(f'<manifest:manifest xmlns:manifest="{namespace}">', entries, "manifest:manifest")


def _description() -> str:
    extensions = "http://openoffice.org/extensions/description/2006"
    lines = (
        f"  <identifier value={quoteattr(IDENTIFIER)}/>",
        f"  <version value={quoteattr(__version__)}/>",
        "  <display-name>",
        *(f'    <name lang="{lang}">{translate(NAME, lang)}</name>' for lang in LANGS),
        "  </display-name>",
        "  <extension-description>",
        *(f'    <src xlink:href="description/{lang}.txt" lang="{lang}"/>' for lang in LANGS),
        "  </extension-description>",
        "  <dependencies>",
        f'    <lo:LibreOffice-minimal-version value="{OLDEST}" d:name="LibreOffice {OLDEST}"/>',
        "  </dependencies>",
    )
    return _xml(
        f'<description xmlns="{extensions}" xmlns:d="{extensions}"'
        ' xmlns:lo="http://libreoffice.org/extensions/description/2011"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">',
        lines,
        "description",
    )


def _about(formulas: list[Formula]) -> Translated:
    names = ", ".join(formula.spreadsheet_name for formula in formulas)
    return Translated(
        "Customer lifetime value, retention, value tiers, the F-ladder, budgets and key figures as "
        f"functions of Calc: =CLV(5;500;2.5). All of them: {names}.\n",
        "Livstidsintäkt, retention, värdenivåer, F-trappan, budget och nyckeltal som "
        f"funktioner i Calc: =CLV(5;500;2,5). Alla funktioner: {names}.\n",
    )


def _configuration(formulas: list[Formula]) -> str:
    """What the function wizard and the formula bar say of the functions.

    Calc knows no category but its own yet and lists the functions under Add-in; the configuration
    names theirs, for a Calc that reads it, and each description begins with it.
    """
    lines = [
        '<node oor:name="AddInInfo">',
        f'<node oor:name="{SERVICE}" oor:op="replace">',
        '<node oor:name="AddInFunctions">',
        *(line for formula in formulas for line in _told(formula)),
        *["</node>"] * 3,
    ]
    return _xml(
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' oor:name="CalcAddIns" oor:package="org.openoffice.Office">',
        lines,
        "oor:component-data",
    )


def _told(formula: Formula) -> Iterator[str]:
    method: Method = method_of(formula)
    yield f'<node oor:name="{method.name}" oor:op="replace">'
    yield _property("DisplayName", formula.spreadsheet_name)
    yield _property("Description", f"{SERVICE}: {_line(formula.summary)}")
    yield f'<prop oor:name="Category"><value>{SERVICE}</value></prop>'
    yield _property("CategoryDisplayName", SERVICE)
    yield _property("CompatibilityName", f"{SERVICE}.{formula.spreadsheet_name}")
    yield '<node oor:name="Parameters">'
    for name, parameter in zip(method.arguments, formula.parameters, strict=True):
        # Calc marks every argument as optional, as each could be anything to it.
        needed = "Optional. " if parameter.optional else "Required. "
        yield f'<node oor:name="{name}" oor:op="replace">'
        yield _property("DisplayName", parameter.name)
        yield _property("Description", needed + _line(help_text(formula, parameter)))
        yield "</node>"
    yield "</node>"
    yield "</node>"


def _property(name: str, text: str) -> str:
    # Names are looked up in English, and this is the English that other languages fall back on.
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def _line(text: str) -> str:
    return " ".join(text.replace("``", "").split())


def _xml(opening: str, lines: Iterable[str], name: str) -> str:
    inside = "".join(f"{line}\n" for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}\n{inside}</{name}>\n'
