"""docs/policy.md tells the truth: every name is in it, and every example can be used."""

import re
from pathlib import Path

import pytest

from warmline.agent.guard.decision import AUTOMATED_REASONS, HUMAN_REASONS
from warmline.agent.guard.names import WORDS, blank_names, paths
from warmline.agent.guard.policy import default_file, text_of
from warmline.agent.guard.policy_file import examine_policy
from warmline.agent.guard.policy_terms import DESK_KEYS, HOURS_KEYS, LEVEL_KEYS, PERSON_KEYS

MANUAL = (Path(__file__).parents[2] / "docs" / "policy.md").read_text("utf-8")
TABLE = dict(re.findall(r"^\| `((?:signals|customer|order|facts)\.[\w.<>]+)` \| ([^|]+) \|", MANUAL, re.MULTILINE))
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)
RULES = [block for block in BLOCKS if block.startswith("  - id:")]
TYPES = {"0 to 1": float, "word": str, "words": list, "true or false": bool, "number": float, "whole number": int}


def test_every_name_is_listed_with_its_type_and_no_other() -> None:
    known = {re.sub(r"(probability)\.\w+", r"\1.<reason>", path): value for path, value in paths(blank_names())}
    assert set(TABLE) == set(known)
    assert {path: TYPES[said] for path, said in TABLE.items()} == {path: type(value) for path, value in known.items()}


def test_every_word_a_name_may_be_is_listed() -> None:
    for words in (
        AUTOMATED_REASONS,
        HUMAN_REASONS,
        WORDS["customer.tier"],
        WORDS["facts.verification"],
        WORDS["signals.language"],
    ):
        assert [word for word in words if f"`{word}`" not in MANUAL and word != "unknown"] == []


@pytest.mark.parametrize("rules", RULES)
def test_every_example_can_be_put_above_the_last_rule(rules: str) -> None:
    text = text_of(default_file())
    examined = examine_policy("mine.yaml", text.replace("  - id: automate\n", f"{rules}  - id: automate\n"))
    assert [str(one) for one in (*examined.findings.mistakes, *examined.findings.warnings)] == []


def test_the_whole_examples_can_be_used() -> None:
    wholes = [block for block in BLOCKS if block.startswith("version:")]
    for whole in wholes:
        examined = examine_policy("mine.yaml", whole)
        assert [str(one) for one in (*examined.findings.mistakes, *examined.findings.warnings)] == []
    assert (len(wholes), len(RULES)) == (3, 5)


def test_every_key_of_the_desk_is_listed_and_no_other() -> None:
    listed = re.findall(
        r"^\| (?:a name, then )?`(\w+)` \|", MANUAL[MANUAL.index("### The desk") : MANUAL.index("### A rule")], re.MULTILINE
    )
    assert sorted(listed) == sorted([*HOURS_KEYS, *LEVEL_KEYS, *PERSON_KEYS, *DESK_KEYS])
