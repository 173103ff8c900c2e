"""Words as customers write them: folded, cut into tokens, compared with room for a typing error."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from warmline.tools.spelling import letters_apart

_TOKEN = re.compile(r"[a-z0-9à-ÿ]+(?:[.'-][a-z0-9à-ÿ]+)*")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_EXACT = 3
"""Words up to this length must be the same; longer ones may differ a little."""

FILLERS = frozenset(
    """
    a able about after again ain't all also am an and any anybody anymore anyone anything are aren't arrive arrived as ask asked asking
    at away awesome back be because been before being bit bought box buy by came can can't cant cause cheers come comes coming could
    couldn't currently customer day days deal dear did didn't do does doesn't doing don't dont done down each either else email enough
    even ever every exactly excuse find fine first for from fyi gave get gets getting give given gives go goes going gonna good got
    gotta great had happen happened happy has have haven't having he hello help her here hey hi him his hiya hope how how's however
    hun i i'd i'll i'm i've id if im in info information instead into is isn't issue it it's item items its ive just kind kindly know
    last later lately left let let's like liked list little ll look looking looks lot love ma'am made madam make mate may maybe me mean
    might mine model more morning most much must my myself need needed needs never new next nice no none not now obviously of off ok
    okay old on one ones only open option options or order ordered orders other our out over own page part per perhaps please pls plz
    possible present product products put question quick quickly quite r rather re really recently regarding right said same saw say
    says see seem seems sell selling sells send sent she shop should show since sir size sized sizes so some somebody someone something
    soon sorry sort still stock store stuff such suppose sure take team tell than thank thanks that that's thats the their them then
    there there's theres these they they're thing things think this those though thought through thx til till time to today together
    tomorrow tonight too took try trying turned type u under until up ur us use using usually very via wait waiting wanna want wanted
    wants was wasn't way we we're we've website week weeks well were what what's whats when when's where where's wheres whether which
    while who why will with without won't wonder wondering would wouldn't yeah yep yes yesterday yet you you'd you're you've your yours
    y'all thankyou cheers ta hiya evening afternoon night n w o p s guys folks lovely perfect brilliant possible possibly
    available availability avail sold stocked restock restocked stocks instock price prices priced cost costs pricing colour colours color
    colors coloured colored variant variants version dollars bucks usd return returns returned returning refund refunded exchange exchanged
    swap swapped cancel cancelled delivery deliver delivered ship shipped shipping parcel package packages track tracking arrives
    status notify notified alert alerts waitlist waiting-list newsletter sign signed signup subscribe remind reminder ping wash washed
    washing clean cleaning care iron ironing dry dryer tumble material materials fabric dimensions dimension measurements weigh weighs
    weight detail details compare compared comparison difference differences between vs versus better best recommend recommendation
    suggest suggestion alternative alternatives similar cheaper cheapest instructions instruction caring machine safe long big tall wide
    heavy small large medium extra xl xxl xs bigger smaller larger label inside within many few number num bring keep kept reserve
    hold email e-mail mail address account heavier lighter warmer colder softer harder thicker thinner longer shorter wider taller stronger
    louder quieter brighter newer popular nicest warmest softest favourite favorite nice cute beautiful gorgeous descale descaling tumble
    tumbled dried dishwasher bleach stain stains soak rinse spin ironed shrink maintain handwash machine-wash hand-wash machine-washable
    but um uh erm sets
    letter letters series guest confirmation question questions issue problem hear glad gladly anyways actually literally totally maybe
    """.split()
)
"""Words that never name a thing in a shop."""


def folded(text: str) -> str:
    """Without case and curly quotes, single spaces."""
    return " ".join(text.translate(_QUOTES).casefold().split())


def tokens(text: str) -> list[str]:
    """The words of a text, folded, with figures, ``'s`` taken off."""
    return [token.removesuffix("'s") for token in _TOKEN.findall(folded(text))]


def content_words(text: str, *, without: Iterable[str] = ()) -> list[str]:
    """The words that may name a thing, in order."""
    left_out = set(without)
    return [word for word in tokens(text) if word not in FILLERS and word not in left_out and not word.isdigit()]


def singular(word: str) -> str:
    """``boots`` as ``boot``; good enough to compare."""
    if len(word) > _EXACT and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > _EXACT and word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    if len(word) > _EXACT and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


@lru_cache(maxsize=4096)
def alike(one: str, other: str) -> bool:
    """Whether two words are the same but for number, spelling (grey, gray) or a typing error."""
    first, second = singular(one), singular(other)
    if first == second:
        return True
    if min(len(first), len(second)) <= _EXACT or first[0] != second[0] or first.isdigit() or second.isdigit():
        return False
    most = 1 if min(len(first), len(second)) < 7 else 2
    return letters_apart(first, second, most=most) <= most


def overlap(asked: Sequence[str], named: Sequence[str]) -> float:
    """The part of the words asked for that a name holds, 0 to 1."""
    if not asked:
        return 0.0
    return sum(any(alike(word, other) for other in named) for word in asked) / len(asked)
