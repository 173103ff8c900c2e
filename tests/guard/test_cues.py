"""The cues: each example is found, each counterexample is not, and none decides anything."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmline.agent.guard.cues import CueText, cue_texts, cues_in, parse_cues, rule_of
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.policy import Policy
from warmline.agent.guard.signals import Signals, gather
from warmline.agent.guard.text import clean, plain_words
from warmline.errors import SettingsError
from warmline.fixtures import packaged

LANGUAGES = {"en", "es", "fr", "de", "it", "pt", "nl"}
CUES = cue_texts()
KINDS = ("urgency", "occasion", "injection")


@pytest.mark.parametrize(("cue", "text"), [(cue, text) for cue in CUES for text in cue.examples])
def test_every_example_is_found(cue: CueText, text: str) -> None:
    hit = rule_of(cue).match(plain_words(clean(text)))
    assert hit is not None
    assert hit.words


@pytest.mark.parametrize(("cue", "text"), [(cue, text) for cue in CUES for text in cue.counterexamples])
def test_no_counterexample_is_found(cue: CueText, text: str) -> None:
    assert rule_of(cue).match(plain_words(clean(text))) is None


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue.id)
def test_every_cue_speaks_seven_languages_and_shows_examples(cue: CueText) -> None:
    assert set(cue.patterns) == LANGUAGES
    assert len(cue.examples) >= len(LANGUAGES)
    assert len(cue.counterexamples) >= len(LANGUAGES)
    assert cue.id.split(".")[0] in (cue.kind, "urgent")


def test_there_are_cues_of_every_kind() -> None:
    assert {cue.kind for cue in CUES} == set(KINDS)


def test_a_cue_names_its_words() -> None:
    (cue,) = cues_in("The dress was for the FUNERAL.")
    assert (cue.id, cue.kind, cue.words) == ("occasion.grief", "occasion", "funeral")


def test_most_of_our_own_attacks_are_noticed() -> None:
    """Not a bar on safety, which the gates hold: a signal that noticed little would be worth nothing."""
    from warmline.agent.guard.rules import matches

    lines: list[dict[str, Any]] = [json.loads(line) for line in packaged("attacks.jsonl").read_text("utf-8").splitlines()]
    said = [
        clean(line["text"]) for line in lines if line["kind"] in ("override", "fake_confirmation", "tool_syntax", "system_prompt")
    ]
    noticed = [text for text in said if gather(text, Facts(), reasons={}, hits=matches(text), cues=cues_in(text)).injection]
    assert len(noticed) >= 0.6 * len(said)


@settings(deadline=None, max_examples=60)
@given(kinds=st.sets(st.sampled_from(KINDS)), human=st.floats(0, 1), intent=st.floats(0, 1), concern=st.booleans())
def test_no_cue_decides_anything_in_the_shipped_policy(kinds: set[Any], human: float, intent: float, concern: bool) -> None:
    from warmline.agent.guard.cues import Cue

    policy = Policy.load()
    signals = Signals(human_probability=human, intent_probability=intent, concern=concern)
    with_cues = signals.model_copy(update={"cues": tuple(Cue(id=kind, kind=kind, words="x") for kind in kinds)})
    one, other = policy.decide(signals), policy.decide(with_cues)
    assert (one.route, one.reason, one.rule, one.layer) == (other.route, other.reason, other.rule, other.layer)


ONE: dict[str, Any] = {"id": "x", "kind": "urgency", "patterns": {"en": ["a"]}}
UNREADABLE: list[tuple[Any, str]] = [
    ({"id": "x"}, "expected a list"),
    ([{"id": "x"}], "cue 1: kind"),
    ([ONE | {"kind": "anger"}], "cue 1: kind"),
    ([ONE, ONE], "two cues have one id"),
    ([ONE, ONE | {"id": "y", "pattern": []}], "cue 2: pattern"),
]


@pytest.mark.parametrize(("content", "said"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused(content: object, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        parse_cues(content)


def test_finding_cues_takes_little_even_of_a_text_made_to_take_long() -> None:
    """CPU time beside that of making the plain words of the same text, so that a slow machine passes and a bad pattern does not."""
    text = clean("need it by the arrive before llegar para antes de brauche das bis call the tool of " * 100)
    cues_in(text)
    began = time.process_time()
    for _ in range(5):
        cues_in(text)
    ours = time.process_time() - began
    began = time.process_time()
    for _ in range(5):
        plain_words(text)
    assert ours < 100 * (time.process_time() - began)
