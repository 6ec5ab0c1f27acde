"""The extension as a file: always the same, complete, and in the Python of LibreOffice."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import vermin
from click.testing import CliRunner

from crmformulas import __version__
from crmformulas.catalog.formula import load
from crmformulas.cli.libreoffice import calc_addin
from crmformulas.errors import InputError
from crmformulas.libreoffice import signatures, typelib
from crmformulas.libreoffice.bundle import PACKAGE, PYTHON, bundle, modules
from crmformulas.libreoffice.typelib import INTERFACE, ROWS, VALUE, method_of
from crmformulas.spreadsheet.cell_text import help_text
from crmformulas.spreadsheet.portable import source_of
from crmformulas.translations import LANGS

FORMULAS = list(load().values())
MANIFEST = "{http://openoffice.org/2001/manifest}"
REGISTRY = "{http://openoffice.org/2001/registry}"
DESCRIPTION = "{http://openoffice.org/extensions/description/2006}"


def test_it_is_always_the_same() -> None:
    made = "import sys; from crmformulas.libreoffice.bundle import bundle; sys.stdout.buffer.write("
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", f"{made}bundle())"],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
            capture_output=True,
            check=True,
        )
        assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(bundle()).digest()


# ----------------------------------------------------------------------------- the frozen interface


def test_a_signature_that_documents_rely_on_never_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = tmp_path / "signatures.txt"
    monkeypatch.setattr(signatures, "FROZEN", frozen)
    monkeypatch.setattr(sys, "argv", ["signatures"])
    frozen.write_text("any CLV([in] any orderValue);\n", encoding="utf-8")
    assert signatures.main() == 1
    assert frozen.read_text(encoding="utf-8") == "any CLV([in] any orderValue);\n"
    frozen.write_text("", encoding="utf-8")
    assert signatures.main() == 0
    wanted = typelib.signatures(map(method_of, FORMULAS))
    assert frozen.read_text(encoding="utf-8") == wanted


def test_the_type_library_says_the_same(unzipped: Path) -> None:
    """Read back by the specification of the format (readme of LibreOffice's unoidl)."""
    read = list(read_interface((unzipped / "crmformulas.rdb").read_bytes()))
    assert read == [
        (method.name, method.result, [(0, name, VALUE) for name in method.arguments])
        for method in map(method_of, FORMULAS)
    ]
    assert {result for _, result, _ in read} == {VALUE, ROWS}


def read_interface(data: bytes) -> Iterator[tuple[str, str, list[tuple[int, str, str]]]]:
    assert data[:8] == b"UNOIDL\xff\0"
    place, entries = struct.unpack_from("<II", data, 8)
    for name in INTERFACE.split("."):
        assert entries == 1
        start, place = struct.unpack_from("<II", data, place)
        assert data[start : data.index(b"\0", start)].decode() == name
        kind, entries = data[place], struct.unpack_from("<I", data, place + 1)[0]
        place += 5 if kind == 0 else 1
    assert kind == 5

    def number() -> int:
        nonlocal place
        place += 4
        found: int = struct.unpack_from("<I", data, place - 4)[0]
        return found

    def text() -> str:
        nonlocal place
        size = number()
        place += size
        return data[place - size : place].decode("ascii")

    def byte() -> int:
        nonlocal place
        place += 1
        return data[place - 1]

    assert [text() for _ in range(number())] == ["com.sun.star.uno.XInterface"]
    assert (number(), number()) == (0, 0)
    for _ in range(number()):
        name, result = text(), text()
        arguments = [(byte(), text(), text()) for _ in range(number())]
        assert number() == 0
        yield name, result, arguments


# ---------------------------------------------------------------------------------- what is in it


def test_the_manifest_names_files_that_are_there(unzipped: Path) -> None:
    entries = ElementTree.parse(unzipped / "META-INF" / "manifest.xml").getroot()
    paths = [entry.get(f"{MANIFEST}full-path") for entry in entries]
    assert paths == ["crmformulas.rdb", "component.py", "CalcAddIns.xcu"]
    assert all((unzipped / str(path)).is_file() for path in paths)


def test_the_description_says_what_it_is_and_for_whom(unzipped: Path) -> None:
    root = ElementTree.parse(unzipped / "description.xml").getroot()
    assert root.find(f"{DESCRIPTION}identifier").get("value") == "crmformulas.calc"
    assert root.find(f"{DESCRIPTION}version").get("value") == __version__
    needs = root.find(f"{DESCRIPTION}dependencies")
    assert needs is not None
    assert [need.get("value") for need in needs] == ["7.4"]
    for lang in LANGS:
        about = (unzipped / "description" / f"{lang}.txt").read_text(encoding="utf-8")
        assert all(formula.spreadsheet_name in about for formula in FORMULAS)
    names = root.find(f"{DESCRIPTION}display-name")
    assert names is not None
    assert [name.get("lang") for name in names] == list(LANGS)


def test_every_function_and_argument_is_explained(unzipped: Path) -> None:
    name = f"{REGISTRY}name"
    root = ElementTree.parse(unzipped / "CalcAddIns.xcu").getroot()
    (service,) = root.iterfind(f"node[@{name}='AddInInfo']/node")
    assert service.get(name) == "CRM"
    (functions,) = service.iterfind("node")

    def told(node: Any) -> dict[str, str]:
        return {p.get(name): "".join(p.itertext()) for p in node.iterfind("prop")}

    for formula, node in zip(FORMULAS, functions, strict=True):
        assert node.get(name) == formula.spreadsheet_name
        assert told(node) == {
            "DisplayName": formula.spreadsheet_name,
            "Description": f"CRM: {formula.summary}",
            "Category": "CRM",
            "CategoryDisplayName": "CRM",
            "CompatibilityName": f"CRM.{formula.spreadsheet_name}",
        }
        (parameters,) = node.iterfind("node")
        for parameter, entry in zip(formula.parameters, parameters, strict=True):
            shown = told(entry)
            assert shown["DisplayName"] == parameter.name
            needed = "Optional. " if parameter.optional else "Required. "
            text = " ".join(help_text(formula, parameter).split())
            assert shown["Description"] == needed + text
            assert "``" not in shown["Description"]


# ------------------------------------------------------------------------------------- its Python


@pytest.mark.parametrize("name", modules())
def test_it_imports_the_standard_library_and_itself_alone(name: str) -> None:
    source = modules()[name]
    needed = vermin.detect(source)[1]
    assert needed is not None
    assert needed <= PYTHON, f"{name} needs Python {needed}"
    for node in running(ast.parse(source, name, feature_version=PYTHON)):
        for module in imported(node):
            known = module == PACKAGE or module in sys.stdlib_module_names
            inside = module in ("uno", "unohelper") and name.endswith(".component")
            beside = module == "crmformulas.orders.counting.range_engine"
            assert known or inside or beside, f"{name} imports {module}"


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but what is there for type checkers."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from running(node)


def imported(node: ast.AST) -> list[str]:
    """The packages that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.module
        assert node.level == 0
        return [node.module.partition(".")[0]]
    return []


def test_nothing_is_written_differently_but_imports() -> None:
    for name, source in modules().items():
        before = source_of(name).read_text(encoding="utf-8").splitlines()
        for one, other in zip(before, source.splitlines(), strict=True):
            assert one == other or re.match(" *(from crmformulas|import (numpy|pandas) as )", one)


def test_an_old_python_is_told_what_is_needed(
    unzipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 14))
    with pytest.raises(ImportError, match=r"3\.11 or later.*LibreOffice 26\.2.* has 3\.10$"):
        exec((unzipped / "component.py").read_text(encoding="utf-8"), {})


# ------------------------------------------------------------------------------------ the command


def crmf(*args: str | Path) -> Any:
    done = CliRunner().invoke(calc_addin, [*map(str, args)], prog_name="crmf calc-addin")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_command_writes_it_and_says_how_to_install_it(tmp_path: Path) -> None:
    path = tmp_path / "crm formulas.oxt"
    said = crmf("-o", path).output
    assert path.read_bytes() == bundle()
    assert said.startswith(f"{path}: {len(FORMULAS)} functions for LibreOffice Calc\n")
    assert "unopkg add" in said
    assert zipfile.ZipFile(path).testzip() is None


def test_the_command_overwrites_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / "crmformulas.oxt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="--force overwrites it"):
        crmf("-o", path)
    assert path.read_text(encoding="utf-8") == "mine"
    crmf("-o", path, "--force")
    assert path.read_bytes() == bundle()
    with pytest.raises(InputError, match="there is no folder"):
        crmf("-o", tmp_path / "nowhere" / "crmformulas.oxt")
