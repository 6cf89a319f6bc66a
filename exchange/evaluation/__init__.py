"""What changed, how sure we can be, and compared with what."""
