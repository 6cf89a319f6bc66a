"""Who is at the other end: the one place that decides it for pages, notebooks and kernels alike.

There are three ways. On a laptop the one visitor is the person at its keyboard, signed in without being asked. On a
server people come with an invitation, once, and then with a signed cookie. Or a proxy that knows them (OpenID
Connect, say) signs their name into a header; what they may is said by an invitation of that name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Final, cast

from jupyter_server.auth import Authorizer, IdentityProvider, User

from exchange.serve.local import at_this_machine, loopback
from exchange.store import Viewer

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler
    from tornado.web import RequestHandler

    from exchange.serve.kernels import Kernels
    from exchange.store import Store

__all__ = ["IDENTITY", "INVITED", "LOCAL", "PROXY", "Identity", "Owner", "accept", "environment", "forget",
           "loopback", "named_by_proxy", "sign_in", "who"]

LOCAL, INVITED, PROXY = "local", "invited", "proxy"
"""How people are known: whoever sits here, by invitation, or by what a proxy signs."""

IDENTITY: Final = "X-Exchange-Identity"
"""The header in which a proxy names somebody: a JSON Web Token, HS256, with ``sub`` and ``exp``."""

_HERE: Final = b"local"


def who(handler: RequestHandler) -> Viewer | None:
    """Return the person behind a request, or nobody.

    The signed cookie, or what the proxy signed, says who; nothing else that a client sends does. It is looked up each
    time, so that somebody whose invitation is taken back is nobody with the next request.
    """
    way = handler.settings.get("sign_in", LOCAL)
    if way == LOCAL:
        here = at_this_machine(handler) and handler.get_signed_cookie(_cookie(handler)) == _HERE
        return Viewer.local() if here else None
    store: Store = handler.settings["people"]
    if way == PROXY:
        name = named_by_proxy(handler.request.headers.get(IDENTITY, ""), handler.settings["proxy_key"], time.time())
        return store.known_as(name) if name else None
    token = handler.get_signed_cookie(_cookie(handler))
    return store.signed_in(token.decode()) if token else None


def sign_in(handler: RequestHandler) -> Viewer | None:
    """Sign in the person who opens a page without a cookie, where that needs no question; else nobody."""
    if handler.settings.get("sign_in", LOCAL) != LOCAL or not at_this_machine(handler):
        return None
    _set(handler, _HERE.decode())
    return Viewer.local()


def accept(handler: RequestHandler, key: str) -> None:
    """Sign in whoever has the key of an invitation.

    Raises
    ------
    NotFoundError
        When it is not valid, or not any more.
    """
    store: Store = handler.settings["people"]
    _set(handler, store.accept(key))


def forget(handler: RequestHandler) -> None:
    """Sign somebody out."""
    token = handler.get_signed_cookie(_cookie(handler))
    if token and handler.settings.get("sign_in", LOCAL) == INVITED:
        handler.settings["people"].sign_out(token.decode())
    handler.clear_cookie(_cookie(handler))


def named_by_proxy(token: str, key: bytes, now: float) -> str:
    """Return whom a proxy's token names; empty where it is not signed with the key, or has ended.

    Parameters
    ----------
    token
        A JSON Web Token.
    key
        What proxy and server share.
    now
        Seconds since 1970.
    """
    try:
        head, body, signature = token.split(".")
        right = hmac.new(key, f"{head}.{body}".encode(), hashlib.sha256).digest()
        if not key or not hmac.compare_digest(right, _decoded(signature)):
            return ""
        # Only after the signature: nothing that anybody could have written is read.
        claims = json.loads(_decoded(body))
        fits = json.loads(_decoded(head)).get("alg") == "HS256" and float(claims["exp"]) > now
        return str(claims["sub"]) if fits else ""
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        return ""


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


def _set(handler: RequestHandler, value: str) -> None:
    days = None if handler.settings.get("sign_in", LOCAL) == LOCAL else 14
    handler.set_signed_cookie(_cookie(handler), value, expires_days=days, httponly=True, samesite="Lax",
                              secure=bool(handler.settings.get("secure")))


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _cookie(handler: RequestHandler) -> str:
    # Cookies are per host, not per port: two servers on one laptop must not sign each other's visitors out.
    return f"exchange-{handler.settings['port']}"
