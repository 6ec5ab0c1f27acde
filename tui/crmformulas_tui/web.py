"""``crmf browse --web``: the same application in a browser on this computer, by textual-serve.

The page it brings loads a font from elsewhere and its socket answers any page that is open in the
browser; so the page is our own, and only it, at the address that is printed, is answered.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from crmformulas.errors import InputError

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["command_line", "serve"]

HOST = "127.0.0.1"

GOING_AWAY = 1001
"""What a socket is closed with when its server ends."""


def command_line(words: Sequence[str]) -> str:
    """What starts the application for a browser, as a shell takes it.

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
    from textual_serve.server import Server

    with socket.socket() as probe:
        # As the server will ask for it: a port that was just left counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name != "nt")
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InputError(f"port {port}: {error.strerror}; give another --port") from error

    class Local(Server):
        """Answers this page only."""

        _pages: ClassVar[set[web.WebSocketResponse]] = set()

        def initialize_logging(self) -> None:
            """Say what goes wrong, and nothing of each request."""
            logging.basicConfig(level="WARNING", format="%(message)s")

        async def on_startup(self, app: web.Application) -> None:
            """Say where it is, once it is there."""
            self._telling = asyncio.create_task(_tell(self.public_url, port))

        async def on_shutdown(self, app: web.Application) -> None:
            """Close the pages, which would be waited for."""
            for page in list(self._pages):
                await page.close(code=GOING_AWAY)

        async def _process_messages(
            self, websocket: web.WebSocketResponse, app_service: Any
        ) -> None:
            """Know which pages are open."""
            self._pages.add(websocket)
            try:
                await super()._process_messages(websocket, app_service)
            finally:
                self._pages.discard(websocket)

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(_only_from(f"{HOST}:{port}", f"localhost:{port}"))
            return app

    Local(
        command_line(words),
        host=HOST,
        port=port,
        title="crmf",
        templates_path=Path(__file__).with_name("web_page"),
    ).serve()


async def _tell(url: str, port: int) -> None:
    """Say the address when a browser that follows it is answered."""
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        print(f"{url}\nctrl+c ends it", flush=True)
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
