"""Words that name no topic, in the guard's seven languages: those its language is told by, and what every customer writes."""

_COMMON = """
the you for not too she her out all but has its may per who why ago yet off can
able about after again also although always am among and another any anyone anything are around ask asked asking back because been before being
best both bought but buy call came can cannot cant check come could couldn couldnt days dear did didn didnt does doesn doesnt doing don done dont
each either else email even ever every everything few find first fine follow found from get gets getting give given going good got great had has
hasn hasnt have haven havent having hello help here hey hi his her him how however i'd i'll i'm i've idea inc instead into isn isnt it'll it's
its just keep kind kindly know last late later least let like little long look looking lot made make makes many may maybe mean might mine more most much
must name need needed needs never new next nothing now off often okay old once one only onto other our ours out over own page part please
possible probably problem put question quite rather really regards right said same saw say says see seem seems sent shall she should show since
site some someone something sorry still such sure take takes tell than thank thanks that that's thats
their them themselves then there there's these they
they're thing things think this those though three through time times today told tomorrow too took toward tried try trying two under until upon use used
using
very via want wanted wants was wasn way week weeks well went were what what's whatever where whether which while who whose why will wish with within
without won wont would wouldn year years yes yesterday yet you'd you'll you're you've your yours yourself
shop store customer customers order orders ordered item items product products team link name www http https com
aber alle als also auch ans beim bis bitte dann dass dein denn dies diese diesen dieser dieses doch dort durch einem einen einer eines euch eure etwas
gerne gibt guten habe haben hallo ihre ihnen ihr ihren immer ist ja jetzt kann kein keine könnte können könnten machen mehr mein meine meinen meiner
muss nach nur ohne schon sehr sein seit sich sie sind soll sonst tag trotzdem über uns unser viel vielen vom vor warum wenn werde werden wieder wird
wurde würde zum zur danke gruß grüße
bien buenas buenos cada como cómo con cual cuál dan desde después día días
ella ellos ese eso esta está están este esto favor fue ha han hace hacer hasta hay les
más mis mucho necesito nos nuestro otra otro para pero poder podéis podría porque puede pueden puedo quisiera saber ser sido sin sobre son sus también tan
tengo tiene todo una unos usted ustedes
alors après aussi avant bonjour bonsoir cela ces cette ceci comme comment dans deux donc elle est être fait faire fois ici jour jours leur lui même mes
moi nos notre nous aux bien peut peux plus pourriez pouvez puis quel quelle quelque sans ses sont sous suis sur tous tout toute très voici votre vos vous
anche ancora alla alle allo appena avete bene buona buongiorno buonasera ciao così cosa dal dalla degli dei delle dello dopo essere fare fatto già gli
hai hanno mia miei mio molto nel nella noi ogni però poi possibile può potete quale qualche quella quello questa questo sempre senza siete sono sta stato
sul sulla suo tutti tutto vostra vostro
aan alle als bent bij dag daar dan deze dit door echt een eens elke even gaan geen gewoon graag haar had hallo heb hebben hebt heeft hem hier hoe
hun iets jullie kan kunnen maar met mijn misschien moet naar niet nog nou nu omdat ons onze ook over veel via volgens voor waar wanneer want waren was wat
wel welke werd wij wil worden wordt zal zich zijn zo zonder zou
agora ainda algum alguma antes apenas aqui até bem boa bom cada coisa com como dar dele depois desde dia dias dois ela ele eles essa esse esta está estão
este estou eu faz fazer foi isso isto já lá mais mas mesmo meu meus minha muito nada não nem nossa nosso num numa oi olá onde ou para pela pelo pode podem
podia poderia por porque posso preciso qual quando quem quero sabe saber são seu seus ser sem sim sobre sua também tem têm tenho ter toda todo tudo uma uns
vai vocês vou
"""

STOP_WORDS = frozenset(_COMMON.split())
