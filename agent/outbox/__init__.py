"""Events for the host's systems, on their way: at least once, in order per conversation, and a place for those nobody takes."""
