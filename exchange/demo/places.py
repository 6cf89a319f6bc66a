"""Sixty real cities of all regions, sizes and income groups, each with the hazards that threaten it."""

from __future__ import annotations

from typing import Final

FLOOD, SURFACE, RIVER, FLASH, COAST = "MH0600", "MH0606", "MH0604", "MH0603", "MH0601"
SURGE, TSUNAMI, CYCLONE, HEAT, DROUGHT = "MH0703", "MH0705", "MH0309", "MH0501", "MH0401"
COLD, HAIL, RAIN, SMOKE, ICE = "MH0502", "MH0404", "MH0402", "MH0205", "MH0506"
QUAKE, SLIDE, ASH, SINKING, LIQUID = "GH0101", "GH0304", "GH0202", "GH0309", "GH0307"
WILDFIRE, RISE, EROSION = "EN0205", "EN0402", "GH0405"
CHOLERA, DENGUE, VECTOR = "BI0204", "BI0207", "BI0108"
BLACKOUT, BLAZE, NO_WATER, CRITICAL, CONFLICT, VIOLENCE = "TL0209", "TL0305", "TL0210", "TL0207", "SO0101", "SO0301"

HAZARDS: Final[dict[str, tuple[str, ...]]] = {
    "rotterdam": (SURFACE, RIVER, SURGE, RISE, HEAT),
    "quito": (QUAKE, SLIDE, ASH, WILDFIRE, SURFACE),
    "dhaka": (RIVER, SURFACE, QUAKE, HEAT, DENGUE, BLAZE),
    "semarang": (COAST, SINKING, SLIDE, RIVER, RISE),
    "kobe": (QUAKE, SLIDE, LIQUID, SURGE, TSUNAMI),
    "copenhagen": (SURFACE, SURGE, RAIN),
    "durban": (FLASH, SLIDE, COAST, DROUGHT),
    "lviv": (CONFLICT, BLACKOUT, RIVER, COLD),
    "amman": (FLASH, DROUGHT, HEAT, NO_WATER),
    "da-nang": (CYCLONE, RIVER, SURGE, EROSION),
    "new-orleans": (CYCLONE, SURGE, SURFACE, SINKING, HEAT),
    "merida": (CYCLONE, HEAT, SURFACE, WILDFIRE),
    "accra": (SURFACE, CHOLERA, COAST, BLAZE),
    "tunis": (HEAT, DROUGHT, FLASH, WILDFIRE),
    "nairobi": (SURFACE, BLAZE, DROUGHT, CHOLERA),
    "bogota": (QUAKE, SLIDE, SURFACE, WILDFIRE),
    "manila": (CYCLONE, QUAKE, SURFACE, SURGE, DENGUE),
    "medellin": (SLIDE, FLASH, QUAKE, VIOLENCE),
    "mexico-city": (QUAKE, SINKING, SURFACE, NO_WATER, ASH),
    "lima": (QUAKE, TSUNAMI, SLIDE, DROUGHT),
    "santiago": (QUAKE, HEAT, DROUGHT, FLASH),
    "valparaiso": (WILDFIRE, QUAKE, TSUNAMI, SLIDE),
    "guayaquil": (SURFACE, QUAKE, DENGUE, COAST),
    "la-paz": (SLIDE, FLASH, NO_WATER, HAIL),
    "montevideo": (SURFACE, HEAT, SURGE, COAST),
    "rosario": (SURFACE, RIVER, HEAT, DENGUE),
    "san-salvador": (QUAKE, SLIDE, SURFACE, ASH),
    "port-au-prince": (QUAKE, CYCLONE, CHOLERA, SLIDE, VIOLENCE),
    "san-francisco": (QUAKE, WILDFIRE, SMOKE, RISE, LIQUID),
    "vancouver": (QUAKE, HEAT, SMOKE, RIVER, LIQUID),
    "toronto": (SURFACE, HEAT, ICE, BLACKOUT),
    "montreal": (HEAT, ICE, RIVER, BLACKOUT),
    "wellington": (QUAKE, TSUNAMI, SLIDE, LIQUID),
    "christchurch": (QUAKE, LIQUID, RIVER, WILDFIRE),
    "melbourne": (HEAT, WILDFIRE, SURFACE, SMOKE),
    "port-vila": (CYCLONE, QUAKE, TSUNAMI, ASH, RISE),
    "tokyo": (QUAKE, SURFACE, CYCLONE, SURGE, HEAT, CRITICAL),
    "mumbai": (SURFACE, HEAT, COAST, SLIDE, DENGUE),
    "surat": (RIVER, HEAT, VECTOR, SURGE),
    "karachi": (HEAT, SURFACE, CYCLONE, BLACKOUT),
    "kathmandu": (QUAKE, SLIDE, RIVER, BLAZE),
    "cape-town": (DROUGHT, WILDFIRE, NO_WATER, COAST),
    "dakar": (SURFACE, EROSION, HEAT, CHOLERA),
    "abidjan": (SURFACE, SLIDE, EROSION, DENGUE),
    "kigali": (SLIDE, FLASH, QUAKE, VECTOR),
    "addis-ababa": (SURFACE, BLAZE, DROUGHT, QUAKE),
    "antananarivo": (CYCLONE, RIVER, VECTOR, BLAZE),
    "lyon": (HEAT, RIVER, CRITICAL, SURFACE),
    "marseille": (HEAT, WILDFIRE, FLASH, DROUGHT),
    "brussels": (SURFACE, HEAT, CRITICAL, BLACKOUT),
    "valencia-es": (FLASH, HEAT, WILDFIRE, DROUGHT),
    "hamburg": (SURGE, SURFACE, HEAT, BLACKOUT),
    "istanbul": (QUAKE, SURFACE, HEAT, LIQUID),
    "lagos": (SURFACE, COAST, EROSION, BLAZE, CHOLERA),
    "cairo": (HEAT, QUAKE, FLASH, NO_WATER),
    "bangkok": (RIVER, SURFACE, SINKING, HEAT),
    "recife": (SLIDE, SURFACE, RISE, DENGUE),
    "maputo": (CYCLONE, SURFACE, COAST, CHOLERA),
    "suva": (CYCLONE, SURGE, SLIDE, RISE),
    "tbilisi": (FLASH, QUAKE, SLIDE, HAIL),
}
"""Short name -> hazards, the gravest first; ids of the Hazard Information Profiles, edition 2025."""

EDITION: Final = "2025"
