"""Whether a message is plainly not in English: its small words are another language's, and hardly one is English."""

from warmline.agent.guard.language import detect

from .slots import EMAIL
from .words import FILLERS, tokens

_FOREIGN = frozenset(
    """
    el los las una unos está esta están dónde donde qué cuándo cuando cómo pedido paquete para pero tengo tiene mi mis por favor gracias
    hola quiero todavía aún llegado ha han puedo devolver cambiar talla del usted señor buenos días y lo se
    le les est sont où quand comment ma mon mes je j'ai vous votre commande colis avec pas ne une des du pour merci bonjour s'il plaît
    c'est voudrais retourner taille reçu et
    der das ist sind wo wann wie mein meine meinen ich sie haben habe nicht kein bestellung paket bitte danke hallo eine einen und für mit
    zurückgeben größe möchte noch zu auf es
    il gli dov'è quando mio mia ho ordine pacco con non per grazie ciao vorrei ancora arrivato sono della nel taglia un è
    onde está quando meu minha encomenda não ainda chegou obrigado obrigada olá quero devolver você tamanho com os um uma
    waar wanneer hoe mijn ik bestelling pakket graag niet nog heb heeft met voor dank je het een van naar maat terugsturen wil en op
    """.split()
)
_ENGLISH = frozenset(
    "two three shoes boots broken small find cannot shirt jacket parcel money phone green red blue black white cover".split()
)
_SHARED = frozenset("a as on in is me no not so or per come was do also hat rot gut bad den war man u an the".split())
"""Words that prove nothing: they are English and something else."""
_LEAST = 2


def is_foreign(text: str) -> bool:
    """Whether at least two words, and more than are English, are another language's; or none is English and it reads like one."""
    words = [word for word in tokens(EMAIL.sub(" ", text)) if word not in _SHARED]
    foreign = sum(word in _FOREIGN for word in words)
    english = sum(word not in _FOREIGN and (word in FILLERS or word in _ENGLISH) for word in words)
    if not english and len(words) > _LEAST and detect(text) not in (None, "en"):
        return True
    return foreign >= _LEAST and foreign > english
