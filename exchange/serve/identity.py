"""Who is at the other end: the one place that decides it for pages, notebooks and kernels alike.

Today the server listens on this machine only and its one visitor is the person at its keyboard, signed in
without being asked. Invitations and single sign-on will be two more branches of `who` and `sign_in`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from jupyter_server.auth import Authorizer, IdentityProvider, User

from exchange.serve.local import at_this_machine, loopback
from exchange.store import Viewer

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler
    from tornado.web import RequestHandler

    from exchange.serve.kernels import Kernels

__all__ = ["Identity", "Owner", "environment", "loopback", "sign_in", "who"]

_LOCAL: Final = b"local"


def who(handler: RequestHandler) -> Viewer | None:
    """Return the person behind a request, or nobody.

    The signed cookie says who; nothing else that a client sends does.
    """
    if at_this_machine(handler) and handler.get_signed_cookie(_cookie(handler)) == _LOCAL:
        return Viewer.local()
    return None


def sign_in(handler: RequestHandler) -> Viewer | None:
    """Sign in the person who opens a page without a cookie, where that needs no question; else nobody."""
    if not at_this_machine(handler):
        return None
    handler.set_signed_cookie(_cookie(handler), _LOCAL, expires_days=None, httponly=True, samesite="Lax")
    return Viewer.local()


def environment(viewer: Viewer) -> dict[str, str]:
    """Return how a kernel learns whom it serves; `Viewer.from_environment` reads it back."""
    return {
        "EXCHANGE_USER": viewer.name,
        "EXCHANGE_ROLE": viewer.role,
        "EXCHANGE_CITIES": ",".join(sorted(viewer.city_ids)),
        "EXCHANGE_NETWORKS": ",".join(sorted(viewer.networks)),
    }


class Identity(IdentityProvider):
    """Tell Jupyter's handlers who is asking; they have no sign-in pages of their own."""

    @property
    def auth_enabled(self) -> bool:
        """Whether anybody is asked to sign in: always."""
        return True

    def get_user(self, handler: RequestHandler) -> User | None:
        """Return the visitor as Jupyter names one."""
        viewer = who(handler)
        return User(username=viewer.name or viewer.role) if viewer else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return no pages: the portal signs people in."""
        return []


class Owner(Authorizer):
    """A kernel answers only to whom it was opened for."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:  # noqa: ARG002
        """Return whether this visitor owns the kernel that the address names."""
        kernel_id = handler.path_kwargs.get("kernel_id", "")
        kernels = cast("Kernels", handler.kernel_manager)
        return resource == "kernels" and kernels.belongs(kernel_id, who(handler))


def _cookie(handler: RequestHandler) -> str:
    # Cookies are per host, not per port: two servers on one laptop must not sign each other's visitors out.
    return f"exchange-{handler.settings['port']}"
