//! Tells a customer's language from words that only one of them has. Short and neutral texts keep the language
//! of the talk.

use super::tongue_words;
use super::words::{self, Word};
use crate::domain::arabic;
use crate::domain::lang::Lang;

const PCM: &str = "na abeg wetin una dey wan fit dem dis dat na don make sef oya sabi chop comot wey pikin shey abi am how-far nko sharp-sharp wahala e-get waka carry";
const YO: &str = "mo fe fun ni elo jowo ejoo bawo kaaro kaasan irole kaale se beeni rara awon pelu ati ounje ra mi gbe wa owo sanwo oruko dupe ti nibo eelo ejo meji meta merin marun mefa okan abo kini si bayi eniyan san";
const HA: &str = "ina so sannu nawa don allah barka kuna da kudi biyu uku hudu biyar daya na gode yaya zan saya abinci shinkafa babu kawo min biya sunana ake ne yanzu oda guda kai gida akwai ba ni mutum karba dauka inganci soke fusata lafiya shi kenan";
const IG: &str = "biko achoro acho nye m ego ole kedu ndewo daalu imela nnoo unu nwere abuo ato ano otu ise aha nri zuta bu gini ka mba ee ya na ebe kwuola akwuola choro mmadu ezi di mma ihe abia kagbuo osikapa ebee ndi okwu iwe bia";
const EN: &str =
    "the is are would like please what how want my you have can with and for of to will your this that do could need id ill me get";
const ES: &str = "sabado domingo abiertos abierto un plato dos hola quiero quisiera querria necesito puedo puede podria podemos tengo tiene tienen hay gracias favor por para una unos las los el buenos buenas dias tardes noches manana personas persona habitacion mesa reservar reserva cuanto cuesta cuantos cuando donde como con que del esta este mi nombre lunes martes miercoles jueves viernes desayuno cena abren cierran bien cancelar cambiar somos nos llamo y me dos aceptan hasta luego adios";
const FR: &str = "un bonjour bonsoir salut voudrais voudrait veux peux puis pouvez avez merci sil vous plait une des les du pour personnes soir matin chambre reserver nuit combien coute quand quelle quel heure est oui avec dans mon nom jour lundi mardi mercredi jeudi vendredi samedi dimanche demain petit dejeuner diner annuler changer nous sommes je jai acceptez deux trois quatre cinq livraison emporter annulez commande revoir";
const PT: &str = "sabado domingo estao abertos aberto oi quero queria gostaria preciso posso pode podemos tenho tem uma uns obrigado obrigada bom boa dia tarde amanha pessoas pessoa quarto mesa reservar reserva quanto custa quantos quando onde como com que do da esta este meu minha nome segunda terca quarta quinta sexta feira cafe jantar abrem fecham cancelar mudar somos nos chamo voces voce nao hoje por favor para me e aceitam dois duas ate logo";
const SW: &str = "na wa kwa ni za cha vya hii hiyo nataka naomba ningependa nipe niletee habari asante tafadhali bei ngapi ndiyo ndio hapana sawa kesho leo moja mbili tatu tano sita saba nane tisa kumi sahani chakula wali kuku samaki maji nyumbani nimelipa agizo mtu watu asubuhi mchana jioni usiku meza chumba mna mko wapi lini pia sana karibu mambo jambo hujambo kuchukua kuletewa ghairi badilisha ongeza thibitisha menyu jumla badala nalipaje mnauza mnafungua yangu wangu langu zangu";
/// Words that by themselves settle it.
const SURE: &str = "abeg wetin una comot wey pikin jowo ejoo bawo kaaro ekaaro kaasan ekaasan eelo elo rara beeni ounje oruko nibo sannu nawa barka gode allah kuna sunana shinkafa godiya biko achoro kedu ndewo daalu imela nnoo unu nwere osikapa kwuola akwuola mmadu kagbuo mba oya nagode shikenan hakane mutum hola quiero quisiera gracias necesito habitacion cuanto buenos buenas desayuno jueves viernes adios habari asante ahsante tafadhali nataka naomba ningependa ndiyo hapana hujambo nimelipa niletee shilingi kwaheri karibuni nisaidie mna mko badala nalipaje mnauza mnafungua bonjour bonsoir merci voudrais reserver plait chambre demain combien vendredi livraison emporter annulez quero obrigado obrigada amanha voces pessoas quarto gostaria";

fn list(lang: Lang) -> &'static str {
    match lang {
        Lang::En => EN,
        Lang::Pcm => PCM,
        Lang::Yo => YO,
        Lang::Ha => HA,
        Lang::Ig => IG,
        Lang::Es => ES,
        Lang::Fr => FR,
        Lang::Pt => PT,
        Lang::Sw => SW,
        // Told by its letters.
        Lang::Ar => "",
    }
}

/// More words of a language, of people who talk about anything.
fn more(lang: Lang) -> &'static str {
    match lang {
        Lang::En => tongue_words::EN,
        Lang::Pcm => tongue_words::PCM,
        Lang::Yo => tongue_words::YO,
        Lang::Ha => tongue_words::HA,
        Lang::Ig => tongue_words::IG,
        Lang::Sw => tongue_words::SW,
        _ => "",
    }
}

/// Words that only Pidgin has, also in the middle of English.
const PCM_ALONE: &str = "dey wey una dem wan sef abeg wetin sabi pikin wahala comot commot chop abi oya nau sey omo naim don";

/// A word of one language alone counts more, the longer the surer.
fn weigh(word: &str, points: &mut Scores) {
    let mut own = points.iter_mut().enumerate().filter(|(_, p)| **p > 0);
    let (Some((k, p)), None) = (own.next(), own.next()) else { return };
    let least = match Lang::ALL.get(k) {
        Some(Lang::Pcm) if PCM_ALONE.split(' ').any(|w| w == word) => 4,
        Some(Lang::Yo | Lang::Ha | Lang::Ig | Lang::Sw) => match word.len() {
            ..4 => 2,
            4 => 3,
            _ => 4,
        },
        _ => 0,
    };
    *p = (*p).max(least);
}

/// Shapes of words: what Hausa hangs on a noun ("uwarsa"), and sounds that begin Igbo words ("nwa", "kwu").
fn shapes(word: &str, score: &mut Scores) {
    let (n, from_end) = (word.chars().count(), |back: usize| word.chars().nth_back(back));
    let ends = |ends: &[&str]| ends.iter().any(|e| word.ends_with(e));
    if n >= 6 && ends(&OWNERS) && matches!(from_end(2), Some('n' | 'r')) && matches!(from_end(3), Some('a' | 'e' | 'i' | 'o' | 'u')) {
        score[3] += 2;
    } else if n >= 5 && (word.starts_with("ts") || ends(&["nci", "nda", "awa", "iwa", "uwa", "aya", "iya", "uya"])) {
        score[3] += 1;
    }
    const IGBO: [&str; 9] = ["kwu", "kwa", "kwo", "mm", "nna", "nne", "nno", "nnu", "nk"];
    let within = || word.as_bytes().windows(2).any(|two| matches!(two, b"nw" | b"gw" | b"kp"));
    if n >= 4 && (IGBO.iter().any(|b| word.starts_with(b)) || within()) {
        score[4] += 1;
    }
    if is_swahili_verb(word) {
        // "I have paid" in one long word settles it.
        let sure = n >= 8 && ["nime", "nita", "tume", "tuta", "mme", "mna"].iter().any(|b| word.starts_with(b));
        score[SWAHILI] += if sure { 4 } else { 2 };
    }
}

/// Where Swahili stands in [`Lang::ALL`].
const SWAHILI: usize = 8;

/// Who does it and when, before the stem of a Swahili verb: "nimelipa", "tutakuja"; and "to", as in "kulipa".
fn is_swahili_verb(word: &str) -> bool {
    const WHO: [&str; 7] = ["ni", "u", "a", "tu", "m", "wa", "i"];
    const WHEN: [&str; 4] = ["na", "me", "li", "ta"];
    const TOGETHER: [&str; 21] = [
        "nina", "nime", "nita", "tuna", "tume", "tuta", "wana", "wame", "wata", "mna", "mme", "mta", "ume", "uta", "ame", "ata", "ime",
        "ita", "nili", "tuli", "wali",
    ];
    if !word.ends_with('a') || !word.is_ascii() {
        return false;
    }
    let stem = WHO.iter().filter_map(|w| word.strip_prefix(w)).find_map(|rest| WHEN.iter().find_map(|t| rest.strip_prefix(t)));
    let said = stem.is_some_and(|s| s.len() >= 3) && TOGETHER.iter().any(|a| word.starts_with(a));
    said || word.len() >= 6 && word.starts_with("ku")
}

/// Words that Swahili shares with Hausa, Igbo and Yoruba: they count for it only beside its own.
const SHARED: &str = "ya gani kama saa yake kuwa oda";

/// Whether any word is one that only Swahili has.
pub fn has_swahili(words: &[Word]) -> bool {
    let own = |s: &Scores| s[SWAHILI] > 0 && s.iter().sum::<u32>() == s[SWAHILI];
    words.iter().any(|w| table().get(w.text.as_str()).is_some_and(own) || is_swahili_verb(&w.text))
}

fn shared(words: &[Word], score: &mut Scores) {
    if score[SWAHILI] > 2 {
        let found = words.iter().filter(|w| SHARED.split(' ').any(|s| s == w.text)).count();
        score[SWAHILI] += 2 * u32::try_from(found).unwrap_or(0);
    }
}

/// Whether a text is written in Arabic letters, foreign names of things aside; an Arabic name in a sentence of others is not enough.
fn is_arabic(text: &str, words: &[Word]) -> bool {
    if text.is_ascii() {
        return false;
    }
    let arabic = text.chars().filter(|c| arabic::is_letter(*c)).count();
    let other = text.chars().filter(|c| c.is_alphabetic() && !arabic::is_letter(*c)).count();
    let known = || words.iter().filter(|w| table().contains_key(w.text.as_str())).count();
    arabic > 0 && arabic * 4 >= other && (arabic >= other * 2 || known() < 2)
}

/// "His, her, our, your, their" at the end of Hausa nouns.
const OWNERS: [&str; 7] = ["sa", "ta", "mu", "ku", "su", "ka", "ki"];

/// English words that only Pidgin puts side by side.
const PCM_PAIRS: &[(&str, &str)] = &[
    ("i", "don"),
    ("you", "don"),
    ("don", "pay"),
    ("don", "transfer"),
    ("i", "wan"),
    ("i", "go"),
    ("i", "dey"),
    ("how", "far"),
    ("much", "be"),
    ("no", "be"),
    ("na", "so"),
    ("e", "get"),
    ("you", "get"),
    ("make", "i"),
    ("make", "una"),
    ("no", "vex"),
    ("how", "una"),
    ("no", "get"),
    ("no", "dey"),
    ("make", "we"),
    ("dem", "no"),
    ("una", "no"),
    ("una", "get"),
    ("una", "dey"),
    ("una", "still"),
    ("una", "fit"),
    ("una", "sell"),
    ("una", "open"),
    ("e", "no"),
    ("no", "fit"),
    ("we", "go"),
    ("e", "go"),
    ("go", "dey"),
    ("go", "fit"),
    ("say", "na"),
    ("na", "im"),
    ("na", "the"),
    ("na", "you"),
    ("na", "me"),
    ("person", "wey"),
    ("no", "sabi"),
    ("all", "dis"),
];

/// Points of each language, in the order of [`Lang::ALL`].
type Scores = [u32; Lang::ALL.len()];
type Table = words::WordMap<&'static str, Scores>;

fn table() -> &'static Table {
    static T: std::sync::OnceLock<Table> = std::sync::OnceLock::new();
    T.get_or_init(|| {
        let mut t = Table::default();
        for (k, lang) in Lang::ALL.into_iter().enumerate() {
            for w in list(lang).split(' ') {
                let sure = lang != Lang::En && SURE.split(' ').any(|s| s == w);
                t.entry(w).or_default()[k] = if sure { 4 } else { 2 };
            }
            for w in more(lang).split_whitespace() {
                let points = &mut t.entry(w).or_default()[k];
                *points = (*points).max(2);
            }
        }
        for (w, points) in &mut t {
            if points[0] > 0 {
                // "do" and "me" tell no more of Portuguese than of English.
                [Lang::Es, Lang::Fr, Lang::Pt].into_iter().for_each(|l| points[place(l)] = 0);
            }
            weigh(w, points);
        }
        t
    })
}

/// The language of a text; `before` when the text does not tell.
pub fn detect(text: &str, words: &[Word], before: Lang) -> Lang {
    if is_arabic(text, words) {
        return Lang::Ar;
    }
    if let Some(wanted) = asked_for(words) {
        return wanted;
    }
    let of = |counts: &dyn Fn(usize) -> bool| {
        let mut score: Scores = [0; Lang::ALL.len()];
        for (i, w) in words.iter().enumerate().filter(|(i, _)| counts(*i)) {
            // "M" is a size, "m" a word of Igbo.
            let capital = w.to == w.from + 1 && text[w.from..w.to].starts_with(|c: char| c.is_ascii_uppercase());
            // "Obi: large jollof": whose it is.
            let owner = text[w.from..].starts_with(char::is_uppercase) && text[w.to..].starts_with(':');
            if owner {
                continue;
            }
            let known = table().get(w.text.as_str());
            if let Some(s) = known.filter(|_| !capital) {
                score.iter_mut().zip(s).for_each(|(a, b)| *a += b);
            }
            // A word that English has may be shaped like any.
            if known.is_none_or(|s| s[0] == 0) {
                shapes(&words[i].text, &mut score);
            }
        }
        score
    };
    let mut score = of(&|_| true);
    if score[0] > 0 && (1..words.len()).any(|i| is_name(text, words, i)) {
        // "from Ada Obi": where nothing but a name is of another language, it is a name.
        let nameless = of(&|i| !is_name(text, words, i));
        if nameless[1..].iter().all(|s| *s == 0) {
            score = nameless;
        }
    }
    shared(words, &mut score);
    letters(text, &mut score);
    if (1..words.len()).any(|i| is_pidgin_pair(words, i)) {
        score[1] += 4;
    }
    // A talk stays in its language until another one is clearer.
    if let Some(k) = Lang::ALL.iter().position(|l| *l == before).filter(|k| *k > 0 && score[*k] > 0) {
        score[k] += 3;
    }
    // Pidgin is made of English words, so one word of its own outweighs several of them.
    let english = score[0];
    let other = Lang::ALL.into_iter().skip(1).max_by_key(|l| (score[place(*l)], *l == before)).unwrap_or(before);
    let best = score[place(other)];
    // "una" is Spanish, too, but not among English words.
    let other = if score[1] == best && english > 0 && other != before { Lang::Pcm } else { other };
    let enough = best >= 4 || best >= 3 && english == 0 && words.len() > 2;
    if enough && (best * 2 > english || other == Lang::Pcm && best * 5 > english) {
        return other;
    }
    if english >= 6 && best < 4 { Lang::En } else { before }
}

/// "do you speak English?", "in Pidgin please": the language a customer asks for.
fn asked_for(words: &[Word]) -> Option<Lang> {
    let lead = |w: &str| matches!(w, "speak" | "in" | "talk" | "understand" | "parlez" | "hablas" | "hablan" | "hear" | "sabi");
    words.windows(2).filter(|w| lead(&w[0].text)).find_map(|w| named(&w[1].text))
}

/// The language a word names.
fn named(word: &str) -> Option<Lang> {
    Some(match word {
        "english" | "anglais" | "ingles" => Lang::En,
        "pidgin" => Lang::Pcm,
        "yoruba" => Lang::Yo,
        "hausa" => Lang::Ha,
        "igbo" | "ibo" => Lang::Ig,
        "spanish" | "espanol" => Lang::Es,
        "french" | "francais" => Lang::Fr,
        "portuguese" | "portugues" => Lang::Pt,
        "swahili" | "kiswahili" => Lang::Sw,
        "arabic" => Lang::Ar,
        _ => return None,
    })
}

/// Where a language stands in [`Lang::ALL`].
fn place(l: Lang) -> usize {
    Lang::ALL.iter().position(|x| *x == l).unwrap_or(0)
}

/// Whether the words `i - 1` and `i` stand so only in Pidgin: "you get", and not "when you get to the gate".
fn is_pidgin_pair(words: &[Word], i: usize) -> bool {
    const ENGLISH: [&str; 15] =
        ["when", "can", "could", "did", "do", "once", "will", "would", "should", "may", "shall", "before", "after", "until", "as"];
    let asks = i > 1 && words[i - 2].after == words::Gap::None && ENGLISH.contains(&words[i - 2].text.as_str());
    let pair = (words[i - 1].text.as_str(), words[i].text.as_str());
    PCM_PAIRS.contains(&pair) && !(asks && matches!(pair.0, "i" | "you" | "we"))
}

/// A word with a capital behind one that leads to a name: nobody called Obi writes Igbo for it.
fn is_name(text: &str, words: &[Word], i: usize) -> bool {
    const LEADS: [&str; 12] = ["from", "name", "is", "am", "im", "by", "for", "mr", "mrs", "miss", "to", "called"];
    let capital = |k: usize| text[words[k].from..].starts_with(char::is_uppercase) && words[k].text.len() > 1;
    let mut first = i;
    while first > 0 && capital(first) && words[first - 1].after == words::Gap::None {
        first -= 1;
    }
    first < i && capital(i) && LEADS.contains(&words[first].text.as_str())
}

/// The language of a text that stands alone.
pub fn tell(text: &str) -> Lang {
    detect(text, &words::cut(text), Lang::En)
}

fn letters(text: &str, score: &mut Scores) {
    if text.is_ascii() {
        return;
    }
    for c in text.chars() {
        match c {
            'ṣ' | 'ẹ' | 'Ẹ' | 'Ṣ' => score[2] += 3,
            'ɓ' | 'ɗ' | 'ƙ' | 'Ɗ' | 'Ƙ' => score[3] += 3,
            'ị' | 'ụ' | 'ṅ' | 'Ị' | 'Ụ' => score[4] += 3,
            '¿' | '¡' | 'ñ' | 'Ñ' => score[5] += 4,
            'ã' | 'õ' | 'Ã' | 'Õ' => score[7] += 3,
            'œ' => score[6] += 3,
            'ọ' | 'Ọ' => {
                score[2] += 1;
                score[4] += 1;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_languages_apart_and_sticks() {
        let of = |t: &str, b| detect(t, &super::super::words::cut(t), b);
        assert_eq!(of("Abeg how much be jollof rice?", Lang::En), Lang::Pcm);
        assert_eq!(of("Ẹ káàárọ̀, mo fẹ́ ra jollof meji", Lang::En), Lang::Yo);
        assert_eq!(of("Sannu, ina son shinkafa biyu", Lang::En), Lang::Ha);
        assert_eq!(of("Ndewo, achọrọ m osikapa abụọ", Lang::En), Lang::Ig);
        assert_eq!(of("2 jollof", Lang::Ha), Lang::Ha);
        assert_eq!(of("Quiero reservar una mesa para dos el viernes", Lang::En), Lang::Es);
        assert_eq!(of("¿A qué hora es el desayuno?", Lang::En), Lang::Es);
        assert_eq!(of("Bonjour, je voudrais réserver une table pour 2 personnes demain à 19h30", Lang::En), Lang::Fr);
        assert_eq!(of("Quero reservar uma mesa para 3 pessoas amanhã às 20h", Lang::En), Lang::Pt);
        assert_eq!(of("a mi nombre, por favor", Lang::Es), Lang::Es);
        assert_eq!(of("para 4", Lang::Pt), Lang::Pt);
        assert_eq!(of("una dey open?", Lang::En), Lang::Pcm);
        assert_eq!(of("where una dey, abeg", Lang::En), Lang::Pcm);
        assert_eq!(of("I would like the fried rice please", Lang::Yo), Lang::En);
        assert_eq!(of("I want two cokes and make it cold", Lang::En), Lang::En);
        assert_eq!(of("Habari, naomba wali mbili na soda moja", Lang::En), Lang::Sw);
        assert_eq!(of("mko wazi leo?", Lang::En), Lang::Sw);
        assert_eq!(of("nimeshalipa", Lang::En), Lang::Sw);
        assert_eq!(of("coke 2", Lang::Sw), Lang::Sw);
        assert_eq!(of("السلام عليكم، أريد ٢ جولوف", Lang::En), Lang::Ar);
        assert_eq!(of("بكم jollof rice؟", Lang::En), Lang::Ar);
        assert_eq!(of("Hi, I am محمد, can I order?", Lang::En), Lang::En);
        assert_eq!(of("2", Lang::Ar), Lang::Ar);
        assert_eq!(of("I would like to have the rice please", Lang::Ar), Lang::En);
        assert_eq!(Lang::ALL[SWAHILI], Lang::Sw);
    }
}
