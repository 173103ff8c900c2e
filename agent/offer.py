"""Offering a person: the question a policy's rule may ask once, and what the customer's next message makes of it.

Whatever the guard reads for a person in that message, for another reason than the wish for one, outweighs the answer.
"""

from warmline.prompts import render

from .decisions import accepted
from .guard.consent import Consent, read_consent
from .guard.decision import HUMAN_REASONS, Decision
from .guard.language import DEFAULT_LANGUAGE, LANGUAGES
from .guard.signals import Signals
from .triaging import raised_by_triage
from .work import Work

FILE = "offer"
WISH = "human_request"
SAYS_LITTLE = "unsure"
"""What a guard makes of a bare "yes" that it has nothing else to say about."""


def offer_in_words(language: str | None) -> str:
    """What the customer reads, in their language; in English where there are no words in it."""
    return render(FILE, language if language in LANGUAGES else DEFAULT_LANGUAGE)


async def answered(work: Work, decision: Decision) -> Decision:
    """The guard's decision on a message, once triage and what it answers to an offer are heard.

    A yes or the wish for a person is a case for the offered reason, a no lets the agent serve what was asked before; with anything else
    the offer lapses.
    """
    offer = work.state.offered
    if offer is None:
        return await raised_by_triage(work, decision)
    consent = read_consent(work.text)
    if _outweighs(decision, consent):
        work.state.answer_offer("accepted" if consent == "yes" else "lapsed")
        return decision
    if consent == "no":
        return _declined(work, offer)
    if consent == "other":
        decision = await raised_by_triage(work, decision)
    if consent == "yes" or _is_wish(decision):
        work.state.answer_offer("accepted")
        return accepted(offer)
    work.state.answer_offer("lapsed")
    return decision


def _is_wish(decision: Decision) -> bool:
    return decision.for_person and decision.reason == WISH


def _outweighs(decision: Decision, consent: Consent) -> bool:
    """Whether the message is for a person, whatever was offered: not merely because a plain yes or no tells the guard nothing."""
    plain = consent != "other" and decision.reason == SAYS_LITTLE and decision.layer != "rules"
    return decision.for_person and not _is_wish(decision) and not plain


def _declined(work: Work, offer: Decision) -> Decision:
    """The decision on what was asked before, without any offer and without the reason that was declined; the model hears that again."""
    signals = Signals.model_validate(offer.signals)
    known = {"declined": frozenset({offer.reason}), "offered": frozenset(HUMAN_REASONS), "settled": work.facts.settled}
    work.facts = signals.facts.model_copy(update=known)
    work.signals = signals.with_facts(work.facts)
    work.left_out = len(work.opened.waiting) + 1
    work.state.answer_offer("declined")
    work.judged = work.parts.guard.decide(work.signals)
    return work.judged
