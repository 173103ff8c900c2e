"""Claims of deeds: words that say something was done, in the seven languages, and which tool must have done it."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .claim_words import COLLEAGUE, DID, HAS, UNABLE
from .denials import denied
from .sifted import Shelf, Sifted


@dataclass(frozen=True)
class Claim:
    """Words that claim a deed. One of ``tools`` must have done it, or the ``status`` of something looked up says so.

    A claim without tools is never true, for no tool does it; ``remedy`` says what to do instead.
    """

    patterns: tuple[str, ...]
    tools: frozenset[str] = frozenset()
    status: str | None = None
    remedy: str = ""


CLAIMS = (
    Claim(
        (
            (
                rf"{DID}cancel(?:l)?ed\b|{DID}(?:took care of|taken care of|handled|processed|completed|sorted(?: out)?"
                r"|put through) (?:the|your) cancell?ation\b"
            ),
            r"\b(?:ich habe|wir haben|habe ich|haben wir) (?:\S+ ){0,5}storniert\b|\b(?:j'ai|nous avons) (?:bien )?annulé",
            r"\b(?:he|hemos) cancelado\b|\b(?:ho|abbiamo) annullato\b|\b(?:cancelei|cancelámos|cancelamos)\b",
            r"\b(?:ik heb|we hebben|wij hebben|heb ik) (?:\S+ ){0,5}geannuleerd\b",
        ),
        tools=frozenset({"cancel_unshipped_order"}),
    ),
    Claim(
        (
            rf"\b(?:order|it){HAS}cancel(?:l)?ed\b|\bcancell?ation (?:went through|is (?:done|complete|confirmed))\b",
            r"\bbestellung(?: \S+)? (?:wurde|ist) (?:\S+ )?storniert\b|\bcommande(?: \S+)? (?:a été|est) (?:bien )?annulée\b",
            (
                r"\bpedido(?: \S+)? (?:ya |já )?(?:ha sido|fue|está|foi) (?:ya |já )?cancelado\b|\bordine(?: \S+)? è (?:già "
                r"|stato |ora )*annullato\b"
            ),
            r"\bencomenda(?: \S+)? (?:já )?(?:foi|está) (?:já |agora )?cancelada\b|\bbestelling(?: \S+)? is (?:nu )?geannuleerd\b",
        ),
        tools=frozenset({"cancel_unshipped_order"}),
        status="cancelled",
    ),
    Claim(
        (
            rf"{DID}(?:started|created|opened|set up|registered|arranged) (?:a |the |your )?return\b",
            rf"\breturn{HAS}(?:started|created|registered|set up|all set)\b",
            r"\b(?:rücksendung|retoure) (?:\S+ ){0,4}(?:angelegt|erstellt|eingeleitet|veranlasst)\b",
            (
                r"\b(?:rücksendung|retoure) (?:ist|wurde) (?:\S+ )?(?:angemeldet|registriert|eröffnet)\b"
                r"|\bretour(?:zending)? (?:is|werd) (?:\S+ )?(?:aangemeld|geregistreerd)\b"
            ),
            (
                r"\bretour (?:est|a été) (?:bien )?(?:enregistré|créé|lancé)|\bdevolución (?:ya )?(?:está|ha sido"
                r"|fue) (?:registrada|creada|iniciada|tramitada)\b"
            ),
            (
                r"\breso è (?:stato )?(?:registrato|creato|avviato)\b|\bdevolução (?:já )?(?:foi|está) (?:registada|registrada"
                r"|criada|iniciada)\b"
            ),
            r"\b(?:j'ai|nous avons) (?:bien )?(?:créé|lancé|enregistré|initié) (?:votre|le|un) retour\b",
            r"\b(?:he|hemos) (?:creado|iniciado|tramitado|registrado) (?:la|su|una|tu) devolución\b",
            r"\b(?:ho|abbiamo) (?:creato|avviato|registrato) (?:il|un)(?: tuo| suo)? reso\b",
            r"\b(?:criei|iniciei|registei|registrei) (?:a|uma)(?: sua)? devolução\b",
            r"\bretour(?:zending)? (?:\S+ ){0,4}(?:aangemaakt|gestart|geregistreerd)\b",
        ),
        tools=frozenset({"start_return"}),
    ),
    Claim(
        (
            rf"{DID}(?:started|created|set up|arranged) (?:an |the |your )?exchange\b",
            rf"\bexchange{HAS}(?:started|created|set up|arranged)\b",
            r"\bumtausch (?:\S+ ){0,4}(?:angelegt|erstellt|eingeleitet|veranlasst)\b",
            r"\b(?:j'ai|nous avons) (?:bien )?(?:créé|lancé|enregistré|initié) (?:votre |l'|un )échange\b",
            r"\b(?:he|hemos) (?:creado|iniciado|tramitado) (?:el|su|un|tu) cambio\b",
            r"\b(?:ho|abbiamo) (?:creato|avviato) (?:il|un)(?: tuo| suo)? cambio\b",
            r"\b(?:criei|iniciei) (?:a|uma)(?: sua)? troca\b|\b(?:ruil|omruiling) (?:\S+ ){0,4}(?:aangemaakt|gestart)\b",
        ),
        tools=frozenset({"start_exchange"}),
    ),
    Claim(
        (
            rf"{DID}(?:changed|updated) (?:the|your)(?: delivery| shipping)? address\b|\baddress{HAS}(?:changed|updated)\b",
            (
                r"\badresse (?:\S+ ){0,4}(?:geändert|aktualisiert)\b|\badresse (?:a été|est) (?:bien )?(?:modifiée|changée"
                r"|mise à jour)"
            ),
            (
                r"\bdirección (?:ya )?(?:ha sido|fue|está|se ha) (?:cambiad|actualizad|modificad)[oa]\b"
                r"|\bindirizzo è (?:stato )?(?:cambiato|aggiornato|modificato)\b"
            ),
            r"\b(?:morada|endereço) (?:já )?(?:foi|está) (?:alterad|atualizad|mudad)[oa]\b",
            r"\b(?:j'ai|nous avons) (?:bien )?(?:modifié|changé|mis à jour) (?:\S+ ){0,2}(?:l')?adresse\b",
            r"\b(?:he|hemos) (?:cambiado|actualizado) (?:la|su|tu) dirección\b",
            r"\b(?:ho|abbiamo) (?:cambiato|aggiornato) (?:l'|il tuo |il suo )?indirizzo\b",
            r"\b(?:alterei|atualizei|mudei) (?:a|o)(?: sua| seu)? (?:morada|endereço)\b",
            r"\b(?:adres|afleveradres) (?:\S+ ){0,3}(?:gewijzigd|aangepast)\b",
        ),
        tools=frozenset({"change_shipping_address"}),
    ),
    Claim(
        (
            r"\byou(?:'re| are)(?: now)? (?:signed up|subscribed|enrolled|on the (?:waiting |wait)?list)\b",
            r"\byou(?:'ve| have) been (?:signed up|added|subscribed|enrolled)\b",
            rf"{DID}(?:signed you up|added you|put you (?:down|on)|subscribed you|enrolled you)\b",
            r"\b(?:ich habe|habe ich) (?:sie|dich) (?:\S+ ){0,4}(?:eingetragen|angemeldet|vorgemerkt)\b",
            r"\bje vous ai (?:bien )?(?:inscrit|ajouté)|\b(?:inscrevi|adicionei) (?:o|a|te|você)\b",
            r"\b(?:le|te|lo|la) he (?:apuntado|inscrito|añadido)\b|\b(?:l'ho|ti ho|la ho) (?:iscritt|aggiunt)",
            r"\bik heb (?:je|u) (?:\S+ ){0,4}(?:aangemeld|ingeschreven|toegevoegd)\b",
        ),
        tools=frozenset({"subscribe_back_in_stock", "text_when_back_in_stock", "enrol_in_care_series"}),
    ),
    Claim(
        (
            r"\byou(?:'re| are)(?: now)? (?:unsubscribed|opted out|off the (?:mailing )?list)\b|\byou(?:'ve| have) been (?:unsubscribed|removed from)\b",
            rf"{DID}(?:unsubscribed you|opted you out|taken you off|removed you from|stopped (?:the|all|these|your) (?:\S+ )?(?:e-?mails|texts|messages))\b",
            r"\b(?:ich habe|habe ich) (?:sie|dich) (?:\S+ ){0,4}(?:abgemeldet|ausgetragen)\b",
            r"\bje vous ai (?:bien )?(?:désabonné|désinscrit|retiré)|\b(?:le|te|lo|la) he dado de baja\b",
            r"\b(?:l'ho|ti ho|la ho) disiscritt|\bcancelei a sua (?:inscrição|subscrição)\b",
            r"\bik heb (?:je|u) (?:\S+ ){0,4}(?:afgemeld|uitgeschreven)\b",
        ),
        tools=frozenset({"stop_messages"}),
    ),
    Claim(
        (
            (
                r"\b(?:(?:i|we)(?:'ve| have|'m| am|'ll| will|'re| are)?(?: just| now| already| going to| happily)*|let me)"
                rf" (?:pass|forward|transfer|escalat|hand|refer|connect|redirect|rout|send|sent)\w*(?: \S+){{0,5}} (?:to"
                rf"|with) {COLLEAGUE}\b"
            ),
            (
                rf"\b(?:someone|somebody|{COLLEAGUE})(?: (?:from|in|on|of) (?:our|the|my) (?:\w+ )?(?:team|support|staff))?"
                r"(?: will|'ll| is going to| are going to)(?: \w+){0,6}"
                r" (?:contact|call|phone|ring|reach out|get back|be in touch|get in touch|follow up)\b"
            ),
            (
                r"\b(?:you|it|this|(?:your|the) \w+)(?:'ve| have| has)? been"
                rf" (?:passed|forwarded|transferred|escalated|handed|referred)(?: on| over)? to {COLLEAGUE}\b"
            ),
            r"\b(?:connecting|transferring) you\b|\byou(?:'ll| will) hear (?:back )?from\b",
            r"\bwe(?:'ll| will) (?:get back to|be in touch|get in touch|follow up|reach out|contact) ?",
            r"\b(?:kolleg|mitarbeiter|team)\w* (?:\w+ ){0,3}(?:meldet|melden|kontaktiert|ruft)\b",
            r"\b(?:collègue|conseiller|équipe) (?:va|vous|prendra|reviendra)\b",
            r"\b(?:compañer[oa]|colega|agente|equipo) (?:se pondrá|le contactará|te contactará|va a contactar)\b",
            r"\b(?:collega|team|operatore) (?:ti|la|vi) contatter|\b(?:colega|atendente|equipe|equipa) (?:entrará|vai|irá)\b",
            r"\b(?:collega|medewerker) (?:neemt|zal)\b",
            r"\b(?:leite|verbinde|übergebe|gebe) (?:\S+ ){0,6}(?:an|mit) (?:\S+ )?(?:kolleg|mitarbeiter|team|kundenservice)",
            r"\b(?:kolleg|mitarbeiter|team)\S* (?:weitergeleitet|weitergegeben|übergeben)\b",
            (
                r"\b(?:transmets|transfère|transmis|transféré|passe)\b(?: \S+){0,5} (?:à|avec) (?:\S+ )?(?:collègue|équipe"
                r"|conseiller|service)"
            ),
            (
                r"\b(?:he|hemos|le|te|voy a|vamos a) (?:pas|transf|remit|escal|deriv)\w*(?: \S+){0,5}"
                r" (?:a|con) (?:\S+ )?(?:compañer|colega|equipo|agente|especialista)"
            ),
            r"\b(?:ho|abbiamo|la|ti|lo) (?:pass|trasfer|inoltr)\w*(?: \S+){0,5} (?:a|al|con) (?:\S+ )?(?:colleg|team|operatore)",
            (
                r"\b(?:encaminhei|transferi|passei|vou (?:encaminhar|transferir|passar))\b(?: \S+){0,5}"
                r" (?:colega|equipa|equipe|atendente|especialista)"
            ),
            r"\b(?:verbind|stuur|geef|heb)\b(?: \S+){0,6} (?:collega|medewerker|team)\b",
        ),
        remedy="call `escalate` instead: only that reaches a person",
    ),
    Claim(
        UNABLE,
        remedy="none of your tools does that",
    ),
)
"""What may be said only when it happened."""

_SHELF = Shelf((claim, Sifted(claim.patterns)) for claim in CLAIMS)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|wenn|falls|si|se|als)\b[^.!?;:\n]{0,30}$"
    r"|\b(?:once|when|until|before|after|as soon as|sobald|cuando|quando|zodra)\b[^.,!?;:\n]{0,30}$"
    r"|\b(?:shall|should|can|could|may|would)\s$",
    re.IGNORECASE,
)
_NEAR = 50
_OFFERED = re.compile(r"[^.!?\n]{0,30}\b(?:if you|wenn sie|si vous|si lo|se vuole|se quiser|als je)\b", re.IGNORECASE)


DEEDS_KEPT = 256
"""Claims of hosts' tools whose expressions are kept from one reply to the next."""


def claim_of(tool: str, words: Sequence[str]) -> Claim:
    """The claim of a deed that only this tool does, made by any of these words."""
    return Claim(tuple(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), tools=frozenset({tool}))


@lru_cache(maxsize=DEEDS_KEPT)
def _sifted(patterns: tuple[str, ...]) -> Sifted:
    return Sifted(patterns)


def claims_in(
    text: str, *, done: Collection[str], statuses: Collection[str], deeds: Sequence[Claim] = ()
) -> Iterator[tuple[str, Claim]]:
    """Each claim in a text that neither a tool nor a status bears out, with its words; suppositions and offers are none.

    ``deeds`` are claims beside those of our own tools.
    """
    plain = text.replace("’", "'")
    for claim, pattern in (*_SHELF.possible(plain), *((deed, _sifted(deed.patterns)) for deed in deeds)):
        if claim.tools & set(done) or claim.status in statuses:
            continue
        for match in pattern.finditer(plain):
            before = plain[max(match.start() - _NEAR, 0) : match.start()]
            if not (_SUPPOSED.search(before) or _OFFERED.match(plain, match.end()) or _denied(plain, match)):
                yield match.group(), claim


def _denied(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence the words stand in says no to them."""
    start = max(text.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
    ends = [end for mark in ".!?\n" if (end := text.find(mark, match.end())) >= 0]
    sentence = text[start : min(ends, default=len(text))]
    within = match.re.search(sentence, match.start() - start)
    return within is not None and denied(sentence, within)
