"""Peers whose libraries are in environments of their own: a type checker of this one does not know them."""
