"""The exchange of two cities: entries, forms, and the path with its gates."""
