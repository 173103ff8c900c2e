"""Speed and cost, beside what a user would pick instead: ``make bench``, docs/performance.md."""
