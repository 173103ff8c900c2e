"""What a log comes to: counts, a verdict in one word, and what changed since a baseline. It runs nothing."""
