"""The support landscape of a shop, read from the tickets of its past."""
