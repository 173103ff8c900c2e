"""Suites as they are written: their schema, and how files become cases; every mistake is named with its place."""
