"""``crmf report`` and ``crmf template``: what they write, what they refuse, and how they end."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from crmformulas.cli import progress
from crmformulas.cli.main import run
from crmformulas.excel.templates import TEMPLATES
from crmformulas.translations import LANGS, Lang

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")

LOG = "customer,date,amount\n" + "".join(
    f"c{i % 40},{2024 + i % 3}-0{1 + i % 9}-1{i % 7},{10 + i % 13}\n" for i in range(400)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with an order file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text(LOG)
    return tmp_path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An order file whose report takes a while."""
    path = tmp_path_factory.mktemp("demo") / "demo.csv"
    command = [sys.executable, "-m", "crmformulas", "demo", "--orders", "60000", "-o", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def crmf(*args: str | Path) -> int:
    """Run the command here; returns its exit status."""
    with pytest.raises(SystemExit) as ended:
        run([*map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error; progress apart."""
    lines = [x for x in capsys.readouterr().err.splitlines() if not x.endswith(" …")]
    assert len(lines) == 1, lines
    return lines[0]


# ------------------------------------------------------------------------------------- crmf report


def test_report_writes_a_workbook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crmf("report", "orders.csv") == 0
    said = capsys.readouterr().out
    listed = "40 of 40 customers listed, 25 on lists of what to do"
    assert said == f"report.xlsx: 12 months to 2026-09-16, {listed}\n"
    assert sorted(p.name for p in folder.iterdir()) == ["orders.csv", "report.xlsx"]
    book = openpyxl.load_workbook("report.xlsx")
    assert book.sheetnames[0] == "Board"
    assert book.sheetnames[-1] == "Read me"
    assert "Customers" in book.sheetnames
    tables = [table for sheet in book.worksheets for table in sheet.tables]
    assert {"KeyFigures", "Balance", "PortfolioFlows", "CohortWorth", "Customers"} <= set(tables)


def test_same_orders_make_the_same_bytes(folder: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        assert crmf("report", "orders.csv", "-o", name, "--lang", "sv") == 0
    assert Path("one.xlsx").read_bytes() == Path("two.xlsx").read_bytes()


@pytest.mark.parametrize(("lang", "first"), [("en", "Board"), ("sv", "Styrelsen")])
def test_report_speaks_the_language(folder: Path, lang: Lang, first: str) -> None:
    assert crmf("report", "orders.csv", "--lang", lang, "--as-of", "2025-12-31") == 0
    book = openpyxl.load_workbook("report.xlsx", data_only=True)
    assert book.sheetnames[0] == first
    period = {"en": "12 months to 31 Dec 2025", "sv": "12 månader till 31 dec 2025"}[lang]
    assert book[first]["A2"].value == f"orders · {period}"


def test_customers_are_limited_or_left_out(folder: Path) -> None:
    assert crmf("report", "orders.csv", "--customers", "7") == 0
    sheet = openpyxl.load_workbook("report.xlsx")["Customers"]
    assert sheet["A1"].value == "The 7 largest of 40 customers"
    assert "33 customers are left out (a report can list more)" in sheet["A3"].value
    assert sheet.tables["Customers"].ref == "A5:I12"
    assert sheet.max_row == 12
    assert crmf("report", "orders.csv", "--customers", "0", "--force") == 0
    assert "Customers" not in openpyxl.load_workbook("report.xlsx").sheetnames


def test_currency_is_told(folder: Path) -> None:
    Path("orders.csv").write_text("customer,date,amount,currency\na,2026-01-01,10,EUR\n")
    assert crmf("report", "orders.csv", "--currency", "EUR") == 0
    assert openpyxl.load_workbook("report.xlsx")["Read me"]["B5"].value == "EUR"


REFUSED: dict[str, tuple[Sequence[str], str]] = {
    "suffix": (("-o", "report.xls"), "the name of a workbook ends in .xlsx, got 'report.xls'"),
    "no suffix": (("-o", "report"), "the name of a workbook ends in .xlsx, got 'report'"),
    "no folder": (("-o", "nowhere/report.xlsx"), "there is no folder 'nowhere'"),
    "there": (("-o", "there.xlsx"), "'there.xlsx' is there already; --force overwrites it"),
    "a folder": (("-o", "folder.xlsx"), "is a directory"),
    "customers": (("--customers", "-1"), "-1 is not in the range x>=0"),
    "not a number": (("--customers", "all"), "'all' is not a valid integer"),
    "language": (("--lang", "no"), "'no' is not one of 'en', 'sv'"),
    "day": (("--as-of", "yesterday"), "'yesterday' is not a day like 2026-10-31"),
    "early day": (("--as-of", "1950-01-01"), "no orders up to 1950-01-01"),
    "too early a day": (("--as-of", "1850-01-01"), "1850-01-01 is not from 1900 to 2200"),
    "too late a day": (("--as-of", "2201-01-01"), "2201-01-01 is not from 1900 to 2200"),
    "one tier": (("--tiers", "all=100"), "a report has 2 to 6 value tiers, got 1"),
    "many tiers": (
        ("--tiers", ",".join(f"t{i}={'10' if i else '40'}" for i in range(7))),
        "a report has 2 to 6 value tiers, got 7",
    ),
    "tiers alike": (("--tiers", "Gold=50,gold=50"), "can't tell the value tier 'gold' from 'Gold'"),
    "a Swedish word": (
        ("--tiers", "nya=50,rest=50", "--lang", "sv"),
        "can't tell the value tier 'nya' from 'new'",
    ),
    "a word of the report": (("--tiers", "total=50,b=50"), "a row of its own called 'total'"),
    "column": (("--amount", "nothing"), "nothing"),
    "contacts": (("--contacts", "nobody.csv"), "nobody.csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_a_line(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "there.xlsx").write_bytes(b"mine")
    (folder / "folder.xlsx").mkdir()
    before = sorted(folder.iterdir())
    arguments, words = REFUSED[case]
    assert crmf("report", "orders.csv", *arguments) == 2
    assert words in told(capsys)
    assert sorted(folder.iterdir()) == before
    assert (folder / "there.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        ("absent.csv", "absent.csv"),
        ("empty.csv", "empty.csv"),
        ("returns.csv", "no amount is above 0"),
    ],
)
def test_bad_orders_are_refused_in_a_line(
    orders: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty.csv").write_text("")
    Path("returns.csv").write_text("customer,date,amount\na,2026-01-01,-5\n")
    assert crmf("report", orders) == 2
    assert words in told(capsys)
    assert not Path("report.xlsx").exists()


def test_days_before_the_calendar_of_a_spreadsheet(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("old.csv").write_text("customer,date,amount\na,1850-01-01,5\nb,1902-12-31,7\n")
    assert crmf("report", "old.csv") == 2
    assert "a report's days are of 1903 or later" in told(capsys)
    assert not Path("report.xlsx").exists()
    # Orders may be older: what is told of is the day that the figures are counted at.
    assert crmf("report", "old.csv", "--as-of", "1903-01-01") == 0


def test_a_folder_that_takes_no_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A read-only folder; whoever may write everywhere can still write nothing in /proc."""
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    target = closed if os.geteuid() else Path("/proc")
    assert crmf("report", "orders.csv", "-o", target / "report.xlsx") == 2
    assert f"nothing can be written in the folder '{target}'" in told(capsys)


def test_the_orders_are_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = openpyxl.Workbook()
    for line in LOG.splitlines():
        sheet.worksheets[0].append(line.split(","))
    sheet.save("orders.xlsx")
    kept = Path("orders.xlsx").read_bytes()
    assert crmf("report", "orders.xlsx", "-o", "./orders.xlsx", "--force") == 2
    assert "holds the orders" in told(capsys)
    assert Path("orders.xlsx").read_bytes() == kept


def test_force_replaces(folder: Path) -> None:
    Path("report.xlsx").write_bytes(b"mine")
    assert crmf("report", "orders.csv", "--force") == 0
    assert zipfile.is_zipfile("report.xlsx")


def test_progress_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    assert crmf("report", "orders.csv") == 0
    assert "writing a workbook …" in capsys.readouterr().err.splitlines()


# --------------------------------------------------------------------------------- half-way endings


def test_a_disk_that_is_full(folder: Path, demo: Path) -> None:
    """The file that is there stays, and nothing half done beside it."""
    Path("report.xlsx").write_bytes(b"mine")
    Path("orders.csv").unlink()

    def small_files() -> None:
        # Enough for all but the customers.
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    done = subprocess.run(
        [sys.executable, "-m", "crmformulas", "report", str(demo), "--force"],
        capture_output=True, text=True, check=False, preexec_fn=small_files,
    )  # fmt: skip
    assert done.returncode == 2
    assert re.search(r"^crmf: .*too large", done.stderr, re.MULTILINE | re.IGNORECASE)
    assert "Traceback" not in done.stderr
    assert [p.name for p in folder.iterdir()] == ["report.xlsx"]
    assert Path("report.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_writing(stop: signal.Signals, folder: Path, demo: Path) -> None:
    Path("report.xlsx").write_bytes(b"mine")
    command = [sys.executable, "-m", "crmformulas", "report", str(demo), "--force"]
    with subprocess.Popen(
        [*command, "--customers", "1000000"], stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("writing a workbook"):
                break
        time.sleep(0.2)
        running.send_signal(stop)
        rest = running.stderr.read()
    assert running.returncode == 130
    assert "crmf: interrupted; nothing is left half done" in rest
    assert "Traceback" not in rest
    assert sorted(p.name for p in folder.iterdir()) == ["orders.csv", "report.xlsx"]
    assert Path("report.xlsx").read_bytes() == b"mine"


# ----------------------------------------------------------------------------------- crmf template


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_template_is_the_one_that_is_shipped(name: str, lang: Lang, folder: Path) -> None:
    assert crmf("template", name, "--lang", lang) == 0
    file = TEMPLATES[name].file_name(lang)
    shipped = Path(__file__).parents[2] / "workbooks" / file
    assert Path(file).read_bytes() == shipped.read_bytes()


def test_templates_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert crmf("template") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(TEMPLATES)


def test_plan_of_orders_has_its_budget(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes the plan; its content is held by tests/excel/report."""
    assert crmf("template", "lifecycle-plan", "--from-orders", "orders.csv", "-o", "plan.xlsx") == 0
    assert "plan.xlsx: Life-cycle plan" in capsys.readouterr().out
    sheets = openpyxl.load_workbook("plan.xlsx", read_only=True).sheetnames
    assert {"Business cases", "1 Outcome", "4 Budget 2"} <= set(sheets)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "no template 'nothing'; there are customer-development-budget, "),
        (("crm-kpis", "-o", "kpis.csv"), "the name of a workbook ends in .xlsx, got 'kpis.csv'"),
        (("crm-kpis", "-o", "nowhere/a.xlsx"), "there is no folder 'nowhere'"),
        (("crm-kpis", "-o", "there.xlsx"), "'there.xlsx' is there already; --force overwrites it"),
        (("crm-kpis", "--with-budget"), "--with-budget and --from-orders go with lifecycle-plan"),
        (("lifecycle-plan", "--from-orders", "no.csv"), "no.csv"),
        (
            ("lifecycle-plan", "--from-orders", "odd.csv"),
            "crmf summary odd.csv --customer COLUMN --date COLUMN --amount COLUMN --save-settings",
        ),
        (
            ("lifecycle-plan", "--from-orders", "orders.csv", "--empty"),
            "--from-orders fills the outcome alone",
        ),
    ],
)
def test_bad_template_is_refused_in_a_line(
    arguments: Sequence[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("there.xlsx").write_bytes(b"mine")
    Path("odd.csv").write_text("a,b,c\nd,2026-01-01,3\n")
    assert crmf("template", *arguments) == 2
    assert words in told(capsys)
    assert Path("there.xlsx").read_bytes() == b"mine"
