"""The facade, one file a step."""
