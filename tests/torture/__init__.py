"""Tests that kill for real: worker processes, traffic, SIGKILL, and an audit of what is left. See docs/guarantees.md."""
