"""The server of one room: a process of its own, so that phones are answered whatever else the laptop does."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import secrets
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from exchange.errors import ExchangeError, InputError
from exchange.room import facilitator, phone
from exchange.room.book import FIRST_PORT, Book
from exchange.room.pages import Page, refused
from exchange.room.writer import Writer
from exchange.serve.assets import Static
from exchange.serve.local import Limiter, loopback, secret
from exchange.serve.metrics import Figures, Metrics
from exchange.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

STATIC: Final = Path(__file__).parent / "static"
BIGGEST_REQUEST: Final = 300_000
LOOK_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Options:
    """How the room runs; see `exchange.room.serve`."""

    city: str
    network: str = ""
    round: str = ""
    items: str = ""
    host: str = "127.0.0.1"
    port: int | None = None
    address: str = ""
    database: str | None = None
    local: bool = True


class Health(Page):
    """Whether the room is well, for those who watch it."""

    def get(self) -> None:
        """Answer in JSON; nothing is said about anybody."""
        self.write({"status": "ok", "questions": len(self.book.items), "people": len(self.book.groups)})

    head = get


class NotFound(Page):
    """Every address that is not one of ours."""

    def prepare(self) -> None:
        """Say so whatever the method is."""
        raise refused(404, "NO_SEAT")  # type: ignore[arg-type]


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises
    ------
    InputError
        For a port that another program has, or a question that there is not.
    NotFoundError
        For a city that is not there.
    """
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    with Workbook.open(options.city, options.network, options.round, database=options.database) as workbook:
        book = Book.open(workbook, options.items)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(options, book))


async def _serve(options: Options, book: Book) -> None:
    sockets = _bind(options, book)
    port = sockets[0].getsockname()[1]
    if book.row["port"] != port:
        book.workbook.store.set_port(book.workbook.viewer, book.row["workshop_id"], port)
    writer = Writer(book.write)
    application = make(options, book, writer, port)
    server = HTTPServer(application, max_body_size=BIGGEST_REQUEST)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [asyncio.ensure_future(writer.run()), asyncio.ensure_future(_look(book))]
    try:
        server.add_sockets(sockets)
        _say(book, application.settings, port)
        await stop.wait()
    finally:
        server.stop()
        for task in tasks:
            task.cancel()


async def _look(book: Book) -> None:
    """See now and then what others did to the room from a notebook or the command line."""
    while not book.closed:
        await asyncio.sleep(LOOK_SECONDS)
        with contextlib.suppress(ExchangeError):
            await asyncio.to_thread(book.refresh)


def make(options: Options, book: Book, writer: Writer, port: int) -> Application:
    """Return the application, with all addresses that it answers."""
    key = secrets.token_urlsafe(24)
    address = options.address.rstrip("/") or f"http://{_reached_at(options.host)}:{port}"
    figures = Figures({"people": ("People in the room.", lambda: len(book.groups)),
                       "waiting": ("Answers that wait to be written.", writer.waiting)})
    handlers: list[Any] = [
        ("/", phone.Front), (r"/r/([0-9A-Z]{6})", phone.Room), (r"/r/[0-9A-Z]{6}/state", phone.State),
        (r"/r/[0-9A-Z]{6}/answers", phone.Answers),
        ("/f", facilitator.Home), ("/f/act", facilitator.Act), ("/f/agree", facilitator.Agree),
        ("/f/wall", facilitator.Projector), ("/f/paper", facilitator.Paper), ("/f/keying", facilitator.Keying),
        (r"/f/export\.(csv|json)", facilitator.Export), ("/f/end", facilitator.End), ("/health", Health),
        ("/metrics", Metrics)]
    return Application(
        handlers, book=book, writer=writer, figures=figures, key=key, address=address,
        key_address=f"{address}/f?key={key}",
        reachable=bool(options.address) or not loopback(options.host), local=options.local,
        codes=Limiter(30, 60.0), cookie_secret=secret(), xsrf_cookies=True,
        xsrf_cookie_kwargs={"samesite": "Lax"}, compress_response=True, static_path=str(STATIC),
        static_handler_class=Static, default_handler_class=NotFound, log_function=_log_failures)


def _say(book: Book, settings: dict[str, Any], port: int) -> None:
    lines = [f"The room of {book.workbook.city['name']} is open: code {book.code}",
             f"Facilitator: http://127.0.0.1:{port}/f", f"Phones: {settings['address']}"]
    if not settings["local"]:
        lines[1] = f"Facilitator: {settings['key_address']}"
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _bind(options: Options, book: Book) -> Sequence[socket.socket]:
    wanted = options.port if options.port is not None else book.row["port"] or FIRST_PORT
    try:
        return bind_sockets(wanted, options.host, reuse_port=False)
    except OSError as error:
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise InputError.at(f"port {wanted}", "this program cannot listen there",
                                f"Stop what runs there, or choose another: --port {wanted + 1}.") from None
        raise


def _reached_at(host: str) -> str:
    """Return the address under which phones on the same network find this machine; nothing is sent to find it."""
    if host not in {"0.0.0.0", "", "::"}:  # noqa: S104
        return f"[{host}]" if ":" in host and not host.startswith("[") else host
    for somewhere in ("10.255.255.255", "192.168.255.255", "172.31.255.255"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((somewhere, 9))
            return str(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found = socket.gethostbyname(socket.gethostname())
        if not found.startswith("127."):
            return found
    return "127.0.0.1"


def _log_failures(handler: RequestHandler) -> None:
    """Count a request, and log what the server did wrong, without what anybody wrote."""
    handler.settings["figures"].note(handler)
    if handler.get_status() >= 500:
        logging.getLogger(__name__).error("%d %s %s", handler.get_status(), handler.request.method,
                                          handler.request.path)


