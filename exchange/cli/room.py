"""The command that opens a workshop room."""

from __future__ import annotations

from typing import Annotated

import typer

from exchange.cli.options import CityName, NetworkName, RoundName


def room(
    city: CityName,
    network: NetworkName = "",
    round_name: RoundName = "",
    *,
    items: Annotated[str, typer.Option(help="Questions (P1.1,P4.2), essentials (E4), or all. "
                                            "Without it: one question of each essential.")] = "",
    port: Annotated[int | None, typer.Option(help="Port; without it 8867, or that of the room that is still open.",
                                             min=0, max=65535)] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets phones on this network join.",
                                      )] = "127.0.0.1",
    address: Annotated[str, typer.Option(help="What phones open, where it is another address than this "
                                              "machine's: http://room.example.")] = "",
    key_only: Annotated[bool, typer.Option("--key-only", help="Ask the facilitator for the key on this machine too: "
                                                              "for a room behind a proxy.")] = False,
) -> None:
    """Open the workshop room of a city, or open it again after a stop; phones join with a code."""
    from exchange.room import serve

    serve(city, network=network, round=round_name, items=items, host=host, port=port, address=address,
          local=not key_only)
