"""What people touch: one thing per file, a model and a view."""
