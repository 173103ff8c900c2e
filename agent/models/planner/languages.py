"""Whether a message is plainly not in English: its small words are another language's, and hardly one is English."""

import re

from warmline.agent.guard.language import detect

from .slots import EMAIL
from .words import FILLERS, folded, tokens

_FOREIGN = frozenset(
    """
    el los las una unos está esta están dónde donde qué cuándo cuando cómo pedido paquete para pero tengo tiene mi mis por favor gracias
    hola quiero todavía aún llegado ha han puedo devolver cambiar talla del usted señor buenos días y lo se
    cuánto cuanto cuesta envío quisiera necesito tienen tienes hay mándenme avísame avisame cuál cual sin muy es
    le les est sont où quand comment ma mon mes je j'ai vous votre commande colis avec pas ne une des du pour merci bonjour s'il plaît
    c'est voudrais retourner taille reçu et combien coûte livraison peux puis quel quelle avez avoir besoin cherche
    der das ist sind wo wann wie mein meine meinen ich sie haben habe nicht kein bestellung paket bitte danke hallo eine einen und für mit
    zurückgeben größe möchte noch zu auf es wenn wieder mir mich dir sag bescheid gibt kann kostet versand ob wird oder auch von dem den
    il gli dov'è quando mio mia ho ordine pacco con non per grazie ciao vorrei ancora arrivato sono della nel taglia un è
    quanto costa spedizione posso avete vi di che questo quale serve
    onde está quando meu minha encomenda não ainda chegou obrigado obrigada olá quero devolver você tamanho com os um uma
    como lavo lavar custa quanto envio posso vocês têm tem preciso isso qual da na
    waar wanneer hoe mijn ik bestelling pakket graag niet nog heb heeft met voor dank je het een van naar maat terugsturen wil en op
    hoeveel kost verzending kan ik jullie hebben deze wordt zijn zonder laat weten als weer
    """.split()
)
_ENGLISH = frozenset(
    "two three shoes boots broken small find cannot shirt jacket parcel money phone green red blue black white cover".split()
)
_SHARED = frozenset(
    "a as on in is me no not so or per come was do also hat rot gut bad den war man u an the kind list con die".split()
)
"""Words that prove nothing: they are English and something else."""
_LEAST = 2
_UPSIDE_DOWN = re.compile(r"[¿¡]")
_ACCENTED = re.compile(r"[à-öø-ÿœß]")
_BORROWED = frozenset(
    "café cafés décor naïve fiancé fiancée crème brûlée résumé rosé à déjà piñata jalapeño entrée soufflé purée".split()
)


def is_foreign(text: str) -> bool:
    """Whether at least two words, and more than are English, are another language's; or none is English and it reads like one."""
    written = EMAIL.sub(" ", text)
    if _UPSIDE_DOWN.search(written):
        return True
    names = {folded(word) for word in re.findall(r"(?<=\s)[A-ZÀ-Þ][\w'-]*", written)}
    words = [word for word in tokens(written) if word not in _SHARED]
    foreign = sum(word in _FOREIGN or (word not in names and _accented(word)) for word in words)
    english = sum(word not in _FOREIGN and (word in FILLERS or word in _ENGLISH) for word in words)
    if not english and len(words) > _LEAST and detect(text) not in (None, "en"):
        return True
    return foreign >= _LEAST and foreign > english


def _accented(word: str) -> bool:
    """Whether a word has letters English does not write, but in words it has borrowed."""
    return word not in _BORROWED and _ACCENTED.search(word) is not None
