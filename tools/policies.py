"""The tool that quotes the shop's rules."""

import re
from collections.abc import Sequence

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .model import PolicyDocument
from .spelling import likeness
from .tool import Arguments, Tool, ToolContext
from .variants import SHORT, words

ALIKE = 85.0
"""How well a topic or title must fit the words asked for, 0 to 100."""

ENDING = 2
"""Letters at the end of a word that may differ: ``change`` is found in ``changing``."""
IN_TITLE = 4
"""How often a word of the title counts."""
_IDLE = frozenset("about does from have long much take that their this what when where which will with your".split())


class GetPolicy(Arguments):
    """Which of the shop's rules."""

    topic: str = Field(min_length=1, description="the topic in one or two words, e.g. 'returns'")


async def get_policy(context: ToolContext, arguments: GetPolicy) -> PolicyDocument:
    """The policy on this topic: by its key, its title, or words in it."""
    documents = await context.shop.list_policies()
    if found := _fitting(documents, arguments.topic.casefold()):
        return found
    topics = ", ".join(document.topic for document in documents) or "none"
    raise ToolError(f"The shop has no policy on {arguments.topic!r}. Its topics are: {topics}. Ask for one of these.")


def _fitting(documents: Sequence[PolicyDocument], asked: str) -> PolicyDocument | None:
    for document in documents:
        if asked in (document.topic.casefold(), document.title.casefold()):
            return document
    return _alike(documents, asked) or _mentioning(documents, asked)


def _alike(documents: Sequence[PolicyDocument], asked: str) -> PolicyDocument | None:
    def fit(document: PolicyDocument) -> float:
        return max(_fit(asked, name) for name in (document.topic.replace("_", " ").casefold(), document.title.casefold()))

    best = max(documents, key=fit, default=None)
    return best if best is not None and fit(best) >= ALIKE else None


def _fit(asked: str, name: str) -> float:
    """How well what is asked for fits a name, 0 to 100: as a whole, or each telling word of it with the word most like it."""
    telling = _telling(asked)
    nearest = [max((likeness(word, other) for other in words(name)), default=0.0) for word in telling]
    return max(likeness(asked, name), sum(nearest) / len(telling) if telling else 0.0)


def _telling(asked: str) -> list[str]:
    return [word for word in words(asked) if len(word) > SHORT and word not in _IDLE]


def _mentioning(documents: Sequence[PolicyDocument], asked: str) -> PolicyDocument | None:
    """The policy that uses the words asked for more than any other; ``None`` if most of them are used nowhere."""
    stems = [rf"\b{word[: max(SHORT, len(word) - ENDING)]}" for word in _telling(asked)]
    texts = [" ".join((document.text, *[document.title] * IN_TITLE)).casefold() for document in documents]
    uses = [[len(re.findall(stem, text)) for text in texts] for stem in stems]
    known = [counts for counts in uses if any(counts)]
    if not known or len(known) < len(stems) / 2:
        return None
    shares = [sum(counts[place] / sum(counts) for counts in known) for place in range(len(documents))]
    best = max(shares)
    return documents[shares.index(best)] if shares.count(best) == 1 else None


GET_POLICY = Tool(
    name="get_policy",
    description=render("tools", "get_policy"),
    effect="read",
    arguments=GetPolicy,
    run=get_policy,
    uses=("list_policies",),
)
