"""The demo network, and the truths planted in it."""
