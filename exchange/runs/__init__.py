"""Unattended runs: a fleet of notebooks that can be killed at any moment and goes on where it was.

A run is known by the hash of all that goes into it. A worker executes it in a fresh kernel and puts its notebook,
page, tables and manifest in their place in one step; the ledger in the store says what was planned, runs, was
published, failed or was superseded.
"""

import sys

# A grammar that only checks one rare kind of address, and takes longer to load than all the rest of nbformat.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python's own mark for "not to be imported"
