"""Yes, no, and the words that may stand around them, in the seven languages; ``consent`` reads with them.

What is doubtful alone ("that's okay", "c'est bon, merci", "no problem") stands among the neutral phrases: it never makes a yes, and does
not undo one.
"""


def _phrases(lines: str) -> tuple[str, ...]:
    """Phrases between semicolons, longest first, so that "doe maar niet" is read before "doe maar"."""
    return tuple(sorted((" ".join(phrase.split()) for phrase in lines.split(";")), key=len, reverse=True))


YES = frozenset(
    """
    yes y yeah yea yep yup ye yess yesss sure ok okay okey oké oke k alright confirm confirmed confirming correct agreed agree absolutely
    definitely certainly proceed affirmative indeed
    sí si claro vale confirmo correcto adelante perfecto dale acepto
    oui ouais d'accord daccord confirme volontiers absolument entendu
    ja jawohl jo jep jup klar einverstanden bestätige genau gerne gern natürlich selbstverständlich
    sì certo certamente volentieri confermo procedi perfetto esatto
    sim pode certo perfeito aceito exato beleza
    jazeker zeker akkoord bevestig graag natuurlijk klopt
    """.split()
)

NO = frozenset(
    """
    no n nope nah don't dont stop never not cancel negative leave wait nein nö nicht nie non pas jamais não nao nunca mai nee nei niet nooit
    """.split()
)

YES_PHRASES = _phrases(
    """
    go ahead; go on then; do it; please do; that's right; thats right; that is right; that's correct; that is correct; sounds good;
    looks good; that's fine; thats fine; that is fine; that works; go for it; let's do it; lets do it; let's do that; lets do that; do that;
    i confirm; i agree; of course; all right; perfect; great; fine; exactly; i'd like that; i would like that; i'd love that; carry on;
    de acuerdo; está bien; esta bien; por supuesto; hazlo; hágalo; claro que sí; me parece bien; eso es; desde luego;
    bien sûr; allez-y; allez y; vas-y; ça marche; ça me va; tout à fait; je veux bien; faites-le; fais-le; c'est parfait; avec plaisir;
    mach das; machen sie das; mach es; machen sie es; bitte machen; auf jeden fall; passt; in ordnung; das stimmt; geht klar; nur zu; das passt;
    va bene; fallo pure; faccia pure; procedi pure; proceda pure; vai pure; è giusto; certo che sì; d'accordo; è corretto;
    pode ser; pode fazer; pode avançar; pode seguir; pode prosseguir; está bem; com certeza; claro que sim; correto; isso mesmo; faça isso;
    tudo certo; vá em frente;
    doe maar; is goed; is prima; dat is goed; ga je gang; ga uw gang; ga maar door; dat klopt; dat mag; helemaal goed; ga ik mee akkoord
    """
)

NO_PHRASES = _phrases(
    """
    i'll keep it; i will keep it; i'll keep them; i'd rather keep it; i want to keep it; keep it; keep them; leave it; leave it as it is;
    forget it; forget about it; never mind; nevermind; don't do it; don't do that; do not do it; do not; please don't; don't bother;
    i changed my mind; i've changed my mind; changed my mind; rather not; i'd rather not; better not; no need; not now; hold on; no way;
    absolutely not; definitely not; certainly not; of course not; not at all; i don't want that; i don't want to; i do not want that;
    no actually; actually no; actually don't; actually dont; actually not; on second thoughts no; on second thought no;
    stop it; please stop; don't cancel it; don't cancel; do not cancel it; don't cancel the order; i don't want it anymore; let's not;
    mejor no; déjalo; dejalo; déjelo; olvídalo; olvídelo; claro que no; por supuesto que no; no lo hagas; no lo haga; me lo quedo; para nada;
    de ninguna manera; no quiero; no hace falta; prefiero que no;
    laisse tomber; laissez tomber; surtout pas; bien sûr que non; pas du tout; je le garde; je la garde; je les garde; ne le faites pas;
    ne faites rien; je ne veux pas; pas maintenant; pas question; je préfère pas; pas la peine; absolument pas;
    lieber nicht; lass es; lassen sie es; auf keinen fall; natürlich nicht; ich behalte es; ich behalte sie; ich behalte ihn; bloß nicht;
    vergiss es; vergessen sie es; doch nicht; lieber doch nicht; nicht nötig; das möchte ich nicht; ich möchte das nicht; bitte nicht;
    meglio di no; lascia stare; lasci stare; lascia perdere; lasci perdere; assolutamente no; certo che no; lo tengo; la tengo; li tengo;
    non lo faccia; non farlo; non voglio; non serve; preferisco di no; ci ho ripensato;
    melhor não; deixa estar; deixe estar; deixa para lá; deixa pra lá; esquece; esqueça; claro que não; de jeito nenhum; não quero; fico com ele;
    fico com ela; não faça isso; nem pensar; prefiro que não; não é preciso; não precisa; mudei de ideia;
    laat maar; laat maar zitten; liever niet; zeker niet; absoluut niet; natuurlijk niet; vergeet het; vergeet het maar; ik hou het; ik houd het;
    doe maar niet; niet doen; hoeft niet; dat hoeft niet; toch maar niet; toch niet; echt niet
    """
)

NEUTRAL_PHRASES = _phrases(
    """
    no problem; no worries; very much so; why not; it's fine; its fine; it is fine; that's ok; that's okay; thats ok; that is ok; that is okay; it's ok;
    it's okay; all good; i do; i would; you can; you may; it is; that is; i'm sure; i am sure; i'm happy with that; it does; that's it;
    and thank you; and thanks;
    no hay problema; sin problema; ningún problema; muy bien; está perfecto; de nada;
    pas de problème; pas de souci; aucun problème; c'est bon; très bien; c'est ça; pourquoi pas; s'il vous plaît; s'il vous plait; s'il te plaît;
    s'il te plait; kein problem; warum nicht; ist okay; ist ok; sehr gut; sehr gerne; alles klar; alles gut; so ist es;
    nessun problema; non c'è problema; perché no; va benissimo; molto bene;
    sem problema; não tem problema; porque não; por que não; tudo bem; muito bem;
    geen probleem; waarom niet; heel goed; prima zo
    """
)

COURTESY = frozenset(
    """
    please pls plz thanks thank you thx ty cheers then oh hi hello hey mate love dear now very much a lot right good
    por favor gracias muchas muchísimas hola pues s'il vous te plaît plait svp merci beaucoup bonjour alors bien bitte danke schön vielen dank
    sehr dann hallo per favore grazie mille ciao pure allora obrigado obrigada muito então olá alsjeblieft alstublieft aub dank je u wel
    bedankt prima dan hoor hoi super top isso
    """.split()
)

RESERVES = frozenset(
    """
    but except only instead unless if when once maybe perhaps mais pero aber doch sondern ma però mas porém maar wenn falls si se als tenzij
    sauf salvo sino
    """.split()
)
"""Words that take something back; with one of these, an answer is never a yes that merely repeats the question."""

DEEDS = {
    "cancel_unshipped_order": _phrases(
        """
        go ahead and cancel it; go ahead and cancel the order; cancel it; cancel that;
        cancel the order; cancel my order; cancel this order; cancel the whole order; cancel everything;
        cancélalo; cancelalo; cancélelo; cancela el pedido; cancele el pedido; cancelar el pedido; cancelar;
        annulez-la; annulez la; annule-la; annulez la commande; annule la commande; annuler la commande; annulez-le; annuler;
        storniere sie; storniere es; stornieren sie sie; stornieren sie es; stornieren sie die bestellung; storniere die bestellung;
        bestellung stornieren; die bestellung stornieren; stornieren;
        annullalo; annullatelo; lo annulli; annulla l'ordine; annulli l'ordine; annullare l'ordine; annullare;
        cancele; cancele o pedido; cancela o pedido; cancelar o pedido; cancele a encomenda; cancela a encomenda; pode cancelar;
        annuleer het; annuleer de bestelling; annuleer hem; de bestelling annuleren; annuleren; annuleer maar
        """
    ),
    "start_return": _phrases(
        """
        return it; return them; start the return; start it; set it up; set up the return; send it back; send the label;
        devuélvelo; haz la devolución; inicia la devolución; lancez le retour; faites le retour; starte die rücksendung; starten sie die rücksendung;
        avvia il reso; faccia il reso; inicie a devolução; faça a devolução; start de retour; regel de retour
        """
    ),
    "start_exchange": _phrases(
        "exchange it; exchange them; swap it; swap them; start the exchange; set up the exchange; make the exchange"
    ),
    "subscribe_back_in_stock": _phrases("put me on the list; add me; add me to the list; sign me up; put me on it; let me know"),
    "text_when_back_in_stock": _phrases(
        "put me on the list; put it on the list; add me; add it; sign me up; text me; send me a text; send the text"
    ),
    "enrol_in_care_series": _phrases("sign me up; send them; send me the letters; send them to me"),
}
"""What a customer may say instead of a bare yes: the deed itself, as an order. "Cancel" alone may also mean to stop all this."""

HALF_DEEDS = {
    "cancel_unshipped_order": frozenset({"cancel"}),
    "change_shipping_address": frozenset({"change", "it", "the", "address", "new", "is"}),
    "start_return": frozenset({"return"}),
    "start_exchange": frozenset({"exchange", "swap"}),
}
"""Words that say the deed but no yes: they may stand beside one."""

POINTING = frozenset(
    "the one ones them those these they i'm i'd like want go ahead carry on it is me for to that this with".split()
)
