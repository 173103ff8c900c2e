"""``warmline queue judge``."""

import json

from support.shell import Shell


def test_a_verdict_is_noted_and_can_be_read_in_the_case(shell: Shell, case_id: str) -> None:
    ran = shell("queue", "judge", case_id, "needless", "--by", "ana", "--note", "only asked where it is")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0,
        f"{case_id}: the agent could have done it. Noted; 'warmline insights review' counts it.",
    )
    case = json.loads(shell("queue", "judge", case_id, "right", "--by", "ben", "--json").out)
    assert [(one["kind"], one["who"]) for one in case["events"]][-2:] == [("judged_needless", "ana"), ("judged_right", "ben")]
    assert "ana says the agent could have done it: only asked where it is" in shell("queue", "show", case_id).out


def test_another_word_is_no_verdict(shell: Shell, case_id: str) -> None:
    ran = shell("queue", "judge", case_id, "wrong", "--by", "ana")
    assert (ran.code, "expected missed, needless or right" in ran.err) == (2, True)
