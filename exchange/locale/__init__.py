"""Catalogues of the languages, and what keeps them complete."""
