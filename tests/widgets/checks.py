"""What every widget must keep to in a browser: accessible, never wider than its page, nothing too small to hit."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

HOSTILE = (
    '<img src=x onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    '"><svg onload=window.hacked=1>',
    "{n}{total}${window.hacked=1}",
    "' onmouseover='window.hacked=1",
)
"""Texts that run a script where a page is built carelessly."""

_SMALL = """() => [...document.querySelectorAll('button, summary, input, select, textarea, label:has(input), a[href]')]
  .filter((element) => element.checkVisibility())
  .map((element) => (element.closest('label:has(input)') ?? element))
  .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""


def violations(page: Any) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def overflow(page: Any) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def small_targets(page: Any) -> list[str]:
    """Return what a finger would miss: visible controls under 24 px."""
    return list(page.evaluate(_SMALL))


def unharmed(page: Any) -> bool:
    """Return whether no hostile text ran as a script."""
    page.wait_for_timeout(100)
    return page.evaluate("window.hacked") is None
