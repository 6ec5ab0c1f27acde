"""A headless Chromium, driven by its own protocol."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--window-size=1000,600", "--remote-debugging-port=0",
)  # fmt: skip

COPIED = """
(() => {
    const event = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true});
    document.querySelector(".xterm textarea").dispatchEvent(event);
    return event.clipboardData.getData("text/plain");
})()
"""

PLACE = """
(() => {
    const {left, top, right, bottom} = document.querySelector(".xterm-screen")
        .getBoundingClientRect();
    return [left, top, right, bottom];
})()
"""


NAMED = {"up": ("ArrowUp", 38, ""), "enter": ("Enter", 13, "\r")}
"""Keys that are no characters: their names, codes and texts in a browser."""


class Page:
    """A page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._asked = 0

    async def send(self, method: str, **given: Any) -> dict[str, Any]:
        """Ask the browser."""
        self._asked += 1
        await self._socket.send_json({"id": self._asked, "method": method, "params": given})
        while True:
            answer = await self._socket.receive_json(timeout=60)
            if answer.get("id") == self._asked:
                assert "error" not in answer, answer
                return dict(answer["result"])

    async def evaluate(self, script: str) -> Any:
        """The value of a script."""
        answer = await self.send("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def terminal_text(self) -> str:
        """The text on the terminal of the page, as a user copies it: marked with the mouse.

        It is drawn on a canvas, so the page itself holds no text. With shift the mouse marks text
        and is not told to the application.
        """
        if not await self.evaluate("document.querySelector('.xterm-screen') !== null"):
            return ""
        left, top, right, bottom = await self.evaluate(PLACE)
        shift = 8
        for kind, x, y in (
            ("mousePressed", left + 1, top + 1),
            ("mouseMoved", right - 1, bottom - 1),
            ("mouseReleased", right - 1, bottom - 1),
        ):
            await self.send(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1,
                clickCount=1, modifiers=shift,
            )  # fmt: skip
        return str(await self.evaluate(COPIED)).replace("\u00a0", " ")

    async def press(self, key: str) -> None:
        """Press a key that is a character, or one of `NAMED`."""
        name, code, text = NAMED.get(key, (key, 0, key))
        for kind in ("keyDown", "keyUp"):
            await self.send(
                "Input.dispatchKeyEvent", type=kind, text=text, key=name, windowsVirtualKeyCode=code
            )

    async def download_to(self, folder: Path) -> None:
        """Let files come down without a question."""
        await self.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))


@asynccontextmanager
async def chromium(program: str) -> AsyncIterator[Page]:
    """A browser with one empty page; nothing of it is left in the end."""
    with tempfile.TemporaryDirectory(prefix="crmf-browser-", ignore_cleanup_errors=True) as home:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={home}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            assert process.stderr is not None
            lines = iter(process.stderr.readline, "")
            address = next(
                (
                    line.split("listening on ")[1].strip()
                    for line in lines
                    if "listening on" in line
                ),
                None,
            )
            assert address is not None, "chromium did not start"
            host = address.split("/")[2]
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://{host}/json") as answer:
                    pages = [page for page in await answer.json() if page["type"] == "page"]
                # Nobody reads what the browser says later on: it must not wait for that.
                reading = asyncio.get_running_loop().run_in_executor(None, process.stderr.read)
                async with session.ws_connect(
                    pages[0]["webSocketDebuggerUrl"], max_msg_size=0
                ) as socket:
                    yield Page(socket)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            with suppress(UnboundLocalError):
                await reading
