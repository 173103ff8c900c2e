"""Help desks that are somebody else's: what they have to do for us, and the adapters."""
