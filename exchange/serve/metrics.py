"""Figures for those who watch the server: how many requests of which kind, how long they took; nothing of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from tornado.web import HTTPError, RequestHandler

from exchange.serve.local import at_this_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Figures:
    """What one server counts.

    Parameters
    ----------
    gauges
        Name -> what it says, and how it is asked.
    """

    def __init__(self, gauges: Mapping[str, tuple[str, Callable[[], float]]]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter("exchange_requests", "Requests by page and status.", ["page", "status"],
                                 registry=self.registry)
        self._seconds = Histogram("exchange_request_seconds", "Seconds until a request was answered.", ["page"],
                                  buckets=(.005, .025, .05, .1, .15, .25, .5, 1, 2.5, 5, 10), registry=self.registry)
        for name, (said, ask) in gauges.items():
            Gauge(f"exchange_{name}", said, registry=self.registry).set_function(ask)

    def note(self, handler: RequestHandler) -> None:
        """Count one request; pages are named by their kind, never by an address that somebody typed."""
        page = type(handler).__name__
        self._requests.labels(page, str(handler.get_status())).inc()
        self._seconds.labels(page).observe(handler.request.request_time())


class Metrics(RequestHandler):
    """The figures in the text format of Prometheus, for programs on this machine."""

    def set_default_headers(self) -> None:
        """Let nobody keep it or take it for something else."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    def get(self) -> None:
        """Answer whoever asks from this machine, not through a proxy."""
        if not at_this_machine(self):
            raise HTTPError(403)
        figures: Figures = self.settings["figures"]
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(generate_latest(figures.registry))
