"""The record: what cities know, answered, shared, exchanged and decided, and the history of every change.

SQLite in a file by default, PostgreSQL by URL; the same code and the same tests on both.
"""

from __future__ import annotations

from exchange.store.access import Viewer
from exchange.store.answers import EditConflictError, Saved
from exchange.store.audit import AuditReport
from exchange.store.database import absolute
from exchange.store.store import Store

__all__ = ["AuditReport", "EditConflictError", "Saved", "Store", "Viewer", "absolute"]
