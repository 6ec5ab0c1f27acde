"""The life-cycle plan's follow-up takes what a control group measured."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from crmformulas.cli.main import run
from crmformulas.errors import InputError
from crmformulas.excel.templates.lifecycle.data import STATES
from crmformulas.excel.templates.lifecycle.example import EXAMPLE
from crmformulas.excel.templates.lifecycle.measured import measured_lift, with_results


def result(*, found: bool = True) -> dict[str, object]:
    """The output of ``crmf holdout measure --format json``, as far as it is read."""

    def lift(treated: float, control: float) -> dict[str, object]:
        return {
            "treated": treated, "control": control, "lift": treated - control, "found": found,
        }  # fmt: skip

    return {
        "treated": 900, "control": 100, "cost": 25_000.0, "buyers": lift(0.25, 0.2),
        "orders": lift(0.33, 0.22), "revenue": lift(66.0, 40.0),
    }  # fmt: skip


def test_each_lever_takes_its_own_lift() -> None:
    # .05 / .2; .11 / .22; 66 / .33 against 40 / .22.
    assert measured_lift("retention", result()) == pytest.approx(0.25)
    assert measured_lift("continued_frequency", result()) == pytest.approx(0.5)
    assert measured_lift("new_order_value", result()) == pytest.approx(0.1)
    assert measured_lift("retention", result(found=False)) is None


def test_the_result_stands_in_follow_up_and_pilots() -> None:
    plan, told = with_results(EXAMPLE, {2: result()})
    assert told == []
    lift, share, cost = plan.activities[1].actual
    assert (share, cost) == (0.9, 25_000.0)
    assert lift == measured_lift(plan.activities[1].lever, result())
    assert plan.pilots[1].status == STATES[-1]
    assert plan.pilots[1].control == pytest.approx(0.1)
    assert plan.activities[0] == EXAMPLE.activities[0]
    plan, told = with_results(EXAMPLE, {1: result(found=False)})
    assert plan.activities[0].actual == (None, 0.9, 25_000.0)
    assert "can't be told from chance" in told[0]
    for wrong in ({99: result()}, {1: {"lift": 1}}):
        with pytest.raises(InputError, match=r"activities 1 to|no result of a control group"):
            with_results(EXAMPLE, wrong)


def test_the_command_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("result.json").write_text(json.dumps(result()))
    with pytest.raises(SystemExit):
        run(["template", "lifecycle-plan", "--holdout", "2=result.json"])
    book = openpyxl.load_workbook("lifecycle-plan.xlsx", read_only=True)
    row = [list(cells) for cells in book["Follow-up"].values][8]
    assert row[6:8] == [0.9, 25_000]
    for args, words in [
        (["lifecycle-plan", "--holdout", "x", "--force"], "as 2=result.json, not 'x'"),
        (["lifecycle-plan", "--holdout", "2=none.json", "--force"], "can't be read"),
        (["crm-kpis", "--holdout", "2=result.json"], "goes with lifecycle-plan"),
        (["lifecycle-plan", "--empty", "--holdout", "2=result.json", "--force"], "leave --empty"),
    ]:
        with pytest.raises(SystemExit) as end:
            run(["template", *args])
        assert end.value.code == 2
        assert words in capsys.readouterr().err
