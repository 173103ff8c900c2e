"""The shop's rules: the fitting document, and of it the sentences that answer."""

import re
from collections.abc import Generator
from dataclasses import replace

from .goals import Call, Goal, Plan, Reply
from .handing_over import hand_over
from .lexicon import marked, named
from .memory import Fields, text_of
from .sentences import best_sentences, units_of
from .thread import Result
from .view import View
from .wording import say
from .words import content_words, folded, overlap, singular, tokens

_LIST = re.compile(r"topics are:\s*([^.]+)")
_OPENING = 3
_HALF = 0.5
_GENERAL = frozenset(
    "policy policies work works rules terms conditions offer program programme scheme free long much pay matching take".split()
)


def policy(_view: View, goal: Goal) -> Plan:
    """What the shop's rules say to a question."""
    goes_on = len(goal.said) > 1 and marked("pointing", folded(goal.newest))
    own = [] if goes_on else _topics(goal.newest)
    goal = goal if own else replace(goal, said=(goal.words,))
    topics = own or _topics(goal.words) or [folded(goal.newest)[:60]]
    result = yield Call("get_policy", {"topic": topics[0]})
    if result.kind != "ok":
        other = _closest(result.text, goal.newest)
        if not other:
            return Reply(text=say("no_policy"), offer=Goal(kind="person", said=goal.said), done=goal.settled())
        result = yield Call("get_policy", {"topic": other})
    if not own and not _topics(goal.words) and not _speaks_of(result.fields, goal.newest):
        return Reply(text=say("no_policy"), offer=Goal(kind="person", said=goal.said), done=goal.settled())
    answer = _answer(result.fields, goal.newest)
    if not answer and content_words(goal.newest) and (second := _closest_other(topics)):
        answer = yield from _elsewhere(second, goal)
    if answer:
        return Reply(text=answer, done=goal.settled())
    return _roughly(result.fields, goal)


def _topics(text: str) -> list[str]:
    found = [topic.replace("_", " ") for topic in named("topics", folded(text))]
    return found[:1] if found[:1] == ["gift cards"] else found


def _closest(error: str, text: str) -> str:
    """The topic of an error's list that shares words with the question."""
    listed_topics = _LIST.search(error)
    names = [name.strip() for name in listed_topics.group(1).split(",")] if listed_topics else []
    scored = [(overlap(tokens(name.replace("_", " ")), tokens(text)), name) for name in names]
    best, name = max(scored, default=(0.0, ""))
    return name if best > 0 else ""


def _speaks_of(fields: Fields, question: str) -> bool:
    """Whether a page found by its likeness alone speaks of what was asked: of trees, or of a code for staff."""
    asked, page = [singular(word) for word in content_words(question)], tokens(text_of(fields, "text"))
    figures = [word for word in tokens(question) if word.isdigit()]
    return not asked or any(figure in page for figure in figures) or overlap(asked, page) > _HALF


def _closest_other(topics: list[str]) -> str:
    return topics[1] if len(topics) > 1 else ""


def _elsewhere(topic: str, goal: Goal) -> Generator[Call, Result, str]:
    """The answer in the second policy the question may be about; empty if it is not there either."""
    result = yield Call("get_policy", {"topic": topic})
    return _answer(result.fields, goal.newest) if result.kind == "ok" else ""


def _answer(fields: Fields, question: str) -> str:
    told = best_sentences(text_of(fields, "text"), question, topic=text_of(fields, "topic").replace("_", " "))
    return say("policy", title=_title(fields), text=told) if told else ""


def _opening(fields: Fields) -> str:
    """The beginning of a policy, for a question about all of it."""
    return say("policy", title=_title(fields), text=_beginning(fields))


def _beginning(fields: Fields) -> str:
    return " ".join(units_of(text_of(fields, "text"))[:_OPENING])


def _roughly(fields: Fields, goal: Goal) -> Reply:
    """The beginning of the policy; a question it does not answer comes with the offer of a colleague."""
    topic = {singular(word) for word in tokens(f"{text_of(fields, 'topic')} {text_of(fields, 'title')}".replace("_", " "))}
    special = [word for word in content_words(goal.newest) if singular(word) not in topic and word not in _GENERAL]
    if not special:
        return Reply(text=_opening(fields), done=goal.settled())
    text = say("policy_silent", title=_title(fields), text=_beginning(fields))
    return Reply(text=text, offer=Goal(kind="person", said=goal.said), done=goal.settled())


def _title(fields: Fields) -> str:
    return text_of(fields, "title") or text_of(fields, "topic").replace("_", " ")


def person(_view: View, goal: Goal) -> Plan:
    """The customer wants a colleague, or said yes to one."""
    return (yield from hand_over(f"The customer asked for a colleague. {goal.words}", reason="human_request"))
