"""A network to try everything on: real cities, fictional answers, and truths planted to be found again."""

from exchange.demo.network import demo_network

__all__ = ["demo_network"]
