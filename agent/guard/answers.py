"""Messages that only answer what the agent asked: an order number, an address, yes or no, a size, "the last one"."""

import re

from .consent import read_consent
from .text import folded, tokens

_LONGEST = 60
_IDENTIFIER = re.compile(
    r"^(?:(?:it's|its|it is|order|number|no\.?|nr\.?|#|the|my|is|sorry|here|yes|ok|e-?mail)[\s:,#]*)*[a-z]{0,3}[-\s]?[\d-]{3,}[a-z]?\.?$"
)
_EMAIL = re.compile(r"^\D{0,25}[\w.+-]+@[\w-]+(?:\.[\w-]+)+\.?$")
_BARE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#?\b[a-z]{0,3}[- ]?\d[\d-]*\b", re.IGNORECASE)
_ADDRESS = re.compile(r"^\d{1,5}[a-z]?\s[\w .'-]{3,40},[\w .,'-]{2,40}\b[\dA-Z][\d A-Z-]{2,8}$", re.IGNORECASE)
_NAMED = re.compile(r"^(?:the [a-z]+(?: [a-z]+)? ones?|(?:flat|apartment|apt|unit|suite|door|floor) \d+[a-z]?)[.!]?$")
_AROUND = frozenset("for a an then and ok okay or in at with mail email e order number nr size about what how".split())
_WORDS = frozenset(
    """
    the a last first second one ones other both all none neither of them my it's its it is that this please and or
    size small medium large xs s m l xl xxl 0 black white blue red green grey gray navy pink brown beige yellow orange purple silver gold
    in too big tight short long wide loose changed mind damaged wrong
    talla tamaño taille größe taglia tamanho maat el la le der die das il o a de het último ultima dernier dernière letzte letzten
    última laatste primero primera premier première erste erstes primo prima primeiro primeira eerste
    negro noir schwarz nero preto zwart blanco blanc weiß bianco branco wit azul bleu blau blu blauw rojo rouge rot rosso vermelho rood
    """.split()
)
_SIGNS = frozenset(".,!:;-#")


def is_answer(text: str, *, asked: bool) -> bool:
    """Whether a cleaned text says nothing but an answer; always ``False`` unless something was ``asked``."""
    if not asked or len(text) > _LONGEST:
        return False
    if read_consent(text) != "other":
        return True
    plain = folded(text)
    if _EMAIL.match(text.casefold()) or _IDENTIFIER.match(text.casefold()) or is_bare(text):
        return True
    words = [token for token in tokens(plain) if token not in _SIGNS]
    return bool(words) and all(word in _WORDS for word in words)


def is_bare(text: str) -> bool:
    """Whether a text is nothing but values and the small words around them: there is nothing for a classifier to read.

    E-mail addresses, numbers, sizes, colours, "the train one", "Flat 3", a postal address.
    """
    if _ADDRESS.match(text) or _NAMED.match(text.casefold()):
        return True
    rest = tokens(folded(_BARE.sub(" ", text)))
    return _BARE.search(text) is not None and all(token in _WORDS or token in _AROUND or not token.isalnum() for token in rest)
