"""What happens by itself: chores that run by the clock, and turns nobody waits for."""
