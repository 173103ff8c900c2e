"""What a customer reads when a person takes over: the policy's words, in the customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from warmline.agent.guard.decision import Decision
from warmline.agent.guard.language import DEFAULT_LANGUAGE, LANGUAGES
from warmline.prompts import render, sections

from .service_levels import Deadline
from .terms import Terms

FILE = "desk"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """By when a person answers, as the shop's clocks show it, and what the date there is now."""

    by: datetime
    today: date


def promised(deadlines: Sequence[Deadline], terms: Terms, queue: str, now: datetime) -> Promise | None:
    """What the customer may be told: nothing, unless the shop said both how soon people answer and when they are there."""
    first = next((one for one in deadlines if one.kind == "first_response"), None)
    if first is None or not terms.levels.told:
        return None
    hours = terms.levels.hours_of(queue)
    return Promise(by=hours.local(_up(first.due_at)), today=hours.local(now).date())


def acknowledgement(
    decision: Decision, *, case_id: str, language: str | None, ask_contact: bool, promise: Promise | None = None
) -> str:
    """The text for this decision. ``language`` is the customer's, ``None`` when unknown: English then.

    ``ask_contact`` adds the question how the customer can be reached. Without a ``promise`` no time is named.
    """
    spoken = _spoken(decision, language)
    file = file_for(spoken)
    urgent = "when_urgent" if decision.priority == "urgent" else "when_normal"
    when = render(file, urgent) if promise is None else _by(promise, file)
    text = _template(decision, spoken).format(case=case_id, when=when)
    return f"{text}\n\n{render(file, 'ask_contact')}" if ask_contact else text


def _by(promise: Promise, file: str) -> str:
    """By when, in words: today, tomorrow, or a day of the week with its date."""
    time, days = f"{promise.by:%H:%M}", (promise.by.date() - promise.today).days
    if days in (0, 1):
        return render(file, "when_today" if days == 0 else "when_tomorrow", time=time)
    weekdays, months = (render(file, name).split(", ") for name in ("weekdays", "months"))
    named = {"weekday": weekdays[promise.by.weekday()], "month": months[promise.by.month - 1]}
    return render(file, "when_day", time=time, day=promise.by.day, **named)


def _up(moment: datetime) -> datetime:
    """To the next full five minutes: nobody is promised 10:37."""
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment + timedelta(minutes=5) - over if over else moment


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
