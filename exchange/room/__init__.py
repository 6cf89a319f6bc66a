"""The workshop room: people in a hall answer on their phones, and nothing that they type is lost."""

from __future__ import annotations

__all__ = ["serve"]


def serve(city: str, *, network: str = "", round: str = "", items: str = "", host: str = "127.0.0.1",  # noqa: A002
          port: int | None = None, address: str = "", database: str | None = None, local: bool = True) -> None:
    """Serve the room of a city until it is stopped; print its code and addresses once it listens.

    A room that is still open is opened again, with its code, its answers and its port.

    Parameters
    ----------
    city, network, round
        Whose assessment, in which round. Empty round: the open one, else a new one.
    items
        Questions, with commas between; an essential such as ``E4``; ``all``; empty: one of each essential.
    host
        Address to listen on: ``0.0.0.0`` lets phones on the same network join.
    port
        Port; None: that of the room that is still open, else 8867; 0 takes any free one.
    address
        What phones type, where it is not the address of this machine: ``http://room.example``.
    database
        URL of the store. Empty: ``EXCHANGE_DATABASE``, else ``runs/exchange.db``.
    local
        Whether whoever sits at this machine is the facilitator without being asked.
    """
    from exchange.room.app import Options, run  # noqa: PLC0415  # a second of imports, only for who serves

    run(Options(city, network, round, items, host, port, address, database, local))
