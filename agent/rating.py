"""A customer's answer to the question how it was, within a turn: kept, and thanked for unless it says more."""

from warmline.prompts import render

from .desk.acknowledgement import file_for
from .desk.satisfaction import Score, keeping, read_score
from .guard.decision import Decision
from .guard.facts import Facts
from .guard.language import DEFAULT_LANGUAGE, LANGUAGES
from .returning import answering
from .work import Answer, HandOver, Work

ENOUGH = 0.5
"""Probability of an intent from which a comment asks for something."""


async def rated(work: Work, facts: Facts) -> Answer | HandOver | None:
    """How the turn ends if the message answers the question; ``None`` if it does not, or asks for something as well.

    Only the message after the question counts. What is said beside the score is read by the guard like any message: a new problem is
    served, or goes to a person.
    """
    rating, work.state.rating = work.state.rating, None
    at = work.parts.clock.now()
    score = read_score(work.text) if rating is not None and at < rating.until else None
    if rating is None or score is None:
        return None
    work.within.append(keeping(rating.about, score, at))
    decision = await _of_comment(work, score, facts)
    if decision is None or decision.reason in ("smalltalk", "unsure"):
        work.decision = work.parts.guard.nothing_said().model_copy(update={"rule": "rated"})
        return Answer(text=render(_file(work), "csat_thanks"))
    if decision.for_person:
        work.decision = decision
        return HandOver(decision=decision)
    return None


async def _of_comment(work: Work, score: Score, facts: Facts) -> Decision | None:
    """What the guard makes of the words beside the score; ``None`` without any, or if they ask for nothing."""
    if not any(map(str.isalpha, score.comment)):
        return None
    signals = await work.parts.guard.read(score.comment, facts)
    work.facts, work.signals = signals.facts, signals
    decision = await answering(work, work.parts.guard.decide(signals))
    return decision if decision.for_person or signals.intent_probability >= ENOUGH else None


def _file(work: Work) -> str:
    language = work.state.language
    return file_for(language if language in LANGUAGES else DEFAULT_LANGUAGE)
