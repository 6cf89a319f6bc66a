"""The web server: portal, notebooks as pages, and who may open them, in one process."""

from __future__ import annotations

import sys

# A grammar of addresses in foreign letters takes half of the time of a start, and nothing here uses it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

__all__ = ["serve"]


def serve(host: str = "127.0.0.1", port: int = 8866, database: str | None = None, *,
          open_browser: bool = False, sign_in: str = "local", address: str = "") -> None:
    """Serve the workbook until it is stopped; print one line with its address once it listens.

    Parameters
    ----------
    host
        Address to listen on. Beyond this machine people must sign in.
    port
        Port; 0 takes any free one.
    database
        URL of the store. Empty: ``EXCHANGE_DATABASE``, else ``runs/exchange.db``.
    open_browser
        Whether to open the portal in the browser.
    sign_in
        ``"local"``: whoever sits at this machine; ``"invited"``: by invitation; ``"proxy"``: by a signed header.
    address
        Where people find the server, when a proxy stands before it.

    Raises
    ------
    InputError
        For an address that is not this machine's, or a port that another program has.
    """
    from exchange.serve.app import Options, run  # noqa: PLC0415  # two seconds of imports, only for who serves

    run(Options(host=host, port=port, database=database, open_browser=open_browser,
                sign_in=sign_in, address=address))
