"""What a core install pulls in, and what the command costs before it does anything."""

from benchmarks.installed import brought_by, distributions, help_seconds

MOST_SECONDS = 0.3
MOST_DISTRIBUTIONS = 30
"""docs/decisions/0015 lists them, and what each is for."""


def test_help_costs_less_than_three_tenths_of_a_second_of_cpu() -> None:
    assert help_seconds() < MOST_SECONDS


def test_a_core_install_does_not_grow() -> None:
    found = distributions()
    assert {"openai", "pydantic", "sqlmodel"} <= found
    assert "dbos" not in found, "an extra that nobody asked for was counted"
    assert len(found) <= MOST_DISTRIBUTIONS, sorted(found)


def test_what_a_requirement_alone_brings_leaves_out_what_others_need_too() -> None:
    alone = brought_by("openai")
    assert {"openai", "jiter"} <= alone
    assert "pydantic" not in alone, "others need it too"
