"""A shop that keeps a help desk of its own: cases become tickets there, and what people do there happens here."""
