"""The words of promises of what is no money: law, gifts, safety; and of asking for secrets."""

from .promise_words import GAP

LAWFUL = (
    r"\b(?:entitled to|(?:have|has) (?:a|the|every) (?:legal )?right to|by law|legally|statutory)\b",
    r"\b(?:anspruch auf|recht auf|gesetzlich\w*|von rechts wegen)\b|\bdroit (?:à|au|aux)\b|\b(?:légalement|la loi)\b",
    r"\b(?:derecho a|por ley|legalmente|diritto (?:a|al|ad)|per legge|direito (?:a|ao)|por lei|recht op|wettelijk\w*)\b",
)
"""What the law gives, or the shop's rules."""

GIVEN = (
    (
        r"\b(?:we|i)(?:'ll| will| can) match (?:that|the|this|their)\b|\b(?:wir|ich) (?:machen?"
        r"|gewähren?) (?:\w+ )?(?:eine )?ausnahme\b|\b(?:nous|je) (?:ferons|faisons|fais|ferai) (?:\w+ )?exception\b"
    ),
    (
        r"\b(?:haremos|hacemos|haré) una excepción\b|\b(?:faremo|facciamo|farò) un'eccezione\b|\b(?:abrimos|fazemos"
        r"|faremos|abriremos) uma exce[pç]?ção\b|\b(?:we|wij|ik) (?:maken?|maak) (?:\w+ )?een uitzondering\b"
    ),
    (
        r"\b(?:ich kümmere mich|wir kümmern uns) darum,? dass\b|\bje (?:veille|m'assure|m'occupe"
        r"|ferai en sorte)\b[^.!?]*\b(?:rembours|remplac|annul|livr)\w*"
    ),
    (
        r"(?<!count )(?<!rely )(?<!call )\bon (?:us|the house)\b|\bas (?:a|an) (?:goodwill |small )?(?:gesture|apology"
        r"|compensation)\b|\b(?:on|off|for) your next (?:order|purchase)\b"
    ),
    (
        rf"\b(?:we|i)(?:'ll| will| can) (?:send|give|offer|arrange|ship|grant) (?:you )?{GAP}(?:replacement|voucher|coupon"
        r"|discount|free gift|store credit|refund|new one|upgrade)\b"
    ),
    (
        r"\b(?:we|i)(?:'ll| will| can) (?:waive|upgrade|make an exception|extend (?:the|your)|expedite|cover (?:it|that"
        r"|this)|cover the (?:cost|shipping|label|fee))\b|\b(?:we|i)(?:'ll| will| can) (?:call|phone|ring) you\b"
    ),
    (
        r"\b(?:make sure|see to it|ensure) (?:that )?(?:the|your|you|it|this)\b[^.!?]*\b(?:waived|free|upgraded|replaced"
        r"|arrives?|delivered|ships?|cancell?ed|fixed|solved)\b"
    ),
    r"\b(?:we|i)(?:'ll| will) (?:definitely|certainly|surely) (?:find|fix|solve|replace|deliver|sort|get)\b",
    (
        r"\b(?:ich rufe|wir rufen) (?:sie|dich) (?:zurück|an)\b|\bals (?:kleine )?(?:entschädigung|wiedergutmachung|geste"
        r"|entschuldigung)\b|\bnächsten? (?:bestellung|einkauf)\b"
    ),
    (
        rf"\b(?:schicken?|senden?|schenken?|geben?|gewähren?|bieten?)(?: wir| ich)? (?:ihnen|dir) {GAP}(?:ersatz\w*"
        r"|gutschein\w*|neuen?s?|geschenk|rabatt|gutschrift)\b|\b(?:auf unsere kosten|aufs haus)\b"
    ),
    (
        r"\b(?:geste commercial|à titre de (?:dédommagement|compensation|geste)|prochaine commande|prochain achat"
        r"|à nos frais)\b|\b(?:nous|on) vous r?appeller(?:ons|a)\b"
    ),
    (
        rf"\b(?:je|nous) vous (?:offre|offrons|accorde|accordons|enverrons|renverrons|enverrai) {GAP}(?:remise|réduction"
        r"|bon|cadeau|remplacement|nouve\w+|avoir|livraison)\b"
    ),
    (
        r"\bpróxim[oa] (?:pedido|compra|encomenda)\b|\bcomo (?:compensación|gesto|disculpa|compensação)\b"
        r"|\b(?:por nuestra cuenta|a nostre spese|por nossa conta)\b|\b(?:le|te|lo|la) llamar(?:emos|é)\b"
    ),
    (
        r"\b(?:le|te) (?:ofrezco|ofrecemos|doy|damos|daremos|enviamos|enviaremos|mandamos|mandaremos|regalamos"
        rf"|regalaremos) {GAP}(?:descuento|cupón|vale|reemplazo|nuev[oa]|regalo|envío)\b"
    ),
    r"\bprossimo (?:ordine|acquisto)\b|\bcome (?:risarcimento|gesto|scusa)\b|\b(?:la|ti) (?:ri)?chiamer(?:emo|ò)\b",
    (
        rf"\b(?:le|ti) (?:offro|offriamo|do|diamo|daremo|inviamo|invieremo|mandiamo|manderemo|regaliamo) {GAP}(?:sconto"
        r"|buono|sostitu\w+|nuov\w|regalo|omaggio)\b"
    ),
    r"\b(?:ligaremos|vamos ligar)\b|\bcomo (?:gesto|pedido de desculpas?)\b",
    (
        rf"\b(?:ofereço|oferecemos|dou|damos|daremos|enviaremos|mandaremos|enviar)(?:-(?:lhe|te))? {GAP}(?:desconto|cupão"
        r"|cupom|vale|brinde|substitut\w+|nov[oa])\b"
    ),
    (
        r"\b(?:wij|we) bellen (?:je|u)\b|\bvolgende (?:bestelling|aankoop)\b|\bals (?:goedmaker|compensatie|gebaar"
        r"|excuus)\b|\b(?:op onze kosten|van het huis)\b"
    ),
    rf"\b(?:geef|geven|bied|bieden|sturen|stuur)(?: wij| we| ik)? (?:je|u) {GAP}(?:korting|tegoedbon|vervang\w+|nieuwe?|cadeau)\b",
)
"""What the agent has no right to give."""

CLAIMED = (
    rf"\byou(?:'re| are)? (?:qualify|eligible) for {GAP}(?:free|refund|discount|voucher|credit|replacement)\b",
    (
        rf"\byou(?:'ll| will|'ve| have)? (?:get|have|got|receive) {GAP}(?:free (?:\w+ )?(?:shipping|delivery|upgrade"
        r"|replacement|gift)|discount|voucher|coupon|store credit|gift card)\b"
    ),
    (
        rf"\b(?:sie|du) (?:bekommen|bekommst|erhalten|erhältst|haben) {GAP}(?:gutschein|rabatt|gutschrift|ersatz"
        r"|kostenlose\w*|gratis)\b"
    ),
    (
        rf"\bvous (?:recevrez|aurez|avez|bénéficiez|bénéficierez|obtiendrez) {GAP}(?:bon d'achat|remise|réduction|avoir"
        r"|livraison (?:gratuite|offerte))\b"
    ),
    rf"\b(?:recibirá|recibirás|tendrá|tendrás|tiene|tienes) {GAP}(?:descuento|cupón|vale|envío (?:gratis|gratuito)|regalo)\b",
    rf"\b(?:riceverà|riceverai|avrà|avrai|ha|hai) {GAP}(?:sconto|buono|spedizione gratuita|omaggio)\b",
    rf"\b(?:receberá|terá|tem|tens|receber|ter) {GAP}(?:desconto|vale|cupão|cupom|(?:envio|portes|frete) grátis|brinde)\b",
    rf"\b(?:je|u) (?:krijgt|ontvangt|hebt|heeft) {GAP}(?:korting|tegoedbon|cadeau|gratis)\b",
)
"""What only the shop's rules give."""

_WHO = r"(?:child|kid|bab(?:y|ies)|toddler|infant|newborn|pets?\b|dogs?\b|cats?\b|allerg|pregnan|sensitive|everyone|anyone)"
ASSURED = (
    (
        rf"\bsafe (?:for|around|with) (?:\w+ ){{0,2}}{_WHO}|\b(?:child|baby|pet)-?safe\b|\b(?:completely|totally|perfectly"
        r"|entirely) (?:safe|harmless)\b"
    ),
    (
        r"\b(?:sicher|ungefährlich|unbedenklich|harmlos) für (?:\w+ )?(?:kinder|babys?|kleinkinder|säuglinge|haustiere"
        r"|allergiker|schwangere)|\bfür (?:kinder|babys|kleinkinder|haustiere) (?:\w+ ){0,2}(?:sicher|ungefährlich"
        r"|unbedenklich)\b"
    ),
    (
        r"\bsans (?:aucun )?(?:danger|risque) pour\b|\bsûre?s? pour les (?:enfants|bébés)\b|\b(?:segur[oa]s?"
        r"|inofensiv[oa]s?) para (?:\w+ )?(?:niñ|beb|crian|mascot|alérgic|embaraz|grávid|anima)"
    ),
    (
        r"\b(?:sicur[oaie]|innocu[oaie]) per (?:i |le |gli )?(?:bambin|neonat|animali|allergic)"
        r"|\bveilig voor (?:\w+ )?(?:kind|baby|peuter|huisdier|allergie)"
    ),
)
"""That something is safe for somebody."""

_ASK = (
    r"(?:send|give|tell|share|enter|provide|confirm|type|reply with|need|let me have|what(?:'s| is)|write|submit"
    r"|ask(?:ed)? for|require"
    r"|senden|schicken|geben|nennen|teilen|bestätigen|brauchen?|benötigen?|wie lautet|schreiben|nenn|schick|gib"
    r"|envoyez|donnez|communiquez|indiquer|communiquer|envoyer|donner|fournir|indiquez|confirmez|saisissez|besoin"
    r"|quel(?:le)? est|transmettez|envoie|donne|indique|entrez"
    r"|envíe(?:nos|me)?|envía(?:nos|me)?|d[ée](?:me|nos)|indi(?:que|ca)(?:nos|me)?|confirme|confirma|introduzca"
    r"|introduce|necesito|necesitamos|cuál es|facilite(?:nos|me)?|escriba|escribe"
    r"|invii|inviami|invia|mi dia|dammi|indichi|indica|conferm[ia]|inserisca|inserisci|serve|servono|qual è|scriva|scrivi"
    r"|envie|envia|diga|indique|insira|preciso|precisamos|qual é|forneça|escreva"
    r"|stuur|geef|deel|bevestig|vul|heb|hebben|wat is|noem|schrijf|mailen?)"
)
_HIDDEN = (
    r"(?:(?<!gift )card (?:number|details|data|info\w*)|cvv|cvc|security code|password|passcode|pin(?: code| number)?"
    r"|one-time code|verification code|bank (?:details|account)|iban"
    r"|kartennummer|kreditkarten\w*|kartendaten|passwort|kennwort|prüfziffer|sicherheitscode|bankverbindung|kontodaten|tan"
    r"|numéro de (?:\w+ )?carte|coordonnées bancaires|mot de passe|code de sécurité|cryptogramme"
    r"|número de (?:\w+ )?tarjeta|datos (?:de (?:\w+ )?tarjeta|bancarios)|contraseña|código de segur[ai]\w+"
    r"|numero (?:della|di) (?:\w+ )?carta|dati (?:della|di) (?:\w+ )?carta|codice di sicurezza|dati bancari"
    r"|número do (?:\w+ )?cartão|dados (?:do (?:\w+ )?cartão|bancários)|palavra-passe|senha"
    r"|kaartnummer|creditcard\w*|kaartgegevens|wachtwoord|beveiligingscode|bankgegevens|pincode)"
)
SECRETS = (rf"\b{_ASK}\b[^.!?]{{0,60}}\b{_HIDDEN}\b",)
"""Asking for what nobody from the shop may ask for."""
