"""The end of a kernel when its page is closed."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import HTTPError, RequestHandler

from exchange.serve.identity import who


class Shutdown(RequestHandler):
    """What a page calls as it closes; only the owner of a kernel may end it."""

    async def post(self, kernel_id: str) -> None:
        """End the kernel."""
        kernels = self.settings["kernel_manager"]
        if not kernels.belongs(kernel_id, who(self)):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        await kernels.end(kernel_id)
        self.set_status(HTTPStatus.NO_CONTENT)
