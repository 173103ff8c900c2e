"""Why a topic is automated, limited, kept with people or looked at closer."""

from dataclasses import replace

import pytest

from warmline.agent.guard.decision import AUTOMATED_REASONS, HUMAN_REASONS
from warmline.evals.insights.landscape.recommending import FEW, Verdict, Whole, recommended
from warmline.evals.insights.landscape.topics import Lengths, Topic
from warmline.evals.stats.rates import Counted

WHOLE = Whole(reopened=Counted(50, 1000), handle=300.0, days=30)


def a_topic(
    key: str = "return_start", *, tickets: int = 200, angry: int = 4, reopened: int = 10, minutes: float = 5.0, sure: int = 190
) -> Topic:
    lengths = Lengths(
        known=tickets,
        median=minutes * 60,
        ninth=minutes * 60,
        total=tickets * minutes * 60,
        squares=tickets * (minutes * 60) ** 2,
    )
    return Topic(
        key=key,
        name=key,
        tickets=tickets,
        share=0.2,
        frustrated=Counted(angry, tickets),
        handle=lengths,
        sure_handle=lengths,
        sure=sure,
        reopened=Counted(reopened, tickets),
    )


@pytest.mark.parametrize(
    ("topic", "verdict", "why"),
    [
        (a_topic(), "automate", "2% of those who ask it are frustrated"),
        (a_topic(reopened=40), "automate with limits", "20% are reopened, against 5% of all tickets"),
        (a_topic(angry=40), "automate with limits", "20% of those who ask it are frustrated"),
        (a_topic(minutes=12), "automate with limits", "over 12 min"),
        (a_topic(sure=80), "automate with limits", "only 40% are surely of this class"),
        (a_topic(angry=40, reopened=40, minutes=12), "look closer", "frustrated"),
        (a_topic(tickets=FEW - 1, reopened=0, sure=FEW - 1), "look closer", "too few"),
        (a_topic("cluster:1"), "look closer", "no tool"),
        (a_topic("unsure"), "look closer", "fits no class"),
    ],
)
def test_each_recommendation_has_its_reason(topic: Topic, verdict: Verdict, why: str) -> None:
    advice = recommended(topic, WHOLE)
    assert (advice.verdict, why in advice.reason) == (verdict, True), advice.reason


@pytest.mark.parametrize("reason", [one for one in HUMAN_REASONS if one not in ("unsure", "system_failure")])
def test_what_needs_a_person_is_never_recommended_to_a_machine(reason: str) -> None:
    calm = a_topic(reason, tickets=5000, angry=0, reopened=0, minutes=0.5, sure=5000)
    assert recommended(calm, WHOLE).verdict == "keep with people"


@pytest.mark.parametrize("reason", AUTOMATED_REASONS)
def test_a_few_more_reopened_by_chance_are_no_reason(reason: str) -> None:
    assert recommended(a_topic(reason, tickets=60, angry=1, reopened=5, sure=60), WHOLE).verdict == "automate"


@pytest.mark.parametrize(
    ("unknown", "verdict", "why"),
    [
        ({"reopened": None}, "automate", "; reopening is not in this file"),
        ({"handle": None, "sure_handle": None}, "automate", "; handle time is not in this file"),
        (
            {"reopened": None, "handle": None, "sure_handle": None},
            "automate with limits",
            "; reopening and handle time are not in this file",
        ),
    ],
)
def test_what_is_not_in_the_file_speaks_for_nothing(unknown: dict[str, None], verdict: Verdict, why: str) -> None:
    advice = recommended(replace(a_topic(), **unknown), WHOLE)
    assert advice.verdict == verdict
    assert advice.reason.endswith(why)


def test_what_is_not_in_the_file_is_no_reason_to_look_closer() -> None:
    two = recommended(replace(a_topic(angry=40, sure=80), reopened=None, handle=None, sure_handle=None), WHOLE)
    assert (two.verdict, "are not in this file" in two.reason) == ("automate with limits", True)


def test_time_that_only_some_tickets_state_is_reckoned_up_for_all_at_the_high_end() -> None:
    half = a_topic()
    some = Lengths(known=100, median=300, ninth=300, total=30_000, squares=100 * 300.0**2)
    known = recommended(half, WHOLE).hours
    partly = recommended(replace(half, handle=some), WHOLE).hours
    assert known is not None
    assert partly is not None
    assert partly.high == pytest.approx(known.high, rel=0.1)
