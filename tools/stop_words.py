"""Whether a customer asks for no more messages, read from their words alone, in seven languages.

A clause counts only if it is that wish and nothing else: "unsubscribe me" does, "how do I unsubscribe?" and "I did not unsubscribe" do not.
A bare "stop" does not either: in a conversation it mostly means something else.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from .consents import Channel

BOTH: frozenset[Channel] = frozenset({"email", "sms"})

_MAIL = (
    r"(?:e-?mails?|mails?|newsletters?|correos?(?: electronicos?)?|boletin(?:es)?|courriels?|infolettres?|posta|nieuwsbriev?en"
    r"|nieuwsbrief|mailinglist|mailingliste|mailing ?lists?)"
)
_TEXT = (
    r"(?:text messages?|texts?|sms(?:es|'?en|'?jes|'?e)?|textnachrichten|mensajes de texto|messaggi di testo|mensagens de texto|textos?"
    r"|tekstberichten|sms-nachrichten)"
)
_KIND = (
    rf"(?:{_TEXT}|{_MAIL}|messages?|lists?|marketing|advertising|ads|promotions?|nachrichten|werbung|liste|verteiler|mensajes?|lista"
    r"|publicidad|publicites?|pub|messaggi|iscrizione|pubblicita|berichten|reclame|lijst|mensagens|publicidade|inscricao)"
)

_LANGUAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "en": (
        r"and|also|oh|please|pls|hi|hello|hey|thanks|thank you|now|at once|immediately|anymore|any more|again|from now on|right away|today",
        r"your|the|all|all of|any|these|those|this|of|my|more|marketing|promotional|from|and",
        (
            r"(?:unsubscribe|opt(?: me)? out|sign me off)(?: me)?(?: (?:of|from|off))?(?: OBJECT)?",
            r"(?:take me off|remove me|delete me)(?: (?:of|from))? OBJECT",
            r"stop(?: sending)?(?: me)?(?: with)? OBJECT",
            r"stop (?:texting|e-?mailing|mailing|messaging|writing to|spamming) me",
            r"(?:do not|don't|dont|never) (?:send me OBJECT|(?:text|e-?mail|message|mail) me)",
            r"no more OBJECT",
            r"cancel OBJECT",
            r"i (?:no longer|don't|do not) want(?: to (?:get|receive))? OBJECT",
        ),
    ),
    "de": (
        r"und|ausserdem|bitte|hallo|guten tag|danke|vielen dank|sofort|ab sofort|mehr|jetzt|ab|heute",
        r"ihre[nrm]?|eure[nrm]?|den|die|das|dem|der|alle[nrs]?|meine?n?|von|vom|aus|weiteren?|mehr|diese[nrms]?|und|per",
        (
            r"(?:melden sie mich|meldet mich|melde mich) (?:OBJECT )?ab",
            r"(?:ich (?:moechte|mochte|will) mich|mich)(?: OBJECT)? (?:abmelden|austragen)",
            r"(?:tragen sie|tragt) mich (?:OBJECT )?aus",
            r"(?:nehmen|streichen|loeschen|loschen) sie mich OBJECT(?: (?:herunter|raus))?",
            r"(?:keine|keinen) OBJECT(?: mehr)?(?: (?:schicken|senden|zusenden))?",
            r"(?:schicken|senden|schickt|sendet)(?: sie)? mir keine(?: OBJECT)?(?: mehr)?",
            r"ich (?:moechte|mochte|will|wuensche) keinen? OBJECT(?: mehr)?(?: (?:bekommen|erhalten))?",
            r"OBJECT (?:abbestellen|stoppen|abmelden|kuendigen|kundigen)",
            r"(?:stoppen sie|bestellen sie) OBJECT(?: ab)?",
            r"abmelden|abbestellen",
        ),
    ),
    "es": (
        r"y|tambien|por favor|hola|gracias|ya|ahora|mas|buenas|buenos dias",
        r"su|sus|el|la|los|las|de|del|todos?|todas?|mi|mis|me|estos?|estas?|al|con|por|y|mas|marketing",
        (
            r"(?:denme|deme|dame|dar(?:me)?|quiero darme|quiero que me den) de baja(?: OBJECT)?",
            r"(?:date|dese) de baja(?: OBJECT)?",
            r"no me (?:envien?|envies|manden?|mandes|escriban|escribas)(?: mas)?(?: OBJECT)?",
            r"no quiero(?: recibir)?(?: mas)? OBJECT",
            r"(?:quiero )?(?:cancelar|cancelen|cancela|anular)(?: OBJECT)",
            r"(?:dejen de|deja de|deje de|paren de) (?:enviarme|mandarme|escribirme)(?: OBJECT)?",
            r"(?:quiero )?(?:desuscribirme|desuscribanme|desuscribeme)(?: OBJECT)?",
            r"(?:borrenme|quitenme|quitame|eliminenme) OBJECT",
        ),
    ),
    "fr": (
        r"et|aussi|s'il vous plait|svp|stp|s'il te plait|merci|bonjour|maintenant|plus|tout de suite",
        r"vos|votre|le|la|les|l'|de|des|du|d'|tous?|toutes?|mon|ma|mes|ces?|cette|a|et|par|plus",
        (
            r"(?:desabonnez|desinscrivez)[- ]moi(?: OBJECT)?",
            r"(?:retirez|supprimez|enlevez)[- ]moi OBJECT",
            r"(?:je (?:veux|souhaite|voudrais) )?me (?:desabonner|desinscrire)(?: OBJECT)?",
            r"(?:ne )?m'(?:envoyez|ecrivez) (?:plus|pas)(?: OBJECT)?",
            r"(?:arretez|cessez)(?: de m'(?:envoyer|ecrire)(?: OBJECT)?| OBJECT)",
            r"je ne (?:veux|souhaite) plus(?: recevoir)? OBJECT",
            r"plus (?:de |d')OBJECT",
            r"stop (?:aux |les )?OBJECT",
            r"(?:resiliez|annulez) OBJECT",
        ),
    ),
    "it": (
        r"e|anche|per favore|per piacere|grazie|ciao|buongiorno|salve|piu|ora|subito",
        r"vostr[aeio]|la|le|il|lo|i|gli|l'|d[aei]|dalla?|dalle|dai|della?|delle|dei|tutt[aeio]|mi[aeo]|quest[aeio]|e|per|piu",
        (
            r"(?:disiscrivetemi|disiscrivimi|mi disiscriva)(?: OBJECT)?",
            r"(?:cancellatemi|cancellami|rimuovetemi|toglietemi|mi cancelli) OBJECT",
            r"(?:voglio|vorrei) disiscrivermi(?: OBJECT)?",
            r"(?:voglio|vorrei) (?:cancellarmi|annullare) OBJECT",
            r"(?:cancellate|cancella|cancelli|annullate|annulla) OBJECT",
            r"non (?:mandatemi|inviatemi|mi mandate|mi inviate|mi mandi|mi invii|scrivetemi)(?: piu)?(?: OBJECT)?",
            r"non voglio(?: piu)?(?: ricevere)?(?: piu)? OBJECT",
            r"(?:smettete|smettetela) di (?:mandarmi|inviarmi|scrivermi)(?: OBJECT)?",
            r"(?:basta|niente piu|stop(?: a[gil]*)?) OBJECT",
        ),
    ),
    "nl": (
        r"en|ook|alstublieft|alsjeblieft|a\.?u\.?b|svp|hallo|hoi|bedankt|dank u|dank je|nu|meer|direct|meteen",
        r"uw|jullie|je|de|het|alle|mijn|van|voor|deze|die|met|en|al|meer|per",
        (
            r"(?:meld|schrijf|schrijft u) mij (?:OBJECT )?(?:af|uit)",
            r"(?:haal|verwijder) (?:mij|me) OBJECT",
            r"(?:ik wil (?:me|mij) )?(?:OBJECT )?(?:afmelden|uitschrijven)(?: OBJECT)?",
            r"schrijf (?:me|mij) uit(?: OBJECT)?",
            r"meld (?:me|mij) af(?: OBJECT)?",
            r"(?:stuur|stuurt u|zend) (?:me|mij) geen OBJECT(?: meer)?",
            r"ik wil geen OBJECT(?: meer)?(?: (?:ontvangen|krijgen))?",
            r"(?:geen|stop met|stop) OBJECT(?: meer)?",
            r"stop met (?:mij|me) te (?:sms'?en|mailen|schrijven)",
            r"(?:zeg )?OBJECT (?:opzeggen|stoppen|op)",
        ),
    ),
    "pt": (
        r"e|tambem|por favor|ola|oi|obrigad[oa]|ja|agora|mais|bom dia",
        r"sua|suas|vossas?|seus?|o|a|os|as|de|do|da|dos|das|todos?|todas?|minha|meu|me|estas?|estes?|e|por|mais|em",
        (
            r"(?:cancelem?|cancelar|quero cancelar|anulem?) OBJECT",
            r"me descadastr[ae]m?(?: OBJECT)?",
            r"(?:removam-me|remova-me|retirem-me|tirem-me|me removam|me remova|me tirem?) OBJECT",
            r"(?:quero )?(?:descadastrar|desinscrever|cancelar a inscricao)(?:-me)?(?: OBJECT)?",
            r"nao (?:me (?:enviem?|mandem?)|quero(?: receber)?|envie-me|enviem-me)(?: mais)?(?: OBJECT)?(?: mais)?",
            r"(?:parem?|deixem?) de (?:me )?(?:enviar|mandar|escrever)(?:-me)?(?: OBJECT)?",
            r"(?:chega de|sem mais|stop) OBJECT",
            r"quero sair OBJECT",
        ),
    ),
}
_EVERYWHERE = (r"unsubscribe", r"opt ?-?out")
"""Words customers of all languages know from the foot of an e-mail."""

_CLAUSES = re.compile(r"[.!;\n]+|,| (?:and|und|y|et|e|en) (?=\S+ )")
_ASKS = "?"


@dataclass(frozen=True, kw_only=True)
class StopWish:
    """The wish for no more messages, by which channels; ``alone`` if the message says nothing else. ``language`` is that of the words."""

    channels: frozenset[Channel]
    alone: bool
    language: str


def read_stop(text: str) -> StopWish | None:
    """The wish in a customer's message, if it is there. A question is none."""
    plain = _plain(text)
    whole = _of(plain)
    if whole is not None:
        return StopWish(channels=whole[1], alone=True, language=whole[0])
    clauses = [clause.strip() for clause in _CLAUSES.split(plain)]
    clauses = [clause for clause in clauses if clause]
    read = [_of(clause) for clause in clauses]
    found = [one for one in read if one is not None]
    if not found:
        return None
    channels = frozenset(channel for _, some in found for channel in some)
    rest = [clause for clause, one in zip(clauses, read, strict=True) if one is None]
    return StopWish(channels=channels, alone=not any(_said_more(clause) for clause in rest), language=found[0][0])


def _of(clause: str) -> tuple[str, frozenset[Channel]] | None:
    if _ASKS in clause or len(clause) > 160:
        return None
    found = next((language for language, pattern in _patterns() if pattern.fullmatch(clause)), None)
    return None if found is None else (found, _channels(clause))


def _channels(clause: str) -> frozenset[Channel]:
    text = bool(re.search(rf"\b{_TEXT}(?![\w'])|\btexting\b|\bsms'?en\b|\btext me\b", clause))
    mail = bool(re.search(rf"\b{_MAIL}(?![\w'])|\be-?mailing\b|\bmailing\b|\bmailen\b", clause))
    chosen: set[Channel] = ({"sms"} if text else set()) | ({"email"} if mail else set())
    return frozenset(chosen) or BOTH


def _said_more(clause: str) -> bool:
    return not any(re.fullmatch(rf"(?:(?:{polite})\W*)*", clause) for polite, _, _ in _LANGUAGES.values())


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found: list[tuple[str, re.Pattern[str]]] = []
    for language, (polite, small, wishes) in _LANGUAGES.items():
        words = rf"(?:(?:{small})(?:\s+|(?<=')))*{_KIND}(?:\s+(?:(?:{small})(?:\s+|(?<=')))*{_KIND})*"
        every = "|".join((*wishes, *_EVERYWHERE)).replace("OBJECT", f"(?:{words})").replace(" ", r"\s+")
        want = r"(?:(?:i want to|i'd like to|i would like to|i wish to|can you|could you)\s+)?" if language == "en" else ""
        found.append((language, re.compile(rf"(?:(?:{polite})[\s,]+)*{want}(?:{every})(?:[\s,]+(?:{polite}))*[\s,.!]*")))
    return tuple(found)


def _plain(text: str) -> str:
    bare = text.casefold()
    if not bare.isascii():
        bare = "".join(char for char in unicodedata.normalize("NFD", bare) if not unicodedata.combining(char))
    return " ".join(bare.replace("’", "'").replace("ß", "ss").split())
