"""Matching: one city, and a whole round."""
