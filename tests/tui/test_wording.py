"""One language at a time: what the core says, as the application says it."""

from __future__ import annotations

import ast
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crmformulas_tui.unbroken import keep_figures_whole
from crmformulas_tui.wording import in_application
from textual.content import Content

import crmformulas as crm
from crmformulas.errors import CrmError
from crmformulas.files import refuse_existing
from crmformulas.orders import read
from crmformulas.orders.reading.engine_errors import in_words
from crmformulas.orders.reading.preview import preview
from crmformulas.settings import load_settings
from crmformulas.spreadsheet.evaluator import evaluate

ENGLISH = re.compile(
    r"\b(?:is|are|has|have|the|of|must|can't|column|columns|which|give|days?|rows?|no|not|read"
    r"|there|missing|takes|too|and|or|between|least|number)\b"
)
LOG = "customer,date,amount\n" + "".join(f"c{i % 7},2026-0{1 + i % 9}-03,{i}\n" for i in range(60))

PLAIN = {
    "crmformulas/orders/counting/sql_script.py": "of a command that the application lacks",
    "crmformulas/orders/reading/cell_ranges.py": "of cells of a spreadsheet",
    "crmformulas/orders/reading/packed_files.py": "the system's own words",
    "crmformulas/orders/reading/sources.py": "a reason that has both languages",
    "crmformulas/orders/reading/spark.py": "of a cluster, which the application does not open",
    "crmformulas/orders/analysis/scenarios.py": "the system's own words",
    "tui/crmformulas_tui/cli.py": "said before there is a screen",
    "tui/crmformulas_tui/session.py": "the system's own words",
    "tui/crmformulas_tui/web.py": "said before there is a screen",
}
"""Files in which an error may have one language, and why."""


def test_errors_have_both_languages() -> None:
    """The text of an error is in both languages where the application may show it."""
    root = Path(crm.__file__).parent.parent
    rooms = ("catalog", "formulas", "orders", "spreadsheet/form_fields.py", "html/report.py")
    paths = [root / "crmformulas" / room for room in rooms]
    paths += [root / "crmformulas/dates.py", root / "tui/crmformulas_tui"]
    plain = set()
    for path in (one for top in paths for one in ([top] if top.is_file() else top.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                kind = getattr(crm.errors, getattr(node.exc.func, "id", ""), None)
                one = isinstance(node.exc.args[0], (ast.Constant, ast.JoinedStr))
                if one and kind and issubclass(kind, CrmError):
                    plain.add(path.relative_to(root).as_posix())
    assert plain == set(PLAIN)


FILES = {
    "empty": "",
    "heads": "customer,date,amount\n",
    "no_amount": "customer,date,x\na,2026-01-01,5\n",
    "two_dates": "customer,order date,orderdate,amount\na,2026-01-01,2026-01-01,5\n",
    "either": "customer,date,amount\n" + "".join(f"c{i},0{1 + i}/03/2026,5\n" for i in range(8)),
    "currencies": "customer,date,amount,currency\na,2026-01-01,5,SEK\nb,2026-01-01,5,EUR\n",
    "page": "<html><body>orders</body></html>\n",
    "pdf": "%PDF-1.7\n",
    "days_unread": "customer,date,amount\na,whenever,5\nb,later,6\n",
}


def asked(path: Path) -> CrmError:
    with pytest.raises(CrmError) as caught, read(str(path)) as log:
        log.summary()
    return caught.value


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(FILES[name])
    error = asked(path)
    for lang in ("en", "sv"):
        told = in_application(error, lang, remedy=False).replace(str(path), "")
        assert "--" not in told
        bare = re.sub(r"'[^']*'|“[^”]*”|\([^)]*\)", "", told)
        assert bare
        assert lang == "en" or not ENGLISH.search(bare), told
    # The preview, which picker and mapping show, says the same.
    seen = preview([str(path)])
    if seen.problem:
        assert in_application(seen.message, "sv") == in_application(error, "sv", remedy=False)


def test_no_figure_is_broken_over_lines() -> None:
    keep_figures_whole()
    text = "169\u00a0308 of 3\u00a0000 known; 138\u00a0895 to 206\u00a0380 in 80\u00a0%."
    words = text.split(" ")
    for width in range(7, len(text)):
        lines = Content(text).wrap(width)
        assert [word for line in lines for word in line.plain.split(" ") if word] == words


CALLS: dict[str, Callable[[Any], object]] = {
    "day": lambda log: log.summary("2010-01-01"),
    "no_day": lambda log: log.summary("soon"),
    "nobody": lambda log: log.only("orders > 999"),
    "attribute": lambda log: log.customers(where="size = 3"),
    "quote": lambda log: log.customers(where="customer = 'a"),
    "value": lambda log: log.customers(where="orders > many"),
    "open": lambda log: log.customers(where="(orders > 3"),
    "segment": lambda log: log.customers(where="segment = unheard"),
    "backtest": lambda log: log.backtest(),
    "follow": lambda log: log.follow(None, None, "2020-01-01"),
}


def test_questions_that_have_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(LOG)
    with read(str(path)) as log:
        for name, call in CALLS.items():
            with pytest.raises(CrmError) as caught:
                call(log)
            told = in_application(caught.value, "sv")
            bare = re.sub(r"'[^']*'|\([^)]*\)|(?:det finns|är en av) .*|is, |saknas.*", "", told)
            assert not ENGLISH.search(bare), (name, told)
            assert "--" not in told


def test_formulas_that_have_no_value() -> None:
    for text in (
        "RETENTION(5)", "RETENTION(5, 9)", "CLV(-1; 2; 3)", "CLVV(1)", "CLV(1; 2", "1/0", "CLV(",
        'RETENTION("a"; 2)', "CUSTOMER_DURATION(1)", "F_LADDER({1;-2})", "RETENTION(5; 9)",
    ):  # fmt: skip
        try:
            value = evaluate(text, "sv")
        except CrmError as error:
            value = error
        assert isinstance(value, CrmError), text
        told = in_application(value, "sv")
        bare = re.sub(r"'[^']*'| i: .*|fick \d: .*", "", told)
        assert not ENGLISH.search(bare), told


def test_arguments_that_are_none() -> None:
    calls: Any = (
        ("pareto_share", [0, 0]), ("pareto_share", []), ("step_rates", [5]),
        ("tipping_point", [0.1, 0.2], 0.9), ("clv_index", []), ("clv_index", [0, 5], 0),
        ("clv", [[1, 2], [3]], 2, 3), ("clv", {1, 2}, 2, 3), ("clv", b"x", 2, 3),
        ("clv", 1j, 2, 3), ("clv", 1e300, 1e300, 2), ("portfolio_value", [1, 2], [1, 2, 3]),
    )  # fmt: skip
    for name, *values in calls:
        with pytest.raises(CrmError) as caught:
            getattr(crm, name)(*values)
        told = in_application(caught.value, "sv")
        assert not ENGLISH.search(told), told


def test_settings_that_cannot_be_used(tmp_path: Path) -> None:
    texts = (
        "colums.customer = 1", "columns.custmer = 1", "customer = 1", "columns = 1",
        "columns.customer = true", "tiers = {gold = 20}", "goals.F1 = 0.5", "goals.F1-F2 = 5",
        "scenarios.a = 1", "scenarios.a.retension = 1", "browse.as_of = 5", "money.margin = 2",
        "money.currency = 5", "counting.returns = 7", "counting.steps = 0.5", "a = [", "\0",
    )  # fmt: skip
    path = tmp_path / "crmformulas.toml"
    for text in texts:
        path.write_text(text)
        with pytest.raises(CrmError) as caught:
            load_settings(path)
        assert str(caught.value).startswith(("the settings ", str(path))), text
        told = in_application(caught.value, "sv").replace(str(path), "").partition("TOML: ")[0]
        bare = re.sub(r"'[^']*'|\"[^\"]*\"|\[[^]]*\]|(?:det finns|vill ha) .*", "", told)
        assert not ENGLISH.search(bare), told


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()
    for name in ("x.csv", "none/a.csv", ".", "a\0b", "y" * 400):
        with pytest.raises(CrmError) as caught:
            refuse_existing(tmp_path / name, overwrite=False)
        told = in_application(caught.value, "sv")
        assert "--" not in told
        assert "kolumner" not in told
        assert not ENGLISH.search(told.replace(str(tmp_path), "").replace("'.'", "")), told


def test_engines_that_stop() -> None:
    for said in (
        "out of memory", "value out of range", "no such file", "access denied", "locked",
        "unknown database 'a'", "connection refused", "malformed", "interrupted", "no backend",
        "java_gateway", "no module named x", "disk is full", "what nobody has heard of",
    ):  # fmt: skip
        told = in_application(in_words(sqlite3.OperationalError(said), "log.db"), "sv")
        assert told.startswith("log.db: ")
        assert "--" not in told
        assert not ENGLISH.search(told), told
