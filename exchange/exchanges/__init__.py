"""The exchange of two cities: what is entered, how far it has come, and what is next, by whom."""
