"""Eval suites and what runs them; empty until issue 6 builds it, and part of the package so that its place is fixed."""
