"""What a customer reads when a person takes over: the policy's words, in the customer's language."""

from warmline.agent.guard.decision import Decision
from warmline.agent.guard.language import DEFAULT_LANGUAGE, LANGUAGES
from warmline.prompts import render, sections

FILE = "desk"


def acknowledgement(decision: Decision, *, case_id: str, language: str | None, ask_contact: bool) -> str:
    """The text for this decision. ``language`` is the customer's, ``None`` when unknown: English then.

    ``ask_contact`` adds the question how the customer can be reached.
    """
    spoken = _spoken(decision, language)
    file = file_for(spoken)
    when = render(file, "when_urgent" if decision.priority == "urgent" else "when_normal")
    text = _template(decision, spoken).format(case=case_id, when=when)
    return f"{text}\n\n{render(file, 'ask_contact')}" if ask_contact else text


def _template(decision: Decision, language: str) -> str:
    words = decision.acknowledgement
    return words[language] if isinstance(words, dict) else sections(file_for(language))[words or f"ack_{decision.reason}"]


def file_for(language: str) -> str:
    """The prompts file with the desk's words in this language; desk.md is the English one."""
    return FILE if language == DEFAULT_LANGUAGE else f"{FILE}_{language}"


def _spoken(decision: Decision, language: str | None) -> str:
    """The customer's language if there are words in it, else English, else the first there are words in."""
    words = decision.acknowledgement
    there = LANGUAGES if isinstance(words, str) else tuple(words)
    return next((one for one in (language, DEFAULT_LANGUAGE) if one in there), there[0])
