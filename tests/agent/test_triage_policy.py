"""The threshold of a policy from which the language model is asked."""

import pytest

from warmline.agent.guard.policy import Policy
from warmline.agent.guard.policy_file import Examined, examine_policy

RULES = """rules:
  - {id: h, when: signals.human_probability >= thresholds.human, route: human, reason: unsure, queue: q}
  - {id: last, when: "true", route: automate, reason: from_signals}
"""


def examined(grey: float) -> Examined:
    return examine_policy("p.yaml", f"version: 1\nthresholds: {{human: 0.5, grey: {grey}}}\n{RULES}")


def test_the_shipped_policy_has_one_and_no_warning_for_it() -> None:
    shipped = Policy.load().thresholds
    assert 0 < shipped["grey"] < 0.3 < shipped["human"]
    assert examined(0.12).findings.warnings == []


@pytest.mark.parametrize("grey", [0.5, 0.9])
def test_a_band_without_a_message_is_a_warning(grey: float) -> None:
    (warning,) = examined(grey).findings.warnings
    assert "no message is triaged" in warning.problem
    assert warning.line == 2


@pytest.mark.parametrize("grey", [12, -0.1])
def test_what_is_no_probability_is_a_mistake(grey: float) -> None:
    assert examined(grey).policy is None
    assert any("'grey' is compared with the probability" in one.problem for one in examined(grey).findings.mistakes)
