"""Unattended runs: a fleet of notebooks that can be killed at any moment and goes on where it was.

A run is known by the hash of all that goes into it. A worker executes it in a fresh kernel and puts its notebook,
page, tables and manifest in their place in one step; the ledger in the store says what was planned, runs, was
published, failed or was superseded.
"""
