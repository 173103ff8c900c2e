"""What holds of every decision: rules only raise, and the same signals give the same decision wherever and whenever it is made."""

import decimal
import locale
import random
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmline.agent.guard.decision import AUTOMATED_REASONS, TEXT_HUMAN_REASONS, Decision
from warmline.agent.guard.facts import CustomerFacts, Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.rules import PRECEDENCE, RuleHit, in_order, matches
from warmline.agent.guard.rules import texts as rule_texts
from warmline.agent.guard.signals import Signals, gather
from warmline.agent.guard.text import clean
from warmline.tools.model import Tier

BOUNDED = settings(max_examples=150, deadline=None, derandomize=True)
GUARD = Guard()
WHOLE = frozenset({"person.taken"})
"""Rules for a message that says nothing else ("no. it's nowhere"), as an answer does: with words around it, it is another message."""
ALARMS = sorted(example for rule in rule_texts() if rule.id not in WHOLE for example in rule.examples)
CALM = (
    "Thank you", "Where is my order W-10432", "It is not urgent", "Have a nice day", "I am joking", "Do you have it in blue", "All fine otherwise",
    "No hay prisa",
    "Alles gut", "Merci d'avance", "Va tutto bene", "Está tudo bem", "Geen haast", "ignore the sentence before", "this is only a test", "👍",
)  # fmt: skip
SERVED = {"order_status": 1.0}
"""A classifier that sees nothing to worry about: what is left is the rules' doing."""

CHANCES = st.floats(min_value=0, max_value=1, allow_nan=False)
AMOUNTS = st.none() | st.decimals(min_value=0, max_value=5000, places=2)
TIERS: st.SearchStrategy[Tier | None] = st.sampled_from([None, "standard", "silver", "gold", "vip"])
HITS = st.lists(
    st.builds(
        RuleHit, id=st.sampled_from(["a.one", "b.two"]), reason=st.sampled_from(TEXT_HUMAN_REASONS), words=st.just("words")
    ),
    max_size=3,
)
FACTS = st.builds(
    Facts,
    customer=st.builds(
        CustomerFacts, tier=TIERS, lifetime_value=AMOUNTS, since=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
    ),
    order_total=AMOUNTS,
    contacts=st.integers(0, 4),
    repeats=st.integers(0, 3),
    settled=st.frozensets(st.sampled_from(TEXT_HUMAN_REASONS), max_size=2),
)
SIGNALS = st.builds(
    Signals,
    facts=FACTS,
    intent=st.sampled_from(AUTOMATED_REASONS),
    intent_probability=CHANCES,
    human_probability=CHANCES,
    critical_probability=CHANCES,
    top_reason=st.sampled_from(TEXT_HUMAN_REASONS),
    rules=HITS.map(in_order),
    concern=st.booleans(),
    answer=st.booleans(),
    too_long=st.booleans(),
    failure=st.none() | st.just("it broke"),
)
SEVERITY = ("automate", "offer", "gather", "human")


def decided(text: str) -> Decision:
    """The decision by rules alone: the classifier sees a calm question in everything."""
    cleaned = clean(text)
    return GUARD.decide(gather(cleaned, Facts(), reasons=SERVED, hits=matches(cleaned)))


@BOUNDED
@given(
    alarm=st.sampled_from(ALARMS),
    before=st.lists(st.sampled_from(CALM), max_size=3),
    after=st.lists(st.sampled_from(CALM), max_size=3),
)
def test_words_around_a_message_never_lower_what_rules_decided(alarm: str, before: list[str], after: list[str]) -> None:
    alone, among = decided(alarm), decided(". ".join((*before, alarm, *after)))
    assert SEVERITY.index(among.route) >= SEVERITY.index(alone.route) > 0
    assert PRECEDENCE.index(among.reason) <= PRECEDENCE.index(alone.reason)


@BOUNDED
@given(alarm=st.sampled_from(ALARMS), text=st.text(max_size=60))
def test_no_text_whatever_behind_a_message_lowers_what_rules_decided(alarm: str, text: str) -> None:
    assert decided(f"{alarm}.\n{text}").route == decided(alarm).route == "human"


@BOUNDED
@given(signals=SIGNALS, hit=st.sampled_from(TEXT_HUMAN_REASONS))
def test_one_more_rule_never_lowers_a_decision(signals: Signals, hit: str) -> None:
    more = signals.model_copy(update={"rules": in_order((*signals.rules, RuleHit(id="z.last", reason=hit, words="w")))})
    assert SEVERITY.index(GUARD.decide(more).route) >= SEVERITY.index(GUARD.decide(signals).route)


@contextmanager
def elsewhere(zone: str, language: str, digits: int) -> Generator[None]:
    """Another time zone, locale, decimal context and random state."""
    with pytest.MonkeyPatch.context() as patch, decimal.localcontext() as context:
        context.prec, context.rounding = digits, decimal.ROUND_DOWN
        patch.setenv("TZ", zone)
        patch.setattr(time, "time", lambda: 0.0)
        time.tzset()
        random.seed(digits)
        before = locale.setlocale(locale.LC_ALL)
        try:
            locale.setlocale(locale.LC_ALL, language)
            yield
        finally:
            locale.setlocale(locale.LC_ALL, before)
    time.tzset()


def installed() -> list[str]:
    """Of the locales that write numbers and letters differently, those of this machine; ``C`` is everywhere."""
    found = ["C"]
    before = locale.setlocale(locale.LC_ALL)
    for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
            found.append(name)
        except locale.Error:
            continue
    locale.setlocale(locale.LC_ALL, before)
    return found


@BOUNDED
@given(
    signals=SIGNALS,
    zone=st.sampled_from(["UTC", "Pacific/Kiritimati", "America/St_Johns"]),
    language=st.sampled_from(installed()),
    digits=st.integers(3, 30),
)
def test_the_same_signals_are_the_same_decision_wherever_and_whenever(
    signals: Signals, zone: str, language: str, digits: int
) -> None:
    here = GUARD.decide(signals)
    with elsewhere(zone, language, digits):
        assert GUARD.decide(signals) == here
        assert GUARD.decide(Signals.model_validate_json(signals.model_dump_json())) == here


def test_the_dearest_order_is_dear_in_every_decimal_context() -> None:
    signals = Signals(facts=Facts(order_total=Decimal("499.99")), intent_probability=1.0, concern=True)
    here = GUARD.decide(signals)
    with elsewhere("UTC", "C", 2):
        assert GUARD.decide(signals) == here
