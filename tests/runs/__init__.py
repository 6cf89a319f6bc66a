"""Unattended runs."""
