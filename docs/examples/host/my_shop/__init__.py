"""A shop of your own: its backend, its tool, and the agent made of them."""
