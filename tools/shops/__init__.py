"""Shops that are somebody else's: what their adapters share, and the adapters."""
