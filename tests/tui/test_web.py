"""``crmf browse --web``: the same application, in a browser on this computer alone."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from crmformulas.orders.summary.model import Summary
from tests.conftest import free_port
from tests.tui.browser import Page, chromium

CRMF = Path(sys.executable).with_name("crmf")
PATIENCE = 60.0


class Served:
    """A running ``crmf browse --web``."""

    def __init__(self, orders: Path, folder: Path, *options: str) -> None:
        # A name of its own, by which its processes are found.
        self.name = f"{uuid4().hex}.csv"
        shutil.copy(orders, folder / self.name)
        self.port = free_port()
        command = [str(CRMF), "browse", self.name, "--web", "--port", str(self.port), *options]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        self.said = self.process.stdout.readline()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def runs(self) -> int:
        """The number of processes: the server, and one for each page."""
        found = subprocess.run(["pgrep", "-f", self.name], capture_output=True, text=True)
        return len(found.stdout.split())


@pytest.fixture
def served(orders_csv: Path, tmp_path: Path) -> Iterator[Served]:
    made = Served(orders_csv, tmp_path)
    yield made
    if made.process.poll() is None:
        made.process.send_signal(signal.SIGINT)
    made.process.wait(30)


@pytest.fixture(scope="module")
def browser() -> str:
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        if os.environ.get("CRMF_REQUIRE_TERMINAL"):
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    return found


async def until_drawn(page: Page, *texts: str) -> str:
    """Wait until texts are drawn on the terminal of the page."""
    end = time.monotonic() + PATIENCE
    while True:
        shown = await page.terminal_text()
        if all(text in shown for text in texts):
            return shown
        assert time.monotonic() < end, f"waited in vain for {texts}:\n{shown}"
        await asyncio.sleep(0.2)


async def test_a_browser_shows_the_overview_takes_keys_and_gets_the_report(
    served: Served, browser: str, summary: Summary, tmp_path: Path
) -> None:
    assert re.fullmatch(rf"http://{served.host}/[-\w]{{32}}/", served.address)
    assert "acts as you" in served.said
    async with chromium(browser) as page:
        await page.send("Page.navigate", url=served.address)
        # The keys are the terminal's without a click.
        end = time.monotonic() + PATIENCE
        while "xterm" not in str(await page.evaluate("document.activeElement.className")):
            assert time.monotonic() < end
            await asyncio.sleep(0.2)
        shown = await until_drawn(page, f"{summary.flows.closing} active customers", "retention")
        assert f"{summary.flows.retention:.1%}".replace("%", " %") in shown
        assert "= closing" in shown
        await page.press("2")
        tiers = await until_drawn(page, "all who have bought")
        for record in summary.portfolio_records:
            assert any(
                line.strip("│▸ ").split()[:2] == [record.tier, str(record.customers)]
                for line in tiers.splitlines()
            )
        # All that the page uses comes from the server: nothing is fetched from elsewhere.
        loaded = await page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
        assert loaded
        assert all(name.startswith((f"http://{served.host}/", "data:")) for name in loaded), loaded
        assert served.runs() > 1
        # The report as a page is written on the computer of the application, and comes down.
        downloads = tmp_path / "downloads"
        downloads.mkdir()
        await page.download_to(downloads)
        await page.press("e")
        await until_drawn(page, "Export")
        for key in ("up", "enter"):
            await page.press(key)
        end = time.monotonic() + 3 * PATIENCE
        while not (pages := list(downloads.glob("*.html"))):
            assert time.monotonic() < end, await page.terminal_text()
            await asyncio.sleep(0.2)
        [written] = tmp_path.glob("*-report.html")
        assert [one.name for one in pages] == [written.name]
        assert pages[0].read_bytes() == written.read_bytes()
        assert written.read_text().count("<svg") > 3
    # A page that is closed ends its session.
    end = time.monotonic() + PATIENCE
    while served.runs() > 1:
        assert time.monotonic() < end
        await asyncio.sleep(0.1)


def test_it_listens_on_this_computer_alone(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 5):
        pass
    # Any other address of this computer, such as 127.0.0.2, is not answered.
    with (
        pytest.raises(ConnectionRefusedError),
        socket.create_connection(("127.0.0.2", served.port), 5),
    ):
        pass


async def test_other_pages_are_refused(served: Served) -> None:
    async with aiohttp.ClientSession() as session:
        page = served.address
        async with session.get(page) as answer:
            assert answer.status == 200
        # A name that leads here by a DNS trick, and a page from elsewhere.
        for header in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
            async with session.get(page, headers=header) as answer:
                assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{served.address}ws", origin="http://evil.example")
        assert refused.value.status == 403
    assert served.runs() == 1


async def test_without_the_secret_of_the_address_there_is_nothing(served: Served) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("", "ws", "static/", "static/js/", "x" * 32 + "/"):
            async with session.get(f"http://{served.host}/{path}") as answer:
                assert answer.status in (403, 404), path
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"ws://{served.host}/ws")
        assert refused.value.status == 404
    assert served.runs() == 1


async def test_malformed_messages_are_passed_over(served: Served, summary: Summary) -> None:
    frames = (
        "", "{", "null", "[]", "[1]", '["stdin"]', '["stdin", 5]', '["resize"]', "[" * 5_000,
        '["resize", {"width": -1, "height": 1e9}]', '["stdin", "\\ud800"]', '["ping", {}]', '["x"]',
    )  # fmt: skip
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{served.address}ws") as page:
            for frame in frames:
                await page.send_str(frame)
            await page.send_bytes(b"\xff\x00")
            await page.send_str('["ping", "still there"]')
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                answer = await page.receive(PATIENCE)
                if answer.type == aiohttp.WSMsgType.TEXT and "still there" in answer.data:
                    break
            assert answer.json() == ["pong", "still there"]
        # No HTTP at all.
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(b"\x00\xff nonsense\r\n\r\n")
        await reader.read(100)
        writer.close()
    served.process.send_signal(signal.SIGINT)
    rest, _ = await asyncio.to_thread(served.process.communicate, timeout=30)
    assert "Traceback" not in rest


async def test_the_server_takes_its_sessions_with_it_at_once(
    served: Served, browser: str, summary: Summary
) -> None:
    async with chromium(browser) as page:
        await page.send("Page.navigate", url=served.address)
        await until_drawn(page, f"{summary.flows.closing} active customers")
        assert served.runs() > 1
        served.process.send_signal(signal.SIGINT)
        # An open page is not waited for: that would take 20 seconds.
        await asyncio.to_thread(served.process.wait, 15)
    end = time.monotonic() + 15
    while served.runs() and time.monotonic() < end:
        await asyncio.sleep(0.1)
    assert served.runs() == 0


def test_a_port_that_is_taken_is_told_in_one_line(served: Served, orders_csv: Path) -> None:
    again = subprocess.run(
        [str(CRMF), "browse", str(orders_csv), "--web", "--port", str(served.port)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert again.returncode == 2
    assert again.stderr.startswith(f"crmf: port {served.port}: ")
    assert again.stderr.rstrip().endswith("give another --port")
    assert again.stderr.count("\n") == 1
