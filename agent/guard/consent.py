"""Yes, no, or something else: an answer counts only when nothing but the answer was said.

"Yes but the black one" is neither: every word must be a yes-word (or a no-word) or a courtesy around it. Seven languages.
"""

import re
import unicodedata
from typing import Literal

Consent = Literal["yes", "no", "other"]

_YES = frozenset(
    """
    yes y yeah yep yup ya ye yess yesss sure ok okay okey k alright confirm confirmed confirming correct agreed agree absolutely
    definitely certainly proceed affirmative indeed
    sí si claro vale confirmo correcto adelante oui ouais d'accord daccord confirme ja jawohl jo klar einverstanden bestätige genau
    gerne sì certo confermo procedi sim pode jazeker akkoord bevestig graag prima
    """.split()
)
_NO = frozenset(
    "no n nope nah don't dont stop never not cancel negative leave wait nein nicht non pas não nao nee niet nei".split()
)
_YES_PHRASES = tuple(
    line.strip()
    for line in """
    go ahead; do it; please do; that's right; thats right; that is right; that's correct; that is correct; sounds good; looks good;
    all good; that's fine; thats fine; that is fine; that works; go for it; let's do it; lets do it; let's do that; lets do that;
    do that; i confirm; i do; i agree; of course; why not; all right; perfect; great; fine; good; right; exactly;
    de acuerdo; está bien; esta bien; por supuesto; hazlo; bien sûr; allez-y; allez y; c'est bon; vas-y; ça marche;
    mach das; machen sie das; auf jeden fall; passt; in ordnung; das stimmt; va bene; fallo pure; proceda pure; è giusto;
    pode ser; pode fazer; está bem; com certeza; claro que sim; correto; doe maar; is goed; ga je gang; dat klopt
    """.split(";")
)
_COURTESY = frozenset(
    """
    please pls plz thanks thank you thx ty cheers then that's thats it's its so very much a lot and oh well hi hello mate love dear
    now just with that this for me it to is do i por favor gracias muchas s'il vous te plaît plait merci beaucoup bitte danke schön
    vielen dank per favore grazie mille obrigado obrigada alsjeblieft dank je u wel
    """.split()
)
_NOT_A_YES = frozenset("but except only instead unless if mais pero aber ma mas maar wenn".split())
_DEEDS = frozenset({"cancel"})
"""A no by itself; after a yes to a question that has it, it is what the customer wants: "Shall I cancel it?" "Yes, cancel it"."""
_POINTING = frozenset("the one ones them those these they i'm i'd like want sure go ahead carry on".split())
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+|\S", re.UNICODE)
_LONGEST = 12
_THUMBS_UP = ("👍", "👌", "✅")
_AGAINST = frozenset("👎🙅🚫❌🛑✋🤔😕😡❓❔")


def read_consent(text: str) -> Consent:
    """What a customer's message answers to a yes-or-no question."""
    thumbs = any(sign in text for sign in _THUMBS_UP)
    plain = _plain(text)
    stripped = re.sub(r"[.!,;:…()\"~\ufe0f\U0001f3fb-\U0001f3ff-]+(?=\s|$)", " ", plain)
    found = thumbs
    for phrase in _YES_PHRASES:
        stripped, hits = re.subn(rf"(?<![\w']){re.escape(phrase)}(?![\w'])", " ", stripped)
        found = found or hits > 0
    return _judge(_WORD.findall(stripped), found)


def _plain(text: str) -> str:
    """Lower case, straight quotes, and no pictures but those that say no."""
    shown = "".join(" " if unicodedata.category(char) == "So" and char not in _AGAINST else char for char in text)
    return shown.strip().casefold().replace("’", "'")


def _judge(words: list[str], yes_phrase: bool) -> Consent:
    if len(words) > _LONGEST or any(word in _NOT_A_YES for word in words):
        return "other"
    yes = yes_phrase or any(word in _YES for word in words)
    no = any(word in _NO for word in words)
    if yes and not no and all(word in _YES or word in _COURTESY for word in words):
        return "yes"
    if no and not yes and all(word in _NO or word in _COURTESY for word in words):
        return "no"
    return "other"


def echoes(text: str, question: str) -> bool:
    """Whether a message opens with a yes and adds only words of the question: "yes, the blue ones" to "… the blue shoes …?".

    That alone is no yes: it counts only if the model, having read it, proposes exactly the same arguments again.
    """
    plain = _plain(text)
    words = _WORD.findall(re.sub(r"[.!,;:]+(?=\s|$)", " ", plain))
    if not words or words[0] not in _YES or len(words) > _LONGEST or "?" in plain:
        return False
    asked = set(_WORD.findall(question.casefold()))
    if any(word in _NOT_A_YES or (word in _NO and word not in _DEEDS & asked) for word in words):
        return False
    return all(word in _YES or word in _COURTESY or word in _POINTING or word in asked for word in words)
