"""The human queue: cases, what is in them, and what people do with them."""
