//! Words and turns of phrase that tell what a customer wants, in the languages customers write. A phrase is found by its first
//! word, and the longest phrase wins.

use super::cue_words;
use super::words::{TIME, Word, WordMap, WordSet, cut};
use std::sync::OnceLock;

/// What a phrase tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cue {
    Yes,
    No,
    Want,
    Remove,
    Change,
    Instead,
    Actually,
    Place,
    Done,
    Cancel,
    Status,
    Paid,
    Person,
    Anger,
    Refund,
    Greet,
    Thanks,
    Bye,
    Hours,
    Where,
    Price,
    Stock,
    Menu,
    DeliverQ,
    PickupQ,
    Discount,
    Fee,
    PayQ,
    Pickup,
    Delivery,
    Address,
    Name,
    HowAreYou,
    Bot,
    Basket,
    Contents,
    Clear,
    More,
    Again,
    Inject,
    Recommend,
    Cheap,
    HowLong,
    Bill,
    /// What was changed last is to be as it was.
    Undo,
}

/// A cue in a text: words `from..to`.
#[derive(Debug, Clone, Copy)]
pub struct CueAt {
    /// What it tells.
    pub cue: Cue,
    /// First word.
    pub from: usize,
    /// One past the last word.
    pub to: usize,
}

const PHRASES: &[(Cue, &str)] = &[
    (
        Cue::Yes,
        "good to go|all set|you got it|got it|yes|yeah|yep|yup|yes please|sure|ok|okay|okey|okk|correct|thats correct|thats right|right|exactly|perfect|go ahead|looks good|look good|that looks good|all good|sounds good|alright|all right|fine|thats fine|its fine|of course|absolutely|definitely|indeed|its correct|its right|that is correct|that is right|everything is correct|everything is right|everything is fine|everything looks|looks right|looks correct|looks perfect|looks great|that works|thats it|that is it|thats good|thats great|its good|do it|please do|it is|it does|i do|yh|ye|y|k|kk|na so|no wahala|oya|e correct|i gree|beeni|bee ni|o daa|o dara|mo gba|eh|i|to|ee|na gode i|na yarda|daidai|hakane|haka ne|eeh|ehh|oo ezi|o di mma|odi mma|ngwa|ngwanu|ee biko|o ziri ezi|👍|si|si por favor|si gracias|claro|claro que si|vale|de acuerdo|oui|oui merci|oui sil vous plait|daccord|bien sur|sim|sim por favor|claro que sim|pode ser",
    ),
    (
        Cue::No,
        "no|nope|nah|no thanks|no thank you|not really|its not|that is not|thats not right|not correct|wrong|never mind|nevermind|dont|do not|rara|o ti|aa|aaa|mba|a a|e no correct|i no want|no be so|i dont want|i do not want|not yet|no gracias|non|non merci|nao|nao obrigado|nao obrigada",
    ),
    (
        Cue::Want,
        "im going to have|i am going to have|wants|wants to have|would like to have|i forgot|i forgot to add|also forgot|oh forgot|forgot to add|going to go for|ill go for|i will go for|ill go with|im going to go with|i think ill have|i think i want|may i please have|can i please have|could i please have|can i please get|could i please get|may i please get|i would please like|id also like|i also want|i want to get|i need to get|id like to get|i would like to get|i want|i need|i would like|id like|i would love|id love|i will have|ill have|ill take|i will take|can i get|can i have|could i get|could i have|may i have|may i get|can you get me|give me|get me|let me get|let me have|i like to|i will like|i wanna|i want to order|i would like to order|id like to order|want to order|i want to buy|to order|order|buy|add|also add|please add|send me|bring me|bring|put|include|i go like|i wan|i wan buy|i wan chop|abeg give me|make i get|make una give me|gimme|mo fe|mo fe ra|e fun mi|fun mi|e fun mi ni|fun mi ni|mo nilo|ina so|ina son|ina bukatar|ba ni|bani|a ba ni|aba ni|zan saya|ku ba ni|achoro m|a choro m|acho m|m choro|nye m|nyem|biko nye m|achọrọ m|i dey find|we want|we need|we would like|wed like|can we get|can we have|have a|get a|take a|looking for|lets do|lets get|ill get|i will get|i am getting|can you add|could you add|can you make me|make me|i would also like|id also like|i also want|and also|i'll have|quiero|quisiera|je voudrais|je veux|quero|gostaria de",
    ),
    (
        Cue::Remove,
        "remove|scrap|scrap the|skip|skip the|forget the|forget about the|no need for|dont add|do not add|take out|take off|delete|drop|minus|leave out|take away|comot|commot|yo kuro|e yo|cire|a cire|wepu|wepụ|i no want again|i dont want|i do not want|i no want|scratch",
    ),
    (
        Cue::Change,
        "change|exchange|exchange it|exchange the|make it|make that|make them|make the|switch|swap|replace|i meant|i mean|change it|can you make|could you make|update|correct it to|edit|make am|change am|e yi|yi pada|yi i pada|canza|a canza|gbanwee|gbanwe|reduce|increase|bump|bump up|raise",
    ),
    (Cue::Instead, "instead of|instead|rather than|in place of"),
    (Cue::Actually, "oops|actually|wait|sorry|no problem|hold on|on second thought|oh wait|no wait"),
    (
        Cue::Place,
        "place the order|place order|place my order|place it|confirm|confirm my order|confirm order|confirm it|i confirm|confirm the order|checkout|check out|proceed|submit|send it|finish|complete the order|complete my order|make the order|place am|book am|finalize|finalise|order it|fi ranse|tabbatar|kwado|kwadoo|confirmar|confirmo|confirmer|je confirme",
    ),
    (
        Cue::Done,
        "done|thats all|that is all|that will be all|thatll be all|thatll be it|that will be it|thats everything|nothing else|im done|i am done|no more|just that|only that|na all|na im be that|na everything be that|that be all|o tan|o ti tan|shi kenan|shikenan|ya isa|ozugbo|o zuola|o gwula|nke a zuru|just this|eso es todo|nada mas|cest tout|e so isso|so isso|isso e tudo",
    ),
    (
        Cue::Cancel,
        "cancel|cancel my order|cancel the order|cancel it|cancel order|cancel am|cancel everything|abort|fagile|e fagile|soke|a soke|kagbuo|kagbuo ya|cancelar|cancelar mi pedido|cancele mi pedido|annuler|annuler ma commande|annulez|annulez ma commande|annulez la commande|cancelar meu pedido|cancelar o meu pedido",
    ),
    (
        Cue::Status,
        "where is my order|wheres my order|order status|status of my order|status|track|tracking|is my order ready|is it ready|my order ready|how far my order|how far with my order|where my order|how long will my order|has my order|my order no reach|when will my order|when will it arrive|when is my order|any update|is it on the way|is it on its way|is my food on the way|on the way yet|update on my order|where is my food|where is my|wheres my|where is it|where e dey|wey e dey|wey am|my order never come|wey my order|nibo ni order mi|order mi da|ina oda ta|oda ta|ebee ka order m|kedu maka order m|order m no ebee|is my order|what happened to my order|did you get the money|did you get it|did you get my|did you get the|did you receive|have you received|has it entered|e don enter|don enter|seen my payment|received my payment|got my payment|see my payment|get my payment|confirmed my payment|has it been confirmed|have you confirmed|has it been approved|is it confirmed|been confirmed|don confirm|una don confirm|what about my order|my payment|still waiting|nothing has come|has not come|hasnt come|not arrived|hasnt arrived|has not arrived|not yet arrived|not received|havent received|have not received|yet to receive|nibo ni ounje mi|kedu ebe order m no",
    ),
    (
        Cue::Paid,
        "just did the transfer|did the transfer|just did transfer|i did the transfer|just sent it|sent|i paid|i have paid|ive paid|i have sent the money|i sent the money|payment made|payment done|payment sent|i transferred|i have transferred|ive transferred|i just paid|i just transferred|i made payment|i made the payment|i have made payment|i have made the payment|ive made payment|ive made the payment|paid|i don pay|i don transfer|i don send the money|money don go|i don do transfer|mo ti san|mo ti sanwo|mo ti san owo|na biya|na tura kudi|na biya kudi|na aika kudin|akwuola m|akwuola m ugwo|m kwuola|m akwuola ugwo|akwugo m|ezigala m ego|transfer done|transferred|i have made the transfer|ive made the transfer|made the transfer|made a transfer|made transfer|done the transfer|done with payment|done with the payment|money sent|ive sent the money|paid already|have paid|i don send money|i have sent it|ive sent it|i sent it|sent it|i don send am|here is my receipt|here is the receipt|heres my receipt|heres the receipt|this is my receipt|this is the receipt|see receipt|see my receipt|my receipt|payment receipt|proof of payment|just paid|i already paid|sent the money|i have done the transfer|i did the transfer|ya pague|he pagado|ya he pagado|jai paye|ja paguei|paguei",
    ),
    (
        Cue::Person,
        "person|payment failed|transfer failed|was debited|been debited|debited me|a receipt|receipt please|get a receipt|need a receipt|want a receipt|have a receipt|send a receipt|send me a receipt|send receipt|human|real person|a person|talk to someone|speak to someone|speak with someone|talk to a person|talk to a human|agent|manager|customer care|customer service|representative|the owner|your boss|oga|madam|talk to somebody|speak to somebody|i want to talk to|i want to speak|let me talk to|i wan talk to person|i wan talk to|eniyan|mo fe ba eniyan soro|mutum|ina so in yi magana da mutum|magana da mutum|mmadu|achoro m ikwu okwu na mmadu|staff|call me|speak with a|someone real|persona|una persona|hablar con una persona|hablar con alguien|humain|conseiller|parler a quelquun|parler a une personne|parler a un humain|pessoa|uma pessoa|falar com uma pessoa|falar com alguem",
    ),
    (
        Cue::Anger,
        "angry|useless|rubbish|nonsense|terrible|awful|worst|stupid|idiot|ridiculous|scam|scammer|thief|thieves|ole|barawo|mumu|fraud|this is unacceptable|unacceptable|disgusting|fed up|pissed|annoyed|annoying|very bad|disappointed|pathetic|wetin be this nonsense|una dey craze|you people are not serious|not serious|yeye|i am tired of|wicked|frustrated|frustrating|shame on you|i will report|horrible|bad service|poor service|order came|food came|came cold|came late|arrived cold|arrived late|was cold|were cold|was bad|were bad|was sour|tasted bad|made me sick|food poisoning|running stomach|purging|food is cold|wrong order|wrong food|wrong item|not what i ordered|is missing|was missing|were missing|taking too long|taking so long|still waiting|been waiting since|been waiting over|been waiting for over|waiting over an hour|in the wrong colour|in the wrong color|in the wrong size|sent me the wrong|sent the wrong|brought the wrong|delivered the wrong|is dirty|ac is not working|ac not working|in my room is not working|not working in my room|no hot water|mouldy|moldy|had mould|had mold|was raw|were raw|was soggy|were soggy|was not fresh|were not fresh|wasnt fresh|werent fresh|hair in my|it is expired|its expired|has expired|was expired|were expired|was damaged|is damaged|was broken|not complete|incomplete|spoilt|spoiled|stale|undercooked|burnt|never arrived|trash|wtf|fuck|shit|damn|banza|wawa|isiewu gi|ara na agba|onye oshi|inu n bi mi|inu bi mi|na fusata|iwe na ewe m",
    ),
    (
        Cue::Refund,
        "refund|my money back|money back|return my money|i want to return|want to return|i need to return|i want to exchange|want to exchange|give me back my money|da kudina|weghachi ego m|owo mi pada",
    ),
    (
        Cue::Greet,
        "hi|hello|hey|good morning|good afternoon|good evening|good day|greetings|hi there|hello there|hey there|morning|evening|how far|how una dey|how body|wetin dey|xup|sup|wassup|e kaaro|ekaaro|e kaasan|ekaasan|e ku irole|e kaale|ekaale|e ku|bawo|bawo ni|pele|pele o|sannu|sannu da zuwa|barka|barka da safiya|barka da yamma|barka da rana|ina kwana|ina wuni|salam|salaam|assalamu alaikum|salamu alaikum|ndewo|nnoo|kedu|ututu oma|i boola chi|mgbede oma|ehihie oma|hola|buenos dias|buenas tardes|buenas noches|buenas|bonjour|bonsoir|salut|ola|oi|bom dia|boa tarde|boa noite",
    ),
    (
        Cue::Thanks,
        "thank you|thanks|thank u|thanks a lot|thank you so much|thx|ty|much appreciated|appreciate it|cheers|thank una|thank you o|u do well|you do well|god bless|e se|e se gan|ese|a dupe|mo dupe|na gode|nagode|godiya|mun gode|daalu|imela|dalu|i meela|ekene|that was helpful|gracias|muchas gracias|merci|merci beaucoup|obrigado|obrigada|muito obrigado|muito obrigada",
    ),
    (
        Cue::Bye,
        "bye|goodbye|bye bye|see you|have a good day|later|good night|o dabo|odabo|sai anjima|ka o di|ka omesia|we go see|adios|hasta luego|au revoir|tchau|ate logo",
    ),
    (
        Cue::Hours,
        "what time|opening hours|business hours|open today|when do you open|when do you close|are you open|are you guys open|do you open|you open|opening time|closing time|what are your hours|your hours|hours|still open|open now|open on|open tomorrow|are you closed|una dey open|una don close|una don open|when una dey|una open|se e ti si|se e si|nigba wo le|igba wo le|kun bude|a bude|kuna bude|yaushe kuke|karfe nawa|unu meghere|unu na emeghe|kedu mgbe|unu emeghela|kedu oge|abren|cierran|abierto|abiertos|horario|horarios|ouvert|ouverts|ouvrez|fermez|horaires|abrem|fecham|aberto|abertos",
    ),
    (
        Cue::Where,
        "where are you|where is your shop|where are you located|your location|location|located|your address|what is your address|whats your address|where can i find you|where una dey|which side una dey|where is the shop|where is your|where una shop dey|nibo le wa|nibo ni e wa|ina kuke|a ina kuke|ebee ka unu no|ebee ka unu nọ|kedu ebe unu no",
    ),
    (
        Cue::Price,
        "how much|price|prices|the price|cost|costs|price of|how much is|how much are|how much for|how much does|what is the price|whats the price|what does|how much na|how much be|wetin be the price|elo|elo ni|eelo ni|eelo|iye owo|nawa|nawa ne|nawa ake|kudin|farashi|ego ole|ole ka|ego ole ka|bu ego ole|ole ego|cuanto cuesta|cuanto cuestan|cuanto vale|combien coute|combien coutent|combien ca coute|quanto custa|quanto custam",
    ),
    (
        Cue::Stock,
        "what about|how about|do you have|do you sell|do you guys have|you have|do yall have|do yall got|got any|is there any|is there|are there|any|have you got|in stock|available|is available|left|how many|una get|you get|una dey sell|una still get|e get|dey available|se e ni|se o wa|nje e ni|e ni|kuna da|akwai|kana da|unu nwere|enwere|i nwere|unu na ere|do you still have|do you serve|do you offer|do you make|do you do|can you do|can you make|what kind of|what kinds of|what type of|what types of|which|what other|what sort of|what varieties of|kind of|kinds of|types of|varieties of|selection of|options for",
    ),
    (
        Cue::Menu,
        "lunch|dinner|breakfast|supper|something to eat|something to drink|something to chop|anything to eat|food|something|menu|the menu|see menu|show me the menu|what do you have|what do you sell|what is available|whats available|price list|pricelist|catalogue|catalog|what can i order|what can i get|wetin una get|wetin dey|wetin una dey sell|wetin dey available|kini e ni|ki le ni|kini e n ta|me kuke da shi|me kuke sayarwa|me kuke da|gini ka unu nwere|gini ka unu na ere|list of|what is on|whats on|what do you serve|what do you offer|what are your|show me what|el menu|la carta|ver el menu|le menu|la carte|o cardapio|cardapio|ver o menu|ver o cardapio",
    ),
    (
        Cue::DeliverQ,
        "do you deliver|do you do delivery|do you offer delivery|can you deliver|do you do home delivery|una dey deliver|you dey deliver|se e n gbe wa|kuna kai|kuna kawo|unu na ebuga|do you ship|is delivery available",
    ),
    (
        Cue::PickupQ,
        "can i pick up|can i pickup|can i pick it up|can i pick them up|can i come and pick|can i come pick|can i collect|can we pick up|can we pick it up|do you do pickup|do you allow pickup|is pickup available|is pickup possible|can i come and collect|i fit come pick|i fit come carry",
    ),
    (
        Cue::Discount,
        "discount|any discount|give me discount|a discount|discounts|reduce the price|reduce price|reduce it for me|reduce am|reduce am for me|reduce it small|reduce small|last price|best price|too expensive|too costly|so expensive|very expensive|e too cost|too cost|lower the price|lower price|cut the price|bring the price down|bring down the price|promo|promos|coupon|voucher|any promo|your price is high|price is too high|price too high|price is high",
    ),
    (
        Cue::Fee,
        "delivery fee|delivery cost|delivery charge|cost of delivery|how much is delivery|how much for delivery|delivery price|delivery how much|how much delivery|price of delivery|how much is the delivery|what is the delivery fee|charge for delivery|how much be delivery|how much una dey charge for delivery",
    ),
    (
        Cue::PayQ,
        "how do i pay|i want to pay|i wan pay|make i pay|ready to pay|let me pay|i would like to pay|id like to pay|how can i pay|how to pay|account number|account no|acct number|acct no|which account|what account|which bank|what bank|account to pay|where should i pay|where to pay|where do i send|pay into|aza|account details|bank details|payment method|payment methods|can i pay|do you accept|do you take|where do i pay|send account|your account|pay with|how i go pay|how i fit pay|wetin be una account|bawo ni mo se le san|bawo ni mo se maa san|yaya zan biya|ta yaya zan biya|kedu ka m ga esi akwu|kedu etu m ga esi kwuo|send me your account|payment details",
    ),
    (
        Cue::Pickup,
        "pickup|pikup|pick up|pick it up|pick them up|collect|ill collect|i will come|ill come|come and get it|come get it|to go|togo|for the road|carryout|takeaway|take out order|takeout|carry out|collection|i go come carry|i go come pick|i go come take am|come carry am|self pickup|mo maa wa gbe|mo maa wa mu|maa wa gba|zan zo in dauka|zan zo in karba|zan zo|m ga abia|aga m abia|a ga m abia buru|a ga m abia|ill pick|ill pick it up|i will pick|i will pick it up|we will pick it up|well pick it up|swing by|i go pick am|i go pick|i wan pick am|i wan pick am up|pick am up|i dey come pick|come and carry|mo n bo wa gba|mo n bo wa gbe|ma wa gba|ma wa gbe|para recoger|para llevar|recoger|a retirer|a emporter|pour emporter|je viens chercher|je passe chercher|retirada|para retirar|para levar",
    ),
    (
        Cue::Delivery,
        "delivery|deliver|deliver it|deliver to|delivered|deliver it to|home delivery|send it to|bring it to|bring am come|bring am|bring it|dispatch|ship it|make una bring am|make una bring am come|to my house|to my place|to my home|to my hostel|gbe wa|e gbe wa|e gbe e wa|gbe e wa|ko wa|e ba mi gbe wa|kawo min|a kawo|a kawo min|ku kawo|kai min|bute|bunye m|butere m|buga|wetara m|send am to|entrega|a domicilio|entrega a domicilio|livraison|a livrer",
    ),
    (
        Cue::Address,
        "my address is|address is|the address is|adiresi mi|adireshina|adireshi na|adresi m bu|adreesi m bu|i dey stay|i live at|i stay at|my house is|my location is|my address na|adiresi mi ni|ina zaune a",
    ),
    (Cue::Name, "my name is|name is|call me by|oruko mi ni|sunana|aha m bu|my name na|the name is"),
    (
        Cue::HowAreYou,
        "how are you|how are you doing|hows it going|how is it going|how are things|how are you today|how you dey|se daadaa ni|se alaafia ni|yaya dai|lafiya|kedu ka i mere|kedu ka imere|whats up",
    ),
    (
        Cue::Bot,
        "are you a bot|are you a robot|is this a bot|are you human|are you real|are you a person|are you a real person|are you an ai|am i talking to a|who are you|who is this|na robot|is this a robot|you be robot",
    ),
    (
        Cue::Basket,
        "my total|the total|total|whats the total|what is the total|what is my total|what is my order|whats my order|show my order|show me my order|see my order|view my order|what do i have|my basket|my cart|my order so far|what is in my order|what have i ordered|what did i order|summary|how much is everything|how much in total|how much altogether|how much is my order|how much all together|how much for everything|total na how much|how much be everything|how much all|everything is how much|what do i owe|gbogbo re je elo|duka nawa|jimla|ha niile bu ego ole",
    ),
    (
        Cue::Contents,
        "whats in|what is in|what is inside|whats inside|what comes with|what does it come with|made of|ingredients|contents of|what do you put in|tell me about|tell me more about|describe|what is a|what is an|whats a|what goes in|what are the contents|contain|contains",
    ),
    (
        Cue::Clear,
        "start over|start again|clear|clear my basket|clear everything|empty my basket|remove everything|remove all|clear the basket|clear my cart|forget it|forget everything|forget the order|restart|clear all|delete everything",
    ),
    (Cue::More, "another|one more|extra one|more of|again|2 more|two more|3 more|three more|more"),
    (
        Cue::Again,
        "same as last time|what i ordered last time|what i had last time|what i got last time|what i bought last time|what i ordered yesterday|what i ordered before|what i ordered last|what i ordered last week|what i ordered the last time|like last time|my last order|my previous order|last order|order again|reorder|same thing as|same as yesterday|same as before|same thing|the same as last time|the usual|same again|same order|same order again|same thing again|my usual|repeat my last order|repeat my order",
    ),
    (
        Cue::Inject,
        "ignore your|ignore all|ignore previous|ignore the|disregard|forget your instructions|forget your rules|forget all|system prompt|developer mode|you are now|act as|pretend|jailbreak|your instructions|your rules|new instructions|override|admin mode|as an ai language model|discount code|set the price|price is now|prices are now|change the price|reveal your",
    ),
    (
        Cue::Recommend,
        "recommend|what do you suggest|suggest|what is good|whats good|best seller|bestseller|most popular|popular|whats nice|wetin sweet|wetin you go recommend",
    ),
    (
        Cue::Bill,
        "bill|the bill|my bill|bill please|cheque please|the cheque please|check please|the check please|get the check|have the check|can i get the check|can i have the check|can we get the check|can we have the check|invoice|an invoice|the invoice|my invoice|pro forma|proforma|la cuenta|laddition|la facture|facture|factura|a conta|fatura",
    ),
    (
        Cue::Undo,
        "undo|undo that|undo it|put it back|put them back|put that back|put am back|bring it back|bring them back|bring am back|add it back|add them back|scrap that|scrap it|scratch that|scratch it|forget that|strike that",
    ),
    (Cue::Cheap, "cheapest|cheaper|lowest price|most affordable|least expensive"),
    (
        Cue::HowLong,
        "how long|how soon|when is it coming|when will it come|when will you bring it|when will you bring|when will it be delivered|when will it reach|how many minutes|how many hours|delivery time|when will it be ready|when will it get here|e go take how long|when should i come|when can i come|when do i come|when should we come|what time should i come|when i go come|when make i come|yaushe zai iso|igba wo ni o maa de|kedu mgbe o ga-abia",
    ),
];

/// Words that carry no thing to buy; a fuzzy match never turns them into an item.
const PLAIN: &str = "own yard yards yd yds metre metres meter meters floor pair pairs tube tubes sachet sachets tin tins can cans litre litres liter liters pcs pc worth per night nights ask a an the eat drink chop party birthday wedding family kids children office friends friend brother sister mum mom mummy dad daddy mother father cousin neighbour neighbor colleague boss wife husband shot shots pump pumps splash touch bit little dash drizzle drop drops lot side kind kinds sort type types please drink drinks beverage non extra double and or with without of for to in on at it its is are was were be been am i im me my mine you your u we us our they them their he she his her this that these those there here then than so but if as by from about just only also too very really enough much many some any all every each both other others another more less few please pls plz kindly abeg biko jowo ejoo jare don allah dan let lets like love want wanted need get got have has had having can could would will shall should may might must do does did done make made take took give gave put order ordered orders ordering buy send bring add today tomorrow tonight now later soon first last next one two time day week hello hi hey ok okay yes no not dont cant wont what which who when where why how good nice great fine thanks thank well okay sir ma madam oga bro sis dear guys guy people day morning afternoon evening right correct wrong same different thing things stuff something anything everything nothing else maybe think know see look looking try going go come came back up down out off over away think sure still even ever never ready help number money naira naira cash card transfer bank account pay paid price cost total amount name phone call house home street road avenue close place shop store side size sized piece pieces plate plates bottle bottles pack packs packet packets box boxes cup cups bowl bowls portion portions carton cartons crate crates bag bags kilo kilos order orders serving servings loaf loaves regular normal ordinary plain standard de dey na una wey wetin fit wan go no don sef o oo abi shey una am dis dat dem mo mi fe fun ni ti si ati pelu o e wa re se lo ba ki da ina so guda na ba ni kuna ku su ta ya ne ce min mu za da don m gi nke nke a bu na ka unu biko nye choro i ya ga ndi onye then after before until since while during because actually instead rather wait sorry oops hmm mmm um uh oh ah wow lol yeah yep yup nah nope";

type Table = WordMap<String, Vec<(Vec<String>, Cue)>>;

fn table() -> &'static Table {
    static T: OnceLock<Table> = OnceLock::new();
    T.get_or_init(|| {
        let mut t = Table::default();
        let folded = |phrase: &str| phrase.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let written = PHRASES.iter().flat_map(|(cue, list)| list.split('|').map(move |p| (*cue, folded(p))));
        let more = cue_words::SWAHILI.iter().chain(cue_words::ARABIC);
        let more =
            more.flat_map(|(cue, list)| list.split('|').map(move |p| (*cue, cut(p).into_iter().map(|w| w.text).collect::<Vec<_>>())));
        for (cue, words) in written.chain(more) {
            t.entry(words[0].clone()).or_default().push((words, cue));
        }
        t.values_mut().for_each(|v| v.sort_by_key(|(w, _)| std::cmp::Reverse(w.len())));
        t
    })
}

/// Whether a word is one of ours: part of a cue or without meaning of its own.
pub fn is_plain(word: &str) -> bool {
    plain().contains(word)
}

/// Whether a word carries no meaning of its own.
pub fn is_filler(word: &str) -> bool {
    static T: OnceLock<WordSet<String>> = OnceLock::new();
    let more = || cut(cue_words::PLAIN).into_iter().map(|w| w.text);
    T.get_or_init(|| PLAIN.split(' ').chain([TIME]).map(str::to_owned).chain(more()).collect()).contains(word)
}

/// Words that tell how a thing should be, not what it is.
pub fn is_manner(w: &str) -> bool {
    const HOW: &str = "nice hot cold warm iced spicy peppery fresh freshly soft crunchy crispy small medium large big huge tall short tiny jumbo mini \
        sweet sweetened unsweetened simple quick good best delicious tasty strong weak mild dark light thick thin chilled frozen black white well done \
        fried grilled boiled roasted sugarless sugarfree lovely quality original classic basic usual favorite favourite extra less flavored flavoured oz ounce";
    static T: OnceLock<WordSet<&'static str>> = OnceLock::new();
    T.get_or_init(|| HOW.split_whitespace().collect()).contains(w) || w.ends_with("oz") || w.ends_with("cl")
}

fn plain() -> &'static WordSet<String> {
    static T: OnceLock<WordSet<String>> = OnceLock::new();
    T.get_or_init(|| {
        let cues = table().values().flatten().filter(|(words, _)| words.len() == 1).flat_map(|(words, _)| words.iter().cloned());
        PLAIN.split(' ').chain([TIME]).map(str::to_owned).chain(cut(cue_words::PLAIN).into_iter().map(|w| w.text)).chain(cues).collect()
    })
}

/// The cues of a text, first to last; of phrases that begin at one word the longest.
pub fn find(words: &[Word]) -> Vec<CueAt> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let hit = table().get(words[i].text.as_str()).and_then(|l| l.iter().find(|(p, _)| fits(&words[i..], p)));
        match hit {
            // "To" is yes in Hausa, "si" in Spanish, "I" in Igbo speech and "later" a goodbye, but only when nothing follows in the same breath.
            Some((p, _))
                if p.len() == 1
                    && matches!(p[0].as_str(), "to" | "i" | "eh" | "aa" | "si" | "sim" | "non" | "ola" | "oi" | "later")
                    && !alone(words, i) =>
            {
                i += 1;
            }
            // "No domingo" says when.
            Some((p, Cue::No)) if *p == ["no"] && words.get(i + 1).is_some_and(|w| matches!(w.text.as_str(), "domingo" | "sabado")) => {
                i += 1
            }
            // "Tomorrow morning" greets nobody.
            Some((p, Cue::Greet)) if i > 0 && p.len() == 1 && matches!(p[0].as_str(), "morning" | "evening") => i += 1,
            // "Do you accept walk-ins?" asks for no account.
            Some((p, Cue::PayQ))
                if p.len() == 3 && matches!(p[2].as_str(), "accept" | "take") && !words.iter().any(|w| PAYS.contains(&w.text.as_str())) =>
            {
                i += 3
            }
            // "Sent" says that it is paid, "I sent you a message" does not.
            Some((p, Cue::Paid | Cue::Done)) if (*p == ["sent"] || *p == ["done"]) && words.len() > 2 => i += 1,
            // "Something came up" asks for no menu.
            Some((p, Cue::Menu))
                if p.len() == 1
                    && p[0] == "something"
                    && words.get(i + 1).is_some_and(|w| matches!(w.text.as_str(), "came" | "happened" | "urgent")) =>
            {
                i += 2;
            }
            // "Each person gets one" asks for nobody.
            Some((p, Cue::Person)) if *p == ["person"] && i > 0 && matches!(words[i - 1].text.as_str(), "each" | "per" | "every") => i += 1,
            // "5 jollof of which 2 with egg" asks for nothing.
            Some((p, Cue::Stock)) if *p == ["which"] && i > 0 && words[i - 1].text == "of" => i += 1,
            // "Don't forget the coke" takes none out.
            Some((p, Cue::Remove)) if p[0] == "forget" && i > 0 && matches!(words[i - 1].text.as_str(), "dont" | "not" | "never") => i += 2,
            // "He is not eating again" wants no more.
            Some((p, Cue::More))
                if p[0] == "again"
                    && words[i.saturating_sub(3)..i].iter().any(|w| matches!(w.text.as_str(), "not" | "no" | "dont" | "never")) =>
            {
                i += 1;
            }
            // "Call me when you reach" asks nobody to come now.
            Some((p, _))
                if *p == ["call", "me"]
                    && words.get(i + 2).is_some_and(|w| CALLS_LATER.contains(&w.text.as_str()))
                    && words.get(i + 3).is_none_or(|w| w.number.is_none()) =>
            {
                i += 2;
            }
            Some((p, cue)) => {
                out.push(CueAt { cue: *cue, from: i, to: i + p.len() });
                i += p.len();
            }
            None => i += 1,
        }
    }
    out
}

/// Ways to pay.
const PAYS: [&str; 14] = [
    "card",
    "cards",
    "cash",
    "transfer",
    "transfers",
    "pos",
    "opay",
    "payment",
    "payments",
    "dollars",
    "visa",
    "mastercard",
    "credit",
    "cheque",
];

/// What follows "call me" when it is for later.
pub const CALLS_LATER: [&str; 8] = ["when", "once", "if", "on", "upon", "as", "before", "by"];

fn alone(words: &[Word], i: usize) -> bool {
    use super::words::Gap;
    i == 0 && (words.len() == 1 || words[0].after != Gap::None)
}

fn fits(words: &[Word], phrase: &[String]) -> bool {
    use super::words::Gap;
    words.len() >= phrase.len()
        && phrase.iter().zip(words).all(|(p, w)| *p == w.text)
        && words[..phrase.len() - 1].iter().all(|w| w.after == Gap::None)
}
