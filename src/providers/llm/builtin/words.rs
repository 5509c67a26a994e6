//! Cuts a customer's text into words: folded, numbered, and with the pause that follows each.

use super::units;
use crate::domain::arabic;
use crate::domain::numeral;
use crate::domain::text::fold;
use std::sync::OnceLock;

/// What stands for a time once it is told, so that neither "6" nor "30" counts anything.
pub const TIME: &str = "<time>";

/// A set of words of ours. Customers add none, so nobody can make their hashes meet.
pub type WordSet<W> = std::collections::HashSet<W, foldhash::fast::RandomState>;
/// The same with something kept for each.
pub type WordMap<W, T> = std::collections::HashMap<W, T, foldhash::fast::RandomState>;

/// Words of courtesy behind a wish, which change nothing of it.
pub static POLITE: Words = Words::new("please pls abeg biko jowo thanks thank you instead too then");

/// A list of words that is looked up, not searched: such lists meet every word of every text.
pub struct Words {
    list: &'static str,
    set: OnceLock<WordSet<&'static str>>,
}

impl Words {
    /// A list of words with spaces between.
    pub const fn new(list: &'static str) -> Self {
        Self { list, set: OnceLock::new() }
    }
    /// Whether a word is in it.
    pub fn has(&self, word: &str) -> bool {
        self.set.get_or_init(|| self.list.split_whitespace().collect()).contains(word)
    }
}

/// The pause after a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// None: the next word follows.
    None,
    /// A comma.
    Comma,
    /// A full stop, a new line.
    Stop,
    /// A question mark.
    Ask,
}

/// One word.
#[derive(Debug, Clone)]
pub struct Word {
    /// Folded and without apostrophes.
    pub text: String,
    /// Where it begins in the customer's text.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// The number it stands for.
    pub number: Option<i64>,
    /// The sum of money it stands for: no number of things then.
    pub amount: Option<i64>,
    /// The pause after it.
    pub after: Gap,
}

/// The words of a text.
pub fn cut(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(text.len() / 5 + 1);
    let mut start: Option<usize> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        if belongs(text, start, i, c, next) {
            start.get_or_insert(i);
            continue;
        }
        if let Some(s) = start.take() {
            push(&mut out, text, s, i);
        }
        let gap = match c {
            ',' | ':' | '(' | ')' | '،' => Gap::Comma,
            '.' | '!' | ';' | '\n' | '…' | '。' | '؛' => Gap::Stop,
            '?' | '؟' => Gap::Ask,
            _ => Gap::None,
        };
        if let Some(last) = out.last_mut() {
            let number = c == '.' && last.text == "no" && text[i + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit());
            let title = c == '.' && (number || matches!(last.text.as_str(), "mr" | "mrs" | "ms" | "dr"));
            last.after = if title { last.after } else { last.after.max(gap) };
        }
    }
    if let Some(s) = start {
        push(&mut out, text, s, text.len());
    }
    units::drop_list_marks(text, &mut out);
    join_tens(&mut out);
    tell_phones(&mut out);
    units::tell_written_words(&mut out);
    join_half_dozen(&mut out);
    join_dozens(text, &mut out);
    units::join_halves(text, &mut out);
    join_said(&mut out);
    join_times(&mut out);
    tell_money(text, &mut out);
    tell_times(text, &mut out);
    // Four in Swahili is "mother" in Igbo, and how one calls a woman in Lagos.
    if out.iter().any(|w| w.text == "nne") && !super::tongue::has_swahili(&out) {
        out.iter_mut().filter(|w| w.text == "nne").for_each(|w| w.number = None);
    }
    out
}

/// Whether `c` is part of a word. A comma or point between digits is, so "1,000" and "2.5" stay whole.
fn belongs(text: &str, start: Option<usize>, i: usize, c: char, next: Option<char>) -> bool {
    if c.is_alphanumeric() || matches!(c, '\u{0300}'..='\u{036f}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}') {
        return true;
    }
    let Some(s) = start else { return false };
    let digit = |c: char| matches!(c, '0'..='9' | '٠'..='٩' | '۰'..='۹');
    // "N6,600" is a sum of naira.
    let sum = text[s..i].trim_start_matches(['N', 'n']);
    let digits = !sum.is_empty() && sum.chars().all(|d| digit(d) || matches!(d, ',' | '.' | '٬' | '٫'));
    match c {
        '\'' | '’' | '‘' | 'ʼ' => next.is_some_and(char::is_alphanumeric),
        '%' | '٪' => digits,
        ',' | '.' | '٬' | '٫' => digits && next.is_some_and(digit),
        _ => false,
    }
}

fn push(out: &mut Vec<Word>, text: &str, from: usize, to: usize) {
    let mut word = fold(&text[from..to]);
    if word.contains('\'') {
        word.retain(|c| c != '\'');
    }
    if word.is_empty() {
        return;
    }
    if arabic::leads_with_and(&word) {
        // "And" is written together with what follows.
        let first = text[from..to].char_indices().nth(1).map_or(to, |(i, _)| from + i);
        out.push(Word { text: "و".into(), from, to: first, number: None, amount: None, after: Gap::None });
        return push(out, text, first, to);
    }
    if word.starts_with(arabic::is_letter) {
        word = arabic::bare(&word).to_owned();
    }
    if let Some(digits) = units::glued(&word).filter(|d| text.is_char_boundary(from + d)) {
        push(out, text, from, from + digits);
        return push(out, text, from + digits, to);
    }
    // Short forms of the phone.
    match word.as_str() {
        "u" => "you".clone_into(&mut word),
        "ur" => "your".clone_into(&mut word),
        "d" => "the".clone_into(&mut word),
        _ => {}
    }
    let digits = word.trim_matches('x');
    let number = whole(digits).or_else(|| number_word(&word));
    out.push(Word { text: word, from, to, number, amount: None, after: Gap::None });
}

/// "twenty" and "five" become one word worth 25.
fn join_tens(words: &mut Vec<Word>) {
    let mut i = 0;
    while i + 1 < words.len() {
        let tens = words[i].number.filter(|n| (20..100).contains(n) && n % 10 == 0 && words[i].text.len() > 3);
        let unit = words[i + 1].number.filter(|n| (1..10).contains(n) && words[i + 1].text.len() > 2);
        if let (Some(t), Some(u), Gap::None) = (tens, unit, words[i].after) {
            let next = words.remove(i + 1);
            words[i].number = Some(t + u);
            words[i].to = next.to;
            words[i].after = next.after;
        }
        i += 1;
    }
}

/// "0803 123 4567" is a telephone, and counts nothing.
fn tell_phones(words: &mut [Word]) {
    let digits = |w: &Word| w.text.bytes().all(|b| b.is_ascii_digit());
    let mut i = 0;
    while i < words.len() {
        let run = words[i..].iter().take_while(|w| digits(w)).count();
        let whole: usize = words[i..i + run].iter().map(|w| w.text.len()).sum();
        if run > 1 && whole > 8 {
            words[i..i + run].iter_mut().for_each(|w| w.number = None);
        }
        i += run.max(1);
    }
}

/// "half a dozen" is six.
fn join_half_dozen(words: &mut Vec<Word>) {
    for i in (0..words.len()).rev() {
        let of = |k: usize| words.get(i + k).is_some_and(|w| w.text == "dozen");
        let (half, a) = (words[i].text == "half", words.get(i + 1).is_some_and(|w| w.text == "a"));
        let to = if of(1) {
            1
        } else if a && of(2) {
            2
        } else {
            continue;
        };
        if half {
            let last = words.drain(i + 1..=i + to).next_back();
            words[i].number = Some(6);
            "dozen".clone_into(&mut words[i].text);
            if let Some(last) = last {
                (words[i].to, words[i].after) = (last.to, last.after);
            }
        }
    }
}

/// "2 dozens" is 24, "a dozen and a half" 18, "1/2 dozen" six.
fn join_dozens(text: &str, words: &mut Vec<Word>) {
    let mut i = 1;
    while i < words.len() {
        // Half a dozen is one word by now, and six.
        let dozens = matches!(words[i].text.as_str(), "dozen" | "dozens") && words[i].number != Some(6) && words[i - 1].after == Gap::None;
        let count = words[i - 1].number.filter(|n| dozens && (1..=100).contains(n) && words[i - 1].text != "dozen");
        if let Some(n) = count {
            let half = i > 1 && n == 2 && words[i - 2].number == Some(1) && text[words[i - 2].to..words[i - 1].from] == *"/";
            let dozen = words.remove(i);
            i -= 1;
            words[i] = Word {
                text: "dozen".into(),
                number: Some(if half { 6 } else { n * 12 }),
                to: dozen.to,
                after: dozen.after,
                ..words[i].clone()
            };
            if half {
                words.remove(i - 1);
                i -= 1;
            }
        }
        if words[i].text == "dozen" && words[i].number.is_some() && words[i].after == Gap::None {
            let word = |k: usize| words.get(k).map_or("", |w| w.text.as_str());
            // "A dozen eggs and a half bag of rice"
            let thing =
                |w: &str| matches!(w, "bag" | "loaf" | "kilo" | "kg" | "carton" | "crate" | "plate" | "portion" | "pack" | "bottle");
            let tail = match (word(i + 1), word(i + 2), word(i + 3)) {
                ("and", "half", next) if !thing(next) => 2,
                ("and", "a", "half") if !thing(word(i + 4)) => 3,
                _ => 0,
            };
            let last = words.drain(i + 1..=i + tail).next_back();
            if let Some(last) = last {
                words[i].number = words[i].number.map(|n| n + 6);
                (words[i].to, words[i].after) = (last.to, last.after);
            }
        }
        i += 1;
    }
}

/// "5kg", "50cl".
pub fn is_measure(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    unit.len() < word.len() && matches!(unit, "kg" | "g" | "mg" | "ml" | "cl" | "l")
}

/// What stands for a sum of money: "₦6,600", "N6,600", "6600 naira". Nobody orders 6,600 plates by it.
fn tell_money(text: &str, words: &mut [Word]) {
    const SIGNS: [char; 7] = ['₦', '$', '£', '€', '₵', '₹', '¥'];
    const NAMES: [&str; 14] =
        ["naira", "ngn", "dollar", "dollars", "usd", "cedi", "cedis", "ghs", "shilling", "shillings", "ksh", "kes", "euro", "euros"];
    for i in 0..words.len() {
        let (w, next) = (&words[i], words.get(i + 1));
        let named = || w.after == Gap::None && next.is_some_and(|n| NAMES.contains(&n.text.as_str()));
        let signed = || text[..w.from].trim_end().ends_with(SIGNS);
        let sum = match w.number {
            Some(n) if named() || signed() || n >= 100 && limits(&words[..i]) => Some(n),
            Some(_) => None,
            None => w.text.strip_prefix("ngn").or(w.text.strip_prefix('n')).and_then(whole).filter(|n| *n >= 100),
        };
        if sum.is_some() {
            // A word without a thing to buy in it.
            words[i] = Word { text: "money".into(), number: None, amount: sum, ..words[i].clone() };
        }
    }
}

/// "if it is", "less than", "not more than": leads to a price rather than to a number of things.
fn limits(before: &[Word]) -> bool {
    let word = |back: usize| before.len().checked_sub(back).map_or("", |k| before[k].text.as_str());
    let condition = || (2..6).any(|back| word(back) == "if");
    matches!(word(1), "if" | "than" | "under" | "below") || matches!(word(1), "is" | "its" | "be" | "na" | "costs") && condition()
}

/// "meat pie x 5" is "meat pie x5".
fn join_times(words: &mut Vec<Word>) {
    for i in (1..words.len()).rev() {
        if words[i - 1].text == "x" && words[i - 1].after == Gap::None && words[i].number.is_some() {
            words[i].text.insert(0, 'x');
            words[i].from = words[i - 1].from;
            words.remove(i - 1);
        }
    }
}

/// "6:30", "in 20 minutes", "there by 7" at the end of a clause are times: they count no things.
fn tell_times(text: &str, words: &mut [Word]) {
    const UNITS: [&str; 17] = [
        "minute", "minutes", "min", "mins", "hour", "hours", "hr", "hrs", "am", "pm", "oclock", "noon", "midday", "midnight", "days",
        "weeks", "months",
    ];
    let of_clock = |a: &Word, b: &Word| {
        let both = text[a.from..a.to].parse::<u8>().is_ok_and(|h| h < 24) && text[b.from..].starts_with(|c: char| c.is_ascii_digit());
        both && b.from == a.to + 1 && text[a.to..].starts_with(':')
    };
    for w in words.iter_mut().filter(|w| is_hour(&w.text)) {
        *w = Word { text: TIME.into(), number: None, ..w.clone() };
    }
    if words.first().is_some_and(|w| w.number.is_some_and(|h| h < 24)) && of_day(words, 0) {
        words[0] = Word { text: TIME.into(), number: None, ..words[0].clone() };
    }
    for i in 1..words.len() {
        let (a, b) = (&words[i - 1], &words[i]);
        let length = a.number.is_some() && a.after == Gap::None && UNITS.contains(&b.text.as_str());
        let goes_on = || {
            of_day(words, i)
                || words.get(i + 1).is_some_and(|n| {
                    matches!(
                        n.text.as_str(),
                        "but" | "and" | "or" | "please" | "pls" | "tomorrow" | "today" | "tonight" | "so" | "sharp" | "latest" | "abeg"
                    )
                })
        };
        let ends = || b.after != Gap::None || i + 1 == words.len() || goes_on();
        let hour = b.number.is_some_and(|h| h < 24)
            && matches!(a.text.as_str(), "by" | "around" | "before" | "till" | "until" | "at")
            && ends()
            && !by_so_many(&words[..i - 1]);
        let minutes =
            b.number.is_some_and(|n| (5..=90).contains(&n)) && a.text == "in" && (ends() || is_range(words, i)) && is_fetched(words, i - 1);
        let hour = hour || minutes;
        let times = if length || of_clock(a, b) {
            i - 1..i + 1
        } else if hour {
            i..i + 1
        } else {
            continue;
        };
        for at in times {
            words[at] = Word { text: TIME.into(), number: None, ..words[at].clone() };
        }
    }
}

/// "increase the zobo by 2", "reduce it by 1": so many, and no hour.
fn by_so_many(before: &[Word]) -> bool {
    before.iter().any(|w| matches!(w.text.as_str(), "increase" | "reduce" | "decrease" | "bump" | "raise"))
}

/// "in the morning", "at night" behind a word.
fn of_day(words: &[Word], i: usize) -> bool {
    let word = |k: usize| words.get(i + k).map_or("", |w| w.text.as_str());
    let part = |w: &str| matches!(w, "morning" | "afternoon" | "evening" | "night");
    word(1) == "in" && word(2) == "the" && part(word(3)) || matches!(word(1), "at" | "this") && part(word(2))
}

/// "20 to 30".
fn is_range(words: &[Word], i: usize) -> bool {
    let word = |k: usize| words.get(k).map_or("", |w| w.text.as_str());
    matches!(word(i + 1), "to" | "or") && words.get(i + 2).is_some_and(|w| w.number.is_some())
}

/// "pickup in 20", "bring it in 30": whatever comes "in" so many comes in minutes.
fn is_fetched(words: &[Word], at: usize) -> bool {
    let small = |w: &str| matches!(w, "it" | "them" | "am" | "up" | "order" | "my" | "the" | "this" | "you" | "here");
    let before = words[..at].iter().rev().find(|w| !small(&w.text)).map_or("", |w| w.text.as_str());
    matches!(
        before,
        "pickup" | "pick" | "collect" | "deliver" | "delivery" | "delivered" | "bring" | "come" | "coming" | "ready" | "arrive" | "there"
    )
}

/// "1pm", "10am", "7oclock".
fn is_hour(w: &str) -> bool {
    let digits = w.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(&w[digits.len()..], "am" | "pm" | "oclock")
}

/// "6,600" as a number.
fn whole(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b',');
    // Longer than any telephone: nothing that is counted, and nothing that sums could overflow with.
    if plain { digits.replace(',', "").parse().ok().filter(|n: &i64| *n < 1_000_000_000_000_000) } else { None }
}

/// "kumi" "na" "mbili" become one word worth 12.
fn join_said(words: &mut Vec<Word>) {
    let mut i = 0;
    while i + 1 < words.len() {
        // They begin with a number, or in Arabic with a word that is none by itself.
        if words[i].number.is_none() && words[i].text.is_ascii() {
            i += 1;
            continue;
        }
        let near = words[i..].iter().take(3);
        let breath = 1 + near.clone().take_while(|w| w.after == Gap::None).count();
        let texts: Vec<&str> = near.take(breath).map(|w| w.text.as_str()).collect();
        if let Some((n, taken)) = numeral::joined(&texts) {
            let last = words.drain(i + 1..i + taken).next_back();
            words[i].number = Some(n);
            if let Some(last) = last {
                (words[i].to, words[i].after) = (last.to, last.after);
            }
        }
        i += 1;
    }
}

/// The number a word stands for, in the languages customers write.
pub fn number_word(w: &str) -> Option<i64> {
    Some(match w {
        "one" | "okan" | "kan" | "daya" | "otu" | "wan" | "single" => 1,
        "two" | "dos" | "deux" | "dois" | "duas" | "meji" | "biyu" | "abuo" | "couple" | "pair" | "tu" => 2,
        "three" | "tres" | "trois" | "meta" | "uku" | "ato" | "tri" => 3,
        "four" | "cuatro" | "quatre" | "quatro" | "merin" | "hudu" | "ano" => 4,
        "five" | "cinco" | "cinq" | "marun" | "biyar" | "ise" => 5,
        "six" | "seis" | "mefa" | "shida" | "isii" => 6,
        "seven" | "siete" | "sept" | "sete" | "meje" | "bakwai" | "asaa" => 7,
        "eight" | "ocho" | "huit" | "oito" | "mejo" | "takwas" | "asato" => 8,
        "nine" | "nueve" | "neuf" | "nove" | "mesan" | "tara" | "itoolu" => 9,
        "ten" | "diez" | "dix" | "dez" | "mewa" | "goma" | "iri" => 10,
        "eleven" => 11,
        "twelve" | "dozen" => 12,
        "fifteen" => 15,
        "twenty" | "ogun" | "ashirin" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "hundred" => 100,
        _ => return numeral::number(w),
    })
}

/// A word without its plural: "sandwiches" and "sandwich" are the same thing to buy.
pub fn stem(w: &str) -> &str {
    if w.len() < 4 || !w.is_ascii() || w.ends_with("ss") || w.ends_with("us") {
        return w;
    }
    for end in ["ches", "shes", "sses", "xes", "oes"] {
        if w.ends_with(end) {
            return &w[..w.len() - 2];
        }
    }
    w.strip_suffix('s').unwrap_or(w)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_numbers_and_pauses() {
        let w = cut("2x Jollof-rice, twenty five cokes? I'd like 2% milk. 1,000");
        let texts: Vec<&str> = w.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["2x", "jollof", "rice", "twenty", "cokes", "id", "like", "2%", "milk", "1,000"]);
        assert_eq!((w[0].number, w[3].number, w[7].number, w[9].number), (Some(2), Some(25), None, Some(1000)));
        assert_eq!((w[2].after, w[4].after, w[8].after), (Gap::Comma, Gap::Ask, Gap::Stop));
        let of = |t: &str| cut(t).into_iter().map(|w| (w.text, w.number)).collect::<Vec<_>>();
        let s = |t: &str, n| (t.to_owned(), n);
        assert_eq!(of("٢ جولوف و٣ كولا"), [s("2", Some(2)), s("جولوف", None), s("و", None), s("3", Some(3)), s("كولا", None)]);
        assert_eq!(of("الكولا والفانتا"), [s("كولا", None), s("و", None), s("فانتا", None)]);
        assert_eq!(of("خمسة وعشرين"), [s("خمسه", Some(25))]);
        assert_eq!(of("soda kumi na mbili"), [s("soda", None), s("kumi", Some(12))]);
        assert_eq!((of("nipe soda nne")[2].1, of("biko nne, nye m rice")[1].1), (Some(4), None));
        assert_eq!(cut("٢٬٥٠٠ نايرا؟")[0].number, Some(2500));
        assert_eq!(cut("كم؟")[0].after, Gap::Ask);
        let sums = |t: &str| cut(t).into_iter().filter_map(|w| w.amount).collect::<Vec<_>>();
        assert_eq!((sums("paid N6,600 and ₦ 1,200, 500 naira"), sums("2 cokes, no 7 Ajose street n4")), (vec![6_600, 1_200, 500], vec![]));
        assert_eq!(of("meat pie x 5").last(), Some(&s("x5", Some(5))));
        assert!(cut("I come in 20 minutes, or by 7. 2 hours ago").iter().all(|w| w.number.is_none()));
        assert!(cut("around 6:30, or 18:05pm").iter().all(|w| w.number.is_none()));
        assert_eq!(sums("add it if it is not more than 500; if 700 add it, if the bacon is 900 take 2"), [500, 700, 900]);
        assert_eq!(sums("if 2 then 3, not more than 4, the gate is 120"), [0i64; 0]);
        assert!(cut("give me ₦3,000 rice").iter().all(|w| w.number.is_none()));
        assert_eq!(cut("no🎤 Ms. Obi. no. 7").iter().filter(|w| w.after == Gap::Stop).count(), 1);
        let numbers = |t: &str| cut(t).into_iter().filter_map(|w| w.number).collect::<Vec<_>>();
        assert_eq!((numbers("2 dozens"), numbers("a dozen and a half rolls"), numbers("1/2 dozen")), (vec![24], vec![18], vec![6]));
        assert_eq!(
            (numbers("half a dozen"), numbers("a dozen eggs and half a bag"), numbers("1 half dozen")),
            (vec![6], vec![12], vec![1, 6])
        );
        assert_eq!((numbers("pickup in 20"), numbers("bring it in 20 to 30 minutes"), numbers("heels in 39")), (vec![], vec![], vec![39]));
        assert_eq!(stem("sandwiches"), "sandwich");
        assert_eq!(stem("lattes"), "latte");
    }
}
