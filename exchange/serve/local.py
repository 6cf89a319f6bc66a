"""Whether somebody sits at the machine that serves: the only sign-in that needs no question."""

from __future__ import annotations

import os
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exchange import paths
from exchange.words import LANGUAGES

if TYPE_CHECKING:
    from tornado.web import RequestHandler

HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


def loopback(host: str) -> bool:
    """Return whether an address to listen on can be reached from this machine only."""
    return host in HOSTS or (host.replace(".", "").isdigit() and ip_address(host).is_loopback)


def at_this_machine(handler: RequestHandler) -> bool:
    """Whether the request came from this machine, and to it by name: a page elsewhere cannot pose as it."""
    headers = handler.request.headers
    if any(name in headers for name in ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via")):
        return False  # a proxy on this machine speaks for somebody elsewhere
    address = handler.request.remote_ip or ""
    return address != "" and ip_address(address).is_loopback and handler.request.host_name in HOSTS


def secret() -> str:
    """Return the key that signs cookies: made once, kept beside the record, readable by its owner alone.

    ``EXCHANGE_SECRET_FILE`` names another file than `runs/cookie.secret`.
    """
    path = Path(os.environ.get("EXCHANGE_SECRET_FILE") or paths.runs() / "cookie.secret")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _kept(path)
    with os.fdopen(file, "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(32))
    return _kept(path)


def _kept(path: Path) -> str:
    """Return the key; whoever makes it at this very moment is given a moment."""
    for _ in range(20):
        key = path.read_text(encoding="ascii").strip()
        if len(key) == 64:
            return key
        time.sleep(0.05)
    raise RuntimeError(f"{path.name} is not a key: remove it, and everybody signs in again")


def preferred(accepted: str) -> str:
    """Return the first language that a browser asks for and that we speak; English where there is none."""
    for tag in accepted.split(","):
        base = tag.split(";")[0].strip().split("-")[0].lower()
        if base in LANGUAGES:
            return base
    return "en"


class Limiter:
    """Counts tries by a name, so that nobody guesses keys or codes.

    Parameters
    ----------
    most
        Tries that are free.
    seconds
        In how long a time.
    clock
        Tells the seconds.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._tries: defaultdict[str, deque[float]] = defaultdict(deque)

    def refuses(self, name: str) -> bool:
        """Return whether this name has tried too often lately."""
        tries = self._tries.get(name)
        while tries and tries[0] <= self._clock() - self._seconds:
            tries.popleft()
        return tries is not None and len(tries) >= self._most

    def note(self, name: str) -> None:
        """Note one failed try."""
        self._tries[name].append(self._clock())
        if len(self._tries) > 10_000:  # somebody tries from everywhere: forget whoever has nothing left to forget
            self._tries = defaultdict(deque, {who: t for who, t in self._tries.items() if self.refuses(who)})
