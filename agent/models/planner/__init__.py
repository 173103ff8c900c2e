"""The embedded model's planner: pure functions from a conversation to the next tool call or reply."""
