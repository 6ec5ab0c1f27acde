"""Scenarios and their files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmformulas.errors import InputError
from crmformulas.formulas.budget import LEVERS
from crmformulas.orders.analysis.budget_plan import Plan
from crmformulas.orders.analysis.scenarios import (
    SCENARIOS,
    Scenario,
    parse_scenario,
    read_scenario,
    scenario_text,
    write_scenario,
)
from crmformulas.translations import LANGS, translate

factors = st.floats(0, 1e6).filter(lambda factor: factor != 1)
scenarios = st.builds(
    Scenario,
    st.text(min_size=1),
    st.dictionaries(st.sampled_from(LEVERS), factors),
    st.none() | st.floats(0, allow_infinity=False, allow_nan=False),
    st.none() | st.floats(0, 1),
)


@given(scenarios)
def test_what_is_written_is_read_back(scenario: Scenario) -> None:
    assert parse_scenario(scenario_text(scenario)) == scenario


def test_a_file_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "återvinn.toml"
    scenario = Scenario(
        'Win "back"\t\\ åäö €\x7f',
        {"retention": 1.1, "new_frequency": 0.1 + 0.2},
        400_000_000.5,
        0.4064,
    )
    write_scenario(path, scenario)
    assert read_scenario(path) == scenario
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_file_is_overwritten_only_when_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    write_scenario(path, Scenario("one", {"retention": 1.1}))
    with pytest.raises(InputError, match=r"mine.toml' is there already$"):
        write_scenario(path, Scenario("two"))
    assert read_scenario(path) == Scenario("one", {"retention": 1.1})
    write_scenario(path, Scenario("two"), overwrite=True)
    assert read_scenario(path) == Scenario("two")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_name_that_no_file_can_hold_leaves_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file can hold"):
        write_scenario(tmp_path / "x.toml", Scenario("\ud800"))
    with pytest.raises(InputError, match=r"^there is no folder '.*none'$"):
        write_scenario(tmp_path / "none" / "x.toml", Scenario("x"))
    assert not list(tmp_path.iterdir())


def test_a_person_may_write_one() -> None:
    text = 'name = "More"\ntarget = 25_000_000\n[factors]\nrecruitment = 1\nretention = 1.05\n'
    assert parse_scenario(text) == Scenario("More", {"retention": 1.05}, 25e6)
    assert parse_scenario("[factors]").name == ""


def test_one_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    path = tmp_path / "plan b.toml"
    path.write_text("[factors]\n", encoding="utf-8")
    assert read_scenario(path).name == "plan b"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name =", "this is no scenario: Invalid value"),
        ("", "there are no factors: write them below a line"),
        ('factors = "all"', "there are no factors"),
        ("[factors]\nretension = 1.1", "unknown 'retension'; did you mean retention?"),
        ("goal = 1\nzzz = 2\n[factors]", "unknown 'goal', 'zzz'; known are name, target"),
        ("name = 3\n[factors]", "name must be a text in quotes, got 3"),
        ("[factors]\nretention = true", "retention must be a number, got True"),
        ('[factors]\nretention = "1.1"', "retention must be a number, got '1.1'"),
        ("[factors]\nretention = -0.1", "retention must be at least 0, got -0.1"),
        ("[factors]\nretention = nan", "retention must be at least 0, got nan"),
        ("[factors]\nretention = inf", "retention must be at least 0, got inf"),
        ("target = -1\n[factors]", "target must be at least 0, got -1"),
        (f"target = 1{'0' * 400}\n[factors]", "target must be at least 0, got inf"),
        ("reactivation_rate = 2\n[factors]", "reactivation_rate must be between 0 and 1, got 2"),
        ("x = " + "[" * 5000, "this is no scenario"),
    ],
)
def test_a_bad_file_gives_one_line(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_scenario(path)
    assert str(error.value).startswith(f"'bad.toml': {reason}")
    assert "\n" not in str(error.value)


def test_what_is_no_text_file_gives_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^'none.toml': there is no such file"):
        read_scenario(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is no file"):
        read_scenario(tmp_path)
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_scenario(path)
    path.write_bytes(b" " * 70_000)
    with pytest.raises(InputError, match="more than 65,536 bytes"):
        read_scenario(path)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        assert isinstance(parse_scenario(text), Scenario)


def test_published_scenarios() -> None:
    # Elinder, "Dina nycklar till framgångsrikare CRM" (IRi, 2018): the simulation panels.
    develop, recruit, winback = (dict(one.factors) for one in SCENARIOS)
    assert develop == {"continued_frequency": 1.05, "retention": 1.1, "reactivation": 1.1}
    assert recruit == {"new_frequency": 1.2, "new_order_value": 1.05}
    assert winback == {
        "new_frequency": 1.1,
        "continued_frequency": 1.1,
        "retention": 1.1,
        "reactivation": 1.1,
    }
    assert all(translate(one.name, lang) for one in SCENARIOS for lang in LANGS)


@pytest.mark.parametrize(
    ("text", "growth"),
    [("+20 %", 0.2), ("20%", 0.2), ("−5 %", -0.05), ("-2,5%", -0.025), ("+0.1 %", 0.001)],
)
def test_a_target_as_growth(text: str, growth: float) -> None:
    """The source's goal is +20 % on 252.8 M: a target is resolved on the outcome of the plan."""
    made = parse_scenario(f'target = "{text}"\n[factors]')
    assert made.target is None
    assert made.target_growth == growth
    assert parse_scenario(scenario_text(made)).target_growth == growth
    plan = Plan(((100, 20_000, 200), (300, 90_000, 600), (50, 5_000, 50)), 500, scenario=made)
    assert plan.scenario.target == pytest.approx(115_000 * (1 + growth))
    assert plan.with_target(None).scenario.target is None


@pytest.mark.parametrize("text", ["twenty", "+20", "20 kr", "-101 %", "%", ""])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="target"):
        parse_scenario(f'target = "{text}"\n[factors]')
