"""``crmf browse --web``: the same application in a browser on this computer, by textual-serve.

The page it brings loads a font from elsewhere and its socket answers any page that is open in the
browser; so the page is our own. What is printed is an address with a secret in it, which the page
and its socket both need: another user of this computer, or a page from elsewhere, has none.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import shlex
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from json import JSONDecodeError
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from crmformulas.errors import InputError
from crmformulas.printable import printable

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["Frame", "command_line", "parse_frame", "serve"]

HOST = "127.0.0.1"

GOING_AWAY = 1001
"""What a socket is closed with when its server ends."""


MOST_CELLS = 1_000
"""Columns or lines of a browser's terminal at most."""


class Frame(NamedTuple):
    """A message of the page.

    Attributes:
        kind: stdin, resize, ping, blur or focus.
        text: What was typed, or what a ping carries.
        size: Columns and lines of a resize.
    """

    kind: str
    text: str = ""
    size: tuple[int, int] = (0, 0)


def parse_frame(text: str) -> Frame | None:
    """Read a message of the page; None for what no page of ours sends.

    Examples:
        >>> parse_frame('["stdin", "2"]')
        Frame(kind='stdin', text='2', size=(0, 0))
        >>> parse_frame('["resize", {"width": 80, "height": 24}]').size
        (80, 24)
        >>> parse_frame('{"stdin": 1}') is None
        True
    """
    try:
        envelope = json.loads(text)
    except (JSONDecodeError, RecursionError, ValueError):
        return None
    if not isinstance(envelope, list) or not envelope or not isinstance(envelope[0], str):
        return None
    kind, data = envelope[0], envelope[1] if len(envelope) > 1 else None
    if kind == "stdin":
        return Frame(kind, data) if isinstance(data, str) else None
    if kind == "resize":
        width, height = (
            (data.get("width"), data.get("height")) if isinstance(data, dict) else (None, None)
        )
        if type(width) is int and type(height) is int:
            fits = 0 < width <= MOST_CELLS and 0 < height <= MOST_CELLS
            return Frame(kind, size=(width, height)) if fits else None
        return None
    if kind == "ping":
        return Frame(kind, data) if isinstance(data, str) else Frame(kind, str(data))
    return Frame(kind) if kind in ("blur", "focus") else None


class _OneLine(logging.Formatter):
    """Log what goes wrong in a line: whose fault it is, a client's or ours, no traceback tells."""

    def format(self, record: logging.LogRecord) -> str:
        """The message and the error, without its traceback."""
        message = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        line = f"{message}: {error}" if error is not None and str(error) not in message else message
        return printable(" ".join(line.split()))


def command_line(words: Sequence[str]) -> str:
    """The command that starts the application for a browser, as a shell takes it.

    Args:
        words: Those given to ``crmf browse``.

    Examples:
        >>> command_line(["my orders.csv", "$(rm x)"]).partition("crmformulas ")[2]
        "browse 'my orders.csv' '$(rm x)'"
    """
    # -P: no module is taken from the folder that happens to be the current one.
    command = [sys.executable, "-P", "-m", "crmformulas", "browse", *words]
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def serve(words: Sequence[str], port: int) -> None:
    """Serve until interrupted.

    Args:
        words: Those given to ``crmf browse``.
        port: Where; on this computer alone.

    Raises:
        InputError: if something else listens there.
    """
    import aiohttp_jinja2
    import jinja2
    from aiohttp import WSMsgType, web
    from textual_serve.server import Server

    with socket.socket() as probe:
        # As the server will ask for it: a port that was just left counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name != "nt")
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InputError(f"port {port}: {error.strerror}; give another --port") from error

    secret = secrets.token_urlsafe(24)

    class Local(Server):
        """Answers the page at the secret address only."""

        _pages: ClassVar[set[web.WebSocketResponse]] = set()

        def initialize_logging(self) -> None:
            """Say what goes wrong in a line, and nothing of each request."""
            handler = logging.StreamHandler()
            handler.setFormatter(_OneLine())
            logging.basicConfig(level="WARNING", handlers=[handler])

        async def on_startup(self, app: web.Application) -> None:
            """Say where it is, once it is there."""
            url = f"{self.public_url}{app.router['index'].url_for()}"
            self._announcing = asyncio.create_task(_announce(url, port))

        async def on_shutdown(self, app: web.Application) -> None:
            """Close the pages, which would be waited for."""
            for page in list(self._pages):
                await page.close(code=GOING_AWAY)

        async def _process_messages(
            self, websocket: web.WebSocketResponse, app_service: Any
        ) -> None:
            """Hand on what the page sends; what it never sends is passed over."""
            self._pages.add(websocket)
            try:
                # The application may end before its page does.
                with suppress(ConnectionError):
                    async for message in websocket:
                        frame = (
                            parse_frame(message.data) if message.type == WSMsgType.TEXT else None
                        )
                        if frame is not None:
                            await _hand_on(frame, websocket, app_service)
            finally:
                self._pages.discard(websocket)

        async def _make_app(self) -> web.Application:
            app = web.Application(middlewares=[_only_from(f"{HOST}:{port}", f"localhost:{port}")])
            aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path))
            app.add_routes(
                [
                    web.get(f"/{secret}/", self.handle_index, name="index"),
                    web.get(f"/{secret}/ws", self.handle_websocket, name="websocket"),
                    web.get("/download/{key}", self.handle_download, name="download"),
                    web.static("/static", self.statics_path, name="static"),
                ]
            )
            app.on_startup.append(self.on_startup)
            app.on_shutdown.append(self.on_shutdown)
            return app

    Local(
        command_line(words),
        host=HOST,
        port=port,
        title="crmf",
        templates_path=Path(__file__).with_name("web_page"),
    ).serve()


async def _hand_on(frame: Frame, websocket: web.WebSocketResponse, app_service: Any) -> None:
    """Give a message of the page to the application."""
    if frame.kind == "stdin":
        await app_service.send_bytes(frame.text.encode("utf-8", "replace"))
    elif frame.kind == "resize":
        await app_service.set_terminal_size(*frame.size)
    elif frame.kind == "ping":
        await websocket.send_json(["pong", frame.text])
    elif frame.kind == "blur":
        await app_service.blur()
    else:
        await app_service.focus()


async def _announce(url: str, port: int) -> None:
    """Say the address when a browser that follows it is answered."""
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        print(
            f"{url}\nWhoever has this address acts as you here: it reads and writes your files. "
            "Keep it to yourself.\nctrl+c ends it",
            flush=True,
        )
        return


def _only_from(*hosts: str) -> Any:
    """Refuse what a page from elsewhere asks, by the address it uses and the one it comes from."""
    from aiohttp import web

    @web.middleware
    async def check(request: web.Request, handler: Any) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        here = [f"http://{host}" for host in hosts]
        if request.host not in hosts or (origin is not None and origin not in here):
            raise web.HTTPForbidden(text="only from this computer's own address")
        answer: web.StreamResponse = await handler(request)
        return answer

    return check
