"""The ``crmf excel`` commands: set Excel up, make workbooks ready, and say what is missing."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

from crmformulas import __version__
from crmformulas.cli.options import FORCE, examples, option, writable_file
from crmformulas.cli.output import echo
from crmformulas.files import atomic_write
from crmformulas.printable import printable
from crmformulas.translations import counted

__all__ = ["excel"]

UDFS = "crmformulas.excel.udfs"
"""The module with the functions that xlwings imports into Excel."""

MODULES = "UDF MODULES"
INTERPRETERS = {"win32": "INTERPRETER_WIN", "darwin": "INTERPRETER_MAC"}

LITE = """\
In Excel: Home > Add-ins > search "xlwings Lite" > Add, and open it on the Home tab.

1. In the tab requirements.txt, see that there is a line: pandas
2. Put {file} into the tab main.py, above what is yours.
3. Restart xlwings Lite from its menu, and type ={prefix}CLV(5, 500, 2.5) in a cell.

Where a server of yours hands out a wheel of crmformulas (with CORS), its address in
requirements.txt and "from crmformulas.excel.udfs import *" in main.py do the same."""

NEXT = {
    ".xlsm": """\
1. crmf excel setup, once: it tells the workbook where this Python is.
2. Open {file}, choose Enable Content, and type =CLV(5, 500, 2.5).""",
    ".xlam": """\
1. crmf excel setup, once: it tells the add-in where this Python is.
2. In Excel: File > Options > Add-ins > Go > Browse, and choose {file}.
3. In any workbook: =CLV(5, 500, 2.5).""",
    ".bas": """\
1. In Excel's Visual Basic editor (Alt+F11), with xlwings under Tools > References:
   File > Import File, and choose {file}.
2. Save the workbook as .xlsm, and type =CLV(5, 500, 2.5).""",
}
"""What to do with what `crmf excel new` writes."""

IMPORT = """\
Import Functions on the xlwings tab is not needed. Who uses it must first allow "Trust access to the
VBA project object model" (File > Options > Trust Center > Trust Center Settings > Macro Settings),
and gets errors as text, which SUM skips and IFERROR does not catch."""

ELSEWHERE = """\
What works {here}: the LAMBDA names (crmf excel add-names FILE.xlsx), in Excel 365 and 2024 on
Windows, macOS and the web; and xlwings Lite (crmf excel lite), which runs Python inside Excel."""


PREFIX = option("--prefix", "Before each name, such as CRM. for =CRM.CLV(…).", "TEXT", default="")


@examples(
    """
    crmf excel add-names budget.xlsx
    crmf excel status
    """
)
@click.group()
def excel() -> None:
    """The formulas in Excel: as LAMBDA names, as Python functions, or in xlwings Lite."""


# --------------------------------------------------------------------------------------- settings


def settings_file() -> Path:
    """Path of the user's xlwings settings, in Excel's own folder on macOS."""
    if sys.platform == "darwin":
        return Path.home() / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
    return Path.home() / ".xlwings" / "xlwings.conf"


_SETTING = re.compile(r'\s*"?(?P<key>[^",]+)"?\s*,\s*"?(?P<value>[^"]*?)"?\s*')


def read_settings(text: str) -> dict[str, str]:
    """The settings in a file, by their names in capitals.

    >>> read_settings('"UDF MODULES","mine"')
    {'UDF MODULES': 'mine'}
    """
    matches = (_SETTING.fullmatch(line) for line in text.splitlines())
    return {m["key"].strip().upper(): m["value"] for m in matches if m}


def with_settings(text: str, wanted: dict[str, str]) -> str:
    """The text of a settings file with these settings; all other lines stay as they are.

    >>> with_settings('"SHOW CONSOLE","True"', {"UDF MODULES": "mine"})
    '"SHOW CONSOLE","True"\\n"UDF MODULES","mine"\\n'
    """
    lines, left = [], dict(wanted)
    for line in text.splitlines():
        match = _SETTING.fullmatch(line)
        key = match["key"].strip().upper() if match else ""
        if key not in wanted:
            lines.append(line)
        elif key in left:
            lines.append(f'"{key}","{left.pop(key)}"')
    lines += [f'"{key}","{value}"' for key, value in left.items()]
    return "\n".join(lines) + "\n"


def wanted_settings(there: dict[str, str]) -> dict[str, str]:
    """The settings to have: our module among the others, and this environment's interpreter."""
    modules = [m.strip() for m in there.get(MODULES, "").split(";") if m.strip()]
    if UDFS not in modules:
        modules.append(UDFS)
    wanted = {MODULES: ";".join(modules)}
    if sys.platform in INTERPRETERS:
        wanted[INTERPRETERS[sys.platform]] = sys.executable
    return wanted


def _read(path: Path) -> str:
    # VBA writes the file in the code page of the system; what is no text in it is kept.
    return path.read_text("locale", "surrogateescape") if path.exists() else ""


@examples(
    """
    crmf excel setup --dry-run
    crmf excel setup
    """
)
@excel.command()
@option("--dry-run", "Only say what would be written.", None, is_flag=True)
def setup(dry_run: bool) -> None:
    """Write the xlwings settings of the user: our functions and the Python of this environment.

    What is there is kept, and the file as it was is copied to xlwings.conf.bak.
    """
    path = settings_file()
    before = _read(path)
    there = read_settings(before)
    wanted = wanted_settings(there)
    changes = {key: value for key, value in wanted.items() if there.get(key) != value}
    for key, value in changes.items():
        was = f"  (was {there[key]})" if key in there else ""
        echo(printable(f"{key} = {value}{was}"))
    if not changes:
        echo(f"{path} has all that is needed.")
    elif dry_run:
        echo(f"Nothing was written; without --dry-run it goes to {path}")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            backup = path.with_name(f"{path.name}.bak")
            with atomic_write(backup) as part:
                part.write_bytes(path.read_bytes())
            echo(f"{backup}: the settings as they were")
        with atomic_write(path) as part:
            part.write_text(with_settings(before, wanted), "locale", "surrogateescape")
        echo(f"{path}: written")
    if sys.platform == "win32":
        echo("Next: crmf excel new crm.xlam (for every workbook) or crm.xlsm (for one).")
    else:
        echo(f"Excel runs Python functions by these settings on Windows alone.\n{_elsewhere()}")


def _elsewhere() -> str:
    here = "on a Mac" if sys.platform == "darwin" else "from here"
    return ELSEWHERE.format(here=here)


# ----------------------------------------------------------------------------------------- status


def excel_version() -> str | None:
    """The Excel of this computer, if there is one."""
    if sys.platform == "win32":
        import winreg

        try:
            return winreg.QueryValue(winreg.HKEY_CLASSES_ROOT, r"Excel.Application\CurVer")
        except OSError:
            return None
    if sys.platform == "darwin" and Path("/Applications/Microsoft Excel.app").exists():
        return "/Applications/Microsoft Excel.app"
    return None


def addin_file() -> Path | None:
    """Path of the installed xlwings add-in; None but on Windows and macOS."""
    if sys.platform == "win32":
        return Path.home() / "AppData/Roaming/Microsoft/Excel/XLSTART/xlwings.xlam"
    if sys.platform == "darwin":
        office = Path.home() / "Library/Group Containers/UBF8T346G9.Office"
        startup = "User Content.localized/Startup.localized/Excel/xlwings.xlam"
        return office / startup
    return None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@excel.command()
def status() -> None:
    """Say what is found and what is missing for the functions in Excel, and what to do next."""
    path = settings_file()
    there = read_settings(_read(path))
    modules = [m.strip() for m in there.get(MODULES, "").split(";")]
    interpreter = there.get(INTERPRETERS.get(sys.platform, ""), "")
    addin = addin_file()
    xlwings = _version("xlwings")
    components: list[tuple[str, str | None, str]] = [
        ("crmformulas", __version__, ""),
        ("Python", f"{sys.version.split()[0]}, {sys.executable}", ""),
        ("xlwings", xlwings, "pip install xlwings"),
        ("Excel", excel_version(), "install Excel"),
    ]
    if sys.platform == "win32":
        pywin32 = _version("pywin32") if find_spec("win32com") else None
        components.append(("pywin32", pywin32, "pip install pywin32"))
    if addin:
        shown = str(addin) if addin.exists() else None
        # Needed for Import Functions alone, which the files of `crmf excel new` make unnecessary.
        components.append(("xlwings add-in", shown, ""))
    components.append(("settings file", str(path) if path.exists() else None, "crmf excel setup"))
    components.append(
        ("our functions in it", UDFS if UDFS in modules else None, "crmf excel setup")
    )
    if sys.platform in INTERPRETERS:
        this = interpreter if interpreter == sys.executable else None
        components.append(("this Python in it", this, "crmf excel setup"))
    for what, value, _ in components:
        echo(f"{what:20} {value or 'missing'}")
    echo()
    if sys.platform != "win32":
        system = "macOS" if sys.platform == "darwin" else "Linux"
        echo(f"On {system} Excel runs no Python functions by COM; that takes Windows.")
        echo(_elsewhere())
        return
    steps = list(dict.fromkeys(step for _, value, step in components if not value and step))
    steps += ["crmf excel new crm.xlam (functions in every workbook) or crm.xlsm (in that one)"]
    echo("Next: " + "\n      ".join(steps))
    echo(IMPORT)


# -------------------------------------------------------------------------------------- workbooks


@examples(
    """
    crmf excel new crm.xlam
    crmf excel new crm.xlsm
    crmf excel new crm.bas
    """
)
@excel.command()
@click.argument("file", type=click.Path(path_type=Path))
@FORCE
def new(file: Path, force: bool) -> None:
    """Write the functions for Excel on Windows: a workbook, an add-in, or a module to import.

    crm.xlsm has the functions in itself, crm.xlam in every workbook, and crm.bas can be imported
    into a macro workbook of yours. Errors are error values; =CRM_WHY(A1) says why A1 shows one.
    """
    from crmformulas.excel.functions.macrobook import SUFFIXES, write_macro_book

    write_macro_book(file, overwrite=force)
    suffix, shown = file.suffix.lower(), printable(str(file))
    echo(f"{shown}: {SUFFIXES[suffix]} with the functions, which calls this Python by xlwings")
    if sys.platform == "win32":
        echo(NEXT[suffix].format(file=shown))
    else:
        echo(f"Excel runs it on Windows alone.\n{_elsewhere()}")


@examples(
    """
    crmf excel lite
    crmf excel lite -o main.py --prefix CRM. --force
    """
)
@excel.command()
@option(
    "-o --output",
    "File to write.",
    "FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default="main.py",
    show_default=True,
)
@PREFIX
@FORCE
def lite(output: Path, prefix: str, force: bool) -> None:
    """Write the functions for xlwings Lite (Excel on Windows, macOS, the web): one file to paste.

    It holds all that the functions need, and takes nothing from a package index but pandas.
    """
    from crmformulas.excel.functions.lite import main_file, namespace_of

    text = main_file(prefix)
    writable_file(output, force).write_text(text, encoding="utf-8", newline="\n")
    shown = printable(str(output))
    echo(f"{shown}: the functions for xlwings Lite, {len(text) / 1000:.0f} kB")
    space = namespace_of(prefix)
    echo(LITE.format(file=shown, prefix=f"{space}." if space else ""))


@examples(
    """
    crmf excel add-names budget.xlsx
    crmf excel add-names budget.xlsm -o budget-with-formulas.xlsm
    crmf excel add-names budget.xlsx --prefix CRM.
    """
)
@excel.command("add-names")
@click.argument("file", type=click.Path(path_type=Path))
@option("-o --output", "Write a copy.", "FILE", type=click.Path(path_type=Path))
@FORCE
@PREFIX
def names(file: Path, output: Path | None, force: bool, prefix: str) -> None:
    """Add the formulas as LAMBDA names to a workbook; nothing else in it is touched.

    With --prefix CRM. the calls are =CRM.CLV(…), which a LibreOffice with the extension calculates
    from the same file, and which no table or name called BUDGET or CHURN is in the way of.
    """
    from crmformulas.excel.functions.names import add_names

    report = add_names(file, output, force=force, prefix=prefix)
    parts = [f"{counted(len(report.added), 'name')} added"]
    if report.replaced:
        parts.append(f"{len(report.replaced)} replaced")
    if report.current:
        parts.append(f"{len(report.current)} there already")
    echo(f"{printable(str(output or file))}: {', '.join(parts)}")
    if report.kept:
        echo(f"kept as they are (--force replaces them): {', '.join(report.kept)}")
    if report.tables:
        echo(f"not added, as tables are called so: {', '.join(report.tables)}")
    if report.hidden:
        places = printable(", ".join(report.hidden))
        echo(f"hidden there by a name that the sheet has for itself: {places}")
