"""Cases become trials, trials become a log: embedded, live, recorded or replayed; in one process or in several."""
