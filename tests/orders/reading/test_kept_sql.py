"""SQL that is kept is what Ibis compiles, is found for other files, and is not trusted blindly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.orders import read
from crmformulas.orders.reading import kept_sql
from crmformulas.orders.reading.embedded import Embedded
from crmformulas.orders.reading.engine import open_engine
from crmformulas.orders.reading.expressions import _, ibis, number, real, shape
from tests.examples import examples

HEAVY = ("ibis", "sqlglot", "numpy", "pyarrow", "pandas")
FILES = {
    "plain.csv": "customer_id,order_date,amount\na,2024-01-05,10\nb,2024-06-01,20.50\n"
    "a,2025-03-01,7\n",
    "swedish.csv": "Kundnr;Datum;Ordernr;Belopp\n1;2024-01-05;9;1 200,50\n2;2025-01-06;10;-3,00\n"
    "1;2025-02-01;11;40,00\n",
    "discounts.csv": "customer,date,order id,price,quantity,discount,status\n"
    "x,2024-05-01,1,10,2,1,paid\nx,2025-05-01,2,10,1,0,cancelled\ny,2025-05-02,3,5.5,1,0,paid\n",
    "currencies.csv": "customer,date,amount,currency\nx,2024-05-01,10,SEK\ny,2025-05-01,20,EUR\n"
    "x,2025-05-03,30,SEK\nz,2025-05-04,no,SEK\n",
}
OPTIONS: dict[str, dict[str, Any]] = {"currencies.csv": {"currency": "SEK"}}


@pytest.fixture(autouse=True)
def anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's in which nothing is kept yet, and nothing compiled here."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(kept_sql.FOLDER, str(folder))
    monkeypatch.setattr(kept_sql, "_memory", {})
    return folder


def summary(path: Path) -> dict[str, Any]:
    with read(path, **OPTIONS.get(path.name, {})) as orders:
        return orders.summary().to_dict()


@pytest.mark.parametrize("name", FILES)
def test_what_is_asked_is_what_ibis_compiles(
    tmp_path: Path, name: str, anew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.write_text(FILES[name])
    compiled, compared = Embedded._compiled, []

    def beside_ibis(self: Embedded, expression: Any, *, typed: bool = False) -> Any:
        text, columns = compiled(self, expression, typed=typed)
        assert text == self.ibis.compile(real(expression))
        assert not typed or [*map(tuple, columns)] == self._types(real(expression))
        compared.append(text)
        return text, columns

    with monkeypatch.context() as compare:
        compare.setattr(Embedded, "_compiled", beside_ibis)
        expected = summary(path)
    assert len(compared) > 12
    kept_sql._memory.clear()
    monkeypatch.setattr(Embedded, "_pieces", None)  # nothing is compiled again
    assert summary(path) == expected


def test_cuts_that_no_column_needs_are_no_reason_to_compile_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The forecast's counting of tiers leaves out where they part, and holds for other amounts."""

    def forecast(name: str, more: int) -> object:
        rows = (
            f"c{n % 9},{2023 + n % 3}-0{1 + n % 8}-11,{10 + (n * more) % 17}" for n in range(60)
        )
        path = tmp_path / name
        path.write_text("\n".join(["customer,date,amount", *rows]))
        with read(path) as orders:
            return orders.forecast().months

    forecast("one.csv", 3)
    compiled, compared = Embedded._compiled, list[str]()

    def beside_ibis(self: Embedded, expression: Any, *, typed: bool = False) -> Any:
        text, columns = compiled(self, expression, typed=typed)
        assert text == self.ibis.compile(real(expression))
        compared.append(text)
        return text, columns

    monkeypatch.setattr(Embedded, "_compiled", beside_ibis)
    monkeypatch.setattr(Embedded, "_pieces", None)
    forecast("other.csv", 5)
    assert len(compared) > 12


def test_whom_somebody_looks_for_is_not_written_down(tmp_path: Path, anew: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(FILES["plain.csv"].replace("\na,", "\nanna@example.com,"))
    with read(path) as orders:
        orders.summary()
        assert orders.customers(where="customer contains 'anna@'").count() == 1
        assert orders.customer("anna@example.com").customer == "anna@example.com"
    assert list(anew.iterdir())
    assert not [file for file in anew.iterdir() if "anna" in file.read_text().lower()]


def test_of_a_report_all_but_whom_somebody_looks_for_is_written_down(
    tmp_path: Path, anew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(FILES["plain.csv"].replace("\na,", "\nanna@example.com,"))

    def lists(own: dict[str, str]) -> tuple[Any, ...]:
        with read(path) as orders:
            orders.settings = replace(orders.settings, segments=own)
            made = orders.summary()
            sizes = [one for one in orders.segments(summary=made) if one.name not in own]
            people = orders.customers()
            told = orders.to_do(sizes=sizes), orders.rfm(), people.count(), people.page()
            return sizes, *told

    first = lists({"looked for": "customer contains 'anna@'"})
    assert not [file for file in anew.iterdir() if "anna" in file.read_text().lower()]
    kept_sql._memory.clear()
    pieces, compiled = Embedded._pieces, []

    def counting(*arguments: Any) -> Any:
        compiled.append(arguments)
        return pieces(*arguments)

    monkeypatch.setattr(Embedded, "_pieces", counting)
    again = lists({})
    assert again[2:] == first[2:]
    assert [one.customers for one in again[0]] == [one.customers for one in first[0]]
    assert not compiled


def test_a_summary_of_a_known_shape_loads_neither_ibis_nor_arrow(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    # Of a shape that comes with the package.
    path.write_text("customer_id,order_date,amount\na,2024-01-05,10\nb,2025-06-01,20.50\n" * 9)
    said = (
        "import sys; from crmformulas.orders import read\n"
        f"with read({str(path)!r}) as orders: orders.summary().to_json()\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    environment = {**os.environ, kept_sql.FOLDER: str(tmp_path / "none")}
    # Once for what the package has not, once with it.
    for _time in range(2):
        run = subprocess.run(
            [sys.executable, "-c", said],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    assert run.stdout.strip() == "[]"


def test_what_is_packaged_is_of_these_versions() -> None:
    assert kept_sql.versions()
    summaries, lists = (
        kept_sql._entries(file.read_text(encoding="utf-8"))
        for file in (kept_sql.PACKAGED, kept_sql.LISTS)
    )
    assert summaries
    assert lists
    assert not summaries.keys() & lists.keys()


def test_lists_of_a_common_file_are_packaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another log than they are made of compiles nothing but what its own numbers steer."""
    pieces, compiled = Embedded._pieces, list[object]()

    def counted(self: Embedded, *asked: Any) -> Any:
        compiled.append(asked)
        return pieces(self, *asked)

    rows = (
        f"c{n * 37 % 301},{2023 + n % 3}-0{1 + n % 9}-{10 + n % 19},{n % 97}" for n in range(900)
    )
    path = tmp_path / "some.csv"
    path.write_text("\n".join(["customer_id,order_date,amount", *rows, "c1,2025-05-05,-7"]))
    monkeypatch.setattr(Embedded, "_pieces", counted)
    with read(path) as orders:
        orders.summary()
        assert len(compiled) < 3
        assert orders.customers().page(limit=5)
        assert orders.rfm()
        assert orders.forecast().purchases
    assert len(compiled) < 20


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda text: text[:-20],
        lambda text: text.replace("COUNT", "SUM"),
        lambda text: text.replace('"for": "', '"for": "other '),
        lambda text: "[]",
        lambda text: "",
    ],
)
def test_a_file_that_is_not_whole_or_of_other_versions_is_none(
    tmp_path: Path, anew: Path, spoiled: Any
) -> None:
    path = tmp_path / "swedish.csv"
    path.write_text(FILES[path.name])
    expected = summary(path)
    (kept,) = anew.iterdir()
    before = kept.read_text()
    kept.write_text(spoiled(before))
    kept_sql._memory.clear()
    assert summary(path) == expected
    assert kept.read_text() == before


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has other permissions")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_can_write_is_not_read(tmp_path: Path, anew: Path, what: str) -> None:
    path = tmp_path / "swedish.csv"
    path.write_text(FILES[path.name])
    summary(path)
    (kept,) = anew.iterdir()
    assert (kept.stat().st_mode & 0o777, anew.stat().st_mode & 0o777) == (0o600, 0o700)
    (kept if what == "file" else anew).chmod(0o777)
    keeper = kept_sql.KeptSql()
    for shape_ in json.loads(kept.read_text())["entries"]:
        keeper.begin(shape_)
    assert not keeper._on_disk


def test_a_folder_that_cant_be_written_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plain.csv"
    path.write_text(FILES[path.name])
    for folder in ("", str(path / "below a file"), "/dev/null/x"):
        monkeypatch.setenv(kept_sql.FOLDER, folder)
        assert summary(path)["as_of"] == "2025-03-01"


numbers = st.integers(-(2**62), 2**62) | st.integers(-300, 300) | st.integers(-40_000, 40_000)


@given(one=numbers, other=numbers, third=numbers)
@settings(max_examples=examples(60), deadline=None)
def test_other_numbers_are_put_where_they_belong(one: int, other: int, third: int) -> None:
    engine = _engine()
    table = engine.backend.small_table({"a": [1], "b": [2]}, {"a": "int64", "b": "int32"})

    def query(x: int, y: int, z: int) -> Any:
        rows = table.filter((_.a > x) | (table.b == y)).mutate(
            c=ibis.cases((_.a < z, "x"), else_="9")
        )
        return rows.filter(rows.b < number(x), rows.a.isin([number(y), number(z)])).limit(7)

    for values in ((one, other, third), (third, one, one)):
        noted = query(*values)
        said = engine.backend.compile(noted)
        # Once more with what is kept now.
        assert engine.backend.compile(query(*values)) == said
        assert said == str(engine.backend.ibis.compile(real(noted)))
    table.release()


def _engine() -> Any:
    if not _engines:
        _engines.append(open_engine())
    return _engines[0]


_engines: list[Any] = []


def test_two_views_of_a_table_are_not_one() -> None:
    table = _engine().backend.small_table({"a": [1, 2], "b": [2, 3]}, {"a": "int64", "b": "int64"})

    def joined(left: Any, right: Any) -> Any:
        return left.inner_join(right, left.a == right.b).select(left.a, c=right.a)

    one, other = table.view(), table.view()
    twice, same = joined(one, other), joined(one, one)
    assert shape(twice)[0] != shape(same)[0]
    assert _engine().ask(twice) == [{"a": 2, "c": 1}]
