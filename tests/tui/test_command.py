"""The command: what is wrong is one line and status 2, before a screen opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmformulas.cli.main import run


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing.csv"], "'nothing.csv': there is no such file; check the path"),
        (["no*.csv"], "'no*.csv': there is no such file; check the path"),
        (["shop.csv", "--contacts", "none.csv"], "'none.csv': there is no such file"),
        (["--contacts", "shop.csv"], "--contacts goes with ORDERS"),
        (["shop.csv", "--signed-up", "x"], "--signed-up goes with --contacts FILE"),
        (["shop.csv", "--tiers", "gold"], "'gold' is not like super=5"),
        (["shop.csv", "--tiers", "gold=5"], "the shares of the tiers must sum to 1, got 0.05"),
        (["shop.csv", "--as-of", "yesterday"], "'yesterday' is not a day like 2026-10-31"),
        (["shop.csv", "--lang", "de"], "'de' is not one of 'en', 'sv'"),
        (["shop.csv", "--web", "--port", "0"], "0 is not in the range"),
    ],
)
def test_what_is_wrong_is_one_line(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.csv").write_text("customer,date,amount\na,2026-03-01,10\n")
    with pytest.raises(SystemExit) as ended:
        run(["browse", *words])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_the_help_tells_of_every_screen_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["browse", "--help"])
    said = capsys.readouterr().out
    for option in ("--lang", "--web", "--port", "--as-of", "--tiers", "--contacts", "--customer"):
        assert option in said
