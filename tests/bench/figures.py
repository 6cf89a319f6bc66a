"""How figures are said: never one number alone."""

from __future__ import annotations

import statistics


def spread(values: list[float], unit: str, digits: int = 2) -> str:
    """Return the median, with the least, the most and n."""
    middle, least, most = (round(f(values), digits) for f in (statistics.median, min, max))
    return f"{middle} {unit} ({least} to {most}, n {len(values)})"
