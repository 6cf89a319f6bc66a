"""The options that several commands share, each said once."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
CityName = Annotated[str, typer.Option("--city", help="Name, short name or GeoNames id of the city.")]
RoundName = Annotated[str, typer.Option("--round", help="Round to file the answers under, for example 2026.")]
NetworkName = Annotated[str, typer.Option("--network", help="Short name of the network.")]
LanguageTag = Annotated[str, typer.Option("--language", help="en, es or ar.")]
