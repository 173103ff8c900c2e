"""What was seen of a conversation, against what was expected: a grader for each part, and the judge."""
