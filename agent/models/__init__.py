"""The seam to a language model: one protocol, and the messages that cross it."""
