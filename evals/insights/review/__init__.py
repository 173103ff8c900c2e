"""What the store says of the line between agent and people: figures, what changed, what to do about it (docs/insights.md, "Review")."""
