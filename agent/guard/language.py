"""Which of the seven languages a text is in, by its commonest small words; ``None`` when nothing tells."""

import re

from .text import folded, tokens

_WORDS = {
    "en": (
        "the is it my i you your and to of for have has was are this that with when where what can do not please order "
        "been it's i'm in me from all no an at we they don't can't actually dont"
    ),
    "es": (
        "el la los las es mi yo usted y de que para tengo está esta con cuando dónde donde qué no por pedido me ha una "
        "un lo hola gracias vivir quiero hablar voy ya si sin más dinero vuelvo comprar tienda vida alguien pero muy "
        "estoy son a o soy del"
    ),
    "fr": (
        "le la les est mon ma je vous et de que pour j'ai c'est avec quand où pas ne une un des du commande bonjour "
        "merci mes sur dans plus envie vivre veux parler j'aimerais svp pourquoi suis ai avoir personne m'a votre a me "
        "mais au non"
    ),
    "de": (
        "der die das ist mein meine ich sie und zu von für habe hat mit wann wo was nicht bitte bestellung ein eine es "
        "hallo wie auf den kein keine will bin noch mir mich im dem an so möchte sprechen jemand wir aber leben mehr nein"
    ),
    "it": (
        "il lo la gli è mio mia io voi e di che per ho ha con quando dove non una un sono mi ordine ciao grazie del "
        "della nel più posso parlare voglio vorrei vera qualcuno si ma alla al vivere no cosa anche"
    ),
    "pt": (
        "o a os as é meu minha eu você vocês e de que para tenho está com quando onde não uma um do da pedido olá "
        "obrigado obrigada em no na quero falar vou ao livro mais viver alguém me se à mas nao pessoa meus estou"
    ),
    "nl": (
        "de het een is mijn ik u jullie en van voor heb heeft met wanneer waar wat niet graag bestelling er dat die te "
        "op hoi dank kan nog wil iemand spreken maar geen ben kunnen leven meer nee me mij kunt svp"
    ),
}
_SIGNS = {"es": "ñ¿¡", "de": "ß", "pt": "ãõ"}
"""Letters and signs that only one of the seven has."""

LANGUAGES: tuple[str, ...] = tuple(_WORDS)
DEFAULT_LANGUAGE = "en"
"""What a customer reads when theirs is unknown."""
_VOICES = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_MIXED = re.compile(r"\S+@\S+|\w*0\w*")
"""An e-mail address, a number, or a word with figures in it: its pieces are words of no language."""

_LONGEST = 400
_ENOUGH = 1.0


def detect(text: str) -> str | None:
    """``en``, ``es``, ``fr``, ``de``, ``it``, ``pt`` or ``nl``; ``None`` for a tie or no known word. Reads 400 characters."""
    score, start = dict.fromkeys(_VOICES, 0.0), text[:_LONGEST]
    lower = start.casefold()
    for language, signs in _SIGNS.items():
        score[language] += any(sign in lower for sign in signs)
    for word in tokens(_MIXED.sub(" ", folded(start))):
        speakers = [language for language, words in _VOICES.items() if word in words]
        for language in speakers:
            score[language] += 1 / len(speakers)
    best, second = sorted(score, key=lambda language: -score[language])[:2]
    return best if score[best] >= _ENOUGH and score[best] > score[second] else None
