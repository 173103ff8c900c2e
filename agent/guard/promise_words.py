"""The words of promises of money, fault and certainty in the seven languages. A gap stands for up to four words of the same clause."""

GAP = r"(?:[^\s,;:!?]*[^\s.,;:!?] ){0,4}"
_MONEY = r"(?:[$€£] ?\d[\d.,]*|\d[\d.,]* ?(?:[$€£]|usd|eur|dollars?|euros?|dólares|dollari))"
_WILL = r"(?:'ll| will| shall|(?:'re|'m|'s| are| am| is) going to)"

PROMISED = (
    r"\b(?:i|we) (?:\w+ ){0,2}(?:promise|guarantee|vow|swear)\b|\b(?:you have|i give you|on) (?:my|our) word\b",
    (
        r"\b(?:guaranteed|garantiert|gegarandeerd)\b|\bgaranti(?:e|s|es|to|ta|do|da|zad[oa])?\b(?! (?:(?:per|pendant|por"
        r"|durante) )?(?:\d|un|due|deux|dos|dois|duas))"
    ),
    (
        r"\b(?:ich|wir) (?:verspreche|versprechen|garantiere|garantieren)\b|\b(?:verspreche|garantiere) ich\b"
        r"|\b(?:versprechen|garantieren) wir\b"
    ),
    (
        r"\b(?:je|nous|on) (?:vous |te |l')?(?:le )?(?:promets|promettons|promet|garantis|garantissons)\b|\bc'est promis\b"
        r"|\bma parole\b"
    ),
    (
        r"\b(?:prometo|prometemos|garantizo|garantizamos|prometto|promettiamo|garantisco|garantiamo|garanto|garantimos)\b"
        r"|\bmi palabra\b"
    ),
    r"\b(?:ik|wij|we) (?:beloof|beloven|garandeer|garanderen)\b|\b(?:beloof|garandeer) ik\b|\bmijn woord\b",
)
"""A vow."""

_SURE_EN = r"(?:definitely|certainly|surely|absolutely|undoubtedly|without fail)"
CERTAIN = (
    rf"\b(?:it|they|you|this|that|(?:your|the) \w+)(?:'ll| will) {_SURE_EN} {GAP}(?:be|arrive|come|get|reach|have|receive)\b",
    rf"\b(?:it|they|you|(?:your|the) \w+) {_SURE_EN} will\b",
    (
        r"\b(?:it|they|you|(?:your|the) \w+)(?:'ll| will) (?:be there|arrive|come|get it|reach you|have it"
        r"|receive it)\b[^.!?]* (?:for sure|without fail|no matter what)\b"
    ),
    (
        rf"\b(?:kommt|wird|werden|erhalten|bekommen|erhältst|bekommst) {GAP}(?:definitiv|bestimmt|ganz sicher"
        r"|auf jeden fall|mit sicherheit)\b"
    ),
    rf"\b(?:arrivera|sera|recevrez|aurez|serez) {GAP}(?:certainement|sans faute|à coup sûr|sans aucun doute)\b",
    (
        rf"\b(?:llegará|recibirá|recibirás|estará) {GAP}(?:sin falta|con (?:toda )?seguridad|definitivamente|sin duda)\b"
        r"|\b(?:seguro que|definitivamente) (?:\w+ )?(?:llegará|recibirá)"
    ),
    (
        rf"\b(?:arriverà|riceverà|riceverai|sarà) {GAP}(?:sicuramente|di sicuro|certamente|senza dubbio|senz'altro)\b"
        r"|\b(?:sicuramente|certamente) (?:arriverà|riceverà)"
    ),
    (
        rf"\b(?:chegará|chega|chegar|receberá|receber) {GAP}(?:de certeza|com certeza|sem falta|definitivamente)\b"
        rf"|\b(?:com certeza|definitivamente) {GAP}(?:vai|chega|receber)"
    ),
    rf"\b(?:komt|zal|wordt|krijgt|ontvangt) {GAP}(?:absoluut|sowieso|beslist|zeker weten|hoe dan ook)\b",
)
"""Certainty of what is to come."""

COMPENSATED = (
    (
        rf"(?:{_WILL}|\bmake sure|\bsee to it|\bensure|\byou(?: are|'re)?(?: get| receive)?) {GAP}compensat(?:e|ed|ion)\b"
        r"|\bmake it up to you\b"
    ),
    rf"\b(?:wir|ich|sie|du|wird|werden|bekommen|erhalten) {GAP}(?:entschädig\w*|schadens?ersatz)\b",
    rf"\b(?:vous|nous|je|serez|recevrez|aurez) {GAP}(?:dédommag|indemnis|compens)\w*",
    (
        rf"\b(?:le|te|les|recibirá|recibirás|tendrá|será|vamos a|voy a) {GAP}(?:compensa|compense|indemni)\w*"
        r"|\b(?:compensaremos|indemnizaremos)\b"
    ),
    (
        rf"\b(?:la|ti|le|riceverà|riceverai|sarà|verrà|avrà) {GAP}(?:risarci|indennizz|compensa)\w*|\b(?:risarciremo"
        r"|indennizzeremo)\b"
    ),
    (
        rf"\b(?:vai|vamos|será|receberá|terá|irá) {GAP}(?:compensa|indemniza|indeniza)\w*|\b(?:compensaremos"
        r"|indemnizaremos|indenizaremos)\b"
    ),
    rf"\b(?:je|u|we|wij|ik) {GAP}(?:schadevergoeding|vergoed|vergoeden|gecompenseerd|compenseren|compensatie)\b",
)
"""Compensation."""

FAULT = (
    (
        rf"\b(?:we|i)(?:'ll|'d)? {GAP}(?:accept|take|assume|bear|admit|acknowledge)\w* {GAP}(?:liabilit\w+|responsib\w+"
        r"|fault|blame|negligence)\b"
    ),
    r"(?<!if )(?<!whether )\bwe(?:'re| are| were) (?:\w+ )?(?:liable|negligent|to blame|at fault)\b",
    (
        r"(?<!if )\b(?:it|this|that|damage|delay|loss|error|mistake|injury)(?:'s| is| was) (?:\w+ ){0,2}our (?:own "
        r"|legal )?(?:fault|liability|responsibility|mistake|negligence|error|doing)\b"
    ),
    (
        rf"\bwir kommen {GAP}auf\b|\bnous (?:prenons|prendrons) {GAP}(?:en charge|à notre charge)\b|\b(?:nos hacemos"
        rf"|nos haremos) {GAP}(?:responsables|cargo)\b"
    ),
    rf"\b(?:ci facciamo|ci faremo) {GAP}carico\b|\bwij? zijn {GAP}(?:verantwoordelijk|aansprakelijk)\b",
    (
        rf"\b(?:wir|ich) {GAP}(?:haften|hafte)\b|\b(?:wir|ich) (?:übernehmen|übernehme) {GAP}(?:haftung|verantwortung"
        rf"|schuld)\b|\b(?:haften|übernehmen) wir {GAP}(?:haftung|für)\b"
    ),
    r"\b(?:unsere schuld|unser (?:fehler|verschulden|versäumnis))\b",
    (
        rf"\b(?:nous|on|je|j') ?{GAP}(?:assum|accept|endoss|reconnai)\w+ {GAP}(?:responsabilité|faute|torts?)\b"
        r"|\bnotre (?:faute|erreur|responsabilité)\b"
    ),
    rf"\bnous sommes {GAP}(?:responsables|fautifs|en tort)\b",
    (
        rf"\b(?:asumimos|aceptamos|admitimos|reconocemos|asumo|acepto) {GAP}(?:responsabilidad|culpa)\b|\b(?:culpa|error"
        r"|fallo) nuestr\w+|\bnuestra (?:culpa|responsabilidad)\b"
    ),
    rf"\bnuestro (?:error|fallo)\b|\bsomos {GAP}(?:responsables|culpables)\b",
    (
        rf"\b(?:assumiamo|accettiamo|ammettiamo|assumo|riconosciamo) {GAP}(?:responsabilità|colpa)\b|\b(?:colpa"
        r"|errore) nostr\w|\bcolpa è nostra\b|\bnostra (?:colpa|responsabilità)\b"
    ),
    rf"\bnostro errore\b|\bsiamo {GAP}responsabili\b",
    (
        rf"\b(?:assumimos|aceitamos|admitimos|reconhecemos|assumo) {GAP}(?:responsabilidade|culpa)\b|\bculpa é nossa\b"
        r"|\bnossa (?:culpa|responsabilidade)\b|\bnosso erro\b"
    ),
    rf"\bsomos {GAP}(?:responsáveis|culpados)\b",
    (
        rf"\b(?:we|wij|ik) {GAP}(?:aanvaard|accepte|nemen|erkennen|zijn|neem)\w* {GAP}(?:aansprakelijk\w*"
        r"|verantwoordelijkheid|schuld)\b|\bonze (?:schuld|fout)\b"
    ),
)
"""Fault and liability."""

PAID = (
    (
        rf"\byou{_WILL} be (?:paid|reimbursed|made whole)\b|\b(?:sie|du) werden? {GAP}(?:erstattet|zurück) (?:bekommen"
        rf"|erhalten)\b|\b(?:haremos|hacemos|haré) {GAP}reembolso\b"
    ),
    (
        r"\b(?:argent|montant|somme) (?:vous )?(?:sera|est) (?:\w+ )?(?:rendu|remboursé|restitué|recrédité)|\b(?:faremo"
        r"|facciamo) (?:\w+ )?(?:il |un )?rimborso\b|\b(?:faremos|fazemos) (?:o |um )?reembolso\b"
    ),
    (
        rf"\b(?:you|we|i|they|it|that|this|everything|(?:your|the) \w+){_WILL} {GAP}(?:refund(?:ed)?|reimburse[d]?"
        r"|money back|pay (?:\w+ )?back|be paid back|credited)\b"
    ),
    (
        rf"\b(?:we|i)(?:'re|'m| are| am) {GAP}(?:refunding|reimbursing|crediting)\b|\b(?:we|i)(?:'re|'m| are| am) (?:now "
        rf"|just )?(?:issuing|processing|sending) {GAP}refund\b"
    ),
    (
        rf"\byou{_WILL} {GAP}(?:get|receive|have) (?:back\b(?! to)|(?:your|the|all|it|every|that|full|a\b|half|{_MONEY}"
        rf"|\w+ (?:dollars|euros))[^\s,;:!?]* ?{GAP}back\b(?! in| to))"
    ),
    (
        rf"\b{_MONEY}{_WILL} {GAP}(?:refunded|returned|paid|credited|back)\b|\bwe owe you\b|\byou{_WILL} (?:soon "
        r"|then )?(?:have|get|receive|see) your money\b"
    ),
    (
        rf"\b(?:your|the|a|full|this) (?:full |partial )?refund(?:{_WILL}| is (?:certain|assured|coming|approved"
        rf"|confirmed))\b|\b(?:make sure|see to it|ensure) {GAP}refund\w*"
    ),
    rf"\byour money{_WILL}\b|\b(?:we|i)(?:'ll| will) (?:still )?(?:pay|return|give) (?:you )?{GAP}(?:back|money)\b",
    (
        rf"\b(?:sie|du) (?:bekommen|bekommst|erhalten|erhältst|kriegen|kriegst) {GAP}(?:zurück|zurückerstattet|erstattet"
        r"|(?:rück)?erstattung|geld)\b"
    ),
    (
        rf"\b(?:bekommen|bekommst|erhalten|erhältst|kriegen|kriegst) (?:sie|du) {GAP}(?:zurück|zurückerstattet|erstattet"
        r"|(?:rück)?erstattung|geld)\b"
    ),
    (
        r"\b(?:wir|ich) (?:(?:rück)?erstatte|vergüte)n?\b|\b(?:erstatte|überweise|zahle)n? (?:wir|ich) (?:ihnen|dir)\b"
        r"|\b(?:wir|ich) (?:überweise|zahle)n? (?:ihnen|dir) "
    ),
    rf"\b(?:wir|ich) (?:werden?|veranlassen?) {GAP}(?:zurück|rück)?(?:erstatten|erstattung|zahlen|überweisen)\b",
    (
        rf"\b(?:wird|werden) (?:ihnen|dir) {GAP}(?:(?:zurück|rück)?erstattet|gutgeschrieben|(?:zurück)?gezahlt"
        rf"|überwiesen)\b|\b(?:betrag|geld|{_MONEY}) (?:wird|werden) {GAP}(?:(?:zurück|rück)?erstattet|gutgeschrieben"
        r"|zurückgezahlt)\b"
    ),
    (
        r"\b(?:ihre|deine) (?:volle )?(?:rück)?erstattung (?:kommt|folgt|erfolgt|wird|ist (?:sicher|genehmigt))\b|\b(?:ihr"
        r"|dein) geld (?:kommt|wird)\b"
    ),
    (
        rf"\bvous (?:serez|allez être) {GAP}rembours|\bvous (?:recevrez|obtiendrez|aurez|allez recevoir"
        rf"|récupérerez) {GAP}(?:remboursement|argent|{_MONEY})"
    ),
    (
        r"\b(?:nous|je|on) (?:vous |te |le |la )*(?:rembourser(?:ons|ai|a)|remboursons|rembourse|allons (?:vous "
        r"|te )?rembourser|vais (?:vous |te )?rembourser)\b"
    ),
    (
        r"\b(?:votre|ton|le|un) remboursement (?:\w+ )?(?:sera|arrivera|va|est (?:assuré|acquis|accordé))\b"
        rf"|\bsera {GAP}remboursé|\b(?:votre|ton) argent (?:sera|arrivera|va)\b"
    ),
    (
        r"\b(?:reembolsar|devolver)(?:emos|é)\b|\b(?:vamos|voy) a (?:reembolsar|devolver)|\bse (?:le|te) (?:reembolsará"
        rf"|devolverá|abonará)|\bserá {GAP}reembolsad[oa]"
    ),
    (
        r"\b(?:recibirá|recibirás|obtendrá|obtendrás|tendrá|tendrás|va a recibir|vas a recibir|recuperará"
        rf"|recuperarás) {GAP}(?:reembolso|dinero|importe|{_MONEY})"
    ),
    r"\b(?:su|tu) (?:reembolso|dinero) (?:\w+ )?(?:llegará|será|se|está (?:asegurado|aprobado))",
    (
        rf"\b(?:riceverà|riceverai|otterrà|otterrai|avrà|avrai|riavrà|riavrai) {GAP}(?:rimborso|soldi|denaro|indietro"
        rf"|importo|{_MONEY})|\brimborser(?:emo|ò)\b"
    ),
    (
        rf"\b(?:sarà|sarai|verrà|verrai) {GAP}rimborsat|\b(?:suo|tuo|il) rimborso (?:\w+ )?(?:sarà|arriverà|verrà"
        r"|è (?:assicurato|approvato|certo))|\brestituiremo\b|\baccrediteremo\b"
    ),
    (
        rf"\b(?:vai|irá|vais) (?:receber|ter|ser) {GAP}(?:reembols\w+|dinheiro|de volta|{_MONEY})|\b(?:receberá|receberás"
        rf"|terá|terás|recebe) {GAP}(?:reembolso|dinheiro|de volta|{_MONEY})"
    ),
    (
        r"\b(?:reembolsar|devolver)(?:emos|ei)\b|\b(?:vamos|vou) (?:reembolsar|devolver|fazer o reembolso)|\bser(?:á"
        rf"|ão) {GAP}reembolsad|\b(?:seu|teu|o) (?:reembolso|dinheiro) (?:será|chegará|vai)\b"
    ),
    (
        rf"\b(?:je|u|jij) (?:krijgt|ontvangt|zult|zal) {GAP}(?:terug|terugbetaald|terugbetaling|geld)\b|\b(?:krijgt?"
        rf"|ontvangt?) (?:je|u) {GAP}(?:terug|terugbetaald|terugbetaling|geld)\b"
    ),
    (
        rf"\b(?:we|wij|ik) (?:betalen|betaal|storten|stort|zullen|zal|gaan|ga) {GAP}(?:terug|terugbetalen|terugstorten)\b"
        rf"|\b(?:betalen|storten) (?:we|wij) {GAP}terug\b"
    ),
    (
        rf"\bword(?:t|en) {GAP}(?:terugbetaald|teruggestort)\b|\b(?:je|uw) (?:terugbetaling|geld) (?:komt|volgt|wordt"
        r"|is (?:zeker|goedgekeurd))\b"
    ),
)
"""Money that goes to the customer."""

REGULAR = (
    (
        r"\byou(?: always)? (?:get|are getting) (?:a |the )?(?:full )?(?:refund|your money back|everything back"
        r"|it all back|money back)\b"
    ),
)
"""How a refund usually goes."""
