"""Whether words are denied by the clause they stand in, in the seven languages."""

import re

_CLAUSE = re.compile(r"[,;:–—]\s| - |\b(?:but|aber|sondern|mais|pero|sino|ma|mas|maar|and (?:i|we|you|it))\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|never|no|cannot|nobody|neither|unable|without|nicht|kein\w*|nie|niemals|niemand|weder|ohne|ne|pas|jamais|aucun\w*|sans"
    r"|ni|nunca|jamás|ning[uú]n\w*|nadie|sin|non|mai|nessun\w*|né|senza|não|nenhum\w*|ninguém|sem|niet|geen|nooit|zonder)\b"
    r"|n't\b|\bn'(?=\w)",
    re.IGNORECASE,
)
_EMPTY_NOT = re.compile(
    r"\b(?:not only|(?:without|no) (?:a |any )?(?:doubt|fail|question)|no (?:matter what|questions asked|worries"
    r"|problem)|don't worry|(?:kein|ohne) (?:problem|zweifel)"
    r"|keine sorge|ohne (?:wenn und aber|weiteres)|nicht nur|pas de (?:problème|souci)|sans (?:aucun )?(?:doute|faute"
    r"|problème)|ne vous inquiétez pas|pas seulement"
    r"|sin (?:duda|falta|problema|ningún coste)|no (?:se preocupe|te preocupes|solo|sólo)|ningún problema"
    r"|senza (?:dubbio|problemi)|non (?:si preoccupi|ti preoccupare|solo)"
    r"|nessun problema|sem (?:dúvida|falta|problema|custos)|não (?:se preocupe|te preocupes|só)|(?:geen"
    r"|zonder) (?:probleem|twijfel|zorgen)|maak je geen zorgen"
    r"|niet alleen|at no (?:extra )?cost|without (?:any )?(?:extra )?(?:cost|charge))\b",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"\W+(?:\w+ ){0,4}(?:nicht|kein\w*|niet|geen|pas|jamais)\b", re.IGNORECASE)


def denied(sentence: str, match: re.Match[str]) -> bool:
    """Whether a no stands before or among the words, in their clause; "no problem" and "without fail" are none.

    Behind them counts what German, Dutch and French put there.
    """
    starts = [cut.end() for cut in _CLAUSE.finditer(sentence, 0, match.start())]
    clause = sentence[starts[-1] if starts else 0 : match.end()]
    end = _CLAUSE.search(sentence, match.end())
    rest = sentence[match.end() : end.start() if end else len(sentence)]
    return bool(_NOT.search(_EMPTY_NOT.sub(" ", clause)) or _NOT_AFTER.match(_EMPTY_NOT.sub(" ", rest)))
