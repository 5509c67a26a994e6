//! The patterns of `cues` for Swahili and Arabic, over folded text. Arabic nouns may have "and", "for" and the article before them.

/// Wants to book.
pub(super) const BOOK: &str = r"\b(?:weka nafasi|kuweka nafasi|niwekee (?:nafasi|meza|chumba)|nihifadhie|hifadhi (?:meza|chumba|nafasi)|kuhifadhi|kubook|nataka (?:meza|chumba|miadi)|naomba (?:meza|chumba|miadi|nafasi)|meza (?:ya watu|ya|kwa|kesho|leo)|chumba (?:cha|kwa|kesho|leo)|kupanga miadi|nafasi kwa)\b|\bو?(?:احجز|نحجز|احجزلي|احجزوا|احجزي|حجز (?:طاوله|غرفه|موعد)|(?:اريد|ابغي|ابي|عايز|عاوز|بدي|ممكن|اود|نريد) (?:ال)?(?:حجز|احجز|نحجز|طاوله|غرفه|موعد)|طاوله|غرفه ل|موعد)\b";
/// Names a booking there is.
pub(super) const NAMED: &str = r"\b(?:booking yangu|nafasi (?:yangu|niliyoweka)|meza yangu|chumba changu|miadi yangu|uhifadhi wangu)\b|\bو?(?:حجزي|الحجز|حجوزاتي|موعدي|طاولتي|غرفتي)\b";
/// Gives up.
pub(super) const CANCEL: &str = r"\b(?:ghairi|naghairi|kughairi|futa|kufuta|batilisha|kubatilisha|sitisha|sitaweza kuja|siwezi kuja|hatutakuja|sitakuja)\b|\b(?:الغي|الغاء|الغوا|الغ|كنسل|لن (?:اتمكن|استطيع|احضر|نحضر|اتي)|ما (?:اقدر|بقدر) (?:اجي|احضر)|مش (?:هقدر|حقدر) اجي)\b";
/// Changes.
pub(super) const CHANGE: &str = r"\b(?:badilisha|kubadilisha|badili|ahirisha|kuahirisha|sogeza|kusogeza|rekebisha)\b|\b(?:غير|اغير|نغير|تغيير|عدل|اعدل|تعديل|تاجيل|اوجل|ناجل|انقل|نقل|خليه|خليها)\b";
/// Asks about bookings there are.
pub(super) const MINE: &str = r"\b(?:(?:booking|nafasi|meza|miadi) (?:yangu|zangu) (?:ni )?(?:lini|saa ngapi|gani)|nimeweka nafasi|nafasi zangu|booking zangu)\b|\b(?:حجوزاتي|متي (?:حجزي|موعدي)|(?:حجزي|موعدي) متي|هل (?:عندي|لدي) حجز|ما هو حجزي)\b";
/// Wants the waitlist.
pub(super) const WAIT: &str =
    r"\b(?:orodha ya kusubiri|niambie ikipatikana|nijulishe)\b|\b(?:قائمه (?:ال)?انتظار|لائحه (?:ال)?انتظار|الانتظار|اعلمني|بلغني|خبرني)\b";
/// Asks what is free.
pub(super) const FREE: &str = r"\b(?:nafasi ipo|(?:kuna|mna|ipo) (?:nafasi|meza|chumba|vyumba)|nafasi gani|nafasi)\b|\b(?:متاحه?|متوفره?|فاضيه?|شاغره?|(?:عندكم|لديكم|يوجد|فيه|هناك) (?:مكان|طاوله|طاولات|غرفه|غرف|موعد|مواعيد))\b";
/// Breaks off: the whole text.
pub(super) const STOP: &str = r"^\W*(?:acha|achana nayo|basi|sahau|hapana asante|usiweke|nimebadilisha mawazo|nimeghairi|انسي|انسي (?:الامر|الموضوع)|انس الامر|لا شكرا|توقف|وقف|لا تحجز|غيرت راي|مش مهم|لا يهم|خلاص لا اريد)\W*$";

/// A house or flat to be seen.
pub(super) const VIEWING: &str = r"\b(?:(?:kuangalia|kutazama|kuona) nyumba)\b|\b(?:ال|لل|ل)?معاينه\b";
/// A room for the night.
pub(super) const ROOM: &str = r"\b(?:chumba|vyumba|malazi|kulala)\b|\b(?:ال|لل|ل)?(?:غرفه|غرف|جناح|ليلتين|ليالي|ليال|اقامه|مبيت)\b";
/// A table.
pub(super) const TABLE: &str = r"\b(?:meza|chakula cha (?:jioni|mchana|usiku|asubuhi))\b|\b(?:ال|لل|ل)?(?:طاوله|طاولات|عشاء|غداء|فطور)\b";
/// Somebody's time.
pub(super) const PERSON: &str = r"\b(?:miadi|mkutano|kunyoa|kusuka nywele)\b|\b(?:ال|لل|ل)?(?:موعد|استشاره|حلاقه|قص شعر)\b";
