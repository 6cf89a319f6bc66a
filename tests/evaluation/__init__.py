"""What changed, held against published values and brute force."""
