"""The land for maps and the distance from the coast, from Natural Earth (see build_reference.py)."""

from __future__ import annotations

import heapq
import json
import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from pathlib import Path

Ring = list[tuple[float, float]]


def read_land(topology: Path) -> list[Ring]:
    """Return the outer and inner rings of the land: points of longitude and latitude in degrees."""
    topo = json.loads(topology.read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = topo["transform"]["scale"], topo["transform"]["translate"]
    arcs = []
    for arc in topo["arcs"]:
        steps = np.cumsum(np.array(arc), axis=0)
        arcs.append([(x * sx + tx, y * sy + ty) for x, y in steps])
    rings = []
    for shape in topo["objects"]["land"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings += [_ring(indices, arcs) for polygon in polygons for indices in polygon]
    return rings


def _ring(indices: list[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def coastline(rings: list[Ring], step_km: float = 1.0) -> cKDTree:
    """Return the points of the coast, at most `step_km` apart, as a tree of points on the unit sphere."""
    points = []
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            apart = math.hypot((bx - ax) * math.cos(math.radians(ay)), by - ay) * 111.2
            if abs(bx - ax) > 180 or (abs(ax) > 179.99 and abs(bx) > 179.99) or ay < -85:
                continue  # the edge of the map is no coast
            parts = max(1, math.ceil(apart / step_km))
            points += [(ax + (bx - ax) * k / parts, ay + (by - ay) * k / parts) for k in range(parts)]
    return cKDTree(on_sphere(points))


def on_sphere(points: list[tuple[float, float]]) -> np.ndarray:
    """Return points of longitude and latitude, degrees, as an array of n x 3 on the unit sphere."""
    lon, lat = np.radians(np.array(points)).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def outline(rings: list[Ring], smallest: float = 0.12, island: float = 0.6) -> list[list[int]]:
    """Return the land for maps of the world and of its regions.

    Rings as flat lists of whole tenths of a degree: longitude and latitude of the first point, then the steps to each
    next one. Rings that cross the 180th meridian are cut there; Antarctica and small islands are left out.

    Parameters
    ----------
    rings
        Closed rings of longitude and latitude.
    smallest
        A point goes when the triangle with its neighbours is smaller than this, in square degrees at the equator
        (Visvalingam and Whyatt 1993).
    island
        A ring goes when it encloses less than this, in square degrees at the equator.
    """
    kept = []
    for ring in rings:
        if min(lat for _, lat in ring) < -60:
            continue
        parts = (part for part in _cut(_unwrapped(ring)) if abs(_area(part)) >= island)
        kept += [_steps(_simplified(part, smallest)) for part in parts]
    return [steps for steps in sorted(kept, key=len, reverse=True) if len(steps) >= 8]


def _unwrapped(ring: Ring) -> Ring:
    out = [ring[0]]
    for lon, lat in ring[1:]:
        turns = round((out[-1][0] - lon) / 360)
        out.append((lon + 360 * turns, lat))
    return out


def _cut(ring: Ring) -> list[Ring]:
    parts = []
    for turn in (-360, 0, 360):
        part = _clipped(_clipped([(x + turn, y) for x, y in ring], 180, 1), -180, -1)
        if len(part) > 3:
            parts.append(part)
    return parts


def _clipped(ring: Ring, edge: float, side: int) -> Ring:
    """Return the part of a ring with side * lon <= side * edge (Sutherland and Hodgman 1974)."""
    out: Ring = []
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]] if ring and ring[0] != ring[-1] else ring):
        a_in, b_in = side * ax <= side * edge, side * bx <= side * edge
        if a_in:
            out.append((ax, ay))
        if a_in != b_in:
            out.append((edge, ay + (by - ay) * (edge - ax) / (bx - ax)))
    return [*out, out[0]] if out and out[0] != out[-1] else out


def _area(ring: Ring) -> float:
    strips = (((bx - ax) * (ay + by) / 2, math.radians((ay + by) / 2)) for (ax, ay), (bx, by) in pairwise(ring))
    return sum(strip * math.cos(lat) for strip, lat in strips)


def _simplified(ring: Ring, smallest: float) -> Ring:
    points = ring[:-1] if ring[0] == ring[-1] else ring
    before = {i: i - 1 for i in range(len(points))} | {0: len(points) - 1}
    after = {i: i + 1 for i in range(len(points))} | {len(points) - 1: 0}

    def triangle(i: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = points[before[i]], points[i], points[after[i]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2 * math.cos(math.radians(by))

    size = {i: triangle(i) for i in before}
    heap = [(s, i) for i, s in size.items()]
    heapq.heapify(heap)
    while heap and len(size) > 4:
        least, i = heapq.heappop(heap)
        if size.get(i) != least:
            continue
        if least >= smallest:
            break
        a, b = before[i], after[i]
        del size[i]
        after[a], before[b] = b, a
        for j in (a, b):
            size[j] = max(triangle(j), least)
            heapq.heappush(heap, (size[j], j))
    return [points[i] for i in sorted(size)]


def _steps(ring: Ring) -> list[int]:
    whole = [(round(x * 10), round(y * 10)) for x, y in ring]
    whole = [point for k, point in enumerate(whole) if not k or point != whole[k - 1]]
    flat = list(whole[0])
    for (ax, ay), (bx, by) in pairwise(whole):
        flat += [bx - ax, by - ay]
    return flat
