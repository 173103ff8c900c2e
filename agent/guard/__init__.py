"""The guard: signals, then a decision; the gate before a tool and the gate before a reply."""
