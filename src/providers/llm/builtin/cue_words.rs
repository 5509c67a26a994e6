//! Turns of phrase of Swahili and Arabic, as people write them; they are folded and cut like the texts they are looked for in.

use super::cues::Cue;

/// Swahili, of the coast and of Nairobi.
pub(super) const SWAHILI: &[(Cue, &str)] = &[
    (
        Cue::Yes,
        "ndiyo|ndio|naam|ndiyo tafadhali|ndio tafadhali|sawa|sawasawa|sawa sawa|sawa kabisa|poa|ni sawa|iko sawa|vizuri|vyema|nakubali|endelea|kabisa|barabara|bila shaka|ndivyo|sawa basi",
    ),
    (Cue::No, "hapana|hapana asante|siyo|sio|si sawa|sio hivyo|sitaki|si hivyo|hapana bado"),
    (
        Cue::Want,
        "nataka|ninataka|nahitaji|ninahitaji|naomba|ninaomba|ningependa|ningetaka|ningeomba|nitachukua|nachukua|nipe|nipatie|niletee|tuletee|tupe|tupatie|tunataka|tunaomba|tungependa|niwekee|weka|ongeza|niongezee|nunua|kununua|nataka kununua|nataka kuagiza|naagiza|agiza|kuagiza|naomba kuagiza|ningependa kuagiza|nataka kula|naomba nipe|pia nataka|pia naomba",
    ),
    (Cue::Remove, "ondoa|toa|usiweke|sitaki tena|punguza|tolea"),
    (Cue::Change, "badilisha|badili|nibadilishie|badilisha iwe|fanya iwe|fanya ziwe|rekebisha|geuza"),
    (Cue::Instead, "badala ya"),
    (Cue::Actually, "samahani|ngoja|subiri|hebu ngoja"),
    (
        Cue::Place,
        "thibitisha|nathibitisha|thibitisha oda|thibitisha agizo|thibitisha oda yangu|weka oda|weka agizo|tuma oda|tuma agizo|kamilisha|kamilisha oda|endelea na oda|agiza sasa",
    ),
    (
        Cue::Done,
        "ni hayo tu|hayo tu|hiyo tu|ni hiyo tu|basi|inatosha|yatosha|imetosha|hakuna kingine|sina kingine|ni hivyo tu|hivyo tu|ni hizo tu",
    ),
    (
        Cue::Cancel,
        "ghairi|naghairi|ghairi oda|ghairi oda yangu|ghairi agizo|ghairi agizo langu|futa|futa oda|futa oda yangu|futa agizo|futa agizo langu|sitisha|sitisha oda|batilisha|batilisha oda|kughairi|kughairi oda|nataka kughairi|nataka kughairi oda|nataka kughairi oda yangu|naomba kughairi|naomba kughairi oda|naomba kughairi oda yangu|naomba kufuta oda|nataka kufuta oda|cancel oda",
    ),
    (
        Cue::Status,
        "oda yangu iko wapi|oda yangu ipo wapi|iko wapi oda yangu|agizo langu liko wapi|agizo langu lipo wapi|oda yangu imefika wapi|oda yangu imefikia wapi|hali ya oda|hali ya oda yangu|hali ya agizo|oda yangu vipi|oda yangu iko tayari|chakula changu kiko wapi|bado nasubiri|oda itafika lini|itafika lini|itafika saa ngapi|oda yangu itafika lini|oda yangu itafika saa ngapi|mzigo wangu|mzigo wangu uko wapi|mbona oda|oda yangu bado|oda yangu haijafika|chakula hakijafika",
    ),
    (
        Cue::Paid,
        "nimelipa|nimeshalipa|nimekwisha lipa|nimekwishalipa|tayari nimelipa|nimetuma pesa|nimetuma hela|nimetuma malipo|nimelipia|nimefanya malipo|nimemaliza kulipa|malipo yametumwa|nimetuma mpesa|nimetuma kwa mpesa|nimelipa kwa mpesa|pesa nimetuma|nimeshatuma pesa|nimeshatuma|nimelipa tayari|tumelipa|hela nimetuma|nimehamisha pesa",
    ),
    (
        Cue::Person,
        "mtu|binadamu|mhudumu|meneja|mwenye duka|mmiliki|bosi|huduma kwa wateja|ongea na mtu|zungumza na mtu|kuongea na mtu|kuzungumza na mtu|nataka kuongea na mtu|naomba kuongea na mtu|nataka kuzungumza na mtu|naomba kuzungumza na mtu|ningependa kuongea na mtu|ningependa kuzungumza na mtu|nataka mtu|niunganishe na mtu|nipigie|nipigieni|naomba mtu|kuongea na meneja|nataka kuongea na meneja|nataka kuongea na mhudumu",
    ),
    (
        Cue::Anger,
        "mbaya sana|huduma mbaya|upuuzi|upumbavu|mjinga|wajinga|mpumbavu|wapumbavu|pumbavu|mwizi|wezi|tapeli|matapeli|utapeli|nimekasirika|nimechukizwa|nimechoka na|aibu|hovyo|ovyo|takataka|ujinga|mnaudhi|inaudhi|inakera|mnakera|sijaridhika|sijafurahia|mnanitapeli|mmeniibia|mnaniibia|mmenikasirisha",
    ),
    (
        Cue::Refund,
        "rudisha pesa|rudisha pesa yangu|rudisha hela yangu|nirudishie pesa|nirudishie pesa yangu|nirudishie pesa zangu|nirudishie hela|nirudishie hela yangu|nirejeshee pesa|nirejeshee pesa zangu|rudisheni pesa yangu|rudisheni pesa zangu|rejesha pesa|kurudishiwa pesa|nataka pesa yangu|nataka pesa zangu|nataka kurudishiwa pesa",
    ),
    (
        Cue::Greet,
        "habari|habari zenu|habari za asubuhi|habari za mchana|habari za jioni|habari za leo|habari gani|habari ya asubuhi|habari ya mchana|habari ya jioni|habari ya leo|hujambo|hamjambo|jambo|mambo|mambo vipi|niaje|shikamoo|salamu|salaam aleikum|asalaam aleikum|salam aleikum|mko poa|hodi|habari yenu|habarini|mambo poa",
    ),
    (
        Cue::Thanks,
        "asante|asante sana|ahsante|ahsante sana|asanteni|asanteni sana|nashukuru|nashukuru sana|nakushukuru|nawashukuru|tunashukuru|shukrani|shukran|shukurani|mungu akubariki|barikiwa",
    ),
    (Cue::Bye, "kwaheri|kwa heri|kwaherini|tutaonana|usiku mwema|siku njema|tuonane|alamsiki"),
    (
        Cue::Hours,
        "saa ngapi|mnafungua saa ngapi|mnafungua lini|mnafunga saa ngapi|mnafunga lini|mnafungua|mnafunga|mmefungua|mmefunga|mko wazi|mpo wazi|mko wazi leo|mko wazi sasa|saa za kazi|masaa ya kazi|muda wa kazi|saa za kufungua|saa zenu za kazi|mnafanya kazi saa ngapi|mpo leo|mko leo",
    ),
    (
        Cue::Where,
        "mko wapi|mpo wapi|uko wapi|duka liko wapi|duka lenu liko wapi|mnapatikana wapi|anwani yenu|anuani yenu|mgahawa uko wapi|mgahawa wenu uko wapi|hoteli iko wapi|location yenu|eneo lenu",
    ),
    (
        Cue::Price,
        "bei|bei gani|ni bei gani|bei ya|bei yake|bei za|bei ni|bei ni gani|bei ni ngapi|shilingi ngapi|shingapi|sh ngapi|pesa ngapi|kiasi gani|ni kiasi gani|ni ngapi|ni pesa ngapi|ni shilingi ngapi|inauzwa|inauzwaje|inauzwa bei gani|mnauza bei gani|mnauzaje|inagharimu|inagharimu kiasi gani|gharama|gharama ya|ngapi",
    ),
    (
        Cue::Stock,
        "mna|mnayo|mnazo|je mna|kuna bado|mnauza|je mnauza|bado mna|bado kuna|inapatikana|zinapatikana|je kuna|mnatengeneza|mnapika|imebaki|zimebaki|zimebaki ngapi",
    ),
    (
        Cue::Menu,
        "menyu|orodha|orodha ya vyakula|orodha ya bei|mna nini|mna nini leo|mnauza nini|mna chakula gani|mna vyakula gani|mna vinywaji gani|kuna nini|kuna nini leo|kuna chakula gani|nionyeshe menyu|naomba menyu|nitumie menyu|onyesha menyu|niletee menyu|chakula|vyakula|vinywaji gani|mnapika nini|vyakula gani|kuna vyakula gani|chakula gani",
    ),
    (
        Cue::DeliverQ,
        "mnaleta|mnafanya delivery|je mnaleta|mnaleta nyumbani|mnapeleka|mnasafirisha|mnaleta hadi|kuna delivery|mnafikisha|mna delivery|mnaleta mpaka nyumbani",
    ),
    (
        Cue::Fee,
        "bei ya delivery|delivery ni bei gani|delivery ni ngapi|delivery ni shilingi ngapi|gharama ya kuleta|bei ya kuleta|gharama ya delivery|gharama ya usafiri|usafirishaji ni bei gani|usafirishaji ni ngapi|kuletewa ni bei gani|kuletewa ni ngapi|bei ya usafiri|ada ya delivery|ada ya usafirishaji|kuleta ni bei gani|kuleta ni ngapi|gharama za kuleta",
    ),
    (
        Cue::PayQ,
        "nalipaje|nalipa vipi|nitalipaje|nitalipa vipi|nawezaje kulipa|naweza kulipa|nilipe vipi|nilipeje|namna ya kulipa|jinsi ya kulipa|njia ya kulipa|njia za kulipa|njia za malipo|namba ya akaunti|akaunti namba|namba ya mpesa|till namba|namba ya till|lipa namba|paybill|mnapokea mpesa|mnapokea kadi|mnapokea|malipo yako vipi|nitalipa wapi|nalipa wapi|mnakubali",
    ),
    (
        Cue::Pickup,
        "nitakuja kuchukua|nakuja kuchukua|nitachukua mwenyewe|nitakuja|nitapitia|nitaipitia|nitakuja kuichukua|kuchukua|kuchukua dukani|kuchukua mwenyewe|naja kuchukua|nitapita kuchukua|nachukua mwenyewe|nitakuja mwenyewe|nitaifuata|nakuja kuichukua",
    ),
    (
        Cue::Delivery,
        "kuletewa|niletee nyumbani|niletewe|leta nyumbani|leteni nyumbani|niletee hapa|leteni|peleka|nipelekee|nifikishie|ufikishaji|usafirishaji|iletwe|niletee hadi|niletee mpaka|leta hadi|leta mpaka|niletee kwa|niletee katika|niletee kwenye|leta kwa|ilete|ileteni|tuletee nyumbani|nipelekeeni",
    ),
    (
        Cue::Address,
        "anwani yangu ni|anuani yangu ni|anwani ni|anuani ni|anwani yangu|anuani yangu|naishi|ninaishi|nyumba yangu iko|nakaa|ninakaa",
    ),
    (Cue::Name, "jina langu ni|naitwa|ninaitwa|mimi naitwa|jina langu naitwa"),
    (Cue::HowAreYou, "u hali gani|uhali gani|hali gani|hali yako|habari yako|unaendeleaje|mnaendeleaje|u mzima"),
    (
        Cue::Bot,
        "wewe ni roboti|ni roboti|wewe ni bot|wewe ni mtu|je wewe ni mtu|wewe ni nani|ninaongea na nani|naongea na nani|naongea na roboti|naongea na mtu|wewe ni mashine",
    ),
    (
        Cue::Basket,
        "jumla|jumla ni|jumla ni ngapi|jumla ngapi|jumla yake|jumla kuu|jumla ni kiasi gani|zote ni ngapi|zote ni bei gani|yote ni bei gani|oda yangu ni nini|nimeagiza nini|nionyeshe oda yangu|kikapu|kikapu changu|kwa jumla|nadaiwa kiasi gani|nadaiwa ngapi|nalipa kiasi gani|nalipa ngapi",
    ),
    (
        Cue::Contents,
        "ina nini|ina nini ndani|imetengenezwa na nini|viungo|viungo gani|inakuja na nini|ina viungo gani|niambie kuhusu|eleza|elezea|ni nini|inajumuisha",
    ),
    (
        Cue::Clear,
        "anza upya|anza tena|tuanze upya|futa yote|futa kila kitu|ondoa yote|ondoa kila kitu|futa kikapu|toa yote|toa kila kitu|achana nayo",
    ),
    (Cue::More, "nyingine|moja zaidi|tena|zaidi|nyingine moja|ingine|mbili zaidi|kingine|vingine"),
    (Cue::Again, "kama kawaida|kama mara ya mwisho|kama jana|oda ile ile|rudia oda yangu|kama ya mwisho"),
    (Cue::Inject, "puuza maagizo|puuza sheria|sahau maagizo|sahau sheria|badilisha bei"),
    (Cue::Recommend, "unapendekeza|unapendekeza nini|mnapendekeza|mnapendekeza nini|pendekeza|nini kizuri|kipi kizuri|ipi nzuri"),
    (Cue::Cheap, "bei rahisi|bei nafuu|rahisi zaidi|nafuu zaidi|bei ya chini|ya bei rahisi|cha bei rahisi"),
    (
        Cue::HowLong,
        "itachukua muda gani|inachukua muda gani|muda gani|dakika ngapi|masaa mangapi|itakuwa tayari lini|itakuwa tayari saa ngapi",
    ),
];

/// Arabic: the written language, and the spoken ones of the Gulf, Egypt and the Levant.
pub(super) const ARABIC: &[(Cue, &str)] = &[
    (
        Cue::Yes,
        "نعم|نعم من فضلك|ايوه|أيوة|ايوا|اي نعم|اه|أجل|تمام|تمام كده|اوكي|أوكي|اوك|طيب|ماشي|حاضر|صح|صحيح|مضبوط|مزبوط|أكيد|بالتأكيد|طبعا|بالطبع|موافق|موافقة|زين|أبشر|يلا|بالضبط|كذا تمام|واخا",
    ),
    (Cue::No, "لا|لا شكرا|كلا|لا أريد|مش عايز|مش عاوز|ما أبي|ما أبغى|ما بدي|مو صحيح|مش صح|غلط|خطأ|ليس بعد|لسه|لسا|غير صحيح|مش كده"),
    (
        Cue::Want,
        "أريد|أريد أن أطلب|أريد طلب|أود|أود أن أطلب|أرغب|أرغب في|أبغى|أبغا|أبي|أبي أطلب|أبغى أطلب|بدي|بدي أطلب|بدنا|عايز|عاوز|عايزة|عاوزة|عايز أطلب|عاوز أطلب|عايزين|عاوزين|نريد|نبي|نبغى|حابب|حابة|محتاج|محتاجة|أحتاج|أعطني|اعطيني|عطني|عطيني|اديني|هات|هاتلي|هات لي|جيب لي|جيبلي|جيبولي|أطلب|أضف|أضيف|زود|زيد|ضيف|ضف|حط|ممكن أطلب|ممكن آخذ|آخذ|سآخذ|راح آخذ|ارسل لي|ارسلوا لي|بغيت|أشتري|أريد شراء|أريد أن أشتري|داير|دايرة|نحتاج|خليني آخذ",
    ),
    (Cue::Remove, "احذف|شيل|شيلي|شيلوا|ازل|إزالة|امسح|طلع"),
    (Cue::Change, "غير|غيري|غيروا|عدل|تعديل|تغيير|خليه|خليها|خليهم|اجعلها|اجعله|بدلها|بدله|استبدل|خلها|خله"),
    (Cue::Instead, "بدلا من|بدل|بدال|عوضا عن|بدلا عن"),
    (Cue::Actually, "عفوا|آسف|آسفة|معلش|لحظة|استنى|انتظر|في الحقيقة|مهلا"),
    (
        Cue::Place,
        "أكد|أؤكد|تأكيد|تأكيد الطلب|أكد الطلب|أكد طلبي|أؤكد الطلب|اعتمد|اعتمد الطلب|ارسل الطلب|نفذ الطلب|ثبت الطلب|كمل الطلب|أتمم الطلب|أكمل الطلب",
    ),
    (Cue::Done, "هذا كل شيء|هذا كل شي|بس كذا|بس كده|هذا فقط|فقط|بس|خلاص|كفاية|يكفي|لا شيء آخر|بس هيك|هذا كل ما أريد|هذا كل ما اريده"),
    (
        Cue::Cancel,
        "إلغاء|ألغي|الغ|إلغاء الطلب|ألغي الطلب|ألغي طلبي|ألغ طلبي|إلغاء طلبي|أريد إلغاء|أريد إلغاء الطلب|أريد إلغاء طلبي|أريد أن ألغي الطلب|أبي ألغي الطلب|أبغى ألغي الطلب|عايز ألغي الطلب|عايز ألغي طلبي|عاوز ألغي الطلب|بدي ألغي|بدي ألغي الطلب|بدي ألغي طلبي|كنسل|كنسل الطلب|الغوا الطلب",
    ),
    (
        Cue::Status,
        "أين طلبي|وين طلبي|فين طلبي|وين الطلب|فين الطلب|أين الطلب|أين هو طلبي|حالة الطلب|حالة طلبي|ما حالة طلبي|ما هي حالة طلبي|طلبي وين|طلبي فين|متى يصل طلبي|متى سيصل طلبي|متى يصل الطلب|متى يوصل|متى يوصل الطلب|متى يوصل طلبي|امتى يوصل|الطلب هيوصل امتى|تتبع|تتبع الطلب|هل طلبي جاهز|هل الطلب جاهز|طلبي جاهز|الطلب جاهز|طلبي تأخر|تأخر الطلب|تأخر طلبي|لسه ما وصل|الطلب تأخر|الطلب اتأخر|الطلب ما وصل|طلبي ما وصل|طلبي لم يصل|لم يصل طلبي|ما وصل طلبي",
    ),
    (
        Cue::Paid,
        "دفعت|لقد دفعت|تم الدفع|تم التحويل|حولت|حولت المبلغ|حولت الفلوس|حولت لكم|دفعت المبلغ|دفعت الفلوس|سددت|تم السداد|أنا دفعت|لقد حولت|أرسلت المال|أرسلت المبلغ|أرسلت الفلوس|بعت الفلوس|بعثت الفلوس|دفعت خلاص|دفعت الحين|دفعت الآن",
    ),
    (
        Cue::Person,
        "شخص|موظف|إنسان|أريد التحدث مع شخص|أريد التحدث إلى شخص|أريد التحدث مع موظف|أريد التحدث إلى موظف|أريد التكلم مع شخص|أريد أن أتحدث مع شخص|أكلم شخص|أكلم موظف|أبي أكلم موظف|أبي أكلم شخص|أبغى أكلم شخص|أبغى أكلم موظف|عايز أكلم حد|عاوز أكلم حد|عايز أكلم شخص|عايز أكلم موظف|بدي أحكي مع شخص|بدي أحكي مع حدا|بدي أحكي مع موظف|ممكن أكلم شخص|ممكن أكلم موظف|ممكن أكلم حد|المدير|مدير|صاحب المحل|صاحب المطعم|خدمة العملاء|حولني على موظف|حولني لموظف|كلمني|اتصل بي|اتصلوا بي|التحدث مع شخص|التحدث مع موظف|التحدث إلى موظف",
    ),
    (
        Cue::Anger,
        "زفت|سيئ|سيء|سيئة|سيء جدا|سيئ جدا|سيئة جدا|خدمة سيئة|خدمة زبالة|زبالة|قرف|مقرف|نصاب|نصابين|نصب|حرامي|حرامية|لصوص|احتيال|غاضب|غاضبة|زعلان|زعلانة|معصب|غير مقبول|فضيحة|عيب عليكم|كذابين|كذاب|أسوأ|تعبت منكم|مستاء|مستاءة|منزعج|حمار|غبي|أغبياء|تافه|مسخرة|مهزلة|ما تستحون|استهتار|خايس|خايسة",
    ),
    (
        Cue::Refund,
        "استرداد|استرجاع|استرداد المال|استرجاع المبلغ|استرداد المبلغ|أريد استرداد المال|أريد استرداد المبلغ|رجعوا فلوسي|رجع فلوسي|رجعوا لي فلوسي|رجعولي فلوسي|أرجع فلوسي|أعيدوا مالي|أعيدوا لي المال|إرجاع المبلغ|أريد فلوسي|عايز فلوسي|أبي فلوسي|بدي فلوسي|أريد مالي",
    ),
    (
        Cue::Greet,
        "مرحبا|مرحبا بكم|أهلا|أهلا وسهلا|أهلين|هلا|هلا والله|ياهلا|يا هلا|السلام عليكم|السلام عليكم ورحمة الله|السلام عليكم ورحمة الله وبركاته|وعليكم السلام|سلام|صباح الخير|صباح النور|مساء الخير|مساء النور|هاي|هلو|ألو|تحية طيبة|تحياتي",
    ),
    (
        Cue::Thanks,
        "شكرا|شكرا لك|شكرا لكم|شكرا جزيلا|شكرا كثيرا|ألف شكر|مشكور|مشكورين|مشكورة|يسلمو|يسلموا|تسلم|تسلمي|تسلمون|يعطيك العافية|الله يعطيك العافية|يعطيكم العافية|جزاك الله خيرا|جزاكم الله خيرا|جزاك الله خير|ممنون|متشكر|متشكرين|ما قصرت|ما قصرتوا|بارك الله فيك|بارك الله فيكم|كتر خيرك",
    ),
    (Cue::Bye, "مع السلامة|إلى اللقاء|وداعا|باي|باي باي|أشوفك|في أمان الله|تصبح على خير|تصبحون على خير"),
    (
        Cue::Hours,
        "متى تفتحون|متى تفتحوا|متى تفتح|متى تقفلون|متى تغلقون|متى تغلق|متى تسكرون|متى تسكروا|ساعات العمل|ما هي ساعات العمل|أوقات العمل|ما هي أوقات العمل|أوقات الدوام|مواعيد العمل|مواعيدكم|فاتحين|انتم فاتحين|انتو فاتحين|مفتوحين|هل أنتم مفتوحون|هل انتم فاتحين|تفتحون|تفتحوا|بتفتحوا|بتفتحوا امتى|بتقفلوا امتى|امتى بتفتحوا|امتى بتقفلوا|ايمتى بتفتحوا|ايمتى بتسكروا|الساعة كم|كم الساعة|أي ساعة|دوامكم|مفتوح|مفتوح الآن|مفتوح اليوم|هل المحل مفتوح|هل المطعم مفتوح",
    ),
    (
        Cue::Where,
        "أين أنتم|وينكم|وين مكانكم|وين موقعكم|فينكم|انتم فين|انتو فين|مكانكم فين|أين موقعكم|موقعكم|عنوانكم|ما عنوانكم|ما هو عنوانكم|أين المحل|أين المطعم|وين المحل|وين المطعم|فين المحل|فين المطعم|اللوكيشن|لوكيشن|ارسل الموقع|ارسلوا الموقع|المكان فين",
    ),
    (
        Cue::Price,
        "بكم|بكام|كم سعر|كم السعر|كم سعره|كم سعرها|السعر|سعره|سعرها|أسعار|أسعاركم|ما سعر|ما هو سعر|كم ثمن|ثمن|بقديش|قديش|قديش سعر|بكم هذا|كم حق|كم تكلف|كم يكلف|تكلفة|كام|شحال|بشحال|كم ثمنه|كم قيمة|كم",
    ),
    (
        Cue::Stock,
        "عندكم|عندك|عندكو|هل عندكم|هل لديكم|لديكم|هل يوجد|يوجد|فيه|متوفر|متوفرة|هل يتوفر|يتوفر|متاح|موجود|موجودة|هل تبيعون|تبيعون|بتبيعوا|باقي|كاين|واش كاين|هل تقدمون|تقدمون|بتعملوا|كم باقي",
    ),
    (
        Cue::Menu,
        "المنيو|القائمة|قائمة الطعام|قائمة الأسعار|إيش عندكم|وش عندكم|شو عندكم|شنو عندكم|ماذا لديكم|ماذا عندكم|ما لديكم|عندكم ايه|عندكو ايه|شو في|شو فيه|ماذا تبيعون|ارسل المنيو|ارسلوا المنيو|ممكن المنيو|وريني المنيو|لستة الأسعار|ما هي الأصناف|الأصناف|أصنافكم|ماذا يوجد|طعام|أكل|إيش الموجود|أريد القائمة|أريد المنيو",
    ),
    (
        Cue::DeliverQ,
        "هل توصلون|توصلون|توصلوا|بتوصلوا|هل عندكم توصيل|عندكم توصيل|عندكو توصيل|في توصيل|فيه توصيل|يوجد توصيل|هل يوجد توصيل|هل لديكم توصيل|لديكم توصيل|هل لديكم خدمة توصيل|عندكم دليفري|في دليفري|هل التوصيل متاح|التوصيل متاح|ممكن توصيل",
    ),
    (
        Cue::Fee,
        "رسوم التوصيل|سعر التوصيل|كم التوصيل|بكم التوصيل|بكام التوصيل|التوصيل بكام|التوصيل بكم|تكلفة التوصيل|كم رسوم التوصيل|كم سعر التوصيل|كم تكلفة التوصيل|أجرة التوصيل|التوصيل كم|قيمة التوصيل",
    ),
    (
        Cue::PayQ,
        "كيف أدفع|طريقة الدفع|طرق الدفع|ما هي طرق الدفع|كيف الدفع|ازاي أدفع|أدفع ازاي|شلون أدفع|كيف أحول|رقم الحساب|الحساب البنكي|رقم حسابكم|وين أحول|الدفع كيف|الدفع ازاي|هل تقبلون|تقبلون|تقبلون البطاقة|تقبلون كاش|الدفع عند الاستلام|ممكن أدفع|هل يمكنني الدفع|أين أدفع|كيف يمكنني الدفع|الآيبان",
    ),
    (
        Cue::Pickup,
        "استلام|استلام من المحل|استلام من المطعم|استلام من الفرع|استلام بنفسي|سأستلم|سأستلمه|سأستلم الطلب|أستلم|أستلمه بنفسي|بستلمه|باجي آخذه|باجي أستلم|بجي آخذه|بجي أستلم|هاجي آخده|هاجي أستلم|سآتي لأخذه|سآتي|راح اجي آخذه|بمر آخذه|أمر آخذه|سفري|تيك اواي|تيك اوي|سأمر لأخذه|سأحضر|من الفرع|سأحضر لاستلامه",
    ),
    (
        Cue::Delivery,
        "توصيل|توصيل للبيت|توصيل للمنزل|توصيل إلى|توصيل على|وصلوه|وصلوها|وصلوا|وصلوا لي|وصلوه لي|وصلوه إلى|وصلوه على|وصلوه للبيت|وصلوه للمنزل|وصل لي|أوصلوه|أوصلوه إلى|دليفري|ارسلوه|ارسلوه إلى|ارسله|ابعتوه|ابعته|جيبوه|على البيت|للبيت|للمنزل|إلى المنزل",
    ),
    (Cue::Address, "عنواني|عنواني هو|العنوان|العنوان هو|عنوان التوصيل|أنا في|ساكن في|ساكنة في|أسكن في|بيتي في|موقعي|منزلي في|أنا ساكن في"),
    (Cue::Name, "اسمي|اسمي هو|أنا اسمي"),
    (
        Cue::HowAreYou,
        "كيف حالك|كيف الحال|كيفك|كيفكم|كيف حالكم|شلونك|شلونكم|ازيك|ازيكم|أخبارك|كيف أخبارك|عامل ايه|عاملين ايه|شخبارك|لاباس|إيش أخبارك",
    ),
    (
        Cue::Bot,
        "هل أنت روبوت|أنت روبوت|هل أنت إنسان|أنت إنسان|أنت بوت|هل أنت بوت|من أنت|مين انت|مين معي|من معي|هل أتحدث مع شخص|أنت حقيقي|هل أنت شخص|هل أنت شخص حقيقي|أنت شخص|هل أنت آلي|مين حضرتك",
    ),
    (
        Cue::Basket,
        "المجموع|الإجمالي|كم المجموع|كم الإجمالي|كم الحساب|الحساب كم|الحساب كام|كم صار|كم الكل|بكم الكل|ما هو طلبي|عرض الطلب|السلة|سلتي|كم علي|المبلغ الكلي|كم المبلغ|كم أدفع|الحساب",
    ),
    (
        Cue::Contents,
        "مكونات|ما مكونات|ما هي مكونات|إيش فيها|إيش فيه|فيها ايه|فيه ايه|مما يتكون|ماذا يحتوي|ماذا تحتوي|يحتوي على|تحتوي على|ما هو|ما هي|إيش هو|وش هو|شو هو|أخبرني عن|حدثني عن|كلمني عن",
    ),
    (
        Cue::Clear,
        "ابدأ من جديد|من جديد|امسح الكل|احذف الكل|امسح كل شيء|احذف كل شيء|أفرغ السلة|فرغ السلة|امسح السلة|انسى الطلب|انس الأمر|شيل الكل|شيل كل حاجة|من الأول",
    ),
    (Cue::More, "كمان واحد|واحد كمان|واحد زيادة|واحد ثاني|واحد تاني|واحدة كمان|واحدة ثانية|واحدة تانية|المزيد|زيادة"),
    (
        Cue::Again,
        "مثل المرة السابقة|نفس الطلب|نفس طلبي السابق|الطلب المعتاد|كالعادة|زي كل مرة|زي المرة اللي فاتت|مثل كل مرة|كرر الطلب|نفس الطلب السابق",
    ),
    (Cue::Inject, "تجاهل التعليمات|تجاهل تعليماتك|تجاهل كل|انس تعليماتك|غير السعر|اجعل السعر|أنت الآن"),
    (
        Cue::Recommend,
        "بماذا تنصح|بماذا تنصحني|بماذا تنصحون|ماذا تقترح|تنصحني|تنصحوني|وش تنصح|إيش تنصح|تقترح|إيش الأفضل|ما الأفضل|الأكثر مبيعا|الأكثر طلبا|شو بتنصح|رشح لي|ترشح لي",
    ),
    (Cue::Cheap, "أرخص|الأرخص|أرخص شي|أرخص شيء|أقل سعر|الأقل سعرا"),
    (
        Cue::HowLong,
        "كم يستغرق|كم تستغرق|كم يأخذ|كم الوقت|كم من الوقت|كم دقيقة|قديش بياخد|بعد كم|كم مدة|مدة التوصيل|متى يجهز|متى يكون جاهزا",
    ),
];

/// Words of both that carry no thing to buy.
pub(super) const PLAIN: &str = "na ya wa za la cha vya kwa ni je hii hiyo hizi hizo zile huo hilo haya hayo yangu wangu langu zangu changu vyangu yako yenu wenu zenu mimi wewe sisi nyinyi wao yeye tu pia sana tafadhali kidogo sahani vikombe kikombe glasi chupa kopo makopo pakiti mfuko kilo kipande vipande boksi katoni bakuli leo kesho sasa hapa pale huko nyumbani ndugu dada kaka mkuu rafiki kama lakini au ama kisha halafu baada kabla kila kitu vitu nini gani lini wapi nani ngapi mbona kwamba ili bwana bibi hivyo vile hivi bila pamoja oda agizo kinywaji siku wiki asubuhi mchana jioni usiku nzuri vizuri mzuri nina tuna una ana wana mna hadi mpaka iwe ziwe katika kwenye yote zote \
    من في على إلى عن مع هذا هذه هذي ذلك تلك هو هي هم أنا انت انتم نحن احنا يا أن إنه كل بعض شي شيء حاجة ممكن فضلك سمحت لو رجاء أرجوك بليز الله شاء كثير قليل شوي شوية جدا مرة حبة حبات قطعة قطع صحن صحون طبق أطباق كوب أكواب كاس كاسات علبة علب زجاجة زجاجات قارورة كيس كيلو كرتون وجبة وجبات اليوم بكرة غدا الآن الحين دلوقتي هنا هناك البيت اخي اختي اخوي استاذ حبيبي باشا حضرتك الطلب طلبي اللي التي الذي ما هل أو ثم إيش وش شو ايه ليش لماذا متى امتى وين فين أين كيف ازاي مين كم لي لنا لكم لك بتاع تبع عشان لأن إذا بعد قبل حتى عند نوع كمان أيضا سوا";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::llm::builtin::words::cut;

    #[test]
    fn every_phrase_is_found_where_it_is_written() {
        for (cue, list) in SWAHILI.iter().chain(ARABIC) {
            for phrase in list.split('|') {
                let words = cut(phrase);
                let found = super::super::cues::find(&words);
                assert!(!words.is_empty() && found.iter().any(|c| c.from == 0 && c.to == words.len()), "{cue:?} {phrase}: {found:?}");
            }
        }
    }
}
