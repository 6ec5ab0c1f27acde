"""The screen of the data's quality. What it tells is what `crmf check` does."""

from __future__ import annotations

from pathlib import Path

import pytest
from crmformulas_tui.app import BrowseApp
from crmformulas_tui.screens.quality import QualityPane
from crmformulas_tui.session import Source

from crmformulas.orders import read
from crmformulas.orders.analysis.data_quality import check
from crmformulas.translations import Lang, translate
from tests.tui.driving import screen_text, settled, until

ROWS = """order,customer,date,amount,status
1,ann,2024-01-05,100,paid
2,bob,2025-02-05,50,cancelled
3,,2025-03-05,25,paid
4,ann,2025-03-06,20,on credit
"""


@pytest.mark.parametrize(
    ("lang", "message", "example"),
    [
        ("en", "things change figures", "order='3'"),
        ("sv", "saker ändrar siffror", "order='3'"),
    ],
)
async def test_it_tells_what_the_command_tells(
    tmp_path: Path, lang: Lang, message: str, example: str
) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(ROWS, encoding="utf-8")
    with read(str(path)) as log:
        wanted = check(log, log.summary().as_of)
    app = BrowseApp(Source((str(path),), "shop"), lang)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: app.session.view, "the figures")
        await pilot.press("9")
        await until(pilot, lambda: isinstance(app.pane, QualityPane), "the screen")
        pane = app.pane
        assert isinstance(pane, QualityPane)
        await until(pilot, lambda: pane.findings, "the findings")
        await settled(pilot)
        assert [f.to_dict() for f in pane.findings] == [f.to_dict() for f in wanted.findings]
        text = screen_text(app)
        assert message in text
        assert translate(wanted.account.line, lang)[:60] in text
        # The cursor shows the whole of a finding, with the rows that it is about.
        place = [finding.key for finding in wanted.findings].index("no_customer")
        await pilot.press(*["down"] * place)
        await until(pilot, lambda: example in screen_text(app), "an example")
        [table] = pane.export_tables()
        assert len(list(table.rows)) == len(wanted.findings)
