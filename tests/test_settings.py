"""Settings kept beside the orders: found, read, refused, saved, and told."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.orders.log import read
from crmformulas.orders.rules import Rules, rules_of
from crmformulas.settings import (
    FILE_NAME,
    PLACES,
    find_settings,
    load_settings,
    merged,
    save_settings,
)

ROWS = "Ref;Who;Sold on;Sum\n1;ann;03/04/2026;10,50\n2;bo;05/04/2026;20\n3;ann;06/04/2026;5\n"
SAID = """\
# Ours.
[columns]
customer = "Who"
date = "Sold on"     # the till's day
amount = "Sum"

[formats]
date_format = "D/M/Y"
decimal = ","

[tiers]
gold = 50
rest = 50
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "till.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / FILE_NAME).write_text(SAID, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *args: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        run([str(a) for a in args])
    printed = capsys.readouterr()
    return int(end.value.code or 0), printed.out, printed.err


def summary(capsys: pytest.CaptureFixture[str], *args: str | Path) -> dict[str, object]:
    code, out, err = said(capsys, "summary", *args, "--format", "json")
    assert code == 0, err
    found: dict[str, object] = json.loads(out)
    return found


def test_settings_beside_the_orders_are_found_and_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = summary(capsys, folder / "till.csv")
    assert found["input"]["net_revenue"] == 35.5  # type: ignore[index]
    assert found["input"]["first_day"] == "2026-04-03"  # type: ignore[index]
    assert found["reading"]["settings"] == {  # type: ignore[index]
        "file": FILE_NAME,
        "values": {
            "columns.customer": "Who",
            "columns.date": "Sold on",
            "columns.amount": "Sum",
            "formats.date_format": "D/M/Y",
            "formats.decimal": ",",
            "tiers": {"gold": 0.5, "rest": 0.5},
        },
    }
    _, text, _ = said(capsys, "summary", folder / "till.csv")
    told = " ".join(text.split())
    assert "settings of crmformulas.toml: columns.customer 'Who'" in told
    assert "gold" in told


def test_the_line_wins_and_what_it_replaces_is_not_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = summary(capsys, folder / "till.csv", "--date-format", "M/D/Y", "--tiers", "all=100")
    assert found["input"]["first_day"] == "2026-03-04"  # type: ignore[index]
    values = found["reading"]["settings"]["values"]  # type: ignore[index]
    assert "formats.date_format" not in values
    assert "tiers" not in values


def test_settings_can_be_left_aside_or_be_another_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(capsys, "summary", folder / "till.csv", "--no-settings")
    assert code == 2
    assert "which column is" in err
    other = folder / "other.toml"
    other.write_text(SAID.replace("D/M/Y", "M/D/Y"), encoding="utf-8")
    found = summary(capsys, folder / "till.csv", "--settings", other)
    assert found["input"]["first_day"] == "2026-03-04"  # type: ignore[index]
    assert found["reading"]["settings"]["file"] == "other.toml"  # type: ignore[index]
    code, _, err = said(capsys, "summary", folder / "till.csv", "--settings", folder / "no.toml")
    assert code == 2
    assert "no.toml" in err


def test_python_reads_them_when_they_are_named(folder: Path) -> None:
    with read(folder / "till.csv", settings=folder / FILE_NAME) as log:
        assert log.summary().rules.tier_names == ("gold", "rest")
        assert log.summary(tiers=(("all", 1.0),)).rules.tier_names == ("all",)
        assert log.customers().rules.tier_names == ("gold", "rest")
        assert log.summary().reading.settings is not None
    with read(folder / "till.csv", settings=folder / FILE_NAME, date_format="M/D/Y") as log:
        assert str(log.summary().input.first_day) == "2026-03-04"
    # A keyword that is None is not taken from the file either: the days ask again.
    with (
        pytest.raises(InputError, match="--date-format"),
        read(folder / "till.csv", settings=folder / FILE_NAME, date_format=None) as log,
    ):
        log.summary()
    with pytest.raises(InputError, match="which column"):
        read(folder / "till.csv").summary()


def test_a_column_that_the_file_lacks_names_the_settings(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "new.csv").write_text("kund,datum,belopp\na,2026-01-01,1\n", encoding="utf-8")
    code, _, err = said(capsys, "summary", folder / "new.csv")
    assert code == 2
    assert "no column 'Who' for --customer" in err
    assert FILE_NAME in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[colums]\n", r"no 'colums' in settings; did you mean 'columns'\?"),
        ("customer = 'x'\n", r"it belongs under \[columns\]"),
        ("[columns]\ncustmer = 'x'\n", r"\[columns\] has no 'custmer'; did you mean 'customer'\?"),
        ("[columns]\ncustomer = true\n", r"\[columns\] customer: want a text in quotes.*got True"),
        ("[columns]\ncustomer = []\n", "at least one column"),
        ("[formats]\nheader_row = 'two'\n", r"header_row: want a whole number, got 'two'"),
        ("[formats]\ndecimal = ';'\n", r'decimal: want "\." or ","'),
        ("[statuses]\ndrop = 'test'\n", r"drop: want a list of texts"),
        ("[tiers]\ngold = 20\nrest = 70\n", "must sum to 100, got 90"),
        ("[tiers]\nlost = 100\n", "names of their own"),
        ("[money]\nmargin = 40\n", "a share from 0 to 1"),
        ("[counting]\nsteps = 0\n", "steps must be at least 1"),
        ("[counting]\nevery_row = 1\n", "want true or false, got 1"),
        ("[goals]\nF2 = 0.3\n", "'F2' is no step of the ladder such as F1-F2"),
        ("[goals]\nF1-F3 = 0.3\n", "no step of the ladder"),
        ("[costs]\nkept = -1\n", "not negative"),
        ("[costs]\nkept = nan\n", "finite|not negative"),
        ("[segments]\nbest = 3\n", r"\[segments\] best: want a text"),
        ("columns = 3\n", r"'columns' is a table"),
        ("[columns\n", "no TOML"),
        ("a = " + "[" * 5000 + "\n", "no TOML"),
        ("\xff", "not UTF-8"),
    ],
)
def test_what_can_not_be_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=says) as refused:
        rules_of(load_settings(file))
    assert FILE_NAME in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_others_read_from_it(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(
        "\ufeff[segments]\n'early best' = \"where orders = 1\"\n[goals]\nF1-F2 = 0.4\n'F2→F3' = 1\n"
        "[costs]\nkept = 12.5\nnew = 80\n[money]\nmargin = 0.4\ncurrency = 'SEK'\n",
        encoding="utf-8",
    )
    found = load_settings(file)
    assert found.segments == {"early best": "where orders = 1"}
    assert found.goals == {1: 0.4, 2: 1.0}
    assert (found.costs.kept, found.costs.won_back, found.costs.new) == (12.5, None, 80)
    assert (found.money.margin, found.reading) == (0.4, {"currency": "SEK"})


def test_folders_that_disagree_are_asked_about(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / FILE_NAME).write_text("", encoding="utf-8")
    one, other = tmp_path / "a" / "1.csv", tmp_path / "b" / "2.csv"
    with pytest.raises(InputError, match="--settings FILE"):
        find_settings([one, other])
    (tmp_path / "b" / FILE_NAME).unlink()
    assert find_settings([one, other]) == tmp_path / "a" / FILE_NAME
    assert find_settings([f"{tmp_path}/a/*.csv"]) == tmp_path / "a" / FILE_NAME
    assert find_settings(["postgres://host/base"]) is None


def test_saving_makes_a_file_that_answers_the_questions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "till.csv").write_text(ROWS, encoding="utf-8")
    given = ["--customer", "Who", "--date", "Sold on", "--amount", "Sum", "--date-format", "D/M/Y"]
    asked = [*given, "--decimal", ",", "--tiers", "gold=12.5,rest=87.5", "--drop-status", "test"]
    code, _, err = said(capsys, "summary", tmp_path / "till.csv", *asked, "--save-settings")
    assert code == 0
    assert "columns.customer = 'Who'" in err
    found = summary(capsys, tmp_path / "till.csv")
    assert found["input"]["net_revenue"] == 35.5  # type: ignore[index]
    assert load_settings(tmp_path / FILE_NAME).tiers == (("gold", 0.125), ("rest", 0.875))
    _, _, err = said(capsys, "summary", tmp_path / "till.csv", *asked, "--save-settings")
    assert "it said all of this already" in err


def test_nothing_is_saved_of_a_run_that_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "till.csv").write_text(ROWS, encoding="utf-8")
    code, _, _ = said(capsys, "summary", tmp_path / "till.csv", "--amount", "x", "--save-settings")
    assert code == 2
    assert not (tmp_path / FILE_NAME).exists()


def test_what_was_written_by_hand_stays(folder: Path) -> None:
    file = folder / FILE_NAME
    file.write_text(SAID + "\n[segments]\nours = 'where orders = 1'\n", encoding="utf-8")
    changes = save_settings(file, {"order_total": "Sum", "date": "Day", "memory_limit": "4GB"})
    text = file.read_text(encoding="utf-8")
    assert "# Ours." in text
    assert "# the till's day" in text
    assert "ours = 'where orders = 1'" in text
    assert "memory" not in text
    # One takes the place of the other, and that is said.
    assert "columns.amount is gone (was 'Sum')" in changes
    assert "columns.date = 'Day' (was 'Sold on')" in changes
    found = load_settings(file)
    assert (found.columns.amount, found.columns.order_total) == (None, "Sum")


def test_a_file_that_is_no_settings_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text("[colums]\n", encoding="utf-8")
    with pytest.raises(InputError, match="did you mean 'columns'"):
        save_settings(file, {"customer": "x"})
    assert file.read_text(encoding="utf-8") == "[colums]\n"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "customer": TEXTS | st.lists(TEXTS, min_size=2, max_size=3).map(tuple),
            "date": TEXTS,
            "status": TEXTS,
            "drop_status": st.lists(TEXTS, min_size=1).map(tuple),
            "decimal": st.sampled_from([".", ","]),
            "header_row": st.integers(1, 10**6),
            "threshold": st.floats(0, 1),
            "new_after": st.integers(0, 1000),
            "tiers": st.integers(0, 10_000).map(
                lambda n: (("a b", n / 10_000), ("c", 1 - n / 10_000))
            ),
        },
    )
)
def test_what_is_saved_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, given: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("kept") / FILE_NAME
    save_settings(file, given)
    if not given:
        assert not file.exists()
        return
    found = load_settings(file)
    kept = found.reading | found.rules
    tiers = given.pop("tiers", None)
    if tiers is not None:
        assert [n for n, _ in kept["tiers"]] == [n for n, _ in tiers]  # type: ignore[attr-defined]
        assert [s for _, s in kept.pop("tiers")] == pytest.approx([s for _, s in tiers])  # type: ignore[attr-defined]
    assert kept == given


def test_every_option_on_the_data_has_its_place() -> None:
    from crmformulas.cli.order_options import CONTACTS, COUNTING, READING, SETTINGS, names

    of_the_machine = {"memory_limit", "temp_directory", "threads", "contacts", "where_to_count"}
    options = names(READING) | names(COUNTING) | names(CONTACTS)
    assert options - names(SETTINGS) - of_the_machine == set(PLACES)


def test_one_word_of_the_line_takes_a_kept_one_back() -> None:
    assert merged({"drop_status": ("Test", "x")}, {"keep_status": ("test",)}) == {
        "drop_status": ("x",),
        "keep_status": ("test",),
    }


def test_the_example_of_the_documentation_is_valid(tmp_path: Path) -> None:
    page = Path(__file__).parents[1] / "docs" / "settings.md"
    file = tmp_path / FILE_NAME
    file.write_text(page.read_text("utf-8").split("```toml\n")[1].split("```")[0], "utf-8")
    found = load_settings(file)
    assert found.tiers == Rules().tiers
    assert (found.goals, found.costs.contact) == ({1: 0.35, 2: 0.5}, 2)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("", encoding="utf-8")
    frame = pd.DataFrame({"customer": ["a"], "date": ["2026-03-01"], "amount": [1]})
    with read(frame, settings=tmp_path / FILE_NAME) as log:
        assert log.rules == Rules()
        assert log.summary().reading.settings is not None


async def test_the_terminal_goes_by_them(folder: Path) -> None:
    from crmformulas_tui.cli import _rules, _source
    from crmformulas_tui.session import Session

    path = str(folder / "till.csv")
    source, counting = _source((path,), None, {})
    assert source.reading["customer"] == "Who"
    rules = _rules(source.settings, counting)
    assert rules is not None
    assert rules.tier_names == ("gold", "rest")
    assert _source((path,), None, {"decimal": "."})[0].reading["decimal"] == "."
    session = Session()
    view = await session.open(source, None, None)
    assert view.summary.input.net_revenue == 35.5
    assert view.rules == rules
    assert view.summary.reading.settings is not None
    await session.close()
