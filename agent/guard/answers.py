"""Messages that only answer what the agent asked: an order number, an address, yes or no, a size, "the last one", "the lip balms"."""

import re
from collections.abc import Collection

from .consent import read_consent
from .text import folded, tokens

_LONGEST = 60
_IDENTIFIER = re.compile(
    r"^(?:(?:it's|its|it is|order|number|no\.?|nr\.?|#|the|my|is|sorry|here|yes|ok|e-?mail)[\s:,#]*)*[a-z]{0,3}[-\s]?[\d-]{3,}[a-z]?\.?$"
)
_EMAIL = re.compile(r"^\D{0,25}[\w.+-]+@[\w-]+(?:\.[\w-]+)+\.?$")
_BARE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#?\b[a-z]{0,3}[- ]?\d[\d-]*\b", re.IGNORECASE)
_ADDRESS = re.compile(r"^\d{1,5}[a-z]?\s[\w .'-]{3,40},[\w .,'-]{2,40}\b[\dA-Z][\d A-Z-]{2,8}$", re.IGNORECASE)
_STREET = re.compile(
    r"^(?:(?:no|sorry|oh|it's|its|it is|to|rather|please|i meant|make it)[,!]? )*\d{1,5}[a-z]? (?:[a-z'.]+ ){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|place|way|square|terrace|boulevard|blvd|crescent|row)[.!]*$"
)
"""A street alone, or put right: "no, 51 Pine Street!"."""
_CITY = re.compile(r"^[a-z .'-]{2,30},? [a-z]{2},? \d{5}(?:-\d{4})?[.!]*$")
_SPELT_MAIL = re.compile(r"^(?:(?:my|e-?mail|mail|it's|is|it|address) )*[\w.+-]+ at [\w-]+(?: ?(?:dot|\.) ?[a-z]{2,6})*[.!]*$")
_DISLIKED = re.compile(
    r"^(?:(?:the|my|this|that) [a-z]+(?: [a-z]+)?[,:]? )?(?:(?:because|sorry|just|well)[,]? )*"
    r"(?:(?:i )?(?:didn't|did not|don't|do not|didnt|dont) (?:really )?(?:like|care for|want) "
    r"(?:the |its |it's |how )?(?:smell|scent|colou?r|fit|feel|style|look|material|taste|fabric|cut|shape|it|them)(?: (?:smells|looks|fits|feels))?"
    r"|(?:(?:it's|they're) not|(?:(?:it|they) )?(?:was|is|were|are)(?:n't| not|nt)) (?:quite |really )?"
    r"(?:what i (?:expected|wanted|thought|imagined|hoped for)|my (?:style|taste|thing|colou?r)|for me))[.!]*$"
)
"""Why something goes back, where nothing is wrong with it: to the question for a reason, an answer and no more."""
_NAMED = re.compile(
    r"^(?:the [a-z]+(?: [a-z]+)? ones?(?:, (?:the |in )?[a-z]+)?|(?:flat|apartment|apt|unit|suite|door|floor) \d+[a-z]?)[.!]?$"
)
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
_ASKED = _SIGNS | {"?"}
_ONLY_NUMBER = re.compile(
    r"^(?:(?:hi|hello|hey|order|number|no|nr|my|it's|please|pls)[\s:,#.]+)*#?[a-z]{1,3}-?\d{4,9}"
    r"(?:[\s,.!]*\b(?:pls|plz|please|thanks|thank you|thx))*[\s.!?]*$"
)
_PLAIN_NO = re.compile(r"(?:no|nope|nah)\b")
_OFFERED = re.compile(r"^- (.+)$", re.MULTILINE)
_LEAST = 3
_POINTS = frozenset("the that this these those my both".split())
_LEADS_ON = frozenset(
    "and or then also so ok okay what about how is it in for a an actually rather instead make please sorry wait i meant mean".split()
)
_LED_TO = _WORDS - frozenset(
    "damaged wrong changed mind too none neither tight all it is 0 my my's it's its of them please and or in".split()
)
_MAILED = ("back_in_stock_signup", "product_care")
_TOLD = ("back_in_stock_signup", "stock_check")
_CHANNELS = frozenset("sms text texts txt e-mail email mail correo courriel".split())
_BY = frozenset(
    """
    e yes yeah yep sure no ok okay actually rather instead please pls can could you just but by via as a an the me to send it my phone mobile then
    thanks i'd i would prefer like message ja nein lieber per bitte eine mir schicken dann doch danke oui non plutôt par svp un une envoyez-moi merci
    sí si mejor por favor gracias sì meglio via preferisco grazie nee liever graag een stuur bedankt sim não antes prefiro obrigado obrigada prefiero
    """.split()
)
_RETURNS = ("return_start", "exchange_start")


def choices_in(question: str) -> frozenset[str]:
    """The words of what a question lists, one a line: what the customer may pick by its name."""
    offered = " ".join(_OFFERED.findall(question))
    return frozenset(_singular(word) for word in tokens(folded(offered)) if len(word) >= _LEAST and word.isalpha())


def is_answer(text: str, *, asked: bool, topic: str | None = None, named: Collection[str] = ()) -> bool:
    """Whether a cleaned text says nothing but an answer, or only leads on to another option: "and the other one?".

    ``asked``: the agent's last words were a question; without one nothing answers. ``topic`` is what the conversation is about, ``named``
    are the words of what the customer was shown to choose from.
    """
    if len(text) > _LONGEST:
        return False
    return leads_on(text) or (
        asked
        and (_answers(text) or _spells_mail(text, topic) or _says_how(text, topic) or says_why(text, topic) or picks(text, named))
    )


def only_number(text: str) -> bool:
    """Whether a text is nothing but an order number with its letters and a courtesy: "w10445 pls"."""
    return _ONLY_NUMBER.match(text.casefold()) is not None


def says_little(text: str, *, asked: bool, topic: str | None, named: Collection[str]) -> bool:
    """Whether there is nothing in a text for a classifier to read, whatever it makes of it."""
    return is_bare(text) or (asked and (_says_no(text) or _says_how(text, topic) or says_why(text, topic) or picks(text, named)))


def leads_on(text: str) -> bool:
    """Whether a text only points at another option of what is spoken of: "ok and L?", "actually make that XS"."""
    words = [token for token in tokens(folded(text)) if token not in _ASKED]
    return any(word in _LED_TO for word in words) and all(word in _LED_TO or word in _LEADS_ON for word in words)


def _says_no(text: str) -> bool:
    """Whether a text begins with a plain no and is nothing else: "no actually dont"."""
    return _PLAIN_NO.match(text.casefold()) is not None and read_consent(text) == "no"


def _spells_mail(text: str, topic: str | None) -> bool:
    """Whether a text is an e-mail address without its signs: "tom at post dot com"; without a dot only where one was wanted."""
    plain = folded(text)
    return (topic in _MAILED or " dot " in plain) and _SPELT_MAIL.match(plain) is not None


def _says_how(text: str, topic: str | None) -> bool:
    """Whether a text only says by what to be told that something is back: "text me please", "lieber per SMS"."""
    words = [token for token in tokens(folded(text)) if token not in _SIGNS]
    by = any(word in _CHANNELS for word in words)
    return topic in _TOLD and by and all(word in _CHANNELS or word in _BY for word in words)


def says_why(text: str, topic: str | None) -> bool:
    """Whether a text only says, while something goes back, that it did not please."""
    return topic in _RETURNS and _DISLIKED.match(text.casefold().replace("’", "'")) is not None


def picks(text: str, named: Collection[str]) -> bool:
    """Whether a text only names something the customer was shown: pointed at ("the lip balms"), or by two of its words."""
    words = [token for token in tokens(folded(text)) if token not in _SIGNS]
    picked = [word for word in words if _singular(word) in named]
    pointed = bool(words) and (words[0] in _POINTS or len(picked) > 1)
    return bool(picked) and pointed and all(_singular(word) in named or word in _WORDS or word in _AROUND for word in words)


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _answers(text: str) -> bool:
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
    plain = text.casefold()
    if _ADDRESS.match(text) or any(pattern.match(plain) for pattern in (_NAMED, _STREET, _CITY)):
        return True
    rest = tokens(folded(_BARE.sub(" ", text)))
    return _BARE.search(text) is not None and all(token in _WORDS or token in _AROUND or not token.isalnum() for token in rest)
