"""The words of deeds in the seven languages that more than one claim is made of, and of those no tool can do."""

DID = r"\b(?:i|we)(?:'ve| have)?(?: just| now| already| successfully| also| gone ahead and)* "
HAS = r"(?: #?[\w-]*\d[\w-]*)?(?:'s been| has been| is now| was| is)(?: now| already| successfully)* "
GAP = r"(?:[^\s,;:!?]*[^\s.,;:!?] ){0,4}"
MONEY = r"(?:[$€£] ?\d[\d.,]*|\d[\d.,]* ?(?:[$€£]|usd|eur|dollars?|euros?))"
COLLEAGUE = (
    r"(?:(?:a|an|our|my|the|one of (?:our|my)) (?:\w+ ){0,2})?"
    r"(?:colleagues?|team|human|person|agents?|speciali[sz]ts?|experts?|managers?|supervisors?|representatives?|department|staff)"
)

UNABLE = (
    (
        rf"{DID}(?:reported|contacted|notified|informed|flagged|alerted|expedited|reached out|spoken)\b(?: \S+){{0,4}}"
        r" (?:carrier|courier|warehouse|depot|team|department|supplier|manager|bank)\b"
    ),
    (
        rf"{DID}(?:opened|logged|filed|raised|created|requested|ordered|arranged) (?:a|an|your) (?:\w+ )?"
        r"(?:ticket|case|investigation|claim|trace|replacement|pick-?up|call-?back)\b"
    ),
    rf"{DID}(?:let (?:the|our|my) \w+ know|asked (?:a|the|our|my) (?:colleague|team|warehouse|carrier|depot))\b",
    (
        rf"{DID}(?:re-?sent|sent|e-?mailed) (?:you )?(?:an?|the|your) (?:\w+ )?(?:e-?mail|confirmation|copy|invoice|code"
        r"|link|label)\b"
    ),
    rf"{DID}(?:applied|added) (?:a|the|your) (?:\S+ )?(?:discount|credit|voucher|coupon|code)\b",
    (
        rf"{DID}(?:upgraded|expedited|prioriti[sz]ed|rushed|waived|credited|compensated|reimbursed|approved|extended"
        r"|reserved|authori[sz]ed|overridden)\b"
        rf"(?! (?:a|the|your) (?:return|exchange)\b)|{DID}(?:told|informed|asked|spoken (?:to|with)|talked (?:to"
        rf"|with)) (?:\w+ )?{COLLEAGUE}\b"
    ),
    (
        rf"{DID}(?:taken (?:it|them|the \w+|your \w+) (?:off|out)|removed|swapped|extended|changed the (?:size|colou?r|quantity)"
        r"|put a hold|placed a hold|made an exception"
        r"|scheduled|booked|matched)\b"
    ),
    (
        r"\b(?:carrier|courier|warehouse|supplier|team|depot)(?:'s been| has been| is| was)(?: now| already)* (?:informed"
        r"|notified|contacted|alerted)\b"
    ),
    (
        rf"\b(?:claim|exception|technician|pick-?up|request|extension|discount|credit){HAS}(?:approved|scheduled|booked"
        r"|granted|accepted|arranged)\b"
    ),
    (
        rf"{MONEY}(?: has been| have been| was| were| is| are)(?: now| already)? (?:refunded|credited|returned|on (?:its"
        r"|the) way|paid back)\b"
    ),
    (
        rf"\b(?:betrag|geld|{MONEY}) {GAP}(?:wurden?|ist|sind) {GAP}(?:unterwegs|erstattet|überwiesen|gutgeschrieben"
        rf"|zurückgezahlt)\b|\bbetrag von {MONEY} (?:wurde|ist) {GAP}\w+t\b"
    ),
    (
        rf"\b(?:ich habe|wir haben|habe ich) {GAP}(?:gebühr|kosten|versandkosten|frist|etikett) {GAP}(?:erlassen"
        r"|übernommen|verlängert|storniert|geschickt)\b"
    ),
    rf"\b(?:j'ai|nous avons) {GAP}(?:contacté|appelé|signalé|relancé|prolongé|annulé les frais)\b",
    rf"\b(?:he|hemos) {GAP}(?:contactado|hablado con|llamado|notificado|prolongado|ampliado)\b",
    rf"\b(?:ho|abbiamo) {GAP}(?:contattato|parlato con|chiamato|segnalato|prolungato|esteso)\b",
    r"\b(?:já )?(?:contactei|contatei|falei com|liguei|avisámos|contactámos|prolonguei|abri uma reclamação)\b",
    (
        rf"\b(?:ik heb|we hebben|wij hebben|heb ik) {GAP}(?:gebeld|gesproken|gecontacteerd|gemeld|verlengd|geïnformeerd"
        r"|kwijtgescholden)\b"
    ),
    (
        r"\bconsider (?:it|that|this) (?:done|refunded|cancel(?:l)?ed|sorted|taken care of)\b|\b(?:all|already|it's"
        r"|is) (?:been )?(?:taken care of|sorted)\b"
    ),
    (
        rf"\b(?:order|shipping|delivery|parcel|fee|label|invoice|confirmation){HAS}(?:upgraded|waived|e-?mailed"
        r"|prioriti[sz]ed|expedited|rushed|re-?routed|insured)\b"
    ),
    rf"{DID}(?:put|left|added|made) (?:a|the) (?:\w+ )?(?:note|remark|flag|comment)\b",
    (
        r"\b(?:ersatz|ersatzlieferung|neue ware|neues paket) (?:ist|wurde) (?:\S+ ){0,3}(?:unterwegs|verschickt|versendet"
        r"|bestellt|veranlasst)\b"
    ),
    r"\b(?:nouveau colis|remplacement|nouvel article) (?:est|a été) (?:\S+ )?(?:parti|envoyé|en route|expédié|commandé)",
    (
        r"\b(?:reemplazo|nuevo paquete|sustituto) (?:ya )?(?:está|ha sido|fue) (?:\S+ ){0,2}(?:en camino|enviado|pedido)\b"
        r"|\b(?:sostituto|sostituzione|nuovo pacco) è (?:\S+ ){0,2}(?:in viaggio|partit\w|spedit\w|inviat\w)"
    ),
    (
        r"\b(?:substitut\w+|nova encomenda) (?:já )?(?:está|foi) (?:a caminho|enviad\w)\b|\b(?:vervanging|nieuwe pakket"
        r"|vervangend \w+) is (?:\S+ ){0,2}(?:onderweg|verstuurd|verzonden|besteld)\b"
    ),
    (
        rf"{DID}(?:issued|processed|sent|approved|made|arranged|put through) {GAP}(?:refund|replacement|compensation"
        r"|payment)\b"
    ),
    (
        rf"\b(?:replacement|new one|voucher|compensation|money|upgrade){HAS}(?:on (?:its|the) way|sent|ordered|approved"
        r"|issued|shipped|arranged|paid|added)\b"
    ),
    (
        rf"\b(?:rück)?erstattung (?:\S+ )?(?:wurde|ist) {GAP}(?:veranlasst|unterwegs|ausgezahlt|genehmigt|bearbeitet"
        r"|durchgeführt|überwiesen|erfolgt|angewiesen)\b"
    ),
    r"\b(?:geld|betrag) (?:wurde|ist) (?:\S+ ){0,4}(?:unterwegs|erstattet|überwiesen|gutgeschrieben|zurückgezahlt)\b",
    (
        rf"\b(?:ich habe|wir haben|habe ich) {GAP}(?:gutgeschrieben|überwiesen|hochgestuft|freigegeben|genehmigt"
        rf"|bescheid gegeben|informiert|(?:erstattung|ersatz) {GAP}\w+t)\b"
    ),
    (
        rf"\b(?:remboursement|avoir|indemnisation|virement) {GAP}?(?:a|est|a été)(?: déjà| bien| été)* (?:effectué|émis"
        r"|traité|envoyé|lancé|validé|approuvé|en route|en cours|accordé|fait)"
    ),
    (
        rf"\b(?:j'ai|nous avons|on a|je vous ai) {GAP}(?:remboursé|crédité|offert|surclassé|prévenu|informé|(?:effectué"
        rf"|émis|validé|lancé|traité) {GAP}remboursement)"
    ),
    (
        r"\b(?:reembolso|compensación|dinero)(?: ya)? (?:está|ha sido|fue|se ha)(?: ya)?"
        r" (?:en camino|en curso|procesado|emitid[oa]|aprobad[oa]|realizado|efectuado|tramitado|enviad[oa]|hecho|devuelto)"
    ),
    (
        rf"\b(?:he|hemos) {GAP}(?:reembolsado|abonado|compensado|avisado|informado|mejorado|(?:procesado|emitido|tramitado"
        rf"|aprobado|realizado) {GAP}reembolso)\b"
    ),
    (
        r"\b(?:rimborso|risarcimento|denaro|bonifico)(?: è(?: già| stato)*| sta) (?:già )?"
        r"(?:emesso|effettuato|elaborato|approvato|in arrivo|in corso|avviato|processato|inviato|arrivando|disposto"
        r"|accreditato)"
    ),
    (
        rf"\b(?:ho|abbiamo) {GAP}(?:accreditato|risarcito|avvisato|informato|(?:emesso|effettuato|elaborato|approvato"
        rf"|avviato|disposto) {GAP}rimborso)\b"
    ),
    (
        r"\b(?:reembolso|dinheiro|estorno)(?: já)? (?:foi|está)(?: já)?"
        r" (?:processado|emitido|efetuado|efectuado|aprovado|feito|a caminho|em curso|enviado|realizado|devolvido)"
    ),
    (
        rf"\b(?:já )?(?:processei|emiti|aprovei|fiz|efetuei|processámos|emitimos|creditei) {GAP}(?:reembolso|estorno|conta"
        rf"|crédito)\b|\b(?:avisei|informei) {GAP}(?:colega|equipa|equipe)\b"
    ),
    (
        r"\b(?:terugbetaling|geld|vergoeding)(?: al)? (?:is|werd)(?: al| nu)? (?:onderweg|verwerkt|uitgevoerd|goedgekeurd"
        r"|gedaan|in gang|teruggestort|overgemaakt|verstuurd|terugbetaald)"
    ),
    (
        rf"\b(?:ik heb|we hebben|wij hebben|heb ik) {GAP}(?:teruggestort|overgemaakt|vergoed|ingelicht|doorgegeven"
        rf"|gecrediteerd|terugbetaling {GAP}\w+d)\b"
    ),
    (
        rf"{DID}refunded\b|\brefund{HAS}(?:initiated|approved|on its way|underway|on the way|issued|processed|paid out)\b"
        r"|\brefund of \S+ (?:is|has been|was) (?:on (?:its|the) way|issued|approved|processed)\b"
    ),
    (
        r"\b(?:ich habe|wir haben) (?:\S+ ){0,5}(?:erstattet|rückerstattet)\b|\b(?:je vous ai|j'ai"
        r"|nous avons) (?:\S+ )?remboursé"
    ),
    r"\b(?:he|hemos) reembolsado\b|\b(?:ho|abbiamo) rimborsato\b|\breembolsei\b|\bik heb (?:\S+ ){0,5}terugbetaald\b",
)
"""Deeds that no tool does: reports, refunds out of hand, exceptions."""
