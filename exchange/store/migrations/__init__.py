"""The steps from each version of the schema to the next, run by `Store.open` when they are needed.

A new step is a file in `versions` that says what changes, and a new last entry of `schema.KNOWN`. A step that was
released is never edited; it does not import `schema`, which describes the newest version alone.
"""
