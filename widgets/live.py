"""A picture or sheet that renews itself when others change the record, not only when this page does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.pictures import Picture
from widgets.faces import static_only
from widgets.picture_view import PictureView
from widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from exchange.reports.sheet import Sheet

EVERY: Final = 2.0
"""Seconds between two looks at the record."""

_LOG = logging.getLogger(__name__)
_WATCHES: set[asyncio.Task[None]] = set()


def live(make: Callable[[], Picture | Sheet], mark: Callable[[], object], every: float = EVERY) -> Any:
    """Return a picture or sheet that is made anew whenever its mark changes, as long as the kernel runs.

    Parameters
    ----------
    make
        Makes it.
    mark
        Returns something that is another value when there is something new to show; asked every few seconds.
    every
        Seconds between two looks.
    """
    seen, first = mark(), make()
    view = PictureView(first) if isinstance(first, Picture) else SheetView(first)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no event loop: a script
        return view
    if not static_only():
        watch = loop.create_task(_watch(view, make, mark, seen, every))
        _WATCHES.add(watch)  # a task that nobody holds may vanish
        watch.add_done_callback(_WATCHES.discard)
    return view


async def _watch(view: Any, make: Callable[[], Any], mark: Callable[[], object], seen: object, every: float) -> None:
    while view.comm is not None:
        await asyncio.sleep(every)
        try:
            now = mark()
            if now != seen:
                view.update(make())
                seen = now
        except Exception:  # noqa: BLE001 - a record that is busy now is asked again
            _LOG.warning("A live view could not be renewed", exc_info=True)
