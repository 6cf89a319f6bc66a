"""A stage for widgets: a page in Chromium with anywidget's interface, and the widget's own Python as its kernel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from exchange.reports.look import css_variables

HOST = "http://workbook.test"
"""Plain http and not localhost, as in a workshop: half of the browser's interfaces are missing there."""

PAGE = (Path(__file__).parent / "stage.html").read_text(encoding="utf-8")


class Stage:
    """One widget on one page. `alive` False is a killed kernel: messages vanish."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.alive = True
        self.widget: Any = None
        self.page: Page = self.new_page()

    def new_page(self) -> Page:
        """Open another tab of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.expose_function("toKernel", self._kernel)
        page.route("**/*", self._serve)
        return page

    def show(
        self, widget: Any, page: Page | None = None, *, theme: str = "light", width: int = 1280, height: int = 900
    ) -> Page:
        """Show a widget, as after opening the page in a new kernel."""
        self.widget, page = widget, page or self.page
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{HOST}/?theme={theme}")
        page.wait_for_function("window.ready")
        return page

    def messages_of(self, kind: str) -> list[dict[str, Any]]:
        """Return what the page sent of one kind."""
        return [message for message in self.messages if message.get("kind") == kind]

    def _serve(self, route: Any) -> None:
        address = route.request.url
        if not address.startswith(HOST):
            self.foreign.append(address)
            route.abort()
        elif address.endswith("/widget.js"):
            route.fulfill(body=self.widget._esm, content_type="text/javascript; charset=utf-8")
        elif address.endswith("/widget.css"):
            route.fulfill(body=self.widget._css, content_type="text/css; charset=utf-8")
        elif address.endswith("/state.json"):
            route.fulfill(json=state(self.widget))
        elif "/?theme=" in address:
            page = PAGE.replace("{lang}", self.widget.language).replace("{dir}", self.widget.dir)
            route.fulfill(body=page.replace("{look}", css_variables()), content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)

    def _kernel(self, content: dict[str, Any]) -> dict[str, Any] | None:
        if not self.alive:
            return None
        changed: dict[str, Any] = {}
        names = [name for name in state(self.widget) if name not in content.get("state", {})]
        watch: Callable[[Any], None] = lambda change: changed.update({change["name"]: change["new"]})  # noqa: E731
        self.widget.observe(watch, names=names)
        try:
            for name, value in content.get("state", {}).items():
                self.widget.set_trait(name, value)
            if "message" not in content:
                return {"replies": [], "state": changed}
            self.messages.append(content["message"])
            reply = self.widget.receive(content["message"])
            return {"replies": [] if reply is None else [reply], "state": changed}
        finally:
            self.widget.unobserve(watch, names=names)


def state(widget: Any) -> dict[str, Any]:
    """Return what is sent to a page when the widget is shown, but for its code."""
    kept = {"layout", "tabbable", "tooltip"}
    return {name: value for name, value in widget.get_state().items() if name[0] != "_" and name not in kept}
