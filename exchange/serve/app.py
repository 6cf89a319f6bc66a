"""One process for one laptop: the portal, the workbook's notebooks as pages, and their kernels."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import shutil
import signal
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, url
from traitlets.config import Config
from voila.app import Voila, VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from exchange.errors import InputError
from exchange.paths import NOTEBOOKS, runs
from exchange.serve.assets import Assets, Static, fingerprint
from exchange.serve.executed import Executed
from exchange.serve.identity import INVITED, LOCAL, PROXY, Identity, Owner, loopback
from exchange.serve.kernels import Kernels, Specs, connection_folder
from exchange.serve.local import Limiter, secret
from exchange.serve.metrics import Figures, Metrics
from exchange.serve.notebook_page import SCRIPTED, NotebookPage, prelaunch
from exchange.serve.pages import Health, Help, Language, NotFound, Portal
from exchange.serve.path import START, STOPS
from exchange.serve.rendering import Gate, Renderer
from exchange.serve.rooms import Door, Rooms
from exchange.serve.shutdown import Shutdown
from exchange.serve.sign_in import Invitation, SignIn, SignOut
from exchange.store import Store, absolute

if TYPE_CHECKING:
    from collections.abc import Callable

    from tornado.web import RequestHandler

    from exchange.serve.overview import Overview
    from exchange.store import Viewer

HERE: Final = Path(__file__).parent
EXTENSIONS: Final = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
"""What JupyterLab adds to a page: widgets, and nothing else. The second registers the base that all need."""
SHORTEST_KEY: Final = 32
BIGGEST_REQUEST: Final = 1_000_000
"""Bytes of the biggest request; answers come one at a time over the kernel's own socket."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the server runs.

    Parameters
    ----------
    host, port
        Where it listens; port 0 takes any free one.
    database
        URL of the store. Empty: ``EXCHANGE_DATABASE``, else ``runs/exchange.db``.
    open_browser
        Whether to open the portal in the browser.
    notebooks
        Folder of the seven notebooks.
    overview
        What the portal asks, for a viewer in a language. Empty: the store.
    most_kernels
        How many notebooks may be open at once, all visitors together.
    at_once
        How many pages render at once.
    sign_in
        How people are known: `identity.LOCAL`, `INVITED` or `PROXY`.
    address
        Under which address people find the server, where a proxy stands before it: ``https://learn.example.org``.
    look_seconds
        How often the server looks whether people with an open notebook are still invited.
    idle_seconds, cull_seconds
        After how long without a browser an idle kernel ends, and how often that is looked at.
    """

    host: str = "127.0.0.1"
    port: int = 8866
    database: str | None = None
    open_browser: bool = False
    notebooks: Path = NOTEBOOKS
    overview: Callable[[Viewer, str], Overview] | None = None
    most_kernels: int = 40
    at_once: int = 2
    sign_in: str = LOCAL
    address: str = ""
    look_seconds: float = 20.0
    idle_seconds: int = 600
    cull_seconds: int = 60


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM; no kernel is left behind.

    Raises
    ------
    InputError
        For an address that is not this machine's, a port that another program has, or a URL of no database.
    StoreError
        For a store that cannot be opened.
    """
    if options.sign_in == LOCAL and not loopback(options.host):
        raise InputError.at(f"host {options.host}", "serving beyond this machine needs a sign-in",
                            "Use 127.0.0.1, or serve with --sign-in and invite people (exchange invite).")
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("exchange").setLevel(_log_level())
    database = absolute(options.database)
    app = Serve(config=_config(options))
    app.options = options
    app.database = database
    app.people = Store.open(database) if options.sign_in != LOCAL else None
    app.proxy_key = _proxy_key() if options.sign_in == PROXY else b""
    app.overview = options.overview or _store_overview(database)
    app.initialize([])
    app.start()


class Serve(Voila):  # type: ignore[misc]  # Voilà carries no types
    """Voilà, with our pages around it and most of its own addresses closed."""

    name = "voila"  # Voilà's handlers look themselves up under this name
    options: Options
    database: str
    overview: Callable[[Viewer, str], Overview]
    people: Store | None
    proxy_key: bytes

    def setup_template_dirs(self) -> None:
        """Put our template before JupyterLab's, wherever the package is installed."""
        super().setup_template_dirs()
        ours = str(HERE / "templates" / "voila" / "workbook")
        self.template_paths: list[str] = [ours, *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Return what the handlers share."""
        settings: dict[str, Any] = super().init_settings()
        return settings | {
            "overview": self.overview,
            "database": self.database,
            "gate": Gate(self.options.at_once),
            "rooms": self.rooms,
            "renderer": self._renderer,
            "port": self.port,
            "static_path": str(HERE / "static"),
            "static_handler_class": Static,
            "default_handler_class": NotFound,
            "allow_remote_access": self.options.sign_in != LOCAL,
            "sign_in": self.options.sign_in,
            "people": self.people,
            "proxy_key": self.proxy_key,
            "secure": self.options.address.startswith("https://"),
            "tries": Limiter(10, 300.0),
            "cookie_secret": secret() if self.options.sign_in == INVITED else self.cookie_secret,
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Lax"},
            "compress_response": True,
            "login_url": "/",
            "ws_ping_timeout": 30_000,
            "websocket_compression_options": {"compression_level": 6},
            "headers": {"Content-Security-Policy": SCRIPTED, "Referrer-Policy": "same-origin"},
            "figures": self.figures,
            "log_function": _log_failures,
        }

    def init_handlers(self) -> list[Any]:
        """Return every address that is answered: ours, and of Voilà's only a page's way to its kernel."""
        kept = [h for h in super().init_handlers() if h[1] in {KernelHandler, VoilaKernelWebsocketHandler}]
        version = fingerprint([*self.static_paths, *self.labextensions_path])
        assets = f"/voila/{version}"
        self.page_config = get_page_config(base_url="/", settings=self.app.settings, log=self.log,
                                           voila_configuration=self.voila_configuration)
        self.page_config |= {"fullStaticUrl": f"{assets}/static",
                             "fullLabextensionsUrl": f"{assets}/labextensions"}
        return [
            ("/", Portal),
            ("/help", Help),
            ("/health", Health),
            ("/metrics", Metrics),
            ("/language", Language),
            ("/room", Door),
            (r"/runs(?:/(.*))?", Executed, {"root": runs()}),
            ("/sign-in", SignIn),
            ("/sign-out", SignOut),
            (r"/i/([\w-]{20,64})", Invitation),
            ("/start", NotebookPage, {"stop": START}),
            *(url(rf"/{stop.key}/([a-z0-9-]+)", NotebookPage, {"stop": stop}) for stop in STOPS),
            (r"/voila/api/shutdown/([0-9a-f-]+)", Shutdown),
            (rf"{assets}/static/(.+)", Assets, {"roots": self.static_paths}),
            (rf"{assets}/labextensions/(.+)", Assets, {"roots": self.labextensions_path}),
            *kept,
        ]

    def start(self) -> None:
        """Listen, say so in one line, and serve until told to stop."""
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        sockets = _bind(self.options)
        self.port = sockets[0].getsockname()[1]
        self.connection_dir = str(connection_folder())
        self.rooms = Rooms(self.database)
        self.figures = Figures({"kernels": ("Notebooks that are open.", lambda: len(self.kernel_manager)),
                                "most_kernels": ("Notebooks that may be open.", lambda: self.options.most_kernels)})
        self.app = Application(**self.init_settings())
        self.app.add_handlers(".*$", self.init_handlers())
        server = HTTPServer(self.app, max_body_size=BIGGEST_REQUEST, xheaders=bool(self.options.address))
        stop = _stop_signal()
        looking = asyncio.ensure_future(self._end_what_was_taken_back())
        try:
            server.add_sockets(sockets)
            address = f"http://{_in_address(self.options.host)}:{self.port}"
            sys.stdout.write(f"City Learning Exchange is open at {address}\n")
            sys.stdout.flush()
            if self.options.open_browser:
                asyncio.get_running_loop().run_in_executor(None, webbrowser.open, address)
            await stop.wait()
        finally:
            server.stop()
            looking.cancel()
            await self.rooms.close()
            await self.kernel_manager.shutdown_all(now=True)
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _end_what_was_taken_back(self) -> None:
        """End the notebooks of people whose invitation ended or was taken back while they were open."""
        while self.people is not None:
            await asyncio.sleep(self.options.look_seconds)
            for viewer in set(self.kernel_manager.owners.values()):
                if not await asyncio.to_thread(self.people.still_invited, viewer):
                    await self.kernel_manager.end_of(viewer)

    def _renderer(self, page: RequestHandler, notebook: str) -> Renderer:
        return Renderer(
            request_handler=page, notebook_path=notebook, root_dir=self.options.notebooks, base_url="/",
            voila_configuration=self.voila_configuration, traitlet_config=self.config,
            page_config=self.page_config, template_paths=self.template_paths,
            config_manager=self.config_manager, contents_manager=self.contents_manager,
            kernel_spec_manager=self.kernel_spec_manager)


def _config(options: Options) -> Config:
    c = Config()
    c.Voila.update(
        ip=options.host, root_dir=str(options.notebooks), open_browser=False, port_retries=0,
        config_file_paths=[], identity_provider_class=Identity, authorizer_class=Owner,
        log_level=_log_level())
    c.VoilaConfiguration.update(
        template="lab", allow_template_override="NO", allow_theme_override="NO", file_allowlist=[],
        multi_kernel_manager_class=Kernels, kernel_spec_manager_class=Specs, prelaunch_hook=prelaunch,
        extension_allowlist=list(EXTENSIONS))
    c.Kernels.most = options.most_kernels
    # Over TCP, kernels that start together race for ports, and who loses never answers.
    c.KernelManager.transport = "ipc" if os.name == "posix" else "tcp"
    # A kernel that is started again is empty: better to say at once that the page is dead.
    c.KernelRestarter.update(restart_limit=0, time_to_dead=1.0)
    c.MappingKernelManager.update(cull_idle_timeout=options.idle_seconds, cull_interval=options.cull_seconds,
                                  cull_connected=False)
    return c


def _proxy_key() -> bytes:
    """Return the key that the proxy signs with, from the file that EXCHANGE_PROXY_KEY_FILE names."""
    named = os.environ.get("EXCHANGE_PROXY_KEY_FILE", "")
    path = Path(named)
    key = path.read_bytes().strip() if named and path.is_file() else b""
    if len(key) < SHORTEST_KEY:
        raise InputError.at("EXCHANGE_PROXY_KEY_FILE", "it names no file with a key of 32 characters or more",
                            "Write a random key into a file that this user alone may read, and name it.")
    return key


def _log_level() -> int:
    """Return how much is said: with EXCHANGE_LOG set also where and why a notebook failed."""
    return logging.INFO if os.environ.get("EXCHANGE_LOG") else logging.WARNING


def _store_overview(database: str) -> Callable[[Viewer, str], Overview]:
    from exchange.serve.store_overview import StoreOverview  # noqa: PLC0415  # tests serve without a store

    return StoreOverview.of(Store.open(database))


def _bind(options: Options) -> list[Any]:
    try:
        return bind_sockets(options.port, options.host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            another = f"Stop it, or choose another: exchange serve --port {options.port + 1}."
            place = f"port {options.port}"
            raise InputError.at(place, "another program listens there already", another) from None
        if error.errno in {errno.EACCES, getattr(errno, "WSAEACCES", errno.EACCES)}:
            raise InputError.at(f"port {options.port}", "this user may not listen there",
                                "Choose a port above 1023: exchange serve --port 8866.") from None
        raise


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows Ctrl+C cancels the main task instead
            loop.add_signal_handler(number, stop.set)
    return stop


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _log_failures(handler: RequestHandler) -> None:
    """Count a request, and log what the server did wrong; what visitors mistype is not worth a line."""
    handler.settings["figures"].note(handler)
    if handler.get_status() >= 500 and handler.get_status() != 503:
        logging.getLogger(__name__).error("%d %s %s", handler.get_status(), handler.request.method,
                                          handler.request.path)
