"""Lessons: found, judged for transfer, kept, exported."""
