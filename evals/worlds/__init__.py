"""What a case is played in: a shop with its records, a desk, a clock, models and a guard, and what is broken in them."""
