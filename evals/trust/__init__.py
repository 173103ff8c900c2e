"""Whether the suites can be trusted: null agents that must not pass, mutants that graders must notice, remarks on what is weak."""
