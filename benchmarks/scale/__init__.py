"""Past one machine: what N processes over one PostgreSQL do, and what that means for a shop of any size (docs/scaling.md)."""
