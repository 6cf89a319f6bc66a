"""What the network learns, on worlds small enough to count by hand."""
