//! Words that claim a deed, in the languages we answer in, folded and without apostrophes. Of a rule's lists "a|b c" any one phrase will
//! do; "stem*" is any ending, "$" the end of a clause.

/// What a claim is about, which says how we know it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// An order was placed.
    Placed,
    /// An order stands: it was placed at some time.
    Stands,
    /// Money came in.
    Paid,
    /// Something was called off.
    Cancelled,
    /// A person was told.
    Asked,
    /// Money goes back.
    Refund,
    /// Something costs less, or nothing.
    Discount,
    /// An order left the house.
    OnWay,
    /// An order is being made.
    Cooking,
    /// An order waits to be fetched.
    Ready,
    /// Something was reserved.
    Booked,
    /// Something was put into the basket.
    Added,
}

/// Of what a deed is claimed (none: of anything), and the words for the deed.
pub(super) struct Rule {
    pub(super) topic: Topic,
    pub(super) of: &'static str,
    pub(super) says: &'static str,
    /// One of these must stand shortly before the deed in its clause; empty for none.
    pub(super) by: &'static str,
    /// One of these must stand anywhere in the sentence; empty for none.
    pub(super) with: &'static str,
}

/// What is ordered.
pub(super) const ORDER: &str = "order|orders|it|everything|purchase|pedido|pedidos|orden|commande|commandes|encomenda|compra|oda|odar|odarku|odarka|\
    odarki|agizo|طلبك|الطلب|طلبكم|طلبيتك";
/// What is paid.
pub(super) const MONEY: &str = "payment|payments|money|transfer|deposit|funds|cash|pago|dinero|transferencia|abono|paiement|argent|virement|\
    reglement|pagamento|dinheiro|owo|isanwo|biya|biyanku|biyanka|kudi|kudin|kudinku|ugwo|ego|malipo|pesa|الدفع|دفعتك|دفعك|المبلغ|الحوالة|\
    الحواله|التحويل|المال";
/// What is booked.
pub(super) const BOOKING: &str = "table|room|booking|bookings|reservation|viewing|appointment|slot|seat|seats|spot|stay|reserva|mesa|habitacion|cita|\
    chambre|rendez|visite|quarto|consulta|nafasi|meza|chumba|daki|tebur|yara|tabili|حجزك|الحجز|طاولتك|طاوله|غرفتك|موعدك";
const TEAM: &str = "owner|manager|boss|team|person|someone|somebody|staff|colleague|colleagues|kitchen|chef|supervisor|human|people|them|him|\
    her|dueno|duena|encargado|encargada|gerente|equipo|persona|responsable|propietario|companero|gerant|gerante|patron|patronne|equipe|\
    personne|proprietaire|collegue|dono|dona|pessoa|responsavel|proprietario|colega|mutum|mmadu|mtu|meneja|enyan|eniyan|المدير|المالك|\
    الموظف|موظف|الفريق|شخص";
/// Somebody of ours did it, or it was done.
const WE: &str = "i|ive|we|weve|have|has|been|was|were|he|hemos|jai|ai|nous|avons|on|a|ja";

/// The rules. Few stems a deed: a sentence with one must be covered by a tool of this turn or by a row.
pub(super) const RULES: &[Rule] = &[
    Rule {
        topic: Topic::Placed,
        of: ORDER,
        says: "placed|submitted|sent through|put through|gone through|went through|is in $|is in and|is in now|is now in $|ordered|hecho|\
            realizad*|colocad*|registrad*|tramitad*|passee|enregistree|envoyee|effectuee|feito|feita|efetuad*|don enter|don place|ti wole|ta shiga|\
            abatala|imepokelewa|imewekwa|تم تسجيل|تم تقديم|تم ارسال|تم وضع|سجلت",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Stands,
        of: ORDER,
        says: "confirmed|accepted|processed|received|booked|confirmad*|recibid*|procesad*|aceptad*|confirmee|validee|recue|acceptee|\
            recebid*|aceit*|processad*|imethibitishwa|tabbatar*|تم تاكيد|تم قبول|تم استلام طلبك",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Paid,
        of: MONEY,
        says: "received|confirmed|approved|verified|got|gotten|landed|arrived|cleared|come in|came in|come through|came through|\
            gone through|went through|entered|is in $|settled|recibid*|confirmad*|aprobad*|verificad*|llegad*|recu|recue|est confirme|\
            ete confirme|valide|est arrive|recebid*|recebemos|recibimos|aprovad*|caiu|chegou|don enter|don land|don reach|ti wole|a ti ri|ya shiga|\
            abatala|imepokelewa|imethibitishwa|tumepokea|تم استلام|استلمنا|وصل|وصلت|وصلنا|تم تاكيد",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Paid,
        of: "",
        says: "is paid|is now paid|is fully paid|has been paid|was paid|paid in full|don pay $|esta pagado|esta pagada|ha sido pagado|est payee|\
            est paye|a ete payee|esta pago|esta paga|foi pago|imelipwa|an biya|a kwuola|تم دفع",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Cancelled,
        of: "",
        says: "cancelled|canceled|cancelad*|anulad*|annule|annulee|annules|annulees|cancelei|cancele $|don cancel|ti fagile|an soke|na soke|\
            akagbuola|kagbuola|imeghairiwa|imefutwa|nimeghairi|الغي|الغيت|تم الغاء",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Asked,
        of: TEAM,
        says: "told|asked|informed|notified|alerted|contacted|messaged|called|pinged|avisado|informado|notificado|contactado|preguntado|prevenu|informe|\
            averti|contacte|demande|avisei|informei|notifiquei|contatei|perguntei|avise $",
        by: WE,
        with: "",
    },
    Rule { topic: Topic::Asked, of: TEAM, says: "ive let|weve let|have let|i let|just let", by: "", with: "know" },
    Rule {
        topic: Topic::Asked,
        of: "",
        says: "i don call|i don tell|we don call|we don tell|mo ti pe|na kira|na sanar|mun sanar|akpoola m|agwala m|nimemwomba|nimemjulisha|nimewaarifu|\
            tumemjulisha|طلبت من|ابلغت|اخبرت|ابلغنا|اخبرنا",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Discount,
        of: "",
        says: "discount*|half price|half the price|for free|free of charge|on the house|is on us|its on us|are on us|on us today|on us this|free delivery|\
            delivery is free|complimentary|no charge|without charge|dont have to pay|do not have to pay|need not pay|neednt pay|dont need to pay|\
            wont have to pay|wont pay|nothing to pay|gratis|gratuit*|offert|offerte|offerts|offertes|descuento*|rebaja*|remise|reduction|desconto*|\
            de graca|mitad de precio|moitie prix|metade do preco|no tiene que pagar|no tienes que pagar|nao precisa pagar|navez pas a payer|\
            kyauta|rangwame|bila malipo|punguzo|lofe|nefu|مجاني*|مجانا|خصم|تخفيض",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::OnWay,
        of: "",
        says: "on its way|on the way|on their way|out for delivery|dispatched|shipped|has left|en camino|en route|a caminho|entregad*|livree|livrees|\
            expedie|expediee|dey road|don carry|lona|kan hanya|iko njiani|imetumwa|imefikishwa|في الطريق|تم توصيل|تم التوصيل",
        by: "",
        with: "",
    },
    Rule { topic: Topic::OnWay, of: "", says: "delivered", by: "is|was|has|have|been|were|weve|ive|just|already|we", with: "" },
    Rule {
        topic: Topic::OnWay,
        of: "rider|driver|courier|dispatcher|repartidor|livreur|entregador|motorista|mota|dereva",
        says: "outside|arrived|arriving|here|nearby|left|reached|downstairs|afuera|llegado|dehors|arrive|fora|chegou|amefika",
        by: "is|s|has|are|have|just|now|already|riders|drivers|esta|ha|est|ja",
        with: "",
    },
    Rule {
        topic: Topic::Cooking,
        of: "",
        says: "started cooking|started preparing|started making|started on your|is cooking|are cooking|is preparing|are preparing|is making your|\
            are making your|being prepared|being cooked|being made|being packed|in preparation|en preparation|en preparacion|em preparacao|\
            se esta preparando|estamos preparando|sendo preparad*|preparons|inaandaliwa|ana shirya|na akwadebe|dey prepare|قيد التحضير|نحضر",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Ready,
        of: "order|food|meal|package|pedido|comida|commande|repas|encomenda|oda|طلبك",
        says: "is ready|are ready|is now ready|its ready|esta listo|esta lista|ya listo|est prete|est pret|esta pronto|esta pronta|iko tayari|ta shirya|\
            don ready|ti setan|adila njikere|جاهز",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Booked,
        of: BOOKING,
        says: "booked|reserved|confirmed|made|secured|held|reservad*|confirmad*|hecha|est reserve|est reservee|ete reservee|confirmee|faite|feita|\
            imehifadhiwa|imethibitishwa|don book|ti wole|تم تاكيد|تم حجز",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Booked,
        of: "",
        says: "youre booked|you are booked|ive booked|ive reserved|weve booked|weve reserved|i booked|i reserved|تم حجز|تم الحجز",
        by: "",
        with: "",
    },
    Rule {
        topic: Topic::Added,
        of: "",
        says: "ive added|weve added|have added|added to your|ive put|weve put|have put|he anadido|he agregado|jai ajoute|adicionei|acrescentei|\
            nimeongeza|i don add|اضفت",
        by: "",
        with: "",
    },
];

/// Forms of "to pay back" that promise it.
pub(super) const PAYS_BACK: &str = "tutarejesha|tumerejesha|mun mayar|za mu mayar|a o da owo|go refund|don refund|weghachi*|سنعيد|سنرد|ارجعنا|\
    devolveremos|devolvere|devolvemos|devolvido|le devuelvo|hemos devuelto|vous rendrons|vous rendons";
/// The thing itself: it says nothing without a verb that gives it.
pub(super) const REPAYMENT: &str = "refund|refunds|money back|reembolso|reembolsos|reembolsar|remboursement|remboursements|rembourser";
/// Verbs that give it.
pub(super) const GIVES: &str = "receive|get|getting|give|gave|issue|issued|process|processed|processing|approved|send|sent|made|make|expect|arrange|\
    arranged|have|recibira|recibiras|tendra|haremos|hacemos|procesado|enviado|aprobado|realizado|vamos|recevrez|aurez|effectue|effectuons|\
    effectuerons|allons|envoye|recebera|tera|faremos|fizemos|processado|aprovado|on its way|in full";
/// What makes such a verb a promise or a deed.
pub(super) const SURELY: &str = "will|ll|youll|well|ill|has|have|been|ive|weve|is|are|was|youre|gonna|going|recibira|recibiras|tendra|haremos|hacemos|\
    procesado|enviado|aprobado|realizado|vamos|recevrez|aurez|effectue|effectuons|effectuerons|allons|envoye|recebera|tera|faremos|fizemos|\
    processado|aprovado";

/// Words that deny, right before what they deny.
pub(super) const NOT: &str = "not|no|never|cannot|cant|nt|isnt|arent|wasnt|werent|hasnt|havent|dont|doesnt|didnt|wont|without|yet|nor|pas|jamais|aucun|\
    aucune|sin|nunca|ningun|ninguna|nao|nenhum|nenhuma|sem|ko|ko ti|ba|ba a|bai|hatuja|haija|haijawa|bado|لم|لا|ليس|ما|لن|غير|unable|refuse";
/// Words that make what follows a matter to come, or to be wished.
pub(super) const OPEN: &str = "be|being|to|ser|etre|sera|seran|serao|estar|kuwa|سيتم|get it|have it|want it|like it|can|could|may|might|would|should|shall|\
    podemos|puedo|puede|pouvons|peut|peux|pode|posso|podem";
/// Words that make a clause a condition.
pub(super) const IF: &str = "once|when|whenever|after|if|until|till|before|unless|whether|as soon|cuando|hasta|antes|despues|una vez|si|quand|lorsque|des que|\
    apres|avant|jusqu*|une fois|quando|depois|apos|ate|assim que|se o|se a|se voce|se for|ukisha|kama|baada|kabla|idan|bayan|kafin|mgbe|oburu|اذا|عندما|بعد|قبل|حتى|بمجرد";
/// Words of a tense that tells of what is done: no condition takes it back.
pub(super) const DONE: &str = "has|have|had|been|was|were|ive|weve|ha|han|hemos|he|jai|ai|a ete|avons|foi|foram|tem|don|تم";
/// Words for nobody and nothing.
pub(super) const NOTHING: &str = "nothing|nobody|none|neither|nada|nadie|ninguno|rien|ninguem";
/// What is only asked about, or for others to decide.
pub(super) const ASKS: &str = "ask|asks|asking|asked|about|decide|decides|decided|whether|only the|want|wants|wanted|request|pregunt*|consult*|demand*|pergunt*|\
    nimuulize|jiulize|tambay*|juo|beere|اسال|سالت";
