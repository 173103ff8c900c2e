"""What people say should have happened to single messages: a sample worth reading, the labels, and what they say of the thresholds."""
