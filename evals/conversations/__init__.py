"""Who says what, and when: written steps, simulated customers, and what people, time and faults do in between."""
