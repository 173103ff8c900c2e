"""The verdict on a run: one word, one sentence, one exit code; what could not be measured never passes."""

import pytest
from support.eval_runs import a_case, a_run

from warmline.evals.gating.gate import rule


def test_all_green_passes() -> None:
    ruling = rule(a_run(a_case("one"), a_case("two")))
    assert (ruling.word, ruling.exit_code, ruling.reason) == ("PASS", 0, "2 of 2 cases pass")


def test_a_failing_case_is_named_with_its_counts_and_why() -> None:
    ruling = rule(a_run(a_case("one", "+x+xx+x+"), a_case("two")))
    assert (ruling.word, ruling.exit_code) == ("FAIL", 1)
    assert ruling.reason == "1 case fails: one (4 of 8 pass; expected human, was bot)"


def test_a_critical_case_comes_first() -> None:
    ruling = rule(a_run(a_case("one", "xxx"), a_case("two", "+++++++x", severity="critical")))
    assert ruling.reason.startswith("2 cases, 1 of them critical, fail: two (7 of 8 pass")
    assert ruling.reason.endswith("and 1 more")


@pytest.mark.parametrize("tier", ["watch", "quarantine"])
def test_what_is_only_watched_does_not_fail_the_run(tier: str) -> None:
    ruling = rule(a_run(a_case("one", "xxx", tier=tier), a_case("two")))
    assert (ruling.word, ruling.exit_code) == ("PASS", 0)
    assert ruling.reason == "1 of 2 cases pass, 1 that do not are only watched"


@pytest.mark.parametrize(("letter", "named"), [("!", "for want of a model"), ("?", "judged"), ("~", "simulated customer")])
def test_too_much_trouble_is_not_measurable(letter: str, named: str) -> None:
    quiet = a_case("one", "+" * 19 + letter)
    assert rule(a_run(quiet)).word == "PASS"
    ruling = rule(a_run(quiet, a_case("two", f"+{letter}+")))
    assert (ruling.word, ruling.exit_code) == ("UNMEASURABLE", 2)
    assert named in ruling.reason
    assert "2 of 23" in ruling.reason


def test_the_ceiling_can_be_moved() -> None:
    run = a_run(a_case("one", "+!++"))
    assert rule(run).word == "UNMEASURABLE"
    assert rule(run, ceiling=0.3).word == "PASS"


def test_a_failure_stands_whatever_could_not_be_measured() -> None:
    ruling = rule(a_run(a_case("one", "xxx"), a_case("two", "!!!")))
    assert (ruling.word, ruling.exit_code) == ("FAIL", 1)
    assert any("for want of a model" in reason for reason in ruling.also)


def test_one_case_that_gates_and_is_not_known_is_enough() -> None:
    many = [a_case(f"green-{number}", "+" * 8) for number in range(20)]
    ruling = rule(a_run(*many, a_case("dark", "!!!", severity="critical")))
    assert ruling.exit_code == 2
    assert ruling.reason == "1 critical case could not be measured: dark"


def test_a_run_that_was_broken_off_never_passes() -> None:
    ruling = rule(a_run(a_case("one"), ended=False))
    assert (ruling.word, ruling.exit_code) == ("UNMEASURABLE", 2)
    assert "--resume" in ruling.reason


@pytest.mark.parametrize("letters", ["", "---"])
def test_nothing_tried_is_nothing_measured(letters: str) -> None:
    assert rule(a_run(a_case("one", letters))).exit_code == 2


def test_the_spend_ceiling_has_its_own_exit_code() -> None:
    ruling = rule(a_run(a_case("one"), a_case("two", "+$$", verdict="UNMEASURED"), exit_code=3))
    assert (ruling.word, ruling.exit_code) == ("UNMEASURABLE", 3)
    assert "spend ceiling" in ruling.reason
    assert rule(a_run(a_case("one"), exit_code=3)).exit_code == 3


def test_what_the_run_complained_of_is_repeated() -> None:
    ruling = rule(a_run(a_case("one"), exit_code=2, complaints=["3 cassettes were missed"]))
    assert (ruling.word, ruling.exit_code, ruling.reason) == ("UNMEASURABLE", 2, "3 cassettes were missed")


def test_skipped_cases_are_counted_aloud() -> None:
    assert rule(a_run(a_case("one"), a_case("two", "-"))).reason == "1 of 1 cases pass, 1 skipped"
