"""The commands that let people in and out: invite, list, revoke."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from exchange.cli.options import AsJson
from exchange.cli.printing import print_json, say, show


class SignIn(StrEnum):
    """How people are known to the server."""

    local = "local"
    invited = "invited"
    proxy = "proxy"


people = typer.Typer(no_args_is_help=True, help="Invite people to a server with sign-in, and take invitations back.")


@people.command("new")
def new(
    name: Annotated[str, typer.Option(help="Who it is: stands in the history; a proxy knows them by it.")],
    role: Annotated[str, typer.Option(help="secretariat, facilitator, city_editor, city_reader, participant, public.")],
    city: Annotated[list[str] | None, typer.Option(help="For which city; may be given several times.")] = None,
    network: Annotated[list[str] | None, typer.Option(help="Which network a secretariat keeps.")] = None,
    days: Annotated[int | None, typer.Option(help="Days after which it ends; without it, never.", min=1)] = None,
    *,
    many: Annotated[bool, typer.Option("--many", help="Let the link be used more than once.")] = False,
    address: Annotated[str, typer.Option(help="Where people find the server.")] = "http://127.0.0.1:8866",
    as_json: AsJson = False,
) -> None:
    """Invite somebody; the link is shown once and kept nowhere."""
    from exchange.workbook import Workbook
    from exchange.workbook.place import the_city

    with Workbook.open() as workbook:
        store, viewer = workbook.store, workbook.viewer
        cities = [str(the_city(store, viewer, one)["city_id"]) for one in city or []]
        ends = store.now() + timedelta(days=days) if days else None
        known, key = store.invite(viewer, role, name, city_ids=cities, networks=network or [], once=not many,
                                  expires_at=ends)
    link = f"{address.rstrip('/')}/i/{key}"
    if as_json:
        print_json({"invitation_id": known, "link": link})
    else:
        say(f"Invitation {known} for {name}. The link is shown this once:", link)


@people.command("list")
def listed(*, as_json: AsJson = False) -> None:
    """Print all invitations; their links are not kept."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        found = workbook.store.invitations(workbook.viewer)
    rows = [{**{name: _plain(row[name]) for name in ("invitation_id", "name", "role", "expires_at", "used_at",
                                                      "revoked_at")},
             "for": ", ".join([*row["city_ids"], *row["networks"]])} for row in found.to_dict("records")]
    show(rows, ("invitation_id", "name", "role", "for", "expires_at", "used_at", "revoked_at"), as_json=as_json,
         title="Invitations")


@people.command("revoke")
def revoke(invitation_id: str) -> None:
    """Take an invitation back; whoever came in by it is signed out."""
    from exchange.workbook import Workbook

    with Workbook.open() as workbook:
        workbook.store.revoke(workbook.viewer, invitation_id)
    say(f"Invitation {invitation_id} is taken back.")


def _plain(value: object) -> str | None:
    said = str(value)
    return None if said in {"NaT", "None", "nan", "<NA>"} else said
