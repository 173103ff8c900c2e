"""What a person at the desk said must have reached the customer: from the thread, in its turn, and not from what the case wrote."""

from pathlib import Path

import pytest
from support.eval_suites import a_case, a_suite, check, played

from warmline.evals.errors import SuiteError
from warmline.evals.running.trial import Troupe
from warmline.evals.trust.mutating import mutate

CASE = """
- id: a
  world: {as: C-1001}
  conversation:
    - get me your manager
    - {desk: reply, by: ana, text: "It comes on Thursday."}
    - user: thank you
      expect: {said_by_person: FIRST}
    - {desk: reply, by: ana, text: "Have a good day."}
  expect: {said_by_person: LAST, route: {to: human}}
"""


def a_talk(first: str = "{contains_all: [comes on Thursday]}", last: str = "{contains_any: [a good day, nothing]}") -> str:
    return CASE.replace("FIRST", first).replace("LAST", last)


async def test_what_was_said_passes_in_its_turn_and_in_the_whole(tmp_path: Path, troupe: Troupe) -> None:
    result = await played(tmp_path, a_talk(), troupe)
    assert result.state == "PASS", result.why
    assert result.turns[1].said_by_person == ("It comes on Thursday.",)
    assert result.said_last == ("Have a good day.",)


@pytest.mark.parametrize(
    ("first", "broken", "said"),
    [
        (
            "{contains_all: [good day]}",
            "turn[2].said_by_person.contains_all[0]",
            "did not get 'good day' from a person, but 'It comes",
        ),
        ("{contains_any: [Monday]}", "turn[2].said_by_person.contains_any", "got none of 'Monday'"),
        ("{excludes: [Thursday]}", "turn[2].said_by_person.excludes[0]", "got 'Thursday' from a person"),
    ],
)
async def test_what_was_not_said_fails(tmp_path: Path, troupe: Troupe, first: str, broken: str, said: str) -> None:
    result = await played(tmp_path, a_talk(first), troupe)
    assert result.state == "FAIL"
    assert said in check(result, broken).reason


async def test_a_conversation_nobody_took_reached_nobody(tmp_path: Path, troupe: Troupe) -> None:
    case = a_talk(first="{excludes: [Monday]}").replace("get me your manager", "Where is W-10432?")
    result = await played(tmp_path, case, troupe)
    assert check(result, "turn[2].said_by_person.excludes[0]").passed is False
    assert check(result, "said_by_person.contains_any").passed is False


async def test_changed_words_are_noticed(tmp_path: Path, troupe: Troupe) -> None:
    mutants = await mutate(a_suite(tmp_path, a_talk()).cases, troupe)
    assert sum("said_by_person" in one.path for one in mutants) == 2
    assert all(one.noticed for one in mutants)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (
            a_talk().replace('{desk: reply, by: ana, text: "It comes on Thursday."}', "{desk: claim}"),
            "no person says anything by then",
        ),
        (a_talk(first="{contains_all: []}"), "there would be nothing to check"),
        (a_talk(first="{}"), "there would be nothing to check"),
    ],
)
def test_an_expectation_with_nothing_to_check_is_an_error(tmp_path: Path, case: str, said: str) -> None:
    with pytest.raises(SuiteError, match=said):
        a_case(tmp_path, case)
