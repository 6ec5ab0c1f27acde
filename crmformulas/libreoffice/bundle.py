"""Make the extension: ``crmformulas.oxt`` from the catalogue and the modules of the formulas.

An extension is a zip file with a manifest. In this one are the type library (what can be called),
the configuration (what the functions and their arguments are called, with their help), and the
Python: the component, and the modules of :data:`crmformulas.spreadsheet.portable.CALC` as a package
of their own. The package has a name of its own, too, so that it never meets a crmformulas that
happens to be installed in the same Python: LibreOffice's own one, or that of the system on Linux.

The same catalogue always gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from crmformulas import __version__
from crmformulas.catalog.formula import Formula, load
from crmformulas.libreoffice.typelib import SERVICE, Method, method_of, type_library
from crmformulas.spreadsheet.cell_text import help_text
from crmformulas.spreadsheet.portable import CALC, source_of
from crmformulas.translations import LANGS, Translated, translate

__all__ = ["PACKAGE", "PYTHON", "bundle", "modules"]

PACKAGE = "crmformulas_calc"
IDENTIFIER = "crmformulas.calc"
NAME = Translated("crmformulas: customer-value functions", "crmformulas: funktioner för kundvärde")
OLDEST = "7.4"
"""The oldest LibreOffice that takes the extension, where its Python is new enough."""
PYTHON = (3, 11)
"""The oldest Python. LibreOffice brings along 3.12 from 26.2 on; Linux distributions use theirs."""

TOO_OLD = (
    "crmformulas needs Python {}.{} or later, which LibreOffice 26.2 and later bring along; "
    "this one has {}.{}"
)
LOADED = f"""\
import sys

if sys.version_info < {PYTHON}:
    raise ImportError("{TOO_OLD}".format(*{PYTHON}, *sys.version_info[:2]))

from {PACKAGE}.libreoffice.component import register

g_ImplementationHelper = register()
"""

IMPORTS = (
    (r"(?m)^( *)import numpy as np$", rf"\1from {PACKAGE}.libreoffice import arrays as np"),
    (r"(?m)^( *)import pandas as pd$", rf"\1from {PACKAGE}.libreoffice import frames as pd"),
    (r"(?m)^( *)from crmformulas(?=[. ])", rf"\1from {PACKAGE}"),
)
"""The lines that the extension writes differently: imports, and nothing else."""


def bundle() -> bytes:
    """The whole extension."""
    archive_bytes = io.BytesIO()
    # Stored, not compressed: bytes that no version of zlib changes.
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(_files().items()):
            entry = zipfile.ZipInfo(name)  # dated 1980-01-01
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return archive_bytes.getvalue()


def modules() -> dict[str, str]:
    """The modules that the extension ships, by name, with their imports as they are there."""
    return {name: _renamed(source_of(name).read_text(encoding="utf-8")) for name in CALC}


def _renamed(source: str) -> str:
    for line, instead in IMPORTS:
        source = re.sub(line, instead, source)
    return source


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
    """The configuration of what the function wizard and the formula bar say of the functions.

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
